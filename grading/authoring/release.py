"""Make release/ASSIGNMENT with nbgrader's own command, and prove that it gives nothing away."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import zip_longest
from pathlib import Path

import nbformat

from grading.authoring.build import other_files, to_node
from grading.authoring.cells import Mistake, Notebook, assignments, read_all
from grading.authoring.folders import read_folder, write_folder
from grading.authoring.markers import HIDDEN, SCHEME, SOLUTION, released
from grading.authoring.secret_lines import Search, course_secrets, readable
from grading.autograde.by_hand import replace_assignment, was_broken_off
from grading.course.folder import open_course
from grading.course.home import Home

_STALE = "stale, or not what the text gives: run `python -m grading build`"
_CHECKSUM = re.compile(r"[0-9a-f]{32}")
# What a cell of a released notebook may have.
_CELL_KEYS = {"cell_type", "execution_count", "id", "metadata", "outputs", "source"}


class ReleaseError(Exception):
    """nbgrader refused; the message says what to do."""


def nbgrader(root: Path, *arguments: str) -> str:
    """Run one nbgrader command in the course folder; return its log.

    Raises
    ------
    ReleaseError
        When the command fails, with the end of its log.
    """
    # nbgrader starts `alembic` by its name: the environment's programs must be found.
    programs = str(Path(sys.executable).parent)
    environment = {**os.environ, "PATH": programs + os.pathsep + os.environ.get("PATH", "")}
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    log = done.stdout + done.stderr
    if done.returncode:
        raise ReleaseError(f"`nbgrader {' '.join(arguments)}` failed:\n{_tail(log)}")
    return log


def _tail(log: str) -> str:
    """Return the lines of a log that say why, without the tracebacks' bulk."""
    said = [line for line in log.split("\n") if re.search(r"ERROR|Error|submissions", line)]
    return "\n".join((said or log.split("\n"))[-12:])


def release(root: str | Path, names: list[str] | None = None) -> list[Path]:
    """Write release/ASSIGNMENT from source/ASSIGNMENT, and the assignment into the gradebook.

    nbgrader works in a folder of its own; release/ changes only when all went well.

    Parameters
    ----------
    root
        The course folder.
    names
        Assignments; all by default.

    Returns
    -------
    list of Path
        The files that changed; a second call returns none.

    Raises
    ------
    ReleaseError
        When nbgrader refuses, or what it made would give an answer away.
    """
    root = Path(root)
    changed = []
    for assignment in assignments(root) if names is None else names:
        folder = root / "release"
        folder.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".building-") as staging:
            made = _generate(root, assignment, Path(staging).relative_to(root))
            mistakes = release_mistakes(root, [assignment], made)
            if mistakes:
                raise ReleaseError("not released:\n" + "\n".join(map(str, mistakes)))
            files = read_folder(made)
        changed += write_folder(folder / assignment, files)
        for name in read_folder(folder / assignment).keys() - files.keys():
            (folder / assignment / name).unlink()
            changed.append(folder / assignment / name)
    return changed


def _generate(root: Path, assignment: str, staging: Path) -> Path:
    """Run generate_assignment into `staging`; return the folder that it made."""
    try:
        _generate_once(root, assignment, staging)
    except ReleaseError as error:
        if "submissions associated with it" not in str(error):
            raise
        # It lets no graded, answer or locked cell, and no notebook, be added, renamed or removed.
        _replace(root, assignment, lambda: _generate_once(root, assignment, staging))
    else:
        if was_broken_off(root, assignment):
            _replace(root, assignment, lambda: _generate_once(root, assignment, staging))
    return root / staging / assignment


def _replace(root: Path, assignment: str, generate: Callable[[], None]) -> None:
    """Put a changed assignment into a gradebook that holds submissions; say what became of them."""
    coursedir, _ = open_course(root, needs_settings=False)
    for sentence in replace_assignment(
        root, coursedir.db_url, coursedir.course_id, assignment, generate
    ):
        print(f"{assignment}: {sentence}")
    print(
        f"{assignment}: its graded cells are others now, so the automatic marks are gone until you "
        f"grade again: nbgrader autograde {assignment}"
    )


def _generate_once(root: Path, assignment: str, staging: Path) -> None:
    nbgrader(
        root,
        "generate_assignment",
        assignment,
        "--create",
        "--force",
        f"--CourseDirectory.release_directory={staging.as_posix()}",
        # Our mark schemes stand in written answers, not in nbgrader's "task" cells.
        "--ClearMarkScheme.enforce_metadata=False",
    )


