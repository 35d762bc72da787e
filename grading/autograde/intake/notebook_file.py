"""Find the notebook that a student handed in and read it, whatever state it is in.

Students hand in `name (1).ipynb`, `name-Copy1.ipynb`, a folder in a folder, an empty download,
a page saved as HTML.  None of it may stop the grading of the others, and none of it may take more
time or memory than in proportion to its size, which is limited.
"""

import hashlib
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode

from grading.autograde.intake.claims import Claim, claim_of
from grading.autograde.intake.intake_limits import LIMITS
from grading.autograde.intake.sound_notebook import read_notebook
from grading.autograde.intake.survey import quoted, some_of, survey
from student_tools.plain_file import read_plain_file


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
            nb, said, is_merged = read_notebook(content, limits)
        except Exception as error:  # noqa: BLE001  (there is no list of what students hand in)
            notes.append(f"The file {quoted(path)} could not be read: {_reason(error)}.")
            continue
        if path != right:
            notes.append(f"The notebook {quoted(path)} was graded as `{right.name}`.")
        if ignored := candidates[tried:]:
            notes.append(f"Also handed in, and not graded: {some_of(ignored)}.")
        name, digest = str(path.relative_to(folder)), hashlib.sha256(content).hexdigest()
        return Submission(nb, notes + said, is_merged, file=name, checksum=digest)
    why = "it could not be read" if candidates else "it was not handed in"
    if untried := candidates[limits.tries :]:
        notes.append(f"These files were not tried: {some_of(untried)}.")
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
                found.claims[path] = claim_of(
                    read_notebook(content, limits)[0].cells, by_name, known
                )
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
                self.notes.append(f"The file {quoted(path)} could not be read: {claim.reason}.")
                self.look |= not claim.is_empty
        for number, path in enumerate(self.readable[: self.limits.tries]):
            try:
                content = read_plain_file(path, self.limits.bytes)
                nb, said, is_merged = read_notebook(content, self.limits)
            except Exception as error:  # noqa: BLE001  (as in `receive`)
                self.notes.append(f"The file {quoted(path)} could not be read: {_reason(error)}.")
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
            self.notes.append(f"The notebook {quoted(path)} was graded as `{self.right.name}`.")
        if claim.is_guess:
            self.look = True
            self.notes.append(
                "It was recognised by the functions in it alone, which may be the wrong notebook."
            )
        rivals = [each for each in others if self._is_rival(self.claims[each], claim)]
        if rivals:
            self.look = True
            self.notes.append(f"Also handed in, with other answers, not graded: {some_of(rivals)}.")
        if drafts := [each for each in others if each not in rivals]:
            self.notes.append(f"Also handed in, and not graded: {some_of(drafts)}.")

    @staticmethod
    def _is_rival(other, chosen):
        """Tell whether a file has work that the chosen one has not."""
        return not other.is_guess and not other.work <= chosen.work

    def _nothing(self):
        lost = [path for path, claim in self.claims.items() if claim.notebook is None]
        if lost:
            self.notes.append(f"These files are no notebook of the assignment: {some_of(lost)}.")
        if self.right in self.claims and self.right not in self.claimed + lost:
            lost.append(self.right)
            other = self.claims[self.right].notebook
            self.notes.append(f"The file {quoted(self.right)} holds the notebook `{other}`.")
        why = "it could not be read" if self.claimed else "it was not handed in"
        self.notes.append(f"The notebook `{self.right.name}` counts as empty, because {why}.")
        is_missing = bool(self.claimed or lost) or not self.claims
        return Submission(None, self.notes, needs_a_look=is_missing)


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


def _reason(error):
    if type(error) is ValueError:  # our own
        return str(error)
    if isinstance(error, OSError):
        return error.strerror or "the file cannot be opened"
    if isinstance(error, MemoryError):
        return "it takes too much memory"
    return "the file is damaged, or is not a notebook"
