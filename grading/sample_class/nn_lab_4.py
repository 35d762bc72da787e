"""The made-up class's mistakes in `4_bias_variance`."""

from grading.sample_class.student import Mistakes

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
