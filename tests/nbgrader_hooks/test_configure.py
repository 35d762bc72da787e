"""The one function that sets nbgrader up."""

import os
import sys
from pathlib import Path

from traitlets.config import Config

from grading.nbgrader_hooks import configure


def test_configuring_twice_changes_nothing_and_finds_our_programs(monkeypatch):
    monkeypatch.setenv("PATH", "/usr/bin")
    once, twice = Config(), Config()
    for config in (once, twice, twice):
        configure(config)
    assert once == twice
    assert os.environ["PATH"].split(os.pathsep) == [str(Path(sys.executable).parent), "/usr/bin"]
    names = once.HTMLExporter.preprocessors + once.GenerateFeedback.preprocessors
    assert all(isinstance(name, str) for name in names)  # the formgrader shows them as JSON
