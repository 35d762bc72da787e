"""Functions and generators that a test hands to a student's function.

Under the grader a test and the student's code live in different processes, and a function cannot
travel; so a test asks for one of these by its plain data, and it is made where it is used.
"""

import numpy as np


def generator(seed):
    """Return ``numpy.random.default_rng(seed)``."""
    return np.random.default_rng(seed)


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


class recorded:  # noqa: N801  used like a function: recorded(f)
    """Wrap `f` so that a test can see how it was called.

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
