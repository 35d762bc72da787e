"""Turn what a notebook holds (Markdown, HTML, code, pictures) into HTML that is safe and offline.

Whatever a notebook brings is reduced to an allowlist: no script, no style sheet, no frame, nothing
fetched from elsewhere.  Formulas are put in after that, from :mod:`student_tools.report.maths`.
"""

import base64
import re
from html import escape

import bleach
from bleach.css_sanitizer import CSSSanitizer
from bs4 import BeautifulSoup
from nbconvert.filters.markdown_mistune import InvalidNotebook, IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from student_tools.report.maths import to_mathml
from student_tools.report.pictures import NoPicture, checked_address, read_picture

# Chosen for its contrast: each colour has at least 4.5 : 1 on the page's code background.
CODE_STYLE = "xcode"
TAGS = """
a abbr b blockquote br caption code col colgroup dd del details div dl dt em figcaption figure
h1 h2 h3 h4 h5 h6 hr i img kbd li mark ol p pre q s samp small span strong sub summary sup
table tbody td tfoot th thead tr u ul var
"""
PLAIN_ATTRIBUTES = """
alt aria-label class colspan dir headers height lang rowspan scope span start style title width
"""
STYLES = """
background-color border border-bottom border-collapse border-top color display font-family
font-size font-style font-weight margin max-width padding text-align vertical-align white-space
width
"""
REMOVED_WHOLE = """
script style template noscript iframe frame object embed applet form button input select textarea
head title link meta base audio video canvas math
"""
INLINE_SVG = re.compile(r"<svg\b.*?</svg\s*>", re.DOTALL | re.IGNORECASE)
# Private-use characters that stand for formula number N while the rest is cleaned.
PLACE = re.compile("\ue000([0-9]+)\ue001")


class _Renderer(IPythonRenderer):
    """nbconvert's Markdown renderer, with formulas set aside and pictures embedded."""

    def __init__(self, folder, attachments):
        super().__init__(
            escape=False,
            allow_harmful_protocols=False,
            embed_images=True,
            exclude_anchor_links=True,
            path=str(folder),
            attachments=attachments,
        )
        self.formulas = []

    def _set_aside(self, tex, *, display=False):
        self.formulas.append((tex, to_mathml(tex, display=display)))
        return f"\ue000{len(self.formulas) - 1}\ue001"

    def inline_math(self, body):
        return self._set_aside(body)

    def block_math(self, body):
        return self._set_aside(body, display=True)

    def latex_environment(self, name, body):
        return self._set_aside(f"\\begin{{{name}}}{body}\\end{{{name}}}", display=True)

    def image(self, text, url, title=None):
        alt = PLACE.sub(lambda place: self.formulas[int(place[1])][0], text)
        try:
            if url.startswith(("attachment:", "data:")):
                picture = super().image(alt, url, title)
            else:
                shown = read_picture(self.path, url) or ""
                more = f' title="{escape(title)}"' if title else ""
                picture = f'<img alt="{escape(alt)}"{more} src="{shown}">'
        except InvalidNotebook:
            picture = ""
        except NoPicture as reason:
            return f"[picture not shown: {escape(alt)}; {escape(str(reason))}]"
        return picture if 'src="data:image/' in picture else f"[picture not found: {escape(alt)}]"

    def _src_to_base64(self, src):
        """Embed a picture that HTML names; nbconvert's would follow links and read any file."""
        try:
            return None if src.startswith("data:") else read_picture(self.path, src)
        except NoPicture:
            return None


def markdown(text, *, folder=".", attachments=None):
    """Return the HTML of a Markdown text.

    Parameters
    ----------
    text : str
        Markdown as a notebook's cell holds it, with ``$...$`` formulas.
    folder : path
        Where pictures that the text names are looked for.
    attachments : dict, optional
        The cell's attachments.

    Returns
    -------
    str
        Cleaned HTML, see :func:`clean`.
    """
    renderer = _Renderer(folder, attachments)
    html = clean(MarkdownWithMath(renderer=renderer).render(_without_places(text)))
    return PLACE.sub(lambda place: renderer.formulas[int(place[1])][1], html)


def clean(html):
    """Return `html` reduced to tags and attributes that show something and do nothing.

    Scripts, styles, frames and forms go with all they hold; inline SVG becomes a picture (a
    picture cannot run anything); pictures from elsewhere and links to files are dropped.
    """
    soup = BeautifulSoup(INLINE_SVG.sub(_svg_picture, html), "html.parser")
    for element in soup(REMOVED_WHOLE.split()):
        element.decompose()
    cleaner = bleach.Cleaner(
        tags=frozenset(TAGS.split()),
        attributes=_allowed,
        protocols={"http", "https", "mailto", "data"},
        css_sanitizer=CSSSanitizer(allowed_css_properties=STYLES.split()),
        strip=True,
    )
    cleaned = cleaner.clean(str(soup))
    return re.sub(r"<img(?![^>]*\ssrc=)[^>]*>", "[picture not included]", cleaned)


def python_code(source):
    """Return highlighted Python as one ``<pre>``."""
    inner = highlight(source, PythonLexer(), HtmlFormatter(nowrap=True))
    return f'<pre class="code"><code>{inner}</code></pre>'


def code_colours():
    """Return the style sheet that belongs to :func:`python_code`."""
    rules = HtmlFormatter(style=CODE_STYLE).get_style_defs(["pre.code", ".highlight"])
    # Only the colours of tokens: the page decides on backgrounds and line numbers.
    return "\n".join(rule for rule in rules.splitlines() if re.match(r"pre\.code \.\w+,", rule))


def svg_address(svg):
    """Return a ``data:`` address of an SVG text, for an ``<img>``."""
    if "xmlns=" not in svg:
        svg = svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _svg_picture(match):
    svg = match[0]
    label = re.search(r'aria-label="([^"]*)"|<title[^>]*>([^<]*)</title>', svg)
    alt = (label[1] or label[2] or "") if label else ""
    return f'<img alt="{alt.strip()}" src="{svg_address(svg)}">'


def _allowed(tag, name, value):
    if name == "src":
        return tag == "img" and checked_address(value) is not None
    if name == "href":
        return tag == "a" and re.match(r"(https?:|mailto:)", value)
    return name in PLAIN_ATTRIBUTES.split()


def _without_places(text):
    return text.replace("\ue000", "").replace("\ue001", "")
