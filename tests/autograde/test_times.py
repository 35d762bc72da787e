"""When work counts as handed in: stamps are read strictly, never go back, and doubts are listed."""

import datetime
import os

import pytest
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from numbers_course import hand_in, make_course, nbgrader, solved

from grading.autograde.intake.hand_in_time import TIMESTAMP, counts_as_handed_in_at, handed_in_at
from grading.autograde.intake.times import Evidence, counted_time, stated_time
from grading.autograde.result import read_result
from grading.nbgrader_hooks import patches

DAY = datetime.timedelta(days=1)
DUE = datetime.datetime(2026, 11, 1, 12)
NOW = datetime.datetime(2026, 11, 20)
TEN = datetime.datetime(2026, 11, 1, 10)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-11-01 10:00:00.123456 UTC", TEN.replace(microsecond=123456)),  # nbgrader's own
        ("2026-11-01 10:00:00 UTC", TEN),
        ("2026-11-01 10:00:00", TEN),
        ("2026-11-01 10:00:00.5", TEN.replace(microsecond=500_000)),
        ("2026-11-01 10:00:00.123456789Z", TEN.replace(microsecond=123456)),
        ("2026-11-01T10:00Z", TEN),
        ("2026-11-01T10:00:00 GMT", TEN),
        ("2026-11-01 11:00:00 +0100", TEN),
        ("2026-11-01T11:00:00+01:00", TEN),
        ("2026-11-01 04:30:00 -0530", TEN),
        ("2026-11-02 00:00:00 +1400", TEN),
        ("\ufeff2026-11-01 10:00:00 UTC\r\n", TEN),
    ],
)
def test_a_time_is_read_in_the_forms_of_iso_8601(text, time):
    assert stated_time(text.encode()) == time


@pytest.mark.parametrize("coding", ["utf-8-sig", "utf-16"])
def test_the_marks_of_editors_and_shells_are_no_part_of_a_time(coding):
    assert stated_time("2026-11-01 11:00:00 +01:00\n".encode(coding)) == TEN


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b" \n", "it is empty"),
        (b"1793527200", "says '1793527200', which is no date"),
        (b"2026-11-01", "no date with a time"),
        (b"01.11.2026 10:00", "no date with a time"),
        (b"Sun Nov  1 10:00:00 2026", "no date with a time"),
        (b"10:00", "no date with a time"),
        (b"yesterday", "no date with a time"),
        (b"2026-11-01 10:00:00 CEST", "name no zone but UTC"),
        (b"2026-11-01 10:00:00 Europe/Zurich", "name no zone but UTC"),
        (b"2026-11-01 10:00:00 100", "name no zone but UTC"),
        (b"2026-11-01 10:00:00 +0199", "name no zone but UTC"),
        (b"2026-11-01 10:00:00 +2300", "14 hours"),
        (b"2026-11-01 10:00:00 UTC\n1999-01-01 10:00:00 UTC", "name no zone but UTC"),
        (b"2026-13-01 10:00:00", "month"),
        (b"2026-11-01 25:00:00", "hour"),
        (b"0001-01-01 00:00:00 +1400", "out of range"),
        ("2026-11-01 10:00:00".encode("utf-16-le"), "no date"),
        (b"\xff2026-11-01 10:00:00", "not text in UTF-8"),
        ("\u0662\u0660\u0662\u0666-11-01 10:00:00".encode(), "no date"),
        (b"2026-11-01 10:00:00 \x1b[31m", r"\\x1b"),
        (b"2" * 201, "more than 200 characters"),
    ],
)
def test_what_is_no_time_is_said(content, said):
    with pytest.raises(ValueError, match=r"^it ") as caught:
        stated_time(content)
    assert said.replace("\\\\", "\\") in str(caught.value)
    assert str(caught.value).isascii()
    assert str(caught.value).isprintable()


def known(**more):
    return Evidence(**{"now": NOW, "due": DUE, **more})


def test_a_sound_stamp_counts_without_a_word():
    assert counted_time(TEN, known()) == (TEN, "")
    assert counted_time(DUE + DAY, known(recorded=TEN)) == (DUE + DAY, "")
    assert counted_time(TEN, known(recorded=TEN)) == (TEN, "")
    assert counted_time(TEN, Evidence(now=NOW)) == (TEN, "")


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        (datetime.datetime(1999, 12, 31), "1999-12-31 00:00:00 UTC, which is before 2025-10-31"),
        (DUE - 367 * DAY, "before 2025-10-31"),
        (NOW + DAY, "2026-11-21 00:00:00 UTC, which is still to come"),
        (DUE + DAY, "earlier than the time recorded"),
        ("it is empty", "it is empty"),
    ],
)
def test_a_stamp_that_cannot_be_does_not_count_and_is_listed(stated, said):
    time, doubt = counted_time(stated, known(recorded=DUE + 2 * DAY))
    assert time is None
    assert doubt.startswith("its timestamp.txt is not used: ")
    assert said in doubt
    assert doubt.endswith("The recorded time, 2026-11-03 12:00:00 UTC, stays")


def test_without_a_time_nothing_is_late_and_the_instructor_knows():
    time, doubt = counted_time("it is empty", known())
    assert time is None
    assert doubt.endswith("When it was handed in is not known, so that it does not count as late")


def test_without_a_date_only_what_was_never_possible_is_refused():
    assert counted_time(datetime.datetime(2016, 1, 1), Evidence(now=NOW))[1] == ""
    assert "before 2015-01-01" in counted_time(datetime.datetime(1999, 1, 1), Evidence(now=NOW))[1]


def test_who_trusts_the_stamps_can_put_a_time_right():
    evidence = known(recorded=DUE + DAY, trusted=True)
    assert counted_time(TEN, evidence) == (TEN, "")
    assert counted_time(NOW + DAY, evidence)[0] is None


