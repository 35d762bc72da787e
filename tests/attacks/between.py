"""Attacks on the submission that is graded next in the same sandbox, and observers between them.

An observer is honest. A cell of it notes what it sees of its surroundings; that must be what the
first one saw, before any attack, and nothing of an earlier submission may be among it.
"""
# ruff: noqa: E501  (code of students reads best unbroken)

import json
from textwrap import dedent

from attacks.harm import outputs_of
from attacks.model import FIRST, Attack, at_a_call

#: Written by attacks wherever something may be left, and short enough for a process's name;
#: observers look for it by `_PATTERN`.
_WORD = "left-nx-5e1c07"
#: Matches the word and not itself, for an observer has its own source in its memory.
_PATTERN = "left-n[x]-5e1c0[7]"
_SEEN = "SEEN: "
_COST = """
def cost(a3, Y):
    return np.sum((a3 - Y) ** 2) / (2 * len(Y))
"""
_FOLDERS = """
import os, tempfile
places = [os.getcwd(), tempfile.gettempdir(), "/dev/shm", "/var/tmp", os.path.expanduser("~")]
"""

#: Needs `places`; prints what is the same for every honest submission. (The numbers of processes go
#: on, and how large the server is differs a little from one sandbox to the next.)
_LOOK = f"""
import builtins, glob, json, pty, re, resource, signal, sys, threading, time
time.sleep(0.5)  # for whoever lies in wait
pattern = re.compile(r"{_PATTERN}")

def could(what):
    print("ATTACK-COULD: " + what)

def state(folder):
    about = os.stat(folder)
    return [folder, oct(about.st_mode), sorted(re.sub(r"\\d+", "", n) for n in os.listdir(folder)), sorted(os.listxattr(folder))]

def text_of(path):
    try:
        return open(path, errors="replace").read(1_000_000)
    except OSError:
        return ""

for folder in places[:3]:
    for here, folders, names in os.walk(folder):
        if pattern.search(" ".join(folders + names)):
            could("leave a file in " + here)
for pid in filter(str.isdigit, os.listdir("/proc")):
    if any(pattern.search(text_of(f"/proc/{{pid}}/{{name}}")) for name in ("comm", "cmdline", "environ")):
        could("leave a process")
if pattern.search(text_of("/proc/net/unix")):
    could("leave a socket")
if hasattr(builtins, "left_for_the_next"):
    could("have its file imported")
status = text_of("/proc/self/status").splitlines()
server = text_of("/proc/1/status").splitlines()
fields = text_of("/proc/1/stat").rsplit(")", 1)[1].split()
master, terminal = pty.openpty()
seen = {{
    "folders": [state(folder) for folder in places[:3]],
    "environment": dict(sorted(os.environ.items())),
    "path": sys.path,
    # Which codecs Python has read depends on whether matplotlib had to look for fonts itself.
    "module files": sorted({{
        str(getattr(m, "__file__", "")) for n, m in list(sys.modules.items())
        if not n.startswith("encodings.")
    }}),
    "own": [line for line in status if line.startswith(("SigB", "SigI", "Cpus_a", "Seccomp", "Umask"))],
    "server": [line for line in server if line.startswith(("Name", "Threads", "SigB", "SigI", "Cpus_a"))],
    "server's priority": fields[15:17] + fields[37:39],
    "limits": [line for line in text_of("/proc/self/limits").splitlines() if "address space" not in line],
    "nice": [os.nice(0), os.getpriority(os.PRIO_PROCESS, 1), os.sched_getscheduler(0), os.getcwd()],
    "processes": len([pid for pid in os.listdir("/proc") if pid.isdigit()]),
    "shared": [text_of(f"/proc/sysvipc/{{name}}") for name in ("shm", "msg", "sem")],
    "terminal": [os.ttyname(terminal), sorted(os.listdir("/dev/pts"))],
    "timers": [signal.getitimer(which) for which in (0, 1, 2)],
    "files": sorted(os.readlink(p).partition(":")[0] for p in glob.glob("/proc/self/fd/*") if os.path.lexists(p)),
}}
os.close(master), os.close(terminal)
print("{_SEEN}" + json.dumps(seen))
"""
#: Reads all of the process's own memory, which is a copy of what the server had.
_REMEMBER = f"""
found = set()
for line in open("/proc/self/maps"):
    span, rights, *_, name = line.split(maxsplit=5) + [""]
    if not rights.startswith("rw") or name.startswith("[v"):
        continue
    start, end = (int(part, 16) for part in span.split("-"))
    with open("/proc/self/mem", "rb", buffering=0) as memory:
        memory.seek(start)
        while start < end:
            try:
                part = memory.read(min(end - start, 1 << 22))
            except OSError:
                break
            if not part:
                break
            found.update(re.findall(rb"{_PATTERN}", part))
            start += len(part)
if found:
    could("be found in a later one's memory")
"""
#: Takes as much as a submission may: the one before has left all of it.
_USE = """
pids = []
for _ in range(40):
    pid = os.fork()
    if not pid:
        time.sleep(2)
        os._exit(0)
    pids.append(pid)
[os.kill(pid, 9) for pid in pids]
[os.waitpid(pid, 0) for pid in pids]
block = np.ones(1 << 27)
del block
for folder, size in zip(places, (150, 80, 80)):
    with open(folder + "/mine", "wb") as file:
        for _ in range(size):
            file.write(bytes(1 << 20))
    os.remove(folder + "/mine")
"""


