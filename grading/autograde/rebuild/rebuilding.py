"""Put a student's answers back into the assignment: pure functions, no files, no gradebook.

Only the text of answers, and the cells that students added themselves, come from a submission.
What a cell is, where it stands and what it is worth never do.
"""

import copy
from collections import Counter, defaultdict
from functools import cache

from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell
from nbgrader import utils

from grading.autograde.rebuild.additions import is_ours
from grading.autograde.rebuild.matching import choose_answers, identify, label, squeeze
from grading.autograde.rebuild.misplaced import Found, find_elsewhere
from grading.autograde.rebuild.repairs import Notes
from grading.course.cell_marks import ADDED, KIND, OWN


def rebuild(template, submitted):
    """Make the notebook that is graded.

    Parameters
    ----------
    template : grading.autograde.rebuild.template.Template
        The assignment.
    submitted : list of NotebookNode or None
        The cells that were handed in; None when there was nothing to read.

    Returns
    -------
    cells : list of NotebookNode
        The assignment's cells in its order with the student's answers, the student's own cells in
        their relative place, and a cell with the rubric after each written answer that has one.
        Each code cell says in its metadata what it is (`KIND`).  Answers, the student's own cells
        and given ones that were not edited keep the outputs and the number they were handed in
        with; tests never do.
    notes : list of str
        What had to be repaired, a sentence each.
    """
    notes = Notes()
    if submitted is None:
        return _assemble(template, [], {}, {}, set(), Found()), []
    ours = {i for i, cell in enumerate(submitted) if is_ours(cell, template.origin)}
    places = identify(template, submitted, notes, ours)
    answers = choose_answers(template, submitted, places, notes)
    _check_fixed_cells(template, places, notes)
    found = find_elsewhere(template, submitted, places, answers, ours, notes)
    _check_settings(template, submitted, places, notes)
    _check_order(template, places, answers, notes)
    return _assemble(template, submitted, places, answers, ours, found), notes.sentences()


def _check_fixed_cells(template, places, notes):
    """Note which locked cells are missing, or there more than once."""
    times = Counter(places.values())
    for k, slot in enumerate(template.slots):
        if slot.grade_id is None or slot.is_answer:
            continue
        if k not in times:
            notes.add("put back", slot.grade_id)
        if times[k] > 1:
            notes.add("copied", slot.grade_id)


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


def _assemble(template, submitted, places, answers, ours, found):
    """Lay the cells out: an own cell follows the assignment's cell that it followed."""
    own_cells = _own_cells_by_place(template, submitted, places, answers, ours, found)
    unedited = _unedited(template, submitted, places)
    cells = list(own_cells[-1])
    for k, slot in enumerate(template.slots):
        cell = copy.deepcopy(slot.cell)
        if k in answers and answers[k] not in ours:
            _take_text(cell, submitted[answers[k]])
        if k in found.texts:
            cell.source = found.texts[k]
            if found.attachments.get(k):
                cell.attachments = found.attachments[k]
        if cell.cell_type == "code":
            cell.metadata[KIND] = kind = _kind(slot)
            handed_in = answers.get(k) if kind == "answer" else unedited.get(k)
            if handed_in is not None and kind != "test" and k not in found.texts:
                _take_outputs(cell, submitted[handed_in])
        added = _added_cells(slot, k, found)
        if slot.is_test:
            cells.extend(added)  # what was typed into a check ran before it
        cells.append(cell)
        if slot.mark_scheme:
            scheme = f"**Marking scheme**\n\n{slot.mark_scheme}"
            cells.append(new_markdown_cell(scheme, metadata={ADDED: "marking scheme"}))
        if not slot.is_test:
            cells.extend(added)
        cells.extend(own_cells[k])
    for number, cell in enumerate(cells):
        if "nbgrader" not in cell.metadata or "id" not in cell:
            cell["id"] = f"not-graded-{number}"
    return cells


def _added_cells(slot, k, found):
    """Make a cell of the student's own of what was added to one of the assignment's."""
    if k not in found.added:
        return []
    if slot.cell.cell_type != "code":
        return [new_markdown_cell(found.added[k], metadata={KIND: OWN})]
    kind = "answer" if k in found.answers_added else "own"
    return [new_code_cell(found.added[k], metadata={KIND: kind})]


def _kind(slot):
    """Say what one of the assignment's code cells is."""
    if slot.is_answer:
        return "answer"
    return "test" if utils.is_grade(slot.cell) else "given"


def _unedited(template, submitted, places):
    """Find the submitted cells with the assignment's text: {slot number: index of the first}."""
    found = {}
    for i, k in places.items():
        slot = template.slots[k]
        if not slot.is_answer and squeeze(submitted[i].source) == squeeze(slot.released):
            found[k] = min(i, found.get(k, i))
    return found


def _own_cells_by_place(template, submitted, places, answers, ours, found):
    """Collect the student's own cells: {number of the slot before them, or -1: list of cells}."""
    own_cells = defaultdict(list)
    given = {squeeze(source) for source in template.free_code}
    graded_texts = cache(lambda k: squeeze(submitted[answers[k]].source))
    passed, latest = set(), -1
    for i, cell in enumerate(submitted):
        k = places.get(i)
        if i in found.used or (k is None and i in ours and not _is_free_code(cell, given)):
            continue
        if k is None:
            own_cells[latest].append(_own_cell(cell, given, i in found.answers))
            continue
        slot = template.slots[k]
        if slot.is_answer and answers[k] != i:
            worthless = ("", squeeze(slot.released), graded_texts(k))
            if squeeze(cell.source) not in worthless:
                own_cells[latest].append(_own_cell(cell, given, i in found.answers))
            continue
        if k not in passed:
            passed.add(k)
            latest = k
    return own_cells


def _is_free_code(cell, given):
    """Tell whether a cell is the assignment's code without a label."""
    return cell.cell_type == "code" and squeeze(cell.source) in given


def _take_text(cell, submitted):
    """Copy what the student wrote, and pasted images; nothing else."""
    cell.source = submitted.source
    if cell.cell_type != "code" and submitted.get("attachments"):
        cell.attachments = submitted.attachments


def _take_outputs(cell, submitted):
    """Copy what a code cell showed when it was handed in."""
    if submitted.cell_type == "code":
        cell.outputs = copy.deepcopy(submitted.get("outputs", []))
        cell.execution_count = submitted.get("execution_count")


def _own_cell(submitted, given, is_answer=False):
    """Make a cell of the student's own: its text and outputs, no labels, no tags.

    A code cell whose text is one of `given` is the assignment's, whoever put it there.
    """
    make = {"code": new_code_cell, "markdown": new_markdown_cell}
    cell = make.get(submitted.cell_type, new_raw_cell)("", metadata={KIND: OWN})
    _take_text(cell, submitted)
    if cell.cell_type == "code":
        kind = "given" if squeeze(cell.source) in given else "own"
        cell.metadata[KIND] = "answer" if is_answer else kind
        _take_outputs(cell, submitted)
    return cell
