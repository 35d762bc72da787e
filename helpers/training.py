"""Gradient descent in mini-batches or with all rows, for any network's own gradient, at speed."""

import functools
import operator
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike
from scipy.linalg.blas import daxpy, saxpy
from threadpoolctl import ThreadpoolController

from helpers.progress import Progress

#: Rows of one product when all rows make one step: few enough to stay in the processor's cache.
CHUNK = 1000


def fit(
    parameters: list[np.ndarray],
    gradient: Callable[[np.ndarray, np.ndarray], Sequence[np.ndarray]],
    X: np.ndarray,
    Y: np.ndarray,
    *,
    learning_rate: float,
    epochs: int,
    batch: int | None = 100,
    rng: np.random.Generator | np.random.RandomState | None = None,
    after_epoch: Callable[[int], Any] | None = None,
    progress: bool = True,
    description: str = "training",
) -> list:
    """Train parameters in place: each step goes against the gradient, at a constant rate.

    Parameters
    ----------
    parameters : list of numpy.ndarray
        Floating-point arrays; they are changed in place. `parameters_of` gives those of a network.
    gradient : callable
        ``gradient(X_batch, Y_batch)`` returns one array a parameter, in that order: the gradient
        of a loss that is a *mean over the rows* it is given. What it returns is not changed.
    X : numpy.ndarray, shape (m, ...)
        The samples, one a row. float32 trains twice as fast as float64.
    Y : numpy.ndarray, shape (m,) or (m, k)
        Labels or targets. Floating-point targets are taken in the precision of `X`: one array of
        float64 would make all that follows it float64.
    learning_rate : float
    epochs : int
        How often all rows are gone through.
    batch : int or None, default 100
        Rows a step; the last step of an epoch takes what is left. None: all rows make one step,
        computed a few thousand rows at a time (so the loss must be a mean over rows and nothing
        else: no penalty on the weights).
    rng : numpy.random.Generator or numpy.random.RandomState
        Draws a new order for each epoch; not needed with ``batch=None``.
    after_epoch : callable, optional
        Called with the number of the epoch, from 1, when it is done. A dict of numbers is also
        shown beside the progress bar.
    progress : bool, default True
        Whether to show a progress bar, and when it is done one line.
    description : str, default "training"
        What that line begins with.

    Returns
    -------
    list
        What `after_epoch` returned, epoch by epoch.

    Raises
    ------
    TypeError, ValueError
        When the arguments cannot be meant, or the first gradient does not fit the parameters; the
        message says which. Nothing has been changed then.
    FloatingPointError
        When a parameter is no longer finite after an epoch.

    Notes
    -----
    Interrupted (the stop button, Ctrl-C), it gives back what there is so far and says so; without
    a progress bar the interrupt goes through.

    Bottou, Curtis and Nocedal (2018), Optimization methods for large-scale machine learning,
    algorithm 4.1. Each batch is gathered into memory that the next one uses again: a `gradient`
    that keeps rows must copy them.

    Examples
    --------
    >>> w, x = np.zeros(1), np.array([[1.0], [2.0], [3.0]])
    >>> mean = lambda X, y: [2 * ((X @ w - y) @ X) / len(y)]
    >>> _ = fit([w], mean, x, 2 * x[:, 0], learning_rate=0.1, epochs=50, batch=None, progress=False)
    >>> w.round(3)
    array([2.])
    """
    X, Y = np.asarray(X), np.asarray(Y)
    if np.issubdtype(Y.dtype, np.floating) and np.issubdtype(X.dtype, np.floating):
        Y = Y.astype(X.dtype, copy=False)
    _check(parameters, X, Y, epochs, batch, rng)
    _check_gradient(gradient(X[:2], Y[:2]), parameters)
    steps = _full_batch(X, Y) if batch is None else _MiniBatches(X, Y, operator.index(batch), rng)
    sums = [np.zeros_like(p) for p in parameters]
    found, outcome = [], ""
    with Progress(epochs, description, show=progress) as bar, _one_thread_for_scipy():
        try:
            for epoch in range(1, epochs + 1):
                _one_epoch(parameters, gradient, steps, learning_rate, sums)
                _check_finite(parameters, epoch)
                found.append(after_epoch(epoch) if after_epoch else None)
                bar.step(_note(found[-1]))
        except KeyboardInterrupt:
            if not progress:
                raise
            outcome = "; interrupted, the network stays as it is now"
        bar.close(f"{bar.done} of {epochs} epochs{bar.note and ', '}{bar.note}{outcome}")
    return found


def parameters_of(
    net: object, names: Iterable[str], dtype: DTypeLike = np.float32
) -> list[np.ndarray]:
    """Return a network's parameters, cast in place: the arrays are the network's own.

    Parameters
    ----------
    net : object
        Its parameters are attributes.
    names : iterable of str
        The attributes, in the order of the gradients.
    dtype : numpy.float32 or numpy.float64

    Returns
    -------
    list of numpy.ndarray
        To be handed to `fit`.

    Raises
    ------
    AttributeError
        When the network has no attribute of a name.
    """
    for name in names:
        if not hasattr(net, name):
            raise AttributeError(f"the network, a {type(net).__name__}, has no attribute {name!r}")
        setattr(net, name, np.array(getattr(net, name), dtype=dtype, order="C"))
    return [getattr(net, name) for name in names]


