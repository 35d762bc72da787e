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
# # How large should the network be?
#
# In notebook 2 the network had 50 hidden units, because somebody said so. Here you find out for yourself: you train networks of ten sizes, several times each, see where
# they fail and why, and choose one by a rule that you can defend.
#
# **When you are done, you can**
#
# - run a sweep over a hyperparameter so that its result can be trusted: several seeds, mean and spread;
# - read from training and validation accuracy whether a model suffers from bias or from variance;
# - choose by the rule of one standard error, and say what the rule protects you from;
# - say what a test set is for, and why you open it once.
#
# **Time:** about an hour and a half. **You need:** the ideas of notebook 2, `2_small_mnist`. **Points:** 12 of the lab's 100.
#
# One part uses your own functions of notebooks 1 and 2 (finished, saved and in the same folder). No point depends on them, and nothing else needs them: cells that
# miss something say so and do nothing.

# %% given="imports"
import matplotlib.pyplot as plt
import numpy as np
from sklearn.neural_network import MLPClassifier

import helpers
from helpers import plots
from helpers.data import load_small_mnist, split
from helpers.figures import show
from helpers.lesson import load_answers, needs, training_length
from helpers.parallel import in_parallel

# %% given="data"
data = load_small_mnist()
m = len(data.y_train)
print(f"{m} training images, {len(data.y_validation)} validation images; the test images can wait.")

# %% [markdown]
# ## 1. A trainer that is quick, and not yours
#
# Ten sizes, several seeds, and all that twice: about a hundred networks. Yours of notebook 1 takes some seconds each, so this notebook trains with
# scikit-learn's `MLPClassifier`. You know what is in it: sigmoid hidden units (`activation="logistic"`), gradients by backpropagation, steps after each mini-batch. Two things are new. Its ten outputs
# are compared with the labels by *cross-entropy*, whose error term lacks the factor $a_3(1 - a_3)$, so that no digit is given up on (notebook 5 has the details). And it computes with numbers of 32 bits,
# which is faster, and precise enough for training. Once you can write a thing, you may use somebody else's.
#
# `alpha=0` switches its regularisation off: only the *size* shall limit what a network can do. In section 5 your own network of the chosen size has its turn.

# %% given="trainer"
graded = training_length(100) < 100  # while a notebook is graded, everything is short
passes, seeds = (2, range(2)) if graded else (20, range(5))
networks = {}  # those of the first sweep, for section 6

X_train, X_validation = (X.astype(np.float32) for X in (data.X_train, data.X_validation))


def trained(h, seed, X, y):
    """Return a network of h hidden units, trained on images X (m, n) and labels y (m,)."""
    network = MLPClassifier(
        (h,),
        activation="logistic",
        alpha=0,
        learning_rate_init=0.01,
        batch_size=len(y) // 10,
        random_state=seed,  # decides the initial weights, and the order of the images
    )
    for _ in range(passes):
        network.partial_fit(X, y, classes=range(data.n_classes))
    return network


def train_and_score(h, seed):
    """Return training and validation accuracy of a network of h hidden units."""
    networks[h, seed] = network = trained(h, seed, X_train, data.y_train)
    return network.score(X_train, data.y_train), network.score(X_validation, data.y_validation)


for seed in seeds[:2]:
    train, validation = train_and_score(8, seed)
    print(f"8 hidden units, seed {seed}: {train:.3f} training, {validation:.3f} validation")

# %% [markdown]
# The same network, the same images, and yet another result: only the seed is different. A single run of each size would compare seeds as much as sizes.
#
# ## 2. The sweep
#
# `train_and_score(h, seed)` is one run. A *sweep* runs every size with every seed and keeps **all** results, not only their means: the spread is half of what you want to know.
#
# ### Exercise 1: `sweep` (5 points)
#
# Return a dict of three arrays. `hidden` holds the $s$ sizes in the order given. `train` and `validation` have a row for each size and a column for each of the $r$ seeds.
#
# A run is the expensive part: call `train_and_score` **once** for each size and seed, since one call gives both accuracies.
#
# Two nested loops are fine. If you like, let all cores of your computer work, and see how far it is: `in_parallel(f, calls, description="sweep")` of the helpers takes a list of tuples of arguments, one for each
# call of `f`, and returns the list of results in the same order.


