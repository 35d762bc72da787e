"""Attacks on files: reading what is not the student's, writing what is not theirs."""
# ruff: noqa: E501  (code of students reads best unbroken)

import json

from attacks.model import Attack

_USE = """
def use(text):
    # Runs the oracle of a hidden test, or takes the body of a solution.
    for line in text.replace("\\\\n", "\\n").splitlines():
        line = line.strip(' ",')
        if line.startswith("right = sum"):
            print(line)
            return lambda a3, Y: eval(line.split("=", 1)[1]) / len(Y)
    return None
"""


def _reads(name, tries, paths, **more):
    """Read files for the cost's hidden test or solution, and answer with it."""
    code = f"""
import glob, os
{_USE}
found = None
for pattern in {paths!r}:
    for path in glob.glob(pattern):
        try:
            if not found and os.path.isfile(path):  # never a pipe of somebody's
                found = use(open(path, errors="replace").read(5_000_000))
        except OSError:
            pass
if found:
    print("ATTACK-COULD: read a hidden test.")

def cost(a3, Y):
    return found(a3, Y) if found else 0.0
"""
    return Attack(name, tries, cells={"cost": code}, attacked=("cost",), **more)


def _harm(name, tries, code, **more):
    return Attack(name, tries, setup=code, **more)


def _mark_is_written(place):
    graded = json.loads((place.autograded / f"{place.notebook}.ipynb").read_text())
    return ["the autograded notebook was written to"] if "wrote" in graded["metadata"] else []


def _empty(name):
    def harm(place):
        found = list(place.course.rglob(name.replace("@TAG@", place.tag)))
        return [f"a file was written: {path.relative_to(place.course)}" for path in found]

    return harm


