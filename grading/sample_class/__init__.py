"""A small made-up class for `nn_lab`, with the points that each of its students must lose.

The demo grades it, and a test compares the marks with what is written here.  A student is a few
changed answers, notebook by notebook in the modules beside this one; all other answers are the
notebooks' own solutions.
"""

from importlib import import_module
from textwrap import dedent

from grading.answers import bank_of
from grading.sample_class.student import Student

WRITTEN = "See the figures above; the numbers are those that the cells printed."

_NOTEBOOKS = [import_module(f"{__name__}.nn_lab_{number}") for number in range(1, 7)]
#: Right answers to all exercises, in another style: the bank's first ones.
WRITTEN_OTHERWISE = {
    exercise: entries[0].body
    for number in range(1, 7)
    for exercise, entries in bank_of("nn_lab", str(number))[1].items()
}


def _with_mistakes(name, about):
    """Return the student who makes the mistakes listed under that name in all notebooks."""
    found = [notebook.MISTAKES[name] for notebook in _NOTEBOOKS if name in notebook.MISTAKES]
    together = {
        kind: {exercise: what for one in found for exercise, what in getattr(one, kind).items()}
        for kind in ("edits", "replacements", "loses")
    }
    return Student(name, about, **together)


STUDENTS = (
    Student("ada", "everything right"),
    Student("bela", "everything right, written otherwise", replacements=WRITTEN_OTHERWISE),
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


def answer_source(solution, student, exercise):
    """Return the source of one answer cell as `student` wrote it.

    Parameters
    ----------
    solution : str
        The answer cell with the solution, without markers.
    student : Student
    exercise : str
        The cell's grade_id.

    Raises
    ------
    ValueError
        When an edit's old text is not exactly once in the solution: the solution has changed.
    """
    if exercise in student.replacements:
        return _with_body(solution, student.replacements[exercise])
    if exercise not in student.edits:
        return solution
    edits = student.edits[exercise]
    for old, new in [edits] if isinstance(edits[0], str) else edits:
        if solution.count(old) != 1:
            raise ValueError(
                f"the edit of {exercise!r} by {student.name!r} no longer fits: {old!r} is in the "
                f"solution {solution.count(old)} times, expected once"
            )
        solution = solution.replace(old, new)
    return solution


def _with_body(solution, body):
    """Return a function's head and docstring with another body."""
    head, docstring_end = solution.split('"""', 2)[:2], '"""'
    lines = dedent(body).strip().splitlines()
    indented = "\n".join("    " + line if line else "" for line in lines)
    return f"{head[0]}{docstring_end}{head[1]}{docstring_end}\n{indented}\n"
