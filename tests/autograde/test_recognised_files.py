"""Which notebook a file is, what lies where, zip files and merge conflicts: nothing is run."""

import json
import os
import zipfile

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grading.autograde.intake.claims import known_notebooks
from grading.autograde.intake.conflicts import resolved
from grading.autograde.intake.intake_limits import IntakeLimits
from grading.autograde.intake.notebook_file import receive
from grading.autograde.intake.side_files import files_in, written_modules
from grading.autograde.intake.strays import find, misplaced
from grading.autograde.intake.survey import survey
from grading.autograde.intake.zip_files import unpack
from grading.autograde.rebuild.template import Slot, Template

NAMES = ["1_first", "2_second"]


def cells_of(name):
    """Cells of a notebook: prose, an import that both have, an answer, its check."""
    label = {"schema_version": 3, "task": False, "grade": False, "locked": True, "solution": False}
    answer = label | {"grade_id": f"f_{name}", "solution": True, "locked": False}
    check = label | {"grade_id": f"test_{name}", "grade": True, "points": 2}
    return [
        new_markdown_cell(f"# Notebook {name}", id=f"title-{name}"),
        new_code_cell(
            "import math", id="imports", metadata={"nbgrader": label | {"grade_id": "i"}}
        ),
        new_code_cell(
            f"def f_{name}(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()",
            id=f"f_{name}",
            metadata={"nbgrader": answer},
        ),
        new_code_cell(f"check(f_{name})", id=f"test_{name}", metadata={"nbgrader": check}),
    ]


KNOWN = known_notebooks(
    {
        name: Template([Slot(cell, cell.source) for cell in cells_of(name)], origin=f"ps/{name}")
        for name in NAMES
    }
)


def write(folder, file, name, answer=None, age=0, bare=False):
    """Write a notebook file; without an answer it is as it was handed out."""
    cells = cells_of(name)
    if answer is not None:
        cells[2].source = f"def f_{name}(x):\n    return {answer}"
    if bare:
        for cell in cells:
            cell.metadata = {}
            del cell["id"]
    nb = new_notebook()
    nb.cells = cells
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(nb))
    os.utime(path, (1e9 - age, 1e9 - age))
    return path


def take(folder, name, **options):
    return receive(folder, name, NAMES, known=KNOWN, **options)


def answer_of(taken):
    return taken.nb.cells[2].source.rpartition(" ")[2]


@pytest.mark.parametrize("bare", [False, True])
@pytest.mark.parametrize(
    "file", ["Untitled.ipynb", "solution_ada.ipynb", "first.ipynb", "a/b.ipynb"]
)
def test_a_notebook_is_what_its_cells_say_whatever_it_is_called(tmp_path, file, bare):
    write(tmp_path, file, "1_first", 1, bare=bare)
    taken = take(tmp_path, "1_first")
    assert (answer_of(taken), taken.needs_a_look) == ("1", False)
    assert "was graded as `1_first.ipynb`" in taken.notes[0]
    assert take(tmp_path, "2_second").nb is None
    assert not take(tmp_path, "2_second").needs_a_look


def test_swapped_notebooks_are_graded_for_what_they_are(tmp_path):
    write(tmp_path, "1_first.ipynb", "2_second", 2)
    write(tmp_path, "2_second.ipynb", "1_first", 1)
    found = [take(tmp_path, name) for name in NAMES]
    assert [answer_of(taken) for taken in found] == ["1", "2"]
    assert not any(taken.needs_a_look for taken in found)


def test_another_notebook_under_the_right_name_needs_a_look(tmp_path):
    write(tmp_path, "1_first.ipynb", "2_second", 2)
    write(tmp_path, "2_second.ipynb", "2_second", 2)
    taken = take(tmp_path, "1_first")
    assert (taken.nb, taken.needs_a_look) == (None, True)
    assert "`1_first.ipynb` holds the notebook `2_second`" in taken.notes[0]


