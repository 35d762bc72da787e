"""Published results set beside ours: each protocol is run with fixed seeds, recorded, and shown.

``python3 course.py results`` makes the page from what is recorded; with ``--run`` it first trains
what is not recorded yet.
"""

from grading.results.command import main

__all__ = ["main"]
