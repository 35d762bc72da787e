"""`nbgrader autograde` as a whole: side by side, interrupted, locked out, and asked again."""

import contextlib
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time

import pytest
from numbers_course import (
    DOUBLE,
    autograded,
    hand_in,
    make_course,
    nbgrader,
    scores,
    solved,
)

from grading.autograde.lock import Held, course_lock
from grading.autograde.replay import CannotReplay, replay
from grading.autograde.result import read_result
from grading.nbgrader_hooks.patches import RELIANCES, broken

WRONG = "def double(x):\n    return x"
CLASS = {"ann": DOUBLE, "bob": WRONG, "cat": "def double(x", "dan": DOUBLE}
SLEEPS = "import time\nopen('here', 'w')\ntime.sleep(60)\n" + DOUBLE


@pytest.mark.parametrize("reliance", RELIANCES, ids=lambda r: r.names[-1])
def test_what_is_relied_on_in_other_libraries_is_as_it_was(reliance):
    assert broken(reliance) == ""


def test_a_lock_is_told_and_goes_with_its_holder(tmp_path):
    told = pytest.raises(Held, match=r"is being graded already: a test, by .* \(process \d+\)")
    with course_lock(tmp_path, "a test"), told, course_lock(tmp_path, "another"):
        pass
    with course_lock(tmp_path, "another"):
        pass


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    course = tmp_path_factory.mktemp("course")
    release = make_course(course)
    for student, double in CLASS.items():
        hand_in(course, student, solved(release, double=double))
    return course


def grade(course, *options, **environment):
    return nbgrader(course, "autograde", "ps1", "--force", *options, **environment)


def found_in(course):
    """All that grading said of the class: marks, and the results but for times."""
    results = {}
    for student in CLASS:
        result = read_result(course / "autograded" / student / "ps1")
        part = result["notebooks"]["1_numbers"]
        results[student] = part["scores"], part["comments"], part["exercises"]
    return {student: scores(course, student) for student in CLASS}, results


def said(done):
    """The lines of a command's log, but for times."""
    lines = [re.sub(r", about .* to go", "", line) for line in done.stderr.splitlines()]
    return [line for line in lines if "Warning" not in line]


@pytest.mark.slow
def test_serial_parallel_and_all_cells_come_to_the_same_words_and_marks(course):
    seed = "--CourseAutograde.seed=5"
    serial = grade(course, seed, "--CourseAutograde.jobs=1")
    first = found_in(course)
    parallel = grade(course, seed, "--CourseAutograde.jobs=3")
    assert found_in(course) == first
    assert said(parallel) == said(serial)
    assert parallel.returncode == serial.returncode == 0
    grade(course, seed, "--ExaminedExecute.run=all")
    assert found_in(course) == first
    assert first[0]["bob"] == [0, 3, None]
    grade(course, "--CourseAutograde.seed=6")
    assert found_in(course) != first
    assert found_in(course)[0] == first[0]


@pytest.mark.slow
def test_an_interrupt_leaves_each_submission_graded_or_as_it_was(course):
    assert grade(course).returncode == 0
    before = {s: (scores(course, s), autograded(course, s)) for s in CLASS}
    release = json.loads((course / "release/ps1/1_numbers.ipynb").read_text())
    import nbformat

    hand_in(course, "cat", solved(nbformat.from_dict(release), double=SLEEPS))
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
            if "bob: graded" in line:
                break
        time.sleep(2)
        os.kill(process.pid, signal.SIGINT)
        rest = process.stdout.read()
    assert "What was graded by then is saved" in rest
    for student in CLASS:
        now = scores(course, student), autograded(course, student)
        assert now[0] == before[student][0]
        assert student != "cat" or now == before[student]
    assert not (course / ".unfinished").exists()
    hand_in(course, "cat", solved(nbformat.from_dict(release), double=CLASS["cat"]))
    assert grade(course).returncode == 0


@pytest.mark.slow
def test_a_second_grading_of_a_course_is_told_who_is_at_it(course):
    with course_lock(course, "`a test`"):
        done = grade(course)
    assert done.returncode == 1
    assert "This course folder is being graded already: `a test`, by " in done.stderr
    assert "Traceback" not in done.stderr


