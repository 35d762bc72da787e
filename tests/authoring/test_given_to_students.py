"""What only instructors may have is planted, one thing at a time, into all that students get."""

import ast
import functools
import json
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from authoring_course import make_course
from sandbox_room import FEW_IMPORTS, LIMITS, kernel

from grading.authoring.build import build, other_files, unknown_files
from grading.authoring.cells import AuthoringError, assignments, read_all, read_notebook
from grading.authoring.imports import import_mistakes, importable
from grading.authoring.lint import lint
from grading.authoring.markers import released
from grading.authoring.release import release_mistakes
from grading.authoring.secret_lines import Search, course_secrets
from grading.authoring.student_zip import (
    OTHER_FILES,
    ZipError,
    find_imports,
    find_leaks,
    student_files,
)
from grading.course.student_files import PACKAGES, package_files
from grading.sandbox import Limits, Sandbox, mounts, unavailable

ROOT = Path(__file__).resolve().parents[2]
TEXTS = sorted((ROOT / "notebooks").glob("*/[0-9]*_*.py"))
BANKS = sorted((ROOT / "notebooks").glob("*/bank/*.py"))
KINDS = ("an entry of the bank", "a solution", "an oracle", "a hidden check")
DISGUISES = {
    "as it is": lambda text: text,
    "indented otherwise": lambda text: re.sub("^ *", " " * 13, text, flags=re.MULTILINE),
    "with other white space": lambda text: re.sub(" +", "\t  ", text),
    "as a comment": lambda text: re.sub("^", "# ", text, flags=re.MULTILINE),
    "as a text in quotes": repr,
}


@functools.cache
def lines_of(kind, path):
    """The lines in one kind of region, the longest last; read without the code under test."""
    text = path.read_text(encoding="utf-8")
    regions = re.findall(rf"### BEGIN {kind}\n(.*?)### END {kind}", text, re.DOTALL)
    joined = [re.sub(r"check\(\n\s*", "check(", region) for region in regions]
    return sorted((line for region in joined for line in region.splitlines()), key=len)


@functools.cache
def entries(path):
    """The entries of a bank, as they are written."""
    text = path.read_text(encoding="utf-8")
    lines = text.split("\n")
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    wrong = [node for node in calls if getattr(node.func, "id", "") in ("wrong", "wrong_body")]
    return ["\n".join(lines[node.lineno - 1 : node.end_lineno]) for node in wrong]


def planted(kind, text=TEXTS[0], bank=BANKS[0]):
    """Something of one kind that only the instructor may have."""
    if kind == "an entry of the bank":
        return entries(bank)[0]
    if kind == "a solution":
        return lines_of("SOLUTION", text)[-1]
    hidden = lines_of("HIDDEN TESTS", text)
    is_check = kind == "a hidden check"
    return [line for line in hidden if line.strip().startswith("with check(") == is_check][-1]


# ---- in any file of the zip ----


@pytest.fixture(scope="module")
def secrets():
    """The real course's."""
    return course_secrets(ROOT)


@pytest.fixture(scope="module")
def files():
    """What the real course's zip holds."""
    return student_files(ROOT)


def into_notebook(place, text):
    """A released notebook of the real course with something planted."""
    path = sorted((ROOT / "release").glob("*/*.ipynb"))[0]
    node = nbformat.read(path, as_version=4)
    cell = next(cell for cell in node.cells if cell.cell_type == "code")
    if place == "cell":
        cell.source += "\n" + text
    elif place == "output":
        cell.outputs = [nbformat.v4.new_output("stream", text=text)]
    elif place == "metadata of a cell":
        cell.metadata["note"] = text.splitlines()
    else:
        node.metadata["note"] = {"deep": [text]}
    return nbformat.writes(node).encode()


