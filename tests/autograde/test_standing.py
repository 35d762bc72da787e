"""Whether an earlier grading stands: its content, its assignment, its marks; and broken tests."""

import contextlib
import json
import os
import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook
from numbers_course import (
    DOUBLE,
    find,
    graded,
    hand_in,
    make_course,
    nbgrader,
    scores,
    solved,
)

from grading.autograde.by_hand import replace_assignment, was_broken_off
from grading.autograde.result import read_result
from grading.autograde.source_check import broken_tests
from grading.autograde.standing import content_of, why_not

SKIPS, AGAIN = "Skipping existing assignment", "graded again, since"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    course = tmp_path_factory.mktemp("course")
    release = make_course(course)
    hand_in(course, "ann", solved(release))
    hand_in(course, "bob", solved(release, double="def double(x):\n    return x"))
    assert nbgrader(course, "autograde", "ps1").returncode == 0
    return course


def database(course):
    return Gradebook(f"sqlite:///{course}/gradebook.db")


def by_hand(course, student, points=None):
    """Give or read the mark of the written answer."""
    with database(course) as gradebook:
        grade = gradebook.find_grade("explain", "1_numbers", "ps1", student)
        if points is not None:
            grade.manual_score = points
            gradebook.db.commit()
        return grade.manual_score


def test_nothing_is_done_where_nothing_has_changed(course):
    done = nbgrader(course, "autograde", "ps1")
    assert done.returncode == 0
    assert done.stderr.count(SKIPS) == 2
    assert AGAIN not in done.stderr


def test_a_lost_gradebook_is_filled_again(course):
    (course / "gradebook.db").unlink()
    assert nbgrader(course, "generate_assignment", "ps1", "--force").returncode == 0
    done = nbgrader(course, "autograde", "ps1")
    assert done.stderr.count("since its marks are not in the gradebook") == 2
    assert scores(course, "ann") == [2, 3, None]
    assert scores(course, "bob") == [0, 3, None]


def test_a_student_who_was_removed_is_graded_again(course):
    assert nbgrader(course, "db", "student", "remove", "bob", "--force").returncode == 0
    done = nbgrader(course, "autograde", "ps1")
    assert (done.stderr.count(SKIPS), done.stderr.count(AGAIN)) == (1, 1)
    assert scores(course, "bob") == [0, 3, None]


def test_a_resubmission_is_graded_also_without_a_time(course):
    path = course / "submitted/bob/ps1/1_numbers.ipynb"
    nb = nbformat.read(path, as_version=4)
    find(nb, "double").source = DOUBLE
    path.write_text(json.dumps(nb))
    done = nbgrader(course, "autograde", "ps1")
    assert "bob: graded again, since something else was handed in since" in done.stderr
    assert scores(course, "bob") == [2, 3, None]


def test_marks_that_somebody_changed_in_the_gradebook_are_found(course):
    with database(course) as gradebook:
        gradebook.find_grade("test_double", "1_numbers", "ps1", "ann").auto_score = 0.5
        gradebook.db.commit()
    done = nbgrader(course, "autograde", "ps1")
    assert "the marks of 1_numbers in the gradebook are not those of that grading" in done.stderr
    assert scores(course, "ann") == [2, 3, None]


def test_what_an_earlier_grading_lacks_is_said(course, tmp_path):
    graded, submitted = course / "autograded/ann/ps1", course / "submitted/ann/ps1"
    part = read_result(graded)["notebooks"]["1_numbers"]
    marks = {("1_numbers", name): points for name, points in part["scores"].items()}
    wanted = ["1_numbers"]
    assert why_not(graded, submitted, part["source"], wanted, marks) == ""
    assert "assignment has changed" in why_not(graded, submitted, "other", wanted, marks)
    assert "not graded yet" in why_not(graded, submitted, part["source"], ["2_more"], marks)
    assert "no readable result" in why_not(submitted, submitted, part["source"], wanted, marks)
    short = dict(list(marks.items())[1:])
    assert "are not those" in why_not(graded, submitted, part["source"], wanted, short)


