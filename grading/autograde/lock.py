"""One grading of a course folder at a time: a second one is told who is at it.

The lock is the operating system's, on an open file, so it is gone with the process that holds it,
however that ended.
"""

import contextlib
import getpass
import os
import socket
import time
from pathlib import Path

FILE = ".grading.lock"


class Held(RuntimeError):
    """Somebody else grades in this course folder; the message says who, and since when."""


@contextlib.contextmanager
def course_lock(folder, doing):
    """Hold a course folder's lock while the block runs.

    Parameters
    ----------
    folder : path
        The course folder.
    doing : str
        What is being done, for the sentence that another one gets.

    Raises
    ------
    Held
        When somebody else holds it.
    """
    try:
        import fcntl
    except ImportError:  # Windows, where nothing is graded without WSL
        yield
        return
    # Opened without emptying it: what stands there is the holder's.
    handle = os.open(Path(folder, FILE), os.O_RDWR | os.O_CREAT, 0o644)
    with os.fdopen(handle, "r+", encoding="utf-8", errors="replace") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            who = file.read(500).strip() or "another process"
            raise Held(
                f"This course folder is being graded already: {who}. Nothing was changed. Wait "
                "until that is done, or end that process, then run the command again."
            ) from None
        file.truncate(0)
        file.write(_who(doing))
        file.flush()
        try:
            yield
        finally:
            file.seek(0)
            file.truncate(0)


def _who(doing):
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "somebody"
    since = time.strftime("%Y-%m-%d %H:%M:%S")
    return f"{doing}, by {user} on {socket.gethostname()} (process {os.getpid()}), since {since}"
