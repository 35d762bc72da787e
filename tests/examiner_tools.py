"""What the tests of the examiner share: an ordinary kernel in place of a sandboxed one."""

import os
import subprocess
from pathlib import Path

from jupyter_client import AsyncKernelManager

from grading.diagnosis import Recogniser
from grading.examiner.child import examine
from grading.examiner.job import RUN, TEST, Cell, Job, Limits
from grading.sandbox import kernel_manager, spent, why_ended

#: Where the modules are that assignments give their students, as the value of PYTHONPATH.
STUDENT_MODULES = os.pathsep.join(
    map(str, sorted(Path(__file__).parents[1].glob("notebooks/*/student")))
)
LIMITS = Limits(cell=20, call=10, test=20, notebook=100, grace=1.0, output=100_000)


class PlainManager(AsyncKernelManager):
    """Starts a kernel of this environment, without any confinement."""

    async def start_kernel(self, **options):
        env = {**os.environ, "NBGRADER_EXECUTION": "autograde", "OPENBLAS_NUM_THREADS": "1"}
        env["PYTHONPATH"] = STUDENT_MODULES
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return await super().start_kernel(env=env, **quiet, **options)


def run(*sources):
    """The student's cells."""
    return [Cell(RUN, "", source) for source in sources]


def graded(source, points=4.0, name="test_f"):
    """A graded test cell."""
    return Cell(TEST, name, source, points)


def checked(*lines, points=4.0):
    """A graded test cell with one check, worth all its points, that holds these lines."""
    body = "\n".join(f"        {line}" for line in lines)
    source = (
        "from checks import *\nimport numpy as np\n"
        "from mlp_to_cnn_doubles import *\nfrom nn_lab_doubles import *\n\n"
        "def test_f(check):\n"
        f"    with check('it works', points={points:g}):\n{body}\n\ncredit(test_f)\n"
    )
    return graded(source, points)


def verdicts_on(cells, names=("f",), limits=LIMITS, why_ended=lambda: "", bank=None):
    """Examine a notebook with an ordinary kernel; return the verdicts."""
    found, job = [], Job("", list(cells), list(names), limits)
    examine(job, found.append, PlainManager, why_ended, Recogniser(job, bank) if bank else None)
    return found


def in_sandbox(box, cells, names=("f",), files=None, limits=LIMITS):
    """Examine a notebook in a sandbox; return the verdicts."""
    found, job = [], Job(box.address, list(cells), list(names), limits)
    box.fill(files or {})
    at = box.address
    examine(
        job,
        found.append,
        lambda: kernel_manager(at),
        lambda: why_ended(at),
        None,
        lambda: spent(at),
    )
    box.clear()
    return found


def errors(verdict):
    return [output["ename"] for output in verdict.outputs if output["output_type"] == "error"]


def texts(verdict):
    return "".join(output.get("text", "") for output in verdict.outputs)
