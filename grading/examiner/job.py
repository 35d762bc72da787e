"""What the examiner is told about a notebook, and what it says of each cell."""

import math
from dataclasses import dataclass, field
from typing import Any

#: Kinds of cells: the student's kernel runs it, or the examiner judges it.
RUN, TEST = "run", "test"
_ROUNDING = 1e-9  # sums of points may miss the maximum by this much


@dataclass(frozen=True)
class Limits:
    """How much a notebook may take.

    Attributes
    ----------
    cell, call, test, notebook : float
        Seconds for a cell, for a call outside of a check, for all calls of a test, for all.
    grace : float
        Seconds after an interrupt before the kernel is killed.
    output, printed : int
        Characters that are kept of a cell's outputs, and of what is printed during a test.
    memory : int
        Bytes that the examiner's own process may use.
    """

    cell: float = 60.0
    call: float = 10.0
    test: float = 60.0
    notebook: float = 600.0
    grace: float = 5.0
    output: int = 2_000_000
    printed: int = 4_000
    memory: int = 3 << 30


@dataclass(frozen=True)
class Cell:
    """One code cell, in the notebook's order.

    Attributes
    ----------
    kind : str
        `RUN` or `TEST`.
    name : str
        The grade_id; empty for a student's own cell.
    source : str
        Of a test: the gradebook's, never the submission's.
    points : float
        Of a test.
    """

    kind: str
    name: str
    source: str
    points: float = 0.0


@dataclass(frozen=True)
class Job:
    """One notebook.

    Attributes
    ----------
    address : str
        The sandbox.
    cells : list of Cell
    names : list of str
        The names that answer cells of the assignment bind: all that a test may ask for.
    limits : Limits
    seeds : dict of str to int
        Of the tests' inputs, by grade_id; a test without one gets a fresh one.
    """

    address: str
    cells: list = field(default_factory=list)
    names: list = field(default_factory=list)
    limits: Limits = field(default_factory=Limits)
    seeds: dict = field(default_factory=dict)


@dataclass
class Verdict:
    """What came of one cell.

    Attributes
    ----------
    outputs : list of dict
        What the student's cell showed.
    count : int or None
        The cell's number in the kernel.
    points : float or None
        Of a test; None for a test that could not be judged, and for other cells.
    text : str
        What the test itself printed.
    printed : str
        What the student's code printed meanwhile.
    mistakes : list of str
        Titles of the bank's entries that the answer was recognised as.
    advice : str
        What the student is told about them.
    seed : int or None
        Of a test's inputs.
    checks : list of dict
        Of a test, each check's ``label``, ``points``, whether it ``passed``, and its ``message``.
    missing : list of str
        Names that a test asked for, or that a cell or a called function missed.
    """

    outputs: list = field(default_factory=list)
    count: int | None = None
    points: float | None = None
    text: str = ""
    printed: str = ""
    mistakes: list = field(default_factory=list)
    advice: str = ""
    seed: int | None = None
    checks: list = field(default_factory=list)
    missing: list = field(default_factory=list)


def not_run(reason: str) -> Verdict:
    """Return the verdict on a cell that was not run."""
    message = f"This cell was not run: {reason}."
    error = {"output_type": "error", "ename": "NotRun", "evalue": message}
    return Verdict(outputs=[{**error, "traceback": [f"NotRun: {message}"]}])


def checked_points(points: Any, cell: Cell) -> float:
    """Return a test's points, or raise `ValueError` when it has none, or others, to give."""
    is_number = isinstance(points, float) and math.isfinite(points)
    if cell.kind != TEST or not is_number or not 0 <= points <= cell.points + _ROUNDING:
        raise ValueError(f"the test gives no points between 0 and {cell.points:g}")
    return min(float(points), cell.points)
