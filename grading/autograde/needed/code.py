"""What the statements of a cell do to names, read from their code alone; for `needed`."""

import ast
import re
import warnings
from dataclasses import dataclass, field
from functools import lru_cache

from IPython.core.inputtransformer2 import TransformerManager

from grading.autograde.needed.known import Known, attribute_reflects, importing

#: A cell beyond these is not read: everything is run.
MOST_CHARACTERS = 200_000
MOST_MAGICS = 50
DEEPEST = 120
#: Stands for an attribute whose name is not in the code.
ANY_ATTRIBUTE = "?"

_MAGIC = re.compile(r"^[ \t]*[%!?,;/]|\?[ \t]*$|=[ \t]*[%!]", re.MULTILINE)
_OPTION = re.compile(r"-(?:[nrp]\s*\d+|[oqct])(?:\s+|$)")
_KEPT_DECORATORS = {"staticmethod", "classmethod", "property", "dataclass"}


@dataclass(frozen=True)
class Use:
    """A name that is not the code's own, used: ``name.attrs``, perhaps called.

    `path` is the library's name when it is imported inside a function (`name` is then None).
    `call` is None, or how many arguments are given by place (-1: unknown) and the names of the
    others. `inside` is the use that is called with this one as an argument, if there is one.
    """

    name: str | None
    attrs: tuple
    call: tuple | None
    inside: tuple | None
    path: tuple = ()


@dataclass
class Part:
    """What a statement does: all that it does at once, or all that its functions do later."""

    reads: set = field(default_factory=set)
    uses: list = field(default_factory=list)
    changes: set = field(default_factory=set)  # names whose objects are changed by name
    methods: set = field(
        default_factory=set
    )  # (name, what it is reached from or None, if directly)
    loads: set = field(default_factory=set)  # attributes that are taken and not called
    imports: set = field(default_factory=set)  # (module, whether with a star)
    writes: bool = False  # changes something that has no name: a local variable, a result
    calls_value: bool = False  # calls something that is not a name of the notebook's
    lazy: bool = False  # makes something that is used up by reading it
    strange: bool = False
    reflects: str = ""


@dataclass
class Statement:
    """A statement at a cell's top level.

    `binds` has the kinds of binding by name: "def", "data", or an imported path.
    """

    now: Part = field(default_factory=Part)
    later: Part = field(default_factory=Part)
    binds: dict = field(default_factory=dict)
    binds_later: set = field(default_factory=set)
    methods: set = field(default_factory=set)  # that its classes define
    stored: set = field(default_factory=set)  # attributes that it sets
    is_definition: bool = False
    dynamic: bool = False  # takes attributes by names that are not in the code
    hidden: bool = False  # has texts that could be names of attributes that reflect
    state: set = field(default_factory=set)  # names that defaults and class variables stand for
    keeps_state: bool = False  # has other defaults or class variables that calls can change


@dataclass(frozen=True)
class Code:
    """A cell as it was read: its statements, or why it could not be read."""

    statements: tuple = ()
    refused: str = ""
    is_valid: bool = True


@lru_cache(maxsize=2048)
def read_code(source):
    """Read a cell.

    Parameters
    ----------
    source : str
        Anything; IPython's magics may be in it.

    Returns
    -------
    Code
        Without statements where the cell is no valid Python.
    """
    if len(source) > MOST_CHARACTERS:
        return Code(refused=f"is longer than {MOST_CHARACTERS:,} characters")
    if len(_MAGIC.findall(source)) > MOST_MAGICS:
        return Code(refused=f"seems to have more than {MOST_MAGICS} magics")
    try:
        tree = _parse(source)
    except (SyntaxError, ValueError):
        return Code(is_valid=False)
    except (RecursionError, MemoryError):
        return Code(refused="is nested too deeply")
    except Exception as error:  # noqa: BLE001  whatever IPython's reader stumbles over
        return Code(refused=f"could not be read ({type(error).__name__})")
    if _depth(tree) > DEEPEST:
        return Code(refused=f"is nested more than {DEEPEST} deep")
    tree = _Magics().visit(tree)
    return Code(tuple(_Reader(node).statement for node in tree.body))


