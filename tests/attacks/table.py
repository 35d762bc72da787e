"""The table of attacks: what each one tries, must get, and got."""

import textwrap


def report(name, batch, failures_only=False):
    """Return a batch's part of the table as text."""
    shown = [o for o in batch.outcomes if not (failures_only and o.ok)]
    spent = f"{batch.seconds:.0f} s, {batch.processor_seconds:.0f} s of processor time"
    lines = [f"\n{name}: {len(batch.outcomes)} submissions, {spent}"]
    lines += [f"  PROBLEM  {problem}" for problem in batch.problems]
    for outcome in shown:
        lines += _lines(outcome)
    return "\n".join(lines)


def _lines(outcome):
    expected, got = outcome.expected, outcome.got
    verdict = "as expected" if outcome.ok else "NOT AS EXPECTED"
    totals = f"must get {_total(expected):>4}, got {_total(got):>4}"
    head = f"  {outcome.attack.name:<20} {totals}  {verdict}"
    lines = [head, *textwrap.wrap(outcome.attack.tries, 88, initial_indent=" " * 6)]
    for exercise, points in expected.items():
        if points is not None and (got[exercise] or 0) != points:
            lines.append(f"      {exercise}: must get {points}, got {got[exercise]}")
    return lines + [f"      harm: {harm}" for harm in outcome.harm]


def _total(marks):
    return f"{sum(points or 0 for points in marks.values()):g}"


def summary(batches):
    """Return the last lines: how many, what was gained, what was lost, what was harmed."""
    outcomes = [outcome for batch in batches for outcome in batch.outcomes]
    gained, lost = sum(o.gained for o in outcomes), sum(o.lost for o in outcomes)
    paid = [o.attack.name for o in outcomes if o.gained or o.harm]
    problems = [problem for batch in batches for problem in batch.problems]
    seconds = sum(batch.seconds for batch in batches)
    processor = sum(batch.processor_seconds for batch in batches)
    text = (
        f"\n{len(outcomes)} submissions in {seconds:.0f} s ({processor:.0f} s of processor time): "
        f"{gained:g} undeserved points, "
        f"{lost:g} points lost, harm by {sum(bool(o.harm) for o in outcomes)}, "
        f"{len(problems)} problems of batches."
    )
    return text + (f"\nGained points or did harm: {', '.join(paid)}" if paid else "")
