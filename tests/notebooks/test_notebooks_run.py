"""Whole notebooks: untouched in a real kernel, beside a missing or broken earlier one, in time."""

import os
import shutil
from pathlib import Path

import pytest
import scipy.optimize
from examiner_tools import STUDENT_MODULES
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell
from nbgrader.utils import determine_grade
from notebooks_in_process import (
    NOTEBOOKS,
    ROOT,
    drawn,
    full_points,
    graded_cells,
    lost,
    mark,
    run_all,
    skip_without_pytorch,
)

from grading.authoring.build import to_node
from grading.authoring.markers import released
from grading.course.pytorch import is_used

# Iterations of an optimiser in one whole notebook: about 20 s on the slowest machines.
MOST_ITERATIONS = 2_000
MOST_UNDER_GRADING = 400

LATER = [key for key, notebook in NOTEBOOKS.items() if not notebook.name.startswith("1_")]
TEXTS = {key: (ROOT / notebook.path).read_text() for key, notebook in NOTEBOOKS.items()}
LOADING = [key for key in LATER if "load_answers(" in TEXTS[key]]
ASSIGNMENTS = sorted({notebook.assignment for notebook in NOTEBOOKS.values()})


@pytest.fixture(autouse=True)
def _bundled_data(monkeypatch, tmp_path):
    """A student's environment, in a folder of its own, with the data that need no download."""
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.delenv("MNIST_DIR", raising=False)
    monkeypatch.setenv("GRADIENT_LAB_DATA", str(tmp_path / "cache"))
    monkeypatch.setenv("MPLBACKEND", "agg")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


def as_released(cell):
    return released(cell.source, cell.cell_type, cell.kind)


def put_earlier_notebooks_beside(key):
    """Copy the solved notebooks that come before this one into the current folder."""
    for path in (ROOT / "source" / NOTEBOOKS[key].assignment).glob("*.ipynb"):
        if int(path.name.split("_")[0]) < int(NOTEBOOKS[key].name.split("_")[0]):
            shutil.copy(path, path.name)


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    """A student's kernel for one notebook after the other: what they import takes seconds."""
    folder = tmp_path_factory.mktemp("kernel")
    own = {"GRADIENT_LAB_DATA": str(folder / "cache"), "MPLBACKEND": "agg"}
    own["PYTHONPATH"] = STUDENT_MODULES
    without = ("NBGRADER_EXECUTION", "MNIST_DIR")
    environment = {name: text for name, text in os.environ.items() if name not in without}
    manager, client = start_new_kernel(cwd=str(folder), env=environment | own)
    yield manager
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def execute(key, source, kernel=None, **environment):
    """Run a notebook in a kernel, as JupyterLab's "Run all" does; return its code cells."""
    notebook = NOTEBOOKS[key]
    node = to_node(notebook)
    for cell, made in zip(notebook.cells, node.cells, strict=True):
        made.source = source(cell)
    client = NotebookClient(node, km=kernel, timeout=120, kernel_name="python3", allow_errors=True)
    if kernel is None:
        client.execute(env={**os.environ, "PYTHONPATH": STUDENT_MODULES, **environment})
    else:
        node.cells.insert(0, new_code_cell("%reset -f"))
        client.execute()
        del node.cells[0]
    assert [cell.id for cell in node.cells] == [cell.id for cell in to_node(notebook).cells]
    return [cell for cell in node.cells if cell.cell_type == "code"]


def texts(cell):
    return "".join(output.text for output in cell.outputs if output.output_type == "stream")


@pytest.mark.parametrize("key", NOTEBOOKS)
def test_an_untouched_notebook_runs_to_its_end(key, kernel):
    for cell in execute(key, as_released, kernel):
        for output in cell.outputs:
            assert output.output_type != "error", f"{cell.id}: {output.evalue}"
            assert output.get("name") != "stderr", f"{cell.id}: {output.text}"
        if cell.id in graded_cells(NOTEBOOKS[key]):
            first, *rest = texts(cell).splitlines()
            assert f"{first.split(':')[0]}: 0 of" in first
            assert "not done yet" in " ".join(rest)
            assert not any(output.output_type == "execute_result" for output in cell.outputs)


