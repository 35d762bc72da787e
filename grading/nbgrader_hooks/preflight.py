"""Rebuild a submission, before anything else happens to it, around the assignment's cells."""

from nbformat.v4 import new_markdown_cell
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

from grading.nbgrader_hooks.rebuild import ADDED, rebuild
from grading.nbgrader_hooks.template import load_template


class PreFlight(NbGraderPreprocessor):
    """Rebuild a submission, and say on top of it what had to be repaired.

    Takes the place of nbgrader's `DeduplicateIds` (whose repair makes the whole batch fail) and
    `OverwriteCells` (which keeps a student's order, tags and deletions).
    """

    def preprocess(self, nb, resources):
        """Replace the cells and the notebook's metadata.

        Parameters
        ----------
        nb : NotebookNode
            The notebook as handed in.
        resources : dict
            `nbgrader` in it names the assignment, the notebook, the gradebook and, from
            `converter.CourseAutograde`, the instructor's notebook and the notes on the intake.

        Returns
        -------
        nb, resources
            The same two objects.
        """
        info = resources["nbgrader"]
        with Gradebook(info["db_url"]) as gradebook:
            recorded = gradebook.find_notebook(info["notebook"], info["assignment"])
            template = load_template(info["source_notebook"], recorded)
        cells, repairs = rebuild(template, nb.cells if info["was_read"] else None)
        notes = [*info["notes"], *repairs]
        for note in notes:
            self.log.warning("%s, %s: %s", info["student"], info["notebook"], note)
        nb.cells = ([_notes_cell(notes)] if notes else []) + cells
        nb.metadata = template.metadata
        nb.nbformat, nb.nbformat_minor = 4, 5
        return nb, resources


def _notes_cell(notes):
    text = "\n".join(["**Notes from the grader**", "", *(f"- {note}" for note in notes)])
    cell = new_markdown_cell(text, metadata={ADDED: "notes"})
    cell["id"] = "notes-from-the-grader"
    return cell
