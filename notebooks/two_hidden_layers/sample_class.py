"""The small class of `two_hidden_layers`: which mistakes of the bank each of its students makes."""

#: What an instructor should know of each of them, in a line.
ABOUT = {
    "dora": "the 2 of the square is lost; empty classes divide by zero; ties in the order of rows",
    "emil": "forgets the derivative in the new layer; the loss for the MSE; F1 as a plain mean",
    "fatima": "means of means; measures before the steps; counts pairs once; AUC of hard labels",
    "goran": "exchanges what comes in pairs: gradients, rows and columns, precision and recall",
    "ivan": "an answer that raises an error; the AUC weighted by the classes' sizes",
}

#: The points that each mistake must cost, by student, exercise and the mistake's title.
MISTAKES = {
    "dora": {
        "NeuralNetMLP": ("the factor 2 is missing", 3),
        "class_scores": ("division by zero", 2),
        "macro_auc": ("ties in the order in which they stand", 3),
        "SoftmaxMLP": ("the diagonal of the Jacobian alone", 8),
        "train_in_pytorch": ("gradients are never cleared", 1),
    },
    "emil": {
        "NeuralNetMLP": ("no derivative in the second hidden layer", 5),
        "mse_and_accuracy": ("the loss: summed over the outputs", 6),
        "class_scores": ("F1 is the arithmetic mean", 2),
        "autograd_gradients": ("the mean over samples and outputs", 2),
    },
    "fatima": {
        "mse_and_accuracy": ("the mean of the batches' means", 3),
        "train": ("measured before the steps", 2),
        "confusion_counts": ("each pair counted once", 5),
        "macro_auc": ("hard labels", 10),
        "in_pytorch": ("memory shared with the arrays", 1),
    },
    "goran": {
        "train": ("the gradients of the hidden layers are exchanged", 3),
        "confusion_counts": ("rows and columns exchanged", 5),
        "class_scores": ("the sums of rows and columns exchanged", 5),
        "SoftmaxMLP": ("no maximum subtracted", 1),
        "autograd_gradients": ("from the output backwards", 4),
    },
    "ivan": {
        "NeuralNetMLP": ("the output reads the first hidden layer", 5),
        "macro_auc": ("weighted by the size of the classes", 10),
        "in_pytorch": ("sizes in the wrong order", 3),
        "train_in_pytorch": ("momentum", 3),
    },
}
