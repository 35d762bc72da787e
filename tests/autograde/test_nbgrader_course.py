"""nbgrader's own commands on a made-up class in which nearly everyone hands in something odd."""

import copy
import csv
import json
import os
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook
from numbers_course import (
    DOUBLE,
    ROOT,
    TRIPLE,
    autograded,
    errors,
    feedback,
    find,
    hand_in,
    make_course,
    nbgrader,
    notes,
    scores,
    solved,
)


def hand_in_all(course, release):
    """The class; what each one is for stands in the tests below."""
    hand_in(course, "ann", solved(release))

    nb = solved(release)
    double, test, triple = find(nb, "double"), find(nb, "test_double"), find(nb, "test_triple")
    draft = copy.deepcopy(double) | {"id": "draft", "source": "def double(x):\n    return 0"}
    nb.cells.insert(nb.cells.index(double), draft)
    nb.cells.append(copy.deepcopy(test) | {"id": "pasted"})
    triple.metadata["tags"] = ["skip-execution"]
    triple.metadata.nbgrader["points"] = 3000
    nb.cells.remove(test)
    nb.cells.insert(0, test)
    hand_in(course, "bob", nb)

    nb = solved(release)
    for cell in nb.cells:
        cell["metadata"] = {}
        del cell["id"]
    nb["nbformat_minor"] = 4
    hand_in(course, "cat", nb, name="1_Numbers (1).ipynb")
    hand_in(course, "dan", json.dumps(solved(release))[:-100])
    hand_in(course, "eve", solved(release, triple="import os\nos._exit(1)"))
    stubborn = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
    endless = "def double(x):\n    while True: pass"
    hand_in(course, "fay", solved(release, double=endless, triple=stubborn))
    hand_in(course, "hal", "My homework ate the dog.", name="essay.txt")

    files = ("numpy.py", "json.py", "helpers/__init__.py", "ipykernel/__init__.py")
    shadows = dict.fromkeys(files, "raise SystemExit('a submitted file was imported')")
    looks = (
        "from importlib.util import find_spec\n"
        "assert not any('autograded' in find_spec(m).origin for m in ('numpy', 'helpers'))\n"
    )
    hand_in(course, "ida", solved(release, double=looks + DOUBLE), **shadows)

    noisy = "import warnings\n" + DOUBLE.replace("    ", "    warnings.warn('hm')\n    ", 1)
    flood = TRIPLE.replace("    ", "    print('x' * 20_000_000)\n    ", 1)
    hand_in(course, "jon", solved(release, double=noisy, triple=flood))

    hand_in(course, "lea", release)
    wrong = "def double(x):\n    return x if x > 1 else 2"
    markers = "### BEGIN HIDDEN TESTS\n" + TRIPLE
    hand_in(course, "max", solved(release, double=wrong, triple=markers))


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course folder after one autograde of the whole class and its feedback."""
    course = tmp_path_factory.mktemp("course")
    hand_in_all(course, make_course(course))
    here_first = f".{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    run = nbgrader(course, "autograde", "ps1", MNIST_DIR="somewhere", PYTHONPATH=here_first)
    (course / "autograde.log").write_text(run.stderr)
    (course / "autograde.status").write_text(str(run.returncode))
    feedback = nbgrader(course, "generate_feedback", "ps1")
    assert feedback.returncode == 0, feedback.stderr
    return course


def test_release_holds_no_solution_no_hidden_test_and_no_rubric(course):
    text = (course / "release/ps1/1_numbers.ipynb").read_text()
    assert "YOUR CODE HERE" in text
    assert "YOUR ANSWER HERE" in text
    for word in ("secret_value", "model answer", "rubric", "return 2"):
        assert word not in text


def test_right_answers_get_full_marks_and_no_notes(course):
    assert scores(course, "ann") == [2, 3, None]
    assert notes(course, "ann") == ""


def test_untouched_notebook_gets_zero_also_for_the_written_answer(course):
    assert scores(course, "lea") == [0, 0, 0]
    assert notes(course, "lea") == ""


def test_tampered_notebook_is_repaired_and_the_batch_goes_on(course):
    assert scores(course, "bob") == [2, 3, None]
    text = notes(course, "bob")
    assert "more than once" in text
    assert "Copies of these locked cells" in text
    assert "another order" in text
    assert "Tags were added to these cells; they were removed: `test_triple`" in text
    assert (
        "grading settings of these cells were changed; they were put right: `test_triple`" in text
    )
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        assert gradebook.find_submission("ps1", "bob").max_score == 9


def test_renamed_notebook_is_graded_and_said_so(course):
    assert "`1_Numbers (1).ipynb` was graded as `1_numbers.ipynb`" in notes(course, "cat")
    assert "was graded as" in feedback(course, "cat")


def test_notebook_without_any_metadata_is_recognised(course):
    assert scores(course, "cat") == [2, 3, None]
    assert "label of these cells was lost" in notes(course, "cat")


@pytest.mark.parametrize("student", ["dan", "hal"])
def test_what_cannot_be_read_gets_zero_and_is_reported(course, student):
    assert scores(course, student) == [0, 0, 0]
    assert "counts as empty" in notes(course, student)
    assert "counts as empty" in feedback(course, student)
    last_lines = (course / "autograde.log").read_text().splitlines()[-4:]
    assert any(f"{student}: " in line for line in last_lines)
    assert (course / "autograde.status").read_text() == "1"


def test_dead_kernel_keeps_earlier_marks_and_explains_the_rest(course):
    assert scores(course, "eve") == [2, 0, None]
    nb = autograded(course, "eve")
    assert errors(find(nb, "triple")) == ["KernelDied"]
    assert errors(find(nb, "test_triple")) == ["NotRun"]


def test_endless_loop_is_interrupted_and_one_that_ignores_it_ends_the_notebook(course):
    nb = autograded(course, "fay")
    assert "it took longer than 2 s" in feedback(course, "fay")
    assert find(nb, "triple").execution_count == 2  # neither tests nor what nobody needs
    assert errors(find(nb, "triple"))[-1] == "CellTimeoutError"
    assert errors(find(nb, "test_triple")) == ["NotRun"]
    assert "could not be interrupted" in feedback(course, "fay")
    assert scores(course, "fay") == [0, 0, None]


def test_submitted_files_shadow_no_module(course):
    assert (course / "autograded/ida/ps1/numpy.py").exists()
    assert scores(course, "ida") == [2, 3, None]


def test_warning_costs_nothing_and_a_flood_of_output_is_cut(course):
    assert scores(course, "jon") == [2, 3, None]
    path = course / "autograded/jon/ps1/1_numbers.ipynb"
    assert path.stat().st_size < 300_000
    assert "cut here" in path.read_text()


def test_rubric_reaches_the_marker_and_not_the_student(course):
    nb = autograded(course, "ann")
    explain = nb.cells.index(find(nb, "explain"))
    assert "rubric word" in nb.cells[explain + 1].source
    assert "rubric word" not in nb.cells[explain].source
    for page in (course / "feedback").rglob("*.html"):
        assert "rubric" not in page.read_text()


def test_feedback_shows_neither_hidden_tests_nor_paths(course):
    assert scores(course, "max") == [0, 3, None]
    page = feedback(course, "max")
    assert "double is wrong for some numbers" in page
    for page in (course / "feedback").rglob("*.html"):
        text = page.read_text()
        assert "secret_value" not in text
        assert str(course) not in text
        assert sys.prefix not in text


@pytest.mark.slow
def test_marks_can_be_exported(course):
    done = nbgrader(course, "export")
    assert done.returncode == 0, done.stderr
    with (course / "grades.csv").open() as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    ann = rows["ann"]
    assert (float(ann["raw_score"]), ann["score"], ann["waiting"]) == (5, "", "1")
    assert (float(rows["dan"]["score"]), rows["dan"]["waiting"]) == (0, "0")
    assert len(rows) == 11


@pytest.mark.slow
def test_grading_again_starts_from_zero_but_keeps_what_people_entered(course):
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        grade = gradebook.find_grade("explain", "1_numbers", "ps1", "ann")
        grade.manual_score = 3
        gradebook.find_comment("explain", "1_numbers", "ps1", "ann").manual_comment = "Good."
        gradebook.db.commit()
    nb = nbformat.read(course / "submitted/ann/ps1/1_numbers.ipynb", as_version=4)
    nb.cells.insert(0, new_code_cell("import os\nos._exit(1)"))
    hand_in(course, "ann", nb)
    done = nbgrader(course, "autograde", "ps1", "--student", "ann", "--force")
    assert done.returncode == 0, done.stderr
    # The kernel is dead at the first answer; the second one is judged without what ended it.
    assert scores(course, "ann") == [0, 3, None]
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        grade = gradebook.find_grade("explain", "1_numbers", "ps1", "ann")
        assert grade.manual_score == 3
        comment = gradebook.find_comment("explain", "1_numbers", "ps1", "ann")
        assert comment.manual_comment == "Good."


@pytest.mark.slow
def test_cells_that_were_not_run_earn_nothing(course):
    done = nbgrader(course, "autograde", "ps1", "--student", "cat", "--force", "--no-execute")
    assert done.returncode == 0, done.stderr
    assert scores(course, "cat")[:2] == [0, 0]


@pytest.mark.slow
def test_what_cannot_be_graded_at_all_changes_nothing_and_is_said(course):
    """The instructor's notebook is gone."""
    before = scores(course, "jon"), autograded(course, "jon")
    source = course / "source/ps1/1_numbers.ipynb"
    text = source.read_text()
    source.unlink()
    try:
        done = nbgrader(course, "autograde", "ps1", "--student", "jon", "--force")
    finally:
        source.write_text(text)
    assert done.returncode == 1
    assert "is missing, and grading needs it" in done.stderr
    assert (scores(course, "jon"), autograded(course, "jon")) == before


