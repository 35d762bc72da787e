"""Only what can change a mark is run: what must run, what may be left out, what runs everything."""

import contextlib
import io
import itertools
import re
import symtable
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from authoring_course import TEXT, line_of, make_course
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.authoring.lint import lint
from grading.autograde.needed.choice import CodeCell, plan
from grading.autograde.needed.code import DEEPEST, MOST_MAGICS, read_code
from grading.bank import answer, bank_of
from grading.course.assignment import Notebook

REPOSITORY = Path(__file__).parents[2]
NOTEBOOKS = sorted(REPOSITORY.glob("source/*/*.ipynb"))
IMPORTS = """\
import matplotlib.pyplot as plt
import numpy as np
import helpers
from helpers import pack, plots, sigmoid
from helpers.figures import show
from helpers.optimize import minimize
from helpers.training import fit
"""
FORWARD = "def forward(x):\n    return sigmoid(np.tanh(x))"
USES_W = "def forward(x):\n    return sigmoid(x @ W)"
USES_D = "def forward(x):\n    return x * d['k']"
CALLS = "def forward(x):\n    return mine(x)"
CLASS = """\
class Net:
    def __init__(self, W):
        self.W = W
    def forward(self, x):
        return sigmoid(x @ self.W)
"""
COUNTS = """\
def make():
    n = 0
    def step(x):
        nonlocal n
        n += 1
        return n
    return step
"""
REMEMBERS = """\
def memo(f):
    seen = {}
    def g(x):
        seen[x] = f(x)
        return seen[x]
    return g
"""
BY_NAME = """\
class Net:
    def f(self):
        for n in ("a", "b"):
            setattr(self, n, getattr(self, f"d{n}"))
        return getattr(self, "W1")
"""
DRAWS = "def forward(x):\n    return x + np.random.rand()"
BOTH = CALLS + "\n" + USES_W.replace("forward", "other")

