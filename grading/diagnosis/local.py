"""A test's questions to functions of this process, through the same wire as to a kernel."""

import contextlib
import io
import math
import signal
import threading
import time

from checks import remote, timing
from grading.examiner import wire
from grading.examiner.kernel_end import Server
from grading.examiner.session import Session

#: How many times as long a block may take by the clock as of the processor: for one that waits.
CLOCK = 20


class LocalSession(Session):
    """Stands for a student's kernel whose answers are known ones.

    Parameters
    ----------
    namespace : dict
        The names that the answers' cells leave.
    limits : grading.examiner.job.Limits
        In seconds of the processor: what else the machine does changes no verdict.
    transcript : grading.examiner.transcript.Transcript
    """

    def __init__(self, namespace, limits, transcript):
        super().__init__(None, limits, math.inf)
        self.transcript = transcript
        self._is_set_up = True
        self._server = Server(wire, namespace)
        self._left = limits.test

    @contextlib.contextmanager
    def time_limit(self, seconds):
        """Limit the block to `seconds`, to what a call may take, and to what the test has left."""
        limit = min(seconds, self._limits.call, self._left)
        start = time.process_time()
        try:
            with timing.time_limit(CLOCK * limit), processor_limit(limit):
                yield
        finally:
            # Never 0: that would be no limit.
            self._left = max(self._left - (time.process_time() - start), 0.01)

    def _reply(self, request):
        # Over there, a factory makes its thing once, and not in yet another process.
        remote.grader = None
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                reply = self._server.serve(request)
        finally:
            remote.grader = self
        return reply._repr_mimebundle_()["application/json"]


@contextlib.contextmanager
def processor_limit(seconds):
    """Raise `TimeIsUp` in the block after so many seconds of the processor.

    As `checks.timing.time_limit`, there is none where the system knows none.  It is meant
    for the bank's answers: code that catches everything is left to the limit by the clock.

    Raises
    ------
    checks.timing.TimeIsUp
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "SIGPROF"):
        yield
        return

    def ring(_signum, frame):
        # In the lines that leave the block an exception would leave the alarm on, for ever.
        if frame is not None and frame.f_code.co_filename in _ENDING:
            return
        raise timing.TimeIsUp(f"{seconds:g}")

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds, 0.5)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


#: Where no alarm raises: what leaves a block.
_ENDING = {__file__, timing.__file__, contextlib.__file__}
