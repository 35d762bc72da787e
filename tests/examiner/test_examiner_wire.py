"""The wire: what goes through unchanged, what is refused, and what no message may do."""

import base64
import collections
import contextlib
import dataclasses
import datetime
import decimal
import enum
import fractions
import json
import math
import resource
import time
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grading.examiner import wire
from grading.examiner.wire import WireError, decode, encode


def no_reference(thing):
    raise TypeError(f"{thing!r} is not plain data")


def through(value):
    return decode(encode(value, no_reference), no_reference)


def same(a, b):
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray):
        if a.dtype == object:
            return a.shape == b.shape and all(map(same, a.ravel(), b.ravel()))
        return a.dtype == b.dtype and np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(map(same, a.values(), b.values()))
    return a == b or (a != a and b != b)


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers()
    | st.text()
    | st.binary()
    | hnp.arrays(st.sampled_from(sorted(wire.DTYPES)), hnp.array_shapes(min_dims=0, min_side=0)),
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(st.text() | st.integers(-(2**52), 2**52), inner)
    ),
    max_leaves=20,
)


@settings(deadline=None)
@given(PLAIN)
def test_plain_data_come_back_as_they_were(value):
    assert same(through(value), value)


@pytest.mark.parametrize(
    "value",
    [
        np.float64(0.5),
        np.bool_(True),
        np.int8(-3),
        {1, "a", None},
        slice(1, None, -2),
        2**4000,
        np.array([[1.5, None], ["a", [1, 2]]], dtype=object),
        np.array([["naïve", ""], ["a", "bc"]]),
        np.array(["\ud800"]),
        np.zeros((0, 3)),
        np.array(2.5),
    ],
    ids=lambda value: type(value).__name__,
)
def test_other_values_come_back_as_they_were(value):
    assert same(through(value), value)


class Colour(enum.IntEnum):
    RED = 3


class Lying(float):
    """Claims to be something else in every way that a subclass can."""

    __class__ = dict

    def __float__(self):
        return 7.0

    def __eq__(self, other):
        return True

    __hash__ = float.__hash__


class LongList(list):
    def __len__(self):
        return 10**9

    def __iter__(self):
        return iter([1] * 5)


def objects(items):
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (Colour.RED, 3),
        (Lying(0.5), 0.5),
        (LongList([1, 2]), [1, 2]),
        (collections.OrderedDict(a=1), {"a": 1}),
        (collections.namedtuple("P", "x y")(1, 2), (1, 2)),
        (type("S", (str,), {"__str__": lambda self: "forged"})("a"), "a"),
        (np.str_("a"), "a"),
        (np.ma.array([1.0, 2.0], mask=[True, False]), np.array([1.0, 2.0])),
        (np.array([1, 2], dtype=">i4"), np.array([1, 2], dtype="<i4")),
        (np.longdouble(0.5), np.float64(0.5)),
        (np.asfortranarray([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 2.0], [3.0, 4.0]])),
        (frozenset({1}), {1}),
        (type("Sevens", (set,), {"__iter__": lambda self: iter([7])})({1}), {1}),
        (np.clongdouble(0.5), np.complex128(0.5)),
        (type("N", (np.float64,), {"__array__": lambda *_: np.array([{}])})(0.5), np.float64(0.5)),
        (np.array([0.5, np.nan], dtype=np.longdouble), np.array([0.5, np.nan])),
        (np.bytes_(b"a"), b"a"),
        (np.array([[1.0]]).view(np.matrix), np.array([[1.0]])),
        (np.broadcast_to(1.5, (2, 2)), np.array([[1.5, 1.5], [1.5, 1.5]])),
        (collections.Counter("a"), {"a": 1}),
        (collections.defaultdict(list, a=[1]), {"a": [1]}),
        (enum.StrEnum("Kind", "A").A, "a"),
        (slice(np.int64(1), None), slice(1, None)),
        (np.array([np.zeros(2), None], dtype=object)[:1], objects([np.zeros(2)])),
    ],
    ids=lambda value: type(value).__name__,
)
def test_instances_of_subclasses_become_what_they_are(value, plain):
    assert same(through(value), plain)


def test_arrays_that_come_are_the_test_s_own_and_writable():
    array = np.arange(3.0)
    found = through(array)
    found[0] = 7
    assert array[0] == 0


@pytest.mark.parametrize(
    "value",
    [
        object(),
        len,
        (x for x in "a"),
        {(1, 2): 3},
        {2**60: 1},
        {0.5: 1},
        {(1, 2)},
        2**5000,
        np.array([(1, 2.0)], dtype=[("a", int), ("b", float)]),
        np.array(["2020-01-01"], dtype="M8[D]"),
        bytearray(b"a"),
        range(3),
        np.timedelta64(3, "D"),
        np.timedelta64("NaT"),
        np.array([3], dtype="m8[s]"),
        np.datetime64("2020-01-01"),
        np.datetime64("NaT"),
        np.array([(1, 2.0)], dtype=[("a", int), ("b", float)])[0],
        np.void(b"abc"),
        np.array([b"ab"]),
        np.array(["a"], dtype=np.dtypes.StringDType()),
        enum.Enum("Plain", "A").A,
        dataclasses.make_dataclass("Point", ["x"])(1),
        fractions.Fraction(1, 2),
        decimal.Decimal(1),
        datetime.timedelta(1),
        slice("a", "b"),
        {np.str_("a"): 1},
        {np.int64(1): 1},
        scipy.sparse.eye_array(2),
        np.random.default_rng(1),
        memoryview(b"a"),
        iter([1]),
        dict.fromkeys("a").keys(),
        int,
        Ellipsis,
        NotImplemented,
    ],
    ids=lambda value: type(value).__name__,
)
def test_all_else_goes_by_reference(value):
    text = encode([value], lambda thing: {"number": id(thing)})
    assert decode(text, lambda reference: reference["number"]) == [id(value)]


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