# %% answer="sweep"
def sweep(hidden_sizes, seeds, train_and_score):
    """Train a network of each size with each seed.

    hidden_sizes: s integers.  seeds: r integers.  train_and_score(h, seed): trains one network and
    returns its training accuracy and its validation accuracy.
    Returns table, a dict of arrays: "hidden" (s,), "train" (s, r), "validation" (s, r).
    """
    ### BEGIN SOLUTION
    calls = [(h, seed) for h in hidden_sizes for seed in seeds]
    scores = np.array(in_parallel(train_and_score, calls, description="sweep"))  # (s * r, 2)
    scores = scores.reshape(len(hidden_sizes), len(seeds), 2)
    train, validation = scores[:, :, 0], scores[:, :, 1]
    return {"hidden": np.array(hidden_sizes), "train": train, "validation": validation}
    ### END SOLUTION


# %% test="test_sweep" points=5
from checks import credit


def test_sweep(check):
    import numpy as np

    from checks import close, expect
    from nn_lab_doubles import looked_up

    def column(table, name):
        kind = type(table).__name__
        expect(table is not None, "sweep returns nothing; it should `return` a dict")
        expect(isinstance(table, dict), f"sweep should return a dict; it returned: {kind}")
        expect(name in table, f'the dict has no "{name}"; it has {sorted(map(str, table))}')
        return table[name]

    def trained_once(train_and_score, wanted):
        found = sorted((int(h), int(seed)) for h, seed in train_and_score.calls)
        message = f"{len(found)} networks were trained, {len(set(found))} different ones"
        more = "; one call gives both accuracies" if len(found) > len(wanted) else ""
        expect(found == sorted(wanted), f"{message}; {len(wanted)} were asked for{more}")

    # Three sizes and two seeds; the digits of an accuracy say which size and seed it is of.
    calls = [(2, 7), (2, 8), (5, 7), (5, 8), (9, 7), (9, 8)]
    scores = [(0.271, 0.171), (0.28, 0.18), (0.57, 0.47), (0.58, 0.48), (0.97, 0.77), (0.98, 0.78)]
    with check("sizes 5, 2, 9 and seeds 8, 7: hidden is [5, 2, 9], in the order given"):
        table = sweep([5, 2, 9], [8, 7], looked_up(calls, scores))
        close(column(table, "hidden"), [5, 2, 9], what="hidden")
    with check(
        "train is [[0.58, 0.57], [0.28, 0.271], [0.98, 0.97]]: a row a size, a column a seed"
    ):
        table = sweep([5, 2, 9], [8, 7], looked_up(calls, scores))
        close(column(table, "train"), [[0.58, 0.57], [0.28, 0.271], [0.98, 0.97]], what="train")
    with check("validation is [[0.48, 0.47], [0.18, 0.171], [0.78, 0.77]]"):
        table = sweep([5, 2, 9], [8, 7], looked_up(calls, scores))
        expected = [[0.48, 0.47], [0.18, 0.171], [0.78, 0.77]]
        close(column(table, "validation"), expected, what="validation")
    with check("six networks are trained once each"):
        train_and_score = looked_up(calls, scores)
        sweep([5, 2, 9], [8, 7], train_and_score)
        trained_once(train_and_score, calls)
    ### BEGIN HIDDEN TESTS
    rng = check.rng
    s, r = (int(size) for size in rng.permutation([3, 4, 5, 6, 7])[:2])
    sizes = [int(h) for h in rng.permutation(np.arange(1, 400))[:s]]
    sizes.insert(0, sizes.pop(int(np.argmax(sizes))))  # never in ascending order
    seeds = [int(seed) for seed in rng.permutation(np.arange(500, 900))[:r]]
    results = rng.uniform(0.05, 0.95, size=(2, s, r)).round(4)
    places = [(i, j) for j in range(r) for i in range(s)]
    known = [(sizes[i], seeds[j]) for i, j in places]
    answers = [(float(results[0, i, j]), float(results[1, i, j])) for i, j in places]
    with check(
        "sizes in any order: hidden as given, train a row a size",
        points=2,
        repeats=("sizes 5, 2, 9", "train is"),
    ):
        table = sweep(sizes, seeds, looked_up(known, answers))
        close(column(table, "hidden"), sizes, what="hidden")
        close(column(table, "train"), results[0], what="train")
    with check("validation a row a size, a column a seed", points=2, repeats="validation is"):
        table = sweep(sizes, seeds, looked_up(known, answers))
        close(column(table, "validation"), results[1], what="validation")
    with check(
        "every size with every seed, each trained once for both accuracies",
        points=1,
        repeats="six networks",
    ):
        train_and_score = looked_up(known, answers)
        table = sweep(sizes, seeds, train_and_score)
        trained_once(train_and_score, known)
        for name, expected in zip(("train", "validation"), results, strict=True):
            # In any shape and order: what they should be is asked above.
            found = np.asarray(column(table, name), dtype=float)
            close(found.mean(), expected.mean(), what=f"the mean of {name}")
    ### END HIDDEN TESTS


