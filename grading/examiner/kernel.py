"""The student's kernel, as the examiner sees it: it runs a piece of code, in time, or is ended.

The kernel is started, interrupted and ended by Jupyter's manager, in an event loop in a thread of
its own; the examiner's main thread asks and listens.  Nothing that the kernel sends is trusted.
"""

import asyncio
import contextlib
import signal
import threading
from collections.abc import Callable
from time import monotonic
from typing import Any

import zmq
from jupyter_client import BlockingKernelClient

from grading.examiner import wire
from grading.examiner.exchange import Exchange
from grading.examiner.limit import Limit, ProcessorTime, TooLate

#: Seconds between two interrupts: code may catch one of them and go on.
_NEXT_INTERRUPT = 0.4
#: Seconds without a message before a look at whether the kernel lives; doubled up to the second.
_FIRST_LOOK, _LATER_LOOK = 0.2, 1.0
#: Seconds for a kernel to be ready; for a reply to the first question; for its outputs to be heard.
_START, _FIRST_REPLY, _FIRST_OUTPUT = 120.0, 1.0, 0.1
#: Seconds for what the manager does.
_MANAGED = 30.0
#: Messages that may wait to be read on a channel: each can be as long as `_MAX_MESSAGE`.
_WAITING = {"iopub": 10, "shell": 4}
_MAX_MESSAGE = 2 * wire.MAX_TEXT
#: Messages of a channel that are read before the limits are looked at again.
_AT_ONCE = 100
#: Messages, and their bytes, that are listened to in all; so that a flood has an end.
_MOST_MESSAGES, _MOST_BYTES = 200_000, 640 << 20
#: Seconds in all that outputs may come after the reply.
_PATIENCE = 10.0


class KernelGone(Exception):
    """There is no kernel any more; the message says why."""


