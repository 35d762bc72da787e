"""Students' names as folders have them: which can be used, and how the others are shown."""

from pathlib import Path

#: Bytes of a name, with room for what is put before and behind it.
_LONGEST = 200


def printable_name(name):
    """Return a name in which whatever does not print is escaped: no terminal obeys it."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)


def why_unusable(name):
    """Return why a folder's name cannot be a student's; empty where it can.

    Parameters
    ----------
    name : str

    Returns
    -------
    str
        The end of a sentence.
    """
    if name.startswith("."):
        return "it begins with a dot, and such folders are hidden"
    if not name.isprintable() or _is_undecodable(name):
        return "it holds a character that does not print (a line break, an escape, a half letter)"
    if name != name.strip():
        return "it begins or ends with a blank"
    if "+" in name:
        return "nbgrader keeps the plus sign for itself"
    if len(name.encode()) > _LONGEST:
        return f"it is longer than {_LONGEST} bytes"
    return ""


def unusable(folder, assignment):
    """List the students of a class whose names cannot be used.

    Parameters
    ----------
    folder : path
        Where all students' folders are.
    assignment : str

    Returns
    -------
    dict of str to str
        By name: a sentence for the instructor.
    """
    folder, found = Path(folder), {}
    if not folder.is_dir():
        return found
    for path in sorted(folder.iterdir()):
        reason = why_unusable(path.name)
        if reason and path.is_dir() and (path / assignment).is_dir():
            found[path.name] = (
                f"{printable_name(path.name)}: NOT GRADED: this folder's name cannot be used, "
                f"since {reason}. Rename it."
            )
    return found


def _is_undecodable(name):
    try:
        name.encode()
    except UnicodeEncodeError:
        return True
    return False
