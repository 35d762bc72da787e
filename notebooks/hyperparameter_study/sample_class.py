"""The small class of `hyperparameter_study`: which mistakes of the bank its students make."""

ABOUT = {
    "dora": "the report's gradient, without the 2; spreads with r below the sum",
    "emil": "leaky ReLU; targets of 0 for tanh; a finished seed counts for all seeds",
    "fatima": "a derivative at a, not at z; a loss averaged over the outputs; a wide margin",
    "goran": "weights ten times too large; halves not stratified; the last batch left out",
    "ivan": "an answer that raises an error; finished runs never found; targets shuffled apart",
}

#: The points that each mistake must cost, by student, exercise and the mistake's title.
MISTAKES = {
    "dora": {
        "TwoLayerNet": ("backward: the 2 is missing, as in the report", 8),
        "summarise": ("the standard deviation with r below the sum", 4),
    },
    "emil": {
        "activation": ("relu with a slope on the left", 2),
        "encode": ("low is not used: 0 elsewhere", 3),
        "unfinished": ("the seed is forgotten", 4),
    },
    "fatima": {
        "activation_derivative": ("sigmoid: z is taken for a", 3),
        "TwoLayerNet": ("loss: a mean over the outputs, too", 4),
        "select": ("the standard deviation for the standard error", 3),
    },
    "goran": {
        "TwoLayerNet": ("start: 0.01 as a variance", 3),
        "split_test": ("random, but not stratified", 3),
        "train_epoch": ("the short last batch is left out", 2),
    },
    "ivan": {
        "TwoLayerNet": ("backward: W2 is transposed, an error", 8),
        "train_epoch": ("images and targets shuffled apart", 2),
        "unfinished": ("the whole run is compared", 7),
    },
}
