"""Start the server of a sandbox, within bubblewrap or without."""

import json
import os
import socket
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import IO

from grading.sandbox import bubblewrap, mounts, server
from grading.sandbox.environment import confined_environment, plain_environment
from grading.sandbox.limits import Limits


def launch(
    limits: Limits,
    confined: bool,
    shown: list[tuple[str, str]],
    imports: list[str],
    required: list[str],
    folder: Path,
    inside: socket.socket,
    log: IO[bytes],
) -> tuple[subprocess.Popen[bytes], int]:
    """Start a server.

    Parameters
    ----------
    limits, confined, shown, imports, required, folder
        As `Box` takes them.
    inside : socket.socket
        The server's end of the link.
    log : file
        For what it says before it is ready.

    Returns
    -------
    process : subprocess.Popen
        The server, or bubblewrap around it.
    pid : int
        The server's process id on this machine; 0 if bubblewrap failed.
    """
    folders = list(bubblewrap.WRITABLE) if confined else [str(folder / "work"), str(folder / "tmp")]
    settings = {
        "workspace": folders[0],
        "temporary": folders[1],
        "folders": folders,
        "fonts": bubblewrap.FONTS if confined else "",
        "imports": imports,
        "required": required,
        "limits": limits.to_dict(),
        "confined": confined,
    }
    if not confined:
        program = [mounts.PYTHON, str(Path(server.__file__).resolve()), json.dumps(settings)]
        process = _popen(program, inside, log, plain_environment(folder))
        return process, process.pid
    read, write = os.pipe()
    program = [mounts.PYTHON, mounts.SERVER, json.dumps(settings)]
    argv, files = bubblewrap.sandbox_command(program, shown, limits, write)
    fds = [write, *(file.fileno() for file in files)]
    try:
        process = _popen(argv, inside, log, confined_environment(), fds)
    finally:
        os.close(write)
        for file in files:
            file.close()
    with os.fdopen(read, "rb") as info:
        said = info.read()
    return process, json.loads(said)["child-pid"] if said else 0


def _popen(argv, inside, log, environment, fds=()):
    return subprocess.Popen(
        argv,
        stdin=inside,
        stdout=log,
        stderr=subprocess.STDOUT,
        env=environment,
        pass_fds=fds,
        preexec_fn=_go_first,
        start_new_session=True,
    )


def _go_first():
    """When the machine runs out of memory, this process and its children are ended first."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
