"""The network that the tests of `two_hidden_layers` hand to a student's training loop."""

import numpy as np

from checks.factories import factory
from checks.stirring import stirred


@factory
def paper_network(A, parameters, rates, stir=0.0):
    """Return a network of two hidden layers whose outputs and gradients can be told on paper.

    It is handed to a student's training loop, and is no right network: its outputs depend on the
    pixels and on `bias_out` alone, and without `stir` each gradient on nothing but the parameter.

    Parameters
    ----------
    A : array_like, shape (n, k)
        ``forward(x)`` gives ``a_out = sigmoid(x @ A + bias_out)``.
    parameters : dict of str to array_like
        The attributes ``weight_h1, bias_h1, weight_h2, bias_h2, weight_out, bias_out``.
    rates : dict of str to float
        By the same names: ``backward`` gives the gradient ``rate * parameter``, so that t steps
        with learning rate eta leave ``(1 - eta * rate)**t`` of it.
    stir : float
        Above 0, gradients hang on the samples, activations and labels, too: see
        `checks.stirring.stirred`.

    Returns
    -------
    net : PaperNetwork
        Its attribute `calls` lists the calls of ``forward`` and ``backward``: see there.
    """
    return PaperNetwork(A, parameters, rates, stir)


class PaperNetwork:
    """What `paper_network` returns.

    Attributes
    ----------
    calls : list of dict
        For each call: `method`, `first_column` of the images, and for ``backward`` also `labels`.
        They are noted beside the student's code, so they claim and prove nothing: a test computes
        what follows from them, on a network of its own, and compares.
    """

    ORDER = ("weight_out", "bias_out", "weight_h2", "bias_h2", "weight_h1", "bias_h1")

    def __init__(self, A, parameters, rates, stir=0.0):
        self._A = np.array(A, dtype=float)
        self._rates = dict(rates)
        self._stir = stir
        self.calls = []
        for name in self.ORDER:
            setattr(self, name, np.array(parameters[name], dtype=float))

    def forward(self, x):
        """Return a_h1, a_h2 and a_out; the first two are there to be handed on."""
        x = np.array(x, dtype=float)
        a_out = 1 / (1 + np.exp(-(x @ self._A + self.bias_out)))
        self.calls.append({"method": "forward", "first_column": x[:, 0].copy()})
        return x + 1, 2 * x, a_out

    def backward(self, x, a_h1, a_h2, a_out, y):
        """Return the six gradients, from the output backwards."""
        first_column = np.array(x, dtype=float)[:, 0]
        call = {"method": "backward", "first_column": first_column, "labels": np.array(y)}
        self.calls.append(call)
        parameters = {name: getattr(self, name) for name in self.ORDER}
        gradients = {name: self._rates[name] * array for name, array in parameters.items()}
        outputs = [a_h1, a_h2, a_out]
        return tuple(stirred(gradients, parameters, self._stir, [x, y], outputs).values())
