"""Markdown of students as pages show it: nbconvert's own rendering, cleaned, formulas as MathML.

Formulas are put in after the cleaning, by a converter whose result is checked: a page needs no
script and no network for them.
"""

import re
from html import escape, unescape

from jinja2 import pass_context
from mistune.plugins import import_plugin
from nbconvert.filters.markdown_mistune import InvalidNotebook, IPythonRenderer, MarkdownWithMath

from grading.pages.sanitize import FEEDBACK
from student_tools.report.maths import to_mathml
from student_tools.report.sanitize import TOO_LARGE, plain

#: Characters of one text; parsing takes the square of it in the worst case.
LONGEST = 20_000
#: Characters of a cell that a page shows; each may be an entity (`sanitize.Limits`).
MOST_SHOWN = 50_000
#: Characters of all outputs of a notebook that are searched for formulas.
MOST_FORMULAS = 200_000

_SIMPLE_TAG = re.compile(
    r"</?(?:b|br|code|details|div|em|hr|i|kbd|p|span|strong|sub|summary|sup|u)\s*/?>"
    r"|<!--[^<>]*-->",
    re.IGNORECASE,
)
_WEB = re.compile(r"(?:https?://|mailto:|#)", re.IGNORECASE)
_EMBEDDED = re.compile(r"data:image/[a-z+]+;base64,[A-Za-z0-9+/]{200,}={0,2}")
_PLACE = re.compile(r"data:image/png;base64,AAAA(\d{8})====")
_TAG = re.compile(r"(<[^<>]*>)")
_CODE = re.compile(r"<(/?)(?:pre|code|math)\b", re.IGNORECASE)
_FORMULA = re.compile(
    r"(?<!\\)\$\$(?P<block>.{1,4000}?)\$\$"
    r"|\\\[(?P<bracket>.{1,4000}?)\\\]"
    r"|\\\((?P<paren>.{1,2000}?)\\\)"
    r"|(?P<env>\\begin\{(?P<name>[a-z]+\*?)\}.{1,4000}?\\end\{(?P=name)\})"
    r"|(?<![\\$])\$(?P<inline>[^$]{1,2000})(?<!\\)\$(?!\d)",
    re.DOTALL,
)
#: What an editor or a parser could take for markup, inside HTML that is finished.
_FINISHED = {ord(char): f"&#{ord(char)};" for char in "\n\r$\\`*_"}


class _Renderer(IPythonRenderer):
    """nbconvert's renderer; remembers whether a text brought HTML or addresses of its own."""

    def __init__(self, attachments):
        super().__init__(escape=False, exclude_anchor_links=True, attachments=attachments or {})
        self.brought = False
        self._room = FEEDBACK.limits.characters // 2

    def block_html(self, html):
        self.brought |= not _SIMPLE_TAG.fullmatch(html.strip())
        return super().block_html(_FORMULA.sub(_keep_comparisons, html))

    def inline_html(self, html):
        self.brought |= not _SIMPLE_TAG.fullmatch(html.strip())
        return super().inline_html(html)

    def block_mermaidjs(self, code):
        self.brought = True  # nbconvert passes a drawing's text on as HTML
        return f"<pre>{escape(code)}</pre>"

    def link(self, text, url, title=None):
        self.brought |= not _WEB.match(url)
        return super().link(text, url, title)

    def image(self, text, url, title=None):
        self.brought |= not url.startswith("attachment:")
        try:
            shown = super().image(text, url, title)
            self._room -= len(shown)  # a text may name a large one again and again
            return shown if self._room >= 0 else f"[picture too large: {text}]"
        except InvalidNotebook:
            self.brought = True
            return f"[picture not found: {text}]"


def markdown_html(source, attachments=None):
    """Render a Markdown text.

    Parameters
    ----------
    source : str
        The text, with ``$...$`` formulas.
    attachments : dict, optional
        The cell's pasted pictures.

    Returns
    -------
    str
        HTML as `FEEDBACK` leaves it, with MathML for the formulas.
    """
    return typeset(_render(source, attachments)[0])


@pass_context
def markdown2html(context, source):
    """Take the place of nbconvert's template filter of this name."""
    return markdown_html(plain(source), context.get("cell", {}).get("attachments"))


