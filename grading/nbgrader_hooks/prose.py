"""Markdown of students as pages show it: nbconvert's own rendering, cleaned, formulas as MathML.

Formulas are put in after the cleaning, by a converter whose result is checked: a page needs no
script and no network for them.
"""

import re
from html import escape, unescape
from time import monotonic

from jinja2 import pass_context
from mistune.plugins import import_plugin
from nbconvert.filters.markdown_mistune import InvalidNotebook, IPythonRenderer, MarkdownWithMath

from grading.nbgrader_hooks.sanitize import clean_html, plain
from helpers.report.maths import to_mathml

#: Characters of one text; parsing takes the square of it in the worst case.
LONGEST = 20_000
#: Characters of a cell that a page shows; each may be an entity (`sanitize.MAX_ENTITIES`).
MOST_SHOWN = 50_000
#: Seconds after which a text that is shown again and again is better shown as it was typed.
SLOW = 1.0

_SIMPLE_TAG = re.compile(
    r"</?(?:b|br|code|details|div|em|hr|i|kbd|p|span|strong|sub|summary|sup|u)\s*/?>"
    r"|<!--[^<>]*-->",
    re.IGNORECASE,
)
_WEB = re.compile(r"(?:https?://|mailto:|#)", re.IGNORECASE)
_EMBEDDED = re.compile(r"data:image/[a-z+]+;base64,[A-Za-z0-9+/]{200,}={0,2}")
_PLACE = re.compile(r"data:image/png;base64,AAAA(\d{8})====")
_TAG_OR_CODE = re.compile(
    r"(<(?:pre|code|math)\b.*?</(?:pre|code|math)>|<[^>]*>)", re.DOTALL | re.IGNORECASE
)
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
            return super().image(text, url, title)
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
        HTML as `clean_html` leaves it, with MathML for the formulas.
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
    start = monotonic()
    html, brought = _render(source, attachments)
    if monotonic() - start > SLOW:
        return finished(as_typed(source))
    if not brought or html.strip().translate(_FINISHED) == source:
        return plain(source)
    return finished(html)


def finished(html):
    """Wrap clean HTML so that a Markdown parser leaves it alone."""
    return f"<div>{html.strip().translate(_FINISHED)}</div>"


def _is_finished(source):
    """Tell whether a text may be what `finished` made: one line of HTML, without Markdown."""
    is_wrapped = source.startswith("<div>") and source.endswith("</div>")
    return is_wrapped and source == source.translate(_FINISHED)


def typeset(html):
    """Put MathML in place of the formulas in the text of clean HTML, outside of code."""
    parts = _TAG_OR_CODE.split(html)
    parts[::2] = [
        _FORMULA.sub(_mathml, part) if len(part) <= LONGEST else part for part in parts[::2]
    ]
    return "".join(parts)


def _render(source, attachments):
    """Return clean HTML without typeset formulas, and whether the text brought its own HTML."""
    pictures = []

    def set_aside(match):
        pictures.append(match[0])
        return f"data:image/png;base64,AAAA{len(pictures) - 1:08}===="

    source = _EMBEDDED.sub(set_aside, plain(source))
    if len(source) > LONGEST:
        return (clean_html(source) if _is_finished(source) else as_typed(source)), True
    renderer = _Renderer(attachments)
    plugins = [import_plugin(p) for p in MarkdownWithMath.DEFAULT_PLUGINS if p != "task_lists"]
    try:
        html = MarkdownWithMath(renderer=renderer, plugins=plugins).render(source)
    except Exception:  # noqa: BLE001  (a parser may stumble over anything)
        return as_typed(source), True
    html = _PLACE.sub(lambda place: pictures[int(place[1])], html)
    return clean_html(html), renderer.brought


def _keep_comparisons(formula):
    """Escape `$a<b$` inside of HTML, which would else begin a tag."""
    return formula[0] if "</" in formula[0] else escape(unescape(formula[0]), quote=False)


def as_typed(source):
    """Return a text as it was typed, as HTML; a page is no place for more than `MOST_SHOWN`."""
    return f"<pre>{escape(cut(plain(source)))}</pre>"


def cut(text):
    """Return a text, or its beginning and how much is left out."""
    left_out = len(text) - MOST_SHOWN
    return text if left_out <= 0 else f"{text[:MOST_SHOWN]}\n[{left_out:,} more characters]"


def _mathml(match):
    inline, paren = match["inline"], match["paren"]
    tex = next(filter(None, (match["block"], match["bracket"], match["env"], inline, paren)), "")
    if not tex.strip():
        return match[0]
    return to_mathml(unescape(tex), display=inline is None and paren is None)
