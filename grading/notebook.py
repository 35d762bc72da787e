"""Older names of what is in `grading.assignment`."""

from grading.assignment import Assignment
from grading.assignment import Notebook as SourceNotebook


def source_notebooks(folder):
    return Assignment(folder).notebooks
