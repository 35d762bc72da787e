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
# # Backpropagation, checked by finite differences
#
# You write a small neural network: what it computes, how wrong it is, and in which direction each of its 105
# parameters should move. Then you prove that the direction is right, by a method that is slow, simple and
# hard to fool.
#
# **When you are done, you can**
#
# - compute the output of a two-layer network for many samples at once, without a loop over samples;
# - derive and write its backward pass, and say what shape each array has and why;
# - check any gradient against central differences, and read from the mismatch what went wrong;
# - say how small the difference of two gradients must be before you believe it.
#
# **Time:** about two hours. **You need:** matrix products, the chain rule, NumPy arrays. **Points:** 24 of the lab's 100.
#
# **How it works.** Write your answers where it says `YOUR CODE HERE` (delete the `raise NotImplementedError()`),
# and run the cell below it: it checks your answer and says `passed` or `NOT YET`, and why. The grader runs the same
# cell with more checks, on other random inputs. Run cells from top to bottom; add cells of your own
# wherever you like, but leave the check cells as they are. Your functions return new arrays and leave their arguments as they are.

# %% given="imports"
import matplotlib.pyplot as plt
import numpy as np

from helpers import gradient_check, layer_shapes, pack, plots, sigmoid, unpack
from helpers.figures import show
from helpers.lesson import needs

# %% [markdown]
# ## 1. The network and its data
#
# The network has three layers of units: the input (layer 1, $n = 8$ values), one hidden layer
# (layer 2, $h = 5$ units) and the output (layer 3, $k = 10$ units, one for each class). Every unit of a layer is connected
# with every unit of the next.
#
# $m = 100$ random samples are enough here: whether a gradient is right does not depend on what the data mean.
# **Rows are samples**: `X[i]` is sample number `i`. The class of sample `i` is a label $y_i \in \{0, \dots, 9\}$,
# and row `i` of `Y` is that label as a *one-hot* vector: zeros with a single 1 in column $y_i$.

# %% given="network_and_data"
m, n, h, k = 100, 8, 5, 10
rng = np.random.default_rng(1)

X = rng.normal(size=(m, n))
Y = np.eye(k)[rng.integers(k, size=m)]

W1, b1, W2, b2 = (rng.normal(scale=0.5, size=shape) for shape in layer_shapes(n, h, k))

for name, array in {"X": X, "Y": Y, "W1": W1, "b1": b1, "W2": W2, "b2": b2}.items():
    print(f"{name:>2}: shape {array.shape}")


# %% given="network_figure"
show(
    plots.network(
        [n, h, k],
        layers=[
            "layer 1: input\n$X$: 8 values",
            "layer 2: hidden\n$z_2, a_2$: 5 units",
            "layer 3: output\n$z_3, a_3$: 10 units",
        ],
        weights=["$W_1$ (5, 8), $b_1$ (5,)", "$W_2$ (10, 5), $b_2$ (10,)"],
        title="The network of this notebook: 105 parameters",
    ),
    alt="Three columns of circles joined by lines: 8 inputs, 5 hidden units, 10 outputs. Between "
    "the first two stand W1 of shape (5, 8) and b1 of shape (5,), between the last two W2 of "
    "shape (10, 5) and b2 of shape (10,).",
)

# %% [markdown]
# Eight inputs feed five hidden units, which feed ten outputs. `W1` has a **row for each hidden unit** and a column for
# each input, so it holds $5 \cdot 8 = 40$ weights; with `b1` (5), `W2` (50) and `b2` (10) there are 105 numbers to learn.

# %% [markdown]
# ## 2. Forward: what the network computes
#
# A layer takes the previous layer's activations, forms a weighted sum for each of its units, adds the unit's bias, and applies the
# sigmoid $\sigma(z) = 1 / (1 + e^{-z})$ to each number. For one sample $x$ (a column) that reads
# $z_2 = W_1 x + b_1$. With the samples as rows of $X$ it reads, for all of them at once,
#
# $$
# \begin{aligned}
# Z_2 &= X W_1^\top + b_1, & A_2 &= \sigma(Z_2), \\
# Z_3 &= A_2 W_2^\top + b_2, & A_3 &= \sigma(Z_3).
# \end{aligned}
# $$
#
# In code they are `z2, a2, z3, a3`. `sigmoid` is given; it takes an array of any shape and is exact for large $|z|$ too.
#
# **A habit that saves hours:** before you write a product, write the shapes under it. `X` is `(m, n)`, `W1` is `(h, n)`;
# `z2` must be `(m, h)`: so it is `X @ W1.T`, and `b1`, of shape `(h,)`, is added to every row by broadcasting.
#
# ### Exercise 1: `forward` (4 points)
#
# Return `z2, a2, z3, a3`, in this order.


# %% answer="forward"
def forward(W1, b1, W2, b2, X):
    """Compute the activations of all layers.

    W1 (h, n), b1 (h,), W2 (k, h), b2 (k,): parameters.  X (m, n): one sample a row.
    Returns z2 (m, h), a2 (m, h), z3 (m, k), a3 (m, k).
    """
    ### BEGIN SOLUTION
    z2 = X @ W1.T + b1  # (m, n) @ (n, h) -> (m, h)
    a2 = sigmoid(z2)  # (m, h)
    z3 = a2 @ W2.T + b2  # (m, h) @ (h, k) -> (m, k)
    a3 = sigmoid(z3)  # (m, k)
    return z2, a2, z3, a3
    ### END SOLUTION


# %% test="test_forward" points=4
from checks import credit


