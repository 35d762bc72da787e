"""Networks that a test hands to a student's function, and that note how they are used."""

import functools

import numpy as np


def make_network(layers, seed, training):
    """Make what `helpers.testing.torch_network` returns."""
    from helpers.pytorch import nn, torch  # here: PyTorch is an extra

    torch.manual_seed(seed)
    torch.set_grad_enabled(True)  # an answer that was called before may have left it off
    network = _watched()(*(_layer(nn, torch, *layer) for layer in layers))
    return network.train(training)


def _layer(nn, torch, kind, *given):
    """Return one layer; what is given are its weights, or its settings."""
    if kind == "linear":
        made = nn.Linear(*reversed(np.shape(given[0])))
        names = ("weight", "bias")
    elif kind == "batchnorm":
        made = nn.BatchNorm1d(len(given[0]))
        names = ("running_mean", "running_var")
    else:
        makers = {"relu": nn.ReLU, "sigmoid": nn.Sigmoid, "dropout": nn.Dropout}
        return makers[kind](*given)
    with torch.no_grad():
        for name, array in zip(names, given, strict=True):
            getattr(made, name).copy_(torch.as_tensor(np.asarray(array)))
    return made


@functools.cache
def _watched():
    from helpers.pytorch import nn, torch

    class Watched(nn.Sequential):
        """A network whose `passes` list what happened each time it was called."""

        def __init__(self, *layers):
            super().__init__(*layers)
            self.passes = []

        def forward(self, X):
            outputs = super().forward(X)
            noted = {
                "first_column": X[:, 0].detach().cpu().numpy().copy(),
                "logits": outputs.detach().cpu().numpy().copy(),
                "training": all(module.training for module in self.modules()),
                "any_training": any(module.training for module in self.modules()),
                "gradients_on": torch.is_grad_enabled(),
                "size": float(sum(p.detach().double().abs().sum() for p in self.parameters())),
                "backward": False,
                "old_gradient": False,
            }
            self.passes.append(noted)
            if outputs.requires_grad:
                outputs.register_hook(lambda _: self._note_backward(noted))
            return outputs

        def _note_backward(self, noted):
            noted["backward"] = True
            noted["old_gradient"] = any(
                p.grad is not None and bool(p.grad.any()) for p in self.parameters()
            )

    return Watched


class PaperNetwork:
    """What `helpers.testing.paper_network` returns.

    Attributes
    ----------
    calls : list of dict
        For each call: `method`, `first_column` of the images, and for ``backward`` also `labels`,
        and whether the activations are those of the last ``forward`` (`matches`).
    """

    ORDER = ("weight_out", "bias_out", "weight_h2", "bias_h2", "weight_h1", "bias_h1")

    def __init__(self, A, parameters, rates):
        self._A = np.array(A, dtype=float)
        self._rates = dict(rates)
        self._last = None
        self.calls = []
        for name in self.ORDER:
            setattr(self, name, np.array(parameters[name], dtype=float))

    def forward(self, x):
        """Return a_h1, a_h2 and a_out; the first two are there to be handed on."""
        x = np.array(x, dtype=float)
        a_out = 1 / (1 + np.exp(-(x @ self._A + self.bias_out)))
        self._last = x, 2 * x, a_out
        self.calls.append({"method": "forward", "first_column": x[:, 0].copy()})
        return self._last

    def backward(self, x, a_h1, a_h2, a_out, y):
        """Return the six gradients, from the output backwards."""
        given = [np.asarray(each, dtype=float) for each in (a_h1, a_h2, a_out)]
        matches = self._last is not None and all(
            one.shape == other.shape and bool(np.all(one == other))
            for one, other in zip(given, self._last, strict=True)
        )
        first_column = np.array(x, dtype=float)[:, 0]
        call = {"method": "backward", "first_column": first_column, "labels": np.array(y)}
        self.calls.append(call | {"matches": matches})
        return tuple(self._rates[name] * getattr(self, name) for name in self.ORDER)
