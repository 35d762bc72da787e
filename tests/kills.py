"""Kill what grades, at random moments, and look for marks that are lost, wrong or there twice.

python -m tests.kills --times 100      prints its seed; --seed repeats it

A class hands in new answers, `nbgrader autograde` grades them side by side, and somewhere in the
middle one process is killed: the command, the process that forks, one that grades, one around a
sandbox.  After that each student has the marks of the old answers or of the new ones, and the pages
that go with them; and the next run, which nobody disturbs, gives everyone the new ones.
"""

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parent))

from nbgrader.api import Gradebook
from numbers_course import autograded, find, hand_in, make_course, nbgrader, scores, solved

STUDENTS = [f"student{n}" for n in range(6)]
#: Answers and the marks that they must get in `test_double`.
DOUBLES = {"def double(x):\n    return 2 * x": 2.0, "def double(x):\n    return x": 0.0}
#: What a killed process is recognised by, in its command line.
VICTIMS = ("nbgrader autograde", "grading.autograde.forking", "grading.sandbox.supervisor", "bwrap")


class Course:
    """A course folder with a class.

    Parameters
    ----------
    folder : pathlib.Path
    rng : random.Random
    """

    def __init__(self, folder, rng):
        self.folder, self.rng = folder, rng
        self.release = make_course(folder)
        self.old = self.new = {}

    def hand_in(self):
        """Have each student hand in an answer."""
        self.old = self.new
        self.new = {student: self.rng.choice(list(DOUBLES)) for student in STUDENTS}
        for student, double in self.new.items():
            hand_in(self.folder, student, solved(self.release, double=double))

    def grade(self, kill=None, after=0.0):
        """Grade the class; kill one process after some seconds. Return its kind and the status."""
        command = [sys.executable, "-m", "nbgrader", "autograde", "ps1", "--force"]
        process = subprocess.Popen(
            command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        killed = ""
        if kill:
            time.sleep(after)
            while not killed and process.poll() is None:
                killed = _kill(process.pid, kill, self.rng)
                time.sleep(0.02)
        return killed, process.wait(timeout=300)

    def problems(self, may_be_old):
        """Return a sentence for each mark that is lost, wrong or there twice."""
        found = []
        with Gradebook(f"sqlite:///{self.folder}/gradebook.db") as gradebook:
            rows = [s.student.id for s in gradebook.assignment_submissions("ps1")]
        found += [f"{s}: {rows.count(s)} submissions" for s in STUDENTS if rows.count(s) != 1]
        for student in STUDENTS:
            allowed = [self.new[student], *([self.old[student]] if may_be_old else [])]
            mark = scores(self.folder, student)[0]
            if mark not in [DOUBLES[double] for double in allowed]:
                found.append(f"{student}: the mark is {mark}")
            page = find(autograded(self.folder, student), "double").source
            # Between saving and moving a folder, the page may be the old one; never another's.
            if page not in allowed:
                found.append(f"{student}: the page shows {page!r}")
        return found


def _kill(pid, what, rng):
    """Kill a random one of the command's processes of some kind; return what it was."""
    try:
        command = psutil.Process(pid)
        processes = [command, *command.children(recursive=True)]
        named = [(p, " ".join(p.cmdline())) for p in processes]
    except psutil.Error:
        return ""
    fitting = [p for p, line in named if what in line.replace("-m nbgrader", "nbgrader")]
    if not fitting:
        return ""
    victim = rng.choice(fitting)
    try:
        victim.send_signal(signal.SIGKILL)
    except psutil.Error:
        return ""
    return what


def disturb(folder, times, seed, say=print):
    """Grade so often, killing something each time; return all problems.

    Parameters
    ----------
    folder : path
    times, seed : int
    say : callable

    Returns
    -------
    list of str
    """
    rng = random.Random(seed)
    say(f"seed {seed}")
    course = Course(Path(folder), rng)
    course.hand_in()
    started = time.monotonic()
    course.grade()
    whole = time.monotonic() - started
    found, killed = course.problems(may_be_old=False), 0
    for number in range(times):
        course.hand_in()
        what, status = course.grade(rng.choice(VICTIMS), rng.uniform(0.5, whole))
        killed += bool(what)
        now = course.problems(may_be_old=what == VICTIMS[0] or status != 0)
        _, status = course.grade()
        now += course.problems(may_be_old=False)
        now += [f"the run after that ended with {status}"] if status else []
        found += [f"{number} ({what or 'nothing'} killed): {problem}" for problem in now]
    say(f"{killed} of {times} runs disturbed, {len(found)} problems")
    left = nbgrader(folder, "--version").returncode
    return found + (["nbgrader does not start any more"] if left else [])


def main():
    """Run the command; return 0 when no mark was lost, wrong or there twice."""
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        found = disturb(folder, options.times, options.seed)
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
