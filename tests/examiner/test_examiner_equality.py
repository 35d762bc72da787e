"""The same test cells say the same, and give the same marks, in a student's kernel and examined."""

from pathlib import Path

import nbformat
import pytest
from examiner_tools import texts, verdicts_on

from grading.authoring.markers import released
from grading.classroom.sample_class import students_of
from grading.course.assignment import Assignment, Notebook
from grading.course.cell_names import bound_names
from grading.examiner.job import RUN, TEST, Cell, Limits

SOURCE = Path(__file__).parents[2] / "source"
PROJECTS = ("two_hidden_layers", "mlp_to_cnn", "hyperparameter_study")
SEED = 12345
SAME_SEED = f"import checks.credits\nchecks.credits._fresh_seed = lambda: {SEED}"
LIMITS = Limits(cell=200, test=200, notebook=1000)


def notebooks_of(student, assignment):
    """The definitions, answers and tests of all notebooks, in one; and the answers' names."""
    cells, names = [Cell(RUN, "", SAME_SEED)], set()
    missing = Assignment(SOURCE / assignment).ungradable()
    paths = sorted((SOURCE / assignment).glob("*.ipynb"))
    for path in [each for each in paths if each.stem not in missing]:
        cells.append(Cell(RUN, "given", Notebook(path).given_names()))
        solutions = Notebook(path).solutions
        for cell in nbformat.read(path, as_version=4).cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            if name in solutions:
                names |= bound_names(cell.source)
                own = student.answer(name, solutions[name])
                untouched = released(cell.source, "code", "answer")
                cells.append(Cell(RUN, name, untouched if student.untouched else own))
            elif cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade"):
                points = float(cell.metadata.nbgrader.points)
                cells.append(Cell(TEST, name, cell.source, points))
    return cells, names


def both_ways(student, assignment, monkeypatch):
    """Yield for each test: its cell, the verdict on it, its outputs in a student's kernel."""
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    monkeypatch.setattr("checks.credits._fresh_seed", lambda: SEED)
    cells, names = notebooks_of(student, assignment)
    plain = [Cell(RUN, cell.name, cell.source) for cell in cells]
    examined = verdicts_on(cells, names, LIMITS)
    for cell, verdict, own in zip(cells, examined, verdicts_on(plain, (), LIMITS), strict=True):
        if cell.kind == TEST:
            yield cell, verdict, own


def check_student(student, assignment, monkeypatch):
    for cell, verdict, own in both_ways(student, assignment, monkeypatch):
        exercise = cell.name.removeprefix("test_")
        wanted = 0 if student.untouched else cell.points - student.loses.get(exercise, 0)
        # In one run alone, an exercise that calls a wrong one may lose more than it deserves.
        assert verdict.points <= wanted, (cell.name, verdict)
        assert float(own.outputs[-1]["data"]["text/plain"]) == verdict.points, (cell.name, own)
        # What the student's own code prints comes before, and is kept apart by the examiner.
        assert texts(own).endswith(verdict.text), cell.name
        assert texts(own).startswith(verdict.printed[:1000]), cell.name


FAST = ("bela", "ivan")


@pytest.mark.parametrize(
    "student", [s for s in students_of(SOURCE / "nn_lab") if s.name in FAST], ids=lambda s: s.name
)
def test_words_and_marks_are_the_same(student, monkeypatch):
    check_student(student, "nn_lab", monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize(
    "student",
    [s for s in students_of(SOURCE / "nn_lab") if s.name not in FAST],
    ids=lambda s: s.name,
)
def test_words_and_marks_are_the_same_for_the_whole_class(student, monkeypatch):
    check_student(student, "nn_lab", monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("assignment", "student"),
    [(each, s) for each in PROJECTS for s in students_of(SOURCE / each)[:4] if not s.surgery],
    ids=lambda value: getattr(value, "name", value),
)
def test_words_and_marks_are_the_same_in_the_projects(assignment, student, monkeypatch):
    check_student(student, assignment, monkeypatch)


MISTAKES = {
    "no return": "def f(x):\n    y = 2 * x",
    "a wrong name": "def f(x):\n    return 2 * y",
    "another function": "def g(x):\n    return 2 * x",
    "too many arguments": "def f():\n    return 1",
    "an error in a helper": "def helper(x):\n    return x.no\ndef f(x):\n    return helper(x)",
    "an error in NumPy": "import numpy as np\ndef f(x):\n    return np.ones((2, 3)) @ np.ones(2)",
    "a missing file": "def f(x):\n    return open('nowhere')",
    "a missing key": "def f(x):\n    return {}[3]",
    "an own exception": "class Oops(Exception): pass\ndef f(x):\n    raise Oops('no\\nway')",
    "an exit": "import sys\ndef f(x):\n    sys.exit(3)",
    "a function of functions": "def f(x):\n    return lambda: 2 * x",
    "a ragged list": "def f(x):\n    return [[1], [1, 2]]",
    "a list of arrays": "def f(x):\n    return [2 * x[0], 2 * x[1]]",
    "objects": "import numpy as np\ndef f(x):\n    return np.array([1, None])",
    "text": "def f(x):\n    return 'two'",
    "a generator": "def f(x):\n    yield 2 * x",
    "complex numbers": "def f(x):\n    return 2 * x + 0j",
    "NaN": "def f(x):\n    return x * float('nan')",
    "truth values": "def f(x):\n    return x > 0",
    "a matrix": "import numpy as np\ndef f(x):\n    return np.matrix(2 * x)",
    "a changed argument": "def f(x):\n    x *= 2\n    return x",
    "a memory": "calls = []\ndef f(x):\n    calls.append(1)\n    return 2 * x * len(calls)",
    "a recursion": "def f(x):\n    return f(x)",
    "warnings as errors": "import numpy\nnumpy.seterr(all='raise')\ndef f(x): return x / 1e-320",
    "not finished": "def f(x):\n    raise NotImplementedError()",
    "not finished, with a word": "def f(x):\n    raise NotImplementedError('later')",
    "a failed assertion": "def f(x):\n    assert x is None, 'what?'",
    "a syntax error": "def f(x)\n    return x",
}
TEST_OF_F = """
from checks import credit

def test_f(check):
    import numpy as np
    from checks import close, results, steady
    with check("the value"):
        close(f(np.array([1.0, 2.0])), [2, 4], what="y")
    with check("the value, twice", points=1):
        close(steady(f, np.array([1.0, 3.0]), names="x"), [2, 6], what="y")
    with check("two results", points=1):
        results(f(np.array([1.0, 3.0])), "a b")

credit(test_f)
"""


def test_words_on_mistakes_are_the_same(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    monkeypatch.setattr("checks.credits._fresh_seed", lambda: SEED)
    test = Cell(TEST, "test_f", TEST_OF_F, 2.0)
    own, cells = [Cell(RUN, "", SAME_SEED)], [Cell(RUN, "", SAME_SEED)]
    for source in MISTAKES.values():
        clean = Cell(RUN, "", "for name in 'fg': globals().pop(name, None)")
        own += [clean, Cell(RUN, "", source), Cell(RUN, "", TEST_OF_F)]
        cells += [clean, Cell(RUN, "", source), test]
    plain = verdicts_on(own, (), LIMITS)[3::3]
    examined = verdicts_on(cells, ["f"], LIMITS)[3::3]
    for name, verdict, there in zip(MISTAKES, examined, plain, strict=True):
        assert texts(there) == verdict.text, name
        assert there.outputs[-1]["data"]["text/plain"] == repr(verdict.points), name
