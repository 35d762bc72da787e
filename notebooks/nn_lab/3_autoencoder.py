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
# # An autoencoder: a network that learns to copy
#
# You train a network to give back the image that it is shown. That would be pointless, were its middle not too narrow for the image: to get
# through, the image has to be *described* in a few numbers. No label is needed; what a good description is, the network finds out by itself.
#
# **When you are done, you can**
#
# - write cost and gradient of an autoencoder, and prove the gradient by finite differences;
# - split a trained network into an encoder and a decoder;
# - choose the number of hidden units and of iterations from curves of the error, not by eye alone;
# - judge a model against baselines that cost nothing: the mean image and PCA.
#
# **Time:** about two hours. **You need:** the backward pass of notebook 1; for one cell, `1_backpropagation.ipynb` itself, saved and in the same folder. **Points:** 16 of the lab's 100.
#
# Every exercise is checked by itself, and no point depends on notebook 1 or on how well your network copies. Cells that need something unfinished say so and do nothing.

# %% given="imports"
import numpy as np

from helpers import gradient_check, layer_shapes, minimize, pack, plots, sigmoid, unpack
from helpers.data import load_small_mnist
from helpers.figures import show
from helpers.lesson import load_answers, needs, training_length
from helpers.progress import Progress

# %% given="notebook_1"
notebook_1 = load_answers("1_backpropagation.ipynb", ["numerical_gradient"])

# %% [markdown]
# ## 1. The image is its own target
#
# Take the network of notebook 1 and change two things. It has as many outputs as inputs, $k = n$, one for each pixel. And its target is not a label but the
# input itself: $Y = X$.

# %% given="network_figure"
show(
    plots.network(
        [10, 4, 10],
        layers=[
            "layer 1: the image\n$X$: $n$ pixels",
            "layer 2: the code\n$a_2$: $h$ numbers",
            "layer 3: the reconstruction\n$a_3$: $n$ pixels",
        ],
        weights=["encoder: $W_1$, $b_1$", "decoder: $W_2$, $b_2$"],
        title="An autoencoder: wide, narrow, wide",
    ),
    alt="Three columns of circles joined by lines, wide, narrow, wide: the image with n pixels, the "
    "code with h numbers, the reconstruction with n pixels. Between the first two stands the "
    "encoder, W1 and b1, between the last two the decoder, W2 and b2.",
)

# %% [markdown]
# With $h \ge n$ hidden units there is room to carry every pixel through, and nothing need be learnt. With $h < n$ something has to be left out. The
# left half, the **encoder**, makes a *code* of $h$ numbers; the right half, the **decoder**, has to rebuild the image from the code alone.
#
# ### The data
#
# The data are those of notebook 2: small MNIST, or the smaller digits where MNIST is not at hand. The labels are only used to pick one image of each digit to look at.

# %% given="data"
data = load_small_mnist()
X_train, X_validation = data.X_train, data.X_validation
n_pixels = X_train.shape[1]

# One validation image of each digit, for all figures below.
examples = X_validation[[np.flatnonzero(data.y_validation == digit)[0] for digit in range(10)]]
print(f"{len(X_train)} training and {len(X_validation)} validation images of {n_pixels} pixels")

# %% [markdown]
# ## 2. Before any network: two baselines
#
# How small is a small error? A number means something beside another number, so first we measure what can be had without a network. All errors in this notebook are the **mean squared
# error a pixel**, the mean of $(\hat x - x)^2$ over all images and all pixels.
#
# **The mean image.** The best answer of someone who is told *nothing* about the image: always the mean of the training images.
#
# **PCA.** Principal component analysis also makes a code of $h$ numbers: how far an image lies from the mean image along $h$ fixed directions. Both halves are linear, without any sigmoid, and the directions
# follow exactly from the training images: the eigenvectors of their covariance with the largest eigenvalues. Of all *linear* ways through $h$ numbers, it has the smallest squared error on the images that it was made from.

# %% given="baselines"
mean_image = X_train.mean(axis=0)
_, directions = np.linalg.eigh(np.cov(X_train, rowvar=False))  # by ascending eigenvalue


def pca(X, n_components):
    """Return the images X (m, n), rebuilt from n_components numbers each."""
    V = directions[:, -n_components:]
    return mean_image + (X - mean_image) @ V @ V.T


def pixel_error(X, X_hat):
    """Return the mean squared error a pixel."""
    return np.mean((X_hat - X) ** 2)


if data.name == "digits":
    n_hidden, sizes = 32, [2, 4, 8, 16, 32]
else:
    n_hidden, sizes = 100, [5, 10, 25, 50, 100]

error_of_mean = pixel_error(X_validation, mean_image)
print("Mean squared error a pixel, validation images")
print(f"{'mean image':>20}: {error_of_mean:.4f}")
for size in sizes:
    print(
        f"{f'PCA, {size} components':>20}: {pixel_error(X_validation, pca(X_validation, size)):.4f}"
    )

