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
# # A network to experiment with
#
# A published student report trains a small network on MNIST in eighteen settings, three times each: two pairs of activations, three sizes, three learning rates. You will repeat that study. An experiment is
# worth as much as the instrument, so this notebook builds the instrument, and checks it: a network whose activations, target coding, size and regularisation are arguments.
#
# **When you are done, you can**
#
# - write a layer whose activation is a choice, and its derivative for each choice;
# - match the coding of the targets with what the output can reach;
# - derive the gradient of a regularised squared error, with every factor in it, and prove it;
# - split a test set in two halves that hold every class alike, and say what each half is for.
#
# **Time:** about two and a half hours. **You need:** backpropagation (`nn_lab`'s first notebook). **Points:** 60 of the project's 100.

# %% given="imports"
import matplotlib.pyplot as plt
import numpy as np
from sklearn.model_selection import train_test_split  # noqa: F401  for exercise 5, if you like

from helpers import gradient_check, layer_shapes, pack, plots, sigmoid, unpack
from helpers.data import load_images
from helpers.figures import show
from helpers.lesson import needs, training_length
from helpers.training import fit, parameters_of

# %% [markdown]
# ## 1. The data
#
# The study uses MNIST as it was published: 60,000 training images and 10,000 test images. Where MNIST is not at hand, scikit-learn's 1,797 digits stand in, a sixth of them for testing. The pixels are numbers from 0 to 1.
#
# The images are kept in `float32`: half the memory, and matrix products in half the time. For training that is precise enough. Gradients are checked in `float64`, on data small enough not to mind.

# %% given="data"
images = load_images(dtype=np.float32)
X_train, y_train, X_held, y_held = images.train_test()
n, k = X_train.shape[1], images.n_classes
print(f"{len(y_train)} training images, {len(y_held)} held back, {n} pixels each")
print("digit    " + "".join(f"{digit:>6}" for digit in range(k)))
for name, y in [("training", y_train), ("held back", y_held)]:
    print(f"{name:<9}" + "".join(f"{count:>6}" for count in np.bincount(y, minlength=k)))

# %% [markdown]
# On MNIST the first line reads 5923, 6742, 5958 and so on, as in the report's table: at least both of us start from the same images. Compare such a line before you compare any accuracy.
#
# ## 2. Three activations
#
# | name | $g(z)$ | range | $g'(z)$ |
# |---|---|---|---|
# | `sigmoid` | $1 / (1 + e^{-z})$ | 0 to 1 | $g(z)\,(1 - g(z))$ |
# | `tanh` | $(e^z - e^{-z}) / (e^z + e^{-z})$ | $-1$ to 1 | $1 - g(z)^2$ |
# | `relu` | $z$ where $z > 0$, otherwise 0 | 0 and up | 1 where $z > 0$, 0 where $z < 0$ |
#
# ReLU has a kink at 0, and no derivative there. Programs take 0 or 1, and it hardly ever matters: no test of this notebook asks.
#
# `sigmoid` is given, and exact for large $|z|$ too; NumPy has the hyperbolic tangent.
#
# ### Exercise 1: `activation` (6 points)
#
# Return $g(z)$ for each entry of `z`, an array of any shape. `z` itself stays as it is. With `float32` in, `float32` should come out: training is faster by a factor of two then.


# %% answer="activation"
def activation(name, z):
    """Return g(z), shaped as z, for the activation called "sigmoid", "relu" or "tanh"."""
    ### BEGIN SOLUTION
    if name == "sigmoid":
        return sigmoid(z)
    if name == "tanh":
        return np.tanh(z)
    if name == "relu":
        return np.maximum(z, 0)
    raise ValueError(f"an activation is sigmoid, relu or tanh; got {name!r}")
    ### END SOLUTION


# %% test="test_activation" points=6
from checks import credit


def test_activation(check):
    import numpy as np

    from checks import close, steady

    z = np.array([[-2.0, 0.0, 0.5], [3.0, -0.1, np.log(3.0)]])
    with check("sigmoid: ln 3 gives 0.75, 0 gives 0.5; z is not changed"):
        a = steady(activation, "sigmoid", z, names="name z")
        close(a, [[0.119203, 0.5, 0.622459], [0.952574, 0.475021, 0.75]], atol=1e-5, what="a")
    with check("tanh: ln 3 gives 0.8, 0 gives 0"):
        a = steady(activation, "tanh", z, names="name z")
        close(a, [[-0.964028, 0.0, 0.462117], [0.995055, -0.099668, 0.8]], atol=1e-5, what="a")
    with check("relu: what is negative becomes 0, the rest stays"):
        a = steady(activation, "relu", z, names="name z")
        close(a, [[0.0, 0.0, 0.5], [3.0, 0.0, np.log(3.0)]], what="a")
    ### BEGIN HIDDEN TESTS
    from scipy.special import expit

    rng = check.rng
    z = 3 * rng.normal(size=tuple(int(size) for size in rng.permutation([3, 4, 5, 6])[:2]))
    far = np.array([-1e4, -800.0, -40.0, 40.0, 800.0, 1e4])
    with check(
        "sigmoid of random numbers, in a matrix or a vector, and for |z| of 10000",
        points=2,
        repeats="sigmoid",
    ):
        for each in (z, z[0], far):
            close(steady(activation, "sigmoid", each, names="name z"), expit(each), what="a")
    with check("tanh, likewise", points=2, repeats="tanh"):
        for each in (z, z[0], far):
            expected = 2 * expit(2 * each) - 1
            close(steady(activation, "tanh", each, names="name z"), expected, what="a")
    with check("relu, likewise", points=2, repeats="relu"):
        for each in (z, z[0], far):
            expected = (np.abs(each) + each) / 2
            close(steady(activation, "relu", each, names="name z"), expected, what="a")
    ### END HIDDEN TESTS


credit(test_activation)

# %% [markdown]
# ### Exercise 2: `activation_derivative` (7 points)
#
# Return $g'(z)$ for each entry of `z`. It is a function of **z**, not of $a = g(z)$: the derivative of the sigmoid at $z = 0$ is 0.25.
# The grader compares thirteen digits after the point: formulas have them, quotients of differences have not.
# (A step along the imaginary axis has them as well. Who finds that has earned the points.)


# %% answer="activation_derivative"
def activation_derivative(name, z):
    """Return g'(z), shaped as z, for the activation called "sigmoid", "relu" or "tanh"."""
    ### BEGIN SOLUTION
    if name == "sigmoid":
        a = sigmoid(z)
        return a * (1 - a)
    if name == "tanh":
        a = np.tanh(z)
        return 1 - a * a
    if name == "relu":
        return (z > 0).astype(z.dtype)
    raise ValueError(f"an activation is sigmoid, relu or tanh; got {name!r}")
    ### END SOLUTION


