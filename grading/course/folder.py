"""A course's folder as nbgrader is set up there: its folders, its database."""

import contextlib
import logging
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.apps.baseapp import NbGrader
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError


class NoCourse(RuntimeError):
    """A folder is no course's, or has no gradebook; the message says which."""


def open_course(folder, needs_settings=True):
    """Read a course folder's nbgrader settings.

    Parameters
    ----------
    folder : path
    needs_settings : bool
        Whether a folder without a file of settings is no course's; else it has nbgrader's own.

    Returns
    -------
    coursedir : nbgrader.coursedir.CourseDirectory
    config : traitlets.config.Config

    Raises
    ------
    NoCourse
    """
    folder = Path(folder).resolve()
    if not folder.is_dir():
        raise NoCourse(f"there is no folder {folder}")
    if needs_settings and not (folder / "nbgrader_config.py").is_file():
        raise NoCourse(f"{folder} is no course folder: there is no nbgrader_config.py in it")
    with contextlib.chdir(folder):
        app = NbGrader()
        app.log_level = logging.ERROR
        app.initialize([])
        app.coursedir.root = str(folder)
    return app.coursedir, app.config


def open_gradebook(coursedir):
    """Open the database that a course is set up with, whichever it is.

    Parameters
    ----------
    coursedir : nbgrader.coursedir.CourseDirectory

    Returns
    -------
    nbgrader.api.Gradebook

    Raises
    ------
    NoCourse
        When it is not there, or cannot be reached; the message hides the password.
    """
    url = make_url(coursedir.db_url)
    shown = url.render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise NoCourse(f"there is no gradebook {shown}")
    try:
        return Gradebook(coursedir.db_url, coursedir.course_id)
    except (SQLAlchemyError, ModuleNotFoundError) as error:
        said = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise NoCourse(f"the gradebook {shown} cannot be opened: {said}") from None


def submitted_layout(coursedir, assignment):
    """Return what `strays` is told of a course, or None where it is laid out in another way.

    Parameters
    ----------
    coursedir : nbgrader.coursedir.CourseDirectory
    assignment : str

    Returns
    -------
    dict or None
        ``submitted``, ``assignment``, ``notebooks`` and ``others``.
    """
    if coursedir.directory_structure != type(coursedir).directory_structure.default_value:
        return None
    source = Path(coursedir.format_path(coursedir.source_directory, ".", "x")).parent
    others = {each.name for each in source.iterdir()} if source.is_dir() else set()
    return {
        "submitted": Path(coursedir.root, coursedir.submitted_directory),
        "assignment": assignment,
        "notebooks": [path.stem for path in (source / assignment).glob("*.ipynb")],
        "others": others - {assignment},
    }