credit(test_sweep)

# %% [markdown]
# Now for real: ten sizes, from a single hidden unit on. The steps grow with the size, since from 1 unit to 2 much happens, and from 81 to 82 nothing.

# %% given="first_sweep"
hidden_sizes = [1, 2, 3, 5, 8, 12, 20, 40, 80, 160]

with needs("sweep"):
    table = sweep(hidden_sizes, seeds, train_and_score)
    table = {name: np.asarray(table[name]) for name in ("hidden", "train", "validation")}
    print(
        f"{'hidden units':>12} {'training':>17} {'validation':>17}     (mean ± standard deviation)"
    )
    for h, train, validation in zip(*table.values(), strict=True):
        train, validation = (f"{x.mean():.3f} ± {x.std(ddof=1):.3f}" for x in (train, validation))
        print(f"{h:>12} {train:>17} {validation:>17}")

# %% given="first_sweep_figure"
with needs("sweep"):
    show(
        plots.sweep_with_spread(
            table["hidden"],
            {"training": table["train"], "validation": table["validation"]},
            log_x=True,
            title=f"Accuracy against hidden units, {m} training images",
        )
    )

# %% [markdown]
# ### How to read it
#
# **On the left both curves are low, and close together.** A network of one or two units does not even get its *training* images right: one or two numbers are too few to tell ten digits apart well, and no amount of data would
# help. That error is called **bias**: what is wrong with a model whatever it is trained on.
#
# **On the right training accuracy is nearly perfect, and validation accuracy stays below.** What a network gets right on its own images and wrong on others, it has learnt from the accidents of these
# images. Other training images, other accidents. That part is called **variance**: what depends on the images that happened to be there. The **gap** between the two curves hints at it.
#
# **What you do not see** is the famous curve of the textbooks, in which validation accuracy clearly falls again when a model gets too large. Here it goes flat: from about 40 units on, the differences are a point or less. Larger networks
# are no worse here; they are *hardly better, and cost more*. Believe your figure, not the picture in your head.
#
# ## 3. Which size?
#
# The highest mean wins? Look at the top of the curve again: the best sizes differ by less than their own spread. With other seeds another one would win.
#
# The mean of $r$ runs with standard deviation $s$ is itself uncertain, by its **standard error** $\mathrm{SE} = s / \sqrt r$. (The standard deviation of a sample of $r$ runs has $r - 1$ below the sum: `ddof=1` in NumPy.)
# The rule of Breiman and others says: take the **simplest model whose mean is within one standard error of the best mean**. Of models that you cannot tell apart, the smallest one.
#
# ### Exercise 2: `choose` (4 points)
#
# Return the smallest size in `table["hidden"]` whose mean validation accuracy is at least *best mean − SE*, where SE is the standard error of the best size's mean. The sizes may stand in any order.


# %% answer="choose"
def choose(table):
    """Return h, the smallest size within one standard error of the best mean validation accuracy.

    table: a dict of arrays, "hidden" (s,), "train" (s, r) and "validation" (s, r), of r > 1 runs.
    """
    ### BEGIN SOLUTION
    validation = table["validation"]
    means = validation.mean(axis=1)
    best = means.argmax()
    standard_error = validation[best].std(ddof=1) / np.sqrt(validation.shape[1])
    good_enough = means >= means[best] - standard_error
    return table["hidden"][good_enough].min()
    ### END SOLUTION


