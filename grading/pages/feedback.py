"""What a student sees of the graded notebook: no hidden test, no rubric, no server's paths."""

import re
from html import unescape
from pathlib import Path

from nbconvert.preprocessors import Preprocessor
from nbgrader import utils
from nbgrader.preprocessors import GetGrades
from traitlets import Bool

from grading.course.cell_marks import ADDED, HIDDEN_TESTS, MARK_SCHEME, split_region
from grading.pages.hidden_paths import HiddenPaths

LEFT_OUT = "[left out: text of a hidden test]"
#: Lines of a hidden test from this length on are looked for in all outputs.
TELLING = 25

#: How `rebuild` marks the cells with rubrics.
SCHEME = "marking scheme"

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_CELL_FRAME = re.compile(r"\s*Cell In\[(\d+)\], line \d+")
_FILE_FRAME = re.compile(r"\s*File (\S+?):(\d+)")
_LINE_NUMBER = re.compile(r"^[-> ]*\d+ ")
_MARKUP = re.compile(r"<[^<>]*>")


class FeedbackGrades(GetGrades):
    """nbgrader's grades, and whether a person still has to give one."""

    def _get_score(self, cell, resources):
        super()._get_score(cell, resources)
        grade = self.gradebook.find_grade(
            cell.metadata["nbgrader"]["grade_id"],
            self.notebook_id,
            self.assignment_id,
            self.student_id,
        )
        cell.metadata.nbgrader["needs_manual_grade"] = bool(grade.needs_manual_grade)


class HideFromStudents(Preprocessor):
    """Take out of the feedback what only graders may see.

    nbgrader's `ClearHiddenTests` and `ClearMarkScheme` do half of it, and give up on a student who
    writes their markers into an answer.
    """

    enabled = Bool(True).tag(config=True)

    def preprocess(self, nb, resources):
        """Clean all cells; the grader's own cells with rubrics go."""
        secrets = "\n".join(c.source for c in nb.cells if c.metadata.get(ADDED) == SCHEME)
        nb.cells = [cell for cell in nb.cells if cell.metadata.get(ADDED) != SCHEME]
        for cell in nb.cells:
            if utils.is_task(cell) or utils.is_locked(cell):
                cell.source, rubric = split_region(cell.source, MARK_SCHEME)
                secrets += f"\n{rubric}"
            if cell.cell_type == "code" and utils.is_grade(cell) and not utils.is_solution(cell):
                cell.source, hidden = split_region(cell.source, HIDDEN_TESTS)
                secrets += f"\n{hidden}"
                _clean_test(cell, hidden)
        telling = _telling_lines(secrets, nb.cells)
        paths = HiddenPaths(Path.cwd())
        for cell in nb.cells:
            for output in cell.get("outputs", ()):
                _each_text(output, lambda text: paths.hide(_without(text, telling)))
                _each_rich(output, lambda html: _without_any(paths.hide(html), telling))
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


def _telling_lines(secrets, cells):
    """List the long lines of a text that stand nowhere in what students see anyway."""
    seen = {_squeeze(line) for cell in cells for line in cell.source.splitlines()}
    lines = {_squeeze(line) for line in secrets.splitlines()}
    return [line for line in lines - seen if len(line) >= TELLING]


def _without(text, telling):
    """Return a text in which lines that hold a telling line are replaced by a remark.

    A net below the net: a student's process is not given hidden tests in the first place.
    """
    if not _holds_any(text, telling):
        return text
    lines = [LEFT_OUT if _holds_any(line, telling) else line for line in text.split("\n")]
    kept = [
        line for i, line in enumerate(lines) if i == 0 or line != LEFT_OUT or lines[i - 1] != line
    ]
    return "\n".join(kept) if LEFT_OUT in kept else LEFT_OUT


def _without_any(html, telling):
    return f"<p>{LEFT_OUT}</p>" if _holds_any(unescape(_MARKUP.sub(" ", html)), telling) else html


def _holds_any(text, telling):
    text = _squeeze(text)
    return any(line in text for line in telling)


def _squeeze(text):
    """Return a text without colours, quotes' backslashes and differences of white space."""
    return " ".join(_COLOUR.sub("", text).replace("\\n", " ").replace("\\", "").split())


def _each_text(output, change):
    """Apply a function to all plain text of an output."""
    if output.output_type == "stream":
        output.text = change(output.text)
    elif output.output_type == "error":
        output.evalue = change(output.evalue)
        output.traceback = [change(part) for part in output.traceback]
    elif isinstance(output.data.get("text/plain"), str):
        output.data["text/plain"] = change(output.data["text/plain"])


def _each_rich(output, change):
    """Apply a function to the HTML and the Markdown of an output."""
    data = output.get("data", {})
    for kind in ("text/html", "text/markdown"):
        if isinstance(data.get(kind), str):
            data[kind] = change(data[kind])
