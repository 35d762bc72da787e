"""So that a check's outcome can be read by a person and by a program, with the same facts.

The plain text and the HTML are made from the same strings: `headline`, `warnings`, `explanation`,
`figure`, each block's `row`, and `method`.
"""

import textwrap
from dataclasses import dataclass
from html import escape

import numpy as np

from helpers.gradcheck.verdict import INCONCLUSIVE, RIGHT, WRONG

MARKS = {RIGHT: "✓ right", WRONG: "✗ wrong", INCONCLUSIVE: "? inconclusive"}
TEXT_COLUMNS = frozenset({0, 1, 4, 5})  # set to the left; numbers to the right
COLUMNS = (
    "block", "shape", "checked", "relative error", "verdict",
    "worst entry", "analytic", "numeric", "ratio",
)  # fmt: skip
VERDICT = COLUMNS.index("verdict")
WIDTH = 100
NO_BREAK = "\u00a0"  # a space where no line is broken: a mark stays beside its word


@dataclass(frozen=True)
class BlockReport:
    """What was found about one block of theta.

    Attributes
    ----------
    name : str
        Its name.
    shape : tuple of int
        Its shape.
    verdict : str
        ``"right"``, ``"wrong"`` or ``"inconclusive"``.
    relative_error : float
        ``|g - n| / (|g| + |n|)`` over all slopes taken in this block.
    resolution : float
        The part of it that measuring errors could explain.
    n_checked : int
        Entries moved one by one.
    n_directions : int
        Random directions along which the whole block was moved besides.
    worst : tuple of int
        Multi-index of the checked entry with the largest difference; () when none was checked.
    analytic, numeric : float
        Both values of that entry.
    """

    name: str
    shape: tuple[int, ...]
    verdict: str
    relative_error: float = np.nan
    resolution: float = np.nan
    n_checked: int = 0
    n_directions: int = 0
    worst: tuple[int, ...] = ()
    analytic: float = np.nan
    numeric: float = np.nan

    @property
    def size(self) -> int:
        """Number of entries of the block."""
        return int(np.prod(self.shape))

    @property
    def ratio(self) -> float:
        """Analytic over numeric value of the worst entry; NaN where the numeric one is 0."""
        return self.analytic / self.numeric if self.numeric != 0 else np.nan

    @property
    def row(self) -> tuple[str, ...]:
        """The table's row: one string a column."""
        worst = f"{self.name}[{', '.join(map(str, self.worst))}]" if self.worst else "none"
        return (
            self.name,
            str(self.shape),
            f"{self.n_checked:,} of {self.size:,}",
            _number(self.relative_error, ".1e"),
            MARKS[self.verdict],
            worst,
            _number(self.analytic, ".6g"),
            _number(self.numeric, ".6g"),
            _number(self.ratio, ".7g"),
        )


