"""Comparisons of `checks`: each pattern of error has its sentence, none an answer."""

import re

import numpy as np
import pytest

from checks import (
    CheckFailed,
    close,
    close_to_slopes,
    expect,
    results,
    shaped,
    steps_agree,
)

# Numbers that appear nowhere else, so that a message that gives one away is noticed.
RIGHT = np.array([[0.7312, -1.9177, 3.3391], [2.6183, 0.4729, -0.8816]])


def said(actual, expected=RIGHT, **options):
    """Return what `close` says of a wrong result."""
    with pytest.raises(CheckFailed) as failure:
        close(actual, expected, what="z2", **options)
    return str(failure.value)


@pytest.mark.parametrize(
    "actual",
    [
        RIGHT,
        RIGHT.tolist(),
        tuple(map(tuple, RIGHT)),
        np.asfortranarray(RIGHT),
        RIGHT[::-1][::-1],
        RIGHT.astype(np.longdouble),
        np.ma.masked_array(RIGHT),
        RIGHT + 1e-10,
        RIGHT * (1 + 5e-7),
    ],
)
def test_right_results_of_any_kind_pass(actual):
    close(actual, RIGHT)


def test_read_only_and_other_types_pass():
    frozen = RIGHT.copy()
    frozen.setflags(write=False)
    close(frozen, RIGHT)
    close(3, 3.0)
    close(np.array(3.0), 3.0)
    close(np.float64(3.0), 3)
    close(np.array([1, 0], dtype=np.uint8), [1.0, 0.0])
    close(np.array([True, False]), [1.0, 0.0])
    close(RIGHT.astype(np.float32), RIGHT, rtol=1e-5)
    close([], [])


@pytest.mark.parametrize(
    ("actual", "words"),
    [
        (RIGHT.T, ["shape (3, 2)", "expected shape (2, 3)", "transposed"]),
        (RIGHT.ravel(), ["shape (6,)", "another arrangement"]),
        (RIGHT[:, :2], ["shape (2, 2)", "expected shape (2, 3)"]),
        (RIGHT.sum(), ["no dimensions", "summed or averaged over everything"]),
        (RIGHT[None], ["shape (1, 2, 3)", "another arrangement"]),
        (np.where(RIGHT > 2, np.nan, RIGHT), ["NaN or infinity", "2 of 6"]),
        (np.where(RIGHT > 3, -np.inf, RIGHT), ["NaN or infinity", "1 of 6"]),
        (RIGHT * 100, ["yours is 100 times what it should be, everywhere"]),
        (RIGHT / 7, ["yours is 0.14286 times"]),
        (-RIGHT, ["the sign is reversed everywhere"]),
        (-2 * RIGHT, ["yours is -2 times"]),
        (RIGHT + 0.5, ["yours is +0.5 off everywhere"]),
        (RIGHT * 0, ["all of yours are zero"]),
        (RIGHT + np.eye(2, 3), ["2 of 6 numbers are wrong", "the largest error is 1"]),
        (None, ["None", "return"]),
        ("0.5", ["a str"]),
        (b"0.5", ["a bytes"]),
        ({"z2": RIGHT}, ["a dict"]),
        ({1.0, 2.0}, ["a set"]),
        ([[1.0, 2.0], [3.0]], ["rows have different lengths"]),
        (RIGHT.astype(complex), ["real numbers", "complex128"]),
        (RIGHT.astype(object), ["real numbers", "object"]),
        (np.array(["a"]), ["real numbers"]),
        ([[1.0, None, 2.0]], ["real numbers", "a list of 1"]),
        (len, ["real numbers", "a builtin_function_or_method"]),
        ((x for x in RIGHT), ["real numbers", "a generator"]),
    ],
)
def test_each_error_has_its_words(actual, words):
    message = said(actual)
    assert message.startswith("z2")
    for word in words:
        assert word in message


def test_a_square_transposed_array_is_recognised():
    square = np.arange(9.0).reshape(3, 3)
    assert "it is transposed" in said(square.T, square)


