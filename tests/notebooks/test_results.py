"""What the solutions reach when they are trained in full: the figures that the docs quote."""

import os

import numpy as np
import pytest
from notebooks_in_process import answered

from helpers.data import load_small_mnist

pytestmark = pytest.mark.slow

N_HIDDEN = 50


def trained(seed, data):
    """Train section 2's network as the notebook does; return its parameters and its functions."""
    first = answered("nn_lab/1_backpropagation")
    second = answered("nn_lab/2_small_mnist")
    n, k = data.X_train.shape[1], data.n_classes
    Y = second["one_hot"](data.y_train, k)
    theta0 = second["init_parameters"](n, N_HIDDEN, k, np.random.default_rng(seed))
    theta, history = second["train"](
        lambda t: first["cost_and_gradient"](t, data.X_train, Y, N_HIDDEN), theta0, 200
    )
    assert history[-1] < history[0] / 10
    return theta, second


def accuracy(theta, functions, X, y):
    return functions["accuracy"](y, functions["predict"](theta, X, N_HIDDEN))


@pytest.mark.skipif(not os.environ.get("MNIST_DIR"), reason="MNIST_DIR names no folder")
def test_small_mnist_reaches_91_percent_and_no_class_dies():
    data, scores = load_small_mnist(verbose=False), []
    for seed in range(10):
        theta, functions = trained(seed, data)
        predicted = functions["predict"](theta, data.X_train, N_HIDDEN)
        assert set(predicted.tolist()) == set(range(10)), f"seed {seed} never predicts some digit"
        scores.append(accuracy(theta, functions, data.X_test_10000, data.y_test_10000))
    print("test accuracy on 10,000 images, seeds 0 to 9:", np.round(scores, 4))
    assert np.mean(scores) >= 0.91
    # The standard error of one accuracy on 10,000 images is 0.003.
    assert min(scores) >= 0.90


def test_the_digits_reach_95_percent_over_repeated_splits(monkeypatch):
    monkeypatch.delenv("MNIST_DIR", raising=False)
    monkeypatch.setenv("GRADIENT_LAB_DATA", os.devnull)
    scores = []
    for seed in range(10):
        data = load_small_mnist(verbose=False, split_seed=seed)
        assert data.name == "digits"
        theta, functions = trained(seed, data)
        scores.append(accuracy(theta, functions, data.X_test, data.y_test))
    print("test accuracy on the digits, splits and seeds 0 to 9:", np.round(scores, 4))
    assert np.mean(scores) >= 0.95


def test_the_difference_value_of_section_1_is_below_1e_8():
    answers = answered("nn_lab/1_backpropagation")
    rng = np.random.default_rng(1)
    X, Y = rng.normal(size=(100, 8)), np.eye(10)[rng.integers(10, size=100)]
    theta = rng.normal(scale=0.5, size=105)
    grad = answers["cost_and_gradient"](theta, X, Y, 5)[1]
    numeric = answers["numerical_gradient"](
        lambda t: answers["cost_and_gradient"](t, X, Y, 5)[0], theta
    )
    assert np.linalg.norm(grad - numeric) / np.linalg.norm(grad + numeric) < 1e-8
