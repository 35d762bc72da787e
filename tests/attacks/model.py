"""What an attack is: an honest submission, a change to it, and the marks that it must get."""

from collections.abc import Callable
from dataclasses import dataclass, field
from textwrap import dedent, indent

FIRST, SECOND = "1_backpropagation", "2_small_mnist"
THIRD, FOURTH, FIFTH = "3_autoencoder", "4_bias_variance", "5_softmax_features"
POINTS = {
    FIRST: {
        "forward": 4,
        "cost": 2,
        "error_terms": 5,
        "gradients": 4,
        "cost_and_gradient": 4,
        "numerical_gradient": 3,
    },
    SECOND: {"one_hot": 2, "init_parameters": 3, "train": 4, "predict": 2, "accuracy": 2},
    THIRD: {"autoencoder_cost_and_gradient": 7, "encode": 2, "reconstruct": 3},
    FOURTH: {"sweep": 5, "choose": 4},
    FIFTH: {
        "softmax": 3,
        "softmax_cost_and_gradient": 5,
        "train_softmax": 3,
        "predict_softmax": 2,
        "learn_features": 2,
    },
}
ALL = tuple(POINTS[FIRST])
HEADS = {
    "forward": "W1, b1, W2, b2, X",
    "cost": "a3, Y",
    "error_terms": "W2, a2, a3, Y",
    "gradients": "X, a2, delta3, delta2",
    "cost_and_gradient": "theta, X, Y, n_hidden",
    "numerical_gradient": "f, theta, eps=1e-4",
    "one_hot": "y, k",
    "init_parameters": "n, h, k, rng",
    "train": "f, theta0, max_iter",
    "predict": "theta, X, n_hidden",
    "accuracy": "y_true, y_pred",
    "autoencoder_cost_and_gradient": "theta, X, n_hidden",
    "encode": "theta, X, n_hidden",
    "reconstruct": "theta, X, n_hidden",
    "sweep": "hidden_sizes, seeds, train_and_score",
    "choose": "table",
    "softmax": "Z",
    "softmax_cost_and_gradient": "theta, X, y, k, lam",
    "train_softmax": "X, y, k, lam, max_iter",
    "predict_softmax": "theta, X, k",
    "learn_features": "fit, X_train, others",
}
#: Answers of the right shapes that deserve nothing.
NOTHING = {
    "forward": "z2, z3 = np.zeros((len(X), len(b1))), np.zeros((len(X), len(b2)))\n"
    "return z2, z2, z3, z3",
    "cost": "return 0.0",
    "error_terms": "return np.zeros(a3.shape), np.zeros(a2.shape)",
    "gradients": "return (np.zeros((delta2.shape[1], X.shape[1])), np.zeros(delta2.shape[1]),\n"
    "        np.zeros((delta3.shape[1], a2.shape[1])), np.zeros(delta3.shape[1]))",
    "cost_and_gradient": "return -1.0, np.ones(theta.size)",
    "numerical_gradient": "return np.zeros(theta.size)",
    "one_hot": "return np.zeros((len(y), k))",
    "init_parameters": "return np.zeros(h * n + h + k * h + k)",
    "train": "return theta0, [0.0, 0.0]",
    "predict": "return np.zeros(len(X), int)",
    "accuracy": "return 0.5",
}
#: An honest answer that stands on no other, so that an attack in one exercise costs only that one.
ALONE = """
    W1, b1, W2, b2 = unpack(theta, *layer_shapes(X.shape[1], n_hidden, Y.shape[1]))
    a2 = sigmoid(X @ W1.T + b1)
    a3 = sigmoid(a2 @ W2.T + b2)
    d3 = (a3 - Y) * a3 * (1 - a3) / len(X)
    d2 = d3 @ W2 * a2 * (1 - a2)
    J = float(((a3 - Y) ** 2).sum()) / (2 * len(X))
    return J, pack(d2.T @ X, d2.sum(axis=0), d3.T @ a2, d3.sum(axis=0))
"""


@dataclass(frozen=True)
class Attack:
    """One submission.

    Attributes
    ----------
    name : str
        Short; part of the student's name.
    tries : str
        What it tries, in a sentence.
    setup : str
        Code of a cell of the student's own, right after the imports.
    attacked : tuple of str
        Exercises that are not answered, or by an attack: they must get nothing.
    bodies, cells : dict of str to str
        For an exercise: the body of its function, or the answer's whole cell.
    files : dict of str to str or bytes
        Further files that are handed in.
    change : callable, optional
        ``change(notebook, place)``: changes the notebook (a plain dict) in place.
    write : callable, optional
        ``write(path, notebook, place)``: puts the notebook file there, instead of plain JSON.
    marks : dict of str to float
        Exact marks of exercises, where they are neither nothing (attacked) nor all.
    notebook : str
        The notebook that is attacked, and graded.
    paid : bool
        Whether it earns undeserved points, or does harm, where tests run in the student's process.
    harm : callable, optional
        ``harm(place)``: sentences on what happened that must not have happened.
    is_graded : bool
        Whether it is graded at all; else it must be listed as not graded, and leave nothing.
    in_turn : bool
        Whether its batch is graded one after the other, by one worker: this one then meets what
        the one before has left.
    """

    name: str
    tries: str
    setup: str = ""
    attacked: tuple = ()
    bodies: dict = field(default_factory=dict)
    cells: dict = field(default_factory=dict)
    files: dict = field(default_factory=dict)
    change: Callable | None = None
    write: Callable | None = None
    marks: dict = field(default_factory=dict)
    notebook: str = FIRST
    paid: bool = True
    harm: Callable | None = None
    is_graded: bool = True
    in_turn: bool = False

    def expected(self):
        """Return the exact marks: {exercise: points}."""
        got_nothing = dict.fromkeys(self.attacked, 0)
        return {**POINTS[self.notebook], **got_nothing, **self.marks}

    def answer(self, exercise, honest):
        """Return the source of an answer's cell; `honest` is the right one."""
        if exercise in self.cells:
            return dedent(self.cells[exercise]).strip()
        body = self.bodies.get(exercise)
        if body is None and exercise in self.attacked:
            body = NOTHING[exercise]
        if body is None and exercise == "cost_and_gradient":
            body = ALONE
        return honest if body is None else function(exercise, body)


def function(exercise, body):
    """Return an answer's cell: the function of that exercise with another body."""
    text = indent(dedent(body).strip(), "    ")
    return f"def {exercise}({HEADS[exercise]}):\n{text}"


def at_a_call(name, tries, body, exercise="numerical_gradient", **more):
    """Return an attack that happens when the grader calls the function of one exercise.

    It is the notebook's last exercise, so that what ends the process costs no other points.
    """
    bodies = {exercise: f"{dedent(body).strip()}\n{NOTHING[exercise]}"}
    return Attack(name, tries, attacked=(exercise,), bodies=bodies, **more)
