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
# # Experiments that can be trusted
#
# You have a network with many knobs. Now you turn them: in a small sweep, with all the care that the large one needs, and then you read the table of the large one, 18 settings on 60,000 images, beside the figures that the report gives.
#
# **When you are done, you can**
#
# - write an epoch of mini-batches that uses every image once, the last few as well;
# - keep the books of an experiment so that it can be stopped at any time, and goes on without repeating anything;
# - turn a list of runs into a table with mean and spread, and choose from it by a rule that counts cost, too;
# - read a published table critically: what would have to be true for these figures to come out?
#
# **Time:** about two hours. **You need:** notebook 1, `1_two_layer_network.ipynb`, finished, saved and in the same folder, to train anything. No point depends on it. **Points:** 40 of the project's 100.

# %% given="imports"
import time

import numpy as np

from helpers import plots
from helpers.data import load_images
from helpers.figures import show
from helpers.lesson import load_answers, needs, training_length
from helpers.parallel import in_parallel
from student_tools.study import GRID, REPORTED, load_recorded, summary
from student_tools.study.figure import study_figure
from helpers.training import parameters_of

# %% given="notebook_1"
notebook_1 = load_answers(
    "1_two_layer_network.ipynb", ["activation", "TwoLayerNet", "encode", "split_test"]
)

# %% [markdown]
# The small sweep trains on the first 3,000 of MNIST's 60,000 training images; where MNIST is not at hand, on scikit-learn's digits. What is held back is halved by your `split_test`: one half to choose, one to judge.

# %% given="data"
graded = training_length(100) < 100  # while a notebook is graded, everything is short
images = load_images(dtype=np.float32)
X_train, y_train, X_held, y_held = images.train_test()
m = 200 if graded else 3000
X_train, y_train = X_train[:m].copy(), y_train[:m]
n, k = X_train.shape[1], images.n_classes

with needs("split_test"):
    halves = notebook_1.split_test(y_held, np.random.default_rng(42))
    X_valid, X_test = (X_held[rows] for rows in halves)
    y_valid, y_test = (y_held[rows] for rows in halves)
    print(f"{len(y_train)} training, {len(y_valid)} validation and {len(y_test)} test images")

# %% [markdown]
# ## 1. One epoch
#
# In notebook 1 the helpers' `fit` held the loop. Here you write it, once, plainly. An epoch goes through the rows in a **new random order**, `batch` at a time, and takes a step after each batch: gradients from `net.backward(X_batch, Y_batch)`, then
# `net.step(gradients, learning_rate)`. If the last batch is short, it is a batch all the same: no image is left out. With `batch` `None`, all rows make one batch, and the epoch is one step.
#
# ### Exercise 1: `train_epoch` (9 points)
#
# Draw the order from `rng`, once. The function returns nothing: the network is changed. `X` and `Y` stay as they are, and each image keeps its own target.


# %% answer="train_epoch"
def train_epoch(net, X, Y, learning_rate, batch, rng):
    """Train net for one epoch on the samples X (m, n) with targets Y (m, k).

    batch: rows a step; None for all of them.  rng: a NumPy generator, for the order of the rows.
    """
    ### BEGIN SOLUTION
    order = rng.permutation(len(X))
    size = len(X) if batch is None else batch
    for start in range(0, len(X), size):
        rows = order[start : start + size]
        gradients = net.backward(X[rows], Y[rows])
        net.step(gradients, learning_rate)
    ### END SOLUTION


# %% test="test_train_epoch" points=9
from checks import credit


