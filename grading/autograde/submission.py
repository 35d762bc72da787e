"""Grade one submission: from the folder that was handed in to the result and the pages' notebooks.

This is the whole way, in the order in which data flow: intake, match and rebuild, choose the cells
to run, examine, outcome, clean, write.  It runs in a child process with limits (`forking`); what
schedules it (nbgrader's command, the formgrader's button, the demo, a replay) is elsewhere.
"""

import platform
import shutil
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import nbformat
import numpy as np

from grading.autograde.examination import Examination
from grading.autograde.intake.claims import known_notebooks
from grading.autograde.intake.hand_in_time import TIMESTAMP, handed_in_at
from grading.autograde.intake.notebook_file import receive
from grading.autograde.intake.side_files import files_in, written_modules
from grading.autograde.intake.survey import copy_plain_files, survey
from grading.autograde.intake.zip_files import unpack, zip_files
from grading.autograde.order import RESULT, VERSION, seed_of
from grading.autograde.outcome import (
    exercises_of,
    keep_handed_in,
    limit_outputs,
    marks_of,
    put_redrawn,
    put_verdict,
)
from grading.autograde.rebuild.rebuilding import rebuild
from grading.autograde.rebuild.template import load_template
from grading.autograde.result import ResultError, read_result, write_result
from grading.autograde.standing import content_of
from grading.course.assignment import Assignment
from grading.course.cell_marks import ADDED
from grading.course.home import use_modules
from grading.diagnosis.known_answers import bank_for
from grading.examiner.without_tests import without_tests
from grading.pages.safe_notebook import CleanForDisplay

#: What the pages of an assignment say whose tests share a process with the answers.
PLAIN = (
    "The tests of this assignment ran in one process with the answers, as in ordinary nbgrader "
    "assignments: unlike others, its marks are not protected against forgery."
)
#: The folder, beside the graded notebooks, of what was unpacked; it is removed again.
_UNPACKED = ".handed-in"
#: Files that are named in the log where they are not used; the rest is counted.
_NAMED = 10


class Grader:
    """An assignment, read and ready to grade submissions.

    Parameters
    ----------
    folder : path
        The assignment's folder in ``source/``.
    recorded : list of grading.autograde.recorded.RecordedNotebook
    settings : grading.autograde.settings.Settings
    wanted : collection of str, optional
        The notebooks that will be graded; all of them by default.

    Raises
    ------
    RuntimeError
        When the notebooks and the gradebook do not agree: the message says what to do.
    """

    def __init__(self, folder, recorded, settings, wanted=None):
        self.settings = settings
        self.wanted = {notebook.name for notebook in recorded} if wanted is None else set(wanted)
        self.source = Assignment(folder)
        use_modules(self.source.modules)
        self.recorded = {notebook.name: notebook for notebook in recorded}
        self.templates = {
            name: load_template(Path(folder, f"{name}.ipynb"), notebook)
            for name, notebook in self.recorded.items()
        }
        self.known = known_notebooks(self.templates)
        self.checksum = self.source.checksum()
        self.banks = {}
        if settings.name_mistakes:
            self.banks = {
                name: bank_for(self.source.notebook(name))
                for name in self.recorded
                if name in self.wanted
            }

    @property
    def uses_pytorch(self):
        """Whether a test of the notebooks that are graded works with PyTorch."""
        asked = [each for each in self.source.notebooks if each.name in self.wanted]
        return any(notebook.uses_pytorch for notebook in asked)

    def grade(self, order):
        """Grade one submission.

        Parameters
        ----------
        order : grading.autograde.order.Order

        Returns
        -------
        dict
            The result, which is also written into ``order.target``, beside the notebooks.
        """
        return _Submission(self, order).grade()


