"""Everything of a notebook that a page shows, put into a form that only shows.

Runs at the end of both steps of `nbgrader autograde`, so that what lies in `autograded/` is clean,
and again whenever a page is made of it: a folder may hold older work.
"""

import re
from html import unescape
from time import monotonic

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_output
from nbgrader import utils
from traitlets import Bool, Float

from grading.autograde.rebuild import ADDED, MISTAKES
from grading.nbgrader_hooks.prose import as_typed, cut, finished, safe_source
from grading.nbgrader_hooks.sanitize import clean_html, picture_address, plain, svg_picture

#: Kinds of output that come without loss as text.
WITH_TEXT = ("text/plain", "application/json")
_KIND = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,60}")
_MARKUP = re.compile(r"<[^>]*>")
_CELL_KEYS = frozenset({"nbgrader", ADDED, "deletable", "editable"})
_KERNEL_KEYS = ("name", "display_name", "language")
_ID = re.compile(r"[\w-]{1,64}", re.ASCII)
_TAG = re.compile(r"[\w-]{1,60}")
_LANGUAGE = {"name": "python", "pygments_lexer": "ipython3", "file_extension": ".py"}


class CleanForDisplay(Preprocessor):
    """Let nothing of a submission run, move or call home on a page that shows it."""

    enabled = Bool(True).tag(config=True)

    seconds = Float(
        10.0, help="Time for the texts of one notebook; the rest is shown as it was typed."
    ).tag(config=True)

    def preprocess(self, nb, resources):
        """Clean all cells, and forget metadata that templates print."""
        self._until = monotonic() + self.seconds
        nb.cells = [self._clean(*numbered) for numbered in enumerate(nb.cells)]
        kernel = nb.metadata.get("kernelspec")
        nb.metadata = NotebookNode(language_info=NotebookNode(_LANGUAGE))
        if isinstance(kernel, dict):
            nb.metadata.kernelspec = NotebookNode(
                {k: plain(kernel[k]) for k in _KERNEL_KEYS if k in kernel}
            )
        return nb, resources

    def _clean(self, number, cell):
        if cell.cell_type == "code":
            clean_code(cell)
        elif cell.cell_type == "markdown":
            self._clean_text(cell)
        else:  # nbconvert would print it as the HTML that it is
            text = finished(as_typed(cell.source))
            cell = new_markdown_cell(text, metadata=cell.metadata, id=cell.get("id", ""))
        if not _ID.fullmatch(str(cell.get("id", ""))):
            cell["id"] = f"cell-{number}"
        metadata = {k: v for k, v in cell.metadata.items() if k in _CELL_KEYS}
        tags = cell.metadata.get("tags")
        if isinstance(tags, list):
            metadata["tags"] = [tag for tag in tags if _TAG.fullmatch(str(tag))]
        mistakes = cell.metadata.get(MISTAKES)
        if isinstance(mistakes, list) and cell.cell_type == "code":
            metadata[MISTAKES] = [plain(title) for title in mistakes if isinstance(title, str)]
        cell.metadata = NotebookNode(metadata)
        return cell

    def _clean_text(self, cell):
        if attachments := cell.get("attachments"):
            cell.attachments = clean_attachments(attachments)
        if _is_untouched(cell):
            return  # nbgrader compares it with the assignment's text
        if monotonic() > self._until:
            cell.source = finished(as_typed(cell.source))
        else:
            cell.source = safe_source(cell.source, cell.get("attachments"))


class CutLongCells(Preprocessor):
    """Show the beginning of a very long cell: nobody reads more, and browsers stumble over it.

    For pages alone; the notebook keeps all of it.
    """

    enabled = Bool(True).tag(config=True)

    def preprocess_cell(self, cell, resources, index):
        """Cut one cell's code."""
        if cell.cell_type == "code":
            cell.source = cut(cell.source)
        return cell, resources


def clean_code(cell):
    """Clean the outputs of a code cell, and its number, which a kernel may have forged."""
    cell.source = plain(cell.source)
    number = cell.get("execution_count")
    cell.execution_count = number if type(number) is int else None
    outputs = [clean_output(output) for output in cell.get("outputs", [])]
    cell.outputs = [output for output in outputs if output is not None]


def clean_output(output):
    """Return a new output with what can be shown of one, or None.

    Parameters
    ----------
    output : NotebookNode
        As a kernel sent it.

    Returns
    -------
    NotebookNode or None
    """
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return new_output("stream", name=name, text=plain(output.get("text", "")))
    if kind == "error":
        return new_output(
            "error",
            ename=plain(output.get("ename", "")),
            evalue=plain(output.get("evalue", "")),
            traceback=[plain(part) for part in output.get("traceback") or []],
        )
    if kind not in ("display_data", "execute_result"):
        return None
    data, metadata = clean_data(output.get("data") or {}, output.get("metadata") or {})
    clean = new_output(kind, data=data, metadata=metadata)
    if kind == "execute_result":
        number = output.get("execution_count")
        clean.execution_count = number if type(number) is int else None
    return clean


def clean_data(data, metadata):
    """Clean the forms in which an object was displayed.

    Parameters
    ----------
    data : mapping of str to object
        A form for each MIME type.
    metadata : mapping
        What belongs to it.

    Returns
    -------
    data, metadata : dict
        The richest form that can be shown, as ``text/html``, ``text/markdown`` or a picture, and
        ``text/plain``, which says in words what was left out.
    """
    text = {"text/plain": plain(data["text/plain"])} if "text/plain" in data else {}
    for rich in (_html, _markdown, _drawing, _picture):
        if found := rich(data, metadata):
            form, kept = found
            return form | text, kept
    left_out = [kind for kind in data if kind not in WITH_TEXT]
    if left_out or not text:
        names = ", ".join(kind for kind in map(str, left_out) if _KIND.fullmatch(kind))
        note = f"[Not shown here: an output that is no text, table or picture ({names})]"
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


def _html(data, metadata):
    html = clean_html(data["text/html"]) if "text/html" in data else ""
    shows = "<img" in html or unescape(_MARKUP.sub("", html)).strip()
    return ({"text/html": html}, {}) if shows else None


def _markdown(data, metadata):
    for kind in ("text/markdown", "text/latex"):
        if kind in data and (source := plain(data[kind])).strip():
            return {"text/markdown": safe_source(source)}, {}
    return None


def _drawing(data, metadata):
    svg = plain(data.get("image/svg+xml", ""))
    html = clean_html(svg_picture(svg)) if "<svg" in svg else ""
    return ({"text/html": html}, {}) if "<img" in html else None


def _picture(data, metadata):
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


def _is_untouched(cell):
    checksum = cell.metadata.get("nbgrader", {}).get("checksum")
    return checksum is not None and checksum == utils.compute_checksum(cell)
