"""Read a file that somebody else may have put there: never a link, a pipe or a device."""

import os
import stat
from pathlib import Path


class TooLarge(ValueError):
    """The file is larger than what is read of it."""


def open_plain_file(path):
    """Open a file for reading bytes.

    Parameters
    ----------
    path : path

    Returns
    -------
    file object

    Raises
    ------
    ValueError
        It is a link, which may lead to anyone's file, or no file: a pipe would never end.
    OSError
        It cannot be opened.
    """
    if Path(path).is_symlink():
        raise ValueError("it is a link")
    flags = [getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY")]
    file = os.open(path, os.O_RDONLY | sum(flags))
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise ValueError("it is no file")
    return os.fdopen(file, "rb")


def read_plain_file(path, most):
    """Read a file, see `open_plain_file`.

    Parameters
    ----------
    path : path
    most : int
        Bytes that are read.

    Returns
    -------
    bytes

    Raises
    ------
    TooLarge
        It is larger than `most`.
    ValueError, OSError
        As for `open_plain_file`.
    """
    with open_plain_file(path) as file:
        if os.fstat(file.fileno()).st_size > most:
            raise TooLarge(f"it is larger than {most >> 20} MB")
        return file.read(most)