# %% given="see_baselines"
show(
    plots.image_rows(
        {"original": examples, "mean image": np.tile(mean_image, (10, 1))}
        | {f"PCA, {size}": pca(examples, size) for size in sizes[1::2] + sizes[-1:]},
        data.image_shape,
        title="What can be had without a network",
    )
)

# %% [markdown]
# The mean image is a blur, the same for all. PCA gets better with each component. Its errors are the ones to beat.
#
# ## 3. Cost and gradient
#
# For an image $x$ with the reconstruction $a_3$, the cost is half their squared distance, as a mean over the $m$ images:
#
# $$ J = \frac{1}{2m} \sum_{i=1}^{m} \lVert a_3^{(i)} - x^{(i)} \rVert^2, \qquad a_3 = \sigma(W_2\, \sigma(W_1 x + b_1) + b_2). $$
#
# Only a factor lies between $J$ and the error a pixel: $J$ *sums* over the $n$ pixels and has the half, so the error is $2J/n$.
#
# The backward pass is that of notebook 1, with $X$ in place of $Y$:
#
# $$
# \begin{aligned}
# \Delta_3 &= (A_3 - X) \odot A_3 \odot (1 - A_3), & \frac{\partial J}{\partial W_2} &= \frac1m \Delta_3^\top A_2, & \frac{\partial J}{\partial b_2} &= \frac1m \sum_i \delta_3^{(i)}, \\
# \Delta_2 &= (\Delta_3 W_2) \odot A_2 \odot (1 - A_2), & \frac{\partial J}{\partial W_1} &= \frac1m \Delta_2^\top X, & \frac{\partial J}{\partial b_1} &= \frac1m \sum_i \delta_2^{(i)}.
# \end{aligned}
# $$
#
# $X$ now stands in two places, as the input and as the target. Should the gradient not count it twice? No: the gradient is taken by the *parameters*, and $X$ is none. The images stay what they are.
#
# ### Exercise 1: `autoencoder_cost_and_gradient` (7 points)
#
# Parameters come and gradients go as one flat vector, in the order `W1`, `b1`, `W2`, `b2`; `unpack(theta, *layer_shapes(n, h, k))` and `pack(...)` know the way. Write the two passes out here, in ten lines at most: they are worth
# writing a second time, and your marks then hang on no other notebook. The grader also tries a network of 784-64-784 with 20 images, and three images
# with 30,000 pixels or hidden units, and gives each two seconds: enough for loops over images or units, far too short for differences.


# %% answer="autoencoder_cost_and_gradient"
def autoencoder_cost_and_gradient(theta, X, n_hidden):
    """Return the cost J of reconstructing X, and its gradient at theta.

    theta (p,): W1 (h, n), b1 (h,), W2 (n, h), b2 (n,) as one flat vector.  X (m, n): images.
    Returns J, one number, and grad (p,), in the order of theta.
    """
    ### BEGIN SOLUTION
    m, n = X.shape
    W1, b1, W2, b2 = unpack(theta, *layer_shapes(n, n_hidden, n))
    a2 = sigmoid(X @ W1.T + b1)  # (m, h)
    a3 = sigmoid(a2 @ W2.T + b2)  # (m, n)
    J = np.sum((a3 - X) ** 2) / (2 * m)  # the target is the input
    delta3 = (a3 - X) * a3 * (1 - a3)  # (m, n)
    delta2 = (delta3 @ W2) * a2 * (1 - a2)  # (m, h)
    dW1, db1 = delta2.T @ X / m, delta2.sum(axis=0) / m
    dW2, db2 = delta3.T @ a2 / m, delta3.sum(axis=0) / m
    return J, pack(dW1, db1, dW2, db2)
    ### END SOLUTION


# %% test="test_autoencoder_cost_and_gradient" points=7
from checks import credit


