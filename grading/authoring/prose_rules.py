"""Lint: headings, points said in the prose, alt text.

A heading over an exercise reads ``### Exercise 2: `cost` (8 points)``, one over a written
answer ``### Report question 1: the diff value (5 points)``, and the introduction may say
``**Points:** 24`` for the whole notebook.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from grading.authoring.cells import Cell, Notebook
from grading.authoring.markers import SCHEME, SOLUTION, inside

Found = Iterator[tuple[int, str]]
EXERCISE, REPORT = "Exercise", "Report question"

_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*$")
_FENCE = re.compile(r"\s*(```|~~~)")
_GRADED = re.compile(rf"({EXERCISE}|{REPORT})\b")
_POINTS = re.compile(rf"({EXERCISE}|{REPORT}) (\d+)\b.*\((\d+(?:\.\d+)?) points?\)")
_TOTAL = re.compile(r"\*\*Points:\*\* (\d+(?:\.\d+)?)")
_IMAGE = re.compile(r"!\[([^\]]*)\]\(\s*([^)\s]+)")
_HTML_IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_HTML_ALT = re.compile(r"""\balt\s*=\s*("[^"]*[^"\s][^"]*"|'[^']*[^'\s][^']*')""", re.IGNORECASE)


class Heading(NamedTuple):
    """A Markdown heading: its level, its text, the file's line."""

    level: int
    text: str
    line: int


class Section(NamedTuple):
    """An exercise or a report question, from its heading on."""

    heading: Heading
    kind: str
    points: float


def text_lines(cell: Cell) -> Iterator[tuple[int, str]]:
    """Lines of a prose cell (file's line, text) outside code blocks and nbgrader's regions."""
    gone = inside(cell.source, SOLUTION) | inside(cell.source, SCHEME)
    fenced = False
    for index, line in enumerate(cell.source.split("\n")):
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced and index not in gone:
            yield cell.line(index), line


def headings(cell: Cell) -> list[Heading]:
    """Return the headings in a Markdown cell."""
    if cell.cell_type != "markdown":
        return []
    found = [(line, _HEADING.match(text)) for line, text in text_lines(cell)]
    return [Heading(len(match[1]), match[2], line) for line, match in found if match]


def prose_mistakes(notebook: Notebook, folder: Path) -> Found:
    """Yield (line, message) for a notebook's headings, points in the prose, images.

    `folder` is where the notebook's text and its images lie.
    """
    yield from _level_mistakes([h for cell in notebook.cells for h in headings(cell)])
    yield from _section_mistakes(notebook)
    total = sum(cell.points for cell in notebook.cells)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            yield from _image_mistakes(cell, folder)
            for line, text in text_lines(cell):
                if (said := _TOTAL.search(text)) and abs(float(said[1]) - total) > 1e-9:
                    yield line, f"the text says {said[1]} points, the cells have {total:g}"


def _level_mistakes(found: list[Heading]) -> Found:
    tops = [heading for heading in found if heading.level == 1]
    if len(tops) != 1:
        line = tops[1].line if tops else 1
        yield line, f"a notebook has one heading of the first level (its title), not {len(tops)}"
    level = 0
    for heading in found:
        if heading.level > level + 1:
            yield heading.line, f"the heading skips a level: {level} is followed by {heading.level}"
        level = heading.level


def _section_mistakes(notebook: Notebook) -> Found:
    """Compare the points in each exercise's heading with those of the cells below it."""
    section: Section | None = None
    total = 0.0
    counts = {EXERCISE: 0, REPORT: 0}
    for cell in notebook.cells:
        for heading in headings(cell):
            graded = _GRADED.match(heading.text)
            if not graded and (section is None or heading.level > section.heading.level):
                continue
            yield from _total_mistakes(section, total)
            section, total = None, 0.0
            if graded:
                counts[graded[1]] += 1
                section = Section(heading, graded[1], 0.0)
                match = _POINTS.fullmatch(heading.text)
                if match:
                    section = section._replace(points=float(match[3]))
                if not match or int(match[2]) != counts[graded[1]]:
                    want = f"{graded[1]} {counts[graded[1]]}: ... (N points)"
                    yield heading.line, f"expected `{want}`, found `{heading.text}`"
        if cell.kind in ("answer", "test", "written"):
            yield from _place_mistakes(cell, section)
            total += cell.points
    yield from _total_mistakes(section, total)


def _total_mistakes(section: Section | None, total: float) -> Found:
    if section and abs(section.points - total) > 1e-9:
        message = f"the heading says {section.points:g} points, the cells below it {total:g}"
        yield section.heading.line, message


def _place_mistakes(cell: Cell, section: Section | None) -> Found:
    kind = REPORT if cell.kind == "written" else EXERCISE
    if section is None or section.kind != kind:
        yield cell.header, f'{cell.kind}="{cell.name}" stands under no `{kind} N ... (N points)`'
    elif cell.kind == "answer" and f"`{cell.name}" not in section.heading.text:
        yield section.heading.line, f"the heading does not name the exercise: `{cell.name}`"


def _image_mistakes(cell: Cell, folder: Path) -> Found:
    for line, text in text_lines(cell):
        for alt, target in _IMAGE.findall(text):
            if not alt.strip():
                yield line, f"the image {target} has no text alternative: ![what it shows](...)"
            if not re.match(r"\w+:", target) and not (folder / target).is_file():
                yield line, f"there is no file {target} beside the notebook"
        for tag in _HTML_IMAGE.findall(text):
            if not _HTML_ALT.search(tag):
                yield line, f'{tag[:40]} has no text alternative: alt="what it shows"'
