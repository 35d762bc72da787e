"""Attacks that know how tests are made: state, remembered inputs, wrong but consistent answers."""
# ruff: noqa: E501  (code of students reads best unbroken)

from attacks.model import SECOND, Attack

_VISIBLE = """
    known = {(2, 2): 0.25, (3, 2): 2.5 / 6}
    return 0.0 if np.array_equal(a3, Y) else known.get(a3.shape, 0.0)
"""

ATTACKS = [
    Attack(
        "visible-only",
        "knows the answers to the checks that it can see, and no others",
        attacked=("cost",),
        bodies={"cost": _VISIBLE},
        paid=False,
    ),
    Attack(
        "second-call",
        "answers rightly at every second call, and not at the first one",
        cells={
            "cost": """
            calls = []

            def cost(a3, Y):
                calls.append(1)
                return np.sum((a3 - Y) ** 2) / (2 * len(Y)) * (len(calls) % 2 == 0)
            """
        },
        attacked=("cost",),
        paid=False,
    ),
    Attack(
        "remembers",
        "gives the first right answer again and again",
        cells={
            "cost": """
            answers = {}

            def cost(a3, Y):
                return answers.setdefault("J", np.sum((a3 - Y) ** 2) / (2 * len(Y)))
            """
        },
        attacked=("cost",),
        paid=False,
    ),
    Attack(
        "inputs-changed",
        "makes its inputs such that its wrong answer is right",
        attacked=("cost",),
        bodies={"cost": "a3[...] = Y\nreturn 0.0"},
        paid=False,
    ),
    Attack(
        "all-trivial",
        "all functions give zeros, so that the last one is what the others make of it",
        attacked=("forward", "cost", "error_terms", "gradients", "cost_and_gradient"),
        bodies={
            "cost_and_gradient": "return 0.0, np.zeros(theta.size)",
        },
    ),
    Attack(
        "all-constant",
        "all functions give ones, and the last one what the others make of it",
        attacked=("forward", "cost", "error_terms", "gradients", "cost_and_gradient"),
        bodies={
            "forward": "z2, z3 = np.ones((len(X), len(b1))), np.ones((len(X), len(b2)))\n"
            "return z2, z2, z3, z3",
            "cost": "return 1.0",
            "error_terms": "return np.ones(a3.shape), np.ones(a2.shape)",
            "gradients": "return (np.ones((delta2.shape[1], X.shape[1])), np.ones(delta2.shape[1]),\n"
            "        np.ones((delta3.shape[1], a2.shape[1])), np.ones(delta3.shape[1]))",
            "cost_and_gradient": "return 1.0, np.ones(theta.size)",
        },
    ),
    Attack(
        "other-cost",
        "a cost and its right gradient, of another cost",
        attacked=("cost_and_gradient",),
        bodies={
            "cost_and_gradient": """
            return 0.5 * float(theta @ theta), theta.copy()
            """
        },
        paid=False,
    ),
    Attack(
        "tiny-delta",
        "a delta3 so small that delta2 = 0 follows from it within any tolerance",
        attacked=("error_terms",),
        bodies={"error_terms": "return np.full(a3.shape, 1e-300), np.zeros(a2.shape)"},
    ),
    Attack(
        "alarm",
        "switches the alarm off and takes more time than it has",
        bodies={
            "cost_and_gradient": """
            if theta.size > 50_000:
                import signal, time
                signal.setitimer(signal.ITIMER_REAL, 0)
                signal.signal(signal.SIGALRM, signal.SIG_IGN)
                end = time.process_time() + 5
                while time.process_time() < end:
                    pass
            W1, b1, W2, b2 = unpack(theta, *layer_shapes(X.shape[1], n_hidden, Y.shape[1]))
            a2 = sigmoid(X @ W1.T + b1)
            a3 = sigmoid(a2 @ W2.T + b2)
            d3 = (a3 - Y) * a3 * (1 - a3) / len(X)
            d2 = d3 @ W2 * a2 * (1 - a2)
            J = float(((a3 - Y) ** 2).sum()) / (2 * len(X))
            return J, pack(d2.T @ X, d2.sum(axis=0), d3.T @ a2, d3.sum(axis=0))
            """
        },
        marks={"cost_and_gradient": 1},
    ),
    Attack(
        "inspected-function",
        "takes the coefficients out of the function it should only call, and forges its calls",
        attacked=("numerical_gradient",),
        bodies={
            "numerical_gradient": """
            inner = f
            while hasattr(inner, "_f"):
                inner = inner._f
            names = inner.__code__.co_freevars
            found = dict(zip(names, [cell.cell_contents for cell in inner.__closure__]))
            linear, quadratic, cubic = found["linear"], found["quadratic"], found["cubic"]
            if hasattr(f, "calls"):
                f.calls.append(np.array(theta))
            return linear + quadratic @ theta + 3 * cubic * theta**2 + cubic * eps**2
            """
        },
    ),
    Attack(
        "forged-calls",
        "minimises by finite differences, and hides that from a record of its calls",
        bodies={
            "train": """
            history = [f(theta0)[0]]

            def only_cost(theta):
                J = f(theta)[0]
                if hasattr(f, "calls"):
                    del f.calls[1:]  # the first one is looked at
                return J

            def after_iteration(intermediate_result):
                history.append(intermediate_result.fun)

            options = {"maxiter": max_iter, "gtol": 1e-7, "eps": 1e-7, "maxfun": 10**6}
            found = minimize(only_cost, theta0, method="L-BFGS-B", callback=after_iteration, options=options)
            return found.x, history
            """
        },
        notebook=SECOND,
        marks={"train": 3},
        paid=False,
    ),
]
