"""Read MNIST's IDX files strictly, because a wrong data file must never become a wrong result."""

import gzip
import hashlib
import math
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

UNSIGNED_BYTE = 0x08  # the IDX code of the only element type that MNIST uses
GZIP_START = b"\x1f\x8b"


class DataError(Exception):
    """A data file is missing, unreadable or not the one that was expected."""


@dataclass(frozen=True)
class IdxFile:
    """What one published IDX file must be.

    Parameters
    ----------
    name : str
        The published name without ``.gz``.
    shape : tuple of int
        The shape of the array in it: ``(count, rows, columns)`` or ``(count,)``.
    sha256_gz, sha256 : str
        The SHA-256 of the file as published (gzipped), and of its decompressed content.
    """

    name: str
    shape: tuple[int, ...]
    sha256_gz: str
    sha256: str

    @property
    def candidates(self) -> tuple[str, ...]:
        """The names under which people have this file, the published one first."""
        return (f"{self.name}.gz", self.name, self.name.replace("-idx", ".idx"))


@dataclass(frozen=True)
class IdxSet:
    """The four files of MNIST, or of another set in the same form."""

    title: str
    train_images: IdxFile
    train_labels: IdxFile
    test_images: IdxFile
    test_labels: IdxFile

    @property
    def files(self) -> tuple[IdxFile, ...]:
        """The four files: training images and labels, test images and labels."""
        return (self.train_images, self.train_labels, self.test_images, self.test_labels)


MNIST = IdxSet(
    title="MNIST",
    train_images=IdxFile(
        "train-images-idx3-ubyte",
        (60_000, 28, 28),
        sha256_gz="440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        sha256="ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ),
    train_labels=IdxFile(
        "train-labels-idx1-ubyte",
        (60_000,),
        sha256_gz="3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        sha256="65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ),
    test_images=IdxFile(
        "t10k-images-idx3-ubyte",
        (10_000, 28, 28),
        sha256_gz="8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        sha256="0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    test_labels=IdxFile(
        "t10k-labels-idx1-ubyte",
        (10_000,),
        sha256_gz="f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        sha256="ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
)


def find_files(folder: Path, idx_set: IdxSet = MNIST) -> dict[str, Path]:
    """Say which files of a set lie in a folder; their content is not looked at.

    Parameters
    ----------
    folder : pathlib.Path
        Where to look; folders inside it are not searched.
    idx_set : IdxSet
        The set whose names are looked for.

    Returns
    -------
    dict
        From the published name (without ``.gz``) to the path of the file found.

    Raises
    ------
    DataError
        When `folder` is not a folder, or cannot be listed.
    """
    try:
        there = {path.name for path in folder.iterdir()}
    except OSError as error:
        raise DataError(
            f"{folder}: expected a folder with the four {idx_set.title} files, "
            f"but it cannot be listed ({_reason(error)})."
        ) from error
    found = {}
    for file in idx_set.files:
        name = next((name for name in file.candidates if name in there), None)
        if name is not None:
            found[file.name] = folder / name
    return found


def read_idx(path: Path, expected: IdxFile, idx_set: IdxSet = MNIST) -> np.ndarray:
    """Read one file, gzipped or not, and make sure that it is the published one.

    Parameters
    ----------
    path : pathlib.Path
        The file. Its first bytes say whether it is gzipped, not its name.
    expected : IdxFile
        What it must be. Either checksum will do: files that somebody unpacked and packed
        again have another one outside, and the same one inside.
    idx_set : IdxSet
        The set that `expected` belongs to, to recognise swapped files.

    Returns
    -------
    numpy.ndarray
        A read-only uint8 array of shape ``expected.shape``.

    Raises
    ------
    DataError
        When the file cannot be read, or is anything else than the published file.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: the file cannot be read ({_reason(error)}).") from error
    if not content:
        raise DataError(f"{path}: expected the file {expected.name}, but the file is empty.")
    published = _sha256(content) == expected.sha256_gz
    if content.startswith(GZIP_START):
        content = _decompress(content, path)
    if not published and _sha256(content) != expected.sha256:
        raise DataError(_what_is_wrong(content, path, expected, idx_set))
    return parse_idx(content, str(path))


def parse_idx(content: bytes, name: str) -> np.ndarray:
    """Turn the bytes of a decompressed IDX file of unsigned bytes into an array.

    The format: two zero bytes, the code of the element type, the number of dimensions, each
    dimension as a big-endian 32-bit integer, then the elements in C order (LeCun, Cortes and
    Burges, "The MNIST database of handwritten digits", file formats).

    Parameters
    ----------
    content : bytes
        The whole file.
    name : str
        What to call it in an error.

    Returns
    -------
    numpy.ndarray
        A read-only uint8 array (a view of `content`).

    Raises
    ------
    DataError
        When the start, the element type or the length is wrong.
    """
    n_dims = content[3] if len(content) > 3 else 0
    header = 4 + 4 * n_dims
    if content[:3] != bytes((0, 0, UNSIGNED_BYTE)) or n_dims == 0:
        raise DataError(
            f"{name}: expected an IDX file of unsigned bytes, which starts with the bytes 00 00 08 "
            f"and the number of dimensions, but it starts with {content[:4].hex(' ')}."
        )
    if len(content) < header:
        raise DataError(f"{name}: the file ends inside its header, after {len(content)} bytes.")
    shape = tuple(int(size) for size in np.frombuffer(content, ">u4", n_dims, offset=4))
    # math.prod, because a product of wrong sizes may be too large for NumPy's integers.
    announced, there = math.prod(shape), len(content) - header
    if announced != there:
        raise DataError(
            f"{name}: its header announces an array of shape {shape}, that is {announced:,} bytes, "
            f"but {there:,} bytes follow; the file was cut off, or is another one."
        )
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)


def _decompress(content: bytes, path: Path) -> bytes:
    try:
        return gzip.decompress(content)
    except EOFError as error:
        raise DataError(
            f"{path}: the gzipped file ends too early, after {len(content):,} bytes; "
            "it was probably not downloaded or copied to the end."
        ) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{path}: the gzipped file is damaged ({error}).") from error


def _what_is_wrong(content: bytes, path: Path, expected: IdxFile, idx_set: IdxSet) -> str:
    """Say in a sentence why this content is not the expected file."""
    digest = _sha256(content)
    for other in idx_set.files:
        if digest == other.sha256:
            return f"{path}: expected {expected.name}, but its content is that of {other.name}."
    if content.lstrip()[:1] == b"<":
        return f"{path}: expected {expected.name}, but this is a web page, saved under its name."
    try:
        shape = parse_idx(content, str(path)).shape
    except DataError as error:
        return str(error)
    if shape != expected.shape:
        return f"{path}: expected an array of shape {expected.shape}, but it holds one of {shape}."
    return (
        f"{path}: the form is right, but the content is not that of {idx_set.title}'s "
        f"{expected.name}: expected SHA-256 {expected.sha256}, got {digest}. Either the file is "
        "damaged or it belongs to another set (Fashion-MNIST has the same names and form)."
    )


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _reason(error: OSError) -> str:
    """Give the operating system's words alone: the path stands in the message already."""
    return error.strerror or str(error)
