"""Messages between the supervisor of a sandbox and those that it works for: a length, then JSON."""

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable
from typing import Any

from grading.sandbox import server

MOST = 2**30


class SandboxError(RuntimeError):
    """A sandbox could not be had, or did not do what it was asked."""


def ask(address: str, do: str, timeout: float = 180, **request: Any) -> dict[str, Any]:
    """Ask a supervisor for something and wait for its reply.

    Parameters
    ----------
    address : str
        `Sandbox.address`.
    do : str
        What to do: the name of one of the supervisor's ``do_`` methods.
    timeout : float
        Seconds to wait.
    **request
        Its arguments, as plain data.

    Returns
    -------
    dict
        The reply.

    Raises
    ------
    SandboxError
        The supervisor is gone, or says that it did not work.
    """
    try:
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(timeout)
            link.connect(address)
            server.send(link, {"do": do, **request})
            reply, _ = server.receive(link, MOST)
    except (OSError, EOFError, ValueError) as error:
        raise SandboxError(f"The sandbox is closed or does not answer ({error!r}).") from error
    if reply.get("error"):
        raise SandboxError(f"The sandbox failed: {reply['error']}")
    return reply


async def read_message(read_exactly: Callable[[int], Awaitable[bytes]], most: int = MOST) -> Any:
    """Read a message with a coroutine function that reads a number of bytes.

    Raises
    ------
    EOFError
        The other side is gone.
    ValueError
        The message is longer than `most` bytes, or is no JSON.
    """
    size = server.size_of(await read_exactly(server.HEADER_BYTES), most)
    return json.loads(await read_exactly(size))


async def write_message(writer: asyncio.StreamWriter, message: Any) -> None:
    """Write a message to an asyncio stream."""
    writer.write(server.pack(message))
    await writer.drain()
