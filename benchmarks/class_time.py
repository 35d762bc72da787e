"""What grading a class costs: run it on a quiet machine, and read the table.

python benchmarks/class_time.py                  # 10 honest ones, and nbgrader alone: 15 minutes
python benchmarks/class_time.py --ours           # this course alone: two minutes
python benchmarks/class_time.py two_hidden_layers --ours
python benchmarks/class_time.py --mistakes 17 --ours

Each figure is the whole command, `nbgrader autograde ASSIGNMENT --force`, from its start to its
end.  Processor time is the machine's, all processes together: so nothing is missed, and nothing
else should run.  nbgrader alone runs a student's code unconfined and in one process with the hidden
tests; once as it comes, once with one BLAS thread.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil

from grading.authoring.release import nbgrader
from grading.bank import bank_of
from grading.classroom.demo import add_assignment, make_course, parse
from grading.classroom.made_up_submissions import write_submission
from grading.classroom.sample_class import Student
from grading.course.assignment import Assignment

ALONE = "c = get_config()\nc.Execute.timeout = 60\n"
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def honest_class(source, count, seed=1):
    """Return students who have everything right, half of it in their own words."""
    rng = np.random.default_rng(seed)
    right = _entries(source, 1)
    return [
        Student(
            f"student{number:02}",
            "everything right",
            answers={
                exercise: several[rng.integers(len(several))]
                for exercise, several in right.items()
                if rng.random() < 0.5
            },
        )
        for number in range(1, count + 1)
    ]


def with_mistakes(student, source, count):
    """Return a student who makes one mistake in each of so many exercises."""
    wrong = _entries(source, 0)
    mistakes = {exercise: entries[-1] for exercise, entries in list(wrong.items())[:count]}
    return replace(student, answers=student.answers | mistakes)


def _entries(source, kind):
    found = {}
    for notebook in Assignment(source).notebooks:
        found |= bank_of(notebook.path)[kind]
    return {exercise: several for exercise, several in found.items() if several}


def make_class(folder, root, assignment, students, cleared):
    """Make a course folder with the students' submissions."""
    make_course(folder, root)
    nbgrader(folder, "generate_assignment", assignment)
    source, release = folder / "source" / assignment, folder / "release" / assignment
    executed = None if cleared else root / "solutions" / assignment
    for student in students:
        target = folder / "submitted" / student.name / assignment
        write_submission(student, source, release, target, executed)


class Memory(threading.Thread):
    """Notes the most memory that a process and all that it started have together (PSS)."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.process, self.most, self.done = psutil.Process(pid), 0, threading.Event()

    def run(self):
        """Look twice a second."""
        while not self.done.wait(0.5):
            self.most = max(self.most, sum(map(_share, self._all())))

    def _all(self):
        try:
            return [self.process, *self.process.children(recursive=True)]
        except psutil.Error:
            return []


def _share(process):
    try:
        return process.memory_full_info().pss
    except psutil.Error:
        return 0


def measure(folder, assignment, *options, **environment):
    """Run the command; return seconds of wall and of processor time, and bytes of memory."""
    command = [sys.executable, "-m", "nbgrader", "autograde", assignment, "--force", *options]
    before, started = psutil.cpu_times(), time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    memory = Memory(process.pid)
    memory.start()
    process.wait()
    wall, after = time.perf_counter() - started, psutil.cpu_times()
    memory.done.set()
    used = sum(getattr(after, k) - getattr(before, k) for k in ("user", "nice", "system"))
    return wall, used, memory.most


def show(what, count, wall, used, memory):
    """Print a row of the table."""
    print(
        f"{what:<34} {wall:7.1f} s {used:7.1f} s {wall / count:9.2f} s {used / count:9.2f} s "
        f"{memory / 2**30:7.2f} GiB",
        flush=True,
    )
    return wall


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_assignment(parser)
    parser.add_argument("--students", type=int, default=10, help="submissions (10)")
    parser.add_argument("--mistakes", type=int, default=0, help="one with so many mistakes, alone")
    parser.add_argument("--cleared", action="store_true", help="handed in without any outputs")
    parser.add_argument("--ours", action="store_true", help="without nbgrader alone")
    parser.add_argument("--jobs", type=int, default=0, help="at a time (as many as cores)")
    options = parse(parser)
    source = options.root / "source" / options.assignment
    assignment, count = options.assignment, options.students
    students = honest_class(source, count)
    if options.mistakes:
        count = 1
        students = [with_mistakes(students[0], source, options.mistakes)]
    print(
        f"{assignment}, {count} submissions, {psutil.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}"
    )
    heads = ("the whole command", "wall", "processor", "wall each", "proc. each", "memory")
    print("{:<34} {:>9} {:>9} {:>11} {:>11} {:>11}".format(*heads))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "course")
        make_class(folder, options.root, assignment, students, options.cleared)
        jobs = [f"--CourseAutograde.jobs={options.jobs}"] if options.jobs else []
        measure(folder, assignment, "--student", students[0].name)  # reads everything from disk
        ours = show("this course", count, *measure(folder, assignment, *jobs))
        if options.ours:
            return
        (folder / "nbgrader_config.py").write_text(ALONE, encoding="utf-8")
        alone = show("nbgrader alone", count, *measure(folder, assignment))
        one = show(
            "nbgrader alone, one BLAS thread", count, *measure(folder, assignment, **ONE_THREAD)
        )
    print(
        f"nbgrader alone / this course: {alone / ours:.1f}, with one BLAS thread {one / ours:.1f}"
    )


if __name__ == "__main__":
    main()
