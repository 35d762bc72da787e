"""A test's questions to the student's kernel: in plain data, and in time."""

import contextlib
import hashlib
import json
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from checks import CheckFailed
from checks.remote import StudentError
from checks.timing import TimeIsUp, time_limit
from grading.examiner import kernel_end, wire
from grading.examiner.clipping import CUT
from grading.examiner.job import Limits
from grading.examiner.kernel import Kernel, KernelGone
from grading.examiner.limit import Limit, ProcessorTime, TooLate, backstop
from grading.examiner.outputs import text_of
from grading.examiner.proxies import Made, reference_of, stand_in
from grading.examiner.transcript import Transcript

MODULE = "_examiner_of_this_notebook"
#: The type of the messages that hold a question and an answer, without "_request" and "_reply".
REQUEST = "examiner"
_SET_UP = f"""
def _set_up(wire_source, server_source):
    import sys, types
    wire, end = types.ModuleType("wire"), types.ModuleType("{MODULE}")
    exec(compile(wire_source, "<examiner: wire>", "exec"), wire.__dict__)
    exec(compile(server_source, "<examiner: kernel end>", "exec"), end.__dict__)
    sys.modules["{MODULE}"] = end
    end.start(wire, get_ipython(), "{REQUEST}")
_set_up({{!r}}, {{!r}})
del _set_up
"""
#: Seconds beyond a check's own in which the kernel should have been interrupted.
_SPARE = 5.0
#: Characters of what the kernel says of an exception.
_MAX_REPORT = 100_000


def notebook_backstop(seconds: float) -> float:
    """Return the seconds of wall time that a notebook may take whose limit is `seconds`.

    Less than a check's `backstop` would be: it is for a whole notebook that waits.
    """
    return 2 * seconds + 10


