"""The network that the tests of `mlp_to_cnn` hand to a student's functions."""

import copy

import numpy as np
from scipy.special import softmax

from checks.factories import Held, factory
from checks.stirring import stirred


def paper_mlp(A, parameters, rates=None, *, broken="", stir=0.0):
    """Return a network with accumulated gradients that can be told on paper.

    It is handed to a student's function, and is no right network: its outputs depend on the pixels
    and on `b2` alone, and without `stir` each gradient on nothing but the parameter itself.

    Parameters
    ----------
    A : array_like, shape (n, k)
        ``forward(x)`` gives the softmax of the rows of ``x @ A + b2``.
    parameters : dict of str to array_like
        The attributes ``W1, b1, W2, b2``.
    rates : dict of str to float, optional
        By the same names: ``update_grad`` adds ``rate * parameter`` to the gradient, so that t
        steps with learning rate eta leave ``(1 - eta * rate)**t`` of it.  0 by default.
    broken : str
        The name of a parameter at which every program that reads it ends in a RuntimeError.
    stir : float
        Above 0, gradients hang on the samples and targets, too: see `checks.stirring.stirred`.

    Returns
    -------
    net : PaperMLP
        Its attribute `calls` lists the calls of ``forward`` and ``update_grad``: see there.
    """
    return held_mlp(np.asarray(A), dict(parameters), dict(rates or {}), broken, stir).calls


@factory
def held_mlp(A, parameters, rates=None, broken="", stir=0.0):
    """Return a thing whose attribute `calls` is what `paper_mlp` returns.

    By that attribute a test reaches it in another process, too, and can look at its parameters.
    """
    return Held(PaperMLP(A, parameters, rates, broken, stir))


class PaperMLP:
    """What `paper_mlp` returns.

    Attributes
    ----------
    W1, b1, W2, b2, W1_grad, b1_grad, W2_grad, b2_grad : numpy.ndarray
    parameters : dict of str to numpy.ndarray
    calls : list of dict
        For each call of ``forward`` and ``update_grad``: `method`, `steps` (the calls of
        ``update_params`` before it), `first_column` of the last images; for ``update_grad`` also
        `targets`, what it was given.  They claim, and prove nothing, as those of `PaperNetwork`.
    """

    ORDER = ("W1", "b1", "W2", "b2")

    def __init__(self, A, parameters, rates=None, broken="", stir=0.0):
        self._A = np.array(A, dtype=float)
        self._rates = dict.fromkeys(self.ORDER, 0.0) | dict(rates or {})
        self._broken, self._stir = broken, stir
        self._seen = np.zeros((0, 1)), np.zeros((0, 1))  # the last images, and their y_hat
        self._steps = 0
        self.calls = []
        for name in self.ORDER:
            setattr(self, name, np.array(parameters[name], dtype=float))
        self.n_in, self.n_out = self._A.shape
        self.n_hidden = len(self.b1)
        self.reset_grad()
        if broken:
            delattr(self, broken)

    def __getattr__(self, name):
        if name == self.__dict__.get("_broken"):
            raise RuntimeError(f"the program ends here, at {name}: this check wants it so")
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    @property
    def parameters(self):
        """Copies of W1, b1, W2 and b2 by their names: all of them in one question."""
        return {name: copy.copy(getattr(self, name)) for name in self.ORDER}

    def forward(self, x):
        """Return y_hat, one row a sample."""
        x = np.array(x, dtype=float)
        self._seen = x, softmax(x @ self._A + self.b2, axis=1)
        self._note("forward")
        return self._seen[1].copy()

    def reset_grad(self):
        """Set the gradients to zero."""
        for name in self.ORDER:
            setattr(self, f"{name}_grad", np.zeros_like(getattr(self, name)))

    def update_grad(self, y):
        """Add to the gradients."""
        self._note("update_grad", targets=np.array(y))
        parameters = {name: getattr(self, name) for name in self.ORDER}
        gradients = {name: self._rates[name] * array for name, array in parameters.items()}
        x, y_hat = self._seen
        gradients = stirred(gradients, parameters, self._stir, [x, y], [y_hat])
        for name, gradient in gradients.items():
            setattr(self, f"{name}_grad", getattr(self, f"{name}_grad") + gradient)

    def update_params(self, lr):
        """Take one step against the gradients."""
        self._steps += 1
        for name in self.ORDER:
            setattr(self, name, getattr(self, name) - lr * getattr(self, f"{name}_grad"))

    def _note(self, method, **more):
        call = {"method": method, "steps": self._steps, "first_column": self._seen[0][:, 0].copy()}
        self.calls.append(call | more)
