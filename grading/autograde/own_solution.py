"""The assignment's own solution in a batch: graded before any mark of a student's is saved."""

from pathlib import Path

from grading.autograde.handed_in import Submitted
from grading.autograde.source_check import (
    broken_tests,
    in_lines,
    is_remembered,
    losing_tests,
    remember,
    version_of,
    write_solved,
)

#: Stands for a student's name where the assignment's own solution is graded.
OWN_SOLUTION = "(the assignment's own solution)"


class OwnSolution:
    """The check of an assignment's source, once for each version of it.

    Parameters
    ----------
    root : path
        The course folder.
    source : grading.course.assignment.Assignment
    recorded : list of grading.autograde.recorded.RecordedNotebook
    wanted : list of str
        The notebooks that are graded.
    ungradable : dict of str to list of str
        The exercises, by notebook, that cannot be checked on this machine.

    Attributes
    ----------
    submitted : Submitted or None
        As it is handed in; None where this version was found in order before.
    doubtful : list of str
        Sentences on tests that a person should look at.
    """

    def __init__(self, root, source, recorded, wanted, ungradable):
        self._root, self._source, self._ungradable = root, source, ungradable
        self._version = version_of(source, recorded, wanted)
        self.submitted, self.doubtful = None, []

    def hand_in(self, folder):
        """Write the solution into a folder, unless this version was found in order before."""
        if not is_remembered(self._root, self._source.name, self._version):
            self.submitted = Submitted(OWN_SOLUTION, f"{folder}/handed_in", -1)
            Path(self.submitted.folder).mkdir()
            write_solved(self._source, self.submitted.folder)

    def first(self, outcomes):
        """Yield the outcomes of the students; none before that of the solution is known.

        Raises
        ------
        RuntimeError
            When the solution loses points: the message says in which tests.
        """
        waiting, is_known = [], self.submitted is None
        for outcome in outcomes:
            if outcome.submission is self.submitted:
                self._check(outcome)
                is_known = True
                yield from waiting
            elif is_known:
                yield outcome
            else:
                waiting.append(outcome)

    def _check(self, outcome):
        if outcome.result is None:
            raise RuntimeError(f"the assignment's own solution was not graded: {outcome.reason}")
        if not self._source.plain:
            if problem := broken_tests(outcome.result, self._ungradable):
                raise RuntimeError(problem)
        elif raised := losing_tests(outcome.result, self._ungradable, raised_only=True):
            self.doubtful.append(
                "Graded all the same, but these tests end with an error on the assignment's own "
                f"solution, too:{in_lines(raised)}"
            )
            return  # until they do not, each run says so
        remember(self._root, self._source.name, self._version)
