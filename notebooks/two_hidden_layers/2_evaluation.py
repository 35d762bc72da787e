# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # How good is it, and at what?
#
# One number, the accuracy, hides which digits a classifier confuses, how sure it is, and how long it takes. You write the measures that reports are made of, and set three networks side by side.
#
# **When you are done, you can**
#
# - count a confusion matrix, and read precision, recall and F1 off it, class by class;
# - compute the area under a ROC curve from ranks, and say what it measures that accuracy does not;
# - compare models on the same test images, with the time that they take.
#
# **Time:** about two hours. **You need:** notebook 1, `1_extend_the_network.ipynb`, finished, saved and in the same folder, for your own network; every exercise can be done without it. **Points:** 28 of the project's 100.

# %% given="imports"
import time

import numpy as np
from sklearn.metrics import classification_report, roc_auc_score
from sklearn.model_selection import train_test_split

from helpers import plots
from helpers.data import load_images
from helpers.figures import show
from helpers.lesson import load_answers, needs, training_length

# %% given="notebook_1"
notebook_1 = load_answers(
    "1_extend_the_network.ipynb", ["NeuralNetMLP", "mse_and_accuracy", "train"]
)

# %% [markdown]
# ## 1. Who is taken for whom
#
# A **confusion matrix** has a row for each true class and a column for each predicted one; the entry $(i, j)$ counts the samples of class $i$ that were taken for $j$. What is right stands on the diagonal.
#
# ### Exercise 1: `confusion_counts` (5 points)
#
# Integers, and $k \times k$ whatever classes occur.


# %% answer="confusion_counts"
def confusion_counts(y_true, y_pred, k):
    """Return counts (k, k), integers: a row for each true class, a column for each predicted one.

    y_true (m,), y_pred (m,): labels from 0 to k - 1.
    """
    ### BEGIN SOLUTION
    counts = np.zeros((k, k), dtype=int)
    np.add.at(counts, (y_true, y_pred), 1)  # unlike counts[...] += 1, counts what occurs twice
    return counts
    ### END SOLUTION


# %% test="test_confusion_counts" points=5
from helpers.testing import credit


def test_confusion_counts(check):
    import numpy as np

    from helpers.testing import close, expect, shaped, steady

    y_true, y_pred = np.array([0, 0, 2, 1, 2, 2]), np.array([0, 1, 2, 1, 2, 0])
    with check("three classes make a 3 by 3 matrix of integers"):
        counts = steady(confusion_counts, y_true, y_pred, 3, names="y_true y_pred k")
        shaped(counts, (3, 3), what="counts")
        kind = np.asarray(counts).dtype
        expect(kind.kind in "iu", f"counts should be integers, not {kind}")
    with check("on paper: rows [1, 1, 0], [0, 1, 0] and [1, 0, 2]"):
        expected = [[1, 1, 0], [0, 1, 0], [1, 0, 2]]
        close(confusion_counts(y_true, y_pred, 3), expected, what="counts")
    with check("five classes, of which two do not occur: still 5 by 5"):
        shaped(confusion_counts(y_true, y_pred, 5), (5, 5), what="counts")
    ### BEGIN HIDDEN TESTS
    rng = check.rng
    k, m = int(rng.integers(4, 8)), int(rng.integers(40, 60))
    truth = rng.permutation(np.arange(m) % k)
    taken = np.where(rng.random(m) < 0.5, truth, rng.integers(k, size=m))
    pairs = list(zip(truth.tolist(), taken.tolist(), strict=True))
    expected = [[pairs.count((i, j)) for j in range(k)] for i in range(k)]
    with check("random labels, each pair counted as often as it occurs", points=3):
        counts = steady(confusion_counts, truth, taken, k, names="y_true y_pred k")
        close(counts, expected, what="counts")
        kind = np.asarray(counts).dtype
        expect(kind.kind in "iu", f"counts should be integers, not {kind}")
    with check("classes that are never predicted, and classes that never occur", points=2):
        few = np.minimum(taken, 1)
        expected = np.zeros((k + 2, k + 2))
        for i in range(k):
            expected[i, :2] = [int(((truth == i) & (few == j)).sum()) for j in range(2)]
        close(confusion_counts(truth, few, k + 2), expected, what="counts")
    ### END HIDDEN TESTS