# %% test="test_choose" points=4
from checks import credit


def test_choose(check):
    import numpy as np

    from checks import after, close, expect, shaped

    def is_right(h, table, right):
        shaped(h, (), what="h")
        sizes, runs = table["hidden"], table["validation"]
        h = float(h)
        expect(h in sizes, "h is none of the sizes in the table: is it an index, or an accuracy?")
        means = [sum(row) / len(row) for row in runs]
        enough = dict(zip(sizes, means, strict=True))[right]
        expect(
            dict(zip(sizes, means, strict=True))[h] >= enough or h > right,
            "the mean validation accuracy of your h is more than one standard error below the best",
        )
        expect(h <= right, "there is a smaller size within one standard error of the best")
        expect(h == right, "your h is too small: its mean is too far below the best")

    def check_choice(table, right):
        found, (left,) = after(choose, table)
        for name, array in table.items():
            close(left[name], array, what=f'table["{name}"] afterwards')
        is_right(found, table, right)

    # Means 0.9095, 0.84, 0.92, 0.903 and 0.918; the runs of the best size have deviation 0.02.
    paper = {
        "hidden": np.array([20, 5, 40, 10, 80]),
        "train": np.array([[0.97, 0.96, 0.98], [0.86] * 3, [0.99] * 3, [0.93] * 3, [1.0] * 3]),
        "validation": np.array(
            [
                [0.88, 0.93, 0.9185],
                [0.80, 0.89, 0.83],
                [0.90, 0.94, 0.92],
                [0.903, 0.904, 0.902],
                [0.921, 0.917, 0.916],
            ]
        ),
    }
    # Four runs; those of the best size are all alike.
    alike = {
        "hidden": np.array([8, 3, 5]),
        "train": np.array([[0.95] * 4, [0.7] * 4, [0.8] * 4]),
        "validation": np.array([[0.9] * 4, [0.5, 0.6, 0.5, 0.6], [0.85, 0.95, 0.85, 0.9]]),
    }
    with check("on paper: the best mean is 0.92, with SE 0.02 / sqrt(3) = 0.0115; 20 units do"):
        check_choice(paper, 20)
    with check("the same table upside down gives the same size"):
        turned = {name: array[::-1].copy() for name, array in paper.items()}
        check_choice(turned, 20)
    with check("four runs, those of the best size all alike: SE is 0, and the best size, 8, wins"):
        check_choice(alike, 8)
    ### BEGIN HIDDEN TESTS
    rng = check.rng
    r = int(rng.integers(3, 6))
    sizes = sorted(int(h) for h in rng.permutation(np.arange(2, 300))[:6])
    top, spread = float(rng.uniform(0.8, 0.9)), float(rng.uniform(0.01, 0.02))
    error = spread / r**0.5
    smaller_error = error * (1 - 1 / r) ** 0.5  # with r instead of r - 1 below the sum

    def runs(below, spread):
        # r accuracies with a mean that far below the top, and this standard deviation.
        z = rng.normal(size=r)
        z = z - z.mean()
        return top - below + spread * z * ((r - 1) / (z @ z)) ** 0.5

    def table_of(*rows):
        # The table of the sizes' runs, in an order in which neither end is right.
        order = [5, 3, 4, 0, 2, 1]
        train = [np.full(r, 0.7 + 0.055 * i) + 0.001 * rng.uniform(size=r) for i in order]
        return {
            "hidden": np.array([sizes[i] for i in order]),
            "train": np.array(train),
            "validation": np.array([rows[i] for i in order]),
        }

    def everywhere(table, right):
        # Each size is the first once: a fixed place in the table is never right.
        for shift in range(len(sizes)):
            check_choice({name: np.roll(table[name], shift, axis=0) for name in table}, right)

    lucky = np.full(r, top - 0.08 - 0.13 / (r - 1))  # one run is the best of all
    lucky[rng.integers(r)] = top + 0.05
    unlucky = np.full(r, top + 0.04)  # all runs but one are
    unlucky[rng.integers(r)] -= 0.1 * r
    worse = [runs(below, spread) for below in (0.15, 0.1, 0.08)]
    best = runs(0, spread)
    clear = table_of(worse[0], lucky, worse[1], best, unlucky, worse[2])
    clear_and_small = table_of(worse[0], best, worse[1], lucky, unlucky, worse[2])
    with check(
        "a clear winner: the best mean, on the validation images",
        points=1,
        repeats="the same table upside down",
    ):
        everywhere(clear, sizes[3])
        everywhere(clear_and_small, sizes[1])
    far, further = runs(4 * spread, spread), runs(6 * spread, spread)
    good = [runs(part * error, 0.5 * spread) for part in (0.4, 0.7, 0.2, 0.43)]
    near = table_of(further, far, good[0], good[1], runs(0, spread), good[2])
    near_and_smaller = table_of(further, good[3], far, good[1], runs(0, spread), good[2])
    with check(
        "several within one standard error: the smallest; the table is left as it was",
        points=2,
        repeats=("on paper: the best mean", "the same table upside down"),
    ):
        everywhere(near, sizes[2])
        everywhere(near_and_smaller, sizes[1])
    low = [runs(0.3, spread), runs(0.25, spread)]
    deviation = table_of(
        *low,
        *(runs((spread + error) / 2, 0.5 * spread), runs(0.5 * error, spread / 2)),
        *(runs(0, spread), runs(0.6 * error, spread / 2)),
    )
    just_in = table_of(
        *low,
        *(runs(0.5 * (error + smaller_error), 0.2 * spread), runs(0.5 * error, 0.2 * spread)),
        *(runs(0, spread), runs(0.6 * error, 0.2 * spread)),
    )
    larger_error = error * ((r - 1) / (r - 2)) ** 0.5  # with r - 2
    just_out = table_of(
        *low,
        *(runs(0.5 * (error + larger_error), 0.2 * spread), runs(0.5 * error, 0.2 * spread)),
        *(runs(0, spread), runs(0.6 * error, 0.2 * spread)),
    )
    own_spread = table_of(
        *low,
        *(runs(2 * error, 4 * spread), runs(0.5 * error, spread)),
        *(runs(0, spread), runs(0.6 * error, 5 * spread)),
    )
    tight = table_of(
        *low,
        *(runs(0.006, 0.0004), runs(0.004, 0.0004)),
        *(runs(0, 0.001), runs(0.0001, 0.0003)),
    )
    no_spread = table_of(*low, runs(0.2, spread), np.full(r, 0.875), *low)  # SE is exactly 0
    with check(
        "the standard error: of the mean, of the best size, with r - 1",
        points=1,
        repeats=("on paper: the best mean", "four runs"),
    ):
        is_right(choose(no_spread), no_spread, sizes[3])
        is_right(choose(tight), tight, sizes[4])
        is_right(choose(deviation), deviation, sizes[3])
        is_right(choose(just_in), just_in, sizes[2])
        is_right(choose(just_out), just_out, sizes[3])
        is_right(choose(own_spread), own_spread, sizes[3])
    ### END HIDDEN TESTS


