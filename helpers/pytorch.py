"""PyTorch where it is installed; where it is not, names that say so as soon as they are used.

PyTorch is an extra of the course (`python3 course.py torch`): a notebook that takes `torch` and
`nn` from here runs to its end without it, and its checks say what is missing.
"""

import contextlib
import os
from collections.abc import Iterator

from helpers.messages import CheckFailed

__all__ = ["TorchMissing", "needs_torch", "nn", "torch"]


# What a check says first; it is the same for answers that are there and for those that are not.
_NOT_CHECKED = "not checked, whether done or not done yet: it"


class TorchMissing(CheckFailed, ImportError):
    """PyTorch was used where it is not installed; the message is written for the student."""


class _Absent:
    """Stands for a module that is not installed: whatever it is asked for, it says so."""

    def __getattr__(self, name):
        # Python and IPython ask for such names, and take no for an answer.
        if name.startswith("__") and name != "__version__":
            raise AttributeError(name)
        raise TorchMissing(f"{_NOT_CHECKED} needs PyTorch, {_where_it_is_missing()}.")

    def __bool__(self):
        return False


def _where_it_is_missing():
    if os.environ.get("NBGRADER_EXECUTION") == "autograde":
        return (
            "which is missing on the computer that grades. This is no mistake of yours: please "
            "tell your instructor"
        )
    return "which is not installed here. `python3 course.py torch` adds it; then restart the kernel"


try:
    import torch
    from torch import nn
except ModuleNotFoundError as error:
    if error.name != "torch":
        raise
    torch = nn = _Absent()
else:
    # The first optimiser imports as much again, which takes seconds: they belong to the cell that
    # imports, not to the limit of whichever check trains first.
    torch.optim.SGD([torch.zeros(1, requires_grad=True)])


@contextlib.contextmanager
def needs_torch() -> Iterator[None]:
    """Run a block that uses PyTorch: where it is not installed, print that instead of an error."""
    try:
        yield
    except TorchMissing as missing:
        text = str(missing).removeprefix(_NOT_CHECKED)
        print(f"This cell{text}")
