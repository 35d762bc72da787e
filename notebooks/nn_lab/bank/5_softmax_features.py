"""The bank for `5_softmax_features`: mistakes, and right answers written otherwise."""

from grading.bank.entry import right, right_edit, wrong, wrong_body

SHIFT = "Z - Z.max(axis=1, keepdims=True)"
SUM = "powers.sum(axis=1, keepdims=True)"
PENALTY = "lam / 2 * np.sum(W**2)"
DELTA = "(np.exp(log_P) - np.eye(k)[y]) / m"
GRAD = "pack(delta.T @ X + lam * W, delta.sum(axis=0))"
MEAN = "-np.mean(log_P[np.arange(m), y])"
LOG_P = "Z - logsumexp(Z, axis=1, keepdims=True)"
OTHERS = "[encode(X) for X in others]"

#: Mistakes by exercise.
WRONG = {
    "softmax": [
        wrong(
            "no shift before the exponential",
            SHIFT,
            "Z",
            says="The exponential of 1000 is infinity, and infinity by infinity is not a number. "
            "Your formula is right on paper; the scores need to be made small before the "
            "exponential. What may you subtract from a row without changing its probabilities?",
        ),
        wrong(
            "one shift for all rows",
            SHIFT,
            "Z - Z.max()",
            says="You subtract the largest score of the whole matrix. A row whose scores are far "
            "below it becomes zero by zero. Each sample needs a shift of its own.",
        ),
        wrong(
            "the maximum of each column as shift",
            SHIFT,
            "Z - Z.max(axis=0)",
            says="Your maximum is taken along the samples, so each class gets its own shift, and "
            "that changes the probabilities. All scores of one sample have to be shifted by the "
            "same number. Along which axis do the scores of one sample lie?",
        ),
        wrong(
            "the mean of each row as shift",
            SHIFT,
            "Z - Z.mean(axis=1, keepdims=True)",
            says="You subtract each row's mean. The probabilities stay right, but with scores "
            "10000, 0 and -10000 the largest exponent is still 10000, and overflows. Which number "
            "of the row has to become 0, so that no exponent is positive?",
        ),
        wrong(
            "the minimum of each row as shift",
            SHIFT,
            "Z - Z.min(axis=1, keepdims=True)",
            says="You subtract each row's smallest score, so all exponents are positive, and large "
            "ones overflow more easily than before. At which end of the row should the 0 be?",
        ),
        wrong(
            "the largest size, without sign, as shift",
            SHIFT,
            "Z - np.abs(Z).max(axis=1, keepdims=True)",
            says="You take the absolute values before the maximum. In a row of negative scores the "
            "shift then pushes them further down, until all exponentials are 0, and 0 by 0 is not "
            "a number. Keep the sign.",
        ),
        wrong(
            "the shift added, not subtracted",
            SHIFT,
            "Z + Z.max(axis=1, keepdims=True)",
            says="You add each row's largest score. Large scores become twice as large, and "
            "overflow. After the shift, the largest exponent of a row should be 0.",
        ),
        wrong(
            "scores clipped at 500",
            SHIFT,
            "np.clip(Z, -500, 500)",
            says="Clipping prevents the overflow, but scores of 10000 and 9999 become the same "
            "number, and so do their probabilities. A shift of the whole row keeps the "
            "differences; clipping loses them.",
        ),
        wrong(
            "scores divided by the largest, not shifted",
            SHIFT,
            "Z / Z.max(axis=1, keepdims=True)",
            says="You divide by each row's largest score. That changes the differences between the "
            "scores, and so the probabilities. What leaves them as they are is adding or "
            "subtracting a number, the same in the whole row.",
        ),
        wrong(
            "the shift above the line only",
            f"powers / {SUM}",
            "powers / np.exp(Z).sum(axis=1, keepdims=True)",
            says="You shift the scores above the line, but not those in the sum below it. The "
            "factor cancels only when it is in both. See whether your rows add up to 1.",
        ),
        wrong(
            "columns add up to 1: the sum along the samples",
            SUM,
            "powers.sum(axis=0)",
            says="You divide by sums over the samples. Each row should add up to 1, since the "
            "classes of one sample compete. Which axis runs over the classes?",
        ),
        wrong(
            "softmax along the samples, shift and sum",
            f"np.exp({SHIFT})",
            "np.exp(Z - Z.max(axis=0))",
            SUM,
            "powers.sum(axis=0)",
            says="You take both maximum and sum down the columns, so the samples compete for each "
            "class. Rows are samples: each row should add up to 1. Which axis runs over the "
            "classes?",
        ),
        wrong(
            "the sum of the whole matrix",
            SUM,
            "powers.sum()",
            says="You divide by the sum of the whole matrix, so all numbers together add up to 1. "
            "Every sample needs its own sum: how many different divisors should there be?",
        ),
        wrong(
            "keepdims forgotten",
            SUM,
            "powers.sum(axis=1)",
            says="Your matrix is (m, k), and one number a row has the shape (m,). NumPy lines that "
            "up with the columns, which fails, or divides by the wrong sums when m = k. Sums and "
            "maxima of rows need to be columns, (m, 1).",
        ),
        wrong(
            "not normalised",
            f"return powers / {SUM}",
            "return powers",
            says="You return exponentials that are not divided by their sum: the largest in each "
            "row is 1. Probabilities of one sample add up to 1. What do your rows add up to?",
        ),
        wrong(
            "no exponential: scores by their sum",
            f"np.exp({SHIFT})",
            "Z",
            says="You divide the scores themselves by their sum. Scores may be negative, "
            "probabilities may not. What in the definition makes every number positive first?",
        ),
        wrong(
            "powers of two",
            "np.exp(",
            "np.exp2(",
            says="Your probabilities are too even: you raise 2 and not e to the power of the "
            "scores. Scores of ln 1 and ln 3 should give probabilities of 1/4 and 3/4.",
        ),
        wrong(
            "applied twice",
            "return powers /",
            "powers = np.exp(powers / powers.sum(axis=1, keepdims=True))\n    return powers /",
            says="You apply softmax to its own result. The second time, the scores are between 0 "
            "and 1, so even a sure sample comes out as almost even. Once is enough.",
        ),
        wrong(
            "the logarithm of the probabilities",
            f"return powers / {SUM}",
            f"return np.log(powers / {SUM})",
            says="You return logarithms: your numbers are negative or 0. Here the probabilities "
            "themselves are asked for; the logarithm has its place in the cost.",
        ),
        wrong(
            "the scores changed in place",
            "    powers",
            "    Z -= Z.max(axis=1, keepdims=True)\n    powers",
            says="Your probabilities are right, but the scores that you were given are changed by "
            "the shift. Whoever called you may still need them. Make a new array for the shifted "
            "scores.",
        ),
        wrong(
            "the sign of the scores",
            SHIFT,
            "Z.min(axis=1, keepdims=True) - Z",
            says="Your exponents have the wrong sign: the class with the smallest score becomes "
            "the most probable. Which class should be the most probable one?",
        ),
        wrong(
            "sigmoids, normalised",
            f"np.exp({SHIFT})",
            "1 / (1 + np.exp(-Z))",
            says="You divide sigmoids by their sum. The rows add up to 1, but softmax is made of "
            "exponentials: two large scores that differ by 5 should not be nearly equal.",
        ),
        wrong(
            "a sigmoid for each score",
            f"return powers / {SUM}",
            "return 1 / (1 + np.exp(-Z))",
            says="You take a sigmoid of each score by itself, so the classes do not compete, and "
            "the rows do not add up to 1. In softmax all scores of a sample stand below the line.",
        ),
        wrong_body(
            "the first sample alone",
            """
            for z in Z:
                powers = np.exp(z - z.max())
                return powers / powers.sum()
            """,
            says="Your loop ends at its first sample, because it returns there. The result should "
            "have as many rows as Z. Collect the rows first, and return after the loop.",
        ),
    ],
    "softmax_cost_and_gradient": [
        wrong(
            "the cost a sum, no mean",
            MEAN,
            "-np.sum(log_P[np.arange(m), y])",
            says="Your cost adds up over the samples and is never divided by their number: with "
            "theta zero it should be ln k, however many samples there are. Your gradient has the "
            "mean, so the two do not belong together.",
        ),
        wrong(
            "the sign of the cost",
            MEAN,
            MEAN[1:],
            says="A logarithm of a probability is never positive, so a cost without its minus sign "
            "is negative, and best where it should be worst. With theta zero it should be ln k.",
        ),
        wrong(
            "the mean over all outputs",
            MEAN,
            "-np.sum(log_P * np.eye(k)[y]) / log_P.size",
            says="Your cost is k times too small: you divide by the number of all outputs, m times "
            "k. There is one term for each sample. How many is that?",
        ),
        wrong(
            "logarithms to base two",
            MEAN,
            "-np.mean(log_P[np.arange(m), y]) / np.log(2)",
            says="Your cost is in bits: the logarithm is to base two. The formula has the natural "
            "one, and its gradient belongs to that: with theta zero, J is ln k.",
        ),
        wrong(
            "the probability without its logarithm",
            MEAN,
            "-np.mean(np.exp(log_P[np.arange(m), y]))",
            says="You average the probabilities of the true classes, not their logarithms. With "
            "theta zero your cost is -1/k; cross-entropy is ln k there. What does the formula "
            "apply to the probability?",
        ),
        wrong(
            "squared error as the cost",
            MEAN,
            "np.sum((np.exp(log_P) - np.eye(k)[y]) ** 2) / (2 * m)",
            says="Your cost is the squared error of notebook 1, while your gradient is that of "
            "cross-entropy. Cross-entropy looks only at how probable the true class is, and takes "
            "the logarithm.",
        ),
        wrong(
            "the logarithm of softmax",
            LOG_P,
            "np.log(softmax(Z))",
            says="A probability of a class that is far behind is rounded to 0, and the logarithm "
            "of 0 is minus infinity. Where scores are 10000 apart your cost is lost. Write the "
            "logarithm of the fraction out as a difference, before anything is rounded.",
        ),
        wrong(
            "the logarithm of softmax plus a small number",
            LOG_P,
            "np.log(softmax(Z) + 1e-9)",
            says="The small number hides the infinity, but not the error: your cost never exceeds "
            "about 21, where it should be 20000. Write the logarithm of the fraction out as a "
            "difference; then nothing needs protection.",
        ),
        wrong(
            "the exponentials' sum, unprotected",
            LOG_P,
            "Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))",
            says="You have written the logarithm out, which is right, but the exponentials in the "
            "sum overflow for scores of 10000. Which function of SciPy, already imported, does "
            "this sum safely?",
        ),
        wrong(
            "softmax over the samples",
            LOG_P,
            "Z - logsumexp(Z, axis=0, keepdims=True)",
            says="Your probabilities add up to 1 over the samples and not over the classes. Rows "
            "are samples. Along which axis do the classes compete?",
        ),
        wrong(
            "the log-sum over everything",
            LOG_P,
            "Z - logsumexp(Z)",
            says="Your log-sum of exponentials runs over the whole matrix, so all samples share "
            "one sum. Each sample has its own: how many numbers should the second term have?",
        ),
        wrong(
            "both terms of binary cross-entropy",
            MEAN,
            "-np.sum(np.where(np.eye(k)[y], log_P, np.log(1 - np.exp(log_P)))) / m",
            says="Your cost also adds the logarithms of 1 - p for the classes that are not true. "
            "That belongs to separate sigmoids. With softmax the true class's term is all: "
            "the others are in the sum below the line.",
        ),
        wrong(
            "the mean of all classes, not of the true one",
            MEAN,
            "-np.mean(log_P)",
            says="Your cost averages the logarithms of all classes and never looks at the labels. "
            "Which one entry of each row belongs to the sample's true class?",
        ),
        wrong(
            "whole columns taken by the labels",
            MEAN,
            "-np.mean(log_P[:, y])",
            says="Your index takes, for each label, the whole column: a matrix (m, m). One entry "
            "from each row is wanted, row i with column y[i]. What has to stand in the "
            "place of the colon?",
        ),
        wrong(
            "no penalty in the cost",
            f" + {PENALTY}",
            "",
            says="Your gradient has the penalty, but your cost has not. When X is zero and lam is "
            "not, J should still grow with the weights.",
        ),
        wrong(
            "the half in the penalty is missing",
            PENALTY,
            "lam * np.sum(W**2)",
            says="Your cost's penalty is twice as large as in the formula. Its derivative would "
            "then be twice what your gradient says. Compare the factor before the sum.",
        ),
        wrong(
            "the cost's penalty divided by m",
            PENALTY,
            "lam / (2 * m) * np.sum(W**2)",
            says="You divide the penalty in the cost by the number of samples. Only the "
            "cross-entropy is a mean here; the penalty stands outside it.",
        ),
        wrong(
            "the mean of the squared weights as penalty",
            PENALTY,
            "lam / 2 * np.mean(W**2)",
            says="Your penalty takes the mean of the squared weights. The formula takes their sum: "
            "more weights, more penalty.",
        ),
        wrong(
            "biases in the cost's penalty",
            PENALTY,
            "lam / 2 * np.sum(theta**2)",
            says="Your cost punishes the biases, too. The penalty is on the weights alone: see "
            "whether J with X zero stays the same when all biases grow alike.",
        ),
        wrong(
            "the norm, not squared, as penalty",
            PENALTY,
            "lam / 2 * np.sqrt(np.sum(W**2))",
            says="You take the square root of the sum of squares. The penalty is the sum of "
            "squares itself; with a root, its slope would not be proportional to W.",
        ),
        wrong(
            "absolute values as penalty",
            PENALTY,
            "lam / 2 * np.sum(np.abs(W))",
            says="Your penalty adds up the weights' absolute values. The formula has their "
            "squares, and your gradient belongs to squares.",
        ),
        wrong(
            "no penalty in the gradient",
            " + lam * W",
            "",
            says="Your cost has the penalty, but your gradient has not. The pixels that are always "
            "0 show it: their weights' slopes come from the penalty alone.",
        ),
        wrong(
            "twice the penalty in the gradient",
            "lam * W,",
            "2 * lam * W,",
            says="The penalty's part of dW is twice too large. When you differentiate half the sum "
            "of squares, what is left of the half?",
        ),
        wrong(
            "half the penalty in the gradient",
            "lam * W,",
            "lam / 2 * W,",
            says="The penalty's part of dW is half of what it should be. Differentiate half a "
            "square: is the half still there?",
        ),
        wrong(
            "the gradient's penalty divided by m",
            "lam * W,",
            "lam * W / m,",
            says="In dW you divide the penalty by the number of samples as well. In the cost it "
            "stands outside the mean, so its slope does, too.",
        ),
        wrong(
            "the gradient's penalty subtracted",
            "+ lam * W,",
            "- lam * W,",
            says="The penalty's part of dW has the wrong sign: your slope says that larger weights "
            "cost less. Set X to zero and see in which direction J grows.",
        ),
        wrong(
            "lam added, without the weights",
            "lam * W,",
            "lam,",
            says="You add lam alone to dW. The slope of a square depends on where you are: large "
            "weights are pulled back more than small ones. What is the factor beside lam?",
        ),
        wrong(
            "biases in the gradient's penalty",
            "delta.sum(axis=0))",
            "delta.sum(axis=0) + lam * b)",
            says="Your db contains a penalty, but the cost has none on the biases. A gradient may "
            "hold only what the cost depends on.",
        ),
        wrong(
            "the gradient a sum, no mean",
            DELTA,
            "np.exp(log_P) - np.eye(k)[y]",
            says="The gradient's part from the data has the right direction but is m times too "
            "large: the cost is a mean over the samples, and its slope is one, too.",
        ),
        wrong(
            "the gradient divided by m twice",
            DELTA,
            "(np.exp(log_P) - np.eye(k)[y]) / m**2",
            says="The data's part of your gradient is m times too small: the mean over the samples "
            "is taken twice. Look for where you divide, or take a mean, once more.",
        ),
        wrong(
            "the gradient divided by the number of all outputs",
            DELTA,
            "(np.exp(log_P) - np.eye(k)[y]) / log_P.size",
            says="The data's part of your gradient is k times too small: you divide by the number "
            "of all outputs. The cost is a mean over the samples alone.",
        ),
        wrong(
            "the gradient divided by the number of features",
            DELTA,
            "(np.exp(log_P) - np.eye(k)[y]) / n",
            says="You divide the data's part of the gradient by the number of features. The mean "
            "is over the samples: which axis of X counts those?",
        ),
        wrong(
            "the sign of the gradient",
            DELTA,
            "(np.eye(k)[y] - np.exp(log_P)) / m",
            says="The data's part of your gradient points the other way: a step against it raises "
            "the cost. For the true class the error term should be negative.",
        ),
        wrong(
            "the factor of a sigmoid",
            DELTA,
            "(np.exp(log_P) - np.eye(k)[y]) * np.exp(log_P) * (1 - np.exp(log_P)) / m",
            says="Your error term still has the factor p(1 - p) of notebook 1. With softmax and "
            "cross-entropy it cancels: differentiate the written-out logarithm by a score, and "
            "see what is left.",
        ),
        wrong(
            "the scores in place of probabilities in the error",
            DELTA,
            "(Z - np.eye(k)[y]) / m",
            says="Your error term is the scores minus the one-hot labels. Scores may be of any "
            "size: what should each of its rows add up to?",
        ),
        wrong(
            "logarithms in place of probabilities in the error",
            DELTA,
            "(log_P - np.eye(k)[y]) / m",
            says="Your error term uses the logarithms of the probabilities. The derivative has "
            "the probabilities themselves: how do you come from the one to the other?",
        ),
        wrong(
            "one-hot labels not subtracted",
            DELTA,
            "np.exp(log_P) / m",
            says="Your error term is the probabilities alone and knows nothing of the labels. "
            "The second part of the derivative, for the true class, is missing. What should each "
            "of its rows add up to?",
        ),
        wrong(
            "1 subtracted from whole columns",
            DELTA,
            "(np.exp(log_P) - np.eye(k)[y].max(axis=0)) / m",
            says="You subtract 1 in whole columns: for every class that occurs, in all samples. "
            "It belongs to one entry a row, that of the sample's own label. How do you index "
            "row i with column y[i]?",
        ),
        wrong(
            "labels counted from one, in the gradient",
            DELTA,
            "(np.exp(log_P) - np.eye(k)[y - 1]) / m",
            says="Your gradient's one-hot labels are off by one: label 0 marks the last class. "
            "Labels are counted from 0 here, as columns are.",
        ),
        wrong(
            "labels counted from one, everywhere",
            "    m, n = X.shape",
            "    m, n = X.shape\n    y = y - 1",
            says="You shift the labels by one, so the cost asks for the wrong class, and label 0 "
            "means the last one. Labels are counted from 0 here, as columns are.",
        ),
        wrong(
            "classes counted in the batch",
            "    m, n = X.shape",
            "    m, n = X.shape\n    k = y.max() + 1",
            says="You count the classes from the labels at hand. A batch may lack the last class, "
            "and then W and b are cut at the wrong places. The number of classes is given.",
        ),
        wrong(
            "no mean in dW",
            "delta.T @ X",
            "m * delta.T @ X",
            says="Your db has the mean over the samples, dW has not: its part from the data is m "
            "times too large.",
        ),
        wrong(
            "no mean in db",
            "delta.sum(axis=0)",
            "m * delta.sum(axis=0)",
            says="Your dW has the mean over the samples, db has not: it is m times too large.",
        ),
        wrong(
            "the mean twice in db",
            "delta.sum(axis=0)",
            "delta.mean(axis=0)",
            says="Your db is m times too small. Your error terms are divided by m already; what is "
            "left to do over the samples is no second mean.",
        ),
        wrong(
            "db zero",
            "delta.sum(axis=0)",
            "0 * b",
            says="Your db is always zero, so the biases can never be learnt. They are free of the "
            "penalty, but they do change the scores. (The errors of a sample add up to 0: did you "
            "sum over the classes, too?)",
        ),
        wrong(
            "biases first in the gradient",
            GRAD,
            "pack(delta.sum(axis=0), delta.T @ X + lam * W)",
            says="Your gradient holds db before dW. It has to be in the order of theta. Which of "
            "the two comes first there?",
        ),
        wrong(
            "biases first in theta",
            "W, b = unpack(theta, (k, n), (k,))",
            "b, W = unpack(theta, (k,), (k, n))",
            says="You read the biases from the beginning of theta. It holds the weights first, "
            "then the biases: that is where it has to be cut.",
        ),
        wrong(
            "dW transposed in the gradient",
            "delta.T @ X + lam * W,",
            "(delta.T @ X + lam * W).T,",
            says="Your dW has the right numbers in the wrong order: it is packed column by column, "
            "as (n, k). Theta holds W row by row, with one row for each class.",
        ),
        wrong(
            "W column by column, in theta and gradient",
            "    Z = X @ W.T + b",
            "    W = W.ravel().reshape(n, k).T\n    Z = X @ W.T + b",
            "delta.T @ X + lam * W,",
            "(delta.T @ X + lam * W).T,",
            says="You read W from theta column by column, and pack its gradient so, too. The two "
            "agree, but theta holds W row by row: the first n numbers belong to class 0.",
        ),
        wrong(
            "each bias packed behind its row",
            GRAD,
            "np.column_stack([delta.T @ X + lam * W, delta.sum(axis=0)]).ravel()",
            says="Your gradient has the right length, but each bias stands behind its own row of "
            "weights. Theta holds all weights first, and all biases at the end.",
        ),
        wrong(
            "no bias in the scores",
            "X @ W.T + b",
            "X @ W.T",
            says="The biases are not in your scores: with all weights zero, every class would be "
            "equally probable, whatever b is. Which parameter is missing from the scores?",
        ),
        wrong(
            "theta changed in place",
            "    Z = X",
            "    W *= 2\n    Z = X",
            says="You change theta: W and b are views of it, and what is done to them in place is "
            "done to theta. The optimiser still needs it as it was. Make new arrays.",
        ),
        wrong(
            "one sum for all biases, and no mean",
            DELTA,
            "np.exp(log_P) - np.eye(k)[y]",
            "delta.sum(axis=0)",
            "np.full(k, delta.sum())",
            says="Two things: your gradient is a sum over the samples where J is a mean, and your "
            "db holds one and the same number for every class.",
        ),
        wrong(
            "exponentials in place of probabilities in the error",
            DELTA,
            "(np.exp(Z) - np.eye(k)[y]) / m",
            says="The exponentials in your error term are not divided by their sum, so they are no "
            "probabilities. Do the error terms of a sample add up to 0?",
        ),
        wrong(
            "one shift for all rows, and the logarithm of the quotient",
            LOG_P,
            "np.log(np.exp(Z - Z.max()) / np.exp(Z - Z.max()).sum(axis=1, keepdims=True))",
            says="You subtract the largest score of all samples. A sample whose scores are far "
            "below it has nothing but zeros left, and their logarithm is taken.",
        ),
        wrong(
            "the half in the penalty is missing, in cost and gradient",
            PENALTY,
            "lam * np.sum(W**2)",
            "lam * W,",
            "2 * lam * W,",
            says="Your gradient belongs to your cost, but the penalty in both is twice the one "
            "that is asked for: no check against differences can show that. Compare the formula.",
        ),
        wrong(
            "no bias at all",
            "X @ W.T + b",
            "X @ W.T",
            "delta.sum(axis=0)",
            "np.zeros(k)",
            says="Your scores leave the biases out, and your db says that they do not matter. The "
            "two agree, but theta ends in k biases that are to be learnt.",
        ),
    ],
    "train_softmax": [
        wrong(
            "no penalty",
            "X, y, k, lam)",
            "X, y, k, 0)",
            says="You train without the penalty: lam never reaches the cost. Train with two "
            "different values of lam: the weights should differ.",
        ),
        wrong(
            "a penalty of its own, 0.001",
            "X, y, k, lam)",
            "X, y, k, 1e-3)",
            says="You always train with a penalty of 0.001. The strength is an argument: what "
            "happens to the weights when it is larger?",
        ),
        wrong(
            "twice the penalty",
            "X, y, k, lam)",
            "X, y, k, 2 * lam)",
            says="You train with twice the penalty that was asked for, so the weights come out too "
            "small. The half is in the cost already, and needs no correction here.",
        ),
        wrong(
            "the penalty divided by the number of samples",
            "X, y, k, lam)",
            "X, y, k, lam / len(X))",
            says="You divide lam by the number of samples before you train. The cost's penalty "
            "stands outside the mean, so lam goes in as it is.",
        ),
        wrong(
            "max_iter ignored, 1000 iterations",
            "theta0, max_iter,",
            "theta0, 1000,",
            says="You always allow the same number of iterations. When only 2 are asked for, "
            "training should stop after 2: which argument has to reach the optimiser?",
        ),
        wrong(
            "one iteration only",
            "theta0, max_iter,",
            "theta0, 1,",
            says="Your training stops after one iteration, long before the cost is at its lowest. "
            "How many does the caller allow?",
        ),
        wrong_body(
            "gradient descent with steps that are too small",
            """
            theta = np.zeros(k * X.shape[1] + k)
            for _ in range(max_iter):
                J, grad = softmax_cost_and_gradient(theta, X, y, k, lam)
                theta = theta - 0.01 * grad
            return theta
            """,
            says="Your own gradient descent goes in the right direction, but in 500 small steps it "
            "does not get to the lowest cost: a slope is left. The optimiser of the helpers "
            "chooses the size of its steps.",
        ),
        wrong(
            "half of the samples",
            "X, y, k, lam)",
            "X[::2], y[::2], k, lam)",
            says="You train on half of the samples. The cost asked for is the mean over all of "
            "them, so your lowest point is not its lowest point.",
        ),
        wrong(
            "the start is returned",
            "return theta",
            "return theta0",
            says="You return the parameters that training started from. What the optimiser found "
            "is in its first result.",
        ),
        wrong(
            "theta and the history together",
            "return theta",
            "return theta, _",
            says="You return all that the optimiser gives back. The parameters alone are asked "
            "for: one flat vector.",
        ),
        wrong(
            "the history of costs",
            "theta, _ = minimize(",
            "_, theta = minimize(",
            says="You return the history of costs. The optimiser gives two results: which of them "
            "are the parameters?",
        ),
        wrong(
            "the weights alone",
            "return theta",
            "return theta[: k * X.shape[1]]",
            says="Your result lacks the biases at the end. Theta has a weight for each class and "
            "feature, and a bias for each class.",
        ),
        wrong(
            "a matrix, not a flat vector",
            "return theta",
            "return theta.reshape(k, -1)",
            says="You return a matrix. Theta should be flat, as the optimiser gives it: first the "
            "weights row by row, then the biases.",
        ),
        wrong(
            "no room for the biases",
            "np.zeros(k * X.shape[1] + k)",
            "np.zeros(k * X.shape[1])",
            says="Your start has no room for the biases. How many numbers does theta hold for k "
            "classes: weights and biases together?",
        ),
        wrong(
            "the cost without its gradient is minimised",
            "X, y, k, lam), theta0",
            "X, y, k, lam)[0], theta0",
            says="You hand over a function that returns the cost alone. The optimiser needs the "
            "gradient, too: both results, as your cost function gives them.",
        ),
        wrong(
            "features divided by 255 first",
            "    theta0",
            "    X = X / 255\n    theta0",
            says="You divide the features by 255 before training. The parameters then belong to "
            "other numbers than the caller's samples, and the penalty keeps the weights near zero. "
            "Train on X as it is.",
        ),
        wrong(
            "the samples do not reach the cost",
            "X, y, k, lam),",
            "X * 0, y, k, lam),",
            says="Your weights stay zero, as if all samples were zero: only the biases learn. Does "
            "the cost really see the features?",
        ),
        wrong(
            "X changed in place",
            "    theta0",
            "    X /= 2\n    theta0",
            says="You change X in place, and whoever called you still needs the old one. Work with "
            "a new array, or with X as it is.",
        ),
    ],
    "predict_softmax": [
        wrong(
            "the smallest score",
            "argmax",
            "argmin",
            says="You choose the class with the smallest score, which is the least probable one.",
        ),
        wrong(
            "labels counted from one",
            ".argmax(axis=1)",
            ".argmax(axis=1) + 1",
            says="Your labels are too large by one. Classes are counted from 0, as the columns of "
            "the scores are.",
        ),
        wrong(
            "the largest along the samples",
            "axis=1",
            "axis=0",
            says="You find, for each class, the sample with the largest score: one answer a class. "
            "One answer for each sample is asked for. Which axis runs over the classes?",
        ),
        wrong(
            "the largest of everything",
            "axis=1",
            "",
            says="You search the whole matrix at once and get one number. The largest score is to "
            "be found in each row separately.",
        ),
        wrong(
            "no bias",
            "(X @ W.T + b)",
            "(X @ W.T)",
            says="The biases are not in your scores. On paper, class 1 wins at x = 0 by its bias "
            "alone.",
        ),
        wrong(
            "the bias subtracted",
            "W.T + b",
            "W.T - b",
            says="You subtract the biases. A class with a large bias should be chosen more often, "
            "not less often.",
        ),
        wrong(
            "biases first in theta",
            "W, b = unpack(theta, (k, X.shape[1]), (k,))",
            "b, W = unpack(theta, (k,), (k, X.shape[1]))",
            says="You read the biases from the beginning of theta. It holds the weights first, "
            "then the biases.",
        ),
        wrong(
            "W column by column",
            "X @ W.T",
            "X @ W.ravel().reshape(W.shape[::-1])",
            says="You read W from theta column by column, as (n, k). Theta holds it row by row: "
            "the first n numbers belong to class 0.",
        ),
        wrong(
            "labels as floats",
            ".argmax(axis=1)",
            ".argmax(axis=1) * 1.0",
            says="Your labels are floats. They are to be integers, since labels are used as "
            "indices.",
        ),
        wrong(
            "labels as a column",
            ".argmax(axis=1)",
            ".argmax(axis=1)[:, None]",
            says="Your labels are a column, (m, 1). Compared with labels (m,), that becomes a "
            "matrix (m, m) without an error. One flat vector is asked for.",
        ),
        wrong(
            "the largest score itself",
            ".argmax(axis=1)",
            ".max(axis=1)",
            says="You return the largest score of each sample. Asked for is where it stands: the "
            "number of the class.",
        ),
        wrong(
            "the scores, not labels",
            ".argmax(axis=1)",
            "",
            says="You return a score for each class. A prediction is one class for each sample: "
            "the one whose score is the largest.",
        ),
        wrong(
            "one-hot rows, not labels",
            "(X @ W.T + b).argmax(axis=1)",
            "np.eye(k, dtype=int)[(X @ W.T + b).argmax(axis=1)]",
            says="You return one-hot rows, (m, k). The labels themselves are asked for: one "
            "integer a sample.",
        ),
        wrong(
            "softmax without a shift",
            "(X @ W.T + b)",
            "(np.exp(X @ W.T + b) / np.exp(X @ W.T + b).sum(axis=1, keepdims=True))",
            says="You take exponentials of the scores as they are, and scores of 10000 overflow to "
            "NaN. Does softmax change which score is the largest? If not, do you need it here?",
        ),
        wrong(
            "softmax along the samples",
            "(X @ W.T + b)",
            "(X @ W.T + b - logsumexp(X @ W.T + b, axis=0))",
            says="Your softmax runs along the samples, so each class is shifted by its own number, "
            "and the largest may be another one. Does softmax along the classes change which "
            "score is the largest? Then you may leave it out.",
        ),
        wrong(
            "only probabilities above one half count",
            "(X @ W.T + b).argmax(axis=1)",
            "(softmax(X @ W.T + b) > 0.5).argmax(axis=1)",
            says="You ask which probability is above one half. With three or more classes there "
            "may be none, and then your answer is always class 0. The largest is enough.",
        ),
        wrong(
            "the largest size, without sign",
            "(X @ W.T + b)",
            "np.abs(X @ W.T + b)",
            says="You compare the scores without their signs, so a strongly negative score wins. "
            "A negative score speaks against a class.",
        ),
        wrong(
            "the first sample alone",
            "(X @ W.T + b).argmax(axis=1)",
            "(X[:1] @ W.T + b).argmax(axis=1)",
            says="You predict the first sample only. There should be one label for each row of X.",
        ),
        wrong(
            "theta changed in place",
            "    return",
            "    theta *= 2\n    return",
            says="You change theta in place. The prediction after it, with the same theta, would "
            "then be another classifier's. Make a new array.",
        ),
    ],
    "learn_features": [
        wrong(
            "fitted on all images",
            "fit(X_train)",
            "fit(np.vstack([X_train, *others]))",
            says="Your encoder is fitted on all parts together, so it has seen the images that it "
            "is judged on. That is leakage. Which part alone may be learnt from?",
        ),
        wrong(
            "fitted on the first other part, too",
            "fit(X_train)",
            "fit(np.vstack([X_train, others[0]]))",
            says="Your encoder is also fitted on the first of the other parts, such as the "
            "validation images. To choose on images that were learnt from is leakage, too.",
        ),
        wrong(
            "fitted on the last part",
            "fit(X_train)",
            "fit(others[-1])",
            says="Your encoder is fitted on the last of the other parts, the test images, and "
            "never sees the training images. It is the other way round.",
        ),
        wrong(
            "each part with an encoder of its own",
            OTHERS,
            "[fit(X)(X) for X in others]",
            says="You fit a new encoder on every part. Their codes then mean different things, "
            "and it is leakage besides. Fit on the training part; apply to all parts.",
        ),
        wrong(
            "fitted again for every part",
            OTHERS,
            "[fit(X_train)(X) for X in others]",
            says="You fit the same encoder again for every part. The codes come out right here, "
            "but fitting is expensive, and an autoencoder may come out otherwise each time. Keep "
            "the one that you have.",
        ),
        wrong(
            "fitted on half of the training images",
            "fit(X_train)",
            "fit(X_train[::2])",
            says="Your encoder sees half of the training images only. It may use all of them: "
            "there is no leakage in that.",
        ),
        wrong(
            "training images centred before fitting",
            "fit(X_train)",
            "fit(X_train - X_train.mean(axis=0))",
            says="You centre the training images before you fit, but encode images that are not "
            "centred. The encoder does what it needs by itself: give it the images as they are.",
        ),
        wrong(
            "images in place of training codes",
            "encode(X_train),",
            "X_train,",
            says="Your first result is the training images themselves. The classifier needs their "
            "codes: apply the encoder to this part, too.",
        ),
        wrong(
            "the other parts not encoded",
            OTHERS,
            "others",
            says="You give the other parts back as they came. They need codes, too, from the same "
            "encoder: fit on one part, apply to all.",
        ),
        wrong(
            "encoders in place of codes",
            f"return encode(X_train), {OTHERS}",
            "return fit(X_train), [fit(X) for X in others]",
            says="What fitting returns is a function, and you return such functions. The codes "
            "come when you call it on images. And it should be made only once.",
        ),
        wrong(
            "the encoder as the first result",
            "return encode(X_train),",
            "return encode,",
            says="Your first result is the encoder itself. The codes of the training images are "
            "asked for: what do you get when you call it on them?",
        ),
        wrong(
            "the first other part alone",
            OTHERS,
            "encode(others[0])",
            says="You encode only the first of the other parts. The second result is a list with "
            "an array for each of them.",
        ),
        wrong(
            "all other parts in one",
            OTHERS,
            "[encode(np.vstack(others))]",
            says="You stack the other parts into one. Validation and test images have to stay "
            "apart: as many arrays should come out as went in.",
        ),
        wrong(
            "the other parts' codes stacked, no list",
            OTHERS,
            f"np.vstack({OTHERS})",
            says="The codes are right, but you stack them into one array. Nobody can tell "
            "validation from test any more: a list with an array for each part is asked for.",
        ),
        wrong(
            "the training codes in the list, too",
            OTHERS,
            "[encode(X) for X in [X_train, *others]]",
            says="Your list begins with the training codes. They are the first result; the list "
            "holds the other parts only.",
        ),
        wrong(
            "one list for all parts",
            f"return encode(X_train), {OTHERS}",
            "return [encode(X) for X in [X_train, *others]]",
            says="You return one list with the codes of all parts. Two results are asked for: the "
            "training codes, and a list of the others'.",
        ),
        wrong(
            "the training codes left out",
            f"return encode(X_train), {OTHERS}",
            f"return {OTHERS}",
            says="You return only the codes of the other parts. The classifier needs something "
            "to train on: the codes of the training images come first.",
        ),
        wrong(
            "parts centred by themselves",
            OTHERS,
            "[encode(X - X.mean(axis=0)) for X in others]",
            says="You subtract from each part its own mean before you encode it. A mean is learnt "
            "as well, and may come from the training images alone.",
        ),
        wrong(
            "the training images changed in place",
            "    encode = fit",
            "    X_train -= X_train.mean(axis=0)\n    encode = fit",
            says="You centre the training images in place. The caller's images are changed, and "
            "the other parts are no longer treated alike. Give the images as they are.",
        ),
    ],
}

