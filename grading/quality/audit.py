"""`python -m grading audit`: every answer of the bank is graded, and must get what it deserves.

Each wrong answer has to lose points in its own exercise and in no other, and to be recognised; each
right answer has to keep all points, and not be taken for a mistake.  Answers are marked by the same
test cells, through the same wire, as students' are; that the whole way through nbgrader comes to
the same marks, a random sample shows (``--sample``).
"""

import argparse
import contextlib
import multiprocessing
import os
import random
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from grading.autograde.second_run import merged
from grading.bank import StaleEntryError, answer, bank_of
from grading.course.assignment import Assignment, Notebook
from grading.course.cell_names import bound_names
from grading.course.home import (
    COURSE,
    home_of,
    homes,
    named_home,
    this_course,
    use_modules,
)
from grading.course.pytorch import is_used
from grading.diagnosis import diagnose
from grading.diagnosis.known_answers import bank_for
from grading.diagnosis.local import LocalSession
from grading.examiner.job import Limits
from grading.examiner.judge import judge
from grading.examiner.transcript import Transcript
from grading.quality.audit_sample import grade_sample
from grading.sandbox.environment import SETTINGS

#: Of the processor.  An endless loop costs as much in each check, or once in the whole test.
LIMITS = Limits(call=3.0, test=6.0)
#: What stands in a test's text when the test itself has broken off.
BROKEN = ("the check itself broke off", "Traceback", "helpers/", "checks/")
#: Entries that one process marks.
PART = 20


@dataclass
class Row:
    """What came of one exercise's entries.

    Attributes
    ----------
    wrong, caught, named, cascades : int
        Wrong answers; those that lost points in their exercise; those that were recognised; those
        that lost points elsewhere.
    right, accepted, mistaken : int
        Right answers; those with full marks everywhere; those taken for a mistake.
    problems : list of str
        A sentence for each thing that is not as it should be.
    seconds : float
        Of the processor.
    notes : list of str
        A sentence for each wrong answer that was caught, but not recognised.
    broken : int
        Answers that raise, have another shape, are random or missing: their cascades count, too.
    """

    exercise: str
    assignment: str = ""
    wrong: int = 0
    caught: int = 0
    named: int = 0
    cascades: int = 0
    right: int = 0
    accepted: int = 0
    mistaken: int = 0
    seconds: float = 0.0
    problems: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    broken: int = 0


def main(argv=None):
    """Run the command; return 0 when all is as it should be."""
    parser = argparse.ArgumentParser(prog="course.py audit", description=__doc__.splitlines()[0])
    add_assignments(parser)
    parser.add_argument(
        "--sample",
        type=int,
        default=12,
        help="how many of each assignment also go through nbgrader (12; none with --only)",
    )
    parser.add_argument("--seed", type=int, default=1, help="of the sample (1)")
    parser.add_argument("--jobs", type=int, default=2, help="processes (2)")
    parser.add_argument("--rounds", type=int, default=2, help="random inputs each answer meets (2)")
    parser.add_argument(
        "--write", type=Path, help="also write the page there, of the assignments that are named"
    )
    options = parser.parse_args(argv)
    if options.write and options.only:
        parser.error("--write makes a whole page: leave --only out")
    started = time.monotonic()
    print(HEAD, flush=True)
    rows = []
    sources = sources_in(options.root, options.assignments)
    for source, only in concerned(sources, options.only):
        print(f"-- {source.name}", flush=True)
        for row in audit(source, only, options.jobs, options.rounds):
            rows.append(row)
            print(line(row), flush=True)
    print(line(total(rows)))
    for row in rows:
        if not row.wrong:
            print(f"not in the bank: {row.exercise}")
        for note in row.notes:
            print(f"not recognised: {note}")
    problems = [problem for row in rows for problem in row.problems]
    if options.sample and not options.only:
        print(f"\n{options.sample} answers of each assignment through nbgrader:", flush=True)
        for source in sources:
            problems += _sample(source, options)
    for problem in problems:
        print(f"NOT AS IT SHOULD BE: {problem}")
    print(f"\nDone in {time.monotonic() - started:.0f} s.")
    if options.write:
        options.write.write_text(markdown(rows), encoding="utf-8")
    if not enough_are_named(rows):
        print("NOT AS IT SHOULD BE: fewer than 95 of 100 mistakes are recognised")
        return 1
    return 1 if problems else 0


