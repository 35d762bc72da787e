"""The bank for `hyperparameter_study/1_two_layer_network`: mistakes, and other right answers."""

from grading.bank.entry import right, right_edit, wrong, wrong_body

RELU, TANH, SIGMOID = "np.maximum(z, 0)", "np.tanh(z)", "return sigmoid(z)"
D_SIGMOID, D_TANH, D_RELU = "return a * (1 - a)", "return 1 - a * a", "(z > 0).astype(z.dtype)"
ONES = "Y[np.arange(len(y)), y] = 1"
FULL = "np.full((len(y), k), float(low))"
W1_START = "rng.normal(scale=0.01, size=(n_hidden, n_in))"
W2_START = "rng.normal(scale=0.01, size=(n_out, n_hidden))"
PENALTY = "np.sum(self.W1**2) + np.sum(self.W2**2)"
SQUARES = "np.sum((A - Y) ** 2) / m"
STRENGTH = "self.lam / (2 * m) * penalty"
ERROR = "2 / m * (A - Y)"
D_W1, D_W2 = "dW1 += self.lam / m * self.W1", "dW2 += self.lam / m * self.W2"
GRADIENTS = "return dW1, delta2.sum(axis=0), dW2, delta3.sum(axis=0)"
UNPACKED = "dW1, db1, dW2, db2 = grads"
SLOPES = """        if name == "sigmoid":
            return a * (1 - a)
        if name == "tanh":
            squares = a * a
            return np.subtract(1, squares, out=squares)  # no third array
        return a > 0"""
STEPS = """        self.W1 = self.W1 - lr * dW1
        self.b1 = self.b1 - lr * db1
        self.W2 = self.W2 - lr * dW2
        self.b2 = self.b2 - lr * db2"""
LABELS = "self.forward(X).argmax(axis=1)"
SORTED = 'order[np.argsort(y[order], kind="stable")]'
HALVES = "return order[::2], order[1::2]"

