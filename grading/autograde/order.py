"""What a worker is told about a submission, and what it tells of it: plain data, as JSON.

The result is documented in ``docs/result.md``; `VERSION` counts its forms.
"""

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass, field

#: Of the result's form.
VERSION = 1
#: The result's name beside the graded notebooks.  It holds the batch's seed: no student gets it.
RESULT = "grading.json"
#: What the process that forks says when it has read the assignment.
READY = "ready"


@dataclass(frozen=True)
class Order:
    """One submission that is to be graded.

    Attributes
    ----------
    student : str
    folder : str
        What was handed in.
    target : str
        An empty folder for the graded notebooks, the files beside them, and the result.
    notebooks : list of str
        Those that are graded, in order.
    seed : int
        Of the batch.
    address : str
        The sandbox.
    earlier : str
        The folder of an earlier grading, from which the notebooks that are not graded now are
        taken over; empty when there is none.
    kept : list of str
        Files of the assignment that a student may change, by name.
    """

    student: str
    folder: str
    target: str
    notebooks: list
    seed: int
    address: str = ""
    earlier: str = ""
    kept: list = field(default_factory=list)

    def to_json(self):
        """Return the order as text."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text):
        """Return the order that `to_json` made text of."""
        return cls(**json.loads(text))


def fresh_seed():
    """Return a seed for a batch, which nobody can know beforehand."""
    return secrets.randbelow(2**63)


def seed_of(batch_seed, assignment, notebook, test):
    """Return the seed of one test's inputs: the same for all submissions of a batch.

    Parameters
    ----------
    batch_seed : int
    assignment, notebook, test : str

    Returns
    -------
    int
        Of 31 bits; it tells neither the batch's seed nor another test's.
    """
    text = f"{batch_seed}/{assignment}/{notebook}/{test}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> 1
