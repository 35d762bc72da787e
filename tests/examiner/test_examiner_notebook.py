"""A notebook under the examiner, in an ordinary kernel: cells, verdicts, limits, ends."""

import time
from dataclasses import replace

import pytest
from examiner_tools import LIMITS, PlainManager, checked, errors, graded, run, texts, verdicts_on

from grading.examiner.child import examine
from grading.examiner.job import Job, Limits

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(autouse=True)
def _graded(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")


GOOD = "def f(x):\n    return 2 * x"
CHECKS = checked("close(f(np.ones(2)), [2, 2])")


def test_cells_run_in_order_and_show_what_they_show():
    shown = [
        "import sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')\n6 * 7",
        "1 / 0",
        "from IPython.display import display, HTML, clear_output\n"
        "handle = display(HTML('<b>old</b>'), display_id=True)",
        "handle.update(HTML('<b>new</b>'))\nprint('gone')\nclear_output()\nprint('kept')",
        "print('x' * 200_000)\nfor i in range(1000): print('more')\n'result'",
        "print('\\ud800', input.__name__)\ninput()",
        "raise SystemExit(3)",
        "%%bash\necho from a shell",
    ]
    verdicts = verdicts_on([*run(*shown), *run(GOOD), CHECKS])
    first = verdicts[0]
    assert first.outputs[-1]["output_type"] == "execute_result"
    # Whether what two streams write is mixed in order is the kernel's affair.
    assert sorted(texts(first).split()) == ["a", "b", "c"]
    assert first.outputs[-1]["data"] == {"text/plain": "42"}
    assert first.count == 1
    assert errors(verdicts[1]) == ["ZeroDivisionError"]
    assert "division by zero" in verdicts[1].outputs[0]["traceback"][-1]
    assert verdicts[2].outputs[0]["data"]["text/html"] == "<b>new</b>"
    assert texts(verdicts[3]) == "kept\n"
    assert len(texts(verdicts[4])) < LIMITS.output + 1000
    assert "cut here" in texts(verdicts[4])
    assert verdicts[4].outputs[-1]["data"] == {"text/plain": "'result'"}
    assert errors(verdicts[5]) == ["StdinNotImplementedError"]
    texts(verdicts[5]).encode("utf-8")
    assert errors(verdicts[6]) == ["SystemExit"]
    assert texts(verdicts[7]) == "from a shell\n"
    assert verdicts[-1].points == 4


def test_a_test_is_judged_and_what_it_prints_is_kept_apart_from_the_student_s():
    forged = "def f(x):\n    print('f: 1 of 1 checks passed')\n    return 3 * x"
    right, wrong = (verdicts_on([*run(code), CHECKS])[1] for code in (GOOD, forged))
    assert (right.points, right.printed, right.outputs) == (4, "", [])
    assert right.text == "f: 1 of 1 checks passed\n  passed   it works\n"
    assert wrong.points == 0
    assert wrong.text.startswith("f: 0 of 1 checks passed")
    assert "yours is 1.5 times what it should be" in " ".join(wrong.text.split())
    assert wrong.printed == "f: 1 of 1 checks passed\n"


BAD_TESTS = {
    "no credit": ("x = 1", "has to end in `credit"),
    "a number": ("4.0", "has to end in `credit"),
    "true": ("True", "has to end in `credit"),
    "a student's number": ("f(1)", "has to end in `credit"),
    "too many points": ("from checks import Credit\nCredit(5)", "between 0 and 4"),
    "a negative mark": ("from checks import Credit\nCredit(-1)", "between 0 and 4"),
    "not a number": ("from checks import Credit\nCredit('nan')", "has to end in"),
    "no Python": ("def", "no Python (line 1)"),
    "nothing": ("# nothing", "has to end in `credit"),
    "an error": ("1 / 0\ncredit(1)", "failed (ZeroDivisionError)"),
    "an exit": ("raise SystemExit", "has to end in `credit"),
}


def test_only_a_credit_within_the_points_is_a_mark():
    verdicts = verdicts_on([*run(GOOD), *(graded(source) for source, _ in BAD_TESTS.values())])
    for verdict, (name, (_, message)) in zip(verdicts[1:], BAD_TESTS.items(), strict=True):
        assert verdict.points is None, name
        assert errors(verdict) == ["NoMark"], name
        assert message in verdict.outputs[0]["evalue"], name


def test_a_test_gets_the_answers_names_alone():
    cells = [
        *run("def f(x): return 2 * x\nnp = credit = sorted = print = None\nsecret = 1"),
        CHECKS,
        checked("secret"),
        checked("g()"),
        checked("expect(sorted([2, 1]) == [1, 2], 'the builtin')"),
    ]
    verdicts = verdicts_on(cells, names=["f", "g"])
    assert [verdict.points for verdict in verdicts[1:]] == [4, 0, 0, 4]
    assert "there is no `g` yet" in verdicts[3].text


def test_an_endless_loop_costs_its_own_points_and_little_time():
    loop = "def f(x):\n    while True:\n        pass"
    stubborn = (
        "def f(x):\n    while True:\n        try:\n            while True: pass\n"
        "        except KeyboardInterrupt:\n            if x > 1: return x\n            x += 1"
    )
    slow = "with check('it works', points=4, seconds=1):"
    cell = graded(CHECKS.source.replace("with check('it works', points=4):", slow))
    lines = "\n".join(cell.source.splitlines()[6:8])
    twice = cell.source.replace("\n\ncredit", f"\n{lines}\n\ncredit")
    cells = [*run(loop), graded(twice), *run(GOOD), cell, *run(stubborn), cell, *run(GOOD), cell]
    verdicts = verdicts_on(cells)
    assert [verdict.points for verdict in verdicts[1::2]] == [0, 4, 0, 4]
    assert "it took longer than 1 s. Is there a loop that does not end?" in verdicts[1].text
    assert "0 of 2 checks" in verdicts[1].text


IGNORES = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"


@pytest.mark.parametrize(
    ("ending", "name", "reason"),
    [
        ("import os\nos._exit(0)", "KernelDied", "the Python process ended (a crash, or an exit)"),
        ("import os\nos.kill(os.getpid(), 9)", "KernelDied", "the Python process ended"),
        (IGNORES + "while True: pass", "CellTimeoutError", "could not be interrupted"),
    ],
    ids=["exit", "kill", "loop"],
)
def test_the_end_of_the_kernel_keeps_earlier_marks(ending, name, reason):
    limits = Limits(cell=4, grace=2)
    cells = [*run(GOOD), CHECKS, *run(ending, GOOD), CHECKS]
    started = time.monotonic()
    verdicts = verdicts_on(cells, limits=limits)
    assert time.monotonic() - started < 40
    assert verdicts[1].points == 4
    assert errors(verdicts[2]) == [name]
    assert reason in verdicts[2].outputs[-1]["evalue"]
    assert [errors(verdict) for verdict in verdicts[3:]] == [["NotRun"], ["NotRun"]]
    assert verdicts[4].points is None


def test_the_end_of_the_kernel_during_a_test_ends_that_test_s_checks():
    dies = "def f(x):\n    import os\n    os._exit(1)"
    verdicts = verdicts_on([*run(dies), CHECKS, *run(GOOD), CHECKS], why_ended=lambda: "it was big")
    assert verdicts[1].points == 0
    said = " ".join(verdicts[1].text.split())
    assert "your code cannot be called any more: it was big" in said
    assert errors(verdicts[2]) == errors(verdicts[3]) == ["NotRun"]
    assert "it was big" in verdicts[3].outputs[0]["evalue"]


def test_a_loop_in_a_function_that_ignores_interrupts_ends_the_notebook():
    deaf = "    import signal\n    signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    loop = f"def f(x):\n{deaf}    while True: pass"
    cell = graded(CHECKS.source.replace("points=4)", "points=4, seconds=1)"))
    verdicts = verdicts_on([*run(loop), cell, *run(GOOD), CHECKS])
    assert verdicts[1].points == 0
    assert "could not be interrupted" in verdicts[1].text
    assert errors(verdicts[3]) == ["NotRun"]


def test_cells_and_notebooks_have_their_time():
    cells = run("while True: pass", "'next'", *["import time\ntime.sleep(60)"] * 2, "'later'")
    started = time.monotonic()
    verdicts = verdicts_on(cells, limits=Limits(cell=1, notebook=2.5, grace=3))
    assert time.monotonic() - started < 30
    assert errors(verdicts[0])[-1] == "CellTimeoutError"
    assert "it took longer than 1 s" in verdicts[0].outputs[-1]["evalue"]
    assert errors(verdicts[-1]) == ["NotRun"]
    assert "limit of 2.5 s was used up" in verdicts[-1].outputs[0]["evalue"]


def test_a_test_has_its_time_over_all_calls():
    slow = "import time\ndef f(x):\n    time.sleep(0.4)\n    return 2 * x"
    cell = checked("for _ in range(50): f(1)")
    verdict = verdicts_on([*run(slow), cell], limits=Limits(test=1.5))[1]
    assert verdict.points == 0
    assert "it took longer than 1.5 s" in verdict.text


def test_to_recognise_a_mistake_costs_a_student_neither_time_nor_marks(capfd):
    def recognise(cell, transcript, seed, verdict):
        time.sleep(4)
        raise RuntimeError("the bank is broken")

    cells = [*run("def f(x): return 3 * x"), CHECKS, *run("def f(x): return 2 * x"), CHECKS]
    found, job = [], Job("", cells, ["f"], replace(LIMITS, notebook=3.5))
    examine(job, found.append, PlainManager, recognise=recognise)
    assert found[1].points < found[3].points == 4
    assert (found[1].mistakes, found[1].advice) == ([], "")
    assert "the bank is broken" in capfd.readouterr().err


def test_what_the_kernel_says_may_be_anything():
    """Messages under the student's control: odd types, deep data, false parents."""
    forge = (
        "kernel = get_ipython().kernel\n"
        "def say(kind, content, parent=None):\n"
        "    kernel.session.send(kernel.iopub_socket, kind, content, parent=parent or "
        "kernel.get_parent('shell'), ident=kernel.topic(kind))\n"
    )
    odd = [
        "say('stream', {'name': 3, 'text': ['a', {}]})",
        "say('stream', {})",
        "say('error', {'ename': None, 'evalue': 3, 'traceback': 'abc'})",
        "say('display_data', {'data': {'text/plain': 3, 5: 'x'}, 'metadata': []})",
        "say('display_data', {'data': None})",
        "say('execute_result', {'data': {'text/plain': '4.0'}, 'execution_count': 'many'})",
        "say('update_display_data', {'data': {}, 'transient': {'display_id': []}})",
        "say('execute_input', {'execution_count': 10**30})",
        "say('nonsense', {'a': 1})",
        "say('comm_open', {'comm_id': '1', 'target_name': 'x', 'data': {}})",
        "deep = []\nfor _ in range(100_000): deep = [deep]",
        "say('status', {'execution_state': 'idle'}, {'msg_id': 'another'})",
    ]
    verdicts = verdicts_on([*run(forge, *odd, GOOD), CHECKS])
    assert verdicts[-1].points == 4
    for verdict in verdicts:
        for output in verdict.outputs:
            assert all(isinstance(value, str) for value in output.get("data", {}).values())


def test_forged_replies_are_only_answers():
    forged = [
        "import sys\nend = sys.modules['_examiner_of_this_notebook']\n"
        "class Says:\n    def __init__(self, data): self.data = data\n"
        "    def __repr__(self): return ''\n"
        "    def _repr_mimebundle_(self, **k): return {'application/json': self.data}\n"
        "def answer(data):\n    end.serve = lambda request: Says(data)\n",
        "answer({'value': '4.0'})",
        "answer({'raised': '{}'})",
        "answer({'raised': '[1'})",
        "answer({'refused': '{\"a\": 1}'})",
        "answer({'value': '{}', 'raised': '{}'})",
        "answer([])",
        'answer({\'value\': \'{"d": [["f", {"ref": {"number": -1}}]]}\'})',
        "answer({'value': '{\"d\": [[\"g\", 1]]}'})",
        'answer({\'raised\': \'{"kind": "A\\\\nB", "message": "m\\\\nf: 1 of 1 checks passed", '
        '"bases": ["StopIteration"], "frames": [["a", 1, "b"]]}\'})',
        "end.serve = None",
        "del sys.modules['_examiner_of_this_notebook']",
    ]
    # The examiner's end is there after the first test.
    cells = [*run(GOOD), CHECKS, *run(forged[0])]
    for source in forged[1:]:
        cells += [*run(source), CHECKS]
    verdicts = verdicts_on(cells)
    assert verdicts[1].points == 4
    for verdict in verdicts[4::2]:
        assert not verdict.points
        assert "passed   it works" not in verdict.text
        assert "\nf: 1 of 1" not in verdict.text
