"""The pieces of the sandbox that need no bubblewrap: its filter of calls, its list of mounts."""

import asyncio
import errno
import os
import socket
import struct
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from grading.sandbox import Limits, bubblewrap, mounts, seccomp, server
from grading.sandbox.environment import grading_environment
from grading.sandbox.limits import size_in_words
from grading.sandbox.link import read_message

PERMITTED = "allowed"


def decide(machine, number, first=0, second=0, fourth=0, arch=None):
    """Run the filter as the kernel would; return "allowed", "killed" or the error's number."""
    code = list(struct.iter_unpack("=HBBI", seccomp.program(machine)))
    data = {0: number, 4: arch or seccomp.MACHINES[machine], 16: first, 24: second, 40: fourth}
    value, at = 0, 0
    while True:
        operation, yes, no, k = code[at]
        at += 1
        if operation == seccomp.LOAD:
            value = data[k]
        elif operation == seccomp.RETURN:
            results = {seccomp.ALLOW: PERMITTED, seccomp.KILL: "killed"}
            return results.get(k, k & 0xFFFF)
        elif operation == seccomp.MASK:
            value &= k
        else:
            test = {
                seccomp.EQUAL: value == k,
                seccomp.AT_LEAST: value >= k,
                seccomp.ANY_BIT: bool(value & k),
            }[operation]
            at += yes if test else no


@pytest.mark.parametrize("machine", list(seccomp.MACHINES))
def test_filter(machine):
    column = list(seccomp.MACHINES).index(machine)
    for name, numbers in seccomp.DENIED.items():
        assert decide(machine, numbers[column]) == errno.EPERM, name
    calls = (seccomp.CLONE, seccomp.CLONE3, seccomp.MMAP, seccomp.PRLIMIT, seccomp.SOCKET)
    clone, clone3, mmap, prlimit, socket = (numbers[column] for numbers in calls)
    scheduling = [numbers[column] for numbers in seccomp.SCHEDULING.values()]
    setpriority, ioprio_set = seccomp.SETPRIORITY[column], seccomp.IOPRIO_SET[column]
    assert decide(machine, clone3) == errno.ENOSYS
    assert decide(machine, clone, 0x11) == PERMITTED
    assert decide(machine, clone, 0x1000_0011) == errno.EPERM
    assert decide(machine, mmap, fourth=0x21) == errno.EPERM
    assert decide(machine, mmap, fourth=0x4023) == errno.EPERM
    assert [decide(machine, mmap, fourth=flags) for flags in (1, 2, 0x22)] == [PERMITTED] * 3
    assert decide(machine, prlimit, 0) == PERMITTED
    assert [decide(machine, prlimit, pid) for pid in (1, 2)] == [errno.EPERM] * 2
    for call in scheduling:
        assert [decide(machine, call, pid) for pid in (0, 2)] == [PERMITTED] * 2
        assert decide(machine, call, 1) == errno.EPERM
    for call, process in ((setpriority, 0), (ioprio_set, 1)):
        for kind in range(4):
            expected = PERMITTED if kind == process else errno.EPERM
            assert [decide(machine, call, kind, pid) for pid in (0, 2)] == [expected] * 2
            assert decide(machine, call, kind, 1) == errno.EPERM
    assert [decide(machine, socket, family) for family in (1, 16)] == [PERMITTED] * 2
    families = (0, 2, 10, 17, 38, 40)
    assert {decide(machine, socket, family) for family in families} == {errno.EAFNOSUPPORT}
    assert decide(machine, 0x4000_0000 + clone) == errno.EPERM
    assert decide(machine, clone, arch=3) == "killed"
    seen = {
        number for numbers in seccomp.DENIED.values() for number in numbers[column : column + 1]
    }
    special = {clone, clone3, mmap, prlimit, socket, setpriority, ioprio_set, *scheduling}
    allowed = set(range(450)) - seen - special
    assert {decide(machine, number) for number in allowed} == {PERMITTED}


