"""Attacks on the second notebook by way of the first: `load_answers` runs its answers there."""

from attacks.model import POINTS, SECOND, Attack

_ALL = tuple(POINTS[SECOND])
_PATCH = """
def forward(W1, b1, W2, b2, X):
    return None

if __name__ == "__answers__":
    import checks as t
    points = @POINTS@
    t.credit = lambda test, seed=None: t.Credit(points[test.__name__[5:]])
"""


def _first(name, tries, cell, **more):
    """The first notebook's `forward` is attacked with, the second notebook is graded."""
    return Attack(name, tries, cells={"forward": cell}, notebook=SECOND, **more)


ATTACKS = [
    _first(
        "patch", "replaces credit when the later notebook loads the answers", _PATCH, attacked=_ALL
    ),
    _first(
        "exit",
        "ends the later notebook's process",
        'if __name__ == "__answers__":\n    import os\n    os._exit(0)',
        attacked=_ALL,
        bodies={},
        paid=False,
    ),
    _first(
        "reads-first",
        "reads the first notebook's hidden tests from the second one",
        """
        if __name__ == "__answers__":
            import glob
            for path in glob.glob("*.ipynb") + glob.glob("@COURSE@/*/*/nn_lab/*.ipynb"):
                try:
                    if "BEGIN HIDDEN" in open(path).read():
                        print("ATTACK-COULD: read hidden tests of the first notebook.")
                except OSError:
                    pass
        """,
    ),
    _first(
        "survives",
        "leaves a process and a file in the first notebook for the second one",
        """
        import glob, os, tempfile, time
        place = tempfile.gettempdir() + "/@TAG@"
        if __name__ == "__main__" and os.fork() == 0:
            open("/proc/self/comm", "w").write("@TAG@")
            open(place, "w").close()
            open("left.txt", "w").close()
            os.setsid()
            time.sleep(40)
            os._exit(0)
        if __name__ == "__answers__":
            names = [open(p).read().strip() for p in glob.glob("/proc/[0-9]*/comm")]
            if "@TAG@" in names or glob.glob(place) or glob.glob("left.txt"):
                print("ATTACK-COULD: reach the second notebook.")
                for path in glob.glob(place):
                    os.remove(path)
        """,
    ),
    _first("no-python", "an earlier answer that is no Python", "def forward(:", paid=False),
]
