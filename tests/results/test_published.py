"""Published results beside ours: what is recorded, what the page says, and one run to the digit."""

import dataclasses
import os

import numpy as np
import pytest
from notebooks_in_process import ROOT

from grading.results import results_command
from grading.results.protocol import Protocol, published
from grading.results.recorded_results import RecordedResults
from grading.results.results_page import results_page
from student_tools.study import GRID, follow_up, load_recorded, summary

RECORDS = RecordedResults(ROOT / "docs" / "results" / "runs.json")
PUBLISHED = published()
PROTOCOLS = [each for own in PUBLISHED.values() for each in own]
BY_KEY = {protocol.key: protocol for protocol in PROTOCOLS}


def recorded(key, measure):
    """Return what each seed of a protocol came to."""
    return [RECORDS.find(key, seed)[measure] for seed in BY_KEY[key].seeds]


def test_every_protocol_is_recorded_with_all_its_seeds_and_no_others():
    for protocol in PROTOCOLS:
        assert set(RECORDS.runs[protocol.key]) == {str(seed) for seed in protocol.seeds}
    assert set(RECORDS.runs) == set(BY_KEY)


def test_the_book_s_network_is_met_to_the_digit():
    for key in ("book", "two-layers"):
        found = RECORDS.find(key, 123)
        for part, reported in BY_KEY[key].reported.items():
            assert round(found[part], 2) == reported, (key, part)
    for part, reported in BY_KEY["book"].reported.items():
        assert abs(np.mean(recorded("book", part)) - reported) < 0.3


@pytest.mark.parametrize(
    ("key", "measure", "least"),
    [
        ("two-layers-wide", "test", 95.0),
        ("500-500", "test", 96.0),
        ("500-500", "auc", 0.996),
        ("cross-entropy", "test", 96.8),
        ("cnn", "test", 98.6),
    ],
)
def test_recorded_results_are_as_good_as_they_should_be(key, measure, least):
    assert np.mean(recorded(key, measure)) >= least


def test_two_hidden_layers_reach_95_with_the_published_seed_and_nearly_so_with_others():
    assert RECORDS.find("two-layers", 123)["test"] >= 95.0
    assert np.mean(recorded("two-layers", "test")) >= 94.9


def test_inference_is_quick():
    assert max(recorded("500-500", "inference")) < 0.5


def test_the_whole_study_is_recorded():
    runs = load_recorded()
    wanted = {(setting, seed) for setting in (*GRID, *follow_up()) for seed in (42, 268, 975)}
    found = [(row.setting, row.runs) for row in summary(runs)]
    assert len(wanted) == len(runs) == 69
    assert found == [(setting, 3) for setting in (*GRID, *follow_up())]
    assert {(run["epochs"], run["data"]) for run in runs} == {(100, "MNIST")}
    hundred = [row for row in summary(runs) if row.setting.batch == 100 and not row.setting.lam]
    assert hundred[0].test[0] >= 0.978


def test_the_page_is_what_the_records_make():
    text = results_page(PUBLISHED, RECORDS, load_recorded())
    assert (ROOT / "docs" / "results" / "README.md").read_text(encoding="utf-8") == text


def test_a_page_without_records_says_so(tmp_path):
    text = results_page(PUBLISHED, RecordedResults(tmp_path / "none.json"), [])
    assert "Not recorded yet" in text


def fake(seed):
    return {"test": 90.0 + seed, "seconds": 10.0 * seed}


FAKE = Protocol("fake", "a network", "Trained.", {"test": 91.5}, fake, "", (1, 3))


def test_runs_are_kept_one_by_one_and_not_repeated(tmp_path, capsys):
    records = RecordedResults(tmp_path / "runs.json")
    results_command.run([FAKE], records)
    assert RecordedResults(tmp_path / "runs.json").find("fake", 3) == {
        "test": 93.0,
        "seconds": 30.0,
    }
    capsys.readouterr()
    results_command.run([FAKE], records)
    assert capsys.readouterr().out == ""
    results_command.run([FAKE], records, again=True)
    assert capsys.readouterr().out.count("seed") == 2
    text = results_page({"A project": [FAKE]}, records, [])
    assert "| a network | 92.00 ± 1.41<br>(91.50) | 20 |" in text
    assert "| a network | 3 |  |  | 93 |  |  | 30 |" in text


def test_the_right_row_says_by_how_much_it_is_better(tmp_path):
    records = RecordedResults(tmp_path / "runs.json")
    right = dataclasses.replace(FAKE, key="right", title="right", poor="fake")
    records.save("right", 1, {"test": 95.5})
    assert "points more" not in results_page(
        {"A project": [FAKE, right]}, records, []
    )  # nothing yet to compare with
    records.save("fake", 1, {"test": 91.0})
    assert "On test images 4.50 points more than *a network*." in results_page(
        {"A project": [FAKE, right]}, records, []
    )


def test_an_unknown_protocol_and_missing_data_are_refused(monkeypatch, tmp_path, capsys):
    monkeypatch.delenv("MNIST_DIR", raising=False)
    monkeypatch.setenv("GRADIENT_LAB_DATA", str(tmp_path))
    for options, message in ((["--run", "lenet"], "there is no 'lenet'"), (["--run"], "MNIST")):
        with pytest.raises(SystemExit):
            results_command.main(options)
        assert message in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("MNIST_DIR"), reason="MNIST_DIR names no folder")
def test_the_book_s_network_comes_out_again():
    found = BY_KEY["book"].run(123)
    recorded = RECORDS.find("book", 123)
    for part in ("train", "validation", "test"):
        # Another processor may round otherwise: a few images in 10,000.
        assert abs(found[part] - recorded[part]) < 0.05
