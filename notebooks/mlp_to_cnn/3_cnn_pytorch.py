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
# # A convolutional network
#
# In notebook 2 every hidden unit of your MLP had a template as large as the image. A template knows a stroke at one place only: the same stroke three pixels further right is news to it, and needs a template of its own.
# A convolution uses one *small* template at all places. Here you write it yourself, forwards and backwards, and check it. Then you build a network of such layers in PyTorch, train it on few and on many images, save it, and look at what it has learnt.
#
# **When you are done, you can**
#
# - compute a convolution and a max-pool, and the gradients of both, and show that they are right;
# - build a small convolutional network, and say how many parameters each of its layers has, and why so few;
# - write a training loop that takes any network, optimiser and loss, and runs on a GPU where there is one;
# - say what 60,000 images give that 2,000 do not;
# - save a network's parameters, and refuse a file that does not belong to it.
#
# **Time:** about four hours. **You need:** the ideas of notebooks 1 and 2, none of their files; for parts 5 to 8 PyTorch. **Points:** 38 of the project's 100.
#
# **PyTorch is an extra** of this course (`python3 course.py torch` adds it). Exercises 1 to 4 do without it, and so do their checks. Without PyTorch the other cells say that it is missing, and the notebook still runs to its end.

# %% given="imports"
import time
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from helpers import gradient_check, layer_shapes, pack, plots, unpack
from helpers.data import load_images
from helpers.figures import show
from helpers.lesson import needs, training_length
from helpers.progress import Progress
from helpers.pytorch import needs_torch, nn, torch

# %% [markdown]
# In programs of your own you write `import torch` and `from torch import nn`. The helpers hand over the same two, and a stand-in where there is no PyTorch.

# %% given="data"
images = load_images(dtype=np.float32)
X_train, y_train, X_test, y_test = images.train_test()
height, width = images.image_shape
print(f"{len(y_train):,} training and {len(y_test):,} test images of {height} x {width} pixels")

# %% [markdown]
# ## 1. One small template, at all places
#
# So far an image was a row of numbers, and the network did not know which pixels are neighbours. Now a batch of images is an array `X` of shape `(m, c, i, j)`: m images, c **channels**, i rows, j columns.
# A grey image has one channel, a colour photograph three, and the hidden layers of this notebook have 6 and 16.
#
# A **filter** is a small template over all channels. With f of them, `W` has the shape `(f, c, p, q)`, and `b`, one bias a filter, `(f,)`. Put the filter's corner on a pixel, multiply what lies on top of each other, add it all up, add the bias; then move on by one pixel:
#
# $$ \text{out}_{s,f,y,x} = b_f + \sum_{c} \sum_{u=0}^{p-1} \sum_{v=0}^{q-1} W_{f,c,u,v} \, X_{s,c,\,y+u,\,x+v} . $$
#
# The filter must lie wholly within the image. So there are $i - p + 1$ places below each other and $j - q + 1$ beside each other, and the result has the shape `(m, f, i - p + 1, j - q + 1)`.
#
# *A word on the word.* In mathematics a convolution turns the filter upside down and left to right before it is laid on. The formula above does not, and its proper name is *cross-correlation*. PyTorch computes the formula above, and so do you. As the filter is learnt, it makes no difference to what a network can do.
#
# ### Exercise 1: `conv2d` (5 points)
#
# Return `out` for the formula above. Loops are right. Where speed counts, two ways are common: a loop over the $p \times q$ places *in the filter*, with whole arrays shifted against each other; or `sliding_window_view(X, (p, q), axis=(2, 3))`,
# which gives every window as an array `(m, c, i - p + 1, j - q + 1, p, q)` without copying anything, and then `np.einsum` or `np.tensordot`. SciPy's `correlate` counts as well, for one channel and one filter at a time.


# %% answer="conv2d"
def conv2d(X, W, b):
    """Return out (m, f, i - p + 1, j - q + 1): each filter at each place of each image.

    X (m, c, i, j): images.  W (f, c, p, q): filters.  b (f,): a bias for each filter.
    Stride 1, no padding, the filter not turned round.
    """
    ### BEGIN SOLUTION
    windows = sliding_window_view(X, W.shape[2:], axis=(2, 3))  # (m, c, rows, columns, p, q)
    out = np.tensordot(windows, W, axes=((1, 4, 5), (1, 2, 3)))  # (m, rows, columns, f)
    return (out + b).transpose(0, 3, 1, 2)
    ### END SOLUTION


# %% test="test_conv2d" points=5
from checks import credit


def test_conv2d(check):
    import numpy as np

    from checks import close, shaped, steady

    def correlated(X, W, b):
        # Go from place to place.
        (f, _, p, q), (m, _, i, j) = W.shape, X.shape
        out = np.zeros((m, f, i - p + 1, j - q + 1))
        for row in range(i - p + 1):
            for column in range(j - q + 1):
                window = X[:, :, row : row + p, column : column + q]
                out[:, :, row, column] = np.einsum("mcpq,fcpq->mf", window, W) + b
        return out

    paper = np.arange(1.0, 10.0).reshape(1, 1, 3, 3)
    with check("on paper: a 2x2 filter at four places, without a bias"):
        # top left: 1*1 + 2*2 + 3*4 + 4*5 = 37
        W = np.array([[[[1.0, 2.0], [3.0, 4.0]]]])
        close(conv2d(paper, W, np.zeros(1)), [[[[37, 47], [67, 77]]]], what="out")
    with check("on paper: the same with the bias 10"):
        W = np.array([[[[1.0, 2.0], [3.0, 4.0]]]])
        close(conv2d(paper, W, np.array([10.0])), [[[[47, 57], [77, 87]]]], what="out")
    with check("on paper: two channels are added up"):
        X, W = np.concatenate([paper, 100 * paper], axis=1), np.ones((1, 2, 3, 3))
        close(conv2d(X, W, np.zeros(1)), [[[[45 + 4500]]]], what="out")
    with check("4 images, 2 channels, 7x7 pixels; 3 filters of 3x2, each with its own bias"):
        pixels = np.random.default_rng(2)
        X, W = pixels.normal(size=(4, 2, 7, 7)), pixels.normal(size=(3, 2, 3, 2))
        out = conv2d(X, W, np.array([1.0, 2.0, 3.0]))
        shaped(out, (4, 3, 5, 6), what="out")
        close(out, correlated(X, W, np.array([1.0, 2.0, 3.0])), what="out")
    ### BEGIN HIDDEN TESTS
    rng = check.rng
    m, f, c = (int(size) for size in rng.permutation([3, 4, 5])[:3])
    p, q = (int(size) for size in rng.permutation([2, 3, 4])[:2])
    i, j = (int(size) for size in rng.permutation([6, 7, 8, 9])[:2])
    X, W, b = rng.normal(size=(m, c, i, j)), rng.normal(size=(f, c, p, q)), rng.normal(size=f)
    with check(
        "one channel, one filter, one bias; nothing is changed in place",
        points=1,
        repeats=("on paper: a 2x2", "on paper: the same"),
    ):
        given = X[:, :1], W[:1, :1], b[:1]
        close(steady(conv2d, *given, names="X W b"), correlated(*given), what="out")
    with check(
        "several channels and filters that are not square",
        points=3,
        repeats=("on paper: two channels", "4 images"),
    ):
        close(steady(conv2d, X, W, b, names="X W b"), correlated(X, W, b), what="out")
    with check("filters as large as the image, and filters of one pixel", points=1):
        V = rng.normal(size=(f, c, i, j))
        close(conv2d(X, V, b), correlated(X, V, b), what="out for a filter as large as the image")
        V = rng.normal(size=(f, c, 1, 1))
        close(conv2d(X, V, b), correlated(X, V, b), what="out for a filter of one pixel")
    ### END HIDDEN TESTS


credit(test_conv2d)

# %% [markdown]
# Filters need not be learnt. The next cell takes three that people have used since long before neural networks: two that answer to edges, and one that answers to spots. Negative results are set to 0, as ReLU does it.

# %% given="edges"
with needs("conv2d"):
    edges = np.array(
        [
            [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],  # ink on the right: a stroke's left edge
            [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],  # ink below: a stroke's upper edge
            [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],  # more ink than around: a spot or an end
        ],
        dtype=np.float32,
    )[:, None]
    few = X_test[:3].reshape(3, 1, height, width)
    responses = np.asarray(conv2d(few, edges, np.zeros(3, np.float32)))
    show(plots.digits(X_test[:3], images.image_shape, title="Three images"))
    named = [f"{what} of {s + 1}" for s in range(3) for what in ("left", "upper", "spots")]
    show(
        plots.digits(
            np.maximum(responses, 0).reshape(9, -1),
            responses.shape[2:],
            labels=named,
            title="Left edges, upper edges and spots in each of them",
        )
    )

