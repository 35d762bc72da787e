"""What the gradient check says of planted mistakes, in small networks and in large ones."""

import numpy as np
import pytest
from test_gradient_check_cases import Case, course_network, network

from helpers.gradcheck import gradient_check

SMALL = course_network()
SAMPLED = network((60, 30, 10), ["sigmoid"] * 2, 20, np.random.default_rng(0))
BOTH = pytest.mark.parametrize("case", [SMALL, SAMPLED], ids=["every entry", "sampled"])


def explanation(case, m="known"):
    m = case.m if m == "known" else m
    return gradient_check(case.f, case.theta, case.blocks, m=m).explanation


def all_scaled(case, factor):
    for name in case.blocks:
        case = case.scaled(name, factor)
    return case


@BOTH
def test_mean_missing(case):
    said = explanation(case.scaled("b1", case.m))
    assert said == (
        f"db1 is {case.m} times too large everywhere: is the mean over the m = {case.m} samples "
        "missing?",
        "dW1, dW2 and db2 are right, so look at the line that makes db1.",
    )


@pytest.mark.parametrize(
    ("factor", "text"),
    [
        (1 / 100, "100 times too small everywhere: is the mean over the m = 100 samples taken tw"),
        (200, "is the mean over the m = 100 samples missing, and a factor 2 too many?"),
        (-1, "is of the wrong sign everywhere: is a difference taken the wrong way round"),
        (-100, "of the wrong sign and 100 times too large everywhere: is the mean over"),
        (2, "2 times too large everywhere: does the cost have a 1/2"),
        (1 / 2, "2 times too small everywhere: does the derivative of a square lack its 2"),
        (
            1 / 10,
            "10 may be b2.shape[0]: does the gradient take a mean along that axis that the cost l",
        ),
        (
            10,
            "10 may be b2.shape[0]: does the cost take a mean along that axis that the gradient l",
        ),
        (
            5,
            "5 may be half of b2.shape[0] = 10 or W2.shape[1]: does the cost take a mean along s",
        ),
        (20, "20 may be twice b2.shape[0] = 10: does the cost take a mean along that axis"),
        (8, "8 may be W1.shape[1]: does the cost take a mean along that axis"),
        (3.7, "3.7 times too large everywhere: a constant is missing, or used twice."),
        (1 + 1e-5, "off by the constant factor 1.00001 everywhere."),
    ],
)
def test_constant_factors(factor, text):
    assert text in explanation(SMALL.scaled("W2", factor))[0]


def test_without_m_a_whole_factor_raises_the_question():
    said = explanation(SMALL.scaled("W2", 100), m=None)[0]
    assert "if 100 is the number of samples, is the mean over them missing?" in said


def test_one_factor_in_the_whole_gradient_is_said_once():
    said = explanation(all_scaled(SMALL, 100))
    assert len(said) == 1
    assert said[0].startswith("The whole gradient is 100 times too large everywhere")


def test_one_factor_in_two_blocks_is_said_once_and_points_to_what_they_share():
    said = explanation(SMALL.scaled("W1", -1).scaled("b1", -1))
    assert said[0].startswith("dW1 and db1 are of the wrong sign everywhere")
    assert said[1] == (
        "dW2 and db2 are right, so look at what dW1 and db1 share and the rest does not use."
    )


@BOTH
def test_transposed(case):
    said = explanation(case.edited("W1", lambda dW, W: dW.T))[0]
    assert said.startswith("dW1 holds the right numbers in the wrong places: a matrix is transp")


def test_flattened_row_by_row_where_theta_is_column_by_column():
    case = SMALL.edited("W1", lambda dW, W: dW.ravel().reshape(dW.shape, order="F"))
    assert "a matrix is transposed" in explanation(case)[0]


def test_transposed_and_scaled():
    said = explanation(SMALL.edited("W2", lambda dW, W: 100 * dW.T))[0]
    assert "a matrix is transposed" in said
    assert "Besides, the numbers are 100 times too large: is the mean" in said


def test_a_flipped_kernel():
    rng = np.random.default_rng(0)
    A = rng.standard_normal((30, 30))

    def f(theta):
        return theta @ A @ theta / 2, (A + A.T) @ theta / 2

    case = Case(f, rng.standard_normal(30), {"K": (2, 3, 5)}, 1)
    flipped = case.edited("K", lambda dK, K: dK[..., ::-1, ::-1])
    assert "the last two axes run backwards" in explanation(flipped)[0]


@BOTH
def test_blocks_in_another_order(case):
    def f(theta):
        J, grad = case.f(theta)
        parts = [grad[where] for where in case.places().values()]
        return J, np.concatenate([parts[2], parts[3], parts[0], parts[1]])

    said = explanation(Case(f, case.theta, case.blocks, case.m))
    assert said == (
        "The numbers are right, but the gradient holds its parts in the order dW2, db2, dW1, db1, "
        "where theta has W1, b1, W2, b2.",
    )