credit(test_confusion_counts)

# %% [markdown]
# ## 2. Class by class
#
# For each class $c$, with the counts $n_{ij}$:
#
# | | asks | formula |
# |---|---|---|
# | **precision** | of what was called $c$, how much is $c$? | $n_{cc} / \sum_i n_{ic}$ |
# | **recall** | of what is $c$, how much was found? | $n_{cc} / \sum_j n_{cj}$ |
# | **F1** | both in one: their harmonic mean | $2 n_{cc} / (\sum_i n_{ic} + \sum_j n_{cj})$ |
# | **support** | how many samples of $c$ there are | $\sum_j n_{cj}$ |
#
# Where nothing was called $c$, or nothing is $c$, a quotient has no value: say 0, as scikit-learn does.
#
# ### Exercise 2: `class_scores` (9 points)


# %% answer="class_scores"
def class_scores(counts):
    """Return precision (k,), recall (k,), f1 (k,) and support (k,), for confusion counts (k, k).

    A quotient whose denominator is 0 is 0.
    """
    ### BEGIN SOLUTION
    right, called, support = counts.diagonal(), counts.sum(axis=0), counts.sum(axis=1)
    precision = right / np.maximum(called, 1)
    recall = right / np.maximum(support, 1)
    f1 = 2 * right / np.maximum(called + support, 1)
    return precision, recall, f1, support
    ### END SOLUTION


# %% test="test_class_scores" points=9
from helpers.testing import credit


def test_class_scores(check):
    import numpy as np

    from helpers.testing import close, results, shaped, steady

    names = ["precision", "recall", "f1", "support"]

    def scores(counts):
        found = results(steady(class_scores, counts, names="counts"), " ".join(names))
        for name, each in zip(names, found, strict=True):
            shaped(each, (len(counts),), what=name)
        return dict(zip(names, found, strict=True))

    paper = np.array([[6, 2, 0], [1, 3, 0], [3, 0, 1]])
    with check("on paper: precision 6/10, 3/5, 1"):
        close(scores(paper)["precision"], [0.6, 0.6, 1.0], what="precision")
    with check("on paper: recall 6/8, 3/4, 1/4, and support 8, 4, 4"):
        close(scores(paper)["recall"], [0.75, 0.75, 0.25], what="recall")
        close(scores(paper)["support"], [8, 4, 4], what="support")
    with check("on paper: F1 2/3, 2/3, 2/5"):
        close(scores(paper)["f1"], [2 / 3, 2 / 3, 0.4], what="f1")
    with check("a class that nothing was taken for: precision, recall and F1 are 0, no warning"):
        found = scores(np.array([[2, 0, 1], [3, 0, 0], [0, 0, 4]]))
        for name in ("precision", "recall", "f1"):
            close(np.asarray(found[name])[1], 0.0, what=f"{name} of class 1")
    ### BEGIN HIDDEN TESTS
    rng = check.rng
    k = int(rng.integers(4, 8))
    counts = rng.integers(1, 30, size=(k, k))
    counts[0, :] = counts[:, 1] = 0  # class 0 does not occur, nothing is taken for class 1
    counts[:, 0] = np.where(np.arange(k) > 1, counts[:, 0], 0)
    expected = {name: [] for name in names}
    for c in range(k):
        hits = float(counts[c, c])
        called = sum(float(counts[i, c]) for i in range(k))
        there = sum(float(counts[c, j]) for j in range(k))
        p, r = hits / called if called else 0.0, hits / there if there else 0.0
        expected["precision"].append(p)
        expected["recall"].append(r)
        expected["f1"].append(1 / ((1 / p + 1 / r) / 2) if hits else 0.0)
        expected["support"].append(there)
    with check("precision, also where nothing is called so", points=3):
        close(scores(counts)["precision"], expected["precision"], what="precision")
    with check("recall, also where there is nothing to find", points=3):
        close(scores(counts)["recall"], expected["recall"], what="recall")
    with check("F1", points=2):
        close(scores(counts)["f1"], expected["f1"], what="f1")
    with check("support", points=1):
        close(scores(counts)["support"], expected["support"], what="support")
    ### END HIDDEN TESTS


credit(test_class_scores)