def test_forward(check):
    import numpy as np

    from checks import close, results, shaped, steady

    # Three samples, two inputs, one hidden unit, two outputs: you can follow it on paper.
    W1, b1 = np.array([[1.0, -2.0]]), np.array([0.5])
    W2, b2 = np.array([[2.0], [-1.0]]), np.array([0.0, 1.0])
    X = np.array([[1.0, 1.0], [3.0, 1.0], [0.0, 2.0]])
    with check("four results; z2 and z3 have one row a sample, one column a unit"):
        z2, a2, z3, a3 = results(forward(W1, b1, W2, b2, X), "z2 a2 z3 a3")
        for array, units, name in [(z2, 1, "z2"), (a2, 1, "a2"), (z3, 2, "z3"), (a3, 2, "a3")]:
            shaped(array, (3, units), what=name)
    with check("on paper: z2 is [[-0.5], [1.5], [-3.5]]; nothing is changed in place"):
        z2, *_ = results(steady(forward, W1, b1, W2, b2, X, names="W1 b1 W2 b2 X"), "z2 a2 z3 a3")
        close(z2, [[-0.5], [1.5], [-3.5]], what="z2")
    with check("a3 is [[0.680, 0.651], [0.837, 0.545], [0.515, 0.725]] to three digits"):
        *_, a3 = results(forward(W1, b1, W2, b2, X), "z2 a2 z3 a3")
        close(a3, [[0.680, 0.651], [0.837, 0.545], [0.515, 0.725]], atol=6e-4, what="a3")
    ### BEGIN HIDDEN TESTS
    from scipy.special import expit

    rng = check.rng
    m, n, h, k = rng.permutation([4, 5, 6, 7, 8, 9])[:4]
    W1, b1 = rng.normal(size=(h, n)), rng.normal(size=h)
    W2, b2, X = rng.normal(size=(k, h)), rng.normal(size=k), rng.normal(size=(m, n))
    names = "W1 b1 W2 b2 X"
    hidden = np.einsum("hn,mn->mh", W1, X) + b1[None, :]
    with check(
        "the hidden layer on random inputs; nothing is changed in place",
        points=2,
        repeats=("four results", "on paper"),
    ):
        z2, a2, _, _ = results(steady(forward, W1, b1, W2, b2, X, names=names), "z2 a2 z3 a3")
        close(z2, hidden, what="z2")
        close(a2, expit(hidden), what="a2")
    with check(
        "the output layer, from your own a2, also for |z| of 10000",
        points=2,
        repeats=("four results", "a3 is"),
    ):
        _, a2, z3, a3 = results(steady(forward, W1, b1, W2, b2, X, names=names), "z2 a2 z3 a3")
        shaped(a2, (m, h), what="a2")
        # From an a2 that is the same for all, nothing follows.
        a2 = np.asarray(a2) if np.ptp(np.asarray(a2)) > 0 else expit(hidden)
        expected = np.einsum("kh,mh->mk", W2, a2) + b2[None, :]
        close(z3, expected, what="z3")
        close(a3, expit(expected), what="a3")
        far = 1e4 * np.where(np.arange(k) % 2, 1.0, -1.0)
        *_, a3 = results(forward(W1, b1, W2, far, X), "z2 a2 z3 a3")
        close(a3, np.tile((far > 0) * 1.0, (m, 1)), what="a3 where z3 is -10000 or 10000")
    ### END HIDDEN TESTS


credit(test_forward)

# %% [markdown]
# ## 3. Cost: how wrong the output is
#
# The cost is half the squared distance between output and one-hot target, as a **mean over the $m$ samples**:
#
# $$ J = \frac{1}{2m} \sum_{i=1}^{m} \lVert a_3^{(i)} - y^{(i)} \rVert^2 . $$
#
# The half makes the derivative tidy. The mean makes costs of data sets of different size comparable. It divides by $m$, the number of
# rows, and not by $m k$, the number of entries: the sum over the $k$ outputs of a sample stays a sum.
#
# ### Exercise 2: `cost` (2 points)
#
# Return $J$ as one number.


# %% answer="cost"
def cost(a3, Y):
    """Return the cost J, one number, of outputs a3 (m, k) for one-hot targets Y (m, k)."""
    ### BEGIN SOLUTION
    m = len(Y)
    return np.sum((a3 - Y) ** 2) / (2 * m)
    ### END SOLUTION


# %% test="test_cost" points=2
from checks import credit


def test_cost(check):
    import numpy as np

    from checks import close, steady

    a3 = np.array([[0.5, 0.5, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.5]])
    Y = np.array([[1.0, 0.0, 0.0]] * 4)
    with check("on paper: four samples, 0.5, 0, 2 and 0.25 away (squared), cost 2.75 / 8"):
        close(steady(cost, a3, Y, names="a3 Y"), 2.75 / 8, what="J")
    with check("a right output costs nothing"):
        close(cost(Y, Y), 0.0, what="J where a3 equals Y")
    ### BEGIN HIDDEN TESTS
    rng = check.rng
    m, k = rng.permutation([3, 5, 7, 11])[:2]
    a3, Y = rng.uniform(size=(m, k)), np.eye(k)[rng.integers(k, size=m)]
    right = sum(float(d @ d) for d in a3 - Y) / 2
    with check(
        "random outputs; nothing is changed in place", points=1, repeats=("on paper", "a right")
    ):
        close(steady(cost, a3, Y, names="a3 Y"), right / m, what="J")
        close(cost(a3, a3), 0.0, what="J where a3 equals Y")
    with check("a mean: the same samples three times over cost the same", points=1):
        thrice = [np.tile(array, (3, 1)) for array in (a3, Y)]
        J = steady(cost, *thrice, names="a3 Y")
        close(J, right / m, what="J of three copies of the samples")
    ### END HIDDEN TESTS


