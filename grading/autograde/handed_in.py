"""Who handed something in: the folders below ``submitted``, also those at another place."""

import glob
import os
import re
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

from nbgrader.api import Gradebook

from grading.autograde.intake import strays
from grading.course.folder import submitted_layout
from grading.course.student_names import unusable, why_unusable


@dataclass
class Submitted:
    """One submission of the batch.

    Attributes
    ----------
    student : str
    folder : str
        What was handed in.
    number : int
        Its place in the batch.
    lines : list of (str, str)
        Level and text of what is logged of it, in the batch's order.
    look : list of str
        A sentence for each thing that a person should look at.
    """

    student: str
    folder: str
    number: int = 0
    lines: list = field(default_factory=list)
    look: list = field(default_factory=list)


class Submissions:
    """What a class handed in for an assignment.

    Parameters
    ----------
    coursedir : nbgrader.coursedir.CourseDirectory
        With the assignment, and the students that are asked for.
    source_pattern : callable
        ``source_pattern(assignment, student, escape=False)`` returns where a submission lies.

    Attributes
    ----------
    pattern : str
        Where submissions are looked for.
    unusable : list of str
        Sentences on folders whose names no student can have; of a whole class only.
    """

    def __init__(self, coursedir, source_pattern):
        self._coursedir, self._source_pattern = coursedir, source_pattern
        self.pattern = source_pattern(coursedir.assignment_id, coursedir.student_id)
        self.unusable = self._unusable_names()

    def find(self):
        """Return the submissions, by the names of the students, as `Submitted`."""
        coursedir, found = self._coursedir, []
        form = self._source_pattern("(?P<assignment_id>.*)", "(?P<student_id>.*)", escape=True)
        excluded = (coursedir.student_id_exclude or "").split(",")
        for folder in sorted(glob.glob(self.pattern)):  # noqa: PTH207  (an absolute pattern)
            match = re.match(form, folder, re.DOTALL)
            name = match["student_id"] if match and Path(folder).is_dir() else ""
            if name and name not in excluded and not why_unusable(name):
                found.append(Submitted(name, folder, len(found)))
        return self._with_misplaced(found, excluded)

    def _with_misplaced(self, found, excluded):
        """Add the submissions that lie at another, unambiguous place."""
        told = self._layout()
        there = {each.student for each in found}
        for name, place in strays.misplaced(**told).items() if told else ():
            is_asked_for = fnmatch(name, self._coursedir.student_id) and name not in excluded
            if is_asked_for and name not in there and not why_unusable(name):
                found.append(Submitted(name, str(place.folder)))
        found.sort(key=lambda each: each.student)
        for number, each in enumerate(found):
            each.number = number
        return found

    def strays(self):
        """Return sentences on what lies below ``submitted`` and was not used; of a whole class."""
        told = self._layout()
        if self._coursedir.student_id != "*" or not told:
            return []
        with Gradebook(self._coursedir.db_url, self._coursedir.course_id) as gradebook:
            known = {student.id for student in gradebook.students}
        return strays.find(known=known, **told)

    def _unusable_names(self):
        """Return sentences on folders whose names no student can have; of a whole class only."""
        if self._coursedir.student_id != "*":
            return []
        before, mark, _ = self._source_pattern(self._coursedir.assignment_id, "\0").partition("\0")
        folder = before if before.endswith(os.sep) else str(Path(before).parent)
        return list(unusable(folder, self._coursedir.assignment_id).values()) if mark else []

    def _layout(self):
        """Return what `strays` is told of the course, or None where it is laid out otherwise."""
        return submitted_layout(self._coursedir, self._coursedir.assignment_id)
