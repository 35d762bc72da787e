"""Curves: the cost while a network learns, and a score over a hyperparameter with its spread."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, NullLocator
from numpy.typing import ArrayLike

from helpers.figures import describe
from helpers.plots.style import INK, RULE, curve_style, label_axes, label_lines, new_figure


def learning_curve(
    history: Sequence[float] | Mapping[str, Sequence[float]],
    *,
    log: bool = False,
    start: int = 0,
    title: str = "Learning curve",
    xlabel: str = "iteration",
    ylabel: str = "cost J",
) -> Figure:
    """Draw a cost (or an accuracy) against the iterations.

    Parameters
    ----------
    history : sequence of float, or dict of str to sequence of float
        One value an iteration; or several named curves, which may differ in length.
    log : bool, default False
        Whether the vertical axis is logarithmic; all values must then be above 0.
    start : int, default 0
        The iteration of the first value: 0 when it belongs to the untrained network.
    title, xlabel, ylabel : str
        What the figure is about, and what its axes hold.

    Returns
    -------
    matplotlib.figure.Figure
        With a text alternative in ``fig.alt``.

    Raises
    ------
    ValueError
        When a curve is empty or not flat, or holds a value that cannot be drawn.
    """
    curves = _as_curves(history, log)
    fig, axes = new_figure(height=3.8)
    ax = axes[0, 0]
    label_axes(ax, title, xlabel, ylabel)
    if log:
        ax.set_yscale("log")
        ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.yaxis.set_major_formatter("{x:g}")
        ax.yaxis.set_minor_formatter(NullFormatter())
        ax.set_ylabel(f"{ylabel} (logarithmic)")
    ends = []
    for position, (name, values) in enumerate(curves.items()):
        style = curve_style(position)
        # Few points are marked one by one; on a long curve markers would hide the line.
        style["markevery"] = max(1, len(values) // 10)
        ax.plot(start + np.arange(len(values)), values, linewidth=1.8, markersize=5, **style)
        ends.append((name, values[-1], style["color"]))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.margins(x=0.02)
    if isinstance(history, dict):
        label_lines(ax, ends)
    described = "; ".join(_tell_curve(name, values, start) for name, values in curves.items())
    axes_in_words = "" if " against " in title else f": {ylabel} against {xlabel}"
    describe(fig, f"{title}{axes_in_words}. {described}.")
    return fig


def sweep_with_spread(
    x: ArrayLike,
    series: Mapping[str, ArrayLike],
    *,
    log_x: bool = False,
    chosen: float | None = None,
    title: str = "Sweep",
    xlabel: str = "hidden units",
    ylabel: str = "accuracy",
) -> Figure:
    """Draw mean and spread of repeated scores over a hyperparameter.

    Parameters
    ----------
    x : array_like, shape (s,)
        Values of the hyperparameter.
    series : dict of str to array_like, shape (s, r)
        For each curve r scores (one a seed) at each of the s values.
    log_x : bool, default False
        Whether the horizontal axis is logarithmic; every x must then be above 0.
    chosen : number, optional
        A value of x to be marked: the one that was chosen.
    title, xlabel, ylabel : str
        What the figure is about, and what its axes hold.

    Returns
    -------
    matplotlib.figure.Figure
        Lines through the means, with bars of one standard deviation (r - 1 in its denominator)
        up and down where r > 1. With a text alternative in ``fig.alt``.

    Raises
    ------
    ValueError
        When shapes do not fit, a value is not finite, or `log_x` meets an x that is not positive.
    """
    x, series = _as_series(x, series, log_x)
    fig, axes = new_figure(height=4.2)
    ax = axes[0, 0]
    label_axes(ax, title, xlabel, f"{ylabel}: {_tell_spread(series)}")
    if log_x:
        ax.set_xscale("log")
        ax.set_xlabel(f"{xlabel} (logarithmic)")
    ends = []
    for position, (name, scores) in enumerate(series.items()):
        style = curve_style(position)
        ax.errorbar(x, *_mean_and_spread(scores), capsize=3, markersize=5, linewidth=1.8, **style)
        ends.append((name, scores[-1].mean(), style["color"]))
    _tick_at_values(ax, x, log_x)
    ax.margins(x=0.03)
    if chosen is not None:
        _mark(ax, chosen)
    label_lines(ax, ends)
    described = "; ".join(_tell_sweep(name, x, scores) for name, scores in series.items())
    mark = "" if chosen is None else f" Marked as chosen: {chosen:g}."
    means = f"{ylabel} ({_tell_spread(series)}) against {xlabel}"
    describe(
        fig, f"{title}: {means}, {len(x)} values from {x[0]:g} to {x[-1]:g}. {described}.{mark}"
    )
    return fig


def _as_curves(history, log):
    """Return `history` as a dict of flat float arrays that can be drawn."""
    named = history if isinstance(history, dict) else {"It": history}
    curves = {name: np.asarray(values, dtype=np.float64) for name, values in named.items()}
    if not curves:
        raise ValueError("history holds no curve")
    for name, values in curves.items():
        if values.ndim != 1 or values.size == 0:
            raise ValueError(
                f"curve {name!r} must be a flat list of numbers, at least one; "
                f"its shape is {values.shape}"
            )
        if not np.isfinite(values).all() or (log and values.min() <= 0):
            need = "finite and above 0 (log=True)" if log else "finite"
            raise ValueError(f"all values of curve {name!r} must be {need}")
    return curves


def _as_series(
    x: ArrayLike, series: Mapping[str, ArrayLike], log_x: bool
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return x in ascending order, and the scores in the same order."""
    x = np.asarray(x, dtype=np.float64)
    scores = {name: np.asarray(values, dtype=np.float64) for name, values in series.items()}
    if x.ndim != 1 or x.size == 0 or not scores:
        raise ValueError(f"x must be flat and series hold a curve; x has the shape {x.shape}")
    for name, values in scores.items():
        if values.ndim != 2 or len(values) != len(x) or values.shape[1] == 0:
            raise ValueError(
                f"series {name!r} must have a row for each of the {len(x)} values of "
                f"x and a column for each seed; its shape is {values.shape}"
            )
    if not all(np.isfinite(values).all() for values in (x, *scores.values())):
        raise ValueError("x and all scores must be finite")
    if log_x and x.min() <= 0:
        raise ValueError("with log_x=True every x must be above 0")
    order = np.argsort(x)
    return x[order], {name: values[order] for name, values in scores.items()}