credit(test_cost)

# %% given="first_cost"
with needs("forward", "cost"):
    _, _, _, a3 = forward(W1, b1, W2, b2, X)
    print(f"The untrained network on the random data: J = {cost(a3, Y):.4f} (expected: 1.2311)")

# %% [markdown]
# ## 4. Backward: who is to blame
#
# How does $J$ change when one weight changes a little? The weight changes a $z$, that changes an $a$, that changes the next $z$, and so on to $J$.
# The chain rule multiplies along that path. Backpropagation does it from the output backwards, so that each factor is computed once.
#
# The **error term** $\delta$ of a unit is the derivative of *one sample's* cost $J^{(i)} = \frac12 \lVert a_3 - y\rVert^2$ with respect to its $z$.
#
# **Output layer.** $J^{(i)}$ depends on $z_3$ through $a_3 = \sigma(z_3)$ alone. The derivative of $\frac12 (a_3 - y)^2$ by $a_3$ is $a_3 - y$, and the
# derivative of the sigmoid is $\sigma'(z) = \sigma(z)(1 - \sigma(z))$, so with $a_3$ at hand it costs no new exponential:
#
# $$ \delta_3 = (a_3 - y) \odot a_3 \odot (1 - a_3). $$
#
# **Hidden layer.** Hidden unit $j$ feeds all $k$ outputs, with the weights in *column* $j$ of $W_2$. Its blame is the outputs' blame, weighted:
# $\sum_l \delta_{3,l} W_{2,lj}$, then through its own sigmoid. For all samples, with $\Delta_3$ and $\Delta_2$ holding one row a sample,
#
# $$ \Delta_2 = (\Delta_3 W_2) \odot A_2 \odot (1 - A_2). $$
#
# $\odot$ is the elementwise product (`*` in NumPy). Forward went through $W_2^\top$, backward goes through $W_2$: check the shapes.
#
# ### Exercise 3: `error_terms` (5 points)
#
# Return `delta3, delta2`, one row a sample. Do **not** divide by $m$ here: the mean over the samples comes in the next step.
# Use the formulas: the grader compares eleven digits, more than differences of the cost have.


# %% answer="error_terms"
def error_terms(W2, a2, a3, Y):
    """Compute the error terms of both layers, one row a sample, not averaged.

    W2 (k, h): weights.  a2 (m, h), a3 (m, k): activations.  Y (m, k): one-hot targets.
    Returns delta3 (m, k), delta2 (m, h).
    """
    ### BEGIN SOLUTION
    delta3 = (a3 - Y) * a3 * (1 - a3)  # (m, k)
    delta2 = (delta3 @ W2) * a2 * (1 - a2)  # (m, k) @ (k, h) -> (m, h)
    return delta3, delta2
    ### END SOLUTION


# %% test="test_error_terms" points=5
from checks import credit


def test_error_terms(check):
    import numpy as np

    from checks import close, results, steady

    W2, Y = np.array([[1.0], [3.0]]), np.array([[1.0, 0.0]])
    a2, a3 = np.array([[0.2]]), np.array([[0.8, 0.4]])
    with check("on paper, one sample: delta3 is [[-0.032, 0.096]]; nothing is changed in place"):
        found = steady(error_terms, W2, a2, a3, Y, names="W2 a2 a3 Y")
        close(results(found, "delta3 delta2")[0], [[-0.032, 0.096]], what="delta3")
    with check("on paper, one sample: delta2 is [[0.04096]]"):
        _, delta2 = results(error_terms(W2, a2, a3, Y), "delta3 delta2")
        close(delta2, [[0.04096]], what="delta2")
    with check("not averaged: three equal samples give three rows like the one"):
        thrice = [np.tile(array, (3, 1)) for array in (a2, a3, Y)]
        delta3, _ = results(error_terms(W2, *thrice), "delta3 delta2")
        close(delta3, [[-0.032, 0.096]] * 3, what="delta3 of three equal samples")
    ### BEGIN HIDDEN TESTS
    from scipy.special import expit

    from checks import close_to_slopes, shaped

    rng = check.rng
    m, h, k = rng.permutation([4, 5, 6, 7, 9])[:3]
    W2, b2, z2 = rng.normal(size=(k, h)), rng.normal(size=k), rng.normal(size=(m, h))
    Y = np.eye(k)[rng.integers(k, size=m)]
    a2 = expit(z2)
    z3 = np.einsum("mh,kh->mk", a2, W2) + b2
    a3 = expit(z3)
    arguments, names = (W2, a2, a3, Y), "W2 a2 a3 Y"

    def summed_cost_of_z3(z3):
        return 0.5 * float(np.square(Y - expit(z3)).sum())

    def summed_cost_of_z2(z2):
        return summed_cost_of_z3(np.einsum("mh,kh->mk", expit(z2), W2) + b2)

    def back(delta3):
        return np.einsum("mk,kh->mh", delta3, W2) * (a2 - a2**2)

    right3 = (a3 - Y) * (a3 - a3**2)
    with check(
        "delta3 is the slope of each sample's cost by z3; nothing is changed in place",
        points=2,
        repeats=("on paper, one sample: delta3", "not averaged"),
    ):
        delta3, _ = results(steady(error_terms, *arguments, names=names), "delta3 delta2")
        close_to_slopes({"z3": delta3}, summed_cost_of_z3, {"z3": z3}, m=m)
        close(delta3, right3, rtol=1e-11, atol=1e-13, what="delta3, to eleven digits")
    with check(
        "delta2 is that slope by z2; or it follows rightly from your delta3",
        points=2,
        repeats="on paper, one sample: delta2",
    ):
        delta3, delta2 = results(steady(error_terms, *arguments, names=names), "delta3 delta2")
        shaped(delta3, (m, k), what="delta3")
        shaped(delta2, (m, h), what="delta2")
        delta3, expected = np.asarray(delta3, float), back(right3)
        # From a delta3 that is all but the same for all, nothing follows.
        if np.ptp(delta3) > 1e-3 and np.abs(back(delta3) - np.asarray(delta2)).max() < 1e-9:
            expected = back(delta3)
        else:
            close_to_slopes({"z2": delta2}, summed_cost_of_z2, {"z2": z2}, m=m)
        close(delta2, expected, rtol=1e-11, atol=1e-13, what="delta2, to eleven digits")
    with check("outputs that are all but 0 or 1 give finite error terms", points=1):
        a3 = np.where(Y > 0, 1 - 1e-12, 1e-12)
        delta3, delta2 = results(error_terms(W2, a2, a3, 1 - Y), "delta3 delta2")
        expected = (a3 - 1 + Y) * a3 * (1 - a3)
        close(delta3, expected, rtol=1e-3, atol=1e-18, what="delta3")
        shaped(delta2, (m, h), what="delta2")
    ### END HIDDEN TESTS


