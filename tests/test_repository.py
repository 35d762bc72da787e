"""What stands in several places agrees: dependencies, locks, guides, and what students may see."""

import ast
import importlib
import importlib.util
import re
import tomllib
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import checks
import helpers
from grading.authoring.cells import assignments, read_all
from grading.authoring.lint import lint
from grading.authoring.secret_lines import given_away, secret_lines
from grading.bank import answer as solve
from grading.bank.entry import wrong
from grading.course.student_files import PACKAGES
from helpers import figures, plots

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
LOCKS = {
    "student": PROJECT["dependencies"],
    "instructor": PROJECT["dependencies"]
    + EXTRAS["instructor"]
    + EXTRAS["postgresql"]
    + EXTRAS["test"],
}
# Folders that git ignores, or that are built.
BUILT = {
    "build",
    "demo",
    "dist",
    "node_modules",
    "submitted",
    "autograded",
    "feedback",
    "workspace",
}


def ours(*suffixes):
    """Return the repository's own files with these suffixes."""
    tops = [p for p in ROOT.iterdir() if p.name not in BUILT and not p.name.startswith(".")]
    tops += [ROOT / name / "README.md" for name in BUILT if (ROOT / name / "README.md").exists()]
    inner = [path for top in tops if top.is_dir() for path in top.rglob("*")]
    return sorted(path for path in (*tops, *inner) if path.suffix in suffixes)


def shown(path):
    return path.relative_to(ROOT).as_posix()


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


# ---- dependencies ----


def test_conda_installs_the_same_ranges():
    listed = yaml.safe_load(text_of("environment.yml"))["dependencies"]
    conda = {Requirement(each) for each in listed if isinstance(each, str) and each != "pip"}
    build = tomllib.loads(text_of("pyproject.toml"))["build-system"]["requires"]
    python = f"python{PROJECT['requires-python']}"
    assert conda == {Requirement(each) for each in [python, *build, *PROJECT["dependencies"]]}
    assert {"pip": ["-e ."]} in listed, "the course's own package comes last"


INSTALLED = {canonicalize_name(each.name): each for each in metadata.distributions()}


def pins(lock):
    """Return (name, version, marker) for each line of a lock that pins a package."""
    found = []
    for line in text_of(f"requirements/{lock}.txt").splitlines():
        if line[:1].isalnum():
            pin = Requirement(line.removesuffix("\\").strip())
            (specifier,) = pin.specifier
            assert specifier.operator == "==", line
            found.append((canonicalize_name(pin.name), specifier.version, pin.marker))
    return found


@pytest.mark.parametrize("lock", LOCKS)
@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_every_lock_pins_every_dependency_within_its_range(lock, python, system):
    machine = {"python_version": python, "python_full_version": f"{python}.1"}
    machine |= {"sys_platform": system, "platform_python_implementation": "CPython"}
    versions = {
        name: version
        for name, version, marker in pins(lock)
        if marker is None or marker.evaluate(machine)
    }
    for requirement in map(Requirement, LOCKS[lock]):
        version = versions.get(canonicalize_name(requirement.name))
        assert version, f"{requirement.name} is in pyproject.toml, and not in the lock"
        assert requirement.specifier.contains(version), f"{requirement} against {version}"


def test_students_and_instructors_compute_with_the_same_versions():
    student, instructor = ({pin[:2] for pin in pins(lock)} for lock in LOCKS)
    assert student <= instructor


@pytest.mark.parametrize("lock", [*LOCKS, "uv"])
def test_a_lock_has_a_hash_for_everything_and_no_address(lock):
    text = text_of(f"requirements/{lock}.txt")
    first, rest = text.split("\n", 1)
    assert first.startswith("# Made by uv pip compile")
    assert not re.search(r"://|index-url|find-links|^--|@ ", rest, re.MULTILINE)
    entries = re.split(r"\n(?=\w)", rest)
    assert len(entries) == len(pins(lock))
    assert all("--hash=sha256:" in entry for entry in entries)


def test_a_lock_is_whole_but_for_what_is_left_out():
    """It is installed as it stands: nothing is added to it then."""
    lines = text_of("requirements/left_out.txt").splitlines()
    left_out = {canonicalize_name(Requirement(each).name) for each in lines if each[0] != "#"}
    for lock in LOCKS:
        locked = {name: version for name, version, _ in pins(lock)}
        assert not left_out & set(locked)
        for name, version in locked.items():
            if name not in INSTALLED or INSTALLED[name].version != version:
                continue  # of another system, or of an environment of one's own
            for needed in map(Requirement, INSTALLED[name].requires or ()):
                if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                    named = canonicalize_name(needed.name)
                    assert named in {*locked, *left_out}, f"{name} needs {named}"


# ---- guides ----

