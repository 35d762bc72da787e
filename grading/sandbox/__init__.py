"""Where students' notebooks run when they are graded: apart from everything, and within limits.

`Sandbox`         one a submission; `unavailable()` says why there can be none on a machine
`kernel_manager`  starts kernels in it, also from another process, by `Sandbox.address`
`why_ended`       what the watchdog ended it for
`put`             gives it a file
`Limits`          how much a notebook may use

How it is built: `Sandbox` starts a keeper (`keeper.py`), which starts bubblewrap (`launch.py`,
`bubblewrap.py`, `mounts.py`, `seccomp.py`), watches over what runs in it (`box.py`, `watch.py`),
and has the server inside (`server.py`) fork a kernel for each notebook from a process that has the
big packages imported already.  `kernels.py` makes all this a kernel manager like any other.
"""

from grading.sandbox.bubblewrap import unavailable
from grading.sandbox.limits import Limits
from grading.sandbox.link import SandboxError
from grading.sandbox.sandbox import Sandbox, put, why_ended

__all__ = [
    "Limits",
    "Sandbox",
    "SandboxError",
    "kernel_manager",
    "put",
    "unavailable",
    "why_ended",
]


def kernel_manager(address, **options):
    """Make a manager that starts kernels in a sandbox; see `grading.sandbox.kernels`."""
    # Imported here: the keeper and nbgrader's process need no Jupyter client.
    from grading.sandbox import kernels

    return kernels.kernel_manager(address, **options)
