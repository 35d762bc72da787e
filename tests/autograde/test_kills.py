"""Some kills while a class is graded; `python -m tests.kills` does a hundred."""

import os
import random

import pytest
from kills import disturb

pytestmark = pytest.mark.slow


def test_no_mark_is_lost_wrong_or_there_twice(tmp_path):
    seed = int(os.environ.get("GRADIENT_LAB_KILLS", random.randrange(10**6)))
    assert disturb(tmp_path, 6, seed) == []