@dataclass(frozen=True, repr=False)
class GradientReport:
    """The outcome of a gradient check; prints as text, shows as a table in a notebook.

    A report is true in a condition (``assert gradient_check(...)``) when `ok` is.

    Attributes
    ----------
    verdict : str
        ``"right"``, ``"wrong"`` or ``"inconclusive"``: the worst of the blocks' verdicts.
    relative_error : float
        The largest of the blocks' relative errors. Not one norm over all of theta: in that a
        small bias disappears beside a large matrix.
    tolerance : float
        Relative error up to which a block is right.
    blocks : dict of str to BlockReport
        In theta's order.
    explanation : tuple of str
        What the numbers say.
    warnings : tuple of str
        What f does that it should not, besides giving a wrong gradient.
    n_evaluations : int
        Calls of f.
    seed : int
        Seed of the sampled entries and directions.
    """

    verdict: str
    relative_error: float
    tolerance: float
    blocks: dict[str, BlockReport]
    explanation: tuple[str, ...]
    warnings: tuple[str, ...]
    n_evaluations: int
    seed: int

    @property
    def ok(self) -> bool:
        """Whether the gradient is right, and f has no bad habits."""
        return self.verdict == RIGHT and not self.warnings

    @property
    def headline(self) -> str:
        """Verdict and relative error in one line."""
        names = [f"d{b.name}" for b in self.blocks.values() if b.verdict == self.verdict]
        where = f" in {', '.join(names)}" if 0 < len(names) < len(self.blocks) else ""
        but = ", but see the warning" if self.verdict == RIGHT and self.warnings else ""
        return f"Gradient check: {MARKS[self.verdict]}{where}{but}"

    @property
    def figure(self) -> str:
        """The number, beside the one to expect."""
        return (
            f"Largest relative error |g - n| / (|g| + |n|) of a block: "
            f"{_number(self.relative_error, '.1e')}; right is at most {self.tolerance:.0e}."
        )

    @property
    def method(self) -> str:
        """How it was measured."""
        sampled = [b for b in self.blocks.values() if b.n_directions]
        more = ""
        if sampled:
            names = ", ".join(b.name for b in sampled)
            more = (
                f" {names}: sampled entries, and {sampled[0].n_directions} random directions "
                "through the whole block."
            )
        return (
            "Central differences in float64, extrapolated from three steps; "
            f"{self.n_evaluations:,} calls of f; seed {self.seed}.{more}"
        )

    def __bool__(self) -> bool:
        return self.ok

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        rows = [COLUMNS, *(b.row for b in self.blocks.values())]
        widths = [max(len(row[c]) for row in rows) for c in range(len(COLUMNS))]
        table = ["  ".join(_aligned(row, widths)).rstrip() for row in rows]
        table.insert(1, "  ".join("-" * w for w in widths))
        lines = [self.headline, ""]
        for title, sentences in self._lists():
            lines += [f"{title}:", *(x for s in sentences for x in _wrapped(s, "  - ")), ""]
        lines += [*_wrapped(self.figure, ""), "", *table, "", *_wrapped(self.method, "")]
        return "\n".join(lines)

    def _repr_html_(self):
        head = "".join(
            f'<th scope="col"{_side(c)}>{escape(name)}</th>' for c, name in enumerate(COLUMNS)
        )
        body = "".join(_html_row(b.row) for b in self.blocks.values())
        lists = "".join(
            f"<p><strong>{escape(title)}:</strong></p>"
            f"<ul>{''.join(f'<li>{escape(s)}</li>' for s in sentences)}</ul>"
            for title, sentences in self._lists()
        )
        return (
            f"<div><p><strong>{escape(self.headline)}</strong></p>{lists}"
            f"<table><caption>{escape(self.figure)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
            f"<p><small>{escape(self.method)}</small></p></div>"
        )

    def _lists(self):
        titled = (("Warning", self.warnings), ("What the numbers say", self.explanation))
        return [(title, sentences) for title, sentences in titled if sentences]


def _number(value, form):
    return "n/a" if np.isnan(value) else format(value, form)


def _aligned(row, widths):
    cells = enumerate(zip(row, widths, strict=True))
    return [x.ljust(w) if c in TEXT_COLUMNS else x.rjust(w) for c, (x, w) in cells]


def _wrapped(text, bullet):
    indent = " " * len(bullet)
    return textwrap.wrap(text, WIDTH, initial_indent=bullet, subsequent_indent=indent)


def _side(column):
    """Alignment; where a sanitiser removes it the table is plainer, but says the same."""
    return f' style="text-align:{"left" if column in TEXT_COLUMNS else "right"}"'


def _html_row(row):
    row = [x.replace(" ", NO_BREAK) if c == VERDICT else x for c, x in enumerate(row)]
    cells = "".join(f"<td{_side(c)}>{escape(x)}</td>" for c, x in enumerate(row) if c > 0)
    return f'<tr><th scope="row"{_side(0)}>{escape(row[0])}</th>{cells}</tr>'
