"""The second run with right earlier answers: what it gives, what it does not, what it shows."""

import json
import os
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from small_assignment import SETTINGS, label, open_sandbox

from grading.autograde.batch import Batch
from grading.autograde.order import Order
from grading.autograde.recorded import RecordedCell, RecordedNotebook
from grading.autograde.second_run import (
    Story,
    cells_for,
    ended_at,
    merged,
    merged_checks,
    to_be_run_again,
)
from grading.autograde.workers import Forks
from grading.examiner.job import RUN, TEST, Cell, Verdict, not_run

NAME = "1_chain"
SOLUTIONS = {
    "double": "def double(x):\n    secret = 2\n    return secret * x",
    "quad": "def quad(x):\n    return double(double(x))",
    "octo": "def octo(x):\n    return double(quad(x))",
}
FACTORS = {"double": 2, "quad": 4, "octo": 8}


def test_source(name):
    return (
        "from checks import credit\n\n\n"
        f"def test_{name}(check):\n    import numpy as np\n\n"
        "    from checks import close\n\n"
        "    x = check.rng.normal(size=3)\n"
        "    with check('one number', points=1):\n"
        f"        close({name}(x[0]), {FACTORS[name]} * x[0])\n"
        "    with check('an array', points=3):\n"
        f"        close({name}(x), {FACTORS[name]} * x)\n\n\n"
        f"credit(test_{name})"
    )


test_source.__test__ = False


def make_chain(folder):
    """Write the assignment; return what `Forks` is told."""
    source = Path(folder, "source", "ps")
    source.mkdir(parents=True)
    cells, released = [], {}
    for name, solution in SOLUTIONS.items():
        head, body = solution.split("\n", 1)
        text = f"{head}\n    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION"
        roles = label(name, solution=True, locked=False)
        cells.append(new_code_cell(text, id=name, metadata=roles))
        released[name] = f"{head}\n    # YOUR CODE HERE\n    raise NotImplementedError()"
        test = test_source(name)
        cells.append(new_code_cell(test, id=f"test_{name}", metadata=label(f"test_{name}", 4)))
        released[f"test_{name}"] = test
    nb = new_notebook(cells=cells)
    nb.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nb, source / f"{NAME}.ipynb")
    recorded = RecordedNotebook(
        NAME,
        [RecordedCell(name, source=text) for name, text in released.items()],
        [RecordedCell(f"test_{name}", max_score=4.0) for name in SOLUTIONS],
        [RecordedCell(name) for name in SOLUTIONS],
    )
    return {
        "source": str(source),
        "recorded": [recorded.to_data()],
        "settings": SETTINGS.to_data(),
    }


def hand_in(folder, student, answers, own):
    """Write a submission; `own` are cells of the student's own, each before an exercise."""
    nb = nbformat.read(Path(folder, "source", "ps", f"{NAME}.ipynb"), as_version=4)
    cells = []
    for cell in nb.cells:
        if cell.id in SOLUTIONS:
            cells += [new_code_cell(text) for place, text in own if place == cell.id]
            cell.source = answers.get(cell.id, SOLUTIONS[cell.id])
        cells.append(cell)
    nb.cells = cells
    target = Path(folder, "submitted", student, "ps")
    target.mkdir(parents=True)
    (target / f"{NAME}.ipynb").write_text(json.dumps(nb))


