"""Answers that compute nothing, forge a record or do without backpropagation: their exact marks.

These are the notebooks on bias and variance, softmax and the study; `tests/attacks` has such
answers to the first notebooks, handed in as submissions.
"""

from textwrap import dedent, indent

import pytest
from notebooks_in_process import answered_by, mark_twice, solutions

from grading.bank.entry import right

BIAS, SOFTMAX = "nn_lab/4_bias_variance", "nn_lab/5_softmax_features"
NETWORK, STUDY = (
    f"hyperparameter_study/{each}" for each in ("1_two_layer_network", "2_experiments")
)
AUTOENCODER = "nn_lab/3_autoencoder"

#: For each notebook, two answers to each exercise that compute nothing.
CONSTANTS = {
    BIAS: {
        "sweep": [
            "return {'hidden': np.array(hidden_sizes), 'train': np.ones((len(hidden_sizes), "
            "len(seeds))), 'validation': np.ones((len(hidden_sizes), len(seeds)))}",
            "[train_and_score(h, seed) for h in hidden_sizes for seed in seeds]",
        ],
        "choose": ["return sorted(table['hidden'])[2]", "return table['hidden'][1]"],
    },
    SOFTMAX: {
        "softmax": ["return np.eye(*Z.shape)", "return np.full(Z.shape, 1 / Z.shape[1])"],
        "softmax_cost_and_gradient": [
            "return 0.0, np.arange(theta.size, dtype=float)",
            "return np.log(k), theta",
        ],
        "train_softmax": [
            "return np.zeros(k * (X.shape[1] + 1))",
            "return np.ones(k * (X.shape[1] + 1))",
        ],
        "predict_softmax": ["return np.zeros(len(X), int)", "return np.ones(len(X), int)"],
        "learn_features": ["fit(X_train)\nreturn X_train, others", "return None, []"],
    },
    NETWORK: {
        "activation": ["return np.zeros(z.shape)", "return z"],
        "activation_derivative": ["return np.zeros(z.shape)", "return np.ones(z.shape)"],
        "encode": ["return np.full((len(y), k), low)", "return np.ones((len(y), k))"],
        "split_test": [
            "return np.arange(len(y))[::2], np.arange(len(y))[1::2]",
            "return np.arange(len(y)), np.arange(0)",
        ],
    },
    STUDY: {
        "train_epoch": [
            "net.backward(X, Y)",
            "net.step((net.W1, net.b1, net.W2, net.b2), learning_rate)",
        ],
        "unfinished": ["return []", "return [(each, seed) for each in settings for seed in seeds]"],
        "summarise": ["return []", "return runs"],
        "select": ["return table[0]", "return max(table, key=lambda row: row['seconds'])"],
    },
}
NO_NETWORK = """
class TwoLayerNet:
    def __init__(self, n_in, n_hidden, n_out, act1, act2, lam, seed):
        fill = lambda *shape: np.arange(np.prod(shape), dtype=float).reshape(shape)
        self.W1, self.W2 = fill(n_hidden, n_in), fill(n_out, n_hidden)
        self.b1, self.b2 = np.zeros(n_hidden), np.zeros(n_out)

    def forward(self, X):
        return np.zeros((len(X), len(self.b2)))

    def loss(self, A, Y):
        return 1.0

    def backward(self, X, Y):
        return self.W1, self.b1, self.W2, self.b2

    def step(self, grads, lr):
        self.W1, self.b1, self.W2, self.b2 = grads

    def predict(self, X):
        return np.zeros(len(X), int)
"""


