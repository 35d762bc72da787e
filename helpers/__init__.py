"""Small NumPy kernels that the course's notebooks import; none of them is an answer.

Here: `sigmoid`, `pack`, `unpack`, `layer_shapes`, `minibatches`, `gradient_check`, `minimize`.
In modules of their own: `helpers.data`, `helpers.plots`, `helpers.figures`, `helpers.lesson`,
`helpers.testing`.
"""

from helpers import threads  # noqa: F401  it comes first: before NumPy is loaded

# isort: split
from helpers.activations import sigmoid
from helpers.batches import minibatches
from helpers.gradcheck import gradient_check
from helpers.optimize import minimize
from helpers.parameters import layer_shapes, pack, unpack

__all__ = [
    "gradient_check",
    "layer_shapes",
    "minibatches",
    "minimize",
    "pack",
    "sigmoid",
    "unpack",
]
