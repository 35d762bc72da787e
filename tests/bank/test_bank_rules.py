"""What `check` says of a bank that would be passed over without a word."""

import pytest

from grading.bank.bank_rules import bank_mistakes
from grading.course.home import Home, homes

GOOD = """
from grading.bank.entry import right, wrong

WRONG = {"double": [wrong("three", "2 * x", "3 * x", says="Three?")]}
RIGHT = {"double": [right("a sum", "return x + x")]}
"""


def said(tmp_path, text, name="1_one.py"):
    (tmp_path / "bank").mkdir()
    (tmp_path / "bank" / name).write_text(text)
    return dict(bank_mistakes(Home(tmp_path), {"1_one": ["double"]}))


def test_a_bank_that_fits_is_silent_and_none_at_all_is_no_mistake(tmp_path):
    assert dict(bank_mistakes(Home(tmp_path), {"1_one": ["double"]})) == {}
    assert said(tmp_path, GOOD) == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            GOOD.replace('{"double": [w', '{"duoble": [w'),
            "WRONG has 'duoble', which is no exercise",
        ),
        (GOOD.replace('{"double": [r', '{"duoble": [r'), "there are double"),
        (GOOD + "WRONG['double'] *= 2", "WRONG has 'three' twice for double"),
        (GOOD.replace(', says="Three?"', ""), "it cannot be read: TypeError"),
        ("from grading.bank.entry import wrnog", "it cannot be read: ImportError"),
        ("WRONG = {", "it cannot be read: SyntaxError"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, text, message):
    assert message in said(tmp_path, text)["bank/1_one.py"]


def test_a_bank_of_no_notebook_is_named(tmp_path):
    assert "name it as one of 1_one" in said(tmp_path, GOOD, "1_noe.py")["bank/1_noe.py"]


def test_the_course_s_own_banks_are_found():
    assert all(list(home.folder.glob("bank/*.py")) for home in homes())
