"""Make release/ASSIGNMENT with nbgrader's own command, and prove that it gives nothing away."""

import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat

from grading.authoring.build import cell_ids
from grading.authoring.cells import Cell, Mistake, Notebook, assignments, read_all
from grading.authoring.folders import read_folder, write_folder
from grading.authoring.markers import HIDDEN, SCHEME, SOLUTION, inside, released
from grading.autograde.by_hand import replace_assignment, was_broken_off
from grading.course.folder import open_course

# A shorter line is no secret: `return loss`, `m = X.shape[0]`.
_DISTINCTIVE = 20


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
    """Whatever in a release is stale, or gives a solution, hidden test or mark scheme away.

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
    notebooks, mistakes = read_all(root, names)
    for assignment in dict.fromkeys(notebook.assignment for notebook in notebooks):
        members = [each for each in notebooks if each.assignment == assignment]
        files = read_folder(folder or root / "release" / assignment)
        found = [*_differences(members, files), *_leaks(root, members, files)]
        mistakes += [Mistake(f"release/{assignment}/{name}", 1, text) for name, text in found]
    return mistakes


def _differences(notebooks: list[Notebook], files: dict[str, bytes]) -> Iterator[tuple[str, str]]:
    """Compare each released cell with our own cutting of the text."""
    for notebook in notebooks:
        name = f"{notebook.name}.ipynb"
        if name not in files:
            yield name, "missing: run `python -m grading build`"
            continue
        there = nbformat.reads(files[name].decode(), as_version=4).cells
        wanted = [released(cell.source, cell.cell_type, cell.kind) for cell in notebook.cells]
        sources = [(cell.id, cell.source) for cell in there]
        if sources != list(zip(cell_ids(notebook), wanted, strict=True)):
            yield name, "stale, or not what the text gives: run `python -m grading build`"
    known = {f"{notebook.name}.ipynb" for notebook in notebooks}
    for name in files:
        if name.endswith(".ipynb") and name not in known:
            yield name, "no text in notebooks/ makes this notebook: delete it"


def _leaks(
    root: Path, notebooks: list[Notebook], files: dict[str, bytes]
) -> Iterator[tuple[str, str]]:
    """Search every released file for markers and for lines that only the instructor may have."""
    secrets = secret_lines(notebooks) - given_away(root, notebooks[0].assignment)
    texts = {name: _readable(name, data) for name, data in files.items()}
    for name, text in texts.items():
        for kind in (SOLUTION, HIDDEN, SCHEME):
            if f"BEGIN {kind}" in text or f"END {kind}" in text:
                yield name, f"a {kind} marker is left"
        for line in sorted(secrets):
            if line in text:
                yield (
                    name,
                    f"gives away the line `{line}`: write it otherwise, or list it under "
                    "given_away in assignment.toml",
                )


def _readable(name: str, data: bytes) -> str:
    """Return a file's text; of a notebook all strings, unescaped."""
    text = data.decode(errors="replace")
    if not name.endswith(".ipynb"):
        return text
    cells = json.loads(text)["cells"]
    return "\n".join(json.dumps(c["metadata"]) + "\n" + "".join(c["source"]) for c in cells)


def secret_lines(notebooks: list[Notebook]) -> set[str]:
    """Lines that must not be handed out: of solutions, model answers, schemes, hidden checks.

    Of hidden tests only the checks' own lines count (the setting up is often that of the
    visible part); a solution's line that merely returns names or calls an exercise is no
    secret: visible tests call it too.
    """
    found = set()
    for notebook in notebooks:
        exercises = [cell.name for cell in notebook.cells if cell.kind == "answer"]
        for cell in notebook.cells:
            found |= {line for line in _secrets(cell) if not _is_plain(line, exercises)}
    return {line for line in found if len(line) >= _DISTINCTIVE}


def _secrets(cell: Cell) -> Iterator[str]:
    lines = [line.strip() for line in cell.source.split("\n")]
    for kind in (SOLUTION, SCHEME):
        yield from (
            lines[index] for index in inside(cell.source, kind) if "###" not in lines[index]
        )
    for index in inside(cell.source, HIDDEN):
        if lines[index].startswith("with check("):
            yield lines[index]


def _is_plain(line: str, exercises: list[str]) -> bool:
    """Whether a line only returns names, or only calls an exercise."""
    calls = "|".join(map(re.escape, exercises)) or "(?!)"
    return bool(re.fullmatch(rf"return [\w, ]+|([\w, ]+ = |return )?({calls})\([^()]*\)", line))


def given_away(root: Path, assignment: str) -> set[str]:
    """Return lines of solutions that the notebooks show on purpose (`given_away` in the toml)."""
    path = root / "notebooks" / assignment / "assignment.toml"
    if not path.is_file():
        return set()
    return set(tomllib.loads(path.read_text(encoding="utf-8")).get("given_away", []))
