"""A made-up assignment of one small notebook, for the tests of the authoring tools."""

from pathlib import Path

TEXT = '''\
# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # Doubling
#
# **Points:** 10 of 100.
#
# ![A curve that rises](curve.svg)
#
# ## Twice
#
# ### Exercise 1: `double` (6 points)
#
# Return twice the array.

# %% given="imports"
import numpy as np

# %% answer="double"
def double(x):
    """Return twice the array x."""
    ### BEGIN SOLUTION
    doubled_result = np.add(x, x)
    return doubled_result
    ### END SOLUTION


# %% test="test_double" points=4
from checks import credit


def test_double(check):
    import numpy as np

    from checks import close

    X = np.ones((3, 2))
    with check("ones become twos"):
        close(double(X), 2 * X, what="double(X)")
    ### BEGIN HIDDEN TESTS
    X = check.rng.normal(size=(3, 4))

    def own(array):
        return [double(row) for row in array]

    with check("random numbers", points=3, repeats="ones become"):
        close(double(X), X * 2, what="double(X)")
    with check("row after row", points=1):
        close(np.array(own(X)), X * 2, what="the rows")
    ### END HIDDEN TESTS


credit(test_double)

# %% test="test_double_2" points=2
from checks import credit


def test_double_2(check):
    from checks import close

    with check("a number"):
        close(double(1.0), 2.0, what="double(1.0)")
    ### BEGIN HIDDEN TESTS
    with check("another number", points=2, repeats="a number"):
        close(double(-3.0), -6.0, what="double(-3.0)")
    ### END HIDDEN TESTS


credit(test_double_2)

# %%
# Play here.

# %% [markdown]
# ## Report
#
# ### Report question 1: why (4 points)
#
# Why is twice more?

# %% [markdown] written="report_why" points=4
# ### BEGIN SOLUTION
# Because a positive number added to itself grows.
# ### END SOLUTION
#
# ### BEGIN MARK SCHEME
# - 4 points: says that the number must be positive.
# ### END MARK SCHEME

# %%
# Play here.

# %% [markdown] given="recap"
# ## Recap
#
# - Twice is more, `# %%` is no cell here.
'''


def make_course(
    root: Path, text: str = TEXT, shares: str = '"1_double" = 10\n"2_more" = 90'
) -> Path:
    """Write a course folder with the assignment `tiny`; return the notebook's text file."""
    folder = root / "notebooks" / "tiny"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "assignment.toml").write_text(f"[points]\n{shares}\n")
    (folder / "curve.svg").write_text("<svg/>\n")
    path = folder / "1_double.py"
    path.write_text(text)
    return path


def line_of(text: str, fragment: str) -> int:
    """Return the line (from 1) in which `fragment` stands first."""
    assert fragment in text
    return text[: text.index(fragment)].count("\n") + 1