class Session:
    """The questions of one notebook's tests, and its cells.

    Parameters
    ----------
    kernel : grading.examiner.kernel.Kernel or None
        None where a subclass answers itself.
    limits : grading.examiner.job.Limits
    deadline : float, optional
        When the notebook's time is up in any case, on the clock of `time.monotonic`;
        `notebook_backstop` from now otherwise.

    Attributes
    ----------
    printed : str
        What the student's code printed since `begin`, capped.
    transcript : grading.examiner.transcript.Transcript or None
        Where each question and its answer is noted.
    """

    def __init__(
        self, kernel: Kernel | None, limits: Limits, deadline: float | None = None
    ) -> None:
        self.printed = ""
        self.transcript: Transcript | None = None
        # A subclass without one asks nobody.
        self._kernel: Any = kernel
        self._limits = limits
        self._time = kernel.time if kernel else ProcessorTime()
        self._notebook = self._limit(limits.notebook, notebook_backstop(limits.notebook))
        if deadline is not None:
            self.deadline = deadline
        self._is_set_up = False
        # The limits that hold now, narrowest last.
        self._within: list[Limit] = []

    @property
    def deadline(self) -> float:
        """When the notebook's time is up in any case; it may be put off."""
        return self._notebook.end

    @deadline.setter
    def deadline(self, moment: float) -> None:
        self._notebook.end = moment

    def is_over(self) -> bool:
        """Tell whether the notebook's time is up."""
        return self._notebook.is_over()

    def run(self, source: str, hear: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """Run a cell of the student's, within its limit and the notebook's; see `Kernel.run`."""
        limits = [self._notebook, self._limit(self._limits.cell)]
        return self._kernel.run(source, limits, hear)

    def begin(self, names: set[str] | frozenset[str], seed: int | None = None) -> dict[str, Any]:
        """Start a test cell.

        Parameters
        ----------
        names : set of str
            The names that the test may ask for.
        seed : int, optional
            Of the test's inputs; the student's own generators start at a number made from it.

        Returns
        -------
        dict
            What the student bound them to; a name that was not bound is missing.
        """
        self.printed = ""
        self._within = [self._limit(self._limits.test)]
        if not self._is_set_up:
            files = (wire.__file__, kernel_end.__file__)
            code = _SET_UP.format(*(Path(file).read_text(encoding="utf-8") for file in files))
            self._in_time(lambda limits: self._kernel.run(code, limits, self._hear, silent=True))
            self._is_set_up = True
        found = self.ask("begin", sorted(names), None if seed is None else _another(seed))
        if type(found) is not dict or not names.issuperset(found):
            raise CheckFailed("what your code left in the notebook cannot be read")
        return found

    @contextlib.contextmanager
    def time_limit(self, seconds: float) -> Iterator[None]:
        """Limit what the block asks of the kernel; the block's own work a little later."""
        self._within.append(self._limit(seconds))
        try:
            with time_limit(backstop(seconds) + backstop(self._limits.grace) + _SPARE):
                yield
        finally:
            self._within.pop()

    def make(self, local: Any, factory: str, arguments: tuple, keywords: dict[str, Any]) -> Made:
        """Make what a factory makes, in the kernel too; see `checks.remote.made_on_both_sides`."""
        return Made(local, self.ask("make", factory, list(arguments), keywords))

    def ask(self, operation: str, *arguments: Any) -> Any:
        """Ask the kernel to do one operation of `kernel_end.Server`, and return its result.

        Raises
        ------
        StudentError
            When the student's code raised.
        TimeIsUp
            When it took too long.
        CheckFailed
            When there is no kernel any more, or no readable answer.
        """
        request = wire.encode([operation, *arguments], reference_of)
        error = value = None
        try:
            error, value = self._read(self._reply(request))
        except wire.WireError as found:
            error = CheckFailed(f"what your code answers cannot be read: {found}")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            error = CheckFailed("what your code answers cannot be read: it is malformed")
        if self.transcript is not None:
            self.transcript.note(operation, arguments, error, value)
        if error is not None:
            raise error
        return value

    def _reply(self, request):
        """Return what the kernel's end answers to a request: a dict of one kind and its text."""
        content = {"request": request}
        reply = self._in_time(lambda limits: self._kernel.ask(REQUEST, content, limits, self._hear))
        return reply["answer"]

    def _read(self, reply):
        """Return the exception, or None and the value, that a reply holds; or raise one."""
        ((kind, text),) = reply.items()
        if kind == "value":
            return None, wire.decode(text, lambda reference: stand_in(self, reference))
        found = json.loads(text) if len(text) < _MAX_REPORT else None
        if kind == "raised":
            return student_error(found), None
        raise wire.WireError(_line(found)[:100])

    def _limit(self, seconds, wall=None):
        return Limit(seconds, self._time, wall)

    def _in_time(self, do):
        """Return what `do` does within the limits that hold now."""
        limits = [self._notebook, *self._within]
        if len(self._within) < 2:  # outside of any check
            limits.append(self._limit(self._limits.call))
        try:
            return do(limits)
        except TooLate as late:
            error = TimeIsUp(f"{late.seconds:g}")
            error.waited = late.waited
            raise error from None
        except KernelGone as gone:
            raise CheckFailed(f"your code cannot be called any more: {gone}") from None

    def _hear(self, message):
        room = self._limits.printed - len(self.printed)
        if message["msg_type"] == "stream" and room > 0:
            text = message["content"]["text"]
            self.printed += text_of(text[:room]) + (CUT if len(text) > room else "")


#: Built-in exceptions that a test may catch by their names.  Not those that end loops.
_CATCHABLE = {
    kind.__name__: kind
    for kind in (
        ArithmeticError,
        AssertionError,
        AttributeError,
        KeyError,
        LookupError,
        MemoryError,
        NameError,
        NotImplementedError,
        OverflowError,
        RecursionError,
        RuntimeError,
        TypeError,
        ValueError,
        ZeroDivisionError,
    )
}


def student_error(found: Any) -> StudentError:
    """Make the exception for what the kernel says that the student's code raised.

    Parameters
    ----------
    found : object
        As from `kernel_end.report`; trusted in nothing.

    Raises
    ------
    KeyError, TypeError, ValueError
        When it is malformed.
    """
    bases = [base for base in found["bases"] if isinstance(base, str)]
    base = next((_CATCHABLE[name] for name in bases if name in _CATCHABLE), None)
    kind = type("StudentError", (StudentError, base) if base else (StudentError,), {})
    frames = [_frame(*frame) for frame in found["frames"][:10]]
    return kind(_line(found["kind"])[:100], _line(found["message"]), frames)


def _frame(name, number, line, first, last):
    number = _number(number)
    place = {} if first is None else {"colno": _number(first), "end_colno": _number(last)}
    return traceback.FrameSummary(
        "",
        number,
        _line(name),
        lookup_line=False,
        line=_line(line),
        end_lineno=number,
        **place,
    )


def _number(found):
    return found if type(found) is int and 0 <= found < 10**6 else 0


def _line(text):
    """Return one line of printable text."""
    kept = "".join(c if c.isprintable() else " " for c in text_of(text)[:2000])
    return kept.strip()


def _another(seed):
    """Return a seed, of 32 bits, that does not tell the test's own."""
    return int.from_bytes(hashlib.sha256(str(seed).encode()).digest()[:4], "big")
