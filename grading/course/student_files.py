"""What of the course is for students: the one list that the zip and the sandbox go by.

Only what is named here is handed out or shown.  A new package, or a new file of data in one, is
added here; nothing else has to be changed for it.
"""

from pathlib import Path

#: The packages that students get, each with its files of data; of all else only modules belong.
PACKAGES = {
    "helpers": (),
    "checks": (),
    "student_tools": ("study/recorded.json",),
}
#: The folder of an assignment whose modules students get.
STUDENT_FOLDER = "student"
MODULE = ".py"


def module_files(folder):
    """Return the names of an assignment's modules that students get, from its folder `student/`.

    They lie directly in it, and their names begin with the assignment's: no module of another
    assignment, and none that is installed, is called so.

    Parameters
    ----------
    folder : path
        ``notebooks/NAME/student``, or ``source/NAME``, where `build` puts them.

    Returns
    -------
    list of str
    """
    folder = Path(folder)
    name = folder.parent.name if folder.name == STUDENT_FOLDER else folder.name
    prefix = f"{name}_"
    return [
        path.name
        for path in sorted(folder.glob(f"{prefix}*{MODULE}"))
        if path.is_file() and not path.is_symlink()
    ]


def package_files(name, folder):
    """Sort the files below a package's folder into what students get and what they do not.

    What Python and editors leave behind (``__pycache__``, hidden files) is in neither list.

    Parameters
    ----------
    name : str
        A key of `PACKAGES`.
    folder : path
        Where the package lies.

    Returns
    -------
    allowed : list of str
        Modules and listed data, relative to the folder, in POSIX form.
    others : list of str
        Everything else: files of other kinds, and links.
    """
    allowed: list[str] = []
    others: list[str] = []
    for path in sorted(Path(folder).rglob("*")):
        inner = path.relative_to(folder)
        if any(part.startswith(".") or part == "__pycache__" for part in inner.parts):
            continue
        if path.is_symlink():
            others.append(inner.as_posix())
        elif path.is_file():
            fits = path.suffix == MODULE or inner.as_posix() in PACKAGES[name]
            (allowed if fits else others).append(inner.as_posix())
    return allowed, others
