"""So that one call tells whether a gradient is right, and where and how it is not."""

import operator
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from helpers.gradcheck.blocks import parse_blocks
from helpers.gradcheck.engine import Engine
from helpers.gradcheck.result import GradientReport
from helpers.gradcheck.watched import WatchedFunction, checked_theta

SMALL = 500  # up to this size of theta every entry is checked: at most 3,000 calls of a fast f
SAMPLE = 12  # entries of a large block; the random directions see the rest


def gradient_check(
    f: Callable[[np.ndarray], tuple[float, ArrayLike]],
    theta: np.ndarray,
    blocks: Mapping[str, int | Sequence[int]] | None = None,
    *,
    m: int | None = None,
    seed: int = 0,
    max_per_block: int | None = None,
    tolerance: float = 1e-7,
) -> GradientReport:
    """Compare the gradient that f returns with differences of the cost that f returns.

    Every block of theta gets a verdict: *right*, *wrong*, or *inconclusive* where differences
    cannot tell (at a kink of the cost, or where the block's gradient vanishes). A wrong gradient
    is explained as far as its numbers allow.

    Small blocks are checked entry by entry. In a large block some entries are sampled, and the
    whole block is moved along random directions besides, so that no wrong entry can hide.
    With the defaults an entry is found that is off by a millionth of its block's norm.

    Parameters
    ----------
    f : callable
        ``f(theta) -> (J, grad)`` with the cost J (one float64 number) and its gradient (float64,
        shape (n_parameters,)). It is called with copies of theta.
    theta : ndarray of float64, shape (n_parameters,)
        Where to check. Random numbers are best: zeros hide mistakes.
    blocks : dict of str to tuple of int, optional
        Names and shapes of the arrays in theta, in its order, such as
        ``{"W1": (5, 8), "b1": (5,), "W2": (10, 5), "b2": (10,)}``.
        By default theta is one block; then a small array in it can hide in the norm of the rest.
    m : int, optional
        Number of samples that the cost is a mean of; with it, the report can name a mean that is
        missing or taken twice.
    seed : int, optional
        Seed for sampled entries and directions; the report names it.
    max_per_block : int, optional
        Blocks up to this size are checked entry by entry; of larger ones, so many are sampled. By
        default 12, or all when theta has at most 500 entries.
    tolerance : float, optional
        Relative error ``|g - n| / (|g| + |n|)`` of a block up to which it is right.

    Returns
    -------
    GradientReport
        Print it, or leave it on a notebook cell's last line. `report.ok` is the short answer.

    Raises
    ------
    TypeError
        theta, J or grad is not float64, or f does not return a pair.
    ValueError
        theta or grad has the wrong shape, J is not one finite number, or the blocks do not fit.

    Notes
    -----
    Central differences and the choice of their step: Nocedal and Wright, Numerical Optimization
    (2nd ed. 2006), section 8.1. Extrapolation with an error estimate: Ridders 1982, "Accurate
    computation of F'(x) and F'(x)F''(x)", Advances in Engineering Software 4; Press et al.,
    Numerical Recipes (3rd ed. 2007), section 5.7. Checking along random directions: Goodfellow,
    Bengio and Courville, Deep Learning (2016), section 11.5. The noise of the cost is measured
    after Moré and Wild 2011, "Estimating computational noise".

    Examples
    --------
    >>> import numpy as np
    >>> report = gradient_check(lambda t: (t @ t, 2 * t), np.array([1.0, -2.0, 3.0]))
    >>> report.verdict
    'right'
    """
    theta = checked_theta(theta)
    if max_per_block is None:
        max_per_block = theta.size if theta.size <= SMALL else SAMPLE
    parsed = parse_blocks(blocks, theta.size)
    engine = Engine(
        WatchedFunction(f, theta, parsed),
        parsed,
        seed=_whole_number("seed", seed, 0),
        max_per_block=_whole_number("max_per_block", max_per_block, 1),
        tolerance=tolerance,
    )
    return engine.run(None if m is None else _whole_number("m", m, 1))


def _whole_number(name, value, least):
    try:
        number = operator.index(value)
    except TypeError:
        number = least - 1
    if number < least:
        raise ValueError(f"{name}: expected a whole number of at least {least}, but got {value!r}.")
    return number
