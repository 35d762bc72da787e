"""The two-layer network that tests hand to a loop over batches: what it does, and notes."""

import copy

import numpy as np
from hyperparameter_study_doubles import paper_two_layer, two_layer_after

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


def led_to(net):
    return {name: getattr(net, name).tolist() for name in NAMES}


def ends(batches):
    net = network()
    for images, targets in batches:
        net.step(net.backward(images, targets), 0.1)
    return led_to(net)


def test_each_gradient_is_its_rate_times_the_parameter_and_the_pull_of_the_rows():
    net = network()
    pull = np.mean([np.sin(x @ [5.0, 7.0, 9.0] + 3.0) for x in X])
    for name, rate, grad in zip(NAMES, (1.0, 2.0, 3.0, 4.0), net.backward(X, Y), strict=True):
        np.testing.assert_allclose(grad, rate * (np.array(PARAMETERS[name]) + pull))


def test_other_rows_another_pairing_and_another_order_lead_elsewhere():
    Y = np.arange(4.0).reshape(4, 1)
    parts = [(X[:2], Y[:2]), (X[2:], Y[2:])]
    found = ends(parts)
    assert found == ends(parts)
    for others in (parts[::-1], [(X, Y)] * 2, [(X[1:3], Y[1:3]), parts[1]], parts[:1], []):
        assert ends(others) != found
    assert ends([(X[1::-1], Y[:2]), parts[1]]) != found
    # Two rows of a batch may change places.
    np.testing.assert_allclose(ends([(X[1::-1], Y[1::-1]), parts[1]])["W1"], found["W1"])


def test_where_a_record_leads_is_computed_anew():
    net = network()
    rates = {"W1": 1.0, "b1": 2.0, "W2": 3.0, "b2": 4.0}
    for rows, stride in ((slice(3), 0.1), (slice(3, 4), 0.2)):
        net.step(net.backward(X[rows], Y[rows]), stride)
    batches = [(call["X"], call["Y"]) for call in net.calls]
    found = two_layer_after(PARAMETERS, rates, batches, [0.1, 0.2])
    assert {name: array.tolist() for name, array in found.items()} == led_to(net)
    net.calls.clear()
    net.b2 = net.b2 + 1e-4
    assert two_layer_after(PARAMETERS, rates, batches, [0.1, 0.2])["b2"].tolist() != net.b2.tolist()


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
