# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Softmax, and whether features help
#
# You write the classifier that most networks end in, softmax with cross-entropy, and train it twice: on raw pixels, and on the codes of your autoencoder.
# Then you answer a question that is asked every day, and often badly: *did the features help?*
#
# **When you are done, you can**
#
# - compute probabilities from scores of any size without overflow;
# - derive, write and check the gradient of cross-entropy, with a penalty on the weights;
# - keep validation and test images out of everything that learns, and see what happens otherwise;
# - compare two classifiers on the same images, and say how sure you are which one is better.
#
# **Time:** about two hours. **You need:** notebook 3, `3_autoencoder.ipynb`, finished, saved and in the same folder. **Points:** 18 of the lab's 100.
#
# Only sections 7 and 8 use your autoencoder. Without it you can do, and get marks for, every exercise; its place in the comparison is then taken by principal components alone.

# %% given="imports"
import numpy as np
from scipy.special import logsumexp

from helpers import gradient_check, minimize, pack, plots, unpack
from helpers.data import load_small_mnist
from helpers.figures import show
from helpers.lesson import load_answers, needs, training_length
from helpers.progress import Progress

# %% given="notebook_3"
notebook_3 = load_answers("3_autoencoder.ipynb", ["autoencoder_cost_and_gradient", "encode"])

# %% [markdown]
# ## 1. The data
#
# The same images as in the last notebooks, with the same split: train on the first part, choose on the second, and leave the test images alone until the end.
# When MNIST is on your computer, its 10,000 test images are that last part: they give a smaller standard error.

# %% given="data"
data = load_small_mnist()
n, k = data.X_train.shape[1], data.n_classes
if data.X_test_10000 is not None:
    X_final, y_final, final = data.X_test_10000, data.y_test_10000, "MNIST's test images"
else:
    X_final, y_final, final = data.X_test, data.y_test, "test images"

print(f"to train on: X {data.X_train.shape}, to choose on: X {data.X_validation.shape}")
print(f"for the end: X {X_final.shape}, {final}")

# %% [markdown]
# ## 2. From scores to probabilities
#
# A linear classifier gives each class a score: $z = W x + b$, with one row of $W$ and one entry of $b$ for each of the $k$ classes. Softmax turns the scores of a sample into probabilities:
#
# $$ p_c = \frac{e^{z_c}}{\sum_{j=1}^{k} e^{z_j}} . $$
#
# All are positive, and they add up to 1. Unlike $k$ separate sigmoids, they compete: when one goes up, others go down.
#
# **Overflow.** $e^{1000}$ is infinity in double precision, and infinity by infinity is not a number. But adding the same number to all scores of a sample changes nothing: above and below the line,
# the same factor appears. So subtract from each row its own largest score. Then the largest exponent is 0, and the sum is at least 1.
#
# ### Exercise 1: `softmax` (3 points)
#
# Rows are samples. Scores may be as large as $\pm 10{,}000$, and one row's scores may be far from another row's.


# %% answer="softmax"
def softmax(Z):
    """Return probabilities P (m, k), rows that add up to 1, for the scores Z (m, k)."""
    ### BEGIN SOLUTION
    powers = np.exp(Z - Z.max(axis=1, keepdims=True))  # (m, k); the largest in each row is 1
    return powers / powers.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %% test="test_softmax" points=3
from checks import credit


def test_softmax(check):
    import numpy as np

    from checks import close, shaped, steady

    Z = np.log([[1.0, 2.0, 1.0], [3.0, 3.0, 6.0]])
    with check("the shape of the scores, and every row adds up to 1; nothing changed in place"):
        P = steady(softmax, Z, names="Z")
        shaped(P, (2, 3), what="P")
        close(np.sum(P, axis=1), [1.0, 1.0], what="the rows' sums")
    with check("on paper: scores ln 1, ln 2, ln 1 are 1/4, 1/2, 1/4; ln 3, ln 3, ln 6 the same"):
        expected = [[0.25, 0.5, 0.25], [0.25, 0.25, 0.5]]
        close(softmax(Z.copy()), expected, what="P")
    with check("scores 10000, 0, -10000 are 1, 0, 0; scores 10000, 10000, 0 are 1/2, 1/2, 0"):
        found = softmax(np.array([[1e4, 0.0, -1e4], [1e4, 1e4, 0.0]]))
        close(found, [[1.0, 0.0, 0.0], [0.5, 0.5, 0.0]], what="P")
    with check("in another row of the same matrix, three times -10000 is 1/3 each"):
        found = softmax(np.array([[1e4, 1e4 - 1, 0.0], [-1e4, -1e4, -1e4]]))
        shaped(found, (2, 3), what="P")
        close(np.asarray(found)[1], [1 / 3, 1 / 3, 1 / 3], what="the second row of P")
        close(np.asarray(found)[0], [0.731059, 0.268941, 0.0], atol=1e-6, what="the first row")
    ### BEGIN HIDDEN TESTS
    rng = check.rng
    m, k = (int(size) for size in rng.permutation([4, 5, 6, 7, 9])[:2])
    Z = rng.normal(scale=2, size=(m, k))
    # P[i, c] is 1 over the sum of exp(z_j - z_c): no maximum, no common denominator.
    expected = 1 / np.exp(Z[:, None, :] - Z[:, :, None]).sum(axis=2)
    with check(
        "random scores; nothing is changed in place",
        points=1,
        repeats=("the shape of the scores", "on paper"),
    ):
        close(steady(softmax, Z, names="Z"), expected, what="P")
    with check(
        "10000 more or less in all scores of a sample changes nothing",
        points=1,
        repeats="scores 10000, 0, -10000",
    ):
        for shift in (1e4, -1e4):
            close(softmax(Z + shift), expected, what=f"P of the scores {shift:+g}")
    with check(
        "rows of very different sizes do not disturb each other",
        points=1,
        repeats=("scores 10000, 0, -10000", "in another row"),
    ):
        shifts = np.where(np.arange(m) % 2, 1e4, -1e4)[:, None]
        close(softmax(Z + shifts), expected, what="P")
        chosen = np.eye(k)[rng.integers(k, size=m)]
        far = np.where(np.arange(m) % 2, 1e4, -1e4)[:, None]
        expected = np.where(far > 0, chosen, (1 - chosen) / (k - 1))
        close(softmax(far * chosen), expected, what="P of scores 10000 apart")
    ### END HIDDEN TESTS


credit(test_softmax)