def test_train_epoch(check):
    import numpy as np

    from checks import after, close, expect, generator
    from hyperparameter_study_doubles import paper_two_layer, two_layer_after

    names = ["W1", "b1", "W2", "b2"]
    start = {
        "W1": np.array([[1.0, -2.0, 3.0], [0.5, 1.0, -1.0]]),
        "b1": np.array([1.0, -1.0]),
        "W2": np.array([[2.0, 1.0], [1.0, -3.0]]),
        "b2": np.array([0.5, 2.0]),
    }

    def an_epoch(
        X, Y, rate, batch, seed, parameters=start, rates=(1.0, 1.0, 1.0, 1.0), stays=False
    ):
        # The network after it, what it was asked for (X and Y of each batch), and where that leads.
        rates = dict(zip(names, rates, strict=True))
        net, X_left, Y_left, *_ = after(
            train_epoch, paper_two_layer(parameters, rates), X, Y, rate, batch, generator(seed)
        )[1]
        batches = [(np.asarray(call["X"]), np.asarray(call["Y"])) for call in net.calls]
        expect(len(batches) > 0, "net.backward was not called")
        if stays:
            close(X_left, X, what="X afterwards")
            close(Y_left, Y, what="Y afterwards")

        def led_by(stride):
            return two_layer_after(parameters, rates, batches, [stride(len(x)) for x, _ in batches])

        return net, batches, led_by

    def moved_along(net, led_by, rate, any_length=False):
        # One step after each batch; its length is another matter, which other checks look at.
        lengths = [lambda m: rate, lambda m: -rate, lambda m: rate / m]
        for length in lengths if any_length else lengths[:1]:
            ends = led_by(length)
            apart = max(float(np.abs(getattr(net, each) - ends[each]).max()) for each in names)
            if apart < 1e-6:
                return
        message = "the parameters are not where one step after each of your batches leads"
        more = "" if any_length else f", each with the learning rate {rate:.3g}"
        expect(False, message + more)

    def rows_of(batches, X, Y):
        # The row numbers of each batch, told by the first pixel.
        place = {value: row for row, value in enumerate(X[:, 0].tolist())}
        found = []
        for images, targets in batches:
            known = bool(np.all(np.isin(images[:, 0], X[:, 0])))
            expect(known, "backward got rows that are not in X")
            rows = [place[value] for value in images[:, 0].tolist()]
            close(images, X[rows], what="the rows of a batch")
            close(targets, Y[rows], what="the targets of a batch")
            found.append(rows)
        return found

    def seen_once(batches, m, sizes):
        column = np.concatenate([images[:, 0] for images, _ in batches])
        twice = len(column) - len(np.unique(column))
        expect(twice == 0, f"an epoch has seen rows more than once, {twice} times in all")
        missing = m - len(column)
        expect(missing == 0, f"{missing} of {m} rows were not seen in the epoch")
        found = sorted(len(images) for images, _ in batches)
        close(found, sorted(sizes), what="the sizes of the batches, sorted")

    def order_of(X, Y, batch, seed):
        net, batches, led_by = an_epoch(X, Y, 0.1, batch, seed)
        moved_along(net, led_by, 0.1, any_length=True)
        return tuple(np.concatenate([images[:, 0] for images, _ in batches]).tolist())

    # Ten rows of three pixels; the first pixel says which row it is, and so does the target.
    X = np.arange(30.0).reshape(10, 3) / 10
    Y = np.stack([X[:, 0] + 0.25, -X[:, 0]], axis=1)
    with check("ten rows in batches of 4: steps with 4, 4 and 2 rows, each row once"):
        seen_once(an_epoch(X, Y, 0.1, 4, 1)[1], 10, [4, 4, 2])
    with check("the generator decides the order: three seeds, three orders"):
        orders = [order_of(X, Y, 4, seed) for seed in (1, 2, 3)]
        expect(orders[0] != tuple(X[:, 0].tolist()), "the rows come in the order of X")
        expect(len(set(orders)) == 3, "the order is the same with different generators")
    with check("one step after each batch, with the rate 0.1, leads to where net is afterwards"):
        net, _, led_by = an_epoch(X, Y, 0.1, 4, 1)
        moved_along(net, led_by, 0.1)
    with check("batch None: one step with all ten rows"):
        seen_once(an_epoch(X, Y, 0.1, None, 1)[1], 10, [10])
    with check("each row comes with its own target; X and Y stay as they are"):
        rows_of(an_epoch(X, Y, 0.1, 4, 1, stays=True)[1], X, Y)
    ### BEGIN HIDDEN TESTS
    rng = check.rng
    n, k, batch = (int(size) for size in rng.permutation([3, 4, 5, 6, 7])[:3])
    m = 5 * batch + int(rng.integers(1, batch))
    images, targets = rng.normal(size=(m, n)), rng.normal(size=(m, k))
    rates, rate = rng.uniform(0.5, 1.5, size=4), float(rng.uniform(0.15, 0.3))
    seeds = [int(seed) for seed in rng.integers(10**6, size=3)]
    shapes = [(8, n), (8,), (k, 8), (k,)]
    random = {name: rng.normal(size=shape) for name, shape in zip(names, shapes, strict=True)}

    def there(rows, size, seed, rate, stays=False):
        return an_epoch(images[:rows], targets[:rows], rate, size, seed, random, rates, stays)

    def several(batches):
        expect(len(batches) >= 5, f"{len(batches)} steps; there are 5 whole batches")

    with check(
        "every parameter moves against its gradient, once a batch, by the learning rate",
        points=2,
        repeats="one step after each batch",
    ):
        net, batches, led_by = there(m, batch, seeds[0], rate)
        moved_along(net, led_by, rate)
        several(batches)
    with check(
        "every row once, the last ones too; batches of the size asked for",
        points=2,
        repeats="ten rows in batches of 4",
    ):
        for rows in (m, 5 * batch):
            net, batches, led_by = there(rows, batch, seeds[0], 0.1)
            seen_once(batches, rows, [batch] * 5 + [m - 5 * batch] * (rows == m))
            moved_along(net, led_by, 0.1, any_length=True)
    with check(
        "each row with its own pixels and its own target; X and Y stay as they are",
        points=2,
        repeats="each row comes with its own target",
    ):
        net, batches, led_by = there(m, batch, seeds[0], 0.1, stays=True)
        several(batches)
        rows_of(batches, images, targets)
        moved_along(net, led_by, 0.1, any_length=True)
    with check(
        "a random order over all rows, decided by rng",
        points=2,
        repeats="the generator decides the order",
    ):
        long = rng.normal(size=(60, 3))
        low = np.zeros((60, 2))
        first, again, *others = (
            order_of(long, low, 10, seed) for seed in (seeds[0], seeds[0], *seeds[1:])
        )
        close(again, first, what="the order with the same seed")
        for other in (*others, tuple(long[:, 0].tolist())):
            expect(other != first, "the order is that of X, or the same for two generators")
        one, other = (
            {tuple(sorted(order[i : i + 10])) for i in range(0, len(order), 10)} for order in others
        )
        expect(not one & other, "the same rows share a batch, whatever rng says")
    with check(
        "batch None: one step, with all rows", points=1, repeats="batch None: one step with"
    ):
        net, batches, led_by = there(m, None, seeds[0], rate)
        seen_once(batches, m, [m])
        moved_along(net, led_by, rate)
    ### END HIDDEN TESTS


credit(test_train_epoch)

# %% [markdown]
# ## 2. One run, in writing
#
# A **setting** is a dict of hyperparameters. A **run** is a setting, a seed, and what came out: a dict as well, in which nothing is missing that one would need to repeat it.


# %% given="one_run"
SETTING = ["activations", "n_hidden", "learning_rate", "batch", "lam"]
MEASURES = ["train", "validation", "test", "seconds"]
ACTIVATIONS = {"tanh-tanh": ("tanh", "tanh", -1), "relu-sigmoid": ("relu", "sigmoid", 0)}


