"""When a submission counts as handed in: what its ``timestamp.txt`` says, as far as it can be so.

nbgrader's commands for collecting write that file, but beside the notebooks, where a student may
have put one: unless a collection overwrites it, it is a student's word.  So it is read strictly,
and what cannot be, or goes back behind what is recorded, does not count and is listed.
"""

import codecs
import datetime
import re
from dataclasses import dataclass

#: Characters of a stamp; a longer file is none.
LONGEST = 200
#: What a clock may be ahead; what a notebook may be younger than its stamp before that is listed.
AHEAD, YOUNGER = datetime.timedelta(minutes=10), datetime.timedelta(days=1)
#: Nothing was handed in before this, nor so long before it is due.
EARLIEST, TERM = datetime.datetime(2015, 1, 1), datetime.timedelta(days=366)

_FORM = re.compile(
    r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,9}))? ?(.*)", re.ASCII | re.DOTALL
)
_OFFSET = re.compile(r"([+-])(\d\d):?([0-5]\d)", re.ASCII)
_UTC = ("", "Z", "UTC", "GMT")
_EXAMPLES = "such as 2026-11-01 10:00:00 UTC or 2026-11-01 11:00:00 +01:00"


@dataclass(frozen=True)
class Evidence:
    """What is known of a submission's time beside its stamp.

    Attributes
    ----------
    now : datetime.datetime
        The present, in UTC like all times here, without a zone.
    due, recorded : datetime.datetime or None
        When it was due, and the time that the gradebook has of an earlier grading.
    notebook, stamp : datetime.datetime or None
        When the youngest notebook and the stamp's file were changed, as the file system says.
    expected : bool
        Whether others of the class have stamps.
    trusted : bool
        Whether students cannot write the stamps, so that a time may be put right to an earlier one.
    """

    now: datetime.datetime
    due: datetime.datetime | None = None
    recorded: datetime.datetime | None = None
    notebook: datetime.datetime | None = None
    stamp: datetime.datetime | None = None
    expected: bool = False
    trusted: bool = False


def stated_time(content):
    """Read what a ``timestamp.txt`` says.

    Parameters
    ----------
    content : bytes
        In UTF-8, or in UTF-16 with its mark: a date and a time of day in the forms of ISO 8601,
        without a zone, in UTC, or with its distance from UTC in hours and minutes.

    Returns
    -------
    datetime.datetime
        In UTC, without a zone, as nbgrader keeps it.

    Raises
    ------
    ValueError
        It says no such time; the message is the end of a sentence.
    """
    text = _text(content)
    match = _FORM.fullmatch(text)
    if not match:
        raise ValueError(f"it says {_quoted(text)}, which is no date with a time, {_EXAMPLES}")
    day, clock, fraction, zone = match.groups()
    try:
        time = datetime.datetime.fromisoformat(f"{day}T{clock}")
        microseconds = int((fraction or "").ljust(6, "0")[:6])
        return time.replace(microsecond=microseconds) - _distance(zone)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"it says {_quoted(text)}: {error}") from None


def counted_time(stated, evidence):
    """Decide which time a submission is given.

    Parameters
    ----------
    stated : datetime.datetime, str or None
        What its stamp says; in words why that cannot be read; None without a stamp.
    evidence : Evidence

    Returns
    -------
    time : datetime.datetime or None
        None where what is recorded stays, or nothing is known.
    doubt : str
        A sentence for the instructor when lateness may be wrong; else empty.
    """
    reason = _missing(evidence) if stated is None else _refused(stated, evidence)
    if reason:
        return None, f"{reason}. {_what_counts(evidence)}"
    if stated is None:
        return None, ""
    return stated, _younger(stated, evidence)


def _text(content):
    coding = "utf-8-sig"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        coding = "utf-16"
    try:
        text = content.decode(coding).strip()
    except UnicodeDecodeError:
        raise ValueError("it is not text in UTF-8") from None
    if not text:
        raise ValueError("it is empty")
    if len(text) > LONGEST:
        raise ValueError(f"it has more than {LONGEST} characters")
    return text


def _distance(zone):
    if zone in _UTC:
        return datetime.timedelta()
    match = _OFFSET.fullmatch(zone)
    if not match:
        raise ValueError(f"name no zone but UTC; give the distance from UTC, {_EXAMPLES}")
    distance = datetime.timedelta(hours=int(match[2]), minutes=int(match[3]))
    if distance > datetime.timedelta(hours=14):
        raise ValueError("no zone is more than 14 hours from UTC")
    return -distance if match[1] == "-" else distance


def _missing(evidence):
    """Say that there is no stamp, where it matters: there is a date, and a time for others."""
    if evidence.due is None or not (evidence.expected or evidence.recorded):
        return ""
    return "there is no timestamp.txt"


def _refused(stated, evidence):
    """Say why a stamp does not count; empty when it does."""
    if isinstance(stated, str):
        return f"its timestamp.txt is not used: {stated}"
    floor = max(EARLIEST, evidence.due - TERM) if evidence.due else EARLIEST
    reason = ""
    if stated > evidence.now + AHEAD:
        reason = "which is still to come"
    elif stated < floor:
        reason = f"which is before {floor:%Y-%m-%d}, when nobody had this assignment"
    elif not evidence.trusted and (recorded := _recorded(evidence)) and stated < recorded:
        reason = "which is earlier than the time recorded when it was graded before"
    return reason and f"its timestamp.txt is not used: it says {_said(stated)}, {reason}"


def _recorded(evidence):
    """Return the time that is recorded; what never can have been is none."""
    recorded = evidence.recorded
    return recorded if recorded and recorded <= evidence.now + AHEAD else None


def _what_counts(evidence):
    if evidence.recorded:
        return f"The recorded time, {_said(evidence.recorded)}, stays"
    return "When it was handed in is not known, so that it does not count as late"


def _younger(stated, evidence):
    """Say that a notebook is from after its stamp, and from after the date.

    Where both were changed together, they were unpacked or copied, and the times say nothing.
    """
    notebook, stamp, due = evidence.notebook, evidence.stamp, evidence.due
    if None in (notebook, stamp, due) or not stated <= due < notebook:
        return ""
    if notebook - stated <= YOUNGER or notebook - stamp <= YOUNGER:
        return ""
    return (
        f"its timestamp.txt says {_said(stated)}, in time, but a notebook beside it was changed "
        f"on {_said(notebook)}, too late. The stamp was used"
    )


def _said(time):
    return f"{time:%Y-%m-%d %H:%M:%S} UTC"


def _quoted(text):
    return ascii(text if len(text) <= 60 else f"{text[:60]}...")