#: Mistakes by exercise.
WRONG = {
    "activation": [
        wrong(
            "the derivative of the sigmoid",
            SIGMOID,
            "return sigmoid(z) * (1 - sigmoid(z))",
            says="For the sigmoid you return its derivative. At 0 yours is 0.25; what is the "
            "sigmoid there? The derivative is the next exercise.",
        ),
        wrong(
            "the sigmoid falls",
            SIGMOID,
            "return sigmoid(-z)",
            says="Your sigmoid falls where it should rise: large z gives 0. Look at the sign in "
            "the exponent.",
        ),
        wrong(
            "softmax in place of the sigmoid",
            SIGMOID,
            "z = np.exp(z - z.max(axis=-1, keepdims=True))\n"
            "        return z / z.sum(axis=-1, keepdims=True)",
            says="Your rows sum to 1: that is softmax. The sigmoid looks at each number by itself; "
            "its neighbours do not matter.",
        ),
        wrong(
            "a sigmoid that is NaN for large z",
            SIGMOID,
            "with np.errstate(all='ignore'):\n            return np.exp(z) / (1 + np.exp(z))",
            says="For large z your sigmoid is NaN: infinity divided by infinity. It should be 1 "
            "there. Is there a form of it in which only one side can overflow, harmlessly?",
        ),
        wrong(
            "tanh and sigmoid exchanged",
            TANH,
            "sigmoid(1 * z)",
            SIGMOID,
            "return np.tanh(z)",
            says="You have exchanged sigmoid and tanh. Which of them is between 0 and 1?",
        ),
        wrong(
            "tanh as a stretched sigmoid, of z in place of 2 z",
            TANH,
            "2 * sigmoid(z) - 1",
            says="Your tanh has the right range, but rises half as fast as it should: compare it "
            "with NumPy's at 1. A sigmoid has to be squeezed as well as stretched for it.",
        ),
        wrong(
            "tan for tanh",
            TANH,
            "np.tan(z)",
            says="np.tan is the tangent of an angle, which goes to infinity again and again. The "
            "hyperbolic tangent has another name in NumPy.",
        ),
        wrong(
            "a straight line with ends for tanh",
            TANH,
            "np.clip(z, -1, 1)",
            says="Your tanh is a straight line that is cut off at -1 and 1. The real one bends: "
            "at 0.5 it is less than 0.5.",
        ),
        wrong(
            "relu with a slope on the left",
            RELU,
            "np.where(z > 0, z, 0.01 * z)",
            says="Your relu lets a hundredth of negative numbers through. That one is called leaky "
            "ReLU; the table has 0 there.",
        ),
        wrong(
            "relu cut off at 1",
            RELU,
            "np.clip(z, 0, 1)",
            says="Your relu ends at 1. Where in the table is an upper end? What becomes of z = 3?",
        ),
        wrong(
            "relu is the absolute value",
            RELU,
            "np.abs(z)",
            says="Your relu turns negative numbers into positive ones. What should become of -2?",
        ),
        wrong(
            "relu is a step",
            RELU,
            "(z > 0) * 1.0",
            says="Your relu gives 1 for every positive number: that is its derivative. What should "
            "come out for 3?",
        ),
        wrong(
            "z is changed in place by relu",
            "return np.maximum(z, 0)",
            "z[z < 0] = 0\n        return z",
            says="Your relu is right, but z holds other numbers afterwards. A new array, please: "
            "whoever called it may still need z for the derivative.",
        ),
    ],
    "activation_derivative": [
        wrong(
            "sigmoid: z is taken for a",
            "a = sigmoid(z)",
            "a = z",
            says="For the sigmoid you put z into a (1 - a), where a is the activation. At z = 0 "
            "yours gives 0; the sigmoid is steepest there.",
        ),
        wrong(
            "sigmoid: the sigmoid twice",
            "a = sigmoid(z)",
            "a = sigmoid(sigmoid(z))",
            says="You apply the sigmoid twice before you take a (1 - a). The function gets z, not "
            "a: how often does it have to be applied?",
        ),
        wrong(
            "sigmoid: the activation in place of its derivative",
            D_SIGMOID,
            "return a",
            says="For the sigmoid you return the sigmoid itself. Its derivative is at most 0.25.",
        ),
        wrong(
            "sigmoid: a squared is missing",
            D_SIGMOID,
            "return 1 - a",
            says="Your derivative of the sigmoid is near 1 for very negative z, where the sigmoid "
            "is flat. One factor of the formula is missing.",
        ),
        wrong(
            "sigmoid: a plus in place of a minus",
            D_SIGMOID,
            "return a * (1 + a)",
            says="Your derivative of the sigmoid grows to 2. Look at the sign in the bracket.",
        ),
        wrong(
            "sigmoid: NaN for large z",
            D_SIGMOID,
            "with np.errstate(all='ignore'):\n"
            "            return np.exp(-z) / (1 + np.exp(-z)) ** 2",
            says="For very negative z your derivative of the sigmoid is NaN, infinity divided by "
            "infinity. Which form of it needs the sigmoid alone?",
        ),
        wrong(
            "tanh: z is taken for a",
            "a = np.tanh(z)",
            "a = z",
            says="For tanh you put z into 1 - a^2, where a is the activation. At z = 3 yours is "
            "far below 0, and tanh never falls.",
        ),
        wrong(
            "tanh: the square is missing",
            D_TANH,
            "return 1 - a",
            says="Your derivative of tanh is largest on the left. It should be the same on both "
            "sides of 0: what in the table sees to that?",
        ),
        wrong(
            "tanh: the sigmoid's formula",
            D_TANH,
            "return a * (1 - a)",
            says="For tanh you use the sigmoid's formula. At 0 it gives 0, where tanh is steepest. "
            "The table has one of its own for tanh.",
        ),
        wrong(
            "tanh: one over cosh, not squared",
            D_TANH,
            "return np.sqrt(1 - a * a)",
            says="Your derivative of tanh is the root of the right one: 1/cosh, where the square "
            "of it belongs.",
        ),
        wrong(
            "tanh: a plus in place of a minus",
            D_TANH,
            "return 1 + a * a",
            says="Your derivative of tanh is largest far from 0, where tanh is flat. Look at the "
            "sign.",
        ),
        wrong(
            "relu: relu itself",
            D_RELU,
            "np.maximum(z, 0)",
            says="For relu you return relu itself. How steep is the line y = z?",
        ),
        wrong(
            "relu: -1 on the left",
            D_RELU,
            "np.sign(z)",
            says="On the left of 0 relu is flat, and your derivative is -1 there. That would be "
            "the derivative of |z|.",
        ),
        wrong(
            "relu: 1 everywhere",
            D_RELU,
            "np.ones_like(z)",
            says="Your derivative of relu is 1 everywhere. What does a unit with negative z do "
            "when z changes a little?",
        ),
        wrong(
            "relu: sides exchanged",
            D_RELU,
            "(z < 0) * 1.0",
            says="The two sides of your derivative of relu are exchanged: relu is flat where z is "
            "negative.",
        ),
        wrong(
            "relu: a slope on the left",
            D_RELU,
            "np.where(z > 0, 1.0, 0.01)",
            says="That is the derivative of leaky ReLU. This one is flat on the left.",
        ),
        wrong(
            "z is changed in place by tanh",
            "a = np.tanh(z)",
            "a = np.tanh(z, out=z)",
            says="Your derivative is right, but z holds other numbers after the call. Make a new "
            "array.",
        ),
    ],
    "encode": [
        wrong(
            "low is not used: 0 elsewhere",
            FULL,
            "np.zeros((len(y), k))",
            says="Your other entries are always 0. For an output of tanh, the argument `low` says "
            "-1; where does it go?",
        ),
        wrong(
            "low is not used: -1 elsewhere",
            FULL,
            "-np.ones((len(y), k))",
            says="Your other entries are always -1. A sigmoid cannot reach that: the argument "
            "`low` says what stands there.",
        ),
        wrong(
            "low is added to the ones, too",
            ONES,
            "Y[np.arange(len(y)), y] += 1",
            says="At the label you add 1 to low: with -1 that makes 0. What should stand there for "
            "either coding?",
        ),
        wrong(
            "the sign of low is lost",
            "float(low)",
            "float(abs(low))",
            says="With low = -1 all of your entries are 1: its sign is lost on the way.",
        ),
        wrong(
            "k is taken from the labels",
            "(len(y), k)",
            "(len(y), y.max() + 1)",
            says="You count the columns by the largest label that occurs. A batch may lack the "
            "last class, and needs k columns all the same.",
        ),
        wrong(
            "always ten columns",
            "(len(y), k)",
            "(len(y), 10)",
            "), y] = 1",
            "), y % 10] = 1",
            says="Your targets always have ten columns; the number of classes is an argument.",
        ),
        wrong(
            "classes counted by those that occur",
            ONES,
            "Y[np.arange(len(y)), np.unique(y, return_inverse=True)[1]] = 1",
            says="You number the classes anew, by those that occur. When one is missing, all "
            "larger labels move a column to the left.",
        ),
        wrong(
            "labels are taken to begin at 1",
            "), y] = 1",
            "), y - 1] = 1",
            says="Your ones stand a column too far left, and those of label 0 in the last one. "
            "Labels and columns both begin at 0.",
        ),
        wrong(
            "whole columns are set",
            ONES,
            "Y[:, y] = 1",
            says="You set whole columns to 1. Each row needs one entry: which row index goes with "
            "which label?",
        ),
        wrong(
            "transposed",
            "return Y",
            "return Y.T",
            says="Your targets are transposed: one row an image, one column a class.",
        ),
        wrong(
            "the label in place of 1",
            "= 1",
            "= y",
            says="You write the label where a 1 belongs: label 3 would be three times as wrong as "
            "label 1.",
        ),
        wrong(
            "1 and low exchanged",
            "float(low))",
            "1.0)",
            "= 1\n",
            "= low\n",
            says="You have exchanged the two values: 1 belongs at the label, low everywhere else.",
        ),
        wrong(
            "y is changed in place",
            "    return Y",
            "    y += 1\n    return Y",
            says="Your targets are right, but y holds other labels afterwards. The caller still "
            "needs them.",
        ),
        wrong_body(
            "only the last row is filled",
            """
            for i in range(len(y)):
                Y = np.full((len(y), k), float(low))
                Y[i, y[i]] = 1
            return Y
            """,
            says="You make a fresh array for each label, so only the last 1 is left. What belongs "
            "before the loop?",
        ),
    ],
    "TwoLayerNet": [
        # The start.
        wrong(
            "start: 0.01 as a variance",
            W1_START,
            "rng.normal(scale=0.1, size=(n_hidden, n_in))",
            W2_START,
            "rng.normal(scale=0.1, size=(n_out, n_hidden))",
            says="Your weights are ten times too large at the start: 0.01 is meant as the standard "
            "deviation, and you have taken it for a variance.",
        ),
        wrong(
            "start: W2 has standard deviation 1",
            W2_START,
            "rng.normal(size=(n_out, n_hidden))",
            says="Your W2 is drawn with standard deviation 1. What scale do both layers start "
            "with?",
        ),
        wrong(
            "start: uniform weights",
            W1_START,
            "rng.uniform(-0.01, 0.01, size=(n_hidden, n_in))",
            W2_START,
            "rng.uniform(-0.01, 0.01, size=(n_out, n_hidden))",
            says="You draw evenly from an interval, and the standard deviation of that is not its "
            "half width. A normal distribution is asked for.",
        ),
        wrong(
            "start: no negative weights",
            W1_START,
            "0.01 * rng.random(size=(n_hidden, n_in))",
            W2_START,
            "0.01 * rng.random(size=(n_out, n_hidden))",
            says="Your weights are all positive, so their mean is not 0, and all hidden units "
            "begin by saying nearly the same.",
        ),
        wrong(
            "start: weights of zero",
            W1_START,
            "np.zeros((n_hidden, n_in))",
            W2_START,
            "np.zeros((n_out, n_hidden))",
            says="Your weights are zero, so all hidden units are alike, get the same gradient, and "
            "stay alike for ever.",
        ),
        wrong(
            "start: all hidden units equal",
            W1_START,
            "np.tile(rng.normal(scale=0.01, size=(1, n_in)), (n_hidden, 1))",
            says="All rows of your W1 are equal, so the hidden units all look for the same thing. "
            "Draw each number by itself.",
        ),
        wrong(
            "start: the seed is not used",
            "np.random.default_rng(seed)",
            "np.random.default_rng()",
            says="Your weights differ from call to call with the same seed: no run could be "
            "repeated. Where does the seed go?",
        ),
        wrong(
            "start: always the same seed",
            "np.random.default_rng(seed)",
            "np.random.default_rng(42)",
            says="Your weights are the same for every seed. Three runs of a setting would be one "
            "run, three times.",
        ),
        wrong(
            "start: random biases",
            "self.b1 = np.zeros(n_hidden)",
            "self.b1 = rng.normal(scale=0.01, size=n_hidden)",
            says="Your b1 starts with random numbers; the table says 0 for both biases.",
        ),
        wrong(
            "start: biases as columns",
            "self.b2 = np.zeros(n_out)",
            "self.b2 = np.zeros((n_out, 1))",
            says="Your b2 is a matrix with one column. It should be flat, (k,), so that it is "
            "added to every row of the outputs.",
        ),
        wrong(
            "start: W1 transposed",
            "size=(n_hidden, n_in)",
            "size=(n_in, n_hidden)",
            says="Your W1 has a row for each input. In this course it has a row for each hidden "
            "unit: (h, n).",
        ),
        # Forward.
        wrong(
            "forward: the hidden layer's bias is left out",
            "X @ self.W1.T + self.b1",
            "X @ self.W1.T",
            says="Your hidden layer has no bias: b1 changes nothing of your outputs. With biases "
            "of 0, as at the start, you would not notice.",
        ),
        wrong(
            "forward: the output's bias is left out",
            "A2 @ self.W2.T + self.b2",
            "A2 @ self.W2.T",
            says="Your output layer has no bias: b2 changes nothing of your outputs.",
        ),
        wrong(
            "forward: the output's activation in both layers",
            "activation(self.act1, X",
            "activation(self.act2, X",
            says="Both of your layers use the output's activation. With tanh and tanh nobody would "
            "notice; ReLU and sigmoid differ.",
        ),
        wrong(
            "forward: the hidden activation in both layers",
            "activation(self.act2, A2",
            "activation(self.act1, A2",
            says="Both of your layers use the hidden layer's activation. An output of ReLU has no "
            "upper end; which one was asked for there?",
        ),
        wrong(
            "forward: no activation at the output",
            "return A2, activation(self.act2, A2 @ self.W2.T + self.b2)",
            "return A2, A2 @ self.W2.T + self.b2",
            says="Your outputs are the sums z3: the second activation is missing.",
        ),
        wrong(
            "forward: no activation in the hidden layer",
            "A2 = activation(self.act1, X @ self.W1.T + self.b1)",
            "A2 = X @ self.W1.T + self.b1",
            says="Your hidden layer hands on the sums z2 without an activation. Two linear layers "
            "in a row are no more than one.",
        ),
        wrong(
            "forward: the images are scaled again",
            "A2 = activation(",
            "X = X / 255\n        A2 = activation(",
            says="You divide X by 255. The pixels come as numbers from 0 to 1: whoever loads them "
            "scales them, once.",
        ),
        # The loss.
        wrong(
            "loss: a mean over the outputs, too",
            SQUARES,
            "np.mean((A - Y) ** 2)",
            says="Your squared error is a mean over all numbers, so k times too small. It is "
            "summed over the outputs, and averaged over the rows.",
        ),
        wrong(
            "loss: half the squared error",
            SQUARES,
            "np.sum((A - Y) ** 2) / (2 * m)",
            says="Your squared error is halved. Many books do so; here there is no 1/2 before it, "
            "so that the gradient has a 2.",
        ),
        wrong(
            "loss: a distance, not squared",
            SQUARES,
            "np.sum(np.linalg.norm(A - Y, axis=1)) / m",
            says="You add up distances; their squares are asked for. An error of 2 costs 4.",
        ),
        wrong(
            "loss: no mean",
            SQUARES,
            "np.sum((A - Y) ** 2)",
            says="Your squared error is a sum over the rows. With twice the images it would be "
            "twice as large; a mean is asked for.",
        ),
        wrong(
            "loss: the penalty is not divided by m",
            STRENGTH,
            "self.lam / 2 * penalty",
            says="Your penalty does not depend on the number of rows. The formula divides both of "
            "its terms by m.",
        ),
        wrong(
            "loss: the penalty without its half",
            STRENGTH,
            "self.lam / m * penalty",
            says="Your penalty is twice too large: what stands below lambda in the formula?",
        ),
        wrong(
            "loss: biases in the penalty",
            PENALTY,
            "sum(np.sum(p**2) for p in (self.W1, self.b1, self.W2, self.b2))",
            says="Your penalty counts the biases. Only weights are held small; a bias merely "
            "shifts a threshold.",
        ),
        wrong(
            "loss: a penalty on W1 alone",
            PENALTY,
            "np.sum(self.W1**2)",
            says="Your penalty knows W1 alone. Which other weights are there?",
        ),
        wrong(
            "loss: weights not squared in the penalty",
            PENALTY,
            "np.sum(np.abs(self.W1)) + np.sum(np.abs(self.W2))",
            says="Your penalty adds up sizes of weights, not squares: that is L1, which has "
            "another gradient.",
        ),
        wrong(
            "loss: no penalty",
            " + self.lam / (2 * m) * penalty",
            "",
            says="Your loss has no penalty: lam changes nothing. Its gradient would then be that "
            "of another loss.",
        ),
        # Backward.
        wrong(
            "backward: the 2 is missing, as in the report",
            ERROR,
            "1 / m * (A - Y)",
            says="Your gradient of the squared error is exactly half of what it should be: the "
            "factor 2 of the square is missing, as in the report.",
        ),
        wrong(
            "backward: no mean over the rows",
            ERROR,
            "2 * (A - Y)",
            says="Your gradients are sums over the rows, m times too large. The loss is a mean.",
        ),
        wrong(
            "backward: a mean over the outputs, too",
            ERROR,
            "2 / Y.size * (A - Y)",
            says="You divide by rows times outputs. The loss divides by the rows alone, and the "
            "gradient is k times too small.",
        ),
        wrong(
            "backward: the wrong sign",
            ERROR,
            "2 / m * (Y - A)",
            says="Your gradient has the wrong sign: a step against it makes the loss grow.",
        ),
        wrong(
            "backward: the output's derivative is missing",
            "(A - Y) * self._slope(self.act2, A)",
            "(A - Y)",
            says="The derivative of the output's activation is missing from your error terms. "
            "(With cross-entropy it would cancel; with squared error it stays.)",
        ),
        wrong(
            "backward: the hidden layer's derivative is missing",
            " * self._slope(self.act1, A2)",
            "",
            says="Your W2 and b2 have right gradients, W1 and b1 do not: the error passes the "
            "hidden activation without its derivative.",
        ),
        wrong(
            "backward: the output's derivative in the hidden layer",
            "self._slope(self.act1, A2)",
            "self._slope(self.act2, A2)",
            says="In the hidden layer you take the derivative of the *output's* activation. With "
            "the same activation in both layers it does not show.",
        ),
        wrong(
            "backward: the derivative of z, taken at a",
            SLOPES,
            "        return activation_derivative(name, a)",
            says="activation_derivative wants z, and you hand it a. With ReLU that happens to be "
            "right, with the two others it is not.",
        ),
        wrong(
            "backward: the sigmoid's derivative for every activation",
            SLOPES,
            "        return a * (1 - a)",
            says="Whatever the activation, you use the sigmoid's derivative. Look which pairs of "
            "activations the checks complain about.",
        ),
        wrong(
            "backward: 1 - a for tanh",
            "squares = a * a",
            "squares = a.copy()",
            says="With tanh your gradients are wrong, with the others right: its derivative has a "
            "square in it.",
        ),
        wrong(
            "backward: 1 for every relu",
            "return a > 0",
            "return np.ones_like(a)",
            says="With ReLU, your error also passes units that are silent. Where ReLU's result is "
            "0, nothing comes back.",
        ),
        wrong(
            "backward: no penalty in the gradients",
            D_W1,
            "pass",
            D_W2,
            "pass",
            says="Your gradients know nothing of the penalty, which your loss contains. Both must "
            "be of the same function.",
        ),
        wrong(
            "backward: no penalty in W2's gradient",
            D_W2,
            "pass",
            says="The penalty is in your gradient of W1, and missing from that of W2.",
        ),
        wrong(
            "backward: the penalty is not divided by m",
            D_W1,
            "dW1 += self.lam * self.W1",
            D_W2,
            "dW2 += self.lam * self.W2",
            says="In your gradients the penalty is not divided by the number of rows; in the loss "
            "it is.",
        ),
        wrong(
            "backward: half the penalty",
            D_W1,
            "dW1 += self.lam / (2 * m) * self.W1",
            D_W2,
            "dW2 += self.lam / (2 * m) * self.W2",
            says="The penalty's part of your gradients is halved: the square brings a 2, which "
            "cancels the one below lambda.",
        ),
        wrong(
            "backward: a penalty on the biases",
            GRADIENTS,
            "return (\n            dW1,\n            delta2.sum(axis=0) + self.lam / m * self.b1,\n"
            "            dW2,\n            delta3.sum(axis=0) + self.lam / m * self.b2,\n        )",
            says="Your biases' gradients have a penalty in them. The loss penalises weights alone.",
        ),
        wrong(
            "backward: biases as means",
            GRADIENTS,
            "return dW1, delta2.mean(axis=0), dW2, delta3.mean(axis=0)",
            says="Your biases' gradients are divided by m once more: the mean is in the error "
            "terms already.",
        ),
        wrong(
            "backward: db1 has one number a sample",
            GRADIENTS,
            "return dW1, delta2.sum(axis=1), dW2, delta3.sum(axis=0)",
            says="You sum the hidden error terms over the units: one number a sample is left. A "
            "bias belongs to a unit.",
        ),
        wrong(
            "backward: from the output backwards",
            GRADIENTS,
            "return dW2, delta3.sum(axis=0), dW1, delta2.sum(axis=0)",
            says="You return the output's gradients first. They are right; the order asked for is "
            "dW1, db1, dW2, db2.",
        ),
        wrong(
            "backward: weights first, then biases",
            GRADIENTS,
            "return dW1, dW2, delta2.sum(axis=0), delta3.sum(axis=0)",
            says="You return both weights first, then both biases. The order is layer by layer.",
        ),
        wrong(
            "backward: the sums in place of the activations",
            "delta3.T @ A2",
            "delta3.T @ (X @ self.W1.T + self.b1)",
            says="Your gradient of W2 has z2 in it. W2 is multiplied by what the output layer "
            "*reads*: which array is that?",
        ),
        wrong(
            "backward: W2 is transposed, an error",
            "(delta3 @ self.W2)",
            "(delta3 @ self.W2.T)",
            says="On the way back you multiply by the transposed W2, and the shapes do not fit. "
            "Write the shapes under the product.",
        ),
        wrong(
            "backward: activations of the last forward pass",
            "return self._layers(X)[1]",
            "self.kept = self._layers(X)\n        return self.kept[1]",
            "A2, A = self._layers(X)",
            "A2, A = self.kept",
            says="Your backward uses the activations that forward left behind, of whatever images "
            "those were. It is given X: compute them from that.",
        ),
        wrong(
            "backward: m is the number of outputs",
            "m = len(Y)\n        A2",
            "m = Y.shape[1]\n        A2",
            says="You divide by the number of outputs. m is the number of rows.",
        ),
        # The step.
        wrong(
            "step: uphill",
            STEPS,
            STEPS.replace("- lr", "+ lr"),
            says="Your step goes along the gradient, uphill: the loss would grow.",
        ),
        wrong(
            "step: the biases stay",
            "        self.b1 = self.b1 - lr * db1\n",
            "",
            "\n        self.b2 = self.b2 - lr * db2",
            "",
            says="Your step moves the weights alone; the biases stay where they are.",
        ),
        wrong(
            "step: no learning rate",
            STEPS,
            STEPS.replace("lr * ", ""),
            says="Your step subtracts the whole gradient: lr changes nothing.",
        ),
        wrong(
            "step: gradients in another order",
            UNPACKED,
            "dW1, dW2, db1, db2 = grads",
            says="You unpack the gradients in another order than backward returns them: some "
            "parameter gets another one's gradient.",
        ),
        wrong(
            "step: the penalty once more",
            "self.W1 = self.W1 - lr * dW1",
            "self.W1 = self.W1 - lr * (dW1 + self.lam * self.W1)",
            says="Your step shrinks W1 by the penalty, which backward's gradient contains already.",
        ),
        wrong(
            "step: the gradients are changed",
            STEPS,
            "        for name, grad in zip(['W1', 'b1', 'W2', 'b2'], grads):\n"
            "            grad *= lr\n"
            "            setattr(self, name, getattr(self, name) - grad)",
            says="Your step is right, but multiplies the caller's gradients by lr in place. They "
            "are not yours: make new arrays.",
        ),
        wrong(
            "step: replaces the parameters",
            "self.W2 = self.W2 - lr * dW2",
            "self.W2 = -lr * dW2",
            says="Your W2 after a step does not depend on what it was before. A step moves it.",
        ),
        # Predictions.
        wrong(
            "predict: the largest over the samples",
            LABELS,
            "self.forward(X).argmax(axis=0)",
            says="You look for the largest number of each *column*: a row number for each class. "
            "Each row has its own label.",
        ),
        wrong(
            "predict: the smallest output",
            LABELS,
            "self.forward(X).argmin(axis=1)",
            says="You take the smallest output. Which target had the 1?",
        ),
        wrong(
            "predict: the output, not its place",
            LABELS,
            "self.forward(X).max(axis=1)",
            says="You return how large the largest output is. Its column is the label.",
        ),
        wrong(
            "predict: the first output above one half",
            LABELS,
            "(self.forward(X) > 0.5).argmax(axis=1)",
            says="You take the first output above 0.5. Several may be, or none; and with tanh 0.5 "
            "means something else. Which one is the largest?",
        ),
        wrong(
            "predict: labels counted from one",
            LABELS,
            "self.forward(X).argmax(axis=1) + 1",
            says="Your labels begin at 1, those of the data at 0.",
        ),
        wrong(
            "no derivative in the hidden layer, and W1 penalised twice",
            "(delta3 @ self.W2) * self._slope(self.act1, A2)",
            "delta3 @ self.W2",
            PENALTY,
            "np.sum(self.W1**2) + np.sum(self.W1**2)",
            says="Two things: the error that comes back through W2 is not multiplied by the hidden "
            "activation's derivative, and your loss counts W1 twice where W2 is due.",
        ),
        wrong(
            "backward: the formula for a, applied to z, in both layers",
            "A2, A = self._layers(X)",
            "A2, A = self._layers(X)\n        Z2 = X @ self.W1.T + self.b1\n"
            "        Z3 = A2 @ self.W2.T + self.b2",
            "self._slope(self.act2, A)",
            "self._slope(self.act2, Z3)",
            "self._slope(self.act1, A2)",
            "self._slope(self.act1, Z2)",
            says="Your derivatives are written for the activation's result, and you hand them the "
            "sums before it. Only ReLU does not tell the two apart.",
        ),
    ],
    "split_test": [
        wrong(
            "the first half and the second half",
            "return order[::2], order[1::2]",
            "order = np.arange(len(y))\n    return order[: len(y) // 2], order[len(y) // 2 :]",
            says="You cut y in the middle: no chance, no classes. MNIST's second 5,000 test images "
            "are by other people than the first, and easier.",
        ),
        wrong(
            "random, but not stratified",
            f"    order = {SORTED}  # class by class, each in random order\n",
            "",
            says="Your halves are random, but chance alone decides how many of each class they "
            "get. Each class should be halved by itself.",
        ),
        wrong(
            "stratified, but not random",
            "rng.permutation(len(y))",
            "np.arange(len(y))",
            says="Your halves hold every class alike, but are the same for every generator: rng is "
            "not used.",
        ),
        wrong(
            "a generator of its own",
            "rng.permutation(len(y))",
            "np.random.default_rng(0).permutation(len(y))",
            says="You make a generator with a seed of your own, so that the caller's one decides "
            "nothing.",
        ),
        wrong(
            "a generator without a seed",
            "rng.permutation(len(y))",
            "np.random.permutation(len(y))",
            says="You draw from NumPy's global generator, so the same seed gives other halves each "
            "time. Draw from rng.",
        ),
        wrong(
            "the order is sorted, and the rows forgotten",
            SORTED,
            'np.argsort(y[order], kind="stable")',
            says="You sort the labels in their new order, and take the places for row numbers of "
            "y. They are places in `order`: one more step of indexing is missing.",
        ),
        wrong_body(
            "every odd class gives its spare image to the same half",
            """
            validation, test = [], []
            for label in np.unique(y):
                rows = rng.permutation(np.flatnonzero(y == label))
                half = len(rows) // 2
                validation.extend(rows[:half])
                test.extend(rows[half:])
            return np.array(validation), np.array(test)
            """,
            says="Each class is halved well, but of every odd class the spare image goes to the "
            "same half. Together the halves then differ by several images.",
        ),
        wrong_body(
            "spare images are dropped",
            """
            validation, test = [], []
            for label in np.unique(y):
                rows = rng.permutation(np.flatnonzero(y == label))
                half = len(rows) // 2
                validation.extend(rows[:half])
                test.extend(rows[half : 2 * half])
            return np.array(validation), np.array(test)
            """,
            says="Of every class with an odd count you drop an image. Every row is to be in one of "
            "the halves.",
        ),
        wrong(
            "one half is in both",
            HALVES,
            "return order[::2], order",
            says="Your test half holds the validation images as well: the choice and the judgement "
            "would be made on the same images.",
        ),
        wrong(
            "the same half twice",
            HALVES,
            "return order[::2], order[::2]",
            says="Both of your results are the same rows. It would explain a table with two "
            "identical columns.",
        ),
        wrong_body(
            "drawn with replacement",
            """
            m = len(y)
            return rng.integers(m, size=m - m // 2), rng.integers(m, size=m // 2)
            """,
            says="You draw row numbers independently, so that some occur twice, or in both halves, "
            "and others nowhere.",
        ),
        wrong(
            "labels in place of row numbers",
            HALVES,
            "return y[order[::2]], y[order[1::2]]",
            says="You return the labels of the halves. Row numbers are asked for: with those the "
            "caller gets images and labels.",
        ),
        wrong(
            "masks in place of row numbers",
            HALVES,
            "return np.isin(np.arange(len(y)), order[::2]), "
            "np.isin(np.arange(len(y)), order[1::2])",
            says="You return a truth value for every row of y. The exercise asks for the numbers "
            "of the rows.",
        ),
        wrong_body(
            "a quarter and three quarters",
            """
            rows = np.arange(len(y))
            seed = int(rng.integers(2**31))
            return tuple(train_test_split(rows, stratify=y, random_state=seed))
            """,
            says="train_test_split puts a quarter into its second part unless it is told "
            "otherwise. How large should it be?",
        ),
        wrong_body(
            "scikit-learn without stratify",
            """
            rows = np.arange(len(y))
            seed = int(rng.integers(2**31))
            return tuple(train_test_split(rows, test_size=0.5, random_state=seed))
            """,
            says="Your halves are of the right size, but not stratified: train_test_split does "
            "that only when it is handed the classes.",
        ),
        wrong_body(
            "scikit-learn with a fixed random_state",
            """
            rows = np.arange(len(y))
            return tuple(train_test_split(rows, test_size=0.5, random_state=42, stratify=y))
            """,
            says="Your random_state is the same for every generator: rng decides nothing.",
        ),
        wrong(
            "y is shuffled in place",
            "return order[::2]",
            "rng.shuffle(y)\n    return order[::2]",
            says="You shuffle y itself, and the caller's labels no longer belong to the images.",
        ),
    ],
}

