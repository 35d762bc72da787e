"""Comparisons whose failure says what is wrong: which array, where, how many numbers, how much.

The sentences on numbers and shapes that differ come from `checks.mismatches`.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from checks.mismatches import difference, shape_hint, shape_in_words
from helpers.gradcheck import gradient_check
from helpers.messages import CheckFailed, with_article


def expect(condition: object, message: str) -> None:
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


def results(value: Any, names: str) -> list:
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


def close(
    actual: object,
    expected: ArrayLike,
    rtol: float = 1e-6,
    atol: float = 1e-9,
    what: str = "the result",
) -> None:
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
        expected_shape = f"{shape_in_words(expected)}{shape_hint(got, expected)}"
        raise CheckFailed(f"{what} has {shape_in_words(got)}, expected {expected_shape}")
    if not np.isfinite(got).all():
        bad = int((~np.isfinite(got)).sum())
        raise CheckFailed(f"{what} holds NaN or infinity ({bad} of {got.size} numbers)")
    allowed = atol + rtol * np.abs(expected)
    bad = ~(np.abs(got - expected) <= allowed)
    if bad.any():
        raise CheckFailed(difference(got, expected, bad, rtol, what))


def shaped(actual: object, shape: tuple[int, ...], what: str = "the result") -> None:
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


def close_to_slopes(
    gradients: Mapping[str, ArrayLike],
    cost: Callable[..., float],
    at: Mapping[str, np.ndarray],
    *,
    m: int | None = None,
) -> None:
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
                f"the gradient of {name} has {shape_in_words(got)}, expected "
                f"{shape_in_words(at[name])}: a gradient has the shape of what it is the gradient "
                f"of{shape_hint(got, at[name])}"
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


def steps_agree(
    cost_and_gradient: Callable[[np.ndarray], tuple[float, ArrayLike]],
    theta: np.ndarray,
    blocks: Mapping[str, int],
) -> None:
    """Compare a student's gradient with what small steps change in the student's own cost.

    One direction in each block: enough for a first look that shows no solution, since the cost is
    the student's, too.  `close_to_slopes` looks at each number, with a cost of the test's own.

    Parameters
    ----------
    cost_and_gradient : callable
        ``cost_and_gradient(theta) -> (J, grad)``, the student's.
    theta : (n,) numpy.ndarray
        Where the steps begin.
    blocks : dict of str to int
        The number of entries of each parameter, by its name, in theta's order.

    Raises
    ------
    CheckFailed
        With the name of the parameter, and what J changed by and should have.
    """
    _, grad = results(cost_and_gradient(theta), "J grad")
    shaped(grad, theta.shape, what="grad")
    start = 0
    for name, size in blocks.items():
        step = np.zeros(theta.size)
        step[start : start + size] = np.arange(1, size + 1)
        start += size
        ahead, behind = (
            results(cost_and_gradient(theta + t * step), "J grad")[0] for t in (1e-4, -1e-4)
        )
        slope, claim = float(ahead - behind) / 2e-4, float(np.sum(np.asarray(grad) * step))
        expect(
            bool(abs(slope - claim) < 1e-3 * abs(slope) + 5e-4),
            f"along a direction in {name}, your J changes by {slope:.4g} for a unit of step, "
            f"and by your grad it should change by {claim:.4g}: look at d{name}, at its place "
            "in grad, and at J",
        )


def real_array(value: object, what: str = "the result", *, flat: bool = False) -> np.ndarray:
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
            "pack(...), or pass on two results where one was asked for?"
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


def describe(value: Any) -> str:
    """Return a few words on what kind of thing `value` is."""
    if isinstance(value, np.ndarray):
        return f"an array of {shape_in_words(value)} and type {value.dtype}"
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of {len(value)}"
    return with_article(type(value).__name__)


def _count_of_arrays(value):
    """Return how many arrays a tuple or list of arrays holds; 0 when it is none."""
    if not isinstance(value, tuple | list):
        return 0
    return len(value) if any(isinstance(x, np.ndarray) and x.ndim for x in value) else 0
