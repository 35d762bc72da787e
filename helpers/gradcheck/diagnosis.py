"""So that a wrong gradient is told apart by its mistake: each explanation is tried on the numbers.

An explanation predicts what the right gradient would be, given f's. It is accepted when that
prediction removes practically all of the gap to the measured slopes, over entries moved alone and
over the random directions, which contain every entry of the block.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from helpers.gradcheck.verdict import MARGIN, WRONG, Measured

REMAINS = 1e-3  # share of the gap that an accepted explanation may leave


@dataclass(frozen=True)
class Finding:
    """What is wrong with one block.

    Attributes
    ----------
    kind : str
        One of the kinds that `helpers.gradcheck.findings` has a sentence for.
    factor : float
        Constant factor, or strength of a regularisation term.
    detail : tuple
        What else the sentence needs (an index, a range).
    """

    kind: str
    factor: float = 1.0
    detail: tuple = ()


def explain_block(
    measured: Measured,
    gradient: np.ndarray,
    theta: np.ndarray,
    others_right: Callable[[np.ndarray], bool],
) -> Finding:
    """Find the first explanation that fits a wrong block.

    Parameters
    ----------
    measured : Measured
        The block; its verdict is wrong.
    gradient, theta : ndarray, shape (block.size,)
        The block's part of f's gradient and of theta.
    others_right : callable
        ``others_right(mask) -> bool``: whether all entries outside the mask are right.

    Returns
    -------
    Finding
    """
    if not gradient.any():
        return Finding("zero")
    if not measured.slopes.value[measured.used].any():
        return Finding("unused")
    return (
        _constant_factor(measured)
        or _reordered(measured, gradient)
        or _regularised(measured, theta)
        or _confined(measured, gradient, others_right)
        or _same_everywhere(measured, gradient)
        or _unexplained(measured)
    )


def explain_order(all_measured: list[Measured], gradient: np.ndarray) -> tuple[str, ...] | None:
    """Find the order of the blocks in f's gradient, when only their order is wrong.

    Parameters
    ----------
    all_measured : list of Measured
        All blocks, in theta's order.
    gradient : ndarray, shape (n_parameters,)
        f's gradient.

    Returns
    -------
    tuple of str or None
        Names in the order in which the gradient seems to hold them.
    """
    wrong = [m for m in all_measured if m.verdict == WRONG]
    if len(wrong) < 2 or len(all_measured) > 6 or not np.isfinite(gradient).all():
        return None
    for order in permutations(all_measured):
        starts, start = {}, 0
        for m in order:
            starts[m.block.name], start = start, start + m.block.size
        if all(_accepts(m, _part(m, gradient, starts[m.block.name])) for m in wrong):
            return tuple(m.block.name for m in order)
    return None


def _part(measured, gradient, start):
    return measured.probes.project(gradient[start : start + measured.block.size])


def _accepts(measured, predicted):
    """Whether a prediction removes the gap, as far as the slopes' errors let one see."""
    used, slopes = measured.used, measured.slopes
    gap = min(np.linalg.norm(measured.gap[used]), np.linalg.norm(slopes.value[used]))
    left = np.linalg.norm((predicted - slopes.value)[used])
    blur = MARGIN * np.linalg.norm(slopes.error[used])
    return left <= max(REMAINS * gap, min(blur, gap / 10))


def _n_informative(measured):
    slopes = measured.slopes
    size = np.abs(slopes.value[measured.used])
    return np.count_nonzero(size > np.maximum(MARGIN * slopes.error[measured.used], 0.0))


def _fitted_factor(measured, predicted):
    """Fit predicted = r * numeric, and return r, or None when no r fits."""
    numeric = measured.slopes.value[measured.used]
    factor = float(predicted[measured.used] @ numeric / (numeric @ numeric))
    return factor if factor != 0 and _accepts(measured, predicted / factor) else None


