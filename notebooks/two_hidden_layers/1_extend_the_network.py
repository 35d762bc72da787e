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
# # From one hidden layer to two
#
# A network with one hidden layer, written as a class, reads 94.5 % of MNIST's test digits. You give it a second hidden layer: you extend its constructor, its forward pass and its backward pass, and
# then you write the two functions that train it and measure it.
#
# **When you are done, you can**
#
# - extend backpropagation by a layer without deriving everything again;
# - keep a network's state in a class: parameters as attributes, one method for each direction;
# - tell two "mean squared errors" apart that differ by a factor of ten, and say which one a learning rate belongs to;
# - write a training loop with mini-batches, and read its curves.
#
# **Time:** about two and a half hours. **You need:** the ideas of `nn_lab`'s first notebook. **Points:** 40 of the project's 100.

# %% given="imports"
import numpy as np
from sklearn.model_selection import train_test_split

from helpers import gradient_check, plots, sigmoid
from helpers.data import load_images
from helpers.figures import show
from helpers.lesson import needs, training_length
from helpers.optimize import Progress

# %% [markdown]
# ## 1. The data
#
# All 70,000 images of MNIST where they are at hand, with 5,000 to validate and 10,000 to test; otherwise the 1,797 digits that scikit-learn brings, split in the same proportions. The split is *stratified*: each digit is as frequent in
# every part.
#
# The pixels are scaled to $[-1, 1]$: black is $-1$. Inputs that are centred let the first layer's weights move in every direction, while with inputs that are never negative all weights of a unit must grow or shrink together in a step.

# %% given="data"
images = load_images()
m = len(images.y)
X_scaled = 2 * images.X - 1
X_rest, X_test, y_rest, y_test = train_test_split(
    X_scaled, images.y, test_size=m // 7, random_state=123, stratify=images.y
)
X_train, X_valid, y_train, y_valid = train_test_split(
    X_rest, y_rest, test_size=m // 14, random_state=123, stratify=y_rest
)
n, k = X_train.shape[1], images.n_classes
for name, X in [("training", X_train), ("validation", X_valid), ("test", X_test)]:
    print(f"{name:<10} {X.shape}, pixels from {X.min():g} to {X.max():g}")


# %% [markdown]
# ## 2. The network with one hidden layer
#
# Here it is, as a class. Read it first: everything that you write has its shape.
#
# The loss is the squared error against one-hot targets $y$ ($k$ numbers a sample), **summed over the outputs and averaged over the $m$ samples**:
#
# $$ L = \frac1m \sum_{i=1}^{m} \sum_{c=1}^{k} \left( a^{(i)}_c - y^{(i)}_c \right)^2 . $$
#
# There is no $\frac12$ in front, so its derivative has a 2: $\partial L / \partial a = \frac{2}{m} (a - y)$. With the sigmoid's derivative, the error term of the output layer is
#
# $$ \delta_{out} = \frac{2}{m} (a_{out} - y) \odot a_{out} \odot (1 - a_{out}) , $$
#
# with the mean over the samples already in it. Everything behind it is a matrix product or a sum.


# %% given="one_hidden_layer"
def one_hot(y, num_labels):
    """Return targets (m, k), 1 at each label and 0 elsewhere, for the labels y (m,)."""
    return np.eye(num_labels)[y]


class OneHiddenLayer:
    """Sigmoid units, squared error.  weight_h (h, n), bias_h (h,), weight_out (k, h), bias_out (k,)."""

    def __init__(self, num_features, num_hidden, num_classes, random_seed=123):
        self.num_classes = num_classes
        rng = np.random.RandomState(random_seed)
        self.weight_h = rng.normal(loc=0.0, scale=0.1, size=(num_hidden, num_features))
        self.bias_h = np.zeros(num_hidden)
        self.weight_out = rng.normal(loc=0.0, scale=0.1, size=(num_classes, num_hidden))
        self.bias_out = np.zeros(num_classes)

    def forward(self, x):
        """Return the activations a_h (m, h) and a_out (m, k) for the samples x (m, n)."""
        a_h = sigmoid(x @ self.weight_h.T + self.bias_h)
        a_out = sigmoid(a_h @ self.weight_out.T + self.bias_out)
        return a_h, a_out

    def backward(self, x, a_h, a_out, y):
        """Return the gradients of weight_out, bias_out, weight_h and bias_h, for labels y (m,)."""
        delta_out = 2 * (a_out - one_hot(y, self.num_classes)) / len(y) * a_out * (1 - a_out)
        delta_h = (delta_out @ self.weight_out) * a_h * (1 - a_h)
        return delta_out.T @ a_h, delta_out.sum(axis=0), delta_h.T @ x, delta_h.sum(axis=0)