PAGES = ours(".md")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
COMMAND = re.compile(r"(?:python[\d.]*|py(?: -[\d.]+)?) course\.py ([a-z][a-z-]*)")
MODULE = re.compile(r"python -m (helpers|grading) ([a-z][a-z-]*)")


def launcher():
    spec = importlib.util.spec_from_file_location("course", ROOT / "course.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def anchors(page):
    """Return a page's headings as the addresses that GitHub and GitLab give them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_links_lead_somewhere(page):
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name) if name else page
        assert file.exists(), f"{shown(page)} links to {target}"
        assert not anchor or anchor in anchors(file), f"{shown(page)} links to {target}"


def test_commands_that_are_named_exist():
    commands = launcher().COMMANDS
    named = 0
    for path in (*PAGES, *ours(".py", ".toml", ".yml")):
        text = path.read_text(encoding="utf-8")
        for name in COMMAND.findall(text):
            named += 1
            assert name in commands, f"{shown(path)} names course.py {name}"
        for package, name in MODULE.findall(text):
            module = importlib.import_module(f"{package}.__main__")
            assert name in module.COMMANDS, f"{shown(path)} names python -m {package} {name}"
    assert named > 20


def test_pictures_are_small_and_described():
    for page in PAGES:
        assert "![](" not in page.read_text(encoding="utf-8"), shown(page)
    pictures = ours(".png", ".jpg", ".svg")
    assert pictures
    for picture in pictures:
        assert picture.stat().st_size < 200_000, shown(picture)


def test_the_examples_of_the_helpers_page_run(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GRADIENT_LAB_DATA", str(tmp_path))
    monkeypatch.delenv("MNIST_DIR", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    blocks = re.findall(r"^```python\n(.*?)^```", text_of("docs/helpers.md"), re.M | re.S)
    assert len(blocks) >= 6
    namespace = {}
    for block in blocks:
        exec(compile(block, "docs/helpers.md", "exec"), namespace)
    assert "digits" in capsys.readouterr().out


@pytest.mark.parametrize("module", [helpers, plots, figures, checks], ids=lambda m: m.__name__)
def test_the_helpers_page_names_everything_public(module):
    rows = [line for line in text_of("docs/helpers.md").splitlines() if line.startswith("|")]
    public = getattr(module, "__all__", ["describe", "show"])
    internal = {"CheckFailed", "Checks", "Credit", "enable"}
    for name in sorted(set(public) - internal):
        assert any(re.search(rf"[`.]{name}\(", row) for row in rows), name


def test_the_exercise_in_contributing_is_a_right_one(tmp_path, monkeypatch):
    blocks = re.findall(r"^```python\n(.*?)^```", text_of("CONTRIBUTING.md"), re.M | re.S)
    answer, test, entry = blocks
    heading = "# %% [markdown]\n# # A title\n# ## Exercise 1: `mean_square` (3 points)\n\n"
    folder = tmp_path / "notebooks" / "lab"
    folder.mkdir(parents=True)
    (folder / "1_means.py").write_text(heading + answer + "\n\n" + test, encoding="utf-8")
    (folder / "assignment.toml").write_text('[points]\n"1_means" = 3\n"2_rest" = 97\n')
    assert lint(tmp_path) == []
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    namespace = {"np": np}
    exec(answer + test.replace("credit(test", "earned = credit(test"), namespace)
    assert namespace["earned"] == 3
    exec(entry, bank := {"wrong": wrong})
    exec(
        solve(bank["MISTAKES"][0], answer) + test.replace("credit(test", "got = credit(test"),
        namespace,
    )
    assert namespace["got"] < 3, "the mistake costs points"


# ---- what students may see ----


HELPERS = [path for path in ours(".py") if path.relative_to(ROOT).parts[0] in PACKAGES]


def imported(path):
    """Return the top-level packages that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module.split(".")[0])
    return found


def test_helpers_never_import_grading():
    assert [shown(path) for path in HELPERS if "grading" in imported(path)] == []
    assert "grading" in imported(ROOT / "grading" / "classroom" / "demo.py"), (
        "an import would be found"
    )


def test_no_line_of_an_answer_is_in_what_students_get():
    texts, mistakes = read_all(ROOT)
    assert not mistakes
    on_purpose = set().union(*(given_away(ROOT, name) for name in assignments(ROOT)))
    secrets = secret_lines(texts) - on_purpose
    assert any("delta3 = " in line for line in secrets), "an answer is among what is looked for"
    assert len(HELPERS) > 20
    for path in (*HELPERS, ROOT / "docs" / "student_guide.md", ROOT / "docs" / "helpers.md"):
        text = path.read_text(encoding="utf-8")
        assert [line for line in secrets if line in text] == [], shown(path)
