"""The audit: a sample of the bank in the fast tests; all of it, and mutants, in the slow ones."""

from pathlib import Path

import numpy as np
import pytest
from notebooks_in_process import NOTEBOOKS, ROOT, exercises, skip_without_pytorch

from grading import audit, mutants
from grading.answers import Right, Wrong
from grading.audit import Auditor, Row, line, markdown, total

SAMPLE = 3  # wrong answers of each exercise


@pytest.fixture(autouse=True)
def _graded(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")


def auditor_of(exercise):
    key = exercises()[exercise]
    skip_without_pytorch(key)
    notebook = NOTEBOOKS[key]
    path = ROOT / "source" / notebook.assignment / f"{notebook.name}.ipynb"
    return Auditor(path, notebook.assignment)


def some(entries, exercise):
    quick = [entry for entry in entries if "never ends" not in entry.title]
    rng = np.random.default_rng(len(exercise))
    return [quick[i] for i in rng.choice(len(quick), size=SAMPLE, replace=False)]


@pytest.mark.parametrize("exercise", sorted(exercises()))
def test_a_sample_of_the_bank_gets_what_it_deserves(exercise):
    auditor = auditor_of(exercise)
    auditor.wrong = {exercise: some(auditor.wrong[exercise], exercise)}
    auditor.right = {exercise: auditor.right[exercise][-1:]}
    row = auditor.row(exercise, seeds=(1,))
    assert row.problems == []
    assert (row.caught, row.named, row.cascades) == (SAMPLE, SAMPLE, 0)
    assert (row.accepted, row.mistaken) == (1, 0)


def test_what_is_not_as_it_should_be_is_said():
    auditor = auditor_of("accuracy")
    solution = auditor.notebook.solutions["accuracy"]
    last = solution.splitlines()[-1].strip()
    auditor.wrong = {"accuracy": [Wrong("no mistake at all", "", ((last, f"{last}  # the same"),))]}
    auditor.wrong["accuracy"].append(Wrong("stale", "", (("not there", "x"),)))
    auditor.right = {"accuracy": [Right("not right", body="    return 0.123")]}
    row = auditor.row("accuracy", seeds=(1,))
    assert (row.wrong, row.caught, row.right, row.accepted) == (2, 0, 1, 0)
    said = "\n".join(row.problems)
    assert "accuracy: 'no mistake at all' is not caught" in said
    assert "'stale' no longer fits" in said
    assert "the right answer 'not right' loses points in accuracy" in said


def test_an_exercise_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(SystemExit, match="no exercise 'forwards'; it has forward, cost"):
        list(audit.audit("nn_lab", ["forwards"]))


def test_tables_have_a_row_an_exercise_and_a_sum():
    rows = [Row("forward", 10, 10, 9, 0, 4, 4, 0), Row("cost", 5, 5, 5, 1, 4, 3, 0)]
    assert line(total(rows)).split()[:8] == ["all", "15", "15", "14", "1", "8", "7", "0"]
    assert "| `cost` | 5 | 5 | 5 | 1 | 4 | 3 | 0 |" in markdown(rows)
    assert "| **all** | 15 | 15 | 14 | 1 | 8 | 7 | 0 |" in markdown(rows)
    assert not audit.enough_are_named(rows)


# Mutants.

PLAIN = '''def f(x, y):
    """Return something."""
    z = x + 2 * y
    with Progress(x, "f") as bar:
        bar.step(f"{z - 1}")
    return np.sum(z, axis=0), z.T
'''


def test_mutants_change_one_thing_each():
    found = dict(mutants.mutants(PLAIN))
    changes = {what.split(": ", 1)[1] for what in found}
    assert {
        "x + 2 * y -> x - 2 * y",
        "x + 2 * y -> x",
        "2 * y -> y",
        "2 -> 3",
        "z.T -> z",
    } <= changes
    assert {"np.sum -> np.mean", "np.sum(z, axis=0) -> np.sum(z)", "0 -> 1"} <= changes
    assert not [what for what in changes if "z - 1" in what or "Progress" in what]
    assert len(set(found.values())) == len(found)
    for source in found.values():
        compile(source, "<mutant>", "exec")
        assert '"""Return something."""' in source


def test_no_two_mutants_are_called_alike():
    """A known survivor must not stand for another change on its line."""
    labels = [label for label, _ in mutants.mutants("def f(x, y):\n    return (x + 1) * (y + 1)")]
    assert {"line 2: 1 -> 0", "line 2: 1 -> 0 (2)"} <= set(labels)
    assert len(set(labels)) == len(labels)


def test_known_survivors_belong_to_exercises_and_have_reasons():
    for exercise, reasons in mutants.known().items():
        assert exercise in exercises()
        assert all(len(reason) > 10 for reason in reasons.values())


@pytest.mark.parametrize("exercise", ["cost", "encode", "softmax"])
def test_mutants_of_an_exercise_are_noticed_or_known(exercise):
    auditor = auditor_of(exercise)
    _, count, alive = mutants.survivors((str(auditor.notebook.path), "nn_lab", exercise))
    assert count > 10
    assert set(alive) <= set(mutants.known().get(exercise, {}))


def numbers_of(page):
    """Return the rows of the audit's page; all but how many are named, which takes time limits."""
    rows = [line.strip("|").split("|") for line in page.splitlines() if line.startswith("| ")]
    return [[cell.strip() for i, cell in enumerate(row) if i != 3] for row in rows]


@pytest.mark.slow
def test_the_whole_audit(capsys, tmp_path):
    pytest.importorskip("torch", reason="needs PyTorch: python3 course.py torch")
    page = tmp_path / "audit.md"
    status = audit.main(
        [*["--write", str(page)], "nn_lab", "--sample", "4", "--jobs", "1", "--rounds", "1"]
    )
    out = capsys.readouterr().out
    assert status == 0, out
    committed = Path(ROOT, "docs", "audit.md").read_text(encoding="utf-8")
    assert numbers_of(page.read_text(encoding="utf-8")) == numbers_of(committed)
    assert len(numbers_of(committed)) == len(exercises()) + 2


@pytest.mark.slow
def test_no_unknown_mutant_survives(capsys):
    pytest.importorskip("torch", reason="needs PyTorch: python3 course.py torch")
    assert mutants.main(["nn_lab", "--jobs", "1"]) == 0, capsys.readouterr().out