# %% [markdown]
# ## 3. Two hidden layers
#
# The second hidden layer stands between the first and the output: it reads `a_h1`, and the output reads `a_h2`. Backwards, error terms go the same way in the other direction:
#
# | layer | its error term | comes from |
# |---|---|---|
# | output | $\delta_{out}$, $(m, k)$ | the loss, as above |
# | second hidden | $\delta_{2}$, $(m, h_2)$ | $\delta_{out}$, through `weight_out` |
# | first hidden | $\delta_{1}$, $(m, h_1)$ | $\delta_{2}$, through `weight_h2` |
#
# Each layer's weights get the product of its error term and of *what the layer reads*; its biases the sum of the error term over the samples.
#
# ### Exercise 1: `NeuralNetMLP` (20 points)
#
# The class, with these attributes and results, in this order:
#
# | | |
# |---|---|
# | attributes | `weight_h1` $(h_1, n)$, `bias_h1`, `weight_h2` $(h_2, h_1)$, `bias_h2`, `weight_out` $(k, h_2)$, `bias_out` |
# | start | weights normal with standard deviation 0.1, drawn from `np.random.RandomState(random_seed)` in this order; biases 0 |
# | `forward(x)` | `a_h1, a_h2, a_out` |
# | `backward(x, a_h1, a_h2, a_out, y)` | the gradients of `weight_out`, `bias_out`, `weight_h2`, `bias_h2`, `weight_h1`, `bias_h1` |
#
# `backward` uses the activations that it is given and changes nothing: the step is somebody else's business.


# %% answer="NeuralNetMLP"
class NeuralNetMLP:
    """Two hidden layers of sigmoid units, squared error."""

    ### BEGIN SOLUTION
    def __init__(
        self, num_features, num_hidden_1, num_hidden_2, num_classes, random_seed=123
    ):
        self.num_classes = num_classes
        rng = np.random.RandomState(random_seed)
        self.weight_h1 = rng.normal(scale=0.1, size=(num_hidden_1, num_features))
        self.bias_h1 = np.zeros(num_hidden_1)
        self.weight_h2 = rng.normal(scale=0.1, size=(num_hidden_2, num_hidden_1))
        self.bias_h2 = np.zeros(num_hidden_2)
        self.weight_out = rng.normal(scale=0.1, size=(num_classes, num_hidden_2))
        self.bias_out = np.zeros(num_classes)

    def forward(self, x):
        """Return a_h1 (m, h1), a_h2 (m, h2) and a_out (m, k) for the samples x (m, n)."""
        a_h1 = sigmoid(x @ self.weight_h1.T + self.bias_h1)
        a_h2 = sigmoid(a_h1 @ self.weight_h2.T + self.bias_h2)
        a_out = sigmoid(a_h2 @ self.weight_out.T + self.bias_out)
        return a_h1, a_h2, a_out

    def backward(self, x, a_h1, a_h2, a_out, y):
        """Return the six gradients, from the output backwards, for the labels y (m,)."""
        targets = np.eye(self.num_classes)[y]
        delta_out = 2 * (a_out - targets) / len(y) * a_out * (1 - a_out)  # (m, k)
        delta_2 = (delta_out @ self.weight_out) * a_h2 * (1 - a_h2)  # (m, h2)
        delta_1 = (delta_2 @ self.weight_h2) * a_h1 * (1 - a_h1)  # (m, h1)
        return (
            *(delta_out.T @ a_h2, delta_out.sum(axis=0)),
            *(delta_2.T @ a_h1, delta_2.sum(axis=0)),
            *(delta_1.T @ x, delta_1.sum(axis=0)),
        )
    ### END SOLUTION


# %% test="test_NeuralNetMLP" points=20
from helpers.testing import credit


