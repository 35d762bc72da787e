"""So that a misbehaving cost function is noticed instead of spoiling the check."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from helpers.gradcheck.blocks import Block
from helpers.messages import with_article

# Two calls at the same theta may differ in the last digits (threads), not by more than this.
REPEATABLE = 1e-10


class WatchedFunction:
    """A cost function f, called on copies of theta, its answers examined.

    Parameters
    ----------
    f : callable
        ``f(theta) -> (J, grad)``.
    theta : ndarray of float64, shape (n_parameters,)
        Where the gradient is checked; never handed out itself.
    blocks : list of Block
        For the wording of errors.

    Attributes
    ----------
    J : float
        The cost at theta.
    gradient : ndarray, shape (n_parameters,)
        A copy of the gradient that the first call returned.
    n_evaluations : int
        Calls of f so far.
    changes_theta : str or None
        The first entry of theta that f changed in place.
    cost_varies, gradient_varies : bool
        Whether another call at the same theta gave another answer.
    growth : float or None
        Factor between the second gradient and the first, when it is the same in every entry.
    """

    def __init__(
        self,
        f: Callable[[np.ndarray], tuple[float, ArrayLike]],
        theta: np.ndarray,
        blocks: Sequence[Block],
    ) -> None:
        self.theta = theta
        self.n_evaluations = 0
        self.changes_theta: str | None = None
        self.cost_varies = self.gradient_varies = False
        self.growth: float | None = None
        self._f = f
        self._blocks = blocks
        self.J, self.gradient = self._at_theta()
        self.repeat()

    def repeat(self) -> None:
        """Call f at theta once more, and note whether the answer is the same."""
        J, gradient = self._at_theta()
        if abs(J - self.J) > REPEATABLE * max(abs(J), abs(self.J)):
            self.cost_varies = True
        if not np.allclose(gradient, self.gradient, rtol=REPEATABLE, atol=0, equal_nan=True):
            first, finite = np.linalg.norm(self.gradient), np.isfinite(gradient).all()
            gap = np.linalg.norm(gradient - self.gradient) if finite else np.inf
            if not gap <= REPEATABLE * first:
                self.gradient_varies = True
                self.growth = self.growth or _common_factor(gradient, self.gradient)

    def value(self, theta: np.ndarray) -> float:
        """Cost at a moved theta (an array that f may keep); NaN where it has no finite value."""
        self.n_evaluations += 1
        try:
            # A step may leave the domain of a logarithm: a shorter one is tried then, so that
            # NumPy's warnings about it would only frighten.
            with np.errstate(all="ignore"):
                J = float(self._f(theta)[0])
        except (ArithmeticError, ValueError):
            return np.nan
        return J if np.isfinite(J) else np.nan

    def _at_theta(self):
        self.n_evaluations += 1
        theta = self.theta.copy()
        answer = self._f(theta)
        changed = np.flatnonzero(theta != self.theta)
        if len(changed) and self.changes_theta is None:
            self.changes_theta = entry_label(self._blocks, changed[0])
        if not (isinstance(answer, (tuple, list)) and len(answer) == 2):
            raise TypeError(
                "f(theta): expected a pair, the cost and its gradient (return J, grad), "
                f"but got {_in_words(answer)}."
            )
        return _checked_cost(answer[0]), _checked_gradient(answer[1], self._blocks)


def checked_theta(theta: object) -> np.ndarray:
    """Copy of theta; raises TypeError or ValueError when it is no flat, finite float64 vector."""
    if not isinstance(theta, np.ndarray) or theta.dtype != np.float64:
        raise TypeError(
            f"theta: expected a NumPy vector of float64, but got {_in_words(theta)}. "
            "Differences need all 16 digits: convert with np.asarray(theta, dtype=np.float64)."
        )
    if theta.ndim != 1 or theta.size == 0:
        raise ValueError(
            f"theta: expected a flat vector with at least one entry, but got shape {theta.shape}. "
            "Flatten your arrays and join them, as helpers.pack does."
        )
    bad = np.flatnonzero(~np.isfinite(theta))
    if len(bad):
        raise ValueError(
            f"theta: expected finite numbers, but theta[{bad[0]}] is {theta[bad[0]]}. "
            "Check at a theta where the cost is defined."
        )
    return theta.copy()


def entry_label(blocks: Sequence[Block], i: int) -> str:
    """Name of theta's entry number i, such as ``W1[3, 7]``."""
    block = next(b for b in blocks if i < b.start + b.size)
    return block.label(i - block.start)


def _checked_cost(J):
    cost = np.asarray(J)
    if cost.ndim != 0:
        raise ValueError(
            f"f(theta): expected the cost J to be one number, but got {_in_words(J)}. "
            "Sum or average over the samples and the outputs."
        )
    if cost.dtype.kind in "iu":
        cost = cost.astype(np.float64)
    if cost.dtype != np.float64:
        raise TypeError(
            f"f(theta): expected the cost J in float64, but got {_in_words(J)}. "
            "Keep theta, X and y's one-hot matrix in float64 while you check."
        )
    if not np.isfinite(cost):
        raise ValueError(
            f"f(theta): expected a finite cost J, but got {float(cost)}. Look for the logarithm of "
            "0, a division by 0 or an exponential that overflows, and check again."
        )
    return float(cost)


def _checked_gradient(grad, blocks):
    if not isinstance(grad, np.ndarray):
        raise TypeError(
            "f(theta): expected the gradient as one flat NumPy vector, "
            f"but got {_in_words(grad)}. "
            "Flatten its parts and join them in theta's order, as helpers.pack does."
        )
    if grad.dtype != np.float64:
        raise TypeError(
            f"f(theta): expected the gradient in float64, but got {grad.dtype}. Look for "
            "np.float32 or whole-number arrays on the way (np.zeros_like of one, for example)."
        )
    size = blocks[-1].start + blocks[-1].size
    if grad.shape != (size,):
        parts = " + ".join(f"{b.size} (d{b.name})" for b in blocks)
        raise ValueError(
            f"f(theta): expected a gradient of shape ({size},), as theta has, but got "
            f"{grad.shape}. It should hold {parts} entries, flattened, in this order."
        )
    return grad.copy()  # f may fill the same array again at its next call


def _common_factor(new, old):
    """Return the number c with new = c * old in every entry, or None."""
    scale = float(old @ old)
    factor = float(new @ old) / scale if scale > 0 else np.nan
    return factor if np.allclose(new, factor * old, rtol=1e-8, atol=0) else None


def _in_words(value):
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype} of shape {value.shape}"
    if isinstance(value, (tuple, list)):
        return f"a {type(value).__name__} of {len(value)}"
    if value is None:
        return "None (is a return missing?)"
    return with_article(type(value).__name__)