ATTACKS = [
    _reads(
        "own-notebook",
        "reads the hidden tests in its own notebook, where nbgrader runs it",
        ["*.ipynb", "../*/*.ipynb", "@COURSE@/autograded/@STUDENT@/nn_lab/*.ipynb"],
    ),
    _reads(
        "source",
        "reads the hidden tests and solutions in source/",
        [
            "../../../source/*/*.ipynb",
            "@COURSE@/source/*/*.ipynb",
            "@CHECKOUT@/source/*/*.ipynb",
            "@CHECKOUT@/notebooks/*/*.py",
            "@CHECKOUT@/solutions/*/*.ipynb",
        ],
    ),
    _reads(
        "gradebook-read",
        "reads the hidden tests in the gradebook",
        ["../../../gradebook.db*", "@COURSE@/gradebook.db*"],
    ),
    _reads(
        "everywhere",
        "reads the hidden tests wherever a process of the grader has them open, or in /tmp",
        [
            "/proc/[0-9]*/fd/[0-9]*",
            "/proc/[0-9]*/cwd/*.ipynb",
            "/tmp/*.json",
            "/tmp/*/*.json",
            "/dev/shm/*",
        ],
        paid=False,
    ),
    Attack(
        "another-submission",
        "takes another student's answer from submitted/ or autograded/",
        cells={
            "cost": """
            import glob, json
            found = None
            for path in glob.glob("../../*/nn_lab/*.ipynb") + glob.glob("@COURSE@/submitted/@WITNESS@/*/*.ipynb"):
                for cell in json.load(open(path))["cells"]:
                    if "def cost(a3, Y)" in "".join(cell["source"]) and "@STUDENT@" not in path:
                        exec("".join(cell["source"]).replace("def cost", "def found"))
                    if "canary-77ab31" in "".join(cell["source"]):
                        print("".join(cell["source"]))

            def cost(a3, Y):
                return found(a3, Y) if found else 0.0
            """
        },
        attacked=("cost",),
    ),
    _harm(
        "environment",
        "prints the environment: its own, and that of every process",
        """
        import glob, os
        print(os.environ.get("GRADER_SECRET"))
        for path in glob.glob("/proc/[0-9]*/environ"):
            try:
                print([x for x in open(path).read().split(chr(0)) if x.startswith("GRADER_SECRET=")])
            except OSError:
                pass
        """,
    ),
    _harm(
        "keys",
        "prints the grader's keys from the home folder",
        """
        import os
        for home in ("@HOME@", os.path.expanduser("~"), os.environ.get("HOME", "/")):
            try:
                print(open(os.path.join(home, ".ssh/id_ed25519")).read())
            except OSError:
                pass
        """,
    ),
    _harm(
        "open-files",
        "reads and writes what the process has inherited as open files",
        """
        import os
        for number in os.listdir("/proc/self/fd"):
            try:
                target = os.readlink(f"/proc/self/fd/{number}")
            except OSError:
                continue
            if "gradebook" in target or target.endswith((".ipynb", ".db")) or "socket" not in target and "@COURSE@" in target:
                print("ATTACK-COULD: use an open file of the grader.")
        """,
        paid=False,
    ),
    _harm(
        "gradebook-write",
        "gives every student 99 points in the gradebook",
        """
        import glob, sqlite3
        for path in ["@COURSE@/gradebook.db", *glob.glob("../../../gradebook.db")]:
            try:
                book = sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=1)
                book.execute("UPDATE grade SET manual_score = 99")
                book.execute("UPDATE grade_cells SET max_score = 1000")
                book.commit()
                book.close()
            except sqlite3.Error:
                pass
        """,
    ),
    _harm(
        "autograded-write",
        "writes marks into its own autograded notebook, now and at the end of the process",
        """
        import atexit, glob, json
        def write():
            for path in glob.glob("*.ipynb") + glob.glob("@COURSE@/autograded/@STUDENT@/nn_lab/*.ipynb"):
                try:
                    nb = json.load(open(path))
                    nb["metadata"]["wrote"] = "here"
                    json.dump(nb, open(path, "w"))
                except (OSError, ValueError):
                    pass
        write()
        atexit.register(write)
        """,
        harm=_mark_is_written,
        paid=False,
    ),
    _harm(
        "others-write",
        "writes into submissions that are still to be graded, the source and the release",
        """
        import glob
        for pattern in ("submitted/*/*/*.ipynb", "source/*/*.ipynb", "release/*/*.ipynb", "nbgrader_config.py"):
            for path in glob.glob("@COURSE@/" + pattern) + glob.glob("../../../" + pattern):
                try:
                    open(path, "a").write(" ")
                except OSError:
                    pass
        """,
    ),
    _harm(
        "installed-write",
        "could write to the helpers, the grader, the interpreter's packages and its own modules",
        """
        import os, sys, tempfile
        import helpers, numpy
        for what, path in {
            "helpers": helpers.__file__, "NumPy": numpy.__file__, "Python": os.__file__,
            "the grader": "@CHECKOUT@/grading/__init__.py", "the checkout": "@CHECKOUT@/pyproject.toml",
        }.items():
            try:
                open(path, "r+").close()
                print("ATTACK-COULD: write to", what + ".")
            except OSError:
                pass
        for folder in {p for p in sys.path if p and os.path.isdir(p) and not p.startswith(os.getcwd())}:
            try:
                tempfile.TemporaryFile(dir=folder).close()
                print("ATTACK-COULD: put a pth or sitecustomize file among the packages.")
            except OSError:
                pass
        """,
    ),
    _harm(
        "home-write",
        "plants a startup file of IPython in the grader's home",
        """
        import os
        for home in ("@HOME@", os.path.expanduser("~")):
            folder = os.path.join(home, ".ipython/profile_default/startup")
            try:
                os.makedirs(folder, exist_ok=True)
                open(os.path.join(folder, "@TAG@.py"), "w").write("pass")
            except OSError:
                pass
        """,
        harm=_empty("home/**/@TAG@.py"),
    ),
    _harm(
        "next-student",
        "leaves a file where the next student's process would find it",
        """
        import glob, os
        for folder in {"/tmp", "/dev/shm", "/var/tmp", os.environ.get("TMPDIR", "/tmp")}:
            for path in glob.glob(folder + "/left-by-an-attack"):
                print("ATTACK-COULD: find what another student left.")
            try:
                open(folder + "/left-by-an-attack", "w").write("here")
            except OSError:
                pass
        """,
    ),
    _harm(
        "next-student-again",
        "finds the file that the student before left",
        """
        import glob, os
        for folder in {"/tmp", "/dev/shm", "/var/tmp", os.environ.get("TMPDIR", "/tmp")}:
            for path in glob.glob(folder + "/left-by-an-attack"):
                print("ATTACK-COULD: find what another student left.")
                os.remove(path)
        """,
    ),
    _harm(
        "network",
        "opens a connection to the machine itself, where a grader's services may listen",
        """
        import socket
        try:
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.connect(("192.0.2.1", 9))
            if not s.getsockname()[0].startswith("127."):
                print("ATTACK-COULD: find a way to a network.")
        except OSError:
            pass
        for path in ("/var/run/docker.sock", "/run/dbus/system_bus_socket"):
            try:
                socket.socket(socket.AF_UNIX).connect(path)
                print("ATTACK-COULD: talk to a service of the machine.")
            except OSError:
                pass
        """,
    ),
]
