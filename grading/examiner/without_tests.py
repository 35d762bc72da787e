"""Cut an earlier notebook of a submission down to what a later one may see: code without tests.

The later notebook reads it with `helpers.lesson.load_answers`, in the student's kernel, which must
not see any hidden test.  Which of the code counts is decided there alone, as in a student's own
Jupyter: here cells stay as they are.
"""

import json
from collections.abc import Collection, Sequence
from typing import Any

_ROLES = {"schema_version": 3, "grade": False, "solution": True, "locked": False, "task": False}


def without_tests(cells: Sequence[Any], answers: Collection[str], tests: Collection[str]) -> bytes:
    """Make the notebook that a later one reads.

    Parameters
    ----------
    cells : list of NotebookNode
        The whole notebook's cells.
    answers, tests : collection of str
        The grade_ids of the answer cells, and of the graded cells.

    Returns
    -------
    bytes
        A notebook file: the code cells, labelled where they are answers; no graded cell, and no
        prose and no outputs.
    """
    kept = []
    for cell in cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if cell.cell_type == "code" and name not in tests:
            roles = {"nbgrader": {**_ROLES, "grade_id": name}} if name in answers else {}
            kept.append(_cell(cell.source, roles))
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": kept}).encode()


def _cell(source, metadata):
    empty: dict[str, Any] = {"execution_count": None, "outputs": []}
    return {"cell_type": "code", "metadata": metadata, "source": source, **empty}
