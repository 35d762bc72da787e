"""Make pages of notebooks as nbgrader would, with this course's settings and without them."""

import copy
from pathlib import Path

import nbgrader
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_notebook
from traitlets.config import Config
from xss_vectors import odd_metadata

from grading.nbgrader_hooks import configure

THEIRS = Path(nbgrader.__file__).with_name("server_extensions") / "formgrader" / "templates"
GRADES = {"notebook": "1_x", "assignment": "ps1", "score": 1, "max_score": 2, "late_penalty": 0}


def exporter(template, *, safe):
    """Return the exporter of nbgrader's feedback or formgrader page."""
    config = Config()
    if safe:
        configure(config)
    else:
        config.HTMLExporter.extra_template_basedirs = [str(THEIRS)]
    config.HTMLExporter.template_name = template
    css = THEIRS.parent / "static" / "node_modules" / "bootstrap" / "dist" / "css"
    config.HTMLExporter.extra_template_paths = [str(css)]
    return HTMLExporter(config=config)


def page(made_by, *cells, metadata=None):
    """Return the page of a notebook with some cells."""
    nb = new_notebook()
    nb.cells = copy.deepcopy(list(cells))  # some are no valid notebook's
    nb.metadata = odd_metadata() if metadata is None else metadata
    resources = {"nbgrader": dict(GRADES), "base_url": "", "submission_id": "s", "index": 0}
    return made_by.from_notebook_node(nb, resources | {"total": 1, "student": "ann"})[0]
