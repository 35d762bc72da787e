"""Lint: what a graded test must look like, so that a mark is right, explained and fair.

A test is one function that takes `check`; everything it uses is made inside it, and the
student's names appear in `with check(...)` blocks alone, where their exceptions become kind
messages.
"""

import ast
import builtins
from collections.abc import Iterator

from grading.authoring.cells import Cell
from grading.authoring.markers import HIDDEN, blanked, inside
from grading.course.cell_names import foreign_names, own_names

Found = Iterator[tuple[int, str]]
# A class body looks these two up without anyone having written them.
_BUILTINS = {*dir(builtins), "__name__", "__qualname__"}
_VACUOUS = {
    "allclose": "np.allclose([], x) is true, and it says nothing about where: use close()",
    "array_equal": "np.array_equal says nothing about where: use close()",
}


def test_cell_mistakes(cell: Cell, answers: set[str]) -> Found:
    """Yield (line of the file, message) for all that is wrong with a graded test cell.

    `answers` holds the names that the notebook's answer cells bind above this cell.
    """
    tree = ast.parse(cell.source)
    found = list(_shape(tree, cell.name))
    if not found:
        function = tree.body[1]
        found += _checks(function, cell)
        found += _repetitions(function, cell)
        found += _forbidden(function)
        found += _foreign(cell, answers)
        found += _student_names(function, answers)
    yield from ((cell.line(line - 1), message) for line, message in found)


def _shape(tree: ast.Module, name: str) -> Found:
    """Find what differs from a test cell's three statements: import, function, credit(...)."""
    expected = ["from checks import credit", None, f"credit({name})"]
    body = tree.body
    if len(body) != 3 or not isinstance(body[1], ast.FunctionDef):
        yield (
            body[0].lineno if body else 1,
            f"a test cell is `{expected[0]}`, one function `{name}(check)`, `{expected[2]}`; "
            f"expected these 3 statements, found {len(body)}",
        )
        return
    for statement, text in zip(body, expected, strict=True):
        if text and ast.unparse(statement) != text:
            yield statement.lineno, f"expected `{text}`, found `{ast.unparse(statement)}`"
    function = body[1]
    if function.name != name:
        yield function.lineno, f"the function is called {function.name}, the cell {name}"
    if ast.unparse(function.args) != "check" or function.decorator_list:
        yield function.lineno, "a test takes the one parameter `check` and has no decorator"


def _is_check(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.With)
        and isinstance(call := node.items[0].context_expr, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "check"
    )


def _checks(function: ast.FunctionDef, cell: Cell) -> Found:
    """Labels and points of the checks; which stand in the hidden part."""
    hidden_lines = {index + 1 for index in inside(cell.source, HIDDEN)}
    labels: set[str] = set()
    visible = hidden = 0
    total = 0.0
    for node in ast.walk(function):
        if not _is_check(node):
            continue
        if node not in function.body:
            yield node.lineno, "a check stands directly in the test: put loops and branches in it"
        label, points, message = _label_and_points(node.items[0].context_expr)
        if message:
            yield node.lineno, message
        if label in labels:
            yield node.lineno, f'two checks are called "{label}"; a student must tell them apart'
        labels.add(label)
        total += points or 0
        if node.lineno in hidden_lines:
            hidden += points is not None
        else:
            visible += 1
            if points is not None:
                yield node.lineno, "a visible check carries no points: a student could print them"
    if not visible:
        yield function.lineno, "no visible check: a student sees nothing of how far the answer is"
    if not hidden:
        yield function.lineno, "no hidden check with points: this test can earn nothing"
    elif abs(total - cell.points) > 1e-9:
        yield (
            function.lineno,
            f"the checks' points are {total:g} together, the header says {cell.points:g}",
        )


def _repetitions(function: ast.FunctionDef, cell: Cell) -> Found:
    """Find visible checks that no hidden one asks again: to fail them would cost nothing.

    A hidden check says in `repeats` how the label of a visible one begins.
    """
    hidden_lines = {index + 1 for index in inside(cell.source, HIDDEN)}
    visible: dict[str, int] = {}
    asked: list[tuple[str, int]] = []
    for node in filter(_is_check, ast.walk(function)):
        call = node.items[0].context_expr
        label, points, _ = _label_and_points(call)
        repeated = _texts(next((k.value for k in call.keywords if k.arg == "repeats"), None))
        if node.lineno not in hidden_lines:
            visible[label] = node.lineno
        if repeated is None or (repeated and (node.lineno not in hidden_lines or points is None)):
            yield (
                node.lineno,
                "repeats= is a text, or a tuple of texts, of a hidden check with points",
            )
        asked += [(label_start, node.lineno) for label_start in repeated or ()]
    for label_start, line in asked:
        fits = [label for label in visible if label.startswith(label_start)]
        if len(fits) != 1:
            yield (
                line,
                f'repeats="{label_start}" begins {len(fits)} labels of visible checks, expected 1',
            )
    for label, line in visible.items():
        if not any(label.startswith(label_start) for label_start, _ in asked):
            yield line, f'no hidden check with points says repeats="{label[:30]}": ask it again'


def _texts(node: ast.expr | None) -> list[str] | None:
    """Return the texts of a literal text or tuple, none for no node; None for anything else."""
    parts = node.elts if isinstance(node, ast.Tuple) else [node] if node is not None else []
    values = [part.value for part in parts if isinstance(part, ast.Constant)]
    good = len(values) == len(parts) and all(isinstance(v, str) and v for v in values)
    return values if good else None