def safe_source(source, attachments=None):
    """Return a Markdown text that is harmless also where nothing cleans it.

    Parameters
    ----------
    source : str
        A student's text.
    attachments : dict, optional
        The cell's pasted pictures, cleaned.

    Returns
    -------
    str
        The text itself when it is Markdown and formulas alone; else its cleaned HTML in one
        line, which Markdown shows as it is.
    """
    html, brought = _render(source, attachments)
    if not brought or html.strip().translate(_FINISHED) == source:
        return plain(source)
    return finished(html)


def finished(html):
    """Wrap clean HTML so that a Markdown parser leaves it alone."""
    return f"<div>{html.strip().translate(_FINISHED)}</div>"


def is_finished(source):
    """Tell whether a text may be what `finished` made: one line of HTML, without Markdown."""
    is_wrapped = source.startswith("<div>") and source.endswith("</div>")
    return is_wrapped and source == source.translate(_FINISHED)


def typeset(html):
    """Put MathML in place of the formulas in the text of clean HTML, outside of code."""
    parts = _TAG.split(html)
    in_code = 0
    for i, part in enumerate(parts):
        if i % 2:  # a tag
            code = _CODE.match(part)
            in_code += (-1 if code[1] else 1) if code else 0
        elif in_code <= 0 and len(part) <= LONGEST:
            parts[i] = _FORMULA.sub(_mathml, part)
    return "".join(parts)


@pass_context
def typeset_output(context, html):
    """Typeset the HTML of an output, as far as the notebook's `MOST_FORMULAS` go."""
    resources = context["resources"]
    left = resources.setdefault("gradient_lab_formulas", MOST_FORMULAS)
    text = len(_TAG.sub("", html))
    if text > left or not _FORMULA.search(html[: 10 * MOST_FORMULAS]):
        return html
    resources["gradient_lab_formulas"] = left - text
    return typeset(html)


def _render(source, attachments):
    """Return clean HTML without typeset formulas, and whether the text brought its own HTML."""
    source = plain(source)
    if is_finished(source):
        return FEEDBACK.clean(source), True
    pictures = []

    def set_aside(match):
        pictures.append(match[0])
        return f"data:image/png;base64,AAAA{len(pictures) - 1:08}===="

    source = _EMBEDDED.sub(set_aside, source)
    if len(source) > LONGEST:
        return as_typed(source), True
    renderer = _Renderer(attachments)
    plugins = [import_plugin(p) for p in MarkdownWithMath.DEFAULT_PLUGINS if p != "task_lists"]
    try:
        html = MarkdownWithMath(renderer=renderer, plugins=plugins).render(source)
    except Exception:  # noqa: BLE001  (a parser may stumble over anything)
        return as_typed(source), True
    html = FEEDBACK.clean(_put_back(html, pictures))
    return (as_typed(source), True) if html == TOO_LARGE else (html, renderer.brought)


def _put_back(html, pictures):
    """Put embedded pictures in their places; a text may name one again and again."""
    room = FEEDBACK.limits.characters // 2

    def picture(place):
        nonlocal room
        found = pictures[int(place[1])] if int(place[1]) < len(pictures) else ""
        room -= len(found)
        return found if room >= 0 else ""

    return _PLACE.sub(picture, html)


def _keep_comparisons(formula):
    """Escape `$a<b$` inside of HTML, which would else begin a tag."""
    return formula[0] if "</" in formula[0] else escape(unescape(formula[0]), quote=False)


def as_typed(source):
    """Return a text as it was typed, as HTML; a page is no place for more than `MOST_SHOWN`."""
    return f"<pre>{escape(cut(plain(source)))}</pre>"


def cut(text, most=MOST_SHOWN):
    """Return a text, or its beginning and how much is left out."""
    left_out = len(text) - most
    return text if left_out <= 0 else f"{text[:most]}\n[{left_out:,} more characters]"


def _mathml(match):
    inline, paren = match["inline"], match["paren"]
    tex = next(filter(None, (match["block"], match["bracket"], match["env"], inline, paren)), "")
    if not tex.strip():
        return match[0]
    return to_mathml(unescape(tex), display=inline is None and paren is None)
