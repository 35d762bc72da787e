"""The student's kernel, as the examiner sees it: it runs a piece of code, in time, or is ended.

All sockets belong to an event loop in a thread of its own, so that the main thread is free for
trusted code and its signals.  Nothing that the kernel sends is trusted.
"""

import asyncio
import contextlib
import threading
from time import monotonic

import zmq
import zmq.asyncio

from grading.examiner import wire

#: Seconds without a message before a look at whether the kernel lives; between two interrupts.
_PAUSE = 0.2
#: Seconds that outputs may come after the reply.
_LATE_OUTPUTS = 3.0
#: Seconds that the reply may come after the end, once there was an interrupt.
_LOST_REPLY = 0.5
#: Seconds for a kernel to be ready.
_START = 60.0


class KernelGone(Exception):
    """There is no kernel any more; the message says why."""


class TooLate(Exception):
    """The code was interrupted, because its time was up; the kernel lives."""


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

    Attributes
    ----------
    gone : str
        Why there is no kernel any more; empty while there is one.
    """

    def __init__(self, make_manager, why_ended=lambda: "", grace=3.0):
        self.gone = ""
        self._grace = grace
        self._why_ended = why_ended
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._manager = self._client = None
        self._starting = self._submit(self._start(make_manager))

    def wait_until_ready(self):
        """Wait for the kernel's start, which began when this object was made.

        Raises
        ------
        KernelGone
            When it did not start.
        """
        try:
            self._starting.result()
        except Exception as error:
            self.gone = self._why_ended() or f"it could not be started ({type(error).__name__})"
            raise KernelGone(self.gone) from error

    def run(self, code, seconds, hear, expression=None):
        """Run code, or evaluate an expression, and wait for the end of it.

        Parameters
        ----------
        code : str
        seconds : float
        hear : callable
            Gets each message on the kernel's output channel, as long as the code runs; what it
            raises on a malformed one is ignored.
        expression : str, optional
            Evaluated after `code`; then nothing is counted or kept as a cell's.

        Returns
        -------
        dict
            The content of the kernel's reply.

        Raises
        ------
        TooLate, KernelGone
        """
        if self.gone:
            raise KernelGone(self.gone)
        running = self._submit(self._run(code, max(seconds, 0.01), hear, expression))
        try:
            return running.result()
        except (TooLate, KernelGone):
            raise
        except BaseException:
            running.cancel()
            self.gone = "the connection to it failed"
            raise

    def close(self):
        """End the kernel and the thread."""
        with contextlib.suppress(Exception):
            self._submit(self._kill()).result(timeout=20)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)

    def _submit(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    async def _start(self, make_manager):
        self._manager = make_manager()
        # A larger message ends the connection, and not this process's memory.
        self._manager.context.setsockopt(zmq.MAXMSGSIZE, 2 * wire.MAX_TEXT)
        await self._manager.start_kernel()
        self._client = self._manager.client()
        self._client.start_channels(stdin=False)
        await self._client.wait_for_ready(timeout=_START)

    async def _kill(self):
        if self._client is not None:
            self._client.stop_channels()
        if self._manager is not None:
            await self._manager.shutdown_kernel(now=True)

    async def _run(self, code, seconds, hear, expression):
        silent = expression is not None
        request = self._client.execute(
            code,
            silent=silent,
            store_history=not silent,
            allow_stdin=False,
            stop_on_error=False,
            user_expressions={"answer": expression} if silent else {},
        )
        exchange = _Exchange(request, hear)
        poller = zmq.asyncio.Poller()
        for channel in (self._client.shell_channel, self._client.iopub_channel):
            poller.register(channel.socket, zmq.POLLIN)
        deadline = monotonic() + seconds
        interrupts = 0
        while not exchange.is_over(interrupted=interrupts > 0):
            ready = dict(await poller.poll(int(1000 * _PAUSE)))
            if not ready and exchange.reply is None and not await self._manager.is_alive():
                self._give_up("the Python process ended (a crash, or an exit)")
            for channel in (self._client.iopub_channel, self._client.shell_channel):
                if channel.socket in ready:
                    await exchange.take(channel, is_output=channel is self._client.iopub_channel)
            late = monotonic() - deadline
            if late > self._grace and exchange.reply is None:
                await self._manager.shutdown_kernel(now=True)
                self._give_up("it ran too long and could not be interrupted")
            if late > interrupts * 2 * _PAUSE and exchange.reply is None:
                interrupts += 1  # again and again: code may catch one of them and go on
                await self._manager.interrupt_kernel()
        if interrupts:
            raise TooLate
        return exchange.reply

    def _give_up(self, reason):
        self.gone = self._why_ended() or reason
        raise KernelGone(self.gone)


class _Exchange:
    """One request: its reply and its end come on two channels, in no fixed order."""

    def __init__(self, request, hear):
        self.reply = None
        self._request = request
        self._hear = hear
        self._is_idle = False
        self._last = monotonic()

    def is_over(self, *, interrupted):
        waited = monotonic() - self._last
        if self.reply is None:  # an interrupt at the wrong moment costs a kernel its reply
            return interrupted and self._is_idle and waited > _LOST_REPLY
        return self._is_idle or waited > _LATE_OUTPUTS

    async def take(self, channel, *, is_output):
        """Read one message; one that cannot be read is no message."""
        with contextlib.suppress(Exception):
            message = await channel.get_msg(timeout=0)
            if message["parent_header"].get("msg_id") != self._request:
                return
            self._last = monotonic()
            if is_output:
                if message["msg_type"] == "status":
                    self._is_idle |= message["content"]["execution_state"] == "idle"
                else:
                    self._hear(message)
            elif message["msg_type"] == "execute_reply" and type(message["content"]) is dict:
                self.reply = message["content"]
