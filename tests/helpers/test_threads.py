"""One thread for each library once `helpers` is imported, unless somebody chose otherwise."""

import json
import os
import subprocess
import sys

import pytest

from helpers.threads import VARIABLES

# Each library's number of threads, when it is imported before or after `helpers`.
COUNT = """
import json, sys
{before}
import helpers
{after}
from threadpoolctl import threadpool_info
found = {{each["filepath"]: each["num_threads"] for each in threadpool_info()}}
if "torch" in sys.modules:
    found["torch"] = sys.modules["torch"].get_num_threads()
print(json.dumps(found))
"""
# Also on a machine with one core, two threads would be there to be counted.
MANY = "from threadpoolctl import threadpool_limits; threadpool_limits(2)"


def counted(before="", after="", **environment):
    """Return the number of threads by library, in a fresh process; it must print nothing else."""
    own = {name: text for name, text in os.environ.items() if name not in VARIABLES}
    code = COUNT.format(before=before, after=after)
    done = subprocess.run(
        [sys.executable, "-c", code], env=own | environment, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_libraries_that_are_imported_later_use_one_thread():
    found = counted(after="import scipy.linalg, sklearn.utils")
    assert len(found) >= 2
    assert set(found.values()) == {1}


def test_libraries_that_are_there_already_use_one_thread():
    before = f"import numpy, scipy.linalg, sklearn.utils\n{MANY}"
    found = counted(before, after="import scipy.optimize")
    assert len(found) >= 2
    assert set(found.values()) == {1}


def test_a_process_that_is_started_uses_one_thread_too():
    after = "import os\n" + "\n".join(f"assert os.environ[{name!r}] == '1'" for name in VARIABLES)
    counted(after=after)


@pytest.mark.parametrize("name", ["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"])
def test_whoever_chose_a_number_keeps_it(name):
    after = f"import os\nassert [n for n in {VARIABLES!r} if n in os.environ] == [{name!r}]"
    found = counted(after=f"import scipy.linalg\n{after}", **{name: "2"})
    if (os.cpu_count() or 1) > 1:
        assert 2 in {threads for library, threads in found.items() if "blas" in library}


def test_a_number_that_was_chosen_is_kept_in_a_library_that_is_there_already():
    found = counted(f"import numpy\n{MANY}", OPENBLAS_NUM_THREADS="2")
    if (os.cpu_count() or 1) > 1:
        assert 2 in found.values()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "after"),
    [("", "import torch"), ("import torch; torch.set_num_threads(2)", "import scipy.linalg")],
    ids=["later", "already"],
)
def test_pytorch_uses_one_thread(before, after):
    pytest.importorskip("torch", reason="needs PyTorch: python3 course.py torch")
    found = counted(before, after)
    assert found["torch"] == 1
    assert set(found.values()) == {1}
