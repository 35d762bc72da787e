"""What trusted grading costs: a class graded by this course and by nbgrader alone.

python benchmarks/class_time.py                 # the demo's students that have names
python benchmarks/class_time.py --students 30   # a class drawn from the bank of answers

Both are the whole command, `nbgrader autograde nn_lab --force`, in turns, on the same submissions
and with the same limit for a cell.  nbgrader alone runs a student's code unconfined and in one
process with the hidden tests, and gives up on some of these students; so the honest ones are also
timed by themselves.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from grading.authoring.release import nbgrader
from grading.demo import drawn_class, make_course
from grading.sample_class import students_of
from grading.submissions import write_submission

ASSIGNMENT = "nn_lab"
ALONE = "c = get_config()\nc.Execute.timeout = 20\n"


def make_class(folder, students, alone):
    """Make a course folder with the students' submissions."""
    make_course(folder)
    nbgrader(folder, "generate_assignment", ASSIGNMENT)
    source, release = folder / "source" / ASSIGNMENT, folder / "release" / ASSIGNMENT
    for student in students:
        write_submission(student, source, release, folder / "submitted" / student.name / ASSIGNMENT)
    if alone:
        (folder / "nbgrader_config.py").write_text(ALONE, encoding="utf-8")


def seconds(folder):
    """Return how long the command takes; it may end with 1 where a student was given up."""
    command = [sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT, "--force"]
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=2, help="take the best of so many (2)")
    parser.add_argument("--students", type=int, default=0, help="draw a class of so many")
    parser.add_argument("--seed", type=int, default=1, help="of the class that is drawn (1)")
    options = parser.parse_args()
    members = (
        drawn_class(ASSIGNMENT, options.students, options.seed)
        if options.students
        else students_of(ASSIGNMENT)
    )
    honest = [s for s in members if not s.loses and not s.wrong and not s.untouched]
    classes = {f"the class of {len(members)}": members, f"{len(honest)} honest ones": honest}
    with tempfile.TemporaryDirectory() as place:
        for what, students in classes.items():
            ours, alone = Path(place, what, "ours"), Path(place, what, "alone")
            make_class(ours, students, alone=False)
            make_class(alone, students, alone=True)
            times = [(seconds(ours), seconds(alone)) for _ in range(options.repeats)]
            a, b = map(min, zip(*times, strict=True))
            print(f"{what:22} ours {a:6.1f} s   nbgrader alone {b:6.1f} s   ratio {a / b:.2f}")


if __name__ == "__main__":
    main()
