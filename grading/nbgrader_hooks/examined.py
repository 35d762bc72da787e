"""Run and examine a submission: what `nbgrader autograde` does in place of its own `Execute`.

The work is `grading.examiner`'s, in other processes.  Here it is put together what a notebook's
cells are (the gradebook's word, never the submission's), and the verdicts become its outputs.
"""

import os
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from nbgrader.preprocessors import Execute
from traitlets import Bool, Integer

from grading.authoring.names import bound_names
from grading.diagnosis.source import bank_for
from grading.examiner.desk import Desk
from grading.examiner.earlier import answers_alone
from grading.examiner.files import files_in
from grading.examiner.job import RUN, TEST, Cell, Job, Limits, not_run
from grading.nbgrader_hooks.rebuild import MISTAKES

_YOURS = "Printed by your code during these checks:\n"


class ExaminedExecute(Execute):
    """Examines a notebook; `Execute.timeout` is the limit for one cell of the student's.

    Every limit ends in a message where it was reached, and in the marks earned before it.
    """

    require_sandbox = Bool(
        True, help="Whether grading is refused where students' code cannot be confined."
    ).tag(config=True)

    notebook_timeout = Integer(
        600, help="Seconds that all cells of one notebook may take together."
    ).tag(config=True)

    test_timeout = Integer(
        60, help="Seconds that one test cell may wait for the student's code."
    ).tag(config=True)

    max_output = Integer(
        2_000_000, help="Bytes of output that are kept of one cell; the rest is dropped."
    ).tag(config=True)

    max_memory = Integer(
        2 << 30, help="Bytes of memory for all processes of one notebook together."
    ).tag(config=True)

    name_mistakes = Bool(
        True, help="Whether lost points are compared with the bank's known mistakes."
    ).tag(config=True)

    def preprocess(self, nb, resources, km=None):
        """Put the outputs of a run, and the tests' verdicts, into the notebook.

        Parameters
        ----------
        nb : NotebookNode
            As `PreFlight` rebuilt it.
        resources : dict
            `nbgrader` in it says whose notebook it is, and, from `converter.CourseAutograde`,
            where the submission and the assignment lie.

        Returns
        -------
        nb, resources
            The same two objects.
        """
        info = resources["nbgrader"]
        with Gradebook(info["db_url"]) as gradebook:
            assignment = gradebook.find_assignment(info["assignment"])
            books = {notebook.name: _Book(notebook) for notebook in assignment.notebooks}
        book = books[info["notebook"]]
        cells = [cell for cell in nb.cells if cell.cell_type == "code" and cell.source.strip()]
        told = [book.cell(cell) for cell in cells]
        names = _answer_names(info["source_notebook"], book.answers)
        bank = {}
        if self.name_mistakes:
            bank = bank_for(info["assignment"], info["source_notebook"]).to_data()

        def make_job(address):
            return Job(address, told, sorted(names), self._limits(), bank)

        verdicts, problem = self._examine(info, self._files(info, resources, books), make_job)
        verdicts = verdicts or [not_run(problem) for _ in cells]
        for cell, about, verdict in zip(cells, told, verdicts, strict=True):
            _write(cell, about, verdict)
        return nb, resources

    def _examine(self, info, files, make_job):
        who = (info["student"], info["assignment"])
        batch = self.parent.parent  # the exporter's: `converter.CourseAutograde`
        try:
            verdicts, problem = batch.desk.examine(who, files, make_job)
        except OSError as error:
            self.log.exception("A notebook could not be examined")
            verdicts, problem = [], f"it could not be examined ({type(error).__name__})"
        if problem:
            whose = f"{info['student']}, {info['notebook']}"
            batch.to_look_at.append(f"{whose}: the examiner failed: {problem}")
        return verdicts, problem

    def _limits(self):
        cell = self.timeout or self.notebook_timeout
        return Limits(
            cell=cell,
            test=self.test_timeout,
            notebook=self.notebook_timeout,
            output=self.max_output,
        )

    def _files(self, info, resources, books):
        """Collect what was handed in, the assignment's own files, and the earlier notebooks."""
        files = {**files_in(info["submitted_folder"]), **files_in(info["source_folder"])}
        folder = Path(resources["metadata"]["path"])
        for name in sorted(books):
            path = folder / f"{name}.ipynb"
            if name < info["notebook"] and path.is_file():
                cells = nbformat.read(path, as_version=4).cells
                book = books[name]
                files[path.name] = answers_alone(cells, book.answers, set(book.points))
        return files


