"""Networks in PyTorch are examined like NumPy's: built, asked, trained and compared by handles."""

import pytest
from examiner_tools import in_sandbox

from grading.examiner.job import RUN, TEST, Cell
from grading.sandbox import Sandbox, unavailable

pytestmark = pytest.mark.slow
pytest.importorskip("torch", reason="needs PyTorch: python3 course.py torch")

ANSWERS = """
import torch
from torch import nn

torch.set_default_dtype(torch.float64)

def network(n, h, k):
    return nn.Sequential(nn.Linear(n, h), nn.Sigmoid(), nn.Linear(h, k))

class Net(nn.Module):
    def __init__(self, n, k):
        super().__init__()
        self.layer = nn.Linear(n, k)

    def forward(self, X):
        return torch.sigmoid(self.layer(X))

def slopes(net, X, Y):
    net.zero_grad()
    loss = ((net(X) - Y) ** 2).sum() / (2 * len(X))
    loss.backward()
    return [p.grad for p in net.parameters()]

def step(net, X, Y, rate):
    found = slopes(net, X, Y)
    with torch.no_grad():
        for p, slope in zip(net.parameters(), found):
            p -= rate * slope
    return net
"""
WRONG = ANSWERS.replace("net.zero_grad()", "pass").replace("p -= rate", "p += rate")
TEST_NETWORK = """
from checks import credit

def test_network(check):
    import numpy as np
    import torch

    from checks import close, close_to_slopes, shaped

    rng = check.rng
    m, n, k = 5, 3, 2
    X = torch.from_numpy(rng.normal(size=(m, n)))
    Y = torch.from_numpy(rng.normal(size=(m, k)))

    def cost(W, b):
        a = 1 / (1 + np.exp(-(X.numpy() @ W.T + b)))
        return float(np.square(a - Y.numpy()).sum() / (2 * m))

    with check("the parameters' shapes, read and set", points=1):
        net = network(n, 4, k)
        shaped(net[0].weight, (4, n), what="W1")
        assert list(net.state_dict()) == ["0.weight", "0.bias", "2.weight", "2.bias"]
        net.load_state_dict({name: 0 * p for name, p in net.state_dict().items()})
        assert len(net) == 3 and not net[0].weight.numpy().any()
    with check("forward", points=1):
        net = Net(n, k)
        W, b = net.layer.weight.numpy(), net.layer.bias.numpy()
        close(net(X), 1 / (1 + np.exp(-(X.numpy() @ W.T + b))), rtol=1e-5, what="outputs")
    with check("autograd, twice", points=2):
        net = Net(n, k)
        W, b = net.layer.weight.numpy(), net.layer.bias.numpy()
        slopes(net, X, Y)
        dW, db = slopes(net, X, Y)
        close_to_slopes({"W": dW, "b": db}, cost, {"W": W, "b": b}, m=m)
    with check("a step downhill changes the network itself", points=1):
        net = Net(n, k)
        before = net.layer.bias.numpy().copy()
        _, db = slopes(net, X, Y)
        step(net, X, Y, 0.5)
        close(net.layer.bias, before - 0.5 * db.numpy(), rtol=1e-4, atol=1e-6, what="b")

credit(test_network)
"""


@pytest.mark.parametrize(("answers", "points"), [(ANSWERS, 5), (WRONG, 2)])
def test_a_module_is_examined(answers, points, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    cells = [Cell(RUN, "", answers), Cell(TEST, "test_network", TEST_NETWORK, 5.0)]
    names = ["network", "Net", "slopes", "step"]
    with Sandbox(confined=not unavailable()) as box:
        box.require(["torch"])
        verdicts = in_sandbox(box, cells, names)
    assert verdicts[0].outputs == []
    assert verdicts[1].points == points, verdicts[1].text
    assert verdicts[1].outputs == []