def test_autoencoder_cost_and_gradient(check):
    import numpy as np

    from checks import close, results, shaped, steady, steps_agree

    # Four images of three pixels, two hidden units: W1 is (2, 3), b1 (2,), W2 (3, 2), b2 (3,).
    W1, b1 = [[1.0, -2.0, 0.0], [0.0, 1.0, -1.0]], [0.5, -0.5]
    W2, b2 = [[2.0, 0.0], [-1.0, 1.0], [0.0, -2.0]], [0.0, 1.0, 0.5]
    theta = np.concatenate([np.ravel(each) for each in (W1, b1, W2, b2)])
    X = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 1.0, 0.5], [0.5, 0.0, 1.0]])
    with check("two results: one number, and a gradient of theta's shape"):
        J, grad = results(autoencoder_cost_and_gradient(theta, X, 2), "J grad")
        shaped(J, (), what="J")
        shaped(grad, (17,), what="grad")
    blind = np.concatenate([theta[:8], np.zeros(9)])
    with check("on paper: with W2 = 0 and b2 = 0 all outputs are 0.5, and J is 0.3125"):
        J, _ = results(autoencoder_cost_and_gradient(blind, X, 2), "J grad")
        close(J, 0.3125, what="J")
    with check(
        "on paper: then db1 (entries 6 and 7) is 0, and db2 (the last three) -1/32, 0, 1/32"
    ):
        _, grad = results(autoencoder_cost_and_gradient(blind, X, 2), "J grad")
        shaped(grad, (17,), what="grad")
        close(np.asarray(grad)[6:8], [0.0, 0.0], what="db1, grad[6:8]")
        close(np.asarray(grad)[14:], [-1 / 32, 0.0, 1 / 32], what="db2, grad[14:]")
    with check("with the W2 and b2 in this cell, J is 0.247049; nothing is changed in place"):
        found = steady(autoencoder_cost_and_gradient, theta, X, 2, names="theta X n_hidden")
        close(results(found, "J grad")[0], 0.247049, atol=1e-6, what="J")
    with check("small steps in W1, b1, W2 and b2 change J as much as grad says"):
        steps_agree(
            lambda at: autoencoder_cost_and_gradient(at, X, 2),
            theta,
            {"W1": 6, "b1": 2, "W2": 6, "b2": 3},
        )
    with check("a network of 784-64-784 and 20 images, in two seconds", seconds=2):
        large = np.zeros(2 * 784 * 64 + 64 + 784)
        found = autoencoder_cost_and_gradient(large, np.full((20, 784), 0.25), 64)
        shaped(results(found, "J grad")[1], large.shape, what="grad")
    ### BEGIN HIDDEN TESTS
    from scipy.special import expit

    from checks import close_to_slopes

    rng = check.rng

    def network(m, n, h, scale):
        shapes = {"W1": (h, n), "b1": (h,), "W2": (n, h), "b2": (n,)}
        at = {name: rng.normal(scale=scale, size=shape) for name, shape in shapes.items()}
        return at, rng.uniform(size=(m, n))

    def flat(arrays):
        return np.concatenate([np.ravel(array) for array in arrays])

    def oracle_cost(X, W1, b1, W2, b2):
        code = expit(np.einsum("hn,mn->mh", W1, X) + b1)
        distances = np.linalg.norm(X - expit(np.einsum("nh,mh->mn", W2, code) + b2), axis=1)
        return 0.5 * float(np.mean(distances**2))

    sizes = (int(size) for size in rng.permutation([3, 4, 5, 6, 7, 8])[:3])
    at, X = network(*sizes, scale=1)
    pixels, units = network(3, 30_000, 3, scale=0.01), network(3, 2, 30_000, scale=0.01)

    def answer(at, X):
        arguments, names = (flat(at.values()), X, len(at["b1"])), "theta X n_hidden"
        found = steady(autoencoder_cost_and_gradient, *arguments, names=names)
        J, grad = results(found, "J grad")
        shaped(grad, arguments[0].shape, what="grad")
        ends = np.cumsum([array.size for array in at.values()])[:-1]
        parts = zip(at, np.split(np.asarray(grad, float), ends), strict=True)
        return J, {name: part.reshape(at[name].shape) for name, part in parts}

    def compare(name):
        close_to_slopes(
            {name: answer(at, X)[1][name]},
            lambda **array: oracle_cost(X, **{**at, **array}),
            {name: at[name]},
            m=len(X),
        )

    def line_agrees(name, large, size):
        # Of that many parameters one slope is enough: along a line, in this array alone.
        at, X = large
        step = rng.normal(size=at[name].shape)
        ahead, behind = (oracle_cost(X, **{**at, name: at[name] + t * step}) for t in (1e-5, -1e-5))
        slope = np.sum(answer(at, X)[1][name] * step)
        what = f"with {size}: the slope of J along a line in {name}"
        close(slope, (ahead - behind) / 2e-5, rtol=1e-5, atol=1e-7, what=what)

    with check(
        "J on random images; nothing is changed in place",
        points=1,
        repeats=("two results", "on paper: with", "with the W2"),
    ):
        close(answer(at, X)[0], oracle_cost(X, **at), what="J")
    with check("J is a mean over the images: three copies of each cost the same", points=1):
        close(answer(at, np.tile(X, (3, 1)))[0], oracle_cost(X, **at), what="J of three copies")
    with check(
        "dW2 in grad is the slope of J, also with 30,000 pixels in two seconds",
        points=1.5,
        seconds=2,
        repeats=("small steps", "a network of"),
    ):
        compare("W2")
        line_agrees("W2", pixels, "30,000 pixels")
    with check(
        "db2 in grad is the slope of J, also with 30,000 pixels in two seconds",
        points=1,
        seconds=2,
        repeats=("on paper: then", "small steps"),
    ):
        compare("b2")
        line_agrees("b2", pixels, "30,000 pixels")
    with check(
        "dW1 in grad is the slope of J, also with 30,000 pixels in two seconds",
        points=1.5,
        seconds=2,
        repeats=("small steps", "a network of"),
    ):
        compare("W1")
        line_agrees("W1", pixels, "30,000 pixels")
    with check(
        "db1 in grad is the slope of J, also with 30,000 hidden units in two seconds",
        points=1,
        seconds=2,
        repeats=("on paper: then", "small steps"),
    ):
        compare("b1")
        line_agrees("b1", units, "30,000 hidden units")
    ### END HIDDEN TESTS


