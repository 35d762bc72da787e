"""The made-up class's mistakes in `5_softmax_features`."""

from grading.sample_class.student import Mistakes

#: The wrong ones: {student: Mistakes}.
MISTAKES = {
    "dora": Mistakes(
        edits={"softmax": ("Z - Z.max(axis=1, keepdims=True)", "Z")}, loses={"softmax": 2}
    ),
    "fatima": Mistakes(
        edits={"softmax_cost_and_gradient": ("delta.sum(axis=0)", "m * delta.sum(axis=0)")},
        loses={"softmax_cost_and_gradient": 2},
    ),
    "goran": Mistakes(
        edits={"learn_features": ("fit(X_train)", "fit(np.vstack([X_train, *others]))")},
        loses={"learn_features": 2},
    ),
    "hana": Mistakes(
        edits={"train_softmax": ("theta0, max_iter,", "theta0, 1000,")},
        loses={"train_softmax": 1},
    ),
}
