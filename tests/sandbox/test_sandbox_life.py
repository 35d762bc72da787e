"""How sandboxes begin and end, and who can use them."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from nbclient import NotebookClient
from sandbox_room import FEW_IMPORTS, LIMITS, Kernel, kernel

from grading.sandbox import Sandbox, SandboxError, kernel_manager, unavailable, why_ended
from grading.sandbox.kernels import SandboxKernelManager

TESTS = Path(__file__).resolve().parents[1]
needs_bubblewrap = pytest.mark.skipif(bool(unavailable()), reason=unavailable() or "it works")
needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere kernels start plainly")


def running(mark):
    """Processes on this machine with a mark among their arguments."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if mark in (process.info["cmdline"] or ()):
            found.append(process)
    return found


def wait_until(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


@pytest.fixture(params=[pytest.param(True, marks=needs_bubblewrap), pytest.param(False)])
def room(request):
    """A sandbox, and the same without bubblewrap."""
    with Sandbox(LIMITS, confined=request.param, imports=FEW_IMPORTS) as room:
        yield room


@needs_linux
def test_one_room_from_its_begin_to_its_end(room):
    """Files, a notebook by nbclient, what is left of it, an end by the watchdog, the close."""
    before = dict(os.environ), Path.cwd(), signal.getsignal(signal.SIGINT)
    room.put("a/b.txt", b"given")
    code = "import os; print(os.getcwd(), open('a/b.txt').read())"
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    manager = kernel_manager(room.address)
    NotebookClient(nb, km=manager, timeout=60).execute()
    assert nb.cells[0].outputs[0].text == f"{room.workspace} given\n"
    manager.context.destroy(linger=0)
    room.clear()

    mark = f"{time.time()}"
    with kernel(room) as run:
        assert run("import os; print(os.listdir('.'))") == "[]"
        run(f"""
            import subprocess
            subprocess.Popen(["sleep", "{mark}"], start_new_session=True)
        """)
        assert wait_until(lambda: running(mark))
    assert wait_until(lambda: not running(mark))

    with kernel(room) as run:
        run.begin(f"""
            import os, subprocess, time
            subprocess.Popen(["sleep", "{mark}"], start_new_session=True)
            for _ in range(8):
                if not os.fork(): data = b"x" * (100 * 2**20); time.sleep(60)
            time.sleep(60)
        """)
        assert run.dies()
        assert why_ended(room.address) == "it used more than 400 MiB of memory"
    assert wait_until(lambda: not running(mark))
    assert room.ended == ""

    folder = Path(room.address).parent
    room.close()
    assert not folder.exists()
    assert before == (dict(os.environ), Path.cwd(), signal.getsignal(signal.SIGINT))
    with pytest.raises(SandboxError, match="closed"):
        room.put("x", b"")


OPENER = """
import json, os, sys, time
sys.path.insert(0, sys.argv[1])
from sandbox_room import FEW_IMPORTS, LIMITS, Kernel
from grading.sandbox import Sandbox
room = Sandbox(LIMITS, imports=FEW_IMPORTS)
run = Kernel(room.address)
run(f"import subprocess; subprocess.Popen(['sleep', '{sys.argv[2]}'], start_new_session=True)")
print(json.dumps({"supervisor": room._supervisor.pid, "address": room.address}), flush=True)
time.sleep(60)
"""
USER = """
import sys
sys.path.insert(0, sys.argv[1])
from sandbox_room import Kernel
run = Kernel(sys.argv[2])
print(run("print(6 * 7)"))
run.close()
"""


@needs_bubblewrap
def test_ends_with_the_process_that_opened_it():
    """Another process uses it meanwhile; nobody gets to close it, nor its folder."""
    mark = f"{time.time()}"
    argv = [sys.executable, "-c", OPENER, str(TESTS), mark]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as opener:
        told = json.loads(opener.stdout.readline())
        argv = [sys.executable, "-c", USER, str(TESTS), told["address"]]
        assert subprocess.run(argv, capture_output=True, text=True).stdout == "42\n"
        assert wait_until(lambda: running(mark))
        opener.kill()
    assert wait_until(lambda: not running(mark))
    assert wait_until(lambda: not Path(told["address"]).parent.exists())


@needs_bubblewrap
def test_ends_with_its_keeper():
    mark = f"{time.time()}"
    with Sandbox(LIMITS, imports=FEW_IMPORTS) as room:
        run = Kernel(room.address)
        run(f"import subprocess; subprocess.Popen(['sleep', '{mark}'], start_new_session=True)")
        assert wait_until(lambda: running(mark))
        room._supervisor.kill()
        assert run.dies()
        run.close()
        assert wait_until(lambda: not running(mark))


@needs_bubblewrap
def test_says_why_it_cannot_start():
    imports = ["unittest.__main__"]  # a module that ends the process that imports it
    with Sandbox(imports=imports) as room, pytest.raises(SandboxError, match="Ran 1 test"):
        room.wait()


def test_is_refused_with_one_sentence_where_bubblewrap_is_missing(monkeypatch):
    unavailable.cache_clear()
    monkeypatch.setattr(shutil, "which", lambda name: None)
    try:
        assert unavailable().count(".") == 1
        with pytest.raises(SandboxError, match=r"bwrap|Linux"):
            Sandbox()
    finally:
        unavailable.cache_clear()


@pytest.mark.slow
def test_plain_kernels_where_there_is_no_other_way(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    room = Sandbox(confined=False)
    monkeypatch.undo()
    with room:
        room.put("a.txt", b"given")
        with kernel(room) as run:
            assert not isinstance(run.manager, SandboxKernelManager)
            assert run("print(open('a.txt').read())") == "given"
        with kernel(room) as run:
            assert run("import os; print(os.listdir('.'))") == "[]"


@pytest.mark.slow
@needs_bubblewrap
@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs root to be another user")
def test_an_ordinary_user_has_the_same_sandbox():
    """All tests of the sandbox as `nobody`, who is let see a Python that lies in root's home."""
    home = str(Path.home())
    script = f"""
        set -e
        mount -t tmpfs none /mnt
        mkdir /mnt/home && mount --bind {home} /mnt/home
        mount -t tmpfs -o mode=755 none {home}
        cd /mnt/home && find . -maxdepth 1 -type d ! -name . -exec mkdir {home}/{{}} \\; \
            -exec mount --bind /mnt/home/{{}} {home}/{{}} \\;
        cd {TESTS.parent}
        export HOME=/tmp/nobody-$$ MPLCONFIGDIR=/tmp/nobody-$$
        mkdir -m 777 $HOME
        exec setpriv --reuid 65534 --regid 65534 --clear-groups {sys.executable} -m pytest \
            -p no:cacheprovider tests/sandbox/test_sandbox.py \
            tests/sandbox/test_sandbox_limits.py tests/sandbox/test_sandbox_life.py \
            tests/sandbox/test_sandbox_between.py
    """
    argv = ["unshare", "--mount", "sh", "-c", script]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=600)
    if "Operation not permitted" in done.stderr:
        pytest.skip(f"this machine does not let root mount: {done.stderr}")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout
