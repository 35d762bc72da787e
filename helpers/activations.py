"""The logistic sigmoid: right for every input, never a warning, and quick enough to train with."""

import numpy as np
from numpy.typing import ArrayLike


def sigmoid(z: ArrayLike) -> np.ndarray | np.floating:
    r"""Return the logistic sigmoid of each element of `z`.

    Parameters
    ----------
    z : array_like
        Net inputs of any shape. Floating-point types keep their precision (float32 stays
        float32); integers and booleans become float64.

    Returns
    -------
    numpy.ndarray or scalar
        :math:`\sigma(z) = 1 / (1 + e^{-z})`, shaped as `z`, in new memory. Between 0 and 1,
        and exactly 0 or 1 where floating point has nothing nearer. NaN stays NaN.

    Raises
    ------
    TypeError
        When `z` does not hold numbers.

    Notes
    -----
    Raschka, Liu and Mirjalili (2022), chapter 11, the activation of ``NeuralNetMLP``; chapter 3
    introduces it for logistic regression.

    For very negative `z` the power overflows to infinity, and one over infinity is the right
    answer, 0; so that one warning is silenced and nothing needs to be clipped. The relative error
    is a few units in the last place everywhere, so that ``log(sigmoid(-40))`` is -40. (The popular
    :math:`\frac{1}{2}\tanh(\frac{z}{2}) + \frac{1}{2}` gives 0 there, and its logarithm is
    minus infinity.)

    Examples
    --------
    >>> float(sigmoid(0))
    0.5
    """
    z = np.asarray(z)
    if not np.issubdtype(z.dtype, np.inexact):
        z = z.astype(np.float64)
    out = np.empty_like(z)
    # One new array and four passes over it: temporaries would cost more than the arithmetic.
    with np.errstate(over="ignore"):
        np.negative(z, out=out)
        np.exp(out, out=out)
    out += 1
    np.divide(1, out, out=out)
    return out[()]  # a scalar for a scalar; an array is left as it is
