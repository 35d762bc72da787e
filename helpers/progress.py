"""See on one line how far something is, in a terminal, in a notebook and in a file."""

import sys

from tqdm import tqdm


class Progress:
    """A bar while something runs, and one plain line about it afterwards.

    In a terminal and in a notebook the bar moves; the line replaces it, and is all that a saved
    notebook holds: the one that `close` is given, or else how many steps were done. It gives no
    times, so that running a notebook twice gives the same text. In a file or a pipe there is the
    line alone. Nothing goes to standard error.

    Parameters
    ----------
    total : int
        Number of steps to come.
    description : str
        What the line begins with.
    show : bool, default True
        Whether to show anything.

    Examples
    --------
    >>> with Progress(3, "epochs") as bar:
    ...     for epoch in range(3):
    ...         bar.step(f"accuracy {0.8 + epoch / 20:.2f}")
    ...     bar.close("3 epochs, accuracy 0.90")
    epochs: 3 epochs, accuracy 0.90
    """

    FORMAT = "{desc}: {percentage:3.0f}% |{bar:24}| {n_fmt}/{total_fmt}{postfix}, {remaining} left"

    def __init__(self, total: int, description: str, *, show: bool = True) -> None:
        self.description = description
        self.out = _notebook_line() or sys.stdout
        self.bar = _Bar(
            total=total,
            desc=description,
            file=self.out,
            # None: no moving bar where the output is neither a terminal nor a notebook.
            disable=None if show else True,
            leave=False,
            position=None if self.out is sys.stdout else 0,
            miniters=1,
            bar_format=self.FORMAT,
        )
        self.total, self.show = total, show
        self.done, self.note, self.closed = 0, "", False

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if not self.closed:
            stopped = "stopped after " if kind else ""
            note = f", {self.note}" if self.note else ""
            self.close(f"{stopped}{self.done} of {self.total}{note}")

    def step(self, note: str = "") -> None:
        """Count one step; `note` stands beside the count."""
        self.done, self.note = self.done + 1, note
        self.bar.set_postfix_str(note, refresh=False)
        self.bar.update()

    def close(self, outcome: str) -> None:
        """Put one line in the bar's place: the description and the outcome."""
        self.closed = True
        self.bar.close()
        if self.show:
            print(f"{self.description}: {outcome}", file=self.out, flush=True)


class _Bar(tqdm):
    """A tqdm bar without the thread that watches over it: a kernel may be forked later."""

    monitor_interval = 0


class _NotebookLine:
    """A stream that shows its last line in a notebook, in one output that is replaced.

    Carriage returns on standard output would all be saved in an executed notebook.
    """

    encoding = "utf-8"

    def __init__(self):
        self.handle = None
        self.shown = None

    def write(self, text):
        """Show `text`, without what only a terminal needs."""
        line = text.strip()
        if line in ("", self.shown):
            return
        self.shown = line
        content = {"text/plain": line}
        if self.handle is None:
            from IPython.display import display

            self.handle = display(content, raw=True, display_id=True)
        else:
            self.handle.update(content, raw=True)

    def flush(self):
        """Do nothing: each line is shown at once."""


def _notebook_line():
    """Return a `_NotebookLine` in a Jupyter kernel, else None."""
    if "IPython" not in sys.modules:
        return None
    from IPython import get_ipython

    return _NotebookLine() if hasattr(get_ipython(), "kernel") else None
