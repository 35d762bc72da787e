"""The checks of one exercise: their lines, their points, and what is said when one fails."""

import contextlib
import os
import secrets
import textwrap
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from checks import remote
from checks.comparing import CheckFailed
from checks.history import earlier_note, stale_note
from checks.mismatches import values_shown
from checks.remote import StudentError, time_limit
from checks.shape_errors import in_our_words
from checks.timing import TimeIsUp, quiet

SECONDS_A_CHECK = 10.0
SECONDS_AFTER_A_HANG = 1.0
WIDTH = 92
INDENT = " " * 11
#: Exercises of this notebook whose checks did not all pass when they were last run.
_not_right: set[str] = set()


class Credit(float):
    """The points of a test cell, in the form that nbgrader reads from a cell's last expression.

    Attributes
    ----------
    checks : tuple of dict
        Each check's ``label``, ``points``, whether it ``passed``, and the ``message`` if not.
    """

    checks: tuple[dict[str, Any], ...] = ()


def credit(test: Callable[["Checks"], object], seed: int | None = None) -> Credit | None:
    """Run a test, print its checks, and return its points where a grader asks for them.

    Parameters
    ----------
    test : callable
        ``test(check)``, named ``test_EXERCISE``.
    seed : int, optional
        Repeats the inputs of an earlier run, whose seed was printed.

    Returns
    -------
    Credit or None
        The points under ``nbgrader autograde``.  None elsewhere: in a student's notebook the
        printed lines are what counts, and hidden checks are not there.

    Raises
    ------
    CheckFailed
        Under ``nbgrader validate``, which knows no other way, when a check does not hold.
    """
    check = Checks(test.__name__.removeprefix("test_"), seed, test.__code__.co_filename)
    check.answer = test.__globals__.get(check.exercise)
    try:
        test(check)
    except Exception as error:  # noqa: BLE001  outside any check: the test's own fault, said as such
        check.note_own_fault(error)
    mode = os.environ.get("NBGRADER_EXECUTION")
    if not mode and (note := stale_note(check.exercise, test.__globals__)):
        print(note)
    print(check.summary())
    if not mode and (note := check.note_on_earlier(test.__globals__)):
        print(note)
    if mode == "autograde":
        points = Credit(check.earned)
        points.checks = check.record()
        return points
    if mode == "validate" and not check.ok:
        raise CheckFailed(f"{check.exercise}: {check.passed} of {len(check)} checks passed")
    return None


