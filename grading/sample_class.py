"""A small made-up class for `nn_lab`, with the points that each of its students must lose.

The demo grades it, and a test compares the marks with what is written here.  A student is a few
changed answers; all other answers are the notebooks' own solutions.
"""

from dataclasses import dataclass, field
from textwrap import dedent

WRITTEN = "See the figures above; the numbers are those that the cells printed."


@dataclass(frozen=True)
class Student:
    """One made-up student.

    Attributes
    ----------
    name : str
        Also the name of the submission's folder.
    about : str
        What is special about the submission.
    edits : dict of str to tuple
        For an exercise, ``(old, new)``: the text of the solution to replace, and by what.
    replacements : dict of str to str
        For an exercise, the whole body of the answer.
    loses : dict of str to float
        Points lost, by exercise; an exercise that is not named loses none.
    untouched : bool
        Whether the release is handed in as it is.
    surgery : str
        The name of a change to the notebook itself, see `grading.submissions`.
    """

    name: str
    about: str
    edits: dict = field(default_factory=dict)
    replacements: dict = field(default_factory=dict)
    loses: dict = field(default_factory=dict)
    untouched: bool = False
    surgery: str = ""


WRITTEN_OTHERWISE = {
    "forward": """
        def layer(A, W, b):
            # A sample at a time, and the naive sigmoid: it warns for large z, and is right.
            Z = np.stack([W.dot(x) + b for x in A])
            return Z, 1 / (1 + np.exp(-Z))

        z2, a2 = layer(X, W1, b1)
        z3, a3 = layer(a2, W2, b2)
        return [z2, a2, z3, a3]
        """,
    "cost": """
        total = 0.0
        for output, target in zip(a3, Y):
            total += 0.5 * np.linalg.norm(output - target) ** 2
        return total / a3.shape[0]
        """,
    "error_terms": """
        slope3, slope2 = a3 - a3**2, a2 - a2**2
        delta3 = np.multiply(-(Y - a3), slope3)
        delta2 = np.einsum("mk,kh,mh->mh", delta3, W2, slope2)
        return delta3, delta2
        """,
    "gradients": """
        dW1 = np.mean([np.outer(d, x) for d, x in zip(delta2, X)], axis=0)
        dW2 = np.mean([np.outer(d, a) for d, a in zip(delta3, a2)], axis=0)
        return dW1, delta2.mean(0), dW2, delta3.mean(0)
        """,
    "cost_and_gradient": """
        print("called with", theta.shape)
        h, n, k = n_hidden, X.shape[1], Y.shape[1]
        W1 = theta[: h * n].reshape(h, n)
        b1 = theta[h * n : h * n + h]
        W2 = theta[h * n + h : h * n + h + k * h].reshape(k, h)
        b2 = theta[-k:]
        a2 = sigmoid(X @ W1.T + b1)
        a3 = sigmoid(a2 @ W2.T + b2)
        delta3 = (a3 - Y) * a3 * (1 - a3) / len(X)
        delta2 = delta3 @ W2 * a2 * (1 - a2)
        grad = [delta2.T @ X, delta2.sum(0), delta3.T @ a2, delta3.sum(0)]
        J = np.array(((a3 - Y) ** 2).sum() / 2 / len(X))
        return J, np.concatenate([g.flatten() for g in grad])
        """,
    "numerical_gradient": """
        import warnings

        warnings.warn("this may take a while")
        theta = np.array(theta, dtype=float)
        grad = []
        for i in range(len(theta)):
            kept = theta[i]
            theta[i] = kept + eps
            above = f(theta)
            theta[i] = kept - eps
            below = f(theta)
            theta[i] = kept
            grad.append((above - below) / eps / 2)
        return np.array(grad)
        """,
    "one_hot": """
        return np.eye(k, dtype=int)[y]
        """,
    "init_parameters": """
        theta = rng.standard_normal(h * n + h + k * h + k)
        theta[: h * n] /= n**0.5
        theta[h * n : h * n + h] = 0
        theta[h * n + h : -k] *= 0.1 / h**0.5
        theta[-k:] = np.log(1 / (k - 1))
        return theta
        """,
    "train": """
        from scipy.optimize import fmin_l_bfgs_b

        history = []

        def callback(x):
            history.append(f(x)[0])

        theta, J, info = fmin_l_bfgs_b(f, theta0.copy(), maxiter=max_iter, callback=callback)
        return theta, history
        """,
    "predict": """
        n = X.shape[1]
        W1, b1, rest = np.split(theta, [n_hidden * n, n_hidden * n + n_hidden])
        k = rest.size // (n_hidden + 1)
        a2 = sigmoid(X @ W1.reshape(n_hidden, n).T + b1)
        a3 = sigmoid(a2 @ rest[:-k].reshape(k, n_hidden).T + rest[-k:])
        return np.array([np.argmax(row) for row in a3])
        """,
    "accuracy": """
        right = 0
        for t, p in zip(y_true, y_pred):
            if t == p:
                right += 1
        return right / len(y_true)
        """,
}

