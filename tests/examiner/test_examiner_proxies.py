"""What a test can do with a student's functions, classes and values, and what it cannot."""

import time

import pytest
from examiner_tools import LIMITS, PlainManager, checked

from grading.examiner.job import RUN, Cell
from grading.examiner.judge import judge
from grading.examiner.kernel import Kernel
from grading.examiner.session import Session

STUDENT = '''
import collections
import numpy as np

def f(x):
    """Double, and remember."""
    seen.append(1)
    return 2 * x

seen = []
rate = 0.25
weights = {"W": np.ones((2, 2)), "names": ["a", "b"]}
huge = list(range(600_000))

class Network:
    """A class with a state, as an exercise may ask for."""

    def __init__(self, n_hidden, eta=0.5):
        self.n_hidden, self.eta = n_hidden, eta
        self.w = np.zeros(n_hidden)
        self.eval_ = {"cost": []}

    def fit(self, X):
        for row in X:
            self.w += self.eta * row
            self.eval_["cost"].append(float(self.w.sum()))
        return self

    def predict(self, X):
        return X @ self.w

    def __len__(self):
        return self.n_hidden

    def __getitem__(self, i):
        return self.w[i]

def changes(x):
    x[0] = 99
    return x

def fails(kind):
    raise {"value": ValueError("on\\ntwo lines"), "stop": StopIteration(), "index": IndexError("i"),
           "exit": SystemExit(2), "stub": NotImplementedError(), "memory": MemoryError(),
           "own": type("Mine", (KeyError,), {})("k"), "name": NameError("n"),
           "silent": type("Silent", (Exception,), {"__str__": lambda s: 1 / 0})()}[kind]

def stub():
    raise NotImplementedError()

def calls_stub():
    return stub()

def deep(n):
    return deep(n + 1)

def gives(kind):
    return {"generator": (i for i in range(3)), "function": f, "object": np.array([1, None]),
            "strings": np.array(["a"]), "deque": collections.deque([1, 2]), "range": range(3),
            "type": int, "set": {1, 2}, "bytes": b"a", "many": list(range(600_000)),
            "equal": Equal(), "nan": float("nan"), "dates": np.array(["2020"], dtype="M8[Y]"),
            "endless": Endless(), "long": Long(), "lies": Lies(), "big": np.ones(10**7)}[kind]

class Equal:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    __gt__ = __le__ = __ge__ = __lt__
    def __bool__(self): return True
    def __abs__(self): return 0.0
    def __sub__(self, other): return 0.0
    def __float__(self): return 0.0
    def __array__(self, *a, **k): return np.zeros(2)

class Endless:
    def __getitem__(self, i): return 1.0

class Long:
    def __len__(self): return 10**12
    def __getitem__(self, i): return 1.0

class Lies:
    __class__ = float
    dtype = np.dtype(float)
    shape = (2,)
    def __len__(self): return 2

def uses(g, x):
    return g(x)

def draws(rng):
    return rng.normal(size=3)

def chance():
    import random
    return [random.random(), np.random.rand()]

def loud(x):
    import warnings, sys
    warnings.warn("hm")
    print("to stderr", file=sys.stderr)
    np.array([1.0]) / 0
    return x
'''

NAMES = [
    *("f", "rate", "weights", "huge", "Network", "changes", "fails", "stub", "calls_stub"),
    *("deep", "gives", "uses", "draws", "loud", "chance"),
]


@pytest.fixture(scope="module")
def kernel():
    kernel = Kernel(PlainManager)
    kernel.wait_until_ready()
    kernel.run(STUDENT, 30, lambda message: None)
    yield kernel
    kernel.close()


@pytest.fixture(scope="module")
def session(kernel):
    return Session(kernel, LIMITS, time.monotonic() + 1000)


def text_of(session, *lines):
    """The text of a test cell with these lines in its one check."""
    return judge(checked(*lines), session, NAMES).text


