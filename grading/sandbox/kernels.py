"""Kernels in a sandbox as Jupyter sees them: `kernel_manager`."""

import asyncio
import signal
import sys
import uuid
from contextlib import suppress
from pathlib import Path
from queue import Empty
from time import monotonic
from typing import Any

import zmq.asyncio
from jupyter_client import AsyncKernelManager
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Type

from grading.sandbox import plain
from grading.sandbox.link import SandboxError, ask

#: Bytes; a kernel that sends a larger message is cut off.
MAX_MESSAGE = 64 * 2**20
#: Messages of a channel that may wait to be read.
MAX_WAITING = 200


def kernel_manager(address: str, max_message: int = MAX_MESSAGE) -> "SandboxKernelManager":
    """Make a manager that starts kernels in a sandbox.

    Parameters
    ----------
    address : str
        `Sandbox.address`, also of a sandbox that another process opened.
    max_message : int
        Bytes of the longest message that a kernel may send.

    Returns
    -------
    jupyter_client.AsyncKernelManager
        Works with nbclient's ``NotebookClient(nb, km=...)``.  The sandbox decides on the kernel's
        working directory and environment: ``cwd`` and ``env`` are ignored.  Call
        ``context.destroy(linger=0)`` of it when its clients are done with.
    """
    if plain.is_plain(address):
        return plain.kernel_manager(address)
    context = zmq.asyncio.Context()
    context.setsockopt(zmq.MAXMSGSIZE, max_message)
    context.setsockopt(zmq.RCVHWM, MAX_WAITING)
    file = Path(address).parent / f"k-{uuid.uuid4().hex[:12]}.json"
    manager = SandboxKernelManager(context=context, transport="ipc", connection_file=str(file))
    manager.provisioner = SandboxProvisioner(parent=manager, kernel_spec=manager.kernel_spec)
    manager.provisioner.address = address
    return manager


class SandboxKernelClient(AsyncKernelClient):
    """A client that knows a kernel to be ready at its first word.

    Jupyter's own listens for another 0.2 s, which is as long as such a kernel takes to start.
    """

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers, and is heard on the channel for outputs.

        Raises
        ------
        RuntimeError
            The kernel ended, or did not answer within `timeout` seconds.
        """
        deadline = monotonic() + (timeout or float("inf"))
        while monotonic() < deadline:
            question = self.kernel_info()
            if await self._hears(self.get_shell_msg, question, 1):
                # Its first outputs are lost when they come before the channel is joined.
                if await self._hears(self.get_iopub_msg, question, 0.1):
                    return
            elif not await self.is_alive():
                raise RuntimeError("The kernel ended before it was ready.")
        raise RuntimeError(f"The kernel did not answer within {timeout} s.")

    async def _hears(self, get, question, seconds):
        deadline = monotonic() + seconds
        while (left := deadline - monotonic()) > 0:
            try:
                message = await get(timeout=left)
            except Empty:
                return False
            is_answer = message["parent_header"].get("msg_id") == question
            if is_answer and message["content"].get("execution_state") != "busy":
                return True
        return False


class SandboxKernelManager(AsyncKernelManager):
    """A kernel manager that looks for no installed kernels: there is one kind."""

    client_factory = Type(SandboxKernelClient)
    _kernel_spec = KernelSpec(
        argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        display_name="Python 3",
        language="python",
    )

    @property
    def kernel_spec(self) -> Any:
        """What Jupyter wants to know of the kernel."""
        return self._kernel_spec


class SandboxProvisioner(LocalProvisioner):
    """Start, signal and look after one kernel by way of the sandbox's supervisor."""

    address = ""
    kernel = None

    async def _ask(self, do, **request):
        return await asyncio.to_thread(ask, self.address, do, **request)

    @property
    def has_process(self) -> bool:
        """Whether there is a kernel whose end was not waited for."""
        return self.kernel is not None

    async def launch_kernel(self, cmd: list[str], **options: Any) -> dict[str, Any]:
        """Have a kernel forked; `cmd` counts only for what stands behind its connection file."""
        connection = {
            name: value.decode() if isinstance(value, bytes) else value
            for name, value in self.connection_info.items()
        }
        arguments = cmd[cmd.index("-f") + 2 :]
        reply = await self._ask("start", connection=connection, arguments=arguments)
        self.kernel = reply["kernel"]
        return self.connection_info

    async def poll(self) -> int | None:
        """Return the kernel's exit code, or None while it runs."""
        if self.kernel is None:
            return 0
        try:
            return (await self._ask("poll", kernel=self.kernel))["code"]
        except SandboxError:
            return -int(signal.SIGKILL)  # the sandbox is closed

    async def wait(self) -> int | None:
        """Wait for the kernel's end and forget it."""
        while (code := await self.poll()) is None:
            await asyncio.sleep(0.01)
        self.kernel = None
        return code

    async def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel's process group."""
        if self.kernel is not None:
            with suppress(SandboxError):  # closed: the kernel has ended with it
                await self._ask("signal", kernel=self.kernel, signal=int(signum))

    async def kill(self, restart: bool = False) -> None:
        """End the kernel at once."""
        await self.send_signal(signal.SIGKILL)
        for _ in range(25):  # Jupyter looks again after 0.1 s only
            if await self.poll() is not None:
                return
            await asyncio.sleep(0.004)

    async def terminate(self, restart: bool = False) -> None:
        """Ask the kernel to end."""
        await self.send_signal(signal.SIGTERM)

    async def cleanup(self, restart: bool = False) -> None:
        """Forget the kernel."""
        if not restart:
            self.kernel = None
