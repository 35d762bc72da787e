"""Attacks by what an answer returns: objects with lying operators, NaN, shapes, huge things."""
# ruff: noqa: E501  (code of students reads best unbroken)

from attacks.model import NOTHING, Attack


def _returns(name, tries, body, exercise="cost", **more):
    return Attack(
        name, tries, attacked=(exercise,), bodies={exercise: body}, **{"paid": False, **more}
    )


ATTACKS = [
    _returns(
        "operators",
        "an object that is equal to, close to and less than everything",
        """
        class Yes:
            __array_priority__ = 1e9
            def _yes(self, *a, **k): return True
            def _self(self, *a, **k): return self
            __eq__ = __ne__ = __le__ = __lt__ = __ge__ = __gt__ = __bool__ = _yes
            __sub__ = __rsub__ = __add__ = __radd__ = __mul__ = __abs__ = __array_ufunc__ = _self
            __array_function__ = _yes
            __hash__ = None
            __float__ = lambda self: 0.0
            shape, dtype, ndim, size = (), np.dtype(float), 0, 1
        return Yes()
        """,
    ),
    _returns(
        "subclass",
        "a subclass of ndarray whose differences are zero",
        """
        class Close(np.ndarray):
            def __array_ufunc__(self, ufunc, method, *inputs, **k):
                if ufunc.__name__ in ("less_equal", "equal", "isfinite"):
                    return True
                return np.zeros(self.shape)
            def __array_function__(self, *a, **k): return True
            def __array_finalize__(self, other): pass
        return np.zeros(()).view(Close)
        """,
    ),
    _returns(
        "float-class",
        "a float that says it is an array, a Credit, a bool",
        """
        from checks import Credit
        class Float(float):
            __class__ = Credit
            def __eq__(self, other): return True
            def __sub__(self, other): return 0.0
            __rsub__ = __sub__
            __hash__ = float.__hash__
        return Float(0.0)
        """,
    ),
    _returns(
        "object-dtype",
        "an array of objects that agree with everything",
        """
        class Yes:
            def __eq__(self, other): return True
            def __le__(self, other): return True
            def __abs__(self): return 0.0
            def __sub__(self, other): return 0.0
            __rsub__ = __sub__
            __hash__ = None
        return np.array(Yes(), dtype=object)
        """,
    ),
    _returns("nan", "NaN, which no comparison calls too large", "return np.nan"),
    _returns("inf", "infinity", "return np.inf"),
    _returns("empty", "an empty array, all of whose entries are right", "return np.array([])"),
    _returns(
        "empty-forward",
        "empty arrays where shapes are asked for",
        "return (np.zeros((0, 0)),) * 4",
        "forward",
    ),
    _returns(
        "nan-gradients",
        "gradients of NaN in the right shapes",
        "return (np.full((delta2.shape[1], X.shape[1]), np.nan), np.full(delta2.shape[1], np.nan),\n"
        "        np.full((delta3.shape[1], a2.shape[1]), np.nan), np.full(delta3.shape[1], np.nan))",
        "gradients",
    ),
    _returns(
        "short",
        "results that are an empty tuple, a generator, a string of the right length",
        """
        from itertools import count
        return iter(()) if len(X) % 3 == 0 else () if len(X) % 3 == 1 else "abcd"
        """,
        "forward",
    ),
    _returns("masked", "a masked array that hides every entry", "return np.ma.masked_all(())"),
    _returns("complex", "a complex number", "return 0.0 + 0j"),
    _returns("text", "a number as text, and as bytes", "return '0.0' if len(a3) % 2 else b'0.0'"),
    _returns(
        "broadcast",
        "an array of 80 TB that takes eight bytes: the same number over and over",
        "return np.broadcast_to(0.0, (10**7, 10**6))",
    ),
    _returns("huge-integer", "an integer of two million digits", "return 1 << 8_000_000"),
    _returns(
        "endless-list",
        "a list that holds itself, and one of a hundred thousand levels",
        """
        found = []
        if len(a3) % 2:
            found.append(found)
            return found
        for _ in range(100_000):
            found = [found]
        return found
        """,
    ),
    _returns(
        "endless-exception",
        "an exception whose text never ends, and is an HTML page",
        """
        class Long(Exception):
            def __str__(self):
                return "<script>alert('atk_xss')</script>" * 1_000_000
        raise Long()
        """,
    ),
    _returns(
        "stop-iteration",
        "StopIteration, GeneratorExit, KeyboardInterrupt and SystemExit, which end loops and tests",
        """
        import random
        raise random.choice([StopIteration, GeneratorExit, KeyboardInterrupt, SystemExit(0)])
        """,
    ),
    _returns(
        "passed-exception",
        "an exception of its own that is also CheckFailed, TimeIsUp and AssertionError",
        """
        from checks import CheckFailed
        from checks.timing import TimeIsUp
        class Both(CheckFailed, TimeIsUp):
            def __str__(self): raise SystemExit
            __repr__ = __str__
        raise Both()
        """,
    ),
    Attack(
        "same-object",
        "the same zero array as every result",
        attacked=("error_terms", "gradients"),
        bodies={
            "error_terms": "return [np.zeros((1, 1))] * 2",
            "gradients": "return [np.zeros(())] * 4",
        },
        paid=False,
    ),
    Attack(
        "nothing",
        "arrays of zeros in the right shapes, everywhere",
        attacked=tuple(NOTHING)[:6],
        paid=False,
    ),
]
