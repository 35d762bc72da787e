"""Read a notebook's text: jupytext's cells, joined with their headers and line numbers.

A cell's header says what nbgrader makes of it::

    # %% [markdown]                               prose
    # %%                                          free code: nbgrader leaves it alone
    # %% given="imports"                          locked code (or prose, with [markdown])
    # %% answer="forward"                         the student's code, between solution markers
    # %% test="test_forward" points=8             a graded test
    # %% [markdown] written="report_x" points=5   a written answer that a person marks
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import jupytext
from jupytext.stringparser import StringParser
from nbformat import NotebookNode
from nbformat.validator import ValidationError

from grading.authoring.markers import marker_mistakes

#: Headers with a name, and the type of cell each may stand on.
HEADERS = {
    "given": ("code", "markdown"),
    "answer": ("code",),
    "test": ("code",),
    "written": ("markdown",),
}
#: A notebook's file is called `1_backpropagation.py`: its place in the assignment, its name.
NOTEBOOK = re.compile(r"\d+_\w+\.py")

_MARKER = re.compile(r"\s*#\s*%%")
_GRADE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
# jupytext's own notes about layout; they say nothing about the cell.
_LAYOUT = {"lines_to_next_cell", "cell_marker"}
_OTHERWISE = (
    "jupytext reads this cell otherwise than it is written: start each cell with `# %%`, prose "
    "lines with `# `, and use no magics"
)


class Mistake(NamedTuple):
    """Something to mend: the file as seen from the course folder, the line, what and how."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class AuthoringError(Exception):
    """One or more mistakes in notebooks' texts; `mistakes` has them all."""

    def __init__(self, mistakes: list[Mistake]):
        self.mistakes = mistakes
        super().__init__("\n".join(map(str, mistakes)))


class Cell(NamedTuple):
    """One cell, and where it stands in its file.

    `kind` is prose, free, given, answer, test or written; `name` is the grade_id ("" for prose
    and free cells); `header` and `first` are the lines (from 1) of the header and of the
    source's first line.
    """

    kind: str
    name: str
    points: float
    cell_type: str
    source: str
    header: int
    first: int

    def line(self, index: int) -> int:
        """Return the file's line (from 1) of the source's line `index` (from 0)."""
        return self.first + index


class Notebook(NamedTuple):
    """A notebook's text: `path` as seen from the course folder, its assignment, its cells."""

    path: str
    assignment: str
    name: str
    cells: list[Cell]


def assignments(root: Path) -> list[str]:
    """Return the assignments of a course: folders of `notebooks/` that hold a notebook's text."""
    folders = sorted(path for path in (root / "notebooks").glob("*") if path.is_dir())
    return [folder.name for folder in folders if notebook_paths(root, folder.name)]


def notebook_paths(root: Path, assignment: str) -> list[Path]:
    """Return the texts of an assignment's notebooks, in their order."""
    paths = (root / "notebooks" / assignment).glob("*.py")
    return sorted(
        (path for path in paths if NOTEBOOK.fullmatch(path.name)),
        key=lambda path: (int(path.name.split("_")[0]), path.name),
    )


def read_notebook(path: Path, root: Path) -> Notebook:
    """Read one notebook's text (py:percent).

    Parameters
    ----------
    path
        The file, `ROOT/notebooks/ASSIGNMENT/N_name.py`.
    root
        The course folder; mistakes name the file relative to it.

    Raises
    ------
    AuthoringError
        With every mistake found: headers, points, ids, markers, syntax.
    """
    shown = path.relative_to(root).as_posix()
    text = path.read_text(encoding="utf-8")
    try:
        nodes = jupytext.reads(text, fmt="py:percent").cells
    except (ValidationError, ValueError, KeyError) as error:
        reason = str(error).strip().split("\n")[0]
        message = f"jupytext cannot read this file; is its YAML header right? ({reason})"
        raise AuthoringError([Mistake(shown, 1, message)]) from error
    cells: list[Cell] = []
    mistakes: list[Mistake] = []
    lines = text.split("\n")
    slices = _slices(lines)
    for place, node in enumerate(nodes):
        if place >= len(slices):
            mistakes.append(Mistake(shown, slices[-1][0] if slices else 1, _OTHERWISE))
            break
        first, body = _body(lines, slices[place], node.cell_type)
        source = "\n".join(body)
        if node.source.strip("\n").rstrip() != source.strip("\n").rstrip():
            mistakes.append(Mistake(shown, slices[place][0], _OTHERWISE))
            break
        cell = _cell(node, slices[place][0], first, source)
        cells.append(cell)
        mistakes += [
            Mistake(shown, line, message)
            for line, message in (*_header_mistakes(node, cell), *_cell_mistakes(cell))
        ]
    mistakes += [Mistake(shown, *found) for found in _duplicates(cells)]
    if mistakes:
        raise AuthoringError(sorted(mistakes, key=lambda mistake: mistake.line))
    return Notebook(shown, path.parent.name, path.stem, cells)


