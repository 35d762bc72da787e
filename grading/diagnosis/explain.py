"""A question to a student's function, and an answer to it, in words: shapes and kinds."""

import ast

import numpy as np

from grading.examiner.proxies import Made, Remote
from grading.examiner.transcript import same
from helpers.messages import with_article

_MOST = 6  # results that are listed one by one


def question(note, functions, parameters):
    """Return a call as it would stand in a program, with shapes in place of arrays.

    Parameters
    ----------
    note : grading.examiner.transcript.Note
    functions : dict of int to str
        The names of the student's functions by their numbers on the wire.
    parameters : dict of str to list of str
        The names of each function's parameters.

    Returns
    -------
    str
        Empty where the question was no call of one of the functions.
    """
    if note.operation not in ("call", "after", "many") or not isinstance(note.arguments[0], Remote):
        return ""
    number = object.__getattribute__(note.arguments[0], "_reference")["number"]
    name = functions.get(number)
    if name is None:
        return ""
    given = note.arguments[1]
    if note.operation == "many":
        given = given[0] if given else ()
    names = parameters.get(name, [])
    if len(names) < len(given):
        names = [""] * len(given)
    shown = [
        f"{parameter}: {brief(value)}" if parameter else brief(value)
        for parameter, value in zip(names, given, strict=False)
    ]
    return f"{name}({', '.join(shown)})"


def brief(value):
    """Return an argument in a word: a number as it is, an array as its shape."""
    shape = _shape(value)
    if shape:
        return str(shape)
    if shape is not None or isinstance(value, bool | int | float | str | np.generic):
        return repr(value if isinstance(value, bool | int | str) else float(f"{float(value):.4g}"))
    if isinstance(value, list | tuple):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, Made | Remote):
        return "a function" if isinstance(value, Made) else with_article(type(value).__name__)
    return with_article(type(value).__name__)


def answer(value):
    """Return what kind of thing an answer is, with shapes."""
    shape = _shape(value)
    if shape == ():
        return "one number"
    if shape is not None:
        return f"an array of shape {shape}"
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return f"a dict of {', '.join(map(repr, sorted(map(str, value))))}"
    if isinstance(value, list | tuple):
        parts = [answer(each) for each in value[:_MOST]]
        more = ", ..." if len(value) > _MOST else ""
        return f"{len(value)} results ({', '.join(parts)}{more})"
    return with_article(type(value).__name__)


def numbers_differ(mine, right):
    """Return a few words on two answers of the same kind: how many of the numbers differ."""
    if isinstance(mine, list | tuple):
        pairs = list(zip(mine, right, strict=False))
        wrong = [i + 1 for i, (a, b) in enumerate(pairs) if not same(a, b)]
        return f"other numbers in result {', '.join(map(str, wrong))} of {len(pairs)}"
    return "another number" if _shape(mine) == () else "other numbers"


def parameters_of(source):
    """Return the names of the parameters of each function in an answer cell."""
    return {
        node.name: [argument.arg for argument in node.args.args]
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef)
    }


def _shape(value):
    """Return the shape of an array, tensor or number; None for anything else."""
    if isinstance(value, bool | str) or value is None or isinstance(value, Remote | Made):
        return None
    if isinstance(value, int | float | complex | np.generic):
        return ()
    shape = getattr(value, "shape", None)
    return tuple(map(int, shape)) if shape is not None and not callable(shape) else None
