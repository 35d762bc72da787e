"""Marks as a table: an exercise a row, a student a column."""

from dataclasses import dataclass

import nbformat

from grading.course.cell_marks import MISTAKES


@dataclass(frozen=True)
class Marks:
    """All marks of an assignment.

    Attributes
    ----------
    students : list of str
    points : dict of str to float
        The full points of each exercise and written answer, in the notebooks' order.
    written : set of str
        Those that a person marks.
    scores : dict of (str, str) to float or None
        By student and exercise; None while it waits for a person, or nothing was handed in.
    """

    students: list
    points: dict
    written: set
    scores: dict

    def automatic(self):
        """Return the exercises that the grader marks, in order."""
        return [name for name in self.points if name not in self.written]

    def score(self, student, exercise):
        """Return a student's mark in an exercise, or None."""
        return self.scores.get((student, exercise))


def read_marks(gradebook, assignment):
    """Read an assignment's marks from the gradebook.

    Parameters
    ----------
    gradebook : nbgrader.api.Gradebook
    assignment : str

    Returns
    -------
    Marks
    """
    points, written, scores = {}, set(), {}
    for notebook in sorted(gradebook.find_assignment(assignment).notebooks, key=lambda n: n.name):
        order = {cell.name: place for place, cell in enumerate(notebook.source_cells)}
        solutions = {cell.name for cell in notebook.solution_cells}
        for cell in sorted(notebook.grade_cells, key=lambda c: order.get(c.name, -1)):
            exercise = cell.name.removeprefix("test_")
            points[exercise] = points.get(exercise, 0) + cell.max_score
            if cell.name in solutions:
                written.add(exercise)
    submissions = sorted(gradebook.assignment_submissions(assignment), key=lambda s: s.student_id)
    for submission in submissions:
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                exercise = grade.name.removeprefix("test_")
                key = (submission.student_id, exercise)
                waits = grade.auto_score is None and grade.manual_score is None
                scores[key] = None if waits else scores.get(key, 0) + grade.score
    return Marks([s.student_id for s in submissions], points, written, scores)


def marks_table(marks):
    """Return the table as text."""
    first = max(len(name) for name in [*marks.points, "automatic marks"])
    width = max(6, *(len(name) + 1 for name in marks.students))
    lines = [_row("", "of", marks.students, first, width)]
    lines.append("-" * len(lines[0]))
    for exercise, full in marks.points.items():
        cells = [_shown(marks.score(student, exercise)) for student in marks.students]
        lines.append(_row(exercise, f"{full:g}", cells, first, width))
    lines.append("-" * len(lines[0]))
    automatic = marks.automatic()
    totals = [sum(marks.score(s, e) or 0 for e in automatic) for s in marks.students]
    full = sum(marks.points[exercise] for exercise in automatic)
    lines.append(_row("automatic marks", f"{full:g}", map(_shown, totals), first, width))
    return "\n".join(lines)


def _row(name, full, cells, first, width):
    return f"{name:<{first}} {full:>4} " + "".join(f"{cell:>{width}}" for cell in cells)


def _shown(score):
    return "-" if score is None else f"{score:g}"


def named_in(path):
    """Return the mistakes that a graded notebook names: a list of titles for each exercise."""
    return {
        cell.metadata.nbgrader.grade_id.removeprefix("test_"): cell.metadata[MISTAKES]
        for cell in nbformat.read(path, as_version=4).cells
        if MISTAKES in cell.metadata and "nbgrader" in cell.metadata
    }
