"""A few attacks on the marks, quickly; all of them are in `test_attacks_all`."""

import pytest
from attacks import FAMILIES, all_attacks, family
from attacks.course import bases, grade
from attacks.harm import active_parts
from attacks.model import POINTS
from attacks.table import report

from grading.sandbox import unavailable

#: One of each: patched, looked up, lied, forged, written, ended, cut, shown; and an honest one.
FEW = (
    "credit",
    "array-frames",
    "subclass",
    "iopub",
    "gradebook-write",
    "exit-at-call",
    "duplicates",
    "html",
    "own-names",
)


def test_attacks_are_many_and_have_names_and_marks_of_their_own():
    attacks = all_attacks()
    assert len(attacks) - len(family("honest")) >= 60
    assert len({attack.name for attack in attacks}) == len(attacks)
    assert len({attack.tries for attack in attacks}) == len(attacks)
    for attack in attacks:
        full = POINTS[attack.notebook]
        assert attack.expected().keys() == full.keys()
        assert all(points is None or points <= full[e] for e, points in attack.expected().items())
        assert not (set(attack.bodies) & set(attack.cells))


def test_honest_submissions_lose_nothing_by_their_own_account():
    for attack in family("honest"):
        assert attack.expected() == POINTS[attack.notebook]


@pytest.mark.parametrize(
    "page",
    [
        "<script>atk_xss()</script>",
        "<IMG SRC=x OnError=atk_xss()>",
        '<a href=" javascript:atk_xss()">x</a>',
        "<p title='a'><svg onload='atk_xss()'></svg></p>",
        '<object data="data:text/html,atk_xss()"></object>',
        "<style>p { background: url(atk_xss()) }</style>",
    ],
)
def test_what_a_browser_would_run_is_found(page):
    assert active_parts(page)


def test_shown_text_is_no_harm():
    page = "<pre>&lt;script&gt;atk_xss()&lt;/script&gt;</pre><script>var ours = 1</script>"
    assert active_parts(page + '<img src="data:image/png;base64,AAAA" alt="atk_xss()">') == []


@pytest.mark.skipif(bool(unavailable()), reason=unavailable() or "can confine")
def test_a_few_attacks_get_what_they_deserve(tmp_path):
    attacks = [attack for name in FAMILIES for attack in family(name) if attack.name in FEW]
    assert len(attacks) == len(FEW)
    with bases() as base:
        batch = grade(base(), attacks, tmp_path / "course")
    assert batch.ok, report("a few", batch, failures_only=True)
