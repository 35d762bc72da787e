"""What lies in a submission's folder, found in one pass and within limits; nothing is opened."""

import datetime
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from grading.autograde.intake.claims import Claim
from grading.autograde.intake.intake_limits import LIMITS, TooMuch
from student_tools.plain_file import read_plain_file

#: What editors, Python and operating systems leave behind: nobody handed it in on purpose.
BY_THE_WAY = frozenset({".ipynb_checkpoints", "__pycache__", ".DS_Store", "__MACOSX", "Thumbs.db"})


@dataclass
class Survey:
    """What lies in a submission's folder, found in one pass.

    Attributes
    ----------
    folder : pathlib.Path
        The folder.
    notebooks : list of pathlib.Path
        Files that call themselves notebooks, the newest first.
    folders, files : list of pathlib.Path
        All other folders and files that may be used, a folder before what is in it.
    left_out : dict of str to list of str
        The names of what is not used, by reason.
    claims : dict of Path to grading.autograde.intake.claims.Claim or None
        Which notebook each file is, once somebody has looked.
    """

    folder: Path
    notebooks: list[Path] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    left_out: dict[str, list[str]] = field(default_factory=dict)
    claims: dict[Path, Claim] | None = None

    def leave_out(self, reason, path):
        """Note what is not used."""
        self.left_out.setdefault(reason, []).append(str(path.relative_to(self.folder)))

    def sentences(self):
        """Return a sentence for each reason, with the first few names."""
        return [
            f"Not used, because {reason}: {some_of(names)}."
            for reason, names in self.left_out.items()
        ]


def survey(folder, limits=LIMITS, loose=False):
    """Look through a submission's folder once.

    Parameters
    ----------
    folder : path
        What the student handed in; it need not be there.
    limits : IntakeLimits, optional
    loose : bool
        Whether only the files in it were handed in, and none of its folders.

    Returns
    -------
    Survey
        In an order that depends on names and times alone.  Hidden files, links and special files
        (a pipe would never end) are left out, and what is beyond the limits.

    Raises
    ------
    TooMuch
        The folder holds more entries, or longer names, than anyone hands in.
    """
    found = Survey(Path(folder))
    dated = []
    count = length = 0
    waiting = [(found.folder, 0)]
    for here, depth in waiting:  # grows while it is read
        entries = []
        for entry in _listing(here, found):
            count += 1
            length += len(os.fsencode(entry.name))
            if count > limits.entries or length > limits.name_bytes:
                raise TooMuch(
                    f"the folder holds more than {limits.entries:,} files and folders, or their "
                    f"names have more than {limits.name_bytes:,} bytes"
                )
            if not (loose and entry.is_dir(follow_symlinks=False)):
                entries.append(entry)
        for entry in sorted(entries, key=lambda entry: entry.name):
            _sort_in(entry, depth, found, dated, waiting, limits)
    newest_first = [path for _, path in sorted(dated, reverse=True)]
    found.notebooks = newest_first[: limits.notebooks]
    for path in newest_first[limits.notebooks :]:
        found.leave_out(f"only {limits.notebooks:,} notebooks are looked at", path)
    return found


def _listing(folder, found):
    """List a folder; one that cannot be opened is left out."""
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except OSError:
        if folder != found.folder:
            found.leave_out("it cannot be opened", folder)


def _sort_in(entry, depth, found, dated, waiting, limits):
    """Say what one entry of a folder is."""
    path = Path(entry.path)
    if entry.name in BY_THE_WAY or entry.name.endswith(".pyc"):
        return
    reason = _why_not(entry, limits)
    is_folder = not reason and entry.is_dir(follow_symlinks=False)
    if is_folder and depth >= limits.depth:
        reason = f"it lies more than {limits.depth} folders deep"
    is_notebook = ".ipynb" in entry.name.lower() and not is_folder
    if not is_notebook and len(found.files) + len(found.folders) >= limits.files:
        reason = reason or f"only {limits.files:,} files and folders are used"
    if reason:
        found.leave_out(reason, path)
    elif is_folder:
        found.folders.append(path)
        waiting.append((path, depth + 1))
    elif is_notebook:
        dated.append(((entry.stat(follow_symlinks=False).st_mtime, entry.name), path))
    else:
        found.files.append(path)


def _why_not(entry, limits):
    """Return why an entry is not used, or an empty text."""
    if entry.is_symlink():
        return "it is a link"
    if entry.name.startswith("."):
        return "it is hidden"
    if entry.is_dir(follow_symlinks=False):
        return ""
    if not entry.is_file(follow_symlinks=False):
        return "it is no file"
    if entry.stat(follow_symlinks=False).st_size > limits.bytes:
        return f"it is larger than {limits.bytes >> 20} MB"
    return ""


def copy_plain_files(folder, target, found=None, limits=LIMITS):
    """Copy what may be used of a submission, beside its notebooks.

    Parameters
    ----------
    folder, target : path
    found : Survey, optional
        Of the same folder, where it was looked through already.
    limits : IntakeLimits, optional

    Returns
    -------
    left_out : list of str
        The names of what the survey left out, and of files beyond `limits.bytes` in all.

    Raises
    ------
    TooMuch
        As `survey` does.
    """
    folder, target = Path(folder), Path(target)
    found = found or survey(folder, limits)
    target.mkdir(parents=True, exist_ok=True)
    for inside in found.folders:
        (target / inside.relative_to(folder)).mkdir(exist_ok=True)
    left_out, room = [], limits.bytes
    for path in found.files:
        try:
            content = read_plain_file(path, room)
        except (OSError, ValueError):
            left_out.append(str(path.relative_to(folder)))
            continue
        room -= len(content)
        (target / path.relative_to(folder)).write_bytes(content)
    return sorted(name for names in found.left_out.values() for name in names) + left_out


def changed_at(path):
    """Return when a file was last changed, in UTC; None without a sound one."""
    try:
        seconds = path.lstat().st_mtime
        return datetime.datetime.fromtimestamp(seconds, datetime.UTC).replace(tzinfo=None)
    except (OSError, ValueError, OverflowError):
        return None


def some_of(names, most=5):
    """List names, the first few of many."""
    listed = ", ".join(quoted(Path(name)) for name in names[:most])
    return listed + (f" and {len(names) - most:,} more" if len(names) > most else "")


def quoted(path):
    """Write a file's name as Markdown code; nothing in it is Markdown or HTML."""
    return "`" + re.sub(r"[^\w .()+-]", "?", path.name)[:80] + "`"
