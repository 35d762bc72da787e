"""What lets a notebook run unfinished, stand on an earlier one, and be graded quickly."""

import contextlib
import os
import traceback
from collections.abc import Iterator
from types import SimpleNamespace

from helpers.loading import NOT_READY, NotLoaded, is_stub, load_answers

__all__ = ["load_answers", "needs", "training_length"]

GRADED_ITERATIONS = 20


def training_length(iterations: int) -> int:
    """Return `iterations`, or at most 20 of them while the notebook is being graded.

    No point depends on how well a network is trained, so the grader need not wait for it: this is
    the one switch that shortens training under ``nbgrader autograde`` (it sets
    ``NBGRADER_EXECUTION``).

    Parameters
    ----------
    iterations : int
        Iterations, epochs or repetitions in a student's own run.
    """
    graded = os.environ.get("NBGRADER_EXECUTION") == "autograde"
    return min(iterations, GRADED_ITERATIONS) if graded else iterations


@contextlib.contextmanager
def needs(*exercises: str) -> Iterator[None]:
    """Run a block that uses unfinished exercises: say which, instead of ending in an error.

    Parameters
    ----------
    *exercises : str
        The exercises whose functions the block calls.

    Notes
    -----
    Only `NotImplementedError` and names that do not exist yet are caught.  An error in an answer,
    a misspelt name among them, stays an error, with its traceback.
    """
    try:
        yield
    except (NotImplementedError, NameError) as error:
        sentence = _what_is_missing(error, exercises)
        if not sentence:
            raise
        print(sentence)


def _what_is_missing(error, exercises):
    """Return the sentence for the student, or nothing when it is an error of an answer."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    cell = next(frame for frame in frames if frame.f_code.co_filename != __file__)
    is_name = isinstance(error, NameError)
    culprit = getattr(error, "name", None) or ("" if is_name else frames[-1].f_code.co_name)
    below = frames[-1].f_globals.get(NOT_READY, {}).get(culprit)
    if below:
        return f"This cell needs `{culprit}`, but {below}. Finish that, save it, and load it again."
    if is_name and any(frame.f_code.co_name in exercises for frame in frames):
        return ""
    if isinstance(error, NotLoaded):
        return f"{_first([culprit])} {error}"
    undone = [name for name in exercises if _is_undone(name, cell.f_globals)]
    if not is_name:
        if not undone and culprit.isidentifier():
            undone = [culprit]
        return f"{_first(undone or exercises)} {error}".rstrip()
    if not culprit or culprit in exercises:
        return _first(undone or exercises)
    there = f"`{culprit}` is not there yet: run the cells above, from the top."
    return f"{_first(undone)} {there}" if undone else there


def _first(exercises):
    """Return what to finish before the cell can do something."""
    *most, last = [f"`{name}`" for name in exercises]
    listed = f"{', '.join(most)} and {last}" if most else last
    them = "those" if most else "that"
    return f"This cell needs {listed}: finish {them} first, then run it again."


def _is_undone(name, names):
    """Tell whether a function is missing or a stub, here and in what was loaded from elsewhere."""
    loaded = [vars(value) for value in names.values() if isinstance(value, SimpleNamespace)]
    found = [place[name] for place in (names, *loaded) if name in place]
    return all(is_stub(function) for function in found)
