"""The assignment's own cells: what a submission is rebuilt around.

The order and the prose come from the instructor's notebook in `source/`; the text and points of
every answer, test and locked cell come from the gradebook, where `nbgrader generate_assignment`
put them.  Nothing of it comes from a student.
"""

from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader import utils

from grading.course.cell_marks import HIDDEN_TESTS, MARK_SCHEME, SOLUTION, split_region


@dataclass(frozen=True)
class Slot:
    """One cell of the assignment.

    Attributes
    ----------
    cell : NotebookNode
        The cell as it is graded: a test with its hidden part, an answer as the empty stub.
    released : str
        The text that students received in this cell.
    mark_scheme : str
        What the marker needs beside the answer: the rubric, and the model answer.
    """

    cell: NotebookNode
    released: str
    mark_scheme: str = ""

    @property
    def grade_id(self):
        """The cell's name in the gradebook; None for prose."""
        return self.cell.metadata.get("nbgrader", {}).get("grade_id")

    @property
    def is_answer(self):
        """Whether the student writes this cell."""
        return utils.is_solution(self.cell)

    @property
    def is_test(self):
        """Whether the cell gives points by itself."""
        return self.cell.cell_type == "code" and utils.is_grade(self.cell) and not self.is_answer


@dataclass(frozen=True)
class Template:
    """The assignment's cells in order.

    Attributes
    ----------
    slots : list of Slot
        The cells, but for code cells without a label: those become the student's own.
    metadata : NotebookNode
        The notebook's own metadata.
    free_code : tuple of str
        The sources of the code cells without a label.
    origin : str
        ``"ASSIGNMENT/NOTEBOOK"``.
    """

    slots: list[Slot]
    metadata: NotebookNode = field(default_factory=NotebookNode)
    free_code: tuple[str, ...] = ()
    origin: str = ""


def load_template(source_notebook, recorded):
    """Read the assignment that a submission is measured against.

    Parameters
    ----------
    source_notebook : path
        The instructor's version of the notebook.
    recorded : nbgrader.api.Notebook
        The same notebook in the gradebook.

    Returns
    -------
    Template

    Raises
    ------
    RuntimeError
        The notebook is not there, or has other cells than the gradebook knows.
    """
    source_notebook = Path(source_notebook)
    again = "run `nbgrader generate_assignment` for this assignment again"
    if not source_notebook.is_file():
        raise RuntimeError(f"{source_notebook} is missing, and grading needs it: build it, {again}")
    nb = nbformat.read(source_notebook, as_version=4)
    texts = {cell.name: cell for cell in recorded.source_cells}
    points = {c.name: c.max_score for c in [*recorded.grade_cells, *recorded.task_cells]}
    ids = {_grade_id(cell) for cell in nb.cells} - {None}
    if ids != set(texts):
        odd = ", ".join(sorted(ids ^ set(texts)))
        raise RuntimeError(
            f"{source_notebook} and the gradebook differ in their cells ({odd}): "
            f"restore the notebook, or {again}"
        )
    slots = []
    for cell in nb.cells:
        name = _grade_id(cell)
        if name is not None:
            slots.append(_graded_slot(cell, texts[name], points.get(name)))
        elif cell.cell_type != "code":
            cell.metadata = NotebookNode()
            slots.append(Slot(cell, cell.source))
    free = (c.source for c in nb.cells if c.cell_type == "code" and _grade_id(c) is None)
    origin = f"{source_notebook.resolve().parent.name}/{source_notebook.stem}"
    return Template(slots, nb.metadata, tuple(free), origin)


def _grade_id(cell):
    roles = (utils.is_grade, utils.is_solution, utils.is_locked, utils.is_task)
    return cell.metadata.nbgrader.grade_id if any(role(cell) for role in roles) else None


def _guide(cell):
    """Return the rubric and the model answer of an answer that a person marks, as Markdown.

    They stand in the source notebook alone: between its solution markers, which
    `nbgrader generate_assignment` empties before the gradebook keeps the text.
    """
    if not (utils.is_solution(cell) and utils.is_grade(cell)):
        return ""
    rest, rubric = split_region(cell.source, MARK_SCHEME)
    model = split_region(rest, SOLUTION)[1].strip("\n")
    if model and cell.cell_type == "code":
        model = f"```python\n{model}\n```"
    parts = [rubric.strip("\n"), f"**Model answer**\n\n{model}" if model else ""]
    return "\n\n".join(filter(None, parts))


def _graded_slot(cell, text, points):
    """One answer, test or locked cell, with the gradebook's text."""
    guide = _guide(cell)
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = [], None
    cell.source = text.source
    if points is not None:
        cell.metadata.nbgrader["points"] = points
    released, _ = split_region(cell.source, HIDDEN_TESTS)
    released, scheme = split_region(released, MARK_SCHEME)
    if utils.is_solution(cell):
        cell.source, scheme = released, guide or scheme  # goes into a cell of its own
    # nbgrader compares this with the answer: equal means "no response".
    cell.metadata.nbgrader["checksum"] = utils.compute_checksum(cell)
    cell.metadata.nbgrader["cell_type"] = cell.cell_type
    return Slot(cell, released, scheme.strip("\n"))
