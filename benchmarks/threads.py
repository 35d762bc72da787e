"""Threads of the course's typical calls: one, two, as many as cores; idle, and on a busy machine.

    python3 course.py run benchmarks/threads.py

Each row is a call, each column a number of threads; the seconds of one thread, and the others as
multiples of them.  Busy: an endless loop on each core beside.  Each number of threads has a process
of its own, and they take turns; the median of a call counts, since a call now and then is not what
a student waits for.  The rule that comes out stands in `helpers/threads.py`.
"""

import argparse
import contextlib
import io
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from helpers.threads import VARIABLES

ROOT = Path(__file__).resolve().parent.parent
CORES = os.cpu_count() or 1
BUSY = "while True: pass"


def solutions(notebook, *names):
    """Return functions of a solved notebook."""
    from helpers.loading import load_answers

    with contextlib.redirect_stdout(io.StringIO()):
        answers = load_answers(ROOT / "source" / "nn_lab" / f"{notebook}.ipynb", names)
    return [getattr(answers, name) for name in names]


def network(rows, pixels, hidden):
    """Return the cost and gradient of the lab's network, and where it starts."""
    (cost_and_gradient,) = solutions("1_backpropagation", "cost_and_gradient")
    rng = np.random.default_rng(0)
    X, Y = rng.random((rows, pixels)), np.eye(10)[rng.integers(10, size=rows)]
    theta = rng.normal(0, 0.1, hidden * (pixels + 1) + 10 * (hidden + 1))
    return lambda theta: cost_and_gradient(theta, X, Y, hidden), theta


def one_call(rows, pixels, hidden):
    f, theta = network(rows, pixels, hidden)
    return lambda: f(theta)


def own_minimize():
    import scipy.optimize

    f, theta = network(1797, 64, 25)
    options = {"jac": True, "method": "L-BFGS-B", "options": {"maxiter": 10}}
    return lambda: scipy.optimize.minimize(f, theta, **options)


def softmax_regression():
    from helpers import minimize

    (cost,) = solutions("5_softmax_features", "softmax_cost_and_gradient")
    rng = np.random.default_rng(0)
    X, y = rng.random((3000, 784)), rng.integers(10, size=3000)
    f = lambda theta: cost(theta, X, y, 10, 1e-3)  # noqa: E731
    return lambda: minimize(f, np.zeros(7850), 5, progress=False)


def an_epoch_of_fit():
    from helpers.training import fit

    rng = np.random.default_rng(0)
    X = rng.random((3000, 784), dtype=np.float32)
    Y = np.eye(10, dtype=np.float32)[rng.integers(10, size=3000)]
    W1, W2 = (rng.normal(0, 0.1, size).astype(np.float32) for size in ((50, 784), (10, 50)))

    def gradient(X_batch, Y_batch):
        a = np.tanh(X_batch @ W1.T)
        delta = (a @ W2.T - Y_batch) / len(X_batch)
        return ((delta @ W2) * (1 - a * a)).T @ X_batch, delta.T @ a

    options = {"learning_rate": 0.01, "epochs": 1, "progress": False}
    return lambda: fit([W1, W2], gradient, X, Y, rng=rng, **options)


def scikit_learn():
    from sklearn.neural_network import MLPClassifier

    rng = np.random.default_rng(0)
    X, y = rng.random((3000, 784), dtype=np.float32), rng.integers(10, size=3000)
    model = MLPClassifier((50,), batch_size=100)
    return lambda: model.partial_fit(X, y, classes=range(10))


def pytorch():
    import torch

    torch.manual_seed(0)
    model = torch.nn.Sequential(
        torch.nn.Conv2d(1, 6, 5), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(3456, 10)
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    X, y = torch.rand(100, 1, 28, 28), torch.randint(10, (100,))

    def step():
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(X), y).backward()
        optimizer.step()

    return step


CALLS = {
    "`cost_and_gradient`, digits: 1,797 x 64, 25 hidden units": lambda: one_call(1797, 64, 25),
    "`cost_and_gradient`, 3,000 x 784, 25 hidden units": lambda: one_call(3000, 784, 25),
    "a student's own `scipy.optimize.minimize`, digits, 10 iterations": own_minimize,
    "softmax regression, `minimize`, 3,000 x 784, 5 iterations": softmax_regression,
    "`fit`, 784-50-10, an epoch of 3,000 rows, batches of 100": an_epoch_of_fit,
    "scikit-learn's `MLPClassifier`, the same": scikit_learn,
    "PyTorch, a step of a small convolutional network, 100 pictures": pytorch,
}


def measure(seconds):
    """Return the median of each call's seconds; calls that need what is not installed are out."""
    found = {}
    for name, make in CALLS.items():
        try:
            call = make()
        except ModuleNotFoundError:
            continue
        call()
        end, times = time.perf_counter() + seconds, []
        while len(times) < 3 or (time.perf_counter() < end and len(times) < 1000):
            start = time.perf_counter()
            call()
            times.append(time.perf_counter() - start)
        found[name] = statistics.median(times)
    return found


def measured_with(threads, seconds, rounds):
    """Return, for each number of threads (None: nothing is set), its calls' seconds."""
    found = {number: [] for number in threads}
    for _ in range(rounds):
        for number in threads:
            own = {name: text for name, text in os.environ.items() if name not in VARIABLES}
            own |= {} if number is None else dict.fromkeys(VARIABLES, str(number))
            command = [sys.executable, __file__, "--measure", "--seconds", str(seconds)]
            done = subprocess.run(command, env=own, stdout=subprocess.PIPE, check=True, cwd=ROOT)
            found[number].append(json.loads(done.stdout))
    return {
        number: {name: min(each[name] for each in several) for name in several[0]}
        for number, several in found.items()
    }


@contextlib.contextmanager
def busy_machine():
    """Have an endless loop run for each core."""
    loops = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(CORES)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def table(idle, busy, threads):
    """Return the results as Markdown."""
    words = {None: "nothing set", 1: "one"}
    heads = [f"{words.get(n, n)}, {when}" for when in ("idle", "busy") for n in threads]
    lines = [f"| call | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"]
    for name in idle[1]:
        cells = []
        for found in (idle, busy):
            one = found[1][name]
            for number in threads:
                ratio = f"{found[number][name] / one:.2f}"
                cells.append(f"{1000 * one:.1f} ms" if number == 1 else ratio)
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=1.0, help="for each call (1)")
    parser.add_argument("--rounds", type=int, default=2, help="the best one counts (2)")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.seconds)))
        return
    threads = sorted({1, 2, CORES})
    print(
        f"{CORES} cores, whose number is the libraries' own default; load {os.getloadavg()[0]:.1f}"
    )
    idle = measured_with([None, *threads], options.seconds, options.rounds)
    with busy_machine():
        busy = measured_with([None, *threads], options.seconds, options.rounds)
    print(table(idle, busy, [1, None, *threads[1:]]))


if __name__ == "__main__":
    main()
