"""The made-up class's mistakes in `3_autoencoder`."""

from grading.sample_class.student import Mistakes

#: The wrong ones: {student: Mistakes}.
MISTAKES = {
    "dora": Mistakes(
        edits={"encode": ("sigmoid(X @ W1.T + b1)", "sigmoid(X @ W1.T)")}, loses={"encode": 2}
    ),
    "emil": Mistakes(
        edits={"autoencoder_cost_and_gradient": ("(a3 - X) * a3 * (1 - a3)", "a3 - X")},
        loses={"autoencoder_cost_and_gradient": 5},
    ),
    "fatima": Mistakes(
        edits={
            "autoencoder_cost_and_gradient": ("delta2.sum(axis=0) / m", "delta2.sum(axis=0)"),
        },
        loses={"autoencoder_cost_and_gradient": 3},
    ),
    "ivan": Mistakes(edits={"reconstruct": ("@ W2.T + b2", "@ W2 + b2")}, loses={"reconstruct": 3}),
}