credit(test_error_terms)

# %% [markdown]
# ## 5. Gradients: from blame to a direction
#
# $W_{2,lj}$ reaches the cost through $z_{3,l} = \sum_j W_{2,lj}\, a_{2,j} + b_{2,l}$, so one sample's derivative by it is $\delta_{3,l}\, a_{2,j}$, and by the bias $\delta_{3,l}$
# (a bias is a weight whose input is always 1). The cost is the mean over the samples, and so is its gradient:
#
# $$
# \begin{aligned}
# \frac{\partial J}{\partial W_2} &= \frac1m \Delta_3^\top A_2, & \frac{\partial J}{\partial b_2} &= \frac1m \sum_i \delta_3^{(i)}, \\
# \frac{\partial J}{\partial W_1} &= \frac1m \Delta_2^\top X, & \frac{\partial J}{\partial b_1} &= \frac1m \sum_i \delta_2^{(i)}.
# \end{aligned}
# $$
#
# The product $\Delta_3^\top A_2$ sums over the samples by itself: `(k, m) @ (m, h)` leaves `(k, h)`, the shape of `W2`.
# **A gradient always has the shape of what it is the gradient of.**
#
# ### Exercise 4: `gradients` (4 points)
#
# Return `dW1, db1, dW2, db2`, in the order of the parameters. Now the means: divide by $m$.


# %% answer="gradients"
def gradients(X, a2, delta3, delta2):
    """Average the samples' gradients.

    X (m, n), a2 (m, h): what went into each layer.  delta3 (m, k), delta2 (m, h): error terms.
    Returns dW1 (h, n), db1 (h,), dW2 (k, h), db2 (k,).
    """
    ### BEGIN SOLUTION
    m = len(X)
    dW1 = delta2.T @ X / m  # (h, m) @ (m, n) -> (h, n)
    db1 = delta2.sum(axis=0) / m  # (h,)
    dW2 = delta3.T @ a2 / m  # (k, m) @ (m, h) -> (k, h)
    db2 = delta3.sum(axis=0) / m  # (k,)
    return dW1, db1, dW2, db2
    ### END SOLUTION


# %% test="test_gradients" points=4
from checks import credit


def test_gradients(check):
    import numpy as np

    from checks import close, results, shaped, steady

    # Four samples of two inputs, one hidden unit, three outputs.
    X = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [-1.0, 0.0]])
    a2, delta2 = np.array([[1.0], [0.0], [0.5], [0.5]]), np.array([[1.0], [-1.0], [2.0], [0.0]])
    delta3 = np.array([[2.0, 0.0, 4.0], [6.0, 2.0, 0.0], [0.0, -2.0, 4.0], [4.0, 4.0, 0.0]])
    names = "dW1 db1 dW2 db2"
    with check("the gradients have the shapes of W1, b1, W2, b2: here (1, 2), (1,), (3, 1), (3,)"):
        found = results(gradients(X, a2, delta3, delta2), names)
        for array, shape, name in zip(
            found, [(1, 2), (1,), (3, 1), (3,)], names.split(), strict=True
        ):
            shaped(array, shape, what=name)
    with check("on paper: db1 is [0.5], db2 is [3, 1, 2]: the columns' means"):
        _, db1, _, db2 = results(gradients(X, a2, delta3, delta2), names)
        close(db1, [0.5], what="db1")
        close(db2, [3.0, 1.0, 2.0], what="db2")
    with check(
        "on paper: dW1 is [[2, 2.5]], dW2 is [[1], [0.25], [1.5]]; nothing changes in place"
    ):
        found = steady(gradients, X, a2, delta3, delta2, names="X a2 delta3 delta2")
        dW1, _, dW2, _ = results(found, names)
        close(dW1, [[2.0, 2.5]], what="dW1")
        close(dW2, [[1.0], [0.25], [1.5]], what="dW2")
    ### BEGIN HIDDEN TESTS
    from scipy.special import expit

    from checks import close_to_slopes

    rng = check.rng
    m, n, h, k = rng.permutation([4, 5, 6, 7, 8, 9])[:4]
    W1, b1 = rng.normal(size=(h, n)), rng.normal(size=h)
    W2, b2, X = rng.normal(size=(k, h)), rng.normal(size=k), rng.normal(size=(m, n))
    Y = np.eye(k)[rng.integers(k, size=m)]

    def oracle_cost(W1, b1, W2, b2):
        hidden = expit(np.einsum("hn,mn->mh", W1, X) + b1)
        return float(np.square(Y - expit(np.einsum("kh,mh->mk", W2, hidden) + b2)).sum() / m / 2)

    at = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
    a2 = expit(np.einsum("hn,mn->mh", W1, X) + b1)
    a3 = expit(np.einsum("kh,mh->mk", W2, a2) + b2)
    delta3 = (a3 - Y) * (a3 - a3**2)
    delta2 = np.einsum("mk,kh->mh", delta3, W2) * (a2 - a2**2)
    arguments, names = (X, a2, delta3, delta2), "X a2 delta3 delta2"

    def compare(name):
        found = results(steady(gradients, *arguments, names=names), "dW1 db1 dW2 db2")
        named = dict(zip(["W1", "b1", "W2", "b2"], found, strict=True))
        close_to_slopes(
            {name: named[name]},
            lambda **array: oracle_cost(**{**at, **array}),
            {name: at[name]},
            m=m,
        )

    with check(
        "dW2 is the slope of the cost; nothing is changed in place",
        points=1,
        repeats=("the gradients have", "on paper: dW1"),
    ):
        compare("W2")
    with check(
        "db2 is the slope of the cost; nothing is changed in place",
        points=1,
        repeats=("the gradients have", "on paper: db1"),
    ):
        compare("b2")
    with check(
        "dW1 is the slope of the cost; nothing is changed in place",
        points=1,
        repeats=("the gradients have", "on paper: dW1"),
    ):
        compare("W1")
    with check(
        "db1 is the slope of the cost; nothing is changed in place",
        points=1,
        repeats=("the gradients have", "on paper: db1"),
    ):
        compare("b1")
    ### END HIDDEN TESTS