def _parse(source):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(TransformerManager().transform_cell(source))


def _depth(tree):
    """Return how deep a tree is; it is not looked at deeper than is read."""
    level, depth = [tree], 0
    while level and depth <= DEEPEST:
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        depth += 1
    return depth


class _Magics(ast.NodeTransformer):
    """Put what a harmless magic runs in its place; the others stay calls of `get_ipython`."""

    def visit_Expr(self, node):
        match node.value:
            case ast.Call(
                func=ast.Attribute(value=ast.Call(func=ast.Name("get_ipython")), attr=kind),
                args=[*arguments],
                keywords=[],
            ) if all(isinstance(each, ast.Constant) for each in arguments):
                found = _magic(kind, [str(each.value) for each in arguments])
                return node if found is None else [ast.copy_location(ast.Pass(), node), *found]
        return node


def _magic(kind, words):
    """Return the statements that a magic runs, or None where that is not known."""
    match kind, words:
        case "run_line_magic", ["matplotlib", "inline"]:
            return []
        case "run_line_magic", ["config", text] if text.startswith("InlineBackend."):
            return [] if re.fullmatch(r"[\w.]+ *= *[\w'\"{}, .]*", text) else None
        case "run_line_magic", ["time" | "timeit" as name, text]:
            return _body(text if name == "time" else _without_options(text))
        case "run_cell_magic", ["time", "", text]:
            return _body(text)
        case "run_cell_magic", ["timeit", first, text]:
            return _body(_without_options(first) + "\n" + text)
    return None


def _without_options(text):
    text = text.strip()
    while match := _OPTION.match(text):
        text = text[match.end() :]
    return text


def _body(text):
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return None if _depth(tree) > DEEPEST // 2 else tree.body


@dataclass
class _Scope:
    """A function's, class's or comprehension's own names; a path for those that it imports."""

    kind: str
    names: dict
    outer: set = field(default_factory=set)  # declared global


_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
_COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def _bindings(nodes):
    """Collect what some nodes bind in their own scope: {name: imported path or None}, globals."""
    names, outer, left = {}, set(), list(nodes)
    while left:
        node = left.pop()
        for name, path in _bound_by(node):
            names[name] = path if names.get(name, path) == path else None
        if isinstance(node, ast.Global):
            outer.update(node.names)
        if isinstance(node, ast.Nonlocal):
            names.update(dict.fromkeys(node.names))
        if isinstance(node, _FUNCTIONS | ast.ClassDef):
            left += node.decorator_list
        elif isinstance(node, _COMPREHENSIONS):
            left += [each for each in ast.walk(node) if isinstance(each, ast.NamedExpr)]
        elif not isinstance(node, ast.Lambda):
            left += ast.iter_child_nodes(node)
    return names, outer


