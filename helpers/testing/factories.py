"""Functions and generators that a test hands to a student's function.

Under the grader a test and the student's code live in different processes, and a function cannot
travel; so a test asks for one of these by its plain data, and it is made where it is used.
"""

import functools
import hashlib

import numpy as np

from helpers.testing import elsewhere


def factory(make):
    """Let a function make its thing where the student's code is, too."""

    @functools.wraps(make)
    def on_both_sides(*arguments, **keywords):
        local = make(*arguments, **keywords)
        return elsewhere.twin(local, make.__name__, arguments, keywords)

    return on_both_sides


@factory
def generator(seed):
    """Return ``numpy.random.default_rng(seed)``."""
    return np.random.default_rng(seed)


@factory
def polynomial(linear, quadratic=None, cubic=None, *, with_gradient=False):
    """Return the function ``f(x) = linear @ x + x @ quadratic @ x / 2 + sum(cubic * x**3)``.

    Parameters
    ----------
    linear : array_like, shape (p,)
    quadratic : array_like, shape (p, p), optional
        A symmetric matrix.
    cubic : array_like, shape (p,), optional
    with_gradient : bool
        When true, f returns the pair ``(value, gradient)``, as a function to be minimised does.

    Returns
    -------
    f : callable
        Takes an array of shape (p,); keeps no reference to it.
    """
    linear = np.array(linear, dtype=float)
    quadratic = np.zeros((linear.size,) * 2) if quadratic is None else np.array(quadratic, float)
    cubic = np.zeros(linear.size) if cubic is None else np.array(cubic, dtype=float)

    def f(x):
        x = np.array(x, dtype=float)
        value = float(linear @ x + x @ quadratic @ x / 2 + np.sum(cubic * x**3))
        return (value, linear + quadratic @ x + 3 * cubic * x**2) if with_gradient else value

    return f


@factory
def scattered(seed):
    """Return a function that jumps about: its values follow from nothing but calling it.

    Parameters
    ----------
    seed : int
        Another seed makes another function.

    Returns
    -------
    f : callable
        Takes an array; returns a number between -1 and 1, a hash of the array's entries rounded
        to 1e-9.
    """
    key = np.random.default_rng(seed).bytes(32)

    def f(x):
        grid = np.rint(np.asarray(x, dtype=float) * 1e9).astype("<i8")
        digest = hashlib.blake2b(grid.tobytes(), key=key, digest_size=8).digest()
        return int.from_bytes(digest, "little") / 2**63 - 1

    return f


@factory
def recorded(f):
    """Wrap `f` so that a test can see, in its attribute `calls`, how it was called.

    Parameters
    ----------
    f : callable
        What another factory made; it takes one array.

    Returns
    -------
    Recorded
    """
    return Recorded(f)


class Recorded:
    """A function that remembers its calls.

    Attributes
    ----------
    calls : list of numpy.ndarray
        A copy of the argument of each call, in order.
    """

    def __init__(self, f):
        self._f = f
        self.calls = []

    def __deepcopy__(self, memo):
        """Return this object: a copy would remember the calls, and the test would not see them."""
        return self

    def __call__(self, x):
        """Return ``f(x)`` and remember `x`."""
        self.calls.append(np.array(x))
        return self._f(x)