@pytest.mark.parametrize("other", ["1_first (1).ipynb", "ada.ipynb", "old/1_first.ipynb"])
def test_the_untouched_release_never_wins_beside_real_work(tmp_path, other):
    write(tmp_path, "1_first.ipynb", "1_first")
    write(tmp_path, other, "1_first", 1, age=9)
    taken = take(tmp_path, "1_first")
    assert (answer_of(taken), taken.needs_a_look) == ("1", False)
    assert "Also handed in, and not graded: `1_first.ipynb`" in taken.notes[1]


def test_the_untouched_release_alone_is_graded(tmp_path):
    write(tmp_path, "1_first.ipynb", "1_first")
    assert take(tmp_path, "1_first").notes == []


def test_two_notebooks_with_other_answers_need_a_look_and_a_draft_does_not(tmp_path):
    write(tmp_path, "1_first.ipynb", "1_first", 1)
    copied = write(tmp_path, "1_first (1).ipynb", "1_first", 1)
    assert not take(tmp_path, "1_first").needs_a_look
    more = json.loads(copied.read_text())
    more["cells"].append(new_code_cell("more = 1"))
    copied.write_text(json.dumps(more))
    taken = take(tmp_path, "1_first")
    assert (taken.file, taken.needs_a_look) == (copied.name, False)
    write(tmp_path, "1_first (1).ipynb", "1_first", 3)
    taken = take(tmp_path, "1_first")
    assert (answer_of(taken), taken.needs_a_look) == ("1", True)
    assert "with other answers, not graded: `1_first (1).ipynb`" in taken.notes[0]


def test_a_damaged_file_beside_a_readable_one_needs_a_look_and_an_empty_one_does_not(tmp_path):
    write(tmp_path, "old 1_first.ipynb", "1_first", 1)
    (tmp_path / "1_first.ipynb").write_text(" ")
    taken = take(tmp_path, "1_first")
    assert (answer_of(taken), taken.needs_a_look) == ("1", False)
    (tmp_path / "1_first.ipynb").write_text('{"cells": [')
    assert take(tmp_path, "1_first").needs_a_look


def test_a_notebook_that_only_defines_the_function_is_taken_with_a_doubt(tmp_path):
    nb = new_notebook()
    nb.cells = [new_code_cell("def f_1_first(x):\n    return 1")]
    (tmp_path / "scratch.ipynb").write_text(json.dumps(nb))
    taken = take(tmp_path, "1_first")
    assert taken.nb is not None
    assert taken.needs_a_look
    write(tmp_path, "1_first.ipynb", "1_first", 1)
    taken = take(tmp_path, "1_first")
    assert (answer_of(taken), taken.needs_a_look) == ("1", False)


def test_what_is_no_notebook_of_the_assignment_is_named(tmp_path):
    nb = new_notebook()
    nb.cells = [new_code_cell("1")]
    (tmp_path / "essay.ipynb").write_text(json.dumps(nb))
    taken = take(tmp_path, "1_first")
    assert "no notebook of the assignment: `essay.ipynb`" in taken.notes[0]
    assert taken.needs_a_look


def test_recognising_reads_a_few_files_only(tmp_path):
    for number in range(30):
        write(tmp_path, f"copy{number}.ipynb", "1_first", number)
    found = survey(tmp_path)
    receive(tmp_path, "1_first", NAMES, found, IntakeLimits(tries=2), KNOWN)
    assert sum(claim.is_sure for claim in found.claims.values()) == 2 * len(NAMES)


# Merge conflicts

SIDES = "a\n<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> feature\nb"


@pytest.mark.parametrize(
    ("ours", "theirs", "kept"),
    [
        ("1", "2", "2"),
        ("1", "raise NotImplementedError()", "1"),
        ("1", "", "1"),
        ("# YOUR CODE HERE", "# YOUR CODE HERE", "# YOUR CODE HERE"),
        ("1\n||||||| base\n0", "2", "2"),
    ],
)
def test_the_later_side_is_read_unless_only_the_other_is_answered(ours, theirs, kept):
    assert resolved(SIDES.format(ours, theirs)) == (f"a\n{kept}\nb", 1)


