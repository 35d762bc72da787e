"""Ways of calling a student's function: many times, on copies, twice, or as a composition."""

import copy
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from checks.comparing import CheckFailed


def many(f: Callable[..., Any], calls: Iterable[tuple]) -> list:
    """Return ``[f(*arguments) for arguments in calls]``.

    Parameters
    ----------
    f : callable
        The student's function.
    calls : iterable of tuple
        The arguments of each call.
    """
    batch = getattr(type(f), "_examiner_many", None)
    return batch(f, calls) if batch else [f(*arguments) for arguments in calls]


def after(f: Callable[..., Any], *arguments: Any) -> tuple[Any, tuple]:
    """Call `f` on copies; return its result and what became of the arguments.

    Returns
    -------
    result, arguments : object, tuple
    """
    batch = getattr(type(f), "_examiner_after", None)
    if batch:
        return batch(f, arguments)
    arguments = copy.deepcopy(arguments)
    return f(*arguments), arguments


def steady(f: Callable[..., Any], *arguments: Any, names: str = "") -> Any:
    """Return ``f(*arguments)`` after making sure that `f` changes nothing and answers alike twice.

    Parameters
    ----------
    f : callable
        The student's function; it gets copies.
    *arguments
        Its arguments, plain data.
    names : str
        The arguments' names, separated by spaces, for the messages.

    Raises
    ------
    CheckFailed
        When an argument was changed, or the second answer is not the first.
    """
    labels = names.split() or [f"argument {i + 1}" for i in range(len(arguments))]
    first, left = after(f, *arguments)
    for label, given, found in zip(labels, arguments, left, strict=True):
        if not _same(given, found):
            raise CheckFailed(
                f"your function changes {label} in place, and whoever called it still needs the "
                f"old {label}. Make a new array instead (`a = a * b`, not `a *= b`)."
            )
    second, _ = after(f, *arguments)
    if not _same(first, second):
        raise CheckFailed(
            "called twice on the same inputs, your function gives two different answers. Does it "
            "keep something from the first call, or draw random numbers?"
        )
    return first


def _same(a, b):
    """Tell whether two pieces of plain data are equal, NaN equal to NaN."""
    if isinstance(a, list | tuple):
        return (
            isinstance(b, list | tuple)
            and len(a) == len(b)
            and all(_same(x, y) for x, y in zip(a, b, strict=True))
        )
    if not isinstance(a, np.ndarray | np.number | float):
        # Generators, callables and other objects have no value to compare.
        return not isinstance(a, bool | int | str) or (type(a) is type(b) and a == b)
    a, b = np.asarray(a), np.asarray(b)
    return a.shape == b.shape and np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")
