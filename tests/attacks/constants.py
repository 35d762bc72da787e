"""Whole notebooks that compute nothing: constants of the right shapes and types, alike in all.

None of them vouches for another one, neither in the first run nor in the second, in which the
right answers of all earlier exercises stand before it.
"""

from attacks.model import FIFTH, FIRST, FOURTH, HEADS, POINTS, SECOND, THIRD, Attack

#: The shapes of what each exercise returns; one result stands alone.
SHAPES = {
    "forward": ["len(X), len(b1)"] * 2 + ["len(X), len(b2)"] * 2,
    "cost": [""],
    "error_terms": ["*a3.shape", "*a2.shape"],
    "gradients": [
        "delta2.shape[1], X.shape[1]",
        "delta2.shape[1]",
        "delta3.shape[1], a2.shape[1]",
        "delta3.shape[1]",
    ],
    "cost_and_gradient": ["", "theta.size"],
    "numerical_gradient": ["theta.size"],
    "one_hot": ["len(y), k"],
    "init_parameters": ["h * n + h + k * h + k"],
    "train": ["theta0.size"],
    "predict": ["len(X)"],
    "accuracy": [""],
    "autoencoder_cost_and_gradient": ["", "theta.size"],
    "encode": ["len(X), n_hidden"],
    "reconstruct": ["*X.shape"],
    "choose": [""],
    "softmax": ["*Z.shape"],
    "softmax_cost_and_gradient": ["", "theta.size"],
    "train_softmax": ["k * X.shape[1] + k"],
    "predict_softmax": ["len(X)"],
}
#: What is filled in: an array of a `shape`, which for one number is ().
FILLED = {
    "ones": "np.ones(shape)",
    "counted": "1.0 * np.arange(np.prod(shape)).reshape(shape)",
    "first-column": "np.zeros(shape) + np.eye(1, shape[-1] if shape else 1).reshape(shape[-1:])",
}
#: Labels and sizes are integers.
INTEGERS = ("predict", "predict_softmax", "choose")


def body(exercise, filled):
    """Return the body of an exercise's function that gives constants."""
    kind = "int" if exercise in INTEGERS else "float"
    head = f"def of(*shape):\n    return ({filled}).astype({kind})\n"
    if exercise == "sweep":
        sizes, table = "of(len(hidden_sizes))", "of(len(hidden_sizes), len(seeds))"
        return f'{head}return {{"hidden": {sizes}, "train": {table}, "validation": {table}}}'
    if exercise == "learn_features":
        return f"{head}return of(len(X_train), 3), [of(len(X), 3) for X in others]"
    results = [f"of({shape})" for shape in SHAPES[exercise]]
    if exercise == "train":
        results.append("[2.0, 1.0, 0.0]")
    return f"{head}return {', '.join(results)}"


def _all_alike(notebook, name, tries, make):
    """An attack in which every exercise of a notebook is answered alike."""
    exercises = tuple(POINTS[notebook])
    bodies = {each: make(each) for each in exercises}
    return Attack(
        f"{name}-{notebook[0]}",
        f"{tries}, in {notebook}",
        attacked=exercises,
        bodies=bodies,
        notebook=notebook,
        paid=False,
    )


def _arguments(exercise):
    """Pass the first arguments on, as many as there are results."""
    names = [name.split("=")[0].strip() for name in HEADS[exercise].split(",")]
    return f"return {', '.join((names * 2)[: len(SHAPES.get(exercise, '..'))])}"


ATTACKS = [
    _all_alike(
        notebook, kind, f"constants of the right shapes ({kind})", lambda each, f=f: body(each, f)
    )
    for notebook in (FIRST, SECOND, THIRD, FOURTH, FIFTH)
    for kind, f in FILLED.items()
] + [
    _all_alike(notebook, "passed-on", "the arguments as results", _arguments)
    for notebook in (FIRST, SECOND, THIRD, FOURTH, FIFTH)
]
