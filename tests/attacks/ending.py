"""Attacks that end, stop or hang processes: their own, the grader's, somebody else's."""

from attacks.model import Attack, at_a_call

_PARENT = """
import os, signal
def parent_of_mine():
    parent = os.getppid()
    try:
        line = open(f"/proc/{parent}/cmdline").read()
    except OSError:
        return None
    return parent if parent > 1 and ("nbgrader" in line or "grading" in line) else None
parent = parent_of_mine()
"""


def cleared(nb, _place):
    """Hand in without outputs: the cells are run for them once the marks are known."""
    for cell in nb["cells"]:
        if cell["cell_type"] == "code":
            cell["execution_count"], cell["outputs"] = None, []


ATTACKS = [
    Attack(
        "redraw-loop",
        "never ends in the run that only draws its outputs",
        setup="while True:\n    pass",
        change=cleared,
        paid=False,
    ),
    Attack(
        "redraw-flood",
        "prints without end in the run that only draws its outputs",
        setup="for number in range(10**9):\n    print(number * 'x')",
        change=cleared,
        paid=False,
    ),
    at_a_call(
        "exit-at-call",
        "ends the process with status 0 when the grader calls",
        "import os\nos._exit(0)",
        paid=False,
    ),
    Attack(
        "exit-in-cell",
        "ends the process in an answer's cell; what was earned before stays",
        cells={"gradients": "import os\nos._exit(0)"},
        attacked=("gradients", "cost_and_gradient", "numerical_gradient"),
        paid=False,
    ),
    Attack(
        "system-exit",
        "raises SystemExit in its cells and functions, and calls exit()",
        setup="raise SystemExit(0)",
        bodies={"cost": "raise SystemExit(0)"},
        cells={"numerical_gradient": "exit(0)"},
        attacked=("cost", "numerical_gradient"),
        paid=False,
    ),
    at_a_call(
        "stop",
        "stops its own process, so that it neither answers nor ends",
        "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
        paid=False,
    ),
    at_a_call(
        "crash",
        "crashes the interpreter",
        "import ctypes\nctypes.string_at(1)",
        paid=False,
    ),
    at_a_call(
        "exec",
        "becomes another program that only waits",
        "import os\nos.execv('/bin/sleep', ['sleep', '60'])",
        paid=False,
    ),
    at_a_call(
        "close-all",
        "closes all connections and goes on",
        "import os, time\nos.closerange(3, 4096)\ntime.sleep(30)",
        paid=False,
    ),
    at_a_call(
        "loop",
        "never ends",
        "while True:\n    pass",
        paid=False,
    ),
    at_a_call(
        "deaf-loop",
        "never ends, and ignores every signal that may be ignored",
        """
        import signal
        for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
            try:
                signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError):
                pass
        while True:
            pass
        """,
        paid=False,
    ),
    at_a_call(
        "catching-loop",
        "never ends, and catches whatever would end it",
        """
        while True:
            try:
                while True:
                    pass
            except BaseException:
                continue
        """,
        paid=False,
    ),
    at_a_call(
        "one-operation",
        "a single operation of C code that takes minutes",
        "x = 7 ** (10 ** 8) % 3",
        paid=False,
    ),
    Attack(
        "loop-in-cell",
        "an answer's cell never ends, and ignores interrupts; what was earned before stays",
        cells={
            "numerical_gradient": """
            import signal
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            while True:
                pass
            """
        },
        attacked=("numerical_gradient",),
        paid=False,
    ),
    at_a_call(
        "recursion",
        "recurses three million times after lifting the limit",
        """
        import sys
        sys.setrecursionlimit(10**9)
        def deeper(n):
            return deeper(n + 1) + 1 if n < 3_000_000 else eval("(" * 50)
        deeper(0)
        """,
        paid=False,
    ),
    at_a_call(
        "shutdown",
        "asks its kernel to shut down, and its loop to stop",
        """
        kernel = get_ipython().kernel
        kernel.do_shutdown(True)
        import asyncio
        asyncio.get_event_loop().stop()
        """,
        paid=False,
    ),
    Attack(
        "detached",
        "leaves a process behind, in a session of its own, that ignores signals",
        setup="""
        import os, signal, time
        if os.fork() == 0:
            os.setsid()
            if os.fork():
                os._exit(0)
            open("/proc/self/comm", "w").write("@TAG@")
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            os.closerange(0, 4096)
            time.sleep(45)
            os._exit(0)
        """,
    ),
    at_a_call(
        "kill-parent",
        "kills the process that started it",
        _PARENT + "if parent:\n    os.kill(parent, signal.SIGKILL)\n",
    ),
    at_a_call(
        "stop-parent",
        "stops the process that started it",
        _PARENT + "if parent:\n    os.kill(parent, signal.SIGSTOP)\n",
    ),
    Attack(
        "parent-memory",
        "opens the memory of the process that started it, and of every other, for writing",
        setup="""
        import glob, os
        me = os.getpid()
        for path in glob.glob("/proc/[0-9]*/mem"):
            try:
                pid = int(path.split("/")[2])
                line = open(f"/proc/{pid}/cmdline").read()
                open(path, "r+b").close()
            except OSError:
                continue
            if "nbgrader" in line or "grading.examiner" in line:
                print("ATTACK-COULD: write to the grader's memory.")
        """,
    ),
    Attack(
        "signal-group",
        "interrupts its whole process group",
        setup="""
        import os, signal
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if os.getpgrp() > 1:
            os.killpg(0, signal.SIGINT)
        """,
        paid=False,
    ),
]
