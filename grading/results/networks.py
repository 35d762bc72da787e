"""The notebooks' solutions, trained and measured: nothing of a network is written twice."""

import contextlib
import functools
import io
import time
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from grading.bank import answer, bank_of
from grading.course.assignment import Notebook
from grading.course.home import COURSE, home_of, use_modules
from helpers.loading import load_answers
from helpers.training import fit, parameters_of

TWO_LAYERS = ("weight_out", "bias_out", "weight_h2", "bias_h2", "weight_h1", "bias_h1")
ONE_LAYER = ("weight_out", "bias_out", "weight_h", "bias_h")
ROWS = 1000


@functools.cache
def solution(notebook, name, course=COURSE):
    """Return a function or class of a notebook, the solution's or a given one.

    Parameters
    ----------
    notebook : str
        ``ASSIGNMENT/N_name``.
    name : str
    course : path
        The course folder.
    """
    path = Path(course, "source", f"{notebook}.ipynb")
    use_modules(home_of(path.parent).student)
    with contextlib.redirect_stdout(io.StringIO()):
        return getattr(load_answers(path, [name]), name)


def wrong_answer(notebook, exercise, title, course=COURSE):
    """Return what a wrong answer of the bank defines, in place of the solution."""
    source = Notebook(Path(course, "source", f"{notebook}.ipynb"))
    wrong, _ = bank_of(source.path)
    entry = next(each for each in wrong[exercise] if each.title == title)
    namespace = {}
    exec(Notebook(source.path).given_names(), namespace)
    exec(answer(entry, source.solutions[exercise]), namespace)
    return namespace[exercise]


def train(net, names, X, y, *, rate, epochs, batch, seed):
    """Train a network with its own `backward`, in float32; return the seconds that it took."""

    def gradient(X_batch, y_batch):
        return net.backward(X_batch, *net.forward(X_batch), y_batch)

    start = time.perf_counter()
    fit(
        parameters_of(net, names),
        gradient,
        X,
        y,
        learning_rate=rate,
        epochs=epochs,
        batch=batch,
        rng=np.random.RandomState(seed),
        progress=False,
    )
    return time.perf_counter() - start


def outputs(forward, X):
    """Return a network's outputs (m, k), computed some rows at a time."""
    parts = [np.asarray(forward(X[i : i + ROWS])) for i in range(0, len(X), ROWS)]
    return np.concatenate(parts)


def percent(forward, part):
    """Return the percentage of images whose largest output is at their label."""
    X, y = part
    return 100 * float(np.mean(outputs(forward, X).argmax(axis=1) == y))


def macro_auc(forward, part):
    """Return the macro AUC: of each class against the rest, from its own output."""
    X, y = part
    scores = outputs(forward, X)
    return float(roc_auc_score(np.eye(scores.shape[1])[y], scores, average="macro"))


def seconds_of(f, repeats=10):
    """Return the shortest of several times of a call."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        f()
        times.append(time.perf_counter() - start)
    return min(times)


def three_parts(forward, parts):
    """Return the percentages of training, validation and test images."""
    names = ("train", "validation", "test")
    return {name: percent(forward, part) for name, part in zip(names, parts, strict=True)}


def torch_forward(model):
    """Return a PyTorch model as a function of arrays."""
    from helpers.pytorch import torch

    def forward(X):
        model.eval()
        with torch.no_grad():
            return model(torch.from_numpy(X)).numpy()

    return forward


def tensors(X, y, square=False):
    """Return images and labels for PyTorch, the images as squares where that is wanted."""
    from helpers.pytorch import torch

    X = X.reshape(-1, 1, 28, 28) if square else X
    return torch.from_numpy(np.ascontiguousarray(X)), torch.from_numpy(y)
