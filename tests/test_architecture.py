"""Who may import whom: the contracts of pyproject.toml hold, and each notices what it forbids."""

import copy
import re
from pathlib import Path

import grimp
import pytest
from importlinter.api import read_configuration
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.layers import LayersContract

KINDS = {"forbidden": ForbiddenContract, "layers": LayersContract}
CONFIGURATION = read_configuration(str(Path(__file__).parents[1] / "pyproject.toml"))
CONTRACTS = {
    options["name"]: KINDS[options["type"]](
        options["name"], CONFIGURATION["session_options"], options
    )
    for options in CONFIGURATION["contracts_options"]
}
#: For each contract, by the beginning of its name, imports that nobody may write.
PLANTED = {
    "Helpers": [
        ("helpers.training", "checks.comparing"),
        ("helpers.gradcheck.blocks", "student_tools.study"),
        ("helpers.optimize", "grading.course.home"),
    ],
    "Checks": [("checks.credits", "grading.examiner.job"), ("checks", "student_tools.data")],
    "What students run": [("student_tools.report.maths", "grading.pages.sanitize")],
    "Marking a class": [
        ("grading.course.assignment", "grading.results.protocol"),
        ("grading.sandbox.box", "grading.quality.audit"),
        ("grading.nbgrader_hooks.patches", "grading.classroom.demo"),
    ],
    "The rooms": [
        ("grading.pages.feedback", "grading.autograde.rebuild.template"),
        ("grading.examiner.kernel", "grading.sandbox.link"),
        ("grading.autograde.saving", "grading.authoring.cells"),
        ("grading.diagnosis.local", "grading.pages.markdown"),
        ("grading.course.home", "grading.new_room.module"),
    ],
}
#: Run in the sandbox without the rest of the course.
ALONE = ("grading.sandbox.server", "grading.examiner.kernel_end", "grading.examiner.wire")


@pytest.fixture(scope="module")
def graph():
    """Return who imports whom, as the files say."""
    packages = CONFIGURATION["session_options"]["root_packages"]
    return grimp.build_graph(*packages, cache_dir=None)


@pytest.mark.parametrize("name", CONTRACTS)
def test_every_contract_is_kept(name, graph):
    assert CONTRACTS[name].check(copy.deepcopy(graph), verbose=False).kept, "see `lint-imports`"


@pytest.mark.parametrize(
    ("start", "importer", "imported"),
    [(start, *each) for start, planted in PLANTED.items() for each in planted],
)
def test_a_contract_notices_what_it_forbids(start, importer, imported, graph):
    (name,) = [each for each in CONTRACTS if each.startswith(start)]
    planted = copy.deepcopy(graph)
    if imported not in planted.modules:
        planted.add_module(imported.rpartition(".")[0])
        planted.add_module(imported)
    else:
        assert importer in planted.modules
    planted.add_import(importer=importer, imported=imported)
    assert not CONTRACTS[name].check(planted, verbose=False).kept


def test_something_is_planted_for_every_contract():
    assert all(any(name.startswith(start) for start in PLANTED) for name in CONTRACTS)


def test_what_the_sandbox_runs_alone_imports_nothing_of_ours(graph):
    assert {name: graph.find_modules_directly_imported_by(name) for name in ALONE} == {
        name: set() for name in ALONE
    }


ROOMS = sorted(path.parent for path in (Path(__file__).parents[1] / "grading").rglob("__init__.py"))


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_a_room_says_what_is_in_it(room):
    """And names nothing as a file of its own that is none."""
    text = (room / "__init__.py").read_text(encoding="utf-8")
    contents = {path.stem for path in room.glob("*.py")} - {"__init__", "__main__"}
    contents |= {path.parent.name for path in room.glob("*/__init__.py")}
    missing = {name for name in contents if not re.search(rf"`{name}(\.py)?/?`", text)}
    assert missing == set()
    table = re.findall(r"^`(\w+)`  |^`(\w+)/` ", text, re.MULTILINE)
    listed = {name for pair in table for name in pair if name}
    assert listed - contents - NO_MODULES.get(room.name, set()) == set()


#: What a room's first lines list besides its modules.
NO_MODULES = {
    "pages": {"templates"},
    "sandbox": {"Sandbox", "require", "fill", "kernel_manager", "spent", "why_ended", "Limits"},
}