credit(test_autoencoder_cost_and_gradient)

# %% [markdown]
# ### The difference value
#
# Now the proof, with *your* `numerical_gradient` of notebook 1, on a small autoencoder of 12-5-12 with 20 random images: the relative difference
# $d = \lVert g - g_{\text{num}} \rVert / \lVert g + g_{\text{num}} \rVert$ of the two gradients.

# %% given="difference"
rng = np.random.default_rng(1)
X_random = rng.uniform(size=(20, 12))
theta_random = rng.normal(size=5 * 12 + 5 + 12 * 5 + 12)

with needs("autoencoder_cost_and_gradient", "numerical_gradient"):
    _, grad = autoencoder_cost_and_gradient(theta_random, X_random, 5)
    grad_num = notebook_1.numerical_gradient(
        lambda t: autoencoder_cost_and_gradient(t, X_random, 5)[0], theta_random
    )
    difference = np.linalg.norm(grad - grad_num) / np.linalg.norm(grad + grad_num)
    print(f"difference = {difference:.1e}   (expected: below 1e-8)")

# %% [markdown]
# And the same for the large network on real images. It has too many parameters to move each of them, so `gradient_check` takes samples of each array, and looks along random directions as well.

# %% given="check_real"
with needs("autoencoder_cost_and_gradient"):
    blocks = dict(
        zip(["W1", "b1", "W2", "b2"], layer_shapes(n_pixels, n_hidden, n_pixels), strict=True)
    )
    theta_real = pack(*(rng.normal(scale=0.2, size=shape) for shape in blocks.values()))
    display(
        gradient_check(
            lambda t: autoencoder_cost_and_gradient(t, X_train[:20], n_hidden),
            theta_real,
            blocks,
            m=20,
        )
    )

# %% [markdown]
# ## 4. The two halves
#
# A trained autoencoder is used in halves. The encoder turns an image into its code, which is what notebook 5 of the lab will hand to a classifier; both
# halves together give the reconstruction.
#
# ### Exercise 2: `encode` (2 points)
#
# Return the codes: the activations of the hidden layer, one row an image.


# %% answer="encode"
def encode(theta, X, n_hidden):
    """Return the codes (m, h) of the images X (m, n).

    theta (p,): W1 (h, n), b1 (h,), W2 (n, h), b2 (n,) as one flat vector.
    """
    ### BEGIN SOLUTION
    n = X.shape[1]
    W1, b1, _, _ = unpack(theta, *layer_shapes(n, n_hidden, n))
    return sigmoid(X @ W1.T + b1)
    ### END SOLUTION


# %% test="test_encode" points=2
from checks import credit


def test_encode(check):
    import numpy as np

    from checks import close, shaped, steady

    # Four images of three pixels, two hidden units: W1 is (2, 3), b1 (2,), W2 (3, 2), b2 (3,).
    W1, b1 = [[1.0, -2.0, 0.0], [0.0, 1.0, -1.0]], [0.5, -0.5]
    W2, b2 = [[2.0, 0.0], [-1.0, 1.0], [0.0, -2.0]], [0.0, 1.0, 0.5]
    theta = np.concatenate([np.ravel(each) for each in (W1, b1, W2, b2)])
    X = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 1.0, 0.5], [0.5, 0.0, 1.0]])
    expected = [[0.817574, 0.377541], [0.182426, 0.622459], [0.377541, 0.5], [0.731059, 0.182426]]
    with check("four images of three pixels and two hidden units make codes of shape (4, 2)"):
        shaped(encode(theta, X, 2), (4, 2), what="the array of codes")
    with check("the code of the first image is 0.817574, 0.377541; nothing is changed in place"):
        codes = steady(encode, theta, X, 2, names="theta X n_hidden")
        shaped(codes, (4, 2), what="the array of codes")
        close(np.asarray(codes)[0], expected[0], atol=1e-6, what="the first code")
    with check("the codes of all four images"):
        close(encode(theta, X, 2), expected, atol=1e-6, what="the array of codes")
    ### BEGIN HIDDEN TESTS
    rng = check.rng
    m, n, h = (int(size) for size in rng.permutation([3, 4, 5, 6, 7, 8])[:3])
    W1, b1, W2, b2 = (rng.normal(size=shape) for shape in [(h, n), (h,), (n, h), (n,)])
    X = rng.uniform(size=(m, n))
    theta = np.concatenate([W1.ravel(), b1, W2.ravel(), b2])
    expected = 0.5 + 0.5 * np.tanh(0.5 * (np.einsum("hn,mn->mh", W1, X) + b1))
    with check(
        "random images and parameters; nothing is changed in place",
        points=1,
        repeats=("four images", "the code of the first", "the codes of all"),
    ):
        codes = steady(encode, theta, X, h, names="theta X n_hidden")
        close(codes, expected, what="the array of codes")
    with check("the code of an image does not depend on the others, nor on the decoder", points=1):
        other = np.concatenate([W1.ravel(), b1, rng.normal(size=W2.size + n)])
        close(encode(other, X, h), expected, what="the codes with another decoder")
        close(encode(theta, X[1:2], h), expected[1:2], what="the code of one image alone")
    ### END HIDDEN TESTS


