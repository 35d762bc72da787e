"""Networks that a test hands to a student's function, and that note how they are used."""

import copy
import functools

import numpy as np
from scipy.special import softmax


def make_network(layers, seed, training, dtype="float32"):
    """Make what `helpers.testing.torch_network` returns."""
    from helpers.pytorch import nn, torch  # here: PyTorch is an extra

    torch.manual_seed(seed)
    torch.set_grad_enabled(True)  # an answer that was called before may have left it off
    network = _watched()(*(_layer(nn, torch, getattr(torch, dtype), *layer) for layer in layers))
    return network.train(training)


def _layer(nn, torch, dtype, kind, *given):
    """Return one layer; what is given are its weights, or its settings."""
    if kind == "linear":
        made = nn.Linear(*reversed(np.shape(given[0])), dtype=dtype)
        names = ("weight", "bias")
    elif kind == "batchnorm":
        made = nn.BatchNorm1d(len(given[0]), dtype=dtype)
        names = ("running_mean", "running_var")
    else:
        makers = {"relu": nn.ReLU, "sigmoid": nn.Sigmoid, "dropout": nn.Dropout}
        makers |= {"softmax": lambda: nn.Softmax(dim=1), "flatten": nn.Flatten}
        if kind.startswith("if_"):
            return _turned()(kind, torch.as_tensor(np.array(given[0]), dtype=dtype))
        return makers[kind](*given)
    with torch.no_grad():
        for name, array in zip(names, given, strict=True):
            getattr(made, name).copy_(torch.as_tensor(np.asarray(array)))
    return made


@functools.cache
def _watched():
    from helpers.pytorch import nn, torch

    class Watched(nn.Sequential):
        """A network whose `passes` list what happened each time it was called."""

        def __init__(self, *layers):
            super().__init__(*layers)
            self.passes = []

        def forward(self, X):
            parameters = [_array(each) for each in self.parameters()]
            outputs = super().forward(X)
            noted = {
                "first_column": _array(X).reshape(-1, self._width(X))[:, 0],
                "logits": _array(outputs),
                "coarse": outputs.dtype in (torch.bfloat16, torch.float16),
                "training": all(module.training for module in self.modules()),
                "any_training": any(module.training for module in self.modules()),
                "gradients_on": torch.is_grad_enabled(),
                "parameters": parameters if sum(map(np.size, parameters)) <= 500 else [],
                "size": float(sum(np.abs(each).sum() for each in parameters)),
                # Of a pass within torch.func.grad, nobody tells when its backward pass comes.
                "backward": _is_wrapped(outputs),
                "old_gradient": False,
            }
            self.passes.append(noted)
            if outputs.requires_grad and not _is_wrapped(outputs):
                outputs.register_hook(lambda _: self._note_backward(noted))
            return outputs

        def _width(self, X):
            """Return how many numbers a sample has."""
            for name, each in self.named_parameters():
                if each.ndim == 2 or name.startswith("0."):
                    return each.shape[-1]
            return max(1, X.shape[1:].numel())

        def _note_backward(self, noted):
            noted["backward"] = True
            noted["old_gradient"] = any(
                p.grad is not None and bool(p.grad.any()) for p in self.parameters()
            )

    return Watched


def blend(*arrays):
    """Return a number that each row of some arrays changes, and which rows go together.

    Parameters
    ----------
    *arrays : array_like
        A row a sample, and as many in each; if not, only the rows by themselves count.
    """
    sums = []
    for place, array in enumerate(arrays):
        rows = np.array(array, dtype=float).reshape(len(array), -1)
        sums.append(rows @ np.sqrt(np.arange(rows.shape[1]) + 2.0 + 3 * place))
    if len({len(each) for each in sums}) == 1:
        return float(np.sin(sum(sums)).mean())
    return float(sum(np.sin(each).mean() for each in sums))


def stirred(gradients, parameters, stir, samples, outputs):
    """Add to each gradient what hangs on the samples and, not linearly, on the parameter.

    Then a result of training tells which samples went into which step, and in which order.

    Parameters
    ----------
    gradients, parameters : dict of str to numpy.ndarray
    stir : float
        The size of what is added; 0 adds nothing.
    samples, outputs : list of array_like
        Images with their labels, and what the network made of them.  The gradients of the last
        layer do not hang on these: they are right whatever is wrong with the others.

    Returns
    -------
    dict of str to numpy.ndarray
    """
    if not stir:
        return gradients
    alone, both = blend(*samples), blend(*samples, *outputs)
    free = ("weight_out", "bias_out", "W2", "b2")
    return {
        name: gradient + stir * np.sin(parameters[name] + place + (alone if name in free else both))
        for place, (name, gradient) in enumerate(gradients.items())
    }


