"""The bank for `3_cnn_pytorch`: mistakes, and right answers written otherwise."""

from grading.bank.entry import right, right_edit, wrong, wrong_body

POOLED = "windows.max(axis=(3, 5))"
WHOLE = "whole = X[:, :, : rows * size, : columns * size]"
FIRST = "        nn.Conv2d(1, 6, side, padding=padding),\n        nn.ReLU(),\n"
SECOND = "        nn.Conv2d(6, 16, side, padding=padding),\n        nn.ReLU(),\n"
LAST = "        nn.Linear(84, 10),\n"
STEP = "                optimizer.step()\n"
ZERO = "                optimizer.zero_grad()  # backward() adds\n"
TOTAL = "                total += loss.item() * len(rows)  # the last batch may be smaller\n"
EPOCH = "        for _ in range(epochs):\n"
KEEP = "losses.append(total / len(labels))"
BAR = '            bar.step(f"loss {losses[-1]:.4f}")\n'
ORDER = "torch.randperm(len(labels)).split(100)"
CHECKED = "    if found != expected:\n"
LOAD = "    network.load_state_dict(state)"
ITEMS = "name, tensor in network.state_dict().items()"
REFUSED = (
    "        raise ValueError(f\"{path} is of another network: {', '.join(differ)} do not fit\")"
)

