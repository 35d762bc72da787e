"""An assignment of one exercise, `f`, for tests of what grades it; no gradebook, no nbgrader."""

import json
from dataclasses import replace
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grading.autograde.order import Order
from grading.autograde.recorded import RecordedCell, RecordedNotebook
from grading.autograde.settings import Settings
from grading.examiner.job import Limits
from grading.sandbox import Sandbox, unavailable

NAME = "1_f"
STUB = "def f(x):\n    raise NotImplementedError()"
SOLUTION = "def f(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"
GOOD = "def f(x):\n    return 2 * x"
SETTINGS = Settings(limits=Limits(cell=20, test=20, notebook=60, grace=1.0))


def checking(*lines, points=4):
    """The source of a test cell with one check, worth all its points, that holds these lines."""
    body = "\n".join(f"        {line}" for line in lines)
    return (
        "from checks import credit\n\n\n"
        "def test_f(check):\n    import numpy as np\n\n"
        "    from checks import close, expect\n\n"
        f"    with check('it works', points={points}):\n{body}\n\n\ncredit(test_f)"
    )


CHECK = checking("x = check.rng.normal(size=3)", "close(f(x), x + x, what='y')")


def label(name, points=None, **roles):
    found = {"grade_id": name, "schema_version": 3, "task": False, "solution": False}
    found |= {"grade": points is not None, "locked": True} | roles
    return {"nbgrader": found | ({"points": points} if points is not None else {})}


def make_assignment(folder, *tests, story=(), written=False):
    """Write ``source/ps`` with an answer, test cells, and locked cells of a story before them.

    With `written`, there is a written answer at the end, for a person to mark.

    Returns
    -------
    dict
        What `grading.autograde.workers.Forks` is told.
    """
    source = Path(folder, "source", "ps")
    source.mkdir(parents=True)
    cells = [new_code_cell("import numpy as np", id="imports", metadata=label("imports"))]
    cells += [
        new_code_cell(text, id=f"story{n}", metadata=label(f"story{n}"))
        for n, text in enumerate(story)
    ]
    cells.append(new_code_cell(SOLUTION, id="f", metadata=label("f", solution=True, locked=False)))
    names = ["test_f", *(f"test_f_{n}" for n in range(2, len(tests) + 1))]
    cells += [
        new_code_cell(text, id=name, metadata=label(name, 4))
        for name, text in zip(names, tests, strict=False)
    ]
    if written:
        roles = label("why", 2, solution=True, locked=False)
        cells.append(new_markdown_cell("YOUR ANSWER HERE", id="why", metadata=roles))
    nb = new_notebook(cells=cells)
    nb.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nb, source / f"{NAME}.ipynb")
    texts = {c.id: STUB if c.id == "f" else c.source for c in cells}
    recorded = RecordedNotebook(
        NAME,
        [RecordedCell(name, source=text) for name, text in texts.items()],
        [
            *(RecordedCell(name, max_score=4.0) for name in names[: len(tests)]),
            *([RecordedCell("why", max_score=2.0)] if written else []),
        ],
        [RecordedCell("f"), *([RecordedCell("why")] if written else [])],
    )
    return {
        "source": str(source),
        "recorded": [recorded.to_data()],
        "settings": SETTINGS.to_data(),
    }


def with_settings(told, **changes):
    """Return what `make_assignment` returned, with other settings."""
    return told | {"settings": replace(Settings.from_data(told["settings"]), **changes).to_data()}


def hand_in(folder, student, f=GOOD, before=(), outputs=None, why=None):
    """Write a submission: the answer, and cells of the student's own before it."""
    source = nbformat.read(Path(folder, "source", "ps", f"{NAME}.ipynb"), as_version=4)
    cells = []
    for number, cell in enumerate(source.cells, 1):
        if cell.id == "f":
            cells += [new_code_cell(text) for text in before]
            cell.source = f
        if cell.id == "why" and why:
            cell.source = why
        if outputs is not None and cell.cell_type == "code":
            cell.execution_count = number
            cell.outputs = outputs.get(cell.id, [])
        cells.append(cell)
    source.cells = cells
    target = Path(folder, "submitted", student, "ps")
    target.mkdir(parents=True, exist_ok=True)
    (target / f"{NAME}.ipynb").write_text(json.dumps(source))
    return target


def make_order(folder, seed=1):
    """Return ``make_order(student, address)`` for a batch in a folder."""

    def order(student, address):
        target = Path(folder, "graded", student)
        target.mkdir(parents=True, exist_ok=True)
        handed_in = Path(folder, "submitted", student, "ps")
        return Order(student, str(handed_in), str(target), [NAME], seed, address)

    return order


def open_sandbox(modules=None):
    return Sandbox(confined=not unavailable(), modules=modules)


def marks(result):
    """The marks in a result: by test."""
    return result["notebooks"][NAME]["scores"]
