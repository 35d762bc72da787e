"""Decide which data there is (MNIST or scikit-learn's digits), and hand it out scaled and split.

MNIST is taken from the folder that the environment variable ``MNIST_DIR`` names, otherwise from
the cache that ``python3 course.py data`` fills (`helpers.mnist_folder`).  Nothing is downloaded.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from helpers.idx import MNIST, DataError, IdxSet
from helpers.mnist_folder import HOW_TO_GET_MNIST, Place, find_mnist, read_all

N_CLASSES = 10
SMALL_PER_CLASS = 500
SMALL_FRACTIONS = (0.6, 0.3, 0.1)  # training, validation, test
DRAW_SEED = 0  # which 500 images a digit small MNIST is: the same for everybody


class _Described:
    """Show a data set by its source and shapes; the arrays themselves are too long to print."""

    source: str

    def __repr__(self) -> str:
        shapes = [
            f"{field.name} {value.shape}"
            for field in fields(self)  # type: ignore[arg-type]  # what derives is a dataclass
            if isinstance(value := getattr(self, field.name), np.ndarray)
        ]
        return f"{type(self).__name__}({self.source}; {', '.join(shapes)})"


@dataclass(frozen=True, eq=False, repr=False)
class Mnist(_Described):
    """The whole of MNIST: ``X_train (60000, 784)``, ``X_test (10000, 784)``, pixels in [0, 1].

    ``y_train (60000,)`` and ``y_test (10000,)`` are the digits, int64; `image_shape` is
    ``(28, 28)``; `source` says in words where the data came from.
    """

    X_train: np.ndarray
    y_train: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray
    image_shape: tuple[int, int]
    source: str
    n_classes: int = N_CLASSES


@dataclass(frozen=True, eq=False, repr=False)
class SmallMnist(_Described):
    """Small MNIST, or the digits in its place, split 60/30/10 and stratified; pixels in [0, 1].

    ``X_train (m, n)``, ``X_validation`` and ``X_test`` hold an image in each row, their ``y`` the
    digits, int64. Small MNIST has 3000/1500/500 rows of 784 pixels, the digits have 1078/539/180
    of 64. ``X_test_10000 (10000, 784)`` and ``y_test_10000`` are MNIST's own test images, which
    small MNIST never draws from; None where the data are the digits. `image_shape` is ``(28, 28)``
    or ``(8, 8)``; `name` is "small MNIST" or "digits"; `source` says in words what the data are.
    """

    X_train: np.ndarray
    y_train: np.ndarray
    X_validation: np.ndarray
    y_validation: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray
    X_test_10000: np.ndarray | None
    y_test_10000: np.ndarray | None
    image_shape: tuple[int, int]
    name: str
    source: str
    n_classes: int = N_CLASSES


@dataclass(frozen=True, eq=False, repr=False)
class Images(_Described):
    """Labelled images, not split: ``X (m, n)`` with pixels in [0, 1], ``y (m,)`` the digits, int64.

    m is 70,000 for the whole of MNIST (the training images first, as published), 1,797 for the
    digits; `name`, `image_shape` and `source` as of `SmallMnist`.
    """

    X: np.ndarray
    y: np.ndarray
    image_shape: tuple[int, int]
    name: str
    source: str
    n_classes: int = N_CLASSES

    def train_test(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return X_train, y_train, X_test, y_test: MNIST's own 60,000 and 10,000 images.

        Of the digits, a sixth is for testing: each digit in that proportion, always the same ones.
        """
        if self.name == "MNIST":
            cut = len(self.y) * 6 // 7
            return self.X[:cut], self.y[:cut], self.X[cut:], self.y[cut:]
        from sklearn.model_selection import train_test_split  # here: it takes a second to import

        train, test = train_test_split(
            np.arange(len(self.y)), test_size=1 / 6, random_state=0, stratify=self.y
        )
        return self.X[train], self.y[train], self.X[test], self.y[test]


