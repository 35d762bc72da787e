"""Save what grading found: the marks of a submission all together, or not at all.

nbgrader saves each notebook's marks by itself, and a run that is killed in between leaves some of
them old and some new.
"""

import math
import time
import warnings

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy.exc import OperationalError, SAWarning

from grading.autograde.by_hand import capped

#: Seconds that somebody else may hold the gradebook, and between two tries.
PATIENCE, PAUSE = 60.0, 1.0
_ROUNDING = 1e-9  # sums of points may miss the maximum by this much


class NotSaved(RuntimeError):
    """The marks could not be saved; the message is the end of a sentence that says why."""


def save_marks(batch, assignment_id, student_id, timestamp, notebooks, patience=PATIENCE):
    """Save a submission's marks in one transaction.

    What an earlier run found is forgotten; what people entered stays.

    Parameters
    ----------
    batch : grading.autograde.autograde_command.CourseAutograde
        For its settings and its log.
    assignment_id, student_id : str
    timestamp : datetime or None
        When it was handed in.
    notebooks : dict of str to dict
        The result's part of each notebook, with its ``scores`` and ``comments``.
    patience : float
        Seconds in which a gradebook that somebody else holds is tried again.

    Returns
    -------
    list of str
        Sentences on marks by hand that had to be changed.

    Raises
    ------
    NotSaved
        When the gradebook cannot be written.  Nothing of the submission was saved then.
    """
    return _patiently(
        patience, lambda: _save(batch, assignment_id, student_id, timestamp, notebooks)
    )


def recorded_time(batch, assignment_id, student_id, patience=PATIENCE):
    """Read when a submission is due, and when it counts as handed in by now.

    Parameters
    ----------
    batch, assignment_id, student_id, patience
        As for `save_marks`.

    Returns
    -------
    due, recorded : datetime or None

    Raises
    ------
    NotSaved
        When the gradebook cannot be read.
    """
    return _patiently(patience, lambda: _recorded_time(batch.coursedir, assignment_id, student_id))


def _recorded_time(coursedir, assignment_id, student_id):
    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        try:
            found = gradebook.find_submission(assignment_id, student_id)
        except MissingEntry:
            return gradebook.find_assignment(assignment_id).duedate, None
        return found.duedate, found.timestamp


def _patiently(patience, work):
    """Do some work on the gradebook; wait for whoever else holds it."""
    end = time.monotonic() + patience
    while True:
        try:
            return work()
        except OperationalError as error:
            said = str(error.orig or error).strip()
            if "locked" not in said and "connect" not in said:
                raise NotSaved(f"the gradebook said: {said}") from None
            if time.monotonic() > end:
                raise NotSaved(
                    f"the gradebook was in use by another program for {patience:g} s ({said}): "
                    "close what holds it, then grade again"
                ) from None
        time.sleep(PAUSE)


def _save(batch, assignment_id, student_id, timestamp, notebooks):
    coursedir = batch.coursedir
    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        # What follows is nbgrader's own code, too, which would save after every step.
        commit, gradebook.db.commit = gradebook.db.commit, gradebook.db.flush
        gradebook.update_or_create_student(student_id)
        when = {"timestamp": timestamp} if timestamp else {}
        with warnings.catch_warnings():
            # nbgrader reads a new submission's parts before they are linked, and means no harm.
            warnings.simplefilter("ignore", SAWarning)
            gradebook.update_or_create_submission(assignment_id, student_id, **when)
        gradebook.db.expire_all()  # a new submission's parts are not linked before they are read
        submission = gradebook.find_submission(assignment_id, student_id)
        sentences = []
        for notebook in submission.notebooks:
            if notebook.name in notebooks:
                sentences += _enter(notebook, notebooks[notebook.name])
        gradebook.db.flush()
        gradebook.db.expire_all()  # so that sums are those of the new scores
        for notebook in submission.notebooks:
            if notebook.name in notebooks:
                notebook.late_submission_penalty = _penalty(batch, submission, notebook)
        commit()
        return sentences


def _enter(notebook, marks):
    """Put the marks into a submitted notebook; a test without one gets zero.

    Returns sentences on marks by hand that are above what their cells are worth now.
    """
    cells = notebook.notebook
    by_hand = {cell.name for cell in [*cells.solution_cells, *cells.task_cells]}
    for grade in notebook.grades:
        nothing = None if grade.name in by_hand else 0.0
        grade.auto_score = _checked(marks["scores"].get(grade.name, nothing), grade)
        is_for_people = grade.auto_score is None or grade.manual_score is not None
        grade.needs_manual_grade = is_for_people
    for comment in notebook.comments:
        comment.auto_comment = marks["comments"].get(comment.name)
    return [sentence for sentence in map(capped, notebook.grades) if sentence]


def _checked(score, grade):
    if score is None:
        return None
    is_number = isinstance(score, int | float) and not isinstance(score, bool)
    if not is_number or not math.isfinite(score) or not 0 <= score <= grade.max_score + _ROUNDING:
        raise NotSaved(
            f"{score!r} is no mark of {grade.name}, which has {grade.max_score:g} points"
        )
    return min(float(score), grade.max_score)


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