def _attack(name, tries, code, **more):
    """An attack in an answer's cell, which is always run; the answer is right."""
    cell = dedent(_FOLDERS) + dedent(code) + _COST
    return Attack(name, tries, cells={"cost": cell}, in_turn=True, **{"paid": False, **more})


def _observer(name, after, more=""):
    cell = dedent(_FOLDERS + _LOOK + more) + _COST
    return Attack(
        name,
        f"honest: looks at what is left after {after}",
        cells={"cost": cell},
        in_turn=True,
        paid=False,
        harm=_differs,
    )


def _differs(place):
    """Return what an observer saw and the first one did not."""
    first = next((place.course / "autograded").glob(f"*-{_FIRST_LOOK}/nn_lab/{FIRST}.ipynb"))
    ours = place.autograded / f"{FIRST}.ipynb"
    expected, got = (_seen(json.loads(path.read_text())) for path in (first, ours))
    if not got:
        return ["the observer saw nothing"]
    return [
        f"{what}: {got[what]} instead of {expected[what]}"
        for what in expected
        if got[what] != expected[what]
    ]


def _seen(notebook):
    lines = outputs_of(notebook).splitlines()
    found = [line.removeprefix(_SEEN) for line in lines if line.startswith(_SEEN)]
    return json.loads(found[0]) if found else {}


def _speaks(nb, place):
    """Put the word wherever text is handed in."""
    for cell in nb["cells"]:
        if cell["cell_type"] != "code" and cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = f"{_WORD} " * 1000


_FIRST_LOOK = "before-all"
_LIES_IN_WAIT = f"""
import ctypes, resource, signal, sys, time
libc = ctypes.CDLL(None, use_errno=True)

def reach(pid):
    done = []
    for what, do in {{
        "write to memory": lambda: open(f"/proc/{{pid}}/mem", "r+b").close(),
        "trace": lambda: libc.ptrace(0x4206, pid, 0, 0) == 0 or 1 / 0,
        "slow down": lambda: os.setpriority(os.PRIO_PROCESS, pid, 19),
        "move": lambda: os.sched_setaffinity(pid, {{0}}),
        "limit": lambda: resource.prlimit(pid, resource.RLIMIT_NOFILE, (8, 8)),
        "stop": lambda: os.kill(pid, signal.SIGSTOP),
        "end": lambda: os.kill(pid, signal.SIGKILL),
    }}.items():
        try:
            do()
            done.append(what)
        except (OSError, ArithmeticError):
            pass
    for folder in places[:3]:
        for what in done:
            open(f"{{folder}}/{_WORD}-{{what}}", "w").close()

def lie_in_wait(seconds):
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    known = set(os.listdir("/proc"))
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if os.fork():  # nobody's child, and another number each time
            os._exit(0)
        mine = {{str(os.getpid()), str(os.getppid())}}
        for name in set(os.listdir("/proc")) - known - mine:
            try:
                if name.isdigit() and "{_WORD}" not in open(f"/proc/{{name}}/comm").read():
                    reach(int(name))
            except OSError:
                pass
        time.sleep(0.01)
    os._exit(0)
"""

