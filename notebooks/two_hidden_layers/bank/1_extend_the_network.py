"""The bank for `1_extend_the_network`: mistakes, and right answers written otherwise."""

from grading.bank.entry import right, right_edit, wrong, wrong_body

RNG = "rng = np.random.RandomState(random_seed)"
W_H1 = "rng.normal(scale=0.1, size=(num_hidden_1, num_features))"
W_H2 = "rng.normal(scale=0.1, size=(num_hidden_2, num_hidden_1))"
W_OUT = "rng.normal(scale=0.1, size=(num_classes, num_hidden_2))"
Z_H1 = "x @ self.weight_h1.T + self.bias_h1"
Z_H2 = "a_h1 @ self.weight_h2.T + self.bias_h2"
Z_OUT = "a_h2 @ self.weight_out.T + self.bias_out"
ACTIVATIONS = "return a_h1, a_h2, a_out"
TARGETS = "np.eye(self.num_classes, dtype=a_out.dtype)[y]"
DELTA_OUT = "2 * (a_out - targets) / len(y) * a_out * (1 - a_out)"
DELTA_2 = "(delta_out @ self.weight_out) * a_h2 * (1 - a_h2)"
DELTA_1 = "(delta_2 @ self.weight_h2) * a_h1 * (1 - a_h1)"
GRADIENTS = "return dw_out, db_out, dw_h2, db_h2, dw_h1, db_h1"

BATCHES = "range(0, len(y), batch)"
SQUARES = "squares += np.sum((a_out - np.eye(num_labels)[labels]) ** 2)"
RIGHT_ONES = "right += np.sum(a_out.argmax(axis=1) == labels)"
MEASURED = "return squares / (len(y) * num_labels), right / len(y)"

EPOCHS = "        for _ in range(num_epochs):\n"
LOOP = "            for X_batch, y_batch in minibatches(X, y):\n"
FORWARD = "                a_h1, a_h2, a_out = net.forward(X_batch)\n"
UNPACKED = "dw_out, db_out, dw_h2, db_h2, dw_h1, db_h1 = net.backward("
HANDED_ON = "X_batch, a_h1, a_h2, a_out, y_batch"
STEPS = """\
                net.weight_out -= learning_rate * dw_out
                net.bias_out -= learning_rate * db_out
                net.weight_h2 -= learning_rate * dw_h2
                net.bias_h2 -= learning_rate * db_h2
                net.weight_h1 -= learning_rate * dw_h1
                net.bias_h1 -= learning_rate * db_h1
"""
MEASURE = "            mse, accuracy = mse_and_accuracy(net, X, y, num_labels)\n"
ON_VALIDATION = "mse_and_accuracy(net, X_valid, y_valid, num_labels)[1]"
CURVES = "return losses, train_accuracies, valid_accuracies"

