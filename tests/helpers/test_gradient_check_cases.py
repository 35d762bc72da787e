"""Costs with exact gradients, many kinds and sizes, for the tests of the gradient check.

The gradients come from a small reverse sweep written for these tests alone; each kind of case is
proved here against a complex step, which shares nothing with the checker's differences.
"""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pytest


@dataclass
class Case:
    """A cost function with its point and its blocks; `m` samples."""

    f: object
    theta: np.ndarray
    blocks: dict
    m: int

    def scaled(self, name, factor):
        """The same, with one block of the gradient multiplied by a factor."""
        return self.edited(name, lambda part, theta: factor * part)

    def edited(self, name, edit):
        """The same, with one block of the gradient, an array, replaced by edit(dW, W)."""
        where, shape = self.places()[name], self.blocks[name]

        def f(theta):
            J, grad = self.f(theta)
            grad = grad.copy()
            new = edit(grad[where].reshape(shape), theta[where].reshape(shape))
            grad[where] = np.asarray(new).ravel()
            return J, grad

        return replace(self, f=f)

    def places(self):
        """Slice of theta that each block fills."""
        ends = np.cumsum([np.prod(shape) for shape in self.blocks.values()])
        starts = [0, *ends[:-1]]
        return {
            name: slice(int(s), int(e))
            for name, s, e in zip(self.blocks, starts, ends, strict=True)
        }


ACTIVATIONS = {
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z, a: a * (1 - a)),
    "tanh": (np.tanh, lambda z, a: 1 - a * a),
    "relu": (lambda z: z * (z.real > 0), lambda z, a: 1.0 * (z.real > 0)),
    "identity": (lambda z: z, lambda z, a: np.ones_like(z)),
}


def network(sizes, activations, m, rng, *, loss="squares", lam=0.0, spread=1.0):
    """A fully connected network of any depth; loss "squares" or "cross-entropy" (softmax)."""
    X = rng.standard_normal((m, sizes[0]))
    Y = np.eye(sizes[-1])[rng.integers(sizes[-1], size=m)]
    shapes = [s for a, b in pairwise(sizes) for s in ((b, a), (b,))]
    names = [n for i in range(1, len(sizes)) for n in (f"W{i}", f"b{i}")]
    fans = np.repeat(sizes[:-1], 2)
    parts = [
        spread * rng.standard_normal(s) / np.sqrt(fan) for s, fan in zip(shapes, fans, strict=True)
    ]
    blocks = dict(zip(names, shapes, strict=True))
    case = Case(None, np.concatenate([p.ravel() for p in parts]), blocks, m)
    places = case.places().values()

    def f(theta):
        arrays = [theta[w].reshape(s) for w, s in zip(places, shapes, strict=True)]
        W, b = arrays[0::2], arrays[1::2]
        A, Z = [X], []
        for i, name in enumerate(activations):
            Z.append(A[-1] @ W[i].T + b[i])
            A.append(ACTIVATIONS[name][0](Z[-1]))
        if loss == "squares":
            J = np.sum((A[-1] - Y) ** 2) / (2 * m)
            delta = (A[-1] - Y) / m * ACTIVATIONS[activations[-1]][1](Z[-1], A[-1])
        else:
            shifted = Z[-1] - Z[-1].real.max(axis=1, keepdims=True)
            total = np.exp(shifted).sum(axis=1, keepdims=True)
            J = np.sum(np.log(total)[:, 0] - np.sum(Y * shifted, axis=1)) / m
            delta = (np.exp(shifted) / total - Y) / m
        grads = []
        for i in reversed(range(len(W))):
            grads = [delta.T @ A[i] + lam * W[i], delta.sum(axis=0), *grads]
            if i:
                delta = (delta @ W[i]) * ACTIVATIONS[activations[i - 1]][1](Z[i - 1], A[i])
        J = J + lam / 2 * sum(np.sum(w**2) for w in W)
        return J, np.concatenate([g.ravel() for g in grads])

    return replace(case, f=f)


def random_network(rng):
    depth = int(rng.integers(1, 4))
    sizes = [int(n) for n in rng.integers(2, 9, size=depth + 1)]
    hidden = list(rng.choice(["sigmoid", "tanh"], size=depth - 1))
    loss = str(rng.choice(["squares", "cross-entropy"]))
    last = "identity" if loss == "cross-entropy" else str(rng.choice(["sigmoid", "identity"]))
    lam = float(rng.choice([0.0, 0.1]))
    return network(sizes, [*hidden, last], int(rng.integers(3, 30)), rng, loss=loss, lam=lam)


def least_squares(rng):
    m, n = int(rng.integers(5, 60)), int(rng.integers(1, 20))
    X, y = rng.standard_normal((m, n)), rng.standard_normal(m)

    def f(theta):
        residual = X @ theta[:n] + theta[n] - y
        return residual @ residual / (2 * m), np.append(X.T @ residual, residual.sum()) / m

    return Case(f, rng.standard_normal(n + 1), {"w": (n,), "b": (1,)}, m)


def quadratic(rng):
    n = int(rng.integers(1, 40))
    Q, c = rng.standard_normal((n, n)), rng.standard_normal(n)
    scale = 10.0 ** rng.integers(-2, 3)

    def f(theta):
        return scale * (theta @ Q @ theta / 2 + c @ theta), scale * ((Q + Q.T) @ theta / 2 + c)

    return Case(f, rng.standard_normal(n) * 10.0 ** rng.integers(-2, 3), {"x": (n,)}, 1)


KINDS = (random_network, random_network, least_squares, quadratic)


def random_case(seed):
    """One of many cases with an exact gradient; the same for the same seed."""
    rng = np.random.default_rng([20_261, seed])
    return KINDS[seed % len(KINDS)](rng)


def course_network(seed=0, **options):
    """An 8-5-10 network of sigmoids with 100 samples."""
    return network((8, 5, 10), ["sigmoid"] * 2, 100, np.random.default_rng(seed), **options)


def large_network(seed=0):
    """A 784-64-10 network of sigmoids with 8 samples: 50,890 parameters, and quick."""
    return network((784, 64, 10), ["sigmoid"] * 2, 8, np.random.default_rng(seed))


@pytest.mark.parametrize("seed", range(40))
def test_the_cases_gradients_are_exact(seed):
    case = random_case(seed)
    _, grad = case.f(case.theta)
    h = 1e-30
    moved = case.theta + 1j * h * np.eye(case.theta.size)
    exact = np.array([case.f(row)[0].imag / h for row in moved])
    np.testing.assert_allclose(grad, exact, rtol=1e-11, atol=1e-13 * np.abs(exact).max())
