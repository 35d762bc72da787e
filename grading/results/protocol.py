"""What a protocol is: something that was published, and how it is run again.

Those of an assignment stand in its home, ``published.py``: `PROTOCOLS`, in the order of the page.
"""

from collections.abc import Callable
from dataclasses import dataclass

from grading.course.home import COURSE, homes


@dataclass(frozen=True)
class Protocol:
    """One published row, or the right one beside it.

    Attributes
    ----------
    key, title : str
        Its name in the records; the row's name on the page.
    how : str
        The protocol in a sentence.
    reported : dict of str to float
        What was published: percentages ``train``, ``validation``, ``test``; ``auc``, ``seconds``.
    train_and_measure : callable
        ``train_and_measure(seed)`` returns the same kind of dict.
    differs : str
        A sentence on how ours differs, and why.
    seeds : tuple of int
    poor : str
        The key of the row with a poor protocol that this one puts right, if there is one.
    """

    key: str
    title: str
    how: str
    reported: dict
    train_and_measure: Callable
    differs: str
    seeds: tuple = (1, 2, 3)
    poor: str = ""

    def run(self, seed):
        """Return the results of one seed, computed in one thread (`helpers.threads`)."""
        return {name: round(value, 4) for name, value in self.train_and_measure(seed).items()}


def published(root=COURSE):
    """Return the protocols of a course by the titles of its assignments, where there are any."""
    found = {home.title(): home.module("published.py") for home in homes(root)}
    return {title: module.PROTOCOLS for title, module in found.items() if module}
