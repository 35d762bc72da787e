"""A small made-up class for each assignment, with the points that its students must lose.

The demo grades it, and a test compares the marks with what is written here.  What its students
answer is in the bank of answers; `drawn` makes a class of any size from it.  Which mistakes of it
they make stands in the assignment's home, ``sample_class.py``: ``ABOUT``, a line on each student,
and ``MISTAKES``, by student and exercise the entry's title and the points that it must cost.
"""

from grading.bank import bank_of
from grading.classroom.student import Student
from grading.course.assignment import Assignment

__all__ = ["WRITTEN", "Student", "students_of"]

WRITTEN = "See the figures above; the numbers are those that the cells printed."


def students_of(source):
    """Return an assignment's class.

    Parameters
    ----------
    source : path
        The assignment's folder in ``source/``.

    Returns
    -------
    tuple of Student
        Where its home has no ``sample_class.py``, those alone who make no mistake.

    Raises
    ------
    ValueError
        When ``sample_class.py`` names a mistake that the bank does not have.
    """
    assignment = Assignment(source)
    made_up = assignment.home.module("sample_class.py")
    banks = [bank_of(notebook.path) for notebook in assignment.notebooks]
    wrong = {
        (exercise, entry.title): entry
        for mistakes, _ in banks
        for exercise, entries in mistakes.items()
        for entry in entries
    }
    otherwise = {
        exercise: entries[0] for _, right in banks for exercise, entries in right.items() if entries
    }
    return (
        Student("ada", "everything right"),
        Student("bela", "everything right, written otherwise", answers=otherwise),
        Student("chen", "handed in untouched", untouched=True),
        *(_with_mistakes(name, made_up, wrong) for name in getattr(made_up, "MISTAKES", ())),
        Student(
            "kofi",
            "everything right, but a check cell pasted twice and another one deleted",
            surgery="paste_and_delete",
        ),
    )


def _with_mistakes(name, made_up, wrong):
    """Return the student who makes the mistakes listed under that name."""
    mine = made_up.MISTAKES[name].items()
    for exercise, (title, _) in mine:
        if (exercise, title) not in wrong:
            known = [other for of, other in wrong if of == exercise] or "no entry for it"
            raise ValueError(
                f"{made_up.__file__}: {name} makes the mistake {title!r} in {exercise!r}, which "
                f"is not in the bank; expected a title of WRONG in bank/N_name.py: {known}"
            )
    return Student(
        name,
        getattr(made_up, "ABOUT", {}).get(name, "mistakes of the bank"),
        answers={exercise: wrong[exercise, title] for exercise, (title, _) in mine},
        loses={exercise: points for exercise, (_, points) in mine},
    )
