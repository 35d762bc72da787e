"""The bank for `2_evaluation`: mistakes, and right answers written otherwise."""

from grading.bank.entry import right, wrong, wrong_body

ZEROS = "np.zeros((k, k), dtype=int)"
PLACES = "(y_true, y_pred), 1)"
RESULT = "return counts"

MARGINS = "right, called, support = counts.diagonal(), counts.sum(axis=0), counts.sum(axis=1)"
PRECISION = "right / np.maximum(called, 1)"
RECALL = "right / np.maximum(support, 1)"
F1 = "2 * right / np.maximum(called + support, 1)"
SCORES = "return precision, recall, f1, support"

RANKS = "rankdata(scores, axis=0)"
ABOVE = "ranks[y == c, c].sum() - n_c * (n_c + 1) / 2"
AUC = "above / (n_c * (m - n_c))"
MACRO = "return np.mean(aucs)"

#: Mistakes by exercise.
WRONG = {
    "confusion_counts": [
        wrong(
            "rows and columns exchanged",
            "(y_true, y_pred), 1)",
            "(y_pred, y_true), 1)",
            says="Your rows are the predicted classes. Rows are for the true ones: the sum of a "
            "row says how many images of that class there are.",
        ),
        wrong(
            "each pair counted once",
            "np.add.at(counts, " + PLACES,
            "counts[y_true, y_pred] += 1",
            says="Each pair is counted once, however often it occurs: `counts[rows, columns] += 1` "
            "writes each place once. Print the sum of your counts.",
        ),
        wrong(
            "the number of classes taken from the labels",
            ZEROS,
            "np.zeros((max(y_true.max(), y_pred.max()) + 1,) * 2, dtype=int)",
            says="Your table is as large as the largest label. Classes that do not occur need a "
            "row and a column, too: their number is an argument.",
        ),
        wrong(
            "only classes that occur",
            RESULT,
            "kept = np.union1d(y_true, y_pred)\n    return counts[np.ix_(kept, kept)]",
            says="You leave out classes that do not occur, so that others move to their places. "
            "The table is k by k, and a class that is never predicted is worth seeing.",
        ),
        wrong(
            "numbers with a decimal point",
            ", dtype=int)",
            ")",
            says="Your counts are floating-point numbers. Counts are integers, and can then be "
            "used as such; zeros() has to be told.",
        ),
        wrong(
            "labels counted from one",
            PLACES,
            "(y_true - 1, y_pred - 1), 1)",
            says="Your table is shifted: class 0 stands in the last row and column. Labels and "
            "rows both begin at 0.",
        ),
        wrong(
            "shares in place of counts",
            RESULT,
            "return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)",
            says="You divide by the sums of the rows. These shares are useful, but counts are "
            "asked for; the next exercise needs them.",
        ),
        wrong(
            "the mistakes alone",
            RESULT,
            "np.fill_diagonal(counts, 0)\n    return counts",
            says="Your diagonal is empty. The right answers are counted as well: they stand there.",
        ),
        wrong(
            "the right answers alone",
            PLACES,
            "(y_true[y_true == y_pred], y_true[y_true == y_pred]), 1)",
            says="You count the right answers alone. Where do the others go, and what would tell "
            "you who is taken for whom?",
        ),
        wrong(
            "both ways round",
            RESULT,
            "return counts + counts.T - np.diag(counts.diagonal())",
            says="Your table is symmetric: a 4 taken for a 9 counts as a 9 taken for a 4, too. "
            "These are two different mistakes.",
        ),
        wrong_body(
            "the first k samples",
            """
            counts = np.zeros((k, k), dtype=int)
            for i in range(min(k, len(y_true))):
                counts[y_true[i], y_pred[i]] += 1
            return counts
            """,
            says="Your loop runs over k samples, and k is the number of classes. How many samples "
            "are there?",
        ),
        wrong_body(
            "every true class with every predicted one",
            """
            counts = np.zeros((k, k), dtype=int)
            for true in y_true:
                for predicted in y_pred:
                    counts[true, predicted] += 1
            return counts
            """,
            says="Your two loops pair every true label with every predicted one. Only the two "
            "labels of the same sample belong together: one loop.",
        ),
        wrong_body(
            "one sample too few",
            """
            counts = np.zeros((k, k), dtype=int)
            for i in range(1, len(y_true)):
                counts[y_true[i], y_pred[i]] += 1
            return counts
            """,
            says="The sum of your counts is one less than there are samples: the first one is "
            "never counted. Where does your loop begin?",
        ),
    ],
    "class_scores": [
        wrong(
            "the sums of rows and columns exchanged",
            "counts.sum(axis=0), counts.sum(axis=1)",
            "counts.sum(axis=1), counts.sum(axis=0)",
            says="Your precision is the recall, and the reverse. Rows are true classes: along "
            "which axis do you sum to count what was *called* c?",
        ),
        wrong(
            "recall before precision",
            SCORES,
            "return recall, precision, f1, support",
            says="You return recall first. The order is precision, recall, F1, support.",
        ),
        wrong(
            "support counts what was called so",
            SCORES,
            "return precision, recall, f1, called",
            says="Your support counts the samples that were called c. It should count those that "
            "are c, whatever they were taken for.",
        ),
        wrong(
            "support counts the right ones",
            SCORES,
            "return precision, recall, f1, right",
            says="Your support counts the samples of a class that were found. All samples of the "
            "class belong to it.",
        ),
        wrong(
            "F1 is the arithmetic mean",
            F1,
            "(precision + recall) / 2",
            says="Your F1 is the ordinary mean of precision and recall. It should be the harmonic "
            "one, which is near the smaller of the two.",
        ),
        wrong(
            "F1 is the geometric mean",
            F1,
            "np.sqrt(precision * recall)",
            says="Your F1 is the root of the product of precision and recall, their geometric "
            "mean. See the table for the harmonic one.",
        ),
        wrong(
            "F1 without the 2",
            F1,
            "right / np.maximum(called + support, 1)",
            says="Your F1 is half of what it should be: for a perfect class it is 0.5. Compare "
            "with the formula in the table.",
        ),
        wrong(
            "division by zero",
            PRECISION,
            "right / called",
            RECALL,
            "right / support",
            F1,
            "2 * right / (called + support)",
            says="Where nothing was called c, or nothing is c, you divide by zero, and NaN comes "
            "out. The score is 0 there, and no warning should appear.",
        ),
        wrong(
            "1 where there is nothing to divide by",
            PRECISION,
            "np.where(called > 0, right / np.maximum(called, 1), 1.0)",
            RECALL,
            "np.where(support > 0, right / np.maximum(support, 1), 1.0)",
            says="Where nothing was called c, or nothing is c, you say 1. Nothing wrong was said, "
            "one may argue; but here such a score is 0.",
        ),
        wrong(
            "one more in each denominator",
            PRECISION,
            "right / (called + 1)",
            RECALL,
            "right / (support + 1)",
            F1,
            "2 * right / (called + support + 1)",
            says="You add 1 to each denominator to avoid zeros. That changes all the other scores "
            "as well: only the empty classes need care.",
        ),
        wrong(
            "shares of all samples",
            PRECISION,
            "right / counts.sum()",
            says="You divide the right ones by all samples. Precision asks about those that were "
            "called c, and only these.",
        ),
        wrong(
            "the accuracy of one class against the rest for its recall",
            RECALL,
            "(counts.sum() - called - support + 2 * right) / counts.sum()",
            says="In your recall you count the samples that are rightly *not* called c. They are "
            "nine of ten, and hide how many of class c were found.",
        ),
        wrong(
            "means over the classes",
            SCORES,
            "return precision.mean(), recall.mean(), f1.mean(), support.sum()",
            says="You return one mean for all classes. A number for each class is asked for: the "
            "mean hides which one is hard.",
        ),
        wrong(
            "whole numbers",
            PRECISION,
            "right // np.maximum(called, 1)",
            RECALL,
            "right // np.maximum(support, 1)",
            F1,
            "2 * right // np.maximum(called + support, 1)",
            says="Your scores are 0 or 1: `//` divides whole numbers and drops the rest.",
        ),
        wrong(
            "right against wrong",
            PRECISION,
            "right / np.maximum(called - right, 1)",
            RECALL,
            "right / np.maximum(support - right, 1)",
            says="You divide the right ones by the wrong ones, so scores come out above 1. The "
            "right ones belong to the denominator, too.",
        ),
        wrong(
            "precision and recall as percentages",
            PRECISION,
            "100 * right / np.maximum(called, 1)",
            RECALL,
            "100 * right / np.maximum(support, 1)",
            says="Your precision and recall are percentages. They should be numbers from 0 to 1, "
            "as F1 is.",
        ),
        wrong(
            "empty classes are left out",
            SCORES,
            "there = support > 0\n"
            "    return precision[there], recall[there], f1[there], support[there]",
            says="Classes without samples are missing from your results, so the others move up. "
            "Each class keeps its place.",
        ),
        wrong(
            "F1 alone in the last place",
            SCORES,
            "return precision, recall, f1",
            says="You return three results, and four are asked for: how many samples of each class "
            "are there?",
        ),
    ],
    "macro_auc": [
        wrong(
            "hard labels",
            RANKS,
            "rankdata(np.eye(k)[scores.argmax(axis=1)], axis=0)",
            says="You rank the predicted classes, 0 or 1, and not the outputs: all order among the "
            "images is lost. The AUC looks at the outputs themselves.",
        ),
        wrong(
            "weighted by the size of the classes",
            MACRO,
            "return np.average(aucs, weights=np.bincount(y, minlength=k))",
            says="In your mean, frequent classes weigh more. Macro means: every class weighs the "
            "same, however rare.",
        ),
        wrong(
            "all classes thrown together",
            RANKS,
            "rankdata(scores).reshape(m, k)",
            says="You rank all outputs of all classes together. Each class has an order of its "
            "own: that of its column.",
        ),
        wrong(
            "ranked within each image",
            RANKS,
            "rankdata(scores, axis=1)",
            says="You rank the classes within each image. The AUC of a class compares images: put "
            "all of them in order of that class's output.",
        ),
        wrong(
            "ties in the order in which they stand",
            RANKS,
            'rankdata(scores, axis=0, method="ordinal")',
            says="Equal outputs get different ranks from you, by the order in which they stand. "
            "They should share the mean of their numbers.",
        ),
        wrong(
            "ties get the lowest rank",
            RANKS,
            'rankdata(scores, axis=0, method="min")',
            says="You give equal outputs the lowest of their numbers. Half of a tie should count: "
            "with scores that are all alike, 1/2 has to come out.",
        ),
        wrong(
            "ties get the highest rank",
            RANKS,
            'rankdata(scores, axis=0, method="max")',
            says="You give equal outputs the highest of their numbers. Half of a tie should count: "
            "with scores that are all alike, 1/2 has to come out.",
        ),
        wrong(
            "equal outputs take one rank, and the next one follows at once",
            RANKS,
            'rankdata(scores, axis=0, method="dense")',
            says="Your equal outputs share one number and the next output takes the next: the "
            "ranks no longer reach m. Ties take the mean of the places that they fill.",
        ),
        wrong(
            "ranks from 0",
            RANKS,
            "rankdata(scores, axis=0) - 1",
            says="Your ranks begin at 0, and the formula counts from 1. With a perfect order your "
            "result stays below 1.",
        ),
        wrong(
            "argsort taken for ranks",
            RANKS,
            "1 + np.argsort(scores, axis=0)",
            says="argsort says which image comes first, second, third; a rank says at which place "
            "an image comes. One is the inverse of the other.",
        ),
        wrong(
            "in descending order",
            RANKS,
            "rankdata(-scores, axis=0)",
            says="Your ranks begin at the largest output, so what comes out is 1 minus the AUC: 0 "
            "for a perfect network.",
        ),
        wrong(
            "n (n - 1) / 2 subtracted",
            ABOVE,
            "ranks[y == c, c].sum() - n_c * (n_c - 1) / 2",
            says="You subtract a little too little: the smallest possible sum of n ranks is "
            "1 + 2 + ... + n. A perfect order comes out above 1.",
        ),
        wrong(
            "nothing subtracted",
            ABOVE,
            "ranks[y == c, c].sum()",
            says="You forgot to subtract the ranks that the class's samples have among themselves, "
            "so the result is above 1.",
        ),
        wrong(
            "divided by all samples",
            AUC,
            "above / (n_c * m)",
            says="You divide by the pairs with all samples. Pairs are formed with the others: how "
            "many of these are there?",
        ),
        wrong(
            "a sum over the classes",
            MACRO,
            "return np.sum(aucs)",
            says="You add up the classes' AUCs. The macro AUC is their mean, between 0 and 1.",
        ),
        wrong(
            "one for each class",
            MACRO,
            "return aucs",
            says="You return a list with the AUC of each class. One number is asked for: their "
            "mean.",
        ),
        wrong(
            "the median of the classes",
            MACRO,
            "return np.median(aucs)",
            says="You take the median of the classes' AUCs. One hard class would not show in it "
            "at all; the mean is asked for.",
        ),
        wrong(
            "the last class alone",
            MACRO,
            "return aucs[-1]",
            says="Your result is the AUC of the last class. Every class is one against the rest "
            "once.",
        ),
        wrong(
            "never below one half",
            MACRO,
            "return np.mean(np.maximum(aucs, 1 - np.array(aucs)))",
            says="You turn AUCs below 1/2 round. A class whose outputs are in the wrong order is "
            "worse than one that is guessed, and should show.",
        ),
        wrong(
            "outputs scaled within each image",
            RANKS,
            "rankdata(np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True), axis=0)",
            says="You turn each row into probabilities first. That changes the order *between* "
            "images; the outputs are to be ranked as they are.",
        ),
        wrong(
            "another class's outputs",
            "ranks[y == c, c]",
            "ranks[y == c, c - 1]",
            says="For each class you rank the outputs of another one. Which column belongs to the "
            "labels c?",
        ),
        wrong(
            "the accuracy",
            MACRO,
            "return np.mean(scores.argmax(axis=1) == y)",
            says="You return the accuracy. It asks for the largest output in each row, the AUC for "
            "the order in each column.",
        ),
        wrong(
            "the scores are changed in place",
            "    ranks = ",
            "    scores /= np.abs(scores).max() + 1\n    ranks = ",
            says="Your function changes the scores in place, and the caller still needs them. "
            "Make a new array; or leave them, as the order stays the same.",
        ),
    ],
}

