"""So that measured slopes become a verdict that takes their own errors into account.

A block's relative error is ``|a - n| / (|a| + |n|)``, with a the analytic and n the numeric slopes
over all probes of the block and ``|.|`` the Euclidean norm. Its *resolution* is the same with the
error bounds of n in place of a - n: differences below it cannot be told from measuring errors.
"""

from dataclasses import dataclass, field

import numpy as np

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
    """

    block: object
    probes: object
    analytic: np.ndarray
    slopes: object
    verdict: str = INCONCLUSIVE
    reason: str = ""
    relative_error: float = np.nan
    resolution: float = np.nan
    used: np.ndarray = field(default=None, repr=False)

    @property
    def gap(self):
        """Absolute difference of each pair of slopes; NaN where there is none."""
        return np.abs(self.analytic - self.slopes.value)

    @property
    def significant(self):
        """Whether each gap is beyond its error bound."""
        return self.gap > MARGIN * self.slopes.error

    @property
    def all_coordinates(self):
        """Whether every entry of the block has been moved alone."""
        return len(self.probes.coordinates) == self.block.size

    @property
    def worst(self):
        """Number of the coordinate probe with the largest gap."""
        gap = self.gap[: len(self.probes.coordinates)]
        trusted = np.where(self.used[: len(gap)], gap, -1.0)
        return int(np.argmax(np.nan_to_num(trusted if (trusted >= 0).any() else gap, nan=-1.0)))


def judge(measured, tolerance):
    """Fill in the verdict of a measured block.

    Parameters
    ----------
    measured : Measured
        Its `verdict`, `reason`, `relative_error`, `resolution` and `used` are set.
    tolerance : float
        Relative error up to which a gradient is right.
    """
    slopes, analytic, gap = measured.slopes, measured.analytic, measured.gap
    error, scale = slopes.error, slopes.scale
    known = np.isfinite(slopes.value)
    sharp = known & (error <= BLUNT * scale)
    measured.used = used = sharp if sharp.any() else known
    size = np.linalg.norm(analytic[used]) + np.linalg.norm(slopes.value[used])
    bound = np.linalg.norm(error[used])
    if size > 0:
        measured.relative_error = float(np.linalg.norm(gap[used]) / size)
        measured.resolution = float(bound / size)
    blunt_but_wrong = known & ~sharp & (gap > MARGIN * error) & (gap > tolerance * scale)
    if measured.relative_error > max(tolerance, MARGIN * measured.resolution):
        measured.verdict = WRONG
    elif blunt_but_wrong.any():
        measured.verdict, measured.used = WRONG, known
    elif sharp.all():
        measured.verdict = RIGHT
    else:
        measured.verdict, measured.reason = INCONCLUSIVE, _reason(slopes, sharp, size, bound)


def _reason(slopes, sharp, size, bound):
    """Name what keeps the slopes that are not sharp from deciding."""
    jump, blunt = np.abs(slopes.jump) / 2, ~sharp
    if (blunt & (jump > MARGIN * (slopes.rounding + slopes.truncation))).any():
        return "kink"
    if not np.isfinite(slopes.value[blunt]).all():
        return "domain"
    if size <= 2 * MARGIN * bound:
        return "vanishes"
    if (slopes.rounding[blunt] >= slopes.truncation[blunt]).all():
        return "rounding"
    return "bends"