class Checks:
    """The checks of one exercise; calling it with a label gives the ``with`` block of one.

    Attributes
    ----------
    rng : numpy.random.Generator
        For the test's inputs; freshly seeded at every run.
    seed : int
        Its seed, printed when a check fails that has used it or `rng`.
    earned : int
        Points of the checks passed so far.
    passed : int
        Their number.
    answer : object
        What the student wrote, where it is known: to tell a class's methods from other exercises.
    """

    answer: object = None

    def __init__(self, exercise: str, seed: int | None = None, test_file: str = "") -> None:
        self.exercise = exercise
        self._seed = _fresh_seed() if seed is None else int(seed)
        self._rng = np.random.default_rng(self._seed)
        self._is_random = False
        self.earned = self.passed = 0
        self._test_file = test_file
        self._lines: list[tuple] = []  # (passed, label, message, points) in the order of the checks
        self._hung = False

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def rng(self) -> np.random.Generator:
        """The generator of the test's inputs."""
        self._is_random = True
        return self._rng

    @property
    def seed(self) -> int:
        """The generator's seed."""
        self._is_random = True
        return self._seed

    @property
    def ok(self) -> bool:
        """Whether there were checks and all of them passed."""
        return self.passed == len(self) > 0

    @contextlib.contextmanager
    def __call__(
        self,
        label: str,
        points: int = 0,
        seconds: float = SECONDS_A_CHECK,
        repeats: str | tuple[str, ...] = (),
    ) -> Iterator[None]:
        """Return the block of one check: it passes when its body raises nothing in time.

        Parameters
        ----------
        label : str
            What holds when it passes, in a few words.
        points : int
            What it is worth to the grader.
        seconds : float
            Time for the whole block.
        repeats : str or tuple of str
            Of a hidden check: the visible checks that it asks again, on other inputs and for
            points, each by an unambiguous beginning of its label.  Nothing here depends on it:
            ``course.py check`` sees to it that each visible check has such a hidden one.
        """
        # One call that never ends costs its time once; the checks after it are not kept waiting.
        limit = min(seconds, SECONDS_AFTER_A_HANG) if self._hung else seconds
        try:
            with quiet(), values_shown(_may_show_values(points)), time_limit(limit):
                yield
        except (KeyboardInterrupt, GeneratorExit):
            raise
        except BaseException as error:  # noqa: BLE001  SystemExit too: a student's exit() fails a check
            self.note_failure(label, error, points)
        else:
            self.passed += 1
            self.earned += points
            self._lines.append((True, label, "", points))

    def note_failure(self, label: str, error: BaseException, points: int = 0) -> None:
        """Take down that the check called `label`, worth `points`, failed with `error`."""
        self._hung = self._hung or isinstance(error, TimeIsUp)
        self._lines.append((False, label, self._explain(error), points))

    def note_own_fault(self, error: BaseException) -> None:
        """Take down that the test broke off outside its checks; the points earned stay."""
        message = (
            f"the check itself broke off ({type(error).__name__}: {_said(error)}). This is no "
            "mistake of yours: please tell your instructor."
        )
        if isinstance(error, ModuleNotFoundError) and _is_of_an_assignment(error.name):
            message = (
                f"it needs the file {error.name}.py, which comes with the assignment and is not "
                "beside this notebook. Open the notebook in its own folder, or put the file there."
            )
        self._lines.append((False, "the rest of this cell's checks", message, 0))

    def record(self) -> tuple[dict[str, Any], ...]:
        """Return what came of each check, as plain data; see `Credit.checks`."""
        names = ("passed", "label", "message", "points")
        return tuple(dict(zip(names, line, strict=True)) for line in self._lines)

    def summary(self) -> str:
        """Return the text under the cell: a heading, a line a check, advice, the seed."""
        tells_seed = self._is_random and not self.ok and not self._untouched()
        return checks_as_text(self.exercise, self.record(), self._seed if tells_seed else None)

    def note_on_earlier(self, names: Mapping[str, Any]) -> str:
        """Return a sentence when the answer calls others whose checks do not pass yet, or "".

        Parameters
        ----------
        names : dict
            The notebook's names.
        """
        _not_right.discard(self.exercise)
        if self.ok:
            return ""
        note = earlier_note(self.answer, names, _not_right)
        _not_right.add(self.exercise)
        return note

    def _untouched(self):
        failed = [message for passed, _, message, _ in self._lines if not passed]
        return bool(self._lines) and all("not done yet" in message for message in failed)

    def _explain(self, error):
        """Return what the student is told about an exception that ended a check."""
        if isinstance(error, CheckFailed):
            return str(error)
        if isinstance(error, TimeIsUp):
            return f"{error.reason}. Is there a loop that does not end?"
        own = self._student_frames(error)
        if isinstance(error, NotImplementedError) and not _said(error):
            return self._not_done([f.name for f in own if f.name.isidentifier()])
        if isinstance(error, NameError) and not own and getattr(error, "name", None):
            return (
                f"there is no `{error.name}` yet: run the cell where you write it (and if that "
                "cell shows an error, mend it first)."
            )
        kind = error.kind if isinstance(error, StudentError) else type(error).__name__
        message = _said(error)
        # Without a line of the student's, it is the check that could not go on with a result.
        what = "your code raised" if own else "no check can be made of your result:"
        if own:
            message = in_our_words(message, own[-1])
        lines = [f"{what} {kind}: {message}" if message else f"{what} {kind}"]
        told = [f for f in own if f.line]
        lines += [f"  in {f.name}, line {f.lineno}: {f.line.strip()}" for f in told[-3:]]
        return "\n".join(lines)

    def _not_done(self, called):
        """Return the sentence on an unfinished function, the last of the functions `called`."""
        name = called[-1] if called else self.exercise
        is_own = name == self.exercise
        if not is_own and self.exercise[0].isupper() and _has(self.answer, name):
            is_own, name = True, f"{self.exercise}.{name}"
        if is_own:
            return (
                f"`{name}` is not done yet: write your answer in the cell above, in place of "
                "`raise NotImplementedError()`, run it, and come back."
            )
        caller = f"`{called[-2]}`" if len(called) > 1 else "this check"
        return f"{caller} calls `{name}`, which is not done yet: finish that exercise first."

    def _student_frames(self, error):
        """Return the traceback's lines in the student's cells: neither the test's nor a file's."""
        if isinstance(error, StudentError):
            return error.frames
        frames = traceback.extract_tb(error.__traceback__)
        outside = (f for f in frames if f.filename != self._test_file)
        return [f for f in outside if _is_cell(f.filename)]


