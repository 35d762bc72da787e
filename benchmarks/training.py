"""How fast is an epoch: the notebooks' own networks beside other ways to compute the same.

    python3 course.py bench

Squared error, sigmoid units, plain gradient descent, random pixels, one thread.  All contenders
take turns, round after round, in one process; the best round of each counts, and the ratios are to
the matrix products alone (`sgemm`), which nothing that trains with them can beat.
"""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"  # before NumPy is there

import argparse  # noqa: E402
import contextlib  # noqa: E402
import io  # noqa: E402
import platform  # noqa: E402
import time  # noqa: E402
import warnings  # noqa: E402
from dataclasses import dataclass  # noqa: E402
from pathlib import Path  # noqa: E402

import numpy as np  # noqa: E402

from helpers.loading import load_answers  # noqa: E402
from helpers.plots.style import COLOURS, label_axes, new_figure  # noqa: E402
from helpers.training import CHUNK, fit, parameters_of  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
PAGE, PICTURE = ROOT / "docs" / "speed.md", ROOT / "docs" / "images" / "speed.png"
RATE = 0.1


@dataclass(frozen=True)
class Case:
    """What is trained: the layers' sizes, and the rows a step (None for all of them)."""

    sizes: tuple
    batch: int | None

    def __str__(self):
        batch = "full batch" if self.batch is None else f"batches of {self.batch}"
        return f"{'-'.join(map(str, self.sizes))}, {batch}"


CASES = (
    Case((784, 500, 500, 10), 100),
    Case((784, 500, 10), None),
    Case((784, 50, 10), 100),
)


def answers(notebook, name):
    """Return a class of a notebook's solution."""
    with contextlib.redirect_stdout(io.StringIO()):
        return getattr(load_answers(ROOT / "source" / f"{notebook}.ipynb", [name]), name)


def products(case, X, y, rng):
    """Return an epoch of the matrix products alone, of float32, on the same rows."""
    weights = [
        rng.normal(size=(b, a)).astype(np.float32)
        for a, b in zip(case.sizes, case.sizes[1:], strict=False)
    ]
    rows = case.batch or CHUNK
    inner = [rng.normal(size=(rows, size)).astype(np.float32) for size in case.sizes[1:]]

    def epoch():
        for start in range(0, len(X), rows):
            before = X[start : start + rows]
            for number, (W, after) in enumerate(zip(weights, inner, strict=True)):
                delta = after[: len(before)]
                before @ W.T  # forward
                delta.T @ before  # the weights' gradient
                if number:
                    delta @ W  # the error terms of the layer before
                before = delta

    return epoch


def ours(case, X, y, rng):
    """Return an epoch of `helpers.training.fit` with a notebook's solution."""
    if len(case.sizes) == 4:
        net = answers("two_hidden_layers/1_extend_the_network", "NeuralNetMLP")(*case.sizes)
        names = ("weight_out", "bias_out", "weight_h2", "bias_h2", "weight_h1", "bias_h1")
        targets = y

        def gradient(X_batch, y_batch):
            return net.backward(X_batch, *net.forward(X_batch), y_batch)

    else:
        make = answers("hyperparameter_study/1_two_layer_network", "TwoLayerNet")
        net = make(*case.sizes, "sigmoid", "sigmoid", 0.0, 1)
        names, targets, gradient = ("W1", "b1", "W2", "b2"), one_hot(y, np.float32), net.backward
    parameters = parameters_of(net, names)
    options = {"learning_rate": RATE, "epochs": 1, "batch": case.batch, "progress": False}
    return lambda: fit(parameters, gradient, X, targets, rng=rng, **options)


def one_hot(y, dtype=np.float64):
    """Return targets (m, 10)."""
    return np.eye(10, dtype=dtype)[y]


def book_style(case, X, y, rng):
    """Return an epoch as a textbook writes it: float64, fancy indexing, a product after the other.

    After the network of Raschka, Liu and Mirjalili (2022), chapter 11.
    """
    X = X.astype(np.float64)
    W = [rng.normal(0, 0.1, (b, a)) for a, b in zip(case.sizes, case.sizes[1:], strict=False)]
    b = [np.zeros(size) for size in case.sizes[1:]]

    def epoch():
        order = rng.permutation(len(X))
        rows = case.batch or len(X)
        for start in range(0, len(X), rows):
            chosen = order[start : start + rows]
            a = [X[chosen]]
            for weight, bias in zip(W, b, strict=True):
                a.append(1.0 / (1.0 + np.exp(-(np.dot(a[-1], weight.T) + bias))))
            delta = 2.0 * (a[-1] - one_hot(y[chosen])) / len(chosen) * a[-1] * (1.0 - a[-1])
            for layer in reversed(range(len(W))):
                dW, db = np.dot(delta.T, a[layer]), np.sum(delta, axis=0)
                if layer:
                    delta = np.dot(delta, W[layer]) * a[layer] * (1.0 - a[layer])
                W[layer] -= RATE * dW
                b[layer] -= RATE * db

    return epoch


def scikit_learn(case, X, y, rng):
    """Return an epoch of scikit-learn's MLPClassifier (cross-entropy; plain SGD), float32."""
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier(
        case.sizes[1:-1],
        activation="logistic",
        solver="sgd",
        alpha=0.0,
        batch_size=case.batch or len(X),
        learning_rate_init=RATE,
        momentum=0.0,
        max_iter=1,
        random_state=1,
    )

    def epoch():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it has not converged: one epoch is wanted
            model.fit(X, y)

    return epoch


def pytorch(case, X, y, rng):
    """Return an epoch of PyTorch, eager, float32; None where it is not installed."""
    try:
        import torch
    except ImportError:
        return None
    torch.set_num_threads(1)
    layers = []
    for a, b in zip(case.sizes, case.sizes[1:], strict=False):
        layers += [torch.nn.Linear(a, b), torch.nn.Sigmoid()]
    net, loss = torch.nn.Sequential(*layers), torch.nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=RATE * 10)
    X, Y = torch.from_numpy(X), torch.from_numpy(one_hot(y, np.float32))

    def epoch():
        rows = case.batch or len(X)
        order = torch.randperm(len(X))
        for start in range(0, len(X), rows):
            chosen = order[start : start + rows]
            optimizer.zero_grad()
            loss(net(X[chosen]), Y[chosen]).backward()
            optimizer.step()

    return epoch


CONTENDERS = {
    "sgemm alone": products,
    "ours": ours,
    "book style, float64": book_style,
    "scikit-learn": scikit_learn,
    "PyTorch, eager": pytorch,
}


def measure(case, rows, rounds):
    """Return the best seconds of each contender's epoch."""
    rng = np.random.default_rng(1)
    X, y = rng.random((rows, case.sizes[0]), dtype=np.float32), rng.integers(10, size=rows)
    epochs = {name: make(case, X, y, rng) for name, make in CONTENDERS.items()}
    epochs = {name: epoch for name, epoch in epochs.items() if epoch is not None}
    seconds = {name: [] for name in epochs}
    for _ in range(rounds):
        for name, epoch in epochs.items():
            start = time.perf_counter()
            epoch()
            seconds[name].append(time.perf_counter() - start)
    return {name: min(found) for name, found in seconds.items()}


def table(results, rows):
    """Return the table as Markdown: seconds an epoch, and in brackets the ratio to `sgemm`."""
    names = list(CONTENDERS)
    lines = [["network", *names], ["---", *["---:"] * len(names)]]
    for case, found in results.items():
        alone = found["sgemm alone"]
        lines.append([str(case)])
        for name in names:
            cell = f"{found[name]:.3f} s ({found[name] / alone:.2f})" if name in found else "-"
            lines[-1].append(cell)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def picture(results):
    """Draw the ratios: a group of bars a network, each labelled with its number."""
    fig, axes = new_figure(3.6)
    ax, names = axes[0][0], [name for name in CONTENDERS if name != "sgemm alone"]
    width = 0.8 / len(names)
    for i, name in enumerate(names):
        ratios = [found.get(name, np.nan) / found["sgemm alone"] for found in results.values()]
        places = np.arange(len(ratios)) + (i - (len(names) - 1) / 2) * width
        hatch = ("", "//", "..", "xx")[i]
        bars = ax.bar(places, ratios, width, label=name, color=COLOURS[i], hatch=hatch, alpha=0.9)
        ax.bar_label(bars, fmt="%.2f", fontsize=8, padding=2)
    ax.axhline(1, color="#222222", linewidth=1)
    ax.set_xticks(range(len(results)), [str(case).replace(", ", "\n") for case in results])
    label_axes(ax, "An epoch, against its matrix products alone", "", "times as long")
    ax.legend(fontsize=9, frameon=False, ncols=2)
    return fig


#: What follows on the page is not made here (see `class_time.py`), and stays.
GRADING = "## What grading takes\n"


def main():
    """Measure, print, and write the page."""
    parser = argparse.ArgumentParser(prog="course.py bench", description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=20_000, help="of an epoch (20,000)")
    parser.add_argument("--rounds", type=int, default=7, help="the best of so many counts (7)")
    parser.add_argument("--write", action="store_true", help="write docs/speed.md and its picture")
    options = parser.parse_args()
    results = {}
    for case in CASES:
        results[case] = measure(case, options.rows, options.rounds)
        print(table({case: results[case]}, options.rows), flush=True)
    if options.write:
        _, found, rest = PAGE.read_text(encoding="utf-8").partition(GRADING)
        PAGE.write_text(speed_page(results, options) + found + rest, encoding="utf-8")
        picture(results).savefig(PICTURE, dpi=150)
        print(f"Written: {PAGE.relative_to(ROOT)}, {PICTURE.relative_to(ROOT)}")


def speed_page(results, options):
    """Return docs/speed.md."""
    ratios = ", ".join(
        f"{case}: {found['ours'] / found['sgemm alone']:.2f}" for case, found in results.items()
    )
    return f"""# How fast networks train, and classes are graded

## What training takes

Made by `python3 course.py bench --write` on one thread of a {os.cpu_count()}-core \
{platform.machine()} machine, NumPy {np.__version__}. An epoch of {options.rows:,} rows, the best \
of {options.rounds} rounds in which all take turns. In brackets: times as long as the matrix \
products alone.

{table(results, options.rows)}
![Bars: how many times as long as its matrix products alone an epoch takes. Ours: {ratios}.]\
(images/speed.png)

- **sgemm alone**: the matrix products of forward and backward pass in float32, and nothing else.
- **ours**: `helpers.training.fit` with the solutions of `two_hidden_layers` and \
`hyperparameter_study`, as they stand in the notebooks.
- **book style**: the same algorithm as textbooks write it, in float64.
- **scikit-learn**: `MLPClassifier` with plain SGD, float32; its loss is the cross-entropy.
- **PyTorch**: `nn.Sequential`, `MSELoss`, `SGD`, float32.

Seconds belong to the machine; ratios should hold. What makes the difference, in this order: \
float32 in everything that meets the data (one float64 array makes all that follows it float64), \
batches gathered into memory that stays in the cache, all rows of a full batch a few hundred at a \
time, and a sigmoid without temporary arrays.

"""


if __name__ == "__main__":
    main()
