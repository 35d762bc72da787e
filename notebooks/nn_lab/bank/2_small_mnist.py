"""The bank for `2_small_mnist`: mistakes, and right answers written otherwise."""

from grading.bank.entry import right, right_edit, wrong, wrong_body

ONES = "[np.arange(len(y)), y]"
W1_START = "rng.normal(scale=1 / np.sqrt(n), size=(h, n))"
W2_START = "rng.normal(scale=0.1 / np.sqrt(h), size=(k, h))"
B2_START = "np.full(k, -np.log(k - 1))"
MINIMIZE = "f, theta0, jac=True,"
OPTIONS = '{"maxiter": max_iter, "gtol": 1e-7}'
RESULT = "return result.x, history"
UNPACKED = "W1, b1, W2, b2 = unpack(theta, *layer_shapes(n, n_hidden, k))"
LABELS = "z3.argmax(axis=1)"
MEAN = "np.mean(y_true == y_pred)"

#: Mistakes by exercise.
WRONG = {
    "one_hot": [
        wrong(
            "the number of classes is taken from the largest label",
            "(len(y), k)",
            "(len(y), y.max() + 1)",
            says="You take the number of columns from the largest label. A batch may hold no label "
            "of the last class, and its rows still need k columns.",
        ),
        wrong(
            "always ten classes",
            "(len(y), k)",
            "(len(y), 10)",
            says="Your rows always have ten columns. The number of classes is an argument of the "
            "function; use it.",
        ),
        wrong(
            "classes that are absent get no column",
            "(len(y), k)",
            "(len(y), len(np.unique(y)))",
            ONES,
            "[np.arange(len(y)), np.unique(y, return_inverse=True)[1]]",
            says="Only the classes that are found in y get a column. With no 3 in the batch, a 4 "
            "would stand in the column of the 3.",
        ),
        wrong(
            "columns are counted by the classes found",
            ONES,
            "[np.arange(len(y)), np.unique(y, return_inverse=True)[1]]",
            says="You number the classes that occur in y anew, so a label moves to another column "
            "when a smaller class is absent. The label itself is the column's number.",
        ),
        wrong(
            "labels are taken to begin at 1",
            ONES,
            "[np.arange(len(y)), y - 1]",
            says="Your ones stand one column too far left, and those of label 0 in the last one. "
            "At which number do labels and columns begin?",
        ),
        wrong(
            "transposed",
            "return Y",
            "return Y.T",
            says="Your result is transposed: samples are rows in this course, and yours are "
            "columns. What should its shape be?",
        ),
        wrong(
            "whole columns are set",
            ONES,
            "[:, y]",
            says="You set whole columns: each class that occurs gets a 1 in every row. Each row "
            "needs its own single entry; which index goes with which label?",
        ),
        wrong_body(
            "only the last row is filled",
            """
            for i, label in enumerate(y):
                Y = np.zeros((len(y), k))
                Y[i, label] = 1
            return Y
            """,
            says="You make the zeros anew for every sample, so only the last one's 1 is left. What "
            "belongs before the loop?",
        ),
        wrong(
            "the label stands there in place of a 1",
            "= 1",
            "= y",
            says="You write the label where a 1 belongs. Label 0 leaves no trace that way, and "
            "label 3 counts three times.",
        ),
        wrong(
            "zeros and ones are exchanged",
            "return Y",
            "return 1 - Y",
            says="Zeros and ones are exchanged: each row should hold a single 1, in the label's "
            "column.",
        ),
        wrong(
            "-1 for 0",
            "np.zeros((len(y), k))",
            "-np.ones((len(y), k))",
            says="Your other entries are -1. The outputs are sigmoids, between 0 and 1: they could "
            "never reach such a target. What belongs there?",
        ),
        wrong(
            "0.9 and 0.1 for 1 and 0",
            "return Y",
            "return 0.1 + 0.8 * Y",
            says="You soften the targets to 0.9 and 0.1. That has its uses, but one-hot means "
            "zeros with a single 1.",
        ),
        wrong(
            "y is changed in place",
            "    return Y",
            "    y[:] = 0\n    return Y",
            says="Your rows are right, but y holds other labels after the call, and the caller "
            "still needs them. Which line writes into y?",
        ),
    ],
    "init_parameters": [
        wrong(
            "W1 has standard deviation 1",
            W1_START,
            "rng.normal(size=(h, n))",
            says="Your W1 is drawn with standard deviation 1, so a sum of n terms is of size "
            "sqrt(n), and the sigmoid is flat there. See the table.",
        ),
        wrong(
            "W1 is scaled by 1/n: a variance for a standard deviation",
            W1_START,
            "rng.normal(scale=1 / n, size=(h, n))",
            says="Your W1 is too small. NumPy's scale is a standard deviation, not a variance: "
            "does the table ask for n or for its root?",
        ),
        wrong(
            "W1 is scaled by the number of hidden units",
            W1_START,
            "rng.normal(scale=1 / np.sqrt(h), size=(h, n))",
            says="Your W1 is scaled by the number of hidden units. What matters is how many terms "
            "a hidden unit sums up: what feeds into it, and how many of those are there?",
        ),
        wrong(
            "W1 is uniform, and so too narrow",
            W1_START,
            "rng.uniform(-1, 1, size=(h, n)) / np.sqrt(n)",
            says="You draw W1 evenly from an interval. Its standard deviation is then the half "
            "width divided by the root of 3, and the table asks for a normal distribution.",
        ),
        wrong(
            "W1 is drawn between 0 and 1",
            W1_START,
            "rng.random((h, n)) / np.sqrt(n)",
            says="Your W1 has no negative entries: numbers from 0 to 1 do not have the mean 0. All "
            "hidden units would begin by saying nearly the same.",
        ),
        wrong(
            "W1 is positive",
            W1_START,
            "np.abs(rng.normal(scale=1 / np.sqrt(n), size=(h, n)))",
            says="Your W1 has positive entries only, so its mean is not 0, and the sums of a "
            "bright image push all hidden units to the flat end.",
        ),
        wrong(
            "W1 is scaled for ReLU (He)",
            W1_START,
            "rng.normal(scale=np.sqrt(2 / n), size=(h, n))",
            says="Your W1 is larger by the root of 2. That is the advice for ReLU units, half of "
            "which are silent; here the units are sigmoids. See the table.",
        ),
        wrong(
            "Glorot's scale in both layers",
            W1_START,
            "rng.normal(scale=np.sqrt(2 / (n + h)), size=(h, n))",
            W2_START,
            "rng.normal(scale=np.sqrt(2 / (h + k)), size=(k, h))",
            says="You scale by the numbers of units on both sides of a layer (Glorot). It is a "
            "good rule, but the table asks for another, and for a much smaller W2.",
        ),
        wrong(
            "the same small standard deviation for both weights",
            W1_START,
            "rng.normal(scale=0.01, size=(h, n))",
            W2_START,
            "rng.normal(scale=0.01, size=(k, h))",
            says="Both weights have a standard deviation of 0.01, whatever the sizes. It should "
            "depend on how many terms a unit sums up; see the table.",
        ),
        wrong(
            "W1 is zero",
            W1_START,
            "np.zeros((h, n))",
            says="Your W1 is zero, so all hidden units give the same for every image. The first of "
            "the three demands is that they do not start equal.",
        ),
        wrong(
            "all hidden units start equal",
            W1_START,
            "np.tile(rng.normal(scale=1 / np.sqrt(n), size=(1, n)), (h, 1))",
            says="All rows of your W1 are the same: the hidden units start equal, and with equal "
            "weights behind them they would stay alike. Draw each number by itself.",
        ),
        wrong(
            "W2 without the factor 0.1",
            W2_START,
            "rng.normal(scale=1 / np.sqrt(h), size=(k, h))",
            says="Your W2 is ten times too large. The outputs should start close to 1 in k, so "
            "the table asks for a smaller W2 than for W1.",
        ),
        wrong(
            "W2 is scaled by the number of outputs",
            W2_START,
            "rng.normal(scale=0.1 / np.sqrt(k), size=(k, h))",
            says="Your W2 is scaled by the number of outputs. How many terms does an output unit "
            "sum up?",
        ),
        wrong(
            "W2 is scaled by the number of inputs",
            W2_START,
            "rng.normal(scale=0.1 / np.sqrt(n), size=(k, h))",
            says="Your W2 is scaled by the number of inputs, as W1 is. What feeds into an output "
            "unit is the hidden layer.",
        ),
        wrong(
            "W2 is scaled by 0.1/h: a variance for a standard deviation",
            W2_START,
            "rng.normal(scale=0.1 / h, size=(k, h))",
            says="Your W2 is too small. NumPy's scale is a standard deviation: does the table "
            "divide by h or by its root?",
        ),
        wrong(
            "W2 is zero",
            W2_START,
            "np.zeros((k, h))",
            says="Your W2 is zero. The outputs then start as they should, but no error reaches the "
            "hidden layer in the first step. Small is not zero: see the table.",
        ),
        wrong(
            "b1 is random",
            "np.zeros(h)",
            "0.01 * rng.normal(size=h)",
            says="Your b1 is random. The random weights make the units different already; the "
            "table gives b1 one plain value.",
        ),
        wrong(
            "b2 is zero",
            B2_START,
            "np.zeros(k)",
            says="Your b2 is zero, so all outputs start near 0.5: far too much for each of k "
            "classes. Section 7 shows what may come of it.",
        ),
        wrong(
            "the usual start: W2 large, b2 zero",
            W2_START,
            "rng.normal(scale=1 / np.sqrt(h), size=(k, h))",
            B2_START,
            "np.zeros(k)",
            says="That is the usual start, which section 7 warns of: outputs near 0.5, and a large "
            "W2. The last two rows of the table ask for something else.",
        ),
        wrong(
            "b2 is -ln k",
            B2_START,
            "np.full(k, -np.log(k))",
            says="Your b2 is a little too low. It is the number whose sigmoid is 1/k: put yours "
            "into the sigmoid and see.",
        ),
        wrong(
            "b2 has the wrong sign",
            B2_START,
            "np.full(k, np.log(k - 1))",
            says="Your b2 has the wrong sign: the outputs would start near 1. Each should say "
            "1 in k; on which side of 0 must z be for that?",
        ),
        wrong(
            "b2 is 1/k",
            B2_START,
            "np.full(k, 1 / k)",
            says="Your b2 is 1/k. That is what the outputs should be, after the sigmoid; b2 is "
            "what stands before it.",
        ),
        wrong(
            "b2 with the logarithm to base 10",
            B2_START,
            "np.full(k, -np.log10(k - 1))",
            says="Your b2 has a logarithm to base 10. The sigmoid is made of powers of e, so the "
            "natural logarithm belongs to it.",
        ),
        wrong(
            "packed in the order W1, W2, b1, b2",
            "pack(W1, np.zeros(h), W2, ",
            "pack(W1, W2, np.zeros(h), ",
            says="You pack both weights first, then both biases. The flat vector goes layer by "
            "layer; cut yours in that order and see what lands in b1.",
        ),
        wrong(
            "packed with the biases first",
            "pack(W1, np.zeros(h), W2, np.full(k, -np.log(k - 1)))",
            "pack(np.zeros(h), W1, np.full(k, -np.log(k - 1)), W2)",
            says="In your vector each layer's bias comes before its weights. The order that the "
            "exercise asks for has the weights first.",
        ),
        wrong(
            "not packed into one vector",
            "return pack(",
            "return (",
            says="You return four arrays. The optimiser wants one flat vector: which helper makes "
            "it?",
        ),
        wrong(
            "not drawn from the given generator",
            W1_START,
            "np.random.default_rng().normal(scale=1 / np.sqrt(n), size=(h, n))",
            says="Your W1 does not come from the generator that the function gets, so a run cannot "
            "be repeated. Draw all random numbers from that one.",
        ),
        wrong(
            "a fixed seed",
            "    W1 = rng",
            "    rng = np.random.default_rng(0)\n    W1 = rng",
            says="You make a generator with a seed of your own, so every call gives the same "
            "start. Draw from the generator that the function gets.",
        ),
    ],
    "train": [
        wrong(
            "a single iteration",
            '"maxiter": max_iter',
            '"maxiter": 1',
            says="Your training stops after one iteration. The caller says how many there may be: "
            "does that number reach the options?",
        ),
        wrong(
            "always 40 iterations",
            '"maxiter": max_iter',
            '"maxiter": 40',
            says="Your training makes 40 iterations at most, whatever the caller asks for. Which "
            "argument holds the number that was asked for?",
        ),
        wrong(
            "max_iter is not obeyed",
            OPTIONS,
            '{"maxiter": 1000, "gtol": 1e-7}',
            says="Your training goes on beyond max_iter iterations. Does that argument reach the "
            "optimiser's options, under the name that SciPy expects?",
        ),
        wrong(
            "SciPy is not told that f gives the gradient: an error",
            MINIMIZE,
            "f, theta0,",
            says="SciPy takes what f returns for the cost alone, and cannot work with a pair. One "
            "argument of minimize says that f returns the gradient as well.",
        ),
        wrong(
            "the gradient is estimated, not taken from f",
            MINIMIZE,
            "lambda t: f(t)[0], theta0,",
            says="You hand over the cost alone, so SciPy estimates each gradient by one call for "
            "every parameter. f gives the gradient: one argument of minimize says so.",
        ),
        wrong(
            "BFGS, SciPy's default method",
            'method="L-BFGS-B", ',
            "",
            says="You use another method than L-BFGS; without a name SciPy takes plain BFGS. That "
            "keeps a matrix as wide as theta is long: gigabytes for a real network.",
        ),
        wrong(
            "uphill",
            MINIMIZE,
            "lambda t: (-f(t)[0], -f(t)[1]), theta0, jac=True,",
            says="You minimise the negative of f, and so climb. minimize goes downhill by itself; "
            "hand it f as it is.",
        ),
        wrong(
            "the gradient's sign is turned",
            MINIMIZE,
            "lambda t: (f(t)[0], -f(t)[1]), theta0, jac=True,",
            says="You turn the gradient's sign, and cost and gradient no longer fit together: the "
            "optimiser gets nowhere. It goes against the gradient by itself.",
        ),
        wrong_body(
            "gradient descent with a small fixed step",
            """
            theta, history = theta0.copy(), []
            for _ in range(max_iter):
                J, grad = f(theta)
                theta = theta - 1e-3 * grad
                history.append(f(theta)[0])
            return theta, history
            """,
            says="You step against the gradient with a small fixed step, and are not there when "
            "the iterations are used up. Let SciPy's L-BFGS choose the steps.",
        ),
        wrong(
            "one tiny step from the start",
            RESULT,
            "return theta0 - 1e-4 * f(theta0)[1], history",
            says="What you return is the start, moved a tiny step. What the optimiser has found "
            "is in the object that it returns.",
        ),
        wrong(
            "the start is returned",
            RESULT,
            "return theta0, history",
            says="You return the start, not what was found. minimize leaves its starting point "
            "alone: where does it put the solution?",
        ),
        wrong(
            "zeros are returned",
            RESULT,
            "return 0 * result.x, history",
            says="Your theta is all zeros. What the optimiser has found gets lost between its "
            "result and your last line.",
        ),
        wrong(
            "theta0 is overwritten",
            "    return result.x",
            "    theta0[:] = result.x\n    return result.x",
            says="You write the solution into theta0. The caller may want to start there once "
            "more: leave it as it is, and return the solution only.",
        ),
        wrong(
            "the callback is not passed on",
            "callback=after_iteration, ",
            "",
            says="Your history never grows: the function that should be called after each "
            "iteration is not handed to minimize.",
        ),
        wrong(
            "history stays empty",
            RESULT,
            "return result.x, []",
            says="Your history is empty. Is your function called after each iteration, and does "
            "it append to the list that you return?",
        ),
        wrong(
            "history holds the last cost alone",
            RESULT,
            "return result.x, [history[-1]]",
            says="Your history holds a single cost. It should have one for each iteration, so that "
            "the curve can be drawn.",
        ),
        wrong(
            "history is in reverse order",
            RESULT,
            "return result.x, history[::-1]",
            says="Your history runs backwards: it begins with the lowest cost. New costs belong at "
            "the end of the list.",
        ),
        wrong_body(
            "history holds the parameters",
            """
            history = []

            def after_iteration(intermediate_result):
                history.append(intermediate_result.x)

            options = {"maxiter": max_iter, "gtol": 1e-7}
            result = minimize(
                f, theta0, jac=True, method="L-BFGS-B", callback=after_iteration, options=options
            )
            return result.x, history
            """,
            says="Your history holds parameter vectors. It should hold costs, one number an "
            "iteration; the object that your callback gets has both.",
        ),
        wrong_body(
            "history holds the gradient's lengths",
            """
            history = []

            def after_iteration(x):
                history.append(float(np.linalg.norm(f(x)[1])))

            options = {"maxiter": max_iter, "gtol": 1e-7}
            result = minimize(
                f, theta0, jac=True, method="L-BFGS-B", callback=after_iteration, options=options
            )
            return result.x, history
            """,
            says="Your history holds the gradient's length. It is the cost that is asked for, "
            "the first of the two things that f returns.",
        ),
        wrong(
            "history and theta in the wrong order",
            RESULT,
            "return history, result.x",
            says="Both results are right, but in the wrong order: the parameters come first, then "
            "the history.",
        ),
        wrong(
            "SciPy's result alone",
            RESULT,
            "return result",
            says="You return the object that SciPy gives. Two things are asked for: the parameters "
            "in it, and the list of costs.",
        ),
        wrong(
            "SciPy's result in place of theta",
            RESULT,
            "return result, history",
            says="Your first result is the whole object that SciPy gives. The parameters are one "
            "part of it.",
        ),
        wrong(
            "the last cost in place of theta",
            RESULT,
            "return result.fun, history",
            says="You return the cost that was reached. The parameters that reach it are what is "
            "needed; SciPy's object holds both.",
        ),
    ],
    "predict": [
        wrong(
            "the smallest output wins",
            "argmax",
            "argmin",
            says="You pick the class with the smallest output. A target is 1 for the right class: "
            "which output should win?",
        ),
        wrong(
            "argmax over the samples",
            "argmax(axis=1)",
            "argmax(axis=0)",
            says="You look for the largest value down the columns, over the samples, and get one "
            "number per class. Each row is an image: search along the other axis.",
        ),
        wrong(
            "argmax over everything",
            LABELS,
            "z3.argmax()",
            says="You search all outputs of all images at once and get a single number. Each row "
            "needs a label of its own; what does argmax need to know for that?",
        ),
        wrong(
            "labels begin at 1",
            LABELS,
            "z3.argmax(axis=1) + 1",
            says="Your labels are too high by one. The first column stands for the digit 0, and "
            "Python counts from 0, too.",
        ),
        wrong(
            "the largest output itself, not its place",
            LABELS,
            "z3.max(axis=1)",
            says="You return how large the largest output is. The label is its place: the number "
            "of its column.",
        ),
        wrong(
            "the outputs are returned",
            LABELS,
            "z3",
            says="You return all outputs. One label an image is asked for: the class whose output "
            "is the largest.",
        ),
        wrong(
            "one-hot rows, not labels",
            LABELS,
            "(z3 == z3.max(axis=1, keepdims=True)).astype(int)",
            says="You return one-hot rows. Labels are asked for, one integer an image: which "
            "column holds the 1?",
        ),
        wrong(
            "the outputs are rounded first",
            LABELS,
            "sigmoid(z3).round().argmax(axis=1)",
            says="You round the outputs to 0 or 1 before you compare them. When no output or more "
            "than one is above 0.5, they tie. Compare them as they are.",
        ),
        wrong(
            "floats, not integers",
            LABELS,
            "z3.argmax(axis=1) * 1.0",
            says="Your labels are floats. They are used to index arrays, so they should be "
            "integers. Where do they become floats?",
        ),
        wrong(
            "a column, not a vector",
            LABELS,
            "z3.argmax(axis=1)[:, None]",
            says="Your labels stand in a column of shape (m, 1). Compared with a vector of labels, "
            "that broadcasts to a whole table. One axis is enough.",
        ),
        wrong(
            "the hidden layer's bias is left out",
            "X @ W1.T + b1",
            "X @ W1.T",
            says="Your forward pass does not use b1. Compare it with the one of notebook 1, line "
            "by line.",
        ),
        wrong(
            "the output's bias is left out",
            "a2 @ W2.T + b2",
            "a2 @ W2.T",
            says="Your forward pass does not use b2. The sigmoid does not change which output is "
            "the largest, but the bias does.",
        ),
        wrong(
            "both biases are left out",
            "X @ W1.T + b1",
            "X @ W1.T",
            "a2 @ W2.T + b2",
            "a2 @ W2.T",
            says="Your forward pass uses neither bias. You cut them out of theta; where do they "
            "come in?",
        ),
        wrong(
            "the hidden layer is not activated",
            "sigmoid(X @ W1.T + b1)",
            "X @ W1.T + b1",
            says="Your hidden layer has no sigmoid. The last sigmoid may be left out, since it "
            "keeps the order of the outputs; the hidden one may not.",
        ),
        wrong(
            "the hidden layer uses tanh",
            "sigmoid(X @ W1.T + b1)",
            "np.tanh(X @ W1.T + b1)",
            says="Your hidden units use tanh. The network was trained with the sigmoid, and has to "
            "be used with it.",
        ),
        wrong(
            "the hidden layer uses ReLU",
            "sigmoid(X @ W1.T + b1)",
            "np.maximum(X @ W1.T + b1, 0)",
            says="Your hidden units cut negative sums off at zero (ReLU). The network was trained "
            "with the sigmoid, and has to be used with it.",
        ),
        wrong(
            "the hidden layer is activated twice",
            "sigmoid(X @ W1.T + b1)",
            "sigmoid(sigmoid(X @ W1.T + b1))",
            says="The hidden layer goes through the sigmoid twice. Compare your forward pass with "
            "the one of notebook 1, line by line.",
        ),
        wrong(
            "W1 is not transposed: an error",
            "sigmoid(X @ W1.T + b1)",
            "sigmoid(X @ W1 + b1)",
            says="A product does not fit. Write the shapes under it: X has n columns, and W1 has "
            "a row for each hidden unit.",
            like=("always ten classes",),
        ),
        wrong(
            "W1 is read column by column",
            "X @ W1.T",
            "X @ W1.ravel().reshape(W1.shape[::-1])",
            says="You cut W1 out of theta with its axes exchanged: the shapes fit, but the numbers "
            "are in wrong places. theta holds it row by row, a row for each hidden unit.",
        ),
        wrong(
            "both weights are read column by column",
            "X @ W1.T",
            "X @ W1.ravel().reshape(W1.shape[::-1])",
            "a2 @ W2.T",
            "a2 @ W2.ravel().reshape(W2.shape[::-1])",
            says="You cut both weights out of theta with their axes exchanged, or column by "
            "column. theta holds each of them row by row; no shape gives this away.",
        ),
        wrong(
            "theta is cut in the order W1, W2, b1, b2",
            UNPACKED,
            "s = layer_shapes(n, n_hidden, k); W1, W2, b1, b2 = unpack(theta, s[0], s[2], s[1], "
            "s[3])",
            says="You cut theta into both weights first and then both biases. It holds them layer "
            "by layer; so your b1 and W2 are made of each other's numbers.",
        ),
        wrong(
            "theta is cut with the biases first",
            UNPACKED,
            "s = layer_shapes(n, n_hidden, k); b1, W1, b2, W2 = unpack(theta, s[1], s[0], s[3], "
            "s[2])",
            says="You take each layer's bias before its weights. In theta the weights of a layer "
            "come first.",
        ),
        wrong(
            "theta is read from its end",
            "W1, b1, W2, b2 = unpack(theta,",
            "W1, b1, W2, b2 = unpack(theta[::-1],",
            says="You read theta backwards. The shapes fit, since the length is the same, but the "
            "first number of theta is the first weight of W1.",
        ),
        wrong(
            "always ten classes",
            "k = (theta.size - n_hidden * (n + 1)) // (n_hidden + 1)",
            "k = 10",
            says="Your number of classes is always 10. It follows from the length of theta; the "
            "text above the exercise says how.",
            like=("W1 is not transposed: an error",),
        ),
        wrong(
            "the images are scaled once more",
            "sigmoid(X @ W1.T + b1)",
            "sigmoid(X / 255 @ W1.T + b1)",
            says="You divide the pixels by 255. They are between 0 and 1 already, and the network "
            "was trained on them as they are.",
        ),
        wrong(
            "theta is changed in place",
            "    return",
            "    theta *= 2\n    return",
            says="Your labels are right, but theta has other values after the call, and the next "
            "prediction uses another network.",
        ),
    ],
    "accuracy": [
        wrong(
            "a count, not a fraction",
            "np.mean",
            "np.sum",
            says="You count the right labels. A fraction is asked for: of how many?",
        ),
        wrong(
            "in per cent",
            "np.mean(",
            "100 * np.mean(",
            says="Your number is in per cent. The fraction lies between 0 and 1.",
        ),
        wrong(
            "the fraction of errors",
            "==",
            "!=",
            says="You measure how many labels are wrong. Accuracy is the fraction that is right: "
            "1 for a perfect prediction.",
        ),
        wrong(
            "rounded to two digits",
            MEAN,
            "round(np.mean(y_true == y_pred), 2)",
            says="You round the result. Rounding is for printing; whoever computes with the "
            "fraction needs all digits.",
        ),
        wrong(
            "0 or 1: whole-number division",
            MEAN,
            "np.sum(y_true == y_pred) // len(y_true)",
            says="Your result is 0 unless all labels are right, and then 1. Which kind of "
            "division, or which summary, gives whole numbers only?",
        ),
        wrong(
            "the number of samples is a constant",
            MEAN,
            "np.sum(y_true == y_pred) / 500",
            says="You divide by a fixed number of samples. The function should work for any "
            "number: read it from the labels.",
        ),
        wrong_body(
            "it returns after the first sample",
            """
            right = 0
            for t, p in zip(y_true, y_pred):
                if t == p:
                    right += 1
                return right / len(y_true)
            """,
            says="Your loop ends after its first sample: the function returns inside it. Look at "
            "the indentation of the last line.",
        ),
        wrong(
            "every label is compared with every other",
            "y_true == y_pred",
            "y_true[:, None] == y_pred",
            says="You compare each label with all predictions: a column and a row broadcast to a "
            "table. Only labels of the same sample belong together.",
        ),
        wrong(
            "sorted before comparing",
            "y_true == y_pred",
            "np.sort(y_true) == np.sort(y_pred)",
            says="You sort both vectors before you compare them, so that labels of different "
            "images meet. Only how often each class occurs is left.",
        ),
        wrong(
            "labels are taken for quantities",
            MEAN,
            "1 - np.mean(np.abs(y_true - y_pred)) / 3",
            says="You measure how far apart the labels are. They are names: 3 taken for 4 is just "
            "as wrong as 3 taken for 9.",
        ),
        wrong(
            "the mean of the differences",
            MEAN,
            "np.mean(y_true - y_pred)",
            says="You average the differences of the labels. A label is a name, not a quantity: "
            "all that matters is whether the two are the same.",
        ),
        wrong(
            "the labels of the hits are summed, not counted",
            MEAN,
            "np.sum(y_true[y_true == y_pred]) / len(y_true)",
            says="You sum the labels that are right, so a 3 counts three times and a 0 not at "
            "all. Each right sample counts once.",
        ),
        wrong(
            "only whether both are zero or not",
            MEAN,
            "np.mean((y_true > 0) == (y_pred > 0))",
            says="You compare only whether the labels are zero or not, as with two classes. With "
            "more classes, 1 taken for 2 is an error as well.",
        ),
        wrong(
            "whether a predicted label occurs anywhere in y_true",
            MEAN,
            "np.mean(np.isin(y_pred, y_true))",
            says="You ask whether a predicted label occurs anywhere among the true ones. It has to "
            "equal the true label of the same sample.",
        ),
        wrong(
            "the mean recall of the classes",
            MEAN,
            "np.mean([np.mean(y_pred[y_true == c] == c) for c in np.unique(y_true)])",
            says="You average the accuracies of the classes, so that a sample of a rare class "
            "counts more. Here every sample counts the same.",
        ),
        wrong(
            "y_pred is changed in place",
            "    return",
            "    y_pred %= 2\n    return",
            says="Your function changes y_pred in place. The caller still needs those labels; "
            "compare them, and leave them as they are.",
        ),
        wrong(
            "one number for each sample",
            MEAN,
            "(y_true == y_pred) * 1.0",
            says="You return a number for every sample. What summary of them is the fraction that "
            "is right?",
        ),
    ],
}

