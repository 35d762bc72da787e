"""What ends a notebook in the sandbox, and what is left of it: nothing."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from sandbox_room import FEW_IMPORTS, LIMITS, MIB, kernel

from grading.sandbox import Sandbox, unavailable
from grading.sandbox.bubblewrap import TEMPORARY, WORKSPACE

pytestmark = pytest.mark.skipif(bool(unavailable()), reason=unavailable() or "it works")


@pytest.fixture(scope="module")
def room():
    with Sandbox(replace(LIMITS, cpu_seconds=4), imports=FEW_IMPORTS) as room:
        yield room


def is_as_new(room):
    """Whether the next notebook finds no file, and no process but the server and its own."""
    with kernel(room) as run:
        said = run("""
            import os
            print(os.listdir("."), sum(map(str.isdigit, os.listdir("/proc"))), os.getcwd())
        """)
    return said == f"[] 2 {WORKSPACE}" and room.ended == ""


def test_one_process_gets_a_memory_error(room):
    with kernel(room) as run:
        said = run("import numpy; numpy.ones((50_000, 50_000))")
        assert "MemoryError" in said
        assert run("print(1)") == "1"


def test_memory_shared_with_children_counts_once(room):
    with kernel(room) as run:
        said = run("""
            import multiprocessing, time
            data = bytearray(220 * 2**20)
            with multiprocessing.Pool(6) as pool:
                print(pool.map(time.sleep, [0.2] * 6))
        """)
        assert said == str([None] * 6)
        assert room.ended == ""


def test_memory_of_children_is_summed(room):
    with kernel(room) as run:
        run.begin("""
            import os, time
            for _ in range(8):
                if not os.fork():
                    data = b"x" * (100 * 2**20)
                    time.sleep(60)
            time.sleep(60)
        """)
        assert run.dies()
        assert room.ended == "it used more than 400 MiB of memory"
    assert is_as_new(room)


def test_fork_bomb(room):
    with kernel(room) as run:
        run.begin("""
            import os
            while True:
                try: os.fork()
                except OSError: pass
        """)
        assert run.dies()
        assert room.ended == "it ran more than 48 processes and threads at a time"
    assert is_as_new(room)


def test_processor_time_of_children_is_summed(room):
    with kernel(room) as run:
        run.begin("""
            import os
            os.fork(), os.fork()
            while True: pass
        """)
        assert run.dies(120)
        assert room.ended == "it used more than 4 s of processor time"


def test_open_files_of_children_are_summed(room):
    """Each may be waited for by each other one, in the system's own memory."""
    if Path("/proc/self/fd").stat().st_size == 0:
        pytest.skip("this Linux does not tell how many files a process has open")
    with kernel(room) as run:
        run.begin("""
            import os, time
            try:
                while True: os.eventfd(0)
            except OSError: pass
            for _ in range(20):
                if not os.fork(): break
            time.sleep(60)
        """)
        assert run.dies()
        assert room.ended == "it had more than 4,096 files open at a time"
    assert is_as_new(room)


def test_many_empty_files(room):
    with kernel(room) as run:
        run.begin(f"for i in range(10**7): open(f'{TEMPORARY}/{{i}}', 'w').close()")
        assert run.dies()
        assert room.ended == "it made more than 2,000 files"


@pytest.mark.parametrize(("folder", "part"), [(".", 2), (TEMPORARY, 4), ("/dev/shm", 4)])
def test_full_disk_is_an_error_of_the_students_own(room, folder, part):
    with kernel(room) as run:
        said = run(f"""
            n = 0
            try:
                for i in range(1000):
                    with open(f"{folder}/{{i}}", "wb") as file:
                        n += file.write(bytes(2**20))
            except OSError as error:
                print(n // 2**20, error.errno)
        """)
        written, error = map(int, said.split())
        assert error == 28
        assert LIMITS.disk // part * 0.9 <= written * MIB <= LIMITS.disk // part
    assert is_as_new(room)


def test_process_that_went_its_own_way_is_gone_for_the_next_notebook(room):
    with kernel(room) as run:
        said = run("""
            import os, signal, tempfile, time
            if not os.fork():
                os.setsid()
                if not os.fork():
                    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
                    while True:
                        open(tempfile.gettempdir() + "/alive", "w").write("x")
                        time.sleep(0.001)
                os._exit(0)
            time.sleep(0.2)
            print(open(f"/proc/{os.getpid() + 2}/stat").read().split()[3])
        """)
        assert said == "1"  # process 1 is its parent now
    assert is_as_new(room)


def test_files_that_cannot_be_deleted_are_gone_for_the_next_notebook(room):
    with kernel(room) as run:
        run("""
            import os
            os.makedirs("closed/x"), os.chmod("closed", 0)
            for _ in range(1500):
                os.mkdir("d"), os.chdir("d")
        """)
    assert is_as_new(room)


def test_interrupt(room):
    with kernel(room) as run:
        run.begin("import time; open('begun', 'w'); time.sleep(60)")
        time.sleep(0.3)
        run.interrupt()
        assert run("import os; print(os.listdir('.'))") == "['begun']"


def test_kernel_that_ignores_interrupts_is_killed(room):
    with kernel(room) as run:
        run("import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)")
        run.begin("while True: pass")
        run.interrupt()
        assert not run.dies(0.5)
        run.kill()
        assert not run.is_alive()
        assert room.ended == ""


@pytest.mark.parametrize("end", ["os._exit(3)", "os.kill(os.getpid(), 11)", "ctypes.string_at(0)"])
def test_end_of_the_kernel_is_noticed(room, end):
    with kernel(room) as run:
        run.begin(f"import os, ctypes; {end}")
        assert run.dies(5)
    assert is_as_new(room)


def test_flood_of_output_does_no_harm(room):
    with kernel(room) as run:
        said = run("""
            import os, sys
            for _ in range(100): print("x" * 10**5)
            for fd in (1, 2): os.write(fd, b"y" * 10**6)
            sys.__stdout__.write("z" * 10**6)
            print("end")
        """)
        assert "end" in said
        assert run("print(1)") == "1"