credit(test_encode)

# %% [markdown]
# ### Exercise 3: `reconstruct` (3 points)
#
# Return what comes out of the decoder. You may call your `encode`, once its checks pass.


# %% answer="reconstruct"
def reconstruct(theta, X, n_hidden):
    """Return the reconstructions (m, n) of the images X (m, n).

    theta (p,): W1 (h, n), b1 (h,), W2 (n, h), b2 (n,) as one flat vector.
    """
    ### BEGIN SOLUTION
    n = X.shape[1]
    _, _, W2, b2 = unpack(theta, *layer_shapes(n, n_hidden, n))
    return sigmoid(encode(theta, X, n_hidden) @ W2.T + b2)
    ### END SOLUTION


# %% test="test_reconstruct" points=3
from checks import credit


def test_reconstruct(check):
    import numpy as np

    from checks import close, shaped, steady

    # Four images of three pixels, two hidden units: W1 is (2, 3), b1 (2,), W2 (3, 2), b2 (3,).
    W1, b1 = [[1.0, -2.0, 0.0], [0.0, 1.0, -1.0]], [0.5, -0.5]
    W2, b2 = [[2.0, 0.0], [-1.0, 1.0], [0.0, -2.0]], [0.0, 1.0, 0.5]
    theta = np.concatenate([np.ravel(each) for each in (W1, b1, W2, b2)])
    X = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 1.0, 0.5], [0.5, 0.0, 1.0]])
    expected = [
        [0.836874, 0.636445, 0.436573],
        [0.590214, 0.808460, 0.321930],
        [0.680285, 0.754445, 0.377541],
        [0.811856, 0.610964, 0.533736],
    ]
    with check("reconstructions have the shape of the images, here (4, 3)"):
        shaped(reconstruct(theta, X, 2), (4, 3), what="the array of reconstructions")
    with check("on paper: the third code is [0.3775, 0.5], so that z3 is [0.7551, 1.1225, -0.5]"):
        X_hat = steady(reconstruct, theta, X, 2, names="theta X n_hidden")
        shaped(X_hat, (4, 3), what="the array of reconstructions")
        close(np.asarray(X_hat)[2], expected[2], atol=1e-6, what="the third reconstruction")
    with check("the reconstructions of all four images"):
        X_hat = reconstruct(theta, X, 2)
        close(X_hat, expected, atol=1e-6, what="the array of reconstructions")
    ### BEGIN HIDDEN TESTS
    from scipy.special import expit

    rng = check.rng
    m, n, h = (int(size) for size in rng.permutation([3, 4, 5, 6, 7, 8])[:3])
    W1, b1, W2, b2 = (rng.normal(size=shape) for shape in [(h, n), (h,), (n, h), (n,)])
    X = rng.uniform(size=(m, n))

    def check_answer(X, decoder, bias, what):
        theta = np.concatenate([W1.ravel(), b1, decoder.ravel(), bias])
        codes = expit(np.einsum("hn,mn->mh", W1, X) + b1)
        right = expit(np.einsum("nh,mh->mn", decoder, codes) + bias)
        close(steady(reconstruct, theta, X, h, names="theta X n_hidden"), right, what=what)

    with check(
        "random images and parameters; nothing is changed in place",
        points=2,
        repeats=("reconstructions have", "on paper", "the reconstructions of"),
    ):
        check_answer(X, W2, b2, "the array of reconstructions")
    with check("the decoder's bias counts, and an image may come alone", points=1):
        check_answer(X, 0 * W2, b2, "the reconstructions from the bias alone")
        check_answer(X[1:2], W2, 3 * b2, "the reconstruction of one image")
    ### END HIDDEN TESTS


credit(test_reconstruct)

# %% [markdown]
# ## 5. Where to start
#
# Notebook 2 began with outputs that say of each digit "1 in $k$", the best that can be said without looking. Here the best without looking is the *mean image*. So $b_2$ starts where the sigmoid of $b_2$ is
# the mean image $\bar x$, at $\ln \frac{\bar x}{1 - \bar x}$, with the mean kept away from 0 and 1 since the logarithm is infinite there. $W_2$ starts small. The untrained network then
# answers roughly with the mean image, whatever it is shown, and training can begin with what images differ in.


# %% given="start"
def start(X, n_hidden, rng):
    """Return theta, a flat vector: where the training of an autoencoder for X (m, n) starts."""
    pixels = X.shape[1]
    mean = np.clip(X.mean(axis=0, dtype=float), 0.001, 0.999)
    return pack(
        rng.normal(scale=1 / np.sqrt(pixels), size=(n_hidden, pixels)),
        np.zeros(n_hidden),
        rng.normal(scale=0.1 / np.sqrt(n_hidden), size=(pixels, n_hidden)),
        np.log(mean / (1 - mean)),
    )


