"""What a made-up student is: answers of the bank in place of some of the solutions."""

from dataclasses import dataclass, field

from grading.bank import answer


@dataclass(frozen=True)
class Student:
    """One made-up student.

    Attributes
    ----------
    name : str
        Also the name of the submission's folder.
    about : str
        What is special about the submission.
    answers : dict of str to grading.bank.Wrong or grading.bank.Right
        By exercise; all others are answered as the solution is.
    loses : dict of str to float
        Points lost, by exercise; an exercise that is not named loses none.
    wrong : dict of str to str
        In place of `loses`: the mistakes made, by exercise; each costs some of its points.
    forgiven : set of str
        Those exercises whose mistake may cost nothing: what the student builds on is wrong, too,
        and checks then only ask for what follows from it.
    untouched : bool
        Whether the release is handed in as it is.
    surgery : str
        The name of a change to the notebook itself, see `grading.classroom.made_up_submissions`.
    """

    name: str
    about: str
    answers: dict = field(default_factory=dict)
    loses: dict = field(default_factory=dict)
    wrong: dict = field(default_factory=dict)
    forgiven: set = field(default_factory=set)
    untouched: bool = False
    surgery: str = ""

    def answer(self, exercise, solution):
        """Return the source of one answer cell as the student wrote it.

        Parameters
        ----------
        exercise : str
        solution : str
            The answer cell with the solution, without markers.

        Raises
        ------
        grading.bank.StaleEntryError
            When an edit no longer fits the solution.
        """
        entry = self.answers.get(exercise)
        return solution if entry is None else answer(entry, solution)
