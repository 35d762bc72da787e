"""Know where MNIST is kept: in the folder that ``MNIST_DIR`` names, or in the download cache.

Nothing is downloaded here: `student_tools.data` does that, when a person asks for it.
"""

import os
import warnings
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import numpy as np

from helpers.idx import MNIST, DataError, IdxSet, find_files, read_idx

HOW_TO_GET_MNIST = (
    "`python3 course.py data` downloads it, or set MNIST_DIR to a folder with its four files."
)


class Place(NamedTuple):
    """A folder that holds the whole of MNIST, and what made us look there."""

    folder: Path
    named_by: str


def cache_folder() -> Path:
    r"""Say where downloaded data are kept: in ``$GRADIENT_LAB_DATA``, else the user's cache folder.

    The latter is ``~/.cache/gradient-lab`` on Linux, ``~/Library/Caches/gradient-lab`` on macOS,
    ``%LOCALAPPDATA%\gradient-lab\gradient-lab\Cache`` on Windows. The folder may not exist yet.
    """
    named = os.environ.get("GRADIENT_LAB_DATA")
    if named:
        return Path(named).expanduser()
    return Path(quiet_pooch().os_cache("gradient-lab"))


def find_mnist(idx_set: IdxSet = MNIST) -> Place | None:
    """Decide where MNIST is read from: ``MNIST_DIR`` if set, else a complete cache, else nowhere.

    Raises
    ------
    DataError
        When ``MNIST_DIR`` is set, but is not a folder that holds the four files.
    """
    named = os.environ.get("MNIST_DIR")
    if named:
        place = Place(Path(named).expanduser(), "MNIST_DIR")
        missing = _missing(place, idx_set)
        if missing:
            raise DataError(
                f"{place.folder}: expected the four {idx_set.title} files (gzipped or not), "
                f"but these are missing: {', '.join(missing)}.\n{_advice(place)}"
            )
        return place
    place = Place(cache_folder(), "the download cache")
    try:
        return None if _missing(place, idx_set) else place
    except DataError:
        return None  # a cache that nobody has filled yet


def read_all(place: Place, idx_set: IdxSet = MNIST) -> list[np.ndarray]:
    """Read the four files as uint8 arrays, in the order of `IdxSet.files`.

    Raises
    ------
    DataError
        When one of them is not the published file; the message says what to do.
    """
    try:
        found = find_files(place.folder, idx_set)
        return [read_idx(found[file.name], file, idx_set) for file in idx_set.files]
    except DataError as error:
        raise DataError(f"{error}\n{_advice(place)}") from error


def _missing(place: Place, idx_set: IdxSet) -> list[str]:
    try:
        found = find_files(place.folder, idx_set)
    except DataError as error:
        raise DataError(f"{error}\n{_advice(place)}") from error
    return [f"{file.name}.gz" for file in idx_set.files if file.name not in found]


def _advice(place: Place) -> str:
    if place.named_by == "MNIST_DIR":
        return (
            "MNIST_DIR must name a folder with the files as first published. Put them there again, "
            "or unset MNIST_DIR: then the download cache is used, or else scikit-learn's digits."
        )
    return "`python3 course.py data` downloads again what is damaged."


def quiet_pooch() -> ModuleType:
    """Import pooch: here, because that takes longer than all the rest of this module."""
    with warnings.catch_warnings():
        # It asks for tqdm's bar for notebooks, which warns, in red, when ipywidgets are not there.
        warnings.filterwarnings("ignore", message="IProgress not found")
        import pooch
    return pooch
