"""Examine one notebook: from the start of its kernel to the last verdict."""

import re
import secrets
import traceback
from collections.abc import Callable
from time import monotonic
from typing import Any

from grading.examiner.job import TEST, Cell, Job, Verdict, not_run
from grading.examiner.judge import judge
from grading.examiner.kernel import Kernel, KernelGone
from grading.examiner.limit import TooLate
from grading.examiner.outputs import CellOutputs
from grading.examiner.session import Session
from grading.examiner.transcript import Transcript

#: The outputs of all cells together may be so many times as long as those of one.
_CELLS_WORTH = 10
_MISSING = re.compile(r"name '(\w+)' is not defined")


def examine(
    job: Job,
    say: Callable[[Verdict], object],
    make_manager: Callable[[], Any],
    why_ended: Callable[[], str] = lambda: "",
    recognise: Callable[[Cell, Transcript, int, Verdict], object] | None = None,
    spent: Callable[[], float] | None = None,
) -> None:
    """Run and judge a notebook's code cells in order.

    Parameters
    ----------
    job : grading.examiner.job.Job
    say : callable
        Gets each cell's `Verdict` as soon as it is known.
    make_manager, why_ended, spent : callable
        As for `Kernel`.
    recognise : callable, optional
        ``recognise(cell, transcript, seed, verdict)`` adds to a verdict on lost points which known
        mistake it was.
    """
    kernel = Kernel(make_manager, why_ended, job.limits.grace, spent)
    try:
        kernel.wait_until_ready()
        _Notebook(job, kernel, recognise).examine(say)
    except KernelGone as gone:
        for _ in job.cells:
            say(not_run(f"the Python process did not start: {gone}"))
    finally:
        kernel.close()


class _Notebook:
    def __init__(self, job: Job, kernel: Kernel, recognise: Callable[..., object] | None) -> None:
        self._job = job
        self._kernel = kernel
        self._recognise = recognise
        self._session = Session(kernel, job.limits)
        self._room = _CELLS_WORTH * job.limits.output
        self._shared: dict[str, Any] = {}
        self._count = 0

    def examine(self, say: Callable[[Verdict], object]) -> None:
        ended = ""
        for cell in self._job.cells:
            if not ended and self._session.is_over():
                ended = f"the notebook's limit of {self._job.limits.notebook:g} s was used up"
            if ended:
                say(not_run(ended))
            elif cell.kind == TEST:
                say(self._judge(cell))
            else:
                say(self._run(cell))
            if self._kernel.gone and not ended:
                ended = f"{self._kernel.gone}, here or in a cell before"

    def _judge(self, cell):
        seed = self._job.seeds.get(cell.name)
        seed = secrets.randbelow(2**31) if seed is None else seed
        self._session.transcript = transcript = Transcript()
        verdict = judge(cell, self._session, self._job.names, seed)
        verdict.count = self._count  # tests are not counted by the student's kernel
        verdict.seed, verdict.missing = seed, sorted(_missing_names(transcript))
        lost = verdict.points is not None and verdict.points < cell.points
        if lost and self._recognise:
            self._name_mistake(cell, transcript, seed, verdict)
        return verdict

    def _name_mistake(self, cell, transcript, seed, verdict):
        """Add to a verdict what is known of the mistake; marks and time limits stay as they are."""
        started = monotonic()
        try:
            self._recognise(cell, transcript, seed, verdict)  # type: ignore[misc]  # `_judge` asked
        except Exception:  # noqa: BLE001  the bank's fault, or ours: no student pays for it
            traceback.print_exc()
        self._session.deadline += monotonic() - started

    def _run(self, cell):
        limits = self._job.limits
        shown = CellOutputs(min(limits.output, self._room), self._shared)
        try:
            reply = self._session.run(cell.source, shown.hear)
        except TooLate as late:
            reason = f"The cell was stopped: {late}."
            shown.add_error("CellTimeoutError", reason, [reason])
        except KernelGone as gone:
            name = "CellTimeoutError" if "too long" in str(gone) else "KernelDied"
            reason = f"The notebook stopped at this cell: {gone}."
            shown.add_error(name, reason, [f"{name}: {reason}"])
        else:
            _add_unseen_error(shown, reply)
        self._room -= shown.length()
        self._count = shown.count or self._count
        outputs = shown.outputs
        return Verdict(outputs=outputs, count=shown.count, missing=_missing_in(outputs))


def _missing_names(transcript):
    """Return the names that a test asked for and did not get, and those that its calls missed."""
    missing = set()
    for note in transcript.notes:
        if note.operation == "begin" and type(note.value) is dict:
            missing |= set(note.arguments[0]) - set(note.value)
        if getattr(note.error, "kind", "") == "NameError":
            missing.update(_MISSING.findall(str(note.error)))
    return missing


def _missing_in(outputs):
    """Return the names whose absence ended a cell."""
    said = [o["evalue"] for o in outputs if o.get("ename") == "NameError"]
    return sorted({name for text in said for name in _MISSING.findall(text)})


def _add_unseen_error(shown, reply):
    """Show the error that a cell ended in, where its traceback was not shown."""
    seen = any(output["output_type"] == "error" for output in shown.outputs)
    if reply.get("status") == "error" and not seen:
        name, message = str(reply.get("ename")), str(reply.get("evalue"))
        shown.add_error(name, message, [f"{name}: {message}"])
