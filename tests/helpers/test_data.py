"""The data are what they are said to be, scaled, split without leakage, and never a silent swap."""

import gzip
import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest
from fake_mnist import fake_set

from helpers.data import load_mnist, load_small_mnist, split
from helpers.idx import DataError

needs_mnist = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not os.environ.get("MNIST_DIR"), reason="MNIST_DIR names no folder with MNIST's four files"
    ),
]


@pytest.fixture
def nowhere(tmp_path, monkeypatch):
    """No MNIST: MNIST_DIR unset, and an empty cache, which is returned."""
    monkeypatch.delenv("MNIST_DIR", raising=False)
    monkeypatch.setenv("GRADIENT_LAB_DATA", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def fakes(tmp_path, nowhere, monkeypatch):
    """A fake set in the folder that MNIST_DIR names."""
    monkeypatch.setenv("MNIST_DIR", str(tmp_path / "mnist"))
    return fake_set(tmp_path / "mnist")


def digest(*arrays):
    return hashlib.sha256(b"".join(a.astype("<i8").tobytes() for a in arrays)).hexdigest()[:16]


def parts_of(data):
    return [
        (data.X_train, data.y_train),
        (data.X_validation, data.y_validation),
        (data.X_test, data.y_test),
    ]


def numbers(X):
    """Which images of a fake set these rows are."""
    return np.rint(X[:, 0] * 255 * 200 + X[:, 1] * 255).astype(int)


# Splits


def test_split_uses_every_sample_once_and_keeps_rows_together():
    y = np.repeat([3, 1, 7], [50, 31, 20])
    X = np.column_stack([np.arange(101), y])
    parts = split(X, y, (0.6, 0.3, 0.1), np.random.default_rng(4))
    assert sorted(np.concatenate([X_part[:, 0] for X_part, _ in parts])) == list(range(101))
    for X_part, y_part in parts:
        np.testing.assert_array_equal(X_part[:, 1], y_part)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("fractions", [(0.5, 0.5), (0.6, 0.3, 0.1), (0.7, 0.2, 0.06, 0.04)])
def test_split_is_stratified_and_its_totals_are_balanced(fractions, seed):
    rng = np.random.default_rng(seed)
    sizes = rng.integers(40, 90, size=10)
    y = rng.permutation(np.repeat(np.arange(10), sizes))
    parts = split(y, y, fractions, rng)
    for fraction, (_, y_part) in zip(fractions, parts, strict=True):
        assert np.all(np.abs(np.bincount(y_part) - fraction * sizes) < 1)
        assert abs(len(y_part) - fraction * len(y)) < 1
        assert np.any(np.diff(y_part) < 0), "the classes are shuffled"


def test_split_depends_on_the_seed_alone():
    y = np.arange(300) % 3

    def first_part(seed):
        return split(np.arange(300), y, (0.8, 0.2), np.random.default_rng(seed))[0][0]

    np.testing.assert_array_equal(first_part(1), first_part(1))
    assert not np.array_equal(first_part(1), first_part(2))


def test_split_copies():
    X = np.zeros((20, 2))
    split(X, np.zeros(20), (0.5, 0.5), np.random.default_rng(0))[0][0][:] = 1
    assert X.sum() == 0


@pytest.mark.parametrize(
    ("X", "y", "fractions", "says"),
    [
        (np.zeros((5, 2)), np.zeros(4), (0.5, 0.5), r"\(5, 2\) and y of shape \(4,\)"),
        (np.zeros((5, 2)), np.zeros((5, 1)), (0.5, 0.5), r"\(5, 1\)"),
        ([], [], (0.5, 0.5), "at least one"),
        (3.0, [1], (0.5, 0.5), r"shape \(\)"),
        (range(9), [0] * 9, (0.5, 0.4), "add up to 1"),
        (range(9), [0] * 9, (1.5, -0.5), "positive"),
        (range(9), [0] * 9, (np.nan, 1), "positive"),
        (range(9), [0] * 9, 1.0, "positive"),
        (range(9), [0] * 8 + [5], (0.5, 0.5), "class 5 has 1 samples"),
    ],
)
def test_split_refuses_what_it_cannot_split(X, y, fractions, says):
    with pytest.raises(ValueError, match=says):
        split(X, y, fractions, np.random.default_rng(0))


def test_split_wants_a_generator():
    with pytest.raises(TypeError, match="default_rng"):
        split([1, 2], [0, 0], (0.5, 0.5), 42)


# Digits, where MNIST is not at hand


def test_digits_are_scaled_split_and_announced(nowhere, capsys):
    data = load_small_mnist()
    out, err = capsys.readouterr()
    assert out.startswith("Data: scikit-learn's digits, 1,797 images of 8x8 pixels")
    assert "python3 course.py data" in out
    assert out.count("\n") == 1
    assert err == ""
    assert (data.name, data.image_shape, data.n_classes) == ("digits", (8, 8), 10)
    assert [X.shape for X, _ in parts_of(data)] == [(1078, 64), (539, 64), (180, 64)]
    assert [y.shape for _, y in parts_of(data)] == [(1078,), (539,), (180,)]
    for X, y in parts_of(data):
        assert X.dtype == np.float64
        assert y.dtype == np.int64
        assert X.min() == 0.0
        assert X.max() == 1.0
    assert data.X_test_10000 is None
    assert data.y_test_10000 is None
    assert "X_train (1078, 64)" in repr(data)
    assert not nowhere.exists(), "nothing is made in the cache by loading"


def test_the_split_of_the_digits_is_pinned(nowhere, capsys):
    data = load_small_mnist(verbose=False)
    assert capsys.readouterr().out == ""
    assert digest(*(np.rint(X * 16) for X, _ in parts_of(data))) == "c67fc27c81d3b65e"
    other = load_small_mnist(verbose=False, split_seed=1)
    assert not np.array_equal(other.y_test, data.y_test)


def test_pixels_in_float32_when_asked(nowhere):
    assert load_small_mnist(verbose=False, dtype=np.float32).X_train.dtype == np.float32
    with pytest.raises(ValueError, match="float32 or"):
        load_small_mnist(verbose=False, dtype=int)
    with pytest.raises(ValueError, match="float32 or"):
        load_mnist(verbose=False, dtype=np.float16)


def test_the_whole_of_mnist_has_no_substitute(nowhere):
    with pytest.raises(DataError, match=r"python3 course\.py data"):
        load_mnist()


# MNIST from a folder


def test_small_mnist_is_drawn_from_the_training_images_alone(fakes, capsys):
    data = load_small_mnist(idx_set=fakes)
    assert capsys.readouterr().out == f"Data: {data.source}.\n"
    assert "5,000 of MNIST's 5,200 training images" in data.source
    assert (data.name, data.image_shape) == ("small MNIST", (2, 3))
    assert all(X[:, 5].max() == 0 for X, _ in parts_of(data)), "no test image among them"
    used = np.concatenate([numbers(X) for X, _ in parts_of(data)])
    assert len(np.unique(used)) == len(used) == 5_000
    for (_, y), per_class in zip(parts_of(data), (300, 150, 50), strict=True):
        assert np.bincount(y).tolist() == [per_class] * 10
    assert data.X_test_10000[:, 5].min() * 255 == 1
    assert data.y_test_10000.shape == (40,)


def test_small_mnist_keeps_images_with_their_labels(fakes):
    whole = load_mnist(verbose=False, idx_set=fakes, dtype=np.float64)
    for X, y in parts_of(load_small_mnist(verbose=False, idx_set=fakes)):
        np.testing.assert_array_equal(y, whole.y_train[numbers(X)])
        np.testing.assert_array_equal(X, whole.X_train[numbers(X)])


def test_another_split_seed_splits_the_same_images(fakes):
    first, second = (
        load_small_mnist(verbose=False, idx_set=fakes, split_seed=seed) for seed in (0, 1)
    )
    used = [np.sort(np.concatenate([numbers(X) for X, _ in parts_of(d)])) for d in (first, second)]
    np.testing.assert_array_equal(*used)
    assert not np.array_equal(numbers(first.X_test), numbers(second.X_test))


def test_the_draw_and_the_split_are_pinned(fakes):
    data = load_small_mnist(verbose=False, idx_set=fakes)
    assert digest(*(numbers(X) for X, _ in parts_of(data))) == "5f929664c7a834a6"


def test_the_whole_set_is_scaled_and_in_order(fakes, capsys):
    data = load_mnist(idx_set=fakes)
    assert capsys.readouterr().out == f"Data: {data.source}.\n"
    assert data.X_train.dtype == data.X_test.dtype == np.float32
    assert data.y_train.dtype == data.y_test.dtype == np.int64
    assert (data.X_train.shape, data.X_test.shape) == ((5_200, 6), (40, 6))
    np.testing.assert_array_equal(numbers(data.X_train), np.arange(5_200))
    assert data.X_train[200, 0] == np.float32(1) / np.float32(255)


def test_printed_lines_name_no_folder(fakes, tmp_path, capsys):
    load_small_mnist(idx_set=fakes)
    load_mnist(idx_set=fakes)
    assert str(tmp_path) not in capsys.readouterr().out  # they are stored in notebooks


def test_mnist_from_a_complete_cache_only(nowhere, capsys):
    fakes = fake_set(nowhere)
    assert "from the download cache" in load_small_mnist(idx_set=fakes).source
    (nowhere / "t10k-labels-idx1-ubyte.gz").unlink()
    assert load_small_mnist(verbose=False, idx_set=fakes).name == "digits"


@pytest.mark.parametrize("load", [load_small_mnist, load_mnist])
def test_a_damaged_cache_is_an_error_and_no_reason_for_digits(nowhere, load):
    fakes = fake_set(nowhere)
    path = nowhere / "train-labels-idx1-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(DataError, match=r"train-labels-idx1-ubyte\.gz") as caught:
        load(idx_set=fakes)
    assert "python3 course.py data" in str(caught.value)
    assert path.exists()


@pytest.mark.parametrize("load", [load_small_mnist, load_mnist])
def test_a_wrong_mnist_dir_is_an_error_even_beside_a_good_cache(
    nowhere, tmp_path, monkeypatch, load
):
    fakes = fake_set(nowhere)
    folder = tmp_path / "typo"
    monkeypatch.setenv("MNIST_DIR", str(folder))
    with pytest.raises(DataError, match=r"typo: expected a folder.*\n.*unset MNIST_DIR"):
        load(idx_set=fakes)
    folder.mkdir()
    with pytest.raises(DataError, match=r"missing: train-images.*, train-labels"):
        load(idx_set=fakes)
    fake_set(folder)
    path = folder / "t10k-images-idx3-ubyte.gz"
    path.write_bytes(gzip.compress(b"no"))
    with pytest.raises(DataError, match=r"t10k-images-idx3-ubyte.gz: .*\n.*unset MNIST_DIR"):
        load(idx_set=fakes)


def test_an_empty_mnist_dir_counts_as_unset(nowhere, monkeypatch):
    monkeypatch.setenv("MNIST_DIR", "")
    assert load_small_mnist(verbose=False).name == "digits"


def test_importing_the_module_is_cheap():
    heavy = "{'sklearn', 'pooch', 'requests', 'matplotlib'}"
    code = f"import sys, helpers.data; print(*{heavy} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (result.stdout.strip(), result.returncode) == ("", 0), result.stderr


# The real MNIST


class TestRealMnist:
    pytestmark = needs_mnist

    def test_small(self):
        data = load_small_mnist(verbose=False)
        assert [X.shape for X, _ in parts_of(data)] == [(3000, 784), (1500, 784), (500, 784)]
        for (_, y), per_class in zip(parts_of(data), (300, 150, 50), strict=True):
            assert np.bincount(y).tolist() == [per_class] * 10
        assert data.X_test_10000.shape == (10_000, 784)
        assert digest(*(np.rint(X * 255) for X, _ in parts_of(data))) == "c4dee1797b3ae1cf"

    def test_small_shares_no_image_with_itself_or_the_test_images(self):
        data = load_small_mnist(verbose=False, dtype=np.float32)
        images = np.concatenate([X for X, _ in parts_of(data)] + [data.X_test_10000])
        assert len({row.tobytes() for row in images}) == len(images) == 15_000

    def test_whole(self):
        data = load_mnist(verbose=False)
        assert np.bincount(data.y_train).tolist() == [
            5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949,
        ]  # fmt: skip
        assert np.bincount(data.y_test).tolist() == [
            980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009,
        ]  # fmt: skip
        # LeCun et al.'s mean and standard deviation of the training pixels, as usually quoted.
        assert round(float(data.X_train.mean(dtype=np.float64)), 4) == 0.1307
        assert round(float(data.X_train.std(dtype=np.float64)), 4) == 0.3081
        assert data.X_train.max() == 1.0


IN_A_KERNEL = """
import sys
import ipykernel.zmqshell  # by this tqdm knows a notebook's kernel
from IPython.core.interactiveshell import InteractiveShell
InteractiveShell.instance()
sys.modules["ipywidgets"] = None  # as in a student's environment
from helpers.data import load_small_mnist
print(load_small_mnist().name)
"""


def test_loading_digits_in_a_notebook_writes_nothing_in_red(nowhere, tmp_path, monkeypatch):
    monkeypatch.delenv("GRADIENT_LAB_DATA")
    for home in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(home, str(tmp_path))
    done = subprocess.run([sys.executable, "-c", IN_A_KERNEL], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "digits"
    assert done.stderr == ""