def _mean_and_spread(scores):
    """Return the mean of each row and its standard deviation (None for one score a row)."""
    spread = scores.std(axis=1, ddof=1) if scores.shape[1] > 1 else None
    return scores.mean(axis=1), spread


def _tick_at_values(ax, x, log_x):
    """Put the ticks where the values of x are, unless their numbers would overlap."""
    places = np.log(x) if log_x else x
    if np.diff(places).min(initial=np.inf) >= 0.05 * np.ptp(places):
        ax.set_xticks(x, [f"{value:g}" for value in x])
        ax.xaxis.set_minor_locator(NullLocator())


def _mark(ax, chosen):
    """Mark a value of x with a vertical line that says so."""
    ax.axvline(chosen, color=RULE, linewidth=1.2, linestyle=(0, (2, 2)), zorder=1)
    ax.autoscale_view()  # or the limits are those of no data
    to_axes = ax.transData + ax.transAxes.inverted()
    is_far_right = to_axes.transform((chosen, 0))[0] > 0.7  # the words would leave the axes
    ax.annotate(
        f" chosen: {chosen:g} ",
        (chosen, 0.02),
        xycoords=("data", "axes fraction"),
        ha="right" if is_far_right else "left",
        fontsize=10,
        color=INK,
    )


def _tell_curve(name, values, start):
    """Say in words how a curve runs."""
    first, last = values[0], values[-1]
    way = "falls" if last < first else "rises" if last > first else "stays"
    end = start + len(values) - 1
    return f"{name} {way} from {first:.3g} at {start} to {last:.3g} at {end}"


def _tell_sweep(name, x, scores):
    """Say in words how the mean of a series runs."""
    means = scores.mean(axis=1)
    best = means.argmax()
    return (
        f"{name}: {means[0]:.3g} at {x[0]:g}, {means[-1]:.3g} at {x[-1]:g}, "
        f"highest {means[best]:.3g} at {x[best]:g}"
    )


def _tell_spread(series):
    """Say what point and bar are, and of how many scores."""
    repeats = {scores.shape[1] for scores in series.values()}
    if repeats == {1}:
        return "one run"
    runs = " or ".join(str(count) for count in sorted(repeats))
    return f"mean ± 1 sd of {runs} runs"