credit(test_gradients)

# %% [markdown]
# ## 6. One function for an optimiser
#
# An optimiser knows nothing of layers. It holds **one flat vector** $\theta$ with all 105 parameters, `W1`, `b1`, `W2`, `b2`, each row by row,
# and asks at each $\theta$ for two things: the cost, and the gradient as a flat vector *in the same order*.
#
# `pack(W1, b1, W2, b2)` makes the flat vector; `unpack(theta, *layer_shapes(n, h, k))` cuts it back into the four arrays.

# %% given="flat_vector"
theta = pack(W1, b1, W2, b2)
print(
    "theta:",
    theta.shape,
    "and back:",
    [part.shape for part in unpack(theta, *layer_shapes(n, h, k))],
)

# %% [markdown]
# ### Exercise 5: `cost_and_gradient` (4 points)
#
# Put your four functions together. $n$ and $k$ can be read from the shapes of `X` and `Y`; $h$ is the argument `n_hidden`.
# The grader also calls it with a network of 100-500-26, 63,526 parameters, and gives it two seconds: enough for loops over samples,
# far too short for differences, so the gradient has to come from backpropagation.
# When a check fails here, see first that the checks of exercises 1 to 4 pass: this one stands on them.


# %% answer="cost_and_gradient"
def cost_and_gradient(theta, X, Y, n_hidden):
    """Return the cost J and its gradient at theta.

    theta (p,): W1, b1, W2, b2 as one flat vector.  X (m, n): samples.  Y (m, k): one-hot targets.
    Returns J, one number, and grad (p,), in the order of theta.
    """
    ### BEGIN SOLUTION
    W1, b1, W2, b2 = unpack(theta, *layer_shapes(X.shape[1], n_hidden, Y.shape[1]))
    _, a2, _, a3 = forward(W1, b1, W2, b2, X)
    delta3, delta2 = error_terms(W2, a2, a3, Y)
    return cost(a3, Y), pack(*gradients(X, a2, delta3, delta2))
    ### END SOLUTION


# %% test="test_cost_and_gradient" points=4
from checks import credit


