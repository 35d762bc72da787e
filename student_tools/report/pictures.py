"""Which files and data are pictures: told by how they begin, never by their names."""

import base64
import binascii
import re
from pathlib import Path

from student_tools.plain_file import TooLarge, read_plain_file

#: Bytes of a picture's file.
LARGEST = 20_000_000
#: How the file of each kind begins.
_BEGINNINGS = {
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "jpeg": re.compile(rb"\xff\xd8\xff"),
    "gif": re.compile(rb"GIF8[79]a"),
    "webp": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
    "svg+xml": re.compile(
        rb"(?:\xef\xbb\xbf)?\s*(?:(?:<\?xml[^>]*>|<!--.*?-->|<!DOCTYPE svg[^>\[]*>)\s*)*"
        rb"<svg[\s>/]",
        re.DOTALL | re.IGNORECASE,
    ),
}
_ADDRESS = re.compile(r"data:image/[a-z+]+;(?:[a-z]+=[^;,]*;)*base64,(.*)", re.DOTALL)


class NoPicture(ValueError):
    """A file or data is not shown; the message is the end of a sentence that says why."""


def kind_of(raw):
    """Return the kind of a picture, as in its MIME type, or None when the bytes are none."""
    return next((kind for kind, begin in _BEGINNINGS.items() if begin.match(raw)), None)


def address_of(raw):
    """Return the ``data:`` address of a picture's bytes.

    Raises
    ------
    NoPicture
        The bytes are no PNG, JPEG, GIF, WebP or SVG.
    """
    kind = kind_of(raw)
    if kind is None:
        raise NoPicture("it is no PNG, JPEG, GIF, WebP or SVG picture")
    return f"data:image/{kind};base64,{base64.b64encode(raw).decode()}"


def checked_address(address):
    """Return a ``data:`` address with the kind of its bytes; None when they are no picture."""
    match = _ADDRESS.fullmatch(address.strip())
    try:
        return address_of(base64.b64decode("".join(match[1].split()), validate=True))
    except (TypeError, binascii.Error, NoPicture):
        return None


def read_picture(folder, name):
    """Return the ``data:`` address of a picture that lies in a folder, or below it.

    Parameters
    ----------
    folder : path
    name : str
        As a notebook's text names it.

    Returns
    -------
    str or None
        None when there is no such file.

    Raises
    ------
    NoPicture
        It lies elsewhere, is or lies behind a link, is no picture, or is too large.
    """
    folder = Path(folder).resolve()
    path = Path(folder, name)
    try:
        parents = [path, *path.parents]
        inside = parents[: parents.index(folder)] if folder in parents else None
        if inside is None or ".." in path.parts:
            raise NoPicture("it lies outside of the notebook's folder")
        if any(each.is_symlink() for each in inside) or folder not in path.resolve().parents:
            raise NoPicture("it is a link to another file")
        return address_of(read_plain_file(path, LARGEST))
    except NoPicture:
        raise
    except TooLarge as error:
        raise NoPicture(f"it is larger than {LARGEST // 1_000_000} MB") from error
    except (OSError, ValueError):  # a name that no file can have
        return None
