"""What tests hand to a training loop, or to what loads weights: optimiser, loss and files."""

import copy

import numpy as np
import pytest

from checks import torch_criterion, torch_file, torch_network, torch_optimizer

torch = pytest.importorskip("torch", reason="needs PyTorch: python3 course.py torch")
W, b = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 0.25]], np.float32), np.zeros(3, np.float32)


def test_the_optimizer_moves_its_network_also_as_copies():
    network = torch_network([("flatten",), ("linear", W, b)])
    optimizer = torch_optimizer(network, 0.5)
    network, optimizer = copy.deepcopy((network, optimizer))
    network(torch.ones(4, 1, 1, 2)).sum().backward()
    optimizer.step()
    np.testing.assert_allclose(network.state_dict()["1.weight"], W - 0.5 * 4)
    assert network.passes[0]["first_column"].tolist() == [1, 1, 1, 1]


def test_the_optimizer_of_a_network_elsewhere_is_elsewhere_too():
    assert torch_optimizer(object(), 0.5) is None


def test_the_criterion_smooths():
    logits = torch.tensor([[0.0, 1.0, 3.0], [1.0, 0.0, 0.0]])
    expected = -(logits.log_softmax(1) * torch.tensor([[0.1, 0.1, 0.8], [0.8, 0.1, 0.1]])).sum(1)
    found = torch_criterion(0.3)(logits, torch.tensor([2, 0]))
    np.testing.assert_allclose(found, expected.mean(), rtol=1e-6)


def test_a_file_of_weights_is_read():
    state = torch.load(torch_file("weights", {"a": W, "b": b}), weights_only=True)
    assert list(state) == ["a", "b"]
    assert state["a"].tolist() == W.tolist()


def test_a_file_from_a_gpu_needs_a_place():
    path = torch_file("gpu", {"a": W})
    state = torch.load(path, weights_only=True, map_location="cpu")
    assert state["a"].tolist() == W.tolist()
    if not torch.cuda.is_available():
        with pytest.raises(RuntimeError, match="CUDA"):
            torch.load(path, weights_only=True)


@pytest.mark.parametrize("kind", ["truncated", "object", "text"])
def test_bad_files_are_not_read(kind):
    with pytest.raises(Exception, match=r".+"):
        torch.load(torch_file(kind, {"a": W}), weights_only=True)


def test_an_object_is_read_by_whoever_runs_its_code():
    state = torch.load(torch_file("object", {"a": W}), weights_only=False)
    assert state["a"].tolist() == W.tolist()


def test_tensors_alone_are_no_state():
    assert isinstance(torch.load(torch_file("tensors", {"a": W}), weights_only=True), list)
