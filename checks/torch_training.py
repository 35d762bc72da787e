"""Judge a training loop by the numbers that it leads to.

A network of `checks.torch_network` says which rows it was given and what its parameters
were.  It does so beside the student's code, so this is a claim: it has to be possible, and a test
then computes what follows from it, and demands that the network is there.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from checks.comparing import expect, shaped


def loss_numbers(losses: Any, epochs: int) -> np.ndarray:
    """Return the losses of the epochs as an array, or say what they are instead.

    Parameters
    ----------
    losses : object
        What the student's function returned.
    epochs : int
    """
    from helpers.pytorch import torch

    wanted = "a list with one number an epoch"
    expect(losses is not None, f"your function returns nothing; it should `return` {wanted}")
    alone = not hasattr(losses, "state_dict")
    expect(alone, f"you returned the network, which is trained in place; `return` {wanted}")
    kind = type(losses).__name__
    is_list = isinstance(losses, list | tuple | np.ndarray)
    expect(is_list, f"losses should be {wanted}; it is a {kind}")
    alone = not any(hasattr(each, "state_dict") or isinstance(each, list) for each in losses)
    expect(alone, f"you returned a {kind} of {len(losses)} things; it should be {wanted}")
    tensors = any(isinstance(each, torch.Tensor) for each in losses)
    expect(not tensors, "losses holds tensors, with all their notes: take loss.item()")
    shaped(losses, (epochs,), what="losses")
    return np.asarray(losses, dtype=float)


def passes_of(network: Any, m: int) -> list[dict[str, Any]]:
    """Return the calls of a network, as it claims them, each with its `rows`.

    Parameters
    ----------
    network : torch.nn.Module
        Of `checks.torch_network`.
    m : int
        The number of samples; the first number of sample i was i / m.
    """
    passes = [dict(each) for each in network.passes]
    message = "the network that you were given was never asked (do you train a copy, or a new one?)"
    expect(len(passes) > 0, message)
    for each in passes:
        places = m * np.asarray(each.get("first_column", ()), dtype=float).reshape(-1)
        each["rows"] = np.rint(places).astype(int)
        are_rows = places.size > 0 and np.abs(places - each["rows"]).max() < 0.1
        are_rows = are_rows and 0 <= each["rows"].min() <= each["rows"].max() < m
        expect(bool(are_rows), "the network was given what is no row of your samples")
    return passes


def steps_of(network: Any, m: int) -> list[dict[str, Any]]:
    """Return the passes that a backward pass followed, as the network claims; see `passes_of`."""
    steps = [each for each in passes_of(network, m) if each.get("backward") is True]
    message = (
        "no backward pass went through the network that you were given (is loss.backward() "
        "missing, or is it a copy that you train, or a new one?)"
    )
    expect(len(steps) > 0, message)
    return steps


def epochs_of(
    network: Any, epochs: int, m: int, *, exact: bool = True
) -> list[list[dict[str, Any]]]:
    """Return a network's steps, as it claims them, epoch by epoch.

    Parameters
    ----------
    network : torch.nn.Module
        Of `checks.torch_network`.
    epochs, m : int
        How many epochs there should be, and of how many samples.
    exact : bool
        Whether it is a failure when they are not so many.

    Returns
    -------
    list of list of dict
        See `steps_of`.
    """
    steps = steps_of(network, m)
    if not exact:
        size = -(-len(steps) // epochs)
        return [steps[i : i + size] for i in range(0, len(steps), size)]
    times, rest = divmod(sum(len(each["rows"]) for each in steps), m)
    message = f"your function passes {times} x over the {m} samples; `epochs` is {epochs}"
    expect(rest > 0 or times == epochs, message)
    message = "the passes over the network do not add up to whole epochs of all samples"
    expect(rest == 0, message)
    size, rest = divmod(len(steps), epochs)
    expect(rest == 0, f"{len(steps)} mini-batches in {epochs} epochs: not equally many in each")
    return [steps[i * size : (i + 1) * size] for i in range(epochs)]


def orders_of(
    steps: Sequence[Sequence[dict[str, Any]]], m: int, sizes: Sequence[int] | None = None
) -> list[np.ndarray]:
    """Return the order of each epoch's samples, after making sure that it is a new one of all.

    Parameters
    ----------
    steps : list of list of dict
        Of `epochs_of`.
    m : int
        The number of samples.
    sizes : list of int, optional
        What mini-batches an epoch has, sorted; otherwise any of at most 256.
    """
    orders = []
    for epoch in steps:
        found = sorted(len(each["rows"]) for each in epoch)
        if sizes is None:
            message = f"a mini-batch has {found[-1]} samples: at most 256 were asked for"
            expect(found[-1] <= 256, message)
        else:
            expect(found == sizes, f"mini-batches of {found}, expected {sizes} in each epoch")
        order = np.concatenate([each["rows"] for each in epoch])
        expect(len(order) == m, f"an epoch used {len(order)} samples, and there are {m}")
        expect(len(set(order.tolist())) == m, "a sample is used twice in an epoch")
        expect(bool(np.any(np.diff(order) < 0)), "the samples come in the order of X")
        orders.append(order.tolist())
    expect(all(each != orders[0] for each in orders[1:]), "two epochs have the same order")
    return orders


def parameters_at(steps: Sequence[dict[str, Any]], end: Sequence[ArrayLike]) -> np.ndarray:
    """Return a network's parameters before each step, and at its end, one flat vector each.

    Parameters
    ----------
    steps : list of dict
        Steps one after the other.
    end : list of array_like
        The parameters in the end, in the network's order.
    """
    found: list[Any] = [each.get("parameters") for each in steps]
    there = all(isinstance(each, list | tuple) and len(each) == len(end) for each in found)
    expect(there, "the network's record was changed: please leave `passes` as it is")
    flat = [
        np.concatenate([np.ravel(np.asarray(a, float)) for a in each]) for each in [*found, end]
    ]
    expect(len({each.size for each in flat}) == 1, "the network's parameters changed their shape")
    expect(bool(np.isfinite(flat).all()), "parameters are NaN or infinite")
    return np.array(flat)


def goes_downhill(trajectory: ArrayLike, slopes: ArrayLike) -> None:
    """Make sure that steps come from gradients, whatever the optimiser makes of them.

    Every usual optimiser moves a number against its slope as long as that has not changed its
    sign: with or without momentum, each at its own rate or all at one.

    Parameters
    ----------
    trajectory : (t + 1, n) array_like
        The parameters before each step, and after the last.
    slopes : (t, n) array_like
        The gradients there.
    """
    slopes = np.asarray(slopes)
    signs = np.sign(slopes) * (np.abs(slopes) > 0.05 * np.abs(slopes).max(axis=1, keepdims=True))
    kept = np.cumprod(signs == signs[0], axis=0).astype(bool) & (signs[0] != 0)
    against = np.sign(np.diff(trajectory, axis=0)) == -signs[0]
    first = against[0][kept[0]].mean()
    message = (
        f"after the first mini-batch {100 * first:.0f} % of the parameters have moved against "
        "their gradient; all that have one should"
    )
    expect(bool(first > 0.9), message)
    share = against[kept].mean()
    message = (
        f"only {100 * share:.0f} % of the parameters' moves go against the gradients of the "
        "mini-batches: is each step taken with the gradients of its own mini-batch?"
    )
    expect(bool(share > 0.8), message)


def normalised(images: np.ndarray, gain: ArrayLike, offset: ArrayLike) -> np.ndarray:
    """Return what batch normalisation makes of images in training mode."""
    spread = np.sqrt(images.var(axis=0) + 1e-5)
    return (images - images.mean(axis=0)) / spread * gain + offset