def _label_and_points(call: ast.Call) -> tuple[str, float | None, str]:
    """Return a check's label, its points (None without any) and what is wrong with the two."""
    label = call.args[0] if len(call.args) == 1 else None
    if not (isinstance(label, ast.Constant) and isinstance(label.value, str) and label.value):
        return ast.unparse(call), None, 'check("label", points=NUMBER) takes one literal label'
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    if not keywords.keys() <= {"points", "seconds", "repeats"}:
        return (
            label.value,
            None,
            "check(...) knows the keywords points=, seconds= and repeats= only",
        )
    if "points" not in keywords:
        return label.value, None, ""
    points = keywords["points"]
    value = points.value if isinstance(points, ast.Constant) else None
    if type(value) not in (int, float) or not value > 0:
        return label.value, None, "points= is a literal number above 0"
    return label.value, value, ""


def _forbidden(function: ast.FunctionDef) -> Found:
    """Return constructs that pass without proving anything, or that nbgrader would misread."""
    docstring = function.body[0]
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            yield node.lineno, "no assert in a test: use close() or expect() of checks"
        elif isinstance(node, ast.Expr) and not isinstance(node.value, ast.Call):
            text = ast.unparse(node.value)
            if node is not docstring or not isinstance(node.value, ast.Constant):
                yield node.lineno, f"`{text}` is computed and thrown away: use close() or expect()"
        elif isinstance(node, ast.Attribute):
            yield from _forbidden_attribute(node)
        elif isinstance(node, ast.ImportFrom | ast.Import):
            yield from _forbidden_import(node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            keywords = {keyword.arg: keyword.value for keyword in node.keywords}
            strict = keywords.get("strict")
            if node.func.id == "zip" and not getattr(strict, "value", False):
                yield node.lineno, "zip ends with the shorter one: write zip(..., strict=True)"
            if node.func.id == "print" and "file" in keywords:
                yield node.lineno, "a test prints to stdout only: text on stderr scores 0"


def _forbidden_attribute(node: ast.Attribute) -> Found:
    owner = ast.unparse(node.value)
    if node.attr in _VACUOUS:
        yield node.lineno, _VACUOUS[node.attr]
    elif (owner, node.attr) in {("sys", "stderr"), ("warnings", "warn"), ("sys", "__stderr__")}:
        yield node.lineno, f"{owner}.{node.attr}: any text on stderr in a test cell scores 0"
    elif (owner, node.attr) in {("np", "testing"), ("numpy", "testing")}:
        yield node.lineno, "np.testing prints the expected values: use close() or expect()"


def _forbidden_import(node: ast.Import | ast.ImportFrom) -> Found:
    module = node.module if isinstance(node, ast.ImportFrom) else ""
    names = {alias.name for alias in node.names}
    full = {f"{module}.{name}" if module else name for name in names}
    for name in sorted(full & {"sys.stderr", "warnings.warn"}):
        yield node.lineno, f"{name}: any text on stderr in a test cell scores 0"
    for name in sorted(full):
        if name.startswith("numpy.testing") or name in {f"numpy.{each}" for each in _VACUOUS}:
            yield node.lineno, f"{name}: use close() or expect() of checks"


def _foreign(cell: Cell, answers: set[str]) -> Found:
    """Names that are neither built in, nor the test's own, nor a student's answer."""
    known = {*_BUILTINS, *answers, "credit", cell.name}
    whole = foreign_names(cell.source)
    for name, line in whole.items():
        if name not in known:
            yield line, f"`{name}` is not the test's own: import or define it inside {cell.name}"
    try:
        visible = foreign_names(blanked(cell.source, HIDDEN))
    except SyntaxError as error:
        yield error.lineno or 1, f"without its hidden part the test is not valid: {error.msg}"
        return
    for name, line in visible.items():
        if name not in {*known, *whole}:
            yield line, f"`{name}` is made in the hidden part, which a student does not have"


def _student_names(function: ast.FunctionDef, answers: set[str]) -> Found:
    """Return the student's names: used in checks alone, and never bound by the test itself."""
    own = own_names(function)
    for name in sorted(answers & own.keys()):
        yield own[name], f"`{name}` is the student's answer: call the test's own name otherwise"
    shielded = {inner for node in ast.walk(function) if _is_check(node) for inner in _within(node)}
    # A function of the test that calls the student's is as unsafe as they are, and may as well
    # be called in a check: its name counts as the student's, what is inside it does not.
    unsafe, helpers = answers - own.keys(), _functions(function)
    while carriers := {n for n in helpers.keys() - unsafe if unsafe & _loaded(helpers[n])}:
        unsafe = unsafe | carriers
    shielded |= {inner for name in helpers.keys() & unsafe for inner in _within(helpers[name])}
    for node in ast.walk(function):
        used = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        if used and node.id in unsafe and node not in shielded:
            via = "calls the student's code" if node.id in helpers else "is the student's"
            yield node.lineno, f"`{node.id}` {via}: use it inside a check block only"


def _functions(function: ast.FunctionDef) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in function.body if isinstance(node, ast.FunctionDef)}


def _within(node: ast.With | ast.FunctionDef) -> Iterator[ast.AST]:
    return (inner for statement in node.body for inner in ast.walk(statement))


def _loaded(function: ast.FunctionDef) -> set[str]:
    return {node.id for node in _within(function) if isinstance(node, ast.Name)}
