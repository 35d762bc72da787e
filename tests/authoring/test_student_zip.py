"""The zip that students get: complete, the same bytes each time, and nothing to find in it."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from io import BytesIO
from pathlib import Path

import nbformat
import pytest

from grading.authoring.build import node_bytes, to_node
from grading.authoring.cells import read_all
from grading.authoring.markers import released
from grading.authoring.student_zip import find_leaks, main, student_project
from grading.course.home import Home
from grading.course.student_files import PACKAGES

ROOT = Path(__file__).resolve().parents[2]
TEXT = '''\
# %% [markdown]
# # A made-up lesson

# %% given="imports"
import numpy as np

# %% answer="double"
def double(x):
    """Return twice x."""
    ### BEGIN SOLUTION
    return np.multiply(np.asarray(x), 2)
    ### END SOLUTION

# %% test="test_double" points=3
from checks import credit


def test_double(check):
    with check("twice one is two"):
        assert double(1) == 2
    ### BEGIN HIDDEN TESTS
    with check("twice four is eight, and nobody knows", points=3, repeats="twice one"):
        assert double(4) == 8
    ### END HIDDEN TESTS


credit(test_double)

# %% [markdown] written="report_why" points=2
# Why?
#
# ### BEGIN SOLUTION
# Because multiplication by two doubles a number.
# ### END SOLUTION
# ### BEGIN MARK SCHEME
# 2 points: says that it doubles. 1 point: says anything.
# ### END MARK SCHEME
'''
# Written out here, and not taken from the code under test.
SECRET = [
    "BEGIN SOLUTION",
    "BEGIN HIDDEN",
    "MARK SCHEME",
    "np.multiply(np.asarray(x), 2)",
    "nobody knows",
    "multiplication by two doubles",
    "says that it doubles",
]
GRADING = re.compile(r"^\s*(?:from|import)\s+grading\b|grading/", re.MULTILINE)


def make_release(root):
    """Write release/ as nbgrader makes it: stubs, no hidden tests, no mark schemes."""
    texts, mistakes = read_all(root)
    assert not mistakes
    for text in texts:
        node = to_node(text, Home(root / "notebooks" / text.assignment).title())
        for cell, own in zip(node.cells, text.cells, strict=True):
            cell.source = released(own.source, own.cell_type, own.kind)
        folder = root / "release" / text.assignment
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{text.name}.ipynb").write_bytes(node_bytes(node))


@pytest.fixture
def course(tmp_path):
    """A small course folder with one made-up notebook and its release."""
    root = tmp_path / "course"
    (root / "notebooks" / "lesson").mkdir(parents=True)
    (root / "notebooks" / "lesson" / "1_double.py").write_text(TEXT)
    make_release(root)
    skip = shutil.ignore_patterns("__pycache__", "*.pyc")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, root / package, ignore=skip)
    for name in ("pyproject.toml", "LICENSE", "course.py", "docs/student_guide.md"):
        target = root / name
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(ROOT / name, target)
    for name in ("environment.yml", "requirements/student.txt", "requirements/uv.txt"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(f"made up {name}\n")
    # What lies about in a folder that is worked in.
    (root / "helpers" / "__pycache__").mkdir()
    (root / "helpers" / "__pycache__" / "data.pyc").write_bytes(b"x")
    (root / "release" / "lesson" / ".ipynb_checkpoints").mkdir()
    (root / "release" / "lesson" / ".ipynb_checkpoints" / "1.ipynb").write_text("x")
    return root


def make_zip(root):
    """Run the command; return the names and bytes of what is in the zip."""
    assert main(["--root", str(root)]) == 0
    with zipfile.ZipFile(root / "dist" / "gradient-lab-student.zip") as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def readable(data):
    """Return a file's text, that of a notebook without JSON's escapes as well."""
    text = data.decode(errors="replace")
    try:
        cells = json.loads(text)["cells"]
    except (ValueError, KeyError, TypeError):
        return text
    return "\n".join([text, *("".join(cell["source"]) for cell in cells)])


def test_the_zip_holds_what_a_student_needs(course):
    files = make_zip(course)
    tops = {name.split("/")[0] for name in files}
    assert tops == {"gradient-lab"}
    for name in (
        "lesson/1_double.ipynb",
        "helpers/__init__.py",
        "student_tools/report/__init__.py",
        "checks/__init__.py",
        "course.py",
        "environment.yml",
        "requirements/student.txt",
        "requirements/uv.txt",
        "pyproject.toml",
        "LICENSE",
        "GUIDE.md",
    ):
        assert f"gradient-lab/{name}" in files
    notebook = nbformat.reads(files["gradient-lab/lesson/1_double.ipynb"].decode(), as_version=4)
    assert "# YOUR CODE HERE" in notebook.cells[2].source
    assert not [name for name in files if re.search(r"__pycache__|\.pyc$|/\.|tests/", name)]


def test_nothing_in_the_zip_gives_anything_away(course):
    for name, data in make_zip(course).items():
        text = readable(data)
        assert not [secret for secret in SECRET if secret in text], name
        if name != "gradient-lab/course.py":  # the launcher names the instructor's commands
            assert not GRADING.search(text), name


def test_twice_the_same_bytes(course):
    make_zip(course)
    path = course / "dist" / "gradient-lab-student.zip"
    first = path.read_bytes()
    path.unlink()
    for file in sorted(course.rglob("*"), reverse=True):
        os.utime(file, (2e9, 2e9))
        file.chmod(0o755)
    make_zip(course)
    assert path.read_bytes() == first
    entries = zipfile.ZipFile(BytesIO(first)).infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.date_time for entry in entries} == {(2026, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}


def test_lines_of_windows_are_undone(course):
    make_zip(course)
    path = course / "dist" / "gradient-lab-student.zip"
    first = path.read_bytes()
    guide = course / "docs" / "student_guide.md"
    guide.write_bytes(guide.read_bytes().replace(b"\n", b"\r\n"))
    make_zip(course)
    assert path.read_bytes() == first


def refuse(course, capsys):
    """Run the command, which must refuse and write nothing; return what it says."""
    assert main(["--root", str(course)]) == 1
    assert not (course / "dist").exists()
    return capsys.readouterr().err


def test_a_missing_release_says_what_to_run(course, capsys):
    shutil.rmtree(course / "release")
    message = refuse(course, capsys)
    assert "release/lesson/1_double.ipynb" in message
    assert "python -m grading build" in message


def test_a_stale_release_says_what_to_run(course, capsys):
    text = course / "notebooks" / "lesson" / "1_double.py"
    text.write_text(TEXT.replace("A made-up lesson", "A changed lesson"))
    message = refuse(course, capsys)
    assert "stale" in message
    assert "python -m grading build" in message


def test_a_broken_release_says_what_to_run(course, capsys):
    (course / "release" / "lesson" / "1_double.ipynb").write_text("{")
    assert "python -m grading build" in refuse(course, capsys)


def test_an_unreadable_text_is_named(course, capsys):
    text = course / "notebooks" / "lesson" / "1_double.py"
    text.write_text(TEXT.replace("    ### END SOLUTION\n", "", 1))
    assert "1_double.py" in refuse(course, capsys)


def test_a_missing_file_is_named(course, capsys):
    (course / "environment.yml").unlink()
    assert "environment.yml" in refuse(course, capsys)


@pytest.mark.parametrize(
    "line",
    [
        "return np.multiply(np.asarray(x), 2)",
        'with check("twice four is eight, and nobody knows", points=3, repeats="twice one"):',
        "# ### BEGIN SOLUTION",
        "### BEGIN HIDDEN TESTS",
        "from grading.examiner import anything",
    ],
)
def test_a_leak_in_helpers_stops_it(course, capsys, line):
    (course / "helpers" / "leak.py").write_text(f"def f(x):\n    {line}\n")
    message = refuse(course, capsys)
    assert "helpers/leak.py" in message
    assert "students must not see" in message


def test_a_leak_in_a_file_beside_a_notebook_stops_it(course, capsys):
    (course / "release" / "lesson" / "answer.txt").write_text(
        "Because multiplication by two doubles a number."
    )
    assert "answer.txt" in refuse(course, capsys)


def test_a_leak_in_an_output_is_found():
    node = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell(
                "x", outputs=[nbformat.v4.new_output("stream", text='a "secret"\nline\n')]
            )
        ]
    )
    files = {"lesson/1_double.ipynb": nbformat.writes(node).encode()}
    assert find_leaks(files, {'a "secret"\nline'}) == ['lesson/1_double.ipynb: a "secret"\nline']


def test_the_students_project_is_the_instructors_without_grading():
    data = (ROOT / "pyproject.toml").read_bytes()
    whole, student = tomllib.loads(data.decode()), tomllib.loads(student_project(data).decode())
    assert student["project"]["dependencies"] == whole["project"]["dependencies"]
    assert student["project"]["requires-python"] == whole["project"]["requires-python"]
    assert student["build-system"] == whole["build-system"]
    assert set(student["project"].get("optional-dependencies", {})) <= {"torch"}
    assert "entry-points" not in student["project"]
    assert student["tool"]["setuptools"]["packages"]["find"]["include"] == [
        f"{package}*" for package in PACKAGES
    ]


def test_the_students_project_installs(course, tmp_path):
    """setuptools finds the package, and nothing but it, in the unpacked folder."""
    from setuptools import find_packages

    home = unpack(course, tmp_path)
    include = tomllib.loads((home / "pyproject.toml").read_text())["tool"]["setuptools"]
    found = find_packages(str(home), include=include["packages"]["find"]["include"])
    assert "helpers" in found
    assert "student_tools.report" in found
    assert {name.split(".")[0] for name in found} == set(PACKAGES)


def test_the_launcher_offers_students_their_commands_alone(course, tmp_path):
    home = unpack(course, tmp_path)
    done = subprocess.run(
        [sys.executable, "course.py", "--help"], cwd=home, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    offered = set(re.findall(r"^  ([a-z-]+)  ", done.stdout, re.MULTILINE))
    assert offered == {"lab", "data", "torch", "report", "study"}


def test_the_guide_is_one_page_and_names_only_commands_that_exist():
    guide = (ROOT / "docs" / "student_guide.md").read_text(encoding="utf-8")
    assert len(guide.splitlines()) <= 90
    commands = set(re.findall(r"(?:python3|py|python3\.12|py -3\.12) course\.py ([a-z-]+)", guide))
    assert commands == {"lab", "data", "torch", "report"}
    for wanted in ("YOUR CODE HERE", "YOUR ANSWER HERE", "Restart Kernel", "Never delete"):
        assert wanted in guide


def unpack(course, folder):
    """Make the zip and unpack it; return its top folder."""
    make_zip(course)
    with zipfile.ZipFile(course / "dist" / "gradient-lab-student.zip") as archive:
        archive.extractall(folder / "student")
    return folder / "student" / "gradient-lab"


def isolated(home, folder):
    """Return the environment of a Python that has the packages but not this checkout.

    The packages' folder also holds this checkout's editable install, so that a copy of it made
    of links takes its place, without that entry, on a Python that is started with ``-S``.
    """
    site = folder / "site"
    site.mkdir()
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if not re.match(r"__editable__|gradient_lab|.*\.pth$", entry.name):
            (site / entry.name).symlink_to(entry)
    kernel = folder / "jupyter" / "kernels" / "python3"
    kernel.mkdir(parents=True)
    argv = [sys.executable, "-S", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (kernel / "kernel.json").write_text(
        json.dumps({"argv": argv, "display_name": "isolated", "language": "python"})
    )
    own = {"PYTHONPATH": os.pathsep.join([str(home), str(site)]), "OPENBLAS_NUM_THREADS": "1"}
    dropped = ("MNIST_DIR", "PYTHONHOME", "NBGRADER_EXECUTION")
    kept = {key: value for key, value in os.environ.items() if key not in dropped}
    return kept | own | {"JUPYTER_PATH": str(folder / "jupyter"), "MPLBACKEND": "agg"}


RUN = """
import json, sys
from pathlib import Path
import nbformat
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell
path = Path(sys.argv[1])
notebook = nbformat.read(path, as_version=4)
where = "import importlib.util as u, helpers; print(helpers.__file__, u.find_spec('grading'))"
notebook.cells.append(new_code_cell(where))
NotebookClient(
    notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
).execute()
print("".join(part.text for part in notebook.cells[-1].outputs))  # it may come in parts
nbformat.write(notebook, path)
"""


def run_isolated(notebook, environment):
    """Execute a notebook top to bottom; return where it found helpers, and grading."""
    done = subprocess.run(
        [sys.executable, "-S", "-c", RUN, str(notebook)],
        cwd=notebook.parent,
        env=environment,
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.split()[-2:]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs symbolic links")
def test_an_untouched_notebook_runs_top_to_bottom_from_the_zip(course, tmp_path):
    home = unpack(course, tmp_path)
    notebook = home / "lesson" / "1_double.ipynb"
    helpers_file, grading = run_isolated(notebook, isolated(home, tmp_path))
    assert Path(helpers_file) == home / "helpers" / "__init__.py"
    assert grading == "None"
    cells = nbformat.read(notebook, as_version=4).cells
    assert "double` is not done yet" in cells[3].outputs[0].text


released_notebooks = sorted((ROOT / "release").glob("*/*.ipynb"))


@pytest.fixture(scope="module")
def real_files():
    """What the real course's zip holds; skipped as long as there is no release."""
    if not released_notebooks:
        pytest.skip("release/ is not built")
    from grading.authoring.student_zip import student_files

    return student_files(ROOT)


