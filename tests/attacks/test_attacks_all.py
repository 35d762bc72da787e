"""All attacks on the marks, a family a test; and that those said to pay do pay without defence."""

import pytest

from attacks import FAMILIES
from attacks.__main__ import chosen, graded
from attacks.course import bases, grade
from attacks.table import report
from grading.sandbox import unavailable

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(unavailable()), reason=unavailable() or "can confine"),
]


@pytest.fixture(scope="module")
def base():
    with bases() as base:
        yield base


@pytest.mark.parametrize("name", FAMILIES)
def test_no_attack_pays_or_harms_and_no_honest_submission_loses(base, name, tmp_path):
    for _, notebook, attacks in chosen([name]):
        for how, batch in graded(base(False, notebook), name, attacks, tmp_path / notebook):
            assert batch.ok, report(name + how, batch, failures_only=True)


@pytest.mark.parametrize("name", ["patched", "looking"])
def test_attacks_that_are_said_to_pay_do_so_where_tests_run_in_the_students_process(
    base, name, tmp_path
):
    """Else they were no attacks, and stopping them would show nothing."""
    for _, notebook, attacks in chosen([name]):
        paying = [attack for attack in attacks if attack.paid]
        batch = grade(base(plain=True), paying, tmp_path / notebook)
        in_vain = [o.attack.name for o in batch.outcomes if not o.gained and not o.harm]
        assert in_vain == []
