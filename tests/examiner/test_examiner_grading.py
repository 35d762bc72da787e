"""From the gradebook to the examiner and back: cells, names, files, earlier notebooks, marks."""

import json
import os
import sys
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from examiner_tools import texts, verdicts_on
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.converters import NbGraderException
from nbgrader.utils import determine_grade
from traitlets.config import Config

from grading.autograde import autograde_command
from grading.autograde.autograde_command import CourseAutograde
from grading.autograde.examination import _told
from grading.autograde.intake import side_files
from grading.autograde.intake.side_files import files_in
from grading.autograde.outcome import marks_of, put_verdict
from grading.autograde.recorded import RecordedCell, RecordedNotebook
from grading.autograde.settings import settings_from
from grading.classroom.demo import run_demo
from grading.classroom.sample_class import students_of
from grading.course.assignment import Notebook
from grading.examiner.job import RUN, TEST, Cell, Limits, Verdict, not_run
from grading.examiner.without_tests import without_tests
from helpers.lesson import load_answers

ROOT = Path(__file__).parents[2]
GIVEN, DOUBLE, TEST_DOUBLE = (
    {"nbgrader": {"grade_id": name}} for name in ("given", "double", "test_double")
)
FIRST = [
    new_markdown_cell("secret prose"),
    new_code_cell(
        "import numpy as np\nprint(1)",
        metadata=GIVEN,
        outputs=[new_output("stream", text="a printed secret")],
    ),
    new_code_cell("@staticmethod\ndef own(x):\n    return np.asarray(x)\n\nown = own.__func__"),
    new_code_cell("%matplotlib inline\nimport broken"),
    new_code_cell(
        "two = 2\ndef double(x):\n    return two * own(x)",
        metadata=DOUBLE,
    ),
    new_code_cell("test_double = double(3)", metadata=TEST_DOUBLE),
    new_code_cell("secret = 3"),
]


LAYER = "def layer(x):\n    return 2 * x\n"
#: What a student's own cell may look like, whose function an answer uses.
ODD_CELLS = {
    "plain": LAYER,
    "a constant": "TWO = 2.0\ndef layer(x):\n    return TWO * x\n",
    "a lambda": "layer = lambda x: 2 * x\n",
    "a magic above": "%matplotlib inline\n" + LAYER,
    "a magic below": LAYER + "%timeit -n1 -r1 layer(2)\n",
    "a cell magic": "%%time\n" + LAYER,
    "a question": LAYER + "layer?\n",
    "a line separator in a comment": "# pasted:\u2028 twice\n" + LAYER,
    "a line separator in a text": "def layer(x):\n    'a\u2028b'\n    return 2 * x\n",
    "a form feed": "import math\n\x0c\n" + LAYER,
    "a next line": 'def layer(x):\n    """Affine\x85 map."""\n    return 2 * x\n',
    "a vertical tab and a file separator": "# \x0b \x1c\n" + LAYER,
    "carriage returns": LAYER.replace("\n", "\r\n"),
    "a decorator": "import functools\n@functools.cache\ndef layer(x):\n    return 2 * x\n",
    "a coroutine beside it": "async def other():\n    pass\n" + LAYER,
}


def loaded(cells, folder):
    """What a later notebook gets of an earlier one in a student's own folder."""
    nbformat.write(new_notebook(cells=cells), folder / "first.ipynb")
    return load_answers(folder / "first.ipynb", ["double", "missing"])


def test_earlier_notebooks_hold_no_test_no_prose_and_no_output(tmp_path):
    made = without_tests(FIRST, {"double"}, {"test_double"})
    assert not any(text in made for text in (b"test_double", b"secret prose", b"a printed secret"))
    (tmp_path / "first.ipynb").write_bytes(made)
    kept = nbformat.read(tmp_path / "first.ipynb", as_version=4)
    nbformat.validate(kept)
    assert [cell.source for cell in kept.cells] == [
        cell.source for cell in FIRST[1:] if "test_double" not in cell.source
    ]


def test_what_counts_of_an_earlier_notebook_is_the_same_at_home_and_in_grading(tmp_path):
    """Each own cell must do for the grader what it does in a student's own Jupyter."""
    answer = new_code_cell("def double(x):\n    return layer(x)", metadata=DOUBLE)
    for name, source in ODD_CELLS.items():
        cells = [new_code_cell(source), answer]
        at_home = loaded(cells, tmp_path)
        (tmp_path / "first.ipynb").write_bytes(without_tests(cells, {"double"}, set()))
        graded = load_answers(tmp_path / "first.ipynb", ["double", "missing"])
        assert at_home.double(4) == graded.double(4) == 8, name
        with pytest.raises(NotImplementedError, match="missing"):
            graded.missing()


