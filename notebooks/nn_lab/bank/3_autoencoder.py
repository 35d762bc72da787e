"""The bank for `3_autoencoder`: mistakes, and right answers written otherwise."""

from grading.bank.entry import right, right_edit, wrong

UNPACKED = "W1, b1, W2, b2 = unpack(theta, *layer_shapes(n, n_hidden, n))"
A2 = "sigmoid(X @ W1.T + b1)"
A3 = "sigmoid(a2 @ W2.T + b2)"
COST = "np.sum((a3 - X) ** 2) / (2 * m)"
ERROR = "(a3 - X) * a3 * (1 - a3)"
DELTA3 = f"delta3 = {ERROR}"
DELTA2 = "(delta3 @ W2) * a2 * (1 - a2)"
DW1, DB1 = "delta2.T @ X / m", "delta2.sum(axis=0) / m"
DW2, DB2 = "delta3.T @ a2 / m", "delta3.sum(axis=0) / m"
BY_COLUMNS = (
    "W1, b1, W2, b2 = unpack(theta, (n, n_hidden), (n_hidden,), (n_hidden, n), (n,))\n"
    "    W1, W2 = W1.T, W2.T"
)
PACKED = "pack(dW1, db1, dW2, db2)"
CODES = "sigmoid(X @ W1.T + b1)"
ENCODER_UNPACKED = "W1, b1, _, _ = unpack(theta, *layer_shapes(n, n_hidden, n))"
OWN_CODES = "encode(theta, X, n_hidden)"
DECODED = f"sigmoid({OWN_CODES} @ W2.T + b2)"
DECODER_UNPACKED = "_, _, W2, b2 = unpack(theta, *layer_shapes(n, n_hidden, n))"
ENCODER = "theta[: n * n_hidden].reshape(n_hidden, n)"
DECODER = "theta[-n * n_hidden - n : -n].reshape(n, n_hidden)"

