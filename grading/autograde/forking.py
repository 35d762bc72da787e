"""The trusted process of a batch: it imports and reads everything once, and forks for each order.

``python -I -m grading.autograde.forking``, as `workers.Forks` starts it.  On its standard input, a
socket, come the assignment and then the orders, each with two open files: the order, and a pipe
that the child holds until it ends.  The child grades one submission, within limits of its own.
"""

import contextlib
import faulthandler
import json
import os
import resource
import signal
import socket
import sys

from grading.autograde.order import READY, Order

#: Bytes that a child may write to a file, and seconds of its own processor time a notebook.
MAX_FILE = 256 << 20
PROCESSOR_SECONDS = 120
#: Open files that a message brings.
_FILES = 2
_PR_SET_PDEATHSIG = 1


def main():
    """Fork for each order until the other end is closed."""
    orders = socket.socket(fileno=os.dup(0))
    told, files, _flags, _address = socket.recv_fds(orders, 64, _FILES)
    if not told:
        return
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the keyboard's is for the command to handle
    with os.fdopen(files[0], encoding="utf-8") as file:
        grader, error = _ready(json.load(file))
    with os.fdopen(files[1], "w", encoding="utf-8") as answer:
        answer.write(error or READY)
    if error:
        return
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children: their pipe tells
    while True:
        message, files, _flags, _address = socket.recv_fds(orders, 64, _FILES)
        if not message:
            return
        if not os.fork():
            orders.close()
            _work(grader, *files)
        for file in files:
            os.close(file)


def _ready(told):
    """Import and read what every submission needs; return the grader, and what is wrong."""
    import scipy.special  # noqa: F401  (tests use it)

    import grading.sandbox.kernels  # noqa: F401
    from grading.autograde.recorded import RecordedNotebook
    from grading.autograde.settings import Settings
    from grading.autograde.submission import Grader

    recorded = [RecordedNotebook.from_data(each) for each in told["recorded"]]
    try:
        settings = Settings.from_data(told["settings"])
        grader = Grader(told["source"], recorded, settings, told.get("wanted"))
    except (RuntimeError, KeyError) as error:
        return None, str(error)
    # What takes seconds to import is imported once a batch, and not in every child.
    if grader.uses_pytorch:
        import helpers.pytorch  # noqa: F401
    for bank in grader.banks.values():
        with contextlib.suppress(Exception):  # without PyTorch, say: those who need it will say so
            bank.namespace()
    return grader, ""


def _work(grader, order_file, pipe):
    """Grade one submission, and end the process; the pipe says how it went."""
    status = 1
    try:
        _end_with_parent()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        os.write(pipe, b"%d\n" % os.getpid())
        with os.fdopen(order_file, encoding="utf-8") as file:
            text = file.read()
        status = _grade(grader, text, pipe)
    except BaseException:  # noqa: BLE001  said in the log, and by the exit status
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(status)


def _grade(grader, text, pipe):
    from grading.autograde.intake.intake_limits import TooMuch

    order = Order.from_json(text)
    _limit(grader.settings.limits, len(grader.recorded))
    try:
        grader.grade(order)
    except TooMuch as reason:
        os.write(pipe, f"too much: {reason}\n".encode())
        return 0
    os.write(pipe, b"done\n")
    return 0


def _limit(limits, notebooks):
    resource.setrlimit(resource.RLIMIT_DATA, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_FILE, MAX_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    used = int(sum(os.times()[:2]))
    seconds = used + PROCESSOR_SECONDS * notebooks
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    faulthandler.enable()


def _end_with_parent():
    """Have the system end this process when the one that forked it ends (Linux)."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


if __name__ == "__main__":
    main()
