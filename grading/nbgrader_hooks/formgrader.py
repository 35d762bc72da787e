"""A second wall around the formgrader's page of a submission: the browser refuses its scripts.

The page is an instructor's, with an instructor's rights, and shows what a student wrote.  That was
cleaned (`shown`); should anything have got through, the page's Content-Security-Policy names the
scripts of the page itself by their checksums, and a browser runs no others.  Names of students and
files are part of what the page itself is: nbgrader puts them in as they are, here they are escaped.
"""

import base64
import copy
import hashlib
import re
import sys
from html import escape

from nbformat.v4 import new_notebook

from grading.course.student_names import printable_name

_FORMGRADER = "nbgrader.server_extensions.formgrader"
_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)
#: What the formgrader fills its pages with that students may have chosen.
_NAMES = ("student", "first_name", "last_name", "notebook_path", "filename")
_HANDLER = re.compile(r"""\son[a-z]+=(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
#: For files that lie in a submission's folder: whatever they are, they run nowhere near the page.
FILES_POLICY = "sandbox; default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'"


def register():
    """Put the wall up, in a Jupyter server with the formgrader; elsewhere do nothing."""
    handlers = sys.modules.get(f"{_FORMGRADER}.handlers")
    if handlers is None:
        return
    handlers.SubmissionHandler.exporter = property(_GuardedPages)
    handlers.SubmissionHandler.render = _render
    handlers.SubmissionFilesHandler.content_security_policy = FILES_POLICY


def _render(handler, name, **told):
    """Make a page from a template of nbgrader's: here, that a submission is not there."""
    from nbgrader.server_extensions.formgrader.base import BaseHandler

    if "resources" in told:
        told["resources"] = with_names_escaped(told["resources"])
    return BaseHandler.render(handler, name, **told)


def with_names_escaped(resources):
    """Return what a page is filled with, its names of students and files as text for HTML."""
    names = {key: resources[key] for key in _NAMES if isinstance(resources.get(key), str)}
    return resources | {key: escape(printable_name(name)) for key, name in names.items()}


class _GuardedPages:
    """What the formgrader's handler takes for its exporter.

    Parameters
    ----------
    handler : tornado.web.RequestHandler
        The request that is being answered.
    """

    def __init__(self, handler):
        from nbconvert.exporters import HTMLExporter

        self._handler = handler
        # The settings of the course that is open now, also when the server began in another folder.
        self._exporter = HTMLExporter(config=handler.settings["nbgrader_formgrader"].config)

    def from_filename(self, filename, resources):
        """Make the page of a submission; the answer gets its policy."""
        resources = with_names_escaped(resources)
        bare, _ = self._exporter.from_notebook_node(new_notebook(), copy.deepcopy(resources))
        self._handler.set_header("Content-Security-Policy", page_policy(bare))
        return self._exporter.from_filename(filename, resources=resources)


def page_policy(bare):
    """Return the policy that lets a page's own scripts run, and no others.

    Parameters
    ----------
    bare : str
        The page without anything of a student's in it.

    Returns
    -------
    str
        The value of a ``Content-Security-Policy`` header.
    """
    inline = [text for attributes, text in _SCRIPT.findall(bare) if "src=" not in attributes]
    inline += [one or other for one, other in _HANDLER.findall(_SCRIPT.sub("", bare))]
    checksums = sorted({_checksum(text) for text in inline})
    return "; ".join(
        [
            "default-src 'none'",
            " ".join(["script-src 'self' 'unsafe-hashes'", *checksums]),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'self'",
        ]
    )


def _checksum(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
