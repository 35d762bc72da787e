"""Tables that other programs open: CSV whose cells are text and never a formula.

By itself, since the export and the class report both write such tables.
"""

import csv
from pathlib import Path

#: What a spreadsheet program takes for the beginning of a formula, or skips on the way to one.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def plain_cell(value):
    """Return a value as a spreadsheet shows it: text that looks like a formula gets a quote.

    Parameters
    ----------
    value : object
        Numbers stay numbers; None is an empty cell.
    """
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def write_table(path, head, rows):
    """Write a CSV file.

    Parameters
    ----------
    path : path
    head : sequence of str
    rows : iterable of sequence
    """
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows([plain_cell(value) for value in row] for row in rows)
