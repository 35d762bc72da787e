"""Answers to `1_backpropagation` written otherwise, and the made-up class's mistakes."""

from grading.sample_class.student import Mistakes

#: Right answers, each the whole body of its function.
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
}

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
