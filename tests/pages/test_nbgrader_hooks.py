"""The steps around a graded run, one by one: intake, outputs, feedback, configuration."""

import json
import os
import sys
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from traitlets.config import Config

from grading.autograde.intake.notebook_file import receive
from grading.examiner.clipping import clip, size
from grading.nbgrader_hooks import configure
from grading.pages.feedback import HideFromStudents
from grading.pages.hidden_paths import Places

NAMES = ["1_first", "1_first_part", "2_second"]
NOTEBOOK = json.dumps(new_notebook(cells=[new_code_cell("1")]))


def write(folder, name, text=NOTEBOOK, age=0):
    path = folder / name
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, (1e9 - age, 1e9 - age))


@pytest.mark.parametrize(
    "name",
    [
        "1_first (1).ipynb",
        "1_first-Copy1.ipynb",
        "1_FIRST.ipynb",
        "ann 1-first final.ipynb",
        "1_first.ipynb.txt",
        "1_first.IPYNB",
        "ps1/1_first.ipynb",
    ],
)
def test_notebook_under_another_name_is_found(tmp_path, name):
    write(tmp_path, name)
    found = receive(tmp_path, "1_first", NAMES)
    assert found.nb.cells[0].source == "1"
    assert "was graded as `1_first.ipynb`" in found.notes[0]
    assert not found.needs_a_look
    assert receive(tmp_path, "2_second", NAMES).nb is None


def test_the_longer_name_is_not_taken_for_the_shorter(tmp_path):
    write(tmp_path, "1_first_part (1).ipynb")
    assert receive(tmp_path, "1_first", NAMES).nb is None
    assert receive(tmp_path, "1_first_part", NAMES).nb is not None


def test_the_right_name_comes_first_then_the_newest_readable_copy(tmp_path):
    write(tmp_path, "1_first-old.ipynb", age=9)
    write(tmp_path, "1_first-new.ipynb", text="{", age=1)
    write(tmp_path, ".ipynb_checkpoints/1_first-checkpoint.ipynb")
    found = receive(tmp_path, "1_first", NAMES)
    assert [note.split("`")[1] for note in found.notes] == [
        "1_first-new.ipynb",
        "1_first-old.ipynb",
    ]
    write(tmp_path, "1_first.ipynb", age=20)
    found = receive(tmp_path, "1_first", NAMES)
    assert found.notes == [
        "Also handed in, and not graded: `1_first-new.ipynb`, `1_first-old.ipynb`."
    ]


def test_only_notebook_of_a_one_notebook_assignment_is_it(tmp_path):
    write(tmp_path, "Untitled.ipynb")
    assert receive(tmp_path, "1_first", ["1_first"]).nb is not None
    assert receive(tmp_path, "1_first", NAMES).nb is None


@pytest.mark.parametrize(
    "text",
    ["", "not JSON", "{}", "[]", NOTEBOOK[:-5], '{"cells": 3, "nbformat": 4}', "[" * 100_000],
)
def test_what_cannot_be_read_is_said_and_needs_a_look(tmp_path, text):
    write(tmp_path, "1_first.ipynb", text)
    found = receive(tmp_path, "1_first", NAMES)
    assert found.nb is None
    assert found.needs_a_look
    assert "`1_first.ipynb` could not be read: " in found.notes[0]


def test_a_folder_in_place_of_the_file_is_survived(tmp_path):
    (tmp_path / "1_first.ipynb").mkdir()
    assert receive(tmp_path, "1_first", NAMES).needs_a_look


def test_missing_notebook_needs_a_look_only_when_there_is_no_other(tmp_path):
    assert receive(tmp_path, "1_first", NAMES).needs_a_look
    write(tmp_path, "2_second.ipynb")
    assert not receive(tmp_path, "1_first", NAMES).needs_a_look


def test_byte_order_mark_and_odd_cells_are_read(tmp_path):
    cells = [{"cell_type": "code", "source": ["1"], "metadata": 7}, {"source": 3}, 5]
    nb = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}
    write(tmp_path, "1_first.ipynb", "\ufeff" + json.dumps(nb))
    assert [c.source for c in receive(tmp_path, "1_first", NAMES).nb.cells] == ["1"]


ODD_METADATA = [
    {"tags": 3},
    {"tags": ["b", None, "a", "b", ["c"]]},
    {"nbgrader": None},
    {"nbgrader": [1], "jupyter": 5, "name": {}, "collapsed": "x", "format": 1},
    {"nbgrader": {"grade_id": {"a": 1}}, "tags": "abc"},
]


@pytest.mark.parametrize("metadata", ODD_METADATA)
def test_metadata_of_odd_forms_cost_no_answer(tmp_path, metadata):
    cells = [{"cell_type": "code", "source": "1", "metadata": metadata}]
    nb = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}
    write(tmp_path, "1_first.ipynb", json.dumps(nb))
    (found,) = receive(tmp_path, "1_first", NAMES).nb.cells
    assert found.source == "1"
    assert found.metadata.get("tags", []) in ([], ["a", "b"])


