"""Honest submissions whose answers depend on cells of their own, graded both ways: equal marks.

Each answer is right only when its own cells were run; `needed` finds out which.
"""

import os

import pytest
from small_assignment import (
    CHECK,
    NAME,
    checking,
    hand_in,
    make_assignment,
    make_order,
    open_sandbox,
    with_settings,
)

from grading.autograde import examination
from grading.autograde.batch import Batch
from grading.autograde.needed.choice import Plan
from grading.autograde.recorded import RecordedNotebook
from grading.autograde.settings import Settings
from grading.autograde.submission import Grader
from grading.autograde.workers import Forks

TWO = "def f(x):\n    return two * x"
#: What the own cells do, and the answer; a story cell of the assignment binds `rate` and `data`.
WAYS = {
    "assignment": (["two = 2"], TWO),
    "assignment, twice": (["two = 3", "two = 2"], TWO),
    "unpacking": (["(one, [two, *rest]) = 1, [2, 3]"], TWO),
    "walrus": (["print(two := 2)"], TWO),
    "augmented": (["two = 1", "two += 1"], TWO),
    "annotated": (["two: int = 2"], TWO),
    "a loop's name": (["for two in (1, 2):\n    pass"], TWO),
    "with": (["import contextlib", "with contextlib.nullcontext(2) as two:\n    pass"], TWO),
    "import": (["from math import ldexp"], "def f(x):\n    return x * ldexp(1, 1)"),
    "import as": (["import numpy as numbers"], "def f(x):\n    return numbers.add(x, x)"),
    "import in a function": (
        ["def load():\n    global ldexp\n    from math import ldexp", "load()"],
        "def f(x):\n    return x * ldexp(1, 1)",
    ),
    "star import": (["from math import *"], "def f(x):\n    return x * ldexp(1, 1)"),
    "a function": (["def twice(x):\n    return 2 * x"], "f = twice"),
    "a function of a function": (
        ["def one():\n    return 1", "def two():\n    return one() + one()"],
        "def f(x):\n    return two() * x",
    ),
    "a class": (
        ["class Twice:\n    def __call__(self, x):\n        return 2 * x"],
        "f = Twice()",
    ),
    "a lambda": (["twice = lambda x: 2 * x"], "def f(x):\n    return twice(x)"),
    "a default": (["two = 2"], "def f(x, by=two):\n    return by * x"),
    "a decorator": (
        ["def doubled(g):\n    return lambda x: 2 * g(x)"],
        "@doubled\ndef f(x):\n    return x",
    ),
    "a comprehension": (["numbers = [1, 1]"], "def f(x):\n    return sum(n * x for n in numbers)"),
    "in place": (["numbers = []", "numbers.append(2)"], "def f(x):\n    return numbers[0] * x"),
    "an item": (["numbers = {}", "numbers['two'] = 2"], "def f(x):\n    return numbers['two'] * x"),
    "an attribute": (
        ["class Box:\n    two = 3", "Box.two = 2"],
        "def f(x):\n    return Box.two * x",
    ),
    "an array in place": (
        ["numbers = np.ones(3)", "numbers[:] *= 2"],
        "def f(x):\n    return numbers[0] * x",
    ),
    "an alias": (["a = [3]", "b = a", "b[0] = 2"], "def f(x):\n    return a[0] * x"),
    "through a function": (
        ["numbers = []", "def fill(l):\n    l.append(2)", "fill(numbers)"],
        "def f(x):\n    return numbers[0] * x",
    ),
    "del": (
        ["two = 2", "np.two = 5", "del np.two"],
        "def f(x):\n    return (2 if not hasattr(np, 'two') else 5) * x",
    ),
    "patched module": (["np.twice = lambda x: 2 * x"], "def f(x):\n    return np.twice(x)"),
    "setattr": (["setattr(np, 'thrice', 2)"], "def f(x):\n    return np.thrice * x"),
    "globals": (["globals()['two'] = 2"], TWO),
    "exec": (["exec('two = 2')"], TWO),
    "exec, assembled": (["exec('tw' + 'o = 2')"], TWO),
    "a magic": (["%time two = 2"], TWO),
    "a cell magic": (["%%time\ntwo = 2"], TWO),
    "capture": (["%%capture\ntwo = 2"], TWO),
    "sys.modules": (
        ["import sys", "sys.modules['__main__'].two = 2"],
        TWO,
    ),
    "the last result": (["1 + 1", "two = _"], TWO),
    "a file": (
        ["import json", "open('two.json', 'w').write('2')"],
        "def f(x):\n    return json.load(open('two.json')) * x",
    ),
    "NumPy's file": (["np.save('two.npy', 2)"], "def f(x):\n    return np.load('two.npy') * x"),
    "the environment": (
        ["import os", "os.environ['TWO'] = '2'"],
        "def f(x):\n    return int(os.environ['TWO']) * x",
    ),
    "the working directory": (
        ["import os", "os.mkdir('there')", "os.chdir('there')", "open('two', 'w').write('2')"],
        "def f(x):\n    return int(open('two').read()) * x",
    ),
    "a generator's seed": (
        ["np.random.seed(1)", "two = 2 + 0 * np.random.rand()"],
        TWO,
    ),
    "the answer, wrapped": (
        [],
        "def f(x):\n    return 2 * x\nf = (lambda g: lambda x: g(x))(f)",
    ),
    "of the story": (["two = rate * 20"], TWO),
    "of the story, in the answer": ([], "def f(x):\n    return rate * 20 * x"),
    "of the story, changed": (["data.append(2)"], "def f(x):\n    return data[-1] * x"),
    "a try": (["try:\n    import nowhere\nexcept ImportError:\n    two = 2"], TWO),
    "a name that is missing at first": (
        ["ma = 'rate'"],
        "def f(x):\n    return eval('ra' + 'te') * 20 * x",
    ),
    "not needed": (
        ["import math\nother = math.sin(1)\nprint(other)"],
        "def f(x):\n    return 2 * x",
    ),
}
STORY = ("rate = 0.1", "data = [1]", "print('a figure')")


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """The class, graded with the cells needed, and with all."""
    folder = tmp_path_factory.mktemp("course")
    told = make_assignment(folder, CHECK, checking("close(f(1.5), 3)"), story=STORY)
    students = {f"s{number:02}": way for number, way in enumerate(WAYS)}
    for student, way in students.items():
        before, f = WAYS[way]
        hand_in(folder, student, f, before)
    found = {}
    for run in ("needed", "all"):
        forks = Forks(with_settings(told, run=run, redraw=0), os.environ)
        batch = Batch(forks, open_sandbox, 2, 100)
        done = list(batch.run(list(students), make_order(folder)))
        found[run] = {students[o.submission]: o.result["notebooks"][NAME] for o in done}
        forks.close()
    return found


