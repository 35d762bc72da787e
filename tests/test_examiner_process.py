"""The examiner's process as nbgrader uses it: jobs, verdicts, and an examiner that goes wrong."""

import asyncio
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest
from examiner_tools import checked, errors, run
from grading.examiner.desk import Desk

from grading.examiner import process
from grading.examiner.job import RUN, TEST, Cell, Job, Limits, Verdict, not_run, read_verdict
from grading.sandbox import Sandbox, unavailable

GOOD = "def f(x):\n    return 2 * x"
CHECKS = checked("close(f(np.ones(2)), [2, 2])")
SHORT = Limits(cell=20, notebook=60)


def open_sandbox():
    return Sandbox(confined=not unavailable())


def job(*cells, limits=SHORT):
    return lambda address: Job(address, list(cells), ["f"], limits)


def test_a_job_is_told_as_it_is():
    told = Job("there", [Cell(TEST, "test_f", "1", 2.0), Cell(RUN, "", "é\ud800")], ["f"], SHORT)
    assert Job.from_json(told.to_json()) == told


TEST_CELL = Cell(TEST, "test_f", "", 4.0)
STREAM = {"output_type": "stream", "name": "stdout", "text": "a"}


@pytest.mark.parametrize(
    "change",
    [
        {"points": 4.5},
        {"points": -1.0},
        {"points": True},
        {"points": "4.0"},
        {"points": 4},
        {"points": float("nan")},
        {"points": float("inf")},
        {"outputs": {}},
        {"outputs": None},
        {"outputs": [3]},
        {"outputs": [{**STREAM, "output_type": "html"}]},
        {"outputs": [{**STREAM, "text": 3}]},
        {"outputs": [{**STREAM, "more": 3}]},
        {"outputs": [{"output_type": "error", "ename": "", "evalue": "", "traceback": [1]}]},
        {"outputs": [{"output_type": "display_data", "data": {"a": {}}, "metadata": {}}]},
        {"count": 1.5},
        {"mistakes": "a title"},
        {"mistakes": [3]},
        {"advice": 3},
        {"text": None},
        {"printed": ["a"]},
        {"more": 1},
    ],
    ids=str,
)
def test_only_sound_verdicts_are_read(change):
    sound = json.loads(Verdict([STREAM], 3, 4.0, "text", "printed").to_json())
    assert read_verdict(json.dumps(sound), TEST_CELL).points == 4
    with pytest.raises((ValueError, TypeError)):
        read_verdict(json.dumps(sound | change), TEST_CELL)


def test_only_tests_have_points():
    with pytest.raises(ValueError, match="no points"):
        read_verdict(Verdict(points=1.0).to_json(), Cell(RUN, "f", ""))
    assert read_verdict(not_run("because").to_json(), TEST_CELL).points is None


