"""A PyTorch network that a test hands to a student's function, and that notes how it is used."""

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
