"""Lint: each rule refuses what it should, at the right line, and a good notebook passes."""

from pathlib import Path

import pytest
from authoring_course import TEXT, line_of, make_course

from grading.authoring.cells import assignments
from grading.authoring.commands import build_command, check_command
from grading.authoring.lint import lint
from grading.course.cell_names import bound_names, foreign_names

REPOSITORY = Path(__file__).parents[2]
CHECK = '    with check("random numbers", points=3, repeats="ones become"):\n'
CLOSE = '        close(double(X), X * 2, what="double(X)")\n'
VISIBLE = '    with check("ones become twos"):\n        close(double(X), 2 * X, what="double(X)")\n'

RULES = [
    # the shape of a test cell
    (
        "from checks import credit\n\n\ndef test_double(",
        "def test_double(",
        "3 statements",
        "def test_double(",
    ),
    (
        "credit(test_double)\n",
        "credit(test_double, seed=1)\n",
        "expected `credit(test_double)`",
        "seed=1",
    ),
    ("credit(test_double)\n", "credit(test_double)\n1\n", "found 4", None),
    (
        "def test_double(check)",
        "def test_doubles(check)",
        "is called test_doubles",
        "def test_doubles",
    ),
    ("def test_double(check)", "def test_double(check, n=1)", "the one parameter", "n=1"),
    # what is in it
    (CLOSE, "        assert double(X) is not None\n", "no assert", "assert double"),
    (CLOSE, "        double(X) == 2 * X\n", "thrown away", "double(X) == 2"),
    (CLOSE, "        print(1, file=open('x'))\n", "stdout only", "print(1"),
    (CLOSE, "        import sys; sys.stderr.write('')\n", "sys.stderr", "sys.stderr"),
    (CLOSE, "        from warnings import warn\n", "warnings.warn", "warn"),
    (CLOSE, "        ok = np.allclose(double(X), 2 * X)\n", "np.allclose", "allclose"),
    (CLOSE, "        np.testing.assert_allclose(double(X), 2 * X)\n", "np.testing", "np.testing"),
    (CLOSE, "        pairs = list(zip(X, X))\n", "strict=True", "zip(X"),
    (CLOSE, "        pairs = list(zip(X, X, strict=False))\n", "strict=True", "zip(X"),
    # checks and points
    (VISIBLE, "", "no visible check", "def test_double("),
    (
        '"ones become twos"',
        '"ones become twos", points=1',
        "a visible check carries no",
        "ones become",
    ),
    (", points=3,", ", points=2,", "are 3 together, the header says 4", "def test_double("),
    (", points=3,", ", points=1 + 2,", "a literal number", "1 + 2"),
    (", points=3,", ", worth=3,", "points=, seconds= and repeats=", "worth"),
    ('"random numbers"', '"ones become twos"', "two checks are called", 'twos", points=3'),
    ('"random numbers"', "f'{X}'", "one literal label", "f'{X}'"),
    (
        CHECK + CLOSE,
        "    if True:\n    " + CHECK + "    " + CLOSE,
        "directly in the test",
        "random numbers",
    ),
    (
        '    with check("another number", points=2, repeats="a number"):\n',
        "    if True:\n",
        "no hidden check",
        "def test_double_2",
    ),
    # hidden repetitions
    (', repeats="ones become")', ")", "ask it again", "ones become"),
    ('repeats="ones become"', 'repeats="twos"', "begins 0 labels", 'repeats="twos"'),
    ('repeats="ones become"', "repeats=X", "a text, or a tuple", "repeats=X"),
    ('"ones become twos"', '"ones", repeats="a"', "of a hidden check with points", 'repeats="a"'),
    # names
    (
        "    X = np.ones((3, 2))\n",
        "    X = double(np.ones((3, 2)))\n",
        "inside a check block only",
        "X = double(",
    ),
    (
        "    X = np.ones((3, 2))\n",
        "    double = np.ones\n    X = double((3, 2))\n",
        "call the test's own name",
        "double = np",
    ),
    (CHECK, "    late = own(X)\n" + CHECK, "`own` calls the student's code", "late ="),
    ("    import numpy as np\n\n    from", "    from", "`np` is not the test's own", "np.ones"),
    (
        "    X = np.ones((3, 2))\n",
        "    X = np.ones(test_double_2)\n",
        "`test_double_2` is not",
        "np.ones(test",
    ),
    ("2 * X, what", "own(X), what", "made in the hidden part", "own(X), what"),
    # answers
    (
        "def double(x):",
        "def doubled(x):",
        "no function or class `double` is left",
        'answer="double"',
    ),
    ('test="test_double"', 'test="test_dubble"', 'no cell test="test_double"', 'answer="double"'),
    ('test="test_double"', 'test="test_dubble"', "follows no answer", 'test="test_dubble"'),
    (
        "    doubled_result = np.add(x, x)\n    return doubled_result\n    ### END SOLUTION\n",
        "    pass\n    ### END SOLUTION\n    return (\n    ### BEGIN SOLUTION\n    x)\n"
        "    ### END SOLUTION\n",
        "with stubs",
        None,
    ),
    (
        '# %% answer="double"\n',
        '# %% answer="double"\n### BEGIN SOLUTION\nz = 1\n### END SOLUTION\n',
        "inside a function",
        "### BEGIN SOLUTION\nz",
    ),
    (
        "import numpy as np\n",
        "import numpy as np\nimport grading.authoring\n",
        "do not have the package",
        "import grading",
    ),
    (
        "# ### BEGIN SOLUTION\n# Because a positive number added to itself grows.\n"
        "# ### END SOLUTION\n",
        "",
        "has one solution region",
        "report_why",
    ),
    # prose
    ("## Twice", "# Twice", "one heading of the first level", "# Twice"),
    ("## Twice", "#### Twice", "skips a level", "#### Twice"),
    (
        "`double` (6 points)",
        "`double` (5 points)",
        "says 5 points, the cells below it 6",
        "Exercise 1",
    ),
    ("`double` (6 points)", "`double`", "expected `Exercise 1: ... (N points)`", "Exercise 1"),
    ("Exercise 1: `double`", "Exercise 2: `double`", "expected `Exercise 1", "Exercise 2"),
    ("Exercise 1: `double`", "Exercise 1: `dubble`", "does not name the exercise", "Exercise 1"),
    (
        "why (4 points)",
        "why (3 points)",
        "says 3 points, the cells below it 4",
        "Report question 1",
    ),
    (
        "### Report question 1: why (4 points)",
        "### Why",
        "stands under no `Report question",
        "report_why",
    ),
    ("**Points:** 10", "**Points:** 12", "says 12 points, the cells have 10", "**Points:**"),
    ("![A curve that rises]", "![ ]", "no text alternative", "![ ]"),
    (
        "![A curve that rises](curve.svg)",
        '<img src="curve.svg" alt="">',
        "no text alternative",
        "<img",
    ),
    ("(curve.svg)", "(curves.svg)", "there is no file curves.svg", "curves.svg"),
]


