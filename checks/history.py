"""Notice in a student's notebook what went before a check: older answers, and wrong ones."""

import linecache
import re
from collections.abc import Collection, Mapping
from typing import Any

from helpers.loading import names_used


def stale_note(name: str, names: Mapping[str, Any]) -> str:
    """Return a sentence when a later version of a function's cell was run, but defined nothing.

    After a syntax error or under a misspelt name the old function is still there, and the check
    would quietly be about that.

    Parameters
    ----------
    name : str
        The function that a check is about.
    names : dict
        The notebook's names; IPython keeps the cells that were run in ``In`` there.

    Returns
    -------
    str
        Empty when there is nothing to note, or nothing to find out.
    """
    function, cells = names.get(name), names.get("In")
    code = getattr(function, "__code__", None)
    if code is None or not isinstance(cells, list):
        return ""
    source = "".join(linecache.getlines(code.co_filename)).strip()
    ran = [i for i, cell in enumerate(cells) if source and str(cell).strip() == source]
    first_line = (getattr(function, "__doc__", None) or "").strip().split("\n")[0]
    marks = [rf"^def {re.escape(name)}\b"]
    if len(first_line) > 15:  # the docstring tells the cell when the name in it was changed
        marks.append(re.escape(first_line))
    changed = re.compile("|".join(marks), re.MULTILINE)
    # The last cell is the check itself.
    if ran and any(changed.search(str(cell)) for cell in cells[ran[-1] + 1 : -1]):
        return (
            f"Note: a newer version of the cell with `{name}` was run, but it ended in an error or "
            f"defines another name: this checks your earlier `{name}`."
        )
    return ""


def earlier_note(answer: object, names: Mapping[str, Any], not_right: Collection[str]) -> str:
    """Return a sentence when an answer calls others that are not right.

    Parameters
    ----------
    answer : object
        The function or class that a check is about.
    names : dict
        The notebook's names.
    not_right : collection of str
        The exercises whose checks do not pass.

    Returns
    -------
    str
        Empty when there is nothing to note, or nothing to find out.
    """
    if not callable(answer):
        return ""
    called = [f"`{name}`" for name in names_used(answer, names) if name in not_right]
    if not called:
        return ""
    are, them = ("is", "it") if len(called) == 1 else ("are", "them")
    return (
        f"  Note: this calls {', '.join(called)}, which {are} not right yet. Mend {them} "
        "first: what follows\n  from there can fail here, too. (The grader puts right answers in "
        "place of earlier ones that are not.)"
    )
