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
# # A classifier for handwritten digits
#
# You train the network of notebook 1 on images of handwritten digits, and then do the harder half of the work: reading its results honestly.
#
# **When you are done, you can**
#
# - turn labels into targets, and choose initial weights for a reason;
# - hand your own cost and gradient to an optimiser, and watch it;
# - measure accuracy, and say how far that number can be trusted;
# - find out *which* mistakes a classifier makes, and notice when it has given up on a class.
#
# **Time:** about two hours. **You need:** notebook 1, `1_backpropagation.ipynb`, finished, saved and in the same folder. **Points:** 16 of the lab's 100.
#
# Your own `cost_and_gradient` of notebook 1 trains the network here. No point depends on it, though, nor on how good your network gets: every exercise below is
# checked by itself. Cells that need something unfinished say so and do nothing.

# %% given="imports"
import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import minimize

import helpers
from helpers import layer_shapes, pack, plots, sigmoid, unpack
from helpers.data import load_small_mnist
from helpers.figures import show
from helpers.lesson import load_answers, needs, training_length
from helpers.progress import Progress

# %% given="notebook_1"
notebook_1 = load_answers("1_backpropagation.ipynb", ["forward", "cost_and_gradient"])

# %% [markdown]
# ## 1. The data
#
# *Small MNIST* is a fixed choice of 5,000 images from MNIST's 60,000 training images, 500 of each digit, $28 \times 28$ pixels in $[0, 1]$. When MNIST is not on your
# computer, the notebook runs on the 1,797 images of $8 \times 8$ pixels that come with scikit-learn; the next cell says which. (`python3 course.py data` fetches MNIST.)
#
# The images are split once: 60 % to **train** on, 30 % to **validate** (to choose between models), 10 % to **test** (to be looked at when everything is chosen).
# The split is *stratified*: each part holds each digit equally often.

# %% given="data"
data = load_small_mnist()
for part, X, y in [
    ("training", data.X_train, data.y_train),
    ("validation", data.X_validation, data.y_validation),
    ("test", data.X_test, data.y_test),
]:
    counts = np.bincount(y)
    print(f"{part:>10}: X {X.shape}, y {y.shape}, {counts.min()} to {counts.max()} of each digit")

# %% given="look_at_data"
show(
    plots.digits(
        data.X_train,
        data.image_shape,
        labels=data.y_train,
        title="The first training images, with their labels",
    )
)

# %% [markdown]
# Look before you train: some of these are hard to read for a person, too.
#
# ## 2. Targets
#
# The network has ten outputs, so a label becomes a row of ten numbers: 1 in the label's column and 0 elsewhere.
#
# ### Exercise 1: `one_hot` (2 points)
#
# The number of classes `k` is an argument, and not `y.max() + 1`: a mini-batch may hold no 9.


# %% answer="one_hot"
def one_hot(y, k):
    """Return Y (m, k), rows of zeros with a single 1 in column y[i], for integer labels y (m,)."""
    ### BEGIN SOLUTION
    Y = np.zeros((len(y), k))
    Y[np.arange(len(y)), y] = 1  # one entry in each row
    return Y
    ### END SOLUTION


# %% test="test_one_hot" points=2
from checks import credit


def test_one_hot(check):
    import numpy as np

    from checks import close, shaped, steady

    with check("labels 2, 0 of three classes are [0, 0, 1] and [1, 0, 0]"):
        close(one_hot(np.array([2, 0]), 3), [[0, 0, 1], [1, 0, 0]], what="Y")
    with check("two samples of ten classes have shape (2, 10), though the largest label is 4"):
        shaped(one_hot(np.array([4, 1]), 10), (2, 10), what="Y")
    ### BEGIN HIDDEN TESTS
    rng = check.rng
    m, k = (int(size) for size in rng.permutation([4, 5, 6, 7, 9])[:2])
    y = rng.integers(k - 1, size=m)
    expected = (y[:, None] == np.arange(k)) * 1.0
    with check("random labels; y is not changed", points=1, repeats="labels 2, 0"):
        close(steady(one_hot, y, k, names="y k"), expected, what="Y")
    with check("the last class may be absent, or the only one", points=1, repeats="two samples"):
        close(one_hot(y, k + 3), np.hstack([expected, np.zeros((m, 3))]), what="Y")
        close(
            one_hot(np.full(3, k - 1), k),
            [[0.0] * (k - 1) + [1.0]] * 3,
            what="Y of three labels of the last class",
        )
    ### END HIDDEN TESTS


