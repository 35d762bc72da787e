"""`nbgrader autograde` for this course: every student of a batch is graded, or said not to be.

nbgrader looks for notebooks in what students handed in; a folder without a well-named, readable
notebook ends up without a score, or with the score of an earlier run.  Here the assignment says
which notebooks there are, every student gets each of them graded, and every run starts from zero.

A submission is graded in a folder of its own, by a process of its own (`submission`).  Only when
all of it is done, its marks are saved, in one transaction, and the folder takes its place in
`autograded`: a run that is killed changes nothing, and the next one goes on.  There is one writer,
this process.
"""

import contextlib
import datetime
import glob
import logging
import os
import re
import shutil
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde, NbGraderException
from sqlalchemy.exc import SQLAlchemyError
from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm
from traitlets import Bool, Integer

from grading.autograde.batch import Batch, default_jobs
from grading.autograde.examination import big_packages
from grading.autograde.intake import strays
from grading.autograde.intake.notebook_file import TIMESTAMP, counts_as_handed_in_at
from grading.autograde.intake.times import Evidence
from grading.autograde.lock import Held, course_lock
from grading.autograde.order import Order, fresh_seed
from grading.autograde.recorded import read_recorded
from grading.autograde.result import add_to_look
from grading.autograde.saving import NotSaved, recorded_time, save_marks
from grading.autograde.settings import longest, settings_from
from grading.autograde.source_check import (
    broken_tests,
    in_lines,
    is_remembered,
    losing_tests,
    remember,
    version_of,
    write_solved,
)
from grading.autograde.standing import marks_in, why_not
from grading.autograde.workers import Forks, remove
from grading.course import pytorch
from grading.course.assignment import Assignment
from grading.course.folder import submitted_places
from grading.course.home import home_of
from grading.course.student_names import unusable, why_unusable
from grading.sandbox import Limits as SandboxLimits
from grading.sandbox import Sandbox, unavailable

