"""The demo: grade a made-up class with nbgrader's own commands, and show what comes of it.

It works in a folder of its own, ``demo/``, so that it never touches a real course's submissions
or gradebook.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from nbgrader.api import Gradebook
from tqdm import tqdm

from grading.authoring.build import build
from grading.authoring.cells import AuthoringError
from grading.classroom.drawn import draw
from grading.classroom.made_up_submissions import write_submission
from grading.classroom.mark_table import marks_table, read_marks
from grading.classroom.sample_class import students_of
from grading.course import pytorch
from grading.course.assignment import Assignment
from grading.course.home import COURSE, homes, named_home, this_course
from grading.sandbox import unavailable

MARKER = ".made-by-the-demo"
#: What `nbgrader autograde` logs of a student who is done.
_GRADED = re.compile(r"(\S+): (?:not )?graded \((\d+) of \d+")
#: So many of the demo's students are drawn from the bank, beside those that are there by name.
DRAWN = 3


def main(argv=None):
    """Run ``python -m grading demo``; return 0 when every mark is as expected."""
    parser = argparse.ArgumentParser(prog="course.py demo", description=__doc__.splitlines()[0])
    add_assignment(parser)
    _add_folder(parser)
    parser.add_argument(
        "--list", action="store_true", help="only print the course's assignments, a name a line"
    )
    options = _parsed(parser, argv)
    if options.list:
        say("\n".join(home.name for home in homes(options.root)))
        return 0
    source = _built(parser, options)
    try:
        students = [*students_of(source), *drawn_class(source, DRAWN, seed=1)]
    except ValueError as error:
        parser.error(str(error))
    return run_demo(options.folder, source, students)


def sample_class(argv=None):
    """Run ``python -m grading sample-class``: hand in a drawn class; nbgrader can grade it then."""
    parser = argparse.ArgumentParser(
        prog="course.py sample-class",
        description="Make a course folder with a class of made-up students, drawn from the bank.",
    )
    add_assignment(parser)
    parser.add_argument("--students", type=int, default=30, help="how many (30)")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another class (1)")
    _add_folder(parser)
    parser.add_argument("--grade", action="store_true", help="also grade it, as the demo does")
    options = _parsed(parser, argv)
    source = _built(parser, options)
    students = drawn_class(source, options.students, options.seed)
    if options.grade:
        return run_demo(options.folder, source, students)
    hand_in(options.folder, source, students)
    say(f"\nTo grade it: in {shown(options.folder)}, nbgrader autograde {options.assignment}")
    return 0


def _add_folder(parser):
    parser.add_argument("--folder", type=Path, help="where (demo/ in the course folder)")


def add_assignment(parser):
    """Let a command take the name of an assignment, and a course folder."""
    text = "an assignment of the course (its first)"
    parser.add_argument("assignment", nargs="?", metavar="ASSIGNMENT", help=text)
    parser.add_argument(
        "--root", type=Path, default=this_course(), help="the course folder (%(default)s)"
    )


def parse(parser, argv=None):
    """Return the options of a parser with `add_assignment`: the course, an assignment of it."""
    options = parser.parse_args(argv)
    options.root = options.root.resolve()
    try:
        options.assignment = named_home(options.root, options.assignment).name
    except ValueError as error:
        parser.error(str(error))
    return options


def _parsed(parser, argv):
    options = parse(parser, argv)
    options.folder = options.folder or options.root / "demo"
    return options


def _built(parser, options):
    """Return the assignment's folder in ``source/``, which says what students can answer."""
    try:
        build(options.root, [options.assignment])
    except AuthoringError as error:
        parser.error(f"the notebooks' text is to be mended first:\n{error}")
    return options.root / "source" / options.assignment


def drawn_class(source, count, seed):
    """Draw made-up students for an assignment's folder in ``source/`` from the bank of answers."""
    return draw(count, seed, sorted(source.glob("*.ipynb")))


def hand_in(folder, source, students):
    """Make the course folder, and in it the students' submissions."""
    root, assignment = source.parent.parent, source.name
    say("1. Building source/ from notebooks/")
    build(root)
    say(f"2. Releasing it in {shown(folder)}/, where {len(students)} made-up students hand in")
    make_course(folder, root)
    nbgrader(folder, "generate_assignment", assignment)
    for student in students:
        target = folder / "submitted" / student.name / assignment
        write_submission(
            student,
            folder / "source" / assignment,
            folder / "release" / assignment,
            target,
            root / "solutions" / assignment,
        )
        say(f"   {student.name:<8} {student.about}")


