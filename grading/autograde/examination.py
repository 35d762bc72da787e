"""Have one rebuilt notebook run and judged: choose its cells, run them, look at what is missing.

Only what can change a mark is run (`needed`).  Where a name turns out to be missing that a cell
left out would have bound, everything is run once more, from the start, with the same seeds, and
those marks stand.  Outputs that a written answer may speak of, and that were not handed in, are
drawn afterwards, when no mark can change any more.

Where an exercise and an earlier one lost points, the notebook is run a second time with the right
earlier answers in place (`second_run`).
"""

import contextlib
import itertools
import logging
import re
from dataclasses import replace

from nbformat import from_dict
from nbformat.v4 import new_code_cell
from nbgrader.utils import compute_checksum, determine_grade

from grading.autograde import second_run
from grading.autograde.needed.choice import CodeCell, plan
from grading.course.cell_marks import ANSWER, GIVEN, KIND, OWN
from grading.diagnosis import Recogniser
from grading.examiner.child import examine
from grading.examiner.job import RUN, TEST, Cell, Job, not_run
from grading.sandbox import (
    BIG,
    SandboxError,
    clear,
    fill,
    kernel_manager,
    plain,
    require,
    spent,
    why_ended,
)

log = logging.getLogger(__name__)
#: How a notebook was run: only the cells needed, all of them, or all after a name was missing.
NEEDED, ALL, AGAIN = "needed", "all", "all, after a name was missing"
#: Packages and modules of the course that import a big package.
_THROUGH_OURS = {
    "helpers": "matplotlib",
    "helpers.plots": "matplotlib",
    "helpers.figures": "matplotlib",
    "helpers.optimize": "scipy.optimize",
    "helpers.pytorch": "torch",
    "student_tools.study.figure": "matplotlib",
}
_IMPORTED = re.compile(r"^[ \t]*(?:from|import)[ \t]+([\w.]+)", re.MULTILINE)


