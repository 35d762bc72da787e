"""The layers and the precision that `checks.torch_network` has for squared errors."""

import numpy as np
import pytest

from checks import torch_network

torch = pytest.importorskip("torch", reason="needs PyTorch: python3 course.py torch")
W, b = np.array([[1.0, 2.0], [3.0, -1.0], [0.1, 0.2]]), np.array([0.5, 0.0, 1 / 3])


def test_in_float64_the_weights_keep_all_their_digits():
    network = torch_network([("linear", W, b)], dtype="float64")
    assert network.state_dict()["0.bias"].numpy().tolist() == b.tolist()
    batchnorm = torch_network([("batchnorm", b, b)], dtype="float64")
    assert batchnorm.state_dict()["0.running_var"].numpy().tolist() == b.tolist()
    assert torch_network([("linear", W, b)])[0].weight.dtype == torch.float32


def test_softmax_is_taken_row_by_row():
    network = torch_network([("linear", W, b), ("softmax",)], dtype="float64")
    found = network(torch.tensor([[1.0, 1.0], [0.0, 2.0]], dtype=torch.float64)).detach().numpy()
    scores = np.array([[3.5, 2.0, 0.3 + 1 / 3], [4.5, -2.0, 0.4 + 1 / 3]])
    expected = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    assert network.passes[0]["logits"].dtype == np.float64
