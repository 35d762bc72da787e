"""Wrong answers to `4_bias_variance`, as edits of its solutions."""

RESHAPED = "scores.reshape(len(hidden_sizes), len(seeds), 2)"
COLUMNS = "scores[:, :, 0], scores[:, :, 1]"
DICT = '{"hidden": np.array(hidden_sizes), "train": train, "validation": validation}'
ERROR = "validation[best].std(ddof=1) / np.sqrt(validation.shape[1])"
VALIDATION = 'validation = table["validation"]'
MEANS = "validation.mean(axis=1)"
SMALLEST = 'table["hidden"][good_enough].min()'

# For each exercise: what the mistake is, the solution's text, and what stands there instead.
EDITS = {
    "sweep": [
        ("training and validation swapped", "train, validation =", "validation, train ="),
        ("a row a seed", COLUMNS, "scores[:, :, 0].T, scores[:, :, 1].T"),
        ("means alone", COLUMNS, "scores[:, :, 0].mean(axis=1), scores[:, :, 1].mean(axis=1)"),
        ("training twice", COLUMNS, "scores[:, :, 0], scores[:, :, 0]"),
        ("reshaped the wrong way", RESHAPED, "scores.reshape(len(seeds), -1, 2).swapaxes(0, 1)"),
        ("places instead of seeds", "for seed in seeds]", "for seed in range(len(seeds))]"),
        ("one seed for all", "[(h, seed)", "[(h, seeds[0])"),
        ("places instead of sizes", "[(h, seed)", "[(list(hidden_sizes).index(h), seed)"),
        ("size and seed swapped", "[(h, seed)", "[(seed, h)"),
        ("sizes sorted", "np.array(hidden_sizes)", "np.sort(hidden_sizes)"),
        ("the places of the sizes", "np.array(hidden_sizes)", "np.arange(len(hidden_sizes))"),
        ("percent", RESHAPED, f"100 * {RESHAPED}"),
        ("rounded", RESHAPED, f"{RESHAPED}.round(1)"),
        (
            "each network twice",
            "in_parallel(",
            "in_parallel(train_and_score, calls) and in_parallel(",
        ),
        ("a tuple", DICT, "np.array(hidden_sizes), train, validation"),
        ("another key", '"validation":', '"valid":'),
    ],
    "choose": [
        ("the best mean", "means[best] - standard_error", "means[best]"),
        ("the standard deviation", " / np.sqrt(validation.shape[1])", ""),
        ("two standard errors", "- standard_error", "- 2 * standard_error"),
        ("r below the sum", "ddof=1", "ddof=0"),
        ("no root", "np.sqrt(validation.shape[1])", "validation.shape[1]"),
        ("root of the number of sizes", "np.sqrt(validation.shape[1])", "np.sqrt(len(validation))"),
        ("each size's own standard error", ERROR, ERROR.replace("[best].std(", ".std(axis=1, ")),
        ("spread of all runs", ERROR, ERROR.replace("[best]", "")),
        ("spread of the training runs", "validation[best].std", 'table["train"][best].std'),
        ("training accuracy", VALIDATION, 'validation = table["train"]'),
        ("the smallest gap", MEANS, '(validation - table["train"]).mean(axis=1)'),
        ("the best single run", MEANS, "validation.max(axis=1)"),
        ("medians", MEANS, "np.median(validation, axis=1)"),
        ("the last seed alone", MEANS, "validation[:, -1]"),
        ("means of the seeds", MEANS, "validation.mean(axis=0)"),
        ("the largest of them", SMALLEST, 'table["hidden"][good_enough].max()'),
        ("the first of them", SMALLEST, 'table["hidden"][good_enough][0]'),
        ("its place", SMALLEST, "np.flatnonzero(good_enough)[0]"),
        ("its accuracy", SMALLEST, "means[good_enough].min()"),
        ("all of them", SMALLEST, 'table["hidden"][good_enough]'),
        (
            "the worst of them",
            SMALLEST,
            'table["hidden"][np.where(good_enough, means, 9).argmin()]',
        ),
        ("the table changed", "    return table", '    table["train"] *= 0\n    return table'),
    ],
}
