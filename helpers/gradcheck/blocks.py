"""So that a flat vector can be talked about in the names and indices of its arrays."""

import builtins
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from operator import index

import numpy as np

from helpers.messages import with_article


@dataclass(frozen=True)
class Block:
    """One named array inside the flat theta, raveled in C order.

    Attributes
    ----------
    name : str
        The array's name, such as ``"W1"``.
    shape : tuple of int
        Its shape.
    start : int
        Where it begins in theta.
    """

    name: str
    shape: tuple[int, ...]
    start: int

    @property
    def size(self) -> int:
        """Number of entries."""
        return prod(self.shape)

    @property
    def slice(self) -> builtins.slice:
        """Where the block lies in theta."""
        return slice(self.start, self.start + self.size)

    def index(self, i: int) -> tuple[int, ...]:
        """Multi-index of the block's entry number i."""
        return tuple(int(j) for j in np.unravel_index(i, self.shape))

    def label(self, i: int) -> str:
        """Name of the block's entry number i, such as ``W1[3, 7]``."""
        return f"{self.name}[{', '.join(map(str, self.index(i)))}]"


def parse_blocks(blocks: Mapping[str, int | Sequence[int]] | None, size: int) -> list[Block]:
    """Blocks of a theta of `size` entries, in order.

    Parameters
    ----------
    blocks : mapping of str to (tuple of int or int), or None
        Name and shape of each array, in the order in which theta holds them.
        None: one block called ``theta``.
    size : int
        Length of theta.

    Returns
    -------
    list of Block

    Raises
    ------
    TypeError
        `blocks` is no mapping of names to shapes.
    ValueError
        The shapes do not add up to `size`.
    """
    if blocks is None:
        return [Block("theta", (size,), 0)]
    if not isinstance(blocks, Mapping):
        raise TypeError(
            'blocks: expected a dict of names to shapes, such as {"W1": (5, 8), "b1": (5,)}, '
            f"but got {with_article(type(blocks).__name__)}."
        )
    parsed, start = [], 0
    for name, shape in blocks.items():
        block = Block(str(name), _as_shape(name, shape), start)
        parsed.append(block)
        start += block.size
    if start != size:
        parts = " + ".join(f"{b.size} ({b.name})" for b in parsed)
        raise ValueError(
            f"blocks: the shapes hold {parts or 'no'} = {start} entries, but theta has {size}. "
            "Name every array of theta once, with its shape, in theta's order."
        )
    return parsed


def _as_shape(name, shape):
    try:
        sizes = tuple(index(n) for n in (shape if isinstance(shape, (tuple, list)) else [shape]))
    except TypeError:
        sizes = ()
    if not sizes or min(sizes) < 1:
        raise TypeError(
            f"blocks[{name!r}]: expected a shape of positive whole numbers, such as (5, 8), "
            f"but got {shape!r}."
        )
    return sizes
