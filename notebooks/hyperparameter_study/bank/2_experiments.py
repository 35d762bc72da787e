"""The bank for `hyperparameter_study/2_experiments`: mistakes, and right answers otherwise."""

from grading.bank.entry import right, right_edit, wrong

ORDER = "rng.permutation(len(X))"
ROWS = "order[start : start + size]"
SIZE = "len(X) if batch is None else batch"
STEPS = "range(0, len(X), size)"
STEP = "net.step(gradients, learning_rate)"
PAIR = "net.backward(X[rows], Y[rows])"
DONE = "any(all(run[key] == wanted[key] for key in wanted) for run in finished)"
WANTED = 'setting | {"seed": seed}'
PAIRS = "[(each, seed) for each in settings for seed in seeds if not is_done(each, seed)]"
KEY = "tuple(run[name] for name in names)"
MEAN, STD = "values.mean()", "values.std(ddof=1)"
COUNT = '{"runs": len(group)}'
BEST = 'max(table, key=lambda row: row["validation"])'
ERROR = 'best["validation_std"] / np.sqrt(best["runs"])'
GOOD = 'row["validation"] >= best["validation"] - standard_error'
QUICK = 'min(good, key=lambda row: row["seconds"])'

#: Mistakes by exercise.
WRONG = {
    "train_epoch": [
        wrong(
            "the order is that of X",
            ORDER,
            "np.arange(len(X))",
            says="You go through the rows in the order of X, every epoch alike. Where data are "
            "sorted, a batch would hold one class only.",
        ),
        wrong(
            "images and targets shuffled apart",
            "Y[rows]",
            "Y[rng.permutation(rows)]",
            says="Images and targets of a batch are in different orders, so each image is taught "
            "another one's label. Both need the same row numbers.",
        ),
        wrong(
            "targets in the old order",
            "Y[rows]",
            "Y[start : start + size]",
            says="You shuffle the images and leave the targets in their old order: row i of the "
            "batch gets somebody else's target.",
        ),
        wrong(
            "the short last batch is left out",
            STEPS,
            "range(0, len(X) - size + 1, size)",
            says="The last rows, too few for a whole batch, are never used. They make a short "
            "batch of their own.",
        ),
        wrong(
            "one batch too few",
            STEPS,
            "range(0, len(X) - size, size)",
            says="Your loop ends before the last batch, whether it is short or not.",
        ),
        wrong(
            "only the first batch",
            STEPS,
            "range(0, size, size)",
            says="Your epoch is a single step. It goes on until every row has had its turn.",
        ),
        wrong(
            "batches overlap",
            STEPS,
            "range(0, len(X), max(1, size // 2))",
            says="Your batches overlap, so most rows are used twice in an epoch. How far is it "
            "from one start to the next?",
        ),
        wrong(
            "rows drawn with replacement",
            ORDER,
            "rng.integers(len(X), size=len(X))",
            says="You draw rows independently, so that some come twice in an epoch and others not "
            "at all.",
        ),
        wrong(
            "a new order for each batch",
            ROWS,
            "rng.permutation(len(X))[start : start + size]",
            says="You draw a new order for every batch, so a row may be in several batches, or in "
            "none. One order holds for the whole epoch.",
        ),
        wrong(
            "the batches in a random order, the rows in them not",
            ORDER,
            "np.concatenate([np.arange(len(X))[i : i + (batch or len(X))] for i in "
            "rng.permutation(np.arange(0, len(X), batch or len(X)))])",
            says="You shuffle whole blocks of neighbours. The same rows then share a batch in "
            "every epoch; the rows themselves should be shuffled.",
        ),
        wrong(
            "a generator of its own",
            ORDER,
            "np.random.default_rng(0).permutation(len(X))",
            says="You make a generator of your own with a fixed seed: each epoch has the same "
            "order. Draw from the one that is handed over.",
        ),
        wrong(
            "NumPy's global generator",
            ORDER,
            "np.random.permutation(len(X))",
            says="Your order does not come from rng, so that the same seed gives another run each "
            "time.",
        ),
        wrong(
            "batch None makes steps of one row",
            SIZE,
            "1 if batch is None else batch",
            says="With batch None you take a step for every single row. None means all rows, and "
            "one step.",
        ),
        wrong(
            "the learning rate is divided by the batch",
            STEP,
            "net.step(gradients, learning_rate / len(rows))",
            says="You divide the step by the number of rows. The gradient is a mean already.",
        ),
        wrong(
            "always a rate of 0.1",
            STEP,
            "net.step(gradients, 0.1)",
            says="Your steps have the same length whatever learning rate is asked for.",
        ),
        wrong(
            "uphill",
            STEP,
            "net.step(gradients, -learning_rate)",
            says="You hand over a negative rate. `step` moves *against* the gradient already.",
        ),
        wrong(
            "no step is taken",
            "        net.step(gradients, learning_rate)",
            "        pass",
            says="You compute gradients, and nothing moves: which method takes the step?",
        ),
        wrong(
            "one step, at the end of the epoch",
            "        net.step(gradients, learning_rate)",
            "        last = gradients\n    net.step(last, learning_rate)",
            says="Your step stands after the loop: one an epoch, with the last batch's gradient. "
            "It belongs after each batch.",
        ),
        wrong(
            "X is shuffled in place",
            "    order = rng.permutation(len(X))",
            "    order = rng.permutation(len(X))\n    X[:], Y[:] = X[order], Y[order]",
            says="You rearrange the caller's X and Y. The next epoch, and the labels that belong "
            "to them, would be in another order.",
        ),
    ],
    "unfinished": [
        wrong(
            "the seed is forgotten",
            WANTED,
            "setting",
            says="One finished run of a setting counts for all of its seeds. A pair is finished "
            "when its own seed is.",
        ),
        wrong(
            "the seed alone",
            WANTED,
            '{"seed": seed}',
            says="You compare seeds alone: once a seed is finished in one setting, it counts as "
            "finished in all.",
        ),
        wrong(
            "one entry is enough",
            "any(all(run[key] == wanted[key] for key in wanted)",
            "any(any(run[key] == wanted[key] for key in wanted)",
            says="A single entry that agrees is enough for you. All of them have to, or it is "
            "another run.",
        ),
        wrong(
            "the whole run is compared",
            DONE,
            "wanted in finished",
            says="You look for the setting and seed among the runs as they are. A run holds its "
            "results as well, so it never equals them: nothing counts as finished.",
        ),
        wrong(
            "the finished ones are returned",
            "if not is_done",
            "if is_done",
            says="You return what is finished. What is still to be done?",
        ),
        wrong(
            "seeds outside, settings inside",
            PAIRS,
            "[(each, seed) for seed in seeds for each in settings if not is_done(each, seed)]",
            says="Your pairs are right, in another order: all settings of the first seed come "
            "first. The settings' order leads.",
        ),
        wrong(
            "seed and setting exchanged",
            "(each, seed) for each",
            "(seed, each) for each",
            says="In your pairs the seed comes first; (setting, seed) was asked for.",
        ),
        wrong(
            "as many as are finished are cut off the front",
            PAIRS,
            "[(each, seed) for each in settings for seed in seeds][len(finished) :]",
            says="You count the finished runs and drop as many pairs from the front. Which ones "
            "are finished, only the runs themselves can tell; several work at a time.",
        ),
        wrong(
            "settings without any run only",
            PAIRS,
            "[\n        (each, seed)\n        for each in settings\n        for seed in seeds\n"
            "        if not any(is_done(each, other) for other in seeds)\n    ]",
            says="A setting with one finished seed is dropped as a whole. The other seeds are "
            "still to be run.",
        ),
        wrong(
            "n_hidden and learning_rate only",
            "for key in wanted) for run",
            'for key in wanted if key in ("n_hidden", "learning_rate", "seed")) for run',
            says="You compare the entries whose names you know. A run with another batch size, or "
            "other names altogether, is another run.",
        ),
        wrong(
            "None is passed over",
            "for key in wanted) for run",
            "for key in wanted if wanted[key]) for run",
            says="Entries such as None, 0 or 0.0 do not count for you. They are values like "
            "others: batch None is the full batch.",
        ),
        wrong(
            "the run's own entries without results",
            DONE,
            "any({k: v for k, v in run.items() if k not in ('validation', 'seconds')} == wanted "
            "for run in finished)",
            says="You take away the results whose names you know, and compare the rest. A run may "
            "hold any other results; only the setting's entries matter.",
        ),
        wrong(
            "the finished list is emptied",
            "    return [(each",
            "    todo = [(each",
            "if not is_done(each, seed)]",
            "if not is_done(each, seed)]\n    finished.clear()\n    return todo",
            says="You empty the list of finished runs: the books are gone. Read them, and leave "
            "them as they are.",
        ),
        wrong(
            "the seed is written into the settings",
            "wanted = setting",
            'setting["seed"] = seed\n        wanted = setting',
            says="You write the seed into the caller's settings. Make a new dict for the "
            "comparison.",
        ),
        wrong(
            "the last seed only",
            PAIRS,
            "[(each, seeds[-1]) for each in settings if not is_done(each, seeds[-1])]",
            says="Only one seed of each setting is left in your list. Every seed makes a run.",
        ),
    ],
    "summarise": [
        wrong(
            "the standard deviation with r below the sum",
            STD,
            "values.std()",
            says="Your standard deviations have r below the sum of squares, NumPy's default. For "
            "a sample of r runs it is r - 1.",
        ),
        wrong(
            "the variance",
            STD,
            "values.var(ddof=1)",
            says="You report variances. Their root is the standard deviation, in the unit of the "
            "accuracy itself.",
        ),
        wrong(
            "the standard error",
            STD,
            "values.std(ddof=1) / np.sqrt(len(values))",
            says="You report the standard error of the mean. The table holds the standard "
            "deviation of the runs, and their number.",
        ),
        wrong(
            "the range",
            STD,
            "np.ptp(values)",
            says="You report largest minus smallest. That grows with the number of runs; the "
            "standard deviation was asked for.",
        ),
        wrong(
            "the median",
            MEAN,
            "np.median(values)",
            says="You take the median. It is a sturdy choice, but the mean was asked for.",
        ),
        wrong(
            "the best run",
            MEAN,
            "values.max()",
            says="You report the best of the runs. With more seeds it would get better by itself; "
            "the mean would not.",
        ),
        wrong(
            "a sum",
            MEAN,
            "values.sum()",
            says="You add up the runs' values and do not divide by their number.",
        ),
        wrong(
            "every setting counted with three runs",
            COUNT,
            '{"runs": 3}',
            says="You write down three runs for every setting. Count them: a stopped study has "
            "fewer, another one more.",
        ),
        wrong(
            "the number of all runs",
            COUNT,
            '{"runs": len(runs)}',
            says="Each of your rows counts the runs of *all* settings.",
        ),
        wrong(
            "the first name only",
            KEY,
            "tuple(run[name] for name in names[:1]) + tuple(runs[0][name] for name in names[1:])",
            says="You group by the first name only, so different settings are averaged together.",
        ),
        wrong(
            "every run a row",
            KEY,
            'tuple(run[name] for name in names) + (run["seed"],)',
            "dict(zip(names, setting, strict=True))",
            "dict(zip(names, setting, strict=False))",
            says="The seed makes settings different for you, so every run has a row of its own. "
            "Runs of the same setting share one.",
        ),
        wrong(
            "rows sorted by size",
            "    return table",
            "    return sorted(table, key=lambda row: str([row[name] for name in names]))",
            says="You sort the rows. They should stand in the order in which the settings first "
            "occur; whoever wants another one can sort.",
        ),
        wrong(
            "rows in the reverse order",
            "    return table",
            "    return table[::-1]",
            says="Your rows stand in the reverse order: the setting that occurs first comes last.",
        ),
        wrong(
            "neighbouring runs only",
            "groups.setdefault(tuple(run[name] for name in names), []).append(run)",
            "key = tuple(run[name] for name in names)\n"
            "        if key not in groups or last != key:\n"
            "            groups[key] = []\n"
            "        groups[key].append(run)\n"
            "        last = key",
            says="A setting whose runs are not neighbours loses those before. Runs end in any "
            "order; keep a group for each setting.",
        ),
        wrong(
            "the first measure in every column",
            "run[measure] for run in group",
            "run[measures[0]] for run in group",
            says="All of your columns hold the first measure. Which one is being averaged?",
        ),
        wrong(
            "over all runs, not the group's",
            "run[measure] for run in group",
            "run[measure] for run in runs",
            says="Your means are over all runs, so every row says the same. Each is about its own "
            "setting.",
        ),
        wrong(
            "the measures that it knows",
            "for measure in measures:",
            'for measure in ("validation", "seconds"):',
            says="You average the measures that you know by name. Which ones are wanted, the "
            "caller says.",
        ),
        wrong(
            "the last run is missing",
            "for run in runs:",
            "for run in runs[:-1]:",
            says="One run never gets into the table: does your loop reach the last one?",
        ),
        wrong(
            "rounded to two digits",
            MEAN,
            "round(values.mean(), 2)",
            says="Your means are rounded. Round when you print; whoever computes with the table "
            "needs all digits.",
        ),
        wrong(
            "the runs are emptied",
            "for run in runs:",
            "while runs:\n        run = runs.pop(0)",
            says="Your table is right, but the list of runs is empty afterwards: all the books "
            "are gone.",
        ),
    ],
    "select": [
        wrong(
            "the best mean, without the rule",
            f"good = [row for row in table if {GOOD}]",
            "good = [best]",
            says="You take the best mean as it is. Rows within one standard error of it are as "
            "good, and one of them may be quicker.",
        ),
        wrong(
            "strictly less than one standard error",
            GOOD,
            'row["validation"] > best["validation"] - standard_error',
            says="You ask for more than the limit. Where the best row's seeds agree to the last "
            "digit, its standard error is 0, and not even that row is left.",
        ),
        wrong(
            "the quickest of all",
            f" if {GOOD}",
            "",
            says="You take the quickest row of the table, however bad its accuracy is.",
        ),
        wrong(
            "the slowest of the good ones",
            QUICK,
            'max(good, key=lambda row: row["seconds"])',
            says="Of the good rows you take the slowest.",
        ),
        wrong(
            "the smallest accuracy of the good ones",
            QUICK,
            'min(good, key=lambda row: row["validation"])',
            says="Among the good rows you go by accuracy again, and take the lowest. What should "
            "decide among equals?",
        ),
        wrong(
            "chosen by the test accuracy",
            BEST,
            'max(table, key=lambda row: row["test"])',
            says="You look for the best on the *test* images. Then nothing is left that could "
            "judge your choice.",
        ),
        wrong(
            "chosen by the training accuracy",
            BEST,
            'max(table, key=lambda row: row["train"])',
            says="You look for the best on the training images. What has been learnt by heart is "
            "best there.",
        ),
        wrong(
            "the standard deviation for the standard error",
            ERROR,
            'best["validation_std"]',
            says="You allow a whole standard deviation. The mean of several runs is surer than one "
            "run: by how much?",
        ),
        wrong(
            "divided by the number of runs, not its root",
            ERROR,
            'best["validation_std"] / best["runs"]',
            says="Your standard error is too small: the spread of a mean shrinks with the root of "
            "the number of runs.",
        ),
        wrong(
            "always three runs",
            ERROR,
            'best["validation_std"] / np.sqrt(3)',
            says="You divide by the root of three, whatever the row says about its runs.",
        ),
        wrong(
            "each row's own standard error",
            f"good = [row for row in table if {GOOD}]",
            "good = [\n        row\n        for row in table\n"
            '        if row["validation"] + row["validation_std"] / np.sqrt(row["runs"])\n'
            '        >= best["validation"]\n    ]',
            says="You measure each row by its *own* spread, so that a setting profits from being "
            "unsteady. The rule asks for the best row's.",
        ),
        wrong(
            "one point below the best",
            ERROR,
            "0.01",
            says="You allow one hundredth, always. How much is as good as the best depends on how "
            "much the best one varies.",
        ),
        wrong(
            "two standard errors",
            ERROR,
            '2 * best["validation_std"] / np.sqrt(best["runs"])',
            says="You allow two standard errors below the best; the rule has one.",
        ),
        wrong(
            "the spread of the seconds",
            'best["validation_std"]',
            'best["seconds_std"]',
            says="You take the spread of the *seconds*. It is accuracies that are compared.",
        ),
        wrong(
            "only better ones count",
            GOOD,
            'row["validation"] >= best["validation"] + standard_error',
            says="You look for rows *above* the best by one standard error. Nothing is.",
            like=(),
        ),
        wrong(
            "the place in the table",
            "return min(",
            "return table.index(min(",
            'key=lambda row: row["seconds"])',
            'key=lambda row: row["seconds"]))',
            says="You return the row's place in the table; the row itself is asked for.",
        ),
        wrong(
            "the seconds, not the row",
            QUICK,
            'min(row["seconds"] for row in good)',
            says="You return how many seconds the quickest row takes. Which row is it?",
        ),
        wrong(
            "the first good one",
            QUICK,
            "good[0]",
            says="You take the first of the good rows; which one that is, the table's order "
            "decides. Which of them is the quickest?",
        ),
        wrong(
            "the table is sorted in place",
            "    best = max(",
            '    table.sort(key=lambda row: row["seconds"], reverse=True)\n    best = max(',
            says="Your choice is right, but the caller's table is in another order afterwards. "
            "`sorted` makes a new list.",
        ),
    ],
}

