"""What stands in several places agrees: dependencies, locks, pages, and what students may see."""

import ast
import contextlib
import importlib
import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import checks
import helpers
from grading.authoring.cells import assignments, read_all
from grading.authoring.commands import build_command
from grading.authoring.secret_lines import given_away, secret_lines
from grading.course.student_files import PACKAGES
from grading.quality.audit import Auditor
from helpers import figures, plots
from student_tools.__main__ import COMMANDS as STUDENTS_COMMANDS

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
MODULE = re.compile(r"python -m (student_tools|grading) ([a-z][a-z-]*)")
TESTS_OWN = re.compile(r"python -m (tests\.\w+)")


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
        for name in TESTS_OWN.findall(text):
            assert importlib.util.find_spec(name), f"{shown(path)} names python -m {name}"
    assert named > 20


def test_pictures_are_small_and_described():
    for page in PAGES:
        assert "![](" not in page.read_text(encoding="utf-8"), shown(page)
    pictures = ours(".png", ".jpg", ".svg")
    assert pictures
    for picture in pictures:
        assert picture.stat().st_size < 200_000, shown(picture)


QUOTED = re.compile(r"`([^`\n]+)`")
# A word in capitals stands for a name: NAME, N_name.
PLACEHOLDER = re.compile(r"\b[A-Z]{2,}|\bN_|\*")
TOPS = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
OF_ASSIGNMENTS = {"notebooks", "source", "release", "solutions"}
OURS = re.compile(r"(?:helpers|checks|student_tools|grading|tests)(?:\.[A-Za-z_]\w*)+")
# What the changelog calls old is gone, and is looked at by a test of its own.
OF_TODAY = [page for page in PAGES if page.name != "CHANGELOG.md"]


def stale_names(text):
    """Return the paths and the names of ours that a page quotes and that are not there."""
    found = []
    for quoted in QUOTED.findall(text):
        path = quoted.removesuffix("/")
        parts = path.split("/")
        if "/" in quoted and re.fullmatch(r"[\w.*/-]+", path) and parts[0] in TOPS - BUILT:
            made_up = parts[0] in OF_ASSIGNMENTS and parts[1:2] not in [[n] for n in NAMES]
            if not PLACEHOLDER.search(path) and not (made_up and parts[1:]):
                found += [] if (ROOT / path).exists() else [quoted]
        else:
            found += [name for name in OURS.findall(quoted) if not resolves(name)]
    return found


NAMES = assignments(ROOT)


def resolves(name):
    """Tell whether a dotted name is a module or what one holds (or a file, as `grading.json`)."""
    parts = name.split(".")
    if parts[-1] in ("py", "toml", "ipynb", "json"):
        return True
    for end in range(len(parts), 0, -1):
        try:
            thing = importlib.import_module(".".join(parts[:end]))
        except ImportError:
            continue
        for part in parts[end:]:
            thing = getattr(thing, part, None)
        return thing is not None
    return False


@pytest.mark.parametrize("page", OF_TODAY, ids=shown)
def test_paths_and_names_that_a_page_quotes_are_there(page):
    assert stale_names(page.read_text(encoding="utf-8")) == []


def test_a_stale_path_or_name_is_found():
    there = (
        "`grading/bank/`, `helpers.training.fit(x)`, `notebooks/ASSIGNMENT/`, `notebooks/mine/a.py`"
    )
    gone = ["grading/answers/", "checks/none.py", "notebooks/nn_lab/none.toml", "helpers.testing"]
    assert stale_names(there + "".join(f" `{name}`" for name in gone)) == gone


# ---- the pages of the packages ----


