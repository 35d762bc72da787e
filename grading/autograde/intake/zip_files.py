"""Zip files that were handed in: what is in them is read like a folder, within the same limits."""

import os
import shutil
import stat
import time
import zipfile
from contextlib import suppress
from pathlib import Path, PurePosixPath

from grading.autograde.intake.intake_limits import LIMITS
from student_tools.plain_file import open_plain_file, read_plain_file

_END, _LARGER = b"PK\x05\x06", b"PK\x06\x07"
#: Bytes of a zip file's list of contents, and of what is read of a file at a time.
_MOST_LISTED, _CHUNK = 10 << 20, 1 << 20
_KINDS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class NotUnpacked(ValueError):
    """A zip file that is not read; the message is the end of a sentence."""


def zip_files(found):
    """Return the files of a survey that are called zip files."""
    return [path for path in found.files if path.name.lower().endswith(".zip")]


def unpack(found, target, limits=LIMITS):
    """Copy a submission, with the contents of its zip files in place of them.

    Parameters
    ----------
    found : grading.autograde.intake.notebook_file.Survey
    target : path
        The folder to make; a zip file becomes a folder of the same name in it.
    limits : IntakeLimits, optional

    Returns
    -------
    unpacked : int
        How many zip files had notebooks in them; the others are copied as they are.
    notes : list of str
        A sentence for each one that could not be read.
    """
    target, notes, unpacked = Path(target), [], 0
    target.mkdir(parents=True)
    room, zips = [limits.bytes], set(zip_files(found))
    for folder in found.folders:
        (target / folder.relative_to(found.folder)).mkdir(parents=True, exist_ok=True)
    for path in [*found.notebooks, *found.files]:
        place = target / path.relative_to(found.folder)
        try:
            if path in zips and _unpack_one(path, place, room, limits):
                unpacked += 1
                continue
            place.write_bytes(read_plain_file(path, limits.bytes))
            shutil.copystat(path, place)
        except (NotUnpacked, OSError, ValueError) as error:
            if path in zips:
                shutil.rmtree(place, ignore_errors=True)
                name = "".join(c if c.isalnum() or c in " .-_()" else "?" for c in path.name)
                notes.append(f"The file `{name[:80]}` was not unpacked: {_reason(error)}.")
    return unpacked, notes


def _reason(error):
    return str(error) if isinstance(error, NotUnpacked) else "it is damaged"


def _unpack_one(path, place, room, limits):
    """Unpack a zip file, if there are notebooks in it; tell whether there were."""
    _refuse_large_lists(path)
    try:
        with open_plain_file(path) as file, zipfile.ZipFile(file) as packed:
            members = [each for each in packed.infolist() if _is_plain(each, limits)]
            if not any(".ipynb" in each.filename.lower() for each in members):
                return False
            if len(members) > limits.files:
                raise NotUnpacked(f"it holds more than {limits.files:,} files")
            place.mkdir(parents=True)
            for member in members:
                _extract(packed, member, place, room)
    except (zipfile.BadZipFile, RuntimeError, EOFError, NotImplementedError) as error:
        raise NotUnpacked("it is damaged, or needs a password") from error
    except Exception as error:
        if isinstance(error, (NotUnpacked, OSError)):
            raise
        raise NotUnpacked("it is damaged") from error  # zlib's own errors, odd dates
    return True


def _refuse_large_lists(path):
    """Look at the end of a zip file before its whole list of contents is read."""
    with open_plain_file(path) as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - (1 << 16) - 22))
        tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22:
        raise NotUnpacked("it is damaged")
    listed = int.from_bytes(tail[at + 12 : at + 16], "little")
    if listed > _MOST_LISTED or _LARGER in tail[max(0, at - 20) : at]:
        raise NotUnpacked("it holds too many files")


def _is_plain(member, limits):
    """Tell whether a member is a file that stays within its folder."""
    name = PurePosixPath(member.filename)
    kind = stat.S_IFMT(member.external_attr >> 16)
    parts = name.parts
    return (
        not member.is_dir()
        and kind in (0, stat.S_IFREG)
        and not name.is_absolute()
        and 0 < len(parts) <= limits.depth
        and not any(part.startswith(".") or part == "__MACOSX" for part in parts)
        and not set("\\:\0") & set(member.filename)
        and all(len(os.fsencode(part)) < 200 for part in parts)
    )


def _extract(packed, member, place, room):
    """Write one member, counting the bytes that come out and not those that are promised."""
    if member.compress_type not in _KINDS:
        raise NotUnpacked("it is packed in an unusual way")
    target = place / member.filename
    target.parent.mkdir(parents=True, exist_ok=True)
    with packed.open(member) as source, target.open("xb") as file:
        while chunk := source.read(_CHUNK):
            room[0] -= len(chunk)
            if room[0] < 0:
                raise NotUnpacked(f"it holds more than {LIMITS.bytes >> 20} MB")
            file.write(chunk)
    with suppress(ValueError, OverflowError, OSError):
        when = time.mktime((*member.date_time, 0, 0, -1))
        os.utime(target, (when, when))
