"""The audit: a sample of the bank in the fast tests; all of it, and mutants, in the slow ones."""

from pathlib import Path

import numpy as np
import pytest
from notebooks_in_process import NOTEBOOKS, ROOT, exercises, named, skip_without_pytorch

from grading.bank import Right, Wrong
from grading.course.home import homes
from grading.quality import audit, mutants
from grading.quality.audit import Auditor, Row, line, markdown, total

ASSIGNMENTS = [home.name for home in homes()]
SAMPLE = 1  # wrong answers of each exercise: to name one, all are replayed

NOT_NAMED = ("never ends", "seed is not used", "NumPy's", "kept away from 0 and 1", "too slow")
NOT_NAMED += ("scaled once more", "not drawn from the given generator")


@pytest.fixture(autouse=True)
def _graded(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")


def auditor_of(exercise):
    key, _ = named(exercise)
    skip_without_pytorch(key)
    notebook = NOTEBOOKS[key]
    path = ROOT / "source" / notebook.assignment / f"{notebook.name}.ipynb"
    return Auditor(path)


def some(entries, exercise):
    # One of which nothing is answered differently is not named: see the notes of the whole audit.
    quick = [entry for entry in entries if not any(word in entry.title for word in NOT_NAMED)]
    rng = np.random.default_rng(len(exercise))
    return [quick[i] for i in rng.choice(len(quick), size=SAMPLE, replace=False)]


@pytest.mark.parametrize("exercise", sorted(exercises()))
def test_a_sample_of_the_bank_gets_what_it_deserves(exercise):
    auditor, (_, name) = auditor_of(exercise), named(exercise)
    auditor.wrong = {name: some(auditor.wrong[name], name)}
    auditor.right = {name: auditor.right[name][-1:]}
    row = auditor.row(name, seeds=(1,))
    assert row.problems == []
    assert (row.caught, row.cascades) == (SAMPLE, 0)
    assert row.named == SAMPLE, row.notes
    assert (row.accepted, row.mistaken) == (1, 0)


def test_what_is_not_as_it_should_be_is_said():
    auditor = auditor_of("nn_lab/accuracy")
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


def test_an_answer_that_writes_a_file_where_it_stands_leaves_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    auditor = auditor_of("nn_lab/accuracy")
    body = "    open('here', 'w').close()\n    return 0.123"
    auditor.wrong = {"accuracy": [Wrong("writes", "", body=body)]}
    auditor.right = {}
    assert auditor.row("accuracy", seeds=(1,)).caught == 1
    assert list(tmp_path.iterdir()) == []


def test_an_exercise_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(SystemExit, match="no exercise 'forwards'; there are forward, cost"):
        audit.main(["--only", "forward", "forwards"])


def test_exercises_are_found_in_their_assignments():
    sources = audit.sources_in()
    assert sources[0].name == "nn_lab"
    assert {source.name for source in sources} == {each.assignment for each in NOTEBOOKS.values()}
    assert list(audit.concerned(sources, [])) == [(source, []) for source in sources]
    found = audit.concerned(sources, ["train", "conv2d"])
    assert [(source.name, only) for source, only in found] == [
        ("nn_lab", ["train"]),
        ("two_hidden_layers", ["train"]),
        ("mlp_to_cnn", ["conv2d"]),
    ]
    with pytest.raises(SystemExit, match=r"no assignment 'lab' in .*: there are nn_lab"):
        audit.sources_in(names=["lab"])


def test_tables_have_a_row_an_exercise_and_a_sum():
    rows = [Row("forward", "lab", 10, 10, 9, 0, 4, 4, 0), Row("cost", "lab", 5, 5, 5, 1, 4, 3, 0)]
    rows.append(Row("train", "project", 2, 2, 2, 0, 1, 1, 0))
    assert line(total(rows)).split()[:8] == ["all", "17", "17", "16", "1", "9", "8", "0"]
    assert "| `cost` | 5 | 5 | 5 | 1 | 4 | 3 | 0 |" in markdown(rows)
    assert "| `lab` | 15 | 15 | 14 | 1 | 8 | 7 | 0 |" in markdown(rows)
    assert "| **all** | 17 | 17 | 16 | 1 | 9 | 8 | 0 |" in markdown(rows)
    assert markdown(rows).index("## `lab`") < markdown(rows).index("## `project`")
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
    for assignment in sorted({each.assignment for each in NOTEBOOKS.values()}):
        for exercise, reasons in mutants.known(ROOT / "source" / assignment).items():
            assert f"{assignment}/{exercise}" in exercises()
            assert all(len(reason) > 10 for reason in reasons.values())


@pytest.mark.parametrize("exercise", ["cost", "encode", "softmax"])
def test_mutants_of_an_exercise_are_noticed_or_known(exercise):
    auditor = auditor_of(f"nn_lab/{exercise}")
    _, count, alive = mutants.survivors((str(auditor.notebook.path), exercise))
    assert count > 10
    assert set(alive) <= set(mutants.known(ROOT / "source" / "nn_lab").get(exercise, {}))


def numbers_of(page):
    """Return the rows of the audit's page; all but how many are named, which takes time limits."""
    rows = [line.strip("|").split("|") for line in page.splitlines() if line.startswith("| ")]
    return [[cell.strip() for i, cell in enumerate(row) if i != 3] for row in rows]


PAGE = Path(ROOT, "docs", "audit.md")


def test_the_audit_s_page_has_all_exercises():
    page = PAGE.read_text(encoding="utf-8")
    for exercise in exercises():
        assignment, name = exercise.split("/")
        section = page.split(f"## `{assignment}`")[1].split("\n## ")[0]
        assert f"| `{name}` |" in section, (
            f"docs/audit.md lacks {exercise}: make it anew, "
            "python3 course.py audit --sample 0 --write docs/audit.md"
        )
    counts = [int(cell) for cell in numbers_of(page)[len(ASSIGNMENTS) + 1][1:]]
    wrong, caught, cascades, right, accepted, mistaken = counts
    assert (caught, cascades, accepted, mistaken) == (wrong, 0, right, 0)


@pytest.mark.slow
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_whole_audit(assignment, capsys, tmp_path):
    pytest.importorskip("torch", reason="needs PyTorch: python3 course.py torch")
    page = tmp_path / "audit.md"
    # Once is enough: each demo also takes students from the bank through nbgrader.
    sample = "2" if assignment == "hyperparameter_study" else "0"
    options = ["--write", str(page), "--sample", sample, "--jobs", "1", "--rounds", "1"]
    assert audit.main([assignment, *options]) == 0, capsys.readouterr().out
    committed = PAGE.read_text(encoding="utf-8").split(f"## `{assignment}`")[1].split("\n## ")[0]
    found = page.read_text(encoding="utf-8").split(f"## `{assignment}`")[1]
    assert numbers_of(found) == numbers_of(committed)


@pytest.mark.slow
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_no_unknown_mutant_survives(assignment, capsys):
    pytest.importorskip("torch", reason="needs PyTorch: python3 course.py torch")
    assert mutants.main([assignment, "--jobs", "1"]) == 0, capsys.readouterr().out
