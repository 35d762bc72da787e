"""The tests of the notebooks' exercises, tested: right answers earn all, wrong ones lose their own.

Everything runs in this process, with the hidden checks, as where nbgrader grades.  All of the bank
is marked by the audit (`test_audit.py`), which also tells whether a mistake costs points elsewhere;
here stands what a student's own kernel shows of it.
"""

import functools

import pytest
from notebooks_in_process import (
    NOTEBOOKS,
    ROOT,
    answered,
    answered_by,
    bank_entries,
    drawn_seeds,
    exercises,
    full_points,
    graded_cells,
    involved,
    lost,
    mark,
    mark_twice,
    named,
    solutions,
)

from grading.authoring.markers import released
from grading.classroom.sample_class import students_of

# Earlier exercises that others call: their mistakes must not spread.
FEEDING = {f"nn_lab/{name}" for name in ("forward", "cost", "error_terms", "gradients")}


def wrong(exercise, how_many):
    """Return some of the bank's mistakes in an exercise, spread over all of them."""
    entries = bank_entries(is_right=False)[exercise]
    # An endless loop waits for the time limits.
    quick = [entry for entry in entries if entry.title != "the loop never ends"]
    return quick[len(exercise) % 3 :: len(quick) // how_many][:how_many]


def as_parameters(exercises, how_many):
    return [
        pytest.param(exercise, entry, id=f"{exercise}-{entry.title}")
        for exercise in exercises
        for entry in wrong(exercise, how_many)
    ]


@pytest.fixture(autouse=True)
def _graded(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")


def assert_clean(marked):
    """Assert that nothing went to stderr, and that no test broke."""
    for each in marked.values():
        assert each.errors == ""
        assert "the check itself broke off" not in each.text
        assert "Traceback" not in each.text
        assert "helpers/" not in each.text


@functools.cache
def exercise_names():
    return sorted(exercises())


def test_the_table_names_real_exercises():
    assert set(bank_entries(is_right=False)) == set(exercise_names())


@pytest.mark.parametrize("exercise", exercise_names())
def test_every_exercise_has_planted_mistakes_and_another_right_answer(exercise):
    assert len(bank_entries(is_right=False)[exercise]) >= 3
    assert bank_entries(is_right=True)[exercise]


# Right answers.


def some_seeds(key, what):
    """Return the seeds that a right answer has to pass; networks of PyTorch take longer."""
    return drawn_seeds(f"{what} {key}", 8 if "pytorch" in key else 20)


def assert_full_marks(key, names, seeds):
    full = full_points(NOTEBOOKS[key])
    for seed in seeds:
        marked = mark(key, names, seed)
        assert {name: each.points for name, each in marked.items()} == full, f"seed {seed}\n" + (
            "\n".join(each.text for name, each in marked.items() if each.points != full[name])
        )
        assert_clean(marked)


@pytest.mark.parametrize("key", NOTEBOOKS)
def test_solutions_earn_full_marks(key):
    assert_full_marks(key, answered(key), range(2))


@pytest.mark.slow
@pytest.mark.parametrize("key", NOTEBOOKS)
def test_solutions_earn_full_marks_whatever_the_seed(key):
    assert_full_marks(key, answered(key), some_seeds(key, "solutions"))


def otherwise(exercise):
    """Return the first of the bank's right answers to an exercise."""
    return answered_by(exercise, bank_entries(is_right=True)[exercise][0])


def all_otherwise(key):
    """Return right answers to all of a notebook, written otherwise."""
    assignment = NOTEBOOKS[key].assignment
    return {name: otherwise(f"{assignment}/{name}") for name in solutions(key)}


@pytest.mark.parametrize("key", NOTEBOOKS)
def test_answers_written_otherwise_earn_full_marks_together(key):
    assert_full_marks(key, answered(key, **all_otherwise(key)), range(1))


@pytest.mark.slow
@pytest.mark.parametrize("key", NOTEBOOKS)
def test_answers_written_otherwise_earn_full_marks_whatever_the_seed(key):
    assert_full_marks(key, answered(key, **all_otherwise(key)), some_seeds(key, "otherwise"))


# Nothing done.


def stubs(key):
    """Return the answer cells of a notebook as they are released."""
    return {
        cell.name: released(cell.source, cell.cell_type, cell.kind)
        for cell in NOTEBOOKS[key].cells
        if cell.kind == "answer"
    }


@pytest.mark.parametrize("key", NOTEBOOKS)
def test_untouched_answers_earn_nothing(key):
    marked = mark(key, answered(key, **stubs(key)))
    assert marked.keys() == graded_cells(NOTEBOOKS[key]).keys()
    for each in marked.values():
        assert each.points == 0
        assert "not done yet" in each.text
        assert "raised" not in each.text
    assert_clean(marked)


@pytest.mark.parametrize("key", NOTEBOOKS)
def test_answer_cells_that_were_never_run_earn_nothing(key):
    names = answered(key)
    for exercise in solutions(key):
        del names[exercise]
    for each in mark(key, names).values():
        assert each.points == 0
        assert "run the cell where you write it" in each.text


@pytest.mark.parametrize("exercise", exercise_names())
def test_one_exercise_alone_earns_its_marks(exercise):
    """All others untouched, but for those that it calls, or that its test needs for its inputs."""
    key, name = named(exercise)
    own = otherwise(exercise)
    used = own + graded_cells(NOTEBOOKS[key])[f"test_{name}"].source
    untouched = {each: stub for each, stub in stubs(key).items() if f"{each}(" not in used}
    names = answered(key, **{**untouched, name: own})
    tests = [f"test_{name}"]
    assert lost(key, mark(key, names, only=tests)) == {}


def test_functions_that_do_nothing_do_not_vouch_for_each_other():
    key = "nn_lab/1_backpropagation"
    nothing = {
        "forward": "def forward(W1, b1, W2, b2, X):\n    return [0 * X] * 4",
        "cost": "def cost(a3, Y):\n    return 0.0",
        "error_terms": "def error_terms(W2, a2, a3, Y):\n    return 0 * a3, 0 * a2",
        "gradients": "def gradients(X, a2, d3, d2):\n    return d2 * 0, d2 * 0, d3 * 0, d3 * 0",
        "cost_and_gradient": "def cost_and_gradient(theta, X, Y, h):\n    return 0.0, 0 * theta",
    }
    marked = mark(key, answered(key, **nothing))
    assert sum(marked[f"test_{name}"].points for name in nothing) == 0


# Wrong answers.


@pytest.mark.parametrize(("exercise", "entry"), as_parameters(exercise_names(), 2))
def test_a_wrong_answer_of_the_bank_loses_points(exercise, entry):
    key, name = named(exercise)
    names = answered(key, **{name: answered_by(exercise, entry)})
    marked = mark(key, names, only=[f"test_{name}"])
    assert lost(key, marked).keys() == {name}
    assert_clean(marked)


@pytest.mark.parametrize(("exercise", "entry"), as_parameters(sorted(FEEDING), 3))
def test_a_mistake_does_not_spread(exercise, entry):
    key, name = named(exercise)
    wrong_one = {name: answered_by(exercise, entry)}
    marked = mark_twice(key, wrong_one, seed=1, only=involved(key, name))
    assert len(marked) > 1
    assert lost(key, marked).keys() == {name}


# A student who hangs waits for the time limits; the demo grades her.
CLASSES = {
    each: students_of(ROOT / "source" / each)
    for each in sorted({n.assignment for n in NOTEBOOKS.values()})
}


def answers_of(student, key):
    """Return a student's answers in a notebook, and the names of those that are changed."""
    own = {name: student.answer(name, text) for name, text in solutions(key).items()}
    return own, [name for name, text in own.items() if text != solutions(key)[name]]


def assert_losses(student, key, only=None):
    sources, _ = answers_of(student, key)
    marked = mark_twice(key, sources, only=only)
    assert_clean(marked)
    expected = {name: points for name, points in student.loses.items() if name in sources}
    assert lost(key, marked) == expected


# Each student's notebooks in which something is changed.
CHANGED = [
    (student, key)
    for key, notebook in NOTEBOOKS.items()
    for student in CLASSES[notebook.assignment]
    if student.name not in ("bela", "jana") and answers_of(student, key)[1]
]


@pytest.mark.parametrize(("student", "key"), CHANGED, ids=[f"{s.name}-{key}" for s, key in CHANGED])
def test_the_sample_class_loses_what_is_written_there(student, key):
    _, changed = answers_of(student, key)
    assert_losses(student, key, only={test for name in changed for test in involved(key, name)})


def test_the_sample_class_loses_points_in_exercises_that_it_changed():
    for assignment, students in CLASSES.items():
        own = [key for key, notebook in NOTEBOOKS.items() if notebook.assignment == assignment]
        for student in students:
            changed = {name for key in own for name in answers_of(student, key)[1]}
            assert set(student.loses) <= changed
