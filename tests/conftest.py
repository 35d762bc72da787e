"""What all tests share."""

import os
import sys
from pathlib import Path

# Tests that need MNIST start kernels in other folders, where a relative path would not do.
if os.environ.get("MNIST_DIR"):
    os.environ["MNIST_DIR"] = str(Path(os.environ["MNIST_DIR"]).resolve())
# On a busy machine, threads that wait for each other in tiny computations take seconds.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(name, "1")
# What a student's kernel can import of an assignment's own, tests of notebooks can, too.
for folder in sorted(Path(__file__).parents[1].glob("notebooks/*/student")):
    sys.path.append(str(folder))
