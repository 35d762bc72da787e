"""One flat vector for an optimiser, many arrays for a network: the way from one to the other."""

import math

import numpy as np
from numpy.typing import ArrayLike


def layer_shapes(n: int, h: int, k: int) -> tuple[tuple[int, ...], ...]:
    """Return the shapes of ``W1, b1, W2, b2`` of a network with one hidden layer.

    Parameters
    ----------
    n, h, k : int
        Number of inputs (features), of hidden units, and of outputs (classes).

    Returns
    -------
    tuple of tuple of int
        ``((h, n), (h,), (k, h), (k,))``: a layer computes ``A @ W.T + b``.

    Examples
    --------
    >>> layer_shapes(8, 5, 10)
    ((5, 8), (5,), (10, 5), (10,))
    """
    return (h, n), (h,), (k, h), (k,)


def pack(*arrays: ArrayLike) -> np.ndarray:
    """Lay arrays end to end in one flat vector.

    Parameters
    ----------
    *arrays : array_like
        Real arrays of any shape, in the order in which `unpack` is to give them back
        (for a network with one hidden layer ``W1, b1, W2, b2``).

    Returns
    -------
    theta : numpy.ndarray, shape (total number of elements,), float64
        Each array raveled in C order (row by row). Always new memory: writing to `theta` never
        changes the arrays.

    Raises
    ------
    TypeError
        When an array is complex or does not hold numbers.
    ValueError
        When no array is given.
    """
    if not arrays:
        raise ValueError("pack() needs at least one array, as in pack(W1, b1, W2, b2)")
    flat = [np.ravel(array, order="C") for array in arrays]
    for position, piece in enumerate(flat, start=1):
        if not np.can_cast(piece.dtype, np.float64, casting="same_kind"):
            raise TypeError(
                f"pack() needs arrays of real numbers; number {position} of {len(flat)} holds "
                f"{piece.dtype}"
            )
    return np.concatenate(flat, dtype=np.float64)


def unpack(theta: ArrayLike, *shapes: tuple[int, ...]) -> tuple[np.ndarray, ...]:
    """Cut a flat vector into arrays of the given shapes: the inverse of `pack`.

    Parameters
    ----------
    theta : array_like, shape (total number of elements,)
        The flat vector; its type is kept.
    *shapes : tuple of int
        One shape an array, as ``layer_shapes(n, h, k)`` gives them.

    Returns
    -------
    tuple of numpy.ndarray
        One array a shape, filled in C order. They are *views*: nothing is copied, and writing to
        one of them writes to `theta`. Take ``theta.copy()`` first where that is not wanted.

    Raises
    ------
    ValueError
        When `theta` is not flat, or its length is not the sum of the shapes' sizes.
    TypeError
        When a shape is not a tuple of whole numbers.

    Examples
    --------
    >>> W, b = unpack(np.arange(8.0), (2, 3), (2,))
    >>> W.shape, b.tolist()
    ((2, 3), [6.0, 7.0])
    """
    theta = np.asarray(theta)
    sizes = [_size(shape) for shape in shapes]
    if theta.ndim != 1:
        raise ValueError(f"theta must be a flat vector; its shape is {theta.shape}")
    if len(theta) != sum(sizes):
        listed = ", ".join(str(shape) for shape in shapes) or "none"
        raise ValueError(
            f"theta has {len(theta)} elements, but the shapes {listed} need "
            f"{' + '.join(map(str, sizes)) or '0'} = {sum(sizes)}: are the numbers of inputs, "
            "hidden units and outputs the ones that theta was made with?"
        )
    ends = np.cumsum(sizes)
    return tuple(
        theta[end - size : end].reshape(shape)
        for end, size, shape in zip(ends, sizes, shapes, strict=True)
    )


def _size(shape):
    """Return the number of elements of an array of this shape."""
    whole = isinstance(shape, tuple) and all(isinstance(side, int | np.integer) for side in shape)
    if not whole:
        raise TypeError(
            f"a shape is a tuple of whole numbers such as (5, 8) or (5,), not {shape!r}; a tuple "
            "of shapes needs a star: unpack(theta, *layer_shapes(n, h, k))"
        )
    return math.prod(shape)
