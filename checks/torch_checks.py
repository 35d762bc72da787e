"""Make sure that what a student built in PyTorch is a network, by numbers that come out of it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from checks.comparing import expect, shaped
from checks.torch_networks import torch_slopes

#: A step against float32's rounding, and how far a slope may be off at the corners of ReLU.
_STEP, _TOLERANCE = 3e-3, 0.25


def is_network(model: object) -> None:
    """Make sure that a network was returned, and nothing else.

    Parameters
    ----------
    model : object
        What the student's function returned.
    """
    expect(model is not None, "your function returns nothing; it should `return` the network")
    kind = type(model).__name__
    expect(kind != "type", "you returned a class, not a network, which is an object of a class")
    message = f"you returned a {kind}, not a network, which is one object of a class nn.Module"
    expect(hasattr(model, "state_dict"), message)


def logits_of(model: Any, X: ArrayLike) -> np.ndarray:
    """Return a network's outputs in evaluation mode, as an array.

    Parameters
    ----------
    model : torch.nn.Module
    X : array_like
        Images; they are handed over as float32.
    """
    from helpers.pytorch import torch  # here: PyTorch is an extra

    is_network(model)
    model.eval()
    try:
        outputs = model(torch.from_numpy(np.array(X, dtype=np.float32)))
    except NotImplementedError:  # what is not written yet is said elsewhere
        raise
    except (RuntimeError, ValueError, LookupError) as error:
        kind = getattr(error, "kind", type(error).__name__)
        said = " ".join(str(error).split())[:200]
        message = (
            f"your network raised {kind} ({said}) on float32 images of shape {np.shape(X)}: do "
            "each layer's outputs fit the next one's inputs?"
        )
        expect(False, message)
    is_tensor = isinstance(outputs, torch.Tensor)
    expect(is_tensor, f"the network should give a tensor, not {type(outputs).__name__}")
    return outputs.detach().numpy()


def works_as_network(model: Any, X: ArrayLike, rng: np.random.Generator) -> None:
    """Make sure that a network can learn: its parameters are what its logits come from.

    Each parameter gets a gradient in training mode; with other parameters loaded, small steps
    along their gradients change the logits by as much as the gradients say; and most inputs count.

    Parameters
    ----------
    model : torch.nn.Module
        It has other parameters afterwards.
    X : array_like, shape (m, ...)
        Images.
    rng : numpy.random.Generator
    """
    X = np.asarray(X, dtype=np.float32)
    C = rng.normal(size=np.shape(logits_of(model, X)))
    _have_gradients(torch_slopes(model, X, C, training=True).calls)
    state = {name: each.numpy() for name, each in model.state_dict().items()}
    names = list(torch_slopes(model, X, C).calls["gradients"])
    message = f"your network's state_dict lacks {', '.join(set(names) - set(state))}"
    expect(set(names) <= set(state), message)
    moved = state | {name: _near(state[name], rng) for name in names}
    load(model, moved)
    trained = torch_slopes(model, X, C, training=True).calls["gradients"].values()
    count = sum(each is not None and bool(np.any(each)) for each in trained)
    message = f"in training mode only {count} of {len(names)} arrays of parameters get a gradient"
    expect(2 * count >= len(names), message)
    gradients = torch_slopes(model, X, C).calls["gradients"]
    for name, gradient in gradients.items():
        counts = gradient is not None and bool(np.any(gradient))
        expect(counts, f"your network's {name} has no effect on its logits")
    _slopes_agree(model, X, C, moved, gradients, rng)
    _inputs_count(model, X[0], rng)


def load(model: Any, arrays: Mapping[str, ArrayLike]) -> None:
    """Put arrays into a network, by the names of its `state_dict`."""
    from helpers.pytorch import torch

    model.load_state_dict({name: torch.from_numpy(np.array(a)) for name, a in arrays.items()})


def _have_gradients(found):
    expect(found["is_module"] is True, "what you returned is no object of a class nn.Module")
    gradients = found["gradients"]
    message = (
        f"the network has {len(gradients)} arrays of parameters that an optimiser would find (it "
        "does not look into plain Python lists)"
    )
    expect(len(gradients) > 0, message)
    missing = [name for name, gradient in gradients.items() if gradient is None]
    message = (
        f"{len(missing)} of your network's {len(gradients)} arrays of parameters get no gradient "
        f"in training mode ({', '.join(missing[:3])}): a part of the network that forward does "
        "not use, or numbers that leave PyTorch's notes?"
    )
    expect(not missing, message)


def _near(array, rng):
    size = 0.3 * np.sqrt(np.mean(np.square(array, dtype=float))) + 0.02
    return (array + size * rng.normal(size=array.shape)).astype(array.dtype)


def _slopes_agree(model, X, C, at, gradients, rng):
    """Compare gradients with what steps along them, and along mixtures of them, change."""
    for signs in (np.ones(len(gradients)), rng.choice([-1.0, 1.0], size=len(gradients))):
        steps, expected, whole = {}, 0.0, 0.0
        for sign, (name, gradient) in zip(signs, gradients.items(), strict=True):
            gradient = np.asarray(gradient, dtype=float)
            size = _STEP * (np.linalg.norm(at[name]) + 0.02 * np.sqrt(gradient.size))
            steps[name] = sign * size * gradient / np.linalg.norm(gradient)
            whole += size * np.linalg.norm(gradient)
            expected += sign * size * np.linalg.norm(gradient)
        sums = []
        for factor in (1, -1):
            load(
                model, at | {n: (at[n] + factor * s).astype(at[n].dtype) for n, s in steps.items()}
            )
            sums.append(float(np.sum(C * logits_of(model, X))))
        change = (sums[0] - sums[1]) / 2
        message = (
            f"small steps in all parameters change a sum over the logits by {change:.3g}, and by "
            f"the gradients of backward() it should be {expected:.3g}: are the logits computed "
            "from the parameters, and all of it by PyTorch?"
        )
        expect(bool(abs(change - expected) < _TOLERANCE * whole), message)


def _inputs_count(model, image, rng):
    """Make sure that the logits depend on half of the pixels or more."""
    n = image.size
    images = np.tile(image, (n + 1, *[1] * image.ndim))
    # Far enough to become the largest of a window.
    images.reshape(n + 1, n)[np.arange(n), np.arange(n)] += 3 + rng.random(n).astype(np.float32)
    found = logits_of(model, images)
    count = int((np.abs(found[:-1] - found[-1]).max(axis=1) > 0).sum())
    message = f"only {count} of an image's {n} pixels have an effect on its logits"
    expect(2 * count >= n, message)


def are_logits(model: Any, X: ArrayLike) -> None:
    """Make sure that outputs are neither probabilities nor squeezed into an interval, in any mode.

    Parameters
    ----------
    model : torch.nn.Module
        It has other parameters afterwards.
    X : array_like, shape (m, ...)
    """
    X = np.asarray(X, dtype=np.float32)
    found = logits_of(model, X)
    shaped(found, (len(X), 10), what="the logits")
    asked = torch_slopes(model, X, np.zeros(found.shape), training=True).calls
    for outputs, mode in ((found, "evaluation"), (np.asarray(asked["outputs"]), "training")):
        shaped(outputs, (len(X), 10), what=f"the logits in {mode} mode")
        message = (
            f"in {mode} mode no logit is negative: is there an activation or a softmax after the "
            "last layer?"
        )
        expect(bool((outputs < 0).any()), message)
        sums = np.exp(np.minimum(outputs.astype(float), 50)).sum(axis=1)
        message = (
            f"in {mode} mode exp of the outputs sums to 1 in each row: is there a softmax in the "
            "network?"
        )
        expect(bool(np.abs(sums - 1).max() > 1e-3), message)
    state = {name: each.numpy() for name, each in model.state_dict().items()}
    load(model, state | {name: 30 * state[name] for name in asked["gradients"]})
    again = torch_slopes(model, X, np.zeros(found.shape), training=True).calls["outputs"]
    for before, now in ((found, logits_of(model, X)), (asked["outputs"], again)):
        larger = np.abs(now).max() / np.abs(before).max()
        message = (
            f"with parameters 30 times as large the largest output is {larger:.3g} times as large: "
            "is the last an activation?"
        )
        expect(bool(larger > 5), message)
