"""How much a submission may use: what the watchdog and the operating system keep.

By itself: the server inside, the supervisor and the grader all read it, and have little in common.
"""

from dataclasses import asdict, dataclass
from typing import Any

MIB = 2**20
GIB = 2**30


@dataclass(frozen=True)
class Limits:
    """Limits of one sandbox; each holds for all processes of a notebook together.

    Attributes
    ----------
    memory : int
        Bytes of memory, beside the files below.  A single process that asks for more gets a
        `MemoryError`; processes that have more together are ended.
    cpu_seconds : float
        Seconds of processor time for one notebook.
    tasks : int
        Processes and threads at a time.
    disk : int
        Bytes of files: half of them in the working directory, a quarter each in the temporary
        folder and in shared memory.
    files : int
        Files and folders at a time in each of these three.
    open_files : int
        Open files of one process; all processes together may have 16 times as many.
    """

    memory: int = 2 * GIB
    cpu_seconds: float = 600.0
    tasks: int = 128
    disk: int = 512 * MIB
    files: int = 20_000
    open_files: int = 512

    def to_dict(self) -> dict[str, Any]:
        """Return the limits as plain data."""
        return asdict(self)


def size_in_words(n_bytes: float) -> str:
    """Say a number of bytes as a person would: ``2 GiB``, ``512 MiB``."""
    unit, name = (GIB, "GiB") if n_bytes >= GIB else (MIB, "MiB")
    return f"{n_bytes / unit:.3g} {name}"
