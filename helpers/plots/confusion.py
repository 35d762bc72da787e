"""A confusion matrix in which the mistakes, not the diagonal, catch the eye."""

from collections.abc import Sequence

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from helpers.figures import describe
from helpers.plots.style import INK, SMALL, new_figure


def confusion_matrix(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    classes: Sequence[str] | None = None,
    title: str = "Confusion matrix",
) -> Figure:
    """Draw how often each class was taken for each other.

    Parameters
    ----------
    y_true, y_pred : array_like of int, shape (m,)
        True and predicted labels, from 0.
    classes : sequence of str, optional
        The names of all k classes; by default the numbers from 0 to the largest label.
    title : str
        What the figure is about.

    Returns
    -------
    matplotlib.figure.Figure
        Row: true class; column: predicted class; in each cell the number of samples, nothing for
        none. Only the mistakes are coloured, the more the darker; the right ones are in bold on
        grey. At the right the part of each row that is right. With a text alternative in
        ``fig.alt``.

    Raises
    ------
    ValueError
        When the labels are not two flat, equally long, not empty lists of whole numbers from 0
        to k - 1.
    """
    y_true, y_pred = _as_labels(y_true, "y_true"), _as_labels(y_pred, "y_pred")
    if len(y_true) != len(y_pred):
        raise ValueError(f"{len(y_true)} true labels, but {len(y_pred)} predicted ones")
    k = int(max(y_true.max(), y_pred.max())) + 1
    names = [str(label) for label in (classes if classes is not None else range(k))]
    if len(names) < k:
        raise ValueError(f"there are {len(names)} names of classes, but a label is {k - 1}")
    k = len(names)
    counts = np.bincount(k * y_true + y_pred, minlength=k * k).reshape(k, k)

    fig, axes = new_figure(height=1.5 + 0.45 * k, width=2.4 + 0.46 * k)
    ax = axes[0, 0]
    _draw(ax, counts)
    right = np.trace(counts) / counts.sum()
    ax.set_title(f"{title}: {right:.1%} of {counts.sum():,} right", loc="left", fontsize=12)
    ax.set_xlabel("predicted class", fontsize=10)
    ax.set_ylabel("true class", fontsize=10)
    ax.set_xticks(range(k), names, fontsize=SMALL)
    ax.set_yticks(range(k), names, fontsize=SMALL)
    describe(
        fig,
        f"{title}, {k} classes: {right:.1%} of {counts.sum():,} samples are right. "
        f"{_tell_mistakes(counts, names)}",
    )
    return fig


def _as_labels(y: ArrayLike, name: str) -> np.ndarray:
    """Return labels as a flat array of whole numbers from 0."""
    y = np.asarray(y)
    if y.ndim != 1 or y.size == 0 or not np.issubdtype(y.dtype, np.integer) or y.min() < 0:
        raise ValueError(
            f"{name} must be a flat list of labels 0, 1, 2, ...; "
            f"its shape is {y.shape}, its type {y.dtype}"
        )
    return y.astype(np.int64)


def _draw(ax, counts):
    """Colour the mistakes and write the counts, and at the right the part that is right."""
    k = len(counts)
    mistakes = np.ma.masked_array(counts, mask=np.eye(k, dtype=bool))
    colours = colormaps["Oranges"].with_extremes(bad="#E3E8ED")
    largest = max(1, counts[~np.eye(k, dtype=bool)].max(initial=0))
    # The dark end of the colours is left out: dark text is readable on all of the others.
    ax.imshow(mistakes, cmap=colours, vmin=0, vmax=1.6 * largest)
    text = {"ha": "center", "va": "center", "fontsize": SMALL, "color": INK}
    for row, column in np.argwhere(counts):
        weight = "bold" if row == column else "normal"
        ax.text(column, row, f"{counts[row, column]}", weight=weight, **text)
    totals = counts.sum(axis=1)
    shares = [f"{counts[row, row] / totals[row]:.0%}" if totals[row] else "-" for row in range(k)]
    right = ax.secondary_yaxis("right")
    right.set_yticks(range(k), shares, fontsize=SMALL)
    right.set_ylabel("right in this row", fontsize=10)
    right.tick_params(length=0)
    ax.set_xticks(np.arange(1, k) - 0.5, minor=True)
    ax.set_yticks(np.arange(1, k) - 0.5, minor=True)
    ax.grid(which="minor", color="#DDDDDD", linewidth=0.6)
    ax.tick_params(which="both", length=0)


def _tell_mistakes(counts, names, most=3):
    """Say in words which mistakes are the most frequent."""
    mistakes = counts - np.diag(np.diag(counts))
    rows, columns = np.unravel_index(np.argsort(-mistakes, axis=None, kind="stable"), counts.shape)
    told = [
        f"{names[row]} taken for {names[column]} ({mistakes[row, column]})"
        for row, column in zip(rows[:most], columns[:most], strict=True)
        if mistakes[row, column]
    ]
    return f"Most frequent mistakes: {', '.join(told)}." if told else "There are no mistakes."