credit(test_one_hot)

# %% [markdown]
# ## 3. Where to start
#
# Training goes downhill from a starting point, and the starting point matters more than it seems. Three demands:
#
# **Not all the same.** Hidden units that start equal get equal gradients, and stay equal for ever: a network of one unit. So weights are *random*.
#
# **Not too large.** The sigmoid is flat far from 0, and a flat unit has no gradient. A sum of $n$ terms has a standard deviation $\sqrt n$ times that of a term, so
# `W1` has standard deviation $1/\sqrt n$.
#
# **Outputs that start out reasonable.** Before it has learnt anything, the best the network can say of each digit is "1 in $k$". It does when $b_2$ is the number
# whose sigmoid is $1/k$, namely $\ln\frac{1/k}{1 - 1/k} = -\ln(k - 1)$, and $W_2$ is small: standard deviation $0.1/\sqrt h$. Section 7 shows what happens otherwise.
#
# | parameters | start |
# |---|---|
# | `W1` $(h, n)$ | normal, mean 0, standard deviation $1/\sqrt n$ |
# | `b1` $(h,)$ | 0 |
# | `W2` $(k, h)$ | normal, mean 0, standard deviation $0.1/\sqrt h$ |
# | `b2` $(k,)$ | $-\ln(k-1)$ |
#
# ### Exercise 2: `init_parameters` (3 points)
#
# Return the flat vector, in the order `W1`, `b1`, `W2`, `b2`. Draw from `rng`, NumPy's random generator (`rng.normal(...)`), so that a run can be repeated.


# %% answer="init_parameters"
def init_parameters(n, h, k, rng):
    """Return theta, a flat vector: where training starts.

    n inputs, h hidden units, k outputs; rng: a numpy.random.Generator.
    """
    ### BEGIN SOLUTION
    W1 = rng.normal(scale=1 / np.sqrt(n), size=(h, n))
    W2 = rng.normal(scale=0.1 / np.sqrt(h), size=(k, h))
    return pack(W1, np.zeros(h), W2, np.full(k, -np.log(k - 1)))
    ### END SOLUTION


# %% test="test_init_parameters" points=3
from checks import credit


def test_init_parameters(check):
    import numpy as np

    from checks import close, expect, generator, shaped

    with check("flat: 4 inputs, 3 hidden units, 2 outputs make 12 + 3 + 6 + 2 = 23 numbers"):
        shaped(init_parameters(4, 3, 2, generator(0)), (23,), what="theta")
    with check("b1 is 0, and b2 is -ln(k - 1): -1.3863 for five classes"):
        theta = np.asarray(init_parameters(4, 3, 5, generator(0)))
        close(theta[12:15], np.zeros(3), what="b1")
        close(theta[-5:], np.full(5, -1.3863), atol=1e-4, what="b2")
    with check("the same generator gives the same start, another one another"):
        theta = np.asarray(init_parameters(4, 3, 2, generator(1)))
        close(init_parameters(4, 3, 2, generator(1)), theta, what="theta of the same seed")
        other = np.asarray(init_parameters(4, 3, 2, generator(2)))
        expect(bool(np.any(theta != other)), "two seeds give the same theta")
    with check("400 inputs, 100 hidden units: standard deviation 0.05 in W1, 0.01 in W2, mean 0"):
        theta = init_parameters(400, 100, 10, generator(3))
        shaped(theta, (41110,), what="theta")
        theta = np.asarray(theta)
        for weights, wanted, name in [
            (theta[:40000], 0.05, "W1"),
            (theta[40100:41100], 0.01, "W2"),
        ]:
            spread, mean = weights.std(), weights.mean()
            message = f"{name} has standard deviation {spread:.4f} and mean {mean:.4f}"
            expect(bool(abs(spread / wanted - 1) < 0.1 and abs(mean) < 0.1 * wanted), message)
    ### BEGIN HIDDEN TESTS
    rng = check.rng
    n, h, k = (int(rng.integers(low, low + 40)) for low in (240, 120, 40))
    ends = np.cumsum([h * n, h, k * h, k])
    seed = int(rng.integers(2**31))

    def drawn(seed=seed):
        theta = init_parameters(n, h, k, generator(seed))
        shaped(theta, (ends[-1],), what="theta")
        return np.split(np.asarray(theta, dtype=float), ends[:-1])

    def check_spread(weights, wanted, name):
        ratio = float(weights.std() / wanted)
        expect(
            0.9 < ratio < 1.1,
            f"the standard deviation of {name} is {ratio:.3g} times what it should be",
        )
        expect(abs(float(weights.mean())) < 0.1 * wanted, f"the mean of {name} is not 0")
        expect(len(np.unique(weights)) > 0.9 * weights.size, f"many weights of {name} are equal")

    with check(
        "W1 has mean 0 and standard deviation 1 / sqrt(n)", points=1, repeats=("flat", "400 inputs")
    ):
        check_spread(drawn()[0], n**-0.5, "W1")
    with check(
        "W2 has mean 0 and standard deviation 0.1 / sqrt(h)",
        points=1,
        repeats=("flat", "400 inputs"),
    ):
        check_spread(drawn()[2], 0.1 * h**-0.5, "W2")
    with check(
        "b1 and b2; a run can be repeated from the generator alone",
        points=1,
        repeats=("b1 is 0", "the same generator"),
    ):
        first = drawn()
        close(first[1], np.zeros(h), what="b1")
        close(first[3], np.log((1 / k) / (1 - 1 / k)) * np.ones(k), what="b2")
        for part, again in zip(first, drawn(), strict=True):
            close(again, part, what="theta of the same generator")
        other = drawn(seed + 1)
        expect(bool(np.any(first[0] != other[0])), "another generator gives the same W1")
        expect(bool(np.any(first[2] != other[2])), "another generator gives the same W2")
    ### END HIDDEN TESTS


credit(test_init_parameters)

# %% [markdown]
# ## 4. Training
#
# The optimiser is L-BFGS: from the gradients of the last iterations it guesses the curvature, and so takes steps that plain gradient descent
# would need hundreds of iterations for. You need not write it; you need to know how to *call* an optimiser, since all of them are called alike:
# give it a function $f(\theta) \to (J, \nabla J)$ and a starting point, and it calls your function as often as it likes.
#
# SciPy's is `scipy.optimize.minimize(f, theta0, jac=True, method="L-BFGS-B", callback=..., options={"maxiter": ..., "gtol": 1e-7})`:
#
# - `jac=True` says that `f` returns cost *and* gradient. Without it SciPy expects the cost alone, and would estimate each gradient with one call of `f` for each of the tens of thousands of parameters.
# - `callback` is called after each iteration; when its argument is named `intermediate_result`, it gets an object with the current `x` (parameters) and `fun` (cost).
# - `gtol` says when to stop: when no entry of the gradient is larger. The default, $10^{-5}$, is too early for a cost that is a mean over thousands of samples.
# - the object that `minimize` returns has the solution in `x`.
#
# `Progress`, from the helpers, is a progress bar: `with Progress(max_iter, "training") as bar:`, then `bar.step(f"cost {J:.4f}")` once an iteration, and `bar.close("...")` with what the line shall say at the end.
#
# ### Exercise 3: `train` (4 points)
#
# Minimise `f` from `theta0`, in at most `max_iter` iterations; leave `theta0` as it is. Return the parameters found and the list of the costs after each iteration
# (begin it with the cost at `theta0` if you like). The grader also minimises over 20,000 parameters and gives it two seconds: use the gradient that `f` gives.


# %% answer="train"
def train(f, theta0, max_iter):
    """Minimise f with L-BFGS.

    f: takes theta (p,), returns J, one number, and grad (p,).  theta0 (p,): where to start; it is
    left unchanged.
    Returns theta (p,) and history, the list of costs, one an iteration.
    """
    ### BEGIN SOLUTION
    history = [f(theta0)[0]]
    with Progress(max_iter, "training") as bar:

        def after_iteration(intermediate_result):
            history.append(intermediate_result.fun)
            bar.step(f"cost {history[-1]:.4f}")

        options = {"maxiter": max_iter, "gtol": 1e-7}
        result = minimize(
            f, theta0, jac=True, method="L-BFGS-B", callback=after_iteration, options=options
        )
        bar.close(f"{len(history) - 1} iterations, cost {history[0]:.4f} -> {history[-1]:.4f}")
    return result.x, history
    ### END SOLUTION


# %% test="test_train" points=4
from checks import credit


