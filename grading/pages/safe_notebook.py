"""Everything of a notebook that a page shows, put into a form that only shows.

Runs at the end of both steps of `nbgrader autograde`, so that what lies in `autograded/` is clean,
and again whenever a page is made of it: a folder may hold older work.

How much is shown is limited by characters and by the work that they make, never by time: the same
notebook gives the same page on every machine.  Cleaning what is clean changes nothing.
"""

import re
from dataclasses import dataclass
from html import unescape

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_markdown_cell
from nbgrader import utils
from traitlets import Bool

from grading.course.cell_marks import ADDED, KIND, KINDS, MISTAKES, ORIGINS, OUTPUTS, OWN
from grading.pages.markdown import (
    MOST_SHOWN,
    as_typed,
    cut,
    finished,
    is_finished,
    safe_source,
)
from grading.pages.sanitize import FEEDBACK, picture_address
from student_tools.report.sanitize import TOO_LARGE, plain, svg_picture

#: Kinds of output that come without loss as text.
WITH_TEXT = ("text/plain", "application/json")
_KIND = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,60}")
_MARKUP = re.compile(r"<[^<>]*>")
_CELL_KEYS = frozenset({"nbgrader", ADDED, "deletable", "editable"})
_CODE_KEYS = {KIND: KINDS, OUTPUTS: ORIGINS}
_SHORT = 1_000
_KERNEL_KEYS = ("name", "display_name", "language")
_ID = re.compile(r"[\w-]{1,64}", re.ASCII)
_TAG = re.compile(r"[\w-]{1,60}")
_LANGUAGE = {"name": "python", "pygments_lexer": "ipython3", "file_extension": ".py"}


@dataclass
class Room:
    """What may still be shown of one notebook.

    Attributes
    ----------
    prose : int
        Characters of Markdown that are rendered; the rest is shown as it was typed.
    typed : int
        Characters that are shown as they were typed; the rest is left out.
    effort : int
        Work for HTML whose tags are not closed in order (`Policy.effort`); the rest is left out.
    tags : int
        Tags of its HTML; the rest is left out.  nbconvert parses each page again.
    outputs : int
        Outputs; the rest is left out.
    errors : int
        Characters of long errors; of the rest only the message is shown.
    """

    prose: int = 200_000
    typed: int = 1_000_000
    effort: int = 20_000_000
    tags: int = 200_000
    outputs: int = 5_000
    errors: int = 2_000_000

    def take(self, what, amount):
        """Take an amount and tell whether it was there; too large a one takes nothing."""
        left = getattr(self, what) - amount
        if left >= 0:
            setattr(self, what, left)
        return left >= 0

    def take_tags(self, html):
        """Take the tags of clean HTML; a few are free, such as a note's."""
        tags = html.count("<")
        return tags <= 10 or self.take("tags", tags)


class CleanForDisplay(Preprocessor):
    """Let nothing of a submission run, move or call home on a page that shows it."""

    enabled = Bool(True).tag(config=True)

    def preprocess(self, nb, resources):
        """Clean all cells, and forget metadata that templates print."""
        self._room = Room()
        # What the grader says and the answers first: whatever else there is, they are shown.
        order = sorted(range(len(nb.cells)), key=lambda i: _rank(nb.cells[i].metadata))
        for number in order:
            nb.cells[number] = self._clean(number, nb.cells[number])
        kernel = nb.metadata.get("kernelspec")
        nb.metadata = NotebookNode(language_info=NotebookNode(_LANGUAGE))
        if isinstance(kernel, dict):
            nb.metadata.kernelspec = NotebookNode(
                {k: plain(kernel[k]) for k in _KERNEL_KEYS if k in kernel}
            )
        return nb, resources

    def _clean(self, number, cell):
        if cell.cell_type == "code":
            clean_code(cell, self._room)
        elif cell.cell_type == "markdown":
            self._clean_text(cell)
        else:  # nbconvert would print it as the HTML that it is
            text = _as_typed(cell.source, self._room)
            cell = new_markdown_cell(text, metadata=cell.metadata, id=cell.get("id", ""))
        if not _ID.fullmatch(str(cell.get("id", ""))):
            cell["id"] = f"cell-{number}"
        metadata = {k: v for k, v in cell.metadata.items() if k in _CELL_KEYS}
        tags = cell.metadata.get("tags")
        if isinstance(tags, list):
            metadata["tags"] = [tag for tag in tags if _TAG.fullmatch(str(tag))]
        if cell.cell_type != "code" and cell.metadata.get(KIND) == OWN:
            metadata[KIND] = OWN
        if cell.cell_type == "code":
            mistakes = cell.metadata.get(MISTAKES)
            if isinstance(mistakes, list):
                metadata[MISTAKES] = [plain(title) for title in mistakes if isinstance(title, str)]
            found = {key: cell.metadata.get(key) for key in _CODE_KEYS}
            metadata |= {key: value for key, value in found.items() if value in _CODE_KEYS[key]}
        cell.metadata = NotebookNode(metadata)
        return cell

    def _clean_text(self, cell):
        if attachments := cell.get("attachments"):
            cell.attachments = clean_attachments(attachments)
        if _is_untouched(cell):
            return  # nbgrader compares it with the assignment's text
        cell.source = _safe_text(cell.source, cell.get("attachments"), self._room)


