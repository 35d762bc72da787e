"""The first process in a sandbox: it imports packages once, and forks a kernel for each notebook.

It is handed into the sandbox as a single file, so it uses the standard library alone until it
imports what the notebooks will need.  Student code runs in its children, as the same user.  That it
cannot be traced, read or killed by them is the doing of `protect` and of its being process 1; what
it says is still not believed: the supervisor checks from outside (see `supervisor.py`).

A kernel is a copy of this process and can search its own memory.  So nothing that a student handed
in or made is ever read by this process itself: no content and no name of a file.  What has to be
done with files is done by a child that ends at once (`in_child`).
"""

import ctypes
import errno
import fcntl
import gc
import importlib
import json
import os
import select
import shutil
import signal
import socket
import sys
import tarfile
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any

#: Imported before the first notebook.  Neither here nor below: `helpers.plots` and the inline
#: backend of matplotlib, which set up the notebook's IPython when they are imported.
IMPORTS = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "encodings.idna",
    "sqlite3",
    "tornado.platform.asyncio",
    "tornado.queues",
    "numpy",
    "helpers",
    "helpers.data",
    "helpers.loading",
    "helpers.lesson",
    "checks",
    "ipywidgets",  # which pooch's bars of progress import in a notebook, and so who loads data
)
#: Imported when a notebook first needs them: what is asked for, and what is imported then.
BIG = {
    "matplotlib": (
        "matplotlib.pyplot",
        "matplotlib.backends.backend_agg",
        "helpers.figures",
    ),
    "pandas": ("pandas",),
    "scipy.optimize": ("scipy.optimize",),
    "scipy.special": ("scipy.special",),
    "sklearn": ("sklearn.datasets", "sklearn.metrics", "sklearn.model_selection"),
    "torch": ("torch", "helpers.pytorch"),
}
#: No file for the history; no modules from the working directory (an older IPython would).
KERNEL_ARGUMENTS = {"--HistoryManager.hist_file": ":memory:", "--IPKernelApp.ignore_cwd": "True"}
HEADER_BYTES = 4
#: Bytes of addresses that a kernel's threads reserve and do not use.
RESERVED = 2**30
KILL_TIMEOUT = 3  # seconds
PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER = 4, 36
#: Writable, or there would be no terminals; both belong to the student, who can change them.
TERMINALS = {"/dev/pts": 0o755, "/dev/pts/ptmx": 0o666}
SET_INODE_FLAGS = 0x4008_6602  # an ioctl: FS_IOC_SETFLAGS
#: Signals that may wait for the processes of a kernel; they are counted over all of a user.
PENDING_SIGNALS = 512
#: What a student can attach to a folder; other attributes are the system's own.
OWN_ATTRIBUTES = ("user.", "system.posix_acl_")


def pack(message: Any) -> bytes:
    """Return a message of plain data as bytes: the length of its JSON, and the JSON.

    All who talk to this process or to the supervisor use this and `size_of`, here because this
    file can import nothing of the course's.
    """
    data = json.dumps(message).encode()
    return len(data).to_bytes(HEADER_BYTES, "big") + data


def size_of(header: bytes, most: int) -> int:
    """Return how many bytes of JSON follow a header; raise ValueError for more than `most`."""
    size = int.from_bytes(header, "big")
    if size > most:
        raise ValueError(f"a message of {size} bytes")
    return size


def send(link: socket.socket, message: Any, fds: Sequence[int] = ()) -> None:
    """Send a message of plain data, and open files with it, over a socket that blocks."""
    data = pack(message)
    if fds:
        socket.send_fds(link, [data[:HEADER_BYTES]], fds)
        data = data[HEADER_BYTES:]
    link.sendall(data)


def receive(link: socket.socket, most: int = 2**31) -> tuple[Any, list[int]]:
    """Receive what `send` sent: the message and the list of open files.

    Raises
    ------
    EOFError
        The other side is gone.
    ValueError
        The message is longer than `most` bytes, or is no JSON.
    """
    header, fds, _, _ = socket.recv_fds(link, HEADER_BYTES, 8)
    if not header:
        raise EOFError
    header += _read(link, HEADER_BYTES - len(header))
    return json.loads(_read(link, size_of(header, most))), fds


