"""Run a submission: whatever its code does, the cells before keep their marks.

A cell that takes too long is interrupted.  A kernel that is dead, or does not stop, ends the
notebook: the cells that are left get an error that says why, and the next student comes.
"""

import math
import os
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_output
from nbgrader.preprocessors import Execute
from traitlets import Bool, Enum, Integer

from grading.nbgrader_hooks.outputs import clip, size

#: Environment of a graded kernel, over the instructor's own: one thread, figures in the notebook,
#: and nothing imported from the folder that the student handed in.
KERNEL_ENVIRONMENT = {
    "PYTHONSAFEPATH": "1",
    "PYTHONHASHSEED": "0",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
#: Grading uses the data that come with the packages: the same for everyone, and fast.
REMOVED_FROM_ENVIRONMENT = ("MNIST_DIR", "PYTHONSTARTUP")


class GradedExecute(Execute):
    """nbgrader's `Execute`, for code that may do anything by accident.

    `Execute.timeout` is the limit for one cell, and counts here as in nbgrader's own class.
    """

    notebook_timeout = Integer(
        600, help="Seconds that all cells of one notebook may take together."
    ).tag(config=True)

    max_output = Integer(
        2_000_000, help="Bytes of output that are kept of one cell; the rest is dropped."
    ).tag(config=True)

    iopub_timeout = Integer(10, help=Execute.iopub_timeout.help).tag(config=True)
    # Students' widgets and exit handlers have no business in the grading.
    store_widget_state = Bool(False).tag(config=True)
    shutdown_kernel = Enum(["graceful", "immediate"], default_value="immediate").tag(config=True)

    def preprocess(self, nb, resources, km=None):
        """Run the notebook's cells in order, in a kernel of its own."""
        self._deadline = math.inf  # set by the first cell: starting a kernel is not on the student
        self._ended = ""
        self._ignore_working_directory()
        return super().preprocess(nb, resources, km)

    def preprocess_cell(self, cell, resources, index):
        """Run one cell, or say why it was not run."""
        if cell.cell_type != "code" or not cell.source.strip():
            return cell, resources
        self._deadline = min(self._deadline, monotonic() + self.notebook_timeout)
        if not self._ended and monotonic() > self._deadline:
            self._ended = f"the notebook's limit of {self.notebook_timeout} s was used up"
        if self._ended:
            _add_error(cell, "NotRun", f"This cell was not run: {self._ended}.")
            return cell, resources
        self._room = self.max_output
        self.error_on_timeout = _timeout_error(self._get_timeout(cell))
        try:
            return super().preprocess_cell(cell, resources, index)
        except DeadKernelError:
            self._end(cell, "KernelDied", "the Python process ended (a crash, or an exit)")
        except CellTimeoutError:
            self._end(cell, "CellTimeoutError", "a cell ran too long and could not be interrupted")
        except Exception:
            self.log.exception("A cell could not be run")
            self._end(cell, "NotRun", "the connection to the Python process failed")
        return cell, resources

    def _end(self, cell, name, reason):
        """Give the notebook up from this cell on."""
        self.log.warning("The rest of the notebook is not run: %s", reason)
        self._ended = f"{reason}, here or in a cell before"
        _add_error(cell, name, f"The notebook stopped at this cell: {reason}.")

    def _get_timeout(self, cell):
        limit = super()._get_timeout(cell)
        if math.isinf(self._deadline):
            return limit
        left = max(1, math.ceil(self._deadline - monotonic()))
        return min(limit or left, left)

    def output(self, outs, msg, display_id, cell_index):
        """Keep an output as long as the cell has room for it."""
        is_needed = msg["msg_type"] in ("error", "execute_result")
        if self._room <= 0 and not is_needed:
            return None
        out = super().output(outs, msg, display_id, cell_index)
        if out is not None:
            clip(out, self._room)
            self._room -= size(out)
        return out

    def _update_display_id(self, display_id, msg):
        """Replace a shown output, unless its new version is too large."""
        data = msg["content"].get("data") or {}
        if size({"output_type": "display_data", "data": data}) <= self.max_output:
            super()._update_display_id(display_id, msg)

    def on_cell_executed(self, **kwargs):
        """Record the error of a cell that failed without a visible one."""
        super().on_cell_executed(**kwargs)
        for output in kwargs["cell"].outputs:
            if output.output_type == "error":
                clip(output, 0)

    @contextmanager
    def setup_kernel(self, **kwargs):
        """Start the kernel in the environment for grading, apart from the user's own settings."""
        kwargs["env"] = kernel_environment(os.environ)
        # What it writes outside of its cells would otherwise go into the grader's log.
        kwargs |= {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as settings:
            kwargs["env"]["IPYTHONDIR"] = settings
            # An empty cache of data: a downloaded MNIST would make one machine's grading slower.
            kwargs["env"]["GRADIENT_LAB_DATA"] = settings
            with super().setup_kernel(**kwargs):
                yield

    def _ignore_working_directory(self):
        # Python 3.11 with an older IPython does not heed PYTHONSAFEPATH.
        option = "--IPKernelApp.ignore_cwd=True"
        if option not in self.extra_arguments:
            self.extra_arguments = [*self.extra_arguments, option]


def kernel_environment(environment):
    """Make the environment of a graded kernel.

    Parameters
    ----------
    environment : mapping of str to str
        The environment of the grader.

    Returns
    -------
    dict
        The same with `KERNEL_ENVIRONMENT`, without `REMOVED_FROM_ENVIRONMENT`, and without
        relative folders in `PYTHONPATH`.
    """
    env = {k: v for k, v in environment.items() if k not in REMOVED_FROM_ENVIRONMENT}
    folders = env.pop("PYTHONPATH", "").split(os.pathsep)
    if kept := [folder for folder in folders if Path(folder).is_absolute()]:
        env["PYTHONPATH"] = os.pathsep.join(kept)
    return env | KERNEL_ENVIRONMENT


def _timeout_error(seconds):
    message = f"The cell was stopped: it had {seconds} s and was not done."
    return {"ename": "CellTimeoutError", "evalue": message, "traceback": [message]}


def _add_error(cell, name, message):
    cell.setdefault("outputs", [])
    cell.outputs.append(
        new_output("error", ename=name, evalue=message, traceback=[f"{name}: {message}"])
    )
