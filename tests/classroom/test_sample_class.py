"""The class that is drawn from the bank: anyone can draw it again, and its marks are known."""

import pytest
from notebooks_in_process import NOTEBOOKS, ROOT, exercises, lost, mark_twice, solutions

from grading.bank import Right, Wrong
from grading.classroom.demo import drawn_class, unexpected
from grading.classroom.mark_table import Marks
from grading.classroom.sample_class import Student, students_of

LAB = ROOT / "source" / "nn_lab"
CLASS = drawn_class(LAB, 30, seed=1)


@pytest.fixture(autouse=True)
def _graded(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")


def test_the_same_seed_draws_the_same_class():
    assert drawn_class(LAB, 30, seed=1) == CLASS
    assert drawn_class(LAB, 30, seed=2) != CLASS
    assert drawn_class(LAB, 4, seed=1)[0].answers == CLASS[0].answers


def test_a_class_is_as_classes_are():
    assert len({student.name for student in CLASS} | {s.name for s in students_of(LAB)}) == 30 + 11
    worked = [student for student in CLASS if not student.untouched]
    assert len(CLASS) - len(worked) in range(1, 5)
    mistakes = [len(student.wrong) for student in worked]
    assert min(mistakes) <= 2
    assert max(mistakes) >= 12
    made = {(exercise, title) for student in worked for exercise, title in student.wrong.items()}
    assert len(made) >= 100, "different ones"
    assert {exercise for exercise, _ in made} == {
        name.split("/")[1] for name in exercises() if name.startswith(LAB.name)
    }


def test_what_students_answer_is_in_the_bank_and_said():
    for student in CLASS:
        for exercise, entry in student.answers.items():
            assert isinstance(entry, Wrong) == (exercise in student.wrong)
            assert isinstance(entry, Wrong | Right)
        assert student.forgiven <= set(student.wrong)


MARKED = [
    (student, key)
    for key, notebook in NOTEBOOKS.items()
    for student in drawn_class(ROOT / "source" / notebook.assignment, 8, seed=1)
    if set(student.wrong) & set(solutions(key)) and "pytorch" not in key
]


@pytest.mark.parametrize(("student", "key"), MARKED, ids=[f"{s.name}-{key}" for s, key in MARKED])
def test_they_lose_points_where_they_are_wrong_and_nowhere_else(student, key):
    own = {name: student.answer(name, text) for name, text in solutions(key).items()}
    losses = set(lost(key, mark_twice(key, own, seed=3)))
    wrong = set(student.wrong) & set(own)
    assert wrong - student.forgiven <= losses <= wrong


def test_the_demo_names_each_mark_that_is_not_as_expected():
    points = {"double": 2, "triple": 3, "explain": 1}
    students = [
        Student("ann", "", loses={"double": 1}),
        Student(
            "bob", "", wrong={"double": "adds two", "triple": "no return"}, forgiven={"triple"}
        ),
        Student("cem", "", untouched=True),
    ]
    as_expected = {"ann": (1, 3), "bob": (0, 3), "cem": (0, 0)}

    def problems(**changed):
        scores = {
            (name, exercise): score
            for name, marks in {**as_expected, **changed}.items()
            for exercise, score in zip(points, marks, strict=False)
        }
        return unexpected(Marks([*as_expected], points, {"explain"}, scores), students)

    assert problems() == []
    assert problems(ann=(2, 3)) == ["ann, double: 2 of 2, expected 1"]
    assert problems(bob=(2, 0)) == ["bob, double: full points for 'adds two'"]
    assert problems(cem=(0, 3)) == ["cem, triple: 3 of 3, expected 0"]
