"""What tests do with the networks of a student's class."""

from types import SimpleNamespace

import numpy as np
import pytest

from checks import CheckFailed, attribute, with_parameters


def test_parameters_are_copies():
    W = np.arange(3.0)
    net = with_parameters(SimpleNamespace(), {"W": W, "b": np.zeros(1)})
    net.W += 1
    assert W.tolist() == [0, 1, 2]
    assert attribute(net, "W").tolist() == [1, 2, 3]
    assert attribute(net, "b").tolist() == [0]


def test_a_missing_attribute_is_named():
    with pytest.raises(CheckFailed, match="the network has no attribute W1"):
        attribute(SimpleNamespace(W=1), "W1")
