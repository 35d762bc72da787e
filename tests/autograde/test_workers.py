"""Submissions graded by processes of their own, side by side: what goes wrong stays where it is."""

import asyncio
import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest
from small_assignment import (
    CHECK,
    GOOD,
    NAME,
    checking,
    hand_in,
    make_assignment,
    make_order,
    marks,
    open_sandbox,
    with_settings,
)

from grading.autograde import workers
from grading.autograde.batch import Batch, default_jobs
from grading.autograde.order import Order, fresh_seed, seed_of
from grading.autograde.result import ResultError, read_result
from grading.autograde.workers import Forks, NotGraded, Worker

WRONG = "def f(x):\n    return x"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A folder with an assignment, and a process that has read it."""
    folder = tmp_path_factory.mktemp("course")
    forks = Forks(make_assignment(folder, CHECK, CHECK), os.environ)
    forks.start()
    yield folder, forks
    forks.close()


def grade(course, **students):
    """Grade submissions with these answers, two at a time: {student: result or reason}."""
    folder, forks = course
    for student, f in students.items():
        hand_in(folder, student, f)
    batch = Batch(forks, open_sandbox, 2, 60)
    found = batch.run(list(students), make_order(folder))
    return {o.submission: o.result or o.reason for o in found}


def test_an_order_travels_as_it_is():
    order = Order("ann", "/in", "/out", ["1_f"], fresh_seed(), "there", "", ["data.csv"])
    assert Order.from_json(order.to_json()) == order


def test_seeds_tell_nothing_of_each_other_and_stay_the_same():
    seeds = {seed_of(b, "lab", n, t) for b in (1, 2) for n in "ab" for t in "cd"}
    assert len(seeds) == 8
    assert seed_of(1, "lab", "a", "c") == 1228824319
    assert all(0 <= seed < 2**31 for seed in seeds)


def test_a_class_is_graded_side_by_side(course):
    results = grade(course, ann=GOOD, bob=WRONG, cat="def f(x", dan=GOOD)
    assert marks(results["ann"]) == marks(results["dan"]) == {"test_f": 4, "test_f_2": 4}
    assert marks(results["bob"]) == marks(results["cat"]) == {"test_f": 0, "test_f_2": 0}
    exercise = results["bob"]["notebooks"][NAME]["exercises"]["f"]
    assert (exercise["points"], exercise["of"]) == (0, 8)
    (check,) = exercise["tests"][0]["checks"]
    assert (check["label"], check["points"], check["passed"]) == ("it works", 4, False)
    assert exercise["tests"][0]["seed"] == seed_of(1, "ps", NAME, "test_f")


def test_the_same_batch_seed_gives_the_same_words_one_by_one_and_side_by_side(course):
    folder, forks = course
    answers = {f"s{n}": f"def f(x):\n    return {n} * x" for n in range(4)}
    for student, f in answers.items():
        hand_in(folder, student, f)
    found = []
    for jobs in (1, 3):
        batch = Batch(forks, open_sandbox, jobs, 60)
        results = {o.submission: o.result for o in batch.run(list(answers), make_order(folder))}
        found.append({s: r["notebooks"][NAME]["exercises"] for s, r in results.items()})
    assert found[0] == found[1]
    assert found[0]["s3"]["f"]["tests"][0]["message"]


@pytest.fixture
def odd_course(tmp_path):
    """Make a course whose second test does something odd, in the grader's own process."""
    opened = []

    def make(*lines, **settings):
        told = make_assignment(tmp_path, CHECK, checking("f(1)", *lines))
        opened.append(Forks(with_settings(told, **settings), os.environ))
        return tmp_path, opened[-1]

    yield make
    for forks in opened:
        forks.close()


def test_memory_of_the_grader_is_limited(odd_course):
    results = grade(odd_course("a = np.ones(10**9)", "a.sum()"), ann=GOOD)
    assert marks(results["ann"]) == {"test_f": 4, "test_f_2": 0}
    assert "MemoryError" in str(results["ann"]["notebooks"])


