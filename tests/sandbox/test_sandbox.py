"""The walls and limits of the sandbox, each tried by hostile code in a real kernel."""

import ast
import os
from pathlib import Path

import pytest
from sandbox_room import LIMITS, kernel

from grading.sandbox import Sandbox, environment, unavailable
from grading.sandbox.bubblewrap import HOME, WORKSPACE

pytestmark = pytest.mark.skipif(bool(unavailable()), reason=unavailable() or "it works")

COURSE = Path(__file__).resolve().parents[2]
#: Stands for a course folder inside of an environment.
HIDDEN = Path(pytest.__file__).parent


@pytest.fixture(scope="module")
def room():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADERS_SECRET", "x")
        with Sandbox(LIMITS, hide=[HIDDEN]) as room:
            room.wait()
            yield room


@pytest.fixture(scope="module")
def probe(room):
    """One kernel for all that does it no harm."""
    room.put("notes/a.txt", b"given")
    with kernel(room) as run:
        yield run


def test_has_what_a_notebook_needs(probe):
    said = probe("""
        import matplotlib.pyplot as plt, numpy, scipy.optimize, sklearn.datasets, helpers, os
        print(len(sklearn.datasets.load_digits().images), helpers.__file__, os.getcwd())
        print(open("notes/a.txt").read(), os.environ["NBGRADER_EXECUTION"])
        plt.plot([1, 2]);
    """)
    assert said.splitlines() == [
        f"1797 /course/helpers/__init__.py {WORKSPACE}",
        "given autograde",
        "<image/png, text/plain>",
    ]


def test_multiprocessing_and_temporary_files_work(probe):
    said = probe("""
        import multiprocessing, tempfile
        with tempfile.NamedTemporaryFile("w") as file, multiprocessing.Pool(2) as pool:
            print(file.write("abc"), pool.map(abs, [-1, -2]))
        shared = multiprocessing.Array("d", 10**5)
        child = multiprocessing.Process(target=shared.__setitem__, args=(0, 5.0))
        child.start(), child.join()
        print(shared[0])
    """)
    assert said.split("\n") == ["3 [1, 2]", "5.0"]


#: Each raises OSError; `call` is for what Python has no function for.
REFUSED = {
    "passwords": "open('/etc/shadow').read()",
    "source": f"os.listdir({str(COURSE / 'source')!r})",
    "notebooks": f"os.listdir({str(COURSE / 'notebooks')!r})",
    "grading": f"os.listdir({str(COURSE / 'grading')!r})",
    "settings": f"open({str(COURSE / 'nbgrader_config.py')!r}).read()",
    "instructor's home": f"open({str(Path.home() / '.bashrc')!r}).read()",
    "var": "os.listdir('/var')",
    "sys": "os.listdir('/sys')",
    "server: environment": "open('/proc/1/environ').read()",
    "server: open files": "os.listdir('/proc/1/fd')",
    "server: root": "os.listdir('/proc/1/root/')",
    "server: memory": "open('/proc/1/mem', 'rb').read(1)",
    "server: limits": "call(302, 1, 7, b'\\0' * 16, None)",
    "server: trace": "call(101, 16, 1, 0, 0)",
    "write: root": "open('/x', 'w')",
    "write: home": f"open('{HOME}/x', 'w')",
    "write: dev": "open('/dev/x', 'w')",
    "write: usr": "open('/usr/x', 'w')",
    "write: helpers": "open('/course/helpers/x.py', 'w')",
    "write: Python": "open(sys.prefix + '/bin/x', 'w')",
    "write: kernel settings": "open('/proc/sys/kernel/core_pattern', 'w')",
    "write: oom": "open('/proc/self/oom_score_adj', 'w').write('-1000')",
    "permissions of devices": "os.chmod('/dev/null', 0o666)",
    "permissions by an open file": "[os.fchmod(f, 0o666) for f in devices()][0]",
    "network": "socket.create_connection(('1.1.1.1', 53), timeout=3)",
    "vsock": "socket.socket(40, socket.SOCK_STREAM)",
    "raw sockets": "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    "become root": "os.setuid(0)",
    "priority": "os.nice(-1)",
    "namespaces": "call(272, 0x10000000)",
    "memory in no account": "call(319, b'x', 0)",
    "shared memory in no account": "call(29, 0, 2**20, 0o1600)",
    "mapped memory in no account": "mmap.mmap(-1, 4096)",
    "the same by a device": "mmap.mmap(os.open('/dev/zero', os.O_RDWR), 4096)",
    "mount": "call(165, b'none', b'/tmp', b'tmpfs', 0, 0)",
}
SETUP = """
import ctypes, mmap, os, socket, stat, sys
from pathlib import Path
libc = ctypes.CDLL(None, use_errno=True)
def devices():
    # open files of this process that are the machine's devices
    fds = map(int, os.listdir("/proc/self/fd"))
    there = [fd for fd in fds if os.path.exists(f"/dev/fd/{fd}")]
    return [fd for fd in there if stat.S_ISCHR(os.fstat(fd).st_mode)]
def call(number, *arguments):
    result = libc.syscall(number, *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return result
"""