def test_train(check):
    import numpy as np

    from checks import after, close, expect, results
    from nn_lab_doubles import polynomial

    bowl = polynomial([-2.0, 8.0], np.diag([2.0, 4.0]), with_gradient=True)
    with check("the lowest point of x^2 - 2x + 2y^2 + 8y is (1, -2); theta0 is left as it was"):
        found, (_, left, _) = after(train, bowl, np.zeros(2), 50)
        theta, _ = results(found, "theta history")
        close(theta, [1.0, -2.0], rtol=1e-3, what="theta")
        close(left, np.zeros(2), what="theta0 afterwards")
    with check("history is a list of costs that ends at the lowest one, -9"):
        _, history = results(train(bowl, np.zeros(2), 50), "theta history")
        expect(isinstance(history, list), f"history is a {type(history).__name__}, not a list")
        expect(len(history) > 1, f"history holds {len(history)} costs: is callback=... passed?")
        close(history[-1], -9.0, rtol=1e-3, what="the last cost in history")
    with check("max_iter is obeyed: two iterations make two costs, three with that of theta0"):
        valley = polynomial(np.ones(9), np.diag(10.0 ** np.arange(9)), with_gradient=True)
        _, history = results(train(valley, np.ones(9), 2), "theta history")
        expect(len(history) in (2, 3), f"history holds {len(history)} costs: how is maxiter given?")
    ### BEGIN HIDDEN TESTS
    from checks import shaped

    rng = check.rng
    p = int(rng.integers(5, 9))
    root = rng.normal(size=(p, p))
    quadratic = root @ root.T + np.eye(p)
    linear, start = rng.normal(size=(2, p))
    lowest = -np.linalg.inv(quadratic) @ linear

    def value(theta):
        shaped(theta, (p,), what="theta")
        x = np.asarray(theta, dtype=float)
        return float(linear @ x + np.einsum("i,ij,j->", x, quadratic, x) / 2)

    with check(
        "the minimum of a random bowl; theta0 is not changed", points=1, repeats="the lowest point"
    ):
        f = polynomial(linear, quadratic, with_gradient=True)
        found, (_, left, _) = after(train, f, start, 200)
        theta, _ = results(found, "theta history")
        close(value(theta), value(lowest), rtol=1e-4, atol=1e-6, what="the cost at theta")
        close(left, start, what="theta0 afterwards")
    with check(
        "history: costs that go down and end with the cost at theta",
        points=1,
        repeats="history is a list",
    ):
        f = polynomial(linear, quadratic, with_gradient=True)
        theta, history = results(train(f, start, 200), "theta history")
        expect(isinstance(history, list), f"history is a {type(history).__name__}, not a list")
        history = np.asarray(history, dtype=float)
        expect(
            history.ndim == 1 and history.size > 1, "history should be a flat list of several costs"
        )
        end = value(theta)
        close(history[-1], end, rtol=1e-5, atol=1e-8, what="the last cost in history")
        low_enough = end < min(value(start), 1e-3 * value(lowest))
        expect(low_enough, "the cost at theta is no lower than at theta0, or at 0")
        expect(bool(np.all(np.diff(history) <= 1e-9)), "the costs in history should go down")
        expect(
            bool(history[0] <= value(start) + 1e-9),
            "the first cost in history is above the cost at theta0",
        )
    with check(
        "max_iter is obeyed: three iterations down a long narrow valley are not yet there",
        points=1,
        repeats="max_iter is obeyed",
    ):
        valley, top = np.diag(10.0 ** np.linspace(0, 4, 40)), 1 + rng.uniform(size=40)
        f = polynomial(np.ones(40), valley, with_gradient=True)
        theta, history = results(train(f, top, 3), "theta history")
        highest = top @ valley @ top / 2 + top.sum()
        with_start = abs(float(history[0]) / highest - 1) < 1e-9
        expect(
            len(history) - with_start == 3,
            f"3 iterations were asked for, and history has {len(history)} costs",
        )
        shaped(theta, (40,), what="theta")
        theta = np.asarray(theta, float)
        reached = theta @ valley @ theta / 2 + theta.sum()
        close(history[-1], reached, rtol=1e-5, what="the last cost in history")
        expect(0 < reached < highest, "theta is no better than theta0, or it is there already")
    with check(
        "it uses the gradient that f gives: 20,000 parameters, 30 iterations, in two seconds",
        points=1,
        seconds=2,
    ):
        curvature = rng.permutation(np.linspace(1, 50, 20_000))
        f = polynomial(np.ones(20_000), curvature, with_gradient=True)
        theta, _ = results(train(f, np.ones(20_000), 30), "theta history")
        close(theta, -1 / curvature, rtol=0.05, atol=0.02, what="theta (did you say jac=True?)")
    ### END HIDDEN TESTS