# (the student's own cells, the answer, whether each of them runs or is left; or "all")
MUST_RUN = [
    # whatever binds a needed name
    ("W = np.eye(3)", USES_W),
    ("(W, b) = np.eye(3), 1", USES_W),
    ("a, *W = range(5)", USES_W),
    ("print(W := 3)", USES_W),
    ("W: float = 3", USES_W),
    ("W = 0\nW += 3", USES_W),
    ("for W in range(3): pass", USES_W),
    ("with np.errstate(all='ignore') as W: pass", USES_W),
    ("try:\n    1 / 0\nexcept ZeroDivisionError as W:\n    pass", USES_W),
    ("match 3:\n    case W: pass", USES_W),
    ("match [1, 2]:\n    case [1, *W]: pass", USES_W),
    ("match {'a': 2}:\n    case {**W}: pass", USES_W),
    ("if False:\n    W = 3", USES_W),
    ("del W", USES_W),
    ("def mine(x):\n    return x", CALLS),
    ("class mine:\n    pass", CALLS),
    ("mine = lambda x: x", CALLS),
    ("def forward(x):\n    return 3", FORWARD),
    ("def sigmoid(z):\n    return z", FORWARD),
    ("from scipy.special import expit as sigmoid", FORWARD),
    ("import numpy.linalg as np", FORWARD),
    ("import numpy", "def forward(x):\n    return numpy.exp(x)"),
    ("import scipy.special", "def forward(x):\n    return scipy.special.expit(x)"),
    ("del sigmoid", FORWARD),
    ("print = 3", "def forward(x):\n    print(x)"),
    ("__name__ = 'other'", CLASS),
    ("def set_up():\n    global W\n    W = 3\nset_up()", USES_W),
    ("def set_up():\n    global np\n    import math as np\nset_up()", FORWARD),
    # through every part of a function or class that is needed
    ("W = 3", "def forward(x, W=W):\n    return W"),
    ("W = 3", "def forward(x, *, y=[W]):\n    return y"),
    ("W = 3", "forward = lambda x: W"),
    ("W = 3", "def forward(x):\n    return [W for _ in x]"),
    ("W = 3", "def forward(x):\n    return sum(W * v for v in x)"),
    ("W = 3", "def forward(x):\n    def inner():\n        return W\n    return inner()"),
    ("W = 3", "class forward:\n    size = W"),
    ("W = 3", "class forward:\n    def f(self):\n        return W"),
    ("W = 3", "class forward(W):\n    pass"),
    ("W = print", "@W\ndef forward(x):\n    pass"),
    ("W = 3", "def forward(x: W):\n    pass"),
    ("W = 3", "def forward(x):\n    return f'{x:{W}}'"),
    ("W = 3", "def forward(x):\n    global W\n    W += 1"),
    ("W = 3", "x = [1]\ny = [W for W in x if W]\nforward = lambda: [v for v in W]"),
    # in-place changes, items, attributes, methods
    ("sigmoid.x = 1", FORWARD),
    ("np.seterr = print", FORWARD),
    ("helpers.sigmoid = lambda z: z", "def forward(x):\n    return helpers.sigmoid(x)"),
    ("helpers.activations.np.exp = abs", FORWARD),
    ("np.exp = np.sin", "def forward(x):\n    return sigmoid(x)"),
    ("setattr(helpers, 'sigmoid', abs)", FORWARD),
    ("delattr(sigmoid, 'x')", FORWARD),
    ("forward.__defaults__ = (1,)", FORWARD),
    ("Net.forward = lambda self, x: x", CLASS),
    ("del Net.forward", CLASS),
    ("for Net.W in [1, 2]: pass", CLASS),
    # calls that are not understood, and what changes its arguments
    ("import somehow\nsomehow.patch(np)", FORWARD, "all"),
    ("plt.unknown_thing(3)", FORWARD),
    ("print(not_defined)", FORWARD),
    ("def patch(module):\n    module.exp = np.sin\npatch(np)", FORWARD),
    ("def patch(f):\n    f.calls = 0\npatch(forward)", FORWARD),
    ("def count(f):\n    f.calls = 0\n@count\ndef g(x):\n    pass\ncount(forward)", FORWARD),
    # aliases
    ("f = forward\nf.__defaults__ = (1,)", FORWARD),
    ("h = helpers\nh.sigmoid = abs", FORWARD),
    ("for f in [forward, print]:\n    f.x = 1", FORWARD),
    ("(h := helpers).sigmoid = abs", FORWARD),
    ("def get():\n    return np\nget().exp = abs", FORWARD),
    ("box = {'f': forward}\nbox['f'].x = 3", FORWARD),
    ("[f.clear() for f in [forward]]", FORWARD),
    ("Type = type(Net(3))\nType.forward = abs", CLASS),
    # effects that are nobody's name
    ("np.random.seed(3)", FORWARD),
    ("from numpy.random import seed\nseed(3)", FORWARD),
    ("import random\nrandom.seed(3)", FORWARD),
    ("import torch\ntorch.manual_seed(3)", FORWARD),
    ("x = np.random.rand(3)", FORWARD),
    ("r = np.random\nr.seed(0)", FORWARD),
    ("x = forward(3)", DRAWS),
    ("list(map(forward, [1]))", DRAWS),
    ("np.seterr(all='raise')", FORWARD),
    ("np.set_printoptions(precision=3)", FORWARD),
    ("import warnings\nwarnings.filterwarnings('ignore')", FORWARD),
    ("import warnings\nwarnings.simplefilter('ignore')", FORWARD),
    ("plt.rcParams['figure.dpi'] = 50", FORWARD),
    ("plt.rcParams.update({'figure.dpi': 50})", FORWARD),
    ("plt.style.use('ggplot')", FORWARD),
    ("plt.switch_backend('agg')", FORWARD),
    ("import matplotlib\nmatplotlib.use('agg')", FORWARD),
    ("import torch\ntorch.set_default_dtype(torch.float64)", FORWARD),
    ("from helpers.pytorch import torch\ntorch.set_num_threads(1)", FORWARD),
    ("open('x', 'w').close()", FORWARD),
    ("with open('x') as f:\n    print(f.read())", FORWARD),
    ("from pathlib import Path\nPath('x').write_text('a')", FORWARD),
    ("np.save('x.npy', [1])", FORWARD),
    ("print(np.load('x.npy'))", FORWARD),
    ("import pickle\npickle.dumps(3)", FORWARD),
    ("plt.plot([1])\nplt.savefig('x.png')", FORWARD),
    ("fig = plt.figure()\nfig.savefig('x.png')", FORWARD),
    ("np.eye(3).tofile('x')", FORWARD),
    ("import os\nos.chdir('..')", FORWARD),
    ("import os\nos.environ['A'] = 'b'", FORWARD),
    ("import sys\nsys.path.append('.')", FORWARD),
    ("import sys\nsys.setrecursionlimit(10**6)", FORWARD),
    ("import subprocess", FORWARD),
    ("import threading\nthreading.Thread(target=print).start()", FORWARD),
    ("exit()", FORWARD),
    ("input()", FORWARD),
    ("def save():\n    np.save('x', [1])\nsave()", FORWARD),
    ("class A:\n    def f(self):\n        return open('x')\nprint(A().f())", FORWARD),
    ("f = np.save\nf('x', [1])", FORWARD),
    ("for f in [plt.figure().savefig]:\n    f('x')", FORWARD),
    ("vars(forward).update(x=3)", FORWARD),
    ("from numpy import *", FORWARD),
    # magics are what they contain
    ("%time W = 3", USES_W),
    ("%%time\nW = 3", USES_W),
    ("%%time\nnp.random.seed(3)", FORWARD),
]  # fmt: skip
LEFT = [
    ("x = np.eye(3)\nprint(x @ x)", FORWARD),
    ("print(forward(np.arange(3)))", FORWARD),
    ("a, (b, *c) = 1, (2, 3)\nfor i in range(3):\n    a += i", FORWARD),
    ("theta = np.zeros(3)\nfor _ in range(9):\n    theta -= 0.1 * forward(theta)", FORWARD),
    ("history = []\nfor i in range(3):\n    history.append(forward(i))\nhistory[0] = 2", FORWARD),
    ("plt.plot([1, 2], label='a')\nplt.legend()\nplt.show()", FORWARD),
    ("fig, ax = plt.subplots()\nax.plot(forward(np.arange(3)))\nax.set_title('a')", FORWARD),
    ("show(plots.learning_curve({'a': [1, 2]}))", FORWARD),
    ("theta = minimize(lambda t: (forward(t), t), np.zeros(3))", FORWARD),
    ("found = minimize(forward, np.zeros(3))\nfound.x[0] = 1", FORWARD),
    ("rng = np.random.default_rng(3)\nx = rng.normal(size=(3, 2))\nrng.shuffle(x)", FORWARD),
    ("def check(x):\n    return forward(x) - x\nprint(check(3))", FORWARD),
    ("def save():\n    np.save('x', [1])", FORWARD),
    ("class Mine:\n    def __init__(self):\n        self.x = 1\nprint(Mine().x)", FORWARD),
    ("net = Net(np.eye(3))\nnet.W[0] = 1\nnet.W = net.W * 2\nprint(net.forward(np.eye(3)))", CLASS),
    ("net = Net(np.eye(3))\nfor name in ['W']:\n    print(getattr(net, name))", CLASS),
    ("net = Net(np.eye(3))\nprint(getattr(net, 'W'), hasattr(net, 'b'), type(net))", CLASS),
    ("%matplotlib inline\nx = 3", FORWARD),
    ("%config InlineBackend.figure_format = 'retina'", FORWARD),
    ("%time y = forward(3)", FORWARD),
    ("%%time\ny = forward(3)\nprint(y)", FORWARD),
    ("%timeit -n 3 forward(3)", FORWARD),
    ("if True:\n    %timeit forward(3)", FORWARD),
    ("%%timeit -n3 -r 2 x = 3\nforward(x)", FORWARD),
    ("import time\nt = time.perf_counter()\nprint(forward(3), time.perf_counter() - t)", FORWARD),
    ("import math\nfrom scipy.special import expit\nprint(math.pi, expit(3))", FORWARD),
    ("assert forward(3) is not None", FORWARD),
    ("try:\n    forward(None)\nexcept (TypeError, ValueError) as e:\n    print(e)", FORWARD),
    ("d = {'k': 1}\nd['k'] = 2\nd.update(a=3)\nprint(sorted(d.items()))", FORWARD),
    ("for f in (np.tanh, lambda z: z):\n    print(f(3))", FORWARD),
    ("print(*(v for v in range(3) if v))", FORWARD),
    ("np.add(np.eye(2), 1, out=np.eye(2))", FORWARD),
    ("with np.errstate(all='ignore'):\n    print(np.log(0))", FORWARD),
    ("with np.printoptions(precision=3):\n    print(forward(3))", FORWARD),
    ("# nothing", FORWARD),
    ("", FORWARD),
    ("'a text'\nx = '\\x00'", FORWARD),
    ("x = 3  # \u2028 \x85", FORWARD),
    ("x = 3\r\nif x:\r\n\ty = 2\r\n", FORWARD),
    ("\x0cx = 3", FORWARD),
    ("vars_ = 3\nvars = [1]\nprint(vars)", FORWARD),
    ("import sys\nprint(sys.version, file=sys.stderr)", FORWARD),
    ("from IPython.display import Markdown, display\ndisplay(Markdown('a'))", FORWARD),
    ("if __name__ == '__main__':\n    print(forward(3))", FORWARD),
    ("W = 3", "def forward(x):\n    W = x\n    return W"),
    ("W = 3", "def forward(x, W):\n    return [W for W in x]"),
    ("W = 3", "def forward(x):\n    return x.W"),
    ("_ = 3\nfor _ in range(3):\n    print(_)", FORWARD),
]  # fmt: skip
EVERYTHING = [
    "globals()['forward'] = print",
    "print(locals())",
    "vars()",
    "dir()",
    "eval('W')",
    "exec('W = 3')",
    "compile('1', '', 'exec')",
    "f = exec\nf('W = 3')",
    "list(map(eval, ['W']))",
    "getattr(helpers, name := '__di' + 'ct__')",
    "name = '__globals__'\ngetattr(forward, name)",
    "for n in dir(forward):\n    getattr(forward, n)",
    "f = getattr\nf(forward, 'x')",
    "__import__('os')",
    "import importlib\nimportlib.reload(helpers)",
    "from importlib import reload",
    "print(_)",
    "print(__)",
    "x = _5",
    "x = _i3",
    "Out[3]",
    "In[-1]",
    "print(_oh, _ih)",
    "get_ipython().run_cell('W = 3')",
    "import sys\nsys.modules['helpers']",
    "import sys\nsys._getframe()",
    "from sys import modules\nmodules['helpers']",
    "import sys\ns = sys",
    "import inspect",
    "import gc",
    "import ctypes",
    "import builtins\nbuiltins.print = 3",
    "import __main__",
    "print(forward.__dict__)",
    "forward.__globals__['np'] = 3",
    "__builtins__.print = 3",
    "forward.__code__ = print.__code__",
    "getattr(forward, '__globals__')",
    "from pylab import *",
    "from my_module import *",
    "import my_module",
    "from . import something",
    "!ls",
    "x = !ls",
    "%run other.py",
    "%load_ext autoreload",
    "%%bash\nls",
    "%%capture\nW = 3",
    "%config Application.log_level = 3",
    "x = %time 3",
    "%timeit globals()",
    "%%time\nglobals()",
    "forward?",
    "await something()",
    "async with x: pass",
    "async def f(): pass",
    "try:\n    1 / 0\nexcept Exception as e:\n    e.__traceback__.tb_frame.f_globals",
]
# Cells in their order: (kind, source, whether it runs).
SEVERAL = {
    "helpers of helpers": [
        ("own", "c = 3", True),
        ("own", "def inner(x):\n    return c * x", True),
        ("own", "def mine(x):\n    return inner(x)", True),
        ("own", "def nobody(x):\n    return x", False),
        ("answer", CALLS, True),
    ],
    "given cells are run for the names that they bind": [
        ("given", "data = np.eye(3)\nprint(data)", True),
        ("given", "other = data + 1", False),
        ("given", "print(plt.plot(data))", False),
        ("answer", "def forward(x):\n    return data", True),
    ],
    "given cells that change a needed name": [
        ("given", "data = [1]", True),
        ("given", "data.append(2)", True),
        ("given", "data[0] = 1", True),
        ("given", "data += [3]", True),
        ("given", "print(len(data))", False),
        ("given", "changed_in_place(data)", True),
        ("answer", "def forward(x):\n    return data", True),
    ],
    "given cells may pass answers and modules on": [
        ("given", "def train(net, X):\n    net.W[0] = X\n    return net", False),
        ("answer", CLASS, True),
        ("given", "net = train(Net(3), 4)\nunknown(Net, np, net)\nnet.W = 4", False),
        ("given", "np.random.seed(3)\nplt.rcParams['a'] = 3\nsetattr(net, name, 3)", False),
    ],
    "given cells that call an answer with a state": [
        ("answer", "cache = {}\ndef forward(x):\n    cache[x] = 1\n    return cache", True),
        ("given", "forward(3)", True),
        ("given", "print(4)", False),
        ("own", "x = forward(3)", True),
    ],
    "a function that counts its calls": [
        ("answer", "def forward(x):\n    forward.n = 1 + forward.n\nforward.n = 0", True),
        ("given", "minimize(forward, 3)", True),
        ("own", "print(4)", False),
    ],
    "a default argument that is changed": [
        ("answer", "def forward(x, cache={}):\n    cache[x] = 1\n    return cache", True),
        ("given", "forward(3)", True),
        ("own", "forward(3)", True),
    ],
    "a class variable that is changed": [
        ("answer", "class Net:\n    a = []\n    def f(self):\n        self.a.append(1)", True),
        ("own", "Net().f()", True),
        ("given", "Net().f()", True),
    ],
    "changes in place": [
        ("given", "W = np.zeros((3, 3))", True),
        ("own", "print(W + 1, np.exp(W), W.sum(), W.shape)", False),
        ("own", "C = W.copy()", False),
        ("own", "np.add(C, 1)", False),
        ("own", "np.add(W, 1, W)", True),
        ("own", "np.exp(W, out=W)", True),
        ("own", "np.nan_to_num(W, copy=False)", True),
        ("own", "np.sum(W, 0, None, W)", True),
        ("own", "np.add.at(W, 0, 1)", True),
        ("own", "np.random.default_rng(3).shuffle(W)", True),
        ("own", "list.append(W, 3)", True),
        ("own", "np.ndarray.sort(W)", True),
        ("own", "append = W.append\nappend(3)", True),
        ("own", "fit([W], print, 3, 4)", True),
        ("own", "V = W.T\nV[0] = 3", True),
        ("own", "W += 1", True),
        ("own", "W[0] = 1", True),
        ("own", "W.sort()", True),
        ("own", "%timeit -n 1 -r1 W.sort()", True),
        ("own", "def change(x):\n    x[0] = 1\nchange(W)", True),
        ("own", "for row in W:\n    row[0] = 1", True),
        ("answer", USES_W, True),
    ],
    "an object that gives what its class holds": [
        ("answer", "class Net:\n    a = []", True),
        ("own", "class Mine(Net):\n    pass\nnet = Mine()", True),
        ("own", "net.a.append(3)", True),
    ],
    "a function that gives its default argument": [
        ("answer", "def forward(x, w=[]):\n    return w", True),
        ("own", "w = forward(3)", True),
        ("own", "w.append(3)", True),
    ],
    "a class of a library's class has no state": [
        ("given", "from helpers.pytorch import nn, torch", True),
        ("answer", "class Net(nn.Module):\n    def forward(self, x):\n        self.x = x", True),
        ("given", "Net().train()", False),
    ],
    "a class method that changes its class": [
        ("answer", "class Net:\n    @classmethod\n    def f(cls):\n        cls.x = 1", True),
        ("own", "Net.f()", True),
    ],
    "a closure with a state": [
        ("own", COUNTS, True),
        ("own", "mine = make()", True),
        ("answer", CALLS, True),
        ("own", "mine(3)", True),
        ("own", "print(3)", False),
    ],
    "a decorator that remembers": [
        ("own", REMEMBERS, True),
        ("answer", "@memo\ndef forward(x):\n    return x", True),
        ("given", "forward(3)", True),
    ],
    "an alias in another cell": [
        ("own", "f = forward", False),
        ("own", "print(f)", False),
        ("answer", FORWARD, True),
    ],
    "an alias in another cell, changed": [
        ("own", "h = helpers", True),
        ("own", "h.sigmoid = abs", True),
        ("own", "W = [1]", True),
        ("own", "copy = W", True),
        ("own", "again = [copy]", True),
        ("own", "again[0].append(3)", True),
        ("own", "print(again)", False),
        ("answer", BOTH, True),
    ],
    "an iterator is used up by reading": [
        ("own", "batches = iter([1, 2])", True),
        ("own", "print(list(batches))", True),
        ("answer", "def forward(x):\n    return next(batches)", True),
    ],
    "a generator of one's own moves on": [
        ("own", "rng = np.random.default_rng(3)", True),
        ("own", "x = rng.normal(size=3)", True),
        ("own", "def draw(r):\n    return r.normal()\ny = draw(rng)", True),
        ("answer", "def forward(x):\n    return rng.normal()", True),
    ],
    "a shared generator that own cells draw from": [
        ("given", "np.random.seed(3)", True),
        ("given", "print(3)", False),
        ("own", "W = np.random.rand(3)", True),
        ("answer", USES_W, True),
    ],
    "rebound after the answer": [
        ("answer", FORWARD, True),
        ("own", "forward = abs", True),
        ("own", "g = abs", False),
    ],
    "no Python defines nothing, and shows its error": [
        ("own", "W = (", True),
        ("own", "x = 3", False),
        ("answer", USES_W, True),
    ],
    "an answer that is no Python": [
        ("answer", "def forward(x:", True),
        ("own", "x = 3", False),
    ],
    "a throw-away name is no history": [
        ("answer", "def forward(x):\n    _, _, a = x\n    return [_ for _ in a]", True),
        ("own", "for _ in range(3):\n    print(_)\n_, y = 1, 2", False),
    ],
    "plain names that are called like builtins that reflect": [
        ("answer", "def forward(vars):\n    locals = vars\n    return locals", True),
        ("own", "x = 3", False),
    ],
    "attributes by constant names": [
        ("answer", BY_NAME, True),
        ("own", "x = Net().f()", False),
    ],
    "files are read where one is written": [
        ("own", "def load():\n    return np.load('x.npy')", True),
        ("own", "def save():\n    np.save('x.npy', [1])", False),
        ("own", "print(load())", True),
        ("answer", FORWARD, True),
    ],
    "what is deleted must be there": [
        ("own", "a = 3", True),
        ("own", "del a\nW = 3", True),
        ("answer", USES_W, True),
    ],
    "what a needed cell binds besides is not needed": [
        ("own", "W, b = 3, 4", True),
        ("own", "b = 5", False),
        ("answer", USES_W, True),
    ],
    "tests bind nothing": [
        ("test", "W = 3", True),
        ("own", "W = 3", False),
        ("answer", FORWARD, True),
    ],
}  # fmt: skip


