"""The small class of `mlp_to_cnn`: which mistakes of the bank each of its students makes."""

#: What the submissions are about, a line each.
ABOUT = {
    "dora": "keeps gradients that should be gone, and hides a full disk",
    "emil": "averages where the loss is a sum, and trusts every file",
    "goran": "counts and measures a little beside the point",
    "ivan": "loses the biases on the way",
}

#: The points that each mistake must cost, by student, exercise and the mistake's title.
MISTAKES = {
    "dora": {
        "MLP": ("reset_grad does nothing", 2),
        "train_network": ("the gradients are never reset", 5),
        "save_weights": ("errors are hidden", 3),
    },
    "emil": {
        "MLP": ("a mean over the rows", 9),
        "test_network": ("the mean of the batches' percentages", 4),
        "load_weights": ("pickles are allowed", 2),
    },
    "goran": {
        "one_hot_encode": ("labels are taken to begin at 1", 2),
        "train_network": ("measured before the epoch's steps", 2),
        "load_weights": ("changed as they are read", 5),
    },
    "ivan": {
        "accuracy": ("a percentage", 2),
        "MLP": ("the biases never move", 1),
        "save_weights": ("the weights alone", 6),
    },
}