def load_mnist(
    verbose: bool = True, *, dtype: DTypeLike = np.float32, idx_set: IdxSet = MNIST
) -> Mnist:
    """Load MNIST's 60,000 training and 10,000 test images.

    Parameters
    ----------
    verbose : bool
        Print one line that says which data these are.
    dtype : numpy.float32 or numpy.float64
        Of the pixels. float32 trains twice as fast and takes 220 MB, float64 440 MB.
    idx_set : IdxSet
        The files expected; only tests change it.

    Returns
    -------
    Mnist

    Raises
    ------
    DataError
        When MNIST is not at hand (there is no substitute for the whole of it), or a file is not
        the published one.
    """
    _check_dtype(dtype)
    place = find_mnist(idx_set)
    if place is None:
        raise DataError(f"MNIST is not at hand. {HOW_TO_GET_MNIST}")
    train_images, y_train, test_images, y_test = read_all(place, idx_set)
    source = (
        f"MNIST, {len(y_train):,} training and {len(y_test):,} test images (from {place.named_by})"
    )
    _say(source, verbose)
    return Mnist(
        X_train=_pixels(train_images, dtype),
        y_train=y_train.astype(np.int64),
        X_test=_pixels(test_images, dtype),
        y_test=y_test.astype(np.int64),
        image_shape=train_images.shape[1:],
        source=source,
    )


def load_images(
    verbose: bool = True, *, dtype: DTypeLike = np.float64, idx_set: IdxSet = MNIST
) -> Images:
    """Load all 70,000 images of MNIST; where MNIST is not at hand, scikit-learn's digits.

    Parameters
    ----------
    verbose : bool
        Print one line that says which data these are.
    dtype : numpy.float64 or numpy.float32
        Of the pixels. All of MNIST takes 440 MB in float64, 220 MB in float32.
    idx_set : IdxSet
        The files expected; only tests change it.

    Returns
    -------
    Images

    Raises
    ------
    DataError
        When `MNIST_DIR` is set but is not right, or a file in the cache is damaged.
    """
    _check_dtype(dtype)
    if find_mnist(idx_set) is None:
        data = _digits(dtype)
        found = {name: data[name] for name in ("X", "y", "image_shape", "name", "source")}
        _say(data["source"], verbose)
        return Images(**found)
    mnist = load_mnist(verbose, dtype=dtype, idx_set=idx_set)
    return Images(
        X=np.concatenate([mnist.X_train, mnist.X_test]),
        y=np.concatenate([mnist.y_train, mnist.y_test]),
        image_shape=mnist.image_shape,
        name="MNIST",
        source=mnist.source,
    )


def load_small_mnist(
    verbose: bool = True,
    *,
    split_seed: int = 0,
    dtype: DTypeLike = np.float64,
    idx_set: IdxSet = MNIST,
) -> SmallMnist:
    """Load 5,000 images of MNIST, 500 a digit; where MNIST is not at hand, scikit-learn's digits.

    The 5,000 are always the same ones, drawn from the 60,000 training images. They (or the 1,797
    digits) are split 60/30/10 into training, validation and test, each digit in these proportions.

    Parameters
    ----------
    verbose : bool
        Print one line that says which data these are.
    split_seed : int
        Another seed makes another split of the same images. With 500 test images an accuracy of
        0.9 has a standard error of 1.3 points, with the digits' 180 more: repeat the split to see.
    dtype : numpy.float64 or numpy.float32
        Of the pixels; float64 wherever a gradient is checked.
    idx_set : IdxSet
        The files expected; only tests change it.

    Returns
    -------
    SmallMnist

    Raises
    ------
    DataError
        When `MNIST_DIR` is set but is not right, or a file in the cache is damaged: never is
        that a reason to go on quietly with the digits.
    """
    _check_dtype(dtype)
    place = find_mnist(idx_set)
    data = _digits(dtype) if place is None else _small_mnist(place, idx_set, dtype)
    X, y = data.pop("X"), data.pop("y")
    train, validation, test = split(X, y, SMALL_FRACTIONS, np.random.default_rng(split_seed))
    _say(data["source"], verbose)
    return SmallMnist(*train, *validation, *test, **data)


