"""What a test hands to a training loop, or to what loads weights, besides a PyTorch network."""

import atexit
import functools
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from checks.factories import factory
from checks.scratch import PREFIX


@factory
def torch_optimizer(network: Any, learning_rate: float, momentum: float = 0.0) -> Any:
    """Return ``torch.optim.SGD`` for the parameters of what `torch_network` has made.

    Parameters
    ----------
    network : torch.nn.Module
    learning_rate, momentum : float

    Returns
    -------
    optimizer : torch.optim.SGD
        In the examiner's own process None: network and optimiser are with the student's code.
    """
    return make_optimizer(network, learning_rate, momentum)


@factory
def torch_criterion(smoothing: float = 0.0) -> Any:
    """Return a PyTorch loss that takes logits (m, k) and labels (m,).

    Parameters
    ----------
    smoothing : float
        The part s of each target that is shared out evenly: (1 - s) on the label, and s/k on each
        of the k classes.

    Returns
    -------
    criterion : torch.nn.CrossEntropyLoss
        Its result is the mean over the rows.
    """
    return make_criterion(smoothing)


@factory
def torch_file(kind: str, arrays: Mapping[str, ArrayLike] | None = None) -> Path:
    """Return the path of a new file such as ``torch.save`` leaves, good or bad.

    Parameters
    ----------
    kind : str
        "weights": a state_dict. "gpu": one that was saved from a GPU. "truncated": one whose end
        is missing. "object": one whose dict is of a class of its own, which cannot be read with
        ``weights_only=True``. "tensors": a list of tensors. "text": no such file at all.
        "trap": a pickle that runs a program when it is read as one: there is a file beside it
        then, of the same name and ``.run``.
    arrays : dict of str to array_like, optional
        The arrays by their names; they keep their dtype.

    Returns
    -------
    path : pathlib.Path
        In a folder of its own that is gone when the process ends.  Its attribute `calls` lists
        the names of the files there.
    """
    return make_file(kind, arrays)


def make_optimizer(network: Any, learning_rate: float, momentum: float) -> Any:
    """Make what `checks.torch_optimizer` returns."""
    from helpers.pytorch import torch  # here: PyTorch is an extra

    parameters = getattr(network, "parameters", None)
    if parameters is None:  # the test's own side of the examiner: the network is in the other
        return None
    return torch.optim.SGD(parameters(), lr=learning_rate, momentum=momentum)


def make_criterion(smoothing: float) -> Any:
    """Make what `checks.torch_criterion` returns."""
    from helpers.pytorch import nn

    return nn.CrossEntropyLoss(label_smoothing=smoothing)


class OwnDict(dict):
    """A dict of a class that PyTorch does not know: only a pickle that may run code reads it."""


class TorchFile(type(Path())):  # type: ignore[misc]  # a Path is of its system's own class
    """The path of a file in a folder of its own; what is in that folder are its `calls`."""

    @property
    def calls(self) -> list[str]:
        """The sorted names of all files beside this one, itself included."""
        return sorted(each.name for each in self.parent.iterdir())


class Trap:
    """Something whose pickle writes a file when it is read as a program."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple:
        """Return the function that leaves the trace, and its argument."""
        return _leave_trace, (str(self._path),)


def _leave_trace(path):
    Path(f"{path}.run").write_text("This pickle was run.\n", encoding="utf-8")
    return {}


def make_file(kind: str, arrays: Mapping[str, ArrayLike] | None) -> Path:
    """Make what `checks.torch_file` returns."""
    from helpers.pytorch import torch

    path = TorchFile(tempfile.mkdtemp(prefix=PREFIX, dir=_folder())) / "network.pt"
    arrays = {} if arrays is None else arrays
    tensors = {name: torch.from_numpy(np.array(array)) for name, array in arrays.items()}
    if kind == "text":
        path.write_text("These are no weights.\n", encoding="utf-8")
    elif kind == "tensors":
        torch.save(list(tensors.values()), path)
    elif kind == "object":
        torch.save(OwnDict(tensors), path)
    elif kind == "trap":
        torch.save(Trap(path), path)
    else:
        torch.save(tensors, path)
    if kind == "truncated":
        path.write_bytes(path.read_bytes()[:-200])
    if kind == "gpu":
        _as_if_from_a_gpu(path)
    return path


def _as_if_from_a_gpu(path):
    """Let a saved file say that its tensors were on the first CUDA device."""
    with zipfile.ZipFile(path) as archive:
        members = {each: archive.read(each) for each in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            if name.endswith("data.pkl"):  # a string there is its length and its letters
                content = content.replace(b"X\x03\x00\x00\x00cpu", b"X\x06\x00\x00\x00cuda:0")
            archive.writestr(name, content)


@functools.cache
def _folder():
    """Return a folder of its own for this process, gone when that ends."""
    folder = tempfile.mkdtemp(prefix=PREFIX)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)
