"""The examiner's process as nbgrader sees it: it gets a job, and is killed when it takes too long.

Nothing of nbgrader's own process is changed: no signal, working directory, environment or module
path, so that it may be a Jupyter server and this one of its threads.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile

from grading.examiner.job import WITH_PYTORCH, not_run, read_verdict

#: -I: nothing in the current folder, the environment or the user's own packages is imported.
COMMAND = (sys.executable, "-I", "-m", "grading.examiner")
#: Bytes of verdicts that are read of one notebook.
MAX_VERDICTS = 128 << 20
#: Seconds beyond a notebook's own limit: starting and ending its kernel.
SPARE = 90.0


class ExaminerProcess:
    """The process that examines notebooks, one after the other; started when it is needed.

    Parameters
    ----------
    environment : mapping of str to str
    """

    def __init__(self, environment):
        self._environment = {**environment, "NBGRADER_EXECUTION": "autograde"}
        self._process = self._orders = self._folder = self._log = None

    def examine(self, job):
        """Have one notebook examined.

        Parameters
        ----------
        job : grading.examiner.job.Job

        Returns
        -------
        verdicts : list of grading.examiner.job.Verdict
            One for each cell.  Where the examiner came to no verdict, it says why.
        problem : str
            What went wrong with the examiner itself, for the log; usually empty.
        """
        with tempfile.TemporaryFile() as order, tempfile.TemporaryFile() as answer:
            order.write(job.to_json().encode())
            order.seek(0)
            problem = self._wait_for(job, order, answer)
            answer.seek(0)
            verdicts = _read(answer.read(MAX_VERDICTS).decode("utf-8", "replace"), job.cells)
        if len(verdicts) < len(job.cells):
            problem = problem or "its verdicts cannot be read"
            missing = len(job.cells) - len(verdicts)
            verdicts += [not_run(f"the examiner stopped ({problem})") for _ in range(missing)]
        return verdicts, problem

    def close(self):
        """End the process and all that it started."""
        if self._process is None:
            return
        self._orders.close()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._log.close()
        self._folder.cleanup()
        self._process = None

    def _wait_for(self, job, order, answer):
        """Return what went wrong; after that, the next notebook gets a new process."""
        problem = "its process ended"
        try:
            self._start()
            message = WITH_PYTORCH if job.uses_pytorch else b"examine"
            socket.send_fds(self._orders, [message], [order.fileno(), answer.fileno()])
            self._orders.settimeout(job.limits.notebook + SPARE)
            status = self._orders.recv(16)
            problem = "" if status == b"0\n" else "its process ended"
        except TimeoutError:
            problem = "it took too long"
        except OSError:
            pass
        finally:
            if problem:
                problem += self._last_words()
                self.close()
        return problem

    def _start(self):
        if self._process is not None:
            return
        self._orders, theirs = socket.socketpair()
        self._folder = tempfile.TemporaryDirectory(prefix="examiner-", ignore_cleanup_errors=True)
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  (open as long as the process)
        with theirs:
            self._process = subprocess.Popen(
                COMMAND,
                stdin=theirs,
                stdout=self._log,
                stderr=self._log,
                cwd=self._folder.name,
                env={**self._environment, "TMPDIR": self._folder.name},
                start_new_session=True,
            )

    def _last_words(self):
        """Return the last line of the process's log, in brackets, for the instructor's log."""
        if self._log is None:
            return ""
        self._log.seek(0)
        lines = self._log.read(1 << 20).decode("utf-8", "replace").strip().splitlines()
        return f": {lines[-1][:300]}" if lines else ""


def _read(text, cells):
    """Return the verdicts as far as they can be read; the last line may be cut off."""
    verdicts = []
    for line, cell in zip(text.split("\n"), cells, strict=False):
        try:
            verdicts.append(read_verdict(line, cell))
        except (ValueError, TypeError, RecursionError):
            break
    return verdicts