credit(test_choose)

# %% given="choice"
with needs("sweep", "choose"):
    answer = choose(table)
    means = table["validation"].mean(axis=1)
    best = means.argmax()
    runs = table["validation"].shape[1]
    error = table["validation"][best].std(ddof=1) / np.sqrt(runs)
    print(f"Best mean: {means[best]:.4f}, of {table['hidden'][best]} hidden units; SE {error:.4f}.")
    if answer not in hidden_sizes:
        print(f"`choose` gave {answer}, which is no size of the sweep: see what its check says.")
    else:
        chosen = int(answer)
        print(f"Chosen: {chosen} hidden units, {means[hidden_sizes.index(chosen)]:.4f}.")
        if chosen == max(hidden_sizes):
            print("That is the largest of the sweep: a still larger one might be better.")
        show(
            plots.sweep_with_spread(
                table["hidden"],
                {"training": table["train"], "validation": table["validation"]},
                log_x=True,
                chosen=chosen,
                title=f"The choice by one standard error, {m} training images",
            )
        )

# %% [markdown]
# If the largest size wins, a sweep should go on. Twice as many units, 320, were tried once: 0.1 points more on small MNIST, nothing on the digits. So the range ends where the curve is flat.
#
# Two things to keep in mind. The standard error here knows of the seeds alone: all sizes are measured on the *same* validation images, and other images would move all of them together, by about
# $\sqrt{p(1-p)/m}$ (notebook 2), and each of them a little by itself. And the validation accuracy of the winner is *too good*: you looked at ten sizes and took one of the highest.
# Part of its lead is luck with these images. How well it really does, only images can tell that took no part in the choice.
#
# ## 4. Where the variance is: fewer images
#
# If the gap comes from accidents of the training images, then it must grow when there are fewer of them. So: the same ten sizes, on a **tenth of the training images**. Each seed now also *draws the images*, so
# that five runs see five different training sets (the same five for each size). That is what variance is about: what would have been learnt from others?

