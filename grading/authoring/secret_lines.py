"""Lines that only the instructor may have, and the search for them in what students get.

Secret are the lines of solutions, mark schemes and hidden tests, and the texts of the bank of
answers.  They are compared without white space, quotes and comment signs, so that a line is found
however it is indented, wrapped or quoted, and whatever the file is called.
"""

import ast
import functools
import json
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from grading.authoring.cells import Cell, Notebook, assignments, read_all
from grading.authoring.markers import HIDDEN, SCHEME, SOLUTION, inside, released

# A shorter line is no secret: `return loss`, `m = X.shape[0]`.
_DISTINCTIVE = 20
# A sentence of the bank; a shorter one may be anybody's.
_SENTENCE = 40
# So many characters of a secret are left at least when its white space is gone.
_SHORTEST = 8
#: Where banks of answers lie, as seen from the course folder.
BANKS = ("notebooks/*/bank/**/*.py",)

_IGNORED = re.compile(r"[\s\"'#\\`\x00]+")
_CODE = re.compile(r"[=(\[@]")
_IMPORT = re.compile(r"(from [\w.]+ )?import [\w., ()]+")
_OPENS_BLOCK = re.compile(r"(?!.*\bcheck\()(for|while|if|elif|with|def|class|except)\b.*:")


def squeezed(text: str) -> str:
    """Return a text without white space, quotes, backslashes and comment signs."""
    return _IGNORED.sub("", text)


def course_secrets(root: Path, notebooks: list[Notebook] | None = None) -> set[str]:
    """Return all lines and sentences that no file for students may hold.

    Parameters
    ----------
    root
        The course folder.
    notebooks
        All of its notebooks' texts, if they have been read already.

    Returns
    -------
    set of str
        Without what `given_away` in an assignment.toml names.
    """
    notebooks = read_all(root)[0] if notebooks is None else notebooks
    visible = _visible(notebooks)
    bank = {line for line in bank_texts(root) if squeezed(line) not in visible}
    names = assignments(root)
    open_text = "\n".join(squeezed(line) for name in names for line in given_away(root, name))
    found = secret_lines(notebooks) | bank
    return {line for line in found if squeezed(line) not in open_text}


def secret_lines(notebooks: list[Notebook]) -> set[str]:
    """Lines that must not be handed out: of solutions, model answers, schemes, hidden tests.

    Of hidden tests a line counts that no notebook shows elsewhere (the setting up is often that
    of the visible part) and that is more than an import or the head of a short loop; a check's
    own line always counts.  A solution's line that merely returns names or calls an exercise is
    no secret: visible tests call it too.
    """
    visible = _visible(notebooks)
    found = set()
    for notebook in notebooks:
        exercises = [cell.name for cell in notebook.cells if cell.kind == "answer"]
        for cell in notebook.cells:
            lines = {*_answer_lines(cell), *_hidden_lines(cell, visible)}
            found |= {line for line in lines if not _is_plain(line, exercises)}
    return {line for line in found if _is_long(line)}


def bank_texts(root: Path) -> set[str]:
    """Return the sentences and the lines of code in the course's banks of answers."""
    paths = [path for pattern in BANKS for path in sorted(root.glob(pattern))]
    return set().union(*(_texts_of_bank(path.read_text(encoding="utf-8")) for path in paths))


@functools.lru_cache(maxsize=64)
def _texts_of_bank(source: str) -> frozenset[str]:
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if id(node) not in docstrings
    ]
    sentences = {text.strip() for text in texts if len(_one_space(text)) >= _SENTENCE}
    lines = {line.strip() for text in texts for line in text.split("\n")}
    code = {line for line in lines if _CODE.search(line) and _is_long(line)}
    return frozenset(sentences | {line for line in code if not _is_common(line)})


def given_away(root: Path, assignment: str) -> set[str]:
    """Return secret lines that students see on purpose (`given_away` in the toml)."""
    path = root / "notebooks" / assignment / "assignment.toml"
    if not path.is_file():
        return set()
    return set(tomllib.loads(path.read_text(encoding="utf-8")).get("given_away", []))


def readable(data: bytes) -> str:
    """Return a file's text; where it is JSON (a notebook), all strings in it unescaped as well."""
    text = data.decode(errors="replace")
    try:
        return "\n".join([text, *_strings(json.loads(text))])
    except (ValueError, RecursionError):
        return text


class Search:
    """A search for many lines at once in many texts.

    Parameters
    ----------
    secrets
        What is searched for, see `course_secrets`.
    """

    def __init__(self, secrets: Iterable[str]):
        shortened = {squeezed(line): line for line in secrets}
        self._secrets = {key: line for key, line in shortened.items() if len(key) >= _SHORTEST}
        self._size = min(map(len, self._secrets), default=0)
        self._starting: dict[str, list[str]] = defaultdict(list)
        for key in self._secrets:
            self._starting[key[: self._size]].append(key)

    def found(self, data: bytes) -> list[str]:
        """Return the secrets that stand in a file, sorted."""
        if not self._secrets:
            return []
        text = squeezed(readable(data))
        starts = {text[at : at + self._size] for at in range(len(text) - self._size + 1)}
        keys = (key for start in starts & self._starting.keys() for key in self._starting[start])
        return sorted(self._secrets[key] for key in keys if key in text)


def _strings(value: Any) -> Iterator[str]:
    """Yield every string in a notebook, a list of lines joined as Jupyter means it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and all(isinstance(item, str) for item in value):
        yield "".join(value)
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _strings(item)


def _visible(notebooks: list[Notebook]) -> str:
    """Return the squeezed text of all that the notebooks show to students."""
    return "\n".join(
        squeezed(released(cell.source, cell.cell_type, cell.kind))
        for notebook in notebooks
        for cell in notebook.cells
    )


def _answer_lines(cell: Cell) -> Iterator[str]:
    lines = [line.strip() for line in cell.source.split("\n")]
    for kind in (SOLUTION, SCHEME):
        yield from (
            lines[index] for index in inside(cell.source, kind) if "###" not in lines[index]
        )


def _hidden_lines(cell: Cell, visible: str) -> Iterator[str]:
    lines = [line.strip() for line in cell.source.split("\n")]
    for line in (lines[index] for index in inside(cell.source, HIDDEN)):
        is_check = line.startswith("with check(")
        known = "###" in line or _is_common(line) or squeezed(line) in visible
        if is_check or not known:
            yield line


def _is_long(line: str) -> bool:
    return len(_one_space(line)) >= _DISTINCTIVE


def _one_space(text: str) -> str:
    return " ".join(text.split())


def _is_common(line: str) -> bool:
    """Whether a line only imports, or only opens a block in few words."""
    short = len(_one_space(line)) < _SENTENCE
    return bool(_IMPORT.fullmatch(line) or (short and _OPENS_BLOCK.fullmatch(line)))


def _is_plain(line: str, exercises: list[str]) -> bool:
    """Whether a line only returns names, or only calls an exercise."""
    calls = "|".join(map(re.escape, exercises)) or "(?!)"
    return bool(re.fullmatch(rf"return [\w, ]+|([\w, ]+ = |return )?({calls})\([^()]*\)", line))
