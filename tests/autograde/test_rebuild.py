"""A submission rebuilt around the assignment: what is taken from the student, and what never is."""

import copy
import hashlib
import re

import pytest
from nbformat import NotebookNode
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
    new_raw_cell,
)
from nbgrader import utils

from grading.autograde.outcome import marks_of
from grading.autograde.rebuild import matching
from grading.autograde.rebuild.additions import added_code, names_bound
from grading.autograde.rebuild.misplaced import COMMENT
from grading.autograde.rebuild.rebuilding import rebuild
from grading.autograde.rebuild.template import Slot, Template
from grading.course.cell_marks import KIND, split_region

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
    assert sources(built)[4:6] == ["Explain.", "Note to myself."]


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
        return matching.squeeze(text)

    monkeypatch.setattr("grading.autograde.rebuild.rebuilding.squeeze", squeeze)
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


# Answers that stand elsewhere


def test_what_was_added_to_a_locked_cell_is_kept_right_after_it(template, cells):
    cells[1].source = "import math\nimport cmath\n\n\ndef half(x):\n    return x / 2"
    built, (note,) = rebuild(template, cells)
    assert sources(built)[1:3] == ["import math", "import cmath\ndef half(x):\n    return x / 2"]
    assert built[2].metadata == {KIND: "own"}
    assert "was kept, in a cell of its own beside them: `imports`" in note


@pytest.mark.parametrize(
    ("released", "submitted", "added", "is_altered"),
    [
        ("m = 100\nprint(m)", "m = 50\nprint(m)", "", True),
        ("m = 100\nprint(m)", "m = 100\nprint(m + 1)", "", True),
        ("m = 100", "m = 100  # samples\n\n", "", False),
        ("m = 100", "m, extra = 50, 3", "m, extra = 50, 3", True),
        ("m = 100", "m = 100; n = 3", "n = 3", False),
        ("import math", "import math, cmath", "import math, cmath", True),
        ("import math", "import cmath\nprint(1)", "import cmath\nprint(1)", True),
        ("m = 100\nprint(m)", "@cache\ndef f():\n    pass\nm = 100\nprint(m)", None, False),
        ("m = 100", "m = 100\n%time f()", "get_ipython().run_line_magic('time', 'f()')", False),
        ("m = 100", "m = 100\nthis is no Python", "this is no Python", False),
        ("m = 100", "m = 50\nthis is no Python", "m = 50\nthis is no Python", True),
        ("m = 100", "m = 100\n" + "(" * 5_000, "(" * 5_000, False),
    ],
)
def test_additions_run_and_altered_statements_do_not(released, submitted, added, is_altered):
    added = "@cache\ndef f():\n    pass" if added is None else added
    assert added_code(released, submitted) == (added, is_altered)


def test_an_answer_typed_into_the_check_cell_is_the_answer(template, cells):
    cells[2].source, cells[3].source = STUB, f"{DOUBLE}\n\n{TEST}"
    built, (note,) = rebuild(template, cells)
    assert sources(built) == [*RIGHT, RUBRIC]
    assert "stand in other cells; they were taken from there: `double`" in note


def test_of_a_check_that_was_replaced_nothing_is_kept_but_definitions(template, cells):
    cells[3].source = "print(1)\nhelp_me = 3"
    built, notes = rebuild(template, cells)
    assert sources(built)[3:5] == ["help_me = 3", TEST + HIDDEN]
    assert "differed from the assignment" in notes[0]


@pytest.fixture
def two(template):
    """The assignment with a second exercise, `triple`."""
    triple = make(new_code_cell, "triple", STUB.replace("double", "triple"), solution=True)
    test = make(new_code_cell, "test_triple", "check(triple)", points=2)
    return Template([*template.slots, slot(triple), slot(test)])


TRIPLE = DOUBLE.replace("double", "triple").replace("2 *", "3 *")


