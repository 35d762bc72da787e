"""What all tests share."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

# Tests that need MNIST start kernels in other folders, where a relative path would not do.
if os.environ.get("MNIST_DIR"):
    os.environ["MNIST_DIR"] = str(Path(os.environ["MNIST_DIR"]).resolve())
# On a busy machine, threads that wait for each other in tiny computations take seconds.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(name, "1")
# What a student's kernel can import of an assignment's own, tests of notebooks can, too.
for folder in sorted(Path(__file__).parents[1].glob("notebooks/*/student")):
    sys.path.append(str(folder))


def pytest_sessionstart(session):
    """Stop where the processes that grade would be another checkout's: tests would be about that.

    They start with ``python -I``, which knows what is installed, and no PYTHONPATH.
    """
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    code = "from importlib.util import find_spec; print(find_spec('grading').origin)"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True)
    ours = Path(__file__).resolve().parents[1] / "grading" / "__init__.py"
    if Path(done.stdout.strip()).resolve() != ours:
        pytest.exit(
            f"this environment has {done.stdout.strip() or 'no grading'} installed, and not the "
            f"checkout that is tested, {ours.parents[1]}: each checkout needs an environment of "
            "its own (python3 course.py test makes it)",
            returncode=4,
        )
