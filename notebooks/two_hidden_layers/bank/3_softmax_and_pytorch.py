"""The bank for `3_softmax_and_pytorch`: mistakes, and right answers written otherwise."""

from grading.bank.entry import right, right_edit, wrong

W_H1 = "rng.normal(scale=0.1, size=(num_hidden_1, num_features))"
W_H2 = "rng.normal(scale=0.1, size=(num_hidden_2, num_hidden_1))"
W_OUT = "rng.normal(scale=0.1, size=(num_classes, num_hidden_2))"
DRAWS = """        self.weight_h1 = rng.normal(scale=0.1, size=(num_hidden_1, num_features))
        self.bias_h1 = np.zeros(num_hidden_1)
        self.weight_h2 = rng.normal(scale=0.1, size=(num_hidden_2, num_hidden_1))
        self.bias_h2 = np.zeros(num_hidden_2)
        self.weight_out = rng.normal(scale=0.1, size=(num_classes, num_hidden_2))
"""
OTHER_ORDER = """        self.weight_out = rng.normal(scale=0.1, size=(num_classes, num_hidden_2))
        self.weight_h2 = rng.normal(scale=0.1, size=(num_hidden_2, num_hidden_1))
        self.weight_h1 = rng.normal(scale=0.1, size=(num_hidden_1, num_features))
        self.bias_h1 = np.zeros(num_hidden_1)
        self.bias_h2 = np.zeros(num_hidden_2)
"""
POWERS = "np.exp(z_out - z_out.max(axis=1, keepdims=True))  # none is larger than 1"
SOFTMAX = "powers / powers.sum(axis=1, keepdims=True)"
TARGETS = "np.eye(self.num_classes, dtype=a_out.dtype)[y]"
G = "2 * (a_out - targets) / len(y)  # (m, k), the slopes by the outputs"
DELTA_OUT = "a_out * (g - np.sum(g * a_out, axis=1, keepdims=True))  # the whole Jacobian"
DELTA_2 = "(delta_out @ self.weight_out) * a_h2 * (1 - a_h2)"
DELTA_1 = "(delta_2 @ self.weight_h2) * a_h1 * (1 - a_h1)"
LAST_TWO = "            *(delta_1.T @ x, delta_1.sum(axis=0)),\n"
MIDDLE_TWO = "            *(delta_2.T @ a_h1, delta_2.sum(axis=0)),\n"
FIRST_TWO = "            *(delta_out.T @ a_h2, delta_out.sum(axis=0)),\n"

LAST_PART = "        nn.Softmax(dim=1),\n"
COPIES = """            layer.weight.copy_(torch.from_numpy(weight))
            layer.bias.copy_(torch.from_numpy(bias))
"""
LOSS = "torch.square(model(X) - Y).sum() / len(X)"
ZERO = "    model.zero_grad()  # backward() adds\n"
GRADS = "[parameter.grad for parameter in model.parameters()]"

STEP = "            optimizer.step()\n"
CLEAR = "            optimizer.zero_grad()  # backward() adds\n"
BACKWARD = "            loss.backward()\n"
MSE = "nn.MSELoss()"
BATCHES = "torch.randperm(len(X)).split(100)"
KEEP = "losses.append(sum(batch_losses) / len(batch_losses))"

