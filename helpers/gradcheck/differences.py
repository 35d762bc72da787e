"""So that every slope of the cost comes with an honest bound on its own error.

Slopes are central differences at three steps h, h/2, h/4, extrapolated twice to step 0 (Richardson
extrapolation, as in Ridders' method). Four things can spoil such a slope, and each is measured:

truncation
    What the last extrapolation still changed: the cost bends within the step. A shorter step helps.
rounding
    Noise of the cost divided by the step. A longer step helps.
kink
    The slopes to the left and to the right differ, however short the step.
domain
    The cost has no finite value one step away.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.gradcheck.watched import WatchedFunction

STEP = 0.05  # the first step, in units of max(1, |theta|)
SHRINK = 16.0  # each further step is so many times shorter ...
N_STEPS = 6  # ... down to 5e-8, where rounding has taken half of the digits
FRACTIONS = np.array([1.0, 0.5, 0.25])
SAFETY = 5.0  # standard deviations of the cost's noise that a rounding bound allows for


@dataclass
class Probes:
    """The directions in which one block's slopes are taken.

    Attributes
    ----------
    where : slice
        Where the block lies in theta.
    coordinates : ndarray of int, shape (c,)
        Entries of the block that are moved alone.
    directions : ndarray, shape (d, block size)
        Unit vectors along which the whole block is moved.
    """

    where: slice
    coordinates: np.ndarray
    directions: np.ndarray

    def __len__(self) -> int:
        return len(self.coordinates) + len(self.directions)

    def project(self, part: np.ndarray) -> np.ndarray:
        """Slopes, shape (c + d,), that a gradient `part` of the block's size predicts."""
        return np.concatenate([part[self.coordinates], self.directions @ part])

    def scales(self, theta: np.ndarray) -> np.ndarray:
        """Natural length of a step for each probe, shape (c + d,)."""
        part = theta[self.where]
        whole = np.sqrt(np.mean(part**2))
        sizes = np.concatenate([np.abs(part[self.coordinates]), [whole] * len(self.directions)])
        return np.maximum(1.0, sizes)

    def moved(self, theta: np.ndarray, k: int, step: float) -> np.ndarray:
        """Copy of theta, moved by `step` along probe number k."""
        theta = theta.copy()
        if k < len(self.coordinates):
            theta[self.where.start + self.coordinates[k]] += step
        else:
            theta[self.where] += step * self.directions[k - len(self.coordinates)]
        return theta


@dataclass
class Slopes:
    """Measured slopes and what is known about their errors; all arrays have shape (n_probes,).

    Attributes
    ----------
    value : ndarray
        The slopes; NaN where none could be had.
    truncation, rounding : ndarray
        Bounds on the two errors.
    jump : ndarray
        Slope to the right minus slope to the left; 0, but for errors, where the cost is smooth.
    jump_error : ndarray
        Bound on the truncation error of the jump.
    """

    value: np.ndarray
    truncation: np.ndarray
    rounding: np.ndarray
    jump: np.ndarray
    jump_error: np.ndarray

    @classmethod
    def unknown(cls, n: int) -> "Slopes":
        """No slope measured yet."""
        inf = np.full(n, np.inf)
        return cls(np.full(n, np.nan), inf, inf.copy(), np.zeros(n), np.zeros(n))

    @property
    def error(self) -> np.ndarray:
        """Bound on the error of each slope."""
        return self.truncation + self.rounding + np.abs(self.jump) / 2

    @property
    def scale(self) -> float:
        """Root mean square of the known slopes."""
        known = self.value[np.isfinite(self.value)]
        return float(np.sqrt(np.mean(known**2))) if len(known) else 0.0

    def join(self, other: "Slopes") -> "Slopes":
        """Append other slopes to these."""
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return Slopes(*(np.concatenate(pair) for pair in pairs))


