"""Find the notebook that a student handed in and read it, whatever state it is in.

Students hand in `name (1).ipynb`, `name-Copy1.ipynb`, a folder in a folder, an empty download,
a page saved as HTML.  None of it may stop the grading of the others, and none of it may take more
time or memory than in proportion to its size, which is limited.
"""

import datetime
import hashlib
import json
import os
import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import nbformat
from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from grading.autograde.intake.claims import Claim, claim_of
from grading.autograde.intake.conflicts import has_conflicts, resolved
from grading.autograde.intake.times import LONGEST, counted_time, stated_time
from student_tools.plain_file import read_plain_file

#: When a submission was handed in: nbgrader's name for the file.
TIMESTAMP = "timestamp.txt"
_NEW_CELL = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}
#: What editors, Python and operating systems leave behind: nobody handed it in on purpose.
BY_THE_WAY = frozenset({".ipynb_checkpoints", "__pycache__", ".DS_Store", "__MACOSX", "Thumbs.db"})
_TOO_DEEP = "it is nested too deeply"
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\Z)', re.DOTALL)
#: What the grading looks at of a cell's nbgrader settings.
_LABELS = ("grade_id", "grade", "solution", "locked", "task", "points", "checksum", "cell_type")
_MERGED = (
    "The file has merge conflicts that nobody resolved ({}): of each, the later side was graded, "
    "or the one that is answered. A person should look at it."
)
_SHOWN = ("display_data", "execute_result")


@dataclass(frozen=True)
class IntakeLimits:
    """How much of a submission is read.

    Attributes
    ----------
    entries : int
        Files and folders in all; with more, nothing of the submission is read.
    name_bytes : int
        Bytes of their names in all, likewise.
    files : int
        Files and folders that are graded with the notebooks; the rest is left out.
    notebooks : int
        Files that call themselves notebooks, the newest ones; the rest is left out.
    tries : int
        Files that are tried for one notebook of the assignment.
    depth : int
        Folders in folders; what lies deeper is left out.
    bytes : int
        Bytes of a notebook, and of the other files together.
    parts : int
        Lists, objects and values in a notebook's JSON, which take far more memory than their
        text.
    cells : int
        Cells of a notebook.
    source : int
        Characters of a cell; a longer one is emptied.
    text : int
        Characters of all cells of a notebook.
    pictures : int
        Pasted pictures of a notebook; the rest is left out.
    cell_outputs, outputs : int
        Characters of a cell's and of a notebook's outputs; the rest is left out.
    cell_output_count, output_count : int
        Outputs of a cell and of a notebook; the rest is left out.
    """

    entries: int = 100_000
    name_bytes: int = 20_000_000
    files: int = 5_000
    notebooks: int = 1_000
    tries: int = 10
    depth: int = 20
    bytes: int = 100 << 20
    parts: int = 2_000_000
    cells: int = 5_000
    source: int = 2_000_000
    text: int = 10_000_000
    pictures: int = 500
    cell_outputs: int = 2_000_000
    outputs: int = 20_000_000
    cell_output_count: int = 1_000
    output_count: int = 5_000


LIMITS = IntakeLimits()


class TooMuch(ValueError):
    """A limit is broken so badly that nothing can be read; the message says which."""


@dataclass
class Survey:
    """What lies in a submission's folder, found in one pass.

    Attributes
    ----------
    folder : pathlib.Path
        The folder.
    notebooks : list of pathlib.Path
        Files that call themselves notebooks, the newest first.
    folders, files : list of pathlib.Path
        All other folders and files that may be used, a folder before what is in it.
    left_out : dict of str to list of str
        The names of what is not used, by reason.
    claims : dict of Path to grading.autograde.intake.claims.Claim or None
        Which notebook each file is, once somebody has looked.
    """

    folder: Path
    notebooks: list[Path] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    left_out: dict[str, list[str]] = field(default_factory=dict)
    claims: dict[Path, Claim] | None = None

    def leave_out(self, reason, path):
        """Note what is not used."""
        self.left_out.setdefault(reason, []).append(str(path.relative_to(self.folder)))

    def sentences(self):
        """Return a sentence for each reason, with the first few names."""
        return [
            f"Not used, because {reason}: {_some(names)}."
            for reason, names in self.left_out.items()
        ]


