"""What can be seen in a sandbox: the system, Python's environment, the packages of students.

Only what is listed is there.  A course folder inside of something listed (in a conda environment,
say) is covered by an empty folder, and an environment inside of a course folder (`.venv`) appears
at its place without what lies beside it.
"""

import importlib.util
import os
import site
import sys
import sysconfig
from pathlib import Path

SYSTEM_ROOT = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
SYSTEM_FOLDERS = ("/usr", "/nix/store", "/gnu/store")
#: For the dynamic linker, fonts, the local time, and Debian's links to BLAS.
ETC = ("alternatives", "fonts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime")
#: Not resolved: its place tells Python which environment it belongs to.
PYTHON = os.path.abspath(sys.executable)  # noqa: PTH100
ENVIRONMENT_PARTS = ("bin", "lib", "lib64", "share", "pyvenv.cfg")
#: The packages of the course that students have: nothing else of it is in a sandbox.
PACKAGES = ("helpers", "checks", "student_tools")
#: Where they and the server are in a sandbox: far from the folder that they come from.
COURSE = "/course"
#: Where the assignment's own modules are that students have.
MODULES = "/course/assignment"
SERVER = "/run/sandbox/server.py"


def mounts(hide=(), modules=None):
    """List what is bound into a sandbox, read-only.

    Parameters
    ----------
    hide : iterable of path
        Folders that must not be seen where something bound would show them.
    modules : path, optional
        The folder of the modules that an assignment gives its students.

    Returns
    -------
    list of (str, str)
        Path on this machine and path in the sandbox, outer folders first; an empty first entry
        stands for an empty folder.
    """
    bound = {path: path for path in [*_system(), *python_paths()]}
    bound |= {f"{COURSE}/{name}": _folder_of(name) for name in PACKAGES}
    if modules:
        bound[MODULES] = str(Path(modules).resolve())
    bound[SERVER] = str(Path(__file__).with_name("server.py"))
    covered = [Path(path).resolve() for path in (*hide, Path(__file__).parents[1])]
    for folder in covered:
        if any(Path(path) in folder.parents for path in bound) and str(folder) not in bound:
            bound[str(folder)] = ""
    shown = {}
    for path in sorted(bound, key=lambda path: (len(Path(path).parts), path)):
        nearest = next((str(p) for p in Path(path).parents if str(p) in shown), None)
        if not (bound[path] == path and nearest and shown[nearest] == nearest):
            shown[path] = bound[path]
    return [(source, path) for path, source in shown.items()]


def system_links():
    """List the system's top-level links (``/lib`` and the like), as (target, path)."""
    links = [Path("/", name) for name in SYSTEM_ROOT]
    return [(str(link.readlink()), str(link)) for link in links if link.is_symlink()]


def python_paths():
    """List the folders and files that this Python needs: its own, and its environment's."""
    prefixes = {sys.base_prefix, sys.base_exec_prefix}
    paths = prefixes | {os.path.realpath(prefix) for prefix in prefixes}
    for prefix in {sys.prefix, sys.exec_prefix} - prefixes:
        paths |= {str(Path(prefix, part)) for part in ENVIRONMENT_PARTS}
    paths |= {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    paths |= set(_steps(PYTHON))
    paths |= set(user_packages())
    found = {os.path.normpath(path) for path in paths if Path(path).exists()}
    return sorted(found - {"/"})


def holds_python(folder):
    """Tell whether something that this Python needs lies below a folder."""
    return any(Path(folder) in Path(path).parents for path in python_paths())


def user_packages():
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


def _folder_of(package):
    # Found, not imported: this runs in nbgrader's own process.
    return importlib.util.find_spec(package).submodule_search_locations[0]
