"""Functions and generators that a test hands to a student's function.

Under the grader a test and the student's code live in different processes, and a function cannot
travel; so a test asks for one of these by its plain data, and it is made where it is used.  A
`factory` may stand in any module that a student's kernel can import: those that one assignment
alone needs are in its own folder, ``notebooks/NAME/student/``.
"""

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np

from checks import remote

_Factory = TypeVar("_Factory", bound=Callable[..., Any])


def factory(make: _Factory) -> _Factory:
    """Let a function make its thing where the student's code is, too."""

    @functools.wraps(make)
    def on_both_sides(*arguments, **keywords):
        local = make(*arguments, **keywords)
        name = f"{make.__module__}:{make.__name__}"
        return remote.made_on_both_sides(local, name, arguments, keywords)

    return cast(_Factory, on_both_sides)


@factory
def generator(seed: int) -> np.random.Generator:
    """Return ``numpy.random.default_rng(seed)``."""
    return np.random.default_rng(seed)


class Held:
    """Something that is reached by the attribute `calls`."""

    def __init__(self, thing: object) -> None:
        self.calls: Any = thing
