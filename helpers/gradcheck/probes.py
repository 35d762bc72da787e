"""So that every block is looked at, however small beside the others, at little cost.

A small block has each entry moved alone. A large one has some entries moved alone, one drawn from
each of equal strata, and all of it moved at once along random directions: such a slope contains
every entry of the block, so that nothing wrong hides between the sampled ones.
"""

import numpy as np

from helpers.gradcheck.blocks import Block
from helpers.gradcheck.differences import Probes

N_DIRECTIONS = 3


def choose_probes(block: Block, max_per_block: int, rng: np.random.Generator) -> Probes:
    """Probes for one block.

    Parameters
    ----------
    block : Block
        The block.
    max_per_block : int
        Up to this size every entry is moved alone; beyond it, this many are.
    rng : numpy.random.Generator
        Draws entries and directions.

    Returns
    -------
    Probes
    """
    if block.size <= max_per_block:
        return Probes(block.slice, np.arange(block.size), np.empty((0, block.size)))
    edges = np.linspace(0, block.size, max_per_block + 1).astype(np.int64)
    coordinates = rng.integers(edges[:-1], edges[1:])
    directions = random_directions(np.ones((N_DIRECTIONS, block.size), dtype=bool), rng)
    return Probes(block.slice, coordinates, directions)


def random_directions(masks: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Random unit vectors, shape (d, size), each zero outside its mask of that shape."""
    directions = np.where(masks, rng.standard_normal(masks.shape), 0.0)
    return directions / np.linalg.norm(directions, axis=1, keepdims=True)