STUB = "def double(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
TRIPLE = "def double(x):\n    return 3 * x"
#: By name: answers, own cells, and the marks of the three exercises.
WAYS = {
    "all right": ({}, [], (4, 4, 4)),
    "a wrong number": ({"double": TRIPLE}, [], (0, 4, 4)),
    "it raises": ({"double": "def double(x):\n    raise ValueError(x)"}, [], (0, 4, 4)),
    "another shape": ({"double": "def double(x):\n    return [[2 * x]]"}, [], (0, 4, 4)),
    "random": (
        {"double": "import random\ndef double(x):\n    return random.random() * x"},
        [],
        (0, 4, 4),
    ),
    "missing": ({"double": ""}, [], (0, 4, 4)),
    "no Python": ({"double": "def double(x:"}, [], (0, 4, 4)),
    "half right": (
        {"double": "def double(x):\n    return 2 * float(x) if np.ndim(x) == 0 else x"},
        [("double", "import numpy as np")],
        (1, 4, 4),
    ),
    "it ends the kernel": ({"double": "import os\nos._exit(1)"}, [], (0, 4, 4)),
    "never done, in its cell": ({"double": "while True:\n    pass"}, [], (0, 4, 4)),
    "two of them": ({"double": TRIPLE, "quad": "def quad(x):\n    return 5 * x"}, [], (0, 0, 4)),
    "the last one is wrong, too": (
        {"double": TRIPLE, "octo": "def octo(x):\n    return quad(x)"},
        [],
        (0, 4, 0),
    ),
    "only the last": ({"octo": "def octo(x):\n    return quad(x)"}, [], (4, 4, 0)),
    "an alias": (
        {"double": TRIPLE, "quad": "def quad(x):\n    return twice(twice(x))"},
        [("quad", "twice = double")],
        (0, 4, 4),
    ),
    "a helper in the wrong cell": (
        {
            "double": TRIPLE + "\ndef twice(f, x):\n    return f(f(x))",
            "quad": "def quad(x):\n    return twice(double, x)",
        },
        [],
        (0, 4, 4),
    ),
    "a class": (
        {"double": TRIPLE, "quad": "def quad(x):\n    return Doubler()(x)"},
        [("quad", "class Doubler:\n    def __call__(self, x):\n        return double(double(x))")],
        (0, 4, 4),
    ),
    "written anew in a cell of one's own": (
        {"double": TRIPLE},
        [("quad", "def double(x):\n    return 2.5 * x")],
        (0, 4, 4),
    ),
    "constants": (
        {name: f"def {name}(x):\n    return 0 * x" for name in SOLUTIONS},
        [],
        (0, 0, 0),
    ),
    "nothing done": (
        {
            name: f"def {name}(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
            for name in SOLUTIONS
        },
        [],
        (0, 0, 0),
    ),
    "what an earlier one is, is told": (
        {
            "double": STUB,
            "quad": "import inspect\ndef quad(x):\n"
            "    raise ValueError(open('/proc/self/cmdline').read() + inspect.getsource(double))",
            "octo": "def octo(x):\n    print('told:', double.__code__.co_varnames)\n"
            "    return double.__code__.co_varnames",
        },
        [],
        (0, 0, 0),
    ),
    "the one under test is looked for": (
        {
            "double": TRIPLE,
            "quad": "def quad(x):\n    for text in In:\n        if 'double(double(x))' in text:\n"
            "            exec(text, globals())\n            return globals()['quad'](x)\n",
        },
        [],
        (0, 0, 4),
    ),
}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """The class, graded; and the text of the graded notebooks and results."""
    folder = tmp_path_factory.mktemp("course")
    forks = Forks(make_chain(folder), os.environ)
    students = {f"s{number:02}": way for number, way in enumerate(WAYS)}
    for student, way in students.items():
        answers, own, _ = WAYS[way]
        hand_in(folder, student, answers, own)

    def order(student, address):
        target = Path(folder, "graded", student)
        target.mkdir(parents=True, exist_ok=True)
        handed_in = str(Path(folder, "submitted", student, "ps"))
        return Order(student, handed_in, str(target), [NAME], 1, address)

    found = {}
    for done in Batch(forks, open_sandbox, 2, 100).run(list(students), order):
        page = Path(folder, "graded", done.submission, f"{NAME}.ipynb").read_text()
        found[students[done.submission]] = done.result["notebooks"][NAME], page
    forks.close()
    return found


@pytest.mark.parametrize("way", WAYS)
def test_a_mistake_costs_its_own_exercise_and_nothing_vouches_for_anything(results, way):
    notebook, _ = results[way]
    marks = tuple(notebook["scores"][f"test_{name}"] for name in SOLUTIONS)
    assert marks == WAYS[way][2], notebook


def test_a_second_run_is_made_only_where_it_may_help(results):
    ways = {way: [r for r in nb["remarks"] if "again" in r] for way, (nb, _) in results.items()}
    assert not ways["all right"]
    assert not ways["only the last"]
    assert not ways["nothing done"]
    assert ways["a wrong number"] == [
        "test_quad: judged again with right double",
        "test_octo: judged again with right double",
    ]