# %% test="test_activation_derivative" points=7
from checks import credit


def test_activation_derivative(check):
    import numpy as np

    from checks import close, steady

    z = np.array([[-2.0, 0.25, 0.5], [3.0, -0.1, np.log(3.0)]])
    with check("sigmoid: at ln 3 it is 3/16; z is not changed"):
        slopes = steady(activation_derivative, "sigmoid", z, names="name z")
        expected = [[0.104994, 0.246134, 0.235004], [0.045177, 0.249376, 3 / 16]]
        close(slopes, expected, atol=1e-5, what="g'(z)")
    with check("tanh: at ln 3 it is 9/25"):
        slopes = steady(activation_derivative, "tanh", z, names="name z")
        expected = [[0.070651, 0.940015, 0.786448], [0.009866, 0.990066, 9 / 25]]
        close(slopes, expected, atol=1e-5, what="g'(z)")
    with check("relu: 0 to the left of 0, 1 to the right"):
        slopes = steady(activation_derivative, "relu", z, names="name z")
        close(slopes, [[0.0, 1.0, 1.0], [1.0, 0.0, 1.0]], what="g'(z)")
    ### BEGIN HIDDEN TESTS
    rng = check.rng
    z = 2 * rng.normal(size=tuple(int(size) for size in rng.permutation([3, 4, 5, 6])[:2]))
    z = z + 0.01 * np.sign(z)  # away from the kink
    far = np.array([-1e4, -800.0, 800.0, 1e4])
    bells = {"sigmoid": 0.25 / np.cosh(z / 2) ** 2, "tanh": 1 / np.cosh(z) ** 2}

    def bell(name):
        slopes = steady(activation_derivative, name, z, names="name z")
        close(slopes, bells[name], what="g'(z)")
        # Formulas err by some 1e-16; of quotients of differences, the best by some 1e-13.
        close(slopes, bells[name], rtol=0, atol=2e-14, what="g'(z), by a formula")
        close(activation_derivative(name, far), np.zeros(4), what="g'(z) far from 0")

    with check(
        "sigmoid: the slopes of random numbers, to 13 digits, and 0 for |z| of 800 and more",
        points=3,
        repeats="sigmoid",
    ):
        bell("sigmoid")
    with check("tanh, likewise", points=2, repeats="tanh"):
        bell("tanh")
    with check("relu, likewise", points=2, repeats="relu"):
        slopes = steady(activation_derivative, "relu", z, names="name z")
        close(slopes, (np.sign(z) + 1) / 2, rtol=0, atol=2e-14, what="g'(z)")
        close(activation_derivative("relu", far), [0.0, 0.0, 1.0, 1.0], what="g'(z) far from 0")
    ### END HIDDEN TESTS


credit(test_activation_derivative)


# %% given="activation_figure"
def draw_activations():
    """Draw your activations and their derivatives beside each other."""
    z = np.linspace(-4, 4, 401)
    styles = {"sigmoid": ("#0072B2", "-"), "tanh": ("#B84A00", "--"), "relu": ("#00795A", ":")}
    curves = [(activation(name, z), activation_derivative(name, z)) for name in styles]
    figure, axes = plt.subplots(1, 2, figsize=(7.2, 3.2), layout="constrained")
    for (name, (colour, dashes)), both in zip(styles.items(), curves, strict=True):
        for ax, curve in zip(axes, both, strict=True):
            ax.plot(z, curve, dashes, color=colour, lw=2, label=name)
    axes[0].set(title="$g(z)$", xlabel="$z$", ylabel="activation", ylim=(-1.2, 2.2))
    axes[1].set(title="$g'(z)$", xlabel="$z$", ylabel="derivative", ylim=(-0.1, 1.2))
    axes[0].legend(loc="upper left")
    return figure


with needs("activation", "activation_derivative"):
    show(
        draw_activations(),
        alt="Left: the three activations from z = -4 to 4. The sigmoid rises from 0 to 1, tanh from "
        "-1 to 1, ReLU is 0 up to z = 0 and z from there on. Right: their derivatives. That of the "
        "sigmoid is a low hill of height 0.25 at 0, that of tanh one of height 1, that of ReLU "
        "jumps from 0 to 1.",
    )

# %% [markdown]
# Look at the right figure. Where a derivative is near 0, no error gets through, and a unit stops learning. The sigmoid lets through a quarter at most; tanh lets through everything near 0. Remember this when the
# two pairs of the study, tanh-tanh and ReLU-sigmoid, learn at such different speeds.
#
# ## 3. Targets that the output can reach
#
# The targets are one row an image: 1 in the label's column, and a *low* value in all others. With a sigmoid output the low value is 0. With tanh it is $-1$: tanh spans $-1$ to 1, and "not this digit" should be its other end.
#
# ### Exercise 3: `encode` (6 points)


# %% answer="encode"
def encode(y, k, low):
    """Return targets Y (m, k) for labels y (m,): 1 at each label, `low` (0 or -1) elsewhere."""
    ### BEGIN SOLUTION
    Y = np.full((len(y), k), float(low))
    Y[np.arange(len(y)), y] = 1
    return Y
    ### END SOLUTION


# %% test="test_encode" points=6
from checks import credit


def test_encode(check):
    import numpy as np

    from checks import close, steady

    y = np.array([2, 0, 1, 2])
    with check("labels 2, 0, 1, 2 of four classes, low 0; y is not changed"):
        Y = steady(encode, y, 4, 0, names="y k low")
        close(Y, [[0, 0, 1, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]], what="Y")
    with check("the same labels, low -1"):
        Y = steady(encode, y, 4, -1, names="y k low")
        close(Y, [[-1, -1, 1, -1], [1, -1, -1, -1], [-1, 1, -1, -1], [-1, -1, 1, -1]], what="Y")
    ### BEGIN HIDDEN TESTS
    rng = check.rng
    k = int(rng.choice([5, 6, 7, 8, 9, 11]))
    m = int(rng.integers(k + 2, 25))
    y = rng.integers(k - 1, size=m)  # no label of the last class
    y = np.where(y == 1, 2, y)  # nor of class 1
    is_label = (y[:, None] == np.arange(k)) * 1.0
    with check("random labels, some classes absent, low 0", points=3, repeats="labels 2, 0, 1, 2"):
        close(steady(encode, y, k, 0, names="y k low"), is_label, what="Y")
    with check("the same, low -1", points=3, repeats="the same labels"):
        close(steady(encode, y, k, -1, names="y k low"), 2 * is_label - 1, what="Y")
    ### END HIDDEN TESTS


