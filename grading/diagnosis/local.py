"""A test's questions to functions of this process, through the same wire as to a kernel."""

import contextlib
import io
import math

from grading.examiner import wire
from grading.examiner.kernel_end import Server
from grading.examiner.session import Session
from helpers.testing import elsewhere, shields


class LocalSession(Session):
    """Stands for a student's kernel whose answers are known ones.

    Parameters
    ----------
    namespace : dict
        The names that the answers' cells leave.
    limits : grading.examiner.job.Limits
    tape : grading.examiner.tape.Tape
    """

    def __init__(self, namespace, limits, tape):
        super().__init__(None, limits, math.inf)
        self.tape = tape
        self._is_set_up = True
        self._server = Server(wire, namespace)

    def time_limit(self, seconds):
        """Limit the block to `seconds`, or to what a call may take."""
        return shields.time_limit(min(seconds, self._limits.call))

    def _reply(self, request):
        # Over there, a factory makes its thing once, and not in yet another process.
        elsewhere.grader = None
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                reply = self._server.serve(request)
        finally:
            elsewhere.grader = self
        return reply._repr_mimebundle_()["application/json"]
