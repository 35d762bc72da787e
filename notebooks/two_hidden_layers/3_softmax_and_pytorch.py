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
# # Softmax with squared error, and the same in PyTorch
#
# What happens when the outputs are probabilities that compete, and the loss is still the squared error? The derivative of softmax is a matrix for each sample, and leaving most of it out is a mistake that trains,
# but badly. You write it out, check it against differences, and then against PyTorch.
#
# **When you are done, you can**
#
# - carry an error term through a layer whose outputs depend on each other;
# - say what goes wrong when only the diagonal of that dependence is used;
# - build the same network in PyTorch, give it your parameters, and compare gradients to the last digits;
# - tell two losses apart that differ by a factor of ten, and convert a learning rate from one to the other.
#
# **Time:** about two hours. **You need:** the ideas of notebook 1; from section 3 on PyTorch. **Points:** 32 of the project's 100.
#
# **PyTorch is an extra** of this course, as it is large: `python3 course.py torch` adds it. Without it this notebook runs to its end, and you can do exercise 1 and train your network; the cells that
# need PyTorch only say that it is missing. The computer that grades has it.

# %% given="imports"
import numpy as np
from sklearn.model_selection import train_test_split

from helpers import gradient_check, plots, sigmoid
from helpers.data import load_images
from helpers.figures import show
from helpers.lesson import needs, training_length
from helpers.progress import Progress
from helpers.pytorch import needs_torch, nn, torch
from helpers.training import fit, parameters_of

# %% [markdown]
# ## 1. When outputs compete
#
# Softmax turns the scores $z$ of a sample into $a_c = e^{z_c} / \sum_j e^{z_j}$: positive numbers that add up to 1. Raise one score, and its own $a$ goes up while *all others go down*:
#
# $$ \frac{\partial a_c}{\partial z_j} = a_c \left( [c = j] - a_j \right) , $$
#
# where $[c = j]$ is 1 if $c$ is $j$, and 0 otherwise. That is a $k \times k$ matrix for each sample, the **Jacobian**. On its diagonal stands $a_c (1 - a_c)$, which looks just like the sigmoid's derivative. Beside the diagonal stands $-a_c a_j$, which the sigmoid does not have.
#
# The loss is that of notebook 1, $L = \frac1m \sum_i \sum_c (a^{(i)}_c - y^{(i)}_c)^2$. Write $g = \frac2m (a - y)$ for its derivative by the outputs. A score reaches the loss through *every* output, so the chain rule sums over all of them:
#
# $$ \delta_j = \sum_c g_c \, a_c \left( [c = j] - a_j \right) = a_j \Big( g_j - \sum_c g_c a_c \Big) . $$
#
# So no matrix needs to be built. For each sample, take the mean of $g$ weighted with $a$, subtract it from $g$, and multiply by $a$. Behind $\delta$ everything is as in notebook 1.
#
# Here is one sample by hand: three classes, outputs 0.7, 0.2 and 0.1, and the second class is right. The cell prints its Jacobian, and the error term once with all of it and once with the diagonal alone.

# %% given="by_hand"
a, y = np.array([0.7, 0.2, 0.1]), np.array([0.0, 1.0, 0.0])
jacobian = np.array([[a[c] * ((c == j) - a[j]) for j in range(3)] for c in range(3)])
g = 2 * (a - y)
whole, alone = jacobian.T @ g, jacobian.diagonal() * g
with np.printoptions(precision=3, suppress=True, sign=" "):
    print(f"Jacobian, a row for each output, a column for each score:\n{jacobian}\n")
    print(f"slopes of the loss by the outputs:    {g}")
    print(f"error term, the whole Jacobian:       {whole}, sum {round(whole.sum(), 3) + 0.0}")
    print(f"error term, the diagonal alone:       {alone}, sum {round(alone.sum(), 3)}")

# %% [markdown]
# Look at the third class. Its output, 0.1, should be 0, and looked at alone its score should go down: the diagonal says $+0.018$, and a step goes against the sign. But most of what the third class gains, it takes from the first, which is much more
# wrong. So a higher third score *lowers* the loss, and the right error term is $-0.048$. The diagonal has the wrong sign here, not only the wrong size.
#
# A check that costs nothing: add the same number to all scores of a sample, and nothing changes. So the right error terms of a sample **add up to 0**. Those of the diagonal do not.
#
# ### Exercise 1: `SoftmaxMLP` (16 points)
#
# The network of notebook 1 with softmax at the output. Constructor, attributes, results and loss stay as they were:
#
# | | |
# |---|---|
# | attributes | `weight_h1` $(h_1, n)$, `bias_h1`, `weight_h2` $(h_2, h_1)$, `bias_h2`, `weight_out` $(k, h_2)$, `bias_out` |
# | start | weights normal with standard deviation 0.1, drawn from `np.random.RandomState(random_seed)` in this order; biases 0 |
# | `forward(x)` | `a_h1, a_h2, a_out`: sigmoid, sigmoid, softmax |
# | `backward(x, a_h1, a_h2, a_out, y)` | the gradients of $L$ by `weight_out`, `bias_out`, `weight_h2`, `bias_h2`, `weight_h1`, `bias_h1`, for the labels `y` $(m,)$ |
#
# Scores of any size must do no harm: subtract from each sample's scores their largest before you take the exponential. `backward` uses the activations that it is given and changes nothing. If you write it so that float32 parameters and pixels stay float32,
# training takes half the time (`np.eye(k)` alone is float64; it takes a `dtype`). `backward` also has to work for a network of 784-100-60-26 and 30 samples within 2 seconds: enough for a loop over the samples, far too short for differences of the loss.


# %% answer="SoftmaxMLP"
class SoftmaxMLP:
    """Two hidden layers of sigmoid units, softmax outputs, squared error."""

    def __init__(self, num_features, num_hidden_1, num_hidden_2, num_classes, random_seed=123):
        """Draw the weights of the three layers; the biases are 0."""
        ### BEGIN SOLUTION
        self.num_classes = num_classes
        rng = np.random.RandomState(random_seed)
        self.weight_h1 = rng.normal(scale=0.1, size=(num_hidden_1, num_features))
        self.bias_h1 = np.zeros(num_hidden_1)
        self.weight_h2 = rng.normal(scale=0.1, size=(num_hidden_2, num_hidden_1))
        self.bias_h2 = np.zeros(num_hidden_2)
        self.weight_out = rng.normal(scale=0.1, size=(num_classes, num_hidden_2))
        self.bias_out = np.zeros(num_classes)
        ### END SOLUTION

    def forward(self, x):
        """Return a_h1 (m, h1), a_h2 (m, h2) and a_out (m, k) for the samples x (m, n)."""
        ### BEGIN SOLUTION
        a_h1 = sigmoid(x @ self.weight_h1.T + self.bias_h1)
        a_h2 = sigmoid(a_h1 @ self.weight_h2.T + self.bias_h2)
        z_out = a_h2 @ self.weight_out.T + self.bias_out
        powers = np.exp(z_out - z_out.max(axis=1, keepdims=True))  # none is larger than 1
        return a_h1, a_h2, powers / powers.sum(axis=1, keepdims=True)
        ### END SOLUTION

    def backward(self, x, a_h1, a_h2, a_out, y):
        """Return the six gradients, from the output backwards, for the labels y (m,)."""
        ### BEGIN SOLUTION
        targets = np.eye(self.num_classes, dtype=a_out.dtype)[y]
        g = 2 * (a_out - targets) / len(y)  # (m, k), the slopes by the outputs
        delta_out = a_out * (g - np.sum(g * a_out, axis=1, keepdims=True))  # the whole Jacobian
        delta_2 = (delta_out @ self.weight_out) * a_h2 * (1 - a_h2)
        delta_1 = (delta_2 @ self.weight_h2) * a_h1 * (1 - a_h1)
        return (
            *(delta_out.T @ a_h2, delta_out.sum(axis=0)),
            *(delta_2.T @ a_h1, delta_2.sum(axis=0)),
            *(delta_1.T @ x, delta_1.sum(axis=0)),
        )
        ### END SOLUTION


# %% test="test_SoftmaxMLP" points=16
from checks import credit