def cells_of(*pairs):
    return [CodeCell(kind, source) for kind, source in pairs]


def planned(own, solution):
    return plan(cells_of(("given", IMPORTS), ("own", own), ("answer", solution), ("test", "1")))


@pytest.mark.parametrize("row", MUST_RUN, ids=lambda row: row[0])
def test_what_can_change_a_mark_is_run(row):
    own, solution, *everything = row
    found = planned(own, solution)
    assert found.run[1]
    assert bool(found.everything) == bool(everything), found.everything
    assert not planned("other_name = 3", solution).run[1]


@pytest.mark.parametrize("row", LEFT, ids=lambda row: row[0])
def test_what_cannot_change_a_mark_is_left_out(row):
    found = planned(*row)
    assert not found.everything
    assert found.run[1:] == (False, True, True)


@pytest.mark.parametrize("where", ["own", "answer"])
@pytest.mark.parametrize("source", EVERYTHING)
def test_what_looks_at_names_unnamed_has_everything_run(source, where):
    number = 2 if where == "own" else 3
    found = (
        planned(source, FORWARD) if where == "own" else planned("x = 3", FORWARD + "\n" + source)
    )
    if where == "answer" and source.startswith("%%"):
        return  # no cell magic below other lines: that is no Python
    assert found.run == (True,) * 4
    assert found.everything
    assert f"cell {number} " in found.everything or "attributes" in found.everything
    assert found.left_out == frozenset()


