"""What is wrong with numbers or a shape, in a sentence: a factor, a sign, a place, a size.

No message of a hidden test holds an expected value: ratios, signs and sizes of errors say more, and
give nothing away.  Only in a visible check, whose numbers stand in its text anyhow, small results
are shown beside the expected ones (`values_shown`).
"""

import contextlib
import contextvars
from collections.abc import Iterator

import numpy as np

MOST_SHOWN = 8  # numbers of an array that is shown whole

_shows_values = contextvars.ContextVar("shows_values", default=False)


@contextlib.contextmanager
def values_shown(allowed: bool) -> Iterator[None]:
    """Let messages in the block hold expected values, or not (the default everywhere else)."""
    before = _shows_values.set(bool(allowed))
    try:
        yield
    finally:
        _shows_values.reset(before)


def shape_in_words(array: np.ndarray) -> str:
    """Return an array's shape as it stands in a sentence."""
    return f"shape {array.shape}" if array.shape else "no dimensions (one number)"


def shape_hint(got: np.ndarray, expected: np.ndarray) -> str:
    """Return a hint on a wrong shape, or nothing."""
    if got.ndim == 2 and got.shape == expected.shape[::-1]:
        return ": it is transposed"
    if got.size == expected.size and got.ndim != expected.ndim:
        return ": the right number of entries, in another arrangement"
    if expected.ndim and not got.ndim:
        return ": was it summed or averaged over everything, or is it another of the results?"
    return ""


def difference(
    got: np.ndarray, expected: np.ndarray, bad: np.ndarray, rtol: float, what: str
) -> str:
    """Return the sentence on numbers that differ; a second line shows them where that is allowed.

    Parameters
    ----------
    got, expected : numpy.ndarray
        Of the same shape, finite.
    bad : numpy.ndarray of bool
        Which numbers are wrong.
    rtol : float
        Relative tolerance of the comparison.
    what : str
        The array's name.
    """
    if not got.shape:
        pattern = _pattern(got, expected, rtol) or f": {_error(got, expected)}"
        return f"{what} is wrong{pattern}{_values(got, expected)}"
    worst = np.unravel_index(np.argmax(np.abs(got - expected)), got.shape)
    place = ",".join(str(int(i)) for i in worst)
    return (
        f"{what} (shape {got.shape}): {int(bad.sum())} of {bad.size} numbers are wrong"
        f"{_pattern(got, expected, rtol)}; the largest error is "
        f"{abs(got[worst] - expected[worst]):.2g}, at [{place}]{_values(got, expected)}"
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


def _simple(factor, rtol):
    """Return the factor that is meant, or 0: of a single number, any other ratio means nothing."""
    size = abs(factor)
    halves = round(2 * max(size, 1 / size)) / 2
    meant = halves if size > 1 else 1 / halves
    is_meant = 1 < halves <= 1000 and abs(size / meant - 1) <= 10 * rtol
    return np.copysign(meant, factor) if is_meant else 0


def _pattern(got, expected, rtol):
    """Return what the error has in common everywhere: zero, a factor, a transposition."""
    scale = float(np.abs(expected).max(initial=0))
    if scale == 0:
        return ""
    if not got.any():
        return ": all of yours are zero" if got.size > 1 else ": yours is zero"
    # Where a comparison is coarse, a pattern is still to be seen to a thousandth, or is none.
    tolerance = max(min(100 * rtol, 1e-3), rtol, 1e-9) * scale
    if not got.shape and abs(got - (1 - expected)) <= tolerance:
        return ": is that 1 minus the right number?"
    factor = float((got * expected).sum() / (expected * expected).sum())
    if np.abs(got - factor * expected).max() <= tolerance * max(abs(factor), 1e-3):
        if np.isclose(factor, -1, rtol=1e-4):
            return f": the sign is reversed{' everywhere' if got.size > 1 else ''}"
        if got.size > 1 and not np.isclose(factor, 1, rtol=max(1e-4, 5 * rtol)):
            return f": yours is {factor:.5g} times what it should be, everywhere"
        if got.size == 1 and (simple := _simple(factor, max(rtol, 1e-6))):
            return f": yours is {simple:g} times what it should be"
    square = got.ndim == 2 and got.shape[0] == got.shape[1]
    if square and np.abs(got.T - expected).max() <= tolerance:
        return ": it is transposed"
    shift = float((got - expected).mean())
    if got.size > 1 and np.abs(got - expected - shift).max() <= tolerance:
        return f": yours is {shift:+.4g} off everywhere"
    return ""
