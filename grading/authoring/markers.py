"""The regions that nbgrader cuts out of a cell: solutions, hidden tests, mark schemes."""

import re
from collections.abc import Iterator
from typing import NamedTuple

SOLUTION, HIDDEN, SCHEME = "SOLUTION", "HIDDEN TESTS", "MARK SCHEME"
#: Which kinds of cell may hold which region.
HOMES = {SOLUTION: ("answer", "written"), HIDDEN: ("test",), SCHEME: ("written",)}
#: What nbgrader puts where a solution was (ClearSolutions.code_stub and .text_stub).
CODE_STUB = ("# YOUR CODE HERE", "raise NotImplementedError()")
TEXT_STUB = ("YOUR ANSWER HERE",)

# nbgrader looks for these words anywhere in a line, so they are found the same way here.
_WORDS = re.compile(r"(BEGIN|END) (SOLUTION|HIDDEN TESTS|MARK SCHEME)")


class Region(NamedTuple):
    """Lines `begin` to `end` of a cell (counted from 0, both marker lines included)."""

    kind: str
    begin: int
    end: int


def marker_mistakes(source: str, cell_kind: str) -> Iterator[tuple[int, str]]:
    """Yield (index of the line, message) for each marker that nbgrader would stumble over."""
    opened: list[tuple[str, int]] = []
    for index, line in enumerate(source.split("\n")):
        found = _WORDS.search(line)
        if not found:
            continue
        edge, kind = found.groups()
        if line.strip() != f"### {edge} {kind}":
            yield index, f"a marker stands alone on its line: expected `### {edge} {kind}`"
        if cell_kind not in HOMES[kind]:
            homes = " or ".join(HOMES[kind])
            yield (
                index,
                f"a {kind} marker belongs into a cell headed {homes}=, not a {cell_kind} one",
            )
        elif edge == "BEGIN":
            # A mark scheme inside a solution is cut out with it; nothing else may be nested.
            if opened and (opened[-1][0], kind) != (SOLUTION, SCHEME):
                yield index, f"BEGIN {kind} inside the {opened[-1][0]} region that is still open"
            opened.append((kind, index))
        elif opened and opened[-1][0] == kind:
            opened.pop()
        else:
            yield index, f"END {kind} without its BEGIN {kind}"
    for kind, index in opened:
        yield index, f"BEGIN {kind} without its END {kind}"


def regions(source: str) -> list[Region]:
    """Return the regions of a cell without `marker_mistakes`, in the order of their last lines."""
    found, opened = [], []
    for index, line in enumerate(source.split("\n")):
        match = _WORDS.search(line)
        if match and match[1] == "BEGIN":
            opened.append(index)
        elif match:
            found.append(Region(match[2], opened.pop(), index))
    return found


def inside(source: str, kind: str) -> set[int]:
    """Return the lines (counted from 0) in the regions of one kind, marker lines included."""
    return {
        index
        for region in regions(source)
        if region.kind == kind
        for index in range(region.begin, region.end + 1)
    }


def blanked(source: str, kind: str) -> str:
    """Return the cell with the regions of one kind emptied: line numbers stay what they were."""
    gone = inside(source, kind)
    lines = source.split("\n")
    return "\n".join("" if index in gone else line for index, line in enumerate(lines))


def without(source: str, kind: str) -> str:
    """Return the cell with the regions of one kind cut out, as nbgrader cuts them."""
    gone = inside(source, kind)
    lines = source.split("\n")
    return "\n".join(line for index, line in enumerate(lines) if index not in gone)


def released(source: str, cell_type: str, cell_kind: str) -> str:
    """Return what a student gets of a cell: stubs for solutions, no hidden test, no mark scheme."""
    if cell_kind in ("answer", "written"):
        source = _stubbed(source, CODE_STUB if cell_type == "code" else TEXT_STUB)
    return without(without(source, HIDDEN), SCHEME)


def _stubbed(source: str, stub: tuple[str, ...]) -> str:
    """Put the stub, indented like the marker, in the place of each solution."""
    gone = inside(source, SOLUTION)
    begins = {region.begin for region in regions(source) if region.kind == SOLUTION}
    lines = []
    for index, line in enumerate(source.split("\n")):
        if index in begins:
            indent = line[: len(line) - len(line.lstrip())]
            lines += [indent + piece for piece in stub]
        elif index not in gone:
            lines.append(line)
    return "\n".join(lines)
