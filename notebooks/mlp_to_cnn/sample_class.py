"""The small class of `mlp_to_cnn`: which mistakes of the bank each of its students makes."""

#: What the submissions are about, a line each.
ABOUT = {
    "dora": "keeps gradients that should be gone, in NumPy and in PyTorch; hides a full disk",
    "emil": "averages where the loss is a sum; trusts every file",
    "goran": "counts and measures a little beside the point; a filter the wrong way round",
    "ivan": "loses the biases on the way; pools below zero",
}

#: The points that each mistake must cost, by student, exercise and the mistake's title.
MISTAKES = {
    "dora": {
        "MLP": ("reset_grad does nothing", 2),
        "train_network": ("the gradients are never reset", 5),
        "save_weights": ("errors are hidden", 3),
        "train_nn": ("gradients never set back to zero", 2),
        "max_pool_backward": ("all equal maxima get it", 1),
    },
    "emil": {
        "MLP": ("a mean over the rows", 9),
        "test_network": ("the mean of the batches' percentages", 4),
        "load_weights": ("pickles are allowed", 2),
        "conv2d_backward": ("db is a mean over all places", 2),
        "load_checkpoint": ("strict=False", 1),
    },
    "goran": {
        "one_hot_encode": ("labels are taken to begin at 1", 2),
        "train_network": ("measured before the epoch's steps", 2),
        "load_weights": ("changed as they are read", 5),
        "conv2d": ("the filter turned round", 5),
        "build_cnn": ("softmax at the end", 3),
    },
    "ivan": {
        "accuracy": ("a percentage", 2),
        "MLP": ("the biases never move", 1),
        "save_weights": ("the weights alone", 6),
        "max_pool": ("never below zero", 4),
        "train_nn": ("training mode not switched on", 1),
    },
}
