"""PyTorch is an extra of the course: which notebooks need it, and whether it is there."""

import json
from importlib.util import find_spec
from pathlib import Path

#: What a cell that works with PyTorch imports.
HANDED_OVER_BY = "helpers.pytorch"


def is_installed():
    """Tell whether PyTorch is installed; it is not imported."""
    return find_spec("torch") is not None


def is_used(sources):
    """Tell whether any of these cells' sources takes PyTorch from the helpers."""
    return any(f"from {HANDED_OVER_BY} import" in source for source in sources)


def ungradable(source_folder):
    """Find the exercises that cannot be graded, since their tests need PyTorch and it is missing.

    Parameters
    ----------
    source_folder : path
        The assignment's folder below ``source``.

    Returns
    -------
    dict of str to list of str
        The exercises by notebook, in order; empty where PyTorch is installed.
    """
    if is_installed():
        return {}
    found = {path.stem: _exercises(path) for path in sorted(Path(source_folder).glob("*.ipynb"))}
    return {name: exercises for name, exercises in found.items() if exercises}


def _exercises(path):
    """Return the exercises of a notebook whose tests use PyTorch."""
    tests = [
        cell["metadata"]["nbgrader"]["grade_id"]
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code"
        and cell["metadata"].get("nbgrader", {}).get("grade")
        and is_used(["".join(cell["source"])])
    ]
    return [name.removeprefix("test_") for name in tests]


def advice(exercises):
    """Return a sentence for the instructor about exercises that cannot be graded, or "".

    Parameters
    ----------
    exercises : dict of str to list of str
        What `ungradable` has found.
    """
    if not exercises:
        return ""
    named = "; ".join(f"{', '.join(own)} in {notebook}" for notebook, own in exercises.items())
    return (
        f"PyTorch is not installed, so these exercises cannot be checked and get no points: "
        f"{named}. Add it (python3 course.py torch), then grade again with --force."
    )