def one_run(setting, seed):
    """Train one network in a setting, and return the run: setting, seed and results."""
    act1, act2, low = ACTIVATIONS[setting["activations"]]
    net = notebook_1.TwoLayerNet(n, setting["n_hidden"], k, act1, act2, setting["lam"], seed)
    parameters_of(net, ["W1", "b1", "W2", "b2"])  # float32 throughout
    Y = notebook_1.encode(y_train, k, low).astype(np.float32)
    orders = np.random.default_rng(seed)
    begin = time.perf_counter()
    for _ in range(setting["epochs"]):
        train_epoch(net, X_train, Y, setting["learning_rate"], setting["batch"], orders)
    seconds = time.perf_counter() - begin
    parts = {
        "train": (X_train, y_train),
        "validation": (X_valid, y_valid),
        "test": (X_test, y_test),
    }
    right = {name: float(np.mean(net.predict(X) == y)) for name, (X, y) in parts.items()}
    return setting | {"seed": seed} | right | {"seconds": seconds}


epochs = 1 if graded else 10
first = {"activations": "tanh-tanh", "n_hidden": 50, "learning_rate": 0.05, "batch": 50}
first |= {"lam": 0.0, "epochs": epochs}
with needs("train_epoch", "split_test"):
    for seed in (42, 268, 975):
        run = one_run(first, seed)
        print(f"seed {seed}: validation accuracy {run['validation']:.4f}, {run['seconds']:.2f} s")

# %% [markdown]
# The same setting, three seeds, three accuracies. How far they are apart is the ruler by which differences between settings are measured.
#
# ## 3. Books that survive a stop
#
# The large study is 54 runs and more. Somebody will close the laptop. So each finished run is written down at once, and when the study starts again, it asks its books first: which runs are not there yet?
#
# ### Exercise 2: `unfinished` (7 points)
#
# Return the list of the pairs `(setting, seed)` that have not been run: the settings in their order, and for each of them the seeds in theirs. A run in `finished` belongs to a pair when **every** entry of the setting stands in the run with the same value, and the
# seed as well. The run holds more than that, its results; and the settings' entries may be called anything.


# %% answer="unfinished"
def unfinished(settings, seeds, finished):
    """Return the pairs (setting, seed) without a finished run, in order.

    settings: dicts of hyperparameters.  seeds: integers.
    finished: runs, dicts with a setting's entries, "seed", and results; in any order.
    """

    ### BEGIN SOLUTION
    def is_done(setting, seed):
        wanted = setting | {"seed": seed}
        return any(all(run[key] == wanted[key] for key in wanted) for run in finished)

    return [(each, seed) for each in settings for seed in seeds if not is_done(each, seed)]
    ### END SOLUTION


# %% test="test_unfinished" points=7
from checks import credit


def test_unfinished(check):
    from checks import after, expect

    def pairs(found):
        kind = type(found).__name__
        expect(isinstance(found, list | tuple), f"a list of pairs is due, not: {kind}")
        for each in found:
            is_pair = isinstance(each, list | tuple) and len(each) == 2
            expect(is_pair, "each entry of the list should be a pair (setting, seed)")
            message = "the first of a pair is the setting, a dict as it came"
            expect(isinstance(each[0], dict), message)
        return [(dict(setting), seed) for setting, seed in found]

    def compared(settings, seeds, finished, expected):
        found, left = after(unfinished, settings, seeds, finished)
        found = pairs(found)
        for name, given, now in zip(
            ["settings", "seeds", "finished"], (settings, seeds, finished), left, strict=True
        ):
            expect(list(now) == list(given), f"{name} was changed")
        again = sum(each not in expected for each in found)
        expect(again == 0, f"{again} of your pairs are finished already, or were never asked for")
        missing = sum(each not in found for each in expected)
        expect(
            missing == 0, f"{missing} of the pairs that are still to be run are not in your list"
        )
        message = f"{len(found)} pairs, some of them twice; {len(expected)} different ones are due"
        expect(len(found) == len(expected), message)
        expect(found == expected, "the right pairs, in another order than settings and seeds")

    small, large = {"n_hidden": 10, "batch": 50}, {"n_hidden": 20, "batch": 50}
    done = [small | {"seed": 2, "validation": 0.9}, large | {"seed": 1, "validation": 0.8}]
    with check("nothing is finished: two settings, two seeds, four pairs in order"):
        expected = [(small, 1), (small, 2), (large, 1), (large, 2)]
        compared([small, large], [1, 2], [], expected)
    with check("two runs are finished: two are left"):
        compared([small, large], [1, 2], done, [(small, 1), (large, 2)])
    with check("everything is finished: an empty list"):
        compared([small], [2], done, [])
    with check("a run with another batch size is another run"):
        compared([small | {"batch": None}], [2], done, [(small | {"batch": None}, 2)])
    ### BEGIN HIDDEN TESTS
    rng = check.rng
    sizes = [int(size) for size in rng.permutation([10, 20, 50, 100, 200])[:3]]
    rates = [float(rate) for rate in rng.permutation([0.01, 0.05, 0.09, 0.3])[:2]]
    batches = [None, int(rng.integers(11, 100)), 10]
    settings = [
        {"n_hidden": size, "learning_rate": rate, "batch": batch, "lam": 0.0, "epochs": 7}
        for size in sizes
        for rate in rates
        for batch in batches
    ]
    order = rng.permutation(len(settings)).tolist()
    settings = [settings[i] for i in order]
    seeds = [int(seed) for seed in rng.permutation([975, 42, 268, 3])[:3]]
    every = [(setting, seed) for setting in settings for seed in seeds]

    def run_of(setting, seed):
        accuracies = dict(zip(["train", "validation", "test"], rng.random(3).tolist(), strict=True))
        return accuracies | {"seed": seed, "seconds": float(rng.random())} | setting

    chance = rng.random(len(every))
    chance[: 2 * len(seeds)] = 0.0  # some settings are wholly finished
    chance[2 * len(seeds)] = 1.0
    done = [run_of(*pair) for pair, c in zip(every, chance, strict=True) if c < 0.6]
    done = [done[i] for i in rng.permutation(len(done)).tolist()]
    left = [pair for pair, c in zip(every, chance, strict=True) if c >= 0.6]
    with check(
        "nothing finished, or all of it",
        points=1,
        repeats=("nothing is finished", "everything is finished"),
    ):
        compared(settings, seeds, [], every)
        compared(settings, seeds, [run_of(*pair) for pair in every[::-1]], [])
    with check("some runs finished, in any order", points=3, repeats="two runs are finished"):
        compared(settings, seeds, done, left)
        compared(
            settings,
            seeds[::-1],
            [*done, *done[:4]],
            [
                (setting, seed)
                for setting in settings
                for seed in seeds[::-1]
                if (setting, seed) in left
            ],
        )
    with check(
        "every entry of a setting counts, whatever its name",
        points=2,
        repeats="a run with another batch size",
    ):
        for key, other in [("batch", 0), ("lam", 0.01), ("epochs", 8), ("learning_rate", 0.02)]:
            changed = [setting | {key: other} for setting in settings[:2]]
            runs = [run_of(setting, seed) for setting in changed for seed in seeds]
            expected = [(setting, seed) for setting in settings[:2] for seed in seeds]
            compared(settings[:2], seeds, runs, expected)
        named = [{"width": size, "depth": 2} for size in sizes]
        runs = [run_of(named[1], seeds[0])]
        compared(named, seeds[:1], runs, [(named[0], seeds[0]), (named[2], seeds[0])])
    with check("so does the seed", points=1):
        runs = [run_of(setting, 1 + max(seeds)) for setting in settings]
        compared(settings, seeds, [*runs, *done], left)
    ### END HIDDEN TESTS


