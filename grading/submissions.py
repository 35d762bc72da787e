"""Turn made-up students into submitted notebooks, as a real one would hand them in."""

from pathlib import Path

import nbformat

from grading.sample_class import WRITTEN

MARKERS = ("### BEGIN SOLUTION", "### END SOLUTION")


def write_submission(student, source, release, target):
    """Write all notebooks of one student's submission.

    Parameters
    ----------
    student : grading.sample_class.Student
    source, release, target : pathlib.Path
        The assignment's folders: the instructor's version, the students', and
        ``submitted/STUDENT/ASSIGNMENT``.
    """
    target.mkdir(parents=True, exist_ok=True)
    for file in sorted(Path(release).glob("*.ipynb")):
        notebook = nbformat.read(file, as_version=4)
        if not student.untouched:
            _answer(notebook, solutions_of(Path(source) / file.name), student)
        if student.surgery:
            SURGERY[student.surgery](notebook)
        nbformat.write(notebook, target / file.name)


def solutions_of(source_notebook):
    """Return the sources of a notebook's answer cells, without markers, by grade_id."""
    cells = nbformat.read(source_notebook, as_version=4).cells
    answers = [c for c in cells if c.metadata.get("nbgrader", {}).get("solution")]
    return {
        cell.metadata.nbgrader.grade_id: "\n".join(
            line for line in cell.source.splitlines() if line.strip() not in MARKERS
        )
        for cell in answers
        if cell.cell_type == "code"
    }


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


def paste_and_delete(notebook):
    """Paste the first check cell a second time, and delete the last one."""
    checks = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("points")]
    checks = [c for c in checks if c.cell_type == "code"]
    place = notebook.cells.index(checks[0])
    copy = nbformat.from_dict({**checks[0], "id": "pasted"})
    notebook.cells.insert(place + 1, copy)
    notebook.cells.remove(checks[-1])


SURGERY = {"paste_and_delete": paste_and_delete}
