"""Whatever is handed in, it is read within limits, in proportion to its size, and said in words."""

import json
import os
import subprocess
from time import process_time

import pytest

from grading.autograde.intake.intake_limits import IntakeLimits, TooMuch
from grading.autograde.intake.notebook_file import receive
from grading.autograde.intake.survey import copy_plain_files, survey

NAMES = ["1_first"]


def names(paths):
    return [path.name for path in paths]


# Folders


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "handed in"
    folder.mkdir()
    return folder


def test_survey_finds_notebooks_and_files_and_says_what_it_leaves_out(folder, tmp_path):
    (folder / "data").mkdir()
    for name in ("1_first.ipynb", "data/a.csv", "data/Copy.IPYNB", ".hidden", "large.bin"):
        (folder / name).write_text("{}")
    (folder / "large.bin").write_bytes(b"0" * 100)
    (folder / ".git").mkdir()
    (folder / ".git" / "1_first.ipynb").write_text("{}")
    (folder / "__pycache__").mkdir()
    (folder / "link").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.ipynb")
    found = survey(folder, IntakeLimits(bytes=99))
    assert sorted(names(found.notebooks)) == ["1_first.ipynb", "Copy.IPYNB"]
    assert (names(found.folders), names(found.files)) == (["data"], ["a.csv"])
    assert found.left_out == {
        "it is hidden": [".git", ".hidden"],
        "it is larger than 0 MB": ["large.bin"],
        "it is a link": ["link"],
        "it is no file": ["pipe.ipynb"],
    }
    assert "Not used, because it is a link: `link`." in found.sentences()


def test_survey_depends_on_names_alone_not_on_their_order_in_the_folder(tmp_path):
    found = []
    for order in (1, -1):
        here = tmp_path / str(order)
        here.mkdir()
        for n in range(20)[::order]:
            (here / f"file{n:02}").write_text("")
        found.append(names(survey(here, IntakeLimits(files=5)).files))
    assert found[0] == found[1] == [f"file{n:02}" for n in range(5)]


def test_every_folder_is_listed_once(folder, monkeypatch):
    for n in range(30):
        (folder / f"d{n}").mkdir()
        (folder / f"d{n}" / "f").write_text("")
    listed = []
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: listed.append(path) or scandir(path))
    survey(folder)
    assert len(listed) == len(set(listed)) == 31


def test_files_beyond_the_limit_are_left_out_and_the_notebook_is_read(folder):
    (folder / "zz 1_first.ipynb").write_text(notebook(code("1")))
    for n in range(30):
        (folder / f"file{n:02}").write_text("x")
    limits = IntakeLimits(files=10)
    found = survey(folder, limits)
    assert len(found.files) == 10
    assert len(found.left_out["only 10 files and folders are used"]) == 20
    assert receive(folder, "1_first", NAMES, found, limits).nb is not None


def test_more_notebooks_than_anyone_hands_in(folder):
    for n in range(30):
        (folder / f"1_first {n}.ipynb").write_text("no notebook")
    limits = IntakeLimits(notebooks=20, tries=3)
    assert len(survey(folder, limits).notebooks) == 20
    notes = receive(folder, "1_first", NAMES, limits=limits).notes
    assert len([note for note in notes if "could not be read:" in note]) == 3
    assert "These files were not tried" in notes[3]
    assert "and 12 more" in notes[3]


@pytest.mark.parametrize("limits", [IntakeLimits(entries=9), IntakeLimits(name_bytes=19)])
def test_far_too_many_files_are_refused_in_a_sentence(folder, limits):
    for n in range(10):
        (folder / f"f{n}").write_text("")
    for read in (survey, lambda *a: receive(a[0], "1_first", NAMES, limits=a[1])):
        with pytest.raises(TooMuch, match="the folder holds more than"):
            read(folder, limits)