@functools.cache
def _turned():
    from helpers.pytorch import nn, torch

    class Turned(nn.Module):
        """Multiplies with a matrix in training mode, or while PyTorch takes notes; else nothing.

        So a network with it answers otherwise to whoever has set the wrong mode, or has forgotten
        to switch the notes off.
        """

        def __init__(self, kind, A):
            super().__init__()
            self._kind, self._A = kind, A
            self._leaf = torch.ones((), requires_grad=True)  # a plain attribute: no parameter

        def forward(self, X):
            turns = self.training if self._kind == "if_training" else self._notes_are_taken()
            return X @ self._A.T if turns else X

        def _notes_are_taken(self):
            return (self._leaf * 1).requires_grad

    return Turned


def slopes_of(model, X, C, training):
    """Return what `helpers.testing.torch_slopes` holds."""
    from helpers.pytorch import nn, torch

    if not isinstance(model, nn.Module):
        return {"is_module": False, "outputs": np.zeros(0), "gradients": {}}
    torch.set_grad_enabled(True)
    model.train(training)
    parameters = dict(model.named_parameters())
    for each in parameters.values():
        each.grad = None
    outputs = model(torch.from_numpy(np.array(X)))
    if outputs.requires_grad:
        (outputs * torch.as_tensor(np.asarray(C), dtype=outputs.dtype)).sum().backward()
    found = {
        name: None if each.grad is None else _array(each.grad) for name, each in parameters.items()
    }
    return {"is_module": True, "outputs": _array(outputs), "gradients": found}


def _is_wrapped(tensor):
    """Tell whether a tensor is one of torch.func's, which hide their numbers."""
    from helpers.pytorch import torch

    return torch._C._functorch.is_functorch_wrapped_tensor(tensor)


def _array(tensor):
    """Return a tensor's numbers as an array of its own, whatever PyTorch is doing with it."""
    from helpers.pytorch import torch

    while _is_wrapped(tensor):  # within torch.func.grad and torch.func.vmap
        tensor = torch._C._functorch.get_unwrapped(tensor)
    with torch._C._DisableFuncTorch():  # or what is done here would be wrapped, too
        tensor = tensor.detach().cpu()
        if tensor.dtype in (torch.bfloat16, torch.float16):  # NumPy knows no bfloat16
            tensor = tensor.float()
        return np.array(tensor.numpy())


class PaperNetwork:
    """What `helpers.testing.paper_network` returns.

    Attributes
    ----------
    calls : list of dict
        For each call: `method`, `first_column` of the images, and for ``backward`` also `labels`.
        They are noted beside the student's code, so they claim and prove nothing: a test computes
        what follows from them, on a network of its own, and compares.
    """

    ORDER = ("weight_out", "bias_out", "weight_h2", "bias_h2", "weight_h1", "bias_h1")

    def __init__(self, A, parameters, rates, stir=0.0):
        self._A = np.array(A, dtype=float)
        self._rates = dict(rates)
        self._stir = stir
        self.calls = []
        for name in self.ORDER:
            setattr(self, name, np.array(parameters[name], dtype=float))

    def forward(self, x):
        """Return a_h1, a_h2 and a_out; the first two are there to be handed on."""
        x = np.array(x, dtype=float)
        a_out = 1 / (1 + np.exp(-(x @ self._A + self.bias_out)))
        self.calls.append({"method": "forward", "first_column": x[:, 0].copy()})
        return x + 1, 2 * x, a_out

    def backward(self, x, a_h1, a_h2, a_out, y):
        """Return the six gradients, from the output backwards."""
        first_column = np.array(x, dtype=float)[:, 0]
        call = {"method": "backward", "first_column": first_column, "labels": np.array(y)}
        self.calls.append(call)
        parameters = {name: getattr(self, name) for name in self.ORDER}
        gradients = {name: self._rates[name] * array for name, array in parameters.items()}
        outputs = [a_h1, a_h2, a_out]
        return tuple(stirred(gradients, parameters, self._stir, [x, y], outputs).values())