def test_NeuralNetMLP(check):
    import numpy as np

    from helpers.testing import close, expect, results, shaped, steady

    names = ["weight_h1", "bias_h1", "weight_h2", "bias_h2", "weight_out", "bias_out"]
    backwards = ["weight_out", "bias_out", "weight_h2", "bias_h2", "weight_h1", "bias_h1"]

    def shapes(n, h1, h2, k):
        return dict(zip(names, [(h1, n), (h1,), (h2, h1), (h2,), (k, h2), (k,)], strict=True))

    def with_parameters(net, parameters):
        for name, array in parameters.items():
            setattr(net, name, array.copy())
        return net

    def found_in(net, name):
        expect(hasattr(net, name), f"the network has no attribute {name}")
        return getattr(net, name)

    def gradients_of(found):
        labels = " ".join(f"d_{name}" for name in backwards)
        return dict(zip(backwards, results(found, labels), strict=True))

    # Four samples of three pixels, two and then two hidden units, two classes.
    small = {
        "weight_h1": np.array([[1.0, -1.0, 0.0], [0.0, 2.0, 1.0]]),
        "bias_h1": np.array([0.5, -0.5]),
        "weight_h2": np.array([[1.0, 0.0], [-1.0, 2.0]]),
        "bias_h2": np.array([0.0, 1.0]),
        "weight_out": np.array([[2.0, -1.0], [0.0, 1.0]]),
        "bias_out": np.array([-0.5, 0.5]),
    }
    x = np.array([[1.0, 0.0, -1.0], [0.0, 1.0, 1.0], [-1.0, 1.0, 0.0], [1.0, 1.0, 1.0]])
    y = np.array([0, 1, 1, 0])

    def loss(net):
        a_out = np.asarray(results(net.forward(x), "a_h1 a_h2 a_out")[2])
        shaped(a_out, (4, 2), what="a_out")
        return float(((a_out - np.eye(2)[y]) ** 2).sum() / 4)

    with check("5 features, 4 and 3 hidden units, 6 classes: six parameters of the right shapes"):
        net = NeuralNetMLP(5, 4, 3, 6)
        for name, shape in shapes(5, 4, 3, 6).items():
            shaped(found_in(net, name), shape, what=name)
    with check("biases start at 0; the same random_seed gives the same weights, another one others"):
        net, again, other = (NeuralNetMLP(5, 4, 3, 6, random_seed=seed) for seed in (1, 1, 2))
        close(found_in(net, "bias_h2"), np.zeros(3), what="bias_h2")
        close(found_in(again, "weight_h2"), found_in(net, "weight_h2"), what="weight_h2")
        same = bool(np.any(np.asarray(found_in(other, "weight_h2")) != net.weight_h2))
        expect(same, "weight_h2 is the same with random_seed=1 and random_seed=2")
    with check("on paper: with all weights 0, a_h1 and a_h2 are 0.5; bias_out = ln 3 makes 0.75"):
        net = NeuralNetMLP(3, 2, 2, 2)
        zeros = {name: 0 * array for name, array in small.items()}
        with_parameters(net, zeros | {"bias_out": np.log([3.0, 1.0])})
        a_h1, a_h2, a_out = results(net.forward(x), "a_h1 a_h2 a_out")
        close(a_h1, np.full((4, 2), 0.5), what="a_h1")
        close(a_h2, np.full((4, 2), 0.5), what="a_h2")
        close(a_out, np.tile([0.75, 0.5], (4, 1)), what="a_out")
    with check("the network in this cell: a_h2 of the first sample is 0.693721, 0.633504"):
        net = with_parameters(NeuralNetMLP(3, 2, 2, 2), small)
        a_h2 = results(steady(net.forward, x, names="x"), "a_h1 a_h2 a_out")[1]
        shaped(a_h2, (4, 2), what="a_h2")
        close(np.asarray(a_h2)[0], [0.693721, 0.633504], atol=1e-5, what="a_h2 of the first sample")
    with check("backward gives six gradients, from the output backwards, each shaped like its own"):
        net = with_parameters(NeuralNetMLP(3, 2, 2, 2), small)
        activations = results(net.forward(x), "a_h1 a_h2 a_out")
        found = gradients_of(net.backward(x, *activations, y))
        for name in backwards:
            shaped(found[name], small[name].shape, what=f"the gradient of {name}")
    with check("small steps in each parameter change the loss as much as its gradient says"):
        net = with_parameters(NeuralNetMLP(3, 2, 2, 2), small)
        activations = results(net.forward(x), "a_h1 a_h2 a_out")
        found = gradients_of(net.backward(x, *activations, y))
        for name in backwards:
            shaped(found[name], small[name].shape, what=f"the gradient of {name}")
            step = np.arange(1.0, small[name].size + 1).reshape(small[name].shape)
            ahead, behind = (
                loss(with_parameters(net, small | {name: small[name] + t * step}))
                for t in (1e-4, -1e-4)
            )
            with_parameters(net, small)
            slope, claim = (ahead - behind) / 2e-4, float(np.sum(np.asarray(found[name]) * step))
            expect(
                abs(slope - claim) < 1e-3 * abs(slope) + 1e-5,
                f"along a direction in {name}, the loss of your forward changes by {slope:.4g} for "
                f"a unit of step, and by your gradient it should change by {claim:.4g}",
            )
    ### BEGIN HIDDEN TESTS
    from scipy.special import expit

    from helpers.testing import close_to_slopes

    rng = check.rng
    n, h1, h2, k = (int(size) for size in rng.permutation([3, 4, 5, 6, 7, 8])[:4])
    m = int(rng.integers(9, 14))
    at = {name: rng.normal(scale=0.7, size=shape) for name, shape in shapes(n, h1, h2, k).items()}
    X, labels = rng.normal(size=(m, n)), rng.permutation(np.arange(m) % k)
    truth = (labels[:, None] == np.arange(k)) * 1.0

    def activations_at(**parameters):
        # Sums written out: no matrix product, no transposition.
        p = at | parameters
        a1 = expit(np.einsum("hn,mn->mh", p["weight_h1"], X) + p["bias_h1"])
        a2 = expit(np.einsum("gh,mh->mg", p["weight_h2"], a1) + p["bias_h2"])
        return a1, a2, expit(np.einsum("kg,mg->mk", p["weight_out"], a2) + p["bias_out"])

    def stated_loss(**parameters):
        return float(np.linalg.norm(activations_at(**parameters)[2] - truth) ** 2 / m)

    def fresh():
        return with_parameters(NeuralNetMLP(n, h1, h2, k), at)

    with check("six parameters of the right shapes, biases 0, classes of any number", points=1):
        net = NeuralNetMLP(n, h1, h2, k)
        for name, shape in shapes(n, h1, h2, k).items():
            shaped(found_in(net, name), shape, what=name)
            if name.startswith("bias"):
                close(found_in(net, name), np.zeros(shape), what=name)
    with check("weights drawn from RandomState(random_seed), in the order of the layers", points=2):
        for seed in (123, int(rng.integers(1000))):
            net, draws = NeuralNetMLP(n, h1, h2, k, random_seed=seed), np.random.RandomState(seed)
            for name, shape in shapes(n, h1, h2, k).items():
                if name.startswith("weight"):
                    expected = draws.standard_normal(shape) / 10
                    close(found_in(net, name), expected, what=f"{name} with random_seed={seed}")
        close(found_in(NeuralNetMLP(n, h1, h2, k), "weight_h1"), NeuralNetMLP(n, h1, h2, k, 123).weight_h1)
    with check("a_h1, the first hidden layer", points=1):
        found = results(steady(fresh().forward, X, names="x"), "a_h1 a_h2 a_out")
        close(found[0], activations_at()[0], what="a_h1")
    with check("a_h2, the second", points=2):
        close(results(fresh().forward(X), "a_h1 a_h2 a_out")[1], activations_at()[1], what="a_h2")
    with check("a_out, the outputs", points=2):
        close(results(fresh().forward(X), "a_h1 a_h2 a_out")[2], activations_at()[2], what="a_out")

    def slope_of(name):
        net = fresh()
        found = gradients_of(steady(net.backward, X, *activations_at(), labels, names="x a_h1 a_h2 a_out y"))
        close_to_slopes({name: found[name]}, lambda **p: stated_loss(**p), {name: at[name]}, m=m)
        for each, array in at.items():
            close(found_in(net, each), array, what=f"{each} after backward")

    with check("the gradient of weight_out", points=2):
        slope_of("weight_out")
    with check("the gradient of bias_out", points=1):
        slope_of("bias_out")
    with check("the gradient of weight_h2", points=3):
        slope_of("weight_h2")
    with check("the gradient of bias_h2", points=2):
        slope_of("bias_h2")
    with check("the gradient of weight_h1", points=2):
        slope_of("weight_h1")
    with check("the gradient of bias_h1", points=2):
        slope_of("bias_h1")
    ### END HIDDEN TESTS


