"""The class report counts marks from the gradebook, and mistakes from the graded notebooks."""

import csv
import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.api import Gradebook

from grading.autograde.order import RESULT, VERSION
from grading.classroom import class_report
from grading.course.assignment import Assignment
from grading.course.cell_marks import MISTAKES
from grading.nbgrader_hooks.export import CourseExport
from grading.pages.csv_tables import plain_cell

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own

FULL = {"double": 4, "triple": 2}
# Each student's scores, and the mistakes that were named.
CLASS = {
    "ann": ({"double": 4, "triple": 2}, {}),
    "bob": ({"double": 1, "triple": 0}, {"double": ["adds two"]}),
    "cem": ({"double": 1, "triple": 1}, {"double": ["adds two", "no return"]}),
    "dee": ({"double": 2, "triple": 0}, {}),
}


@pytest.fixture
def course(tmp_path):
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as gradebook:
        gradebook.add_assignment("ps1")
        gradebook.add_notebook("1_numbers", "ps1")
        for exercise, points in FULL.items():
            cell = {"max_score": points, "cell_type": "code"}
            gradebook.add_grade_cell(f"test_{exercise}", "1_numbers", "ps1", **cell)
        for student, (scores, mistakes) in CLASS.items():
            gradebook.add_student(student)
            gradebook.add_submission("ps1", student)
            for exercise, score in scores.items():
                grade = gradebook.find_grade(f"test_{exercise}", "1_numbers", "ps1", student)
                grade.auto_score = score
            _graded(tmp_path / "autograded" / student / "ps1", mistakes)
        gradebook.db.commit()
    return tmp_path


def _graded(folder, mistakes):
    folder.mkdir(parents=True)
    cells = []
    for exercise, titles in mistakes.items():
        cell = new_code_cell("credit()")
        cell.metadata = {"nbgrader": {"grade_id": f"test_{exercise}"}, MISTAKES: titles}
        cells.append(nbformat.from_dict(cell))
    nbformat.write(new_notebook(cells=cells), folder / "1_numbers.ipynb")


def test_marks_and_mistakes_are_counted_exercise_by_exercise(course):
    (double, triple), _ = class_report.class_report(course, "ps1")
    assert (double.name, double.full, double.part, double.none) == ("double", 1, 3, 0)
    assert double.mistakes == {"adds two": 2, "no return": 1, class_report.UNKNOWN: 1}
    assert (triple.name, triple.full, triple.part, triple.none) == ("triple", 1, 1, 2)
    assert triple.mistakes == {class_report.UNTOUCHED: 2, class_report.UNKNOWN: 1}


def test_the_table_shows_the_most_frequent_mistake_first(course, capsys):
    assert (
        class_report.main(["ps1", "--course", str(course), "--csv", str(course / "out.csv")]) == 0
    )
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    start = lines.index("double 1 3 0")
    assert lines[start + 1 : start + 4] == [
        "2 x adds two",
        f"1 x {class_report.UNKNOWN}",
        "1 x no return",
    ]
    rows = list(csv.DictReader((course / "out.csv").open(encoding="utf-8")))
    assert [row["count"] for row in rows if row["exercise"] == "double"] == ["2", "1", "1"]
    assert rows[0] == {
        "exercise": "double",
        "all_points": "1",
        "some_points": "3",
        "no_points": "0",
        "waiting": "0",
        "mistake": "adds two",
        "count": "2",
    }


def test_nothing_graded_says_what_to_do(course, tmp_path, capsys):
    for arguments in (["ps2", "--course", str(course)], ["ps1", "--course", str(tmp_path / "no")]):
        assert class_report.main(arguments) == 1
        said = capsys.readouterr()
        assert said.out == ""
        assert f"course.py nbgrader autograde {arguments[0]}" in said.err
    assert not (tmp_path / "no").exists()


def test_what_needs_a_look_has_a_badge_and_no_terminal_obeys_it(course, capsys):
    result = {"version": VERSION, "needs_a_look": ["ann: \x1b[31m two notebooks claim to be 1"]}
    (course / "autograded/ann/ps1" / RESULT).write_text(json.dumps(result))
    class_report.main(["ps1", "--course", str(course)])
    said = capsys.readouterr().out
    assert "[!] ann: \\x1b[31m two notebooks claim to be 1" in said
    assert "\x1b" not in said