NOTEBOOK_PLACES = ("cell", "output", "metadata of a cell", "metadata")


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("kind", KINDS)
def test_planted_in_a_package_or_beside_it_it_is_found(secrets, kind, disguise):
    text = DISGUISES[disguise](planted(kind))
    names = [f"{package}/{name}" for package in PACKAGES for name in ("__init__.py", "new.py")]
    names += [f"{name}/{data}" for name, listed in PACKAGES.items() for data in listed]
    names += [*OTHER_FILES.values(), "pyproject.toml"]
    found = find_leaks(dict.fromkeys(names, f"before\n{text}\nafter".encode()), secrets)
    assert {line.split(": ")[0] for line in found} == set(names)


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("kind", KINDS)
def test_planted_in_a_notebook_it_is_found(secrets, kind, disguise):
    text = DISGUISES[disguise](planted(kind))
    data = {place: into_notebook(place, text) for place in NOTEBOOK_PLACES}
    named = {f"{place}.{end}": data[place] for place in data for end in ("ipynb", "txt")}
    assert {line.split(": ")[0] for line in find_leaks(named, secrets)} == set(named)


def test_every_bank_every_solution_and_every_hidden_test_is_known(secrets):
    """So that the tests above are not about one happy choice."""
    search = Search(secrets)
    for bank in BANKS:
        assert [entry for entry in entries(bank) if not search.found(entry.encode())] == []
    for text in TEXTS:
        for kind in KINDS[1:]:
            assert search.found(planted(kind, text).encode()), f"{kind} of {text.name}"


def test_another_encoding_hides_nothing(secrets):
    data = planted("a solution").encode("utf-16")
    assert find_leaks({"helpers/new.py": data}, secrets)


def test_what_students_get_today_is_clean(files, secrets):
    assert find_leaks(files, secrets) == []
    assert {name.split("/")[0] for name in files if "/" in name} == {
        *PACKAGES,
        *assignments(ROOT),
        "requirements",
    }


def test_what_notebooks_show_is_no_secret(secrets):
    """The lines that a hidden test shares with a visible one are common property."""
    shown = [
        line.strip()
        for notebook in read_all(ROOT)[0]
        for cell in notebook.cells
        if cell.kind not in ("answer", "written")
        for line in released(cell.source, cell.cell_type, cell.kind).split("\n")
    ]
    assert len(shown) > 5000
    assert not Search(secrets).found("\n".join(shown).encode())


# ---- the zip as a whole ----


@pytest.fixture
def course(tmp_path):
    """A made-up course with a bank, its release, and packages that are soon read."""
    root = tmp_path / "course"
    written_release(root)
    for name, listed in PACKAGES.items():
        for inner in ("__init__.py", *listed):
            path = root / name / inner
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("1\n")
    for name in ("pyproject.toml", *OTHER_FILES):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, root / name)
    return root


BANK = """
WRONG = {
    "double": [
        wrong(
            "x is left alone",
            "np.add(x, x)",
            "np.multiply(x, 1.0) + 0",
            says="You return what you got: nothing is added to it. What is twice one, "
            "and what is it with your function?",
        ),
    ],
}
"""
TINY = {
    "an entry of the bank": BANK,
    "a solution": "    doubled_result = np.add(x, x)",
    "an oracle": "        return [double(row) for row in array]",
    "a hidden check": '    with check("row after row", points=1):',
}


def written_release(root):
    """Write the made-up course, and its release by our own cutting."""
    text = make_course(root)
    bank = root / "notebooks" / "tiny" / "bank"
    bank.mkdir(parents=True)
    (bank / "1_double.py").write_text(BANK)
    build(root)
    shutil.copytree(root / "source", root / "release")
    path = root / "release" / "tiny" / "1_double.ipynb"
    node = nbformat.read(path, as_version=4)
    for cell, made in zip(read_notebook(text, root).cells, node.cells, strict=True):
        made.source = released(cell.source, cell.cell_type, cell.kind)
    nbformat.write(node, path)


def refused(root):
    with pytest.raises(ZipError) as caught:
        student_files(root)
    return str(caught.value)


def test_the_made_up_course_has_a_zip(course):
    assert {"tiny/1_double.ipynb", "tiny/curve.svg", "GUIDE.md"} <= student_files(course).keys()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "place", [*(f"{name}/new.py" for name in PACKAGES), "docs/student_guide.md", "LICENSE"]
)
def test_planted_in_the_course_s_files_it_stops_the_zip(course, kind, place):
    with (course / place).open("a") as file:
        file.write(f"'''\n{TINY[kind]}\n'''\n")
    assert f"{OTHER_FILES.get(place, place)}: " in refused(course)


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize("name", ["answers.toml", "bank.json", "study/x.ipynb", "module.pyc"])
def test_a_package_holds_modules_and_listed_data_alone(course, package, name):
    path = course / package / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("{}")
    message = refused(course)
    assert f"{package}/{name}: not a file for students" in message
    assert "list it under PACKAGES" in message


