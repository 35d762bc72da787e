"""The benchmark of training: all contenders run, and the page says what came out."""

from types import SimpleNamespace

import pytest

from benchmarks import training
from benchmarks.training import CONTENDERS, Case, measure, picture, speed_page, table

SMALL = (Case((12, 6, 5, 10), 20), Case((12, 7, 10), None), Case((12, 4, 10), 15))


@pytest.fixture(scope="module")
def results():
    return {case: measure(case, 70, 1) for case in SMALL}


def test_every_contender_is_timed(results):
    needed = set(CONTENDERS) - {"PyTorch, eager"}  # an extra
    for found in results.values():
        assert needed <= set(found) <= set(CONTENDERS)
        assert all(seconds > 0 for seconds in found.values())


def test_the_table_holds_seconds_and_ratios_to_the_products_alone():
    found = {"sgemm alone": 2.0, "ours": 2.2, "book style, float64": 5.0, "scikit-learn": 3.0}
    text = table({training.CASES[0]: found}, 20_000)
    assert "| 784-500-500-10, batches of 100 | 2.000 s (1.00) | 2.200 s (1.10) |" in text
    assert text.splitlines()[-1].endswith("| - |")


def test_the_page_and_the_picture_name_every_network(results):
    text = speed_page(results, SimpleNamespace(rows=70, rounds=1))
    assert all(str(case) in text for case in SMALL)
    assert "](images/speed.png)" in text
    assert len(picture(results).axes[0].patches) >= 9