#: Mistakes by exercise.
WRONG = {
    "SoftmaxMLP": [
        wrong(
            "the diagonal of the Jacobian alone",
            DELTA_OUT,
            "a_out * (1 - a_out) * g",
            says="Your output error has a factor a(1 - a), as if each score changed its own output "
            "alone. With softmax it changes the others, too. Add up the error terms of one "
            "sample: are they 0, as they have to be?",
        ),
        wrong(
            "the error term of cross-entropy",
            DELTA_OUT,
            "g / 2",
            says="Your output error is the difference of outputs and targets. That is right for "
            "cross-entropy, where the derivative of softmax cancels. Here the loss is the squared "
            "error: what does softmax's Jacobian make of its slopes?",
        ),
        wrong(
            "no derivative of softmax at all",
            DELTA_OUT,
            "g",
            says="You stop at the derivative of the loss by the outputs. The scores are one step "
            "further back: the Jacobian of softmax still has to come in.",
        ),
        wrong(
            "the own part of the Jacobian left out",
            DELTA_OUT,
            "-a_out * np.sum(g * a_out, axis=1, keepdims=True)",
            says="Your output error has what a score does through all outputs together, but not "
            "what it does to its own output beyond that. What stands on the Jacobian's diagonal?",
        ),
        wrong(
            "the sum is taken over the samples",
            DELTA_OUT,
            "a_out * (g - np.sum(g * a_out, axis=0, keepdims=True))",
            says="The sum in your output error runs over the samples. Outputs compete within one "
            "sample: along which axis do they lie?",
        ),
        wrong(
            "the sum is not weighted with the outputs",
            DELTA_OUT,
            "a_out * (g - np.sum(g, axis=1, keepdims=True))",
            says="You subtract the plain sum of g in each sample. In the chain rule each slope "
            "comes with the output it belongs to, so that a likely class counts more.",
        ),
        wrong(
            "a plain mean instead of the weighted one",
            DELTA_OUT,
            "a_out * (g - np.mean(g * a_out, axis=1, keepdims=True))",
            says="You divide the sum over the outputs by their number. The outputs of a sample "
            "add up to 1 already: their weighted sum is a weighted mean as it stands.",
        ),
        wrong(
            "the outer factor a is missing",
            DELTA_OUT,
            "g - np.sum(g * a_out, axis=1, keepdims=True)",
            says="Your output error subtracts the right mean, but a factor is missing in front: "
            "every entry of the Jacobian has the output of its score in it.",
        ),
        wrong(
            "plus instead of minus in the Jacobian",
            DELTA_OUT,
            "a_out * (g + np.sum(g * a_out, axis=1, keepdims=True))",
            says="You add what a score does through the other outputs. When one output grows, the "
            "others shrink: what sign has the Jacobian beside its diagonal?",
        ),
        wrong(
            "no 2 in the slope of the loss",
            G,
            "(a_out - targets) / len(y)",
            says="Your gradients are half as large as the loss asks for. There is no 1/2 in front "
            "of this loss: what is the derivative of a square?",
        ),
        wrong(
            "no mean over the samples",
            G,
            "2 * (a_out - targets)",
            says="Your gradients grow with the number of samples. The loss is a mean over them, "
            "and that mean has to be somewhere in the backward pass.",
        ),
        wrong(
            "a mean over the outputs, too",
            G,
            "2 * (a_out - targets) / a_out.size",
            says="Your gradients are those of the mean over samples and outputs. The loss here is "
            "summed over the outputs of a sample, and averaged over the samples only.",
        ),
        wrong(
            "target minus output",
            G,
            "2 * (targets - a_out) / len(y)",
            says="All your gradients have the opposite sign: a step against them would go uphill. "
            "Which is subtracted from which in the loss's derivative?",
        ),
        wrong(
            "labels are taken to begin at 1",
            TARGETS,
            "np.eye(self.num_classes, dtype=a_out.dtype)[y - 1]",
            says="Your targets have their ones a column too far to the left. Labels and columns "
            "are both counted from the same number here. Which one?",
        ),
        wrong(
            "the number of classes is taken from the labels",
            TARGETS,
            "np.eye(len(np.unique(y)) + 1, dtype=a_out.dtype)[y]",
            says="You take the number of columns of the targets from the labels that you are "
            "given. The network knows how many classes there are.",
        ),
        wrong(
            "no sigmoid's derivative in the second hidden layer",
            DELTA_2,
            "delta_out @ self.weight_out",
            says="The error term of your second hidden layer lacks the derivative of its sigmoid. "
            "The gradients by the output layer are right; those behind it are not.",
        ),
        wrong(
            "no sigmoid's derivative in the first hidden layer",
            DELTA_1,
            "delta_2 @ self.weight_h2",
            says="The error term of your first hidden layer lacks the derivative of its sigmoid: "
            "only the gradients by its weights and biases are wrong.",
        ),
        wrong(
            "the sigmoid's derivative of an activation",
            DELTA_2,
            "(delta_out @ self.weight_out) * sigmoid(a_h2) * (1 - sigmoid(a_h2))",
            says="You apply the sigmoid to a_h2, which has been through it already. Written with "
            "the activation itself, the derivative needs no sigmoid any more.",
        ),
        wrong(
            "the activation of the wrong layer in a derivative",
            "* a_h1 * (1 - a_h1)",
            "* np.mean(a_h2 * (1 - a_h2), axis=1, keepdims=True)",
            says="In the first hidden layer you use the derivative of another layer's "
            "activations. Each error term is multiplied by the derivative of its own layer.",
        ),
        wrong(
            "weight_out is not used on the way back",
            DELTA_2,
            "np.sum(delta_out, axis=1, keepdims=True) * a_h2 * (1 - a_h2)",
            says="On the way back to the second hidden layer you add up the output errors without "
            "their weights. How strongly does each hidden unit act on each output?",
        ),
        wrong(
            "biases by a mean instead of a sum",
            "delta_2.sum(axis=0)",
            "delta_2.mean(axis=0)",
            says="The gradient of bias_h2 is a mean over the samples of error terms that hold the "
            "mean already. It is divided by m twice.",
        ),
        wrong(
            "the bias of the output has no gradient",
            "delta_out.sum(axis=0)",
            "np.zeros(self.num_classes)",
            says="The gradient of bias_out is zero everywhere, so that bias would never learn. It "
            "collects the output errors of all samples.",
        ),
        wrong(
            "the gradient of bias_h1 is one number for all units",
            "delta_1.sum(axis=0)",
            "np.full(delta_1.shape[1], delta_1.sum())",
            says="All entries of your gradient of bias_h1 are alike: you add over the units as "
            "well. Each unit has a bias of its own; sum over the samples alone.",
        ),
        wrong(
            "scores instead of activations at the second layer",
            "delta_2.T @ a_h1",
            "delta_2.T @ (x @ self.weight_h1.T + self.bias_h1)",
            says="For weight_h2 you multiply by what comes before the first layer's sigmoid. The "
            "second layer reads what comes after it.",
        ),
        wrong(
            "gradients from the first layer to the last",
            f"{FIRST_TWO}{MIDDLE_TWO}{LAST_TWO}",
            f"{LAST_TWO}{MIDDLE_TWO}{FIRST_TWO}",
            says="Your gradients come in the order of the layers, from the first. Here they are "
            "asked for from the output backwards.",
        ),
        wrong(
            "bias before weight in the results",
            "*(delta_2.T @ a_h1, delta_2.sum(axis=0))",
            "*(delta_2.sum(axis=0), delta_2.T @ a_h1)",
            says="In the second hidden layer you return the bias's gradient before the weight's. "
            "Look at the order of the results in the text.",
        ),
        wrong(
            "softmax over the samples",
            SOFTMAX,
            "powers / powers.sum(axis=0, keepdims=True)",
            says="Your softmax divides by a sum over the samples, so that images compete with each "
            "other. The outputs of one sample have to add up to 1.",
        ),
        wrong(
            "softmax over the whole batch",
            SOFTMAX,
            "powers / powers.sum()",
            says="All your outputs together add up to 1. It should be those of each sample: "
            "which axis, and do the dimensions stay?",
        ),
        wrong(
            "no maximum subtracted",
            POWERS,
            "np.exp(z_out)",
            says="With scores of some thousands your exponential overflows, and infinity by "
            "infinity is not a number. Subtract something from each sample's scores first; the "
            "outputs do not change by it.",
        ),
        wrong(
            "the same maximum for all samples",
            POWERS,
            "np.exp(z_out - z_out.max(axis=0, keepdims=True))",
            says="You subtract a maximum of each class over the samples. Different numbers for the "
            "scores of one sample do change its outputs; subtract the same one within a sample.",
        ),
        wrong(
            "one maximum for the whole batch",
            POWERS,
            "np.exp(z_out - z_out.max())",
            says="You subtract one maximum, that of all samples. Where a sample's scores are far "
            "below it, all their exponentials are 0, and 0 by 0 is not a number: each sample needs "
            "its own.",
        ),
        wrong(
            "the smallest score subtracted",
            POWERS,
            "np.exp(z_out - z_out.min(axis=1, keepdims=True))",
            says="You subtract each sample's smallest score, and the exponential of what is left "
            "can overflow. Subtract its largest: then no power is above 1.",
        ),
        wrong(
            "sigmoid outputs, as in notebook 1",
            SOFTMAX,
            "sigmoid(z_out)",
            says="Your outputs are sigmoids, each by itself, as in notebook 1. In this network the "
            "outputs of a sample compete and add up to 1.",
        ),
        wrong(
            "softmax of the sigmoid",
            POWERS,
            "np.exp(sigmoid(z_out))",
            says="You put the scores through a sigmoid before softmax. Then no output can be close "
            "to 1. Softmax takes the scores as they are.",
        ),
        wrong(
            "no bias in the second hidden layer",
            "a_h1 @ self.weight_h2.T + self.bias_h2",
            "a_h1 @ self.weight_h2.T",
            says="The bias of your second hidden layer is not used in the forward pass. It starts "
            "at 0, so that you would not notice before it has learnt something.",
        ),
        wrong(
            "no bias at the output",
            "a_h2 @ self.weight_out.T + self.bias_out",
            "a_h2 @ self.weight_out.T",
            says="The scores of your output layer lack their bias. Set bias_out by hand, and see "
            "whether the outputs change.",
        ),
        wrong(
            "no sigmoid in the first hidden layer",
            "sigmoid(x @ self.weight_h1.T + self.bias_h1)",
            "x @ self.weight_h1.T + self.bias_h1",
            says="The first hidden layer of your forward pass has no sigmoid: a_h1 is what should "
            "go into one.",
        ),
        wrong(
            "the second hidden layer's sigmoid twice",
            "sigmoid(a_h1 @ self.weight_h2.T + self.bias_h2)",
            "sigmoid(sigmoid(a_h1 @ self.weight_h2.T + self.bias_h2))",
            says="Your a_h2 has gone through the sigmoid twice: all its numbers are between 0.5 "
            "and 0.74.",
        ),
        wrong(
            "the scores are returned instead of the outputs",
            f"return a_h1, a_h2, {SOFTMAX}",
            "return a_h1, a_h2, z_out",
            says="Your third result is the scores, before softmax. Outputs are positive, and those "
            "of a sample add up to 1.",
        ),
        wrong(
            "results of forward in another order",
            "return a_h1, a_h2, powers",
            "return a_h2, a_h1, powers",
            says="Your forward returns the second hidden layer before the first. The order is that "
            "of the way from the pixels to the outputs.",
        ),
        wrong(
            "the seed is not used",
            "np.random.RandomState(random_seed)",
            "np.random.RandomState(123)",
            says="Every network of yours has the same weights, whatever random_seed is. Where does "
            "the argument go?",
        ),
        wrong(
            "another generator",
            "np.random.RandomState(random_seed)",
            "np.random.default_rng(random_seed)",
            says="Your weights come from NumPy's new generator. It is the better one, but the "
            "published run used the older: the text names it, so that both start alike.",
        ),
        wrong(
            "drawn in another order",
            DRAWS,
            OTHER_ORDER,
            says="You draw the weights in another order than the text says. Every draw moves the "
            "generator on, so that each layer gets another one's numbers.",
        ),
        wrong(
            "weights with standard deviation 1",
            W_H1,
            "rng.normal(size=(num_hidden_1, num_features))",
            says="Your first weights are ten times too large: normal numbers with standard "
            "deviation 1. With 784 pixels the sigmoids would be at their ends from the start.",
        ),
        wrong(
            "uniform weights",
            W_OUT,
            "rng.uniform(-0.1, 0.1, size=(num_classes, num_hidden_2))",
            says="Your output weights are drawn evenly from an interval. The text asks for normal "
            "numbers of a given standard deviation.",
        ),
        wrong(
            "biases drawn at random",
            "self.bias_out = np.zeros(num_classes)",
            "self.bias_out = rng.normal(scale=0.1, size=num_classes)",
            says="The output biases of your new network are random. All biases begin at 0 here.",
        ),
        wrong(
            "always ten classes",
            W_OUT,
            "rng.normal(scale=0.1, size=(10, num_hidden_2))",
            "np.zeros(num_classes)",
            "np.zeros(10)",
            says="Your output layer always has ten units. The number of classes is an argument of "
            "the constructor.",
        ),
        wrong(
            "backward takes the step itself",
            "        return (\n            *(delta_out.T",
            "        self.bias_out = self.bias_out - 0.1 * delta_out.sum(axis=0)\n"
            "        return (\n            *(delta_out.T",
            says="Your backward changes a parameter of the network. It should say what the "
            "gradients are; whoever trains takes the steps.",
        ),
        wrong(
            "backward changes the outputs in place",
            "        targets = ",
            "        a_out[np.arange(len(y)), y] -= 1\n        targets = ",
            says="Your backward subtracts the targets in a_out itself. Whoever called it still has "
            "that array and finds it changed: make a new one.",
        ),
    ],
    "in_pytorch": [
        wrong(
            "softmax left out",
            LAST_PART,
            "",
            says="Your chain ends with the last Linear: it gives scores, not probabilities. Which "
            "layer of the NumPy network is missing?",
        ),
        wrong(
            "softmax over the samples",
            "nn.Softmax(dim=1)",
            "nn.Softmax(dim=0)",
            says="Your softmax runs along the samples: each column adds up to 1, and an image's "
            "outputs depend on the other images. Rows are samples here.",
        ),
        wrong(
            "sigmoid outputs",
            "nn.Softmax(dim=1)",
            "nn.Sigmoid()",
            says="Your chain ends in a sigmoid, as the network of notebook 1 did. The outputs of "
            "this one compete, and each row adds up to 1.",
        ),
        wrong(
            "logarithms of the probabilities",
            "nn.Softmax(dim=1)",
            "nn.LogSoftmax(dim=1)",
            says="Your outputs are negative: they are the logarithms of probabilities. Take the "
            "layer that gives the probabilities themselves.",
        ),
        wrong(
            "ReLU in the hidden layers",
            """        linear(net.weight_h1, net.bias_h1),
        nn.Sigmoid(),
""",
            """        linear(net.weight_h1, net.bias_h1),
        nn.ReLU(),
""",
            says="The activation after your first layer is not that of the NumPy network: its "
            "hidden layers are sigmoids.",
        ),
        wrong(
            "no activation after the second layer",
            """        linear(net.weight_h2, net.bias_h2),
        nn.Sigmoid(),
""",
            """        linear(net.weight_h2, net.bias_h2),
""",
            says="Between your second and third Linear there is no activation. Two linear layers "
            "in a row are no more than one.",
        ),
        wrong(
            "single precision",
            "layer = nn.Linear(weight.shape[1], weight.shape[0], dtype=torch.float64)",
            "layer = nn.Linear(weight.shape[1], weight.shape[0])",
            "    return nn.Sequential(\n",
            "    class InSinglePrecision(nn.Sequential):\n"
            "        def forward(self, x):\n"
            "            return super().forward(x.float()).double()\n\n"
            "    return InSinglePrecision(\n",
            says="Your parameters are float32, which has seven digits. They have to keep all the "
            "digits of the arrays: layers take a dtype, and models can be converted.",
        ),
        wrong(
            "rounded to float32 on the way",
            "torch.from_numpy(weight)",
            "torch.from_numpy(weight.astype(np.float32))",
            says="The weights are rounded to float32 on their way into the model, and what is "
            "rounded once stays so, even in a float64 layer.",
        ),
        wrong(
            "float32 layers that do not fit the data",
            ", dtype=torch.float64",
            "",
            says="Your layers are float32, which is what PyTorch takes unless told otherwise, and "
            "the samples are float64: PyTorch refuses to multiply them.",
        ),
        wrong(
            "the parameters are not copied",
            COPIES,
            "            layer.bias.zero_()\n",
            says="Your model has the right layers, but PyTorch's own random weights. The arrays of "
            "net have to be written into them.",
        ),
        wrong(
            "the biases are not copied",
            "            layer.bias.copy_(torch.from_numpy(bias))\n",
            "",
            says="Your model has the weights of net, but random biases. Each layer has two "
            "parameters to be filled.",
        ),
        wrong(
            "layers without a bias",
            "weight.shape[0], dtype",
            "weight.shape[0], bias=False, dtype",
            "            layer.bias.copy_(torch.from_numpy(bias))\n",
            "",
            says="Your layers have no biases, so half of net's arrays are not in the model. They "
            "are 0 at the start only.",
        ),
        wrong(
            "sizes in the wrong order",
            "nn.Linear(weight.shape[1], weight.shape[0], dtype",
            "nn.Linear(weight.shape[0], weight.shape[1], dtype",
            says="The sizes of your Linear are the wrong way round. It wants the number of inputs "
            "first, and in a weight of shape (h, n) that is n.",
        ),
        wrong(
            "weights transposed",
            "torch.from_numpy(weight)",
            "torch.from_numpy(weight.T)",
            says="You transpose the weights. PyTorch's Linear keeps them in the same way as this "
            "course, a row for each unit.",
        ),
        wrong(
            "memory shared with the arrays",
            COPIES,
            """            layer.weight = nn.Parameter(torch.from_numpy(weight))
            layer.bias = nn.Parameter(torch.from_numpy(bias))
""",
            says="Your parameters share their memory with the arrays of net: train the model, and "
            "net is trained with it. from_numpy makes no copy.",
        ),
        wrong(
            "the second bias is 0",
            "linear(net.weight_h2, net.bias_h2)",
            "linear(net.weight_h2, 0 * net.bias_h2)",
            says="The second hidden layer of your model has biases of 0. It should have those of "
            "net.",
        ),
        wrong(
            "the second hidden layer left out",
            """        linear(net.weight_h2, net.bias_h2),
        nn.Sigmoid(),
""",
            "",
            says="Your chain has one hidden layer. Three pairs of arrays make three Linear layers; "
            "which one is missing?",
        ),
        wrong(
            "nothing returned",
            "    return nn.Sequential(",
            "    model = nn.Sequential(",
            says="You build the model and do not give it back. What does a function return that "
            "has no return?",
        ),
        wrong(
            "a list of layers",
            "    return nn.Sequential(",
            "    return list(\n        (",
            "        nn.Softmax(dim=1),\n    )",
            "        nn.Softmax(dim=1),\n    ))",
            says="You return a plain list of layers. It cannot be called with samples, and nobody "
            "finds its parameters. Which part of PyTorch makes a chain of them?",
        ),
    ],
    "autograd_gradients": [
        wrong(
            "the mean over samples and outputs",
            LOSS,
            "nn.MSELoss()(model(X), Y)",
            says="You let PyTorch differentiate its own MSE: a mean over samples and outputs. The "
            "loss here is a sum over the outputs, so that all your gradients are k times too "
            "small.",
        ),
        wrong(
            "no mean over the samples",
            LOSS,
            "torch.square(model(X) - Y).sum()",
            says="You differentiate the sum over all samples. The loss is a mean over them: "
            "twice as many images would double your gradients.",
        ),
        wrong(
            "half the squares",
            LOSS,
            "torch.square(model(X) - Y).sum() / (2 * len(X))",
            says="Your loss has a 1/2 in front, as in other notebooks. This one has none, so that "
            "your gradients are half as large as they should be.",
        ),
        wrong(
            "divided by the number of outputs",
            LOSS,
            "torch.square(model(X) - Y).sum() / Y.shape[1]",
            says="You divide the sum of squares by the number of classes. It is the samples that "
            "the loss is a mean over: which axis of Y are they?",
        ),
        wrong(
            "distances without the square",
            LOSS,
            "torch.abs(model(X) - Y).sum() / len(X)",
            says="You add up the distances themselves, without squares: each error then pulls "
            "alike, however large it is.",
        ),
        wrong(
            "cross-entropy",
            LOSS,
            "-(Y * torch.log(model(X))).sum() / len(X)",
            says="You differentiate the cross-entropy, which is what one usually takes after "
            "softmax. Here the loss is still the squared error.",
        ),
        wrong(
            "softmax twice",
            LOSS,
            "torch.square(torch.softmax(model(X), dim=1) - Y).sum() / len(X)",
            says="You apply softmax to outputs that are probabilities already. The model ends in "
            "softmax; compare what it gives with the targets.",
        ),
        wrong(
            "in single precision",
            LOSS,
            "torch.square((model(X) - Y).float()).sum() / len(X)",
            says="Somewhere your numbers go through float32: the gradients agree to seven digits "
            "and no further. The comparison asks for ten.",
        ),
        wrong(
            "old gradients are not cleared",
            ZERO,
            "",
            says="backward() adds to what is in .grad already. On a model that was asked before, "
            "your gradients are the sum of both times.",
        ),
        wrong(
            "cleared too late",
            f"{ZERO}",
            "",
            "    loss.backward()\n",
            "    loss.backward()\n    model.zero_grad(set_to_none=False)\n",
            says="You clear the gradients after backward() has filled them: what you return is "
            "zero. When do they have to be empty?",
        ),
        wrong(
            "backward is not called",
            "    loss.backward()\n",
            "",
            says="Nothing walks back through the computation: the gradients are still None. One "
            "call is missing between the loss and the result.",
        ),
        wrong(
            "the parameters instead of their gradients",
            GRADS,
            "[parameter.detach() for parameter in model.parameters()]",
            says="You return the parameters themselves. The derivative by a parameter lies in one "
            "of its attributes.",
        ),
        wrong(
            "from the output backwards",
            GRADS,
            "[parameter.grad for parameter in model.parameters()][::-1]",
            says="Your gradients begin with the last layer. The order asked for here is that of "
            "model.parameters().",
        ),
        wrong(
            "biases before weights",
            GRADS,
            "[each.grad for layer in model if hasattr(layer, 'weight') "
            "for each in (layer.bias, layer.weight)]",
            says="In each layer your gradient of the bias comes before that of the weight. "
            "model.parameters() has them the other way round.",
        ),
        wrong(
            "the weights' gradients alone",
            GRADS,
            "[parameter.grad for parameter in model.parameters() if parameter.ndim == 2]",
            says="The gradients of the biases are missing in your list. Every parameter of the "
            "model has one.",
        ),
        wrong(
            "a step is taken",
            f"    return {GRADS}",
            "    found = [parameter.grad.clone() for parameter in model.parameters()]\n"
            "    torch.optim.SGD(model.parameters(), lr=0.1).step()\n"
            "    return found",
            says="Your function moves the parameters. It was asked for the gradients alone: the "
            "model should be as before.",
        ),
        wrong(
            "nothing returned",
            f"    return {GRADS}",
            "    gradients = [parameter.grad for parameter in model.parameters()]",
            says="The gradients are there, but your function ends without giving them back.",
        ),
        wrong(
            "transposed weights",
            GRADS,
            "[parameter.grad.T if parameter.ndim == 2 else parameter.grad\n"
            "        for parameter in model.parameters()]",
            says="You transpose the gradients of the weights. PyTorch's are shaped like its "
            "weights, and these like ours: a row for each unit.",
        ),
        wrong(
            "scaled to length one",
            f"    return {GRADS}",
            f"    nn.utils.clip_grad_norm_(model.parameters(), 1e-3)\n    return {GRADS}",
            says="You limit the length of the gradient. That is a trick for training; here the "
            "gradient itself is asked for.",
        ),
    ],
    "train_in_pytorch": [
        wrong(
            "the sum over the outputs",
            MSE,
            "(lambda a, b: torch.square(a - b).sum() / len(a))",
            says="You train on L, which is summed over the outputs. Here learning_rate belongs to "
            "the mean over outputs and samples: your steps are k times too long.",
        ),
        wrong(
            "the sum over everything",
            MSE,
            "nn.MSELoss(reduction='sum')",
            says="Your loss is the sum over all samples and outputs of a mini-batch. Its gradient "
            "is a thousand times that of the mean, and so are your steps.",
        ),
        wrong(
            "cross-entropy",
            MSE,
            "(lambda p, target: nn.CrossEntropyLoss()(p, target))",
            says="You train on cross-entropy. The comparison is one of squared errors, and "
            "CrossEntropyLoss would take scores, not probabilities.",
        ),
        wrong(
            "absolute errors",
            MSE,
            "nn.L1Loss()",
            says="Your loss is the mean of the absolute errors. Their squares were asked for.",
        ),
        wrong(
            "the learning rate divided by ten",
            "lr=learning_rate",
            "lr=learning_rate / 10",
            says="You convert the learning rate inside the function. It is given for the MSE, and "
            "the loss is the MSE: nothing is left to convert.",
        ),
        wrong(
            "a fixed learning rate",
            "lr=learning_rate",
            "lr=0.1",
            says="Your optimiser has a learning rate of its own. The caller gives one as an "
            "argument.",
        ),
        wrong(
            "Adam",
            "torch.optim.SGD(",
            "torch.optim.Adam(",
            says="You train with Adam, which chooses its own step for each parameter. Plain "
            "gradient descent was asked for, so that both networks take the same kind of steps.",
        ),
        wrong(
            "momentum",
            "lr=learning_rate)",
            "lr=learning_rate, momentum=0.9)",
            says="Your optimiser has momentum: from the second step on it goes further than the "
            "gradient says. Plain gradient descent was asked for.",
        ),
        wrong(
            "weight decay",
            "lr=learning_rate)",
            "lr=learning_rate, weight_decay=1e-2)",
            says="Your optimiser pulls the weights towards 0 as well. There is no penalty in this "
            "loss.",
        ),
        wrong(
            "gradients are never cleared",
            CLEAR,
            "",
            says="Your gradients are never set back: each step uses the sum of all earlier "
            "gradients. What belongs before backward() in every step?",
        ),
        wrong(
            "gradients cleared once an epoch",
            CLEAR,
            "",
            "        batch_losses = []\n",
            "        batch_losses = []\n        optimizer.zero_grad()\n",
            says="You clear the gradients once an epoch, so that they add up within it. Every "
            "mini-batch needs fresh ones.",
        ),
        wrong(
            "no step",
            STEP,
            "",
            says="The gradients are computed and nobody uses them: the parameters never move. "
            "What does the optimiser do at the end of a mini-batch?",
        ),
        wrong(
            "one step an epoch",
            STEP,
            "",
            "        losses.append(sum",
            "        optimizer.step()\n        losses.append(sum",
            says="You take one step in each epoch, with the last mini-batch's gradient. Each "
            "mini-batch has a step of its own.",
        ),
        wrong(
            "no backward",
            BACKWARD,
            "",
            says="Nothing computes the gradients: the optimiser finds none, and the parameters "
            "stay. One call is missing after the loss.",
        ),
        wrong(
            "all samples at once",
            BATCHES,
            "[torch.randperm(len(X))]",
            says="You take all samples in one step. In mini-batches of 100 there are many steps in "
            "an epoch, each with a gradient of its own.",
        ),
        wrong(
            "mini-batches of 128",
            BATCHES,
            "torch.randperm(len(X)).split(128)",
            says="Your mini-batches hold 128 samples. The comparison has 100 in both networks.",
        ),
        wrong(
            "the order of the data",
            BATCHES,
            "torch.arange(len(X)).split(100)",
            says="Your mini-batches follow the order of the data, the same in every epoch. A new "
            "random order was asked for.",
        ),
        wrong(
            "one order for all epochs",
            f"""    for _ in range(num_epochs):
        batch_losses = []
        for rows in {BATCHES}:
""",
            f"""    order = {BATCHES}
    for _ in range(num_epochs):
        batch_losses = []
        for rows in order:
""",
            says="You draw the order once, and every epoch goes through the same mini-batches. "
            "Where should the drawing stand?",
        ),
        wrong(
            "drawn with replacement",
            BATCHES,
            "torch.randint(len(X), (len(X),)).split(100)",
            says="You draw each row number afresh, so that some samples come twice in an epoch and "
            "others not at all. An epoch goes once over all samples.",
        ),
        wrong(
            "the last, short mini-batch left out",
            BATCHES,
            "[r for r in torch.randperm(len(X)).split(100) if len(r) == min(100, len(X))]",
            says="You leave out the last mini-batch when it is short, so that some samples have no "
            "part in an epoch.",
        ),
        wrong(
            "targets in the order of the data",
            "Y[rows]",
            "Y[: len(rows)]",
            says="Your samples are shuffled and your targets are not: images are compared with "
            "other images' labels.",
        ),
        wrong(
            "one epoch too many",
            "    for _ in range(num_epochs):\n",
            "    for _ in range(num_epochs + 1):\n",
            says="You go through the data once more than you were asked to. Count the losses that "
            "you return.",
        ),
        wrong(
            "the last mini-batch's loss",
            KEEP,
            "losses.append(batch_losses[-1])",
            says="You return the loss of each epoch's last mini-batch. It is one of many, and the "
            "mean over them was asked for.",
        ),
        wrong(
            "the sum over the mini-batches",
            KEEP,
            "losses.append(sum(batch_losses))",
            says="You add up the losses of the mini-batches without dividing: with more data the "
            "number would grow.",
        ),
        wrong(
            "a loss for every mini-batch",
            KEEP,
            "losses.extend(batch_losses)",
            says="You return a number for every mini-batch. One for every epoch was asked for.",
        ),
        wrong(
            "tensors in the list",
            "loss.item()",
            "loss",
            says="Your list holds tensors with all that PyTorch remembers of them. Plain numbers "
            "were asked for: which method gives one?",
        ),
        wrong(
            "L is returned as the MSE",
            KEEP,
            "losses.append(Y.shape[1] * sum(batch_losses) / len(batch_losses))",
            says="What you train on is right, but the numbers that you return are summed over the "
            "outputs. The MSE is a mean over them, too.",
        ),
        wrong(
            "a copy is trained",
            "    mean_squared_error = ",
            "    import copy\n    model = copy.deepcopy(model)\n    mean_squared_error = ",
            says="You train a copy of the model. The one that the caller holds stays as it was; it "
            "should be trained in place.",
        ),
        wrong(
            "nothing returned",
            "    return losses",
            "    print(losses)",
            says="The losses are printed, but not given back. What does your caller get?",
        ),
    ],
}

