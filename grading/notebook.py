"""A notebook of ``source/``, as what judges answers sees it: answers, tests, who calls whom."""

from pathlib import Path

import nbformat

from grading.authoring.names import bound_names
from grading.examiner.job import TEST, Cell
from grading.submissions import solutions_of


class SourceNotebook:
    """The instructor's version of a notebook.

    Parameters
    ----------
    path : path

    Attributes
    ----------
    solutions : dict of str to str
        The answer cells by exercise, without markers.
    tests : list of grading.examiner.job.Cell
    names : set of str
        The names that answers bind.
    """

    def __init__(self, path):
        self.path = Path(path)
        self.solutions = solutions_of(self.path)
        self.names = set().union(*(bound_names(text) for text in self.solutions.values()))
        self.tests = [
            Cell(TEST, cell.metadata.nbgrader.grade_id, cell.source, cell.metadata.nbgrader.points)
            for cell in nbformat.read(self.path, as_version=4).cells
            if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade")
        ]

    def exercise_of(self, test):
        """Return the exercise that a test is about: ``test_cost_2`` belongs to ``cost``."""
        name = test.removeprefix("test_")
        stem, _, number = name.rpartition("_")
        return stem if number.isdigit() and stem in self.solutions else name

    def tests_reached_by(self, exercise):
        """List the tests that an answer to an exercise could possibly reach."""
        reached = built_on(self.solutions, exercise)
        return [
            cell
            for cell in self.tests
            if self.exercise_of(cell.name) in reached
            or any(f"{name}(" in cell.source or f"{name}," in cell.source for name in reached)
        ]


def built_on(solutions, exercise):
    """Return an exercise and all that call it, directly or through others.

    Parameters
    ----------
    solutions : dict of str to str
        The answer cells by exercise.
    exercise : str

    Returns
    -------
    set of str
    """
    reached = {exercise}
    while more := {
        other
        for other, source in solutions.items()
        if other not in reached and any(f"{name}(" in source for name in reached)
    }:
        reached |= more
    return reached


def source_notebooks(folder):
    """Return the notebooks of an assignment's folder in ``source/``, in order."""
    return [SourceNotebook(path) for path in sorted(Path(folder).glob("*.ipynb"))]
