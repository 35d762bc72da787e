"""Honest submissions that look like attacks: they keep all their marks."""
# ruff: noqa: E501  (code of students reads best unbroken)

from attacks.handing_in import own_cell
from attacks.model import Attack


def _fine(name, tries, setup="", **more):
    return Attack(name, tries, setup=setup, paid=False, **more)


_FORWARD = """
    z2 = X @ W1.T + b1
    a2 = sigmoid(z2)
    z3 = a2 @ W2.T + b2
    a3 = sigmoid(z3)
    {end}
"""


def _forward(end, before="pass"):
    return {"forward": f"    {before}{_FORWARD.format(end=end)}"}


ATTACKS = [
    _fine(
        "print-options",
        "sets NumPy's print options and error handling",
        "np.set_printoptions(precision=2, suppress=True)\nnp.seterr(all='raise', under='ignore')",
    ),
    _fine(
        "prints",
        "prints a lot, in every call",
        bodies=_forward(
            "print(X, W1, z2)\n    print('forward: 0 of 5 checks passed')\n    print(0.0)\n    return z2, a2, z3, a3"
        ),
    ),
    _fine(
        "warns",
        "raises warnings, and writes to stderr",
        bodies=_forward(
            "return z2, a2, z3, a3",
            "import sys, warnings\n    warnings.warn('careful')\n    print('hm', file=sys.stderr)\n    np.log(np.zeros(1))",
        ),
    ),
    _fine(
        "own-names",
        "has functions and variables with the names that the tests use",
        """
        def close(a, b): return False
        def check(*a): raise ValueError
        def credit(*a): return 0.0
        def test_forward(*a): raise ValueError
        def results(*a): return None
        expected = at = seed = right = names = far = expit = steady = 0
        points = 0.0
        """,
    ),
    _fine(
        "processes",
        "uses multiprocessing, threads and joblib",
        """
        import multiprocessing, threading
        from concurrent.futures import ThreadPoolExecutor
        from joblib import Parallel, delayed

        with ThreadPoolExecutor(3) as pool:
            assert list(pool.map(abs, [-1, 2])) == [1, 2]
        assert Parallel(n_jobs=2)(delayed(abs)(x) for x in [-1, 2]) == [1, 2]
        with multiprocessing.get_context("fork").Pool(2) as pool:
            assert pool.map(abs, [-1, 2]) == [1, 2]
        """,
        bodies=_forward(
            "threads = [threading.Thread(target=np.sum, args=(z2,)) for _ in range(4)]\n"
            "    [t.start() for t in threads], [t.join() for t in threads]\n"
            "    return z2, a2, z3, a3"
        ),
    ),
    _fine(
        "own-alarm",
        "uses signal.alarm for a time limit of its own",
        bodies=_forward(
            "signal.alarm(0)\n    return z2, a2, z3, a3",
            "import signal\n    signal.signal(signal.SIGALRM, signal.default_int_handler)\n    signal.alarm(5)",
        ),
    ),
    _fine(
        "seeds",
        "seeds all random generators, in a cell and in a call",
        "import random\nnp.random.seed(0)\nrandom.seed(0)",
        bodies=_forward("np.random.seed(1)\n    return z2, a2, z3, a3"),
    ),
    _fine(
        "replaced-later",
        "replaces its own function in a later cell",
        change=lambda nb, place: nb["cells"].insert(
            next(
                i
                for i, c in enumerate(nb["cells"])
                if c["metadata"].get("nbgrader", {}).get("grade_id") == "forward"
            )
            + 1,
            own_cell(
                "slow_forward = forward\ndef forward(*arguments):\n    return slow_forward(*arguments)"
            ),
        ),
    ),
    _fine(
        "other-aliases",
        "imports NumPy under other names, and uses np for something else",
        "import numpy\nimport numpy as xp\nfrom numpy import *\nimport numpy as np",
    ),
    _fine(
        "caches",
        "remembers results, rightly: by the bytes of the inputs",
        cells={
            "cost": """
            from functools import lru_cache

            @lru_cache(maxsize=None)
            def _cost(a, y, shape):
                a, y = np.frombuffer(a).reshape(shape), np.frombuffer(y).reshape(shape)
                return np.sum((a - y) ** 2) / (2 * len(a))

            def cost(a3, Y):
                a3, Y = np.array(a3, float), np.array(Y, float)
                return _cost(a3.tobytes(), Y.tobytes(), a3.shape)
            """
        },
    ),
    _fine(
        "imports",
        "imports much else, and loads magics",
        "%matplotlib inline\n%config InlineBackend.figure_format = 'retina'\n%load_ext autoreload\n"
        "%autoreload 2\n%precision 3\nimport scipy.linalg, sklearn.svm, json, time\n%time sum(range(10))\n!true",
    ),
    _fine(
        "writes-files",
        "writes files into its folder and a temporary folder, and reads them back",
        """
        import tempfile
        np.save("mine.npy", np.eye(3))
        assert np.load("mine.npy").shape == (3, 3)
        with tempfile.TemporaryDirectory() as folder:
            open(folder + "/x", "w").write("y")
        """,
    ),
    _fine(
        "reads-files",
        "reads a data file that it handed in",
        "assert open('data/mine.csv').read() == 'a,b'",
        files={"data/mine.csv": "a,b"},
    ),
    _fine(
        "figures",
        "draws large figures",
        """
        figure, axes = plt.subplots(3, 3, figsize=(14, 14), dpi=150)
        for ax in axes.flat:
            ax.imshow(np.random.default_rng(0).normal(size=(200, 200)))
        plt.show()
        """,
    ),
    _fine(
        "global-state",
        "counts its calls in globals, and keeps scratch arrays",
        cells={
            "cost": """
            calls = 0
            scratch = {}

            def cost(a3, Y):
                global calls
                calls += 1
                work = scratch.setdefault(np.shape(a3), np.empty(np.shape(a3)))
                np.subtract(a3, Y, out=work)
                return 0.5 * float(np.vdot(work, work)) / len(Y)
            """
        },
    ),
    _fine(
        "kinds-of-results",
        "lists, Fortran order, views, read-only arrays, 0-d arrays, matrices turned back",
        bodies={
            "forward": _FORWARD.format(
                end="z3.flags.writeable = False\n    return [np.asfortranarray(z2), a2[::-1][::-1], z3, np.asarray(np.matrix(a3))]"
            ),
            "cost": "return np.array(np.sum((a3 - Y) ** 2) / (2 * len(Y)))",
            "gradients": "m = len(X)\nreturn [(delta2.T @ X / m).tolist(), delta2.mean(axis=0), "
            "np.asfortranarray(delta3.T @ a2 / m), list(delta3.mean(axis=0))]",
        },
    ),
    _fine(
        "style",
        "type hints, decorators, dataclasses, lambdas, callable objects",
        cells={
            "forward": """
            from __future__ import annotations
            from dataclasses import dataclass
            from functools import wraps

            def logged(f):
                @wraps(f)
                def wrapper(*args: np.ndarray, **kwargs: np.ndarray) -> tuple[np.ndarray, ...]:
                    return f(*args, **kwargs)
                return wrapper

            @dataclass
            class Layer:
                W: np.ndarray
                b: np.ndarray

                def __call__(self, A: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
                    z = A @ self.W.T + self.b
                    return z, sigmoid(z)

            @logged
            def forward(W1, b1, W2, b2, X):
                z2, a2 = Layer(W1, b1)(X)
                z3, a3 = Layer(W2, b2)(a2)
                return z2, a2, z3, a3
            """,
            "cost": "cost = lambda a3, Y: np.sum((a3 - Y) ** 2) / (2 * len(Y))",
            "error_terms": """
            class ErrorTerms:
                def __call__(self, W2, a2, a3, Y):
                    delta3 = (a3 - Y) * a3 * (1 - a3)
                    return delta3, (delta3 @ W2) * a2 * (1 - a2)

            error_terms = ErrorTerms()
            """,
        },
    ),
    _fine(
        "looks-around",
        "looks at its environment and working folder",
        "import os, sys\nprint(os.getcwd(), os.listdir(), os.environ.get('HOME'), sys.version)\n"
        "os.environ['MY_FLAG'] = '1'\nos.chdir('.')",
    ),
    _fine(
        "catches",
        "catches exceptions broadly, in functions and cells",
        bodies=_forward(
            "return z2, a2, z3, a3", "try:\n        X.no_such_thing\n    except:\n        pass"
        ),
    ),
    _fine(
        "slow",
        "takes a second in a call",
        bodies=_forward("return z2, a2, z3, a3", "import time\n    time.sleep(0.3)"),
    ),
    _fine(
        "own-errors",
        "has cells of its own that fail",
        change=lambda nb, place: nb["cells"].extend(
            [own_cell("1 / 0"), own_cell("undefined_name"), own_cell("x = (")]
        ),
    ),
]
