"""What a test cell imports: checks that print a line each, kind messages, and the credit.

A test cell is one function and one call, the same for a student and for the grader::

    def test_forward(check):
        from checks import close

        with check("the hidden layer", points=2):
            z2, a2, z3, a3 = forward(W1, b1, W2, b2, X)
            close(z2, expected, what="z2")


    credit(test_forward)

Everything is inside the function, so that running a check leaves no name behind in the notebook.
"""

from checks.calling import after, many, steady
from checks.classes import attribute, with_parameters, works_as_made
from checks.comparing import (
    CheckFailed,
    close,
    close_to_slopes,
    expect,
    results,
    shaped,
    steps_agree,
)
from checks.credits import Checks, Credit, credit
from checks.factories import factory, generator
from checks.scratch import scratch_folder
from checks.torch_networks import torch_network, torch_slopes
from checks.torch_parts import torch_criterion, torch_file, torch_optimizer

__all__ = [
    "CheckFailed",
    "Checks",
    "Credit",
    "after",
    "attribute",
    "close",
    "close_to_slopes",
    "credit",
    "expect",
    "factory",
    "generator",
    "many",
    "results",
    "scratch_folder",
    "shaped",
    "steady",
    "steps_agree",
    "torch_criterion",
    "torch_file",
    "torch_network",
    "torch_optimizer",
    "torch_slopes",
    "with_parameters",
    "works_as_made",
]
