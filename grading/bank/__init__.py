"""The bank of answers: for every exercise the mistakes that learners make, and right answers.

It tests the tests (`python -m grading audit`), names the mistake in the feedback
(`grading.diagnosis`), and makes classes to try things on (`python -m grading sample-class`).  The
entries of a notebook stand in its assignment's home, ``bank/N_name.py``; `entry` says what one is,
and `bank_rules` what must hold of them.
"""

from pathlib import Path

from grading.bank.entry import Right, StaleEntryError, Wrong, answer
from grading.course.home import home_of

__all__ = ["Right", "StaleEntryError", "Wrong", "answer", "bank_of"]


def bank_of(notebook):
    """Return the entries of one notebook.

    Parameters
    ----------
    notebook : path
        The notebook in ``source/``.

    Returns
    -------
    wrong : dict of str to list of Wrong
        By exercise; empty where there is no bank for the notebook.
    right : dict of str to list of Right
    """
    notebook = Path(notebook)
    module = home_of(notebook.parent).module(f"bank/{notebook.stem}.py")
    return (getattr(module, "WRONG", {}), getattr(module, "RIGHT", {}))
