"""`python -m grading check`: mistakes in the notebooks' texts, and built files gone stale."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from grading.authoring.build import unknown_files
from grading.authoring.cell_rules import test_cell_mistakes
from grading.authoring.cells import Cell, Mistake, Notebook, read_all
from grading.authoring.markers import CODE_STUB, SOLUTION, regions, released
from grading.authoring.prose_rules import prose_mistakes
from grading.autograde.needed.choice import CodeCell, plan
from grading.bank.bank_rules import bank_mistakes
from grading.course.cell_names import bound_names
from grading.course.home import Home

Found = Iterator[tuple[int, str]]
_TEST_NAME = re.compile(r"test_(\w+?)(?:_\d+)?")


def lint(root: str | Path, names: list[str] | None = None) -> list[Mistake]:
    """Every mistake in the texts of the named assignments (default: all).

    Covers what `build` refuses, the shape of exercises and tests, points in headings and in
    assignment.toml, headings, alt text.
    """
    root = Path(root)
    notebooks, mistakes = read_all(root, names)
    for notebook in notebooks:
        folder = root / "notebooks" / notebook.assignment
        found = [*notebook_mistakes(notebook), *prose_mistakes(notebook, folder)]
        mistakes += [Mistake(notebook.path, *each) for each in sorted(found)]
    for assignment in sorted({notebook.assignment for notebook in notebooks}):
        members = [each for each in notebooks if each.assignment == assignment]
        mistakes += share_mistakes(root, assignment, members)
        home = Home(root / "notebooks" / assignment)
        exercises = {
            each.name: [c.name for c in each.cells if c.kind == "answer"] for each in members
        }
        mistakes += [
            Mistake(f"notebooks/{assignment}/{file}", 1, message)
            for file, message in bank_mistakes(home, exercises)
        ]
        mistakes += unknown_files(root, assignment)
    return mistakes


def notebook_mistakes(notebook: Notebook) -> Found:
    """Yield (line, message) for the cells of one notebook."""
    tested = {cell.name for cell in notebook.cells if cell.kind == "test"}
    answers: set[str] = set()
    exercises: list[str] = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            yield from _grading_imports(cell)
        if cell.kind == "answer":
            yield from _answer_mistakes(cell, tested)
            answers |= bound_names(cell.source)
            exercises.append(cell.name)
        elif cell.kind == "written":
            yield from _written_mistakes(cell)
        elif cell.kind == "test":
            if _exercise_of(cell.name, exercises) is None:
                yield cell.header, f'"{cell.name}" follows no answer= cell of its exercise'
            yield from test_cell_mistakes(cell, answers)
    yield from story_mistakes(notebook.cells)


def story_mistakes(cells: list[Cell]) -> Found:
    """Find answers that depend on a story cell: the grader would run it for every student.

    What answers may use without cost is imports, functions and classes.
    """
    code = [cell for cell in cells if cell.cell_type == "code"]
    taken = list(_bound_again(code))
    if taken:
        yield from taken
        return
    for answer in (cell for cell in code if cell.kind == "answer"):
        found = plan([CodeCell(_kind(cell, answer), cell.source) for cell in code])
        if found.everything:
            yield (
                answer.header,
                f"the grader would run all cells for this answer: {found.everything}",
            )
            continue
        for cell, runs in zip(code, found.run, strict=True):
            if runs and cell.kind in ("given", "free") and not _defines_only(cell.source):
                name = f'"{cell.name}"' if cell.name else "the free cell"
                yield (
                    answer.header,
                    f"the answer depends on {name} at line {cell.header}, which is run for every "
                    "student then: keep what answers use in a cell of imports, functions, classes",
                )


def _bound_again(code: list[Cell]) -> Found:
    """Find story cells that bind the name of an answer: all after them would depend on it."""
    answers = {name for cell in code if cell.kind == "answer" for name in bound_names(cell.source)}
    for cell in code:
        if cell.kind in ("given", "free"):
            for name in sorted(answers & bound_names(cell.source)):
                yield (
                    cell.header,
                    f"`{name}` is the name of an answer, and is bound here, too: choose another "
                    "name here",
                )


_DEFINITIONS = ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef


def _kind(cell: Cell, answer: Cell) -> str:
    """Return the kind of a cell for `plan`; other answers are run when this one needs them."""
    if cell is answer:
        return "answer"
    return "test" if cell.kind == "test" else "given"


def _defines_only(source: str) -> bool:
    """Tell whether a cell holds imports, functions and classes alone."""
    return all(
        isinstance(node, _DEFINITIONS)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for node in ast.parse(source).body
    )


def _exercise_of(name: str, exercises: list[str]) -> str | None:
    """Return the exercise that a test of this name examines, among those above it."""
    match = _TEST_NAME.fullmatch(name)
    wanted = {match[1], name.removeprefix("test_")} if match else set()
    return next((exercise for exercise in exercises if exercise in wanted), None)


def _grading_imports(cell: Cell) -> Found:
    for node in ast.walk(ast.parse(cell.source)):
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            modules = [node.module or ""]
        if any(module.split(".")[0] == "grading" for module in modules):
            yield cell.line(node.lineno - 1), "students do not have the package `grading`"


def _answer_mistakes(cell: Cell, tested: set[str]) -> Found:
    """Check that an exercise is a function or class of its cell's name, stubbed and tested."""
    if f"test_{cell.name}" not in tested:
        yield cell.header, f'no cell test="test_{cell.name}" examines this answer'
    solutions = [region for region in regions(cell.source) if region.kind == SOLUTION]
    lines = cell.source.split("\n")
    if not solutions:
        yield cell.header, "an answer holds ### BEGIN SOLUTION and ### END SOLUTION"
    for region in solutions:
        if not lines[region.begin].startswith(" "):
            message = "a solution stands inside a function: its stub would stop `run all` here"
            yield cell.line(region.begin), message
    line = cell.line(solutions[0].begin) if solutions else cell.header
    try:
        left = ast.parse(released(cell.source, "code", "answer"))
    except SyntaxError as error:
        yield line, f"with stubs instead of solutions the cell is not valid Python: {error.msg}"
        return
    kinds = ast.FunctionDef | ast.ClassDef
    if cell.name not in {node.name for node in left.body if isinstance(node, kinds)}:
        yield cell.header, f"no function or class `{cell.name}` is left for the student to fill"
    if any(CODE_STUB[1] in line for line in lines):
        yield cell.header, f"the answer holds nbgrader's stub ({CODE_STUB[1]}) already"