# %% given="second_sweep"
predictions = {}  # of each network of the sweep below, for the validation images


def train_and_score_few(h, seed):
    """Return training and validation accuracy of a network trained on a tenth of the images."""
    tenth, _ = split(X_train, data.y_train, (0.1, 0.9), np.random.default_rng(seed))
    network = trained(h, seed, *tenth)
    predictions[h, seed] = network.predict(X_validation)
    return network.score(*tenth), np.mean(predictions[h, seed] == data.y_validation)


with needs("sweep"):
    table_few = sweep(hidden_sizes, seeds, train_and_score_few)
    table_few = {name: np.asarray(table_few[name]) for name in table}
    show(
        plots.sweep_with_spread(
            table_few["hidden"],
            {
                f"training, {m // 10}": table_few["train"],
                f"validation, {m // 10}": table_few["validation"],
                f"validation, {m}": table["validation"],
            },
            log_x=True,
            title=f"Accuracy against hidden units, {m // 10} training images or {m}",
        )
    )

# %% given="gaps"
with needs("sweep", "choose"):
    choice_few, choice = choose(table_few), choose(table)
    print(f"{'hidden units':>12} {'gap (points)':>24} {'spread of validation':>24}")
    print(f"{'':>12}" + f" {f'{m // 10} images':>12} {f'{m} images':>11}" * 2)
    for h, *pairs in zip(
        table["hidden"],
        *(
            each["train"].mean(axis=1) - each["validation"].mean(axis=1)
            for each in (table_few, table)
        ),
        *(each["validation"].std(axis=1, ddof=1) for each in (table_few, table)),
        strict=True,
    ):
        few_gap, gap, few_spread, spread = (100 * x for x in pairs)
        print(f"{h:>12} {few_gap:>12.1f} {gap:>11.1f} {few_spread:>12.1f} {spread:>11.1f}")
    print(f"\nOne standard error chooses {choice_few} hidden units for {m // 10} images,")
    print(f"and {choice} for {m}.")

# %% [markdown]
# The gap of the large networks is at least twice what it was, and the spread of their validation accuracies several times. With a single unit little has changed: its error is
# bias, and bias does not care how many images there are. And look down the column of the gaps with the fewer images: beyond a dozen units it grows no more. With fewer images, the rule may also settle for a smaller network.
#
# ### Bias and variance, measured
#
# There is a way to see the two apart. Let the five networks of one size, which learnt from five different sets of images, **vote** on each validation image.
#
# - The vote evens out what the single networks owe to the accidents of their images. What is still wrong *after* voting is mostly **bias**.
# - How often a single network **disagrees with the vote** says how much depends on the images: **variance**.
#
# (For squared error, the expected error *is* the sum of bias, variance and noise. For right-or-wrong there is no such sum: a network that disagrees with a wrong vote may be right. The idea is Domingos's,
# from the year 2000. And five voters are few: a part of the variance is left in their vote. Where they tie, the smaller digit wins.)

