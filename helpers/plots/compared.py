"""Classifiers compared on the same images: accuracies with their standard errors."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from numpy.typing import ArrayLike

from helpers.figures import describe
from helpers.plots.style import RULE, curve_style, label_axes, label_lines, new_figure

BAND = "#DDDDDD"


def compared_accuracies(
    x: ArrayLike,
    right: Mapping[str, ArrayLike],
    baselines: Mapping[str, ArrayLike],
    *,
    title: str = "Accuracies",
    xlabel: str = "number of features",
    ylabel: str = "accuracy (%)",
) -> Figure:
    """Draw accuracies against a hyperparameter, beside those of classifiers without it.

    Parameters
    ----------
    x : array_like, shape (s,)
        Values of the hyperparameter, ascending and above 0; the axis is logarithmic.
    right : dict of str to array_like of bool, shape (s, m)
        For each curve and each value which of the m images were classified rightly.
    baselines : dict of str to array_like of bool, shape (m,)
        The same for classifiers that do not depend on x.
    title, xlabel, ylabel : str
        What the figure is about, and what its axes hold.

    Returns
    -------
    matplotlib.figure.Figure
        Curves with bars, baselines as horizontal lines with bands: one standard error,
        ``sqrt(p * (1 - p) / m)``, up and down. With a text alternative in ``fig.alt``.

    Raises
    ------
    ValueError
        When shapes do not fit, or x is not ascending or not above 0.
    """
    x = np.asarray(x, dtype=np.float64)
    if x.ndim != 1 or x.size == 0 or np.any(x <= 0) or np.any(np.diff(x) <= 0):
        raise ValueError("x must be a flat list of ascending numbers above 0")
    curves = {name: _percent(rows, (len(x),), name) for name, rows in right.items()}
    flat = {name: _percent(row, (), name) for name, row in baselines.items()}
    if not curves:
        raise ValueError("right holds no curve")

    fig, axes = new_figure(height=4.4)
    ax = axes[0, 0]
    label_axes(ax, title, f"{xlabel} (logarithmic)", f"{ylabel}: ± 1 standard error")
    ax.set_xscale("log")
    ends = []
    for (name, (p, error)), dashes in zip(flat.items(), _dashes(), strict=False):
        ax.axhspan(p - error, p + error, color=BAND, alpha=0.6, linewidth=0, zorder=0)
        ax.axhline(p, color=RULE, linewidth=1.4, linestyle=dashes, zorder=1)
        ends.append((name, p, RULE))
    for position, (name, (p, error)) in enumerate(curves.items()):
        style = curve_style(position)
        # A little apart, so that bars at the same x do not hide each other.
        places = x * 1.02 ** (position - (len(curves) - 1) / 2)
        ax.errorbar(places, p, error, capsize=3, markersize=5, linewidth=1.8, **style)
        ends.append((name, p[-1], style["color"]))
    ax.set_xticks(x, [f"{value:g}" for value in x])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.margins(x=0.04)
    label_lines(ax, ends)
    told = [
        f"{name} {p[0]:.1f} at {x[0]:g}, {p[-1]:.1f} at {x[-1]:g} (± {error[-1]:.1f})"
        for name, (p, error) in curves.items()
    ]
    told += [f"{name} {p:.1f} everywhere (± {error:.1f})" for name, (p, error) in flat.items()]
    describe(fig, f"{title}: {ylabel} against {xlabel}. {'; '.join(told)}.")
    return fig


def _percent(right, shape, name):
    """Return accuracy and standard error in percent, of that shape."""
    right = np.asarray(right, dtype=np.float64)
    if right.ndim != len(shape) + 1 or right.shape[:-1] != shape or right.shape[-1] == 0:
        raise ValueError(
            f"{name!r} must say for every image whether it is right, shape {(*shape, 'm')}; "
            f"its shape is {right.shape}"
        )
    p = right.mean(axis=-1)
    return 100 * p, 100 * np.sqrt(p * (1 - p) / right.shape[-1])


def _dashes():
    """Yield what tells one baseline from the next: long dashes first, then ever shorter ones."""
    length = 8
    while True:
        yield (0, (length, 2))
        length = max(1, length // 3)
