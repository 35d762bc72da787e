"""Gradients that hang on the samples: so that the end of a training loop tells what was done.

By itself: the doubles of more than one assignment use it, and it needs nothing of the checks.
"""

from collections.abc import Mapping, Sequence

import numpy as np


def blend(*arrays: np.ndarray | Sequence) -> float:
    """Return a number that each row of some arrays changes, and which rows go together.

    Parameters
    ----------
    *arrays : array_like
        A row a sample, and as many in each; if not, only the rows by themselves count.
    """
    sums: list[np.ndarray] = []
    for place, array in enumerate(arrays):
        rows = np.array(array, dtype=float).reshape(len(array), -1)
        sums.append(rows @ np.sqrt(np.arange(rows.shape[1]) + 2.0 + 3 * place))
    if len({len(each) for each in sums}) == 1:
        return float(np.sin(sum(sums)).mean())
    return float(sum(np.sin(each).mean() for each in sums))


def stirred(
    gradients: dict[str, np.ndarray],
    parameters: Mapping[str, np.ndarray],
    stir: float,
    samples: Sequence[np.ndarray | Sequence],
    outputs: Sequence[np.ndarray | Sequence],
) -> dict[str, np.ndarray]:
    """Add to each gradient what hangs on the samples and, not linearly, on the parameter.

    Then a result of training tells which samples went into which step, and in which order.

    Parameters
    ----------
    gradients, parameters : dict of str to numpy.ndarray
    stir : float
        The size of what is added; 0 adds nothing.
    samples, outputs : list of array_like
        Images with their labels, and what the network made of them.  The gradients of the last
        layer do not hang on these: they are right whatever is wrong with the others.

    Returns
    -------
    dict of str to numpy.ndarray
    """
    if not stir:
        return gradients
    alone, both = blend(*samples), blend(*samples, *outputs)
    free = ("weight_out", "bias_out", "W2", "b2")
    return {
        name: gradient + stir * np.sin(parameters[name] + place + (alone if name in free else both))
        for place, (name, gradient) in enumerate(gradients.items())
    }
