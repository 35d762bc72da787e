"""So that measured slopes become a verdict that takes their own errors into account.

A block's relative error is ``|a - n| / (|a| + |n|)``, with a the analytic and n the numeric slopes
over all probes of the block and ``|.|`` the Euclidean norm. Its *resolution* is the same with the
error bounds of n in place of a - n: differences below it cannot be told from measuring errors.
"""

from dataclasses import dataclass

import numpy as np

from helpers.gradcheck.blocks import Block
from helpers.gradcheck.differences import Probes, Slopes

RIGHT, WRONG, INCONCLUSIVE = "right", "wrong", "inconclusive"
MARGIN = 3.0  # a gap must be so many times its error bound before it counts against f
BLUNT = 1e-4  # a slope known worse than this (relative to its block's) decides nothing alone


@dataclass
class Measured:
    """One block: what f says, what the differences say, and the verdict.

    Attributes
    ----------
    block : Block
    probes : Probes
    analytic : ndarray, shape (n_probes,)
        Slopes that f's gradient predicts.
    slopes : Slopes
        Slopes that the cost has.
    verdict, reason : str
        The verdict, and for an inconclusive one why: ``"kink"``, ``"vanishes"``, ``"rounding"``,
        ``"bends"`` or ``"domain"``.
    relative_error, resolution : float
        See the top of this module.
    used : ndarray of bool, shape (n_probes,)
        The probes that decided.
    size, bound : float
        Denominator of both numbers, and numerator of the resolution.
    """

    block: Block
    probes: Probes
    analytic: np.ndarray
    slopes: Slopes
    verdict: str = INCONCLUSIVE
    reason: str = ""
    relative_error: float = np.nan
    resolution: float = np.nan
    used: np.ndarray | None = None
    size: float = 0.0
    bound: float = 0.0

    @property
    def gap(self) -> np.ndarray:
        """Absolute difference of each pair of slopes; NaN where there is none."""
        return np.abs(self.analytic - self.slopes.value)

    @property
    def significant(self) -> np.ndarray:
        """Whether each gap is beyond its error bound."""
        return self.gap > MARGIN * self.slopes.error

    @property
    def all_coordinates(self) -> bool:
        """Whether every entry of the block has been moved alone, in whatever order."""
        return len(np.unique(self.probes.coordinates)) == self.block.size

    @property
    def worst(self) -> int:
        """Number of the coordinate probe with the largest gap."""
        gap = self.gap[: len(self.probes.coordinates)]
        assert self.used is not None  # `judge` came first
        trusted = np.where(self.used[: len(gap)], gap, -1.0)
        return int(np.argmax(np.nan_to_num(trusted if (trusted >= 0).any() else gap, nan=-1.0)))


def judge(measured: Measured, tolerance: float) -> None:
    """Fill in the verdict of a measured block.

    Parameters
    ----------
    measured : Measured
        Everything from `verdict` on is set.
    tolerance : float
        Relative error up to which a gradient is right.
    """
    slopes, gap = measured.slopes, measured.gap
    error, scale = slopes.error, slopes.scale
    known = np.isfinite(slopes.value)
    sharp = known & (error <= BLUNT * scale)
    _compare(measured, sharp if sharp.any() else known)
    if measured.relative_error > max(tolerance, MARGIN * measured.resolution):
        measured.verdict = WRONG
    elif (known & (gap > MARGIN * error) & (gap > BLUNT * scale)).any():
        _compare(measured, known)  # beyond both slopes of a kink, for example
        measured.verdict = WRONG
    elif sharp.all():
        measured.verdict = RIGHT
    else:
        measured.reason = _reason(measured, ~sharp)
        if measured.reason == "vanishes":
            measured.relative_error = np.nan


def _compare(measured, used):
    """Set the two relative numbers, from the slopes used."""
    analytic, numeric = measured.analytic[used], measured.slopes.value[used]
    size = np.linalg.norm(analytic) + np.linalg.norm(numeric)
    measured.used, measured.size = used, size
    measured.bound = np.linalg.norm(measured.slopes.error[used])
    if size > 0:
        measured.relative_error = float(np.linalg.norm(analytic - numeric) / size)
        measured.resolution = float(measured.bound / size)


def _reason(measured, blunt):
    """Name what keeps the blunt slopes from deciding."""
    slopes = measured.slopes
    blur = slopes.rounding + slopes.truncation + slopes.jump_error
    kink = np.abs(slopes.jump) / 2 > MARGIN * blur
    if (blunt & kink).any():
        return "kink"
    if not np.isfinite(slopes.value[blunt]).all():
        return "domain"
    if measured.size <= 2 * MARGIN * measured.bound:
        return "vanishes"
    # Where rounding sets the limit, the best step balances the two errors.
    balanced = slopes.rounding[blunt] > 0.05 * slopes.truncation[blunt]
    return "rounding" if balanced.all() else "bends"
