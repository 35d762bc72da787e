"""Hand a class of attacks in, in a course folder of its own, and let nbgrader grade it."""

import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook

from attacks.handing_in import ASSIGNMENT, ROOT, Place, hand_in
from attacks.harm import Harm, not_graded
from attacks.model import FIRST, SECOND, Attack
from grading.autograde.order import RESULT
from grading.classroom.mark_table import read_marks
from grading.course.cell_marks import KIND, OWN

#: Cells with figures and training are left out: they carry no marks and take most of the time.
KEPT_CELLS = {"imports", "section_1"}
#: Limits count processor time; for code that waits they are a few times as long.
CONFIG = """
c = get_config()
load_subconfig("nbgrader_config.py", path={root!r})
c.Execute.timeout = 6
c.ExaminedExecute.test_timeout = 5
c.ExaminedExecute.notebook_timeout = 20
c.ExaminedExecute.redraw_timeout = 6
"""
#: Added where no cell is left out, needed or not.
RUN_ALL = 'c.ExaminedExecute.run = "all"\n'
#: nbgrader by itself: tests in the student's process, and no sandbox.
PLAIN = "c = get_config()\nc.Execute.timeout = 12\n"


@dataclass(frozen=True)
class Outcome:
    """What one attack got.

    `is_left_out`: cells of its own were not run, since no mark can depend on them.
    """

    attack: Attack
    expected: dict
    got: dict
    harm: list = field(default_factory=list)
    is_left_out: bool = False

    @property
    def gained(self):
        """Points that it did not deserve."""
        return sum(max(0, points) for points in self._differences())

    @property
    def lost(self):
        """Points that it should have kept."""
        return sum(max(0, -points) for points in self._differences())

    @property
    def ok(self):
        return not self.harm and not self.gained and not self.lost

    def _differences(self):
        for exercise, points in self.expected.items():
            got = self.got[exercise] or 0
            yield got - points


@dataclass(frozen=True)
class Batch:
    """What a batch got: an outcome for each attack, and what went wrong for all."""

    outcomes: list
    problems: list
    seconds: float
    processor_seconds: float

    @property
    def ok(self):
        return not self.problems and all(outcome.ok for outcome in self.outcomes)

    @property
    def left_out(self):
        """The attacks of which cells were not run: they are to be seen with all cells, too."""
        return [outcome.attack for outcome in self.outcomes if outcome.is_left_out]


def make_base(folder, plain=False, notebooks=(FIRST, SECOND)):
    """Make a course folder with the assignment released; batches start from copies of it."""
    source = folder / "source" / ASSIGNMENT
    source.mkdir(parents=True)
    for name in notebooks:
        nb = nbformat.read(ROOT / "source" / ASSIGNMENT / f"{name}.ipynb", as_version=4)
        nb.cells = [cell for cell in nb.cells if _kept(cell)]
        nbformat.write(nb, source / f"{name}.ipynb")
    (folder / "nbgrader_config.py").write_text(CONFIG.format(root=str(ROOT)))
    done = run(folder, "generate_assignment", ASSIGNMENT)
    if done.returncode:
        raise RuntimeError(done.stdout)
    if plain:
        (folder / "nbgrader_config.py").write_text(PLAIN)
    return folder


def _kept(cell):
    label = cell.metadata.get("nbgrader", {})
    given = label.get("locked") and not label.get("grade") and cell.cell_type == "code"
    return not given or label.grade_id in KEPT_CELLS


@contextlib.contextmanager
def bases():
    """Give ``base(plain, notebook)``, a function that makes each kind of base once."""
    with tempfile.TemporaryDirectory(prefix="attacks-", ignore_cleanup_errors=True) as folder:
        made = {}

        def base(plain=False, notebook=FIRST):
            notebooks = (FIRST, SECOND) if notebook in (FIRST, SECOND) else (notebook,)
            kind = f"{'plain' if plain else 'course'}-{notebooks[0]}"
            if kind not in made:
                made[kind] = make_base(Path(folder, kind), plain, notebooks)
            return made[kind]

        yield base


def run(course, *command, timeout=300):
    """Run one of nbgrader's commands with a home folder of its own; kill it after `timeout`."""
    env = os.environ | {
        "HOME": str(course / "home"),
        "OPENBLAS_NUM_THREADS": "1",
        "GRADER_SECRET": Harm.SECRET,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "nbgrader", *command],
        cwd=course,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        text, _ = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        text, _ = process.communicate()
        text += f"\nkilled after {timeout} s"
    return subprocess.CompletedProcess(command, process.returncode, text)


