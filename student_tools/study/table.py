"""What came of the runs: a row a setting, with mean and standard deviation over the seeds."""

import statistics
from dataclasses import dataclass

from student_tools.study.finished_runs import setting_of
from student_tools.study.settings import GRID, REPORTED, Setting, follow_up


@dataclass(frozen=True)
class Row:
    """One setting, over its seeds.

    Attributes
    ----------
    setting : Setting
    runs : int
    train, validation, test : tuple of float
        Mean and standard deviation (ddof 1; 0 for one run) of the accuracy.
    seconds : float
        The mean.
    reported : float or None
        The test accuracy reported elsewhere.
    """

    setting: Setting
    runs: int
    train: tuple
    validation: tuple
    test: tuple
    seconds: float
    reported: float | None = None


def summary(runs):
    """Return a `Row` for each setting that has runs: the grid, what follows run 6, the rest.

    Parameters
    ----------
    runs : list of dict
        As `load_recorded` returns them.

    Returns
    -------
    list of Row
    """
    by_setting = {}
    for run in runs:
        by_setting.setdefault(setting_of(run), []).append(run)
    figures = (*REPORTED["grid"], *REPORTED["batches"], *REPORTED["l2"])
    reported = dict(zip((*GRID, *follow_up()), figures, strict=True))
    first = [setting for setting in reported if setting in by_setting]
    others = [setting for setting in by_setting if setting not in reported]
    return [_row(each, by_setting[each], reported.get(each)) for each in (*first, *others)]


def best(rows):
    """Return the row of the grid with the highest mean validation accuracy.

    Parameters
    ----------
    rows : list of Row

    Returns
    -------
    Row
    """
    return max((row for row in rows if row.setting in GRID), key=lambda row: row.validation[0])


def _row(setting, runs, reported=None):
    accuracies = (_spread([run[part] for run in runs]) for part in ("train", "validation", "test"))
    seconds = statistics.mean(run["seconds"] for run in runs)
    return Row(setting, len(runs), *accuracies, seconds, reported)


def _spread(values):
    return statistics.mean(values), statistics.stdev(values) if len(values) > 1 else 0.0


HEAD = ("run", "setting", "train", "validation", "test", "reported test", "seconds")


def cells(rows):
    """Return the table's cells as text, a list a row, without its head."""
    found = []
    for number, row in enumerate(rows, 1):
        parts = [f"{mean:.3f} ± {spread:.3f}" for mean, spread in (row.train, row.validation)]
        test = f"{row.test[0]:.3f} ± {row.test[1]:.3f}"
        reported = "" if row.reported is None else f"{row.reported:.3f}"
        found.append([str(number), str(row.setting), *parts, test, reported, f"{row.seconds:.0f}"])
    return found


def as_markdown(rows):
    """Return the table as Markdown.

    Parameters
    ----------
    rows : list of Row

    Returns
    -------
    str
    """
    lines = [HEAD, ("---:", "---", "---:", "---:", "---:", "---:", "---:"), *cells(rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def as_text(rows):
    """Return the table for a terminal."""
    lines = [HEAD, *cells(rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEAD))]
    return "\n".join(
        "  ".join(
            text.ljust(width) if i == 1 else text.rjust(width)
            for i, (text, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )
