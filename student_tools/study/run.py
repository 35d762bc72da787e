"""One run: train a network of the notebook with one setting and seed, and measure it."""

import contextlib
import functools
import hashlib
import io
import time
from typing import NamedTuple

import numpy as np

from helpers.data import load_images
from helpers.loading import load_answers, source_of
from helpers.training import fit, parameters_of
from student_tools.study.settings import ACTIVATIONS

NAMES = ("W1", "b1", "W2", "b2")
#: What the study takes from the notebook.
USED = ("TwoLayerNet", "encode")
#: Rows that are classified at once.
ROWS = 5000
SPLIT_SEED = 42


class Parts(NamedTuple):
    """Images (float32) and labels of the three parts."""

    X_train: np.ndarray
    y_train: np.ndarray
    X_valid: np.ndarray
    y_valid: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray
    n_classes: int
    name: str


@functools.cache
def load_parts():
    """Return the study's data: all training images; half of the test images to choose by."""
    from sklearn.model_selection import train_test_split  # here: it takes a second to import

    images = load_images(verbose=False, dtype=np.float32)
    X, y, X_rest, y_rest = images.train_test()
    valid, test = train_test_split(
        np.arange(len(y_rest)), test_size=0.5, random_state=SPLIT_SEED, stratify=y_rest
    )
    halves = (X_rest[valid], y_rest[valid], X_rest[test], y_rest[test])
    return Parts(X, y, *halves, images.n_classes, images.name)


@functools.cache
def load_network(notebook):
    """Return `TwoLayerNet` and `encode` of a notebook, silently.

    Parameters
    ----------
    notebook : str

    Raises
    ------
    NotImplementedError
        When one of them is missing or unfinished; the message says which.
    """
    with contextlib.redirect_stdout(io.StringIO()):
        answers = load_answers(notebook, USED)
    # What is missing or unfinished raises NotImplementedError when it is called.
    answers.encode(np.array([0, 1, 2]), 3, 0)
    answers.TwoLayerNet(2, 3, 2, "tanh", "tanh", 0.0, 1)
    return answers


def network_id(notebook):
    """Return eight digits that change when the code of a notebook's network does.

    Parameters
    ----------
    notebook : str

    Returns
    -------
    str
    """
    source = source_of(notebook, USED)
    return hashlib.sha256(source.encode()).hexdigest()[:8]


def train_and_measure(notebook, setting, seed, epochs):
    """Train and measure one network: the same results on any number of cores.

    It computes in one thread, as `helpers.threads` has it.

    Parameters
    ----------
    notebook : str
    setting : student_tools.study.settings.Setting
    seed : int
        Of the weights and of the order of the rows.
    epochs : int

    Returns
    -------
    dict
        Accuracies ``train``, ``validation``, ``test``; ``seconds`` of the processor in
        training; ``curve``, the validation accuracy after each epoch.
    """
    if setting.lam and setting.batch is None:
        raise ValueError("L2 is studied with mini-batches: give the setting a batch")
    answers, parts = load_network(notebook), load_parts()
    first, second, low = ACTIVATIONS[setting.activations]
    Y = np.asarray(answers.encode(parts.y_train, parts.n_classes, low), dtype=np.float32)
    size = (parts.X_train.shape[1], setting.n_hidden, parts.n_classes)
    net = answers.TwoLayerNet(*size, first, second, setting.lam, seed)
    # Of the processor, not of the clock: other work on the machine does not count.
    start = time.process_time()
    curve = fit(
        parameters_of(net, NAMES),
        net.backward,
        parts.X_train,
        Y,
        learning_rate=setting.learning_rate,
        epochs=epochs,
        batch=setting.batch,
        rng=np.random.default_rng(seed),
        after_epoch=lambda _: accuracy(net, parts.X_valid, parts.y_valid),
        progress=False,
    )
    seconds = time.process_time() - start
    return {
        "train": accuracy(net, parts.X_train, parts.y_train),
        "validation": curve[-1] if curve else accuracy(net, parts.X_valid, parts.y_valid),
        "test": accuracy(net, parts.X_test, parts.y_test),
        "seconds": round(seconds, 2),
        "curve": curve,
    }


def accuracy(net, X, y):
    """Return the share of right labels, computed some rows at a time."""
    right = sum(
        int(np.sum(np.asarray(net.predict(X[start : start + ROWS])) == y[start : start + ROWS]))
        for start in range(0, len(y), ROWS)
    )
    return right / len(y)
