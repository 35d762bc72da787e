"""A small made-up class for `nn_lab`, with the points that each of its students must lose.

The demo grades it, and a test compares the marks with what is written here.  What its students
answer is in the bank of answers; `drawn` makes a class of any size from it.
"""

from grading.answers import bank_of
from grading.sample_class.nn_lab import MISTAKES
from grading.sample_class.student import Student

WRITTEN = "See the figures above; the numbers are those that the cells printed."

_BANKS = [bank_of("nn_lab", str(number)) for number in range(1, 7)]
#: Right answers to all exercises, in another style: the bank's first ones.
WRITTEN_OTHERWISE = {
    exercise: entries[0] for _, right in _BANKS for exercise, entries in right.items()
}
_WRONG = {
    (exercise, entry.title): entry
    for wrong, _ in _BANKS
    for exercise, entries in wrong.items()
    for entry in entries
}


def _with_mistakes(name, about):
    """Return the student who makes the mistakes listed under that name."""
    mine = MISTAKES[name].items()
    return Student(
        name,
        about,
        answers={exercise: _WRONG[exercise, title] for exercise, (title, _) in mine},
        loses={exercise: points for exercise, (_, points) in mine},
    )


STUDENTS = (
    Student("ada", "everything right"),
    Student("bela", "everything right, written otherwise", answers=WRITTEN_OTHERWISE),
    Student("chen", "handed in untouched", untouched=True),
    _with_mistakes(
        "dora", "forgets the bias of the hidden layer; one-sided differences; softmax overflows"
    ),
    _with_mistakes(
        "emil", "no derivative of the output's sigmoid; labels from one; no root in the error"
    ),
    _with_mistakes(
        "fatima",
        "the mean is missing in the biases' gradients; argmax along the wrong axis; softmax twice",
    ),
    _with_mistakes(
        "goran", "the cost is a mean over all outputs; weights start at zero; the encoder sees all"
    ),
    _with_mistakes(
        "hana", "the flat gradient in another order than theta; max_iter ignored; gradients add up"
    ),
    _with_mistakes("ivan", "an answer that raises an error"),
    _with_mistakes("jana", "an answer that never ends"),
    Student(
        "kofi",
        "everything right, but a check cell pasted twice and another one deleted",
        surgery="paste_and_delete",
    ),
)
