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
    """List the notebooks that cannot be graded, since they need PyTorch and it is missing.

    Parameters
    ----------
    source_folder : path
        The assignment's folder below ``source``.

    Returns
    -------
    list of str
        Names of notebooks, sorted; none where PyTorch is installed.
    """
    if is_installed():
        return []
    paths = sorted(Path(source_folder).glob("*.ipynb"))
    return [path.stem for path in paths if is_used(_sources(path))]


def _sources(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells]


def advice(notebooks):
    """Return a sentence for the instructor about notebooks that cannot be graded, or "".

    Parameters
    ----------
    notebooks : list of str
        What `ungradable` has found.
    """
    if not notebooks:
        return ""
    return (
        f"PyTorch is not installed, so the coding exercises of {', '.join(notebooks)} cannot be "
        "checked and get no points. Add it (python3 course.py torch), then grade again with "
        "--force."
    )