credit(test_unfinished)

# %% [markdown]
# Now the small sweep: two pairs of activations, two sizes, four learning rates, three seeds, 48 runs. `in_parallel` lets all cores work. Each run is appended to `finished` as soon as it is done. The sweep is stopped on purpose, after ten runs, and then
# started again by the *same* lines. On MNIST it takes about half a minute. (You can stop it yourself, with the stop button, and run the cell again.)

# %% given="settings"
sizes, rates = ((4, 8), (0.05, 0.1)) if graded else ((20, 100), (0.01, 0.05, 0.25, 1.0))
seeds = (42, 268, 975)
settings = [
    {
        "activations": activations,
        "n_hidden": size,
        "learning_rate": rate,
        "batch": 50,
        "lam": 0.0,
        "epochs": epochs,
    }
    for activations in ACTIVATIONS
    for size in sizes
    for rate in rates
]
finished = []


def run_missing(settings, at_most=None):
    """Run what is unfinished, or the first so many of it, and note each run at once."""
    missing = unfinished(settings, seeds, finished)
    print(f"{len(settings) * len(seeds) - len(missing)} runs are there, {len(missing)} are missing")
    in_parallel(lambda *pair: finished.append(one_run(*pair)), missing[:at_most])


# %% given="sweep"
with needs("train_epoch", "unfinished", "split_test"):
    run_missing(settings, at_most=10)
    run_missing(settings)
    run_missing(settings)

# %% [markdown]
# The command of the large study works in the same way, with one difference: its list is a folder with a file for each run, written under another name first and then renamed, so that a stop in the middle of writing leaves no half file behind.
#
# ## 4. From runs to a table
#
# ### Exercise 3: `summarise` (9 points)
#
# Return a list with one dict, a *row*, for each setting that occurs in the runs, in the order in which they first occur. Two runs have the same setting when they agree in all entries that `names` lists; seeds and whatever else a run holds do not count. A row holds
#
# - the setting's entries, under their `names`;
# - `"runs"`: how many runs there are of it;
# - for each of the `measures`, such as `"validation"`: the **mean** over its runs, under that name; and under the name with `_std` at its end the **standard deviation** of a sample, with $r - 1$ below the sum of squares (`ddof=1` in NumPy, `stdev` in Python's `statistics`).
#
# Every setting has at least two runs.


# %% answer="summarise"
def summarise(runs, names, measures):
    """Return the table of the runs: a dict for each setting, with means and standard deviations.

    runs: dicts.  names: the keys that make up a setting.  measures: the keys to be averaged.
    """
    ### BEGIN SOLUTION
    groups = {}  # the runs of each setting; a dict keeps the order
    for run in runs:
        groups.setdefault(tuple(run[name] for name in names), []).append(run)
    table = []
    for setting, group in groups.items():
        row = dict(zip(names, setting, strict=True)) | {"runs": len(group)}
        for measure in measures:
            values = np.array([run[measure] for run in group])
            row[measure] = values.mean()
            row[f"{measure}_std"] = values.std(ddof=1)
        table.append(row)
    return table
    ### END SOLUTION


# %% test="test_summarise" points=9
from checks import credit