@pytest.mark.parametrize("depth", [30, pytest.param(1_200, marks=pytest.mark.slow)])
def test_very_deep_folders_are_left_out(folder, tmp_path, depth):
    here = folder
    for _ in range(depth):
        here = here / "d"
        here.mkdir()
    try:
        found = survey(folder)
        assert len(found.folders) == 20
        assert found.left_out == {"it lies more than 20 folders deep": ["/".join("d" * 21)]}
        copy_plain_files(folder, tmp_path / "copy")
        assert len(list((tmp_path / "copy").rglob("*"))) == 20
    finally:
        subprocess.run(["rm", "-rf", str(folder)], check=True)


def test_only_plain_files_are_copied_and_the_rest_is_named(folder, tmp_path):
    (folder / "data").mkdir()
    (folder / "empty").mkdir()
    for name, size in (("a", 4), ("b", 7), ("data/c", 5), ("d.ipynb", 1)):
        (folder / name).write_bytes(b"0" * size)
    (folder / "link").symlink_to("a")
    left_out = copy_plain_files(folder, tmp_path / "copy", limits=IntakeLimits(bytes=10))
    assert left_out == ["link", "b"]
    copied = [str(p.relative_to(tmp_path / "copy")) for p in (tmp_path / "copy").rglob("*")]
    assert sorted(copied) == ["a", "data", "data/c", "empty"]


@pytest.mark.slow
def test_thirty_thousand_files_take_seconds(folder, tmp_path):
    for n in range(30_000):
        (folder / f"file{n}.txt").write_text("x")
    start = process_time()
    left_out = copy_plain_files(folder, tmp_path / "copy")
    assert process_time() - start < 10
    assert len(left_out) == 25_000


# Notebooks


def code(source="x", outputs=(), **more):
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": list(outputs)} | more


def markdown(source, **more):
    return {"cell_type": "markdown", "source": source, "metadata": {}} | more


def notebook(*cells, **more):
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells} | more)


def read(folder, content, **limits):
    (folder / "1_first.ipynb").write_text(content)
    return receive(folder, "1_first", NAMES, limits=IntakeLimits(**limits))


