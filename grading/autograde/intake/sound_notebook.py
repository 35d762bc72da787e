"""Read a notebook's file, whatever state it is in, into cells that can be graded and shown.

None of it may take more time or memory than in proportion to its size, which is limited.
"""

import json
import re

import nbformat
from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from grading.autograde.intake.conflicts import has_conflicts, resolved

_NEW_CELL = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}
_TOO_DEEP = "it is nested too deeply"
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\Z)', re.DOTALL)
#: What the grading looks at of a cell's nbgrader settings.
_LABELS = ("grade_id", "grade", "solution", "locked", "task", "points", "checksum", "cell_type")
_MERGED = (
    "The file has merge conflicts that nobody resolved ({}): of each, the later side was graded, "
    "or the one that is answered. A person should look at it."
)
_SHOWN = ("display_data", "execute_result")


def read_notebook(content, limits):
    """Read a notebook of any version, strict in nothing that the grading does not need.

    Returns the notebook, sentences on what was left out, and whether sides of a merge conflict
    had to be chosen.
    """
    text = content.decode("utf-8-sig")
    if not text.strip():
        raise ValueError("the file is empty")
    room = _Room(limits)
    found = _cells_of_either(text, room)
    cells = [cell for cell in (_clean(cell, room) for cell in found) if cell is not None]
    if not cells:
        raise ValueError("it has no cells")
    if sum(len(cell.source) for cell in cells) > limits.text:
        raise ValueError(f"its cells have more than {limits.text:,} characters together")
    nb = new_notebook()
    nb.cells = cells  # as an argument they would be validated, and one odd cell cost all
    return nb, room.sentences(), room.conflicts > 0


def _cells_of_either(text, room):
    """Return a file's cells; of one with merge conflicts, those of one side."""
    try:
        return _cells(text, room.limits)
    except json.JSONDecodeError as error:
        if not has_conflicts(text):
            raise
        for side in (None, "theirs", "ours"):
            chosen, number = resolved(text, side)
            try:
                cells = _cells(chosen, room.limits) if number else None
            except json.JSONDecodeError:
                continue
            if cells is not None:
                room.conflicts += number
                return cells
        raise error from None


def _cells(text, limits):
    """Return the cells that stand in a notebook's file."""
    if _parts(text) > limits.parts and _parts(_STRING.sub('""', text)) > limits.parts:
        raise ValueError(f"it has more than {limits.parts:,} parts")
    try:
        notebook = json.loads(text)
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    if notebook["nbformat"] != 4:
        older = [sheet["cells"] for sheet in notebook.get("worksheets", [])]
        _refuse_too_many(sum(map(len, older)), limits)
        try:
            notebook = nbformat.reads(text, as_version=4)
        except RecursionError:
            raise ValueError(_TOO_DEEP) from None
    _refuse_too_many(len(notebook["cells"]), limits)
    return notebook["cells"]


def _parts(text):
    return sum(map(text.count, "[{,"))


def _refuse_too_many(cells, limits):
    if cells > limits.cells:
        raise ValueError(f"it has more than {limits.cells:,} cells")


class _Room:
    """What may still be taken of one notebook, and what was left out of it."""

    def __init__(self, limits):
        self.limits = limits
        self.outputs, self.output_count = limits.outputs, limits.output_count
        self.pictures = limits.pictures
        self.long_cells = self.lost_outputs = self.lost_pictures = self.conflicts = 0

    def sentences(self):
        """Say what was left out."""
        said = {
            f"Cells of more than {self.limits.source:,} characters were left out": self.long_cells,
            "Outputs that are too many, too large or damaged were left out": self.lost_outputs,
            f"Pasted pictures beyond {self.limits.pictures:,} were left out": self.lost_pictures,
        }
        said = [f"{what}: {number:,}." for what, number in said.items() if number]
        return said + ([_MERGED.format(self.conflicts)] if self.conflicts else [])


def _clean(found, room):
    """Make a sound cell of what stands in a file, or None."""
    if not isinstance(found, dict) or str(found.get("cell_type")) not in _NEW_CELL:
        return None
    source = found.get("source", "")
    lines = source if isinstance(source, list) else [source]
    text = _sound_text("".join(line if isinstance(line, str) else "" for line in lines))
    if len(text) > room.limits.source:
        room.long_cells += 1
        text = f"# Left out: {len(text):,} characters."
    if has_conflicts(text):
        text, number = resolved(text)
        # In text that is no code, markers may stand without what they mark.
        room.conflicts += number or found["cell_type"] != "code"
    cell = _NEW_CELL[found["cell_type"]](text)
    cell.metadata = from_dict(_sound_metadata(found.get("metadata")))
    if cell.cell_type == "code":
        cell.outputs = _sound_outputs(found.get("outputs"), room)
        cell.execution_count = _sound_count(found.get("execution_count"))
    elif isinstance(found.get("attachments"), dict):
        cell.attachments = _sound_attachments(found["attachments"], room)
    if isinstance(found.get("id"), str):
        cell["id"] = _sound_text(found["id"])[:200]
    return cell