def test_summarise(check):
    from checks import after, close, expect

    def rows_of(table, names, settings):
        expect(isinstance(table, list | tuple), "a list of dicts is due, one for each setting")
        for row in table:
            expect(isinstance(row, dict), "each row of the table should be a dict")
        for row in table:
            for name in names:
                expect(name in row, f'a row has no "{name}"; it has {sorted(map(str, row))}')
        message = f"{len(table)} rows for {len(settings)} settings"
        expect(len(table) == len(settings), message)
        found = [tuple(row[name] for name in names) for row in table]
        message = "a setting of the runs is missing, or there is one that none of them has"
        expect(all(setting in found for setting in settings), message)
        message = "the rows are in another order than that in which the settings first occur"
        expect(found == settings, message)
        return list(table)

    def column(rows, name):
        for row in rows:
            expect(name in row, f'a row has no "{name}"; it has {sorted(map(str, row))}')
        return [row[name] for row in rows]

    runs = [
        {"n_hidden": 20, "batch": None, "seed": 1, "validation": 0.90, "seconds": 2.0},
        {"n_hidden": 10, "batch": None, "seed": 1, "validation": 0.70, "seconds": 1.0},
        {"n_hidden": 20, "batch": None, "seed": 2, "validation": 0.94, "seconds": 4.0},
        {"n_hidden": 10, "batch": None, "seed": 2, "validation": 0.76, "seconds": 1.0},
        {"n_hidden": 10, "batch": None, "seed": 3, "validation": 0.76, "seconds": 1.0},
    ]
    names, measures = ["n_hidden", "batch"], ["validation", "seconds"]
    found = [(20, None), (10, None)]
    with check("five runs of two settings: two rows, the one with 20 units first"):
        rows_of(summarise(runs, names, measures), names, found)
    with check("two and three runs; mean validation accuracies 0.92 and 0.74"):
        rows = rows_of(summarise(runs, names, measures), names, found)
        close(column(rows, "runs"), [2, 3], what='"runs"')
        close(column(rows, "validation"), [0.92, 0.74], what='"validation"')
    with check("their standard deviations are 0.0283 and 0.0346"):
        rows = rows_of(summarise(runs, names, measures), names, found)
        expected = [0.04 / 2**0.5, (0.0024 / 2) ** 0.5]
        close(column(rows, "validation_std"), expected, what='"validation_std"')
        close(column(rows, "seconds_std"), [2**0.5, 0.0], what='"seconds_std"')
    ### BEGIN HIDDEN TESTS
    import statistics

    rng = check.rng
    sizes = [int(size) for size in rng.permutation([10, 20, 50, 100])[:3]]
    kinds = ["tanh-tanh", "relu-sigmoid"]
    settings = [
        (kind, size, batch, lam)
        for kind in kinds
        for size in sizes
        for batch, lam in [(None, 0.0), (10, 0.0), (10, 0.01)]
    ]
    settings = [settings[i] for i in rng.permutation(len(settings)).tolist()][:7]
    names = ["activations", "n_hidden", "batch", "lam"]
    measures = ["train", "validation", "test", "seconds"]
    many = []
    for setting in settings:
        for seed in range(int(rng.integers(2, 6))):
            results = dict(zip(measures, rng.uniform(0.2, 0.9, size=4).tolist(), strict=True))
            noted = {"seed": seed, "epochs": 100, "data": "MNIST", "curve": [0.1, 0.2]}
            many.append(dict(zip(names, setting, strict=True)) | noted | results)
    many = [many[i] for i in rng.permutation(len(many)).tolist()]
    order = []
    for run in many:
        setting = tuple(run[name] for name in names)
        order += [] if setting in order else [setting]

    def own_runs(setting, key):
        return [run[key] for run in many if tuple(run[name] for name in names) == setting]

    with check(
        "a row a setting, in the order in which they occur; how many runs",
        points=3,
        repeats=("five runs of two settings", "two and three runs"),
    ):
        table, (left, *_) = after(summarise, many, names, measures)
        rows = rows_of(table, names, order)
        close(column(rows, "runs"), [len(own_runs(s, "seed")) for s in order], what='"runs"')
        expect(list(left) == many, "the runs were changed")
    with check("the mean of each measure", points=2, repeats="two and three runs"):
        rows = rows_of(summarise(many, names, measures), names, order)
        for measure in measures:
            expected = [sum(own_runs(s, measure)) / len(own_runs(s, measure)) for s in order]
            close(column(rows, measure), expected, what=f'"{measure}"')
    with check(
        "the standard deviation of each measure, with r - 1",
        points=3,
        repeats="their standard deviations",
    ):
        rows = rows_of(summarise(many, names, measures), names, order)
        for measure in measures:
            expected = [statistics.stdev(own_runs(s, measure)) for s in order]
            close(column(rows, f"{measure}_std"), expected, what=f'"{measure}_std"')
    with check("other names and measures; entries that are not named do not divide", points=1):
        fewer = [
            {"width": run["n_hidden"], "loss": run["train"], "seed": run["seed"], "lam": run["lam"]}
            for run in many
        ]
        widths = list(dict.fromkeys(run["width"] for run in fewer))
        rows = rows_of(summarise(fewer, ["width"], ["loss"]), ["width"], [(w,) for w in widths])
        losses = [[run["loss"] for run in fewer if run["width"] == w] for w in widths]
        close(column(rows, "loss"), [sum(each) / len(each) for each in losses], what='"loss"')
        expected = [statistics.stdev(each) for each in losses]
        close(column(rows, "loss_std"), expected, what='"loss_std"')
    ### END HIDDEN TESTS


credit(test_summarise)


# %% given="table"
def print_table(table):
    """Print a table of `summarise`: accuracies in percent, with standard deviations."""
    print(f"{'activations':<14}{'hidden':>7}{'rate':>6}{'batch':>7}{'L2':>7}", end="")
    print(f"{'training':>14}{'validation':>14}{'seconds':>10}")
    for row in table:
        batch = "full" if row["batch"] is None else row["batch"]
        line = f"{row['activations']:<14}{row['n_hidden']:>7}{row['learning_rate']:>6}{batch:>7}"
        line += f"{row['lam']:>7g}"
        for part in ("train", "validation"):
            line += f"{100 * row[part]:>8.1f} ± {100 * row[f'{part}_std']:3.1f}"
        print(f"{line}{row['seconds']:>10.2f}")


with needs("train_epoch", "unfinished", "summarise", "split_test"):
    table = summarise(finished, SETTING, MEASURES)
    print_table(table)

