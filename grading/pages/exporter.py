"""How a notebook becomes a page, for the feedback and for the formgrader alike.

nbgrader makes both with nbconvert's `HTMLExporter`: what is set here for that class holds for both,
and for notebooks that were graded before.
"""

import re
from pathlib import Path

TEMPLATES = Path(__file__).with_name("templates")
_TITLE = re.compile(r"^#[ \t]++([^#\n].*)$", re.MULTILINE)


def configure_pages(c):
    """Set up nbconvert's HTML for this course; see `grading.nbgrader_hooks.configure`."""
    import nbgrader

    theirs = Path(nbgrader.__file__).with_name("server_extensions") / "formgrader" / "templates"
    shown = "grading.pages.safe_notebook"
    c.HTMLExporter.preprocessors = [f"{shown}.CleanForDisplay", f"{shown}.CutLongCells"]
    # Ours lie under the names of nbgrader's and are found first.
    c.HTMLExporter.extra_template_basedirs = [str(TEMPLATES), str(theirs)]
    c.HTMLExporter.filters = {
        "markdown2html": "grading.pages.markdown.markdown2html",
        "typeset": "grading.pages.markdown.typeset_output",
        "shift_headings": "grading.pages.exporter.shift_headings",
        "exercise_name": "grading.pages.exporter.exercise_name",
        "notebook_title": "grading.pages.exporter.notebook_title",
    }
    # Each colour has at least 4.5 : 1 on the page's code background.
    c.CSSHTMLHeaderPreprocessor.style = "xcode"
    c.GenerateFeedback.preprocessors = [
        "grading.pages.feedback.FeedbackGrades",
        "grading.pages.feedback.HideFromStudents",
        "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
    ]


def exercise_name(grade_id):
    """Return an exercise's name in words: `test_output_layer` is "output layer"."""
    return re.sub("^(test|report)_", "", str(grade_id)).replace("_", " ")


def notebook_title(nb, name):
    """Return the first title in a notebook's text, or the notebook's name."""
    texts = (cell.source for cell in nb.cells if cell.cell_type == "markdown")
    found = next(filter(None, map(_TITLE.search, texts)), None)
    return re.sub(r"[`*$]", "", found[1].rstrip(" \t#")) if found else name.replace("_", " ")


def shift_headings(html, levels):
    """Set headings below the page's own."""
    return re.sub(
        r"(</?h)([1-6])(?=[\s>])", lambda tag: f"{tag[1]}{min(int(tag[2]) + levels, 6)}", html
    )