def test_SoftmaxMLP(check):
    import numpy as np

    from checks import attribute, close, expect, results, shaped, steady, with_parameters

    names = ["weight_h1", "bias_h1", "weight_h2", "bias_h2", "weight_out", "bias_out"]
    backwards = ["weight_out", "bias_out", "weight_h2", "bias_h2", "weight_h1", "bias_h1"]

    def shapes(n, h1, h2, k):
        return dict(zip(names, [(h1, n), (h1,), (h2, h1), (h2,), (k, h2), (k,)], strict=True))

    def outputs(found, shape):
        a_out = results(found, "a_h1 a_h2 a_out")[2]
        shaped(a_out, shape, what="a_out")
        return np.asarray(a_out, dtype=float)

    def gradients_of(found, parameters):
        labels = " ".join(f"d_{name}" for name in backwards)
        found = dict(zip(backwards, results(found, labels), strict=True))
        for name in backwards:
            shaped(found[name], parameters[name].shape, what=f"the gradient of {name}")
        return {name: np.asarray(gradient, dtype=float) for name, gradient in found.items()}

    # Five samples of four pixels, three and then two hidden units, three classes.
    small = {
        "weight_h1": np.array([[1.0, -1.0, 0.0, 0.5], [0.0, 2.0, 1.0, 0.0], [1.0, 0.0, -1.0, 1.0]]),
        "bias_h1": np.array([0.5, -0.5, 0.25]),
        "weight_h2": np.array([[1.0, 0.0, -2.0], [-1.0, 2.0, 1.0]]),
        "bias_h2": np.array([0.0, 1.0]),
        "weight_out": np.array([[2.0, -1.0], [0.0, 1.0], [-1.0, 0.5]]),
        "bias_out": np.array([-0.5, 0.5, 0.25]),
    }
    x = np.array(
        [[1.0, 0, -1, 0.5], [0, 1.0, 1, -1], [-1.0, 1, 0, 2], [1.0, 1, 1, 0], [0.5, -1, 2, 1]]
    )
    y = np.array([0, 1, 1, 2, 0])

    with check("6 features, 5 and 4 hidden units, 3 classes: six parameters of the right shapes"):
        net = SoftmaxMLP(6, 5, 4, 3)
        for name, shape in shapes(6, 5, 4, 3).items():
            shaped(attribute(net, name), shape, what=name)
    with check(
        "biases start at 0; the same random_seed gives the same weights, another one others"
    ):
        net, again, other = (SoftmaxMLP(6, 5, 4, 3, random_seed=seed) for seed in (1, 1, 2))
        close(attribute(net, "bias_out"), np.zeros(3), what="bias_out")
        close(attribute(again, "weight_h2"), attribute(net, "weight_h2"), what="weight_h2")
        differs = bool(np.any(np.asarray(attribute(other, "weight_h2")) != net.weight_h2))
        expect(differs, "weight_h2 is the same with random_seed=1 and random_seed=2")
    with check("on paper: all weights 0 and bias_out = ln 1, ln 2, ln 5 make 1/8, 2/8 and 5/8"):
        zeros = {name: 0 * array for name, array in small.items()}
        net = with_parameters(SoftmaxMLP(4, 3, 2, 3), zeros | {"bias_out": np.log([1.0, 2, 5])})
        close(outputs(net.forward(x), (5, 3)), np.tile([0.125, 0.25, 0.625], (5, 1)), what="a_out")
    with check(
        "the network in this cell: a_out of the first sample is 0.080940, 0.656926, 0.262135"
    ):
        net = with_parameters(SoftmaxMLP(4, 3, 2, 3), small)
        a_out = outputs(steady(net.forward, x, names="x"), (5, 3))
        expected = [0.080940, 0.656926, 0.262135]
        close(a_out[0], expected, atol=1e-5, what="a_out of the first sample")
    with check("scores of 3000 and -3000: a_out is 1, 0, 0"):
        far = {"weight_out": np.zeros((3, 2)), "bias_out": np.array([3000.0, 0.0, -3000.0])}
        net = with_parameters(SoftmaxMLP(4, 3, 2, 3), small | far)
        close(outputs(net.forward(x), (5, 3)), np.tile([1.0, 0, 0], (5, 1)), what="a_out")
    with check("backward gives six gradients, from the output backwards, each shaped like its own"):
        net = with_parameters(SoftmaxMLP(4, 3, 2, 3), small)
        activations = results(net.forward(x), "a_h1 a_h2 a_out")
        gradients_of(net.backward(x, *activations, y), small)
    with check("the gradient of bias_out adds up to 0, since error terms of softmax do"):
        net = with_parameters(SoftmaxMLP(4, 3, 2, 3), small)
        activations = results(net.forward(x), "a_h1 a_h2 a_out")
        total = float(gradients_of(net.backward(x, *activations, y), small)["bias_out"].sum())
        expect(
            abs(total) < 1e-9,
            f"it adds up to {total:.4g}: does each score change the other outputs in your "
            "backward, too, or is it the diagonal of the Jacobian alone? If they do: is the mean "
            "weighted, and taken sample by sample?",
        )
    with check("small steps in each parameter change the loss as much as its gradient says"):
        net = with_parameters(SoftmaxMLP(4, 3, 2, 3), small)
        activations = results(net.forward(x), "a_h1 a_h2 a_out")
        gradients = gradients_of(net.backward(x, *activations, y), small)
        for name in backwards:
            step = np.arange(1.0, small[name].size + 1).reshape(small[name].shape)
            losses = []
            for t in (1e-4, -1e-4):
                with_parameters(net, small | {name: small[name] + t * step})
                a_out = outputs(net.forward(x), (5, 3))
                losses.append(float(((a_out - np.eye(3)[y]) ** 2).sum() / 5))
            slope, claim = (losses[0] - losses[1]) / 2e-4, float(np.sum(gradients[name] * step))
            expect(
                abs(slope - claim) < 1e-3 * abs(slope) + 1e-5,
                f"along a direction in {name}, the loss of your forward changes by {slope:.4g} for "
                f"a unit of step, and by your gradient it should change by {claim:.4g}",
            )
    ### BEGIN HIDDEN TESTS
    from scipy.special import expit

    from checks import close_to_slopes

    rng = check.rng
    n, h1, h2, k = (int(size) for size in rng.permutation([3, 4, 5, 6, 7, 8])[:4])
    m = int(rng.integers(9, 14))
    at = {name: rng.normal(scale=0.8, size=shape) for name, shape in shapes(n, h1, h2, k).items()}
    X, labels = rng.normal(size=(m, n)), rng.permutation(np.arange(m) % k)
    truth = (labels[:, None] == np.arange(k)) * 1.0

    def activations_at(x=X, **parameters):
        # Sums written out, no maximum and no common denominator.
        p = at | parameters
        a1 = expit(np.einsum("hn,mn->mh", p["weight_h1"], x) + p["bias_h1"])
        a2 = expit(np.einsum("gh,mh->mg", p["weight_h2"], a1) + p["bias_h2"])
        z = np.einsum("kg,mg->mk", p["weight_out"], a2) + p["bias_out"]
        return a1, a2, 1 / np.exp(z[:, None, :] - z[:, :, None]).sum(axis=2)

    def stated_loss(**parameters):
        return float(np.linalg.norm(activations_at(**parameters)[2] - truth) ** 2 / m)

    def fresh():
        return with_parameters(SoftmaxMLP(n, h1, h2, k), at)

    def starts(layer):
        # Shapes, biases 0, and weights drawn after those of the layers before it.
        for seed in (123, int(rng.integers(1000))):
            net, draws = SoftmaxMLP(n, h1, h2, k, random_seed=seed), np.random.RandomState(seed)
            for name, shape in shapes(n, h1, h2, k).items():
                is_weight = name.startswith("weight")
                expected = draws.standard_normal(shape) / 10 if is_weight else np.zeros(shape)
                if name.endswith(layer):
                    close(attribute(net, name), expected, what=f"{name} with random_seed={seed}")
        weight = f"weight_{layer}"
        expected = attribute(SoftmaxMLP(n, h1, h2, k, random_seed=123), weight)
        close(attribute(SoftmaxMLP(n, h1, h2, k), weight), expected, what=f"{weight} by default")

    with check(
        "weight_h1 is drawn from RandomState(random_seed); bias_h1 is 0",
        points=1,
        repeats=("6 features", "biases start"),
    ):
        starts("h1")
    with check(
        "weight_h2 is drawn next; bias_h2 is 0", points=1, repeats=("6 features", "biases start")
    ):
        starts("h2")
    with check(
        "weight_out is drawn last; bias_out is 0", points=1, repeats=("6 features", "biases start")
    ):
        starts("out")
    with check("a_h1, the first hidden layer; x is not changed", points=1):
        found = results(steady(fresh().forward, X, names="x"), "a_h1 a_h2 a_out")
        close(found[0], activations_at()[0], what="a_h1")
    with check("a_h2, the second", points=1):
        close(results(fresh().forward(X), "a_h1 a_h2 a_out")[1], activations_at()[1], what="a_h2")
    with check(
        "a_out: softmax of the scores, sample by sample",
        points=2,
        repeats=("on paper: all weights 0", "the network in this cell"),
    ):
        close(outputs(fresh().forward(X), (m, k)), activations_at()[2], what="a_out")
    with check("scores of any size", points=1, repeats="scores of 3000"):
        # A large number added to all scores of a sample, another for each sample; then far apart.
        near, far = np.log(np.arange(k) + 1.0), 3000.0 * np.arange(k)
        for factor, scores in ((2e4, near), (-2e4, near), (0.0, far)):
            moved = {"weight_out": np.full_like(at["weight_out"], factor), "bias_out": scores}
            expected = np.exp(scores - scores.max())
            expected = np.tile(expected / expected.sum(), (m, 1))
            found = with_parameters(fresh(), moved).forward(X)
            close(outputs(found, (m, k)), expected, what="a_out")

    labels_of_all = " ".join(f"d_{name}" for name in backwards)

    large = shapes(784, 100, 60, 26)
    many = {name: rng.normal(scale=1 / size[-1] ** 0.5, size=size) for name, size in large.items()}
    pictures, classes = rng.normal(size=(30, 784)), rng.permutation(np.arange(30) % 26)

    def gradients_by_hand(p, x, y):
        # The Jacobian of every sample written out, as a k by k matrix.
        a1, a2, out = activations_at(x, **p)
        jacobians = np.einsum("mk,kj->mkj", out, np.eye(out.shape[1]))
        jacobians -= np.einsum("mk,mj->mkj", out, out)
        slopes = 2 * (out - (y[:, None] == np.arange(out.shape[1]))) / len(x)
        delta = np.einsum("mk,mkj->mj", slopes, jacobians)
        found = {"weight_out": delta.T @ a2, "bias_out": delta.sum(axis=0)}
        delta = np.einsum("mk,kg->mg", delta, p["weight_out"]) * (a2 - a2**2)
        found |= {"weight_h2": delta.T @ a1, "bias_h2": delta.sum(axis=0)}
        delta = np.einsum("mg,gh->mh", delta, p["weight_h2"]) * (a1 - a1**2)
        return found | {"weight_h1": delta.T @ x, "bias_h1": delta.sum(axis=0)}

    def slope_of(name):
        found = fresh().backward(X, *activations_at(), labels)
        gradient = results(found, labels_of_all)[backwards.index(name)]
        shaped(gradient, at[name].shape, what=f"the gradient of {name}")
        close_to_slopes({name: gradient}, stated_loss, {name: at[name]}, m=m)
        net = with_parameters(SoftmaxMLP(784, 100, 60, 26), many)
        found = net.backward(pictures, *activations_at(pictures, **many), classes)
        gradient = results(found, labels_of_all)[backwards.index(name)]
        expected = gradients_by_hand(many, pictures, classes)[name]
        what = f"the gradient of {name} in a network of 784-100-60-26"
        close(gradient, expected, rtol=1e-5, atol=1e-10, what=what)

    def is_no_diagonal(gradient):
        # Compare with what comes out when each score changes its own output alone.
        _, a2, p = activations_at()
        alone = np.einsum("mk,mg->kg", 2 * (p - truth) / m * p * (1 - p), a2)
        shaped(gradient, alone.shape, what="the gradient of weight_out")
        difference = np.abs(np.asarray(gradient, dtype=float) - alone).max()
        expect(
            bool(difference > 1e-6 * np.abs(alone).max()),
            "it is as if each score changed its own output alone: that is the diagonal of the "
            "Jacobian, and softmax has more",
        )

    with check(
        "the gradient of weight_out, with the whole Jacobian; nothing changed",
        points=2,
        seconds=2,
        repeats=("backward gives six", "small steps"),
    ):
        net = fresh()
        arguments = (X, *activations_at(), labels)
        found = steady(net.backward, *arguments, names="x a_h1 a_h2 a_out y")
        is_no_diagonal(results(found, labels_of_all)[0])
        slope_of("weight_out")
        for name, array in at.items():
            close(attribute(net, name), array, what=f"{name} after backward")
    with check(
        "the gradient of bias_out",
        points=1,
        seconds=2,
        repeats=("backward gives six", "the gradient of bias_out adds", "small steps"),
    ):
        slope_of("bias_out")
    with check(
        "the gradient of weight_h2",
        points=2,
        seconds=2,
        repeats=("backward gives six", "small steps"),
    ):
        slope_of("weight_h2")
    with check(
        "the gradient of bias_h2",
        points=1,
        seconds=2,
        repeats=("backward gives six", "small steps"),
    ):
        slope_of("bias_h2")
    with check(
        "the gradient of weight_h1",
        points=1,
        seconds=2,
        repeats=("backward gives six", "small steps"),
    ):
        slope_of("weight_h1")
    with check(
        "the gradient of bias_h1",
        points=1,
        seconds=2,
        repeats=("backward gives six", "small steps"),
    ):
        slope_of("bias_h1")
    ### END HIDDEN TESTS


