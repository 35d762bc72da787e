"""Comparisons whose failure says what is wrong: which array, where, how many numbers, how much.

No message of a hidden test holds an expected value: ratios, signs and sizes of errors say more, and
give nothing away.  Only in a visible check, whose numbers stand in its text anyhow, small results
are shown beside the expected ones (`values_shown`).
"""

import contextlib
import contextvars

import numpy as np

from helpers.gradcheck import gradient_check
from helpers.wording import with_article

MOST_SHOWN = 8  # numbers of an array that is shown whole

_shows_values = contextvars.ContextVar("shows_values", default=False)


class CheckFailed(AssertionError):
    """A check that does not hold; its message is written for the student."""


@contextlib.contextmanager
def values_shown(allowed):
    """Let messages in the block hold expected values, or not (the default everywhere else)."""
    before = _shows_values.set(bool(allowed))
    try:
        yield
    finally:
        _shows_values.reset(before)


def expect(condition, message):
    """Raise `CheckFailed` with `message` unless `condition` is true.

    Parameters
    ----------
    condition : bool
        Plain True or False; anything else is an error of the test.
    """
    if type(condition) not in (bool, np.bool_):
        raise TypeError(f"expect() needs True or False, not {type(condition).__name__}")
    if not condition:
        raise CheckFailed(message)


def results(value, names):
    """Return the list of a function's several results, after making sure that it is as long.

    Parameters
    ----------
    value : object
        What the student's function returned; a tuple or a list is right.
    names : str
        The results' names in order, separated by spaces.
    """
    labels = names.split()
    wanted = f"{len(labels)} results in this order: {', '.join(labels)}"
    if value is None:
        raise CheckFailed(f"your function returns nothing; it should `return` {wanted}")
    if not isinstance(value, tuple | list):
        raise CheckFailed(f"your function should return {wanted}; it returned {describe(value)}")
    if len(value) != len(labels):
        raise CheckFailed(f"your function should return {wanted}; it returned {len(value)}")
    return list(value)


def close(actual, expected, rtol=1e-6, atol=1e-9, what="the result"):
    """Compare shape and value: no broadcasting, no NaN, real numbers only.

    Parameters
    ----------
    actual : array_like
        The student's.
    expected : array_like
    rtol, atol : float
        Each number may differ by ``atol + rtol * |expected|``.
    what : str
        The array's name, for the message.

    Raises
    ------
    CheckFailed
        With the array's name, its shape, and the size, place or pattern of the error.
    """
    expected = np.asarray(expected, dtype=float)
    got = real_array(actual, what, flat=expected.ndim == 1)
    if got.shape != expected.shape:
        expected_shape = f"{_shape(expected)}{_hint(got, expected)}"
        raise CheckFailed(f"{what} has {_shape(got)}, expected {expected_shape}")
    if not np.isfinite(got).all():
        bad = int((~np.isfinite(got)).sum())
        raise CheckFailed(f"{what} holds NaN or infinity ({bad} of {got.size} numbers)")
    allowed = atol + rtol * np.abs(expected)
    bad = ~(np.abs(got - expected) <= allowed)
    if bad.any():
        raise CheckFailed(_difference(got, expected, bad, rtol, what) + _values(got, expected))


def shaped(actual, shape, what="the result"):
    """Compare the shape alone.

    Parameters
    ----------
    actual : array_like
        The student's.
    shape : tuple of int
        The right shape; ``()`` for one number.
    what : str
        The array's name, for the message.

    Raises
    ------
    CheckFailed
        With both shapes, and how the two are related.
    """
    got = real_array(actual, what, flat=len(shape) == 1)
    close(np.zeros(got.shape), np.zeros(shape), what=what)


def close_to_slopes(gradients, cost, at, *, m=None):
    """Compare gradients with central differences of a cost.

    Parameters
    ----------
    gradients : dict of str to array_like
        The student's gradients, by the name of what the cost is differentiated by.
    cost : callable
        ``cost(**arrays) -> float``, the test's own.
    at : dict of str to numpy.ndarray
        The arrays where the slopes are taken, one for each gradient, with the same names.
    m : int, optional
        The number of samples, so that a factor of m is recognised as such.

    Raises
    ------
    CheckFailed
        With the gradient checker's reading of what is wrong.
    """
    blocks = {name: at[name].shape for name in gradients}
    for name, gradient in gradients.items():
        got = real_array(gradient, f"the gradient of {name}")
        if got.shape != blocks[name]:
            raise CheckFailed(
                f"the gradient of {name} has {_shape(got)}, expected {_shape(at[name])}: "
                f"a gradient has the shape of what it is the gradient of{_hint(got, at[name])}"
            )
        if not np.isfinite(got).all():
            raise CheckFailed(f"the gradient of {name} holds NaN or infinity")
    flat = np.concatenate([np.asarray(gradients[n], float).ravel() for n in blocks])

    def cost_and_claim(theta):
        parts = np.split(theta, np.cumsum([at[name].size for name in blocks])[:-1])
        arrays = {n: part.reshape(blocks[n]) for n, part in zip(blocks, parts, strict=True)}
        return cost(**arrays), flat

    theta = np.concatenate([at[name].ravel() for name in blocks])
    report = gradient_check(cost_and_claim, theta, blocks, m=m)
    if not report.ok:
        raise CheckFailed("\n".join(report.explanation) or report.headline)


