"""Answers to `5_softmax_features` written otherwise, and the made-up class's mistakes."""

from grading.sample_class.student import Mistakes

#: Right answers, each the whole body of its function.
WRITTEN_OTHERWISE = {
    "softmax": """
        rows = []
        for z in np.asarray(Z, dtype=float):
            rows.append([1 / sum(np.exp(np.minimum(z - c, 700))) for c in z])
        return np.array(rows)
        """,
    "softmax_cost_and_gradient": """
        m, n = X.shape
        W = theta[: k * n].reshape(k, n)
        scores = np.column_stack([X, np.ones(m)]) @ np.column_stack([W, theta[k * n :]]).T
        scores = scores - scores.max(axis=1)[:, None]
        totals = np.exp(scores).sum(axis=1)
        J, dW, db = 0.5 * lam * float(np.vdot(W, W)), lam * W, np.zeros(k)
        for x, label, z, total in zip(X, y, scores, totals):
            J += (np.log(total) - z[label]) / m
            error = np.exp(z) / total
            error[label] -= 1
            dW = dW + np.outer(error, x) / m
            db += error / m
        return J, np.append(dW, db)
        """,
    "train_softmax": """
        from scipy.optimize import fmin_l_bfgs_b

        rows, features = X.shape
        padded = np.column_stack([X, np.ones(rows)])

        def slope(theta):
            W, b = theta[:-k].reshape(k, features), theta[-k:]
            P = np.exp(padded @ np.column_stack([W, b]).T)
            P /= P.sum(axis=1, keepdims=True)
            J = -np.log(P[range(rows), y]).sum() / rows + 0.5 * lam * (W**2).sum()
            P[range(rows), y] -= 1
            together = P.T @ padded / rows
            return J, np.append(together[:, :-1] + lam * W, together[:, -1])

        start = 0.01 * np.random.default_rng(5).standard_normal(k * (features + 1))
        best, lowest, info = fmin_l_bfgs_b(slope, start, maxiter=max_iter)
        return best
        """,
    "predict_softmax": """
        features = X.shape[1]
        scores = np.einsum("cf,mf->mc", theta[:-k].reshape(k, features), X) + theta[-k:]
        return np.array([int(np.argmax(row)) for row in scores])
        """,
    "learn_features": """
        encoder = fit(X_train)
        codes = list(map(encoder, (X_train, *others)))
        return codes[0], codes[1:]
        """,
}

#: The wrong ones: {student: Mistakes}.
MISTAKES = {
    "dora": Mistakes(
        edits={"softmax": ("Z - Z.max(axis=1, keepdims=True)", "Z")}, loses={"softmax": 2}
    ),
    "fatima": Mistakes(
        edits={"softmax_cost_and_gradient": ("delta.sum(axis=0)", "m * delta.sum(axis=0)")},
        loses={"softmax_cost_and_gradient": 2},
    ),
    "goran": Mistakes(
        edits={"learn_features": ("fit(X_train)", "fit(np.vstack([X_train, *others]))")},
        loses={"learn_features": 2},
    ),
    "hana": Mistakes(
        edits={"train_softmax": ("theta0, max_iter,", "theta0, 1000,")},
        loses={"train_softmax": 1},
    ),
}