credit(test_SoftmaxMLP)

# %% [markdown]
# The gradient checker looks at every entry, and reads off what is wrong:


# %% given="gradient_check"
BACKWARDS = ["weight_out", "bias_out", "weight_h2", "bias_h2", "weight_h1", "bias_h1"]


def one_hot(y, num_labels):
    """Return targets (m, k), 1 at each label and 0 elsewhere, for the labels y (m,)."""
    return np.eye(num_labels)[y]


def cost_and_gradient(net, x, y):
    """Return f, theta, blocks: f(theta) -> (L, gradient), all parameters of net as one vector."""
    blocks = {name: getattr(net, name).shape for name in BACKWARDS}
    ends = np.cumsum([getattr(net, name).size for name in BACKWARDS])[:-1]

    def f(theta):
        for name, part in zip(BACKWARDS, np.split(theta, ends), strict=True):
            setattr(net, name, part.reshape(blocks[name]))
        a_h1, a_h2, a_out = net.forward(x)
        L = np.sum((a_out - one_hot(y, a_out.shape[1])) ** 2) / len(y)
        gradients = net.backward(x, a_h1, a_h2, a_out, y)
        return L, np.concatenate([np.ravel(gradient) for gradient in gradients])

    return f, np.concatenate([getattr(net, name).ravel() for name in BACKWARDS]), blocks


with needs("SoftmaxMLP"):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(20, 8)), np.arange(20) % 3
    f, theta, blocks = cost_and_gradient(SoftmaxMLP(8, 5, 4, 3), x, y)
    print(gradient_check(f, theta + rng.normal(scale=0.5, size=theta.size), blocks, m=20))

# %% [markdown]
# ## 2. The data, and your network at work
#
# The images of notebook 1, split in the same way, pixels from $-1$ to $1$. They are float32 this time, which takes half the memory and half the time.

# %% given="data"
images = load_images(dtype=np.float32)
m = len(images.y)
X_rest, X_test, y_rest, y_test = train_test_split(
    2 * images.X - 1, images.y, test_size=m // 7, random_state=123, stratify=images.y
)
X_train, X_valid, y_train, y_valid = train_test_split(
    X_rest, y_rest, test_size=m // 14, random_state=123, stratify=y_rest
)
if training_length(1000) < 1000:  # while it is graded, a few images do
    X_train, y_train, X_valid, y_valid = X_train[:300], y_train[:300], X_valid[:100], y_valid[:100]
    X_test, y_test = X_test[:100], y_test[:100]
n, k = X_train.shape[1], images.n_classes
for name, X in [("training", X_train), ("validation", X_valid), ("test", X_test)]:
    print(f"{name:<10} {X.shape}, {X.dtype}, pixels from {X.min():g} to {X.max():g}")

