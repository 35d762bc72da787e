"""What tests of a student's class do with its networks."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from checks.comparing import expect


def with_parameters(net: Any, parameters: Mapping[str, np.ndarray]) -> Any:
    """Give a network these parameters, each in a copy of its own, and return it.

    Parameters
    ----------
    net : object
        Of a class that the student wrote.
    parameters : dict of str to numpy.ndarray
        By the names of the attributes.
    """
    for name, array in parameters.items():
        setattr(net, name, array.copy())
    return net


def attribute(net: object, name: str) -> Any:
    """Return a network's attribute; the check fails, with its name, where there is none.

    Parameters
    ----------
    net : object
    name : str

    Raises
    ------
    CheckFailed
    """
    expect(hasattr(net, name), f"the network has no attribute {name}")
    return getattr(net, name)


def works_as_made(net: Any, ours: Any, names: list[str], calls: Iterable[tuple]) -> None:
    """Make sure that a network from a factory still does what it did when it was made.

    The student's code has had it in hand, and can replace what it and its class do.

    Parameters
    ----------
    net : object
    ours : object
        One like it that no student's code has seen; it gets the parameters of `net`.
    names : list of str
        The attributes that are compared after each call, all of them arrays.
    calls : list of tuple
        A method's name and its arguments, in the order of the calls.

    Raises
    ------
    CheckFailed
        With the name of the method that does something else.
    """
    for name in names:
        setattr(ours, name, np.array(getattr(net, name), dtype=float))
    for method, *arguments in calls:
        found, expected = (getattr(each, method)(*arguments) for each in (net, ours))
        pairs = [(getattr(net, name), getattr(ours, name)) for name in names]
        if expected is not None:
            pairs.append((found, expected))
        expect(
            all(_equal(one, other) for one, other in pairs),
            f"`{method}` of the network that you were given does something else than when you got "
            "it: a training loop uses a network and leaves its methods as they are",
        )


def _equal(found, expected):
    """Tell whether two arrays, or two tuples of them, are the same to rounding."""
    if isinstance(expected, tuple):
        pairs = zip(found, expected, strict=True)
        return len(found) == len(expected) and all(_equal(*pair) for pair in pairs)
    found = np.asarray(found, dtype=float)
    same_shape = found.shape == expected.shape
    return same_shape and bool(np.all(np.abs(found - expected) <= 1e-9 * (1 + np.abs(expected))))
