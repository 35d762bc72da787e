"""The made-up class's mistakes in `6_pytorch`."""

from grading.sample_class.student import Mistakes

#: The wrong ones: {student: Mistakes}.
MISTAKES = {
    "emil": Mistakes(
        edits={"evaluate": ("model(X).argmax(dim=1)", "model(X).argmax(dim=1) + 1")},
        loses={"evaluate": 2},
    ),
    "fatima": Mistakes(
        edits={
            "build_model": (
                "        nn.Linear(128, 10),\n",
                "        nn.Linear(128, 10),\n        nn.Softmax(dim=1),\n",
            )
        },
        loses={"build_model": 1},
    ),
    "hana": Mistakes(
        edits={"train_model": ("optimizer.zero_grad()", "pass")},
        loses={"train_model": 1},
    ),
}
