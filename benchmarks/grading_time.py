"""What grading one honest submission of nn_lab costs: run (about a minute), and read the table.

python benchmarks/grading_time.py
"""

import argparse
import contextlib
import os
import subprocess
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from grading.authoring.release import ReleaseError, nbgrader
from grading.demo import make_course
from grading.sample_class import students_of
from grading.sandbox.environment import grading_environment
from grading.submissions import write_submission

ASSIGNMENT = "nn_lab"
HONEST = students_of(ASSIGNMENT)[0]  # everything right, and nothing unusual


def seconds(work, folder):
    """Return how long ``work(folder)`` takes."""
    start = time.perf_counter()
    work(folder)
    return time.perf_counter() - start


def make_class(folder):
    """Make a course folder with one submission that is right."""
    make_course(folder)
    nbgrader(folder, "generate_assignment", ASSIGNMENT)
    source, release = folder / "source" / ASSIGNMENT, folder / "release" / ASSIGNMENT
    write_submission(HONEST, source, release, folder / "submitted" / HONEST.name / ASSIGNMENT)


def start_alone(folder):
    """Run the command for a student who handed nothing in: it starts, looks, and ends."""
    with contextlib.suppress(ReleaseError):  # that there is nothing to grade
        nbgrader(folder, "autograde", ASSIGNMENT, "--student=nobody")


def autograde(folder):
    """Grade the class, also when nothing has changed since the last time."""
    nbgrader(folder, "autograde", ASSIGNMENT, "--force")


def run_cells(folder):
    """Run the graded notebooks' cells and nothing else, in kernels like the grader's."""
    for path in sorted((folder / "autograded" / HONEST.name / ASSIGNMENT).glob("*.ipynb")):
        resources = {"metadata": {"path": str(path.parent)}}
        notebook = nbformat.read(path, as_version=4)
        environment = grading_environment(os.environ)
        client = NotebookClient(notebook, resources=resources)
        client.execute(env=environment, stderr=subprocess.DEVNULL)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3, help="take the best of so many (3)")
    repeats = parser.parse_args().repeats
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "course"
        make_class(folder)
        autograde(folder)  # the first time reads everything from disk
        # In turns, so that a busy minute of the machine meets all three.
        works = (autograde, start_alone, run_cells)
        times = [[seconds(work, folder) for work in works] for _ in range(repeats)]
    whole, start, cells = map(min, zip(*times, strict=True))
    graded = whole - start
    print(f"one submission of {ASSIGNMENT}, everything right, best of {repeats}")
    print(f"  nbgrader autograde, the whole command {whole:8.1f} s")
    print(f"  the command's start alone             {start:8.1f} s")
    print(f"  so one more submission costs          {graded:8.1f} s")
    print(f"  running its cells and nothing else    {cells:8.1f} s")
    print(f"  grading / running the cells           {graded / cells:8.2f}")


if __name__ == "__main__":
    main()
