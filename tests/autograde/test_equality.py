"""One made-up class, graded in two ways: equal.  `python -m tests.equality` does all of it."""

import datetime
import os

import pytest
from equality import ASSIGNMENTS, WAYS, differences

from grading.sandbox import unavailable

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(unavailable()), reason=unavailable() or "can confine"),
]


def test_a_class_gets_the_same_words_and_marks_in_two_ways(tmp_path):
    """Another assignment each day; GRADIENT_LAB_DAY repeats a day's choice."""
    day = int(os.environ.get("GRADIENT_LAB_DAY", datetime.date.today().toordinal()))
    print(f"GRADIENT_LAB_DAY={day}")
    assignment = ASSIGNMENTS[day % len(ASSIGNMENTS)]
    ways = ["needed, side by side", "all, side by side"]
    assert set(ways) <= set(WAYS)
    assert differences(tmp_path / "course", assignment, ways, drawn=2, seed=day) == []
