"""Turn one notebook into one section of the report, and notice what a reader would miss."""

import re
from dataclasses import dataclass, field

from student_tools.report.markup import markdown, python_code
from student_tools.report.outputs import Outputs

RUN_ALL = (
    "Open the notebook, choose Run > Restart Kernel and Run All Cells, save it, "
    "and make the report again."
)
STUB = re.compile(r"^\s*raise NotImplementedError", re.MULTILINE)
BLANK_ANSWER = re.compile(r"^\W*YOUR ANSWER HERE\W*$", re.MULTILINE)
CHECKED = re.compile(r": ([0-9]+) of ([0-9]+) checks passed")
NOT_WRITTEN = "the code is not written yet"
HEADING = re.compile(r"<h([1-6])[^>]*>(.*?)</h\1>", re.DOTALL)
LACKING = re.compile(r"\[picture not (?:found|shown|included)")
DRAWS = re.compile(r"\bplt\.|\.show\(|plot|figure|imshow")


@dataclass
class Block:
    """One cell: what it is, its text or code as HTML, its outputs, and remarks to the reader."""

    kind: str  # prose, written, answer, code, given or check
    name: str = ""
    html: str = ""
    result: str = ""  # of a check, in words
    outputs: list = field(default_factory=list)
    notices: list = field(default_factory=list)


@dataclass
class Section:
    """One notebook: heading, table of contents, blocks, and what is left to do."""

    number: int
    stem: str
    title: str = ""
    was_run: bool = True
    contents: list = field(default_factory=list)  # (anchor, html, level) of each sub-heading
    blocks: list = field(default_factory=list)
    notices: list = field(default_factory=list)
    todo: list = field(default_factory=list)


class _Headings:
    """Put a notebook's headings below the report's: its title is h2, the next h3, none skipped."""

    def __init__(self, section):
        self.section = section
        self.level = 2

    def shift(self, html):
        return HEADING.sub(self._one, html)

    def _one(self, match):
        level, text = int(match[1]), match[2].strip()
        if level == 1 and not self.section.title:
            self.section.title = text
            return ""
        # One deeper than in the notebook, never under the section's, never skipping a level.
        self.level = max(3, min(level + 1, self.level + 1, 6))
        anchor = f"s{self.section.number}-{len(self.section.contents) + 1}"
        self.section.contents.append((anchor, text, self.level))
        return f'<h{self.level} id="{anchor}">{text}</h{self.level}>'


def make_section(number, path, notebook):
    """Return the :class:`Section` of a notebook.

    Parameters
    ----------
    number : int
        1 for the first notebook of the report.
    path : pathlib.Path
        The notebook's file: pictures that its text names lie beside it.
    notebook : nbformat.NotebookNode
        The notebook, format 4.
    """
    section = Section(number, path.stem)
    headings, outputs = _Headings(section), Outputs(number)
    _note_order(section, notebook)
    for cell in notebook.cells:
        if not cell.source.strip() and not _is_written(cell):
            continue
        if cell.cell_type == "markdown":
            block = _text_block(cell, path.parent, section)
            block.html = headings.shift(block.html)
        elif cell.cell_type == "code":
            block = _code_block(cell, outputs, section)
        else:
            continue
        section.blocks.append(block)
    section.title = section.title or path.stem.replace("_", " ")
    return section


def _note_order(section, notebook):
    """Notice a notebook that was never run, or whose cells were run out of order."""
    code = [c for c in notebook.cells if c.cell_type == "code" and c.source.strip()]
    counts = [c.execution_count for c in code if c.get("execution_count")]
    section.was_run = bool(counts) or not code
    if not section.was_run:
        section.notices.append(
            f"This notebook has not been run: its figures and results are missing. {RUN_ALL}"
        )
        section.todo.append("was not run: figures and results are missing")
    elif counts != sorted(counts):
        section.notices.append(
            "The cells were not run from top to bottom, so that some results may be older than "
            f"the code above them. {RUN_ALL}"
        )
        section.todo.append("was not run from top to bottom: some results may be old")


def _text_block(cell, folder, section):
    source, written = cell.source, _is_written(cell)
    block = Block("written" if written else "prose")
    if written:
        block.name = _grade_id(cell)
        place = BLANK_ANSWER.search(source)
        # Text after the placeholder is an answer whose writer left the placeholder standing.
        if not source.strip() or (place and not source[place.end() :].strip()):
            block.notices.append("Not answered yet.")
            section.todo.append(f"{block.name}: the written question is not answered yet")
        source = BLANK_ANSWER.sub("", source)
    block.html = markdown(source, folder=folder, attachments=cell.get("attachments"))
    if LACKING.search(block.html):
        section.todo.append(f"{block.name or 'a text'}: a picture is not shown")
    return block


def _code_block(cell, outputs, section):
    kind = _code_kind(cell)
    block = Block(kind, _grade_id(cell), python_code(cell.source))
    block.outputs = outputs.render(cell.get("outputs", []))
    if kind == "check" and (checked := CHECKED.search("".join(block.outputs))):
        block.result = checked[0]
        _note_failed_check(block, checked, section)
    if any(output.output_type == "error" for output in cell.get("outputs", [])):
        section.todo.append(f"{block.name or 'a cell'} stopped with an error")
    if kind == "answer" and STUB.search(cell.source):
        block.notices.append("Not answered yet.")
        section.todo.append(f"{block.name}: {NOT_WRITTEN}")
    elif not cell.get("execution_count") and not block.outputs:
        _note_not_run(cell, block, section)
    return block


def _note_failed_check(block, checked, section):
    """List a check that does not hold, unless there is no answer that it could hold for."""
    exercise = block.name.removeprefix("test_")
    if int(checked[1]) < int(checked[2]) and f"{exercise}: {NOT_WRITTEN}" not in section.todo:
        section.todo.append(f"{exercise}{checked[0]}")


def _note_not_run(cell, block, section):
    missing = "the figure is missing" if DRAWS.search(cell.source) else "its result is missing"
    if section.was_run:
        block.notices.append(f"This cell was not run: {missing}. {RUN_ALL}")
        section.todo.append(f"{block.name or 'a cell'} was not run: {missing}")
    elif missing.startswith("the figure") and block.kind != "check":
        # The section has said the rest once, for all its cells.
        block.notices.append(f"This cell was not run: {missing}.")


def _code_kind(cell):
    meta = cell.metadata.get("nbgrader", {})
    if meta.get("grade"):
        return "check"
    if meta.get("solution"):
        return "answer"
    return "given" if meta.get("locked") else "code"


def _is_written(cell):
    meta = cell.metadata.get("nbgrader", {})
    return cell.cell_type == "markdown" and bool(meta.get("solution"))


def _grade_id(cell):
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")
