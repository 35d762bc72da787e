"""The environment variables of kernels that are graded."""

import os
from collections.abc import Mapping
from pathlib import Path

from grading.sandbox import bubblewrap, mounts

#: One thread, figures in the notebook, nothing imported from the folder that a student handed in.
SETTINGS = {
    "PYTHONSAFEPATH": "1",
    "PYTHONHASHSEED": "0",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NBGRADER_EXECUTION": "autograde",
}
#: Without a sandbox: the folder, in a room's own, of the modules that an assignment gives students.
MODULES = "modules"
#: Grading uses the data that come with the packages: the same for everyone, and fast.
REMOVED = ("MNIST_DIR", "PYTHONSTARTUP", "JPY_PARENT_PID")


def confined_environment() -> dict[str, str]:
    """Make the environment in a sandbox: nothing of the instructor's own is in it."""
    folder = bubblewrap.TEMPORARY
    return SETTINGS | {
        "HOME": bubblewrap.HOME,
        "USER": "student",
        "LOGNAME": "student",
        "LANG": "C.UTF-8",
        "PATH": os.pathsep.join([str(Path(mounts.PYTHON).parent), "/usr/bin", "/bin"]),
        "PYTHONPATH": os.pathsep.join([mounts.COURSE, mounts.MODULES, *mounts.user_packages()]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": folder,
        "IPYTHONDIR": f"{folder}/.ipython",
        "MPLCONFIGDIR": f"{folder}/.matplotlib",
        "XDG_CACHE_HOME": f"{folder}/.cache",
    }


def grading_environment(found: Mapping[str, str]) -> dict[str, str]:
    """Make the environment of a process that grades, of the instructor's own.

    Parameters
    ----------
    found : mapping of str to str
        The instructor's.

    Returns
    -------
    dict of str to str
        Without what would make marks differ from one instructor to the next.
    """
    environment = {name: text for name, text in found.items() if name not in REMOVED}
    folders = environment.pop("PYTHONPATH", "").split(os.pathsep)
    if kept := [path for path in folders if Path(path).is_absolute()]:
        environment["PYTHONPATH"] = os.pathsep.join(kept)
    return environment | SETTINGS


def plain_environment(folder: Path) -> dict[str, str]:
    """Make the environment without a sandbox: this process's own, apart from its settings.

    Parameters
    ----------
    folder : Path
        Holds the folder for temporary files, and that of the assignment's modules.
    """
    temporary = str(Path(folder, "tmp"))
    environment = grading_environment(os.environ)
    paths = [environment.get("PYTHONPATH", ""), str(Path(folder, MODULES))]
    own = {
        "TMPDIR": temporary,
        "IPYTHONDIR": f"{temporary}/.ipython",
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
    }
    return environment | own
