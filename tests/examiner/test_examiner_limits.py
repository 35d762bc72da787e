"""Time limits count the kernel's own processor time, and a flood of messages has an end."""

import contextlib
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest
from examiner_tools import LIMITS, PlainManager, checked

from checks.timing import TimeIsUp
from grading.examiner.clipping import CUT
from grading.examiner.exchange import Exchange
from grading.examiner.job import Limits
from grading.examiner.judge import judge
from grading.examiner.kernel import Kernel, KernelGone
from grading.examiner.limit import FIRST_LOOK, Limit, ProcessorTime, TooLate, backstop
from grading.examiner.outputs import CellOutputs
from grading.examiner.session import Session

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


class Machine:
    """A clock, and a process that gets a share of it."""

    def __init__(self, share):
        self.now = self.spent = 0.0
        self.share = share
        self.looks = 0

    def clock(self):
        return self.now

    def ask(self):
        self.looks += 1
        return self.spent

    def work(self, seconds):
        self.now += seconds
        self.spent += self.share * seconds

    def time(self):
        return ProcessorTime(self.ask, self.clock)

    def wait_until_over(self, limit, most=1e4):
        """Work in pieces, as `Kernel` waits, until the limit is over."""
        while not limit.is_over() and self.now < most:
            self.work(min(limit.pause(), 1.0))
        return self.spent


@pytest.mark.parametrize("share", [1.0, 0.5, 0.3])
@pytest.mark.parametrize("seconds", [0.5, 1, 10, 60])
def test_a_limit_is_over_when_so_much_processor_time_is_used(share, seconds):
    machine = Machine(share)
    time_ = machine.time()
    with time_.waiting():
        limit = Limit(seconds, time_)
        spent = machine.wait_until_over(limit)
    # Until the first look what is waited counts as used.
    assert seconds - FIRST_LOOK <= spent <= seconds + 0.1
    late = TooLate(limit)
    assert (late.seconds, late.waited) == (seconds, False)
    assert str(late) == f"it took longer than {seconds:g} s"
    assert machine.looks <= 20 + 3 * seconds


def test_what_waits_is_over_with_the_backstop():
    machine = Machine(0.0)
    time_ = machine.time()
    with time_.waiting():
        limit = Limit(10, time_)
        machine.wait_until_over(limit)
    assert machine.now == pytest.approx(backstop(10), abs=1)
    late = TooLate(limit)
    assert (late.waited, str(late)) == (True, "it waited longer than 50 s")


def test_quick_questions_never_ask_for_the_processor_time():
    machine = Machine(0.2)
    time_ = machine.time()
    for _ in range(100):
        limit = Limit(10, time_)
        for _ in range(9):
            with time_.waiting():
                machine.work(0.01)
                assert not limit.is_over()
            machine.now += 5  # the test's own work is not the student's
    assert machine.looks == 0


def test_a_limit_spans_questions_and_counts_from_its_own_beginning():
    machine = Machine(0.5)
    time_ = machine.time()
    outer = Limit(100, time_)
    with time_.waiting():
        machine.work(60)
        assert not outer.is_over()
    limit = Limit(10, time_)
    for _ in range(19):
        with time_.waiting():
            machine.work(1)
            assert not limit.is_over()
    with time_.waiting():
        machine.work(1.5)
        assert limit.is_over()
        assert not outer.is_over()


@pytest.mark.parametrize("share", [1.0, 0.5])
def test_a_new_limit_begins_at_what_was_used_before_it(share):
    machine = Machine(share)
    time_ = machine.time()
    with time_.waiting():
        machine.work(60)  # nobody has looked yet
        before = machine.spent
        limit = Limit(10, time_)
        spent = machine.wait_until_over(limit) - before
    assert 10 - FIRST_LOOK <= spent <= 10.1


