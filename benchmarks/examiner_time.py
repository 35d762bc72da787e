"""What examining costs: a call, a test cell, and nn_lab's notebooks against running them plainly.

python benchmarks/examiner_time.py
"""

import argparse
import os
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from grading.course.assignment import Notebook, without_markers
from grading.examiner.child import examine
from grading.examiner.job import RUN, TEST, Cell, Job, Limits
from grading.sandbox import BIG, Sandbox, kernel_manager, spent, unavailable
from grading.sandbox.environment import grading_environment

SOURCE = Path(__file__).parents[1] / "source" / "nn_lab"
CALLS = """
from checks import credit

def test_f(check):
    import time
    import numpy as np
    from checks import many

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
EMPTY = "from checks import credit\ndef test_f(check):\n    pass\ncredit(test_f)"


def cells_of(notebook):
    """Return a notebook's code cells with the solutions."""
    tests = {cell.name: cell for cell in notebook.tests}
    cells = []
    for cell in notebook.nb.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if cell.cell_type == "code" and cell.source.strip():
            cells.append(tests.get(name) or Cell(RUN, name, without_markers(cell.source)))
    return cells


def verdicts_on(box, cells, names, limits):
    """Examine cells in a sandbox; return their verdicts."""
    found, job = [], Job(box.address, cells, sorted(names), limits)
    examine(
        job,
        found.append,
        lambda: kernel_manager(box.address),
        spent=lambda: spent(box.address),
    )
    box.clear()
    return found


def examined(box, cells, names):
    """Return the seconds that examining takes."""
    start = time.perf_counter()
    verdicts = verdicts_on(box, cells, names, Limits())
    seconds = time.perf_counter() - start
    lost = [
        c.name for c, v in zip(cells, verdicts, strict=True) if v.points not in (None, c.points)
    ]
    if any(name != "test_f" for name in lost):
        print(f"  not as expected: {lost}")
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
    with Sandbox(confined=not unavailable()) as box:
        box.require(BIG)
        small = [Cell(RUN, "", "def f(x):\n    return None"), Cell(TEST, "test_f", CALLS, 1.0)]
        found = verdicts_on(box, small, ["f"], Limits(test=100))
        print(found[1].text.split("f: ")[0].rstrip())
        bare = [small[0], *[Cell(TEST, "test_f", EMPTY, 1.0)] * 50]
        few, many = (
            min(examined(box, bare[:n], ["f"]) for _ in range(repeats)) for n in (2, len(bare))
        )
        print(f"  {1000 * (many - few) / 49:6.2f} ms: a test cell without a call")
        for path in sorted(SOURCE.glob("*.ipynb")):
            notebook = Notebook(path)
            cells = cells_of(notebook)
            ours = min(examined(box, cells, notebook.names) for _ in range(repeats))
            theirs = min(plain(cells) for _ in range(repeats))
            print(
                f"  {path.stem}: examined {ours:.2f} s, plain {theirs:.2f} s: {ours / theirs:.2f}"
            )


if __name__ == "__main__":
    main()