# %% given="votes"
with needs("sweep"):
    average, vote, dissent = [], [], []
    for h in table_few["hidden"]:
        answers = np.array([predictions[h, seed] for seed in seeds])  # (r, number of images)
        counts = np.array([(answers == digit).sum(axis=0) for digit in range(data.n_classes)])
        majority = counts.argmax(axis=0)
        average.append(np.mean(answers != data.y_validation))
        vote.append(np.mean(majority != data.y_validation))
        dissent.append(np.mean(answers != majority))

    figure, axes = plt.subplots(figsize=(7.2, 4.2), layout="constrained")
    for values, style, colour, label in [
        (average, "o-", "#222222", "a single network is wrong"),
        (vote, "s--", "#0072B2", "the vote is wrong (bias)"),
        (dissent, "^:", "#B84A00", "a network disagrees with the vote (variance)"),
    ]:
        axes.plot(hidden_sizes, values, style, color=colour, label=label)
    axes.set_xscale("log")
    axes.set_xticks(hidden_sizes, [str(h) for h in hidden_sizes])
    axes.minorticks_off()
    axes.set(
        ylim=(0, None),
        xlabel="hidden units (logarithmic)",
        ylabel="part of the validation images",
    )
    axes.set_title(f"Networks that saw different {m // 10} images each", loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color="0.9")
    axes.legend()
    show(
        figure,
        alt="Three curves against the hidden units, all falling. "
        + "; ".join(
            f"{name}: {values[0]:.2f} with {hidden_sizes[0]} unit, {values[-1]:.2f} with "
            f"{hidden_sizes[-1]}"
            for name, values in [
                ("a single network is wrong", average),
                ("the vote is wrong", vote),
                ("a network disagrees with the vote", dissent),
            ]
        )
        + ".",
    )
    print(
        f"{hidden_sizes[-1]} hidden units: a network is wrong on {average[-1]:.1%} of the images,"
    )
    print(
        f"five that vote on {vote[-1]:.1%}; {dissent[-1]:.1%} of all answers differ from the vote."
    )

# %% [markdown]
# The bias falls with the size, as everybody expects. But look at the variance: by the old rule it should *rise* with the number of parameters, and it falls, too, then stays. Tiny networks disagree about everything, because each gives up on other
# digits. Large ones, with a hundred times more weights than images and more, agree on most. That is what others have found for wide networks as well (Neal and others, 2018); the textbook's curve is true of many models,
# and not of these.
#
# So why the large gap? Training accuracy is all but 100 %, so the gap is nearly the whole validation error, bias and variance together. The variance is there, all the same: voting removes a good part of the single network's errors, and more images remove even more.
#
# **Cures follow from the diagnosis.** Against bias: a larger network, better inputs, longer training. Against variance: more images, regularisation, or the vote of several networks.
#
# ## 5. Does the choice hold for your own network?
#
# Sizes were chosen with somebody else's trainer. Your network of notebooks 1 and 2 has another cost and another optimiser; on the validation images you see whether the size suits it as well.

# %% given="earlier_notebooks"
notebook_1 = load_answers("1_backpropagation.ipynb", ["cost_and_gradient"])
notebook_2 = load_answers("2_small_mnist.ipynb", ["one_hot", "init_parameters", "predict"])

# %% given="own_network"
with needs("sweep", "choose", "cost_and_gradient", "one_hot", "init_parameters", "predict"):
    n, k = data.X_train.shape[1], data.n_classes
    Y_train = notebook_2.one_hot(data.y_train, k)
    for h in dict.fromkeys([5, chosen]):  # a small one beside it
        theta0 = notebook_2.init_parameters(n, h, k, np.random.default_rng(0))
        theta, _ = helpers.minimize(
            lambda theta, h=h: notebook_1.cost_and_gradient(theta, data.X_train, Y_train, h),
            theta0,
            training_length(100),
            description=f"your network, {h} hidden units",
        )
        found = np.mean(notebook_2.predict(theta, data.X_validation, h) == data.y_validation)
        print(f"validation accuracy {found:.3f}; in the sweep {means[hidden_sizes.index(h)]:.3f}")

# %% [markdown]
# The chosen size comes close to the sweep's accuracy, and far above the small network, with either trainer. For 5 units the two differ by several points: what a small network reaches also depends on how, and how long, it
# is trained. So what looked like bias of the *size* alone is bias of the size *and* the training.
#
# ## 6. The test set, once
#
# Everything is chosen: the trainer, the passes, the size. Only now the test images come out of the drawer, for the chosen size alone. If the number disappoints you, and you go back to choose another
# size, then the test set has become a second validation set, and you have none left.