@pytest.mark.parametrize("way", WAYS)
def test_marks_and_words_are_those_of_a_run_of_everything(results, way):
    needed, everything = results["needed"][way], results["all"][way]
    assert everything["scores"] == {"test_f": 4, "test_f_2": 4}, everything["exercises"]
    assert needed["scores"] == everything["scores"], needed["remarks"]
    assert needed["exercises"] == everything["exercises"]


def test_most_of_them_need_a_choice_of_cells_only(results):
    ways = {way: result["run"] for way, result in results["needed"].items()}
    chosen = [way for way, run in ways.items() if run == "needed"]
    assert len(chosen) > 0.6 * len(WAYS), ways
    assert ways["globals"] == ways["exec"] == "all"


def test_a_missing_name_that_was_left_out_has_everything_run_once_more(tmp_path, monkeypatch):
    """The choice is made wrong on purpose; the second run's marks stand."""
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    told = make_assignment(tmp_path, CHECK)
    hand_in(tmp_path, "ann", TWO, ["two = 2"])
    recorded = [RecordedNotebook.from_data(each) for each in told["recorded"]]
    grader = Grader(told["source"], recorded, Settings.from_data(told["settings"]))

    def wrong(cells):
        return Plan(tuple(cell.kind != "own" for cell in cells), "", frozenset(left_out))

    monkeypatch.setattr(examination, "plan", wrong)
    found = {}
    with open_sandbox() as box:
        for left_out in ({"two"}, {"other"}):
            order = make_order(tmp_path)("ann", box.address)
            notebook = grader.grade(order)["notebooks"][NAME]
            found[min(left_out)] = notebook["scores"]["test_f"], notebook["run"]
    assert found == {"two": (4, examination.AGAIN), "other": (0, examination.NEEDED)}