credit(test_encode)

# %% [markdown]
# ## 4. The network
#
# Hidden layer and output, with activations $g_1$ and $g_2$ of your choice:
#
# $$
# \begin{aligned}
# Z_2 &= X W_1^\top + b_1, & A_2 &= g_1(Z_2), \\
# Z_3 &= A_2 W_2^\top + b_2, & A &= g_2(Z_3).
# \end{aligned}
# $$
#
# The **loss** is the squared error, summed over the $k$ outputs and averaged over the $m$ rows, plus an L2 penalty on the weights, **not** on the biases:
#
# $$
# L = \frac1m \sum_{i=1}^m \sum_{c=1}^k \left( A_{ic} - Y_{ic} \right)^2 + \frac{\lambda}{2m} \Big( \sum W_1^2 + \sum W_2^2 \Big) .
# $$
#
# In both places $m$ is the number of rows *that are handed over*: of a mini-batch, when it is one.
#
# **Backwards.** There is no $\frac12$ before the squared error, so its derivative has a **2**. (The report's equation drops it; you will see what that does.) With the mean in the error terms from the start,
#
# $$
# \begin{aligned}
# \Delta_3 &= \frac{2}{m} (A - Y) \odot g_2'(Z_3), & \Delta_2 &= (\Delta_3 W_2) \odot g_1'(Z_2), \\
# \frac{\partial L}{\partial W_2} &= \Delta_3^\top A_2 + \frac{\lambda}{m} W_2, & \frac{\partial L}{\partial W_1} &= \Delta_2^\top X + \frac{\lambda}{m} W_1,
# \end{aligned}
# $$
#
# and the gradients of the biases are the sums of $\Delta_3$ and of $\Delta_2$ over the rows.
#
# **Fast.** An activation of a whole layer costs about as much time as a small matrix product. The table of section 2 gives the derivatives of sigmoid and tanh by $g(z)$, which you have already; ReLU's is 1 where its *result* is above 0. So `backward`
# can do without `activation_derivative`, and without a second tanh. Either way is right here.
#
# ### Exercise 4: `TwoLayerNet` (27 points)
#
# | | |
# |---|---|
# | attributes | `W1` $(h, n)$, `b1` $(h,)$, `W2` $(k, h)$, `b2` $(k,)$ |
# | start | weights normal with mean 0 and **standard deviation** 0.01, random but decided by `seed`; biases 0 |
# | `forward(X)` | `A` $(m, k)$ |
# | `loss(A, Y)` | $L$, one number |
# | `backward(X, Y)` | `dW1, db1, dW2, db2`, exactly the gradients of $L$ |
# | `step(grads, lr)` | moves each parameter against its gradient; `grads` is what `backward` returned |
# | `predict(X)` | the label of each row: the output that is largest |
#
# The grader also asks for the gradients of a network of 784-50-10 on 200 samples, within two seconds: fast enough for loops over samples, far too short for differences in 39,760 directions.
#
# `forward`, `loss`, `backward` and `predict` change nothing, neither their arguments nor the network's parameters. Always compute from the parameters as they *are*: whoever trains or tests the network may have set them.


# %% answer="TwoLayerNet"
class TwoLayerNet:
    """A hidden layer and an output with activations of choice, squared error, L2 on the weights.

    n_in, n_hidden, n_out: the numbers of units.  act1, act2: the activations' names.
    lam: the strength of the penalty.  seed: decides the weights at the start.
    """

    def __init__(self, n_in, n_hidden, n_out, act1, act2, lam, seed):
        """Draw W1 (h, n) and W2 (k, h) with standard deviation 0.01; b1 (h,) and b2 (k,) are 0."""
        ### BEGIN SOLUTION
        rng = np.random.default_rng(seed)
        self.W1 = rng.normal(scale=0.01, size=(n_hidden, n_in))
        self.b1 = np.zeros(n_hidden)
        self.W2 = rng.normal(scale=0.01, size=(n_out, n_hidden))
        self.b2 = np.zeros(n_out)
        self.act1, self.act2, self.lam = act1, act2, lam
        ### END SOLUTION

    def forward(self, X):
        """Return the outputs A (m, k) for the samples X (m, n)."""
        ### BEGIN SOLUTION
        return self._layers(X)[1]

    def _layers(self, X):
        """Return A2 (m, h) and A (m, k)."""
        A2 = activation(self.act1, X @ self.W1.T + self.b1)
        return A2, activation(self.act2, A2 @ self.W2.T + self.b2)
        ### END SOLUTION

    def loss(self, A, Y):
        """Return the loss, one number, of outputs A (m, k) for targets Y (m, k)."""
        ### BEGIN SOLUTION
        m = len(Y)
        penalty = np.sum(self.W1**2) + np.sum(self.W2**2)
        return np.sum((A - Y) ** 2) / m + self.lam / (2 * m) * penalty
        ### END SOLUTION

    def backward(self, X, Y):
        """Return dW1, db1, dW2, db2, the loss's gradients for samples X (m, n), targets Y (m, k)."""
        ### BEGIN SOLUTION
        m = len(Y)
        A2, A = self._layers(X)
        delta3 = 2 / m * (A - Y) * self._slope(self.act2, A)  # (m, k), with the mean in it
        delta2 = (delta3 @ self.W2) * self._slope(self.act1, A2)  # (m, h)
        dW1, dW2 = delta2.T @ X, delta3.T @ A2
        if self.lam:
            dW1 += self.lam / m * self.W1
            dW2 += self.lam / m * self.W2
        return dW1, delta2.sum(axis=0), dW2, delta3.sum(axis=0)

    def _slope(self, name, a):
        """Return the derivative of an activation from its result a: no exponential twice."""
        if name == "sigmoid":
            return a * (1 - a)
        if name == "tanh":
            squares = a * a
            return np.subtract(1, squares, out=squares)  # no third array
        return a > 0
        ### END SOLUTION

    def step(self, grads, lr):
        """Move each parameter by lr against its gradient; grads are dW1, db1, dW2, db2."""
        ### BEGIN SOLUTION
        dW1, db1, dW2, db2 = grads
        self.W1 = self.W1 - lr * dW1
        self.b1 = self.b1 - lr * db1
        self.W2 = self.W2 - lr * dW2
        self.b2 = self.b2 - lr * db2
        ### END SOLUTION

    def predict(self, X):
        """Return the labels (m,), the columns of the largest outputs, for the samples X (m, n)."""
        ### BEGIN SOLUTION
        return self.forward(X).argmax(axis=1)
        ### END SOLUTION


