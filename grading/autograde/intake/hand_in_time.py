"""When a submission was handed in, from the files that lie there."""

import os
from dataclasses import replace
from pathlib import Path

from grading.autograde.intake.survey import changed_at
from grading.autograde.intake.times import LONGEST, counted_time, stated_time
from student_tools.plain_file import read_plain_file

#: When a submission was handed in: nbgrader's name for the file.
TIMESTAMP = "timestamp.txt"


def handed_in_at(folder):
    """Return when a submission was handed in, as far as its ``timestamp.txt`` can be read.

    Parameters
    ----------
    folder : path

    Returns
    -------
    datetime.datetime or None
    """
    stated = _stated(folder)
    return None if isinstance(stated, str) else stated


def counts_as_handed_in_at(folder, evidence):
    """Decide when a submission counts as handed in.

    Parameters
    ----------
    folder : path
    evidence : grading.autograde.intake.times.Evidence
        What is known but for the times of the files, which are read here.

    Returns
    -------
    time, doubt
        As from `grading.autograde.intake.times.counted_time`.
    """
    notebooks = [changed_at(path) for path in Path(folder).glob("*.ipynb")]
    times = {
        "stamp": changed_at(Path(folder, TIMESTAMP)),
        "notebook": max(filter(None, notebooks), default=None),
    }
    return counted_time(_stated(folder), replace(evidence, **times))


def _stated(folder):
    """Return what a submission's stamp says, why it cannot be read, or None without one."""
    path = Path(folder, TIMESTAMP)
    if not os.path.lexists(path):
        return None
    try:
        return stated_time(read_plain_file(path, 4 * LONGEST + 4))
    except OSError:
        return "it cannot be opened"
    except ValueError as error:
        return str(error)
