"""Mistakes are recognised by what they answer, however they are written, and nothing else is."""

from pathlib import Path

import numpy as np
import pytest
from examiner_tools import verdicts_on

from grading.diagnosis import Recogniser, diagnose
from grading.diagnosis.explain import answer, brief
from grading.diagnosis.local import LocalSession
from grading.examiner.job import RUN, Cell, Job
from grading.examiner.judge import judge
from grading.examiner.transcript import Comparison, Differs, Transcript, same
from grading.quality.audit import LIMITS, Auditor

SOURCE = Path(__file__).parents[2] / "source" / "nn_lab"
SEED = 11


@pytest.fixture(autouse=True)
def _graded(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")


@pytest.fixture(scope="module")
def first():
    return Auditor(SOURCE / "1_backpropagation.ipynb")


def function(auditor, exercise, body):
    """Return an answer with the head of the exercise's function and a body of its own."""
    head = auditor.notebook.solutions[exercise].split('"""')[0]
    return head + '"""An answer."""\n' + "\n".join(f"    {line}" for line in body.splitlines())


def recognised(auditor, exercise, source):
    """Return the verdict on an answer's test, with what was recognised."""
    (cell,) = [
        each
        for each in auditor.notebook.tests
        if auditor.notebook.exercise_of(each.name) == exercise
    ]
    transcript = Transcript()
    session = LocalSession(auditor.bank.namespace(exercise, source), LIMITS, transcript)
    verdict = judge(cell, session, auditor.notebook.names, SEED)
    names = sorted(auditor.notebook.names)
    job = Job("", [cell], names, LIMITS)
    Recogniser(job, auditor.bank)(cell, transcript, SEED, verdict)
    return verdict


GRADIENTS = """m = len(X)
dW1, dW2 = np.zeros((delta2.shape[1], X.shape[1])), np.zeros((delta3.shape[1], a2.shape[1]))
for i in range(m):
    dW1 += np.outer(delta2[i], X[i]) / m
    dW2 += np.outer(delta3[i], a2[i]) / m
return dW1, delta2.sum(axis=0){over}, dW2, delta3.mean(axis=0)"""


def test_a_mistake_is_recognised_though_it_is_written_otherwise(first):
    verdict = recognised(
        first, "gradients", function(first, "gradients", GRADIENTS.format(over=""))
    )
    assert verdict.points < 4
    (title,) = verdict.mistakes
    (entry,) = [each for each in first.wrong["gradients"] if each.title == title]
    told = " ".join(verdict.advice.split())
    assert entry.says in told
    assert "The first answer that differs: gradients(X: (" in told
    assert "4 results" in told
    assert "other numbers in result 2 of 4" in told


def test_a_right_answer_is_taken_for_no_mistake(first):
    source = function(first, "gradients", GRADIENTS.format(over=" / m"))
    verdict = recognised(first, "gradients", source)
    assert (verdict.points, verdict.mistakes, verdict.advice) == (4, [], "")


def test_two_mistakes_together_are_both_named(first):
    wrong = [each for each in first.wrong["forward"] if each.edits][:12]
    named = 0
    for one, other in zip(wrong[::2], wrong[1::2], strict=True):
        source = first.notebook.solutions["forward"]
        for old, new in one.edits + other.edits:
            source = source.replace(old, new) if source.count(old) == 1 else ""
        if source:
            found = recognised(first, "forward", source).mistakes
            named += set(found) == {one.title, other.title}
    assert named >= 1


def test_a_mistake_that_nobody_knows_is_not_named_but_shown(first):
    verdict = recognised(first, "cost", function(first, "cost", "return 0.123 * a3.sum()"))
    assert verdict.mistakes == []
    assert "The first answer that differs:" in verdict.advice
    assert "gives one number, as it should, but another number" in verdict.advice


def test_expected_numbers_are_never_told(first):
    source = function(first, "cost", "return 0.123 * a3.sum()")
    (cell,) = [each for each in first.notebook.tests if each.name == "test_cost"]
    transcript = Transcript()
    right = first.notebook.solutions["cost"]
    judge(
        cell, LocalSession(first.bank.namespace("cost", right), LIMITS, transcript), {"cost"}, SEED
    )
    numbers = [note.value for note in transcript.answers if isinstance(note.value, float)]
    assert numbers
    advice = recognised(first, "cost", source).advice
    assert not [number for number in numbers if f"{number:.4g}" in advice]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("raise NotImplementedError()", ""),
        ("return None", "nothing"),
        ("return X @ W1", "raises ValueError; expected 4 results"),
        ("return X, X", "2 results"),
    ],
)
def test_answers_of_another_kind(first, body, said):
    verdict = recognised(first, "forward", function(first, "forward", body))
    assert verdict.points == 0
    assert said in " ".join(verdict.advice.split())
    assert bool(verdict.advice) == bool(said)


