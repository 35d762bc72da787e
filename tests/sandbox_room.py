"""A kernel in a sandbox, for tests: run code in it and get back what it printed."""

import asyncio
import textwrap
from contextlib import contextmanager

from grading.sandbox import Limits, kernel_manager

MIB = 2**20
#: Small, so that a test that exceeds one is soon done.
LIMITS = Limits(
    memory=400 * MIB, cpu_seconds=60, tasks=48, disk=64 * MIB, files=2000, open_files=256
)
#: For rooms that are soon there: no more than a kernel itself needs.
FEW_IMPORTS = ("ipykernel.kernelapp", "ipykernel.ipkernel")


class Kernel:
    """One kernel, driven from plain functions.

    Parameters
    ----------
    address : str
        `Sandbox.address`.
    """

    def __init__(self, address):
        self._loop = asyncio.new_event_loop()
        self._run = self._loop.run_until_complete
        self.manager = kernel_manager(address)
        try:
            self._run(self.manager.start_kernel())
            self.client = self.manager.client()
            self.client.start_channels()
            self._run(self.client.wait_for_ready(timeout=120))
        except BaseException:
            self._loop.close()
            raise

    def __call__(self, code, timeout=30):
        """Run code; return its printed text, or "ENAME: EVALUE" of its error at the end."""
        return self._run(self._execute(code, timeout))

    async def _execute(self, code, timeout):
        said = []

        def listen(message):
            content = message["content"]
            if message["msg_type"] == "stream":
                said.append(content["text"])
            elif message["msg_type"] == "error":
                said.append(f"{content['ename']}: {content['evalue']}")
            elif message["msg_type"] == "display_data":
                said.append(f"<{', '.join(sorted(content['data']))}>")

        code = textwrap.dedent(code)
        await self.client.execute_interactive(code, output_hook=listen, timeout=timeout)
        return "".join(said).strip()

    def begin(self, code):
        """Start code and do not wait."""
        self.client.execute(textwrap.dedent(code), stop_on_error=False)

    def interrupt(self):
        self._run(self.manager.interrupt_kernel())

    def kill(self):
        self._run(self.manager.shutdown_kernel(now=True))

    def is_alive(self):
        return self._run(self.manager.is_alive())

    def dies(self, seconds=60):
        """Wait for the kernel's end; whether it came in time."""

        async def wait():
            while await self.manager.is_alive():
                await asyncio.sleep(0.02)

        try:
            self._run(asyncio.wait_for(wait(), seconds))
        except TimeoutError:
            return False
        return True

    def close(self):
        self.client.stop_channels()
        self._run(self.manager.shutdown_kernel(now=True))
        self.manager.context.destroy(linger=0)
        self._loop.close()


@contextmanager
def kernel(room):
    """A kernel in a sandbox that is made ready for the next one afterwards."""
    running = Kernel(room.address)
    try:
        yield running
    finally:
        running.close()
        room.clear()