def _written_mistakes(cell: Cell) -> Found:
    count = sum(region.kind == SOLUTION for region in regions(cell.source))
    if count != 1:
        yield cell.header, f"a written answer has one solution region, not {count}"


def share_mistakes(root: Path, assignment: str, notebooks: list[Notebook]) -> list[Mistake]:
    """Compare the notebooks' points with their shares in notebooks/ASSIGNMENT/assignment.toml."""
    shown = f"notebooks/{assignment}/assignment.toml"
    path = root / shown
    if not path.is_file():
        return [Mistake(shown, 1, 'missing: write total = 100, [points] and "1_name" = N')]
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
        shares, whole = settings["points"], settings.get("total", 100)
    except (tomllib.TOMLDecodeError, KeyError) as error:
        return [Mistake(shown, 1, f'expected [points] and lines `"1_name" = N`: {error}')]
    mistakes = []
    if abs(sum(shares.values()) - whole) > 1e-9:
        message = f"the shares are {sum(shares.values()):g} points together, total is {whole:g}"
        mistakes.append(Mistake(shown, 1, message))
    for notebook in notebooks:
        total = sum(cell.points for cell in notebook.cells)
        share = shares.get(notebook.name)
        if share is None:
            mistakes.append(Mistake(shown, 1, f'no share for "{notebook.name}" ({total:g} points)'))
        elif abs(total - share) > 1e-9:
            message = f"the cells have {total:g} points, {shown} says {share:g}"
            mistakes.append(Mistake(notebook.path, 1, message))
    return mistakes
