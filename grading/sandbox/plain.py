"""Where the server cannot fork kernels (Windows, macOS): a folder, and kernels started plainly."""

import os
import shutil
import sys
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grading.sandbox.environment import plain_environment

PREFIX = "plain:"


def make(folder: str | Path) -> str:
    """Return the address of a plain room in a folder."""
    return f"{PREFIX}{folder}"


def is_plain(address: str) -> bool:
    """Whether an address is that of a plain room."""
    return address.startswith(PREFIX)


def folder(address: str) -> Path:
    """Return the folder of a plain room."""
    return Path(address.removeprefix(PREFIX))


def fill(address: str, files: Mapping[str, bytes]) -> None:
    """Write files into its workspace."""
    for name, data in files.items():
        path = folder(address) / "work" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def clear(address: str) -> None:
    """Delete the files of the last notebook."""
    for name in ("work", "tmp"):
        shutil.rmtree(folder(address) / name, ignore_errors=True)
        (folder(address) / name).mkdir(exist_ok=True)


def kernel_manager(address: str) -> Any:
    """Make a manager of ordinary kernels that work in the room's folder."""
    from jupyter_client import AsyncKernelManager
    from jupyter_client.kernelspec import KernelSpec

    class PlainKernelManager(AsyncKernelManager):
        """Start kernels in the room's folder and environment, whatever a caller says."""

        async def start_kernel(self, **options):
            options |= {
                "cwd": str(folder(address) / "work"),
                "env": plain_environment(folder(address)),
            }
            await super().start_kernel(**options)

    file = folder(address) / f"k-{uuid.uuid4().hex[:12]}.json"
    transport = "tcp" if os.name == "nt" else "ipc"
    manager = PlainKernelManager(transport=transport, connection_file=str(file))
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    manager._kernel_spec = KernelSpec(argv=argv, display_name="Python 3", language="python")
    return manager
