"""Grade an assignment's own solution: a test that does not pass it is the instructor's matter.

It goes the whole way of a submission.  What does not get full marks stops the batch before any mark
is saved; else a whole class would lose points, and nobody would be told but the students.
"""

import hashlib
import json
from pathlib import Path

from grading.autograde.submission import versions
from grading.course.assignment import without_markers

#: In the course's folder: which assignments were found in order, and in which version.
REMEMBERED = ".source_checked.json"
#: Tests that are named in the message.
_NAMED = 5
_ROUNDING = 1e-6


def write_solved(source, folder):
    """Write an assignment's own solution as a student would hand it in.

    Parameters
    ----------
    source : grading.course.assignment.Assignment
    folder : path
        An empty one.
    """
    for notebook in source.notebooks:
        cells = [
            {**cell, "source": without_markers(cell.source)} if cell.cell_type == "code" else cell
            for cell in notebook.nb.cells
        ]
        text = json.dumps({**notebook.nb, "cells": cells})
        Path(folder, f"{notebook.name}.ipynb").write_text(text, encoding="utf-8")


def version_of(source, recorded, wanted):
    """Return a text that changes with all that the check's outcome may depend on.

    Parameters
    ----------
    source : grading.course.assignment.Assignment
    recorded : list of grading.autograde.recorded.RecordedNotebook
    wanted : list of str
    """
    parts = [source.checksum(), [each.to_data() for each in recorded], wanted, versions()]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def is_remembered(root, assignment, version):
    """Tell whether an assignment was found in order in this version."""
    return _read(root).get(assignment) == version


def remember(root, assignment, version):
    """Note that an assignment was found in order."""
    known = {**_read(root), assignment: version}
    part = Path(root, f"{REMEMBERED}.part")
    part.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    part.replace(Path(root, REMEMBERED))


def broken_tests(result, ungradable):
    """Say which tests do not give their own solution all points.

    Parameters
    ----------
    result : dict
        Of the solved submission.
    ungradable : dict of str to list of str
        By notebook, exercises that cannot be checked for want of PyTorch.

    Returns
    -------
    str
        Empty when all is in order; else a sentence for the instructor.
    """
    found = losing_tests(result, ungradable)
    if not found:
        return ""
    return (
        "the assignment's own solution does not get full marks, so a test or the solution is "
        f"wrong:{in_lines(found)}\nMend it in notebooks/ (or source/), build, and grade again. To "
        "grade all the same: --CourseAutograde.check_source=False"
    )


def losing_tests(result, ungradable, raised_only=False):
    """List the tests that do not give their own solution all points, a line each.

    Parameters
    ----------
    result, ungradable
        As of `broken_tests`.
    raised_only : bool
        Whether only tests that end with an error count: a `plain` test may give a part of its
        points, or none for a warning, on purpose.
    """
    return [
        f"{name}, {test['name']}: {test['points'] or 0:g} of {test['of']:g} points{_why(test)}"
        for name, notebook in result["notebooks"].items()
        for exercise, marks in notebook["exercises"].items()
        for test in marks["tests"]
        if exercise not in ungradable.get(name, ()) and _loses(test)
        if test["message"] or not raised_only
    ]


def in_lines(found):
    """Return the first of some lines, indented, below what is said of them."""
    more = [f"and {len(found) - _NAMED} more"] if len(found) > _NAMED else []
    return "".join(f"\n  {line}" for line in [*found[:_NAMED], *more])


def _loses(test):
    return (test["points"] or 0.0) < test["of"] - _ROUNDING


def _why(test):
    failed = [check for check in test["checks"] if not check["passed"]]
    if failed:
        return f": {failed[0]['label']!r}: {' '.join(failed[0]['message'].split())}"
    return f": {' '.join(test['message'].split()) or 'it could not be judged'}"


def _read(root):
    try:
        found = json.loads(Path(root, REMEMBERED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
