"""`python -m grading solutions`: the solved notebooks, executed, for reviewers and the site.

nbgrader's generate_solution makes them from source/; they are run in order in a folder of
their own, so that a later notebook finds the earlier one beside it and nothing that a cell
writes ends up in solutions/.
"""

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbconvert.preprocessors import CoalesceStreamsPreprocessor
from traitlets.config import Config

from grading.authoring.build import KERNEL, LANGUAGE, cell_ids, node_bytes
from grading.authoring.cells import Cell, Mistake, Notebook, assignments, read_all
from grading.authoring.folders import read_folder, write_if_changed
from grading.authoring.markers import SCHEME, without
from grading.authoring.release import nbgrader
from helpers.threads import ONE_THREAD

LIMIT = 1_000_000
# A cell that trains takes 20 s on a student's machine; a build machine may be slower.
TIMEOUT = 600

# `/folder/name` or `C:\name`; not what follows a word, a point or a colon (URLs, fractions).
_ABSOLUTE = re.compile(
    r"(?<![\w.:/<-])/[A-Za-z][\w.-]*/[\w.-][^\s\"'<>]*|\b[A-Za-z]:\\\w[^\s\"'<>]*"
)
_COLOUR = re.compile(r"\x1b\[[\d;]*m")
_DATA_URI = re.compile(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=\s]+")
_SOLUTION_HEADING = re.compile(r"^### (BEGIN|END) SOLUTION\n?", re.MULTILINE)


class SolutionError(Exception):
    """A solved notebook failed, or its outputs are not fit to be published."""


def solutions(root: str | Path, names: list[str] | None = None) -> list[Path]:
    """Write solutions/ASSIGNMENT: solved, executed, with outputs.

    Data are those that `MNIST_DIR` (or the cache) provides.

    Returns
    -------
    list of Path
        The notebooks that changed.

    Raises
    ------
    SolutionError
        When a cell raises or runs out of time, a test is not passed, or an output holds an
        absolute path or makes the notebook larger than 1 MB.
    ReleaseError
        When nbgrader refuses.
    """
    root = Path(root)
    changed = []
    for assignment in assignments(root) if names is None else names:
        with tempfile.TemporaryDirectory() as course:
            folder = _generate(root, assignment, Path(course))
            for path in sorted(folder.glob("*.ipynb"), key=lambda path: _place(path.name)):
                node = nbformat.read(path, as_version=4)
                execute(node, folder, f"{assignment}/{path.name}")
                data = node_bytes(node)
                problems = [*output_problems(node, len(data))]
                if problems:
                    raise SolutionError(f"{assignment}/{path.name}: " + "; ".join(problems))
                path.chmod(0o644)
                path.write_bytes(data)
                target = root / "solutions" / assignment / path.name
                if write_if_changed(target, data):
                    changed.append(target)
    return changed


def _place(name: str) -> tuple[int, str]:
    return int(name.split("_")[0]), name


def _generate(root: Path, assignment: str, course: Path) -> Path:
    """Run generate_solution in a course folder of its own; return the folder that it made."""
    for name, data in read_folder(root / "source" / assignment).items():
        write_if_changed(course / "source" / assignment / name, data)
    nbgrader(course, "db", "assignment", "add", assignment)
    nbgrader(
        course,
        "generate_solution",
        assignment,
        "--CourseDirectory.solution_directory=solutions",
        "--ClearMarkScheme.enforce_metadata=False",
        # nbgrader's own Execute goes on after an error and keeps the times: we run it below.
        "--Execute.enabled=False",
    )
    folder = course / "solutions" / assignment
    for path in sorted((course / "source" / assignment).glob("*.ipynb")):
        path = folder / path.name
        node = nbformat.read(path, as_version=4)
        for cell in node.cells:
            if cell.cell_type == "markdown":
                cell.source = _readable(cell.source)
        path.chmod(0o644)
        path.write_bytes(node_bytes(node))
    return folder


def _readable(source: str) -> str:
    """Drop solution markers from prose: Markdown would show them as headings."""
    return _SOLUTION_HEADING.sub("", source)


