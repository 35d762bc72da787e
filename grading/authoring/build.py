"""`python -m grading build`: from notebooks' texts to source/, and from there to release/.

Notebooks are written as text (see `cells`).  The same text gives the same bytes, ids of cells
included, on every machine.
"""

import hashlib
from collections import Counter
from pathlib import Path, PurePosixPath

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grading.authoring.cells import (
    NOTEBOOK,
    AuthoringError,
    Cell,
    Mistake,
    Notebook,
    read_all,
)
from grading.authoring.folders import read_folder, write_folder
from grading.course.home import Home
from grading.course.student_files import MODULE, STUDENT_FOLDER
from student_tools.report import TITLE

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
# No Python version here: the bytes would depend on whose machine built them.
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
#: What students get of the files beside the texts: pictures, data, texts to read.
GIVEN_SUFFIXES = {".csv", ".gif", ".jpeg", ".jpg", ".json", ".md", ".png", ".svg", ".txt"}
#: What lies in an assignment's folder for instructors alone.
INSTRUCTORS = {"assignment.toml", "bank", "published.py", "sample_class.py", "survivors.toml"}
_RESERVED = {name.split(".")[0] for name in INSTRUCTORS}
#: What each kind of cell is to nbgrader (cell metadata, schema version 3).
ROLES = {
    "given": {"grade": False, "locked": True, "solution": False},
    "answer": {"grade": False, "locked": False, "solution": True},
    "test": {"grade": True, "locked": True, "solution": False},
    "written": {"grade": True, "locked": False, "solution": True},
}


def nbgrader_metadata(cell: Cell) -> dict:
    """Return the `nbgrader` entry of a cell's metadata; empty for prose and free code."""
    if cell.kind not in ROLES:
        return {}
    metadata = {**ROLES[cell.kind], "grade_id": cell.name, "schema_version": 3, "task": False}
    if metadata["grade"]:
        metadata["points"] = cell.points
    return metadata


def cell_ids(notebook: Notebook) -> list[str]:
    """Return an id for each cell: its grade_id, or a hash of its notebook and its text.

    The second cell with one text counts as such, so that an id does not change because a cell
    was added elsewhere.
    """
    seen: Counter[str] = Counter()
    ids = []
    for cell in notebook.cells:
        text = f"{notebook.assignment}/{notebook.name}/{cell.kind}/{cell.source}"
        seen[text] += 1
        digest = hashlib.sha256(f"{seen[text]}/{text}".encode()).hexdigest()
        ids.append(cell.name or f"{cell.kind}-{digest[:12]}")
    return ids


def to_node(notebook: Notebook, title: str = "") -> nbformat.NotebookNode:
    """Return the notebook of a text: nbgrader's instructor version, without outputs.

    The title is the assignment's, for a student's report.
    """
    cells = []
    for cell, cell_id in zip(notebook.cells, cell_ids(notebook), strict=True):
        new_cell = new_code_cell if cell.cell_type == "code" else new_markdown_cell
        nbgrader = nbgrader_metadata(cell)
        metadata = {"nbgrader": nbgrader} if nbgrader else {}
        cells.append(new_cell(source=cell.source, id=cell_id, metadata=metadata))
    metadata = {"kernelspec": dict(KERNEL), "language_info": {**LANGUAGE}}
    if title:
        metadata[TITLE] = title
    node = new_notebook(cells=cells, metadata=metadata, nbformat_minor=5)
    nbformat.validate(node)
    return node


def node_bytes(node: nbformat.NotebookNode) -> bytes:
    """Return a notebook as the bytes of its file."""
    return (nbformat.writes(node, version=4).rstrip("\n") + "\n").encode()


def other_files(root: Path, assignment: str) -> dict[str, bytes]:
    """Return the files beside an assignment's texts that go with it to the students.

    That is: pictures and data, and the modules of the folder `student/`, which come to lie beside
    the notebooks: a student's kernel can import them there.
    """
    files = read_folder(root / "notebooks" / assignment)
    return {
        name.removeprefix(f"{STUDENT_FOLDER}/"): data
        for name, data in files.items()
        if _is_for(name, assignment) == "students"
    }


