"""Answers to `4_bias_variance` written otherwise, and the made-up class's mistakes."""

from grading.sample_class.student import Mistakes

#: Right answers, each the whole body of its function.
WRITTEN_OTHERWISE = {
    "sweep": """
        shape = (len(hidden_sizes), len(seeds))
        table = {"train": np.empty(shape), "validation": np.empty(shape)}
        for j, seed in enumerate(seeds):
            for i, h in enumerate(hidden_sizes):
                table["train"][i, j], table["validation"][i, j] = train_and_score(h, seed)
        table["hidden"] = np.array(hidden_sizes)
        return table
        """,
    "choose": """
        means = [sum(row) / len(row) for row in table["validation"]]
        best = max(means)
        row = table["validation"][means.index(best)]
        variance = sum((x - best) ** 2 for x in row) / (len(row) - 1)
        for i in np.argsort(table["hidden"]):
            if means[i] >= best - (variance / len(row)) ** 0.5:
                return int(table["hidden"][i])
        """,
}

#: The wrong ones: {student: Mistakes}.
MISTAKES = {
    "emil": Mistakes(
        edits={"choose": (" / np.sqrt(validation.shape[1])", "")}, loses={"choose": 1}
    ),
    "fatima": Mistakes(
        edits={
            "sweep": (
                "scores[:, :, 0], scores[:, :, 1]",
                "scores[:, :, 0].mean(axis=1), scores[:, :, 1].mean(axis=1)",
            ),
        },
        loses={"sweep": 4},
    ),
    "goran": Mistakes(
        edits={"choose": ('table["validation"]', 'table["train"]')}, loses={"choose": 4}
    ),
    "ivan": Mistakes(
        edits={"choose": ("means.argmax()", "means.argmax(axis=1)")}, loses={"choose": 4}
    ),
}