@pytest.mark.parametrize("name", SEVERAL)
def test_cells_that_act_together(name):
    cells = [("given", IMPORTS), *(pair[:2] for pair in SEVERAL[name])]
    found = plan(cells_of(*cells))
    assert not found.everything
    assert found.run[1:] == tuple(runs for _, _, runs in SEVERAL[name])


def test_names_that_are_left_out_are_told():
    found = plan(cells_of(("own", "a, b = 1, 2"), ("given", "def c(): pass"), ("answer", "d = 1")))
    assert found.left_out == {"a", "b", "c"}


def test_a_kind_that_is_none_is_refused():
    with pytest.raises(ValueError, match="answer, test, given or own, not 'story'"):
        plan([CodeCell("story", "x = 3")])


def source_cells(notebook):
    """Return (grade_id, CodeCell) for the code cells of a notebook in `source/`."""
    found = []
    for cell in notebook.nb.cells:
        if cell.cell_type == "code":
            label = cell.metadata.get("nbgrader", {})
            kind = "answer" if label.get("solution") else "test" if label.get("grade") else "given"
            found.append((label.get("grade_id", ""), CodeCell(kind, cell.source)))
    return found


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_of_todays_story_the_imports_are_enough(path):
    named = source_cells(Notebook(path))
    found = plan([cell for _, cell in named])
    assert not found.everything
    pairs = zip(named, found.run, strict=True)
    run = [name for (name, cell), runs in pairs if runs and cell.kind == "given"]
    more = ["minibatches"] if path.stem == "1_extend_the_network" else []
    assert run == ["imports", *more]