PASS = {
    "a call": ["close(f(np.ones(3)), 2 * np.ones(3))", "close(f(x=2), 4)"],
    "a value": ["expect(rate == 0.25, 'the value')"],
    "a dictionary of arrays": ["close(weights['W'], np.ones((2, 2)))"],
    "a huge value stays where it is": [
        "expect(len(huge) == 600_000, 'length')",
        "close(huge[3], 3)",
    ],
    "a class": [
        "net = Network(2, eta=1.0)",
        "expect(net.fit(np.ones((3, 2))) is not None, 'fit returns it')",
        "close(net.w, [3, 3])",
        "close(net.eval_['cost'], [2, 4, 6])",
        "close(net.predict(np.eye(2)), [3, 3])",
        "net.w = np.array([1.0, 2.0])",
        "close(net.predict(np.eye(2)), [1, 2])",
        "expect(len(net) == 2, 'its length')",
        "close(net[1], 2)",
        "expect(isinstance(net, Network), 'its class')",
        "expect(not isinstance(net.w, Network), 'another class')",
        "expect(not isinstance(3, Network) and not isinstance(f, Network), 'others')",
        "expect(hasattr(net, 'w') and not hasattr(net, 'v'), 'attributes')",
        "expect(not hasattr(net, '__array_interface__'), 'NumPy asks in vain')",
        "expect(callable(net.fit) and not callable(net), 'callable')",
    ],
    "two objects of a class": [
        "a, b = Network(2), Network(3)",
        "a.fit(np.ones((1, 2)))",
        "close(b.w, np.zeros(3))",
    ],
    "many calls": [
        "close(many(f, [(i,) for i in range(50)]), 2 * np.arange(50))",
    ],
    "arguments afterwards": [
        "x = np.zeros(2)",
        "result, (left,) = after(changes, x)",
        "close(left, [99, 0]); close(x, [0, 0]); close(result, [99, 0])",
    ],
    "a changed argument is noticed": [
        "try:\n            steady(changes, np.zeros(2), names='x')",
        "except CheckFailed as e:\n            expect('changes x in place' in str(e), str(e))",
        "else:\n            expect(False, 'nothing noticed')",
    ],
    "a polynomial": ["close(uses(polynomial([1.0, 2.0]), np.ones(2)), 3)"],
    "a test's own call of a factory's function": [
        "g = scattered(5)",
        "close(uses(g, np.ones(2)), g(np.ones(2)))",
    ],
    "another scattered function": [
        "expect(abs(uses(scattered(5), np.ones(2)) - scattered(6)(np.ones(2))) > 0, 'equal')",
    ],
    "a record of calls": [
        "g = recorded(scattered(1))",
        "uses(g, np.ones(2))",
        "close(g.calls, [[1, 1]])",
    ],
    "a generator": ["close(draws(generator(3)), np.random.default_rng(3).normal(size=3))"],
    "a handle goes back": ["close(uses(f, 2), 4)", "close(uses(gives('function'), 2), 4)"],
    "warnings and stderr cost nothing": ["close(loud(1), 1)"],
    "a deque and a range are arrays for NumPy": [
        "close(gives('deque'), [1, 2])",
        "close(gives('range'), [0, 1, 2])",
    ],
    "strings in an array": ["expect(gives('strings').tolist() == ['a'], 'strings')"],
    "an error of a named kind": [
        "try:\n            fails('value')",
        "except ValueError:\n            pass",
    ],
}


@pytest.mark.parametrize("name", PASS)
def test_what_a_test_can_do(session, name):
    text = text_of(session, *PASS[name])
    assert "1 of 1 checks passed" in text, text


