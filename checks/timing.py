"""What stands between a student's code and the cell it is checked in: a time limit, and quiet."""

import contextlib
import signal
import sys
import threading
import warnings
from collections.abc import Iterator

import numpy as np

_ENDING = {__file__, contextlib.__file__}


class TimeIsUp(BaseException):
    """A check's time is over; no `except Exception` of the student's code catches it.

    Its text is the seconds that the check had.

    Attributes
    ----------
    waited : bool
        Whether these are seconds of waiting for something, and not of computing.
    """

    waited = False

    @property
    def reason(self) -> str:
        """What happened, as a sentence without its full stop."""
        return f"it {'waited' if self.waited else 'took'} longer than {self} s"


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep warnings away, and let what is written to stderr come out on stdout.

    nbgrader gives no points to a test cell that writes to stderr, and a right answer may warn.
    """
    with (
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
        contextlib.redirect_stderr(sys.stdout),
    ):
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TimeIsUp` in the block after `seconds`.

    There is no limit where the system knows none (Windows), and outside the main thread.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "SIGALRM"):
        yield
        return

    rung = False

    def ring(_signum, frame):
        # In the lines that leave the block an exception would leave the alarm on, for ever.
        if frame is not None and frame.f_code.co_filename in _ENDING:
            return
        nonlocal rung
        if rung:
            # Code that catches everything is ended once a ring meets it inside its `except`.
            signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
        rung = True
        raise TimeIsUp(f"{seconds:g}")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.5)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
