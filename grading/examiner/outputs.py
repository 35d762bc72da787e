"""What a student's cell shows: capped, and sound enough to be written into a notebook.

nbclient does this too, and takes more than a second to import; the examiner has to start quickly.
"""

from collections.abc import Sequence
from typing import Any

from grading.examiner.clipping import CUT, clip, size

_SHOWN = ("display_data", "execute_result")
#: Outputs of a cell that are kept; and errors and results that are kept without room for them.
_MOST, _WITHOUT_ROOM = 1000, 10
#: Kinds of data and of pictures' sizes in one output; the largest size.
_MOST_KINDS, _LARGEST = 20, 100_000


class CellOutputs:
    """Collects a cell's outputs from the kernel's messages.

    Parameters
    ----------
    room : int
        Characters that are kept; the first errors and short results are kept in any case.
    shared : dict
        The outputs of the whole notebook that can be updated, by display id.

    Attributes
    ----------
    count : int or None
        The cell's number.
    """

    def __init__(self, room: int, shared: dict[str, Any]) -> None:
        self.count = None
        self._outputs: list[dict[str, Any]] = []
        self._texts: list[str] = []  # of the stream that is the last output; joined when it is over
        self._room = room
        self._without_room = _WITHOUT_ROOM
        self._shared = shared
        self._clear_next = self._is_cut = False

    @property
    def outputs(self) -> list[dict[str, Any]]:
        """What was kept, as in a notebook file: a list of dictionaries."""
        if self._texts:
            self._texts = ["".join(self._texts)]
            self._outputs[-1]["text"] = self._texts[0]
        return self._outputs

    def hear(self, message: dict[str, Any]) -> None:
        """Take one message of the kernel's output channel."""
        kind, content = message["msg_type"], message["content"]
        if kind == "execute_input":
            self._set_count(content)
        elif kind == "clear_output":
            if content.get("wait"):
                self._clear_next = True
            else:
                self._clear()
        elif kind == "update_display_data":
            self._update(content)
        elif kind == "stream":
            self._add(
                {"output_type": kind, "name": _stream(content), "text": text_of(content["text"])}
            )
        elif kind == "error":
            self._add(_error(content["ename"], content["evalue"], content["traceback"]))
        elif kind in _SHOWN:
            self._show(kind, content)

    def length(self) -> int:
        """Return about how many characters the outputs have."""
        return sum(map(size, self.outputs))

    def add_error(self, name: str, message: str, lines: Sequence[str]) -> None:
        """Add an error, which is always kept."""
        self._add(_error(name, message, lines), always=True)

    def _set_count(self, content):
        if type(content.get("execution_count")) is int:
            self.count = min(max(content["execution_count"], 0), 10**9)

    def _show(self, kind, content):
        output = {"output_type": kind, "data": _bundle(content["data"]), "metadata": {}}
        output["metadata"] = _metadata(content.get("metadata"))
        if kind == "execute_result":
            self._set_count(content)
            output["execution_count"] = self.count
        if self._add(output):
            name = (content.get("transient") or {}).get("display_id")
            if isinstance(name, str):
                self._shared.setdefault(name, []).append(output)

    def _add(self, output, *, always=False):
        """Keep an output as long as there is room; join what a stream writes bit by bit."""
        if self._clear_next:
            self._clear()
        if not always and not self._may_add(output["output_type"]):
            self._note_cut()
            return False
        clip(output, self._room)
        if self._texts and self._outputs[-1]["name"] == output.get("name"):
            self._texts.append(output["text"])
            self._room -= len(output["text"])
            return True
        self._join()
        self._room -= size(output) + sum(map(len, output.get("traceback", [])))
        self._outputs.append(output)
        if output["output_type"] == "stream":
            self._texts.append(output["text"])
        return True

    def _may_add(self, kind):
        if self._room > 0 and len(self._outputs) < _MOST:
            return True
        if kind in ("error", "execute_result"):
            self._without_room -= 1
            return self._without_room >= 0
        return False

    def _note_cut(self):
        if not self._is_cut:
            self._is_cut = True
            self._join()
            self._outputs.append({"output_type": "stream", "name": "stderr", "text": CUT})

    def _clear(self):
        self._clear_next = self._is_cut = False
        self._texts.clear()
        self._outputs.clear()

    def _join(self):
        if self._texts:
            self._outputs[-1]["text"] = "".join(self._texts)
            self._texts.clear()

    def _update(self, content):
        """Replace a shown output, unless its new version is too large."""
        data = _bundle(content["data"])
        cost = size({"output_type": "display_data", "data": data})
        for output in self._shared.get(content["transient"]["display_id"], []):
            if cost > self._room:
                return
            output["data"] = data
            self._room -= cost


def text_of(value: object) -> str:
    """Return text that can be written to a file, whatever the kernel sent."""
    return str(value).encode("utf-8", "replace").decode("utf-8")


def _error(name, message, lines):
    lines = [text_of(line) for line in list(lines)[-100:]]
    error = {"ename": text_of(name), "evalue": text_of(message), "traceback": lines}
    return {"output_type": "error", **error}


def _stream(content):
    return "stderr" if content.get("name") == "stderr" else "stdout"


def _bundle(data):
    """Return a MIME bundle of texts; nothing that the course shows is stored in another form."""
    kept = {k: v for k, v in dict(data).items() if isinstance(v, str)}
    return {text_of(k)[:200]: text_of(v) for k, v in list(kept.items())[:_MOST_KINDS]}


def _metadata(found):
    """Return the sizes of pictures; nothing else of an output's metadata is used."""
    pictures = {
        text_of(kind)[:200]: values
        for kind, values in dict(found or {}).items()
        if isinstance(values, dict) and str(kind).startswith("image/")
    }
    return {kind: _size(values) for kind, values in list(pictures.items())[:_MOST_KINDS]}


def _size(values):
    kept = {k: v for k, v in values.items() if k in ("width", "height") and type(v) is int}
    return {k: v for k, v in kept.items() if 0 <= v <= _LARGEST}
