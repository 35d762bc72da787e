"""`Sandbox`: the room in which one submission's notebooks run."""

import base64
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path, PurePosixPath

from grading.sandbox import bubblewrap, mounts, plain
from grading.sandbox.limits import Limits
from grading.sandbox.link import SandboxError, ask
from grading.sandbox.server import IMPORTS

#: The longest folder for sockets: their whole path may have 107 bytes.
LONGEST_FOLDER = 70


class Sandbox:
    """A room for the notebooks of one submission, one after the other.

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
        Folders that must not be seen, beside the working directory and `grading` itself.  Only the
        system, Python's environment and `helpers` can be seen at all; this matters for a folder
        inside one of those.

    imports : iterable of str
        Modules that are imported once, before the first notebook.

    Attributes
    ----------
    address : str
        What `kernel_manager`, `why_ended` and `put` need in another process.
    workspace : str
        The kernels' working directory as they see it.  Files go there with `put`.

    Raises
    ------
    SandboxError
        `confined`, but bubblewrap does not work here: see `unavailable`.
    """

    def __init__(self, limits=None, confined=True, hide=(), imports=IMPORTS):
        self.confined = confined
        self._keeper = None
        if confined and (why := bubblewrap.unavailable()):
            raise SandboxError(why)
        self._folder = _private_folder()
        own = str(Path(self._folder, "work"))
        self.workspace = bubblewrap.WORKSPACE if confined else own
        if sys.platform != "linux":
            self.address = plain.make(self._folder)
            return
        self.address = str(Path(self._folder, "keeper"))
        try:
            settings = {
                "limits": (limits or Limits()).to_dict(),
                "confined": confined,
                "mounts": mounts.mounts([*hide, Path.cwd()]) if confined else [],
                "imports": list(imports),
                "folder": self._folder,
            }
            self._keeper = _start_keeper(settings, self.address)
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    @property
    def ended(self):
        """Why the watchdog ended the notebook's processes; empty if it did not."""
        return why_ended(self.address)

    def put(self, name, data):
        """Write a file into the workspace; see `put`."""
        put(self.address, name, data)

    def wait(self):
        """Wait until it is ready: kernels then start at once.

        Raises
        ------
        SandboxError
            It could not be started; the message says why.
        """
        if self._keeper:
            ask(self.address, "ready")

    def clear(self):
        """Make it ready for the next notebook.

        Ends every process that the last one left, and deletes all files.  If that cannot be done
        (or the watchdog ended the sandbox), a new one gets ready in the background.
        """
        if self._keeper:
            ask(self.address, "clear")
        else:
            plain.clear(self.address)

    def close(self):
        """End all of its processes and delete its folder; nothing is left of it."""
        if self._keeper and self._keeper.stdin:
            self._keeper.stdin.close()
            try:
                self._keeper.wait(15)
            except subprocess.TimeoutExpired:
                self._keeper.kill()  # bubblewrap ends with it
                self._keeper.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


def why_ended(address):
    """Say why the watchdog ended the processes of the sandbox at an address.

    Returns
    -------
    str
        The end of a sentence, such as ``it used more than 2 GiB of memory``; empty if it ended none
        since the last `Sandbox.clear`.
    """
    return "" if plain.is_plain(address) else ask(address, "why")["ended"]


def put(address, name, data):
    """Write a file into the workspace of the sandbox at an address, before its notebook runs.

    Parameters
    ----------
    address : str
        `Sandbox.address`.
    name : str
        Path relative to the workspace, with forward slashes; missing folders are made.
    data : bytes
        The file's contents.

    Raises
    ------
    ValueError
        The name leads out of the workspace.
    SandboxError
        The file could not be written.
    """
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise ValueError(f"the file must lie in the workspace, and {name!r} does not")
    if plain.is_plain(address):
        plain.put(address, str(path), data)
    else:
        ask(address, "put", name=str(path), data=base64.b64encode(data).decode())


def _start_keeper(settings, address):
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(address)
    listening.listen(16)
    settings["listening"] = listening.fileno()
    # -I: nothing in the current folder or in PYTHONPATH counts as a module.
    argv = [sys.executable, "-I", "-m", "grading.sandbox.keeper"]
    with listening:
        keeper = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            pass_fds=[listening.fileno()],
            start_new_session=True,  # an interrupt from the keyboard is for this process to handle
        )
    keeper.stdin.write(json.dumps(settings).encode() + b"\n")
    keeper.stdin.flush()
    return keeper


def _private_folder():
    parent = tempfile.gettempdir()
    if len(os.fsencode(parent)) > LONGEST_FOLDER:
        parent = "/tmp"
    folder = tempfile.mkdtemp(prefix="sandbox-", dir=parent)
    for name in ("work", "tmp"):
        Path(folder, name).mkdir(0o700)
    return folder
