"""The course's figures: each function takes data and gives a figure with a text alternative.

End a cell with such a function, or call `show` on its figure in the middle of one. Importing this
package has IPython show figures with their text alternatives (see `helpers.figures`).
"""

from helpers.figures import describe, enable, show
from helpers.plots.compared import compared_accuracies
from helpers.plots.confusion import confusion_matrix
from helpers.plots.curves import learning_curve, sweep_with_spread
from helpers.plots.images import digits, originals_and_reconstructions, weights
from helpers.plots.network import network
from helpers.plots.reconstructions import error_curves, image_rows

enable()

__all__ = [
    "compared_accuracies",
    "confusion_matrix",
    "describe",
    "digits",
    "error_curves",
    "image_rows",
    "learning_curve",
    "network",
    "originals_and_reconstructions",
    "show",
    "sweep_with_spread",
    "weights",
]
