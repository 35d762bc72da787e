"""How much of a submission is read: enough for all honest work, in proportion to its size."""

from dataclasses import dataclass


@dataclass(frozen=True)
class IntakeLimits:
    """How much of a submission is read.

    Attributes
    ----------
    entries : int
        Files and folders in all; with more, nothing of the submission is read.
    name_bytes : int
        Bytes of their names in all, likewise.
    files : int
        Files and folders that are graded with the notebooks; the rest is left out.
    notebooks : int
        Files that call themselves notebooks, the newest ones; the rest is left out.
    tries : int
        Files that are tried for one notebook of the assignment.
    depth : int
        Folders in folders; what lies deeper is left out.
    bytes : int
        Bytes of a notebook, and of the other files together.
    parts : int
        Lists, objects and values in a notebook's JSON, which take far more memory than their
        text.
    cells : int
        Cells of a notebook.
    source : int
        Characters of a cell; a longer one is emptied.
    text : int
        Characters of all cells of a notebook.
    pictures : int
        Pasted pictures of a notebook; the rest is left out.
    cell_outputs, outputs : int
        Characters of a cell's and of a notebook's outputs; the rest is left out.
    cell_output_count, output_count : int
        Outputs of a cell and of a notebook; the rest is left out.
    """

    entries: int = 100_000
    name_bytes: int = 20_000_000
    files: int = 5_000
    notebooks: int = 1_000
    tries: int = 10
    depth: int = 20
    bytes: int = 100 << 20
    parts: int = 2_000_000
    cells: int = 5_000
    source: int = 2_000_000
    text: int = 10_000_000
    pictures: int = 500
    cell_outputs: int = 2_000_000
    outputs: int = 20_000_000
    cell_output_count: int = 1_000
    output_count: int = 5_000


LIMITS = IntakeLimits()


class TooMuch(ValueError):
    """A limit is broken so badly that nothing can be read; the message says which."""
