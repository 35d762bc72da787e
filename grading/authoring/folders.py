"""Write built files only when they change, and never half of one.

By itself, since build, release, solutions and the zip all write in this way.
"""

import os
from collections.abc import Mapping
from pathlib import Path


def write_if_changed(path: Path, data: bytes) -> bool:
    """Write `data` to `path` in one step; say whether anything had to be written.

    The bytes go to a hidden neighbour that is then renamed, so that a reader (or a stopped
    build) sees the old file or the new one.  A file that is right already keeps its time stamp.
    """
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    neighbour = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        neighbour.write_bytes(data)
        neighbour.replace(path)
    finally:
        neighbour.unlink(missing_ok=True)
    return True


def read_folder(folder: Path) -> dict[str, bytes]:
    """Every file below `folder`, hidden ones left out: its path in POSIX form and its bytes."""
    if not folder.is_dir():
        return {}
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    names = {path.relative_to(folder): path for path in paths}
    return {
        name.as_posix(): path.read_bytes()
        for name, path in names.items()
        if not any(part.startswith(".") or part == "__pycache__" for part in name.parts)
    }


def write_folder(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write `files` (names relative to `folder`); the paths that changed."""
    return [folder / name for name, data in files.items() if write_if_changed(folder / name, data)]
