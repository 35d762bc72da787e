"""A submission rebuilt around the assignment: what is taken from the student, and what never is."""

import copy

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from grading.autograde import recognise
from grading.autograde.rebuild import KIND, rebuild
from grading.autograde.template import Slot, Template, split_region

STUB = "def double(x):\n    raise NotImplementedError()"
DOUBLE = "def double(x):\n    return 2 * x"
TEST = "check(double)"
HIDDEN = "check_more(double)"


def make(new_cell, name, text, points=None, solution=False):
    label = {"grade_id": name, "schema_version": 3, "task": False, "solution": solution}
    label |= {"grade": points is not None, "locked": not solution}
    if points is not None:
        label["points"] = points
    return new_cell(text, id=name, metadata={"nbgrader": label})


def slot(cell, released=None, mark_scheme=""):
    return Slot(cell, cell.source if released is None else released, mark_scheme)


@pytest.fixture
def template():
    return Template(
        [
            slot(new_markdown_cell("# Numbers", id="title")),
            slot(make(new_code_cell, "imports", "import math")),
            slot(make(new_code_cell, "double", STUB, solution=True)),
            slot(make(new_code_cell, "test", TEST + HIDDEN, points=2), TEST),
            slot(new_markdown_cell("Explain.", id="prose")),
            slot(make(new_markdown_cell, "why", "ANSWER", 4, solution=True), None, "A rubric."),
        ]
    )


@pytest.fixture
def cells(template):
    """An honest submission."""
    cells = [copy.deepcopy(slot.cell) for slot in template.slots]
    for cell, slot_ in zip(cells, template.slots, strict=True):
        cell.source = slot_.released
    cells[2].source = DOUBLE
    cells[5].source = "Because."
    return cells


def copied(cell, **changes):
    return NotebookNode(copy.deepcopy(cell) | changes)


def by_id(cells, name):
    (found,) = [c for c in cells if c.metadata.get("nbgrader", {}).get("grade_id") == name]
    return found


def sources(cells):
    return [cell.source for cell in cells]


RIGHT = ["# Numbers", "import math", DOUBLE, TEST + HIDDEN, "Explain.", "Because."]
RUBRIC = "**Marking scheme**\n\nA rubric."


def test_honest_submission_gets_the_hidden_tests_the_rubric_and_no_notes(template, cells):
    built, notes = rebuild(template, cells)
    assert sources(built) == [*RIGHT, RUBRIC]
    assert notes == []
    assert len({cell.id for cell in built}) == len(built)


def test_nothing_handed_in_gives_the_empty_assignment(template):
    built, notes = rebuild(template, None)
    assert by_id(built, "double").source == STUB
    assert by_id(built, "why").source == "ANSWER"
    assert notes == []


def test_labels_points_and_text_of_locked_cells_never_come_from_the_student(template, cells):
    cells[3].source = "pass"
    cells[3].metadata = {"nbgrader": cells[3].metadata.nbgrader | {"points": 99, "grade": False}}
    cells[2].metadata["tags"] = ["skip-execution"]
    cells[5].cell_type = "raw"
    built, notes = rebuild(template, cells)
    assert sources(built) == [*RIGHT, RUBRIC]
    assert by_id(built, "test").metadata.nbgrader.points == 2
    assert by_id(built, "test").metadata.nbgrader.grade is True
    assert "tags" not in by_id(built, "double").metadata
    assert by_id(built, "why").cell_type == "markdown"
    assert [note.rsplit(": ", 1)[1] for note in notes] == [
        "`test`.",
        "`test`.",
        "`why`.",
        "`double`.",
    ]


def test_deleted_cells_come_back_and_a_deleted_answer_counts_as_none(template, cells):
    built, notes = rebuild(template, [cells[5], cells[1]])
    assert sources(built)[:4] == ["# Numbers", "import math", STUB, TEST + HIDDEN]
    assert "missing and count as not answered: `double`" in notes[0]
    assert "were put back: `test`" in notes[1]
    assert "another order" in notes[2]


def test_own_cells_keep_their_place_and_lose_their_labels(template, cells):
    first = new_markdown_cell("My name")
    mine = new_code_cell("print(double(2))", metadata={"tags": ["skip-execution"]})
    forged = make(new_code_cell, "forged", "1", points=50)
    built, notes = rebuild(template, [first, *cells[:3], mine, *cells[3:], forged])
    assert sources(built) == ["My name", *RIGHT[:3], mine.source, *RIGHT[3:], RUBRIC, "1"]
    assert built[4].metadata == {KIND: "own"}
    assert built[-1].metadata == {KIND: "own"}
    assert "does not have" in notes[0]


def test_prose_that_was_written_into_stands_behind_the_original(template, cells):
    cells[4].source = "Explain.\n\nNote to myself."
    built, _ = rebuild(template, cells)
    assert sources(built)[4:6] == ["Explain.", "Explain.\n\nNote to myself."]


