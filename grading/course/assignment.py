"""The one reader of an assignment's source: its notebooks in ``source/``, read once.

What grades, diagnoses, audits or hands out an assignment asks here which cells are answers and
tests, what they are worth, which names they bind, who builds on whom, and what needs PyTorch.
"""

import ast
import hashlib
from functools import cached_property
from pathlib import Path

import nbformat

from grading.course import pytorch
from grading.course.cell_names import bound_names
from grading.course.home import home_of, read_settings
from grading.course.student_files import module_files
from grading.examiner.job import TEST, Cell

MARKERS = ("### BEGIN SOLUTION", "### END SOLUTION")
#: Definitions that the bank's answers may use: no data, and nothing that computes.
_DEFINITIONS = ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef


class Assignment:
    """An assignment's folder in ``source/``.

    Parameters
    ----------
    folder : path

    Attributes
    ----------
    name : str
    folder : pathlib.Path
    home : grading.course.home.Home
    notebooks : list of Notebook
        In the order of their names.
    plain : bool
        Whether it is graded as nbgrader alone would, tests and answers in one process: ``plain =
        true`` in its ``assignment.toml``, in ``notebooks/`` or beside the notebooks.
    """

    def __init__(self, folder):
        self.folder = Path(folder)
        self.name = self.folder.name
        self.home = home_of(self.folder)
        self.plain = self._settings().get("plain") is True
        paths = sorted(self.folder.glob("*.ipynb"))
        self.notebooks = [Notebook(path, self.plain) for path in paths]

    @property
    def modules(self):
        """The folder of the modules that students have beside the notebooks, or None.

        In the home; or, where a course has no home for it, in ``source/``, where they are built.
        """
        return self.home.student or (self.folder if module_files(self.folder) else None)

    def _settings(self):
        return self.home.settings() or read_settings(self.folder / "assignment.toml")

    def notebook(self, name):
        """Return the notebook of a name, without ``.ipynb``.

        Raises
        ------
        KeyError
            When there is none.
        """
        for notebook in self.notebooks:
            if notebook.name == name:
                return notebook
        raise KeyError(name)

    def ungradable(self):
        """Return the exercises that cannot be checked for want of PyTorch, by notebook."""
        if pytorch.is_installed():
            return {}
        found = {notebook.name: notebook.needing_pytorch() for notebook in self.notebooks}
        return {name: exercises for name, exercises in found.items() if exercises}

    def other_tests(self):
        """Return the tests without checks of this course's kind, by notebook, where any is one.

        Such a test gives no points to anyone, unless the assignment is `plain`.
        """
        if self.plain:
            return {}
        found = {n.name: [c.name for c in n.tests if not _is_ours(c)] for n in self.notebooks}
        return {name: tests for name, tests in found.items() if tests}

    def checksum(self):
        """Return the SHA-256 of the notebooks' files: which version of it graded something."""
        digest = hashlib.sha256(b"plain" if self.plain else b"")
        for notebook in self.notebooks:
            digest.update(notebook.name.encode() + b"\0")
            digest.update(hashlib.sha256(notebook.path.read_bytes()).digest())
        return digest.hexdigest()


class Notebook:
    """The instructor's version of one notebook.

    Parameters
    ----------
    path : path
    plain : bool
        As of its `Assignment`.

    Attributes
    ----------
    name : str
    path : pathlib.Path
    plain : bool
    nb : NotebookNode
        As it stands in the file.
    """

    def __init__(self, path, plain=False):
        self.path, self.plain = Path(path), plain
        self.name = self.path.stem
        self.nb = nbformat.read(self.path, as_version=4)

    @cached_property
    def solutions(self):
        """The answer cells' sources, without markers, by exercise."""
        return {
            _label(cell).grade_id: without_markers(cell.source)
            for cell in self.nb.cells
            if cell.cell_type == "code" and _label(cell).get("solution")
        }

    @cached_property
    def tests(self):
        """The test cells, as `grading.examiner.job.Cell`."""
        return [
            Cell(TEST, _label(cell).grade_id, cell.source, float(_label(cell).points))
            for cell in self.nb.cells
            if cell.cell_type == "code"
            and _label(cell).get("grade")
            and not _label(cell).get("solution")
        ]

    @cached_property
    def written(self):
        """The names of the answers that a person marks."""
        return [
            _label(cell).grade_id
            for cell in self.nb.cells
            if cell.cell_type == "markdown" and _label(cell).get("grade")
        ]

    @cached_property
    def names(self):
        """The names that the answers bind: all that a test may ask a student's code for."""
        if self.plain:
            return set()
        return set().union(*(bound_names(text) for text in self.solutions.values()))

    @property
    def exercises(self):
        """The names of the exercises with code, in order."""
        return list(self.solutions)

    @property
    def uses_pytorch(self):
        """Whether one of the tests works with PyTorch."""
        return pytorch.is_used(cell.source for cell in self.tests)

    def needing_pytorch(self):
        """Return the exercises whose tests work with PyTorch."""
        return [
            self.exercise_of(cell.name) for cell in self.tests if pytorch.is_used([cell.source])
        ]

    def given_names(self):
        """Return the source of what students are given and answers may use; see `definitions`."""
        return definitions(
            cell.source
            for cell in self.nb.cells
            if cell.cell_type == "code"
            and not _label(cell).get("solution")
            and not _label(cell).get("grade")
        )

    def exercise_of(self, test):
        """Return the exercise that a test is about: ``test_cost_2`` belongs to ``cost``."""
        return exercise_of(test, self.solutions)

    def tests_reached_by(self, exercise):
        """List the tests that an answer to an exercise could possibly reach."""
        reached = built_on(self.solutions, exercise)
        return [
            cell
            for cell in self.tests
            if self.exercise_of(cell.name) in reached
            or any(f"{name}(" in cell.source or f"{name}," in cell.source for name in reached)
        ]


def _is_ours(test):
    """Tell whether a test cell ends in ``credit(...)``."""
    try:
        body = ast.parse(test.source).body
    except SyntaxError:  # a magic, say
        return False
    last = body[-1].value if body and isinstance(body[-1], ast.Expr) else None
    return isinstance(last, ast.Call) and getattr(last.func, "id", "") == "credit"


def exercise_of(test, exercises):
    """Return the exercise that a test cell is about: ``test_cost_2`` belongs to ``cost``."""
    name = test.removeprefix("test_")
    stem, _, number = name.rpartition("_")
    return stem if number.isdigit() and stem in exercises else name


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


def without_markers(source):
    """Return an answer cell's source without the lines that mark the solution."""
    return "\n".join(line for line in source.splitlines() if line.strip() not in MARKERS)


def definitions(sources):
    """Return the imports, functions and classes of some cells: no data, and nothing that computes.

    Parameters
    ----------
    sources : iterable of str

    Returns
    -------
    str
    """
    return "\n\n".join(
        ast.unparse(node)
        for source in sources
        for node in ast.parse(source).body
        if isinstance(node, _DEFINITIONS)
    )


def _label(cell):
    return cell.metadata.get("nbgrader", {})
