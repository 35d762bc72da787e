"""Cut an earlier notebook of a submission down to what a later one may load: the answers.

The later notebook reads it with `helpers.lesson.load_answers`, in the student's kernel, which must
not see any hidden test.
"""

import ast
import json

_KEPT = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_ROLES = {"schema_version": 3, "grade": False, "solution": True, "locked": False, "task": False}


def answers_alone(cells, answers, tests):
    """Make the notebook that holds the answers alone.

    Parameters
    ----------
    cells : list of NotebookNode
        The whole notebook's cells.
    answers, tests : collection of str
        The grade_ids of the answer cells, and of the graded cells.

    Returns
    -------
    bytes
        A notebook file: the answer cells, and of other code cells the imports, functions and
        classes; nothing of a graded cell.
    """
    kept = []
    for cell in cells:
        label = cell.metadata.get("nbgrader", {})
        name = label.get("grade_id", "")
        if cell.cell_type != "code" or name in tests:
            continue
        if name in answers:
            kept.append(_cell(cell.source, {"nbgrader": {**_ROLES, "grade_id": name}}))
        elif source := definitions(cell.source):
            kept.append(_cell(source, {}))
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": kept}).encode()


def definitions(source):
    """Return the imports, functions and classes of a cell, at their line numbers.

    Empty when there are none, and for a cell that is no Python.
    """
    try:
        nodes = [node for node in ast.parse(source).body if isinstance(node, _KEPT)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    kept = set()
    for node in nodes:
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        kept.update(range(first, node.end_lineno + 1))
    lines = source.splitlines()
    return "\n".join(line if n in kept else "" for n, line in enumerate(lines, 1)) if kept else ""


def _cell(source, metadata):
    empty = {"execution_count": None, "outputs": []}
    return {"cell_type": "code", "metadata": metadata, "source": source, **empty}