with needs("reconstruct"):
    theta_start = start(X_train, n_hidden, np.random.default_rng(0))
    untrained = pixel_error(X_validation, reconstruct(theta_start, X_validation, n_hidden))
    print(f"untrained network: error {untrained:.4f}   mean image: {error_of_mean:.4f}")

# %% [markdown]
# ## 6. How many iterations?
#
# The optimiser is L-BFGS, as in notebook 2; `minimize` of the helpers is a `train` that has been made robust. `train_autoencoder` below pauses now and then to keep the parameters, so that you can look back at how the
# reconstructions became what they are. (After a pause the optimiser begins anew, without what it knew of the curvature. From so flat a start that does it good.) It computes with half the digits, `float32`, since that takes half the time. For *checking* a gradient single precision is useless, but yours has been checked; for going downhill it is enough.


# %% given="train_autoencoder"
def train_autoencoder(n_hidden, iterations, seed=0):
    """Train on the training images; return {number of iterations: theta}, the start included."""
    X = X_train.astype(np.float32)
    theta = start(X_train, n_hidden, np.random.default_rng(seed))
    kept, done = {0: theta}, 0
    pauses = [each for each in (1, 2, 5, 10, 20, 50, 100, 200, 500) if each < iterations]
    with Progress(len(pauses) + 1, f"{n_hidden} hidden units") as bar:
        for pause in [*pauses, iterations]:
            theta, _ = minimize(
                lambda t: autoencoder_cost_and_gradient(t.astype(np.float32), X, n_hidden),
                theta,
                pause - done,
                progress=False,
            )
            kept[pause], done = theta, pause
            bar.step(f"{pause} iterations")
        bar.close(f"trained for {done} iterations")
    return kept


# %% given="training"
iterations = training_length(100)

with needs("autoencoder_cost_and_gradient", "reconstruct"):
    reconstruct(start(X_train, n_hidden, np.random.default_rng(0)), X_train[:1], n_hidden)
    kept = train_autoencoder(n_hidden, iterations)
    milestones = [each for each in kept if each > 0]
    errors = {
        name: [pixel_error(X, reconstruct(kept[i], X, n_hidden)) for i in milestones]
        for name, X in [("training", X_train), ("validation", X_validation)]
    }
    print(f"iterations  {'training':>10}  {'validation':>10}")
    for i, *both in zip(milestones, *errors.values(), strict=True):
        print(f"{i:>10}  {both[0]:>10.4f}  {both[1]:>10.4f}")
    if errors["training"][-1] > 0.9 * error_of_mean:
        print(
            "\nThe network is hardly better than the mean image, or worse. Almost always the\n"
            "gradient is wrong, or theta is not in the order of the docstring: see what the check\n"
            "of exercise 1 says."
        )

# %% given="error_against_iterations"
with needs("autoencoder_cost_and_gradient", "reconstruct"):
    show(
        plots.error_curves(
            milestones,
            errors,
            baselines={
                "mean image": error_of_mean,
                f"PCA, {n_hidden}": pixel_error(X_validation, pca(X_validation, n_hidden)),
            },
            title=f"Error against iterations, {n_hidden} hidden units",
            xlabel="iterations",
            ylabel="mean squared error a pixel",
        )
    )

# %% [markdown]
# Both axes are logarithmic. The first iterations hardly help; then the error falls, by ever smaller amounts, and at the last iteration it is *still falling*: this training was stopped, it is not finished. Both curves
# run close together, so what the network has learnt holds for images that it has not seen, too. And PCA, which needs no iterations at all, is better still. More of that in section 7.
#
# What do these errors look like? Here are ten validation images, one of each digit, rebuilt by the same network at different ages:

# %% given="better_and_better"
with needs("autoencoder_cost_and_gradient", "reconstruct"):
    ages = {"untrained": 0} | {f"{i} iterations": i for i in milestones if i >= 5}
    rows = {name: reconstruct(kept[i], examples, n_hidden) for name, i in ages.items()}
    show(
        plots.image_rows(
            {"original": examples} | rows,
            data.image_shape,
            title=f"Reconstructions get better, {n_hidden} hidden units",
        )
    )

# %% [markdown]
# From top to bottom: first everyone gets the mean image; then come shapes that all digits share, then the right digit, and last its own handwriting. What is common is learnt before what is particular.
#
# ## 7. How many hidden units?
#
# The narrower the middle, the more has to be left out. The next cell trains smaller autoencoders for as many iterations and sets each beside PCA with as many numbers. It takes the longest of all cells here.