def _sound_text(text):
    """Return a text that can be written to a file, where halves of characters cannot."""
    return text.encode("utf-8", "replace").decode()


def _sound_metadata(found):
    """Return what the grading looks at of a cell's metadata, where it has the right form."""
    found = found if isinstance(found, dict) else {}
    kept = {}
    if isinstance(label := found.get("nbgrader"), dict):
        kept["nbgrader"] = {k: label[k] for k in _LABELS if _is_small(label.get(k))}
    if isinstance(found.get("tags"), list):
        kept["tags"] = sorted({_sound_text(t)[:200] for t in found["tags"] if isinstance(t, str)})
    return kept


def _is_small(value):
    """Tell whether a setting can be what nbgrader writes."""
    return (isinstance(value, str) and len(value) <= 200) or isinstance(value, bool | int | float)


def _sound_attachments(found, room):
    """Return pasted pictures: texts by kind, by name."""
    kept = NotebookNode()
    for name, forms in found.items():
        texts = {k: _joined(v) for k, v in forms.items()} if isinstance(forms, dict) else {}
        texts = {_sound_text(k): v for k, v in texts.items() if v is not None}
        if texts and room.pictures > 0:
            room.pictures -= len(texts)
            kept[_sound_text(name)] = NotebookNode(texts)
        else:
            room.lost_pictures += bool(texts)
    return kept


def _sound_outputs(found, room):
    """Return the outputs of a cell that are sound, as far as there is room."""
    kept = []
    left = room.limits.cell_outputs
    for output in found if isinstance(found, list) else ():
        sound = _sound_output(output)
        size = _size(sound) if sound else 0
        fits = len(kept) < room.limits.cell_output_count and room.output_count > 0
        if not sound or not fits or size > min(left, room.outputs):
            room.lost_outputs += 1
            continue
        left -= size
        room.outputs -= size
        room.output_count -= 1
        kept.append(sound)
    return kept


def _sound_output(found):
    """Return one output in the form that notebooks give it, or None."""
    kind = found.get("output_type") if isinstance(found, dict) else None
    if kind == "stream":
        name = "stderr" if found.get("name") == "stderr" else "stdout"
        text = _joined(found.get("text"))
        return text and NotebookNode(output_type=kind, name=name, text=text)
    if kind == "error":
        parts = found.get("traceback")
        said = {key: _joined(found.get(key)) or "" for key in ("ename", "evalue")}
        parts = [_joined(part) or "" for part in parts] if isinstance(parts, list) else []
        return NotebookNode(output_type=kind, **said, traceback=parts)
    if kind not in _SHOWN or not isinstance(found.get("data"), dict):
        return None
    data = {_sound_text(k)[:200]: _joined(v) for k, v in found["data"].items()}
    data = NotebookNode({k: v for k, v in data.items() if v is not None})
    if not data:
        return None
    sound = NotebookNode(output_type=kind, data=data, metadata=_looks(found.get("metadata")))
    if kind == "execute_result":
        sound.execution_count = _sound_count(found.get("execution_count"))
    return sound


def _joined(value):
    """Return a text that may be given as a list of lines; None when it is neither."""
    lines = value if isinstance(value, list) else [value]
    if not all(isinstance(line, str) for line in lines):
        return None
    return _sound_text("".join(lines))


def _looks(found):
    """Return the sizes and descriptions of pictures, by kind; nothing else is used."""
    looks = NotebookNode()
    for kind, values in found.items() if isinstance(found, dict) else ():
        if kind in ("image/png", "image/jpeg") and isinstance(values, dict):
            sizes = {k: values[k] for k in ("width", "height") if type(values.get(k)) is int}
            alt = {"alt": _sound_text(values["alt"])} if isinstance(values.get("alt"), str) else {}
            looks[kind] = NotebookNode(sizes | alt)
    return looks


def _sound_count(value):
    return value if type(value) is int and 0 <= value < 10**9 else None


def _size(output):
    """About how many characters an output takes."""
    if output.output_type == "stream":
        return len(output.text)
    if output.output_type == "error":
        return len(output.ename) + len(output.evalue) + sum(map(len, output.traceback))
    return sum(map(len, output.data.values()))
