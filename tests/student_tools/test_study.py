"""The hyperparameter study: each finished run is kept, nothing is done twice, seeds decide all."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from notebooks_in_process import ROOT

from student_tools import study
from student_tools.study import GRID, REPORTED, Setting, follow_up, load_recorded, summary
from student_tools.study import study_command as study_command
from student_tools.study.figure import study_figure
from student_tools.study.finished_runs import FinishedRuns
from student_tools.study.run import load_network, load_parts, network_id, train_and_measure
from student_tools.study.table import as_markdown, as_text

NOTEBOOK = str(ROOT / "source" / "hyperparameter_study" / "1_two_layer_network.ipynb")
SMALL = (Setting("tanh-tanh", 5, 0.05), Setting("relu-sigmoid", 6, 0.05))
RESULT = {"train": 0.9, "validation": 0.8, "test": 0.7, "seconds": 1.5, "curve": [0.5, 0.8]}


@pytest.fixture(autouse=True)
def _digits(monkeypatch, tmp_path):
    monkeypatch.delenv("MNIST_DIR", raising=False)
    monkeypatch.setenv("GRADIENT_LAB_DATA", str(tmp_path / "no-data"))
    load_parts.cache_clear()
    yield
    load_parts.cache_clear()


def run(setting, seed, **changed):
    about = {"seed": seed, "epochs": 2, "data": "digits", "network": "abc"}
    return setting.as_dict() | about | RESULT | changed


# What is studied.


def test_the_grid_is_the_published_one():
    assert len(set(GRID)) == len(REPORTED["grid"]) == len(REPORTED["seconds"]) == 18
    assert GRID[0] == Setting("tanh-tanh", 300, 0.01)
    assert GRID[8] == Setting("tanh-tanh", 1000, 0.09)
    assert GRID[14] == Setting("relu-sigmoid", 500, 0.09)
    further = follow_up(GRID[2])
    assert [(each.batch, each.lam) for each in further] == [
        *((10, 0.0), (50, 0.0), (100, 0.0)),
        *((100, 0.01), (100, 0.001)),
    ]
    assert {replace(each, batch=None, lam=0.0) for each in further} == {GRID[2]}


# Records.


def test_a_saved_run_is_found_again_and_no_other(tmp_path):
    records = FinishedRuns(tmp_path / "runs", "digits", 2, "abc")
    saved = records.save(SMALL[0], 42, RESULT)
    assert records.find(SMALL[0], 42) == saved == run(SMALL[0], 42)
    assert records.find(SMALL[0], 43) is None
    assert records.find(SMALL[1], 42) is None
    assert FinishedRuns(tmp_path / "runs", "MNIST", 2, "abc").find(SMALL[0], 42) is None
    assert FinishedRuns(tmp_path / "runs", "digits", 3, "abc").find(SMALL[0], 42) is None
    assert records.all(SMALL, (42, 43)) == [saved]
    changed = FinishedRuns(tmp_path / "runs", "digits", 2, "def")
    assert changed.find(SMALL[0], 42) is None
    assert (records.count_of_others(), changed.count_of_others()) == (0, 1)


@pytest.mark.parametrize("text", ["", '{"activations": "tanh', "[]", "{}", "null"])
def test_a_damaged_file_counts_as_no_run(tmp_path, text):
    records = FinishedRuns(tmp_path, "digits", 2, "abc")
    records.save(SMALL[0], 42, RESULT)
    records.path(SMALL[0], 42).write_text(text)
    assert records.find(SMALL[0], 42) is None


def test_a_run_of_other_settings_under_that_name_counts_as_none(tmp_path):
    records = FinishedRuns(tmp_path, "digits", 2, "abc")
    records.path(SMALL[0], 42).write_text(json.dumps(run(SMALL[1], 42)))
    assert records.find(SMALL[0], 42) is None


def test_saving_that_fails_leaves_the_old_run_and_no_half_one(tmp_path):
    records = FinishedRuns(tmp_path, "digits", 2, "abc")
    old = records.save(SMALL[0], 42, RESULT)
    with pytest.raises(TypeError):
        records.save(SMALL[0], 42, RESULT | {"train": object()})
    assert records.find(SMALL[0], 42) == old


def test_recorded_runs_load_or_say_what_is_wrong(tmp_path):
    assert load_recorded(tmp_path / "none.json") == []
    (tmp_path / "bad.json").write_text('{"cores": 2}')
    with pytest.raises(ValueError, match=r"bad\.json is no record"):
        load_recorded(tmp_path / "bad.json")


# Runs.


def test_a_run_depends_on_its_seed_alone():
    first, again = (train_and_measure(NOTEBOOK, SMALL[0], 42, 3) for _ in range(2))
    other = train_and_measure(NOTEBOOK, SMALL[0], 43, 3)
    del first["seconds"], again["seconds"], other["seconds"]
    assert first == again
    assert first != other
    assert len(first["curve"]) == 3
    assert first["validation"] == first["curve"][-1]


def test_a_network_learns_and_mini_batches_learn_faster():
    setting = Setting("tanh-tanh", 20, 0.09)
    full = train_and_measure(NOTEBOOK, setting, 1, 30)
    small = train_and_measure(NOTEBOOK, replace(setting, batch=20), 1, 30)
    assert small["test"] > 0.8 > full["test"] > 0.15


def test_l2_matters():
    setting = Setting("tanh-tanh", 20, 0.09, batch=20)
    plain, held = (
        train_and_measure(NOTEBOOK, replace(setting, lam=lam), 1, 5) for lam in (0.0, 20.0)
    )
    assert plain["curve"] != held["curve"]
    with pytest.raises(ValueError, match="mini-batches"):
        train_and_measure(NOTEBOOK, Setting("tanh-tanh", 20, 0.09, lam=0.1), 1, 1)


def test_the_parts_are_those_of_the_study():
    parts = load_parts()
    assert (len(parts.y_train), len(parts.y_valid), len(parts.y_test)) == (1497, 150, 150)
    valid, test = (np.bincount(y, minlength=10) for y in (parts.y_valid, parts.y_test))
    assert np.abs(valid - test).max() <= 1
    assert {a.dtype for a in (parts.X_train, parts.X_valid, parts.X_test)} == {np.dtype("f4")}


@pytest.mark.parametrize(
    ("exercise", "old", "new", "is_another"),
    [
        ("TwoLayerNet", "np.zeros(n_hidden)", "np.zeros(n_hidden)  # as stated", False),
        ("split_test", "order[::2]", "order[::3]", False),
        ("TwoLayerNet", "scale=0.01", "scale=0.02", True),
        ("activation", "np.tanh", "2 * np.tanh", True),  # TwoLayerNet calls it
        ("encode", "low", "0", True),
    ],
)
def test_another_network_is_told_by_its_code(tmp_path, exercise, old, new, is_another):
    changed = tmp_path / "changed.ipynb"
    content = json.loads(Path(NOTEBOOK).read_text())
    (cell,) = (
        each
        for each in content["cells"]
        if each["metadata"].get("nbgrader", {}).get("grade_id") == exercise
    )
    source = "".join(cell["source"])
    assert old in source
    cell["source"] = source.replace(old, new)
    changed.write_text(json.dumps(content))
    assert (network_id(str(changed)) != network_id(NOTEBOOK)) == is_another
    assert len(network_id(NOTEBOOK)) == 8


def test_what_an_answer_s_cell_sets_beside_its_functions_counts(tmp_path):
    def identity(factor):
        cell = {"cell_type": "code", "metadata": {"nbgrader": {"solution": True}}}
        cell["source"] = (
            f"FACTOR = [{factor}]\n\n\ndef encode(y, k, low):\n    return FACTOR[0] * y"
        )
        path = tmp_path / f"{factor}.ipynb"
        path.write_text(json.dumps({"cells": [cell]}))
        return network_id(str(path))

    assert identity(1) != identity(2)


def test_an_unfinished_network_is_named(capsys):
    released = NOTEBOOK.replace("source", "release")
    load_network.cache_clear()
    assert study_command.main(["--notebook", released]) == 1
    assert "not ready" in capsys.readouterr().out


# The command.


def follow_small(setting=SMALL[0]):
    return (replace(setting, batch=50),)


@pytest.fixture
def small_study(monkeypatch, tmp_path):
    """Return a function that runs the command with two sizes of networks instead of eighteen."""
    monkeypatch.chdir(tmp_path)
    for module in (study_command, study.table):
        monkeypatch.setattr(module, "GRID", SMALL)
        monkeypatch.setattr(module, "follow_up", follow_small)
    monkeypatch.setattr(study.figure, "GRID", SMALL)
    figures = {"grid": (0.5, 0.6), "batches": (0.7,), "l2": ()}
    monkeypatch.setattr(study.table, "REPORTED", figures)

    def command(*options):
        base = ["--notebook", NOTEBOOK, "--epochs", "2", "--seeds", "1", "2"]
        return study_command.main([*base, *options])

    return command


def results_in(folder):
    found = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    return [{key: value for key, value in each.items() if key != "seconds"} for each in found]


def test_the_command_runs_all_keeps_all_and_repeats_nothing(small_study, tmp_path, capsys):
    assert small_study("--jobs", "2") == 0
    out = capsys.readouterr().out
    assert "study: 4 of 4" in out
    assert "study: 2 of 2" in out
    folder = tmp_path / "study"
    first = results_in(folder)
    assert len(first) == 6
    assert (folder / "table.md").read_text().count("\n| ") == 4
    assert (folder / "study.png").stat().st_size > 5000
    times = {path: path.stat().st_mtime_ns for path in folder.glob("*.json")}

    gone = sorted(times)[0]
    gone.unlink()
    assert small_study("--jobs", "1") == 0
    out = capsys.readouterr().out
    assert "3 of 4 runs are there already" in out or "1 of 2 runs are there already" in out
    kept = {path: path.stat().st_mtime_ns for path in folder.glob("*.json")}
    assert {path for path in times if times[path] != kept[path]} == {gone}
    assert results_in(folder) == first, "one process or two: the same results"


def test_a_changed_network_is_trained_anew_and_the_old_runs_stay(small_study, tmp_path, capsys):
    changed = tmp_path / "changed.ipynb"
    assert small_study("--jobs", "1") == 0
    assert "another version" not in capsys.readouterr().out
    changed.write_text(Path(NOTEBOOK).read_text().replace("scale=0.01", "scale=0.02"))
    assert small_study("--jobs", "1", "--notebook", str(changed)) == 0
    out = capsys.readouterr().out
    assert "6 runs there are of another version of the network" in out
    assert "there already" not in out
    assert len(results_in(tmp_path / "study")) == 12


@pytest.mark.parametrize(("winner", "runs"), [(0, 6), (1, 8)])
def test_the_best_run_found_here_is_followed_too_on_request(
    small_study, tmp_path, monkeypatch, winner, runs
):
    monkeypatch.setattr(study_command, "best", lambda rows: rows[winner])
    assert small_study("--jobs", "1", "--best") == 0
    found = results_in(tmp_path / "study")
    assert len(found) == runs
    followed = [run for run in found if run["batch"]]
    assert {run["n_hidden"] for run in followed} == {SMALL[0].n_hidden, SMALL[winner].n_hidden}


def test_a_recorded_study_is_found_by_notebooks(small_study, tmp_path, monkeypatch):
    record = tmp_path / "recorded.json"
    monkeypatch.setattr(study_command, "RECORDED", record)
    assert small_study("--jobs", "1", "--record") == 0
    runs = load_recorded(record)
    assert [run["seed"] for run in runs] == [1, 2] * 3
    assert {"cores", "training_seconds"} <= json.loads(record.read_text()).keys()


@pytest.mark.slow
def test_a_study_that_is_killed_goes_on_where_it_was(tmp_path):
    folder = tmp_path / "study"
    command = [
        sys.executable,
        "-m",
        "student_tools",
        "study",
        "--folder",
        str(folder),
        "--jobs",
        "2",
    ]
    command += ["--notebook", NOTEBOOK, "--epochs", "20"]
    environment = {**os.environ, "GRADIENT_LAB_DATA": str(tmp_path)}
    options = {"cwd": ROOT, "env": environment, "start_new_session": True}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, **options)
    deadline = time.monotonic() + 120
    while len(list(folder.glob("*.json"))) < 5 and time.monotonic() < deadline:
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    time.sleep(1)
    before = {path: path.stat().st_mtime_ns for path in folder.glob("*.json")}
    assert 5 <= len(before) < 54
    done = subprocess.run(command, capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(before)} of 54 runs are there already" in done.stdout
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert len(list(folder.glob("*.json"))) == 54 + 15


# The table and the figure.


def test_the_table_holds_means_and_standard_deviations_over_seeds():
    runs = [run(GRID[0], seed, test=test) for seed, test in ((1, 0.4), (2, 0.5), (3, 0.6))]
    runs += [run(GRID[1], 1, test=0.3, seconds=10)]
    first, second = summary(runs)
    assert (first.setting, first.runs, first.reported) == (GRID[0], 3, 0.477)
    assert first.test == pytest.approx((0.5, 0.1))
    assert second.test == (0.3, 0.0)
    assert "| 1 | tanh-tanh, 300, rate 0.01, full batch |" in as_markdown([first])
    assert "0.500 ± 0.100 | 0.477 |" in as_markdown([first])
    assert as_text([first, second]).count("\n") == 2


def test_what_follows_run_6_stands_after_the_grid_beside_its_reported_figure():
    runs = [run(setting, 1, validation=0.5 + (setting == GRID[8])) for setting in GRID]
    runs += [run(setting, 1) for setting in (*follow_up(GRID[8]), *follow_up())]
    rows = summary(runs)
    assert study.best(rows).setting == GRID[8]
    assert [row.reported for row in rows[18:]] == [0.101, 0.979, 0.981, 0.980, 0.980, *[None] * 5]
    assert [row.setting for row in rows[18:]] == [*follow_up(GRID[5]), *follow_up(GRID[8])]


def test_the_figure_says_in_words_what_it_shows():
    runs = [
        run(setting, seed, test=0.5 + (i / 100))
        for seed in (1, 2)
        for i, setting in enumerate(GRID)
    ]
    fig = study_figure(summary(runs))
    assert "18 settings" in fig.alt
    assert "Best: relu-sigmoid, 1000, rate 0.09, full batch with 0.670" in fig.alt
    with pytest.raises(ValueError, match="no finished runs"):
        study_figure([])