credit(test_train)

# %% [markdown]
# Now the network: 50 hidden units, 200 iterations, on the training images alone. It takes a few seconds.

# %% given="training"
n_hidden = 50
n, k = data.X_train.shape[1], data.n_classes

with needs("one_hot", "init_parameters", "train", "cost_and_gradient"):
    Y_train = one_hot(data.y_train, k)
    theta0 = init_parameters(n, n_hidden, k, np.random.default_rng(0))
    theta, history = train(
        lambda t: notebook_1.cost_and_gradient(t, data.X_train, Y_train, n_hidden),
        theta0,
        training_length(200),
    )

# %% given="learning_curve"
with needs("train"):
    if len(history) > 1 and history[-1] < history[0]:
        show(plots.learning_curve(history, title="Training"))
    else:
        print(
            "The optimiser got nowhere: the cost is still what it was. Almost always the gradient\n"
            "is wrong (its sign, or a mean that is missing): see part 8 of notebook 1. Or history\n"
            "stays empty: does your train pass callback=... to minimize?"
        )

# %% [markdown]
# The cost should fall from about 0.45 (all ten outputs say 0.1) to below 0.05, steeply first and slowly later. A curve like that says that the *optimiser* works. It
# says nothing yet about images that the network has not seen.
#
# ## 5. Prediction and accuracy
#
# The network's answer for an image is the class with the largest output. `theta` is flat, and the number of classes follows from its length:
# $h(n + 1) + k(h + 1)$ numbers, so $k = (\text{length} - h(n+1)) / (h+1)$.
#
# ### Exercise 4: `predict` (2 points)
#
# Return the labels as integers. Write the forward pass again, in two lines (or one: does the last sigmoid change which output is the largest?), so that this notebook stands on its own feet.


# %% answer="predict"
def predict(theta, X, n_hidden):
    """Return the predicted labels (m,), integers, for the images X (m, n)."""
    ### BEGIN SOLUTION
    n = X.shape[1]
    k = (theta.size - n_hidden * (n + 1)) // (n_hidden + 1)
    W1, b1, W2, b2 = unpack(theta, *layer_shapes(n, n_hidden, k))
    a2 = sigmoid(X @ W1.T + b1)  # (m, h)
    z3 = a2 @ W2.T + b2  # (m, k); the sigmoid is increasing, so the largest z3 is the largest a3
    return z3.argmax(axis=1)
    ### END SOLUTION


# %% test="test_predict" points=2
from checks import credit


def test_predict(check):
    import numpy as np

    from checks import close, expect, shaped, steady

    # One input; the first hidden unit is on where it is large, the second where it is small.
    # W1 is (2, 1), b1 (2,), W2 (3, 2), b2 (3,): class 0 likes small inputs, class 2 large ones.
    theta = np.array([10.0, -10.0, -5.0, -5.0, -1.0, 2.0, 0.0, 0.0, 2.0, -1.0, 0.0, 1.9, 0.0])
    X = np.array([[-1.0], [0.0], [0.6], [1.0]])
    with check("on paper: inputs -1, 0, 0.6 and 1 are classes 0, 1, 1 and 2"):
        close(steady(predict, theta, X, 2, names="theta X n_hidden"), [0, 1, 1, 2], what="labels")
    with check("labels are integers, one a sample"):
        labels = np.asarray(predict(theta, X, 2))
        shaped(labels, (4,), what="labels")
        expect(labels.dtype.kind in "iu", f"labels should be integers, not {labels.dtype}")
    ### BEGIN HIDDEN TESTS
    rng = check.rng
    m, n, h, k = 40, *(int(size) for size in rng.permutation([3, 4, 5, 6, 7])[:3])
    X = rng.normal(loc=1, size=(m, n))

    def network():
        W1, b1, W2, b2 = (rng.normal(size=shape) for shape in [(h, n), (h,), (k, h), (k,)])
        hidden = 0.5 * (1 + np.tanh(0.5 * (np.einsum("hn,mn->mh", W1, X) + b1)))
        b2 = 0.3 * b2 - W2 @ hidden.mean(axis=0)  # so that no class wins everywhere
        return W1, b1, W2, b2, hidden

    with check(
        "random networks of unequal sizes; nothing is changed in place",
        points=1,
        repeats="on paper",
    ):
        for _ in range(3):
            W1, b1, W2, b2, hidden = network()
            theta = np.concatenate([W1.ravel(), b1, W2.ravel(), b2])
            outputs = np.einsum("kh,mh->mk", W2, hidden) + b2
            labels = steady(predict, theta, X, h, names="theta X n_hidden")
            close(labels, np.argsort(outputs)[:, -1], what="labels")
    W1, b1, W2, _, hidden = network()
    with check(
        "biases count: they can decide for every sample", points=1, repeats="labels are integers"
    ):
        for chosen in range(k):
            b2 = np.where(np.arange(k) == chosen, 40.0, 0.0)
            theta = np.concatenate([W1.ravel(), b1, W2.ravel(), b2])
            outputs = np.einsum("kh,mh->mk", W2, hidden) + b2
            labels = np.asarray(predict(theta, X, h))
            close(labels, np.argsort(outputs)[:, -1], what="labels")
            expect(labels.dtype.kind in "iu", f"labels should be integers, not {labels.dtype}")
    ### END HIDDEN TESTS


