"""A two-layer network that a test hands to a student's loop: its steps can be told on paper."""

import numpy as np


class PaperTwoLayer:
    """What `helpers.testing.paper_two_layer` returns.

    Attributes
    ----------
    W1, b1, W2, b2 : numpy.ndarray
    calls : list of dict
        For each call of ``backward``: `X` and `Y` as they came.
    """

    ORDER = ("W1", "b1", "W2", "b2")

    def __init__(self, parameters, rates):
        self._rates = dict(rates)
        self.calls = []
        for name in self.ORDER:
            setattr(self, name, np.array(parameters[name], dtype=float))

    def forward(self, X):
        """Return outputs (m, k) that say nothing: the bias b2 for every row."""
        return np.tile(self.b2, (len(X), 1))

    def loss(self, A, Y):
        """Return the mean squared distance of A from Y, one number."""
        return float(((np.asarray(A) - np.asarray(Y)) ** 2).sum() / len(Y))

    def predict(self, X):
        """Return a label for each row."""
        return np.argmax(self.forward(X), axis=1)

    def backward(self, X, Y):
        """Return the gradients: each parameter times its rate, whatever X and Y are."""
        self.calls.append({"X": np.array(X, dtype=float), "Y": np.array(Y, dtype=float)})
        return tuple(self._rates[name] * getattr(self, name) for name in self.ORDER)

    def step(self, grads, lr):
        """Move each parameter by lr against its gradient."""
        for name, grad in zip(self.ORDER, grads, strict=True):
            setattr(self, name, getattr(self, name) - lr * np.asarray(grad))
