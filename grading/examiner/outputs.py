"""What a student's cell shows: capped, and sound enough to be written into a notebook.

nbclient does this too, and takes more than a second to import; the examiner has to start quickly.
"""

from grading.examiner.clipping import clip, size

_SHOWN = ("display_data", "execute_result")


class CellOutputs:
    """Collects a cell's outputs from the kernel's messages.

    Parameters
    ----------
    room : int
        Characters that are kept; errors and short results are always kept.
    shared : dict
        The outputs of the whole notebook that can be updated, by display id.

    Attributes
    ----------
    outputs : list of dict
        As in a notebook file.
    count : int or None
        The cell's number.
    """

    def __init__(self, room, shared):
        self.outputs = []
        self.count = None
        self._room = room
        self._shared = shared
        self._clear_next = False

    def hear(self, message):
        """Take one message of the kernel's output channel."""
        kind, content = message["msg_type"], message["content"]
        if kind == "execute_input":
            self._set_count(content)
        elif kind == "clear_output":
            self._clear_next = bool(content.get("wait"))
            if not self._clear_next:
                self.outputs.clear()
        elif kind == "update_display_data":
            self._update(content)
        elif kind == "stream":
            self._add(
                {"output_type": kind, "name": _stream(content), "text": text_of(content["text"])}
            )
        elif kind == "error":
            self.add_error(content["ename"], content["evalue"], content["traceback"])
        elif kind in _SHOWN:
            self._show(kind, content)

    def length(self):
        """Return about how many characters the outputs have."""
        return sum(map(size, self.outputs))

    def add_error(self, name, message, lines):
        """Add an error, which is always kept."""
        lines = [text_of(line) for line in lines][:1000]
        error = {"ename": text_of(name), "evalue": text_of(message), "traceback": lines}
        self._add({"output_type": "error", **error})

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

    def _add(self, output):
        """Keep an output as long as there is room; join what a stream writes bit by bit."""
        if self._clear_next:
            self.outputs.clear()
            self._clear_next = False
        if self._room <= 0 and output["output_type"] not in ("error", "execute_result"):
            return False
        last = self.outputs[-1] if self.outputs else {}
        if output["output_type"] == "stream" and last.get("name") == output["name"]:
            clip(output, self._room)
            last["text"] += output["text"]
            self._room -= len(output["text"])
            return True
        clip(output, self._room)
        self._room -= size(output)
        self.outputs.append(output)
        return True

    def _update(self, content):
        """Replace a shown output, unless its new version is too large."""
        data = _bundle(content["data"])
        for output in self._shared.get(content["transient"]["display_id"], []):
            if size({"output_type": "display_data", "data": data}) <= self._room:
                output["data"] = data
                self._room -= size(output)


def text_of(value):
    """Return text that can be written to a file, whatever the kernel sent."""
    return str(value).encode("utf-8", "replace").decode("utf-8")


def _stream(content):
    return "stderr" if content.get("name") == "stderr" else "stdout"


def _bundle(data):
    """Return a MIME bundle of texts; nothing that the course shows is stored in another form."""
    kept = {k: v for k, v in dict(data).items() if isinstance(v, str)}
    return {text_of(k)[:200]: text_of(v) for k, v in list(kept.items())[:20]}


def _metadata(found):
    """Return the sizes of pictures; nothing else of an output's metadata is used."""
    sizes = {}
    for kind, values in dict(found or {}).items():
        if isinstance(values, dict) and str(kind).startswith("image/"):
            kept = {k: v for k, v in values.items() if k in ("width", "height")}
            sizes[text_of(kind)[:200]] = {k: v for k, v in kept.items() if type(v) is int}
    return sizes
