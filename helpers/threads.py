"""How many threads NumPy, SciPy, scikit-learn and PyTorch compute in: one, unless you say more.

The products of this course are so small that a second thread wins a third of the time at best.  As
soon as anything else runs on the machine, the threads of one product wait for each other, and a
call takes up to 144 times as long (`benchmarks/threads.py`).  So one thread each, set here and
nowhere else, when `helpers` is imported: in the environment, for the libraries that are loaded
later and for processes that are started, and in the libraries that are there already.

Whoever sets one of `VARIABLES` before Python starts has chosen, and nothing is changed here.  In a
running program, `threadpoolctl.threadpool_limits` and `torch.set_num_threads` have the last word.
"""

import os
import sys

#: What OpenBLAS, OpenMP (PyTorch, scikit-learn), Intel's MKL and Apple's Accelerate read when they
#: are loaded.
VARIABLES = (
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
#: The environment of a process that computes in one thread.
ONE_THREAD = dict.fromkeys(VARIABLES, "1")


def use_one_thread() -> None:
    """Have each library compute in one thread, unless the environment says how many.

    It says and returns nothing.  A library that is loaded already keeps its own way where
    threadpoolctl does not know it.
    """
    if any(os.environ.get(name) for name in VARIABLES):
        return
    os.environ.update(ONE_THREAD)
    if "numpy" in sys.modules:
        from threadpoolctl import threadpool_limits  # here: it is needed by few

        threadpool_limits(1)  # for good: it is not used as a context
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)


use_one_thread()
