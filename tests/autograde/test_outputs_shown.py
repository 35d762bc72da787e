"""What is shown of cells that were not run: as handed in, or drawn again, and always said so."""

import os

import nbformat
import pytest
from nbformat.v4 import new_output
from small_assignment import (
    CHECK,
    GOOD,
    NAME,
    hand_in,
    make_assignment,
    make_order,
    marks,
    open_sandbox,
)

from grading.autograde.workers import Forks, Worker
from grading.course.cell_marks import HANDED_IN, OUTPUTS, REDRAWN

STORY = ("print('drawn by the grader')", "figure = 1")
SHOWN = {"story0": [new_output("stream", text="drawn by the student\n")]}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Grade a submission: return its result and the cells by name."""
    folder = tmp_path_factory.mktemp("course")
    forks = Forks(make_assignment(folder, CHECK, story=STORY, written=True), os.environ)
    worker = Worker(forks, open_sandbox)

    def grade(student, change=None, **handed_in):
        hand_in(folder, student, **handed_in)
        path = folder / "submitted" / student / "ps" / f"{NAME}.ipynb"
        if change:
            nb = nbformat.read(path, as_version=4)
            change(nb)
            nbformat.write(nb, path)
        result = worker.grade(lambda address: make_order(folder)(student, address), 100)
        nb = nbformat.read(folder / "graded" / student / f"{NAME}.ipynb", as_version=4)
        return result, {cell.id: cell for cell in nb.cells}

    yield grade
    worker.close()
    forks.close()


def text(cell):
    return "".join(output.get("text", "") for output in cell.outputs)


def test_outputs_as_handed_in_stay_and_say_so(graded):
    result, cells = graded("ann", outputs=SHOWN, why="As the figure shows.")
    assert text(cells["story0"]) == "drawn by the student\n"
    assert cells["story0"].metadata[OUTPUTS] == HANDED_IN
    assert OUTPUTS not in cells["imports"].metadata  # it was run
    assert marks(result) == {"test_f": 4, "why": None}
    assert result["notebooks"][NAME]["run"] == "needed"


def stale(nb):
    """The answer was run again after the story."""
    for cell in nb.cells:
        if cell.id == "f":
            cell.execution_count = 1


def cleared(nb):
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.execution_count, cell.outputs = None, []


@pytest.mark.parametrize("change", [stale, cleared])
def test_outputs_that_are_stale_or_missing_are_drawn_again_for_a_written_answer(graded, change):
    result, cells = graded("bob", change, outputs=SHOWN, why="As the figure shows.")
    assert text(cells["story0"]) == "drawn by the grader\n"
    assert cells["story0"].metadata[OUTPUTS] == REDRAWN
    assert OUTPUTS not in cells["story1"].metadata  # it shows nothing
    assert marks(result)["test_f"] == 4
    assert "drawn again" in str(result["notebooks"][NAME]["remarks"])


def test_nothing_is_drawn_where_nobody_wrote_anything(graded):
    result, cells = graded("cat", cleared, outputs=SHOWN)
    assert cells["story0"].outputs == []
    assert marks(result) == {"test_f": 4, "why": 0}


def test_drawing_again_touches_no_mark(graded):
    """Even where the run for the outputs ends badly."""
    ends = "import os\nimport numpy as np\n" + GOOD + "\nprint(open('there').read())"
    dies = "import os, pathlib\nif pathlib.Path('x').exists(): os._exit(1)\nprint('alive')"
    result, cells = graded("dan", cleared, f=ends + "\n" + dies, outputs=SHOWN, why="So.")
    assert marks(result)["test_f"] == 4
    assert text(cells["story0"]) == "drawn by the grader\n"


def test_outputs_as_handed_in_are_cleaned(graded):
    def forge(nb):
        for cell in nb.cells:
            if cell.id == "story0":
                cell.outputs = [
                    new_output("display_data", {"text/html": "<script>atk()</script>fine"})
                ]

    _, cells = graded("eve", forge, outputs=SHOWN, why="So.")
    assert "script" not in str(cells["story0"].outputs)
    assert "fine" in str(cells["story0"].outputs)


def test_outputs_of_a_changed_locked_cell_are_not_shown(graded):
    def forge(nb):
        for cell in nb.cells:
            if cell.id == "story1":
                cell.source = "figure = 2"
                cell.outputs = [new_output("stream", text="from a changed cell")]

    _, cells = graded("ed", forge, outputs=SHOWN, why="So.")
    assert cells["story1"].source == "figure = 1"
    assert cells["story1"].outputs == []


def test_a_mark_cannot_be_handed_in_as_an_output(graded):
    def forge(nb):
        for cell in nb.cells:
            if cell.id == "test_f":
                cell.outputs = [new_output("execute_result", {"text/plain": "4.0"})]
                cell.outputs[0].execution_count = 1

    wrong = "def f(x):\n    return x"
    result, cells = graded("fay", forge, f=wrong, outputs=SHOWN, why="So.")
    assert marks(result)["test_f"] == 0
    assert "4.0" not in str([o.get("data") for o in cells["test_f"].outputs])