def read_all(root: Path, names: list[str] | None = None) -> tuple[list[Notebook], list[Mistake]]:
    """Return the named assignments' notebooks that are right, and the others' mistakes."""
    notebooks, mistakes = [], []
    for assignment in assignments(root) if names is None else names:
        paths = notebook_paths(root, assignment)
        if not paths:
            message = "no notebook's text (N_name.py) here; is the assignment's name right?"
            mistakes.append(Mistake(f"notebooks/{assignment}", 1, message))
        for path in paths:
            try:
                notebooks.append(read_notebook(path, root))
            except AuthoringError as error:
                mistakes += error.mistakes
    return notebooks, mistakes


def _slices(lines: list[str]) -> list[tuple[int, int]]:
    """Header lines (from 1) of the cells, each with the line after the cell's last."""
    parser, headers = StringParser("python"), []
    for number, line in enumerate(lines, start=1):
        if not parser.is_quoted() and _MARKER.match(line):
            headers.append(number)
            continue
        parser.read_line(line)
    return list(zip(headers, [*headers[1:], len(lines) + 1], strict=True))


def _body(lines: list[str], place: tuple[int, int], cell_type: str) -> tuple[int, list[str]]:
    """Return a cell's first line (from 1) and its lines, without the empty ones at either end."""
    header, stop = place
    body = lines[header : stop - 1]
    while body and not body[-1].strip():
        body.pop()
    first = header + 1
    while body and not body[0].strip():
        body.pop(0)
        first += 1
    if cell_type != "code":
        body = [line[2:] if line.startswith("# ") else line.removeprefix("#") for line in body]
    return first, body


def _cell(node: NotebookNode, header: int, first: int, source: str) -> Cell:
    kind = next((key for key in HEADERS if key in node.metadata), None)
    name = str(node.metadata[kind]) if kind else ""
    kind = kind or ("free" if node.cell_type == "code" else "prose")
    points: Any = node.metadata.get("points", 0)
    return Cell(kind, name, points, node.cell_type, source, header, first)


def _header_mistakes(node: NotebookNode, cell: Cell) -> Iterator[tuple[int, str]]:
    """Yield what is wrong in a cell's header."""
    keys = [key for key in node.metadata if key not in _LAYOUT]
    named = [key for key in keys if key in HEADERS]
    unknown = [key for key in keys if key not in HEADERS and key != "points"]
    if "incorrectly_encoded_metadata" in unknown:
        text = node.metadata["incorrectly_encoded_metadata"]
        yield cell.header, f'header `{text}` cannot be read: write key="text" or points=NUMBER'
    elif unknown:
        known = ", ".join([*HEADERS, "points"])
        yield cell.header, f"unknown in a header: {', '.join(unknown)} (known: {known})"
    if node.cell_type not in ("code", "markdown"):
        yield cell.header, f"a {node.cell_type} cell: only code and [markdown] cells are built"
    if len(named) > 1:
        yield cell.header, f"one header only: {' and '.join(named)} exclude each other"
    for key in named[:1]:
        yield from ((cell.header, text) for text in _name_mistakes(key, node))
    yield from ((cell.header, text) for text in _points_mistakes(cell, "points" in keys))


def _name_mistakes(key: str, node: NotebookNode) -> Iterator[str]:
    name = node.metadata[key]
    if not isinstance(name, str) or not _GRADE_ID.fullmatch(name):
        yield f'{key}= takes a name of 1 to 64 letters, digits, "_" and "-" in quotes'
    if node.cell_type not in HEADERS[key]:
        yield f"{key}= belongs on a {HEADERS[key][0]} cell, not on a {node.cell_type} one"


def _points_mistakes(cell: Cell, has_points: bool) -> Iterator[str]:
    graded = cell.kind in ("test", "written")
    number = isinstance(cell.points, int | float) and not isinstance(cell.points, bool)
    if graded and not has_points:
        yield f'{cell.kind}="{cell.name}" has no points: add points=NUMBER to its header'
    elif has_points and not graded:
        yield "points= belongs to test= and written= cells only"
    elif graded and (not number or not cell.points > 0):
        yield f"points= is a number above 0, not {cell.points!r}"


def _cell_mistakes(cell: Cell) -> Iterator[tuple[int, str]]:
    """Yield misplaced markers, and the syntax error that a code cell may hold."""
    for index, message in marker_mistakes(cell.source, cell.kind):
        yield cell.line(index), message
    if cell.cell_type == "code":
        try:
            ast.parse(cell.source)
        except SyntaxError as error:
            yield cell.line((error.lineno or 1) - 1), f"not valid Python: {error.msg}"


def _duplicates(cells: list[Cell]) -> Iterator[tuple[int, str]]:
    counts = Counter(cell.name for cell in cells if cell.name)
    first: dict[str, int] = {}
    for cell in cells:
        if counts[cell.name] > 1 and cell.name in first:
            where = first[cell.name]
            yield cell.header, f'the name "{cell.name}" is taken by the cell at line {where}'
        first.setdefault(cell.name, cell.header)
