"""The made-up class's mistakes in `1_backpropagation`."""

from grading.sample_class.student import Mistakes

#: The wrong ones: {student: Mistakes}.
MISTAKES = {
    "dora": Mistakes(
        edits={
            "forward": ("z2 = X @ W1.T + b1", "z2 = X @ W1.T"),
            "numerical_gradient": (
                "(f(theta + step) - f(theta - step)) / (2 * eps)",
                "(f(theta + step) - f(theta)) / eps",
            ),
        },
        loses={"forward": 2, "numerical_gradient": 3},
    ),
    "emil": Mistakes(
        edits={"error_terms": ("(a3 - Y) * a3 * (1 - a3)", "a3 - Y")}, loses={"error_terms": 3}
    ),
    "fatima": Mistakes(
        edits={"gradients": ("delta2.sum(axis=0) / m", "delta2.sum(axis=0)")},
        loses={"gradients": 2},
    ),
    "goran": Mistakes(edits={"cost": ("/ (2 * m)", "/ (2 * a3.size)")}, loses={"cost": 2}),
    "hana": Mistakes(
        replacements={
            "cost_and_gradient": """
                W1, b1, W2, b2 = unpack(theta, *layer_shapes(X.shape[1], n_hidden, Y.shape[1]))
                _, a2, _, a3 = forward(W1, b1, W2, b2, X)
                dW1, db1, dW2, db2 = gradients(X, a2, *error_terms(W2, a2, a3, Y))
                return cost(a3, Y), pack(dW1, dW2, db1, db2)
                """,
        },
        loses={"cost_and_gradient": 3},
    ),
    "jana": Mistakes(
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
}
