"""Write and read a submission's result, the file beside its graded notebooks."""

import json
from pathlib import Path

from grading.autograde.order import RESULT, VERSION

#: Bytes of a result that are read.
MAX_BYTES = 64 << 20


class ResultError(ValueError):
    """There is no result, or one of another form; the message says which and what to do."""


def write_result(path, result):
    """Write a result so that a reader finds all of it, or the one before."""
    path = Path(path)
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    part.replace(path)


def read_result(folder):
    """Read the result in the folder of a graded submission.

    Parameters
    ----------
    folder : path
        ``autograded/STUDENT/ASSIGNMENT``.

    Returns
    -------
    dict

    Raises
    ------
    ResultError
    """
    path = Path(folder, RESULT)
    try:
        with path.open("rb") as file:
            return checked(json.loads(file.read(MAX_BYTES)))
    except FileNotFoundError:
        raise ResultError(
            f"There is no {path}: this submission was not graded yet, or by an earlier version. "
            "Grade it (again): nbgrader autograde ASSIGNMENT --student STUDENT --force"
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise ResultError(f"{path} cannot be read ({error}). Grade the submission again.") from None


def add_to_look(folder, sentences):
    """Add to what a person should look at in the result of a submission's folder.

    Parameters
    ----------
    folder : path
    sentences : list of str

    Raises
    ------
    ResultError
    """
    result = read_result(folder)
    result["needs_a_look"] += sentences
    write_result(Path(folder, RESULT), result)


def checked(result):
    """Return a result, or raise when it is not of the form that this version writes.

    Raises
    ------
    ResultError
    """
    if not isinstance(result, dict) or result.get("version") != VERSION:
        found = result.get("version") if isinstance(result, dict) else type(result).__name__
        raise ResultError(f"the result has version {found!r}; this program reads {VERSION}")
    return result
