"""`helpers.lesson`: short training under grading, unfinished cells, loaded answers."""

import builtins
import json
import traceback
from types import SimpleNamespace

import pytest

from helpers.lesson import load_answers, needs, training_length


@pytest.fixture(autouse=True)
def _plain_mode(monkeypatch):
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


@pytest.mark.parametrize(
    ("mode", "asked", "given"),
    [
        ("autograde", 200, 20),
        ("autograde", 5, 5),
        ("validate", 200, 200),
        ("", 200, 200),
        (None, 200, 200),
    ],
)
def test_training_is_short_under_grading_alone(monkeypatch, mode, asked, given):
    if mode is not None:
        monkeypatch.setenv("NBGRADER_EXECUTION", mode)
    assert training_length(asked) == given


# needs


def run(source, **names):
    exec(compile(source, "<a cell>", "exec"), names)
    return names


STUB = "def forward(x):\n    raise NotImplementedError()\n"


def test_needs_runs_what_can_be_run(capsys):
    with needs("forward"):
        print("done")
    assert capsys.readouterr().out == "done\n"


def test_needs_says_what_is_missing(capsys):
    forward = run(STUB)["forward"]
    with needs("forward", "cost", "train"):
        forward(1)
    assert capsys.readouterr().out == (
        "This cell needs `forward`, `cost` and `train`: finish those first, then run it again.\n"
    )
    with needs("cost"):
        cost(1)  # noqa: F821
    assert "This cell needs `cost`: finish that first" in capsys.readouterr().out
    with needs("train"):
        print(theta)  # noqa: F821  made by a cell that was not run, since train is missing
    assert "`theta` is not there yet: run the cells above" in capsys.readouterr().out
    with needs("train"):
        [theta + i for i in range(2)]  # noqa: F821
    assert "`theta` is not there yet: run the cells above" in capsys.readouterr().out


def told(capsys, source, *exercises, **names):
    """Return what `needs` says of a cell."""
    lines = "\n    ".join(source.splitlines())
    run(f"with needs{exercises!r}:\n    {lines}\n", needs=needs, **names)
    return capsys.readouterr().out.strip()


def test_needs_names_the_unfinished_ones_alone(capsys):
    stub, done = run(STUB)["forward"], run("def cost(x):\n    return x\n")["cost"]
    line = "This cell needs `forward`: finish that first, then run it again."
    assert told(capsys, "forward(1)", "forward", "cost", forward=stub, cost=done) == line
    loaded = SimpleNamespace(cost=done)
    assert told(capsys, "forward(1)", "forward", "cost", forward=stub, section_1=loaded) == line
    caller = run("def answer(x):\n    return forward(x)\n", forward=stub)["answer"]
    assert told(capsys, "answer(1)", "answer", "cost", answer=caller, cost=done) == line


def test_a_missing_variable_asks_for_the_cells_above(capsys):
    cost = run("def cost(x):\n    return x\n")["cost"]
    line = "`W1` is not there yet: run the cells above, from the top."
    assert told(capsys, "cost(W1)", "cost", cost=cost) == line
    assert told(capsys, "W1", "cost", "train", cost=cost) == (
        f"This cell needs `train`: finish that first, then run it again. {line}"
    )


def test_needs_passes_a_reason_on(capsys):
    with needs("train"):
        raise NotImplementedError("(`forward` could not be loaded.)")
    assert capsys.readouterr().out.endswith("run it again. (`forward` could not be loaded.)\n")


@pytest.mark.parametrize("error", [ValueError, TypeError, KeyError, ZeroDivisionError])
def test_an_error_in_an_answer_stays_one(error):
    with pytest.raises(error), needs("forward"):
        raise error("no")


def test_a_misspelt_name_in_an_answer_stays_an_error():
    forward = run("def forward(x):\n    return delttta\n")["forward"]
    with pytest.raises(NameError, match="delttta"), needs("forward", "cost"):
        forward(1)
    unbound = run("def forward(x):\n    y = y + 1\n")["forward"]
    with pytest.raises(UnboundLocalError), needs("forward"):
        unbound(1)


# load_answers


def code(source, **marks):
    return {"cell_type": "code", "source": source, "metadata": {"nbgrader": marks} if marks else {}}


def answer(name, source):
    return code(source, grade_id=name, solution=True, grade=False)


def write(path, *cells):
    path.write_text(json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5}))
    return path


@pytest.fixture
def first(tmp_path):
    return tmp_path / "1_first.ipynb"


DOUBLE = "def double(x):\n    return 2 * x\n"


def test_finished_answers_are_loaded(first, capsys):
    write(
        first,
        {"cell_type": "markdown", "source": "def double(x): wrong", "metadata": {}},
        code("import math\nimport numpy as np", grade_id="imports", locked=True),
        answer("double", DOUBLE.splitlines(keepends=True)),
        answer("area", "def area(r):\n    return math.pi * double(r) * np.float64(r) / 2"),
        code("raise RuntimeError('a test cell was run')", grade_id="test_double", grade=True),
    )
    found = load_answers(first, ["double", "area"])
    assert found.double(3) == 6
    assert found.area(1.0) == pytest.approx(3.14159265)
    assert capsys.readouterr().out == "Loaded from your 1_first.ipynb: double, area.\n"