@pytest.mark.parametrize("is_deleted", [True, False])
def test_answers_merged_into_one_cell_are_undone_by_no_stub(two, cells, is_deleted):
    cells[2].source = f"{DOUBLE}\n\n\n{TRIPLE}"
    if not is_deleted:
        cells += [copied(slot.cell) for slot in two.slots[-2:]]
    built, notes = rebuild(two, cells)
    assert by_id(built, "double").source == cells[2].source
    assert by_id(built, "triple").source == COMMENT
    assert any("taken from there: `triple`" in note for note in notes)
    assert not any("not answered" in note for note in notes)


def test_an_own_cell_that_holds_an_answer_counts_as_one(two, cells):
    mine = new_code_cell(TRIPLE)
    rest = [copied(slot.cell) for slot in two.slots[-2:]]
    built, _ = rebuild(two, [*cells, mine, *rest])
    assert by_id(built, "triple").source == COMMENT
    (own,) = [cell for cell in built if cell.source == TRIPLE]
    assert own.metadata[KIND] == "answer"


def test_an_answer_below_its_check_is_moved_before_it(two, cells):
    rest = [copied(slot.cell) for slot in two.slots[-2:]]
    late = new_code_cell(f"import cmath\n\n{TRIPLE}\n\nprint(triple(2))")
    built, _ = rebuild(two, [*cells, *rest, late])
    assert by_id(built, "triple").source == f"import cmath\n\n\n{TRIPLE}"


def test_a_name_that_is_bound_beside_a_given_answer_changes_nothing(two, cells):
    rest = [copied(slot.cell) for slot in two.slots[-2:]]
    rest[0].source = TRIPLE
    built, notes = rebuild(two, [*cells, new_code_cell("triple = 3"), *rest])
    assert by_id(built, "triple").source == TRIPLE
    assert notes == []


# Written answers beside their cell


def goes_to_a_person(built):
    answer = by_id(built, "why")
    answer.metadata.nbgrader["checksum"] = utils.compute_checksum(copied(answer, source="ANSWER"))
    scores, _ = marks_of(new_notebook(cells=built), {})
    return scores["why"] is None


def beside(cells, place):
    """Hand a written answer in at another place; return the cells and the text to be shown."""
    mine = new_markdown_cell("Because.\n\nIt is so.")
    prompt, answer = cells[4], copied(cells[5], source="ANSWER")
    before = cells[:4]
    match place:
        case "below":
            return [*before, prompt, answer, mine]
        case "above":
            return [*before, prompt, mine, answer]
        case "above its question":
            return [*before, mine, prompt, answer]
        case "at the end":
            after = new_markdown_cell("# The end", id="end")
            return [*before, prompt, answer, after, mine]
        case "split":
            halves = [new_markdown_cell(text) for text in ("Because.", "", "It is so.")]
            return [*before, prompt, *halves]
        case "in the question":
            return [*before, copied(prompt, source="Explain.\n\nBecause.\n\nIt is so."), answer]
        case "raw":
            return [*before, prompt, answer, new_raw_cell("Because.\n\nIt is so.")]
        case "in the text below":
            below = new_markdown_cell("Because.\n\nIt is so.\n\n# The end", id="end")
            return [*before, prompt, answer, below]


@pytest.mark.parametrize(
    "place",
    [
        "below",
        "above",
        "above its question",
        "at the end",
        "split",
        "in the question",
        "in the text below",
        "raw",
    ],
)
def test_a_written_answer_near_its_cell_goes_to_a_person_with_all_of_it(template, cells, place):
    template = Template([*template.slots, slot(new_markdown_cell("# The end", id="end"))])
    built, notes = rebuild(template, beside(cells, place))
    assert by_id(built, "why").source == "Because.\n\nIt is so."
    assert goes_to_a_person(built)
    assert sources(built).count("Explain.") == 1
    assert any("stood beside their cell" in note and "`why`" in note for note in notes)
    assert not any("not answered" in note for note in notes)


