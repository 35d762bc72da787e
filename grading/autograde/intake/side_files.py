"""The files that lie beside a notebook while it is examined."""

import re
from importlib.util import find_spec
from pathlib import PurePosixPath

from grading.autograde.intake.survey import survey
from student_tools.plain_file import read_plain_file

#: Bytes of all files together; their number.
MAX_BYTES = 64 << 20
MAX_FILES = 500
#: Never put beside a notebook: what Python, or a program that it starts, reads by itself.
_LEFT_OUT = (".pyc", ".pyi", ".so", ".pyd", ".pth", ".zip", ".egg", "_config.py")
_WRITEFILE = re.compile(r"\s*%%(?:writefile|file)[ \t]+(\w+\.py)[ \t]*(?:\n|\Z)")
_OF_PYTHON = frozenset({"sitecustomize", "usercustomize", "conftest", "helpers", "grading"})


def files_in(folder, found=None):
    """Read the files of a folder, as far as they are harmless and not too many.

    Parameters
    ----------
    folder : path
        What a student handed in, or the assignment's own files.
    found : grading.autograde.intake.notebook_file.Survey, optional
        Of the same folder, where it was looked through already.

    Returns
    -------
    dict of str to bytes
        By path inside the folder.  Left out are notebooks, modules that would shadow another one,
        and what a survey leaves out: links, special files, hidden files.
    """
    files, room, there = {}, MAX_BYTES, {}
    for path in sorted((found or survey(folder)).files):
        if path.name.lower().endswith(_LEFT_OUT) or len(files) == MAX_FILES:
            continue
        if path.suffix.lower() == ".py" and not is_own_module(path.relative_to(folder), there):
            continue
        try:
            content = read_plain_file(path, room)
        except (OSError, ValueError):
            continue
        room -= len(content)
        files[path.relative_to(folder).as_posix()] = content
    return files


def written_modules(cells):
    """Return the modules that a notebook writes with ``%%writefile``, by file name."""
    found = {}
    for cell in cells:
        if cell.cell_type == "code" and (match := _WRITEFILE.match(cell.source)):
            name = match[1]
            if is_own_module(PurePosixPath(name)) and len(found) < MAX_FILES:
                found[name] = cell.source[match.end() :].encode("utf-8", "replace")
    return found


def is_own_module(path, known=None):
    """Tell whether a Python file can be imported without hiding another module.

    Parameters
    ----------
    path : pathlib.PurePath
        Inside the folder.
    known : dict of str to bool, optional
        What was found out before, by module; it is added to.
    """
    known = {} if known is None else known
    name = path.parts[0].removesuffix(".py")
    if name not in known:
        known[name] = name.isidentifier() and name not in _OF_PYTHON and not _is_there(name)
    return known[name]


def _is_there(name):
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):
        return True
