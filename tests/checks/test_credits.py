"""`checks.credit`: lines, points, kind messages, time limits; nothing reaches stderr."""

import linecache
import os
import re
import signal
import sys
import threading
import time
import warnings
from textwrap import dedent

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell

from checks import CheckFailed, Checks, Credit, close, credit


@pytest.fixture(autouse=True)
def _plain_mode(monkeypatch):
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


@pytest.fixture
def graded(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")


def cell(source, name="<a cell>"):
    """Return the names that a notebook's cell makes; its lines are known to tracebacks."""
    source = dedent(source)
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    namespace = {"np": np}
    exec(compile(source, name, "exec"), namespace)
    return namespace


def three(f):
    """Return a test of three checks, worth 0, 2 and 3 points, that call f."""

    def test_answer(check):
        with check("a first one"):
            f(1)
        with check("two points", points=2):
            f(2)
        with check("three points", points=3):
            f(3)

    return test_answer


def raiser(error, on=(1, 2, 3)):
    def f(x):
        if x in on:
            raise error

    return f


def said(capsys):
    out, err = capsys.readouterr()
    assert err == ""
    return out


def test_all_passed(graded, capsys):
    points = credit(three(lambda x: x))
    assert isinstance(points, Credit)
    assert points == 5
    assert float(repr(points)) == 5.0
    lines = said(capsys).splitlines()
    assert lines[0] == "answer: 3 of 3 checks passed"
    assert lines[1:] == [
        "  passed   a first one",
        "  passed   two points",
        "  passed   three points",
    ]


def test_partial_credit(graded, capsys):
    assert credit(three(raiser(CheckFailed("z2 is wrong"), on=[2]))) == 3
    text = said(capsys)
    assert "answer: 2 of 3 checks passed" in text
    assert "NOT YET  two points\n           z2 is wrong" in text


def test_no_points_are_no_points(graded):
    assert float(repr(credit(three(raiser(CheckFailed("no")))))) == 0.0


def test_a_student_gets_lines_and_no_number(capsys):
    assert credit(three(lambda x: x)) is None
    assert "3 of 3" in said(capsys)


def test_nbgrader_validate_gets_an_error(monkeypatch, capsys):
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    assert credit(three(lambda x: x)) is None
    with pytest.raises(CheckFailed, match="answer: 0 of 3 checks passed"):
        credit(three(raiser(ValueError("no"))))
    with pytest.raises(CheckFailed):
        credit(three(raiser(NotImplementedError())))


def test_untouched_answers_are_not_done_yet(graded, capsys):
    names = cell("def answer(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()\n")
    assert credit(three(names["answer"])) == 0
    text = " ".join(said(capsys).split())
    assert "`answer` is not done yet: write your answer in the cell above" in text
    assert text.count("not done yet") == 1  # once is enough
    assert "seed" not in text
    assert "Error" not in text.replace("`raise NotImplementedError()`", "")


def test_an_earlier_exercise_that_is_not_done_is_named(capsys):
    names = cell(
        """
        def forward(x):
            raise NotImplementedError()

        def answer(x):
            return forward(x)
        """
    )
    credit(three(names["answer"]))
    text = " ".join(said(capsys).split())
    assert "`answer` calls `forward`, which is not done yet: finish that exercise first." in text
    credit(three(names["forward"]))
    text = " ".join(said(capsys).split())
    assert "this check calls `forward`, which is not done yet" in text
    assert "seed" not in text


def test_a_missing_name_is_no_error_of_the_students(capsys):
    def test_answer(check):
        with check("is there"):
            answer(1)  # noqa: F821

    credit(test_answer)
    assert "there is no `answer` yet: run the cell" in said(capsys)


def test_an_error_is_told_with_the_students_line(capsys):
    names = cell(
        """
        def inner(x):
            return x / 0

        def answer(x):
            y = 3
            return inner(x) + y
        """
    )
    credit(three(names["answer"]))
    text = said(capsys)
    assert "your code raised ZeroDivisionError: division by zero" in text
    assert "in answer, line 7: return inner(x) + y" in text
    assert "in inner, line 3: return x / 0" in text
    assert text.count("(the same reason)") == 2
    assert "seed" not in text  # nothing here is random
    assert "checks.py" not in text
    assert "test_answer, line" not in text


def test_a_misspelt_name_in_an_answer_is_an_error(capsys):
    names = cell("def answer(x):\n    return delttta + x\n")
    credit(three(names["answer"]))
    text = said(capsys)
    assert "your code raised NameError: name 'delttta' is not defined" in text
    assert "in answer, line 2" in text


def test_a_result_that_the_check_cannot_use_is_not_called_the_students_error(capsys):
    answer = cell("def answer():\n    return np.ones(3)\n")["answer"]

    def test_answer(check):
        with check("a matrix"):
            answer() @ np.ones((4, 4))

    credit(test_answer)
    text = said(capsys)
    assert "no check can be made of your result: ValueError: matmul" in text
    assert "your code raised" not in text


class Unspeakable(Exception):
    def __str__(self):
        raise RuntimeError("I have no words")


@pytest.mark.parametrize(
    "error",
    [
        SystemExit(0),
        SystemExit("bye"),
        StopIteration(3),
        StopAsyncIteration(),
        RecursionError("too deep"),
        MemoryError(),
        BaseException("all"),
        ExceptionGroup("several", [ValueError(1)]),
        Unspeakable(),
        KeyError("key"),
        AssertionError(),
        NotImplementedError("with a reason"),
        ValueError("long " * 1000),
        ValueError("braces {} {x} %s"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_is_raised_fails_one_check(graded, capsys, error):
    assert credit(three(raiser(error, on=[2]))) == 3
    text = said(capsys)
    assert "2 of 3 checks passed" in text
    assert type(error).__name__ in text
    assert len(text) < 1500


def test_the_stop_button_stops():
    with pytest.raises(KeyboardInterrupt):
        credit(three(raiser(KeyboardInterrupt())))
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_names_of_cells_that_are_no_paths(capsys):
    for name in ("<" + "x" * 5000 + ">", "<nothing>", "/tmp/ipykernel_1/2.py"):
        credit(three(cell("def answer(x):\n    return 1 / 0\n", name)["answer"]))
        assert "in answer, line 2" in said(capsys)


def test_a_cell_that_the_debugger_wrote_to_a_file_is_still_a_cell(tmp_path, capsys):
    path = tmp_path / "ipykernel_123" / "456.py"
    path.parent.mkdir()
    path.write_text("def answer(x):\n    raise NotImplementedError()\n")
    names = {}
    exec(compile(path.read_text(), str(path), "exec"), names)
    credit(three(names["answer"]))
    assert "in the cell above" in said(capsys)


# Loops that do not end: the limit, and code that tries not to notice it.


def endless(x):
    while True:
        pass


def endless_and_deaf(x):
    while True:
        try:
            sum(range(10))
        except BaseException:  # noqa: BLE001
            print(end="")


def endless_sleep(x):
    time.sleep(60)


def slow_to_leave(x):
    try:
        time.sleep(60)
    finally:
        time.sleep(0.1)


@pytest.mark.parametrize("hang", [endless, endless_and_deaf, endless_sleep, slow_to_leave])
def test_a_hang_is_ended_and_later_checks_do_not_wait(graded, capsys, monkeypatch, hang):
    monkeypatch.setattr("checks.credits.SECONDS_AFTER_A_HANG", 0.1)

    def test_answer(check):
        with check("hangs", seconds=0.2):
            hang(1)
        with check("hangs as well", points=2):
            hang(1)
        with check("this one is fine", points=1):
            close(1.0, 1.0)

    start = time.monotonic()
    assert credit(test_answer) == 1
    assert time.monotonic() - start < 8  # the second check alone would have had 10
    text = said(capsys)
    assert "it took longer than 0.2 s. Is there a loop that does not end?" in text
    assert "it took longer than 0.1 s" in text
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_the_limit_leaves_nothing_behind(graded):
    handler = signal.getsignal(signal.SIGALRM)
    seen = []

    def mine(*_):
        seen.append(1)

    signal.signal(signal.SIGALRM, mine)
    try:
        credit(three(lambda x: x))
        assert signal.getsignal(signal.SIGALRM) is mine
        assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    finally:
        signal.signal(signal.SIGALRM, handler)
    assert not seen


def spend_until(moment):
    """Wait in a function, as a student's code is one.

    Python 3.13 leaves a loop's jump out of the block that the loop ends: what a handler of signals
    raises just there passes by the block's end.
    """
    while time.perf_counter() < moment:
        pass


def test_an_alarm_at_the_very_end_is_off_afterwards(graded):
    """Many blocks that end just when their time is up: none leaves the alarm on."""
    rng = np.random.default_rng(0)
    check = Checks("answer")
    for i in range(150):
        wait = time.perf_counter() + 0.002 + rng.uniform(-2e-4, 2e-4)
        with check(f"number {i}", seconds=0.002):
            check._hung = False
            spend_until(wait)
        assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
        check._hung = False
    assert 0 < check.passed < 150


def test_a_check_in_a_thread_has_no_limit_and_works(graded):
    found = []
    thread = threading.Thread(target=lambda: found.append(credit(three(lambda x: x))))
    thread.start()
    thread.join()
    assert found == [5]


def test_a_system_without_alarms(graded, monkeypatch):
    for name in ("SIGALRM", "setitimer", "ITIMER_REAL"):
        monkeypatch.delattr(signal, name)
    assert credit(three(lambda x: x)) == 5
    assert credit(three(raiser(ValueError(), on=[3]))) == 2


# What is printed, and where.


def noisy(x):
    print("hello")
    print("trouble", file=sys.stderr)
    warnings.warn("careful", stacklevel=1)
    np.log(np.array([-1.0, 0.0]))
    np.exp(np.array([1e5]))


def test_prints_go_through_and_nothing_reaches_stderr(graded, capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        assert credit(three(noisy)) == 5
    text = said(capsys)
    assert text.count("hello") == text.count("trouble") == 3
    assert "careful" not in text


def test_a_students_own_settings_do_not_fail_a_right_answer(graded):
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        assert credit(three(noisy)) == 5
        assert np.geterr()["divide"] == "raise"


# Seeds.


def test_a_run_is_repeated_from_its_printed_seed(capsys):
    drawn = []

    def test_answer(check):
        drawn.append(check.rng.random())
        with check("never"):
            raise CheckFailed("no")

    credit(test_answer)
    credit(test_answer)
    assert drawn[0] != drawn[1]
    text = said(capsys)
    seed = int(re.search(r"credit\(test_answer, seed=(\d+)\)", text)[1])
    credit(test_answer, seed=seed)
    assert drawn[2] == drawn[0]
    credit(test_answer, seed=np.int64(seed))
    assert drawn[3] == drawn[0]


def test_the_global_generator_is_left_alone():
    state = np.random.get_state()[1].tolist()  # noqa: NPY002
    credit(three(lambda x: x))
    assert np.random.get_state()[1].tolist() == state  # noqa: NPY002


def test_no_seed_is_asked_for_when_all_is_well_or_nothing_is_done(capsys):
    credit(three(lambda x: x))
    credit(three(raiser(NotImplementedError())))
    assert "seed" not in said(capsys)


def test_the_grader_draws_its_own_seeds(graded, monkeypatch):
    monkeypatch.setenv("GRADIENT_LAB_SEED", "7")
    assert Checks("answer").seed != Checks("answer").seed


# A test that is itself broken.


def test_a_broken_test_is_no_mistake_of_the_students(graded, capsys):
    def test_answer(check):
        with check("fine", points=2):
            pass
        {}["missing"]
        with check("never reached", points=2):
            pass

    assert credit(test_answer) == 2
    text = " ".join(said(capsys).split())
    assert "1 of 2 checks passed" in text
    assert "the check itself broke off (KeyError: 'missing')" in text
    assert "no mistake of yours" in text


def test_a_test_without_checks_does_not_pass(graded, monkeypatch, capsys):
    assert credit(lambda check: None) == 0
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    with pytest.raises(CheckFailed):
        credit(lambda check: None)


def test_long_messages_are_wrapped(capsys):
    credit(three(raiser(CheckFailed("word " * 60 + "\n  indented " + "x" * 120))))
    lines = said(capsys).splitlines()
    assert max(map(len, lines)) < 150
    assert sum(len(line) > 100 for line in lines) == 1  # the word that cannot be broken


def test_the_display_of_credit_is_a_number_in_a_notebook():
    from IPython.core.formatters import PlainTextFormatter

    for points in (0, 1, 2.5):
        assert float(PlainTextFormatter()(Credit(points))) == points
    assert os.environ.get("NBGRADER_EXECUTION") is None


# What NumPy says about shapes, and frames without a line of the student's.


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("A @ B + 1", "ValueError: A @ B: the inner sizes 2 and 3 differ; is a .T missing?"),
        ("1 + np.dot(A, B)", "np.dot(A, B): the inner sizes 2 and 3 differ; is a .T missing?"),
        ("A @ np.ones(3)", "A @ np.ones(3): the inner sizes 2 and 3 differ"),
        ("abs(A - B)", "A - B: the shapes (4,2) and (3,5) do not go together number by number"),
        ("A.reshape(3, 3)", "cannot reshape array of size 8 into shape (3,3)"),
    ],
)
def test_numpys_messages_about_shapes_are_translated(capsys, line, words):
    names = cell(f"""
        def answer(x):
            A, B = np.ones((4, 2)), np.ones((3, 5))
            return {line}
    """)
    credit(three(names["answer"]))
    text = " ".join(said(capsys).split())
    assert words in text
    assert "gufunc" not in text
    assert f"in answer, line 4: return {line}" in text


def test_without_source_the_message_still_makes_sense(capsys):
    names = {"np": np}
    source = "def answer(x):\n    return np.ones((4, 2)) @ np.ones((3, 5))\n"
    exec(compile(source, "<nobody knows its lines>", "exec"), names)
    credit(three(names["answer"]))
    text = said(capsys)
    assert "in a matrix product: the inner sizes 2 and 3 differ" in text
    assert "in answer" not in text


def test_numpys_compiled_code_is_not_shown(capsys):
    names = cell("def answer(x):\n    return np.random.default_rng(0).standard_normal(size='a')\n")
    credit(three(names["answer"]))
    text = said(capsys)
    assert "in answer, line 2" in text
    assert "in standard_normal" not in text


# What a student may see and a hidden test must not show.


def two_wrong(check):
    with check("visible"):
        close([0.25, 1.0], [0.125, 2.0], what="z2")
    with check("worth a point", points=1):
        close([0.25, 1.0], [0.375, 3.0], what="a2")
    with check("visible, and large"):
        close(np.full(9, 1.25), np.full(9, 7.5), what="a3")


def test_small_values_are_shown_in_visible_checks_alone(capsys):
    credit(two_wrong)
    text = said(capsys)
    assert "yours [0.25, 1], expected [0.125, 2]" in text
    assert text.count("expected") == 1
    with pytest.raises(CheckFailed) as failure:
        close([0.25, 1.0], [0.125, 2.0])
    assert "0.125" not in str(failure.value)


@pytest.mark.parametrize("mode", ["autograde", "validate", "anything"])
def test_no_expected_value_is_shown_to_a_grader(capsys, monkeypatch, mode):
    monkeypatch.setenv("NBGRADER_EXECUTION", mode)
    try:
        credit(two_wrong)
    except CheckFailed:
        assert mode == "validate"
    text = said(capsys)
    assert "expected" not in text
    for value in ("0.125", "0.375", "7.5"):
        assert value not in text


def test_the_seed_is_named_where_it_was_used(capsys):
    def test_answer(check):
        close(check.seed, 0)
        with check("never"):
            raise CheckFailed("no")

    credit(test_answer, seed=0)
    assert "credit(test_answer, seed=0)" in said(capsys)


# An older version of an answer.


GOOD = 'def answer(x):\n    """Return the number that is asked for."""\n    return x'


@pytest.mark.parametrize(
    ("cells", "noted"),
    [
        ([GOOD], False),
        ([GOOD, "answer(2)", "y = answer(3)"], False),
        ([GOOD, GOOD.replace("return x", "return x +")], True),
        ([GOOD, GOOD.replace("return x", "return x + 1")], False),
        ([GOOD, GOOD.replace("answer", "anwser")], True),
        ([GOOD, "1 / 0\n" + GOOD], True),
        ([GOOD, GOOD + "\n1 / 0"], False),
        ([GOOD, GOOD.replace("return x", "return x +"), GOOD], False),
        (["answer = abs"], False),
    ],
)
def test_a_check_of_an_older_version_is_noted(capsys, monkeypatch, cells, noted):
    shell = InteractiveShell()
    for source in [*cells, "from checks import credit"]:
        shell.run_cell(source, store_history=True)
    capsys.readouterr()
    check = "def test_answer(check):\n    with check('it'):\n        answer(1)\ncredit(test_answer)"
    assert shell.run_cell(check, store_history=True).success
    text = said(capsys)
    assert "answer: 1 of 1 checks passed" in text
    assert ("Note: a newer version of the cell with `answer` was run" in text) is noted
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    shell.run_cell(check, store_history=True)
    assert "Note" not in said(capsys)


def test_a_check_tells_which_earlier_answers_it_calls_are_not_right_yet(capsys):
    """In a student's own notebook; the grader puts right ones in their place."""
    names = {}
    exec(
        "from checks import close, credit\n"
        "def double(x):\n    return 3 * x\n"
        "def own(x):\n    return double(x)\n"
        "def quad(x):\n    return own(own(x))\n"
        "def test_double(check):\n    with check('2'):\n        close(double(1), 2)\n"
        "def test_quad(check):\n    with check('4'):\n        close(quad(1), 4)\n",
        names,
    )
    credit = names["credit"]
    credit(names["test_double"])
    assert "Note" not in capsys.readouterr().out
    credit(names["test_quad"])
    said = capsys.readouterr().out
    assert "Note: this calls `double`, which is not right yet. Mend it first" in said
    exec("def double(x):\n    return 2 * x\n", names)
    credit(names["test_double"])
    credit(names["test_quad"])
    assert "Note" not in capsys.readouterr().out