def unknown_files(root: Path, assignment: str) -> list[Mistake]:
    """Name the files beside an assignment's texts that have no place there."""
    kinds = " ".join(sorted(GIVEN_SUFFIXES))
    return [
        Mistake(
            f"notebooks/{assignment}/{name}",
            1,
            "not known here, and so not built: expected N_name.py, a file for instructors "
            f"({', '.join(sorted(INSTRUCTORS))}), a module "
            f"{STUDENT_FOLDER}/{assignment}_*.py, or a picture or data for students ({kinds}) "
            "under a name that is not the instructors'; move, rename "
            "or delete it",
        )
        for name in read_folder(root / "notebooks" / assignment)
        if _is_for(name, assignment) == "nobody"
    ]


def _is_for(name: str, assignment: str) -> str:
    """Say for whom a file in an assignment's folder is: instructors, students, nobody known."""
    parts = PurePosixPath(name).parts
    if parts[0] in INSTRUCTORS or (len(parts) == 1 and NOTEBOOK.fullmatch(name)):
        return "instructors"
    if any(part.split(".")[0] in _RESERVED for part in parts):
        return "nobody"
    if parts[0] == STUDENT_FOLDER:
        fits = (
            len(parts) == 2 and parts[1].startswith(f"{assignment}_") and parts[1].endswith(MODULE)
        )
    else:
        fits = PurePosixPath(name).suffix.lower() in GIVEN_SUFFIXES
    return "students" if fits else "nobody"


def source_files(root: Path, notebooks: list[Notebook]) -> dict[str, dict[str, bytes]]:
    """Return what source/ holds for each assignment: names and bytes of its files."""
    files: dict[str, dict[str, bytes]] = {}
    for notebook in notebooks:
        if notebook.assignment not in files:
            files[notebook.assignment] = other_files(root, notebook.assignment)
        title = Home(root / "notebooks" / notebook.assignment).title()
        files[notebook.assignment][f"{notebook.name}.ipynb"] = node_bytes(to_node(notebook, title))
    return files


def build(root: str | Path, names: list[str] | None = None) -> list[Path]:
    """Write source/ASSIGNMENT from notebooks/ASSIGNMENT.

    Parameters
    ----------
    root
        The course folder.
    names
        Assignments to build; all by default.

    Returns
    -------
    list of Path
        The files that changed; a second call returns none.

    Raises
    ------
    AuthoringError
        When a text has mistakes (all are listed; nothing is written for that notebook, the
        others are built), or source/ holds a notebook without a text.
    """
    root = Path(root)
    notebooks, mistakes = read_all(root, names)
    changed = []
    for assignment, files in source_files(root, notebooks).items():
        changed += write_folder(root / "source" / assignment, files)
    for assignment in sorted({notebook.assignment for notebook in notebooks}):
        mistakes += unknown_files(root, assignment)
    if not mistakes:
        mistakes = orphans(root, notebooks)
    if mistakes:
        raise AuthoringError(mistakes)
    return changed


def orphans(root: Path, notebooks: list[Notebook]) -> list[Mistake]:
    """Files in source/ that no text accounts for: nbgrader would hand them out as well."""
    expected = source_files(root, notebooks)
    return [
        Mistake(f"source/{assignment}/{name}", 1, "nothing in notebooks/ makes this: delete it")
        for assignment, files in expected.items()
        for name in read_folder(root / "source" / assignment)
        if name not in files
    ]


def stale_sources(root: str | Path, names: list[str] | None = None) -> list[Mistake]:
    """Files of source/ that differ from what `build` would write now."""
    root = Path(root)
    notebooks, mistakes = read_all(root, names)
    for assignment, files in source_files(root, notebooks).items():
        there = read_folder(root / "source" / assignment)
        mistakes += [
            Mistake(f"source/{assignment}/{name}", 1, "stale: run `python -m grading build`")
            for name, data in files.items()
            if there.get(name) != data
        ]
    return mistakes + orphans(root, notebooks)