def run_demo(folder, source, students):
    """Make the course folder, grade `students` in it, print their marks; return an exit status."""
    started, assignment = time.monotonic(), source.name
    hand_in(folder, source, students)
    say(f"3. nbgrader autograde {assignment}")
    nbgrader(folder, "autograde", assignment, each=[student.name for student in students])
    say(f"4. nbgrader generate_feedback {assignment}")
    nbgrader(folder, "generate_feedback", assignment)
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        marks = read_marks(gradebook, assignment)
    say("")
    say(marks_table(marks))
    ungradable = Assignment(folder / "source" / assignment).ungradable()
    without_marks = {exercise for own in ungradable.values() for exercise in own}
    if ungradable:
        say(f"\nNOTE: {pytorch.advice(ungradable)}")
    say("\nWritten answers wait for a person (shown as '-'): the formgrader shows them.")
    problems = unexpected(marks, students, without_marks)
    for problem in problems:
        say(f"NOT AS EXPECTED: {problem}")
    where(folder, assignment, students[0])
    say(f"\nDone in {time.monotonic() - started:.0f} s.")
    return 1 if problems else 0


def make_course(folder, root=COURSE):
    """Make a fresh course folder in place of an earlier demo's, with the assignments of `root`."""
    if folder.exists():
        if not (folder / MARKER).exists():
            raise SystemExit(f"{folder} was not made by the demo: move it away, then run it again")
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARKER).touch()
    config = _settings_of(root)
    # Whatever database the course has: made-up students are none of it.
    database = f"sqlite:///{folder.resolve() / 'gradebook.db'}"
    config += f"c.CourseDirectory.db_url = {database!r}\n"
    if reason := unavailable().rstrip("."):
        say(f"   NOTE: {reason}. So this class, which is made up, is graded without a sandbox.")
        config += "c.ExaminedExecute.require_sandbox = False\n"
    (folder / "nbgrader_config.py").write_text(config, encoding="utf-8")
    for name in ("source", "notebooks"):
        shutil.copytree(root / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))


def _settings_of(root):
    """Return the first lines of a file of settings that takes over a course's own."""
    own = root / "nbgrader_config.py"
    settings = own if own.is_file() else COURSE / "nbgrader_config.py"
    # A file that is not found, here or in the course's own, is passed over without a word:
    # what grades must be set up all the same.
    return (
        "from grading.nbgrader_hooks import configure\n\n"
        f"c = get_config()\nconfigure(c)\nload_subconfig({str(settings)!r})\n"
    )


def nbgrader(folder, command, assignment, each=()):
    """Run one of nbgrader's commands in `folder`; show how far it is with the class in `each`."""
    log = folder / f"{command}.log"
    arguments = [sys.executable, "-m", "nbgrader", command, assignment]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    process = subprocess.Popen(
        arguments,
        cwd=folder,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    shows = bool(each) and sys.stdout.isatty()
    with (
        process,
        log.open("w", encoding="utf-8") as file,
        tqdm(total=len(each), unit=" students", disable=not shows, file=sys.stdout) as bar,
    ):
        for line in process.stdout:
            file.write(line)
            if each and (found := _GRADED.search(line)):
                bar.set_postfix_str(found[1], refresh=False)
                bar.update()
                if not shows:
                    say(f"   {found[1]} ({found[2]} of {len(each)})")
    if process.returncode:
        tail = "".join(log.read_text(encoding="utf-8").splitlines(keepends=True)[-15:])
        raise SystemExit(f"nbgrader {command} failed; the whole log is {shown(log)}\n{tail}")


def unexpected(marks, students, without_marks=()):
    """Return a sentence for each mark that is not what the sample class says.

    Parameters
    ----------
    marks : grading.classroom.mark_table.Marks
    students : iterable of grading.classroom.sample_class.Student
    without_marks : collection of str
        Exercises that could not be checked on this machine: nobody has points for them.
    """
    problems = []
    for student in students:
        for exercise in marks.automatic():
            got, full = marks.score(student.name, exercise), marks.points[exercise]
            nothing = student.untouched or exercise in without_marks
            wanted = 0 if nothing else full - student.loses.get(exercise, 0)
            if exercise in student.wrong and not nothing:
                if got >= full and exercise not in student.forgiven:
                    mistake = student.wrong[exercise]
                    problems.append(f"{student.name}, {exercise}: full points for {mistake!r}")
            elif got != wanted:
                problems.append(f"{student.name}, {exercise}: {got} of {full}, expected {wanted}")
    return problems


def where(folder, assignment, student):
    """Say where everything is."""
    feedback = folder / "feedback" / student.name / assignment
    say(f"\nFeedback pages:  {shown(folder / 'feedback')}{os.sep}STUDENT{os.sep}{assignment}")
    for page in sorted(feedback.glob("*.html"))[:1]:
        say(f"  for example    {shown(page)}")
    say(f"Gradebook:       {shown(folder / 'gradebook.db')}")
    say(f"The release:     {shown(folder / 'release' / assignment)}")
    say("  to open it     python3 course.py lab")
    say(f"The formgrader:  python3 course.py formgrader {shown(folder)}")


def shown(path):
    """Return a path as a person in the project's folder would type it."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def say(text):
    """Print a line of progress at once."""
    print(text, flush=True)
