#!/usr/bin/env python3
"""The one door to Gradient Lab: makes the environment, then hands over.  Needs Python alone.

    python3 course.py --help

Standard library only, since it runs before anything is installed.  Inside an environment of
your own (conda, say) the same commands are ``python -m grading COMMAND`` and
``python -m student_tools COMMAND``.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent
#: Another folder, for a second version of Python, say.
VENV = ROOT / os.environ.get("GRADIENT_LAB_VENV", ".venv")
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "gradient-lab.stamp"
OLDEST, NEWEST = (3, 11), (3, 13)
INSTRUCTOR = (ROOT / "grading").is_dir()  # students have the same file, and fewer commands
LOCK = ROOT / "requirements" / ("instructor.txt" if INSTRUCTOR else "student.txt")
UV_LOCK = ROOT / "requirements" / "uv.txt"
TORCH = "torch==2.13.0"
GPU_LIBRARIES = ("nvidia", "cuda", "triton")

# name: (who has it, what it does, the module and arguments that do it)
STUDENT, TEACHER = "student", "instructor"
COMMANDS = {
    "lab": (STUDENT, "open the notebooks in JupyterLab", None),
    "data": (
        STUDENT,
        "download MNIST once (without it: bundled digits)",
        ["student_tools", "data"],
    ),
    "torch": (STUDENT, "add PyTorch, without GPU libraries unless you say --gpu", None),
    "report": (
        STUDENT,
        "make one HTML report of an assignment's notebooks",
        ["student_tools", "report"],
    ),
    "study": (
        STUDENT,
        "run the hyperparameter study; stop and go on as you like",
        ["student_tools", "study"],
    ),
    "demo": (TEACHER, "grade a made-up class and show its marks", ["grading", "demo"]),
    "test": (TEACHER, "run the tests", None),
    "replay": (
        TEACHER,
        "run the check of a mark again: course.py replay STUDENT EXERCISE",
        ["grading", "replay"],
    ),
    "audit": (TEACHER, "grade every answer of the bank", ["grading", "audit"]),
    "mutants": (TEACHER, "change solutions a little: tests must notice", ["grading", "mutants"]),
    "sample-class": (TEACHER, "hand in a class drawn from the bank", ["grading", "sample-class"]),
    "bench": (TEACHER, "measure how fast the networks train", None),
    "results": (TEACHER, "set published results beside ours", ["grading", "results"]),
    "build": (TEACHER, "build source/ and release/ from notebooks/", ["grading", "build"]),
    "check": (TEACHER, "look for mistakes in the notebooks' text", ["grading", "check"]),
    "solutions": (TEACHER, "execute the solutions for reviewers", ["grading", "solutions"]),
    "student-zip": (TEACHER, "make the zip that students get", ["grading", "student-zip"]),
    "run": (TEACHER, "run the environment's Python: course.py run -m ruff check .", []),
    "formgrader": (TEACHER, "mark in the browser: course.py formgrader [COURSE_FOLDER]", None),
    "nbgrader": (
        TEACHER,
        "run nbgrader: course.py nbgrader autograde nn_lab",
        ["nbgrader"],
    ),
}
# The same word means something else to who has a class.
if INSTRUCTOR:
    COMMANDS["report"] = (TEACHER, "count a class's marks and mistakes", ["grading", "report"])


class Stop(Exception):
    """Something that the person at the keyboard has to do first."""


def main(argv=None):
    """Run one command; return its exit status."""
    argv = sys.argv[1:] if argv is None else argv
    offered = {n: c for n, c in COMMANDS.items() if INSTRUCTOR or c[0] == STUDENT}
    if not argv or argv[0] in ("-h", "--help", "help"):
        print(help_text(offered))
        return 0
    name, rest = argv[0], argv[1:]
    if name not in offered:
        print(f"course.py: there is no command {name!r}.\n\n{help_text(offered)}", file=sys.stderr)
        return 2
    try:
        make_environment()
        own = {
            "lab": open_lab,
            "torch": add_torch,
            "test": run_tests,
            "formgrader": open_formgrader,
            "bench": lambda rest: run("-m", "benchmarks.training", *rest),
        }
        return own[name](rest) if name in own else hand_over(name, rest)
    except Stop as problem:
        print(f"course.py: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ncourse.py: stopped. Running the same command again goes on from here.")
        return 130


def help_text(offered):
    """Return the list of commands."""
    width = max(map(len, offered))
    lines = [f"  {name:<{width}}  {what}" for name, (_, what, _) in offered.items()]
    return (
        "usage: python3 course.py COMMAND [options]\n\ncommands:\n"
        + "\n".join(lines)
        + (
            "\n\nEach makes the environment in .venv first, when it is missing or out of date."
            "\n`python3 course.py COMMAND --help` says more about most of them."
        )
    )


def say(text):
    """Print a line of progress at once."""
    print(text, flush=True)


# ---- the environment ----


def make_environment():
    """Create or update .venv from the lock; do nothing when it is as the lock says."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        have = ".".join(map(str, sys.version_info[:3]))
        raise Stop(
            f"Python {'.'.join(map(str, OLDEST))} to {'.'.join(map(str, NEWEST))} is needed, this "
            f"is {have}. Start it with another one, for example: python3.12 course.py"
        )
    stamp = wanted_stamp()
    if works(PYTHON) and STAMP.exists() and STAMP.read_text() == stamp:
        return
    say(f"Setting up the environment in {VENV.name} (about a minute the first time) ...")
    STAMP.unlink(missing_ok=True)
    if not works(PYTHON):
        create_venv()
    install_locked()
    say("  installing the course's own packages")
    pip_install("--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    STAMP.write_text(stamp)
    say("  done")


def wanted_stamp():
    """Return a checksum of all that the environment is made from."""
    parts = [str(ROOT), sys.version]
    parts += [p.read_text(encoding="utf-8") for p in (LOCK, UV_LOCK, ROOT / "pyproject.toml")]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def works(python):
    """Tell whether an environment's Python starts and is the version that runs this file."""
    code = "import sys; print(sys.version)"
    try:
        answer = subprocess.run([python, "-c", code], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.stdout.strip() == sys.version


def create_venv():
    """Make an empty environment in place of a missing or broken one."""
    say("  creating it")
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True)
    if made.returncode:
        raise Stop(
            "a virtual environment could not be made. On Debian and Ubuntu it needs a package: "
            f"apt install python3-venv\n{(made.stdout + made.stderr).strip()}"
        )


def install_locked():
    """Install exactly what the lock lists, every file checked against its hash."""
    count = sum("==" in line for line in LOCK.read_text(encoding="utf-8").splitlines())
    say(f"  installing {count} packages ({LOCK.relative_to(ROOT)})")
    # The lock is whole, but for what it leaves out on purpose (requirements/left_out.txt).
    locked = ["--no-deps", "--require-hashes", "-r", str(LOCK)]
    try:
        pip_install("--require-hashes", "-r", str(UV_LOCK))
        command = [PYTHON, "-m", "uv", "pip", "install", "--quiet", "--python", PYTHON]
        # Else the first start of everything would be slow, and where Python may not write, each.
        done = subprocess.run([*command, "--compile-bytecode", *locked], capture_output=True)
        if done.returncode == 0:
            return
    except Stop:
        pass
    # uv does not read pip's own settings (a company's mirror, say): pip is slower, and does.
    say("  the fast installer cannot reach the packages; trying pip, which takes longer")
    pip_install(*locked)


def pip_install(*arguments):
    """Run the environment's pip; raise Stop with what it said when it fails."""
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True)
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-8:])
        raise Stop(f"installing failed. Is there a network? Running this again goes on.\n{tail}")


