"""The marks of a submission are saved together, or not at all; also when the grading is killed."""

import datetime
import os
import signal
import subprocess
import sys
import time

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from numbers_course import autograded, hand_in, make_course, nbgrader, scores, solved
from traitlets.config import Config, LoggingConfigurable

from grading.autograde import saving

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    course = tmp_path_factory.mktemp("course")
    release = make_course(course)
    hand_in(course, "ann", solved(release), timestamp="2020-01-01 00:00:00 UTC")
    (course / "submitted/ann/ps1/timestamp").rename(course / "submitted/ann/ps1/timestamp.txt")
    done = nbgrader(course, "autograde", "ps1")
    assert done.returncode == 0, done.stderr
    assert scores(course, "ann") == [2, 3, None]
    return course


def change(course, source, student="ann"):
    """Hand in again, with a cell at the notebook's end."""
    path = course / f"submitted/{student}/ps1/1_numbers.ipynb"
    nb = nbformat.read(path, as_version=4)
    nb.cells = [*nb.cells[:8], new_code_cell(source)]
    nb.cells[5].source = "def triple(x):\n    return x"
    hand_in(course, student, nb)


def submission(course, student="ann"):
    """All that the gradebook holds of a submission."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        found = gradebook.find_submission("ps1", student)
        notebook = found.notebooks[0]
        grades = {g.name: (g.auto_score, g.manual_score, g.extra_credit) for g in notebook.grades}
        comments = {c.name: (c.auto_comment, c.manual_comment) for c in notebook.comments}
        return found.timestamp, notebook.late_submission_penalty, grades, comments


def test_a_killed_grading_changes_nothing_and_the_next_one_goes_on(course):
    before = submission(course), autograded(course, "ann")
    # Its marks are known by then: the test cells are done.
    change(course, "import time\nopen('here', 'w')\ntime.sleep(3)\ntime.sleep(3)")
    process = subprocess.Popen(
        [sys.executable, "-m", "nbgrader", "autograde", "ps1", "--force"],
        cwd=course,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    with process:
        for line in process.stdout:
            if "seed of this grading" in line:
                break
        time.sleep(3)
        assert process.poll() is None
        os.killpg(process.pid, signal.SIGKILL)
    assert (course / ".unfinished/ann/ps1").is_dir()
    assert (submission(course), autograded(course, "ann")) == before

    change(course, "pass")
    done = nbgrader(course, "autograde", "ps1")  # without --force
    assert done.returncode == 0, done.stderr
    assert "ann: an earlier grading was broken off; it begins anew" in done.stderr
    assert scores(course, "ann") == [2, 0, None]
    assert not (course / ".unfinished").exists()
    assert autograded(course, "ann") != before[1]


def test_grading_twice_gives_the_same_and_without_force_nothing_is_done(course):
    first = submission(course), autograded(course, "ann")
    done = nbgrader(course, "autograde", "ps1")
    assert "Skipping existing assignment" in done.stderr
    done = nbgrader(course, "autograde", "ps1", "--force")
    assert "Skipping" not in done.stderr
    second = submission(course), autograded(course, "ann")
    assert first[0] == second[0]
    assert [cell.source for cell in first[1].cells] == [cell.source for cell in second[1].cells]


def test_late_submissions_pay_what_nbgrader_is_told(course):
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        day = datetime.datetime(2019, 12, 31)  # a day before it was handed in
        gradebook.update_or_create_assignment("ps1", duedate=day.isoformat())
    zero = "--LateSubmissionPlugin.penalty_method=zero"
    done = nbgrader(course, "autograde", "ps1", "--force", zero)
    assert done.returncode == 0, done.stderr
    assert submission(course)[1] == sum(score or 0 for score in scores(course, "ann")) > 0
    done = nbgrader(course, "autograde", "ps1", "--force")
    assert submission(course)[1] is None


def test_a_newer_submission_is_graded_without_force(course):
    (course / "submitted/ann/ps1/timestamp.txt").write_text("2020-01-02 00:00:00 UTC")
    done = nbgrader(course, "autograde", "ps1")
    assert "Skipping" not in done.stderr
    assert submission(course)[0] == datetime.datetime(2020, 1, 2)


def test_who_is_not_known_is_not_graded_where_nobody_is_added(course):
    hand_in(course, "eve", nbformat.read(course / "release/ps1/1_numbers.ipynb", as_version=4))
    done = nbgrader(course, "autograde", "ps1", "--CourseAutograde.create_student=False")
    assert done.returncode == 1
    assert "No such student: eve. Nothing of eve was graded." in done.stderr
    assert not (course / "autograded/eve").exists()


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own
def test_what_fails_halfway_saves_nothing(course, monkeypatch):
    """Scores are in the session, and the last step breaks: none of them may be in the gradebook."""
    before = submission(course)
    scores = {"test_double": 0.5, "test_triple": 0.5}
    marks = {"1_numbers": {"scores": scores, "comments": {"explain": "x"}}}
    coursedir = CourseDirectory(config=Config())
    coursedir.root = str(course)
    coursedir.db_url = f"sqlite:///{course}/gradebook.db"
    batch = LoggingConfigurable(config=Config())
    batch.coursedir = coursedir

    def breaks(*_):
        raise RuntimeError("halfway")

    with monkeypatch.context() as patch:
        patch.setattr(saving, "_penalty", breaks)
        for student in ("ann", "new"):
            with pytest.raises(RuntimeError, match="halfway"):
                saving.save_marks(batch, "ps1", student, None, marks)
    assert submission(course) == before
    with Gradebook(coursedir.db_url) as gradebook, pytest.raises(MissingEntry):
        gradebook.find_student("new")
    # Without the fault the same call does save.
    saving.save_marks(batch, "ps1", "ann", None, marks)
    grades = submission(course)[2]
    assert [grades[name][0] for name in ("test_double", "test_triple")] == [0.5, 0.5]
