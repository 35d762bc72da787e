"""What is logged of a batch: each submission in its turn, and how far the batch is."""

import contextlib
import logging
import sys
import threading
import time

from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm

_LEVELS = {"info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def log_lines(log, submitted):
    """Log what there is to say of a submission, at its levels."""
    for level, text in submitted.lines:
        log.log(_LEVELS[level], text)


@contextlib.contextmanager
def logged_later(log, submitted):
    """Keep what this thread logs in the block for when it is the submission's turn."""
    thread = threading.get_ident()

    def keep(record):
        if record.thread != thread:
            return True
        submitted.lines.append((record.levelname.lower(), record.getMessage()))
        return False

    log.addFilter(keep)
    try:
        yield
    finally:
        log.removeFilter(keep)


class Progress:
    """Logs what came of each submission in the batch's order, and shows how far the batch is."""

    def __init__(self, log, submitted, total):
        self._log, self._submitted, self._total = log, submitted, total
        self._skipped, self._done = set(), set()
        self._next = self._said = 0
        self._started = time.monotonic()
        self._bar = self._redirect = None

    def __enter__(self):
        shows = sys.stderr is not None and sys.stderr.isatty()
        self._bar = tqdm(total=self._total, unit="submission", disable=not shows)
        if shows:
            self._redirect = logging_redirect_tqdm([self._log])
            self._redirect.__enter__()
        self._say()
        return self

    def __exit__(self, *error):
        if self._redirect:
            self._redirect.__exit__(*error)
        self._bar.close()

    def skip(self, submitted):
        """Note those that are not graded."""
        self._skipped.update(each.number for each in submitted)

    def done(self, each):
        """Note one that was graded, or could not be."""
        self._done.add(each.number)
        self._bar.set_postfix_str(each.student, refresh=False)
        self._bar.update()
        self._say()

    def _say(self):
        while self._next in self._skipped | self._done:
            each = self._submitted[self._next]
            log_lines(self._log, each)
            if self._next in self._done:
                self._said += 1
                self._log.info("%s: %s (%s)", each.student, _came(each), self._how_far())
            self._next += 1

    def _how_far(self):
        spent = time.monotonic() - self._started
        left = spent / len(self._done) * (self._total - len(self._done))
        return f"{self._said} of {self._total}{_to_go(left)}"


def _came(each):
    return "not graded" if any("NOT GRADED" in sentence for sentence in each.look) else "graded"


def _to_go(seconds):
    if seconds < 1:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    return f", about {f'{minutes} min' if minutes else f'{rest} s'} to go"