# %% [markdown]
# Now 500 units in each hidden layer, 20 epochs, mini-batches of 100, learning rate 0.1, the published setting. On the 55,000 images of MNIST this takes one to two minutes for each network, and there are four networks in this notebook.
# While you look for a mistake, set `epochs` to 2. On the digits it is a matter of seconds.

# %%
epochs = training_length(20 if images.name == "MNIST" else 100)
hidden = 500

# %% given="training"
curves, accuracies = {}, {}


def accuracy(outputs, X, y):
    """Return the share of right answers of outputs(X), 1,000 images at a time."""
    parts = [outputs(X[rows : rows + 1000]).argmax(axis=1) for rows in range(0, len(y), 1000)]
    return float(np.mean(np.concatenate(parts) == y))


def keep(name, outputs, validation_accuracies):
    """Keep what there is to say about a trained network."""
    curves[name] = validation_accuracies
    parts = [(X_train, y_train), (X_valid, y_valid), (X_test, y_test)]
    accuracies[name] = [accuracy(outputs, X, y) for X, y in parts]
    said = " / ".join(f"{100 * p:.2f}" for p in accuracies[name])
    print(f"{name}: {said} % (training / validation / test)")


def train_numpy(net, learning_rate):
    """Train a network with its own `backward`; return the validation accuracy of each epoch."""

    def gradient(x, y):
        return net.backward(x, *net.forward(x), y)

    return fit(
        parameters_of(net, BACKWARDS),
        gradient,
        X_train,
        y_train,
        learning_rate=learning_rate,
        epochs=epochs,
        rng=np.random.RandomState(123),
        after_epoch=lambda epoch: accuracy(lambda X: net.forward(X)[2], X_valid, y_valid),
        description="your network",
    )


with needs("SoftmaxMLP"):
    net = SoftmaxMLP(n, hidden, hidden, k)
    keep("yours, 0.1 for L", lambda X: net.forward(X)[2], train_numpy(net, 0.1))

# %% [markdown]
# ## 3. The same network in PyTorch
#
# In PyTorch a network is a chain of layers, and nobody writes a backward pass:
#
# | piece | what it does |
# |---|---|
# | `nn.Sequential(...)` | a chain of layers; `model[0]` is its first one |
# | `nn.Linear(n, h)` | `x @ weight.T + bias` with a `weight` $(h, n)$ and a `bias` $(h,)$, at random at first; float32 unless told otherwise by `dtype=torch.float64` |
# | `nn.Sigmoid()`, `nn.Softmax(dim=1)` | activations; `dim=1`: each row by itself |
# | `torch.from_numpy(array)` | a tensor that **shares its memory** with the array, in the same precision |
# | `torch.tensor(array)` | a tensor with a copy |
# | `torch.no_grad()` | for a `with` block: what happens in it is no part of a computation to be differentiated |
# | `parameter.copy_(tensor)` | writes numbers into a parameter, in place |
#
# ### Exercise 2: `in_pytorch` (3 points)
#
# Build the network in PyTorch from the six arrays of `net`, whatever their sizes: Linear, Sigmoid, Linear, Sigmoid, Linear, Softmax. In double precision (float64), so that the two can be compared to the last digits, and with *copies* of the parameters: when the model is trained later, `net` must not move with it. (Return the network as it is: what `torch.compile` makes of it cannot be checked here.)


# %% answer="in_pytorch"
def in_pytorch(net):
    """Return the network as an nn.Sequential of six parts, in float64, with copies of its arrays.

    net: has the arrays weight_h1, bias_h1, weight_h2, bias_h2, weight_out, bias_out.
    """

    ### BEGIN SOLUTION
    def linear(weight, bias):
        layer = nn.Linear(weight.shape[1], weight.shape[0], dtype=torch.float64)
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(weight))
            layer.bias.copy_(torch.from_numpy(bias))
        return layer

    return nn.Sequential(
        linear(net.weight_h1, net.bias_h1),
        nn.Sigmoid(),
        linear(net.weight_h2, net.bias_h2),
        nn.Sigmoid(),
        linear(net.weight_out, net.bias_out),
        nn.Softmax(dim=1),
    )
    ### END SOLUTION


# %% test="test_in_pytorch" points=3
from checks import credit


def test_in_pytorch(check):
    import numpy as np

    from helpers.pytorch import torch
    from checks import after, close, expect, shaped, torch_slopes
    from two_hidden_layers_doubles import paper_network
    from checks.torch_checks import is_network, load

    names = ["weight_h1", "bias_h1", "weight_h2", "bias_h2", "weight_out", "bias_out"]

    def arrays(rng, n, h1, h2, k):
        sizes = [(h1, n), (h1,), (h2, h1), (h2,), (k, h2), (k,)]
        draws = [rng.normal(size=size) for size in sizes]
        return dict(zip(names, draws, strict=True))

    def converted(parameters):
        # Return the model, and the network that was given, as it is afterwards.
        k, n = len(parameters["bias_out"]), parameters["weight_h1"].shape[1]
        net = paper_network(np.zeros((n, k)), parameters, dict.fromkeys(names, 0.0))
        model, (left,) = after(in_pytorch, net)
        is_network(model)
        return model, left

    def outputs(model, x):
        found = model(torch.from_numpy(x))
        is_tensor = isinstance(found, torch.Tensor)
        expect(is_tensor, f"the network gives no tensor but a {type(found).__name__}")
        return found.detach().numpy()

    def by_hand(p, x):
        a1 = 0.5 + 0.5 * np.tanh(0.5 * (np.einsum("hn,mn->mh", p["weight_h1"], x) + p["bias_h1"]))
        a2 = 0.5 + 0.5 * np.tanh(0.5 * (np.einsum("gh,mh->mg", p["weight_h2"], a1) + p["bias_h2"]))
        z = np.einsum("kg,mg->mk", p["weight_out"], a2) + p["bias_out"]
        return 1 / np.exp(z[:, None, :] - z[:, :, None]).sum(axis=2)

    def names_in(model, parameters):
        # Return the model's own names of the six arrays, by ours; their shapes all differ.
        state = {name: each.numpy() for name, each in model.state_dict().items()}
        sizes = sorted(int(np.size(each)) for each in state.values())
        expected = sorted(array.size for array in parameters.values())
        message = f"the model's parameters have the sizes {sizes}; are all six arrays in it?"
        expect(sizes == expected, message)
        by_shape = {np.shape(each): name for name, each in state.items()}
        for name, array in parameters.items():
            message = f"no parameter of the model has the shape {array.shape} of {name}"
            expect(array.shape in by_shape, message)
        return {name: by_shape[array.shape] for name, array in parameters.items()}

    def learns(model, parameters, x, rng):
        # Make sure that other arrays, once loaded, give their own outputs and slopes.
        own = names_in(model, parameters)
        others = {name: rng.normal(size=array.shape) for name, array in parameters.items()}
        load(model, {own[name]: array for name, array in others.items()})
        close(outputs(model, x), by_hand(others, x), rtol=1e-4, atol=1e-5, what="with other arrays")
        C = rng.normal(size=(len(x), len(parameters["bias_out"])))
        found = torch_slopes(model, x, C).calls
        expect(found["is_module"] is True, "what you returned is no object of a class nn.Module")
        for name in names:
            step = rng.normal(size=parameters[name].shape)
            ahead, behind = (
                by_hand(others | {name: others[name] + t * step}, x) for t in (1e-5, -1e-5)
            )
            due = float(np.sum(C * (ahead - behind))) / 2e-5
            slope = found["gradients"].get(own[name])
            message = (
                f"backward() gives no gradient of {name}: is it a parameter that PyTorch uses?"
            )
            expect(slope is not None, message)
            close(np.sum(slope * step), due, rtol=1e-2, atol=1e-4, what=f"the slope along {name}")

    def stands_alone(parameters):
        # Make sure that the network is not changed, neither now nor when the model is.
        model, left = converted(parameters)
        names_in(model, parameters)
        state = model.state_dict()
        model.load_state_dict({name: 0 * each + 7 for name, each in state.items()})
        for name, array in parameters.items():
            message = (
                f"{name} of `net` is no longer what it was when the model changes: the two share "
                "their memory"
            )
            found = np.asarray(getattr(left, name), dtype=float)
            expect(bool(np.abs(found - array).max() < 1e-12), message)
        return model

    fixed = np.random.default_rng(5)
    example = arrays(fixed, 4, 3, 5, 2)
    x = np.random.default_rng(6).normal(size=(6, 4))
    with check("a network that takes 6 samples of 4 numbers, float64, and gives 6 rows of 2"):
        model, _ = converted(example)
        shaped(outputs(model, x), (6, 2), what="the outputs")
    with check("each row of outputs adds up to 1"):
        model, _ = converted(example)
        found = outputs(model, x)
        shaped(found, (6, 2), what="the outputs")
        close(found.sum(axis=1), np.ones(6), rtol=1e-4, what="the rows' sums")
    with check("all weights 0 and bias_out = ln 1, ln 3: outputs 1/4 and 3/4"):
        zeros = {name: 0 * array for name, array in example.items()}
        model, _ = converted(zeros | {"bias_out": np.log([1.0, 3.0])})
        close(outputs(model, x), np.tile([0.25, 0.75], (6, 1)), rtol=1e-4, what="the outputs")
    with check("the model has copies: when it changes, `net` stays"):
        stands_alone(example)
    with check("it can learn: other arrays give other outputs, and all six get gradients"):
        learns(converted(example)[0], example, x, fixed)
    ### BEGIN HIDDEN TESTS
    rng = check.rng
    n, h1, h2, k = (int(size) for size in rng.permutation([3, 4, 5, 6, 7, 8])[:4])
    m = int(rng.integers(9, 14))
    parameters, X = arrays(rng, n, h1, h2, k), rng.normal(size=(m, n))
    with check(
        "the outputs of the network that learns, to the last digits of float64",
        points=2,
        repeats=("a network that", "each row", "all weights 0", "it can learn"),
    ):
        model, _ = converted(parameters)
        found = outputs(model, X)
        close(found, by_hand(parameters, X), rtol=1e-4, atol=1e-6, what="the outputs")
        size = np.abs(found - by_hand(parameters, X)).max()
        message = f"right, but only to about {size:.0e}: somewhere numbers are rounded to float32"
        expect(bool(size < 1e-12), message)
        learns(model, parameters, X, rng)
    with check(
        "six parameters of its own, which learn; net is as before",
        points=1,
        repeats=("the model has copies", "it can learn"),
    ):
        learns(stands_alone(parameters), parameters, X, rng)
    ### END HIDDEN TESTS


