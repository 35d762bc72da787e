"""Where PyTorch is missing, grading says so, and everything else is graded."""

import os
from dataclasses import replace
from importlib.util import find_spec

import nbformat
import numbers_course
import pytest
from numbers_course import ROOT, find, hand_in, make_course, nbgrader, scores, solved
from small_assignment import open_sandbox

from grading.autograde.order import Order
from grading.autograde.recorded import RecordedCell, RecordedNotebook
from grading.autograde.settings import Settings
from grading.autograde.source_check import broken_tests, write_solved
from grading.autograde.workers import Forks
from grading.classroom import demo
from grading.classroom.mark_table import Marks
from grading.classroom.sample_class import Student
from grading.course import pytorch
from grading.course.assignment import Assignment

USES = "from helpers.pytorch import needs_torch, nn, torch"


def write(path, **tests):
    cells = [nbformat.v4.new_code_cell(USES, id="imports")]
    for name, source in tests.items():
        label = {"grade_id": f"test_{name}", "grade": True, "points": 1}
        cells.append(nbformat.v4.new_code_cell(source, id=name, metadata={"nbgrader": label}))
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)


def test_the_exercises_that_cannot_be_graded(tmp_path, monkeypatch):
    write(tmp_path / "2_with.ipynb", f=f"import time\n    {USES}", g="import numpy")
    write(tmp_path / "1_without.ipynb", h="# helpers.pytorch is not needed")
    monkeypatch.setattr(pytorch, "is_installed", lambda: False)
    assert Assignment(tmp_path).ungradable() == {"2_with": ["f"]}
    monkeypatch.setattr(pytorch, "is_installed", lambda: True)
    assert Assignment(tmp_path).ungradable() == {}


@pytest.mark.parametrize(
    "test",
    [
        "from checks.torch_checks import logits_of",
        "from checks import close, torch_network",
        "    from checks import torch_optimizer as made",
    ],
)
def test_what_the_helpers_do_with_it_is_a_use_of_it_too(test):
    assert pytorch.is_used([test])


@pytest.mark.skipif(pytorch.is_installed(), reason="what is done without PyTorch")
@pytest.mark.parametrize(
    "assignment", sorted(path.name for path in (ROOT / "source").iterdir() if path.is_dir())
)
def test_without_it_the_solutions_of_all_other_exercises_have_full_marks(assignment, tmp_path):
    """Else the check of the source would stop every batch where PyTorch is not there."""
    source = Assignment(ROOT / "source" / assignment)
    handed_in = tmp_path / "handed_in"
    handed_in.mkdir()
    write_solved(source, handed_in)
    order = Order("solution", str(handed_in), str(tmp_path / "graded"), names_of(source), 1)
    with open_sandbox(source.modules) as box:
        forks = Forks(told(source), os.environ)
        result = forks.grade(replace(order, address=box.address), 600)
        forks.close()
    assert broken_tests(result, source.ungradable()) == ""


def names_of(source):
    return [notebook.name for notebook in source.notebooks]


def told(source):
    """What the process that grades is told: here the source stands for the gradebook."""
    recorded = []
    for notebook in source.notebooks:
        labelled = [c for c in notebook.nb.cells if c.metadata.get("nbgrader", {}).get("grade_id")]
        parts = {"source_cells": [], "grade_cells": [], "solution_cells": []}
        for cell in labelled:
            label = cell.metadata.nbgrader
            parts["source_cells"].append(RecordedCell(label.grade_id, source=cell.source))
            if label.get("grade"):
                points = float(label.points)
                parts["grade_cells"].append(RecordedCell(label.grade_id, max_score=points))
            if label.get("solution"):
                parts["solution_cells"].append(RecordedCell(label.grade_id))
        recorded.append(RecordedNotebook(notebook.name, **parts).to_data())
    settings = Settings(name_mistakes=False, redraw=0)
    folder = str(source.folder)
    return {"source": folder, "recorded": recorded, "settings": settings.to_data()}


def test_the_advice_names_exercises_and_what_to_do():
    assert pytorch.advice({}) == ""
    said = pytorch.advice({"6_pytorch": ["evaluate", "train_model"], "3_more": ["g"]})
    assert "evaluate, train_model in 6_pytorch; g in 3_more" in said
    assert "python3 course.py torch" in said
    assert "--force" in said


def test_only_tests_that_use_it_have_it_imported_for_all(tmp_path):
    write(tmp_path / "1_with.ipynb", f=f"def test_x(check):\n    {USES}")
    write(tmp_path / "2_without.ipynb", f="import numpy")
    with_it, without = Assignment(tmp_path).notebooks
    assert with_it.uses_pytorch
    assert not without.uses_pytorch  # what the notebook's own cells import costs the grader nothing


def test_the_demo_expects_no_points_where_it_could_not_check():
    student = Student("ann", "", loses={"a": 1})
    marks = Marks(["ann"], {"a": 3, "b": 2}, set(), {("ann", "a"): 2, ("ann", "b"): 0})
    assert demo.unexpected(marks, [student], {"b"}) == []
    assert demo.unexpected(marks, [student]) == ["ann, b: 0 of 2, expected 2"]


@pytest.mark.slow
def test_autograde_warns_and_grades_the_rest(tmp_path, monkeypatch):
    notebook = numbers_course.source_notebook()
    find(notebook, "imports").source += f"\n{USES}"
    find(notebook, "test_triple").source = numbers_course.TEST_TRIPLE.replace(
        'with check("one"', 'from helpers.pytorch import torch\n\n    with check("one"'
    ).replace("close(triple(5)", "torch.zeros(2)\n        close(triple(5)")
    monkeypatch.setattr(numbers_course, "source_notebook", lambda: notebook)
    hand_in(tmp_path, "ann", solved(make_course(tmp_path)))
    with (tmp_path / "nbgrader_config.py").open("a") as file:
        file.write(
            "import grading.course.pytorch\ngrading.course.pytorch.is_installed = lambda: False\n"
        )
    done = nbgrader(tmp_path, "autograde", "ps1")
    assert done.returncode == 0, done.stderr
    assert "get no points: triple in 1_numbers. Add it" in done.stderr
    # The examiner's own process has PyTorch where these tests have it.
    assert scores(tmp_path, "ann")[:2] == [2, 3 if find_spec("torch") else 1]
    write(tmp_path / "source/ps1/2_without.ipynb", h="import numpy")
    again = nbgrader(tmp_path, "autograde", "ps1", "--force", "--notebook=2_*")
    assert "PyTorch" not in again.stderr
