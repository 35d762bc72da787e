"""Find the notebook that a student handed in and read it, whatever state it is in.

Students hand in `name (1).ipynb`, `name-Copy1.ipynb`, a folder in a folder, an empty download,
a page saved as HTML.  None of it may stop the grading of the others.
"""

import json
import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

#: Bytes of a notebook, and of any other file that is graded with it.
MAX_BYTES = 100 << 20
#: Characters of a cell.
MAX_SOURCE = 2_000_000
_NEW_CELL = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}


class TooMuch(Exception):
    pass


@dataclass
class Submission:
    """What was found for one notebook of the assignment.

    Attributes
    ----------
    nb : NotebookNode or None
        The notebook as handed in; None when nothing could be read.
    notes : list of str
        A sentence, for the student and the instructor, on everything that was out of order.
    needs_a_look : bool
        Whether a person should look at the folder: something was handed in, and not understood.
    """

    nb: NotebookNode | None = None
    notes: list[str] = field(default_factory=list)
    needs_a_look: bool = False


def receive(folder, name, assignment_names):
    """Read one notebook of a submission.

    Parameters
    ----------
    folder : path
        What the student handed in.
    name : str
        The notebook's name in the assignment, without `.ipynb`.
    assignment_names : collection of str
        The names of all notebooks of the assignment.

    Returns
    -------
    Submission
    """
    folder = Path(folder)
    right = folder / f"{name}.ipynb"
    notebooks = _notebook_files(folder)
    candidates = [right] if os.path.lexists(right) else []
    candidates += _similar(folder, notebooks, name, assignment_names)
    notes = []
    for tried, path in enumerate(candidates, start=1):
        try:
            nb = _read(path)
        except Exception as error:  # noqa: BLE001  (there is no list of what students hand in)
            notes.append(f"The file {_quote(path)} could not be read: {_reason(error)}.")
            continue
        if path != right:
            notes.append(f"The notebook {_quote(path)} was graded as `{right.name}`.")
        if candidates[tried:]:
            ignored = ", ".join(_quote(p) for p in candidates[tried:])
            notes.append(f"Also handed in, and not graded: {ignored}.")
        return Submission(nb, notes + _leave_out_long_cells(nb))
    why = "it could not be read" if candidates else "it was not handed in"
    notes.append(f"The notebook `{right.name}` counts as empty, because {why}.")
    return Submission(None, notes, needs_a_look=bool(candidates) or not notebooks)


