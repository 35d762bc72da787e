"""Attacks on the grading of `nn_lab`, as submissions, with the marks that each of them must get.

An attack is a small piece of data (`model.Attack`): what it tries, what it changes in an honest
submission, and what it must get for it.  `course` hands a class of them in, with honest witnesses
between, and runs nbgrader's own commands; `harm` looks for what must not have happened.
`python -m tests.attacks` prints the whole table.

Everything stays in temporary course folders; no attack uses the network, and each one ends by
itself when nothing stops it: a few hundred processes for seconds, at most 3 GB of memory and
300 MB of disk.  Files of the machine are never written to: an attack opens them for writing and
says so.
"""

from importlib import import_module

FAMILIES = (
    "patched",
    "looking",
    "forged",
    "lying",
    "clever",
    "files",
    "ending",
    "greedy",
    "surgery",
    "shadows",
    "broken",
    "pages",
    "earlier",
    "honest",
    "between",
    "bombs",
    "oracles",
    "constants",
    "differences",
    "places",
    "times",
)
#: Graded a second time with all cells run.  Of the others, what has cells that were left out is.
BOTH_WAYS = frozenset({"patched"})
#: Graded more at a time than there are cores: most of them only wait until their time is up.
JOBS = {"ending": 6}


def family(name):
    """Return the list of attacks of one family."""
    return import_module(f"{__name__}.{name}").ATTACKS


def all_attacks():
    """Return all attacks, family by family."""
    return [attack for name in FAMILIES for attack in family(name)]