def test_one_number_has_words_of_its_own():
    assert said(7.5, 2.5) == "z2 is wrong: yours is 3 times what it should be"
    assert said(0.25, 2.5) == "z2 is wrong: yours is 0.1 times what it should be"
    assert said(3.5, 2.5) == "z2 is wrong: yours is off by 1"  # 1.4 times would mean nothing
    assert said(-2.5, 2.5) == "z2 is wrong: the sign is reversed"
    assert "off by 0.0025" in said(2.5 * 1.001, 2.5)
    assert said(0.5, 0.0) == "z2 is wrong: yours is off by 0.5"
    assert said(0.0, 2.5) == "z2 is wrong: yours is zero"
    assert said(0.25, 0.75) == "z2 is wrong: is that 1 minus the right number?"
    assert "shape (1,)" in said(np.array([2.5]), 2.5)
    assert "no dimensions (one number)" in said(2.5, np.array([2.5]))
    assert "NaN" in said(np.nan, 2.5)


def test_the_place_of_the_largest_error_is_told():
    wrong = RIGHT.copy()
    wrong[1, 2] += 9
    wrong[0, 0] += 1
    assert "at [1,2]" in said(wrong)
    assert "2 of 6" in said(wrong)


def test_tolerances_count_each_number_by_itself():
    expected = np.array([1e6, 1e-3])
    close(expected + np.array([0.5, 0]), expected)
    assert "1 of 2" in said(expected + np.array([0, 1e-6]), expected)
    close(expected + np.array([0, 1e-6]), expected, atol=1e-5)


def test_no_broadcasting():
    said(np.ones(3), np.ones((2, 3)))
    said(np.ones((2, 1)), np.ones((2, 3)))
    said(1.0, np.ones((2, 3)))
    said([], np.ones(3))


def test_unsigned_numbers_are_not_wrapped_around():
    assert "2 of 2" in said(np.array([1, 2], np.uint8), np.array([2, 5], np.uint8), rtol=1e-9)


@pytest.mark.parametrize(
    "wrong",
    [-RIGHT, RIGHT.T, RIGHT * 0, RIGHT + 0.5, RIGHT[:, ::-1], RIGHT + np.eye(2, 3), RIGHT * np.nan],
)
def test_no_expected_number_in_a_message(wrong):
    numbers = {f"{abs(value):.4g}" for value in RIGHT.ravel()}
    given_away = set(re.findall(r"\d+\.\d+", said(wrong))) & numbers
    assert not given_away


def test_expect():
    expect(True, "fine")
    expect(np.bool_(True), "fine")
    with pytest.raises(CheckFailed, match="too many calls"):
        expect(np.bool_(False), "too many calls")
    for vague in (1, [], np.array([True, True]), None):
        with pytest.raises(TypeError, match="True or False"):
            expect(vague, "never seen")


def test_shaped():
    shaped(RIGHT * np.nan, (2, 3))
    shaped([[1, 2, 3]], (1, 3))
    shaped(4, ())
    for value, shape, words in [
        (RIGHT, (3, 2), "dW has shape (2, 3), expected shape (3, 2): it is transposed"),
        (RIGHT, (6,), "another arrangement"),
        (3.0, (1,), "no dimensions (one number), expected shape (1,)"),
        (None, (), "dW is None"),
        ([[1.0], [2.0, 3.0]], (2, 2), "rows have different lengths"),
    ]:
        with pytest.raises(CheckFailed) as failure:
            shaped(value, shape, what="dW")
        assert words in str(failure.value)


def test_results():
    assert results((1, 2), "J grad") == [1, 2]
    assert results([1, 2], "J grad") == [1, 2]
    for value, words in [
        (None, "returns nothing"),
        ((1, 2, 3), "it returned 3"),
        ([1], "it returned 1"),
        (np.zeros((2, 3)), "it returned an array of shape (2, 3) and type float64"),
        (0.5, "it returned a float"),
        ({"J": 1, "grad": 2}, "it returned a dict"),
        ((x for x in (1, 2)), "it returned a generator"),
    ]:
        with pytest.raises(CheckFailed) as failure:
            results(value, "J grad")
        assert words in str(failure.value)
        assert "2 results in this order: J, grad" in str(failure.value)


RNG = np.random.default_rng(5)
AT = {"W": RNG.normal(size=(3, 4)), "b": RNG.normal(size=3)}
INPUT = RNG.normal(size=(6, 4))


def some_cost(W, b):
    return float(np.mean(np.sum(np.tanh(INPUT @ W.T + b) ** 2, axis=1)))


def slopes():
    hidden = np.tanh(INPUT @ AT["W"].T + AT["b"])
    delta = 2 * hidden * (1 - hidden**2)
    return {"W": delta.T @ INPUT / 6, "b": delta.mean(axis=0)}


