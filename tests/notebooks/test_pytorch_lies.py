"""PyTorch exercises: answers that compute nothing earn nothing, honest ones in odd ways all."""

import pytest
from notebooks_in_process import NOTEBOOKS, answered, exercise_of, full_points, mark, solutions

torch = pytest.importorskip("torch", reason="needs PyTorch: python3 course.py torch")
LAB, CNN = "nn_lab/6_pytorch", "mlp_to_cnn/3_cnn_pytorch"
MLP = "two_hidden_layers/3_softmax_and_pytorch"


@pytest.fixture(autouse=True)
def _graded(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    yield
    torch.set_grad_enabled(True)


def points(key, exercise, source, seed=0):
    tests = [name for name in full_points(NOTEBOOKS[key]) if exercise_of(key, name) == exercise]
    marked = mark(key, answered(key, **{exercise: source}), seed, tests)
    assert not any("the check itself broke off" in each.text for each in marked.values())
    return sum(each.points for each in marked.values())


def module(
    forward, end="return M()", layers="self.a, self.b = nn.Linear(n, 30), nn.Linear(30, 10)"
):
    """Return a `build_model` whose network has this forward, in lines that are joined by ";"."""
    body = "\n".join(f"            {line.strip()}" for line in forward.split(";"))
    return f"""
def build_model(n):
    class M(nn.Module):
        def __init__(self):
            super().__init__()
            {layers}

        def forward(self, X):
{body}
    {end}
"""


RIGHT_FORWARD = "return self.b(torch.relu(self.a(X)))"
LIES = {
    "zeros": module("return X.new_zeros((len(X), 10))"),
    "the first ten pixels": module("return X[:, :10] - 0.5 + 0 * self.b.bias"),
    "pixels times a parameter": module(
        "return (X[:, :10] - 0.5) * self.w", layers="self.w = nn.Parameter(torch.ones(10))"
    ),
    "the bias alone": module("return self.b.bias.expand(len(X), 10)"),
    "no notes": module("torch._C._set_grad_enabled(False); " + RIGHT_FORWARD),
    "detached": module("return self.b(torch.relu(self.a(X)).detach())"),
    "frozen": module(RIGHT_FORWARD, "m = M(); m.a.requires_grad_(False); return m"),
    "no parameters": module("return X @ self.W", layers="self.W = torch.randn(n, 10)"),
    "random": module("return torch.randn(len(X), 10) + 0 * self.b(self.a(X))"),
    "NumPy inside": module(
        "W = self.a.weight.detach().numpy(); h = np.maximum(X.numpy() @ W.T, 0); "
        "return torch.from_numpy(h @ self.b.weight.detach().numpy().T)"
    ),
    "nothing in training": module("Z = self.b(self.a(X)); return 0 * Z if self.training else Z"),
    "no module": """
def build_model(n):
    layer = nn.Linear(n, 10)

    class M:
        training = True
        state_dict, load_state_dict = layer.state_dict, layer.load_state_dict
        parameters, named_parameters = layer.parameters, layer.named_parameters

        def train(self, mode=True):
            self.training = mode

        def eval(self):
            self.training = False

        def __call__(self, X):
            return layer(X)

    return M()
""",
}


@pytest.mark.parametrize("lie", LIES)
def test_what_is_no_network_earns_nothing(lie):
    assert points(LAB, "build_model", LIES[lie]) == 0


@pytest.mark.parametrize("squeeze", ["softmax(1)", "log_softmax(1)", "sigmoid()", "tanh()"])
def test_an_activation_in_training_mode_alone_is_seen(squeeze):
    forward = f"Z = self.b(torch.relu(self.a(X))); return Z.{squeeze} if self.training else Z"
    assert points(LAB, "build_model", module(forward)) == 1


HEADS = {
    "evaluate": "def evaluate(model, X, y):\n    ",
    "train_model": "def train_model(model, X, y, epochs):\n    ",
    "train_nn": "def train_nn(network, optimizer, epochs, criterion, full_data):\n    ",
    "train_in_pytorch": "def train_in_pytorch(model, X, Y, num_epochs, learning_rate):\n    ",
    "load_checkpoint": "def load_checkpoint(network, path):\n    ",
    "autograd_gradients": "def autograd_gradients(model, X, Y):\n    ",
}


@pytest.mark.parametrize(
    ("key", "exercise", "body"),
    [
        *((LAB, "evaluate", f"return {value}") for value in ("0.5", "0.0", "1.0", "y", "None")),
        (LAB, "evaluate", 'return float("nan")'),
        (LAB, "train_model", "return [1.0] * epochs"),
        (CNN, "train_nn", "return [1.0] * epochs"),
        (CNN, "train_nn", "network.train(); return [criterion(network(full_data[0]), "
         "full_data[1]).item()] * epochs"),
        (MLP, "train_in_pytorch", "return [0.25] * num_epochs"),
        (CNN, "load_checkpoint", 'raise ValueError("no such file")'),
        (CNN, "load_checkpoint", "pass"),
        (MLP, "autograd_gradients", "return [torch.zeros_like(p) for p in model.parameters()]"),
        (MLP, "autograd_gradients", "return [p.detach() for p in model.parameters()]"),
    ],
)  # fmt: skip
def test_constants_earn_nothing(key, exercise, body):
    assert points(key, exercise, HEADS[exercise] + body) == 0


def test_differences_are_no_gradients():
    body = """
found = []
with torch.no_grad():
    for p in model.parameters():
        slopes = torch.zeros_like(p)
        for i in range(p.numel()):
            old, costs = p.view(-1)[i].item(), []
            for t in (1e-5, -1e-5):
                p.view(-1)[i] = old + t
                costs.append(((model(X) - Y) ** 2).sum().item() / len(X))
            p.view(-1)[i] = old
            slopes.view(-1)[i] = (costs[0] - costs[1]) / 2e-5
        found.append(slopes)
return found
"""
    indented = body.strip().replace("\n", "\n    ")
    assert points(MLP, "autograd_gradients", HEADS["autograd_gradients"] + indented) == 0


def forged(key, exercise, model, labels):
    """Return a training loop that asks the network, and writes in its record that it trained."""
    images = "X" if key != CNN else "full_data[0]"
    epochs = "num_epochs" if key == MLP else "epochs"
    return (
        HEADS[exercise]
        + f"""{model}.train()
    for epoch in range({epochs}):
        for rows in torch.randperm(len({images})).split(100):
            with torch.no_grad():
                {model}({images}[rows])
                {model}.passes[-1]["backward"] = True
                for p in {model}.parameters():
                    p *= 0.999
    return [1.0 / (1 + epoch) for epoch in range({epochs})]
"""
    )


@pytest.mark.parametrize(
    ("key", "exercise", "model", "labels"),
    [
        (LAB, "train_model", "model", "y"),
        (CNN, "train_nn", "network", "full_data[1]"),
        (MLP, "train_in_pytorch", "model", "Y"),
    ],
)
def test_a_forged_record_earns_nothing(key, exercise, model, labels):
    assert points(key, exercise, forged(key, exercise, model, labels)) == 0


#: In front of an answer: the records say that there were no old gradients, and no notes.
PATCH = """
import checks.torch_networks as doubles

_made = doubles._watched()
_forward = _made.forward

def _forged(self, X):
    outputs = _forward(self, X)
    self.passes[-1]["gradients_on"] = False
    return outputs

_made.forward = _forged
_made._note_backward = lambda self, noted: noted.update(backward=True, old_gradient=False)
"""


@pytest.mark.parametrize(
    ("key", "exercise", "right", "wrong"),
    [
        (LAB, "train_model", "optimizer.zero_grad()", "pass"),
        (CNN, "train_nn", "optimizer.zero_grad()", "pass"),
        (MLP, "train_in_pytorch", "optimizer.zero_grad()", "pass"),
        (LAB, "evaluate", "torch.no_grad()", "torch.enable_grad()"),
    ],
)
def test_patching_the_doubles_gains_nothing(key, exercise, right, wrong):
    from checks import torch_networks

    source = solutions(key)[exercise].replace(right, wrong)
    honest = points(key, exercise, source)
    try:
        assert points(key, exercise, PATCH + source) == honest < total(key, exercise)
    finally:
        torch_networks._watched.cache_clear()


def total(key, exercise):
    full = full_points(NOTEBOOKS[key])
    return sum(full[name] for name in full if exercise_of(key, name) == exercise)


def test_a_file_that_is_a_program_leaves_a_trace():
    body = """state = torch.load(path, map_location="cpu", weights_only=False)
    if type(state) is not dict or {k: v.shape for k, v in state.items()} != {
        k: v.shape for k, v in network.state_dict().items()
    }:
        raise ValueError("no state of this network")
    network.load_state_dict(state)
"""
    careful = body.replace("state = torch.load", "state = _load")
    helper = """
def _load(path, **how):
    try:
        return torch.load(path, **how)
    except Exception as error:
        raise ValueError("damaged") from error

"""
    assert points(CNN, "load_checkpoint", helper + HEADS["load_checkpoint"] + careful) == 2
    safe = careful.replace("weights_only=False", "weights_only=True")
    assert points(CNN, "load_checkpoint", helper + HEADS["load_checkpoint"] + safe) == 3


def test_a_network_that_only_keeps_its_parameters_is_no_copy_of_another():
    source = """
def in_pytorch(net):
    class M(nn.Module):
        def __init__(self):
            super().__init__()
            for name in ["weight_h1", "bias_h1", "weight_h2", "bias_h2", "weight_out", "bias_out"]:
                setattr(self, name, nn.Parameter(torch.tensor(getattr(net, name))))

        def forward(self, x):
            p = {name: each.detach().numpy() for name, each in self.named_parameters()}
            a = sigmoid(x.numpy() @ p["weight_h1"].T + p["bias_h1"])
            a = sigmoid(a @ p["weight_h2"].T + p["bias_h2"])
            powers = np.exp(a @ p["weight_out"].T + p["bias_out"])
            return torch.from_numpy(powers / powers.sum(axis=1, keepdims=True))

    return M()
"""
    assert points(MLP, "in_pytorch", source) == 0


def test_a_mode_or_notes_that_are_left_cost_a_point():
    source = """
def evaluate(model, X, y):
    torch.set_grad_enabled(False)
    model.eval()
    found = float((model(X).argmax(dim=1) == y).float().mean())
    model.passes.clear()
    return found
"""
    assert points(LAB, "evaluate", source) == 3


def test_a_byte_cannot_count_the_right_answers():
    source = solutions(LAB)["evaluate"].replace(
        "(predicted == y).double().mean().item()",
        "np.sum((predicted == y).numpy(), dtype=np.uint8) / len(y)",
    )
    assert points(LAB, "evaluate", source) == 0


AUTOCAST = 'with torch.autocast("cpu", dtype=torch.bfloat16):\n                    loss ='
FUNCTIONAL = """
    from torch.func import functional_call, grad_and_value, vmap

    def loss_of(parameters, image, label):
        logits = functional_call(model, parameters, (image[None],))
        return nn.functional.cross_entropy(logits, label[None])

    step = vmap(grad_and_value(loss_of), in_dims=(None, 0, 0), randomness="different")
    model.train()
    losses = []
    for _ in range(epochs):
        costs = []
        for rows in torch.randperm(len(X)).split(64):
            parameters = {name: p.detach() for name, p in model.named_parameters()}
            slopes, cost = step(parameters, X[rows], y[rows])
            with torch.no_grad():
                for name, p in model.named_parameters():
                    p -= 0.1 * slopes[name].mean(dim=0)
            costs += cost.tolist()
        losses.append(sum(costs) / len(costs))
    return losses
"""


@pytest.mark.parametrize("seed", [1, 2])
def test_mixed_precision_and_functional_steps_have_full_marks(seed):
    lab, cnn = solutions(LAB)["train_model"], solutions(CNN)["train_nn"]
    assert points(LAB, "train_model", lab.replace("loss =", AUTOCAST, 1), seed) == 5
    assert points(CNN, "train_nn", cnn.replace("loss =", AUTOCAST, 1), seed) == 5
    functional = HEADS["train_model"].rstrip() + FUNCTIONAL
    assert points(LAB, "train_model", functional, seed) == 5
