"""Hand in all attacks and print what each of them got: ``python -m tests.attacks``.

With ``--plain`` the tests run in the student's process, as under nbgrader alone: it shows which
attacks pay there.  With names of families or attacks, only those.
"""

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from attacks import BOTH_WAYS, FAMILIES, JOBS, family
from attacks.course import bases, grade, grade_both_ways
from attacks.table import report, summary


def main(argv=None):
    """Run the batches, print the table; return 0 when everything is as it must be."""
    parser = argparse.ArgumentParser(prog="python -m tests.attacks", description=__doc__)
    parser.add_argument("--plain", action="store_true", help="grade without the examiner")
    parser.add_argument("--failures", action="store_true", help="show only what is not as expected")
    parser.add_argument("--keep", type=Path, help="keep the course folders in this folder")
    parser.add_argument("names", nargs="*", help="families or attacks")
    given = parser.parse_args(argv)
    batches = []
    with bases() as base, tempfile.TemporaryDirectory(prefix="attacks-") as scratch:
        for name, notebook, attacks in chosen(given.names):
            place = (given.keep or Path(scratch)) / f"{name}-{notebook[0]}"
            place.parent.mkdir(parents=True, exist_ok=True)
            for how, batch in graded(
                base(given.plain, notebook), name, attacks, place, given.plain
            ):
                batches.append(batch)
                print(report(name + how, batch, given.failures), flush=True)
    print(summary(batches))
    return 0 if all(batch.ok for batch in batches) else 1


def graded(base, name, attacks, place, plain=False):
    """Yield the batches of a family's attacks on one notebook, and what their names end in."""
    if plain:
        yield "", grade(base, attacks, place)
    else:
        yield from grade_both_ways(base, attacks, place, name in BOTH_WAYS, JOBS.get(name, 0))


def chosen(names=()):
    """Return the batches: a family's attacks on one notebook.

    A name is a family's, or else an attack's.
    """
    batches = []
    families = set(names) & set(FAMILIES)
    for name in FAMILIES:
        attacks = family(name)
        if names and name not in families:
            attacks = [attack for attack in attacks if attack.name in set(names) - families]
        for notebook in sorted({attack.notebook for attack in attacks}):
            of_notebook = [attack for attack in attacks if attack.notebook == notebook]
            batches.append((name, notebook, of_notebook))
    return batches


if __name__ == "__main__":
    sys.exit(main())
