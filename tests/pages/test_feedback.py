"""What a student sees of the graded notebook: own lines, no hidden test, no path."""

import sys
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from grading.pages.feedback import HideFromStudents
from grading.pages.hidden_paths import HiddenPaths


def graded_cell(outputs, run=True):
    label = {"grade": True, "solution": False, "locked": True, "points": 3, "grade_id": "test"}
    cell = new_code_cell("test()", metadata={"nbgrader": label}, outputs=outputs)
    cell.execution_count = 1 if run else None
    return cell


def test_feedback_keeps_the_students_own_lines_and_hides_the_tests():
    frames = [
        "ValueError   Traceback (most recent call last)",
        "\x1b[36mCell\x1b[39m \x1b[32mIn[7]\x1b[39m\x1b[32m, line 3\x1b[39m\n> 3 secret()",
        "Cell In[2], line 2, in double(x)\n----> 2 return own_line",
        f"File {sys.prefix}/lib/site-packages/numpy/core.py:7, in inv(a)\n     7 library_line",
        "ValueError: secret = 5\n  secret = 5\nreadable",
    ]
    error = new_output("error", ename="ValueError", evalue="bad", traceback=frames)
    printed = new_output("stream", text="shown\n----> 12 \x1b[32msecret\x1b[39m = 5\n")
    cell = graded_cell([error, printed])
    cell.execution_count = 7
    cell.source = "shown()\n### BEGIN HIDDEN TESTS\nsecret = 5\n### END HIDDEN TESTS"
    nb, _ = HideFromStudents(enabled=True).preprocess(new_notebook(cells=[cell]), {})
    (cell,) = nb.cells
    assert cell.source == "shown()"
    text = "\n".join(cell.outputs[0].traceback)
    for word in ("In the test", "Cell In[2]", "own_line", "core.py:7", "readable"):
        assert word in text
    for word in ("secret()", "library_line", sys.prefix, "  secret = 5"):
        assert word not in text
    assert cell.outputs[1].text == "shown\n"


@pytest.mark.parametrize("colour", ["", "\x1b[32m", "\x1b[0;32m", "\x1b[38;5;28m"])
def test_paths_are_hidden_also_in_colour(colour):
    hidden = HiddenPaths("/srv/course")
    assert hidden.hide(f"File {colour}/srv/course/x.py:3") == f"File {colour}x.py:3"
    assert hidden.hide(f"in {colour}/srv/course") == f"in {colour}the course folder"
    assert hidden.hide(f"{colour}a/srv/course/x.py") == f"{colour}a/srv/course/x.py"


def test_feedback_hides_paths_also_in_very_long_lines():
    text = f"/tmp/ipykernel_1/23.py:3: UserWarning {Path.cwd()}/submitted/x\n" + "x" * 10**6
    cell = new_code_cell("warn()", outputs=[new_output("stream", text=text)])
    nb, _ = HideFromStudents(enabled=True).preprocess(new_notebook(cells=[cell]), {})
    assert nb.cells[0].outputs[0].text.startswith("cell 23.py:3: UserWarning submitted/x\n")


def test_students_markers_in_an_answer_are_left_alone():
    cell = new_code_cell("### BEGIN HIDDEN TESTS\nx = 1")
    nb, _ = HideFromStudents(enabled=True).preprocess(new_notebook(cells=[cell]), {})
    assert nb.cells[0].source == "### BEGIN HIDDEN TESTS\nx = 1"