def _read(link, size):
    data = bytearray()
    while len(data) < size:
        part = link.recv(min(size - len(data), 2**20))
        if not part:
            raise EOFError
        data += part
    return bytes(data)


class Server:
    """Answer the supervisor's requests.

    Parameters
    ----------
    link : socket.socket
        To the supervisor.
    settings : dict
        ``workspace``: the notebooks' folder; ``folders``: all that `clear` empties; ``temporary``;
        ``fonts``: where matplotlib's lists of fonts are; ``imports``; ``required``: names in `BIG`;
        ``limits``: `Limits.to_dict()`; ``confined``: whether this is process 1 of a sandbox.
    """

    def __init__(self, link: socket.socket, settings: dict[str, Any]) -> None:
        self.link = link
        self.settings = settings
        self.limits = settings["limits"]
        self.kernels: set[int] = set()
        self.wake, self._wake_end = os.pipe()
        for fd in (self.wake, self._wake_end):
            os.set_blocking(fd, False)

    def serve(self) -> None:
        """Work until the supervisor hangs up."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wake_end, warn_on_full_buffer=False)
        send(self.link, {"event": "ready"})
        while True:
            waiting: list[Any] = [self.link, self.wake]
            ready, _, _ = select.select(waiting, [], [])
            if self.wake in ready:
                with suppress(BlockingIOError):
                    os.read(self.wake, 2**16)
                self.reap()
            if self.link in ready:
                request, fds = receive(self.link)
                reply = self.answer(request, fds)
                send(self.link, {"id": request["id"], **reply})

    def answer(self, request: dict[str, Any], fds: list[int]) -> dict[str, Any]:
        """Do what a request asks; the reply has an ``error`` if that did not work."""
        try:
            return getattr(self, f"do_{request['do']}")(request, fds)
        except Exception as error:  # noqa: BLE001  (the supervisor says it to a person)
            return {"error": f"{type(error).__name__}: {error}"}
        finally:
            for fd in fds:
                os.close(fd)

    def do_start(self, request: dict[str, Any], fds: list[int]) -> dict[str, Any]:
        """Fork a kernel that listens on the sockets `fds`."""
        pid = os.fork()
        if pid == 0:
            try:
                self._become_kernel(request, fds)
            finally:
                os._exit(1)
        self.kernels.add(pid)
        return {"pid": pid}

    def do_signal(self, request: dict[str, Any], fds: list[int]) -> dict[str, Any]:
        """Send a signal to a kernel's process group."""
        if request["pid"] in self.kernels:
            os.killpg(request["pid"], request["signal"])
        return {}

    def do_fill(self, request: dict[str, Any], fds: list[int]) -> dict[str, Any]:
        """Unpack the archive that was handed over into the workspace."""
        code = in_child(unpack, fds[0], self.settings["workspace"])
        return {"error": f"the files were not written: {_error(code)}"} if code else {}

    def do_require(self, request: dict[str, Any], fds: list[int]) -> dict[str, Any]:
        """Import packages; the supervisor asks for it only while there is nothing of a student."""
        require(request["modules"], self.settings)
        return {}

    def do_clear(self, request: dict[str, Any], fds: list[int]) -> dict[str, Any]:
        """End every process but this one, and make the folders as they were."""
        self.end_all()
        code = in_child(clean, self.settings["folders"], self.settings["confined"])
        return {"error": f"the folders were not emptied: {_error(code)}"} if code else {}

    def end_all(self) -> None:
        """End every process but this one, orphans too: they are children of this one by then."""
        deadline = monotonic() + KILL_TIMEOUT
        while self.reap() and monotonic() < deadline:
            kill_all()
            sleep(0.002)

    def reap(self) -> bool:
        """Tell the supervisor which kernels ended; return whether there are children left."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return False
            if not pid:
                return True
            if pid in self.kernels:
                self.kernels.remove(pid)
                code = os.waitstatus_to_exitcode(status)
                with suppress(OSError):  # no supervisor: all of this is about to end
                    send(self.link, {"event": "exited", "pid": pid, "code": code})

    def _become_kernel(self, request, fds):
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self.link.close()
        os.close(self.wake)
        os.close(self._wake_end)
        os.setsid()
        if sys.platform == "linux":
            _libc().prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
        _limit("RLIMIT_CPU", int(self.limits["cpu_seconds"]) + 5)
        limit_process(self.limits, self.settings["confined"])
        if "matplotlib" not in sys.modules:
            give_fonts(self.settings)
        if numpy := sys.modules.get("numpy"):
            numpy.random.seed()  # or each notebook would draw the same numbers
        os.chdir(self.settings["workspace"])
        run_kernel(request["connection"], request["arguments"], fds, self.settings["temporary"])


def run_kernel(connection: dict[str, Any], arguments: Any, fds: Sequence[int], folder: str) -> None:
    """Run an IPython kernel in this process until it ends.

    The sockets are made by the supervisor, in a folder that cannot be seen from here: there is
    nothing that student code could delete, fill or put a link in the place of.
    """
    import zmq
    from ipykernel.kernelapp import IPKernelApp

    roles = ("shell", "iopub", "stdin", "hb", "control")
    sockets = {
        f"ipc://{connection['ip']}-{connection[f'{role}_port']}": os.dup(fd)
        for role, fd in zip(roles, fds, strict=True)
    }
    bind = zmq.Socket.bind

    def bind_to_given(self, address):
        if address in sockets:
            self.setsockopt(zmq.USE_FD, sockets.pop(address))
        return bind(self, address)

    zmq.Socket.bind = bind_to_given  # type: ignore[method-assign]  # what this is about
    for fd in fds:
        os.close(fd)
    file = Path(folder, f"kernel-{os.getpid()}.json")
    file.touch(0o600)
    file.write_text(json.dumps(connection))
    given = [argument.partition("=")[0] for argument in arguments]
    own = [f"{name}={value}" for name, value in KERNEL_ARGUMENTS.items() if name not in given]
    sys.argv = ["ipykernel_launcher", "-f", str(file), *own, *arguments]
    sys.path.append("")  # modules of one's own, behind all others: none is hidden by them
    IPKernelApp.launch_instance()


def kill_all() -> None:
    """End all other processes of the sandbox, or without one, all that this process started."""
    if os.getpid() == 1:
        # All at once: no process can fork while the kernel goes through the list.
        with suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)
        return
    for pid in descendants(os.getpid()):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def descendants(ancestor: int) -> set[int]:
    """Return the process ids of the children of `ancestor`, their children and so on."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                stat = (entry / "stat").read_bytes()
                parents[int(entry.name)] = int(stat.rpartition(b")")[2].split()[1])
    found = {ancestor}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {ancestor}


