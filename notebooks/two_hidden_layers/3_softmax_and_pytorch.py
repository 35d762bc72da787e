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
# - convert a learning rate when a loss is divided by ten.
#
# **Time:** about two hours. **You need:** the ideas of notebook 1; for the last part PyTorch (`python3 course.py torch`). **Points:** 32 of the project's 100.

# %% given="imports"
import numpy as np
from sklearn.model_selection import train_test_split

from helpers import gradient_check, plots, sigmoid
from helpers.data import load_images
from helpers.figures import show
from helpers.lesson import load_answers, needs, training_length
from helpers.pytorch import needs_torch, nn, torch

# %% [markdown]
# ## 1. When outputs compete
#
# Softmax turns the scores $z$ of a sample into $a_c = e^{z_c} / \sum_j e^{z_j}$. Raise one score, and its own $a$ goes up while *all others go down*:
#
# $$ \frac{\partial a_c}{\partial z_j} = a_c \left( [c = j] - a_j \right) . $$
#
# That is a $k \times k$ matrix for each sample, the **Jacobian**. On its diagonal stands $a_c (1 - a_c)$, which looks just like the sigmoid's derivative, and beside the diagonal $-a_c a_j$, which the sigmoid does not have.
#
# With the loss $L = \frac1m \sum_i \sum_c (a^{(i)}_c - y^{(i)}_c)^2$ of notebook 1, write $g = \frac2m (a - y)$ for its derivative by the outputs. The chain rule sums over all outputs that a score can reach:
#
# $$ \delta_j = \sum_c g_c \, a_c \left( [c = j] - a_j \right) = a_j \Big( g_j - \sum_c g_c a_c \Big) . $$
#
# So no matrix needs to be built: for each sample, take the mean of $g$ weighted with $a$, subtract it from $g$, multiply with $a$. Since the rows of $\delta$ add up to 0 (add the same to all scores, and nothing changes), you have a check that costs nothing.
#
# ### Exercise 1: `SoftmaxMLP` (20 points)
#
# The network of notebook 1 with softmax at the output: the same constructor, attributes, results and loss. Scores of any size must do no harm.


# %% answer="SoftmaxMLP"
class SoftmaxMLP:
    """Two hidden layers of sigmoid units, softmax outputs, squared error."""

    ### BEGIN SOLUTION
    def __init__(self, num_features, num_hidden_1, num_hidden_2, num_classes, random_seed=123):
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
        z_out = a_h2 @ self.weight_out.T + self.bias_out
        powers = np.exp(z_out - z_out.max(axis=1, keepdims=True))
        return a_h1, a_h2, powers / powers.sum(axis=1, keepdims=True)

    def backward(self, x, a_h1, a_h2, a_out, y):
        """Return the six gradients, from the output backwards, for the labels y (m,)."""
        g = 2 * (a_out - np.eye(self.num_classes)[y]) / len(y)  # (m, k), the slope by a_out
        delta_out = a_out * (g - np.sum(g * a_out, axis=1, keepdims=True))  # the whole Jacobian
        delta_2 = (delta_out @ self.weight_out) * a_h2 * (1 - a_h2)
        delta_1 = (delta_2 @ self.weight_h2) * a_h1 * (1 - a_h1)
        return (
            *(delta_out.T @ a_h2, delta_out.sum(axis=0)),
            *(delta_2.T @ a_h1, delta_2.sum(axis=0)),
            *(delta_1.T @ x, delta_1.sum(axis=0)),
        )
    ### END SOLUTION