# %% test="test_TwoLayerNet" points=27
from checks import credit


def test_TwoLayerNet(check):
    import numpy as np

    from checks import attribute, close, expect, results, shaped, steady, with_parameters

    names = ["W1", "b1", "W2", "b2"]

    def shapes(n, h, k):
        return dict(zip(names, [(h, n), (h,), (k, h), (k,)], strict=True))

    def gradients_of(net, X, Y):
        found = results(net.backward(X, Y), "dW1 db1 dW2 db2")
        for name, each in zip(names, found, strict=True):
            shaped(each, np.shape(getattr(net, name)), what=f"d{name}")
        return dict(zip(names, found, strict=True))

    # Four samples of three pixels, two hidden units, two outputs.
    small = {
        "W1": np.array([[1.0, -1.0, 0.5], [0.0, 2.0, 1.0]]),
        "b1": np.array([0.5, -0.5]),
        "W2": np.array([[2.0, -1.0], [0.5, 1.0]]),
        "b2": np.array([-0.5, 0.25]),
    }
    x = np.array([[1.0, 0.0, -1.0], [0.0, 1.0, 0.9], [-1.0, 1.0, 0.0], [1.0, 1.0, 1.0]])
    Y = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [1.0, 0.0]])

    def small_net(act1, act2, lam):
        return with_parameters(TwoLayerNet(3, 2, 2, act1, act2, lam, 1), small)

    with check("6 inputs, 4 hidden units, 3 outputs: four parameters of the right shapes"):
        net = TwoLayerNet(6, 4, 3, "tanh", "sigmoid", 0.1, 42)
        for name, shape in shapes(6, 4, 3).items():
            shaped(attribute(net, name), shape, what=name)
    with check("20,000 weights: mean 0, standard deviation 0.01; biases 0; seeds decide"):
        net, again, other = (
            TwoLayerNet(200, 100, 3, "tanh", "tanh", 0, seed) for seed in (42, 42, 268)
        )
        W1 = np.asarray(attribute(net, "W1"))
        close(W1.std(), 0.01, rtol=0.05, what="the standard deviation of W1")
        close(W1.mean(), 0.0, atol=5e-4, what="the mean of W1")
        close(attribute(net, "b1"), np.zeros(100), what="b1")
        close(attribute(again, "W1"), W1, what="W1 with the same seed")
        message = "W1 is the same with seeds 42 and 268"
        expect(bool(np.any(np.asarray(attribute(other, "W1")) != W1)), message)
    with check("forward: weights 0 and b2 = ln 3, 0 make the outputs 0.75, 0.5 (sigmoid)"):
        zeros = {name: 0 * array for name, array in small.items()}
        net = with_parameters(TwoLayerNet(3, 2, 2, "relu", "sigmoid", 0, 1), zeros)
        net.b2 = np.log([3.0, 1.0])
        A = steady(net.forward, x, names="X")
        close(A, np.tile([0.75, 0.5], (4, 1)), what="A")
    with check("forward, relu then tanh: the first row is tanh(1.5), tanh(0.75)"):
        A = steady(small_net("relu", "tanh", 0).forward, x, names="X")
        shaped(A, (4, 2), what="A")
        close(np.asarray(A)[0], np.tanh([1.5, 0.75]), what="the first row of A")
    with check("loss on paper: squared errors 1, 0, 2, 1; squared weights 13.5 in all, lam 0.4"):
        A = Y + np.array([[1.0, 0.0], [0.0, 0.0], [1.0, 1.0], [0.0, -1.0]])
        net = small_net("relu", "tanh", 0.4)
        close(steady(net.loss, A, Y, names="A Y"), 4 / 4 + 0.4 / 8 * 13.5, what="the loss")
    with check("backward: four gradients, each shaped as its parameter"):
        gradients_of(small_net("tanh", "sigmoid", 0.4), x, Y)
    with check("small steps in each parameter change your loss as much as your gradient says"):
        for act1, act2 in [("tanh", "sigmoid"), ("sigmoid", "tanh"), ("relu", "sigmoid")]:
            net = small_net(act1, act2, 0.4)
            found = gradients_of(net, x, Y)
            for name in names:
                step = np.arange(1.0, small[name].size + 1).reshape(small[name].shape)
                around = []
                for t in (1e-4, -1e-4):
                    with_parameters(net, small | {name: small[name] + t * step})
                    around.append(float(net.loss(net.forward(x), Y)))
                slope, claim = (around[0] - around[1]) / 2e-4, float(np.sum(found[name] * step))
                expect(
                    abs(slope - claim) < 1e-3 * abs(slope) + 1e-5,
                    f"{act1}, then {act2}: along a direction in {name} your loss changes by "
                    f"{slope:.4g} for a unit of step, by your gradient it should by {claim:.4g}",
                )
    with check("step: with lr 0.5, a parameter of 2 and a gradient of 1 make 1.5"):
        net = TwoLayerNet(3, 2, 2, "tanh", "tanh", 0, 1)
        with_parameters(net, {name: np.full(array.shape, 2.0) for name, array in small.items()})
        net.step(tuple(np.ones(array.shape) for array in small.values()), 0.5)
        for name, array in small.items():
            close(getattr(net, name), np.full(array.shape, 1.5), what=f"{name} after the step")
    with check("predict: outputs of biases alone, the second one larger: label 1 in each row"):
        net = with_parameters(TwoLayerNet(3, 2, 2, "relu", "sigmoid", 0, 1), zeros)
        net.b2 = np.array([-1.0, 1.0])
        close(net.predict(x), [1, 1, 1, 1], what="the labels")
    ### BEGIN HIDDEN TESTS
    from scipy.special import expit

    from checks import after, close_to_slopes

    rng = check.rng
    n, h, k = (int(size) for size in rng.permutation([3, 4, 5, 6, 7, 8])[:3])
    m, lam = int(rng.integers(9, 14)), float(rng.uniform(0.5, 2.0))
    seed = int(rng.integers(1000))
    at = {name: 0.7 * rng.normal(size=shape) for name, shape in shapes(n, h, k).items()}
    X, other_X = rng.normal(size=(m, n)), rng.normal(size=(m, n))
    targets = np.where(rng.integers(k, size=m)[:, None] == np.arange(k), 1.0, -1.0)
    outputs = rng.uniform(-1, 1, size=(m, k))
    kinds = ["sigmoid", "relu", "tanh"]
    functions = {
        "sigmoid": expit,
        "tanh": lambda z: 2 * expit(2 * z) - 1,
        "relu": lambda z: (np.abs(z) + z) / 2,
    }
    bells = {
        "sigmoid": lambda z: 0.25 / np.cosh(z / 2) ** 2,
        "tanh": lambda z: 1 / np.cosh(z) ** 2,
        "relu": lambda z: (np.sign(z) + 1) / 2,
    }

    def sums(W, b, A):
        return np.einsum("on,mn->mo", W, A) + b

    # Each output is above 0 for some samples and below 0 for others: no ReLU without a slope.
    at["b2"] = -np.mean(sums(at["W2"], 0, expit(sums(at["W1"], at["b1"], X))), axis=0)

    def outputs_at(act1, act2, W1, b1, W2, b2, A=X):
        return functions[act2](sums(W2, b2, functions[act1](sums(W1, b1, A))))

    def stated_loss(A, W1, W2, strength):
        squares = np.linalg.norm(W1) ** 2 + np.linalg.norm(W2) ** 2
        return float((np.linalg.norm(A - targets) ** 2 + strength * squares / 2) / m)

    def fresh(act1, act2, strength=lam, parameters=at):
        k, h = np.shape(parameters["W2"])
        net = TwoLayerNet(np.shape(parameters["W1"])[1], h, k, act1, act2, strength, seed)
        return with_parameters(net, parameters)

    # The large network: differences would take minutes, loops over its samples take milliseconds.
    large = {
        name: 0.05 * rng.normal(size=shape) if name.startswith("W") else rng.normal(size=shape)
        for name, shape in shapes(784, 50, 10).items()
    }
    many_X, many_Y = rng.normal(size=(200, 784)), rng.uniform(-1, 1, size=(200, 10))

    def large_gradients(act1, act2, strength):
        z2 = sums(large["W1"], large["b1"], many_X)
        a2 = functions[act1](z2)
        z3 = sums(large["W2"], large["b2"], a2)
        error = (functions[act2](z3) - many_Y) * bells[act2](z3) / 100
        back = np.dot(error, large["W2"]) * bells[act1](z2)
        return {
            "W1": np.dot(many_X.T, back).T + strength * large["W1"] / 200,
            "b1": np.einsum("mh->h", back),
            "W2": np.dot(a2.T, error).T + strength * large["W2"] / 200,
            "b2": np.einsum("mk->k", error),
        }

    def right_gradients(act1, act2, strength, wanted):
        net = fresh(act1, act2, strength)
        net.forward(other_X)
        found, (X_left, Y_left) = after(net.backward, X, targets)
        found = dict(zip(names, results(found, "dW1 db1 dW2 db2"), strict=True))
        for name, array, left in [("X", X, X_left), ("Y", targets, Y_left)]:
            close(left, array, what=f"{name} after backward")
        for name in names:
            close(getattr(net, name), at[name], what=f"{name} after backward")

        def cost(**arrays):
            now = at | arrays
            return stated_loss(outputs_at(act1, act2, **now), now["W1"], now["W2"], strength)

        close_to_slopes(
            {name: found[name] for name in wanted},
            cost,
            {name: at[name] for name in wanted},
            m=m,
        )

    def fast_gradients(act1, act2, strength, wanted):
        found = gradients_of(fresh(act1, act2, strength, large), many_X, many_Y)
        expected = large_gradients(act1, act2, strength)
        for name in wanted:
            close(found[name], expected[name], what=f"d{name} of 784-50-10")

    def is_drawn(W, what):
        # Drawn, whatever the scale: spread about 0, and no number like the one before it.
        W = np.asarray(W, dtype=float).ravel()
        spread, mean = W.std(), abs(W.mean())
        expect(bool(spread > 0), f"all numbers of {what} are the same")
        expect(bool(mean < spread), f"the numbers of {what} are not spread about 0")
        alike = np.mean((W[1:] - W.mean()) * (W[:-1] - W.mean())) / spread**2
        expect(bool(alike < 0.5), f"the numbers of {what} are not drawn at random")

    with check(
        "four parameters of the right shapes, weights drawn at random, biases 0",
        points=2,
        repeats="6 inputs",
    ):
        for act1, act2 in [("relu", "sigmoid"), ("tanh", "tanh")]:
            net = TwoLayerNet(10 * n, 10 * h, 10 * k, act1, act2, lam, seed)
            for name, shape in shapes(10 * n, 10 * h, 10 * k).items():
                shaped(attribute(net, name), shape, what=name)
                if name.startswith("b"):
                    close(attribute(net, name), np.zeros(shape), what=name)
                else:
                    is_drawn(attribute(net, name), name)
    with check(
        "weights normal, mean 0, standard deviation 0.01, decided by the seed",
        points=3,
        repeats="20,000 weights",
    ):
        net, again, other = (
            TwoLayerNet(150, 120, 110, "tanh", "tanh", lam, each) for each in (seed, seed, seed + 1)
        )
        for name in ("b1", "b2"):
            shape = np.shape(attribute(net, name))
            close(attribute(net, name), np.zeros(shape), what=name)
        for name in ("W1", "W2"):
            W = np.asarray(attribute(net, name))
            for what, part in [(name, W), *((f"a row of {name}", row) for row in W[:3])]:
                size = 5 * 0.01 / part.size**0.5
                close(part.mean(), 0.0, atol=size, what=f"the mean of {what}")
                close(part.std(), 0.01, atol=size, what=f"the standard deviation of {what}")
            alike = bool(np.abs(W).max() > 0.03)
            expect(alike, f"{name} is not normal: none of {W.size} weights is beyond 3 deviations")
            expect(bool(np.any(W[0] != W[1])), f"two rows of {name} are the same")
            close(attribute(again, name), W, what=f"{name} with the same seed")
            same = bool(np.any(np.asarray(attribute(other, name)) != W))
            expect(same, f"{name} is the same with two seeds")

    def right_outputs(pairs):
        for pair in pairs:
            net, rows = fresh(*pair), X if pair != ("tanh", "tanh") else X[:4]
            found = steady(net.forward, rows, names="X")
            close(found, outputs_at(*pair, **at, A=rows), what=f"A of {' and '.join(pair)}")
            for name in names:
                close(getattr(net, name), at[name], what=f"{name} after forward")

    with check("forward: the same activation twice, each of the three", points=2):
        right_outputs([(kind, kind) for kind in kinds])
    with check(
        "forward: two different activations, all six pairs",
        points=3,
        repeats=("forward: weights 0", "forward, relu then tanh"),
    ):
        right_outputs([(one, other) for one in kinds for other in kinds if one != other])
    with check("loss: the squared error a row, for any outputs (lam 0)", points=2):
        found = steady(fresh("tanh", "tanh", 0).loss, outputs, targets, names="A Y")
        close(found, stated_loss(outputs, at["W1"], at["W2"], 0), what="the loss")
    with check(
        "loss: and the penalty on both weights (lam above 0)", points=2, repeats="loss on paper"
    ):
        for act1, act2 in [("tanh", "tanh"), ("relu", "sigmoid")]:
            net = fresh(act1, act2)
            close(
                steady(net.loss, outputs, targets, names="A Y"),
                stated_loss(outputs, at["W1"], at["W2"], lam),
                what="the loss",
            )
    with check(
        "backward: dW2, for each activation; within two seconds on 784-50-10",
        points=2,
        seconds=2,
        repeats=("backward: four", "small steps"),
    ):
        for act1, act2 in [("tanh", "tanh"), ("relu", "sigmoid"), ("sigmoid", "relu")]:
            right_gradients(act1, act2, 0, ["W2"])
        fast_gradients("relu", "tanh", 0, ["W2"])
    with check(
        "backward: db2, likewise", points=1, seconds=2, repeats=("backward: four", "small steps")
    ):
        for act1, act2 in [("tanh", "tanh"), ("relu", "sigmoid"), ("sigmoid", "relu")]:
            right_gradients(act1, act2, 0, ["b2"])
        fast_gradients("relu", "tanh", 0, ["b2"])
    with check(
        "backward: dW1, likewise", points=2, seconds=2, repeats=("backward: four", "small steps")
    ):
        for act1, act2 in [("tanh", "sigmoid"), ("relu", "tanh"), ("sigmoid", "relu")]:
            right_gradients(act1, act2, 0, ["W1"])
        fast_gradients("tanh", "tanh", 0, ["W1"])
    with check(
        "backward: db1, likewise", points=1, seconds=2, repeats=("backward: four", "small steps")
    ):
        for act1, act2 in [("tanh", "sigmoid"), ("relu", "tanh"), ("sigmoid", "relu")]:
            right_gradients(act1, act2, 0, ["b1"])
        fast_gradients("tanh", "tanh", 0, ["b1"])
    with check("backward: with a penalty, dW2 and db2", points=1, seconds=2, repeats="small steps"):
        for act1, act2 in [("tanh", "tanh"), ("relu", "sigmoid")]:
            right_gradients(act1, act2, lam, ["W2", "b2"])
        fast_gradients("sigmoid", "tanh", lam, ["W2", "b2"])
    with check("backward: with a penalty, dW1 and db1", points=1, seconds=2, repeats="small steps"):
        for act1, act2 in [("tanh", "tanh"), ("relu", "sigmoid")]:
            right_gradients(act1, act2, lam, ["W1", "b1"])
        fast_gradients("sigmoid", "tanh", lam, ["W1", "b1"])

    def stepped(which):
        rate = float(rng.uniform(0.1, 0.9))
        grads = [rng.normal(size=array.shape) for array in at.values()]
        net = fresh("tanh", "sigmoid")
        for times in (1, 2):
            _, (left, _) = after(net.step, tuple(grads), rate)
            for name, grad, each in zip(names, grads, left, strict=True):
                if name in which:
                    expected = at[name] - np.multiply(times * rate, grad)
                    close(getattr(net, name), expected, what=f"{name} after {times} step(s)")
                    close(each, grad, what=f"d{name} after the step")

    with check(
        "step: the weights against their own gradients, which stay",
        points=2,
        repeats="step: with lr 0.5",
    ):
        stepped(["W1", "W2"])
    with check("step: the biases, likewise", points=1, repeats="step: with lr 0.5"):
        stepped(["b1", "b2"])
    with check(
        "predict: the column of the largest output, row by row",
        points=2,
        repeats="predict: outputs",
    ):
        for act1, act2 in [("tanh", "tanh"), ("relu", "sigmoid"), ("sigmoid", "tanh")]:
            found = steady(fresh(act1, act2).predict, X, names="X")
            best = [np.flatnonzero(row == row.max())[0] for row in outputs_at(act1, act2, **at)]
            close(found, best, what="the labels")
        for label in range(k):  # so that no label is always right
            alone = at | {"W2": 0 * at["W2"], "b2": 0.5 * (np.arange(k) == label)}
            found = fresh("tanh", "sigmoid", parameters=alone).predict(X)
            close(found, [label] * m, what="the labels by b2 alone")
    ### END HIDDEN TESTS


