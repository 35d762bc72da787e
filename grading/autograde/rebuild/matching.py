"""Say which submitted cell is which of the assignment's, also when labels were lost or copied."""

import re
from collections import defaultdict
from functools import cache

_TOP_LEVEL_NAME = re.compile(
    r"^(?:(?:async[ \t]+)?def|class)[ \t]+(\w+)|^(\w+)[ \t]*(?::[^=\n]+)?=(?!=)", re.MULTILINE
)


def defined_names(source):
    """Return the names that a cell binds at top level, found also in code that does not parse."""
    return {a or b for a, b in _TOP_LEVEL_NAME.findall(source)}


def squeeze(text):
    """Return a text without what editors change silently: line ends and trailing blanks."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def label(cell):
    """Return a cell's nbgrader metadata, empty when there is nothing usable."""
    found = cell.metadata.get("nbgrader")
    return found if isinstance(found, dict) else {}


def identify(template, submitted, notes, ours=()):
    """Say which of the assignment's cells each submitted cell is: {its index: slot number}.

    Cells in `ours` are as they were handed out, perhaps by an earlier version of the release.
    """
    by_grade_id = {slot.grade_id: k for k, slot in enumerate(template.slots) if slot.grade_id}
    by_cell_id = {slot.cell.get("id"): k for k, slot in enumerate(template.slots)}
    by_cell_id.pop(None, None)
    by_text = defaultdict(list)
    for k, slot in enumerate(template.slots):
        if not slot.is_answer:
            by_text[squeeze(slot.released)].append(k)
    prose = _Prose(template)
    places, taken = {}, set()
    for i, cell in enumerate(submitted):
        labelled = by_grade_id.get(str(label(cell).get("grade_id")))
        place = by_cell_id.get(str(cell.get("id")), labelled)
        if place is None and (same := by_text.get(squeeze(cell.source))):
            place = next((k for k in same if k not in taken), same[-1])
        if place is None and cell.cell_type == "markdown" and i not in ours:
            place = prose.holding(cell.source, max(taken, default=0))
        if place is not None:
            places[i] = place
            taken.add(place)
            known_as = template.slots[place].grade_id
            if known_as and labelled != place:
                notes.add("lost", known_as)
        elif i not in ours and any(
            label(cell).get(key) for key in ("grade", "solution", "locked", "task")
        ):
            notes.add("unknown")
    _recognise_lost_answers(template, submitted, places, notes)
    return places


def is_part(text, prose):
    """Tell whether a text is made of whole lines of a prose cell, one after the other.

    Editors that know paragraphs only hand a cell in as several.
    """
    lines = _lines(text)
    return bool(lines) and f"\n{lines}\n" in f"\n{_lines(prose)}\n"


def _lines(text):
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


class _Prose:
    """The assignment's prose, to find parts of it."""

    def __init__(self, template):
        self._texts = {
            k: f"\n{_lines(slot.released)}\n"
            for k, slot in enumerate(template.slots)
            if slot.grade_id is None
        }

    def holding(self, text, latest):
        """Return the slot that a part is of, rather not before the latest one; else None."""
        lines = _lines(text)
        if not lines:
            return None
        found = [k for k, whole in self._texts.items() if f"\n{lines}\n" in whole]
        return next((k for k in found if k >= latest), None if not found else found[-1])


def _recognise_lost_answers(template, submitted, places, notes):
    """Find answers without a label by the names they define, else by their neighbours."""
    found = set(places.values())
    names = cache(lambda i: defined_names(submitted[i].source))
    for k, slot in enumerate(template.slots):
        if not slot.is_answer or k in found:
            continue
        wanted = defined_names(slot.released)
        free = [i for i in range(len(submitted)) if i not in places]
        if wanted:
            fits = [i for i in free if wanted <= names(i)]
        else:
            fits = [
                i
                for i in free
                if k > 0
                and places.get(i - 1) == k - 1
                and (i + 1 == len(submitted) or places.get(i + 1, -1) > k)
                and submitted[i].cell_type == slot.cell.cell_type
            ]
        if fits:
            places[fits[-1]] = k
            notes.add("lost", slot.grade_id)


def choose_answers(template, submitted, places, notes):
    """Pick the cell that is graded for each answer: {slot number: index}."""
    copies = defaultdict(list)
    for i, k in places.items():
        if template.slots[k].is_answer:
            copies[k].append(i)
    answers = {}
    for k, slot in enumerate(template.slots):
        if not slot.is_answer:
            continue
        if k not in copies:
            notes.add("no answer", slot.grade_id)
            continue
        answers[k] = _best_copy(slot, submitted, copies[k])
        if len(copies[k]) > 1:
            notes.add("copies", slot.grade_id)
    return answers


def _best_copy(slot, submitted, indices):
    """Take the last changed copy, as in a run from top to bottom; a complete one before a part."""
    stub, wanted = squeeze(slot.released), defined_names(slot.released)
    best = list(indices)
    for is_better in (
        lambda cell: squeeze(cell.source) not in ("", stub),
        lambda cell: cell.cell_type == slot.cell.cell_type,
        lambda cell: wanted <= defined_names(cell.source),
    ):
        best = [i for i in best if is_better(submitted[i])] or best
    return best[-1]