class _Submission:
    def __init__(self, grader, order):
        self.grader, self.order = grader, order
        self.target = Path(order.target)
        self.look, self.log = [], []
        self.started = time.monotonic(), time.process_time()

    def grade(self):
        try:
            return self._grade()
        finally:
            shutil.rmtree(self.target / _UNPACKED, ignore_errors=True)

    def _grade(self):
        files = self._files()
        found, earlier = {}, {}
        for name in sorted(self.grader.recorded):
            if name > max(self.order.notebooks):
                break
            nb, about, own = self._rebuilt(name, silent=name not in self.order.notebooks)
            if name in self.order.notebooks:
                beside = {each: content for each, content in own.items() if each not in files}
                found[name] = self._graded(name, nb, about, files | beside | earlier)
            earlier |= {each: content for each, content in own.items() if each not in files}
            recorded = self.grader.recorded[name]
            answers = without_tests(nb.cells, recorded.answers, set(recorded.points))
            earlier[f"{name}.ipynb"] = answers
        result = self._result(found)
        write_result(self.target / RESULT, result)
        return result

    def _files(self):
        """Copy what lies beside the notebooks; return what may lie beside them while they run."""
        order, source = self.order, self.grader.source.folder
        self.target.mkdir(parents=True, exist_ok=True)
        self.content = content_of(order.folder)
        self._look_through()
        left_out = copy_plain_files(self.folder, self.target, self.survey)
        stamp = self.target / TIMESTAMP
        if stamp.exists() and handed_in_at(self.target) is None:
            _remove(stamp)  # nbgrader would stumble over it later
            left_out.append(TIMESTAMP)
        for name in (RESULT, *(f"{name}.ipynb" for name in self.grader.recorded)):
            if (self.target / name).is_dir():  # its place is needed
                _remove(self.target / name)
                left_out.append(name)
        self.earlier = {}
        if order.earlier:
            self.earlier = _take_over(Path(order.earlier), self.target, order.notebooks)
        if left_out:
            names = ", ".join(map(repr, left_out[:_NAMED]))
            more = f" and {len(left_out) - _NAMED:,} more" if len(left_out) > _NAMED else ""
            self.log.append(("warning", f"{order.student}: not used: {names}{more}"))
        _copy_own_files(source, self.target, order.kept)
        self.own_files = files_in(self.folder, self.survey)
        return {**self.own_files, **files_in(source)}

    def _look_through(self):
        """Survey what was handed in, unpacked; note where it lay at another place than usual."""
        self.folder, name = Path(self.order.folder), self.grader.source.name
        is_loose = self.folder.name == self.order.student != name
        self.survey, self.odd = survey(self.folder, loose=is_loose), []
        if self.folder.parent.name == self.order.student and self.folder.name != name:
            shown = "".join(c if c.isalnum() or c in "-_ ." else "?" for c in self.folder.name)
            self.odd.append(f"It was handed in as `{shown[:80]}` and graded as `{name}`.")
        elif is_loose:
            self.odd.append(f"It was handed in without a folder `{name}`, and graded all the same.")
        if zip_files(self.survey):
            unpacked, notes = unpack(self.survey, self.target / _UNPACKED)
            self.odd += notes
            self.look += [f"{self.order.student}: {note}" for note in notes]
            if unpacked:
                self.odd.append("A zip file was handed in; it was unpacked.")
                self.folder = self.target / _UNPACKED
                self.survey = survey(self.folder)

    def _files_beside(self, taken):
        """Return the files in the folder of a notebook, where it lies in one by itself."""
        inside = str(Path(taken.file).parent.as_posix())
        if not taken.file or inside == ".":
            return {}
        names = [name for name in self.own_files if name.startswith(f"{inside}/")]
        return {name.removeprefix(f"{inside}/"): self.own_files[name] for name in names}

    def _rebuilt(self, name, silent):
        """Read and rebuild one notebook; return it with what is known of it by now."""
        template = self.grader.templates[name]
        known, names = self.grader.known, list(self.grader.recorded)
        taken = receive(self.folder, name, names, self.survey, known=known)
        cells, repairs = rebuild(template, taken.nb.cells if taken.nb else None)
        notes = [*self.odd, *taken.notes, *repairs, *([PLAIN] if self.grader.source.plain else [])]
        nb = nbformat.v4.new_notebook(metadata=template.metadata)
        nb.cells = cells
        if not silent:
            if taken.needs_a_look:
                self.look.append(f"{self.order.student}: {' '.join(taken.notes)}")
            for note in notes:
                self.log.append(("warning", f"{self.order.student}, {name}: {note}"))
            if notes:
                nb.cells.insert(0, _notes_cell(notes))
        return (
            nb,
            {
                "file": taken.file,
                "checksum": taken.checksum,
                "notes": notes,
            },
            {**self._files_beside(taken), **written_modules(nb.cells)},
        )

    def _graded(self, name, nb, about, files):
        """Examine one notebook, write it, and return its part of the result."""
        grader, recorded = self.grader, self.grader.recorded[name]
        started = time.monotonic()
        examination = Examination(
            nb,
            recorded,
            grader.source.notebook(name),
            grader.banks.get(name),
            files,
            self.order.address,
            grader.settings,
            lambda test: seed_of(self.order.seed, grader.source.name, name, test),
        )
        examination.run()
        for cell, told, verdict in examination.ran:
            put_verdict(cell, told, verdict)
        for cell, verdict in examination.redrawn:
            put_redrawn(cell, verdict)
        for cell in examination.left_alone:
            keep_handed_in(cell)
        self.log += [("info", f"{self.order.student}, {name}: {s}") for s in examination.remarks]
        verdicts = {told.name: v for _, told, v in examination.ran if told.name}
        limit_outputs(nb, grader.settings)
        scores, comments = marks_of(nb, verdicts)
        self._write(name, nb)
        return about | {
            "source": grader.checksum,
            "content": self.content,
            "batch_seed": self.order.seed,
            "run": examination.way,
            "remarks": examination.remarks,
            "seconds": round(time.monotonic() - started, 3),
            "students_processor_seconds": round(examination.seconds, 3),
            "scores": scores,
            "comments": comments,
            "exercises": exercises_of(recorded.tests, verdicts, recorded.answers),
        }

    def _write(self, name, nb):
        nb, _ = CleanForDisplay().preprocess(nb, {})
        nb.nbformat, nb.nbformat_minor = 4, 5
        text = nbformat.writes(nb)
        (self.target / f"{name}.ipynb").write_text(text + "\n", encoding="utf-8")

    def _result(self, notebooks):
        wall, processor = self.started
        return {
            "version": VERSION,
            "student": self.order.student,
            "assignment": self.grader.source.name,
            "graded": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "seconds": round(time.monotonic() - wall, 3),
            "examiner_processor_seconds": round(time.process_time() - processor, 3),
            "versions": versions(),
            "source": self.grader.checksum,
            "needs_a_look": self.look,
            "log": self.log,
            "notebooks": dict(sorted((self.earlier | notebooks).items())),
        }


