"""The marks of a submission: collected while it is graded, saved all together or not at all.

nbgrader saves each notebook's marks by itself, and a run that is killed in between leaves some of
them old and some new.
"""

from dataclasses import dataclass, field

from nbgrader import utils
from nbgrader.api import Gradebook
from nbgrader.preprocessors import AssignLatePenalties, NbGraderPreprocessor

NO_RESPONSE = "No response."


@dataclass
class NotebookMarks:
    """What the grading of one notebook found.

    Attributes
    ----------
    scores : dict of str to float or None
        Points by grade_id; None where a person has to give them.
    comments : dict of str to str or None
        What is said of answers by itself, by grade_id.
    """

    scores: dict = field(default_factory=dict)
    comments: dict = field(default_factory=dict)


class CollectMarks(NbGraderPreprocessor):
    """Take the marks from the graded cells, for `save_marks`: in place of `SaveAutoGrades`."""

    def preprocess(self, nb, resources):
        """Collect one notebook's marks in `marks`, of the batch that it belongs to."""
        self._found = NotebookMarks()
        nb, resources = super().preprocess(nb, resources)
        self.parent.parent.marks[resources["nbgrader"]["notebook"]] = self._found
        return nb, resources

    def preprocess_cell(self, cell, resources, index):
        """Collect one cell's."""
        label = cell.metadata.get("nbgrader", {})
        if utils.is_grade(cell):
            self._found.scores[label.grade_id] = utils.determine_grade(cell, self.log)[0]
        if utils.is_solution(cell) or utils.is_task(cell):
            untouched = label.get("checksum") == utils.compute_checksum(cell)
            said = NO_RESPONSE if untouched and not utils.is_task(cell) else None
            self._found.comments[label.grade_id] = said
        return cell, resources


def save_marks(batch, assignment_id, student_id, timestamp):
    """Save a submission's marks in one transaction.

    What an earlier run found is forgotten; what people entered stays.

    Parameters
    ----------
    batch : grading.nbgrader_hooks.converter.CourseAutograde
        With its `marks`.
    assignment_id, student_id : str
    timestamp : datetime or None
        When it was handed in.
    """
    coursedir = batch.coursedir
    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        # What follows is nbgrader's own code, too, which would save after every step.
        commit, gradebook.db.commit = gradebook.db.commit, gradebook.db.flush
        gradebook.update_or_create_student(student_id)
        when = {"timestamp": timestamp} if timestamp else {}
        gradebook.update_or_create_submission(assignment_id, student_id, **when)
        gradebook.db.expire_all()  # a new submission's parts are not linked before they are read
        submission = gradebook.find_submission(assignment_id, student_id)
        for notebook in submission.notebooks:
            if notebook.name in batch.marks:
                _enter(notebook, batch.marks[notebook.name])
        gradebook.db.flush()
        gradebook.db.expire_all()  # so that sums are those of the new scores
        for notebook in submission.notebooks:
            if notebook.name in batch.marks:
                notebook.late_submission_penalty = _penalty(batch, submission, notebook)
        commit()


def _enter(notebook, marks):
    """Put the marks into a submitted notebook; a test without one gets zero."""
    cells = notebook.notebook
    by_hand = {cell.name for cell in [*cells.solution_cells, *cells.task_cells]}
    for grade in notebook.grades:
        nothing = None if grade.name in by_hand else 0.0
        grade.auto_score = marks.scores.get(grade.name, nothing)
        is_for_people = grade.auto_score is None or grade.manual_score is not None
        grade.needs_manual_grade = is_for_people
    for comment in notebook.comments:
        comment.auto_comment = marks.comments.get(comment.name)


def _penalty(batch, submission, notebook):
    """Return the penalty for a late notebook, from the plugin that nbgrader is set up with."""
    late = submission.total_seconds_late
    if late <= 0:
        return None
    penalties = AssignLatePenalties(parent=batch)
    penalties.init_plugin()
    batch.log.warning("%s is %s seconds late", submission, late)
    student = submission.student.id
    found = penalties.plugin_inst.late_submission_penalty(student, notebook.score, late)
    return None if found is None else penalties._check_late_penalty(notebook, found)
