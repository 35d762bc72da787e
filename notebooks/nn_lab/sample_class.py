"""The small class of `nn_lab`: which mistakes of the bank each of its students makes."""

ABOUT = {
    "dora": "forgets the bias of the hidden layer; one-sided differences; softmax overflows",
    "emil": "no derivative of the output's sigmoid; labels from one; no root in the error",
    "fatima": "the mean is missing in the biases' gradients; argmax along the wrong axis; "
    "softmax twice",
    "goran": "the cost is a mean over all outputs; weights start at zero; the encoder sees all",
    "hana": "the flat gradient in another order than theta; max_iter ignored; gradients add up",
    "ivan": "an answer that raises an error",
    "jana": "an answer that never ends",
}
#: The points that each mistake must cost, by student, exercise and the mistake's title.
MISTAKES = {
    "dora": {
        "forward": ("the hidden layer's bias is left out", 2),
        "numerical_gradient": ("a forward difference", 3),
        "encode": ("the bias is left out", 2),
        "softmax": ("no shift before the exponential", 2),
    },
    "emil": {
        "error_terms": ("delta3 without the sigmoid's derivative", 3),
        "one_hot": ("labels are taken to begin at 1", 2),
        "autoencoder_cost_and_gradient": ("no derivative of the output's sigmoid", 5),
        "choose": ("the standard deviation for the standard error", 1),
        "evaluate": ("labels counted from one", 4),
    },
    "fatima": {
        "gradients": ("no mean in db1", 1),
        "predict": ("argmax over the samples", 2),
        "autoencoder_cost_and_gradient": ("db1 is a sum over the images", 1),
        "sweep": ("only the means over the seeds", 4),
        "softmax_cost_and_gradient": ("no mean in db", 2),
        "build_model": ("softmax at the end", 1),
    },
    "goran": {
        "cost": ("a mean over the outputs, too", 2),
        "init_parameters": ("W1 is zero", 2),
        "choose": ("chosen by training accuracy", 4),
        "learn_features": ("fitted on all images", 2),
    },
    "hana": {
        "cost_and_gradient": ("packed in the order dW1, dW2, db1, db2", 1.5),
        "train": ("max_iter is not obeyed", 1),
        "train_softmax": ("max_iter ignored, 1000 iterations", 1),
        "train_model": ("gradients never set back to zero", 1),
    },
    "ivan": {
        "predict": ("W1 is not transposed: an error", 2),
        "reconstruct": ("W2 not transposed", 3),
        "choose": ("argmax along an axis that the means lack", 4),
    },
    "jana": {"numerical_gradient": ("the loop never ends", 3)},
}
