"""Run a notebook's answers and test cells in this process: fast, for the tests of the tests.

What would take too long in every run is drawn: by the date, so that it is something else each day,
or again as it was with ``GRADIENT_LAB_SAMPLE=NUMBER`` in the environment, which a failing test
prints.  ``GRADIENT_LAB_SEEDS=100`` draws that many seeds.
"""

import datetime
import functools
import os
import random
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import pytest

from checks import credit, credits
from grading.authoring.cells import read_all
from grading.autograde.second_run import merged_checks
from grading.bank import answer, bank_of
from grading.course.assignment import MARKERS, built_on, definitions
from grading.course.pytorch import is_used
from grading.diagnosis.local import processor_limit

ROOT = Path(__file__).parents[1]
NOTEBOOKS = {f"{each.assignment}/{each.name}": each for each in read_all(ROOT)[0]}


SAMPLE = int(os.environ.get("GRADIENT_LAB_SAMPLE") or datetime.date.today().toordinal())


def drawn(what):
    """Return a generator of random numbers that differ from day to day, and say how to repeat it.

    Parameters
    ----------
    what : str
        What is drawn: two kinds of it are drawn independently.
    """
    print(f"GRADIENT_LAB_SAMPLE={SAMPLE} draws the same again")
    return random.Random(f"{SAMPLE} {what}")


def drawn_seeds(what, count):
    """Return so many seeds, or as many as the environment asks for."""
    count = int(os.environ.get("GRADIENT_LAB_SEEDS") or count)
    return drawn(what).sample(range(1000, 1_000_000), count)


class Marked(NamedTuple):
    """What came of one test cell."""

    points: float
    text: str
    errors: str
    checks: tuple = ()


def graded_cells(notebook):
    """Return a notebook's test cells by their names."""
    return {cell.name: cell for cell in notebook.cells if cell.kind == "test"}


def full_points(notebook):
    """Return the points of a notebook's test cells by their names."""
    return {name: cell.points for name, cell in graded_cells(notebook).items()}


@functools.cache
def solutions(key):
    """Return the solutions of a notebook by exercise, without markers."""
    return {
        cell.name: "\n".join(
            line for line in cell.source.splitlines() if line.strip() not in MARKERS
        )
        for cell in NOTEBOOKS[key].cells
        if cell.kind == "answer"
    }


def exercises():
    """Return the notebook of each exercise, which is called ASSIGNMENT/NAME: "nn_lab/cost"."""
    return {
        f"{each.assignment}/{name}": key
        for key, each in NOTEBOOKS.items()
        for name in solutions(key)
    }


def named(exercise):
    """Return an exercise's notebook, and its name there."""
    return exercises()[exercise], exercise.split("/")[1]


@functools.cache
def bank_entries(is_right):
    """Return the bank's right or wrong answers by exercise, of all notebooks."""
    return {
        f"{each.assignment}/{name}": entries
        for each in NOTEBOOKS.values()
        for name, entries in bank_of(ROOT / "source" / each.assignment / each.name)[
            is_right
        ].items()
    }


def answered_by(exercise, entry):
    """Return an exercise's answer cell with an entry of the bank in it."""
    key, name = named(exercise)
    return answer(entry, solutions(key)[name])


@functools.cache
def compiled(source, name):
    """Compile a cell once for all runs; nothing of that name is a file, as in a notebook."""
    return compile(source, f"<{name}>", "exec")


@functools.cache
def given(key):
    """Return what a notebook's given cells define and import, compiled."""
    cells = [
        c for c in NOTEBOOKS[key].cells if c.kind in ("given", "free") and c.cell_type == "code"
    ]
    return compile(definitions(cell.source for cell in cells), "<given>", "exec")


def skip_without_pytorch(key):
    """Skip the running test where this notebook's answers need PyTorch, and it is not installed."""
    if is_used(cell.source for cell in NOTEBOOKS[key].cells):
        pytest.importorskip("torch", reason="needs PyTorch: python3 course.py torch")


