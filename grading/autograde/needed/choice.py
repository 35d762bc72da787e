"""Choose the cells of a notebook that can change a mark, from their code alone.

Tests ask for what answers bind. An answer can use whatever its code names, and what that needs in
turn; so a cell is run when it binds or changes such a name, or does something that is nobody's
name, such as seeding a shared generator. A student's own cell is left out only when all that it
does is understood (`known` has what is known of libraries); where code looks at names
without naming them, everything is run.

Objects are not followed. All names that a statement uses as values count as one object from then
on, in every cell; and a function that changes anything that has no global name is taken to change
whatever is passed anywhere near it. So more is run than must be, and never less.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from grading.autograde.needed.code import Part, Statement, read_code
from grading.autograde.needed.known import (
    CALLED,
    KEEPS_NOTHING,
    OURS,
    Known,
    attribute_reflects,
    builtin,
    changes_arguments,
    importing,
    is_data,
    library,
    method,
    reflects_by_name,
    writes,
)

#: Beyond these a notebook is not analysed: everything is run.
MOST_CELLS = 2_000
MOST_CHARACTERS = 1_000_000
MOST_STEPS = 100_000

# Stands among the needed names for the generators that all code shares.
_RANDOM = "<shared generators>"
_WITHOUT_DRAWING = {Known.STRANGE_RANDOM: Known.STRANGE}
_STUDENTS = ("own", "answer")
_STRANGE = {Known.STRANGE, Known.STRANGE_RANDOM}


@dataclass(frozen=True)
class CodeCell:
    """A code cell as it would be run.

    Attributes
    ----------
    kind : str
        ``"answer"`` (always run), ``"test"`` (judged elsewhere), ``"given"`` (the assignment's own
        cell, unchanged) or ``"own"`` (a student's cell, or a changed one).
    source : str
        Anything; magics and mistakes may be in it.
    """

    kind: str
    source: str


@dataclass(frozen=True)
class Plan:
    """Which cells to run.

    Attributes
    ----------
    run : tuple of bool
        For each cell; always True for answers and tests.
    everything : str
        Why every cell is run, for the log: "code cell 3 uses globals"; empty when a choice was
        made. Cells are counted from 1.
    left_out : frozenset of str
        Names that cells which are left out would bind.
    """

    run: tuple
    everything: str = ""
    left_out: frozenset = frozenset()


def plan(cells: Sequence[CodeCell]) -> Plan:
    """Choose which cells of a notebook are run.

    Parameters
    ----------
    cells : sequence of CodeCell
        All code cells, in order.

    Returns
    -------
    Plan
        Running the chosen cells alone leaves every name that answers use as it is after a run of
        all cells in their order. It depends on the cells' kinds and sources only, and no source
        makes it fail.

    Raises
    ------
    ValueError
        When a kind is none of the four.
    """
    for cell in cells:
        if cell.kind not in ("answer", "test", "given", "own"):
            raise ValueError(f"a cell's kind is answer, test, given or own, not {cell.kind!r}")
    try:
        notebook = _Notebook(cells)
        return notebook.plan()
    except _Everything as reason:
        return Plan((True,) * len(cells), str(reason))


class _Everything(Exception):
    """No choice can be made; the message says why, for the log."""


@dataclass
class _Found:
    """What a part of a statement does, once it is known what the notebook's names are."""

    issues: set = field(default_factory=set)
    changes: set = field(default_factory=set)
    exposes: set = field(default_factory=set)  # names whose objects may be kept or passed on
    loads: set = field(default_factory=set)  # attributes that may be methods, not called
    writes: bool = False
    calls_value: bool = False
    lazy: bool = False
    reflects: str = ""

    def add(self, other):
        """Take in what other code does that this code may call."""
        self.issues |= other.issues
        self.changes |= other.changes
        self.exposes |= other.exposes
        self.loads |= other.loads
        self.writes |= other.writes
        self.calls_value |= other.calls_value
        self.lazy |= other.lazy

    def settle(self):
        """Draw the conclusions that need all of it."""
        if self.calls_value and self.loads:
            self.issues.add(Known.STRANGE)  # a method may have been taken first, and called then


class _Names:
    """What the names of a notebook stand for, by the statements that bind them."""

    def __init__(self, statements):
        self.binders = defaultdict(list)
        self.kinds = defaultdict(set)
        self.methods, self.stored = set(), set()
        for statement in statements:
            for name, kind in statement.binds.items():
                self.binders[name].append(statement)
                self.kinds[name].add(kind)
            for name in statement.binds_later:
                self.binders[name].append(statement)
                self.kinds[name].add("data")
            self.methods |= statement.methods
            self.stored |= statement.stored
        self.stateful = self._stateful(statements)

    def _stateful(self, statements):
        """Return the functions and classes that hold something which calls can change."""
        users, found, left = defaultdict(list), set(), []
        for each in filter(lambda each: each.is_definition, statements):
            if each.keeps_state or any(map(self.is_data, each.state)):
                left += each.binds
            for name in each.state:
                users[name] += each.binds
        while left:
            name = left.pop()
            if name not in found:
                found.add(name)
                left += users[name]
        return found

    def paths(self, name):
        """List the library's names that are imported under a name."""
        return sorted(kind for kind in self.kinds.get(name, ()) if isinstance(kind, tuple))

    def is_data(self, name):
        """Tell whether a name can stand for anything but definitions and imports."""
        return "data" in self.kinds.get(name, ())

    def is_imported(self, name):
        """Tell whether a name can stand for something imported."""
        return bool(self.paths(name))


class _Judge:
    """Say what parts of statements do, given what the names of the notebook are."""

    def __init__(self, names):
        self.names = names

    def found(self, part: Part, own_names) -> _Found:
        """Return what a part does; `own_names` are those that its cell binds."""
        found = _Found(
            changes=set(part.changes),
            writes=part.writes,
            calls_value=part.calls_value,
            lazy=part.lazy,
            reflects=part.reflects,
        )
        if part.strange or part.reflects:
            found.issues.add(Known.STRANGE)
        for module, star in part.imports:
            known = importing(module, star)
            found.issues |= {known} - {Known.PLAIN, Known.REFLECTS}
        for use in part.uses:
            self._use(use, own_names, found)
        for name, root, is_direct in sorted(part.methods, key=str):
            if not (is_direct and root and self.names.is_imported(root)):
                self._method(name, root, found)
        self._loads(sorted(part.loads), found)
        if any(map(self.names.is_imported, found.changes)):
            found.issues.add(Known.STRANGE)  # what is imported is used by more than the notebook
        return found

    def _use(self, use, own_names, found):
        name = use.name
        if name is None:
            self._library(use, use.path, found)
        elif name not in self.names.kinds or (reflects_by_name(name) and name not in own_names):
            self._builtin(use, found)
        else:
            for path in self.names.paths(name):
                self._library(use, path, found)
            if self.names.kinds[name] - set(self.names.paths(name)):
                self._own(use, found)

    def _builtin(self, use, found):
        known = builtin(use.name)
        if use.name == "type" and not (use.call and use.call[0] == 1 and self._is_quiet(use)):
            known = Known.STRANGE
        elif use.name == "type":
            known = Known.PLAIN
        elif use.name == "vars" and use.call == (1, ()):
            known = Known.STRANGE  # an object's attributes, not the notebook's names
        elif (use.name == "dir" and use.call == (0, ())) or (use.name in CALLED and not use.call):
            known = Known.REFLECTS
        self._note(known, f"uses {use.name}", found)
        self._loads(use.attrs[:-1] if use.call else use.attrs, found)

    def _note(self, known, what, found):
        if known is Known.REFLECTS:
            found.reflects = found.reflects or what
            found.issues.add(Known.STRANGE)
        elif known is Known.CHANGES:
            found.writes = True
        elif known is Known.LAZY:
            found.lazy = True
        elif known is not Known.PLAIN:
            found.issues.add(known)

    def _library(self, use, path, found):
        whole = (*path, *use.attrs)
        known, left, is_module = library(whole)
        self._note(known, f"uses {'.'.join(whole)}", found)
        if use.call and left:
            self._method(left[-1], None, found)
            self._loads(left[:-1], found)
        elif use.call:
            found.writes |= writes(whole, *use.call)
        else:
            self._loads(left, found)
        is_kept = path[0] in OURS and not use.call and not self._is_passed(use)
        if use.name and (is_module or is_kept or known in _STRANGE):
            found.exposes.add(use.name)

    def _own(self, use, found):
        """Judge a use of something that the notebook itself defines or assigns."""
        self._loads(use.attrs[:-1] if use.call else use.attrs, found)
        if self._is_quiet(use) and not use.call:
            return
        if self.names.is_data(use.name):
            found.exposes.add(use.name)
            found.calls_value |= bool(use.call) and not use.attrs
        elif use.attrs or use.name in self.names.stateful:
            found.exposes.add(use.name)  # and what it gives may be (in) what it holds
        elif not (use.call or self._is_passed(use)):
            found.exposes.add(use.name)

    def _is_quiet(self, use):
        """Tell whether something is passed to a builtin that neither keeps nor returns it."""
        if use.inside is None:
            return False
        name, attrs, _ = use.inside
        return name in KEEPS_NOTHING and name not in self.names.kinds and not attrs

    def _is_passed(self, use):
        """Tell whether something is passed to code that keeps, gives back, changes no function."""
        if use.inside is None:
            return False
        name, attrs, path = use.inside
        if self._is_quiet(use):
            return True
        paths = [path] if name is None else self.names.paths(name)
        if not paths or (name is not None and len(self.names.kinds[name]) > len(paths)):
            return False
        known = [library((*each, *attrs)) for each in paths]
        return all(
            each == (Known.PLAIN, (), False) and path[0] in ("numpy", "scipy", "matplotlib", *OURS)
            for each, path in zip(known, paths, strict=True)
        )

    def _method(self, name, root, found):
        self._loads([name] if attribute_reflects(name) else [], found)
        known = method(name)
        if name in self.names.methods and known is Known.STRANGE:
            return  # what it does is found with its class
        if known is Known.STRANGE and root is not None and not self.names.is_data(root):
            known = Known.PLAIN if name in self.names.stored else known
        if known is Known.CHANGES:
            is_of_class = not (root and self.names.is_data(root))  # as in list.append(x, 1)
            found.writes |= is_of_class or changes_arguments(name)
            found.changes |= {root} - {None}
        elif known is not Known.PLAIN and not name.startswith("__"):
            found.issues.add(known)

    def _loads(self, attrs, found):
        for attr in attrs:
            if attribute_reflects(attr):
                found.reflects = found.reflects or f"uses the attribute {attr}"
                found.issues.add(Known.STRANGE)
            elif method(attr) is Known.CHANGES:
                found.writes = True
            elif method(attr) is Known.STRANGE and not (
                is_data(attr) or attr in self.names.stored or attr in self.names.methods
            ):
                found.loads.add(attr)


class _Aliases:
    """Names that may stand for one object, or hold it: a union of sets."""

    def __init__(self):
        self._parent = {}

    def of(self, name):
        """Return what stands for all that a name may share objects with."""
        root = name
        while root in self._parent:
            root = self._parent[root]
        while name in self._parent:
            self._parent[name], name = root, self._parent[name]
        return root

    def join(self, names):
        """Note that some names may share objects."""
        first, *others = sorted(self.of(name) for name in names)
        for other in others:
            if self.of(other) != self.of(first):
                self._parent[self.of(other)] = self.of(first)


@dataclass
class _Cell:
    """A cell, with what all of its statements do together."""

    kind: str
    number: int
    statements: tuple[Statement, ...]
    is_valid: bool
    binds: set = field(default_factory=set)
    reads: set = field(default_factory=set)
    found: _Found = field(default_factory=_Found)


class _Notebook:
    """The cells of a notebook, read and judged."""

    def __init__(self, cells):
        self.cells = self._read(cells)
        statements = [each for cell in self.cells for each in cell.statements]
        self.names = _Names(statements)
        self.aliases = _Aliases()
        self._found = {}  # by the identity of a statement within its cell: now, later
        self._later = {}
        self._steps = 0
        for cell in self.cells:
            for statement in cell.statements:
                self._judge(cell, statement)
        for cell in self.cells:
            for statement in cell.statements:
                self._conclude(cell, statement)
            cell.found.settle()

    @staticmethod
    def _read(cells):
        if len(cells) > MOST_CELLS or sum(len(cell.source) for cell in cells) > MOST_CHARACTERS:
            raise _Everything(
                "the notebook is too large to be analysed (at most "
                f"{MOST_CELLS:,} cells and {MOST_CHARACTERS:,} characters of code)"
            )
        read = []
        for number, cell in enumerate(cells, 1):
            code = read_code("" if cell.kind == "test" else cell.source)
            if code.refused:
                raise _Everything(f"code cell {number} {code.refused}")
            entry = _Cell(cell.kind, number, code.statements, code.is_valid)
            for statement in code.statements:
                entry.binds |= statement.binds.keys() | statement.binds_later
                entry.reads |= statement.now.reads | statement.later.reads
            read.append(entry)
        students = [each for cell in read if cell.kind in _STUDENTS for each in cell.statements]
        if any(each.dynamic for each in students) and any(each.hidden for each in students):
            raise _Everything(
                "attributes are taken by names that are not in the code, and "
                "some text could be such a name"
            )
        return read

    def _judge(self, cell, statement):
        """Judge one statement by itself."""
        judge = _Judge(self.names)
        now, later = (judge.found(part, cell.binds) for part in (statement.now, statement.later))
        if statement.is_definition and not any(use.call for use in statement.now.uses):
            # A base class of a library is named, and nothing drawn.
            now.issues = {_WITHOUT_DRAWING.get(issue, issue) for issue in now.issues}
        reason = now.reflects or later.reflects
        if reason and cell.kind in _STUDENTS:
            raise _Everything(f"code cell {cell.number} {reason}")
        if statement.is_definition and later.writes:
            later.changes |= self.names.stateful & statement.binds.keys()
        self._found[id(statement), cell.number] = now, later
        self._later.setdefault(id(statement), (now, later))

    def _conclude(self, cell, statement):
        """Add to a statement what the code does that it may call, and to its cell the whole."""
        now, later = self._found[id(statement), cell.number]
        whole = _Found()
        whole.add(now)
        names = set(statement.now.reads)
        if not statement.is_definition:
            whole.add(later)
            names |= statement.later.reads
        self._add_called(whole, names, {id(each) for each in cell.statements})
        whole.settle()
        linked = set(whole.exposes) | whole.changes | later.changes
        if not statement.is_definition or whole.exposes:
            linked |= statement.binds.keys() if statement.binds else set()
        if later.changes:
            linked |= later.exposes
        if cell.kind == "given":
            linked = set(filter(self.names.is_data, linked))
        if linked and (statement.binds or whole.changes or whole.writes or whole.issues):
            self.aliases.join(linked)
        if statement.now.imports and any(star for _, star in statement.now.imports):
            whole.issues.add(Known.STRANGE)
        cell.found.add(whole)

    def _add_called(self, whole, names, own_statements):
        """Add what functions do that can be reached by some names, and strange values."""
        left, seen = list(names), set(names)
        done = set()
        while left:
            for statement in self.names.binders.get(left.pop(), ()):
                if id(statement) in done:
                    continue
                done.add(id(statement))
                now, later = self._later[id(statement)]
                whole.add(later)
                whole.issues |= now.issues & _STRANGE
                whole.lazy |= now.lazy and id(statement) not in own_statements
                new = (statement.now.reads | statement.later.reads) - seen
                seen |= new
                left += new
                self._steps += 1 + len(statement.now.reads) + len(statement.later.reads)
                if self._steps > MOST_STEPS:
                    raise _Everything("its code is too long to be analysed")

    def plan(self) -> Plan:
        """Make the choice."""
        by_name, by_group = self._index()
        run = [cell.kind in ("answer", "test") for cell in self.cells]
        left = [cell for cell in self.cells if cell.kind == "answer" or self._always_runs(cell)]
        needed, groups = set(), set()
        new = {"__name__"}
        while new or left:
            for cell in left:
                run[cell.number - 1] = True
                new |= cell.reads | self._draws(cell)
                new |= cell.binds if cell.kind == "answer" else set()  # tests ask for those
            new -= needed
            needed |= new
            new_groups = {self.aliases.of(name) for name in new} - groups
            groups |= new_groups
            left = [cell for name in new for cell in by_name[name]]
            left += [cell for group in new_groups for cell in by_group[group]]
            left = [cell for cell in left if not run[cell.number - 1]]
            new = set()
        skipped = [cell.binds for cell in self.cells if not run[cell.number - 1]]
        return Plan(tuple(run), "", frozenset().union(*skipped))

    def _index(self):
        """Return the cells to run when a name is needed, and when one of a group of aliases is."""
        by_name, by_group = defaultdict(list), defaultdict(list)
        for cell in self.cells:
            if cell.kind in ("own", "given"):
                for name in cell.binds | self._draws(cell):
                    by_name[name].append(cell)
                for group in {self.aliases.of(name) for name in self._changed(cell)}:
                    by_group[group].append(cell)
        return by_name, by_group

    @staticmethod
    def _draws(cell):
        random = {Known.RANDOM, Known.STRANGE_RANDOM}
        return {_RANDOM} if cell.found.issues & random else set()

    @staticmethod
    def _always_runs(cell):
        """Tell whether a cell does what is not understood, or is no Python and shows its error."""
        return cell.kind == "own" and bool(cell.found.issues or not cell.is_valid)

    def _changed(self, cell):
        """Return the names whose objects a cell may change."""
        found = cell.found
        if not (found.writes or found.lazy or found.issues):
            return found.changes
        passed = found.exposes
        if cell.kind == "given":  # it may pass on functions and modules: it is trusted with them
            passed = set(filter(self.names.is_data, passed))
        return found.changes | passed