def _constant_factor(measured):
    if _n_informative(measured) < 2 and measured.block.size > 1:
        return None
    factor = _fitted_factor(measured, measured.analytic)
    return None if factor is None else Finding("factor", factor)


def _reordered(measured, gradient):
    if _n_informative(measured) < 3:
        return None
    for kind, candidate in _rearrangements(gradient, measured.block.shape):
        factor = _fitted_factor(measured, measured.probes.project(candidate))
        if factor is not None:
            return Finding(kind, factor)
    return None


def _rearrangements(gradient, shape):
    """Pairs (kind, rearranged gradient) for arrays with at least two axes longer than 1."""
    if sum(n > 1 for n in shape) < 2:
        return
    if len(shape) <= 4:
        for axes in list(permutations(range(len(shape))))[1:]:
            moved = gradient.reshape([shape[a] for a in axes])
            yield "transposed", moved.transpose(np.argsort(axes)).ravel()
            yield "transposed", gradient.reshape(shape).transpose(axes).ravel()
    yield "flipped", gradient.reshape(shape)[..., ::-1, ::-1].ravel()


def _regularised(measured, theta):
    if _n_informative(measured) < 3:
        return None
    term = measured.probes.project(theta)
    used = measured.used
    if not term[used].any():
        return None
    gap = measured.analytic - measured.slopes.value
    strength = float(gap[used] @ term[used] / (term[used] @ term[used]))
    if _accepts(measured, measured.analytic - strength * term):
        return Finding("regularised", strength)
    return None


def _confined(measured, gradient, others_right):
    """See whether all wrong entries lie in one entry, one line, or the lines of zeros."""
    block = measured.block
    flat = measured.probes.coordinates[measured.worst]
    if block.size > 1:
        alone = np.zeros(block.size, dtype=bool)
        alone[flat] = True
        if others_right(alone):
            return Finding("entry", detail=(block.label(flat),))
    index = np.unravel_index(flat, block.shape)
    array = gradient.reshape(block.shape)
    for axis in range(min(len(block.shape), 2) if len(block.shape) > 1 else 0):
        if block.shape[axis] == 1:
            continue
        line = _line_label(block, axis, index[axis])
        rest = tuple(a for a in range(array.ndim) if a != axis)
        empty = ~array.any(axis=rest)
        if empty[index[axis]] and others_right(_mask(block, axis, empty)):
            return Finding("zero line", detail=(line,))
        if others_right(_mask(block, axis, np.arange(block.shape[axis]) == index[axis])):
            return Finding("line", detail=(line,))
    return None


def _mask(block, axis, chosen):
    """Entries whose index along the axis is chosen, shape (block.size,)."""
    shape = [1] * len(block.shape)
    shape[axis] = -1
    return np.broadcast_to(chosen.reshape(shape), block.shape).ravel()


def _line_label(block, axis, i):
    places = [":"] * len(block.shape)
    places[axis] = str(i)
    return f"{block.name}[{', '.join(places)}]"


def _same_everywhere(measured, gradient):
    if measured.block.size > 2 and np.ptp(gradient) <= 1e-12 * np.abs(gradient).max():
        return Finding("same everywhere", float(gradient[0]))
    return None


def _unexplained(measured):
    """Range of the ratios of entries, and cosine of the angle between the two gradients."""
    used, n = measured.used, len(measured.probes.coordinates)
    a, b = measured.analytic[used], measured.slopes.value[used]
    length = np.linalg.norm(a) * np.linalg.norm(b)
    cosine = float(a @ b / length) if length > 0 else 0.0
    numeric = measured.slopes.value[:n]
    clear = used[:n] & (np.abs(numeric) > MARGIN * measured.slopes.error[:n])
    clear &= np.abs(numeric) > 1e-6 * measured.slopes.scale
    ratios = measured.analytic[:n][clear] / numeric[clear]
    span = (float(ratios.min()), float(ratios.max())) if len(ratios) > 1 else None
    return Finding("unexplained", detail=(span, cosine))
