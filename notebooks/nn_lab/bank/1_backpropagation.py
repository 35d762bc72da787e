"""The bank for `1_backpropagation`: mistakes, and right answers written otherwise."""

from grading.bank.entry import right, wrong, wrong_body

Z2 = "X @ W1.T + b1"
A2 = "a2 = sigmoid(z2)"
Z3 = "a2 @ W2.T + b2"
A3 = "a3 = sigmoid(z3)"
ORDER = "return z2, a2, z3, a3"
J = "np.sum((a3 - Y) ** 2) / (2 * m)"
DELTA3 = "(a3 - Y) * a3 * (1 - a3)"
DELTA2 = "(delta3 @ W2) * a2 * (1 - a2)"
DW1 = "delta2.T @ X / m"
DB1 = "delta2.sum(axis=0) / m"
DW2 = "delta3.T @ a2 / m"
DB2 = "delta3.sum(axis=0) / m"
PARTS = "return dW1, db1, dW2, db2"
FLAT = "pack(*gradients(X, a2, delta3, delta2))"
DIFFERENCE = "(f(theta + step) - f(theta - step)) / (2 * eps)"

#: Mistakes by exercise.
WRONG = {
    "forward": [
        wrong(
            "the hidden layer's bias is left out",
            Z2,
            "X @ W1.T",
            says="Your b1 is not added: with all weights zero, z2 would be zero whatever b1 is. "
            "Which parameter is missing from z2?",
        ),
        wrong(
            "the output's bias is left out",
            Z3,
            "a2 @ W2.T",
            says="Your b2 is not added: with all weights zero, every output would be 0.5 whatever "
            "b2 is. Which parameter is missing from z3?",
        ),
        wrong(
            "both biases are left out",
            Z2,
            "X @ W1.T",
            Z3,
            "a2 @ W2.T",
            says="You form the weighted sums, but add no bias in either layer. Of the four "
            "parameters your function gets, which two does it never use?",
        ),
        wrong(
            "the hidden layer's bias is added twice",
            Z2,
            "X @ W1.T + 2 * b1",
            says="Your z2 holds b1 twice. Put X to zero in your mind: what should be left of z2, "
            "and what is left of yours?",
        ),
        wrong(
            "the biases are subtracted",
            Z2,
            "X @ W1.T - b1",
            Z3,
            "a2 @ W2.T - b2",
            says="You subtract the biases, as one does with thresholds. Here a bias is added to "
            "the weighted sum, in both layers.",
        ),
        wrong(
            "the hidden bias is added after the sigmoid",
            Z2,
            "X @ W1.T",
            A2,
            "a2 = sigmoid(z2) + b1",
            says="You add b1 to the activation, after the sigmoid. It belongs to the weighted sum "
            "z2, before the sigmoid; then a2 stays between 0 and 1. Does yours?",
        ),
        wrong(
            "the output is not activated",
            A3,
            "a3 = z3",
            says="Your a3 is still the weighted sum z3: it can be negative or larger than 1. What "
            "is left to do to z3 in the last step?",
        ),
        wrong(
            "the output is activated twice",
            A3,
            "a3 = sigmoid(sigmoid(z3))",
            says="The sigmoid is applied twice to the output. You can see it: all your outputs lie "
            "between 0.5 and 0.74, however large z3 is.",
        ),
        wrong(
            "the hidden layer is not activated",
            A2,
            "a2 = z2",
            says="Your a2 is the same as z2: the hidden layer's sigmoid is missing. Without it the "
            "two layers would be no more than a single one.",
        ),
        wrong(
            "the hidden layer is activated twice",
            "z2 = X @ W1.T + b1",
            "z2 = sigmoid(X @ W1.T + b1)",
            says="Your z2 has gone through the sigmoid already, and then goes through it again for "
            "a2. z2 is the weighted sum alone; it may be negative.",
        ),
        wrong(
            "the output layer takes z2 for a2",
            Z3,
            "z2 @ W2.T + b2",
            says="Your a2 is computed but not used: the output layer takes its input from before "
            "the hidden sigmoid. What goes out of a hidden unit, z2 or a2?",
        ),
        wrong(
            "the hidden layer uses tanh",
            A2,
            "a2 = np.tanh(z2)",
            says="Your hidden units use tanh, with values from -1 to 1. This network uses the "
            "logistic sigmoid in both layers, and its values lie between 0 and 1.",
        ),
        wrong(
            "the hidden layer uses ReLU",
            A2,
            "a2 = np.maximum(z2, 0)",
            says="Your hidden units cut negative sums off at zero (ReLU). This network uses the "
            "sigmoid in both layers, and the backward pass below is derived for that.",
        ),
        wrong(
            "the output is a softmax",
            A3,
            "a3 = np.exp(z3 - z3.max(axis=1, keepdims=True)); a3 /= a3.sum(axis=1, keepdims=True)",
            says="Your outputs sum to 1 in each row: that is a softmax. Here each output has a "
            "sigmoid of its own, which knows nothing of the other outputs.",
        ),
        wrong(
            "the sigmoid's exponent has the wrong sign",
            A2,
            "a2 = 1 / (1 + np.exp(z2))",
            A3,
            "a3 = 1 / (1 + np.exp(z3))",
            says="Your sigmoid falls where it should rise: for a large positive z it gives 0. Look "
            "at the sign in the exponent, or use the function that is given.",
        ),
        wrong(
            "NaN where z is large",
            A3,
            "a3 = np.exp(z3) / (1 + np.exp(z3))",
            says="This form of the sigmoid divides infinity by infinity for large z, and gives "
            "NaN. Try it at z = 10000. The given function is exact there, too.",
        ),
        wrong(
            "the outputs are kept away from 0 and 1",
            A3,
            "a3 = np.clip(sigmoid(z3), 1e-6, 1 - 1e-6)",
            says="You keep a3 a little away from 0 and 1. This cost has no logarithm that needs "
            "it, and for z3 of 10000 the output should be 1 to all digits.",
        ),
        wrong(
            "z2 is overwritten by a2",
            A2,
            "z2[:] = sigmoid(z2); a2 = z2",
            says="Your a2 is written into the memory of z2, so that both names hold the same "
            "numbers at the end. Give a2 an array of its own.",
        ),
        wrong(
            "X is changed in place",
            "z2 = X @ W1.T + b1",
            "z2 = X @ W1.T + b1; X += 1",
            says="Your results are right, but X has other values after the call, and the caller "
            "still needs the old ones. Which line writes into X?",
        ),
        wrong(
            "b1 is changed in place",
            "z2 = X @ W1.T + b1",
            "b1 += X.mean(); z2 = X @ W1.T + b1",
            says="Your function changes b1 in place, and so the network itself: a second call "
            "gives another answer. Parameters are only read in the forward pass.",
        ),
        wrong(
            "returned in the order a2, z2, a3, z3",
            ORDER,
            "return a2, z2, a3, z3",
            says="The numbers are right, but they are returned in another order. Compare your last "
            "line with the order that the exercise asks for.",
        ),
        wrong(
            "W1 is reshaped to fit, not transposed",
            "X @ W1.T",
            "X @ W1.reshape(W1.shape[::-1])",
            says="You reshape W1 until the product fits. A reshape deals the numbers out anew, row "
            "by row, so each unit gets weights of another; rows have to become columns.",
        ),
        wrong(
            "W2 is reshaped to fit, not transposed",
            "a2 @ W2.T",
            "a2 @ W2.reshape(W2.shape[::-1])",
            says="You reshape W2 until the product fits. The shape is right then, the numbers are "
            "in the wrong places. What operation turns row l into column l?",
        ),
        wrong(
            "z3 is clipped to between -1 and 1",
            "z3 = a2 @ W2.T + b2",
            "z3 = np.clip(a2 @ W2.T + b2, -1, 1)",
            says="You cut z3 off at -1 and 1. A weighted sum may have any size; it is the sigmoid "
            "that brings it between 0 and 1.",
        ),
        wrong(
            "computed in half precision",
            "z2 = X @ W1.T + b1",
            "z2 = (X @ W1.T + b1).astype(np.float16)",
            says="Your z2 has three digits only: somewhere you turn it into a shorter number type. "
            "Leave it in NumPy's usual double precision; a gradient check needs it.",
        ),
        wrong(
            "rounded to three digits",
            ORDER,
            "return z2, a2, z3, np.round(a3, 3)",
            says="You round a3. The check shows three digits so that you can read it; the function "
            "should return all digits, since what comes after builds on them.",
        ),
    ],
    "cost": [
        wrong(
            "the half is left out",
            "/ (2 * m)",
            "/ m",
            says="Your cost is twice as large as it should be. The formula has a factor in front "
            "of the sum that makes the derivative tidy: which one?",
        ),
        wrong(
            "a sum over the samples, not a mean",
            "/ (2 * m)",
            "/ 2",
            says="You sum over the samples, and never divide by their number: twice the data would "
            "cost twice as much. The cost is a mean over the rows.",
        ),
        wrong(
            "a mean over the outputs, too",
            "/ (2 * m)",
            "/ (2 * a3.size)",
            says="Your cost is k times too small: you divide by the number of entries. The sum "
            "over a sample's outputs stays a sum; only the samples are averaged.",
        ),
        wrong(
            "divided by m twice",
            "/ (2 * m)",
            "/ (2 * m**2)",
            says="You divide by the number of samples twice, perhaps once by a mean and once more "
            "by hand. The same data three times over should cost the same.",
        ),
        wrong(
            "multiplied by m: brackets are missing",
            "/ (2 * m)",
            "/ 2 * m",
            says="Without brackets, Python divides by 2 and then multiplies by m. Your cost is m "
            "squared times too large.",
        ),
        wrong(
            "absolute differences, not squared",
            "np.sum((a3 - Y) ** 2)",
            "np.sum(np.abs(a3 - Y))",
            says="You sum the sizes of the differences, without squaring them. A difference of 0.5 "
            "should count 0.25 before the half.",
        ),
        wrong(
            "differences summed with their signs",
            "np.sum((a3 - Y) ** 2)",
            "np.sum(a3 - Y)",
            says="You sum the differences with their signs, so that errors in both directions "
            "cancel, and the cost can be negative. What does the formula do to each one first?",
        ),
        wrong(
            "the sum is squared, not each difference",
            "np.sum((a3 - Y) ** 2)",
            "np.sum(a3 - Y) ** 2",
            says="You square the sum of all differences: plus and minus have cancelled by then. "
            "Square each difference first, and sum afterwards.",
        ),
        wrong(
            "each row's differences are summed before squaring",
            J,
            "np.sum((a3.sum(axis=1) - Y.sum(axis=1)) ** 2) / (2 * m)",
            says="You sum over the outputs before you square, so that an error in one output "
            "cancels an error in another. Each output's difference is squared by itself.",
        ),
        wrong(
            "the square root of the sum",
            J,
            "np.sqrt(np.sum((a3 - Y) ** 2)) / (2 * m)",
            says="You take the root of the sum of squares. The cost is made of squared "
            "distances: no root is needed.",
        ),
        wrong(
            "distances, not squared",
            J,
            "np.mean(np.linalg.norm(a3 - Y, axis=1)) / 2",
            says="You average the distances of output and target. The formula has a square on "
            "that distance: a sample 2 away should count 4, before the half.",
        ),
        wrong(
            "cross-entropy",
            J,
            "-np.sum(Y * np.log(a3 + 1e-9)) / m",
            says="That is the cross-entropy, which belongs to a softmax. This notebook's cost is "
            "the squared distance of output and target; its backward pass is derived from that.",
        ),
        wrong(
            "binary cross-entropy",
            J,
            "-np.sum(Y * np.log(a3 + 1e-9) + (1 - Y) * np.log(1 - a3 + 1e-9)) / m",
            says="That is the cross-entropy of ten yes-or-no questions. It is a good cost, but not "
            "this one: here squared differences are asked for.",
        ),
        wrong(
            "only the label's output counts",
            J,
            "np.sum(Y * (a3 - Y) ** 2) / (2 * m)",
            says="Only the output in the label's column counts in your cost. The nine others have "
            "a target as well, namely 0, and cost something when they miss it.",
        ),
        wrong(
            "the largest difference of each sample",
            J,
            "np.sum(np.max((a3 - Y) ** 2, axis=1)) / (2 * m)",
            says="You keep the largest squared difference of each sample. The squared length of a "
            "row of differences is the sum over all its entries.",
        ),
        wrong(
            "one cost for each sample",
            J,
            "np.sum((a3 - Y) ** 2, axis=1) / (2 * m)",
            says="You return a number for every sample. The cost is one number for all of them: "
            "what is still to be done over the rows?",
        ),
        wrong(
            "one number inside an array",
            J,
            "np.array([np.sum((a3 - Y) ** 2) / (2 * m)])",
            says="The number is right, but it sits in an array with an axis of length 1. An "
            "optimiser wants a plain number.",
        ),
        wrong(
            "columns are taken for samples",
            "m = len(Y)",
            "m = Y.shape[1]",
            says="You divide by the number of outputs. Rows are samples in this course, so which "
            "axis of Y counts the samples?",
        ),
        wrong(
            "m is a constant",
            "m = len(Y)",
            "m = 100",
            says="Your m is always 100, as in this notebook's data. The function should work for "
            "any number of samples: read it from the arrays that it gets.",
        ),
        wrong(
            "m is one too small",
            "m = len(Y)",
            "m = len(Y) - 1",
            says="You divide by one less than the number of samples, as for an estimated variance. "
            "A mean divides by the number itself.",
        ),
        wrong_body(
            "a3 holds the differences afterwards",
            """
            m = len(Y)
            a3 -= Y
            return np.sum(a3**2) / (2 * m)
            """,
            says="Your cost is right, but a3 holds the differences afterwards, and the backward "
            "pass needs the outputs. Subtract into a new array.",
        ),
    ],
    "error_terms": [
        wrong(
            "y - a, the wrong sign",
            DELTA3,
            "(Y - a3) * a3 * (1 - a3)",
            says="Your error terms have the wrong sign. An output above its target should have a "
            "positive error term: the cost grows when z3 grows. Check one entry by hand.",
        ),
        wrong(
            "delta3 without the sigmoid's derivative",
            DELTA3,
            "a3 - Y",
            says="Your delta3 is the derivative by a3, not by z3. Between the two stands the "
            "sigmoid: the chain rule asks for one more factor.",
        ),
        wrong(
            "neither layer has the sigmoid's derivative",
            DELTA3,
            "a3 - Y",
            DELTA2,
            "delta3 @ W2",
            says="Both error terms lack the derivative of the sigmoid: you stop at the activations "
            "a, and delta is the derivative by z. What stands between z and a?",
        ),
        wrong(
            "delta3 takes the slope at a3 instead of z3",
            DELTA3,
            "(a3 - Y) * sigmoid(a3) * (1 - sigmoid(a3))",
            says="You apply the sigmoid to a3, which has gone through it already. The slope at z3 "
            "can be written with a3 itself; look at the formula of the derivative once more.",
        ),
        wrong(
            "delta2 takes the slope at a2 instead of z2",
            DELTA2,
            "(delta3 @ W2) * sigmoid(a2) * (1 - sigmoid(a2))",
            says="In the hidden layer you apply the sigmoid to a2, which is the sigmoid of z2 "
            "already. What is the slope at z2, written with a2?",
        ),
        wrong(
            "both layers take the slope at a instead of z",
            DELTA3,
            "(a3 - Y) * sigmoid(a3) * (1 - sigmoid(a3))",
            DELTA2,
            "(delta3 @ W2) * sigmoid(a2) * (1 - sigmoid(a2))",
            says="In both layers you apply the sigmoid to activations, which are sigmoids already. "
            "The slope needs no new exponential: you have a3 and a2 at hand.",
        ),
        wrong(
            "delta3 has the sigmoid's derivative twice",
            DELTA3,
            "(a3 - Y) * (a3 * (1 - a3)) ** 2",
            says="The sigmoid's derivative is in your delta3 twice. z3 goes through one sigmoid, "
            "so the chain rule has that factor once.",
        ),
        wrong(
            "1 + a for 1 - a",
            DELTA3,
            "(a3 - Y) * a3 * (1 + a3)",
            says="There is a wrong sign in your slope. The sigmoid is flat where the output is 1: "
            "is your factor zero there?",
        ),
        wrong(
            "the factor 1 - a3 is left out",
            DELTA3,
            "(a3 - Y) * a3",
            says="Half of the sigmoid's derivative is missing in delta3. At an output of 1 the "
            "sigmoid is flat, and the error term should vanish there, too.",
        ),
        wrong(
            "the factor 1 - a2 is left out",
            DELTA2,
            "(delta3 @ W2) * a2",
            says="Half of the sigmoid's derivative is missing in delta2. A hidden unit at 1 is as "
            "flat as one at 0; does your factor vanish in both places?",
        ),
        wrong(
            "brackets are missing around 1 - a3",
            DELTA3,
            "(a3 - Y) * a3 * 1 - a3",
            says="Without brackets, Python multiplies by 1 and then subtracts a3 from the whole. "
            "Which difference is meant to be one factor?",
        ),
        wrong(
            "brackets are missing around a3 - Y",
            DELTA3,
            "a3 - Y * a3 * (1 - a3)",
            says="Without brackets, only Y is multiplied by the slope, and a3 stands alone. Which "
            "difference is meant to be one factor?",
        ),
        wrong(
            "delta3 is the slope alone, without a3 - Y",
            DELTA3,
            "a3 * (1 - a3)",
            says="Your delta3 does not depend on the target: only the sigmoid's slope is in it. "
            "An output that is right should have no error. What says how wrong it is?",
        ),
        wrong(
            "only the label's output has an error term",
            DELTA3,
            "Y * (a3 - Y) * a3 * (1 - a3)",
            says="Only the output in the label's column gets an error term. The others have the "
            "target 0, and each one above it is to blame, too.",
        ),
        wrong(
            "factor 2",
            DELTA3,
            "2 * (a3 - Y) * a3 * (1 - a3)",
            says="Your error terms are twice too large. The cost of a sample has a half in front "
            "of the square: what does it become when you differentiate?",
        ),
        wrong(
            "delta3 is averaged",
            DELTA3,
            "(a3 - Y) * a3 * (1 - a3) / len(Y)",
            says="You divide by m here. An error term belongs to one sample; the mean over the "
            "samples is taken later, in the gradients, and would be taken twice.",
        ),
        wrong(
            "delta2 is averaged",
            DELTA2,
            "(delta3 @ W2) * a2 * (1 - a2) / len(Y)",
            says="Your delta2 is divided by m, and delta3 is not. Error terms belong to one sample "
            "each; the mean comes in the next exercise.",
        ),
        wrong(
            "one error term for all outputs and samples",
            DELTA3,
            "0 * a3 + np.mean((a3 - Y) * a3 * (1 - a3))",
            says="All entries of your delta3 are equal: you average over samples and outputs. Each "
            "output of each sample has an error term of its own.",
        ),
        wrong(
            "the slope is kept away from zero",
            DELTA3,
            "(a3 - Y) * np.maximum(a3 * (1 - a3), 1e-6)",
            says="You do not let the slope fall below a small number. Where an output is all but 0 "
            "or 1 the slope is smaller still: that is what this cost gives.",
        ),
        wrong(
            "rounded to four digits",
            DELTA3,
            "np.round((a3 - Y) * a3 * (1 - a3), 4)",
            says="You round delta3. Small error terms become zero that way, and a gradient check "
            "will find it. Return all digits.",
        ),
        wrong(
            "delta2 without the sigmoid's derivative",
            DELTA2,
            "delta3 @ W2",
            says="Your delta2 is the derivative by a2, not by z2. The blame still has to pass "
            "through the hidden unit's own sigmoid.",
        ),
        wrong(
            "delta2 has tanh's derivative",
            DELTA2,
            "(delta3 @ W2) * (1 - a2**2)",
            says="That factor is the derivative of tanh. The hidden units of this network are "
            "sigmoids: what is their derivative, written with a2?",
        ),
        wrong(
            "delta2 has the wrong sign",
            DELTA2,
            "-(delta3 @ W2) * a2 * (1 - a2)",
            says="Your delta3 is right, but delta2 has the wrong sign. No minus comes in on the "
            "way back through the weights.",
        ),
        wrong(
            "W2 is reshaped to fit",
            DELTA2,
            "(delta3 @ W2.T.reshape(W2.shape)) * a2 * (1 - a2)",
            says="The weights in your delta2 were transposed and then reshaped: the shape fits, "
            "but each number stands in a wrong place. Write the shapes under the product.",
        ),
        wrong(
            "delta2 starts from a3 - Y",
            DELTA2,
            "((a3 - Y) @ W2) * a2 * (1 - a2)",
            says="You send the outputs' errors back, and not their error terms. The way back "
            "leads through the output's sigmoid first; what did you compute for that?",
        ),
        wrong(
            "delta2 leaves the weights out",
            DELTA2,
            "delta3.sum(axis=1, keepdims=True) * a2 * (1 - a2)",
            says="In your delta2 every hidden unit gets the same share of the blame. A unit that "
            "feeds an output by a large weight has more of it.",
        ),
        wrong(
            "delta2 of the first output alone",
            DELTA2,
            "(delta3[:, :1] @ W2[:1]) * a2 * (1 - a2)",
            says="Your delta2 takes the blame from the first output only. A hidden unit feeds all "
            "k outputs, and its blame is the sum over them.",
        ),
        wrong(
            "W2 is updated first",
            DELTA2,
            "(delta3 @ (W2 - delta3.T @ a2)) * a2 * (1 - a2)",
            says="You send the errors back through weights that have been updated already. The "
            "gradient belongs to the weights that made the outputs.",
        ),
        wrong(
            "W2 is changed in place",
            "    return",
            "    W2 -= delta3.T @ a2\n    return",
            says="Your error terms are right, but W2 is updated inside the function. Here you only "
            "compute; whoever called it still needs the old weights.",
        ),
        wrong(
            "a2 is changed in place",
            "    return",
            "    a2 *= 0.5\n    return",
            says="Your error terms are right, but a2 has other values after the call, and the "
            "gradients still need it. Which line writes into a2?",
        ),
        wrong(
            "a3 holds the differences afterwards",
            "delta3 = (a3 - Y) * a3 * (1 - a3)",
            "slope = a3 * (1 - a3); a3 -= Y; delta3 = a3 * slope",
            says="Your error terms are right, but a3 holds the differences afterwards: you "
            "subtract in place. Make a new array for the difference.",
        ),
    ],
    "gradients": [
        wrong(
            "no mean anywhere",
            "m = len(X)",
            "m = 1",
            says="All four gradients have the right direction but are m times too large: the cost "
            "is a mean over the samples, and its slope is one, too.",
        ),
        wrong(
            "no mean in dW1",
            DW1,
            "delta2.T @ X",
            says="Your dW1 is m times too large, the others are right: in that one line the mean "
            "over the samples is missing.",
        ),
        wrong(
            "no mean in db1",
            DB1,
            "delta2.sum(axis=0)",
            says="Your db1 is m times too large, the others are right: you sum the error terms of "
            "the samples and do not take their mean.",
        ),
        wrong(
            "no mean in dW2",
            DW2,
            "delta3.T @ a2",
            says="Your dW2 is m times too large, the others are right. The product sums over the "
            "samples; what makes it a mean?",
        ),
        wrong(
            "no mean in db2",
            DB2,
            "delta3.sum(axis=0)",
            says="Your db2 is m times too large, the others are right. You sum over the samples; "
            "what is missing to make it a mean?",
        ),
        wrong(
            "the biases' gradients are not averaged",
            DB1,
            "delta2.sum(axis=0)",
            DB2,
            "delta3.sum(axis=0)",
            says="Your weights' gradients are right, those of both biases are m times too large. A "
            "bias is a weight whose input is 1: it needs the mean over the samples, too.",
        ),
        wrong(
            "the weights' gradients are not averaged",
            DW1,
            "delta2.T @ X",
            DW2,
            "delta3.T @ a2",
            says="Your biases' gradients are right, those of both weights are m times too large. "
            "The matrix product sums over the samples, but does not average.",
        ),
        wrong(
            "dW1 is averaged twice",
            DW1,
            "delta2.T @ X / m**2",
            says="Your dW1 is m times too small: the mean over the samples is taken twice there.",
        ),
        wrong(
            "everything is averaged twice",
            "m = len(X)",
            "m = len(X) ** 2",
            says="All your gradients are m times too small: the mean over the samples is taken "
            "twice. Do the error terms and the gradients both divide by m?",
        ),
        wrong(
            "half the gradients: divided by 2m",
            "m = len(X)",
            "m = 2 * len(X)",
            says="All your gradients are half of what they should be. The half of the cost was "
            "used up when the square was differentiated; it is in the error terms already.",
        ),
        wrong(
            "m is a constant",
            "m = len(X)",
            "m = 100",
            says="Your m is always 100, as in this notebook's data. Read the number of samples "
            "from the arrays that the function gets.",
        ),
        wrong(
            "columns are taken for samples",
            "m = len(X)",
            "m = X.shape[1]",
            says="You divide by the number of inputs. Rows are samples: which axis of X counts "
            "them?",
        ),
        wrong(
            "dW1 is computed transposed, then reshaped",
            DW1,
            "(X.T @ delta2 / m).reshape(-1, X.shape[1])",
            says="Your dW1 has the right shape, but it was computed transposed and then reshaped: "
            "the numbers stand in wrong places. Which product gives (h, n) by itself?",
        ),
        wrong(
            "dW1 and dW2 are transposed",
            DW1,
            "X.T @ delta2 / m",
            DW2,
            "a2.T @ delta3 / m",
            says="The numbers are right, but both weights' gradients are transposed. A gradient "
            "has the shape of its parameter: what is the shape of W1, and of your dW1?",
        ),
        wrong(
            "one value for all of db1",
            DB1,
            "np.full(delta2.shape[1], delta2.mean())",
            says="All entries of your db1 are equal: you average over samples and units. Each "
            "hidden unit has a bias of its own. Along which axis should the mean go?",
        ),
        wrong(
            "the biases' gradients keep an axis of length 1",
            DB1,
            "delta2.sum(axis=0, keepdims=True) / m",
            DB2,
            "delta3.sum(axis=0, keepdims=True) / m",
            says="The numbers are right, but your db1 and db2 have two axes, and b1 and b2 have "
            "one. A gradient has the shape of its parameter.",
        ),
        wrong(
            "the biases' gradients are not summed",
            DB1,
            "delta2 / m",
            DB2,
            "delta3 / m",
            says="Your db1 and db2 still have a row for each sample. All samples share one bias: "
            "its gradient adds up what each of them says. Over which axis?",
        ),
        wrong(
            "the biases' gradients are not summed, the weights' not averaged",
            DW1,
            "delta2.T @ X",
            DB1,
            "delta2 / m",
            DW2,
            "delta3.T @ a2",
            DB2,
            "delta3 / m",
            says="There are two mistakes. Your db1 and db2 still have a row for each sample: the "
            "sum over the samples is missing. Your dW1 and dW2 have that sum, but are not divided "
            "by m.",
        ),
        wrong(
            "the biases' gradients are row sums of the weights' gradients",
            DB1,
            "dW1.sum(axis=1)",
            DB2,
            "dW2.sum(axis=1)",
            says="You make db1 and db2 from dW1 and dW2, which have the activations in them. A "
            "bias is a weight whose input is 1: sum the error terms alone, over the samples.",
        ),
        wrong(
            "db1 holds the inputs",
            DB1,
            "(delta2.T @ X).sum(axis=1) / m",
            says="Your db1 has the inputs in it. A bias is a weight whose input is always 1, so no "
            "value of X can matter there beyond the error terms.",
        ),
        wrong(
            "db2 is zero",
            DB2,
            "np.zeros(delta3.shape[1])",
            says="Your db2 is zero, so the output's biases would never learn. They move the "
            "outputs as the weights do: what is the cost's slope by them?",
        ),
        wrong(
            "dW1 of the last sample alone",
            DW1,
            "np.outer(delta2[-1], X[-1])",
            says="Your dW1 comes from the last sample only. When you loop over samples, add up "
            "what each one gives, and take the mean at the end.",
        ),
        wrong(
            "dW2 has the wrong sign",
            DW2,
            "-delta3.T @ a2 / m",
            says="Your dW2 has the wrong sign; the other gradients are right. The signs are all "
            "in the error terms already.",
        ),
        wrong(
            "all signs are wrong: the way downhill",
            PARTS,
            "return -dW1, -db1, -dW2, -db2",
            says="All your gradients have the wrong sign. A gradient points uphill; it is the "
            "optimiser that goes the other way.",
        ),
        wrong(
            "z2 for a2",
            DW2,
            "delta3.T @ np.log(a2 / (1 - a2)) / m",
            says="Your dW2 is built with the hidden sums z2. What went into the output layer were "
            "the hidden activations.",
        ),
        wrong(
            "dW2 has a second term",
            DW2,
            "delta3.T @ a2 / m + 0.01 * delta3.T @ a2",
            says="Something is added to your dW2 that is not in the cost. A gradient and its cost "
            "belong together: the mean over the samples is all there is.",
        ),
        wrong(
            "returned in the order dW1, dW2, db1, db2",
            PARTS,
            "return dW1, dW2, db1, db2",
            says="The numbers are right, but you return both weights first and then both biases. "
            "Later they are packed in the order of the parameters.",
        ),
        wrong(
            "returned with the output layer first",
            PARTS,
            "return dW2, db2, dW1, db1",
            says="The numbers are right, but the output layer comes first, as you computed it on "
            "the way back. The parameters begin with the hidden layer.",
        ),
        wrong_body(
            "the error terms are averaged in place",
            """
            m = len(X)
            delta2 /= m
            delta3 /= m
            return delta2.T @ X, delta2.sum(axis=0), delta3.T @ a2, delta3.sum(axis=0)
            """,
            says="Your gradients are right, but the error terms are divided in place: whoever "
            "called finds them changed, and a second call gives something else.",
        ),
    ],
    "cost_and_gradient": [
        wrong(
            "the cost is a constant",
            "cost(a3, Y), pack",
            "0.5, pack",
            says="Your J is the same number wherever theta is. An optimiser asks for the cost at "
            "the theta that it hands you; which of your functions gives it?",
        ),
        wrong(
            "the cost is a sum over the samples",
            "cost(a3, Y), pack",
            "cost(a3, Y) * len(X), pack",
            says="Your J is m times too large, and the gradient is not: they no longer belong "
            "together. Your function for the cost takes the mean already.",
        ),
        wrong(
            "the cost is averaged twice",
            "cost(a3, Y), pack",
            "cost(a3, Y) / len(X), pack",
            says="Your J is m times too small, and the gradient is not. Your function for the cost "
            "takes the mean already; nothing more is to be divided.",
        ),
        wrong(
            "the gradient is a sum over the samples",
            "pack(*gradients",
            "len(X) * pack(*gradients",
            says="Your gradient is m times too large: it belongs to a cost that is a sum. Your "
            "function for the gradients takes the mean already.",
        ),
        wrong(
            "the gradient is averaged twice",
            "pack(*gradients",
            "1 / len(X) * pack(*gradients",
            says="Your gradient is m times too small: your function for the gradients has taken "
            "the mean already, and here you divide once more.",
        ),
        wrong(
            "the gradient has the wrong sign",
            "pack(*gradients",
            "-pack(*gradients",
            says="Your gradient has the wrong sign: a step against it makes the cost grow. The "
            "optimiser itself turns the direction round; it wants the slope as it is.",
        ),
        wrong(
            "J and the gradient are rounded to four digits",
            "cost(a3, Y), " + FLAT,
            "np.round(cost(a3, Y), 4), np.round(" + FLAT + ", 4)",
            says="You round the results. The checks show four digits so that you can read them; an "
            "optimiser and a gradient check need all of them.",
        ),
        wrong(
            "theta is changed in place",
            "    return",
            "    theta *= 0.9\n    return",
            says="Your function changes theta in place. The optimiser chooses theta; you only "
            "answer what the cost and its gradient are there.",
        ),
        wrong(
            "a gradient step is made in place",
            "    return cost(a3, Y), " + FLAT,
            "    g = " + FLAT + "\n    W1 -= g[: W1.size].reshape(W1.shape)\n"
            "    return cost(a3, Y), g",
            says="You update W1 inside the function. What unpack gives are views, so theta itself "
            "is changed. Compute the gradient here, and leave the step to the optimiser.",
        ),
        wrong(
            "X is changed in place",
            "    return",
            "    X *= 2\n    return",
            says="Your function changes X in place, so that the next call sees other data. An "
            "optimiser calls it hundreds of times with the same X.",
        ),
        wrong(
            "weight decay in the cost alone",
            "cost(a3, Y), pack",
            "cost(a3, Y) + 1e-3 * np.sum(W2**2), pack",
            says="Your J has a penalty on the weights, which the exercise does not ask for, and "
            "the gradient has not: they no longer belong together.",
        ),
        wrong(
            "weight decay in the gradient alone",
            FLAT,
            FLAT + " + 1e-3 * theta",
            says="Your gradient has a penalty on the parameters that is not in J, so it is not the "
            "slope of J. The exercise asks for no penalty.",
        ),
        wrong(
            "weight decay in cost and gradient",
            "cost(a3, Y), " + FLAT,
            "cost(a3, Y) + 5e-4 * np.sum(theta**2), " + FLAT + " + 1e-3 * theta",
            says="You add a penalty on the parameters to the cost and to the gradient. They fit "
            "together, but this notebook's cost has no such term.",
        ),
        wrong(
            "the gradient is in reverse order",
            "a2, delta3, delta2))",
            "a2, delta3, delta2))[::-1]",
            says="Your gradient holds the right numbers from back to front. Its entries must "
            "stand in the order of theta, the hidden weights first.",
        ),
        wrong_body(
            "packed in the order dW1, dW2, db1, db2",
            """
            W1, b1, W2, b2 = unpack(theta, *layer_shapes(X.shape[1], n_hidden, Y.shape[1]))
            _, a2, _, a3 = forward(W1, b1, W2, b2, X)
            dW1, db1, dW2, db2 = gradients(X, a2, *error_terms(W2, a2, a3, Y))
            return cost(a3, Y), pack(dW1, dW2, db1, db2)
            """,
            says="Your four gradients are packed in another order than the parameters are in "
            "theta. Where in theta does b1 stand?",
        ),
        wrong_body(
            "packed with the output layer first",
            """
            W1, b1, W2, b2 = unpack(theta, *layer_shapes(X.shape[1], n_hidden, Y.shape[1]))
            _, a2, _, a3 = forward(W1, b1, W2, b2, X)
            dW1, db1, dW2, db2 = gradients(X, a2, *error_terms(W2, a2, a3, Y))
            return cost(a3, Y), pack(dW2, db2, dW1, db1)
            """,
            says="You pack the output layer's gradients first, in the order of the backward pass. "
            "In theta the hidden layer comes first.",
        ),
        wrong_body(
            "theta is cut in the order W1, W2, b1, b2",
            """
            s1, t1, s2, t2 = layer_shapes(X.shape[1], n_hidden, Y.shape[1])
            W1, W2, b1, b2 = unpack(theta, s1, s2, t1, t2)
            _, a2, _, a3 = forward(W1, b1, W2, b2, X)
            dW1, db1, dW2, db2 = gradients(X, a2, *error_terms(W2, a2, a3, Y))
            return cost(a3, Y), pack(dW1, dW2, db1, db2)
            """,
            says="You cut theta into both weights first and then both biases. It holds them layer "
            "by layer; so your b1 and W2 are made of each other's numbers.",
        ),
        wrong(
            "z2 for a2",
            "_, a2, _, a3 = forward",
            "a2, _, _, a3 = forward",
            says="What you call a2 is forward's first result, the sums before the sigmoid. Look at "
            "the order in which forward returns its four arrays.",
        ),
        wrong(
            "z3 for a3",
            "_, a2, _, a3 = forward",
            "_, a2, a3, _ = forward",
            says="What you call a3 is forward's third result, the sums before the last sigmoid. "
            "Look at the order in which forward returns its four arrays.",
        ),
        wrong(
            "output and target are exchanged in the error terms",
            "error_terms(W2, a2, a3, Y)",
            "error_terms(W2, a2, Y, a3)",
            says="Output and target are exchanged in one of your calls. The slope factor is then "
            "taken at the targets, which are 0 or 1, and all error terms vanish.",
        ),
        wrong(
            "the two error terms are exchanged",
            "delta3, delta2 = error_terms",
            "delta2, delta3 = error_terms",
            says="You take the two error terms in the wrong order. Print their shapes: the output "
            "layer's has k columns.",
        ),
        wrong(
            "n_hidden is a constant",
            "n_hidden, Y.shape[1]",
            "5, Y.shape[1]",
            says="You cut theta for five hidden units, as in this notebook. The function gets the "
            "number of hidden units as an argument.",
        ),
        wrong(
            "the gradient is flattened column by column",
            FLAT,
            "np.concatenate([g.ravel('F') for g in gradients(X, a2, delta3, delta2)])",
            says="Your gradient holds the weights column by column; theta holds them row by row. "
            "Both have the same length, so no shape gives it away.",
        ),
        wrong(
            "the hidden layer's gradient is zero",
            FLAT,
            "pack(*(g * (i > 1) for i, g in enumerate(gradients(X, a2, delta3, delta2))))",
            says="Your gradient is zero for the hidden layer: only the output layer would learn. "
            "What becomes of the other error term?",
        ),
        wrong(
            "the biases' gradients are zero",
            FLAT,
            "pack(*(g * (g.ndim > 1) for g in gradients(X, a2, delta3, delta2)))",
            says="Your gradient is zero for both biases, so they would never learn. theta holds "
            "them, too; your function for the gradients returns what they need.",
        ),
        wrong(
            "the gradient is not flat",
            FLAT,
            "gradients(X, a2, delta3, delta2)",
            says="You return four arrays where the optimiser wants one flat vector, as long as "
            "theta. Which helper makes one vector of several arrays?",
        ),
        wrong(
            "the gradient alone is returned",
            "return cost(a3, Y), pack",
            "return pack",
            says="You return the gradient only. The optimiser asks for two things at each theta: "
            "the cost, and the gradient.",
        ),
        wrong(
            "gradient and cost in the wrong order",
            "cost(a3, Y), " + FLAT,
            FLAT + ", cost(a3, Y)",
            says="Both results are right, but in the wrong order: an optimiser takes the first one "
            "for the cost.",
        ),
        wrong_body(
            "the gradient comes from finite differences: too slow",
            """
            shapes = layer_shapes(X.shape[1], n_hidden, Y.shape[1])

            def only_cost(t):
                return cost(forward(*unpack(t, *shapes), X)[3], Y)

            grad = np.zeros(theta.shape)
            for i in range(theta.size):
                step = np.zeros(theta.shape)
                step[i] = 1e-5
                grad[i] = (only_cost(theta + step) - only_cost(theta - step)) / 2e-5
            return only_cost(theta), grad
            """,
            says="Your gradient is right, but it takes two costs for each parameter: minutes for "
            "50,890 of them. You have written the backward pass in exercises 3 and 4; use it here.",
        ),
    ],
    "numerical_gradient": [
        wrong(
            "a forward difference",
            DIFFERENCE,
            "(f(theta + step) - f(theta)) / eps",
            says="Your difference goes to one side only, so its error shrinks with eps and not "
            "with its square. A central difference looks at both sides of theta.",
        ),
        wrong(
            "a backward difference",
            DIFFERENCE,
            "(f(theta) - f(theta - step)) / eps",
            says="Your difference looks back from theta, to one side only. A central difference "
            "has the same step to either side, and a much smaller error.",
        ),
        wrong(
            "divided by eps, not by 2 eps",
            DIFFERENCE,
            "(f(theta + step) - f(theta - step)) / eps",
            says="Your slopes are twice too large. How far apart are the two places at which you "
            "call f?",
        ),
        wrong(
            "multiplied by eps: brackets are missing",
            DIFFERENCE,
            "(f(theta + step) - f(theta - step)) / 2 * eps",
            says="Without brackets, Python divides by 2 and then multiplies by eps. Your slopes "
            "are far too small, by eps squared.",
        ),
        wrong(
            "not divided by the step",
            DIFFERENCE,
            "f(theta + step) - f(theta - step)",
            says="You return how much f changes, not how much it changes per step. A slope is a "
            "change divided by the distance it was made over.",
        ),
        wrong(
            "the wrong sign",
            DIFFERENCE,
            "(f(theta - step) - f(theta + step)) / (2 * eps)",
            says="Your slopes have the wrong sign: a function that rises should have a positive "
            "one. Which of the two calls comes first in the difference?",
        ),
        wrong(
            "half the step to either side",
            DIFFERENCE,
            "(f(theta + step / 2) - f(theta - step / 2)) / eps",
            says="Yours is a central difference, but it goes only eps / 2 to either side. The "
            "argument eps is the step to each side, so the two places are 2 eps apart.",
        ),
        wrong(
            "the step grows with the entry",
            "step[i] = eps",
            "step[i] = eps * (1 + abs(theta[i]))",
            DIFFERENCE,
            "(f(theta + step) - f(theta - step)) / (2 * step[i])",
            says="Your step depends on the size of the entry. That is an idea of some libraries; "
            "here the step is the eps that the function gets, for every entry.",
        ),
        wrong(
            "changes pile up",
            "step = np.zeros(theta.shape)",
            "step = step if i else np.zeros(theta.shape)",
            says="You do not undo a change before you make the next one: at the end all entries "
            "are changed. Each slope starts from the unchanged theta.",
        ),
        wrong_body(
            "theta plus and theta minus are the same array",
            """
            grad = np.zeros(theta.shape)
            for i in range(theta.size):
                plus, minus = theta, theta
                plus[i] += eps
                minus[i] -= eps
                grad[i] = (f(plus) - f(minus)) / (2 * eps)
            return grad
            """,
            says="Your two changed vectors are one and the same array: assigning makes no copy, so "
            "the second change undoes the first, and all slopes are zero.",
        ),
        wrong_body(
            "a copy of theta is changed and never put back",
            """
            grad = np.zeros(theta.shape)
            t = theta.copy()
            for i in range(theta.size):
                t[i] += eps
                plus = f(t)
                t[i] -= 2 * eps
                grad[i] = (plus - f(t)) / (2 * eps)
            return grad
            """,
            says="Your copy of theta is still eps lower at each entry that you are done with: you "
            "step up, step down twice as far, and do not return. Each slope starts from theta.",
        ),
        wrong_body(
            "theta is changed and never put back",
            """
            grad = np.zeros(theta.shape)
            for i in range(theta.size):
                theta[i] += eps
                above = f(theta)
                theta[i] -= 2 * eps
                grad[i] = (above - f(theta)) / (2 * eps)
            return grad
            """,
            says="You change theta itself and do not put the entry back: it stays eps too low, "
            "for the next entries and for whoever called.",
        ),
        wrong(
            "theta has changed at the end",
            "    return grad",
            "    theta += step\n    return grad",
            says="Your slopes are right, but theta is not what it was when you return: a change is "
            "left in it. The caller goes on with theta.",
        ),
        wrong(
            "the last entry is left out",
            "range(theta.size)",
            "range(theta.size - 1)",
            says="Your last slope is zero: the loop ends one entry too early. A range stops before "
            "its end by itself.",
        ),
        wrong(
            "the first entry is left out",
            "range(theta.size)",
            "range(1, theta.size)",
            says="Your first slope is zero: the loop begins at the second entry. At which number "
            "does Python begin to count?",
        ),
        wrong_body(
            "it returns after the first entry",
            """
            grad = np.zeros(theta.shape)
            for i in range(theta.size):
                step = np.zeros(theta.shape)
                step[i] = eps
                grad[i] = (f(theta + step) - f(theta - step)) / (2 * eps)
                return grad
            """,
            says="Only the first slope is filled in: the function returns inside the loop. Look at "
            "the indentation of the last line.",
        ),
        wrong_body(
            "the loop never ends",
            """
            grad = np.zeros(theta.shape)
            i = 0
            while i < theta.size:
                step = np.zeros(theta.shape)
                step[i] = eps
                grad[i] = (f(theta + step) - f(theta - step)) / (2 * eps)
            return grad
            """,
            says="Your loop never ends: nothing in it moves on to the next entry, so its condition "
            "stays true.",
        ),
        wrong(
            "eps is a constant",
            "step[i] = eps",
            "eps = 1e-4; step[i] = eps",
            says="You set eps yourself, so that the argument has no effect. The caller chooses "
            "the step; 1e-4 is no more than the default.",
        ),
        wrong(
            "eps is too small",
            "step[i] = eps",
            "eps = 1e-12; step[i] = eps",
            says="You use a step of 1e-12. So close to theta the two values of f agree in almost "
            "all digits, and rounding is what remains. Use the eps that you are given.",
        ),
        wrong(
            "all entries are changed at once",
            "step[i] = eps",
            "step[:] = eps",
            says="You change all entries at once, so every slope is the sum of all of them. Move "
            "one entry, and leave the others where they are.",
        ),
        wrong(
            "computed in single precision",
            "step[i] = eps",
            "step[i] = eps; theta = theta.astype(np.float32)",
            says="You turn theta into single precision, with seven digits. The small step is then "
            "rounded, and the difference of the two values holds little but noise.",
        ),
        wrong(
            "the result holds integers",
            "grad = np.zeros(theta.shape)",
            "grad = np.zeros(theta.shape, dtype=int)",
            says="Your slopes are whole numbers: the array that you fill holds integers, and cuts "
            "off all that comes after the point.",
        ),
        wrong(
            "one number for the whole gradient",
            "    return grad",
            "    return np.linalg.norm(grad)",
            says="You return one number, the length of the gradient. Return the vector, with a "
            "slope for each entry of theta.",
        ),
        wrong(
            "f is called nine times as often as needed",
            DIFFERENCE,
            "sum(f(theta + step) - f(theta - step) for _ in range(9)) / (18 * eps)",
            says="Your slopes are right, but you call f many times at the same place and get the "
            "same answer. Two calls an entry are enough; f may be expensive.",
        ),
    ],
}