def test_the_examiner_names_the_mistake_that_happened_in_the_kernel(first):
    entry = first.wrong["forward"][0]
    imports = "\n".join(["import numpy as np", first.bank.imports])
    source = first.notebook.solutions["forward"]
    for old, new in entry.edits:
        source = source.replace(old, new)
    (cell,) = [each for each in first.notebook.tests if each.name == "test_forward"]
    cells = [Cell(RUN, "", imports), Cell(RUN, "forward", source), cell]
    *_, verdict = verdicts_on(cells, first.notebook.names, bank=first.bank)
    assert set(verdict.mistakes) & {entry.title, *entry.like}


def test_no_bank_no_diagnosis(first):
    (cell,) = [each for each in first.notebook.tests if each.name == "test_cost"]
    empty = type(first.bank)()
    assert diagnose(cell, "cost", Transcript(), empty, {"cost"}, SEED, LIMITS) is None


# Answers are compared.


@pytest.mark.parametrize(
    ("a", "b", "alike"),
    [
        (1.0, 1.0 + 1e-9, True),
        (1.0, 1.001, False),
        (1, 1.0, True),
        (True, 1, False),
        (None, None, True),
        (None, 0.0, False),
        ("a", "a", True),
        ([1.0, 2.0], (1.0, 2.0), True),
        ([1.0], [1.0, 2.0], False),
        ({"a": 1.0}, {"a": 1.0}, True),
        ({"a": 1.0}, {"b": 1.0}, False),
        (np.ones(3), np.ones((3, 1)), False),
        (np.array([1.0, np.nan]), np.array([1.0, np.nan]), True),
        (np.array([1.0, np.inf]), np.array([1.0, -np.inf]), False),
        (np.array([1.0, np.nan]), np.array([np.nan, 1.0]), False),
        (np.float32([1, 2]), np.array([1.0, 2.0001]), True),
        (np.zeros(3), np.full(3, 1e-12), True),
    ],
)
def test_the_same_but_for_rounding(a, b, alike):
    assert same(a, b) is alike


def test_a_comparison_ends_at_the_first_difference():
    transcript = Transcript()
    transcript.note("call", [], None, 1.0)
    transcript.note("call", [], None, 2.0)
    again = Comparison(transcript)
    again.note("call", [], None, 1.0)
    assert not again.is_complete
    with pytest.raises(Differs):
        again.note("call", [], None, 2.5)
    with pytest.raises(Differs):
        Comparison(transcript).note("many", [], None, 1.0)


def test_kinds_in_words():
    assert answer(np.ones((2, 3))) == "an array of shape (2, 3)"
    assert answer(2.5) == "one number"
    assert answer(None) == "nothing"
    assert answer([np.ones(2), 1.0]) == "2 results (an array of shape (2,), one number)"
    assert answer({"b": 1, "a": 2}) == "a dict of 'a', 'b'"
    assert brief(np.ones((4, 2))) == "(4, 2)"
    assert brief(3) == "3"
    assert brief(0.123456) == "0.1235"