def add_assignments(parser):
    """Let a command take names of assignments, of exercises, and a course folder."""
    parser.add_argument(
        "assignments", nargs="*", default=[], metavar="ASSIGNMENT", help="all, if none is named"
    )
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="EXERCISE", help="these exercises alone"
    )
    parser.add_argument(
        "--root", type=Path, default=this_course(), help="the course folder (%(default)s)"
    )


def sources_in(root=COURSE, names=()):
    """Return the folders in ``source/`` of some assignments of a course, or of all of them.

    Raises
    ------
    SystemExit
        When there is no assignment of a name, or none at all, or one is not built.
    """
    try:
        found = [named_home(root, name) for name in names] or [named_home(root), *homes(root)[1:]]
    except ValueError as error:
        raise SystemExit(str(error)) from None
    sources = [Path(root, "source", home.name).resolve() for home in found]
    for source in sources:
        if not any(source.glob("*.ipynb")):
            raise SystemExit(f"there is no notebook in {source}: run `python -m grading build`")
    return sources


def concerned(sources, only):
    """Yield the assignments that hold the exercises wanted, with those of each (all: none named).

    Parameters
    ----------
    sources : list of pathlib.Path
        Folders in ``source/``.
    only : list of str

    Raises
    ------
    SystemExit
        When an exercise is in none of them.
    """
    found = {source: _exercises(source) for source in sources}
    for exercise in only:
        if not any(exercise in own for own in found.values()):
            known = ", ".join(each for own in found.values() for each in own)
            raise SystemExit(f"there is no exercise {exercise!r}; there are {known}")
    for source, own in found.items():
        wanted = [exercise for exercise in only if exercise in own]
        if wanted or not only:
            yield source, wanted


def _exercises(source):
    return [exercise for each in Assignment(source).notebooks for exercise in each.solutions]


def audit(source, only=(), jobs=2, rounds=2):
    """Yield the row of each exercise of an assignment, or of those named in `only`.

    Parameters
    ----------
    source : pathlib.Path
        The assignment's folder in ``source/``.
    only : collection of str
    jobs : int
        Processes.
    rounds : int
        How many random inputs each answer meets.
    """
    parts, work = [], partial(_audit_part, rounds)
    for part, of, row in each_exercise(work, source, only, jobs, _parts_of):
        parts.append(row)
        if part == of - 1:
            yield replace(total(parts, row.exercise), assignment=source.name)
            parts = []


def _parts_of(notebook, exercise):
    """Return into how many parts an exercise's entries are divided, so that all cores have work."""
    wrong, right = bank_of(notebook.path)
    return 1 + (len(wrong.get(exercise, ())) + len(right.get(exercise, ()))) // PART


def _audit_part(rounds, task):
    path, exercise, part, of = task
    started = time.process_time()
    auditor = Auditor(Path(path))
    for entries in (auditor.wrong, auditor.right):
        entries[exercise] = entries.get(exercise, [])[part::of]
    row = auditor.row(exercise, seeds=range(1, rounds + 1))
    row.seconds = time.process_time() - started
    return part, of, row


def each_exercise(work, source, only=(), jobs=2, parts_of=lambda *_: 1):
    """Do some work for each exercise of an assignment, in processes like those that grade.

    Parameters
    ----------
    work : callable
        ``work((path, exercise, part, of))``, a function of a module.
    source : pathlib.Path
        The assignment's folder in ``source/``.
    only : collection of str
        The exercises to take; all where it is empty.
    jobs : int
        How many processes work at once.
    parts_of : callable
        ``parts_of(notebook, exercise)``: how many parts of the work there are.

    Yields
    ------
    object
        What `work` returns, in the notebooks' order, each as soon as it is there.
    """
    notebooks = Assignment(source).notebooks
    tasks = [
        (str(notebook.path), exercise, part, of)
        for notebook in notebooks
        for exercise in notebook.solutions
        if exercise in only or not only
        for of in [parts_of(notebook, exercise)]
        for part in range(of)
    ]
    # A process for each task, forked from one that was started with these settings and has
    # imported what all of them need: importing takes seconds.
    context = multiprocessing.get_context("forkserver")
    preload = [__name__, "matplotlib.pyplot", "sklearn.model_selection"]
    if is_used(cell.source for notebook in notebooks for cell in notebook.tests):
        preload.append("helpers.pytorch")
    context.set_forkserver_preload(preload)
    pool = ProcessPoolExecutor(jobs, mp_context=context, max_tasks_per_child=1)
    with _environment(SETTINGS), pool:
        yield from pool.map(work, tasks)


@contextlib.contextmanager
def _environment(settings):
    """Have this process's environment hold some settings, which processes started here inherit."""
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextlib.contextmanager
def empty_folder():
    """Run a block in an empty folder: wrong answers write files in wrong places."""
    with tempfile.TemporaryDirectory(prefix="audit-") as folder, contextlib.chdir(folder):
        yield


