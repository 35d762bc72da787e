"""One running sandbox, as the supervisor holds it: its processes, the link into it, its end."""

import asyncio
import itertools
import os
import select
import signal
import socket
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from grading.sandbox import bubblewrap, server
from grading.sandbox.launch import launch
from grading.sandbox.limits import Limits
from grading.sandbox.link import read_message
from grading.sandbox.watch import Watch

LOOK_EVERY = 0.05  # seconds
#: The longest pause between two looks, however long a look takes.
PAUSE_AT_MOST = 0.5
MOST_OF_A_MESSAGE = 2**16
MOST_KERNELS = 1000
START_TIMEOUT, REPLY_TIMEOUT = 120, 10


class BoxError(Exception):
    """The sandbox did not do what it was asked."""


class Box:
    """A sandbox with a server that forks kernels.

    Parameters
    ----------
    limits : Limits
        What its processes may use.
    confined : bool
        Whether bubblewrap is around it.
    shown : list of (str, str)
        The mounts.
    imports : list of str
        What the server imports.
    required : list of str
        What of the big packages it imports too, by their names in `server.BIG`.
    folder : Path
        Folder for what it needs outside.
    """

    def __init__(
        self,
        limits: Limits,
        confined: bool,
        shown: list[tuple[str, str]],
        imports: list[str],
        required: list[str],
        folder: Path,
    ) -> None:
        self.limits, self.confined, self.shown = limits, confined, shown
        self.imports, self.required, self.folder = imports, required, folder
        self.ended = self._failure = ""
        self.codes: dict[int, int | None] = {}  # exit codes of kernels; None while they run
        self.watch: Any = None  # a Watch, once it has started
        #: Set while there may be something of a student in it.
        self.in_use = asyncio.Event()
        self._replies: dict[int, asyncio.Future] = {}
        self._ids = itertools.count(1)
        self._loop = asyncio.get_running_loop()
        self.here, self.ready, self.gone = (self._loop.create_future() for _ in range(3))
        self._log = tempfile.TemporaryFile()  # noqa: SIM115
        self._turn = asyncio.Lock()
        self._tasks: list[asyncio.Task] = []
        self._process: Any = None
        self._pidfd: int | None = None
        self._spent = 0.0
        self._remembered = False

    async def start(self) -> None:
        """Start the server; it goes on with its imports after this.

        Raises
        ------
        BoxError
            It could not be started.
        """
        self._link, inside = socket.socketpair()
        self._link.setblocking(False)
        with inside:
            self._process, pid = await asyncio.to_thread(
                launch,
                self.limits,
                self.confined,
                self.shown,
                self.imports,
                self.required,
                self.folder,
                inside,
                self._log,
            )
        if not pid:
            self._end()
            raise BoxError(self.why())
        self._pidfd = os.pidfd_open(pid)
        self._tasks = [asyncio.create_task(self._listen())]
        await self._wait_for(self.here)
        folders = list(bubblewrap.WRITABLE) if self.confined else []
        self.watch = Watch(pid, self.limits, folders, self.confined)
        self._tasks.append(asyncio.create_task(self._look()))

    async def wait(self) -> None:
        """Wait until the imports are done."""
        await self._wait_for(self.ready)
        if not self._remembered:
            self._remembered = True
            self.watch.remember()

    def is_clear(self) -> bool:
        """Whether there is nothing of a student in it, as far as can be seen from outside."""
        try:
            return not self.in_use.is_set() and self.watch.is_clear()
        except OSError:
            return False  # it is gone

    async def fill(self, path: str | Path) -> None:
        """Unpack an archive into the workspace."""
        await self._check_unused("files are put into")
        with Path(path).open("rb") as file:
            await self.request({"do": "fill"}, [file.fileno()])

    async def require(self, modules: list[str]) -> None:
        """Have packages imported."""
        await self._check_unused("packages are imported in")
        await self.request({"do": "require", "modules": modules}, timeout=START_TIMEOUT)

    async def clear(self) -> bool:
        """Have all of a student's removed; return whether it is."""
        await self.request({"do": "clear"})
        self.in_use.clear()
        self.codes.clear()
        return self.is_clear()

    def spent(self) -> float:
        """Seconds of processor time that the notebook has used."""
        if self.watch is None or not self.in_use.is_set() or self.gone.done():
            return self._spent
        with suppress(OSError):
            self._spent = self.watch.spent()
        return self._spent

    async def _check_unused(self, done):
        await self.wait()
        if self.in_use.is_set() or self.watch.pids():
            raise BoxError(f"{done} a sandbox before its kernel is started, not afterwards")

    async def start_kernel(
        self, connection: dict[str, Any], arguments: Any, sockets: list[socket.socket]
    ) -> int:
        """Fork a kernel; return its process id in the sandbox."""
        await self.wait()
        self.watch.begin()
        self._spent = 0.0
        self.in_use.set()
        fds = [sock.fileno() for sock in sockets]
        message = {"do": "start", "connection": connection, "arguments": arguments}
        pid: Any = (await self.request(message, fds)).get("pid")
        self.codes.setdefault(pid, None)
        return pid

    def code(self, pid: int) -> int | None:
        """Return the exit code of a kernel, or None while it runs."""
        return -signal.SIGKILL if self.gone.done() else self.codes.get(pid, -signal.SIGKILL)

    async def request(
        self, message: dict[str, Any], fds: Sequence[int] = (), timeout: float = REPLY_TIMEOUT
    ) -> dict[str, Any]:
        """Have the server do something; return its reply.

        Raises
        ------
        BoxError
            The server is gone, does not answer, or says that it did not work.
        """
        async with self._turn:
            await self.wait()
            number = next(self._ids)
            self._replies[number] = self._loop.create_future()
            data = server.pack(message | {"id": number})
            try:
                socket.send_fds(self._link, [data[: server.HEADER_BYTES]], fds)
                rest = self._loop.sock_sendall(self._link, data[server.HEADER_BYTES :])
                await asyncio.wait_for(rest, REPLY_TIMEOUT)
                reply = await self._wait_for(self._replies[number], timeout)
            except OSError as error:
                raise BoxError(self.why()) from error
            finally:
                del self._replies[number]
        if not isinstance(reply, dict) or reply.get("error"):
            raise BoxError(f"the sandbox said: {reply.get('error')}")
        return reply

    def kill(self, reason: str = "") -> None:
        """End all of its processes: the end of process 1 is the end of every one in the sandbox."""
        self.ended = self.ended or reason
        if self.gone.done() or self._pidfd is None:
            return
        if not self.confined:
            for pid in server.descendants(self.watch.server) if self.watch else ():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
        self._process.kill()

    def fail(self, reason: str) -> None:
        """Note that it could not be started."""
        self._failure = reason
        self.kill()
        self._end()

    async def close(self) -> None:
        """End it, and wait until it is gone."""
        self.kill()
        if self._pidfd is not None:
            await asyncio.to_thread(select.select, [self._pidfd], [], [], 5)
            os.close(self._pidfd)
        self._end()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._process:
            await asyncio.to_thread(self._process.wait)
        if self.watch:
            self.watch.close()
        self._link.close()
        self._log.close()

    def why(self) -> str:
        """Say why it does not work any more."""
        if self._failure:
            return self._failure
        if self.ended:
            return f"the sandbox was ended: {self.ended}"
        self._log.seek(0, os.SEEK_END)
        self._log.seek(max(0, self._log.tell() - 2000))
        said = self._log.read().decode(errors="replace").strip()
        return f"the sandbox ended. It said: {said}" if said else "the sandbox ended"

    async def _wait_for(self, future, timeout=START_TIMEOUT):
        await asyncio.wait(
            [future, self.gone], timeout=timeout, return_when=asyncio.FIRST_COMPLETED
        )
        if future.done():
            return future.result()
        raise BoxError(self.why() if self.gone.done() else "the sandbox does not answer")

    async def _listen(self):
        try:
            while True:
                self._take(await read_message(self._read, MOST_OF_A_MESSAGE))
        except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            # Gone, or not itself any more: either way there is nothing left to talk to.
            self.kill()
            self._end()

    async def _read(self, size):
        data = b""
        while len(data) < size:
            part = await self._loop.sock_recv(self._link, size - len(data))
            if not part:
                raise EOFError
            data += part
        return data

    def _take(self, message):
        event = message.get("event")
        if event in ("here", "ready"):
            future = self.here if event == "here" else self.ready
            if not future.done():
                future.set_result(None)
        elif event == "exited":
            if len(self.codes) >= MOST_KERNELS:
                raise ValueError(len(self.codes))
            self.codes[int(message["pid"])] = int(message["code"])
        elif (reply := self._replies.get(message["id"])) and not reply.done():
            reply.set_result(message)

    async def _look(self):
        while not self.gone.done():
            await self.in_use.wait()
            start = self._loop.time()
            try:
                reason = self.watch.excess()
            except OSError as error:  # gone; if not, it must not go on unwatched
                reason = "" if self.gone.done() else f"it could not be watched ({error})"
                self.kill(reason)
                return
            if reason:
                self.kill(reason)
                return
            took = self._loop.time() - start
            await asyncio.sleep(min(max(LOOK_EVERY, 4 * took), PAUSE_AT_MOST))

    def _end(self):
        if not self.gone.done():
            self.gone.set_result(None)
        for task in self._tasks:
            if task is not asyncio.current_task():
                task.cancel()
