"""What is kept open from one notebook to the next: a submission's sandbox, and the examiner."""

import contextlib
import os

from grading.examiner.process import ExaminerProcess
from grading.sandbox.environment import grading_environment


class Desk:
    """Where the notebooks of a batch are examined, one after the other.

    A context manager.  The notebooks of one submission share a sandbox; the next submission gets
    another one.

    Parameters
    ----------
    open_sandbox : callable
        Returns a `grading.sandbox.Sandbox`, which may still be getting ready.

    Attributes
    ----------
    to_come : int
        How many submissions are still to come: while there is one, the next sandbox gets ready
        while this one is used.
    """

    def __init__(self, open_sandbox):
        self.to_come = 0
        self._open_sandbox = open_sandbox
        self._examiner = ExaminerProcess(grading_environment(os.environ))
        self._sandbox = self._next_sandbox = self._submission = None

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.close()

    def examine(self, submission, files, make_job):
        """Have one notebook examined.

        Parameters
        ----------
        submission : object
            Equal for the notebooks of one submission.
        files : dict of str to bytes
            What lies in the kernel's working folder.
        make_job : callable
            Given the sandbox's address, returns the `Job`.

        Returns
        -------
        verdicts, problem
            As from `ExaminerProcess.examine`.
        """
        sandbox = self._sandbox_for(submission)
        try:
            for name, content in files.items():
                sandbox.put(name, content)
            found = self._examiner.examine(make_job(sandbox.address))
            sandbox.clear()
        except BaseException:
            self._leave()
            raise
        return found

    def close(self):
        """Close what is open; it may be used again."""
        self._leave()
        _close(self._next_sandbox)
        self._next_sandbox = None
        self._examiner.close()

    def _sandbox_for(self, submission):
        if self._submission != submission:
            self._leave()
            self._sandbox, self._next_sandbox = self._next_sandbox, None
            self._submission = submission
            self.to_come -= 1
        if self._sandbox is None:
            self._sandbox = self._open_sandbox()
        if self._next_sandbox is None and self.to_come > 0:
            self._next_sandbox = self._open_sandbox()
        return self._sandbox

    def _leave(self):
        sandbox, self._sandbox, self._submission = self._sandbox, None, None
        _close(sandbox)


def _close(sandbox):
    if sandbox is not None:
        with contextlib.suppress(Exception):
            sandbox.close()