def real_array(value, what="the result", *, flat=False):
    """Return `value` as an array of real numbers, or say why it is none.

    Parameters
    ----------
    value : object
        What the student's function returned.
    what : str
        Its name, for the message.
    flat : bool
        Whether one flat vector is due; then several arrays are not taken for a matrix.
    """
    if value is None:
        raise CheckFailed(f"{what} is None: does your function end in `return ...`?")
    if isinstance(value, str | bytes | dict | set):
        raise CheckFailed(f"{what} should be a number or an array, not {describe(value)}")
    several = _count_of_arrays(value)
    if several and flat:
        raise CheckFailed(
            f"{what} should be one flat vector; you returned {several} arrays: did you forget "
            "pack(...)?"
        )
    try:
        got = np.asarray(value)
    except ValueError:
        if several:
            raise CheckFailed(f"{what} should be one array; you returned {several}") from None
        raise CheckFailed(f"{what} is a list whose rows have different lengths") from None
    if got.dtype.kind not in "biuf":
        raise CheckFailed(f"{what} should hold real numbers, but it is {describe(value)}")
    # Differences of bool are an error, and those of unsigned integers wrap around.
    return got if got.dtype.kind == "f" else got.astype(float)


def describe(value):
    """Return a few words on what kind of thing `value` is."""
    if isinstance(value, np.ndarray):
        return f"an array of {_shape(value)} and type {value.dtype}"
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of {len(value)}"
    return with_article(type(value).__name__)


def _count_of_arrays(value):
    """Return how many arrays a tuple or list of arrays holds; 0 when it is none."""
    if not isinstance(value, tuple | list):
        return 0
    return len(value) if any(isinstance(x, np.ndarray) and x.ndim for x in value) else 0


def _shape(array):
    return f"shape {array.shape}" if array.shape else "no dimensions (one number)"


def _hint(got, expected):
    """Return a hint on a wrong shape, or nothing."""
    if got.ndim == 2 and got.shape == expected.shape[::-1]:
        return ": it is transposed"
    if got.size == expected.size and got.ndim != expected.ndim:
        return ": the right number of entries, in another arrangement"
    if expected.ndim and not got.ndim:
        return ": it was summed or averaged over everything"
    return ""


def _difference(got, expected, bad, rtol, what):
    """Return the sentence on numbers that differ."""
    if not got.shape:
        return f"{what} is wrong{_pattern(got, expected, rtol) or f': {_error(got, expected)}'}"
    worst = np.unravel_index(np.argmax(np.abs(got - expected)), got.shape)
    place = ",".join(str(int(i)) for i in worst)
    return (
        f"{what} (shape {got.shape}): {int(bad.sum())} of {bad.size} numbers are wrong"
        f"{_pattern(got, expected, rtol)}; the largest error is "
        f"{abs(got[worst] - expected[worst]):.2g}, at [{place}]"
    )


def _values(got, expected):
    """Return a line with both arrays, where that is allowed and they are small."""
    if not _shows_values.get() or got.size > MOST_SHOWN:
        return ""
    yours, right = _digits(got), _digits(expected)
    return f"\nyours {yours}, expected {right}" if yours != right else ""


def _digits(array):
    """Return an array's numbers with six digits each, on one line."""
    texts = np.array([f"{x + 0.0:.6g}" for x in array.ravel()], dtype=object)
    return str(texts.reshape(array.shape).tolist()).replace("'", "")


def _error(got, expected):
    return f"yours is off by {abs(float(got - expected)):.2g}"


def _pattern(got, expected, rtol):
    """Return what the error has in common everywhere: zero, a factor, a transposition."""
    scale = float(np.abs(expected).max(initial=0))
    if scale == 0:
        return ""
    if not got.any():
        return ": all of yours are zero" if got.size > 1 else ": yours is zero"
    tolerance = max(100 * rtol, 1e-9) * scale
    if not got.shape and abs(got - (1 - expected)) <= tolerance:
        return ": is that 1 minus the right number?"
    factor = float((got * expected).sum() / (expected * expected).sum())
    if np.abs(got - factor * expected).max() <= tolerance * max(abs(factor), 1e-3):
        if np.isclose(factor, -1, rtol=1e-4):
            return f": the sign is reversed{' everywhere' if got.size > 1 else ''}"
        if not np.isclose(factor, 1, rtol=1e-4):
            where = ", everywhere" if got.size > 1 else ""
            return f": yours is {factor:.5g} times what it should be{where}"
    square = got.ndim == 2 and got.shape[0] == got.shape[1]
    if square and np.abs(got.T - expected).max() <= tolerance:
        return ": it is transposed"
    shift = float((got - expected).mean())
    if got.size > 1 and np.abs(got - expected - shift).max() <= tolerance:
        return f": yours is {shift:+.4g} off everywhere"
    return ""
