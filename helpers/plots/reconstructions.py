"""How well images are reconstructed: errors beside baselines, and reconstructions row by row."""

import math
from collections.abc import Mapping

import numpy as np
from matplotlib.collections import PatchCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import LogLocator, NullFormatter, NullLocator
from numpy.typing import ArrayLike

from helpers.figures import describe
from helpers.plots.images import COLUMNS, _as_images
from helpers.plots.style import (
    INK,
    RULE,
    SMALL,
    WIDTH,
    curve_style,
    label_axes,
    label_lines,
    new_figure,
)

GAP = 0.06  # between two images, in widths of an image
LABELS = 1.45  # inches, left of the images


def error_curves(
    x: ArrayLike,
    curves: Mapping[str, ArrayLike],
    *,
    baselines: Mapping[str, float] | None = None,
    title: str = "Error",
    xlabel: str = "hidden units",
    ylabel: str = "error",
) -> Figure:
    """Draw errors over a hyperparameter beside baselines that do not depend on it.

    Parameters
    ----------
    x : array_like, shape (s,)
        Values of the hyperparameter, above 0, in ascending order.
    curves : dict of str to array_like, shape (s,)
        One error above 0 for each x.
    baselines : dict of str to float, optional
        Errors above 0, drawn as horizontal lines.
    title, xlabel, ylabel : str
        What the figure is about, and what its axes hold.

    Returns
    -------
    matplotlib.figure.Figure
        Both axes logarithmic; each line is named at its right end. With a text alternative in
        ``fig.alt``.

    Raises
    ------
    ValueError
        When there is no curve, a curve has not one value for each x, or a value is not a finite
        number above 0.
    """
    x, lines = _as_positive(x, "x"), {n: _as_positive(c, n) for n, c in curves.items()}
    baselines = {name: float(_as_positive([e], name)[0]) for name, e in (baselines or {}).items()}
    if not lines:
        raise ValueError("there is no curve to draw")
    for name, errors in lines.items():
        if errors.shape != x.shape:
            raise ValueError(f"curve {name!r} has {errors.size} values for {x.size} values of x")
    fig, axes = new_figure(height=4.2)
    ax = axes[0, 0]
    label_axes(ax, title, f"{xlabel} (logarithmic)", f"{ylabel} (logarithmic)")
    ax.set(xscale="log", yscale="log")
    ends = []
    for name, error in baselines.items():
        ax.axhline(error, color=RULE, linewidth=1.4, linestyle=(0, (2, 2)), zorder=1)
        ends.append((name, error, RULE))
    for position, (name, errors) in enumerate(lines.items()):
        style = curve_style(position)
        ax.plot(x, errors, linewidth=1.8, markersize=5, **style)
        ends.append((name, errors[-1], style["color"]))
    ax.set_xticks(x, [f"{value:g}" for value in x])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.yaxis.set_major_formatter("{x:g}")
    ax.yaxis.set_minor_formatter(NullFormatter())
    ax.margins(x=0.03)
    label_lines(ax, ends)
    told = [
        f"{name} {errors[0]:.2g} at {x[0]:g}, {errors[-1]:.2g} at {x[-1]:g}"
        for name, errors in lines.items()
    ]
    told += [f"{name} {error:.2g} everywhere" for name, error in baselines.items()]
    describe(fig, f"{title}: {ylabel} against {xlabel}. {'; '.join(told)}.")
    return fig


def image_rows(
    rows: Mapping[str, ArrayLike],
    image_shape: tuple[int, int],
    n: int = 10,
    *,
    title: str = "Originals and reconstructions",
) -> Figure:
    """Draw the same images again and again, one row for each way to reconstruct them.

    Parameters
    ----------
    rows : dict of str to array_like, shape (m, pixels)
        The originals first, then reconstructions of the same images; one image a row of each
        array.
    image_shape : (int, int)
        Height and width of an image, in pixels.
    n : int, default 10
        How many images; fewer when there are not as many.
    title : str
        What the figure is about.

    Returns
    -------
    matplotlib.figure.Figure
        All on the grey scale of the originals. At the left of each row its name, and below it the
        mean squared error a pixel of the images shown. With a text alternative in ``fig.alt``.

    Raises
    ------
    ValueError
        When there is no row, rows differ in length, or one does not hold images of that shape.
    """
    images = {name: _as_images(X, image_shape, name) for name, X in rows.items()}
    if not images:
        raise ValueError("there is no row to draw")
    lengths = {name: len(row) for name, row in images.items()}
    if len(set(lengths.values())) != 1:
        raise ValueError(f"every row must hold the same images; their numbers are {lengths}")
    images = {name: row[:n] for name, row in images.items()}
    first, *others = images
    originals = images[first]
    errors = {name: float(np.mean((images[name] - originals) ** 2)) for name in others}

    mosaic, width, height, gap = _mosaic(images.values())
    columns = len(originals)
    inches = (WIDTH - LABELS) / (COLUMNS * (width + gap))  # a pixel of the mosaic
    fig, axes = new_figure(
        height=0.4 + len(mosaic) * inches, width=LABELS + columns * (width + gap) * inches
    )
    ax = axes[0, 0]
    ax.imshow(
        mosaic,
        extent=(0, mosaic.shape[1], len(mosaic), 0),
        interpolation="nearest",
        **{"vmin": originals.min(), "vmax": originals.max(), "cmap": "gray_r"},
    )
    ax.set(xlim=(-LABELS / inches, columns * (width + gap)), ylim=(len(mosaic), -gap))
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    ax.set_title(title, loc="left", fontsize=12)
    frames = []
    for row, name in enumerate(images):
        top = row * (height + gap)
        text = f"{name}\nerror {errors[name]:.4f}" if name in errors else name
        ax.text(*(-LABELS / inches, top + height / 2, text), va="center", fontsize=SMALL, color=INK)
        frames += [Rectangle((x * (width + gap), top), width, height) for x in range(columns)]
    ax.add_collection(PatchCollection(frames, facecolor="none", edgecolor="#BBBBBB", linewidth=1))
    told = "; ".join(f"{name} {error:.2g}" for name, error in errors.items())
    described = f" Mean squared error a pixel, row by row: {told}." if told else ""
    describe(fig, f"{title}: {columns} images in {len(images)} rows, {first} on top.{described}")
    return fig


def _mosaic(rows):
    """Return all images in one array, NaN between them; an image's width and height; the gap.

    One picture is drawn many times faster than seventy. Small images are enlarged, so that a gap
    can be a whole number of pixels.
    """
    rows = np.stack([np.asarray(row) for row in rows])  # (rows, columns, height, width)
    times = math.ceil(32 / rows.shape[3])
    large = rows.repeat(times, axis=2).repeat(times, axis=3)
    n_rows, _, height, width = large.shape
    gap = max(1, round(GAP * width))
    padded = np.pad(large, [(0, 0), (0, 0), (0, gap), (0, gap)], constant_values=np.nan)
    mosaic = padded.transpose(0, 2, 1, 3).reshape(n_rows * (height + gap), -1)
    return mosaic, width, height, gap


def _as_positive(values: ArrayLike, name: str) -> np.ndarray:
    """Return flat finite numbers above 0, at least one."""
    values = np.asarray(values, dtype=np.float64)
    if values.ndim != 1 or values.size == 0 or not (np.isfinite(values) & (values > 0)).all():
        raise ValueError(f"{name!r} must be a flat list of finite numbers above 0")
    return values
