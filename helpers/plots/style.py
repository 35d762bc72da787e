"""What the course's figures have in common: size, colours, line styles, direct labels."""

import itertools
from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

WIDTH = 7.0  # inches: the width of a notebook's text
SMALL = 9  # points: the smallest text in a figure
INK = "#222222"
RULE = "#767676"  # light, but still 4.5 : 1 on white

# Okabe and Ito (2008), colours that people with colour-blind eyes tell apart; darkened until text
# in them has a contrast of 4.5 : 1 on white. No two curves differ in colour alone.
COLOURS = ("#0072B2", "#B84A00", "#00795A", "#9C4A7B", "#222222")
DASHES = ("-", (0, (5, 2)), (0, (1, 1.2)), (0, (6, 2, 1, 2)))
MARKERS = ("o", "s", "^", "D", "v")


def new_figure(
    height: float, width: float = WIDTH, rows: int = 1, columns: int = 1
) -> tuple[Figure, np.ndarray]:
    """Return a figure that pyplot does not know, so that it is shown once, and its axes.

    Parameters
    ----------
    height, width : float
        Inches.
    rows, columns : int
        Panels.

    Returns
    -------
    fig : matplotlib.figure.Figure
    axes : numpy.ndarray of matplotlib.axes.Axes, shape (rows, columns)
    """
    fig = Figure(figsize=(width, height), dpi=100, layout="constrained")
    return fig, fig.subplots(rows, columns, squeeze=False)


def curve_style(position: int) -> dict[str, Any]:
    """Return colour, dashes and marker of the curve at this position (from 0)."""
    return {
        "color": COLOURS[position % len(COLOURS)],
        "linestyle": DASHES[position % len(DASHES)],
        "marker": MARKERS[position % len(MARKERS)],
    }


def label_axes(ax: Axes, title: str, xlabel: str, ylabel: str) -> None:
    """Write title and labels, and take away what a plot does not need."""
    ax.set_title(title, loc="left", fontsize=12)
    ax.set_xlabel(xlabel, fontsize=10)
    ax.set_ylabel(ylabel, fontsize=10)
    ax.tick_params(labelsize=SMALL)
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(visible=True, color="#DDDDDD", linewidth=0.6)
    ax.set_axisbelow(True)


def label_lines(ax: Axes, ends: Iterable[tuple[str, float, str]], gap: float = 0.07) -> None:
    """Name each curve at the height of its right end, in its colour.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Axes whose limits are final.
    ends : list of (str, float, str)
        Name, last value and colour of each curve.
    gap : float
        The smallest distance of two names, as a part of the height of the axes.
    """
    to_axes = ax.transData + ax.transAxes.inverted()
    x = ax.get_xlim()[1]
    heights = [to_axes.transform((x, value))[1] for _, value, _ in ends]
    places = _apart(heights, gap)
    for (name, _, colour), place in zip(ends, places, strict=True):
        ax.text(
            *(1.015, place, name), transform=ax.transAxes, color=colour, va="center", fontsize=10
        )


def _apart(heights, gap):
    """Move heights away from each other until neighbours are `gap` apart, keeping their order."""
    order = sorted(range(len(heights)), key=heights.__getitem__)
    places = list(heights)
    for _ in range(100):  # each round moves both of two close neighbours by half of what lacks
        for lower, upper in itertools.pairwise(order):
            lacking = max(0.0, gap - (places[upper] - places[lower]))
            places[lower] -= lacking / 2
            places[upper] += lacking / 2
    return places