credit(test_TwoLayerNet)

# %% [markdown]
# ### The proof
#
# `gradient_check` of the helpers compares all derivatives with central differences, in `float64`, and says how they differ where they do. A network of 12-7-5, 20 random samples, $\lambda = 0.5$, both pairs of the study. The second table has the mistake of the report's equation planted in
# it: `backward` without the 2.


# %% given="gradient_check"
shapes = layer_shapes(12, 7, 5)
blocks = dict(zip(["W1", "b1", "W2", "b2"], shapes, strict=True))


def check_gradient(act1, act2, low, lam, without_2=False):
    """Check your gradient; without_2 halves the part that belongs to the squared error."""
    rng = np.random.default_rng(5)
    X, Y = rng.normal(size=(20, 12)), encode(rng.integers(5, size=20), 5, low)
    net = TwoLayerNet(12, 7, 5, act1, act2, lam, 42)

    def f(theta):
        for name, array in zip(blocks, unpack(theta, *shapes), strict=True):
            setattr(net, name, array)
        gradient = pack(*net.backward(X, Y))
        if without_2:
            penalty = pack(net.W1, 0 * net.b1, net.W2, 0 * net.b2) * lam / 20
            gradient = (gradient - penalty) / 2 + penalty
        return net.loss(net.forward(X), Y), gradient

    return gradient_check(f, 0.5 * rng.normal(size=pack(*net.backward(X, Y)).size), blocks, m=20)


