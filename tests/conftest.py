"""What all tests share."""

import os
from pathlib import Path

# Tests that need MNIST start kernels in other folders, where a relative path would not do.
if os.environ.get("MNIST_DIR"):
    os.environ["MNIST_DIR"] = str(Path(os.environ["MNIST_DIR"]).resolve())
# On a busy machine, threads that wait for each other in tiny computations take seconds.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(name, "1")
