"""The end of the wire that is in the student's kernel: it does one operation, and answers.

Its source is sent there, so it imports nothing of ours.  Whatever a student's code makes of it,
what it answers is only ever that student's answer.
"""

import contextlib
import importlib
import json
import linecache
import os
import sys
import traceback
import warnings
from typing import Any


def start(wire: Any, shell: Any, kind: str) -> None:
    """Answer the messages of a kind of the examiner's own from now on.

    Such a message needs nothing that the running of a cell does, and takes half the time.

    Parameters
    ----------
    wire : module
        `grading.examiner.wire`.
    shell : IPython.core.interactiveshell.InteractiveShell
        The shell of the kernel.
    kind : str
        The type of the requests without "_request", and of the replies without "_reply".
    """
    end: Any = sys.modules[__name__]
    end.serve = Server(wire, shell.user_ns).serve

    def reply(content, stream, identity, parent):
        shell.kernel.session.send(stream, f"{kind}_reply", content, parent, ident=identity)

    def answer(stream, identity, parent):
        try:
            found = end.serve(parent["content"]["request"])._repr_mimebundle_()
            reply({"answer": found["application/json"]}, stream, identity, parent)
        except BaseException:  # noqa: BLE001  no reply at all would be waited for
            reply({}, stream, identity, parent)
        shell.events.trigger("post_execute")  # closes figures, as after a cell

    shell.kernel.shell_handlers[f"{kind}_request"] = answer


class Server:
    """Operations on what is in the kernel.

    Parameters
    ----------
    wire : module
        `grading.examiner.wire`.
    namespace : dict
        Where the student's cells leave their names.
    """

    def __init__(self, wire: Any, namespace: dict[str, Any]) -> None:
        self._wire = wire
        self._namespace = namespace
        self._objects: dict[int, Any] = {}

    def serve(self, request: str) -> "Reply":
        """Do what a request says; return the reply in a form that IPython sends on.

        Parameters
        ----------
        request : str
            The operation's name and its arguments.
        """
        try:
            operation, *arguments = self._wire.decode(request, self._object)
            with _quiet():
                value = getattr(self, f"do_{operation}")(*arguments)
            return Reply("value", self._wire.encode(value, self._refer))
        except self._wire.WireError as error:
            return Reply("refused", json.dumps(str(error)))
        except BaseException as error:  # noqa: BLE001  whatever a student's code raises
            return Reply("raised", json.dumps(error_report(error)))

    def _refer(self, value):
        value = value.value if type(value) is _Unsent else value
        number = len(self._objects) + 1
        self._objects[number] = value
        kind = type(value).__name__
        return {"number": number, "kind": kind[:60], "callable": callable(value)}

    def _object(self, reference):
        return self._objects[reference["number"]]

    def do_begin(self, names: list[str], seed: int | None) -> dict[str, Any]:
        """Forget the objects of the last test; return what the student's names stand for.

        Generators that a student's code may draw from without a seed of its own start at `seed`:
        the same code then answers the same test in the same way.
        """
        self._objects.clear()
        if seed is not None:
            _start_generators(seed)
        return {n: self._sendable(self._namespace[n]) for n in names if n in self._namespace}

    def _sendable(self, value):
        try:
            self._wire.encode(value, lambda _: None)
        except Exception:  # noqa: BLE001  too large to send, for example: the test gets a reference
            return _Unsent(value)
        return value

    def do_make(self, factory: str, arguments: list, keywords: dict[str, Any]) -> Any:
        """Make a function or generator that a test hands to the student's code.

        The factory is named by its module and its name, with a colon between.
        """
        module, name = factory.split(":")
        return getattr(importlib.import_module(module), name)(*arguments, **keywords)

    def do_call(self, f: Any, arguments: list, keywords: dict[str, Any]) -> Any:
        """Call once."""
        return f(*arguments, **keywords)

    def do_many(self, f: Any, calls: list) -> list:
        """Call for each tuple of arguments."""
        return [f(*arguments) for arguments in calls]

    def do_after(self, f: Any, arguments: list) -> list:
        """Call, and return also what became of the arguments."""
        return [f(*arguments), arguments]

    def do_get(self, thing: Any, name: str) -> Any:
        """Return an attribute."""
        return getattr(thing, name)

    def do_set(self, thing: Any, name: str, value: Any) -> None:
        """Set an attribute."""
        setattr(thing, name, value)

    def do_item(self, thing: Any, key: Any) -> Any:
        """Return an item."""
        return thing[key]

    def do_set_item(self, thing: Any, key: Any, value: Any) -> None:
        """Set an item."""
        thing[key] = value

    def do_length(self, thing: Any) -> int:
        """Return the length."""
        return len(thing)

    def do_is_instance(self, thing: Any, kind: Any) -> bool:
        """Tell whether a thing is of a kind."""
        return bool(isinstance(thing, kind))

    def do_array(self, thing: Any) -> Any:
        """Return what NumPy makes of a thing; None when it is an array of that one thing."""
        array = importlib.import_module("numpy").asarray(thing)
        return None if array.dtype.kind == "O" and not array.shape else array


def _start_generators(seed):
    for name, function in ("random", "seed"), ("numpy.random", "seed"), ("torch", "manual_seed"):
        with contextlib.suppress(Exception):  # a student's code may have changed them
            # NumPy itself imports this part of it when it is first used.
            if name == "random" or name.split(".")[0] in sys.modules:
                getattr(importlib.import_module(name), function)(seed)


class _Unsent:
    """A value that is to be sent as a reference, whatever it is."""

    def __init__(self, value):
        self.value = value


class Reply:
    """A text that IPython sends as it is, and not as its repr."""

    def __init__(self, kind: str, text: str) -> None:
        self._data = {"application/json": {kind: text}}

    def __repr__(self) -> str:
        return ""

    def _repr_mimebundle_(self, **_options):
        return self._data


def error_report(error: BaseException) -> dict[str, Any]:
    """Return what there is to say about an exception, as JSON data.

    Returns
    -------
    dict
        `kind`, `message`, `bases` (the names of the built-in classes it is an instance of) and
        `frames`, the traceback's lines in the student's cells: name, line number, line, and the
        first and last byte of the expression in it that failed (or null).
    """
    try:
        message = str(error)
    except BaseException:  # noqa: BLE001  a student's exception may be unable to say what it is
        message = ""
    found = traceback.extract_tb(error.__traceback__, limit=-100)
    own = [f for f in found if _is_cell(f.filename)]
    return {
        "kind": type(error).__name__[:100],
        "message": message[:2000],
        "bases": [c.__name__ for c in type(error).__mro__ if c.__module__ == "builtins"][:10],
        "frames": [_frame(f) for f in own[-5:]],
    }


def _frame(found):
    line = (found.line or "")[:300]
    ends = [found.colno, found.end_colno]
    if None in ends or found.lineno != found.end_lineno:
        return [found.name[:100], found.lineno or 0, line, None, None]
    whole = linecache.getline(found.filename, found.lineno)
    indent = len(whole) - len(whole.lstrip())
    return [found.name[:100], found.lineno, line, *(max(0, end - indent) for end in ends)]


def _is_cell(name):
    """Tell whether code of this file name stands in a notebook's cell, as in `checks`."""
    if name.startswith("<examiner"):
        return False
    return "ipykernel_" in name or not os.path.exists(name)  # noqa: PTH110  it may be no path


@contextlib.contextmanager
def _quiet():
    """Keep warnings away, as a test does in a student's own notebook."""
    numpy = sys.modules.get("numpy")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with numpy.errstate(all="ignore") if numpy else contextlib.nullcontext():
            yield