# %% given="table_figure"
with needs("train_epoch", "unfinished", "summarise", "split_test"):
    series = {}
    for row in sorted(finished, key=lambda run: (run["learning_rate"], run["seed"])):
        name = f"{row['activations']}, {row['n_hidden']}"
        series.setdefault(name, []).append(row["validation"])
    if series:
        show(
            plots.sweep_with_spread(
                rates,
                {name: np.reshape(found, (len(rates), -1)) for name, found in series.items()},
                log_x=True,
                title=f"{epochs} epochs on {len(y_train):,} images, batches of 50",
                xlabel="learning rate",
                ylabel="validation accuracy",
            )
        )

# %% [markdown]
# **At small rates the two pairs are worlds apart.** ReLU-sigmoid hardly gets off the ground: its outputs begin near 0.5, the sigmoid lets a quarter of the error through at most, weights of 0.01 pass little of it on, and some hundred small steps are not enough. tanh-tanh lets everything through near 0.
#
# **At the largest rate it is the other way round.** tanh-tanh is down to guessing: its first steps are so large that the output's sums land far from 0, where tanh is flat, and from there no error comes back. It *collapses*; the larger network does so at a smaller rate already, and not with every seed alike (look at the
# standard deviation where the mean is in between). ReLU-sigmoid has just come into its own, and is as good as tanh-tanh ever was.
#
# So "tanh is better than ReLU" would be wrong, and so would its opposite: each pair has a range of rates of its own, and a grid that lies in one of the two ranges has decided the contest beforehand. The study's rates go from 0.01 to 0.09. (It takes other steps, full batches; but also many fewer of them.)
#
# ## 5. Which setting?
#
# The best mean is not far from the next ones. The rule of one standard error (`nn_lab`, notebook 4) says: all settings whose mean is within one standard error of the best one are as good as the best. Among those, any *cheap* one will do. Here cheap means **quick**.
#
# ### Exercise 4: `select` (8 points)
#
# From a table as `summarise` makes it, return the **row** with the smallest mean `"seconds"` among those with `"validation"` $\ge$ *best* $-$ *SE*. Best is the highest mean validation accuracy, and SE is the standard error of *that row's* mean: its `"validation_std"` divided by
# the root of its `"runs"`. The test accuracies stand in the table as well, and have no say. (Seconds of runs in parallel are rough: where two settings differ by a few hundredths of a second, chance decides, and no harm is done.)


# %% answer="select"
def select(table):
    """Return the quickest row within one standard error of the best mean validation accuracy.

    table: dicts with "validation", "validation_std", "runs", "seconds" and more.
    """
    ### BEGIN SOLUTION
    best = max(table, key=lambda row: row["validation"])
    standard_error = best["validation_std"] / np.sqrt(best["runs"])
    good = [row for row in table if row["validation"] >= best["validation"] - standard_error]
    return min(good, key=lambda row: row["seconds"])
    ### END SOLUTION


# %% test="test_select" points=8
from checks import credit


def test_select(check):
    from checks import after, expect

    def row_of(number, validation, spread, runs, seconds, train=0.9, test=0.5):
        return {
            "number": number,
            "runs": runs,
            "train": train,
            "train_std": 0.01,
            "validation": validation,
            "validation_std": spread,
            "test": test,
            "test_std": 0.01,
            "seconds": seconds,
            "seconds_std": 0.1,
        }

    def compared(table, right):
        found, (left,) = after(select, table)
        expect(list(left) == table, "the table was changed")
        kind = type(found).__name__
        expect(isinstance(found, dict), f"a row of the table, a dict, is due; yours is: {kind}")
        expect(found in table, "what you return is none of the table's rows")
        wanted = next(row for row in table if row["number"] == right)
        best = max(row["validation"] for row in table)
        top = next(row for row in table if row["validation"] == best)
        error = top["validation_std"] / top["runs"] ** 0.5
        message = "your row's validation accuracy is more than one standard error below the best"
        expect(found["validation"] >= best - error, message)
        message = "there is a quicker row within one standard error of the best"
        expect(found["seconds"] <= wanted["seconds"], message)
        expect(found == wanted, "not the row that the rule chooses")

    # The best mean is 0.92, with a standard error of 0.02 / 2 = 0.01.
    table = [
        row_of(1, 0.905, 0.001, 4, 1.0, test=0.9),
        row_of(2, 0.912, 0.03, 4, 2.0, train=0.95),
        row_of(3, 0.92, 0.02, 4, 9.0),
        row_of(4, 0.915, 0.05, 4, 3.0),
        row_of(5, 0.85, 0.2, 4, 0.5),  # quick, far off, and no two of its runs alike
    ]
    with check("on paper: 0.92 is best, SE 0.01; rows 2 and 4 are close enough, and 2 is quicker"):
        compared(table, 2)
    with check("the same table upside down"):
        compared(table[::-1], 2)
    with check("no spread at all: the best row itself"):
        compared([row_of(1, 0.8, 0.0, 3, 1.0), row_of(2, 0.9, 0.0, 3, 2.0)], 2)
    ### BEGIN HIDDEN TESTS
    rng = check.rng
    runs = int(rng.integers(4, 10))
    top, spread = float(rng.uniform(0.8, 0.9)), float(rng.uniform(0.02, 0.03))
    error = spread / runs**0.5

    def everywhere(right, *rows):
        # In a random order, and each row is the first once: a fixed place is never right.
        order = rng.permutation(len(rows)).tolist()
        for first in range(len(rows)):
            compared([rows[i] for i in order[first:] + order[:first]], right)

    below = [
        row_of(8, top - 0.2, 0.001, 2, 0.1, train=0.99),
        row_of(9, top - 0.15, 0.5, 2, 0.2, test=0.99),
    ]
    best = row_of(1, top, spread, runs, 5.0)
    near = [
        row_of(2, top - 0.3 * error, 2 * spread, runs, 4.0, test=0.7),
        row_of(3, top - 0.5 * error, 0.1 * spread, runs, 3.0),
        row_of(4, top - 0.9 * error, spread, runs, 3.5, train=0.95),
    ]
    with check(
        "a clear winner, slow or quick, and others look better elsewhere",
        points=2,
        repeats="the same table upside down",
    ):
        everywhere(1, *below, best)
        everywhere(1, *below, row_of(1, top, spread, runs, 0.15))
    with check(
        "several within one standard error: the quickest; the table stays",
        points=3,
        repeats=("on paper", "the same table upside down"),
    ):
        everywhere(3, *below, best, *near)
        everywhere(3, best, *near)
    with check(
        "the standard error: of the best row's mean, by its own runs",
        points=3,
        repeats=("on paper", "no spread at all"),
    ):
        tight = row_of(5, top - 0.002, 0.0, 2, 1.0)  # 0.002 is far when the best hardly varies
        everywhere(1, *below, row_of(1, top, 0.001, runs, 5.0), tight)
        everywhere(1, *below, row_of(1, top, 0.0, runs, 5.0), tight)  # it is itself good
        far = 1.15 * error
        everywhere(1, *below, best, row_of(5, top - far, 0.0, 2, 1.0))  # just too far below
        everywhere(1, *below, best, row_of(5, top - far, 9 * spread, 2, 1.0))  # no say of its own
        everywhere(5, *below, best, row_of(5, top - 0.93 * error, 0.0, 2 * runs, 1.0))
        many = [row_of(1, top, 0.03, 100, 5.0), row_of(5, top - 0.004, 0.03, 3, 1.0)]
        everywhere(1, *below, *many)
    ### END HIDDEN TESTS