class CutLongCells(Preprocessor):
    """Show the beginning of what is very long: nobody reads more, and browsers stumble over it.

    For pages alone; the notebook keeps all of it.
    """

    enabled = Bool(True).tag(config=True)
    #: Characters of a notebook's code that are coloured; of its code and of its plain outputs that
    #: are shown, and of each when they have been used up.
    coloured, code, outputs, least = 250_000, 1_000_000, 1_000_000, 200
    #: Characters of an output, and of a cell and of a line that are coloured: the time that
    #: colouring takes can grow with the square of a line.
    output, coloured_cell, line = 100_000, 20_000, 1_000

    def preprocess(self, nb, resources):
        """Cut code and plain outputs."""
        room = {name: getattr(self, name) for name in ("coloured", "code", "outputs")}
        for cell in nb.cells:
            if cell.cell_type == "code":
                self._cut_code(cell, room)
                for output in cell.get("outputs", ()):
                    self._cut_output(output, room)
        return nb, resources

    def _cut_code(self, cell, room):
        cell.source = cut(cell.source, self._most(room["code"], 50_000))
        length = len(cell.source)
        room["code"] -= length
        longest = max(map(len, cell.source.splitlines()), default=0)
        if length <= min(self.coloured_cell, room["coloured"]) and longest <= self.line:
            room["coloured"] -= length
        else:
            cell.metadata["magics_language"] = "text"  # nbconvert's name for it: no colours

    def _cut_output(self, output, room):
        def shorten(text):
            shown = _cut_lines(text, self._most(room["outputs"], self.output))
            room["outputs"] -= len(shown)
            return shown

        if output.output_type == "stream":
            output.text = shorten(output.text)
        elif output.output_type == "error":
            output.traceback = [shorten(part) for part in output.traceback]
        elif "text/plain" in output.data:
            output.data["text/plain"] = shorten(output.data["text/plain"])

    def _most(self, left, most):
        return max(min(left, most), self.least)


def _cut_lines(text, most):
    """Return a text, or its first lines: half a line could be one that must not be shown."""
    if len(text) <= most:
        return text
    end = text.rfind("\n", 0, most) + 1 or most
    return f"{text[:end]}[{len(text) - end:,} more characters]"


def _safe_text(source, attachments, room):
    """Return a Markdown text in a form that is harmless, as far as there is room for it."""
    if is_finished(source):
        text = (
            safe_source(source, attachments) if room.take("effort", FEEDBACK.effort(source)) else ""
        )
    elif room.take("prose", len(source)):
        text = safe_source(source, attachments)
    else:
        return _as_typed(source, room)
    if text and (not is_finished(text) or room.take_tags(text)):
        return text
    return finished(TOO_LARGE)


def _as_typed(source, room):
    if room.take("typed", min(len(source), MOST_SHOWN)):
        return finished(as_typed(source))
    note = f"[Not shown here: {len(source):,} characters; the notebook is too long.]"
    return finished(f"<p>{note}</p>")


def clean_code(cell, room=None):
    """Clean the outputs of a code cell, and its number, which a kernel may have forged.

    Parameters
    ----------
    cell : NotebookNode
        A code cell; it is changed.
    room : Room, optional
        What may be shown.
    """
    room = room or Room()
    cell.source = plain(cell.source)
    number = cell.get("execution_count")
    cell.execution_count = number if type(number) is int else None
    outputs = [clean_output(output, room) for output in _first(cell.get("outputs", []), room)]
    cell.outputs = [output for output in outputs if output is not None]


def _first(outputs, room):
    """Return a cell's outputs, or as many as there is room for, a note, and the last one."""
    most = max(room.outputs, 2)
    room.outputs = max(room.outputs - len(outputs), 0)
    if len(outputs) <= most:
        return outputs
    note = f"[{len(outputs) - most + 1:,} more outputs are left out here]"
    note = _output("stream", name="stderr", text=note)
    return [*outputs[: most - 2], note, outputs[-1]]  # what a test ends with is its mark


