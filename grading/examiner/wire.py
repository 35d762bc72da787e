"""Plain data as text, strict and capped: all that passes between a test and a student's code.

Both ends use it; its source is also sent into the student's kernel, so it imports nothing of ours.
Never a pickle: decoding makes built-in values, arrays of the listed types, and whatever the
caller makes of a reference.

=====================  ==========================================================================
JSON                   value
=====================  ==========================================================================
null, true, 1, "s"     None, bool, int (at most `MAX_BITS` bits), str
0.5, {"f": "nan"}      float
{"c": [x, y]}          complex
[...]                  list
{"t": [...]}           tuple
{"set": [...]}         set
{"d": [[k, v], ...]}   dict; its keys are str, bool, None or integers below 2**53
{"b": "..."}           bytes, in base64
{"a": [d, s, "..."]}   NumPy array of dtype d and shape s, in C order and base64
{"n": [d, "..."]}      NumPy scalar of dtype d
{"o": [d, s, [...]]}   NumPy array of plain values: dtype "O" or "U"
{"torch": [d, s, ""]}  PyTorch tensor
{"slice": [a, b, c]}   slice
{"ref": {...}}         anything else, by reference
=====================  ==========================================================================
"""

import base64
import contextlib
import json
import math
import sys
from collections.abc import Callable
from typing import Any

#: Characters, values, bytes of arrays and nested levels of one message; bits of an integer.
MAX_TEXT = 32 << 20
MAX_NODES = 500_000
MAX_BYTES = 16 << 20
MAX_DEPTH = 30
MAX_BITS = 4096
#: Axes of an array.
MAX_AXES = 32
DTYPES = frozenset(
    [
        "|b1",
        "|i1",
        "|u1",
        "<i2",
        "<i4",
        "<i8",
        "<u2",
        "<u4",
        "<u8",
        "<f2",
        "<f4",
        "<f8",
        "<c8",
        "<c16",
    ]
)
_LONGEST = {"f": "<f8", "c": "<c16"}  # what long doubles are cut down to
_NOT_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
_SCALARS = (bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset, slice)


class WireError(ValueError):
    """Something that cannot be sent, or that was sent and is not what it should be."""


def encode(value: object, refer: Callable[[Any], Any]) -> str:
    """Turn a value into text.

    Parameters
    ----------
    value : object
        Plain data; instances of subclasses are sent as what they are subclasses of.
    refer : callable
        Given anything that is not plain data, returns its reference (plain JSON data) or raises.

    Raises
    ------
    WireError
        When the value is too large, or nested too deeply.
    """
    text = json.dumps(_Encoder(refer).node(value, 0), allow_nan=False)
    if len(text) > MAX_TEXT:
        raise WireError("it is too large")
    return text


def decode(text: str, resolve: Callable[[Any], Any]) -> Any:
    """Turn text into the value that it stands for.

    Parameters
    ----------
    text : str
        Trusted in nothing.
    resolve : callable
        Given a reference, returns the object or raises `WireError`.

    Raises
    ------
    WireError
        Whatever is wrong with the text, and nothing else but what `resolve` raises.
    """
    if type(text) is not str or len(text) > MAX_TEXT:
        raise WireError("it is too large")
    with _sound():
        return _Decoder(resolve).value(read_json(text, parse_constant=_refuse), 0)


def read_json(text: str | bytes, **options: Any) -> Any:
    """Read JSON data that are trusted in nothing.

    Parameters
    ----------
    text : str or bytes
    **options
        Of `json.loads`.

    Raises
    ------
    WireError
        When it is no JSON, or would take far more memory than its text does.
    """
    text = text if isinstance(text, str) else str(text, "utf-8", "replace")
    if sum(map(text.count, "[{,")) > 4 * MAX_NODES:
        raise WireError("it has too many parts")
    with _sound():
        return json.loads(text, **options)


@contextlib.contextmanager
def _sound():
    """Turn what goes wrong with another one's data into a `WireError`."""
    try:
        yield
    except WireError:
        raise
    except ImportError:
        raise WireError("it is a PyTorch tensor, and there is no PyTorch here") from None
    except (ValueError, TypeError, KeyError, OverflowError):
        raise WireError("it is malformed") from None
    except (RecursionError, MemoryError):
        raise WireError("it is too large or nested too deeply") from None


class _Counter:
    """Counts what one message holds."""

    def __init__(self):
        self.nodes = self.bytes = 0

    def count(self, depth, nodes=1, size=0):
        self.nodes += nodes
        self.bytes += size
        if depth > MAX_DEPTH:
            raise WireError("it is nested too deeply")
        if self.nodes > MAX_NODES or self.bytes > MAX_BYTES:
            raise WireError("it is too large")


