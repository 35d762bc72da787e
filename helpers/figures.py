"""Text alternatives for figures: whoever cannot see a plot reads what it shows.

Jupyter's own way of showing a figure has no place for a text alternative. Here a figure that
carries one (``fig.alt``) is shown as an HTML image with it; any other figure is shown as always.
"""

import base64
import html
import io
import sys

from matplotlib.figure import Figure


def describe(fig: Figure, alt: str) -> None:
    """Give a figure its text alternative.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        The figure.
    alt : str
        What the figure shows, in one or two sentences: the kind of plot, what is on its axes, and
        what one is to see there.

    Raises
    ------
    TypeError, ValueError
        When `fig` is no figure, or `alt` is no text or an empty one.

    Notes
    -----
    In a notebook the figure of `matplotlib.pyplot` is then shown at the end of the cell, as
    always. Use `show` for a figure in the middle of a cell.
    """
    if not isinstance(fig, Figure):
        raise TypeError(f"expected a matplotlib Figure, not {type(fig).__name__}")
    if not isinstance(alt, str):
        raise TypeError(f"the text alternative must be a str, not {type(alt).__name__}")
    if not alt.strip():
        raise ValueError(
            "a figure needs a text alternative: say in a sentence or two what it shows, "
            'as in show(fig, alt="The cost falls from 0.45 to 0.02 in 100 iterations.")'
        )
    fig.alt = " ".join(alt.split())  # type: ignore[attr-defined]  # ours, not matplotlib's


def show(fig: Figure, alt: str | None = None) -> None:
    """Show a figure here and now, once, with its text alternative.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        A figure from `helpers.plots`, or one made by hand. `matplotlib.pyplot` forgets it, so
        that it is not shown a second time.
    alt : str, optional
        The text alternative. A figure of `helpers.plots` brings its own; for any other it must be
        given.

    Raises
    ------
    TypeError, ValueError
        As `describe`; also when the figure has no text alternative yet and none is given.

    Notes
    -----
    Outside IPython nothing is shown: use ``fig.savefig``.
    """
    if alt is not None or not getattr(fig, "alt", None):
        describe(fig, alt if alt is not None else "")
    if enable():
        from IPython.display import display

        display(fig)
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close(fig)


def enable() -> bool:
    """Have IPython show figures with their text alternatives; outside IPython do nothing.

    Importing `helpers.plots` does this, so that a notebook need not.

    Returns
    -------
    bool
        Whether there is an IPython to show figures in.
    """
    shell = _ipython()
    if shell is None:
        return False
    formatters = shell.display_formatter.formatters
    formatters["text/html"].for_type(Figure, _to_html)
    formatters["image/png"].for_type(Figure, _to_png)
    return True


def _ipython():
    """Return the running IPython shell, or None."""
    if "IPython" not in sys.modules:
        return None
    from IPython import get_ipython

    return get_ipython()


def _to_html(fig):
    """Return an HTML image with a text alternative, or None when the figure has none."""
    # IPython asks for HTML before PNG. ``%matplotlib inline`` and the first import of pyplot put
    # another PNG formatter in place of ours, and a figure would be stored twice.
    enable()
    alt = getattr(fig, "alt", None)
    if not alt:
        return None
    png = render(fig)
    width = int.from_bytes(png[16:20], "big")  # the PNG header says how wide it came out
    data = base64.b64encode(png).decode("ascii")
    text = html.escape(alt, quote=True)
    return f'<img alt="{text}" width="{width}" src="data:image/png;base64,{data}">'


def _to_png(fig):
    """Return the picture of a figure without a text alternative; else None: HTML has it."""
    return None if getattr(fig, "alt", None) else render(fig)


def render(fig: Figure) -> bytes:
    """Return a figure as the bytes of a PNG file: the same data, drawn anew, give the same bytes.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        The figure; it is drawn at its own resolution.

    Returns
    -------
    bytes
        The PNG file, without a trace of the program that made it.
    """
    file = io.BytesIO()
    fig.savefig(file, format="png", bbox_inches="tight", metadata={"Software": None})
    return file.getvalue()
