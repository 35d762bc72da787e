"""Public functions of what students and the examiner lean on say their types; mypy checks them."""

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HINTED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"][
    "files"
]
FILES = sorted(file for name in HINTED for file in (ROOT / name).rglob("*.py"))


def without_hints(body, prefix=""):
    """Yield what public functions and methods of some code do not say the type of."""
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from without_hints(node.body, f"{prefix}{node.name}.")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if node.name.startswith("_") and node.name not in ("__init__", "__call__"):
                continue
            given = node.args
            named = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
            for each in named:
                if each and each.annotation is None and each.arg not in ("self", "cls"):
                    yield f"{prefix}{node.name}: {each.arg}"
            if node.returns is None:
                yield f"{prefix}{node.name}: what it returns"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_public_function_has_hints(file):
    assert list(without_hints(ast.parse(file.read_text(encoding="utf-8")).body)) == []


def test_a_missing_hint_is_found():
    code = """
def half(x: float, *more, exact=True) -> float: ...
def _own(x): ...
class Thing:
    def __init__(self, size): ...
    def __len__(self): ...
    async def close(self): ...
"""
    assert list(without_hints(ast.parse(code).body)) == [
        "half: exact",
        "half: more",
        "Thing.__init__: size",
        "Thing.__init__: what it returns",
        "Thing.close: what it returns",
    ]
