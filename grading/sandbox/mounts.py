"""What can be seen in a sandbox: the system, Python's environment, the packages for students.

Only what is listed is there.  Of the course that is a copy of the files that students get
(`grading.course.student_files`), made when the sandbox is.  A course folder inside of something
listed (in a conda environment, say) is covered by an empty folder, and an environment inside of a
course folder (`.venv`) appears at its place without what lies beside it.
"""

import importlib.util
import os
import shutil
import site
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

from grading.course.student_files import PACKAGES, module_files, package_files

SYSTEM_ROOT = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
SYSTEM_FOLDERS = ("/usr", "/nix/store", "/gnu/store")
#: For the dynamic linker, fonts, the local time, and Debian's links to BLAS.
ETC = ("alternatives", "fonts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime")
#: Not resolved: its place tells Python which environment it belongs to.
PYTHON = os.path.abspath(sys.executable)  # noqa: PTH100
ENVIRONMENT_PARTS = ("bin", "lib", "lib64", "share", "pyvenv.cfg")
#: Where the packages for students and the server are in a sandbox: far from where they come from.
COURSE = "/course"
#: Where the assignment's own modules are that students have.
MODULES = "/course/assignment"
SERVER = "/run/sandbox/server.py"


def mounts(
    hide: Iterable[str | Path] = (), course: str | Path | None = None
) -> list[tuple[str, str]]:
    """List what is bound into a sandbox, read-only.

    Parameters
    ----------
    hide : iterable of path
        Folders that must not be seen where something bound would show them.
    course : path, optional
        The folder that `copy_packages` filled; nothing of the course can be seen without.

    Returns
    -------
    list of (str, str)
        Path on this machine and path in the sandbox, outer folders first; an empty first entry
        stands for an empty folder.
    """
    covered = [Path(path).resolve() for path in (*hide, *_own_folders())]
    bound = {path: path for path in [*_system(), *python_paths()]}
    for path in sorted(_base_prefixes() - set(_system())):
        if Path(path).resolve() not in covered:
            continue
        bound.pop(path, None)  # a course folder that is an environment: its parts, and no more
        bound |= {str(part): str(part) for part in _parts(path)}
    if course:
        bound[COURSE] = str(course)
    bound[SERVER] = str(Path(__file__).with_name("server.py"))
    bound |= {at: "" for folder in covered for at in _places(folder, bound) if at not in bound}
    shown: dict[str, str] = {}
    for path in sorted(bound, key=lambda path: (len(Path(path).parts), path)):
        nearest = next((str(p) for p in Path(path).parents if str(p) in shown), None)
        if not (bound[path] == path and nearest and shown[nearest] == nearest):
            shown[path] = bound[path]
    return [(source, path) for path, source in shown.items()]


def copy_packages(folder: str | Path, modules: str | Path | None = None) -> None:
    """Copy the packages for students, and of each only the files that students get.

    Parameters
    ----------
    folder : path
        To be made; everybody may read what is in it, as in the sandbox nobody owns it.
    modules : path, optional
        The folder of the modules that an assignment gives its students.
    """
    folder = Path(folder)
    folder.mkdir(mode=0o755)
    for name in PACKAGES:
        source = _package(name)
        for inner in package_files(name, source)[0]:
            target = folder / name / inner
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / inner, target)
    if modules:
        copy_modules(modules, folder / Path(MODULES).name)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def copy_modules(modules: str | Path, folder: Path) -> None:
    """Copy the modules that an assignment gives its students into a folder, which is made."""
    folder.mkdir()
    for name in module_files(modules):
        shutil.copyfile(Path(modules, name), folder / name)


def _own_folders():
    """List the folder of `grading`, and the checkout that it lies in if it lies in one."""
    package = Path(__file__).parents[1]
    checkout = package.parent
    return [package, checkout] if (checkout / "pyproject.toml").is_file() else [package]


def _parts(prefix):
    return [path for part in ENVIRONMENT_PARTS if (path := Path(prefix, part)).exists()]


def _places(folder, bound):
    """Yield where a folder would be seen, as part of what is bound."""
    for at, source in bound.items():
        real = Path(source).resolve()
        if source and real in folder.parents:
            yield str(Path(at, folder.relative_to(real)))


def system_links() -> list[tuple[str, str]]:
    """List the system's top-level links (``/lib`` and the like), as (target, path)."""
    links = [Path("/", name) for name in SYSTEM_ROOT]
    return [(str(link.readlink()), str(link)) for link in links if link.is_symlink()]


def python_paths() -> list[str]:
    """List the folders and files that this Python needs: its own, and its environment's."""
    paths = _base_prefixes()
    for prefix in {sys.prefix, sys.exec_prefix} - {sys.base_prefix, sys.base_exec_prefix}:
        paths |= {str(Path(prefix, part)) for part in ENVIRONMENT_PARTS}
    paths |= {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    paths |= set(_steps(PYTHON))
    paths |= set(user_packages())
    found = {os.path.normpath(path) for path in paths if Path(path).exists()}
    return sorted(found - {"/"})


def _base_prefixes():
    prefixes = {sys.base_prefix, sys.base_exec_prefix}
    return prefixes | {os.path.realpath(prefix) for prefix in prefixes}


def holds_python(folder: str | Path) -> bool:
    """Tell whether something that this Python needs lies below a folder."""
    return any(Path(folder) in Path(path).parents for path in python_paths())


def user_packages() -> list[str]:
    """List the folder of packages that this user installed outside of any environment, if used."""
    folder = site.getusersitepackages() if site.ENABLE_USER_SITE else None
    return [folder] if folder in sys.path else []


def _steps(link):
    """Follow a link to a program; list the programs on the way."""
    path = Path(link)
    for _ in range(40):
        yield str(path)
        if not path.is_symlink():
            return
        # As the system reads it: ".." is taken of where the folder really is.
        path = Path(path.parent.resolve(), path.readlink())


def _system():
    top = [path for name in SYSTEM_ROOT if not (path := Path("/", name)).is_symlink()]
    paths = [*SYSTEM_FOLDERS, *map(str, top), *(f"/etc/{name}" for name in ETC)]
    return [path for path in paths if Path(path).exists()]


def _package(name):
    # Found, not imported: this runs in nbgrader's own process.
    found = importlib.util.find_spec(name)
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError(
            f"The package `{name}` for students cannot be found: expected it beside `grading`, or "
            "installed; install the course again, or mend grading/course/student_files.py"
        )
    return Path(found.submodule_search_locations[0])