def test_right_answers_of_the_bank_have_a_choice_made():
    reasons, count, run = [], 0, set()
    for path in NOTEBOOKS:
        notebook = Notebook(path)
        named = source_cells(notebook)
        for exercise, entries in bank_of(path)[1].items():
            for entry in entries:
                text = answer(entry, notebook.solutions[exercise])
                mine = CodeCell("answer", text)
                found = plan([mine if name == exercise else cell for name, cell in named])
                count += 1
                if found.everything:
                    reasons.append(found.everything)
                    continue
                pairs = zip(named, found.run, strict=True)
                run |= {label for (label, cell), runs in pairs if runs and cell.kind == "given"}
    assert count > 250
    assert all("__dict__" in reason for reason in reasons), reasons
    assert len(reasons) <= 2
    assert run == {"imports", "minibatches", "one_hidden_layer"}  # definitions all


@pytest.mark.parametrize(
    ("given_cell", "used", "message"),
    [
        ("factor = 2", "x * factor", "depends on the free cell at line 25, which is run"),
        ('# %% given="data"\nfactor = np.ones(3)', "x * factor", 'depends on "data" at line 26'),
        ("factor = 2\n\n\ndef twice(x):\n    return x", "twice(x)", "depends on the free cell"),
        ("factor = 2", "eval('x')", "would run all cells for this answer: code cell 3 uses eval"),
        ("def twice(x):\n    return x", "twice(x)", ""),
        ("factor = 2", "np.add(x, x)", ""),
    ],
)
def test_lint_names_an_answer_that_depends_on_the_story(tmp_path, given_cell, used, message):
    text = TEXT.replace("np.add(x, x)", used)
    text = text.replace("import numpy as np\n", f"import numpy as np\n\n# %%\n{given_cell}\n", 1)
    make_course(tmp_path, text)
    found = [
        each
        for each in lint(tmp_path)
        if "depends on" in each.message or "all cells" in each.message
    ]
    assert [message in each.message for each in found] == [True] * bool(message)
    assert all(each.line == line_of(text, 'answer="double"') for each in found)


