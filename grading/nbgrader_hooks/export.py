"""`nbgrader export`: a row a student and assignment; what waits for a person is no zero."""

from nbgrader.api import MissingEntry
from nbgrader.plugins import ExportPlugin

from grading.pages.csv_tables import write_table

HEAD = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
    "waiting",
)


class CourseExport(ExportPlugin):
    """Export marks as CSV: nbgrader's columns, and how many marks wait for a person.

    While some wait, `score` is empty, and `raw_score` is what there is so far.  Cells that a
    spreadsheet program would compute are made text.
    """

    def export(self, gradebook):
        """Write the table of the assignments and students that are asked for.

        Parameters
        ----------
        gradebook : nbgrader.api.Gradebook
        """
        path = self.to or "grades.csv"
        self.log.info("Exporting grades to %s", path)
        wanted = set(map(str, self.assignment)) | self._named()
        students = set(map(str, self.student))
        rows = [
            _row(gradebook, assignment, student)
            for assignment in gradebook.assignments
            if not wanted or assignment.name in wanted
            for student in gradebook.students
            if not students or student.id in students
        ]
        write_table(path, HEAD, rows)

    def _named(self):
        """Return the assignment that the command line names with --assignment."""
        name = getattr(getattr(self.parent, "coursedir", None), "assignment_id", "")
        return {name} - {""}


def _row(gradebook, assignment, student):
    about = (student.id, student.last_name, student.first_name, student.email)
    try:
        submission = gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:  # nothing was handed in
        return (assignment.name, assignment.duedate, "", *about, 0, 0, 0, assignment.max_score, 0)
    waiting = sum(
        grade.auto_score is None and grade.manual_score is None
        for notebook in submission.notebooks
        for grade in notebook.grades
    )
    penalty = submission.late_submission_penalty or 0.0
    score = "" if waiting else max(0.0, submission.score - penalty)
    when = (assignment.name, assignment.duedate, submission.timestamp)
    return (*when, *about, submission.score, penalty, score, assignment.max_score, waiting)
