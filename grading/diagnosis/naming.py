"""Add to a verdict which known mistake lost the points, and what the student is told of it."""

import textwrap

from grading.diagnosis.diagnose import diagnose, first_difference

WIDTH = 92
INDENT = " " * 11


class Recogniser:
    """Recognises the mistakes of one notebook.

    Parameters
    ----------
    job : grading.examiner.job.Job
    bank : grading.diagnosis.Bank
    """

    def __init__(self, job, bank):
        self._job = job
        self._bank = bank

    def __call__(self, cell, transcript, seed, verdict):
        """Put the mistake's title and advice into the verdict, where there is something to say."""
        exercise = self._exercise(cell.name)
        job = self._job
        found = diagnose(cell, exercise, transcript, self._bank, job.names, seed, job.limits)
        asked = first_difference(
            cell, exercise, transcript, self._bank, job.names, seed, job.limits
        )
        lines = []
        if found:
            verdict.mistakes = list(found.titles)
            lines += ["  What it looks like:", *_wrapped(found.says)]
        if asked:
            lines += ["  The first answer that differs:", *_wrapped(asked)]
        verdict.advice = "\n".join(lines)

    def name_alone(self, cell, transcript, seed, verdict):
        """Put the mistake into the verdict, and nothing that the student's code answered.

        For a run in which right answers to earlier exercises were at the code's hand.
        """
        exercise, job = self._exercise(cell.name), self._job
        found = diagnose(cell, exercise, transcript, self._bank, job.names, seed, job.limits)
        if found:
            verdict.mistakes = list(found.titles)
            verdict.advice = "\n".join(["  What it looks like:", *_wrapped(found.says)])

    def _exercise(self, test):
        """Return the exercise that a test is about: `test_cost_2` belongs to `cost`."""
        name = test.removeprefix("test_")
        stem, _, number = name.rpartition("_")
        return stem if number.isdigit() and stem in self._bank.solutions else name


def _wrapped(text):
    return [
        line
        for part in text.split("\n")
        for line in textwrap.wrap(part, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT)
    ]