def test_a_marker_without_its_end_changes_nothing():
    text = "<<<<<<< HEAD\n1\n=======\n2"
    assert resolved(text) == (text, 0)


def test_conflicts_in_the_file_and_in_a_cell_are_read_and_need_a_look(tmp_path):
    path = write(tmp_path, "1_first.ipynb", "1_first", 1)
    text = json.dumps(json.loads(path.read_text()), indent=1)
    line = next(line for line in text.split("\n") if "return 1" in line)
    path.write_text(text.replace(line, SIDES[2:-2].format(line.replace('1"', '2"'), line)))
    taken = take(tmp_path, "1_first")
    assert (answer_of(taken), taken.needs_a_look) == ("1", True)
    write(tmp_path, "1_first.ipynb", "1_first", "0\n<<<<<<< ours\n# 1\n=======\n# 2\n>>>>>>> x")
    taken = take(tmp_path, "1_first")
    assert taken.nb.cells[2].source.endswith("return 0\n# 2")
    assert taken.needs_a_look
    assert "merge conflicts that nobody resolved (1)" in taken.notes[0]


# Modules of one's own


@pytest.mark.parametrize(
    ("name", "is_own"),
    [
        ("mytools.py", True),
        ("tools/inner.py", True),
        ("numpy.py", False),
        ("json/__init__.py", False),
        ("checks/credits.py", False),
        ("grading.py", False),
        ("sitecustomize.py", False),
        ("ipython_config.py", False),
        ("my-tools.py", False),
    ],
)
def test_modules_may_lie_beside_the_notebook_where_they_hide_none(tmp_path, name, is_own):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("x = 1")
    assert (name in files_in(tmp_path)) is is_own


def test_modules_that_cells_write_are_there_for_later_notebooks():
    sources = ["%%writefile mytools.py\nx = 1\n", "%%writefile numpy.py\n", "%%writefile ../a.py\n"]
    sources += ["%%writefile data.csv\n1", "x = 1\n%%writefile late.py\n"]
    assert written_modules(map(new_code_cell, sources)) == {"mytools.py": b"x = 1\n"}


# Zip files


