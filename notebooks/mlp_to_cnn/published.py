"""Published results of `mlp_to_cnn`, and how each is run again, with seeds fixed beforehand."""

import time

from grading.results import mnist_splits
from grading.results.networks import percent, solution, tensors, three_parts, torch_forward
from grading.results.protocol import Protocol

MLP, CNN = "mlp_to_cnn/1_cross_entropy_mlp", "mlp_to_cnn/3_cnn_pytorch"


def cross_entropy(seed):
    """Run 784-64-10, cross-entropy summed over the batch, rate 0.001, 100 epochs."""
    return _cross_entropy(seed, 0.001)


def cross_entropy_mean(seed):
    """Run the same with the mean over a batch of 256 at that rate: a 256th of each step."""
    return _cross_entropy(seed, 0.001 / 256)


def cross_entropy_few(seed):
    """Run the same on the first 2,000 training images."""
    return _cross_entropy(seed, 0.001, few=2000)


def _cross_entropy(seed, rate, few=None):
    from helpers.training import parameters_of

    (X, y), valid, test = mnist_splits.official()
    training = (X[:few], y[:few])
    net = solution(MLP, "MLP")(784, 64, 10, seed)
    parameters_of(net, ("W1", "b1", "W2", "b2"))
    start = time.perf_counter()
    solution(MLP, "train_network")(net, *training, *valid, rate, 100, 256)
    seconds = time.perf_counter() - start
    return three_parts(net.forward, (training, valid, test)) | {"seconds": seconds}


def cnn(seed):
    """Run the convolutional network, 8 epochs."""
    return _cnn(seed, None, 8)


def cnn_few(seed):
    """Run the same on the first 2,000 training images, 40 epochs."""
    return _cnn(seed, 2000, 40)


def _cnn(seed, few, epochs):
    from helpers.pytorch import nn, torch  # here: PyTorch is an extra

    X, y, X_test, y_test = mnist_splits.images().train_test()
    training = (X[:few], y[:few])
    torch.manual_seed(seed)
    network = solution(CNN, "build_cnn")((28, 28))
    optimizer = torch.optim.SGD(network.parameters(), lr=0.02, momentum=0.9)
    start = time.perf_counter()
    criterion = nn.CrossEntropyLoss()
    solution(CNN, "train_nn")(
        network, optimizer, epochs, criterion, tensors(*training, square=True)
    )
    seconds = time.perf_counter() - start
    on_pictures = torch_forward(network)

    def forward(X):
        return on_pictures(X.reshape(-1, 1, 28, 28))

    parts = {"train": training, "test": (X_test, y_test)}
    return {name: percent(forward, part) for name, part in parts.items()} | {"seconds": seconds}


PROTOCOLS = (
    Protocol(
        "cross-entropy",
        "784-64-10, cross-entropy summed over the batch",
        "Sigmoid, softmax, rate 0.001, batches of 256, 100 epochs; 50,000 / 10,000 / "
        "10,000 images.",
        {"test": 90.66},
        cross_entropy,
        "The report's figure lies between this row and the next.",
        poor="cross-entropy-mean",
    ),
    Protocol(
        "cross-entropy-mean",
        "the same with the mean over the batch",
        "Each step is a 256th of those above.",
        {},
        cross_entropy_mean,
        "One factor in the cost, at the same rate.",
    ),
    Protocol(
        "cross-entropy-few",
        "the same on 2,000 images",
        "Summed over the batch, 100 epochs.",
        {},
        cross_entropy_few,
        'The report says "no overfitting": the gap between training and test images is larger '
        "than with 50,000.",
    ),
    Protocol(
        "cnn",
        "the convolutional network",
        "Two convolutions, three fully connected layers, SGD with rate 0.02 and momentum 0.9, "
        "batches of 100, 8 epochs on 60,000 images.",
        {"test": 98.72},
        cnn,
        "The report does not give rate and epochs.",
    ),
    Protocol(
        "cnn-few",
        "the convolutional network on 2,000 images",
        "The same, 40 epochs.",
        {},
        cnn_few,
        "",
    ),
)