def release_mistakes(
    root: str | Path, names: list[str] | None = None, folder: Path | None = None
) -> list[Mistake]:
    """Whatever in a release is stale, not expected, or gives something secret away.

    Parameters
    ----------
    root
        The course folder.
    names
        Assignments; all by default.
    folder
        Where the release of the one named assignment lies, if not in release/ASSIGNMENT.
    """
    root = Path(root)
    wanted = assignments(root) if names is None else names
    notebooks, mistakes = read_all(root, wanted)
    beside = read_all(root, [name for name in assignments(root) if name not in wanted])[0]
    search = Search(course_secrets(root, [*notebooks, *beside]))
    for assignment in dict.fromkeys(notebook.assignment for notebook in notebooks):
        members = [each for each in notebooks if each.assignment == assignment]
        files = read_folder(folder or root / "release" / assignment)
        found = [*_differences(root, members, files), *_leaks(search, files)]
        mistakes += [Mistake(f"release/{assignment}/{name}", 1, text) for name, text in found]
    return mistakes + (_strangers(root) if names is None else [])


def _strangers(root: Path) -> list[Mistake]:
    """Name what lies in release/ beside the assignments' folders."""
    expected = {root / "release" / name for name in assignments(root)}
    return [
        Mistake(f"release/{path.name}", 1, "no assignment in notebooks/ makes this: delete it")
        for path in sorted((root / "release").glob("[!.]*"))
        if path not in expected
    ]


def _differences(
    root: Path, notebooks: list[Notebook], files: dict[str, bytes]
) -> Iterator[tuple[str, str]]:
    """Compare a release with what the texts and the files beside them give: nothing else may be."""
    assignment = notebooks[0].assignment
    others = other_files(root, assignment)
    title = Home(root / "notebooks" / assignment).title()
    made = {f"{notebook.name}.ipynb": notebook for notebook in notebooks}
    for name in sorted({*made, *others} - files.keys()):
        yield name, "missing: run `python -m grading build`"
    for name, data in files.items():
        if name in made:
            yield from ((name, text) for text in _notebook_differences(made[name], title, data))
        elif name not in others:
            yield name, "nothing in notebooks/ makes this file for students: delete it"
        elif data != others[name]:
            yield name, _STALE


def _notebook_differences(notebook: Notebook, title: str, data: bytes) -> Iterator[str]:
    """Compare a released notebook with our own cutting of the text."""
    wanted, there = to_node(notebook, title), nbformat.reads(data.decode(), as_version=4)
    for cell, own in zip(wanted.cells, notebook.cells, strict=True):
        cell.source = released(own.source, own.cell_type, own.kind)
    pairs = [*zip_longest(wanted.cells, there.cells)]
    if any(not (a and b) or (a.id, a.source) != (b.get("id"), b.source) for a, b in pairs):
        yield _STALE
    if {**there, "cells": None} != {**wanted, "cells": None}:
        yield f"the notebook's metadata are not the expected ones: {_STALE}"
    for number, (cell, found) in enumerate(pairs, start=1):
        for what in _additions(cell, found) if cell and found else ():
            yield f"cell {number} has {what} that no text gives: run `python -m grading build`"


def _additions(wanted: nbformat.NotebookNode, found: nbformat.NotebookNode) -> Iterator[str]:
    """Yield what a released cell has beside its text and what nbgrader needs."""
    yield from (f"an entry `{key}`" for key in sorted(found.keys() - _CELL_KEYS))
    if found.get("outputs") or found.get("execution_count") is not None:
        yield "an output or its number"
    for key, value in found.metadata.items():
        switched_off = key in ("deletable", "editable") and value is False
        if not switched_off and (key != "nbgrader" or not _is_nbgraders(wanted, value)):
            yield f"metadata `{key}`"


def _is_nbgraders(wanted: nbformat.NotebookNode, entry: object) -> bool:
    """Tell whether a cell's `nbgrader` entry is ours, with what `generate_assignment` adds."""
    if not isinstance(entry, dict):
        return False
    added = {"cell_type", "checksum"}
    own = {key: value for key, value in entry.items() if key not in added}
    fits = entry.get("cell_type", wanted.cell_type) == wanted.cell_type
    return (
        fits
        and own == wanted.metadata.get("nbgrader")
        and bool(_CHECKSUM.fullmatch(str(entry.get("checksum", "0" * 32))))
    )


def _leaks(search: Search, files: dict[str, bytes]) -> Iterator[tuple[str, str]]:
    """Search every released file for markers and for lines that only the instructor may have."""
    for name, data in files.items():
        text = readable(data)
        for kind in (SOLUTION, HIDDEN, SCHEME):
            if f"BEGIN {kind}" in text or f"END {kind}" in text:
                yield name, f"a {kind} marker is left"
        for line in search.found(data):
            yield (
                name,
                f"gives away the line `{line}`: write it otherwise, or list it under "
                "given_away in assignment.toml",
            )
