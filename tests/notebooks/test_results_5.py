"""What section 5's solutions reach when they are trained in full: the figures that it quotes."""

import os

import numpy as np
import pytest
from notebooks_in_process import NOTEBOOKS, answered

from helpers.data import load_small_mnist

pytestmark = pytest.mark.slow

KEY = "nn_lab/5_softmax_features"
LAM = 1e-3
SEEDS = 3


def with_features():
    """Return the notebook's answers, its own ways to make features, and notebook 3's answers."""
    names = answered(KEY)
    earlier = answered("nn_lab/3_autoencoder")
    names["notebook_3"] = type("Answers", (), {name: staticmethod(earlier[name]) for name in USED})
    cell = next(cell for cell in NOTEBOOKS[KEY].cells if cell.name == "fit_autoencoder")
    exec(compile(cell.source, "<fit_autoencoder>", "exec"), names)
    return names


USED = ("autoencoder_cost_and_gradient", "encode")


def right_on(names, train, y_train, test, y_test, lam):
    """Train softmax as the notebook does; return which test images it gets right."""
    theta = names["train_softmax"](train, y_train, 10, lam, 100)
    return names["predict_softmax"](theta, test, 10) == y_test


def told(name, right, baseline):
    gap = right.astype(float) - baseline
    m = len(right)
    p = right.mean()
    print(
        f"{name:<30} {p:.4f} ± {np.sqrt(p * (1 - p) / m):.4f}, minus pixels with penalty "
        f"{gap.mean():+.4f} ± {gap.std() / np.sqrt(m):.4f}"
    )
    return p


@pytest.mark.skipif(not os.environ.get("MNIST_DIR"), reason="MNIST_DIR names no folder")
def test_softmax_on_the_pixels_of_small_mnist_reaches_89_percent():
    data, names = load_small_mnist(verbose=False), answered(KEY)
    parts = data.X_train, data.y_train, data.X_test_10000, data.y_test_10000
    baseline = right_on(names, *parts, LAM)
    with_penalty = told("pixels, lambda 0.001", baseline, baseline)
    without = told("pixels, lambda 0", right_on(names, *parts, 0), baseline)
    assert with_penalty >= 0.893  # measured 0.898; its standard error is 0.003
    assert 0.85 <= without <= with_penalty - 0.015


@pytest.mark.skipif(not os.environ.get("MNIST_DIR"), reason="MNIST_DIR names no folder")
def test_codes_of_small_mnist_beat_pixels_clearly_only_without_penalty():
    data, names = load_small_mnist(verbose=False), with_features()
    y, X_test, y_test = data.y_train, data.X_test_10000, data.y_test_10000
    pixels = {lam: right_on(names, data.X_train, y, X_test, y_test, lam) for lam in (0, LAM)}
    means = {}
    for make in ("autoencoder_features", "pca_features"):
        for size in (50, 200):
            scores = []
            for seed in range(SEEDS if make == "autoencoder_features" and size == 200 else 1):
                fit = names[make](size, seed) if seed else names[make](size)
                train, (test,) = names["learn_features"](fit, data.X_train, [X_test])
                right = right_on(names, train, y, test, y_test, LAM)
                scores.append(told(f"{size} {make}, start {seed}", right, pixels[LAM]))
            means[make, size] = np.mean(scores)
    codes, penalised = means["autoencoder_features", 200], pixels[LAM].mean()
    assert codes > pixels[0].mean() + 0.015
    # About two standard errors of a difference: worth a sentence, not a headline.
    assert -0.005 < codes - penalised < 0.02
    assert means["autoencoder_features", 50] < penalised - 0.005


def test_a_leak_makes_held_out_images_cheap_and_new_ones_no_cheaper(monkeypatch):
    monkeypatch.delenv("MNIST_DIR", raising=False)
    monkeypatch.setenv("GRADIENT_LAB_DATA", os.devnull)
    data, names = load_small_mnist(verbose=False), with_features()
    few, held_out, new = data.X_train[:100], data.X_validation[:100], data.X_validation[100:]
    costs = {}
    for way, seen in (("honest", few), ("leak", np.vstack([few, held_out]))):
        theta = names["fit_autoencoder"](seen, 32, steps=250)
        cost = names["notebook_3"].autoencoder_cost_and_gradient
        costs[way] = [cost(theta, part, 32)[0] for part in (held_out, new)]
    print("cost on held-out and on new images:", costs)
    assert abs(costs["honest"][0] / costs["honest"][1] - 1) < 0.15
    assert costs["leak"][1] > 1.3 * costs["leak"][0]


def test_the_digits_reach_94_percent_over_repeated_splits(monkeypatch):
    monkeypatch.delenv("MNIST_DIR", raising=False)
    monkeypatch.setenv("GRADIENT_LAB_DATA", os.devnull)
    names, scores = answered(KEY), []
    for seed in range(10):
        data = load_small_mnist(verbose=False, split_seed=seed)
        assert data.name == "digits"
        parts = data.X_train, data.y_train, data.X_test, data.y_test
        scores.append(right_on(names, *parts, LAM).mean())
    print("softmax on pixels of the digits, test accuracy, ten splits:", np.round(scores, 4))
    assert np.mean(scores) >= 0.94