def test_the_student_reads_which_checks_count_so_and_why(results):
    notebook, page = results["a wrong number"]
    (test,) = notebook["exercises"]["quad"]["tests"]
    assert "passed*  one number" in test["message"]
    assert "passed*  an array" in test["message"]
    assert "not with your own `double`, which is not right yet" in test["message"]
    assert [check["second_run"] for check in test["checks"]] == [True, True]
    assert "NOT YET" not in test["message"]
    assert "passed*" in page
    own = notebook["exercises"]["double"]["tests"][0]
    assert "NOT YET" in own["message"]
    assert not any("second_run" in c for c in own["checks"])


def test_nothing_that_the_second_run_shows_is_kept(results):
    """Its code could read the right earlier answers; here it says what it has found."""
    notebook, page = results["what an earlier one is, is told"]
    for text in (json.dumps(notebook), page):
        assert "'secret'" not in text
        assert "secret * x" not in text
    assert "told: ('x',)" in page  # of the first run, whose `double` is the student's own


def story(*more):
    cells = [
        Cell(RUN, "double", TRIPLE),
        Cell(TEST, "test_double", "", 4.0),
        Cell(RUN, "", "double = lambda x: 9 * x"),
        Cell(RUN, "quad", SOLUTIONS["quad"]),
        *more,
        Cell(TEST, "test_quad", "", 4.0),
        Cell(RUN, "octo", SOLUTIONS["octo"]),
        Cell(TEST, "test_octo", "", 4.0),
    ]
    kinds = ["answer", "test", "own", "answer", *("own" for _ in more), "test", "answer", "test"]
    return Story(cells, kinds, frozenset(), SOLUTIONS)


def test_which_tests_are_run_again():
    lost = {"test_double": 0.0, "test_quad": None, "test_octo": 4.0}
    assert to_be_run_again(story(), lost) == {"test_quad": ["double"]}
    assert to_be_run_again(story(), {"test_double": 4.0, "test_quad": 1.0}) == {
        "test_octo": ["quad"]
    }


def test_the_cells_hold_no_solution_of_the_exercise_under_test_or_a_later_one():
    cells, kinds = cells_for(story(), "test_quad", ended=set())
    assert [cell.source for cell in cells] == [
        TRIPLE,
        SOLUTIONS["double"],
        "double = lambda x: 9 * x",
        SOLUTIONS["double"],
        SOLUTIONS["quad"],  # the student's
        "",
    ]
    assert kinds == ["answer", "answer", "own", "answer", "answer", "test"]
    cells, _ = cells_for(story(), "test_quad", ended={0, 2, 3})
    assert [cell.name for cell in cells] == ["", "", "quad", "test_quad"]


def check(label, passed, points=1.0, message=""):
    return {"label": label, "passed": passed, "points": points, "message": message}


def test_checks_count_that_passed_in_either_run():
    first = [check("a", True), check("b", False, message="own"), check("c", False, message="why")]
    second = [check("a", False), check("b", True), check("c", False, message="a secret")]
    found = merged_checks(first, second)
    assert [each["passed"] for each in found] == [True, True, False]
    assert [each["message"] for each in found] == ["", "", "why"]
    assert [each.get("second_run", False) for each in found] == [False, True, False]


def test_a_test_that_the_first_run_did_not_reach_is_told_without_the_second_s_words():
    second = Verdict(points=1.0, checks=[check("a", True), check("b", False, message="a secret")])
    cell = Cell(TEST, "test_quad", "", 2.0)
    verdict = merged(cell, "quad", not_run("the kernel died"), second, ["double"])
    assert verdict.points == 1.0
    assert not verdict.outputs
    assert "a secret" not in verdict.text
    assert "was not reached" in verdict.text
    same = merged(cell, "quad", not_run("the kernel died"), Verdict(points=0.0), ["double"])
    assert same.points is None
    assert same.outputs


def test_cells_that_ended_the_kernel_are_known():
    assert ended_at([{"output_type": "error", "ename": "KernelDied"}])
    assert not ended_at([{"output_type": "error", "ename": "ValueError"}, {"text": ""}])
