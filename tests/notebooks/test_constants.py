"""Nothing for nothing: answers that compute nothing earn nothing, whatever the others are."""

import pytest
from constant_answers import KINDS, Lies
from notebooks_in_process import NOTEBOOKS, answered, mark, solutions

SEED = 3


@pytest.fixture(autouse=True)
def _graded(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")


def told(key, kind):
    """Return what stands in place of each answer of a notebook."""
    right, sources, lies = answered(key), solutions(key), Lies(kind)
    answers = {name: lies.about(name, right[name], sources[name]) for name in sources}
    if lies.is_learning:
        mark(key, {**right, **answers}, SEED + 1)
        lies.is_learning = False
    return answers


def earned(marked):
    """Return what was earned, by test cell, with the checks that passed."""
    return {
        name: [c["label"] for c in each.checks if c["passed"] and c["points"]] or each.points
        for name, each in marked.items()
        if each.points
    }


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("key", NOTEBOOKS)
def test_constants_earn_nothing_beside_constants(key, kind):
    marked = mark(key, {**answered(key), **told(key, kind)}, SEED)
    assert earned(marked) == {}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("key", NOTEBOOKS)
def test_a_constant_earns_nothing_in_the_second_run_either(key, kind):
    """With the right answers of all earlier exercises."""
    names, found = {**answered(key), **told(key, kind)}, {}
    for exercise in solutions(key):
        found |= mark(key, names, SEED, only=[f"test_{exercise}"])
        names[exercise] = answered(key)[exercise]
    assert earned(found) == {}
