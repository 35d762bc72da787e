"""An assignment in ordinary nbgrader style: refused, or graded as nbgrader would on request."""

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook
from numbers_course import CONFIG, find, graded, nbgrader

from grading.autograde.examination import points_of
from grading.autograde.source_check import in_lines, losing_tests
from grading.course.assignment import Assignment

HALVES = "def halves(n):\n    ### BEGIN SOLUTION\n    return [i / 2 for i in range(n)]\n"
CELLS = {
    "halves": (f"{HALVES}    ### END SOLUTION", None),
    "first": (
        "assert halves(2) == [0, 0.5]\nimport numpy.testing as t\nt.assert_allclose(1, 1.0)",
        1,
    ),
    "hidden": (
        "# more\n### BEGIN HIDDEN TESTS\nassert halves(4)[-1] == 1.5, 'the last one'\n"
        "### END HIDDEN TESTS",
        2,
    ),
    "partly": ("score = 0\nif halves(1) == [0]:\n    score += 1.5\nscore", 2),
    "file": ("assert 'a,b' in open('data.csv').read()", 1),
    "magic": ("%matplotlib inline\nimport unittest.mock as mock\nassert len(halves(3)) == 3", 1),
    "loud": ("import sys\nprint('careful', file=sys.stderr)", 1),
}
FULL = {"first": 1, "hidden": 2, "partly": 1.5, "file": 1, "magic": 1, "loud": 0}


def source_notebook():
    cells = [new_markdown_cell("# Problem set", id="title")]
    for name, (text, points) in CELLS.items():
        roles = {} if points else {"solution": True, "locked": False}
        cells.append(graded(new_code_cell, name, text, points, **roles))
    roles = {"solution": True, "locked": False}
    cells.append(graded(new_markdown_cell, "why", "Why?", 3, **roles))
    plot = "### BEGIN SOLUTION\nprint(1)\n### END SOLUTION"
    cells.append(graded(new_code_cell, "drawn", plot, 2, **roles))
    task = graded(new_markdown_cell, "task", "Do as you like.", task=True)
    task.metadata.nbgrader.points = 4
    cells.append(task)
    nb = new_notebook(cells=cells)
    nb.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nb


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    course = tmp_path_factory.mktemp("course")
    (course / "nbgrader_config.py").write_text(CONFIG)
    source = course / "source" / "plain1"
    source.mkdir(parents=True)
    nbformat.write(source_notebook(), source / "problem.ipynb")
    (source / "data.csv").write_text("a,b\n1,2\n")
    made = nbgrader(course, "generate_assignment", "plain1")
    assert made.returncode == 0, made.stderr
    release = nbformat.read(course / "release/plain1/problem.ipynb", as_version=4)
    right = HALVES.replace("    ### BEGIN SOLUTION\n", "")
    answers = {"ann": right, "bob": right.replace("/ 2", "/ 3"), "cat": None}
    for student, answer in answers.items():
        if answer:
            find(release, "halves").source = answer
            find(release, "why").source = "Because."
        folder = course / "submitted" / student / "plain1"
        folder.mkdir(parents=True)
        text = (
            json.dumps(release) if answer else (course / "release/plain1/problem.ipynb").read_text()
        )
        (folder / "problem.ipynb").write_text(text)
    return course


def scores(course, student):
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        found = gradebook.find_submission_notebook("problem", "plain1", student)
        return {grade.name: grade.auto_score for grade in found.grades}


def test_without_the_setting_nobody_is_graded(course):
    done = nbgrader(course, "autograde", "plain1")
    assert done.returncode == 1
    assert "problem has tests without `credit(...)`" in done.stderr
    assert "write `plain = true` into source/plain1/assignment.toml" in done.stderr
    assert not (course / "autograded").exists()


def test_with_it_marks_are_nbgrader_s_own_and_said_to_be_unprotected(course):
    (course / "source/plain1/assignment.toml").write_text("plain = true\n")
    done = nbgrader(course, "autograde", "plain1")
    assert done.returncode == 0, done.stderr
    assert "its marks can be forged" in done.stderr
    for_people = {"why": None, "drawn": 0, "task": None}
    assert scores(course, "ann") == FULL | for_people
    wrong = {"first": 0, "hidden": 0, "partly": 1.5, "file": 1, "magic": 1, "loud": 0}
    assert scores(course, "bob") == wrong | for_people
    untouched = dict.fromkeys(FULL, 0) | {"file": 1}
    assert scores(course, "cat") == untouched | {"why": 0, "drawn": 0, "task": None}
    page = (course / "autograded/ann/plain1/problem.ipynb").read_text()
    assert "not protected against forgery" in page
    assert nbgrader(course, "generate_feedback", "plain1").returncode == 0
    html = (course / "feedback/ann/plain1/problem.html").read_text()
    assert "not protected against forgery" in html
    assert "the last one" not in html  # of the hidden test
    assert nbgrader(course, "autograde", "plain1").stderr.count("Skipping") == 3


def test_settings_that_are_no_toml_are_said_to_be_none(tmp_path):
    (tmp_path / "assignment.toml").write_text("plain = yes")
    with pytest.raises(ValueError, match="is no TOML"):
        Assignment(tmp_path)


def test_points_of_a_plain_test_are_what_nbgrader_reads():
    result = {"output_type": "execute_result", "metadata": {}, "execution_count": 1}
    number = [{**result, "data": {"text/plain": "1.5"}}]
    stream = {"output_type": "stream", "name": "stderr", "text": "x"}
    assert points_of([], 2) == 2
    assert points_of(number, 2) == 1.5
    assert points_of(number, 1) == 0  # more than there is
    assert points_of([stream], 2) == 0


def test_a_plain_test_that_its_own_solution_fails_is_listed():
    def told(name, points, message):
        return {"name": name, "points": points, "of": 2, "checks": [], "message": message}

    tests = [told("raises", 0, "no module pandas"), told("partly", 1.5, ""), told("full", 2, "")]
    result = {"notebooks": {"1_x": {"exercises": {"f": {"tests": tests}}}}}
    lines = losing_tests(result, {}, raised_only=True)
    assert lines == ["1_x, raises: 0 of 2 points: no module pandas"]
    assert len(losing_tests(result, {})) == 2
    assert in_lines(["a"] * 7).endswith("a\n  and 2 more")