#: Mistakes by exercise.
WRONG = {
    "conv2d": [
        wrong(
            "the filter turned round",
            "windows, W, axes",
            "windows, W[:, :, ::-1, ::-1], axes",
            says="You turn the filter upside down and left to right before it is laid on. That is "
            "the mathematicians' convolution; the formula here does not turn it. Compare with the "
            "sum on paper in the first check.",
        ),
        wrong(
            "rows of the filter turned round",
            "windows, W, axes",
            "windows, W[:, :, ::-1], axes",
            says="You read the filter's rows from the bottom. Its first row belongs on the "
            "window's first row: try a filter with a single 1 in a corner.",
        ),
        wrong(
            "no bias",
            "(out + b)",
            "out",
            says="The bias is left out: with a filter of zeros your result is 0, and it should be "
            "the filter's bias at every place.",
        ),
        wrong(
            "bias subtracted",
            "out + b",
            "out - b",
            says="Your result goes down where the bias goes up. With a filter of zeros, what "
            "should stand at every place?",
        ),
        wrong(
            "bias added once for every channel",
            "out + b",
            "out + X.shape[1] * b",
            says="With several channels your bias comes in several times: it seems to be added "
            "within the sum over the channels. Each filter has one bias, added once at each place.",
        ),
        wrong(
            "the first filter's bias for all",
            "out + b",
            "out + b[0]",
            says="All filters get the first filter's bias. There is one for each filter: along "
            "which axis of the result do the filters lie?",
        ),
        wrong(
            "only the first channel",
            "windows, W, axes",
            "windows[:, :1], W[:, :1], axes",
            says="Only the first channel of the images counts in your result. A filter reaches "
            "over all channels, and their products are added up.",
        ),
        wrong(
            "mean over the channels",
            "(out + b)",
            "(out / X.shape[1] + b)",
            says="You take the mean over the channels. The formula has a sum there.",
        ),
        wrong(
            "mean over the window",
            "(out + b)",
            "(out / W[0, 0].size + b)",
            says="You divide by the number of the filter's pixels. The formula is a sum, no mean.",
        ),
        wrong(
            "filters as the last axis",
            ".transpose(0, 3, 1, 2)",
            "",
            says="Your result has the filters as its last axis. The order asked for is images, "
            "filters, rows, columns.",
        ),
        wrong(
            "rows and columns exchanged",
            "transpose(0, 3, 1, 2)",
            "transpose(0, 3, 2, 1)",
            says="Rows and columns of your result are exchanged. With images that are not square "
            "its shape shows it.",
        ),
        wrong(
            "one place too few",
            "    return",
            "    out = out[:, : max(1, out.shape[1] - 1)]\n    return",
            says="Your result has one row too few. How many places are there for a filter of p "
            "rows in an image of i rows? Count them for 2 in 3.",
        ),
        wrong(
            "a border of zeros",
            "    windows = sliding_window_view(X,",
            "    p, q = W.shape[2:]\n"
            "    border = [(0, 0), (0, 0), (p // 2, p // 2), (q // 2, q // 2)]\n"
            "    windows = sliding_window_view(np.pad(X, border),",
            says="You put a border of zeros around the images, so that the result is larger. Here "
            "the filter has to lie wholly within the image: no padding.",
        ),
        wrong(
            "steps of two",
            "    return",
            "    out = out[:, ::2, ::2]\n    return",
            says="Your filter moves on by two pixels. The stride here is 1: every place counts.",
        ),
        wrong(
            "ReLU applied as well",
            "    return (out + b)",
            "    return np.maximum(out + b, 0)",
            says="Your result is never negative: there is a ReLU in it. It belongs to the layer's "
            "next step, not to the convolution.",
        ),
        wrong(
            "the first image alone",
            "windows = sliding_window_view(X,",
            "windows = sliding_window_view(X[:1],",
            says="Only the first image is computed. Is there a loop over the images whose result "
            "is overwritten, or a return inside the loop?",
        ),
        wrong(
            "the images changed in place",
            "    windows =",
            "    X -= X.mean()\n    windows =",
            says="You change the images in place, and use them changed. Whoever called your "
            "function still needs them as they were.",
        ),
    ],
    "conv2d_backward": [
        wrong(
            "filters turned round in dX",
            "np.tensordot(dout, W[:, :, u, v]",
            "np.tensordot(dout, W[:, :, -1 - u, -1 - v]",
            says="In your dX the filter is turned round. If dout is 1 at a single place, dX should "
            "show the filter itself there. (Turning is right where dX is a convolution of the "
            "padded dout, and only there.)",
        ),
        wrong(
            "dX overwritten",
            "dX[met] +=",
            "dX[met] =",
            says="Your dX keeps only what came last. A pixel lies under the filter many times, and "
            "what comes from each place has to be added up.",
        ),
        wrong(
            "dX from the first weight alone",
            "            dX[met] +=",
            "            dX[met] += (u + v == 0) *",
            says="Your dX uses one weight of each filter only. A pixel meets every weight of the "
            "filter, each at another place.",
        ),
        wrong(
            "dX transposed in space",
            ".transpose(0, 3, 1, 2)\n",
            ".transpose(0, 3, 1, 2)[:, :, ::-1]\n",
            says="The rows of your dX come in the wrong order. Let dout be 1 at a single place, "
            "and look where dX is not zero.",
        ),
        wrong(
            "dX from the first filter alone",
            "np.tensordot(dout, W[:, :, u, v], axes=(1, 0))",
            "np.tensordot(dout[:, :1], W[:1, :, u, v], axes=(1, 0))",
            says="Only the first filter contributes to your dX. Each pixel goes into the results "
            "of all filters, so it collects from all of them.",
        ),
        wrong(
            "dX averaged over the filters",
            "return dX, dW",
            "return dX / len(W), dW",
            says="Your dX is a mean over the filters. The chain rule adds up what comes back from "
            "each of them.",
        ),
        wrong(
            "dX divided by the number of images",
            "return dX, dW",
            "return dX / len(X), dW",
            says="You divide dX by the number of images. Each image has its own dX, and whether "
            "the cost is a mean is already in dout.",
        ),
        wrong(
            "dW divided by the number of images",
            "return dX, dW, ",
            "return dX, dW / len(X), ",
            says="You divide dW by the number of images. Whether the cost is a mean is already in "
            "dout: the derivative by a weight is a sum over images and places.",
        ),
        wrong(
            "dW averaged over the places",
            "return dX, dW, ",
            "return dX, dW / (rows * columns), ",
            says="Your dW is a mean over the places of the filter. Each place adds to the cost, so "
            "the derivative by a weight is the sum over all of them.",
        ),
        wrong(
            "dW turned round",
            "dW[:, :, u, v] =",
            "dW[:, :, -1 - u, -1 - v] =",
            says="Your dW is upside down and left to right. If dout is 1 at a single place, dW "
            "should be the window of pixels there, as it stands.",
        ),
        wrong(
            "dW of the last image",
            "np.tensordot(dout, X[met], axes",
            "np.tensordot(dout[-1:], X[met][-1:], axes",
            says="Your dW comes from one image. The same filter was laid on all of them, and the "
            "derivative adds them up. Is something overwritten in a loop?",
        ),
        wrong(
            "dW from the first place alone",
            "np.tensordot(dout, X[met], axes",
            "np.tensordot(dout[:, :, :1, :1], X[met][:, :, :1, :1], axes",
            says="Your dW comes from the filter's first place alone. The weight is used at every "
            "place, and each adds to its derivative.",
        ),
        wrong(
            "dW is that of the first channel",
            "X[met], axes",
            "X[met][:, :1] + 0 * X[met], axes",
            says="Every channel of your dW is computed from the first channel of the images. A "
            "weight's derivative uses the pixels that this weight meets.",
        ),
        wrong(
            "weights in place of pixels in dW",
            "return dX, dW, ",
            "return dX, dW * W, ",
            says="Your dW is multiplied with the weights. The cost is linear in a weight: its "
            "derivative does not depend on the weight itself.",
        ),
        wrong(
            "db is a mean over all places",
            "dout.sum(axis=(0, 2, 3))",
            "dout.mean(axis=(0, 2, 3))",
            says="Your db is a mean. A bias is added at every place of every image, and each of "
            "them adds to its derivative.",
        ),
        wrong(
            "db divided by the number of images",
            "dout.sum(axis=(0, 2, 3))",
            "dout.sum(axis=(0, 2, 3)) / len(X)",
            says="You divide db by the number of images. Whether the cost is a mean is already in "
            "dout.",
        ),
        wrong(
            "db of the first image",
            "dout.sum(axis=(0, 2, 3))",
            "dout[0].sum(axis=(1, 2))",
            says="Your db comes from the first image alone. The bias is the same for all images: "
            "over which axes does the sum go?",
        ),
        wrong(
            "db summed over the images alone",
            "dout.sum(axis=(0, 2, 3))",
            "dout.sum(axis=0)",
            says="You sum over the images only, and db still has rows and columns. There is one "
            "bias a filter, used at every place.",
        ),
        wrong(
            "db is a scalar",
            "dout.sum(axis=(0, 2, 3))",
            "dout.sum()",
            says="Your db is one number. There is a bias for each filter: one axis of dout has to "
            "stay.",
        ),
        wrong(
            "db is zero",
            "dout.sum(axis=(0, 2, 3))",
            "np.zeros(len(W))",
            says="Your db is zero. What becomes of the cost when a filter's bias goes up by a "
            "little, at all places?",
        ),
        wrong(
            "results in another order",
            "return dX, dW, dout.sum(axis=(0, 2, 3))",
            "return dW, dout.sum(axis=(0, 2, 3)), dX",
            says="You return the right number of results in another order. Asked for are dX, dW, "
            "db, in this order.",
        ),
        wrong(
            "dX is missing",
            "return dX, dW, ",
            "return dW, ",
            says="You return two results, the derivatives by weights and biases. The layer before "
            "needs the derivative by the images as well.",
        ),
        wrong(
            "dout changed in place",
            "    rows, columns",
            "    dout /= len(X)\n    rows, columns",
            says="You change dout in place: whoever called your function still needs it. And it "
            "should not be divided: the mean, if there is one, is already in it.",
        ),
    ],
    "max_pool": [
        wrong(
            "mean in place of the maximum",
            POOLED,
            "windows.mean(axis=(3, 5))",
            says="You take the mean of each window. That is another kind of pooling; here the "
            "largest number is asked for.",
        ),
        wrong(
            "minimum in place of the maximum",
            POOLED,
            "windows.min(axis=(3, 5))",
            says="You take the smallest number of each window. Compare with the numbers on paper.",
        ),
        wrong(
            "sum in place of the maximum",
            POOLED,
            "windows.sum(axis=(3, 5))",
            says="You add up each window. The largest of its numbers is asked for.",
        ),
        wrong(
            "the largest in size, without its sign",
            POOLED,
            "np.abs(windows).max(axis=(3, 5))",
            says="Your result forgets the sign: of -3 and 1 the larger number is 1, not 3.",
        ),
        wrong(
            "never below zero",
            POOLED,
            "windows.max(axis=(3, 5), initial=0.0)",
            says="Where all numbers of a window are negative, your result is 0. Did the search for "
            "the maximum start from 0? Start from one of the numbers.",
        ),
        wrong(
            "maximum along the rows alone",
            POOLED,
            "windows.max(axis=5)[:, :, :, 0]",
            says="You look at one row of each window only. The window has as many rows as columns.",
        ),
        wrong(
            "the first pixel of each window",
            POOLED,
            "windows[:, :, :, 0, :, 0]",
            says="You take the first pixel of each window, whatever it is. The largest is asked "
            "for.",
        ),
        wrong(
            "largest of all channels",
            POOLED,
            "windows.max(axis=(1, 3, 5), keepdims=True)[:, :, :, 0, :, 0].repeat(c, axis=1)",
            says="Your maximum is taken over the channels as well. Each channel is pooled by "
            "itself.",
        ),
        wrong(
            "the largest over the images",
            POOLED,
            "np.broadcast_to(windows.max(axis=(0, 3, 5)), (m, c, rows, columns)).copy()",
            says="Your maximum is taken over the images as well, so that all images get the same "
            "result. Each image is pooled by itself.",
        ),
        wrong(
            "overlapping windows",
            f"    return {POOLED}",
            "    slid = sliding_window_view(X, (size, size), axis=(2, 3))\n"
            "    return slid.max(axis=(4, 5))",
            says="Your windows overlap: they move on by one pixel. One window should begin where "
            "the last one ends, so that the result is smaller by the factor `size`.",
        ),
        wrong_body(
            "left-over rows and columns kept",
            """
            m, c, i, j = X.shape
            rows, columns = -(-i // size), -(-j // size)
            ends = [(0, 0), (0, 0), (0, rows * size - i), (0, columns * size - j)]
            padded = np.pad(X, ends, constant_values=-np.inf)
            windows = padded.reshape(m, c, rows, size, columns, size)
            return windows.max(axis=(3, 5)), (X, size)
            """,
            says="You give rows and columns that fill no window a smaller window of their own. "
            "They are dropped here, as PyTorch does by default.",
        ),
        wrong(
            "left-over columns not dropped",
            WHOLE,
            "whole = X",
            says="Your function fails where the side is no multiple of the size. The rows and "
            "columns that are left over have to be cut off first.",
        ),
        wrong(
            "dropped at the other end",
            WHOLE,
            "whole = X[:, :, i - rows * size :, j - columns * size :]",
            says="You drop the first rows and columns. Windows begin at the upper left corner; "
            "what is left over is at the lower and right border.",
        ),
        wrong(
            "always windows of two",
            "    m, c, i, j = X.shape\n",
            "    m, c, i, j = X.shape\n    asked, size = size, 2\n",
            "), (X, size)",
            "), (X, asked)",
            says="Your windows are always 2x2. Their size is an argument of your function.",
        ),
        wrong(
            "neighbours taken from strips",
            "windows = whole.reshape(m, c, rows, size, columns, size)",
            "windows = whole.reshape(m, c, rows, columns, size, size).swapaxes(3, 4)",
            says="Your reshape cuts the image into strips, not into windows: numbers that follow "
            "each other in memory are not a square of pixels. Try an image of the numbers 0, 1, 2, "
            "... and print the windows.",
        ),
        wrong(
            "rows and columns of the result exchanged",
            POOLED,
            f"{POOLED}.swapaxes(2, 3)",
            says="Rows and columns of your result are exchanged. Images that are not square show "
            "it.",
        ),
        wrong(
            "the images changed in place",
            WHOLE,
            "X -= 1.0\n    whole = X[:, :, : rows * size, : columns * size]",
            says="You change X in place, and pool what it has become. Whoever called your function "
            "still needs it as it was.",
        ),
    ],
    "max_pool_backward": [
        wrong_body(
            "all equal maxima get it",
            """
            X, size = cache
            dX = np.zeros(X.shape)
            for s, c, y, x in np.ndindex(*dout.shape):
                at = np.s_[s, c, y * size : (y + 1) * size, x * size : (x + 1) * size]
                dX[at] = (X[at] == X[at].max()) * dout[s, c, y, x]
            return dX
            """,
            says="Where several pixels of a window are equally large, each of them gets the whole "
            "derivative. Only the first gets it. After a ReLU there are many such windows: all "
            "zeros.",
        ),
        wrong_body(
            "shared out among equal maxima",
            """
            X, size = cache
            dX = np.zeros(X.shape)
            for s, c, y, x in np.ndindex(*dout.shape):
                at = np.s_[s, c, y * size : (y + 1) * size, x * size : (x + 1) * size]
                largest = X[at] == X[at].max()
                dX[at] = largest * dout[s, c, y, x] / largest.sum()
            return dX
            """,
            says="You share the derivative out among pixels that are equally large. As in PyTorch, "
            "the first of them, row by row, should get it all.",
        ),
        wrong(
            "the last of equal maxima",
            "windows.reshape(*dout.shape, size * size).argmax(axis=-1)",
            "size**2 - 1 - (\n        windows.reshape(*dout.shape, size**2)[..., ::-1].argmax(-1)"
            "\n    )",
            says="Of several equal maxima the last one gets your derivative. The first should, row "
            "by row. (A loop with >= where > is meant does this.)",
        ),
        wrong(
            "the first by columns",
            "windows = X[whole].reshape(m, c, rows, size, columns, size).swapaxes(3, 4)",
            "windows = X[whole].reshape(m, c, rows, size, columns, size)\n"
            "    windows = windows.transpose(0, 1, 2, 4, 5, 3)",
            "routed.reshape(windows.shape).swapaxes(3, 4)",
            "routed.reshape(windows.shape).transpose(0, 1, 2, 5, 3, 4)",
            says="Of several equal maxima you take the first column by column. PyTorch goes row by "
            "row.",
        ),
        wrong(
            "the smallest gets it",
            "argmax",
            "argmin",
            says="Your derivative goes to the smallest pixel of each window. The forward pass "
            "handed on the largest.",
        ),
        wrong_body(
            "spread over the window",
            """
            X, size = cache
            dX = np.zeros(X.shape)
            m, c, rows, columns = dout.shape
            spread = dout.repeat(size, axis=2).repeat(size, axis=3) / size**2
            dX[:, :, : rows * size, : columns * size] = spread
            return dX
            """,
            says="You spread the derivative evenly over the window. That would be right for a "
            "mean; a maximum depends on one pixel alone.",
        ),
        wrong_body(
            "every pixel of the window gets it",
            """
            X, size = cache
            dX = np.zeros(X.shape)
            m, c, rows, columns = dout.shape
            dX[:, :, : rows * size, : columns * size] = dout.repeat(size, 2).repeat(size, 3)
            return dX
            """,
            says="Every pixel of a window gets the derivative. If a pixel that is not the largest "
            "moves by a little, the window's maximum stays the same.",
        ),
        wrong(
            "always the first pixel",
            "    routed =",
            "    first = np.zeros_like(first)\n    routed =",
            says="Your derivative always goes to the upper left pixel of a window. It belongs "
            "where the maximum was.",
        ),
        wrong(
            "multiplied with the pixel",
            "    return dX",
            "    return dX * X",
            says="You multiply the derivative with the pixel's value. A maximum hands on the "
            "number itself, so its derivative by that pixel is 1.",
        ),
        wrong(
            "1 in place of dout",
            "dout[..., None], axis=-1)",
            "1.0, axis=-1)",
            says="Your dX has ones where the maxima were. There the derivative of the cost should "
            "stand, which comes back from the next layer: the chain rule multiplies with it.",
        ),
        wrong(
            "the maximum in place of dout",
            "    return dX",
            "    return np.where(dX != 0, X, 0)",
            says="Your dX holds the maxima themselves. It should hold dout at their places.",
        ),
        wrong(
            "without the dropped rows and columns",
            "    return dX",
            "    return dX[whole]",
            says="Your dX lacks the rows and columns that were dropped. It has the shape of X; "
            "there it is 0, as those pixels have no effect.",
        ),
        wrong(
            "dropped rows and columns repeat the border",
            "    return dX",
            "    i, j = rows * size, columns * size\n"
            "    dX[:, :, i:] = dX[:, :, i - 1 : i]\n"
            "    dX[:, :, :, j:] = dX[:, :, :, j - 1 : j]\n    return dX",
            says="Your dX is not 0 in the rows and columns that were dropped. Those pixels have no "
            "effect on the result.",
        ),
        wrong(
            "averaged over the images",
            "    return dX",
            "    return dX / len(X)",
            says="You divide by the number of images. Whether the cost is a mean is already in "
            "dout.",
        ),
        wrong(
            "the sign turned round",
            "    return dX",
            "    return -dX",
            says="The sign of your dX is the wrong way round: if the largest pixel goes up, so "
            "does the window's maximum.",
        ),
        wrong(
            "windows cut as strips",
            "routed.reshape(windows.shape).swapaxes(3, 4).reshape",
            "routed.reshape",
            says="On the way back your windows are laid down as strips. The axes that were "
            "exchanged to bring a window's pixels together have to be exchanged back before the "
            "last reshape.",
        ),
        wrong(
            "dout returned",
            "    return dX",
            "    return dout",
            says="You return dout, which has a number for each window. dX has one for each pixel "
            "of X.",
        ),
    ],
    "build_cnn": [
        wrong(
            "softmax at the end",
            LAST,
            f"{LAST}        nn.Softmax(dim=1),\n",
            says="Your network ends in a softmax. The loss of the next exercise applies it itself, "
            "and twice is once too often: the last layer gives logits.",
        ),
        wrong(
            "ReLU at the end",
            LAST,
            f"{LAST}        nn.ReLU(),\n",
            says="There is a ReLU after your last layer, so no logit is ever negative. Look at the "
            "table's last row.",
        ),
        wrong(
            "no activation after the first convolution",
            FIRST,
            "        nn.Conv2d(1, 6, side, padding=padding),\n",
            says="The ReLU after the first convolution is missing. Its parameters are right, so "
            "only the numbers show it.",
        ),
        wrong(
            "no activation after the second convolution",
            SECOND,
            "        nn.Conv2d(6, 16, side, padding=padding),\n",
            says="The ReLU after the second convolution is missing. Go through the table row by "
            "row.",
        ),
        wrong(
            "no activation between the linear layers",
            "        nn.Linear(120, 84),\n        nn.ReLU(),\n",
            "        nn.Linear(120, 84),\n",
            says="Between two of your linear layers there is no ReLU, and two linear layers in a "
            "row are no more than one.",
        ),
        wrong(
            "sigmoid in place of ReLU",
            FIRST,
            "        nn.Conv2d(1, 6, side, padding=padding),\n        nn.Sigmoid(),\n",
            says="Your first convolution is followed by another activation than ReLU. (The "
            "original LeNet of 1998 had other ones; the table has ReLU everywhere.)",
        ),
        wrong(
            "tanh between the linear layers",
            "        nn.Linear(120, 84),\n        nn.ReLU(),\n",
            "        nn.Linear(120, 84),\n        nn.Tanh(),\n",
            says="One of your linear layers is followed by another activation than ReLU. The table "
            "has ReLU after each layer but the last.",
        ),
        wrong(
            "mean-pooling",
            f"{FIRST}        nn.MaxPool2d(2),\n",
            f"{FIRST}        nn.AvgPool2d(2),\n",
            says="You pool by the mean of each window. The table asks for the maximum.",
        ),
        wrong(
            "the channels exchanged",
            "nn.Conv2d(1, 6, side, padding=padding)",
            "nn.Conv2d(1, 16, side, padding=padding)",
            "nn.Conv2d(6, 16, side, padding=padding)",
            "nn.Conv2d(16, 16, side, padding=padding)",
            says="Your first convolution has 16 filters. In the table it has 6, and the second "
            "one 16.",
        ),
        wrong(
            "always 28x28",
            "is_large = tuple(image_shape) == (28, 28)",
            "is_large = True",
            says="Your network is always the one for 28x28 pixels. With 8x8 the second filter does "
            "not fit any more: the table has another column for them.",
        ),
        wrong(
            "3x3 filters for all images",
            "else (3, 1, 16 * 2 * 2)",
            "else (3, 1, 16 * 2 * 2)\n"
            "    if is_large:\n        side, padding, flat = 3, 0, 16 * 5 * 5",
            says="Your filters for 28x28 images are 3x3. The table has 5x5 there.",
        ),
        wrong(
            "a border for large images, too",
            "(5, 0, 16 * 4 * 4)",
            "(5, 2, 16 * 7 * 7)",
            says="You put a border of zeros around 28x28 images, too, so that more numbers are "
            "left for the first linear layer than the table has.",
        ),
        wrong(
            "no border for small images",
            "(3, 1, 16 * 2 * 2)",
            "(3, 0, 16 * 2 * 2)",
            says="For 8x8 images the border of zeros is missing: the image shrinks faster than in "
            "the table, and your layers do not fit.",
        ),
        wrong(
            "no second pooling",
            f"{SECOND}        nn.MaxPool2d(2),\n",
            SECOND,
            "        nn.Linear(flat, 120),\n",
            "        nn.Linear(4 * flat, 120),\n",
            says="The second pooling is missing, so your first linear layer has four times as many "
            "weights as it should have.",
        ),
        wrong(
            "one linear layer less",
            "        nn.Linear(120, 84),\n        nn.ReLU(),\n",
            "",
            "        nn.Linear(84, 10),\n",
            "        nn.Linear(120, 10),\n",
            says="The layer of 84 units is missing: the table has three linear layers.",
        ),
        wrong(
            "another size of a layer",
            "        nn.Linear(flat, 120),\n",
            "        nn.Linear(flat, 100),\n",
            "        nn.Linear(120, 84),\n",
            "        nn.Linear(100, 84),\n",
            says="Your first linear layer has another number of units than the table says.",
        ),
        wrong(
            "convolutions without a bias",
            "nn.Conv2d(1, 6, side, padding=padding)",
            "nn.Conv2d(1, 6, side, padding=padding, bias=False)",
            says="Your first convolution has no bias. Each filter has one, as in exercise 1.",
        ),
        wrong(
            "nothing returned",
            "return nn.Sequential(",
            "network = nn.Sequential(",
            says="You build the network, but your function ends without giving it back.",
        ),
        wrong(
            "a function that makes the network",
            "return nn.Sequential(",
            "return lambda: nn.Sequential(",
            says="You return a function from which a network could be made. The network itself is "
            "asked for: one that can be called with images at once.",
        ),
        wrong(
            "the batch flattened as well",
            "nn.Flatten()",
            "nn.Flatten(0)",
            says="You flatten the batch together with the pixels, so that all images become one "
            "long row. The first axis counts the images and has to stay.",
        ),
    ],
    "train_nn": [
        wrong(
            "gradients never set back to zero",
            "optimizer.zero_grad()",
            "pass",
            says="Your gradients are never set back to zero, and each backward pass adds to what "
            "is there. The steps soon follow the sum of all old mini-batches.",
        ),
        wrong(
            "gradients set back once an epoch",
            ZERO,
            "",
            EPOCH,
            f"{EPOCH}            optimizer.zero_grad()\n",
            says="You set the gradients back once an epoch. There is a step after every "
            "mini-batch: within the epoch the gradients of all of them add up.",
        ),
        wrong(
            "gradients set back before the step",
            STEP,
            f"                optimizer.zero_grad()\n{STEP}",
            says="You set the gradients to zero between the backward pass and the step, so that "
            "the step finds nothing to follow, and no parameter moves.",
            like=("no step",),
        ),
        wrong(
            "no step",
            STEP,
            "",
            says="You compute gradients, but no parameter ever moves: the optimiser is never asked "
            "to use them.",
            like=("gradients set back before the step",),
        ),
        wrong(
            "one step an epoch",
            STEP + TOTAL,
            f"{TOTAL}            optimizer.step()\n",
            says="Your step stands outside the loop over the mini-batches: one step an epoch, with "
            "the last gradient only.",
        ),
        wrong(
            "two steps for a mini-batch",
            STEP,
            STEP + STEP,
            says="You take two steps for each mini-batch, the second one with a gradient that "
            "belongs to parameters which are no longer there.",
        ),
        wrong(
            "no backward pass",
            "loss.backward()",
            "pass",
            says="Nobody computes the gradients: the optimiser's step finds none and moves "
            "nothing.",
        ),
        wrong(
            "uphill",
            "loss.backward()",
            "(-loss).backward()",
            says="Your loss grows: you follow the gradient of minus the loss, and an optimiser "
            "goes downhill by itself.",
        ),
        wrong(
            "an optimiser of its own",
            "    losses = []\n",
            "    losses = []\n    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)\n",
            says="Your function makes an optimiser of its own. The caller chose one, with a "
            "learning rate and a momentum, and it is an argument of your function.",
        ),
        wrong(
            "a loss of its own",
            "loss = criterion(network(X), y)",
            "loss = nn.functional.cross_entropy(network(X), y)",
            says="Your function always uses the plain cross-entropy. The loss is the caller's "
            "choice, too: it is an argument of your function, and may be another one.",
        ),
        wrong(
            "logits and labels exchanged",
            "criterion(network(X), y)",
            "criterion(y, network(X))",
            says="You give the loss its arguments in the wrong order: logits come first, then the "
            "labels.",
        ),
        wrong(
            "softmax before the loss",
            "criterion(network(X), y)",
            "criterion(network(X).softmax(dim=1), y)",
            says="You apply softmax before the loss, which takes logits and applies it itself. "
            "Twice makes the probabilities nearly even, and learning slow.",
        ),
        wrong(
            "labels as floating-point one-hot of the wrong batch",
            "labels[rows].to(device)",
            "labels[: len(rows)].to(device)",
            says="Each mini-batch gets the first labels, and not those of its own images. Images "
            "and labels have to be taken with the same row numbers.",
        ),
        wrong(
            "training mode not switched on",
            "    network.train()\n",
            "",
            says="You train in the mode in which the network comes. If it was tested just before, "
            "dropout would stay off. Which call switches training mode on?",
        ),
        wrong(
            "left in evaluation mode",
            "    return losses",
            "    network.eval()\n    return losses",
            says="Afterwards the network is in evaluation mode. It should be left in training "
            "mode; whoever tests it will switch.",
        ),
        wrong(
            "always the same order",
            ORDER,
            "torch.arange(len(labels)).split(100)",
            says="Your mini-batches come in the order of the data, in every epoch. A new random "
            "order is asked for in each.",
        ),
        wrong(
            "one order for all epochs",
            "    losses = []\n",
            "    losses = []\n    order = torch.randperm(len(labels))\n",
            ORDER,
            "order.split(100)",
            says="You draw an order once, before the epochs. Each epoch needs a new one, or the "
            "same images meet in a mini-batch every time.",
        ),
        wrong(
            "drawn with replacement",
            ORDER,
            "torch.randint(len(labels), (len(labels),)).split(100)",
            says="You draw row numbers at random, so that some images come twice in an epoch and "
            "others not at all. Each should come exactly once.",
        ),
        wrong(
            "the last mini-batch left out",
            ORDER,
            "torch.randperm(len(labels))[: len(labels) // 100 * 100].split(100)",
            says="The images that fill no whole mini-batch are left out. An epoch passes over all "
            "of them: the last mini-batch may be smaller.",
        ),
        wrong(
            "all images in one step",
            "split(100)",
            "split(len(labels))",
            says="You take one step an epoch, with all images. Mini-batches of at most 256 are "
            "asked for.",
        ),
        wrong(
            "the seed set inside",
            EPOCH,
            f"{EPOCH}            torch.manual_seed(0)\n",
            says="Your function sets the seed itself, so that every epoch has the same order, and "
            "no caller can choose another. Leave seeds to whoever calls.",
        ),
        wrong(
            "the order from NumPy's generator",
            ORDER,
            "torch.from_numpy(np.random.default_rng().permutation(len(labels))).split(100)",
            says="Your order is drawn from a generator of NumPy, so that torch.manual_seed cannot "
            "repeat it. Draw it with PyTorch.",
        ),
        wrong(
            "one epoch only",
            EPOCH,
            "        for _ in range(1):\n",
            says="Your function passes over the data once. `epochs` says how many times.",
            like=("return inside the loop",),
        ),
        wrong(
            "one epoch too many",
            EPOCH,
            "        for _ in range(epochs + 1):\n",
            says="Your function passes over the data once more than `epochs` says.",
        ),
        wrong(
            "return inside the loop",
            BAR,
            f"{BAR}            return losses\n",
            says="Your return stands inside the loop over the epochs, so that it ends after the "
            "first. What is its indentation?",
            like=("one epoch only",),
        ),
        wrong(
            "the loss of the last mini-batch",
            KEEP,
            "losses.append(loss.item())",
            says="You note the loss of an epoch's last mini-batch. The mean over all samples of "
            "the epoch is asked for.",
        ),
        wrong(
            "the sum of the losses",
            KEEP,
            "losses.append(total)",
            says="Your losses are sums over the samples. Means are asked for, so that runs on few "
            "and on many images can be compared.",
        ),
        wrong(
            "every mini-batch weighed by fifty",
            TOTAL,
            "                total += loss.item() * 100\n",
            says="You count every mini-batch as if it had 50 images. The last one is smaller, and "
            "your mean comes out too large.",
        ),
        wrong(
            "tensors in the list",
            KEEP,
            "losses.append(loss)",
            says="Your list holds tensors, each with its notes for a backward pass, and so the "
            "memory fills. A tensor of one number has a method that gives the plain number.",
        ),
        wrong(
            "a loss for every mini-batch",
            TOTAL,
            f"{TOTAL}                losses.append(loss.item())\n",
            f"            {KEEP}\n",
            "",
            says="Your list has a number for each mini-batch. One for each epoch is asked for.",
        ),
        wrong(
            "the last loss alone",
            "    return losses",
            "    return losses[-1]",
            says="You return the last epoch's loss. The list of all epochs is asked for, so that "
            "the curve can be drawn.",
        ),
        wrong(
            "the network returned",
            "    return losses",
            "    return network",
            says="You return the network. It is trained in place, so the caller has it already; "
            "the list of losses is asked for.",
        ),
        wrong(
            "a copy is trained",
            "    losses = []\n",
            "    losses = []\n    import copy\n\n"
            "    network, optimizer = copy.deepcopy((network, optimizer))\n",
            says="You train a copy of the network. The caller's own network should learn: use the "
            "one that came as an argument.",
        ),
        wrong(
            "the images scaled in place",
            "    images, labels = full_data\n",
            "    images, labels = full_data\n    images /= 2\n",
            says="You change the images of full_data in place. The caller will use them again, and "
            "would find other images.",
        ),
    ],
    "load_checkpoint": [
        wrong(
            "loaded without a look",
            CHECKED,
            "    if False:\n",
            says="You leave it to load_state_dict to complain. It raises a RuntimeError, and only "
            "after it has copied the tensors that fit. Compare names and shapes first.",
        ),
        wrong(
            "strict=False",
            CHECKED,
            "    if False:\n",
            LOAD,
            "    network.load_state_dict(state, strict=False)",
            says="With strict=False, tensors that are missing or too many are passed over in "
            "silence: the network keeps some of its old parameters. A file of another network has "
            "to be refused.",
        ),
        wrong(
            "copied before it is checked",
            "    try:\n        state",
            "    try:\n        network.load_state_dict(\n"
            '            torch.load(path, map_location="cpu", weights_only=True), strict=False\n'
            "        )\n    except Exception:\n        pass\n    try:\n        state",
            says="You copy first and check afterwards. When the file is refused, the network has "
            "changed already. Check before anything is copied.",
        ),
        wrong(
            "only the names are compared",
            CHECKED,
            "    if found.keys() != expected.keys():\n",
            says="You compare the names alone. A network of the same layers with other sizes has "
            "the same names: the shapes have to agree, too.",
        ),
        wrong(
            "only the number of tensors is compared",
            CHECKED,
            "    if len(found) != len(expected):\n",
            says="You compare how many tensors there are. Two networks can have as many tensors "
            "with other names or shapes.",
        ),
        wrong(
            "only the numbers of parameters are compared",
            '    found = {name: getattr(tensor, "shape", None) for name, tensor in state.items()}\n'
            f"    expected = {{name: tensor.shape for {ITEMS}}}\n",
            "    found = {name: tensor.numel() for name, tensor in state.items()}\n"
            f"    expected = {{name: tensor.numel() for {ITEMS}}}\n",
            says="You compare how many numbers each tensor has. A transposed weight has as many, "
            "and does not fit: compare the shapes.",
        ),
        wrong(
            "tensors that are too many are passed over",
            CHECKED,
            "    state = {name: state[name] for name in expected if name in state}\n"
            "    if {name: tensor.shape for name, tensor in state.items()} != expected:\n",
            says="Tensors in the file that your network does not have are passed over. They say "
            "that the file is of another network, so refuse it.",
        ),
        wrong(
            "tensors that are missing are passed over",
            CHECKED,
            "    state = {**network.state_dict(), **state}\n"
            "    if {name: tensor.shape for name, tensor in state.items()} != expected:\n",
            says="Where the file lacks a parameter, your network keeps its old one. Half a network "
            "is worse than an error: refuse the file.",
        ),
        wrong(
            "any pickle is read",
            "weights_only=True",
            "weights_only=False",
            says="You let torch.load unpickle anything. A file from elsewhere could run any "
            "program on your computer that way: read weights only.",
        ),
        wrong(
            "wants the GPU back",
            'map_location="cpu", ',
            "",
            says="A file that was written on a GPU cannot be read on a computer without one. "
            "torch.load can be told where the tensors should go.",
        ),
        wrong(
            "damaged files raise what they like",
            "    except FileNotFoundError:\n",
            "    except Exception:\n",
            says="A damaged file raises PyTorch's own error of one kind or another. The caller was "
            "promised a ValueError that says what is wrong with the file.",
        ),
        wrong(
            "what is no dict raises an AttributeError",
            "    if not isinstance(state, dict):\n",
            "    if False:\n",
            says="A file with a list of tensors ends in an AttributeError. Look what kind of thing "
            "was loaded before you use it as a dict.",
        ),
        wrong(
            "errors are printed",
            REFUSED,
            '        print("this file is of another network", differ)\n        return',
            says="You print that the file does not fit, and go on. A caller cannot see that: a "
            "program would go on with the old weights. Raise the error.",
        ),
        wrong(
            "a RuntimeError for another network",
            '        raise ValueError(f"{path} is of another network:',
            '        raise RuntimeError(f"{path} is of another network:',
            says="A file of another network gives a RuntimeError. A ValueError was promised to the "
            "caller, whatever is wrong with the file.",
        ),
        wrong(
            "never put into the network",
            LOAD,
            "    return state",
            says="You read the file and return its tensors, but the network never gets them. Which "
            "method of a network takes such a dict?",
        ),
        wrong(
            "weights without biases",
            LOAD,
            '    names = [name for name in state if name.endswith("weight")]\n'
            "    network.load_state_dict({name: state[name] for name in names}, strict=False)",
            says="Only the weights are loaded, and the biases stay as they were. A network's "
            "parameters are both.",
        ),
        wrong(
            "only the first layer",
            LOAD,
            '    first = {name: state[name] for name in state if name.startswith("0.")}\n'
            "    network.load_state_dict(first, strict=False)",
            says="Only the first layer gets its parameters from the file. All of them belong into "
            "the network.",
        ),
        wrong(
            "an error without a word",
            REFUSED,
            "        raise ValueError",
            says="Your ValueError for a file of another network says nothing. Tell whoever reads "
            "it which file it is and what does not fit.",
        ),
    ],
}

