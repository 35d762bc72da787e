"""PyTorch networks that a test hands to a student's function, and that note how they are used."""

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from checks import remote
from checks.factories import Held, factory


@factory
def torch_network(
    layers: Sequence[tuple], seed: int = 0, *, training: bool = True, dtype: str = "float32"
) -> Any:
    """Return a PyTorch network with given weights, after ``torch.manual_seed(seed)``.

    Parameters
    ----------
    layers : list of tuple
        ``("linear", W, b)``, ``("batchnorm", mean, variance)``, ``("dropout", p)``, ``("relu",)``,
        ``("sigmoid",)``, ``("softmax",)``, which is taken row by row, ``("flatten",)``, or
        ``("if_training", A)`` and ``("if_noting", A)``, which multiply with the square matrix A in
        training mode, or while PyTorch takes notes for a backward pass, and else do nothing.
    seed : int
        Where PyTorch's own generator starts, on both sides.
    training : bool
        The mode in which it is handed over.
    dtype : str
        "float32", or "float64" where gradients are compared to many digits: of the weights.

    Returns
    -------
    network : torch.nn.Sequential
        Its attribute `passes` lists the calls, each a dict: `first_column` of the input, `logits`,
        `coarse` (they were computed with 16 bits), `training` (all layers were in training mode),
        `any_training`, `gradients_on`, `parameters` before it (none of a large network), `size`
        (the sum of all parameters' sizes), `backward` (a backward pass followed), and
        `old_gradient` (that pass added to gradients that were there before).  It is made beside
        the student's code, so it claims, and proves nothing: see `checks.torch_training`.

    Raises
    ------
    helpers.pytorch.TorchMissing
        Where PyTorch is not installed.
    """
    return make_network(layers, seed, training, dtype)


@factory
def torch_slopes(model: Any, X: ArrayLike, C: ArrayLike, *, training: bool = False) -> Held:
    """Let autograd differentiate ``sum(C * model(X))``, and return what came of it.

    Parameters
    ----------
    model : torch.nn.Module
        The student's; its gradients are those of this sum afterwards.
    X, C : array_like
        Inputs, in the precision of the model, and weights of the outputs.
    training : bool
        The mode, in which it is left.

    Returns
    -------
    found : Held
        Its `calls` is a dict: `is_module`, `outputs` and `gradients`, a dict of arrays by the
        parameters' names, with None where a parameter got none.
    """
    if remote.grader:  # the test's own side of the examiner: the network is in the other
        return None
    return Held(slopes_of(model, X, C, training))


def make_network(layers: Sequence[tuple], seed: int, training: bool, dtype: str = "float32") -> Any:
    """Make what `checks.torch_network` returns."""
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


def slopes_of(model: Any, X: ArrayLike, C: ArrayLike, training: bool) -> dict[str, Any]:
    """Return what `checks.torch_slopes` holds."""
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