def packed(folder, **members):
    with zipfile.ZipFile(folder / "all.zip", "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in members.items():
            file.writestr(name, text)
    return survey(folder)


def contents(folder):
    return {
        p.relative_to(folder).as_posix(): p.read_text() for p in folder.rglob("*") if p.is_file()
    }


def test_a_zip_file_becomes_a_folder_and_nothing_leaves_it(tmp_path):
    folder, target = tmp_path / "in", tmp_path / "out"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep/a.txt").write_text("a")
    names = ["ps/1.ipynb", "ps/data.csv", "../up.txt", "/root.txt", "a/../../b.txt", "a\\b.txt"]
    names += ["C:/c.txt", ".hidden/x", "__MACOSX/ps/1.ipynb"]
    unpacked, notes = unpack(packed(folder, **dict.fromkeys(names, "x")), target)
    assert (unpacked, notes) == (1, [])
    there = {"deep/a.txt": "a", "all.zip/ps/1.ipynb": "x", "all.zip/ps/data.csv": "x"}
    assert contents(target) == there
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out"]


def test_a_zip_file_without_notebooks_stays_as_it_is(tmp_path):
    found = packed(tmp_path, **{"data.csv": "1"})
    assert unpack(found, tmp_path / "out") == (0, [])
    assert (tmp_path / "out/all.zip").read_bytes() == (tmp_path / "all.zip").read_bytes()


def test_a_link_in_a_zip_file_is_left_out(tmp_path):
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as file:
        file.writestr("1.ipynb", "x")
        file.writestr(link, "/etc/passwd")
    unpack(survey(tmp_path), tmp_path / "out")
    assert list(contents(tmp_path / "out")) == ["all.zip/1.ipynb"]


@pytest.mark.parametrize("kind", ["bomb", "many", "damaged", "cut", "list"])
def test_a_bad_zip_file_is_said_and_leaves_nothing(tmp_path, kind):
    folder = tmp_path / "in"
    folder.mkdir()
    limits = IntakeLimits(bytes=100_000, files=20)
    members = {"1.ipynb": "x" * (200_000 if kind == "bomb" else 1)}
    members |= dict.fromkeys(map(str, range(30 if kind == "many" else 0)), "")
    packed(folder, **members)
    path, data = folder / "all.zip", (folder / "all.zip").read_bytes()
    if kind == "damaged":
        path.write_bytes(data.replace(b"PK\x03\x04", b"PK\x03\x05"))
    if kind == "cut":
        path.write_bytes(data[:-30])
    if kind == "list":
        at = data.rfind(b"PK\x05\x06") + 12
        path.write_bytes(data[:at] + b"\xff\xff\xff\x7f" + data[at + 4 :])
    unpacked, (note,) = unpack(survey(folder), tmp_path / "out", limits)
    assert unpacked == 0
    assert "`all.zip` was not unpacked: " in note
    assert contents(tmp_path / "out") == {}


# Places


def lay_out(folder, *paths):
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("x")


TOLD = {"assignment": "nn_lab", "notebooks": ["1_first"], "others": {"mlp", "nn_lab_two"}}


def test_unambiguous_places_are_found(tmp_path):
    lay_out(
        tmp_path,
        "ok/nn_lab/1_first.ipynb",
        "finn/NN_Lab/1_first.ipynb",
        "hal/nn_lab_late/1_first.ipynb",
        "eve/1_first (2).ipynb",
        "iris/nn-lab.zip",
        "two/NN_Lab/a.ipynb",
        "two/nn_lab_late/a.ipynb",
        "both/nn_lab_a/a.ipynb",
        "both/nn_lab_b/a.ipynb",
        "other/nn_lab_two/a.ipynb",
        "other/mlp.zip",
        "nn_lab/dan/1_first.ipynb",
    )
    found = misplaced(tmp_path, **TOLD)
    where = {name: place.folder.relative_to(tmp_path).as_posix() for name, place in found.items()}
    assert where == {
        "eve": "eve",
        "finn": "finn/NN_Lab",
        "hal": "hal/nn_lab_late",
        "iris": "iris",
        "two": "two/NN_Lab",
    }
    said = find(tmp_path, known={"dan"}, **TOLD)
    assert [sentence.split("`")[1] for sentence in said] == [
        "submitted/both/nn_lab_a",
        "submitted/both/nn_lab_b",
        "submitted/nn_lab/dan",
        "submitted/two/nn_lab_late",
    ]


def test_what_lies_elsewhere_is_listed_with_what_to_do(tmp_path):
    lay_out(
        tmp_path,
        "1_first_jack.ipynb",
        "whose.zip",
        "readme.txt",
        "ok/nn_lab/1_first.ipynb",
        "ok/1_first.ipynb",
        "bad\nname`/hw/x.ipynb",
    )
    said = find(tmp_path, known={"jack", "ja"}, **TOLD)
    assert len(said) == 4
    assert "It seems to be jack's: if so, move it to `submitted/jack/nn_lab`" in said[0]
    assert "`submitted/bad?name?/hw` was NOT USED" in said[1]
    assert "`submitted/ok/1_first.ipynb` was NOT USED" in said[2]
    assert "Whose is it? Move it to `submitted/STUDENT/nn_lab`" in said[3]


def test_a_long_list_is_cut(tmp_path):
    lay_out(tmp_path, *(f"{n}.ipynb" for n in range(30)))
    said = find(tmp_path, known=(), **TOLD)
    assert said[-1] == "And 10 more that were not used."


def test_an_empty_or_missing_folder_says_nothing(tmp_path):
    assert find(tmp_path / "nowhere", known=(), **TOLD) == []
    assert misplaced(tmp_path, **TOLD) == {}
