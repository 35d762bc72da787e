"""Answers that do not stand in their cell: in another one, in the check cell, beside their place.

Pure functions.  They say what to put into an answer's cell, and which of the student's other cells
are thereby used up, or are answers themselves.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field

from nbformat import NotebookNode

from grading.autograde.rebuild.additions import (
    added_code,
    added_lines,
    names_bound,
    statements_binding,
)
from grading.autograde.rebuild.matching import defined_names, is_part, squeeze

#: Stands in an answer's cell instead of the stub, which would undo the answer.
COMMENT = "# Answered in another cell of the notebook."


@dataclass
class Found:
    """What was found beside the answers' own cells.

    Attributes
    ----------
    texts : dict of int to str
        By slot: what stands in an answer's cell instead of what was handed in there.
    attachments : dict of int to NotebookNode
        By slot: pictures that belong to that text.
    used : set of int
        Indices of submitted cells whose text stands in an answer's cell now.
    answers : set of int
        Indices of the student's own cells that hold answers.
    added : dict of int to str
        By slot: what was added to a locked cell or to prose.
    answers_added : set of int
        Slots whose additions hold answers.
    """

    texts: dict = field(default_factory=dict)
    attachments: dict = field(default_factory=dict)
    used: set = field(default_factory=set)
    answers: set = field(default_factory=set)
    added: dict = field(default_factory=dict)
    answers_added: set = field(default_factory=set)


def find_elsewhere(template, submitted, places, answers, ours, notes):
    """Look for answers, and for what was added to the assignment's cells.

    Parameters
    ----------
    template : grading.autograde.rebuild.template.Template
    submitted : list of NotebookNode
    places : dict of int to int
        Of the submitted cells that are the assignment's: index to slot.
    answers : dict of int to int
        By slot: the index of the cell that is graded.
    ours : set of int
        Indices of cells that are as they were handed out, of this or an earlier release.
    notes : Notes

    Returns
    -------
    Found
    """
    search = _Search(template, submitted, places, answers, ours, notes)
    search.look_at_edits()
    search.look_for_code()
    search.look_for_written()
    return search.found


class _Search:
    def __init__(self, template, submitted, places, answers, ours, notes):
        self.slots, self.submitted = template.slots, submitted
        self.places, self.answers, self.ours, self.notes = places, answers, ours, notes
        self.given = {squeeze(source) for source in template.free_code}
        self.at = defaultdict(list)
        for i in sorted(places):
            self.at[places[i]].append(i)
        self.found = Found()
        self._names = {}

    def names(self, source):
        """Return the names that a text binds, read once."""
        if source not in self._names:
            self._names[source] = names_bound(source)
        return self._names[source]

    def is_answered(self, k):
        """Tell whether a slot's own cell was written into."""
        i = self.answers.get(k)
        if i is None or i in self.ours:
            return False
        return squeeze(self.submitted[i].source) not in ("", squeeze(self.slots[k].released))

    def is_own(self, i):
        """Tell whether a cell is the student's own, with something in it."""
        cell = self.submitted[i]
        if i in self.places or i in self.ours or not cell.source.strip():
            return False
        return cell.cell_type != "code" or squeeze(cell.source) not in self.given

    # ---- additions ----

    def look_at_edits(self):
        """Collect what was added to locked cells and to prose."""
        for k, slot in enumerate(self.slots):
            if slot.is_answer:
                continue
            added, is_altered = [], False
            for i in self.at[k]:
                text, changed = self._edit(slot, i)
                is_altered |= changed
                if text.strip() and text not in added:
                    added.append(text)
            if added:
                self.found.added[k] = "\n".join(added)
            if slot.grade_id and is_altered:
                self.notes.add("edited", slot.grade_id)
            if slot.grade_id and added:
                self.notes.add("added", slot.grade_id)

    def _edit(self, slot, i):
        text = self.submitted[i].source
        own_texts = (squeeze(slot.released), squeeze(slot.cell.source))  # students', instructors'
        if i in self.ours or squeeze(text) in own_texts:
            return "", False
        if slot.grade_id is None and is_part(text, slot.released):
            return "", False
        if slot.cell.cell_type == "code":
            return min(
                (added_code(own, text, slot.is_test) for own in {slot.released, slot.cell.source}),
                key=lambda found: (found[1], len(found[0])),
            )
        added = added_lines(slot.released, text)
        return (text, True) if added is None else (added, False)

    # ---- code ----

    def look_for_code(self):
        """Find the code of answers whose own cell does not hold it."""
        binders = None
        for k, slot in enumerate(self.slots):
            if not slot.is_answer or slot.cell.cell_type != "code":
                continue
            there = self.submitted[self.answers[k]].source if self.is_answered(k) else ""
            missing = defined_names(slot.released) - self.names(there)
            if not missing:
                continue
            binders = self._binders() if binders is None else binders
            fitting = [each for each in binders if each.slot != k and missing & each.names]
            if fitting:
                self._take_code(k, missing, fitting, is_empty=not there)

    def _binders(self):
        """List the student's code in the order in which it will run, with what it binds."""
        found, latest, passed = [], -1, set()
        stubs = {squeeze(slot.released) for slot in self.slots if slot.is_answer}
        for i, cell in enumerate(self.submitted):
            k = self.places.get(i)
            if k is not None and self.answers.get(k, i) == i and k not in passed:
                passed.add(k)
                latest = k
            if cell.cell_type != "code" or i in self.ours or squeeze(cell.source) in stubs:
                continue
            is_answer = k is not None and self.slots[k].is_answer
            if self.is_own(i) or (is_answer and self.answers[k] != i):
                found.append(_Binder(latest, self.names(cell.source), cell.source, own=i))
            elif is_answer and self.is_answered(k):
                found.append(_Binder(k, self.names(cell.source), cell.source, slot=k))
        for k, text in self.found.added.items():
            if self.slots[k].cell.cell_type == "code":
                found.append(_Binder(k, self.names(text), text, added=k))
        return found

    def _take_code(self, k, missing, fitting, is_empty):
        slot = self.slots[k]
        test = self._test_of(k)
        in_check = [each for each in fitting if each.added == test]
        early = [e for e in fitting if e.place < test or e.added == test]
        if is_empty and in_check:
            self.found.texts[k] = self.found.added.pop(test)
            self.notes.drop("added", self.slots[test].grade_id)
        elif early:
            for each in early:
                self.found.answers |= {each.own} - {None}
                self.found.answers_added |= {each.added} - {None}
            if not is_empty:
                return
            self.found.texts[k] = COMMENT
        elif is_empty:
            late = fitting[-1]
            self.found.texts[k] = statements_binding(late.text, missing)
            if late.own is not None and set(late.names) <= missing:
                self.found.used.add(late.own)
        else:
            return
        self.notes.drop("no answer", slot.grade_id)
        self.notes.add("elsewhere", slot.grade_id)

    def _test_of(self, k):
        """Return the slot of the first check after an answer."""
        after = range(k + 1, len(self.slots))
        tests = (t for t in after if self.slots[t].is_test)
        return next(tests, len(self.slots))

    # ---- written answers ----

    def look_for_written(self):
        """Put what stands beside an empty written answer into it, for the person who marks it."""
        written = [
            k for k, s in enumerate(self.slots) if s.is_answer and s.cell.cell_type != "code"
        ]
        for k in written:
            if self.is_answered(k):
                continue
            texts, attachments = [], NotebookNode()
            prompt = self._prompt_of(k)
            self._take_from_prose(prompt, texts, attachments)
            near = self._near(k, prompt) or ([] if texts else self._farther(k, prompt, written))
            if not (texts or near) and (k + 2 not in written or self.is_answered(k + 2)):
                self._take_from_prose(k + 1, texts, attachments)
            for i in near:
                texts.append(self._taken(self.submitted[i], attachments))
                if self.submitted[i].cell_type != "code":
                    self.found.used.add(i)
            if not texts:
                continue
            self.found.texts[k] = "\n\n".join(texts)
            self.found.attachments[k] = attachments
            self.notes.drop("no answer", self.slots[k].grade_id)
            self.notes.add("beside", self.slots[k].grade_id)

    def _take_from_prose(self, k, texts, attachments):
        """Take what was written into a prose cell, with its pictures."""
        if k in self.found.added and self.slots[k].grade_id is None:
            texts.append(self.found.added.pop(k))
            for i in self.at[k]:
                attachments.update(self.submitted[i].get("attachments") or {})

    def _prompt_of(self, k):
        """Return the slot of the prose before an answer, or None."""
        return k - 1 if k and self.slots[k - 1].grade_id is None else None

    def _near(self, k, prompt):
        """List own cells beside a written answer's cell, and after its question."""
        found = set()
        if k in self.answers:
            found |= {*self._run(self.answers[k], -1), *self._run(self.answers[k], 1)}
        if prompt is not None and self.at[prompt]:
            found |= set(self._run(self.at[prompt][-1], 1))
        return sorted(found)

    def _farther(self, k, prompt, written):
        """List own text between a question and the next one; else right before the question."""
        start = self.at[prompt] if prompt is not None else []
        start = start or [i for i in [self.answers.get(k)] if i is not None]
        if not start:
            return []
        later = [i for other in written if other > k for i in self._places_of(other)]
        end = min((i for i in later if i > start[-1]), default=len(self.submitted))
        after = [i for i in range(start[-1] + 1, end) if self._is_free_text(i)]
        return after or [i for i in sorted(self._run(start[0], -1)) if self._is_free_text(i)]

    def _places_of(self, k):
        prompt = self._prompt_of(k)
        return [*self.at[k], *(self.at[prompt] if prompt is not None else [])]

    def _is_free_text(self, i):
        is_text = self.submitted[i].cell_type != "code"
        return self.is_own(i) and i not in self.found.used and is_text

    def _run(self, start, step):
        """List the own cells that follow one another from a cell on."""
        found, i = [], start + step
        while 0 <= i < len(self.submitted):
            if self.is_own(i):
                if i not in self.found.used:
                    found.append(i)
            elif self.submitted[i].source.strip():
                break
            i += step
        return found

    @staticmethod
    def _taken(cell, attachments):
        """Return a cell's text as it is shown in a written answer; collect its pictures."""
        text = cell.source.strip("\n")
        if cell.cell_type == "code":
            longest = max(map(len, re.findall("`{3,}", text)), default=2)
            fence = "`" * (longest + 1)
            return f"{fence}\n{text}\n{fence}"
        for name, picture in (cell.get("attachments") or {}).items():
            new = name
            while new in attachments and attachments[new] != picture:
                new = f"1-{new}"
            attachments[new] = picture
            if new != name:
                text = text.replace(f"attachment:{name}", f"attachment:{new}")
        return text


@dataclass(frozen=True)
class _Binder:
    """Code of the student's: the slot that it runs after, its names and text, and where it is."""

    place: int
    names: frozenset
    text: str
    own: int | None = None
    slot: int | None = None
    added: int | None = None
