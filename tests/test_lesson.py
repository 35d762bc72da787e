"""`helpers.lesson`: short training under grading, unfinished cells, loaded answers."""

import builtins
import json

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
        "This cell needs `forward`, `cost` and `train`: finish that first, then run it again.\n"
    )
    with needs("cost"):
        cost(1)  # noqa: F821
    assert "This cell needs `cost`: finish that first" in capsys.readouterr().out
    with needs("train"):
        print(theta)  # noqa: F821  made by a cell that was not run, since train is missing
    assert "`theta` is not there yet." in capsys.readouterr().out
    with needs("train"):
        [theta + i for i in range(2)]  # noqa: F821
    assert "`theta` is not there yet." in capsys.readouterr().out


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
