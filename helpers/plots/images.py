"""Rows of a matrix seen as images: digits, reconstructions, what a hidden unit looks for."""

import math

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from helpers.figures import describe
from helpers.messages import with_article
from helpers.plots.style import COLOURS, INK, SMALL, WIDTH, new_figure

COLUMNS = 10
GAP = 0.06  # between two images, in columns of the grid
LINE = 0.17  # inches: the height of a line of text


def digits(
    X: ArrayLike,
    image_shape: tuple[int, int],
    labels: ArrayLike | None = None,
    predictions: ArrayLike | None = None,
    n: int = 20,
    *,
    title: str | None = None,
) -> Figure:
    """Draw the first images of a data set in a grid.

    Parameters
    ----------
    X : array_like, shape (m, pixels)
        One image a row.
    image_shape : (int, int)
        Height and width of an image, in pixels.
    labels, predictions : array_like, shape (m,), optional
        True and predicted labels, one a row of `X`.
    n : int, default 20
        How many images; fewer when there are not as many.
    title : str, optional
        What the figure is about; by default it says what stands under the images.

    Returns
    -------
    matplotlib.figure.Figure
        Under each image its label. With both labels given, the prediction; a wrong one says both
        in bold ("said 3" over "is 5") and has a thick frame. With a text alternative in
        ``fig.alt``.

    Raises
    ------
    ValueError
        When `X` does not hold images of that shape, or labels are not one a row of `X`.
    """
    images = _as_images(X, image_shape)
    if title is None:
        title = "Digits"
        title += " and what was predicted" if predictions is not None else ""
        title += " and their labels" if predictions is None and labels is not None else ""
    captions = [_as_captions(given, len(images)) for given in (labels, predictions)]
    pairs = list(zip(*captions, strict=True))[:n]
    images = images[:n]
    lines = sum(given is not None for given in (labels, predictions))
    fig, ax, corners = _grid(len(images), title, _height(image_shape), lines)
    scale = {"vmin": images.min(), "vmax": images.max()}
    for corner, image, (label, prediction) in zip(corners, images, pairs, strict=True):
        _draw(ax, corner, image, cmap="gray_r", **scale)
        _caption(ax, corner, image_shape, label, prediction)
    describe(
        fig,
        f"{title}: {len(images)} images of {image_shape[0]} by {image_shape[1]} pixels."
        f"{_tell_captions(pairs)}",
    )
    return fig


def originals_and_reconstructions(
    X: ArrayLike,
    X_hat: ArrayLike,
    image_shape: tuple[int, int],
    n: int = 10,
    *,
    title: str = "Originals above their reconstructions",
) -> Figure:
    """Draw images above what an autoencoder makes of them.

    Parameters
    ----------
    X, X_hat : array_like, shape (m, pixels)
        Originals and reconstructions, one image a row.
    image_shape : (int, int)
        Height and width of an image, in pixels.
    n : int, default 10
        How many pairs; fewer when there are not as many.
    title : str
        What the figure is about.

    Returns
    -------
    matplotlib.figure.Figure
        Both on the same grey scale, with each pair's mean squared error a pixel underneath. With
        a text alternative in ``fig.alt``.

    Raises
    ------
    ValueError
        When `X` or `X_hat` does not hold images of that shape, or their lengths differ.
    """
    originals, copies = _as_images(X, image_shape), _as_images(X_hat, image_shape)
    if len(originals) != len(copies):
        raise ValueError(f"{len(originals)} originals, but {len(copies)} reconstructions")
    originals, copies = originals[:n], copies[:n]
    errors = np.mean((originals - copies) ** 2, axis=(1, 2))
    height = _height(image_shape)
    fig, ax, corners = _grid(len(originals), title, 2 * height + GAP, caption_lines=1)
    scale = {"vmin": originals.min(), "vmax": originals.max(), "cmap": "gray_r"}
    for (x, y), original, copy, error in zip(corners, originals, copies, errors, strict=True):
        below = (x, y + height + GAP)
        _draw(ax, (x, y), original, **scale)
        _draw(ax, below, copy, **scale)
        _write_below(ax, below, image_shape, f"{error:.3f}")
    ax.set_xlabel("below each pair: mean squared error a pixel", fontsize=SMALL, color=INK)
    describe(
        fig,
        f"{title}: {len(errors)} images, each above its reconstruction. Mean squared "
        f"error a pixel from {errors.min():.3f} to {errors.max():.3f}, "
        f"{errors.mean():.3f} on average.",
    )
    return fig