credit(test_NeuralNetMLP)

# %% [markdown]
# A visible check along one direction can be deceived. The gradient checker looks at every entry, and reads off what is wrong:

# %% given="gradient_check"
def cost_and_gradient(net, x, y):
    """Return f(theta) -> (L, gradient), theta being all parameters of `net` as one vector."""
    names = ["weight_out", "bias_out", "weight_h2", "bias_h2", "weight_h1", "bias_h1"]
    blocks = {name: getattr(net, name).shape for name in names}
    ends = np.cumsum([getattr(net, name).size for name in names])[:-1]

    def f(theta):
        for name, part in zip(names, np.split(theta, ends), strict=True):
            setattr(net, name, part.reshape(blocks[name]))
        a_h1, a_h2, a_out = net.forward(x)
        L = np.sum((a_out - one_hot(y, net.weight_out.shape[0])) ** 2) / len(y)
        gradients = net.backward(x, a_h1, a_h2, a_out, y)
        return L, np.concatenate([np.ravel(gradient) for gradient in gradients])

    return f, np.concatenate([getattr(net, name).ravel() for name in names]), blocks


with needs("NeuralNetMLP"):
    rng = np.random.default_rng(0)
    f, theta, blocks = cost_and_gradient(NeuralNetMLP(8, 5, 4, 3), rng.normal(size=(20, 8)), np.arange(20) % 3)
    print(gradient_check(f, theta + rng.normal(scale=0.5, size=theta.size), blocks, m=20))