def split(
    X: ArrayLike, y: ArrayLike, fractions: Sequence[float], rng: np.random.Generator
) -> list[tuple]:
    """Split samples into parts that share none, with the classes in the same proportions in each.

    Parameters
    ----------
    X : array_like (m, ...)
        One sample a row.
    y : array_like (m,)
        Their classes.
    fractions : sequence of float
        The share of each part; they add up to 1, so every sample is used exactly once.
    rng : numpy.random.Generator
        Chooses the samples, and shuffles each part.

    Returns
    -------
    list of tuple
        ``(X_part, y_part)`` for each fraction; copies. In each part a class has its exact share
        rounded down or up, and the totals are balanced over the classes.

    Raises
    ------
    ValueError
        When the lengths differ, the fractions do not add up to 1, or a class is too small to be
        in every part.
    TypeError
        When `rng` is not a generator.
    """
    X, y, shares = np.asarray(X), np.asarray(y), np.asarray(fractions, dtype=float)
    _check_split(X, y, shares, rng)
    parts: list[list[np.ndarray]] = [[] for _ in shares]
    owed = np.zeros(len(shares))  # what rounding has kept from each part so far
    for label in np.unique(y):
        rows = rng.permutation(np.flatnonzero(y == label))
        exact = shares * len(rows)
        counts = np.floor(exact + 1e-9).astype(int)  # 0.6 * 5 may come out just below 3
        owed += exact - counts
        rounded_up = np.argsort(-owed, kind="stable")[: len(rows) - counts.sum()]
        counts[rounded_up] += 1
        owed[rounded_up] -= 1
        if counts.min() < 1:
            raise ValueError(
                f"class {label} has {len(rows)} samples, too few to be in each of the "
                f"{len(shares)} parts {shares.tolist()}."
            )
        pieces = np.split(rows, np.cumsum(counts)[:-1])
        for part, piece in zip(parts, pieces, strict=True):
            part.append(piece)
    chosen = [rng.permutation(np.concatenate(part)) for part in parts]
    return [(X[rows], y[rows]) for rows in chosen]


def _check_split(X: np.ndarray, y: np.ndarray, fractions: np.ndarray, rng: object) -> None:
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"rng must be a generator such as np.random.default_rng(0); got {type(rng).__name__}."
        )
    if y.ndim != 1 or len(y) == 0 or X.shape[:1] != y.shape:
        raise ValueError(
            "split expects as many rows in X as labels in the 1-D array y, and at least one; "
            f"got X of shape {X.shape} and y of shape {y.shape}."
        )
    if fractions.ndim != 1 or not np.all(fractions > 0) or abs(fractions.sum() - 1) > 1e-9:
        raise ValueError(
            "fractions must be positive numbers that add up to 1, such as (0.6, 0.3, 0.1); "
            f"got {fractions.tolist()}."
        )


def _small_mnist(place: Place, idx_set: IdxSet, dtype: DTypeLike) -> dict:
    """Draw the fixed 500 images a digit from the training images; add the 10,000 test images."""
    images, labels, test_images, test_labels = read_all(place, idx_set)
    rng = np.random.default_rng(DRAW_SEED)
    chosen = [rng.permutation(np.flatnonzero(labels == d))[:SMALL_PER_CLASS] for d in range(10)]
    rows = np.concatenate(chosen)
    return {
        "X": _pixels(images[rows], dtype),
        "y": labels[rows].astype(np.int64),
        "X_test_10000": _pixels(test_images, dtype),
        "y_test_10000": test_labels.astype(np.int64),
        "image_shape": images.shape[1:],
        "name": "small MNIST",
        "source": f"small MNIST, {len(rows):,} of MNIST's {len(labels):,} training images, "
        f"{SMALL_PER_CLASS} a digit (from {place.named_by})",
    }


def _digits(dtype: DTypeLike) -> dict:
    from sklearn.datasets import load_digits  # here, because it takes a second to import

    digits = load_digits()
    return {
        "X": (digits.data / 16).astype(dtype),  # its pixels count 0 to 16
        "y": digits.target.astype(np.int64),
        "X_test_10000": None,
        "y_test_10000": None,
        "image_shape": digits.images.shape[1:],
        "name": "digits",
        "source": f"scikit-learn's digits, {len(digits.target):,} images of 8x8 pixels, because "
        "MNIST is not at hand (`python3 course.py data` downloads it)",
    }


def _pixels(images: np.ndarray, dtype: DTypeLike) -> np.ndarray:
    return np.divide(images.reshape(len(images), -1), 255, dtype=dtype)


def _check_dtype(dtype: DTypeLike) -> None:
    if np.dtype(dtype) not in (np.float32, np.float64):
        raise ValueError(f"dtype must be numpy.float32 or numpy.float64; got {dtype!r}.")


def _say(source: str, verbose: bool) -> None:
    if verbose:
        print(f"Data: {source}.")
