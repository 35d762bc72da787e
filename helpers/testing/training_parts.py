"""What a test hands to a training loop, or to what loads weights, besides a PyTorch network."""

import atexit
import functools
import shutil
import tempfile
import zipfile
from pathlib import Path

import numpy as np

from helpers.testing.scratch import PREFIX


def make_optimizer(network, learning_rate, momentum):
    """Make what `helpers.testing.torch_optimizer` returns."""
    from helpers.pytorch import torch  # here: PyTorch is an extra

    parameters = getattr(network, "parameters", None)
    if parameters is None:  # the test's own side of the examiner: the network is in the other
        return None
    return torch.optim.SGD(parameters(), lr=learning_rate, momentum=momentum)


def make_criterion(smoothing):
    """Make what `helpers.testing.torch_criterion` returns."""
    from helpers.pytorch import nn

    return nn.CrossEntropyLoss(label_smoothing=smoothing)


class OwnDict(dict):
    """A dict of a class that PyTorch does not know: only a pickle that may run code reads it."""


class TorchFile(type(Path())):
    """The path of a file in a folder of its own; what is in that folder are its `calls`."""

    @property
    def calls(self):
        """The sorted names of all files beside this one, itself included."""
        return sorted(each.name for each in self.parent.iterdir())


class Trap:
    """Something whose pickle writes a file when it is read as a program."""

    def __init__(self, path):
        self._path = path

    def __reduce__(self):
        """Return the function that leaves the trace, and its argument."""
        return _leave_trace, (str(self._path),)


def _leave_trace(path):
    Path(f"{path}.run").write_text("This pickle was run.\n", encoding="utf-8")
    return {}


def make_file(kind, arrays):
    """Make what `helpers.testing.torch_file` returns."""
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
