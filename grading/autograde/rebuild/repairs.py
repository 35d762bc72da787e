"""What was repaired in a submission, in sentences for the student and the instructor.

By itself, so that all sentences about repairs stand side by side.
"""

from collections import defaultdict

_SENTENCES = {
    "lost": "The grading label of these cells was lost or changed; they were recognised: {}.",
    "copies": "These answers were there more than once. The last changed copy was graded, other "
    "changed copies were kept as ordinary cells: {}.",
    "no answer": "These answer cells were missing and count as not answered: {}.",
    "elsewhere": "The answers to these exercises stand in other cells; they were taken from there: "
    "{}.",
    "beside": "These written answers stood beside their cell; the text was put into it: {}.",
    "put back": "These locked cells were missing and were put back: {}.",
    "copied": "Copies of these locked cells were removed: {}.",
    "edited": "These locked cells differed from the assignment; its own version was used: {}.",
    "added": "What was added to these locked cells was kept, in a cell of its own beside them: {}.",
    "settings": "The grading settings of these cells were changed; they were put right: {}.",
    "type": "The type of these cells was changed; it was put right: {}.",
    "tags": "Tags were added to these cells; they were removed: {}.",
    "order": "The cells stood in another order than in the assignment; they were put in its order.",
    "unknown": "Cells with a grading label that the assignment does not have were treated as "
    "ordinary cells.",
}


class Notes:
    """The repairs, collected by kind, as sentences for the student and the instructor."""

    def __init__(self):
        self._ids = defaultdict(list)

    def add(self, kind, grade_id=""):
        """Note one repair; the same repair of the same cell is noted once."""
        if grade_id not in self._ids[kind]:
            self._ids[kind].append(grade_id)

    def drop(self, kind, grade_id):
        """Forget a repair that was not needed after all."""
        if grade_id in self._ids.get(kind, ()):
            self._ids[kind].remove(grade_id)

    def sentences(self):
        """One sentence a kind of repair, in a fixed order."""
        return [
            text.format(", ".join(f"`{name}`" for name in self._ids[kind]))
            for kind, text in _SENTENCES.items()
            if self._ids.get(kind)
        ]
