"""What a student added to a cell of the assignment's: its own text runs, and the additions too."""

import ast
import hashlib
import re
import warnings
from collections import Counter

from IPython.core.inputtransformer2 import TransformerManager
from nbgrader import utils

from grading.autograde.rebuild.matching import defined_names, label, squeeze

#: Characters of a cell whose statements are compared; of a longer one, its lines.
MOST_CHARACTERS = 100_000
_IMPORTS = (ast.Import, ast.ImportFrom)
#: What our own answer cells say until they are answered.
_PLACEHOLDER = re.compile("YOUR (?:CODE|ANSWER) HERE")
#: A cell magic that runs no code here: the text is written to a file, or is another language.
_OTHER_CELL = re.compile(r"\s*%%(?!time\b|timeit\b|capture\b)")
_PROSE_ID = re.compile(r"(prose|free)-([0-9a-f]{12})")
#: As often as one text may stand in a notebook for its copies to be recognised.
_COPIES = 5


def added_code(released, submitted, names_only=False):
    """Compare a code cell with the assignment's.

    Parameters
    ----------
    released, submitted : str
        What students received, and what one handed in.
    names_only : bool
        Whether statements that bind no name are of no interest, as in a check.

    Returns
    -------
    added : str
        The statements that are the student's own: new ones, imports, and those that bind a name
        which the assignment's text does not.  Of a cell that is no Python the added lines, or
        all of it.
    is_altered : bool
        Whether statements of the assignment's are missing, or have another text.
    """
    if squeeze(released) == squeeze(submitted):
        return "", False
    try:
        old, new = _statements(released), _statements(submitted)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        added = added_lines(released, submitted)
        return (submitted, True) if added is None else (added, False)
    there = Counter(what for what, _, _ in old)
    missing = there - Counter(what for what, _, _ in new)
    lost = [node for what, node, _ in old if missing[what]]
    lost_names = set().union(*map(_bound, lost))
    nameless = sum(not isinstance(node, _IMPORTS) and not _bound(node) for node in lost)
    added = []
    for what, node, text in new:
        if there[what]:
            there[what] -= 1
            continue
        names = _bound(node)
        if isinstance(node, _IMPORTS) or names - lost_names:
            added.append(text)
        elif not names and nameless:
            nameless -= 1  # another text of one of the assignment's statements
        elif not names and not names_only:
            added.append(text)
    return "\n".join(added), bool(lost)


def added_lines(released, submitted):
    """Return the lines that were added to a text.

    Returns
    -------
    str or None
        None when lines of the text itself are missing or in another order.
    """
    wanted = [line.strip() for line in released.splitlines() if line.strip()]
    added, found = [], 0
    for line in submitted.splitlines():
        if found < len(wanted) and line.strip() == wanted[found]:
            found += 1
        else:
            added.append(line.rstrip())
    return "\n".join(added).strip("\n") if found == len(wanted) else None


def names_bound(source):
    """Return the names that a cell binds at top level, as far as it can be read."""
    if _OTHER_CELL.match(source):
        return set()
    try:
        return set().union(*(_bound(n) | _imported(n) for _, n, _ in _statements(source)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return defined_names(source)


def _imported(node):
    """Return the names that an import binds."""
    names = node.names if isinstance(node, _IMPORTS) else ()
    return {(each.asname or each.name).split(".")[0] for each in names}


def statements_binding(source, names):
    """Return the statements of a cell that bind some names, and its imports; else all of it."""
    try:
        found = _statements(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source
    kept = [t for _, n, t in found if isinstance(n, _IMPORTS) or _bound(n) & set(names)]
    return "\n\n\n".join(kept)


def _statements(source):
    """Return what each statement is, its node, and its text."""
    if len(source) > MOST_CHARACTERS:
        raise ValueError("too long")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(source)
        except SyntaxError:
            source = TransformerManager().transform_cell(source)
            tree = ast.parse(source)
    lines = source.split("\n")
    starts = [min([n.lineno, *(d.lineno for d in _decorators(n))]) for n in tree.body]
    ends = [node.end_lineno for node in tree.body]
    found = []
    for n, node in enumerate(tree.body):
        shares = starts[n] in ends[:n][-1:] or ends[n] in starts[n + 1 :][:1]
        text = ast.unparse(node) if shares else "\n".join(lines[starts[n] - 1 : ends[n]])
        found.append((ast.dump(node), node, text))
    return found


def _decorators(node):
    return getattr(node, "decorator_list", [])


def _bound(node):
    """Return the names that a statement binds for those after it, imported ones left out."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    found, left = set(), [node]
    while left:
        each = left.pop()
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(each.name)
        elif isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            found.add(each.id)
        if not isinstance(each, ast.Lambda | ast.FunctionDef | ast.ClassDef | ast.comprehension):
            left += ast.iter_child_nodes(each)
    return found


def is_ours(cell, origin):
    """Tell whether a cell is as it was handed out, perhaps by an earlier version of the release.

    A labelled cell says so by nbgrader's checksum of it, prose by its id, which is made from its
    text (`grading.authoring.build.cell_ids`).  A student who forges either loses a cell.

    Parameters
    ----------
    cell : NotebookNode
    origin : str
        ``"ASSIGNMENT/NOTEBOOK"``.
    """
    found = label(cell)
    if found.get("grade_id"):
        if found.get("solution") and not _PLACEHOLDER.search(cell.source):
            return False
        try:
            return found.get("checksum") == utils.compute_checksum(cell)
        except (TypeError, ValueError, KeyError, AttributeError):
            return False
    match = _PROSE_ID.fullmatch(str(cell.get("id")))
    if not match:
        return False
    kind, digest = match.groups()
    texts = {cell.source, squeeze(cell.source)}
    tried = (f"{n}/{origin}/{kind}/{text}" for n in range(1, _COPIES + 1) for text in texts)
    return any(hashlib.sha256(text.encode()).hexdigest()[:12] == digest for text in tried)
