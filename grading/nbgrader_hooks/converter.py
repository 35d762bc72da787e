"""`nbgrader autograde` for this course: every student of a batch is graded, or said not to be.

nbgrader looks for notebooks in what students handed in; a folder without a well-named, readable
notebook ends up without a score, or with the score of an earlier run.  Here the assignment says
which notebooks there are, every student gets each of them graded, and every run starts from zero.

A submission is graded in a folder of its own.  Only when all of it is done, its marks are saved, in
one transaction, and the folder takes its place in `autograded`: a run that is killed changes
nothing, and the next one goes on.

nbgrader has no setting for the class that does this, so `register` puts it where nbgrader's two
callers (the command and the formgrader's button) look it up.
"""

import contextlib
import glob
import shutil
import tempfile
from fnmatch import fnmatch
from pathlib import Path

from nbconvert.exporters import Exporter, NotebookExporter
from nbformat.v4 import new_notebook
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde, NbGraderException
from nbgrader.converters.base import BaseConverter
from nbgrader.utils import find_all_files, parse_utc, rmtree
from traitlets import Type

from grading import pytorch
from grading.nbgrader_hooks.examined import open_desk
from grading.nbgrader_hooks.intake import copy_plain_files, receive
from grading.nbgrader_hooks.saving import save_marks

#: The folder, beside `autograded`, of a submission that is being graded.
UNFINISHED = ".unfinished"


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
    marks : dict of str to grading.nbgrader_hooks.saving.NotebookMarks
        Of the submission that is being graded, by notebook.
    """

    _copied_to = None
    _is_grading = False

    exporter_class = Type(SubmissionExporter, klass=Exporter).tag(config=True)

    def start(self):
        """Grade the batch, then list what a person should look at."""
        self.to_look_at = []
        try:
            self.desk, warning = open_desk(self.config)
        except RuntimeError as error:
            raise NbGraderException(str(error)) from None
        warnings = list(filter(None, [warning, pytorch.advice(self._ungradable())]))
        try:
            with self.desk:
                super().start()
        finally:
            for sentence in self.to_look_at:
                self.log.error(sentence)
            for sentence in warnings:
                self.log.warning(sentence)
        if self.to_look_at:
            raise NbGraderException("Some submissions need a look; they may have lost points.")

    def _ungradable(self):
        """Find the exercises, of the notebooks asked for, that need PyTorch where it is missing."""
        folder = self.coursedir.format_path(
            self.coursedir.source_directory, ".", self.coursedir.assignment_id
        )
        asked = self.coursedir.notebook_id
        found = pytorch.ungradable(folder)
        return {name: exercises for name, exercises in found.items() if fnmatch(name, asked)}

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

    @property
    def _input_directory(self):
        return super()._input_directory if self._sanitizing else UNFINISHED

    @property
    def _output_directory(self):
        return UNFINISHED if self._is_grading else self.coursedir.autograded_directory

    def init_destination(self, assignment_id, student_id):
        """Tell whether a submission is to be graded (again).

        Nothing of an earlier grading is touched before this one is done.
        """
        self._is_grading = False
        if student_id in (self.coursedir.student_id_exclude or "").split(","):
            return False
        graded = Path(self._format_dest(assignment_id, student_id))
        unfinished = Path(self.coursedir.format_path(UNFINISHED, student_id, assignment_id))
        if unfinished.exists():
            self.log.warning("%s: an earlier grading was broken off; it begins anew", student_id)
            _remove(unfinished)
        elif not self.force and self._is_up_to_date(graded, assignment_id, student_id):
            self.log.info("Skipping existing assignment: %s", graded)
            return False
        self.marks = {}
        self._is_grading = True
        return True

    def _is_up_to_date(self, graded, assignment_id, student_id):
        if not all((graded / Path(notebook).name).exists() for notebook in self.notebooks):
            return False
        with self._plain_copy(assignment_id, student_id):
            handed_in = self._format_source(assignment_id, student_id)
            new, old = map(self.coursedir.get_existing_timestamp, (handed_in, str(graded)))
        return new is None or old is None or new <= old

    def init_assignment(self, assignment_id, student_id):
        """Put the files together in a folder for what is not finished."""
        self._require_entries(assignment_id, student_id)
        graded = Path(
            self.coursedir.format_path(
                self.coursedir.autograded_directory, student_id, assignment_id
            )
        )
        folder = Path(self._format_dest(assignment_id, student_id))
        folder.mkdir(parents=True)
        if self.coursedir.notebook_id != "*" and graded.is_dir():
            others = shutil.ignore_patterns(*[Path(notebook).name for notebook in self.notebooks])
            shutil.copytree(graded, folder, ignore=others, dirs_exist_ok=True)
        with self._plain_copy(assignment_id, student_id):
            BaseConverter.init_assignment(self, assignment_id, student_id)
        self._copy_own_files(assignment_id, folder)

    def _require_entries(self, assignment_id, student_id):
        """Raise when the gradebook knows nothing of the assignment, or may not of the student."""
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            try:
                gradebook.find_assignment(assignment_id)
                if not self.create_student:
                    gradebook.find_student(student_id)
            except MissingEntry as error:
                raise NbGraderException(f"{error}. Nothing of {student_id} was graded.") from None

    def _copy_own_files(self, assignment_id, folder):
        """Copy the assignment's files over those that were handed in."""
        source = self.coursedir.format_path(self.coursedir.source_directory, ".", assignment_id)
        kept = {str(Path(source, name)) for name in self.exclude_overwriting.get(assignment_id, [])}
        for file in find_all_files(source, [*self.coursedir.ignore, "*.ipynb"]):
            copy = folder / Path(file).relative_to(source)
            if file in kept and copy.exists():
                continue
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.unlink(missing_ok=True)
            shutil.copy(file, copy)

    def set_permissions(self, assignment_id, student_id):
        """Save the marks, and put the graded notebooks in place of an earlier run's."""
        folder = Path(self._format_dest(assignment_id, student_id))
        timestamp = self.coursedir.get_existing_timestamp(str(folder))
        save_marks(self, assignment_id, student_id, timestamp)
        # From here on, whatever happens, the next run would do it again: the folder is still there.
        self._is_grading = False
        graded = Path(self._format_dest(assignment_id, student_id))
        if graded.exists():
            _remove(graded)
        graded.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(folder, graded)
        _remove_empty(folder.parent, up_to=Path(self.coursedir.root))
        super().set_permissions(assignment_id, student_id)

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


def _remove(folder):
    """Remove a folder, also of files that may only be read."""
    rmtree(str(folder))


def _remove_empty(folder, up_to):
    """Remove empty folders from one upwards, below another."""
    while up_to in folder.parents and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
