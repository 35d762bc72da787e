"""The command that starts a sandbox with bubblewrap, and whether it works on this machine.

An ordinary user's bubblewrap makes a user namespace, so that inside nobody has any right.  Root's
would do that too, but its "nobody" would still own whatever is root's outside: it could change the
permissions of the machine's ``/dev/null``, and the limit on processes does not count for it.  So
root starts two, one in the other: the outer one only shows what the inner one may see, and the
inner one runs as the machine's real `nobody`.
"""

import functools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from grading.sandbox import seccomp
from grading.sandbox.limits import Limits
from grading.sandbox.mounts import holds_python, system_links
from grading.sandbox.mounts import mounts as all_mounts

HOME = "/student"
WORKSPACE = f"{HOME}/work"
#: Where Python lies below the usual one (a checkout in ``/tmp``), it would hide Python.
TEMPORARY = next(folder for folder in ("/tmp", "/run/tmp") if not holds_python(folder))
SHARED_MEMORY = "/dev/shm"
#: What a student's process can write to, with its part of `Limits.disk`.
WRITABLE = {WORKSPACE: 2, TEMPORARY: 4, SHARED_MEMORY: 4}
NOBODY = 65534
#: Matplotlib's lists of fonts, where no student can change them.
FONTS = "/run/sandbox/fonts"
ACCOUNT = f"student:x:{NOBODY}:{NOBODY}::{HOME}:/bin/sh\n"
GROUP = f"student:x:{NOBODY}:\n"

ISOLATION = (
    "--unshare-user --unshare-pid --unshare-net --unshare-ipc --unshare-uts --unshare-cgroup-try "
    f"--disable-userns --uid {NOBODY} --gid {NOBODY} --cap-drop ALL --hostname sandbox "
    "--new-session --die-with-parent --as-pid-1"
).split()
DROP = f"setpriv --reuid {NOBODY} --regid {NOBODY} --clear-groups --inh-caps=-all --".split()


def sandbox_command(
    program: list[str], mounts: Sequence[tuple[str, str]], limits: Limits, info: int
) -> tuple[list[str], list[IO[bytes]]]:
    """Make the command line that runs a program in a new sandbox.

    Parameters
    ----------
    program : list of str
        What to run, and its arguments.
    mounts : list of (str, str)
        As `grading.sandbox.mounts.mounts` lists them.
    limits : Limits
        For the sizes of what can be written.
    info : int
        File descriptor to which bubblewrap writes the process id of `program`.

    Returns
    -------
    argv : list of str
        The command.
    files : list of file
        Open files that the command must inherit; to be closed once it is started.
    """
    files = []

    def given(data):
        files.append(_file(data))
        return str(files[-1].fileno())

    argv = ["bwrap", *ISOLATION, "--info-fd", str(info)]
    argv += _view(mounts if os.geteuid() else [(path and at, at) for path, at in mounts])
    for folder, part in WRITABLE.items():
        if folder == SHARED_MEMORY:
            argv += ["--proc", "/proc", "--dev", "/dev"]
            # Mapped, it would be memory in no process's account (see `seccomp`).
            argv += ["--dev-bind", "/dev/null", "/dev/zero"]
        argv += ["--perms", "0700", "--size", str(limits.disk // part), "--tmpfs", folder]
    argv += ["--ro-bind-data", given(ACCOUNT.encode()), "/etc/passwd"]
    argv += ["--ro-bind-data", given(GROUP.encode()), "/etc/group"]
    for cache in font_caches():
        argv += ["--ro-bind-data", given(cache.read_bytes()), f"{FONTS}/{cache.name}"]
    # Whoever owns these would fill the memory with files, or change the kernel's settings.
    argv += [arg for folder in ("/proc", "/dev", "/") for arg in ("--remount-ro", folder)]
    argv += ["--seccomp", given(seccomp.program())]
    argv += ["--chdir", WORKSPACE, "--", *program]
    if os.geteuid() == 0:
        show = ["--die-with-parent", "--dev-bind", "/dev", "/dev", "--bind", "/proc", "/proc"]
        show += ["--dir", "/tmp"]  # where bubblewrap puts its own first folder
        argv = ["bwrap", *show, *_view(mounts), "--", *DROP, *argv]
    return argv, files


def font_caches() -> list[Path]:
    """List matplotlib's lists of fonts in this user's cache: making one anew takes seconds."""
    home = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    folder = os.environ.get("MPLCONFIGDIR") or Path(home, "matplotlib")
    return sorted(Path(folder).glob("fontlist-*.json"))


@functools.cache
def unavailable() -> str:
    """Say why bubblewrap cannot be used here.

    Returns
    -------
    str
        Empty if it can: that is tried once.
    """
    if sys.platform != "linux":
        return "The sandbox needs Linux with bubblewrap; this machine has another system."
    if reason := seccomp.unknown():
        return reason
    needed = ["bwrap"] if os.geteuid() else ["bwrap", "setpriv"]
    if missing := [name for name in needed if not shutil.which(name)]:
        return (
            f"The sandbox needs the program `{missing[0]}`, which is not installed "
            "(packages `bubblewrap` and `util-linux`)."
        )
    try:
        return _try_out()
    except (OSError, subprocess.SubprocessError) as error:
        return f"The sandbox could not be tried out: {error}."


def _try_out():
    with Path(os.devnull).open("wb") as nowhere:
        argv, files = sandbox_command(
            ["/usr/bin/env", "true"], all_mounts(), Limits(), nowhere.fileno()
        )
        done = subprocess.run(
            argv,
            pass_fds=[nowhere.fileno(), *(file.fileno() for file in files)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            timeout=20,
        )
    for file in files:
        file.close()
    if done.returncode == 0:
        return ""
    said = done.stderr.strip().rpartition("\n")[2] or f"exit status {done.returncode}"
    return f"The sandbox does not work here; bubblewrap said: {said}"


def _view(mounts):
    """Arguments that show the system and what is listed, and nothing else."""
    argv = []
    for target, path in system_links():
        argv += ["--symlink", target, path]
    parents = {parent: None for _, path in mounts for parent in reversed(Path(path).parents[:-1])}
    for folder in parents:  # or it would make them for its own user alone
        if not any(folder == Path(path) or Path(path) in folder.parents for _, path in mounts):
            argv += ["--dir", str(folder)]
    for source, path in mounts:
        argv += ["--ro-bind", source, path] if source else ["--tmpfs", path, "--remount-ro", path]
    return argv


def _file(data):
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the caller hands it to a process)
    file.write(data)
    file.seek(0)
    return file