HOSTILE = {
    "two million characters": "x = 1\n" * 350_000,
    "brackets": "(" * 5_000,
    "brackets that close": "[" * 90 + "]" * 90,
    "a sum": "x = " + "+".join(["1"] * 30_000),
    "a long product of calls": "x" + "(1)" * 20_000,
    "attributes": "x" + ".a" * 50_000,
    "blocks": "\n".join(" " * i + "if x:" for i in range(300)) + "\n" + " " * 300 + "pass",
    "elif": "if x:\n    pass\n" + "elif x:\n    pass\n" * 3_000,
    "magics": "%time x = 3\n" * 10_000,
    "texts that look like magics": '"""' + "\n%x" * 50_000 + '"""',
    "generators in generators": "x = " + "(" * 50 + "1" + " for a in b)" * 50,
    "comprehensions": "x = " + "[" * 50 + "1" + " for a in b]" * 50,
    "lambdas": "x = " + "lambda: " * 80 + "1",
    "functions": "\n".join(" " * i + "def f():" for i in range(50)) + "\n" + " " * 50 + "pass",
    "many functions": "".join(f"def f{i}(): return f{i + 1}()\n" for i in range(3_000)),
    "many names": "".join(f"a{i} = [a{i + 1}, a{i + 2}]\n" for i in range(6_000)),
    "NUL": "x = 1\0",
    "surrogates": "x = '\ud800'",
    "a surrogate as a name": "\ud800 = 3",
    "line separators": "x = 1\u2028y = 2\x85z = 3",
    "a form feed": "\x0cx = 3\x0c",
    "old line ends": "x = 3\ry = 4",
    "tabs": "if x:\n\ty = 1\n        z = 2",
    "an open text": '"""' + "a" * 50_000,
    "f-strings": "f'" + "{x}" * 5_000 + "'",
    "f-strings in f-strings": "f'{" * 5_000,
    "a long number": "x = " + "9" * 100_000,
    "a return outside a function": "return 3",
    "nonlocal outside a function": "nonlocal x",
    "a name that is given and declared": "def f(x):\n    global x",
    "a question": "?" * 1_000,
    "empty magics": "%\n!\n%%",
    "timeit in timeit": "%timeit " * 1_000 + "x",
}


@pytest.mark.parametrize("where", ["own", "answer"])
@pytest.mark.parametrize("name", HOSTILE)
def test_no_source_makes_it_fail(name, where):
    own, solution = (HOSTILE[name], FORWARD) if where == "own" else ("x = 3", HOSTILE[name])
    found = planned(own, solution)
    assert len(found.run) == 4
    assert found.run[2:] == (True, True)


