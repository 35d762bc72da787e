"""What the gradebook says of an assignment, read once a batch, as plain data.

`nbgrader generate_assignment` put the text and the points of every answer, test and locked cell
there; they count, and nothing that a student hands in does.
"""

from dataclasses import asdict, dataclass, field

from nbgrader.api import Gradebook


@dataclass(frozen=True)
class RecordedCell:
    """One cell.

    Attributes
    ----------
    name : str
        Its grade_id.
    source : str
        Its text; empty for the entry that holds its points.
    max_score : float
    """

    name: str
    source: str = ""
    max_score: float = 0.0


@dataclass(frozen=True)
class RecordedNotebook:
    """One notebook, with the attributes of nbgrader's own object that grading needs.

    Attributes
    ----------
    name : str
    source_cells, grade_cells, solution_cells, task_cells : list of RecordedCell
    """

    name: str
    source_cells: list = field(default_factory=list)
    grade_cells: list = field(default_factory=list)
    solution_cells: list = field(default_factory=list)
    task_cells: list = field(default_factory=list)

    @property
    def points(self):
        """The points of the graded cells, by grade_id."""
        return {cell.name: cell.max_score for cell in self.grade_cells}

    @property
    def answers(self):
        """The grade_ids of the answers, a person's to mark or not."""
        return {cell.name for cell in self.solution_cells}

    @property
    def tests(self):
        """The test cells' sources and points: (grade_id, source, points)."""
        sources = {cell.name: cell.source for cell in self.source_cells}
        return [
            (name, sources[name], float(points))
            for name, points in self.points.items()
            if name not in self.answers
        ]

    @classmethod
    def from_data(cls, data):
        """Return the notebook that `to_data` made data of."""
        cells = {k: [RecordedCell(**c) for c in v] for k, v in data.items() if k != "name"}
        return cls(data["name"], **cells)

    def to_data(self):
        """Return it as plain data."""
        return asdict(self)


def read_recorded(db_url, course_id, assignment):
    """Read an assignment's notebooks from the gradebook.

    Parameters
    ----------
    db_url, course_id, assignment : str

    Returns
    -------
    list of RecordedNotebook
        In the order of their names.

    Raises
    ------
    nbgrader.api.MissingEntry
        When the gradebook knows nothing of the assignment.
    """
    with Gradebook(db_url, course_id) as gradebook:
        found = gradebook.find_assignment(assignment).notebooks
        return [_notebook(notebook) for notebook in sorted(found, key=lambda n: n.name)]


def _notebook(notebook):
    return RecordedNotebook(
        notebook.name,
        [RecordedCell(c.name, source=c.source) for c in notebook.source_cells],
        [RecordedCell(c.name, max_score=c.max_score) for c in notebook.grade_cells],
        [RecordedCell(c.name) for c in notebook.solution_cells],
        [RecordedCell(c.name, max_score=c.max_score) for c in notebook.task_cells],
    )