def test_a_written_answer_as_code_is_quoted_and_its_cell_stays(template, cells):
    cells[5].source = ""
    built, _ = rebuild(template, [*cells, new_code_cell("# Because ```\nx = 3")])
    assert by_id(built, "why").source == "````\n# Because ```\nx = 3\n````"
    assert sources(built)[-1] == "# Because ```\nx = 3"
    assert goes_to_a_person(built)


def test_pictures_of_several_cells_are_all_shown(template, cells):
    cells[5].source = "ANSWER"
    pictures = []
    for text in "AB":
        cell = new_markdown_cell("![](attachment:image.png)")
        cell["attachments"] = {"image.png": {"image/png": text}}
        pictures.append(cell)
    built, _ = rebuild(template, [*cells, *pictures])
    answer = by_id(built, "why")
    names = re.findall(r"attachment:([\w.-]+)", answer.source)
    assert [answer.attachments[name]["image/png"] for name in names] == ["A", "B"]


def test_an_untouched_written_answer_with_nothing_near_it_gets_nothing(template, cells):
    cells[5].source = "ANSWER"
    built, _ = rebuild(template, cells)
    assert by_id(built, "why").source == "ANSWER"


def test_an_editor_that_splits_paragraphs_loses_no_answer_and_repeats_no_prose(template, cells):
    end = "# The end\n\n- one\n- two"
    template = Template([*template.slots, slot(new_markdown_cell(end, id="end"))])
    parts = ["# Numbers", "Explain.", "Because.", "- since\n- so", "# The end", "- one\n- two"]
    code = [new_code_cell(cell.source) for cell in cells[1:4]]
    parts = [new_markdown_cell(part) for part in parts]
    built, _ = rebuild(template, [parts[0], *code, *parts[1:]])
    assert by_id(built, "why").source == "Because.\n\n- since\n- so"
    assert sources(built) == [*RIGHT[:-1], "Because.\n\n- since\n- so", RUBRIC, end]


# Earlier versions of the release


def test_cells_of_an_earlier_release_are_not_the_students_doing(template, cells):
    template = Template(template.slots, origin="ps/1_numbers")
    old = "Explain it."
    digest = hashlib.sha256(f"1/ps/1_numbers/prose/{old}".encode()).hexdigest()[:12]
    cells[4] = new_markdown_cell(old, id=f"prose-{digest}")
    for place, text in ((1, "import maths"), (3, "check_less(double)")):
        cells[place].source = text
        checksum = utils.compute_checksum(cells[place])
        cells[place].metadata.nbgrader["checksum"] = checksum
    built, notes = rebuild(template, cells)
    assert notes == []
    assert sources(built) == [*RIGHT, RUBRIC]


def test_a_stub_of_an_earlier_release_is_no_answer(template, cells):
    cells[2].source = "def double(y):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
    cells[2].metadata.nbgrader["checksum"] = utils.compute_checksum(cells[2])
    built, _ = rebuild(template, cells)
    assert by_id(built, "double").source == STUB
    cells[2].source = DOUBLE
    cells[2].metadata.nbgrader["checksum"] = utils.compute_checksum(cells[2])
    built, _ = rebuild(template, cells)
    assert by_id(built, "double").source == DOUBLE


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("a, (b, *c) = f()\nd: int = 3\nfor e in x: g = [h for h in x]", set("abcdeg")),
        ("from m import a as b\nimport c.d", {"b", "c"}),
        ("if True:\n    def f(x):\n        y = 1", {"f"}),
        ("%%writefile m.py\ndef f(): pass", set()),
        ("%time f = 3", set()),
        ("%%time\nf = 3", set()),
        ("def f(x):\n    return (", {"f"}),
        ("x.y = z[0] = 3", set()),
    ],
)
def test_names_that_a_cell_binds(source, names):
    assert names_bound(source) == names
