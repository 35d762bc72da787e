"""Work at odd places: honest work keeps its marks there, and what computes nothing gains none."""

import io
import json
import zipfile

from nbformat import from_dict
from nbgrader.utils import compute_checksum

from attacks.handing_in import find, own_cell
from attacks.model import ALL, Attack

_TESTING = """
class Credit(float): pass
POINTS = @POINTS@
def credit(test, seed=None): return Credit(POINTS[test.__name__[5:]])
"""


def _honest(name, tries, change=None, **more):
    return Attack(name, tries, change=change, **{"paid": False, **more})


def _zero(name, tries, change=None, **more):
    return Attack(name, tries, change=change, **{"paid": False, "attacked": ALL, **more})


def _merged(nb, place):
    for name in ALL[1:]:
        answer = find(nb, name)
        find(nb, "forward")["source"] += f"\n\n\n{answer['source']}"
        nb["cells"].remove(answer)


def _in_checks(nb, place):
    """All answers but the first are typed into their check; their stubs stay as they were."""
    release = json.loads((place.course / "release/nn_lab" / f"{place.notebook}.ipynb").read_text())
    for name in ALL[1:]:
        check, answer = find(nb, f"test_{name}"), find(nb, name)
        check["source"] = f"{answer['source']}\n\n\n{''.join(check['source'])}"
        answer["source"] = find(release, name)["source"]


def _own_imports(nb, place):
    cell = find(nb, "imports")
    cell["source"] = "".join(cell["source"]) + "\nfrom scipy.special import expit as act"
    answer = find(nb, "forward")
    answer["source"] = answer["source"].replace("sigmoid(", "act(")


def _own_module(nb, place):
    answer = find(nb, "cost")
    nb["cells"].insert(
        1, own_cell(f"%%writefile mytools.py\nimport numpy as np\n{answer['source']}")
    )
    answer["source"] = "from mytools import cost"


def _credit_in_checks(nb, place):
    for name in ALL:
        cell = find(nb, f"test_{name}")
        cell["source"] = place.fill(_TESTING) + "".join(cell["source"])


def _sealed(nb, place):
    """Change locked cells and checks, and put a checksum that fits into each."""
    for cell in nb["cells"]:
        label = cell["metadata"].get("nbgrader", {})
        if label.get("locked"):
            cell["source"] = f"from checks import Credit\nCredit({label.get('points', 1)})"
            node = from_dict({**cell, "metadata": {"nbgrader": dict(label)}})
            label["checksum"] = compute_checksum(node)


def _constants_elsewhere(nb, place):
    names = "".join(f"{name} = " for name in ALL)
    nb["cells"].insert(0, own_cell(f"{names}lambda *a, **k: 1.0"))


def _in_a_zip(path, nb, place):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr(f"nn_lab/{path.name}", json.dumps(nb))
    path.with_name("homework.zip").write_bytes(packed.getvalue())


def _zip_of_modules(path, nb, place):
    path.write_text(json.dumps(nb))
    with zipfile.ZipFile(path.with_name("all.zip"), "w") as file:
        file.writestr("x/other.ipynb", json.dumps({**nb, "cells": nb["cells"][:1]}))
        for name in ("numpy.py", "checks/credits.py", "../../escaped.py", "/tmp/@TAG@"):
            file.writestr(place.fill(name), "raise SystemExit('ATTACK-COULD: be imported')")


def _under_another_name(path, nb, place):
    release = place.course / "release/nn_lab" / path.name
    path.write_bytes(release.read_bytes())
    path.with_name("Untitled.ipynb").write_text(json.dumps(nb))


ATTACKS = [
    _honest("merged", "all answers in the first answer's cell, the others deleted", _merged),
    _honest("in-checks", "answers typed into the check cells above the checks", _in_checks),
    _honest("own-imports", "an import added to a locked cell", _own_imports),
    _honest("own-module", "a module of one's own, written by a cell", _own_module),
    _honest("in-a-zip", "the notebook in a zip file", write=_in_a_zip),
    _honest(
        "beside-release", "the untouched release beside Untitled.ipynb", write=_under_another_name
    ),
    _honest(
        "zip-of-modules", "a zip file with numpy.py and names that leave it", write=_zip_of_modules
    ),
    _zero("credit-in-checks", "check cells that define credit and Credit first", _credit_in_checks),
    _zero("sealed", "locked cells and checks changed, with checksums that fit", _sealed),
    _zero(
        "elsewhere",
        "every answer's name bound to one constant, in a cell of its own",
        _constants_elsewhere,
        cells=dict.fromkeys(ALL, ""),
    ),
]
