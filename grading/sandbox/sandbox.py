"""`Sandbox`: the room in which a worker has submissions' notebooks run, one after the other."""

import io
import json
import os
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from grading.sandbox import bubblewrap, mounts, plain
from grading.sandbox.environment import MODULES
from grading.sandbox.limits import Limits
from grading.sandbox.link import SandboxError, ask
from grading.sandbox.server import IMPORTS

#: The longest folder for sockets: their whole path may have 107 bytes.
LONGEST_FOLDER = 70
#: Submissions that one sandbox serves before there is a new one.
RENEW_AFTER = 40


class Sandbox:
    """A room for the notebooks of submissions, one after the other.

    It gets ready in the background: kernels started meanwhile wait.  All that it changes of this
    process is that it has a child.

    Parameters
    ----------
    limits : Limits, optional
        What a notebook may use.
    confined : bool
        Whether bubblewrap is around it.  Without, there is no protection; limits are kept for each
        process, and by the watchdog, where that is possible (Linux).
    hide : iterable of path
        Folders that must not be seen, beside the working directory and the checkout of `grading`.
        Only the system, Python's environment and the packages for students can be seen at all; this
        matters for a folder inside one of those.
    imports : iterable of str
        Modules that are imported once, before the first notebook.
    renew_after : int
        Submissions (calls of `finish`) after which all of it is made anew.
    modules : path, optional
        The folder of the modules that an assignment gives its students; kernels can import them.

    Attributes
    ----------
    address : str
        What `kernel_manager` and this module's functions need in another process.
    workspace : str
        The kernels' working directory as they see it.  Files go there with `fill`.

    Raises
    ------
    SandboxError
        `confined`, but bubblewrap does not work here: see `unavailable`.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        confined: bool = True,
        hide: Iterable[str | Path] = (),
        imports: Iterable[str] = IMPORTS,
        renew_after: int = RENEW_AFTER,
        modules: str | Path | None = None,
    ) -> None:
        self.confined = confined
        self._supervisor = None
        if confined and (why := bubblewrap.unavailable()):
            raise SandboxError(why)
        self._folder = _private_folder()
        own = str(Path(self._folder, "work"))
        self.workspace = bubblewrap.WORKSPACE if confined else own
        if modules and not confined:
            mounts.copy_modules(modules, Path(self._folder, MODULES))
        if sys.platform != "linux":
            self.address = plain.make(self._folder)
            return
        self.address = str(Path(self._folder, "supervisor"))
        try:
            settings = {
                "limits": (limits or Limits()).to_dict(),
                "confined": confined,
                "mounts": self._mounts(hide, modules) if confined else [],
                "imports": list(imports),
                "renew_after": renew_after,
                "folder": self._folder,
            }
            self._supervisor = _start_supervisor(settings, self.address)
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise

    def _mounts(self, hide, modules):
        course = Path(self._folder, "course")
        mounts.copy_packages(course, modules)
        return mounts.mounts([*hide, Path.cwd()], course)

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @property
    def ended(self) -> str:
        """Why the watchdog ended the notebook's processes; empty if it did not."""
        return why_ended(self.address)

    def fill(self, files: Mapping[str, bytes]) -> None:
        """Write a notebook's files into the workspace; see `fill`."""
        fill(self.address, files)

    def put(self, name: str, data: bytes) -> None:
        """Write one file into the workspace; see `fill`."""
        fill(self.address, {name: data})

    def require(self, modules: Iterable[str]) -> None:
        """Have big packages imported for this and all later notebooks; see `require`."""
        require(self.address, modules)

    def spent(self) -> float:
        """Return the processor time that the notebook has used; see `spent`."""
        return spent(self.address)

    def wait(self) -> None:
        """Wait until it is ready: kernels then start at once.

        Raises
        ------
        SandboxError
            It could not be started; the message says why.
        """
        if self._supervisor:
            ask(self.address, "ready")

    def clear(self) -> None:
        """Make it ready for the next notebook; see `clear`."""
        clear(self.address)

    def finish(self) -> None:
        """Make it ready for the next submission; see `finish`."""
        finish(self.address)

    def close(self) -> None:
        """End all of its processes and delete its folder; nothing is left of it."""
        if self._supervisor and self._supervisor.stdin:
            self._supervisor.stdin.close()
            try:
                self._supervisor.wait(15)
            except subprocess.TimeoutExpired:
                self._supervisor.kill()  # bubblewrap ends with it
                self._supervisor.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


