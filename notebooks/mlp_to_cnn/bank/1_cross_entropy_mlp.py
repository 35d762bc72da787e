"""The bank for `mlp_to_cnn`'s `1_cross_entropy_mlp`: mistakes, and right answers otherwise."""

from grading.bank.entry import right, right_edit, wrong, wrong_body

ONE_HOT = "np.eye(k)[y]"
ACCURACY = "np.mean(y_hat.argmax(axis=1) == y)"

W1_START = "rng.normal(scale=0.1, size=(n_hidden, n_in))"
W2_START = "rng.normal(scale=0.1, size=(n_out, n_hidden))"
B1_START = "np.zeros(n_hidden)"
B2_START = "np.zeros(n_out)"
HIDDEN = "self.h = sigmoid(x @ self.W1.T + self.b1)"
OUTPUT = "self.y_hat = powers / powers.sum(axis=1, keepdims=True)"
POWERS = "powers = np.exp(a2 - a2.max(axis=1, keepdims=True))"
DELTA2 = "delta2 = self.y_hat - y"
DELTA1 = "(delta2 @ self.W2) * self.h * (1 - self.h)"
W2_ADD = "self.W2_grad += delta2.T @ self.h"
B2_ADD = "self.b2_grad += delta2.sum(axis=0)"
W1_ADD = "self.W1_grad += delta1.T @ self.x"
B1_ADD = "self.b1_grad += delta1.sum(axis=0)"
W1_STEP = "self.W1 -= lr * self.W1_grad"
B1_STEP = "self.b1 -= lr * self.b1_grad"
W2_STEP = "self.W2 -= lr * self.W2_grad"
B2_STEP = "self.b2 -= lr * self.b2_grad"
RESET = """self.W1_grad = np.zeros_like(self.W1)
        self.b1_grad = np.zeros_like(self.b1)
        self.W2_grad = np.zeros_like(self.W2)
        self.b2_grad = np.zeros_like(self.b2)"""

STEP = """                net.reset_grad()
                net.forward(X[rows])
                net.update_grad(Y[rows])
                net.update_params(lr)
"""
EPOCHS = "for _ in range(n_epochs):"
ORDER = "order = rng.permutation(len(X))"
STARTS = "range(0, len(X), batch_size)"
BAR = 'bar.step(f"validation {valid_accuracies[-1]:.2%}")'
TRAIN_ACCURACY = "train_accuracies.append(accuracy(net.forward(X), y))"
VALID_ACCURACY = "valid_accuracies.append(accuracy(net.forward(X_valid), y_valid))"

