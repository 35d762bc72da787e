"""MNIST as each protocol splits it, in float32 unless it says otherwise.

By itself, since the protocols of more than one assignment take these splits.
"""

import functools

import numpy as np
from sklearn.model_selection import train_test_split

from helpers.data import load_images, split


@functools.cache
def images():
    """Return all of MNIST, float32."""
    return load_images(verbose=False, dtype=np.float32)


def book(dtype):
    """Return 55,000 training, 5,000 validation and 10,000 test images, pixels in [-1, 1].

    Split as the book splits them: stratified, from all 70,000, with its own seed.
    """
    # 2 * (x / 255 - 0.5) in float64, as the book computes it.
    X = ((images().X * np.float32(255)).round().astype(np.float64) / 255 - 0.5) * 2
    rest, X_test, y_rest, y_test = train_test_split(
        X.astype(dtype), images().y, test_size=10_000, random_state=123, stratify=images().y
    )
    X_train, X_valid, y_train, y_valid = train_test_split(
        rest, y_rest, test_size=5_000, random_state=123, stratify=y_rest
    )
    return (X_train, y_train), (X_valid, y_valid), (X_test, y_test)


def seventy_thirty(low=-1):
    """Return 49,000 training and 21,000 test images, pixels in [low, 1]."""
    X_train, X_test, y_train, y_test = train_test_split(
        images().X * np.float32(1 - low) + np.float32(low),
        images().y,
        test_size=0.3,
        random_state=123,
        stratify=images().y,
    )
    return (X_train, y_train), (X_test, y_test)


def official():
    """Return 50,000 training and 10,000 validation images, and MNIST's own 10,000 test images."""
    X_rest, y_rest, X_test, y_test = images().train_test()
    train, valid = split(X_rest, y_rest, (5 / 6, 1 / 6), np.random.default_rng(0))
    return train, valid, (X_test, y_test)