class _Encoder(_Counter):
    def __init__(self, refer):
        super().__init__()
        self._refer = refer
        self._numpy: Any = sys.modules.get("numpy")
        self._torch: Any = sys.modules.get("torch")

    def node(self, value, depth):
        """Return the JSON data that stand for a value."""
        self.count(depth)
        np, kind = self._numpy, type(value)
        if value is None or kind is bool:
            return value
        if np is not None and issubclass(kind, np.ndarray):
            return self._array(value, depth)
        if np is not None and issubclass(kind, np.number | np.bool_):
            return self._number(value)
        if self._torch is not None and issubclass(kind, self._torch.Tensor):
            return self._tensor(value)
        base = next((base for base in kind.__mro__ if base in _SCALARS), None)
        make = getattr(self, f"_{base.__name__}", None) if base else None
        return make(value, depth) if make else self._reference(value)

    def _reference(self, value):
        return {"ref": self._refer(value)}

    def _int(self, value, depth):
        value = int.__index__(value)
        return value if value.bit_length() <= MAX_BITS else self._reference(value)

    def _float(self, value, depth):
        value = float.__float__(value)
        return value if math.isfinite(value) else {"f": repr(value)}

    def _complex(self, value, depth):
        value = complex.__pos__(value)
        return {"c": [self._float(value.real, depth), self._float(value.imag, depth)]}

    def _str(self, value, depth):
        self.count(depth, 0, str.__len__(value))
        return str.__str__(value)

    def _bytes(self, value, depth):
        self.count(depth, 0, bytes.__len__(value))
        return {"b": _text64(bytes.__getitem__(value, slice(None)))}

    def _list(self, value, depth):
        return [self.node(item, depth + 1) for item in list.__iter__(value)]

    def _tuple(self, value, depth):
        return {"t": [self.node(item, depth + 1) for item in tuple.__iter__(value)]}

    def _set(self, value, depth):
        return self._keys(value, list(set.__iter__(value)), depth)

    def _frozenset(self, value, depth):
        return self._keys(value, list(frozenset.__iter__(value)), depth)

    def _keys(self, value, items, depth):
        if not all(map(_is_key, items)):
            return self._reference(value)
        return {"set": [self.node(item, depth + 1) for item in items]}

    def _dict(self, value, depth):
        items = list(dict.items(value))
        if not all(_is_key(key) for key, _ in items):
            return self._reference(value)
        return {"d": [[self.node(k, depth), self.node(x, depth + 1)] for k, x in items]}

    def _slice(self, value, depth):
        parts = (value.start, value.stop, value.step)
        whole = (int, self._numpy.integer) if self._numpy else int
        if not all(part is None or isinstance(part, whole) for part in parts):
            return self._reference(value)
        plain = [None if part is None else int(part) for part in parts]
        return {"slice": [self.node(part, depth + 1) for part in plain]}

    def _array(self, found, depth):
        array = self._numpy.ndarray.view(found, self._numpy.ndarray)
        if type_ := self._type(array):
            return {"a": self._numbers(array, type_)}
        if array.dtype.kind not in "OU":
            return self._reference(found)
        self.count(depth, array.size, array.nbytes)
        _refuse_odd(array.shape)
        items = [self.node(item, depth + 1) for item in array.ravel().tolist()]
        return {"o": [array.dtype.kind, list(array.shape), items]}

    def _number(self, value):
        array = self._numpy.asarray(value)
        if array.shape or not (type_ := self._type(array)):  # a length of time, for example
            return self._reference(value)
        dtype, _, data = self._numbers(array, type_)
        return {"n": [dtype, data]}

    def _tensor(self, found):
        try:
            size = found.numel() * found.element_size()
            # A view of one number can have the length of millions: no copy of such a one.
            array = self._dense(found) if size <= MAX_BYTES else None
        except (TypeError, ValueError, RuntimeError, AttributeError):
            # Sparse, quantised, without any data, or of a type of its own.
            return self._reference(found)
        self.count(0, 0, size)
        type_ = self._type(array)
        return {"torch": self._numbers(array, type_)} if type_ else self._reference(found)

    def _dense(self, tensor):
        tensor = tensor.detach().cpu()
        if tensor.dtype is self._torch.bfloat16:  # NumPy has no such type
            tensor = tensor.float()
        return self._numpy.asarray(tensor.resolve_conj().resolve_neg().numpy())

    def _type(self, array):
        """Return the dtype in which numbers are sent; empty for what cannot be sent as numbers."""
        if array.dtype.kind not in "biufc":
            return ""
        dtype = array.dtype.newbyteorder("<").str
        return dtype if dtype in DTYPES else _LONGEST.get(array.dtype.kind, "")

    def _numbers(self, array, dtype):
        self.count(0, 0, array.nbytes)
        _refuse_odd(array.shape)
        return [dtype, list(array.shape), _text64(array.astype(dtype).tobytes())]


