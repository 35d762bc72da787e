"""The bank of one notebook, with the solutions that its entries are edits of."""

from grading.bank import bank_of
from grading.course.assignment import Notebook
from grading.diagnosis.diagnose import Bank


def bank_for(notebook):
    """Return the bank of a notebook in ``source/``; empty where it has no entries.

    Parameters
    ----------
    notebook : grading.course.assignment.Notebook or path

    Returns
    -------
    Bank
    """
    if not isinstance(notebook, Notebook):
        notebook = Notebook(notebook)
    wrong, _ = bank_of(notebook.path)
    if not wrong:
        return Bank()
    return Bank(notebook.given_names(), notebook.solutions, wrong)