def test_a_link_in_a_package_is_refused(course):
    package = next(iter(PACKAGES))
    (course / package / "linked.py").symlink_to(
        course / "notebooks" / "tiny" / "bank" / "1_double.py"
    )
    assert f"{package}/linked.py: not a file for students" in refused(course)


def test_what_python_leaves_behind_is_left_out(course):
    package = next(iter(PACKAGES))
    (course / package / "__pycache__").mkdir()
    (course / package / "__pycache__" / "x.pyc").write_bytes(b"x")
    assert not [name for name in student_files(course) if "__pycache__" in name]


@pytest.mark.parametrize("module", ["grading.pages", "tests", "notebooks.tiny", "nbgrader", "yaml"])
@pytest.mark.parametrize("line", ["import {}", "from {} import x", "importlib.import_module('{}')"])
def test_an_import_of_what_students_lack_stops_the_zip(course, line, module):
    package = next(iter(PACKAGES))
    source = f"import importlib\n\n\ndef f():\n    {line.format(module)}\n"
    (course / package / "new.py").write_text(source)
    assert f"{package}/new.py:5: imports {module}" in refused(course)


def test_imports_in_notebooks_are_checked():
    allowed = importable(ROOT / "pyproject.toml")
    cells = [
        nbformat.v4.new_markdown_cell("import grading"),
        nbformat.v4.new_code_cell("%matplotlib inline\n!ls\nimport numpy, bs4, sklearn, torch"),
        nbformat.v4.new_code_cell("if True:\n    %time 1\nimport grading.pages"),
    ]
    data = nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()
    (found,) = import_mistakes("a/1.ipynb", data, allowed)
    assert found.startswith("a/1.ipynb, cell 3:3: imports grading.pages, which students do not")


def test_an_assignment_s_own_modules_may_be_imported_in_it():
    files = {"a/a_tools.py": b"", "a/a_more.py": b"import a_tools", "b/b_x.py": b""}
    assert find_imports(files, set()) == []
    files["b/b_x.py"] = b"import a_tools"
    assert [line.split(":")[0] for line in find_imports(files, set())] == ["b/b_x.py"]


# ---- a release ----


@pytest.fixture
def tiny(tmp_path):
    """A made-up course with a bank and its release."""
    written_release(tmp_path)
    return tmp_path


def messages(root):
    return "\n".join(str(mistake) for mistake in release_mistakes(root))


def change(root, spoil):
    path = root / "release" / "tiny" / "1_double.ipynb"
    node = nbformat.read(path, as_version=4)
    spoil(node)
    nbformat.write(node, path)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", [*NOTEBOOK_PLACES, "hints.txt", "tiny_tools.py", "curve.svg"])
def test_planted_in_a_release_it_is_found(tiny, kind, place):
    text = TINY[kind]
    assert messages(tiny) == ""
    if place in NOTEBOOK_PLACES:

        def spoil(node):
            cell = node.cells[-2]
            if place == "cell":
                cell.source += text
            elif place == "output":
                cell.outputs = [nbformat.v4.new_output("stream", text=text)]
            else:
                (node if place == "metadata" else cell).metadata["note"] = text

        change(tiny, spoil)
        place = "1_double.ipynb"
    else:
        path = tiny / "release" / "tiny" / place
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    assert f"release/tiny/{place}:1: gives away the line" in messages(tiny)


HARMLESS = {
    "an output": lambda node: node.cells[1].update(
        outputs=[nbformat.v4.new_output("stream", text="1")]
    ),
    "metadata `note`": lambda node: node.cells[0].metadata.update(note="x"),
    "metadata `nbgrader`": lambda node: node.cells[1].metadata.nbgrader.update(note="x"),
    "an entry `attachments`": lambda node: node.cells[0].update(attachments={"a.txt": {}}),
    "the notebook's metadata": lambda node: node.metadata.update(authors=["x"]),
    "stale": lambda node: node.cells.append(nbformat.v4.new_markdown_cell("more")),
}