# %% given="test_once"
with needs("sweep", "choose"):
    found = [networks[key] for key in sorted(networks) if key[0] == chosen]
    parts = [
        ("validation", X_validation, data.y_validation),
        ("test", data.X_test, data.y_test),
        ("MNIST's test", data.X_test_10000, data.y_test_10000),
    ]
    print(
        f"{'images':>12} {'number':>7} {'mean accuracy':>14} {'spread':>8} {'standard error':>15}"
    )
    for name, X, y in parts[: 3 if data.X_test_10000 is not None else 2]:
        scores = [network.score(X.astype(np.float32), y) for network in found]
        p, spread = np.mean(scores), np.std(scores, ddof=1)
        error = np.sqrt(p * (1 - p) / len(y))
        print(f"{name:>12} {len(y):>7} {p:>14.3f} {spread:>8.3f} {error:>15.3f}")
    print("\n(spread: standard deviation over the seeds; standard error: by the choice of images)")

# %% [markdown]
# Validation and test should agree within about two of the standard errors that come from the choice of images. Ten candidates and one and a half thousand validation images (five hundred with the digits) leave little room to fool
# yourself. With a thousand candidates and fifty images the winner of the validation would fall deep.
#
# ## 7. Report
#
# ### Report question 1: bias and variance (3 points)
#
# Where in your sweeps do you see bias, and where variance? Name the figures that say so: training and validation accuracy and their gap, with many and with few images, and the votes. Do they agree? Which size do you choose, by which rule, and what does it reach on the test images?
# What would you do next to get better, and why that? One paragraph.

# %% [markdown] written="report_bias_variance" points=3
# ### BEGIN SOLUTION
# On small MNIST a network of one hidden unit gets about 21 % of its training images right and as many of the validation images, with 3,000 training images and with 300: nearly all of its error is bias, and even a vote of five is wrong on 72 %. At 160 units, training accuracy is above 99 % and validation accuracy
# about 92 % with 3,000 images (a gap of 8 points), 100 % and 83 % with 300 (a gap of 17 points): a large part of that error comes from the images that happened to be there. Five networks that vote are wrong on about 13 % of the images, a single one on 17 %, and about 10 % of their answers differ from the vote. Neither sweep shows a downturn at
# large sizes, and the disagreement falls with the size. The best mean is that of 160 units, 92.1 % with a standard error of 0.1 points; no smaller size is within one standard error, so 160 are chosen. Looked at once, the test images give 89.7 ± 1.4 % (500 images) and 92.0 ± 0.3 % (MNIST's 10,000),
# as the validation images promised within the errors. Next I would take more training images, or let several networks vote: what is left at this size is variance more than bias, and twice as many units gain almost nothing.
#
# ### BEGIN MARK SCHEME
# - 1 point: bias at the small sizes (both accuracies low and close together, hardly better with more images), variance at the large ones (training near 100 %, a gap that grows with fewer images), with figures of both sweeps.
# - 1 point: the size chosen, by one standard error of the best mean over seeds, and its test accuracy with a spread or a standard error, from one single look.
# - 1 point: a next step that fits the diagnosis (more images, regularisation or voting against variance; not merely a larger network), or a reasoned remark that validation accuracy does not fall at large sizes.
# ### END MARK SCHEME
# ### END SOLUTION

# %% [markdown]
# ## Recap
#
# - One run is an anecdote. A sweep has several seeds, and reports mean and spread.
# - **Bias:** training accuracy is low already. **Variance:** training accuracy is high, and other images fare worse. Fewer training images make it worse.
# - Too large a network costs time; in these sweeps it does not cost accuracy.
# - Choose the simplest model within one standard error of the best.
# - Validation images choose, test images judge, once.
#
# **Next** in the lab (when your course hands it out): `5_softmax_features` builds the softmax output from scratch, and asks whether an autoencoder's features help.
#
# *To read on:* Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, sections 7.2, 7.3 and 7.10 (the rule of one standard error); Domingos, *A Unified Bias-Variance Decomposition* (2000); Neal and others, *A Modern Take on the Bias-Variance Tradeoff in Neural Networks* (2018).
