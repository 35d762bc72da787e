"""Whose marks are missing, or of something else than what lies in ``submitted`` now."""

from pathlib import Path

from grading.autograde.intake import strays
from grading.autograde.result import ResultError, read_result
from grading.autograde.standing import marks_in, why_not
from grading.course.assignment import Assignment
from grading.course.folder import submitted_layout
from grading.course.student_names import printable_name, unusable, why_unusable


def left_out(coursedir, gradebook, assignment):
    """Compare what was handed in with what was graded.

    Parameters
    ----------
    coursedir : nbgrader.coursedir.CourseDirectory
    gradebook : nbgrader.api.Gradebook
    assignment : str

    Returns
    -------
    list of str
        A sentence for each student who is to be graded (again), for each folder whose name cannot
        be used, and for what lies elsewhere and was not used.
    """
    known = {student.id for student in gradebook.students}
    folders = {name: _folder(coursedir, "submitted", name, assignment) for name in sorted(known)}
    told = submitted_layout(coursedir, assignment)
    if told:
        folders |= _found(told)
    source = _folder(coursedir, "source", ".", assignment)
    compared = _Comparison(source, gradebook, assignment)
    said = []
    for student, folder in sorted(folders.items()):
        if folder.is_dir():
            graded = _folder(coursedir, "autograded", student, assignment)
            if reason := compared.why(student, folder, graded):
                said.append(
                    f"{printable_name(student)}: {reason}. Run: nbgrader autograde {assignment}"
                )
    if told:
        said += unusable(told["submitted"], assignment).values()
        said += strays.find(known=known, **told)
    return said


class _Comparison:
    """What an assignment is now, and its marks."""

    def __init__(self, source, gradebook, assignment):
        self._checksum = Assignment(source).checksum() if source.is_dir() else None
        self._wanted = [each.name for each in gradebook.find_assignment(assignment).notebooks]
        self._marks = marks_in(gradebook, assignment)

    def why(self, student, submitted, graded):
        """Return why a student is to be graded (again); empty where all agrees."""
        if not graded.is_dir():
            return "handed in, and NOT GRADED"
        try:
            read_result(graded)
        except ResultError as error:
            return f"{error}".rstrip(".")
        if self._checksum is None:
            return ""
        marks = self._marks.get(student, {})
        reason = why_not(graded, submitted, self._checksum, self._wanted, marks)
        return reason and f"to be graded again, since {reason}"


def _found(told):
    """Return the folders of submissions, those of unknown students, too, by student."""
    submitted, assignment = told["submitted"], told["assignment"]
    names = [path.name for path in submitted.iterdir()] if submitted.is_dir() else []
    usual = {name: submitted / name / assignment for name in names if not why_unusable(name)}
    found = {name: folder for name, folder in usual.items() if folder.is_dir()}
    odd = {name: place.folder for name, place in strays.misplaced(**told).items()}
    return {name: folder for name, folder in (odd | found).items() if not why_unusable(name)}


def _folder(coursedir, step, student, assignment):
    return Path(coursedir.format_path(getattr(coursedir, f"{step}_directory"), student, assignment))
