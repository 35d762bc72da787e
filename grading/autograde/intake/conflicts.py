"""Merge conflicts that were handed in: one of the two sides is read, and a person has to look."""

import re

_OURS, _BASE, _THEIRS, _END = "<<<<<<<", "|||||||", "=======", ">>>>>>>"
#: What our own answer cells say until they are answered.
_NOT_ANSWERED = re.compile("YOUR (?:CODE|ANSWER) HERE|raise NotImplementedError")


def has_conflicts(text):
    """Tell whether a text may have conflict markers."""
    return _OURS in text and _END in text


def resolved(text, side=None):
    """Return a text with one side of each conflict.

    Parameters
    ----------
    text : str
    side : {"ours", "theirs"}, optional
        By default the later one, "theirs", unless only the other one is answered.

    Returns
    -------
    text : str
    number : int
        Of conflicts; where a marker is missing, nothing is changed.
    """
    kept, sides, where, number = [], {}, None, 0
    for line in text.split("\n"):
        mark = line.rstrip("\r")[:7]
        if where is None and mark == _OURS:
            sides, where = {_OURS: [], _BASE: [], _THEIRS: []}, _OURS
        elif where == _OURS and mark == _BASE:
            where = _BASE
        elif where in (_OURS, _BASE) and line.rstrip("\r") == _THEIRS:
            where = _THEIRS
        elif where == _THEIRS and mark == _END:
            kept += _chosen(sides, side)
            where, number = None, number + 1
        else:
            (kept if where is None else sides[where]).append(line)
    return ("\n".join(kept), number) if where is None else (text, 0)


def _chosen(sides, side):
    ours, theirs = sides[_OURS], sides[_THEIRS]
    if side is None:
        side = "ours" if _is_answered(ours) and not _is_answered(theirs) else "theirs"
    return ours if side == "ours" else theirs


def _is_answered(lines):
    text = "\n".join(lines)
    return bool(text.strip()) and not _NOT_ANSWERED.search(text)