#: Mistakes by exercise.
WRONG = {
    "autoencoder_cost_and_gradient": [
        # The cost.
        wrong(
            "the half of the cost is left out",
            COST,
            "np.sum((a3 - X) ** 2) / m",
            says="Your J is twice what it should be, and your gradient is the slope of half of "
            "it. Look at the factor in front of the sum in the formula of J.",
        ),
        wrong(
            "half left out, cost and gradient",
            COST,
            "np.sum((a3 - X) ** 2) / m",
            DELTA3,
            f"delta3 = 2 * {ERROR}",
            says="Your J and your gradient fit each other, but both are twice as large as they "
            "should be. Which factor stands in front of the sum in the formula of J?",
        ),
        wrong(
            "the factor 2 of the square kept in the gradient",
            DELTA3,
            f"delta3 = 2 * {ERROR}",
            says="Your J is right, but your whole gradient is twice as large as the slope of J. "
            "The 2 that comes from the square meets the half in front of the sum.",
        ),
        wrong(
            "the cost is a mean over the pixels, too",
            COST,
            "np.mean((a3 - X) ** 2) / 2",
            says="Your J is n times too small: you average over the pixels as well. J adds up "
            "the n pixels of an image, and is a mean over the m images only.",
        ),
        wrong(
            "a mean over the pixels, in cost and gradient",
            COST,
            "np.mean((a3 - X) ** 2) / 2",
            DELTA3,
            f"delta3 = {ERROR} / n",
            says="Your J and your gradient fit each other, but both are n times too small. The "
            "cost adds up the pixels of an image; only over the images is it a mean.",
        ),
        wrong(
            "the cost is a sum over the images",
            COST,
            "np.sum((a3 - X) ** 2) / 2",
            says="Your J is m times too large: it grows when the same images come twice. The "
            "cost is a mean over the images, as your gradient already is.",
        ),
        wrong(
            "no mean over the images at all",
            "m, n = X.shape",
            "m, n = 1, X.shape[1]",
            says="Your J and your gradient are both m times too large. The cost is a mean over "
            "the images: three copies of each must cost as much as one.",
        ),
        wrong(
            "divided by the number of pixels",
            "m, n = X.shape",
            "m = n = X.shape[1]",
            says="You divide by the number of pixels where the number of images is due. Which "
            "axis of X counts the images?",
        ),
        wrong(
            "distances not squared",
            COST,
            "np.sum(np.linalg.norm(a3 - X, axis=1)) / (2 * m)",
            says="You add up the distances themselves. The cost takes each image's distance "
            "squared, so there is no root in it.",
        ),
        wrong(
            "absolute differences",
            COST,
            "np.sum(np.abs(a3 - X)) / (2 * m)",
            says="Your J adds up absolute differences. The cost is made of squared differences, "
            "and so is the slope that your gradient gives.",
        ),
        wrong(
            "one cost for each image",
            COST,
            "np.sum((a3 - X) ** 2, axis=1) / 2",
            says="Your J is an array with one cost for each image. An optimiser needs a single "
            "number: what becomes of the m costs in the formula of J?",
        ),
        wrong(
            "cross-entropy as the cost alone",
            COST,
            "-np.sum(X * np.log(a3) + (1 - X) * np.log(1 - a3)) / m",
            says="Your J is the cross-entropy, while your gradient is that of the squared error. "
            "The two must belong to the same cost, and this exercise asks for half the "
            "squared distance.",
        ),
        wrong(
            "cross-entropy, cost and gradient",
            COST,
            "-np.sum(X * np.log(a3) + (1 - X) * np.log(1 - a3)) / m",
            DELTA3,
            "delta3 = a3 - X",
            says="You minimise the cross-entropy. Your gradient fits it, but the cost asked for "
            "here is half the squared distance, whose error term has one more factor.",
        ),
        # The error terms.
        wrong(
            "the mean image is the target",
            DELTA3,
            "delta3 = (a3 - X.mean(axis=0)) * a3 * (1 - a3)",
            says="Your error term compares each output with the mean image. The target of an "
            "image is that image itself, as it is in your J.",
        ),
        wrong(
            "target minus output",
            DELTA3,
            "delta3 = (X - a3) * a3 * (1 - a3)",
            says="Your gradient has the wrong sign: it points downhill, and minimising would "
            "climb. Which comes first in the difference when you differentiate J by the "
            "output?",
        ),
        wrong(
            "the error squared in the output's term",
            DELTA3,
            "delta3 = (a3 - X) ** 2 * a3 * (1 - a3)",
            says="Your error term of the output holds the squared difference. Differentiating a "
            "square leaves the difference itself, with its sign.",
        ),
        wrong(
            "no derivative of the output's sigmoid",
            DELTA3,
            "delta3 = a3 - X",
            says="Your output error term lacks the slope of the output's sigmoid. It only "
            "cancels with the cross-entropy; here the cost is a squared error.",
        ),
        wrong(
            "the output's slope from z3",
            DELTA3,
            "z3 = a2 @ W2.T + b2\n    delta3 = (a3 - X) * z3 * (1 - z3)",
            says="You take the slope of the output's sigmoid from its net input. This form of "
            "the slope needs the activation: what goes into the sigmoid and what comes out "
            "are two things.",
        ),
        wrong(
            "the slope at the image, too",
            DELTA3,
            f"delta3 = {ERROR} * X * (1 - X)",
            says="Your error term has an extra factor made of X. That X is the target does not "
            "change the chain rule: the gradient is taken by the parameters, and X is none.",
        ),
        wrong(
            "no derivative of the code's sigmoid",
            DELTA2,
            "delta3 @ W2",
            says="Your decoder's gradient is right, the encoder's is not: on the way back "
            "through the code the slope of its sigmoid is missing.",
        ),
        wrong(
            "the factor 1 - a3 is left out",
            DELTA3,
            "delta3 = (a3 - X) * a3",
            says="Your output error term has only half of the sigmoid's slope: a3 is there, and "
            "the factor that makes it small near 1 is missing.",
        ),
        wrong(
            "the factor 1 - a2 is left out",
            DELTA2,
            "(delta3 @ W2) * a2",
            says="Your code's error term has only half of the sigmoid's slope: a2 is there, and "
            "the factor that makes it small near 1 is missing.",
        ),
        wrong(
            "the code's error comes from the raw difference",
            DELTA2,
            "((a3 - X) @ W2) * a2 * (1 - a2)",
            says="You send the plain difference a3 - X back to the code. What goes back through "
            "W2 is the output's error term, with the slope of the output's sigmoid in it.",
        ),
        wrong(
            "weights stand where the activations belong",
            DW1,
            "delta2.mean(axis=0)[:, None] * W1",
            DW2,
            "delta3.mean(axis=0)[:, None] * W2",
            says="Your dW1 and dW2 hold the weights themselves. The slope by a weight is the error "
            "term times what went *in* through that weight: the image, or the code.",
        ),
        wrong(
            "weights for activations, and the raw difference goes back",
            DELTA2,
            "((a3 - X) @ W2) * a2 * (1 - a2)",
            DW1,
            "delta2.mean(axis=0)[:, None] * W1",
            DW2,
            "delta3.mean(axis=0)[:, None] * W2",
            says="There are two mistakes. Your dW1 and dW2 hold the weights where the layers' "
            "inputs belong; and what you send back through W2 lacks the slope of the output's "
            "sigmoid.",
        ),
        wrong(
            "the biases' gradients are not summed",
            DB1,
            "delta2 / m",
            DB2,
            "delta3 / m",
            says="Your db1 and db2 still have a row for each image, so your gradient is longer "
            "than theta. All images share one bias: add up over them.",
        ),
        wrong(
            "the biases' gradients are row sums of the weights' gradients",
            DB1,
            "(delta2.T @ X).sum(axis=1) / m",
            DB2,
            "(delta3.T @ a2).sum(axis=1) / m",
            says="Your db1 and db2 are sums over dW1 and dW2, which have the activations in them. "
            "A bias is a weight whose input is 1: sum the error terms alone, over the images.",
        ),
        wrong(
            "the code's slope from sigmoid of a2",
            DELTA2,
            "(delta3 @ W2) * sigmoid(a2) * (1 - sigmoid(a2))",
            says="You apply the sigmoid to a2, which has been through it already. The slope at "
            "the code needs the activation as it is.",
        ),
        wrong(
            "tied weights on the way back",
            DELTA2,
            "(delta3 @ W1.T) * a2 * (1 - a2)",
            says="Your errors go back to the code through the encoder's weights. They must take "
            "the way by which the code went forward: through which matrix was that?",
        ),
        wrong(
            "the mean over the images taken twice",
            DELTA2,
            f"{DELTA2} / m",
            says="Your encoder's gradient is m times too small: you divide by m in the error "
            "term of the code, and once more in the gradient. Once is enough.",
        ),
        # The forward pass.
        wrong(
            "linear output",
            A3,
            "a2 @ W2.T + b2",
            says="Your reconstruction lacks the sigmoid of the output layer. With W2 and b2 "
            "zero, every output should be 0.5, and yours is 0.",
        ),
        wrong(
            "linear output, cost and gradient",
            A3,
            "a2 @ W2.T + b2",
            DELTA3,
            "delta3 = a3 - X",
            says="Your decoder is linear, and your gradient fits that. The network of this "
            "exercise has a sigmoid in the output layer as well, in the cost and in the "
            "error term.",
        ),
        wrong(
            "the output's bias is left out",
            A3,
            "sigmoid(a2 @ W2.T)",
            says="Your b2 takes no part in the reconstruction: change it, and J stays as it is. "
            "Which parameter is missing from z3?",
        ),
        wrong(
            "the code's bias is left out",
            A2,
            "sigmoid(X @ W1.T)",
            says="Your b1 takes no part in the code: change it, and J stays as it is. Which "
            "parameter is missing from z2?",
        ),
        wrong(
            "tied weights in the forward pass",
            A3,
            "sigmoid(a2 @ W1 + b2)",
            says="Your decoder uses the encoder's weights. Some autoencoders share them, but "
            "this one has a W2 of its own, and J must change with it.",
        ),
        wrong(
            "tanh in the hidden layer",
            A2,
            "np.tanh(X @ W1.T + b1)",
            says="Your code comes out of tanh, while the slope in your backward pass is that of "
            "the sigmoid. The hidden layer of this network has the sigmoid.",
        ),
        # Weights and biases.
        wrong(
            "the code's net input in dW2",
            DW2,
            "delta3.T @ (X @ W1.T + b1) / m",
            says="Your dW2 is made with the net input of the hidden layer. The decoder never saw "
            "that: what does W2 multiply in the forward pass?",
        ),
        wrong(
            "the encoder's gradient for dW2",
            DW2,
            "(delta2.T @ X).T / m",
            says="Your dW2 is the encoder's gradient, transposed. The decoder's weights lie "
            "between the code and the output: which activations and which error term meet "
            "there?",
        ),
        wrong(
            "dW1 is a sum over the images",
            DW1,
            "delta2.T @ X",
            says="Your dW1 is m times too large: the cost is a mean over the images, and so is "
            "each of its slopes. The other three gradients are right.",
        ),
        wrong(
            "dW2 is a sum over the images",
            DW2,
            "delta3.T @ a2",
            says="Your dW2 is m times too large: the cost is a mean over the images, and so is "
            "each of its slopes. The other three gradients are right.",
        ),
        wrong(
            "dW1 transposed",
            DW1,
            "X.T @ delta2 / m",
            says="Your dW1 has the shape (n, h), that of W1 turned over. As a flat vector the "
            "length is right, but the numbers stand in other places.",
        ),
        wrong(
            "dW2 turned by reshape",
            DW2,
            "(a2.T @ delta3).reshape(n, n_hidden) / m",
            says="You made dW2 fit with reshape. That keeps the numbers in their old order, row "
            "by row; it does not exchange rows and columns. What does?",
        ),
        wrong(
            "db1 is a sum over the images",
            DB1,
            "delta2.sum(axis=0)",
            says="Your db1 is m times too large: a bias's gradient is a mean over the images, as "
            "that of the weights is.",
        ),
        wrong(
            "db2 is a sum over the images",
            DB2,
            "delta3.sum(axis=0)",
            says="Your db2 is m times too large: a bias's gradient is a mean over the images, as "
            "that of the weights is.",
        ),
        wrong(
            "no gradient is a mean",
            DW1,
            "delta2.T @ X",
            DB1,
            "delta2.sum(axis=0)",
            DW2,
            "delta3.T @ a2",
            DB2,
            "delta3.sum(axis=0)",
            says="Your gradient has the right direction but is m times too large. Your J is a "
            "mean over the images, and its slope is one, too.",
        ),
        wrong(
            "no mean in the decoder's gradient",
            DW2,
            "delta3.T @ a2",
            DB2,
            "delta3.sum(axis=0)",
            says="The decoder's half of your gradient is m times too large, the encoder's is "
            "right. The mean over the images belongs to both layers.",
        ),
        wrong(
            "both bias gradients averaged twice",
            DB1,
            "delta2.mean(axis=0) / m",
            DB2,
            "delta3.mean(axis=0) / m",
            says="Your db1 and db2 are m times too small: you take a mean, and then divide by m "
            "again.",
        ),
        wrong(
            "db1 of the last image",
            DB1,
            "delta2[-1]",
            says="Your db1 knows the last image alone. All images share the bias, so each of "
            "them has its part in this gradient.",
        ),
        wrong(
            "db1 is zero",
            DB1,
            "0 * b1",
            says="Your db1 is always zero, so b1 would never be trained. How does J change when "
            "b1 does?",
        ),
        wrong(
            "db2 is a single number",
            DB2,
            "delta3.sum() / m",
            says="Your db2 is one number, the sum over images and pixels. Each output has its "
            "own bias, so db2 needs n numbers: sum over one axis only.",
        ),
        wrong(
            "db1 summed over the hidden units",
            DB1,
            "delta2.sum(axis=1) / m",
            says="Your db1 has one number for each image. It should have one for each hidden "
            "unit: which axis has to disappear in the sum?",
        ),
        # The flat vector.
        wrong(
            "both weight gradients packed before the biases'",
            PACKED,
            "pack(dW1, dW2, db1, db2)",
            says="Your gradients are right, but packed in another order than theta. Each number "
            "of the gradient must stand where its parameter stands.",
        ),
        wrong(
            "the decoder's gradient packed first",
            PACKED,
            "pack(dW2, db2, dW1, db1)",
            says="You pack the decoder's gradient first. Each number of the gradient must stand "
            "where its parameter stands in theta, and theta begins with the encoder.",
        ),
        wrong(
            "theta cut in the order W1, W2, b1, b2",
            UNPACKED,
            "W1, W2, b1, b2 = unpack(theta, (n_hidden, n), (n, n_hidden), (n_hidden,), (n,))",
            PACKED,
            "pack(dW1, dW2, db1, db2)",
            says="You cut theta as if both weights came first and then both biases. Read the "
            "order of its four parts in the text once more: what comes right after W1?",
        ),
        wrong(
            "theta read column by column",
            UNPACKED,
            BY_COLUMNS,
            says="You fill W1 and W2 column by column. In theta they lie row by row: the first n "
            "numbers are the weights of the first hidden unit.",
        ),
        wrong(
            "theta read and written column by column",
            UNPACKED,
            BY_COLUMNS,
            PACKED,
            "pack(dW1.T, db1, dW2.T, db2)",
            says="Your J and gradient fit each other, but you read and write both weight "
            "matrices column by column. In theta they lie row by row: the first n numbers "
            "belong to the first hidden unit.",
        ),
        wrong(
            "W2 read as (h, n)",
            UNPACKED,
            f"{UNPACKED}\n    W2 = W2.reshape(n_hidden, n).T",
            PACKED,
            "pack(dW1, db1, dW2.T, db2)",
            says="You read W2 as a matrix of h rows. It has a row for each output, of which "
            "there are n: the shape decides which number of theta is which weight.",
        ),
        wrong(
            "the gradients are not packed",
            PACKED,
            "(dW1, db1, dW2, db2)",
            says="Your second result is four arrays. An optimiser wants one flat vector, as long "
            "as theta and in the same order.",
        ),
        wrong(
            "results in the wrong order",
            f"return J, {PACKED}",
            f"return {PACKED}, J",
            says="You return the gradient first and the cost second. The docstring names the two "
            "results in the other order.",
        ),
        wrong(
            "gradient of the decoder alone",
            PACKED,
            "pack(0 * dW1, 0 * db1, dW2, db2)",
            says="Your gradient of the encoder is zero, so only the decoder would learn. J "
            "depends on W1 and b1 as well, through the code.",
        ),
        wrong(
            "weight decay in the gradient alone",
            PACKED,
            "pack(dW1 + 0.01 * W1, db1, dW2 + 0.01 * W2, db2)",
            says="Your gradient has a term of weight decay that your J does not know. The cost "
            "of this exercise has no regularisation, and a gradient must belong to its "
            "cost.",
        ),
        wrong(
            "a step downhill taken inside",
            "    return J",
            f"    theta -= 0.1 * {PACKED}\n    return J",
            says="Your function changes theta. It should only say what the cost and its slope "
            "are; taking steps is the optimiser's work, and it still needs the old theta.",
        ),
        wrong(
            "the images changed in place",
            "    delta3 =",
            "    X -= a3\n    delta3 =",
            says="Your function writes into X. The caller still needs the images, and your own "
            "later lines then use changed ones. Give the difference a name of its own.",
        ),
    ],
    "encode": [
        wrong(
            "the reconstruction instead of the code",
            CODES,
            f"sigmoid({CODES} @ {DECODER}.T + theta[-n:])",
            says="You return the reconstruction, with n numbers for each image. The code is what "
            "the hidden layer says, n_hidden numbers for each image: stop halfway.",
        ),
        wrong(
            "a column for each image",
            CODES,
            f"{CODES}.T",
            says="Your codes have a column for each image. Samples are rows everywhere in this "
            "lab, so the shape should be (m, n_hidden).",
        ),
        wrong(
            "the net input of the code",
            CODES,
            "X @ W1.T + b1",
            says="You return the net input of the hidden layer. The code is its activation, and "
            "that lies between 0 and 1.",
        ),
        wrong(
            "the bias is left out",
            CODES,
            "sigmoid(X @ W1.T)",
            says="Your codes do not change with b1. An image without any ink should get the "
            "sigmoid of b1 as its code, and yours gets 0.5 everywhere.",
        ),
        wrong(
            "the bias added after the sigmoid",
            CODES,
            "sigmoid(X @ W1.T) + b1",
            says="You add b1 after the sigmoid, so your codes can leave the range from 0 to 1. "
            "The bias belongs to the net input.",
        ),
        wrong(
            "the sigmoid applied twice",
            CODES,
            f"sigmoid({CODES})",
            says="Your codes all lie between 0.5 and 0.74: the sigmoid is applied twice. Each "
            "layer has it once.",
        ),
        wrong(
            "tanh for the sigmoid",
            CODES,
            "np.tanh(X @ W1.T + b1)",
            says="Your codes come out of tanh and can be negative. The network was trained with "
            "the sigmoid, so its codes need the sigmoid, too.",
        ),
        wrong(
            "ReLU for the sigmoid",
            CODES,
            "np.maximum(X @ W1.T + b1, 0)",
            says="You cut the net input off at zero, as ReLU does. The network was trained with "
            "the sigmoid: its codes lie between 0 and 1.",
        ),
        wrong(
            "the sigmoid's exponent without its minus",
            CODES,
            "1 / (1 + np.exp(X @ W1.T + b1))",
            says="Your codes are 1 minus what they should be: in your sigmoid the exponent lost "
            "its sign. A large net input should give an activation near 1.",
        ),
        wrong(
            "softmax over the hidden units",
            CODES,
            "np.exp(X @ W1.T + b1) / np.exp(X @ W1.T + b1).sum(axis=1, keepdims=True)",
            says="Your codes add up to 1 for each image: that is a softmax. Hidden units do not "
            "compete; each has a sigmoid of its own.",
        ),
        wrong(
            "codes of zeros and ones",
            CODES,
            "(X @ W1.T + b1 > 0) * 1.0",
            says="You turn the code into zeros and ones. What the decoder works with is how far "
            "each unit is on, a number in between.",
        ),
        wrong(
            "the code of the first image alone",
            CODES,
            "sigmoid(X[0] @ W1.T + b1)",
            says="You encode the first image alone. The codes of all m images are asked for, one "
            "row each.",
        ),
        wrong(
            "images centred on their mean",
            CODES,
            "sigmoid((X - X.mean(axis=0)) @ W1.T + b1)",
            says="You subtract the mean of the images first, as PCA does. The autoencoder was "
            "trained on the images as they are, and a code must not depend on the other "
            "images.",
        ),
        wrong(
            "images scaled one by one",
            CODES,
            "sigmoid(X / X.max(axis=1, keepdims=True) @ W1.T + b1)",
            says="You scale each image to its own maximum first. The network was trained on the "
            "images as they are: the scaling changes their codes.",
        ),
        wrong(
            "the decoder's weights",
            CODES,
            f"sigmoid(X @ {DECODER} + b1)",
            says="You encode with the decoder's weights. W1 and W2 have as many numbers, but the "
            "encoder is the first of the two in theta.",
        ),
        wrong(
            "W1 read column by column",
            CODES,
            "sigmoid(X @ W1.ravel().reshape(n, n_hidden) + b1)",
            says="You fill W1 column by column. In theta it lies row by row: the first n numbers "
            "are the weights of the first hidden unit.",
        ),
        wrong(
            "theta cut in the order W1, W2, b1, b2",
            ENCODER_UNPACKED,
            "W1, _, b1, _ = unpack(theta, (n_hidden, n), (n, n_hidden), (n_hidden,), (n,))",
            says="Your b1 is cut out of the wrong place: you read theta as if both weights came "
            "first. What comes right after W1?",
        ),
        wrong(
            "the bias from the end of theta",
            CODES,
            "sigmoid(X @ W1.T + theta[-n_hidden:])",
            says="You take the last h numbers of theta for the bias of the code. There the "
            "decoder's bias lies; the encoder's stands right after its weights.",
        ),
        wrong(
            "the bias from the start of theta",
            CODES,
            "sigmoid(X @ W1.T + theta[:n_hidden])",
            says="You take the first h numbers of theta for the bias. Those are weights: theta "
            "begins with W1, and b1 comes after it.",
        ),
        wrong(
            "codes rounded to three digits",
            CODES,
            f"{CODES}.round(3)",
            says="You round the codes. The check shows three digits so that it can be read; your "
            "function should keep them all.",
        ),
        wrong(
            "the images changed in place",
            f"return {CODES}",
            f"X -= X.mean(axis=0)\n    return {CODES}",
            says="Your function writes into X: afterwards the caller's images are no longer what "
            "they were. Besides, their codes are those of changed images.",
        ),
    ],
    "reconstruct": [
        wrong(
            "the code instead of the reconstruction",
            DECODED,
            OWN_CODES,
            says="You return the code, h numbers for each image. The decoder still has to make n "
            "pixels of it.",
        ),
        wrong(
            "the images themselves",
            DECODED,
            "X.copy()",
            says="You return the images as they came. The reconstruction is what the decoder "
            "makes of the code, and it has to change with theta.",
        ),
        wrong(
            "the decoder's net input",
            DECODED,
            f"{OWN_CODES} @ W2.T + b2",
            says="You return the net input of the output layer. Its sigmoid is still missing: a "
            "pixel lies between 0 and 1.",
        ),
        wrong(
            "the bias is left out",
            DECODED,
            f"sigmoid({OWN_CODES} @ W2.T)",
            says="Your reconstructions do not change with b2. With W2 zero they should be the "
            "sigmoid of b2, and yours are 0.5 everywhere.",
        ),
        wrong(
            "the bias added after the sigmoid",
            DECODED,
            f"sigmoid({OWN_CODES} @ W2.T) + b2",
            says="You add b2 after the sigmoid, so your pixels can leave the range from 0 to 1. "
            "The bias belongs to the net input.",
        ),
        wrong(
            "W2 not transposed",
            DECODED,
            f"sigmoid({OWN_CODES} @ W2 + b2)",
            says="Your matrix product does not fit: the codes are (m, h) and W2 is (n, h). The h "
            "has to meet the h. Which of the two must be turned over?",
        ),
        wrong(
            "tied weights",
            DECODED,
            f"sigmoid({OWN_CODES} @ {ENCODER} + b2)",
            says="You decode with the encoder's weights. Some autoencoders share them, but this "
            "one has a W2 of its own, further on in theta.",
        ),
        wrong(
            "W2 read column by column",
            DECODED,
            f"sigmoid({OWN_CODES} @ W2.reshape(-1, n) + b2)",
            says="You made W2 fit with reshape. That keeps the numbers in their old order; it "
            "does not exchange rows and columns. W2 has a row for each pixel.",
        ),
        wrong(
            "theta cut in the order W1, W2, b1, b2",
            DECODER_UNPACKED,
            "_, W2, _, b2 = unpack(theta, (n_hidden, n), (n, n_hidden), (n_hidden,), (n,))",
            says="Your W2 begins h numbers too early: you read theta as if both weights came "
            "first. What lies between W1 and W2?",
        ),
        wrong(
            "the sigmoid applied twice",
            DECODED,
            f"sigmoid({DECODED})",
            says="Your pixels all lie between 0.5 and 0.74: the sigmoid is applied twice. The "
            "output layer has it once.",
        ),
        wrong(
            "tanh for the output's sigmoid",
            DECODED,
            f"np.tanh({OWN_CODES} @ W2.T + b2)",
            says="Your output layer uses tanh, and pixels can become negative. The network was "
            "trained with the sigmoid there.",
        ),
        wrong(
            "softmax over the pixels",
            f"return {DECODED}",
            f"X_hat = np.exp({OWN_CODES} @ W2.T + b2)\n"
            + "    return X_hat / X_hat.sum(axis=1, keepdims=True)",
            says="The pixels of each of your images add up to 1: that is a softmax. Pixels do "
            "not compete; each has a sigmoid of its own.",
        ),
        wrong(
            "no sigmoid in the hidden layer",
            DECODER_UNPACKED,
            UNPACKED,
            DECODED,
            "sigmoid((X @ W1.T + b1) @ W2.T + b2)",
            says="You decode the net input of the hidden layer. The code is its activation: a "
            "sigmoid lies between the two layers, too.",
        ),
        wrong(
            "the hidden layer's bias is left out",
            DECODER_UNPACKED,
            UNPACKED,
            DECODED,
            "sigmoid(sigmoid(X @ W1.T) @ W2.T + b2)",
            says="Your reconstructions do not change with b1. The code needs it, or you call the "
            "encode of exercise 2, which makes the whole code.",
        ),
        wrong(
            "codes of zeros and ones",
            DECODED,
            f"sigmoid(np.round({OWN_CODES}) @ W2.T + b2)",
            says="You round the code to zeros and ones before decoding. How far a unit is on is "
            "what the code has to say: hand it on as it is.",
        ),
        wrong(
            "pixels of zeros and ones",
            DECODED,
            f"np.round({DECODED})",
            says="You make each pixel black or white. The reconstruction is the activation "
            "itself, with all shades of grey.",
        ),
        wrong(
            "pixels rounded to two digits",
            DECODED,
            f"{DECODED}.round(2)",
            says="You round the pixels. The check shows a few digits so that it can be read; "
            "your function should keep them all.",
        ),
        wrong(
            "a column for each image",
            DECODED,
            f"{DECODED}.T",
            says="Your reconstructions have a column for each image. They should have the shape "
            "of X, a row for each image.",
        ),
        wrong(
            "scaled to a largest pixel of 1",
            f"return {DECODED}",
            f"X_hat = {DECODED}\n    return X_hat / X_hat.max()",
            says="You stretch the reconstructions so that the brightest pixel is 1. The "
            "decoder's answer is asked for as it is: how faint it is belongs to the error.",
        ),
        wrong(
            "the mean image added",
            DECODED,
            f"X.mean(axis=0) + {DECODED}",
            says="You add the mean image, as PCA does. The autoencoder's output is the whole "
            "image already, and it must not depend on the other images.",
        ),
        wrong(
            "the difference from the image",
            DECODED,
            f"{DECODED} - X",
            says="You return how far the reconstruction is from the image. The reconstruction "
            "itself is asked for; the error is computed later.",
        ),
        wrong(
            "the images changed in place",
            f"return {DECODED}",
            f"X[:] = {DECODED}\n    return X",
            says="Your reconstructions overwrite the images in X. Then nobody can compare the "
            "two: return a new array.",
        ),
    ],
}

