"""Small NumPy kernels that the course's notebooks import; none of them is an answer.

Here: `sigmoid`, `pack`, `unpack`, `layer_shapes`, `gradient_check`, `minimize`.
In modules of their own: `helpers.data`, `helpers.plots`, `helpers.figures`, `helpers.lesson`,
`helpers.progress`, `helpers.training`, `helpers.parallel`, `helpers.pytorch`.
"""

from helpers import threads  # noqa: F401  it comes first: before NumPy is loaded

# isort: split
from helpers.activations import sigmoid
from helpers.gradcheck import gradient_check
from helpers.optimize import minimize
from helpers.parameters import layer_shapes, pack, unpack

__all__ = [
    "gradient_check",
    "layer_shapes",
    "minimize",
    "pack",
    "sigmoid",
    "unpack",
]
