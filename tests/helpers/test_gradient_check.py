"""The gradient check's verdicts: no false alarm, no miss, inconclusive only where it must be."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_gradient_check_cases import (
    Case,
    course_network,
    large_network,
    network,
    random_case,
)

from helpers.gradcheck import gradient_check


def verdicts(case, **options):
    report = gradient_check(case.f, case.theta, case.blocks, m=case.m, **options)
    return report, {name: block.verdict for name, block in report.blocks.items()}


def assert_only_wrong(case, name, **options):
    report, found = verdicts(case, **options)
    assert found == {n: "wrong" if n == name else "right" for n in case.blocks}, str(report)
    assert report.verdict == "wrong"
    assert not report.ok
    return report


def assert_no_false_alarm(seeds):
    for seed in seeds:
        report, _ = verdicts(random_case(seed), seed=seed, max_per_block=3)
        assert report.ok, f"case {seed}\n{report}"


def test_200_exact_gradients_raise_no_alarm():
    assert_no_false_alarm(range(200))


@pytest.mark.slow
def test_1000_exact_gradients_raise_no_alarm():
    assert_no_false_alarm(range(1000))


@given(seed=st.integers(0, 10**6), d=st.sampled_from([1e-3, 1e-4, 1e-5, 1e-6]), data=st.data())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_a_block_off_by_a_tiny_factor_is_wrong_and_no_other(seed, d, data):
    case = random_case(seed)
    name = data.draw(st.sampled_from(list(case.blocks)))
    assert_only_wrong(case.scaled(name, 1 + d), name, max_per_block=4)


@pytest.mark.slow
@pytest.mark.parametrize("d", [1e-3, 1e-4, 1e-5, 1e-6, -1e-6])
def test_tiny_factors_in_every_block_of_many_cases(d):
    for seed in range(60):
        case = random_case(seed)
        for name in case.blocks:
            assert_only_wrong(case.scaled(name, 1 + d), name)


@pytest.mark.parametrize("name", ["W1", "b1", "W2", "b2"])
def test_a_millionth_is_seen_in_every_block_of_50890_parameters(name):
    report = assert_only_wrong(large_network().scaled(name, 1 + 1e-6), name)
    assert report.blocks[name].relative_error == pytest.approx(5e-7, rel=1e-2)


def test_a_right_gradient_of_50890_parameters_takes_few_calls():
    report, _ = verdicts(large_network())
    assert report.ok
    assert report.relative_error < 1e-9
    assert report.n_evaluations < 400


def test_every_entry_of_a_small_theta_is_checked():
    report, _ = verdicts(course_network())
    assert all(b.n_checked == b.size for b in report.blocks.values())


@pytest.mark.parametrize("place", [(0, 0), (40, 333), (63, 783)])
def test_one_wrong_entry_among_50176_is_found(place):
    def edit(dW, W):
        dW = dW.copy()
        dW[place] += 0.01
        return dW

    report = assert_only_wrong(large_network().edited("W1", edit), "W1")
    assert report.blocks["W1"].worst == place


@pytest.mark.parametrize("entry", range(13))
def test_a_wrong_entry_that_was_not_sampled_is_named(entry):
    """All entries but one of a block are sampled; that one is added when it is wrong."""
    theta = np.random.default_rng(entry).standard_normal(513)

    def f(theta):
        grad = theta.copy()
        grad[500 + entry] += 0.5
        return float(theta @ theta / 2), grad

    report = gradient_check(f, theta, {"W": (20, 25), "b": (13,)})
    assert (report.blocks["W"].verdict, report.blocks["b"].verdict) == ("right", "wrong")
    assert f"b[{entry}]" in str(report)


def test_the_sample_depends_on_the_seed_alone():
    case = large_network()
    first, again, other = (verdicts(case, seed=s)[0] for s in (5, 5, 6))
    assert str(first) == str(again)
    assert str(first) != str(other)
    assert "seed 5" in str(first)


def test_max_per_block_is_obeyed():
    report, _ = verdicts(course_network(), max_per_block=7)
    assert [b.n_checked for b in report.blocks.values()] == [7, 5, 7, 7]
    assert report.ok


def absolute(theta):
    return float(np.abs(theta).sum()), np.sign(theta)


def test_at_a_kink_the_answer_is_inconclusive():
    report = gradient_check(absolute, np.array([0.0, 1.0, -2.0]))
    assert report.verdict == "inconclusive"
    assert "theta[0] is not defined" in report.explanation[0]
    assert "slope -1 on one side and 1 on the other" in report.explanation[0]


@pytest.mark.parametrize("distance", [1e-6, 1e-4, 1e-2])
def test_beside_a_kink_the_answer_is_right(distance):
    assert gradient_check(absolute, np.array([distance, 1.0, -2.0])).ok


def test_a_wrong_entry_beside_a_kink_is_wrong():
    def f(theta):
        J, grad = absolute(theta)
        return J, grad * [1, 1, 1.001]

    assert gradient_check(f, np.array([0.0, 1.0, -2.0])).verdict == "wrong"


def test_a_gradient_beyond_both_slopes_of_a_kink_is_wrong():
    def f(theta):
        J, grad = absolute(theta)
        return J, grad + np.array([5, 0, 0])

    report = gradient_check(f, np.array([0.0, 1.0, -2.0]))
    assert report.verdict == "wrong"
    assert report.relative_error > 0.5


@pytest.mark.parametrize("seed", range(3))
def test_relu_networks_are_judged_as_sharply_as_smooth_ones(seed):
    rng = np.random.default_rng(seed)
    case = network((8, 20, 10), ["relu", "identity"], 50, rng, loss="cross-entropy")
    assert verdicts(case, max_per_block=6)[0].ok
    assert_only_wrong(case.scaled("b1", 1 + 1e-6), "b1", max_per_block=6)


def test_relu_exactly_at_its_kink_is_inconclusive_in_the_blocks_it_touches():
    rng = np.random.default_rng(3)
    case = network((4, 6, 3), ["relu", "identity"], 8, rng)
    theta = case.theta.copy()
    theta[case.places()["W1"]] = theta[case.places()["b1"]] = 0.0  # all z = 0
    _, found = verdicts(replace(case, theta=theta))
    assert found["b1"] == "inconclusive"
    assert found["b2"] == "right"


def unused_b(slope):
    def f(theta):
        return theta[0] ** 2, np.array([2 * theta[0], slope, 0.0])

    return Case(f, np.ones(3), {"a": (1,), "b": (2,)}, 1)


def test_a_vanishing_block_is_inconclusive_when_both_sides_vanish():
    report, found = verdicts(unused_b(0.0))
    assert found == {"a": "right", "b": "inconclusive"}
    assert "zero" in report.explanation[0]


def test_a_gradient_where_the_cost_is_flat_is_wrong():
    assert verdicts(unused_b(1e-6))[1] == {"a": "right", "b": "wrong"}


@pytest.mark.parametrize("size", [1.0, 30.0, 1e4])
def test_at_a_minimum_the_answer_is_inconclusive_and_no_kink_is_claimed(size):
    for seed in range(5):
        best = size * np.random.default_rng(seed).standard_normal(6)

        def f(theta, best=best):
            return ((theta - best) ** 2).sum(), 2 * (theta - best)

        report = gradient_check(f, best)
        assert report.verdict == "inconclusive", str(report)
        assert "both zero" in report.explanation[0]


@pytest.mark.parametrize(("scale", "verdict"), [(1e-4, "right"), (1e-8, "right"), (1e-14, None)])
def test_a_block_of_tiny_slopes_is_judged_as_far_as_rounding_allows(scale, verdict):
    def case(factor):
        def f(theta):
            part = theta[1:]
            J = theta[0] ** 2 + scale * np.sin(part).sum()
            return J, np.array([2 * theta[0], *(factor * scale * np.cos(part))])

        return Case(f, np.ones(4), {"a": (1,), "b": (3,)}, 1)

    assert verdicts(case(1.0))[1] == {"a": "right", "b": verdict or "inconclusive"}
    if verdict:
        assert verdicts(case(1.001))[1] == {"a": "right", "b": "wrong"}


@pytest.mark.parametrize(
    ("f", "theta"),
    [
        (lambda t: (np.log(t).sum(), 1 / t), np.array([1e-3, 0.5, 2.0])),
        (lambda t: (np.tanh(1000 * t).sum(), 1000 / np.cosh(1000 * t) ** 2), np.full(3, 1e-3)),
        (lambda t: (np.sin(1e6 * t).sum(), 1e6 * np.cos(1e6 * t)), np.array([0.1, 0.2])),
        (lambda t: (t @ t, 2 * t), np.array([1e6, 1e3, 1.0])),
        (lambda t: (np.exp(t).sum(), np.exp(t)), np.array([50.0, 1.0])),
        (lambda t: (1e12 + t @ t, 2 * t), np.array([1e5, 2e5])),
    ],
    ids=["log", "steep", "fast", "large theta", "large cost", "large constant"],
)
def test_badly_scaled_functions_raise_no_alarm(f, theta):
    assert gradient_check(f, theta).verdict == "right"


@pytest.mark.parametrize("seed", range(2))
def test_float32_inside_f_never_makes_a_right_gradient_wrong(seed):
    case = course_network(seed)

    def f(theta):
        J, grad = case.f(theta.astype(np.float32))
        return float(J), grad.astype(np.float64)

    report = gradient_check(f, case.theta, case.blocks)
    assert report.verdict != "wrong"
    assert "is something in f float32" in report.explanation[-1]