#: Right answers by exercise.
RIGHT = {
    "autoencoder_cost_and_gradient": [
        right(
            "a bias is a weight of an input that is 1",
            """
        m, n = X.shape
        ends = np.cumsum([n_hidden * n, n_hidden, n * n_hidden])
        W1, b1, W2, b2 = np.split(np.array(theta), ends)
        W1, W2 = W1.reshape(n_hidden, n), W2.reshape(n, n_hidden)
        inputs = np.column_stack([X, np.ones(m)])  # a bias is a weight of an input that is 1
        code = 0.5 + 0.5 * np.tanh(0.5 * (inputs @ np.column_stack([W1, b1]).T))
        codes = np.column_stack([code, np.ones(m)])
        out = 0.5 + 0.5 * np.tanh(0.5 * (codes @ np.column_stack([W2, b2]).T))
        blame_out = (out - X) * out * (1 - out) / m
        blame_code = np.einsum("mn,nh->mh", blame_out, W2) * code * (1 - code)
        slopes_1 = np.einsum("mh,mn->hn", blame_code, inputs)
        slopes_2 = np.einsum("mn,mh->nh", blame_out, codes)
        pieces = (slopes_1[:, :-1], slopes_1[:, -1], slopes_2[:, :-1], slopes_2[:, -1])
        return 0.5 * np.mean([d @ d for d in out - X]), np.concatenate([p.ravel() for p in pieces])
        """,
        ),
        right(
            "a loop over the images",
            """
        m, n = X.shape
        W1, b1, W2, b2 = unpack(theta, *layer_shapes(n, n_hidden, n))
        J = 0.0
        dW1, db1, dW2, db2 = (np.zeros_like(each) for each in (W1, b1, W2, b2))
        for x in X:
            code = sigmoid(W1 @ x + b1)
            output = sigmoid(W2 @ code + b2)
            distance = output - x
            J += distance @ distance / (2 * m)
            error = distance * output * (1 - output)
            error_code = (W2.T @ error) * code * (1 - code)
            dW1 += np.outer(error_code, x) / m
            db1 += error_code / m
            dW2 += np.outer(error, code) / m
            db2 += error / m
        return J, pack(dW1, db1, dW2, db2)
        """,
        ),
        right(
            "columns are images, in Fortran order",
            """
        n, m = X.T.shape
        cut = n_hidden * n
        W1 = np.asfortranarray(theta[:cut].reshape((n_hidden, n)))
        b1 = theta[cut : cut + n_hidden].reshape(-1, 1)
        W2 = np.asfortranarray(theta[cut + n_hidden : -n].reshape((n, n_hidden)))
        b2 = theta[-n:].reshape(-1, 1)
        x = X.T
        a = sigmoid(np.dot(W1, x) + b1)
        out = sigmoid(np.dot(W2, a) + b2)
        d3 = np.multiply(out - x, out * (1 - out))
        d2 = np.multiply(np.dot(W2.T, d3), a * (1 - a))
        slopes = [np.dot(d2, x.T), d2.sum(axis=1), np.dot(d3, a.T), d3.sum(axis=1)]
        return [np.linalg.norm(out - x) ** 2 / m / 2, np.hstack([s.flatten() for s in slopes]) / m]
        """,
        ),
        right(
            "gradients written into one vector, made read-only",
            """
        from scipy.special import expit

        m, n = X.shape
        shapes = layer_shapes(n, n_hidden, n)
        grad = np.zeros(len(theta))
        W1, b1, W2, b2 = unpack(theta, *shapes)
        dW1, db1, dW2, db2 = unpack(grad, *shapes)  # views: what is written to them is in grad
        code = expit(X @ W1.T + b1)
        output = expit(code @ W2.T + b2)
        error = (output - X) / m * output * (1 - output)
        np.matmul(error.T, code, out=dW2)
        np.sum(error, axis=0, out=db2)
        error = error @ W2 * (code - code**2)
        np.matmul(error.T, X, out=dW1)
        np.sum(error, axis=0, out=db1)
        grad.flags.writeable = False
        return np.array(0.5 * np.mean(np.sum(np.square(output - X), axis=1))), grad
        """,
        ),
        right(
            "a class of layers that remember",
            """
        class Layer:
            def __init__(self, W, b):
                self.W, self.b = W, b

            def forward(self, A):
                self.inputs = A
                self.outputs = sigmoid(A @ self.W.T + self.b)
                return self.outputs

            def backward(self, slope):
                delta = slope * self.outputs * (1 - self.outputs)
                self.gradients = delta.T @ self.inputs, delta.sum(axis=0)
                return delta @ self.W

        m, n = X.shape
        W1, b1, W2, b2 = unpack(theta, *layer_shapes(n, n_hidden, n))
        encoder, decoder = Layer(W1, b1), Layer(W2, b2)
        distance = decoder.forward(encoder.forward(X)) - X
        encoder.backward(decoder.backward(distance / m))
        return np.sum(distance**2) / 2 / m, pack(*encoder.gradients, *decoder.gradients)
        """,
        ),
        right(
            "helper functions, activations recomputed, and some printing",
            """
        def activation(A, W, b):
            return 1 / (1 + np.exp(-(np.einsum("ij,kj->ik", A, W) + b)))

        m, n = X.shape
        size = n * n_hidden
        W1 = np.reshape(theta[:size], (n_hidden, n))
        b1 = theta[size : size + n_hidden]
        W2 = np.reshape(theta[size + n_hidden : 2 * size + n_hidden], (n, n_hidden))
        b2 = theta[2 * size + n_hidden :]
        code = lambda: activation(X, W1, b1)
        output = lambda: activation(code(), W2, b2)
        slope = lambda a: a * (1.0 - a)
        delta3 = (output() - X) * slope(output())
        delta2 = delta3.dot(W2) * slope(code())
        print("shapes:", delta2.shape, delta3.shape)
        grad = np.concatenate(
            (
                np.einsum("ij,ik->jk", delta2, X).ravel() / m,
                np.mean(delta2, axis=0),
                np.einsum("ij,ik->jk", delta3, code()).ravel() / m,
                np.mean(delta3, axis=0),
            )
        )
        return float(((X - output()) ** 2).sum(axis=1).mean() / 2), grad
        """,
        ),
        right_edit(
            "the mean early, in the output's error term",
            ERROR,
            f"{ERROR} / m",
            DW1,
            "delta2.T @ X",
            DB1,
            "delta2.sum(axis=0)",
            DW2,
            "delta3.T @ a2",
            DB2,
            "delta3.sum(axis=0)",
        ),
        right_edit(
            "signs turned twice",
            ERROR,
            "(X - a3) * a3 * (1 - a3)",
            PACKED,
            "-pack(dW1, db1, dW2, db2)",
        ),
    ],
    "encode": [
        right(
            "a loop over the images",
            """
        h, n = n_hidden, X.shape[1]
        W1, b1 = theta[: h * n].reshape(h, n), theta[h * n : h * n + h]
        return np.array([1 / (1 + np.exp(-(W1 @ x + b1))) for x in X])
        """,
        ),
        right(
            "columns are images, turned over at the end",
            """
        n = X.shape[1]
        W1, b1, W2, b2 = unpack(theta, (n_hidden, n), (n_hidden,), (n, n_hidden), (n,))
        return sigmoid(np.dot(W1, X.T) + b1[:, np.newaxis]).T
        """,
        ),
        right(
            "einsum, and the sigmoid by tanh",
            """
        n = np.shape(X)[-1]
        weights, rest = np.split(np.asarray(theta), [n_hidden * n])
        z = np.einsum("mn,hn->mh", X, weights.reshape((n_hidden, -1))) + rest[:n_hidden]
        return (1 + np.tanh(z / 2)) / 2
        """,
        ),
        right(
            "expit, read-only and in Fortran order",
            """
        from scipy.special import expit

        n = X.shape[1]
        W1, b1 = unpack(theta, *layer_shapes(n, n_hidden, n))[:2]
        codes = np.asfortranarray(expit(X @ W1.T + b1))
        codes.setflags(write=False)
        return codes
        """,
        ),
        right(
            "lists of numbers, one product at a time",
            """
        import math

        n = len(X[0])
        codes = []
        for image in X:
            row = []
            for unit in range(n_hidden):
                z = theta[n_hidden * n + unit]
                for pixel in range(n):
                    z += theta[unit * n + pixel] * image[pixel]
                row.append(1 / (1 + math.exp(-z)))
            codes.append(row)
        return codes
        """,
        ),
        right(
            "the bias as a weight of an input that is 1",
            """
        m, n = X.shape
        W1 = np.reshape(theta[: n * n_hidden], (n_hidden, n))
        b1 = np.reshape(theta[n * n_hidden : (n + 1) * n_hidden], (n_hidden, 1))
        with_ones = np.hstack([X, np.ones((m, 1))])
        print(f"{m} images of {n} pixels")
        return sigmoid(with_ones @ np.hstack([W1, b1]).T)
        """,
        ),
        right_edit(
            "every other column of a larger array",
            f"return {CODES}",
            f"wide = np.zeros((len(X), 2 * n_hidden))\n    wide[:, ::2] = {CODES}\n"
            + "    return wide[:, ::2]",
        ),
    ],
    "reconstruct": [
        right(
            "both layers written out, columns are images",
            """
        n = X.shape[1]
        W1, b1, W2, b2 = unpack(theta, (n_hidden, n), (n_hidden,), (n, n_hidden), (n,))
        return sigmoid(W2 @ sigmoid(W1 @ X.T + b1[:, None]) + b2[:, None]).T
        """,
        ),
        right(
            "a loop over the images, each encoded alone",
            """
        n = X.shape[1]
        W2 = theta[n_hidden * n + n_hidden : -n].reshape(n, n_hidden)
        images = np.empty_like(X)
        for i in range(len(X)):
            code = np.asarray(encode(theta, X[i : i + 1], n_hidden)).ravel()
            images[i] = sigmoid(W2.dot(code) + theta[-n:])
        return images
        """,
        ),
        right(
            "einsum and expit, cut from the end of theta",
            """
        from scipy.special import expit

        n = X.shape[1]
        decoder, bias = np.split(np.array(theta), [n_hidden * (n + 1), -n])[1:]
        codes = encode(theta, X, n_hidden)
        return expit(np.einsum("mh,nh->mn", codes, decoder.reshape(n, n_hidden)) + bias)
        """,
        ),
        right(
            "the sigmoid by tanh, read-only and in Fortran order",
            """
        n = X.shape[1]
        W1, b1, W2, b2 = unpack(theta, *layer_shapes(n, n_hidden, n))

        def layer(A, W, b):
            return 0.5 * (1 + np.tanh(0.5 * (np.matmul(A, W.T) + b)))

        X_hat = np.array(layer(layer(X, W1, b1), W2, b2), order="F")
        X_hat.flags.writeable = False
        return X_hat
        """,
        ),
        right(
            "a class, and lists at the end",
            """
        class Decoder:
            def __init__(self, W, b):
                self.weights = np.column_stack([W, b])  # the bias is the last column

            def __call__(self, codes):
                codes = np.column_stack([codes, np.ones(len(codes))])
                return 1 / (1 + np.exp(-codes @ self.weights.T))

        n = X.shape[1]
        *_, W2, b2 = unpack(theta, *layer_shapes(n, n_hidden, n))
        return Decoder(W2, b2)(encode(theta, X, n_hidden)).tolist()
        """,
        ),
        right(
            "one layer after the other in a loop",
            """
        n = X.shape[1]
        arrays = unpack(theta, *layer_shapes(n, n_hidden, n))
        A = X
        for W, b in zip(arrays[::2], arrays[1::2], strict=True):
            A = sigmoid(np.dot(A, W.T) + np.tile(b, (len(A), 1)))
        print("reconstructed:", A.shape)
        return A
        """,
        ),
    ],
}
