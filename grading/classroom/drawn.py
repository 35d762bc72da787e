"""A class of any size, drawn from the bank of answers."""

import numpy as np

from grading.bank import bank_of
from grading.classroom.student import Student

#: How often a student hands a notebook in untouched, and answers right in their own way.
UNTOUCHED, OWN_WAY = 0.04, 0.5


def draw(count, seed, notebooks):
    """Draw made-up students: some are good at it, some are not, and the bank says what they write.

    Parameters
    ----------
    count, seed : int
    notebooks : list of path
        An assignment's notebooks in ``source/``.

    Returns
    -------
    list of grading.classroom.sample_class.Student
        With `wrong`, the exercises in which each of them must lose points: in those alone.
    """
    rng = np.random.default_rng(seed)
    banks = [bank_of(each) for each in notebooks]
    width = len(str(count))
    return [_student(f"student{i + 1:0{width}}", rng, banks) for i in range(count)]


def _student(name, rng, banks):
    if rng.random() < UNTOUCHED:
        return Student(name, "handed in untouched", untouched=True)
    often_wrong = rng.beta(1.2, 3.0)  # most get most exercises right
    answers, wrong, forgiven = {}, {}, set()
    for mistakes, right in banks:
        is_sound = True  # so far in this notebook
        for exercise in dict.fromkeys([*mistakes, *right]):
            wrong_ones = _quick(mistakes.get(exercise, ()))
            right_ones = _quick(right.get(exercise, ()))
            if rng.random() < often_wrong:
                if not wrong_ones:
                    continue
                answers[exercise] = _one_of(wrong_ones, rng)
                wrong[exercise] = answers[exercise].title
                if not is_sound:
                    forgiven.add(exercise)
                is_sound = False
            elif rng.random() < OWN_WAY and right_ones:
                answers[exercise] = _one_of(right_ones, rng)
    about = f"{len(wrong)} mistakes" if wrong else "everything right"
    return Student(name, about, answers=answers, wrong=wrong, forgiven=forgiven)


def _quick(entries):
    # An endless loop takes a minute of grading: once in a large class is enough.
    return [entry for entry in entries if "never ends" not in entry.title]


def _one_of(entries, rng):
    return entries[rng.integers(len(entries))]