#: Mistakes by exercise.
WRONG = {
    "NeuralNetMLP": [
        wrong(
            "the seed starts anew for the second hidden layer",
            W_H2,
            W_H2.replace("rng.", "np.random.RandomState(random_seed)."),
            says="Your weight_h2 begins with the same numbers as weight_h1: its generator starts "
            "again from the seed. One generator, made once, hands out all the weights in turn.",
        ),
        wrong(
            "a seed for each layer",
            W_H2,
            W_H2.replace("rng.", "np.random.RandomState(random_seed + 1)."),
            W_OUT,
            W_OUT.replace("rng.", "np.random.RandomState(random_seed + 2)."),
            says="Each of your layers has a generator of its own. One generator is asked for, "
            "which goes on from layer to layer; only the first matrix can agree otherwise.",
        ),
        wrong(
            "random_seed is not used",
            RNG,
            "rng = np.random.RandomState(123)",
            says="Your weights are the same whatever random_seed is. Which argument of the "
            "constructor do you never use?",
        ),
        wrong(
            "NumPy's new generator",
            RNG,
            "rng = np.random.default_rng(random_seed)",
            says="You draw from NumPy's new generator. It is the better one, but the same seed "
            "gives other numbers there; the table names the generator of the published run.",
        ),
        wrong(
            "standard deviation 0.01",
            W_H1,
            W_H1.replace("0.1", "0.01"),
            W_H2,
            W_H2.replace("0.1", "0.01"),
            W_OUT,
            W_OUT.replace("0.1", "0.01"),
            says="Your weights are ten times too small: see the standard deviation in the table. "
            "With such weights, gradients all but vanish on their way through two layers.",
        ),
        wrong(
            "standard deviation 1",
            W_H1,
            W_H1.replace("scale=0.1, ", ""),
            W_H2,
            W_H2.replace("scale=0.1, ", ""),
            W_OUT,
            W_OUT.replace("scale=0.1, ", ""),
            says="Your weights have a standard deviation of 1, ten times that of the table. A sum "
            "over 784 pixels then drives every sigmoid to its flat end.",
        ),
        wrong(
            "0.1 taken for the mean",
            W_H1,
            W_H1.replace("scale=0.1", "0.1"),
            says="The first argument of normal() is the mean, not the standard deviation: your "
            "weight_h1 scatters by 1 around 0.1. Name the argument that you mean.",
        ),
        wrong(
            "uniform weights",
            W_H1,
            W_H1.replace("normal(scale=0.1", "uniform(-0.1, 0.1"),
            W_H2,
            W_H2.replace("normal(scale=0.1", "uniform(-0.1, 0.1"),
            W_OUT,
            W_OUT.replace("normal(scale=0.1", "uniform(-0.1, 0.1"),
            says="You draw the weights evenly between -0.1 and 0.1. The table asks for a normal "
            "distribution, of which 0.1 is the standard deviation.",
        ),
        wrong(
            "the output's weights are drawn first",
            "        self.weight_h1 = " + W_H1,
            "        self.weight_out = " + W_OUT + "\n        self.weight_h1 = " + W_H1,
            "        self.weight_out = " + W_OUT + "\n        self.bias_out",
            "        self.bias_out",
            says="You draw the output's weights before those of the hidden layers, so each matrix "
            "gets numbers that belong to another one. The table says in which order to draw.",
        ),
        wrong(
            "biases are drawn as well",
            "self.bias_h1 = np.zeros(num_hidden_1)",
            "self.bias_h1 = rng.normal(scale=0.1, size=num_hidden_1)",
            says="You draw bias_h1 at random. Biases begin at 0, and a draw in between also "
            "moves all the numbers that come after it.",
        ),
        wrong(
            "biases begin at 1",
            "self.bias_h2 = np.zeros(num_hidden_2)",
            "self.bias_h2 = np.ones(num_hidden_2)",
            says="Your bias_h2 begins at 1. At what does the table let biases begin?",
        ),
        wrong(
            "all weights zero",
            W_H1,
            "np.zeros((num_hidden_1, num_features))",
            W_H2,
            "np.zeros((num_hidden_2, num_hidden_1))",
            W_OUT,
            "np.zeros((num_classes, num_hidden_2))",
            says="Your weights begin at zero. Then all units of a layer are alike and stay alike, "
            "and no error comes back through the zeros. The table says how to draw them.",
        ),
        wrong(
            "weight_h2 is (h1, h2)",
            W_H2,
            "rng.normal(scale=0.1, size=(num_hidden_1, num_hidden_2))",
            Z_H2,
            "a_h1 @ self.weight_h2 + self.bias_h2",
            DELTA_1,
            "(delta_2 @ self.weight_h2.T) * a_h1 * (1 - a_h1)",
            "delta_2.T @ a_h1",
            "a_h1.T @ delta_2",
            says="Your weight_h2 has a row for each unit that it reads. In this course a weight "
            "matrix has a row for each unit that it feeds: see the shapes in the table.",
        ),
        wrong(
            "the second hidden layer as large as the first",
            W_H2,
            "rng.normal(scale=0.1, size=(num_hidden_1, num_hidden_1))",
            "np.zeros(num_hidden_2)",
            "np.zeros(num_hidden_1)",
            W_OUT,
            "rng.normal(scale=0.1, size=(num_classes, num_hidden_1))",
            says="Your second hidden layer is as large as the first, whatever is asked for. The "
            "two sizes are two arguments, and may differ.",
        ),
        wrong(
            "the first bias is left out",
            Z_H1,
            "x @ self.weight_h1.T",
            says="Your a_h1 does not depend on bias_h1. Set all weights to 0 in your mind: what "
            "should be left inside the sigmoid?",
        ),
        wrong(
            "the second bias is left out",
            Z_H2,
            "a_h1 @ self.weight_h2.T",
            says="Your a_h2 does not depend on bias_h2. Each of the three layers has a bias; which "
            "one is missing from your sums?",
        ),
        wrong(
            "the output's bias is left out",
            Z_OUT,
            "a_h2 @ self.weight_out.T",
            says="Your outputs do not depend on bias_out. The check with all weights at 0 shows "
            "it: a bias of ln 3 makes an output of 0.75.",
        ),
        wrong(
            "the output reads the first hidden layer",
            Z_OUT,
            "a_h1 @ self.weight_out.T + self.bias_out",
            says="Your output layer reads the first hidden layer. There is a layer in between now: "
            "whose activations does weight_out have columns for?",
        ),
        wrong(
            "no sigmoid at the output",
            "sigmoid(" + Z_OUT + ")",
            Z_OUT,
            says="Your outputs are net inputs: they may be negative or above 1. What comes after "
            "the weighted sum, in the output layer too?",
        ),
        wrong(
            "no sigmoid in the second hidden layer",
            "sigmoid(" + Z_H2 + ")",
            Z_H2,
            says="Your a_h2 is a weighted sum without a sigmoid. Two layers in a row without "
            "anything curved in between are no more than one.",
        ),
        wrong(
            "the sigmoid twice at the output",
            "sigmoid(" + Z_OUT + ")",
            "sigmoid(sigmoid(" + Z_OUT + "))",
            says="You apply the sigmoid to the outputs twice: they all lie between 0.5 and 0.73. "
            "Look for the second one.",
        ),
        wrong(
            "softmax at the output",
            "        " + ACTIVATIONS,
            "        a_out = a_out / (1 - a_out)  # exp of the net input\n"
            "        a_out = a_out / a_out.sum(axis=1, keepdims=True)\n        " + ACTIVATIONS,
            says="Your outputs compete: each row adds up to 1. That is softmax, and the topic of "
            "notebook 3. Here each output is a sigmoid of its own.",
        ),
        wrong(
            "activations in reverse order",
            ACTIVATIONS,
            "return a_out, a_h2, a_h1",
            says="You return the activations from the output backwards. That is the order of the "
            "gradients; forward gives them in the order in which they arise.",
        ),
        wrong(
            "only the outputs",
            ACTIVATIONS,
            "return a_out",
            says="Your forward returns the outputs alone. backward needs the activations of the "
            "hidden layers as well: three results, in the order of the table.",
        ),
        wrong(
            "net inputs for a_h1",
            ACTIVATIONS,
            "return " + Z_H1 + ", a_h2, a_out",
            says="What you return as a_h1 is the net input, before the sigmoid. The next layer "
            "reads the activation, and so does backward.",
        ),
        wrong(
            "x is changed in place",
            "        a_h1 = sigmoid(" + Z_H1,
            "        x -= x.mean(axis=0)\n        a_h1 = sigmoid(" + Z_H1,
            says="Your forward subtracts something from x in place. The caller still needs its "
            "images, and what an image gives must not depend on the others in the batch.",
        ),
        wrong(
            "the factor 2 is missing",
            DELTA_OUT,
            "(a_out - targets) / len(y) * a_out * (1 - a_out)",
            says="All your gradients are half as large as they should be. There is no 1/2 in front "
            "of this loss: what does the square leave behind when you differentiate it?",
        ),
        wrong(
            "no mean over the samples",
            DELTA_OUT,
            "2 * (a_out - targets) * a_out * (1 - a_out)",
            says="Your gradients grow with the number of samples. The loss is a mean over them; "
            "where does that come into your error terms?",
        ),
        wrong(
            "a mean over the outputs, too",
            DELTA_OUT,
            "2 * (a_out - targets) / a_out.size * a_out * (1 - a_out)",
            says="Your gradients are too small by the number of classes: they belong to the mean "
            "over samples and outputs. The loss here sums over the outputs.",
        ),
        wrong(
            "always 100 samples",
            DELTA_OUT,
            "2 * (a_out - targets) / 100 * a_out * (1 - a_out)",
            says="You always divide by 100. That is the size of a mini-batch in training; a batch "
            "may have any number of samples.",
        ),
        wrong(
            "the mean a second time in the second hidden layer",
            DELTA_2,
            "(delta_out @ self.weight_out) * a_h2 * (1 - a_h2) / len(y)",
            says="From the second hidden layer on, you divide by the number of samples once more. "
            "The mean is in delta_out already, and travels with it.",
        ),
        wrong(
            "the sign of the error",
            DELTA_OUT,
            "2 * (targets - a_out) / len(y) * a_out * (1 - a_out)",
            says="All your gradients have the wrong sign. Following them downhill leads uphill: "
            "which of output and target is subtracted from which?",
        ),
        wrong(
            "no derivative of the output's sigmoid",
            DELTA_OUT,
            "2 * (a_out - targets) / len(y)",
            says="Your delta_out stops at the outputs. It is the slope by the net input, so there "
            "is one factor more, from the sigmoid of the output layer.",
        ),
        wrong(
            "the error term of cross-entropy",
            DELTA_OUT,
            "(a_out - targets) / len(y)",
            says="Your delta_out is that of the cross-entropy, where the sigmoid's slope cancels. "
            "With a squared error it does not, and a factor of 2 stays.",
        ),
        wrong(
            "no derivative in the second hidden layer",
            DELTA_2,
            "delta_out @ self.weight_out",
            says="Your delta_2 comes back through the weights, but not through the sigmoid of its "
            "own layer. Which factor is missing, and what does it look like in terms of a_h2?",
        ),
        wrong(
            "no derivative in the first hidden layer",
            DELTA_1,
            "delta_2 @ self.weight_h2",
            says="Your delta_1 comes back through the weights, but not through the sigmoid of the "
            "first hidden layer. The other two error terms have that factor.",
        ),
        wrong(
            "the sigmoid's slope taken at the activation",
            DELTA_2,
            "(delta_out @ self.weight_out) * sigmoid(a_h2) * (1 - sigmoid(a_h2))",
            says="In delta_2 you apply the sigmoid to a_h2 again. a_h2 has been through it "
            "already: its slope follows from a_h2 directly.",
        ),
        wrong(
            "the slope of tanh",
            DELTA_2,
            "(delta_out @ self.weight_out) * (1 - a_h2**2)",
            says="In delta_2 you use the slope of tanh. The units are sigmoids; their slope has "
            "another form in terms of the activation, and is never above a quarter.",
        ),
        wrong(
            "the slope of the second hidden layer is skipped on the way to the first",
            DELTA_1,
            "(delta_out @ self.weight_out @ self.weight_h2) * a_h1 * (1 - a_h1)",
            says="On its way to the first layer your error goes through both weight matrices, but "
            "past the sigmoid between them. Start from the error term of the second layer.",
        ),
        wrong(
            "half the slope: a instead of a(1 - a)",
            DELTA_1,
            "(delta_2 @ self.weight_h2) * a_h1",
            says="In delta_1 you multiply with a_h1 alone. The slope of the sigmoid is a product "
            "of two factors, and small both for a near 0 and for a near 1.",
        ),
        wrong(
            "the output's weights with a_h1",
            "delta_out.T @ a_h2",
            "delta_out.T @ a_h1",
            says="You multiply the output's error term with a_h1. Weights get their layer's error "
            "term times what the layer reads: what does the output layer read now?",
        ),
        wrong(
            "the second layer's weights with a_h2",
            "delta_2.T @ a_h1",
            "delta_2.T @ a_h2",
            says="You multiply delta_2 with the second layer's own activations. It is what a layer "
            "reads, not what it says, that its weights are multiplied with.",
        ),
        wrong(
            "the first layer's weights with a_h1",
            "delta_1.T @ x",
            "delta_1.T @ a_h1",
            says="You multiply delta_1 with the first layer's own activations. What does the first "
            "layer read?",
        ),
        wrong(
            "transposed gradients of the weights",
            "delta_out.T @ a_h2",
            "a_h2.T @ delta_out",
            says="Your gradient of weight_out is transposed. A gradient has the shape of what it "
            "belongs to, or no step can be taken with it.",
        ),
        wrong(
            "transposed, then reshaped to fit",
            "delta_2.T @ a_h1",
            "(a_h1.T @ delta_2).reshape(self.weight_h2.shape)",
            says="You computed the transposed gradient of weight_h2 and reshaped it until it "
            "fitted. A reshape does not transpose: it puts the numbers in wrong places.",
        ),
        wrong(
            "the biases' gradients are means",
            "delta_out.sum(axis=0)",
            "delta_out.mean(axis=0)",
            "delta_2.sum(axis=0)",
            "delta_2.mean(axis=0)",
            "delta_1.sum(axis=0)",
            "delta_1.mean(axis=0)",
            says="You take means for the biases, but the error terms already hold the 1/m. The "
            "biases' gradients come out m times too small.",
        ),
        wrong(
            "one number for all biases",
            "delta_2.sum(axis=0)",
            "delta_2.sum()",
            says="Your gradient of bias_h2 is a single number: the sum runs over samples and "
            "units. Each unit has a bias of its own.",
        ),
        wrong(
            "summed over the units",
            "delta_1.sum(axis=0)",
            "delta_1.sum(axis=1)",
            says="For bias_h1 you sum over the units and keep a number for each sample. Along "
            "which axis do the samples lie?",
        ),
        wrong(
            "no gradient for the new biases",
            "delta_2.sum(axis=0)",
            "np.zeros_like(self.bias_h2)",
            says="Your gradient of bias_h2 is always zero, so that bias would never move. A bias "
            "is a weight whose input is 1: what is its gradient?",
        ),
        wrong(
            "gradients from the input forwards",
            GRADIENTS,
            "return dw_h1, db_h1, dw_h2, db_h2, dw_out, db_out",
            says="You return the gradients from the input forwards. The table lists them from the "
            "output backwards, as they arise.",
        ),
        wrong(
            "weights first, then biases",
            GRADIENTS,
            "return dw_out, dw_h2, dw_h1, db_out, db_h2, db_h1",
            says="You return all weights' gradients and then all biases'. In the table each weight "
            "matrix is followed by its bias.",
        ),
        wrong(
            "labels instead of one-hot targets",
            TARGETS,
            "y[:, None]",
            says="You subtract the label itself, 0 to 9, from every output. The target of a sample "
            "is a row: 1 for its class, 0 for the others.",
        ),
        wrong(
            "as many classes as there are in the batch",
            TARGETS,
            "np.eye(y.max() + 1)[y]",
            says="You count the classes in the batch. A batch may hold no sample of the last "
            "class, and then your targets lack a column. Who knows the number of classes?",
        ),
        wrong(
            "targets at 0.1 and 0.9",
            TARGETS,
            "0.1 + 0.8 * np.eye(self.num_classes)[y]",
            says="Your targets are 0.1 and 0.9. That is a known trick, but the loss here is stated "
            "with 0 and 1, and its gradient is asked for.",
        ),
        wrong(
            "backward takes the step",
            "        " + GRADIENTS,
            "        self.weight_out = self.weight_out - 0.1 * dw_out\n        " + GRADIENTS,
            says="Your backward moves weight_out itself, so a second call finds another network. "
            "Return the gradients and leave the step to the caller.",
        ),
        wrong(
            "gradients add up from call to call",
            "        " + GRADIENTS,
            "        self.db_out = db_out = db_out + getattr(self, 'db_out', 0)\n        "
            + GRADIENTS,
            says="Your gradient of bias_out adds to that of the call before. Each call is about "
            "its own batch alone; what is kept in self survives.",
        ),
        wrong(
            "activations kept from the last forward",
            ACTIVATIONS,
            "self.a_h1, self.a_h2 = a_h1, a_h2\n        return a_h1, a_h2, a_out",
            DELTA_2,
            "(delta_out @ self.weight_out) * self.a_h2 * (1 - self.a_h2)",
            says="Your backward uses activations that forward left in self, not those that it is "
            "given. They may be of another batch, or not be there at all.",
        ),
        wrong(
            "a_out is changed in place",
            DELTA_OUT,
            "2 * (a_out - targets) / len(y) * a_out * (1 - a_out)\n        a_out -= targets",
            says="Your backward subtracts the targets from a_out in place: the caller's outputs "
            "are no longer outputs. Make a new array for the difference.",
        ),
        wrong_body(
            "the hidden layers share an error term",
            """
            def __init__(
                self, num_features, num_hidden_1, num_hidden_2, num_classes, random_seed=123
            ):
                self.num_classes = num_classes
                rng = np.random.RandomState(random_seed)
                self.weight_h1 = rng.normal(0.0, 0.1, (num_hidden_1, num_features))
                self.weight_h2 = rng.normal(0.0, 0.1, (num_hidden_2, num_hidden_1))
                self.weight_out = rng.normal(0.0, 0.1, (num_classes, num_hidden_2))
                self.bias_h1 = np.zeros(num_hidden_1)
                self.bias_h2 = np.zeros(num_hidden_2)
                self.bias_out = np.zeros(num_classes)

            def forward(self, x):
                a_h1 = sigmoid(x @ self.weight_h1.T + self.bias_h1)
                a_h2 = sigmoid(a_h1 @ self.weight_h2.T + self.bias_h2)
                return a_h1, a_h2, sigmoid(a_h2 @ self.weight_out.T + self.bias_out)

            def backward(self, x, a_h1, a_h2, a_out, y):
                delta = 2 / len(y) * (a_out - one_hot(y, self.num_classes)) * a_out * (1 - a_out)
                hidden = (delta @ self.weight_out) * a_h2 * (1 - a_h2)
                first = hidden @ self.weight_h2
                return (
                    *(delta.T @ a_h2, delta.sum(axis=0)),
                    *(hidden.T @ a_h1, hidden.sum(axis=0)),
                    *(first.T @ x, hidden.sum(axis=0)),
                )
            """,
            says="Your gradient of bias_h1 is made from the second layer's error term, and the "
            "first layer's own error term lacks a sigmoid's slope. Three layers have three terms.",
        ),
        wrong(
            "the output's weights are moved before the error goes back",
            "        delta_2 = ",
            "        self.weight_out = self.weight_out - 0.1 * delta_out.T @ a_h2\n"
            "        delta_2 = ",
            says="Your backward moves weight_out, and then sends the error back through the new "
            "weights. backward only computes; whoever called it takes the step, with all six.",
        ),
    ],
    "mse_and_accuracy": [
        wrong_body(
            "shuffled, and the short rest left out",
            """
            order = np.random.permutation(len(y))
            mse, right, seen = 0.0, 0, 0
            for i, start in enumerate(range(0, len(y) - batch + 1, batch)):
                rows = order[start : start + batch]
                a_out = net.forward(X[rows])[-1]
                mse += np.mean((a_out - np.eye(num_labels)[y[rows]]) ** 2)
                right += np.sum(a_out.argmax(axis=1) == y[rows])
                seen += len(rows)
            return mse / (i + 1), right / seen
            """,
            says="You leave out what is left after the last whole batch, and where there are fewer "
            "images than a batch, all of them. Every image counts, in a shorter last batch.",
        ),
        wrong(
            "the loss: summed over the outputs",
            "squares / (len(y) * num_labels)",
            "squares / len(y)",
            says="You return the loss, which sums over the outputs. The second row of the table is "
            "asked for: a mean over outputs and samples.",
        ),
        wrong(
            "half the mean",
            "squares / (len(y) * num_labels)",
            "squares / (2 * len(y) * num_labels)",
            says="Your MSE is half of what it should be. A 1/2 is often put in front to make the "
            "derivative neater; here there is none.",
        ),
        wrong(
            "the root of it",
            "squares / (len(y) * num_labels)",
            "np.sqrt(squares / (len(y) * num_labels))",
            says="You take a square root at the end. That is the RMSE; the mean of the squares "
            "itself is asked for.",
        ),
        wrong(
            "no mean at all",
            "squares / (len(y) * num_labels)",
            "squares",
            says="Your MSE is a sum: on twice as many images it is twice as large. A mean is "
            "divided by the number of all the squares in it.",
        ),
        wrong(
            "absolute values",
            SQUARES,
            SQUARES.replace("np.sum((", "np.sum(np.abs(").replace(") ** 2)", "))"),
            says="You average absolute differences. The S in MSE stands for squared.",
        ),
        wrong(
            "the accuracy in percent",
            "right / len(y)",
            "100 * right / len(y)",
            says="Your accuracy is a percentage. A number from 0 to 1 is asked for; it is printed "
            "in percent later.",
        ),
        wrong(
            "the number of right answers",
            "right / len(y)",
            "right",
            says="You return how many images are right. The accuracy is their share of all images.",
        ),
        wrong(
            "the share of wrong answers",
            "right / len(y)",
            "1 - right / len(y)",
            says="You return the share of images that are wrong. Accuracy counts the right ones.",
        ),
        wrong(
            "accuracy first",
            MEASURED,
            "return right / len(y), squares / (len(y) * num_labels)",
            says="Your two results are exchanged. Their order is in the function's name.",
        ),
        wrong(
            "the last batch alone",
            SQUARES,
            SQUARES.replace("+=", "="),
            RIGHT_ONES,
            RIGHT_ONES.replace("+=", "="),
            says="Only the last batch is left in your sums: each batch overwrites the one before.",
        ),
        wrong(
            "a short last batch is left out",
            BATCHES,
            "range(0, len(y) - batch + 1, batch)",
            says="You leave out the last batch when it is shorter than the others. When measuring, "
            "every image counts.",
        ),
        wrong(
            "the mean of the batches' means",
            SQUARES,
            SQUARES.replace("np.sum", "np.mean"),
            RIGHT_ONES,
            RIGHT_ONES.replace("np.sum", "np.mean"),
            MEASURED,
            "batches = -(-len(y) // batch)\n    return squares / batches, right / batches",
            says="You average the batches' means. Images of a shorter last batch then count for "
            "more than others. Add up sums, and divide once.",
        ),
        wrong(
            "divided by the last batch's number, counted from 0",
            SQUARES,
            SQUARES.replace("np.sum", "np.mean"),
            MEASURED,
            "return squares / ((len(y) - 1) // batch), right / len(y)",
            says="You divide the sum of the batches' means by the number of the last batch, which "
            "is one less than there are batches. With a single batch that is a division by zero.",
        ),
        wrong(
            "the largest output over the images",
            RIGHT_ONES,
            "right += sum(a == b for a, b in zip(a_out.argmax(axis=0), labels, strict=False))",
            says="Your argmax runs along the images: for each class it finds an image. An image's "
            "answer is the class with the largest output in its row.",
        ),
        wrong(
            "outputs rounded, and counted one by one",
            RIGHT_ONES,
            "truth = np.eye(num_labels)[labels] > 0.5\n"
            "        right += np.sum((a_out > 0.5) == truth) / num_labels",
            says="You round each output and count how many of all outputs are right. A network "
            "that always says no to everything would have 90 %. Count images.",
        ),
        wrong(
            "all images at once",
            "for start in range(0, len(y), batch):",
            "batch = len(y)\n    for start in range(0, len(y), batch):",
            says="You hand all images to the network at once, whatever batch is. 55,000 images "
            "need a lot of memory for their activations: go through them in pieces.",
        ),
        wrong(
            "as many classes as there are labels",
            "    squares, right",
            "    num_labels = y.max() + 1\n    squares, right",
            says="You count the classes in y. Some images may hold none of the last class, and "
            "then targets and outputs do not fit. The number of classes is an argument.",
        ),
        wrong(
            "labels instead of one-hot targets",
            SQUARES,
            "squares += np.sum((a_out - labels[:, None]) ** 2)",
            says="You subtract the label itself from each output. The target is a row with a 1 for "
            "the image's class and zeros elsewhere.",
        ),
        wrong(
            "outputs scaled to add up to 1",
            "        squares +=",
            "        a_out = a_out / a_out.sum(axis=1, keepdims=True)\n        squares +=",
            says="You scale each row of outputs to add up to 1 before you compare. The network is "
            "trained on the outputs as they are; measure those.",
        ),
    ],
    "train": [
        wrong(
            "uphill",
            STEPS,
            STEPS.replace("-=", "+="),
            says="Your loss grows: you add the gradient. It points uphill, and the step should go "
            "the other way.",
        ),
        wrong(
            "a fixed learning rate",
            "    num_labels = len(net.bias_out)\n",
            "    num_labels, learning_rate = len(net.bias_out), 0.1\n",
            says="Your steps are of the same size whatever learning_rate is. Which argument do you "
            "never use?",
        ),
        wrong(
            "the learning rate divided by the batch size",
            "    num_labels = len(net.bias_out)\n",
            "    num_labels = len(net.bias_out)\n    learning_rate = learning_rate / 100\n",
            says="Your steps are a hundred times too small: you divide by the size of the batch. "
            "The gradient is a mean over the samples already.",
        ),
        wrong(
            "the biases never move",
            "                net.bias_out -= learning_rate * db_out\n",
            "",
            "                net.bias_h2 -= learning_rate * db_h2\n",
            "",
            "                net.bias_h1 -= learning_rate * db_h1\n",
            "",
            says="Your biases stay at 0: only the weights take steps. backward gives six "
            "gradients, and each is for something.",
        ),
        wrong(
            "the new layer never moves",
            "                net.weight_h2 -= learning_rate * dw_h2\n",
            "",
            "                net.bias_h2 -= learning_rate * db_h2\n",
            "",
            says="The second hidden layer keeps its initial weights. Did you extend the steps, "
            "too, when you extended the network?",
        ),
        wrong(
            "the gradients of the hidden layers are exchanged",
            UNPACKED,
            "dw_out, db_out, dw_h1, db_h1, dw_h2, db_h2 = net.backward(",
            says="You give each hidden layer the other one's gradient. backward lists them from "
            "the output backwards: which hidden layer comes first?",
        ),
        wrong(
            "weights first in the list of gradients",
            UNPACKED,
            "dw_out, dw_h2, dw_h1, db_out, db_h2, db_h1 = net.backward(",
            says="You unpack the gradients in an order that backward does not have: weights get "
            "the gradients of biases. See the table of exercise 1.",
        ),
        wrong(
            "steps on copies",
            STEPS,
            STEPS.replace(
                "net.weight_out -= learning_rate", "weight = net.weight_out - learning_rate"
            )
            .replace("net.weight_h2 -= learning_rate", "weight = net.weight_h2 - learning_rate")
            .replace("net.weight_h1 -= learning_rate", "weight = net.weight_h1 - learning_rate")
            .replace("net.bias_out -= learning_rate", "bias = net.bias_out - learning_rate")
            .replace("net.bias_h2 -= learning_rate", "bias = net.bias_h2 - learning_rate")
            .replace("net.bias_h1 -= learning_rate", "bias = net.bias_h1 - learning_rate"),
            says="You compute new weights, but the network never sees them: they stay in your own "
            "variables. Compare net.weight_h1 before and after.",
        ),
        wrong(
            "one step an epoch",
            STEPS,
            STEPS.replace("                net", "            net"),
            says="Your steps stand outside the loop over the mini-batches: there is one an epoch, "
            "with the last batch's gradient. How often should the parameters move?",
        ),
        wrong(
            "the same order in every epoch",
            "    with Progress",
            "    batches = list(minibatches(X, y))\n    with Progress",
            "minibatches(X, y):",
            "batches:",
            says="You draw the mini-batches once and use them again in every epoch. Each epoch "
            "should go through the images in a new order.",
        ),
        wrong(
            "no shuffling",
            LOOP,
            "            for start in range(0, len(y) - 99, 100):\n"
            "                X_batch, y_batch = X[start : start + 100], y[start : start + 100]\n",
            says="You go through the images in the order in which they lie there. The given "
            "`minibatches` draw a new order each time.",
        ),
        wrong(
            "labels of other images",
            HANDED_ON,
            "X_batch, a_h1, a_h2, a_out, y[: len(X_batch)]",
            says="The labels that you hand to backward are always the first hundred, and not those "
            "of the images in the batch.",
        ),
        wrong(
            "one-hot rows for labels",
            HANDED_ON,
            "X_batch, a_h1, a_h2, a_out, np.eye(num_labels)[y_batch]",
            says="You hand one-hot rows to backward, which expects labels and makes the rows "
            "itself.",
        ),
        wrong(
            "the hidden activations exchanged",
            HANDED_ON,
            "X_batch, a_h2, a_h1, a_out, y_batch",
            says="You hand the two hidden activations to backward in the wrong order. See its "
            "signature.",
        ),
        wrong(
            "forward after the steps",
            FORWARD,
            "",
            "    with Progress",
            "    a_h1, a_h2, a_out = net.forward(X[:100])\n    with Progress",
            says="Your activations are computed once, before training. Each step needs those of "
            "its own batch, with the parameters as they are now.",
        ),
        wrong(
            "measured before the steps",
            MEASURE,
            "",
            EPOCHS,
            EPOCHS + MEASURE,
            says="You measure loss and accuracy at the beginning of an epoch. Then the first "
            "number belongs to the untrained network, and the last steps are never seen.",
        ),
        wrong(
            "the loss of the last mini-batch",
            "losses.append(mse)",
            "losses.append(mse_and_accuracy(net, X_batch, y_batch, num_labels)[0])",
            says="Your losses are those of the last mini-batch of each epoch, a hundred images. "
            "All training images are asked for.",
        ),
        wrong(
            "a loss for each mini-batch",
            STEPS,
            STEPS + "                losses.append(mse_and_accuracy(net, X, y, num_labels)[0])\n",
            "            losses.append(mse)\n",
            "",
            says="Your list of losses has a number for each mini-batch. One an epoch is asked for, "
            "after all of its steps.",
        ),
        wrong(
            "the loss in place of the MSE",
            "losses.append(mse)",
            "losses.append(mse * num_labels)",
            says="Your losses are sums over the outputs. Both numbers have their use; the MSE, a "
            "mean over outputs and images, is the one to return.",
        ),
        wrong(
            "validation accuracy on training images",
            ON_VALIDATION,
            "mse_and_accuracy(net, X, y, num_labels)[1]",
            says="Your two accuracies are both measured on the training images, so nothing would "
            "ever look like overfitting.",
        ),
        wrong(
            "the validation MSE for the accuracy",
            ON_VALIDATION,
            "mse_and_accuracy(net, X_valid, y_valid, num_labels)[0]",
            says="Your list of validation accuracies holds errors: it falls while the network "
            "learns. Which of the two results do you take?",
        ),
        wrong(
            "accuracies in percent",
            "train_accuracies.append(accuracy)",
            "train_accuracies.append(100 * accuracy)",
            says="Your training accuracies are percentages. Numbers from 0 to 1 are asked for, for "
            "both sets.",
        ),
        wrong(
            "validation before training in the result",
            CURVES,
            "return losses, valid_accuracies, train_accuracies",
            says="The two lists of accuracies are exchanged in what you return. See the docstring.",
        ),
        wrong(
            "the last numbers alone",
            CURVES,
            "return losses[-1], train_accuracies[-1], valid_accuracies[-1]",
            says="You return the numbers after the last epoch. The curves are asked for: lists "
            "with a number for each epoch.",
        ),
        wrong(
            "one epoch too few",
            "range(num_epochs)",
            "range(1, num_epochs)",
            says="You train for one epoch less than asked for. Where does your range begin, and "
            "does it include its end?",
        ),
        wrong(
            "trained on the validation images as well",
            "minibatches(X, y):",
            "minibatches(np.concatenate([X, X_valid]), np.concatenate([y, y_valid])):",
            says="Your network learns from the validation images, too. They are there to tell how "
            "it does on images that it has not learned from.",
        ),
    ],
}

