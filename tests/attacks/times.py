"""Attacks by the time of handing in: what a stamp says costs no marks, and stops no grading.

What it does to penalties is in ``tests/autograde/test_times.py``.
"""

import json

from attacks.model import Attack

STAMPS = {
    "long-ago": ("a time before there were assignments", b"1999-12-31 23:59:59 UTC"),
    "to-come": ("a time that is still to come", b"2099-12-31 23:59:59 UTC"),
    "far-zone": ("a zone a hundred hours away", b"2026-11-01 10:00:00 +9959"),
    "utf-16": ("a time in another encoding", "2026-11-01 10:00:00 UTC".encode("utf-16")),
    "number": ("seconds since 1970", b"1793527200"),
    "commands": ("commands to the instructor's terminal", b"\x1b[2J\x1b]0;graded\x07 CEST"),
}


def _stamped(content):
    def write(path, nb, place):
        path.write_text(json.dumps(nb))
        (path.parent / "timestamp.txt").write_bytes(content)

    return write


ATTACKS = [
    Attack(f"time-{name}", tries, write=_stamped(content), attacked=(), paid=True)
    for name, (tries, content) in STAMPS.items()
]