def grade(base, attacks, folder, run_all=False, jobs=0):
    """Hand in `attacks` of one notebook, with witnesses between; grade; return a `Batch`.

    Parameters
    ----------
    base : pathlib.Path
        From `make_base`.
    attacks : list of Attack
    folder : pathlib.Path
        The course folder to make.
    run_all : bool
        Whether all cells are run, and not only those that can change a mark.
    jobs : int
        How many are graded at a time; 0: as many as there are cores.  Attacks `in_turn` are graded
        one after the other.
    """
    started = time.monotonic(), _processor_time()
    timeout = 180 + 60 * len(attacks)  # only so that a hanging batch ends; all limits are shorter
    shutil.copytree(base, folder)
    if run_all:
        with (folder / "nbgrader_config.py").open("a") as config:
            config.write(RUN_ALL)
    (names,) = {attack.notebook for attack in attacks}
    honest = Attack("witness", "nothing", notebook=names)
    places = [(Place(folder, name, names, "none"), honest) for name in Harm.WITNESSES]
    for number, attack in enumerate(attacks):
        tag = f"atk{secrets.token_hex(3)}"
        student = f"{number + 1:03}-{attack.name}"
        places.append((Place(folder, student, names, tag), attack))
    for place, attack in places:
        hand_in(place, attack)
    harm = Harm(folder)
    only = [] if names == SECOND else [f"--notebook={names}"]
    in_turn = any(attack.in_turn for attack in attacks)
    how_many = [f"--CourseAutograde.jobs={1 if in_turn else jobs}"]
    done = run(folder, "autograde", ASSIGNMENT, *only, *how_many, timeout=timeout)
    problems = harm.batch(done)
    problems += harm.left_running([place.tag for place, _ in places])
    if "killed after" not in done.stdout:
        again = run(folder, "generate_feedback", ASSIGNMENT, *only, timeout=timeout)
        if again.returncode:
            problems.append(f"generate_feedback failed: {again.stdout[-1500:]}")
    marks = marks_of(folder)
    if marks.points != marks_of(base).points:
        problems.append(f"exercises are worth other points now: {marks.points}")
    outcomes = []
    for place, attack in places:
        got = {e: marks.score(place.student, e) for e in attack.expected()}
        found = harm.student(place) if attack.is_graded else not_graded(place, done.stdout)
        found += attack.harm(place) if attack.harm else []
        left_out = leaves_cells_out(place.autograded / f"{place.notebook}.ipynb")
        outcomes.append(Outcome(attack, attack.expected(), got, found, left_out))
    (folder / "autograde.log").write_text(done.stdout)
    seconds = time.monotonic() - started[0], _processor_time() - started[1]
    problems += [
        f"witness {number + 1} got {outcome.got}, {'; '.join(outcome.harm)}"
        for number, outcome in enumerate(outcomes[: len(Harm.WITNESSES)])
        if not outcome.ok
    ]
    problems += witnesses_differ(*(place.autograded for place, _ in places[: len(Harm.WITNESSES)]))
    return Batch(outcomes[len(Harm.WITNESSES) :], problems, *seconds)


def grade_both_ways(base, attacks, folder, all_again=False, jobs=0):
    """Grade a batch; then with all cells those of it of which cells were not run.

    An attack in a cell that is left out is stopped by that alone, and would show nothing else.

    Parameters
    ----------
    base, attacks, folder, jobs
        As for `grade`.
    all_again : bool
        Whether all of them are graded a second time.

    Yields
    ------
    str
        What is added to the batch's name.
    Batch
    """
    batch = grade(base, attacks, folder, jobs=jobs)
    yield "", batch
    again = attacks if all_again else batch.left_out
    if again:
        all_run = folder.with_name(f"{folder.name}-all")
        yield ", all cells run", grade(base, again, all_run, run_all=True, jobs=jobs)


def witnesses_differ(first, last):
    """Return sentences on what the last witness's results say and the first one's do not."""
    if not (first / RESULT).exists() and not (last / RESULT).exists():
        return []  # nbgrader by itself has none
    before, after = (json.loads((each / RESULT).read_text())["notebooks"] for each in (first, last))
    return [
        f"the witnesses' {what} of {name} differ: {before[name][what]} and {after[name][what]}"
        for name in before
        for what in ("exercises", "scores", "run", "remarks", "notes")
        if before[name][what] != after[name][what]
    ]


def leaves_cells_out(graded):
    """Tell whether cells of a student's own were not run: a cell that is run gets a number."""
    try:
        cells = json.loads(graded.read_text())["cells"]
    except OSError:
        return False
    own = [c for c in cells if c["metadata"].get(KIND) == OWN and c["source"]]
    return any(cell["execution_count"] is None for cell in own if cell["cell_type"] == "code")


def _processor_time():
    """Return the processor seconds of all processes that ended and were waited for."""
    return sum(os.times()[:4])


def marks_of(course):
    """Return the marks in a course's gradebook."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        return read_marks(gradebook, ASSIGNMENT)
