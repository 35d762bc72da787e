"""What lets a notebook run unfinished, stand on an earlier one, and be graded quickly."""

import ast
import contextlib
import json
import os
import re
import traceback
from pathlib import Path
from types import SimpleNamespace

GRADED_ITERATIONS = 20

# What counts in cells that are no answers: whatever an answer may need, and nothing slow.
_KEPT = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
# IPython's own lines: %magic, !command, ?help and help?.
_MAGIC = re.compile(r"^([ \t]*)(?:[%!?].*|[\w.]+\?+[ \t]*)$", re.MULTILINE)


def training_length(iterations):
    """Return `iterations`, or at most 20 of them while the notebook is being graded.

    No point depends on how well a network is trained, so the grader need not wait for it: this is
    the one switch that shortens training under ``nbgrader autograde`` (it sets
    ``NBGRADER_EXECUTION``).

    Parameters
    ----------
    iterations : int
        Iterations, epochs or repetitions in a student's own run.
    """
    graded = os.environ.get("NBGRADER_EXECUTION") == "autograde"
    return min(iterations, GRADED_ITERATIONS) if graded else iterations


@contextlib.contextmanager
def needs(*exercises):
    """Run a block that uses unfinished exercises: say which, instead of ending in an error.

    Parameters
    ----------
    *exercises : str
        The exercises whose functions the block calls.

    Notes
    -----
    Only `NotImplementedError` and names that do not exist yet are caught.  An error in an answer,
    a misspelt name among them, stays an error, with its traceback.
    """
    try:
        yield
    except (NotImplementedError, NameError) as error:
        if isinstance(error, NameError) and _came_from(error, exercises):
            raise
        *most, last = [f"`{name}`" for name in exercises]
        listed = f"{', '.join(most)} and {last}" if most else last
        missing = getattr(error, "name", None)
        reason = str(error) if isinstance(error, NotImplementedError) else ""
        if missing and missing not in exercises:
            reason = f"`{missing}` is not there yet."
        print(f"This cell needs {listed}: finish that first, then run it again. {reason}".rstrip())


def _came_from(error, functions):
    return any(f.name in functions for f in traceback.extract_tb(error.__traceback__))


def load_answers(notebook, names, *, given=None):
    """Load a student's own functions from an earlier notebook, without running the whole of it.

    The cells with the student's answers are executed; of all others only imports, functions,
    classes and plain constants, so that nothing is trained or plotted again.

    Parameters
    ----------
    notebook : str or pathlib.Path
        The earlier notebook, relative to this one's folder.
    names : sequence of str
        The functions wanted.
    given : dict, optional
        Names that the notebook's code may use besides its own.

    Returns
    -------
    answers : types.SimpleNamespace
        One attribute for each name.  Where a function is missing, unfinished or could not be
        loaded, it is one that raises `NotImplementedError` with the reason when it is called.
        What was found is printed.
    """
    path = Path(notebook)
    namespace, problems = dict(given or {}, __name__="__answers__"), []
    try:
        cells = [dict(cell) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
    except FileNotFoundError:
        problems.append(f"there is no {path.name} beside this notebook")
        cells = []
    except (OSError, ValueError, KeyError, TypeError):
        problems.append(f"{path.name} is no readable notebook")
        cells = []
    for cell in cells:
        problem = _run_cell(cell, namespace, path.name)
        if problem:
            problems.append(problem)
    unfinished = [name for name in names if _is_stub(namespace.get(name))]
    problems += [f"`{name}` is not done yet in {path.name}" for name in unfinished]
    found = [n for n in names if callable(namespace.get(n)) and n not in unfinished]
    answers = SimpleNamespace()
    for name in names:
        function = namespace[name] if name in found else _missing(name, path.name, problems)
        setattr(answers, name, function)
    _say(path.name, names, found, problems)
    return answers


def _run_cell(cell, namespace, notebook):
    """Execute what is wanted of one cell; return a sentence when that fails in an answer."""
    marks = cell.get("metadata", {}).get("nbgrader", {})
    if cell.get("cell_type") != "code" or marks.get("grade"):
        return ""
    title = marks.get("grade_id", "a cell of yours")
    problem = ""
    try:
        statements = _parse("".join(cell.get("source", ""))).body
    except SyntaxError as error:
        statements, problem = [], f"`{title}` in {notebook} raised SyntaxError: {error}"
    for node in statements:
        if not (marks.get("solution") or _is_definition(node)):
            continue
        try:
            exec(compile(ast.Module([node], []), f"<{notebook}: {title}>", "exec"), namespace)
        except (Exception, SystemExit) as error:  # noqa: BLE001  the student's own code
            problem = problem or f"`{title}` in {notebook} raised {type(error).__name__}: {error}"
    return problem if marks.get("solution") else ""


def _parse(source):
    """Return a cell's syntax tree; lines that only IPython understands do nothing."""
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.parse(_MAGIC.sub(r"\1pass", source))


def _is_definition(node):
    value = getattr(node, "value", None) if isinstance(node, ast.Assign | ast.AnnAssign) else None
    return isinstance(node, _KEPT) or isinstance(value, ast.Constant | ast.Lambda)


def _is_stub(function):
    """Tell whether a function does nothing but raise NotImplementedError."""
    code = getattr(function, "__code__", None)
    return code is not None and code.co_names == ("NotImplementedError",)


def _missing(name, notebook, problems):
    reason = "; ".join(problems) or f"{notebook} defines no `{name}`"

    def placeholder(*_args, **_kwargs):
        raise NotImplementedError(f"(`{name}` could not be loaded: {reason}.)")

    placeholder.__name__ = name
    return placeholder


def _say(notebook, names, found, problems):
    if len(found) == len(names):
        print(f"Loaded from your {notebook}: {', '.join(found)}.")
        return
    absent = [name for name in names if name not in found]
    print(f"Not found in your {notebook}: {', '.join(absent)}.")
    for problem in problems:
        print(f"  - {problem}")
    print(
        f"Put your finished {notebook} in the same folder as this notebook and run this cell "
        "again. The exercises below can be done, and are marked, without it."
    )
