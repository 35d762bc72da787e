"""Find the mistake of the bank that answers a test as the student did."""

import ast
import contextlib
from dataclasses import asdict, dataclass, field, replace
from itertools import combinations
from time import monotonic

from grading.answers import StaleEntryError, Wrong, answer
from grading.diagnosis import words
from grading.diagnosis.local import LocalSession
from grading.examiner.judge import judge
from grading.examiner.proxies import Remote
from grading.examiner.tape import Comparison, Differs, Tape, same, same_note
from helpers.testing.elsewhere import StudentError

#: Seconds for all mistakes together, for their pairs, and for one call of one of them.
BUDGET, PAIRS, CALL = 15.0, 1.5, 2.0


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


@dataclass(frozen=True)
class Bank:
    """What is known of one notebook's answers.

    Attributes
    ----------
    imports : str
        The import statements of the notebook's given cells.
    solutions : dict of str to str
        The answer cells by exercise, without markers.
    wrong : dict of str to list of grading.answers.Wrong
        Mistakes by exercise.
    """

    imports: str = ""
    solutions: dict = field(default_factory=dict)
    wrong: dict = field(default_factory=dict)

    def to_data(self):
        """Return the bank as plain data, which travels to the examiner's process."""
        return asdict(self)

    @classmethod
    def from_data(cls, data):
        """Return the bank that `to_data` made data of."""
        wrong = {
            exercise: [
                Wrong(**{**entry, "edits": tuple(map(tuple, entry["edits"]))}) for entry in entries
            ]
            for exercise, entries in data["wrong"].items()
        }
        return cls(data["imports"], data["solutions"], wrong)

    def namespace(self, exercise="", source=""):
        """Return the names that the solutions leave, one of them replaced."""
        names = {"__name__": "__main__"}
        exec(_compiled(self.imports, "imports"), names)
        for name, solution in self.solutions.items():
            exec(_compiled(source if name == exercise else solution, name), names)
        return names


def diagnose(cell, exercise, tape, bank, names, seed, limits):
    """Return the mistake whose answers are those on a tape, or None.

    Parameters
    ----------
    cell : grading.examiner.job.Cell
        The test.
    exercise : str
    tape : grading.examiner.tape.Tape
        What the student's code answered.
    bank : Bank
    names : collection of str
        As for `grading.examiner.judge.judge`.
    seed : int
        Of the inputs that the student's code got.
    limits : grading.examiner.job.Limits
    """
    entries = bank.wrong.get(exercise, [])
    if not entries or exercise not in bank.solutions or not _is_attempt(tape):
        return None
    player = _Player(cell, exercise, bank, names, seed, replace(limits, call=CALL, test=BUDGET))
    if player.answers_as(bank.solutions[exercise], tape):
        return None  # as right as the solution: it failed for another reason
    for candidates, seconds in ((_alone, BUDGET), (_pairs, PAIRS)):
        end = monotonic() + seconds
        for titles, says, source in candidates(entries, bank.solutions[exercise]):
            if monotonic() > end:
                break
            if player.answers_as(source, tape):
                return Diagnosis(titles, says)
    return None


def first_difference(cell, exercise, tape, bank, names, seed, limits):
    """Return in words the first question whose answer is not the solution's, or "".

    What was expected is said in shapes and kinds alone.  Parameters as of `diagnose`.
    """
    if exercise not in bank.solutions or not _is_attempt(tape):
        return ""
    player = _Player(cell, exercise, bank, names, seed, limits)
    right = player.play(bank.solutions[exercise], Tape())
    for mine, expected in zip(tape.notes, right.notes, strict=False):
        if not same_note(mine, expected):
            return _in_words(mine, expected, tape, bank)
    return ""


def _in_words(mine, expected, tape, bank):
    functions = {
        object.__getattribute__(thing, "_reference")["number"]: name
        for name, thing in tape.notes[0].value.items()
        if isinstance(thing, Remote)
    }
    parameters = {}
    for source in bank.solutions.values():
        parameters |= words.parameters_of(source)
    asked = words.question(mine, functions, parameters)
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
    wanted = words.answer(right)
    if mine.error is not None:
        kind = getattr(mine.error, "kind", type(mine.error).__name__)
        return f"{asked} raises {kind}; expected {wanted}."
    came = words.answer(found)
    if came == wanted:
        return f"{asked} gives {came}, as it should, but {words.numbers_differ(found, right)}."
    return f"{asked} gives {came}; expected {wanted}."


class _Player:
    """Runs one test for one answer after the other."""

    def __init__(self, cell, exercise, bank, names, seed, limits):
        self._cell, self._exercise, self._bank = cell, exercise, bank
        self._names, self._seed, self._limits = names, seed, limits

    def answers_as(self, source, tape):
        """Tell whether an answer's source answers all questions of the test as on the tape."""
        comparison = Comparison(tape)
        try:
            self.play(source, comparison)
        except Differs:
            return False
        except Exception:  # noqa: BLE001  a mistake that does not even run is not the student's
            return False
        return comparison.is_complete

    def play(self, source, tape):
        """Run the test for an answer's source; return the tape with its questions and answers."""
        namespace = self._bank.namespace(self._exercise, source)
        judge(self._cell, LocalSession(namespace, self._limits, tape), self._names, self._seed)
        return tape


def _is_attempt(tape):
    """Tell whether anything was answered but that the exercise is not done."""
    return any(
        not (isinstance(note.error, StudentError) and isinstance(note.error, NotImplementedError))
        for note in tape.answers
    )


def _alone(entries, solution):
    """Yield titles, sentence and source of each mistake."""
    for entry in entries:
        with contextlib.suppress(StaleEntryError):
            yield (entry.title,), entry.says, answer(entry, solution)


def _pairs(entries, solution):
    """Yield titles, sentences and source of each pair of mistakes that fits together."""
    for first, second in combinations([entry for entry in entries if entry.edits], 2):
        both = Wrong("", "", first.edits + second.edits)
        with contextlib.suppress(StaleEntryError):
            source = answer(both, solution)
            yield (first.title, second.title), f"{first.says}\n{second.says}", source


_CODE = {}


def _compiled(source, name):
    """Compile once; nothing of that name is a file, as in a notebook."""
    if (source, name) not in _CODE:
        _CODE[source, name] = compile(ast.parse(source), f"<{name}>", "exec")
    return _CODE[source, name]
