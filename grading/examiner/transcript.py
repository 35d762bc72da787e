"""The questions of a test and their answers, noted or compared."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from checks.remote import StudentError
from checks.scratch import PREFIX
from grading.examiner.proxies import Made, Remote

#: Answers differ by rounding where the same mistake is written otherwise.
RTOL, ATOL = 1e-6, 1e-9
#: Where files are written for a test: another folder each time.
_SCRATCH = re.compile(rf"\S*{PREFIX}\w{{8}}")


class Differs(KeyboardInterrupt):
    """Ends a test in the middle: a check lets no other exception through."""


@dataclass(frozen=True)
class Note:
    """One question and its answer.

    Attributes
    ----------
    operation : str
        Of `grading.examiner.kernel_end.Server`.
    arguments : list
    error : Exception or None
        What was raised instead of an answer.
    value : object
    """

    operation: str
    arguments: Sequence
    error: Exception | None
    value: Any


@dataclass
class Transcript:
    """Notes, in the order of the questions.

    Attributes
    ----------
    notes : list of Note
    """

    notes: list[Note] = field(default_factory=list)

    def note(
        self, operation: str, arguments: Sequence, error: Exception | None, value: object
    ) -> None:
        """Take down one question."""
        self.notes.append(Note(operation, arguments, error, value))

    @property
    def answers(self) -> list[Note]:
        """The notes on what the student's code did; not on what the test prepared."""
        return [note for note in self.notes if note.operation not in ("begin", "make")]


class Comparison(Transcript):
    """A transcript that stops the test at the first answer that is not the other transcript's.

    Parameters
    ----------
    other : Transcript
    """

    def __init__(self, other: Transcript) -> None:
        super().__init__()
        self._expected = other.notes

    def note(
        self, operation: str, arguments: Sequence, error: Exception | None, value: object
    ) -> None:
        """Take down one question, or raise `Differs`."""
        super().note(operation, arguments, error, value)
        place = len(self.notes) - 1
        if place >= len(self._expected) or not same_note(self.notes[-1], self._expected[place]):
            raise Differs

    @property
    def is_complete(self) -> bool:
        """Whether all of the other transcript's questions were asked."""
        return len(self.notes) == len(self._expected)


def same_note(a: Note, b: Note) -> bool:
    """Tell whether two notes are of the same question and answer."""
    if a.operation != b.operation:
        return False
    if a.operation == "begin":  # the functions themselves are handles on both sides
        return a.error is None and b.error is None and sorted(a.value) == sorted(b.value)
    if a.error is not None or b.error is not None:
        return same_error(a.error, b.error)
    return same(a.value, b.value)


def same_error(a: BaseException | None, b: BaseException | None) -> bool:
    """Tell whether two exceptions are of the same kind, and say the same."""
    if not (isinstance(a, StudentError) and isinstance(b, StudentError)):
        return type(a) is type(b) and _text(a) == _text(b)
    return a.kind == b.kind and _text(a) == _text(b)


def _text(value):
    """Return a text, or what an exception says, without the name of a scratch folder."""
    return _SCRATCH.sub(PREFIX, str(value))


def same(a: Any, b: Any) -> bool:
    """Tell whether two answers are equal but for rounding."""
    if isinstance(a, Remote | Made) or isinstance(b, Remote | Made):
        return type(a).__name__ == type(b).__name__
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, str) and isinstance(b, str):
        return _text(a) == _text(b)
    try:
        x, y = _numbers(a), _numbers(b)
    except (TypeError, ValueError, OverflowError):
        return type(a) is type(b) and bool(a == b)
    if x is None or y is None:
        return type(a) is type(b) and bool(a == b)
    return x.shape == y.shape and _close(x, y)


def _numbers(value):
    """Return numbers as an array, or None where it is something else."""
    if hasattr(value, "detach"):  # a PyTorch tensor
        value = value.detach().double().numpy()
    if isinstance(value, bool | str | bytes) or value is None or _holds_proxies(value):
        return None
    array = np.asarray(value)
    return array if array.dtype.kind in "iufcb" else None


def _holds_proxies(value):
    """Tell whether a collection holds things of a kernel: NumPy would ask for them there."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple | set | frozenset):
        return any(map(_holds_proxies, value))
    return isinstance(value, Remote | Made)


def _close(x, y):
    # Numbers of 32 bits are rounded more coarsely.
    coarse = any(array.dtype in (np.float32, np.float16) for array in (x, y))
    rtol = 1e-3 if coarse else RTOL
    x, y = x.astype(complex), y.astype(complex)
    finite = np.isfinite(x)
    if not np.array_equal(finite, np.isfinite(y)):
        return False
    if not np.array_equal(x[~finite], y[~finite], equal_nan=True):
        return False
    size = np.abs(y[finite]).max(initial=0)
    return bool((np.abs(x[finite] - y[finite]) <= ATOL + rtol * size).all())