BOOK = """
def __init__(self, n_in, n_hidden, n_out, act1, act2, lam, seed):
    rng = np.random.RandomState(seed)
    self.num_classes = n_out
    self.act1, self.act2 = act1, act2
    self.lam = lam
    self.W1 = rng.normal(loc=0.0, scale=0.01, size=(n_hidden, n_in))
    self.b1 = np.zeros(n_hidden)
    self.W2 = rng.normal(loc=0.0, scale=0.01, size=(n_out, n_hidden))
    self.b2 = np.zeros(n_out)

def forward(self, X):
    self.z_h = np.dot(X, self.W1.T) + self.b1
    self.a_h = activation(self.act1, self.z_h)
    self.z_out = np.dot(self.a_h, self.W2.T) + self.b2
    self.a_out = activation(self.act2, self.z_out)
    return self.a_out

def loss(self, A, Y):
    m = A.shape[0]
    return (
        ((A - Y) ** 2).sum() / m
        + self.lam / (2 * m) * ((self.W1**2).sum() + (self.W2**2).sum())
    )

def backward(self, X, Y):
    m = X.shape[0]
    self.forward(X)
    d_loss__d_a_out = 2.0 * (self.a_out - Y) / m
    d_a_out__d_z_out = activation_derivative(self.act2, self.z_out)
    delta_out = d_loss__d_a_out * d_a_out__d_z_out
    d_loss__dw_out = np.dot(delta_out.T, self.a_h) + self.lam * self.W2 / m
    d_loss__db_out = np.sum(delta_out, axis=0)
    d_loss__a_h = np.dot(delta_out, self.W2)
    delta_h = d_loss__a_h * activation_derivative(self.act1, self.z_h)
    d_loss__d_w_h = np.dot(delta_h.T, X) + self.lam * self.W1 / m
    d_loss__d_b_h = np.sum(delta_h, axis=0)
    return d_loss__d_w_h, d_loss__d_b_h, d_loss__dw_out, d_loss__db_out

def step(self, grads, lr):
    self.W1 -= lr * grads[0]
    self.b1 -= lr * grads[1]
    self.W2 -= lr * grads[2]
    self.b2 -= lr * grads[3]

def predict(self, X):
    return np.argmax(self.forward(X), axis=1)
"""
EINSUM = """
def __init__(self, n_in, n_hidden, n_out, act1, act2, lam, seed):
    np.random.seed(seed)
    draw = lambda *shape: np.random.randn(*shape) * 0.01
    self.W1, self.W2 = draw(n_hidden, n_in), draw(n_out, n_hidden)
    self.b1, self.b2 = np.zeros((n_hidden,)), np.zeros((n_out,))
    self.names = (act1, act2)
    self.regularisation = lam

def forward(self, X):
    self.X = X
    a = np.einsum("mn,hn->mh", X, self.W1) + self.b1
    self.hidden = activation(self.names[0], a)
    return activation(self.names[1], np.einsum("mh,kh->mk", self.hidden, self.W2) + self.b2)

def loss(self, A, Y):
    error = np.mean(np.sum(np.square(A - Y), axis=1))
    weights = np.vdot(self.W1, self.W1) + np.vdot(self.W2, self.W2)
    return float(error + 0.5 * self.regularisation * weights / Y.shape[0])

def backward(self, X, Y):
    A, m = self.forward(X), X.shape[0]
    d3 = (A - Y) * self.derivative(1, A)
    d2 = np.einsum("mk,kh->mh", d3, self.W2) * self.derivative(0, self.hidden)
    grads = {
        "W1": np.einsum("mh,mn->hn", d2, X) * 2,
        "b1": np.einsum("mh->h", d2) * 2,
        "W2": np.einsum("mk,mh->kh", d3, self.hidden) * 2,
        "b2": np.einsum("mk->k", d3) * 2,
    }
    for name in ("W1", "W2"):
        grads[name] = grads[name] + self.regularisation * getattr(self, name)
    return [grad / m for grad in grads.values()]

def derivative(self, layer, a):
    return {
        "sigmoid": lambda: a - a**2,
        "tanh": lambda: (1 - a) * (1 + a),
        "relu": lambda: np.where(a > 0, 1.0, 0.0),
    }[self.names[layer]]()

def step(self, grads, lr):
    for name, grad in zip(["W1", "b1", "W2", "b2"], grads):
        setattr(self, name, getattr(self, name) - np.multiply(lr, grad))

def predict(self, X):
    A = self.forward(X)
    return np.array([max(range(len(row)), key=row.__getitem__) for row in A])
"""
ROWS = """
def __init__(self, n_in, n_hidden, n_out, act1, act2, lam, seed=1):
    random = np.random.Generator(np.random.PCG64(seed))
    self.act1 = act1
    self.act2 = act2
    self.lam = float(lam)
    self.W2 = 0.01 * random.standard_normal((n_out, n_hidden))
    self.W1 = 0.01 * random.standard_normal((n_hidden, n_in))
    self.b1 = np.array([0.0] * n_hidden)
    self.b2 = np.array([0.0] * n_out)

def both(self, x):
    z2 = self.W1 @ x + self.b1
    z3 = self.W2 @ activation(self.act1, z2) + self.b2
    return z2, z3

def forward(self, X):
    return np.stack([activation(self.act2, self.both(x)[1]) for x in X])

def loss(self, A, Y):
    total = 0.0
    for a, y in zip(A, Y):
        total += float((a - y) @ (a - y))
    for W in (self.W1, self.W2):
        for row in W:
            total += self.lam / 2 * float(row @ row)
    return total / len(A)

def backward(self, X, Y):
    sums = [np.zeros(p.shape) for p in (self.W1, self.b1, self.W2, self.b2)]
    for x, y in zip(X, Y):
        z2, z3 = self.both(x)
        a2, a3 = activation(self.act1, z2), activation(self.act2, z3)
        d3 = 2 * (a3 - y) * activation_derivative(self.act2, z3)
        d2 = (self.W2.T @ d3) * activation_derivative(self.act1, z2)
        for total, part in zip(sums, (np.outer(d2, x), d2, np.outer(d3, a2), d3)):
            total += part
    sums[0] += self.lam * self.W1
    sums[2] += self.lam * self.W2
    return tuple(total / len(X) for total in sums)

def step(self, grads, lr):
    dW1, db1, dW2, db2 = grads
    np.subtract(self.W1, lr * dW1, out=self.W1)
    np.subtract(self.b1, lr * db1, out=self.b1)
    np.subtract(self.W2, lr * dW2, out=self.W2)
    np.subtract(self.b2, lr * db2, out=self.b2)

def predict(self, X):
    return [int(np.argmax(row)) for row in self.forward(X)]
"""
COLUMNS = """
parameters = ("W1", "b1", "W2", "b2")

def __init__(self, n_in, n_hidden, n_out, act1, act2, lam, seed):
    generator = np.random.default_rng(seed)
    shapes = {"W1": (n_hidden, n_in), "b1": n_hidden, "W2": (n_out, n_hidden), "b2": n_out}
    for name, shape in shapes.items():
        is_weight = name.startswith("W")
        setattr(self, name, generator.normal(0, 0.01, shape) if is_weight else np.zeros(shape))
    self.layers = [act1, act2]
    self.lam = lam

def sums(self, A, number):
    ones = np.ones((len(A), 1))
    W, b = getattr(self, f"W{number}"), getattr(self, f"b{number}")
    return np.hstack([A, ones]) @ np.column_stack([W, b]).T

def forward(self, X: np.ndarray) -> np.ndarray:
    for number, name in enumerate(self.layers, 1):
        X = activation(name, self.sums(X, number))
    return X

def loss(self, A, Y):
    squares = np.trace((A - Y) @ (A - Y).T)
    weights = np.linalg.norm(self.W1) ** 2 + np.linalg.norm(self.W2) ** 2
    return (squares + self.lam * weights / 2) / len(A)

def backward(self, X, Y):
    m, inputs, sums = len(X), [X], []
    for number, name in enumerate(self.layers, 1):
        sums.append(self.sums(inputs[-1], number))
        inputs.append(activation(name, sums[-1]))
    flow, found = 2 * (inputs.pop() - Y), []
    for number in (2, 1):
        delta = flow * activation_derivative(self.layers[number - 1], sums[number - 1])
        W = getattr(self, f"W{number}")
        found = [(delta.T @ inputs[number - 1] + self.lam * W) / m, delta.mean(axis=0), *found]
        flow = delta @ W
    print("one more gradient")
    return tuple(found)

def step(self, grads, lr):
    new = {n: getattr(self, n) - lr * g for n, g in zip(self.parameters, grads)}
    self.__dict__.update(new)

def predict(self, X):
    A = self.forward(X)
    return np.argsort(-A, axis=1, kind="stable")[:, 0]
"""
LAYERS = """
class Layer:
    def __init__(self, net, number, name):
        self.net, self.number, self.name = net, number, name

    def pair(self):
        return getattr(self.net, f"W{self.number}"), getattr(self.net, f"b{self.number}")

    def ahead(self, columns):
        W, b = self.pair()
        self.inputs, self.sums = columns, W @ columns + b[:, np.newaxis]
        return activation(self.name, self.sums)

    def back(self, flow, lam, m):
        W, _ = self.pair()
        delta = flow * activation_derivative(self.name, self.sums)
        return W.T @ delta, (delta @ self.inputs.T + lam / m * W, delta @ np.ones(m))

def __init__(self, n_in, n_hidden, n_out, act1, act2, lam, seed):
    draws = np.random.default_rng([seed, 7])
    self.W1 = 0.01 * draws.standard_normal((n_in, n_hidden)).T
    self.W2 = 0.01 * draws.standard_normal((n_hidden, n_out)).T
    self.b1, self.b2 = np.zeros(n_hidden), np.zeros(n_out)
    self.kinds, self.lam = {1: act1, 2: act2}, lam

def layers(self):
    return [TwoLayerNet.Layer(self, number, name) for number, name in self.kinds.items()]

def forward(self, X):
    columns = X.T
    for layer in self.layers():
        columns = layer.ahead(columns)
    return columns.T

def loss(self, A, Y):
    squares = [self.lam / 2 * np.square(W).sum() for W in (self.W1, self.W2)]
    return (np.square(A - Y).sum() + sum(squares)) / np.shape(Y)[0]

def backward(self, X, Y):
    m, (first, second) = len(X), self.layers()
    flow = 2 / m * (second.ahead(first.ahead(X.T)) - Y.T)
    flow, last = second.back(flow, self.lam, m)
    return (*first.back(flow, self.lam, m)[1], *last)

def step(self, grads, lr):
    for name, grad in zip(("W1", "b1", "W2", "b2"), grads):
        vars(self)[name] = vars(self)[name] - lr * np.asarray(grad)

def predict(self, X):
    return self.forward(X).T.argmax(axis=0)
"""