with needs("activation", "encode", "TwoLayerNet"):
    for act1, act2, low in [("tanh", "tanh", -1), ("relu", "sigmoid", 0)]:
        print(f"\n{act1}, then {act2}, targets {low} and 1:")
        display(check_gradient(act1, act2, low, lam=0.5))
    print("\nThe same without the 2, lambda = 0:")
    display(check_gradient("tanh", "tanh", -1, lam=0, without_2=True))

# %% [markdown]
# Without the 2, all gradients are exactly half of what they should be, which is the same as half the learning rate: training would work, and a reader who takes the published learning rate and the right gradient gets other figures. With $\lambda > 0$ it is not even that: the penalty keeps
# its strength while the error is halved, so that $\lambda$ means twice as much.
#
# ### Whole numbers of bits
#
# Training in `float32` pays only if *every* array stays in it. A single `float64` array, a one-hot target for instance, turns all that it touches into `float64`. The next cell looks at your class.

# %% given="types"
with needs("activation", "encode", "TwoLayerNet"):
    net = TwoLayerNet(n, 20, k, "tanh", "tanh", 0.01, 42)
    parameters_of(net, ["W1", "b1", "W2", "b2"])  # casts them to float32
    Y = encode(y_train[:50], k, -1).astype(np.float32)
    types = {np.asarray(each).dtype.name for each in net.backward(X_train[:50], Y)}
    print(f"float32 goes in; the gradients that come out are {' and '.join(sorted(types))}")

