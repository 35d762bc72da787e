"""Between running and saving: a test cell's outcome is a mark, or it is zero.

nbgrader gives full marks to a test cell without outputs (also when it never ran), and to a last
expression that it cannot read as a number (`True`, `np.float64(0.5)`, `nan`); it gives zero for
any text on stderr, be it one warning.  The first is too kind, the second unfair.
"""

import re

from nbformat.v4 import new_output
from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor

_NUMBER = re.compile(r"\d+(\.\d*)?([eE][-+]?\d+)?")
#: Sums of points may miss the maximum by rounding.
_ROUNDING = 1e-9


class CheckMarks(NbGraderPreprocessor):
    """Put the outputs of test cells into a form that nbgrader marks as it should."""

    def preprocess_cell(self, cell, resources, index):
        """Check one cell; the result is that of nbconvert's preprocessors."""
        if cell.cell_type != "code" or not utils.is_grade(cell) or utils.is_solution(cell):
            return cell, resources
        for output in cell.outputs:
            if output.output_type == "stream":
                output.name = "stdout"
        if not _was_run(cell):
            self._give_zero(cell, "The test was not run.")
        points = float(cell.metadata.nbgrader.points)
        for output in list(cell.outputs):
            if output.output_type == "execute_result":
                self._check_result(cell, output, points)
        return cell, resources

    def _check_result(self, cell, output, points):
        text = str(output.data.get("text/plain", ""))
        if _NUMBER.fullmatch(text) and float(text) <= points + _ROUNDING:
            output.data = {"text/plain": repr(min(float(text), points))}
        else:
            self._give_zero(cell, f"The test ended in something that is no mark up to {points:g}.")

    def _give_zero(self, cell, reason):
        self.log.error("%s: %s It counts as zero.", cell.metadata.nbgrader.grade_id, reason)
        message = f"{reason} It counts as zero; please tell your instructor."
        error = new_output("error", ename="NoMark", evalue=message, traceback=[message])
        cell.outputs.insert(0, error)  # nbgrader heeds the first output that says something


def _was_run(cell):
    has_failed = any(output.output_type == "error" for output in cell.outputs)
    return cell.execution_count is not None or has_failed