class Auditor:
    """Marks the bank's answers to one notebook.

    Parameters
    ----------
    path : pathlib.Path
        The notebook in ``source/``.
    """

    def __init__(self, path):
        use_modules(home_of(path.parent).student)
        self.notebook = Notebook(path)
        self.bank = bank_for(path)
        self.wrong, self.right = bank_of(path)
        self.broken = set()

    def row(self, exercise, seeds):
        """Mark all entries of an exercise."""
        row = Row(exercise)
        for title, source in broken_answers(self.notebook.solutions[exercise]).items():
            self._broken(row, title, source, seeds[0])
        for entry in self.wrong.get(exercise, []):
            row.wrong += 1
            self._wrong(row, entry, seeds)
        for entry in self.right.get(exercise, []):
            row.right += 1
            self._right(row, entry, seeds)
        return row

    def losses(self, exercise, source, seed):
        """Return the points lost by exercise, and the diagnosis, of one answer."""
        lost, found, names = {}, None, self.notebook.names
        with empty_folder():
            for cell, missing, transcript in self._losses(exercise, source, seed):
                about = self.notebook.exercise_of(cell.name)
                lost[about] = lost.get(about, 0) + missing
                if about == exercise:
                    found = (
                        diagnose(cell, exercise, transcript, self.bank, names, seed, LIMITS)
                        or found
                    )
        return lost, found

    def loses(self, exercise, source, seed):
        """Tell whether an answer loses points; no test is run after the first that takes some."""
        with empty_folder():
            return any(True for _ in self._losses(exercise, source, seed))

    def _losses(self, exercise, source, seed):
        """Yield each test cell in which an answer loses points, how many, and its transcript."""
        order, has_lost = self.notebook.exercises, False
        for cell in self.notebook.tests_reached_by(exercise):
            about = self.notebook.exercise_of(cell.name)
            verdict, transcript = self._judged(cell, seed, exercise, source)
            has_lost |= about == exercise and (verdict.points or 0) < cell.points
            comes_later = order.index(about) > order.index(exercise)
            if (verdict.points or 0) < cell.points and has_lost and comes_later:
                second, transcript = self._judged(cell, seed, exercise, source, mended=True)
                verdict = merged(cell, about, verdict, second, [exercise])
            if missing := cell.points - (verdict.points or 0):
                yield cell, missing, transcript

    def _judged(self, cell, seed, *answer, mended=False):
        """Run a test on the solutions, one replaced; return verdict and transcript."""
        transcript = Transcript()
        session = LocalSession(self.bank.namespace(*answer, mended), LIMITS, transcript)
        verdict = judge(cell, session, self.notebook.names, seed)
        if any(sign in verdict.text for sign in BROKEN):
            self.broken.add(cell.name)
        return verdict, transcript

    def _results(self, row, what, source, seeds):
        """Return the marks of an answer for each seed; a test that breaks off is a problem."""
        self.broken.clear()
        results = [self.losses(row.exercise, source, seed) for seed in seeds]
        if self.broken:
            row.problems.append(f"{what} breaks {', '.join(sorted(self.broken))} itself")
        return results

    def _wrong(self, row, entry, seeds):
        what = f"{row.exercise}: {entry.title!r}"
        try:
            source = answer(entry, self.notebook.solutions[row.exercise])
        except StaleEntryError as error:
            row.problems.append(f"{row.exercise}: {error}")
            return
        results = self._results(row, what, source, seeds)
        is_caught = all(row.exercise in lost for lost, _ in results)
        others = {name for lost, _ in results for name in lost} - {row.exercise}
        known = {entry.title, *entry.like}
        is_named = all(found and set(found.titles) & known for _, found in results)
        row.caught += is_caught
        row.cascades += bool(others)
        row.named += is_named
        if not is_caught:
            row.problems.append(f"{what} is not caught")
        if is_caught and not is_named:
            taken = [", ".join(found.titles) if found else "nothing" for _, found in results]
            row.notes.append(f"{what}, but as {' and '.join(dict.fromkeys(taken))}")
        if others:
            row.problems.append(f"{what} also costs points in {', '.join(sorted(others))}")

    def _broken(self, row, title, source, seed):
        """Count what an answer costs elsewhere that is not even wrong."""
        with empty_folder():
            lost = {
                self.notebook.exercise_of(cell.name)
                for cell, _, _ in self._losses(row.exercise, source, seed)
            }
        row.broken += 1
        if others := lost - {row.exercise}:
            row.cascades += 1
            costs = f"also costs points in {', '.join(sorted(others))}"
            row.problems.append(f"{row.exercise}: an answer that {title} {costs}")

    def _right(self, row, entry, seeds):
        what = f"{row.exercise}: the right answer {entry.title!r}"
        source = answer(entry, self.notebook.solutions[row.exercise])
        results = self._results(row, what, source, seeds)
        lost = {name for missing, _ in results for name in missing}
        row.accepted += not lost
        row.mistaken += any(found is not None for _, found in results)
        if lost:
            row.problems.append(f"{what} loses points in {', '.join(sorted(lost))}")


