"""A filter of system calls: what no notebook needs, and what gets round a limit or a wall.

Namespaces stop at some things: memory that lasts when no process maps it (`memfd_create`, System V
segments, shared mappings without a file) is in no process's account, and a VSOCK socket belongs to
no network namespace.  The process that forks the kernels runs as the student's user and lives
longer than a submission, so calls that can slow or change another process are refused on it: it
is process 1, and has one thread.  What a network remembers of ended processes (connections that
wait, metrics) would be there for the next submission: there are no sockets for it.  What watches
files would tell of others who read the same ones.  The program is classic BPF, as `bwrap --seccomp`
takes it.
"""

import errno
import platform
import struct

#: Denied with "operation not permitted": (number on x86_64, number on aarch64).
DENIED = {
    "add_key": (248, 217),
    "bpf": (321, 280),
    "fanotify_init": (300, 262),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "inotify_add_watch": (254, 27),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425),
    "kcmp": (312, 272),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "migrate_pages": (256, 238),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "move_pages": (279, 239),
    "mq_open": (240, 180),
    "msgget": (68, 186),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "perf_event_open": (298, 241),
    "pidfd_getfd": (438, 438),
    "pivot_root": (155, 41),
    "process_madvise": (440, 440),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "quotactl": (179, 60),
    "request_key": (249, 218),
    "semget": (64, 190),
    "setns": (308, 268),
    "shmget": (29, 194),
    "syslog": (103, 116),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
}
CLONE, CLONE3, MMAP = (56, 220), (435, 435), (9, 222)
PRLIMIT, SETPRIORITY, IOPRIO_SET, SOCKET = (302, 261), (141, 140), (251, 30), (41, 198)
#: Refused on process 1; the C library calls them with a thread's own number (in ZeroMQ, OpenMP).
SCHEDULING = {
    "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
}
#: The value of "a process", not a group or a user, for the first argument of two more of them.
PRIO_PROCESS, IOPRIO_WHO_PROCESS = 0, 1
#: UNIX and netlink, which Python asks for the names of interfaces.
FAMILIES = (1, 16)
NEW_NAMESPACES = 0x7E02_0000
SHARED_WITHOUT_FILE = 0x21

MACHINES = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}
X32 = 0x4000_0000  # numbers from here on are a second table of calls on x86_64
LOAD, EQUAL, AT_LEAST, ANY_BIT, MASK, RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
ALLOW, ERROR, KILL = 0x7FFF_0000, 0x0005_0000, 0x8000_0000
# Offsets in the kernel's struct seccomp_data.
NUMBER, MACHINE = 0, 4
FIRST_ARGUMENT, SECOND_ARGUMENT, FOURTH_ARGUMENT = 16, 24, 40


def unknown(machine: str | None = None) -> str:
    """Say why there is no filter for a machine, whose system calls have numbers of their own.

    Parameters
    ----------
    machine : str, optional
        As `platform.machine` names it; this one by default.

    Returns
    -------
    str
        Empty where there is one.
    """
    machine = machine or platform.machine()
    if machine in MACHINES:
        return ""
    return (
        "The sandbox's filter of system calls knows only the processors "
        f"{' and '.join(MACHINES)}; this machine has {machine or 'one without a name'}."
    )


def program(machine: str | None = None) -> bytes:
    """Make the filter for a machine.

    Parameters
    ----------
    machine : str, optional
        As `platform.machine` names it; this one by default.

    Returns
    -------
    bytes
        The BPF program.

    Raises
    ------
    ValueError
        For a machine that `unknown` names.
    """
    machine = machine or platform.machine()
    if reason := unknown(machine):
        raise ValueError(reason)
    column = list(MACHINES).index(machine)
    code = [
        (LOAD, 0, 0, MACHINE),
        (EQUAL, 1, 0, MACHINES[machine]),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
        (AT_LEAST, 0, 1, X32),
        _refuse(errno.EPERM),
    ]
    for numbers in DENIED.values():
        code += [(EQUAL, 0, 1, numbers[column]), _refuse(errno.EPERM)]
    # Its flags are out of a filter's sight; told that it is missing, the C library takes `clone`.
    code += [(EQUAL, 0, 1, CLONE3[column]), _refuse(errno.ENOSYS)]
    code += _when(CLONE[column], [(ANY_BIT, 0, 1, NEW_NAMESPACES), _refuse(errno.EPERM)])
    flags = [(MASK, 0, 0, SHARED_WITHOUT_FILE), (EQUAL, 0, 1, SHARED_WITHOUT_FILE)]
    code += _when(MMAP[column], [*flags, _refuse(errno.EPERM)], FOURTH_ARGUMENT)
    code += _when(PRLIMIT[column], [(EQUAL, 1, 0, 0), _refuse(errno.EPERM)])
    for numbers in SCHEDULING.values():
        code += _when(numbers[column], [(EQUAL, 0, 1, 1), _refuse(errno.EPERM)])
    for call, kind in ((SETPRIORITY, PRIO_PROCESS), (IOPRIO_SET, IOPRIO_WHO_PROCESS)):
        whom = [(EQUAL, 0, 2, kind), (LOAD, 0, 0, SECOND_ARGUMENT), (EQUAL, 0, 1, 1)]
        code += _when(call[column], [*whom, _refuse(errno.EPERM)])
    families = [(EQUAL, len(FAMILIES) - i, 0, family) for i, family in enumerate(FAMILIES)]
    code += _when(SOCKET[column], [*families, _refuse(errno.EAFNOSUPPORT)])
    code.append((RETURN, 0, 0, ALLOW))
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in code)


def _refuse(error):
    return (RETURN, 0, 0, ERROR | error)


def _when(number, checks, argument=FIRST_ARGUMENT):
    """Look at an argument of one system call; what passes the checks is allowed."""
    body = [(LOAD, 0, 0, argument), *checks, (RETURN, 0, 0, ALLOW)]
    return [(EQUAL, 0, len(body), number), *body]
