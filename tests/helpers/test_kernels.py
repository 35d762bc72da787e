"""The kernels that every notebook builds on: sigmoid, packing."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.special import expit

from helpers.activations import sigmoid
from helpers.parameters import layer_shapes, pack, unpack

# --- sigmoid -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dtype", "rtol", "low"), [(np.float64, 4e-15, -700), (np.float32, 2e-6, -85)]
)
def test_sigmoid_agrees_with_scipy_in_relative_terms(dtype, rtol, low):
    z = np.linspace(low, 60, 10_001, dtype=dtype)
    result = sigmoid(z)
    assert result.dtype == dtype
    np.testing.assert_allclose(result, expit(z), rtol=rtol)


def test_sigmoid_never_warns_even_where_warnings_are_errors():
    extreme = [-np.inf, -1e300, -1e4, -745.2, -709.8, 0, 709.8, 1e4, np.inf]
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        with np.errstate(under="ignore"):
            for dtype in (np.float32, np.float64):
                z = np.array(extreme[2:-2], dtype=dtype)
                result = sigmoid(z)
                assert result[0] == 0
                assert result[-1] == 1
            result = sigmoid(np.array(extreme))
    assert result[0] == 0
    assert result[-1] == 1
    assert np.isnan(sigmoid(np.nan))


def test_sigmoid_keeps_shape_memory_and_type():
    z = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    z.flags.writeable = False
    before = z.copy()
    result = sigmoid(z)
    assert result.shape == (2, 3)
    assert not np.shares_memory(result, z)
    np.testing.assert_array_equal(z, before)
    assert sigmoid(np.zeros((0, 4))).shape == (0, 4)


@pytest.mark.parametrize("z", [0, 0.0, False, np.float64(0), np.array(0), np.int8(0)])
def test_sigmoid_of_a_scalar_is_a_float64_scalar(z):
    result = sigmoid(z)
    assert result == 0.5
    assert isinstance(result, np.float64)


def test_sigmoid_of_integers_and_lists_is_float64():
    result = sigmoid([[-1, 0], [1, 2]])
    assert result.dtype == np.float64
    np.testing.assert_allclose(result, expit([[-1, 0], [1, 2]]), rtol=1e-15)


# --- pack and unpack -----------------------------------------------------------------------------


@given(st.lists(hnp.array_shapes(min_dims=1, max_dims=3, max_side=5), min_size=1, max_size=5))
def test_unpack_undoes_pack(shapes):
    rng = np.random.default_rng(0)
    arrays = [np.asfortranarray(rng.normal(size=shape)) for shape in shapes]
    theta = pack(*arrays)
    assert theta.shape == (sum(math.prod(shape) for shape in shapes),)
    for array, shape, back in zip(arrays, shapes, unpack(theta, *shapes), strict=True):
        assert back.shape == shape
        np.testing.assert_array_equal(back, array)


def test_pack_is_in_c_order_float64_and_new_memory():
    W = np.asfortranarray([[1, 2, 3], [4, 5, 6]])
    theta = pack(W, np.float32([7]))
    assert theta.dtype == np.float64
    assert theta.tolist() == [1, 2, 3, 4, 5, 6, 7]
    single = np.arange(3.0)
    assert not np.shares_memory(pack(single), single)


def test_unpack_gives_views_and_keeps_the_type():
    theta = np.zeros(8, dtype=np.float32)
    W, b = unpack(theta, (2, 3), (2,))
    b[1] = 5
    assert theta[7] == 5
    assert W.dtype == b.dtype == np.float32


def test_layer_shapes_fit_the_convention():
    assert layer_shapes(8, 5, 10) == ((5, 8), (5,), (10, 5), (10,))
    assert [part.size for part in unpack(np.zeros(105), *layer_shapes(8, 5, 10))] == [40, 5, 50, 10]


def test_unpack_says_what_does_not_fit():
    with pytest.raises(
        ValueError, match=r"104 elements.*\(5, 8\), \(5,\).*40 \+ 5 \+ 50 \+ 10 = 105"
    ):
        unpack(np.zeros(104), *layer_shapes(8, 5, 10))
    with pytest.raises(ValueError, match=r"flat.*\(5, 21\)"):
        unpack(np.zeros((5, 21)), *layer_shapes(8, 5, 10))
    with pytest.raises(TypeError, match="needs a star"):
        unpack(np.zeros(105), layer_shapes(8, 5, 10))
    with pytest.raises(TypeError, match="tuple of whole numbers"):
        unpack(np.zeros(5), 5)


def test_pack_refuses_what_it_would_have_to_spoil():
    with pytest.raises(TypeError, match=r"number 2 of 2 holds complex128"):
        pack(np.zeros(2), np.zeros(2, dtype=complex))
    with pytest.raises(TypeError, match="holds <U1"):
        pack(["a"])
    with pytest.raises(ValueError, match="at least one array"):
        pack()