@dataclass
class Submission:
    """What was found for one notebook of the assignment.

    Attributes
    ----------
    nb : NotebookNode or None
        The notebook as handed in; None when nothing could be read.
    notes : list of str
        A sentence, for the student and the instructor, on everything that was out of order.
    needs_a_look : bool
        Whether a person should look at the folder: something was handed in, and not understood.
    file : str
        The file that was read, as it is called in the folder; empty when there was none.
    checksum : str
        Its SHA-256.
    """

    nb: NotebookNode | None = None
    notes: list[str] = field(default_factory=list)
    needs_a_look: bool = False
    file: str = ""
    checksum: str = ""


def survey(folder, limits=LIMITS, loose=False):
    """Look through a submission's folder once.

    Parameters
    ----------
    folder : path
        What the student handed in; it need not be there.
    limits : IntakeLimits, optional
    loose : bool
        Whether only the files in it were handed in, and none of its folders.

    Returns
    -------
    Survey
        In an order that depends on names and times alone.  Hidden files, links and special files
        (a pipe would never end) are left out, and what is beyond the limits.

    Raises
    ------
    TooMuch
        The folder holds more entries, or longer names, than anyone hands in.
    """
    found = Survey(Path(folder))
    dated = []
    count = length = 0
    waiting = [(found.folder, 0)]
    for here, depth in waiting:  # grows while it is read
        entries = []
        for entry in _listing(here, found):
            count += 1
            length += len(os.fsencode(entry.name))
            if count > limits.entries or length > limits.name_bytes:
                raise TooMuch(
                    f"the folder holds more than {limits.entries:,} files and folders, or their "
                    f"names have more than {limits.name_bytes:,} bytes"
                )
            if not (loose and entry.is_dir(follow_symlinks=False)):
                entries.append(entry)
        for entry in sorted(entries, key=lambda entry: entry.name):
            _sort_in(entry, depth, found, dated, waiting, limits)
    newest_first = [path for _, path in sorted(dated, reverse=True)]
    found.notebooks = newest_first[: limits.notebooks]
    for path in newest_first[limits.notebooks :]:
        found.leave_out(f"only {limits.notebooks:,} notebooks are looked at", path)
    return found


def _listing(folder, found):
    """List a folder; one that cannot be opened is left out."""
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except OSError:
        if folder != found.folder:
            found.leave_out("it cannot be opened", folder)


def _sort_in(entry, depth, found, dated, waiting, limits):
    """Say what one entry of a folder is."""
    path = Path(entry.path)
    if entry.name in BY_THE_WAY or entry.name.endswith(".pyc"):
        return
    reason = _why_not(entry, limits)
    is_folder = not reason and entry.is_dir(follow_symlinks=False)
    if is_folder and depth >= limits.depth:
        reason = f"it lies more than {limits.depth} folders deep"
    is_notebook = ".ipynb" in entry.name.lower() and not is_folder
    if not is_notebook and len(found.files) + len(found.folders) >= limits.files:
        reason = reason or f"only {limits.files:,} files and folders are used"
    if reason:
        found.leave_out(reason, path)
    elif is_folder:
        found.folders.append(path)
        waiting.append((path, depth + 1))
    elif is_notebook:
        dated.append(((entry.stat(follow_symlinks=False).st_mtime, entry.name), path))
    else:
        found.files.append(path)


