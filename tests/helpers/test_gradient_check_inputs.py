"""What the gradient check says of inputs it cannot take, and of functions that misbehave."""

import numpy as np
import pytest

from helpers.gradcheck import gradient_check

THETA = np.array([1.0, 2.0, -3.0])


def square(theta):
    return theta @ theta, 2 * theta


@pytest.mark.parametrize(
    ("theta", "error", "text"),
    [
        (THETA.astype(np.float32), TypeError, "float64, but got an array of float32"),
        (np.arange(3), TypeError, "int"),
        ([1.0, 2.0], TypeError, "a list of 2"),
        (THETA[:, None], ValueError, r"shape \(3, 1\)"),
        (np.empty(0), ValueError, "at least one entry"),
        (np.array([1.0, np.nan]), ValueError, r"theta\[1\] is nan"),
    ],
)
def test_theta_must_be_a_flat_finite_float64_vector(theta, error, text):
    with pytest.raises(error, match=text):
        gradient_check(square, theta)


@pytest.mark.parametrize(
    ("answer", "error", "text"),
    [
        (lambda t: None, TypeError, "is a return missing"),
        (lambda t: t @ t, TypeError, "expected a pair"),
        (lambda t: (t * t, 2 * t), ValueError, "one number"),
        (lambda t: (np.array([t @ t]), 2 * t), ValueError, "one number"),
        (lambda t: (np.float32(t @ t), 2 * t), TypeError, "float64"),
        (lambda t: (1j, 2 * t), TypeError, "float64"),
        (lambda t: (np.nan, 2 * t), ValueError, "finite cost"),
        (lambda t: (np.inf, 2 * t), ValueError, "finite cost"),
        (lambda t: (t @ t, list(2 * t)), TypeError, "flat NumPy vector"),
        (lambda t: (t @ t, (2 * t).astype(np.float32)), TypeError, "float32"),
        (lambda t: (t @ t, 2 * t[:2]), ValueError, r"2 \(da\) \+ 1 \(db\)"),
        (lambda t: (t @ t, 2 * t[:, None]), ValueError, r"\(3, 1\)"),
    ],
)
def test_f_must_return_a_cost_and_a_flat_float64_gradient(answer, error, text):
    with pytest.raises(error, match=text):
        gradient_check(answer, THETA, {"a": (2,), "b": (1,)})


@pytest.mark.parametrize(
    ("blocks", "error", "text"),
    [
        ({"a": (2,), "b": (2,)}, ValueError, r"2 \(a\) \+ 2 \(b\) = 4 entries, but theta has 3"),
        ({}, ValueError, "theta has 3"),
        ([(3,)], TypeError, "dict of names to shapes"),
        ({"a": (0,), "b": (3,)}, TypeError, "positive whole numbers"),
        ({"a": "three"}, TypeError, "positive whole numbers"),
        ({"a": (1.5, 2)}, TypeError, "positive whole numbers"),
    ],
)
def test_blocks_must_fit_theta(blocks, error, text):
    with pytest.raises(error, match=text):
        gradient_check(square, THETA, blocks)


@pytest.mark.parametrize(
    "options", [{"m": 0}, {"m": 2.5}, {"seed": -1}, {"seed": 1.5}, {"max_per_block": 0}]
)
def test_numbers_must_be_whole_and_not_negative(options):
    with pytest.raises(ValueError, match=f"{next(iter(options))}: expected a whole number"):
        gradient_check(square, THETA, **options)


def test_a_shape_may_be_one_number_and_a_cost_a_python_number():
    assert gradient_check(lambda t: (float(t @ t), 2 * t), THETA, {"a": 2, "b": 1}).ok
    assert gradient_check(lambda t: [np.array(t @ t), 2 * t], THETA).ok


@pytest.mark.parametrize(("bad", "word"), [(np.nan, "nan"), (np.inf, "inf")])
def test_a_gradient_that_is_not_finite_is_wrong_and_its_entry_named(bad, word):
    def f(theta):
        grad = 2 * theta
        grad[2:4] = bad
        return theta @ theta, grad

    report = gradient_check(f, np.arange(1.0, 7.0), {"a": (2,), "W": (2, 2)})
    assert {n: b.verdict for n, b in report.blocks.items()} == {"a": "right", "W": "wrong"}
    assert f"dW[0, 0] is {word}, and 1 more" in report.explanation[0]
    assert report.relative_error == np.inf


def test_several_blocks_that_are_not_finite():
    report = gradient_check(lambda t: (t @ t, t * np.inf), THETA, {"a": (2,), "b": (1,)})
    assert [b.verdict for b in report.blocks.values()] == ["wrong", "wrong"]


def test_an_absurdly_large_gradient_is_wrong():
    assert gradient_check(lambda t: (t @ t, 1e200 * t), THETA).verdict == "wrong"


def test_f_that_changes_theta_is_noticed_and_theta_stays():
    def f(theta):
        answer = theta @ theta, 2 * theta
        theta[1] -= 0.1
        return answer

    theta = THETA.copy()
    report = gradient_check(f, theta, {"a": (1,), "b": (2,)})
    np.testing.assert_array_equal(theta, THETA)
    assert report.verdict == "right"
    assert not report.ok
    assert "changes theta in place (first at b[0])" in report.warnings[0]
    assert "see the warning" in report.headline


def test_f_that_fills_one_buffer_again_and_again_is_no_trouble():
    buffer = np.zeros(3)

    def f(theta):
        np.multiply(2, theta, out=buffer)
        return theta @ theta, buffer

    assert gradient_check(f, THETA).ok


def test_a_read_only_or_strided_gradient_is_no_trouble():
    def f(theta):
        grad = np.repeat(2 * theta, 2)[::2]
        grad.flags.writeable = False
        return theta @ theta, grad

    assert gradient_check(f, THETA).ok


def test_a_cost_that_varies_makes_the_answer_inconclusive():
    rng = np.random.default_rng(0)
    report = gradient_check(lambda t: (t @ t + rng.normal(), 2 * t), THETA)
    assert report.verdict == "inconclusive"
    assert "another cost" in report.warnings[0]
    assert "n/a" in str(report)


def test_a_cost_that_varies_later_makes_the_answer_inconclusive():
    calls = []

    def f(theta):
        calls.append(1)
        return theta @ theta + (len(calls) > 10), 2 * theta

    assert gradient_check(f, THETA).verdict == "inconclusive"


def test_a_gradient_that_grows_from_call_to_call_is_wrong():
    total = np.zeros(3)

    def f(theta):
        total[:] += 2 * theta
        return theta @ theta, total

    report = gradient_check(f, THETA)
    assert report.verdict == "wrong"
    assert "2 times the first" in report.warnings[0]


def test_warnings_of_numpy_beside_theta_do_not_reach_the_reader(recwarn):
    report = gradient_check(lambda t: (np.log(t).sum(), 1 / t), np.array([0.01, 1.0]))
    assert report.ok
    assert not recwarn.list