#: Mistakes by exercise.
WRONG = {
    "one_hot_encode": [
        wrong(
            "the number of classes is taken from the largest label",
            "np.eye(k)",
            "np.eye(y.max() + 1)",
            says="You count the columns by the largest label. A batch may hold no image of the "
            "last class, and its rows need k columns all the same.",
        ),
        wrong(
            "always ten classes",
            "np.eye(k)",
            "np.eye(10)",
            says="Your rows always have ten columns. How many there are is an argument of the "
            "function.",
        ),
        wrong(
            "absent classes get no column",
            ONE_HOT,
            "np.eye(len(np.unique(y)))[np.unique(y, return_inverse=True)[1]]",
            says="Only classes that occur in y get a column in your result, so a label moves to "
            "another column when a smaller one is absent.",
        ),
        wrong(
            "labels are taken to begin at 1",
            "[y]",
            "[y - 1]",
            says="Your ones stand one column too far left, and those of label 0 in the last "
            "column. At which number do labels begin?",
        ),
        wrong(
            "one column too many",
            "np.eye(k)",
            "np.eye(k + 1)",
            says="Your rows have a column too many. Labels from 0 to k - 1 are k classes.",
        ),
        wrong(
            "zeros and ones exchanged",
            ONE_HOT,
            "1 - np.eye(k)[y]",
            says="Zeros and ones are exchanged in your targets: each row should hold a single 1.",
        ),
        wrong(
            "-1 in place of 0",
            ONE_HOT,
            "2 * np.eye(k)[y] - 1",
            says="Your other entries are -1. A row of targets is a probability for each class; it "
            "sums to 1. What belongs there?",
        ),
        wrong(
            "0.9 and 0.1",
            ONE_HOT,
            "0.1 + 0.8 * np.eye(k)[y]",
            says="You soften the targets to 0.9 and 0.1. It is sometimes done, but one-hot means "
            "a single 1 among zeros.",
        ),
        wrong(
            "the label in place of 1",
            ONE_HOT,
            "np.eye(k)[y] * y[:, None]",
            says="You write the label itself where a 1 belongs: label 0 leaves no trace that way.",
        ),
        wrong_body(
            "whole columns are set",
            """
            Y = np.zeros((len(y), k))
            Y[:, y] = 1
            return Y
            """,
            says="You set whole columns, so every row has a 1 for each class that occurs "
            "anywhere. Each row needs one entry of its own.",
        ),
        wrong_body(
            "all columns up to the label",
            "return (np.arange(k) <= y[:, None]) * 1.0",
            says="Your rows are 1 in all columns up to the label. Only the label's own column "
            "should be 1: compare a row's sum with 1.",
        ),
        wrong_body(
            "only the last row is filled",
            """
            for i, label in enumerate(y):
                Y = np.zeros((len(y), k))
                Y[i, label] = 1
            return Y
            """,
            says="You begin with new zeros for every label, so only the last row's 1 is left. "
            "What belongs before the loop?",
        ),
    ],
    "MLP": [
        wrong(
            "W1 is (n, h)",
            "size=(n_hidden, n_in)",
            "size=(n_in, n_hidden)",
            "x @ self.W1.T",
            "x @ self.W1",
            W1_ADD,
            "self.W1_grad += self.x.T @ delta1",
            says="Your W1 has a row for each input. In this course a row belongs to a hidden "
            "unit; whoever sets or loads the weights relies on it. See the table.",
        ),
        wrong(
            "standard deviation 1",
            W1_START,
            "rng.normal(size=(n_hidden, n_in))",
            W2_START,
            "rng.normal(size=(n_out, n_hidden))",
            says="Your weights begin with a standard deviation of 1, ten times what the table "
            "asks for: the sigmoids start where they are flat.",
        ),
        wrong(
            "the standard deviation squared",
            W1_START,
            "rng.normal(scale=0.1**2, size=(n_hidden, n_in))",
            W2_START,
            "rng.normal(scale=0.1**2, size=(n_out, n_hidden))",
            says="Your weights are ten times too small: 0.1 is the standard deviation here, and "
            "NumPy's scale is a standard deviation, too.",
        ),
        wrong(
            "variance 0.1",
            W1_START,
            "rng.normal(scale=np.sqrt(0.1), size=(n_hidden, n_in))",
            W2_START,
            "rng.normal(scale=np.sqrt(0.1), size=(n_out, n_hidden))",
            says="You took 0.1 for the variance. The table says that it is the standard deviation.",
        ),
        wrong(
            "uniform weights",
            W1_START,
            "rng.uniform(-0.1, 0.1, size=(n_hidden, n_in))",
            W2_START,
            "rng.uniform(-0.1, 0.1, size=(n_out, n_hidden))",
            says="You draw the weights evenly between two limits. The table asks for a normal "
            "distribution, in which some weights are well beyond 0.1.",
        ),
        wrong(
            "positive weights",
            W1_START,
            "np.abs(rng.normal(scale=0.1, size=(n_hidden, n_in)))",
            W2_START,
            "np.abs(rng.normal(scale=0.1, size=(n_out, n_hidden)))",
            says="All your weights begin positive, so their mean is not 0 and all hidden units "
            "say nearly the same.",
        ),
        wrong(
            "all weights are 0",
            W1_START,
            "np.zeros((n_hidden, n_in))",
            W2_START,
            "np.zeros((n_out, n_hidden))",
            says="Your weights begin at 0. All hidden units are alike then, get the same gradient "
            "and stay alike: the weights have to be drawn.",
        ),
        wrong(
            "the seed is not used",
            "np.random.default_rng(seed)",
            "np.random.default_rng()",
            says="Two networks with the same seed have different weights in your class. Where "
            "does the generator get the seed?",
        ),
        wrong(
            "a fixed seed",
            "np.random.default_rng(seed)",
            "np.random.default_rng(1)",
            says="Every seed gives the same weights in your class: the argument is not used.",
        ),
        wrong(
            "biases are drawn, too",
            B1_START,
            "rng.normal(scale=0.1, size=n_hidden)",
            B2_START,
            "rng.normal(scale=0.1, size=n_out)",
            says="Your biases are drawn at random. They begin at 0 here; the weights alone make "
            "the units differ.",
        ),
        wrong(
            "biases begin at 1",
            B1_START,
            "np.ones(n_hidden)",
            B2_START,
            "np.ones(n_out)",
            says="Your biases begin at 1, and the table says 0.",
        ),
        wrong(
            "b1 left out",
            "x @ self.W1.T + self.b1",
            "x @ self.W1.T",
            says="The hidden layer's bias has no influence on your outputs. Set b1 to something "
            "large and see whether anything changes.",
        ),
        wrong(
            "b2 left out",
            "@ self.W2.T + self.b2",
            "@ self.W2.T",
            says="The output layer's bias has no influence on your outputs. Set b2 to ln 3, 0 and "
            "see whether anything changes.",
        ),
        wrong(
            "no sigmoid in the hidden layer",
            HIDDEN,
            "self.h = x @ self.W1.T + self.b1",
            says="Your hidden layer hands on its sums without the sigmoid: two layers are then no "
            "more than one. Compare with the formulas above the exercise.",
        ),
        wrong(
            "no softmax",
            OUTPUT,
            "self.y_hat = a2",
            says="You return the sums of the output layer. They are neither positive nor do a "
            "row's outputs sum to 1; what turns them into probabilities?",
        ),
        wrong(
            "sigmoid in place of softmax",
            OUTPUT,
            "self.y_hat = sigmoid(a2)",
            says="Your outputs are sigmoids, each by itself. A row then does not sum to 1; here "
            "the classes share one probability.",
        ),
        wrong(
            "softmax along the batch",
            POWERS,
            "powers = np.exp(a2 - a2.max(axis=0))",
            OUTPUT,
            "self.y_hat = powers / powers.sum(axis=0)",
            says="Your softmax sums over the samples: columns of y_hat sum to 1, and the images "
            "compete. Each row has to sum to 1.",
        ),
        wrong(
            "softmax of the whole matrix",
            OUTPUT,
            "self.y_hat = powers / powers.sum()",
            says="You divide by the sum over the whole batch, so all outputs together sum to 1. "
            "Softmax works on each row by itself.",
        ),
        wrong(
            "softmax twice",
            OUTPUT,
            "self.y_hat = powers / powers.sum(axis=1, keepdims=True)\n"
            "        self.y_hat = np.exp(self.y_hat)\n"
            "        self.y_hat /= self.y_hat.sum(axis=1, keepdims=True)",
            says="You apply softmax to what is softmax already. All outputs come close to 1/k "
            "that way, and none can be near 1.",
        ),
        wrong(
            "the row's sum lacks keepdims",
            OUTPUT,
            "self.y_hat = powers / powers.sum(axis=1)",
            says="Your rows' sums have the shape (m,), and NumPy lines them up with the columns of "
            "a matrix (m, k). What shape must they have to go with the rows?",
        ),
        wrong(
            "x is centred in place",
            "        self.x = x\n",
            "        x -= x.mean()\n        self.x = x\n",
            says="Your forward changes x, which belongs to whoever called it. Besides, the "
            "formulas do not centre it.",
        ),
        wrong(
            "y - y_hat",
            DELTA2,
            "delta2 = y - self.y_hat",
            says="Your gradients have the opposite sign: the difference is taken the wrong way "
            "round, and a step would make the loss larger.",
        ),
        wrong(
            "an extra derivative at the output",
            DELTA2,
            "delta2 = (self.y_hat - y) * self.y_hat * (1 - self.y_hat)",
            says="Your output error has an extra factor y_hat (1 - y_hat). With softmax and "
            "cross-entropy nothing is left of it: follow the derivation above.",
        ),
        wrong(
            "a mean over the rows",
            DELTA2,
            "delta2 = (self.y_hat - y) / len(y)",
            says="Your gradients are those of a mean over the rows. The loss of this notebook is a "
            "sum: two batches must leave the gradient of both together.",
        ),
        wrong(
            "a factor of 2",
            DELTA2,
            "delta2 = 2 * (self.y_hat - y)",
            says="All your gradients are twice too large. The 2 belongs to a squared error, and "
            "there is no square in the cross-entropy.",
        ),
        wrong(
            "no derivative of the hidden sigmoid",
            DELTA1,
            "delta2 @ self.W2",
            says="The hidden layer's error term lacks the derivative of its sigmoid, so the "
            "gradients of W1 and b1 are too large.",
        ),
        wrong(
            "the sigmoid's derivative taken at h",
            DELTA1,
            "(delta2 @ self.W2) * sigmoid(self.h) * (1 - sigmoid(self.h))",
            says="You apply the sigmoid to h, which is a sigmoid already. Written with h, its "
            "derivative needs no new exponential.",
        ),
        wrong(
            "only h in place of h (1 - h)",
            DELTA1,
            "(delta2 @ self.W2) * self.h",
            says="Half of the sigmoid's derivative is missing in the hidden layer's error term. "
            "What is the derivative of a sigmoid, written with its own value?",
        ),
        wrong(
            "W2 transposed on the way back",
            DELTA1,
            "(delta2 @ self.W2.T) * self.h * (1 - self.h)",
            says="On the way back you go through W2 transposed, and the shapes do not fit. Write "
            "(m, k) and the shape of W2 side by side.",
        ),
        wrong(
            "the sum, not the activation, in W2_grad",
            HIDDEN,
            "self.a1 = x @ self.W1.T + self.b1\n        self.h = sigmoid(self.a1)",
            W2_ADD,
            "self.W2_grad += delta2.T @ self.a1",
            says="Your W2_grad multiplies with the hidden layer's sums. The output layer reads "
            "something else of that layer: what stands before W2 in forward?",
        ),
        wrong(
            "W2_grad transposed",
            W2_ADD,
            "self.W2_grad = self.h.T @ delta2",
            says="Your W2_grad is transposed: a gradient has the shape of its parameter, a row for "
            "each output.",
        ),
        wrong(
            "the last sample alone in W1_grad",
            W1_ADD,
            "self.W1_grad += np.outer(delta1[-1], self.x[-1])",
            says="Your W1_grad is that of the last sample alone. The loss is a sum over all rows, "
            "so its gradient is, too.",
        ),
        wrong(
            "means in the biases",
            B1_ADD,
            "self.b1_grad += delta1.mean(axis=0)",
            B2_ADD,
            "self.b2_grad += delta2.mean(axis=0)",
            says="Your bias gradients are means over the rows, while those of the weights are "
            "sums. One loss, one way: it is a sum here.",
        ),
        wrong(
            "b2_grad is one number",
            B2_ADD,
            "self.b2_grad += delta2.sum()",
            says="You sum the output errors over everything, so all biases get the same gradient. "
            "Over which of the two axes should the sum go?",
        ),
        wrong(
            "b1_grad summed over the units",
            B1_ADD,
            "self.b1_grad += delta1.sum(axis=1)",
            says="Your b1_grad sums over the hidden units and keeps the samples. Each unit has one "
            "bias: which axis has to go?",
        ),
        wrong(
            "b1_grad stays 0",
            f"        {B1_ADD}\n",
            "",
            says="Your b1_grad stays 0, so the hidden biases never learn. Which of the four "
            "gradients is not there in update_grad?",
        ),
        wrong(
            "gradients are replaced, not added to",
            W2_ADD,
            W2_ADD.replace("+=", "="),
            B2_ADD,
            B2_ADD.replace("+=", "="),
            W1_ADD,
            W1_ADD.replace("+=", "="),
            B1_ADD,
            B1_ADD.replace("+=", "="),
            says="After two batches your gradients are those of the second alone. update_grad has "
            "to add to what is there.",
        ),
        wrong(
            "bias gradients are replaced",
            B2_ADD,
            B2_ADD.replace("+=", "="),
            B1_ADD,
            B1_ADD.replace("+=", "="),
            says="Your weights' gradients add up over batches, those of the biases do not. All "
            "four have to.",
        ),
        wrong(
            "reset_grad does nothing",
            RESET,
            'if not hasattr(self, "W1_grad"):\n'
            "            self.W1_grad, self.b1_grad = 0 * self.W1, 0 * self.b1\n"
            "            self.W2_grad, self.b2_grad = 0 * self.W2, 0 * self.b2",
            says="After reset_grad the old gradients are still there, and the next batch is added "
            "to them. All four have to be 0 then.",
        ),
        wrong(
            "reset_grad forgets the biases",
            RESET,
            "self.W1_grad, self.W2_grad = 0 * self.W1, 0 * self.W2\n"
            '        if not hasattr(self, "b1_grad"):\n'
            "            self.b1_grad, self.b2_grad = 0 * self.b1, 0 * self.b2",
            says="reset_grad leaves the biases' gradients as they are. There are four gradients "
            "to set back.",
        ),
        wrong(
            "a step uphill",
            W1_STEP,
            "self.W1 += lr * self.W1_grad",
            B1_STEP,
            "self.b1 += lr * self.b1_grad",
            W2_STEP,
            "self.W2 += lr * self.W2_grad",
            B2_STEP,
            "self.b2 += lr * self.b2_grad",
            says="Your steps go along the gradient, uphill. The loss should become smaller.",
        ),
        wrong(
            "the biases never move",
            f"        {B1_STEP}\n",
            "",
            f"        {B2_STEP}",
            "",
            says="update_params moves the weights and leaves the biases where they were. There "
            "are four parameters.",
        ),
        wrong(
            "lr is not used",
            W1_STEP,
            "self.W1 -= self.W1_grad",
            B1_STEP,
            "self.b1 -= self.b1_grad",
            W2_STEP,
            "self.W2 -= self.W2_grad",
            B2_STEP,
            "self.b2 -= self.b2_grad",
            says="Your step is the whole gradient, whatever lr is. How long it is should be up to "
            "the caller.",
        ),
        wrong(
            "lr is divided by the batch size",
            W1_STEP,
            "lr = lr / len(self.x)\n        self.W1 -= lr * self.W1_grad",
            says="You divide the step by the number of rows. That makes a mean of the sum again; "
            "here the step is lr times the gradient as it is.",
        ),
    ],
    "accuracy": [
        wrong(
            "a percentage",
            ACCURACY,
            "100 * np.mean(y_hat.argmax(axis=1) == y)",
            says="You return a percentage. The exercise asks for a share, from 0 to 1.",
        ),
        wrong(
            "the number of right rows",
            ACCURACY,
            "np.sum(y_hat.argmax(axis=1) == y)",
            says="You return how many rows are right. Which share of all rows is that?",
        ),
        wrong(
            "the share of wrong rows",
            "argmax(axis=1) == y",
            "argmax(axis=1) != y",
            says="You return the share of the mistakes: all right gives 0 with yours.",
        ),
        wrong(
            "the mean probability of the label",
            ACCURACY,
            "np.mean(y_hat[np.arange(len(y)), y])",
            says="You average the probability that each label gets. An accuracy only counts "
            "whether the label's probability is the largest of its row.",
        ),
        wrong(
            "only probabilities above one half count",
            ACCURACY,
            "np.mean(y_hat[np.arange(len(y)), y] > 0.5)",
            says="You count a row only when its label has more than one half. With many classes "
            "the largest probability can be far below that.",
        ),
        wrong(
            "rounded",
            ACCURACY,
            "np.round(np.mean(y_hat.argmax(axis=1) == y), 1)",
            says="Your accuracy is rounded to one digit, so small progress is invisible. Round "
            "when you print, not before.",
        ),
        wrong(
            "the last row is left out",
            ACCURACY,
            "np.mean(y_hat[:-1].argmax(axis=1) == y[:-1])",
            says="Your accuracy does not count the last row. In Python a slice does not include "
            "its end.",
        ),
        wrong(
            "divided by the number of outputs",
            ACCURACY,
            "np.sum(y_hat.argmax(axis=1) == y) / y_hat.size",
            says="You divide by the number of all outputs, m times k. All right should give 1.",
        ),
        wrong(
            "the label among the two largest",
            ACCURACY,
            "np.mean((np.argsort(y_hat, axis=1)[:, -2:] == y[:, None]).any(axis=1))",
            says="You also count a row whose label has the second largest probability. Only the "
            "largest is what the network says.",
        ),
        wrong(
            "y_hat is changed in place",
            "    return",
            "    y_hat -= y_hat.max(axis=1, keepdims=True)\n    return",
            says="The number is right, but y_hat is another array after the call, and the caller "
            "may still need it.",
        ),
    ],
    "train_network": [
        wrong(
            "the gradients are never reset",
            "                net.reset_grad()\n",
            "",
            says="You never set the gradients back, so each step also goes against those of all "
            "batches before. Which of the four lines of a step is missing?",
        ),
        wrong(
            "reset once an epoch",
            "                net.reset_grad()\n",
            "",
            f"            {ORDER}\n",
            f"            {ORDER}\n            net.reset_grad()\n",
            says="You set the gradients back once an epoch, and within it they pile up. Every "
            "step begins from zero.",
        ),
        wrong(
            "no step",
            "                net.update_params(lr)\n",
            "",
            says="The parameters never change: gradients are computed, and nobody takes the step.",
            like=["the step comes before the gradients"],
        ),
        wrong(
            "the step comes before the gradients",
            "                net.update_grad(Y[rows])\n                net.update_params(lr)\n",
            "                net.update_params(lr)\n                net.update_grad(Y[rows])\n",
            says="You take the step before the gradients of the batch are there, so it goes "
            "against zeros. In which order do the four lines stand?",
            like=["no step"],
        ),
        wrong(
            "the short last batch is left out",
            STARTS,
            "range(0, len(X) - batch_size + 1, batch_size)",
            says="When batch_size does not divide m, you leave the rest out. Those images should "
            "make a shorter batch.",
        ),
        wrong(
            "the order is never changed",
            ORDER,
            "order = np.arange(len(X))",
            says="Your batches are the same in every epoch: the images are never shuffled.",
        ),
        wrong(
            "shuffled once, before the first epoch",
            f"            {ORDER}\n",
            "",
            f"        {EPOCHS}",
            f"        {ORDER}\n        {EPOCHS}",
            says="You shuffle once, and then every epoch has the same batches. Each epoch should "
            "have a new order.",
        ),
        wrong(
            "drawn with replacement",
            ORDER,
            "order = rng.integers(len(X), size=len(X))",
            says="You draw the images with replacement: in an epoch some are seen twice, and "
            "about a third not at all.",
        ),
        wrong(
            "images and targets shuffled apart",
            "net.forward(X[rows])",
            "net.forward(X[rng.permutation(rows)])",
            says="In your batches images and targets are in different orders, so an image is "
            "compared with another one's target.",
        ),
        wrong(
            "one batch an epoch",
            STARTS,
            "range(0, batch_size, batch_size)",
            says="You make one step an epoch. An epoch goes through all images, batch by batch.",
        ),
        wrong(
            "all images in one step",
            STARTS,
            "range(0, len(X), len(X))",
            "order[start : start + batch_size]",
            "order[start:]",
            says="You make one step an epoch, with all images in it. batch_size says how many "
            "a step gets.",
        ),
        wrong(
            "the learning rate is divided by the batch size",
            "net.update_params(lr)",
            "net.update_params(lr / len(rows))",
            says="You divide the rate by the size of the batch, and so make a mean of the sum. "
            "lr belongs to the summed gradient here.",
        ),
        wrong_body(
            "random.shuffle on the rows of an array",
            """
            import random

            random.seed(0)
            n = X.shape[1]
            data = np.hstack([X, one_hot_encode(y, len(net.b2)).astype(X.dtype)])
            train_accuracies, valid_accuracies = [], []
            for _ in range(n_epochs):
                random.shuffle(data)
                for start in range(0, len(data), batch_size):
                    batch = data[start : start + batch_size]
                    net.reset_grad()
                    net.forward(batch[:, :n])
                    net.update_grad(batch[:, n:])
                    net.update_params(lr)
                train_accuracies.append(accuracy(net.forward(X), y))
                valid_accuracies.append(accuracy(net.forward(X_valid), y_valid))
            return train_accuracies, valid_accuracies
            """,
            says="random.shuffle exchanges rows of an array by views, so some images end up twice "
            "and others are gone. NumPy's generator has a permutation that keeps them all.",
        ),
        wrong(
            "one epoch too few",
            EPOCHS,
            "for _ in range(n_epochs - 1):",
            says="You train for one epoch less than asked, and your lists are one number short.",
        ),
        wrong(
            "one epoch too many",
            EPOCHS,
            "for _ in range(n_epochs + 1):",
            says="You train for one epoch more than asked. How many numbers should the lists hold?",
        ),
        wrong(
            "measured before the epoch's steps",
            f"            {TRAIN_ACCURACY}\n            {VALID_ACCURACY}\n",
            "",
            f"            {ORDER}\n",
            f"            {TRAIN_ACCURACY}\n            {VALID_ACCURACY}\n            {ORDER}\n",
            says="You measure before the steps of an epoch, so your first numbers belong to the "
            "untrained network and the last epoch is not seen.",
        ),
        wrong(
            "training accuracy of the last batch",
            TRAIN_ACCURACY,
            "train_accuracies.append(accuracy(net.forward(X[rows]), y[rows]))",
            says="Your training accuracy is that of the epoch's last batch: a few images, and "
            "very noisy. It should be that of all training images.",
        ),
        wrong(
            "validation measured on training images",
            VALID_ACCURACY,
            "valid_accuracies.append(accuracy(net.forward(X), y))",
            says="Your two lists are the same: the second is measured on the training images, too.",
        ),
        wrong(
            "the lists are exchanged",
            "return train_accuracies, valid_accuracies",
            "return valid_accuracies, train_accuracies",
            says="Your two lists are exchanged: training comes first.",
        ),
        wrong(
            "percentages",
            "return train_accuracies, valid_accuracies",
            "return [100 * a for a in train_accuracies], [100 * a for a in valid_accuracies]",
            says="You return percentages. The lists hold shares, from 0 to 1.",
        ),
        wrong(
            "only the last epoch's accuracies",
            "return train_accuracies, valid_accuracies",
            "return train_accuracies[-1], valid_accuracies[-1]",
            says="You return the two accuracies of the last epoch. A curve needs one of each for "
            "every epoch.",
        ),
        wrong(
            "labels in place of targets",
            "net.update_grad(Y[rows])",
            "net.update_grad(y[rows])",
            says="You hand labels to update_grad, which expects one-hot rows: y_hat - y would "
            "subtract the number of the class.",
        ),
        wrong(
            "forward of all images, gradients of the batch",
            "net.forward(X[rows])",
            "net.forward(X)",
            says="In a step you send all images forward, and then give the targets of one batch. "
            "update_grad belongs to the samples of the last forward.",
        ),
        wrong(
            "the images are sorted in place",
            f"            {ORDER}\n",
            f"            {ORDER}\n            X[:], Y, y[:] = X[order], Y[order], y[order]\n",
            says="You shuffle X and y themselves, and whoever called finds them in another order "
            "afterwards. Index with the order instead.",
        ),
    ],
}