# %% given="sweep"
with needs("autoencoder_cost_and_gradient", "reconstruct"):
    trained = {size: train_autoencoder(size, iterations)[iterations] for size in sizes[:-1]}
    trained[n_hidden] = kept[iterations]  # the largest has been trained above
    by_size = {
        "autoencoder": [
            pixel_error(X_validation, reconstruct(trained[size], X_validation, size))
            for size in sizes
        ],
        "PCA": [pixel_error(X_validation, pca(X_validation, size)) for size in sizes],
    }
    print(f"\nhidden units  {'autoencoder':>11}  {'PCA':>7}   (validation error)")
    for size, own, linear in zip(sizes, *by_size.values(), strict=True):
        print(f"{size:>12}  {own:>11.4f}  {linear:>7.4f}")

# %% given="error_against_units"
with needs("autoencoder_cost_and_gradient", "reconstruct"):
    show(
        plots.error_curves(
            sizes,
            by_size,
            baselines={"mean image": error_of_mean},
            title=f"Validation error against hidden units, {iterations} iterations",
            ylabel="mean squared error a pixel",
        )
    )

# %% given="wider_and_wider"
with needs("autoencoder_cost_and_gradient", "reconstruct"):
    rows = {f"{size} units": reconstruct(trained[size], examples, size) for size in sizes}
    show(
        plots.image_rows(
            {"original": examples} | rows,
            data.image_shape,
            title=f"More hidden units keep more, {iterations} iterations",
        )
    )

# %% [markdown]
# Every hidden unit more is one number more that gets through, and the error falls. But look at PCA. With few units the two are about as good (on the digits, the network is a little better): small networks are soon trained, and a sigmoid hardly
# matters. With many, PCA is clearly ahead.
#
# Is a network not the more powerful model? It *can* be. But what a model could do at its best, and what training finds in a given time, are two things. PCA is solved exactly in one step, while the autoencoder is still on its way
# downhill, and the more units, the longer the way: section 6 ended with a falling curve. Patience can pay: on the 8×8 digits, 32 units reach 0.0024 after 1,000 iterations, less than PCA's 0.0027. Section 8 lets you try. An honest report sets the cheap baseline beside the network. Without it, the rows of digits above would look like a triumph.
#
# ## 8. Your choice
#
# Now choose: how many hidden units, and how many iterations, until originals and reconstructions look alike to you? Change the two numbers and run the cell as often as you like. You look at *validation* images: the test images are for the end.

# %%
my_hidden, my_iterations = n_hidden, 100  # your choice

my_iterations = training_length(my_iterations)  # short while the notebook is being graded
with needs("autoencoder_cost_and_gradient", "reconstruct"):
    if (my_hidden, my_iterations) == (n_hidden, iterations):
        my_theta = kept[iterations]  # trained already
    else:
        my_theta = train_autoencoder(my_hidden, my_iterations)[my_iterations]
    X_hat = reconstruct(my_theta, examples, my_hidden)
    show(
        plots.originals_and_reconstructions(
            examples,
            X_hat,
            data.image_shape,
            title=f"Originals above reconstructions: {my_hidden} units, {my_iterations} iterations",
        )
    )

# %% [markdown]
# The numbers below the pairs differ: a plain stroke costs less than a curly one. And the squared error is not your eye. A line that is moved by one pixel costs much and bothers nobody; a small gap costs little, and makes another digit.
#
# The choice is made, so the test images may be opened, once:

# %% given="test_error"
with needs("autoencoder_cost_and_gradient", "encode", "reconstruct"):
    codes = encode(my_theta, data.X_test, my_hidden)
    print(f"An image is {n_pixels} numbers, its code {codes.shape[1]}, all between 0 and 1.")
    tests = [("test", data.X_test), ("MNIST's test", data.X_test_10000)]
    for name, X in [each for each in tests if each[1] is not None]:
        error = pixel_error(X, reconstruct(my_theta, X, my_hidden))
        print(
            f"{len(X):>6} {name} images: error {error:.4f}   "
            f"(mean image {pixel_error(X, mean_image):.4f}, "
            f"PCA {pixel_error(X, pca(X, my_hidden)):.4f})"
        )

# %% [markdown]
# ## 9. What has the first layer learnt?
#
# Hidden unit $j$ computes $\sigma$ of a weighted sum of the pixels. Its weights, row $j$ of $W_1$, are as many as there are pixels, so they can be looked at as an image: where it is purple, ink drives the unit up, where it
# is orange, down. Fewer units are easier to look at, so here is a smaller network of section 7:

# %% given="first_layer"
few = sizes[2]

with needs("autoencoder_cost_and_gradient", "reconstruct"):
    W_in, _, W_out, _ = unpack(trained[few], *layer_shapes(n_pixels, few, n_pixels))
    show(plots.weights(W_in, data.image_shape, title=f"Encoder: what {few} hidden units look for"))

# %% [markdown]
# That is hard to read. The same units can be looked at from the other side: *column* $j$ of $W_2$ is what unit $j$ paints into the reconstruction when it is on.

# %% given="decoder"
with needs("autoencoder_cost_and_gradient", "reconstruct"):
    title = f"Decoder: what {few} hidden units paint"
    show(
        plots.weights(W_out.T, data.image_shape, title=title),
        alt=f"{title}: the columns of W2 as images, smooth patches of purple and orange.",
    )

