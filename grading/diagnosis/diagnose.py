"""Find the mistake of the bank that answers a test as the student did."""

import contextlib
from dataclasses import dataclass, replace
from itertools import combinations, islice

from checks.remote import StudentError
from grading.bank import StaleEntryError, Wrong, answer
from grading.diagnosis import explain
from grading.diagnosis.local import LocalSession
from grading.examiner.judge import judge
from grading.examiner.proxies import Remote
from grading.examiner.transcript import Comparison, Differs, Transcript, same, same_note

#: Pairs of mistakes that are tried.  A number, no time: what is named depends on no machine.
PAIRS = 200
#: Seconds of the processor for one check of a mistake, and for its whole test: for endless loops.
CALL, TEST = 2.0, 8.0


@dataclass(frozen=True)
class Diagnosis:
    """A mistake that was recognised.

    Attributes
    ----------
    titles : tuple of str
        Of the entry, for the instructor; of two when two mistakes were made together.
    says : str
        For the student.
    """

    titles: tuple
    says: str


def diagnose(cell, exercise, transcript, bank, names, seed, limits):
    """Return the mistake whose answers are those on a transcript, or None.

    Parameters
    ----------
    cell : grading.examiner.job.Cell
        The test.
    exercise : str
    transcript : grading.examiner.transcript.Transcript
        What the student's code answered.
    bank : Bank
    names : collection of str
        As for `grading.examiner.judge.judge`.
    seed : int
        Of the inputs that the student's code got.
    limits : grading.examiner.job.Limits
    """
    entries = bank.wrong.get(exercise, [])
    if not entries or exercise not in bank.solutions or not _is_attempt(transcript):
        return None
    player = _Player(cell, exercise, bank, names, seed, replace(limits, call=CALL, test=TEST))
    solution = bank.solutions[exercise]
    first = player.agreement(solution, transcript)
    if first is None:
        return None  # as right as the solution: it failed for another reason
    agreements = {}
    for entry in entries:
        with contextlib.suppress(StaleEntryError):
            agreements[entry] = player.agreement(answer(entry, solution), transcript)
            if agreements[entry] is None:
                return Diagnosis((entry.title,), entry.says)
    for titles, says, source in islice(_pairs(_by_promise(agreements, first), solution), PAIRS):
        if player.agreement(source, transcript) is None:
            return Diagnosis(titles, says)
    return None


def first_difference(cell, exercise, transcript, bank, names, seed, limits):
    """Return in words the first question whose answer is not the solution's, or "".

    What was expected is said in shapes and kinds alone.  Parameters as of `diagnose`.
    """
    if exercise not in bank.solutions or not _is_attempt(transcript):
        return ""
    player = _Player(cell, exercise, bank, names, seed, replace(limits, call=CALL, test=TEST))
    right = player.whole(bank.solutions[exercise])
    for mine, expected in zip(transcript.notes, right, strict=False):
        if not _alike(mine, expected):
            return _in_words(mine, expected, transcript, bank)
    return ""


def _in_words(mine, expected, transcript, bank):
    functions = {
        object.__getattribute__(thing, "_reference")["number"]: name
        for name, thing in transcript.notes[0].value.items()
        if isinstance(thing, Remote)
    }
    parameters = {}
    for source in bank.solutions.values():
        parameters |= explain.parameters_of(source)
    asked = explain.question(mine, functions, parameters)
    if not asked or expected.operation != mine.operation or expected.error is not None:
        return ""
    right = expected.value
    found = mine.value
    if mine.operation == "after" and mine.error is None:
        if same(found[0], right[0]):
            return f"{asked} gives what it should, and changes what it was given."
        found, right = found[0], right[0]
    if mine.operation == "after" and mine.error is not None:
        right = right[0]
    wanted = explain.answer(right)
    if mine.error is not None:
        kind = getattr(mine.error, "kind", type(mine.error).__name__)
        return f"{asked} raises {kind}; expected {wanted}."
    came = explain.answer(found)
    if came == wanted:
        return f"{asked} gives {came}, as it should, but {explain.numbers_differ(found, right)}."
    return f"{asked} gives {came}; expected {wanted}."


