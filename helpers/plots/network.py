"""A network as a picture: its layers as columns of units, and the arrays between them."""

from collections.abc import Sequence

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from helpers.plots.style import COLOURS, INK, new_figure

TALLEST = 10  # units; a layer with more is drawn with so many


def network(
    sizes: Sequence[int], layers: Sequence[str], weights: Sequence[str], *, title: str
) -> Figure:
    """Draw a fully connected network.

    Parameters
    ----------
    sizes : sequence of int
        Units of each layer, the input first.
    layers : sequence of str
        What stands under each layer.
    weights : sequence of str
        What stands over the lines between two layers, one fewer than there are layers.
    title : str
        The title.

    Returns
    -------
    matplotlib.figure.Figure
        Without a text alternative: give one to `helpers.figures.show`.
    """
    fig, axes = new_figure(3.4)
    ax = axes[0, 0]
    columns = [_places(min(size, TALLEST)) for size in sizes]
    for left, text in enumerate(weights):
        pairs = [
            [(left, a), (left + 1, b)] for a in columns[left] for b in columns[left + 1]
        ]  # one line for each weight
        ax.add_collection(LineCollection(pairs, colors="#BBBBBB", linewidths=0.6, zorder=1))
        ax.text(left + 0.5, 0.62, text, ha="center", fontsize=11, color=INK)
    for layer, (places, text) in enumerate(zip(columns, layers, strict=True)):
        x = np.full(len(places), layer)
        ax.scatter(x, places, s=130, color="white", edgecolor=COLOURS[0], linewidth=1.6, zorder=2)
        ax.text(layer, -0.66, text, ha="center", va="top", fontsize=11, color=INK)
    ax.set(xlim=(-0.4, len(sizes) - 0.6), ylim=(-0.95, 0.74))
    ax.set_title(title, loc="left", fontsize=12)
    ax.axis("off")
    return fig


def _places(n):
    """Return the heights of n units, centred, as far apart in small layers as in large ones."""
    return (np.arange(n) - (n - 1) / 2) / TALLEST * 1.1