def read_plain_file(path):
    """Read a file that a student handed in: never a link, which may lead to anyone's file.

    Parameters
    ----------
    path : path

    Returns
    -------
    bytes

    Raises
    ------
    ValueError
        It is a link, no file (a pipe would never end), or larger than `MAX_BYTES`.
    OSError
        It cannot be opened.
    """
    if Path(path).is_symlink():
        raise ValueError("it is a link")
    flags = [getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY")]
    with os.fdopen(os.open(path, os.O_RDONLY | sum(flags)), "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise ValueError("it is no file")
        if found.st_size > MAX_BYTES:
            raise ValueError(f"it is larger than {MAX_BYTES >> 20} MB")
        return file.read(MAX_BYTES)


def copy_plain_files(folder, target):
    """Copy what may be used of a submission, beside its notebooks.

    Parameters
    ----------
    folder, target : path

    Returns
    -------
    left_out : list of str
        The names of links, special files, and of files beyond `MAX_BYTES` in all.
    """
    left_out, room = [], MAX_BYTES
    for here, _folders, names in os.walk(folder):
        copies = Path(target, Path(here).relative_to(folder))
        copies.mkdir(parents=True, exist_ok=True)
        for name in sorted(names):
            if name.endswith(".ipynb"):
                continue
            try:
                content = read_plain_file(Path(here, name))
            except (OSError, ValueError):
                content = None
            if content is None or len(content) > room:
                left_out.append(name)
                continue
            room -= len(content)
            (copies / name).write_bytes(content)
    return left_out


def _notebook_files(folder):
    """All files that call themselves notebooks, also in folders inside, the newest first."""
    paths = [
        path
        for path in folder.rglob("*")
        if ".ipynb" in path.name.lower()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and path.is_file()
        and not path.is_symlink()
    ]
    return sorted(paths, key=lambda path: (path.stat().st_mtime, path.name), reverse=True)


def _similar(folder, notebooks, name, assignment_names):
    """Notebooks that are probably meant as `name`, the best first."""
    taken = {folder / f"{other}.ipynb" for other in assignment_names}
    others = [path for path in notebooks if path not in taken]
    meant = [path for path in others if _meant(path, assignment_names) == name]
    if not meant and len(assignment_names) == 1 and len(notebooks) == 1:
        meant = others  # the only notebook of a one-notebook assignment
    return meant


def _meant(path, assignment_names):
    """Return the longest name of the assignment that the file's name contains, else None."""
    contained = [name for name in assignment_names if _words(name) in _words(path.name)]
    return max(contained, key=len, default=None)


def _words(text):
    return "_" + re.sub(r"[\W_]+", "_", text.lower()).strip("_") + "_"


def _read(path):
    """Read a notebook of any version, strict in nothing that the grading does not need."""
    text = read_plain_file(path).decode("utf-8-sig")
    if not text.strip():
        raise ValueError("the file is empty")
    notebook = json.loads(text)
    if notebook["nbformat"] != 4:
        notebook = nbformat.reads(text, as_version=4)
    cells = [cell for cell in map(_clean, notebook["cells"]) if cell is not None]
    if not cells:
        raise ValueError("it has no cells")
    nb = new_notebook()
    nb.cells = cells  # as an argument they would be validated, and one odd cell cost all
    return nb


def _leave_out_long_cells(nb):
    """Empty the cells that are far too long; return the sentences on it."""
    too_long = [cell for cell in nb.cells if len(cell.source) > MAX_SOURCE]
    for cell in too_long:
        cell.source = f"# Left out: {len(cell.source):,} characters."
    said = f"Cells of more than {MAX_SOURCE:,} characters were left out: {len(too_long)}."
    return [said] if too_long else []


def _clean(found):
    """Make a sound cell without outputs of what stands in a file, or None."""
    if not isinstance(found, dict) or str(found.get("cell_type")) not in _NEW_CELL:
        return None
    source = found.get("source", "")
    lines = source if isinstance(source, list) else [source]
    text = "".join(map(str, lines))
    # Halves of characters cannot be written to a file.
    cell = _NEW_CELL[found["cell_type"]](text.encode("utf-8", "replace").decode())
    cell.metadata = from_dict(_sound_metadata(found.get("metadata")))
    pasted = found.get("attachments")
    if isinstance(pasted, dict) and cell.cell_type != "code":
        forms = {name: form for name, form in pasted.items() if isinstance(form, dict)}
        cell.attachments = from_dict(forms)
    if isinstance(found.get("id"), str):
        cell["id"] = found["id"]
    return cell


def _sound_metadata(found):
    """Return what the grading looks at of a cell's metadata, where it has the right form."""
    found = found if isinstance(found, dict) else {}
    kept = {"nbgrader": found["nbgrader"]} if isinstance(found.get("nbgrader"), dict) else {}
    if isinstance(found.get("tags"), list):
        kept["tags"] = sorted({tag for tag in found["tags"] if isinstance(tag, str)})
    return kept


def _reason(error):
    if type(error) is ValueError:  # our own
        return str(error)
    if isinstance(error, OSError):
        return error.strerror or "the file cannot be opened"
    return "the file is damaged, or is not a notebook"


def _quote(path):
    """Write a file's name as Markdown code; nothing in it is Markdown or HTML."""
    return "`" + re.sub(r"[^\w .()+-]", "?", path.name)[:80] + "`"
