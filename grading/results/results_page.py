"""The page of results: each published row beside ours, with spread, seconds and seeds."""

import statistics
from dataclasses import replace

from student_tools.study import FOLLOWED, as_markdown, follow_up, summary
from student_tools.study.figure import study_figure
from student_tools.study.table import best

MEASURES = {
    "train": "training %",
    "validation": "validation %",
    "test": "test %",
    "auc": "macro AUC",
    "inference": "inference, s",
    "seconds": "training, s",
}


def results_page(published, records, study):
    """Return docs/results/README.md.

    Parameters
    ----------
    published : dict of str to sequence of grading.results.protocol.Protocol
        By the titles of the assignments.
    records : grading.results.recorded_results.RecordedResults
    study : list of dict or None
        The recorded runs of the hyperparameter study; None: there is no word of it.

    Returns
    -------
    str
    """
    parts = [INTRODUCTION]
    for title, own in published.items():
        parts.append(f"## {title}\n\n{_table(own, records)}\n{_remarks(own, records)}")
    everything = [each for own in published.values() for each in own]
    parts += [] if study is None else [_study(study)]
    parts.append(_all_seeds(everything, records))
    return "\n".join(parts)


INTRODUCTION = """# Published results, run again

Each row is run again on MNIST with the solutions of the notebooks, as they stand there, in one \
thread. Seeds were fixed beforehand, and all that were run are shown. Ours: the mean over the \
seeds, ± the standard deviation; below it what was reported elsewhere, in brackets. Made by \
`python3 course.py results` from recorded runs (`--run` trains them again). Seconds are of a \
machine with other work on it: a rough guide, in which equal work may take twice as long.
"""


def _table(protocols, records):
    shown = [key for key in MEASURES if any(key in f for p in protocols for f in _runs(p, records))]
    lines = [["protocol", *(MEASURES[key] for key in shown)], ["---", *["---:"] * len(shown)]]
    for protocol in protocols:
        found = _runs(protocol, records)
        cells = [_cell(key, found, protocol.reported) for key in shown]
        lines.append([protocol.title, *cells])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _runs(protocol, records):
    found = [records.find(protocol.key, seed) for seed in protocol.seeds]
    return [each for each in found if each is not None]


def _cell(key, found, reported):
    values = [each[key] for each in found if key in each]
    if not values:
        return ""
    digits = {"auc": 4, "seconds": 0}.get(key, 2)
    text = f"{statistics.mean(values):.{digits}f}"
    if len(values) > 1 and key not in ("seconds", "inference"):
        text += f" ± {statistics.stdev(values):.{digits}f}"
    return f"{text}<br>({reported[key]:.{digits}f})" if key in reported else text


def _remarks(protocols, records):
    lines = [
        " ".join(
            filter(None, [f"- **{p.title}.**", p.how, p.differs, _gain(p, protocols, records)])
        )
        for p in protocols
    ]
    return "\n".join(lines) + "\n"


def _gain(protocol, protocols, records):
    """Say by how much a right protocol is better than the poor one that it replaces."""
    for poor in protocols:
        ours, theirs = _runs(protocol, records), _runs(poor, records)
        if poor.key == protocol.poor and ours and theirs:
            gain = statistics.mean(run["test"] for run in ours)
            gain -= statistics.mean(run["test"] for run in theirs)
            return f"On test images {gain:.2f} points more than *{poor.title}*."
    return ""


def _study(runs):
    if not runs:
        return "## Hyperparameter study\n\nNot recorded yet: `python3 course.py study --record`.\n"
    rows = summary(runs)
    hours = sum(run["seconds"] for run in runs) / 3600
    return f"""## Hyperparameter study

{len(runs)} runs of {runs[0]["epochs"]} epochs on {runs[0]["data"]}, {hours:.1f} hours of training \
in all. Accuracies are shares: mean ± standard deviation over the seeds \
{", ".join(str(seed) for seed in sorted({run["seed"] for run in runs}))}.

{as_markdown(rows)}
{_picture(rows)}
- **Rows 1 to 18** take one step an epoch (all 60,000 images at once), so that 100 epochs are 100 \
steps. Mini-batches are the right protocol{_gain_of_batches(rows)}.
{_winner(rows)}
- **A factor of 2.** The report's equation of the gradient drops the 2 of the squared error's \
derivative. With the 2, its tanh rows at rates 0.05 and 0.09 are met within 0.01, all but row 9; \
at rate 0.01 ours are 0.03 to 0.10 lower.
- **Row 9.** A mean of 0.627 over three seeds says that at least one of them failed. Here none \
did.
- **ReLU and sigmoid.** None of rows 10 to 18 is met, nor their order: after 100 steps these \
networks have hardly begun to learn, and the exact start may decide.
- **Validation and test counts** of the report's table are identical in each class. That is \
impossible: the 10,000 test images hold 1,135 ones, an odd number.
- **Batches of 10** stayed at 0.101 in the report, the share of a guess; here they reach \
{_of_batch(rows, 10)}.
"""


def _picture(rows):
    return f"![{study_figure(rows).alt}](../images/study.png)\n"


def _gain_of_batches(rows):
    """Say by how much the best mini-batches on run 6 beat its full batches."""
    by_setting = {row.setting: row.test[0] for row in rows}
    after = [by_setting[each] for each in follow_up() if each in by_setting]
    if not after or FOLLOWED not in by_setting:
        return ""
    return f": {100 * (max(after) - by_setting[FOLLOWED]):.1f} points more on row 6"


def _winner(rows):
    """Say which row is the best, beside the one that the report went on from."""
    winner = best(rows)
    text = f"- **The best row** by validation accuracy is {rows.index(winner) + 1}"
    followed = next((row for row in rows if row.setting == FOLLOWED), winner)
    if winner is followed:
        return text + ", from which the report went on, too."
    ahead = 100 * (winner.validation[0] - followed.validation[0])
    times = winner.seconds / followed.seconds
    return (
        f"{text}; the report went on from its own, row 6, and so do rows 19 to 23, or they could "
        f"not be compared. It is {ahead:.1f} points ahead of row 6 there and takes {times:.1f} "
        f"times as long; a share of 5,000 images is uncertain by 0.4 points."
    )


def _of_batch(rows, size):
    """Return the test accuracy on run 6 with mini-batches of a size, without a penalty."""
    found = [row.test for row in rows if row.setting == replace(FOLLOWED, batch=size)]
    return f"{found[0][0]:.3f} ± {found[0][1]:.3f}" if found else "no figure yet"


def _all_seeds(protocols, records):
    lines = ["| protocol | seed | " + " | ".join(MEASURES.values()) + " |"]
    lines.append("|---|---:|" + "---:|" * len(MEASURES))
    for protocol in protocols:
        for seed in protocol.seeds:
            found = records.find(protocol.key, seed)
            if found is not None:
                cells = [f"{found[key]:g}" if key in found else "" for key in MEASURES]
                lines.append(f"| {protocol.title} | {seed} | {' | '.join(cells)} |")
    return "## Every seed\n\n" + "\n".join(lines) + "\n"
