"""The bank for `4_bias_variance`: mistakes, and right answers written otherwise."""

from grading.bank.entry import right, right_edit, wrong, wrong_body

CALLS = "calls = [(h, seed) for h in hidden_sizes for seed in seeds]"
RESHAPED = "scores.reshape(len(hidden_sizes), len(seeds), 2)"
COLUMNS = "scores[:, :, 0], scores[:, :, 1]"
DICT = '{"hidden": np.array(hidden_sizes), "train": train, "validation": validation}'
ERROR = "validation[best].std(ddof=1) / np.sqrt(validation.shape[1])"
OWN_ERRORS = "validation.std(axis=1, ddof=1) / np.sqrt(validation.shape[1])"
VALIDATION = 'validation = table["validation"]'
MEANS = "validation.mean(axis=1)"
BEST = "best = means.argmax()"
ENOUGH = "means >= means[best] - standard_error"
SMALLEST = 'table["hidden"][good_enough].min()'

#: Mistakes by exercise.
WRONG = {
    "sweep": [
        wrong(
            "training and validation swapped",
            "train, validation =",
            "validation, train =",
            says="Your training and validation accuracies have changed places. Which of the two "
            "does train_and_score return first?",
        ),
        wrong(
            "a row for each seed",
            COLUMNS,
            "scores[:, :, 0].T, scores[:, :, 1].T",
            says="Your arrays have a row for each seed. A row for each size is asked for, so "
            "that a mean over a row is the mean of one size.",
        ),
        wrong(
            "only the means over the seeds",
            COLUMNS,
            "scores[:, :, 0].mean(axis=1), scores[:, :, 1].mean(axis=1)",
            says="You return the means over the seeds alone. Keep all results, a column for each "
            "seed: without them nobody can see the spread.",
        ),
        wrong(
            "only the best run of each size",
            COLUMNS,
            "scores[:, :, 0].max(axis=1), scores[:, :, 1].max(axis=1)",
            says="You keep the best run of each size. That is luck as much as size: return all "
            "runs, a column for each seed.",
        ),
        wrong(
            "training accuracies in both arrays",
            COLUMNS,
            "scores[:, :, 0], scores[:, :, 0]",
            says="Your validation holds the training accuracies once more. Each run gives two "
            "numbers: what becomes of the second?",
        ),
        wrong(
            "the gap in place of validation",
            COLUMNS,
            "scores[:, :, 0], scores[:, :, 0] - scores[:, :, 1]",
            says="Your validation holds the gap between the two accuracies. Return the "
            "validation accuracies themselves; the gap can be computed later.",
        ),
        wrong(
            "errors instead of accuracies",
            RESHAPED,
            f"1 - {RESHAPED}",
            says="You return how much is wrong instead of how much is right. The table should "
            "hold the accuracies as train_and_score gives them.",
        ),
        wrong(
            "results cut into rows of the wrong length",
            RESHAPED,
            "scores.reshape(len(seeds), -1, 2).swapaxes(0, 1)",
            says="Your numbers stand in the wrong rows: you reshape as if the seed came first, "
            "but your list of runs goes through all seeds of one size before the next. "
            "Which index changes fastest?",
        ),
        wrong(
            "s and r swapped in the shape",
            RESHAPED,
            "scores.reshape(len(seeds), len(hidden_sizes), 2)",
            says="Your arrays have r rows and s columns, and reshaping has mixed the sizes up. "
            "There should be a row for each size: how many rows is that?",
        ),
        wrong(
            "one long row",
            COLUMNS,
            "scores[:, :, 0].ravel(), scores[:, :, 1].ravel()",
            says="Your arrays are one long row of all runs. Give them a row for each size and a "
            "column for each seed.",
        ),
        wrong(
            "the places of the seeds instead of the seeds",
            "for seed in seeds]",
            "for seed in range(len(seeds))]",
            says="You train with 0, 1, 2 and so on as seeds. The seeds to use are those that "
            "your function is given.",
        ),
        wrong(
            "the first seed for all columns",
            "[(h, seed)",
            "[(h, seeds[0])",
            says="You train each size with the first seed again and again, so all columns are "
            "alike. Each column belongs to a seed of its own.",
        ),
        wrong(
            "the places of the sizes instead of the sizes",
            "[(h, seed)",
            "[(list(hidden_sizes).index(h), seed)",
            says="You train networks of 0, 1, 2 and so on hidden units: those are the places in "
            "the list. Hand the size itself to train_and_score.",
        ),
        wrong(
            "size and seed swapped in the call",
            "[(h, seed)",
            "[(seed, h)",
            says="You hand the seed to train_and_score where the size belongs, and the size "
            "where the seed does. Which argument comes first?",
        ),
        wrong(
            "one seed for each size",
            CALLS,
            "calls = list(zip(hidden_sizes, seeds))",
            RESHAPED,
            "scores.reshape(len(calls), 1, 2)",
            says="You walk through sizes and seeds side by side, so each size is trained with "
            "one seed only. A sweep runs every size with every seed.",
        ),
        wrong(
            "hidden sorted, the rows not",
            "np.array(hidden_sizes)",
            "np.sort(hidden_sizes)",
            says="You sort hidden, but the rows of your accuracies keep the order given. A row "
            "then no longer belongs to the size beside it.",
        ),
        wrong(
            "sizes sorted before training",
            CALLS,
            f"hidden_sizes = sorted(hidden_sizes)\n    {CALLS}",
            says="You sort the sizes first. The table should have them in the order given, and "
            "its rows, too.",
        ),
        wrong(
            "the places of the sizes in hidden",
            "np.array(hidden_sizes)",
            "np.arange(len(hidden_sizes))",
            says="Your hidden holds the places 0, 1, 2 and so on. It should hold the sizes: the "
            "numbers of hidden units.",
        ),
        wrong(
            "hidden repeated for each run",
            "np.array(hidden_sizes)",
            "np.repeat(hidden_sizes, len(seeds))",
            says="Your hidden names each size once for every seed. It should have s numbers, one "
            "for each row of the table.",
        ),
        wrong(
            "accuracies in percent",
            RESHAPED,
            f"100 * {RESHAPED}",
            says="You turn the accuracies into percent. The table should hold them as "
            "train_and_score gives them, between 0 and 1.",
        ),
        wrong(
            "accuracies rounded",
            RESHAPED,
            f"{RESHAPED}.round(2)",
            says="You round the accuracies. Sizes differ by less than a point here, so the table "
            "should keep all digits.",
        ),
        wrong(
            "accuracies in an array of integers",
            RESHAPED,
            f"{RESHAPED}.astype(int)",
            says="Your accuracies are all 0: they are stored as integers, which drop what comes "
            "after the point. Look at the type of your array.",
        ),
        wrong(
            "each network trained twice",
            "in_parallel(",
            "in_parallel(train_and_score, calls) and in_parallel(",
            says="You call train_and_score twice for each size and seed. One call gives both "
            "accuracies, and a run is the expensive part: keep both from the same call.",
        ),
        wrong_body(
            "return inside the loop over the sizes",
            """
        train, validation = [], []
        for h in hidden_sizes:
            scores = [train_and_score(h, seed) for seed in seeds]
            train.append([score[0] for score in scores])
            validation.append([score[1] for score in scores])
            return {
                "hidden": np.array(hidden_sizes),
                "train": np.array(train),
                "validation": np.array(validation),
            }
        """,
            says="Your function ends after the first size: its return stands inside the loop. "
            "How far in should it be?",
        ),
        wrong_body(
            "the row is never emptied",
            """
        train, validation, train_row, validation_row = [], [], [], []
        for h in hidden_sizes:
            for seed in seeds:
                scores = train_and_score(h, seed)
                train_row.append(scores[0])
                validation_row.append(scores[1])
            train.append(train_row)
            validation.append(validation_row)
        return {
            "hidden": np.array(hidden_sizes),
            "train": np.array(train),
            "validation": np.array(validation),
        }
        """,
            says="All rows of your table are the same list, with the runs of all sizes in it. "
            "Each size needs a new, empty row: where in your loops is it made?",
        ),
        wrong_body(
            "the last seed overwrites the others",
            """
        train = np.zeros((len(hidden_sizes), len(seeds)))
        validation = np.zeros((len(hidden_sizes), len(seeds)))
        for i, h in enumerate(hidden_sizes):
            for seed in seeds:
                train[i], validation[i] = train_and_score(h, seed)
        return {"hidden": np.array(hidden_sizes), "train": train, "validation": validation}
        """,
            says="Each run of yours fills a whole row, so the last seed overwrites all others. A "
            "run belongs in one place, given by its size and its seed.",
        ),
        wrong(
            "a tuple instead of a dict",
            DICT,
            "(np.array(hidden_sizes), train, validation)",
            says="You return three arrays side by side. A dict is asked for, in which each array "
            "has its name.",
        ),
        wrong(
            "another name for validation",
            '"validation":',
            '"valid":',
            says="Your dict has the validation accuracies under another name. Those who use the "
            "table look for the three names in the text, letter by letter.",
        ),
        wrong(
            "another name for hidden",
            '"hidden":',
            '"hidden_sizes":',
            says="Your dict has the sizes under another name. Those who use the table look for "
            "the three names in the text, letter by letter.",
        ),
        wrong(
            "a dict with an entry for each size",
            DICT,
            "{h: (train[i], validation[i]) for i, h in enumerate(hidden_sizes)}",
            says="Your dict has an entry for each size. Asked for are three entries, each an "
            "array over all sizes.",
        ),
    ],
    "choose": [
        wrong(
            "the size with the best mean",
            ENOUGH,
            "means >= means[best]",
            says="You take the size with the best mean. By the rule, smaller sizes whose mean is "
            "hardly lower count as well: how much lower may it be?",
        ),
        wrong(
            "the size with the second best mean",
            BEST,
            "best = means.argsort()[-2]",
            says="Your limit starts from the second best mean. Everything in this rule is "
            "measured from the best one: which end of the sorted means is it?",
        ),
        wrong(
            "the standard deviation for the standard error",
            " / np.sqrt(validation.shape[1])",
            "",
            like=("two standard errors",),
            says="You allow one standard deviation, the spread of single runs. The mean of r "
            "runs is more certain than that, by the root of r.",
        ),
        wrong(
            "two standard errors",
            "- standard_error",
            "- 2 * standard_error",
            like=("the standard deviation for the standard error",),
            says="You allow two standard errors below the best mean. The rule asked for here "
            "allows one.",
        ),
        wrong(
            "the comparison the wrong way round",
            ENOUGH,
            "means < means[best] - standard_error",
            says="You choose among the sizes that are more than one standard error below the "
            "best. Those are the ones that the rule leaves out: which side of the limit is "
            "good enough?",
        ),
        wrong(
            "r below the sum",
            "ddof=1",
            "ddof=0",
            like=("the root of the number of sizes",),
            says="Your standard deviation has r below the sum, which is what NumPy does unless "
            "told otherwise. For a sample of runs it should be r - 1, and with few runs "
            "that matters.",
        ),
        wrong(
            "divided by r, not by its root",
            "np.sqrt(validation.shape[1])",
            "validation.shape[1]",
            says="You divide the standard deviation by r. The standard error of a mean falls "
            "more slowly, with the root of r.",
        ),
        wrong(
            "the root of the number of sizes",
            "np.sqrt(validation.shape[1])",
            "np.sqrt(len(validation))",
            like=("r below the sum",),
            says="You divide by the root of the number of sizes. The mean is one over runs: how "
            "many runs does each size have?",
        ),
        wrong(
            "the root of the number of all runs",
            "np.sqrt(validation.shape[1])",
            "np.sqrt(validation.size)",
            says="You divide by the root of the number of all runs of all sizes. The best size's "
            "mean is one over its own r runs.",
        ),
        wrong(
            "each size's own standard error",
            ERROR,
            OWN_ERRORS,
            says="You give each size its own standard error. The rule has one limit for all: one "
            "standard error of the best size below the best mean.",
        ),
        wrong(
            "error bars that overlap",
            ENOUGH,
            f"means + {OWN_ERRORS} >= means[best] - standard_error",
            says="You accept a size when its error bar overlaps with the best one's. The rule "
            "asks whether its mean itself is within one standard error of the best mean.",
        ),
        wrong(
            "the spread of all runs together",
            ERROR,
            ERROR.replace("[best]", ""),
            says="You take the spread of all runs of all sizes. Most of that is the difference "
            "between sizes; the standard error is that of the best size's runs alone.",
        ),
        wrong(
            "chosen by training accuracy",
            VALIDATION,
            'validation = table["train"]',
            says="You choose by the training accuracy. That rises with the size whether or not "
            "the network does better on other images: the choice is for the validation "
            "images.",
        ),
        wrong(
            "the smallest gap",
            MEANS,
            '(validation - table["train"]).mean(axis=1)',
            says="You look for the smallest gap between training and validation. A network that "
            "is bad at both has a small gap, too: the rule looks at the validation "
            "accuracy.",
        ),
        wrong(
            "mean of training and validation",
            MEANS,
            '((validation + table["train"]) / 2).mean(axis=1)',
            says="You average training and validation accuracy. What a network reaches on its "
            "own training images should have no say in the choice.",
        ),
        wrong(
            "the best single run",
            MEANS,
            "validation.max(axis=1)",
            says="You compare the best run of each size. A single run may be luck: compare the "
            "means over the runs.",
        ),
        wrong(
            "the worst single run",
            MEANS,
            "validation.min(axis=1)",
            says="You compare the worst run of each size. A single run may be bad luck: compare "
            "the means over the runs.",
        ),
        wrong(
            "medians for means",
            MEANS,
            "np.median(validation, axis=1)",
            says="You compare medians. The rule, and the standard error, are about means.",
        ),
        wrong(
            "the last seed alone",
            MEANS,
            "validation[:, -1]",
            says="You compare the sizes by the last seed alone. All runs of a size count: "
            "compare their means.",
        ),
        wrong(
            "the best size by its best single run",
            BEST,
            "best = np.unravel_index(validation.argmax(), validation.shape)[0]",
            says="You take the size with the highest single run for the best one. One run may be "
            "luck: the best size is the one with the highest mean.",
        ),
        wrong(
            "means over the sizes",
            MEANS,
            "validation.mean(axis=0)",
            says="You average over the sizes, and get a mean for each seed. A mean for each size "
            "is needed: which axis of the table holds the runs?",
        ),
        wrong(
            "argmax along an axis that the means lack",
            "means.argmax()",
            "means.argmax(axis=1)",
            says="Your means are one row of numbers, and have no second axis to search along. "
            "Print their shape: what is the best of them?",
        ),
        wrong(
            "the largest of the good enough",
            SMALLEST,
            'table["hidden"][good_enough].max()',
            says="You take the largest of the sizes that are good enough. Of models that cannot "
            "be told apart, the rule takes the simplest.",
        ),
        wrong(
            "the first of the good enough",
            SMALLEST,
            'table["hidden"][good_enough][0]',
            says="You take the first size in the table that is good enough. The sizes may stand "
            "in any order, so the first need not be the smallest.",
        ),
        wrong(
            "the last of the good enough",
            SMALLEST,
            'table["hidden"][good_enough][-1]',
            says="You take the last size in the table that is good enough. The sizes may stand "
            "in any order, and the smallest is asked for.",
        ),
        wrong(
            "sizes sorted, their means not",
            SMALLEST,
            'np.sort(table["hidden"])[good_enough].min()',
            says="You sort the sizes, but the means keep their old order. After that a size no "
            "longer stands beside its own mean.",
        ),
        wrong(
            "its place in the table",
            SMALLEST,
            'np.where(good_enough, table["hidden"], np.inf).argmin()',
            says="You return the place of the size in the table. Asked for is the size itself, "
            "the number of hidden units there.",
        ),
        wrong(
            "its accuracy",
            SMALLEST,
            "means[good_enough].min()",
            says="You return a mean accuracy. Asked for is the size that reaches it, the number "
            "of hidden units.",
        ),
        wrong(
            "all of the good enough",
            SMALLEST,
            'table["hidden"][good_enough]',
            says="You return all sizes that are good enough. The rule chooses one of them: which?",
        ),
        wrong(
            "the lowest mean of the good enough",
            SMALLEST,
            'table["hidden"][np.where(good_enough, means, 9).argmin()]',
            says="Of the sizes that are good enough, you take the one with the lowest mean. The "
            "rule takes the one with the fewest hidden units, which is not always the same.",
        ),
        wrong(
            "the runs sorted in place",
            VALIDATION,
            f"{VALIDATION}\n    validation.sort(axis=1)",
            says="Your function changes the table: it sorts the runs in place, so that a column "
            "no longer belongs to a seed. Leave the table as it was.",
        ),
        wrong(
            "the sizes sorted in place",
            f"return {SMALLEST}",
            f'h = {SMALLEST}\n    table["hidden"].sort()\n    return h',
            says="Your function sorts the sizes in place: afterwards the rows of the table "
            "belong to other sizes. Leave the table as it was.",
        ),
    ],
}