@pytest.mark.parametrize("name", REFUSED)
def test_refused(probe, name):
    if "call(" in REFUSED[name] and os.uname().machine != "x86_64":
        pytest.skip("the numbers of these system calls are those of x86_64")
    assert "OSError" in probe(
        SETUP + f"try: print({REFUSED[name]})\nexcept OSError: print('OSError')"
    )


def test_the_same_is_possible_outside(tmp_path):
    """So that the test above fails for want of walls, and not for a spelling mistake."""
    outside = {"__name__": "outside"}
    exec(SETUP, outside)
    for name in ("source", "settings", "sys", "var"):
        eval(REFUSED[name], outside)
    if os.uname().machine == "x86_64":
        os.close(eval(REFUSED["memory in no account"], outside))


def test_sees_no_other_process_and_not_much_of_the_machine(probe):
    said = probe("""
        import os, pwd, socket
        pids = filter(str.isdigit, os.listdir("/proc"))
        commands = [open(f"/proc/{pid}/cmdline").read() for pid in pids]
        print(len(commands), any("pytest" in c or "supervisor" in c for c in commands))
        print(socket.gethostname(), [name for _, name in socket.if_nameindex()], os.getuid())
        print(sorted(os.listdir("/etc")), sorted(os.environ))
    """)
    lines = said.splitlines()
    assert lines[0] == "2 False"
    assert lines[1] == "sandbox ['lo'] 65534"
    assert not {"shadow", "hosts", "hostname", "ssl"} & set(eval(lines[2].partition("]")[0] + "]"))
    for name in os.environ:
        if name.endswith(("TOKEN", "KEY", "SECRET")) or name.startswith(("PIP_", "AWS_", "SSH_")):
            assert name not in lines[2]


def test_hides_a_folder_inside_of_an_environment(probe):
    assert probe(f"import os; print(os.listdir({str(HIDDEN)!r}))") == "[]"


def test_environment_is_that_of_graded_kernels(probe):
    found = ast.literal_eval(probe("import os; print(dict(os.environ))"))
    assert environment.SETTINGS.items() <= found.items()
    assert not set(environment.REMOVED) & set(found)
    assert "GRADERS_SECRET" in os.environ
    assert "GRADERS_SECRET" not in found


def test_has_no_rights(probe):
    said = probe("print(open('/proc/self/status').read())")
    status = dict(line.split(":\t", 1) for line in said.splitlines() if ":\t" in line)
    for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert int(status[name], 16) == 0, name
    assert status["NoNewPrivs"] == "1"
    assert status["Seccomp"] == "2"


def test_server_stays_whatever_signal_it_is_sent(probe):
    said = probe("""
        import os, signal
        for number in set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP}:
            os.kill(1, number)
        os.kill(1, signal.SIGKILL), os.kill(1, signal.SIGSTOP)
        print("sent")
    """)
    assert said == "sent"
    assert probe("import os; os.kill(1, 0); print(1)") == "1"


def test_draws_other_random_numbers_than_the_last_notebook(room):
    draws = set()
    for _ in range(2):
        with kernel(room) as run:
            draws.add(run("import numpy as np, random; print(np.random.random(), random.random())"))
    assert len(draws) == 2


def test_files_of_one_notebook_are_gone_for_the_next(room):
    with kernel(room) as run:
        said = run("""
            import os, pathlib, tempfile
            for folder in (".", tempfile.gettempdir(), "/dev/shm"):
                pathlib.Path(folder, "left").write_text("x")
            pathlib.Path("folder/in/folder").mkdir(parents=True)
            os.symlink("/usr", "link")
            print("written")
        """)
        assert said == "written"
    with kernel(room) as run:
        assert run("import os; print(os.listdir('.'), os.listdir('/dev/shm'))") == "[] []"
        left = "os.path.exists(tempfile.gettempdir() + '/left')"
        assert run(f"import tempfile; print({left}, os.path.exists('/usr'))") == "False True"


@pytest.mark.parametrize("name", ["/etc/x", "../x", "a/../../x", ""])
def test_put_stays_in_the_workspace(room, name):
    with pytest.raises(ValueError, match="workspace"):
        room.put(name, b"")


def test_put_follows_no_link_out_of_the_sandbox(room, tmp_path):
    with kernel(room) as run:
        run(f"import os; os.symlink({str(tmp_path)!r}, 'link')")
        with pytest.raises(Exception, match="sandbox"):
            room.put("link/x", b"x")
    assert not list(tmp_path.iterdir())
