"""Wrong answers to `nn_lab`'s exercises, as edits of the solutions; they test the test cells.

Each must lose points, in its own exercise and in no other.  They are the mistakes that learners
make; `grading.sample_class` has more of them, with the points that each must cost.
"""

from importlib import import_module

_NOTEBOOKS = [import_module(f"{__name__}.nn_lab_{number}") for number in range(1, 7)]
EDITS = {name: edits for notebook in _NOTEBOOKS for name, edits in notebook.EDITS.items()}
