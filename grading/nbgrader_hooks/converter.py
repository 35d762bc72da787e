"""`nbgrader autograde` for this course: every student of a batch is graded, or said not to be.

nbgrader looks for notebooks in what students handed in; a folder without a well-named, readable
notebook ends up without a score, or with the score of an earlier run.  Here the assignment says
which notebooks there are, every student gets each of them graded, and every run starts from zero.

nbgrader has no setting for the class that does this, so `register` puts it where nbgrader's two
callers (the command and the formgrader's button) look it up.
"""

import contextlib
import glob
import tempfile
from fnmatch import fnmatch
from pathlib import Path

from nbconvert.exporters import Exporter, NotebookExporter
from nbformat.v4 import new_notebook
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde, NbGraderException
from nbgrader.utils import parse_utc
from traitlets import Type

from grading.nbgrader_hooks.examined import open_desk
from grading.nbgrader_hooks.intake import copy_plain_files, receive


def _is_time(path):
    """Tell whether nbgrader can read a time of handing in."""
    try:
        parse_utc(path.read_text(encoding="utf-8").strip())
    except (ValueError, OverflowError):
        return False
    return True


def register():
    """Make `nbgrader autograde` and the formgrader use `CourseAutograde`."""
    import nbgrader.apps.api
    import nbgrader.apps.autogradeapp

    nbgrader.apps.api.Autograde = CourseAutograde
    nbgrader.apps.autogradeapp.Autograde = CourseAutograde


class SubmissionExporter(NotebookExporter):
    """Process the notebook that was read already, where nbconvert would insist on a sound file."""

    def from_filename(self, filename, resources=None, **kw):
        """Convert `resources["nbgrader"]["submission"]`, else the file, as nbconvert does."""
        nb = resources["nbgrader"].pop("submission", None)
        if nb is None:
            return super().from_filename(filename, resources=resources, **kw)
        path = Path(filename)
        resources["metadata"] = {"name": path.stem, "path": str(path.parent)}
        return self.from_notebook_node(nb, resources=resources, **kw)


class CourseAutograde(Autograde):
    """Grade every notebook of the assignment for every student.

    Ends like nbgrader with exit status 1 when something needs a look by a person, after all
    students were graded.

    Attributes
    ----------
    desk : grading.examiner.desk.Desk
        Where `ExaminedExecute` has the batch's notebooks examined.
    to_look_at : list of str
        A sentence for each thing that a person should look at; the steps of the grading add to it.
    """

    _copied_to = None

    exporter_class = Type(SubmissionExporter, klass=Exporter).tag(config=True)

    def start(self):
        """Grade the batch, then list what a person should look at."""
        self.to_look_at = []
        try:
            self.desk, warning = open_desk(self.config)
        except RuntimeError as error:
            raise NbGraderException(str(error)) from None
        try:
            with self.desk:
                super().start()
        finally:
            for sentence in self.to_look_at:
                self.log.error(sentence)
            if warning:
                self.log.warning(warning)
        if self.to_look_at:
            raise NbGraderException("Some submissions need a look; they may have lost points.")

    def init_notebooks(self):
        """List the assignment's notebooks for each student, there or not."""
        names = self._names()
        self.assignments = {}
        self.notebooks = []
        pattern = self._format_source(self.coursedir.assignment_id, self.coursedir.student_id)
        wanted = [name for name in names if fnmatch(name, self.coursedir.notebook_id)]
        for folder in glob.glob(pattern):  # noqa: PTH207  (an absolute pattern)
            if wanted and Path(folder).is_dir():
                self.assignments[folder] = [str(Path(folder, f"{name}.ipynb")) for name in wanted]
        self.desk.to_come = len(self.assignments)
        if not self.assignments:
            super().init_notebooks()  # its messages say what is wrong

    def init_assignment(self, assignment_id, student_id):
        """Start from zero, whatever an earlier run found or this one runs into."""
        try:
            with self._plain_copy(assignment_id, student_id):
                super().init_assignment(assignment_id, student_id)
        finally:
            self._forget_automatic_scores(assignment_id, student_id)

    def init_destination(self, assignment_id, student_id):
        """Tell, as nbgrader does, whether a submission is to be graded (again)."""
        with self._plain_copy(assignment_id, student_id):
            return super().init_destination(assignment_id, student_id)

    @contextlib.contextmanager
    def _plain_copy(self, assignment_id, student_id):
        """Let nbgrader copy from a copy, without links to others' files or pipes that never end."""
        if not self._sanitizing:  # it copies from its own folder then
            yield
            return
        folder = self._format_source(assignment_id, student_id)
        with tempfile.TemporaryDirectory() as copy:
            left_out = copy_plain_files(folder, copy)
            time = Path(copy, "timestamp.txt")
            if time.exists() and not _is_time(time):
                time.unlink()
                left_out.append(time.name)
            if left_out:
                self.log.warning("%s: not used: %s", folder, ", ".join(map(repr, left_out)))
            self._copied_to = copy
            try:
                yield
            finally:
                self._copied_to = None

    def _format_source(self, assignment_id, student_id, escape=False):
        """Return where a submission is, or, while its files are copied, its plain files."""
        return self._copied_to or super()._format_source(assignment_id, student_id, escape)

    def init_single_notebook_resources(self, notebook_filename):
        """Read what was handed in and pass it on, with what `PreFlight` needs."""
        resources = super().init_single_notebook_resources(notebook_filename)
        info = resources["nbgrader"]
        name = info["notebook"]
        source = self.coursedir.format_path(
            self.coursedir.source_directory, ".", info["assignment"]
        )
        info.update(
            source_notebook=Path(source, f"{name}.ipynb"),
            source_folder=source,
            submitted_folder=self._format_source(info["assignment"], info["student"]),
        )
        if self._sanitizing:
            found = receive(Path(notebook_filename).parent, name, self._names())
            if found.needs_a_look:
                self.to_look_at.append(f"{info['student']}: {' '.join(found.notes)}")
            info.update(
                submission=found.nb or new_notebook(),
                was_read=found.nb is not None,
                notes=found.notes,
            )
        return resources

    def _names(self):
        """List the notebooks of the assignment that the gradebook knows."""
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            try:
                assignment = gradebook.find_assignment(self.coursedir.assignment_id)
            except MissingEntry:
                return []
            return [notebook.name for notebook in assignment.notebooks]

    def _forget_automatic_scores(self, assignment_id, student_id):
        """Set tests to zero and written answers to ungraded; what people entered stays."""
        graded_now = {Path(notebook).stem for notebook in self.notebooks}
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            try:
                submission = gradebook.find_submission(assignment_id, student_id)
            except MissingEntry:
                return
            for notebook in submission.notebooks:
                if notebook.name not in graded_now:
                    continue
                notebook.late_submission_penalty = None
                tests = {c.name for c in notebook.notebook.grade_cells}
                tests -= {c.name for c in notebook.notebook.solution_cells}
                for grade in notebook.grades:
                    is_test = grade.name in tests
                    grade.auto_score = 0.0 if is_test else None
                    grade.needs_manual_grade = not is_test or grade.manual_score is not None
            gradebook.db.commit()
