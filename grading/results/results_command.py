"""The command: run protocols that are not recorded yet, and write the page."""

import argparse
import sys
from pathlib import Path

from grading.course.home import COURSE, this_course
from grading.results.protocol import published
from grading.results.recorded_results import RecordedResults
from grading.results.results_page import results_page
from helpers.mnist_folder import find_mnist
from student_tools.study import load_recorded, summary
from student_tools.study.figure import study_figure

FOLDER = Path("docs", "results")
PICTURE = Path("docs", "images", "study.png")


def main(argv=None):
    """Run ``python -m grading results``; return its exit status."""
    parser = argparse.ArgumentParser(prog="course.py results", description=__doc__)
    parser.add_argument(
        "--run", nargs="*", metavar="NAME", help="train first: all, or those of these names"
    )
    parser.add_argument("--again", action="store_true", help="also what is recorded already")
    parser.add_argument(
        "--root", type=Path, default=this_course(), help="the course folder (%(default)s)"
    )
    options = parser.parse_args(argv)
    root = options.root.resolve()
    found = published(root)
    protocols = [each for own in found.values() for each in own]
    keys = [each.key for each in protocols]
    if not protocols:
        parser.error(
            f"nothing published is run again in {root}: expected PROTOCOLS in a file "
            "notebooks/NAME/published.py"
        )
    records = RecordedResults(root / FOLDER / "runs.json")
    if options.run is not None:
        if unknown := sorted(set(options.run) - set(keys)):
            parser.error(f"there is no {unknown[0]!r}; there are {', '.join(keys)}")
        if find_mnist() is None:
            parser.error("published results are on MNIST: set MNIST_DIR, or `course.py data`")
        run([p for p in protocols if p.key in (options.run or keys)], records, options.again)
    study = load_recorded() if root == COURSE else None
    (root / FOLDER).mkdir(parents=True, exist_ok=True)
    (root / FOLDER / "README.md").write_text(results_page(found, records, study), encoding="utf-8")
    print(f"Written: {FOLDER / 'README.md'}")
    if study:
        study_figure(summary(study)).savefig(root / PICTURE, dpi=150)
        print(f"Written: {PICTURE}")
    return 0


def run(protocols, records, again=False):
    """Train what is missing, seed by seed; each result is kept as soon as it is there."""
    for protocol in protocols:
        for seed in protocol.seeds:
            if again or records.find(protocol.key, seed) is None:
                print(f"{protocol.key}, seed {seed} ...", flush=True)
                found = protocol.run(seed)
                records.save(protocol.key, seed, found)
                print("   " + ", ".join(f"{name} {value:g}" for name, value in found.items()))


if __name__ == "__main__":
    sys.exit(main())
