"""`python -m grading report ASSIGNMENT`: how a class did, exercise by exercise, and why.

The mistakes are those that the feedback names; points come from the gradebook.
"""

import argparse
import csv
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry

from grading.marks import named_in, read_marks

UNKNOWN = "lost points, mistake not known"
UNTOUCHED = "no points"


@dataclass
class Exercise:
    """One exercise in numbers.

    Attributes
    ----------
    full, part, none : int
        How many students have all points, some, and none.
    mistakes : collections.Counter
        How often each mistake was named; a student with two counts twice.
    """

    name: str
    full: int = 0
    part: int = 0
    none: int = 0
    mistakes: Counter = field(default_factory=Counter)


def main(argv=None):
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(prog="course.py report", description=__doc__.splitlines()[0])
    parser.add_argument("assignment")
    parser.add_argument("--course", type=Path, default=Path(), help="the course's folder")
    parser.add_argument("--csv", type=Path, help="also write the table there")
    options = parser.parse_args(argv)
    try:
        rows = class_report(options.course, options.assignment)
    except MissingEntry:
        print(
            f"There is nothing of {options.assignment!r} in {options.course / 'gradebook.db'}. "
            f"Grade it first: python3 course.py nbgrader autograde {options.assignment}",
            file=sys.stderr,
        )
        return 1
    print(as_text(rows))
    if options.csv:
        write_csv(rows, options.csv)
        print(f"\nWritten: {options.csv}")
    return 0


def class_report(course, assignment):
    """Count marks and mistakes.

    Parameters
    ----------
    course : path
        The folder with ``gradebook.db`` and ``autograded/``.
    assignment : str

    Returns
    -------
    list of Exercise
        Those that the grader marks, in the notebooks' order.

    Raises
    ------
    nbgrader.api.MissingEntry
        When the gradebook does not know the assignment.
    """
    course = Path(course)
    if not (course / "gradebook.db").exists():
        raise MissingEntry(f"{course / 'gradebook.db'} does not exist")
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        marks = read_marks(gradebook, assignment)
    rows = {name: Exercise(name) for name in marks.automatic()}
    for student in marks.students:
        named = {}
        for path in sorted((course / "autograded" / student / assignment).glob("*.ipynb")):
            named |= named_in(path)
        for name, row in rows.items():
            _count(row, marks.score(student, name) or 0, marks.points[name], named.get(name, ()))
    return list(rows.values())


def _count(row, score, points, mistakes):
    row.full += score >= points
    row.part += 0 < score < points
    row.none += score <= 0
    row.mistakes.update(mistakes)
    if score < points and not mistakes:
        row.mistakes[UNKNOWN if score else UNTOUCHED] += 1


def as_text(rows):
    """Return the table: a line an exercise, and below it its mistakes, the most frequent first."""
    width = max(len(row.name) for row in rows)
    lines = [f"{'':<{width}}  {'all':>5} {'some':>5} {'none':>5}   of the points"]
    for row in rows:
        lines.append(f"{row.name:<{width}}  {row.full:>5} {row.part:>5} {row.none:>5}")
        for title, count in _sorted(row.mistakes):
            lines.append(f"{'':<{width}}  {count:>5} x {title}")
    return "\n".join(lines)


def write_csv(rows, path):
    """Write a line for each exercise and mistake; without a mistake, one with a count of 0."""
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["exercise", "all_points", "some_points", "no_points", "mistake", "count"])
        for row in rows:
            for title, count in _sorted(row.mistakes) or [("", 0)]:
                writer.writerow([row.name, row.full, row.part, row.none, title, count])


def _sorted(mistakes):
    return sorted(mistakes.items(), key=lambda item: (-item[1], item[0]))


if __name__ == "__main__":
    sys.exit(main())
