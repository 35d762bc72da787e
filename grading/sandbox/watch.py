"""What a sandbox uses, seen from outside: memory, processor time, processes, files.

Limits that the operating system keeps a process do not add up over children.  These do: the process
table is the sandbox's own, so that nothing in it can be missed, whoever its parent is by now.
"""

import array
import fcntl
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from grading.sandbox.limits import Limits, size_in_words
from grading.sandbox.server import OWN_ATTRIBUTES, TERMINALS, descendants

#: How many times `Limits.open_files` all processes may have open together: what the system keeps
#: for an open file (those that wait for events, above all) is in no process's account, and it has a
#: limit for all of a user's processes, in other sandboxes too.
OPEN_FILES = 16
PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
# Fields of /proc/PID/stat behind the program's name.
OWN_TIMES, CHILDREN_TIMES, THREADS = slice(11, 13), slice(13, 15), 17
NICE, RESIDENT, PRIORITY, POLICY = 16, 21, 37, 38
GET_INODE_FLAGS = 0x8008_6601  # an ioctl: FS_IOC_GETFLAGS
#: Of /proc/PID/status, what another process could have changed.
CONDITION = (
    b"Uid Gid Threads SigQ SigPnd ShdPnd SigBlk SigIgn SigCgt CapPrm CapEff NoNewPrivs Seccomp "
    b"Cpus_allowed Mems_allowed"
).split()


@dataclass
class Process:
    """What the process table says of one process: ticks of processor time, bytes, threads."""

    own_time: int
    children_time: int
    threads: int
    resident: int