def weights(
    W: ArrayLike,
    image_shape: tuple[int, int],
    n: int = 50,
    *,
    title: str = "What each hidden unit looks for",
) -> Figure:
    """Draw the weights of a first layer as images, one a hidden unit.

    Parameters
    ----------
    W : array_like, shape (h, pixels)
        One hidden unit a row, as ``W1``.
    image_shape : (int, int)
        Height and width of an image, in pixels.
    n : int, default 50
        How many units, from the first on.
    title : str
        What the figure is about.

    Returns
    -------
    matplotlib.figure.Figure
        All on one scale, symmetric about 0: orange below, white at 0, purple above. With a text
        alternative in ``fig.alt``.

    Raises
    ------
    ValueError
        When the rows of `W` are not images of that shape.
    """
    images = _as_images(W, image_shape, "W")[:n]
    largest = float(np.abs(images).max()) or 1.0
    fig, ax, corners = _grid(len(images), title, _height(image_shape), extra_width=0.8)
    for corner, image in zip(corners, images, strict=True):
        drawn = _draw(ax, corner, image, cmap="PuOr", vmin=-largest, vmax=largest)
    bar = fig.colorbar(drawn, ax=ax, aspect=25, pad=0.02, fraction=0.06)
    bar.set_label("weight", fontsize=10)
    bar.ax.tick_params(labelsize=SMALL)
    describe(
        fig,
        f"{title}: the weights of {len(images)} hidden units as images of "
        f"{image_shape[0]} by {image_shape[1]} pixels, from {images.min():.2g} to "
        f"{images.max():.2g}, on one scale that is symmetric about 0.",
    )
    return fig


def _as_images(X, image_shape, name="X"):
    """Return the rows of X as images, shape (m, height, width)."""
    X = np.asarray(X, dtype=np.float64)
    height, width = image_shape
    if X.ndim != 2 or len(X) == 0 or X.shape[1] != height * width:
        raise ValueError(
            f"{name} must have one image a row, {height} x {width} = "
            f"{height * width} pixels; its shape is {X.shape}"
        )
    return X.reshape(-1, height, width)


def _as_captions(labels, m):
    """Return labels as a list of text, or None for each image."""
    if labels is None:
        return [None] * m
    labels = np.asarray(labels)
    if labels.shape != (m,):
        raise ValueError(
            f"there must be one label for each of the {m} images; the shape is {labels.shape}"
        )
    return [str(label) for label in labels]


def _height(image_shape):
    """Return how high an image is drawn, in columns of the grid."""
    return (1 - GAP) * image_shape[0] / image_shape[1]


def _grid(n, title, cell_height, caption_lines=0, extra_width=0.0):
    """Return a figure for n cells, its axes, and the upper left corner of each cell.

    One column of the grid is 1 wide; y points down. All images share one Axes: fifty Axes would
    take a second to draw.
    """
    columns = min(COLUMNS, n)
    rows = math.ceil(n / columns)
    inches = (WIDTH - extra_width) / COLUMNS
    pitch = cell_height + GAP + caption_lines * LINE / inches
    fig, axes = new_figure(
        height=0.4 + rows * pitch * inches, width=max(3.5, columns * inches + extra_width)
    )
    ax = axes[0, 0]
    ax.set(xlim=(-GAP / 2, columns), ylim=(rows * pitch, -GAP / 2), xticks=[], yticks=[])
    ax.set_aspect("equal", anchor="NW")
    ax.spines[:].set_visible(False)
    ax.set_title(title, loc="left", fontsize=12)
    return fig, ax, [(i % columns, i // columns * pitch) for i in range(n)]


def _draw(ax, corner, image, **scale):
    """Draw one image with its upper left corner there, in a thin frame."""
    x, y = corner
    width, height = 1 - GAP, _height(image.shape)
    ax.add_patch(Rectangle(corner, width, height, fill=False, edgecolor="#BBBBBB", linewidth=1))
    extent = (x, x + width, y + height, y)
    return ax.imshow(image, extent=extent, interpolation="nearest", **scale)


def _caption(ax, corner, image_shape, label, prediction):
    """Write label or prediction under an image; a wrong prediction so that nobody misses it."""
    if label is None or prediction is None or label == prediction:
        _write_below(ax, corner, image_shape, prediction or label or "")
        return
    text = f"said {prediction}\nis {label}"
    _write_below(ax, corner, image_shape, text, color=COLOURS[1], weight="bold")
    frame = Rectangle(corner, 1 - GAP, _height(image_shape), fill=False)
    frame.set(edgecolor=COLOURS[1], linewidth=2.5, zorder=3)
    ax.add_patch(frame)


def _write_below(ax, corner, image_shape, text, color=INK, weight="normal"):
    """Write under an image that has its upper left corner there."""
    x, y = corner[0] + (1 - GAP) / 2, corner[1] + _height(image_shape) + GAP / 2
    ax.text(x, y, text, ha="center", va="top", fontsize=SMALL, color=color, weight=weight)


def _tell_captions(pairs):
    """Say in words what stands under the images."""
    labels, predictions = zip(*pairs, strict=True)
    if labels[0] is None and predictions[0] is None:
        return ""
    if labels[0] is None or predictions[0] is None:
        kind, shown = ("Labels", labels) if predictions[0] is None else ("Predictions", predictions)
        return f" {kind}, row by row: {', '.join(shown)}."
    wrong = [f"{with_article(label)} taken for {said}" for label, said in pairs if label != said]
    if not wrong:
        return f" All {len(pairs)} predictions are right."
    return f" {len(wrong)} of {len(pairs)} predictions are wrong: {', '.join(wrong)}."
