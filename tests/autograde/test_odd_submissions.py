"""Honest work at odd places, in one class: nothing of it is lost, and only doubts are listed."""

import json
import shutil
import zipfile

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from numbers_course import (
    DOUBLE,
    TEST_DOUBLE,
    TRIPLE,
    autograded,
    find,
    hand_in,
    make_course,
    nbgrader,
    notes,
    scores,
    solved,
)

TOOLS = "def twice(x):\n    return 2 * x\n"
USES_TOOLS = "import mytools\n\n\ndef double(x):\n    return mytools.twice(x)"
STUB_2 = "def double(x):\n    raise NotImplementedError()"


def answers_elsewhere(course, release):
    """Students whose answers stand in other cells than their own."""
    nb = solved(release, double="def double(x):\n    return mul(2, x)")
    find(nb, "imports").source += "\nfrom operator import mul"
    hand_in(course, "added", nb)

    nb = solved(release, double=find(release, "double").source)
    find(nb, "test_double").source = f"{DOUBLE}\n\n\n{find(nb, 'test_double').source}"
    hand_in(course, "incheck", nb)

    nb = solved(release, double=f"{DOUBLE}\n\n\n{TRIPLE}")
    nb.cells.remove(find(nb, "triple"))
    hand_in(course, "merged", nb)

    nb = solved(release, triple=find(release, "triple").source)
    nb.cells.insert(1, new_code_cell(TRIPLE, id="mine"))
    hand_in(course, "owncell", nb)

    nb = solved(release, explain=find(release, "explain").source)
    nb.cells.append(new_markdown_cell("It is so.", id="mine"))
    hand_in(course, "beside", nb)

    nb = solved(release, double=USES_TOOLS)
    nb.cells.insert(1, new_code_cell(f"%%writefile mytools.py\n{TOOLS}", id="tools"))
    hand_in(course, "writes", nb)
    hand_in(course, "brings", solved(release, double=USES_TOOLS), **{"mytools.py": TOOLS})
    nested = {"ps1/mytools.py": TOOLS, "ps1/1_numbers.ipynb": json.dumps(nb_of(nb))}
    hand_in(course, "nested", "Handed in below.", name="readme.txt", **nested)


def nb_of(nb):
    """Return a notebook without the cell that writes a module."""
    return {**nb, "cells": [cell for cell in nb.cells if cell.id != "tools"]}


def names(course, release):
    """Students whose files are called otherwise, or who handed several in."""
    hand_in(course, "untitled", solved(release), name="Untitled.ipynb")
    hand_in(course, "untouched", release)
    hand_in(course, "untouched", solved(release), name="solution_ada.ipynb")
    hand_in(course, "rivals", solved(release))
    other = solved(release, double="def double(x):\n    return x + x")
    hand_in(course, "rivals", other, name="1_numbers (1).ipynb")
    text = json.dumps(solved(release, double="HERE"), indent=1)
    sides = [
        json.dumps(find(solved(release, double=side), "double").source) for side in (STUB_2, DOUBLE)
    ]
    line = next(line for line in text.split("\n") if '"source": "HERE"' in line)
    ours, theirs = (line.replace('"HERE"', side) for side in sides)
    conflict = f"<<<<<<< HEAD\n{ours}\n=======\n{theirs}\n>>>>>>> feature"
    hand_in(course, "conflict", text.replace(line, conflict))


def places(course, release):
    """Students whose folders are called otherwise."""
    submitted, nb = course / "submitted", solved(release)
    for student in ("finn", "eve", "iris", "dan"):
        hand_in(course, student, nb)
    (submitted / "finn/ps1").rename(submitted / "finn/Ps_1")
    (submitted / "finn/Ps_1").rename(submitted / "finn/PS1")
    (submitted / "eve/ps1/1_numbers.ipynb").rename(submitted / "eve/1_numbers.ipynb")
    (submitted / "eve/ps1").rmdir()
    with zipfile.ZipFile(submitted / "iris/ps1.zip", "w") as file:
        file.write(submitted / "iris/ps1/1_numbers.ipynb", "ps1/1_numbers.ipynb")
    shutil.rmtree(submitted / "iris/ps1")
    (submitted / "ps1").mkdir()
    (submitted / "dan/ps1").rename(submitted / "ps1/dan")
    (submitted / "dan").rmdir()
    nbformat.write(nb, submitted / "1_numbers_added.ipynb")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    course = tmp_path_factory.mktemp("course")
    release = make_course(course)
    for make in (answers_elsewhere, names, places):
        make(course, release)
    done = nbgrader(course, "autograde", "ps1")
    (course / "log").write_text(done.stderr)
    (course / "status").write_text(str(done.returncode))
    return course


def listed(course):
    """The closing list."""
    lines = (course / "log").read_text().splitlines()
    return [line.split(" | ERROR] ", 1)[-1] for line in lines if " | ERROR] " in line]


FULL = {
    "added": "What was added to these locked cells was kept",
    "incheck": "taken from there: `double`",
    "merged": "taken from there: `triple`",
    "owncell": "taken from there: `triple`",
    "beside": "stood beside their cell",
    "writes": "",
    "brings": "",
    "nested": "",
    "untitled": "`Untitled.ipynb` was graded as `1_numbers.ipynb`",
    "untouched": "`solution_ada.ipynb` was graded as `1_numbers.ipynb`",
    "rivals": "Also handed in, with other answers, not graded: `1_numbers (1).ipynb`",
    "conflict": "merge conflicts that nobody resolved (1)",
    "finn": "handed in as `PS1` and graded as `ps1`",
    "eve": "handed in without a folder `ps1`",
    "iris": "A zip file was handed in; it was unpacked.",
}


@pytest.mark.parametrize("student", FULL)
def test_honest_work_at_an_odd_place_has_its_marks(course, student):
    assert scores(course, student) == [2, 3, None]
    assert FULL[student] in notes(course, student)


def test_the_person_who_marks_sees_the_written_answer(course):
    assert find(autograded(course, "beside"), "explain").source == "It is so."


def test_what_was_unpacked_is_not_left_behind(course):
    assert not (course / "autograded/iris/ps1/.handed-in").exists()


def test_only_doubts_are_listed_and_they_end_with_status_1(course):
    assert (course / "status").read_text() == "1"
    text = "\n".join(listed(course))
    for name in ("rivals: ", "conflict: ", "submitted/ps1/dan", "submitted/1_numbers_added.ipynb"):
        assert name in text
    assert "move it to `submitted/dan/ps1`" in text
    assert "It seems to be added's" in text
    for name in set(FULL) - {"rivals", "conflict", "added"}:
        assert name not in text


def test_the_checks_own_cell_was_not_taken_from_the_student(course):
    found = find(autograded(course, "incheck"), "test_double")
    assert found.source.strip() == TEST_DOUBLE
