"""What stands in a test for a thing that is in the student's kernel, and has no value here.

A proxy can be called, and asked for attributes, items and its length; each time the kernel is
asked.  What would take its word for more (comparing, truth, iterating) is refused.
"""

from typing import Any

import numpy as np

from grading.examiner.wire import WireError


class Remote:
    """A thing in the student's kernel.

    Its class is a subclass with the name of the thing's own type, so that messages name it.
    """

    __slots__ = ("_array", "_reference", "_session")
    __iter__ = __contains__ = __reversed__ = __array_ufunc__ = None
    __hash__ = None  # type: ignore[assignment]  # Python's own way to say that there is none

    def __init__(self, session: Any, reference: dict[str, Any]) -> None:
        object.__setattr__(self, "_session", session)
        object.__setattr__(self, "_reference", reference)
        object.__setattr__(self, "_array", None)

    def __getattr__(self, name):
        if name.startswith("__"):  # NumPy, copy and others would ask for these
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return self._session.ask("get", self, name)

    def __setattr__(self, name, value):
        self._session.ask("set", self, name, value)

    def __getitem__(self, key):
        return self._session.ask("item", self, key)

    def __setitem__(self, key, value):
        self._session.ask("set_item", self, key, value)

    def __len__(self):
        length = self._session.ask("length", self)
        if type(length) is not int or not 0 <= length < 2**53:
            raise WireError("a length should be a small integer")
        return length

    def __instancecheck__(self, thing):
        return isinstance(thing, Remote) and self._session.ask("is_instance", thing, self) is True

    def __array__(self, dtype=None, copy=None):
        """Return what NumPy makes of the thing over there; asked once, so that it cannot change."""
        if self._array is None:
            array = self._session.ask("array", self)
            if not isinstance(array, np.ndarray):
                array = np.empty((), dtype=object)
                array[()] = self
            object.__setattr__(self, "_array", array)
        return self._array.astype(dtype or self._array.dtype)

    def _refuse(self, *_others):
        raise TypeError(f"a {type(self).__name__} has no value that could be compared here")

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__ = _refuse

    def __float__(self):
        kind = type(self).__name__
        raise TypeError(f"float() argument must be a string or a real number, not {kind!r}")

    def __repr__(self):
        return f"<a {type(self).__name__} of yours>"


class Callable(Remote):
    """A function, class or other callable thing in the student's kernel."""

    __slots__ = ()

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Call it over there."""
        return self._session.ask("call", self, list(arguments), keywords)

    def _examiner_many(self, calls):
        calls = [tuple(arguments) for arguments in calls]
        found = self._session.ask("many", self, calls)
        if type(found) is not list or len(found) != len(calls):
            raise WireError("it is malformed")
        return found

    def _examiner_after(self, arguments):
        found = self._session.ask("after", self, list(arguments))
        if type(found) is not list or len(found) != 2 or type(found[1]) is not list:
            raise WireError("it is malformed")
        return found[0], tuple(found[1])


class Made:
    """A function that a test made by a factory: one for the student's kernel, one for the test.

    The test's own calls never go to the student's process.
    """

    __slots__ = ("_local", "_remote")

    def __init__(self, local: Any, remote: Any) -> None:
        self._local = local
        self._remote = remote

    def __call__(self, *arguments: Any) -> Any:
        """Call the test's own."""
        return self._local(*arguments)

    @property
    def calls(self) -> Any:
        """How the student's code called it, where the factory is `recorded`."""
        return self._remote.calls


def stand_in(session: Any, reference: Any) -> Any:
    """Return the proxy for what a reference of the kernel names.

    Raises
    ------
    WireError
        When the reference is malformed.
    """
    if type(reference) is not dict or set(reference) != {"number", "kind", "callable"}:
        raise WireError("it is malformed")
    number, kind = reference["number"], reference["kind"]
    if type(number) is not int or not 0 < number < 2**53 or type(kind) is not str:
        raise WireError("it is malformed")
    base = Callable if reference["callable"] is True else Remote
    name = kind if kind.isidentifier() and len(kind) <= 60 else "object"
    return type(name, (base,), {"__slots__": ()})(session, {"number": number})


def reference_of(thing: object) -> Any:
    """Return the reference by which the kernel knows a thing.

    Raises
    ------
    TypeError
        When it is not in the kernel and no plain data.
    """
    if isinstance(thing, Made):
        thing = object.__getattribute__(thing, "_remote")
    if isinstance(thing, Remote):
        return object.__getattribute__(thing, "_reference")
    raise TypeError(
        f"a test can hand plain data to the student's code, and what the factories of "
        f"checks make, but no {type(thing).__name__}"
    )