def test_a_new_limit_does_not_pay_for_what_was_used_before_it():
    machine = Machine(1.0)
    time_ = machine.time()
    with time_.waiting():
        machine.work(50)  # nobody has looked yet
    limit = Limit(10, time_)
    with time_.waiting():
        machine.work(9)
        assert not limit.is_over()


def test_several_threads_use_up_a_limit_faster_but_never_before_its_seconds():
    machine = Machine(4.0)
    time_ = machine.time()
    with time_.waiting():
        limit = Limit(10, time_)
        machine.wait_until_over(limit)
    assert 2.5 <= machine.now <= 10.1


@pytest.mark.parametrize("spent", [None, lambda: 1 / 0], ids=["none", "fails"])
def test_without_the_processor_time_wall_time_counts(spent):
    machine = Machine(0.0)
    time_ = ProcessorTime(spent, machine.clock)
    with time_.waiting():
        limit = Limit(10, time_)
        machine.wait_until_over(limit)
    assert machine.now == pytest.approx(10, abs=0.2)
    assert str(TooLate(limit)) == "it took longer than 10 s"


def test_what_a_check_is_told():
    error = TimeIsUp("10")
    assert (str(error), error.reason) == ("10", "it took longer than 10 s")
    error.waited = True
    assert error.reason == "it waited longer than 10 s"


# In a kernel