credit(test_in_pytorch)

# %% [markdown]
# ## 4. Two sums, one name
#
# Both of these are called "mean squared error", and programs mix them:
#
# | | formula | who uses it |
# |---|---|---|
# | the **loss** $L$ | sum over the $k$ outputs, mean over the $m$ samples | `backward`, yours and the book's, is its gradient |
# | the **MSE** | mean over outputs *and* samples: $L / k$ | the book prints it; PyTorch's `nn.MSELoss()` is this one |
#
# With ten classes the second is a tenth of the first, and so is its gradient. A learning rate belongs to one of them. A step of 0.8 along the gradient of the MSE is a step of **0.08** along that of $L$, a little less than the 0.1 of your network above. Whoever reads "learning rate 0.8 there, 0.1 here" as
# eight times the speed is wrong by a factor of ten.
#
# `loss.backward()` walks back through all steps that led to `loss`, and **adds** to `p.grad` of each parameter `p` the derivative by it. Where there is nothing yet, `p.grad` is `None`.
#
# ### Exercise 3: `autograd_gradients` (4 points)
#
# Let PyTorch differentiate $L$, the **first** of the two sums, for any model that ends in probabilities. Return its gradients in the order of `model.parameters()`, in which a layer's weight comes before its bias and the first layer comes first. What an earlier `backward()` has left in the model must not be in them, and the parameters stay as they are. They are compared to about twelve digits, and once for a network of 784-128-10 within 2 seconds: differences of the loss are neither as close nor as fast.


# %% answer="autograd_gradients"
def autograd_gradients(model, X, Y):
    """Return a list of tensors: the gradients of L by each of model.parameters(), in their order.

    model: takes X (m, n), gives outputs (m, k).  Y (m, k): one-hot targets.
    L: the squared errors, summed over the k outputs, mean over the m samples.
    """
    ### BEGIN SOLUTION
    model.zero_grad()  # backward() adds
    loss = torch.square(model(X) - Y).sum() / len(X)
    loss.backward()
    return [parameter.grad for parameter in model.parameters()]
    ### END SOLUTION


# %% test="test_autograd_gradients" points=4
from checks import credit


def test_autograd_gradients(check):
    import numpy as np

    from helpers.pytorch import torch
    from checks import after, close, expect, results, shaped, torch_network

    def layers_of(parameters):
        W1, b1, W2, b2 = parameters
        return [("linear", W1, b1), ("sigmoid",), ("linear", W2, b2), ("softmax",)]

    def asked(parameters, X, Y):
        # Return the gradients, and the model afterwards.
        network = torch_network(layers_of(parameters), dtype="float64")
        tensors = torch.from_numpy(X), torch.from_numpy(Y)
        found, (model, *left) = after(autograd_gradients, network, *tensors)
        for name, before, now in zip("XY", (X, Y), left, strict=True):
            close(now.numpy(), before, what=f"{name} afterwards")
        return numbers(found, parameters), model

    def numbers(found, parameters):
        # Return the gradients as arrays of the parameters' shapes, or say what is wrong.
        labels = ["dW1", "db1", "dW2", "db2"]
        found = results(found, " ".join(labels))
        for label, each, parameter in zip(labels, found, parameters, strict=True):
            message = f"{label} is None: no backward() has reached that parameter"
            expect(each is not None, message)
            shaped(each, parameter.shape, what=label)
        return dict(zip(labels, [np.asarray(each, dtype=float) for each in found], strict=True))

    def by_hand(parameters, X, Y):
        # The Jacobian of every sample written out, as a k by k matrix.
        W1, b1, W2, b2 = parameters
        a = 0.5 + 0.5 * np.tanh(0.5 * (np.einsum("hn,mn->mh", W1, X) + b1))
        z = np.einsum("kh,mh->mk", W2, a) + b2
        p = 1 / np.exp(z[:, None, :] - z[:, :, None]).sum(axis=2)
        jacobians = np.einsum("mk,kj->mkj", p, np.eye(p.shape[1])) - np.einsum("mk,mj->mkj", p, p)
        delta = np.einsum("mk,mkj->mj", 2 * (p - Y) / len(X), jacobians)
        delta_1 = np.einsum("mk,kh,mh->mh", delta, W2, a - a**2)
        return {
            "dW1": np.einsum("mh,mn->hn", delta_1, X),
            "db1": np.einsum("mh->h", delta_1),
            "dW2": np.einsum("mk,mh->kh", delta, a),
            "db2": np.einsum("mk->k", delta),
        }

    def are_right(found, expected, factors=(1.0,)):
        # Compare to twelve digits, with one of these factors throughout.
        name = "dW2"
        ratios = [np.abs(found[name] - factor * expected[name]).max() for factor in factors]
        factor = factors[int(np.argmin(ratios))]
        for name, gradient in expected.items():
            close(found[name], factor * gradient, rtol=1e-4, atol=1e-6, what=name)
            size = np.abs(found[name] - factor * gradient).max() / np.abs(factor * gradient).max()
            message = (
                f"{name} is right only to about {size:.0e} of its size: is something rounded to "
                "float32, or a difference in place of a derivative?"
            )
            expect(bool(size < 1e-12), message)

    # One hidden unit; all weights are 0, so all outputs are 1/2.
    flat = [np.zeros((1, 3)), np.zeros(1), np.zeros((2, 1)), np.zeros(2)]
    X, Y = np.arange(12.0).reshape(4, 3), np.eye(2)[[0, 0, 0, 1]]
    with check("four gradients in the order of model.parameters(), each shaped like its own"):
        asked(flat, X, Y)
    with check("on paper: outputs 1/2, three samples of class 0, one of class 1: db2 = -1/4, 1/4"):
        found, _ = asked(flat, X, Y)
        close(found["db2"], [-0.25, 0.25], what="db2")
    with check("asked twice, with what the first time has left behind: the same"):
        _, model = asked(flat, X, Y)
        again = autograd_gradients(model, torch.from_numpy(X), torch.from_numpy(Y))
        close(numbers(again, flat)["db2"], [-0.25, 0.25], what="db2 of the second time")
    ### BEGIN HIDDEN TESTS
    rng = check.rng
    n, h, k = (int(size) for size in rng.permutation([3, 4, 5, 6, 7, 8])[:3])
    m = int(rng.integers(9, 14))
    parameters = [rng.normal(size=size) for size in [(h, n), (h,), (k, h), (k,)]]
    inputs = rng.normal(size=(m, n))
    targets = np.eye(k)[rng.permutation(np.arange(m) % k)]
    expected = by_hand(parameters, inputs, targets)
    either = 1.0, 1.0 / k  # which of the two sums it is, is a matter of the first check

    with check(
        "the gradients of L: summed over the outputs, mean over the samples; large ones in 2 s",
        points=2,
        seconds=2,
        repeats=("four gradients", "on paper"),
    ):
        found, _ = asked(parameters, inputs, targets)
        ratio = found["dW2"] * k - expected["dW2"]
        message = (
            "your gradients are those of the other sum: the mean over samples and outputs, "
            "as nn.MSELoss() computes it"
        )
        expect(bool(np.abs(ratio).max() > 1e-6 * np.abs(expected["dW2"]).max()), message)
        are_right(found, expected)
        sizes = [(128, 784), (128,), (10, 128), (10,)]
        large = [rng.normal(scale=size[-1] ** -0.5, size=size) for size in sizes]
        pair = rng.normal(size=(30, 784)), np.eye(10)[rng.permutation(np.arange(30) % 10)]
        are_right(asked(large, *pair)[0], by_hand(large, *pair))
    with check(
        "whatever an earlier backward has left in the model", points=1, repeats="asked twice"
    ):
        _, model = asked(parameters, 2 * inputs, targets[::-1].copy())
        pair = torch.from_numpy(inputs), torch.from_numpy(targets)
        for _ in range(2):
            found = numbers(autograd_gradients(model, *pair), parameters)
            are_right(found, expected, either)
    with check("the parameters stay as they are", points=1, repeats="asked twice"):
        found, model = asked(parameters, inputs, targets)
        are_right(found, expected, either)
        for before, now in zip(parameters, model.state_dict().values(), strict=True):
            close(now.numpy(), before, rtol=1e-12, what="a parameter afterwards")
    ### END HIDDEN TESTS