def test_files_are_plain_and_few(tmp_path, monkeypatch):
    secret = tmp_path / "gradebook.db"
    secret.write_text("marks")
    folder = tmp_path / "submitted"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "a.csv").write_bytes(b"1,2")
    for name in ("numpy.py", "x.ipynb", ".hidden", "b.SO"):
        (folder / name).write_text("1")
    (folder / "link.csv").symlink_to(secret)
    (folder / "link").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe")
    assert files_in(folder) == {"data/a.csv": b"1,2"}
    assert files_in(tmp_path / "nowhere") == {}
    monkeypatch.setattr(side_files, "MAX_BYTES", 2)
    assert files_in(folder) == {}


def book(**cells):
    """A notebook in the gradebook: {grade_id: (source, points, is an answer)}."""
    return RecordedNotebook(
        "1_first",
        [RecordedCell(n, source=source) for n, (source, _, _) in cells.items()],
        [RecordedCell(n, max_score=p) for n, (_, p, _) in cells.items() if p],
        [RecordedCell(n) for n, (_, _, answer) in cells.items() if answer],
    )


def test_what_the_gradebook_says_travels_as_plain_data():
    known = book(test_f=("right", 3, False), f=("stub", 0, True))
    assert RecordedNotebook.from_data(json.loads(json.dumps(known.to_data()))) == known


def test_what_a_cell_is_and_a_test_s_source_and_points_come_from_the_gradebook():
    known = book(test_f=("right", 3, False), f=("stub", 0, True), essay=("", 5, True))
    tests = {name: (source, points) for name, source, points in known.tests}

    def told(name, source, **label):
        label = {"grade_id": name, "grade": True, "points": 100, **label}
        return _told(new_code_cell(source, metadata={"nbgrader": label}), tests)

    assert told("test_f", "credit(100)") == Cell(TEST, "test_f", "right", 3.0)
    assert told("test_f", "", solution=True, locked=False) == Cell(TEST, "test_f", "right", 3.0)
    assert told("f", "mine") == Cell(RUN, "f", "mine")
    assert told("another", "mine") == Cell(RUN, "another", "mine")
    assert told("essay", "mine") == Cell(RUN, "essay", "mine")


def test_only_names_of_the_assignment_s_own_answers_are_asked_for(tmp_path):
    nb = nbformat.v4.new_notebook()
    for name, source in [("f", "def f(x):\n    y = 1\nrate = 2"), ("given", "np = 3")]:
        label = {"grade_id": name, "solution": name == "f"}
        nb.cells.append(new_code_cell(source, metadata={"nbgrader": label}))
    nbformat.write(nb, tmp_path / "n.ipynb")
    assert Notebook(tmp_path / "n.ipynb").names == {"f", "rate"}


def graded_cell():
    label = {"grade_id": "t", "grade": True, "solution": False, "points": 4, "locked": True}
    label |= {"schema_version": 3, "cell_type": "code", "checksum": "x", "task": False}
    return new_code_cell("credit(t)", metadata={"nbgrader": label})


@pytest.mark.parametrize(
    ("verdict", "mark"),
    [
        (Verdict(points=2.5, text="fine", printed="4.0"), 2.5),
        (Verdict(points=0.0, text="no"), 0),
        (not_run("because"), 0),
        (None, 0),
    ],
)
def test_a_verdict_becomes_the_mark_also_for_nbgrader_s_own_eyes(verdict, mark):
    cell = graded_cell()
    if verdict:
        put_verdict(cell, Cell(TEST, "t", "", 4.0), verdict)
        assert determine_grade(cell) == (mark, 4)
    nb = nbformat.v4.new_notebook(cells=[cell])
    assert marks_of(nb, {"t": verdict} if verdict else {})[0] == {"t": mark}
    nbformat.validate(nb)


