"""`python -m grading replay STUDENT EXERCISE`: run the very check of a mark once more.

The batch's seed was kept with the marks, so the same answer meets the same inputs.  For an appeal:
what is printed is what was decided then, and whether it comes out the same.
"""

import argparse
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from nbgrader.api import MissingEntry
from sqlalchemy.exc import SQLAlchemyError

from grading.autograde.examination import NEEDED
from grading.autograde.order import Order
from grading.autograde.recorded import read_recorded
from grading.autograde.result import ResultError, read_result
from grading.autograde.settings import longest, settings_from
from grading.autograde.submission import versions
from grading.autograde.workers import Forks, NotGraded, Worker
from grading.course.assignment import Assignment
from grading.course.folder import NoCourse, open_course
from grading.course.home import named_home, this_course
from grading.sandbox import Limits as SandboxLimits
from grading.sandbox import Sandbox, unavailable

#: Seconds that a replay may take beyond the notebook's own.
_SPARE = 120.0


class CannotReplay(RuntimeError):
    """The check cannot be run again; the message says why and what to do."""


def main(argv=None):
    """Run the command; return 0 when the mark comes out as it was."""
    parser = argparse.ArgumentParser(prog="course.py replay", description=__doc__.splitlines()[0])
    parser.add_argument("student")
    parser.add_argument("exercise")
    parser.add_argument("--assignment", help="its name (the course's first)")
    parser.add_argument(
        "--course", type=Path, default=this_course(), help="the course's folder (%(default)s)"
    )
    options = parser.parse_args(argv)
    try:
        assignment = options.assignment or _first(options.course)
        return replay(options.course, assignment, options.student, options.exercise)
    except (CannotReplay, NoCourse) as error:
        print(f"course.py replay: {error}", file=sys.stderr)
        return 2


def _first(course):
    try:
        return named_home(course).name
    except ValueError as error:
        raise CannotReplay(f"{error}; name the assignment with --assignment") from None


def replay(course, assignment, student, exercise):
    """Grade one exercise of a graded submission again, and print what comes of it.

    Parameters
    ----------
    course : path
    assignment, student, exercise : str

    Returns
    -------
    int
        0 when the points are the same, else 1.

    Raises
    ------
    CannotReplay
    """
    coursedir, config = open_course(course)
    folder = Path(coursedir.format_path(coursedir.autograded_directory, student, assignment))
    try:
        before = read_result(folder)
    except ResultError as error:
        raise CannotReplay(str(error)) from None
    name = _notebook_of(before, exercise)
    print(f"{student}, {assignment}, {name}, {exercise}: graded {before['graded']}\n")
    after, source = _graded_again(coursedir, config, before, name)
    for sentence in _differences(before, after, name, source):
        print(f"NOTE: {sentence}")
    then = before["notebooks"][name]["exercises"][exercise]
    now = after["notebooks"][name]["exercises"][exercise]
    for test in now["tests"]:
        print("\n".join(filter(None, [test["message"].rstrip(), test["advice"]])))
    same = [t["points"] for t in then["tests"]] == [t["points"] for t in now["tests"]]
    verdict = "as it was" if same else f"it was {then['points']:g}"
    print(f"\n{exercise}: {now['points']:g} of {now['of']:g} points, {verdict}")
    return 0 if same else 1


def _notebook_of(result, exercise):
    for name, notebook in result["notebooks"].items():
        if exercise in notebook["exercises"]:
            return name
    known = [each for notebook in result["notebooks"].values() for each in notebook["exercises"]]
    raise CannotReplay(f"there is no exercise {exercise!r}; there are {', '.join(known)}")


def _graded_again(coursedir, config, before, name):
    """Grade one notebook of the submission again, in a folder that is thrown away."""
    assignment, student = before["assignment"], before["student"]
    settings, require_sandbox = settings_from(config)
    settings = replace(settings, redraw=0)
    if before["notebooks"][name]["run"] != NEEDED:
        settings = replace(settings, run="all")
    reason = unavailable()
    if reason and require_sandbox:
        raise CannotReplay(f"students' code cannot be confined here: {reason}")
    source = Path(coursedir.format_path(coursedir.source_directory, ".", assignment)).resolve()
    try:
        recorded = read_recorded(coursedir.db_url, coursedir.course_id, assignment)
    except (MissingEntry, SQLAlchemyError) as error:
        raise CannotReplay(f"the gradebook does not know the assignment: {error}") from None
    told = {
        "source": str(source),
        "recorded": [notebook.to_data() for notebook in recorded],
        "settings": settings.to_data(),
        "wanted": [name],
    }
    handed_in = coursedir.format_path(coursedir.submitted_directory, student, assignment)
    limits = SandboxLimits(memory=settings.memory, cpu_seconds=settings.limits.notebook)
    modules = Assignment(source).modules
    forks = Forks(told, os.environ)
    worker = Worker(forks, lambda: Sandbox(limits, confined=not reason, modules=modules))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        target = str(Path(folder, "again"))
        Path(target).mkdir()
        try:
            forks.start()
            return worker.grade(
                lambda address: Order(
                    student,
                    str(Path(handed_in).resolve()),
                    target,
                    [name],
                    before["notebooks"][name]["batch_seed"],
                    address,
                ),
                longest(settings) + _SPARE,
            ), Assignment(source)
        except (NotGraded, RuntimeError) as error:
            raise CannotReplay(f"it could not be graded again: {error}") from None
        finally:
            worker.close()
            forks.close()


def _differences(before, after, name, source):
    """Yield a sentence for each thing that is not as it was then."""
    if before["notebooks"][name]["checksum"] != after["notebooks"][name]["checksum"]:
        yield "the notebook in submitted/ is not the one that was graded then"
    if before["source"] != source.checksum():
        yield "the assignment was changed since then"
    now = versions()
    for what in sorted(before["versions"].keys() | now.keys()):
        then, here = before["versions"].get(what, "none"), now.get(what, "none")
        if then != here:
            yield f"{what} was {then} then, and is {here} now"
