"""The hyperparameter study: eighteen settings, one of them tried further, run and recorded.

``python3 course.py study`` runs it with the network of ``1_two_layer_network``; a run that is done
is saved at once, so a study that was stopped goes on where it was.
"""

from student_tools.study.finished_runs import load_recorded
from student_tools.study.settings import FOLLOWED, GRID, REPORTED, Setting, follow_up
from student_tools.study.table import as_markdown, best, summary

__all__ = [
    "FOLLOWED",
    "GRID",
    "REPORTED",
    "Setting",
    "as_markdown",
    "best",
    "follow_up",
    "load_recorded",
    "summary",
]