@pytest.mark.parametrize("machine", ["riscv64", "ppc64le", "i686", ""])
def test_a_processor_without_a_filter_is_a_reason_for_no_sandbox(monkeypatch, machine):
    monkeypatch.setattr(seccomp.platform, "machine", lambda: machine)
    said = bubblewrap.unavailable.__wrapped__()
    assert "filter of system calls" in said
    assert (machine or "without a name") in said
    with pytest.raises(ValueError, match="x86_64 and aarch64"):
        bubblewrap.sandbox_command(["true"], [], Limits(), 1)


@pytest.fixture
def python_at(monkeypatch):
    """Have Python believe that it lies elsewhere."""

    def place(prefix, base):
        program = Path(prefix, "bin", "python")
        program.parent.mkdir(parents=True, exist_ok=True)
        if prefix != base:
            Path(base, "bin").mkdir(parents=True, exist_ok=True)
            Path(base, "bin", "python3").touch()
            program.symlink_to(Path(base, "bin", "python3"))
            Path(prefix, "lib").mkdir()
        else:
            program.touch()
        for name, folder in {
            "prefix": prefix,
            "exec_prefix": prefix,
            "base_prefix": base,
            "base_exec_prefix": base,
        }.items():
            monkeypatch.setattr(sys, name, str(folder))
        monkeypatch.setattr(mounts, "PYTHON", str(program))
        monkeypatch.setattr(mounts.sysconfig, "get_path", lambda name: str(Path(prefix, "lib")))

    return place


def shown(path, listed):
    """What a sandbox shows at a path: a path of this machine, or nothing."""
    for folder in [path, *path.parents]:
        for source, at in listed:
            if at == str(folder):
                return source and str(Path(source, path.relative_to(folder)))
    return ""


def test_environment_in_the_course_folder_is_shown_without_what_lies_beside(python_at, tmp_path):
    course, base = tmp_path / "course", tmp_path / "pyenv" / "3.11"
    python_at(course / ".venv", base)
    listed = mounts.mounts([course])
    assert shown(course / ".venv" / "lib" / "x.py", listed)
    assert shown(course / ".venv" / "bin" / "python", listed)
    assert shown(base / "bin" / "python3", listed)
    for hidden in ("source", "gradebook.db", ".venv/notes"):
        assert not shown(course / hidden, listed)


def test_course_folder_that_is_an_environment_itself(python_at, tmp_path):
    course = tmp_path / "course"
    python_at(course, tmp_path / "base")
    listed = mounts.mounts([course])
    assert shown(course / "lib" / "x.py", listed)
    assert not shown(course / "source", listed)


def test_course_folder_in_an_environment_is_covered(python_at, tmp_path):
    conda = tmp_path / "conda"
    python_at(conda, conda)
    course = conda / "share" / "course"
    course.mkdir(parents=True)
    listed = mounts.mounts([course])
    assert shown(conda / "lib" / "x.py", listed)
    assert not shown(course / "source", listed)
    assert shown(course / "source", mounts.mounts())


def test_course_folder_that_is_python_s_own_folder(python_at, tmp_path):
    """As conda makes it with `--prefix .`: there is no other environment below."""
    course = tmp_path / "course"
    python_at(course, course)
    (course / "lib").mkdir()
    assert shown(course / "source", mounts.mounts())
    listed = mounts.mounts([course])
    assert shown(course / "lib" / "x.py", listed)
    assert shown(course / "bin" / "python", listed)
    for hidden in ("source", "gradebook.db", "notebooks"):
        assert not shown(course / hidden, listed)


def test_course_folder_in_an_environment_that_is_reached_by_a_link(python_at, tmp_path):
    real, link = tmp_path / "real", tmp_path / "link"
    (real / "share" / "course").mkdir(parents=True)
    link.symlink_to(real)
    python_at(link, link)
    for hide in (real, link):
        listed = mounts.mounts([hide / "share" / "course"])
        for seen in (real, link):
            assert shown(seen / "lib" / "x.py", listed)
            assert not shown(seen / "share" / "course" / "source", listed)