def hand_over(name, rest):
    """Run the module that does a command's work."""
    module = COMMANDS[name][2]
    return run("-m", *module, *rest, cwd=place_of(module[0])) if module else run(*rest)


def place_of(package):
    """Return the folder in which a package's command runs."""
    if package == "grading":
        return Path.cwd()  # its commands find the course, and take paths as they were typed
    return course_folder() if package == "nbgrader" else ROOT


def course_folder():
    """Return the course that a command is about: the current folder if it is one, else this one."""
    here = Path.cwd()
    if not INSTRUCTOR or (here / "nbgrader_config.py").is_file():
        return here if INSTRUCTOR else ROOT
    if here != ROOT and any(here.glob("notebooks/*/assignment.toml")):
        raise Stop(
            f"{here} holds assignments, and no nbgrader_config.py, without which nbgrader would "
            "grade alone. docs/own_assignment.md says what to write into it"
        )
    return ROOT


def run(*arguments, cwd=ROOT):
    """Run the environment's Python in `cwd`; return the exit status."""
    # nbgrader starts `alembic` by name, so the environment's programs must be found.
    path = os.pathsep.join([str(BIN), os.environ.get("PATH", "")])
    environment = {**os.environ, "PATH": path, "VIRTUAL_ENV": str(VENV)}
    if environment.get("MNIST_DIR"):
        # Notebooks run in folders of their own, where a relative path means something else.
        environment["MNIST_DIR"] = str(Path(environment["MNIST_DIR"]).resolve())
    return subprocess.run([PYTHON, *arguments], cwd=cwd, env=environment).returncode


