"""One request to a student's kernel, and what comes for it: a reply, outputs, and an end.

Messages are read here, part by part and within limits, and not by `jupyter_client`, which reads
every part of every message: of any size, also those of another request, and looks for dates in it.
"""

import contextlib
import json
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any

from grading.examiner import wire
from grading.examiner.clipping import CUT

#: What stands in a message before its signature, header, parent's header, metadata and content.
_DELIMITER = b"<IDS|MSG>"
#: Bytes of a header.
_MAX_HEADER = 10_000
#: Messages, and their bytes, that are listened to.
_MOST_MESSAGES, _MOST_BYTES = 20_000, 64 << 20
#: Messages that may come instead of the reply.
_MOST_REPLIES = 1_000
#: Seconds that outputs may come after the reply.
_LATE_OUTPUTS = 3.0
#: Seconds that the reply may come after the end: with an interrupt, which at the wrong moment
#: costs a kernel its reply; and without.
_LOST_REPLY = {True: 0.5, False: 10.0}


class Exchange:
    """One request: its reply and its end come on two channels, in no fixed order.

    Parameters
    ----------
    request : str
        The request's id.
    answer : str
        The type of the reply to it.
    hear : callable
        Gets each message with an output: its type and content.

    Attributes
    ----------
    reply : dict or None
    is_idle : bool
        Whether the kernel said that it is done with the request.
    is_deaf : bool
        Whether so much has come that nothing more is listened to.
    """

    def __init__(self, request: str, answer: str, hear: Callable[[dict[str, Any]], object]) -> None:
        self.reply: dict[str, Any] | None = None
        self.is_idle = self.is_deaf = False
        self._request, self._answer, self._hear = request, answer, hear
        self._in_bytes = request.encode()
        self._messages, self._bytes, self._replies = _MOST_MESSAGES, _MOST_BYTES, _MOST_REPLIES
        self._replied: float | None = None
        self._idle_since = 0.0  # when it is idle

    @property
    def is_flooded(self) -> bool:
        """Whether more came in place of a reply than can be an accident."""
        return self._replies <= 0

    @property
    def late_outputs(self) -> float:
        """Seconds since the reply."""
        return 0.0 if self._replied is None else monotonic() - self._replied

    def is_over(self, patience: float, *, interrupted: bool) -> bool:
        """Tell whether nothing more is to be waited for.

        Parameters
        ----------
        patience : float
            Seconds that outputs may come after the reply, at most.
        interrupted : bool
            Whether the kernel was interrupted meanwhile.
        """
        if self.reply is not None:
            over = self.late_outputs > min(patience, _LATE_OUTPUTS)
            return self.is_idle or self.is_deaf or over
        return self.is_idle and monotonic() - self._idle_since > _LOST_REPLY[interrupted]

    def take_reply(self, parts: Sequence[bytes]) -> None:
        """Read one message of the channel for replies; one that cannot be read is none."""
        self._replies -= 1
        with contextlib.suppress(Exception):
            kind, content = self._read(parts)
            if kind == self._answer and self.reply is None:
                found = wire.read_json(content)
                if type(found) is dict:
                    self.reply, self._replied = found, monotonic()

    def take_output(self, parts: Sequence[bytes]) -> None:
        """Read one message of the channel for outputs."""
        self._messages -= 1
        self._bytes -= sum(map(len, parts))
        if min(self._messages, self._bytes) < 0:
            self.stop_listening()
            return
        with contextlib.suppress(Exception):
            kind, content = self._read(parts)
            content = wire.read_json(content)
            if kind == "status":
                self._note_status(content["execution_state"])
            else:
                self._hear({"msg_type": kind, "content": content})

    def stop_listening(self) -> None:
        """Hear no more outputs, and say so in their place."""
        if not self.is_deaf:
            self.is_deaf = True
            with contextlib.suppress(Exception):
                content = {"name": "stderr", "text": CUT}
                self._hear({"msg_type": "stream", "content": content})

    def _note_status(self, state):
        if state == "idle" and not self.is_idle:
            self.is_idle, self._idle_since = True, monotonic()

    def _read(self, parts):
        """Return a message's type and its content, as bytes, when it belongs to the request."""
        first = parts.index(_DELIMITER) + 2  # behind the signature, which everyone there can make
        header, parent, _, content = parts[first : first + 4]
        if self._in_bytes not in parent or max(len(header), len(parent)) > _MAX_HEADER:
            raise ValueError("a message of another request")
        if json.loads(parent)["msg_id"] != self._request:
            raise ValueError("a message of another request")
        return json.loads(header)["msg_type"], content
