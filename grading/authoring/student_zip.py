"""``python -m grading student-zip``: the one file that students get, with nothing in it to find.

The zip is made from release/ and three packages alone, twice the same bytes.  Before it is written,
every file in it is searched for solutions, hidden tests, mark schemes and the instructor's package.
"""

import argparse
import json
import os
import re
import sys
import tomllib
import zipfile
from io import BytesIO
from pathlib import Path

from grading.authoring.cells import assignments, read_all
from grading.authoring.folders import read_folder, write_if_changed
from grading.authoring.release import given_away, release_mistakes, secret_lines

TOP = "gradient-lab"
#: The packages that students get.
PACKAGES = ("helpers", "checks", "student_tools")
TARGET = Path("dist") / "gradient-lab-student.zip"
REBUILD = "Run `python -m grading build` (or `python3 course.py build`) first."
# Files of the course folder, and what they are called in the zip.
OTHER_FILES = {
    "course.py": "course.py",
    "environment.yml": "environment.yml",
    "requirements/student.txt": "requirements/student.txt",
    "requirements/uv.txt": "requirements/uv.txt",
    "LICENSE": "LICENSE",
    "docs/student_guide.md": "GUIDE.md",
}
# The same on every machine, and not so long ago that JupyterLab calls a new notebook old.
TIME = (2026, 1, 1, 0, 0, 0)
FORBIDDEN = re.compile(
    r"BEGIN SOLUTION|BEGIN HIDDEN|MARK SCHEME|^\s*(?:from|import)\s+grading\b", re.MULTILINE
)


class ZipError(Exception):
    """The zip must not be made now; the message says why and what to do."""


def student_files(root):
    """Return what students get: names inside the zip's top folder, and bytes.

    Parameters
    ----------
    root : pathlib.Path
        The course folder.

    Raises
    ------
    ZipError
        When release/ is missing or stale, a file is missing, or one holds what students must not
        see.
    """
    texts, mistakes = read_all(root)
    if not texts and not mistakes:
        raise ZipError(f"There is no notebook's text in {root / 'notebooks'}.")
    try:
        mistakes = mistakes or release_mistakes(root)
    except ValueError as error:
        raise ZipError(f"A notebook in release/ is broken ({error}). {REBUILD}") from error
    if mistakes:
        raise ZipError("\n".join(["No zip was made:", *map(str, mistakes)]))
    missing = [name for name in ("pyproject.toml", *OTHER_FILES) if not (root / name).is_file()]
    if missing:
        raise ZipError(f"No zip was made, these are not in {root}: {', '.join(missing)}.")
    files = {new: (root / old).read_bytes() for old, new in OTHER_FILES.items()}
    files["pyproject.toml"] = student_project((root / "pyproject.toml").read_bytes())
    folders = {name: root / "release" / name for name in assignments(root)}
    packages = {name: root / name for name in PACKAGES}
    for name, folder in {**packages, **folders}.items():
        files |= {f"{name}/{inner}": data for inner, data in read_folder(folder).items()}
    files = {name: _unix_lines(name, data) for name, data in files.items()}
    if leaks := find_leaks(files, student_secrets(root, texts)):
        raise ZipError("\n".join(["No zip was made, students must not see this:", *leaks]))
    return files


def student_secrets(root, texts):
    """Return the lines of solutions, mark schemes and hidden checks that no file may hold.

    Parameters
    ----------
    root : pathlib.Path
        The course folder.
    texts : list of grading.authoring.cells.Notebook
        The notebooks' texts.
    """
    open_lines = set().union(*(given_away(root, name) for name in assignments(root)))
    return secret_lines(texts) - open_lines


def find_leaks(files, secrets):
    """Return a line for each thing in `files` that students must not see.

    Parameters
    ----------
    files : dict of str to bytes
        What goes into the zip.
    secrets : set of str
        Lines that no file may hold, see :func:`student_secrets`.
    """
    found = []
    for name, data in sorted(files.items()):
        if name.split("/")[0] in ("grading", "tests", "source", "solutions"):
            found.append(f"{name}: it belongs to the instructor")
        text = _text(name, data)
        found += [f"{name}: {match[0].strip()}" for match in FORBIDDEN.finditer(text)]
        found += [f"{name}: {line}" for line in sorted(secrets) if line in text]
    return found


def student_project(data):
    """Return the student's pyproject.toml: the same package without the instructor's part."""
    project = tomllib.loads(data.decode())["project"]
    build = tomllib.loads(data.decode())["build-system"]
    lines = [
        "[build-system]",
        f"requires = {json.dumps(build['requires'])}",
        f"build-backend = {json.dumps(build['build-backend'])}",
        "",
        "[project]",
        *(
            f"{key} = {json.dumps(project[key])}"
            for key in ("name", "version", "description", "requires-python", "license")
        ),
        'readme = "GUIDE.md"',
        f"dependencies = {json.dumps(project['dependencies'], indent=4)}",
    ]
    if torch := project.get("optional-dependencies", {}).get("torch"):
        lines += ["", "[project.optional-dependencies]", f"torch = {json.dumps(torch)}"]
    lines += [
        "",
        "[tool.setuptools.packages.find]",
        f"include = {json.dumps([f'{name}*' for name in PACKAGES])}",
        "",
    ]
    return "\n".join(lines).encode()


def zip_bytes(files):
    """Return a zip of `files` that depends on their names and bytes alone.

    Nothing is compressed: compressors differ from one machine to another, and text is small.
    """
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{TOP}/{name}", TIME)
            entry.create_system = 3  # Unix, wherever it is made: the permissions below are its
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, data)
    return buffer.getvalue()


def _text(name, data):
    """Return a file's text; of a notebook, the text of its cells and outputs."""
    text = data.decode(errors="replace")
    if not name.endswith(".ipynb"):
        return text
    return text + "\n" + "\n".join(_strings(json.loads(text)))


def _strings(value):
    """Yield every string in a notebook, a list of lines joined as Jupyter means it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and all(isinstance(item, str) for item in value):
        yield "".join(value)
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _strings(item)


def _unix_lines(name, data):
    """Undo what a checkout on Windows does to text."""
    text = name.endswith((".py", ".ipynb", ".md", ".txt", ".toml", ".yml", ".csv", "LICENSE"))
    return data.replace(b"\r\n", b"\n") if text else data


def main(argv=None):
    """Make the zip; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m grading student-zip", description=__doc__)
    parser.add_argument("--root", type=Path, default=Path(os.curdir), help="course folder (here)")
    parser.add_argument("--out", type=Path, help=f"the zip (default: {TARGET.as_posix()} in it)")
    options = parser.parse_args(argv)
    root = options.root.resolve()
    out = options.out or root / TARGET
    if not (root / "notebooks").is_dir():
        parser.error(f"no folder notebooks/ in {root}; give the course's --root")
    try:
        files = student_files(root)
    except ZipError as error:
        print(error, file=sys.stderr)
        return 1
    data = zip_bytes(files)
    write_if_changed(out, data)
    print(f"{len(files)} files, {len(data) / 1024:.0f} KiB, for students: {out}")
    return 0
