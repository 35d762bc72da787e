"""What is right keeps its points: one wrong array costs that array, here and nowhere else."""

import pytest
from notebooks_in_process import answered_by, bank_entries, involved, lost, mark_twice, named

#: The points that each mistake costs, by exercise and title.
COSTS = {
    "nn_lab/gradients": {
        "the biases' gradients are not summed": 2,
        "the biases' gradients are row sums of the weights' gradients": 2,
        "the biases' gradients are not summed, the weights' not averaged": 4,
        "no mean in db1": 1,
        "dW1 is averaged twice": 1,
    },
    "nn_lab/cost_and_gradient": {
        "the cost is averaged twice": 1,
        "the hidden layer's gradient is zero": 1.5,
        "the biases' gradients are zero": 1,
    },
    "nn_lab/autoencoder_cost_and_gradient": {
        "weights stand where the activations belong": 3,
        "the factor 1 - a2 is left out": 2.5,
        "the code's error comes from the raw difference": 2.5,
        "weights for activations, and the raw difference goes back": 4,
        "the biases' gradients are row sums of the weights' gradients": 2,
    },
    "nn_lab/numerical_gradient": {"a copy of theta is changed and never put back": 3},
}


@pytest.fixture(autouse=True)
def _graded(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")


@pytest.mark.parametrize(
    ("exercise", "title", "points"),
    [(exercise, title, p) for exercise, costs in COSTS.items() for title, p in costs.items()],
)
def test_a_mistake_costs_the_arrays_that_it_spoils(exercise, title, points):
    key, name = named(exercise)
    (entry,) = [each for each in bank_entries(is_right=False)[exercise] if each.title == title]
    marked = mark_twice(key, {name: answered_by(exercise, entry)}, only=involved(key, name))
    assert lost(key, marked) == {name: points}