@dataclass(frozen=True)
class _Replay:
    """What a source answered a test, as far as it was played.

    Attributes
    ----------
    notes : list of grading.examiner.transcript.Note
    is_whole : bool
        Whether the test came to its end; else it was stopped after the last of the notes.
    """

    notes: list
    is_whole: bool


class _Player:
    """Runs one test for one answer after the other.

    What a source answers does not depend on whom it is compared with.  So each replay is kept, as
    far as it went, and is only run again for a transcript that is the same up to there.
    """

    def __init__(self, cell, exercise, bank, names, seed, limits):
        self._cell, self._exercise, self._bank = cell, exercise, bank
        self._names, self._seed, self._limits = names, seed, limits
        self._kept = bank.replays.setdefault((cell, exercise, seed), {})

    def agreement(self, source, transcript):
        """Return how many answers of a source are those on the transcript, or None: all of them."""
        replay = self._kept.get(source)
        place = None if replay is None else _first_difference(replay, transcript)
        if place is None:
            replay = self._kept[source] = self._play(source, Comparison(transcript))
            place = _first_difference(replay, transcript)
        return None if place == len(transcript.notes) == len(replay.notes) else place

    def whole(self, source):
        """Return all notes of a source."""
        replay = self._kept.get(source)
        if replay is None or not replay.is_whole:
            replay = self._kept[source] = self._play(source, Transcript())
        return replay.notes

    def _play(self, source, transcript):
        """Run the test for a source, up to the first answer that differs from the transcript's."""
        try:
            namespace = self._bank.namespace(self._exercise, source)
            judge(
                self._cell,
                LocalSession(namespace, self._limits, transcript),
                self._names,
                self._seed,
            )
        except Differs:
            return _Replay(transcript.notes, False)
        except Exception:  # noqa: BLE001  a mistake that does not even run is not the student's
            return _Replay([], True)
        return _Replay(transcript.notes, True)


def _alike(mine, expected):
    """Tell whether two notes are the same; what cannot even be compared is not."""
    try:
        return same_note(mine, expected)
    except Exception:  # noqa: BLE001  a student's answer may be anything
        return False


def _first_difference(replay, transcript):
    """Return where a replay and a transcript part, or end; None: it was not played so far."""
    for place, (mine, expected) in enumerate(zip(replay.notes, transcript.notes, strict=False)):
        if not _alike(mine, expected):
            return place
    place = min(len(replay.notes), len(transcript.notes))
    return place if replay.is_whole or len(replay.notes) > len(transcript.notes) else None


def _is_attempt(transcript):
    """Tell whether anything was answered but that the exercise is not done."""
    return any(
        not (isinstance(note.error, StudentError) and isinstance(note.error, NotImplementedError))
        for note in transcript.answers
    )


def _by_promise(agreements, first):
    """Return pairs of mistakes, those first that can explain the first wrong answer.

    Parameters
    ----------
    agreements : dict of grading.bank.Wrong to int
        How many answers of each mistake are the student's.
    first : int
        How many answers of the student are right.
    """

    def rank(pair):
        places = [agreements[entry] for entry in pair]
        # One that gives a wrong answer where the student's is right is hardly part of theirs; one
        # that also gives the student's first wrong answer most likely is.
        return min(places) < first, max(places) <= first

    return sorted(combinations([entry for entry in agreements if entry.edits], 2), key=rank)


def _pairs(pairs, solution):
    """Yield titles, sentences and source of each pair of mistakes that fits together."""
    for first, second in pairs:
        both = Wrong("", "", first.edits + second.edits)
        with contextlib.suppress(StaleEntryError):
            source = answer(both, solution)
            yield (first.title, second.title), f"{first.says}\n{second.says}", source