#: Right answers by exercise.
RIGHT = {
    "sweep": [
        right(
            "nested loops, the seeds outside",
            """
        shape = (len(hidden_sizes), len(seeds))
        table = {"train": np.empty(shape), "validation": np.empty(shape)}
        for j, seed in enumerate(seeds):
            for i, h in enumerate(hidden_sizes):
                table["train"][i, j], table["validation"][i, j] = train_and_score(h, seed)
        table["hidden"] = np.array(hidden_sizes)
        return table
        """,
        ),
        right(
            "lists of rows, appended to",
            """
        train, validation = [], []
        for h in hidden_sizes:
            train_row, validation_row = [], []
            for seed in seeds:
                a, b = train_and_score(h, seed)
                train_row.append(a)
                validation_row.append(b)
                print(f"{h} units, seed {seed}: {a:.3f} {b:.3f}")
            train += [train_row]
            validation += [validation_row]
        return dict(
            hidden=np.array(hidden_sizes), train=np.array(train), validation=np.array(validation)
        )
        """,
        ),
        right(
            "one array of three axes, its last axis moved to the front",
            """
        runs = np.array([[train_and_score(h, seed) for seed in seeds] for h in hidden_sizes])
        names = ("train", "validation")
        return {"hidden": np.asarray(hidden_sizes)} | dict(zip(names, np.moveaxis(runs, -1, 0)))
        """,
        ),
        right(
            "itertools, read-only results",
            """
        from itertools import product

        pairs = list(product(hidden_sizes, seeds))
        train, validation = zip(*[train_and_score(*pair) for pair in pairs])
        arrays = {
            "train": np.reshape(train, (-1, len(seeds))),
            "validation": np.reshape(validation, (-1, len(seeds))),
            "hidden": np.array(list(hidden_sizes), dtype=float),
        }
        for array in arrays.values():
            array.flags.writeable = False
        return arrays
        """,
        ),
        right(
            "in parallel with the seeds outside, transposed afterwards",
            """
        calls = [(h, seed) for seed in seeds for h in hidden_sizes]
        scores = in_parallel(train_and_score, calls, description="all runs")
        both = np.array(scores).reshape(len(seeds), len(hidden_sizes), 2).T
        return {"validation": both[1], "train": both[0], "hidden": np.array(hidden_sizes)}
        """,
        ),
        right(
            "a class that collects, rows stacked",
            """
        class Table:
            def __init__(self):
                self.rows = {"train": [], "validation": []}

            def add(self, runs):
                runs = np.array(runs)
                self.rows["train"].append(runs[:, 0])
                self.rows["validation"].append(runs[:, 1])

        table = Table()
        for h in hidden_sizes:
            table.add([list(train_and_score(int(h), int(seed))) for seed in seeds])
        result = {name: np.vstack(rows) for name, rows in table.rows.items()}
        result["hidden"] = np.fromiter(hidden_sizes, dtype=int)
        return result
        """,
        ),
        right(
            "a dict of results, looked up in Fortran order",
            """
        found = {}
        for h in hidden_sizes:
            for seed in seeds:
                found[h, seed] = train_and_score(h, seed)
        pick = lambda which: np.array(
            [[found[h, seed][which] for seed in seeds] for h in hidden_sizes], order="F"
        )
        return {"hidden": np.array(hidden_sizes), "train": pick(0), "validation": pick(1)}
        """,
        ),
        right(
            "np.vectorize over a grid of sizes and seeds",
            """
            one = np.vectorize(train_and_score, otypes=[float, float])
            train, validation = one(np.array(hidden_sizes)[:, None], np.array(seeds)[None, :])
            return dict(hidden=np.array(hidden_sizes), train=train, validation=validation)
            """,
        ),
    ],
    "choose": [
        right(
            "in plain Python, by ascending size",
            """
        means = [sum(row) / len(row) for row in table["validation"]]
        best = max(means)
        row = table["validation"][means.index(best)]
        variance = sum((x - best) ** 2 for x in row) / (len(row) - 1)
        for i in np.argsort(table["hidden"]):
            if means[i] >= best - (variance / len(row)) ** 0.5:
                return int(table["hidden"][i])
        """,
        ),
        right(
            "the statistics module",
            """
        import statistics

        rows = {int(h): list(runs) for h, runs in zip(table["hidden"], table["validation"])}
        best = max(rows, key=lambda h: statistics.fmean(rows[h]))
        error = statistics.stdev(rows[best]) / len(rows[best]) ** 0.5
        limit = statistics.fmean(rows[best]) - error
        return min(h for h in rows if statistics.fmean(rows[h]) >= limit)
        """,
        ),
        right(
            "scipy's standard error of the mean",
            """
        from scipy.stats import sem

        means = np.mean(table["validation"], axis=1)
        errors = sem(table["validation"], axis=1)
        order = np.argsort(table["hidden"])
        limit = means.max() - errors[np.argmax(means)]
        first = np.argmax(means[order] >= limit)  # the first True
        return table["hidden"][order][first]
        """,
        ),
        right(
            "sizes that are not good enough count as infinite",
            """
        runs = table["validation"]
        r = runs.shape[-1]
        means = np.einsum("sr->s", runs) / r
        best = np.argsort(means)[-1]
        spread = np.sqrt(np.sum((runs[best] - means[best]) ** 2) / (r - 1))
        within = (means[best] - means) * np.sqrt(r) <= spread
        return np.where(within, table["hidden"], np.inf).min()
        """,
        ),
        right(
            "the smallest so far, in a loop, from a covariance",
            """
        validation = table["validation"]
        r = len(validation[0])
        best = 0
        for i in range(len(validation)):
            if validation[i].mean() > validation[best].mean():
                best = i
        error = np.sqrt(np.cov(validation[best]) / r)
        print("best:", table["hidden"][best], "standard error:", error)
        chosen = table["hidden"][best]
        for h, row in zip(table["hidden"], validation):
            if h < chosen and np.average(row) >= np.average(validation[best]) - error:
                chosen = h
        return chosen
        """,
        ),
        right(
            "a sorted copy of the table, the size as an array without axes",
            """
        order = sorted(range(len(table["hidden"])), key=lambda i: table["hidden"][i])
        hidden = [table["hidden"][i] for i in order]
        runs = np.array([table["validation"][i] for i in order])

        def standard_error(row):
            return row.std() / np.sqrt(len(row) - 1)  # the same as with ddof=1 and the root of r

        means = runs.mean(1)
        limit = means.max() - standard_error(runs[means.argmax()])
        return np.array(next(h for h, mean in zip(hidden, means) if mean >= limit))
        """,
        ),
        right_edit(
            "the sizes that are left out, turned round",
            ENOUGH,
            "~(means < means[best] - standard_error)",
            SMALLEST,
            'sorted(table["hidden"][good_enough].tolist())[0]',
        ),
        right(
            "a class for a size, sorted",
            """
            class Size:
                def __init__(self, h, runs):
                    self.h, self.mean = int(h), sum(runs) / len(runs)
                    squares = sum((run - self.mean) ** 2 for run in runs)
                    self.error = (squares / (len(runs) - 1) / len(runs)) ** 0.5

            rows = zip(table["hidden"], table["validation"].tolist())
            sizes = [Size(h, runs) for h, runs in rows]
            best = max(sizes, key=lambda size: size.mean)
            return min(size.h for size in sizes if size.mean >= best.mean - best.error)
            """,
        ),
    ],
}