class Examination:
    """The run of one notebook.

    Parameters
    ----------
    nb : NotebookNode
        As `rebuild` made it, with the outputs that were handed in.
    recorded : grading.autograde.recorded.RecordedNotebook
    source : grading.course.assignment.Notebook
    bank : grading.diagnosis.Bank or None
    files : dict of str to bytes
        What lies in the kernel's working folder.
    address : str
        The sandbox.
    settings : grading.autograde.settings.Settings
    seed_of : callable
        ``seed_of(test)``: the seed of a test's inputs.

    Attributes
    ----------
    ran : list of (NotebookNode, Cell, Verdict)
        The cells that were run or judged, what they are, and what came of them.
    left_alone : list of NotebookNode
        The code cells that were not run; their outputs are those that were handed in.
    redrawn : list of (NotebookNode, Verdict)
        Of these, the ones that were run for their outputs afterwards.
    way : str
        `NEEDED`, `ALL` or `AGAIN`.
    remarks : list of str
        For the log: why everything was run, and the like.
    seconds : float
        Processor time of the student's code; 0 where it is not known.
    """

    def __init__(self, nb, recorded, source, bank, files, address, settings, seed_of):
        self.ran, self.left_alone, self.redrawn, self.remarks = [], [], [], []
        self.seconds = 0.0
        self.way = NEEDED
        self._recorded, self._source, self._bank = recorded, source, bank
        self._files, self._address, self._settings = files, address, settings
        self._seed_of = seed_of
        # Where nothing tells the processor time, limits count time on the clock.
        self._is_counted = not plain.is_plain(address)
        tests = {name: (text, points) for name, text, points in recorded.tests}
        self._is_plain = source.plain
        self._nodes = [c for c in nb.cells if c.cell_type == "code" and _counts_as_code(c)]
        self._cells = [_told(node, tests) for node in self._nodes]
        self._is_written = any(_is_written(cell) for cell in nb.cells)

    def run(self):
        """Run and judge the notebook."""
        if self._is_plain and self._settings.execute:
            self._run_plain()
            return
        chosen, left_out = self._choose()
        if not self._settings.execute:
            reason = "nbgrader was told not to run anything (--no-execute)"
            pairs = zip(self._nodes, self._cells, strict=True)
            self.ran = [(node, told, not_run(reason)) for node, told in pairs]
            return
        missing = self._run(chosen)
        if missing & left_out:
            names = ", ".join(f"`{name}`" for name in sorted(missing & left_out))
            self.remarks.append(f"all cells were run, since {names} was missing without them")
            self.way = AGAIN
            chosen = self._all()
            self._run(chosen)
        self._run_again()
        pairs = zip(self._nodes, chosen, strict=True)
        self.left_alone = [node for node, runs in pairs if not runs]
        if self.left_alone and self._is_written and self._settings.redraw:
            self._redraw()

    def _run_plain(self):
        """Run all cells in one kernel, tests and all, and read the marks as nbgrader does."""
        self.way = ALL
        cells = [replace(cell, kind=RUN, points=0.0) for cell in self._cells]
        job = Job(self._address, cells, [], self._settings.limits)
        verdicts, _ = self._examine(job)
        for verdict, cell in zip(verdicts, self._cells, strict=True):
            if cell.kind == TEST:
                verdict.points = points_of(verdict.outputs, cell.points)
        self.ran = list(zip(self._nodes, self._cells, verdicts, strict=True))

    def _choose(self):
        """Return which cells are run, and the names that those left out would bind."""
        if self._settings.run == "all":
            self.way = ALL
            return self._all(), frozenset()
        told = [
            CodeCell(_kind(n, t), t.source) for n, t in zip(self._nodes, self._cells, strict=True)
        ]
        chosen = plan(told)
        if chosen.everything:
            self.way = ALL
            self.remarks.append(f"all cells were run: {chosen.everything}")
        pairs = zip(chosen.run, self._all(), strict=True)
        return [runs and is_code for runs, is_code in pairs], chosen.left_out

    def _all(self):
        """Return the choice of everything: all cells with code in them."""
        return [bool(cell.source.strip()) for cell in self._cells]

    def _run(self, chosen):
        """Run the chosen cells in a fresh kernel; return the names that turned out missing."""
        pairs = [
            p
            for p, runs in zip(zip(self._nodes, self._cells, strict=True), chosen, strict=True)
            if runs
        ]
        seeds = {cell.name: self._seed_of(cell.name) for _, cell in pairs if cell.kind == TEST}
        job = Job(
            self._address,
            [cell for _, cell in pairs],
            sorted(self._source.names),
            self._settings.limits,
            seeds=seeds,
        )
        verdicts, missing = self._examine(job, self._recogniser(job))
        self.ran = [(*pair, verdict) for pair, verdict in zip(pairs, verdicts, strict=True)]
        return missing

    def _recogniser(self, job):
        """Return what names the mistakes that do not wait for a second run, or None."""
        if self._bank is None:
            return None
        recognise, points = Recogniser(job, self._bank), {}

        def name_it(cell, transcript, seed, verdict):
            # The tests before this one lost nothing where they are not among these.
            points[cell.name] = verdict.points
            known = {test.name: test.points for test in job.cells if test.kind == TEST} | points
            if cell.name not in second_run.to_be_run_again(self._story(), known):
                recognise(cell, transcript, seed, verdict)

        return name_it

    def _story(self):
        kinds = [_kind(n, t) for n, t in zip(self._nodes, self._cells, strict=True)]
        untouched = frozenset(
            told.name
            for node, told, kind in zip(self._nodes, self._cells, kinds, strict=True)
            if kind == ANSWER and _is_untouched(node)
        )
        return second_run.Story(self._cells, kinds, untouched, self._source.solutions)

    def _run_again(self):
        """Run the notebook with right earlier answers, for each exercise that they may help."""
        story = self._story()
        points = {told.name: verdict.points for _, told, verdict in self.ran if told.kind == TEST}
        chosen = second_run.to_be_run_again(story, points)
        ended = {
            index
            for index, node in enumerate(self._nodes)
            for ran, _, verdict in self.ran
            if ran is node and second_run.ended_at(verdict.outputs)
        }
        left = self._settings.limits.notebook
        for number, (node, told, verdict) in enumerate(self.ran):
            if told.name not in chosen:
                continue
            if left <= 0:
                self.remarks.append(f"{told.name}: no time was left for a second run")
                continue
            before = self.seconds
            second = self._second_verdict(story, told, ended, left)
            left -= self.seconds - before
            # Those before it that were run again have the points of both runs by now.
            names = second_run.to_be_run_again(story, points).get(told.name, chosen[told.name])
            exercise = story.exercise_of(told.name)
            verdict = second_run.merged(told, exercise, verdict, second, names)
            self.ran[number] = (node, told, verdict)
            points[told.name] = verdict.points
            self.remarks.append(f"{told.name}: judged again with right {', '.join(names)}")

    def _second_verdict(self, story, test, ended, seconds):
        """Return the verdict on a test after right earlier answers, within some seconds."""
        cells, kinds = second_run.cells_for(story, test.name, ended)
        chosen = [True] * len(cells)
        left_out = frozenset()
        if self.way == NEEDED:
            made = plan([CodeCell(k, c.source) for c, k in zip(cells, kinds, strict=True)])
            chosen, left_out = made.run, made.left_out
        limits = replace(self._settings.limits, notebook=seconds)
        seeds = {test.name: self._seed_of(test.name)}
        for runs in (chosen, [True] * len(cells)):
            job = Job(
                self._address,
                list(itertools.compress(cells, runs)),
                sorted(self._source.names),
                limits,
                seeds=seeds,
            )
            recognise = Recogniser(job, self._bank).name_alone if self._bank else None
            verdicts, missing = self._examine(job, recognise)
            if not missing & left_out:
                break
        return verdicts[-1]

    def _examine(self, job, recognise=None):
        sources = [cell.source for cell in job.cells if cell.kind == RUN]
        require(self._address, big_packages(sources))
        fill(self._address, self._files)
        verdicts, missing = [], set()

        def say(verdict):
            verdicts.append(verdict)
            missing.update(verdict.missing)

        def used():
            return spent(self._address)

        try:
            examine(
                job,
                say,
                lambda: kernel_manager(self._address),
                lambda: why_ended(self._address),
                recognise,
                used if self._is_counted else None,
            )
        finally:
            with contextlib.suppress(SandboxError):
                self.seconds += used()
            clear(self._address)
        return verdicts, missing

    def _redraw(self):
        """Run the story for the outputs that are missing or stale; no mark hangs on it."""
        if not _are_stale(self._nodes):
            return
        limits = replace(self._settings.limits, notebook=self._settings.redraw)
        pairs = [(n, c) for n, c in zip(self._nodes, self._cells, strict=True) if c.kind == RUN]
        job = Job(self._address, [cell for _, cell in pairs], [], limits)
        verdicts, _ = self._examine(job)
        alone = {id(node) for node in self.left_alone}
        self.redrawn = [
            (node, verdict)
            for (node, _), verdict in zip(pairs, verdicts, strict=True)
            if id(node) in alone
        ]
        redrawn = {id(node) for node, _ in self.redrawn}
        self.left_alone = [node for node in self.left_alone if id(node) not in redrawn]
        self.remarks.append("outputs were missing or older than the answers, and were drawn again")