#: Right answers by exercise.
RIGHT = {
    "confusion_counts": [
        right(
            "a loop over the pairs",
            """
        matrix = np.zeros((k, k), int)
        for true, predicted in zip(y_true, y_pred):
            matrix[true, predicted] += 1
        return matrix
        """,
        ),
        right(
            "bincount of a flat place",
            """
        return np.bincount(y_true * k + y_pred, minlength=k * k).reshape(k, k)
        """,
        ),
        right(
            "one-hot rows multiplied",
            """
        truth = np.eye(k)[y_true]
        said = (np.asarray(y_pred)[:, None] == np.arange(k)).astype(float)
        return np.rint(truth.T @ said).astype(np.int64)
        """,
        ),
        right(
            "scikit-learn",
            """
        from sklearn.metrics import confusion_matrix

        return confusion_matrix(y_true, y_pred, labels=list(range(k)))
        """,
        ),
        right(
            "every place counted by itself",
            """
        return np.array(
            [[np.count_nonzero((y_true == i) & (y_pred == j)) for j in range(k)] for i in range(k)]
        )
        """,
        ),
    ],
    "class_scores": [
        right(
            "class by class, with conditions",
            """
        k = counts.shape[0]
        precision, recall, f1, support = (np.zeros(k) for _ in range(4))
        for c in range(k):
            tp = counts[c, c]
            fp = counts[:, c].sum() - tp
            fn = counts[c, :].sum() - tp
            if tp + fp > 0:
                precision[c] = tp / (tp + fp)
            if tp + fn > 0:
                recall[c] = tp / (tp + fn)
            if precision[c] + recall[c] > 0:
                f1[c] = 2 * precision[c] * recall[c] / (precision[c] + recall[c])
            support[c] = tp + fn
        return precision, recall, f1, support
        """,
        ),
        right(
            "np.divide with where",
            """
        def ratio(above, below):
            above = np.asarray(above, dtype=float)
            return np.divide(above, below, out=np.zeros_like(above), where=below != 0)

        hits = np.diag(counts)
        p, r = ratio(hits, counts.sum(0)), ratio(hits, counts.sum(1))
        return p, r, ratio(2 * p * r, p + r), counts.sum(1)
        """,
        ),
        right(
            "NaN replaced under errstate",
            """
        hits = np.einsum("ii->i", counts).astype(float)
        rows, columns = counts @ np.ones(len(counts)), np.ones(len(counts)) @ counts
        with np.errstate(divide="ignore", invalid="ignore"):
            precision, recall = hits / columns, hits / rows
            f1 = 2 / (1 / precision + 1 / recall)
        return [np.nan_to_num(each) for each in (precision, recall, f1)] + [rows.astype(int)]
        """,
        ),
        right(
            "labels spelled out again, for scikit-learn",
            """
        from sklearn.metrics import precision_recall_fscore_support

        k = len(counts)
        true = np.repeat(np.repeat(np.arange(k), k), counts.ravel())
        said = np.repeat(np.tile(np.arange(k), k), counts.ravel())
        return precision_recall_fscore_support(true, said, labels=np.arange(k), zero_division=0)
        """,
        ),
    ],
    "macro_auc": [
        right(
            "pair by pair",
            """
        total = 0.0
        for c in range(scores.shape[1]):
            ours, others = scores[y == c, c], scores[y != c, c]
            won = 0.0
            for output in ours:
                won += np.sum(output > others) + 0.5 * np.sum(output == others)
            total += won / len(ours) / len(others)
        return total / scores.shape[1]
        """,
        ),
        right(
            "scikit-learn on one-hot labels",
            """
        from sklearn.metrics import roc_auc_score

        onehot = np.eye(scores.shape[1])[y]
        return roc_auc_score(onehot, scores, average="macro")
        """,
        ),
        right(
            "the area under the curve by the trapezoidal rule",
            """
        areas = []
        for c in range(scores.shape[1]):
            truth = y == c
            thresholds = np.unique(scores[:, c])[::-1]
            found = [0.0] + [np.mean(scores[truth, c] >= t) for t in thresholds]
            alarms = [0.0] + [np.mean(scores[~truth, c] >= t) for t in thresholds]
            widths, heights = np.diff(alarms), (np.array(found[1:]) + np.array(found[:-1])) / 2
            areas.append(float(np.sum(widths * heights)))
        return sum(areas) / len(areas)
        """,
        ),
        right(
            "counted by searchsorted",
            """
        found = []
        for c, column in enumerate(scores.T):
            others = np.sort(column[y != c])
            ours = column[y == c]
            below = np.searchsorted(others, ours, side="left")
            up_to = np.searchsorted(others, ours, side="right")
            found.append((below + up_to).mean() / 2 / len(others))
        return np.array(found).mean()
        """,
        ),
        right(
            "own ranks, all classes at once",
            """
        m = len(y)
        below = (scores[None, :, :] < scores[:, None, :]).sum(axis=1)
        alike = (scores[None, :, :] == scores[:, None, :]).sum(axis=1)
        ranks = below + (alike + 1) / 2
        of_class = y[:, None] == np.arange(scores.shape[1])
        n = of_class.sum(axis=0)
        R = np.where(of_class, ranks, 0).sum(axis=0)
        return float(((R - n * (n + 1) / 2) / (n * (m - n))).mean())
        """,
        ),
    ],
}
