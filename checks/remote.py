"""What a test needs when the student's code runs in another process, as it does for the grader.

In a student's own notebook there is no other process, and nothing here changes anything.
"""

from contextlib import AbstractContextManager
from traceback import FrameSummary
from typing import Any

from checks import timing

#: The grader's own process puts an object here: `time_limit(seconds)` limits what a block asks of
#: the student's code, `make(local, factory, arguments, keywords)` has a factory make its thing
#: over there.
grader = None
#: The grader chooses the seed of a test's inputs itself, since it runs the same test again for
#: known mistakes; None means a fresh one.
seed = None


class StudentError(Exception):
    """What the student's code raised in its own process.

    Parameters
    ----------
    kind : str
        The name of the exception's class.
    message : str
    frames : list of traceback.FrameSummary
        The traceback's lines in the student's cells.
    """

    def __init__(self, kind: str, message: str, frames: list[FrameSummary]) -> None:
        super().__init__(message)
        self.kind = kind
        self.frames = frames

    def __str__(self) -> str:
        return self.args[0]


def time_limit(seconds: float) -> AbstractContextManager[None]:
    """Return the block that limits the student's code to `seconds`."""
    return (grader or timing).time_limit(seconds)


def made_on_both_sides(local: Any, factory: str, arguments: tuple, keywords: dict[str, Any]) -> Any:
    """Return what stands for a thing that a factory made, in the test and in the student's code.

    Parameters
    ----------
    local : object
        What it made here.
    factory : str
        Its module and its name, with a colon between.
    arguments : tuple
    keywords : dict
        What it was called with: plain data.
    """
    return grader.make(local, factory, arguments, keywords) if grader else local