def test_grading_without_a_sandbox_has_to_be_asked_for(monkeypatch):
    monkeypatch.setattr(autograde_command, "unavailable", lambda: "bubblewrap is missing.")
    batch = CourseAutograde()
    settings, required = settings_from(Config())
    with pytest.raises(NbGraderException, match=r"bubblewrap is missing\. To grade all the same"):
        batch._sandbox(settings, required, None)
    config = Config()
    config.ExaminedExecute.require_sandbox = False
    settings, required = settings_from(config)
    assert "WITHOUT a sandbox" in batch._sandbox(settings, required, None)[1]


def test_the_limits_are_the_instructor_s():
    config = Config()
    config.Execute.timeout = 7
    config.ExaminedExecute.max_output = 1000
    config.LimitOutput.max_lines = 3
    settings, _ = settings_from(config)
    limits = settings.limits
    assert (limits.cell, limits.output, limits.notebook) == (7, 1000, 600)
    assert (settings.max_lines, settings.execute, settings.run) == (3, True, "needed")
    config.Execute.enabled = False
    assert not settings_from(config)[0].execute


STATEFUL = """
class Network:
    def __init__(self, n_hidden, eta):
        self.n_hidden, self.eta, self.losses = n_hidden, eta, []

    def fit(self, X, y):
        self.w = np.zeros((self.n_hidden, X.shape[1]))
        for i in range(3):
            self.w += self.eta * y.sum()
            self.losses.append(1 / (i + 1))
        return {}

    def predict(self, X):
        raise NotImplementedError()
"""
TEST_OF_NETWORK = """
from checks import credit

def test_network(check):
    import numpy as np
    from checks import close, expect
    X, y = check.rng.normal(size=(4, 3)), np.ones(4)

    def fitted():
        net = Network(2, eta=0.5)
        net.fit(X, y)
        return net

    with check("the weights", points=2):
        close(fitted().w, np.full((2, 3), 6.0), what="w")
    with check("the losses fall", points=2):
        losses = np.asarray(fitted().losses)
        expect(bool((np.diff(losses) < 0).all()), "they do not")
    with check("fit returns the network", points=1):
        net = Network(2, 0.5)
        expect(isinstance(net.fit(X, y), Network), "it does not")
    with check("predictions", points=3):
        close(fitted().predict(X), np.zeros(4))

credit(test_network)
"""


def test_a_class_is_one_exercise_with_partial_credit(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    cells = [Cell(RUN, "", "import numpy as np"), Cell(RUN, "", STATEFUL)]
    full = STATEFUL.replace("return {}", "return self").replace(
        "raise NotImplementedError()", "return np.zeros(len(X))"
    )
    test = Cell(TEST, "test_network", TEST_OF_NETWORK, 8.0)
    verdicts = verdicts_on([*cells, test, Cell(RUN, "", full), test], ["Network"], Limits())
    assert [verdicts[2].points, verdicts[4].points] == [4, 8], verdicts
    assert "`predict`, which is not done yet" in verdicts[2].text
    assert texts(verdicts[2]) == ""


@pytest.mark.slow
def test_students_get_their_marks_from_nbgrader_and_see_no_hidden_line(tmp_path):
    """A few of the class are enough here: the demo has them all."""
    students = [
        student
        for student in students_of(ROOT / "source" / "nn_lab")
        if student.name in ("bela", "emil", "ivan", "kofi")
    ]
    assert run_demo(tmp_path / "demo", ROOT / "source" / "nn_lab", students) == 0
    pages = list((tmp_path / "demo" / "feedback").rglob("*.html"))
    assert len(pages) == 6 * len(students)
    hidden = hidden_lines(tmp_path / "demo" / "source")
    assert len(hidden) > 100
    for page in pages:
        text = BeautifulSoup(page.read_text(), "html.parser").get_text()
        for folder in (ROOT, sys.prefix, sys.base_prefix, tmp_path, Path.home()):
            assert f"{folder}/" not in text, page
        assert [line for line in hidden if line in text] == [], page


def hidden_lines(source):
    """The telling lines of all hidden tests that are nowhere else in the notebooks."""
    hidden, shown = set(), ""
    for path in source.rglob("*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            public, _, rest = cell.source.partition("### BEGIN HIDDEN TESTS")
            secret, _, end = rest.partition("### END HIDDEN TESTS")
            hidden |= {line.strip() for line in secret.splitlines() if len(line.strip()) > 30}
            shown += public + end
    # What checks are called is said in the feedback.
    labels = ("with check(", '"', "#")
    return {line for line in hidden if line not in shown and not line.startswith(labels)}