def checks_as_text(
    exercise: str, checks: Iterable[Mapping[str, Any]], seed: int | None = None
) -> str:
    """Return the text on some checks: a heading, a line a check, and what is said of each.

    Parameters
    ----------
    exercise : str
    checks : iterable of dict
        As of `Credit.checks`.  One with a true ``second_run``, a key that the grader adds, passed
        with right earlier answers in place of the student's own; its line has an asterisk.
    seed : int, optional
        Of the inputs, where there is something to repeat.

    Returns
    -------
    str
    """
    checks = list(checks)
    passed = sum(check["passed"] for check in checks)
    lines, said = [f"{exercise}: {passed} of {len(checks)} checks passed"], set()
    for check in checks:
        word = "passed " if check["passed"] else "NOT YET"
        word = "passed*" if check["passed"] and check.get("second_run") else word
        lines.append(f"  {word}  {check['label']}")
        if message := check["message"]:
            text = "(the same reason)" if message in said else message
            said.add(message)
            lines += [_wrap(part) for part in text.split("\n")]
    if seed is not None:
        lines.append(
            f"  These inputs are random (seed {seed}); to repeat them: "
            f"credit(test_{exercise}, seed={seed})"
        )
    return "\n".join(lines)


def _is_of_an_assignment(module):
    """Tell whether a missing module is one that an assignment brings along, by its name."""
    return str(module).endswith("_doubles")


def _may_show_values(points):
    """Tell whether a check is a visible one, in a student's own notebook: they bring no points."""
    return points == 0 and not os.environ.get("NBGRADER_EXECUTION")


def _has(answer, name):
    """Tell whether a student's class has a method, wherever it lives."""
    try:
        return hasattr(answer, name)
    except Exception:  # noqa: BLE001  its process may have died
        return False


def _fresh_seed():
    """Return a seed that cannot be known beforehand.

    GRADIENT_LAB_SEED fixes it, so that published solutions stay the same; not under grading.
    """
    if remote.seed is not None:
        return remote.seed
    fixed = os.environ.get("GRADIENT_LAB_SEED", "")
    graded = os.environ.get("NBGRADER_EXECUTION") == "autograde"
    return int(fixed) if fixed.isdigit() and not graded else secrets.randbelow(2**31)


def _said(error):
    """Return an exception's message on one line, even when its class cannot give one."""
    try:
        return " ".join(str(error).split())[:400]
    except Exception:  # noqa: BLE001  a student's exception class may raise anything
        return ""


def _is_cell(filename):
    """Tell whether code of this file name stands in a notebook's cell.

    A cell has a name and no file; with JupyterLab's debugger on, one in a folder of its own.
    NumPy's compiled parts have the names of sources that are not there, either.
    """
    if filename.endswith((".pyx", ".pxd", ".pxi")):
        return False
    return "ipykernel_" in filename or not os.path.exists(filename)  # noqa: PTH110  a name may be no path


def _wrap(text):
    indent = INDENT + " " * (len(text) - len(text.lstrip()))
    return textwrap.fill(
        text.strip(), WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False
    )
