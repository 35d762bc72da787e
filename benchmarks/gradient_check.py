"""How long a gradient check takes, and how small a mistake it sees: run, and read the tables.

python benchmarks/gradient_check.py
"""

import time

import numpy as np

from helpers.activations import sigmoid
from helpers.gradcheck import gradient_check

M, N, H, K = 100, 784, 64, 10
BLOCKS = {"W1": (H, N), "b1": (H,), "W2": (K, H), "b2": (K,)}
DEVIATIONS = (1e-3, 1e-4, 1e-5, 1e-6, 1e-7)


def split(theta):
    ends = np.cumsum([np.prod(shape) for shape in BLOCKS.values()])
    parts = np.split(theta, ends[:-1])
    return [part.reshape(shape) for part, shape in zip(parts, BLOCKS.values(), strict=True)]


def softmax_network(rng):
    """Cost function of a 784-64-10 network, sigmoid then softmax, on m random images."""
    X = rng.random((M, N)) * (rng.random(N) > 0.2)  # some pixels are always 0, as in MNIST
    Y = np.eye(K)[rng.integers(K, size=M)]

    def f(theta):
        W1, b1, W2, b2 = split(theta)
        A = sigmoid(X @ W1.T + b1)
        Z = A @ W2.T + b2
        Z -= Z.max(axis=1, keepdims=True)
        total = np.exp(Z).sum(axis=1, keepdims=True)
        out = (np.exp(Z) / total - Y) / M
        hidden = (out @ W2) * A * (1 - A)
        grads = (hidden.T @ X, hidden.sum(axis=0), out.T @ A, out.sum(axis=0))
        J = (np.log(total).sum() - (Y * Z).sum()) / M
        return J, np.concatenate([g.ravel() for g in grads])

    scales = {"W1": N**-0.5, "b1": 0.1, "W2": H**-0.5, "b2": 0.1}
    parts = [scales[n] * rng.standard_normal(s).ravel() for n, s in BLOCKS.items()]
    return f, np.concatenate(parts)


def with_deviation(f, name, d):
    """f, with one block of its gradient multiplied by 1 + d."""

    def wrong(theta):
        J, grad = f(theta)
        split(grad)[list(BLOCKS).index(name)][...] *= 1 + d
        return J, grad

    return wrong


def timed(f, times):
    """f, with the seconds of each call appended to times."""

    def watched(theta):
        start = time.perf_counter()
        answer = f(theta)
        times.append(time.perf_counter() - start)
        return answer

    return watched


def print_times(f, theta, n_runs=7):
    """Every run is printed: on a busy machine wall time tells less than processor time."""
    print(f"784-64-10, {theta.size:,} parameters, m = {M}")
    print("wall ms  processor ms  calls of f  ms a call  wall / one call  own work")
    for _ in range(n_runs):
        times, wall, processor = [], time.perf_counter(), time.process_time()
        gradient_check(timed(f, times), theta, BLOCKS, m=M)
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        call = sum(times) / len(times)
        print(
            f"{1e3 * wall:7.0f}{1e3 * processor:14.0f}{len(times):12d}{1e3 * call:11.2f}"
            f"{wall / call:17.0f}{1 - sum(times) / wall:10.0%}"
        )


def print_detection(f, theta):
    print("\nverdicts and relative errors when one block is multiplied by 1 + d")
    print("d       " + "".join(f"{name:>18}" for name in BLOCKS))
    for d in (0.0, *DEVIATIONS):
        cells = []
        for name in BLOCKS:
            report = gradient_check(with_deviation(f, name, d), theta, BLOCKS, m=M)
            block = report.blocks[name]
            cells.append(f"{block.verdict} {block.relative_error:.0e}")
        print(f"{d:<8.0e}" + "".join(f"{cell:>18}" for cell in cells))


if __name__ == "__main__":
    cost, start = softmax_network(np.random.default_rng(0))
    print_times(cost, start)
    print_detection(cost, start)
