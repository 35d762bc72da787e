"""What cells are marked with: keys of their metadata, and lines in their text.

Whoever rebuilds, examines, shows or counts a notebook tells cells apart by these.
"""

#: Key of the cell metadata by which later steps know the cells that the grader added.
ADDED = "gradient_lab"
#: Key of a test cell's metadata: titles of the mistakes that an answer was recognised as.
MISTAKES = "gradient_lab_mistakes"
#: Key of a code cell's metadata: what it is, one of `KINDS`; of a student's own texts, too.
KIND = "gradient_lab_kind"
#: An answer; a test; the assignment's own text; the student's own.
KINDS = ANSWER, TEST, GIVEN, OWN = ("answer", "test", "given", "own")
#: Key of a code cell's metadata: where its outputs come from, one of `ORIGINS`.
OUTPUTS = "gradient_lab_outputs"
ORIGINS = HANDED_IN, REDRAWN = ("handed in", "redrawn")
#: What the first and the last line of a region of a cell's text contain.
HIDDEN_TESTS = ("BEGIN HIDDEN TESTS", "END HIDDEN TESTS")
MARK_SCHEME = ("BEGIN MARK SCHEME", "END MARK SCHEME")
SOLUTION = ("BEGIN SOLUTION", "END SOLUTION")


def split_region(text, markers):
    """Take the lines between two marker lines out of a text.

    Parameters
    ----------
    text : str
        A cell's source.
    markers : tuple of str
        What the first and the last line of a region contain.

    Returns
    -------
    outside, inside : str
        The text without its regions, and the regions' lines; the marker lines are in neither.
    """
    begin, end = markers
    outside, inside, in_region = [], [], False
    for line in text.split("\n"):
        if begin in line:
            in_region = True
        elif end in line:
            in_region = False
        else:
            (inside if in_region else outside).append(line)
    return "\n".join(outside), "\n".join(inside)
