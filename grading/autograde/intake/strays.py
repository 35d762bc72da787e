"""What lies below ``submitted/`` at another place than ``submitted/STUDENT/ASSIGNMENT``.

Where it is clear whose it is and what it is, it is graded from there; all else is listed.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from grading.autograde.intake.notebook_file import words
from grading.autograde.intake.survey import BY_THE_WAY

#: Entries of a folder that are looked at, and sentences about one.
MOST, SAID = 10_000, 20
_PACKED = (".zip", ".tar", ".gz", ".tgz", ".7z", ".rar")


@dataclass(frozen=True)
class Place:
    """Where a student's submission lies.

    Attributes
    ----------
    folder : pathlib.Path
    note : str
        What is odd about it, in a sentence.
    """

    folder: Path
    note: str


def misplaced(submitted, assignment, notebooks, others=()):
    """Find submissions that are not in the folder of the assignment's name.

    Parameters
    ----------
    submitted : path
        The course's folder with a folder for each student.
    assignment : str
    notebooks : collection of str
        The names of the assignment's notebooks.
    others : collection of str
        The names of the course's other assignments.

    Returns
    -------
    dict of str to Place
        By student; only of those who have no folder of the assignment's name, and exactly one
        place that can be meant.
    """
    found = {}
    for student in _entries(Path(submitted)):
        if not student.is_dir() or _is_like(student.name, assignment):
            continue
        if not (student / assignment).is_dir() and (
            place := _place(student, assignment, notebooks, others)
        ):
            found[student.name] = place
    return found


def _place(student, assignment, notebooks, others):
    entries = _entries(student)
    folders = [e for e in entries if e.is_dir() and e.name not in others]
    same = [each for each in folders if _is_like(each.name, assignment)]
    similar = same or [e for e in folders if _means(e.name, assignment, others)]
    wanted = [assignment, *notebooks]
    loose = [e for e in entries if e.is_file() and _can_hold(e)]
    loose = [e for e in loose if not others or any(_means(e.name, n, others) for n in wanted)]
    if len(similar) == 1 and not loose:
        return Place(
            similar[0],
            f"It was handed in as `{_shown(similar[0].name)}` and graded as `{assignment}`.",
        )
    if loose and not similar:
        return Place(
            student,
            f"It was handed in without the folder `{assignment}`, and graded all the same.",
        )
    return None


def find(submitted, assignment, known, notebooks=(), others=()):
    """Say what lies below the course's folder of submissions and was not used.

    Parameters
    ----------
    submitted : path
    assignment : str
    known : collection of str
        The students who are known.
    notebooks, others : collection of str
        As for `places`.

    Returns
    -------
    list of str
        A sentence each: what it is, whose it seems to be, and what to do.  Folders of other
        assignments are none of this one's business.
    """
    submitted = Path(submitted)
    found_at = misplaced(submitted, assignment, notebooks, others)
    students = {entry.name for entry in _entries(submitted) if entry.is_dir()} - {assignment}
    said = []
    for entry in _entries(submitted):
        if entry.is_file():
            owner = _owner(entry.name, {*known, *students}, assignment)
            if _can_hold(entry):
                said.append(_sentence(entry, submitted, owner, assignment))
        elif entry.is_dir() and _is_like(entry.name, assignment):
            if not (entry / assignment).is_dir():
                said += [
                    _sentence(
                        each, submitted, _owner(each.name, known, assignment, True), assignment
                    )
                    for each in _entries(entry)
                ]
        elif entry.is_dir():
            said += _unused_of(entry, submitted, assignment, found_at.get(entry.name), others)
    more = len(said) - SAID
    return [*said[:SAID], *([f"And {more:,} more that were not used."] if more > 0 else [])]


def _unused_of(student, submitted, assignment, place, others):
    """Say what of a student's folder is not used."""
    said = []
    for entry in _entries(student):
        is_graded = place is not None and (
            entry == place.folder or (place.folder == student and entry.is_file())
        )
        is_others = any(_means(entry.name, other, ()) for other in others)
        if entry.name == assignment or is_graded or is_others:
            continue
        if _holds(entry) if entry.is_dir() else _can_hold(entry):
            said.append(_sentence(entry, submitted, student.name, assignment))
    return said


def _sentence(entry, submitted, owner, assignment):
    where = _shown(entry.relative_to(submitted).as_posix())
    if owner:
        target = f"submitted/{_shown(owner)}/{assignment}"
        what = f"It seems to be {_shown(owner)}'s: if so, move it to `{target}`, and grade again"
    else:
        what = f"Whose is it? Move it to `submitted/STUDENT/{assignment}`, and grade again"
    return f"`submitted/{where}` was NOT USED: it lies at no place where a submission is. {what}."


def _owner(name, students, assignment, is_folder=False):
    """Return the student whose file this seems to be, or an empty text."""
    fitting = [each for each in students if words(each) in words(name)]
    best = max(sorted(fitting), key=len, default="")
    return best or (name if is_folder and not _is_like(name, assignment) else "")


def _holds(folder):
    """Tell whether a folder holds, not too deep, what may be a submission."""
    inside = _entries(folder)
    deeper = [each for e in inside[:100] if e.is_dir() for each in _entries(e)]
    return any(e.is_file() and _can_hold(e) for e in [*inside, *deeper])


def _can_hold(path):
    """Tell whether a file is a notebook, or may hold some."""
    name = path.name.lower()
    return ".ipynb" in name or name.endswith(_PACKED)


def _entries(folder):
    """List a folder by name; links, hidden files and what nobody handed in are left out."""
    try:
        with os.scandir(folder) as entries:
            listed = [
                Path(e.path)
                for e, _ in zip(entries, range(MOST), strict=False)
                if not (e.is_symlink() or e.name.startswith(".") or e.name in BY_THE_WAY)
            ]
    except OSError:
        return []
    return sorted(listed)


def _is_like(name, assignment):
    return words(name) == words(assignment)


def _means(name, wanted, others):
    """Tell whether a name contains the wanted one, and none of the others that are longer."""
    is_other = any(words(o) in words(name) and len(o) > len(wanted) for o in others)
    return words(wanted) in words(name) and not is_other


def _shown(name):
    """Write a name so that it can neither end the code it stands in nor reach a terminal."""
    return "".join(c if c.isprintable() and c != "`" else "?" for c in name)[:120]