def big_packages(sources):
    """Return which big packages some cells import, by themselves or through `helpers`.

    Parameters
    ----------
    sources : iterable of str

    Returns
    -------
    set of str
        Names in `grading.sandbox.BIG`.
    """
    named = set(_IMPORTED.findall("\n".join(sources)))
    found = {name for name in BIG for each in named if f"{each}.".startswith(f"{name}.")}
    return found | {big for name, big in _THROUGH_OURS.items() if name in named}


def points_of(outputs, points):
    """Return what a test cell's outputs are worth to nbgrader.

    Parameters
    ----------
    outputs : list of dict
    points : float
        What the cell is worth in all.

    Returns
    -------
    float
        Nothing with an error or text on stderr; the number that its last expression gives; else
        all.
    """
    label = {"grade": True, "solution": False, "points": points, "grade_id": "test"}
    cell = new_code_cell("", metadata={"nbgrader": label})
    cell.outputs = [from_dict(output) for output in outputs]
    try:
        found = determine_grade(cell, log)[0]
    except ValueError:  # more than there is, or less than nothing
        return 0.0
    return min(max(float(found), 0.0), points)


def _told(node, tests):
    """Say what a cell of the rebuilt notebook is; of a test the gradebook's text counts."""
    name = node.metadata.get("nbgrader", {}).get("grade_id", "")
    if name in tests:
        source, points = tests[name]
        return Cell(TEST, name, source, points)
    return Cell(RUN, name, node.source)


def _kind(node, told):
    if told.kind == TEST:
        return "test"
    return node.metadata.get(KIND) if node.metadata.get(KIND) in (ANSWER, GIVEN) else OWN


def _counts_as_code(cell):
    """Tell whether a code cell is looked at: an empty one, where it is the place of an answer."""
    return bool(cell.source.strip()) or cell.metadata.get(KIND) == ANSWER


def _is_untouched(cell):
    """Tell whether an answer cell is as it was handed out."""
    label = cell.metadata.get("nbgrader", {})
    return bool(label) and label.get("checksum") == compute_checksum(cell)


def _is_written(cell):
    """Tell whether a cell is a written answer that somebody wrote."""
    label = cell.metadata.get("nbgrader", {})
    if cell.cell_type == "code" or not (label.get("solution") and label.get("grade")):
        return False
    return not _is_untouched(cell)


def _are_stale(nodes):
    """Tell whether the cells' numbers say that outputs are missing, or older than what is above.

    In a notebook that was run from top to bottom, the numbers rise.
    """
    counts = [node.get("execution_count") for node in nodes if _counts(node)]
    if not all(type(count) is int for count in counts):
        return True
    return any(later <= earlier for earlier, later in itertools.pairwise(counts))


def _counts(node):
    """Tell whether a cell is an answer, or the assignment's own but no test and no scratch cell."""
    label = node.metadata.get("nbgrader", {})
    return bool(label.get("solution") or label.get("locked")) and not label.get("grade")
