"""Answers to `3_autoencoder` written otherwise, and the made-up class's mistakes."""

from grading.sample_class.student import Mistakes

#: Right answers, each the whole body of its function.
WRITTEN_OTHERWISE = {
    "autoencoder_cost_and_gradient": """
        m, n = X.shape
        ends = np.cumsum([n_hidden * n, n_hidden, n * n_hidden])
        W1, b1, W2, b2 = np.split(np.array(theta), ends)
        W1, W2 = W1.reshape(n_hidden, n), W2.reshape(n, n_hidden)
        inputs = np.column_stack([X, np.ones(m)])  # a bias is a weight of an input that is 1
        code = 0.5 + 0.5 * np.tanh(0.5 * (inputs @ np.column_stack([W1, b1]).T))
        codes = np.column_stack([code, np.ones(m)])
        out = 0.5 + 0.5 * np.tanh(0.5 * (codes @ np.column_stack([W2, b2]).T))
        blame_out = (out - X) * out * (1 - out) / m
        blame_code = np.einsum("mn,nh->mh", blame_out, W2) * code * (1 - code)
        slopes_1 = np.einsum("mh,mn->hn", blame_code, inputs)
        slopes_2 = np.einsum("mn,mh->nh", blame_out, codes)
        pieces = (slopes_1[:, :-1], slopes_1[:, -1], slopes_2[:, :-1], slopes_2[:, -1])
        return 0.5 * np.mean([d @ d for d in out - X]), np.concatenate([p.ravel() for p in pieces])
        """,
    "encode": """
        h, n = n_hidden, X.shape[1]
        W1, b1 = theta[: h * n].reshape(h, n), theta[h * n : h * n + h]
        return np.array([1 / (1 + np.exp(-(W1 @ x + b1))) for x in X])
        """,
    "reconstruct": """
        n = X.shape[1]
        W1, b1, W2, b2 = unpack(theta, (n_hidden, n), (n_hidden,), (n, n_hidden), (n,))
        return sigmoid(W2 @ sigmoid(W1 @ X.T + b1[:, None]) + b2[:, None]).T
        """,
}

#: The wrong ones: {student: Mistakes}.
MISTAKES = {
    "dora": Mistakes(
        edits={"encode": ("sigmoid(X @ W1.T + b1)", "sigmoid(X @ W1.T)")}, loses={"encode": 2}
    ),
    "emil": Mistakes(
        edits={"autoencoder_cost_and_gradient": ("(a3 - X) * a3 * (1 - a3)", "a3 - X")},
        loses={"autoencoder_cost_and_gradient": 5},
    ),
    "fatima": Mistakes(
        edits={
            "autoencoder_cost_and_gradient": ("delta2.sum(axis=0) / m", "delta2.sum(axis=0)"),
        },
        loses={"autoencoder_cost_and_gradient": 3},
    ),
    "ivan": Mistakes(edits={"reconstruct": ("@ W2.T + b2", "@ W2 + b2")}, loses={"reconstruct": 3}),
}