REFUSED = {
    "cells": (notebook(*[code("")] * 11), "it has more than 10 cells"),
    "cells of an old notebook": (
        json.dumps({"nbformat": 3, "metadata": {}, "worksheets": [{"cells": [code()] * 11}]}),
        "it has more than 10 cells",
    ),
    "parts": (notebook(code(), metadata=[{}] * 1_000), "it has more than 1,000 parts"),
    "text": (notebook(*[code("x" * 60)] * 9), "its cells have more than 500 characters together"),
    "unfinished": ('{"a": ' * 300_000, "it has more than 1,000 parts"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_too_large_a_notebook_is_refused_in_a_sentence(folder, kind):
    text, sentence = REFUSED[kind]
    found = read(folder, text, cells=10, parts=1_000, text=500)
    assert found.nb is None
    assert f"could not be read: {sentence}." in found.notes[0]


def test_a_deeply_nested_notebook_is_refused_in_a_sentence(folder):
    nested = "[" * 100_000 + "]" * 100_000
    found = read(folder, notebook(code()).replace('"metadata": {}', f'"metadata": {nested}', 1))
    assert "it is nested too deeply" in found.notes[0]


def test_what_looks_like_parts_inside_of_texts_does_not_count(folder):
    text = 'a = {"b": [1, 2]}, "\\"' * 500
    found = read(folder, notebook(code(text)), parts=1_000)
    assert found.nb.cells[0].source == text


@pytest.mark.slow
@pytest.mark.parametrize("unit", ['"', '\\"', '"\\', "{", '"{', "a"])
def test_counting_parts_takes_linear_time(folder, unit):
    def work(length):
        start = process_time()
        read(folder, '"' + unit * (length // len(unit)) + "{[," * 700_000)
        return process_time() - start

    once, twice = work(2_000_000), work(4_000_000)
    assert twice < 3 * once + 0.2


def test_settings_that_nbgrader_does_not_write_are_dropped(folder):
    deep = json.loads("[" * 500 + "]" * 500)
    label = {"grade_id": "a", "grade": True, "points": 2, "locked": deep, "own": 1}
    cell = code(metadata={"nbgrader": label, "tags": ["b", "a", deep], "own": deep})
    (found,) = read(folder, notebook(cell)).nb.cells
    kept = {"grade_id": "a", "grade": True, "points": 2}
    assert found.metadata == {"nbgrader": kept, "tags": ["a", "b"]}


def stream(text, **more):
    return {"output_type": "stream", "name": "stdout", "text": text} | more


def shown(data, kind="display_data", **more):
    return {"output_type": kind, "data": data, "metadata": {}} | more


ERROR = {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["a", "b"]}
PNG = {"image/png": "AAAA"}
SOUND = [
    (stream(["a\n", "b"]), stream("a\nb")),
    (stream("a", name="stderr", own=1), stream("a", name="stderr")),
    (ERROR, ERROR),
    (shown({"text/html": ["a", "b"], "application/json": {}}), shown({"text/html": "ab"})),
    (
        shown(PNG, metadata={"image/png": {"width": 3, "height": "x", "alt": "a"}, "x": []}),
        shown(PNG, metadata={"image/png": {"width": 3, "alt": "a"}}),
    ),
    (
        shown({"text/plain": "1"}, "execute_result", execution_count=4),
        shown({"text/plain": "1"}, "execute_result", execution_count=4),
    ),
    (
        shown({"text/plain": "1"}, "execute_result", execution_count=[]),
        shown({"text/plain": "1"}, "execute_result", execution_count=None),
    ),
]
DAMAGED = [None, 3, {}, stream(3), shown({}), shown([]), shown({"a": {}}), {"output_type": "pyout"}]


def test_sound_outputs_are_kept_and_others_are_said_to_be_lost(folder):
    outputs = [one for one, _ in SOUND] + DAMAGED
    found = read(folder, notebook(code("x", outputs, execution_count=7)))
    (cell,) = found.nb.cells
    assert cell.outputs == [kept for _, kept in SOUND]
    assert cell.execution_count == 7
    assert found.notes == ["Outputs that are too many, too large or damaged were left out: 8."]


@pytest.mark.parametrize("count", [True, -1, 10**9, "7", 7.0, []])
def test_a_number_that_no_kernel_gives_is_dropped(folder, count):
    assert read(folder, notebook(code(execution_count=count))).nb.cells[0].execution_count is None


def kept(folder, *cells, **limits):
    found = read(folder, notebook(*cells), **limits)
    return [len(cell.outputs) for cell in found.nb.cells], found.notes


def test_outputs_beyond_a_cells_and_a_notebooks_room_are_left_out(folder):
    cell = code("x", [stream("a" * 10)] * 5)
    assert kept(folder, cell, cell, cell_outputs=35)[0] == [3, 3]
    assert kept(folder, cell, cell, outputs=70)[0] == [5, 2]
    assert kept(folder, cell, cell, cell_output_count=2)[0] == [2, 2]
    counts, notes = kept(folder, cell, cell, output_count=6)
    assert counts == [5, 1]
    assert notes == ["Outputs that are too many, too large or damaged were left out: 4."]


def test_pasted_pictures_beyond_the_limit_are_left_out(folder):
    cell = markdown("![](attachment:a)", attachments={"a": PNG, "b": PNG, "c": {"image/png": 3}})
    found = read(folder, notebook(cell, cell), pictures=3)
    assert [list(c.attachments) for c in found.nb.cells] == [["a", "b"], ["a"]]
    assert found.notes == ["Pasted pictures beyond 3 were left out: 1."]


def test_halves_of_characters_are_replaced_wherever_they_stand(folder):
    bad = "a\ud800"
    cells = [
        code(bad, [stream(bad), shown({bad: bad}), ERROR | {"ename": bad}], id=bad),
        markdown(bad, attachments={bad: {bad: bad}}, metadata={"tags": [bad]}),
    ]
    found = read(folder, notebook(*cells))
    assert "\\ud800" not in json.dumps(found.nb)
    assert len(found.nb.cells[0].outputs) == 3
