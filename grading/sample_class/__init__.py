"""A small made-up class for each assignment, with the points that its students must lose.

The demo grades it, and a test compares the marks with what is written here.  What its students
answer is in the bank of answers; `drawn` makes a class of any size from it.
"""

from importlib import import_module
from itertools import count, takewhile

from grading.answers import bank_of
from grading.sample_class.student import Student

__all__ = ["WRITTEN", "Student", "students_of"]

WRITTEN = "See the figures above; the numbers are those that the cells printed."


def students_of(assignment):
    """Return an assignment's class.

    Parameters
    ----------
    assignment : str

    Returns
    -------
    tuple of Student

    Raises
    ------
    ModuleNotFoundError
        When the assignment has no class.
    """
    made_up = import_module(f"{__name__}.{assignment}")
    banks = list(takewhile(any, (bank_of(assignment, str(number)) for number in count(1))))
    wrong = {
        (exercise, entry.title): entry
        for mistakes, _ in banks
        for exercise, entries in mistakes.items()
        for entry in entries
    }
    otherwise = {exercise: entries[0] for _, right in banks for exercise, entries in right.items()}
    return (
        Student("ada", "everything right"),
        Student("bela", "everything right, written otherwise", answers=otherwise),
        Student("chen", "handed in untouched", untouched=True),
        *(_with_mistakes(name, made_up, wrong) for name in made_up.MISTAKES),
        Student(
            "kofi",
            "everything right, but a check cell pasted twice and another one deleted",
            surgery="paste_and_delete",
        ),
    )


def _with_mistakes(name, made_up, wrong):
    """Return the student who makes the mistakes listed under that name."""
    mine = made_up.MISTAKES[name].items()
    return Student(
        name,
        made_up.ABOUT[name],
        answers={exercise: wrong[exercise, title] for exercise, (title, _) in mine},
        loses={exercise: points for exercise, (_, points) in mine},
    )
