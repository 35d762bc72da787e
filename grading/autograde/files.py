"""The files that lie beside a notebook while it is examined."""

import contextlib
import os
import stat
from pathlib import Path

from grading.autograde.intake import LIMITS

#: Bytes of all files together, and of one; their number.
MAX_BYTES = 64 << 20
MAX_FILES = 500
#: Never put beside a notebook: other notebooks, and what Python could import.
_LEFT_OUT = (".ipynb", ".py", ".pyc", ".pyi", ".so", ".pyd", ".pth", ".zip", ".egg")


def files_in(folder):
    """Read the files of a folder, as far as they are harmless and not too many.

    Parameters
    ----------
    folder : path
        What a student handed in, or the assignment's own files.

    Returns
    -------
    dict of str to bytes
        By path inside the folder.  Links, special files and hidden files are left out, and so is
        what Python could import: it would shadow a module; and so is what lies deeper than
        `intake` reads.
    """
    found, room = {}, MAX_BYTES
    for path in sorted(_plain_files(Path(folder))):
        if len(found) == MAX_FILES:
            break
        content = _read(path, room)
        if content is None:
            continue
        room -= len(content)
        found[path.relative_to(folder).as_posix()] = content
    return found


def _plain_files(folder):
    """Yield the files that may be used; not by `os.walk`, which calls itself for each folder."""
    waiting = [(folder, 0)]
    while waiting:
        here, depth = waiting.pop()
        with contextlib.suppress(OSError), os.scandir(here) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if not entry.is_dir(follow_symlinks=False):
                    if not entry.name.lower().endswith(_LEFT_OUT):
                        yield Path(entry.path)
                elif depth < LIMITS.depth:
                    waiting.append((entry.path, depth + 1))


def _read(path, room):
    """Return a file's content; None for a link, a special file, and one that is too large."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as file:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode) or about.st_size > room:
            return None
        content = file.read(room + 1)
    return content if len(content) <= room else None
