"""The launcher: what it offers, when it makes the environment, what it says when it cannot.

Nothing is installed here and no network is used: a copy of course.py runs with `subprocess.run`
replaced by a recorder.
"""

import ast
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import grading.__main__
import student_tools.__main__

ROOT = Path(__file__).parents[1]
LOCKED = """\
numpy==2.0.0 \\
    --hash=sha256:00
scipy==1.13.0 ; python_version < '4' \\
    --hash=sha256:01
"""


def copy_of_course(folder, *, instructor):
    """Copy the launcher, and what it reads, into a folder of its own; load it from there."""
    shutil.copy(ROOT / "course.py", folder)
    (folder / "pyproject.toml").write_text("[project]\n")
    (folder / "requirements").mkdir()
    for name in ("instructor", "student", "uv"):
        (folder / "requirements" / f"{name}.txt").write_text(LOCKED)
    if instructor:
        (folder / "grading").mkdir()
    spec = importlib.util.spec_from_file_location("course_copy", folder / "course.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Recorder:
    """Stands in for `subprocess.run`: remembers the commands, answers as told."""

    def __init__(self, *rules):
        self.rules = rules  # (a part of the command line, exit status, output)
        self.commands = []
        self.environments = []
        self.places = []

    def __call__(self, command, **options):
        words = [str(word) for word in command]
        self.commands.append(words)
        self.environments.append(options.get("env"))
        if "cwd" in options:
            self.places.append(Path(options["cwd"]))
        if "--report" in words:
            plan = {"install": [{"metadata": {"name": name}} for name in self.planned]}
            Path(words[words.index("--report") + 1]).write_text(json.dumps(plan))
        if "venv" in words:
            Path(words[-1]).mkdir()
        for part, status, output in self.rules:
            if part in " ".join(words):
                return subprocess.CompletedProcess(words, status, output, "")
        return subprocess.CompletedProcess(words, 0, "", "")

    planned = ("torch", "filelock")

    def called(self, *parts):
        """Return the command lines that hold all these parts."""
        lines = map(" ".join, self.commands)
        return [line for line in lines if all(part in line for part in parts)]


RIGHT_PYTHON = ("import sys; print", 0, sys.version + "\n")


@pytest.fixture
def course(tmp_path):
    return copy_of_course(tmp_path, instructor=True)


@pytest.fixture
def student_course(tmp_path):
    folder = tmp_path / "students"
    folder.mkdir()
    return copy_of_course(folder, instructor=False)


@pytest.fixture
def recorder(monkeypatch):
    def install(*rules):
        recorder = Recorder(*rules)
        monkeypatch.setattr(subprocess, "run", recorder)
        return recorder

    return install


# ---- what it offers ----


def offered(text):
    return {line.split()[0] for line in text.splitlines() if line.startswith("  ")}


def test_help_lists_all_commands_to_instructors(course, recorder, capsys):
    run = recorder()
    for arguments in ([], ["--help"], ["help"]):
        assert course.main(arguments) == 0
        assert offered(capsys.readouterr().out) == set(course.COMMANDS)
    assert not run.commands, "asking for help makes no environment"


def test_help_lists_students_commands_alone_to_students(student_course, recorder, capsys):
    recorder()
    assert student_course.main(["--help"]) == 0
    assert offered(capsys.readouterr().out) == {"lab", "data", "torch", "report", "study"}


@pytest.mark.parametrize("name", ["marks", "demo"])
def test_a_command_that_is_not_offered(student_course, recorder, capsys, name):
    run = recorder()
    assert student_course.main([name]) == 2
    said = capsys.readouterr()
    assert f"no command '{name}'" in said.err
    assert "usage:" in said.err
    assert said.out == ""
    assert not run.commands


def test_each_command_reaches_what_does_it(course, recorder, monkeypatch):
    monkeypatch.setattr(course, "make_environment", lambda: None)
    (course.ROOT / "release").mkdir()
    (course.ROOT / "nbgrader_config.py").touch()
    for name in course.COMMANDS:
        run = recorder(RIGHT_PYTHON)
        assert course.main([name]) == 0
        assert run.commands, name


@pytest.mark.parametrize("package", [grading.__main__, student_tools.__main__])
def test_the_packages_and_the_launcher_have_the_same_commands(course, student_course, package):
    name = package.__name__.split(".")[0]
    commands = [*course.COMMANDS.values(), *student_course.COMMANDS.values()]
    handed_over = {words[1] for _, _, words in commands if words and words[0] == name}
    assert handed_over == set(package.COMMANDS)


def test_a_report_is_on_a_class_for_instructors_and_on_the_lab_for_students(
    course, student_course, recorder, monkeypatch
):
    for one, module in ((course, "grading"), (student_course, "student_tools")):
        monkeypatch.setattr(one, "make_environment", lambda: None)
        run = recorder(RIGHT_PYTHON)
        assert one.main(["report", "nn_lab"]) == 0
        assert run.called(f"-m {module} report nn_lab")


# ---- the environment ----


def make(course):
    """Run a command that needs nothing but the environment."""
    return course.main(["data"])


def test_a_python_that_does_not_fit_is_named_with_what_to_do(course, recorder, capsys, monkeypatch):
    run = recorder()
    for version in ((3, 10, 4), (3, 14, 0)):
        monkeypatch.setattr(sys, "version_info", version)
        assert make(course) == 1
        said = capsys.readouterr().err
        assert "3.11 to 3.13" in said
        assert ".".join(map(str, version)) in said
        assert "python3.12 course.py" in said
    assert not run.commands


def test_an_old_python_can_read_the_launcher_at_all():
    text = (ROOT / "course.py").read_text(encoding="utf-8")
    ast.parse(text, feature_version=(3, 8))


def test_the_launcher_needs_the_standard_library_alone():
    tree = ast.parse((ROOT / "course.py").read_text(encoding="utf-8"))
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").split(".")[0])
    assert imported <= sys.stdlib_module_names


def test_the_first_time_makes_the_environment_and_the_second_time_does_not(course, recorder):
    run = recorder()  # no answer to "which version are you": there is no environment
    assert make(course) == 0
    steps = [run.called("-m venv"), run.called("uv.txt"), run.called("-m uv pip", "instructor.txt")]
    assert all(len(step) == 1 for step in steps)
    assert all("--require-hashes" in step[0] for step in steps[1:])
    assert run.called("--editable")

    run = recorder(RIGHT_PYTHON)
    assert make(course) == 0
    assert len(run.commands) == 2, "is the Python right, and the command itself"


def test_students_get_the_students_lock(student_course, recorder):
    run = recorder()
    assert make(student_course) == 0
    assert run.called("student.txt")
    assert not run.called("instructor.txt")


@pytest.fixture
def made(course, recorder):
    """The launcher with an environment that is up to date."""
    recorder()
    assert make(course) == 0
    return course


@pytest.mark.parametrize(
    "changed", ["requirements/instructor.txt", "requirements/uv.txt", "pyproject.toml"]
)
def test_what_the_environment_is_made_from_changes(made, recorder, changed):
    with (made.ROOT / changed).open("a") as file:
        file.write("# changed\n")
    run = recorder(RIGHT_PYTHON)
    assert make(made) == 0
    assert run.called("instructor.txt"), "installed again"
    assert not run.called("-m venv"), "into the environment that is there"


def test_a_broken_environment_is_made_anew(made, recorder):
    (made.VENV / "rubbish").touch()
    run = recorder(("import sys; print", 127, ""))
    assert make(made) == 0
    assert run.called("-m venv")
    assert not (made.VENV / "rubbish").exists()


def test_an_environment_of_another_python_is_made_anew(made, recorder):
    run = recorder(("import sys; print", 0, "3.11.0 (somewhere else)\n"))
    assert make(made) == 0
    assert run.called("-m venv")


def test_works_tells_a_python_from_what_is_none(course, tmp_path):
    (tmp_path / "python").write_text("no program")
    assert course.works(sys.executable)
    assert not course.works(tmp_path / "python")
    assert not course.works(tmp_path / "nothing")


def test_pip_takes_over_where_the_fast_installer_cannot_reach_the_packages(
    course, recorder, capsys
):
    run = recorder(("-m uv pip install", 2, ""))
    assert make(course) == 0
    slow = run.called("-m pip install", "instructor.txt")
    assert slow
    assert "--require-hashes" in slow[0]
    assert "takes longer" in capsys.readouterr().out


def test_a_failed_installation_is_told_and_tried_again_next_time(made, recorder, capsys):
    (made.ROOT / "pyproject.toml").write_text("[project]  # changed\n")
    recorder(RIGHT_PYTHON, ("pip install", 1, "\n".join(["no route"] * 20)))
    assert make(made) == 1
    said = capsys.readouterr().err
    assert "Running this again goes on" in said
    assert said.count("no route") == 8
    assert not made.STAMP.exists()
    run = recorder(RIGHT_PYTHON)
    assert make(made) == 0
    assert run.called("instructor.txt")


def test_a_missing_venv_module_is_explained(course, recorder, capsys):
    recorder(("-m venv", 1, "ensurepip is not available"))
    assert make(course) == 1
    said = capsys.readouterr().err
    assert "apt install python3-venv" in said
    assert "ensurepip" in said


def test_stopping_with_control_c(course, monkeypatch, capsys):
    def stop():
        raise KeyboardInterrupt

    monkeypatch.setattr(course, "make_environment", stop)
    assert make(course) == 130
    assert "stopped" in capsys.readouterr().out


# ---- what a command gets ----


def test_programs_of_the_environment_come_first_and_mnist_dir_is_absolute(
    made, recorder, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MNIST_DIR", "images")
    run = recorder(RIGHT_PYTHON)
    assert make(made) == 0
    environment = run.environments[-1]
    assert environment["PATH"].split(os.pathsep)[0] == str(made.BIN)
    assert environment["MNIST_DIR"] == str(tmp_path / "images")


def test_an_empty_mnist_dir_stays_empty(made, recorder, monkeypatch):
    monkeypatch.setenv("MNIST_DIR", "")
    run = recorder(RIGHT_PYTHON)
    assert make(made) == 0
    assert run.environments[-1]["MNIST_DIR"] == ""


def test_the_status_of_a_command_is_handed_on(made, recorder):
    recorder(RIGHT_PYTHON, ("-m student_tools", 3, ""))
    assert make(made) == 3


def test_a_command_is_about_the_course_folder_in_which_it_is_typed(
    made, recorder, tmp_path, monkeypatch
):
    own = tmp_path / "own"
    own.mkdir()
    run = recorder(RIGHT_PYTHON)
    monkeypatch.chdir(own)
    for name in ("nbgrader", "demo", "data"):
        assert made.main([name]) == 0
    assert run.places[-3:] == [made.ROOT, own, made.ROOT], "there is no course in it"
    (own / "nbgrader_config.py").touch()
    for name in ("nbgrader", "demo", "data"):
        assert made.main([name]) == 0
    assert run.places[-3:] == [own, own, made.ROOT]
    assert made.course_folder() == own


def test_instructors_open_a_working_copy_that_keeps_what_is_in_it(course, monkeypatch):
    monkeypatch.chdir(course.ROOT)
    released = course.ROOT / "release" / "nn_lab"
    released.mkdir(parents=True)
    for name in ("1.ipynb", "2.ipynb"):
        (released / name).write_text("released")
    (course.ROOT / "workspace" / "nn_lab").mkdir(parents=True)
    (course.ROOT / "workspace" / "nn_lab" / "1.ipynb").write_text("mine")
    folder = course.working_copy()
    texts = {p.name: p.read_text() for p in (folder / "nn_lab").iterdir()}
    assert texts == {"1.ipynb": "mine", "2.ipynb": "released"}


def test_the_formgrader_wants_a_course_folder(made, recorder, capsys, tmp_path):
    run = recorder(RIGHT_PYTHON)
    assert made.main(["formgrader", str(tmp_path / "elsewhere")]) == 1
    assert "no course folder" in capsys.readouterr().err
    assert not run.called("jupyter")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "nbgrader_config.py").touch()
    assert made.main(["formgrader", str(tmp_path / "elsewhere"), "--no-browser"]) == 0
    assert run.called("-m jupyter server", "/formgrader", "--no-browser")


# ---- PyTorch ----

NO_TORCH = ("-c import torch", 1, "")
READY = ("torch.__version__", 0, "")


def add_torch(made, recorder, *options, rules=(), planned=Recorder.planned):
    run = recorder(RIGHT_PYTHON, *rules, READY, NO_TORCH)
    run.planned = planned
    return run, made.main(["torch", *options])


def test_a_plan_without_gpu_libraries_is_installed_as_it_is(made, recorder):
    run, status = add_torch(made, recorder)
    assert status == 0
    assert run.called("--dry-run")
    assert [line for line in run.called("-m pip install", "torch==") if "--dry-run" not in line]
    assert not run.called("--torch-backend=cpu")


@pytest.mark.parametrize("name", ["nvidia-cublas", "cuda-bindings", "triton", "NVIDIA-cudnn-cu13"])
def test_gpu_libraries_in_the_plan_lead_to_the_cpu_build(made, recorder, name):
    run, status = add_torch(made, recorder, planned=("torch", name))
    assert status == 0
    assert run.called("-m uv pip install", "torch==", "--torch-backend=cpu")
    assert not [line for line in run.called("-m pip install", "torch==") if "--dry-run" not in line]


def test_gpu_libraries_come_when_asked_for(made, recorder):
    run, status = add_torch(made, recorder, "--gpu", planned=("torch", "nvidia-cublas"))
    assert status == 0
    assert run.called("-m pip install", "torch==")
    assert not run.called("--dry-run")


def test_a_cpu_build_out_of_reach_installs_nothing(made, recorder, capsys):
    rules = [("--torch-backend=cpu", 2, "")]
    _, status = add_torch(made, recorder, rules=rules, planned=("torch", "triton"))
    assert status == 1
    said = capsys.readouterr().err
    assert "nothing was installed" in said
    assert "torch --gpu" in said


def test_pytorch_changes_none_of_the_locked_versions(made, recorder):
    run, _ = add_torch(made, recorder)
    command = run.called("--dry-run")[0].split()
    file = Path(command[command.index("-c") + 1])
    assert file.read_text().splitlines() == ["numpy==2.0.0", "scipy==1.13.0 ; python_version < '4'"]


def test_pytorch_that_is_there_is_left_alone(made, recorder):
    run = recorder(RIGHT_PYTHON)
    assert made.main(["torch"]) == 0
    assert not run.called("install")
