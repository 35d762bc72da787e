"""The bank of answers: for every exercise the mistakes that learners make, and right answers.

It tests the tests (`python -m grading audit`), names the mistake in the feedback
(`grading.diagnosis`), and makes classes to try things on (`python -m grading sample-class`).
There is a module for each notebook: ``nn_lab_1`` for ``nn_lab/1_backpropagation``.
"""

from importlib import import_module
from importlib.util import find_spec

from grading.answers.entry import Right, StaleEntryError, Wrong, answer

__all__ = ["Right", "StaleEntryError", "Wrong", "answer", "bank_of"]


def bank_of(assignment, notebook):
    """Return the entries of one notebook.

    Parameters
    ----------
    assignment, notebook : str
        Such as ``nn_lab`` and ``1_backpropagation``.

    Returns
    -------
    wrong : dict of str to list of Wrong
        By exercise; empty where there is no bank for the notebook.
    right : dict of str to list of Right
    """
    name = f"{__name__}.{assignment}_{notebook.split('_')[0]}"
    if find_spec(name) is None:
        return {}, {}
    module = import_module(name)
    return module.WRONG, module.RIGHT