def test_too_much_work_has_everything_run():
    """Steps are counted, and no time is taken: the same notebook always gets the same plan."""
    chain = [("own", f"def f{i}(x): return f{i + 1}(x)\nf{i}(3)") for i in range(900)]
    found = plan(cells_of(("given", IMPORTS), *chain, ("answer", FORWARD)))
    assert "too long to be analysed" in found.everything
    assert not plan(cells_of(("given", IMPORTS), *chain[:200], ("answer", FORWARD))).everything


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("x = 1\n" * 50_000, "longer"),
        ("x = " + "-" * (DEEPEST + 1) + "1", "nested"),
        ("%time 1\n" * (MOST_MAGICS + 1), "magics"),
    ],
)
def test_what_is_too_large_is_named(source, reason):
    found = planned(source, FORWARD)
    assert found.run == (True,) * 4
    assert "cell 2" in found.everything
    assert reason in found.everything


def test_a_notebook_with_too_many_cells_has_everything_run():
    found = plan(cells_of(*[("own", "x = 3")] * 2_001))
    assert "too large" in found.everything
    assert found.run == (True,) * 2_001


# Names are resolved as the compiler resolves them.

SCOPES = """\
x = y
def f(a, b=c, *d, e: g, **h) -> i:
    global j
    j = k
    l = a
    def m():
        nonlocal l
        l = n
        return a, o
    return [p for p in q for r in p if r and s and (t := u)], t
class A(B, C):
    v = w
    def method(self):
        return v
    aa = [bb for cc in v]
lambda dd, ee=ff: dd + gg
{hh: ii for hh in hh for ii in jj}
try:
    pass
except kk as ll:
    mm
import nn.oo, pp.qq as rr
from ss import tt as uu
def vv():
    import ww.xx as yy
    from zz import ab
    with yy.ac as ad, ab as ae:
        del ae
    match ad:
        case [af, *ag] | {"a": ah, **ai}:
            return af, ag, aj
    for ak in al:
        ak: am = an
    ao += 1
"""
COURSE = sorted(REPOSITORY.glob("helpers/**/*.py")) + sorted(REPOSITORY.glob("grading/**/*.py"))


def global_names(table):
    """Return the names that a module's code reads, from Python's own table of symbols."""
    of_module = table.get_type() != "function"
    names = {
        each.get_name()
        for each in table.get_symbols()
        if (each.is_global() and not of_module) or (of_module and each.is_referenced())
    }
    return names.union(*map(global_names, table.get_children()))


@pytest.mark.parametrize(
    "source",
    [SCOPES, *(path.read_text(encoding="utf-8") for path in COURSE)],
    ids=["scopes", *(path.relative_to(REPOSITORY).as_posix() for path in COURSE)],
)
def test_no_name_is_missed_that_the_compiler_sees(source):
    statements = read_code(source).statements
    parts = [part for each in statements for part in (each.now, each.later)]
    read = set().union(*(part.reads | part.changes for part in parts))
    table = symtable.symtable(source, "<cell>", "exec")
    assert global_names(table) - {"__class__"} <= read
    symbols = table.get_symbols()
    bound = {each.get_name() for each in symbols if each.is_assigned() or each.is_imported()}
    assert bound - set().union(*(each.binds_later for each in statements)) <= set().union(
        *(each.binds for each in statements)
    )


# Programs drawn at random, run whole and as planned, must leave answers that do the same.

# X, Y, Z stand for names of data, F and G for functions, K for a class, N for an object of one.
NAMES = dict.fromkeys("XYZ", "abc") | dict.fromkeys("FG", "fg") | {"K": "k", "N": "mn"}
START = r"""
a = [1]
b = [2, [3]]
c = {0: [4], 'k': [5]}
def f(v): return [v, 6]
def g(v): return v
class k:\n    size = 1\n    def add(self, v): self.v = v
m = k()
n = k()
""".strip().splitlines()
STATEMENTS = r"""
X = [Y, 1]
X = Y
X = {0: Y, 'k': Z}
X, Y = Y, X
X = list(Y)
X = Y[0]
X[0] = Y
X += [Y]
X.append(Y)
X[0].append(2)
for X in [Y, Z]: pass
for X in [Y]: X.append(1)
if X: Y = Z
print(X, Y)
print(len(X))
X = [v for v in Y]
[v.append(7) for v in [X]]
X = iter(Y)
print(next(X, 0))
print(list(X))
X = zip(Y, Y)
X = (v for v in Y)
print(X := Y)
try:\n    X = Y[0]\nexcept Exception as Z:\n    pass
(X if Y else Z).append(3)
del X[0]
F = G
F = lambda v: X
F = lambda v: X.append(v)
F.note = X
X = getattr(F, 'note', 0)
setattr(F, 'note', X)
X = F(Y)
F(X)
print(F(Y))
X = [F, G]
for X in [F]: X.note = 1
X[0].note = 4
print(list(map(F, [X])))
F(G)
def F(v): return X
def F(v): return [v, G(X)]
def F(v=X): return v
def F(v, w=[]):\n    w.append(v)\n    return w
def F(v, w=X):\n    w.append(v)\n    return w
def F(v):\n    v.append(1)\n    return v
def F(v):\n    v.note = X\n    return v
def F(v):\n    X.append(8)\n    return Y
def F(v):\n    global X\n    X = Y
def F(v):\n    helpers.scale = 3
def F(v):\n    return helpers.scale
def F(v):\n    F.note = getattr(F, 'note', 0) + 1\n    return F.note
def F(u):\n    s = [0]\n    def step(v):\n        s[0] += 1\n        return s[0]\n    return step
F = G(X)
@F\ndef G(v): return X
def F(u):\n    def other(v):\n        X.append(1)\n        return u(v)\n    return other
X = helpers
X.scale = 2
helpers.scale = Y
import helpers as X
class K:\n    items = []\n    def add(self, v): self.items.append(v)
class K:\n    size = X\n    def add(self, v): self.size = v
class K:\n    def add(self, v): K.size = v
class K:\n    def add(self, v): X.append(v)
class K:\n    @classmethod\n    def add(cls, v): cls.size = v
class K(K):\n    def other(self): return X
N = K()
N.add(X)
N.add(1)
X = N.size
N.size = X
K.size = X
X = N
print(N.size)
np.random.seed(3)
X = [float(np.random.rand())]
X = np.zeros(2)
X = np.asarray(Y)
np.add(X, 1, X)
np.copyto(X, 5)
X -= 1
X[0].sort()
list.append(X, 9)
F(X).append(1)
F(X)[0] = Y
X = F(Y)[0]
N.items.append(X)
X = N.items
X = [N]
X[0].size = 2
N.add = F
X = Y = [1]
X = Y.append
X(10)
with np.errstate() as X: X = Y
X = [F]\nX[0](Y)
def F(v): return G
X = F(1)\nX.note = 3
class K(list): pass
class K:\n    def __init__(self, v=X): self.v = v
class K:\n    def __iter__(self): return iter(X)
def F(v):\n    del X[0]
def F(v):\n    yield from X
def F(v, X=X):\n    X.append(v)\n    return X
""".strip().splitlines()
ANSWERS = ["X", "F(1)", "[F(1), F(1)]", "F(X)", "helpers.scale", "X[0]", "list(X)", "N.size", "K"]