def test_cost_and_gradient(check):
    import numpy as np

    from checks import close, results, shaped

    # Four samples; W1 is (1, 2), b1 (1,), W2 (3, 1), b2 (3,).
    theta = np.array([1.0, -2.0, 0.5, 2.0, -1.0, 0.5, 0.0, 1.0, -1.0])
    X = np.array([[1.0, 1.0], [3.0, 1.0], [0.0, 2.0], [-1.0, 0.0]])
    Y = np.eye(3)[[0, 1, 2, 1]]
    with check("two results: one number, and a gradient of theta's shape"):
        J, grad = results(cost_and_gradient(theta, X, Y, 1), "J grad")
        shaped(J, (), what="J")
        shaped(grad, theta.shape, what="grad")
    with check("J is 0.4568 to four digits"):
        J, _ = results(cost_and_gradient(theta, X, Y, 1), "J grad")
        close(J, 0.4568, atol=6e-5, what="J")
    with check(
        "of grad, db1 (the third entry) is 0.0236 and db2 (the last three) begins with 0.0803"
    ):
        _, grad = results(cost_and_gradient(theta, X, Y, 1), "J grad")
        shaped(grad, theta.shape, what="grad")
        close(np.asarray(grad)[[2, 6]], [0.0236, 0.0803], atol=6e-5, what="these two of grad")
    with check("downhill: a small step against the gradient lowers the cost as much as it says"):
        J, grad = results(cost_and_gradient(theta, X, Y, 1), "J grad")
        lower, _ = results(cost_and_gradient(theta - 1e-4 * np.asarray(grad), X, Y, 1), "J grad")
        drop = (J - lower) / 1e-4
        close(drop, np.sum(np.square(grad)), rtol=1e-3, what="the drop of J along the gradient")
    ### BEGIN HIDDEN TESTS
    from scipy.special import expit

    from checks import close_to_slopes, steady

    rng = check.rng
    names = "theta X Y n_hidden"

    def network(m, n, h, k, scale):
        shapes = {"W1": (h, n), "b1": (h,), "W2": (k, h), "b2": (k,)}
        at = {name: rng.normal(scale=scale, size=shape) for name, shape in shapes.items()}
        return at, rng.normal(size=(m, n)), (rng.integers(k, size=(m, 1)) == np.arange(k)) * 1.0

    def flat(arrays):
        return np.concatenate([np.ravel(array) for array in arrays])

    def oracle_cost(X, Y, W1, b1, W2, b2):
        hidden = expit(np.einsum("hn,mn->mh", W1, X) + b1)
        return float(np.square(Y - expit(hidden @ W2.T + b2)).sum() / len(X) / 2)

    def answer(at, X, Y):
        arguments = flat(at.values()), X, Y, len(at["b1"])
        J, grad = results(steady(cost_and_gradient, *arguments, names=names), "J grad")
        shaped(grad, arguments[0].shape, what="grad")
        parts = np.split(np.asarray(grad, float), np.cumsum([a.size for a in at.values()])[:-1])
        pairs = zip(at, parts, strict=True)
        return J, {name: part.reshape(at[name].shape) for name, part in pairs}

    sizes = (int(size) for size in rng.permutation([4, 5, 6, 7, 8, 9])[:4])
    small, large = network(*sizes, scale=1), network(30, 100, 500, 26, scale=0.1)

    def line_agrees(name):
        # Of 63,526 parameters one slope is enough: along a line, in this array alone.
        at, X, Y = large
        step = rng.normal(size=at[name].shape)
        ahead, behind = (
            oracle_cost(X, Y, **{**at, name: at[name] + t * step}) for t in (1e-5, -1e-5)
        )
        slope = np.sum(answer(*large)[1][name] * step)
        what = f"100-500-26: the slope of J along a line in {name}"
        close(slope, (ahead - behind) / 2e-5, rtol=1e-5, atol=1e-7, what=what)

    def compare(name):
        at, X, Y = small
        close_to_slopes(
            {name: answer(*small)[1][name]},
            lambda **array: oracle_cost(X, Y, **{**at, **array}),
            {name: at[name]},
            m=len(X),
        )

    with check(
        "J is the cost of forward's output; nothing is changed in place",
        points=1,
        repeats=("two results", "J is"),
    ):
        at, X, Y = small
        close(answer(*small)[0], oracle_cost(X, Y, **at), what="J")
    with check(
        "dW1 in grad is the slope of J, also of 100-500-26 in two seconds",
        points=1,
        seconds=2,
        repeats=("two results", "downhill"),
    ):
        compare("W1")
        line_agrees("W1")
    with check(
        "db1 in grad is the slope of J, also of 100-500-26 in two seconds",
        points=0.5,
        seconds=2,
        repeats=("of grad", "downhill"),
    ):
        compare("b1")
        line_agrees("b1")
    with check(
        "dW2 in grad is the slope of J, also of 100-500-26 in two seconds",
        points=1,
        seconds=2,
        repeats=("two results", "downhill"),
    ):
        compare("W2")
        line_agrees("W2")
    with check(
        "db2 in grad is the slope of J, also of 100-500-26 in two seconds",
        points=0.5,
        seconds=2,
        repeats=("of grad", "downhill"),
    ):
        compare("b2")
        line_agrees("b2")
    ### END HIDDEN TESTS


credit(test_cost_and_gradient)

# %% [markdown]
# ## 7. Trust, but verify
#
# A wrong gradient often still trains, only worse: nothing crashes, and you blame the data. So a gradient is *checked*. The derivative by one
# parameter is a limit, and a limit can be approximated by two evaluations of the cost, one on either side:
#
# $$ \frac{\partial J}{\partial \theta_i} \approx \frac{J(\theta + \varepsilon e_i) - J(\theta - \varepsilon e_i)}{2 \varepsilon}, $$
#
# where $e_i$ is 1 at place $i$ and 0 elsewhere. This *central difference* uses only the cost, never your backward pass, and so cannot repeat its mistakes.
# Its error shrinks with $\varepsilon^2$; one-sided, $(J(\theta + \varepsilon e_i) - J(\theta)) / \varepsilon$, it shrinks with $\varepsilon$ only.
#
# ### Exercise 6: `numerical_gradient` (3 points)
#
# Change one entry at a time, and start from the unchanged $\theta$ each time. A loop over the entries is right here.


# %% answer="numerical_gradient"
def numerical_gradient(f, theta, eps=1e-4):
    """Approximate the gradient of f at theta by central differences.

    f: takes a vector like theta (p,) and returns one number.  eps: the step to either side.
    Returns grad (p,).  theta itself is left unchanged.
    """
    ### BEGIN SOLUTION
    grad = np.zeros(theta.shape)
    for i in range(theta.size):
        step = np.zeros(theta.shape)
        step[i] = eps
        grad[i] = (f(theta + step) - f(theta - step)) / (2 * eps)
    return grad
    ### END SOLUTION


# %% test="test_numerical_gradient" points=3
from checks import credit