class _MiniBatches:
    """The batches of an epoch; calling it draws a new order."""

    def __init__(self, X, Y, batch, rng):
        self.X, self.Y, self.rng = X, Y, rng
        self.batch = min(batch, len(X))
        # Each batch is gathered into the same memory, which stays in the processor's cache.
        self.X_batch = np.empty((self.batch, *X.shape[1:]), X.dtype)
        self.Y_batch = np.empty((self.batch, *Y.shape[1:]), Y.dtype)

    def __call__(self):
        """Yield (X_batch, Y_batch, the share of a step, whether it ends a step)."""
        order = self.rng.permutation(len(self.X))
        for start in range(0, len(order), self.batch):
            rows = order[start : start + self.batch]
            X_batch, Y_batch = self.X_batch[: len(rows)], self.Y_batch[: len(rows)]
            # mode="clip" writes into `out` directly; "raise" would go through a copy.
            np.take(self.X, rows, axis=0, out=X_batch, mode="clip")
            np.take(self.Y, rows, axis=0, out=Y_batch, mode="clip")
            yield X_batch, Y_batch, 1.0, True


def _full_batch(X, Y):
    """Return a function that yields the chunks of all rows, each with its share of the mean."""

    def chunks():
        for start in range(0, len(X), CHUNK):
            rows = slice(start, min(start + CHUNK, len(X)))
            yield X[rows], Y[rows], (rows.stop - start) / len(X), rows.stop == len(X)

    return chunks


def _one_epoch(parameters, gradient, steps, learning_rate, sums):
    """Go through the rows once: add up the chunks' gradients, and step where a step is due."""
    for X_batch, Y_batch, share, is_last in steps():
        # A step of one piece goes straight into the parameters, without a sum to be kept.
        targets = parameters if share == 1 else sums
        # No name holds the gradients: the next ones get their memory, still in the cache.
        _add_all(targets, gradient(X_batch, Y_batch), -learning_rate * share)
        if share != 1 and is_last:
            for parameter, total in zip(parameters, sums, strict=True):
                parameter += total
                total.fill(0)


def _add_all(targets, arrays, factor):
    """Add ``factor`` times each array to its target, in place."""
    for target, array in zip(targets, arrays, strict=True):
        _add(target, array, factor)


def _add(target, array, factor):
    """Add ``factor * array`` to `target`, in place."""
    axpy = _AXPY.get((target.dtype, getattr(array, "dtype", None)))
    if axpy and target.flags.c_contiguous and array.flags.c_contiguous and array.size:
        # One pass over the memory; NumPy's two would take twice as long.
        axpy(array.reshape(-1), target.reshape(-1), a=factor)
    else:
        target += (factor * np.asarray(array)).astype(target.dtype, copy=False)


_AXPY = {(np.dtype(np.float32),) * 2: saxpy, (np.dtype(np.float64),) * 2: daxpy}


def _one_thread_for_scipy():
    """Return a context in which SciPy's copy of the BLAS, if it has one, uses one thread.

    It does anyway, unless somebody chose more (`helpers.threads`).  Then its threads and those of
    NumPy's copy would wait for each other: 40 to 140 times as slow.
    """
    libraries = _thread_pools()
    own = [each.filepath for each in libraries.lib_controllers if "scipy" in each.filepath]
    return libraries.select(filepath=own).limit(limits=1)


@functools.cache
def _thread_pools():
    """Return what is known of the loaded libraries' threads: finding them takes milliseconds."""
    return ThreadpoolController()


def _note(found):
    """Return what stands beside the progress bar."""
    if not isinstance(found, dict):
        return ""
    return ", ".join(f"{name} {value:.4g}" for name, value in found.items())


def _check(parameters, X, Y, epochs, batch, rng):
    """Raise a clear error for arguments that cannot be meant."""
    for number, each in enumerate(parameters):
        if not isinstance(each, np.ndarray) or not np.issubdtype(each.dtype, np.floating):
            raise TypeError(
                f"parameters must be NumPy arrays of floating-point numbers, to be changed in "
                f"place; number {number} is {_kind(each)}"
            )
    if X.ndim == 0 or Y.ndim == 0 or len(X) != len(Y) or len(X) == 0:
        raise ValueError(
            "X and Y need one row a sample, the same number in both; "
            f"their shapes are {X.shape} and {Y.shape}"
        )
    if operator.index(epochs) < 0:
        raise ValueError(f"epochs must not be negative; got {epochs}")
    if batch is None:
        return
    if operator.index(batch) < 1:
        raise ValueError(f"batch must be at least 1, or None for all rows; got {batch}")
    if not hasattr(rng, "permutation"):
        raise TypeError(
            f"mini-batches need a random generator, not {rng!r}: pass "
            "rng=np.random.default_rng(seed)"
        )


def _check_gradient(gradients, parameters):
    """Raise a clear error when the gradients do not belong to the parameters."""
    gradients = list(gradients)
    if len(gradients) != len(parameters):
        raise ValueError(
            f"gradient(X, Y) must return one array a parameter: there are {len(parameters)} "
            f"parameters, and it returned {len(gradients)}"
        )
    for number, (each, parameter) in enumerate(zip(gradients, parameters, strict=True)):
        if np.shape(each) != parameter.shape:
            raise ValueError(
                f"gradient number {number} has the shape {np.shape(each)}, and its parameter "
                f"{parameter.shape}: are they in the same order?"
            )


def _check_finite(parameters, epoch):
    """Raise an error when training has run away."""
    for number, each in enumerate(parameters):
        if not np.isfinite(each.sum()):
            raise FloatingPointError(
                f"after epoch {epoch}, parameter number {number} {each.shape} is no longer "
                "finite: try a smaller learning rate"
            )


def _kind(value):
    if isinstance(value, np.ndarray):
        return f"an array of type {value.dtype}"
    return f"{type(value).__name__} {value!r:.40}"
