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
    return Bank(imports_of(path), solutions_of(path), wrong)


def imports_of(path):
    """Return the import statements of the cells that students do not write."""
    found = []
    for cell in nbformat.read(path, as_version=4).cells:
        label = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and not label.get("solution") and not label.get("grade"):
            found += [
                ast.unparse(node)
                for node in ast.parse(cell.source).body
                if isinstance(node, ast.Import | ast.ImportFrom)
            ]
    return "\n".join(found)