def slopes_said(gradients, **options):
    with pytest.raises(CheckFailed) as failure:
        close_to_slopes(gradients, some_cost, AT, **options)
    return str(failure.value)


def test_right_slopes_pass():
    close_to_slopes(slopes(), some_cost, AT, m=6)
    close_to_slopes({name: value.tolist() for name, value in slopes().items()}, some_cost, AT)
    frozen = {name: np.asfortranarray(value) for name, value in slopes().items()}
    for value in frozen.values():
        value.setflags(write=False)
    close_to_slopes(frozen, some_cost, AT)


def test_slopes_of_a_part_of_the_arrays():
    b = AT["b"]
    close_to_slopes({"W": slopes()["W"]}, lambda W: some_cost(W, b), AT)


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("b", lambda g: g * 6, ["db is 6 times too large everywhere", "mean over the m = 6"]),
        ("b", lambda g: g * 2, ["db is", "2"]),
        ("W", lambda g: -g, ["dW is of the wrong sign everywhere"]),
        ("W", lambda g: g.T, ["gradient of W has shape (4, 3)", "it is transposed"]),
        ("W", lambda g: g.T.reshape(g.shape), ["dW", "the wrong places", "transposed"]),
        ("W", lambda g: g * 0, ["dW is zero everywhere"]),
        ("W", lambda g: g + 0.1 * AT["W"], ["dW has 0.1 times W too much", "regularisation"]),
        ("W", lambda g: g * np.nan, ["gradient of W holds NaN"]),
        ("b", lambda g: g.sum(), ["no dimensions", "summed or averaged over everything"]),
        ("b", lambda g: None, ["gradient of b is None"]),
        ("b", lambda g: "no", ["a str"]),
        ("b", lambda g: g[:, None], ["gradient of b has shape (3, 1)"]),
    ],
)
def test_wrong_slopes_are_explained(name, change, words):
    right = slopes()
    message = slopes_said({**right, name: change(right[name])}, m=6)
    for word in words:
        assert word in message


def test_several_arrays_are_no_flat_vector():
    parts = (np.ones((2, 3)), np.ones(2), np.ones((4, 2)), np.ones(4))
    for given in (parts, list(parts), (np.ones(4), np.ones(4))):
        message = said(given, np.ones(16))
        assert message == (
            f"z2 should be one flat vector; you returned {len(given)} arrays: did you forget "
            "pack(...), or pass on two results where one was asked for?"
        )
    with pytest.raises(CheckFailed, match="one flat vector; you returned 4 arrays"):
        shaped(parts, (16,), what="grad")
    assert said(parts, np.ones((2, 3))) == "z2 should be one array; you returned 4"
    close([np.float64(1), np.array(2.0)], [1, 2])
    close([np.ones(3), np.zeros(3)], [[1, 1, 1], [0, 0, 0]])


def test_kinds_of_things_have_the_right_article():
    from scipy.optimize import OptimizeResult

    with pytest.raises(CheckFailed, match="it returned an OptimizeResult"):
        results(OptimizeResult(), "theta history")
    with pytest.raises(CheckFailed, match="it returned a float"):
        results(1.0, "theta history")


def cubes(theta):
    return float(np.sum(theta**3)), 3 * theta**2


def test_small_steps_agree_with_a_right_gradient():
    steps_agree(cubes, np.array([1.0, -2.0, 0.5]), {"W": 2, "b": 1})


@pytest.mark.parametrize(("block", "place"), [("W", 0), ("W", 1), ("b", 2)])
def test_small_steps_name_the_parameter_and_both_slopes(block, place):
    def wrong(theta):
        J, grad = cubes(theta)
        grad[place] *= 2
        return J, grad

    with pytest.raises(CheckFailed, match=f"a direction in {block}, your J changes by .*d{block},"):
        steps_agree(wrong, np.array([1.0, -2.0, 0.5]), {"W": 2, "b": 1})


def test_small_steps_want_two_results_and_a_flat_gradient():
    theta = np.ones(4)
    with pytest.raises(CheckFailed, match="2 results in this order: J, grad"):
        steps_agree(lambda at: at.sum(), theta, {"W": 4})
    with pytest.raises(CheckFailed, match=r"grad has shape \(2, 2\)"):
        steps_agree(lambda at: (at.sum(), np.ones((2, 2))), theta, {"W": 4})
