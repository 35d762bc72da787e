"""Which notebook of the assignment a file is: by its cells, and only then by its name."""

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field

from grading.autograde.rebuild.additions import is_ours
from grading.autograde.rebuild.matching import defined_names, label, squeeze

#: The part of a notebook's cells by which a file is recognised without a doubt.
ENOUGH = 0.3


@dataclass(frozen=True)
class Known:
    """What a notebook of the assignment is recognised by, shared with no other of its notebooks.

    Attributes
    ----------
    marks : dict of (str, str) to int
        Ids, names and texts of cells, with the number of the cell.
    cells : int
        How many cells have such marks.
    names : frozenset of str
        What its answers define.
    texts : frozenset of str
        The texts of all of its cells, as handed out.
    origin : str
        ``"ASSIGNMENT/NOTEBOOK"``.
    """

    marks: dict
    cells: int
    names: frozenset
    texts: frozenset
    origin: str


@dataclass
class Claim:
    """What a file says about which notebook it is.

    Attributes
    ----------
    notebook : str or None
        Of the assignment.
    is_sure : bool
        Whether its cells say so.
    is_guess : bool
        Whether nothing but a function's name says so.
    work : frozenset of str
        What is in it beside the assignment's own text, as checksums.
    reason : str
        Why it could not be read; empty where it could.
    is_empty : bool
        Whether the file holds nothing at all.
    """

    notebook: str | None = None
    is_sure: bool = False
    is_guess: bool = False
    work: frozenset = field(default_factory=frozenset)
    reason: str = ""
    is_empty: bool = False


def known_notebooks(templates):
    """Return what the notebooks of an assignment are recognised by.

    Parameters
    ----------
    templates : dict of str to grading.autograde.rebuild.template.Template

    Returns
    -------
    dict of str to Known
    """
    marks = {name: _marks(template) for name, template in templates.items()}
    names = {name: _names(template) for name, template in templates.items()}
    times = Counter(mark for found in marks.values() for mark in found)
    defined = Counter(each for found in names.values() for each in found)
    known = {}
    for name, template in templates.items():
        own = {mark: cell for mark, cell in marks[name].items() if times[mark] == 1}
        texts = [slot.released for slot in template.slots] + list(template.free_code)
        known[name] = Known(
            own,
            len(set(own.values())),
            frozenset(each for each in names[name] if defined[each] == 1),
            frozenset(map(squeeze, texts)),
            template.origin,
        )
    return known


def _marks(template):
    found = {}
    for number, slot in enumerate(template.slots):
        found["id", str(slot.cell.get("id"))] = number
        if slot.grade_id:
            found["grade", slot.grade_id] = number
        if not slot.is_answer:
            found["text", squeeze(slot.released)] = number
    found.pop(("id", "None"), None)
    return found


def _names(template):
    code = [s for s in template.slots if s.is_answer and s.cell.cell_type == "code"]
    return {name for slot in code for name in defined_names(slot.released)}


def claim_of(cells, by_name, known):
    """Say which notebook some cells are.

    Parameters
    ----------
    cells : list of NotebookNode
    by_name : str or None
        The notebook that the file is called like.
    known : dict of str to Known

    Returns
    -------
    Claim
    """
    found = set()
    for cell in cells:
        found |= {("id", str(cell.get("id"))), ("text", squeeze(cell.source))}
        found.add(("grade", str(label(cell).get("grade_id"))))
    share = {}
    for name, each in known.items():
        there = {each.marks[mark] for mark in found & each.marks.keys()}
        share[name] = len(there) / max(each.cells, 1)
    best = max(share, key=lambda name: (share[name], name == by_name))
    if share[best] >= ENOUGH:
        claim = Claim(best, is_sure=True)
    elif by_name is not None:
        claim = Claim(by_name)
    else:
        claim = _guess(cells, known)
    if claim.notebook is not None:
        claim.work = _work(cells, known[claim.notebook])
    return claim


def _guess(cells, known):
    defined = set()
    for cell in cells:
        if cell.cell_type == "code":
            defined |= defined_names(cell.source)
    hits = {name: len(each.names & defined) for name, each in known.items()}
    best = max(hits, key=hits.get)
    return Claim(best, is_guess=True) if hits[best] else Claim()


def _work(cells, known):
    texts = (
        squeeze(cell.source)
        for cell in cells
        if not is_ours(cell, known.origin) and squeeze(cell.source) not in known.texts
    )
    without_blanks = (re.sub(r"\s+", " ", text) for text in texts if text)
    return frozenset(hashlib.sha256(text.encode()).hexdigest() for text in without_blanks)