# %% [markdown]
# ## 5. What chooses, and what judges
#
# The study splits MNIST's 10,000 held-back images into two halves of 5,000: the *validation* half chooses among settings, the *test* half judges the one chosen. The split should be random, and **stratified**: each half with as many images of each digit as the other.
# Where the count of a digit is odd, one half gets one more; and the halves themselves should be of the same size, up to one.
#
# ### Exercise 5: `split_test` (7 points)
#
# Return two arrays of row numbers: `validation, test`. No row is in both, every row is in one, and the generator `rng` decides which. Write it yourself (shuffle first, then sort by the label, and deal out in turns), or let scikit-learn's `train_test_split`
# work on the row numbers; its `random_state` takes an integer, which you can draw from `rng`.


# %% answer="split_test"
def split_test(y, rng):
    """Return validation, test: the row numbers of two random halves of the labels y (m,).

    Each class is halved, up to one image, and so is the whole.  rng: a NumPy generator.
    """
    ### BEGIN SOLUTION
    order = rng.permutation(len(y))
    order = order[np.argsort(y[order], kind="stable")]  # class by class, each in random order
    return order[::2], order[1::2]
    ### END SOLUTION


# %% test="test_split_test" points=7
from checks import credit


def test_split_test(check):
    import numpy as np

    from checks import after, close, expect, generator, many, results

    def halves(y, seed):
        both = results(split_test(y, generator(seed)), "validation test")
        for name, rows in zip(["validation", "test"], both, strict=True):
            whole = getattr(rows, "dtype", None) is None or np.asarray(rows).dtype.kind in "iu"
            flat = np.asarray(rows).ndim == 1 and whole
            expect(flat, f"{name} should be a flat array of row numbers (integers)")
        return [np.asarray(rows, dtype=int) for rows in both]

    def all_used(both, m):
        rows = np.concatenate(both)
        inside = bool(np.all((rows >= 0) & (rows < m)))
        expect(inside, "there is a row number that y does not have")
        twice = len(rows) - len(np.unique(rows))
        expect(twice == 0, f"{twice} of the row numbers occur more than once")
        missing = m - len(rows)
        expect(missing == 0, f"{missing} of {m} rows are in neither half")

    def most_unequal(both, y):
        one, other = (np.bincount(y[rows], minlength=y.max() + 1) for rows in both)
        return int(np.abs(one - other).max())

    y = np.array([0, 1, 2, 1, 0, 1, 2, 2, 1, 0, 0, 2])  # four of each class
    with check("twelve images, four of each class: two halves of six, every row in one of them"):
        both = halves(y, 1)
        all_used(both, 12)
        close([len(rows) for rows in both], [6, 6], what="the sizes of the halves")
    with check("each half has two of each class"):
        both = halves(y, 2)
        all_used(both, 12)
        for name, rows in zip(["validation", "test"], both, strict=True):
            close(np.bincount(y[rows], minlength=3), [2, 2, 2], what=f"the classes in {name}")
    with check("the same generator gives the same halves, another one others"):
        first, again, *others = (np.sort(halves(y, seed)[0]) for seed in (1, 1, 2, 3, 4, 5))
        close(again, first, what="validation with the same seed")
        differs = any(bool(np.any(other != first)) for other in others)
        expect(differs, "five generators gave the same halves")
    ### BEGIN HIDDEN TESTS
    rng = check.rng
    k = int(rng.integers(5, 9))
    counts = 2 * rng.integers(8, 25, size=k)
    even = rng.permutation(np.repeat(np.arange(k), counts))
    odd = rng.permutation(np.repeat(np.arange(k), counts + 1))
    ordered = np.sort(odd)
    seeds = [int(seed) for seed in rng.integers(10**6, size=6)]
    with check(
        "every row in one half, by chance or by class; the halves equal in size, up to one",
        points=2,
        repeats="twelve images",
    ):
        for labels in (even, odd, ordered):
            both, others = halves(labels, seeds[0]), halves(labels, seeds[1])
            all_used(both, len(labels))
            differ = abs(len(both[0]) - len(both[1]))
            expect(differ <= 1, f"the halves differ by {differ} images")
            drawn = set(both[0].tolist()) != set(others[0].tolist())
            message = "the halves are neither drawn by rng nor made class by class"
            expect(drawn or most_unequal(both, labels) <= 1, message)
    with check(
        "every class halved, up to one; y stays as it is", points=3, repeats="each half has two"
    ):
        for labels in (even, odd, ordered):
            for seed in seeds[:3]:
                both = halves(labels, seed)
                all_used(both, len(labels))
                differ = most_unequal(both, labels)
                expect(differ <= 1, f"the halves differ by {differ} images of one class")
            _, (left, _) = after(split_test, labels, generator(seeds[0]))
            close(left, labels, what="y afterwards")
    with check(
        "random: decided by rng, and by nothing else; every image can be in either",
        points=2,
        repeats="the same generator",
    ):
        for labels in (even, ordered):
            found = [np.sort(halves(labels, seed)[0]) for seed in seeds]
            again = np.sort(halves(labels, seeds[0])[0])
            close(again, found[0], what="validation with the same seed")
            for one in range(1, 6):
                same = len(found[0]) == len(found[one]) and not np.any(found[0] != found[one])
                expect(not same, "two different generators gave the same halves")
        calls = [(even, generator(1000 + seeds[0] + i)) for i in range(30)]
        splits = [results(both, "validation test")[0] for both in many(split_test, calls)]
        often = np.bincount(np.concatenate(splits), minlength=len(even))
        fixed = int(np.sum((often == 0) | (often == 30)))
        expect(fixed == 0, f"in 30 splits, {fixed} images were always in the same half")
    ### END HIDDEN TESTS


credit(test_split_test)

