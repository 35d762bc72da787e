"""The training loop: the right steps in the right order, in place, in the precision it is given."""

import numpy as np
import pytest

from helpers.training import CHUNK, fit, parameters_of


class Linear:
    """y = X w + b with squared error, which notes what it is given."""

    def __init__(self, n, dtype=np.float64):
        self.w, self.b = np.zeros(n, dtype), np.zeros(1, dtype)
        self.seen = []

    def gradient(self, X, y):
        self.seen.append((X.copy(), y.copy()))
        error = X @ self.w + self.b - y
        return 2 * error @ X / len(y), 2 * error.mean(keepdims=True)

    def fit(self, X, y, **options):
        options = {"learning_rate": 0.1, "epochs": 3, "progress": False} | options
        return fit([self.w, self.b], self.gradient, X, y, **options)


def data(m=23, n=3, dtype=np.float64):
    rng = np.random.default_rng(5)
    X = rng.normal(size=(m, n)).astype(dtype)
    return X, (X @ np.arange(1, n + 1) + 0.5).astype(dtype)


def plain_loop(X, y, batch, epochs, rate, rng):
    """Return the parameters as a loop without any care for speed finds them."""
    w, b = np.zeros(X.shape[1]), np.zeros(1)
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch):
            rows = order[start : start + batch]
            error = X[rows] @ w + b - y[rows]
            w, b = w - rate * 2 * error @ X[rows] / len(rows), b - rate * 2 * error.mean()
    return w, b


@pytest.mark.parametrize("batch", [1, 7, 23, 100])
def test_the_same_as_a_plain_loop(batch):
    X, y = data()
    net = Linear(3)
    net.fit(X, y, batch=batch, rng=np.random.default_rng(2))
    w, b = plain_loop(X, y, batch, 3, 0.1, np.random.default_rng(2))
    np.testing.assert_allclose(net.w, w, rtol=1e-12)
    np.testing.assert_allclose(net.b, b, rtol=1e-12)


def test_every_row_once_an_epoch_with_its_own_label_and_a_new_order():
    X, y = data()
    net = Linear(3)
    net.fit(X, y, batch=7, rng=np.random.default_rng(2))
    steps = net.seen[1:]  # the first call only looks whether the gradient fits
    assert [len(labels) for _, labels in steps] == [7, 7, 7, 2] * 3
    orders = []
    for epoch in range(3):
        rows = np.concatenate([images for images, _ in steps[4 * epoch : 4 * epoch + 4]])
        labels = np.concatenate([own for _, own in steps[4 * epoch : 4 * epoch + 4]])
        np.testing.assert_array_equal(np.sort(rows, axis=0), np.sort(X, axis=0))
        np.testing.assert_allclose(rows @ [1, 2, 3] + 0.5, labels)
        orders.append(rows[:, 0])
    assert np.any(orders[0] != orders[1])


@pytest.mark.parametrize("m", [5, CHUNK, 2 * CHUNK + 3])
def test_a_full_batch_is_one_step_an_epoch_however_many_chunks(m):
    X, y = data(m)
    net = Linear(3)
    net.fit(X, y, batch=None, epochs=4)
    w, b = plain_loop(X, y, m, 4, 0.1, np.random.default_rng(2))
    np.testing.assert_allclose(net.w, w, rtol=1e-10)
    np.testing.assert_allclose(net.b, b, rtol=1e-10)
    assert max(len(labels) for _, labels in net.seen) <= CHUNK


def test_float32_stays_float32_and_targets_follow():
    X, y = data(dtype=np.float32)
    net = Linear(3, np.float32)
    net.fit(X, y.astype(np.float64), batch=4, rng=np.random.default_rng(1))
    assert net.w.dtype == np.float32
    assert {labels.dtype for _, labels in net.seen} == {np.dtype(np.float32)}


def test_a_gradient_is_not_changed():
    """Networks may keep theirs."""
    kept = [np.ones(2), np.ones((2, 2))]
    parameters = [np.zeros(2), np.zeros((2, 2))]
    X, y = np.zeros((4, 2)), np.zeros(4)
    fit(
        parameters, lambda X, y: kept, X, y, learning_rate=0.5, epochs=2, batch=None, progress=False
    )
    np.testing.assert_array_equal(kept[0], 1)
    np.testing.assert_array_equal(parameters[1], -1)


def test_what_the_caller_measures_comes_back():
    X, y = data()
    net = Linear(3)
    found = net.fit(
        X, y, batch=5, rng=np.random.default_rng(1), after_epoch=lambda e: (e, net.w[0])
    )
    assert [epoch for epoch, _ in found] == [1, 2, 3]
    assert found[-1][1] == net.w[0]
    assert len({value for _, value in found}) == 3


def test_the_line_afterwards_says_what_was_measured(capsys):
    X, y = data()
    options = {"progress": True, "batch": 5, "rng": np.random.default_rng(1)}
    Linear(3).fit(X, y, after_epoch=lambda _: {"accuracy": 0.5}, description="net", **options)
    assert capsys.readouterr().out.splitlines()[-1] == "net: 3 of 3 epochs, accuracy 0.5"


def test_interrupted_it_returns_what_there_is(capsys):
    X, y = data()
    net = Linear(3)

    def measure(epoch):
        if epoch == 2:
            raise KeyboardInterrupt
        return epoch

    assert net.fit(X, y, batch=None, after_epoch=measure, progress=True) == [1]
    assert "interrupted" in capsys.readouterr().out
    with pytest.raises(KeyboardInterrupt):
        net.fit(X, y, batch=None, after_epoch=measure)


def test_training_that_runs_away_says_so():
    X, y = data()
    net = Linear(3)
    with np.errstate(all="ignore"), pytest.raises(FloatingPointError, match="smaller learning"):
        net.fit(X, y, batch=None, learning_rate=1e200, epochs=5)


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"X": np.zeros((3, 3))}, ValueError, r"\(3, 3\) and \(23,\)"),
        ({"batch": 0}, ValueError, "at least 1, or None"),
        ({"rng": None}, TypeError, "default_rng"),
        ({"epochs": -1}, ValueError, "negative"),
        ({"parameters": [[0.0] * 3, np.zeros(1)]}, TypeError, "number 0 is list"),
        ({"parameters": [np.zeros(3, int), np.zeros(1)]}, TypeError, "array of type int64"),
        ({"gradient": lambda X, y: [X[0]]}, ValueError, "2 parameters, and it returned 1"),
        ({"gradient": lambda X, y: [y[:1], X[0]]}, ValueError, r"number 0 has the shape \(1,\)"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_changed(changed, error, message):
    X, y = data()
    net = Linear(3)
    options = {"parameters": [net.w, net.b], "gradient": net.gradient, "X": X, "Y": y}
    options |= {"learning_rate": 0.1, "epochs": 2, "batch": 5, "rng": np.random.default_rng(1)}
    with pytest.raises(error, match=message):
        fit(**(options | changed), progress=False)
    assert not net.w.any()


def test_parameters_are_the_network_s_own_after_the_cast():
    net = Linear(3)
    w, b = parameters_of(net, ["w", "b"])
    w += 1
    assert net.w is w
    assert (net.w.dtype, net.b.dtype, b.dtype) == (np.float32,) * 3
    with pytest.raises(AttributeError, match="Linear, has no attribute 'W1'"):
        parameters_of(net, ["w", "W1"])
