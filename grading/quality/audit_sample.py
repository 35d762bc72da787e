"""Grade a sample of the bank's answers with nbgrader's own commands."""

import shutil

from nbgrader.api import Gradebook

from grading.authoring.release import nbgrader
from grading.bank import Wrong
from grading.classroom.demo import make_course
from grading.classroom.made_up_submissions import write_submission
from grading.classroom.mark_table import named_in, read_marks
from grading.classroom.sample_class import Student


def grade_sample(folder, source, chosen):
    """Hand in one submission for each entry, grade, and return what is not as it should be.

    Parameters
    ----------
    folder : pathlib.Path
        An empty one, for the course.
    source : pathlib.Path
        The assignment's folder in ``source/``.
    chosen : list of (pathlib.Path, str, Wrong or Right)
        The notebook in ``source/``, the exercise, and the entry.

    Returns
    -------
    list of str
    """
    course, assignment = folder / "course", source.name
    make_course(course, source.parent.parent)
    nbgrader(course, "generate_assignment", assignment)
    source, release = course / "source" / assignment, course / "release" / assignment
    for number, (_, exercise, entry) in enumerate(chosen, 1):
        target = course / "submitted" / f"answer{number}" / assignment
        write_submission(_student(f"answer{number}", exercise, entry), source, release, target)
        print(f"  answer{number}: {exercise}, {entry.title}", flush=True)
    nbgrader(course, "autograde", assignment)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        marks = read_marks(gradebook, assignment)
    problems = []
    for number, (path, exercise, entry) in enumerate(chosen, 1):
        student = f"answer{number}"
        graded = course / "autograded" / student / assignment / path.name
        problems += _unexpected(marks, student, exercise, entry, named_in(graded))
    shutil.rmtree(folder, ignore_errors=True)
    return problems


def _student(name, exercise, entry):
    return Student(name, entry.title, answers={exercise: entry})


def _unexpected(marks, student, exercise, entry, named):
    what = f"{exercise}: {entry.title!r}, through nbgrader,"
    lost = {each for each in marks.automatic() if marks.score(student, each) != marks.points[each]}
    if not isinstance(entry, Wrong):
        problems = [f"{what} loses points in {', '.join(sorted(lost))}"] if lost else []
        return problems + ([f"{what} is taken for a mistake"] if named else [])
    if lost != {exercise}:
        return [f"{what} loses points in {', '.join(sorted(lost)) or 'nothing'}"]
    known = {entry.title, *entry.like}
    if not set(named.get(exercise, [])) & known:
        return [f"{what} is not named: {named.get(exercise)}"]
    return []