class Watch:
    """Sum up what the processes of a sandbox use.

    Parameters
    ----------
    pid : int
        The server that forks the kernels, as this machine numbers it.
    limits : Limits
        What is allowed.
    folders : list of str
        The folders in the sandbox whose files are counted.
    confined : bool
        Whether there is a sandbox around the server, or only its descendants are looked at.
    """

    def __init__(
        self, pid: int, limits: Limits, folders: Sequence[str], confined: bool = True
    ) -> None:
        self.limits = limits
        self.confined = confined
        # Open folders stay those of this sandbox, even when the number is another process's.
        root = f"/proc/{pid}/root" if confined else ""
        self._processes = _open_folder(f"{root}/proc")
        self._folders = {path: _open_folder(root + path) for path in folders} if confined else {}
        self.server = 1 if confined else pid
        self._terminals = _open_folder(f"{root}/dev/pts") if confined else -1
        self._flags = {fd: inode_flags(fd) for fd in self._folders.values()}
        self._condition = None
        self.begin()

    def close(self) -> None:
        """Let go of the sandbox's folders."""
        terminals = [self._terminals] if self.confined else []
        for fd in (self._processes, *self._folders.values(), *terminals):
            os.close(fd)

    def begin(self) -> None:
        """Count processor time from here on, and memory above what the server uses now."""
        self._seen: dict[int, int] = {}
        self._spent = 0
        self._last = 0.0
        server = self._process(self.server)
        self._before = server.children_time if server else 0
        self._base = server.resident if server else 0

    def pids(self) -> set[int]:
        """Return the ids of all processes but the server, as the sandbox's table numbers them."""
        if not self.confined:
            return descendants(self.server)
        found = {int(name) for name in _names(self._processes) if name.isdigit()}
        return found - {self.server}

    def remember(self) -> None:
        """Take the server's condition as it is now for the one that it must always be found in."""
        self._condition = self._look_at_server()

    def is_clear(self) -> bool:
        """Whether there is nothing of a student's: only the server and empty folders, as made.

        What a student's process could have set on the folders or on the server is looked at too,
        and that no socket is left (a queue of them ends only after their processes).
        """
        if self.pids():
            return False
        if not self.confined:
            return True
        return (
            all(is_as_made(fd, flags) for fd, flags in self._flags.items())
            and self._terminals_are_as_made()
            and self._look_at_server() == self._condition
            and len(self._read(f"{self.server}/net/unix").splitlines()) <= 1
        )

    def spent(self) -> float:
        """Seconds of processor time since `begin`; the last known ones if that takes too long."""
        pids = self.pids()
        if len(pids) <= self.limits.tasks:
            self._time({pid: found for pid in pids if (found := self._process(pid))})
        return self._last

    def excess(self) -> str:
        """Say which limit is exceeded.

        Returns
        -------
        str
            What the submission did, as the end of a sentence; empty if all is well.
        """
        limits = self.limits
        pids = self.pids()
        table = {}
        if len(pids) <= limits.tasks:
            table = {pid: found for pid in pids if (found := self._process(pid))}
        if len(pids) > limits.tasks or sum(p.threads for p in table.values()) > limits.tasks:
            return f"it ran more than {limits.tasks} processes and threads at a time"
        if self._time(table) > limits.cpu_seconds:
            return f"it used more than {limits.cpu_seconds:g} s of processor time"
        if self._has_too_much_memory(table):
            return f"it used more than {size_in_words(limits.memory)} of memory"
        if sum(map(self._open_files, table)) > OPEN_FILES * limits.open_files:
            return f"it had more than {OPEN_FILES * limits.open_files:,} files open at a time"
        for fd in self._folders.values():
            there = os.fstatvfs(fd)
            if there.f_files - there.f_ffree > limits.files:
                return f"it made more than {limits.files:,} files"
        return ""

    def _time(self, table):
        """Seconds of processor time since `begin`.

        The larger of two sums, each of which can miss something: of the processes as they are with
        the children that they waited for, and of what was seen of each process at each look.
        """
        for pid, process in table.items():
            before = self._seen.get(pid, 0)
            self._spent += process.own_time - (before if before <= process.own_time else 0)
            self._seen[pid] = process.own_time
        server = self._process(self.server)
        waited_for = server.children_time - self._before if server else 0
        now = sum(process.own_time + process.children_time for process in table.values())
        self._last = max(self._last, self._spent / TICKS, (now + waited_for) / TICKS)
        return self._last

    def _has_too_much_memory(self, table):
        allowed = self.limits.memory + self._base
        resident = sum(process.resident for process in table.values()) + self._base
        if resident <= allowed:
            return False
        # Shared pages count once for each process there; what is exact takes longer.
        return sum(self._share(pid) for pid in (*table, self.server)) > allowed

    def _process(self, pid):
        try:
            stat = self._read(f"{pid}/stat").rpartition(b")")[2].split()
            resident = int(stat[RESIDENT]) * PAGE
        except (OSError, IndexError):
            return None  # it has ended
        own, children = (sum(map(int, stat[times])) for times in (OWN_TIMES, CHILDREN_TIMES))
        return Process(own, children, int(stat[THREADS]), resident)

    def _terminals_are_as_made(self):
        found = [os.stat(name, dir_fd=self._terminals) for name in (".", "ptmx")]
        seen = [(entry.st_mode & 0o7777, entry.st_mtime_ns) for entry in found]
        names = _names(self._terminals)
        return seen == [(mode, 0) for mode in TERMINALS.values()] and names == ["ptmx"]

    def _look_at_server(self):
        """How the server is scheduled, limited, and takes signals."""
        if not self.confined:
            return None
        status = dict(
            line.split(b":", 1)
            for line in self._read(f"{self.server}/status").splitlines()
            if b":" in line
        )
        stat = self._read(f"{self.server}/stat").rpartition(b")")[2].split()
        return (
            [status.get(name) for name in CONDITION],
            [stat[field] for field in (NICE, PRIORITY, POLICY)],
            self._read(f"{self.server}/oom_score_adj"),
            self._read(f"{self.server}/limits"),
        )

    def _open_files(self, pid):
        with suppress(OSError):  # it has ended
            # The folder's size is their number (since Linux 6.2; 0 before).
            return os.stat(f"{pid}/fd", dir_fd=self._processes).st_size
        return 0

    def _share(self, pid):
        """Bytes of memory of a process, where a page that n processes share counts 1/n."""
        with suppress(OSError, IndexError):
            for line in self._read(f"{pid}/smaps_rollup").splitlines():
                if line.startswith(b"Pss:"):
                    return int(line.split()[1]) * 1024
        return 0

    def _read(self, name):
        fd = os.open(name, os.O_RDONLY, dir_fd=self._processes)
        try:
            return os.read(fd, 2**16)
        finally:
            os.close(fd)


def is_as_made(fd: int, flags: int) -> bool:
    """Whether a folder is empty, and has nothing set on itself but its first inode flags."""
    found = os.fstat(fd)
    own = [name for name in os.listxattr(fd) if name.startswith(OWN_ATTRIBUTES)]
    return (
        (found.st_mode & 0o7777, found.st_mtime_ns, own) == (0o700, 0, [])
        and inode_flags(fd) == flags
        and not _names(fd)
    )


def inode_flags(fd: int) -> int:
    """Return the flags of an open file or folder, as ``lsattr`` shows them; 0 if it has none."""
    flags = array.array("L", [0])
    with suppress(OSError):  # a file system without such flags
        fcntl.ioctl(fd, GET_INODE_FLAGS, flags)
    return flags[0]


def _names(fd):
    return os.listdir(fd)  # noqa: PTH208  (an open folder has no path)


def _open_folder(path):
    return os.open(Path(path), os.O_RDONLY | os.O_DIRECTORY)
