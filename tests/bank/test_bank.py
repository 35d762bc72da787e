"""The bank of answers: it fits the solutions, and its sentences help without telling the line."""

import pytest
from notebooks_in_process import answered_by, bank_entries, exercises, named, solutions

from grading.bank import Right, StaleEntryError, Wrong, answer, bank_of
from grading.bank.entry import right_edit, wrong, wrong_body

WRONG, RIGHT = bank_entries(is_right=False), bank_entries(is_right=True)
ENTRIES = [
    pytest.param(exercise, entry, id=f"{exercise}-{entry.title}")
    for bank in (WRONG, RIGHT)
    for exercise, entries in bank.items()
    for entry in entries
]
SOLUTION = 'def double(x):\n    """Return twice x."""\n    y = 2 * x\n    return y'


def solution_of(exercise):
    key, name = named(exercise)
    return solutions(key)[name]


def test_every_exercise_has_mistakes_and_right_answers():
    assert set(WRONG) == set(RIGHT) == set(exercises())
    for exercise in exercises():
        assert len(WRONG[exercise]) >= 5, exercise
        assert len(RIGHT[exercise]) >= 4, exercise
    assert sum(map(len, WRONG.values())) >= 200
    assert sum(map(len, RIGHT.values())) >= 90


@pytest.mark.parametrize(("exercise", "entry"), ENTRIES)
def test_an_entry_fits_its_solution_and_changes_it(exercise, entry):
    source = answered_by(exercise, entry)
    assert source != solution_of(exercise)
    compile(source, "<entry>", "exec")
    assert bool(entry.edits) != bool(entry.body)


@pytest.mark.parametrize("bank", [WRONG, RIGHT], ids=["wrong", "right"])
def test_titles_are_there_and_unique_in_each_exercise(bank):
    for exercise, entries in bank.items():
        titles = [entry.title for entry in entries]
        assert len(set(titles)) == len(titles), exercise
        assert all(title == title.strip() and len(title) >= 4 for title in titles), exercise


def test_no_two_entries_of_an_exercise_are_the_same_program():
    for exercise, entries in WRONG.items():
        sources = [answered_by(exercise, entry) for entry in entries]
        assert len(set(sources)) == len(sources), exercise


def test_sentences_are_short_and_hold_no_line_of_the_solution():
    for exercise, entries in WRONG.items():
        body = "".join(solution_of(exercise).split('"""')[::2])  # without docstrings
        lines = [line.split("#")[0].strip().removeprefix("return ") for line in body.splitlines()]
        parts = [part for line in lines for part in line.split(" = ")[-1:] if len(part) > 12]
        for entry in entries:
            assert 30 <= len(entry.says) <= 300, entry.title
            assert entry.says.rstrip(")")[-1] in ".?!", entry.title
            assert not [part for part in parts if part in entry.says], entry.title


def test_few_entries_cannot_be_told_apart_and_they_say_so_of_each_other():
    alike = 0
    for exercise, entries in WRONG.items():
        by_title = {entry.title: entry for entry in entries}
        for entry in entries:
            alike += bool(entry.like)
            for other in entry.like:
                assert entry.title in by_title[other].like, (exercise, entry.title)
    assert alike <= 0.05 * sum(map(len, WRONG.values()))


def test_an_edit_that_no_longer_fits_says_so():
    stale = wrong("three", "3 * x", "4 * x", says="")
    with pytest.raises(StaleEntryError, match=r"'three' no longer fits: '3 \* x' .* 0 times"):
        answer(stale, SOLUTION)
    twice = wrong("y", "y", "x", says="")
    with pytest.raises(StaleEntryError, match="2 times, expected once"):
        answer(twice, SOLUTION)


def test_answers_by_edits_and_by_bodies():
    two = wrong("two edits", "2 * x", "3 * x", "return y", "return -y", says="no")
    assert answer(two, SOLUTION).endswith("    y = 3 * x\n    return -y")
    body = wrong_body("sum", "    z = x + x\n    return z", says="no")
    assert answer(body, SOLUTION).endswith('"""\n    z = x + x\n    return z\n')
    assert isinstance(right_edit("first", "2 * x", "x + x"), Right)
    assert isinstance(two, Wrong)
    with pytest.raises(ValueError, match="pairs of texts"):
        wrong("odd", "2 * x", says="no")


def test_a_notebook_without_a_bank_has_no_entries():
    assert bank_of("source/nn_lab/99_nothing.ipynb") == ({}, {})