#: Right answers by exercise.
RIGHT = {
    "NeuralNetMLP": [
        right(
            "the book's style: dot, d_loss names, an own sigmoid and one-hot",
            """
        def __init__(self, num_features, num_hidden_1, num_hidden_2, num_classes, random_seed=123):
            super().__init__()
            self.num_classes = num_classes
            rng = np.random.RandomState(random_seed)
            self.weight_h1 = rng.normal(loc=0.0, scale=0.1, size=(num_hidden_1, num_features))
            self.bias_h1 = np.zeros(num_hidden_1)
            self.weight_h2 = rng.normal(loc=0.0, scale=0.1, size=(num_hidden_2, num_hidden_1))
            self.bias_h2 = np.zeros(num_hidden_2)
            self.weight_out = rng.normal(loc=0.0, scale=0.1, size=(num_classes, num_hidden_2))
            self.bias_out = np.zeros(num_classes)

        def _sigmoid(self, z):
            return 1.0 / (1.0 + np.exp(-z))

        def _int_to_onehot(self, y, num_labels):
            ary = np.zeros((y.shape[0], num_labels))
            for i, val in enumerate(y):
                ary[i, val] = 1
            return ary

        def forward(self, x):
            z_h1 = np.dot(x, self.weight_h1.T) + self.bias_h1
            a_h1 = self._sigmoid(z_h1)
            z_h2 = np.dot(a_h1, self.weight_h2.T) + self.bias_h2
            a_h2 = self._sigmoid(z_h2)
            z_out = np.dot(a_h2, self.weight_out.T) + self.bias_out
            a_out = self._sigmoid(z_out)
            return a_h1, a_h2, a_out

        def backward(self, x, a_h1, a_h2, a_out, y):
            y_onehot = self._int_to_onehot(y, self.num_classes)
            d_loss__d_a_out = 2.0 * (a_out - y_onehot) / y.shape[0]
            d_a_out__d_z_out = a_out * (1.0 - a_out)
            delta_out = d_loss__d_a_out * d_a_out__d_z_out
            d_z_out__dw_out = a_h2
            d_loss__dw_out = np.dot(delta_out.T, d_z_out__dw_out)
            d_loss__db_out = np.sum(delta_out, axis=0)
            d_z_out__a_h2 = self.weight_out
            d_loss__a_h2 = np.dot(delta_out, d_z_out__a_h2)
            d_a_h2__d_z_h2 = a_h2 * (1.0 - a_h2)
            d_loss__d_w_h2 = np.dot((d_loss__a_h2 * d_a_h2__d_z_h2).T, a_h1)
            d_loss__d_b_h2 = np.sum((d_loss__a_h2 * d_a_h2__d_z_h2), axis=0)
            d_loss__a_h1 = np.dot(d_loss__a_h2 * d_a_h2__d_z_h2, self.weight_h2)
            d_a_h1__d_z_h1 = a_h1 * (1.0 - a_h1)
            d_loss__d_w_h1 = np.dot((d_loss__a_h1 * d_a_h1__d_z_h1).T, x)
            d_loss__d_b_h1 = np.sum((d_loss__a_h1 * d_a_h1__d_z_h1), axis=0)
            return (
                d_loss__dw_out, d_loss__db_out, d_loss__d_w_h2,
                d_loss__d_b_h2, d_loss__d_w_h1, d_loss__d_b_h1,
            )
        """,
        ),
        right(
            "sample by sample, with outer products",
            """
        def __init__(self, num_features, num_hidden_1, num_hidden_2, num_classes, random_seed=123):
            draw = np.random.RandomState(random_seed)
            self.k = num_classes
            self.weight_h1 = 0.1 * draw.randn(num_hidden_1, num_features)
            self.weight_h2 = 0.1 * draw.randn(num_hidden_2, num_hidden_1)
            self.weight_out = 0.1 * draw.randn(num_classes, num_hidden_2)
            self.bias_h1, self.bias_h2, self.bias_out = (
                np.zeros(size) for size in (num_hidden_1, num_hidden_2, num_classes)
            )

        def forward(self, x):
            rows = []
            for sample in x:
                a1 = sigmoid(self.weight_h1.dot(sample) + self.bias_h1)
                a2 = sigmoid(self.weight_h2.dot(a1) + self.bias_h2)
                rows.append((a1, a2, sigmoid(self.weight_out.dot(a2) + self.bias_out)))
            return tuple(np.array(column) for column in zip(*rows))

        def backward(self, x, a_h1, a_h2, a_out, y):
            total = [
                np.zeros_like(parameter)
                for parameter in (
                    self.weight_out, self.bias_out, self.weight_h2,
                    self.bias_h2, self.weight_h1, self.bias_h1,
                )
            ]
            for i in range(len(y)):
                wanted = np.array([1.0 if c == y[i] else 0.0 for c in range(self.k)])
                d3 = 2 * (a_out[i] - wanted) * a_out[i] * (1 - a_out[i])
                d2 = self.weight_out.T.dot(d3) * a_h2[i] * (1 - a_h2[i])
                d1 = self.weight_h2.T.dot(d2) * a_h1[i] * (1 - a_h1[i])
                pairs = [(d3, a_h2[i]), (d2, a_h1[i]), (d1, x[i])]
                for place, (delta, read) in enumerate(pairs):
                    total[2 * place] += np.outer(delta, read)
                    total[2 * place + 1] += delta
            return [each / len(y) for each in total]
        """,
        ),
        right(
            "einsum, the mean at the end, a cache and extra attributes",
            """
        name = "two hidden layers"

        def __init__(self, num_features, num_hidden_1, num_hidden_2, num_classes, random_seed=123):
            self.sizes = [num_features, num_hidden_1, num_hidden_2, num_classes]
            self.random_state = np.random.RandomState(seed=random_seed)
            for layer, (wide, narrow) in zip(("h1", "h2", "out"), zip(self.sizes, self.sizes[1:])):
                setattr(self, f"weight_{layer}", self.random_state.normal(0, 0.1, (narrow, wide)))
                setattr(self, f"bias_{layer}", np.zeros(narrow, dtype=float))
            self.cache = {}

        @staticmethod
        def _slope(a):
            return a - a * a

        def forward(self, x):
            a = x
            for layer in ("h1", "h2", "out"):
                weight, bias = getattr(self, f"weight_{layer}"), getattr(self, f"bias_{layer}")
                a = sigmoid(np.einsum("hn,mn->mh", weight, a) + bias[None, :])
                self.cache[layer] = a
            return self.cache["h1"], self.cache["h2"], self.cache["out"]

        def backward(self, x, a_h1, a_h2, a_out, y):
            m = x.shape[0]
            truth = (y[:, None] == np.arange(self.sizes[-1])).astype(float)
            d_out = (a_out - truth) * self._slope(a_out)
            d_h2 = np.einsum("mk,kh->mh", d_out, self.weight_out) * self._slope(a_h2)
            d_h1 = np.einsum("mh,hg->mg", d_h2, self.weight_h2) * self._slope(a_h1)
            self.gradients = []
            for delta, read in ((d_out, a_h2), (d_h2, a_h1), (d_h1, x)):
                self.gradients.append(np.einsum("mi,mj->ij", delta, read) * 2 / m)
                self.gradients.append(delta.sum(0) * 2 / m)
            return tuple(self.gradients)
        """,
        ),
        right(
            "NumPy's global generator, activations computed again, features in columns",
            """
        def __init__(self, num_features, num_hidden_1, num_hidden_2, num_classes, random_seed=123):
            np.random.seed(random_seed)
            self.weight_h1 = np.random.normal(0.0, 0.1, size=(num_hidden_1, num_features))
            self.weight_h2 = np.random.normal(0.0, 0.1, size=(num_hidden_2, num_hidden_1))
            self.weight_out = np.random.normal(0.0, 0.1, size=(num_classes, num_hidden_2))
            self.bias_h1 = np.zeros((num_hidden_1,))
            self.bias_h2 = np.zeros((num_hidden_2,))
            self.bias_out = np.zeros((num_classes,))

        def forward(self, x):
            A1 = sigmoid(self.weight_h1 @ x.T + self.bias_h1.reshape(-1, 1))
            A2 = sigmoid(self.weight_h2 @ A1 + self.bias_h2.reshape(-1, 1))
            A3 = sigmoid(self.weight_out @ A2 + self.bias_out.reshape(-1, 1))
            return A1.T, A2.T, A3.T

        def backward(self, x, a_h1, a_h2, a_out, y):
            A1, A2, A3 = (a.T for a in self.forward(x))
            Y = np.zeros(A3.shape)
            Y[y, np.arange(y.size)] = 1
            D3 = (2 / y.size) * (A3 - Y) * A3 * (1 - A3)
            D2 = (self.weight_out.T @ D3) * A2 * (1 - A2)
            D1 = (self.weight_h2.T @ D2) * A1 * (1 - A1)
            return D3 @ A2.T, D3.sum(1), D2 @ A1.T, D2.sum(1), D1 @ x, D1.sum(1)
        """,
        ),
        right(
            "layers in a dictionary behind properties, biases as a column of ones",
            """
        LAYERS = ("h1", "h2", "out")

        def __init__(self, num_features, num_hidden_1, num_hidden_2, num_classes, random_seed=123):
            random = np.random.RandomState(random_seed)
            sizes = (num_features, num_hidden_1, num_hidden_2, num_classes)
            self.layers = {}
            for i, layer in enumerate(self.LAYERS):
                weight = random.normal(scale=0.1, size=(sizes[i + 1], sizes[i]))
                self.layers[layer] = np.hstack([weight, np.zeros((sizes[i + 1], 1))])

        def __getattr__(self, name):
            kind, _, layer = name.partition("_")
            if kind not in ("weight", "bias") or layer not in self.LAYERS:
                raise AttributeError(name)
            both = self.__dict__["layers"][layer]
            return both[:, :-1] if kind == "weight" else both[:, -1]

        def __setattr__(self, name, value):
            kind, _, layer = name.partition("_")
            if kind == "weight":
                self.layers[layer][:, :-1] = value
            elif kind == "bias":
                self.layers[layer][:, -1] = value
            else:
                self.__dict__[name] = value

        @staticmethod
        def with_ones(a):
            return np.column_stack([a, np.ones(len(a))])

        def forward(self, x):
            found = [x]
            for layer in self.LAYERS:
                found.append(sigmoid(self.with_ones(found[-1]) @ self.layers[layer].T))
            return found[1:]

        def backward(self, x, a_h1, a_h2, a_out, y):
            wanted = one_hot(y, a_out.shape[1])
            error, gradients = 2 * (a_out - wanted) / len(y), []
            reads = {"out": a_h2, "h2": a_h1, "h1": x}
            says = {"out": a_out, "h2": a_h2, "h1": a_h1}
            for layer in reversed(self.LAYERS):
                delta = error * says[layer] * (1 - says[layer])
                both = delta.T @ self.with_ones(reads[layer])
                gradients += [both[:, :-1], both[:, -1]]
                error = delta @ self.layers[layer][:, :-1]
            return gradients
        """,
        ),
        right(
            "an own class for a layer, columns of samples",
            """
        class Layer:
            def __init__(self, weight, bias):
                self.weight, self.bias = weight, bias

            def __call__(self, columns):
                return sigmoid(self.weight @ columns + self.bias[:, np.newaxis])

            def back(self, delta, reads):
                return delta @ reads.T, delta.sum(axis=1), self.weight.T @ delta

        def __init__(self, num_features, num_hidden_1, num_hidden_2, num_classes, random_seed=123):
            rng = np.random.RandomState(random_seed)
            self.weight_h1 = rng.normal(0.0, 0.1, (num_hidden_1, num_features))
            self.weight_h2 = rng.normal(0.0, 0.1, (num_hidden_2, num_hidden_1))
            self.weight_out = rng.normal(0.0, 0.1, (num_classes, num_hidden_2))
            self.bias_h1 = np.zeros(num_hidden_1)
            self.bias_h2 = np.zeros(num_hidden_2)
            self.bias_out = np.zeros(num_classes)

        @property
        def stack(self):
            names = ("h1", "h2", "out")
            return [
                self.Layer(getattr(self, f"weight_{n}"), getattr(self, f"bias_{n}")) for n in names
            ]

        def forward(self, x):
            columns, found = x.T, []
            for layer in self.stack:
                columns = layer(columns)
                found.append(columns.T)
            return found

        def backward(self, x, a_h1, a_h2, a_out, y):
            reads, says = [x.T, a_h1.T, a_h2.T], [a_h1.T, a_h2.T, a_out.T]
            error = a_out.T.copy()
            error[y, range(len(y))] -= 1
            error, found = 2 / len(y) * error, []
            for layer, read, said in list(zip(self.stack, reads, says, strict=True))[::-1]:
                weight, bias, error = layer.back(error * said * (1 - said), read)
                found += [weight, bias]
            return found
        """,
        ),
    ],
    "mse_and_accuracy": [
        right(
            "all outputs collected, then two means",
            """
        outputs = np.concatenate(
            [net.forward(X[i : i + batch])[2] for i in range(0, len(X), batch)]
        )
        onehot = np.eye(num_labels)[y]
        mse = np.mean((outputs - onehot) ** 2)
        acc = np.mean(np.argmax(outputs, axis=1) == y)
        return mse, acc
        """,
        ),
        right(
            "the book's loop, with each batch's size as its weight",
            """
        mse, correct_pred, num_examples = 0.0, 0, 0
        batches = np.array_split(np.arange(len(y)), np.arange(batch, len(y), batch))
        for indices in batches:
            features, targets = X[indices], y[indices]
            _, _, probas = net.forward(features)
            predicted_labels = np.argmax(probas, axis=1)
            onehot_targets = one_hot(targets, num_labels)
            loss = np.mean((onehot_targets - probas) ** 2)
            correct_pred += (predicted_labels == targets).sum()
            num_examples += targets.shape[0]
            mse += loss * len(targets)
        return mse / num_examples, correct_pred / num_examples
        """,
        ),
        right(
            "image by image, in plain Python",
            """
        total, hits, i = 0.0, 0, 0
        while i < len(y):
            *_, probas = net.forward(X[i : min(i + batch, len(y))])
            for row in probas:
                best = 0
                for c in range(num_labels):
                    total += (float(row[c]) - (1.0 if c == y[i] else 0.0)) ** 2
                    if row[c] > row[best]:
                        best = c
                hits += int(best == y[i])
                i += 1
        return [total / len(y) / num_labels, hits / len(y)]
        """,
        ),
        right(
            "the square written out, without one-hot rows",
            """
        squares, right = [], []
        for start in range(0, X.shape[0], batch):
            rows = slice(start, start + batch)
            a_out = np.asarray(net.forward(X[rows])[-1])
            of_the_label = np.take_along_axis(a_out, y[rows][:, np.newaxis], axis=1)[:, 0]
            squares.append(np.square(a_out).sum() - 2 * of_the_label.sum() + len(of_the_label))
            right.extend(a_out.argmax(-1) == y[rows])
        print(len(right), "images")
        return np.array(sum(squares) / y.size / num_labels), np.float64(np.mean(right))
        """,
        ),
        right(
            "in an own order, an image at a time",
            """
        order = np.random.permutation(len(y))
        squares = hits = 0.0
        for i in order:
            out = np.ravel(net.forward(X[i : i + 1])[2])
            wanted = np.array([float(c == y[i]) for c in range(num_labels)])
            squares += float(np.dot(out - wanted, out - wanted))
            hits += np.argmax(out) == y[i]
        return squares / (num_labels * len(order)), hits / len(order)
        """,
        ),
    ],
    "train": [
        right(
            "the book's style: assignments, the default number of labels",
            """
        epoch_loss, epoch_train_acc, epoch_valid_acc = [], [], []
        for e in range(num_epochs):
            minibatch_gen = minibatches(X, y)
            for X_train_mini, y_train_mini in minibatch_gen:
                a_h1, a_h2, a_out = net.forward(X_train_mini)
                (
                    d_loss__d_w_out, d_loss__d_b_out, d_loss__d_w_h2,
                    d_loss__d_b_h2, d_loss__d_w_h1, d_loss__d_b_h1,
                ) = net.backward(X_train_mini, a_h1, a_h2, a_out, y_train_mini)
                net.weight_h1 = net.weight_h1 - learning_rate * d_loss__d_w_h1
                net.bias_h1 = net.bias_h1 - learning_rate * d_loss__d_b_h1
                net.weight_h2 = net.weight_h2 - learning_rate * d_loss__d_w_h2
                net.bias_h2 = net.bias_h2 - learning_rate * d_loss__d_b_h2
                net.weight_out = net.weight_out - learning_rate * d_loss__d_w_out
                net.bias_out = net.bias_out - learning_rate * d_loss__d_b_out
            train_mse, train_acc = mse_and_accuracy(net, X, y)
            valid_mse, valid_acc = mse_and_accuracy(net, X_valid, y_valid)
            epoch_train_acc.append(train_acc)
            epoch_valid_acc.append(valid_acc)
            epoch_loss.append(train_mse)
            print(f"Epoch: {e + 1:03d}/{num_epochs:03d} | Train MSE: {train_mse:.2f}")
        return epoch_loss, epoch_train_acc, epoch_valid_acc
        """,
        ),
        right(
            "parameters by name in a loop, arrays for the curves",
            """
        names = ["weight_out", "bias_out", "weight_h2", "bias_h2", "weight_h1", "bias_h1"]
        curves = np.zeros((num_epochs, 3))
        for epoch in range(num_epochs):
            for images, labels in minibatches(X, y, batch=100):
                gradients = net.backward(images, *net.forward(images), labels)
                for name, gradient in zip(names, gradients):
                    setattr(net, name, getattr(net, name) - learning_rate * gradient)
            curves[epoch, :2] = mse_and_accuracy(net, X, y, 10, 500)
            curves[epoch, 2] = mse_and_accuracy(net, X_valid, y_valid, 10, 500)[1]
        return tuple(curves.T)
        """,
        ),
        right(
            "an own shuffle, changed in place, measured directly",
            """
        rng = np.random.default_rng(5)

        def outputs(images):
            return net.forward(images)[2]

        def hit_rate(images, labels):
            return float(np.mean(outputs(images).argmax(1) == labels))

        losses, on_training, on_validation = [], [], []
        parameters = ("weight_out", "bias_out", "weight_h2", "bias_h2", "weight_h1", "bias_h1")
        with Progress(num_epochs, "epochs", show=False) as bar:
            while len(losses) < num_epochs:
                order = rng.permutation(len(y))
                for i in range(len(y) // 100):
                    rows = order[100 * i : 100 * (i + 1)]
                    a_h1, a_h2, a_out = net.forward(X[rows])
                    slopes = net.backward(X[rows], a_h1, a_h2, a_out, y[rows])
                    for parameter, slope in zip(parameters, slopes, strict=True):
                        getattr(net, parameter)[...] -= learning_rate * slope
                truth = one_hot(y, len(net.bias_out))
                losses.append(np.square(outputs(X) - truth).mean())
                on_training.append(hit_rate(X, y))
                on_validation.append(hit_rate(X_valid, y_valid))
                bar.step()
        return [losses, on_training, on_validation]
        """,
        ),
        right(
            "two helper functions",
            """
        def step(X_batch, y_batch):
            found = net.backward(X_batch, *net.forward(X_batch), y_batch)
            for layer, place in (("out", 0), ("h2", 2), ("h1", 4)):
                for kind, gradient in (("weight", found[place]), ("bias", found[place + 1])):
                    name = f"{kind}_{layer}"
                    setattr(net, name, np.subtract(getattr(net, name), learning_rate * gradient))

        def epoch():
            for X_batch, y_batch in minibatches(X, y):
                step(X_batch, y_batch)
            mse, train_accuracy = mse_and_accuracy(net, X, y, num_labels=10)
            _, valid_accuracy = mse_and_accuracy(net, X_valid, y_valid, num_labels=10)
            return mse, train_accuracy, valid_accuracy

        history = [epoch() for _ in range(num_epochs)]
        return tuple([row[i] for row in history] for i in range(3))
        """,
        ),
        right(
            "gradients scaled first, numbers noted in a list of rows",
            """
        places = dict(zip(
            ["weight_out", "bias_out", "weight_h2", "bias_h2", "weight_h1", "bias_h1"], range(6)
        ))
        rows = []
        for _ in range(num_epochs):
            for pair in minibatches(X, y):
                layers = net.forward(pair[0])
                slopes = net.backward(pair[0], *layers, pair[1])
                moves = [-learning_rate * np.asarray(slope) for slope in slopes]
                for name, place in places.items():
                    setattr(net, name, getattr(net, name) + moves[place])
            rows.append((*mse_and_accuracy(net, X, y), mse_and_accuracy(net, X_valid, y_valid)[1]))
        return [list(column) for column in zip(*rows)]
        """,
        ),
        right_edit(
            "no progress bar",
            '    with Progress(num_epochs, "training") as bar:\n',
            "    if True:\n",
            '            bar.step(f"MSE {mse:.4f}, {accuracy:.2%} of the training images")\n',
            "",
        ),
    ],
}
