"""The process beside a worker's that holds its sandbox and watches over it.

`python -I -m grading.sandbox.supervisor`, as `Sandbox` starts it: reads what it needs as a line of
JSON from standard input, answers requests at a socket in a private folder, and ends, with all that
runs in the sandbox, when standard input is closed (so also when the worker is killed).
"""

import asyncio
import json
import os
import shutil
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from grading.sandbox.box import Box, BoxError
from grading.sandbox.limits import Limits
from grading.sandbox.link import read_message, write_message
from grading.sandbox.server import BIG

ROLES = ("shell", "iopub", "stdin", "hb", "control")


class Supervisor:
    """Answer the requests that `Sandbox` and `kernel_manager` make.

    Parameters
    ----------
    settings : dict
        ``limits``, ``confined``, ``mounts``, ``imports``, ``renew_after``, ``folder``, and
        ``listening``: the descriptor of the socket for requests.
    """

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings
        self.folder = Path(settings["folder"])
        self.box: Any = None  # a Box, from `run` on
        self._number = 0
        self._submissions = 0  # that this box has had
        self._required: list[str] = []
        self._turn = asyncio.Lock()
        self._starting: Any = None

    async def run(self) -> None:
        """Work until standard input is closed."""
        listening = socket.socket(fileno=self.settings["listening"])
        asyncio_server = await asyncio.start_unix_server(self._serve, sock=listening)
        over = asyncio.Event()
        asyncio.get_running_loop().add_reader(0, lambda: None if os.read(0, 1) else over.set())
        self._renew()
        await over.wait()
        asyncio_server.close()
        await self._close_box()

    def _renew(self):
        """Start a new box, in the background, with the packages that were needed so far."""
        self._number += 1
        self._submissions = 0
        self.box = Box(
            Limits(**self.settings["limits"]),
            self.settings["confined"],
            self.settings["mounts"],
            self.settings["imports"],
            list(self._required),
            self.folder,
        )
        self._starting = asyncio.create_task(self._start(self.box))

    async def _start(self, box):
        try:
            await box.start()
        except (BoxError, OSError, ValueError, KeyError) as error:
            box.fail(str(error))  # said to whoever asks for a kernel

    async def _close_box(self):
        self.box.kill()
        await self._starting
        await self.box.close()

    async def _serve(self, reader, writer):
        with suppress(OSError, EOFError, ValueError):
            request = await read_message(reader.readexactly)
            try:
                reply = await getattr(self, f"do_{request.pop('do')}")(**request)
            except (BoxError, OSError, ValueError) as error:
                reply = {"error": str(error)}
            await write_message(writer, reply or {})
        writer.close()

    async def do_ready(self) -> None:
        """Wait until kernels can be started at once."""
        await self._starting
        await self.box.wait()

    async def do_start(self, connection: dict[str, Any], arguments: list[str]) -> dict[str, Any]:
        """Start a kernel; its sockets are made here, out of its sight."""
        async with self._turn:
            await self._starting
            base = Path(connection["ip"])
            if base.parent != self.folder:
                raise ValueError(f"sockets belong into {self.folder}, not into {base.parent}")
            sockets = [_listen_at(f"{base}-{connection[f'{role}_port']}") for role in ROLES]
            try:
                pid = await self.box.start_kernel(connection, arguments, sockets)
            finally:
                for sock in sockets:
                    sock.close()
            return {"kernel": f"{self._number}.{pid}"}

    async def do_signal(self, kernel: str, signal: int) -> None:
        """Send a signal to a kernel; a server that does not pass it on is ended with it."""
        pid = self._pid(kernel)
        if pid is not None and self.box.code(pid) is None:
            try:
                await self.box.request({"do": "signal", "pid": pid, "signal": signal})
            except BoxError:
                self.box.kill()

    async def do_poll(self, kernel: str) -> dict[str, Any]:
        """Return the exit code of a kernel; None while it runs."""
        pid = self._pid(kernel)
        return {"code": -9 if pid is None else self.box.code(pid)}

    async def do_fill(self, file: str) -> None:
        """Unpack an archive, which lies in the supervisor's folder, into the workspace."""
        async with self._turn:
            await self._starting
            path = self.folder / file
            if path.parent != self.folder:
                raise ValueError(f"archives belong into {self.folder}, not into {path.parent}")
            await self.box.fill(path)

    async def do_require(self, modules: list[str]) -> None:
        """Import packages in the server; what the machine has not got is left out."""
        if unknown := set(modules) - set(BIG):
            raise ValueError(f"{min(unknown)} is not one of {', '.join(BIG)}")
        async with self._turn:
            await self._starting
            new = [name for name in BIG if name in modules and name not in self._required]
            if not new:
                return
            await self.box.wait()
            if not self.box.is_clear():
                raise BoxError("packages are imported before files and a kernel, not afterwards")
            try:
                await self.box.require(new)
            except BoxError:
                await self._replace_box()
                raise
            self._required += new
            # An import may change it (a first thread has signals handled), and nobody else was in.
            self.box.watch.remember()
            if not self.box.is_clear():
                await self._replace_box()

    async def do_clear(self) -> None:
        """End the last kernel and all that it started, and delete all files.

        If the server inside does not do it, or did not do it well, there is a new sandbox.
        """
        async with self._turn:
            await self._clear()

    async def do_finish(self) -> None:
        """Clear it after a submission's last notebook; there is a new one every so often."""
        async with self._turn:
            self._submissions += 1
            if self._submissions >= self.settings["renew_after"]:
                await self._replace_box()
            else:
                await self._clear()

    async def do_spent(self) -> dict[str, Any]:
        """Return the processor time of the notebook so far."""
        return {"seconds": self.box.spent()}

    async def _clear(self):
        await self._starting
        with suppress(BoxError):
            if await self.box.clear():
                return
        await self._replace_box()

    async def _replace_box(self):
        await self._close_box()
        self._renew()

    async def do_why(self) -> dict[str, Any]:
        """Return why the watchdog ended something."""
        return {"ended": self.box.ended}

    def _pid(self, kernel):
        number, _, pid = kernel.partition(".")
        return int(pid) if int(number) == self._number else None


def _listen_at(path):
    sock = socket.socket(socket.AF_UNIX)
    sock.bind(path)
    sock.listen(16)
    return sock


def main() -> None:
    """Read the settings and keep a sandbox."""
    line = bytearray()
    while not line.endswith(b"\n"):
        line += os.read(0, 1) or sys.exit("The supervisor of a sandbox is started by `Sandbox`.")
    settings = json.loads(line)
    try:
        asyncio.run(Supervisor(settings).run())
    finally:
        shutil.rmtree(settings["folder"], ignore_errors=True)


if __name__ == "__main__":
    main()