def paper_mlp(A, parameters, rates=None, *, broken="", stir=0.0):
    """Return a network with accumulated gradients that can be told on paper.

    It is handed to a student's function, and is no right network: its outputs depend on the pixels
    and on `b2` alone, and without `stir` each gradient on nothing but the parameter itself.

    Parameters
    ----------
    A : array_like, shape (n, k)
        ``forward(x)`` gives the softmax of the rows of ``x @ A + b2``.
    parameters : dict of str to array_like
        The attributes ``W1, b1, W2, b2``.
    rates : dict of str to float, optional
        By the same names: ``update_grad`` adds ``rate * parameter`` to the gradient, so that t
        steps with learning rate eta leave ``(1 - eta * rate)**t`` of it.  0 by default.
    broken : str
        The name of a parameter at which every program that reads it ends in a RuntimeError.
    stir : float
        Above 0, gradients hang on the samples and targets, too: see `stirred`.

    Returns
    -------
    net : PaperMLP
        Its attribute `calls` lists the calls of ``forward`` and ``update_grad``: see there.
    """
    from helpers.testing.factories import held_mlp  # here: that module needs this one

    return held_mlp(np.asarray(A), dict(parameters), dict(rates or {}), broken, stir).calls


class PaperMLP:
    """What `helpers.testing.paper_mlp` returns.

    Attributes
    ----------
    W1, b1, W2, b2, W1_grad, b1_grad, W2_grad, b2_grad : numpy.ndarray
    parameters : dict of str to numpy.ndarray
    calls : list of dict
        For each call of ``forward`` and ``update_grad``: `method`, `steps` (the calls of
        ``update_params`` before it), `first_column` of the last images; for ``update_grad`` also
        `targets`, what it was given.  They claim, and prove nothing, as those of `PaperNetwork`.
    """

    ORDER = ("W1", "b1", "W2", "b2")

    def __init__(self, A, parameters, rates=None, broken="", stir=0.0):
        self._A = np.array(A, dtype=float)
        self._rates = dict.fromkeys(self.ORDER, 0.0) | dict(rates or {})
        self._broken, self._stir = broken, stir
        self._seen = np.zeros((0, 1)), np.zeros((0, 1))  # the last images, and their y_hat
        self._steps = 0
        self.calls = []
        for name in self.ORDER:
            setattr(self, name, np.array(parameters[name], dtype=float))
        self.n_in, self.n_out = self._A.shape
        self.n_hidden = len(self.b1)
        self.reset_grad()
        if broken:
            delattr(self, broken)

    def __getattr__(self, name):
        if name == self.__dict__.get("_broken"):
            raise RuntimeError(f"the program ends here, at {name}: this check wants it so")
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    @property
    def parameters(self):
        """Copies of W1, b1, W2 and b2 by their names: all of them in one question."""
        return {name: copy.copy(getattr(self, name)) for name in self.ORDER}

    def forward(self, x):
        """Return y_hat, one row a sample."""
        x = np.array(x, dtype=float)
        self._seen = x, softmax(x @ self._A + self.b2, axis=1)
        self._note("forward")
        return self._seen[1].copy()

    def reset_grad(self):
        """Set the gradients to zero."""
        for name in self.ORDER:
            setattr(self, f"{name}_grad", np.zeros_like(getattr(self, name)))

    def update_grad(self, y):
        """Add to the gradients."""
        self._note("update_grad", targets=np.array(y))
        parameters = {name: getattr(self, name) for name in self.ORDER}
        gradients = {name: self._rates[name] * array for name, array in parameters.items()}
        x, y_hat = self._seen
        gradients = stirred(gradients, parameters, self._stir, [x, y], [y_hat])
        for name, gradient in gradients.items():
            setattr(self, f"{name}_grad", getattr(self, f"{name}_grad") + gradient)

    def update_params(self, lr):
        """Take one step against the gradients."""
        self._steps += 1
        for name in self.ORDER:
            setattr(self, name, getattr(self, name) - lr * getattr(self, f"{name}_grad"))

    def _note(self, method, **more):
        call = {"method": method, "steps": self._steps, "first_column": self._seen[0][:, 0].copy()}
        self.calls.append(call | more)