# %% given="split"
with needs("split_test"):
    validation, test = split_test(y_held, np.random.default_rng(42))
    print("digit      " + "".join(f"{digit:>6}" for digit in range(k)))
    for name, rows in [("validation", validation), ("test", test)]:
        print(f"{name:<11}" + "".join(f"{c:>6}" for c in np.bincount(y_held[rows], minlength=k)))

# %% [markdown]
# ## 6. A first run, in two ways
#
# Your `backward` goes into `fit`, the helpers' training loop: it shuffles, cuts batches, takes the steps, and calls a function of yours after each epoch. The same network is trained twice, for the same number of epochs: once in **mini-batches** of 100, and once, as the study's first
# eighteen runs, with the **full batch**: one step an epoch, along the mean gradient of all images. The activations and the rate are those of the report's best runs, tanh in both layers and 0.09; the network is smaller.
#
# On MNIST that takes less than half a minute; set `epochs` to 1 while you are looking for a mistake.

# %%
epochs = max(1, training_length(100) // 20)

# %% given="first_run"
accuracies, networks = {}, {}
with needs("activation", "encode", "TwoLayerNet", "split_test"):
    Y = encode(y_train, k, -1).astype(np.float32)
    for name, batch in [("mini-batches of 100", 100), ("full batch", None)]:
        net = TwoLayerNet(n, 100, k, "tanh", "tanh", 0, 42)

        def accuracy(epoch, net=net):
            """Return the share of the validation images that the network gets right."""
            right = net.predict(X_held[validation]) == y_held[validation]
            return {"validation accuracy": float(np.mean(right))}

        parameters = parameters_of(net, ["W1", "b1", "W2", "b2"])
        untrained = accuracy(0)
        after_epochs = fit(
            parameters,
            net.backward,
            X_train,
            Y,
            learning_rate=0.09,
            epochs=epochs,
            batch=batch,
            rng=np.random.default_rng(42),
            after_epoch=accuracy,
            description=name,
        )
        accuracies[name] = [each["validation accuracy"] for each in [untrained, *after_epochs]]
        networks[name] = net

# %% given="first_run_figure"
with needs("activation", "encode", "TwoLayerNet", "split_test"):
    if accuracies:
        title = f"Validation accuracy, {len(y_train):,} training images"
        show(plots.learning_curve(accuracies, title=title, xlabel="epoch", ylabel="accuracy"))
        for name, batch in [("mini-batches of 100", 100), ("full batch", len(y_train))]:
            steps = epochs * -(-len(y_train) // batch)
            print(f"{name}: {steps} steps, validation accuracy {accuracies[name][-1]:.3f}")

# %% [markdown]
# Both have seen every image as often, and multiplied matrices of the same total size. But one has taken as many steps in an epoch as there are batches, and the other one. The full batch gives the exact gradient, once an epoch; a hundred images give a rough one, many times. Far from the minimum, a rough direction
# is good enough. Keep this in mind for the study: its eighteen runs take 100 steps each, so what they compare is mostly *how far one gets in 100 steps*.
#
# ## 7. Report
#
# ### Report question 1: the missing 2 (4 points)
#
# The report's equation is the gradient $\frac1m (A - Y) \odot \dots$ of a loss $\frac1m \sum (A - Y)^2$. Suppose that its program computes just that. Would a plot of the loss show the mistake? Which learning rate with the right gradient repeats its run with 0.09 and $\lambda = 0$? And what changes in the comparison when its
# $\lambda$ is not 0? Show the last with the loss's two terms. A few sentences.

# %% [markdown] written="report_factor" points=4
# ### BEGIN SOLUTION
# The loss still falls, in the right direction, only with steps of half the length, so no curve looks wrong: only a comparison with central differences shows it, where every ratio is 0.5. With lambda = 0 the run with 0.09 and half the gradient is exactly a run with the right gradient and
# a learning rate of 0.045, so its figures can be reproduced by either way. With lambda above 0, the step goes along half the gradient of the error plus the whole gradient lambda/m W of the penalty: that is half the gradient of the error plus *twice* the penalty. So the run with
# lambda and learning rate 0.09 is the right one with 2 lambda and 0.045, and its lambda = 0.01 must be compared with our 0.02.
#
# ### BEGIN MARK SCHEME
# - 1 point: the curve does not show it (training works, only slower); a gradient check does (ratio 1/2).
# - 1 point: learning rate 0.045.
# - 2 points: with a penalty, the error's part is halved and the penalty's is not, so lambda effectively doubles (1 point for the observation, 1 point for the factor and its derivation).
# ### END MARK SCHEME
# ### END SOLUTION

# %% [markdown]
# ### Report question 2: a table that cannot be (3 points)
#
# The report prints how many images of each digit its validation and its test half hold: 5,000 each, and the two columns are identical, digit by digit. MNIST's 10,000 test images hold 1,135 ones. Why can its table not be right? What is the most that two stratified halves can have in
# common, and does the mistake matter for the accuracies that it reports?

# %% [markdown] written="report_table" points=3
# ### BEGIN SOLUTION
# 1,135 is odd: two halves that share no image and use all cannot hold equally many ones; one has 567 and the other 568. So either images are in both halves or left out, or one column was copied and never counted. Two stratified halves agree up to one image a digit (for the digits with an odd count).
# If only the table is wrong, nothing happens to the accuracies. If the two halves were the same images, then the "test" accuracy was measured on the images that chose the setting; its being so close to the validation accuracy would be no evidence of anything. From the report one cannot tell which.
#
# ### BEGIN MARK SCHEME
# - 1 point: an odd count cannot be halved into two equal numbers without sharing or dropping an image.
# - 1 point: the best possible is a difference of one image for each digit with an odd count.
# - 1 point: says that it depends: harmless if only the table is wrong, but if both halves are the same images the test no longer judges independently.
# ### END MARK SCHEME
# ### END SOLUTION

# %% [markdown]
# ## Recap
#
# - An **activation** is a choice with two consequences: what the output can reach (so how to code the targets), and how much of an error gets through backwards.
# - A gradient has **every factor** of its loss: the 2 of the square, the $1/m$ of the mean, the $\lambda/m$ of the penalty. A missing factor is a quiet change of learning rate or of $\lambda$.
# - **float32** pays when everything is float32. Checks are made in float64.
# - A **stratified** split halves every class; the validation half chooses, the test half judges.
# - An epoch of full batch is **one step**. Count steps before you compare learning rates.
#
# **Next:** notebook 2, `2_experiments`, runs the experiments with this network. Keep this notebook beside it.
#
# *To read on:* LeCun, Bottou, Orr and Müller, *Efficient BackProp* (1998), on activations, targets and full batch against single steps; Goodfellow, Bengio and Courville, *Deep Learning*, sections 6.3 and 8.1.
