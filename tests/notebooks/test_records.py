"""Answers of two projects that compute nothing: constants, forged records, formulas, differences.

What a network notes of its calls stands beside the student's code, and can be written by it.
"""

import mlp_to_cnn_doubles
import pytest
import two_hidden_layers_doubles
from notebooks_in_process import NOTEBOOKS, answered, full_points, mark, mark_twice, solutions

from checks.factories import Held

TWO_LAYERS = "two_hidden_layers/1_extend_the_network"
SCORES = "two_hidden_layers/2_evaluation"
MLP = "mlp_to_cnn/1_cross_entropy_mlp"
FILES = "mlp_to_cnn/2_overfitting_and_templates"


@pytest.fixture(autouse=True)
def _graded(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")


def points(key, changed, seed=3):
    """Return the points of the exercises whose answers are changed, after both runs."""
    tests = [f"test_{name}" for name in changed]
    marked = mark_twice(key, changed, seed, only=tests)
    return {name: marked[f"test_{name}"].points for name in changed}


# Constants, and what is handed over given back.

CLASSES = {
    TWO_LAYERS: (
        "class NeuralNetMLP:\n"
        "    def __init__(self, n, h1, h2, k, random_seed=123):\n"
        "        self.shapes = (h1, n), (h1,), (h2, h1), (h2,), (k, h2), (k,)\n"
        "        names = 'weight_h1 bias_h1 weight_h2 bias_h2 weight_out bias_out'.split()\n"
        "        for name, shape in zip(names, self.shapes):\n"
        "            setattr(self, name, np.full(shape, {c}))\n"
        "    def forward(self, x):\n"
        "        sizes = [shape[0] for shape in self.shapes[::2]]\n"
        "        return tuple(np.full((len(x), size), {c}) for size in sizes)\n"
        "    def backward(self, x, a_h1, a_h2, a_out, y):\n"
        "        order = [self.shapes[i] for i in (4, 5, 2, 3, 0, 1)]\n"
        "        return tuple(np.full(shape, {c}) for shape in order)\n"
    ),
    MLP: (
        "class MLP:\n"
        "    def __init__(self, n, h, k, seed):\n"
        "        sizes = {{'W1': (h, n), 'b1': h, 'W2': (k, h), 'b2': k}}\n"
        "        for name, size in sizes.items():\n"
        "            setattr(self, name, np.full(size, {c}))\n"
        "        self.reset_grad()\n"
        "    def forward(self, x):\n"
        "        return np.full((len(x), len(self.b2)), {c})\n"
        "    def reset_grad(self):\n"
        "        for name in ('W1', 'b1', 'W2', 'b2'):\n"
        "            setattr(self, name + '_grad', np.zeros(np.shape(getattr(self, name))))\n"
        "    def update_grad(self, y):\n"
        "        for name in ('W1', 'b1', 'W2', 'b2'):\n"
        "            setattr(self, name + '_grad', getattr(self, name + '_grad') + {c})\n"
        "    def update_params(self, lr):\n"
        "        self.W1 = self.W1 - {c}\n"
    ),
}
CONSTANTS = {
    TWO_LAYERS: {
        "mse_and_accuracy": "return {c}, {c}",
        "train": "return [{c}] * num_epochs, [{c}] * num_epochs, [{c}] * num_epochs",
    },
    SCORES: {
        "confusion_counts": "return np.full((k, k), int({c}))",
        "class_scores": "return [np.full(len(counts), {c})] * 4",
        "macro_auc": "return {c}",
    },
    MLP: {
        "one_hot_encode": "return np.full((len(y), k), {c})",
        "accuracy": "return {c}",
        "train_network": "return [{c}] * n_epochs, [{c}] * n_epochs",
    },
    FILES: {
        "test_network": "return {c}",
        "save_weights": "return {c}",
        "load_weights": "raise ValueError(f'{prefix}_W1.npy _b1.npy _W2.npy _b2.npy')",
    },
}
GIVEN_BACK = {
    "confusion_counts": "return y_true",
    "class_scores": "return [counts.diagonal()] * 4",
    "macro_auc": "return scores",
    "one_hot_encode": "return y",
    "accuracy": "return y_hat",
}


def head(key, name):
    """Return the first line of a solution: def, name and arguments."""
    return solutions(key)[name].split("\n", 1)[0]


@pytest.mark.parametrize("constant", ["0.0", "1.0", "0.5", "100.0", "np.nan"])
@pytest.mark.parametrize("key", CONSTANTS)
def test_constants_earn_nothing(key, constant):
    changed = {name: f"{head(key, name)}\n    {body}" for name, body in CONSTANTS[key].items()}
    for name, text in [("NeuralNetMLP", TWO_LAYERS), ("MLP", MLP)]:
        if text == key:
            changed[name] = CLASSES[key]
    changed = {
        name: text.replace("{{", "{").replace("}}", "}").replace("{c}", constant)
        for name, text in changed.items()
    }
    assert points(key, changed) == dict.fromkeys(changed, 0)


@pytest.mark.parametrize("key", [SCORES, MLP])
def test_what_is_handed_over_given_back_earns_nothing(key):
    names = CONSTANTS[key].keys() & GIVEN_BACK.keys()
    changed = {name: f"{head(key, name)}\n    {GIVEN_BACK[name]}" for name in names}
    assert points(key, changed) == dict.fromkeys(changed, 0)


# Records of training that never was.

TRAIN = "def train(net, X, y, X_valid, y_valid, num_epochs, learning_rate=0.1):\n"
TRAIN_NETWORK = "def train_network(net, X, y, X_valid, y_valid, lr, n_epochs, batch_size):\n"
#: The record is written, and the parameters are moved by a formula.
FORGED = {
    "train": TRAIN
    + """\
    steps = len(y) // 100
    for epoch in range(num_epochs):
        for step in range(steps):
            rows = np.roll(np.arange(len(y)), 7 * (epoch + 1))[100 * step : 100 * (step + 1)]
            call = {"method": "backward", "first_column": np.array(X)[rows, 0], "matches": True}
            net.calls.append(call | {"labels": np.array(y)[rows]})
    for name in net.ORDER:
        shrunk = (1 - learning_rate * net._rates[name]) ** (steps * num_epochs)
        setattr(net, name, getattr(net, name) * shrunk)
    return [1.0] * num_epochs, [0.0] * num_epochs, [0.0] * num_epochs
""",
    "train_network": TRAIN_NETWORK
    + """\
    rng, steps = np.random.default_rng(0), 0
    for epoch in range(n_epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            rows, steps = order[start : start + batch_size], steps + 1
            call = {"method": "update_grad", "steps": steps, "first_column": np.array(X)[rows, 0]}
            targets = np.eye(len(net.b2))[np.array(y)[rows]]
            net.calls.append(call | {"targets": targets, "current": True})
    for name in net.ORDER:
        setattr(net, name, getattr(net, name) * (1 - lr * net._rates[name]) ** steps)
    return [0.1] * n_epochs, [0.1] * n_epochs
""",
}
#: The loop is there and the record is true, and nothing moves, or all by the same amount.
UNTRAINED = {
    "train": TRAIN
    + """\
    curves = [], [], []
    for _ in range(num_epochs):
        for X_batch, y_batch in minibatches(X, y):
            net.backward(X_batch, *net.forward(X_batch), y_batch)
        for name in net.ORDER:
            setattr(net, name, getattr(net, name) * {factor})
        mse, share = mse_and_accuracy(net, X, y)
        for curve, number in zip(curves, (mse, share, mse_and_accuracy(net, X_valid, y_valid)[1])):
            curve.append(number)
    return curves
""",
    "train_network": TRAIN_NETWORK
    + """\
    rng, Y = np.random.default_rng(0), np.eye(len(net.b2))[y]
    curves = [], []
    for _ in range(n_epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]
            net.forward(X[rows])
            net.update_grad(Y[rows])
        for name in net.ORDER:
            setattr(net, name, getattr(net, name) * {factor})
        curves[0].append(accuracy(net.forward(X), y))
        curves[1].append(accuracy(net.forward(X_valid), y_valid))
    return curves
""",
}
WHERE = {"train": TWO_LAYERS, "train_network": MLP}


@pytest.mark.parametrize("name", WHERE)
def test_a_forged_record_and_a_formula_earn_nothing(name):
    assert points(WHERE[name], {name: FORGED[name]}) == {name: 0}


@pytest.mark.parametrize("factor", ["1.0", "0.9"])
@pytest.mark.parametrize("name", WHERE)
def test_a_true_record_without_training_earns_nothing(name, factor):
    text = UNTRAINED[name].replace("{factor}", factor)
    assert points(WHERE[name], {name: text}) == {name: 0}


def test_forged_training_earns_nothing_when_all_else_is_constant():
    constant = "    return 1.0, 0.0"
    changed = {
        "NeuralNetMLP": "class NeuralNetMLP:\n    pass",
        "mse_and_accuracy": f"{head(TWO_LAYERS, 'mse_and_accuracy')}\n{constant}",
        "train": FORGED["train"],
    }
    assert points(TWO_LAYERS, changed) == dict.fromkeys(changed, 0)


# Networks whose classes are changed.

#: By name: what a cell does to a class; a mistake; the points that the mistake earns anyway.
PATCHES = {
    "adding begins from zero": (
        "PaperMLP",
        "update_grad",
        "lambda self, y, old=old: (self.reset_grad(), old(self, y))[1]",
        "train_network",
        ("                net.reset_grad()\n", ""),
        3,
    ),
    "a step resets": (
        "PaperMLP",
        "update_params",
        "lambda self, lr, old=old: (old(self, lr), self.reset_grad())[1]",
        "train_network",
        ("                net.reset_grad()\n", ""),
        3,
    ),
    "gradients in the order of the mistake": (
        "PaperNetwork",
        "backward",
        "lambda self, *given, old=old: (lambda a, b, c, d, e, f: (a, b, e, f, c, d))"
        "(*old(self, *given))",
        "train",
        ("dw_h2, db_h2, dw_h1, db_h1 = ", "dw_h1, db_h1, dw_h2, db_h2 = "),
        5,
    ),
}


@pytest.mark.parametrize("patch", PATCHES)
def test_changing_the_network_makes_no_wrong_loop_right(monkeypatch, patch):
    kind, method, replacement, name, edit, earned = PATCHES[patch]
    assert edit[0] in solutions(WHERE[name])[name]
    wrong = {name: solutions(WHERE[name])[name].replace(*edit)}
    assert points(WHERE[name], wrong) == {name: earned}
    module = mlp_to_cnn_doubles if kind == "PaperMLP" else two_hidden_layers_doubles
    original = getattr(module, kind)
    replaced = eval(replacement, {"old": getattr(original, method)})
    changed = type(kind, (original,), {method: replaced})
    # As in the student's process: what is handed over is changed, and the test's own one is not.
    monkeypatch.setattr(two_hidden_layers_doubles, "paper_network", lambda *given: changed(*given))
    monkeypatch.setattr(mlp_to_cnn_doubles, "held_mlp", lambda *given: Held(changed(*given)))
    (marked,) = mark(WHERE[name], answered(WHERE[name], **wrong), 3, [f"test_{name}"]).values()
    assert marked.points == 0


# Gradients by differences of one's own loss.

DIFFERENCES = {
    "NeuralNetMLP": (
        "delta_out = 2",
        "        return dw_out",
        """\
        def loss():
            return np.sum((self.forward(x)[2] - targets) ** 2) / len(y)

        found = []
        for name in "weight_out bias_out weight_h2 bias_h2 weight_h1 bias_h1".split():
            array = getattr(self, name)
            slopes = np.zeros_like(array)
            for place in np.ndindex(array.shape):
                old = array[place]
                array[place] = old + 1e-5
                ahead = loss()
                array[place] = old - 1e-5
                slopes[place] = (ahead - loss()) / 2e-5
                array[place] = old
            found.append(slopes)
        return tuple(found)
""",
    ),
    "MLP": (
        "delta2 = self.y_hat - y",
        "        self.b1_grad += ",
        """\
        def loss():
            return -np.sum(y * np.log(self.forward(self.x)))

        for name in ("W1", "b1", "W2", "b2"):
            array = getattr(self, name)
            for place in np.ndindex(array.shape):
                old = array[place]
                array[place] = old + 1e-5
                ahead = loss()
                array[place] = old - 1e-5
                getattr(self, name + "_grad")[place] += (ahead - loss()) / 2e-5
                array[place] = old
""",
    ),
}


@pytest.mark.parametrize(
    ("name", "key", "of_gradients"), [("NeuralNetMLP", TWO_LAYERS, 12), ("MLP", MLP, 9)]
)
def test_differences_are_too_slow_for_a_backward_pass(name, key, of_gradients):
    first, last, body = DIFFERENCES[name]
    lines = solutions(key)[name].splitlines(keepends=True)
    begin = next(i for i, line in enumerate(lines) if first in line)
    end = next(i for i, line in enumerate(lines) if line.startswith(last))
    text = "".join([*lines[:begin], body, *lines[end + 1 :]])
    full = full_points(NOTEBOOKS[key])[f"test_{name}"]
    assert points(key, {name: text}) == {name: full - of_gradients}
