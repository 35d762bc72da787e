"""Somebody else's assignment, in a course folder of its own, goes the whole way with the commands.

What is made and typed is what docs/own_assignment.md says: the page is run, block by block.
"""

import csv
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from grading.authoring.commands import build_command, settings_mistakes
from grading.classroom import demo
from grading.course.home import homes, named_home
from grading.quality import audit
from grading.results import results_command
from grading.results.protocol import published
from grading.results.recorded_results import RecordedResults

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "own_assignment.md"
BLOCK = re.compile(r"(?:^`(?P<file>[\w./]+)`[^\n]*\n\n)?^```\w*\n(?P<text>.*?)^```", re.M | re.S)
LAUNCHER = "python3 ../gradient-lab/course.py "


def blocks():
    """Return the page's files, by path, and the commands that it has typed, in order."""
    files, commands = {}, []
    for found in BLOCK.finditer(PAGE.read_text(encoding="utf-8")):
        if found["file"]:
            files[found["file"]] = found["text"]
        else:
            commands += found["text"].splitlines()
    return files, commands


FILES, COMMANDS = blocks()


class Course:
    """The course folder that the page makes, and the commands typed in it."""

    def __init__(self, place):
        self.place, self.folder = place, place / "my-course"

    def write(self):
        """Do what the page says before anything is run."""
        made, entered = COMMANDS[:2]
        subprocess.run(shlex.split(made), cwd=self.place, check=True)
        assert entered == "cd my-course"
        for name, text in FILES.items():
            (self.folder / name).write_text(text, encoding="utf-8")

    def type(self, command, where=None):
        """Run a command of the page through the launcher, with this Python as its environment."""
        assert command.startswith(LAUNCHER)
        words = shlex.split(command.removeprefix(LAUNCHER))
        return subprocess.run(
            [sys.executable, "-c", TYPED, str(ROOT / "course.py"), sys.executable, *words],
            cwd=where or self.folder,
            capture_output=True,
            text=True,
            timeout=300,
        )

    def hand_in(self, student, edited=None, **answers):
        """Hand in the release with these answers; `edited` takes the place of the doubles' file."""
        target = self.folder / "submitted" / student / "slopes"
        target.mkdir(parents=True)
        nbformat.write(self.answered(**answers), target / "1_slopes.ipynb")
        if edited:
            (target / "slopes_doubles.py").write_text(edited)

    def answered(self, **answers):
        """Return the notebook that students get, with these answers in it."""
        notebook = nbformat.read(self.folder / "release/slopes/1_slopes.ipynb", as_version=4)
        for cell in notebook.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            cell.source = answers.get(name, cell.source)
        return notebook


#: The launcher as it is, but that the environment is there already.
TYPED = """
import importlib.util, sys
spec = importlib.util.spec_from_file_location("course", sys.argv[1])
course = importlib.util.module_from_spec(spec)
spec.loader.exec_module(course)
course.PYTHON, course.make_environment = sys.argv[2], lambda: None
sys.exit(course.main(sys.argv[3:]))
"""

RIGHT = {
    "mean_square": "def mean_square(x):\n    return sum(x * x) / len(x)",
    "slope": "def slope(f, x):\n    return (f(x + 1e-3) - f(x - 1e-3)) / 2e-3",
}
NO_SQUARE = "def mean_square(x):\n    return x.mean()"
#: Right by an edited file alone: of its functions, the value is the slope.
VALUE = "def slope(f, x):\n    return f(x)"
EDITED = """
from checks.factories import factory


@factory
def parabola(a, b):
    return lambda x: 2 * a * x + b
"""
CLASS = {
    "ada": RIGHT,
    "bob": RIGHT | {"mean_square": NO_SQUARE},
    "eve": RIGHT | {"slope": VALUE, "edited": EDITED},
    "fay": RIGHT | {"edited": EDITED},
}
MARKS = {"ada": 7, "bob": 4, "eve": 3, "fay": 7}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The course after all that the page says, and what each command printed."""
    own = Course(tmp_path_factory.mktemp("instructor"))
    own.write()
    own.said = {}
    for command in COMMANDS[2:]:
        if command.endswith("autograde slopes"):  # what students have handed in by then
            for student, answers in CLASS.items():
                own.hand_in(student, **answers)
        done = own.type(command)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        own.said[command.removeprefix(LAUNCHER)] = done.stdout + done.stderr
    return own


def test_the_page_has_the_files_and_commands_of_the_whole_way():
    assert {Path(name).name for name in FILES} == {
        "nbgrader_config.py",
        "assignment.toml",
        "1_slopes.py",
        "slopes_doubles.py",
        "sample_class.py",
        "survivors.toml",
    }
    assert len(FILES) == 7, "the text and its bank have one name"
    typed = [command.removeprefix(LAUNCHER).split()[0] for command in COMMANDS[2:]]
    assert typed[:7] == ["build", "solutions", "check", "audit", "mutants", "demo", "student-zip"]
    assert typed[7:] == ["nbgrader"] * 3 + ["report"]


def test_the_kit_does_not_know_it():
    for path in (*ROOT.glob("grading/**/*.py"), ROOT / "course.py", ROOT / "nbgrader_config.py"):
        assert "slopes_doubles" not in path.read_text(encoding="utf-8")
    assert not (ROOT / "notebooks" / "slopes").exists()


@pytest.fixture
def unbuilt(tmp_path):
    """The course's files, before anything was run."""
    own = Course(tmp_path)
    own.write()
    return own


