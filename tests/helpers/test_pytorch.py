"""PyTorch is an extra: with it networks note how they are used, without it nothing breaks."""

import ast
import importlib
import subprocess
import sys

import numpy as np
import pytest
from notebooks_in_process import NOTEBOOKS, ROOT, graded_cells, run_all

from checks import CheckFailed
from grading.authoring.markers import released

KEY = "nn_lab/6_pytorch"


class NoTorch:
    """Finds no PyTorch; SciPy looks for it in `sys.modules`, and would take None there for it."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "torch":
            raise ModuleNotFoundError("No module named 'torch'", name="torch")


@pytest.fixture
def without_torch(monkeypatch, tmp_path):
    """This process, as it would be where PyTorch is not installed, with the bundled data."""
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    monkeypatch.setattr(sys, "meta_path", [NoTorch, *sys.meta_path])
    monkeypatch.delitem(sys.modules, "helpers.pytorch", raising=False)
    monkeypatch.delenv("MNIST_DIR", raising=False)
    monkeypatch.setenv("GRADIENT_LAB_DATA", str(tmp_path / "cache"))
    monkeypatch.setenv("MPLBACKEND", "agg")
    monkeypatch.chdir(tmp_path)
    yield importlib.import_module("helpers.pytorch")
    monkeypatch.undo()
    sys.modules.pop("helpers.pytorch", None)  # the next test imports it as it is


def as_released(cell):
    return released(cell.source, cell.cell_type, cell.kind)


def test_the_stand_in_says_what_is_missing(without_torch, capsys):
    with pytest.raises(CheckFailed, match=r"python3 course\.py torch"):
        without_torch.nn.Linear(3, 2)
    assert not hasattr(without_torch.torch, "__wrapped__")
    assert not without_torch.torch
    with without_torch.needs_torch():
        without_torch.torch.zeros(3)
    said = capsys.readouterr().out
    assert said.startswith("This cell needs PyTorch, which is not installed here.")


def test_other_errors_go_through(without_torch):
    with pytest.raises(ZeroDivisionError), without_torch.needs_torch():
        _ = 1 / 0


@pytest.mark.parametrize("replaced", [as_released, None], ids=["untouched", "solved"])
def test_the_notebook_runs_to_its_end_without_it(without_torch, replaced, monkeypatch):
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    _, printed, errors = run_all(KEY, replaced)
    assert errors == ""
    assert "This cell needs PyTorch" in printed
    assert printed.count(": 0 of") == len(graded_cells(NOTEBOOKS[KEY]))
    assert "Traceback" not in printed
    assert "the check itself broke off" not in printed


def test_the_grader_without_it_gives_nothing_and_says_why(without_torch, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    _, printed, _ = run_all(KEY)
    assert printed.count("please tell your instructor") >= len(graded_cells(NOTEBOOKS[KEY]))


def test_no_other_notebook_and_no_helper_imports_it():
    """Only what is used with PyTorch alone may import it, and no file when it is imported."""
    for path in [*ROOT.glob("helpers/**/*.py"), *ROOT.glob("notebooks/nn_lab/*.py")]:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            names = [alias.name for alias in getattr(node, "names", [])]
            if isinstance(node, ast.Import | ast.ImportFrom):
                of = getattr(node, "module", "") or ""
                used = {name.split(".")[0] for name in [*names, of]}
                assert "torch" not in used or path.name == "6_pytorch.py", path


def test_importing_the_helpers_does_not_import_it():
    code = "import checks, helpers.lesson, sys; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


# ---- the network that notes how it is used ----


@pytest.fixture
def torch():
    return pytest.importorskip("torch", reason="needs PyTorch: python3 course.py torch")


def made(**how):
    from checks import torch_network

    layers = [("dropout", 0.5), ("linear", np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([0.5, 0]))]
    return torch_network(layers, **how)


def test_a_network_has_the_given_weights_and_mode(torch):
    network = made(training=False)
    found = network(torch.tensor([[1.0, 1.0], [0.0, 2.0]]))
    np.testing.assert_allclose(found.detach(), [[3.5, 2.0], [4.5, -2.0]])
    assert not network.training
    (noted,) = network.passes
    assert noted["first_column"].tolist() == [1.0, 0.0]
    assert noted["gradients_on"] is True
    assert noted["training"] is noted["any_training"] is noted["backward"] is False


def test_it_notes_modes_gradients_and_old_gradients(torch):
    network, X = made(), torch.ones(3, 2)
    with torch.no_grad():
        network(X)
    network(X).sum().backward()
    network(X).sum().backward()
    network.zero_grad()
    network[0].eval()
    network(X).sum().backward()
    seen = [
        [each[name] for name in ("gradients_on", "training", "backward", "old_gradient")]
        for each in network.passes
    ]
    assert seen == [
        [False, True, False, False],
        [True, True, True, False],
        [True, True, True, True],
        [True, False, True, False],
    ]
    assert network.passes[-1]["any_training"]


def test_its_size_moves_with_the_parameters_and_its_seed_fixes_the_dropout(torch):
    X = torch.ones(50, 2)
    one, two, other = made(seed=3), None, None
    first = one(X)
    two = made(seed=3)
    assert torch.equal(two(X), first)
    other = made(seed=4)
    assert not torch.equal(other(X), first)
    with torch.no_grad():
        one[1].weight += 1
    one(X)
    assert one.passes[0]["size"] != one.passes[1]["size"]


def test_batch_normalisation_has_the_given_averages(torch):
    from checks import torch_network

    network = torch_network([("batchnorm", [1.0, 2.0], [4.0, 9.0])], training=False)
    found = network(torch.tensor([[3.0, 5.0]]))
    np.testing.assert_allclose(found.detach(), [[1.0, 1.0]], rtol=1e-5)
