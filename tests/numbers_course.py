"""A small course of one notebook in a folder of its own, and nbgrader's commands on it."""

import copy
import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook

ROOT = Path(__file__).parents[1]
CONFIG = f"""
c = get_config()
load_subconfig("nbgrader_config.py", path={str(ROOT)!r})
c.Execute.timeout = 4
c.ExaminedExecute.notebook_timeout = 60
c.ExaminedExecute.max_output = 100_000
c.ExaminedExecute.require_sandbox = False
"""

DOUBLE = "def double(x):\n    return 2 * x"
TRIPLE = "def triple(x):\n    return 3 * x"
SOLUTION = "def {}(x):\n    ### BEGIN SOLUTION\n    return {} * x\n    ### END SOLUTION"
TEST_DOUBLE = """from checks import credit


def test_double(check):
    from checks import close, expect

    with check("two times one is two", seconds=2):
        close(double(1), 2)
    ### BEGIN HIDDEN TESTS
    secret_value = 21
    with check("other numbers", points=2, seconds=2):
        expect(double(secret_value) == 42, "double is wrong for some numbers")
    ### END HIDDEN TESTS


credit(test_double)"""
TEST_TRIPLE = """from checks import credit


def test_triple(check):
    from checks import close

    ### BEGIN HIDDEN TESTS
    with check("one", points=1):
        close(triple(1), 3)
    with check("five", points=2):
        close(triple(5), 15)
    ### END HIDDEN TESTS


credit(test_triple)"""
EXPLAIN = """Why?

BEGIN SOLUTION
The model answer.
END SOLUTION
### BEGIN MARK SCHEME
Four points for a rubric word.
### END MARK SCHEME"""


def graded(make, name, text, points=None, **roles):
    label = {"grade_id": name, "schema_version": 3, "task": False}
    label |= {"grade": points is not None, "solution": False, "locked": True} | roles
    if points is not None:
        label["points"] = points
    return make(text, id=name, metadata={"nbgrader": label})


def source_notebook():
    nb = new_notebook(
        cells=[
            new_markdown_cell("# Numbers", id="title"),
            graded(new_code_cell, "imports", "import json\nimport math"),
            graded(new_code_cell, "double", SOLUTION.format("double", 2), solution=True),
            graded(new_code_cell, "test_double", TEST_DOUBLE, points=2),
            new_markdown_cell("## Three times", id="prose"),
            graded(new_code_cell, "triple", SOLUTION.format("triple", 3), solution=True),
            graded(new_code_cell, "test_triple", TEST_TRIPLE, points=3),
            graded(new_markdown_cell, "explain", EXPLAIN, points=4, solution=True),
        ]
    )
    for cell in nb.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.metadata.nbgrader.locked = False
    nb.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nb


def nbgrader(course, *command, **environment):
    env = os.environ | {"OPENBLAS_NUM_THREADS": "1"} | environment
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *command],
        cwd=course,
        env=env,
        capture_output=True,
        text=True,
        timeout=300,
    )


def find(nb, name):
    return next(c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name)


def solved(release, double=DOUBLE, triple=TRIPLE, explain="Because."):
    nb = copy.deepcopy(release)
    find(nb, "double").source = double
    find(nb, "triple").source = triple
    find(nb, "explain").source = explain
    return nb


def hand_in(course, student, nb, name="1_numbers.ipynb", **files):
    folder = course / "submitted" / student / "ps1"
    folder.mkdir(parents=True, exist_ok=True)
    text = nb if isinstance(nb, str) else json.dumps(nb)  # nbformat would refuse what we need
    (folder / name).write_text(text)
    for path, content in files.items():
        path = folder / path
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)


def make_course(course):
    """Release the assignment in an empty folder; return the notebook that students get."""
    (course / "nbgrader_config.py").write_text(CONFIG)
    (course / "source" / "ps1").mkdir(parents=True)
    nbformat.write(source_notebook(), course / "source" / "ps1" / "1_numbers.ipynb")
    made = nbgrader(course, "generate_assignment", "ps1", PATH="/usr/bin:/bin")  # no alembic
    assert made.returncode == 0, made.stderr
    return nbformat.read(course / "release/ps1/1_numbers.ipynb", as_version=4)


def scores(course, student):
    """The automatic scores: test_double, test_triple, explain."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        found = gradebook.find_submission_notebook("1_numbers", "ps1", student)
        by_name = {grade.name: grade.auto_score for grade in found.grades}
    return [by_name[name] for name in ("test_double", "test_triple", "explain")]


def autograded(course, student):
    return nbformat.read(course / f"autograded/{student}/ps1/1_numbers.ipynb", as_version=4)


def feedback(course, student):
    return (course / f"feedback/{student}/ps1/1_numbers.html").read_text()


def notes(course, student):
    first = autograded(course, student).cells[0].source
    return first if first.startswith("**Notes from the grader**") else ""


def errors(cell):
    return [output.ename for output in cell.outputs if output.output_type == "error"]
