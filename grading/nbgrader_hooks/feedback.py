"""What a student sees of the graded notebook: no hidden test, no rubric, no server's paths."""

import os
import re
import sys
import tempfile
from pathlib import Path

from nbconvert.preprocessors import Preprocessor
from nbgrader import utils
from traitlets import Bool

from grading.nbgrader_hooks.rebuild import ADDED
from grading.nbgrader_hooks.template import HIDDEN_TESTS, MARK_SCHEME, split_region

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_CELL_FRAME = re.compile(r"\s*Cell In\[(\d+)\], line \d+")
_FILE_FRAME = re.compile(r"\s*File (\S+?):(\d+)")
_LINE_NUMBER = re.compile(r"^[-> ]*\d+ ")
_KERNEL_FILE = re.compile(r"ipykernel_\d+[/\\](\d+\.py)")


class HideFromStudents(Preprocessor):
    """Take out of the feedback what only graders may see.

    nbgrader's `ClearHiddenTests` and `ClearMarkScheme` do half of it, and give up on a student who
    writes their markers into an answer.
    """

    enabled = Bool(True).tag(config=True)

    def preprocess(self, nb, resources):
        """Clean all cells; the grader's own cells with rubrics go."""
        nb.cells = [cell for cell in nb.cells if cell.metadata.get(ADDED) != "marking scheme"]
        places = _known_places(Path.cwd())
        for cell in nb.cells:
            if utils.is_task(cell) or utils.is_locked(cell):
                cell.source, _ = split_region(cell.source, MARK_SCHEME)
            if cell.cell_type != "code":
                continue
            if utils.is_grade(cell) and not utils.is_solution(cell):
                cell.source, hidden = split_region(cell.source, HIDDEN_TESTS)
                _clean_test(cell, hidden)
            for output in cell.outputs:
                _each_text(output, lambda text: _hide_places(text, places))
        return nb, resources


def _clean_test(cell, hidden):
    """Leave of a test's outputs the messages and the student's own lines."""
    secrets = {line.strip() for line in hidden.splitlines()} - {""}
    for output in cell.outputs:
        if output.output_type == "error":
            output.traceback = [_clean_frame(part, cell) for part in output.traceback]
        _each_text(output, lambda text: _drop_lines(text, secrets))


def _clean_frame(part, cell):
    """One part of a traceback: of the test's own cell and of libraries only the first line."""
    plain = _COLOUR.sub("", part)
    frame = _CELL_FRAME.match(plain)
    if frame and int(frame[1]) == cell.execution_count:
        return "In the test"
    if _FILE_FRAME.match(plain):
        return plain.split("\n", 1)[0]
    return part


def _drop_lines(text, secrets):
    """Return a text without the lines that stand in the hidden tests."""
    return "\n".join(
        line
        for line in text.split("\n")
        if _LINE_NUMBER.sub("", _COLOUR.sub("", line)).strip() not in secrets
    )


def _each_text(output, change):
    """Apply a function to all plain text of an output."""
    if output.output_type == "stream":
        output.text = change(output.text)
    elif output.output_type == "error":
        output.evalue = change(output.evalue)
        output.traceback = [change(part) for part in output.traceback]
    elif isinstance(output.data.get("text/plain"), str):
        output.data["text/plain"] = change(output.data["text/plain"])


def _known_places(course):
    """Folders of this machine that outputs may name, the longest first."""
    here = Path(__file__).resolve().parents[2]
    packages = {str(Path(p)) for p in sys.path if Path(p).name == "site-packages"}
    folders = {str(course), str(here), sys.prefix, sys.base_prefix, str(Path.home()), *packages}
    folders.add(tempfile.gettempdir())
    return sorted(folders - {"/", ""}, key=len, reverse=True)


def _hide_places(text, places):
    """Return a text without the names of this machine's folders."""
    for place in places:
        text = text.replace(place + os.sep, "")
    return _KERNEL_FILE.sub(r"cell \1", text)