credit(test_autograd_gradients)

# %% [markdown]
# Now the moment of truth. Your class and your two functions, on the same parameters and the same samples:

# %% given="comparison"
IN_PYTORCH = ["weight_h1", "bias_h1", "weight_h2", "bias_h2", "weight_out", "bias_out"]

with needs_torch(), needs("SoftmaxMLP", "in_pytorch", "autograd_gradients"):
    rng = np.random.default_rng(2)
    small = SoftmaxMLP(8, 5, 4, 10)
    for name in BACKWARDS:
        setattr(small, name, rng.normal(scale=0.7, size=getattr(small, name).shape))
    x, y = rng.normal(size=(20, 8)), rng.integers(10, size=20)
    own = dict(zip(BACKWARDS, small.backward(x, *small.forward(x), y), strict=True))
    model, pair = in_pytorch(small), (torch.from_numpy(x), torch.from_numpy(one_hot(y, 10)))
    found = dict(zip(IN_PYTORCH, autograd_gradients(model, *pair), strict=True))
    differences = {name: np.abs(own[name] - found[name].numpy()).max() for name in IN_PYTORCH}
    print(f"{'':<12}{'your first entry':>18}{'autograd':>18}{'largest difference':>20}")
    for name, largest in differences.items():
        pair_of_numbers = f"{own[name].flat[0]:18.12f}{found[name].flatten()[0].item():18.12f}"
        print(f"{name:<12}{pair_of_numbers}{largest:>20.1e}")
    said = "equal" if max(differences.values()) < 1e-10 else "NOT equal: which of the two is wrong?"
    print(f"\nTo 1e-10 they are {said}.\n")

    model.zero_grad()
    mse = nn.MSELoss()(model(pair[0]), pair[1])
    mse.backward()
    L = np.sum((small.forward(x)[2] - one_hot(y, 10)) ** 2) / len(y)
    ratio = own["bias_out"][0] / model[4].bias.grad[0].item()
    print(
        f"L = {L:.6f}, nn.MSELoss() = {mse.item():.6f}: L is {L / mse.item():.6f} times as large,"
    )
    print(f"and so is its gradient, {ratio:.6f} times.")

# %% [markdown]
# Autograd is no approximation. It applies the rules that you applied, to the same numbers, in another order of additions, so that only the last digits can differ. PyTorch builds no Jacobian either: its softmax takes the same
# weighted mean.
#
# ## 5. Training in PyTorch
#
# The published comparison trained its PyTorch network with `nn.MSELoss()` and a learning rate of 0.8. You write that loop:
#
# | piece | what it does |
# |---|---|
# | `torch.optim.SGD(model.parameters(), lr=learning_rate)` | plain gradient descent |
# | `torch.randperm(m).split(100)` | all row numbers in a new random order, in pieces of 100; the last may be smaller |
# | `nn.MSELoss()` | a function of outputs and targets, both $(m, k)$: the *mean* over all $m \cdot k$ numbers |
# | `optimizer.zero_grad()`, `loss.backward()`, `optimizer.step()` | a step |
# | `loss.item()` | the loss as a Python number |
#
# ### Exercise 4: `train_in_pytorch` (5 points)
#
# Train `model` in place, by plain gradient descent on the MSE, the **second** of the two sums. Each epoch goes once over all samples, in mini-batches of 100 and in a new random order. Return a list with a number an epoch: the mean of the MSE over its mini-batches, as they went by (a short last one may count as much as the others, or by its size).
# No progress bar is needed: the cells below call your function an epoch at a time, and show one. `torch.func` is welcome; `torch.compile` is not supported by the check.


# %% answer="train_in_pytorch"
def train_in_pytorch(model, X, Y, num_epochs, learning_rate):
    """Train model in place with mini-batches of 100; return a list: the MSE of each epoch.

    model: takes X (m, n), gives outputs (m, k).  Y (m, k): one-hot targets.
    MSE: the mean of the squared errors over all outputs and samples of a mini-batch.
    """
    ### BEGIN SOLUTION
    mean_squared_error = nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    losses = []
    for _ in range(num_epochs):
        batch_losses = []
        for rows in torch.randperm(len(X)).split(100):
            loss = mean_squared_error(model(X[rows]), Y[rows])
            optimizer.zero_grad()  # backward() adds
            loss.backward()
            optimizer.step()
            batch_losses.append(loss.item())
        losses.append(sum(batch_losses) / len(batch_losses))
    return losses
    ### END SOLUTION


# %% test="test_train_in_pytorch" points=5
from checks import credit


