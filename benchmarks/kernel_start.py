"""How long until a notebook's first line can run: an ordinary kernel, and one in the sandbox.

python benchmarks/kernel_start.py [rounds]

"Ready" is a kernel that has NumPy, SciPy, scikit-learn, matplotlib and the course's helpers
imported.  All kinds take turns, so that what else the machine does meets them alike; judge by the
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

from jupyter_client import AsyncKernelManager

from grading.sandbox import Sandbox, kernel_manager, unavailable
from grading.sandbox.environment import SETTINGS

IMPORTS = """
import numpy, scipy.optimize, scipy.special, sklearn.datasets, matplotlib.pyplot, helpers
"""


async def ready(manager, **options):
    """Start a kernel and import; end it; return the seconds until it was ready."""
    start = time.perf_counter()
    await manager.start_kernel(**options)
    client = manager.client()
    client.start_channels()
    await client.wait_for_ready(timeout=120)
    await client.execute_interactive(IMPORTS, timeout=120)
    seconds = time.perf_counter() - start
    client.stop_channels()
    await manager.shutdown_kernel(now=True)
    manager.context.destroy(linger=0)
    return seconds


def ordinary():
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder, "kernel.json"))
        manager = AsyncKernelManager(transport="ipc", connection_file=file)
        return asyncio.run(ready(manager))


def in_sandbox(confined, times):
    """First and second kernel of a submission; the first waits for the sandbox."""
    name = "sandbox" if confined else "fork server without bubblewrap"
    start = time.perf_counter()
    with Sandbox(confined=confined) as room:
        asyncio.run(ready(kernel_manager(room.address)))
        times[f"{name}, first kernel"].append(time.perf_counter() - start)
        start = time.perf_counter()
        room.clear()
        times[f"{name}, next kernel (cleared first)"].append(
            time.perf_counter() - start + asyncio.run(ready(kernel_manager(room.address)))
        )


def main(rounds=5):
    os.environ.update(SETTINGS)
    times = defaultdict(list)
    kinds = [False] if unavailable() else [True, False]
    if unavailable():
        print(unavailable())
    for _ in range(rounds):
        times["ordinary kernel"].append(ordinary())
        for confined in kinds:
            in_sandbox(confined, times)
    usual = statistics.median(times["ordinary kernel"])
    print(f"{'until ready':48}{'median s':>9}{'least s':>9}{'ratio':>8}")
    for name, seconds in times.items():
        median = statistics.median(seconds)
        print(f"{name:48}{median:9.2f}{min(seconds):9.2f}{median / usual:8.2f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