#: Right answers by exercise.
RIGHT = {
    "one_hot": [
        right(
            "rows of the identity, integers",
            """
            return np.eye(k, dtype=int)[y]
            """,
        ),
        right(
            "labels compared with column numbers, Fortran order",
            """
            return np.asfortranarray((y[:, None] == np.arange(k)).astype(float))
            """,
        ),
        right(
            "a loop over the samples",
            """
            Y = np.zeros(shape=(y.size, k))
            for i, label in enumerate(y):
                Y[i][label] = 1.0
            return Y
            """,
        ),
        right(
            "a list of lists",
            """
            return [[1 if column == label else 0 for column in range(k)] for label in y]
            """,
        ),
        right(
            "flat places, read-only",
            """
            Y = np.zeros(len(y) * k, dtype=np.float32)
            Y[k * np.arange(len(y)) + y] = 1
            Y.flags.writeable = False
            return Y.reshape(-1, k)
            """,
        ),
        right_edit(
            "filled by columns, then transposed",
            "np.zeros((len(y), k))",
            "np.zeros((k, len(y)))",
            "[np.arange(len(y)), y]",
            "[y, np.arange(len(y))]",
            "return Y",
            "return Y.T",
        ),
        right(
            "put_along_axis",
            """
            Y = np.zeros((len(y), k))
            np.put_along_axis(Y, y.reshape(-1, 1), 1, axis=1)
            return Y
            """,
        ),
    ],
    "init_parameters": [
        right(
            "one long draw, scaled in pieces",
            """
            theta = rng.standard_normal(h * n + h + k * h + k)
            theta[: h * n] /= n**0.5
            theta[h * n : h * n + h] = 0
            theta[h * n + h : -k] *= 0.1 / h**0.5
            theta[-k:] = np.log(1 / (k - 1))
            return theta
            """,
        ),
        right(
            "flat draws, concatenated",
            """
            W1 = rng.normal(0, n**-0.5, h * n)
            W2 = rng.normal(0, 0.1 * h**-0.5, k * h)
            return np.concatenate([W1, [0.0] * h, W2, [-np.log(k - 1)] * k])
            """,
        ),
        right(
            "W2 drawn first, b2 from the logarithm of the odds",
            """
            p = 1 / k
            W2 = 0.1 * rng.standard_normal((k, h)) / np.sqrt(h)
            W1 = rng.standard_normal((h, n)) / np.sqrt(n)
            b1, b2 = np.zeros((h,)), np.ones((k,)) * np.log(p / (1 - p))
            return pack(W1, b1, W2, b2)
            """,
        ),
        right(
            "a loop over the shapes, a list",
            """
            import math

            theta = []
            spreads = [1 / math.sqrt(n), None, 0.1 / math.sqrt(h), None]
            for shape, spread in zip(layer_shapes(n, h, k), spreads):
                if spread is None:
                    theta += [0.0] * shape[0]
                else:
                    theta += rng.normal(scale=spread, size=math.prod(shape)).tolist()
            theta[-k:] = [-math.log(k - 1) for _ in range(k)]
            return theta
            """,
        ),
        right(
            "filled in through views, read-only",
            """
            theta = np.zeros(h * n + h + k * h + k)
            W1, b1, W2, b2 = unpack(theta, *layer_shapes(n, h, k))
            for unit in range(h):
                W1[unit] = rng.normal(size=n) / np.sqrt(n)
            W2 += rng.normal(size=W2.shape) / np.sqrt(100 * h)
            b2 -= np.log(k - 1)
            theta.setflags(write=False)
            print("start:", theta.shape)
            return theta
            """,
        ),
    ],
    "train": [
        right(
            "fmin_l_bfgs_b, the callback calls f",
            """
            from scipy.optimize import fmin_l_bfgs_b

            history = []

            def callback(x):
                history.append(f(x)[0])

            theta, J, info = fmin_l_bfgs_b(f, theta0.copy(), maxiter=max_iter, callback=callback)
            return theta, history
            """,
        ),
        right(
            "no progress bar, the start left out of the history",
            """
            history = []

            def after_iteration(intermediate_result):
                history.append(float(intermediate_result.fun))

            result = minimize(
                f,
                theta0,
                jac=True,
                method="L-BFGS-B",
                callback=after_iteration,
                options={"maxiter": max_iter, "gtol": 1e-7},
            )
            return result.x, history
            """,
        ),
        right(
            "cost and gradient as two functions, a list returned",
            """
            costs = [f(theta0)[0]]
            result = minimize(
                lambda t: f(t)[0],
                np.array(theta0),
                jac=lambda t: f(t)[1],
                method="L-BFGS-B",
                callback=lambda x: costs.append(f(x)[0]),
                options=dict(maxiter=max_iter, gtol=1e-7),
            )
            print(result.message)
            return [result["x"], costs]
            """,
        ),
        right(
            "a class as the callback, which remembers the last call",
            """
            class Watch:
                def __init__(self):
                    self.last, self.history = {}, []

                def cost(self, theta):
                    J, grad = f(theta)
                    self.last[theta.tobytes()] = J
                    return J, grad

                def __call__(self, theta):
                    key = theta.tobytes()
                    self.history.append(self.last[key] if key in self.last else f(theta)[0])

            watch = Watch()
            result = minimize(
                watch.cost,
                theta0,
                method="L-BFGS-B",
                jac=True,
                callback=watch,
                options={"maxiter": max_iter, "gtol": 1e-7, "maxcor": 20},
            )
            return result.x, watch.history
            """,
        ),
        right_edit(
            "an array of the costs made into a list, a tighter end",
            OPTIONS,
            '{"maxiter": max_iter, "gtol": 1e-9, "ftol": 1e-12, "maxfun": 10**6}',
            RESULT,
            "return np.asfortranarray(result.x), np.array(history).tolist()",
        ),
        right(
            "the course's own helper",
            """
            import helpers

            theta, history = helpers.minimize(f, theta0.copy(), max_iter=max_iter)
            return theta, list(history)
            """,
        ),
    ],
    "predict": [
        right(
            "cut by hand, with the last sigmoid, a row at a time",
            """
            n = X.shape[1]
            W1, b1, rest = np.split(theta, [n_hidden * n, n_hidden * n + n_hidden])
            k = rest.size // (n_hidden + 1)
            a2 = sigmoid(X @ W1.reshape(n_hidden, n).T + b1)
            a3 = sigmoid(a2 @ rest[:-k].reshape(k, n_hidden).T + rest[-k:])
            return np.array([np.argmax(row) for row in a3])
            """,
        ),
        right(
            "samples as columns, the tanh form",
            """
            n, h = X.shape[1], n_hidden
            k = (len(theta) - h * (n + 1)) // (h + 1)
            W1 = theta[: h * n].reshape((h, n))
            b1 = theta[h * n : h * n + h].reshape((h, 1))
            W2 = theta[h * n + h : -k].reshape((k, h))
            b2 = theta[-k:].reshape((k, 1))
            a2 = 0.5 * (1 + np.tanh((W1.dot(X.T) + b1) / 2))
            return np.argmax(W2.dot(a2) + b2, axis=0)
            """,
        ),
        right(
            "an image at a time, a list of ints",
            """
            import math

            n = X.shape[1]
            k = int((theta.size - n_hidden * (n + 1)) / (n_hidden + 1))
            W1, b1, W2, b2 = unpack(theta, *layer_shapes(n, n_hidden, k))
            labels = []
            for x in X:
                hidden = [1 / (1 + math.exp(-(w @ x + b))) for w, b in zip(W1, b1)]
                outputs = [float(w @ hidden + b) for w, b in zip(W2, b2)]
                labels.append(outputs.index(max(outputs)))
            return labels
            """,
        ),
        right(
            "einsum, expit, sorted outputs, short integers",
            """
            from scipy.special import expit

            n = X.shape[1]
            k = next(k for k in range(1, 10000) if n_hidden * (n + 1 + k) + k == theta.size)
            W1, b1, W2, b2 = unpack(theta, *layer_shapes(n, n_hidden, k))
            a3 = expit(np.einsum("kh,mh->mk", W2, expit(np.einsum("hn,mn->mh", W1, X) + b1)) + b2)
            return np.argsort(a3, axis=1)[:, -1].astype(np.uint8)
            """,
        ),
        right(
            "a softmax in place of the last sigmoid, read-only",
            """
            def softmax(z):
                e = np.exp(z - z.max(axis=1, keepdims=True))
                return e / e.sum(axis=1, keepdims=True)

            h, (m, n) = n_hidden, X.shape
            k, left = divmod(theta.size - h * (n + 1), h + 1)
            print(f"{k} classes, {left} numbers left")
            W1, b1, W2, b2 = unpack(theta, *layer_shapes(n, h, k))
            labels = softmax(1 / (1 + np.exp(-(X @ W1.T + b1))) @ W2.T + b2).argmax(-1)
            labels.flags.writeable = False
            return labels
            """,
        ),
        right(
            "biases as a column of ones",
            """
            n = X.shape[1]
            k = (theta.size - n_hidden * (n + 1)) // (n_hidden + 1)
            W1, b1, W2, b2 = unpack(theta, *layer_shapes(n, n_hidden, k))
            ones = np.ones((len(X), 1))
            a2 = sigmoid(np.hstack([X, ones]) @ np.column_stack([W1, b1]).T)
            z3 = np.hstack([a2, ones]) @ np.column_stack([W2, b2]).T
            return np.where(z3 == z3.max(axis=1, keepdims=True), np.arange(k), -1).max(axis=1)
            """,
        ),
    ],
    "accuracy": [
        right(
            "a loop that counts",
            """
            right = 0
            for t, p in zip(y_true, y_pred):
                if t == p:
                    right += 1
            return right / len(y_true)
            """,
        ),
        right(
            "one minus the fraction of errors",
            """
            return 1 - np.count_nonzero(y_true - y_pred) / y_true.size
            """,
        ),
        right(
            "the method of the comparison, as a float",
            """
            return float((np.asarray(y_pred) == np.asarray(y_true)).mean())
            """,
        ),
        right(
            "the diagonal of a confusion matrix",
            """
            k = 1 + int(max(y_true.max(), y_pred.max()))
            counts = np.zeros((k, k), dtype=int)
            np.add.at(counts, (y_true, y_pred), 1)
            print(counts)
            return np.trace(counts) / counts.sum()
            """,
        ),
        right(
            "scikit-learn's",
            """
            from sklearn.metrics import accuracy_score

            return accuracy_score(y_true, y_pred)
            """,
        ),
        right(
            "an exact fraction, as an array without axes",
            """
            from fractions import Fraction

            hits = sum(map(lambda pair: bool(pair[0] == pair[1]), zip(y_true, y_pred)))
            return np.array(float(Fraction(hits, len(y_pred))))
            """,
        ),
    ],
}
