"""The examiner's process: imports everything once, then forks a child for each notebook.

`grading.examiner.process` starts it, and hands over on the standard input, a socket, two open
files for each notebook: the job, and where the verdicts are to be written.
"""

import faulthandler
import os
import resource
import socket
import sys

from grading.examiner.job import WITH_PYTORCH, Job

#: Bytes that a child may write to a file.
_MAX_FILE = 256 << 20
#: Seconds beyond a notebook's own after which a child without a parent ends.
_SPARE = 120


def main():
    """Wait for jobs until the other end is closed."""
    orders = socket.socket(fileno=os.dup(0))
    _import_all()
    while True:
        message, files, _flags, _address = socket.recv_fds(orders, 64, 2)
        if not message:
            return
        if message == WITH_PYTORCH:  # takes seconds: once a batch, not in every child
            import helpers.pytorch  # noqa: F401
        child = os.fork()
        if not child:
            _work(*files)
        for file in files:
            os.close(file)
        _, status = os.waitpid(child, 0)
        orders.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))


def _import_all():
    """Import what every notebook needs; nothing here starts a thread or opens a connection."""
    import scipy.special  # noqa: F401  (tests use it)

    import grading.diagnosis
    import grading.examiner.child
    import grading.sandbox  # noqa: F401


def _work(job_file, verdict_file):
    """Examine one notebook, and end the process."""
    status = 1
    try:
        with os.fdopen(job_file, encoding="utf-8") as file:
            job = Job.from_json(file.read())
        _limit(job.limits)
        _examine(job, verdict_file)
        status = 0
    except BaseException:  # noqa: BLE001  said in the log, and by the exit status
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(status)


def _limit(limits):
    memory = limits.memory
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_MAX_FILE, _MAX_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    faulthandler.dump_traceback_later(limits.notebook + _SPARE, exit=True)


def _examine(job, verdict_file):
    from grading.diagnosis import Recogniser
    from grading.examiner.child import examine
    from grading.sandbox import kernel_manager, why_ended

    with os.fdopen(verdict_file, "w", encoding="utf-8") as file:

        def say(verdict):
            print(verdict.to_json(), file=file, flush=True)

        examine(
            job,
            say,
            lambda: kernel_manager(job.address),
            lambda: why_ended(job.address),
            Recogniser(job) if job.bank else None,
        )


if __name__ == "__main__":
    main()