@pytest.mark.parametrize("page", ["helpers", "checks"])
def test_the_examples_of_a_package_page_run(page, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GRADIENT_LAB_DATA", str(tmp_path))
    monkeypatch.delenv("MNIST_DIR", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    blocks = re.findall(r"^```python\n(.*?)^```", text_of(f"docs/{page}.md"), re.M | re.S)
    assert len(blocks) >= 3
    namespace = {"__name__": "example"}
    for block in blocks:
        exec(compile(block, f"docs/{page}.md", "exec"), namespace)
    assert page == "checks" or "digits" in capsys.readouterr().out


def missing_rows(text, names):
    """Return the names that no row of a page's tables shows as something to call."""
    rows = [line for line in text.splitlines() if line.startswith("|")]
    return [n for n in sorted(names) if not any(re.search(rf"[`.]{n}\(", row) for row in rows)]


@pytest.mark.parametrize(
    ("page", "module"),
    [("helpers", helpers), ("helpers", plots), ("helpers", figures), ("checks", checks)],
    ids=lambda each: getattr(each, "__name__", None),
)
def test_a_package_page_names_everything_public(page, module):
    public = set(getattr(module, "__all__", ["describe", "show"]))
    internal = {"CheckFailed", "Checks", "Credit"}
    text = text_of(f"docs/{page}.md")
    assert missing_rows(text, public - internal) == []
    assert missing_rows(text, {"not_there"}) == ["not_there"]


def test_the_checks_page_names_nothing_that_is_not_there():
    rows = re.findall(r"^\| (`.+?`) \|", text_of("docs/checks.md"), re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(?:with )?(\w+)\(", row)} - {"check"}
    assert named - set(checks.__all__) == set()
    assert {"close", "torch_criterion"} <= named


def test_the_doubles_that_the_checks_page_names_are_there():
    text = text_of("docs/checks.md")
    (listed,) = re.findall(r"`notebooks/nn_lab/student/nn_lab_doubles.py` holds (.*?)\.", text)
    doubles = importlib.import_module("nn_lab_doubles")
    made = {name for name, thing in vars(doubles).items() if hasattr(thing, "__wrapped__")}
    assert set(QUOTED.findall(listed)) == made


def test_the_helpers_page_names_each_command_of_the_student_tools():
    named = re.findall(r"^\| `python3 course.py ([a-z]+)", text_of("docs/helpers.md"), re.M)
    assert named == list(STUDENTS_COMMANDS)


# ---- the architecture ----

ARCHITECTURE = text_of("docs/architecture.md")
ROW = re.compile(r"^\| (`.+?) \| (.+?) \|", re.MULTILINE)


def part_of(page, heading):
    """Return what stands below a heading of a page, up to the next heading of any level."""
    (found,) = re.findall(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", page, re.M | re.S)
    return found


def rooms_of(folder):
    """Return the packages right below a folder, as the page writes them."""
    return {f"{shown(path.parent)}/" for path in (ROOT / folder).glob("*/__init__.py")}


def test_the_architecture_has_a_sentence_for_each_room_and_for_no_other():
    rows = dict(ROW.findall(part_of(ARCHITECTURE, "The rooms")))
    named = {name.strip("`") for name in rows}
    rooms = {f"{name}/" for name in PACKAGES} | {"notebooks/", "tests/", "benchmarks/"}
    rooms |= rooms_of("grading") | rooms_of("grading/autograde")
    assert "grading/autograde/intake/" in rooms
    assert named == rooms


def test_the_picture_of_the_architecture_names_rooms_of_grading():
    (picture,) = re.findall(r"```mermaid\n(.*?)```", ARCHITECTURE, re.S)
    assert "accDescr:" in picture
    labels = re.findall(r"""\["([\w/ ]+):""", picture)
    named = {room for label in labels for room in label.split(" and ")} - {"The command"}
    named -= {"Trusted child", "Sandbox", "kernel"}
    assert {"autograde/intake", "examiner", "bank"} <= named
    assert [room for room in named if not (ROOT / "grading" / room).is_dir()] == []


def imports_of(path):
    """Return the modules that a file imports, wherever in it, with the names taken from them."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def arrows(rooms, never):
    """Return the imports from some rooms to others."""
    modules = tuple(room.replace("/", ".") for room in never)
    return [
        f"{shown(path)} imports {name}"
        for room in rooms
        for path in sorted((ROOT / room).rglob("*.py"))
        for name in imports_of(path)
        if f"{name}.".startswith(modules)
    ]


def test_the_arrows_that_the_architecture_forbids_do_not_exist():
    rows = ROW.findall(part_of(ARCHITECTURE, "Who may import whom"))
    assert len(rows) == 4
    for rooms, never in rows:
        rooms, never = QUOTED.findall(rooms), QUOTED.findall(never)
        assert all((ROOT / each).is_dir() for each in (*rooms, *never))
        assert arrows(rooms, never) == []
    assert arrows(["grading/classroom/"], ["grading/bank/"]), "an import would be found"


# ---- the changelog ----

CHANGELOG = text_of("CHANGELOG.md")
MOVED = re.findall(r"^\| `(.+?)` \| (`.+`.*) \|$", CHANGELOG, re.MULTILINE)


def test_what_the_changelog_says_of_imports_is_true():
    imports = [(old, new.strip("`")) for old, new in MOVED if "import" in old]
    assert len(imports) > 10
    for old, new in imports:
        exec(new, todays := {})
        with contextlib.suppress(ImportError):
            exec(old, names := {})
            # Only a name that a module of today imports itself is still found at its old place.
            assert all(names[name] is todays[name] for name in names.keys() - {"__builtins__"}), old


def test_what_the_changelog_says_of_files_is_true():
    files = [(old, QUOTED.findall(new)) for old, new in MOVED if "import" not in old]
    assert len(files) > 5
    for old, new in files:
        assert not (ROOT / old).exists(), old
        assert [name for name in new if not (ROOT / name).exists()] == []


def test_the_changelog_begins_with_what_is_not_released():
    titles = re.findall(r"^## (.+)$", CHANGELOG, re.MULTILINE)
    days = [title.split(":")[0] for title in titles[1:]]
    assert titles[0] == "Unreleased"
    assert days == sorted(days, reverse=True)
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", day) for day in days)


# ---- CONTRIBUTING ----

BLOCK = re.compile(
    r"in `(notebooks/means/[^`]+)`[^\n]*:\n\n```(?:python|toml)\n(.*?)^```", re.M | re.S
)


@pytest.fixture
def means(tmp_path, monkeypatch):
    """Make the course whose files stand in CONTRIBUTING, built as it says."""
    blocks = BLOCK.findall(text_of("CONTRIBUTING.md"))
    assert len(blocks) == text_of("CONTRIBUTING.md").count("```python") + 1
    files = {}
    for name, block in blocks:
        files.setdefault(name, []).append(block)
    for name, parts in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(parts), encoding="utf-8")
    (tmp_path / "nbgrader_config.py").write_text(text_of("nbgrader_config.py"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert build_command(["--root", str(tmp_path)]) == 0
    return tmp_path


def test_the_assignment_in_contributing_is_built_and_its_bank_gets_what_it_deserves(
    means, monkeypatch
):
    released = (means / "release" / "means" / "1_means.ipynb").read_text(encoding="utf-8")
    assert "YOUR CODE HERE" in released
    assert "random numbers" not in released
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    row = Auditor(means / "source" / "means" / "1_means.ipynb").row("mean_square", seeds=(1, 2))
    assert row.problems == []
    assert (row.wrong, row.caught, row.named, row.cascades) == (1, 1, 1, 0)
    assert (row.right, row.accepted, row.mistaken) == (1, 1, 0)


def test_the_kinds_of_cells_that_contributing_names_are_those_of_its_example():
    text = text_of("CONTRIBUTING.md")
    kinds = re.findall(r"^\| `# %%[^`]*?(\w+)=", text, re.MULTILINE)
    assert kinds == ["given", "answer", "test", "written"]


@pytest.mark.slow
def test_the_commands_in_contributing_do_what_it_says(means):
    text = text_of("CONTRIBUTING.md")
    commands = re.findall(r"^python3 course.py (\w+) means(.*)$", text, re.MULTILINE)
    assert [name for name, _ in commands] == ["build", "audit", "mutants"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for name, rest in [*commands, ("solutions", ""), ("check", "")]:
        command = [sys.executable, "-m", "grading", name, "means", *rest.split(), "--root", means]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == "all right\n"


# ---- what students may see ----


HELPERS = [path for path in ours(".py") if path.relative_to(ROOT).parts[0] in PACKAGES]


def test_no_line_of_an_answer_is_in_what_students_get():
    texts, mistakes = read_all(ROOT)
    assert not mistakes
    on_purpose = set().union(*(given_away(ROOT, name) for name in assignments(ROOT)))
    secrets = secret_lines(texts) - on_purpose
    assert any("delta3 = " in line for line in secrets), "an answer is among what is looked for"
    assert len(HELPERS) > 20
    given_pages = [ROOT / "docs" / f"{name}.md" for name in ("student_guide", "helpers", "checks")]
    for path in (*HELPERS, *given_pages):
        text = path.read_text(encoding="utf-8")
        assert [line for line in secrets if line in text] == [], shown(path)