# %% [markdown]
# ## 3. Cost and gradient
#
# **Cross-entropy** asks one thing of each sample: how probable did you say its true class is? The cost is minus the logarithm of that probability, as a mean over the samples. It is 0 for certainty, $\ln k$ for
# "I do not know", and without limit for being sure and wrong. To it comes a penalty on large weights, with a strength $\lambda$ (`lam`, since `lambda` is a word of Python):
#
# $$ J = -\frac1m \sum_{i=1}^{m} \ln p^{(i)}_{y_i} + \frac{\lambda}{2} \sum W^2 . $$
#
# The penalty is on the weights alone. A bias only says how frequent a class is, and nothing is gained by making it small.
#
# **The logarithm needs care, too.** A probability of $e^{-800}$ is rounded to 0, and $\ln 0$ is minus infinity, although the right answer is simply $-800$. So do not take the logarithm of a softmax. Write it out:
#
# $$ \ln p_c = z_c - \ln \sum_j e^{z_j} . $$
#
# The second term is what `logsumexp(Z, axis=1)` gives for each row, without overflow; it is SciPy's, and already imported. (With `keepdims=True` it is a column, which can be subtracted from `Z`; and $e^{\ln p}$ is $p$ again.)
#
# **The gradient.** By the equation above, one sample's cost is $\ln \sum_j e^{z_j} - z_y$. Its derivative by $z_c$ is $p_c$ from the first term, and $-1$ from the second where $c$ is the true class. With $Y$ for the one-hot labels,
#
# $$ \Delta = P - Y, \qquad \frac{\partial J}{\partial W} = \frac1m \Delta^\top X + \lambda W, \qquad \frac{\partial J}{\partial b} = \frac1m \sum_i \Delta^{(i)} . $$
#
# Compare $\Delta$ with notebook 1's $\delta_3 = (a_3 - y) \odot a_3 \odot (1 - a_3)$. The factor $a_3 (1 - a_3)$ is gone: an output that is sure and wrong has the *largest* error term, and not a vanishing one.
# So no class is given up here, as it was in part 7 of notebook 2.
#
# ### Exercise 2: `softmax_cost_and_gradient` (5 points)
#
# `theta` is flat: `W` $(k, n)$ row by row, then `b` $(k,)$. Labels `y` are integers; `k` is given, since a batch may lack a class. The cost has to be right for scores of $\pm 10{,}000$ as well.
# The grader also calls it with 784 features, 26 classes and 800 samples, and gives it two seconds: enough for loops over samples and classes, far too short for differences in 20,410 directions.


# %% answer="softmax_cost_and_gradient"
def softmax_cost_and_gradient(theta, X, y, k, lam):
    """Return the regularised mean cross-entropy J and its gradient at theta.

    theta (k*n + k,): W (k, n) and b (k,) as one flat vector.  X (m, n): samples.  y (m,): integer
    labels.  k: number of classes.  lam: strength of the penalty on W.
    Returns J, one number, and grad, in the order and shape of theta.
    """
    ### BEGIN SOLUTION
    m, n = X.shape
    W, b = unpack(theta, (k, n), (k,))
    Z = X @ W.T + b  # (m, k)
    log_P = Z - logsumexp(Z, axis=1, keepdims=True)  # (m, k)
    J = -np.mean(log_P[np.arange(m), y]) + lam / 2 * np.sum(W**2)
    delta = (np.exp(log_P) - np.eye(k)[y]) / m  # (m, k)
    return J, pack(delta.T @ X + lam * W, delta.sum(axis=0))
    ### END SOLUTION


# %% test="test_softmax_cost_and_gradient" points=5
from checks import credit