RECEIVE = f"""
import os, socket, sys, time
orders = socket.socket(fileno=os.dup(0))
_, (job, answer), _, _ = socket.recv_fds(orders, 16, 2)
first = {Verdict(points=4.0, count=1).to_json().encode()!r} + b"\\n"
"""
DONE = "orders.sendall(b'0\\n')"
WRONG = {
    "dies": ("os.write(answer, first); sys.stderr.write('last words'); os._exit(3)", [4, None]),
    "does not start": ("sys.exit('no')", [None, None]),
    "hangs": ("os.write(answer, first); time.sleep(1000)", [4, None]),
    "cuts off": ("os.write(answer, first + first[:20]); " + DONE, [4, None]),
    "lies": (
        "os.write(answer, first + first.replace(b'4', b'5')); " + DONE,
        [4, None],
    ),
    "talks": ("os.write(answer, first * 100_000); " + DONE, [4, 4]),
    "writes nonsense": (
        "os.write(answer, os.urandom(10_000)); " + DONE,
        [None, None],
    ),
    "fails": ("os.write(answer, first); orders.sendall(b'1\\n')", [4, None]),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_examiner_that_goes_wrong_costs_what_it_did_not_say(name, monkeypatch):
    script, points = WRONG[name]
    code = "import sys\n" + ("" if name == "does not start" else RECEIVE) + script
    monkeypatch.setattr(process, "COMMAND", (sys.executable, "-c", code))
    monkeypatch.setattr(process, "SPARE", 2.0)
    examiner = process.ExaminerProcess(os.environ)
    started = time.monotonic()
    told = Job("", [TEST_CELL, TEST_CELL], [], Limits(notebook=1))
    verdicts, problem = examiner.examine(told)
    assert time.monotonic() - started < 20
    assert [verdict.points for verdict in verdicts] == points
    for verdict in verdicts:
        assert verdict.points is not None or errors(verdict) == ["NotRun"]
    assert bool(problem) == (points[-1] is None)
    examiner.close()


def test_last_words_reach_the_log(monkeypatch):
    monkeypatch.setattr(process, "COMMAND", (sys.executable, "-c", RECEIVE + WRONG["dies"][0]))
    assert "last words" in process.ExaminerProcess(os.environ).examine(Job("", [TEST_CELL]))[1]


@pytest.fixture(scope="module")
def desk():
    with Desk(open_sandbox) as desk:
        yield desk


def test_notebooks_of_one_submission_share_a_sandbox_and_nothing_else(desk):
    leaves = "import sys\nsys.left_behind = 1\nopen('left', 'w').write('x')\n" + GOOD
    looks = "import os, sys\nprint(os.listdir('.'), hasattr(sys, 'left_behind'))\n" + GOOD
    trusted = checked("import helpers", "expect(not hasattr(helpers, 'm'), 'old')", "helpers.m = 1")
    first, problem = desk.examine("ann", {"a.txt": b"1"}, job(*run(leaves), CHECKS, trusted))
    second, _ = desk.examine("ann", {"b.txt": b"2"}, job(*run(looks), CHECKS, trusted))
    assert problem == ""
    assert second[0].outputs[0]["text"] == "['b.txt'] False\n"
    for verdicts in (first, second):
        assert [verdict.points for verdict in verdicts] == [None, 4, 4]


def test_files_lie_beside_the_notebook(desk):
    reads = run("print(open('data/a.txt').read())")
    verdicts, _ = desk.examine("ann", {"data/a.txt": b"here"}, job(*reads))
    assert verdicts[0].outputs[0]["text"] == "here\n"


def test_the_grading_environment_reaches_student_and_test(desk):
    seen = run("import os\nprint(os.environ.get('NBGRADER_EXECUTION'))")
    verdicts, _ = desk.examine("ann", {}, job(*seen, *run(GOOD), CHECKS))
    assert verdicts[0].outputs[0]["text"] == "autograde\n"
    assert verdicts[2].points == 4


def test_memory_of_the_examiner_is_limited(desk):
    greedy = checked("f(1); a = np.ones(10**9); a.sum()")
    verdicts, problem = desk.examine("ann", {}, job(*run(GOOD), greedy, CHECKS))
    assert "MemoryError" in verdicts[1].text
    assert verdicts[2].points == 4
    assert problem == ""


def test_a_child_that_is_killed_keeps_the_verdicts_before(desk):
    dies = Cell(TEST, "test_f", "import os\nos._exit(9)\ncredit", 4.0)
    verdicts, problem = desk.examine("ann", {}, job(*run(GOOD), CHECKS, dies, CHECKS))
    assert [verdict.points for verdict in verdicts] == [None, 4, None, None]
    assert "its process ended" in problem
    verdicts, problem = desk.examine("bob", {}, job(*run(GOOD), CHECKS))
    assert (verdicts[1].points, problem) == (4, "")


def test_a_test_that_never_ends_is_ended(desk, monkeypatch):
    desk.examine("ann", {}, job(*run(GOOD)))  # all that takes time to start has started
    monkeypatch.setattr(process, "SPARE", 10.0)
    endless = Cell(TEST, "test_f", "while True: pass\ncredit", 4.0)
    started = time.monotonic()
    limits = Limits(notebook=5)
    verdicts, problem = desk.examine("ann", {}, job(*run(GOOD), CHECKS, endless, limits=limits))
    assert time.monotonic() - started < 60
    assert "took too long" in problem
    assert verdicts[1].points == 4
    assert errors(verdicts[2]) == ["NotRun"]


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
        os.umask(os.umask(0o22)) is not None,
    )


def test_it_works_inside_a_running_event_loop_and_in_a_thread_and_changes_nothing():
    """As in the formgrader, which grades inside the Jupyter server."""
    found = {}

    def grade(where):
        with Desk(open_sandbox) as desk:
            found[where] = desk.examine("ann", {}, job(*run(GOOD), CHECKS))

    async def serve():
        grade("loop")
        await asyncio.to_thread(grade, "thread")

    before = state()
    threads = threading.active_count()
    asyncio.run(serve())
    assert state() == before
    assert threading.active_count() <= threads + 1  # the pool's
    for verdicts, problem in found.values():
        assert (verdicts[1].points, problem) == (4, "")


def test_the_next_sandbox_gets_ready_while_there_are_submissions_to_come():
    opened = []

    class Room:
        address = "nowhere"

        def __init__(self):
            opened.append(self)
            self.closed = False

        def clear(self):
            pass

        def close(self):
            self.closed = True

    with Desk(Room) as desk:
        desk.to_come = 2
        desk._examiner.examine = lambda job: ([], "")
        for who, rooms in [("ann", 2), ("ann", 2), ("bob", 2), ("bob", 2)]:
            desk.examine(who, {}, lambda address: None)
            assert len(opened) == rooms, who
        assert [room.closed for room in opened] == [True, False]
    assert all(room.closed for room in opened)
