"""What an instructor can set for grading, under the names that stand in `nbgrader_config.py`."""

from dataclasses import asdict, dataclass, field

from nbgrader.preprocessors import Execute, LimitOutput
from traitlets import Bool, Enum, Integer

from grading.examiner.job import Limits
from grading.examiner.session import notebook_backstop


class ExaminedExecute(Execute):
    """How a notebook is run and examined; `Execute.timeout` is the limit for one cell.

    nbgrader's own `Execute` gives its settings and is not used: the course's grading takes its
    place.  Every limit ends in a message where it was reached, and in the marks earned before it.
    """

    require_sandbox = Bool(
        True, help="Whether grading is refused where students' code cannot be confined."
    ).tag(config=True)

    run = Enum(
        ["needed", "all"],
        "needed",
        help="'needed': only the cells that can change a mark are run; the others show what they "
        "showed when the notebook was handed in. 'all': every cell is run.",
    ).tag(config=True)

    notebook_timeout = Integer(
        600, help="Seconds of processor time that all cells of one notebook may take together."
    ).tag(config=True)

    test_timeout = Integer(
        60, help="Seconds of processor time that one test cell may need of the student's code."
    ).tag(config=True)

    redraw_timeout = Integer(
        120,
        help="Seconds of processor time for running, after the marks are known, the cells whose "
        "outputs are missing or stale and that a written answer may speak of; 0: never.",
    ).tag(config=True)

    max_output = Integer(
        2_000_000, help="Bytes of output that are kept of one cell; the rest is dropped."
    ).tag(config=True)

    max_memory = Integer(
        2 << 30, help="Bytes of memory for all processes of one notebook together."
    ).tag(config=True)

    name_mistakes = Bool(
        True, help="Whether lost points are compared with the bank's known mistakes."
    ).tag(config=True)


@dataclass(frozen=True)
class Settings:
    """The settings that the grading of a submission needs, as plain data.

    Attributes
    ----------
    limits : grading.examiner.job.Limits
    run : str
        ``"needed"`` or ``"all"``.
    execute : bool
        Whether anything is run at all (``--no-execute``).
    redraw : float
        Seconds for cells that are run for their outputs alone.
    name_mistakes : bool
    max_lines, max_traceback : int
        Lines that are kept of an output, and of an error's traceback.
    memory : int
        Bytes, for the sandbox.
    """

    limits: Limits = field(default_factory=Limits)
    run: str = "needed"
    execute: bool = True
    redraw: float = 120.0
    name_mistakes: bool = True
    max_lines: int = 1000
    max_traceback: int = 100
    memory: int = 2 << 30

    def to_data(self):
        """Return the settings as plain data."""
        return asdict(self)

    @classmethod
    def from_data(cls, data):
        """Return the settings that `to_data` made data of."""
        return cls(**{**data, "limits": Limits(**data["limits"])})


def longest(settings):
    """Return the seconds of wall time that one notebook may take, with all that is run again."""
    whole = notebook_backstop(settings.limits.notebook)  # and as much for second runs
    return 2 * whole + notebook_backstop(settings.redraw)


def settings_from(config):
    """Read the settings from nbgrader's configuration.

    Parameters
    ----------
    config : traitlets.config.Config

    Returns
    -------
    settings : Settings
    require_sandbox : bool
    """
    given, lines = ExaminedExecute(config=config), LimitOutput(config=config)
    limits = Limits(
        cell=given.timeout or given.notebook_timeout,
        test=given.test_timeout,
        notebook=given.notebook_timeout,
        output=given.max_output,
    )
    found = Settings(
        limits=limits,
        run=given.run,
        execute=given.enabled,
        redraw=given.redraw_timeout,
        name_mistakes=given.name_mistakes,
        max_lines=lines.max_lines,
        max_traceback=lines.max_traceback,
        memory=given.max_memory,
    )
    return found, given.require_sandbox