def _why_not(entry, limits):
    """Return why an entry is not used, or an empty text."""
    if entry.is_symlink():
        return "it is a link"
    if entry.name.startswith("."):
        return "it is hidden"
    if entry.is_dir(follow_symlinks=False):
        return ""
    if not entry.is_file(follow_symlinks=False):
        return "it is no file"
    if entry.stat(follow_symlinks=False).st_size > limits.bytes:
        return f"it is larger than {limits.bytes >> 20} MB"
    return ""


def receive(folder, name, assignment_names, found=None, limits=LIMITS, known=None):
    """Read one notebook of a submission.

    Parameters
    ----------
    folder : path
        What the student handed in.
    name : str
        The notebook's name in the assignment, without `.ipynb`.
    assignment_names : collection of str
        The names of all notebooks of the assignment.
    found : Survey, optional
        Of the same folder, where it was looked through already.
    limits : IntakeLimits, optional
    known : dict of str to grading.autograde.intake.claims.Known, optional
        What the notebooks are recognised by; without it, files are told by their names alone.

    Returns
    -------
    Submission

    Raises
    ------
    TooMuch
        As `survey` does.
    """
    folder = Path(folder)
    found = found or survey(folder, limits)
    if known:
        return _Choice(folder, name, assignment_names, found, limits, known).taken()
    right = folder / f"{name}.ipynb"
    candidates = [right] if os.path.lexists(right) else []
    candidates += _similar(folder, found.notebooks, name, assignment_names)
    notes = []
    for tried, path in enumerate(candidates[: limits.tries], start=1):
        try:
            content = read_plain_file(path, limits.bytes)
            nb, said, is_merged = _read(content, limits)
        except Exception as error:  # noqa: BLE001  (there is no list of what students hand in)
            notes.append(f"The file {_quote(path)} could not be read: {_reason(error)}.")
            continue
        if path != right:
            notes.append(f"The notebook {_quote(path)} was graded as `{right.name}`.")
        if ignored := candidates[tried:]:
            notes.append(f"Also handed in, and not graded: {_some(ignored)}.")
        name, digest = str(path.relative_to(folder)), hashlib.sha256(content).hexdigest()
        return Submission(nb, notes + said, is_merged, file=name, checksum=digest)
    why = "it could not be read" if candidates else "it was not handed in"
    if untried := candidates[limits.tries :]:
        notes.append(f"These files were not tried: {_some(untried)}.")
    notes.append(f"The notebook `{right.name}` counts as empty, because {why}.")
    return Submission(None, notes, needs_a_look=bool(candidates) or not found.notebooks)


def _claims(folder, assignment_names, found, limits, known):
    """Say for each notebook file which one it is; kept with the survey, read once."""
    if found.claims is None:
        right = [folder / f"{name}.ipynb" for name in assignment_names]
        others = [path for path in found.notebooks if path not in right]
        named = [path for path in others if _meant(path, assignment_names)]
        rest = [path for path in others if path not in set(named)]
        paths = [path for path in right if os.path.lexists(path)]
        paths += [*named, *rest]
        most = limits.tries * len(assignment_names)
        found.claims, room = {}, limits.bytes
        for number, path in enumerate(paths):
            by_name = path.stem if path in right else _meant(path, assignment_names)
            is_alone = len(paths) == len(assignment_names) == 1
            by_name = assignment_names[0] if is_alone else by_name
            try:
                is_read = path in right or (number < most and path.stat().st_size <= room)
                if not is_read:
                    found.claims[path] = Claim(by_name)
                    continue
                content = read_plain_file(path, limits.bytes)
                room -= len(content)
                found.claims[path] = claim_of(_read(content, limits)[0].cells, by_name, known)
            except Exception as error:  # noqa: BLE001  (as in `receive`)
                is_empty = _is_empty(path)
                found.claims[path] = Claim(by_name, reason=_reason(error), is_empty=is_empty)
    return found.claims


def _is_empty(path):
    try:
        return not read_plain_file(path, 1000).strip()
    except (OSError, ValueError):
        return False


