"""A two-layer network that a test hands to a student's loop, and where its steps lead."""

import numpy as np

from checks.factories import factory


@factory
def paper_two_layer(parameters, rates):
    """Return a two-layer network that is handed to a student's loop over batches.

    It is no right network: its gradients belong to no loss.  But they depend on the rows of the
    batch and on the parameters as they are, so that the parameters at the end say what was done.

    Parameters
    ----------
    parameters : dict of str to array_like
        The attributes ``W1, b1, W2, b2``.
    rates : dict of str to float
        By the same names: ``backward`` gives ``rate * (parameter + pull)``; see there.

    Returns
    -------
    net : PaperTwoLayer
        Its attribute `calls` lists the calls of ``backward``, each a dict of `X` and `Y`.  That is
        what the student's side says; `two_layer_after` computes what follows from it.
    """
    return PaperTwoLayer(parameters, rates)


class PaperTwoLayer:
    """What `paper_two_layer` returns.

    Attributes
    ----------
    W1, b1, W2, b2 : numpy.ndarray
    calls : list of dict
        For each call of ``backward``: `X` and `Y` as they came.  It is kept where the student's
        code is, so it is a claim: `two_layer_after` says what follows from it.
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
        """Return gradients of no loss at all, which depend on the rows and on the parameters.

        That of a parameter P is ``rate * (P + pull)``.  The pull is the mean over the rows of
        ``sin(x @ c + y @ b2)``, where c sums the rows of W1: another batch, another pairing of X
        with Y and another order of the steps all lead elsewhere.
        """
        X, Y = np.array(X, dtype=float), np.array(Y, dtype=float)
        self.calls.append({"X": X, "Y": Y})
        pull = np.sin(X @ self.W1.sum(axis=0) + Y @ self.b2).mean()
        return tuple(self._rates[name] * (getattr(self, name) + pull) for name in self.ORDER)

    def step(self, grads, lr):
        """Move each parameter by lr against its gradient."""
        for name, grad in zip(self.ORDER, grads, strict=True):
            setattr(self, name, getattr(self, name) - lr * np.asarray(grad))


def two_layer_after(parameters, rates, batches, strides):
    """Return where the steps of a `PaperTwoLayer` lead, computed anew in the test's own process.

    Parameters
    ----------
    parameters, rates : dict
        As of `paper_two_layer`.
    batches : list of tuple
        X and Y of each step.
    strides : list of float
        The learning rate of each step.

    Returns
    -------
    dict of str to numpy.ndarray
        The parameters by their names.
    """
    net = PaperTwoLayer(parameters, rates)
    for (X, Y), stride in zip(batches, strides, strict=True):
        net.step(net.backward(X, Y), stride)
    return {name: getattr(net, name) for name in net.ORDER}
