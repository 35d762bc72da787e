"""`scratch_folder` and `paper_mlp`: files and networks that a test shares with a student's code."""

import os
from pathlib import Path

import numpy as np
import pytest
from examiner_tools import checked, errors, run, verdicts_on
from mlp_to_cnn_doubles import paper_mlp

from checks import after, scratch_folder

START = {"W1": np.ones((2, 3)), "b1": np.ones(2), "W2": np.ones((4, 2)), "b2": np.arange(4.0)}
NET = (
    "start = {'W1': np.ones((2, 3)), 'b1': np.ones(2), 'W2': np.ones((4, 2)), 'b2': np.ones(4)}",
    "net = paper_mlp(np.zeros((3, 4)), start)",
)


@pytest.fixture(autouse=True)
def _graded(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")


def test_files_are_written_read_and_gone():
    with scratch_folder() as folder:
        assert folder.names() == []
        folder.write({"a.npy": b"123", "b": b"4"})
        Path(folder.path, "inside").mkdir()
        Path(folder.path, "inside", "c").write_bytes(b"")
        assert folder.names() == ["a.npy", "b", "inside", "inside/c"]
        folder.write({"b": None, "a.npy": b"12"})
        assert folder.read() == {"a.npy": b"12", "inside/c": b""}
        place = folder.path
    assert not Path(place).exists()


def test_an_error_leaves_no_folder_behind():
    folder = scratch_folder()
    place = folder.__enter__().path
    assert Path(place).exists()
    with pytest.raises(ZeroDivisionError):
        folder.gen.throw(ZeroDivisionError())
    assert not Path(place).exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such limit")
def test_a_full_disk_stops_in_the_middle_of_a_file():
    # The limit holds for pytest's own files as well, so nothing is asserted while it is there.
    stopped = None
    with scratch_folder() as folder:
        folder.write({"old": b"old"})
        folder.fill_up(1000)
        try:
            folder.write({"new": b"x" * 5000})
        except OSError as error:
            stopped = error
        finally:
            folder.make_room()
        assert stopped is not None
        assert {name: len(data) for name, data in folder.read().items()} == {"old": 3, "new": 1000}
        folder.write({"new": b"x" * 5000})
        folder.fill_up(1000)
    with scratch_folder() as folder:
        folder.write({"room again": b"x" * 5000})


def test_the_paper_network_does_what_it_says():
    net = paper_mlp(np.zeros((3, 4)), START, {"W1": 1.0, "b2": 0.5})
    powers = np.exp(np.arange(4.0))
    assert np.allclose(net.forward(np.ones((5, 3))), powers / powers.sum())
    net.update_grad("y")
    net.update_grad("y")
    net.update_params(0.1)
    assert np.allclose(net.W1, 0.8)
    assert np.allclose(net.parameters["b2"], 0.9 * np.arange(4.0))
    net.reset_grad()
    net.update_grad("y")
    net.update_params(0.1)
    assert np.allclose(net.W1, 0.9 * 0.8)
    assert np.allclose(net.b1, 1.0)
    notes = [(call["method"], call["steps"]) for call in net.calls]
    updates = [("update_grad", 0), ("update_grad", 0), ("update_grad", 1)]
    assert notes == [("forward", 0), *updates]


def test_a_broken_parameter_ends_whatever_reads_it():
    net = paper_mlp(np.zeros((3, 4)), START, broken="W2")
    assert np.allclose(net.W1, 1.0)
    with pytest.raises(RuntimeError, match="at W2"):
        after(lambda net: net.W2, net)


SAVES = """
import numpy as np
def f(net, path):
    with open(path, "wb") as file:
        np.save(file, net.W1)
"""
LOADS = """
import numpy as np
def f(net, path):
    net.W1 = np.load(path)
    raise ValueError("but then")
"""


def test_what_a_student_saves_elsewhere_is_read_by_the_test():
    test = checked(
        *NET,
        "import io",
        "with scratch_folder() as folder:",
        "    f(net, f'{folder.path}/a.npy')",
        "    data = folder.read()",
        "expect(list(data) == ['a.npy'], 'no file')",
        "close(np.load(io.BytesIO(data['a.npy'])), np.ones((2, 3)))",
    )
    *_, verdict = verdicts_on([*run(SAVES), test])
    assert (verdict.points, errors(verdict)) == (4.0, [])


def test_what_a_student_has_loaded_before_an_error_is_seen():
    test = checked(
        *NET,
        "import io",
        "file = io.BytesIO()",
        "np.save(file, np.full((2, 3), 7.0))",
        "with scratch_folder() as folder:",
        "    folder.write({'a.npy': file.getvalue()})",
        "    try:",
        "        f(net, f'{folder.path}/a.npy')",
        "    except ValueError as error:",
        "        expect(str(error) == 'but then', 'another error')",
        "close(net.parameters['W1'], np.full((2, 3), 7.0))",
        "close(net.parameters['b1'], np.ones(2))",
    )
    *_, verdict = verdicts_on([*run(LOADS), test])
    assert (verdict.points, errors(verdict)) == (4.0, [])
