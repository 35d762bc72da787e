"""Where students' notebooks run when they are graded: apart from everything, and within limits.

`Sandbox`          one a worker; `unavailable()` says why there can be none on a machine
`require`          has big packages imported there, once (names in `BIG`)
`fill`             gives it a notebook's files
`kernel_manager`   starts kernels in it
`spent`            the processor time that the notebook has used
`why_ended`        what the watchdog ended it for
`clear`, `finish`  after each notebook, after each submission
`Limits`           how much a notebook may use

All but the first work from another process, by `Sandbox.address`.

How it is built: `Sandbox` (`sandbox.py`) starts a supervisor (`supervisor.py`), which starts
bubblewrap (`launch.py`, `bubblewrap.py`, `mounts.py`, `seccomp.py`), watches over what runs in it
(`box.py`, `watch.py`), and has the server inside (`server.py`) fork a kernel for each notebook from
a process that has the packages imported already.  `kernels.py` makes all this a kernel manager.
`environment.py` has the variables of its kernels, `limits.py` what a notebook may use, `link.py`
the messages with the supervisor, and `plain.py` what is done where kernels cannot be forked.
"""

from typing import Any

from grading.sandbox.bubblewrap import unavailable
from grading.sandbox.limits import Limits
from grading.sandbox.link import SandboxError
from grading.sandbox.sandbox import (
    Sandbox,
    clear,
    fill,
    finish,
    require,
    spent,
    why_ended,
)
from grading.sandbox.server import BIG

__all__ = [
    "BIG",
    "Limits",
    "Sandbox",
    "SandboxError",
    "clear",
    "fill",
    "finish",
    "kernel_manager",
    "require",
    "spent",
    "unavailable",
    "why_ended",
]


def kernel_manager(address: str, **options: Any) -> Any:
    """Make a manager that starts kernels in a sandbox; see `grading.sandbox.kernels`."""
    # Imported here: the supervisor and nbgrader's process need no Jupyter client.
    from grading.sandbox import kernels

    return kernels.kernel_manager(address, **options)