# %% [markdown]
# ## 4. Which mean squared error?
#
# Two numbers go by that name here, and they differ by a factor of $k = 10$:
#
# | | formula | used for |
# |---|---|---|
# | the **loss** $L$ | sum over the outputs, mean over the samples | what `backward` is the gradient of |
# | the **MSE** | mean over the outputs *and* the samples: $L / k$ | what is printed and plotted |
#
# Both are minimal at the same place. But a learning rate belongs to one of them: a step of 0.1 along the gradient of $L$ is a step of 1 along that of the MSE. Whoever compares two programs with "the same" learning rate and
# "the same" loss has to know which is meant (PyTorch's `nn.MSELoss()` is the second).
#
# ### Exercise 2: `mse_and_accuracy` (8 points)
#
# Return the MSE (the second row of the table) and the accuracy, a number from 0 to 1, of a network on the images `X`. Go through them in batches of `batch`, so that 55,000 images never need memory for all their activations at once;
# the last batch may be shorter, and every image counts the same.


# %% answer="mse_and_accuracy"
def mse_and_accuracy(net, X, y, num_labels=10, batch=100):
    """Return two numbers: the mean of (a_out - one_hot)^2 over samples and outputs, and the accuracy.

    net: has forward(x) -> a_h1, a_h2, a_out.  X (m, n), y (m,): images and labels.
    """
    ### BEGIN SOLUTION
    squares, right = 0.0, 0
    for start in range(0, len(y), batch):
        labels = y[start : start + batch]
        a_out = net.forward(X[start : start + batch])[-1]
        squares += np.sum((a_out - np.eye(num_labels)[labels]) ** 2)
        right += np.sum(a_out.argmax(axis=1) == labels)
    return squares / (len(y) * num_labels), right / len(y)
    ### END SOLUTION


# %% test="test_mse_and_accuracy" points=8
from helpers.testing import credit


