"""What examining costs: a call, a test cell, and nn_lab's notebooks against running them plainly.

python benchmarks/examiner_time.py
"""

import argparse
import os
import time
from pathlib import Path

import nbformat
from grading.examiner.desk import Desk
from nbclient import NotebookClient

from grading.assignment import MARKERS
from grading.authoring.names import bound_names
from grading.examiner.job import RUN, TEST, Cell, Job, Limits
from grading.sandbox import Sandbox, unavailable
from grading.sandbox.environment import grading_environment

SOURCE = Path(__file__).parents[1] / "source" / "nn_lab"
CALLS = """
from helpers.testing import credit

def test_f(check):
    import time
    import numpy as np
    from helpers.testing import many

    with check("calls", seconds=100):
        X = np.zeros(105)
        for what, calls in [("empty calls", lambda: [f(X) for _ in range(200)]),
                            ("calls in one message", lambda: many(f, [(X,)] * 210))]:
            times = []
            for _ in range(5):
                start = time.perf_counter()
                n = len(calls())
                times.append((time.perf_counter() - start) / n)
            print(f"  {1000 * min(times):6.2f} ms each: {n} {what}")

credit(test_f)
"""
EMPTY = "from helpers.testing import credit\ndef test_f(check):\n    pass\ncredit(test_f)"


def open_sandbox():
    """Open a sandbox, or what is there instead of one."""
    return Sandbox(confined=not unavailable())


def cells_of(path):
    """Return a notebook's code cells with the solutions, and the names of its answers."""
    cells, names = [], set()
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        label = cell.metadata.get("nbgrader", {})
        if label.get("grade"):
            cells.append(Cell(TEST, label.grade_id, cell.source, float(label.points)))
            continue
        lines = [line for line in cell.source.splitlines() if line.strip() not in MARKERS]
        cells.append(Cell(RUN, label.get("grade_id", ""), "\n".join(lines)))
        if label.get("solution"):
            names |= bound_names(cell.source)
    return cells, sorted(names)


def examined(desk, cells, names):
    """Return the seconds that examining takes."""
    start = time.perf_counter()
    verdicts, problem = desk.examine("ann", {}, lambda at: Job(at, cells, names, Limits()))
    seconds = time.perf_counter() - start
    lost = [
        c.name for c, v in zip(cells, verdicts, strict=True) if v.points not in (None, c.points)
    ]
    if problem or any(name != "test_f" for name in lost):
        print(f"  not as expected: {problem} {lost}")
    return seconds


def plain(cells):
    """Return the seconds that running the cells in a kernel of their own takes."""
    made = [nbformat.v4.new_code_cell(cell.source) for cell in cells]
    environment = grading_environment(os.environ)
    start = time.perf_counter()
    NotebookClient(nbformat.v4.new_notebook(cells=made), allow_errors=True).execute(env=environment)
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3, help="take the best of so many (3)")
    repeats = parser.parse_args().repeats
    with Desk(open_sandbox) as desk:
        small = [Cell(RUN, "", "def f(x):\n    return None"), Cell(TEST, "test_f", CALLS, 1.0)]
        found, _ = desk.examine("ann", {}, lambda at: Job(at, small, ["f"], Limits(test=100)))
        print(found[1].text.split("f: ")[0].rstrip())
        bare = [small[0], *[Cell(TEST, "test_f", EMPTY, 1.0)] * 50]
        few, many = (
            min(examined(desk, bare[:n], ["f"]) for _ in range(repeats)) for n in (2, len(bare))
        )
        print(f"  {1000 * (many - few) / 49:6.2f} ms: a test cell without a call")
        for path in sorted(SOURCE.glob("*.ipynb")):
            cells, names = cells_of(path)
            ours = min(examined(desk, cells, names) for _ in range(repeats))
            theirs = min(plain(cells) for _ in range(repeats))
            print(
                f"  {path.stem}: examined {ours:.2f} s, plain {theirs:.2f} s: {ours / theirs:.2f}"
            )


if __name__ == "__main__":
    main()
