"""Load a student's own functions from an earlier notebook, and say which of them can be used."""

import ast
import builtins
import contextlib
import dis
import json
import linecache
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import CodeType, FunctionType, SimpleNamespace
from typing import Any

# Where loaded functions find what is wrong with those that they call (`helpers.lesson.needs`).
NOT_READY = "__not_ready__"

# What counts in cells that are no answers: whatever an answer may need, and nothing slow.
_KEPT = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
# IPython's own lines: %magic, !command, ?help and help?.
_MAGIC = re.compile(r"^([ \t]*)(?:[%!?].*|[\w.]+\?+[ \t]*)$", re.MULTILINE)
_SAVE = "save it (Ctrl+S or Cmd+S: the saved file is what is read)"


class NotLoaded(NotImplementedError):
    """A function was called that could not be loaded; `name` is its name."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


def load_answers(
    notebook: str | Path, names: Sequence[str], *, given: Mapping[str, object] | None = None
) -> SimpleNamespace:
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
        What was found is printed, and what the functions found use that is not ready.
    """
    path = Path(notebook)
    namespace = dict(given or {}, __name__="__answers__")
    cells, trouble = _read(path)
    problems = {}  # of each answer cell, by its name: why it did not run through, or nothing
    for number, cell in enumerate(cells, 1):
        marks = cell.get("metadata", {}).get("nbgrader", {})
        if cell.get("cell_type") != "code" or marks.get("grade"):
            continue
        title = marks.get("grade_id") or f"cell {number}"
        problem = _run_cell(cell, namespace, title, path.name, whole=marks.get("solution"))
        if marks.get("solution"):
            problems[title] = problem
    absent = {}
    for name in names:
        if not callable(namespace.get(name)) or is_stub(namespace[name]):
            absent[name] = trouble or _why(name, namespace, problems, path.name)
    found = [name for name in names if name not in absent]
    used = {name: names_used(namespace[name], namespace) for name in found}
    not_ready = {
        name: _why(name, namespace, problems, path.name)
        for name in dict.fromkeys(name for each in used.values() for name in each)
        if is_stub(namespace.get(name)) or not _is_there(name, namespace)
    }
    namespace[NOT_READY] = not_ready
    _say(path.name, found, absent, used, not_ready)
    return SimpleNamespace(
        **{n: _placeholder(n, absent[n]) if n in absent else namespace[n] for n in names}
    )


def is_stub(function: object) -> bool:
    """Tell whether a function, or a method of a class, only raises NotImplementedError."""
    if isinstance(function, type):
        return any(is_stub(each) for each in vars(function).values() if callable(each))
    code = getattr(function, "__code__", None)
    return code is not None and code.co_names == ("NotImplementedError",)


def source_of(notebook: str | Path, names: Sequence[str]) -> str:
    """Return the code of some functions of a notebook and of all that they use there.

    Two notebooks in which these functions are the same give the same text, however they differ in
    comments, layout and in everything else.

    Parameters
    ----------
    notebook : str or pathlib.Path
    names : sequence of str

    Returns
    -------
    str
        Definitions in alphabetical order; empty where the notebook has none of them.
    """
    defined: dict[str, Any] = {}
    for cell in _read(Path(notebook))[0]:
        if cell.get("cell_type") == "code":
            whole = cell.get("metadata", {}).get("nbgrader", {}).get("solution")
            with contextlib.suppress(SyntaxError):
                for node in _parse("".join(cell.get("source", ""))).body:
                    if whole or _is_definition(node):  # as `load_answers` runs them
                        defined |= dict.fromkeys(_binds(node), node)
    wanted, left = {}, list(names)
    while left:
        name = left.pop()
        if name in defined and name not in wanted:
            wanted[name] = ast.unparse(defined[name])
            left += [n.id for n in ast.walk(defined[name]) if isinstance(n, ast.Name)]
    return "\n\n".join(wanted[name] for name in sorted(wanted))


