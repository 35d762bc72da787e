"""What a folder's code imports is declared for those who get it, and what is declared is used."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
    "optional-dependencies"
]
STUDENTS = ("helpers", "checks", "student_tools")
GRADERS = (*STUDENTS, "grading")
#: Who runs code: the folders, and the extras of pyproject.toml that stand beside `dependencies`.
RUN_BY = {
    "students": (STUDENTS, {"torch"}),
    "instructors": (GRADERS, {"torch", "instructor", "postgresql"}),
    "tests": ((*GRADERS, "benchmarks", "tests"), set(EXTRAS)),
}
#: What is declared and nowhere imported, and why.
NEVER_IMPORTED = {
    "students": {
        "ipykernel": "runs the notebooks",
        "jupyterlab": "the program in which notebooks are written",
    },
    "instructors": {
        "jupyterlab": "the program in which notebooks are written",
        "psycopg2-binary": "SQLAlchemy loads it for an address that names PostgreSQL",
        "setuptools": "builds the course's own package",
    },
    "tests": {
        "deptry": "a program, run below",
        "jupyterlab": "the program in which notebooks are written",
        "mypy": "a program that checks types",
        "playwright": "the tests with a browser import it only where it is installed",
        "psycopg2-binary": "SQLAlchemy loads it for an address that names PostgreSQL",
        "pytest-cov": "a plugin of pytest",
        "pytest-xdist": "a plugin of pytest",
        "ruff": "a program that checks style",
    },
}
#: deptry's rules: imported and not declared, only because another package needs it, for others.
UNDECLARED = ("DEP001", "DEP003", "DEP004")
UNUSED = "DEP002"


def own_modules():
    """Return the names of the modules that lie here and are imported without a package's name."""
    found = {path.stem for path in (ROOT / "tests").rglob("*.py")}
    found |= {path.stem for path in (ROOT / "notebooks").glob("*/student/*.py")}
    return sorted({*found, *GRADERS, "attacks", "benchmarks"})


def issues(who, folders, out):
    """Run deptry as if only those packages were declared; return (rule, module, file)."""
    argv = [sys.executable, "-m", "deptry", *map(str, folders), "--config", "pyproject.toml"]
    argv += ["--exclude", "__pycache__", "--json-output", str(out)]
    argv += [part for name in own_modules() for part in ("--known-first-party", name)]
    if others := sorted(set(EXTRAS) - RUN_BY[who][1]):
        argv += ["--optional-dependencies-dev-groups", ",".join(others)]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert out.exists(), done.stderr
    found = json.loads(out.read_text(encoding="utf-8"))
    return [(each["error"]["code"], each["module"], each["location"]["file"]) for each in found]


@pytest.fixture(scope="module", params=RUN_BY)
def looked_at(request, tmp_path_factory):
    who = request.param
    return who, issues(who, RUN_BY[who][0], tmp_path_factory.mktemp("deptry") / "found.json")


def test_what_is_imported_is_declared(looked_at):
    _, found = looked_at
    assert [each for each in found if each[0] in UNDECLARED] == []


def test_what_is_declared_is_imported_or_has_a_reason(looked_at):
    who, found = looked_at
    unused = {module for rule, module, _ in found if rule == UNUSED}
    assert unused == set(NEVER_IMPORTED[who]), "in one list and not in the other"


def test_imports_that_students_or_instructors_lack_would_be_found(tmp_path):
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "__init__.py").write_text("import nbgrader\nimport pytest\nimport tornado\n")
    names = {rule: set() for rule in (*UNDECLARED, UNUSED)}
    for who in ("students", "instructors"):
        for rule, module, _ in issues(who, [folder], tmp_path / f"{who}.json"):
            names[rule].add((who, module))
    assert names["DEP003"] == {("students", "tornado"), ("instructors", "tornado")}
    assert names["DEP004"] == {
        ("students", "nbgrader"),
        ("students", "pytest"),
        ("instructors", "pytest"),
    }
