"""What a test cell imports: checks that print a line each, kind messages, and the credit.

A test cell is one function and one call, the same for a student and for the grader::

    def test_forward(check):
        from helpers.testing import close

        with check("the hidden layer", points=2):
            z2, a2, z3, a3 = forward(W1, b1, W2, b2, X)
            close(z2, expected, what="z2")


    credit(test_forward)

Everything is inside the function, so that running a check leaves no name behind in the notebook.
"""

from helpers.testing.calling import after, many, steady
from helpers.testing.checks import Checks, Credit, credit
from helpers.testing.classes import attribute, with_parameters, works_as_made
from helpers.testing.comparing import (
    CheckFailed,
    close,
    close_to_slopes,
    expect,
    results,
    shaped,
    steps_agree,
)
from helpers.testing.factories import (
    centred_projection,
    generator,
    looked_up,
    paper_network,
    paper_two_layer,
    polynomial,
    recorded,
    scattered,
    torch_criterion,
    torch_file,
    torch_network,
    torch_optimizer,
    torch_slopes,
)
from helpers.testing.networks import paper_mlp
from helpers.testing.scratch import scratch_folder
from helpers.testing.two_layer import two_layer_after

__all__ = [
    "CheckFailed",
    "Checks",
    "Credit",
    "after",
    "attribute",
    "centred_projection",
    "close",
    "close_to_slopes",
    "credit",
    "expect",
    "generator",
    "looked_up",
    "many",
    "paper_mlp",
    "paper_network",
    "paper_two_layer",
    "polynomial",
    "recorded",
    "results",
    "scattered",
    "scratch_folder",
    "shaped",
    "steady",
    "steps_agree",
    "torch_criterion",
    "torch_file",
    "torch_network",
    "torch_optimizer",
    "torch_slopes",
    "two_layer_after",
    "with_parameters",
    "works_as_made",
]