def test_a_grader_that_dies_twice_gives_no_zero_and_costs_no_neighbour(odd_course):
    course = odd_course("import os", "f(1) == 2 and os._exit(9)")
    results = grade(course, ann=GOOD, bob=WRONG)
    assert results["ann"] == "the grader's process ended"
    assert marks(results["bob"]) == {"test_f": 0, "test_f_2": 4}
    assert not (course[0] / "graded/ann/grading.json").exists()


def test_a_grader_that_died_once_is_asked_again_alone(odd_course, tmp_path):
    once = tmp_path / "once"
    lines = ("import os", "from pathlib import Path", f"there = Path({str(once)!r})")
    course = odd_course(*lines, "if not there.exists():", "    there.touch(); os._exit(9)")
    assert marks(grade(course, ann=GOOD)["ann"]) == {"test_f": 4, "test_f_2": 4}
    assert once.exists()


def test_a_grader_that_never_ends_is_ended(odd_course):
    folder, forks = odd_course("while True: pass")
    hand_in(folder, "ann")
    forks.start()
    worker = Worker(forks, open_sandbox)
    started = time.monotonic()
    with pytest.raises(NotGraded, match="it was not done after 15 s"):
        worker.grade(lambda address: make_order(folder)("ann", address), 15)
    assert time.monotonic() - started < 60
    worker.close()


def test_the_process_that_forks_may_die_in_the_middle(course):
    folder, forks = course
    for student in ("ann", "bob", "cat"):
        hand_in(folder, student)
    process = forks._process
    batch = Batch(forks, open_sandbox, 2, 60)
    outcomes = batch.run(["ann", "bob", "cat"], make_order(folder))
    first = next(outcomes)
    os.killpg(process.pid, signal.SIGKILL)
    found = {o.submission: o.result for o in [first, *outcomes]}
    assert all(marks(result)["test_f"] == 4 for result in found.values())
    assert len(found) == 3


def test_what_keeps_it_from_starting_is_said(tmp_path, monkeypatch):
    told = make_assignment(tmp_path, CHECK)
    Path(told["source"], f"{NAME}.ipynb").unlink()
    with pytest.raises(RuntimeError, match="is missing, and grading needs it"):
        Forks(told, os.environ).start()
    monkeypatch.setattr(workers, "COMMAND", (sys.executable, "-c", "import sys; sys.exit('no')"))
    with pytest.raises(RuntimeError, match="the grader's process ended"):
        Forks(told, os.environ).start()


def state():
    """What of a process a thread could spoil for others."""
    return (
        Path.cwd(),
        list(sys.path),
        dict(os.environ),
        sys.stdout,
        sys.stderr,
        signal.getsignal(signal.SIGINT),
        signal.getsignal(signal.SIGALRM),
        signal.getitimer(signal.ITIMER_REAL),
    )


def test_it_works_inside_a_running_event_loop_and_in_a_thread_and_changes_nothing(course):
    """As in the formgrader, which grades inside the Jupyter server."""
    found = {}

    async def serve():
        found["loop"] = grade(course, ann=GOOD)["ann"]
        found["thread"] = (await asyncio.to_thread(grade, course, ann=GOOD))["ann"]

    before, threads = state(), threading.active_count()
    asyncio.run(serve())
    assert state() == before
    assert threading.active_count() <= threads + 1  # the pool's
    assert all(marks(result)["test_f"] == 4 for result in found.values())


def test_a_result_of_another_form_is_refused(tmp_path):
    with pytest.raises(ResultError, match="was not graded yet"):
        read_result(tmp_path)
    for text in ('{"version": 0}', "[]", "{", "[" * 100_000):
        (tmp_path / "grading.json").write_text(text)
        with pytest.raises(ResultError):
            read_result(tmp_path)


def test_there_are_fewer_jobs_where_memory_is_short():
    assert default_jobs(1 << 60) == 1
    assert 1 <= default_jobs(1 << 20) <= os.cpu_count()
