"""What the sweeps of `4_bias_variance` show when they are run in full: the figures of its text."""

import os
import shutil
import time

import numpy as np
import pytest
from notebooks_in_process import ROOT, run_all

pytestmark = pytest.mark.slow


@pytest.fixture
def names(request, monkeypatch, tmp_path):
    """The names of the whole notebook, run on MNIST or on the digits."""
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    if request.param == "digits":
        monkeypatch.delenv("MNIST_DIR", raising=False)
        monkeypatch.setenv("GRADIENT_LAB_DATA", os.devnull)
    elif not os.environ.get("MNIST_DIR"):
        pytest.skip("MNIST_DIR names no folder")
    else:
        monkeypatch.setenv("MNIST_DIR", os.path.abspath(os.environ["MNIST_DIR"]))  # noqa: PTH100
    monkeypatch.setenv("MPLBACKEND", "agg")
    monkeypatch.chdir(tmp_path)
    for path in (ROOT / "source" / "nn_lab").glob("[12]_*.ipynb"):
        shutil.copy(path, path.name)
    start = time.process_time()
    names, printed, errors = run_all("nn_lab/4_bias_variance")
    print(f"{names['data'].name}: {time.process_time() - start:.0f} s of processor time")
    assert errors == ""
    assert "NOT YET" not in printed
    assert "This cell needs" not in printed
    print(printed)
    return names


@pytest.mark.parametrize("names", ["small MNIST", "digits"], indirect=True)
def test_the_sweeps_show_what_the_text_says(names):
    table, few, data = names["table"], names["table_few"], names["data"]
    sizes = names["hidden_sizes"]
    assert len(sizes) == 10
    assert table["train"].shape == few["validation"].shape == (10, 5)
    train, validation = (table[name].mean(axis=1) for name in ("train", "validation"))
    few_train, few_validation = (few[name].mean(axis=1) for name in ("train", "validation"))
    # Bias on the left: low, and close together, also with fewer images.
    assert train[0] < 0.35
    assert abs(train[0] - validation[0]) < 0.03
    assert abs(few_validation[0] - validation[0]) < 0.05
    # On the right training is nearly perfect; no clear downturn; the gap grows with fewer images.
    assert train[-1] > 0.97
    assert few_train[-1] > 0.97
    assert validation[-1] > validation.max() - 0.01 > 0.9
    assert np.ptp(validation[sizes.index(40) :]) < 0.02
    assert few_train[-1] - few_validation[-1] > 2 * (train[-1] - validation[-1])
    assert names["chosen"] >= 40
    # Votes: the large networks agree more than the small ones, and voting helps.
    assert names["dissent"][-1] < names["dissent"][3] < names["dissent"][0]
    assert names["vote"][-1] < names["average"][-1] - 0.01
    # The test images, opened once.
    tests = [(data.X_test, data.y_test), (data.X_test_10000, data.y_test_10000)]
    for X, y in tests[: 2 if data.X_test_10000 is not None else 1]:
        reached = np.mean(
            [
                net.score(X.astype(np.float32), y)
                for (h, _), net in names["networks"].items()
                if h == names["chosen"]
            ]
        )
        print(f"{names['chosen']} hidden units, {len(y)} test images: {reached:.4f}")
        # As the text says, up to the errors that come from the choice of images (0.013 of 500).
        error = (0.09 / len(y) + 0.09 / len(data.y_validation)) ** 0.5
        assert abs(reached - validation[sizes.index(names["chosen"])]) < 3 * error