#: Right answers by exercise.
RIGHT = {
    "one_hot_encode": [
        right(
            "zeros, then ones by two indices",
            """
            Y = np.zeros((len(y), k))
            Y[np.arange(len(y)), y] = 1
            return Y
            """,
        ),
        right(
            "by comparison, in float32", "return (y[:, None] == np.arange(k)).astype(np.float32)"
        ),
        right(
            "in a loop",
            """
            encoded = np.zeros((y.shape[0], k), dtype=int)
            for row, label in zip(encoded, y, strict=True):
                row[int(label)] = 1
            return encoded
            """,
        ),
        right("np.take", "return np.take(np.identity(k), y, axis=0)"),
        right(
            "put_along_axis",
            """
            targets = np.zeros((y.size, k))
            np.put_along_axis(targets, y[:, None], 1.0, axis=1)
            return targets
            """,
        ),
    ],
    "MLP": [
        right(
            "in the book's style, with dot",
            """
            def __init__(self, n_in, n_hidden, n_out, seed):
                rng = np.random.RandomState(seed)
                self.W1 = rng.normal(loc=0.0, scale=0.1, size=(n_hidden, n_in))
                self.b1 = np.zeros(n_hidden)
                self.W2 = rng.normal(loc=0.0, scale=0.1, size=(n_out, n_hidden))
                self.b2 = np.zeros(n_out)
                self.W1_grad = self.b1_grad = self.W2_grad = self.b2_grad = None

            def forward(self, x):
                self.x = x
                self.a1 = np.dot(x, self.W1.T) + self.b1
                self.h1 = 1.0 / (1.0 + np.exp(-self.a1))
                self.a2 = np.dot(self.h1, self.W2.T) + self.b2
                exps = np.exp(self.a2)
                self.y_hat = exps / np.sum(exps, axis=1)[:, np.newaxis]
                return self.y_hat

            def reset_grad(self):
                self.W1_grad = 0
                self.b1_grad = 0
                self.W2_grad = 0
                self.b2_grad = 0

            def update_grad(self, y):
                d_loss__d_a2 = self.y_hat - y
                d_loss__d_h1 = np.dot(d_loss__d_a2, self.W2)
                d_loss__d_a1 = d_loss__d_h1 * self.h1 * (1.0 - self.h1)
                self.W2_grad = self.W2_grad + np.dot(d_loss__d_a2.T, self.h1)
                self.b2_grad = self.b2_grad + np.sum(d_loss__d_a2, axis=0)
                self.W1_grad = self.W1_grad + np.dot(d_loss__d_a1.T, self.x)
                self.b1_grad = self.b1_grad + np.sum(d_loss__d_a1, axis=0)

            def update_params(self, lr):
                self.W1 = self.W1 - lr * self.W1_grad
                self.b1 = self.b1 - lr * self.b1_grad
                self.W2 = self.W2 - lr * self.W2_grad
                self.b2 = self.b2 - lr * self.b2_grad
            """,
        ),
        right(
            "sample by sample",
            """
            def __init__(self, n_in, n_hidden, n_out, seed):
                np.random.seed(seed)
                self.W1 = 0.1 * np.random.randn(n_hidden, n_in)
                self.W2 = 0.1 * np.random.randn(n_out, n_hidden)
                self.b1, self.b2 = np.zeros(n_hidden), np.zeros(n_out)
                self.reset_grad()

            def one(self, x):
                h = sigmoid(self.W1 @ x + self.b1)
                a = self.W2 @ h + self.b2
                e = np.exp(a - a.max())
                return h, e / e.sum()

            def forward(self, x):
                self.samples = [np.array(row) for row in x]
                return np.array([self.one(row)[1] for row in x])

            def reset_grad(self):
                for name in ("W1", "b1", "W2", "b2"):
                    setattr(self, name + "_grad", np.zeros(getattr(self, name).shape))

            def update_grad(self, y):
                for x, target in zip(self.samples, y, strict=True):
                    h, p = self.one(x)
                    error = p - target
                    back = (self.W2.T @ error) * h * (1 - h)
                    self.W2_grad += np.outer(error, h)
                    self.b2_grad += error
                    self.W1_grad += np.outer(back, x)
                    self.b1_grad += back

            def update_params(self, lr):
                for name in ("W1", "b1", "W2", "b2"):
                    moved = getattr(self, name) - lr * getattr(self, name + "_grad")
                    setattr(self, name, moved)
            """,
        ),
        right(
            "with einsum and a cache",
            """
            def __init__(self, n_in, n_hidden, n_out, seed=0):
                draw = np.random.default_rng(seed).standard_normal
                self.W1, self.b1 = draw((n_hidden, n_in)) / 10, np.zeros((n_hidden,))
                self.W2, self.b2 = draw((n_out, n_hidden)) / 10, np.zeros((n_out,))
                self.cache = ()
                self.reset_grad()

            def forward(self, x):
                h = sigmoid(np.einsum("mn,hn->mh", x, self.W1) + self.b1)
                z = np.einsum("mh,kh->mk", h, self.W2) + self.b2
                y_hat = np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))
                self.cache = x, h, y_hat
                return y_hat.copy()

            def reset_grad(self):
                self.W1_grad, self.b1_grad = self.W1 * 0, self.b1 * 0
                self.W2_grad, self.b2_grad = self.W2 * 0, self.b2 * 0

            def update_grad(self, y):
                x, h, y_hat = self.cache
                error = y_hat - y
                back = np.einsum("mk,kh,mh->mh", error, self.W2, h - h**2)
                self.W2_grad += np.einsum("mk,mh->kh", error, h)
                self.W1_grad += np.einsum("mh,mn->hn", back, x)
                self.b2_grad += np.einsum("mk->k", error)
                self.b1_grad += np.einsum("mh->h", back)

            def update_params(self, lr):
                self.W1, self.W2 = self.W1 - lr * self.W1_grad, self.W2 - lr * self.W2_grad
                self.b1, self.b2 = self.b1 - lr * self.b1_grad, self.b2 - lr * self.b2_grad
            """,
        ),
        right(
            "the bias as a further input, the softmax as a method",
            """
            NAMES = ("W1", "b1", "W2", "b2")

            def __init__(self, n_in: int, n_hidden: int, n_out: int, seed: int):
                self.rng = np.random.default_rng(seed)
                self.W1 = self.rng.normal(0, 0.1, (n_hidden, n_in))
                self.b1 = np.full(n_hidden, 0.0)
                self.W2 = self.rng.normal(0, 0.1, (n_out, n_hidden))
                self.b2 = np.full(n_out, 0.0)

            @staticmethod
            def softmax(z):
                z = np.exp(z - z.max(axis=-1)[..., None])
                return z / z.sum(axis=-1)[..., None]

            @staticmethod
            def with_ones(x):
                return np.column_stack([x, np.ones(len(x))])

            def forward(self, x):
                self.inputs = self.with_ones(x)
                hidden = sigmoid(self.inputs @ np.column_stack([self.W1, self.b1]).T)
                self.hidden = self.with_ones(hidden)
                self.out = self.softmax(self.hidden @ np.column_stack([self.W2, self.b2]).T)
                return self.out

            def reset_grad(self):
                for name in self.NAMES:
                    setattr(self, f"{name}_grad", np.zeros_like(getattr(self, name)))

            def update_grad(self, y):
                error = self.out - y
                second = error.T @ self.hidden
                h = self.hidden[:, :-1]
                first = ((error @ self.W2) * h * (1 - h)).T @ self.inputs
                self.W1_grad += first[:, :-1]
                self.b1_grad += first[:, -1]
                self.W2_grad += second[:, :-1]
                self.b2_grad += second[:, -1]

            def update_params(self, lr):
                for name in self.NAMES:
                    getattr(self, name)[...] -= lr * getattr(self, f"{name}_grad")
            """,
        ),
        right(
            "gradients in columns, batches of one sample added up",
            """
            def __init__(self, n_in, n_hidden, n_out, seed):
                draw = np.random.default_rng(seed)
                self.W1 = draw.normal(0.0, 0.1, (n_hidden, n_in))
                self.W2 = draw.normal(0.0, 0.1, (n_out, n_hidden))
                self.b1, self.b2 = np.zeros(n_hidden), np.zeros(n_out)
                self.reset_grad()

            def forward(self, x):
                self.columns = x.T
                self.hidden = sigmoid(self.W1 @ self.columns + self.b1[:, None])
                sums = self.W2 @ self.hidden + self.b2[:, None]
                powers = np.exp(sums - sums.max(axis=0))
                self.said = powers / powers.sum(axis=0)
                return self.said.T

            def reset_grad(self):
                for name in ("W1", "b1", "W2", "b2"):
                    setattr(self, f"{name}_grad", 0.0 * getattr(self, name))

            def update_grad(self, y):
                for i, target in enumerate(y):
                    error = self.said[:, [i]] - target[:, None]
                    h = self.hidden[:, [i]]
                    back = self.W2.T @ error * h * (1 - h)
                    self.W2_grad += error @ h.T
                    self.b2_grad += error[:, 0]
                    self.W1_grad += back @ self.columns[:, [i]].T
                    self.b1_grad += back[:, 0]

            def update_params(self, lr):
                self.W1, self.b1 = self.W1 - lr * self.W1_grad, self.b1 - lr * self.b1_grad
                self.W2, self.b2 = self.W2 - lr * self.W2_grad, self.b2 - lr * self.b2_grad
            """,
        ),
    ],
    "accuracy": [
        right(
            "in a loop",
            """
            right = 0
            for row, label in zip(y_hat, y, strict=True):
                right += int(row.argmax() == label)
            return right / len(y)
            """,
        ),
        right("a sum over the length", "return (np.argmax(y_hat, 1) == y).sum() / y.shape[0]"),
        right("count_nonzero", "return 1 - np.count_nonzero(y_hat.argmax(1) - y) / len(y)"),
        right(
            "the label's probability is the row's largest",
            "return float((y_hat[np.arange(len(y)), y] == y_hat.max(axis=1)).mean())",
        ),
    ],
    "train_network": [
        right(
            "with a list of batches and a copy of the data",
            """
            targets = np.array(one_hot_encode(y, net.b2.shape[0]), dtype=X.dtype)
            history = [], []
            for epoch in range(n_epochs):
                order = np.random.RandomState(epoch).permutation(len(y))
                images, wanted = X[order], targets[order]
                n_batches = int(np.ceil(len(y) / batch_size))
                for i in range(n_batches):
                    batch = slice(i * batch_size, (i + 1) * batch_size)
                    net.forward(images[batch])
                    net.reset_grad()
                    net.update_grad(wanted[batch])
                    net.update_params(lr)
                for curve, pair in zip(history, [(X, y), (X_valid, y_valid)], strict=True):
                    curve.append(accuracy(net.forward(pair[0]), pair[1]))
            return history
            """,
        ),
        right(
            "np.array_split where the sizes fit, targets batch by batch",
            """
            train_accuracies, valid_accuracies = np.zeros(n_epochs), np.zeros(n_epochs)
            indices = np.arange(len(X))
            for epoch in range(n_epochs):
                np.random.shuffle(indices)
                for rows in np.split(indices, range(batch_size, len(X), batch_size)):
                    net.reset_grad()
                    net.forward(X[rows])
                    net.update_grad(one_hot_encode(y[rows], len(net.b2)))
                    net.update_params(lr)
                train_accuracies[epoch] = accuracy(net.forward(X), y)
                valid_accuracies[epoch] = accuracy(net.forward(X_valid), y_valid)
            return train_accuracies, valid_accuracies
            """,
        ),
        right(
            "reset after the step, an inner function, printing",
            """
            def measured(images, labels):
                return float(accuracy(net.forward(images), labels))

            Y = one_hot_encode(y, 10)
            net.reset_grad()
            curves = []
            for epoch in range(1, n_epochs + 1):
                order = list(np.random.permutation(len(X)))
                while order:
                    rows, order = order[:batch_size], order[batch_size:]
                    net.forward(X[rows])
                    net.update_grad(Y[rows])
                    net.update_params(lr)
                    net.reset_grad()
                curves.append((measured(X, y), measured(X_valid, y_valid)))
                print(epoch, curves[-1])
            return [a for a, _ in curves], [b for _, b in curves]
            """,
        ),
        right(
            "a generator of batches, shuffled with random.sample",
            """
            import random

            def batches():
                order = random.sample(range(len(y)), len(y))
                for start in range(0, len(order), batch_size):
                    yield order[start : start + batch_size]

            classes, found = np.arange(len(net.b2)), []
            for _ in range(n_epochs):
                for rows in batches():
                    net.forward(X[rows])
                    net.reset_grad()
                    net.update_grad((y[rows][:, None] == classes).astype(X.dtype))
                    net.update_params(lr)
                pairs = [(X, y), (X_valid, y_valid)]
                found.append([np.mean(net.forward(a).argmax(axis=1) == b) for a, b in pairs])
            return [list(curve) for curve in zip(*found)]
            """,
        ),
        right_edit("another generator", "np.random.default_rng(0)", "np.random.RandomState(7)"),
    ],
}