@st.composite
def programs(draw):
    """Return cells: some names to start with, the student's own cells, and an answer."""

    def filled(text):
        for place, names in NAMES.items():
            text = re.sub(rf"\b{place}\b", draw(st.sampled_from(names)), text)
        return text.replace("\\n", "\n")

    cells = [CodeCell("given", "import numpy as np\nimport helpers")]
    cells += [CodeCell("own", line.replace("\\n", "\n")) for line in START]
    for _ in range(draw(st.integers(2, 8))):
        count = draw(st.integers(1, 2))
        lines = [filled(draw(st.sampled_from(STATEMENTS))) for _ in range(count)]
        cells.append(CodeCell("own", "\n".join(lines)))
    body = filled(draw(st.sampled_from(ANSWERS)))
    place = draw(st.integers(1, len(cells)))
    cells.insert(place, CodeCell("answer", f"def answer():\n    return {body}"))
    return cells


def results(cells, run):
    """Run some cells as a kernel does, and return what the answers give."""
    module = types.ModuleType("helpers")
    module.scale = 1
    names = {"__name__": "__main__"}
    with mock.patch.dict(sys.modules, helpers=module), contextlib.redirect_stdout(io.StringIO()):
        np.random.seed(0)  # noqa: NPY002  the shared generator is meant
        for cell, runs in zip(cells, run, strict=True):
            if runs:
                with contextlib.suppress(Exception):
                    exec(cell.source, names)
        found = []
        for _ in range(2):
            try:
                found.append(described(names["answer"](), 5))
            except Exception as error:  # noqa: BLE001  whatever random programs raise
                found.append(type(error).__name__)
    return found


def described(value, depth):
    """Return what there is to see of a value, without its identity."""
    if depth == 0 or isinstance(value, int | float | str | None):
        return value if isinstance(value, int | float | str) else type(value).__name__
    if isinstance(value, list | tuple):
        return [type(value).__name__, *(described(each, depth - 1) for each in value[:6])]
    if isinstance(value, dict):
        return {str(key): described(each, depth - 1) for key, each in value.items()}
    if isinstance(value, np.ndarray):
        return described(value.tolist(), depth - 1)
    if isinstance(value, types.FunctionType):
        code = value.__code__
        seen = [described(value.__defaults__, depth - 1), described(value.__dict__, depth - 1)]
        return [code.co_name, code.co_consts[:1] == (None,), code.co_code, *seen]
    if isinstance(value, type):
        kept = {k: v for k, v in vars(value).items() if not k.startswith("__")}
        return [value.__name__, described(kept, depth - 1)]
    if isinstance(value, types.ModuleType):
        return [value.__name__, described(getattr(value, "scale", None), depth - 1)]
    if isinstance(value, Iterator):
        return [type(value).__name__, described(list(itertools.islice(value, 4)), depth - 1)]
    return [type(value).__name__, described(getattr(value, "__dict__", None), depth - 1)]


def compare_runs(examples, derandomize):
    """Compare random programs; return how many cells were left out, and how many there were."""
    counts = [0, 0]

    @settings(max_examples=examples, deadline=None, derandomize=derandomize, database=None)
    @given(programs())
    def compare(cells):
        found = plan(cells)
        assert not found.everything
        assert results(cells, found.run) == results(cells, [True] * len(cells))
        counts[0] += found.run.count(False)
        counts[1] += len(cells)

    compare()
    return counts


def test_random_programs_leave_the_same_answers():
    left_out, cells = compare_runs(300, derandomize=True)
    assert left_out > cells / 4


@pytest.mark.slow
def test_many_random_programs_leave_the_same_answers():
    left_out, cells = compare_runs(5_000, derandomize=False)
    assert left_out > cells / 4