def test_softmax_cost_and_gradient(check):
    import numpy as np

    from checks import close, results, shaped, steps_agree

    # Four samples, two features, three classes.
    X = np.array([[1.0, 2.0], [3.0, 0.0], [-1.0, 1.0], [1.0, 1.0]])
    y = np.array([0, 0, 1, 2])
    W = np.array([[1.0, 2.0], [0.0, 1.0], [2.0, 0.0]])
    with check("two results; with theta zero all probabilities are 1/3, and J is ln 3"):
        J, grad = results(softmax_cost_and_gradient(np.zeros(9), X, y, 3, 0.2), "J grad")
        shaped(grad, (9,), what="grad")
        close(J, np.log(3), what="J")
    with check(
        "on paper, theta zero: the first row of dW is [-2/3, -1/6], db is [-1/6, 1/12, 1/12]"
    ):
        _, grad = results(softmax_cost_and_gradient(np.zeros(9), X, y, 3, 0.2), "J grad")
        shaped(grad, (9,), what="grad")
        close(np.asarray(grad)[:2], [-2 / 3, -1 / 6], what="the first row of dW")
        close(np.asarray(grad)[6:], [-1 / 6, 1 / 12, 1 / 12], what="db")
    with check("on paper, X zero: J is ln 3 + 1 with W^2 summing to 10 and lam = 0.2; b is free"):
        theta = np.concatenate([W.ravel(), [5.0, 5.0, 5.0]])
        J, grad = results(softmax_cost_and_gradient(theta, 0 * X, y, 3, 0.2), "J grad")
        close(J, np.log(3) + 1, what="J")
        shaped(grad, (9,), what="grad")
        close(np.asarray(grad)[:6], [0.2, 0.4, 0.0, 0.2, 0.4, 0.0], what="dW")
    with check("small steps in W and in b change J as much as grad says"):
        theta = np.concatenate([W.ravel(), [0.5, -1.0, 0.0]])
        steps_agree(lambda at: softmax_cost_and_gradient(at, X, y, 3, 0.1), theta, {"W": 6, "b": 3})
    with check("scores of tens of thousands, lam = 0: J is 10000 + ln(2) / 4"):
        theta = np.concatenate([W.ravel(), np.zeros(3)])
        J, _ = results(softmax_cost_and_gradient(theta, 1e4 * X, y, 3, 0.0), "J grad")
        close(J, 1e4 + np.log(2) / 4, rtol=1e-9, what="J")
    with check("three classes, and none of the last in the batch: still 9 parameters"):
        few = np.array([0, 0, 1, 0])
        _, grad = results(softmax_cost_and_gradient(np.zeros(9), X, few, 3, 0.2), "J grad")
        shaped(grad, (9,), what="grad")
        close(np.asarray(grad)[6:], [-5 / 12, 1 / 12, 1 / 3], what="db")
    ### BEGIN HIDDEN TESTS
    from checks import close_to_slopes, steady

    rng = check.rng
    names = "theta X y k lam"

    def problem(m, n, k, scale=1.0):
        at = {"W": scale * rng.normal(size=(k, n)), "b": rng.normal(size=k)}
        return (
            at,
            rng.normal(size=(m, n)),
            rng.integers(k - 1, size=m),  # none of the last class
            float(rng.uniform(0.3, 0.9)),
        )

    def flat(W, b):
        return np.concatenate([W.ravel(), b])

    def oracle_cost(X, y, lam, W, b):
        Z = np.einsum("kn,mn->mk", W, X) + b
        chosen = sum(float(row[label]) for row, label in zip(Z, y, strict=True))
        fit = (np.logaddexp.reduce(Z, axis=1).sum() - chosen) / len(X)
        return float(fit + 0.5 * lam * np.linalg.norm(W) ** 2)

    def oracle_gradient(X, y, lam, W, b):
        # Class by class; one over the sum of exp(z_j - z_c) is how probable class c is.
        Z = np.dot(W, X.T) + b[:, None]
        errors = [1 / np.exp(Z - z).sum(axis=0) - (y == c) for c, z in enumerate(Z)]
        dW = [(X.T * error).mean(axis=1) + lam * w for error, w in zip(errors, W, strict=True)]
        return {"W": np.array(dW), "b": np.mean(errors, axis=1)}

    at, X, y, lam = problem(*(int(size) for size in rng.permutation([4, 5, 6, 7, 8, 9])[:3]))
    k = len(at["b"])
    wide = problem(800, 784, 26, scale=0.05)
    expected = oracle_gradient(*wide[1:], **wide[0])

    def gradient_at(at, X, y, lam):
        k = len(at["b"])
        _, grad = results(softmax_cost_and_gradient(flat(**at), X, y, k, lam), "J grad")
        shaped(grad, (at["W"].size + k,), what="grad")
        grad = np.asarray(grad, dtype=float)
        return {"W": grad[:-k].reshape(at["W"].shape), "b": grad[-k:]}

    def right_part(name):
        # Small, entry by entry; then wide, where loops over samples are fast enough.
        found = gradient_at(at, X, y, lam)[name]
        close_to_slopes(
            {name: found},
            lambda **part: oracle_cost(X, y, lam, **(at | part)),
            {name: at[name]},
            m=len(X),
        )
        close(gradient_at(*wide)[name], expected[name], what=f"d{name} of 26 classes")

    with check(
        "J on random inputs, lam > 0; nothing is changed in place",
        points=1,
        repeats=("two results", "on paper, X zero", "small steps"),
    ):
        found = steady(softmax_cost_and_gradient, flat(**at), X, y, k, lam, names=names)
        J, _ = results(found, "J grad")
        close(J, oracle_cost(X, y, lam, **at), what="J")
    with check(
        "J where scores are -10000 and 10000, and lam = 0", points=1, repeats="scores of tens"
    ):
        far = np.where(np.arange(k) % 2, 1e4, -1e4) + np.arange(k)
        found = softmax_cost_and_gradient(flat(at["W"], far), X, y, k, 0.0)
        close(results(found, "J grad")[0], oracle_cost(X, y, 0.0, at["W"], far), what="J")
    with check(
        "dW, the first part of grad, is the slope of J by W; two seconds for 26 classes",
        points=1,
        seconds=2,
        repeats=("two results", "on paper, theta zero", "on paper, X zero", "small steps"),
    ):
        right_part("W")
    with check(
        "db, its last part, is the slope of J by b; two seconds for 26 classes",
        points=1,
        seconds=2,
        repeats=("two results", "on paper, theta zero", "small steps", "three classes, and none"),
    ):
        right_part("b")
    with check(
        "the whole gradient, 784 features and 26 classes, in two seconds", points=1, seconds=2
    ):
        found = gradient_at(*wide)
        close(flat(**found), flat(**expected), what="grad")
    ### END HIDDEN TESTS


credit(test_softmax_cost_and_gradient)

# %% [markdown]
# Now the check that you know from notebook 1, on real images. The weights are random, the biases are not zero, and $\lambda$ is large enough that a penalty would show that differs between cost and gradient. (One that is wrong in both is the right gradient of the wrong cost: that, the check above has looked at.)

# %% given="check_gradient"
with needs("softmax", "softmax_cost_and_gradient"):
    theta = np.random.default_rng(1).normal(scale=0.1, size=k * n + k)
    report = gradient_check(
        lambda t: softmax_cost_and_gradient(t, data.X_train[:40], data.y_train[:40], k, 0.5),
        theta,
        {"W": (k, n), "b": (k,)},
        m=40,
    )
    display(report)

# %% [markdown]
# Some pixels at the border are 0 in all of these images. Their weights get their gradient from the penalty alone, which is why $\lambda > 0$ matters in a check: with $\lambda = 0$ those entries are zero in *any* implementation.
#
# ## 4. Training and prediction
#
# Notebook 2 forbade starting from zero, since equal hidden units stay equal. Here is no hidden layer, and the cost is *convex*: like a bowl, it has one lowest value, and from every start the way down leads there. So start from zeros.
#
# `minimize(f, theta0, max_iter, progress=False)` of the course's helpers is what you wrote in notebook 2: L-BFGS, where `f(theta)` returns the cost and its gradient. It returns the parameters and the history of costs.
# `progress=False` leaves out the progress bar: many classifiers will be trained below.
#
# ### Exercise 3: `train_softmax` (3 points)
#
# Minimise your `softmax_cost_and_gradient` in at most `max_iter` iterations. Return the parameters only. With 500 iterations and a small problem, the gradient at the end should be close to 0.


# %% answer="train_softmax"
def train_softmax(X, y, k, lam, max_iter):
    """Return theta (k*n + k,), trained on the samples X (m, n) with integer labels y (m,).

    k: number of classes.  lam: strength of the penalty.  max_iter: iterations at most.
    """
    ### BEGIN SOLUTION
    theta0 = np.zeros(k * X.shape[1] + k)
    theta, _ = minimize(
        lambda t: softmax_cost_and_gradient(t, X, y, k, lam), theta0, max_iter, progress=False
    )
    return theta
    ### END SOLUTION


# %% test="test_train_softmax" points=3
from checks import credit