def answered(key, **changed):
    """Return a notebook's names with all answers: the solutions, or what is given instead."""
    skip_without_pytorch(key)
    names = {"__name__": "__main__"}
    exec(given(key), names)
    for exercise, source in {**solutions(key), **changed}.items():
        exec(compiled(source, exercise), names)
    return names


def mark(key, names, seed=0, only=None):
    """Run a notebook's test cells, hidden parts included, on what a student's cells have made.

    Returns
    -------
    dict of str to Marked
        By the cell's name; the points are what nbgrader would read where it grades.
    """
    marked = {}
    for name, cell in graded_cells(NOTEBOOKS[key]).items():
        if only is None or name in only:
            source = cell.source.rsplit("\n\n\n", 1)[0]  # all but the call of credit
            out, err = StringIO(), StringIO()
            # As where it is graded, limits are the processor's: other work costs no marks.
            in_time = mock.patch.object(credits, "time_limit", processor_limit)
            with in_time, redirect_stdout(out), redirect_stderr(err):
                exec(compiled(source, name), names)
                points = credit(names[name], seed=seed)
            found = getattr(points, "checks", ())
            marked[name] = Marked(points, out.getvalue(), err.getvalue(), found)
    return marked


def mark_twice(key, changed, seed=0, only=None):
    """Mark answers, and as the grader does, once more with right earlier ones where it may help.

    Parameters
    ----------
    changed : dict of str to str
        The answers that are not the solutions, by exercise.

    Returns
    -------
    dict of str to Marked
    """
    marked = mark(key, answered(key, **changed), seed, only)
    order, full = list(solutions(key)), full_points(NOTEBOOKS[key])
    losing = lost(key, marked)
    for test, first in marked.items():
        earlier = order[: order.index(exercise_of(key, test))]
        if first.points < full[test] and losing.keys() & set(earlier):
            mended = {
                name: f"{source}\n\n\n{solutions(key)[name]}" if name in earlier else source
                for name, source in changed.items()
            }
            (second,) = mark(key, answered(key, **mended), seed, [test]).values()
            checks = merged_checks(first.checks, second.checks)
            points = sum(check["points"] for check in checks if check["passed"])
            marked[test] = first._replace(points=points, checks=tuple(checks))
    return marked


def lost(key, marked):
    """Return the points lost, by exercise (`test_cost_2` belongs to `cost`)."""
    losses = {}
    for name, points in full_points(NOTEBOOKS[key]).items():
        missing = points - marked[name].points if name in marked else 0
        if missing:
            exercise = exercise_of(key, name)
            losses[exercise] = losses.get(exercise, 0) + missing
    return losses


def exercise_of(key, test):
    """Return the exercise that a test cell of a notebook is about."""
    stem = test.removeprefix("test_")
    base, _, number = stem.rpartition("_")
    return base if number.isdigit() and base in solutions(key) else stem


def involved(key, exercise):
    """Return the names of the test cells that a change of an exercise could possibly reach."""
    reached = built_on(solutions(key), exercise)
    return [
        name
        for name, cell in graded_cells(NOTEBOOKS[key]).items()
        if exercise_of(key, name) in reached or any(f"{each}(" in cell.source for each in reached)
    ]


def run_all(key, replaced=None):
    """Run all code cells of a solved notebook in order, as "Run all" does.

    Parameters
    ----------
    key : str
        The notebook.
    replaced : callable, optional
        ``replaced(cell) -> source``; without it each cell is run as the instructor wrote it.

    Returns
    -------
    names : dict
    printed, errors : str
        All that went to standard output and to standard error.
    """
    out, err = StringIO(), StringIO()
    names = {"__name__": "__main__", "display": print}
    with redirect_stdout(out), redirect_stderr(err):
        for number, cell in enumerate(NOTEBOOKS[key].cells):
            if cell.cell_type == "code":
                source = replaced(cell) if replaced else cell.source
                exec(compile(source, f"<{key}: {cell.name or number}>", "exec"), names)
    return names, out.getvalue(), err.getvalue()
