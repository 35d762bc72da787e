"""So that a single wrong entry among many thousands is found, and named."""

from collections.abc import Callable

import numpy as np

from helpers.gradcheck.blocks import Block
from helpers.gradcheck.differences import Probes, Slopes
from helpers.gradcheck.probes import random_directions
from helpers.gradcheck.verdict import MARGIN

N_TRIES = 2  # random directions that must all agree before a region counts as right


def find_wrong_entry(
    measure: Callable[[Probes], Slopes],
    block: Block,
    gradient: np.ndarray,
    rng: np.random.Generator,
) -> int:
    """Find an entry of the block whose gradient is wrong, and return its number.

    Halves the block, keeps the half whose directional derivative disagrees more, and goes on:
    17 steps for 100,000 entries.

    Parameters
    ----------
    measure : callable
        ``measure(probes) -> Slopes``.
    block : Block
        A block whose gradient is known to be wrong somewhere.
    gradient : ndarray, shape (block.size,)
        The block's analytic gradient.
    rng : numpy.random.Generator
        Draws the directions.
    """
    low, high = 0, block.size
    while high - low > 1:
        middle = (low + high) // 2
        masks = np.zeros((2, block.size), dtype=bool)
        masks[0, low:middle] = masks[1, middle:high] = True
        left, right = _gaps(measure, block, gradient, masks, rng)[0]
        low, high = (low, middle) if left > right else (middle, high)
    return low


def right_within(
    measure: Callable[[Probes], Slopes],
    block: Block,
    gradient: np.ndarray,
    mask: np.ndarray,
    tolerance: float,
    rng: np.random.Generator,
) -> bool:
    """Whether the gradient is right along random directions within a mask of entries.

    Parameters
    ----------
    measure, block, gradient, rng
        As for `find_wrong_entry`.
    mask : ndarray of bool, shape (block.size,)
        The entries in question; all others stay where they are.
    tolerance : float
        Relative error up to which a slope is right.

    Returns
    -------
    bool
        False for an empty mask, too: nothing has been shown.
    """
    if not mask.any():
        return False
    masks = np.repeat(mask[None, :], N_TRIES, axis=0)
    gaps, slopes = _gaps(measure, block, gradient, masks, rng)
    return bool(np.all(gaps <= MARGIN * slopes.error + 2 * tolerance * slopes.scale))


def _gaps(measure, block, gradient, masks, rng):
    probes = Probes(block.slice, np.arange(0), random_directions(masks, rng))
    slopes = measure(probes)
    gaps = np.abs(probes.project(gradient) - slopes.value)
    return np.nan_to_num(gaps, nan=-1.0), slopes
