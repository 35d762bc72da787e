"""Attacks on the second run, in which right answers to earlier exercises are at the code's hand.

They fail an early exercise on purpose, so that the later ones are judged a second time, and try to
carry what stands there away: into what is shown, into files, into another exercise, or into marks.
"""
# ruff: noqa: E501  (code of students reads best unbroken)

from attacks.model import ALL, SECOND, Attack

#: A line of a solution; in a first run no student's code has it.
_SECRET = "z2 = X @ W1.T + b1"
_LOOK = '''
def _look():
    """Return the text of the right `forward`, where it is to be found."""
    import inspect, linecache
    texts = list(map(str, In))
    try:
        texts.append(inspect.getsource(forward))
    except Exception:
        pass
    for name in list(linecache.cache):
        texts.append("".join(linecache.getlines(name)))
    secret = "z2 = X " + "@ W1.T + b1"
    found = [text for text in texts if secret in text]
    return found[-1] if found else ""
'''
_WRONG = "def forward(W1, b1, W2, b2, X):\n    return [np.zeros((len(X), 1))] * 4\n"


def _shown(place):
    """Look for the solution's line in all that anybody is shown."""
    folders = (place.autograded, place.course / "feedback" / place.student)
    texts = [p.read_text(errors="ignore") for f in folders for p in f.rglob("*") if p.is_file()]
    return (
        ["a solution of an earlier exercise is shown"] if any(_SECRET in t for t in texts) else []
    )


ATTACKS = [
    Attack(
        "tells",
        "prints, returns, raises and displays the right `forward` that it finds",
        setup=_LOOK,
        cells={"forward": _WRONG},
        bodies={
            "cost": "print(_look())\nreturn _look()",
            "error_terms": "raise ValueError(_look())",
            "gradients": "display(_look())\nimport sys\nprint(_look(), file=sys.stderr)\nreturn [list(_look().encode())] * 4",
            "cost_and_gradient": "return float(len(_look())), np.frombuffer(_look().encode().ljust(theta.size)[:theta.size], np.uint8).astype(float)",
        },
        attacked=("forward", "cost", "error_terms", "gradients", "cost_and_gradient"),
        harm=_shown,
        paid=False,
    ),
    Attack(
        "keeps",
        "writes the right `forward` into files, for the next notebook to show",
        setup=_LOOK,
        cells={
            "forward": _WRONG
            + """
if __name__ == "__answers__":
    import glob, tempfile
    for folder in (".", tempfile.gettempdir(), "/dev/shm", "/var/tmp"):
        for path in glob.glob(folder + "/@TAG@*"):
            print("ATTACK-COULD: read what the second run left:", open(path).read())
"""
        },
        bodies={
            "cost": """
            import os, tempfile
            for folder in (".", tempfile.gettempdir(), "/dev/shm", "/var/tmp"):
                try:
                    with open(f"{folder}/@TAG@-kept.txt", "w") as file:
                        file.write(_look())
                except OSError:
                    pass
            return np.sum((a3 - Y) ** 2) / (2 * len(Y)) + 1
            """
        },
        notebook=SECOND,
        harm=_shown,
        paid=False,
    ),
    Attack(
        "runs-on",
        "leaves a process in the second run that waits for the next one",
        setup=_LOOK,
        cells={"forward": _WRONG},
        bodies={
            "cost": """
            import os, time
            if _look() and os.fork() == 0:
                open("/proc/self/comm", "w").write("@TAG@")
                os.setsid()
                time.sleep(30)
                os._exit(0)
            return 0.0
            """
        },
        attacked=("forward", "cost"),
        paid=False,
    ),
    Attack(
        "own-solution",
        "looks for the solution of the very exercise that is judged, to run it",
        cells={"forward": _WRONG},
        bodies={
            "cost": """
            import linecache
            texts = [*map(str, In), *("".join(linecache.getlines(n)) for n in list(linecache.cache))]
            for text in texts:
                if "2 * m" in text and "def cost" in text and "COULD" not in text:
                    print("ATTACK-COULD: find the solution of the exercise under test.")
                    names = dict(globals())
                    exec(text, names)
                    return names["cost"](a3, Y)
            return 0.0
            """,
            "gradients": """
            for text in map(str, In):
                if "delta3.T @ a2" in text and "def gradients" in text and "COULD" not in text:
                    print("ATTACK-COULD: find the solution of the exercise under test.")
            return None
            """,
        },
        attacked=("forward", "cost", "gradients"),
        paid=False,
    ),
    Attack(
        "all-constant-again",
        "constants of the right shapes, which agree with each other",
        attacked=ALL,
        bodies={
            "forward": "z2, z3 = np.ones((len(X), len(b1))), np.ones((len(X), len(b2)))\nreturn z2, z2, z3, z3",
            "cost": "return 1.0",
            "error_terms": "return np.ones(a3.shape), np.ones(a2.shape)",
            "gradients": "h, n, k = delta2.shape[1], X.shape[1], delta3.shape[1]\n"
            "t = np.arange(h*n + h + k*h + k, dtype=float)\nreturn unpack(t, (h, n), (h,), (k, h), (k,))",
            "cost_and_gradient": "return 1.0, np.arange(theta.size, dtype=float)",
        },
    ),
    Attack(
        "composes",
        "empty answers but for the one that puts them together: an honest one for that exercise",
        attacked=("forward", "cost", "error_terms", "gradients"),
        bodies={
            "cost_and_gradient": """
            W1, b1, W2, b2 = unpack(theta, *layer_shapes(X.shape[1], n_hidden, Y.shape[1]))
            _, a2, _, a3 = forward(W1, b1, W2, b2, X)
            delta3, delta2 = error_terms(W2, a2, a3, Y)
            return cost(a3, Y), pack(*gradients(X, a2, delta3, delta2))
            """
        },
        paid=False,
    ),
    Attack(
        "endless",
        "an endless loop in each exercise, and so in each second run",
        attacked=ALL,
        bodies=dict.fromkeys(ALL, "while True:\n    pass"),
        paid=False,
    ),
]
