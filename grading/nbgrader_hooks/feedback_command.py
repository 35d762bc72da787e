"""`nbgrader generate_feedback` for this course: the pages of a class are made on all cores."""

import io
import logging

import joblib
from nbgrader.converters import GenerateFeedback, NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets import Integer

from grading.autograde.order import RESULT
from grading.course.student_names import printable_name

#: Submissions that one process takes at a time: starting one takes as long as some pages.
_PART = 8


class CourseFeedback(GenerateFeedback):
    """Makes the feedback pages, several submissions at a time."""

    jobs = Integer(0, help="How many processes make pages; 0: as many as there are cores.").tag(
        config=True
    )

    only = None
    #: Called first in each process that makes pages; `patches.apply` puts itself here.
    prepare = None

    def init_notebooks(self):
        """List the graded notebooks; of a part of the class where `only` names its folders."""
        super().init_notebooks()
        if self.only is not None:
            self.assignments = {f: n for f, n in self.assignments.items() if f in self.only}

    def init_assignment(self, assignment_id, student_id):
        """Copy the files beside the notebooks; not the result, which is the grader's."""
        before = self.coursedir.ignore
        self.coursedir.ignore = [*before, RESULT]
        try:
            super().init_assignment(assignment_id, student_id)
        finally:
            self.coursedir.ignore = before

    def start(self):
        """Make the pages of the whole class."""
        self.log.addFilter(printable)
        self.init_notebooks()
        folders = sorted(self.assignments)
        jobs = min(self.jobs or joblib.cpu_count(), -(-len(folders) // _PART))
        if self.only is not None or jobs < 2:
            super().start()
            return
        parts = [folders[start::jobs] for start in range(jobs)]
        calls = (
            joblib.delayed(_make_part)(self.prepare, self.config, self._where(), self.force, part)
            for part in parts
        )
        failed = []
        for said, error in joblib.Parallel(n_jobs=jobs, backend="loky")(calls):
            for level, text in said:
                self.log.log(level, text)
            failed += [error] if error else []
        if failed:
            raise NbGraderException(failed[0])

    def _where(self):
        names = ("root", "course_id", "db_url", "assignment_id", "student_id", "notebook_id")
        names += ("student_id_exclude", "groupshared")
        return {name: getattr(self.coursedir, name) for name in names}


def printable(record):
    """Escape what does not print in a line of the log, such as in the name of a student's file."""
    if isinstance(record.args, tuple):
        record.args = tuple(printable_name(a) if isinstance(a, str) else a for a in record.args)
    record.msg = "\n".join(map(printable_name, str(record.msg).split("\n")))
    return True


def _make_part(prepare, config, where, force, folders):
    """Make the pages of some submissions, in a process beside others; return what it logs."""
    if prepare is not None:
        prepare()
    coursedir = CourseDirectory(config=config)
    for name, value in where.items():
        setattr(coursedir, name, value)
    part = CourseFeedback(coursedir=coursedir, config=config)
    part.force, part.only = force, set(folders)
    said = _Said()
    part.log = logging.getLogger("feedback")
    part.log.handlers, part.log.propagate = [said], False
    part.log.setLevel(logging.INFO)
    part.log.addFilter(printable)
    try:
        part.start()
    except NbGraderException as error:
        return said.lines, str(error)
    return said.lines, ""


class _Said(logging.StreamHandler):
    """Keeps what is logged."""

    def __init__(self):
        super().__init__(io.StringIO())
        self.lines = []

    def emit(self, record):
        self.lines.append((record.levelno, record.getMessage()))