class _Choice:
    """The choice of the file that is one notebook of the assignment."""

    def __init__(self, folder, name, assignment_names, found, limits, known):
        self.folder, self.limits, self.found = folder, limits, found
        self.right = folder / f"{name}.ipynb"
        self.claims = _claims(folder, list(assignment_names), found, limits, known)
        self.claimed = [path for path, claim in self.claims.items() if claim.notebook == name]
        place = {path: number for number, path in enumerate(self.claims)}
        self.readable = sorted(
            (path for path in self.claimed if not self.claims[path].reason),
            key=lambda path: self._rank(path, place[path]),
        )
        if fuller := [path for path in self.readable if self._has_all_of_the_first(path)]:
            self.readable.remove(fuller[0])
            self.readable.insert(0, fuller[0])
        self.notes, self.look = [], False

    def _has_all_of_the_first(self, path):
        """Tell whether a file has all that is in the best one, and more: that one was a draft."""
        return self.claims[path].work > self.claims[self.readable[0]].work

    def _rank(self, path, place):
        claim = self.claims[path]
        return not claim.work, claim.is_guess, not claim.is_sure, path != self.right, place

    def taken(self):
        """Read the best file; say what was odd."""
        for path in self.claimed:
            claim = self.claims[path]
            if claim.reason:
                self.notes.append(f"The file {_quote(path)} could not be read: {claim.reason}.")
                self.look |= not claim.is_empty
        for number, path in enumerate(self.readable[: self.limits.tries]):
            try:
                content = read_plain_file(path, self.limits.bytes)
                nb, said, is_merged = _read(content, self.limits)
            except Exception as error:  # noqa: BLE001  (as in `receive`)
                self.notes.append(f"The file {_quote(path)} could not be read: {_reason(error)}.")
                self.look = True
                continue
            self._say_which(path, self.readable[number + 1 :])
            digest = hashlib.sha256(content).hexdigest()
            file = str(path.relative_to(self.folder))
            return Submission(nb, self.notes + said, self.look or is_merged, file, digest)
        return self._nothing()

    def _say_which(self, path, others):
        claim = self.claims[path]
        if path != self.right:
            self.notes.append(f"The notebook {_quote(path)} was graded as `{self.right.name}`.")
        if claim.is_guess:
            self.look = True
            self.notes.append(
                "It was recognised by the functions in it alone, which may be the wrong notebook."
            )
        rivals = [each for each in others if self._is_rival(self.claims[each], claim)]
        if rivals:
            self.look = True
            self.notes.append(f"Also handed in, with other answers, not graded: {_some(rivals)}.")
        if drafts := [each for each in others if each not in rivals]:
            self.notes.append(f"Also handed in, and not graded: {_some(drafts)}.")

    @staticmethod
    def _is_rival(other, chosen):
        """Tell whether a file has work that the chosen one has not."""
        return not other.is_guess and not other.work <= chosen.work

    def _nothing(self):
        lost = [path for path, claim in self.claims.items() if claim.notebook is None]
        if lost:
            self.notes.append(f"These files are no notebook of the assignment: {_some(lost)}.")
        if self.right in self.claims and self.right not in self.claimed + lost:
            lost.append(self.right)
            other = self.claims[self.right].notebook
            self.notes.append(f"The file {_quote(self.right)} holds the notebook `{other}`.")
        why = "it could not be read" if self.claimed else "it was not handed in"
        self.notes.append(f"The notebook `{self.right.name}` counts as empty, because {why}.")
        is_missing = bool(self.claimed or lost) or not self.claims
        return Submission(None, self.notes, needs_a_look=is_missing)


