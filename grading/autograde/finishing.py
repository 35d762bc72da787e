"""What becomes of a graded submission: its marks are saved, its folder takes its place."""

import datetime
import shutil
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from grading.autograde.batch_log import logged_later
from grading.autograde.intake.hand_in_time import TIMESTAMP, counts_as_handed_in_at
from grading.autograde.intake.times import Evidence
from grading.autograde.result import add_to_look
from grading.autograde.saving import NotSaved, recorded_time, save_marks
from grading.autograde.workers import remove

#: The folder, beside `autograded`, of a submission that is being graded.
UNFINISHED = ".unfinished"


class Finishing:
    """The end of a submission's way.

    Parameters
    ----------
    command : grading.autograde.autograde_command.CourseAutograde
        Its settings, its log, its patterns of folders.
    """

    def __init__(self, command):
        self._command, self._coursedir = command, command.coursedir

    def unfinished(self, submitted):
        """Return the folder in which a submission is being graded."""
        coursedir = self._coursedir
        return Path(coursedir.format_path(UNFINISHED, submitted.student, coursedir.assignment_id))

    def graded(self, submitted):
        """Return the folder of a graded submission."""
        return Path(self._command.graded_folder(submitted.student))

    def finish(self, outcome):
        """Save the marks, and put the graded notebooks in place of an earlier run's."""
        each, result = outcome.submission, outcome.result
        if result is None:
            each.look.append(f"{each.student}: NOT GRADED: {outcome.reason}.")
            return
        each.lines += [tuple(line) for line in result["log"]]
        each.look += result["needs_a_look"]
        try:
            with logged_later(self._command.log, each):
                self._save(each, result["notebooks"])
        except (NotSaved, OSError, SQLAlchemyError) as error:
            each.look.append(f"{each.student}: NOT GRADED: its marks were not saved: {error}.")

    def _save(self, each, notebooks):
        folder, graded = self.unfinished(each), self.graded(each)
        assignment = self._coursedir.assignment_id
        when, doubt = self._handed_in_at(each)
        changed = save_marks(self._command, assignment, each.student, when, notebooks)
        look = [f"{each.student}: {sentence}." for sentence in [doubt, *changed] if sentence]
        each.look += look
        if look:  # the class report reads it there
            add_to_look(folder, look)
        # From here on, whatever happens, the next run would do it again: the folder is there.
        if graded.exists():
            remove(graded)
        graded.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(folder, graded)
        self._command.set_permissions(assignment, each.student)
        self._command.run_post_convert_hook()

    def _handed_in_at(self, each):
        """Return the time that a submission is given, and what of its stamp is in doubt."""
        assignment = self._coursedir.assignment_id
        due, recorded = recorded_time(self._command, assignment, each.student)
        others = Path(each.folder).parents[1].glob(f"*/{assignment}/{TIMESTAMP}")
        evidence = Evidence(
            now=datetime.datetime.now(datetime.UTC).replace(tzinfo=None),
            due=due,
            recorded=recorded,
            expected=due is not None and any(others),
            trusted=self._command.trust_times,
        )
        return counts_as_handed_in_at(each.folder, evidence)

    def forget(self, each):
        """Remove what a grading that was not finished left; an empty folder above it, too."""
        folder = self.unfinished(each)
        remove(folder)
        _remove_empty(folder.parent, up_to=Path(self._coursedir.root))


def _remove_empty(folder, up_to):
    """Remove empty folders from one upwards, below another."""
    while up_to in folder.parents and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
