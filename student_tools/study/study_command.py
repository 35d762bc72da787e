"""``course.py study``: run the whole study, on all cores; stop it and go on as you like."""

import argparse
import json
import os
import sys
import time
from pathlib import Path

from joblib import Parallel, delayed, parallel_config

from helpers.progress import Progress
from student_tools.study.finished_runs import RECORDED, FinishedRuns
from student_tools.study.run import load_network, load_parts, network_id, train_and_measure
from student_tools.study.settings import EPOCHS, GRID, SEEDS, follow_up
from student_tools.study.table import as_markdown, as_text, best, summary

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = Path("hyperparameter_study") / "1_two_layer_network.ipynb"


def main(argv=None):
    """Run the command; return its exit status."""
    options = _parser().parse_args(argv)
    notebook = str(options.notebook or _notebook())
    try:
        load_network(notebook)
    except NotImplementedError as error:
        print(f"The study trains the network of {notebook}, and it is not ready: {error}")
        return 1
    data = load_parts().name
    records = FinishedRuns(options.folder, data, options.epochs, network_id(notebook))
    started = time.monotonic()
    print(f"{data}: {len(load_parts().y_train):,} images to train. Network: {notebook}")
    print(f"Finished runs are kept in {options.folder}{os.sep}; stop with Ctrl-C, go on later.")
    if others := records.count_of_others():
        print(f"{others} runs there are of another version of the network, and are left alone.")
    run_missing(records, notebook, GRID, options.seeds, options.jobs)
    further = list(follow_up())
    if options.best:
        winner = best(summary(records.all(GRID, options.seeds))).setting
        further += [each for each in follow_up(winner) if each not in further]
    run_missing(records, notebook, further, options.seeds, options.jobs)
    runs = records.all((*GRID, *further), options.seeds)
    print(f"\n{as_text(summary(runs))}\n")
    _write(options, runs, time.monotonic() - started)
    return 0


def run_missing(records, notebook, settings, seeds, jobs):
    """Train what is not there yet, several at a time; save each run as soon as it is done.

    Parameters
    ----------
    records : FinishedRuns
    notebook : str
    settings : sequence of Setting
    seeds : sequence of int
    jobs : int
        Processes; -1 for as many as there are cores.
    """
    wanted = [(setting, seed) for setting in settings for seed in seeds]
    missing = [each for each in wanted if records.find(*each) is None]
    if len(missing) < len(wanted):
        print(f"{len(wanted) - len(missing)} of {len(wanted)} runs are there already")
    # The longest first: else one core would work on the last long run alone.
    missing.sort(key=lambda each: -each[0].n_hidden / (each[0].batch or 1000))
    with (
        Progress(len(missing), "study", show=bool(missing)) as bar,
        parallel_config("loky", inner_max_num_threads=1),
    ):
        work = (delayed(_run_and_save)(records, notebook, *each) for each in missing)
        for run in Parallel(n_jobs=jobs, return_as="generator_unordered")(work):
            bar.step(f"last: {run['test']:.3f} in {run['seconds']:.0f} s")


def _run_and_save(records, notebook, setting, seed):
    found = train_and_measure(notebook, setting, seed, records.epochs)
    return records.save(setting, seed, found)


def _write(options, runs, seconds):
    """Write the table, the figure and, where it is asked for, the record that others see."""
    rows = summary(runs)
    folder = Path(options.folder)
    (folder / "table.md").write_text(as_markdown(rows), encoding="utf-8")
    from student_tools.study.figure import study_figure  # here: matplotlib takes a second to import

    study_figure(rows).savefig(folder / "study.png", dpi=150)
    print(f"{folder / 'table.md'} and {folder / 'study.png'} show it.")
    if options.record:
        computing = sum(run["seconds"] for run in runs)
        about = {"cores": os.cpu_count(), "training_seconds": round(computing)}
        text = json.dumps(about | {"runs": [_rounded(run) for run in runs]}, indent=0)
        RECORDED.write_text(text + "\n", encoding="utf-8")
        print(f"Recorded in {RECORDED}.")
    print(f"Done in {seconds:.0f} s.")


def _rounded(run):
    return run | {"curve": [round(value, 4) for value in run["curve"]]}


def _notebook():
    """Return the notebook whose network is trained: the student's, or the instructor's."""
    for folder in ("source", "."):
        if (path := ROOT / folder / NOTEBOOK).exists():
            return path
    raise SystemExit(f"there is no {NOTEBOOK}; name it with --notebook")


def _parser():
    parser = argparse.ArgumentParser(
        prog="course.py study",
        description="Train 18 settings with three seeds each, then mini-batches and L2 on run 6, "
        "as published. On MNIST this takes some hours of one core; on the bundled digits minutes.",
    )
    parser.add_argument("--jobs", type=int, default=-1, help="processes (-1: one for each core)")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help=f"epochs a run ({EPOCHS})")
    parser.add_argument(
        "--seeds", type=int, nargs="+", default=list(SEEDS), metavar="SEED", help=str(SEEDS)
    )
    parser.add_argument("--folder", type=Path, default=Path("study"), help="of the runs (study/)")
    parser.add_argument("--notebook", type=Path, help="another notebook with the network")
    parser.add_argument(
        "--best", action="store_true", help="mini-batches and L2 also on the best run found here"
    )
    parser.add_argument("--record", action="store_true", help="keep the runs as the course's own")
    return parser


if __name__ == "__main__":
    sys.exit(main())