#: The folder, beside `autograded`, of a submission that is being graded.
UNFINISHED = ".unfinished"
#: Seconds of a submission beyond those of its notebooks: reading, cleaning, writing.
SPARE = 120.0
#: Stands for a student's name where the assignment's own solution is graded.
OWN_SOLUTION = "(the assignment's own solution)"
_LEVELS = {"info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


@dataclass
class Submitted:
    """One submission of the batch.

    Attributes
    ----------
    student : str
    folder : str
        What was handed in.
    number : int
        Its place in the batch.
    lines : list of (str, str)
        Level and text of what is logged of it, in the batch's order.
    look : list of str
        A sentence for each thing that a person should look at.
    """

    student: str
    folder: str
    number: int = 0
    lines: list = field(default_factory=list)
    look: list = field(default_factory=list)


class CourseAutograde(Autograde):
    """Grade every notebook of the assignment for every student.

    Ends like nbgrader with exit status 1 when something needs a look by a person, after all
    students were graded.
    """

    jobs = Integer(
        0, help="How many submissions are graded at a time; 0: as many as there are cores."
    ).tag(config=True)

    seed = Integer(
        -1,
        help="The batch's seed, from which each test's random inputs come; -1: a fresh one. It is "
        "kept with the marks; fix it only to repeat a grading.",
    ).tag(config=True)

    check_source = Bool(
        True,
        help="Whether the assignment's own solution is graded first, once a version: where it does "
        "not get full marks, a test is wrong, and nobody is graded.",
    ).tag(config=True)

    trust_times = Bool(
        False,
        help="Whether only whoever collects the work writes timestamp.txt: then an earlier time "
        "than the recorded one puts that right; else it is listed and not used.",
    ).tag(config=True)

    def start(self):
        """Grade the batch, then list what a person should look at."""
        here = Path.cwd()
        os.chdir(self.coursedir.root)
        try:
            doing = f"`nbgrader autograde {self.coursedir.assignment_id}`"
            with course_lock(self.coursedir.root, doing):
                self._grade()
        except Held as error:
            self.log.error(str(error))
            raise NbGraderException(str(error)) from None
        finally:
            os.chdir(here)

    def _grade(self):
        settings, require_sandbox = settings_from(self.config)
        recorded = self._recorded()
        source = self.coursedir.format_path(
            self.coursedir.source_directory, ".", self.coursedir.assignment_id
        )
        modules = home_of(source).student
        open_sandbox, warning = self._sandbox(settings, require_sandbox, modules)
        names = [notebook.name for notebook in recorded]
        self._wanted = [name for name in names if fnmatch(name, self.coursedir.notebook_id)]
        submitted = self._find_submissions()
        source = self._source = self._read_source(source)
        self._refuse_other_tests()
        self._doubtful_tests = []
        self._marks = self._read_marks()
        warnings = [warning, pytorch.advice(self._ungradable(source))]
        if source.plain:
            warnings.append("This assignment is graded as `plain`: its marks can be forged.")
        to_grade = [each for each in submitted if self._is_to_be_graded(each)]
        told = {
            "source": str(source.folder.resolve()),
            "recorded": [notebook.to_data() for notebook in recorded],
            "settings": settings.to_data(),
            "wanted": self._wanted,
        }
        forks = Forks(told, os.environ)
        jobs = self.jobs or default_jobs(settings.memory)
        seconds = SPARE + len(self._wanted) * longest(settings)
        batch = Batch(forks, open_sandbox, jobs, seconds, self._packages(source))
        try:
            if to_grade:
                check = self._to_be_checked(recorded)
                self._run(batch, submitted, to_grade, check)
            else:
                self._log_in_order(submitted)
        finally:
            batch.close()
        to_look_at = [*self._unusable, *(s for each in submitted for s in each.look)]
        to_look_at += self._doubtful_tests
        to_look_at += self._strays()
        for sentence in to_look_at:
            self.log.error(sentence)
        for sentence in filter(None, warnings):
            self.log.warning(sentence)
        if to_look_at:
            raise NbGraderException("Some submissions need a look; they may have lost points.")

    def _sandbox(self, settings, require_sandbox, modules):
        """Return how a sandbox is opened, and what the instructor has to know about it."""
        if not hasattr(os, "fork"):
            raise NbGraderException(
                "Grading needs Linux (or macOS, without a sandbox); on Windows, use WSL."
            )
        limits = SandboxLimits(memory=settings.memory, cpu_seconds=settings.limits.notebook)
        reason = unavailable().rstrip(".")
        if not reason:
            return lambda: Sandbox(limits, modules=modules), ""
        if require_sandbox:
            message = (
                f"Grading runs students' code, and cannot confine it here: {reason}. To grade all "
                "the same, set `c.ExaminedExecute.require_sandbox = False` in nbgrader_config.py."
            )
            self.log.error(message)
            raise NbGraderException(message)
        warning = (
            f"Students' code ran WITHOUT a sandbox, with your rights on this machine: {reason}."
        )
        return lambda: Sandbox(limits, confined=False, modules=modules), warning

    def _recorded(self):
        """Read the assignment from the gradebook."""
        coursedir = self.coursedir
        try:
            return read_recorded(coursedir.db_url, coursedir.course_id, coursedir.assignment_id)
        except MissingEntry as error:
            self._refuse(
                f"{error}. Nothing was graded: run `nbgrader generate_assignment "
                f"{coursedir.assignment_id}` first"
            )
        except SQLAlchemyError as error:
            self._refuse(f"the gradebook cannot be read, so nothing was graded: {error}")

    def _read_source(self, folder):
        try:
            return Assignment(folder)
        except ValueError as error:
            self._refuse(f"nothing was graded: {error}")

    def _refuse(self, message):
        self.log.error(message)
        raise NbGraderException(message) from None

    def _refuse_other_tests(self):
        """Grade nobody where tests are no tests of this course's, and nobody has said so."""
        found = self._source.other_tests()
        if not found:
            return
        name, tests = next(iter(found.items()))
        settings = f"source/{self._source.name}/assignment.toml"
        self._refuse(
            f"nothing was graded: {name} has tests without `credit(...)`, as ordinary nbgrader "
            f"assignments have them ({', '.join(tests[:3])}{', ...' if len(tests) > 3 else ''}); "
            "they would give nobody any points. To grade the assignment as nbgrader would, in the "
            f"sandbox, write `plain = true` into {settings}. Its marks can be forged then: tests "
            "and answers share a process"
        )

    def _ungradable(self, source):
        """Find the exercises, of the notebooks asked for, that need PyTorch where it is missing."""
        found = source.ungradable()
        return {name: exercises for name, exercises in found.items() if name in self._wanted}

    def _packages(self, source):
        """List the big packages that the cells of the notebooks asked for import."""
        asked = [notebook for notebook in source.notebooks if notebook.name in self._wanted]
        return big_packages(
            cell.source
            for notebook in asked
            for cell in notebook.nb.cells
            if cell.cell_type == "code"
        )

    def _find_submissions(self):
        """List who handed something in, by name."""
        coursedir = self.coursedir
        pattern = self._format_source(coursedir.assignment_id, coursedir.student_id)
        form = self._format_source("(?P<assignment_id>.*)", "(?P<student_id>.*)", escape=True)
        found = []
        excluded = (coursedir.student_id_exclude or "").split(",")
        self._unusable = self._unusable_names()
        for folder in sorted(glob.glob(pattern)):  # noqa: PTH207  (an absolute pattern)
            match = re.match(form, folder, re.DOTALL)
            name = match["student_id"] if match and Path(folder).is_dir() else ""
            if name and name not in excluded and not why_unusable(name):
                found.append(Submitted(name, folder, len(found)))
        found = self._with_misplaced(found, excluded)
        if not found or not self._wanted:
            for sentence in self._unusable:
                self.log.error(sentence)
            self.init_notebooks()  # its messages say what is wrong
            self._refuse(f"there is nothing to grade in {pattern}")
        return found

    def _course_places(self):
        """Return what `strays` is told of the course, or None where it is laid out otherwise."""
        return submitted_places(self.coursedir, self.coursedir.assignment_id)

    def _with_misplaced(self, found, excluded):
        """Add the submissions that lie at another, unambiguous place."""
        told = self._course_places()
        there = {each.student for each in found}
        for name, place in strays.places(**told).items() if told else ():
            is_asked_for = fnmatch(name, self.coursedir.student_id) and name not in excluded
            if is_asked_for and name not in there and not why_unusable(name):
                found.append(Submitted(name, str(place.folder)))
        found.sort(key=lambda each: each.student)
        for number, each in enumerate(found):
            each.number = number
        return found

    def _strays(self):
        """Return sentences on what lies below ``submitted`` and was not used; of a whole class."""
        told = self._course_places()
        if self.coursedir.student_id != "*" or not told:
            return []
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            known = {student.id for student in gradebook.students}
        return strays.find(known=known, **told)

    def _unusable_names(self):
        """Return sentences on folders whose names no student can have; of a whole class only."""
        if self.coursedir.student_id != "*":
            return []
        before, mark, _ = self._format_source(self.coursedir.assignment_id, "\0").partition("\0")
        folder = before if before.endswith(os.sep) else str(Path(before).parent)
        return list(unusable(folder, self.coursedir.assignment_id).values()) if mark else []

    # ---- one submission ----

    def _is_to_be_graded(self, submitted):
        """Tell whether a submission is to be graded (again); an earlier grading is not touched."""
        unfinished, graded = self._unfinished(submitted), self._graded(submitted)
        if unfinished.exists():
            submitted.lines.append(
                (
                    "warning",
                    f"{submitted.student}: an earlier grading was broken off; it begins anew",
                )
            )
            remove(unfinished)
        elif not self.force and graded.is_dir():
            if not (reason := self._why_again(submitted, graded)):
                submitted.lines.append(("info", f"Skipping existing assignment: {graded}"))
                return False
            submitted.lines.append(("info", f"{submitted.student}: graded again, since {reason}"))
        if not self.create_student and not self._is_known(submitted.student):
            reason = (
                f"No such student: {submitted.student}. Nothing of {submitted.student} was graded."
            )
            submitted.look.append(reason)
            return False
        return True

    def _why_again(self, submitted, graded):
        """Return why an earlier grading does not stand any more; empty where it does."""
        marks = self._marks.get(submitted.student, {})
        return why_not(graded, submitted.folder, self._checksum, self._wanted, marks)

    def _read_marks(self):
        """Read the class's automatic marks, unless everybody is graded anyway."""
        self._checksum = self._source.checksum()
        if self.force:
            return {}
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            return marks_in(gradebook, self.coursedir.assignment_id)

    def _to_be_checked(self, recorded):
        """Return the version of the assignment whose own solution is graded first, or ""."""
        version = version_of(self._source, recorded, self._wanted)
        root, assignment = self.coursedir.root, self.coursedir.assignment_id
        if not self.check_source or is_remembered(root, assignment, version):
            return ""
        return version

    def _is_known(self, student):
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            try:
                gradebook.find_student(student)
            except MissingEntry:
                return False
        return True

    def _unfinished(self, submitted):
        coursedir = self.coursedir
        return Path(coursedir.format_path(UNFINISHED, submitted.student, coursedir.assignment_id))

    def _graded(self, submitted):
        return Path(self._format_dest(self.coursedir.assignment_id, submitted.student))

    def _run(self, batch, submitted, to_grade, check):
        """Grade the submissions; before any mark is saved, the assignment's own solution."""
        with tempfile.TemporaryDirectory(prefix="solution-") as folder:
            own = None
            if check:
                own = Submitted(OWN_SOLUTION, f"{folder}/handed_in", -1)
                Path(own.folder).mkdir()
                write_solved(self._source, own.folder)
            self._run_all(batch, submitted, to_grade, own, check)

    def _run_all(self, batch, submitted, to_grade, own, check):
        seed = fresh_seed() if self.seed < 0 else self.seed
        self.log.info("The seed of this grading is kept with its marks.")
        kept = self.exclude_overwriting.get(self.coursedir.assignment_id, [])

        def make_order(each, address):
            target, graded = self._unfinished(each), self._graded(each)
            if each is own:
                target, graded = Path(own.folder).with_name("graded"), target
            remove(target)  # of a try that failed
            target.mkdir(parents=True)
            partly = self.coursedir.notebook_id != "*" and graded.is_dir()
            return Order(
                each.student,
                str(Path(each.folder).resolve()),
                str(target),
                self._wanted,
                seed,
                address,
                str(graded) if partly else "",
                list(kept),
            )

        progress = _Progress(self.log, submitted, len(to_grade))
        numbers = {each.number for each in to_grade}
        progress.skip([each for each in submitted if each.number not in numbers])
        for _ in to_grade:
            self.run_pre_convert_hook()
        try:
            with progress:
                everything = [own, *to_grade] if own else to_grade
                outcomes = batch.run(everything, make_order)
                for outcome in self._after_check(outcomes, own, check):
                    self._finish(outcome)
                    progress.done(outcome.submission)
        except RuntimeError as error:
            self._refuse(f"Nothing was graded: {error}")
        except KeyboardInterrupt:
            self.log.error("Canceled. What was graded by then is saved; the rest is as it was.")
            raise
        finally:
            batch.close()
            for each in to_grade:
                self._forget(each)

    def _after_check(self, outcomes, own, check):
        """Yield the outcomes of the students; none before that of the own solution is known."""
        waiting = []
        for outcome in outcomes:
            if outcome.submission is own:
                self._check(outcome, check)
                own = None
                yield from waiting
            elif own is None:
                yield outcome
            else:
                waiting.append(outcome)

    def _check(self, outcome, version):
        """Stop the batch where the assignment's own solution loses points."""
        if outcome.result is None:
            raise RuntimeError(f"the assignment's own solution was not graded: {outcome.reason}")
        ungradable = self._ungradable(self._source)
        if not self._source.plain:
            if problem := broken_tests(outcome.result, ungradable):
                raise RuntimeError(problem)
        elif raised := losing_tests(outcome.result, ungradable, raised_only=True):
            self._doubtful_tests.append(
                "Graded all the same, but these tests end with an error on the assignment's own "
                f"solution, too:{in_lines(raised)}"
            )
            return  # until they do not, each run says so
        remember(self.coursedir.root, self.coursedir.assignment_id, version)

    def _finish(self, outcome):
        """Save the marks, and put the graded notebooks in place of an earlier run's."""
        each, result = outcome.submission, outcome.result
        if result is None:
            each.look.append(f"{each.student}: NOT GRADED: {outcome.reason}.")
            return
        each.lines += [tuple(line) for line in result["log"]]
        each.look += result["needs_a_look"]
        try:
            with _logged_later(self.log, each):
                self._save(each, result["notebooks"])
        except (NotSaved, OSError, SQLAlchemyError) as error:
            each.look.append(f"{each.student}: NOT GRADED: its marks were not saved: {error}.")

    def _save(self, each, notebooks):
        folder, graded = self._unfinished(each), self._graded(each)
        assignment = self.coursedir.assignment_id
        when, doubt = self._handed_in_at(each)
        changed = save_marks(self, assignment, each.student, when, notebooks)
        look = [f"{each.student}: {sentence}." for sentence in [doubt, *changed] if sentence]
        each.look += look
        if look:  # the class report reads it there
            add_to_look(folder, look)
        # From here on, whatever happens, the next run would do it again: the folder is there.
        if graded.exists():
            remove(graded)
        graded.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(folder, graded)
        self.set_permissions(assignment, each.student)
        self.run_post_convert_hook()

    def _handed_in_at(self, each):
        """Return the time that a submission is given, and what of its stamp is in doubt."""
        assignment = self.coursedir.assignment_id
        due, recorded = recorded_time(self, assignment, each.student)
        others = Path(each.folder).parents[1].glob(f"*/{assignment}/{TIMESTAMP}")
        evidence = Evidence(
            now=datetime.datetime.now(datetime.UTC).replace(tzinfo=None),
            due=due,
            recorded=recorded,
            expected=due is not None and any(others),
            trusted=self.trust_times,
        )
        return counts_as_handed_in_at(each.folder, evidence)

    def _forget(self, each):
        """Remove what a grading that was not finished left; an empty folder above it, too."""
        folder = self._unfinished(each)
        remove(folder)
        _remove_empty(folder.parent, up_to=Path(self.coursedir.root))

    def _log_in_order(self, submitted):
        for each in submitted:
            for level, text in each.lines:
                self.log.log(_LEVELS[level], text)


@contextlib.contextmanager
def _logged_later(log, each):
    """Keep what this thread logs in the block for when it is the submission's turn."""
    thread = threading.get_ident()

    def keep(record):
        if record.thread != thread:
            return True
        each.lines.append((record.levelname.lower(), record.getMessage()))
        return False

    log.addFilter(keep)
    try:
        yield
    finally:
        log.removeFilter(keep)


class _Progress:
    """Logs what came of each submission in the batch's order, and shows how far the batch is."""

    def __init__(self, log, submitted, total):
        self._log, self._submitted, self._total = log, submitted, total
        self._skipped, self._done = set(), set()
        self._next = self._said = 0
        self._started = time.monotonic()
        self._bar = self._redirect = None

    def __enter__(self):
        shows = sys.stderr is not None and sys.stderr.isatty()
        self._bar = tqdm(total=self._total, unit="submission", disable=not shows)
        if shows:
            self._redirect = logging_redirect_tqdm([self._log])
            self._redirect.__enter__()
        self._say()
        return self

    def __exit__(self, *error):
        if self._redirect:
            self._redirect.__exit__(*error)
        self._bar.close()

    def skip(self, submitted):
        """Note those that are not graded."""
        self._skipped.update(each.number for each in submitted)

    def done(self, each):
        """Note one that was graded, or could not be."""
        self._done.add(each.number)
        self._bar.set_postfix_str(each.student, refresh=False)
        self._bar.update()
        self._say()

    def _say(self):
        while self._next in self._skipped | self._done:
            each = self._submitted[self._next]
            for level, text in each.lines:
                self._log.log(_LEVELS[level], text)
            if self._next in self._done:
                self._said += 1
                self._log.info("%s: %s (%s)", each.student, _came(each), self._how_far())
            self._next += 1

    def _how_far(self):
        spent = time.monotonic() - self._started
        left = spent / len(self._done) * (self._total - len(self._done))
        return f"{self._said} of {self._total}{_to_go(left)}"


def _came(each):
    return "not graded" if any("NOT GRADED" in sentence for sentence in each.look) else "graded"


def _to_go(seconds):
    if seconds < 1:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    return f", about {f'{minutes} min' if minutes else f'{rest} s'} to go"


def _remove_empty(folder, up_to):
    """Remove empty folders from one upwards, below another."""
    while up_to in folder.parents and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
