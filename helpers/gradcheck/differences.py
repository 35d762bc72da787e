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

import numpy as np

STEP = 0.05  # the first step, in units of max(1, |theta|)
SHRINK = 16.0  # each further step is so many times shorter ...
N_STEPS = 6  # ... down to 5e-8, where rounding has taken half of the digits
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

    def __len__(self):
        return len(self.coordinates) + len(self.directions)

    def project(self, part):
        """Slopes, shape (c + d,), that a gradient `part` of the block's size predicts."""
        return np.concatenate([part[self.coordinates], self.directions @ part])

    def scales(self, theta):
        """Natural length of a step for each probe, shape (c + d,)."""
        part = theta[self.where]
        whole = np.sqrt(np.mean(part**2))
        sizes = np.concatenate([np.abs(part[self.coordinates]), [whole] * len(self.directions)])
        return np.maximum(1.0, sizes)

    def moved(self, theta, k, step):
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
        Slope to the right minus slope to the left; 0, but for noise, where the cost is smooth.
    """

    value: np.ndarray
    truncation: np.ndarray
    rounding: np.ndarray
    jump: np.ndarray

    @classmethod
    def unknown(cls, n):
        """No slope measured yet."""
        inf = np.full(n, np.inf)
        return cls(np.full(n, np.nan), inf, inf.copy(), np.zeros(n))

    @property
    def error(self):
        """Bound on the error of each slope."""
        return self.truncation + self.rounding + np.abs(self.jump) / 2

    @property
    def scale(self):
        """Root mean square of the known slopes."""
        known = self.value[np.isfinite(self.value)]
        return float(np.sqrt(np.mean(known**2))) if len(known) else 0.0

    def join(self, other):
        """Append other slopes to these."""
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return Slopes(*(np.concatenate(pair) for pair in pairs))


def noise_of_cost(watched, rng, n_points=12):
    """Estimate the standard deviation of the rounding noise in the cost near theta.

    Neighbours 1e-9 apart lie on a straight line but for rounding, so that what high differences
    of their costs leave is noise: sigma_k^2 = k!^2 / (2k)! * mean of the squared k-th differences
    (Moré and Wild 2011, "Estimating computational noise", SIAM J. Sci. Comput. 33).

    Parameters
    ----------
    watched : WatchedFunction
        The cost function at theta.
    rng : numpy.random.Generator
        Draws the line's direction.
    n_points : int
        Evaluations to spend.

    Returns
    -------
    float
        At least the spacing of floating-point numbers at J.
    """
    direction = rng.standard_normal(watched.theta.size)
    direction /= np.linalg.norm(direction)
    spread = 1e-9 * np.maximum(1.0, np.abs(watched.theta)) * direction
    costs = np.array([watched.value(watched.theta + i * spread) for i in range(1, n_points + 1)])
    levels, gamma, table = [], 1.0, costs
    for k in range(1, 7):
        table = np.diff(table)
        gamma *= k / (2.0 * (2 * k - 1))  # k!^2 / (2k)!, step by step
        if k >= 3:
            levels.append(np.sqrt(gamma * np.mean(table**2)))
    return max([np.spacing(abs(watched.J)), *(s for s in levels if np.isfinite(s))])


def measure_slopes(watched, probes, noise, target):
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
        can_help = _rounding(noise, steps, scales, 0.0) < best.error
        if not (poor & can_help).any():
            break
        _try_step(watched, probes, noise, steps, best, poor & can_help)
    return best


def _try_step(watched, probes, noise, steps, best, wanted):
    """Measure the wanted probes at these steps; keep each answer that is better than `best`."""
    scales = probes.scales(watched.theta)
    for k in np.flatnonzero(wanted):
        value, truncation, jump = _extrapolated(watched, probes, k, steps[k])
        rounding = _rounding(noise, steps[k], scales[k], value)
        if truncation + rounding + abs(jump) / 2 < best.error[k]:  # False for NaN
            best.value[k], best.truncation[k] = value, truncation
            best.rounding[k], best.jump[k] = rounding, jump


def _extrapolated(watched, probes, k, h):
    """Slope, truncation error and jump of the slope from six costs around theta."""
    steps = h * np.array([1.0, 0.5, 0.25])
    ahead = np.array([watched.value(probes.moved(watched.theta, k, t)) for t in steps])
    behind = np.array([watched.value(probes.moved(watched.theta, k, -t)) for t in steps])
    central = (ahead - behind) / (2 * steps)  # error c2 h^2 + c4 h^4 + ...
    fourth = (4 * central[1:] - central[:-1]) / 3
    sixth = (16 * fourth[1] - fourth[0]) / 15
    # Right slope minus left slope: the jump at theta, plus c1 h + c3 h^3 + ...
    bend = (ahead - 2 * watched.J + behind) / steps
    bend = 2 * bend[1:] - bend[:-1]
    jump = (8 * bend[1] - bend[0]) / 7
    return sixth, abs(sixth - fourth[1]), jump


def _rounding(noise, step, scale, slope):
    """Bound on the rounding error of a slope whose shortest step is step / 4."""
    moving = np.finfo(float).eps * scale * np.abs(slope)  # theta + step is rounded as well
    return (SAFETY * noise + moving) / (step / 4)