@pytest.mark.slow
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_nbgrader_reads_full_marks_from_a_solved_notebook(assignment):
    """One of each assignment's; all are run in this process, below."""
    own = [key for key, notebook in NOTEBOOKS.items() if notebook.assignment == assignment]
    key = drawn(f"plain nbgrader {assignment}").choice(own)
    print(key)
    skip_without_pytorch(key)
    put_earlier_notebooks_beside(key)
    cells = execute(key, lambda cell: cell.source, NBGRADER_EXECUTION="autograde")
    full = full_points(NOTEBOOKS[key])
    assert not any(output.output_type == "error" for cell in cells for output in cell.outputs)
    marks = {cell.id: determine_grade(cell) for cell in cells if cell.id in full}
    assert marks == {name: (points, points) for name, points in full.items()}


# Later notebooks stand on their own feet.


BESIDE = {
    "nothing": None,
    "an empty file": "",
    "no notebook": '{"cells": 3}',
    "untouched": "release",
    "all answers raise": '{"cells": [{"cell_type": "code", "source": "def cost_and_gradient("'
    ', "metadata": {"nbgrader": {"solution": true, "grade_id": "cost_and_gradient"}}}]}',
}


# What `load_answers` makes of each kind stands in `test_lesson.py`; here one notebook of each
# assignment meets all of them.
ALL_KINDS = [next((key for key in LOADING if key.startswith(name)), None) for name in ASSIGNMENTS]
BESIDE_EACH = [(key, "nothing") for key in LATER]
BESIDE_EACH += [(key, "all answers raise") for key in LOADING]
BESIDE_EACH += [
    (key, kind)
    for key in filter(None, ALL_KINDS)
    for kind in ("an empty file", "no notebook", "untouched")
]


@pytest.mark.parametrize(("key", "beside"), BESIDE_EACH)
def test_a_later_notebook_earns_all_its_marks_whatever_lies_beside_it(key, beside, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assignment = NOTEBOOKS[key].assignment
    for name in (each.name for each in NOTEBOOKS.values() if each.assignment == assignment):
        if beside == "untouched":
            shutil.copy(ROOT / "release" / assignment / f"{name}.ipynb", f"{name}.ipynb")
        elif BESIDE[beside] is not None:
            Path(f"{name}.ipynb").write_text(BESIDE[beside])
    skip_without_pytorch(key)
    names, printed, errors = run_all(key)
    if key in LOADING:
        assert "Not found in your" in printed
    assert errors == ""
    assert lost(key, mark(key, names)) == {}


# Training is short.


@pytest.fixture
def iterations(monkeypatch):
    """The numbers of iterations of all runs of SciPy's optimiser from here on."""
    counted = []
    minimize = scipy.optimize.minimize

    def counting(*args, **options):
        result = minimize(*args, **options)
        counted.append(result.nit)
        return result

    monkeypatch.setattr(scipy.optimize, "minimize", counting)
    return counted


def run_solved(key):
    skip_without_pytorch(key)
    put_earlier_notebooks_beside(key)
    names, printed, errors = run_all(key)
    assert errors == ""
    assert "NOT YET" not in printed
    assert "This cell needs" not in printed
    return names


@pytest.mark.parametrize("key", NOTEBOOKS)
def test_training_is_short_under_grading(key, iterations, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    run_solved(key)
    assert sum(iterations) <= MOST_UNDER_GRADING
    # Steps of gradient descent are not SciPy's: there the epochs depend on `training_length`.
    assert iterations or "minimize(" not in TEXTS[key] or is_used([TEXTS[key]])


@pytest.mark.slow
@pytest.mark.parametrize("key", [key for key in NOTEBOOKS if "minimize(" in TEXTS[key]])
def test_training_is_short_for_a_student(key, iterations):
    run_solved(key)
    assert sum(iterations) <= MOST_ITERATIONS
