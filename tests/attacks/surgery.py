"""Attacks on the notebook's cells: copied, moved, deleted, relabelled, tagged, re-pointed."""

import copy
import secrets

from attacks.handing_in import find, name_of, own_cell
from attacks.model import ALL, Attack


def _zero_all(name, tries, change, **more):
    """The exercises are not answered; the change must not help."""
    return Attack(name, tries, change=change, **{"attacked": ALL, **more})


def _honest(name, tries, change, **more):
    """The exercises are answered; the change must not hurt."""
    return Attack(name, tries, change=change, **{"paid": False, **more})


def _tests(nb):
    return [cell for cell in nb["cells"] if (name_of(cell) or "").startswith("test_")]


def _each_test(what):
    def change(nb, place):
        for cell in _tests(nb):
            what(cell)

    return change


def _label(**values):
    return _each_test(lambda cell: cell["metadata"]["nbgrader"].update(values))


def _duplicates(nb, place):
    for cell in _tests(nb):
        nb["cells"].append(copy.deepcopy(cell) | {"id": secrets.token_hex(4)})
        nb["cells"].insert(0, copy.deepcopy(cell) | {"id": secrets.token_hex(4), "source": "9.0"})


def _delete(nb, place):
    nb["cells"][:] = [cell for cell in nb["cells"] if cell not in _tests(nb)]


def _swap_labels(nb, place):
    for cell in _tests(nb):
        answer = find(nb, name_of(cell).removeprefix("test_"))
        for key in ("metadata", "id"):
            cell[key], answer[key] = answer[key], cell[key]


def _own_tests(nb, place):
    for cell in _tests(nb):
        points = cell["metadata"]["nbgrader"]["points"]
        cell["source"] = f"from checks import Credit\nCredit({points})"


def _new_graded(nb, place):
    label = {"grade_id": "bonus", "grade": True, "solution": False, "locked": True, "points": 50}
    label |= {"schema_version": 3, "task": False, "cell_type": "code"}
    nb["cells"].append(own_cell("50.0", metadata={"nbgrader": label}))
    label = {**label, "grade_id": "test_bonus", "points": 3}
    nb["cells"].append(own_cell("assert True", metadata={"nbgrader": label}))


def _tags(nb, place):
    for cell in nb["cells"]:
        cell["metadata"]["tags"] = ["skip-execution", "raises-exception", "remove-cell"]


def _other_notebook(nb, place):
    nb["metadata"] = {
        "kernelspec": {"name": "bash", "display_name": "x", "language": "sh"},
        "language_info": {"name": "sh"},
        "celltoolbar": "Create Assignment",
        "nbgrader": {"points": 99},
    }


def _trusted_cells(nb, place):
    find(nb, "imports")["source"] = "import checks as t\nt.credit = lambda test: t.Credit(2)"


def _written_points(nb, place):
    label = find(nb, "report_difference")["metadata"]["nbgrader"]
    label.update(solution=False, grade=True, points=200, cell_type="code")
    find(nb, "report_difference").update(
        cell_type="code", source="2.0", outputs=[], execution_count=1
    )


def _huge_cell(nb, place):
    nb["cells"].append(own_cell("# " + "x" * 10_000_000))
    nb["cells"].append(own_cell("<b>" * 200_000, "markdown"))


def _reverse(nb, place):
    nb["cells"].reverse()


def _bare(nb, place):
    for cell in nb["cells"]:
        cell["metadata"] = {}
        cell.pop("id", None)
    nb["nbformat_minor"] = 4


def _bad_metadata(nb, place):
    odd = [None, 5, "x", [], {"grade_id": None}, {"grade_id": {"a": 1}, "grade": "yes"}]
    for number, cell in enumerate(nb["cells"]):
        if name_of(cell) is None:
            cell["metadata"] = {"nbgrader": odd[number % len(odd)], "tags": number}


def _with_id(cell, value):
    cell["id"] = value


ATTACKS = [
    _zero_all(
        "duplicates", "test cells copied, and copies that end in points put first", _duplicates
    ),
    _zero_all("deleted", "test cells deleted, so that nothing says zero", _delete),
    _zero_all("replaced", "test cells whose text is Credit(points)", _own_tests, paid=False),
    _zero_all(
        "empty-tests",
        "test cells whose text is empty",
        _each_test(lambda cell: cell.update(source="")),
        paid=False,
    ),
    _zero_all(
        "relabelled-tests",
        "answers take the labels of tests and tests those of answers",
        _swap_labels,
        paid=False,
    ),
    _zero_all(
        "as-answers",
        "test cells that call themselves answers, and are not locked",
        _label(solution=True, locked=False),
        paid=False,
    ),
    _zero_all("no-grade", "test cells that are not graded", _label(grade=False), paid=False),
    _zero_all(
        "as-text",
        "test cells made Markdown",
        _each_test(lambda cell: [cell.update(cell_type="markdown")]),
        paid=False,
    ),
    _zero_all("raised", "points raised to 1000", _label(points=1000), paid=False),
    _zero_all("tags", "every cell tagged skip-execution and raises-exception", _tags, paid=False),
    _zero_all(
        "bonus",
        "new graded cells that pass, worth 50 points",
        _new_graded,
        paid=False,
    ),
    _zero_all(
        "checksums",
        "other checksums, schema versions and cell types in the labels",
        _label(checksum="0" * 32, schema_version=1, cell_type="markdown"),
        paid=False,
    ),
    _zero_all("locked-cells", "the locked imports replaced by a patch", _trusted_cells, paid=False),
    _zero_all(
        "same-ids",
        "all cells have the same id",
        lambda nb, place: [_with_id(cell, "same") for cell in nb["cells"]],
        paid=False,
    ),
    _honest("reversed", "all cells in reverse order", _reverse),
    _honest("bare", "no labels and no ids at all, as another editor saves it", _bare),
    _honest(
        "other-metadata", "another kernel and language in the notebook's metadata", _other_notebook
    ),
    _honest("odd-metadata", "labels that are no labels: None, 5, lists, nested", _bad_metadata),
    _honest(
        "written-as-code",
        "the written answer made a code cell worth 200 points that ends in 2.0",
        _written_points,
    ),
    _honest("huge-cell", "a cell of 10 MB, and Markdown of 200,000 open tags", _huge_cell),
    _honest(
        "broken-own-cells",
        "cells of its own that are no Python, magics that do not exist, input()",
        lambda nb, place: nb["cells"].extend(
            [own_cell("def ("), own_cell("%nothing"), own_cell("%%nothing\nx"), own_cell("input()")]
        ),
    ),
]
