"""Carry what people entered, marks and comments, over to a changed assignment.

nbgrader lets no graded cell be added, renamed or removed while there are submissions; dropping the
assignment would drop what people have entered with it.  So it is written to a file first, put back
by the cells' names, and the file goes only when all is done.
"""

import contextlib
import json
import warnings
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from sqlalchemy.exc import SAWarning

#: In the course's folder, while an assignment is replaced.
FILE = ".marks_by_hand_{}.json"
_GRADE, _COMMENT = ("manual_score", "extra_credit"), ("manual_comment",)


def replace_assignment(root, db_url, course_id, assignment, generate):
    """Put a changed assignment in place of the one in the gradebook; what people entered stays.

    Parameters
    ----------
    root : path
        The course's folder.
    db_url, course_id, assignment : str
    generate : callable
        Puts the changed assignment into the gradebook.

    Returns
    -------
    list of str
        Sentences on what was kept, and on what could not be.
    """
    file = Path(root, FILE.format(assignment))
    with Gradebook(db_url, course_id) as gradebook:
        if not file.exists():  # else a run was broken off, and the file is what there was
            file.write_text(json.dumps(_entered(gradebook, assignment), indent=1), "utf-8")
        with contextlib.suppress(MissingEntry):
            gradebook.remove_assignment(assignment)
    generate()
    kept = json.loads(file.read_text(encoding="utf-8"))
    with Gradebook(db_url, course_id) as gradebook:
        sentences = _put_back(gradebook, assignment, kept)
    file.unlink()
    return sentences


def was_broken_off(root, assignment):
    """Tell whether there are marks by hand that were not put back yet."""
    return Path(root, FILE.format(assignment)).exists()


def capped(grade):
    """Lower a mark by hand to what its cell is worth now.

    Parameters
    ----------
    grade : nbgrader.api.Grade

    Returns
    -------
    str
        The end of a sentence where it was lowered; else empty.
    """
    points = grade.manual_score
    if points is None or points <= grade.max_score:
        return ""
    grade.manual_score = grade.max_score
    return (
        f"the mark by hand of {grade.name}, {points:g}, is above its {grade.max_score:g} points "
        f"now, and was lowered to them"
    )


def _entered(gradebook, assignment):
    """Return what people entered: {"duedate": ..., "students": {student: {...}}}."""
    found = gradebook.find_assignment(assignment)
    students = {}
    for submission in found.submissions:
        grades, comments = {}, {}
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                grades[grade.name] = {key: getattr(grade, key) for key in _GRADE}
            for comment in notebook.comments:
                comments[comment.name] = {key: getattr(comment, key) for key in _COMMENT}
        entered = {"grades": _given(grades), "comments": _given(comments)}
        if any(entered.values()):
            students[submission.student.id] = entered
    due = found.duedate.isoformat() if found.duedate else None
    return {"duedate": due, "students": students}


def _given(parts):
    """Keep the entries in which something was entered."""
    return {name: part for name, part in parts.items() if any(v is not None for v in part.values())}


def _put_back(gradebook, assignment, kept):
    if kept["duedate"]:
        gradebook.update_or_create_assignment(assignment, duedate=kept["duedate"])
    count, sentences = 0, []
    for student, entered in sorted(kept["students"].items()):
        gradebook.update_or_create_student(student)
        with warnings.catch_warnings():
            # nbgrader reads a new submission's parts before they are linked, and means no harm.
            warnings.simplefilter("ignore", SAWarning)
            submission = gradebook.update_or_create_submission(assignment, student)
        gradebook.db.refresh(submission)
        grades = {g.name: g for notebook in submission.notebooks for g in notebook.grades}
        comments = {c.name: c for notebook in submission.notebooks for c in notebook.comments}
        for name, values in entered["grades"].items():
            if name not in grades:
                sentences.append(f"{student}: {_in_words(values)} of {name}, which is gone")
                continue
            _set(grades[name], values)
            count += 1
            if sentence := capped(grades[name]):
                sentences.append(f"{student}: {sentence}")
        for name, values in entered["comments"].items():
            if name in comments:
                _set(comments[name], values)
            else:
                sentences.append(f"{student}: a comment on {name}, which is gone: {values}")
    gradebook.db.commit()
    return [f"{count} marks by hand were kept", *sentences]


def _set(thing, values):
    for key, value in values.items():
        setattr(thing, key, value)


def _in_words(values):
    return ", ".join(f"{key.replace('_', ' ')} {v:g}" for key, v in values.items() if v is not None)