def test_a_good_notebook_passes(tmp_path):
    make_course(tmp_path)
    assert lint(tmp_path) == []


@pytest.mark.parametrize(("old", "new", "message", "where"), RULES)
def test_each_rule(tmp_path, old, new, message, where):
    text = TEXT.replace(old, new, 1)
    assert text != TEXT
    make_course(tmp_path, text)
    found = [mistake for mistake in lint(tmp_path) if message in mistake.message]
    assert found, [str(mistake) for mistake in lint(tmp_path)]
    assert found[0].path == "notebooks/tiny/1_double.py"
    if where:
        assert found[0].line == line_of(text, where)


@pytest.mark.parametrize(
    ("shares", "message"),
    [
        ('"1_double" = 12\n"2_more" = 88', "the cells have 10 points"),
        ('"1_double" = 10', "10 points together, total is 100"),
        ('"1_dubble" = 100', 'no share for "1_double" (10 points)'),
        ("1_double: 10", "expected [points]"),
    ],
)
def test_shares(tmp_path, shares, message):
    make_course(tmp_path, shares=shares)
    assert message in "\n".join(str(mistake) for mistake in lint(tmp_path))


def test_missing_shares(tmp_path):
    path = make_course(tmp_path)
    (path.parent / "assignment.toml").unlink()
    assert "assignment.toml:1: missing" in str(lint(tmp_path)[0])


def test_the_command_tells_what_is_stale(tmp_path, capsys):
    make_course(tmp_path)
    assert check_command(["--root", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert "source/tiny/1_double.ipynb:1: stale" in said
    assert "release/tiny/1_double.ipynb:1: missing" in said
    assert "solutions/tiny/1_double.ipynb:1: missing" in said


def test_names_follow_python_s_own_scopes():
    source = (
        "def f(a):\n    class K:\n        x = a\n        y = x\n    return [K, q, len, a]\nz = f\n"
    )
    assert foreign_names(source) == {"__name__": 2, "q": 5, "len": 5}
    assert bound_names(source) == {"f", "z"}
    assert foreign_names("def f():\n    global g\n    g = 1\n") == {"g": 3}


@pytest.mark.skipif(not assignments(REPOSITORY), reason="no notebooks yet")
def test_the_repository_s_notebooks():
    assert [str(mistake) for mistake in lint(REPOSITORY)] == []


def test_an_assignment_counts_what_its_settings_say(tmp_path):
    path = make_course(tmp_path).parent / "assignment.toml"
    path.write_text('total = 10\n\n[points]\n"1_double" = 10\n')
    assert lint(tmp_path) == []
    path.write_text('total = 12\n\n[points]\n"1_double" = 10\n')
    assert "the shares are 10 points together, total is 12" in str(lint(tmp_path)[0])


def test_a_name_that_is_bound_twice_is_one_mistake_where_it_is_bound_again(tmp_path):
    given = 'import numpy as np\n\n# %% given="more"\nfor double in range(2):\n    pass\n'
    path = make_course(tmp_path, TEXT.replace("import numpy as np\n", given, 1))
    (found,) = lint(tmp_path)
    assert "`double` is the name of an answer, and is bound here, too" in found.message
    assert found.line == line_of(path.read_text(), 'given="more"')


def test_a_text_with_mistakes_is_not_built(tmp_path, capsys):
    """What grades reads source/: a build that is refused must leave it as it was."""
    path = make_course(tmp_path)
    path.write_text(path.read_text().replace(CLOSE, "        assert double(X) is not None\n"))
    assert build_command(["--root", str(tmp_path)]) == 1
    assert "no assert" in capsys.readouterr().err
    assert not (tmp_path / "source").exists()