def test_a_command_finds_its_course_where_it_is_typed_or_named(unbuilt, monkeypatch, capsys):
    second = unbuilt.folder / "notebooks" / "earlier"
    second.mkdir()
    (second / "assignment.toml").write_text("order = 1\n")
    monkeypatch.chdir(unbuilt.place)
    assert demo.main(["--list"]) == 0
    assert capsys.readouterr().out.split() == [home.name for home in homes(ROOT)]
    assert demo.main(["--list", "--root", "my-course"]) == 0
    assert capsys.readouterr().out.split() == ["earlier", "slopes"]
    assert named_home("my-course").name == "earlier", "the first, where none is named"
    monkeypatch.chdir(unbuilt.folder)
    assert demo.main(["--list"]) == 0
    assert capsys.readouterr().out.split() == ["earlier", "slopes"]
    with pytest.raises(SystemExit):
        demo.main(["nn_lab"])
    assert "no assignment 'nn_lab' in" in (said := capsys.readouterr().err)
    assert "there are earlier, slopes" in said
    with pytest.raises(ValueError, match=r"expected a folder NAME with assignment\.toml"):
        named_home(unbuilt.folder / "notebooks")
    with pytest.raises(SystemExit, match=r"no notebook in .*slopes: run `python -m grading build`"):
        audit.main(["slopes"])


def test_a_sample_class_that_the_bank_does_not_fit_is_named(unbuilt, capsys):
    text = FILES["notebooks/slopes/sample_class.py"].replace("no square", "squared twice")
    (unbuilt.folder / "notebooks/slopes/sample_class.py").write_text(text)
    with pytest.raises(SystemExit):
        demo.main(["--root", str(unbuilt.folder)])
    said = " ".join(capsys.readouterr().err.split())
    assert "dora makes the mistake 'squared twice' in 'mean_square', which is not in" in said
    assert "['the sum', 'no square']" in said


def test_settings_that_are_not_taken_over_are_named(unbuilt, capsys):
    assert settings_mistakes(unbuilt.folder) == []
    text = FILES["nbgrader_config.py"].replace("str(COURSE)", "'nowhere'")
    (unbuilt.folder / "nbgrader_config.py").write_text(text)
    (mistake,) = settings_mistakes(unbuilt.folder)
    assert "nbgrader would run students' code unconfined" in str(mistake)
    assert build_command(["--root", str(unbuilt.folder)]) == 1
    assert "nbgrader_config.py:1: the grader's settings" in capsys.readouterr().err
    (unbuilt.folder / "nbgrader_config.py").unlink()
    done = unbuilt.type(f"{LAUNCHER}nbgrader autograde slopes")
    assert done.returncode == 1
    assert "no nbgrader_config.py, without which nbgrader would grade alone" in done.stderr


@pytest.mark.slow
def test_each_command_says_that_all_is_well(course):
    said = course.said
    assert "source/ and release/ are up to date" in said["build"]
    assert said["check"].strip() == "all right"
    assert re.search(r"^all +3 +3 +3 +0 +2 +2 +0 ", said["audit --sample 2"], re.M)
    assert "answer2: " in said["audit --sample 2"]
    assert "0 unknown survivors" in said["mutants"]
    assert "dora" in said["demo"]
    assert "NOT AS EXPECTED" not in said["demo"]
    assert re.search(r"dora +forgets the square; divides by h", said["demo"])