#: Right answers, written otherwise.
RIGHT = {
    "SoftmaxMLP": [
        right(
            "in the book's style, its names, the Jacobian as a matrix a sample",
            """
            def __init__(
                self, num_features, num_hidden_1, num_hidden_2, num_classes, random_seed=123
            ):
                super().__init__()
                self.num_classes = num_classes
                rng = np.random.RandomState(random_seed)
                # hidden 1
                self.weight_h1 = rng.normal(loc=0.0, scale=0.1, size=(num_hidden_1, num_features))
                self.bias_h1 = np.zeros(num_hidden_1)
                # hidden 2
                self.weight_h2 = rng.normal(loc=0.0, scale=0.1, size=(num_hidden_2, num_hidden_1))
                self.bias_h2 = np.zeros(num_hidden_2)
                # output
                self.weight_out = rng.normal(loc=0.0, scale=0.1, size=(num_classes, num_hidden_2))
                self.bias_out = np.zeros(num_classes)

            def forward(self, x):
                z_h1 = np.dot(x, self.weight_h1.T) + self.bias_h1
                a_h1 = sigmoid(z_h1)
                z_h2 = np.dot(a_h1, self.weight_h2.T) + self.bias_h2
                a_h2 = sigmoid(z_h2)
                z_out = np.dot(a_h2, self.weight_out.T) + self.bias_out
                exps = np.exp(z_out - np.max(z_out, axis=1)[:, None])
                a_out = exps / np.sum(exps, axis=1)[:, None]
                return a_h1, a_h2, a_out

            def backward(self, x, a_h1, a_h2, a_out, y):
                y_onehot = np.zeros((y.shape[0], self.num_classes))
                for i, val in enumerate(y):
                    y_onehot[i, val] = 1
                d_loss__d_a_out = 2.0 * (a_out - y_onehot) / y.shape[0]
                delta_out = np.zeros_like(d_loss__d_a_out)
                for i, a in enumerate(a_out):
                    jacobian = np.diag(a) - np.outer(a, a)
                    delta_out[i] = jacobian @ d_loss__d_a_out[i]
                d_loss__dw_out = np.dot(delta_out.T, a_h2)
                d_loss__db_out = np.sum(delta_out, axis=0)
                d_loss__a_h2 = np.dot(delta_out, self.weight_out)
                delta_h2 = d_loss__a_h2 * a_h2 * (1.0 - a_h2)
                d_loss__d_w_h2 = np.dot(delta_h2.T, a_h1)
                d_loss__d_b_h2 = np.sum(delta_h2, axis=0)
                d_loss__a_h1 = np.dot(delta_h2, self.weight_h2)
                delta_h1 = d_loss__a_h1 * a_h1 * (1.0 - a_h1)
                d_loss__d_w_h1 = np.dot(delta_h1.T, x)
                d_loss__d_b_h1 = np.sum(delta_h1, axis=0)
                return (
                    d_loss__dw_out,
                    d_loss__db_out,
                    d_loss__d_w_h2,
                    d_loss__d_b_h2,
                    d_loss__d_w_h1,
                    d_loss__d_b_h1,
                )
            """,
        ),
        right(
            "einsum throughout, layers in loops, the mean at the end",
            """
            LAYERS = ("h1", "h2", "out")

            def __init__(self, *sizes, random_seed=123):
                from itertools import pairwise

                sizes, rest = sizes[:4], sizes[4:]
                rng = np.random.RandomState(rest[0] if rest else random_seed)
                for layer, (n_in, n_out) in zip(self.LAYERS, pairwise(sizes)):
                    setattr(self, "weight_" + layer, 0.1 * rng.standard_normal((n_out, n_in)))
                    setattr(self, "bias_" + layer, np.zeros((n_out,)))

            def scores(self, layer, a):
                weight, bias = getattr(self, "weight_" + layer), getattr(self, "bias_" + layer)
                return np.einsum("oi,mi->mo", weight, a) + bias

            def forward(self, x):
                from scipy.special import softmax

                a_h1 = sigmoid(self.scores("h1", x))
                a_h2 = sigmoid(self.scores("h2", a_h1))
                return [a_h1, a_h2, softmax(self.scores("out", a_h2), axis=1)]

            def backward(self, x, a_h1, a_h2, a_out, y):
                m, k = a_out.shape
                error = a_out - (np.arange(k) == np.asarray(y)[:, None])
                jacobians = np.einsum("mc,cj->mcj", a_out, np.eye(k))
                jacobians -= np.einsum("mc,mj->mcj", a_out, a_out)
                delta = np.einsum("mc,mcj->mj", error, jacobians)
                found = []
                for layer, a in zip(self.LAYERS[::-1], (a_h2, a_h1, x)):
                    found.append(np.einsum("mo,mi->oi", delta, a) * (2 / m))
                    found.append(delta.sum(0) * (2 / m))
                    back = np.einsum("mo,oi->mi", delta, getattr(self, "weight_" + layer))
                    delta = back * (a - a**2)
                return tuple(found)
            """,
        ),
        right(
            "sample by sample, gradients added up",
            """
            def __init__(self, n, h1, h2, k, random_seed=123):
                draw = np.random.RandomState(random_seed).normal
                self.weight_h1, self.bias_h1 = draw(0, 0.1, (h1, n)), np.zeros(h1)
                self.weight_h2, self.bias_h2 = draw(0, 0.1, (h2, h1)), np.zeros(h2)
                self.weight_out, self.bias_out = draw(0, 0.1, (k, h2)), np.zeros(k)

            def forward(self, x):
                rows = [self._one(each) for each in x]
                return tuple(np.array([row[i] for row in rows]) for i in range(3))

            def _one(self, x):
                a1 = 1 / (1 + np.exp(-(self.weight_h1 @ x + self.bias_h1)))
                a2 = 1 / (1 + np.exp(-(self.weight_h2 @ a1 + self.bias_h2)))
                z = self.weight_out @ a2 + self.bias_out
                return a1, a2, np.exp(z - np.logaddexp.reduce(z))

            def backward(self, x, a_h1, a_h2, a_out, y):
                names = ["weight_out", "bias_out", "weight_h2", "bias_h2", "weight_h1", "bias_h1"]
                total = [np.zeros_like(getattr(self, name)) for name in names]
                for sample, a1, a2, p, label in zip(x, a_h1, a_h2, a_out, y):
                    slopes = 2 * p / len(y)
                    slopes[label] -= 2 / len(y)
                    delta = p * (slopes - slopes @ p)
                    delta2 = self.weight_out.T @ delta * a2 * (1 - a2)
                    delta1 = self.weight_h2.T @ delta2 * a1 * (1 - a1)
                    parts = np.outer(delta, a2), delta, np.outer(delta2, a1), delta2
                    for one, part in zip(total, (*parts, np.outer(delta1, sample), delta1)):
                        one += part
                return total
            """,
        ),
        right(
            "tanh form of the sigmoid, logsumexp, a helper for the error term, type hints",
            """
            def __init__(
                self,
                num_features: int,
                num_hidden_1: int,
                num_hidden_2: int,
                num_classes: int,
                random_seed: int = 123,
            ) -> None:
                rng = np.random.RandomState(random_seed)
                self.weight_h1 = rng.normal(0.0, 0.1, num_hidden_1 * num_features)
                self.weight_h1 = self.weight_h1.reshape(num_hidden_1, num_features)
                self.weight_h2 = rng.randn(num_hidden_2, num_hidden_1) / 10
                self.weight_out = rng.randn(num_classes, num_hidden_2) / 10
                self.bias_h1, self.bias_h2, self.bias_out = (
                    np.zeros(size) for size in (num_hidden_1, num_hidden_2, num_classes)
                )

            @staticmethod
            def squash(z):
                return 0.5 * np.tanh(z / 2) + 0.5

            @staticmethod
            def through_softmax(slopes, p):
                return p * slopes - p * (p * slopes).sum(1)[:, np.newaxis]

            def forward(self, x):
                from scipy.special import logsumexp

                self.a_h1 = self.squash(np.matmul(x, np.transpose(self.weight_h1)) + self.bias_h1)
                self.a_h2 = self.squash(self.a_h1.dot(self.weight_h2.T) + self.bias_h2)
                z = self.a_h2.dot(self.weight_out.T) + self.bias_out
                return self.a_h1, self.a_h2, np.exp(z - logsumexp(z, axis=1, keepdims=True))

            def backward(self, x, a_h1, a_h2, a_out, y):
                slopes = a_out.copy()
                slopes[np.arange(len(y)), y] -= 1
                d3 = self.through_softmax(slopes, a_out) * 2 / len(x)
                d2 = np.multiply(d3 @ self.weight_out, a_h2 - a_h2 * a_h2)
                d1 = np.multiply(d2 @ self.weight_h2, a_h1 - a_h1 * a_h1)
                ones = np.ones(len(x))
                return (
                    np.asfortranarray(d3.T @ a_h2),
                    ones @ d3,
                    (a_h1.T @ d2).T,
                    ones @ d2,
                    (x.T @ d1).T,
                    ones @ d1,
                )
            """,
        ),
        right_edit(
            "the formula with the Jacobian's two parts, activations computed again",
            DELTA_OUT,
            "g * a_out * (1 - a_out) - a_out * (np.sum(g * a_out, axis=1, keepdims=True) "
            "- g * a_out)",
            TARGETS,
            "np.where(np.arange(self.num_classes)[None, :] == y[:, None], 1.0, 0.0)",
            "        targets = ",
            "        a_h1, a_h2, a_out = self.forward(x)\n        targets = ",
        ),
    ],
    "in_pytorch": [
        right(
            "a Sequential first, then filled parameter by parameter",
            """
            (h1, n), (h2, _), (k, _) = (
                net.weight_h1.shape,
                net.weight_h2.shape,
                net.weight_out.shape,
            )
            model = nn.Sequential(
                nn.Linear(n, h1),
                nn.Sigmoid(),
                nn.Linear(h1, h2),
                nn.Sigmoid(),
                nn.Linear(h2, k),
                nn.Softmax(dim=1),
            ).double()
            names = ["weight_h1", "bias_h1", "weight_h2", "bias_h2", "weight_out", "bias_out"]
            for name, parameter in zip(names, model.parameters()):
                parameter.data = torch.tensor(np.asarray(getattr(net, name)), dtype=torch.float64)
            return model
            """,
        ),
        right(
            "a loop over the layers, load_state_dict",
            """
            layers, state = [], {}
            for i, name in enumerate(("h1", "h2", "out")):
                weight, bias = getattr(net, f"weight_{name}"), getattr(net, f"bias_{name}")
                layers += [nn.Linear(*weight.shape[::-1], dtype=torch.double), nn.Sigmoid()]
                state[f"{2 * i}.weight"] = torch.from_numpy(np.array(weight, dtype=float))
                state[f"{2 * i}.bias"] = torch.from_numpy(np.array(bias, dtype=float))
            layers[-1] = nn.Softmax(-1)
            model = nn.Sequential(*layers)
            model.load_state_dict(state)
            return model
            """,
        ),
        right(
            "parameters made of copies",
            """
            def linear(weight, bias):
                layer = nn.Linear(1, 1)
                layer.weight = nn.Parameter(torch.tensor(weight, dtype=torch.float64))
                layer.bias = nn.Parameter(torch.tensor(bias, dtype=torch.float64))
                layer.out_features, layer.in_features = weight.shape
                return layer

            model = nn.Sequential()
            model.append(linear(net.weight_h1, net.bias_h1)).append(nn.Sigmoid())
            model.append(linear(net.weight_h2, net.bias_h2)).append(nn.Sigmoid())
            return model.append(linear(net.weight_out, net.bias_out)).append(nn.Softmax(dim=1))
            """,
        ),
        right(
            "a module with its own forward",
            """
            class Net(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.first = nn.Linear(net.weight_h1.shape[1], net.weight_h1.shape[0])
                    self.second = nn.Linear(net.weight_h2.shape[1], net.weight_h2.shape[0])
                    self.last = nn.Linear(net.weight_out.shape[1], net.weight_out.shape[0])
                    self.to(torch.float64)

                def forward(self, x):
                    x = torch.sigmoid(self.first(x))
                    x = torch.sigmoid(self.second(x))
                    return torch.softmax(self.last(x), dim=1)

            model = Net()
            with torch.no_grad():
                for layer, name in [
                    (model.first, "h1"),
                    (model.second, "h2"),
                    (model.last, "out"),
                ]:
                    layer.weight[:] = torch.as_tensor(getattr(net, "weight_" + name))
                    layer.bias[:] = torch.as_tensor(getattr(net, "bias_" + name))
            return model
            """,
        ),
        right_edit(
            "arrays copied in NumPy, the layer's numbers set under .data",
            COPIES,
            """            layer.weight.data = torch.from_numpy(weight.copy())
            layer.bias.data = torch.from_numpy(bias.copy())
""",
        ),
    ],
    "autograd_gradients": [
        right(
            "torch.autograd.grad",
            """
            loss = ((model(X) - Y) ** 2).sum(dim=1).mean()
            return list(torch.autograd.grad(loss, list(model.parameters())))
            """,
        ),
        right(
            "the MSE times the number of classes, an optimiser to clear",
            """
            optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
            optimizer.zero_grad()
            L = Y.shape[1] * nn.MSELoss()(model(X), Y)
            L.backward()
            gradients = []
            for p in model.parameters():
                gradients.append(p.grad.clone())
            return gradients
            """,
        ),
        right(
            "sample by sample: backward adds",
            """
            for parameter in model.parameters():
                parameter.grad = None
            for x, y in zip(X, Y):
                loss = torch.sum((y - model(x[None])[0]) ** 2) / X.shape[0]
                loss.backward()
            found = [p.grad.detach().clone() for p in model.parameters()]
            model.zero_grad()
            return found
            """,
        ),
        right(
            "the squares by einsum, old gradients set to zero one by one",
            """
            for parameter in model.parameters():
                if parameter.grad is not None:
                    parameter.grad.zero_()
            error = model(X).sub(Y)
            L = torch.einsum("mk,mk->", error, error) / error.shape[0]
            torch.autograd.backward(L, inputs=list(model.parameters()))
            gradients = {name: p.grad for name, p in model.named_parameters()}
            return list(gradients.values())
            """,
        ),
        right(
            "MSELoss with reduction='sum', as arrays",
            """
            model.zero_grad(set_to_none=False)
            nn.MSELoss(reduction="sum")(model(X), Y).div(Y.size(0)).backward()
            return tuple(p.grad.numpy().copy() for _, p in model.named_parameters())
            """,
        ),
    ],
    "train_in_pytorch": [
        right(
            "DataLoader, the mean weighted with the samples",
            """
            from torch.utils.data import DataLoader, TensorDataset

            loader = DataLoader(TensorDataset(X, Y), batch_size=100, shuffle=True)
            criterion = nn.MSELoss(reduction="mean")
            optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
            history = []
            for epoch in range(num_epochs):
                running = 0.0
                for inputs, targets in loader:
                    optimizer.zero_grad()
                    loss = criterion(model(inputs), targets)
                    loss.backward()
                    optimizer.step()
                    running += loss.item() * inputs.size(0)
                history.append(running / len(loader.dataset))
            return history
            """,
        ),
        right(
            "steps by hand, without an optimiser",
            """
            losses = []
            for _ in range(num_epochs):
                order, seen = torch.randperm(X.shape[0]), []
                for start in range(0, len(order), 100):
                    rows = order[start : start + 100]
                    loss = ((model(X[rows]) - Y[rows]) ** 2).mean()
                    model.zero_grad()
                    loss.backward()
                    with torch.no_grad():
                        for p in model.parameters():
                            p -= learning_rate * p.grad
                    seen.append(float(loss))
                losses.append(float(np.mean(seen)))
            return losses
            """,
        ),
        right(
            "an order from NumPy, the functional loss, an array as the result",
            """
            sgd = torch.optim.SGD(model.parameters(), learning_rate)
            losses = np.zeros(num_epochs)
            model.train()
            for epoch in range(num_epochs):
                order = np.random.permutation(len(X))
                batches = np.split(order, range(100, len(order), 100))
                for rows in batches:
                    rows = torch.from_numpy(rows)
                    loss = nn.functional.mse_loss(model(X[rows]), Y[rows])
                    sgd.zero_grad()
                    loss.backward()
                    sgd.step()
                    losses[epoch] += loss.item() / len(batches)
            return losses
            """,
        ),
        right(
            "both shuffled, then cut; a helper for the step; a progress bar",
            """
            optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)

            def step(x, target):
                output = model(x)
                error = (output - target).square().sum() / output.numel()
                error.backward()
                optimizer.step()
                optimizer.zero_grad()
                return error.item()

            losses = []
            optimizer.zero_grad()
            with Progress(num_epochs, "training", show=num_epochs > 1) as bar:
                for _ in range(num_epochs):
                    shuffled = torch.randperm(len(X))
                    pairs = zip(X[shuffled].split(100), Y[shuffled].split(100))
                    found = [step(x, target) for x, target in pairs]
                    losses.append(sum(found) / len(found))
                    bar.step(f"MSE {losses[-1]:.4f}")
            return losses
            """,
        ),
        right(
            "torch.autograd.grad and BatchSampler",
            """
            from torch.utils.data import BatchSampler, RandomSampler

            parameters = list(model.parameters())
            sampler = BatchSampler(RandomSampler(range(len(X))), 100, drop_last=False)
            losses = []
            for _ in range(num_epochs):
                total, count = 0.0, 0
                for rows in sampler:
                    squares = torch.square(Y[rows] - model(X[rows]))
                    slopes = torch.autograd.grad(squares.mean(), parameters)
                    with torch.no_grad():
                        for parameter, slope in zip(parameters, slopes):
                            parameter.sub_(slope, alpha=learning_rate)
                    total, count = total + squares.sum().item(), count + squares.numel()
                losses.append(total / count)
            return losses
            """,
        ),
    ],
}