def why_ended(address: str) -> str:
    """Say why the watchdog ended the processes of the sandbox at an address.

    Returns
    -------
    str
        The end of a sentence, such as ``it used more than 2 GiB of memory``; empty if it ended none
        since the last `Sandbox.clear`.
    """
    return "" if plain.is_plain(address) else ask(address, "why")["ended"]


def fill(address: str, files: Mapping[str, bytes]) -> None:
    """Write a notebook's files into the workspace of the sandbox at an address.

    Parameters
    ----------
    address : str
        `Sandbox.address`.
    files : dict of str to bytes
        Contents by path relative to the workspace, with forward slashes; folders are made.

    Raises
    ------
    ValueError
        A name leads out of the workspace; nothing is written then.
    SandboxError
        The files could not be written, or the notebook's kernel is started already.
    """
    files = {_inside(name): data for name, data in files.items()}
    if plain.is_plain(address):
        plain.fill(address, files)
    elif files:
        archive = Path(address).with_name(f"files-{uuid.uuid4().hex}")
        try:
            _pack(files, archive)
            ask(address, "fill", file=archive.name)
        except OSError as error:
            raise SandboxError(f"The sandbox is closed, or the disk is full ({error}).") from error
        finally:
            archive.unlink(missing_ok=True)


def require(address: str, modules: Iterable[str]) -> None:
    """Have big packages imported once, for this and all later notebooks of a sandbox.

    To be called before `fill` and before the notebook's kernel is started.

    Parameters
    ----------
    address : str
        `Sandbox.address`.
    modules : iterable of str
        Names in `BIG`.  What is not installed is left out.

    Raises
    ------
    SandboxError
        A name is not in `BIG`, there are files or processes of a notebook, or an import failed.
    """
    if not plain.is_plain(address) and (modules := sorted(modules)):
        ask(address, "require", modules=modules)


def clear(address: str) -> None:
    """Make the sandbox at an address ready for the next notebook of the same submission.

    Ends every process that the last one left, and deletes all files.  If that cannot be done (or
    the watchdog ended the sandbox), a new one gets ready in the background.
    """
    if plain.is_plain(address):
        plain.clear(address)
    else:
        ask(address, "clear")


def finish(address: str) -> None:
    """Make the sandbox at an address ready for the next submission.

    As `clear`; after every so many submissions a new one gets ready in the background.
    """
    if plain.is_plain(address):
        plain.clear(address)
    else:
        ask(address, "finish")


def spent(address: str) -> float:
    """Return the processor time of the notebook in the sandbox at an address.

    Returns
    -------
    float
        Seconds that all its processes have used since its kernel was started, those that ended
        included; 0 where there is no watchdog (not Linux).
    """
    return 0.0 if plain.is_plain(address) else ask(address, "spent")["seconds"]


def _inside(name):
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise ValueError(f"the file must lie in the workspace, and {name!r} does not")
    return str(path)


def _pack(files, archive):
    now = time.time()
    with tarfile.open(archive, "x") as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime = len(data), now
            tar.addfile(entry, io.BytesIO(data))


def _start_supervisor(settings, address):
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(address)
    listening.listen(16)
    settings["listening"] = listening.fileno()
    # -I: nothing in the current folder or in PYTHONPATH counts as a module.
    argv = [sys.executable, "-I", "-m", "grading.sandbox.supervisor"]
    with listening:
        supervisor = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            pass_fds=[listening.fileno()],
            start_new_session=True,  # an interrupt from the keyboard is for this process to handle
        )
    assert supervisor.stdin  # a pipe
    supervisor.stdin.write(json.dumps(settings).encode() + b"\n")
    supervisor.stdin.flush()
    return supervisor


def _private_folder():
    parent = tempfile.gettempdir()
    if len(os.fsencode(parent)) > LONGEST_FOLDER:
        parent = "/tmp"
    folder = tempfile.mkdtemp(prefix="sandbox-", dir=parent)
    for name in ("work", "tmp"):
        Path(folder, name).mkdir(0o700)
    return folder