def test_the_real_release_gives_nothing_away(real_files):
    secrets = set()
    for text in sorted((ROOT / "notebooks").glob("*/*.py")):
        for region in re.findall(
            r"### BEGIN SOLUTION(.*?)### END SOLUTION", text.read_text(encoding="utf-8"), re.DOTALL
        ):
            secrets |= {line.strip().removeprefix("# ").strip() for line in region.splitlines()}
    secrets = {line for line in secrets if len(line) > 25} - given_away_lines()
    for name, data in real_files.items():
        text = readable(data)
        assert not [secret for secret in SECRET[:3] if secret in text], name
        lines = {line.strip() for line in text.splitlines()}
        assert not secrets & lines, name


def given_away_lines():
    """Return the solutions' lines that the notebooks show on purpose."""
    tomls = (ROOT / "notebooks").glob("*/assignment.toml")
    lists = [tomllib.loads(path.read_text()).get("given_away", []) for path in tomls]
    return {line for lines in lists for line in lines}


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs symbolic links")
def test_every_untouched_notebook_of_the_real_release_runs(real_files, tmp_path):
    home = tmp_path / "gradient-lab"
    for name, data in real_files.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    environment = isolated(home, tmp_path)
    for notebook in released_notebooks:
        unpacked = home / notebook.relative_to(ROOT / "release")
        helpers_file, grading = run_isolated(unpacked, environment)
        assert Path(helpers_file) == home / "helpers" / "__init__.py"
        assert grading == "None"
