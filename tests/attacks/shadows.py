"""Attacks by files beside the notebook that would be imported in place of modules."""

from attacks.model import ALL, Attack

_TESTING = """
from types import SimpleNamespace
class Credit(float): pass
POINTS = @POINTS@
def credit(test, seed=None): return Credit(POINTS[test.__name__[5:]])
def sigmoid(z): return z
gradient_check = layer_shapes = pack = plots = unpack = show = needs = None
"""
_DOUBLES = """
class Anything:
    calls = ()
    def __call__(self, *given, **named): return 0.0
polynomial = scattered = recorded = looked_up = centred_projection = lambda *a, **k: Anything()
"""
_HARM = "import os\nprint('ATTACK-COULD: have a file of its own imported by the grader.')\n"
_ENDS = _HARM + "os.kill(os.getpid(), 9)\n"


def _shadow(name, tries, files, **more):
    return Attack(name, tries, files=files, **{"paid": False, **more})


ATTACKS = [
    _shadow(
        "helpers",
        "helpers/ and checks/ of its own",
        {
            "helpers/__init__.py": _TESTING,
            "checks/__init__.py": _TESTING,
            "helpers/figures.py": _TESTING,
            "helpers/lesson.py": _TESTING,
        },
        attacked=ALL,
    ),
    _shadow(
        "helpers-on-path",
        "helpers/ and checks/ of its own, found first because a cell says so",
        {"helpers/__init__.py": _TESTING, "checks/__init__.py": _TESTING, "mine.txt": "x"},
        setup="""
        import os, sys
        sys.path.insert(0, os.getcwd())
        for name in [n for n in sys.modules if n.split(".")[0] in ("helpers", "checks")]:
            del sys.modules[name]
        """,
        attacked=ALL,
        paid=True,
    ),
    _shadow(
        "doubles",
        "the assignment's own module of doubles, rewritten",
        {"nn_lab_doubles.py": _DOUBLES},
        attacked=ALL,
    ),
    _shadow("numpy", "numpy.py and numpy/", {"numpy.py": _ENDS, "scipy/__init__.py": _ENDS}),
    _shadow(
        "standard-library",
        "json.py, ast.py, signal.py, contextlib.py, random.py, tempfile.py",
        dict.fromkeys(
            ["json.py", "ast.py", "signal.py", "contextlib.py", "random.py", "tempfile.py"], _ENDS
        ),
    ),
    _shadow(
        "kernel",
        "ipykernel/, IPython/, zmq/, tornado/ and jupyter_client/",
        {
            f"{name}/__init__.py": _ENDS
            for name in ("ipykernel", "IPython", "zmq", "tornado", "jupyter_client")
        }
        | {"ipykernel_launcher.py": _ENDS},
    ),
    _shadow(
        "site",
        "sitecustomize.py, usercustomize.py, .pth files, pyvenv.cfg, a zipped package",
        {
            "sitecustomize.py": _ENDS,
            "usercustomize.py": _ENDS,
            "attack.pth": "import os; os._exit(1)",
            "pyvenv.cfg": "home = /nowhere",
            "conftest.py": _ENDS,
            "numpy.zip": b"PK\x05\x06" + bytes(18),
        },
    ),
    _shadow(
        "grading",
        "grading/ and nbgrader/ of its own, and a nbgrader_config.py",
        {
            "grading/__init__.py": _ENDS,
            "nbgrader/__init__.py": _ENDS,
            "nbgrader_config.py": _ENDS,
            "jupyter_config.py": _ENDS,
            "alembic.ini": "[alembic]",
            "alembic/__init__.py": _ENDS,
        },
    ),
    _shadow(
        "profile-folder",
        "an .ipython folder with a startup file, .jupyter, .env, .pythonrc",
        {
            ".ipython/profile_default/startup/a.py": _ENDS,
            "profile_default/startup/a.py": _ENDS,
            "ipython_config.py": _ENDS,
            ".jupyter/jupyter_config.py": _ENDS,
            ".pythonrc.py": _ENDS,
            "ipython_kernel_config.py": _ENDS,
            "sitecustomize/__init__.py": _ENDS,
        },
    ),
    _shadow(
        "names",
        "files with names of dots, blanks, line ends, quotes, HTML and 200 letters",
        {
            "a b.txt": "x",
            "-rf.txt": "x",
            "'; rm x;'.csv": "x",
            "\u202etxt.csv": "x",
            "<img src=x onerror=atk_xss()>.csv": "x",
            "n" * 200 + ".csv": "x",
            "line\nend.csv": "x",
        },
    ),
]