FAIL = {
    "an object that equals all": (["close(gives('equal') == 3, True)"], "TypeError"),
    "its truth": (["expect(bool(gives('equal')), 'x')"], "TypeError"),
    "its order": (["expect(gives('equal') < 3, 'x')"], "TypeError"),
    "its difference": (["abs(gives('equal') - 3)"], "TypeError"),
    "its float": (["float(gives('equal'))"], "TypeError"),
    "its ufunc": (["np.abs(gives('equal'))"], "TypeError"),
    "iterating": (["for _ in gives('endless'): pass"], "TypeError"),
    "membership": (["1 in gives('endless')"], "TypeError"),
    "unpacking": (["a, b = gives('generator')"], "TypeError"),
    "a false length": (["len(gives('long')) > 0 and list(gives('long'))"], "TypeError"),
    "an array of a false length": (["close(gives('long'), 1)"], ""),
    "a lie about the class": (["expect(isinstance(gives('lies'), float), 'no float')"], "no float"),
    "NaN": (["close(gives('nan'), 0)"], "NaN"),
    "an object array": (["close(gives('object'), [1, 2])"], "type object"),
    "dates": (["close(gives('dates'), [1])"], ""),
    "a function": (["close(gives('function'), 1)"], "it is a function"),
    "a generator": (["close(gives('generator'), 1)"], "it is a generator"),
    "a type": (["results(gives('type'), 'a b')"], "returned a type"),
    "bytes": (["close(gives('bytes'), 1)"], "not a bytes"),
    "a set": (["close(gives('set'), 1)"], "not a set"),
    "too much": (["close(gives('many'), 1)"], "cannot be read: it is too large"),
    "a big array": (["close(gives('big'), 1)"], "cannot be read: it is too large"),
    "a value error": (["fails('value')"], "your code raised ValueError: on two lines"),
    "a class of the student's": (["fails('own')"], "your code raised Mine: 'k'"),
    "an exit": (["fails('exit')"], "your code raised SystemExit: 2"),
    "no memory": (["fails('memory')"], "your code raised MemoryError"),
    "an error that cannot be said": (["fails('silent')"], "your code raised Silent\n"),
    "its line": (["fails('value')"], "in fails, line"),
    "recursion": (["deep(0)"], "your code raised RecursionError: maximum recursion depth exceeded"),
    "a stub": (["stub()"], "calls `stub`, which is not done yet"),
    "a stub that is called": (["calls_stub()"], "`calls_stub` calls `stub`, which is not done yet"),
    "the end of an iteration": (
        ["list(zip((fails('stop') for _ in range(3)), [1, 2, 3]))"],
        "your code raised StopIteration",
    ),
    "an index error in a loop": (
        [
            "class S:\n            def __getitem__(self, i): return fails('index')",
            "for _ in S(): pass",
        ],
        "your code raised IndexError: i",
    ),
    "a function of the test's": (["uses(lambda x: x, 1)"], "no function"),
    "a generator of the test's": (["draws(check.rng)"], "no Generator"),
    "the grader's state": (["f.__globals__"], "AttributeError"),
    "its class": (["f.__class__.__subclasses__()[0]"], ""),
}


@pytest.mark.parametrize("name", FAIL)
def test_what_fails_a_check(session, name):
    lines, said = FAIL[name]
    text = text_of(session, *lines)
    joined = " ".join(text.split())
    assert "0 of 1 checks passed" in text, text
    assert " ".join(said.split()) in joined, text


def test_an_empty_call_takes_milliseconds(session):
    """No timing assertion: it fails only when calls are not made at all."""
    started = time.perf_counter()
    text_of(session, "for _ in range(100): f(1)")
    assert time.perf_counter() - started < 60


def test_a_session_forgets_the_objects_of_the_last_test(session):
    found = session.begin({"Network"})
    assert [type(v).__name__ for v in found.values()] == ["type"]
    number = object.__getattribute__(found["Network"](2), "_reference")["number"]
    assert number == 2


def test_generators_start_alike_in_each_test_with_the_same_seed(session):
    drawn = [session.begin({"chance"}, seed)["chance"]() for seed in (5, 5, 6, None)]
    assert drawn[0] == drawn[1]
    for place in range(2):
        assert len({numbers[place] for numbers in drawn}) == 3


def test_cells_have_kinds():
    assert Cell(RUN, "", "1").points == 0
