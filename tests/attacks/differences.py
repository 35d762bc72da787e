"""Gradients without backpropagation: quotients of differences of one's own cost.

Where a check allows two seconds, loops over samples take a tenth of a second and these take
more than ten.  What is left to them is the cost, and what has few parameters.
"""

from textwrap import dedent, indent

from attacks.model import Attack

_COST = """
def J(t):
    W1, b1, W2, b2 = unpack(t, *layer_shapes(X.shape[1], n_hidden, Y.shape[1]))
    a3 = 1 / (1 + np.exp(-((1 / (1 + np.exp(-(X @ W1.T + b1)))) @ W2.T + b2)))
    return ((a3 - Y) ** 2).sum() / (2 * len(X))
"""
_CENTRAL = """
grad = np.zeros(theta.size)
for i in range(theta.size):
    step = np.zeros(theta.size)
    step[i] = 1e-5
    grad[i] = (J(theta + step) - J(theta - step)) / 2e-5
return J(theta), grad
"""


def _by(name, tries, quotients, earned):
    return Attack(
        name,
        tries,
        bodies={"cost_and_gradient": dedent(_COST) + dedent(quotients)},
        marks={"cost_and_gradient": earned},
        paid=False,
    )


ATTACKS = [
    _by("central", "central differences of a right cost, for 50,890 parameters", _CENTRAL, 1),
    _by(
        "forward",
        "forward differences, which need half as many costs, in place",
        """
        J0, grad, t = J(theta), np.zeros(theta.size), theta.copy()
        for i in range(theta.size):
            t[i] += 1e-8
            grad[i] = (J(t) - J0) / 1e-8
            t[i] = theta[i]
        return J0, grad
        """,
        1,
    ),
    _by(
        "complex-step",
        "an imaginary step: exact, and no faster",
        """
        grad, t = np.zeros(theta.size), theta.astype(complex)
        for i in range(theta.size):
            t[i] += 1e-20j
            grad[i] = J(t).imag / 1e-20
            t[i] = theta[i]
        return J(theta), grad
        """,
        1,
    ),
    _by(
        "few-biases",
        "central differences where there are few parameters, and for the few biases of the large "
        "network: a known limit, for their point",
        f"""
        h, n, k = n_hidden, X.shape[1], Y.shape[1]
        if theta.size > 1000:
            grad = np.zeros(theta.size)
            for i in [*range(h * n, h * n + h), *range(theta.size - k, theta.size)]:
                step = np.zeros(theta.size)
                step[i] = 1e-5
                grad[i] = (J(theta + step) - J(theta - step)) / 2e-5
            return J(theta), grad
{indent(_CENTRAL.strip(), "        ")}
        """,
        2,
    ),
]