def test_train_in_pytorch(check):
    import numpy as np

    from helpers.pytorch import torch
    from checks import after, close, expect, torch_network
    from checks.torch_training import epochs_of, loss_numbers, orders_of

    def trained(W, b, X, Y, num_epochs, learning_rate, seed=0):
        # Train softmax(X @ W.T + b); return losses, the network, and W and b afterwards.
        network = torch_network([("linear", W, b), ("softmax",)], seed=seed, dtype="float64")
        tensors = torch.from_numpy(X), torch.from_numpy(Y)
        losses, (model, *left) = after(
            train_in_pytorch, network, *tensors, num_epochs, learning_rate
        )
        for name, before, now in zip("XY", (X, Y), left[:2], strict=True):
            close(now.numpy(), before, what=f"{name} afterwards")
        state = [each.numpy().astype(float) for each in model.state_dict().values()]
        return losses, model, state

    def probabilities(W, b, X):
        z = np.einsum("kn,mn->mk", W, X) + b
        return 1 / np.exp(z[:, None, :] - z[:, :, None]).sum(axis=2)

    def replay(W, b, X, Y, epochs, rate, stale=""):
        # Take the same steps by hand, mini-batch by mini-batch; Jacobians written out.
        losses, k, slopes = [], Y.shape[1], (0, 0)
        for batches in epochs:
            losses.append([])
            slopes = (0, 0) if stale == "in an epoch" else slopes
            for rows in batches:
                p = probabilities(W, b, X[rows])
                losses[-1].append(((p - Y[rows]) ** 2).mean(axis=1))
                jacobians = np.einsum("mk,kj->mkj", p, np.eye(k)) - np.einsum("mk,mj->mkj", p, p)
                delta = np.einsum("mk,mkj->mj", 2 * (p - Y[rows]) / p.size, jacobians)
                new = np.einsum("mk,mn->kn", delta, X[rows]), np.einsum("mk->k", delta)
                slopes = (
                    [old + each for old, each in zip(slopes, new, strict=True)] if stale else new
                )
                W, b = W - rate * slopes[0], b - rate * slopes[1]
        return losses, W, b

    def ends_there(W, b, X, Y, network, state, epochs, rate, factors=(1.0,), fresh=True):
        # Compare the parameters with those of the same steps, taken again; return their losses.
        moved = max(np.abs(state[0] - W).max(), np.abs(state[1] - b).max())
        expect(bool(moved > 0), "the parameters are what they were")
        steps = epochs_of(network, epochs, len(X), exact=fresh is None)
        batches = [[each["rows"] for each in epoch] for epoch in steps]
        errors = []
        for stale in ("", "from all before", "in an epoch"):
            for factor in factors:
                losses, end_W, end_b = replay(W, b, X, Y, batches, factor * rate, stale)
                error = max(np.abs(state[0] - end_W).max(), np.abs(state[1] - end_b).max())
                errors.append(error / np.abs(end_W - W).max())
                if errors[-1] < 1e-5:
                    message = "old gradients were still there: optimizer.zero_grad() in each step?"
                    expect(not (fresh and stale), message)
                    return losses
        message = (
            "after several mini-batches the parameters are not where steps along fresh gradients, "
            "of images with their own targets, would have led: they are off by "
            f"{100 * errors[0]:.2g} % of the way"
        )
        expect(False, message)

    def samples(rng, m, n, k):
        # The first column is the row's number, as a fraction of m.
        X = rng.normal(size=(m, n))
        X[:, 0] = np.arange(m) / m
        return X, np.eye(k)[rng.integers(k, size=m)]

    # One mini-batch; all weights are 0, so all outputs are 1/2.
    X, Y = np.tile([[0.0, 1.0]], (4, 1)), np.eye(2)[[0, 0, 0, 1]]
    X[:, 0] = np.arange(4) / 4
    flat = np.zeros((2, 2)), np.zeros(2)
    # The first step of an optimiser imports a good part of PyTorch: that takes seconds.
    with check("three epochs give a list of three numbers", seconds=40):
        loss_numbers(trained(*flat, X, Y, 3, 0.8)[0], 3)
    with check("on paper: all outputs 1/2, so the first MSE is 1/4"):
        losses = loss_numbers(trained(*flat, X, Y, 2, 0.8)[0], 2)
        close(losses[0], 0.25, rtol=1e-5, what="losses[0]")
    with check("and one step of 0.8 moves the bias from 0, 0 to 0.1, -0.1"):
        _, _, (_, bias) = trained(*flat, X, Y, 1, 0.8)
        close(bias, [0.1, -0.1], rtol=1e-5, what="the bias after a step")
    with check("three steps: each along its own gradient, without those of the steps before"):
        _, _, (_, bias) = trained(*flat, X, Y, 3, 0.8)
        _, _, expected = replay(*flat, X, Y, [[np.arange(4)]] * 3, 0.8)
        close(bias, expected, rtol=1e-5, what="the bias after three steps")
    with check("250 samples: three steps an epoch, each sample once, in another order each time"):
        images, targets = samples(np.random.default_rng(7), 250, 3, 4)
        start = np.zeros((4, 3)), np.zeros(4)
        losses, network, state = trained(*start, images, targets, 2, 0.8)
        loss_numbers(losses, 2)
        orders_of(epochs_of(network, 2, 250), 250, [50, 100, 100])
        ends_there(*start, images, targets, network, state, 2, 0.8)
    ### BEGIN HIDDEN TESTS
    rng = check.rng
    n, k = (int(size) for size in rng.permutation([3, 4, 5, 6])[:2])
    W, b = rng.normal(size=(k, n)), rng.normal(size=k)
    few, wanted = samples(rng, int(rng.integers(40, 70)), n, k)
    m = int(rng.integers(320, 380))
    images, targets = samples(rng, m, n, k)
    rate, seed = float(rng.uniform(0.5, 1.0)), int(rng.integers(2**31))
    # How long a step is, is a matter of the first check; whether gradients are fresh, of the third.
    lengths = 1.0, float(k), 1.0 / k

    with check(
        "a step: the gradient of the MSE, times the learning rate",
        points=2,
        repeats=("on paper", "and one step"),
    ):
        _, _, (found_W, found_b) = trained(W, b, few, wanted, 1, rate, seed)
        _, step_W, step_b = replay(W, b, few, wanted, [[np.arange(len(few))]], rate)
        moved, due = found_W - W, step_W - W
        message = (
            "your step is as long as if learning_rate belonged to L, the sum over the outputs: "
            "here it belongs to the mean over all outputs and samples"
        )
        expect(bool(np.abs(moved - k * due).max() > 1e-4 * np.abs(due).max()), message)
        close(moved, due, rtol=1e-4, atol=1e-7, what="the change of the weights")
        close(found_b - b, step_b - b, rtol=1e-4, atol=1e-7, what="the change of the bias")
    with check(
        "every epoch: all samples once, 100 at a time, in a new order",
        points=1,
        repeats="250 samples",
    ):
        _, network, state = trained(W, b, images, targets, 3, rate, seed)
        orders_of(epochs_of(network, 3, m), m, sorted([100, 100, 100, m - 300]))
        ends_there(W, b, images, targets, network, state, 3, rate, lengths, fresh=False)
    with check(
        "many steps: each with fresh gradients, and targets that belong to it",
        points=1,
        repeats=("three steps", "250 samples"),
    ):
        _, network, state = trained(W, b, images, targets, 3, rate, seed)
        ends_there(W, b, images, targets, network, state, 3, rate, lengths)
    with check(
        "losses: the mean over all outputs and samples, epoch by epoch",
        points=1,
        repeats=("three epochs", "on paper"),
    ):
        losses, network, state = trained(W, b, images, targets, 4, rate, seed)
        found = loss_numbers(losses, 4)
        costs = ends_there(W, b, images, targets, network, state, 4, rate, lengths, fresh=False)
        means = [np.mean([batch.mean() for batch in epoch]) for epoch in costs]
        weighted = [np.concatenate(epoch).mean() for epoch in costs]
        shaped = len(means) == 4
        expect(shaped, f"there were {len(means)} epochs, expected 4")
        distances = [np.abs(found - np.array(each)).max() for each in (means, weighted)]
        expected = means if distances[0] <= distances[1] else weighted
        close(found, expected, rtol=1e-5, what="losses")
    ### END HIDDEN TESTS


credit(test_train_in_pytorch)

# %% [markdown]
# ## 6. Four networks
#
# Your network has been trained already. Three more, all with 500 units in each hidden layer and 20 epochs, all trained by your `train_in_pytorch` on the MSE:
#
# 1. **The same in PyTorch**: your class's initial parameters, put into PyTorch by `in_pytorch`, with the published learning rate of 0.8 for the MSE, which is 0.08 for $L$.
# 2. **The diagonal alone**: the same start, and rate 1 for the MSE, which is 0.1 for $L$ as in section 2. Its softmax is computed rightly, but the part that other scores have in an output is *detached*, so that autograd takes it for a constant. What is left for the backward pass is the diagonal of the Jacobian.
# 3. **Another start**: as the first, but with the initial weights and biases that PyTorch gives a new layer. They, and the biases, are drawn uniformly between $-1/\sqrt{n}$ and $1/\sqrt{n}$ for $n$ inputs, and with hundreds of inputs that is smaller: a standard deviation of 0.02 to 0.03 on MNIST, instead of 0.1.


# %% given="training_in_pytorch"
def diagonal_softmax():
    """Return a softmax whose backward pass knows only the diagonal of the Jacobian."""

    class DiagonalSoftmax(nn.Module):
        def forward(self, z):
            powers = torch.exp(z - z.max(dim=1, keepdim=True).values.detach())
            others = powers.sum(dim=1, keepdim=True) - powers
            return powers / (powers + others.detach())

    return DiagonalSoftmax()


def with_other_start(model):
    """Give each Linear of a model the initial weights that PyTorch draws for a new one."""
    torch.manual_seed(123)
    for layer in model:
        if isinstance(layer, nn.Linear):
            layer.reset_parameters()
    return model


