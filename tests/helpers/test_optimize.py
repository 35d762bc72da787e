"""The optimiser: it minimises, tells what happened on one line, and never loses what it has."""

import contextlib
import io
import sys
import warnings

import numpy as np
import pytest
import scipy.optimize

from helpers.optimize import minimize
from helpers.progress import Progress


def rosenbrock(theta):
    return scipy.optimize.rosen(theta), scipy.optimize.rosen_der(theta)


def after(calls, instead):
    """Return `rosenbrock` that gives (or raises) something else from a certain call on."""
    count = 0

    def f(theta):
        nonlocal count
        count += 1
        if count <= calls:
            return rosenbrock(theta)
        if isinstance(instead, BaseException):
            raise instead
        return instead(theta)

    return f


def test_finds_the_minimum_and_keeps_the_history():
    theta0 = np.zeros(6)
    theta, history = minimize(rosenbrock, theta0, 500, progress=False, gtol=1e-8)
    np.testing.assert_allclose(theta, 1, atol=1e-4)
    np.testing.assert_array_equal(theta0, 0)
    assert history[0] == rosenbrock(theta0)[0]
    assert history[-1] == min(history) == rosenbrock(theta)[0]
    assert all(type(cost) is float for cost in history)
    assert history == sorted(history, reverse=True)


def test_history_has_one_cost_an_iteration_as_scipy_counts_them():
    reference = scipy.optimize.minimize(rosenbrock, np.zeros(6), jac=True, method="L-BFGS-B")
    _, history = minimize(rosenbrock, np.zeros(6), 500, progress=False)
    assert len(history) == reference.nit + 1
    assert history[-1] == reference.fun


@pytest.mark.parametrize("max_iter", [0, 1, 7])
def test_max_iter_is_the_limit(max_iter):
    theta, history = minimize(rosenbrock, np.zeros(6), max_iter, progress=False)
    assert len(history) == max_iter + 1
    assert rosenbrock(theta)[0] == history[-1]


def test_gtol_stops_early():
    _, loose = minimize(rosenbrock, np.zeros(6), 500, progress=False, gtol=1.0)
    _, tight = minimize(rosenbrock, np.zeros(6), 500, progress=False, gtol=1e-8)
    assert len(loose) < len(tight)


@pytest.mark.parametrize("cost", [float, np.float64, np.array, np.float32])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_costs_and_gradients_of_any_float_type(cost, dtype):
    theta, _ = minimize(
        lambda t: (cost(np.sum(t**2)), (2 * t).astype(dtype)), [3, 4], progress=False
    )
    assert theta.dtype == np.float64
    np.testing.assert_allclose(theta, 0, atol=1e-3)


def test_a_function_that_reuses_or_spoils_its_arrays_does_no_harm():
    buffer = np.empty(6)

    def f(theta):
        cost, buffer[:] = rosenbrock(theta)
        theta[:] = np.nan
        return cost, buffer

    expected = minimize(rosenbrock, np.zeros(6), 50, progress=False)
    theta, history = minimize(f, np.zeros(6), 50, progress=False)
    np.testing.assert_array_equal(theta, expected[0])
    assert history == expected[1]


@pytest.mark.parametrize(
    ("f", "error", "message"),
    [
        (lambda t: 1.0, TypeError, r"return J, grad.*float 1\.0"),
        (lambda t: None, TypeError, "NoneType"),
        (lambda t: (t, t), TypeError, r"one real number.*shape \(4,\)"),
        (lambda t: (1j, t), TypeError, "complex"),
        (lambda t: (1.0, t[:, None]), ValueError, r"theta's shape \(4,\).*\(4, 1\)"),
        (lambda t: (1.0, t.astype(int)), TypeError, "floating-point.*int64"),
        (lambda t: (1.0, t + 0j), TypeError, "floating-point.*complex128"),
        (lambda t: (np.nan, t), ValueError, "at theta0 the cost is nan"),
        (lambda t: (1.0, t + np.inf), ValueError, "at theta0 the gradient is not finite"),
    ],
)
def test_a_wrong_function_is_told_what_is_wrong(f, error, message):
    with pytest.raises(error, match=message):
        minimize(f, np.zeros(4))


