"""What came of a notebook's cells: marks and messages, and the cells' outputs on the pages."""

import nbformat
from nbgrader import utils
from nbgrader.preprocessors import LimitOutput

from grading.course.assignment import exercise_of
from grading.course.cell_marks import HANDED_IN, MISTAKES, OUTPUTS, REDRAWN
from grading.examiner.job import TEST

NO_RESPONSE = "No response."
_YOURS = "Printed by your code during these checks:\n"


def put_verdict(cell, about, verdict):
    """Put what came of a cell that was run, or judged, into the notebook.

    The mark of a test stands there in the form that nbgrader's own tools read.

    Parameters
    ----------
    cell : NotebookNode
    about : grading.examiner.job.Cell
    verdict : grading.examiner.job.Verdict
    """
    said = "\n".join(filter(None, [verdict.text.rstrip("\n"), verdict.advice]))
    said += "\n" if said else ""
    texts = [said, _YOURS + verdict.printed if verdict.printed else ""]
    kept = [{"output_type": "stream", "name": "stdout", "text": text} for text in texts if text]
    cell.metadata.pop(MISTAKES, None)
    cell.metadata.pop(OUTPUTS, None)
    if verdict.mistakes:
        cell.metadata[MISTAKES] = verdict.mistakes
    # What ran as a plain test cell says so in its own outputs, and has no other text.
    if about.kind == TEST and verdict.points is not None and verdict.text:
        mark = {"data": {"text/plain": repr(verdict.points)}, "metadata": {}}
        mark |= {"output_type": "execute_result", "execution_count": verdict.count}
        kept.append(mark)
    cell.outputs = [nbformat.from_dict(output) for output in [*kept, *verdict.outputs]]
    cell.execution_count = verdict.count


def put_redrawn(cell, verdict):
    """Put the outputs of a cell that was run for them alone into the notebook, marked as such."""
    cell.outputs = [nbformat.from_dict(output) for output in verdict.outputs]
    cell.execution_count = verdict.count
    if cell.outputs:
        cell.metadata[OUTPUTS] = REDRAWN


def keep_handed_in(cell):
    """Mark the outputs of a cell that was not run as those that were handed in."""
    if cell.outputs:
        cell.metadata[OUTPUTS] = HANDED_IN


def limit_outputs(nb, settings):
    """Cut outputs of too many lines, as nbgrader does."""
    limit = LimitOutput(max_lines=settings.max_lines, max_traceback=settings.max_traceback)
    for index, cell in enumerate(nb.cells):
        limit.preprocess_cell(cell, {}, index)


def marks_of(nb, verdicts):
    """Return the marks and the comments of a graded notebook.

    Parameters
    ----------
    nb : NotebookNode
    verdicts : dict of str to grading.examiner.job.Verdict
        Of the tests, by grade_id.

    Returns
    -------
    scores : dict of str to float or None
        By grade_id; None where a person has to give it.  A test that could not be judged has 0.
    comments : dict of str to str or None
        What is said of answers by itself.
    """
    scores, comments = {}, {}
    for cell in nb.cells:
        label = cell.metadata.get("nbgrader", {})
        name = label.get("grade_id")
        if utils.is_grade(cell):
            if cell.cell_type == "code" and not utils.is_solution(cell):
                verdict = verdicts.get(name)
                scores[name] = (verdict.points if verdict else None) or 0.0
            else:
                scores[name] = 0.0 if _is_untouched(cell) and utils.is_solution(cell) else None
        if utils.is_solution(cell) or utils.is_task(cell):
            silent = _is_untouched(cell) and not utils.is_task(cell)
            comments[name] = NO_RESPONSE if silent else None
    return scores, comments


def exercises_of(tests, verdicts, answers):
    """Return the points and messages by exercise, for the result.

    Parameters
    ----------
    tests : list of (str, str, float)
        grade_id, source and points of each test.
    verdicts : dict of str to grading.examiner.job.Verdict
    answers : collection of str
        The names of the exercises.

    Returns
    -------
    dict
        By exercise: ``points``, ``of``, and ``tests``, each with its seed, message, checks,
        mistakes (by the bank's id) and advice.
    """
    found = {}
    for name, _source, points in tests:
        exercise = exercise_of(name, answers)
        entry = found.setdefault(exercise, {"points": 0.0, "of": 0.0, "tests": []})
        verdict = verdicts.get(name)
        entry["of"] += points
        if verdict is None:
            continue
        entry["points"] += verdict.points or 0.0
        entry["tests"].append(
            {
                "name": name,
                "points": verdict.points,
                "of": points,
                "seed": verdict.seed,
                "message": verdict.text or _error_of(verdict),
                "checks": verdict.checks,
                "printed": verdict.printed,
                "mistakes": [f"{exercise}: {title}" for title in verdict.mistakes],
                "advice": verdict.advice,
            }
        )
    return found


def _error_of(verdict):
    return "\n".join(o["evalue"] for o in verdict.outputs if o["output_type"] == "error")


def _is_untouched(cell):
    return cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