#: Right answers by exercise.
RIGHT = {
    "forward": [
        right(
            "a sample at a time, the naive sigmoid, a list",
            """
            def layer(A, W, b):
                # A sample at a time, and the naive sigmoid: it warns for large z, and is right.
                Z = np.stack([W.dot(x) + b for x in A])
                return Z, 1 / (1 + np.exp(-Z))

            z2, a2 = layer(X, W1, b1)
            z3, a3 = layer(a2, W2, b2)
            return [z2, a2, z3, a3]
            """,
        ),
        right(
            "samples as columns inside, Fortran-ordered results",
            """
            z2 = np.dot(W1, X.T) + b1.reshape(-1, 1)
            a2 = 0.5 + 0.5 * np.tanh(z2 / 2)
            z3 = np.dot(W2, a2) + b2.reshape(-1, 1)
            a3 = 0.5 + 0.5 * np.tanh(z3 / 2)
            return z2.T, a2.T, z3.T, a3.T
            """,
        ),
        right(
            "einsum, expit, and read-only results",
            """
            from scipy.special import expit

            z2 = np.einsum("mn,hn->mh", X, W1) + b1
            a2 = expit(z2)
            z3 = np.einsum("mh,kh->mk", a2, W2) + b2
            a3 = expit(z3)
            for array in (z2, a2, z3, a3):
                array.flags.writeable = False
            return z2, a2, z3, a3
            """,
        ),
        right(
            "biases as a column of ones",
            """
            def with_ones(A):
                return np.hstack([np.ones((len(A), 1)), A])

            z2 = with_ones(X) @ np.column_stack([b1, W1]).T
            a2 = sigmoid(z2)
            z3 = with_ones(a2) @ np.column_stack([b2, W2]).T
            return z2, a2, z3, sigmoid(z3)
            """,
        ),
        right(
            "loops over every number, nested lists",
            """
            import math

            def squash(z):
                return 1 / (1 + math.exp(-z)) if z > 0 else math.exp(z) / (1 + math.exp(z))

            def sums(A, W, b):
                return [
                    [bias + sum(w * a for w, a in zip(row, x)) for row, bias in zip(W, b)]
                    for x in A
                ]

            z2 = sums(X, W1, b1)
            a2 = [[squash(z) for z in row] for row in z2]
            z3 = sums(a2, W2, b2)
            a3 = [[squash(z) for z in row] for row in z3]
            return np.array(z2), np.array(a2), np.array(z3), np.array(a3)
            """,
        ),
        right(
            "a class that remembers",
            """
            class Layer:
                def __init__(self, W, b):
                    self.W, self.b = W, b

                def __call__(self, A):
                    self.z = np.matmul(A, np.transpose(self.W)) + self.b[np.newaxis, :]
                    self.a = sigmoid(self.z)
                    return self.a

            hidden, output = Layer(W1, b1), Layer(W2, b2)
            print("outputs:", output(hidden(X)).shape)
            return hidden.z, hidden.a, output.z, output.a
            """,
        ),
    ],
    "cost": [
        right(
            "a loop over the samples",
            """
            total = 0.0
            for output, target in zip(a3, Y):
                total += 0.5 * np.linalg.norm(output - target) ** 2
            return total / a3.shape[0]
            """,
        ),
        right(
            "a mean of the rows' sums",
            """
            return 0.5 * np.mean(np.sum(np.square(Y - a3), axis=1))
            """,
        ),
        right(
            "a dot product of the flat difference, as a float",
            """
            difference = (a3 - Y).ravel()
            return float(difference.dot(difference)) / 2 / len(a3)
            """,
        ),
        right(
            "einsum, as an array without axes",
            """
            difference = Y - a3
            return np.array(np.einsum("mk,mk->", difference, difference) / (2 * Y.shape[0]))
            """,
        ),
        right(
            "the mean over all entries, times the number of outputs",
            """
            m, k = Y.shape
            return k * ((a3 - Y) ** 2).mean() / 2
            """,
        ),
        right(
            "the squares multiplied out",
            """
            return (np.sum(a3 * a3) - 2 * np.sum(a3 * Y) + np.sum(Y * Y)) / len(Y) / 2
            """,
        ),
    ],
    "error_terms": [
        right(
            "slopes first, einsum",
            """
            slope3, slope2 = a3 - a3**2, a2 - a2**2
            delta3 = np.multiply(-(Y - a3), slope3)
            delta2 = np.einsum("mk,kh,mh->mh", delta3, W2, slope2)
            return delta3, delta2
            """,
        ),
        right(
            "a loop over the samples",
            """
            delta3, delta2 = [], []
            for hidden, output, target in zip(a2, a3, Y):
                d3 = (output - target) * output * (1 - output)
                delta3.append(d3)
                delta2.append(W2.T.dot(d3) * hidden * (1 - hidden))
            return np.array(delta3), np.array(delta2)
            """,
        ),
        right(
            "the whole Jacobian of the sigmoid, a list",
            """
            def jacobians(a):
                return np.stack([np.diag(row * (1 - row)) for row in a])

            delta3 = np.einsum("mij,mj->mi", jacobians(a3), a3 - Y)
            delta2 = np.einsum("mij,mj->mi", jacobians(a2), delta3 @ W2)
            return [delta3, delta2]
            """,
        ),
        right(
            "samples as columns inside, Fortran-ordered results",
            """
            slope = lambda a: a * (1.0 - a)
            d3 = (a3.T - Y.T) * slope(a3.T)
            d2 = np.dot(W2.T, d3) * slope(a2.T)
            return d3.T, d2.T
            """,
        ),
        right(
            "in place, in arrays of its own",
            """
            delta3 = a3.copy()
            delta3 -= Y
            delta3 *= a3
            delta3 *= 1 - a3
            delta2 = np.matmul(delta3, W2)
            delta2 *= a2
            delta2 *= 1 - a2
            print("largest error term:", np.abs(delta3).max())
            return delta3, delta2
            """,
        ),
        right(
            "a loop over the outputs for delta2",
            """
            delta3 = (a3 - Y) * (a3 - a3 * a3)
            blame = np.zeros_like(a2)
            for output in range(len(W2)):
                blame += np.outer(delta3[:, output], W2[output])
            return delta3, blame * (a2 - a2 * a2)
            """,
        ),
    ],
    "gradients": [
        right(
            "means of outer products",
            """
            dW1 = np.mean([np.outer(d, x) for d, x in zip(delta2, X)], axis=0)
            dW2 = np.mean([np.outer(d, a) for d, a in zip(delta3, a2)], axis=0)
            return dW1, delta2.mean(0), dW2, delta3.mean(0)
            """,
        ),
        right(
            "divided by m early",
            """
            d2, d3 = delta2 / len(delta2), delta3 / len(delta3)
            return d2.T.dot(X), d2.sum(0), d3.T.dot(a2), d3.sum(0)
            """,
        ),
        right(
            "transposed at the end: Fortran-ordered, a list",
            """
            m = X.shape[0]
            dW1 = (X.T @ delta2).T / m
            dW2 = (a2.T @ delta3).T / m
            return [dW1, np.mean(delta2, axis=0), dW2, np.mean(delta3, axis=0)]
            """,
        ),
        right(
            "einsum, and read-only results",
            """
            def of_layer(delta, into):
                W = np.einsum("mi,mj->ij", delta, into) / len(into)
                b = np.einsum("mi->i", delta) / len(into)
                W.setflags(write=False)
                b.setflags(write=False)
                return W, b

            return of_layer(delta2, X) + of_layer(delta3, a2)
            """,
        ),
        right(
            "the bias as a weight whose input is 1: views",
            """
            ones = np.ones((len(X), 1))
            first = delta2.T @ np.hstack([X, ones]) / len(X)
            second = delta3.T @ np.hstack([a2, ones]) / len(X)
            return first[:, :-1], first[:, -1], second[:, :-1], second[:, -1]
            """,
        ),
        right(
            "added up sample by sample",
            """
            m = len(X)
            dW1, db1 = np.zeros((delta2.shape[1], X.shape[1])), np.zeros(delta2.shape[1])
            dW2, db2 = np.zeros((delta3.shape[1], a2.shape[1])), np.zeros(delta3.shape[1])
            for i in range(m):
                dW1 += delta2[i][:, None] * X[i][None, :] / m
                db1 += delta2[i] / m
                dW2 += delta3[i][:, None] * a2[i][None, :] / m
                db2 += delta3[i] / m
            return dW1, db1, dW2, db2
            """,
        ),
    ],
    "cost_and_gradient": [
        right(
            "all written out, with a line printed",
            """
            print("called with", theta.shape)
            h, n, k = n_hidden, X.shape[1], Y.shape[1]
            W1 = theta[: h * n].reshape(h, n)
            b1 = theta[h * n : h * n + h]
            W2 = theta[h * n + h : h * n + h + k * h].reshape(k, h)
            b2 = theta[-k:]
            a2 = sigmoid(X @ W1.T + b1)
            a3 = sigmoid(a2 @ W2.T + b2)
            delta3 = (a3 - Y) * a3 * (1 - a3) / len(X)
            delta2 = delta3 @ W2 * a2 * (1 - a2)
            grad = [delta2.T @ X, delta2.sum(0), delta3.T @ a2, delta3.sum(0)]
            J = np.array(((a3 - Y) ** 2).sum() / 2 / len(X))
            return J, np.concatenate([g.flatten() for g in grad])
            """,
        ),
        right(
            "named parts, a list, hstack",
            """
            shapes = layer_shapes(X.shape[1], n_hidden, Y.shape[1])
            W1, b1, W2, b2 = [part.copy() for part in unpack(theta, *shapes)]
            z2, a2, z3, a3 = forward(W1, b1, W2, b2, X)
            J = cost(a3, Y)
            delta3, delta2 = error_terms(W2, a2, a3, Y)
            dW1, db1, dW2, db2 = gradients(X, a2, delta3, delta2)
            return [J, np.hstack([np.ravel(dW1), db1, np.ravel(dW2), db2])]
            """,
        ),
        right(
            "slices of a gradient made beforehand",
            """
            n, k = X.shape[1], Y.shape[1]
            cuts = np.cumsum([n_hidden * n, n_hidden, k * n_hidden])
            W1, b1, W2, b2 = np.split(theta, cuts)
            W1, W2 = W1.reshape(n_hidden, n), W2.reshape(k, n_hidden)
            _, a2, _, a3 = forward(W1, b1, W2, b2, X)
            grad = np.empty_like(theta)
            parts = gradients(X, a2, *error_terms(W2, a2, a3, Y))
            for place, part in zip(np.split(grad, cuts), parts):
                place[:] = np.asarray(part).ravel()
            return float(cost(a3, Y)), grad
            """,
        ),
        right(
            "a class, activations computed twice, a list for the gradient",
            """
            class Network:
                def __init__(self, vector):
                    shapes = layer_shapes(X.shape[1], n_hidden, Y.shape[1])
                    self.parameters = unpack(vector, *shapes)

                def outputs(self):
                    return forward(*self.parameters, X)

                def cost(self):
                    return cost(self.outputs()[-1], Y)

                def gradient(self):
                    _, a2, _, a3 = self.outputs()
                    return pack(*gradients(X, a2, *error_terms(self.parameters[2], a2, a3, Y)))

            network = Network(theta)
            return network.cost(), network.gradient().tolist()
            """,
        ),
        right(
            "einsum throughout, the loss's half early",
            """
            from scipy.special import expit

            m, n = X.shape
            W1, b1, W2, b2 = unpack(theta, *layer_shapes(n, n_hidden, Y.shape[1]))
            a2 = expit(np.einsum("mn,hn->mh", X, W1, optimize=True) + b1)
            a3 = expit(np.einsum("mh,kh->mk", a2, W2, optimize=True) + b2)
            error = (a3 - Y) / m
            J = m * np.einsum("mk,mk->", error, error) / 2
            d3 = error * a3 * (1 - a3)
            d2 = np.einsum("mk,kh->mh", d3, W2, optimize=True) * a2 * (1 - a2)
            W1_slope = np.einsum("mh,mn->hn", d2, X, optimize=True)
            W2_slope = np.einsum("mk,mh->kh", d3, a2, optimize=True)
            return J, pack(W1_slope, d2.sum(0), W2_slope, d3.sum(0))
            """,
        ),
    ],
    "numerical_gradient": [
        right(
            "a copy changed and restored, with a warning",
            """
            import warnings

            warnings.warn("this may take a while")
            theta = np.array(theta, dtype=float)
            grad = []
            for i in range(len(theta)):
                kept = theta[i]
                theta[i] = kept + eps
                above = f(theta)
                theta[i] = kept - eps
                below = f(theta)
                theta[i] = kept
                grad.append((above - below) / eps / 2)
            return np.array(grad)
            """,
        ),
        right(
            "rows of the identity",
            """
            steps = eps * np.eye(len(theta))
            return np.array([f(theta + step) - f(theta - step) for step in steps]) / (2 * eps)
            """,
        ),
        right(
            "theta itself changed, and put back",
            """
            grad = np.empty(theta.size)
            for i, kept in enumerate(theta.tolist()):
                theta[i] = kept + eps
                grad[i] = f(theta)
                theta[i] = kept - eps
                grad[i] -= f(theta)
                theta[i] = kept
            grad /= 2 * eps
            return grad
            """,
        ),
        right(
            "a helper and a list",
            """
            def moved(i, by):
                t = theta.copy()
                t[i] += by
                return f(t)

            return [(moved(i, eps) - moved(i, -eps)) / (2 * eps) for i in range(theta.size)]
            """,
        ),
        right(
            "the mean of both one-sided differences",
            """
            here = f(theta)
            grad = np.zeros(len(theta))
            for i in range(len(theta)):
                e = np.zeros(len(theta))
                e[i] = 1.0
                ahead = (f(theta + eps * e) - here) / eps
                behind = (here - f(theta - eps * e)) / eps
                grad[i] = 0.5 * (ahead + behind)
            return grad
            """,
        ),
        right(
            "all shifted vectors first, then all calls",
            """
            p = theta.shape[0]
            shifted = np.tile(theta, (2, p, 1))
            shifted[0, range(p), range(p)] += eps
            shifted[1, range(p), range(p)] -= eps
            above, below = (np.fromiter(map(f, rows), float, p) for rows in shifted)
            return (above - below) / (2 * eps)
            """,
        ),
    ],
}