class _Book:
    """What the gradebook knows of one notebook's cells."""

    def __init__(self, recorded):
        self.points = {cell.name: cell.max_score for cell in recorded.grade_cells}
        self.answers = {cell.name for cell in recorded.solution_cells}
        self._sources = {cell.name: cell.source for cell in recorded.source_cells}

    def cell(self, cell):
        """Say what a cell of the rebuilt notebook is."""
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if name in self.points and name not in self.answers:
            return Cell(TEST, name, self._sources[name], float(self.points[name]))
        return Cell(RUN, name, cell.source)


def _answer_names(source_notebook, answers):
    """Return the names that the assignment's own answers bind."""
    names = set()
    for cell in nbformat.read(source_notebook, as_version=4).cells:
        if (
            cell.cell_type == "code"
            and cell.metadata.get("nbgrader", {}).get("grade_id") in answers
        ):
            names |= bound_names(cell.source)
    return names


def _write(cell, about, verdict):
    """Put what came of a cell into the notebook, in the form that nbgrader marks."""
    said = "\n".join(filter(None, [verdict.text.rstrip("\n"), verdict.advice]))
    said += "\n" if said else ""
    outputs = [{"output_type": "stream", "name": "stdout", "text": said}]
    outputs += [{"output_type": "stream", "name": "stdout", "text": _YOURS + verdict.printed}]
    kept = [o for o, text in zip(outputs, (said, verdict.printed), strict=True) if text]
    cell.metadata.pop(MISTAKES, None)
    if verdict.mistakes:
        cell.metadata[MISTAKES] = verdict.mistakes
    if about.kind == TEST and verdict.points is not None:
        mark = {"data": {"text/plain": repr(verdict.points)}, "metadata": {}}
        mark |= {"output_type": "execute_result", "execution_count": verdict.count}
        kept.append(mark)
    cell.outputs = [nbformat.from_dict(output) for output in [*kept, *verdict.outputs]]
    cell.execution_count = verdict.count


def open_desk(config):
    """Return the desk for a batch.

    Parameters
    ----------
    config : traitlets.config.Config
        nbgrader's.

    Returns
    -------
    desk : Desk
    warning : str
        What the instructor has to know about it; usually empty.

    Raises
    ------
    RuntimeError
        When students' code cannot be confined here, and `require_sandbox` is True.
    """
    from grading.sandbox import Limits as SandboxLimits
    from grading.sandbox import Sandbox, unavailable

    if not hasattr(os, "fork"):
        raise RuntimeError(
            "Grading needs Linux (or macOS, without a sandbox); on Windows, use WSL."
        )
    settings = ExaminedExecute(config=config)
    limits = SandboxLimits(memory=settings.max_memory, cpu_seconds=settings.notebook_timeout)
    reason = unavailable().rstrip(".")
    if not reason:
        return Desk(lambda: Sandbox(limits)), ""
    if settings.require_sandbox:
        raise RuntimeError(
            f"Grading runs students' code, and cannot confine it here: {reason}. To grade all the "
            "same, set `c.ExaminedExecute.require_sandbox = False` in nbgrader_config.py."
        )
    warning = f"Students' code ran WITHOUT a sandbox, with your rights on this machine: {reason}."
    return Desk(lambda: Sandbox(limits, confined=False)), warning