def versions():
    """Return the versions of what a mark may depend on."""
    found = {"python": platform.python_version(), "numpy": np.__version__}
    for name in ("gradient-lab", "nbgrader", "scipy", "scikit-learn", "torch"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _notes_cell(notes):
    text = "\n".join(["**Notes from the grader**", "", *(f"- {note}" for note in notes)])
    cell = nbformat.v4.new_markdown_cell(text, metadata={ADDED: "notes"})
    cell["id"] = "notes-from-the-grader"
    return cell


def _take_over(earlier, target, graded):
    """Copy the notebooks of an earlier grading that are not graded now; return what it found."""
    for path in sorted(earlier.glob("*.ipynb")):
        if path.stem not in graded:
            shutil.copy(path, target / path.name)
    try:
        found = read_result(earlier)["notebooks"]
    except ResultError:
        return {}
    return {name: part for name, part in found.items() if name not in graded}


def _copy_own_files(source, target, kept):
    """Copy the assignment's files over those that were handed in, but for those in `kept`."""
    for file in sorted(source.rglob("*")):
        copy = target / file.relative_to(source)
        hidden = any(part.startswith(".") for part in file.relative_to(source).parts)
        if not file.is_file() or file.suffix == ".ipynb" or hidden:
            continue
        if str(file.relative_to(source)) in kept and copy.exists():
            continue
        for folder in reversed(copy.relative_to(target).parents[:-1]):
            if not (target / folder).is_dir():
                _remove(target / folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        _remove(copy)
        shutil.copy(file, copy)


def _remove(path):
    """Remove a file, or a folder that a student handed in under a file's name."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
