"""Minimise a cost with SciPy's L-BFGS, and see on one line how far it is."""

from collections.abc import Callable

import numpy as np
import scipy.optimize
from numpy.typing import ArrayLike

from helpers.progress import Progress


def minimize(
    f: Callable[[np.ndarray], tuple[float, ArrayLike]],
    theta0: ArrayLike,
    max_iter: int = 200,
    *,
    progress: bool = True,
    description: str = "training",
    gtol: float = 1e-5,
) -> tuple[np.ndarray, list[float]]:
    """Minimise a cost from its gradient with L-BFGS.

    Parameters
    ----------
    f : callable
        ``f(theta) -> (J, grad)``: the cost, one number, and its gradient, shaped as `theta`.
        It gets float64 and must not draw new random numbers from call to call.
    theta0 : array_like, shape (p,)
        Where to start; it is not changed.
    max_iter : int, default 200
        The largest number of iterations. (One iteration is about 1.1 calls of `f`.)
    progress : bool, default True
        Whether to show a progress bar, and when it is done one line that says how it went. Give
        False for many short runs.
    description : str, default "training"
        What that line begins with.
    gtol : float, default 1e-5
        Stop as soon as no component of the gradient is larger than this. (It also stops when an
        iteration lowers the cost by less than 2.2e-9.)

    Returns
    -------
    theta : numpy.ndarray, shape (p,), float64
        The parameters with the lowest cost of all iterations: ``f(theta)[0] == min(history)``.
    history : list of float
        The cost at `theta0`, then the cost after each iteration.

    Raises
    ------
    TypeError, ValueError
        When `theta0` is not flat, or the first call of `f` does not give a finite number and a
        finite real gradient shaped as `theta0`. The message says what came instead.

    Notes
    -----
    *Interrupted* (the stop button, Ctrl-C), it gives back the best parameters so far and says so.
    With ``progress=False`` the interrupt goes through: a sweep of many runs stops as a whole.

    If the cost or the gradient is no longer finite *on the way*, it says so and gives back the
    best parameters so far.

    Nocedal and Wright (2006), Numerical Optimization, algorithm 7.5 (L-BFGS); the code is
    `scipy.optimize.minimize` with ``method="L-BFGS-B"``.

    Examples
    --------
    >>> theta, history = minimize(lambda t: (t @ t, 2 * t), [3.0, 4.0], progress=False)
    >>> history[0], bool(np.allclose(theta, 0))
    (25.0, True)
    """
    theta0 = _flat_float64(theta0)
    run = _Run(f, theta0)
    with Progress(max_iter, description, show=progress) as bar:
        ending = _descend(run, theta0, max_iter, gtol, bar, interruptible=progress)
        done = f"{len(run.history) - 1} of {max_iter} iterations"
        bar.close(f"{done}, cost {run.history[0]:.4g} -> {min(run.history):.4g}{ending}")
    if run.broken and not progress:
        print(f"{description}{ending}")
    return run.theta, run.history


class _NotFiniteError(Exception):
    """The cost or the gradient is not finite: there is no way on from here."""


class _Run:
    """The caller's function, watched, with what has come of it so far."""

    def __init__(self, f, theta0):
        self.f = f
        self.theta = theta0.copy()
        cost, _ = self(theta0, first=True)
        self.history = [cost]
        self.broken = False

    def __call__(self, theta, first=False):
        """Return cost and gradient at `theta`, checked, as a float and new float64 memory."""
        result = self.f(theta.copy())
        if first:
            _check_result(result, theta)
        cost, grad = result
        cost, grad = float(cost), np.array(grad, dtype=np.float64)
        if not (np.isfinite(cost) and np.isfinite(grad).all()):
            what = "the gradient is not finite" if np.isfinite(cost) else f"the cost is {cost}"
            why = f"{what}: look for log(0), a division by zero or an exp that overflows"
            raise ValueError(f"at theta0 {why}") if first else _NotFiniteError(why)
        return cost, grad

    def accept(self, theta, cost):
        """Keep an iteration's outcome."""
        if cost <= min(self.history):
            self.theta = theta.copy()
        self.history.append(float(cost))


def _descend(run, theta0, max_iter, gtol, bar, interruptible):
    """Let SciPy iterate; return a few words on why it ended."""

    def note_iteration(intermediate_result):
        run.accept(intermediate_result.x, intermediate_result.fun)
        bar.step(f"cost {intermediate_result.fun:.4g}")

    if max_iter < 1:
        return ""
    try:
        result = scipy.optimize.minimize(
            run,
            theta0,
            jac=True,
            method="L-BFGS-B",
            callback=note_iteration,
            # maxfun: the iterations shall be the limit, not the calls of f.
            options={"maxiter": max_iter, "maxfun": 40 * max_iter, "gtol": gtol},
        )
    except _NotFiniteError as stop:
        run.broken = True
        return f"; stopped because {stop}; the best parameters so far are returned"
    except KeyboardInterrupt:
        if not interruptible:
            raise
        return "; interrupted; the best parameters so far are returned"
    if result.status == 2:
        return (
            "; stopped because no step along the gradient lowers the cost: either nothing is "
            "left to gain, or the gradient is wrong (gradient_check tells)"
        )
    return ", converged" if result.success else ""


def _flat_float64(theta0):
    """Return `theta0` as a new flat float64 array, or say why that cannot be."""
    theta0 = np.asarray(theta0)
    if theta0.ndim != 1 or theta0.size == 0:
        raise ValueError(
            f"theta0 must be a flat vector, as pack(W1, b1, W2, b2) gives it; "
            f"its shape is {theta0.shape}"
        )
    if not np.can_cast(theta0.dtype, np.float64, casting="same_kind"):
        raise TypeError(f"theta0 must hold real numbers, not {theta0.dtype}")
    return theta0.astype(np.float64)


def _check_result(result, theta):
    """Raise a clear error if `result` is not ``(J, grad)`` with a gradient shaped as `theta`."""
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise TypeError(
            f"f(theta) must return two things, the cost and the gradient (return J, grad); "
            f"it returned {_describe(result)}"
        )
    cost, grad = result
    if (
        np.ndim(cost) != 0
        or not np.isrealobj(cost)
        or not np.issubdtype(np.asarray(cost).dtype, np.number)
    ):
        raise TypeError(f"the cost must be one real number; f returned {_describe(cost)}")
    grad = np.asarray(grad)
    if grad.shape != theta.shape:
        raise ValueError(
            f"the gradient must have theta's shape {theta.shape}; f returned {_describe(grad)}"
        )
    if not np.issubdtype(grad.dtype, np.floating):
        raise TypeError(
            f"the gradient must hold floating-point numbers; f returned {_describe(grad)}"
        )


def _describe(value):
    """Say what a value is: for an array its shape and type."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape} and type {value.dtype}"
    return f"{type(value).__name__} {value!r:.60}"