class _Decoder(_Counter):
    def __init__(self, resolve):
        super().__init__()
        self._resolve = resolve

    def value(self, node, depth):
        """Return what a piece of JSON data stands for."""
        self.count(depth)
        kind = type(node)
        if node is None or kind in (bool, float, str):
            return node
        if kind is int:
            _expect(node.bit_length() <= MAX_BITS)
            return node
        if kind is list:
            return self._items(node, depth)
        _expect(kind is dict and len(node) == 1)
        ((tag, body),) = node.items()
        make: Any = self._MAKERS.get(tag)
        _expect(make is not None)
        return make(self, body, depth)

    def _items(self, body, depth):
        _expect(type(body) is list)
        return [self.value(item, depth + 1) for item in body]

    def _float(self, body, depth):
        return _NOT_FINITE[body]

    def _complex(self, body, depth):
        parts = self._items(body, depth)
        _expect(len(parts) == 2 and all(type(part) is float for part in parts))
        return complex(*parts)

    def _tuple(self, body, depth):
        return tuple(self._items(body, depth))

    def _set(self, body, depth):
        items = self._items(body, depth)
        _expect(all(map(_is_key, items)))
        return set(items)

    def _dict(self, body, depth):
        _expect(type(body) is list and all(type(p) is list and len(p) == 2 for p in body))
        keys = [self.value(key, depth + 1) for key, _ in body]
        _expect(all(map(_is_key, keys)))
        return dict(zip(keys, [self.value(item, depth + 1) for _, item in body], strict=True))

    def _bytes(self, body, depth):
        return self._raw(body)

    def _slice(self, body, depth):
        parts = self._items(body, depth)
        _expect(len(parts) == 3 and all(x is None or type(x) is int for x in parts))
        return slice(*parts)

    def _array(self, body, depth):
        import numpy as np

        _expect(type(body) is list and len(body) == 3)
        dtype, shape, data = body
        _expect(type(dtype) is str and dtype in DTYPES)
        raw = self._raw(data)
        _expect(_size(shape) * np.dtype(dtype).itemsize == len(raw))
        if dtype == "|b1":  # a byte that is neither 0 nor 1 is no truth value
            raw = bytes(map(bool, raw))
        return np.frombuffer(bytearray(raw), dtype).reshape(shape)

    def _number(self, body, depth):
        _expect(type(body) is list and len(body) == 2)
        return self._array([body[0], [], body[1]], depth)[()]

    def _objects(self, body, depth):
        import numpy as np

        _expect(type(body) is list and len(body) == 3)
        dtype, shape, items = body
        _expect(dtype in ("O", "U") and _size(shape) == len(items))
        items = self._items(items, depth)
        if dtype == "U":
            _expect(all(type(item) is str for item in items))
            # In an array every string takes the room of the longest.
            self.count(depth, 0, 4 * len(items) * max(map(len, items), default=0))
            return np.array(items, dtype=str).reshape(shape)
        array = np.empty(len(items), dtype=object)
        for place, item in enumerate(items):
            array[place] = item
        return array.reshape(shape)

    def _tensor(self, body, depth):
        import torch

        return torch.from_numpy(self._array(body, depth))

    def _ref(self, body, depth):
        return self._resolve(body)

    def _raw(self, text):
        _expect(type(text) is str)
        self.count(0, 0, len(text) * 3 // 4)
        return base64.b64decode(text, validate=True)

    _MAKERS = {  # noqa: RUF012  (never changed)
        "f": _float,
        "c": _complex,
        "t": _tuple,
        "set": _set,
        "d": _dict,
        "b": _bytes,
        "a": _array,
        "n": _number,
        "o": _objects,
        "torch": _tensor,
        "slice": _slice,
        "ref": _ref,
    }


def _is_key(value):
    """Tell whether a value may be a key: hashes of others can be made to collide."""
    return (
        value is None or type(value) in (str, bool) or (type(value) is int and abs(value) < 2**53)
    )


def _size(shape):
    _expect(type(shape) is list)
    _expect(all(type(n) is int and n >= 0 for n in shape))
    _refuse_odd(shape)
    return math.prod(shape)


def _refuse_odd(shape):
    if len(shape) > MAX_AXES:
        raise WireError(f"it has more than {MAX_AXES} axes")
    # An array without entries may have any length along its other axes; not here.
    if math.prod(n or 1 for n in shape) > MAX_BYTES:
        raise WireError("it is too large")


def _text64(raw):
    return base64.b64encode(raw).decode("ascii")


def _expect(condition):
    if not condition:
        raise WireError("it is malformed")


def _refuse(_name):
    raise WireError("it is malformed")
