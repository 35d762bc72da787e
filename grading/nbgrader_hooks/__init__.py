"""What this course adds to nbgrader, and the one function that switches it on.

`nbgrader_config.py` calls `configure(c)`; everything else is nbgrader's own:

==================  ===========================================================================
`patches`           every place where another library is changed, or a private name of it used
`feedback_command`  `nbgrader generate_feedback`: the pages of a class on all cores
`export`            the table of marks, in which what waits is no zero and nothing is a formula
`formgrader`        a second wall around the page on which an instructor looks at a submission
==================  ===========================================================================

What the pages show is decided in `grading.pages`.
The grading itself is `grading.autograde`'s.

`nbgrader validate` takes no preprocessors from a configuration and answers 0 also when tests
fail: read its text, not its exit status.
"""

import os
import sys
from pathlib import Path

__all__ = ["configure"]


def configure(c):
    """Set up nbgrader for this course.

    May be called more than once on the same configuration, and from the configuration of any
    course folder: nothing in it depends on where the course lies.

    Parameters
    ----------
    c : traitlets.config.Config
        What `get_config()` gives inside `nbgrader_config.py`.
    """
    from grading.nbgrader_hooks import patches
    from grading.pages.exporter import configure_pages

    _put_own_programs_on_path()
    patches.apply()
    configure_pages(c)
    # The marking rubric stands in the written answer's own cell, not in a task cell.
    c.ClearMarkScheme.enforce_metadata = False
    c.ExportApp.plugin_class = "grading.nbgrader_hooks.export.CourseExport"


def _put_own_programs_on_path():
    """Let nbgrader find `alembic` when it was started by its path, without activation."""
    programs = str(Path(sys.executable).parent)
    path = os.environ.get("PATH", "")
    if programs not in path.split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([programs, path]) if path else programs
