"""Answers to `2_small_mnist` written otherwise, and the made-up class's mistakes."""

from grading.sample_class.student import Mistakes

#: Right answers, each the whole body of its function.
WRITTEN_OTHERWISE = {
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

#: The wrong ones: {student: Mistakes}.
MISTAKES = {
    "emil": Mistakes(
        edits={"one_hot": ("np.arange(len(y)), y]", "np.arange(len(y)), y - 1]")},
        loses={"one_hot": 2},
    ),
    "fatima": Mistakes(
        edits={"predict": ("argmax(axis=1)", "argmax(axis=0)")}, loses={"predict": 2}
    ),
    "goran": Mistakes(
        edits={
            "init_parameters": (
                "rng.normal(scale=1 / np.sqrt(n), size=(h, n))",
                "np.zeros((h, n))",
            ),
        },
        loses={"init_parameters": 2},
    ),
    "hana": Mistakes(
        edits={"train": ('{"maxiter": max_iter, "gtol": 1e-7}', '{"maxiter": 1000, "gtol": 1e-7}')},
        loses={"train": 1},
    ),
    "ivan": Mistakes(
        edits={"predict": ("sigmoid(X @ W1.T + b1)", "sigmoid(X @ W1 + b1)")}, loses={"predict": 2}
    ),
}
