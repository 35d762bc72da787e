"""What grades submissions, as the batch sees it: one trusted process that forks, and sandboxes.

Nothing of this process is changed: no signal, working directory, environment or module path, so
that it may be a Jupyter server and this one of its threads.
"""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from time import monotonic

from grading.autograde.order import READY
from grading.autograde.result import ResultError, read_result
from grading.sandbox import finish
from grading.sandbox.environment import grading_environment

#: -I: nothing in the current folder, the environment or the user's own packages is imported.
COMMAND = (sys.executable, "-I", "-m", "grading.autograde.forking")
#: Seconds until the trusted process has read the assignment.
START = 300.0
#: Bytes that a child says by its pipe.
_MOST_SAID = 4096


class NotGraded(Exception):
    """A submission could not be graded; the message is the end of a sentence that says why.

    Attributes
    ----------
    is_final : bool
        Whether grading it again would come to the same.
    """

    def __init__(self, reason, is_final=False):
        super().__init__(reason)
        self.is_final = is_final


class Forks:
    """The trusted process of a batch, started when it is needed, and anew when it ended.

    Parameters
    ----------
    told : dict
        ``source``: the assignment's folder; ``recorded``: `RecordedNotebook.to_data()` of each
        notebook; ``settings``: `Settings.to_data()`; ``wanted``: the notebooks that will be graded
        (all, where it is missing).
    environment : mapping of str to str
    """

    def __init__(self, told, environment):
        self._told = told
        self._environment = {**grading_environment(environment), "NBGRADER_EXECUTION": "autograde"}
        self._lock = threading.Lock()
        self._process = self._orders = self._folder = self._log = None

    def start(self):
        """Start the process and wait until it has read the assignment.

        Raises
        ------
        RuntimeError
            When the assignment cannot be graded: the message says why.
        """
        with self._lock:
            self._start()

    def grade(self, order, seconds):
        """Have a submission graded in a child process.

        Parameters
        ----------
        order : grading.autograde.order.Order
        seconds : float
            After so long the child is killed.

        Returns
        -------
        dict
            The result; the graded notebooks are in ``order.target``.

        Raises
        ------
        NotGraded
        """
        read, write = os.pipe()
        with tempfile.TemporaryFile() as told, os.fdopen(read, "rb", buffering=0) as said:
            told.write(order.to_json().encode())
            told.seek(0)
            try:
                with self._lock:
                    self._start()
                    socket.send_fds(self._orders, [b"grade"], [told.fileno(), write])
            except (OSError, RuntimeError) as error:
                raise NotGraded(f"the grader's process could not be asked ({error})") from None
            finally:
                os.close(write)
            text = self._listen(said, seconds)
        if text.startswith("too much: "):
            raise NotGraded(text.removeprefix("too much: ").strip(), is_final=True)
        if text != "done\n":
            raise NotGraded(f"the grader's process ended{self._last_words()}")
        try:
            return read_result(order.target)
        except ResultError as error:
            raise NotGraded(f"its result cannot be used ({error})") from None

    def close(self):
        """End the process and all that it forked."""
        with self._lock:
            self._close()

    def _listen(self, said, seconds):
        """Read what a child says until it ends; kill it when its time is over."""
        end, text, pid = monotonic() + seconds, b"", None
        while True:
            ready, _, _ = select.select([said], [], [], max(0.0, end - monotonic()))
            if not ready:
                if pid:
                    _kill(pid)
                raise NotGraded(f"it was not done after {seconds:.0f} s")
            part = os.read(said.fileno(), _MOST_SAID)
            if not part:
                break
            text += part
            if pid is None and b"\n" in text:
                first, _, text = text.partition(b"\n")
                pid = int(first)
        return text.decode("utf-8", "replace")

    def _start(self):
        if self._process is not None and self._process.poll() is None:
            return
        self._close()
        self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
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
        problem = self._tell()
        if problem:
            self._close()
            raise RuntimeError(problem)

    def _tell(self):
        """Tell the new process the assignment; return what is wrong with it."""
        read, write = os.pipe()
        with tempfile.TemporaryFile() as file, os.fdopen(read, "rb", buffering=0) as answer:
            file.write(json.dumps(self._told).encode())
            file.seek(0)
            try:
                socket.send_fds(self._orders, [b"assignment"], [file.fileno(), write])
            finally:
                os.close(write)
            ready, _, _ = select.select([answer], [], [], START)
            said = answer.read() if ready else b"it did not get ready"
        if not said:
            return f"the grader's process ended{self._last_words()}"
        text = said.decode("utf-8", "replace")
        return "" if text == READY else text

    def _close(self):
        if self._process is None:
            return
        self._orders.close()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._log.close()
        self._folder.cleanup()
        self._process = None

    def _last_words(self):
        """Return the last line of the process's log, in brackets, for the instructor's log."""
        with contextlib.suppress(OSError, ValueError, AttributeError):
            text = os.pread(self._log.fileno(), 1 << 20, 0).decode("utf-8", "replace")
            if lines := text.strip().splitlines():
                return f": {lines[-1][:300]}"
        return ""


class Worker:
    """A sandbox and a place in the batch: grades one submission after the other.

    Parameters
    ----------
    forks : Forks
    open_sandbox : callable
        Returns a `grading.sandbox.Sandbox`.
    """

    def __init__(self, forks, open_sandbox):
        self._forks, self._open_sandbox = forks, open_sandbox
        self._sandbox = None

    def open(self, packages=()):
        """Open the sandbox, and have big packages imported there (names in `BIG`)."""
        self._sandbox = self._sandbox or self._open_sandbox()
        self._sandbox.require(packages)

    def grade(self, make_order, seconds):
        """Grade one submission.

        Parameters
        ----------
        make_order : callable
            Given the sandbox's address, returns the `Order`.
        seconds : float

        Returns
        -------
        dict
            The result.

        Raises
        ------
        NotGraded
        """
        if self._sandbox is None:
            self._sandbox = self._open_sandbox()
        try:
            result = self._forks.grade(make_order(self._sandbox.address), seconds)
            finish(self._sandbox.address)
        except BaseException:
            # Whatever went wrong, the next submission gets a sandbox that had no part in it.
            self.close()
            raise
        return result

    def close(self):
        """Close the sandbox; the worker may be used again."""
        sandbox, self._sandbox = self._sandbox, None
        if sandbox is not None:
            with contextlib.suppress(Exception):
                sandbox.close()


def _kill(pid):
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)


def remove(folder):
    """Remove a folder of a grading that was not finished, whatever its files allow."""
    from nbgrader.utils import rmtree

    if Path(folder).exists():
        rmtree(str(folder))
