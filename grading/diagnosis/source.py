"""The bank of one notebook, with the solutions that its entries are edits of."""

from grading.answers import bank_of
from grading.assignment import Notebook
from grading.diagnosis.diagnose import Bank


def bank_for(assignment, notebook):
    """Return the bank of a notebook in ``source/``; empty where it has no entries.

    Parameters
    ----------
    assignment : str
    notebook : grading.assignment.Notebook or path

    Returns
    -------
    Bank
    """
    if not isinstance(notebook, Notebook):
        notebook = Notebook(notebook)
    wrong, _ = bank_of(assignment, notebook.name)
    if not wrong:
        return Bank()
    return Bank(notebook.given_names(), notebook.solutions, wrong)