# ---- commands that are more than a hand-over ----


def open_lab(rest):
    """Open JupyterLab on the notebooks: the student's own, or a working copy of the release."""
    folder = working_copy() if INSTRUCTOR else ROOT
    return run("-m", "jupyter", "lab", *rest, cwd=folder)


def working_copy():
    """Copy release/ to workspace/, keeping what is there already, and return it."""
    release, workspace = course_folder() / "release", course_folder() / "workspace"
    for file in sorted(release.rglob("*")):
        target = workspace / file.relative_to(release)
        if file.is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
    say("Opening workspace/, a working copy of release/ (delete it for a fresh one).")
    return workspace


def open_formgrader(rest):
    """Open nbgrader's formgrader on the course folder that is named, or on `course_folder`."""
    named = rest and not rest[0].startswith("-")
    folder = Path(rest[0]).resolve() if named else course_folder()
    if not (folder / "nbgrader_config.py").exists():
        raise Stop(f"{folder} is no course folder: there is no nbgrader_config.py in it")
    rest = rest[1:] if named else rest
    return run("-m", "jupyter", "server", "--ServerApp.default_url=/formgrader", *rest, cwd=folder)


def run_tests(rest):
    """Run pytest on two processes, or as the arguments say."""
    return run("-m", "pytest", *(rest or ["-n", "2"]))


def add_torch(rest):
    """Install PyTorch: a CPU build, unless GPU libraries are asked for."""
    parser = argparse.ArgumentParser(prog="course.py torch")
    parser.add_argument("--gpu", action="store_true", help="with GPU libraries (gigabytes)")
    gpu = parser.parse_args(rest).gpu
    if subprocess.run([PYTHON, "-c", "import torch"], capture_output=True).returncode == 0:
        say("PyTorch is already installed.")
        return 0
    say(f"Looking up what {TORCH} would install ...")
    if gpu or not any(n.startswith(GPU_LIBRARIES) for n in planned_packages()):
        say("Installing it (some minutes) ...")
        pip_install(TORCH, "-c", str(constraints()))
    else:
        say("The default build brings gigabytes of GPU libraries; taking the CPU build instead ...")
        command = [PYTHON, "-m", "uv", "pip", "install", "--quiet", "--python", PYTHON, TORCH]
        if subprocess.run([*command, "--torch-backend=cpu", "-c", constraints()]).returncode:
            raise Stop(
                "the CPU build of PyTorch could not be reached; nothing was installed. To take the "
                "build with GPU libraries: python3 course.py torch --gpu"
            )
    return run("-c", "import torch; print('PyTorch', torch.__version__, 'is ready.')")


def planned_packages():
    """Return the names of the packages that pip would install with PyTorch."""
    with tempfile.TemporaryDirectory() as folder:
        plan = Path(folder, "plan.json")
        pip_install("--dry-run", "--report", str(plan), TORCH, "-c", str(constraints()))
        return [p["metadata"]["name"].lower() for p in json.loads(plan.read_text())["install"]]


def constraints():
    """Return a file of the lock's versions without hashes, so that PyTorch changes none of them."""
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    file = VENV / "constraints.txt"
    file.write_text("\n".join(x.split(" \\")[0] for x in lines if "==" in x and x[0].isalpha()))
    return file


if __name__ == "__main__":
    sys.exit(main())
