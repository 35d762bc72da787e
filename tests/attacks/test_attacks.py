"""A few attacks on the marks, quickly; all of them are in `test_attacks_all`."""

import json
import re

import pytest

from attacks import FAMILIES, all_attacks, between, family
from attacks.course import bases, grade, leaves_cells_out, witnesses_differ
from attacks.handing_in import Place
from attacks.harm import active_parts, all_in, not_graded
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


def test_observers_look_for_the_word_and_do_not_find_their_own_source():
    assert re.search(between._PATTERN, f"a {between._WORD} b")
    observers = [attack for attack in between.ATTACKS if attack.harm]
    assert len(observers) >= 6
    assert not any(re.search(between._PATTERN, each.cells["cost"]) for each in observers)


def graded(folder, student, **results):
    """Write what an observer saw, as its graded notebook."""
    place = Place(folder, student, between.FIRST, "none")
    place.autograded.mkdir(parents=True)
    text = between._SEEN + json.dumps(results) if results else "nothing"
    cells = [{"outputs": [{"output_type": "stream", "name": "stdout", "text": text + "\n"}]}]
    (place.autograded / f"{between.FIRST}.ipynb").write_text(json.dumps({"cells": cells}))
    return place


def test_what_an_observer_saw_is_compared_with_what_the_first_one_saw(tmp_path):
    graded(tmp_path, f"001-{between._FIRST_LOOK}", nice=0, processes=2)
    assert between._differs(graded(tmp_path, "002-same", nice=0, processes=2)) == []
    (said,) = between._differs(graded(tmp_path, "003-other", nice=0, processes=3))
    assert said.startswith("processes: 3")
    assert between._differs(graded(tmp_path, "004-blind")) == ["the observer saw nothing"]


def test_a_submission_that_is_not_graded_must_be_listed(tmp_path):
    place = Place(tmp_path, "s", between.FIRST, "none")
    assert not_graded(place, "s: NOT GRADED: too much.") == []
    assert not_graded(place, "t: NOT GRADED: too much.") == ["it is not listed as not graded"]
    place.autograded.mkdir(parents=True)
    assert not_graded(place, "s: NOT GRADED: too much.") == ["it was graded"]


def test_files_are_found_however_deep_they_lie(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c").touch()
    (tmp_path / "round").symlink_to(tmp_path)
    found = {str(path.relative_to(tmp_path)) for path in all_in(tmp_path)}
    assert found == {"a", "a/b", "a/b/c", "round"}


@pytest.mark.parametrize(
    ("count", "kind", "source", "left_out"),
    [
        (None, "own", "x", True),
        (3, "own", "x", False),
        (None, "own", "", False),
        (None, "given", "x", False),
    ],
)
def test_own_cells_that_were_not_run_are_seen(tmp_path, count, kind, source, left_out):
    cell = {"cell_type": "code", "execution_count": count, "source": source}
    cell["metadata"] = {"gradient_lab_kind": kind}
    (tmp_path / "nb.ipynb").write_text(json.dumps({"cells": [cell]}))
    assert leaves_cells_out(tmp_path / "nb.ipynb") is left_out


def test_witnesses_must_have_the_same_results(tmp_path):
    def result(name, **changed):
        (tmp_path / name).mkdir()
        parts = dict.fromkeys(["exercises", "scores", "run", "remarks", "notes"], 1) | changed
        (tmp_path / name / "grading.json").write_text(json.dumps({"notebooks": {"nb": parts}}))
        return tmp_path / name

    first = result("first", seconds=1)
    assert witnesses_differ(first, result("same", seconds=2)) == []
    (said,) = witnesses_differ(first, result("other", scores=0))
    assert "scores of nb" in said
    assert witnesses_differ(tmp_path / "none", tmp_path / "none either") == []


@pytest.mark.skipif(bool(unavailable()), reason=unavailable() or "can confine")
def test_a_few_attacks_get_what_they_deserve(tmp_path):
    attacks = [attack for name in FAMILIES for attack in family(name) if attack.name in FEW]
    assert len(attacks) == len(FEW)
    with bases() as base:
        batch = grade(base(), attacks, tmp_path / "course")
    assert batch.ok, report("a few", batch, failures_only=True)
