"""Grade a made-up class in different ways with one batch seed: marks, words and names are equal.

python -m tests.equality                       all four assignments: half an hour
python -m tests.equality nn_lab --drawn 20     one, with 20 more students drawn from the bank

One submission after the other and several side by side; the cells that are needed, and all.
"""

import argparse
import random
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from grading.autograde.result import read_result
from grading.classroom.demo import drawn_class, hand_in, nbgrader
from grading.classroom.sample_class import students_of
from grading.course.home import COURSE, homes

ASSIGNMENTS = [home.name for home in homes()]
#: The ways, as options of the command.
WAYS = {
    "needed, one by one": ("needed", 1),
    "needed, side by side": ("needed", 2),
    "all, side by side": ("all", 2),
}


def grade(folder, assignment, students, way, seed):
    """Grade the class in one way; return what must be equal, by student and notebook."""
    run, jobs = WAYS[way]
    options = f"""
c.CourseAutograde.seed, c.CourseAutograde.jobs = {seed}, {jobs}
c.ExaminedExecute.run, c.ExaminedExecute.redraw_timeout = {run!r}, 0
c.Autograde.force = True
"""
    config = folder / "nbgrader_config.py"
    before = config.read_text()
    config.write_text(before + options)
    nbgrader(folder, "autograde", assignment)
    config.write_text(before)
    found = {}
    for student in students:
        result = read_result(folder / "autograded" / student.name / assignment)
        for name, notebook in result["notebooks"].items():
            parts = ("notes", "scores", "comments", "exercises")
            found[student.name, name] = {part: notebook[part] for part in parts}
    return found


def differences(folder, assignment, ways, drawn=3, seed=None, say=print):
    """Grade a class in some ways; return a sentence for each difference from the first.

    Parameters
    ----------
    folder : path
    assignment : str
    ways : sequence of str
        Names in `WAYS`.
    drawn : int
        Students drawn from the bank, beside those that are there by name.
    seed : int, optional
        Of the batch, and of who is drawn.
    say : callable
    """
    seed = random.randrange(10**6) if seed is None else seed
    say(f"{assignment}: seed {seed}")
    source = COURSE / "source" / assignment
    students = [*students_of(source), *drawn_class(source, drawn, seed)]
    # A loop that never ends is met in all its checks: in one way it is enough.
    students = [student for student in students if "never ends" not in student.about]
    hand_in(Path(folder), source, students)
    first, *others = ways
    expected = grade(Path(folder), assignment, students, first, seed)
    found = []
    for way in others:
        now = grade(Path(folder), assignment, students, way, seed)
        found += [
            f"{assignment}, {student}, {name}, {part}: {way} differs from {first}"
            for (student, name), parts in expected.items()
            for part, value in parts.items()
            if now[student, name][part] != value
        ]
    return found


def main():
    """Run the command; return 0 when all is equal."""
    parser = argparse.ArgumentParser(prog="python -m tests.equality", description=__doc__)
    parser.add_argument("assignments", nargs="*", default=ASSIGNMENTS)
    parser.add_argument("--drawn", type=int, default=3)
    parser.add_argument("--seed", type=int)
    options = parser.parse_args()
    found = []
    for assignment in options.assignments:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            course = Path(folder, "course")
            found += differences(course, assignment, list(WAYS), options.drawn, options.seed)
    print("\n".join(found) or "All is equal.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