def outputs_of(model):
    """Return a function that gives a model's outputs as an array, without notes for backward."""

    @torch.no_grad()
    def outputs(X):
        return model(torch.from_numpy(X)).numpy()

    return outputs


def train_torch(name, model, learning_rate):
    """Train a model epoch by epoch, in float32, and keep what there is to say about it."""
    model.float()
    X, Y = torch.from_numpy(X_train), torch.from_numpy(one_hot(y_train, k)).float()
    torch.manual_seed(123)  # for the order of the images
    found = []
    with Progress(epochs, name) as bar:
        for _ in range(epochs):
            (loss,) = train_in_pytorch(model, X, Y, 1, learning_rate)
            found.append(accuracy(outputs_of(model), X_valid, y_valid))
            bar.step(f"MSE {loss:.4f}, {found[-1]:.2%} of the validation images")
    keep(name, outputs_of(model), found)


# %% given="same_in_pytorch"
with needs_torch(), needs("SoftmaxMLP", "in_pytorch", "train_in_pytorch"):
    model = in_pytorch(SoftmaxMLP(n, hidden, hidden, k))
    train_torch("the same in PyTorch, 0.08 for L", model, 0.8)

# %% given="diagonal_alone"
with needs_torch(), needs("SoftmaxMLP", "in_pytorch", "train_in_pytorch"):
    layers = list(in_pytorch(SoftmaxMLP(n, hidden, hidden, k)))[:5]
    train_torch("the diagonal alone, 0.1 for L", nn.Sequential(*layers, diagonal_softmax()), 1.0)

# %% given="another_start"
with needs_torch(), needs("SoftmaxMLP", "in_pytorch", "train_in_pytorch"):
    model = with_other_start(in_pytorch(SoftmaxMLP(n, hidden, hidden, k)))
    train_torch("PyTorch's own start, 0.08 for L", model, 0.8)

# %% given="results"
REPORTED = {
    "yours, 0.1 for L": "92.50 / 92.24 / 92.10",
    "the same in PyTorch, 0.08 for L": "94.99 / 94.58 / 94.31",
}

if accuracies:
    print(f"{'training / validation / test accuracy, %':<42}{'here':>24}{'reported, MNIST':>25}")
    for name, found in accuracies.items():
        here = " / ".join(f"{100 * p:.2f}" for p in found)
        print(f"{name:<42}{here:>24}{REPORTED.get(name, ''):>25}")
    p = max(found[2] for found in accuracies.values())
    se = 100 * np.sqrt(p * (1 - p) / len(y_test))
    print(f"\nStandard error of the best test accuracy: {se:.2f} points ({len(y_test):,} images)")
    least = 0.5 / len(y_valid)  # no error at all could not be drawn
    errors = {name: np.maximum(1 - np.array(found), least) for name, found in curves.items()}
    labels = {"title": "Errors on validation images", "xlabel": "epoch", "ylabel": "error rate"}
    show(plots.learning_curve(errors, log=True, start=1, **labels))
else:
    print("No network is trained yet: this cell needs `SoftmaxMLP`, and the cells of section 2.")

# %% [markdown]
# **On MNIST** the whole Jacobian brings your network to about 96.1 / 95.4 / 95.2 %. The report has 92.50 / 92.24 / 92.10 % for its network of this kind. Why so much less? Its code is not at hand, so nobody can say. Look at what comes near to it: the diagonal alone, 93.7 / 93.1 / 93.1 %,
# with a curve that stands still and then jumps, and, nearer still, a right gradient that starts from smaller weights, 92.7 / 92.6 / 92.1 %. Two quite different causes, almost the same figure: **an accuracy does not say what went wrong, or whether anything did.** A gradient check does.
#
# The PyTorch network of the report has 94.99 / 94.58 / 94.31 %, and ours, 95.7 / 95.0 / 94.8 %, is about half a point above it. Between your network and its copy in PyTorch there is no difference but the learning rate, 0.1 against 0.08 for $L$, and the order of the images. After 20 epochs neither of the two is trained to the end, so the larger
# rate is still ahead. Had you read "0.8" and "0.1" as rates of one and the same loss, you would look for another explanation.
#
# And the start: error terms go back through the weights, so that small weights make small gradients in the first layers, and the first epochs hardly move anything. Such a curve is flat at first, and falls late.
#
# **On the digits** the order of the four is the same, with larger gaps: the diagonal is some ten points behind, and the smaller start has hardly left its flat part after 100 epochs of 15 steps. A test accuracy of some 250 images has a standard error of more than a point.

# %%
# Your playground: nothing here is graded. What does the diagonal do with half the learning rate? The small start with more epochs?

# %% [markdown]
# ## 7. Report
#
# ### Report question 1: the missing part (4 points)
#
# What does the diagonal leave out, and why does it train nevertheless? Compare your figures for the whole Jacobian and for the diagonal, with the standard error of a test accuracy. Which learning rate for `nn.MSELoss()` would match your 0.1 for $L$, and which would with 26 classes? And what convinces you that your gradient is right:
# say what each piece of evidence in this notebook proves, and what an accuracy of 95 % proves. One paragraph.

# %% [markdown] written="report_missing_part" points=4
# ### BEGIN SOLUTION
# The diagonal keeps what a score does to its own output, $a_c(1 - a_c)$, and leaves out that it takes as much from the others, $-a_c a_j$. It trains because the largest part is often right: the score of the true class is still pushed up, and that of a strong wrong favourite down. But smaller
# entries can have the wrong sign, as the third class of the example had, and the error terms of a sample no longer add up to 0. On MNIST's 10,000 test images the whole Jacobian has 95.2 %, the diagonal 93.1 %, with a standard error of 0.2 points each: two points are far beyond chance, and its curve stands still for some epochs and then jumps, while
# the other falls smoothly. `nn.MSELoss()` is $L/k$, so a rate of 0.1 for $L$ is 1.0 for it with ten classes, and 2.6 with 26. I trust my gradient since it agrees with central differences in every entry (relative error about 1e-12) and with autograd to 1e-17, which was derived by somebody else from the forward pass alone; that
# its bias entries add up to 0 is a necessary sign, but no proof. Both comparisons show that it is the gradient of this loss, not that the forward pass is the network I wanted: that is what the checks with known outputs are for. An accuracy of 95 % proves nearly nothing: a wrong gradient reaches 93 %, and a right one from another start 92 %.
#
# ### BEGIN MARK SCHEME
# - 1 point: says what the diagonal leaves out (what a score does to the other outputs), and why it still trains (the main entries keep the right sign), with its limits (wrong signs, or error terms that do not add up to 0).
# - 1 point: gives the own accuracies of both, with the standard error (0.2 points on 10,000 images, more than a point on the digits), and judges the difference by it.
# - 1 point: converts the rates: 0.1 for L is 1.0 for nn.MSELoss() with ten classes and 2.6 with 26, since the MSE is L / k.
# - 1 point: central differences or autograd (to 1e-10) prove the gradient; an accuracy does not, since wrong gradients train, too.
# ### END MARK SCHEME
# ### END SOLUTION

# %% [markdown]
# ## Recap
#
# - Softmax outputs depend on each other. Its Jacobian is a matrix for each sample; you never build it: $\delta = a \odot (g - \text{the mean of } g \text{ weighted with } a)$.
# - The diagonal alone trains, and to a respectable figure. Only a gradient check tells.
# - The error terms of a sample's scores add up to 0: a check that costs nothing.
# - "Mean squared error" is two losses. Ask whether the sum over the outputs is divided by their number, and which of the two a learning rate belongs to: 0.8 for one is 0.08 for the other.
# - Your gradient and autograd's agree to the last digits, since both follow the chain rule. Central differences get to about ten.
# - A figure that you cannot reproduce may differ by a gradient, a start, a rate or an order. Compare one change at a time.
#
# This was the last notebook of the project: you have extended a network, measured it, and had its gradients confirmed by a library that knows nothing of yours.
#
# *To read on:* Raschka, Liu and Mirjalili, *Machine Learning with PyTorch and Scikit-Learn*, chapters 11 to 13; Bridle, *Probabilistic Interpretation of Feedforward Classification Network Outputs*, where softmax got its name; Glorot and Bengio, *Understanding the Difficulty of Training Deep Feedforward Neural Networks*, on how to start.