# %% [markdown]
# Each result is again an image, two pixels smaller each way: it says *where* the filter's pattern is. That is what a hidden layer of a convolutional network hands on.
#
# ## 2. Backwards
#
# Let $L$ be any cost that is computed from `out`, and `dout` its derivative by `out`, of the same shape. Backpropagation asks for the derivatives by `X`, `W` and `b`. The formula of part 1 says all that is needed:
#
# - The bias $b_f$ is added at *every* place of every image. So its derivative is the sum of `dout` over images, rows and columns.
# - The weight $W_{f,c,u,v}$ multiplies the pixel $X_{s,c,y+u,x+v}$ wherever the filter lies. So its derivative is the sum, over images and places, of `dout` times that pixel.
# - A pixel lies under the filter up to $p \times q$ times, each time under another weight. So its derivative is a sum as well: $X_{s,c,y+u,x+v}$ collects $W_{f,c,u,v}$ times $\text{dout}_{s,f,y,x}$ from every filter and every place that covers it. A pixel at the border is covered less often.
#
# These are sums, not means: whether the cost is a mean is already in `dout`.
#
# ### Exercise 2: `conv2d_backward` (8 points)
#
# Return `dX`, `dW`, `db`, shaped as `X`, `W` and as the bias. A loop over the $p \times q$ places in the filter gets both `dW` and `dX` in two lines. (Some people compute `dX` as a convolution of the padded `dout` with turned filters. That is right as well, and shows what turning is good for.)
# It also has to work for 3 images of 56×56 pixels in 4 channels with 5 filters of 11×11, within 6 seconds: that is enough for loops over places, and far too short for trying out each pixel and weight by itself.


# %% answer="conv2d_backward"
def conv2d_backward(dout, X, W):
    """Return dX (m, c, i, j), dW (f, c, p, q), db (f,): the derivatives of the cost.

    dout (m, f, i - p + 1, j - q + 1): the cost's derivative by conv2d(X, W, b).
    X (m, c, i, j): images.  W (f, c, p, q): filters.
    """
    ### BEGIN SOLUTION
    rows, columns = dout.shape[2:]
    dX, dW = np.zeros_like(X), np.zeros_like(W)
    for u in range(W.shape[2]):
        for v in range(W.shape[3]):
            # The pixels that weight (u, v) of a filter meets, one for each place of the filter.
            met = np.s_[:, :, u : u + rows, v : v + columns]
            dW[:, :, u, v] = np.tensordot(dout, X[met], axes=((0, 2, 3), (0, 2, 3)))
            dX[met] += np.tensordot(dout, W[:, :, u, v], axes=(1, 0)).transpose(0, 3, 1, 2)
    return dX, dW, dout.sum(axis=(0, 2, 3))
    ### END SOLUTION


# %% test="test_conv2d_backward" points=8
from checks import credit


def test_conv2d_backward(check):
    import numpy as np

    from checks import close, close_to_slopes, expect, results, steady

    def cost_of(dout, X, W):
        # Return the cost whose derivative by out is dout: the pixels of each window by their places.
        (p, q), (rows, columns) = W.shape[2:], dout.shape[2:]
        flat = np.arange(X[0].size).reshape(X[0].shape)
        windows = [flat[:, y : y + p, x : x + q] for y in range(rows) for x in range(columns)]
        places = np.reshape(windows, (rows * columns, -1))
        slopes = dout.reshape(*dout.shape[:2], -1).transpose(0, 2, 1)

        def cost(X, W, b):
            out = X.reshape(len(X), -1)[:, places] @ W.reshape(len(W), -1).T + b
            return float((out * slopes).sum())

        return cost

    def are_slopes(names, dout, X, W):
        # Compare these derivatives with differences of the test's own cost.
        found = steady(conv2d_backward, dout, X, W, names="dout X W")
        found = dict(zip(("X", "W", "b"), results(found, "dX dW db"), strict=True))
        at, cost = {"X": X, "W": W, "b": np.ones(len(W))}, cost_of(dout, X, W)
        for name in names:
            rest = {other: at[other] for other in at if other != name}

            def alone(rest=rest, **moved):
                return cost(**rest, **moved)

            close_to_slopes({name: found[name]}, alone, {name: at[name]}, m=len(X))

    paper = np.arange(1.0, 10.0).reshape(1, 1, 3, 3)
    W_paper = np.array([[[[1.0, 2.0], [3.0, 4.0]]]])
    with check("on paper: dout is 1 at the first place only, so dW is the window there"):
        first = np.array([[[[1.0, 0.0], [0.0, 0.0]]]])
        _, dW, _ = results(conv2d_backward(first, paper, W_paper), "dX dW db")
        message = (
            f"the second result has the shape {np.shape(dW)}, not W's: is the order dX, dW, db?"
        )
        expect(np.shape(dW) == W_paper.shape, message)
        close(dW, [[[[1, 2], [4, 5]]]], what="dW")
    with check("on paper: dout is 1 at the last place only, so dX has the filter there"):
        last = np.array([[[[0.0, 0.0], [0.0, 1.0]]]])
        dX, _, _ = results(conv2d_backward(last, paper, W_paper), "dX dW db")
        close(dX, [[[[0, 0, 0], [0, 1, 2], [0, 3, 4]]]], what="dX")
    with check("on paper: dout is 1 everywhere: the middle pixel meets all four weights"):
        dX, dW, db = results(conv2d_backward(np.ones((1, 1, 2, 2)), paper, W_paper), "dX dW db")
        close(dX, [[[[1, 3, 2], [4, 10, 6], [3, 7, 4]]]], what="dX")
        close(dW, [[[[12, 16], [24, 28]]]], what="dW")
        close(db, [4], what="db")
    with check("3 images of 4x56x56, 5 filters of 11x11, within 6 s: the shapes", seconds=6):
        pixels = np.random.default_rng(2)
        given = [pixels.normal(size=s) for s in [(3, 5, 46, 46), (3, 4, 56, 56), (5, 4, 11, 11)]]
        dX, dW, _ = results(conv2d_backward(*given), "dX dW db")
        fits = np.shape(dX) == (3, 4, 56, 56) and np.shape(dW) == (5, 4, 11, 11)
        expect(fits, f"dX has the shape {np.shape(dX)}, dW {np.shape(dW)}")
    ### BEGIN HIDDEN TESTS
    from scipy.signal import fftconvolve

    rng = check.rng
    m, f, c = (int(size) for size in rng.permutation([3, 4, 2])[:3])
    p, q = (int(size) for size in rng.permutation([2, 3]))
    i, j = (int(size) for size in rng.permutation([4, 5, 6])[:2])
    X, W = rng.normal(size=(m, c, i, j)), rng.normal(size=(f, c, p, q))
    dout = rng.normal(size=(m, f, i - p + 1, j - q + 1))
    sizes = [(3, 5, 46, 46), (3, 4, 56, 56), (5, 4, 11, 11)]
    large = [rng.normal(size=size) for size in sizes]

    def in_time(*names):
        # Compare with convolutions by Fourier transforms: loops over places are fast enough for
        # this size, and trying out pixel by pixel, or weight by weight, is not.
        found = dict(zip("XWb", results(conv2d_backward(*large), "dX dW db"), strict=True))
        slopes, pixels, filters = large
        if "X" in names:
            whole = fftconvolve(slopes[:, :, None], filters[None], axes=(3, 4)).sum(axis=1)
            close(found["X"], whole, rtol=1e-6, atol=1e-8, what="dX of large images")
        if "W" in names:
            turned = slopes[:, :, None, ::-1, ::-1]
            whole = fftconvolve(pixels[:, None], turned, mode="valid", axes=(3, 4)).sum(axis=0)
            close(found["W"], whole, rtol=1e-6, atol=1e-8, what="dW of large images")

    with check(
        "dX against differences of the cost, at every pixel; of large images, within 6 s",
        points=3,
        seconds=6,
        repeats=("on paper: dout is 1 at the last", "on paper: dout is 1 everywhere", "3 images"),
    ):
        are_slopes(["X"], dout, X, W)
        in_time("X")
    with check(
        "dW against differences of the cost, at every weight; of large images, within 6 s",
        points=3,
        seconds=6,
        repeats=("on paper: dout is 1 at the first", "on paper: dout is 1 everywhere", "3 images"),
    ):
        are_slopes(["W"], dout, X, W)
        in_time("W")
    with check(
        "db against differences of the cost; nothing is changed in place",
        points=1,
        repeats="on paper: dout is 1 everywhere",
    ):
        are_slopes(["b"], dout, X, W)
    with check(
        "filters of one pixel, and filters as large as the image; large images, within 6 s",
        points=1,
        seconds=6,
        repeats="on paper: dout is 1 everywhere",
    ):
        pixel, whole = rng.normal(size=(f, c, 1, 1)), rng.normal(size=(f, c, i, j))
        are_slopes(["X", "W", "b"], rng.normal(size=(m, f, i, j)), X, pixel)
        are_slopes(["X", "W", "b"], rng.normal(size=(m, f, 1, 1)), X, whole)
        in_time("X", "W")
    ### END HIDDEN TESTS


credit(test_conv2d_backward)

# %% [markdown]
# ## 3. Max-pooling
#
# Whether a stroke is there matters more than its place to the pixel. **Max-pooling** cuts each channel into windows of size × size pixels, one beside the other without overlap, and keeps the largest number of each. It has no parameters, and makes the image smaller.
#
# Where the side is no multiple of the size, rows and columns are left over at the lower and right border. They are dropped, as PyTorch does by default: 9 columns with windows of 2 give 4, and the ninth column has no effect.
#
# Backwards, only the pixel that was the maximum gets anything: it gets the whole `dout` of its window, all others get 0, and so do the rows and columns that were dropped. Where several pixels of a window are equally large, PyTorch gives it to the **first** of them, row by row; after a ReLU, where many are 0, that happens all the time.
#
# To know which pixel it was, the backward pass needs something from the forward pass. It is usual to return it as a second result, the `cache`, which nobody but the backward pass looks into.
#
# ### Exercise 3: `max_pool` (4 points)
#
# Return `out` and a cache. What is in the cache is up to you: whatever exercise 4 needs.


