"""The home of an assignment: its folder in ``notebooks/``, and what lies there.

====================  ==========================================================================
``N_name.py``         the notebooks' text
``assignment.toml``   title, order (its place in the course), total and points, what is given
                      away on purpose; ``plain = true``: as nbgrader alone would
``student/``          what its tests need in a student's kernel: the only part that students get
``bank/N_name.py``    the wrong and the right answers to a notebook's exercises
``sample_class.py``   which mistakes the students of its small class make
``survivors.toml``    changes of its solutions that no test has to notice
``published.py``      published results, and how they are run again
====================  ==========================================================================

Only the first two must be there.
"""

import importlib.util
import sys
import tomllib
from functools import cache
from pathlib import Path
from types import ModuleType

from grading.course.student_files import STUDENT_FOLDER

#: The course that this package belongs to.
COURSE = Path(__file__).resolve().parents[2]


class Home:
    """An assignment's folder in ``notebooks/``.

    Parameters
    ----------
    folder : path
        It need not be there: an assignment can be graded without a home.

    Attributes
    ----------
    name : str
    folder : pathlib.Path
    """

    def __init__(self, folder: str | Path):
        self.folder = Path(folder)
        self.name = self.folder.name

    @property
    def student(self) -> Path | None:
        """The folder of the modules that its tests need in a student's kernel, if there is one."""
        found = self.folder / STUDENT_FOLDER
        return found if found.is_dir() else None

    def settings(self, name: str = "assignment.toml") -> dict:
        """Return what stands in a TOML file; nothing where there is none.

        Raises
        ------
        ValueError
            When it is no TOML; the message names the file.
        """
        return read_settings(self.folder / name)

    def title(self) -> str:
        """Return what the assignment is called: its ``title``, or its name in words."""
        return self.settings().get("title") or self.name.replace("_", " ").strip().capitalize()

    def module(self, name: str) -> ModuleType | None:
        """Return one of its modules by the path inside it, such as ``bank/1_name.py``.

        Returns
        -------
        module or None
            None where there is no such file.  It is run once a process.
        """
        path = (self.folder / name).resolve()
        return _run(path) if path.is_file() else None


def home_of(source: str | Path) -> Home:
    """Return the home of an assignment's folder in ``source/``.

    It lies beside ``source/``, in the same course folder.  A course folder without ``notebooks/``
    has the homes of the course that this package belongs to.
    """
    source = Path(source).resolve()
    beside = source.parent.parent / "notebooks" / source.name
    return Home(beside if beside.is_dir() else COURSE / "notebooks" / source.name)


def this_course() -> Path:
    """Return the course that a command is about where none is named.

    It is the current folder, if there is an assignment's home or ``nbgrader_config.py`` in it;
    else the course that this package belongs to.
    """
    here = Path.cwd()
    return here if (here / "nbgrader_config.py").is_file() or homes(here) else COURSE


def homes(course: str | Path = COURSE) -> list[Home]:
    """Return the homes of all assignments of a course: by their ``order``, then by name."""
    found = [Home(path.parent) for path in Path(course, "notebooks").glob("*/assignment.toml")]
    return sorted(found, key=lambda home: (home.settings().get("order", 1000), home.name))


def named_home(course: str | Path, name: str | None = None) -> Home:
    """Return the home of an assignment of a course; without a name, the first.

    Raises
    ------
    ValueError
        When there is none, or none of that name; the message names those that are there.
    """
    found = {home.name: home for home in homes(course)}
    if not found:
        raise ValueError(
            f"there is no assignment in {Path(course, 'notebooks')}: expected a folder NAME with "
            "assignment.toml in it; go to the course's folder, or name it with --root"
        )
    if name is None:
        return next(iter(found.values()))
    if name not in found:
        raise ValueError(
            f"no assignment {name!r} in {Path(course, 'notebooks')}: there are {', '.join(found)}"
        )
    return found[name]


def use_modules(folder: str | Path | None) -> None:
    """Let this process import the modules in a folder: what tests import in a student's kernel."""
    found = str(Path(folder).resolve()) if folder else ""
    if found and found not in sys.path:
        sys.path.append(found)


def read_settings(path: Path) -> dict:
    """Return what stands in a TOML file; nothing where there is none.

    Raises
    ------
    ValueError
        When it is no TOML; the message names the file.
    """
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path} is no TOML: {error}") from None


@cache
def _run(path: Path) -> ModuleType:
    name = "_".join(["home", *path.with_suffix("").parts[-3:]])
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module