@pytest.mark.parametrize("what", HARMLESS)
def test_a_released_notebook_holds_what_its_text_gives_and_no_more(tiny, what):
    change(tiny, HARMLESS[what])
    assert what in messages(tiny)


@pytest.mark.parametrize(
    "name", ["tiny/notes.txt", "tiny/2_copy.ipynb", "tiny/assignment.toml", "old/1_x.ipynb", "x.py"]
)
def test_nothing_else_may_lie_in_release(tiny, name):
    path = tiny / "release" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("{}")
    shown = name if name.startswith("tiny/") else name.split("/")[0]
    assert f"release/{shown}:1: " in messages(tiny)
    assert "delete it" in messages(tiny)


def test_a_picture_that_is_missing_or_another_is_named(tiny):
    path = tiny / "release" / "tiny" / "curve.svg"
    path.write_text("<svg>other</svg>")
    assert "release/tiny/curve.svg:1: stale" in messages(tiny)
    path.unlink()
    assert "release/tiny/curve.svg:1: missing" in messages(tiny)


# ---- what build copies ----

FOR_STUDENTS = ["student/tiny_tools.py", "images/a.png", "table.csv", "notes.md"]
FOR_INSTRUCTORS = [
    *("bank/tiny_1.py", "bank/notes.md", "sample_class.py", "published.py", "survivors.toml"),
    "assignment.toml",
]
FOR_NOBODY = [
    *("extra.py", "images/tool.py", "solution.ipynb", "notes.pdf", "student/x.toml", "bank.json"),
    *("student/tools.py", "student/data.json", "student/more/tiny_x.py"),
    *("student/bank.py", "data/published.csv", "student/survivors.json", "answers.zip"),
]


def put(root, name):
    path = root / "notebooks" / "tiny" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(path.read_text() if path.exists() else "x")


@pytest.mark.parametrize("name", FOR_STUDENTS)
def test_files_for_students_are_copied(tmp_path, name):
    make_course(tmp_path)
    put(tmp_path, name)
    build(tmp_path)
    copied = name.removeprefix("student/")
    assert (tmp_path / "source" / "tiny" / copied).read_text() == "x"


@pytest.mark.parametrize("name", FOR_INSTRUCTORS)
def test_files_for_instructors_are_left_out(tmp_path, name):
    make_course(tmp_path)
    put(tmp_path, name)
    build(tmp_path)
    assert other_files(tmp_path, "tiny").keys() == {"curve.svg"}
    assert not (tmp_path / "source" / "tiny" / name).exists()
    assert unknown_files(tmp_path, "tiny") == []


@pytest.mark.parametrize("name", FOR_NOBODY)
def test_other_files_are_refused(tmp_path, name):
    make_course(tmp_path)
    put(tmp_path, name)
    with pytest.raises(AuthoringError, match=rf"notebooks/tiny/{name}:1: not known here") as caught:
        build(tmp_path)
    assert "move, rename or delete it" in str(caught.value)
    assert not (tmp_path / "source" / "tiny" / name).exists()
    assert f"notebooks/tiny/{name}" in "\n".join(map(str, lint(tmp_path)))


# ---- the sandbox ----


@pytest.fixture
def packages(tmp_path, monkeypatch):
    """Packages for students with things planted in them and beside them."""
    for name in PACKAGES:
        folder = tmp_path / "checkout" / name
        shutil.copytree(mounts._package(name), folder)
        for bad in ("bank.toml", "x.ipynb", "deep/answers.txt", "__pycache__/old.pyc", ".x.py"):
            (folder / bad).parent.mkdir(exist_ok=True)
            (folder / bad).write_text("\n".join(map(planted, KINDS)))
        (folder / "linked.py").symlink_to(BANKS[0])
    (tmp_path / "checkout" / "answers.py").write_text(planted(KINDS[0]))
    monkeypatch.setattr(mounts, "_package", lambda name: tmp_path / "checkout" / name)
    return tmp_path


