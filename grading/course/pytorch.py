"""PyTorch is an extra of the course: which notebooks need it, and whether it is there.

By itself, so that nobody who asks this imports PyTorch, which takes seconds.
"""

import re
from importlib.util import find_spec

#: What stands in a cell that works with PyTorch: where the helpers hand it over, and the names of
#: their modules and functions for tests that use it.
_USES = re.compile(r"from helpers\.pytorch import|\btorch_\w+")


def is_installed():
    """Tell whether PyTorch is installed; it is not imported."""
    return find_spec("torch") is not None


def is_used(sources):
    """Tell whether any of these cells' sources uses PyTorch, by itself or through the helpers."""
    return any(_USES.search(source) for source in sources)


def advice(exercises):
    """Return a sentence for the instructor about exercises that cannot be graded, or "".

    Parameters
    ----------
    exercises : dict of str to list of str
        By notebook, as `grading.course.assignment.Assignment.ungradable` finds them.
    """
    if not exercises:
        return ""
    named = "; ".join(f"{', '.join(own)} in {notebook}" for notebook, own in exercises.items())
    return (
        f"PyTorch is not installed, so these exercises cannot be checked and get no points: "
        f"{named}. Add it (python3 course.py torch), then grade again with --force."
    )