#: Right answers by exercise.
RIGHT = {
    "conv2d": [
        right(
            "loops over images, filters and places",
            """
            m, c, i, j = X.shape
            f, _, p, q = W.shape
            out = np.zeros((m, f, i - p + 1, j - q + 1))
            for s in range(m):
                for filter_ in range(f):
                    for y in range(i - p + 1):
                        for x in range(j - q + 1):
                            window = X[s, :, y : y + p, x : x + q]
                            out[s, filter_, y, x] = np.sum(window * W[filter_]) + b[filter_]
            return out
            """,
        ),
        right(
            "a loop over the filter, whole arrays shifted",
            """
            (p, q), (i, j) = W.shape[2:], X.shape[2:]
            rows, columns = i - p + 1, j - q + 1
            out = np.tile(np.reshape(b, (1, -1, 1, 1)), (len(X), 1, rows, columns)).astype(X.dtype)
            for u in range(p):
                for v in range(q):
                    shifted = X[:, :, u : u + rows, v : v + columns]
                    out += np.einsum("mcij,fc->mfij", shifted, W[:, :, u, v], optimize=True)
            return out
            """,
        ),
        right(
            "einsum over windows",
            """
            windows = sliding_window_view(X, W.shape[-2:], axis=(-2, -1))
            print("windows", windows.shape)
            return np.einsum("mcijpq,fcpq->mfij", windows, W) + b[None, :, None, None]
            """,
        ),
        right(
            "columns of pixels and one matrix product",
            """
            def im2col(images, p, q):
                m, c, i, j = images.shape
                rows, columns = i - p + 1, j - q + 1
                taken = np.empty((m, rows, columns, c, p, q), dtype=images.dtype)
                for y in range(rows):
                    for x in range(columns):
                        taken[:, y, x] = images[:, :, y : y + p, x : x + q]
                return taken.reshape(m * rows * columns, c * p * q), rows, columns

            flat, rows, columns = im2col(X, *W.shape[2:])
            Z = flat @ W.reshape(len(W), -1).T + b
            return np.moveaxis(Z.reshape(len(X), rows, columns, len(W)), 3, 1)
            """,
        ),
        right(
            "SciPy's correlate",
            """
            from scipy.signal import correlate

            found = [[correlate(x, w, mode="valid")[0] + bias for w, bias in zip(W, b)] for x in X]
            return np.array(found)
            """,
        ),
        right(
            "plain Python, number by number",
            """
            m, c, i, j = X.shape
            f, _, p, q = W.shape

            def at(s, k, y, x):
                total = b[k]
                for channel in range(c):
                    for u in range(p):
                        for v in range(q):
                            total = total + W[k, channel, u, v] * X[s, channel, y + u, x + v]
                return total

            return np.array(
                [
                    [
                        [[at(s, k, y, x) for x in range(j - q + 1)] for y in range(i - p + 1)]
                        for k in range(f)
                    ]
                    for s in range(m)
                ]
            )
            """,
        ),
    ],
    "conv2d_backward": [
        right(
            "loops over all places, outer products",
            """
            f, c, p, q = W.shape
            dX, dW, db = np.zeros(X.shape), np.zeros(W.shape), np.zeros(f)
            for s in range(dout.shape[0]):
                for k in range(f):
                    for y in range(dout.shape[2]):
                        for x in range(dout.shape[3]):
                            slope = dout[s, k, y, x]
                            dW[k] += slope * X[s, :, y : y + p, x : x + q]
                            dX[s, :, y : y + p, x : x + q] += slope * W[k]
                            db[k] += slope
            return dX, dW, db
            """,
        ),
        right(
            "windows, and a convolution of the padded dout with turned filters",
            """
            p, q = W.shape[2:]
            windows = sliding_window_view(X, (p, q), axis=(2, 3))
            dW = np.einsum("mfij,mcijpq->fcpq", dout, windows)
            padded = np.pad(dout, [(0, 0), (0, 0), (p - 1, p - 1), (q - 1, q - 1)])
            covering = sliding_window_view(padded, (p, q), axis=(2, 3))
            dX = np.einsum("mfijpq,fcpq->mcij", covering, W[:, :, ::-1, ::-1])
            return dX, dW, np.einsum("mfij->f", dout)
            """,
        ),
        right(
            "the own conv2d for both",
            """
            f, c, p, q = W.shape
            dW = conv2d(X.swapaxes(0, 1), dout.swapaxes(0, 1), np.zeros(f)).swapaxes(0, 1)
            padded = np.pad(dout, ((0, 0), (0, 0), (p - 1, p - 1), (q - 1, q - 1)))
            turned = np.flip(W, axis=(2, 3)).swapaxes(0, 1)
            return [conv2d(padded, turned, np.zeros(c)), dW, dout.sum(axis=3).sum(axis=2).sum(0)]
            """,
        ),
        right(
            "columns of pixels and matrix products",
            """
            m, c, i, j = X.shape
            f, _, p, q = W.shape
            rows, columns = dout.shape[2:]
            slopes = dout.transpose(0, 2, 3, 1).reshape(-1, f)
            windows = sliding_window_view(X, (p, q), axis=(2, 3)).transpose(0, 2, 3, 1, 4, 5)
            dW = (slopes.T @ windows.reshape(-1, c * p * q)).reshape(W.shape)
            back = (slopes @ W.reshape(f, -1)).reshape(m, rows, columns, c, p, q)
            dX = np.zeros_like(X, dtype=float)
            for y in range(rows):
                for x in range(columns):
                    dX[:, :, y : y + p, x : x + q] += back[:, y, x]
            return dX, dW, slopes.sum(axis=0)
            """,
        ),
        right(
            "a loop over the filter with einsum, results made in a dict",
            """
            results = {"dX": np.zeros(X.shape), "dW": np.zeros(W.shape)}
            n_rows, n_columns = dout.shape[-2], dout.shape[-1]
            for place in np.ndindex(*W.shape[2:]):
                down, across = place
                cut = (..., slice(down, down + n_rows), slice(across, across + n_columns))
                results["dW"][(..., *place)] = np.einsum("sfyx,scyx->fc", dout, X[cut])
                results["dX"][cut] += np.einsum("sfyx,fc->scyx", dout, W[(..., *place)])
            print("done")
            return results["dX"], results["dW"], np.array([dout[:, k].sum() for k in range(len(W))])
            """,
        ),
    ],
    "max_pool": [
        right(
            "loops over windows, the places kept",
            """
            m, c, i, j = X.shape
            out = np.empty((m, c, i // size, j // size))
            for y in range(i // size):
                for x in range(j // size):
                    window = X[:, :, y * size : (y + 1) * size, x * size : (x + 1) * size]
                    out[:, :, y, x] = window.max(axis=(2, 3))
            cache = (X, size)
            return out, cache
            """,
        ),
        right(
            "strided slices compared",
            """
            i, j = (side - side % size for side in X.shape[2:])
            out = X[:, :, 0:i:size, 0:j:size].copy()
            for u in range(size):
                for v in range(size):
                    np.maximum(out, X[:, :, u:i:size, v:j:size], out=out)
            return [out, (X, size)]
            """,
        ),
        right(
            "sliding windows, every size-th of them",
            """
            slid = sliding_window_view(X, (size, size), axis=(2, 3))[:, :, ::size, ::size]
            return np.max(slid, axis=(-2, -1)), (X.copy(), size)
            """,
        ),
        right(
            "np.maximum.reduceat along both axes",
            """
            m, c, i, j = X.shape
            i, j = i // size * size, j // size * size
            down = np.maximum.reduceat(X[:, :, :i, :j], np.arange(0, i, size), axis=2)
            out = np.maximum.reduceat(down, np.arange(0, j, size), axis=3)
            return out, (X, size)
            """,
        ),
        right(
            "plain Python with sorted windows",
            """
            m, c, i, j = X.shape

            def largest(s, k, y, x):
                rows = X[s, k, y * size : (y + 1) * size]
                return sorted(v for row in rows for v in row[x * size : (x + 1) * size])[-1]

            shape = (m, c, i // size, j // size)
            out = np.array([largest(*place) for place in np.ndindex(*shape)]).reshape(shape)
            return out, (np.array(X), int(size))
            """,
        ),
    ],
    "max_pool_backward": [
        right(
            "loops over windows and argmax",
            """
            X, size = cache
            dX = np.zeros(X.shape)
            for s, c, y, x in np.ndindex(*dout.shape):
                window = X[s, c, y * size : (y + 1) * size, x * size : (x + 1) * size]
                u, v = np.unravel_index(np.argmax(window), window.shape)
                dX[s, c, y * size + u, x * size + v] = dout[s, c, y, x]
            return dX
            """,
        ),
        right(
            "strided slices, each window given away once",
            """
            X, size = cache
            i, j = (side - side % size for side in X.shape[2:])
            places = [np.s_[:, :, u:i:size, v:j:size] for u in range(size) for v in range(size)]
            largest = np.max([X[place] for place in places], axis=0)
            taken = np.zeros(dout.shape, dtype=bool)
            dX = np.zeros_like(X)
            for place in places:
                here = (X[place] == largest) & ~taken
                dX[place] = np.where(here, dout, 0)
                taken |= here
            return dX
            """,
        ),
        right(
            "flat indices and add.at",
            """
            X, size = cache
            m, c, i, j = X.shape
            slid = sliding_window_view(X, (size, size), axis=(2, 3))[:, :, ::size, ::size]
            down, across = np.divmod(slid.reshape(*dout.shape, -1).argmax(-1), size)
            s, k, y, x = np.indices(dout.shape)
            dX = np.zeros(X.shape)
            np.add.at(dX, (s, k, y * size + down, x * size + across), dout)
            return dX
            """,
        ),
        right(
            "a mask with the first of equals by cumsum",
            """
            X, size = cache
            m, c, rows, columns = dout.shape
            cut = X[:, :, : rows * size, : columns * size]
            flat = cut.reshape(m, c, rows, size, columns, size).transpose(0, 1, 2, 4, 3, 5)
            flat = flat.reshape(m, c, rows, columns, size**2)
            equal = flat == flat.max(axis=-1, keepdims=True)
            mask = equal & (np.cumsum(equal, axis=-1) == 1)
            back = (mask * dout[..., None]).reshape(m, c, rows, columns, size, size)
            back = back.transpose(0, 1, 2, 4, 3, 5).reshape(cut.shape)
            rest = [(0, 0), (0, 0)]
            rest += [(0, whole - part) for whole, part in zip(X.shape[2:], cut.shape[2:])]
            return np.pad(back, rest)
            """,
        ),
        right(
            "plain Python, the largest remembered",
            """
            X, size = cache
            dX = 0.0 * X
            for place, slope in np.ndenumerate(dout):
                s, c, y, x = place
                best, where = -np.inf, None
                for u in range(y * size, (y + 1) * size):
                    for v in range(x * size, (x + 1) * size):
                        if X[s, c, u, v] > best:
                            best, where = X[s, c, u, v], (s, c, u, v)
                dX[where] += slope
            return dX
            """,
        ),
    ],
    "build_cnn": [
        right(
            "a class with named layers and functional steps",
            """
            import torch.nn.functional as F

            class Net(nn.Module):
                def __init__(self, small):
                    super().__init__()
                    side, border = (3, 1) if small else (5, 0)
                    self.conv1 = nn.Conv2d(1, 6, side, padding=border)
                    self.pool = nn.MaxPool2d(2, 2)
                    self.conv2 = nn.Conv2d(6, 16, side, padding=border)
                    self.fc1 = nn.Linear(64 if small else 256, 120)
                    self.fc2 = nn.Linear(120, 84)
                    self.fc3 = nn.Linear(84, 10)

                def forward(self, x):
                    x = self.pool(F.relu(self.conv1(x)))
                    x = self.pool(F.relu(self.conv2(x)))
                    x = torch.flatten(x, 1)
                    x = F.relu(self.fc1(x))
                    x = F.relu(self.fc2(x))
                    return self.fc3(x)

            return Net(small=image_shape[0] == 8)
            """,
        ),
        right(
            "two branches written out, pooling before ReLU",
            """
            head = [nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)]
            if image_shape[0] > 8:
                return nn.Sequential(
                    nn.Conv2d(1, 6, kernel_size=5), nn.MaxPool2d(2), nn.ReLU(),
                    nn.Conv2d(6, 16, kernel_size=5), nn.MaxPool2d(2), nn.ReLU(),
                    nn.Flatten(), nn.Linear(16 * 4 * 4, 120), nn.ReLU(), *head,
                )
            return nn.Sequential(
                nn.Conv2d(1, 6, kernel_size=3, padding="same"), nn.MaxPool2d(2), nn.ReLU(),
                nn.Conv2d(6, 16, kernel_size=3, padding="same"), nn.MaxPool2d(2), nn.ReLU(),
                nn.Flatten(), nn.Linear(16 * 2 * 2, 120), nn.ReLU(), *head,
            )
            """,
        ),
        right(
            "features and classifier, sizes found by a trial",
            """
            from torch.nn import init

            p, border = {28: (5, 0), 8: (3, 1)}[image_shape[0]]

            def block(c, f):
                return nn.Sequential(nn.Conv2d(c, f, p, 1, border), nn.ReLU(True), nn.MaxPool2d(2))

            features = nn.Sequential(block(1, 6), block(6, 16), nn.Flatten())
            with torch.no_grad():
                n = features(torch.zeros(1, 1, *image_shape)).shape[1]
            sizes = [n, 120, 84, 10]
            layers = []
            for wide, narrow in zip(sizes[:-1], sizes[1:]):
                layers += [nn.Linear(wide, narrow), nn.ReLU()]
                init.kaiming_uniform_(layers[-2].weight)
            return nn.Sequential(features, nn.Sequential(*layers[:-1]))
            """,
        ),
        right(
            "a module list, layers made in another order",
            """
            class LeNet(nn.Module):
                def __init__(self):
                    super().__init__()
                    large = tuple(image_shape) == (28, 28)
                    self.out = nn.Linear(84, 10)
                    self.dense = nn.ModuleList(
                        [nn.Linear(256 if large else 64, 120), nn.Linear(120, 84)]
                    )
                    self.convolutions = nn.ModuleList(
                        nn.Conv2d(c, f, 5 if large else 3, padding=0 if large else 1)
                        for c, f in [(1, 6), (6, 16)]
                    )

                def forward(self, images):
                    A = images
                    for layer in self.convolutions:
                        A = nn.functional.max_pool2d(layer(A).clamp(min=0), 2)
                    A = A.view(A.size(0), -1)
                    for layer in self.dense:
                        A = torch.relu(layer(A))
                    return self.out(A)

            return LeNet()
            """,
        ),
        right_edit(
            "with dropout, which is off when it is tested",
            "        nn.Linear(84, 10),\n",
            "        nn.Dropout(0.1),\n        nn.Linear(84, 10),\n",
        ),
    ],
    "train_nn": [
        right_edit(
            "mixed precision",
            "                loss = criterion(network(X), y)\n",
            '                with torch.autocast("cpu", dtype=torch.bfloat16):\n'
            "                    loss = criterion(network(X), y)\n",
        ),
        right(
            "DataLoader and means of mini-batches",
            """
            from torch.utils.data import DataLoader, TensorDataset

            loader = DataLoader(TensorDataset(*full_data), batch_size=64, shuffle=True)
            device = next(network.parameters()).device
            history = []
            for epoch in range(epochs):
                network.train()
                running = []
                for inputs, targets in loader:
                    inputs, targets = inputs.to(device), targets.to(device)
                    optimizer.zero_grad()
                    outputs = network(inputs)
                    loss = criterion(outputs, targets)
                    loss.backward()
                    optimizer.step()
                    running.append(loss.item())
                history.append(sum(running) / len(running))
            return history
            """,
        ),
        right(
            "shuffled copies, slices, an array of losses",
            """
            X, y = full_data
            losses = np.zeros(epochs)
            network.train(True)
            for epoch in range(epochs):
                order = torch.randperm(y.shape[0])
                shuffled, targets = X[order], y[order]
                for first in range(0, len(order), 32):
                    batch = slice(first, first + 32)
                    optimizer.zero_grad(set_to_none=False)
                    loss = criterion(network(shuffled[batch]), targets[batch])
                    loss.backward()
                    optimizer.step()
                    losses[epoch] += float(loss) * len(targets[batch])
            return losses / len(y)
            """,
        ),
        right(
            "gradients set back after the step, batches by a sampler, prints",
            """
            from torch.utils.data import BatchSampler, RandomSampler

            images, labels = full_data[0], full_data[1]
            where = list(network.parameters())[0].device
            result = []
            optimizer.zero_grad()
            for epoch in range(1, epochs + 1):
                network.train()
                seen, total = 0, 0.0
                for rows in BatchSampler(RandomSampler(range(len(labels))), 128, drop_last=False):
                    wanted = labels[rows].to(where)
                    cost = criterion(network(images[rows].to(where)), wanted)
                    cost.backward()
                    optimizer.step()
                    optimizer.zero_grad()
                    total += cost.detach().cpu().numpy() * len(rows)
                    seen += len(rows)
                result.append(total / seen)
                print(f"epoch {epoch}: {result[-1]:.3f}")
            return tuple(result)
            """,
        ),
        right(
            "a helper for an epoch, chunks of any size",
            """
            def one_epoch():
                network.train()
                X, y = full_data
                pieces = torch.randperm(len(X)).chunk(-(-len(X) // 200))
                return sum(one_step(X[rows], y[rows]) * len(rows) for rows in pieces) / len(X)

            def one_step(X, y):
                network.zero_grad()
                loss = criterion(network(X.to(device)), y.to(device))
                loss.backward()
                optimizer.step()
                return loss.item()

            device = next(iter(network.parameters())).device
            return [one_epoch() for _ in range(epochs)]
            """,
        ),
        right(
            "a closure for the optimiser",
            """
            images, labels = full_data
            losses = []
            network.train()
            for epoch in range(epochs):
                costs = []
                for rows in torch.split(torch.randperm(labels.numel()), 50):

                    def closure(rows=rows):
                        optimizer.zero_grad()
                        cost = criterion(network(images[rows]), labels[rows])
                        cost.backward()
                        return cost

                    costs.append(optimizer.step(closure).item())
                losses.append(float(np.mean(costs)))
            return losses
            """,
        ),
    ],
    "load_checkpoint": [
        right(
            "a trial on a copy of the network",
            """
            import copy

            trial = copy.deepcopy(network)
            try:
                state = torch.load(path, weights_only=True, map_location=torch.device("cpu"))
                trial.load_state_dict(state)
            except Exception as problem:
                raise ValueError(f"{path}: {problem}") from problem
            network.load_state_dict(state)
            """,
        ),
        right(
            "the old parameters put back",
            """
            device = next(network.parameters()).device
            before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
            try:
                network.load_state_dict(torch.load(path, map_location=device, weights_only=True))
            except BaseException as error:
                network.load_state_dict(before)
                raise ValueError("this checkpoint cannot be used: " + str(error))
            """,
        ),
        right(
            "tensor by tensor",
            """
            try:
                state = dict(torch.load(path, map_location="cpu"))
            except Exception as error:
                raise ValueError("no checkpoint") from error
            own = network.state_dict()
            if list(sorted(own)) != list(sorted(state)):
                raise ValueError(f"other names: {list(state)}")
            for name in own:
                if tuple(own[name].shape) != tuple(state[name].shape):
                    raise ValueError(f"{name} has the shape {tuple(state[name].shape)}")
            with torch.no_grad():
                for name, tensor in own.items():
                    tensor.copy_(state[name])
            """,
        ),
        right(
            "an error class of its own, and the network returned",
            """
            class CheckpointError(ValueError):
                pass

            def read():
                with open(path, "rb") as file:
                    return torch.load(file, map_location=lambda storage, _: storage)

            try:
                state = read()
            except Exception as error:
                raise CheckpointError(f"cannot read {path}") from error
            if not hasattr(state, "keys"):
                raise CheckpointError("no dict in the file")
            for name, tensor in network.state_dict().items():
                if name not in state or state[name].shape != tensor.shape:
                    raise CheckpointError(f"{name} is missing or has another shape")
            if len(state) > len(network.state_dict()):
                raise CheckpointError("too many tensors in the file")
            network.load_state_dict(state, strict=True)
            return network
            """,
        ),
    ],
}
