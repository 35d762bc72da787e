"""Messages between the supervisor of a sandbox and those that it works for: a length, then JSON."""

import asyncio
import json
import socket
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


async def read_message(reader: asyncio.StreamReader) -> Any:
    """Read a message from an asyncio stream."""
    size = int.from_bytes(await reader.readexactly(server.HEADER_BYTES), "big")
    if size > MOST:
        raise ValueError(f"a message of {size} bytes")
    return json.loads(await reader.readexactly(size))


async def write_message(writer: asyncio.StreamWriter, message: Any) -> None:
    """Write a message to an asyncio stream."""
    data = json.dumps(message).encode()
    writer.write(len(data).to_bytes(server.HEADER_BYTES, "big") + data)
    await writer.drain()
