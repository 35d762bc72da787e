"""``python -m grading student-zip``: the one file that students get, with nothing in it to find.

The zip holds what is listed and nothing else: the packages for students
(`grading.course.student_files`), the released assignments, a few files (`OTHER_FILES`).  Anything
else among them is named, and no zip is made.  Every file is searched for solutions, hidden tests,
mark schemes and the bank of answers, and its imports are checked.  Twice the same bytes.

A course folder of somebody's own needs nothing but its assignments (and, where the students' guide
is to be another one, ``docs/student_guide.md``): the rest is then taken from this course's folder.
"""

import argparse
import json
import re
import sys
import tomllib
import zipfile
from io import BytesIO
from pathlib import Path, PurePosixPath

from grading.authoring.cells import assignments, read_all
from grading.authoring.folders import read_folder, write_if_changed
from grading.authoring.imports import import_mistakes, importable
from grading.authoring.release import release_mistakes
from grading.authoring.secret_lines import Search, course_secrets, readable
from grading.course.home import COURSE, this_course
from grading.course.student_files import PACKAGES, package_files

TOP = "gradient-lab"
TARGET = Path("dist") / "gradient-lab-student.zip"
REBUILD = "Run `python -m grading build` (or `python3 course.py build`) first."
GUIDE = "docs/student_guide.md"
# Files of the course folder, and what they are called in the zip.
OTHER_FILES = {
    "course.py": "course.py",
    "environment.yml": "environment.yml",
    "requirements/student.txt": "requirements/student.txt",
    "requirements/uv.txt": "requirements/uv.txt",
    "LICENSE": "LICENSE",
    GUIDE: "GUIDE.md",
}
# The same on every machine, and not so long ago that JupyterLab calls a new notebook old.
TIME = (2026, 1, 1, 0, 0, 0)
MARKERS = re.compile("BEGIN SOLUTION|BEGIN HIDDEN|MARK SCHEME")


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
    kit = _kit_of(root)
    files = _kit_files(kit)
    if kit != root and (root / GUIDE).is_file():
        files[OTHER_FILES[GUIDE]] = (root / GUIDE).read_bytes()
    for name in assignments(root):
        inside = read_folder(root / "release" / name)
        files |= {f"{name}/{inner}": data for inner, data in inside.items()}
    files = {name: _unix_lines(name, data) for name, data in files.items()}
    allowed = importable(kit / "pyproject.toml")
    found = [*find_leaks(files, course_secrets(root, texts)), *find_imports(files, allowed)]
    if found:
        raise ZipError("\n".join(["No zip was made, students must not see this:", *found]))
    return files


def _kit_of(root):
    """Return where the launcher, the locks and the packages of a course are."""
    return root if (root / "course.py").is_file() else COURSE


def _kit_files(kit):
    """Return what students get beside the assignments."""
    missing = [name for name in ("pyproject.toml", *OTHER_FILES) if not (kit / name).is_file()]
    missing += [f"{name}/" for name in PACKAGES if not (kit / name).is_dir()]
    if missing:
        raise ZipError(
            f"No zip was made, these are not in {kit}: {', '.join(missing)}. They come with "
            "Gradient Lab's own folder: use its course.py, in an environment made by it."
        )
    files = {new: (kit / old).read_bytes() for old, new in OTHER_FILES.items()}
    files["pyproject.toml"] = student_project((kit / "pyproject.toml").read_bytes())
    for name in PACKAGES:
        files |= _package(kit, name)
    return files


def _package(root, name):
    """Return the files of one package for students; refuse what does not belong into it."""
    allowed, others = package_files(name, root / name)
    if others:
        data = ", ".join(PACKAGES[name]) or "none"
        lines = [
            f"{name}/{other}: not a file for students; expected modules (.py) and listed data "
            f"({data}): delete it, or list it under PACKAGES in grading/course/student_files.py"
            for other in others
        ]
        raise ZipError("\n".join(["No zip was made, students must not see this:", *lines]))
    return {f"{name}/{inner}": (root / name / inner).read_bytes() for inner in allowed}


def find_leaks(files, secrets):
    """Return a line for each thing in `files` that students must not see.

    Parameters
    ----------
    files : dict of str to bytes
        What goes into the zip.
    secrets : set of str
        Lines that no file may hold, see `grading.authoring.secret_lines.course_secrets`.
    """
    search, found = Search(secrets), []
    for name, data in sorted(files.items()):
        found += [f"{name}: {match[0]}" for match in MARKERS.finditer(readable(data))]
        found += [f"{name}: {line}" for line in search.found(data)]
    return found


def find_imports(files, allowed):
    """Return a line for each import in `files` that students' Python does not have.

    Parameters
    ----------
    files : dict of str to bytes
        What goes into the zip.
    allowed : set of str
        Packages that can be imported beside those in the zip.
    """
    found = []
    for name, data in sorted(files.items()):
        folder = name.split("/")[0]
        beside = {PurePosixPath(other) for other in files if other.startswith(f"{folder}/")}
        modules = {path.stem for path in beside if path.match("*/*.py")}
        own = modules if folder not in PACKAGES else set()
        found += import_mistakes(name, data, {*allowed, *PACKAGES, *own})
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
    lines += ["", "[tool.setuptools.packages.find]"]
    lines += [f"include = {json.dumps([f'{name}*' for name in PACKAGES])}", ""]
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


def _unix_lines(name, data):
    """Undo what a checkout on Windows does to text."""
    text = name.endswith((".py", ".ipynb", ".md", ".txt", ".toml", ".yml", ".csv", "LICENSE"))
    return data.replace(b"\r\n", b"\n") if text else data


def main(argv=None):
    """Make the zip; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m grading student-zip", description=__doc__)
    parser.add_argument(
        "--root", type=Path, default=this_course(), help="course folder (%(default)s)"
    )
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
