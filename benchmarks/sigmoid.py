"""Whether `helpers.sigmoid` is quick and exact enough to train with: run, and read the table.

python benchmarks/sigmoid.py
"""

import time
from decimal import Decimal, getcontext

import numpy as np
import scipy.special

from helpers import sigmoid

SHAPES = ((100, 50), (3000, 50), (60000, 50))  # batch, small MNIST, MNIST; 50 hidden units
SPREAD = (-700.0, -40.0, -3.0, -1e-3, 0.5, 12.0, 36.0)


def naive(z):
    return 1 / (1 + np.exp(-z))


def half_tanh(z):
    return 0.5 * np.tanh(0.5 * z) + 0.5


WAYS = {
    "helpers.sigmoid": sigmoid,
    "1 / (1 + exp(-z))": naive,
    "scipy's expit": scipy.special.expit,
    "tanh(z / 2) / 2 + 1 / 2": half_tanh,
}


def best_of(function, z):
    """Shortest of some runs, in seconds; small arrays get more runs."""
    times = []
    for _ in range(max(7, 2_000_000 // z.size)):
        start = time.perf_counter()
        function(z)
        times.append(time.perf_counter() - start)
    return min(times)


def worst_error(function):
    """Largest relative error at `SPREAD`, against 60-digit decimals; in units of 2.2e-16."""
    getcontext().prec = 60
    errors = []
    for z in SPREAD:
        exact = 1 / (1 + (-Decimal(z)).exp())
        errors.append(abs(Decimal(float(function(np.float64(z)))) / exact - 1))
    return float(max(errors)) / np.finfo(float).eps


def print_table():
    rng = np.random.default_rng(0)
    inputs = {
        f"{shape[0]}x{shape[1]} {np.dtype(dtype).name}": rng.normal(scale=3, size=shape).astype(
            dtype
        )
        for shape in SHAPES
        for dtype in (np.float64, np.float32)
    }
    times = {(name, title): best_of(WAYS[name], z) for title, z in inputs.items() for name in WAYS}
    print("time as a multiple of helpers.sigmoid's (milliseconds in the first row)")
    print(f"{'':26}" + "".join(f"{title:>18}" for title in inputs))
    for name in WAYS:
        cells = [times[name, title] / times["helpers.sigmoid", title] for title in inputs]
        if name == "helpers.sigmoid":
            cells = [1e3 * times[name, title] for title in inputs]
        print(f"{name:26}" + "".join(f"{cell:18.2f}" for cell in cells))
    print(f"\nlargest relative error at z = {', '.join(f'{z:g}' for z in SPREAD)}")
    for name, function in WAYS.items():
        print(f"{name:26}{worst_error(function):16.2g} times the spacing of float64")


if __name__ == "__main__":
    print_table()