def test_numerical_gradient(check):
    import numpy as np

    from checks import after, close
    from nn_lab_doubles import polynomial

    with check("the slope of 3 x is 3, whatever eps is"):
        close(numerical_gradient(polynomial([3.0]), np.array([2.0]), 0.1), [3.0], what="grad")
    with check("on paper: x^2 + 3 x y has slopes -4 and 3 at (1, -2); theta is left as it was"):
        f, theta = polynomial([0.0, 0.0], [[2.0, 3.0], [3.0, 0.0]]), np.array([1.0, -2.0])
        grad, (_, left) = after(numerical_gradient, f, theta)
        close(grad, [-4.0, 3.0], what="grad")
        close(left, theta, what="theta afterwards")
    with check("x^3 at 1 with eps = 0.1: central differences give 3.01, one-sided ones 3.31"):
        grad = numerical_gradient(polynomial([0.0], cubic=[1.0]), np.array([1.0]), 0.1)
        close(grad, [3.01], what="grad")
    ### BEGIN HIDDEN TESTS
    from checks import after, expect
    from nn_lab_doubles import recorded, scattered

    rng = check.rng
    p = int(rng.integers(4, 9))
    linear, cubic, x = rng.normal(size=(3, p))
    root = rng.normal(size=(p, p))
    quadratic = root + root.T
    slopes = linear + np.einsum("ij,j->i", quadratic, x) + 3 * cubic * x**2
    # A function without any formula behind it: only calls at theta +- eps tell its differences.
    jumps, here = scattered(int(rng.integers(2**31))), np.round(x, 3)

    def differences(eps):
        steps = eps * np.eye(p)
        return [(jumps(here + step) - jumps(here - step)) / (2 * eps) for step in steps]

    with check(
        "a random cubic, and a function that jumps, with the default eps",
        points=1,
        repeats=("the slope of", "on paper"),
    ):
        f = polynomial(linear, quadratic, cubic)
        close(numerical_gradient(f, x), slopes, rtol=1e-6, atol=1e-6, what="grad")
        close(numerical_gradient(jumps, here), differences(1e-4), what="grad of the jumps")
    with check(
        "the step is the eps it is given: the error of a cubic is cubic * eps^2",
        points=1,
        repeats="x^3 at 1",
    ):
        f = polynomial(linear, quadratic, cubic)
        for eps in (0.5, 0.01):
            close(
                numerical_gradient(f, x, eps),
                slopes + cubic * eps**2,
                atol=1e-8,
                what=f"grad for eps = {eps}",
            )
            close(
                numerical_gradient(jumps, here, eps),
                differences(eps),
                what=f"grad of the jumps for eps = {eps}",
            )
    with check(
        "theta is left unchanged, and f sees one changed entry at a time",
        points=1,
        repeats="on paper",
    ):
        f = recorded(jumps)
        grad, (_, left, _) = after(numerical_gradient, f, here, 0.25)
        close(grad, differences(0.25), what="grad of the jumps")
        close(left, here, what="theta afterwards")
        calls = f.calls
        expect(
            len(calls) <= 3 * p + 3,
            f"f was called {len(calls)} times for {p} entries: two calls an entry are enough",
        )
        most = max(int((np.abs(np.asarray(call) - here) > 1e-12).sum()) for call in calls)
        expect(
            most <= 1,
            f"f was called with {most} entries of theta changed at once; undo each change",
        )
    ### END HIDDEN TESTS


credit(test_numerical_gradient)

# %% [markdown]
# ### The difference value
#
# Two long vectors are compared by one number, the *relative difference*
#
# $$ d = \frac{\lVert g - g_{\text{num}} \rVert}{\lVert g + g_{\text{num}} \rVert}. $$
#
# It does not depend on the unit of the cost. A right backward pass in double precision gives about $10^{-9}$ with $\varepsilon = 10^{-4}$;
# the mistakes that people make give $10^{-3}$ and more (a wrong sign makes $d$ huge: the sum below the line vanishes). In between, look twice.

# %% given="difference"
with needs("cost_and_gradient", "numerical_gradient"):
    J, grad = cost_and_gradient(theta, X, Y, h)
    grad_num = numerical_gradient(lambda t: cost_and_gradient(t, X, Y, h)[0], theta)
    difference = np.linalg.norm(grad - grad_num) / np.linalg.norm(grad + grad_num)
    print(f"J = {J:.6f}")
    print(f"difference = {difference:.1e}   (expected: below 1e-8)")

# %% [markdown]
# Why $10^{-4}$, and not the smallest number there is? Two errors pull in opposite directions. A large step measures the slope too far away
# (*truncation*); a small one subtracts two costs that agree in almost all of their 16 digits, and divides what noise is left by a tiny number (*rounding*).


# %% given="step_size"
def plot_step_sizes():
    """Plot the difference value against the step, one-sided and central."""
    steps = 10.0 ** -np.arange(1, 13)
    gradient = cost_and_gradient(theta, X, Y, h)[1]

    def only_cost(t):
        return cost_and_gradient(t, X, Y, h)[0]

    def relative(other):
        return np.linalg.norm(gradient - other) / np.linalg.norm(gradient + other)

    here = only_cost(theta)

    def one_sided(eps):
        return np.array([only_cost(theta + eps * unit) - here for unit in np.eye(theta.size)]) / eps

    figure, axes = plt.subplots(figsize=(7.2, 4), layout="constrained")
    central = [relative(numerical_gradient(only_cost, theta, eps)) for eps in steps]
    axes.loglog(
        steps,
        [relative(one_sided(eps)) for eps in steps],
        "s--",
        color="#D55E00",
        label="one-sided",
    )
    axes.loglog(steps, central, "o-", color="#0072B2", label="central (yours)")
    axes.axvline(1e-4, color="0.5", lw=1, ls=":")
    for x, y, text in [
        (1.2e-4, 1e-1, "the default step"),
        (2e-12, 1e-6, "rounding"),
        (4e-3, 1e-9, "truncation"),
    ]:
        axes.text(x, y, text, color="0.3")
    axes.set(
        ylim=(1e-12, 2),
        xlabel="step $\\varepsilon$",
        ylabel="difference value $d$",
        title="Neither too large nor too small a step",
    )
    axes.legend()
    return figure, central, steps[np.argmin(central)]