def _output(kind, **fields):
    """Make an output without validating it, which takes longer than all the rest."""
    return from_dict({"output_type": kind, **fields})


def clean_output(output, room=None):
    """Return a new output with what can be shown of one, or None.

    Parameters
    ----------
    output : NotebookNode
        As a kernel sent it.
    room : Room, optional
        What may be shown.

    Returns
    -------
    NotebookNode or None
    """
    room = room or Room()
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return _output("stream", name=name, text=plain(output.get("text", "")))
    if kind == "error":
        return _clean_error(output, room)
    if kind not in ("display_data", "execute_result"):
        return None
    data, metadata = clean_data(output.get("data") or {}, output.get("metadata") or {}, room)
    clean = _output(kind, data=data, metadata=metadata)
    if kind == "execute_result":
        number = output.get("execution_count")
        clean.execution_count = number if type(number) is int else None
    return clean


def _clean_error(output, room):
    name, message = (plain(output.get(key, "")) for key in ("ename", "evalue"))
    name, message = cut(name, _SHORT), cut(message)
    parts = [plain(part) for part in output.get("traceback") or []]
    length = sum(map(len, parts))
    if length > 2 * _SHORT and not room.take("errors", length):
        parts = [cut(f"{name[:200]}: {message}", _SHORT), "[The rest of this error is left out.]"]
    return _output("error", ename=name, evalue=message, traceback=parts)


def clean_data(data, metadata, room=None):
    """Clean the forms in which an object was displayed.

    Parameters
    ----------
    data : mapping of str to object
        A form for each MIME type.
    metadata : mapping
        What belongs to it.
    room : Room, optional
        What may be shown.

    Returns
    -------
    data, metadata : dict
        The richest form that can be shown, as ``text/html``, ``text/markdown`` or a picture, and
        ``text/plain``, which says in words what was left out.
    """
    room = room or Room()
    text = {"text/plain": plain(data["text/plain"])} if "text/plain" in data else {}
    for rich in (_html, _markdown, _drawing, _picture):
        if found := rich(data, metadata, room):
            form, kept = found
            return form | text, kept
    left_out = [kind for kind in data if kind not in WITH_TEXT]
    if left_out or not text:
        names = ", ".join(kind for kind in map(str, left_out) if _KIND.fullmatch(kind))
        note = (
            f"[Not shown here: an output that is no text, table or picture, or too large ({names})]"
        )
        text = {"text/plain": "\n".join([*text.values(), note.replace(" ()", "")])}
    return text, {}


def clean_attachments(attachments):
    """Return the pasted pictures of a text, without what is no picture."""
    kept = {}
    for name, forms in attachments.items():
        for kind, data in forms.items() if isinstance(forms, dict) else ():
            if address := picture_address(str(kind).removeprefix("image/"), plain(data)):
                kept[name] = {kind: address.split(",", 1)[1]}
                break
    return kept


def _html(data, metadata, room):
    html = plain(data.get("text/html", ""))
    html = FEEDBACK.clean(html) if room.take("effort", FEEDBACK.effort(html)) else TOO_LARGE
    if html == TOO_LARGE or not room.take_tags(html):
        return None
    shows = "<img" in html or unescape(_MARKUP.sub("", html)).strip()
    return ({"text/html": html}, {}) if shows else None


def _markdown(data, metadata, room):
    for kind in ("text/markdown", "text/latex"):
        if kind in data and (source := plain(data[kind])).strip():
            return {"text/markdown": _safe_text(source, None, room)}, {}
    return None


def _drawing(data, metadata, room):
    svg = plain(data.get("image/svg+xml", ""))
    html = FEEDBACK.clean(svg_picture(svg)) if "<svg" in svg else ""
    return ({"text/html": html}, {}) if "<img" in html else None


def _picture(data, metadata, room):
    for kind in ("image/png", "image/jpeg"):
        address = picture_address(kind.removeprefix("image/"), plain(data.get(kind, "")))
        if address:
            return {kind: address.split(",", 1)[1]}, {kind: _size_and_alt(metadata, kind)}
    return None


def _size_and_alt(metadata, kind):
    own = metadata.get(kind)
    found = {**metadata, **own} if isinstance(own, dict) else metadata
    kept = {key: found[key] for key in ("width", "height") if type(found.get(key)) is int}
    if isinstance(found.get("alt"), str):
        kept["alt"] = plain(found["alt"])[:5000]
    return kept


def _rank(metadata):
    return ADDED not in metadata, "nbgrader" not in metadata


def _is_untouched(cell):
    checksum = cell.metadata.get("nbgrader", {}).get("checksum")
    return checksum is not None and checksum == utils.compute_checksum(cell)