credit(test_predict)

# %% [markdown]
# ### Exercise 5: `accuracy` (2 points)
#
# Return the fraction of labels that are predicted rightly, between 0 and 1.


# %% answer="accuracy"
def accuracy(y_true, y_pred):
    """Return the fraction, one number, of predicted labels y_pred (m,) that equal y_true (m,)."""
    ### BEGIN SOLUTION
    return np.mean(y_true == y_pred)
    ### END SOLUTION


# %% test="test_accuracy" points=2
from checks import credit


def test_accuracy(check):
    import numpy as np

    from checks import close, steady

    with check("three of four right are 0.75"):
        close(accuracy(np.array([3, 1, 4, 1]), np.array([3, 1, 4, 5])), 0.75, what="accuracy")
    with check("two of five right are 0.4"):
        close(accuracy(np.array([9, 2, 6, 5, 3]), np.array([9, 2, 7, 6, 4])), 0.4, what="accuracy")
    ### BEGIN HIDDEN TESTS
    rng = check.rng
    m = int(rng.choice([31, 37, 41, 43, 47, 53, 59]))  # primes: no fraction is a round number
    y_true, y_pred = rng.integers(4, size=(2, m))
    right = sum(int(a) == int(b) for a, b in zip(y_true, y_pred, strict=True)) / m
    with check(
        "random labels; nothing is changed in place", points=1, repeats=("three of", "two of")
    ):
        close(steady(accuracy, y_true, y_pred, names="y_true y_pred"), right, what="accuracy")
    with check("the order of the two does not matter; all right is 1, all wrong is 0", points=1):
        close(accuracy(y_pred, y_true), right, what="accuracy with the two swapped")
        close(accuracy(y_true, y_true), 1.0, what="accuracy of the right labels")
        close(accuracy(y_true, y_true + 1), 0.0, what="accuracy of wrong labels")
    ### END HIDDEN TESTS


credit(test_accuracy)

# %% [markdown]
# ## 6. How good is it, and how sure are we?
#
# An accuracy measured on $m$ images is itself a measurement with an error. Each image is right or wrong, like a coin with probability $p$, so the fraction of
# right ones has the **standard error** $\sqrt{p (1 - p) / m}$. With $p = 0.9$ and 500 images that is 1.3 points: on another 500 images from the same
# source, expect a result within about *two* standard errors of this one, that is anywhere between 87 % and 93 %.

# %% given="results"
parts = [
    ("training", data.X_train, data.y_train),
    ("validation", data.X_validation, data.y_validation),
    ("test", data.X_test, data.y_test),
]
if data.X_test_10000 is not None:
    parts.append(("MNIST's test", data.X_test_10000, data.y_test_10000))

# The largest set that the network was not trained on: the figures below are drawn from it.
held_out, X_held_out, y_held_out = max(parts[1:], key=lambda part: len(part[2]))