def expected_copies():
    found = {name: package_files(name, ROOT / name)[0] for name in PACKAGES}
    return {f"{name}/{inner}" for name, inners in found.items() for inner in inners}


def test_the_sandbox_gets_the_files_that_students_get(packages):
    mounts.copy_packages(packages / "copy")
    copied = {path for path in (packages / "copy").rglob("*") if not path.is_dir()}
    assert {path.relative_to(packages / "copy").as_posix() for path in copied} == expected_copies()
    assert not any(path.is_symlink() for path in copied)
    assert {path.stat().st_mode & 0o777 for path in copied} == {0o644}


def test_the_sandbox_s_files_are_those_of_the_zip(files):
    in_zip = {name for name in files if name.split("/")[0] in PACKAGES}
    assert in_zip == expected_copies()


def test_a_package_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setattr(mounts, "PACKAGES", {"no_such_package": ()})
    with pytest.raises(FileNotFoundError, match="expected it beside `grading`"):
        mounts._package("no_such_package")


WALK = """
import json, os
asked = json.load(open("asked.json"))
secret, known = ([line.encode() for line in asked[name]] for name in ("secret", "known"))
paths, leaks, others = [], [], set()
for top, folders, names in os.walk("/"):
    folders[:] = [name for name in folders if os.path.join(top, name) not in asked["skipped"]]
    for path in (os.path.join(top, name) for name in names):
        paths.append(path)
        if path.endswith(tuple(asked["binary"])) or not os.path.isfile(path):
            continue
        try:
            data = open(path, "rb").read(10**7)
        except OSError:
            continue
        leaks += [path for line in secret if line in data]
        others |= {line for line in known if line in data}
inside = [path for path in paths if path.startswith(asked["checkout"])]
print(json.dumps([leaks, len(others), paths, inside]))
"""
SYSTEM = ["/proc", "/sys", "/dev", "/usr", "/student", "/tmp", "/nix", "/gnu"]


def walk(skipped, limits):
    """Search what a process inside can read; return the paths with secrets, and all paths."""
    answers = [planted(kind, text).strip() for kind in KINDS[1:] for text in TEXTS]
    says = [max(re.findall(r'"([^"\n]*)"', entries(bank)[0]), key=len) for bank in BANKS]
    # A line of each package: it is found where a secret would be.
    known = [(ROOT / name / "__init__.py").read_text().split("\n")[0] for name in PACKAGES]
    asked = {
        "secret": [line for line in [*answers, *says] if len(line) > 30],
        "known": known,
        "skipped": [*SYSTEM, *skipped],
        "binary": [".so", ".a", ".pyc", ".png", ".ttf", ".npz", ".h", ".map"],
        "checkout": f"{ROOT}/",
    }
    assert len(asked["secret"]) > 3 * len(TEXTS)
    with Sandbox(limits, imports=FEW_IMPORTS) as room:
        room.put("asked.json", json.dumps(asked).encode())
        with kernel(room) as run:
            leaks, found, paths, inside = json.loads(run(WALK, timeout=300))
    assert found == len(known)
    return leaks, paths, inside


needs_sandbox = pytest.mark.skipif(bool(unavailable()), reason=unavailable() or "it works")


@needs_sandbox
def test_a_process_in_the_sandbox_can_read_no_bank_and_no_solution(packages):
    """Of all but Python's own folders, which the next test reads."""
    leaks, paths, inside = walk(mounts.python_paths(), LIMITS)
    assert leaks == []
    course = {path.removeprefix("/course/") for path in paths if path.startswith("/course/")}
    assert course == expected_copies()
    assert {Path(path).name for path in inside} <= {"pyvenv.cfg"}


@pytest.mark.slow
@needs_sandbox
def test_nor_can_it_in_python_s_own_folders():
    leaks, paths, inside = walk([], Limits(cpu_seconds=300, memory=LIMITS.memory))
    assert leaks == []
    assert len(paths) > 5000
    environment = tuple(f"{path}/" for path in mounts.python_paths())
    rest = [path for path in inside if not path.startswith(environment)]
    assert {Path(path).name for path in rest} <= {"pyvenv.cfg"}
