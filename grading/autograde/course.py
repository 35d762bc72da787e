"""A course's folder as nbgrader is set up there: its folders, its database."""

import contextlib
from pathlib import Path

from nbgrader.apps.baseapp import NbGrader


class NoCourse(RuntimeError):
    """A folder is no course's; the message says so."""


def open_course(folder):
    """Read a course folder's nbgrader settings.

    Parameters
    ----------
    folder : path

    Returns
    -------
    coursedir : nbgrader.coursedir.CourseDirectory
    config : traitlets.config.Config

    Raises
    ------
    NoCourse
    """
    folder = Path(folder).resolve()
    if not (folder / "nbgrader_config.py").is_file():
        raise NoCourse(f"{folder} is no course folder: there is no nbgrader_config.py in it")
    with contextlib.chdir(folder):
        app = NbGrader()
        app.initialize([])
    return app.coursedir, app.config