def broken_answers(solution):
    """Return answers to an exercise that are not even wrong, by what is said of them.

    Parameters
    ----------
    solution : str
        The answer cell, which binds what a test may ask for.

    Returns
    -------
    dict of str to str
    """
    names = sorted(bound_names(solution))
    bodies = {
        "raises": "raise RuntimeError('no answer')",
        "has another shape": "import numpy; return numpy.ones((2, 1, 3))",
        "is random": "import numpy; return numpy.random.normal()",
    }
    found = {"is missing": "pass"}
    for title, body in bodies.items():
        found[title] = "\n".join(f"def {name}(*_, **__): {body}" for name in names)
    return found


def enough_are_named(rows):
    """Tell whether at least 95 of 100 wrong answers are recognised."""
    return sum(row.named for row in rows) >= 0.95 * sum(row.wrong for row in rows)


HEAD = f"{'exercise':<32}{'wrong':>7}{'caught':>8}{'named':>7}{'cascades':>10}"
HEAD += f"{'right':>7}{'accepted':>10}{'mistaken':>10}{'seconds':>9}"


def line(row):
    """Return a row of the table as text."""
    start = f"{row.exercise:<32}{row.wrong:>7}{row.caught:>8}{row.named:>7}{row.cascades:>10}"
    return f"{start}{row.right:>7}{row.accepted:>10}{row.mistaken:>10}{row.seconds:>9.0f}"


def markdown(rows):
    """Return the rows as a page for ``docs/``."""
    lines = [
        "# The audit of the bank",
        "",
        "Made by `python3 course.py audit --write docs/audit.md`; do not edit. Every wrong answer "
        "of the bank must lose points in its own exercise and in no other, every right answer "
        "must keep them all. *Named*: the feedback names the very mistake. *Cascades*: answers "
        "that cost points elsewhere, of the wrong ones and of four more in each exercise: one "
        "that raises, one of another shape, a random one, and none at all.",
    ]
    names = list(dict.fromkeys(row.assignment for row in rows))
    sums = [total([row for row in rows if row.assignment == name], name) for name in names]
    lines += _table([*sums, total(rows, "**all**")], "assignment")
    for name in names:
        own = [row for row in rows if row.assignment == name]
        lines += ["", f"## `{name}`", *_table(own, "exercise")]
    return "\n".join(lines) + "\n"


def _table(rows, what):
    lines = [
        "",
        f"| {what} | wrong | caught | named | cascades | right | accepted | taken for a mistake |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        name = row.exercise if row.exercise.startswith("*") else f"`{row.exercise}`"
        numbers = (row.wrong, row.caught, row.named, row.cascades)
        numbers += (row.right, row.accepted, row.mistaken)
        lines.append(f"| {name} | {' | '.join(map(str, numbers))} |")
    return lines


def total(rows, name="all"):
    """Return the sum of some rows as a row of that name."""
    found = Row(name)
    counts = ("wrong", "broken", "caught", "named", "cascades", "right", "accepted", "mistaken")
    for count in counts:
        setattr(found, count, sum(getattr(row, count) for row in rows))
    found.seconds = sum(row.seconds for row in rows)
    found.problems = [problem for row in rows for problem in row.problems]
    found.notes = [note for row in rows for note in row.notes]
    return found


def _sample(source, options):
    """Grade a random sample with nbgrader's commands; return what differs from the fast way."""
    entries = [
        (notebook.path, exercise, entry)
        for notebook in Assignment(source).notebooks
        for found in bank_of(notebook.path)
        for exercise, several in found.items()
        for entry in several
    ]
    chosen = random.Random(options.seed).sample(entries, min(options.sample, len(entries)))
    with tempfile.TemporaryDirectory(prefix="audit-", ignore_cleanup_errors=True) as folder:
        return grade_sample(Path(folder), source, chosen)


if __name__ == "__main__":
    sys.exit(main())