def test_nothing_slow_is_run(first):
    write(
        first,
        answer("double", DOUBLE),
        code("theta = double(theta0)\nraise RuntimeError('training was run')"),
        code("for i in range(3):\n    raise RuntimeError"),
        code("show(plot())", grade_id="figure", locked=True),
    )
    assert load_answers(first, ["double"]).double(1) == 2


def test_what_answers_use_of_a_students_own_cells(first):
    write(
        first,
        code("SCALE = 3\nhalf = lambda x: x / 2\nWIDE: int = 4\nnever = open('no such file')"),
        code("import not_there\nfrom math import floor as down"),
        code("class Box:\n    size = 5\n\ndef helper(x):\n    return down(x) + Box.size"),
        answer("double", "def double(x):\n    return helper(half(x)) * SCALE * WIDE"),
    )
    assert load_answers(first, ["double"]).double(4) == 7 * 3 * 4


def test_magics_and_commands_do_no_harm(first):
    write(
        first,
        code("%matplotlib inline\n!ls\nimport math"),
        code("%%bash\necho hello"),
        code("this is no Python"),
        answer("double", "%%time\n" + DOUBLE + "%timeit double(3)\n!ls -l\ndouble?\n"),
        answer("root", "def root(x):\n    %time y = 2\n    return math.sqrt(x)"),
        answer("rest", "def rest(x):\n    return (x\n        % 3)"),
    )
    found = load_answers(first, ["double", "root", "rest"])
    assert (found.double(2), found.root(9.0), found.rest(5)) == (4, 3.0, 2)


def test_answers_of_other_forms(first):
    write(
        first,
        answer("double", "double = lambda x: 2 * x"),
        answer("triple", "from functools import partial\ntriple = partial(int.__mul__, 3)"),
    )
    found = load_answers(first, ["double", "triple"])
    assert (found.double(2), found.triple(2)) == (4, 6)


def test_a_later_definition_counts(first):
    write(first, answer("double", DOUBLE), code("def double(x):\n    return x + x + 1"))
    assert load_answers(first, ["double"]).double(2) == 5


def test_tries_and_prints_beside_an_answer(first, capsys):
    write(first, answer("double", DOUBLE + "print('twice 2 is', double(2))\nprint(double(X))"))
    assert load_answers(first, ["double"]).double(2) == 4
    out = capsys.readouterr().out
    assert "twice 2 is 4" in out
    assert "Loaded from your 1_first.ipynb: double." in out


def test_given_names_and_the_callers_own(first):
    write(first, answer("double", "def double(x):\n    return factor * x"))
    given = {"factor": 2}
    assert load_answers(first, ["double"], given=given).double(4) == 8
    assert given == {"factor": 2}
    write(first, answer("double", "if __name__ == '__main__':\n    raise SystemExit\n" + DOUBLE))
    assert load_answers(first, ["double"]).double(4) == 8


def is_missing(capsys, found, name, *words):
    """Assert that a function is not there, is said not to be, and says so when called."""
    out = capsys.readouterr().out
    assert f"Not found in your 1_first.ipynb: {name}." in out
    assert "can be done, and are marked, without it" in out
    with pytest.raises(NotImplementedError) as failure:
        getattr(found, name)(1, 2, x=3)
    for word in (f"`{name}` could not be loaded", *words):
        assert word in str(failure.value)


def test_no_notebook(first, capsys):
    is_missing(capsys, load_answers(first, ["double"]), "double", "there is no 1_first.ipynb")


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[]",
        b"3",
        b"null",
        b"{}",
        b'{"cells": null}',
        b'{"cells": [1, 2]}',
        b'{"cells": 3}',
        b"\xff\xfe\x00",
    ],
)
def test_a_broken_notebook(first, capsys, text):
    first.write_bytes(text)
    is_missing(capsys, load_answers(first, ["double"]), "double", "no readable notebook")


def test_a_folder_is_no_notebook(first, capsys):
    first.mkdir()
    is_missing(capsys, load_answers(first, ["double"]), "double", "no readable notebook")


def test_an_answer_that_is_not_done(first, capsys):
    stub = 'def double(x):\n    """Return twice x."""\n    # YOUR CODE HERE\n'
    stub += "    raise NotImplementedError()"
    write(first, answer("double", stub), answer("triple", "def triple(x):\n    return 3 * x"))
    found = load_answers(first, ["double", "triple"])
    assert found.triple(1) == 3
    is_missing(capsys, found, "double", "`double` is not done yet in 1_first.ipynb")


def test_an_answer_that_is_no_python(first, capsys):
    write(first, answer("double", "def double(x)\n    return 2 * x"))
    is_missing(
        capsys, load_answers(first, ["double"]), "double", "SyntaxError", "`double` in 1_first"
    )