def noise_of_cost(watched: WatchedFunction, rng: np.random.Generator, n_points: int = 14) -> float:
    """Estimate the standard deviation of the rounding noise in the cost near theta.

    Neighbours 1e-9 apart lie on a straight line but for rounding, so that what the sixth
    differences of their costs leave is noise: sigma^2 = 6!^2 / 12! * mean of their squares (Moré
    and Wild 2011, "Estimating computational noise", SIAM J. Sci. Comput. 33). Where f rounds
    theta or the cost itself (float32), many neighbours have the same cost; then wider ones tell.

    Parameters
    ----------
    watched : WatchedFunction
        The cost function at theta.
    rng : numpy.random.Generator
        Draws the line's direction.
    n_points : int
        Evaluations to spend on a line.

    Returns
    -------
    float
        At least the spacing of floating-point numbers at J.
    """
    size = np.abs(rng.standard_normal(watched.theta.size))
    # Away from 0, where kinks and the ends of domains are.
    direction = np.copysign(size, watched.theta) * np.maximum(1.0, np.abs(watched.theta))
    noise = 0.0
    for spread in (1e-9, 1e-7, 1e-5):
        line = [watched.theta + i * spread * direction for i in range(1, n_points + 1)]
        costs = np.array([watched.value(theta) for theta in line])
        noise = np.sqrt(np.mean(np.diff(costs, 6) ** 2) / 924)
        if not np.isfinite(noise):
            return np.spacing(abs(watched.J))
        if len(np.unique(costs)) > 0.7 * n_points:
            break
    return max(np.spacing(abs(watched.J)), noise)


def measure_slopes(watched: WatchedFunction, probes: Probes, noise: float, target: float) -> Slopes:
    """Measure the cost's slopes along all probes of a block.

    Each probe starts with the same step. Where its error bound is above `target` times the
    block's root-mean-square slope, other steps are tried, and the best answer kept.

    Parameters
    ----------
    watched : WatchedFunction
        The cost function at theta.
    probes : Probes
        The directions.
    noise : float
        Standard deviation of the cost's noise.
    target : float
        Relative error that is good enough.

    Returns
    -------
    Slopes
    """
    best = Slopes.unknown(len(probes))
    scales = probes.scales(watched.theta)
    _try_step(watched, probes, noise, STEP * scales, best, np.ones(len(probes), dtype=bool))
    poor = best.error > target * best.scale
    noisy = best.rounding > best.truncation + np.abs(best.jump) / 2
    _try_step(watched, probes, noise, SHRINK * STEP * scales, best, poor & noisy)
    for n in range(1, N_STEPS):
        steps = STEP * scales / SHRINK**n
        poor = best.error > target * best.scale
        can_help = _rounding(noise, steps, scales) < best.error
        if not (poor & can_help).any():
            break
        _try_step(watched, probes, noise, steps, best, poor & can_help)
    return best


def _try_step(watched, probes, noise, steps, best, wanted):
    """Measure the wanted probes at these steps; keep each answer that is better than `best`."""
    scales = probes.scales(watched.theta)
    for k in np.flatnonzero(wanted):
        costs = _costs_around(watched, probes, k, steps[k])
        found = _extrapolated(costs[0], costs[1], watched.J, steps[k])
        found.rounding = _rounding(noise, steps[k], scales[k], np.subtract(costs, watched.J))
        if found.error < best.error[k]:  # False for NaN
            for name, array in vars(best).items():
                array[k] = getattr(found, name)


def _costs_around(watched, probes, k, h):
    """Costs at h, h/2, h/4 ahead of theta, and behind it."""
    steps = h * FRACTIONS
    ahead = np.array([watched.value(probes.moved(watched.theta, k, t)) for t in steps])
    behind = np.array([watched.value(probes.moved(watched.theta, k, -t)) for t in steps])
    return ahead, behind


def _extrapolated(ahead, behind, J, h):
    """One slope, without its rounding error, from the six costs around theta."""
    steps = h * FRACTIONS
    central = (ahead - behind) / (2 * steps)  # error c2 h^2 + c4 h^4 + ...
    fourth = (4 * central[1:] - central[:-1]) / 3
    sixth = (16 * fourth[1] - fourth[0]) / 15
    bend = (ahead - 2 * J + behind) / steps  # the jump, plus c1 h + c3 h^3 + ...
    third = 2 * bend[1:] - bend[:-1]
    jump = (8 * third[1] - third[0]) / 7
    rounding: Any = 0.0  # of one probe: a number, and known later
    return Slopes(sixth, abs(sixth - fourth[1]), rounding, jump, abs(jump - third[1]))


def _rounding(noise, step, scale, changes=0.0):
    """Bound on the rounding error of a slope whose shortest step is step / 4.

    `changes` are the changes of the cost one step away. Where the cost is larger than at theta,
    so is its rounding; and where it is steep, the rounding of theta + step counts, too.
    """
    change = np.max(np.abs(changes))
    steepness = 2 * change / step
    noise = max(noise, np.spacing(change)) + np.finfo(float).eps * scale * steepness
    return SAFETY * noise / (step / 4)