credit(test_select)

# %% given="selected"
with needs("train_epoch", "unfinished", "summarise", "select", "split_test"):
    if not table:
        print("There are no runs to select from yet.")
    else:
        top = max(table, key=lambda row: row["validation"])
        chosen = select(table)
        for name, row in [("best mean", top), ("selected", chosen)]:
            print(f"{name + ':':<11}", ", ".join(f"{key} {row[key]}" for key in SETTING))
            print(f"{'':<11} validation {100 * row['validation']:.2f} %, {row['seconds']:.2f} s")

# %% [markdown]
# ### On the selected setting: batches, and a penalty
#
# The published study goes on from its best setting, run 6, in the same way: mini-batches of 10, 50 and 100 instead of the full batch, then L2. So do you, with the same books; what is in them already is not run again.

# %% given="follow_up"
with needs("train_epoch", "unfinished", "summarise", "select", "split_test"):
    own = {key: chosen[key] for key in SETTING} | {"epochs": epochs}
    further = [own | {"batch": batch} for batch in (10, 50, 100, None)]
    further += [own | {"lam": lam} for lam in (0.001, 0.01, 1.0)]
    run_missing(further)
    wanted = [tuple(each[key] for key in SETTING) for each in further]
    more = [run for run in finished if tuple(run[key] for key in SETTING) in wanted]
    print_table(summarise(more, SETTING, MEASURES))

# %% [markdown]
# With the full batch an epoch is one step, and after ten of them the network has hardly begun to learn, on MNIST as on the digits. Small batches take many more steps, and longer for an epoch, since small matrix products use a processor badly. And the penalties of the study, 0.01 and 0.001, change nothing that
# three seeds could show. Look at the formula: the penalty is divided by $m$, the size of the batch. With batches of 50, $\lambda = 0.01$ makes a weight smaller by a factor of $1 - 0.0002\,\eta$ in a step. With $\lambda = 1$ one sees it: here it costs accuracy.
#
# ## 6. The whole study
#
# `python3 course.py study`, in a terminal, runs it with *your* network of notebook 1: 18 settings, three seeds, 100 epochs of full batch on 60,000 images, then batches and L2 on run 6, from which the report went on. It takes hours; it may be stopped at any time, and goes on where it was. The runs that come with the
# course, where there are any, are shown here, beside what the report says.


# %% given="study"
def print_study(rows):
    """Print the grid: the report's test accuracy and seconds, beside the recorded ones."""
    recorded = {row.setting: row for row in rows}
    print(f"{'run':>3} {'activations':<13}{'hidden':>7}{'rate':>6}", end="")
    print(f"{'test, reported':>16}{'here, mean ± sd':>18}{'seconds, reported':>19}{'here':>7}")
    columns = zip(GRID, REPORTED["grid"], REPORTED["seconds"], strict=True)
    for number, (setting, accuracy, seconds) in enumerate(columns, 1):
        here, took = "", ""
        if setting in recorded:
            mean, spread = recorded[setting].test
            here, took = f"{mean:.3f} ± {spread:.3f}", f"{recorded[setting].seconds:.0f}"
        print(f"{number:>3} {setting.activations:<13}{setting.n_hidden:>7}", end="")
        print(f"{setting.learning_rate:>6}{accuracy:>16.3f}{here:>18}{seconds:>19}{took:>7}")
    print("\nOn run 6, reported: batches of 10, 50, 100: ", end="")
    print(", ".join(f"{each:.3f}" for each in REPORTED["batches"]), end="; L2 0.01, 0.001: ")
    print(", ".join(f"{each:.3f}" for each in REPORTED["l2"]))
    for row in rows:
        if row.setting not in GRID:
            mean, spread = row.test
            print(f"Here, {row.setting}: {mean:.3f} ± {spread:.3f}, {row.seconds:.0f} s")


study_rows = summary(load_recorded())
if not study_rows:
    print("No runs of the whole study are recorded here, so the table has the report's figures")
    print("only. `python3 course.py study` makes them; the small sweep above shows the same things")
    print("on a smaller scale.\n")
print_study(study_rows)

# %% given="study_figure"
if any(row.setting in GRID for row in study_rows):
    show(study_figure(study_rows))