def in_child(work: Callable[..., Any], *arguments: Any) -> int:
    """Have a child do something, so that nothing of it stays in this process's memory.

    Returns
    -------
    int
        What `work` returned, or the number of its `OSError`; 0 if all went well.
    """
    pid = os.fork()
    if pid == 0:
        code = errno.EIO
        try:
            code = work(*arguments)
        except OSError as error:
            code = error.errno or code
        finally:
            os._exit(code)  # whatever happened: it must not go on as a second server
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _error(code):
    return os.strerror(code) if code > 0 else f"signal {-code}"


def unpack(fd: int, folder: str) -> int:
    """Unpack an archive into a folder."""
    with os.fdopen(fd, "rb") as file, tarfile.open(fileobj=file) as archive:
        # Python before 3.11.4 has no filters; the names were looked at when it was packed.
        archive.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
        archive.extractall(folder)
    return 0


def clean(folders: Sequence[str], confined: bool) -> int:
    """Empty folders, and take off what a student may have set on the folders themselves."""
    left = False
    for folder in folders:
        with suppress(OSError):
            Path(folder).chmod(0o700)
        left = bool(empty(folder)) or left
        if confined:
            restore(folder)
    for path, mode in TERMINALS.items() if confined else ():
        Path(path).chmod(mode)
        os.utime(path, (0, 0))
    return errno.ENOTEMPTY if left else 0