@pytest.mark.slow
def test_other_commands_work(course):
    """Validating prints what fails and ends with 0: nbgrader's way, there is no setting for it."""
    release = course / "release/ps1/1_numbers.ipynb"
    done = nbgrader(course, "validate", str(release))
    assert "VALIDATION FAILED ON 3 CELL(S)" in done.stdout
    assert done.returncode == 0
    done = nbgrader(course, "generate_solution", "ps1")
    assert done.returncode == 0, done.stderr
    assert "return 2" in (course / "solution/ps1/1_numbers.ipynb").read_text()


@pytest.mark.slow
def test_course_folder_may_be_elsewhere_and_the_formgrader_grades_alike(course):
    done = nbgrader(ROOT, "autograde", "ps1", f"--course-dir={course}", "--student=bob", "--force")
    assert done.returncode == 0, done.stderr
    assert scores(course, "bob") == [2, 3, None]
    button = (
        "from nbgrader.apps.baseapp import NbGrader; from nbgrader.apps.api import NbGraderAPI\n"
        "app = NbGrader(); app.initialize([]); api = NbGraderAPI(app.coursedir, parent=app)\n"
        "print(api.autograde('ps1', 'cat'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", button], cwd=course, capture_output=True, text=True, timeout=100
    )
    assert "'success': True" in done.stdout, done.stdout + done.stderr
    assert scores(course, "cat") == [2, 3, None]