def spent_by_kernels():
    """Seconds of processor time of this process's children, as a supervisor counts them."""
    ticks = 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            stat = file.read_text().rpartition(")")[2].split()
            if int(stat[1]) == os.getpid() and stat[0] != "Z":
                ticks += sum(map(int, stat[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def session_with(source, limits=LIMITS, spent=None):
    kernel = Kernel(PlainManager, grace=limits.grace, spent=spent)
    try:
        kernel.wait_until_ready()
        kernel.run(source, 60, lambda message: None)
        yield Session(kernel, limits)
    finally:
        kernel.close()


def quick(line, seconds):
    """A test cell with one check, which has so many seconds."""
    cell = checked(line)
    source = cell.source.replace("points=4)", f"points=4, seconds={seconds})")
    return type(cell)(cell.kind, cell.name, source, cell.points)


COMPUTES = """
import time
def f(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end: pass
    return seconds
def waits(seconds):
    time.sleep(seconds)
"""


@pytest.mark.slow
def test_a_busy_machine_costs_no_marks(monkeypatch):
    """Four loops are in the way on each core: the call takes some five times its own time."""
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    loop = [sys.executable, "-c", "while True: pass"]
    with session_with(COMPUTES, spent=spent_by_kernels) as session:
        busy = [subprocess.Popen(loop) for _ in range(4 * (os.cpu_count() or 1))]
        # The loops are children too: only what the kernel uses counts.
        mine = {process.pid for process in busy}
        session._time._spent = lambda: spent_by_kernels() - sum(map(_spent_by, mine))
        try:
            passes = judge(quick("close(f(1.8), 1.8)", 3), session, ["f"])
            fails = judge(quick("close(f(4.5), 4.5)", 3), session, ["f"])
        finally:
            for process in busy:
                process.kill()
                process.wait()
    assert passes.points == 4, passes.text
    assert fails.points == 0
    assert "it took longer than 3 s" in fails.text


def _spent_by(pid):
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, stat[11:13])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.slow
def test_a_call_that_sleeps_is_over_with_the_backstop(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    started = time.monotonic()
    with session_with(COMPUTES, spent=spent_by_kernels) as session:
        # Sleeping for longer than the limit, as a slow machine would have it, costs nothing.
        assert judge(quick("waits(3)", 1), session, ["waits"]).points == 4
        verdict = judge(quick("waits(1000)", 1), session, ["waits"])
        assert judge(quick("close(f(0.1), 0.1)", 1), session, ["f"]).points == 4
    assert verdict.points == 0
    assert "longer than 14 s" in verdict.text
    assert time.monotonic() - started < 60


def test_cells_and_notebooks_have_limits_of_their_own():
    limits = Limits(cell=0.3, notebook=1.5, grace=2)
    with session_with(COMPUTES, limits) as session:
        for _ in range(2):
            with pytest.raises(TooLate, match=r"longer than 0\.3 s"):
                session.run("while True: pass", print)
        assert not session.is_over()
        session._limits = Limits(cell=60, grace=2)
        with pytest.raises(TooLate, match=r"longer than 1\.5 s"):
            session.run("while True: pass", print)
        assert session.is_over()
        session.deadline += 60
        assert session.run("1", lambda message: None)["status"] == "ok"


FLOODS = {
    "display": "from IPython.display import display\nwhile True: display(1)",
    "comm messages": (
        "from comm import create_comm\nc = create_comm(target_name='x')\n"
        "while True: c.send({'a': 1})"
    ),
    "messages made once": (
        "k = get_ipython().kernel\n"
        "m = k.session.serialize(k.session.msg('stream', {'name': 'stdout', 'text': 'x'},"
        " k.get_parent('shell')))\n"
        "while True: k.iopub_socket.send_multipart([b'stream', *m])"
    ),
    "long messages": (
        "k = get_ipython().kernel\n"
        "m = k.session.msg('stream', {}, k.get_parent('shell'))\n"
        "parts = [b'stream', *k.session.serialize(m)]\n"
        "parts[-1] = b'[' + b'[],' * 3_000_000 + b'[]]'\n"
        "import time\n"
        "while True: k.iopub_socket.send_multipart(parts); time.sleep(0.05)"
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_before_the_reply_costs_little(name):
    with session_with("", Limits(cell=4, grace=2)) as session:
        heard, messages = CellOutputs(100_000, {}), []

        def hear(message):
            messages.append(message["msg_type"])
            heard.hear(message)

        before = resource.getrusage(resource.RUSAGE_SELF)
        with contextlib.suppress(TooLate, KernelGone):
            session.run(FLOODS[name], hear)
        after = resource.getrusage(resource.RUSAGE_SELF)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 3
    assert len(messages) <= 20_001
    assert after.ru_maxrss - before.ru_maxrss < 1_500_000  # KiB; a message may be 64 MiB long
    assert sum(len(json.dumps(output)) for output in heard.outputs) < 500_000


@pytest.mark.slow
def test_a_thread_that_keeps_sending_holds_up_nothing():
    floods = (
        "import threading, sys, time\n"
        "from IPython.display import display\n"
        "def send():\n"
        "    while True: print('x', flush=True)\n"
        "for _ in range(3): threading.Thread(target=send, daemon=True).start()\n"
        "def f(x): return 2 * x"
    )
    with session_with(floods, Limits(grace=2)) as session:
        started = time.monotonic()
        f = session.begin({"f"})["f"]
        assert [f(n) for n in range(20)] == [2 * n for n in range(20)]
        for _ in range(3):
            session.run("1", lambda message: None)
        assert time.monotonic() - started < 40


def message(text, kind="stream", parent="mine", content=None):
    """A message as it comes, in parts."""
    content = {"name": "stdout", "text": text} if content is None else content
    parts = [{"msg_type": kind}, {"msg_id": parent}, {}, content]
    return [b"topic", b"<IDS|MSG>", b"signature", *(json.dumps(part).encode() for part in parts)]


def heard_by(exchange_hears):
    heard = []
    exchange = Exchange("mine", "x_reply", heard.append)
    exchange_hears(exchange)
    return exchange, [m["content"].get("text") for m in heard]


def test_only_messages_of_the_request_are_heard():
    odd = [
        [],
        [b"<IDS|MSG>"],
        message("a")[:-1],
        message("a", parent="another"),
        message("a", parent="not mine"),
        message("a", parent=["mine"]),
        [*message("a")[:-1], b"{"],
        [*message("a")[:-1], b"[" * 100_000],
        [*message("a")[:-1], b"[" + b"[]," * 3_000_000 + b"[]]"],
        [*message("a")[:3], b" " * 20_000 + message("a")[3], *message("a")[4:]],
    ]

    def hears(exchange):
        for parts in [*odd, message("b")]:
            exchange.take_output(parts)
            exchange.take_reply(parts)
        assert exchange.reply is None
        assert not exchange.is_over(10, interrupted=False)
        exchange.take_reply(message("", "x_reply", content=["no dictionary"]))
        exchange.take_reply(message("", "y_reply", content={"a": 0}))
        exchange.take_reply(message("", "x_reply", content={"a": 1}))
        exchange.take_reply(message("", "x_reply", content={"a": 2}))
        assert not exchange.is_over(10, interrupted=False)
        exchange.take_output(message("", "status", content={"execution_state": "idle"}))

    exchange, texts = heard_by(hears)
    assert exchange.is_over(10, interrupted=False)
    assert (exchange.reply, texts) == ({"a": 1}, ["b"])


def test_after_so_many_messages_nothing_more_is_heard_and_that_is_said():
    def hears(exchange):
        for _ in range(30_000):
            exchange.take_output(message("a"))

    exchange, texts = heard_by(hears)
    assert exchange.is_deaf
    assert len(texts) == 20_001
    assert texts[-1] == CUT
    exchange.take_reply(message("", "x_reply", content={}))
    assert exchange.is_over(10, interrupted=False)


def test_false_replies_are_counted():
    exchange, _ = heard_by(lambda e: [e.take_reply(message("a")) for _ in range(999)])
    assert not exchange.is_flooded
    exchange.take_reply(message("a"))
    assert exchange.is_flooded


def test_a_flood_of_outputs_is_kept_in_little_room():
    def sent(kind, **content):
        return {"msg_type": kind, "content": content}

    error = sent("error", ename="E", evalue="x", traceback=["y" * 1000] * 100)
    result = sent("execute_result", data={"text/plain": "1"}, execution_count=1)
    shown = sent("display_data", data={"text/plain": "1"}, transient={"display_id": "a"})
    update = sent("update_display_data", data={"text/plain": "2"}, transient={"display_id": "a"})
    bits = sent("stream", name="stdout", text="x")
    heard = CellOutputs(100_000, {})
    started = time.process_time()
    for one in (shown, update, bits, error, result):
        for _ in range(3000):
            heard.hear(one)
    assert time.process_time() - started < 10
    assert len(heard.outputs) < 1050
    assert sum(len(json.dumps(output)) for output in heard.outputs) < 2_500_000
    assert CUT in [output.get("text") for output in heard.outputs]
    heard.add_error("Last", "is kept", [])
    assert heard.outputs[-1]["ename"] == "Last"
    pictures = {f"image/{n}": {"width": 10**300, "height": 3} for n in range(1000)}
    heard = CellOutputs(100_000, {})
    heard.hear(sent("display_data", data={"text/plain": "1"}, metadata=pictures))
    assert heard.outputs[0]["metadata"] == {f"image/{n}": {"height": 3} for n in range(20)}


def test_a_stream_written_bit_by_bit_is_one_text():
    heard = CellOutputs(1000, {})
    for name, text in [("stdout", "a"), ("stdout", "b"), ("stderr", "c"), ("stderr", "d")]:
        heard.hear({"msg_type": "stream", "content": {"name": name, "text": text}})
        assert heard.outputs[-1]["text"].endswith(text)
    assert [output["text"] for output in heard.outputs] == ["ab", "cd"]


def test_closing_waits_for_nothing():
    kernel = Kernel(PlainManager)
    kernel.wait_until_ready()
    before = time.process_time()
    kernel.close()
    assert time.process_time() - before < 0.5
    with pytest.raises(KernelGone, match="closed"):
        kernel.run("1", 1, print)