@contextlib.contextmanager
def held(course, seconds):
    """Hold the gradebook for some seconds from now."""
    database = sqlite3.connect(course / "gradebook.db", check_same_thread=False)
    database.execute("BEGIN EXCLUSIVE")
    timer = threading.Timer(seconds, database.rollback)
    timer.start()
    yield
    timer.join()
    database.close()


@pytest.mark.slow
def test_a_gradebook_that_somebody_holds_is_waited_for(course, monkeypatch):
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config, LoggingConfigurable

    from grading.autograde.saving import NotSaved, save_marks

    batch = LoggingConfigurable(config=Config())
    batch.coursedir = CourseDirectory(config=Config())
    batch.coursedir.root = str(course)
    batch.coursedir.db_url = f"sqlite:///{course}/gradebook.db"
    assert grade(course).returncode == 0
    before = scores(course, "ann")
    marks = {"scores": {"test_double": 1.0, "test_triple": 3.0, "explain": None}, "comments": {}}
    with held(course, 9), pytest.raises(NotSaved, match="in use by another program for 0 s"):
        save_marks(batch, "ps1", "ann", None, {"1_numbers": marks}, patience=0)
    assert scores(course, "ann") == before
    with held(course, 9):
        save_marks(batch, "ps1", "ann", None, {"1_numbers": marks}, patience=60)
    assert scores(course, "ann") == [1, 3, None]
    marks["scores"]["test_double"] = 2.5
    with pytest.raises(NotSaved, match="is no mark of test_double"):
        save_marks(batch, "ps1", "ann", None, {"1_numbers": marks})
    assert scores(course, "ann") == [1, 3, None]


@pytest.mark.slow
def test_a_mark_can_be_decided_again(course, capsys):
    assert grade(course).returncode == 0
    assert replay(course, "ps1", "bob", "double") == 0
    text = capsys.readouterr().out
    assert "double: 1 of 2 checks passed" in text or "double: 0 of 2 checks passed" in text
    assert "double: 0 of 2 points, as it was" in text
    assert "NOTE" not in text
    path = course / "submitted/bob/ps1/1_numbers.ipynb"
    handed_in = path.read_text()
    path.write_text(handed_in.replace("return x", "return 2 * x"))
    assert replay(course, "ps1", "bob", "double") == 1
    text = capsys.readouterr().out
    assert "is not the one that was graded then" in text
    assert "double: 2 of 2 points, it was 0" in text
    path.write_text(handed_in)
    with pytest.raises(CannotReplay, match="there is no exercise 'no'; there are double, triple"):
        replay(course, "ps1", "bob", "no")
    with pytest.raises(CannotReplay, match="was not graded yet"):
        replay(course, "ps1", "eve", "double")


@pytest.mark.slow
def test_the_result_reaches_no_student(course):
    assert grade(course).returncode == 0
    done = nbgrader(course, "generate_feedback", "ps1", "--force", "--CourseFeedback.jobs=2")
    assert done.returncode == 0, done.stderr
    assert (course / "autograded/ann/ps1/grading.json").exists()
    assert (course / "feedback/ann/ps1/1_numbers.html").exists()
    assert list(course.glob("feedback/**/grading.json")) == []


@pytest.mark.slow
def test_one_notebook_graded_again_leaves_the_others_as_they_were(course):
    assert grade(course).returncode == 0
    before = read_result(course / "autograded/ann/ps1")
    assert grade(course, "--notebook", "no*", "--student", "ann").returncode == 1
    assert read_result(course / "autograded/ann/ps1") == before
    assert grade(course, "--notebook", "1*", "--student", "ann").returncode == 0
    after = read_result(course / "autograded/ann/ps1")
    assert after["notebooks"].keys() == before["notebooks"].keys()
    seeds = [result["notebooks"]["1_numbers"]["batch_seed"] for result in (before, after)]
    assert len(set(seeds)) == 2
    assert scores(course, "ann") == [2, 3, None]
