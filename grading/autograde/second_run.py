"""Judge an answer a second time, with right answers in place of the earlier ones.

An exercise that calls earlier ones must not lose points for a mistake in those, and a wrong
earlier answer must not vouch for it either.  So where an exercise lost points, and an earlier one
of the same notebook had lost some, the notebook is run once more in a fresh kernel: after each
earlier answer of the student's stands the right one.  A check counts when it passes in one of the
two runs.  Whatever uses an earlier answer, by a helper, an alias, a class or a loop, meets the
right one.

The solution of the exercise under test, and of later ones, is not in that run.  Of what it shows,
prints, returns or raises nothing is kept, since it may hold an earlier solution: only which checks
passed, and which known mistake an answer is.

Everything here is a pure function; `examination` has things run.
"""

import textwrap
from dataclasses import dataclass, replace

from checks.credits import INDENT, WIDTH, checks_as_text
from grading.autograde.rebuild.matching import defined_names
from grading.course.assignment import exercise_of
from grading.course.cell_names import bound_names
from grading.examiner.job import RUN, TEST, Cell

#: What a cell's output is called when the cell was stopped, or ended the kernel.
_ENDED = frozenset({"CellTimeoutError", "KernelDied"})
_NO_REASON = (
    "it was not reached with your own earlier answers, and it does not hold with right ones in "
    "their place either."
)


@dataclass(frozen=True)
class Story:
    """A notebook's code cells in order, as they were run or would be.

    Attributes
    ----------
    cells : list of grading.examiner.job.Cell
    kinds : list of str
        Of each cell: ``"answer"``, ``"test"``, ``"given"`` or ``"own"``.
    untouched : frozenset of str
        The exercises whose answer cell was left as it was.
    solutions : dict of str to str
        The right answers by exercise, in the notebook's order.
    """

    cells: list
    kinds: list
    untouched: frozenset
    solutions: dict

    def place(self, exercise):
        """Return the index of an exercise's answer cell, or None."""
        for index, (cell, kind) in enumerate(zip(self.cells, self.kinds, strict=True)):
            if kind == "answer" and cell.name == exercise:
                return index
        return None

    def exercise_of(self, test):
        """Return the exercise that a test cell is about."""
        return exercise_of(test, self.solutions)

    def earlier(self, exercise):
        """Return the exercises before one, in order."""
        names = list(self.solutions)
        return names[: names.index(exercise)] if exercise in names else []


def to_be_run_again(story, points):
    """Choose the tests that may be right once earlier answers are.

    Parameters
    ----------
    story : Story
    points : dict of str to float or None
        What the tests gave, by name.

    Returns
    -------
    dict of str to list of str
        By test, in order: the earlier exercises that lost points.
    """
    tests = [cell for cell in story.cells if cell.kind == TEST]
    lost = {cell.name for cell in tests if (points.get(cell.name) or 0.0) < cell.points}
    losing = {story.exercise_of(name) for name in lost}
    found = {}
    for test in tests:
        exercise = story.exercise_of(test.name)
        earlier = [each for each in story.earlier(exercise) if each in losing]
        if test.name in lost and earlier and exercise not in story.untouched:
            found[test.name] = earlier
    return found


def cells_for(story, test, ended):
    """Return the cells of the second run for one test, with what each of them is.

    Parameters
    ----------
    story : Story
    test : str
    ended : collection of int
        Indices of the cells that were stopped, or ended the kernel, in the first run: they are
        left out where they are not the answer itself.

    Returns
    -------
    cells : list of grading.examiner.job.Cell
        Up to the test; it is the only test.
    kinds : list of str
        As of a `Story`.
    """
    exercise = story.exercise_of(test)
    own_place, earlier = story.place(exercise), story.earlier(exercise)
    solution_of = _by_name(story.solutions, earlier)
    cells, kinds = [], []
    for index, (cell, kind) in enumerate(zip(story.cells, story.kinds, strict=True)):
        if cell.kind == TEST:
            if cell.name == test:
                return [*cells, cell], [*kinds, kind]
            continue
        is_earlier_answer = kind == "answer" and cell.name in earlier
        if cell.source.strip() and (index not in ended or index == own_place):
            cells.append(cell)
            kinds.append(kind)
        again = {cell.name} if is_earlier_answer else set()
        if kind in ("answer", "own") and index != own_place:
            names = defined_names(cell.source)
            again |= {solution_of[name] for name in names if name in solution_of}
        for name in filter(again.__contains__, earlier):
            cells.append(Cell(RUN, "", story.solutions[name]))
            kinds.append("answer")
    raise ValueError(f"there is no test {test!r}")


def ended_at(outputs):
    """Tell whether a cell with these outputs was stopped, or ended its kernel."""
    return any(output.get("ename") in _ENDED for output in outputs)


def merged(cell, exercise, first, second, standing_in):
    """Return the verdict of both runs: a check counts that passed in one of them.

    Parameters
    ----------
    cell : grading.examiner.job.Cell
        The test.
    exercise : str
    first, second : grading.examiner.job.Verdict
    standing_in : list of str
        The earlier exercises that had lost points.

    Returns
    -------
    grading.examiner.job.Verdict
        The first one, where the second adds nothing but the name of a mistake.
    """
    checks = merged_checks(first.checks, second.checks)
    points = min(sum(check["points"] for check in checks if check["passed"]), cell.points)
    verdict = replace(first, mistakes=second.mistakes, advice=second.advice)
    if second.points is None or points <= (first.points or 0.0):
        return verdict
    text = checks_as_text(exercise, checks, None if points >= cell.points else first.seed)
    note = _note(standing_in)
    outputs = [] if first.points is None else first.outputs
    return replace(
        verdict,
        points=float(points),
        checks=checks,
        text=f"{text}\n{note}\n",
        outputs=outputs,
        seed=first.seed if first.seed is not None else second.seed,
    )


def merged_checks(first, second):
    """Return the checks of two runs of a test, each with ``second_run`` where that one counts.

    Parameters
    ----------
    first, second : list of dict
        As of a `Verdict`.
    """
    before = {check["label"]: check for check in first}
    after = {check["label"]: check for check in second}
    found = []
    for label in before if len(before) >= len(after) else after:
        mine, other = before.get(label), after.get(label)
        if mine is None:
            found.append({**other, "message": "" if other["passed"] else _NO_REASON})
        else:
            found.append(dict(mine))
        if other is not None and other["passed"] and not found[-1]["passed"]:
            found[-1] |= {"passed": True, "message": ""}
        if not (mine and mine["passed"]) and found[-1]["passed"]:
            found[-1]["second_run"] = True
    return found


def _by_name(solutions, exercises):
    """Return which of the exercises binds a name."""
    return {name: each for each in exercises for name in bound_names(solutions[each])}


def _note(names):
    told = " and ".join(filter(None, [", ".join(f"`{n}`" for n in names[:-1]), f"`{names[-1]}`"]))
    own = "answer" if len(names) == 1 else "answers"
    are, their = ("is", "its") if len(names) == 1 else ("are", "their")
    text = (
        f"* not with your own {told}, which {are} not right yet, but with the right {own} in "
        f"{their} place: so it counts."
    )
    return textwrap.fill(text, WIDTH, initial_indent=" " * 9, subsequent_indent=INDENT)
