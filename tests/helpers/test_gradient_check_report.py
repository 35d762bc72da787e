"""The gradient report as text and as HTML: the same facts, in markup that anyone can read."""

import re

import numpy as np
import pytest
from bs4 import BeautifulSoup
from test_gradient_check_cases import course_network, large_network

from helpers.gradcheck import gradient_check


def kink(theta):
    return float(np.abs(theta).sum()), np.sign(theta)


def mutating(theta):
    answer = theta @ theta, 2 * theta
    theta[0] = 9.0
    return answer


def reports():
    small, large = course_network(), large_network()
    wrong = small.scaled("b1", 100).edited("W2", lambda dW, W: dW.T)
    return {
        "right": gradient_check(small.f, small.theta, small.blocks, m=100),
        "wrong": gradient_check(wrong.f, wrong.theta, small.blocks, m=100),
        "sampled": gradient_check(large.f, large.theta, large.blocks, seed=7),
        "kink": gradient_check(kink, np.array([0.0, 1.0])),
        "changing theta": gradient_check(mutating, np.ones(2)),
        "markup in a name": gradient_check(kink, np.ones(2), {"<b>a&b</b>": (2,)}),
        "varying": gradient_check(varying(), np.ones(2)),
    }


def varying():
    rng = np.random.default_rng(0)
    return lambda theta: (rng.normal(), theta)


REPORTS = reports()
ALL = pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)


def facts_of_html(report):
    """All visible pieces of the HTML, in order: paragraphs, caption, cells and list items."""
    page = BeautifulSoup(report._repr_html_(), "html.parser")
    return [tag.get_text() for tag in page.find_all(["p", "caption", "th", "td", "li"])]


def squeezed(text):
    return re.sub(r"\s+", " ", text)


@ALL
def test_text_and_html_hold_the_same_facts_in_the_same_order(report):
    text = re.sub(r"(?m)^(  - |[- ]+$)", "", str(report))
    assert squeezed(text).strip() == squeezed(" ".join(facts_of_html(report)))


@ALL
def test_the_table_is_one_for_a_screen_reader(report):
    page = BeautifulSoup(report._repr_html_(), "html.parser")
    assert len(page.find_all("caption")) == 1
    heads = page.select("thead th")
    assert all(head["scope"] == "col" for head in heads)
    for row in page.select("tbody tr"):
        cells = row.find_all(["th", "td"])
        assert cells[0].name == "th"
        assert cells[0]["scope"] == "row"
        assert len(cells) == len(heads)


@ALL
def test_the_markup_is_simple_and_has_no_colours(report):
    page = BeautifulSoup(report._repr_html_(), "html.parser")
    allowed = {"div", "p", "strong", "small", "ul", "li"}
    allowed |= {"table", "caption", "thead", "tbody", "tr", "th", "td"}
    assert {tag.name for tag in page.find_all()} <= allowed
    styles = {tag["style"] for tag in page.find_all(style=True)}
    assert styles <= {"text-align:left", "text-align:right"}


@ALL
def test_a_mark_and_its_word_stay_on_one_line(report):
    verdicts = [
        row.find_all("td")[3]
        for row in BeautifulSoup(report._repr_html_(), "html.parser")("tr")[1:]
    ]
    assert verdicts
    assert all(re.fullmatch("[✓✗?]\u00a0\\w+", cell.get_text()) for cell in verdicts)


@ALL
def test_the_text_fits_a_page(report):
    assert max(map(len, str(report).splitlines())) <= 110


def test_the_verdict_is_a_word():
    words = {name: report.headline for name, report in REPORTS.items()}
    assert words["right"] == "Gradient check: ✓ right"
    assert words["wrong"] == "Gradient check: ✗ wrong in db1, dW2"
    assert words["kink"] == "Gradient check: ? inconclusive"


def test_the_table_names_shape_worst_entry_both_values_and_ratio():
    block = REPORTS["wrong"].blocks["b1"]
    assert block.shape == (5,)
    assert block.ratio == pytest.approx(100)
    assert block.analytic == pytest.approx(100 * block.numeric)
    row = next(x for x in str(REPORTS["wrong"]).splitlines() if x.startswith("b1 "))
    for fact in ("(5,)", "5 of 5", "✗ wrong", f"b1[{block.worst[0]}]", "100"):
        assert fact in row


def test_a_sampled_report_says_what_was_sampled_and_the_seed():
    text = squeezed(str(REPORTS["sampled"]))
    assert "12 of 50,176" in text
    assert "seed 7. W1, b1, W2: sampled entries, and 3 random directions" in text


def test_a_report_is_true_only_when_all_is_well():
    truth = {name: bool(report) for name, report in REPORTS.items()}
    assert truth == {
        "right": True, "wrong": False, "sampled": True, "kink": False, "changing theta": False,
        "markup in a name": True, "varying": False,
    }  # fmt: skip


def test_the_representation_is_the_text():
    assert repr(REPORTS["right"]) == str(REPORTS["right"])