def restore(folder: str | Path) -> None:
    """Make a folder itself as it was made: permissions, attributes, flags and times.

    What remains is a counter: the next file's number tells how many there were, as the next
    process's number does.
    """
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    with suppress(OSError):  # a file system without such flags
        fcntl.ioctl(fd, SET_INODE_FLAGS, b"\0" * 8)
    for name in os.listxattr(fd):
        if name.startswith(OWN_ATTRIBUTES):
            os.removexattr(fd, name)
    os.fchmod(fd, 0o700)
    os.utime(fd, (0, 0))
    os.close(fd)


def require(names: Sequence[str], settings: dict[str, Any]) -> None:
    """Import packages of `BIG`; a notebook that needs a missing one will say so itself."""
    if "matplotlib" in names:
        give_fonts(settings)  # or it would look for them itself, for seconds
    for name in names:
        for module in BIG[name]:
            with suppress(ModuleNotFoundError):
                importlib.import_module(module)
    # Such as matplotlib's, which warns of a long search for fonts; a fork would not copy it.
    for thread in set(threading.enumerate()) - {threading.main_thread()}:
        thread.join(KILL_TIMEOUT)
    in_child(clean, settings["folders"], settings["confined"])
    _share()


def give_fonts(settings: dict[str, Any]) -> None:
    """Put matplotlib's lists of fonts where it looks for them."""
    if fonts := settings["fonts"]:
        with suppress(OSError):
            shutil.copytree(fonts, os.environ["MPLCONFIGDIR"], dirs_exist_ok=True)


def _share():
    """Keep collections in a child from copying the memory that all of them share."""
    gc.collect()
    gc.freeze()


def empty(folder: str | Path) -> list[str]:
    """Delete all that is in a folder; return what is left."""
    for entry in Path(folder).iterdir():
        # What cannot be deleted (too deep, or without permission) is left: the supervisor then
        # starts a new sandbox.
        with suppress(OSError, RecursionError):
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
    return [entry.name for entry in Path(folder).iterdir()]


def protect() -> None:
    """Have no other process of this user read or change this one, and adopt orphans."""
    if sys.platform == "linux":
        _libc().prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
        _libc().prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def limit_process(limits: dict[str, Any], confined: bool) -> None:
    """Set the limits that the operating system keeps a process, for this one and its children."""
    _limit("RLIMIT_AS", _address_space() + limits["memory"] + RESERVED)
    _limit("RLIMIT_FSIZE", limits["disk"])
    _limit("RLIMIT_NOFILE", limits["open_files"])
    _limit("RLIMIT_CORE", 0)
    _limit("RLIMIT_MSGQUEUE", 0)
    _limit("RLIMIT_SIGPENDING", PENDING_SIGNALS)
    if confined:  # counted in the sandbox alone; elsewhere over all that a user runs
        _limit("RLIMIT_NPROC", limits["tasks"] + 32)  # the watchdog comes first, and says why


def _limit(name, value):
    import resource  # not on Windows, where the supervisor is able to import this file all the same

    if hasattr(resource, name):
        _, hard = resource.getrlimit(getattr(resource, name))
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(getattr(resource, name), (value, value))


def _address_space():
    return int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def _libc():
    return ctypes.CDLL(None)


def silence() -> None:
    """Lead standard input and output nowhere.

    ``/dev/null`` is opened anew: through the supervisor's own, which belongs to the real ``/dev``,
    a process of the same user could change its permissions.
    """
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    os.close(null)


def main() -> None:
    """Start: standard input is the link to the supervisor."""
    link = socket.socket(fileno=os.dup(0))
    settings = json.loads(sys.argv[1])
    protect()
    send(link, {"event": "here"})
    # Nobody debugs a kernel here, and it takes a third of a second.
    sys.modules["debugpy"] = None  # type: ignore[assignment]  # Python's own way to say "no"
    for name in settings["imports"]:
        with suppress(ModuleNotFoundError):  # a notebook that needs it will say so
            importlib.import_module(name)
    require(settings["required"], settings)
    silence()
    server = Server(link, settings)
    with suppress(EOFError, ConnectionError):
        server.serve()
    server.end_all()


if __name__ == "__main__":
    main()