STUDENTS = (
    Student("ada", "everything right"),
    Student("bela", "everything right, written otherwise", replacements=WRITTEN_OTHERWISE),
    Student("chen", "handed in untouched", untouched=True),
    Student(
        "dora",
        "forgets the bias of the hidden layer; one-sided differences",
        edits={
            "forward": ("z2 = X @ W1.T + b1", "z2 = X @ W1.T"),
            "numerical_gradient": (
                "(f(theta + step) - f(theta - step)) / (2 * eps)",
                "(f(theta + step) - f(theta)) / eps",
            ),
        },
        loses={"forward": 2, "numerical_gradient": 3},
    ),
    Student(
        "emil",
        "no derivative of the output's sigmoid; labels counted from one",
        edits={
            "error_terms": ("(a3 - Y) * a3 * (1 - a3)", "a3 - Y"),
            "one_hot": ("np.arange(len(y)), y]", "np.arange(len(y)), y - 1]"),
        },
        loses={"error_terms": 3, "one_hot": 2},
    ),
    Student(
        "fatima",
        "the mean is missing in the biases' gradients; argmax along the wrong axis",
        edits={
            "gradients": ("delta2.sum(axis=0) / m", "delta2.sum(axis=0)"),
            "predict": ("argmax(axis=1)", "argmax(axis=0)"),
        },
        loses={"gradients": 2, "predict": 2},
    ),
    Student(
        "goran",
        "the cost is a mean over all outputs; all weights start at zero",
        edits={
            "cost": ("/ (2 * m)", "/ (2 * a3.size)"),
            "init_parameters": (
                "rng.normal(scale=1 / np.sqrt(n), size=(h, n))",
                "np.zeros((h, n))",
            ),
        },
        loses={"cost": 2, "init_parameters": 2},
    ),
    Student(
        "hana",
        "the flat gradient has another order than theta; an optimiser that ignores max_iter",
        replacements={
            "cost_and_gradient": """
                W1, b1, W2, b2 = unpack(theta, *layer_shapes(X.shape[1], n_hidden, Y.shape[1]))
                _, a2, _, a3 = forward(W1, b1, W2, b2, X)
                dW1, db1, dW2, db2 = gradients(X, a2, *error_terms(W2, a2, a3, Y))
                return cost(a3, Y), pack(dW1, dW2, db1, db2)
                """,
        },
        edits={"train": ('{"maxiter": max_iter, "gtol": 1e-7}', '{"maxiter": 1000, "gtol": 1e-7}')},
        loses={"cost_and_gradient": 3, "train": 1},
    ),
    Student(
        "ivan",
        "an answer that raises an error",
        edits={"predict": ("sigmoid(X @ W1.T + b1)", "sigmoid(X @ W1 + b1)")},
        loses={"predict": 2},
    ),
    Student(
        "jana",
        "an answer that never ends",
        replacements={
            "numerical_gradient": """
                grad = np.zeros(theta.shape)
                i = 0
                while i < theta.size:
                    step = np.zeros(theta.shape)
                    step[i] = eps
                    grad[i] = (f(theta + step) - f(theta - step)) / (2 * eps)
                return grad
                """
        },
        loses={"numerical_gradient": 3},
    ),
    Student(
        "kofi",
        "everything right, but a check cell pasted twice and another one deleted",
        surgery="paste_and_delete",
    ),
)


def answer_source(solution, student, exercise):
    """Return the source of one answer cell as `student` wrote it.

    Parameters
    ----------
    solution : str
        The answer cell with the solution, without markers.
    student : Student
    exercise : str
        The cell's grade_id.

    Raises
    ------
    ValueError
        When an edit's old text is not exactly once in the solution: the solution has changed.
    """
    if exercise in student.replacements:
        return _with_body(solution, student.replacements[exercise])
    if exercise not in student.edits:
        return solution
    old, new = student.edits[exercise]
    if solution.count(old) != 1:
        raise ValueError(
            f"the edit of {exercise!r} by {student.name!r} no longer fits: {old!r} is in the "
            f"solution {solution.count(old)} times, expected once"
        )
    return solution.replace(old, new)


def _with_body(solution, body):
    """Return a function's head and docstring with another body."""
    head, docstring_end = solution.split('"""', 2)[:2], '"""'
    lines = dedent(body).strip().splitlines()
    indented = "\n".join("    " + line if line else "" for line in lines)
    return f"{head[0]}{docstring_end}{head[1]}{docstring_end}\n{indented}\n"
