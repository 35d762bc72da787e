"""What the examiner is told about a notebook, and what it says of each cell: plain data."""

import json
import math
from dataclasses import asdict, dataclass, field

from grading.pytorch import is_used

#: Kinds of cells: the student's kernel runs it, or the examiner judges it.
RUN, TEST = "run", "test"
#: The order to examine a job whose tests use PyTorch: it is imported once for all of them.
WITH_PYTORCH = b"examine with PyTorch"
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
    bank : dict
        `grading.diagnosis.Bank.to_data()` of the notebook, or empty: then no mistake is named.
    """

    address: str
    cells: list = field(default_factory=list)
    names: list = field(default_factory=list)
    limits: Limits = field(default_factory=Limits)
    bank: dict = field(default_factory=dict)

    @property
    def uses_pytorch(self):
        """Whether one of the tests works with PyTorch."""
        return is_used(cell.source for cell in self.cells if cell.kind == TEST)

    def to_json(self):
        """Return the job as text."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text):
        """Return the job that `to_json` made text of."""
        found = json.loads(text)
        cells = [Cell(**cell) for cell in found["cells"]]
        limits = Limits(**found["limits"])
        return cls(found["address"], cells, found["names"], limits, found["bank"])


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
    """

    outputs: list = field(default_factory=list)
    count: int | None = None
    points: float | None = None
    text: str = ""
    printed: str = ""
    mistakes: list = field(default_factory=list)
    advice: str = ""

    def to_json(self):
        """Return the verdict as a line of text."""
        return json.dumps(asdict(self))


def not_run(reason):
    """Return the verdict on a cell that was not run."""
    message = f"This cell was not run: {reason}."
    error = {"output_type": "error", "ename": "NotRun", "evalue": message}
    return Verdict(outputs=[{**error, "traceback": [f"NotRun: {message}"]}])


def read_verdict(line, cell):
    """Read one line of the examiner's.

    Parameters
    ----------
    line : str
    cell : Cell
        The cell that it should be about.

    Returns
    -------
    Verdict

    Raises
    ------
    ValueError
        When it is not what the examiner writes about such a cell.
    """
    found = json.loads(line)
    if type(found) is not dict or set(found) != set(Verdict.__dataclass_fields__):
        raise ValueError("a verdict has other entries")
    verdict = Verdict(**found)
    if not all(map(_is_output, verdict.outputs)) or type(verdict.outputs) is not list:
        raise ValueError("a verdict has an output of an unknown form")
    if verdict.count is not None and type(verdict.count) is not int:
        raise ValueError("a cell's number should be an integer")
    texts = [verdict.text, verdict.printed, verdict.advice, *verdict.mistakes]
    if type(verdict.mistakes) is not list or not all(type(text) is str for text in texts):
        raise ValueError("what was printed should be text")
    if verdict.points is not None:
        verdict.points = checked_points(verdict.points, cell)
    return verdict


def checked_points(points, cell):
    """Return a test's points, or raise `ValueError` when it has none, or others, to give."""
    is_number = isinstance(points, float) and math.isfinite(points)
    if cell.kind != TEST or not is_number or not 0 <= points <= cell.points + _ROUNDING:
        raise ValueError(f"the test gives no points between 0 and {cell.points:g}")
    return min(float(points), cell.points)


_FIELDS = {
    "stream": {"name": str, "text": str},
    "error": {"ename": str, "evalue": str, "traceback": list},
    "display_data": {"data": dict, "metadata": dict},
    "execute_result": {"data": dict, "metadata": dict, "execution_count": int | None},
}


def _is_output(output):
    kinds = _FIELDS.get(output.get("output_type")) if type(output) is dict else None
    return (
        kinds is not None
        and set(output) == {"output_type", *kinds}
        and all(isinstance(output[key], kind) for key, kind in kinds.items())
        and all(isinstance(line, str) for line in output.get("traceback", []))
        and all(isinstance(value, str) for value in output.get("data", {}).values())
    )
