"""The bank of one notebook, with the solutions that its entries are edits of."""

import ast
from pathlib import Path

import nbformat

from grading.answers import bank_of
from grading.diagnosis.diagnose import Bank
from grading.submissions import solutions_of


def bank_for(assignment, source_notebook):
    """Return the bank of a notebook in ``source/``; empty where it has no entries.

    Parameters
    ----------
    assignment : str
    source_notebook : path

    Returns
    -------
    Bank
    """
    path = Path(source_notebook)
    wrong, _ = bank_of(assignment, path.stem)
    if not wrong:
        return Bank()
    return Bank(given_names(path), solutions_of(path), wrong)


def given_names(path):
    """Return the source of what students are given and answers may use; see `definitions`."""
    sources = []
    for cell in nbformat.read(path, as_version=4).cells:
        label = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and not label.get("solution") and not label.get("grade"):
            sources.append(cell.source)
    return definitions(sources)


def definitions(sources):
    """Return the imports, functions and classes of some cells: no data, and nothing that computes.

    Parameters
    ----------
    sources : iterable of str

    Returns
    -------
    str
    """
    kept = ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef
    return "\n\n".join(
        ast.unparse(node)
        for source in sources
        for node in ast.parse(source).body
        if isinstance(node, kept)
    )
