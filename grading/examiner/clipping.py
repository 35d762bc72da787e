"""Keep a cell's outputs small: nbgrader counts lines, and one line can have 100 MB.

By itself, since what comes over the wire and what is in the notebook are cut in the same way.
"""

import json
from typing import Any

#: Longest text of an error that is kept, in characters.
MAX_ERROR = 10_000
#: What stands in the place of output that is not kept.
CUT = "\n... cut here: more output than is kept ..."


def size(output: dict[str, Any]) -> int:
    """About how many bytes an output takes, never zero."""
    if output["output_type"] == "stream":
        return len(output["text"]) + 100
    if output["output_type"] == "error":
        return 100
    return sum(_length(value) for value in output["data"].values()) + 100


def clip(output: dict[str, Any], room: int) -> None:
    """Shorten one output in place, so that it takes no more than `room`.

    Parameters
    ----------
    output : dict
        A notebook cell's output.
    room : int
        What may be kept of it, in characters.  An error always stays an error, with up to
        `MAX_ERROR` characters a part, and a short result stays: marks hang on them.
    """
    if output["output_type"] == "stream":
        output["text"] = _clip_text(output["text"], max(room, 0))
    elif output["output_type"] == "error":
        output["ename"] = output["ename"][:200]
        output["evalue"] = _clip_text(output["evalue"], MAX_ERROR)
        output["traceback"] = [_clip_text(part, MAX_ERROR) for part in output["traceback"][-100:]]
    elif size(output) > max(room, 1_000):
        text = output["data"].get("text/plain", "")
        output["data"] = {"text/plain": str(text)[:500] + CUT}


def _clip_text(text, room):
    return text if len(text) <= room else text[:room] + CUT


def _length(value):
    return len(value) if isinstance(value, str) else len(json.dumps(value))
