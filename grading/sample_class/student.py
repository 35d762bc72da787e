"""What a made-up student is: a few changed answers."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Mistakes:
    """What a student got wrong in one notebook.

    Attributes
    ----------
    edits : dict of str to tuple
        For an exercise, ``(old, new)``, the text of the solution to replace, and by what; or
        several such pairs.
    replacements : dict of str to str
        For an exercise, the whole body of the answer.
    loses : dict of str to float
        Points lost, by exercise; an exercise that is not named loses none.
    """

    edits: dict = field(default_factory=dict)
    replacements: dict = field(default_factory=dict)
    loses: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Student:
    """One made-up student.

    Attributes
    ----------
    name : str
        Also the name of the submission's folder.
    about : str
        What is special about the submission.
    edits, replacements, loses : dict
        As in `Mistakes`, for all notebooks together.
    wrong : dict of str to str
        In place of `loses`: the mistakes made, by exercise; each costs some of its points.
    untouched : bool
        Whether the release is handed in as it is.
    surgery : str
        The name of a change to the notebook itself, see `grading.submissions`.
    """

    name: str
    about: str
    edits: dict = field(default_factory=dict)
    replacements: dict = field(default_factory=dict)
    loses: dict = field(default_factory=dict)
    wrong: dict = field(default_factory=dict)
    untouched: bool = False
    surgery: str = ""