def test_a_recorded_time_that_is_still_to_come_holds_nobody_back():
    assert counted_time(TEN, known(recorded=NOW + 9 * DAY)) == (TEN, "")


@pytest.mark.parametrize(
    ("more", "is_listed"),
    [
        ({}, False),  # nobody's work came with stamps
        ({"expected": True}, True),
        ({"recorded": TEN}, True),
        ({"expected": True, "due": None}, False),  # nothing can be late
    ],
)
def test_a_missing_stamp_is_listed_where_lateness_may_be_missed(more, is_listed):
    time, doubt = counted_time(None, known(**more))
    assert time is None
    assert ("no timestamp.txt" in doubt) is is_listed


def test_a_notebook_that_is_younger_than_its_stamp_and_the_date_is_listed():
    young = known(notebook=DUE + 5 * DAY, stamp=TEN)
    time, doubt = counted_time(TEN, young)
    assert time == TEN
    assert "a notebook beside it was changed on 2026-11-06 12:00:00 UTC, too late" in doubt
    unpacked = known(notebook=DUE + 5 * DAY, stamp=DUE + 5 * DAY)
    late = known(notebook=DUE + 5 * DAY, stamp=TEN, due=TEN - DAY)
    for evidence in (unpacked, late, known(notebook=TEN, stamp=TEN), known(notebook=None)):
        assert counted_time(TEN, evidence) == (TEN, "")


def test_the_files_times_are_looked_at(tmp_path):
    stamp, notebook = tmp_path / TIMESTAMP, tmp_path / "1_x.ipynb"
    stamp.write_text("2026-11-01 10:00:00 UTC")
    notebook.write_text("{}")
    for path, time in ((stamp, TEN), (notebook, DUE + 5 * DAY)):
        seconds = time.replace(tzinfo=datetime.UTC).timestamp()
        os.utime(path, (seconds, seconds))
    assert "changed on 2026-11-06" in counts_as_handed_in_at(tmp_path, known())[1]


@pytest.mark.parametrize("kind", ["pipe", "folder", "link", "utf-16 without a mark"])
def test_no_stamp_stops_anything(tmp_path, kind, monkeypatch):
    stamp = tmp_path / TIMESTAMP
    if kind == "pipe":
        os.mkfifo(stamp)
    elif kind == "folder":
        stamp.mkdir()
    elif kind == "link":
        (tmp_path / "time").write_text("2026-11-01 10:00:00")
        stamp.symlink_to(tmp_path / "time")
    else:
        stamp.write_bytes("2026-11-01 10:00:00".encode("utf-16-le"))
    assert handed_in_at(tmp_path) is None
    assert "timestamp.txt is not used" in counts_as_handed_in_at(tmp_path, known())[1]
    monkeypatch.setattr(CourseDirectory, "get_existing_timestamp", None)
    patches.apply()  # what the formgrader's list of submissions asks
    assert CourseDirectory().get_existing_timestamp(str(tmp_path)) is None


def test_nbgrader_reads_a_stamp_as_we_do(tmp_path, monkeypatch):
    (tmp_path / TIMESTAMP).write_text("2026-11-01 11:00:00 +0100")
    monkeypatch.setattr(CourseDirectory, "get_existing_timestamp", None)
    patches.apply()
    assert CourseDirectory().get_existing_timestamp(str(tmp_path)) == TEN


@pytest.mark.slow
def test_stamps_of_a_class(tmp_path):
    """Graded on time or late, then handed in again with stamps that would take the penalty away."""
    release = make_course(tmp_path)
    first = {
        "ann": "2020-01-03 00:00:00 UTC",  # two days late
        "bob": "2020-01-01 01:00:00 +0200",  # an hour early
        "cem": "1999-01-01 00:00:00 UTC",
    }
    again = {"ann": "2019-12-31 00:00:00 UTC", "bob": "2020-01-01 00:00:00 CEST"}
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as gradebook:
        gradebook.update_or_create_assignment("ps1", duedate="2020-01-01 00:00:00 UTC")

    def grade(stamps, *options):
        for student, text in stamps.items():
            hand_in(tmp_path, student, solved(release))
            (tmp_path / f"submitted/{student}/ps1/timestamp.txt").write_text(text)
        zero = "--LateSubmissionPlugin.penalty_method=zero"
        done = nbgrader(tmp_path, "autograde", "ps1", "--force", zero, *options)
        with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as gradebook:
            found = {s: gradebook.find_submission("ps1", s) for s in first}
            kept = {
                s: (f.timestamp, f.notebooks[0].late_submission_penalty) for s, f in found.items()
            }
        return done, kept

    done, kept = grade(first)
    assert done.returncode == 1
    assert "cem: its timestamp.txt is not used: it says 1999-01-01" in done.stderr
    assert "ann: its" not in done.stderr
    assert kept["ann"] == (datetime.datetime(2020, 1, 3), 5)
    assert kept["bob"] == (datetime.datetime(2019, 12, 31, 23), None)
    assert kept["cem"] == (None, None)
    (look,) = read_result(tmp_path / "autograded/cem/ps1")["needs_a_look"]
    assert look.startswith("cem: its timestamp.txt is not used")
    done, after = grade(again)
    assert done.returncode == 1
    assert after == kept
    assert "ann: its timestamp.txt is not used: it says 2019-12-31" in done.stderr
    assert "bob: its timestamp.txt is not used: it says '2020-01-01 00:00:00 CEST'" in done.stderr
    done, after = grade({}, "--CourseAutograde.trust_times=True")
    assert after["ann"] == (datetime.datetime(2019, 12, 31), None)
