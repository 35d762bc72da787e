"""Naming a mistake takes a bounded number of replays, each made once, and no heed of the clock."""

import importlib
import json
import signal
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from checks.timing import TimeIsUp
from grading.bank import Wrong, answer
from grading.diagnosis import diagnose
from grading.diagnosis.local import LocalSession, processor_limit
from grading.examiner.judge import judge
from grading.examiner.proxies import stand_in
from grading.examiner.transcript import Differs, Note, Transcript, same
from grading.quality.audit import LIMITS, Auditor

SOURCE = Path(__file__).parents[2] / "source" / "nn_lab"
SEED = 11
module = importlib.import_module("grading.diagnosis.diagnose")


@pytest.fixture(autouse=True)
def _graded(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")


@pytest.fixture
def auditor():
    return Auditor(SOURCE / "1_backpropagation.ipynb")


@pytest.fixture
def plays(monkeypatch):
    """The sources that are played from here on."""
    played = []
    play = module._Player._play

    def noted(self, source, transcript):
        played.append(source)
        return play(self, source, transcript)

    monkeypatch.setattr(module._Player, "_play", noted)
    return played


def tape_of(auditor, exercise, source):
    """Return an exercise's first test cell, and what a source answers it."""
    cell = next(
        each
        for each in auditor.notebook.tests
        if auditor.notebook.exercise_of(each.name) == exercise
    )
    transcript = Transcript()
    names = auditor.bank.namespace(exercise, source)
    judge(cell, LocalSession(names, LIMITS, transcript), auditor.notebook.names, SEED)
    return cell, transcript


def named(auditor, exercise, source, bank=None):
    cell, transcript = tape_of(auditor, exercise, source)
    bank = bank or auditor.bank
    return diagnose(cell, exercise, transcript, bank, auditor.notebook.names, SEED, LIMITS)


@pytest.mark.parametrize("exercise", ["forward", "error_terms"])
def test_kept_replays_name_what_new_ones_do(auditor, exercise):
    solution = auditor.notebook.solutions[exercise]
    for entry in auditor.wrong[exercise]:
        source = answer(entry, solution)
        fresh = replace(auditor.bank, replays={})
        assert named(auditor, exercise, source) == named(auditor, exercise, source, fresh)


def test_a_replay_is_made_again_only_for_answers_that_are_the_same_up_to_there(auditor, plays):
    source = answer(auditor.wrong["gradients"][-1], auditor.notebook.solutions["gradients"])
    first = named(auditor, "gradients", source)
    made = len(plays)
    assert made > 5
    assert named(auditor, "gradients", source) == first
    assert len(plays) == made


def test_so_many_pairs_are_tried_and_no_more(auditor, plays, monkeypatch):
    solution = auditor.notebook.solutions["forward"]
    head = solution.split('"""')[0]
    unknown = f'{head}"""An answer."""\n    return X * 0.123, X, X, X\n'
    counts = []
    for pairs in (0, 3, 7):
        monkeypatch.setattr(module, "PAIRS", pairs)
        plays.clear()
        fresh = replace(auditor.bank, replays={})
        assert named(auditor, "forward", unknown, fresh) is None
        counts.append(len(plays))
    none, few, more = counts
    # Two pairs may come to the same program, which is played once.
    assert none < few <= none + 3
    assert few < more <= none + 7


def test_pairs_that_explain_the_first_wrong_answer_come_first():
    entries = {name: Wrong(name, "", ((name, ""),)) for name in ("early", "exact", "here", "after")}
    agreements = dict(zip(entries.values(), (2, 9, 4, 4), strict=True))
    agreements[Wrong("by a body", "", body="x")] = 9
    ordered = [{each.title for each in pair} for pair in module._by_promise(agreements, 4)]
    assert ordered == [
        {"exact", "here"},
        {"exact", "after"},
        {"here", "after"},
        {"early", "exact"},
        {"early", "here"},
        {"early", "after"},
    ]


def test_a_bank_that_has_travelled_names_what_it_did(auditor):
    """It goes to the process that examines as text."""
    travelled = auditor.bank.from_data(json.loads(json.dumps(auditor.bank.to_data())))
    assert travelled == auditor.bank
    entry = auditor.wrong["forward"][0]
    source = answer(entry, auditor.notebook.solutions["forward"])
    assert named(auditor, "forward", source, travelled).titles == (entry.title,)


def test_comparing_asks_neither_side_for_more(auditor):
    """A list of things of the kernel, and a number: NumPy would ask for what is in the list."""
    asked = []

    class Kernel:
        def ask(self, *question):
            asked.append(question)
            raise Differs

    thing = stand_in(Kernel(), {"number": 1, "kind": "Net", "callable": False})
    for several in ([thing], (thing, 1.0), {"a": thing}, [[thing]]):
        assert not same(several, 1.0)
        assert not same(0.5, several)
    assert asked == []


def test_answers_that_cannot_be_compared_are_not_alike():
    thing = stand_in(None, {"number": 1, "kind": "Net", "callable": False})
    several = np.empty(2, dtype=object)
    several[0] = thing
    first, second = (Note("call", [], None, value) for value in (several, several.copy()))
    assert not module._alike(first, second)


# Limits are those of the processor.


def never_ends():
    while True:
        pass


def test_a_block_that_computes_too_long_is_ended():
    before = signal.getsignal(signal.SIGPROF)
    with pytest.raises(TimeIsUp, match=r"0\.05"), processor_limit(0.05):
        never_ends()
    assert signal.getitimer(signal.ITIMER_PROF) == (0, 0)
    assert signal.getsignal(signal.SIGPROF) is before


def test_waiting_for_others_does_not_count():
    with processor_limit(0.05):
        time.sleep(0.1)


def test_a_test_as_a_whole_has_a_limit():
    session = LocalSession({}, replace(LIMITS, call=0.1, test=0.15), Transcript())
    limits = []
    for _ in range(3):
        with pytest.raises(TimeIsUp) as ended, session.time_limit(60):
            never_ends()
        limits.append(float(str(ended.value)))
    assert limits[0] == 0.1
    assert limits[1] < 0.07  # timers go off at the system's ticks
    assert limits[2] < 0.03