@pytest.fixture(autouse=True)
def _graded(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")


def with_bodies(key, bodies):
    """Return the answers with these bodies, by exercise."""
    assignment = key.split("/")[0]
    return {
        exercise: answered_by(f"{assignment}/{exercise}", right("", body))
        for exercise, body in bodies.items()
    }


def points(key, changed, seed=1, only=None):
    """Return the points of each test cell."""
    marked = mark_twice(key, changed, seed, only)
    return {name.removeprefix("test_"): each.points for name, each in marked.items()}


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("key", CONSTANTS)
def test_who_computes_nothing_anywhere_earns_nothing_anywhere(key, which):
    changed = with_bodies(key, {name: each[which] for name, each in CONSTANTS[key].items()})
    if key == NETWORK:
        changed["TwoLayerNet"] = NO_NETWORK
    for seed in range(3):
        assert points(key, changed, seed) == dict.fromkeys(solutions(key), 0)


FORGED = """
order = rng.permutation(len(X))
size = len(X) if batch is None else batch
for start in range(0, len(X), size):
    rows = order[start : start + size]
    net.calls.append({"X": X[rows], "Y": Y[rows]})
steps = -(-len(X) // size)
for name in net.ORDER:
    setattr(net, name, getattr(net, name) * (1 - learning_rate * net._rates[name]) ** steps)
"""


def test_a_forged_record_of_an_epoch_earns_nothing():
    assert points(STUDY, with_bodies(STUDY, {"train_epoch": FORGED}))["train_epoch"] == 0


def test_a_right_epoch_with_another_epochs_record_earns_nothing():
    body = """
    order = rng.permutation(len(X))
    size = len(X) if batch is None else batch
    for start in range(0, len(X), size):
        rows = order[start : start + size]
        net.step(net.backward(X[rows], Y[rows]), learning_rate)
    net.calls.reverse()
    net.calls[0]["X"], net.calls[0]["Y"] = net.calls[0]["X"] + 1, net.calls[0]["Y"]
    """
    assert points(STUDY, with_bodies(STUDY, {"train_epoch": body}))["train_epoch"] == 0


DIFFERENCES = """
grad = np.zeros(theta.size)
for i in range(theta.size):
    step = np.zeros(theta.size)
    step[i] = 1e-5
    grad[i] = (J(theta + step) - J(theta - step)) / 2e-5
return J(theta), grad
"""
SOFTMAX_COST = """
def J(t):
    W, b = unpack(t, (k, X.shape[1]), (k,))
    Z = X @ W.T + b
    costs = logsumexp(Z, axis=1) - Z[np.arange(len(X)), y]
    return np.mean(costs) + lam / 2 * np.sum(W**2)
"""
AUTOENCODER_COST = """
def J(t):
    W1, b1, W2, b2 = unpack(t, *layer_shapes(X.shape[1], n_hidden, X.shape[1]))
    return np.sum((sigmoid(sigmoid(X @ W1.T + b1) @ W2.T + b2) - X) ** 2) / (2 * len(X))
"""
NETWORK_DIFFERENCES = """
found = []
for name in ("W1", "b1", "W2", "b2"):
    array = getattr(self, name)
    slopes = np.zeros(array.shape)
    for i in np.ndindex(*array.shape):
        losses = []
        old = array[i]
        for step in (1e-5, -1e-5):
            array[i] = old + step
            losses.append(self.loss(self.forward(X), Y))
        array[i] = old
        slopes[i] = (losses[0] - losses[1]) / 2e-5
    found.append(slopes)
return found
"""


def test_differences_of_the_softmax_cost_earn_the_cost_alone():
    changed = with_bodies(SOFTMAX, {"softmax_cost_and_gradient": SOFTMAX_COST + DIFFERENCES})
    only = ["test_softmax_cost_and_gradient"]
    assert points(SOFTMAX, changed, only=only) == {"softmax_cost_and_gradient": 2}


@pytest.mark.slow
def test_differences_of_the_autoencoders_cost_earn_the_cost_alone():
    name = "autoencoder_cost_and_gradient"
    changed = with_bodies(AUTOENCODER, {name: AUTOENCODER_COST + DIFFERENCES})
    assert points(AUTOENCODER, changed, only=[f"test_{name}"]) == {name: 2}


@pytest.mark.slow
def test_differences_of_a_networks_own_loss_earn_all_but_backward():
    solution = solutions(NETWORK)["TwoLayerNet"]
    before, after = (
        solution.index(each) for each in ("        m = len(Y)\n        A2, A", "    def step(")
    )
    own = indent(dedent(NETWORK_DIFFERENCES), " " * 8)
    changed = {"TwoLayerNet": f"{solution[:before]}{own}\n{solution[after:]}"}
    assert points(NETWORK, changed, only=["test_TwoLayerNet"]) == {"TwoLayerNet": 27 - 8}


@pytest.mark.parametrize(
    ("quotient", "earned"),
    [
        ("(activation(name, z + 1e-5) - activation(name, z - 1e-5)) / 2e-5", 0),
        ("(activation(name, z + 1e-8) - activation(name, z)) / 1e-8", 0),
        (
            "(8 * (activation(name, z + 1e-3) - activation(name, z - 1e-3))"
            " - activation(name, z + 2e-3) + activation(name, z - 2e-3)) / 12e-3",
            0,
        ),
        # An imaginary step has no difference in it, and is exact: it is taken for a formula.
        ("{'sigmoid': lambda z: 1 / (1 + np.exp(-z)), 'tanh': np.tanh, 'relu': lambda z: "
         "z * (z.real > 0)}[name](np.clip(z, -700, 700) + 1e-20j).imag / 1e-20", 7),
    ],
)  # fmt: skip
def test_quotients_of_differences_have_too_few_digits_for_a_derivative(quotient, earned):
    changed = with_bodies(NETWORK, {"activation_derivative": f"return {quotient}"})
    only = ["test_activation_derivative"]
    assert points(NETWORK, changed, only=only) == {"activation_derivative": earned}


def test_a_convex_problem_may_be_started_anywhere():
    body = """
    theta0 = 0.1 * np.random.default_rng().normal(size=k * X.shape[1] + k)
    f = lambda t: softmax_cost_and_gradient(t, X, y, k, lam)
    return minimize(f, theta0, max_iter, progress=False)[0]
    """
    changed = with_bodies(SOFTMAX, {"train_softmax": body})
    for seed in range(3):
        found = points(SOFTMAX, changed, seed, ["test_train_softmax"])
        assert found == {"train_softmax": 3}
