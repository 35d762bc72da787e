"""Whatever the sizes, seeds, scales, kinds and memory orders: no false alarm, and no miss."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from notebooks_in_process import answered, exercises, lost, mark, named, skip_without_pytorch
from test_gradient_check_cases import random_case

from helpers.gradcheck import gradient_check

SEEDS = st.integers(0, 10**6)
FEW = settings(max_examples=40, deadline=None, derandomize=True)
# To make a failing example smaller would take as many runs of a test cell again.
RUNS = {"deadline": None, "derandomize": True, "phases": (Phase.explicit, Phase.generate)}


# The gradient check.

#: The same numbers in another layout of memory.
LAYOUTS = {
    "as it is": lambda a: a,
    "every other entry of a longer array": lambda a: np.repeat(a, 2)[::2],
    "backwards in memory": lambda a: a[::-1].copy()[::-1],
    "a column of a matrix": lambda a: np.stack([a, a], axis=1)[:, 0],
    "not to be written to": lambda a: _frozen(a.copy()),
}


def _frozen(array):
    array.flags.writeable = False
    return array


def _scaled(case, cost, gradient=lambda grad: grad):
    """Return a case with its cost times `cost`, and its gradient changed."""

    def f(theta):
        J, grad = case.f(theta)
        return cost * J, gradient(cost * grad)

    return replace(case, f=f)


@given(
    seed=SEEDS,
    power=st.integers(-8, 8),
    given_as=st.sampled_from(list(LAYOUTS)),
    returned_as=st.sampled_from(list(LAYOUTS)),
)
@FEW
def test_right_gradients_are_right_in_any_scale_and_layout(seed, power, given_as, returned_as):
    case = _scaled(random_case(seed), 10.0**power, LAYOUTS[returned_as])
    theta = LAYOUTS[given_as](case.theta)
    report = gradient_check(case.f, theta, case.blocks, m=case.m, max_per_block=4)
    assert report.ok, str(report)


@given(
    seed=SEEDS, power=st.integers(-8, 8), size=st.sampled_from([1e-2, 1e-4, 1e-6]), data=st.data()
)
@FEW
def test_one_wrong_entry_is_found_down_to_a_millionth_of_its_block(seed, power, size, data):
    case = random_case(seed)
    name = data.draw(st.sampled_from(list(case.blocks)))
    place = case.places()[name]
    entry = data.draw(st.integers(0, int(np.prod(case.blocks[name])) - 1))

    def off(grad):
        wrong = grad.copy()
        block = wrong[place]  # a view
        block[entry] += size * np.linalg.norm(block)
        return wrong

    wrong = _scaled(case, 10.0**power, off)
    report = gradient_check(wrong.f, case.theta, case.blocks, m=case.m, max_per_block=4)
    assert {n for n, block in report.blocks.items() if block.verdict == "wrong"} == {name}


@given(seed=SEEDS, kind=st.sampled_from(["f2", "f4", "i8", "c16", "O"]), where=st.booleans())
@FEW
def test_other_kinds_of_numbers_are_refused_by_name(seed, kind, where):
    case = random_case(seed)
    theta, f = case.theta, case.f
    if where:
        theta = theta.astype(kind)
    else:
        f = _scaled(case, 1.0, lambda grad: grad.astype(kind)).f
    with pytest.raises(TypeError, match="float64"):
        gradient_check(f, theta, case.blocks)


# The hidden tests of the notebooks.

#: Results in another form that is as right.
FORMS = {
    "in Fortran's order": np.asfortranarray,
    "every other entry of a longer array": lambda a: np.repeat(a, 2, axis=-1)[..., ::2],
    "a view that is turned round twice": lambda a: a[::-1].copy()[::-1],
    "not to be written to": lambda a: _frozen(a.copy()),
    "of a subclass": lambda a: a.view(_Kind),
    "big-endian": lambda a: a.astype(a.dtype.newbyteorder(">")),
}


class _Kind(np.ndarray):
    """An array of a kind of its own."""


#: What a hidden test must notice: one entry of a result off by this share of the largest.  Larger
#: where the answer is the end of a search, which different right answers end differently.
NOTICED = {"nn_lab/train": 0.1, "nn_lab/train_softmax": 0.1}
DEFAULT = 1e-4
#: No fixed result: random starts, or networks changed in place.
WITHOUT = {f"nn_lab/{name}" for name in ("init_parameters", "build_model", "train_model")}
#: A max-pool also returns notes for the way back, in any form; of losses the mean over mini-batches
#: will do.
WITHOUT |= {"mlp_to_cnn/max_pool", "mlp_to_cnn/train_nn"}
CHANGED = sorted(set(exercises()) - WITHOUT)


@pytest.fixture(autouse=True)
def _graded(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")


def _each(value, change):
    """Return a result with `change` made to every array in it."""
    if isinstance(value, np.ndarray):
        return change(value) if value.ndim else value
    if isinstance(value, tuple | list):
        return type(value)(_each(part, change) for part in value)
    if isinstance(value, dict):
        return {name: _each(part, change) for name, part in value.items()}
    return value


def _losses(exercise, seed, change):
    """Return the points lost by the solution whose results are passed through `change`."""
    key, name = named(exercise)
    names = answered(key)
    solution = names[name]
    names[name] = lambda *args, **options: change(solution(*args, **options))
    return lost(key, mark(key, names, seed, only=[f"test_{name}"]))


#: How many inputs a test cell meets: some in every run, more in CI.
EXAMPLES = pytest.mark.parametrize("examples", [3, pytest.param(20, marks=pytest.mark.slow)])


@EXAMPLES
@pytest.mark.parametrize("exercise", CHANGED)
def test_right_results_in_any_form_are_right(exercise, examples):
    skip_without_pytorch(exercises()[exercise])

    @given(seed=SEEDS, form=st.sampled_from(list(FORMS)))
    @settings(max_examples=examples, **RUNS)
    def holds(seed, form):
        assert _losses(exercise, seed, lambda value: _each(value, FORMS[form])) == {}

    holds()


def _off(value, share, rng):
    """Return a result with one number changed: by a share of the largest, or to another class."""
    if isinstance(value, tuple | list):
        which = int(rng.integers(len(value)))
        return type(value)(_off(v, share, rng) if i == which else v for i, v in enumerate(value))
    if isinstance(value, dict):
        which = sorted(value)[int(rng.integers(len(value)))]
        return {k: _off(v, share, rng) if k == which else v for k, v in value.items()}
    wrong = np.array(value)
    place = tuple(int(rng.integers(n)) for n in wrong.shape)
    step = 1 if wrong.dtype.kind in "iub" else share * (np.abs(wrong).max() or 1.0)
    wrong[place] = wrong[place] + step
    return wrong if wrong.ndim else wrong[()]


@EXAMPLES
@pytest.mark.parametrize("exercise", CHANGED)
def test_a_wrong_number_costs_points(exercise, examples):
    skip_without_pytorch(exercises()[exercise])

    @given(seed=SEEDS, place=SEEDS)
    @settings(max_examples=examples, **RUNS)
    def holds(seed, place):
        share = NOTICED.get(exercise, DEFAULT)

        def off(value):  # in the same result, whatever the call
            if exercise == "nn_lab/train":  # not the costs on the way
                theta, history = value
                return _off(theta, share, np.random.default_rng(place)), history
            return _off(value, share, np.random.default_rng(place))

        assert _losses(exercise, seed, off).keys() == {named(exercise)[1]}

    holds()