def test_the_content_of_a_folder_is_names_and_bytes(tmp_path):
    (tmp_path / "a").write_text("1")
    first = content_of(tmp_path)
    os.utime(tmp_path / "a", (1, 1))
    assert content_of(tmp_path) == first
    for change in (
        lambda: (tmp_path / "a").write_text("2"),
        lambda: (tmp_path / "b").mkdir(),
        lambda: (tmp_path / "c").symlink_to("/etc/passwd"),
        lambda: os.mkfifo(tmp_path / "pipe"),
        lambda: (tmp_path / "a").rename(tmp_path / "d"),
    ):
        change()
        assert content_of(tmp_path) != first
        first = content_of(tmp_path)


def test_folders_in_folders_have_no_end_that_matters(tmp_path):
    deep = 1200  # more than Python calls itself
    with contextlib.chdir(tmp_path):
        for _ in range(deep):
            Path("f").mkdir()
            os.chdir("f")
        first = content_of(tmp_path)
        Path("new.txt").write_text("1")
        assert content_of(tmp_path) != first
        Path("new.txt").unlink()
        for _ in range(deep):  # or whoever cleans up would call itself too often
            os.chdir("..")
            Path("f").rmdir()


def mend(course, old, new):
    """Change the source's tests, as an instructor does, and release them."""
    path = course / "source/ps1/1_numbers.ipynb"
    nb = nbformat.read(path, as_version=4)
    find(nb, "test_double").source = find(nb, "test_double").source.replace(old, new)
    path.write_text(nbformat.writes(nb))
    made = nbgrader(course, "generate_assignment", "ps1", "--force")
    assert made.returncode == 0, made.stderr


def test_a_broken_test_stops_the_batch_and_costs_nobody_anything(course):
    before = [scores(course, name) for name in ("ann", "bob")]
    mend(course, "== 42", "== 43")
    done = nbgrader(course, "autograde", "ps1", "--force")
    assert done.returncode == 1
    assert "Nothing was graded: the assignment's own solution does not get full" in done.stderr
    assert "1_numbers, test_double: 0 of 2 points: 'other numbers': double is wrong" in done.stderr
    assert [scores(course, name) for name in ("ann", "bob")] == before
    assert not (course / ".unfinished").exists()
    trusting = "--CourseAutograde.check_source=False"
    assert nbgrader(course, "autograde", "ps1", "--force", trusting).returncode == 0
    assert scores(course, "ann") == [0, 3, None]
    mend(course, "== 43", "== 42")
    done = nbgrader(course, "autograde", "ps1")  # without --force: the assignment is another one
    assert done.stderr.count("graded again, since the assignment has changed since") == 2
    assert scores(course, "ann") == [2, 3, None]


def test_what_cannot_be_checked_without_pytorch_is_no_broken_test():
    test = {"name": "test_f", "points": 0, "of": 2, "checks": [], "message": "no torch here"}
    result = {"notebooks": {"1_x": {"exercises": {"f": {"tests": [test]}}}}}
    assert broken_tests(result, {"1_x": ["f"]}) == ""
    assert "1_x, test_f: 0 of 2 points: no torch here" in broken_tests(result, {})


def test_marks_by_hand_survive_a_new_grading_and_are_capped(course):
    by_hand(course, "ann", 3.5)
    assert nbgrader(course, "autograde", "ps1", "--force").returncode == 0
    assert by_hand(course, "ann") == 3.5
    path = course / "source/ps1/1_numbers.ipynb"
    nb = nbformat.read(path, as_version=4)
    find(nb, "explain").metadata.nbgrader.points = 3
    path.write_text(nbformat.writes(nb))
    assert nbgrader(course, "generate_assignment", "ps1", "--force").returncode == 0
    done = nbgrader(course, "autograde", "ps1")
    assert done.returncode == 1
    assert "ann: the mark by hand of explain, 3.5, is above its 3 points now" in done.stderr
    assert by_hand(course, "ann") == 3
    assert by_hand(course, "bob") is None