with needs("train", "predict", "accuracy"):
    scores = [(name, len(y), accuracy(y, predict(theta, X, n_hidden))) for name, X, y in parts]
    print(f"Trained on {data.name}.\n")
    print(f"{'data':>12} {'images':>7} {'accuracy':>9} {'standard error':>15}")
    for name, m, p in scores:
        print(f"{name:>12} {m:>7} {100 * p:>8.1f}% {100 * np.sqrt(p * (1 - p) / m):>8.1f} points")

# %% [markdown]
# Expect about 98 % on the training images and 90 to 92 % on the others with small MNIST, and nearly 100 % and 95 to 97 % with the 8×8 digits. The difference between training and validation is real:
# it is many standard errors wide. The difference between validation and test is not: it is about as wide as one.
#
# To see that this is no theory, measure the same network on many test sets. The next cell draws 500 of them, each as large as the test set
# and drawn with replacement from the largest set of images that the network has not been trained on (a *bootstrap*), and counts the accuracies.

# %% given="bootstrap"
size = len(data.y_test)

with needs("train", "predict"):
    right = predict(theta, X_held_out, n_hidden) == y_held_out
    draws = np.random.default_rng(2).choice(right, size=(500, size)).mean(axis=1)
    se = np.sqrt(right.mean() * (1 - right.mean()) / size)
    figure, axes = plt.subplots(figsize=(7.2, 3.4), layout="constrained")
    edges = np.arange(size * (right.mean() - 4 * se), size * (right.mean() + 4 * se), 2) / size
    axes.hist(100 * draws, bins=100 * edges, color="#56B4E9", edgecolor="white")
    axes.axvline(100 * right.mean(), color="black", label=f"all {len(right)} {held_out} images")
    for sign in (-2, 2):
        axes.axvline(
            100 * (right.mean() + sign * se),
            color="black",
            ls="--",
            label="two standard errors" if sign > 0 else None,
        )
    axes.set(
        xlabel="test accuracy (%)",
        ylabel="number of test sets",
        title=f"One network, 500 test sets of {size} images",
    )
    axes.legend()
    show(
        figure,
        alt="Histogram of the accuracies of one network on 500 test sets: a bell around "
        f"{100 * right.mean():.1f} %, nearly all of it within two standard errors, "
        f"{200 * se:.1f} points, on either side.",
    )
    inside = np.mean(np.abs(draws - right.mean()) <= 2 * se)
    print(
        f"Within two standard errors: {100 * inside:.0f} % of the test sets (expected: about 95 %)"
    )

# %% [markdown]
# Nothing but chance in the choice of images moves the result by several points. Whoever reports accuracies that differ by half a point, from a test set of this size, has not shown that one model is better.
#
# ### Which mistakes?
#
# One number hides which digits are confused. The **confusion matrix** counts, for each true digit (row), how often each digit was predicted (column).

# %% given="confusion"
with needs("train", "predict"):
    y_pred = predict(theta, X_held_out, n_hidden)
    show(plots.confusion_matrix(y_held_out, y_pred, title=f"Confusion matrix, {held_out} images"))

# %% given="wrong_images"
with needs("train", "predict"):
    wrong = np.flatnonzero(y_pred != y_held_out)[:20]
    show(
        plots.digits(
            X_held_out[wrong],
            data.image_shape,
            labels=y_held_out[wrong],
            predictions=y_pred[wrong],
            title=f"Images of the {held_out} set that the network gets wrong",
        )
    )

# %% [markdown]
# Before you go on: pick the largest number off the diagonal, and find one of those images below it. Would you have known better?
#
# ## 7. The trap: a network that gives up on a digit
#
# Section 3 asked for a small `W2` and $b_2 = -\ln(k-1)$. Here is why. The next cell trains from five seeds, once from your start and once from the *usual* one (`W2` ten times
# larger, $b_2 = 0$), and looks at the training images: which digits does the trained network **never** predict?


# %% given="dead_classes"
def digits_never_predicted(theta):
    """Return training accuracy and the digits that are never predicted on the training images."""
    predicted = predict(theta, data.X_train, n_hidden)
    return accuracy(data.y_train, predicted), sorted(set(range(k)) - set(predicted.tolist()))


def usual_start(theta):
    """Return the start with W2 ten times larger and b2 = 0."""
    parts = unpack(theta, *layer_shapes(n, n_hidden, k))
    return pack(parts[0], parts[1], 10 * parts[2], 0 * parts[3])


