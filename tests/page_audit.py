"""What a page must not hold that shows what somebody handed in: feedback and student's report."""

import copy
import re

import nbformat
from bs4 import BeautifulSoup
from nbformat.v4 import new_notebook

from student_tools.report.maths import ELEMENTS
from student_tools.report.sanitize import TAGS

PAGE_TAGS = {*TAGS.split(), "html", "head", "meta", "title", "style", "body", "header"}
PAGE_TAGS |= {"main", "section", "nav", *ELEMENTS.split()}
#: The names of places that the pages themselves have: feedback's, the report's.
OWN_IDS = re.compile(r".*overview.*|work|work-title|contents|s\d+(-\d+)?")


def what_is_wrong(html):
    """List the tags, attributes and addresses of a page that could do something."""
    wrong = []
    for element in BeautifulSoup(html, "html.parser")(True):
        if element.name not in PAGE_TAGS:
            wrong.append(f"<{element.name}>")
        if element.name == "meta" and element.get("http-equiv", "").lower() == "refresh":
            wrong.append("refresh")
        for name, value in element.attrs.items():
            text = " ".join(value) if isinstance(value, list) else value
            wrong += [f"{name}={text[:60]}"] if _is_wrong(name, text) else []
    return wrong


def _is_wrong(name, text):
    if name == "href":
        return not re.match(r"(https?://|mailto:|#)", text)
    if name == "src":
        return not re.match(r"data:image/[a-z+]+;base64,[\w+/=]+$", text)
    if name in ("srcset", "ping", "background", "action", "id"):
        return not OWN_IDS.fullmatch(text)
    if name == "style":
        return re.search(r"url|position|import|animation", text)
    return name.startswith("on")


def is_valid(cell):
    """Whether a notebook with this cell is one: others are refused before they become a page."""
    nb = new_notebook()
    nb.cells = [copy.deepcopy(cell)]
    return nbformat.validator.isvalid(nb)