# %% [markdown]
# ## 3. How sure
#
# Accuracy looks at the largest output alone. The **area under the ROC curve** (AUC) of a class looks at the order: take one sample of the class and one of the others at random; how probable is it that the output for the class is larger on the first? Ties count half.
# 1 means that some threshold separates them, 0.5 that the output knows nothing.
#
# It can be had from *ranks*. Put all $m$ samples in order of the class's output, number them from 1, and give equal outputs the mean of their numbers. With $n_c$ samples of the class, and the sum $R_c$ of their ranks,
#
# $$ \mathrm{AUC}_c = \frac{R_c - n_c (n_c + 1) / 2}{n_c (m - n_c)} . $$
#
# The **macro AUC** is the mean over the classes, one against the rest.
#
# ### Exercise 3: `macro_auc` (10 points)
#
# `scipy.stats.rankdata` numbers with ties as described, or write that yourself. Every class occurs.


# %% answer="macro_auc"
def macro_auc(y, scores):
    """Return the mean over the classes of the AUC of that class against the rest, one number.

    y (m,): labels from 0 to k - 1, each of which occurs.  scores (m, k): outputs.
    """
    ### BEGIN SOLUTION
    from scipy.stats import rankdata

    m, k = scores.shape
    ranks = rankdata(scores, axis=0)  # (m, k), from 1; ties share the mean of theirs
    aucs = []
    for c in range(k):
        n_c = np.sum(y == c)
        above = ranks[y == c, c].sum() - n_c * (n_c + 1) / 2  # pairs in the right order
        aucs.append(above / (n_c * (m - n_c)))
    return np.mean(aucs)
    ### END SOLUTION


# %% test="test_macro_auc" points=10
from helpers.testing import credit


def test_macro_auc(check):
    import numpy as np

    from helpers.testing import close, shaped, steady

    y = np.array([0, 1, 0, 1, 1])
    first = np.array([0.9, 0.8, 0.7, 0.2, 0.1])  # of the six pairs five are in the right order
    with check("on paper: five of six pairs in the right order, for both classes: 5/6"):
        auc = steady(macro_auc, y, np.column_stack([first, 1 - first]), names="y scores")
        shaped(auc, (), what="the macro AUC")
        close(auc, 5 / 6, what="the macro AUC")
    with check("scores that are all alike know nothing: 1/2"):
        close(macro_auc(y, np.zeros((5, 2))), 0.5, what="the macro AUC")
    with check("three classes, perfectly in order: 1; in order of size alone, whatever the numbers"):
        labels, perfect = np.array([0, 1, 2, 0, 1, 2]), np.eye(3)[[0, 1, 2, 0, 1, 2]]
        close(macro_auc(labels, perfect), 1.0, what="the macro AUC")
        close(macro_auc(y, np.column_stack([first**9, -(first**3)])), 5 / 6, what="the macro AUC")
    ### BEGIN HIDDEN TESTS
    rng = check.rng
    k = int(rng.integers(3, 6))
    m = 6 * k + int(rng.integers(5, 15))
    labels = rng.permutation(np.concatenate([np.arange(k), rng.integers(k, size=m - k)]))
    scores = rng.normal(size=(m, k)) + (labels[:, None] == np.arange(k))

    def by_pairs(labels, scores):
        # The definition: every pair of one of the class and one of the others.
        found = []
        for c in range(scores.shape[1]):
            of, others = scores[labels == c, c], scores[labels != c, c]
            better = np.greater.outer(of, others) + 0.5 * np.equal.outer(of, others)
            found.append(better.mean())
        return float(np.mean(found))

    with check("random scores without ties", points=4):
        auc = steady(macro_auc, labels, scores, names="y scores")
        close(auc, by_pairs(labels, scores), what="the macro AUC")
    with check("ties count half", points=3):
        rounded = np.round(scores)
        close(macro_auc(labels, rounded), by_pairs(labels, rounded), what="the macro AUC")
    with check("each class weighs as much as any, however rare", points=3):
        rare = np.where(np.arange(m) < k, np.arange(k)[np.arange(m) % k], labels % 2)
        close(macro_auc(rare, scores), by_pairs(rare, scores), what="the macro AUC")
    ### END HIDDEN TESTS


credit(test_macro_auc)