@pytest.mark.parametrize(
    ("theta0", "error", "message"),
    [
        (np.zeros((2, 2)), ValueError, r"flat.*\(2, 2\)"),
        ([], ValueError, "flat"),
        ([1j], TypeError, "real numbers"),
    ],
)
def test_a_wrong_theta0_is_told_what_is_wrong(theta0, error, message):
    with pytest.raises(error, match=message):
        minimize(rosenbrock, theta0)


def test_interrupt_gives_the_best_so_far_and_says_so(capsys):
    theta, history = minimize(after(10, KeyboardInterrupt()), np.zeros(6), 99)
    assert len(history) > 1
    assert rosenbrock(theta)[0] == min(history)
    assert "interrupted; the best parameters so far are returned" in capsys.readouterr().out


def test_interrupt_goes_through_without_progress():
    with pytest.raises(KeyboardInterrupt):
        minimize(after(10, KeyboardInterrupt()), np.zeros(6), 99, progress=False)


@pytest.mark.parametrize("progress", [True, False])
@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (lambda t: (np.nan, t), "the cost is nan"),
        (lambda t: (np.inf, t), "the cost is inf"),
        (lambda t: (1.0, t * np.nan), "the gradient is not finite"),
    ],
)
def test_not_finite_on_the_way_stops_with_the_best_so_far(capsys, progress, bad, words):
    theta, history = minimize(after(10, bad), np.zeros(6), 99, progress=progress)
    assert np.isfinite(history).all()
    assert rosenbrock(theta)[0] == min(history)
    assert words in capsys.readouterr().out


def test_other_errors_of_the_function_reach_the_caller():
    with pytest.raises(ZeroDivisionError):
        minimize(after(10, ZeroDivisionError()), np.zeros(6), 99)


def test_a_gradient_of_the_wrong_sign_is_suspected(capsys):
    minimize(lambda t: (rosenbrock(t)[0], -rosenbrock(t)[1]), np.zeros(6))
    assert "the gradient is wrong" in capsys.readouterr().out


def test_output_is_one_line_on_stdout_the_same_every_time(capsys):
    lines = []
    for _ in range(2):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            minimize(rosenbrock, np.zeros(6), 20, description="Rosenbrock")
        out, err = capsys.readouterr()
        assert err == ""
        lines.append(out)
    assert lines[0] == lines[1]
    assert lines[0].startswith("Rosenbrock: 20 of 20 iterations, cost 5 -> ")
    assert lines[0].count("\n") == 1
    assert "\r" not in lines[0]


def test_convergence_is_told_and_silence_is_kept(capsys):
    minimize(rosenbrock, np.ones(6))
    assert capsys.readouterr().out == "training: 0 of 200 iterations, cost 0 -> 0, converged\n"
    minimize(rosenbrock, np.zeros(6), progress=False)
    assert capsys.readouterr().out == ""


class Terminal(io.StringIO):
    """A text terminal."""

    encoding = "ascii"

    def isatty(self):
        return True


def test_a_terminal_sees_a_moving_bar_then_the_line(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    with Progress(3, "epochs") as bar:
        bar.bar.mininterval = 0
        for _ in range(3):
            bar.step("cost 0.5")
        bar.close("3 epochs")
    moving, _, last = terminal.getvalue().rpartition("\r")
    assert "67% |" in moving
    assert "2/3, cost 0.5" in moving
    assert last == "epochs: 3 epochs\n"
    assert terminal.getvalue().isascii()


@pytest.mark.parametrize(
    ("steps", "line"), [(0, "0 of 3"), (2, "2 of 3, cost 0.5"), (3, "3 of 3, cost 0.5")]
)
def test_a_bar_that_nobody_closes_says_how_far_it_came(capsys, steps, line):
    with Progress(3, "epochs") as bar:
        for _ in range(steps):
            bar.step("cost 0.5")
    assert capsys.readouterr().out == f"epochs: {line}\n"


def test_a_bar_that_is_broken_off_says_so_once(capsys):
    with contextlib.suppress(ZeroDivisionError), Progress(3, "epochs") as bar:
        bar.step()
        raise ZeroDivisionError
    assert capsys.readouterr().out == "epochs: stopped after 1 of 3\n"
    with Progress(3, "epochs", show=False) as bar:
        bar.step()
    assert capsys.readouterr().out == ""
