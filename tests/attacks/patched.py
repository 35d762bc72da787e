"""Attacks that change the process they run in: IPython, NumPy, helpers, built-ins."""
# ruff: noqa: E501  (code of students reads best unbroken)

from attacks.model import ALL, Attack

_POINTS = "POINTS = @POINTS@\n"

_NAMED_TEST = """
def named(text):
    return next((p for e, p in POINTS.items() if f"credit(test_{e})" in text), None)
"""


def _setup(name, tries, code, attacked=ALL, **more):
    from textwrap import dedent

    return Attack(
        name, tries, setup=_POINTS + _NAMED_TEST + dedent(code), attacked=attacked, **more
    )


ATTACKS = [
    _setup(
        "transformer",
        "an input transformer replaces each check cell by a number",
        """
        def cheat(lines):
            points = named("".join(lines))
            return lines if points is None else [f"{float(points)}\\n"]

        get_ipython().input_transformers_post.append(cheat)
        """,
    ),
    _setup(
        "ast",
        "a transformer of syntax trees replaces each check cell by a number",
        """
        import ast

        class Cheat(ast.NodeTransformer):
            def visit_Module(self, tree):
                points = named(ast.unparse(tree))
                if points is not None:
                    tree.body = [ast.Expr(ast.Constant(float(points)))]
                return ast.fix_missing_locations(tree)

        get_ipython().ast_transformers.append(Cheat())
        """,
    ),
    _setup(
        "transform-cell",
        "IPython's own transform_cell is replaced",
        """
        ip = get_ipython()
        real = ip.transform_cell
        ip.transform_cell = lambda raw: real(raw) if named(raw) is None else f"{float(named(raw))}\\n"
        """,
    ),
    _setup(
        "events",
        "an event before each cell puts another credit in place",
        """
        import checks as t

        def before(info):
            points = named(info.raw_cell)
            t.credit = lambda test, seed=None: t.Credit(points)

        get_ipython().events.register("pre_run_cell", before)
        """,
    ),
    _setup(
        "display-hook",
        "IPython's display hook shows full marks for every number",
        """
        hook = type(get_ipython().displayhook)
        real = hook.write_format_data

        def lie(self, data, metadata=None):
            points = named(get_ipython().user_ns["In"][-1])
            return real(self, data if points is None else {"text/plain": str(float(points))}, metadata)

        hook.write_format_data = lie
        """,
    ),
    _setup(
        "formatter",
        "a formatter prints every Credit as full marks",
        """
        from checks import Credit

        def show(value, printer, cycle):
            printer.text(str(float(named(get_ipython().user_ns["In"][-1]))))

        get_ipython().display_formatter.formatters["text/plain"].for_type(Credit, show)
        """,
    ),
    _setup(
        "credit",
        "checks.credit gives full marks",
        """
        import checks as t
        t.credit = lambda test, seed=None: t.Credit(POINTS[test.__name__[5:]])
        """,
    ),
    _setup(
        "close",
        "checks.close, close_to_slopes and expect compare nothing",
        """
        import checks as t
        t.close = t.close_to_slopes = t.expect = lambda *a, **k: None
        """,
        attacked=("forward", "cost", "error_terms", "gradients", "cost_and_gradient"),
    ),
    _setup(
        "checks",
        "every check of checks passes with its points",
        """
        import contextlib
        from checks.credits import Checks

        @contextlib.contextmanager
        def always(self, label, points=0, seconds=1, **others):
            try:
                yield
            except BaseException:
                pass
            self.passed += 1
            self.earned += points
            self._lines.append((True, label, "", points))

        Checks.__call__ = always
        """,
    ),
    _setup(
        "credit-type",
        "Credit makes full marks of every number",
        """
        from checks import credits, Credit
        credits.Credit = lambda earned: Credit(named(get_ipython().user_ns["In"][-1]))
        """,
    ),
    _setup(
        "abs",
        "np.abs is zero everywhere, so that every error is small",
        """
        real = np.abs
        np.abs = lambda x, *a, **k: real(x, *a, **k) * 0.0
        """,
        attacked=("forward", "cost"),
    ),
    _setup(
        "allclose",
        "np.isfinite, np.allclose, np.array_equal, np.all and np.any say what is wanted",
        """
        np.allclose = np.array_equal = np.isclose = np.all = lambda *a, **k: True
        np.isfinite = lambda x: np.ones(np.shape(x), bool)
        """,
        attacked=("forward", "cost"),
        paid=False,
    ),
    Attack(
        "oracle",
        "the test's own oracle is poisoned: np.einsum gives zeros, as the answer does",
        setup="""
        real = np.einsum
        np.einsum = lambda *a, **k: 0.0 * real(*a, **k)
        """,
        attacked=("forward",),
        bodies={
            "forward": """
            z2, z3 = np.zeros((len(X), len(b1))) + b1, np.zeros((len(X), len(b2))) + b2
            return z2, sigmoid(z2), z3, sigmoid(z3)
            """
        },
    ),
    Attack(
        "rigged-seeds",
        "np.random.default_rng makes a generator that only knows zeros",
        setup="""
        real = np.random.default_rng

        class Zeros:
            def __init__(self, seed=None):
                self.real = real(seed)

            def __getattr__(self, name):
                return getattr(self.real, name)

            def normal(self, *a, size=None, **k):
                return np.zeros(size)

        np.random.default_rng = Zeros
        """,
        attacked=("forward",),
        bodies={
            "forward": """
            z2, z3 = np.zeros((len(X), len(b1))), np.zeros((len(X), len(b2))) + b2
            return z2, z2 + 0.5, z3, sigmoid(z3)
            """
        },
    ),
    _setup(
        "print",
        "builtins.print changes the points of the checks that it prints",
        """
        import builtins, sys
        real = builtins.print

        def cheat(*a, **k):
            check = sys._getframe(1).f_locals.get("check")
            if check is not None:
                check.earned = POINTS[check.exercise]
            real(*a, **k)

        builtins.print = cheat
        """,
    ),
    _setup(
        "import",
        "builtins.__import__ gives a testing module of the student's",
        """
        import builtins, types
        import checks as t
        real = builtins.__import__
        fake = types.ModuleType("checks")
        fake.__dict__.update(t.__dict__)
        fake.credit = lambda test, seed=None: t.Credit(POINTS[test.__name__[5:]])

        def cheat(name, *a, **k):
            return fake if name == "checks" else real(name, *a, **k)

        builtins.__import__ = cheat
        """,
    ),
    _setup(
        "builtins",
        "isinstance, all, any, abs, float and max lie while a test compares",
        """
        import builtins, sys

        def asked_by_a_test(depth=2):
            return "comparing" in sys._getframe(depth).f_code.co_filename

        real_isinstance, real_type = builtins.isinstance, builtins.type
        builtins.isinstance = lambda x, kind: asked_by_a_test() or real_isinstance(x, kind)
        builtins.all = lambda xs: True
        builtins.any = lambda xs: False
        builtins.AssertionError = builtins.Exception
        """,
        attacked=("forward", "cost"),
        paid=False,
    ),
    _setup(
        "modules",
        "sys.modules holds another checks",
        """
        import sys, types
        import checks as t
        fake = types.ModuleType("checks")
        fake.__dict__.update(t.__dict__)
        fake.credit = lambda test, seed=None: t.Credit(POINTS[test.__name__[5:]])
        sys.modules["checks"] = fake
        """,
    ),
    _setup(
        "finder",
        "a finder on sys.meta_path loads checks anew, with another credit",
        """
        import importlib.abc, importlib.machinery, sys
        import checks as t
        Credit, real = t.Credit, dict(t.__dict__)

        class Loader(importlib.abc.Loader):
            def exec_module(self, module):
                module.__dict__.update({k: v for k, v in real.items() if not k.startswith("__")})
                module.credit = lambda test, seed=None: Credit(POINTS[test.__name__[5:]])

        class Finder(importlib.abc.MetaPathFinder):
            def find_spec(self, name, path, target=None):
                if name == "checks":
                    return importlib.machinery.ModuleSpec(name, Loader())

        sys.meta_path.insert(0, Finder())
        del sys.modules["checks"]
        """,
    ),
    _setup(
        "profile",
        "a profile function gives the points when the test sums them up",
        """
        import sys

        def watch(frame, event, argument):
            if event == "call" and frame.f_code.co_name == "summary":
                check = frame.f_locals.get("self")
                check.earned = POINTS[check.exercise]

        get_ipython().events.register("pre_run_cell", lambda info: sys.setprofile(watch))
        """,
    ),
    _setup(
        "note-failure",
        "a check that fails notes full marks instead of a failure",
        """
        import contextlib
        from checks.credits import Checks

        def fail(self, label, error, points=0):
            self.earned = POINTS[self.exercise]

        Checks.note_failure = fail
        """,
    ),
]
