"""What the solution of section 6 reaches on MNIST, and autograd against the own gradient."""

import os
import shutil

import numpy as np
import pytest
from notebooks_in_process import NOTEBOOKS, ROOT, answered

from helpers.data import load_mnist, load_small_mnist

pytestmark = pytest.mark.slow
torch = pytest.importorskip("torch", reason="needs PyTorch: python3 course.py torch")

KEY = "nn_lab/6_pytorch"


def given(name, names):
    """Run one of the notebook's given cells among these names."""
    (cell,) = [each for each in NOTEBOOKS[KEY].cells if each.name == name]
    exec(compile(cell.source, f"<{name}>", "exec"), names)


def tensors(X, y):
    return torch.from_numpy(X), torch.from_numpy(y)


def final_accuracy(everything, held_out, epochs):
    """Train the solution's network as the notebook does; return its accuracy on the test images."""
    names = answered(KEY)
    torch.manual_seed(0)
    model = names["build_model"](everything[0].shape[1])
    losses = names["train_model"](model, *tensors(*everything), epochs)
    assert losses[-1] < losses[0] / 2
    return names["evaluate"](model, *tensors(*held_out))


@pytest.mark.skipif(not os.environ.get("MNIST_DIR"), reason="MNIST_DIR names no folder")
def test_mnist_reaches_97_percent_on_the_10000():
    mnist = load_mnist(verbose=False)
    everything, held_out = (mnist.X_train, mnist.y_train), (mnist.X_test, mnist.y_test)
    p = final_accuracy(everything, held_out, epochs=8)
    print(f"section 6, 60,000 images, 8 epochs: {100 * p:.2f} % on the 10,000")
    assert p >= 0.97


def test_the_digits_reach_95_percent(monkeypatch):
    monkeypatch.delenv("MNIST_DIR", raising=False)
    monkeypatch.setenv("GRADIENT_LAB_DATA", os.devnull)
    scores = []
    for seed in range(3):
        data = load_small_mnist(verbose=False, split_seed=seed, dtype=np.float32)
        assert data.name == "digits"
        everything = (
            np.concatenate([data.X_train, data.X_validation]),
            np.concatenate([data.y_train, data.y_validation]),
        )
        scores.append(final_accuracy(everything, (data.X_test, data.y_test), epochs=60))
    print("section 6, digits, three splits:", np.round(scores, 4))
    assert np.mean(scores) >= 0.95


def test_autograd_is_the_own_gradient_to_1e_10(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "source" / "nn_lab" / "1_backpropagation.ipynb", tmp_path)
    names = answered(KEY)
    given("notebook_1", names)
    given("autograd", names)
    assert "so they are equal" in capsys.readouterr().out
    print(f"section 6, autograd against the own gradient: {names['difference']:.1e}")
    assert names["difference"] < 1e-10
    assert abs(names["J"] - names["J_torch"]) < 1e-12