# %% [markdown]
# ### What to believe
#
# These figures were published, by people who took care: three seeds, a validation half, every time noted. And yet:
#
# - **The factor 2.** The report's equation for the gradient drops it. Run again *with* the 2, the tanh-tanh runs at rates 0.05 and 0.09 come within 0.01 of the report, all but run 9; run 6 has 0.892 where the report has 0.885. *Without* the 2, run 6 gave 0.857. So its program seems to be right, and its equation wrong. It is worth knowing which of the two you copy.
# - **Batches of 10: 0.101.** That is what guessing gives, so a network that had stopped learning, or a program that had. The same setting, run again with three seeds, reached 0.98 and was not stuck at all.
# - **Run 9: 0.627, with a standard deviation of about 0.37.** Such a spread of three numbers means that at least one run fell far below the others. It is the largest network at the largest rate, and your small sweep knows such rows. Yet the same three seeds, run again, gave 0.893, 0.896 and 0.895: there was no collapse to be seen, and run 9 is the best of the grid.
# - **ReLU-sigmoid.** None of the nine rows is met. With 1,000 units the report has 0.167, 0.410 and 0.580 for the three rates, and here it is 0.446, 0.320 and 0.377, with spreads of 0.01 to 0.04: not even the order is the same. After 100 small steps these networks stand at the foot of a steep slope, where the weights of the start decide. Whether N(0, 0.01) gives a standard deviation, as here, or a variance, is a factor of ten in them.
# - **The counts.** Validation and test half with identical counts of each digit: impossible, as you showed in notebook 1.
#
# None of this makes the report worthless. Its main results stand: tanh-tanh learns faster at these rates; mini-batches of 50 or 100 reach 98 % where 100 full steps reach 89 %; these penalties do nothing. What differs, differs where a sentence, a seed or a line of code was not written down.

# %% [markdown]
# ## 7. Report
#
# ### Report question 1: your sweep (4 points)
#
# What did your small sweep find? Describe the effect of activations, size and learning rate with figures of the table, and say which differences are larger than the spread over the seeds. Which setting did `select` take, and why is it not simply the one with the best mean? One paragraph.

# %% [markdown] written="report_sweep" points=4
# ### BEGIN SOLUTION
# The learning rate matters most, and each pair of activations has its own range. At 0.01 and 0.05 tanh-tanh is tens of points ahead of ReLU-sigmoid, far more than the spread of three seeds. At 1.0 tanh-tanh guesses (about 10 %), and ReLU-sigmoid with 100 units is the best row of the table. With 100 units
# tanh-tanh breaks down at 0.25 already, and its standard deviation there is several points, since some seeds fall further than others; with 20 units it is at its best there. So the effect of the size depends on the rate: at small rates 100 units are ahead of 20, at 0.25 the opposite. Between the best rows of the two pairs there are only
# a point or two, and on the digits less than a standard error. The best mean belongs to one row, but others within one standard error of it cannot be told apart from it by three seeds; select takes the quickest of those, because being best by less than the error is luck, while the seconds are real. (Where no other row is that close, it takes
# the best.) All this holds for 10 epochs, batches of 50, and weights that start with 0.01.
#
# ### BEGIN MARK SCHEME
# - 1 point: effects of rate, activations and size, with figures.
# - 1 point: compares differences with the spread (or standard error) over seeds, and names at least one that is not larger.
# - 1 point: select: within one standard error settings are as good as the best, so cost decides.
# - 1 point: limits: with this start, number of steps and grid; each pair of activations has its own best rate.
# ### END MARK SCHEME
# ### END SOLUTION

# %% [markdown]
# ### Report question 2: somebody else's table (3 points)
#
# Take the row "batches of 10: 0.101" and the row of run 9, 0.627 with a standard deviation (divided by $r - 1$) of about 0.37. What three accuracies could give the latter? Name two explanations for a row at 0.1, and for each a check that you would have done before printing it.

# %% [markdown] written="report_rows" points=3
# ### BEGIN SOLUTION
# Two runs near 0.88 and one near 0.1 or 0.2 would do: 0.84, 0.84 and 0.20 have the mean 0.627 and the standard deviation 0.37. So it is not a setting that learns badly, but one that failed once, and a mean is a poor summary: the three numbers should be printed. A row at 0.101 is guessing. Either the network
# collapsed (for instance all tanh outputs saturated after steps that were too large, so no error comes back), or the program was at fault (targets shuffled apart from images, a gradient not divided by the batch size, an average over the wrong files). Checks: look at the loss curve and at the outputs of one run (all equal? at
# -1 or 1?); repeat with another seed and with a tenth of the rate; train on 100 images, which must be learnt by heart; check the gradient on a batch of 10.
#
# ### BEGIN MARK SCHEME
# - 1 point: three accuracies with about that mean and spread (two high, one near guessing), or a clear statement that one run collapsed.
# - 1 point: two explanations, one of the network (saturation, rate too large) and one of the program or the books.
# - 1 point: a fitting check for each (curve or outputs, another seed or rate, few images by heart, gradient check, counting the files).
# ### END MARK SCHEME
# ### END SOLUTION

# %% [markdown]
# ## Recap
#
# - An **epoch** uses every row once, in a new order, the short last batch too. Full batch: one step.
# - A **run** is written down with all that is needed to repeat it, as soon as it is done. What is in the books is never run twice.
# - **Mean and standard deviation** over seeds, with $r - 1$; the number of runs beside them. A spread like 0.37 is a story about one run.
# - **Select** by validation accuracy, up to one standard error, then by cost. The test half judges, at the end.
# - A comparison of two methods on one grid is a comparison of *how the grid suits them*.
#
# *To read on:* Bengio, *Practical Recommendations for Gradient-Based Training of Deep Architectures* (2012); Bouthillier and others, *Accounting for Variance in Machine Learning Benchmarks* (2021); Glorot and Bengio, *Understanding the Difficulty of Training Deep Feedforward Neural Networks* (2010), on starts and saturation.