# %% answer="max_pool"
def max_pool(X, size):
    """Return out (m, c, i // size, j // size), the largest number of each window, and a cache.

    X (m, c, i, j): images.  size: the side of a window.  Rows and columns that fill no window
    are dropped.  cache: what max_pool_backward needs.
    """
    ### BEGIN SOLUTION
    m, c, i, j = X.shape
    rows, columns = i // size, j // size
    whole = X[:, :, : rows * size, : columns * size]
    windows = whole.reshape(m, c, rows, size, columns, size)
    return windows.max(axis=(3, 5)), (X, size)
    ### END SOLUTION


# %% test="test_max_pool" points=4
from checks import credit


def test_max_pool(check):
    import numpy as np

    from checks import close, results, steady

    def pooled(X, size):
        # Return the first result.
        return results(steady(max_pool, X, size, names="X size"), "out cache")[0]

    def largest(X, size):
        # Compare the pixels at the same place in all windows, place by place.
        i, j = (side // size * size for side in X.shape[2:])
        places = [X[:, :, u:i:size, v:j:size] for u in range(size) for v in range(size)]
        out = places[0]
        for each in places[1:]:
            out = np.where(each > out, each, out)
        return out

    paper = np.array([[[[1.0, 5.0, 2.0, 0.0], [3.0, 4.0, 8.0, 6.0]]]])
    with check("on paper: two windows of 2x2"):
        close(pooled(paper, 2), [[[[5, 8]]]], what="out")
    with check("on paper: all numbers are negative"):
        close(pooled(-paper, 2), [[[[-1, 0]]]], what="out")
    with check("on paper: of three columns the last is dropped"):
        close(pooled(paper[:, :, :, :3], 2), [[[[5]]]], what="out")
    ### BEGIN HIDDEN TESTS
    rng = check.rng
    m, c = (int(size) for size in rng.permutation([3, 4, 5])[:2])
    with check(
        "windows that fit; images that are not square; X is not changed",
        points=2,
        repeats="on paper: two windows",
    ):
        for size, i, j in [(2, 6, 4), (3, 6, 9), (2, 2, 8)]:
            X = rng.normal(size=(m, c, i, j)) - 0.5
            close(pooled(X, size), largest(X, size), what=f"out for windows of {size}x{size}")
    with check(
        "rows and columns that fill no window are dropped", points=1, repeats="on paper: of three"
    ):
        for size, i, j in [(2, 7, 4), (2, 6, 5), (3, 7, 11), (4, 7, 9)]:
            X = rng.normal(size=(m, c, i, j))
            X[:, :, i // size * size :] += 9
            X[:, :, :, j // size * size :] += 9
            close(pooled(X, size), largest(X, size), what=f"out for windows of {size}x{size}")
    with check(
        "negative numbers, windows of one pixel, one window for the whole image",
        points=1,
        repeats="on paper: all numbers",
    ):
        X = -1 - rng.random(size=(m, c, 5, 5))
        for size in (1, 2, 5):
            close(pooled(X, size), largest(X, size), what=f"out for windows of {size}x{size}")
    ### END HIDDEN TESTS


credit(test_max_pool)

# %% [markdown]
# ### Exercise 4: `max_pool_backward` (5 points)
#
# Return `dX`, shaped as the `X` of the forward pass that gave the cache. Each number of it is one of `dout` or 0, to the last digit: differences of `max_pool` do not come close enough.


# %% answer="max_pool_backward"
def max_pool_backward(dout, cache):
    """Return dX (m, c, i, j): dout at the first maximum of each window, 0 elsewhere.

    dout (m, c, i // size, j // size): the cost's derivative by max_pool's out.
    cache: max_pool's second result.
    """
    ### BEGIN SOLUTION
    X, size = cache
    m, c, rows, columns = dout.shape
    whole = np.s_[:, :, : rows * size, : columns * size]
    windows = X[whole].reshape(m, c, rows, size, columns, size).swapaxes(3, 4)
    first = windows.reshape(*dout.shape, size * size).argmax(axis=-1)  # the first, where equal
    routed = np.zeros((*dout.shape, size * size), dtype=dout.dtype)
    np.put_along_axis(routed, first[..., None], dout[..., None], axis=-1)
    dX = np.zeros(X.shape, dtype=dout.dtype)
    dX[whole] = routed.reshape(windows.shape).swapaxes(3, 4).reshape(X[whole].shape)
    return dX
    ### END SOLUTION


# %% test="test_max_pool_backward" points=5
from checks import credit


def test_max_pool_backward(check):
    import numpy as np

    from checks import close, results, steady

    def routed(X, size, dout):
        # Go through the student's own forward pass, whose cache nobody else can read.
        _, cache = results(max_pool(X, size), "out cache")
        return steady(max_pool_backward, dout, cache, names="dout cache")

    def expected(X, size, dout):
        # Go from window to window.
        dX = np.zeros(X.shape)
        for s, c, row, column in np.ndindex(*dout.shape):
            at = np.s_[s, c, row * size : (row + 1) * size, column * size : (column + 1) * size]
            place = divmod(int(np.flatnonzero(X[at] == X[at].max())[0]), size)
            dX[at][place] = dout[s, c, row, column]
        return dX

    def is_routed(X, size, dout):
        # The numbers are those of dout: differences of the forward pass are not as close.
        close(routed(X, size, dout), expected(X, size, dout), rtol=1e-13, atol=1e-14, what="dX")

    def without_ties(rng, *shape):
        # No two numbers are closer than 0.1, and all are large beside the digits after the point.
        return 1000 + rng.permutation(int(np.prod(shape))).reshape(shape) / 10

    paper = np.array([[[[1.0, 5.0, 2.0, 0.0], [3.0, 4.0, 8.0, 6.0]]]])
    with check("on paper: 10 and 20 go to the 5 and to the 8"):
        dX = routed(paper, 2, np.array([[[[10.0, 20.0]]]]))
        close(dX, [[[[0, 10, 0, 0], [0, 0, 20, 0]]]], what="dX")
    with check("on paper: a dropped column gets 0, and dX has the shape of X"):
        dX = routed(paper[:, :, :, :3], 2, np.array([[[[10.0]]]]))
        close(dX, [[[[0, 10, 0], [0, 0, 0]]]], what="dX")
    with check("on paper: of two equal maxima the first, row by row, gets it all"):
        equal = np.array([[[[1.0, 7.0], [7.0, 0.0]]]])
        close(routed(equal, 2, np.array([[[[10.0]]]])), [[[[0, 10], [0, 0]]]], what="dX")
    ### BEGIN HIDDEN TESTS
    rng = check.rng
    m, c = (int(size) for size in rng.permutation([2, 3, 4])[:2])
    with check("windows that fit; nothing is changed in place", points=3, repeats="on paper: 10"):
        for size, rows, columns in [(2, 2, 3), (3, 2, 1)]:
            X = without_ties(rng, m, c, rows * size, columns * size)
            is_routed(X, size, rng.normal(size=(m, c, rows, columns)))
            is_routed(900 - X, size, rng.normal(size=(m, c, rows, columns)))
    with check("dropped rows and columns get 0", points=1, repeats="on paper: a dropped"):
        for size, i, j in [(2, 5, 4), (3, 4, 8)]:
            X = without_ties(rng, m, c, i, j)
            is_routed(X, size, rng.normal(size=(m, c, i // size, j // size)))
    with check(
        "equal maxima, as after a ReLU: the first gets it all",
        points=1,
        repeats="on paper: of two equal",
    ):
        X = np.maximum(rng.integers(-3, 3, size=(m, c, 6, 8)), 0).astype(float)
        X[0, 0, :2, :2] = [[0, 2], [2, 2]]
        X[-1, -1, 2:4, 2:4] = 0
        is_routed(X, 2, rng.normal(size=(m, c, 3, 4)))
    ### END HIDDEN TESTS


credit(test_max_pool_backward)

# %% [markdown]
# ## 4. All four together, against differences and against PyTorch
#
# A small network of your functions: 3 filters of 3×3 on random images of 8×8, ReLU, pooling by 2, and a softmax layer on the 27 numbers that are left. Its gradient goes backwards through everything that you have written. `gradient_check` of the helpers compares it with differences of the cost.


# %% given="small_network"
def small_network(theta, X, y, shapes):
    """Return the mean cross-entropy of a small convolutional network, and its gradient."""
    W, b, V, a = unpack(theta, *shapes)
    z = conv2d(X, W, b)
    pooled, cache = max_pool(np.maximum(z, 0), 2)
    features = np.reshape(pooled, (len(X), -1))
    scores = features @ V.T + a
    scores = scores - scores.max(axis=1, keepdims=True)
    log_p = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    dscores = (np.exp(log_p) - np.eye(len(a))[y]) / len(X)
    dpooled = np.reshape(dscores @ V, np.shape(pooled))
    dz = max_pool_backward(dpooled, cache) * (z > 0)
    _, dW, db = conv2d_backward(dz, X, W)
    J = -log_p[np.arange(len(X)), y].mean()
    return J, pack(dW, db, dscores.T @ features, dscores.sum(axis=0))


with needs("conv2d", "conv2d_backward", "max_pool", "max_pool_backward"):
    rng = np.random.default_rng(4)
    shapes = {"W": (3, 1, 3, 3), "b": (3,), "V": (4, 27), "a": (4,)}
    theta = pack(*(rng.normal(scale=0.5, size=shape) for shape in shapes.values()))
    X, y = rng.normal(size=(6, 1, 8, 8)), rng.integers(4, size=6)
    report = gradient_check(
        lambda theta: small_network(theta, X, y, shapes.values()), theta, shapes, m=len(X)
    )
    print(report)

# %% [markdown]
# And PyTorch? It has the same functions, in `nn.functional`, and autograd for the way back. In double precision the two should agree to about 14 digits: they add the same products, in another order.


# %% given="against_pytorch"
def in_pytorch(X, W, b, dout):
    """Return PyTorch's out, dX, dW and db of a convolution and a pooling by 2."""
    tensors = [torch.from_numpy(each).requires_grad_() for each in (X, W, b)]
    out = nn.functional.max_pool2d(nn.functional.conv2d(*tensors), 2)
    out.backward(torch.from_numpy(dout))
    return [out.detach().numpy(), *(tensor.grad.numpy() for tensor in tensors)]


def in_numpy(X, W, b, dout):
    """Return the same from your own functions."""
    out, cache = max_pool(conv2d(X, W, b), 2)
    return [out, *conv2d_backward(max_pool_backward(dout, cache), X, W)]


def milliseconds(f, *arguments):
    """Return how long the second of two calls takes."""
    f(*arguments)
    start = time.perf_counter()
    f(*arguments)
    return 1e3 * (time.perf_counter() - start)


with needs_torch(), needs("conv2d", "conv2d_backward", "max_pool", "max_pool_backward"):
    rng = np.random.default_rng(5)
    X, W, b = rng.normal(size=(10, 3, 29, 30)), rng.normal(size=(6, 3, 5, 5)), rng.normal(size=6)
    dout = rng.normal(size=(10, 6, 12, 13))
    both = zip(in_numpy(X, W, b, dout), in_pytorch(X, W, b, dout), strict=True)
    differences = [np.abs(own - other).max() / np.abs(other).max() for own, other in both]
    for name, each in zip(["out", "dX", "dW", "db"], differences, strict=True):
        print(f"{name:>4}: largest relative difference {each:.1e}")
    said = (
        "the same" if max(differences) < 1e-10 else "NOT the same: the first large one says where"
    )
    print(f"Your functions and PyTorch's are {said}.\n")
    for name, f in {"yours": in_numpy, "PyTorch": in_pytorch}.items():
        print(f"{name:>8}: {milliseconds(f, X, W, b, dout) / 10:6.2f} ms an image, both ways")

# %% [markdown]
# PyTorch has several ways to compute a convolution, in machine code, and picks one for the sizes at hand. With array operations NumPy is about as fast on a small example and slower on larger ones; with Python loops over the pixels a thousand times. That is why you now change over, and why you know what you change over to.
#
# ## 5. The network
#
# The network is a small cousin of LeNet, which read the amounts on cheques in the 1990s. Two convolutions, each with a ReLU and a max-pool, find ever larger patterns; three fully connected layers decide.
#
# | step | 28×28 images (MNIST) | 8×8 images (digits) |
# |---|---|---|
# | convolution, 1 to 6 channels, then ReLU | 5×5 filters: 6×24×24 | 3×3 filters, `padding=1`: 6×8×8 |
# | max-pool, size 2 | 6×12×12 | 6×4×4 |
# | convolution, 6 to 16 channels, then ReLU | 5×5 filters: 16×8×8 | 3×3 filters, `padding=1`: 16×4×4 |
# | max-pool, size 2 | 16×4×4 | 16×2×2 |
# | flatten | 256 | 64 |
# | linear, then ReLU | 120 | 120 |
# | linear, then ReLU | 84 | 84 |
# | linear | 10 logits | 10 logits |
#
# Two 5×5 filters do not fit into 8×8 pixels: after the first pooling 2×2 are left. So the digits of scikit-learn get 3×3 filters, and a border of zeros around the image (`padding=1`), which keeps the size.
#
# PyTorch's layers are `nn.Conv2d(c, f, p)`, `nn.MaxPool2d(size)`, `nn.Flatten()`, `nn.Linear(n, h)` and `nn.ReLU()`; `nn.Sequential(...)` chains them. No softmax at the end: it is in the loss, `nn.CrossEntropyLoss`, which takes logits.
#
# ### Exercise 5: `build_cnn` (4 points)
#
# Return a new network after the table, for images of 28×28 or 8×8 pixels. It takes a float32 tensor `(m, 1, height, width)` and gives logits `(m, 10)`. (As it is: what `torch.compile` makes of a network cannot be checked here.)


# %% answer="build_cnn"
def build_cnn(image_shape):
    """Return a new torch.nn.Module that turns images (m, 1, height, width) into logits (m, 10).

    image_shape: (28, 28) or (8, 8).
    """
    ### BEGIN SOLUTION
    is_large = tuple(image_shape) == (28, 28)
    side, padding, flat = (5, 0, 16 * 4 * 4) if is_large else (3, 1, 16 * 2 * 2)
    return nn.Sequential(
        nn.Conv2d(1, 6, side, padding=padding),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 16, side, padding=padding),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(flat, 120),
        nn.ReLU(),
        nn.Linear(120, 84),
        nn.ReLU(),
        nn.Linear(84, 10),
    )
    ### END SOLUTION


# %% test="test_build_cnn" points=4
from checks import credit


def test_build_cnn(check):
    import numpy as np

    from helpers.pytorch import torch
    from checks import close, expect, shaped
    from checks.torch_checks import is_network, logits_of, works_as_network

    def shapes_for(side):
        # Return what each parameter is, by its shape.
        p, flat = (5, 256) if side == 28 else (3, 64)
        sizes = [(6, 1, p, p), (16, 6, p, p), (120, flat), (84, 120), (10, 84)]
        layers = ["the first convolution", "the second convolution"]
        layers += [f"the {nth} linear layer" for nth in ("first", "second", "third")]
        weights = {
            size: f"the weights of {layer}" for size, layer in zip(sizes, layers, strict=True)
        }
        biases = zip(sizes, layers, strict=True)
        return weights | {size[:1]: f"the bias of {layer}" for size, layer in biases}

    def names_by_shape(model, side):
        # Return the parameters' names, after making sure that they are the ten of the table.
        is_network(model)
        names = {}
        for name, values in model.state_dict().items():
            names.setdefault(tuple(np.shape(values.numpy())), []).append(name)
        wanted = shapes_for(side)
        for shape, what in wanted.items():
            there = shape in names
            expect(there, f"no parameter has the shape {shape}, as {what} should have")
            message = f"{len(names[shape])} parameters have the shape {shape}: there is one, {what}"
            expect(len(names[shape]) == 1, message)
        more = [each for shape, found in names.items() if shape not in wanted for each in found]
        expect(not more, f"the table knows no parameter such as your {', '.join(more)}")
        return {shape: found[0] for shape, found in names.items()}

    def slid(A, W, b, border):
        # A convolution, from place to place.
        A = np.pad(A, [(0, 0), (0, 0), (border, border), (border, border)])
        p = W.shape[2]
        rows = [
            [np.einsum("mcpq,fcpq->mf", A[:, :, y : y + p, x : x + p], W) + b for x in range(n)]
            for n in [A.shape[3] - p + 1]
            for y in range(n)
        ]
        return np.array(rows).transpose(2, 3, 0, 1)

    def halved(A):
        above = np.maximum(A[:, :, ::2, ::2], A[:, :, ::2, 1::2])
        return np.maximum(above, np.maximum(A[:, :, 1::2, ::2], A[:, :, 1::2, 1::2]))

    def with_weights(side, X, rng):
        # Put weights into a network; return its logits and those of the table.
        model = build_cnn((side, side))
        names, border = names_by_shape(model, side), 0 if side == 28 else 1
        W, state, shapes = [], {}, list(shapes_for(side))
        for shape in shapes:
            fan_in = int(np.prod(shape[1:]))
            scale = 1.3 * fan_in**-0.5 if len(shape) > 1 else 0.4
            W.append((scale * rng.normal(size=shape)).astype(np.float32))
            state[names[shape]] = torch.from_numpy(W[-1])
        model.load_state_dict(state)
        A, weights, biases = X.astype(float), W[:5], W[5:]
        for each, bias in zip(weights[:2], biases[:2], strict=True):
            A = halved(np.maximum(slid(A, each, bias, border), 0))
        A = A.reshape(len(X), -1)
        for each, bias in zip(weights[2:4], biases[2:4], strict=True):
            A = np.maximum(np.einsum("mn,hn->mh", A, each) + bias, 0)
        return logits_of(model, X), np.einsum("mn,kn->mk", A, weights[4]) + biases[4]

    def agree(side, X, rng):
        found, wanted = with_weights(side, X, rng)
        close(found, wanted, rtol=1e-3, atol=1e-3, what="the logits for given weights")
        works_as_network(build_cnn((side, side)), X, rng)

    X = np.random.default_rng(3).random((5, 1, 28, 28))
    with check("5 images of 28x28 pixels: 5 rows of 10 logits"):
        shaped(logits_of(build_cnn((28, 28)), X), (5, 10), what="the logits")
    with check("5 images of 8x8 pixels: 5 rows of 10 logits"):
        shaped(logits_of(build_cnn((8, 8)), X[:, :, :8, :8]), (5, 10), what="the logits")
    with check("28x28: the ten arrays of parameters have the table's shapes"):
        names_by_shape(build_cnn((28, 28)), 28)
    with check("8x8: the ten arrays of parameters have the table's shapes"):
        names_by_shape(build_cnn((8, 8)), 8)
    with check(
        "the outputs are logits of a network that can learn: some negative, rows that do not add up to 1"
    ):
        for side in (28, 8):
            works_as_network(
                build_cnn((side, side)), X[:, :, :side, :side], np.random.default_rng(4)
            )
            found = logits_of(build_cnn((side, side)), X[:, :, :side, :side])
            expect(bool(found.min() < 0), "no logit is negative: is a ReLU behind the last layer?")
            sums = found.sum(axis=1)
            message = "each row adds up to 1: the softmax belongs to the loss, not to the network"
            expect(bool(np.abs(sums - 1).max() > 1e-3), message)
    ### BEGIN HIDDEN TESTS
    rng = check.rng
    images = rng.random((int(rng.integers(3, 7)), 1, 28, 28)) - 0.2
    with check(
        "parameters after the table, for both kinds of images, that get gradients",
        points=1,
        repeats=("28x28: the ten", "8x8: the ten"),
    ):
        for side in (28, 8):
            names_by_shape(build_cnn((side, side)), side)
            works_as_network(build_cnn((side, side)), images[:, :, :side, :side], rng)
    with check(
        "28x28 images: the logits of the table's network, for given weights",
        points=2,
        repeats=("5 images of 28x28", "the outputs are"),
    ):
        agree(28, images, rng)
    with check(
        "8x8 images: the logits of the table's network, for given weights",
        points=1,
        repeats=("5 images of 8x8", "the outputs are"),
    ):
        agree(8, images[:, :, 4:12, 6:14], rng)
    ### END HIDDEN TESTS


credit(test_build_cnn)

# %% given="count"
with needs_torch(), needs("build_cnn"):
    torch.manual_seed(0)
    untrained = build_cnn(images.image_shape)
    total = 0
    for name, parameter in untrained.named_parameters():
        print(f"{name:>12} {tuple(parameter.shape)!s:>16} {parameter.numel():>8,}")
        total += parameter.numel()
    mlp = sum(int(np.prod(shape)) for shape in layer_shapes(height * width, 64, 10))
    print(f"\n{total:,} parameters; an MLP with 64 hidden units has {mlp:,} on these images.")

# %% [markdown]
# Look at where they are. On MNIST the two convolutions do most of the arithmetic and have a small share of the parameters: a filter is used at all places, and has to be learnt once. (On the small digits there are few places, and the linear layers have most of both: there, an MLP is smaller.)
#
# ## 6. Training
#
# The loop is that of every network in PyTorch. This one is written so that it can be used again: network, optimiser, loss and data all come from outside.
#
# Where the computer has a GPU, the network is moved there once, with `network.to(device)`, before the optimiser is made. The images stay in ordinary memory, and each mini-batch is sent when its turn comes: `images.to(device)` does so, and does nothing where it is there already.
# A loop finds out by itself where it has to send them: to where the network's parameters are, `next(network.parameters()).device`.
#
# ### Exercise 6: `train_nn` (5 points)
#
# Train `network` in place, in training mode, whatever mode it comes in. `full_data` is everything that it may learn from: a pair of tensors, `images` `(m, 1, height, width)` and `labels` `(m,)`. Each epoch passes **once** over all of it, in mini-batches of at most 256 (100 serve well) and in a **new random order**, which is
# drawn from PyTorch's own generator, so that after `torch.manual_seed(0)` a run can be repeated. Each mini-batch is one step of the `optimizer` that you were given, down the gradient of the `criterion` that you were given. That is called with logits and labels, and returns the mean loss of the mini-batch.
#
# Return a list with one plain number an epoch: the mean loss of its samples, as they went by (the mean over the mini-batches will do). `Progress(epochs, "training")` is a progress bar; `bar.step("text")` moves it. It is optional. Mixed precision (`torch.autocast`) and `torch.func` are welcome; `torch.compile` is not supported by the check.


# %% answer="train_nn"
def train_nn(network, optimizer, epochs, criterion, full_data):
    """Train network in place with mini-batches; it is left in training mode.

    network: takes images, gives logits (m, k).  optimizer: knows the network's parameters.
    epochs: how many times to pass over all samples.  criterion: takes logits and labels, returns
    their mean loss.  full_data: the pair images (m, ...), labels (m,) of tensors.
    Returns losses, a list of numbers: the mean loss of each epoch.
    """
    ### BEGIN SOLUTION
    images, labels = full_data
    device = next(network.parameters()).device
    losses = []
    network.train()
    with Progress(epochs, "training", show=len(labels) > 10_000) as bar:
        for _ in range(epochs):
            total = 0.0
            for rows in torch.randperm(len(labels)).split(100):
                X, y = images[rows].to(device), labels[rows].to(device)
                loss = criterion(network(X), y)
                optimizer.zero_grad()  # backward() adds
                loss.backward()
                optimizer.step()
                total += loss.item() * len(rows)  # the last batch may be smaller
            losses.append(total / len(labels))
            bar.step(f"loss {losses[-1]:.4f}")
    return losses
    ### END SOLUTION


# %% test="test_train_nn" points=5
from checks import credit


def test_train_nn(check):
    import numpy as np

    from helpers.pytorch import torch
    from checks import after, close, expect
    from checks import torch_criterion, torch_network, torch_optimizer
    from checks.torch_training import epochs_of, loss_numbers, orders_of, steps_of

    def trained(W, b, X, y, epochs, *, rate=0.1, momentum=0.0, smoothing=0.0, turn=False, **how):
        # Train a network of one layer; return the losses, the network, and the data afterwards.
        turning = [("if_training", -np.eye(X[0].size))] if turn else []
        network = torch_network([("flatten",), *turning, ("linear", W, b)], **how)
        optimizer = torch_optimizer(network, rate, momentum)
        data = torch.from_numpy(X.astype(np.float32)), torch.from_numpy(y)
        given = network, optimizer, epochs, torch_criterion(smoothing), data
        losses, left = after(train_nn, *given)
        return losses, left[0], left[4]

    def layer_of(network):
        # Return weights and bias of the network's one layer.
        state = {name.split(".")[1]: each.numpy() for name, each in network.state_dict().items()}
        return state["weight"].astype(float), state["bias"].astype(float)

    def probabilities(Z):
        powers = np.exp(Z - Z.max(axis=1)[:, None])
        return powers / powers.sum(axis=1)[:, None]

    def replayed(steps, W, b, A, y, rate, momentum, smoothing, stale):
        # Take the same steps again: return the parameters that they lead to, and their losses.
        theta = np.column_stack([W, b])
        velocity, slope = np.zeros_like(theta), np.zeros_like(theta)
        costs = []
        for epoch in steps:
            costs.append([])
            slope = np.zeros_like(theta) if stale == "in an epoch" else slope
            for step in epoch:
                rows = step["rows"]
                inputs = np.column_stack([A[rows], np.ones(len(rows))])
                hits = y[rows][:, None] == np.arange(len(b))
                T = (1 - smoothing) * hits + smoothing / len(b)
                p = probabilities(inputs @ theta.T)
                costs[-1].append(-(T * np.log(p)).sum(axis=1))
                slope = (slope if stale else 0) + (p - T).T @ inputs / len(inputs)
                velocity = momentum * velocity + slope
                theta = theta - rate * velocity
        return theta, costs

    def ends_there(network, steps, W, b, X, y, rate, momentum=0.0, smoothing=0.0, fresh=False):
        # Compare the parameters with those of the same steps, taken again; return their losses.
        # Whether the gradients are fresh is a matter of one check only.
        A = X.reshape(len(X), -1).astype(np.float32).astype(float)
        found = np.column_stack(layer_of(network))
        start = np.column_stack([W, b]).astype(np.float32)
        # They are of float32, so not even an untouched one is W to the last digit.
        moved = float(np.abs(found - start).max())
        expect(moved > 1e-6, "the parameters are what they were: optimizer.step()?")
        coarse = all(each["coarse"] is True for epoch in steps for each in epoch)
        errors = {}
        for stale in ("", "from all before", "in an epoch"):
            given = start[:, :-1], start[:, -1], A, y, rate, momentum, smoothing
            wanted, costs = replayed(steps, *given, stale)
            size = np.abs(wanted - start).max()
            errors[stale] = np.abs(found - wanted).max() / size
            if errors[stale] < (0.05 if coarse else 2e-3):
                message = "old gradients were still there: optimizer.zero_grad() in each step?"
                expect(not (fresh and stale), message)
                return costs
        message = (
            "the parameters are not where one step of the given optimizer for each mini-batch, "
            f"down the given criterion, leads to: they are off by {100 * errors['']:.1f} % of the "
            "way"
        )
        expect(False, message)

    def losses_fit(losses, costs, coarse):
        # Compare with the means of the steps taken again, over samples or over mini-batches.
        losses = loss_numbers(losses, len(costs))
        means = [np.concatenate(epoch).mean() for epoch in costs]
        means_of_batches = [np.mean([batch.mean() for batch in epoch]) for epoch in costs]
        errors = [np.abs(losses - each).max() for each in (means, means_of_batches)]
        expected = means if errors[0] <= errors[1] else means_of_batches
        close(losses, expected, rtol=2e-2 if coarse else 5e-4, what="losses")

    def unchanged(left, X, y):
        for name, now, before in zip(("images", "labels"), left, (X, y), strict=True):
            same = np.abs(now.numpy() - before.astype(now.numpy().dtype)).max() == 0
            expect(bool(same), f"the {name} of full_data are changed in place")

    def losses_are_right(W, b, X, y, epochs, rate, smoothing, seed):
        how = {"rate": rate, "smoothing": smoothing, "seed": seed}
        losses, network, left = trained(W, b, X, y, epochs, **how)
        unchanged(left, X, y)
        steps = epochs_of(network, epochs, len(y))
        costs = ends_there(network, steps, W, b, X, y, rate, smoothing=smoothing)
        losses_fit(losses, costs, all(each["coarse"] is True for e in steps for each in e))

    def orders_are_new(W, b, X, y, epochs, seed):
        _, network, _ = trained(W, b, X, y, epochs, seed=seed)
        steps = epochs_of(network, epochs, len(y))
        orders_of(steps, len(y))
        ends_there(network, steps, W, b, X, y, 0.1)

    def in_training_mode(W, b, X, y, epochs, seed):
        # In training mode this network turns the sign of its inputs round.
        _, network, _ = trained(W, b, X, y, epochs, turn=True, training=False, seed=seed)
        always = all(each["training"] for each in steps_of(network, len(y)))
        expect(always, "the network was not in training mode in some steps")
        V, c = layer_of(network)
        left = network(torch.from_numpy(X.astype(np.float32))).detach().numpy()
        message = "afterwards the network is not in training mode any more"
        expect(bool(np.abs(left - (c - X.reshape(len(X), -1) @ V.T)).max() < 1e-3), message)
        steps = epochs_of(network, epochs, len(y), exact=False)
        ends_there(network, steps, W, b, -X, y, 0.1)

    def can_be_repeated(seeds, *arguments):
        # Make sure that torch.manual_seed decides on the order: the same twice, then another.
        ends = []
        for seed in (seeds[0], *seeds):
            ends.append(layer_of(trained(*arguments, 1, seed=seed)[1])[0])
        near, far = (np.abs(each - ends[0]).max() for each in ends[1:])
        message = (
            "after the same torch.manual_seed, training ends at other parameters the second time: "
            "is the order drawn from PyTorch's own generator?"
        )
        expect(bool(near < 1e-5), message)
        message = (
            "after another torch.manual_seed, training still ends at the same parameters: does "
            "your function set a seed itself, or use another generator?"
        )
        expect(bool(far > 10 * near and far > 1e-6), message)

    # Three classes of images of 2x2 pixels; the first pixel is the row's number.
    m = 330
    X = np.random.default_rng(4).normal(size=(m, 1, 2, 2))
    X[:, 0, 0, 0] = np.arange(m) / m
    y = X.reshape(m, 4)[:, 1:].argmax(axis=1)
    W, b = np.array([[0, 1, -1, 0.5], [0, 0.3, 0.8, -1], [1, 0, 0, 1]]), np.array([0.1, 0, -0.1])
    with check("four epochs give four losses, which fall", seconds=40):
        losses = loss_numbers(trained(W, b, X, y, 4)[0], 4)
        said = ", ".join(f"{each:.4f}" for each in losses)
        expect(bool(losses[-1] < losses[0] - 1e-3), f"the losses are {said}; they should fall")
    with check("each epoch sees every sample once, in mini-batches, and in a new order"):
        orders_are_new(W, b, X, y, 3, 0)
    with check("the order comes from PyTorch's own generator"):
        can_be_repeated((5, 6), W, b, X, y)
    with check("training mode, in all steps and afterwards"):
        in_training_mode(W, b, X, y, 2, 0)
    with check("losses: the means of the criterion that was given; full_data is unchanged"):
        losses_are_right(W, b, X, y, 3, 0.1, 0.3, 0)
    with check("the weights are where the optimizer's steps lead, with fresh gradients"):
        _, network, _ = trained(W, b, X, y, 3, rate=0.05, momentum=0.5)
        steps = epochs_of(network, 3, m, exact=False)
        ends_there(network, steps, W, b, X, y, 0.05, momentum=0.5, fresh=True)
    ### BEGIN HIDDEN TESTS
    rng = check.rng
    samples, i, j = int(rng.integers(310, 390)), int(rng.integers(2, 4)), int(rng.integers(4, 6))
    k, epochs = int(rng.integers(6, 9)), int(rng.integers(4, 7))
    digits = rng.normal(size=(samples, 1, i, j))
    digits[:, 0, 0, 0] = np.arange(samples) / samples
    truth = rng.normal(size=(k, i * j))
    scores = digits.reshape(samples, -1) @ truth.T
    labels = (scores + rng.gumbel(size=scores.shape)).argmax(axis=1)
    V, a = rng.normal(size=(k, i * j)).astype(np.float32), rng.normal(size=k).astype(np.float32)
    rate, momentum = float(rng.uniform(0.03, 0.08)), float(rng.uniform(0.4, 0.8))
    smoothing = float(rng.uniform(0.1, 0.4))
    order = [int(each) for each in rng.choice(2**31, size=2, replace=False)]

    with check(
        "losses of each epoch, of the given criterion; full_data unchanged",
        points=1,
        repeats=("four epochs", "losses: the means"),
    ):
        losses_are_right(V, a, digits, labels, epochs, rate, smoothing, order[0])
    with check(
        "one step of the given optimizer for each mini-batch, fresh gradients",
        points=2,
        repeats="the weights are",
    ):
        how = {"rate": rate, "momentum": momentum, "smoothing": smoothing, "seed": order[1]}
        _, network, _ = trained(V, a, digits, labels, epochs, **how)
        steps = epochs_of(network, epochs, samples, exact=False)
        ends_there(
            network, steps, V, a, digits, labels, rate, momentum, smoothing=smoothing, fresh=True
        )
    with check(
        "every epoch: all samples once, in a new order, in small batches",
        points=1,
        repeats="each epoch sees",
    ):
        orders_are_new(V, a, digits, labels, epochs, order[0])
    with check(
        "training mode, whatever it comes in; a run can be repeated",
        points=1,
        repeats=("training mode", "the order comes"),
    ):
        in_training_mode(V, a, digits, labels, 2, order[1])
        can_be_repeated(order, V, a, digits, labels)
    ### END HIDDEN TESTS


credit(test_train_nn)

# %% [markdown]
# ### Few images, and all of them
#
# Now the same network twice: trained on 2,000 images (200 of the digits, where those are the data), and on all. The learning rate 0.02 with momentum 0.9, the number of epochs and the mini-batches of 100 were fixed beforehand, so that the test images decide on nothing. On MNIST's 60,000 images eight epochs take a minute or so on one free processor core,
# less on a GPU. If that is too long for a first try, put a smaller number into the line with `n_epochs`.
#
# Seeds are set before each run: the initial weights and the order of the images are then the same every time. (On a GPU the last digits may still differ, as it adds in an order of its own.)


# %% given="device"
def best_device():
    """Return the GPU where there is one, of whatever make; the processor otherwise."""
    if torch.accelerator.is_available():
        return torch.accelerator.current_accelerator()
    return torch.device("cpu")


def as_tensors(X, y):
    """Return images as a tensor (m, 1, height, width) and labels as a tensor (m,)."""
    return torch.from_numpy(X).reshape(-1, 1, *images.image_shape), torch.from_numpy(y)


def percent_right(network, pictures, labels):
    """Return how many percent of the images a network names rightly."""
    device = next(network.parameters()).device
    network.eval()
    with torch.no_grad():
        right = sum(
            (network(X.to(device)).argmax(dim=1).cpu() == y).sum().item()
            for X, y in zip(pictures.split(1000), labels.split(1000), strict=True)
        )
    return 100 * right / len(labels)


with needs_torch():
    device = best_device()
    print(f"PyTorch {torch.__version__.split('+')[0]} computes on: {device}")

# %% given="training"
is_mnist = images.name == "MNIST"
n_few, n_all = (2000, len(y_train)) if is_mnist else (200, len(y_train))
n_epochs = {n_few: 40, n_all: 8} if is_mnist else {n_few: 200, n_all: 60}
if training_length(40) < 40:  # while it is graded
    n_few, n_all = 100, 200
    n_epochs = {n_few: 2, n_all: 2}


def train_on(n):
    """Return a network that was trained on the first n images, and its losses."""
    torch.manual_seed(0)
    new = build_cnn(images.image_shape).to(device)
    optimizer = torch.optim.SGD(new.parameters(), lr=0.02, momentum=0.9)
    pair = as_tensors(X_train[:n], y_train[:n])
    return new, train_nn(new, optimizer, n_epochs[n], nn.CrossEntropyLoss(), pair)


with needs_torch(), needs("build_cnn", "train_nn"):
    networks, losses, seconds = {}, {}, {}
    for n in (n_few, n_all):
        start = time.perf_counter()
        networks[n], losses[n] = train_on(n)
        seconds[n] = time.perf_counter() - start
    network = networks[n_all]
    show(
        plots.learning_curve(
            {f"{n:,} images": each for n, each in losses.items()},
            log=True,
            start=1,
            title="Mean loss of each epoch",
            xlabel="epoch",
            ylabel="mean cross-entropy",
        )
    )

# %% given="accuracies"
with needs_torch(), needs("build_cnn", "train_nn"):
    test_pair = as_tensors(X_test, y_test)
    lines = [
        f"{'images':>8} {'epochs':>7} {'steps':>7} {'training':>10} {'test':>9} {'seconds':>8}"
    ]
    for n, each in networks.items():
        train = percent_right(each, *as_tensors(X_train[:n], y_train[:n]))
        test = percent_right(each, *test_pair)
        steps = n_epochs[n] * -(-n // 100)
        figures = f"{train:>8.2f} % {test:>7.2f} % {seconds[n]:>8.1f}"
        lines.append(f"{n:>8,} {n_epochs[n]:>7} {steps:>7,} {figures}")
    wrong = 1 - test / 100
    print(*lines, sep="\n")
    se = 100 * np.sqrt(wrong * (1 - wrong) / len(y_test))
    print(f"Standard error of the last test accuracy, {len(y_test):,} images: {se:.2f} points")
    print("(steps: where the mini-batches have 100 images)")

# %% [markdown]
# On MNIST, the network that was trained on everything should be right on 98.6 % of the test images or more; a report on the same network gives 98.72 %. Seeds differ by a tenth of a point or two. On the digits of scikit-learn expect 96 to 99 %, with 300 test images and a standard error near a point.
#
# The network that saw few images is right on *all* of those, and its loss there is close to nothing. On new images it is three or four points worse on MNIST, and eight or nine on the digits. That is overfitting: a training accuracy says nothing about it. Still, set it beside notebook 2: after 2,000 images of MNIST your MLP got about 90 % of new ones right, and this network 95 %. A convolution
# knows beforehand that neighbours belong together and that a stroke is a stroke wherever it is. What is built in need not be learnt, so fewer images are enough.

# %%
# Your playground: other learning rates, fewer epochs, another optimiser. Nothing here is graded.

# %% [markdown]
# ## 7. Keeping a network
#
# What a network has learnt is in its `state_dict()`: a dict of the names of its parameters, and their tensors. `torch.save` writes such a dict to a file. It is written under another name first and then renamed: if the power fails in between, the old file is still whole.


# %% given="saving"
def save_checkpoint(network, path):
    """Save a network's parameters in a file; an old one is replaced at once, or not at all."""
    unfinished = Path(f"{path}.unfinished")
    try:
        torch.save(network.state_dict(), unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)  # there still when saving failed


# %% [markdown]
# Reading takes more care, as a file may come from anywhere:
#
# - `torch.load` unpickles, and a pickle can run any program. With `weights_only=True` it reads tensors and plain containers, and refuses everything else.
# - A file that was written on a GPU wants to go back there, and fails on a computer without one. `map_location="cpu"` says where the tensors should go; `load_state_dict` copies them to where the network is.
# - `network.load_state_dict(state)` complains about tensors that are missing or have other shapes, but only *after* it has copied those that fit. A network with half of another one's weights is worse than an error.
#
# ### Exercise 7: `load_checkpoint` (3 points)
#
# Read the file and put its parameters into `network`. If it is damaged, holds anything but a dict of tensors, or is of another network (names or shapes differ), raise a `ValueError` that says what is wrong, and leave the network *exactly* as it was. So check before you copy. One of the files that you are given is a program in the shape of a pickle: it must not be run, whatever you raise afterwards. (A file that does not exist may raise what it likes.)


# %% answer="load_checkpoint"
def load_checkpoint(network, path):
    """Put the parameters in a file into network; it returns nothing.

    network: a torch.nn.Module, on any device.  path: of a file that save_checkpoint wrote.
    Raises ValueError, and changes nothing, when the file is not such a file of such a network.
    """
    ### BEGIN SOLUTION
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise
    except Exception as error:  # a damaged file can fail in many ways
        raise ValueError(f"{path} cannot be read as a checkpoint: {error}") from error
    if not isinstance(state, dict):
        raise ValueError(f"{path} holds a {type(state).__name__}, not a dict of tensors")
    found = {name: getattr(tensor, "shape", None) for name, tensor in state.items()}
    expected = {name: tensor.shape for name, tensor in network.state_dict().items()}
    if found != expected:
        differ = sorted(
            str(name) for name in {*found, *expected} if found.get(name) != expected.get(name)
        )
        raise ValueError(f"{path} is of another network: {', '.join(differ)} do not fit")
    network.load_state_dict(state)
    ### END SOLUTION


# %% test="test_load_checkpoint" points=3
from checks import credit


def test_load_checkpoint(check):
    import numpy as np

    from helpers.pytorch import torch
    from checks import after, close, expect, torch_file, torch_network

    def network_of(W, b, V, a):
        # Return a new network of two layers with these parameters.
        return torch_network([("linear", W, b), ("relu",), ("linear", V, a)])

    def state_of(W, b, V, a):
        return {"0.weight": W, "0.bias": b, "2.weight": V, "2.bias": a}

    def loaded(start, path):
        # Load a file into a new network, and return that.
        _, left = after(load_checkpoint, network_of(*start), path)
        return left[0]

    def holds(network, arrays, what):
        # Make sure that these are the network's parameters.
        state = network.state_dict()
        for name, array in state_of(*arrays).items():
            close(state[name].numpy(), array, rtol=1e-6, atol=1e-7, what=f"{what}: {name}")
        W, b, V, a = arrays
        X = np.linspace(-2, 2, 4 * W.shape[1]).reshape(4, -1).astype(np.float32)
        outputs = network(torch.from_numpy(X)).detach().numpy()
        expected = np.maximum(X @ W.T + b, 0) @ V.T + a
        close(outputs, expected, rtol=1e-4, atol=1e-4, what=f"{what}: the network's outputs")

    def refused(network, path, what):
        # Make sure that a file is refused, with a word about it.
        try:
            load_checkpoint(network, path)
        except NotImplementedError:  # what is not written yet is said elsewhere
            raise
        except ValueError as error:
            expect(len(str(error)) > 3, "your ValueError does not say what is wrong")
            return
        except (RuntimeError, LookupError, AttributeError, TypeError) as error:
            kind = getattr(error, "kind", type(error).__name__)
            expect(False, f"{what} gives a {kind}; a ValueError was asked for")
        expect(False, f"{what} is loaded without a ValueError")

    def never_run(network):
        # Make sure that a file with a program in it is refused before the program runs.
        trap = torch_file("trap")
        refused(network, trap, "a file with a program in it")
        message = "your function has run the program that the file holds: torch.load can refuse it"
        expect(trap.calls == ["network.pt"], message)

    def drawn(rng, n, h, k):
        # Draw the four parameters of a network.
        shapes = (h, n), (h,), (k, h), (k,)
        return [rng.normal(size=shape).astype(np.float32) for shape in shapes]

    fixed = np.random.default_rng(8)
    old, new, other = drawn(fixed, 5, 4, 3), drawn(fixed, 5, 4, 3), drawn(fixed, 5, 4, 2)
    with check("the file's parameters are in the network"):
        holds(loaded(old, torch_file("weights", state_of(*new))), new, "after loading")
    with check("also when the file was written on a GPU"):
        holds(loaded(old, torch_file("gpu", state_of(*new))), new, "after loading")
    with check("a file of a network with other shapes: a ValueError, and nothing is changed"):
        network = loaded(old, torch_file("weights", state_of(*new)))
        refused(network, torch_file("weights", state_of(*other)), "a file of another network")
        holds(network, new, "after a file that was refused")
    with check("a file of text, one with an object in it, one with a program: a ValueError"):
        network = loaded(old, torch_file("weights", state_of(*new)))
        refused(network, torch_file("text"), "a text file")
        refused(network, torch_file("object", state_of(*old)), "a file with an object of a class")
        never_run(network)
        holds(network, new, "after a file that was refused")
    ### BEGIN HIDDEN TESTS
    rng = check.rng
    n, h, k = (int(size) for size in rng.permutation([3, 4, 5, 6, 7])[:3])
    start, good = drawn(rng, n, h, k), drawn(rng, n, h, k)
    with check(
        "every parameter is loaded, from whatever device",
        points=1,
        repeats=("the file's parameters", "also when"),
    ):
        for kind in ("weights", "gpu"):
            holds(loaded(start, torch_file(kind, state_of(*good))), good, "after loading")
    with check(
        "damaged files, programs, and what is no dict of tensors: a ValueError, no change",
        points=1,
        repeats="a file of text",
    ):
        network = loaded(start, torch_file("weights", state_of(*good)))
        kinds = {
            "text": "a text file",
            "truncated": "a file whose end is missing",
            "tensors": "a list of tensors",
            "object": "a file with an object of a class",
        }
        for kind, what in kinds.items():
            refused(network, torch_file(kind, state_of(*start)), what)
            holds(network, good, "after a file that was refused")
        never_run(network)
        holds(network, good, "after a file that was refused")
    with check(
        "files of other networks: a ValueError, and no parameter has changed",
        points=1,
        repeats="a file of a network",
    ):
        network = loaded(start, torch_file("weights", state_of(*good)))
        state = state_of(*start)
        last = dict(list(state.items())[:3])
        turned = state | {"2.weight": start[2].T.copy()}
        cases = {
            "a file with other shapes": state_of(*drawn(rng, n, h, k + 1)),
            "a file with a transposed weight": turned,
            "a file that lacks a parameter": last,
            "a file with one parameter more": state | {"4.bias": start[3]},
            "a file with a parameter of another name": last | {"3.bias": start[3]},
            "a file with no parameter at all": {},
        }
        for what, arrays in cases.items():
            refused(network, torch_file("weights", arrays), what)
            holds(network, good, "after a file that was refused")
    ### END HIDDEN TESTS


credit(test_load_checkpoint)

# %% given="there_and_back"
with needs_torch(), needs("build_cnn", "train_nn", "load_checkpoint"):
    copied, checkpoint = build_cnn(images.image_shape), Path("cnn.pt")
    save_checkpoint(network, checkpoint)
    before = percent_right(copied, *as_tensors(X_test, y_test))
    load_checkpoint(copied, checkpoint)
    now = percent_right(copied, *as_tensors(X_test, y_test))
    print(f"{checkpoint.name}: {checkpoint.stat().st_size:,} bytes")
    print(f"a new network on the test images: {before:.2f} %; with the file's weights: {now:.2f} %")
    checkpoint.unlink()

# %% [markdown]
# ## 8. What it has learnt, and what it has not

# %% given="confusion"
with needs_torch(), needs("build_cnn", "train_nn"):
    pictures, labels = as_tensors(X_test, y_test)
    network.eval()
    with torch.no_grad():
        scores = torch.cat([network(X.to(device)).cpu() for X in pictures.split(1000)])
    predicted = scores.argmax(dim=1).numpy()
    title = f"Confusion matrix, {len(y_test):,} test images"
    show(plots.confusion_matrix(y_test, predicted, title=title))
    missed = [np.mean(predicted[y_test == digit] != digit) for digit in range(10)]
    hardest = np.argsort(missed)[::-1][:3]
    said = ", ".join(f"{digit} ({100 * missed[digit]:.1f} % of them wrong)" for digit in hardest)
    print(f"The hardest digits: {said}")

# %% given="mistakes"
with needs_torch(), needs("build_cnn", "train_nn"):
    # The most confident mistakes first: by the largest softmax output.
    confidence = torch.softmax(scores, dim=1).max(dim=1).values.numpy()
    wrong = np.flatnonzero(predicted != y_test)
    wrong = wrong[np.argsort(-confidence[wrong])][:20]
    if len(wrong):
        show(
            plots.digits(
                X_test[wrong],
                images.image_shape,
                labels=y_test[wrong],
                predictions=predicted[wrong],
                title="Mistakes of which the network was surest",
            )
        )

# %% [markdown]
# Some of these you would have got wrong yourself. Others are plain to you, and you may ask what the network has looked at. The first layer can be seen: six filters, and what each of them makes of an image.

# %% given="filters"
with needs_torch(), needs("build_cnn", "train_nn"):
    # The first parameter with four axes is the first convolution's weight.
    filters = next(p for p in network.parameters() if p.ndim == 4).detach().cpu().numpy()
    side = filters.shape[-1]
    title = "The six filters of the first layer"
    show(plots.weights(filters.reshape(len(filters), -1), (side, side), title=title))


# %% given="feature_maps"
def draw_maps(pictures, maps):
    """Draw each picture, and beside it what each filter makes of it."""
    figure, axes = plt.subplots(len(pictures), 7, figsize=(7, 3.3), layout="constrained")
    for row, picture, found in zip(axes, pictures, maps, strict=True):
        row[0].imshow(picture, cmap="gray_r")
        for ax, each in zip(row[1:], found, strict=True):
            ax.imshow(each, cmap="gray_r", vmin=0, vmax=maps.max())
    for ax, name in zip(axes[0], ["image", *(f"filter {f}" for f in range(1, 7))], strict=True):
        ax.set_title(name, fontsize=10)
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[])
    figure.suptitle("What the six filters find in three test images (without bias)", fontsize=12)
    return figure


with needs_torch(), needs("build_cnn", "train_nn"):
    with torch.no_grad():
        place = torch.from_numpy(filters)
        border = 0 if is_mnist else 1
        maps = nn.functional.conv2d(pictures[:3], place, padding=border).relu().numpy()
    said = ", ".join(str(digit) for digit in y_test[:3])
    show(
        draw_maps(pictures[:3, 0].numpy(), maps),
        alt=f"Three test images, of the digits {said}, and beside each the six images that the "
        "filters make of it, without their biases: dark where a filter's pattern is, white "
        "elsewhere.",
    )

# %% [markdown]
# The filters were random numbers once. Now some have a light and a dark side, as the edge filters of part 1 that people thought out: such a filter answers to strokes of one direction, or to one side of them. Where a column of pictures is nearly white, the filter found nothing to do. Compare them with the templates of notebook 2. A template covers the whole image, at a fixed place. A filter is a small piece that fits anywhere; digits
# come about later, when the next layers put strokes together.
#
# ## 9. Report
#
# ### Report question 1: from an MLP to a convolutional network (4 points)
#
# Compare the convolutional network with the MLP of notebooks 1 and 2: test accuracy (with its standard error) and number of parameters. What does a convolution build in that an MLP has to learn, and where in your figures can that be seen? What did training on all images give over 2,000 (or 200), and how do you know that the smaller run overfits?
# Which digits are hard, and what do the mistakes have in common? How do you know that PyTorch computes what you think it computes? Two paragraphs.

# %% [markdown] written="report_cnn" points=4
# ### BEGIN SOLUTION
# On MNIST's 10,000 test images my convolutional network is right on 98.85 % (standard error 0.11 points), the MLP with 64 hidden units on 97.24 % (0.16 points). The difference is eight standard errors; other seeds gave 98.75 and 98.58 %. It is not the size: 44,426 parameters against 50,890. A convolution has built in
# that neighbouring pixels belong together and that a pattern may stand anywhere: 156 parameters make six filters, and each is trained by 24·24 places of every image. The MLP needs templates of 784 pixels and has to learn each place by itself. The pictures show it: filters with a light and a dark side answer to strokes of one direction wherever they are, while the templates look like
# blurred digits at one place. The other evidence is that from 2,000 images the convolutional network gets 95.2 %, where the MLP gets 89.9 %.
#
# Trained on 2,000 images, it is right on 100 % of them and on 95.2 % of the test images; trained on 60,000, on 99.6 % and 98.8 %. The gap of 4.8 points against 0.7 is overfitting, and more images close it. The hardest digits are 5 (2.6 % wrong, half of them taken for 3), 8 and 9. Most mistakes are between digits that differ in one stroke, or images in which a stroke is broken, missing or
# touches another. I trust PyTorch's layers because my own convolution and pooling agree with central differences to 1e-10, and PyTorch's with mine to 1e-15, forwards and backwards.
#
# ### BEGIN MARK SCHEME
# - 1 point: test accuracies of both networks with a standard error, and the numbers of parameters (44,426 and 50,890 on MNIST): about as many, so that size is not the reason.
# - 1 point: says what is built in (the same small filter at all places, neighbours belong together), and points at evidence: the filters, the feature maps, or the accuracy from few images.
# - 1 point: compares few with all images: training accuracy near 100 % in both, test accuracy several points apart; names the gap between the two as overfitting.
# - 1 point: names hard digits from the confusion matrix with what they have in common, and says that the own convolution agreed with differences and with PyTorch's.
# ### END MARK SCHEME
# ### END SOLUTION

# %% [markdown]
# ## Recap
#
# - A convolution is one small template at all places: few parameters, and each is trained by every place of every image. That is why its gradient is a sum over places.
# - Backwards, a pixel collects from every place that covered it; a max-pool hands its derivative to the maximum alone, and to the first of equals.
# - A layer is right when its gradient agrees with differences of the cost. You can now say that of a layer that you wrote and of one that you did not.
# - A training loop that is given network, optimiser, loss and data can be used for any of them.
# - What is built in need not be learnt: from 2,000 images of MNIST the convolutional network is four to five points better than the MLP. More images help both.
# - Save parameters, not objects; read no file that can run a program; check before you copy.
#
# You started this project with two matrices and a loss. You have trained them, watched them overfit, looked at their templates, and replaced the first by filters. Every step was measured: this is the way that a network is improved.
#
# *To read on:* LeCun, Bottou, Bengio and Haffner, *Gradient-based learning applied to document recognition* (1998), where LeNet comes from; Raschka, Liu and Mirjalili, *Machine Learning with PyTorch and Scikit-Learn*, chapter 14.