def execute(node: nbformat.NotebookNode, folder: Path, name: str) -> None:
    """Run a notebook in `folder` and keep its outputs, cleaned of what differs from run to run.

    Raises
    ------
    SolutionError
        When a cell raises, takes too long or ends the kernel.
    """
    # In one thread, sums come out the same whatever the number of cores.  With the same random
    # inputs each time, what a check prints stays the same.
    settings = {**ONE_THREAD, "PYTHONHASHSEED": "0", "GRADIENT_LAB_SEED": "0"}
    # The assignment's modules lie beside the notebook; this setting would hide them.
    environment = {name: v for name, v in os.environ.items() if name != "PYTHONSAFEPATH"}
    with tempfile.TemporaryDirectory(prefix="kernel-", ignore_cleanup_errors=True) as sockets:
        client = NotebookClient(
            node,
            timeout=TIMEOUT,
            kernel_name=KERNEL["name"],
            resources={"metadata": {"path": str(folder)}},
            record_timing=False,
            config=_connection(sockets),
        )
        try:
            client.execute(env=environment | settings)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            raise SolutionError(f"{name}: {_COLOUR.sub('', str(error))}") from error
    node.metadata.kernelspec = dict(KERNEL)
    node.metadata.language_info = dict(LANGUAGE)
    node.metadata.pop("widgets", None)
    CoalesceStreamsPreprocessor().preprocess(node, {})
    for cell in node.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                output.text = final_state(output.text)


def _connection(folder: str) -> Config:
    """Have the kernel use sockets in a folder, where there are such: no port that others see."""
    if sys.platform == "win32":
        return Config()
    own = {"transport": "ipc", "connection_file": str(Path(folder, "kernel.json"))}
    return Config(AsyncKernelManager=own)


def final_state(text: str) -> str:
    r"""Return what a terminal shows after all carriage returns: the progress bar's end alone."""
    lines = []
    for line in text.split("\n"):
        shown = ""
        for piece in line.split("\r"):
            shown = piece + shown[len(piece) :]
        lines.append(shown.rstrip() if "\r" in line else line)
    return "\n".join(lines)


def output_problems(node: nbformat.NotebookNode, size: int) -> Iterator[str]:
    """Yield why the outputs of a solved notebook should not be published."""
    if size >= LIMIT:
        yield f"{size:,} bytes; the limit is {LIMIT:,}: smaller or fewer figures"
    for cell in node.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", cell.id)
        graded = cell.metadata.get("nbgrader", {}).get("grade", False)
        for output in cell.get("outputs", []):
            text = _DATA_URI.sub("", _text_of(output))
            found = _ABSOLUTE.search(text)
            if found:
                yield f"cell {name} shows the absolute path {found[0]}"
            if graded and output.get("name") == "stderr":
                yield f"cell {name} writes to stderr, which scores 0: {text.strip()[:80]}"
            if graded and "NOT YET" in text:
                yield f"the solution does not pass {name}: {text.strip()}"


def _text_of(output: nbformat.NotebookNode) -> str:
    """All text of an output; images (base64) left out."""
    texts = [output.get("text", "")]
    for kind, value in output.get("data", {}).items():
        if not kind.startswith("image/") or kind == "image/svg+xml":
            texts.append(value if isinstance(value, str) else str(value))
    return "\n".join(texts)


def solution_source(cell: Cell) -> str:
    """Return a cell's text as solutions/ shows it."""
    source = without(cell.source, SCHEME)
    return _readable(source) if cell.cell_type == "markdown" else source


def stale_solutions(root: str | Path, names: list[str] | None = None) -> list[Mistake]:
    """Solved notebooks whose cells are no longer those of the texts (outputs are not compared)."""
    root = Path(root)
    notebooks, mistakes = read_all(root, names)
    for notebook in notebooks:
        shown = f"solutions/{notebook.assignment}/{notebook.name}.ipynb"
        if not (root / shown).is_file():
            mistakes.append(Mistake(shown, 1, "missing: run `python -m grading solutions`"))
        elif _sources(root / shown) != _expected(notebook):
            mistakes.append(Mistake(shown, 1, "stale: run `python -m grading solutions`"))
    return mistakes


def _sources(path: Path) -> list[tuple[str, str]]:
    node = nbformat.read(path, as_version=4)
    return [(cell.id, cell.source) for cell in node.cells]


def _expected(notebook: Notebook) -> list[tuple[str, str]]:
    sources = [solution_source(cell) for cell in notebook.cells]
    return list(zip(cell_ids(notebook), sources, strict=True))