@pytest.mark.parametrize(
    ("copies", "graded", "kept"),
    [
        ([STUB, DOUBLE], DOUBLE, []),
        ([DOUBLE, STUB], DOUBLE, []),
        ([DOUBLE, DOUBLE], DOUBLE, []),
        (["def double(x):\n    return 0", DOUBLE], DOUBLE, ["def double(x):\n    return 0"]),
        ([DOUBLE, "print('split off')"], DOUBLE, ["print('split off')"]),
        (["helper = 2", "def double(x):\n    return helper * x"], None, ["helper = 2"]),
        ([STUB, STUB], STUB, []),
    ],
)
def test_of_several_copies_the_last_changed_complete_one_is_graded(
    template, cells, copies, graded, kept
):
    made = [copied(cells[2], id=f"copy{n}", source=s) for n, s in enumerate(copies)]
    built, notes = rebuild(template, [*cells[:2], *made, *cells[3:]])
    assert by_id(built, "double").source == (graded or copies[-1])
    assert [s for s in sources(built) if s not in [*RIGHT, RUBRIC, graded or copies[-1]]] == kept
    assert "more than once" in notes[0]
    order = [s for s in sources(built) if s in copies]
    assert order == [s for s in dict.fromkeys(copies) if s in order]  # runs as it did


def test_pasted_test_cell_is_removed(template, cells):
    pasted = copied(cells[3], id="pasted")
    built, notes = rebuild(template, [*cells, pasted])
    assert sources(built) == [*RIGHT, RUBRIC]
    assert notes == ["Copies of these locked cells were removed: `test`."]


def test_notebook_that_lost_all_metadata_and_ids_is_recognised(template, cells):
    for cell in cells:
        cell.metadata = {}
        del cell["id"]
    built, notes = rebuild(template, cells)
    assert sources(built) == [*RIGHT, RUBRIC]
    assert len(notes) == 1
    assert "label of these cells was lost" in notes[0]


def test_answer_whose_label_points_elsewhere_is_recognised_by_its_id(template, cells):
    cells[2].metadata.nbgrader["grade_id"] = "test"
    built, notes = rebuild(template, cells)
    assert sources(built) == [*RIGHT, RUBRIC]
    assert "`double`" in notes[0]


def test_nonsense_in_labels_is_survived(template, cells):
    for n, nonsense in enumerate([{"nbgrader": 3}, {"nbgrader": {"grade_id": {}}}, {"tags": 1}]):
        cells[n].metadata = nonsense
    built, _ = rebuild(template, cells)
    assert sources(built) == [*RIGHT, RUBRIC]


def test_images_pasted_into_a_written_answer_are_kept(template, cells):
    cells[5]["attachments"] = {"image.png": {"image/png": "AAAA"}}
    built, _ = rebuild(template, cells)
    assert by_id(built, "why").attachments == cells[5].attachments


def test_split_region_takes_the_markers_away():
    text = "a\n### BEGIN X\nb\n### END X\nc"
    assert split_region(text, ("BEGIN X", "END X")) == ("a\nc", "b")


def kinds(cells):
    return [cell.metadata.get(KIND) for cell in cells if cell.cell_type == "code"]


def test_code_cells_say_what_they_are(template, cells):
    template = Template(template.slots, free_code=("show(double)\n",))
    given, changed = new_code_cell("show(double)  "), new_code_cell("show(triple)")
    built, _ = rebuild(template, [*cells[:3], given, changed, *cells[3:]])
    assert kinds(built) == ["given", "answer", "given", "own", "test"]


def with_output(cell, text):
    cell.outputs = [new_output("stream", text=text)]
    cell.execution_count = 7
    return cell


def shown(cell):
    return [output.text for output in cell.outputs], cell.execution_count


def test_outputs_are_kept_but_for_tests_and_edited_locked_cells(template, cells):
    mine = with_output(new_code_cell("print(1)"), "mine")
    for cell in cells[1:4]:
        with_output(cell, f"of {cell.id}")
    built, _ = rebuild(template, [*cells, mine])
    assert shown(by_id(built, "imports")) == (["of imports"], 7)
    assert shown(by_id(built, "double")) == (["of double"], 7)
    assert shown(by_id(built, "test")) == ([], None)
    assert shown(built[-1]) == (["mine"], 7)
    cells[1].source = "import cmath"
    built, _ = rebuild(template, cells)
    assert shown(by_id(built, "imports")) == ([], None)


def test_copies_of_an_answer_are_compared_in_linear_time(template, cells, monkeypatch):
    seen = []

    def squeeze(text):
        seen.append(len(text))
        return recognise.squeeze(text)

    monkeypatch.setattr("grading.autograde.rebuild.squeeze", squeeze)
    copies = [copied(cells[2], id=f"copy{n}") for n in range(400)]
    copies.append(copied(cells[2], source=DOUBLE + "#" * 10_000))
    rebuild(template, [*cells[:2], *copies, *cells[3:]])
    assert sum(seen) < 400 * 4 * len(DOUBLE) + 10 * 10_000


def test_cells_with_the_same_text_are_told_apart_by_their_order(template, cells):
    again = make(new_code_cell, "again", "import math")
    template = Template([*template.slots, slot(again)])
    cells.append(copied(again))
    for cell in (cells[1], cells[-1]):
        cell.metadata = {}
        del cell["id"]
    _, (note,) = rebuild(template, cells)
    assert "were recognised: `imports`, `again`." in note