def _bound_by(node):
    """Yield (name, imported path or None) for what one node binds."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name, None
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name, None
        case ast.ExceptHandler() | ast.MatchAs() | ast.MatchStar() if node.name:
            yield node.name, None
        case ast.MatchMapping(rest=str(name)):
            yield name, None
        case ast.Import():
            for alias in node.names:
                whole = tuple(alias.name.split("."))
                yield (alias.asname, whole) if alias.asname else (whole[0], whole[:1])
        case ast.ImportFrom():
            module = _module(node)
            for alias in node.names:
                if alias.name != "*":
                    yield alias.asname or alias.name, (*module.split("."), alias.name)


def _module(node):
    return "." * node.level + (node.module or "")


def _is_constant(node):
    """Tell whether an expression gives something that nobody can change."""
    if isinstance(node, ast.Tuple):
        return all(map(_is_constant, node.elts))
    if isinstance(node, ast.UnaryOp):
        return _is_constant(node.operand)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return node.value.id in ("np", "numpy", "math")
    return isinstance(node, ast.Constant)


def _is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_hidden(text):
    """Tell whether a text could be (a part of) the name of an attribute that reflects."""
    text = text.strip()
    if " " in text or text == "__main__":
        return False
    return "__" in text or attribute_reflects(text)


def _assigns(node):
    return isinstance(node, ast.Assign | ast.AnnAssign)


# Nodes that are read as others are.
_LIKE = {
    ast.SetComp: ast.ListComp,
    ast.GeneratorExp: ast.ListComp,
    ast.YieldFrom: ast.Yield,
    ast.AsyncFor: ast.Await,
    ast.AsyncWith: ast.Await,
    ast.MatchAs: ast.pattern,
    ast.MatchStar: ast.pattern,
    ast.MatchMapping: ast.pattern,
    ast.ExceptHandler: ast.pattern,
}


class _Reader:
    """Walk through one statement of a cell's top level."""

    def __init__(self, node):
        self.statement = Statement()
        self.scopes = []
        self.parts = [self.statement.now]
        self._bind(node)
        self._visit(node)
        self._mark_state(node)

    def _bind(self, node):
        found, _ = _bindings([node])
        kept = isinstance(node, _FUNCTIONS | ast.ClassDef) and all(
            isinstance(each, ast.Name) and each.id in _KEPT_DECORATORS
            for each in node.decorator_list
        )
        self.statement.is_definition = kept
        for name, path in found.items():
            is_definition = kept and name == node.name
            self.statement.binds[name] = path or ("def" if is_definition else "data")

    def _mark_state(self, node):
        """See whether a definition has a default or a class variable that calls can change."""
        for each in ast.walk(node) if self.statement.is_definition else ():
            values = []
            if isinstance(each, _FUNCTIONS | ast.Lambda):
                values = [*each.args.defaults, *filter(None, each.args.kw_defaults)]
                first = [*each.args.posonlyargs, *each.args.args][:1]
                if any(argument.arg in ("cls", "mcs", "metacls") for argument in first):
                    self.statement.keeps_state = True
            elif isinstance(each, ast.ClassDef):
                values = [getattr(step, "value", None) for step in each.body if _assigns(step)]
                values += each.bases
            elif isinstance(each, ast.Name) and each.id == "type":
                self.statement.keeps_state |= isinstance(node, ast.ClassDef)
            for value in filter(None, values):
                root = value
                while isinstance(root, ast.Attribute):
                    root = root.value
                if isinstance(root, ast.Name):
                    self.statement.state.add(root.id)
                elif not _is_constant(value):
                    self.statement.keeps_state = True

    # names

    def _resolve(self, name):
        """Return "global", "class", "local", or the path of what a function imported."""
        for place in range(len(self.scopes) - 1, -1, -1):
            scope = self.scopes[place]
            if name in scope.outer:
                return "global"
            if name in scope.names:
                if scope.kind != "class":
                    return scope.names[name] or "local"
                if place == len(self.scopes) - 1:
                    return "class"
        return "global"

    def _read(self, name):
        for part in self.parts:
            part.reads.add(name)

    def _mark(self, **flags):
        for part in self.parts:
            for key, value in flags.items():
                setattr(part, key, value)

    # expressions

    def _visit(self, node, call=None, inside=None):
        method = getattr(self, f"_on_{_LIKE.get(type(node), type(node)).__name__}", None)
        if isinstance(node, ast.Name | ast.Attribute):
            self._chain(node, call, inside)
        elif isinstance(node, ast.Call):
            self._call(node, inside)
        elif method:
            method(node)
        else:
            for child in ast.iter_child_nodes(node):
                self._visit(child)

    def _chain(self, node, call, inside):
        """Read a name with attributes, or the attributes of some other expression."""
        attrs, root = [], node
        while isinstance(root, ast.Attribute):
            attrs.append(root.attr)
            root = root.value
        attrs = tuple(reversed(attrs))
        if not isinstance(node.ctx, ast.Load):
            return self._store(node, root, attrs)
        if not isinstance(root, ast.Name):
            self._visit(root)
            self._attributes(attrs, call)
            return None
        where = self._resolve(root.id)
        if where == "global" or isinstance(where, tuple):
            name = root.id if where == "global" else None
            path = () if name else where
            for part in self.parts:
                part.uses.append(Use(name, attrs, call, inside, path))
            if name:
                self._read(name)
            return None
        if where == "class":
            self._read(root.id)
        self._attributes(attrs, call)
        if call and not attrs:
            self._mark(calls_value=True)
        return None

    def _attributes(self, attrs, call):
        """Note attributes that are taken; one that is called is noted with its call."""
        for part in self.parts:
            part.loads.update(attrs[:-1] if call else attrs)

    def _store(self, node, root, attrs):
        if isinstance(node, ast.Name):
            is_global = self._resolve(node.id) == "global"
            if is_global and isinstance(node.ctx, ast.Del):
                self._read(node.id)  # it must be there
            if is_global and self.scopes:
                self._bind_later(node.id)
            return
        self.statement.stored.add(attrs[-1])
        self._visit(node.value)
        self._change(root)

    def _bind_later(self, name):
        self.statement.binds_later.add(name)
        for part in self.parts:
            part.changes.add(name)

    def _change(self, root):
        """Note that something reached from `root` is changed."""
        while isinstance(root, ast.Attribute | ast.Subscript | ast.Starred):
            root = root.value
        if not isinstance(root, ast.Name):
            self._mark(writes=True)
            return
        where = self._resolve(root.id)
        if where == "global":
            self._read(root.id)
            for part in self.parts:
                part.changes.add(root.id)
        elif isinstance(where, tuple):
            self._mark(strange=True)  # a module is changed
        else:
            self._mark(writes=True)

    def _on_Subscript(self, node):
        if not isinstance(node.ctx, ast.Load):
            self._change(node.value)
        self._visit(node.value)
        self._visit(node.slice)

    def _on_AugAssign(self, node):
        self._change(node.target)
        self._visit(node.target)
        self._visit(node.value)
        if isinstance(node.target, ast.Name) and self._resolve(node.target.id) == "global":
            self._read(node.target.id)

    def _call(self, node, inside):
        count = len(node.args)
        if any(isinstance(each, ast.Starred) for each in node.args):
            count = -1
        call = count, tuple(each.arg for each in node.keywords)
        self._visit(node.func, call, inside)
        if not isinstance(node.func, ast.Name | ast.Attribute):
            self._mark(calls_value=True)
        self._dynamic(node)
        if isinstance(node.func, ast.Attribute):
            self._method(node.func)
        called = self._called(node.func)
        for each in [*node.args, *(keyword.value for keyword in node.keywords)]:
            self._visit(each, inside=called)

    def _called(self, func):
        """Return (name or None, attributes, path) of what is called, or None."""
        attrs = []
        while isinstance(func, ast.Attribute):
            attrs.append(func.attr)
            func = func.value
        if not isinstance(func, ast.Name):
            return None
        where = self._resolve(func.id)
        if where == "global":
            return func.id, tuple(reversed(attrs)), ()
        return (None, tuple(reversed(attrs)), where) if isinstance(where, tuple) else None

    def _method(self, func):
        """Note a method with the name it is reached from; `needed` knows what methods change."""
        root, plain = func.value, True
        while isinstance(root, ast.Attribute | ast.Subscript):
            plain &= isinstance(root, ast.Attribute)
            root = root.value
        where = self._resolve(root.id) if isinstance(root, ast.Name) else "local"
        if plain and isinstance(where, tuple):
            return  # a function of a module
        name = root.id if where == "global" else None
        for part in self.parts:
            part.methods.add((func.attr, name, plain))

    def _dynamic(self, node):
        """Judge getattr, setattr and the like by their arguments."""
        if not (isinstance(node.func, ast.Name) and self._resolve(node.func.id) == "global"):
            return
        name, arguments = node.func.id, node.args
        if name in ("getattr", "setattr", "delattr", "hasattr"):
            attr = arguments[1].value if len(arguments) > 1 and _is_text(arguments[1]) else None
            if attr is None:
                self.statement.dynamic = True
            else:
                self._attributes((attr,), None)
            if attr is None and name != "setattr":
                self._attributes((ANY_ATTRIBUTE,), None)
            if name in ("setattr", "delattr") and arguments:
                self.statement.stored.update({attr} - {None})
                self._change(arguments[0])
        elif name == "dir":
            self.statement.hidden = True

    def _on_Constant(self, node):
        if isinstance(node.value, str) and _is_hidden(node.value):
            self.statement.hidden = True

    # scopes

    def _scope(self, kind, names, outer, visit, later):
        scope, parts = _Scope(kind, names, outer), self.parts
        if later:
            self.parts = [self.statement.later]
        self.scopes.append(scope)
        visit()
        self.scopes.pop()
        self.parts = parts

    def _arguments(self, node):
        args = node.args
        for each in [*args.defaults, *filter(None, args.kw_defaults)]:
            self._visit(each)
        every = [*args.posonlyargs, *args.args, *args.kwonlyargs]
        every += filter(None, [args.vararg, args.kwarg])
        for each in every:
            if each.annotation:
                self._visit(each.annotation)
        return dict.fromkeys(each.arg for each in every)

    def _on_FunctionDef(self, node):
        for each in node.decorator_list:
            self._visit(each, call=(1, ()))
        own = self._arguments(node)
        if node.returns:
            self._visit(node.returns)
        if self.scopes and self._resolve(node.name) == "global":
            self._bind_later(node.name)
        elif self.scopes and self.scopes[-1].kind == "class":
            self.statement.methods.add(node.name)
        found, outer = _bindings(node.body)
        names = {**found, **own}
        for name in outer:
            names.pop(name, None)

        def visit():
            for each in node.body:
                self._visit(each)

        self._scope("function", names, outer, visit, later=True)

    def _on_AsyncFunctionDef(self, node):
        self._mark(reflects="has an async function")
        self._on_FunctionDef(node)

    def _on_Lambda(self, node):
        own = self._arguments(node)
        found, _ = _bindings([node.body])
        self._scope("function", {**found, **own}, set(), lambda: self._visit(node.body), later=True)

    def _on_ClassDef(self, node):
        for each in node.decorator_list:
            self._visit(each, call=(1, ()))
        for each in [*node.bases, *(keyword.value for keyword in node.keywords)]:
            self._visit(each)
        if node.keywords:
            self._mark(strange=True)
        if self.scopes and self._resolve(node.name) == "global":
            self._bind_later(node.name)
        names, outer = _bindings(node.body)

        def visit():
            for each in node.body:
                self._visit(each)

        self._scope("class", names, outer, visit, later=False)

    def _comprehension(self, node, values):
        first, *others = node.generators
        self._visit(first.iter)
        targets, _ = _bindings([each.target for each in node.generators])

        def visit():
            self._visit(first.target)
            for each in [*first.ifs, *others, *values]:
                self._visit(each)

        parts = self.parts
        if isinstance(node, ast.GeneratorExp):
            self._mark(lazy=True)
            both = [self.statement.now, self.statement.later]
            self.parts = both if parts[0] is self.statement.now else parts
        self._scope("comprehension", targets, set(), visit, later=False)
        self.parts = parts

    def _on_ListComp(self, node):
        self._comprehension(node, [node.elt])

    def _on_DictComp(self, node):
        self._comprehension(node, [node.key, node.value])

    # statements

    def _on_Import(self, node):
        for alias in node.names:
            self._import(alias.name, False, [alias])

    def _on_ImportFrom(self, node):
        self._import(_module(node), any(alias.name == "*" for alias in node.names), node.names)

    def _import(self, module, star, aliases):
        for part in self.parts:
            part.imports.add((module, star))
        if self.scopes:
            for alias in aliases:
                name = (alias.asname or alias.name).split(".")[0]
                if self._resolve(name) == "global":
                    self._bind_later(name)
        if importing(module, star) is Known.REFLECTS:
            self._mark(reflects=f"imports {module}" + (" with a star" if star else ""))

    def _on_Nonlocal(self, node):
        self._mark(writes=True)

    def _on_pattern(self, node):
        name = node.rest if isinstance(node, ast.MatchMapping) else node.name
        if name and self.scopes and self._resolve(name) == "global":
            self._bind_later(name)
        for child in ast.iter_child_nodes(node):
            self._visit(child)

    def _on_Yield(self, node):
        self._mark(lazy=True)
        for child in ast.iter_child_nodes(node):
            self._visit(child)

    def _on_Await(self, node):
        self._mark(reflects="awaits something")
        for child in ast.iter_child_nodes(node):
            self._visit(child)