def copy_plain_files(folder, target, found=None, limits=LIMITS):
    """Copy what may be used of a submission, beside its notebooks.

    Parameters
    ----------
    folder, target : path
    found : Survey, optional
        Of the same folder, where it was looked through already.
    limits : IntakeLimits, optional

    Returns
    -------
    left_out : list of str
        The names of what the survey left out, and of files beyond `limits.bytes` in all.

    Raises
    ------
    TooMuch
        As `survey` does.
    """
    folder, target = Path(folder), Path(target)
    found = found or survey(folder, limits)
    target.mkdir(parents=True, exist_ok=True)
    for inside in found.folders:
        (target / inside.relative_to(folder)).mkdir(exist_ok=True)
    left_out, room = [], limits.bytes
    for path in found.files:
        try:
            content = read_plain_file(path, room)
        except (OSError, ValueError):
            left_out.append(str(path.relative_to(folder)))
            continue
        room -= len(content)
        (target / path.relative_to(folder)).write_bytes(content)
    return sorted(name for names in found.left_out.values() for name in names) + left_out


def _similar(folder, notebooks, name, assignment_names):
    """Notebooks that are probably meant as `name`, the best first."""
    taken = {folder / f"{other}.ipynb" for other in assignment_names}
    others = [path for path in notebooks if path not in taken]
    meant = [path for path in others if _meant(path, assignment_names) == name]
    if not meant and len(assignment_names) == 1 and len(notebooks) == 1:
        meant = others  # the only notebook of a one-notebook assignment
    return meant


def _meant(path, assignment_names):
    """Return the longest name of the assignment that the file's name contains, else None."""
    contained = [name for name in assignment_names if words(name) in words(path.name)]
    return max(contained, key=len, default=None)


def words(text):
    """Return a name's words, in small letters, each between underscores."""
    return "_" + re.sub(r"[\W_]+", "_", text.lower()).strip("_") + "_"


def handed_in_at(folder):
    """Return when a submission was handed in, as far as its ``timestamp.txt`` can be read.

    Parameters
    ----------
    folder : path

    Returns
    -------
    datetime.datetime or None
    """
    stated = _stated(folder)
    return None if isinstance(stated, str) else stated


def counts_as_handed_in_at(folder, evidence):
    """Decide when a submission counts as handed in.

    Parameters
    ----------
    folder : path
    evidence : grading.autograde.intake.times.Evidence
        What is known but for the times of the files, which are read here.

    Returns
    -------
    time, doubt
        As from `grading.autograde.intake.times.counted_time`.
    """
    notebooks = [_changed(path) for path in Path(folder).glob("*.ipynb")]
    times = {
        "stamp": _changed(Path(folder, TIMESTAMP)),
        "notebook": max(filter(None, notebooks), default=None),
    }
    return counted_time(_stated(folder), replace(evidence, **times))


def _stated(folder):
    """Return what a submission's stamp says, why it cannot be read, or None without one."""
    path = Path(folder, TIMESTAMP)
    if not os.path.lexists(path):
        return None
    try:
        return stated_time(read_plain_file(path, 4 * LONGEST + 4))
    except OSError:
        return "it cannot be opened"
    except ValueError as error:
        return str(error)


def _changed(path):
    """Return when a file was last changed, in UTC; None without a sound one."""
    try:
        seconds = path.lstat().st_mtime
        return datetime.datetime.fromtimestamp(seconds, datetime.UTC).replace(tzinfo=None)
    except (OSError, ValueError, OverflowError):
        return None


def _read(content, limits):
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


def _reason(error):
    if type(error) is ValueError:  # our own
        return str(error)
    if isinstance(error, OSError):
        return error.strerror or "the file cannot be opened"
    if isinstance(error, MemoryError):
        return "it takes too much memory"
    return "the file is damaged, or is not a notebook"


def _some(names, most=5):
    """List names, the first few of many."""
    quoted = ", ".join(_quote(Path(name)) for name in names[:most])
    return quoted + (f" and {len(names) - most:,} more" if len(names) > most else "")


def _quote(path):
    """Write a file's name as Markdown code; nothing in it is Markdown or HTML."""
    return "`" + re.sub(r"[^\w .()+-]", "?", path.name)[:80] + "`"