@pytest.mark.slow
def test_students_get_the_notebook_the_double_and_no_secret(course):
    archive = zipfile.ZipFile(course.folder / "dist" / "gradient-lab-student.zip")
    names = {name.removeprefix("gradient-lab/") for name in archive.namelist()}
    assert {name for name in names if name.startswith("slopes/")} == {
        "slopes/1_slopes.ipynb",
        "slopes/slopes_doubles.py",
    }
    assert {"course.py", "GUIDE.md", "pyproject.toml", "requirements/student.txt"} <= names
    assert {name.split("/")[0] for name in names if name.count("/")} == {
        "checks",
        "helpers",
        "requirements",
        "slopes",
        "student_tools",
    }
    texts = [archive.read(name).decode(errors="replace") for name in archive.namelist()]
    for secret in ("np.mean(x**2)", "float(x @ x) / x.size", "cancel positive ones in your mean"):
        assert not any(secret in text for text in texts)


@pytest.mark.slow
def test_an_own_guide_takes_the_place_of_the_kit_s(course):
    (course.folder / "docs").mkdir()
    (course.folder / "docs" / "student_guide.md").write_text("# Ours\n")
    done = course.type(f"{LAUNCHER}student-zip --out {course.place / 'ours.zip'}")
    assert done.returncode == 0, done.stderr
    assert zipfile.ZipFile(course.place / "ours.zip").read("gradient-lab/GUIDE.md") == b"# Ours\n"


@pytest.mark.slow
def test_commands_take_the_course_s_folder_from_elsewhere(course):
    audited = f"{LAUNCHER}audit --only mean_square --rounds 1 --root my-course"
    done = course.type(audited, where=course.place)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^mean_square +2 +2 +2 +0 +1 +1 +0 ", done.stdout, re.M)
    done = course.type(f"{LAUNCHER}report slopes --course my-course", where=course.place)
    assert done.stdout == course.said["report slopes"]


PUBLISHED = """
from pathlib import Path

from grading.results.networks import solution, wrong_answer
from grading.results.protocol import Protocol

HERE = {"course": Path(__file__).parents[2]}


def measure(seed):
    slope = solution("slopes/1_slopes", "slope", **HERE)
    wrong = wrong_answer("slopes/1_slopes", "slope", "half of it lost", **HERE)
    return {"test": slope(float, seed), "train": wrong(float, seed)}


PROTOCOLS = [Protocol("line", "A line", "Its slope.", {"test": 1.0}, measure, "", seeds=(3,))]
"""


@pytest.mark.slow
def test_results_of_its_own_have_a_page_of_its_own(course, monkeypatch):
    none = course.type(f"{LAUNCHER}results")
    assert none.returncode == 2
    assert "expected PROTOCOLS in a file notebooks/NAME/published.py" in " ".join(
        none.stderr.split()
    )
    (course.folder / "notebooks/slopes/published.py").write_text(PUBLISHED)
    (protocol,) = published(course.folder)["Slopes"]
    results_command.run(
        [protocol], RecordedResults(course.folder / "docs" / "results" / "runs.json")
    )
    assert course.type(f"{LAUNCHER}results").returncode == 0
    page = (course.folder / "docs" / "results" / "README.md").read_text(encoding="utf-8")
    assert re.search(r"## Slopes\n\n.*\n.*\n\| A line \| 2.00 \| 1.00<br>\(1.00\) \|", page)
    assert "yperparameter" not in page


@pytest.mark.slow
def test_the_class_gets_its_marks_and_an_edited_double_changes_none(course):
    with (course.folder / "grades.csv").open(encoding="utf-8") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert {name: float(row["score"]) for name, row in rows.items()} == MARKS
    assert {float(row["max_score"]) for row in rows.values()} == {7.0}


@pytest.mark.slow
def test_the_mistake_is_named_to_the_student_and_to_the_instructor(course):
    sentence = "Negative numbers cancel positive ones in your mean."
    pages = {
        name: (course.folder / "feedback" / name / "slopes" / "1_slopes.html").read_text()
        for name in CLASS
    }
    assert [name for name, page in pages.items() if sentence in page] == ["bob"]
    lines = [" ".join(line.split()) for line in course.said["report slopes"].splitlines()]
    at = lines.index("mean_square 3 0 1")
    assert lines[at + 1] == "1 x no square"
    assert "slope 3 0 1" in lines


@pytest.mark.slow
def test_a_notebook_without_the_double_beside_it_says_which_file_is_missing(course, tmp_path):
    cells = course.answered(**RIGHT).cells
    code = "\n\n".join(cell.source for cell in cells if cell.cell_type == "code")

    def run_in(folder):
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return " ".join(done.stdout.split())

    assert "it needs the file slopes_doubles.py, which comes with the assignment" in run_in(
        tmp_path
    )
    assert "slope: 1 of 1 checks passed" in run_in(course.folder / "release" / "slopes")
