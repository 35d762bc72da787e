"""What an entry of the bank is: a wrong answer with a sentence for the student, or a right one."""

from dataclasses import dataclass
from textwrap import dedent


@dataclass(frozen=True)
class Wrong:
    """A mistake that learners make in one exercise.

    Attributes
    ----------
    title : str
        For instructors: what is wrong, in a few words; unique within the exercise.
    says : str
        For the student: what is wrong and how to see it, without the right line.
    edits : tuple of (str, str)
        Texts of the solution, each there exactly once, and what stands there instead.
    body : str
        In place of edits: the whole body of the function.
    like : tuple of str
        Titles of entries of the exercise that no input tells apart from this one.
    """

    title: str
    says: str
    edits: tuple = ()
    body: str = ""
    like: tuple = ()


@dataclass(frozen=True)
class Right:
    """A right answer, written otherwise than the solution.

    Attributes
    ----------
    title : str
        What is different about it; unique within the exercise.
    edits, body
        As of a `Wrong`.
    """

    title: str
    edits: tuple = ()
    body: str = ""


class StaleEntryError(ValueError):
    """An edit no longer fits its solution."""


def wrong(title, *texts, says, like=()):
    """Return a wrong answer by edits: ``wrong(title, old, new, older, newer, says=...)``."""
    return Wrong(title, says, _pairs(title, texts), like=tuple(like))


def wrong_body(title, body, *, says, like=()):
    """Return a wrong answer with a body of its own."""
    return Wrong(title, says, body=body, like=tuple(like))


def right(title, body):
    """Return a right answer with a body of its own."""
    return Right(title, body=body)


def right_edit(title, *texts):
    """Return a right answer by edits, as `wrong`."""
    return Right(title, _pairs(title, texts))


def answer(entry, solution):
    """Return the source of the answer cell with an entry's answer in it.

    Parameters
    ----------
    entry : Wrong or Right
    solution : str
        The answer cell with the solution, without markers.

    Raises
    ------
    StaleEntryError
        When the text of an edit is not exactly once in the solution: the solution has changed.
    """
    if entry.body:
        return with_body(solution, entry.body)
    for old, new in entry.edits:
        if solution.count(old) != 1:
            raise StaleEntryError(
                f"{entry.title!r} no longer fits: {old!r} is in the solution "
                f"{solution.count(old)} times, expected once"
            )
        solution = solution.replace(old, new)
    return solution


def with_body(solution, body):
    """Return a function's head and docstring with another body."""
    before, docstring, _ = solution.split('"""', 2)
    lines = dedent(body).strip().splitlines()
    indented = "\n".join("    " + line if line else "" for line in lines)
    return f'{before}"""{docstring}"""\n{indented}\n'


def _pairs(title, texts):
    if not texts or len(texts) % 2:
        raise ValueError(f"{title!r} needs pairs of texts: what is in the solution, and instead")
    return tuple(zip(texts[::2], texts[1::2], strict=True))