def test_mse_and_accuracy(check):
    import numpy as np

    from helpers.testing import after, close, expect, paper_network, results, shaped

    def network(A, bias_out):
        # Its outputs are sigmoid(x @ A + bias_out); nothing else counts.
        small = {name: np.ones(2) for name in ("weight_h1", "bias_h1", "weight_h2", "bias_h2")}
        parameters = small | {"weight_out": np.ones(2), "bias_out": bias_out}
        return paper_network(A, parameters, dict.fromkeys(parameters, 0.0))

    def numbers(found):
        mse, accuracy = results(found, "mse accuracy")
        shaped(mse, (), what="the MSE")
        shaped(accuracy, (), what="the accuracy")
        return float(mse), float(accuracy)

    # Outputs 3/4 and 1/2 for each of five images, whose labels are 0, 0, 1, 0, 1.
    X, y = np.zeros((5, 3)), np.array([0, 0, 1, 0, 1])
    with check("on paper: outputs 3/4, 1/2 and labels 0, 0, 1, 0, 1: accuracy 3/5"):
        net = network(np.zeros((3, 2)), np.log([3.0, 1.0]))
        close(numbers(mse_and_accuracy(net, X, y, 2, 5))[1], 0.6, what="the accuracy")
    with check("the MSE there: (3 * 5/16 + 2 * 13/16) / 10 = 41/160, a mean over all ten outputs"):
        net = network(np.zeros((3, 2)), np.log([3.0, 1.0]))
        close(numbers(mse_and_accuracy(net, X, y, 2, 5))[0], 41 / 160, what="the MSE")
    with check("in batches of 2, 2 and 1 the same numbers come out"):
        net = network(np.zeros((3, 2)), np.log([3.0, 1.0]))
        mse, accuracy = numbers(mse_and_accuracy(net, X, y, 2, 2))
        close(mse, 41 / 160, what="the MSE")
        close(accuracy, 0.6, what="the accuracy")
    ### BEGIN HIDDEN TESTS
    from scipy.special import expit

    rng = check.rng
    n, k, batch = (int(size) for size in rng.permutation([3, 4, 5, 6])[:3])
    m = 4 * batch + int(rng.integers(1, batch))
    A, bias = rng.normal(size=(n, k)), 0.3 * rng.normal(size=k)
    images = rng.normal(size=(m, n))
    outputs = expit(np.einsum("mn,nk->mk", images, A) + bias)
    labels = outputs.argmax(axis=1)
    wrong = rng.permutation(m)[: m // 3]
    labels[wrong] = (labels[wrong] + 1) % k
    truth = (labels[:, None] == np.arange(k)) * 1.0
    share = 1 - (m // 3) / m

    def measured(size):
        return after(mse_and_accuracy, network(A, bias), images, labels, k, size)

    with check("the MSE: a mean over images and outputs", points=3):
        expected = np.linalg.norm(outputs - truth) ** 2 / truth.size
        close(numbers(measured(m)[0])[0], expected, what="the MSE")
    with check("the accuracy, a share from 0 to 1", points=2):
        close(numbers(measured(m)[0])[1], share, what="the accuracy")
    with check("batches that do not fit: each image counts once, and as much as any", points=3):
        found, (net, *arrays) = measured(batch)
        mse, accuracy = numbers(found)
        close(mse, np.linalg.norm(outputs - truth) ** 2 / truth.size, what="the MSE")
        close(accuracy, share, what="the accuracy")
        for name, array, before in zip("Xy", arrays, (images, labels), strict=False):
            close(array, before, what=f"{name} afterwards")
        seen = [call["first_column"] for call in net.calls]
        sizes = [len(column) for column in seen]
        expect(max(sizes) <= batch, f"batch is {batch}, and forward got {max(sizes)} images")
        close(np.sort(np.concatenate(seen)), np.sort(images[:, 0]), what="the images seen, sorted")
    ### END HIDDEN TESTS


credit(test_mse_and_accuracy)

# %% [markdown]
# ## 5. Training
#
# One step: a mini-batch forward, backward, and each parameter moved against its gradient:
#
# $$ \theta \leftarrow \theta - \eta \, \nabla_\theta L , $$
#
# with the learning rate $\eta$. One **epoch** is one pass over all mini-batches. They are given: each call of `minibatches(X, y)` goes through the images once, 100 at a time, in a new random order.


# %% given="minibatches"
def minibatches(X, y, batch=100):
    """Yield (X_batch, y_batch), `batch` images at a time, in a new order; a short rest is left out."""
    order = np.random.permutation(len(y))  # NumPy's old generator, as the published run used it
    for start in range(0, len(y) - batch + 1, batch):
        rows = order[start : start + batch]
        yield X[rows], y[rows]


# %% [markdown]
# ### Exercise 3: `train` (8 points)
#
# For each epoch: all steps first, then the MSE on the training images, and the accuracy on training and on validation images. Return the three lists, with a number an epoch. Accuracies are numbers from 0 to 1.
#
# `Progress` is a progress bar: `with Progress(num_epochs, "training") as bar:`, then `bar.step(f"MSE {mse:.4f}")` once an epoch.


# %% answer="train"
def train(net, X, y, X_valid, y_valid, num_epochs, learning_rate=0.1):
    """Train net in place, with mini-batches of 100.

    Returns losses, train_accuracies, valid_accuracies: lists with a number an epoch.
    """
    ### BEGIN SOLUTION
    num_labels = len(net.bias_out)
    losses, train_accuracies, valid_accuracies = [], [], []
    with Progress(num_epochs, "training") as bar:
        for _ in range(num_epochs):
            for X_batch, y_batch in minibatches(X, y):
                a_h1, a_h2, a_out = net.forward(X_batch)
                dw_out, db_out, dw_h2, db_h2, dw_h1, db_h1 = net.backward(
                    X_batch, a_h1, a_h2, a_out, y_batch
                )
                net.weight_out -= learning_rate * dw_out
                net.bias_out -= learning_rate * db_out
                net.weight_h2 -= learning_rate * dw_h2
                net.bias_h2 -= learning_rate * db_h2
                net.weight_h1 -= learning_rate * dw_h1
                net.bias_h1 -= learning_rate * db_h1
            mse, accuracy = mse_and_accuracy(net, X, y, num_labels)
            losses.append(mse)
            train_accuracies.append(accuracy)
            valid_accuracies.append(mse_and_accuracy(net, X_valid, y_valid, num_labels)[1])
            bar.step(f"MSE {mse:.4f}, {accuracy:.2%} of the training images")
    return losses, train_accuracies, valid_accuracies
    ### END SOLUTION


# %% test="test_train" points=8
from helpers.testing import credit


def test_train(check):
    import numpy as np

    from helpers.testing import after, close, expect, paper_network, results, shaped

    names = ["weight_h1", "bias_h1", "weight_h2", "bias_h2", "weight_out", "bias_out"]

    def network(A, bias_out, rates):
        # Its outputs are sigmoid(x @ A + bias_out), its gradients rate * parameter.
        parameters = {name: np.arange(1.0, 4.0) for name in names} | {"bias_out": bias_out}
        return paper_network(A, parameters, dict(zip(names, rates, strict=True)))

    def curves(found):
        return results(found, "losses train_accuracies valid_accuracies")

    def measured(bias_out, A, X, y):
        # MSE and accuracy of such a network, sums written out.
        outputs = 1 / (1 + np.exp(-(np.einsum("mn,nk->mk", X, A) + bias_out)))
        truth = (y[:, None] == np.arange(len(bias_out))) * 1.0
        return float(((outputs - truth) ** 2).mean()), float((outputs.argmax(axis=1) == y).mean())

    X, y = np.linspace(-1, 1, 600).reshape(200, 3), np.arange(200) % 2
    A, bias = np.zeros((3, 2)), np.array([2.0, -2.0])
    with check("three epochs: three losses, three accuracies of each kind, in lists"):
        net = network(A, bias, [0.0] * 6)
        for found in curves(train(net, X, y, X[:50], y[:50], 3, 0.1)):
            shaped(found, (3,), what="each list")
    with check("200 images, 2 epochs: 4 steps, each parameter a tenth smaller in each"):
        _, (net, *_) = after(train, network(A, bias, [1.0] * 6), X, y, X[:50], y[:50], 2, 0.1)
        for name in names:
            start = bias if name == "bias_out" else np.arange(1.0, 4.0)
            close(getattr(net, name), 0.9**4 * start, what=f"{name} after 4 steps")
    with check("measured after the steps of an epoch, not before"):
        losses, _, _ = curves(train(network(A, bias, [1.0] * 6), X, y, X[:50], y[:50], 2, 0.1))
        expected = [measured(0.9**steps * bias, A, X, y)[0] for steps in (2, 4)]
        close(losses, expected, what="losses")
    ### BEGIN HIDDEN TESTS
    rng = check.rng
    n, k = (int(size) for size in rng.permutation([3, 4, 5])[:2])
    m, epochs = 100 * int(rng.integers(2, 5)) + int(rng.integers(20, 80)), int(rng.integers(2, 5))
    A, bias = rng.normal(size=(n, k)), 3 * rng.normal(size=k)
    X, X_valid = rng.normal(size=(m, n)), rng.normal(size=(90, n))
    y, y_valid = rng.integers(k, size=m), rng.integers(k, size=90)
    rates, rate = rng.uniform(0.5, 1.5, size=6), float(rng.uniform(0.05, 0.1))
    steps = m // 100

    def trained():
        return after(train, network(A, bias, rates), X, y, X_valid, y_valid, epochs, rate)

    def bias_after(epoch):
        return (1 - rate * rates[-1]) ** (steps * epoch) * bias

    with check("every parameter moves against its gradient, by the learning rate", points=3):
        _, (net, *arrays) = trained()
        for name, each in zip(names, rates, strict=True):
            start = bias if name == "bias_out" else np.arange(1.0, 4.0)
            expected = (1 - rate * each) ** (steps * epochs) * start
            close(getattr(net, name), expected, what=f"{name} after {steps * epochs} steps")
        for name, array, before in zip(("X", "y"), arrays, (X, y), strict=False):
            close(array, before, what=f"{name} afterwards")
    with check("each epoch in a new order, images with their own labels and activations", points=2):
        _, (net, *_) = trained()
        passes = [call for call in net.calls if call["method"] == "backward"]
        expect(len(passes) == steps * epochs, f"{len(passes)} steps, expected {steps * epochs}")
        expect(all(call["matches"] for call in passes), "backward got other activations")
        label_of = dict(zip(X[:, 0].tolist(), y.tolist(), strict=True))
        orders = []
        for epoch in range(epochs):
            own = passes[steps * epoch : steps * (epoch + 1)]
            column = np.concatenate([call["first_column"] for call in own])
            labels = np.concatenate([np.ravel(call["labels"]) for call in own])
            expect(len(np.unique(column)) == 100 * steps, "an image is twice in one epoch")
            expected = [label_of.get(value, -1) for value in column.tolist()]
            close(labels, expected, what="the labels of the images in backward")
            orders.append(column)
        expect(bool(np.any(orders[0] != orders[1])), "the order is the same in two epochs")
        expect(bool(np.any(orders[0] != X[: len(orders[0]), 0])), "the order is that of X")
    with check("losses: the MSE on the training images after each epoch", points=1):
        expected = [measured(bias_after(epoch + 1), A, X, y)[0] for epoch in range(epochs)]
        close(curves(trained()[0])[0], expected, what="losses")
    with check("both accuracies after each epoch, from 0 to 1", points=2):
        _, on_training, on_validation = curves(trained()[0])
        for what, found, images, labels in [
            ("train_accuracies", on_training, X, y),
            ("valid_accuracies", on_validation, X_valid, y_valid),
        ]:
            expected = [measured(bias_after(e + 1), A, images, labels)[1] for e in range(epochs)]
            close(found, expected, what=what)
    ### END HIDDEN TESTS


credit(test_train)

# %% [markdown]
# ## 6. One layer or two
#
# Both networks, on the same images, with the same learning rate and the same number of epochs. The first is the class above, dressed so that your functions take it. Fifty epochs on MNIST take a while: about a minute for each network. While
# you look for a mistake, set `epochs` to 2.

# %% given="dressed"
class Dressed(OneHiddenLayer):
    """The network with one hidden layer, called as if it had two: the second is not there."""

    weight_h2 = bias_h2 = 0.0

    def forward(self, x):
        a_h, a_out = super().forward(x)
        return a_h, a_h, a_out

    def backward(self, x, a_h1, a_h2, a_out, y):
        dw_out, db_out, dw_h, db_h = super().backward(x, a_h1, a_out, y)
        return dw_out, db_out, 0.0, 0.0, dw_h, db_h

    weight_h1 = property(lambda self: self.weight_h, lambda self, new: setattr(self, "weight_h", new))
    bias_h1 = property(lambda self: self.bias_h, lambda self, new: setattr(self, "bias_h", new))


# %%
epochs = training_length(50)

# %% given="training"
networks, curves = {}, {}
with needs("NeuralNetMLP", "mse_and_accuracy", "train"):
    for name, net in [
        ("one hidden layer, 50", Dressed(n, 50, k)),
        ("two hidden layers, 50 and 30", NeuralNetMLP(n, 50, 30, k)),
    ]:
        np.random.seed(123)  # the same order of images for both
        curves[name] = train(net, X_train, y_train, X_valid, y_valid, epochs, 0.1)
        networks[name] = net

# %% given="curves"
with needs("train"):
    losses = {name: found[0] for name, found in curves.items()}
    show(plots.learning_curve(losses, start=1, title="Training images", xlabel="epoch", ylabel="MSE"))
    accuracies = {}
    for name, (_, on_training, on_validation) in curves.items():
        accuracies[f"{name}: training"] = on_training
        accuracies[f"{name}: validation"] = on_validation
    title = "Accuracy, training and validation"
    show(plots.learning_curve(accuracies, start=1, title=title, xlabel="epoch", ylabel="accuracy"))

# %% given="table"
REPORTED = {
    "one hidden layer, 50": "95.61 / 94.78 / 94.54",
    "two hidden layers, 50 and 30": "96.10 / 95.22 / 95.22",
}
with needs("mse_and_accuracy", "train"):
    print(f"{'training / validation / test accuracy, %':<42}{'here':>24}{'reported, MNIST':>24}")
    for name, net in networks.items():
        parts = [(X_train, y_train), (X_valid, y_valid), (X_test, y_test)]
        found = [f"{100 * mse_and_accuracy(net, X, y, k)[1]:.2f}" for X, y in parts]
        print(f"{name:<42}{' / '.join(found):>24}{REPORTED[name]:>24}")

# %% [markdown]
# ## 7. Report
#
# ### Report question: what the second layer brings (4 points)
#
# Is the network with two hidden layers better, and by how much, compared with the standard error of an accuracy, $\sqrt{p(1-p)/m}$? Which of the two numbers of section 4 did your curves show, and what would the learning rate have to be
# if `backward` were the gradient of the other one? One paragraph.

# %% [markdown] written="report_second_layer" points=4
# ### BEGIN SOLUTION
# To be written with the numbers of the executed notebook.
# ### END SOLUTION