LOOP = []
LOOP.append(LOOP)


@pytest.mark.parametrize(
    "value",
    [
        nested(wire.MAX_DEPTH + 1),
        nested(100_000),
        LOOP,
        [0] * (wire.MAX_NODES + 1),
        np.zeros(wire.MAX_BYTES // 8 + 1),
        np.broadcast_to(0.0, (10**6, 10**6)),
        np.broadcast_to(1, 10**9),
        np.broadcast_to(None, 10**9),
        np.broadcast_to("a", 10**9),
        np.zeros((0, 10**12)),
        objects([LOOP]),
        [np.zeros(wire.MAX_BYTES // 16)] * 3,
        "x" * (wire.MAX_BYTES + 1),
        np.full(1000, "x" * 5000),
    ],
    ids=lambda value: type(value).__name__,
)
def test_too_much_is_not_sent(value):
    with pytest.raises(WireError, match="too"):
        encode(value, no_reference)


def test_more_axes_than_the_examiner_s_numpy_may_have_are_not_sent():
    with pytest.raises(WireError, match="more than 32 axes"):
        encode(np.ones((1,) * 33), no_reference)
    assert through(np.ones((1,) * 32)).ndim == 32


def tensors(torch):
    """Tensors of all kinds, each with what comes of it: an array, or None for a reference."""
    bits = torch.tensor([1.5, -2.0])
    named = {
        "needs a slope": (bits.clone().requires_grad_(), [1.5, -2.0]),
        "a parameter": (torch.nn.Parameter(bits), [1.5, -2.0]),
        "bfloat16": (bits.bfloat16(), [1.5, -2.0]),
        "float16": (bits.half(), [1.5, -2.0]),
        "whole": (torch.tensor([[1, 2]]), [[1, 2]]),
        "truth": (torch.tensor(True), True),
        "empty": (torch.zeros(0, 3), np.zeros((0, 3))),
        "conjugate": (torch.tensor([1 + 2j]).conj(), [1 - 2j]),
        "a view": (torch.ones(1).expand(3), [1, 1, 1]),
        "sparse": (torch.eye(2).to_sparse(), None),
        "compressed": (torch.eye(2).to_sparse_csr(), None),
        "without data": (torch.ones(2, device="meta"), None),
        "quantised": (torch.quantize_per_tensor(bits, 0.1, 0, torch.qint8), None),
        "of 8 bits": (bits.to(torch.float8_e4m3fn), None),
    }
    return named


@pytest.mark.filterwarnings("ignore")
def test_tensors_come_as_they_are_or_by_reference():
    torch = pytest.importorskip("torch", reason="needs PyTorch: python3 course.py torch")
    for name, (tensor, values) in tensors(torch).items():
        found = decode(encode([tensor], lambda thing: {"number": id(thing)}), lambda r: r)[0]
        if values is None:
            assert found == {"number": id(tensor)}, name
        else:
            assert np.array_equal(found.numpy(), values), name
            assert not found.requires_grad, name
    with pytest.raises(WireError, match="too large"):
        encode(torch.ones(1).bfloat16().expand(10**10), no_reference)


def test_a_table_of_pandas_goes_by_reference():
    table = pytest.importorskip("pandas", reason="not among the course's packages").DataFrame([1])
    assert '"number": 1' in encode(table, lambda thing: {"number": 1})


def array(dtype="<f8", shape=(1,), raw=bytes(8)):
    return {"a": [dtype, list(shape), base64.b64encode(raw).decode()]}


MALFORMED = {
    "no JSON": "{",
    "empty": "",
    "two tags": '{"t": [], "a": []}',
    "unknown tag": '{"__class__": "os.system"}',
    "no tag": "{}",
    "a tag that is a method": '{"value": 1}',
    "not a number": "NaN",
    "infinity": "[Infinity]",
    "a huge integer": "1" * 4000,
    "a longer integer than Python reads": "1" * 5000,
    "an odd float": '{"f": "0x10"}',
    "an unhashable float": '{"f": []}',
    "half a complex": '{"c": [1.0]}',
    "a complex of integers": '{"c": [1, 2]}',
    "a dictionary that is a list": '{"d": [1, 2]}',
    "an unhashable key": '{"d": [[[], 1]]}',
    "a key with a chosen hash": '{"d": [[18446744073709551615, 1]]}',
    "a float key": '{"d": [[0.5, 1]]}',
    "a set of lists": '{"set": [[]]}',
    "a slice of strings": '{"slice": ["a", 1, 2]}',
    "bytes that are no base64": '{"b": "@@"}',
    "bytes with blanks": '{"b": "AA AA"}',
    "bytes without padding": '{"b": "AAA"}',
    "bytes beyond ASCII": '{"b": "ä"}',
    "an array that is text": '{"a": "<f8"}',
    "a scalar with a shape": json.dumps({"n": ["<f8", [1], "AAAAAAAAAAA="]}),
    "objects": json.dumps(array("|O")),
    "an array by a pickle's dtype": json.dumps(array("O8")),
    "a structure": json.dumps(array("f8,f8")),
    "a dtype in words": json.dumps(array("float64")),
    "a dtype that is a list": '{"a": [["<f8"], [1], ""]}',
    "a string dtype": json.dumps(array("<U2")),
    "a subarray": json.dumps(array("(2,)f8")),
    "big-endian": json.dumps(array(">f8")),
    "too few bytes": json.dumps(array(shape=(2,))),
    "too many bytes": json.dumps(array(shape=(0,))),
    "a negative length": json.dumps(array(shape=(-1,))),
    "two negative lengths": json.dumps(array(shape=(-1, -1))),
    "a length that is a float": json.dumps(array(shape=(1.0,))),
    "a length that is true": '{"a": ["<f8", [true], "AAAAAAAAAAA="]}',
    "an overflowing shape": json.dumps(array(shape=(2**32, 2**32, 0), raw=b"")),
    "too many axes": json.dumps(array(shape=(1,) * 65)),
    "objects of another shape": '{"o": ["O", [3], [1]]}',
    "objects in no list": '{"o": ["O", [1], "a"]}',
    "strings that are numbers": '{"o": ["U", [1], [1]]}',
    "objects of another type": '{"o": ["V", [1], [1]]}',
    "a tensor without torch or sense": '{"torch": [1]}',
    "deep": "[" * 100_000,
    "deep and sound": "[" * 500 + "]" * 500,
    "very deep objects": '{"t":' * 100_000,
    "too long": "[" + " " * wire.MAX_TEXT + "]",
    "many empty lists": "[" + "[]," * (wire.MAX_NODES) + "[]]",
    "a bomb of empty lists": "[" + "[]," * 8_000_000 + "[]]",
    "strings that need much room": json.dumps(
        {"o": ["U", [20_000], ["x" * 300_000] + ["x"] * 19_999]}
    ),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_messages_are_refused_and_cost_little(name):
    started = time.process_time()
    with pytest.raises(WireError):
        decode(MALFORMED[name], no_reference)
    assert time.process_time() - started < 5


@pytest.mark.parametrize("text", [b"[]", None, 3, ["[]"]], ids=repr)
def test_only_text_is_decoded(text):
    with pytest.raises(WireError):
        decode(text, no_reference)


def test_truth_values_are_zero_or_one():
    found = decode(json.dumps(array("|b1", (2,), b"\x02\x00")), no_reference)
    assert found.view(np.uint8).tolist() == [1, 0]


def test_what_is_not_finite_is_no_JSON_of_its_own():
    text = encode([math.nan, math.inf, -math.inf], no_reference)
    json.loads(text, parse_constant=lambda name: pytest.fail(name))
    assert str(decode(text, no_reference)) == "[nan, inf, -inf]"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("AAAAAAAAAAA="),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.sampled_from(sorted(wire._Decoder._MAKERS)) | st.text(), inner)
        | st.tuples(st.sampled_from(sorted(wire.DTYPES)) | inner, st.lists(inner), inner).map(
            lambda parts: {"a": list(parts)}
        )
    ),
    max_leaves=30,
)


@pytest.fixture
def little_memory():
    """A ceiling: 512 MiB more than the test process has now."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + (512 << 20), before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


@pytest.mark.usefixtures("little_memory")
@pytest.mark.filterwarnings("ignore")
def test_whatever_comes_is_plain_data_or_refused():
    @settings(max_examples=150, deadline=1000, database=None)
    @given(JSON)
    def check(found):
        try:
            value = decode(json.dumps(found), no_reference)
        except (WireError, TypeError):
            return
        assert type(value) in (
            *(type(None), bool, int, float, complex, str, bytes, list, tuple, dict, set, slice),
            *(np.ndarray, *np.sctypeDict.values()),
        )

    check()


@pytest.mark.usefixtures("little_memory")
def test_any_text_is_plain_data_or_refused():
    sound = encode({"a": [np.eye(3), (1, 2.5), {"b": None}], "c": "x"}, no_reference)

    @settings(max_examples=150, deadline=1000, database=None)
    @given(st.text() | st.tuples(st.integers(0, len(sound)), st.text(max_size=4)))
    def check(change):
        place, text = change if isinstance(change, tuple) else (0, change)
        spoilt = sound[:place] + text + sound[place + len(text) :]
        with contextlib.suppress(WireError):
            decode(spoilt if isinstance(change, tuple) else text, no_reference)

    check()