@BOTH
def test_zero_block(case):
    said = explanation(case.scaled("b1", 0.0))[0]
    assert said.startswith("db1 is zero everywhere, but the cost does change with b1")


def put(place, value):
    def edit(dW, W):
        dW = dW.copy()
        dW[place] = value(dW[place])
        return dW

    return edit


@BOTH
@pytest.mark.parametrize(
    ("name", "place", "text"),
    [
        ("W2", np.s_[3, :], "dW2[3, :] is zero, but the cost does have a slope there"),
        ("W2", np.s_[:, 2], "dW2[:, 2] is zero, but the cost does have a slope there"),
        ("b2", np.s_[4:5], "A single entry is wrong, db2[4]; the rest of db2 is right."),
    ],
)
def test_zero_lines_and_entries(case, name, place, text):
    assert text in explanation(case.edited(name, put(place, np.zeros_like)))[0]


@BOTH
@pytest.mark.parametrize(
    ("place", "text"),
    [
        (np.s_[3, 2], "A single entry is wrong, dW1[3, 2]; the rest of dW1 is right."),
        (np.s_[3, :], "Only dW1[3, :] is wrong; the rest of dW1 is right."),
        (np.s_[:, 2], "Only dW1[:, 2] is wrong; the rest of dW1 is right."),
    ],
)
def test_wrong_lines_and_entries(case, place, text):
    shaken = case.edited("W1", put(place, lambda part: part + np.cos(np.arange(part.size) + 1)))
    if place == np.s_[3, 2]:
        shaken = case.edited("W1", put(place, lambda part: part + 0.1))
    assert explanation(shaken)[0] == text


@BOTH
def test_regularisation_in_the_gradient_alone(case):
    said = explanation(case.edited("W1", lambda dW, W: dW + 0.03 * W))[0]
    assert said.startswith("dW1 has 0.03 times W1 too much: this looks like a regularisation term ")
    assert "in the gradient but not in the cost" in said


def test_regularisation_in_the_cost_alone():
    rng = np.random.default_rng(1)
    case = network((8, 5, 10), ["sigmoid"] * 2, 50, rng, lam=0.2)
    case = case.edited("W2", lambda dW, W: dW - 0.2 * W)
    said = explanation(case)[0]
    assert said.startswith("dW2 lacks 0.2 times W2: this looks like a regularisation term that is ")
    assert "in the cost but not in the gradient" in said


def test_regularised_biases():
    case = SMALL.edited("b1", lambda db, b: db + 0.1 * b).edited("b2", lambda db, b: db + 0.1 * b)
    said = explanation(case)[0]
    assert said.startswith("db1 and db2 have 0.1 times b1 and b2 too much")
    assert said.endswith("A regularisation term usually leaves biases out.")


def test_a_bias_summed_over_all_axes():
    said = explanation(SMALL.edited("b2", lambda db, b: np.full_like(db, db.sum())))[0]
    assert said.startswith("Every entry of db2 is the same number")


def test_f_that_ignores_its_argument():
    fixed = SMALL.theta.copy()
    case = Case(lambda theta: SMALL.f(fixed), SMALL.theta, SMALL.blocks, SMALL.m)
    said = explanation(case)[0]
    assert said.startswith("The cost does not change at all when W1, b1, W2 and b2 do")


def test_a_missing_derivative_is_hinted_at():
    factors = np.linspace(1.5, 4, 40).reshape(5, 8)
    said = explanation(SMALL.edited("W1", lambda dW, W: factors * dW))
    assert "analytic / numeric runs from 1.5 to 4" in said[0]
    assert "a factor below 1 missing" in said[1]


def test_nothing_is_claimed_of_a_gradient_that_nothing_explains():
    rng = np.random.default_rng(0)
    noise = rng.standard_normal((5, 8))
    said = explanation(SMALL.edited("W1", lambda dW, W: dW + 0.01 * noise))
    assert said[0].startswith("dW1 is wrong, by no constant factor")
    assert len(said) == 2


def test_nearly_the_same_factor_in_every_entry_is_not_called_constant():
    factors = 100 + np.linspace(-3, 3, 40).reshape(5, 8)
    said = explanation(SMALL.edited("W1", lambda dW, W: factors * dW))[0]
    assert "by no constant factor: analytic / numeric runs from 97 to 103" in said


def test_without_blocks_it_asks_for_their_names():
    case = SMALL.edited("W1", lambda dW, W: dW + np.cos(W))
    said = gradient_check(case.f, case.theta).explanation
    assert 'blocks={"W1": W1.shape' in said[-1]
