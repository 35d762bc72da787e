"""Turn made-up students into submitted notebooks, as a real one would hand them in."""

from pathlib import Path

import nbformat

from grading.classroom.sample_class import WRITTEN
from grading.course.assignment import Notebook


def write_submission(student, source, release, target, executed=None):
    """Write all notebooks of one student's submission.

    Parameters
    ----------
    student : grading.classroom.sample_class.Student
    source, release, target : pathlib.Path
        The assignment's folders: the instructor's version, the students', and
        ``submitted/STUDENT/ASSIGNMENT``.
    executed : pathlib.Path, optional
        The assignment's folder of executed solutions: the student hands in what these cells
        showed, as somebody does who has run the notebook.  Without it, or where a notebook is not
        in it, outputs are cleared.
    """
    target.mkdir(parents=True, exist_ok=True)
    for file in sorted(Path(release).glob("*.ipynb")):
        notebook = nbformat.read(file, as_version=4)
        if not student.untouched:
            _answer(notebook, Notebook(Path(source) / file.name).solutions, student)
            if executed and (solved := Path(executed) / file.name).is_file():
                _show(notebook, nbformat.read(solved, as_version=4))
        if student.surgery:
            SURGERY[student.surgery](notebook)
        nbformat.write(notebook, target / file.name)


def _answer(notebook, solutions, student):
    """Fill in the answers and the written answers."""
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader", {})
        if not marks.get("solution"):
            continue
        if cell.cell_type == "code":
            cell.source = student.answer(marks.grade_id, solutions[marks.grade_id])
        else:
            cell.source = WRITTEN


def _show(notebook, executed):
    """Put the outputs and numbers of executed cells into a notebook's cells of the same id."""
    shown = {cell.id: cell for cell in executed.cells if cell.cell_type == "code"}
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.id in shown:
            cell.outputs = shown[cell.id].outputs
            cell.execution_count = shown[cell.id].execution_count


def paste_and_delete(notebook):
    """Paste the first check cell a second time, and delete the last one."""
    checks = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("points")]
    checks = [c for c in checks if c.cell_type == "code"]
    if not checks:  # written answers alone
        return
    place = notebook.cells.index(checks[0])
    copy = nbformat.from_dict({**checks[0], "id": "pasted"})
    notebook.cells.insert(place + 1, copy)
    notebook.cells.remove(checks[-1])


SURGERY = {"paste_and_delete": paste_and_delete}
