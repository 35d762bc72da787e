"""Put a student's answers back into the assignment: pure functions, no files, no gradebook.

Only the text of answers, and the cells that students added themselves, come from a submission.
What a cell is, where it stands and what it is worth never do.
"""

import copy
from collections import defaultdict

from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

from grading.autograde.notes import Notes
from grading.autograde.recognise import choose_answers, identify, label, squeeze

#: Key of the cell metadata by which later steps know the cells that the grader added.
ADDED = "gradient_lab"
#: Key of a test cell's metadata: titles of the mistakes that an answer was recognised as.
MISTAKES = "gradient_lab_mistakes"
KIND = "gradient_lab_kind"
OUTPUTS = "gradient_lab_outputs"
HANDED_IN, REDRAWN = "handed in", "redrawn"
ANSWER, GIVEN, OWN = "answer", "given", "own"


def rebuild(template, submitted):
    """Make the notebook that is graded.

    Parameters
    ----------
    template : grading.autograde.template.Template
        The assignment.
    submitted : list of NotebookNode or None
        The cells that were handed in; None when there was nothing to read.

    Returns
    -------
    cells : list of NotebookNode
        The assignment's cells in its order with the student's answers, the student's own cells in
        their relative place, and a cell with the rubric after each written answer that has one.
    notes : list of str
        What had to be repaired, a sentence each.
    """
    notes = Notes()
    if submitted is None:
        return _assemble(template, [], {}, {}), []
    places = identify(template, submitted, notes)
    answers = choose_answers(template, submitted, places, notes)
    _check_fixed_cells(template, submitted, places, notes)
    _check_settings(template, submitted, places, notes)
    _check_order(template, places, answers, notes)
    return _assemble(template, submitted, places, answers), notes.sentences()


def _check_fixed_cells(template, submitted, places, notes):
    """Note which locked cells are missing or have another text."""
    texts = defaultdict(list)
    for i, k in places.items():
        texts[k].append(squeeze(submitted[i].source))
    for k, slot in enumerate(template.slots):
        if slot.grade_id is None or slot.is_answer:
            continue
        if k not in texts:
            notes.add("put back", slot.grade_id)
        if len(texts[k]) > 1:
            notes.add("copied", slot.grade_id)
        own_texts = {squeeze(slot.released), squeeze(slot.cell.source)}  # students', instructors'
        if not own_texts.issuperset(texts[k]):
            notes.add("edited", slot.grade_id)


def _check_settings(template, submitted, places, notes):
    """Note changed types, tags and nbgrader settings."""
    for i, k in places.items():
        slot, cell = template.slots[k], submitted[i]
        if slot.grade_id is None:
            continue
        if cell.cell_type != slot.cell.cell_type:
            notes.add("type", slot.grade_id)
        tags = cell.metadata.get("tags")
        right_tags = slot.cell.metadata.get("tags", [])
        if isinstance(tags, list) and any(tag not in right_tags for tag in tags):
            notes.add("tags", slot.grade_id)
        found, right = label(cell), slot.cell.metadata.nbgrader
        if found.get("grade_id") != slot.grade_id:
            continue  # noted as a lost label
        keys = ("grade", "solution", "locked", "task", "points")
        if any(found.get(key, right.get(key)) != right.get(key) for key in keys):
            notes.add("settings", slot.grade_id)


def _check_order(template, places, answers, notes):
    """Note when the assignment's cells were moved; further copies do not count."""
    seen = []
    for i in sorted(places):
        k = places[i]
        graded = template.slots[k].grade_id is not None
        if graded and k not in seen and answers.get(k, i) == i:
            seen.append(k)
    if seen != sorted(seen):
        notes.add("order")


def _assemble(template, submitted, places, answers):
    """Lay the cells out: an own cell follows the assignment's cell that it followed."""
    own_cells = _own_cells_by_place(template, submitted, places, answers)
    cells = list(own_cells[-1])
    for k, slot in enumerate(template.slots):
        cell = copy.deepcopy(slot.cell)
        if k in answers:
            _take_text(cell, submitted[answers[k]])
        cells.append(cell)
        if slot.mark_scheme:
            scheme = f"**Marking scheme**\n\n{slot.mark_scheme}"
            cells.append(new_markdown_cell(scheme, metadata={ADDED: "marking scheme"}))
        cells.extend(own_cells[k])
    for number, cell in enumerate(cells):
        if "nbgrader" not in cell.metadata or "id" not in cell:
            cell["id"] = f"not-graded-{number}"
    return cells


def _own_cells_by_place(template, submitted, places, answers):
    """Collect the student's own cells: {number of the slot before them, or -1: list of cells}."""
    own_cells = defaultdict(list)
    passed, latest = set(), -1
    for i, cell in enumerate(submitted):
        k = places.get(i)
        if k is None:
            own_cells[latest].append(_own_cell(cell))
            continue
        slot = template.slots[k]
        if slot.is_answer and answers[k] != i:
            if squeeze(cell.source) not in _not_worth_keeping(slot, submitted[answers[k]]):
                own_cells[latest].append(_own_cell(cell))
            continue
        if k not in passed:
            passed.add(k)
            latest = k
        if slot.grade_id is None and squeeze(cell.source) != squeeze(slot.released):
            own_cells[k].append(_own_cell(cell))  # prose that the student wrote into
    return own_cells


def _not_worth_keeping(slot, graded):
    return ("", squeeze(slot.released), squeeze(graded.source))


def _take_text(cell, submitted):
    """Copy what the student wrote, and pasted images; nothing else."""
    cell.source = submitted.source
    if cell.cell_type != "code" and submitted.get("attachments"):
        cell.attachments = submitted.attachments


def _own_cell(submitted):
    """Make a cell of the student's own: its text, no labels, no tags, no outputs."""
    make = {"code": new_code_cell, "markdown": new_markdown_cell}
    cell = make.get(submitted.cell_type, new_raw_cell)("")
    _take_text(cell, submitted)
    return cell
