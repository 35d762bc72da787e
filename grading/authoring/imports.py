"""Which packages the code that students get may import: all others are named and refused."""

import ast
import json
import re
import sys
import tomllib
from collections.abc import Collection, Iterator
from pathlib import Path

#: How packages are imported that are called otherwise when installed.
IMPORT_NAMES = {
    "beautifulsoup4": ("bs4",),
    "ipython": ("IPython",),
    "matplotlib": ("matplotlib", "mpl_toolkits"),
    "scikit-learn": ("sklearn",),
}
_MAGIC = re.compile(r"^(\s*)[%!?].*", re.MULTILINE)
_BY_NAME = ("import_module", "__import__")


def importable(pyproject: Path) -> set[str]:
    """Return what every student's Python can import: the standard library, the dependencies.

    Parameters
    ----------
    pyproject
        The course's pyproject.toml; of its extras, only `torch` counts.
    """
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    extra = project.get("optional-dependencies", {}).get("torch", [])
    names = [re.split(r"[^\w.-]", each)[0].lower() for each in (*project["dependencies"], *extra)]
    found = {alias for name in names for alias in IMPORT_NAMES.get(name, (name.replace("-", "_"),))}
    return found | set(sys.stdlib_module_names)


def import_mistakes(name: str, data: bytes, allowed: Collection[str]) -> Iterator[str]:
    """Yield "FILE:LINE: ..." for each import in a module or notebook that is not allowed.

    Parameters
    ----------
    name
        The file's name; other kinds than .py and .ipynb have no imports.
    data
        What is in it.
    allowed
        Top-level names, see `importable`.
    """
    for where, source in _sources(name, data):
        try:
            tree = ast.parse(_MAGIC.sub(r"\1pass", source))
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", 1)
            yield f"{where}:{line}: not valid Python, so that its imports cannot be checked"
            continue
        for line, module in _imports(tree):
            if module.split(".")[0] not in allowed:
                yield (
                    f"{where}:{line}: imports {module}, which students do not have: expected the "
                    "standard library, a dependency in pyproject.toml or a package for students "
                    "(PACKAGES in grading/course/student_files.py)"
                )


def _sources(name: str, data: bytes) -> Iterator[tuple[str, str]]:
    """Yield the Python code in a file, each piece with the name of its place."""
    text = data.decode(errors="replace")
    if name.endswith(".py"):
        yield name, text
    elif name.endswith(".ipynb"):
        for number, cell in enumerate(json.loads(text)["cells"], start=1):
            if cell["cell_type"] == "code":
                yield f"{name}, cell {number}", "".join(cell["source"])


def _imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and module of each import, by statement or by a name in quotes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.lineno, node.module or ""
        elif isinstance(node, ast.Call) and node.args:
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            first = getattr(node.args[0], "value", None)
            if called in _BY_NAME and isinstance(first, str) and not first.startswith("."):
                yield node.lineno, first
