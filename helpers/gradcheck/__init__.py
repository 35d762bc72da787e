"""So that a gradient gets a verdict and a reason, not a number to be looked at."""

from helpers.gradcheck.check import gradient_check
from helpers.gradcheck.result import BlockReport, GradientReport

__all__ = ["BlockReport", "GradientReport", "gradient_check"]
