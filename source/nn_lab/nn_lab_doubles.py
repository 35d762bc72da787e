"""Functions that the tests of `nn_lab` hand to a student's function, in place of a cost, say."""

import hashlib

import numpy as np

from checks.factories import factory


@factory
def polynomial(linear, quadratic=None, cubic=None, *, with_gradient=False):
    """Return the function ``f(x) = linear @ x + x @ quadratic @ x / 2 + sum(cubic * x**3)``.

    Parameters
    ----------
    linear : array_like, shape (p,)
    quadratic : array_like, shape (p, p) or (p,), optional
        A symmetric matrix, or the diagonal of one that has nothing else.
    cubic : array_like, shape (p,), optional
    with_gradient : bool
        When true, f returns the pair ``(value, gradient)``, as a function to be minimised does.

    Returns
    -------
    f : callable
        Takes an array of shape (p,); keeps no reference to it.
    """
    linear = np.array(linear, dtype=float)
    quadratic = np.zeros(linear.size) if quadratic is None else np.array(quadratic, float)
    cubic = np.zeros(linear.size) if cubic is None else np.array(cubic, dtype=float)

    def f(x):
        x = np.array(x, dtype=float)
        slope = quadratic * x if quadratic.ndim == 1 else quadratic @ x
        value = float(linear @ x + x @ slope / 2 + np.sum(cubic * x**3))
        return (value, linear + slope + 3 * cubic * x**2) if with_gradient else value

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


@factory
def looked_up(calls, answers):
    """Return a function that knows some calls by heart, and in `calls` remembers those made.

    Parameters
    ----------
    calls : list of list
        The arguments, plain numbers, of each call it knows.
    answers : list
        What it returns for each of them.

    Returns
    -------
    LookedUp
    """
    return LookedUp(calls, answers)


class LookedUp:
    """A table in the shape of a function.

    Attributes
    ----------
    calls : list of list
        The arguments of each call, in order.
    """

    def __init__(self, calls, answers):
        pairs = zip(calls, answers, strict=True)
        self._answers = {tuple(arguments): answer for arguments, answer in pairs}
        self.calls = []

    def __deepcopy__(self, memo):
        """Return this object: a copy would remember the calls, and the test would not see them."""
        return self

    def __call__(self, *arguments):
        """Return the answer to a known call."""
        numbers = [getattr(each, "item", lambda each=each: each)() for each in arguments]
        self.calls.append(numbers)
        if tuple(numbers) not in self._answers:
            raise ValueError(
                f"the function that you were given was called with {tuple(numbers)}; a call that "
                f"it knows is {next(iter(self._answers))}: are the arguments in the right order?"
            )
        return self._answers[tuple(numbers)]


@factory
def centred_projection(W):
    """Return a ``fit(X)`` that learns the mean of X, and gives an encoder that subtracts it.

    Parameters
    ----------
    W : array_like, shape (h, n)

    Returns
    -------
    fit : callable
        Takes an array of shape (m, n), returns ``encode``: that takes an array A of shape (any, n)
        and returns ``(A - mean of the rows of X) @ W.T``.
    """
    W = np.array(W, dtype=float)

    def fit(X):
        mean = np.mean(np.array(X, dtype=float), axis=0)
        return lambda A: (np.array(A, dtype=float) - mean) @ W.T

    return fit
