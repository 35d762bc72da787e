"""Turn what a notebook holds (Markdown, HTML, code, pictures) into HTML that is safe and offline.

Whatever a notebook brings is reduced to an allowlist: no script, no style sheet, no frame, nothing
fetched from elsewhere.  Formulas are put in after that, from :mod:`student_tools.report.maths`.
"""

import re
from html import escape

from nbconvert.filters.markdown_mistune import InvalidNotebook, IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from student_tools.report.maths import to_mathml
from student_tools.report.pictures import NoPicture, checked_address, read_picture
from student_tools.report.sanitize import ATTRIBUTES, STYLES, Limits, Policy, plain

# Chosen for its contrast: each colour has at least 4.5 : 1 on the page's code background.
CODE_STYLE = "xcode"
#: What a report shows of HTML: its own author's tables may be wide, framed and in several fonts.
REPORT = Policy(
    picture=checked_address,
    attributes={
        **ATTRIBUTES,
        "*": "aria-label class dir height lang style title width",
        "table": "",  # the page draws the lines of tables
    },
    styles=f"{STYLES} border border-bottom border-top display font-family font-size margin padding",
    number=r"\d{1,4}%?",
    # A picture of 20 MB that lies beside the notebook is shown; nobody else waits for the page.
    limits=Limits(characters=100_000_000, tags=400_000, loose_tags=10_000, loose=1_000_000),
)
# Private-use characters that stand for formula number N while the rest is cleaned.
PLACE = re.compile("\ue000([0-9]+)\ue001")
#: A tag of clean HTML, in which quotation marks are double.
TAG = re.compile(r'(<(?:[^<>"]|"[^"]*")*>)')
_TAG = re.compile(r'(<(?:[^<>"]|"[^"]*")*>)')


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

    def _formula(self, place):
        """Return TeX and HTML for a place; a text may name one that is not there."""
        number = int(place[1][:9])
        return self.formulas[number] if number < len(self.formulas) else ("", "")

    def set_in(self, html):
        """Put the formulas into clean HTML; in a tag, only a forged place can stand."""
        parts = TAG.split(html)
        for i, part in enumerate(parts):
            put = "" if i % 2 else (lambda place: self._formula(place)[1])
            parts[i] = PLACE.sub(put, part)
        return "".join(parts)

    def inline_math(self, body):
        return self._set_aside(body)

    def block_math(self, body):
        return self._set_aside(body, display=True)

    def latex_environment(self, name, body):
        return self._set_aside(f"\\begin{{{name}}}{body}\\end{{{name}}}", display=True)

    def image(self, text, url, title=None):
        alt = PLACE.sub(lambda place: self._formula(place)[0], text)
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
        HTML as `REPORT` leaves it, with MathML for the formulas.
    """
    renderer = _Renderer(folder, attachments)
    html = MarkdownWithMath(renderer=renderer).render(_without_places(plain(text)))
    return renderer.set_in(REPORT.clean(html))


def python_code(source):
    """Return highlighted Python as one ``<pre>``."""
    inner = highlight(source, PythonLexer(), HtmlFormatter(nowrap=True))
    return f'<pre class="code"><code>{inner}</code></pre>'


def code_colours():
    """Return the style sheet that belongs to :func:`python_code`."""
    rules = HtmlFormatter(style=CODE_STYLE).get_style_defs(["pre.code", ".highlight"])
    # Only the colours of tokens: the page decides on backgrounds and line numbers.
    return "\n".join(rule for rule in rules.splitlines() if re.match(r"pre\.code \.\w+,", rule))


def _without_places(text):
    return text.replace("\ue000", "").replace("\ue001", "")
