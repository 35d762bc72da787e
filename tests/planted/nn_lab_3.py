"""Wrong answers to `3_autoencoder`, as edits of its solutions."""

COST = "np.sum((a3 - X) ** 2) / (2 * m)"
DELTA3 = "(a3 - X) * a3 * (1 - a3)"
DELTA2 = "(delta3 @ W2) * a2 * (1 - a2)"
PACKED = "pack(dW1, db1, dW2, db2)"
CODES = "sigmoid(X @ W1.T + b1)"
DECODED = "sigmoid(encode(theta, X, n_hidden) @ W2.T + b2)"
ENCODER = "theta[: n * n_hidden].reshape(n_hidden, n)"
DECODER = "theta[-n * n_hidden - n : -n].reshape(n, n_hidden)"

# For each exercise: what the mistake is, the solution's text, and what stands there instead.
EDITS = {
    "autoencoder_cost_and_gradient": [
        ("no half", COST, "np.sum((a3 - X) ** 2) / m"),
        ("mean over the pixels, too", COST, "np.mean((a3 - X) ** 2) / 2"),
        ("no mean", COST, "np.sum((a3 - X) ** 2) / 2"),
        ("cross-entropy", COST, "-np.sum(X * np.log(a3) + (1 - X) * np.log(1 - a3)) / m"),
        ("cost of a decoder with tied weights", COST, "np.sum((a2 @ W1 - X) ** 2) / (2 * m)"),
        ("a constant target", DELTA3, "(a3 - X.mean(axis=0)) * a3 * (1 - a3)"),
        ("the target is one-hot", DELTA3, "(a3 - np.eye(n)[X.argmax(axis=1)]) * a3 * (1 - a3)"),
        ("target minus output", DELTA3, "(X - a3) * a3 * (1 - a3)"),
        ("no derivative of the output's sigmoid", DELTA3, "a3 - X"),
        ("z for a", DELTA3, "(a3 - X) * (a2 @ W2.T + b2) * (1 - (a2 @ W2.T + b2))"),
        ("the input's derivative, too", DELTA3, "(a3 - X) * a3 * (1 - a3) * X * (1 - X)"),
        ("linear output", "sigmoid(a2 @ W2.T + b2)", "a2 @ W2.T + b2"),
        ("no output bias", "sigmoid(a2 @ W2.T + b2)", "sigmoid(a2 @ W2.T)"),
        ("no hidden bias", "sigmoid(X @ W1.T + b1)", "sigmoid(X @ W1.T)"),
        ("no derivative of the code's sigmoid", DELTA2, "delta3 @ W2"),
        ("tied weights", DELTA2, "(delta3 @ W1.T) * a2 * (1 - a2)"),
        ("tied in the forward pass", "sigmoid(a2 @ W2.T + b2)", "sigmoid(a2 @ W1 + b2)"),
        ("sigma' of a", DELTA2, "(delta3 @ W2) * sigmoid(a2) * (1 - sigmoid(a2))"),
        ("deltas averaged twice", DELTA2, "(delta3 @ W2) * a2 * (1 - a2) / m"),
        ("X for the code", "delta3.T @ a2 / m", "(delta2.T @ X).T / m"),
        ("dW1 a sum", "delta2.T @ X / m", "delta2.T @ X"),
        ("dW1 transposed", "delta2.T @ X / m", "X.T @ delta2 / m"),
        ("dW2 reshaped", "delta3.T @ a2 / m", "(a2.T @ delta3).reshape(n, n_hidden) / m"),
        ("db2 a sum", "delta3.sum(axis=0) / m", "delta3.sum(axis=0)"),
        ("db1 of the last image", "delta2.sum(axis=0) / m", "delta2[-1]"),
        ("db1 zero", "delta2.sum(axis=0) / m", "0 * b1"),
        ("another order", PACKED, "pack(dW1, dW2, db1, db2)"),
        ("decoder first", PACKED, "pack(dW2, db2, dW1, db1)"),
        ("gradient of the decoder alone", PACKED, "pack(0 * dW1, 0 * db1, dW2, db2)"),
        ("L2 in the gradient alone", PACKED, "pack(dW1 + 0.01 * W1, db1, dW2 + 0.01 * W2, db2)"),
        ("parameters changed", "    return J", "    theta -= 0.1\n    return J"),
        ("images changed", "    delta3 =", "    X -= a3\n    delta3 ="),
    ],
    "encode": [
        ("the reconstruction", CODES, f"sigmoid({CODES} @ {DECODER}.T + theta[-n:])"),
        ("no sigmoid", CODES, "X @ W1.T + b1"),
        ("no bias", CODES, "sigmoid(X @ W1.T)"),
        ("bias added afterwards", CODES, "sigmoid(X @ W1.T) + b1"),
        ("sigmoid twice", CODES, "sigmoid(sigmoid(X @ W1.T + b1))"),
        ("transposed", CODES, "sigmoid(X @ W1.T + b1).T"),
        ("ones and zeros", CODES, "(X @ W1.T + b1 > 0) * 1.0"),
        ("the first image only", CODES, "sigmoid(X[0] @ W1.T + b1)"),
        ("images centred on their mean", CODES, "sigmoid((X - X.mean(axis=0)) @ W1.T + b1)"),
        ("decoder's weights", CODES, f"sigmoid(X @ {DECODER} + b1)"),
        (
            "W1 in F order",
            CODES,
            "sigmoid(X @ W1.ravel().reshape(n, n_hidden) + b1)",
        ),
        ("images changed", f"return {CODES}", f"X -= X.mean()\n    return {CODES}"),
    ],
    "reconstruct": [
        ("the code", DECODED, "encode(theta, X, n_hidden)"),
        ("the images", DECODED, "X.copy()"),
        ("no sigmoid", DECODED, "encode(theta, X, n_hidden) @ W2.T + b2"),
        ("no bias", DECODED, "sigmoid(encode(theta, X, n_hidden) @ W2.T)"),
        ("tied weights", DECODED, f"sigmoid(encode(theta, X, n_hidden) @ {ENCODER} + b2)"),
        ("sigmoid twice", DECODED, f"sigmoid({DECODED})"),
        ("transposed", DECODED, f"{DECODED}.T"),
        ("black and white", DECODED, f"np.round({DECODED})"),
        ("scaled to the images", DECODED, f"{DECODED} * X.mean()"),
        ("W2 reshaped", DECODED, "sigmoid(encode(theta, X, n_hidden) @ W2.reshape(-1, n) + b2)"),
        ("half the code", DECODED, "sigmoid(0.5 * encode(theta, X, n_hidden) @ W2.T + b2)"),
        (
            "images changed",
            f"return {DECODED}",
            f"X[:] = {DECODED}\n    return X",
        ),
    ],
}
