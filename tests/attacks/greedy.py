"""Attacks that use up the machine: processes, memory, disk, output; each with a hard stop."""

from attacks.model import Attack, at_a_call


def _prints(name, tries, code):
    return Attack(name, tries, setup=code, paid=False)


ATTACKS = [
    at_a_call(
        "fork-bomb",
        "forks 600 processes that wait",
        """
        import os, time
        for _ in range(600):
            try:
                if os.fork() == 0:
                    open("/proc/self/comm", "w").write("@TAG@")
                    time.sleep(25)
                    os._exit(0)
            except OSError:
                break
        else:
            print("ATTACK-COULD: start 600 processes.")
        time.sleep(1)
        """,
    ),
    at_a_call(
        "memory",
        "takes 3 GB",
        """
        taken = []
        for _ in range(48):
            taken.append(np.ones(1 << 23))
        print("ATTACK-COULD: take 3 GB.")
        """,
    ),
    at_a_call(
        "memory-of-many",
        "takes 3.2 GB in eight processes",
        """
        import mmap, os, time
        reading, writing = os.pipe()
        for _ in range(8):
            if os.fork() == 0:
                open("/proc/self/comm", "w").write("@TAG@")
                block = mmap.mmap(-1, 400 << 20)
                for place in range(0, 400 << 20, 4096):
                    block[place] = 1
                os.write(writing, b"x")
                time.sleep(15)
                os._exit(0)
        for _ in range(8):
            os.read(reading, 1)
        print("ATTACK-COULD: take 3.2 GB in eight processes.")
        """,
    ),
    at_a_call(
        "disk",
        "writes 300 MB beside its notebook and as much in each temporary folder",
        """
        import os
        for folder in (".", "/tmp", "/dev/shm", "/var/tmp"):
            path = os.path.join(folder, "@TAG@.bin")
            try:
                with open(path, "wb") as file:
                    for _ in range(300):
                        file.write(bytes(1 << 20))
                print("ATTACK-COULD: write 300 MB.")
            except OSError:
                pass
            finally:
                try:
                    os.remove(path)
                except OSError:
                    pass
        """,
    ),
    at_a_call(
        "files",
        "makes 30,000 small files",
        """
        import os
        try:
            os.makedirs("many", exist_ok=True)
            for n in range(30_000):
                open(f"many/{n}", "w").close()
        except OSError:
            pass
        """,
        harm=lambda place: (
            ["the files were kept"] if len(list(place.autograded.rglob("*"))) > 1000 else []
        ),
    ),
    at_a_call(
        "threads",
        "starts 300 threads that never stop counting",
        """
        import threading, time
        stop = time.monotonic() + 15
        def count():
            while time.monotonic() < stop:
                pass
        for _ in range(300):
            try:
                threading.Thread(target=count, daemon=True).start()
            except RuntimeError:
                break
        time.sleep(15)
        """,
        paid=False,
    ),
    _prints("long-line", "prints a line of 100 MB", "print('x' * 100_000_000)"),
    _prints("many-lines", "prints a million lines", "for n in range(10**6):\n    print(n)"),
    _prints(
        "many-displays",
        "displays ten thousand things, and large ones",
        """
        from IPython.display import HTML, display
        for n in range(10_000):
            display(n)
        for _ in range(40):
            display(HTML("<p>" + "x" * 1_000_000))
        """,
    ),
    _prints(
        "stderr",
        "floods stderr, the file descriptors too, and the log of the grader",
        """
        import os, sys
        sys.stderr.write("x" * 50_000_000)
        for number in (1, 2):
            try:
                os.write(number, b"left by ATTACK-WROTE\\n" * 1000)
            except OSError:
                pass
        """,
    ),
    at_a_call(
        "prints-at-call",
        "prints 30 MB at every call",
        "import sys\nprint('y' * 30_000_000)\nprint('z' * 1_000_000, file=sys.stderr)",
        exercise="cost",
        paid=False,
    ),
    _prints(
        "updates",
        "updates one display five thousand times with large contents",
        """
        from IPython.display import display
        handle = display("x", display_id=True)
        for n in range(5000):
            handle.update("y" * 10_000)
        """,
    ),
    Attack(
        "many-cells",
        "two thousand cells of its own",
        change=lambda nb, place: nb["cells"].extend(
            {
                "cell_type": "code",
                "id": f"own-{n}",
                "metadata": {},
                "source": "1",
                "outputs": [],
                "execution_count": None,
            }
            for n in range(2000)
        ),
        paid=False,
    ),
]