with needs("cost_and_gradient", "numerical_gradient"):
    figure, central, best = plot_step_sizes()
    show(
        figure,
        alt="Difference value against the step, both axes logarithmic. For a right gradient both "
        "curves are V-shaped: from large steps to small ones the error falls, then it rises again "
        "by rounding. The central difference falls faster than the one-sided one, and lower.",
    )
    print(f"Your central difference is at its best, {min(central):.0e}, with a step of {best:.0e}")

# %% [markdown]
# The left branch of the V is rounding, the right one truncation. The central difference is better by several orders of magnitude,
# for one more evaluation of the cost, and it forgives a step that is ten times too large or too small.
#
# ## 8. Learn what mistakes look like
#
# From here on you use `gradient_check` of the course's helpers: the same idea as yours, with several step sizes, a verdict for each array, and
# a sentence about *how* a gradient is wrong, since the ratio of the two gradients gives most mistakes away. First your own gradient:

# %% given="check_own"
blocks = dict(zip(["W1", "b1", "W2", "b2"], layer_shapes(n, h, k), strict=True))


def check_gradient(change=lambda parts: parts):
    """Check your gradient after `change` was applied to its four arrays."""

    def changed(t):
        J, grad = cost_and_gradient(t, X, Y, h)
        parts = dict(zip(blocks, unpack(grad, *blocks.values()), strict=True))
        return J, pack(*change(parts).values())

    return gradient_check(changed, theta, blocks, m=m)


with needs("cost_and_gradient"):
    own = check_gradient()
    display(own)

# %% [markdown]
# Now three classic mistakes, planted in *your* gradient. Look at the ratio column before you read the advice: could you have told?


# %% given="check_mean_missing"
def plant(mistake, change):
    """Show what the check says of your gradient with a mistake planted in it."""
    report = check_gradient(change)
    print(f"Planted: {mistake}")
    if not own.ok:
        print("Your own gradient is not right yet, so this table mixes two mistakes.")
    display(report)


with needs("cost_and_gradient"):
    plant("no mean over the samples in db1", lambda parts: {**parts, "b1": parts["b1"] * m})

# %% given="check_sign"
with needs("cost_and_gradient"):
    plant("Y - a3 instead of a3 - Y", lambda parts: {name: -part for name, part in parts.items()})

# %% given="check_transposed"
with needs("cost_and_gradient"):
    plant(
        "dW1 was computed transposed, then reshaped until it fitted",
        lambda parts: {**parts, "W1": parts["W1"].T.reshape(parts["W1"].shape)},
    )

# %% [markdown]
# The third is the nastiest: every shape is right, every number is the derivative of *something*, and the network would train, badly.
# No assertion on shapes finds it. Shapes that differ (here 5 and 8) at least make it an error to forget the reshape; with
# a square `W1` you would not even notice.
#
# Try mistakes of your own in the next cell. A regularisation that is in the gradient but not in the cost, for example:
#
# `check_gradient(lambda parts: {**parts, "W2": parts["W2"] + 0.01 * W2})`

# %%
# Your playground: nothing here is graded.

# %% [markdown]
# ## 9. Report
#
# ### Report question 1: the difference value (2 points)
#
# Give the difference value that you measured. Is your gradient right, and why does this number convince you (or not)? Which part of the remaining
# difference is the fault of your backward pass, and which of the method? Three to five sentences.

# %% [markdown] written="report_difference" points=2
# ### BEGIN SOLUTION
# The difference value is about 1e-10 (the cell above prints it). It is far below 1e-8, while planted mistakes give values between 1e-3 and 1, so the gradient is right. The number alone
# would not convince if it came from a special point; here the parameters, biases and data are random, and all 105 derivatives were compared. What remains comes from the method:
# truncation of order eps^2 = 1e-8 times the third derivative, and rounding of order 1e-16 / eps = 1e-12. The plot over the step shows both: with eps = 1e-5 the difference is smaller still, although
# the backward pass is the same.
#
# ### BEGIN MARK SCHEME
# - 1 point: states the measured value (order 1e-9 or below) and concludes that the gradient is right because it is orders of magnitude below what a mistake gives.
# - 1 point: names truncation and rounding of the finite differences, not the backward pass, as the source of the rest (for instance by pointing at the plot over eps).
# ### END MARK SCHEME
# ### END SOLUTION

# %% [markdown]
# ## Recap
#
# - **Forward:** two products and two sigmoids; samples are rows, so a layer is `A @ W.T + b`.
# - **Backward:** error terms go back through the same weights, without the transpose, and through $a(1 - a)$; gradients are means of
#   products *error term × what went in*.
# - **Shapes** are your first check, and not a sufficient one: a gradient has the shape of its parameter, and so has many a wrong one.
# - **Central differences** prove a gradient with the cost alone. Random inputs, biases that are not zero, sizes that differ.
# - A difference value below $10^{-8}$ is right, one of $10^{-3}$ or more is wrong: look at the ratio. In between, some array may be slightly wrong: check each by itself, as `gradient_check` does.
#
# **Next:** notebook 2, `2_small_mnist`, trains this network on handwritten digits, with your `cost_and_gradient`. Keep this notebook beside it.
#
# *To read on:* Nielsen, *Neural Networks and Deep Learning*, chapter 2, derives the same equations; Goodfellow, Bengio and Courville, *Deep Learning*, section 6.5, in general.
