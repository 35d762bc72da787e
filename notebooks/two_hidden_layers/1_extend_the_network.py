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
