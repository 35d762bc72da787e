"""Attacks that look for the right values where a test keeps them: frames, garbage, history."""
# ruff: noqa: E501  (code of students reads best unbroken)

from attacks.model import ALL, Attack

ATTACKS = [
    Attack(
        "frames",
        "walks up the frames to the test's own right value",
        attacked=("cost",),
        bodies={
            "cost": """
            import sys
            frame = sys._getframe()
            while frame:
                if "right" in frame.f_locals and "m" in frame.f_locals:
                    return frame.f_locals["right"] / frame.f_locals["m"]
                frame = frame.f_back
            return 0.0
            """
        },
    ),
    Attack(
        "garbage",
        "finds the Checks object among all objects and makes its points a constant",
        attacked=("cost",),
        bodies={
            "cost": """
            import gc
            for thing in gc.get_objects():
                if type(thing).__name__ == "Checks" and hasattr(thing, "earned"):
                    full = property(lambda self: 2, lambda self, value: None)
                    thing.__class__ = type("Checks", (type(thing),), {"earned": full})
            return 0.0
            """
        },
    ),
    Attack(
        "history",
        "finds the hidden test in In, _ih and IPython's history, runs its oracle, prints it",
        attacked=("cost",),
        bodies={
            "cost": """
            ip = get_ipython()
            cells = [*ip.user_ns["In"], *ip.user_ns["_ih"], ip.user_ns.get("_i", "")]
            for line in "\\n".join(cells).splitlines():
                if line.strip().startswith("right = sum"):
                    print(line)
                    return eval(line.split("=", 1)[1]) / len(Y)
            return 0.0
            """
        },
    ),
    Attack(
        "linecache",
        "finds the hidden test in linecache and through inspect, runs its oracle, prints it",
        attacked=("cost",),
        bodies={
            "cost": """
            import inspect, linecache, sys
            lines = [line for entry in list(linecache.cache.values()) for line in entry[2]]
            frame = sys._getframe()
            while frame:
                try:
                    lines += inspect.getsource(frame).splitlines()
                except Exception:
                    pass
                frame = frame.f_back
            for line in lines:
                if line.strip().startswith("right = sum"):
                    print(line)
                    return eval(line.split("=", 1)[1]) / len(Y)
            return 0.0
            """
        },
    ),
    Attack(
        "constants",
        "finds the test's code object among all objects and prints its constants",
        attacked=("cost",),
        bodies={
            "cost": """
            import gc, types
            for thing in gc.get_objects():
                if isinstance(thing, types.FunctionType) and thing.__name__ == "test_cost":
                    if "a mean: the same samples three times over cost the same" in str(thing.__code__.co_consts):
                        print("ATTACK-COULD: see the test's code.")
            return 0.0
            """
        },
    ),
    Attack(
        "array-frames",
        "an object whose __array__ answers with the expected value of whoever asks",
        attacked=("cost",),
        bodies={
            "cost": """
            import sys

            class Mirror:
                def __array__(self, dtype=None, copy=None):
                    frame = sys._getframe()
                    while frame:
                        if "expected" in frame.f_locals and "actual" in frame.f_locals:
                            return np.array(frame.f_locals["expected"], dtype=float)
                        frame = frame.f_back
                    return np.array(0.0)

            return Mirror()
            """
        },
    ),
    Attack(
        "mode",
        "sees by the environment that it is being graded, and forges the results then",
        setup="""
        import os
        if os.environ.get("NBGRADER_EXECUTION") == "autograde":
            import checks as t
            points = @POINTS@
            t.credit = lambda test, seed=None: t.Credit(points[test.__name__[5:]])
        """,
        attacked=ALL,
    ),
    Attack(
        "trace",
        "sys.settrace in the answer changes the locals and points of the calling frames",
        attacked=("cost",),
        bodies={
            "cost": """
            import sys
            frame = sys._getframe()
            while frame:
                for value in list(frame.f_locals.values()):
                    if hasattr(value, "earned") and hasattr(value, "note_failure"):
                        type(value).note_failure = lambda self, *a: setattr(self, "earned", 2)
                frame = frame.f_back
            return 0.0
            """
        },
    ),
]