class Kernel:
    """One student's kernel.

    Parameters
    ----------
    make_manager : callable
        Returns a `jupyter_client.AsyncKernelManager` whose kernel was not started.
    why_ended : callable
        Returns why a watchdog ended the kernel, or "".
    grace : float
        Seconds after an interrupt before the kernel is killed.
    spent : callable, optional
        Returns the seconds of processor time that the student's processes have used so far in
        this notebook.  Without it, and when it raises, limits count wall time.

    Attributes
    ----------
    gone : str
        Why there is no kernel any more; empty while there is one.
    time : ProcessorTime
        What limits are counted in.
    """

    def __init__(
        self,
        make_manager: Callable[[], Any],
        why_ended: Callable[[], str] = lambda: "",
        grace: float = 3.0,
        spent: Callable[[], float] | None = None,
    ) -> None:
        self.gone = ""
        self.time = ProcessorTime(spent)
        self._grace = grace
        self._why_ended = why_ended
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._context = zmq.Context()
        # Until `_start` and `_connect`.
        self._manager: Any = None
        self._client: Any = None
        self._channels: dict[str, Any] = {}
        self._messages, self._bytes, self._patience = _MOST_MESSAGES, _MOST_BYTES, _PATIENCE
        self._starting = self._submit(self._start(make_manager))

    def limit(self, seconds: float, wall: float | None = None) -> Limit:
        """Return a limit that begins now; see `Limit`."""
        return Limit(seconds, self.time, wall)

    def wait_until_ready(self) -> None:
        """Wait for the kernel's start, which began when this object was made.

        Raises
        ------
        KernelGone
            When it did not start.
        """
        try:
            self._starting.result()
            self._connect()
        except KernelGone:
            raise
        except Exception as error:
            raise self._end_with(f"it could not be started ({type(error).__name__})") from error

    def run(
        self,
        code: str,
        limits: list[Limit] | float,
        hear: Callable[[dict[str, Any]], object],
        silent: bool = False,
    ) -> dict[str, Any]:
        """Run code and wait for the end of it.

        Parameters
        ----------
        code : str
        limits : list of Limit, or float
            What it must stay within; or seconds from now.
        hear : callable
            Gets each message on the kernel's output channel, as long as the code runs; what it
            raises on a malformed one is ignored.
        silent : bool
            Then nothing is counted or kept as a cell's.

        Returns
        -------
        dict
            The content of the kernel's reply.

        Raises
        ------
        TooLate, KernelGone
        """
        content = {
            "code": code,
            "silent": silent,
            "store_history": not silent,
            "allow_stdin": False,
            "stop_on_error": False,
            "user_expressions": {},
        }
        return self.ask("execute", content, limits, hear)

    def ask(
        self,
        kind: str,
        content: dict[str, Any],
        limits: list[Limit] | float,
        hear: Callable[[dict[str, Any]], object],
    ) -> dict[str, Any]:
        """Send a request, and wait for the reply to it; see `run`.

        Parameters
        ----------
        kind : str
            The request's type is ``{kind}_request``, and its reply's ``{kind}_reply``.
        content : dict
        limits, hear
            As in `run`.

        Returns
        -------
        dict
            The reply's content; empty when the kernel made none.

        Raises
        ------
        TooLate, KernelGone
        """
        if self.gone:
            raise KernelGone(self.gone)
        if isinstance(limits, int | float):
            limits = [self.limit(limits)]
        if late := _late(limits):
            raise TooLate(late)
        try:
            with self.time.waiting():
                return self._wait(self._send(kind, content, hear), limits)
        except (TooLate, KernelGone):
            raise
        except BaseException:
            self.gone = "the connection to it failed"
            raise

    def close(self) -> None:
        """End the kernel and the thread."""
        self.gone = self.gone or "it was closed"
        with contextlib.suppress(Exception):
            self._manage(self._end())
        self._context.destroy(linger=0)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        if not self._thread.is_alive():
            self._loop.close()

    def _submit(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def _manage(self, coroutine):
        return self._submit(coroutine).result(timeout=_MANAGED)

    async def _start(self, make_manager):
        self._manager = make_manager()
        await self._manager.start_kernel()

    async def _end(self):
        """Kill the kernel; Jupyter's own way looks only ten times a second whether it is gone."""
        if self._manager is None:
            return
        with contextlib.suppress(RuntimeError):  # it was never there
            await self._manager.signal_kernel(signal.SIGKILL)
        pause = 0.002
        while await self._manager.is_alive() and pause < 2:
            await asyncio.sleep(pause)
            pause *= 2
        await self._manager.cleanup_resources()
        self._manager.context.destroy(linger=0)

    def _connect(self):
        """Open the channels, and wait until the kernel answers and its outputs are heard."""
        # A larger message ends the connection, and not this process's memory.
        self._context.setsockopt(zmq.MAXMSGSIZE, _MAX_MESSAGE)
        known = self._manager.get_connection_info(session=True)
        self._client = BlockingKernelClient(context=self._context, **known)
        self._channels = {}
        self._both, self._shell_alone = zmq.Poller(), zmq.Poller()
        for name, messages in _WAITING.items():
            self._context.setsockopt(zmq.RCVHWM, messages)
            self._channels[name] = getattr(self._client, f"{name}_channel").socket
            self._both.register(self._channels[name], zmq.POLLIN)
        self._shell_alone.register(self._channels["shell"], zmq.POLLIN)
        deadline = monotonic() + _START
        while not self._answers():
            self._check_alive()
            if monotonic() > deadline:
                raise TimeoutError

    def _answers(self):
        exchange = self._send("kernel_info", {}, lambda message: None)
        # Its first outputs are lost when they come before the channel is joined.
        return self._listen(
            exchange, _FIRST_REPLY, lambda: exchange.reply is not None
        ) and self._listen(exchange, _FIRST_OUTPUT, lambda: exchange.is_idle)

    def _listen(self, exchange, seconds, is_done):
        deadline = monotonic() + seconds
        while not is_done() and (left := deadline - monotonic()) > 0:
            self._take(exchange, left)
        return is_done()

    def _send(self, kind, content, hear):
        message = self._client.session.msg(f"{kind}_request", content)
        exchange = Exchange(message["header"]["msg_id"], f"{kind}_reply", hear)
        self._client.shell_channel.send(message)
        return exchange

    def _wait(self, exchange, limits):
        """Wait until the kernel is done; interrupt it when one of the limits is over."""
        late: Limit | None = None
        grace: Limit | None = None
        next_interrupt, last, look = 0.0, monotonic(), _FIRST_LOOK
        while not exchange.is_over(self._patience, interrupted=late is not None):
            pauses = [limit.pause() for limit in limits] if late is None else [_FIRST_LOOK]
            if self._take(exchange, min(look, *pauses)):
                last, look = monotonic(), _FIRST_LOOK
            if exchange.reply is not None:
                continue
            if monotonic() - last >= look:
                self._check_alive()
                last, look = monotonic(), min(2 * look, _LATER_LOOK)
            if late is None and (late := _late(limits)):
                grace = self.limit(self._grace)
            if grace and grace.is_over():
                self._manage(self._end())
                raise self._end_with("it ran too long and could not be interrupted")
            if late and monotonic() >= next_interrupt:
                next_interrupt = monotonic() + _NEXT_INTERRUPT
                self._manage(self._manager.interrupt_kernel())
        self._patience = max(self._patience - exchange.late_outputs, 0.0)
        if late:
            raise TooLate(late)
        return exchange.reply or {}

    def _take(self, exchange, seconds):
        """Read what has come, or comes within some seconds; tell whether there was anything."""
        is_deaf = exchange.is_deaf or min(self._messages, self._bytes) <= 0
        if is_deaf:
            exchange.stop_listening()
        poller = self._shell_alone if is_deaf else self._both
        ready = dict(poller.poll(max(1, int(1000 * seconds))))
        for name, take in (("iopub", exchange.take_output), ("shell", exchange.take_reply)):
            if self._channels[name] in ready:
                for parts in _waiting(self._channels[name]):
                    take(parts)
                    self._messages -= 1
                    self._bytes -= sum(map(len, parts))
        if exchange.is_flooded:
            self._manage(self._end())
            raise self._end_with("it sent more messages than can be read")
        return bool(ready)

    def _check_alive(self):
        if not self._manage(self._manager.is_alive()):
            raise self._end_with("the Python process ended (a crash, or an exit)")

    def _end_with(self, reason):
        """Note why there is no kernel any more; return the exception that says so."""
        self.gone = reason
        with contextlib.suppress(Exception):  # the sandbox is gone with it
            self.gone = self._why_ended() or reason
        return KernelGone(self.gone)


def _late(limits):
    """Return the narrowest limit that is over, or None."""
    return next((limit for limit in reversed(limits) if limit.is_over()), None)


def _waiting(channel):
    """Yield the messages that are there, each as a list of its parts; not too many at once."""
    with contextlib.suppress(zmq.Again):
        for _ in range(_AT_ONCE):
            yield channel.recv_multipart(zmq.NOBLOCK)