def _binds(node):
    """Return the names that a definition of a cell binds."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return [target.id for target in targets if isinstance(target, ast.Name)]
    return []


def _read(path):
    """Return a notebook's cells, and a sentence when there are none to be had."""
    try:
        cells = [dict(cell) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
    except FileNotFoundError:
        return [], f"there is no {path.name} beside this notebook"
    except (OSError, ValueError, KeyError, TypeError):
        return [], f"{path.name} is no readable notebook"
    return cells, ""


def _run_cell(cell, namespace, title, notebook, *, whole):
    """Execute a cell, or its definitions alone; return a sentence when something fails."""
    source, name = "".join(cell.get("source", "")), f"<{notebook}: {title}>"
    # A traceback through these functions shows the student's own lines.
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    try:
        statements = _parse(source).body
    except SyntaxError as error:
        return f"`{title}` in {notebook} raised SyntaxError ({error.msg}, line {error.lineno})"
    problem = ""
    for node in statements:
        if not (whole or _is_definition(node)):
            continue
        try:
            exec(compile(ast.Module([node], []), name, "exec"), namespace)
        except (Exception, SystemExit) as error:  # noqa: BLE001  the student's own code
            problem = problem or f"`{title}` in {notebook} raised {type(error).__name__} ({error})"
    return problem


def _parse(source):
    """Return a cell's syntax tree; lines that only IPython understands do nothing."""
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.parse(_MAGIC.sub(r"\1pass", source))


def _is_definition(node):
    value = getattr(node, "value", None) if isinstance(node, ast.Assign | ast.AnnAssign) else None
    return isinstance(node, _KEPT) or isinstance(value, ast.Constant | ast.Lambda)


def _why(name, namespace, problems, notebook):
    """Return why a name is not ready."""
    if is_stub(namespace.get(name)):
        return f"`{name}` is not done yet in {notebook}"
    if problems.get(name):
        return problems[name]
    if name in problems:
        return f"the cell `{name}` in {notebook} defines no `{name}` (is it spelt differently?)"
    return f"{notebook} defines no `{name}` (of variables only plain numbers and texts are loaded)"


def _is_there(name, namespace):
    return name in namespace or hasattr(builtins, name)


def names_used(function: object, namespace: Mapping[str, Any]) -> list[str]:
    """Return the global names that a function uses, itself or through others of its notebook."""
    seen, left = {}, [function]
    while left:
        for code in _codes(left.pop(), namespace):
            for name in _global_names(code):
                if name not in seen:
                    seen[name] = True
                    left.append(namespace.get(name))
    return list(seen)


def _codes(thing, namespace):
    """Return the code of a function, or of a class's methods, that the notebook defines."""
    parts = vars(thing).values() if isinstance(thing, type) else [thing]
    functions = [part for part in parts if isinstance(part, FunctionType)]
    return [each.__code__ for each in functions if each.__globals__ is namespace]


def _global_names(code):
    for step in dis.get_instructions(code):
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            yield step.argval
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _global_names(constant)


def _placeholder(name, reason):
    def placeholder(*_args, **_kwargs):
        raise NotLoaded(name, f"(`{name}` could not be loaded: {reason}.)")

    placeholder.__name__ = name
    return placeholder


def _say(notebook, found, absent, used, not_ready):
    """Print what was loaded, what was not, and what is missing below what was."""
    if found:
        print(f"Loaded from your {notebook}: {', '.join(found)}.")
    if absent:
        print(f"Not found in your {notebook}: {', '.join(absent)}.")
    for reason in dict.fromkeys(absent.values()):
        print(f"  - {reason}")
    for name, reason in not_ready.items():
        users = ", ".join(f"`{user}`" for user in found if name in used[user])
        print(f"But {reason}, and {users} may need it.")
    if absent:
        print(f"Put your finished {notebook} in the same folder as this notebook, {_SAVE},")
    elif not_ready:
        print(f"Finish that there, {_SAVE},")
    if absent or not_ready:
        print(
            "then run this cell again. The exercises below can be done, and are marked, without it."
        )
