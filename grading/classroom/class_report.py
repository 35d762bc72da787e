"""`python -m grading report ASSIGNMENT`: how a class did, exercise by exercise, and why.

The mistakes are those that the feedback names; points come from the gradebook.
"""

import argparse
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.api import MissingEntry

from grading.autograde.left_out import left_out
from grading.autograde.result import ResultError, read_result
from grading.classroom.mark_table import named_in, read_marks
from grading.course.assignment import Assignment
from grading.course.folder import NoCourse, open_course, open_gradebook
from grading.course.home import this_course
from grading.course.student_names import printable_name
from grading.pages.csv_tables import write_table

UNKNOWN = "lost points, mistake not known"
UNTOUCHED = "no points"
PLAIN = "This assignment is graded as `plain`: tests and answers share a process, so its marks can "
PLAIN += "be forged."


@dataclass
class Exercise:
    """One exercise in numbers.

    Attributes
    ----------
    full, part, none : int
        How many students have all points, some, and none.
    waiting : int
        How many marks wait for a person; they are no zeros.
    mistakes : collections.Counter
        How often each mistake was named; a student with two counts twice.
    """

    name: str
    full: int = 0
    part: int = 0
    none: int = 0
    waiting: int = 0
    mistakes: Counter = field(default_factory=Counter)


def main(argv=None):
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(prog="course.py report", description=__doc__.splitlines()[0])
    parser.add_argument("assignment")
    parser.add_argument(
        "--course", type=Path, default=this_course(), help="the course's folder (%(default)s)"
    )
    parser.add_argument("--csv", type=Path, help="also write the table there")
    options = parser.parse_args(argv)
    try:
        rows, look = class_report(options.course, options.assignment)
    except (MissingEntry, NoCourse) as error:
        print(
            f"There is nothing of {options.assignment!r} to report: {error}. "
            f"Grade it first: python3 course.py nbgrader autograde {options.assignment}",
            file=sys.stderr,
        )
        return 1
    except ValueError as error:  # the assignment's settings, or a notebook of its source
        print(f"The report was not made: {error}", file=sys.stderr)
        return 1
    print(as_text(rows))
    if look:
        print("\n[!] A person should look at these: marks may be missing or wrong.")
        print("\n".join(f"[!] {sentence}" for sentence in look))
    if options.csv:
        write_csv(rows, options.csv)
        print(f"\nWritten: {options.csv}")
    return 0


def class_report(course, assignment):
    """Count marks and mistakes.

    Parameters
    ----------
    course : path
        The folder with ``nbgrader_config.py``, which says where the gradebook is.
    assignment : str

    Returns
    -------
    rows : list of Exercise
        Those that the grader marks, in the notebooks' order.
    look : list of str
        What a person should look at, a sentence each.

    Raises
    ------
    nbgrader.api.MissingEntry
        When the gradebook does not know the assignment.
    grading.course.folder.NoCourse
        When there is no gradebook.
    """
    coursedir, _ = open_course(course, needs_settings=False)
    with open_gradebook(coursedir) as gradebook:
        marks = read_marks(gradebook, assignment)
        missing = left_out(coursedir, gradebook, assignment)
    rows = {name: Exercise(name) for name in marks.automatic()}
    look = [PLAIN] if _is_plain(coursedir, assignment) else []
    for student in marks.students:
        folder = Path(coursedir.format_path(coursedir.autograded_directory, student, assignment))
        look += _to_look_at(folder, student)
        named = {}
        for path in sorted(folder.glob("*.ipynb")):
            named |= named_in(path)
        for name, row in rows.items():
            score = marks.score(student, name)
            if score is None:
                row.waiting += 1
            else:
                _count(row, score, marks.points[name], named.get(name, ()))
    return list(rows.values()), look + missing


def _to_look_at(folder, student):
    """Return what the grading of a submission wanted a person to look at."""
    try:
        return [printable_name(sentence) for sentence in read_result(folder)["needs_a_look"]]
    except ResultError:  # `left_out` says it
        return []


def _is_plain(coursedir, assignment):
    """Tell whether tests and answers shared a process."""
    source = Path(coursedir.format_path(coursedir.source_directory, ".", assignment))
    return source.is_dir() and Assignment(source).plain


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
        if row.waiting:
            lines.append(f"{'':<{width}}  {row.waiting:>5} x waits for a person")
    return "\n".join(lines)


def write_csv(rows, path):
    """Write a line for each exercise and mistake; without a mistake, one with a count of 0."""
    head = ("exercise", "all_points", "some_points", "no_points", "waiting", "mistake", "count")
    lines = [
        (row.name, row.full, row.part, row.none, row.waiting, title, count)
        for row in rows
        for title, count in _sorted(row.mistakes) or [("", 0)]
    ]
    write_table(path, head, lines)


def _sorted(mistakes):
    return sorted(mistakes.items(), key=lambda item: (-item[1], item[0]))


if __name__ == "__main__":
    sys.exit(main())