# %% [markdown]
# And for comparison PCA's first directions, which answer the same question under other rules:

# %% given="pca_directions"
title = f"PCA: the {few} directions in which images differ most"
show(
    plots.weights(directions[:, : -few - 1 : -1].T, data.image_shape, title=title),
    alt=f"{title}, as images, sorted: coarse patches first, then ever finer ones.",
)

# %% [markdown]
# The decoder's images are made of smooth patches, purple beside orange: *more ink here, less ink there*. None of them is a digit. A digit is what many units say together. PCA's images are of the same kind, but
# they are sorted, the coarse ones first, and each is at right angles to all others. Hidden units have no order and no such rule.
#
# Why is the encoder so much noisier, when it belongs to the same units? (With the 8×8 digits, the difference is small.) Because its weights *started* as noise, and training changes only what a gradient reaches. The plainest case is the pixels on which no training image
# has any ink: what is always 0 contributes nothing to the gradient of its weights.

# %% given="empty_pixels"
with needs("autoencoder_cost_and_gradient", "reconstruct"):
    theta_before = start(X_train, few, np.random.default_rng(0))
    W_before = unpack(theta_before, *layer_shapes(n_pixels, few, n_pixels))[0]
    change = np.abs(W_in - W_before).max(axis=0)
    empty = X_train.max(axis=0) == 0
    print(f"{empty.sum()} of {n_pixels} pixels are 0 in every training image.")
    print(f"Largest change of an encoder's weight there: {change[empty].max():.2g}")
    print(f"Largest change of an encoder's weight elsewhere: {change[~empty].max():.2g}")

# %% [markdown]
# There the weights are still the random numbers that they began with, and wherever images hardly differ, much of the noise is left, too. Not everything that is to be seen in such a picture has been learnt. (A cost with L2
# regularisation, as in notebook 5, pulls weights that nothing needs towards zero.)
#
# ## 10. Report
#
# ### Report question 1: your autoencoder (4 points)
#
# How many hidden units and iterations did you choose, and why? Give the test error, and set it beside the mean image and PCA: was the network worth it? What do the curves over iterations and over hidden units tell you about what limits the
# error? And what do you see in the first layer's weights? One or two paragraphs.

# %% [markdown] written="report_autoencoder" points=4
# ### BEGIN SOLUTION
# I chose 100 hidden units and 100 iterations. On the validation images of small MNIST each step to more units lowers the error (0.047 with 5 units, 0.023 with 25, 0.010 with 100), and with 10 or fewer some digits look like another one. From 50 iterations
# on each digit is the right one, and 100 sharpen it. The test error is 0.0098 on the 500 test images and 0.0095 on MNIST's 10,000. The mean image has 0.067, so about six sevenths of what it misses are explained. PCA with 100 components has 0.006, takes a second and
# leaves no start or number of iterations to choose: as mere compression, this network was not worth its training.
#
# With few units the width of the code is the limit: PCA of that size is about as bad, 0.045 against 0.047 with 5. With 100 units it is the training: the error still falls when it is stopped (from 0.0165 to 0.0101 between 50 and 100 iterations), and PCA shows that 100 numbers can do better. Training and validation error
# are 0.0080 and 0.0101, so overfitting is the smaller part. The decoder's weights are smooth patches, more ink here and less there, none of them a whole digit, and in no order, unlike PCA's. The encoder's weights are noisier; on the 145 pixels that never hold ink they are still the random start.
#
# ### BEGIN MARK SCHEME
# - 1 point: names a choice of hidden units and iterations and gives a reason from the curves or the rows of images, on validation images.
# - 1 point: gives the test error beside the errors of the mean image and of PCA of the same size, and judges honestly (much better than the mean image; PCA is as good or better).
# - 1 point: says what limits the error: the width of the code for few units (the curve over units), unfinished training for many (the curve over iterations still falls; PCA shows that the same number of values can do better).
# - 1 point: describes the weights: patches or strokes rather than whole digits, in no order (unlike PCA's), or the encoder's noise that is left from the random start.
# ### END MARK SCHEME
# ### END SOLUTION

# %% [markdown]
# ## Recap
#
# - An autoencoder is the network of notebook 1 with the image as its own target. The gradient is taken by the parameters alone, so the image may stand in both places.
# - The encoder makes the code, the decoder the reconstruction; a narrow code forces the network to find out what images have in common.
# - An error needs baselines: the mean image says what knowing nothing costs, PCA what a linear code of the same size can do.
# - Curves tell *why* an error is what it is: too narrow a code, or too short a training.
# - Weights can be looked at, and not everything that is seen there has been learnt.
#
# **Next** in the lab (when your course hands it out): `4_bias_variance` asks how many hidden units a *classifier* should have. Notebook 5 then takes your codes from here as its input.
#
# *To read on:* Goodfellow, Bengio and Courville, *Deep Learning*, chapter 14, on autoencoders; Hinton and Salakhutdinov, *Reducing the Dimensionality of Data with Neural Networks* (Science, 2006), on deep ones, which do beat PCA.