@pytest.mark.parametrize("is_checkout", [True, False])
def test_a_checkout_in_an_environment_is_covered_without_being_named(
    monkeypatch, python_at, tmp_path, is_checkout
):
    python_at(tmp_path, tmp_path)
    checkout = tmp_path / "share" / "course"
    monkeypatch.setattr(mounts, "__file__", str(checkout / "grading" / "sandbox" / "mounts.py"))
    (checkout / "grading" / "sandbox").mkdir(parents=True)
    if is_checkout:
        (checkout / "pyproject.toml").touch()
    listed = mounts.mounts()
    assert not shown(checkout / "grading" / "marks.py", listed)
    assert bool(shown(checkout / "notebooks", listed)) is not is_checkout


def test_grading_installed_among_the_packages_is_covered(monkeypatch, python_at, tmp_path):
    python_at(tmp_path, tmp_path)
    packages = tmp_path / "lib"
    monkeypatch.setattr(mounts, "__file__", str(packages / "grading" / "sandbox" / "mounts.py"))
    (packages / "grading" / "sandbox").mkdir(parents=True)
    listed = mounts.mounts()
    assert shown(packages / "numpy", listed)
    assert not shown(packages / "grading" / "marks.py", listed)


def test_the_packages_for_students_are_shown_at_a_neutral_place(tmp_path):
    mounts.copy_packages(tmp_path / "copy")
    listed = mounts.mounts(course=tmp_path / "copy")
    assert shown(Path("/course/helpers/data.py"), listed) == str(tmp_path / "copy/helpers/data.py")
    assert not any(at.endswith("/grading") and source for source, at in listed)


def test_limits_are_said_as_a_person_would():
    assert [size_in_words(n) for n in (2**31, 400 * 2**20, 3 * 2**29)] == [
        "2 GiB",
        "400 MiB",
        "1.5 GiB",
    ]
    assert Limits(**Limits(tasks=3).to_dict()) == Limits(tasks=3)


def test_kernel_environment_is_one_for_all():
    found = grading_environment(
        {"MNIST_DIR": "x", "PYTHONPATH": os.pathsep.join(["", ".", "/lib"]), "HOME": "own"}
    )
    assert "MNIST_DIR" not in found
    assert found["PYTHONPATH"] == "/lib"
    assert found["HOME"] == "own"
    assert found["PYTHONSAFEPATH"] == "1"
    assert found["OPENBLAS_NUM_THREADS"] == "1"
    assert "PYTHONPATH" not in grading_environment({"PYTHONPATH": "."})


def test_folders_below_which_python_lies_are_known():
    """They must not be covered by a writable one."""
    for folder in Path(sys.executable).parents[1:-1]:
        assert mounts.holds_python(folder)
    assert not mounts.holds_python("/nothing/there")
    assert not mounts.holds_python(bubblewrap.TEMPORARY)
    assert not mounts.holds_python(bubblewrap.HOME)


# ---- messages ----

PACKED = server.pack({"a": 1})
#: What arrives, how many bytes are taken, and what is raised.
CUT = [
    (PACKED, 7, ValueError),
    (PACKED[:-1], 8, EOFError),
    (PACKED[:2], 8, EOFError),
    (b"", 8, EOFError),
]
MESSAGE = {"do": "fill", "names": ["ä", "b" * 3_000_000]}


def test_both_sides_read_the_same_messages():
    async def read_whole():
        reader = asyncio.StreamReader()
        reader.feed_data(server.pack(MESSAGE) + server.pack({}))
        return [await read_message(reader.readexactly) for _ in range(2)]

    assert asyncio.run(read_whole()) == [MESSAGE, {}]
    ours, theirs = socket.socketpair()
    with ours, theirs, ThreadPoolExecutor() as other:
        sent = other.submit(server.send, ours, MESSAGE, [ours.fileno()])
        message, (file,) = server.receive(theirs)
        os.close(file)
        sent.result()
        server.send(ours, {})
        assert server.receive(theirs) == ({}, [])
    assert message == MESSAGE


def test_a_message_that_is_too_long_or_cut_is_refused():
    async def read(data, most):
        reader = asyncio.StreamReader()
        reader.feed_data(data)
        reader.feed_eof()
        return await read_message(reader.readexactly, most)

    for data, most, error in CUT:
        with pytest.raises(error):
            asyncio.run(read(data, most))
        ours, theirs = socket.socketpair()
        with theirs:
            with ours:
                ours.sendall(data)
            with pytest.raises(error):
                server.receive(theirs, most)