def build_anew(course, change):
    """Change the graded cells as `course.py build` does it, and grade."""
    path = course / "source/ps1/1_numbers.ipynb"
    nb = nbformat.read(path, as_version=4)
    change(nb)
    path.write_text(nbformat.writes(nb))

    def generate():
        made = nbgrader(course, "generate_assignment", "ps1", "--force", "--create")
        assert made.returncode == 0, made.stderr

    url = f"sqlite:///{course}/gradebook.db"
    said = replace_assignment(course, url, "gradient-lab", "ps1", generate)
    assert nbgrader(course, "autograde", "ps1").returncode == 0
    return said


def test_marks_by_hand_survive_added_moved_and_removed_cells(course):
    with database(course) as gradebook:
        grade = gradebook.find_grade("test_double", "1_numbers", "ps1", "bob")
        grade.extra_credit = 0.5
        comment = gradebook.find_comment("double", "1_numbers", "ps1", "bob")
        comment.manual_comment = "well done"
        gradebook.db.commit()

    def add(nb):
        text = "from checks import credit\n\n\ndef test_triple_2(check):\n    "
        text += "with check('two', points=1):\n        assert triple(2) == 6\n\n\n"
        nb.cells.append(graded(new_code_cell, "test_triple_2", f"{text}credit(test_triple_2)", 1))

    assert build_anew(course, add) == ["2 marks by hand were kept"]
    assert by_hand(course, "ann") == 3
    with database(course) as gradebook:
        grade = gradebook.find_grade("test_double", "1_numbers", "ps1", "bob")
        assert (grade.extra_credit, grade.auto_score) == (0.5, 2)
        assert gradebook.find_grade("test_triple_2", "1_numbers", "ps1", "bob").auto_score == 1
        comment = gradebook.find_comment("double", "1_numbers", "ps1", "bob")
        assert comment.manual_comment == "well done"
        assert gradebook.find_assignment("ps1").max_score == 9

    def drop(nb):
        nb.cells = [cell for cell in nb.cells if cell.id not in ("explain", "test_triple_2")]

    said = build_anew(course, drop)
    assert "ann: manual score 3 of explain, which is gone" in said
    assert not list(course.glob(".marks_by_hand*"))


def test_a_replacement_that_was_broken_off_goes_on_with_what_it_had_kept(course):
    with database(course) as gradebook:
        gradebook.find_grade("test_double", "1_numbers", "ps1", "ann").manual_score = 1.5
        gradebook.db.commit()
    url = f"sqlite:///{course}/gradebook.db"

    def breaks():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replace_assignment(course, url, "gradient-lab", "ps1", breaks)
    assert was_broken_off(course, "ps1")
    build_anew(course, lambda nb: None)
    with database(course) as gradebook:
        assert gradebook.find_grade("test_double", "1_numbers", "ps1", "ann").manual_score == 1.5
    assert not was_broken_off(course, "ps1")


def test_names_that_cannot_be_used_are_listed_and_the_rest_is_graded(course):
    release = nbformat.read(course / "release/ps1/1_numbers.ipynb", as_version=4)
    odd = ["new\nline", "\x1b[31mred", "\u202egpj", ".hidden", "a+b", " blank"]
    for name in odd:
        hand_in(course, name, release)
    hand_in(course, "Zoë Ünal", release)
    (course / "submitted/.git/objects").mkdir(parents=True)
    done = nbgrader(course, "autograde", "ps1")
    assert done.returncode == 1
    assert "Zoë Ünal: graded (1 of 1)" in done.stderr
    assert done.stderr.count("NOT GRADED: this folder's name cannot be used") == len(odd)
    for text in ("new\\nline", "\\x1b[31mred", "\\u202egpj", ".hidden: NOT", "begins with a dot"):
        assert text in done.stderr
    assert "\x1b[31m" not in done.stderr
    assert ".git" not in done.stderr
    for name in odd:
        shutil.rmtree(course / "submitted" / name)
