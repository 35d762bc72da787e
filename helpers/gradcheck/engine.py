"""So that measuring, judging and explaining happen in the right order, once for each block."""

import numpy as np

from helpers.gradcheck.blocks import Block
from helpers.gradcheck.diagnosis import Finding, explain_block, explain_order
from helpers.gradcheck.differences import Probes, Slopes, measure_slopes, noise_of_cost
from helpers.gradcheck.findings import coarse_cost, explanation, warnings_about
from helpers.gradcheck.locate import find_wrong_entry, right_within
from helpers.gradcheck.probes import choose_probes
from helpers.gradcheck.result import BlockReport, GradientReport
from helpers.gradcheck.verdict import INCONCLUSIVE, MARGIN, RIGHT, WRONG, Measured, judge
from helpers.gradcheck.watched import WatchedFunction

TARGET = 0.2  # slopes are measured until their error is this part of the tolerance


class Engine:
    """One gradient check.

    Parameters
    ----------
    watched : WatchedFunction
        The cost function at theta.
    blocks : list of Block
        Parts of theta.
    seed, max_per_block, tolerance
        As for `gradient_check`.
    """

    def __init__(
        self,
        watched: WatchedFunction,
        blocks: list[Block],
        *,
        seed: int,
        max_per_block: int,
        tolerance: float,
    ) -> None:
        self.watched = watched
        self.blocks = blocks
        self.seed = seed
        self.max_per_block = max_per_block
        self.tolerance = tolerance
        self.rng = np.random.default_rng(seed)

    def run(self, m: int | None) -> GradientReport:
        """Measure, judge and explain all blocks.

        Parameters
        ----------
        m : int or None
            Number of samples.

        Returns
        -------
        GradientReport
        """
        with np.errstate(over="ignore", invalid="ignore"):  # a wrong gradient may be 1e200
            return self._run(m)

    def _run(self, m):
        measured, findings, order = [_unmeasured(b) for b in self.blocks], {}, None
        if not self.watched.cost_varies:
            self.noise = noise_of_cost(self.watched, self.rng)
            measured = [self._judged(b) for b in self.blocks]
            findings = {x.block.name: self._finding(x) for x in measured if x.verdict == WRONG}
            order = explain_order(measured, self.watched.gradient)
            self.watched.repeat()
        if self.watched.cost_varies:
            measured, findings, order = [_unmeasured(b) for b in self.blocks], {}, None
        sentences = explanation(measured, findings, order, m, self.tolerance)
        blurred = any(MARGIN * x.resolution > self.tolerance for x in measured)
        if blurred and "domain" not in [x.reason for x in measured]:
            sentences += coarse_cost(self.watched.J, self.noise)
        errors = [x.relative_error for x in measured if not np.isnan(x.relative_error)]
        return GradientReport(
            verdict=self._verdict([x.verdict for x in measured]),
            relative_error=max(errors, default=np.nan),
            tolerance=self.tolerance,
            blocks={x.block.name: _block_report(x) for x in measured},
            explanation=tuple(sentences),
            warnings=tuple(warnings_about(self.watched)),
            n_evaluations=self.watched.n_evaluations,
            seed=self.seed,
        )

    def _verdict(self, verdicts):
        if WRONG in verdicts or (self.watched.gradient_varies and not self.watched.cost_varies):
            return WRONG
        return INCONCLUSIVE if INCONCLUSIVE in verdicts else RIGHT

    def _slopes(self, probes):
        return measure_slopes(self.watched, probes, self.noise, TARGET * self.tolerance)

    def _gradient(self, block):
        return self.watched.gradient[block.slice]

    def _judged(self, block):
        """Measure a block and judge it."""
        bad = np.flatnonzero(~np.isfinite(self._gradient(block)))
        if len(bad):
            return self._not_finite(block, bad[0])
        probes = choose_probes(block, self.max_per_block, self.rng)
        measured = Measured(
            block, probes, probes.project(self._gradient(block)), self._slopes(probes)
        )
        judge(measured, self.tolerance)
        n = len(probes.coordinates)
        if measured.verdict == WRONG and n < block.size and not measured.significant[:n].any():
            self._add_wrong_entry(measured)
        return measured

    def _not_finite(self, block, i):
        probes = Probes(block.slice, np.array([i]), np.empty((0, block.size)))
        analytic = self._gradient(block)[[i]]
        measured = Measured(block, probes, analytic, self._slopes(probes), verdict=WRONG)
        measured.relative_error, measured.used = np.inf, np.array([True])
        return measured

    def _add_wrong_entry(self, measured):
        """Only the random directions disagree so far: find an entry that does."""
        block, probes = measured.block, measured.probes
        i = find_wrong_entry(self._slopes, block, self._gradient(block), self.rng)
        alone = Probes(block.slice, np.array([i]), np.empty((0, block.size)))
        measured.slopes = self._slopes(alone).join(measured.slopes)
        probes.coordinates = np.concatenate([alone.coordinates, probes.coordinates])
        measured.analytic = probes.project(self._gradient(block))
        judge(measured, self.tolerance)

    def _finding(self, measured):
        gradient = self._gradient(measured.block)
        bad = np.flatnonzero(~np.isfinite(gradient))
        if len(bad):
            label = measured.block.label(bad[0])
            return Finding("not finite", detail=(label, str(gradient[bad[0]]), len(bad)))
        return explain_block(
            measured,
            gradient,
            self.watched.theta[measured.block.slice],
            lambda mask: self._right(measured, ~mask),
        )

    def _right(self, measured, mask):
        """Whether a wrong block's gradient is right within a mask of entries."""
        if not measured.all_coordinates:
            gradient = self._gradient(measured.block)
            return right_within(
                self._slopes, measured.block, gradient, mask, self.tolerance, self.rng
            )
        slack = MARGIN * measured.slopes.error + self.tolerance * measured.slopes.scale
        # The probes of single entries come first, not always in the entries' order.
        coordinates = measured.probes.coordinates
        is_right = (measured.gap <= slack)[: len(coordinates)]
        return bool(mask.any() and np.all(is_right[mask[coordinates]]))


def _unmeasured(block):
    probes = Probes(block.slice, np.arange(0), np.empty((0, block.size)))
    return Measured(block, probes, np.empty(0), Slopes.unknown(0), reason="varies")


def _block_report(measured):
    block, probes = measured.block, measured.probes
    worst = {}
    if len(probes.coordinates):
        k = measured.worst
        worst = {
            "worst": block.index(probes.coordinates[k]),
            "analytic": float(measured.analytic[k]),
            "numeric": float(measured.slopes.value[k]),
        }
    return BlockReport(
        name=block.name,
        shape=block.shape,
        verdict=measured.verdict,
        relative_error=measured.relative_error,
        resolution=measured.resolution,
        n_checked=len(probes.coordinates),
        n_directions=len(probes.directions),
        **worst,
    )
