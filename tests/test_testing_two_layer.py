"""The two-layer network that tests hand to a loop over batches: what it does, and notes."""

import copy

import numpy as np

from helpers.testing import paper_two_layer

NAMES = ("W1", "b1", "W2", "b2")
PARAMETERS = {
    "W1": [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]],
    "b1": [1.0, -1.0],
    "W2": [[2.0, 1.0]],
    "b2": [3.0],
}
X, Y = np.arange(12.0).reshape(4, 3), np.ones((4, 1))


def network():
    return paper_two_layer(PARAMETERS, {"W1": 1.0, "b1": 2.0, "W2": 3.0, "b2": 4.0})


def test_each_step_leaves_the_same_share_of_a_parameter():
    net = network()
    for _ in range(2):
        net.step(net.backward(X, Y), 0.1)
    for name, share in zip(NAMES, (0.9, 0.8, 0.7, 0.6), strict=True):
        np.testing.assert_allclose(getattr(net, name), share**2 * np.array(PARAMETERS[name]))


def test_it_notes_copies_of_what_backward_was_given():
    net, images = network(), X.copy()
    net.backward(images, Y)
    images[:] = 0
    (call,) = net.calls
    assert call["X"].tolist() == X.tolist()
    assert call["Y"].tolist() == Y.tolist()


def test_it_can_be_asked_for_outputs_and_its_copies_are_their_own():
    net = network()
    assert net.forward(X).shape == (4, 1)
    assert net.predict(X).tolist() == [0] * 4
    assert net.loss(net.forward(X), Y) == 4.0
    other = copy.deepcopy(net)
    other.step(other.backward(X, Y), 0.1)
    assert net.b2.tolist() == [3.0]
    assert net.calls == []
