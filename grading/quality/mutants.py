"""Small automatic changes of a solution: the hidden tests have to notice every one that matters.

A mutant is a program with one operator, constant, name or term changed.  One that loses no points
is either the same program in other words, which ``survivors.toml`` in the assignment's home says
with the reason, or a gap in the hidden tests.
"""

import argparse
import ast
import copy
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from grading.course.home import home_of
from grading.quality.audit import (
    Auditor,
    add_assignments,
    concerned,
    each_exercise,
    sources_in,
)

SEEDS = (1, 2, 3)

_SWAPPED = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.Pow: ast.Mult,
    ast.Lt: ast.GtE,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
_CALLED = {"sum": "mean", "mean": "sum", "max": "min", "min": "max", "argmax": "argmin"}
_CALLED |= {"zeros": "ones", "exp": "expm1", "sqrt": "square", "normal": "uniform"}


def mutants(source: str) -> Iterator[tuple[str, str]]:
    """Yield each mutant of a function or class: what was changed, and the source.

    The docstring, the parameters and what is only shown stay as they are: formatted texts and
    progress bars.  No two are called alike: a known one must not stand for another on its line.
    """
    seen = Counter()
    tree = ast.parse(source)
    fixed = [
        node for node in ast.walk(tree) if _only_shows(node) or isinstance(node, ast.arguments)
    ]
    shown = {id(part) for node in fixed for part in ast.walk(node)}
    names = _names_around(tree)
    for place, node in enumerate(ast.walk(tree)):
        if id(node) in shown:
            continue
        for number, (what, _) in enumerate(_changes(node, names.get(id(node), []))):
            changed = copy.deepcopy(tree)
            target = next(n for i, n in enumerate(ast.walk(changed)) if i == place)
            new = list(_changes(target, _names_around(changed).get(id(target), [])))[number][1]
            _replace(changed, target, new)
            text = ast.unparse(ast.fix_missing_locations(changed))
            if text != ast.unparse(tree):
                label = f"line {node.lineno}: {what}"
                seen[label] += 1
                yield label + (f" ({seen[label]})" if seen[label] > 1 else ""), text


def _only_shows(node):
    if not isinstance(node, ast.Call):
        return isinstance(node, ast.JoinedStr)
    return ast.unparse(node.func) in ("Progress", "bar.step", "bar.close")


def _names_around(tree):
    """Return, for each node of a function, the names of parameters and variables there."""
    found = {}
    for function in ast.walk(tree):  # from outside in: the innermost function counts
        if isinstance(function, ast.FunctionDef):
            parts = list(ast.walk(function))
            stored = [n.id for n in parts if isinstance(n, ast.Name) and _is_stored(n)]
            names = list(dict.fromkeys([*(a.arg for a in function.args.args), *stored]))
            found |= {id(part): names for part in parts}
    return found


def _changes(node, names):
    """Yield what could stand in place of a node, with a word on it."""
    if isinstance(node, ast.BinOp):
        yield from _binary(node)
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in _SWAPPED:
        operator = _SWAPPED[type(node.ops[0])]()
        new = ast.Compare(node.left, [operator, *node.ops[1:]], node.comparators)
        yield _said(node, new), new
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Not):
        yield _said(node, node.operand), node.operand
    elif isinstance(node, ast.Constant):
        yield from _constant(node)
    elif isinstance(node, ast.Attribute):
        yield from _attribute(node)
    elif isinstance(node, ast.Call):
        yield from _call(node)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        yield from _name(node, names)
    elif isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load) and len(node.elts) > 1:
        new = ast.Tuple([node.elts[1], node.elts[0], *node.elts[2:]], node.ctx)
        yield _said(node, new), new


def _binary(node):
    if type(node.op) in _SWAPPED:
        new = ast.BinOp(node.left, _SWAPPED[type(node.op)](), node.right)
        yield _said(node, new), new
    for part in (node.left, node.right):
        yield _said(node, part), part


def _constant(node):
    if isinstance(node.value, bool):
        yield _said(node, ast.Constant(not node.value)), ast.Constant(not node.value)
    elif isinstance(node.value, int | float):
        for value in (node.value + 1, 0 if node.value else 2):
            yield _said(node, ast.Constant(value)), ast.Constant(value)


def _attribute(node):
    if node.attr == "T":
        yield _said(node, node.value), node.value
    elif node.attr in _CALLED:
        new = ast.Attribute(node.value, _CALLED[node.attr], node.ctx)
        yield _said(node, new), new


def _call(node):
    for i in range(len(node.keywords)):
        new = ast.Call(node.func, node.args, node.keywords[:i] + node.keywords[i + 1 :])
        yield _said(node, new), new
    if len(node.args) == 1 and not node.keywords:  # the call left out: f(x) becomes x
        yield _said(node, node.args[0]), node.args[0]
    if len(node.args) > 1 and not any(isinstance(a, ast.Starred) for a in node.args):
        new = ast.Call(node.func, [node.args[1], node.args[0], *node.args[2:]], node.keywords)
        yield _said(node, new), new


def _name(node, names):
    """Yield the next of the function's other names in place of one."""
    if node.id in names and len(names) > 1:
        other = names[(names.index(node.id) + 1) % len(names)]
        yield _said(node, ast.Name(other, node.ctx)), ast.Name(other, node.ctx)


def _is_stored(node):
    return isinstance(node.ctx, ast.Store)


def _said(old, new):
    return f"{ast.unparse(old)} -> {ast.unparse(new)}"


def _replace(tree, old, new):
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, field, new)
                return
            if isinstance(value, list) and any(each is old for each in value):
                setattr(parent, field, [new if each is old else each for each in value])
                return


def survivors(task):
    """Return an exercise, the number of its mutants, and those that lose no points."""
    path, exercise, *_ = task
    auditor = Auditor(Path(path))
    alive, count = [], 0
    for what, source in mutants(auditor.notebook.solutions[exercise]):
        count += 1
        if not any(auditor.loses(exercise, source, seed) for seed in SEEDS):
            alive.append(what)
    return exercise, count, alive


def known(source):
    """Return the survivors that are known to be equivalent: by exercise, change and reason."""
    return home_of(source).settings("survivors.toml")


def main(argv=None):
    """Run ``python -m grading mutants``; return 0 when every mutant that survives is known."""
    parser = argparse.ArgumentParser(prog="course.py mutants", description=__doc__.splitlines()[0])
    add_assignments(parser)
    parser.add_argument("--jobs", type=int, default=2, help="processes (2)")
    options = parser.parse_args(argv)
    started, total, unknown = time.monotonic(), 0, []
    for source, only in concerned(sources_in(options.root, options.assignments), options.only):
        equivalent = known(source)
        print(f"-- {source.name}", flush=True)
        found = each_exercise(survivors, source, only, options.jobs)
        for exercise, count, alive in found:
            total += count
            new = [what for what in alive if what not in equivalent.get(exercise, {})]
            unknown += new
            print(f"{exercise:<32}{count:>5} mutants, {len(alive):>3} survive, {len(new)} unknown")
            for what in new:
                print(f"    {what}", flush=True)
    print(
        f"\n{total} mutants, {len(unknown)} unknown survivors, {time.monotonic() - started:.0f} s"
    )
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
