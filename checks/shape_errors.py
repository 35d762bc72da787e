"""NumPy's messages about shapes in the words of the course, with the student's own expression.

By itself, since it follows the wording of NumPy's errors, and changes when that does.
"""

import linecache
import re
from traceback import FrameSummary

_INNER = [
    re.compile(r"matmul: .*core dimension 0.*size (?P<right>\d+) is different from (?P<left>\d+)"),
    re.compile(r"shapes .* not aligned: (?P<left>\d+) \(dim \d+\) != (?P<right>\d+) \(dim \d+\)"),
]
_ELEMENTWISE = re.compile(r"operands could not be broadcast together with shapes ([(\d,) ]+)$")


def in_our_words(message: str, frame: FrameSummary | None) -> str:
    """Return what an error's message says, shorter where it is one of NumPy's about shapes.

    Parameters
    ----------
    message : str
        The message, on one line.
    frame : traceback.FrameSummary
        The innermost of the student's own lines.
    """
    where = _expression(frame)
    if inner := next(filter(None, (known.match(message) for known in _INNER)), None):
        sizes = f"the inner sizes {inner['left']} and {inner['right']} differ"
        return f"{where or 'in a matrix product'}: {sizes}; is a .T missing?"
    if elementwise := _ELEMENTWISE.match(message):
        shapes = " and ".join(elementwise[1].split())
        return (
            f"{where or 'in an elementwise operation'}: the shapes {shapes} do not go together "
            "number by number (each size must be the other's, or 1, counted from the right)"
        )
    return message


def _expression(frame):
    """Return the part of the line that failed, such as ``X @ W1``, or nothing."""
    if frame.colno is None or frame.lineno != frame.end_lineno:
        return ""
    # A frame of another process brings its line along, and counts from the first character in it.
    line = (linecache.getline(frame.filename, frame.lineno) or frame.line or "").encode()
    return line[frame.colno : frame.end_colno].decode(errors="replace").strip()
