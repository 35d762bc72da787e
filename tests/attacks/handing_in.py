"""Write submissions: an honest notebook, changed by an attack, with its files beside it."""

import json
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from textwrap import dedent

from attacks.harm import Harm
from attacks.model import FIRST, POINTS, SECOND
from grading.course.assignment import Notebook

ROOT = Path(__file__).resolve().parents[2]
ASSIGNMENT = "nn_lab"


@dataclass(frozen=True)
class Place:
    """Where one attack was handed in; what its code may name by a word between two @."""

    course: Path
    student: str
    notebook: str
    tag: str

    @property
    def submitted(self):
        return self.course / "submitted" / self.student / ASSIGNMENT

    @property
    def autograded(self):
        return self.course / "autograded" / self.student / ASSIGNMENT

    @cached_property
    def words(self):
        return {
            "@COURSE@": str(self.course),
            "@HOME@": str(self.course / "home"),
            "@CHECKOUT@": str(ROOT),
            "@STUDENT@": self.student,
            "@WITNESS@": Harm.WITNESSES[0],
            "@NOTEBOOK@": self.notebook,
            "@POINTS@": repr(POINTS[self.notebook]),
            "@TAG@": self.tag,
        }

    def fill(self, text):
        """Return `text` with its words filled in."""
        for word, value in self.words.items():
            text = text.replace(word, value)
        return text


def hand_in(place, attack):
    """Write a submission: the release with honest answers, changed by the attack."""
    release = place.course / "release" / ASSIGNMENT
    source = place.course / "source" / ASSIGNMENT
    place.submitted.mkdir(parents=True)
    names = [FIRST, SECOND] if place.notebook == SECOND else [place.notebook]
    for name in names:
        nb = json.loads((release / f"{name}.ipynb").read_text())
        honest = Notebook(source / f"{name}.ipynb").solutions
        written = Harm.OTHERS_ANSWER if place.student in Harm.WITNESSES else "In my own words."
        for cell in nb["cells"]:
            label = cell["metadata"].get("nbgrader", {})
            if label.get("solution"):
                answer = attack.answer(label["grade_id"], honest.get(label["grade_id"], ""))
                is_code = cell["cell_type"] == "code"
                cell["source"] = place.fill(answer) if is_code else written
        _number(nb)
        path = place.submitted / f"{name}.ipynb"
        if name == place.notebook:
            _change(nb, place, attack)
        if attack.write and name == place.notebook:
            attack.write(path, nb, place)
        else:
            path.write_text(json.dumps(nb))
    for name, content in attack.files.items():
        path = place.submitted / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content if isinstance(content, bytes) else place.fill(content).encode()
        path.write_bytes(data)


def _number(nb):
    """Number the cells as if the notebook had been run: then no outputs are drawn again."""
    code = [cell for cell in nb["cells"] if cell["cell_type"] == "code"]
    for number, cell in enumerate(code, start=1):
        cell["execution_count"] = number


def _change(nb, place, attack):
    if attack.setup:
        imports = find(nb, "imports")
        nb["cells"].insert(
            nb["cells"].index(imports) + 1, own_cell(place.fill(dedent(attack.setup).strip()))
        )
    if attack.change:
        attack.change(nb, place)


def find(nb, grade_id):
    """Return the cell of that name."""
    return next(c for c in nb["cells"] if name_of(c) == grade_id)


def name_of(cell):
    """Return a cell's grade_id, or None."""
    return cell["metadata"].get("nbgrader", {}).get("grade_id")


def own_cell(source, kind="code", **more):
    """Return a cell of the student's own."""
    cell = {"cell_type": kind, "id": secrets.token_hex(4), "metadata": {}, "source": source}
    if kind == "code":
        cell |= {"outputs": [], "execution_count": None}
    return cell | more
