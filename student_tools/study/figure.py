"""The study as a picture: test accuracy against hidden units, a curve a learning rate."""

from helpers.plots.style import SMALL, curve_style, label_axes, new_figure
from student_tools.study.settings import ACTIVATIONS, GRID

_TITLES = {"tanh-tanh": "tanh, tanh; targets -1, 1", "relu-sigmoid": "ReLU, sigmoid; targets 0, 1"}

#: The legend's word for marks of any shape and colour.
REPORTED = "hollow: as reported"


def study_figure(rows):
    """Draw the grid's rows: mean test accuracy with its standard deviation, and what was reported.

    Parameters
    ----------
    rows : list of student_tools.study.table.Row

    Returns
    -------
    matplotlib.figure.Figure
        Its `alt` says in words what it shows.

    Raises
    ------
    ValueError
        When no row belongs to the grid.
    """
    rows = [row for row in rows if row.setting in GRID]
    if not rows:
        raise ValueError("there are no finished runs of the grid to draw")
    fig, axes = new_figure(3.4, columns=len(ACTIVATIONS))
    for ax, activations in zip(axes[0], ACTIVATIONS, strict=True):
        _panel(ax, [row for row in rows if row.setting.activations == activations])
        label_axes(ax, _TITLES[activations], "hidden units", "test accuracy")
        ax.set_ylim(0, 1)
    handles, labels = axes[0][0].get_legend_handles_labels()
    order = sorted(range(len(labels)), key=lambda i: labels[i] == REPORTED)  # what is ours first
    legend = [handles[i] for i in order], [labels[i] for i in order]
    fig.legend(*legend, loc="outside lower center", ncols=4, fontsize=SMALL, frameon=False)
    fig.alt = _alt(rows)
    return fig


def _panel(ax, rows):
    for position, rate in enumerate(sorted({row.setting.learning_rate for row in rows})):
        own = [row for row in rows if row.setting.learning_rate == rate]
        x = [row.setting.n_hidden for row in own]
        style = curve_style(position)
        means, spreads = zip(*(row.test for row in own), strict=True)
        ax.errorbar(x, means, spreads, capsize=3, label=f"rate {rate:g}", **style)
        reported = [row.reported for row in own]
        label = REPORTED if position == 0 else None
        style = {"marker": style["marker"], "edgecolors": style["color"], "facecolors": "none"}
        ax.scatter([each * 1.04 for each in x], reported, s=40, zorder=3, label=label, **style)
    ax.set_xscale("log")
    sizes = sorted({row.setting.n_hidden for row in rows})
    ax.set_xticks(sizes, [f"{size:,}" for size in sizes])
    ax.minorticks_off()


def _alt(rows):
    """Say in words which settings came out best and worst."""
    ranked = sorted(rows, key=lambda row: row.test[0])
    low, high = ranked[0], ranked[-1]
    return (
        f"Two panels, one for each pair of activations: mean test accuracy of {len(rows)} settings "
        f"against the number of hidden units, a curve for each learning rate, with the figures "
        f"reported elsewhere as hollow marks. Best: {high.setting} with {high.test[0]:.3f}; "
        f"worst: {low.setting} with {low.test[0]:.3f}."
    )