#: Right answers by exercise.
RIGHT = {
    "softmax": [
        right(
            "a loop over samples, each class against each",
            """
        rows = []
        for z in np.asarray(Z, dtype=float):
            rows.append([1 / sum(np.exp(np.minimum(z - c, 700))) for c in z])
        return np.array(rows)
        """,
        ),
        right_edit(
            "the exponential of the log-probabilities",
            f"powers = np.exp({SHIFT})",
            "powers = np.exp(Z - logsumexp(Z, axis=1, keepdims=True))",
        ),
        right(
            "SciPy's own",
            """
        from scipy.special import softmax as of_scipy

        return of_scipy(Z, axis=1)
        """,
        ),
        right(
            "classes first, the result in Fortran order",
            """
        columns = np.array(Z, dtype=float).T
        columns -= np.max(columns, axis=0)
        np.exp(columns, out=columns)
        columns /= np.sum(columns, axis=0)
        return np.asfortranarray(columns.T)
        """,
        ),
        right(
            "a helper for one row, the result read-only",
            """
        def one(z):
            biggest = max(z)
            powers = [np.exp(each - biggest) for each in z]
            return [power / sum(powers) for power in powers]

        P = np.apply_along_axis(one, 1, Z)
        P.flags.writeable = False
        return P
        """,
        ),
        right(
            "einsum for the sums, a view as the result",
            """
        m, k = Z.shape
        room = np.empty((m, 2 * k))
        room[:, ::2] = np.exp(np.clip(Z - np.amax(Z, 1)[:, None], -745, 0))
        room[:, ::2] *= (1 / np.einsum("mk->m", room[:, ::2]))[:, np.newaxis]
        print("softmax of", Z.shape)
        return room[:, ::2]
        """,
        ),
        right(
            "columns inside, np.vectorize for the exponentials",
            """
        power = np.vectorize(lambda z: np.exp(z), otypes=[float])
        columns = np.array(Z).T
        columns = power(columns - np.max(columns, axis=0))
        return (columns / np.sum(columns, axis=0)).T
        """,
        ),
    ],
    "softmax_cost_and_gradient": [
        right(
            "a loop over the samples",
            """
        m, n = X.shape
        W = theta[: k * n].reshape(k, n)
        scores = np.column_stack([X, np.ones(m)]) @ np.column_stack([W, theta[k * n :]]).T
        scores = scores - scores.max(axis=1)[:, None]
        totals = np.exp(scores).sum(axis=1)
        J, dW, db = 0.5 * lam * float(np.vdot(W, W)), lam * W, np.zeros(k)
        for x, label, z, total in zip(X, y, scores, totals):
            J += (np.log(total) - z[label]) / m
            error = np.exp(z) / total
            error[label] -= 1
            dW = dW + np.outer(error, x) / m
            db += error / m
        return J, np.append(dW, db)
        """,
        ),
        right(
            "softmax for the gradient, log-sum-exp for the cost",
            """
        m, n = X.shape
        W, b = theta[: k * n].reshape((k, n)), theta[-k:]
        Z = np.dot(X, W.T) + b
        J = (logsumexp(Z, axis=1) - Z[range(m), y]).sum() / m + lam * (W * W).sum() / 2
        P = softmax(Z)
        P[range(m), y] -= 1
        return [np.float64(J), np.hstack([(P.T.dot(X) / m + lam * W).flatten(), P.mean(axis=0)])]
        """,
        ),
        right(
            "SciPy's log_softmax, one-hot by comparison, einsum",
            """
        from scipy.special import log_softmax

        m, n = X.shape
        W, b = unpack(theta, (k, n), (k,))
        Y = (y[:, None] == np.arange(k)).astype(float)
        log_P = log_softmax(np.einsum("kn,mn->mk", W, X) + b, axis=1)
        J = np.array(-(Y * log_P).sum() / m + lam * np.linalg.norm(W) ** 2 / 2)
        error = np.exp(log_P) - Y
        grad = np.empty(theta.size)
        grad[: k * n] = (np.einsum("mk,mn->kn", error, X) / m).ravel()
        grad[: k * n] += lam * theta[: k * n]
        grad[k * n :] = np.einsum("mk->k", error) / m
        grad.setflags(write=False)
        return J, grad
        """,
        ),
        right(
            "classes first, and a column of ones",
            """
        m, n = X.shape
        padded = np.c_[X, np.ones(m)]
        both = np.c_[theta[: k * n].reshape(k, n), theta[k * n :]]
        Z = both @ padded.T
        totals = np.logaddexp.reduce(Z, axis=0)
        Y = np.zeros((k, m))
        Y[y, np.arange(m)] = 1.0
        penalised = np.c_[both[:, :-1], np.zeros(k)]
        J = (totals.sum() - (Z * Y).sum()) / m + 0.5 * lam * np.square(penalised).sum()
        slopes = (np.exp(Z - totals) - Y) @ padded / m + lam * penalised
        spaced = np.zeros(2 * theta.size)
        spaced[::2] = np.r_[slopes[:, :-1].ravel(), slopes[:, -1]]
        return J, spaced[::2]
        """,
        ),
        right(
            "a class, with a loop over the classes",
            """
        class Classifier:
            def __init__(self):
                self.m, self.n = X.shape
                self.W, self.b = unpack(theta, (k, self.n), (k,))
                self.Z = np.array([X @ w + bias for w, bias in zip(self.W, self.b)]).T
                top = self.Z.max(axis=1)
                self.logs = top + np.log(np.exp(self.Z - top[:, None]).sum(axis=1))

            def cost(self):
                fit = sum(self.logs[i] - self.Z[i, label] for i, label in enumerate(y))
                return fit / self.m + lam / 2 * sum(float(w @ w) for w in self.W)

            def gradient(self):
                rows, biases = [], []
                for c in range(k):
                    error = np.exp(self.Z[:, c] - self.logs) - (y == c)
                    rows.append(error @ X / self.m + lam * self.W[c])
                    biases.append(np.mean(error))
                return np.concatenate([*rows, biases])

        classifier = Classifier()
        return classifier.cost(), classifier.gradient()
        """,
        ),
        right(
            "plain loops over samples and classes",
            """
        W, b = unpack(theta, (k, X.shape[1]), (k,))
        m, J = len(X), lam / 2 * sum(float(row @ row) for row in W)
        dW, db = lam * W, np.zeros(k)
        for x, label in zip(X, y):
            scores = [W[c] @ x + b[c] for c in range(k)]
            total = logsumexp(scores)
            J += (total - scores[label]) / m
            for c in range(k):
                error = (np.exp(scores[c] - total) - (c == label)) / m
                dW[c] += error * x
                db[c] += error
        return J, pack(dW, db)
        """,
        ),
    ],
    "train_softmax": [
        right(
            "SciPy's fmin_l_bfgs_b and a cost of its own",
            """
        from scipy.optimize import fmin_l_bfgs_b

        rows, features = X.shape
        padded = np.column_stack([X, np.ones(rows)])

        def slope(theta):
            W, b = theta[:-k].reshape(k, features), theta[-k:]
            P = np.exp(padded @ np.column_stack([W, b]).T)
            P /= P.sum(axis=1, keepdims=True)
            J = -np.log(P[range(rows), y]).sum() / rows + 0.5 * lam * (W**2).sum()
            P[range(rows), y] -= 1
            together = P.T @ padded / rows
            return J, np.append(together[:, :-1] + lam * W, together[:, -1])

        start = 0.01 * np.random.default_rng(5).standard_normal(k * (features + 1))
        best, lowest, info = fmin_l_bfgs_b(slope, start, maxiter=max_iter)
        return best
        """,
        ),
        right(
            "SciPy's minimize, the cost handed over with its arguments",
            """
        from scipy.optimize import minimize as scipy_minimize

        result = scipy_minimize(
            softmax_cost_and_gradient,
            np.zeros((X.shape[1] + 1) * k),
            args=(X, y, k, lam),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": max_iter},
        )
        return result.x
        """,
        ),
        right(
            "a named function, a random start, the first of the results",
            """
        rng = np.random.default_rng(0)

        def cost(theta):
            J, grad = softmax_cost_and_gradient(theta, X, y, k, lam)
            return J, grad

        start = pack(rng.normal(scale=0.01, size=(k, X.shape[1])), np.zeros(k))
        found = minimize(cost, start, max_iter=max_iter, progress=False, gtol=1e-7)[0]
        found.flags.writeable = False
        return found
        """,
        ),
        right(
            "BFGS, cost and gradient as two functions",
            """
        from functools import partial
        from scipy.optimize import minimize as descend

        both = partial(softmax_cost_and_gradient, X=X, y=y, k=k, lam=lam)
        start = np.concatenate([np.zeros(k * X.shape[1]), np.zeros(k)])
        found = descend(
            lambda t: both(t)[0],
            start,
            jac=lambda t: both(t)[1],
            method="BFGS",
            options={"maxiter": max_iter},
        )
        print("lowest cost", found.fun)
        return found["x"]
        """,
        ),
        right(
            "a small random start that no seed decides",
            """
        theta0 = 0.005 * np.random.default_rng().normal(size=k * X.shape[1] + k)
        theta, _ = minimize(
            lambda t: softmax_cost_and_gradient(t, X, y, k, lam), theta0, max_iter, progress=False
        )
        return theta
        """,
        ),
    ],
    "predict_softmax": [
        right(
            "einsum, and a loop over the samples",
            """
        features = X.shape[1]
        scores = np.einsum("cf,mf->mc", theta[:-k].reshape(k, features), X) + theta[-k:]
        return np.array([int(np.argmax(row)) for row in scores])
        """,
        ),
        right(
            "the most probable class by the own softmax",
            """
        n = X.shape[1]
        W = theta[: k * n].reshape(k, n)
        b = theta[k * n : k * n + k]
        return np.argmax(softmax(np.dot(X, W.T) + b), axis=1).astype(np.int32)
        """,
        ),
        right(
            "sorted classes, the last one",
            """
        W, b = unpack(theta, (k, X.shape[1]), (k,))
        scores = (W @ X.T).T + b[np.newaxis, :]
        return np.argsort(scores, axis=1)[:, -1]
        """,
        ),
        right(
            "a column of ones, classes first",
            """
        both = np.column_stack([np.reshape(theta[:-k], (k, -1)), theta[-k:]])
        Z = both @ np.vstack([X.T, np.ones(len(X))])
        labels = Z.argmax(axis=0)
        labels.flags.writeable = False
        return labels
        """,
        ),
        right(
            "plain loops with a running maximum",
            """
        n = X.shape[1]
        labels = np.zeros(len(X), dtype=int)
        for i, x in enumerate(X):
            best = -np.inf
            for c in range(k):
                score = theta[c * n : (c + 1) * n] @ x + theta[k * n + c]
                if score > best:
                    best, labels[i] = score, c
        return labels
        """,
        ),
        right(
            "a list comprehension, the place of the maximum by its key",
            """
        W, b = unpack(theta, (k, X.shape[1]), (k,))
        scores = [[sum(w * x for w, x in zip(W[c], row)) + b[c] for c in range(k)] for row in X]
        return np.array([max(range(k), key=each.__getitem__) for each in scores])
        """,
        ),
    ],
    "learn_features": [
        right(
            "map over all parts",
            """
        encoder = fit(X_train)
        codes = list(map(encoder, (X_train, *others)))
        return codes[0], codes[1:]
        """,
        ),
        right(
            "a loop that appends",
            """
        encoder = fit(X_train)
        codes_train = encoder(X_train)
        codes_others = []
        for part in others:
            codes = encoder(part)
            print(part.shape, "to", codes.shape)
            codes_others.append(codes)
        return [codes_train, codes_others]
        """,
        ),
        right(
            "fitted on a copy; stacked to encode, then cut",
            """
        encoder = fit(X_train.copy())
        codes = encoder(np.concatenate([X_train, *others]))
        ends = np.cumsum([len(X_train)] + [len(part) for part in others])
        codes_train, *codes_others, _ = np.split(codes, ends)
        return codes_train, codes_others
        """,
        ),
        right(
            "a class, the codes in Fortran order",
            """
        class Features:
            def __init__(self, images):
                self.encode = fit(images)

            def of(self, images):
                return np.asfortranarray(self.encode(images))

        learnt = Features(X_train)
        return learnt.of(X_train), [learnt.of(images) for images in others]
        """,
        ),
    ],
}