def test_a_cell_that_is_far_too_long_is_left_out_and_said(tmp_path):
    cells = [{"cell_type": "code", "source": "x" * 2_000_001}, {"cell_type": "raw", "source": "1"}]
    cells += [{"cell_type": ["code"]}, {"cell_type": "markdown", "attachments": {"a": 5}}]
    nb = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}
    write(tmp_path, "1_first.ipynb", json.dumps(nb))
    found = receive(tmp_path, "1_first", NAMES)
    assert [c.source for c in found.nb.cells] == ["# Left out: 2,000,001 characters.", "1", ""]
    assert found.notes == ["Cells of more than 2,000,000 characters were left out: 1."]


def test_file_names_bring_no_markup_into_the_notes(tmp_path):
    write(tmp_path, "1_first `<b>.ipynb")
    assert "`1_first ??b?.ipynb`" in receive(tmp_path, "1_first", NAMES).notes[0]


@pytest.mark.parametrize(
    "output",
    [
        new_output("stream", text="x" * 10**6),
        new_output("display_data", data={"image/png": "x" * 10**6}),
        new_output("execute_result", data={"text/plain": "x" * 10**6}),
        new_output("error", ename="E", evalue="x" * 10**6, traceback=["x" * 10**6] * 2),
    ],
)
def test_large_output_is_cut_and_says_so(output):
    kind = output.output_type
    clip(output, 500)
    assert len(json.dumps(output)) < 40_000
    assert "cut here" in json.dumps(output)
    assert output.output_type == kind


def test_small_output_stays_and_a_mark_stays_also_without_room():
    output = new_output("execute_result", data={"text/plain": "1.5"})
    clip(output, -5)
    assert output.data == {"text/plain": "1.5"}
    assert size(new_output("stream", text="")) > 0


def graded_cell(outputs, run=True):
    label = {"grade": True, "solution": False, "locked": True, "points": 3, "grade_id": "test"}
    cell = new_code_cell("test()", metadata={"nbgrader": label}, outputs=outputs)
    cell.execution_count = 1 if run else None
    return cell


def test_feedback_keeps_the_students_own_lines_and_hides_the_tests():
    frames = [
        "ValueError   Traceback (most recent call last)",
        "\x1b[36mCell\x1b[39m \x1b[32mIn[7]\x1b[39m\x1b[32m, line 3\x1b[39m\n> 3 secret()",
        "Cell In[2], line 2, in double(x)\n----> 2 return own_line",
        f"File {sys.prefix}/lib/site-packages/numpy/core.py:7, in inv(a)\n     7 library_line",
        "ValueError: secret = 5\n  secret = 5\nreadable",
    ]
    error = new_output("error", ename="ValueError", evalue="bad", traceback=frames)
    printed = new_output("stream", text="shown\n----> 12 \x1b[32msecret\x1b[39m = 5\n")
    cell = graded_cell([error, printed])
    cell.execution_count = 7
    cell.source = "shown()\n### BEGIN HIDDEN TESTS\nsecret = 5\n### END HIDDEN TESTS"
    nb, _ = HideFromStudents(enabled=True).preprocess(new_notebook(cells=[cell]), {})
    (cell,) = nb.cells
    assert cell.source == "shown()"
    text = "\n".join(cell.outputs[0].traceback)
    for word in ("In the test", "Cell In[2]", "own_line", "core.py:7", "readable"):
        assert word in text
    for word in ("secret()", "library_line", sys.prefix, "  secret = 5"):
        assert word not in text
    assert cell.outputs[1].text == "shown\n"


@pytest.mark.parametrize("colour", ["", "\x1b[32m", "\x1b[0;32m", "\x1b[38;5;28m"])
def test_paths_are_hidden_also_in_colour(colour):
    places = Places("/srv/course")
    assert places.hide(f"File {colour}/srv/course/x.py:3") == f"File {colour}x.py:3"
    assert places.hide(f"in {colour}/srv/course") == f"in {colour}the course folder"
    assert places.hide(f"{colour}a/srv/course/x.py") == f"{colour}a/srv/course/x.py"


def test_feedback_hides_paths_also_in_very_long_lines():
    text = f"/tmp/ipykernel_1/23.py:3: UserWarning {Path.cwd()}/submitted/x\n" + "x" * 10**6
    cell = new_code_cell("warn()", outputs=[new_output("stream", text=text)])
    nb, _ = HideFromStudents(enabled=True).preprocess(new_notebook(cells=[cell]), {})
    assert nb.cells[0].outputs[0].text.startswith("cell 23.py:3: UserWarning submitted/x\n")


def test_students_markers_in_an_answer_are_left_alone():
    cell = new_code_cell("### BEGIN HIDDEN TESTS\nx = 1")
    nb, _ = HideFromStudents(enabled=True).preprocess(new_notebook(cells=[cell]), {})
    assert nb.cells[0].source == "### BEGIN HIDDEN TESTS\nx = 1"


def test_configuring_twice_changes_nothing_and_finds_our_programs(monkeypatch):
    monkeypatch.setenv("PATH", "/usr/bin")
    once, twice = Config(), Config()
    for config in (once, twice, twice):
        configure(config)
    assert once == twice
    assert os.environ["PATH"].split(os.pathsep) == [str(Path(sys.executable).parent), "/usr/bin"]
    names = once.HTMLExporter.preprocessors + once.GenerateFeedback.preprocessors
    assert all(isinstance(name, str) for name in names)  # the formgrader shows them as JSON