#: Right answers by exercise.
RIGHT = {
    "train_epoch": [
        right(
            "shuffled copies, array_split",
            """
            m = X.shape[0]
            order = np.arange(m)
            rng.shuffle(order)
            X_new, Y_new = X[order], Y[order]
            if batch is None:
                batch = m
            start = 0
            while start < m:
                stop = min(start + batch, m)
                dW1, db1, dW2, db2 = net.backward(X_new[start:stop], Y_new[start:stop])
                net.step((dW1, db1, dW2, db2), learning_rate)
                start = stop
            """,
        ),
        right(
            "parameters moved by hand, losses noted",
            """
            order = rng.permutation(np.arange(len(Y)))
            cuts = [] if batch is None else list(range(batch, len(Y), batch))
            losses = []
            for rows in np.split(order, cuts):
                losses.append(net.loss(net.forward(X[rows]), Y[rows]))
                grads = net.backward(X[rows], Y[rows])
                for name, grad in zip(("W1", "b1", "W2", "b2"), grads):
                    setattr(net, name, getattr(net, name) - learning_rate * grad)
            return float(np.mean(losses))
            """,
        ),
        right(
            "random keys, from the end",
            """
            size = batch or len(X)
            order = np.argsort(rng.random(len(X))).tolist()
            while order:
                rows = [order.pop() for _ in range(min(size, len(order)))]
                net.step(net.backward(X.take(rows, axis=0), Y.take(rows, axis=0)), learning_rate)
            """,
        ),
        right(
            "one table of images and targets, shuffled",
            """
            both = np.concatenate([X, Y], axis=1)
            both = rng.permutation(both, axis=0)
            size = len(both) if batch is None else int(batch)
            for i in range(-(-len(both) // size)):
                part = both[i * size : (i + 1) * size]
                images, targets = part[:, : X.shape[1]], part[:, X.shape[1] :]
                gradients = net.backward(images, targets)
                net.step(list(gradients), lr=learning_rate)
            return net
            """,
        ),
        right(
            "with a generator of row numbers",
            """
            def batches():
                order = rng.choice(len(X), size=len(X), replace=False)
                if batch is None:
                    yield order
                    return
                for start in range(0, len(X), batch):
                    yield np.sort(order[start : start + batch])

            for rows in batches():
                net.step(net.backward(X[rows, :], Y[rows, :]), learning_rate)
            """,
        ),
        right(
            "pairs of an image and its target, dealt out from a list",
            """
            pairs = list(zip(X, Y))
            pairs = [pairs[i] for i in rng.permutation(len(pairs))]
            size = batch or len(pairs)
            for part in [pairs[i : i + size] for i in range(0, len(pairs), size)]:
                images, targets = map(np.array, zip(*part))
                net.step(net.backward(images, targets), learning_rate)
            """,
        ),
    ],
    "unfinished": [
        right(
            "nested loops",
            """
            missing = []
            for setting in settings:
                for seed in seeds:
                    found = False
                    for run in finished:
                        if run["seed"] != seed:
                            continue
                        same = True
                        for name, value in setting.items():
                            if run[name] != value:
                                same = False
                        if same:
                            found = True
                            break
                    if not found:
                        missing.append((setting, seed))
            return missing
            """,
        ),
        right(
            "a set of frozen runs",
            """
            names = sorted({name for setting in settings for name in setting})
            key = lambda entries: tuple((n, entries[n]) for n in names if n in entries)
            done = {(key(run), run["seed"]) for run in finished}
            pairs = [(setting, seed) for setting in settings for seed in seeds]
            return [pair for pair in pairs if (key(pair[0]), pair[1]) not in done]
            """,
        ),
        right(
            "subsets of items",
            """
            import itertools

            def is_new(pair):
                setting, seed = pair
                wanted = {**setting, "seed": seed}.items()
                return all(
                    sum(1 for item in wanted if item[0] in run and run[item[0]] == item[1])
                    < len(wanted)
                    for run in finished
                )

            return list(filter(is_new, itertools.product(settings, seeds)))
            """,
        ),
        right(
            "finished pairs crossed out",
            """
            left = [(setting, seed) for setting in settings for seed in seeds]
            for run in finished:
                for pair in list(left):
                    setting, seed = pair
                    part = {name: run.get(name, "absent") for name in setting}
                    if part == setting and seed == run.get("seed"):
                        left.remove(pair)
            return left
            """,
        ),
        right(
            "lists of texts, copies of the settings",
            """
            import json

            def text(entries, seed):
                return json.dumps([sorted(entries.items(), key=lambda item: item[0]), seed])

            result = []
            for setting in settings:
                have = [text({n: r[n] for n in setting}, r["seed"]) for r in finished]
                result += [[dict(setting), s] for s in seeds if text(setting, s) not in have]
            return result
            """,
        ),
        right(
            "itertools.product, a filter for the rest",
            """
            from itertools import product

            def is_left(pair):
                wanted = dict(pair[0], seed=pair[1])
                return not [run for run in finished if wanted.items() <= run.items()]

            return list(filter(is_left, product(settings, seeds)))
            """,
        ),
    ],
    "summarise": [
        right(
            "statistics, two passes",
            """
            import statistics

            settings = []
            for run in runs:
                setting = {name: run[name] for name in names}
                if setting not in settings:
                    settings.append(setting)
            rows = []
            for setting in settings:
                own = [run for run in runs if all(run[n] == setting[n] for n in names)]
                row = dict(setting, runs=len(own))
                for measure in measures:
                    values = [run[measure] for run in own]
                    row[measure] = statistics.mean(values)
                    row[measure + "_std"] = statistics.stdev(values)
                rows.append(row)
            return rows
            """,
        ),
        right(
            "sums and sums of squares",
            """
            sums = {}
            for run in runs:
                key = tuple(run[name] for name in names)
                if key not in sums:
                    sums[key] = [0, {m: [] for m in measures}]
                sums[key][0] += 1
                for m in measures:
                    sums[key][1][m].append(run[m])
            table = []
            for key in sums:
                r, lists = sums[key]
                row = {"runs": r}
                for name, value in zip(names, key):
                    row[name] = value
                for m, values in lists.items():
                    mean = sum(values) / r
                    row[m] = mean
                    row[m + "_std"] = (sum((v - mean) ** 2 for v in values) / (r - 1)) ** 0.5
                table.append(row)
            return table
            """,
        ),
        right(
            "a matrix of measures for each setting",
            """
            from collections import defaultdict

            numbers, first = defaultdict(list), {}
            for run in runs:
                key = repr([run[name] for name in names])
                first.setdefault(key, run)
                numbers[key].append([run[measure] for measure in measures])
            table = []
            for key, run in first.items():
                M = np.array(numbers[key])
                means, spreads = M.mean(axis=0), M.std(axis=0, ddof=1)
                row = {name: run[name] for name in names}
                row["runs"] = M.shape[0]
                row.update(zip(measures, means.tolist()))
                row.update((f"{m}_std", s) for m, s in zip(measures, spreads.tolist()))
                row["seeds"] = sorted(r["seed"] for r in runs if r["seed"] is not None)
                table.append(row)
            return table
            """,
        ),
        right(
            "population deviation corrected by Bessel's factor",
            """
            def matches(run, row):
                return all(run[name] == row[name] for name in names)

            table = []
            for run in runs:
                if any(matches(run, row) for row in table):
                    continue
                own = [other for other in runs if matches(other, run)]
                r = len(own)
                row = {name: run[name] for name in names} | {"runs": r}
                for measure in measures:
                    values = np.fromiter((other[measure] for other in own), dtype=float)
                    row[measure] = np.mean(values)
                    row[f"{measure}_std"] = np.std(values) * np.sqrt(r / (r - 1))
                table.append(row)
            return tuple(table)
            """,
        ),
        right_edit(
            "the root of the variance, as plain floats",
            STD,
            "float(np.sqrt(np.var(values, ddof=1)))",
            MEAN,
            "float(np.average(values))",
        ),
    ],
    "select": [
        right(
            "sorted by time, the first that is good",
            """
            best = sorted(table, key=lambda row: -row["validation"])[0]
            limit = best["validation"] - best["validation_std"] / best["runs"] ** 0.5
            for row in sorted(table, key=lambda row: row["seconds"]):
                if row["validation"] >= limit:
                    return row
            """,
        ),
        right(
            "arrays and a mask",
            """
            means = np.array([row["validation"] for row in table])
            spreads = np.array([row["validation_std"] for row in table])
            counts = np.array([row["runs"] for row in table])
            seconds = np.array([row["seconds"] for row in table], dtype=float)
            top = int(np.argmax(means))
            bad = means < means[top] - (spreads / np.sqrt(counts))[top]
            seconds[bad] = np.inf
            return table[int(np.argmin(seconds))]
            """,
        ),
        right(
            "one loop for the best, one for the quickest",
            """
            best = table[0]
            for row in table[1:]:
                if row["validation"] > best["validation"]:
                    best = row
            error = (best["validation_std"] ** 2 / best["runs"]) ** 0.5
            chosen = best
            for row in table:
                close_enough = best["validation"] - row["validation"] <= error
                if close_enough and row["seconds"] < chosen["seconds"]:
                    chosen = row
            return chosen
            """,
        ),
        right(
            "a copy of the row",
            """
            import math

            accuracy = max(row["validation"] for row in table)
            (best, *_) = [row for row in table if row["validation"] == accuracy]
            error = best["validation_std"] / math.sqrt(best["runs"])
            fits = {row["seconds"]: row for row in table if row["validation"] + error >= accuracy}
            return dict(fits[min(fits)])
            """,
        ),
        right(
            "in one expression",
            """
            best = max(table, key=lambda row: row["validation"])
            return min(
                table,
                key=lambda row: (
                    row["validation"]
                    < best["validation"] - best["validation_std"] * best["runs"] ** -0.5,
                    row["seconds"],
                ),
            )
            """,
        ),
    ],
}