@pytest.mark.parametrize("trouble", ["1 / 0", "raise SystemExit", "return 3", "exit()"])
def test_an_answer_that_raises_where_it_is_defined(first, capsys, trouble):
    write(first, answer("double", f"{trouble}\n" + DOUBLE), answer("triple", trouble))
    found = load_answers(first, ["double", "triple"])
    assert found.double(2) == 4
    is_missing(capsys, found, "triple", "`triple` in 1_first.ipynb raised")


def test_an_answer_that_was_deleted(first, capsys):
    write(first, answer("triple", "triple = 3"))
    is_missing(capsys, load_answers(first, ["double"]), "double", "defines no `double`")
    is_missing(capsys, load_answers(first, ["triple"]), "triple", "defines no `triple`")


def test_a_missing_answer_and_needs_go_together(first, capsys):
    found = load_answers(first, ["double"])
    capsys.readouterr()
    with needs("double"):
        found.double(3)
    out = capsys.readouterr().out
    assert "This cell needs `double`" in out
    assert "there is no 1_first.ipynb beside this notebook" in out


def test_the_rest_of_python_is_left_alone(first):
    before = set(vars(builtins))
    write(first, answer("double", DOUBLE))
    load_answers(first, ["double"])
    assert set(vars(builtins)) == before
    assert "double" not in globals()


# What the functions that were found use


BOTH = "def both(x):\n    return [double(y) for y in x]"
UNFINISHED = "def double(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()"


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ([answer("double", UNFINISHED)], "`double` is not done yet in 1_first.ipynb"),
        (
            [answer("double", "def double(x)\n    return 2 * x")],
            "`double` in 1_first.ipynb raised SyntaxError (expected ':', line 1)",
        ),
        (
            [answer("double", "double = 1 / 0")],
            "`double` in 1_first.ipynb raised ZeroDivisionError (division by zero)",
        ),
        (
            [answer("double", DOUBLE.replace("double", "duobel"))],
            "the cell `double` in 1_first.ipynb defines no `double` (is it spelt differently?)",
        ),
        ([], "1_first.ipynb defines no `double`"),
    ],
)
@pytest.mark.parametrize("between", [False, True])
def test_what_is_missing_below_is_named(first, capsys, cells, reason, between):
    body = BOTH if not between else BOTH.replace("double", "inner")
    inner = code("def inner(x):\n    return (lambda: double(x))()")
    fine = answer("triple", "def triple(x):\n    return 3 * x")
    write(first, *cells, inner, answer("both", body), fine)
    found = load_answers(first, ["both", "triple"])
    out = capsys.readouterr().out
    assert "Loaded from your 1_first.ipynb: both, triple." in out
    assert f"But {reason}" in out
    assert "and `both` may need it." in out
    assert "save it (Ctrl+S" in out
    assert found.triple(2) == 6
    names = {"section_1": found, "needs": needs}
    run("with needs('both', 'triple'):\n    section_1.both([1, 2])", **names)
    out = capsys.readouterr().out
    assert out.startswith("This cell needs `double`, but ")
    assert reason in out
    assert "triple" not in out


def test_a_variable_that_is_not_loaded_is_named(first, capsys):
    write(first, code("m, n = 3, 4"), answer("double", "def double(x):\n    return m * x"))
    load_answers(first, ["double"])
    out = capsys.readouterr().out
    assert "But 1_first.ipynb defines no `m`" in out
    assert "`double` may need it" in out


def test_what_classes_use_is_seen_and_what_is_there_is_not_complained_about(first, capsys):
    source = "class Net:\n    def forward(self, x):\n        return self.gain * len(double(x))"
    write(first, answer("Net", source), answer("double", UNFINISHED))
    load_answers(first, ["Net"])
    assert "But `double` is not done yet" in capsys.readouterr().out
    write(
        first,
        answer("Net", source),
        answer("double", DOUBLE),
        answer("rest", UNFINISHED.replace("double", "rest")),
    )
    load_answers(first, ["Net"], given={"unused": 3})
    assert capsys.readouterr().out == "Loaded from your 1_first.ipynb: Net.\n"


def test_needs_names_the_exercise_that_could_not_be_loaded(first, capsys):
    write(first, answer("double", UNFINISHED), answer("triple", "def triple(x):\n    return 3"))
    found = load_answers(first, ["double", "triple"])
    assert "save it (Ctrl+S" in capsys.readouterr().out
    with needs("double", "triple"):
        found.double(1)
    assert capsys.readouterr().out.startswith("This cell needs `double`: finish that first")


def test_a_traceback_shows_the_students_line(first):
    write(first, answer("double", "def double(x):\n    y = x\n    return y / 0  # oops"))
    with pytest.raises(ZeroDivisionError) as failure:
        load_answers(first, ["double"]).double(1)
    assert "line 3, in double\n    return y / 0  # oops" in "".join(
        traceback.format_exception(failure.value)
    )
