"""Grade many submissions side by side, on all cores; what fails is tried again, alone."""

import contextlib
import queue
import threading
from collections import deque
from dataclasses import dataclass

import joblib
import psutil

from grading.autograde.workers import NotGraded, Worker

#: Bytes that a worker needs beside its sandbox's limit.
_BESIDE = 1 << 30
_PAUSE = 0.5  # seconds between two looks at the keyboard's interrupt


@dataclass(frozen=True)
class Outcome:
    """What came of one submission.

    Attributes
    ----------
    submission : object
        As it was given.
    result : dict or None
        None where it was not graded.
    reason : str
        Then, why not: the end of a sentence.
    """

    submission: object
    result: dict | None = None
    reason: str = ""


def default_jobs(memory):
    """Return how many submissions are graded at a time, where nobody says.

    Parameters
    ----------
    memory : int
        Bytes that one submission may use.

    Returns
    -------
    int
        As many as there are cores, fewer where memory is short, at least one.
    """
    room = psutil.virtual_memory().available // (memory + _BESIDE)
    return max(1, min(joblib.cpu_count(), room))


class Batch:
    """Workers that grade submissions, each in its thread.

    Parameters
    ----------
    forks : grading.autograde.workers.Forks
    open_sandbox : callable
    jobs : int
        How many submissions are graded at a time.
    seconds : float
        For one submission.
    packages : collection of str
        Names in `grading.sandbox.BIG` that will be needed: they are imported while the process
        that forks gets ready.
    """

    def __init__(self, forks, open_sandbox, jobs, seconds, packages=()):
        self._forks, self._open_sandbox = forks, open_sandbox
        self._jobs, self._seconds, self._packages = jobs, seconds, packages
        self._stopped, self._ready = threading.Event(), threading.Event()

    def run(self, submissions, make_order):
        """Grade submissions.

        Parameters
        ----------
        submissions : sequence
        make_order : callable
            ``make_order(submission, address)`` returns the `Order`.

        Yields
        ------
        Outcome
            For each submission, as soon as it is known.

        Raises
        ------
        RuntimeError
            When the assignment cannot be graded: the message says why.
        """
        failed = []
        for outcome in self._side_by_side(submissions, make_order, self._jobs):
            if isinstance(outcome.reason, NotGraded):
                if outcome.reason.is_final:
                    yield Outcome(outcome.submission, reason=str(outcome.reason))
                else:
                    failed.append(outcome.submission)
            else:
                yield outcome
        for submission in failed:  # alone: neither load nor a neighbour can be the cause now
            for outcome in self._side_by_side([submission], make_order, 1):
                yield Outcome(submission, outcome.result, str(outcome.reason))

    def close(self):
        """End all that runs."""
        self._stopped.set()
        self._forks.close()

    def _side_by_side(self, submissions, make_order, jobs):
        waiting, done = deque(submissions), queue.SimpleQueue()
        threads = [
            threading.Thread(target=self._work, args=(waiting, make_order, done), daemon=True)
            for _ in range(min(jobs, len(submissions)))
        ]
        for thread in threads:
            thread.start()
        try:
            self._forks.start()
            self._ready.set()
            for _ in submissions:
                yield self._next(done)
        except BaseException:
            self.close()
            raise
        finally:
            waiting.clear()
            for thread in threads:
                thread.join()

    def _next(self, done):
        while True:  # an interrupt from the keyboard does not end a wait without a limit everywhere
            try:
                return done.get(timeout=_PAUSE)
            except queue.Empty:
                continue

    def _work(self, waiting, make_order, done):
        worker = Worker(self._forks, self._open_sandbox)
        try:
            with contextlib.suppress(Exception):  # said when a submission is graded
                worker.open(self._packages)
            while not self._ready.wait(_PAUSE) and not self._stopped.is_set():
                pass
            while not self._stopped.is_set():
                try:
                    submission = waiting.popleft()
                except IndexError:
                    return
                done.put(self._outcome(worker, submission, make_order))
        finally:
            worker.close()

    def _outcome(self, worker, submission, make_order):
        try:
            result = worker.grade(lambda address: make_order(submission, address), self._seconds)
        except NotGraded as reason:
            return Outcome(submission, reason=reason)
        except Exception as error:  # noqa: BLE001  one submission's trouble stays its own
            return Outcome(submission, reason=NotGraded(f"{type(error).__name__}: {error}"))
        return Outcome(submission, result)