def test_what_was_handed_in_and_has_no_mark_of_it_has_a_badge(course, capsys):
    for name in ("ann", "bob", "fay", "new\nline"):
        (course / "submitted" / name / "ps1").mkdir(parents=True)
        (course / "submitted" / name / "ps1/1_numbers.ipynb").write_text("{}")
    (course / "submitted/1_numbers_gil.ipynb").write_text("{}")
    (course / "source/ps1").mkdir(parents=True)
    part = {"source": Assignment(course / "source/ps1").checksum(), "content": "of another file"}
    result = {"version": VERSION, "needs_a_look": [], "notebooks": {"1_numbers": part}}
    (course / "autograded/ann/ps1" / RESULT).write_text(json.dumps(result))
    class_report.main(["ps1", "--course", str(course)])
    said = capsys.readouterr().out
    assert "[!] ann: to be graded again, since something else was handed in since." in said
    assert "[!] bob: There is no" in said  # graded by an earlier version
    assert "[!] fay: handed in, and NOT GRADED. Run: nbgrader autograde ps1" in said
    assert "[!] new\\nline: NOT GRADED" in said
    assert "1_numbers_gil.ipynb" in said


def test_marks_that_can_be_forged_have_a_badge(course, capsys):
    (course / "source/ps1").mkdir(parents=True)
    (course / "source/ps1/assignment.toml").write_text("plain = true\n")
    class_report.main(["ps1", "--course", str(course)])
    assert f"[!] {class_report.PLAIN}" in capsys.readouterr().out
    (course / "source/ps1/assignment.toml").write_text("plain = yes\n")
    assert class_report.main(["ps1", "--course", str(course)]) == 1
    assert "assignment.toml is no TOML" in capsys.readouterr().err


def test_a_mark_that_waits_is_no_zero(course):
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        gradebook.find_grade("test_double", "1_numbers", "ps1", "bob").auto_score = None
        gradebook.db.commit()
    (double, _), _ = class_report.class_report(course, "ps1")
    assert (double.full, double.part, double.none, double.waiting) == (1, 2, 0, 1)
    assert "1 x waits for a person" in class_report.as_text([double])


def test_the_gradebook_is_the_one_that_the_settings_name(course, tmp_path, capsys):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (course / "gradebook.db").rename(elsewhere / "marks.db")
    settings = f"c = get_config()\nc.CourseDirectory.db_url = 'sqlite:///{elsewhere}/marks.db'\n"
    (course / "nbgrader_config.py").write_text(settings)
    (double, _), _ = class_report.class_report(course, "ps1")
    assert double.full == 1
    url = "postgresql+psycopg2://me:secret@127.0.0.1:9/marks"
    (course / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.db_url = '{url}'\n"
    )
    assert class_report.main(["ps1", "--course", str(course)]) == 1
    said = capsys.readouterr().err
    assert "postgresql+psycopg2://me:***@127.0.0.1:9/marks cannot be opened" in said
    assert "secret" not in said


def test_exported_marks_hold_no_formula_and_no_zero_for_what_waits(course, monkeypatch):
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        gradebook.add_assignment("ps2")
        gradebook.add_student("eve", last_name='=HYPERLINK("x")', first_name="@SUM(1)", email="-1")
        gradebook.find_grade("test_triple", "1_numbers", "ps1", "bob").auto_score = None
        gradebook.db.commit()
        plugin = CourseExport(to=str(course / "marks.csv"), assignment=["ps1"])
        plugin.export(gradebook)
    rows = {r["student_id"]: r for r in csv.DictReader((course / "marks.csv").open())}
    assert len(rows) == 5
    assert rows["ann"]["score"] == rows["ann"]["raw_score"] == "6.0"
    assert (rows["bob"]["score"], rows["bob"]["raw_score"], rows["bob"]["waiting"]) == (
        "",
        "1.0",
        "1",
    )
    eve = rows["eve"]
    assert (eve["last_name"], eve["first_name"]) == ('\'=HYPERLINK("x")', "'@SUM(1)")
    assert (eve["email"], eve["score"], eve["timestamp"]) == ("'-1", "0", "")


def test_cells_that_begin_like_formulas_are_text():
    cells = ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "a=1", 3, -2.5, None]
    expected = ["'=1", "'+1", "'-1", "'@a", "'\t=1", "'\r=1", "a=1", 3, -2.5, ""]
    assert [plain_cell(cell) for cell in cells] == expected
