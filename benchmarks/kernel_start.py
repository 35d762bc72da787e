"""What a notebook's kernel costs: an ordinary one, and one in the sandbox that a worker keeps.

python benchmarks/kernel_start.py [rounds]

A notebook here is: a kernel is started, NumPy, SciPy, scikit-learn, matplotlib and the course's
helpers are imported, `1 + 1` runs, all of it ends, and the sandbox is cleared.  Processor time is
that of everybody who takes part: this process, the kernel, the sandbox's supervisor and its server.
All kinds take turns, so that what else the machine does meets them alike; judge wall times by the
ratios.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import psutil
from jupyter_client import AsyncKernelManager

from grading.sandbox import Sandbox, kernel_manager, unavailable
from grading.sandbox.environment import SETTINGS

NEEDED = ("matplotlib", "sklearn", "scipy.special")
IMPORTS = """
import numpy, scipy.optimize, scipy.special, sklearn.datasets, matplotlib.pyplot, helpers
1 + 1
"""
SECONDS_IDLE = 5


async def run(manager, code=IMPORTS, **options):
    """Start a kernel, run code in it, end it; return the seconds until the code had run."""
    start = time.perf_counter()
    await manager.start_kernel(**options)
    client = manager.client()
    client.start_channels()
    await client.wait_for_ready(timeout=120)
    await client.execute_interactive(code, timeout=120, output_hook=lambda _: None)
    seconds = time.perf_counter() - start
    client.stop_channels()
    await manager.shutdown_kernel(now=True)
    manager.context.destroy(linger=0)
    return seconds


def processor_time():
    """Seconds of processor time of this process and all below it, those that ended included."""
    here = psutil.Process()
    return sum(sum(process.cpu_times()[:4]) for process in [here, *here.children(recursive=True)])


class Table:
    """Wall and processor times by what they are of."""

    def __init__(self):
        self.wall, self.processor = defaultdict(list), defaultdict(list)

    def measure(self, name, work):
        """Do some work that returns its wall time."""
        before = processor_time()
        self.wall[name].append(work())
        self.processor[name].append(processor_time() - before)

    def show(self, usual):
        """Print it; `usual` is what the ratios are to."""
        wall = {name: statistics.median(seconds) for name, seconds in self.wall.items()}
        print(f"{'':44}{'wall s':>9}{'ratio':>8}{'processor s':>14}")
        for name, seconds in wall.items():
            processor = statistics.median(self.processor[name])
            print(f"{name:44}{seconds:9.3f}{seconds / wall[usual]:8.2f}{processor:14.3f}")


def ordinary():
    """One kernel as Jupyter starts it."""
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder, "kernel.json"))
        return asyncio.run(run(AsyncKernelManager(transport="ipc", connection_file=file)))


def in_sandbox(confined, rounds, table):
    """Do what a worker does: open a sandbox, have packages imported, run notebooks."""
    name = "sandbox" if confined else "without bubblewrap"
    with Sandbox(confined=confined) as room:

        def notebook(code):
            seconds = asyncio.run(run(kernel_manager(room.address), code))
            room.clear()
            return seconds

        def timed(work, *arguments):
            start = time.perf_counter()
            work(*arguments)
            return time.perf_counter() - start

        table.measure(f"{name}: start, once a worker", lambda: timed(room.wait))
        table.measure(f"{name}: big packages, once a worker", lambda: timed(room.require, NEEDED))
        for _ in range(rounds):
            table.measure(f"{name}: notebook", lambda: notebook(IMPORTS))
            table.measure(f"{name}: notebook of 1 + 1 alone", lambda: notebook("1 + 1"))
        table.measure(
            f"{name}: {SECONDS_IDLE} s of nothing", lambda: timed(time.sleep, SECONDS_IDLE)
        )


def main(rounds=5):
    """Measure and print."""
    os.environ.update(SETTINGS)
    table = Table()
    for _ in range(rounds):
        table.measure("ordinary kernel", ordinary)
    if unavailable():
        print(unavailable())
    for confined in [False] if unavailable() else [True, False]:
        in_sandbox(confined, rounds, table)
    table.show("ordinary kernel")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