with needs("one_hot", "init_parameters", "predict", "accuracy", "cost_and_gradient"):
    runs = []
    for seed in range(5):
        start = init_parameters(n, n_hidden, k, np.random.default_rng(seed))
        for name, begin in [("your start", start), ("the usual start", usual_start(start))]:
            found, _ = helpers.minimize(
                lambda t: notebook_1.cost_and_gradient(t, data.X_train, Y_train, n_hidden),
                begin,
                training_length(100),
                progress=False,
            )
            reached, never = digits_never_predicted(found)
            runs.append((reached, f"{name}, seed {seed}", found))
            never = ", ".join(map(str, never)) or "none"
            print(f"seed {seed}, {name:<16} {100 * reached:5.1f} %, never predicted: {never}")
    worst = min(runs, key=lambda run: run[0])

# %% [markdown]
# Here is the confusion matrix of the worst of these runs, on its own training images:

# %% given="dead_class_confusion"
with needs("one_hot", "init_parameters", "predict", "accuracy", "cost_and_gradient"):
    reached, run, found = worst
    title = f"Training images; {run}"
    show(plots.confusion_matrix(data.y_train, predict(found, data.X_train, n_hidden), title=title))

# %% [markdown]
# From the usual start, all ten outputs begin near 0.5, and the quickest way down is to push *all* of them towards 0, since nine in ten targets are 0. Some output
# units overshoot: their $a_3$ is so close to 0 that $a_3 (1 - a_3)$, a factor of their error term, vanishes, and with it their gradient. Such a unit cannot come back. Its digit is
# never predicted, a tenth of all images is wrong, and nothing crashes: the accuracy is a respectable 80 or 89 %. You see it in the confusion matrix, where its column is empty, not in the accuracy.
#
# Two cures: start where the outputs are reasonable, as you did, or use a cost without the factor (softmax with cross-entropy, notebook 5 of the lab).
#
# ## 8. Report
#
# ### Report question 1: results (3 points)
#
# Report training, validation and test accuracy, with standard errors. Does the network overfit, and how do you know? Which digits does it confuse, and why those? What do the
# seeds of section 7 say about reporting the accuracy of a single run? One paragraph.

# %% [markdown] written="report_results" points=3
# ### BEGIN SOLUTION
# On small MNIST the network reaches 97.9 ± 0.3 % on the training images, 90.6 ± 0.8 % on the validation images, 89.2 ± 1.4 % on the 500 test images and 91.2 ± 0.3 % on MNIST's 10,000 test images (± one standard error). The gap of
# about 7 points between training and validation is nine standard errors wide: the network overfits, it knows its training images better than the digits. Validation and test agree within their errors. The most frequent confusions are 3 taken for 5,
# 4 for 9 and 9 for 4, 7 for 9: pairs that share most of their strokes. Runs differ from seed to seed, by about a point with a good start and by ten or more when a class dies, so a single run says little: report several seeds with their spread, and look at the confusion matrix before believing an accuracy.
#
# ### BEGIN MARK SCHEME
# - 1 point: three accuracies with standard errors, and the gap between training and validation judged against them (overfitting: yes, a gap of many standard errors).
# - 1 point: names confused pairs from the own confusion matrix, with a reason in the shapes of the digits.
# - 1 point: says that results vary with the seed (a dead class costs about 10 points), so one run is not enough, or that a difference within two standard errors shows nothing.
# ### END MARK SCHEME
# ### END SOLUTION

# %% [markdown]
# ## Recap
#
# - Targets are one-hot rows; the number of classes is given, not guessed from the data.
# - Start with random weights of a size that keeps the sigmoids awake, and with outputs that say "1 in $k$".
# - An optimiser wants one function, $\theta \mapsto (J, \nabla J)$, and a start. The rest is waiting.
# - An accuracy on $m$ images has a standard error of $\sqrt{p(1-p)/m}$. Give it, or a larger test set.
# - Look at the mistakes: confusion matrix, wrong images, classes that are never predicted.
#
# **Next** in the lab (when your course hands it out): `3_autoencoder` uses the same network to compress images, with the image itself as the target.
#
# *To read on:* LeCun, Bottou, Orr and Müller, *Efficient BackProp*, section 4.6, on the size of initial weights; Raschka, *Model Evaluation, Model Selection, and Algorithm Selection in Machine Learning*, sections 1 and 2, on the errors of accuracies.
