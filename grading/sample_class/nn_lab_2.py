"""The made-up class's mistakes in `2_small_mnist`."""

from grading.sample_class.student import Mistakes

#: The wrong ones: {student: Mistakes}.
MISTAKES = {
    "emil": Mistakes(
        edits={"one_hot": ("np.arange(len(y)), y]", "np.arange(len(y)), y - 1]")},
        loses={"one_hot": 2},
    ),
    "fatima": Mistakes(
        edits={"predict": ("argmax(axis=1)", "argmax(axis=0)")}, loses={"predict": 2}
    ),
    "goran": Mistakes(
        edits={
            "init_parameters": (
                "rng.normal(scale=1 / np.sqrt(n), size=(h, n))",
                "np.zeros((h, n))",
            ),
        },
        loses={"init_parameters": 2},
    ),
    "hana": Mistakes(
        edits={"train": ('{"maxiter": max_iter, "gtol": 1e-7}', '{"maxiter": 1000, "gtol": 1e-7}')},
        loses={"train": 1},
    ),
    "ivan": Mistakes(
        edits={"predict": ("sigmoid(X @ W1.T + b1)", "sigmoid(X @ W1 + b1)")}, loses={"predict": 2}
    ),
}
