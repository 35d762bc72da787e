"""What all tests share."""

import os
from pathlib import Path

# Tests that need MNIST start kernels in other folders, where a relative path would not do.
if os.environ.get("MNIST_DIR"):
    os.environ["MNIST_DIR"] = str(Path(os.environ["MNIST_DIR"]).resolve())
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
