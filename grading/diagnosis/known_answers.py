"""What is known of one notebook's answers: its solutions, and the mistakes that edit them."""

import ast
import functools
from dataclasses import asdict, dataclass, field

from grading.bank import Wrong, bank_of
from grading.course.assignment import Notebook


@dataclass(frozen=True)
class Bank:
    """What is known of one notebook's answers.

    Attributes
    ----------
    imports : str
        The import statements of the notebook's given cells.
    solutions : dict of str to str
        The answer cells by exercise, without markers.
    wrong : dict of str to list of grading.bank.Wrong
        Mistakes by exercise.
    """

    imports: str = ""
    solutions: dict = field(default_factory=dict)
    wrong: dict = field(default_factory=dict)
    #: What is known of replays: by test and seed, for each source.  See `_Player`.
    replays: dict = field(default_factory=dict, repr=False, compare=False)

    def to_data(self):
        """Return the bank as plain data, which travels to the examiner's process."""
        wrong = {name: [asdict(entry) for entry in several] for name, several in self.wrong.items()}
        return {"imports": self.imports, "solutions": self.solutions, "wrong": wrong}

    @classmethod
    def from_data(cls, data):
        """Return the bank that `to_data` made data of."""
        wrong = {name: list(map(_entry, entries)) for name, entries in data["wrong"].items()}
        return cls(data["imports"], data["solutions"], wrong)

    def namespace(self, exercise="", source="", mended=False):
        """Return the names that the solutions leave, one of them replaced.

        With `mended`, that one's own solution stands after it, as in a second run.
        """
        names = {"__name__": "__main__"}
        exec(_compiled(self.imports, "imports"), names)
        for name, solution in self.solutions.items():
            if name == exercise:
                exec(_compiled(source, name), names)
            if name != exercise or mended:
                exec(_compiled(solution, name), names)
        return names


def _entry(data):
    """Return the mistake that was made data of; on its way, tuples have become lists."""
    edits, like = tuple(map(tuple, data["edits"])), tuple(data["like"])
    return Wrong(**{**data, "edits": edits, "like": like})


def bank_for(notebook):
    """Return the bank of a notebook in ``source/``; empty where it has no entries.

    Parameters
    ----------
    notebook : grading.course.assignment.Notebook or path

    Returns
    -------
    Bank
    """
    if not isinstance(notebook, Notebook):
        notebook = Notebook(notebook)
    wrong, _ = bank_of(notebook.path)
    if not wrong:
        return Bank()
    return Bank(notebook.given_names(), notebook.solutions, wrong)


@functools.cache
def _compiled(source, name):
    """Compile once; nothing of that name is a file, as in a notebook."""
    return compile(ast.parse(source), f"<{name}>", "exec")