ATTACKS = [
    _observer(_FIRST_LOOK, "nothing, so that there is something to compare with"),
    _attack(
        "leaves-files",
        "leaves files, folders and modules wherever it can: hidden, deep, unreadable, to be imported",
        f"""
        text = "import builtins\\nbuiltins.left_for_the_next = 1\\n"
        names = [
            "{_WORD}", ".{_WORD}", "numpy.py", "json.py", "sitecustomize.py", "usercustomize.py", "a.pth",
            "__pycache__/numpy.cpython-311.pyc", "matplotlibrc", ".matplotlib/matplotlibrc",
            ".config/matplotlib/matplotlibrc", ".ipython/profile_default/startup/a.py",
            "profile_default/startup/a.py", "ipython_config.py", "helpers/__init__.py",
            "checks/__pycache__/credits.cpython-311.pyc", ".pythonrc.py", ".python_history",
            "/".join(["{_WORD}"] * 40) + "/deep", "closed/{_WORD}",
        ]
        for folder in [*places, "/course/helpers", "/course/checks", "/run/sandbox", os.path.dirname(os.__file__)]:
            for name in names:
                path = os.path.join(folder, name)
                try:
                    os.makedirs(os.path.dirname(path), exist_ok=True)
                    open(path, "w").write("axes.grid: True" if "rc" in name else text)
                except OSError:
                    pass
            try:
                os.symlink("/proc/self/root", folder + "/{_WORD}-link")
                os.mkfifo(folder + "/{_WORD}-pipe")
                os.chmod(folder + "/closed", 0)
            except OSError:
                pass
        """,
    ),
    _observer("sees-files", "files"),
    _attack(
        "lies-in-wait",
        "leaves processes, deaf and nobody's, that reach for every process that comes later",
        _LIES_IN_WAIT
        + f"""
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        open("/proc/self/comm", "w").write("{_WORD}")
        os.closerange(0, 4096)
        lie_in_wait(20)
""",
    ),
    _observer("sees-processes", "processes"),
    _attack(
        "process-1",
        "sends process 1 every signal, and reaches for its memory, priority, processors and limits",
        _LIES_IN_WAIT
        + """
for number in range(1, 65):
    try:
        os.kill(1, number)
    except OSError:
        pass
reach(1)
for name, text in {"oom_score_adj": "1000", "timerslack_ns": "99999999", "comm": "other"}.items():
    try:
        open(f"/proc/1/{name}", "w").write(text)
    except OSError:
        pass
for place in places[:3]:
    for name in os.listdir(place):
        if name.endswith(("memory", "trace", "slow down", "move", "limit")):
            print("ATTACK-COULD: " + name.rpartition("-")[2] + " process 1")
""",
    ),
    _observer("sees-server", "an attack on process 1"),
    _attack(
        "folders",
        "changes permissions, times, attributes and flags of the folders that stay",
        f"""
        import array, fcntl, struct
        for folder in [*places, "/dev/pts", "/dev/pts/ptmx"]:
            for change in (
                lambda: os.setxattr(folder, "user.message", b"{_WORD}"),
                lambda: fcntl.ioctl(os.open(folder, os.O_RDONLY), 0x40086602, struct.pack("L", 0xC0)),
                lambda: os.utime(folder, (1234567, 7654321)),
                lambda: os.chmod(folder, 0o1711),
            ):
                try:
                    change()
                except OSError:
                    pass
        """,
    ),
    _attack(
        "shared",
        "leaves shared memory, queues, semaphores, locks and sockets, held by a process of nobody",
        f"""
        import ctypes, fcntl, socket, time
        from multiprocessing import shared_memory
        libc = ctypes.CDLL(None)
        libc.shmget(0x5E1C07, 4096, 0o1666)
        libc.msgget(0x5E1C07, 0o1666)
        libc.semget(0x5E1C07, 1, 0o1666)
        try:
            ctypes.CDLL("librt.so.1").mq_open(b"/{_WORD}", 0o102, 0o600, None)
        except (OSError, AttributeError):
            pass
        block = shared_memory.SharedMemory("{_WORD}", create=True, size=4096)
        held = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        held.bind("\\0{_WORD}")
        held.connect("\\0{_WORD}")
        socket.send_fds(held, [b"x"], [held.fileno(), block._fd])
        try:
            os.memfd_create("{_WORD}")
        except OSError:
            pass
        lock = open("/usr/bin/env")
        fcntl.flock(lock, fcntl.LOCK_EX)
        if os.fork() == 0:
            os.setsid()
            os.fork()
            time.sleep(30)
            os._exit(0)
        """,
    ),
    _observer(
        "sees-shared",
        "changed folders, shared memory and locks",
        """
import fcntl
try:
    lock = open("/usr/bin/env")
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
except OSError:
    could("keep a lock")
""",
    ),
    _attack(
        "memory-of-server",
        "hands in a word in a file and in text, and has it in its memory, for a later one to find",
        f"""
        text = open("data.csv").read()
        kept = ["{_WORD}" * 1000 for _ in range(1000)]
        for place in places[:3]:
            open(place + "/{_WORD}.txt", "w").write(text)
        """,
        files={"data.csv": f"{_WORD}\n" * 20_000, f"{_WORD}.csv": _WORD},
        change=_speaks,
    ),
    _observer("sees-memory", "a word in files, text and memory", _REMEMBER),
    _attack(
        "environment-of-next",
        "changes the environment, the paths, built-ins, priority, limits, timers and working folder",
        """
        import builtins, resource, signal, sys
        for name in ("LD_PRELOAD", "PYTHONPATH", "PYTHONSTARTUP", "MPLCONFIGDIR", "HOME", "IPYTHONDIR"):
            os.environ[name] = places[1] + "/evil"
        sys.path.insert(0, places[1])
        builtins.left_for_the_next = 1
        os.umask(0)
        os.nice(5)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1, signal.SIGCHLD})
        signal.setitimer(signal.ITIMER_VIRTUAL, 1000)
        resource.setrlimit(resource.RLIMIT_NPROC, (100, 100))
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        os.chdir("/")
        """,
    ),
    _attack(
        "floods-after",
        "a thread and a process of nobody's write to every socket, and open terminals, after the end",
        """
        import pty, signal, threading, time
        terminals = [pty.openpty() for _ in range(5)]

        def flood(seconds):
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                for number in map(int, os.listdir("/proc/self/fd")):
                    try:
                        if number < 3 or os.readlink(f"/proc/self/fd/{number}").startswith("/dev/pts"):
                            os.set_blocking(number, False)
                            os.write(number, b"left by ATTACK-WROTE " * 100)
                    except OSError:
                        pass
                time.sleep(0.001)

        threading.Thread(target=flood, args=(10,), daemon=True).start()
        if os.fork() == 0:
            os.setsid()
            signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
            if os.fork() == 0:
                flood(20)
            os._exit(0)
        """,
    ),
    _observer("sees-flood", "a changed environment and a flood"),
    at_a_call(
        "fills",
        "takes all processes, files and room, and much memory, until the end",
        """
        import mmap, os, tempfile, time
        for _ in range(4):
            if os.fork() == 0:
                block = mmap.mmap(-1, 200 << 20)
                for place in range(0, 200 << 20, 4096):
                    block[place] = 1
                time.sleep(20)
                os._exit(0)
        for folder in (".", tempfile.gettempdir(), "/dev/shm"):
            try:
                for n in range(30_000):
                    open(f"{folder}/{n}", "w").close()
            except OSError:
                pass
            try:
                with open(f"{folder}/0", "wb") as file:
                    while True:
                        file.write(bytes(1 << 20))
            except OSError:
                pass
        while True:
            try:
                if os.fork() == 0:
                    time.sleep(20)
                    os._exit(0)
            except OSError:
                break
        """,
        in_turn=True,
        paid=False,
    ),
    _observer("sees-room", "all room was taken", _USE),
]
