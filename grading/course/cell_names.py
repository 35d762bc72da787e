"""Which names a cell binds and which it takes from elsewhere, read from its code alone."""

import ast
import dis
from collections.abc import Iterator
from types import CodeType

_LOADS = {"LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS"}
_STORES = {"STORE_GLOBAL", "DELETE_GLOBAL"}


def bound_names(source: str) -> set[str]:
    """Functions, classes and variables that a cell binds at its top level (imports left out)."""
    found = set()
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(statement.name)
        else:
            found |= {
                node.id
                for node in ast.walk(statement)
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
            }
    return found


def own_names(function: ast.FunctionDef) -> dict[str, int]:
    """Names that a function, or one inside it, binds for itself, with the first line of each."""
    found: dict[str, int] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            name = node.id
        elif isinstance(node, ast.arg):
            name = node.arg
        elif isinstance(node, ast.FunctionDef | ast.ClassDef) and node is not function:
            name = node.name
        elif isinstance(node, ast.alias):
            name = (node.asname or node.name).split(".")[0]
        else:
            continue
        line = getattr(node, "lineno", function.lineno)
        found[name] = min(line, found.get(name, line))
    return found


def foreign_names(source: str) -> dict[str, int]:
    """Names that a cell looks up outside its own functions, each with its first line.

    The compiler decides what is local, not a guess of ours: these are the global loads (and
    the stores after a `global` statement) of the compiled code.
    """
    found: dict[str, int] = {}
    for name, line in _global_uses(compile(source, "<cell>", "exec")):
        found[name] = min(line, found.get(name, line))
    return found


def _global_uses(code: CodeType) -> Iterator[tuple[str, int]]:
    instructions = list(dis.get_instructions(code))
    # A class body and the cell itself look up their own names by LOAD_NAME too.
    own = {step.argval for step in instructions if step.opname == "STORE_NAME"}
    for step in instructions:
        used = step.opname in _STORES or (step.opname in _LOADS and step.argval not in own)
        if used and step.positions and step.positions.lineno:
            yield step.argval, step.positions.lineno
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _global_uses(constant)
