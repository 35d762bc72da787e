"""`checks`: calling a student's function twice, on copies, beside earlier exercises."""

import copy

import numpy as np
import pytest
from nn_lab_doubles import polynomial, recorded

from checks import CheckFailed, after, close, generator, many, steady

A = np.arange(6.0).reshape(2, 3)


def test_many_and_after():
    assert many(divmod, [(7, 2), (9, 4)]) == [(3, 1), (2, 1)]

    def spoil(a, b):
        a *= 0
        b.append(4)
        return "done"

    numbers, things = np.ones(3), [1]
    result, (left, more) = after(spoil, numbers, things)
    assert result == "done"
    assert not left.any()
    assert more == [1, 4]
    assert numbers.all()
    assert things == [1]


@pytest.mark.parametrize(
    ("f", "arguments"),
    [
        (lambda a: a * 2, (A,)),
        (lambda a, b: (a, [b, "text", None, True]), (A, 3)),
        (lambda a: a * np.nan, (A,)),
        (lambda a: [[1.0, 2.0], [3.0]], (A,)),
        (lambda a: None, (A,)),
        (lambda a: {"a": a}, (A,)),
        (lambda a: a.copy() if a is not None else None, (A,)),
        (lambda rng: rng.normal(size=3), (np.random.default_rng(1),)),
        (lambda f, x: f(x), (polynomial([1.0, 2.0]), np.ones(2))),
        (lambda f, x: f(x), (lambda x: x + 1, 2)),
        (lambda a: a.T, (A.T,)),
        (lambda y: np.array(["a"])[y], (np.zeros(2, int),)),
        (lambda a: (x for x in a), (A,)),
        (lambda a: a > 2, (A,)),
        (lambda a: np.float32(a.sum()), (A.astype(np.float32),)),
    ],
)
def test_steady_functions_pass(f, arguments):
    kept = copy.deepcopy(arguments)
    found = steady(f, *arguments)
    again = f(*copy.deepcopy(arguments))
    assert type(found) is type(again)
    for before, now in zip(kept, arguments, strict=True):
        assert not isinstance(now, np.ndarray) or np.array_equal(before, now)


def test_in_place_changes_are_told_by_name():
    def spoil(W1, X):
        X -= 1
        return W1

    with pytest.raises(CheckFailed, match="changes X in place"):
        steady(spoil, A, A + 0, names="W1 X")
    with pytest.raises(CheckFailed, match="changes argument 2 in place"):
        steady(spoil, A, A + 0)
    assert np.array_equal(A, np.arange(6.0).reshape(2, 3))


@pytest.mark.parametrize(
    "change",
    [
        lambda a: a.sort(axis=1),
        lambda a: a.resize((3, 2), refcheck=False),
        lambda a: a.__setitem__((0, 0), np.nan),
        lambda a: a.fill(0),
    ],
)
def test_all_kinds_of_changes_are_seen(change):
    with pytest.raises(CheckFailed, match="in place"):
        steady(lambda a: change(a), A[:, ::-1].copy())


def test_a_list_argument_that_grows_is_seen():
    with pytest.raises(CheckFailed, match="in place"):
        steady(lambda sizes: sizes.append(1), [3, 4])


def test_a_second_answer_that_differs_is_seen():
    total = []

    def accumulates(a):
        total.append(a)
        return sum(total)

    rng = np.random.default_rng(0)
    for f in (
        accumulates,
        lambda a: a + rng.normal(),
        lambda a: (1, [a, len(total), rng.random()]),
    ):
        with pytest.raises(CheckFailed, match="two different answers"):
            steady(f, A)


def test_an_answer_that_is_a_view_of_its_argument_is_steady():
    close(steady(lambda a: a, A), A)


def test_errors_of_the_function_go_through():
    with pytest.raises(ZeroDivisionError):
        steady(lambda a: 1 / 0, A)
    with pytest.raises(ValueError, match="argument"):
        steady(lambda a: a, A, names="a b")


def test_polynomial_and_its_gradient():
    rng = np.random.default_rng(0)
    linear, cubic, x = rng.normal(size=(3, 4))
    root = rng.normal(size=(4, 4))
    f = polynomial(linear, root + root.T, cubic, with_gradient=True)
    value, slopes = f(x)
    assert isinstance(value, float)
    steps = 1e-5 * np.eye(4)
    numeric = [(f(x + s)[0] - f(x - s)[0]) / 2e-5 for s in steps]
    close(slopes, numeric, rtol=1e-6, atol=1e-8)
    assert polynomial([3.0])(np.array([2.0])) == 6.0
    assert polynomial([0], cubic=[2])([3]) == 54.0


def test_a_polynomial_keeps_its_own_numbers():
    linear = np.ones(2)
    f = polynomial(linear)
    linear *= 0
    x = np.ones(2)
    assert f(x) == 2.0
    assert copy.deepcopy(f)(x) == 2.0


def test_generator_is_seeded():
    assert generator(4).random() == generator(4).random() != generator(5).random()


def test_recorded_sees_calls_through_copies():
    f = recorded(polynomial([1.0, 1.0]))

    def perturbs(f, x):
        x[0] = 5
        f(x)
        x[0] = 6
        return f(x)

    assert after(perturbs, f, np.zeros(2))[0] == 6
    close(np.array(f.calls), [[5, 0], [6, 0]])
