"""Wrong answers to `2_small_mnist`, as edits of its solutions."""

W1_START = "rng.normal(scale=1 / np.sqrt(n), size=(h, n))"
W2_START = "rng.normal(scale=0.1 / np.sqrt(h), size=(k, h))"
B2_START = "np.full(k, -np.log(k - 1))"
MINIMIZE = "f, theta0, jac=True,"

# For each exercise: what the mistake is, the solution's text, and what stands there instead.
EDITS = {
    "one_hot": [
        ("from the largest label", "(len(y), k)", "(len(y), y.max() + 1)"),
        ("transposed", "return Y", "return Y.T"),
        ("whole columns", "[np.arange(len(y)), y]", "[:, y]"),
        ("labels kept", "= 1", "= y"),
        ("zeros and ones swapped", "return Y", "return 1 - Y"),
        ("-1 for 0", "np.zeros((len(y), k))", "-np.ones((len(y), k))"),
        ("labels changed", "    return Y", "    y[:] = 0\n    return Y"),
        (
            "classes found in y",
            "[np.arange(len(y)), y]",
            "[np.arange(len(y)), np.unique(y, return_inverse=True)[1]]",
        ),
    ],
    "init_parameters": [
        ("W1 too large", W1_START, "rng.normal(size=(h, n))"),
        ("W1 a variance", W1_START, "rng.normal(scale=1 / n, size=(h, n))"),
        ("W1 of h", W1_START, "rng.normal(scale=1 / np.sqrt(h), size=(h, n))"),
        ("W1 uniform, wide", W1_START, "rng.uniform(-1, 1, size=(h, n)) / np.sqrt(n)"),
        ("W1 positive", W1_START, "np.abs(rng.normal(scale=1 / np.sqrt(n), size=(h, n)))"),
        ("equal units", W1_START, "np.tile(rng.normal(scale=1 / np.sqrt(n), size=(1, n)), (h, 1))"),
        ("W2 too large", W2_START, "rng.normal(scale=1 / np.sqrt(h), size=(k, h))"),
        ("W2 of k", W2_START, "rng.normal(scale=0.1 / np.sqrt(k), size=(k, h))"),
        ("W2 zero", W2_START, "np.zeros((k, h))"),
        ("b1 random", "np.zeros(h)", "0.01 * rng.normal(size=h)"),
        ("b2 zero", B2_START, "np.zeros(k)"),
        ("b2 of k", B2_START, "np.full(k, -np.log(k))"),
        ("b2 of the wrong sign", B2_START, "np.full(k, np.log(k - 1))"),
        (
            "another generator",
            W1_START,
            "np.random.default_rng().normal(scale=1 / np.sqrt(n), size=(h, n))",
        ),
        ("a fixed seed", "    W1 = rng", "    rng = np.random.default_rng(0)\n    W1 = rng"),
    ],
    "train": [
        ("one iteration", '"maxiter": max_iter', '"maxiter": 1'),
        ("a fixed number of iterations", '"maxiter": max_iter', '"maxiter": 40'),
        ("no gradient", MINIMIZE, "lambda t: f(t)[0], theta0,"),
        ("from zero after one step", "return result.x, history", "return 0 * result.x, history"),
        ("the start is returned", "return result.x, history", "return theta0, history"),
        (
            "the start is overwritten",
            "    return result.x",
            "    theta0[:] = result.x\n    return result.x",
        ),
        ("history upside down", "return result.x, history", "return result.x, history[::-1]"),
        ("no history", "return result.x, history", "return result.x, []"),
        ("the last cost alone", "return result.x, history", "return result.x, [history[-1]]"),
        ("another order", "return result.x, history", "return history, result.x"),
        ("SciPy's result", "return result.x, history", "return result"),
        ("uphill", MINIMIZE, "lambda t: (-f(t)[0], -f(t)[1]), theta0, jac=True,"),
        (
            "plain descent, tiny step",
            "return result.x, history",
            "return theta0 - 1e-4 * f(theta0)[1], history",
        ),
    ],
    "predict": [
        ("smallest output", "argmax", "argmin"),
        ("labels from one", "z3.argmax(axis=1)", "z3.argmax(axis=1) + 1"),
        ("no output bias", "a2 @ W2.T + b2", "a2 @ W2.T"),
        ("no hidden bias", "X @ W1.T + b1", "X @ W1.T"),
        ("no hidden activation", "sigmoid(X @ W1.T + b1)", "X @ W1.T + b1"),
        ("one-hot", "z3.argmax(axis=1)", "(z3 == z3.max(axis=1, keepdims=True)).astype(int)"),
        ("floats", "z3.argmax(axis=1)", "z3.argmax(axis=1) * 1.0"),
        ("a column", "z3.argmax(axis=1)", "z3.argmax(axis=1)[:, None]"),
        ("of everything", "z3.argmax(axis=1)", "z3.argmax()"),
        ("ten classes", "k = (theta.size - n_hidden * (n + 1)) // (n_hidden + 1)", "k = 10"),
        ("five hidden units", "    n = X.shape[1]", "    n_hidden = 5\n    n = X.shape[1]"),
        ("W1 in F order", "X @ W1.T", "X @ W1.ravel().reshape(W1.shape[::-1])"),
        ("biases first", "W1, b1, W2, b2 = unpack(theta,", "W1, b1, W2, b2 = unpack(theta[::-1],"),
        ("theta changed", "    return", "    theta *= 2\n    return"),
    ],
    "accuracy": [
        ("a count", "np.mean", "np.sum"),
        ("percent", "np.mean(", "100 * np.mean("),
        ("errors", "==", "!="),
        ("rounded", "np.mean(y_true == y_pred)", "round(np.mean(y_true == y_pred), 1)"),
        ("all or nothing", "np.mean", "np.all"),
        ("broadcast", "y_true == y_pred", "y_true[:, None] == y_pred"),
        ("sorted", "y_true == y_pred", "np.sort(y_true) == np.sort(y_pred)"),
        (
            "labels as numbers",
            "np.mean(y_true == y_pred)",
            "1 - np.mean(np.abs(y_true - y_pred)) / 3",
        ),
        ("labels changed", "    return", "    y_pred %= 2\n    return"),
        (
            "every sample",
            "np.mean(y_true == y_pred)",
            "(y_true == y_pred) * 1.0",
        ),
    ],
}
