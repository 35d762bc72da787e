"""Does an earlier grading still stand?  Its content, its assignment and its marks are compared.

A folder in ``autograded`` proves nothing: the gradebook may have been lost, the assignment removed
from it, another version handed in since, a run broken off between marks and pages.
"""

import contextlib
import hashlib
import os
import stat
from itertools import islice
from pathlib import Path

from nbgrader.api import (
    Assignment,
    BaseCell,
    Grade,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)

from grading.autograde.result import ResultError, read_result
from student_tools.plain_file import open_plain_file

#: Bytes of all files of a submission that are read; of what lies beyond, sizes and times count.
MOST_BYTES = 256 << 20
#: Files and folders that are looked at.
MOST_ENTRIES = 100_000
_ROUNDING = 1e-6


def content_of(folder):
    """Return a checksum of what lies in a submission's folder.

    Parameters
    ----------
    folder : path

    Returns
    -------
    str
        It changes with the name, the kind and the bytes of any file, within limits.
    """
    digest, room = hashlib.sha256(), MOST_BYTES
    for path in islice(_everything(folder), MOST_ENTRIES):
        digest.update(os.fsencode(path.relative_to(folder)) + b"\0")
        room -= _add(digest, path, room)
    return digest.hexdigest()


def _everything(folder):
    """Yield all files and folders in a folder, in the order of their names.

    `os.walk` calls itself for each folder in a folder, and ends where they are a thousand deep.
    """
    waiting = [Path(folder)]
    while waiting:
        place = waiting.pop()
        with contextlib.suppress(OSError), os.scandir(place) as found:
            entries = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in found)
            yield from (place / name for name, _ in entries)
            waiting += [place / name for name, is_folder in entries if is_folder]


def _add(digest, path, room):
    """Add a file to a checksum; return how many bytes were read."""
    try:
        about = path.lstat()
        if not stat.S_ISREG(about.st_mode) or about.st_size > room:
            when = about.st_mtime_ns if stat.S_ISREG(about.st_mode) else 0
            digest.update(f"{stat.S_IFMT(about.st_mode)} {about.st_size} {when}\0".encode())
            return 0
        with open_plain_file(path) as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
        return about.st_size
    except (OSError, ValueError) as error:
        digest.update(f"{getattr(error, 'errno', None)}\0".encode())
        return 0


def marks_in(gradebook, assignment):
    """Read the automatic marks of an assignment from a gradebook.

    Parameters
    ----------
    gradebook : nbgrader.api.Gradebook
    assignment : str

    Returns
    -------
    dict of str to dict
        By student: ``{(notebook, grade_id): points or None}``.
    """
    rows = (
        gradebook.db.query(Student.id, Notebook.name, BaseCell.name, Grade.auto_score)
        .select_from(Grade)
        .join(BaseCell, Grade.cell_id == BaseCell.id)
        .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
        .join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Student, SubmittedAssignment.student_id == Student.id)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .filter(Assignment.name == assignment)
    )
    found = {}
    for student, notebook, cell, points in rows:
        found.setdefault(student, {})[notebook, cell] = points
    return found


def why_not(graded, submitted, source, wanted, marks):
    """Return why an earlier grading does not stand any more; empty where it does.

    Parameters
    ----------
    graded, submitted : path
        The folders of the graded notebooks, and of what was handed in.
    source : str
        The assignment's checksum.
    wanted : list of str
        The notebooks that are asked for.
    marks : dict
        The student's part of what `marks_in` returns.

    Returns
    -------
    str
        The end of a sentence.
    """
    missing = [name for name in wanted if not Path(graded, f"{name}.ipynb").exists()]
    if missing:
        return f"{missing[0]} was not graded yet"
    try:
        result = read_result(graded)
    except ResultError:
        return "there is no readable result of the earlier grading"
    found = result["notebooks"]
    if any(name not in found for name in wanted):
        return "the earlier grading has no result of one of its notebooks"
    if any(found[name].get("source") != source for name in wanted):
        return "the assignment has changed since"
    content = content_of(submitted)
    if any(found[name].get("content") != content for name in wanted):
        return "something else was handed in since"
    if not marks:
        return "its marks are not in the gradebook"
    for name in wanted:
        kept = {cell: points for (notebook, cell), points in marks.items() if notebook == name}
        if not _agree(found[name]["scores"], kept):
            return f"the marks of {name} in the gradebook are not those of that grading"
    return ""


def _agree(scores, kept):
    """Tell whether the gradebook has the marks that a grading found; tasks are for people."""
    pairs = ((scores.get(name), kept.get(name)) for name in scores.keys() | kept.keys())
    return all(
        (a is None) == (b is None) and (a is None or abs(a - b) < _ROUNDING) for a, b in pairs
    )