#: Right answers by exercise.
RIGHT = {
    "activation": [
        right(
            "a dictionary of functions",
            """
            return {
                "sigmoid": lambda z: 0.5 * np.tanh(0.5 * z) + 0.5,
                "tanh": np.tanh,
                "relu": lambda z: z * (z > 0),
            }[name](z)
            """,
        ),
        right(
            "a sigmoid in two pieces, tanh by the sigmoid",
            """
            z = np.asarray(z, dtype=float)

            def logistic(x):
                small = np.exp(-np.abs(x))
                return np.where(x >= 0, 1, small) / (1 + small)

            if name == "sigmoid":
                return logistic(z)
            elif name == "tanh":
                return 2 * logistic(2 * z) - 1
            return np.where(z > 0, z, 0.0)
            """,
        ),
        right(
            "SciPy's sigmoid, match",
            """
            from scipy.special import expit

            match name:
                case "sigmoid":
                    return expit(z)
                case "tanh":
                    return np.tanh(z)
                case "relu":
                    return np.clip(z, 0, None)
            """,
        ),
        right(
            "number by number",
            """
            import math

            def one(x):
                if name == "relu":
                    return max(0.0, x)
                if name == "tanh":
                    return math.tanh(x)
                return 1 / (1 + math.exp(-x)) if x > -700 else 0.0

            return np.array([one(x) for x in np.ravel(z).tolist()]).reshape(np.shape(z))
            """,
        ),
        right(
            "in place on a copy",
            """
            a = z.copy()
            if name == "relu":
                a[a < 0] = 0
            elif name == "tanh":
                np.tanh(a, out=a)
            else:
                a = sigmoid(a)
            a.flags.writeable = False
            return a
            """,
        ),
        right(
            "piece by piece",
            """
            a = np.empty(z.shape)
            right = z > 0
            for part, x in ((right, z[right]), (~right, z[~right])):
                small = np.exp(-np.abs(x) * (2 if name == "tanh" else 1))
                if name == "relu":
                    a[part] = np.abs(x) if x.size and x[0] > 0 else 0
                elif name == "tanh":
                    a[part] = np.sign(x) * (1 - small) / (1 + small)
                else:
                    a[part] = np.where(x > 0, 1, small) / (1 + small)
            return a
            """,
        ),
    ],
    "activation_derivative": [
        right(
            "by the activation of exercise 1's names, a dictionary",
            """
            s = sigmoid(z)
            return {
                "sigmoid": s * (1 - s),
                "tanh": 1 - np.tanh(z) ** 2,
                "relu": np.where(z >= 0, 1.0, 0.0),
            }[name]
            """,
        ),
        right(
            "products of sigmoids",
            """
            if name == "relu":
                return np.heaviside(z, 1.0)
            if name == "sigmoid":
                return sigmoid(z) * sigmoid(-z)
            return 4 * sigmoid(2 * z) * sigmoid(-2 * z)
            """,
        ),
        right(
            "one over the square of cosh, for numbers that are not too large",
            """
            x = np.minimum(np.abs(z), 300.0)
            if name == "tanh":
                return np.where(np.abs(z) < 300, 1 / np.cosh(x) ** 2, 0.0)
            if name == "sigmoid":
                return np.where(np.abs(z) < 300, np.exp(-x) / (1 + np.exp(-x)) ** 2, 0.0)
            return (np.sign(z) + 1) / 2
            """,
        ),
        right(
            "number by number",
            """
            def one(x):
                if name == "relu":
                    return 1 if x > 0 else 0
                t = np.tanh(x if name == "tanh" else x / 2)
                return (1 - t * t) / (1 if name == "tanh" else 4)

            return np.vectorize(one, otypes=[float])(z)
            """,
        ),
        right_edit("relu's derivative as truth values", D_RELU, "z > 0"),
        right(
            "a class with a method for each, from the result",
            """
            class Slopes:
                def sigmoid(self):
                    a = activation("sigmoid", z)
                    return a - np.square(a)

                def tanh(self):
                    a = activation("tanh", z)
                    return (1 + a) * (1 - a)

                def relu(self):
                    flat = [1.0 if each > 0 else 0.0 for each in z.ravel()]
                    return np.array(flat).reshape(z.shape)

            return getattr(Slopes(), name)()
            """,
        ),
    ],
    "encode": [
        right(
            "rows of a table",
            """
            return (np.eye(k) * (1 - low) + low)[y]
            """,
        ),
        right(
            "by comparison",
            """
            return np.where(y[:, None] == np.arange(k)[None, :], 1, low)
            """,
        ),
        right(
            "two loops",
            """
            rows = []
            for label in y:
                row = [low] * k
                row[label] = 1
                rows.append(row)
            return np.array(rows, dtype=float)
            """,
        ),
        right(
            "scattered along an axis, in float32",
            """
            targets = np.full((y.size, k), low, dtype=np.float32)
            np.put_along_axis(targets, y.reshape(-1, 1), 1, axis=1)
            return targets
            """,
        ),
        right(
            "scikit-learn's binariser",
            """
            from sklearn.preprocessing import label_binarize

            return label_binarize(y, classes=np.arange(k), neg_label=low, pos_label=1)
            """,
        ),
        right(
            "a list comprehension",
            """
            return np.array([[1 if c == label else low for c in range(k)] for label in y])
            """,
        ),
    ],
    "TwoLayerNet": [
        right("in the book's style", BOOK),
        right("sums by einsum, NumPy's global generator", EINSUM),
        right("row by row", ROWS),
        right("biases as columns, a loop over the layers", COLUMNS),
        right_edit(
            "parameters changed in place, lambda over m once",
            STEPS,
            "        for p, g in zip([self.W1, self.b1, self.W2, self.b2], [dW1, db1, dW2, db2]):\n"
            "            p -= lr * g",
            D_W1,
            "dW1 = dW1 + (self.lam * self.W1) / len(X)",
        ),
        right("samples as columns, a class for a layer", LAYERS),
    ],
    "split_test": [
        right(
            "scikit-learn",
            """
            rows = np.arange(len(y))
            seed = int(rng.integers(2**31))
            validation, test = train_test_split(rows, test_size=0.5, random_state=seed, stratify=y)
            return validation, test
            """,
        ),
        right(
            "class by class, spare images in turns",
            """
            validation, test, larger = [], [], True
            for label in sorted(set(y.tolist())):
                rows = rng.permutation(np.flatnonzero(y == label))
                half = len(rows) // 2
                if len(rows) % 2:
                    half += larger
                    larger = not larger
                validation += rows[:half].tolist()
                test += rows[half:].tolist()
            return [validation, test]
            """,
        ),
        right(
            "random keys, sorted by label and key",
            """
            order = np.lexsort((rng.random(y.size), y))
            in_test = np.zeros(y.size, dtype=bool)
            in_test[order[1::2]] = True
            return np.flatnonzero(~in_test), np.flatnonzero(in_test)
            """,
        ),
        right(
            "scikit-learn's splitter",
            """
            from sklearn.model_selection import StratifiedShuffleSplit

            seed = int(rng.integers(1, 10**9))
            splitter = StratifiedShuffleSplit(n_splits=1, test_size=0.5, random_state=seed)
            return next(splitter.split(np.zeros((len(y), 1)), y))
            """,
        ),
        right(
            "dealt out like cards",
            """
            hands = ([], [])
            turn = 0
            for label in np.unique(y):
                rows = np.flatnonzero(y == label)
                rng.shuffle(rows)
                for row in rows:
                    hands[turn % 2].append(row)
                    turn += 1
            return np.array(hands[1]), np.array(hands[0])
            """,
        ),
    ],
}
