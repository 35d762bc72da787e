"""Which of the files that were handed in is a notebook, and what is read of it."""

import json
import os

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from grading.autograde.intake.notebook_file import receive

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
