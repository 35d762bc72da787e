"""`nbgrader autograde` for this course: every student of a batch is graded, or said not to be.

nbgrader looks for notebooks in what students handed in; a folder without a well-named, readable
notebook ends up without a score, or with the score of an earlier run.  Here the assignment says
which notebooks there are, every student gets each of them graded, and every run starts from zero.

A submission is graded in a folder of its own, by a process of its own (`submission`).  Only when
all of it is done, its marks are saved, in one transaction, and the folder takes its place in
`autograded`: a run that is killed changes nothing, and the next one goes on.  There is one writer,
this process.
"""

import os
import tempfile
from fnmatch import fnmatch
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde, NbGraderException
from sqlalchemy.exc import SQLAlchemyError
from traitlets import Bool, Integer

from grading.autograde.batch import Batch, default_jobs
from grading.autograde.batch_log import Progress, log_lines
from grading.autograde.examination import big_packages
from grading.autograde.finishing import Finishing
from grading.autograde.handed_in import Submissions
from grading.autograde.lock import Held, course_lock
from grading.autograde.order import Order, fresh_seed
from grading.autograde.own_solution import OwnSolution
from grading.autograde.recorded import read_recorded
from grading.autograde.settings import longest, settings_from
from grading.autograde.standing import marks_in, why_not
from grading.autograde.workers import Forks, remove
from grading.course import pytorch
from grading.course.assignment import Assignment
from grading.sandbox import Limits as SandboxLimits
from grading.sandbox import Sandbox, unavailable

#: Seconds of a submission beyond those of its notebooks: reading, cleaning, writing.
SPARE = 120.0


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

    def graded_folder(self, student):
        """Return where nbgrader has a student's graded submission."""
        return self._format_dest(self.coursedir.assignment_id, student)

    def _grade(self):
        settings, require_sandbox = settings_from(self.config)
        recorded = self._recorded()
        names = [notebook.name for notebook in recorded]
        self._wanted = [name for name in names if fnmatch(name, self.coursedir.notebook_id)]
        submissions = Submissions(self.coursedir, self._format_source)
        submitted = self._found(submissions)
        source = self._read_source()
        open_sandbox, warning = self._sandbox(settings, require_sandbox, source.modules)
        self._refuse_other_tests(source)
        ungradable = self._ungradable(source)
        warnings = [warning, pytorch.advice(ungradable)]
        if source.plain:
            warnings.append("This assignment is graded as `plain`: its marks can be forged.")
        self._finishing = Finishing(self)
        to_grade = self._to_be_graded(submitted, source)
        own = OwnSolution(self.coursedir.root, source, recorded, self._wanted, ungradable)
        told = {
            "source": str(source.folder.resolve()),
            "recorded": [notebook.to_data() for notebook in recorded],
            "settings": settings.to_data(),
            "wanted": self._wanted,
        }
        jobs = self.jobs or default_jobs(settings.memory)
        seconds = SPARE + len(self._wanted) * longest(settings)
        forks = Forks(told, os.environ)
        batch = Batch(forks, open_sandbox, jobs, seconds, self._packages(source))
        try:
            if to_grade:
                self._run(batch, submitted, to_grade, own)
            else:
                for each in submitted:
                    log_lines(self.log, each)
        finally:
            batch.close()
        to_look_at = [*submissions.unusable, *(s for each in submitted for s in each.look)]
        self._end([*to_look_at, *own.doubtful, *submissions.strays()], warnings)

    def _end(self, to_look_at, warnings):
        """Say what a person should look at."""
        for sentence in to_look_at:
            self.log.error(sentence)
        for sentence in filter(None, warnings):
            self.log.warning(sentence)
        if to_look_at:
            raise NbGraderException("Some submissions need a look; they may have lost points.")

    def _found(self, submissions):
        """Return the submissions; refuse to grade where there is none."""
        found = submissions.find()
        if not found or not self._wanted:
            for sentence in submissions.unusable:
                self.log.error(sentence)
            self.init_notebooks()  # its messages say what is wrong
            self._refuse(f"there is nothing to grade in {submissions.pattern}")
        return found

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

    def _read_source(self):
        coursedir = self.coursedir
        folder = coursedir.format_path(coursedir.source_directory, ".", coursedir.assignment_id)
        try:
            return Assignment(folder)
        except ValueError as error:
            self._refuse(f"nothing was graded: {error}")

    def _refuse(self, message):
        self.log.error(message)
        raise NbGraderException(message) from None

    def _refuse_other_tests(self, source):
        """Grade nobody where tests are no tests of this course's, and nobody has said so."""
        found = source.other_tests()
        if not found:
            return
        name, tests = next(iter(found.items()))
        settings = f"source/{source.name}/assignment.toml"
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

    def _to_be_graded(self, submitted, source):
        """List the submissions whose earlier grading, if there is one, does not stand any more."""
        checksum, marks = source.checksum(), {}
        if not self.force:
            with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
                marks = marks_in(gradebook, self.coursedir.assignment_id)

        def why_again(each, graded):
            own = marks.get(each.student, {})
            return why_not(graded, each.folder, checksum, self._wanted, own)

        return [each for each in submitted if self._is_to_be_graded(each, why_again)]

    def _is_to_be_graded(self, submitted, why_again):
        """Tell whether a submission is to be graded (again); an earlier grading is not touched."""
        unfinished = self._finishing.unfinished(submitted)
        graded = self._finishing.graded(submitted)
        if unfinished.exists():
            submitted.lines.append(
                (
                    "warning",
                    f"{submitted.student}: an earlier grading was broken off; it begins anew",
                )
            )
            remove(unfinished)
        elif not self.force and graded.is_dir():
            if not (reason := why_again(submitted, graded)):
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

    def _is_known(self, student):
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            try:
                gradebook.find_student(student)
            except MissingEntry:
                return False
        return True

    def _run(self, batch, submitted, to_grade, own):
        """Grade the submissions; before any mark is saved, the assignment's own solution."""
        with tempfile.TemporaryDirectory(prefix="solution-") as folder:
            if self.check_source:
                own.hand_in(folder)
            self._run_all(batch, submitted, to_grade, own)

    def _run_all(self, batch, submitted, to_grade, own):
        self.log.info("The seed of this grading is kept with its marks.")
        make_order = self._order_maker(own)
        progress = Progress(self.log, submitted, len(to_grade))
        numbers = {each.number for each in to_grade}
        progress.skip([each for each in submitted if each.number not in numbers])
        for _ in to_grade:
            self.run_pre_convert_hook()
        try:
            with progress:
                everything = [own.submitted, *to_grade] if own.submitted else to_grade
                for outcome in own.first(batch.run(everything, make_order)):
                    self._finishing.finish(outcome)
                    progress.done(outcome.submission)
        except RuntimeError as error:
            self._refuse(f"Nothing was graded: {error}")
        except KeyboardInterrupt:
            self.log.error("Canceled. What was graded by then is saved; the rest is as it was.")
            raise
        finally:
            batch.close()
            for each in to_grade:
                self._finishing.forget(each)

    def _order_maker(self, own):
        """Return the function that makes the order for one submission and a sandbox."""
        seed = fresh_seed() if self.seed < 0 else self.seed
        kept = self.exclude_overwriting.get(self.coursedir.assignment_id, [])

        def make_order(each, address):
            target, graded = self._finishing.unfinished(each), self._finishing.graded(each)
            if each is own.submitted:
                target, graded = Path(each.folder).with_name("graded"), target
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

        return make_order
