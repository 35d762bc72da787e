"""Judge one graded test cell: run it here, with stand-ins for what is in the student's kernel."""

import ast
import contextlib
import functools
import io
import linecache
import math
from collections.abc import Collection

from checks import CheckFailed, Credit, remote
from checks.timing import TimeIsUp
from grading.examiner.job import Cell, Verdict, checked_points
from grading.examiner.session import Session

#: Characters that are kept of what a test prints.
_MAX_TEXT = 50_000


class CannotJudge(Exception):
    """The test cell is not what a test cell should be: a matter for the instructor."""


def judge(cell: Cell, session: Session, names: Collection[str], seed: int | None = None) -> Verdict:
    """Run a test cell.

    Parameters
    ----------
    cell : grading.examiner.job.Cell
    session : grading.examiner.session.Session
    names : collection of str
        The names that answer cells bind; others the test does not get from the student.
    seed : int, optional
        Of the test's random inputs; a fresh one otherwise.

    Returns
    -------
    Verdict
        With an error among its outputs when the test ended in no points, not even zero.
    """
    verdict, text = Verdict(), _Capped(_MAX_TEXT)
    try:
        body, last, used = _compiled(cell.name, cell.source)
        with contextlib.redirect_stdout(text), contextlib.redirect_stderr(text):
            namespace = {"__name__": "__main__", **session.begin(used & set(names), seed)}
            with _students_code_elsewhere(session, seed):
                exec(body, namespace)
                points = eval(last, namespace)
        verdict.points, verdict.checks = _points(points, cell), list(points.checks)
    except (CheckFailed, TimeIsUp) as error:
        reason = error.reason if isinstance(error, TimeIsUp) else str(error)
        _add_error(verdict, "NotRun", f"This test was not run: {reason}.")
    except CannotJudge as error:
        _add_error(verdict, "NoMark", str(error))
    except Exception as error:  # noqa: BLE001  a test may be wrong in any way
        kind = type(error).__name__
        _add_error(verdict, "NoMark", f"The test itself failed ({kind}): tell your instructor.")
    verdict.text, verdict.printed = text.getvalue(), session.printed
    return verdict


@functools.lru_cache(maxsize=64)
def _compiled(name, source):
    """Return a cell's body and its last expression, compiled, and the names that it uses.

    Kept, since naming a mistake runs one cell against each entry of the bank.
    """
    file = f"<{name}>"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    try:
        tree = ast.parse(source, file)
    except SyntaxError as error:
        raise CannotJudge(f"The test is no Python (line {error.lineno}).") from None
    if not tree.body or not isinstance(tree.body[-1], ast.Expr):
        raise CannotJudge("A test has to end in `credit(...)`, and this one does not.")
    used = frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    last = ast.Expression(tree.body[-1].value)
    body = ast.Module(tree.body[:-1], type_ignores=[])
    return compile(body, file, "exec"), compile(last, file, "eval"), used


@contextlib.contextmanager
def _students_code_elsewhere(session, seed):
    remote.grader, remote.seed = session, seed
    try:
        yield
    finally:
        remote.grader = remote.seed = None


def _points(found, cell):
    if not isinstance(found, Credit) or math.isnan(found):
        raise CannotJudge("A test has to end in `credit(...)`, and this one does not.")
    try:
        return checked_points(float(found), cell)
    except ValueError as error:
        raise CannotJudge(f"{error}; it counts as zero.") from None


def _add_error(verdict, name, message):
    error = {"output_type": "error", "ename": name, "evalue": message}
    verdict.outputs.append({**error, "traceback": [f"{name}: {message}"]})


class _Capped(io.StringIO):
    """Keeps so many characters, and drops the rest."""

    def __init__(self, room):
        super().__init__()
        self._room = room

    def write(self, text):
        """Keep of a text what there is room for."""
        super().write(text[: self._room])
        self._room -= min(self._room, len(text))
        return len(text)