def test_train_softmax(check):
    import numpy as np

    from checks import close, expect, shaped

    X = np.array([[1.0, 2.0], [3.0, 0.0], [-1.0, 1.0], [1.0, 1.0]])
    y = np.array([0, 0, 1, 2])
    with check("two features and three classes make a flat theta of 9 numbers"):
        shaped(train_softmax(X, y, 3, 0.1, 50), (9,), what="theta")
    with check("on paper: when X is zero, the biases learn how frequent the classes are"):
        theta = train_softmax(0 * X, y, 3, 0.1, 200)
        shaped(theta, (9,), what="theta")
        theta = np.asarray(theta)
        close(theta[:6], np.zeros(6), atol=1e-3, what="W")
        close(theta[6] - theta[7:], [np.log(2)] * 2, atol=1e-3, what="b[0] - b[1] and b[0] - b[2]")
    with check("with lam = 0.5, the first row of W is 0.4563, 0.0981 at the lowest cost"):
        theta = train_softmax(X, y, 3, 0.5, 500)
        shaped(theta, (9,), what="theta")
        close(np.asarray(theta)[:2], [0.4563, 0.0981], atol=1e-3, what="the first row of W")
    with check("max_iter counts: one iteration does not get there"):
        one, many = (train_softmax(X, y, 3, 0.5, often) for often in (1, 500))
        for theta in (one, many):
            shaped(theta, (9,), what="theta")
        moved = float(np.abs(np.asarray(many) - np.asarray(one)).max())
        expect(moved > 1e-2, "theta is the same after 1 iteration and after 500")
    with check("the larger lam is, the smaller are the weights"):
        weak, strong = (train_softmax(X, y, 3, lam, 200) for lam in (0.01, 1.0))
        for theta in (weak, strong):
            shaped(theta, (9,), what="theta")
        weak, strong = np.asarray(weak)[:6], np.asarray(strong)[:6]
        ratio = float(np.abs(strong).sum() / np.abs(weak).sum())
        expect(ratio < 0.5, f"with lam = 1 the weights are {ratio:.2g} times those with lam = 0.01")
    ### BEGIN HIDDEN TESTS
    from checks import after

    rng = check.rng
    m, n, k = 30, *(int(size) for size in rng.permutation([3, 4, 5, 6])[:2])
    X = rng.normal(size=(m, n))
    even = rng.permutation(np.arange(m) % k)
    uneven = np.where(rng.permutation(m) < m // 3, 0, even)  # class 0 more often than others

    def oracle(theta, X, y, lam):
        # The cost and its gradient, whatever the start, the optimiser or the own cost was.
        theta = np.asarray(theta, dtype=float)
        W, b = theta[: k * n].reshape(k, n), theta[k * n :]
        true = (np.arange(k) == y[:, None]) * 1.0
        Z = np.einsum("kn,mn->mk", W, X) + b
        total = np.logaddexp.reduce(Z, axis=1)
        J = float((total - (Z * true).sum(axis=1)).mean() + 0.5 * lam * np.linalg.norm(W) ** 2)
        delta = np.exp(Z - total[:, None]) - true
        return J, np.append(np.einsum("mk,mn->kn", delta, X) / m + lam * W, delta.mean(axis=0))

    def lowest(y, lam):
        theta, (left, labels, *_) = after(train_softmax, X, y, k, lam, 500)
        shaped(theta, (k * n + k,), what="theta")
        close(left, X, what="X afterwards")
        close(labels, y, what="y afterwards")
        expect(bool(np.isfinite(np.asarray(theta)).all()), "theta holds NaN or infinity")
        steepest = float(np.abs(oracle(theta, X, y, lam)[1]).max())
        expect(
            steepest < 2e-3,
            f"theta is not where the cost is lowest: a slope of {steepest:.2g} is left there",
        )

    with check(
        "the lowest cost on random samples; X and y stay as they are",
        points=1,
        repeats=("two features and three classes", "on paper", "with lam = 0.5"),
    ):
        lowest(uneven, float(rng.uniform(0.05, 0.1)))
    with check(
        "the same with a lam that is ten times as large",
        points=1,
        repeats=("on paper", "with lam = 0.5", "the larger lam is"),
    ):
        lowest(uneven, float(rng.uniform(0.5, 1.0)))
    with check(
        "max_iter is obeyed: 6 iterations go some of the way, not all of it",
        points=1,
        repeats=("two features and three classes", "max_iter counts"),
    ):
        theta = train_softmax(X, even, k + 1, 0.1, 5)  # none of the samples is of the last class
        shaped(theta, ((k + 1) * (n + 1),), what="theta for one class more than y holds")
        stretched = X * 10.0 ** np.linspace(-1, 1, n)
        # Not fewer: a start that is not zero costs more at first.
        theta = train_softmax(stretched, even, k, 1e-3, 6)
        shaped(theta, (k * n + k,), what="theta")
        J, grad = oracle(theta, stretched, even, 1e-3)
        before = oracle(np.zeros(k * n + k), stretched, even, 1e-3)[0]
        expect(bool(before > J), "after 6 iterations the cost is no lower than at zero")
        expect(float(np.abs(grad).max()) > 1e-2, "6 iterations were asked for; did you do more?")
        theta = train_softmax(stretched, even, k, 1e-3, 50)
        further = oracle(theta, stretched, even, 1e-3)[0]
        expect(bool(further < J - 1e-4), "50 iterations go no further down than 6")
    ### END HIDDEN TESTS


credit(test_train_softmax)

# %% [markdown]
# ### Exercise 4: `predict_softmax` (2 points)
#
# The predicted class is the most probable one. Return integers, one a sample. (Does softmax change which score is the largest?)


# %% answer="predict_softmax"
def predict_softmax(theta, X, k):
    """Return the predicted labels (m,), integers, for the samples X (m, n).

    theta (k*n + k,): W (k, n) and b (k,) as one flat vector.  k: number of classes.
    """
    ### BEGIN SOLUTION
    W, b = unpack(theta, (k, X.shape[1]), (k,))
    return (X @ W.T + b).argmax(axis=1)  # the largest score has the largest probability
    ### END SOLUTION


# %% test="test_predict_softmax" points=2
from checks import credit


def test_predict_softmax(check):
    import numpy as np

    from checks import close, expect, shaped, steady

    # Two features, three classes: W is [[2, -1], [0, 1], [-1, -2]], b is [0, 1, -1].
    theta = np.array([2.0, -1.0, 0.0, 1.0, -1.0, -2.0, 0.0, 1.0, -1.0])
    X = np.array([[1.0, 0.0], [1.0, 0.9], [-1.0, -1.0], [2000.0, 3000.0]])
    with check("on paper: the scores of the first sample are [2, 1, -2], so its class is 0"):
        labels = steady(predict_softmax, theta, X, 3, names="theta X k")
        shaped(labels, (4,), what="labels")
        close(np.asarray(labels)[0], 0, what="the first label")
    with check("on paper: the four samples are of the classes 0, 1, 2 and 1"):
        close(predict_softmax(theta, X, 3), [0, 1, 2, 1], what="labels")
    with check("labels are integers, one a sample"):
        labels = np.asarray(predict_softmax(theta, X, 3))
        shaped(labels, (4,), what="labels")
        expect(labels.dtype.kind in "iu", f"labels should be integers, not {labels.dtype}")
    ### BEGIN HIDDEN TESTS
    rng = check.rng
    m, n, k = 40, *(int(size) for size in rng.permutation([3, 4, 5, 6, 7])[:2])
    W, X = rng.normal(size=(k, n)), rng.normal(size=(m, n))

    def check_labels(b):
        theta = np.concatenate([W.ravel(), b])
        labels = np.asarray(steady(predict_softmax, theta, X, k, names="theta X k"))
        scores = np.einsum("kn,mn->mk", W, X) + b
        close(labels, np.argsort(scores)[:, -1], what="labels")
        expect(labels.dtype.kind in "iu", f"labels should be integers, not {labels.dtype}")

    balance = np.append(0, -W[1:] @ X[0] + W[0] @ X[0])  # at X[0] all scores are alike
    with check(
        "random classifiers of unequal sizes; nothing is changed in place",
        points=1,
        repeats=("on paper: the scores", "on paper: the four samples", "labels are integers"),
    ):
        for chosen in range(k):  # so that no class is that of all samples
            check_labels(balance + 0.5 * (np.arange(k) == chosen))
    with check(
        "biases count, and scores of 10000 do no harm",
        points=1,
        repeats="on paper: the four samples",
    ):
        for level in (0.0, 1e4, -1e4):
            for chosen in range(k):
                check_labels(level + np.where(np.arange(k) == chosen, 40.0, 0.0))
    ### END HIDDEN TESTS


credit(test_predict_softmax)

# %% [markdown]
# ## 5. Raw pixels
#
# The simplest features are the pixels. Two classifiers: one without penalty, one with $\lambda = 0.001$.


# %% given="raw_pixels"
def accuracy_and_error(right):
    """Return the fraction of right answers and its standard error, both in percent."""
    p = np.mean(right)
    return 100 * p, 100 * np.sqrt(p * (1 - p) / len(right))


raw = {}
with needs("train_softmax", "predict_softmax"):
    for lam in (0, 1e-3):
        raw[lam] = train_softmax(data.X_train, data.y_train, k, lam, training_length(100))
    print(f"{'pixels':>10}  {'training':>8}  {'validation':>10}  {'largest weight':>14}")
    for lam in raw:
        train, _ = accuracy_and_error(predict_softmax(raw[lam], data.X_train, k) == data.y_train)
        p, se = accuracy_and_error(
            predict_softmax(raw[lam], data.X_validation, k) == data.y_validation
        )
        largest = np.abs(raw[lam][: k * n]).max()
        print(f"λ = {lam:<6}  {train:7.1f}%  {p:5.1f} ± {se:.1f}%  {largest:14.1f}")

# %% [markdown]
# Without a penalty every training image is classified rightly: with so many weights, that is easily had, and says nothing. The penalty gives up a few training images, and *gains* on the validation images.
# Remember the second line: **that is the baseline**. Features that beat only the first line have done no more than a penalty does for nothing.
#
# The weights of a class, drawn as an image, show what it looks for: purple where ink speaks for the digit, orange where it speaks against it.


# %% given="raw_weights"
def show_weights(lam):
    """Show the weights of the classifier trained with this lam."""
    W, _ = unpack(raw[lam], (k, n), (k,))
    title = f"What softmax looks for, digits 0 to {k - 1}, λ = {lam}"
    show(
        plots.weights(W, data.image_shape, title=title),
        alt=f"{title}: the weights of each class as an image, from {W.min():.2g} to {W.max():.2g}.",
    )


if len(raw) == 2:
    show_weights(0)
    show_weights(1e-3)
else:
    print("The pictures come when both classifiers above have been trained.")

# %% [markdown]
# Without the penalty the weights are large and rough: single pixels decide, those that happened to tell a few training images apart. With it they are about a twentieth as large (look at the scales), and on small MNIST somewhat smoother: the empty middle of the 0 is easy to see.
#
# Probabilities say more than labels: how sure is the classifier where it is wrong?


# %% given="sure_and_wrong"
def wrong_and_sure(lam):
    """Return the wrongly classified validation images, what was said of all, and how surely."""
    W, b = unpack(raw[lam], (k, n), (k,))
    P = softmax(data.X_validation @ W.T + b)
    said = predict_softmax(raw[lam], data.X_validation, k)
    return np.flatnonzero(said != data.y_validation), said, np.max(P, axis=1)


with needs("softmax", "train_softmax", "predict_softmax"):
    for lam in (0, 1e-3) if len(raw) == 2 else ():
        wrong, said, sure = wrong_and_sure(lam)
        averages = 100 * sure[wrong].mean(), 100 * np.delete(sure, wrong).mean()
        print(
            f"λ = {lam:<6} wrong on {len(wrong)} validation images, on average "
            f"{averages[0]:.0f} % sure of it; {averages[1]:.0f} % where it is right"
        )
    if len(raw) == 2:
        first = wrong[np.argsort(-sure[wrong])][:10]
        title = f"Wrong, and most sure of it: at least {100 * sure[first].min():.0f} % (λ = {lam})"
        show(
            plots.digits(
                data.X_validation[first],
                data.image_shape,
                labels=data.y_validation[first],
                predictions=said[first],
                title=title,
            )
        )
    else:
        print("The images come when both classifiers above have been trained.")

# %% [markdown]
# Without the penalty a wrong answer is given with nearly the same certainty as a right one. With it there is more doubt where doubt is due. Still, the first of the images above show that a high probability is no promise.
#
# ## 6. Features, and how not to cheat with them
#
# A *feature extractor* is learnt from data as well: an autoencoder from images, principal components from their covariance, even a mean that is subtracted. Whatever learns may see the **training images alone**.
# If it sees the images that it is judged on, with or without their labels, the judgement is worth less: this is *leakage*.
#
# The rule is short. **Fit on the training part. Apply to all parts.**
#
# ### Exercise 5: `learn_features` (2 points)
#
# `fit` is any function that learns an encoder: `fit(X)` returns a function `encode`, and `encode(A)` returns the codes of the images `A`. Fitting is expensive: do it once. Return the codes of `X_train`, and a list with the codes of each array in `others`.


# %% answer="learn_features"
def learn_features(fit, X_train, others):
    """Learn an encoder, and encode all parts of the data with it, without leakage.

    fit: takes images (m, n), returns a function from images (any number, n) to codes (.., h).
    X_train (m, n): training images.  others: list of further arrays of images (.., n).
    Returns codes_train (m, h), and codes_others, a list with an array for each of others.
    """
    ### BEGIN SOLUTION
    encode = fit(X_train)
    return encode(X_train), [encode(X) for X in others]
    ### END SOLUTION


# %% test="test_learn_features" points=2
from checks import credit


def test_learn_features(check):
    import numpy as np

    from checks import close, expect, results, shaped
    from nn_lab_doubles import centred_projection, recorded

    def count_is(parts, wanted):
        is_list = isinstance(parts, list | tuple)
        expect(is_list, f"codes_others should be a list; it is: {type(parts).__name__}")
        expect(len(parts) == wanted, f"codes_others has length {len(parts)}, expected {wanted}")

    # This fit subtracts the mean of the images it has seen, and projects on the rows of W.
    W = [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]
    X_train = np.array([[1.0, 0.0], [3.0, 2.0], [2.0, 1.0], [2.0, 1.0]])  # their mean is [2, 1]
    others = [np.array([[5.0, 1.0]]), np.array([[2.0, 3.0], [0.0, 0.0]])]
    with check("two results: the training codes, and a list with the codes of each other part"):
        found = learn_features(centred_projection(W), X_train, others)
        codes_train, codes_others = results(found, "codes_train codes_others")
        shaped(codes_train, (4, 3), what="codes_train")
        count_is(codes_others, 2)
    with check("another number of other parts: one"):
        found = learn_features(centred_projection(W), X_train, others[:1])
        count_is(results(found, "codes_train codes_others")[1], 1)
    with check("on paper: the mean [2, 1] of X_train is what is subtracted, in every part"):
        found = learn_features(centred_projection(W), X_train, others)
        codes_train, codes_others = results(found, "codes_train codes_others")
        close(np.asarray(codes_train)[0], [-1.0, -1.0, -2.0], what="the first training code")
        close(codes_others[0], [[3.0, 0.0, 3.0]], what="codes_others[0]")
        close(codes_others[1], [[0.0, 2.0, 2.0], [-2.0, -1.0, -3.0]], what="codes_others[1]")
    with check("no leakage: fit is called once, and sees nothing but X_train"):
        fit = recorded(centred_projection(W))
        codes = learn_features(fit, X_train, others)
        calls = fit.calls
        expect(len(calls) == 1, f"fit was called {len(calls)} times")
        seen = np.asarray(calls[0])
        expect(
            seen.shape == X_train.shape,
            f"fit saw an array of shape {seen.shape}, X_train has shape {X_train.shape}: it should "
            "see X_train, all of it and nothing else",
        )
        close(seen, X_train, what="what fit saw")
        shaped(results(codes, "codes_train codes_others")[0], (4, 3), what="codes_train")
    ### BEGIN HIDDEN TESTS
    from checks import after

    rng = check.rng
    sizes = rng.permutation([3, 4, 5, 6, 7, 8, 9])
    n, h, m = (int(size) for size in sizes[:3])
    W = rng.normal(size=(h, n))
    X_train = rng.normal(size=(m, n))
    others = [rng.normal(loc=i + 1, size=(int(sizes[3 + i]), n)) for i in range(3)]
    mean = X_train.sum(axis=0) / m

    def codes_of(A):
        return np.einsum("hn,an->ah", W, A) - W @ mean

    with check(
        "random data, three other parts: the encoder is that of X_train",
        points=1,
        repeats=("two results", "on paper"),
    ):
        fit = recorded(centred_projection(W))
        found, (_, left_train, left_others) = after(learn_features, fit, X_train, others)
        codes_train, codes_others = results(found, "codes_train codes_others")
        close(codes_train, codes_of(X_train), what="codes_train")
        count_is(codes_others, 3)
        for i, A in enumerate(others):
            close(codes_others[i], codes_of(A), what=f"codes_others[{i}]")
            close(left_others[i], A, what=f"others[{i}] afterwards")
        close(left_train, X_train, what="X_train afterwards")
    with check(
        "fit has seen X_train and nothing else, once",
        points=1,
        repeats=("another number", "no leakage"),
    ):
        fit = recorded(centred_projection(W))
        found = learn_features(fit, X_train, others[:1])
        calls = fit.calls
        expect(len(calls) == 1, f"fit was called {len(calls)} times")
        close(calls[0], X_train, what="what fit saw")
        codes_train, codes_others = results(found, "codes_train codes_others")
        close(codes_train, codes_of(X_train), what="codes_train")
        count_is(codes_others, 1)
        close(codes_others[0], codes_of(others[0]), what="codes_others[0]")
    ### END HIDDEN TESTS


credit(test_learn_features)

# %% [markdown]
# ## 7. The autoencoder as a feature extractor
#
# Your `autoencoder_cost_and_gradient` and `encode` of notebook 3 do the work; the next cell adds what trains them. It takes *Adam* steps, each on 100 images drawn at random: a few hundred of them reach a useful error sooner than L-BFGS does,
# since no step has to look at all images. (Given much more time, L-BFGS may get lower.) The output's biases start where the network gives back the mean image.


# %% given="fit_autoencoder"
def fit_autoencoder(X, n_hidden, steps=400, seed=0, learning_rate=0.01):
    """Train an autoencoder on the images X (m, n); return its parameters.

    Kingma and Ba (2015), Adam, algorithm 1, with their beta1 = 0.9 and beta2 = 0.999.
    """
    rng = np.random.default_rng(seed)
    n, mean = X.shape[1], np.clip(X.mean(axis=0), 0.01, 0.99)
    W1 = rng.normal(scale=n**-0.5, size=(n_hidden, n))
    W2 = rng.normal(scale=0.1 * n_hidden**-0.5, size=(n, n_hidden))
    theta = pack(W1, np.zeros(n_hidden), W2, np.log(mean / (1 - mean)))
    J, _ = notebook_3.autoencoder_cost_and_gradient(theta, X[:100], n_hidden)
    steps = training_length(steps)
    average, square = np.zeros((2, theta.size))  # running means of the gradient, and its square
    with Progress(steps, f"autoencoder, {n_hidden} hidden units") as bar:
        for step in range(1, steps + 1):
            rows = rng.integers(len(X), size=100)
            J, grad = notebook_3.autoencoder_cost_and_gradient(theta, X[rows], n_hidden)
            average += 0.1 * (grad - average)
            square += 0.001 * (grad**2 - square)
            size = np.sqrt(square / (1 - 0.999**step)) + 1e-8
            theta = theta - learning_rate * average / (1 - 0.9**step) / size
            bar.step(f"cost {J:.2f}")
        bar.close(f"{steps} steps, cost {J:.2f} on the last 100 images")
    return theta


def autoencoder_features(n_hidden, seed=0):
    """Return the fit(X) of exercise 5 for an autoencoder of this size."""

    def learn(X):
        theta = fit_autoencoder(X, n_hidden, seed=seed)
        return lambda A: notebook_3.encode(theta, A, n_hidden)

    return learn


def pca_features(n_hidden):
    """Return the fit(X) of exercise 5 for principal components, as many as n_hidden."""

    def learn(X):
        mean = X.mean(axis=0)
        _, directions = np.linalg.eigh((X - mean).T @ (X - mean))
        return lambda A: (A - mean) @ directions[:, -n_hidden:]

    return learn


# %% [markdown]
# ### What leakage looks like
#
# First the cheat, on purpose. Take 100 training images, 100 *held-out* images to judge by, and all other validation images, which stand for the images still to come. Train one autoencoder on the training images, and a second one on training and held-out images together.

# %% given="leakage"
few, held_out, to_come = data.X_train[:100], data.X_validation[:100], data.X_validation[100:]
sizes = {"small MNIST": [25, 50, 100, 200], "digits": [8, 16, 32, 64]}[data.name]
sizes = sizes[: training_length(40) // 10]  # all four; two of them while it is being graded

with needs("autoencoder_cost_and_gradient"):
    table = [f"{'cost on':>34} {'training':>9} {'held-out':>9} {'images to come':>15}"]
    for name, seen in [
        ("fitted on training", few),
        ("fitted on training and held-out", np.vstack([few, held_out])),
    ]:
        theta = fit_autoencoder(seen, sizes[-2], steps=250)
        costs = [
            notebook_3.autoencoder_cost_and_gradient(theta, part, sizes[-2])[0]
            for part in (few, held_out, to_come)
        ]
        table.append(f"{name:>34} {costs[0]:9.2f} {costs[1]:9.2f} {costs[2]:15.2f}")
    print("\n".join(table))

# %% [markdown]
# In the first line the held-out images tell the truth: their cost is about that of the images to come. In the second line they do not. Their cost is as small as that of the training images, while new images cost far more:
# nearly half as much again with the digits, and several times as much with small MNIST. Nothing crashed, and nobody looked at a label; the cheat only shows beside images that nobody has used.
# (The second autoencoder *is* better on new images, since it has seen twice as many. More data helps; being judged by them afterwards does not.)
#
# With thousands of images the effect on an accuracy is smaller, often too small to see. That makes the rule more important, not less: you cannot tell from the figure whether it was broken.
#
# ### The comparison
#
# Four sizes: 25 to 200 for the 784 pixels of small MNIST, 8 to 64 for the 64 pixels of the digits (where 64 is no compression at all). For each, the same classifier on
#
# - **codes** of the autoencoder, with $\lambda = 0$ and with $\lambda = 0.001$;
# - as many **principal components**, with $\lambda = 0.001$. They are a control. Components are linear in the pixels, and softmax could find any linear combination by itself: when they do as well as the codes, then nothing was gained by the hidden layer.
#
# All are fitted on the training images, and compared on the validation images. First the control, which needs no autoencoder:

# %% given="components"
parts = [data.X_validation, X_final]
features = {}  # (name, size): codes of the training, the validation and the last part
trained = {}  # (name, size, lambda): the parameters of softmax on these codes
right = {}  # classifier: for each size, which validation images it gets right


def compare(name, make_fit, lam):
    """Train softmax on codes of every size; keep which validation images it gets right."""
    answers = []
    for size in sizes:
        if (name, size) not in features:
            train, others = learn_features(make_fit(size), data.X_train, parts)
            features[name, size] = [train, *others]
        train, validation, _ = features[name, size]
        theta = train_softmax(train, data.y_train, k, lam, training_length(100))
        trained[name, size, lam] = theta
        answers.append(predict_softmax(theta, validation, k) == data.y_validation)
        p, se = accuracy_and_error(answers[-1])
        print(f"{size:>4} {name}, λ = {lam:<5}: {p:.1f} ± {se:.1f} % of the validation images")
    right[f"{name}, λ = {lam}"] = answers


with needs("train_softmax", "predict_softmax", "learn_features"):
    compare("components", pca_features, 1e-3)

# %% [markdown]
# Now the autoencoders, half a minute or less on most computers:

# %% given="codes"
with needs(
    *("train_softmax", "predict_softmax", "learn_features"),
    *("autoencoder_cost_and_gradient", "encode"),
):
    compare("codes", autoencoder_features, 1e-3)
    compare("codes", autoencoder_features, 0)

# %% given="comparison_figure"
if right and len(raw) == 2:
    with needs("predict_softmax"):
        baselines = {
            f"pixels, λ = {lam}": predict_softmax(raw[lam], data.X_validation, k)
            == data.y_validation
            for lam in raw
        }
        show(
            plots.compared_accuracies(
                sizes,
                right,
                baselines,
                title="Softmax on features and on pixels, validation images",
                xlabel="number of features",
            )
        )
else:
    print("The figure comes when the exercises above are done.")

# %% [markdown]
# Read the figure in this order.
#
# 1. **How wide are the bars?** About a point. Curves closer than that cannot be told apart by their bars. (Section 8 has a sharper way.)
# 2. **Few features** do worse than pixels with penalty: something that was thrown away was needed.
# 3. **Codes with penalty against pixels without** (the lower grey line): a gain of points, and the comparison that is often reported. But the pixels gain as much from the same penalty.
# 4. **Codes with penalty against pixels with penalty** (the upper one): the fair comparison. The largest codes come up to the line; whether they pass it, these bars cannot tell.
# 5. **Components**: while there are few, they do better than as many codes, though they cost one decomposition and no training.
#
# ## 8. The last part, opened once
#
# Choose the size that does best on the validation images with $\lambda = 0.001$, and only then look at the last part.
#
# Two classifiers are judged on the *same* images here, and that helps. What is hard for one is hard for the other, so the difference is less uncertain than either accuracy. For each image, take 1 when only the first is right, $-1$ when only the second is, and 0 otherwise;
# the mean of these numbers is the difference in accuracy, and their standard deviation, divided by $\sqrt m$, is its standard error. A difference of two standard errors or more is worth talking about. (0.0 ± 0.0 says that both are right on the same images here. It is no proof that they are equal.)


# %% given="final"
def last_line(name, answers, baseline):
    """Print an accuracy, and the difference from the baseline on the same images."""
    p, se = accuracy_and_error(answers)
    difference = answers.astype(float) - baseline
    gap, gap_se = 100 * difference.mean(), 100 * difference.std() / np.sqrt(len(difference))
    against = f"{gap:+13.1f} ± {gap_se:.1f}" if answers is not baseline else "    (baseline)"
    print(f"{name:<32} {p:6.1f} ± {se:.1f}% {against}")


def best_size(name):
    """Return the size that does best on the validation images with λ = 0.001."""
    return sizes[int(np.argmax([np.mean(answers) for answers in right[f"{name}, λ = 0.001"]]))]


if len(raw) == 2 and right:
    baseline = predict_softmax(raw[1e-3], X_final, k) == y_final
    print(f"{len(y_final):,} {final}\n")
    print(f"{'':<32} {'accuracy':>13} {'minus the baseline':>20}")
    last_line("pixels, λ = 0", predict_softmax(raw[0], X_final, k) == y_final, baseline)
    last_line("pixels, λ = 0.001", baseline, baseline)
    for name, lam in [("components", 1e-3), ("codes", 0), ("codes", 1e-3)]:
        if f"{name}, λ = {lam}" in right:
            size = best_size(name)
            answers = predict_softmax(trained[name, size, lam], features[name, size][2], k)
            last_line(f"{size} {name}, λ = {lam}", answers == y_final, baseline)
else:
    print("The last part stays closed until the exercises above are done.")

# %% [markdown]
# An autoencoder starts from random weights, and so do its codes. Does the result depend on the start? Two more starts, at the chosen size (no choice is made from this any more):

# %% given="other_starts"
with needs(
    *("train_softmax", "predict_softmax", "learn_features"),
    *("autoencoder_cost_and_gradient", "encode"),
):
    if "codes, λ = 0.001" in right:
        size = best_size("codes")
        for seed in (1, 2):
            fit = autoencoder_features(size, seed)
            train, (last,) = learn_features(fit, data.X_train, [X_final])
            theta = train_softmax(train, data.y_train, k, 1e-3, training_length(100))
            answers = predict_softmax(theta, last, k) == y_final
            last_line(f"{size} codes, λ = 0.001, start {seed}", answers, baseline)
    else:
        print("This cell needs the codes of section 7: run the cells above first.")

# %% [markdown]
# With small MNIST, 200 codes with a penalty do beat the pixels: by half a point to a point, which is several standard errors on 10,000 images. The 1,500 validation images were too few to show it. Components gain nothing, so it is the bend in the hidden layer that helps, not the smaller number of features.
# With the digits, the last part has 180 images, and a difference of a point is about one standard error: nothing is shown, either way.
#
# And a standard error is not the whole of the uncertainty. It tells what other *test images* might do. Other starts of the autoencoder move the result by some tenths of a point, and what other *training images* would do was not measured at all.
#
# ## 9. Report
#
# ### Report question 1: is it worth it? (3 points)
#
# Do the autoencoder's codes help this classifier? Give test accuracies with their standard errors: pixels and codes, with and without penalty. Against which baseline do they help, and against which do they not? How did the number of hidden units matter?
# Weigh the gain against what it costs, and say how you kept test images out of the encoder. One paragraph.

# %% [markdown] written="report_worth_it" points=3
# ### BEGIN SOLUTION
# On MNIST's 10,000 test images, pixels reach 86.9 ± 0.3 % without penalty and 89.8 ± 0.3 % with λ = 0.001; 200 codes reach 87.6 ± 0.3 % and 90.9 ± 0.3 %. Against pixels without penalty the penalised codes look splendid, 4 points better, but three of
# these are the penalty's: it does the same for pixels. Against pixels *with* penalty the gain is 1.1 ± 0.2 points, and 0.6 ± 0.2 from two other starts: real, and small. With 25 or 50 hidden units the codes are worse (84.7 and 86.4 % of the validation images, pixels 89.0 ± 0.8 %),
# with 100 equal. Components gain nothing over pixels, but with few features they are better than codes, and cheaper. For half a point or a point one trains a network of 314,000 weights, and chooses its size, its steps and its rate; a penalty costs one number. I would take
# the codes only if that last point mattered, and then I would first try a network with a hidden layer that is trained on the labels (notebook 2 reached 91 %). The encoder saw the 3,000 training images alone, the size was chosen on the validation images, and the test images were used once, at the end.
#
# ### BEGIN MARK SCHEME
# - 1 point: accuracies of pixels and codes with standard errors, from the own figures, with and without penalty.
# - 1 point: judges codes against the regularised baseline, too: the clear gain is over pixels without penalty; over pixels with penalty it is small or not shown, in standard errors. Names the effect of the number of hidden units.
# - 1 point: weighs gain against cost (training, settings to choose), or sets it beside components or a penalty; and says that the encoder was fitted on the training images alone, and the size chosen on the validation images.
# ### END MARK SCHEME
# ### END SOLUTION

# %% [markdown]
# ## Recap
#
# - Softmax: subtract each row's maximum first. Cross-entropy: $z_y - \text{logsumexp}(z)$, never the logarithm of a softmax.
# - The gradient by the scores is $P - Y$, divided by $m$; the penalty adds $\lambda W$, and nothing to the biases.
# - Whatever learns, learns from the training images alone. Leakage crashes nothing, and makes figures look better than the future.
# - A new method has to beat a *good* simple one. A penalty is cheaper than a feature extractor.
# - Compare on the same images, and give the standard error of the difference.
#
# **Next** in the lab: `6_pytorch` builds networks from ready-made parts, whose gradients come without your help.
#
# *To read on:* Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, section 7.10.2, on leakage in cross-validation; Coates, Ng and Lee, *An Analysis of Single-Layer Networks in Unsupervised Feature Learning*, on when learnt features do help.
