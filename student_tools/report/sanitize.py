"""The one cleaner of HTML: what a notebook brings is reduced to what shows and does nothing.

Feedback pages and the student's report both use it, each with a `Policy`.  nh3 parses as browsers
do and lets through what is listed, nothing else.  What it may not decide alone is decided by
`Policy._allowed`: addresses, classes, sizes.
"""

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import escape

import nh3
from pygments.token import STANDARD_TYPES

TAGS = """
a abbr b blockquote br caption code col colgroup dd del details div dl dt em figcaption figure
h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strike strong sub summary
sup table tbody td tfoot th thead tr u ul var
"""
#: Tags that go with all they hold: it is no text for readers.
REMOVED_WHOLE = """
script style template noscript iframe frame frameset object embed applet form button select
textarea head title audio video canvas svg math xmp noembed noframes plaintext
"""
ATTRIBUTES = {
    "*": "aria-label class dir lang style title",
    "a": "href",
    "img": "alt height src width",
    "col": "span",
    "colgroup": "span",
    "details": "open",
    "li": "value",
    "ol": "start type",
    "table": "border",
    "td": "colspan headers rowspan",
    "th": "abbr colspan headers rowspan scope",
}
#: Nothing that moves, covers or fetches: no position, no margin, no `url(...)`.
STYLES = """
background-color border-collapse color font-style font-weight max-width text-align
text-decoration vertical-align white-space width
"""
#: Looks, and no hooks: a class such as `full-credit` is a button to the formgrader.
CLASSES = frozenset({"dataframe", "highlight", *STANDARD_TYPES.values()} - {""})
NUMBERS = "border colspan height rowspan span start value width"

TOO_LARGE = "<p>[Not shown here: this HTML is too large or too deeply nested.]</p>"
#: A picture that stands in the address itself.
EMBEDDED = re.compile(r"data:image/([a-z+]+);base64,([A-Za-z0-9+/=\s]+)")

_TAG_BEGIN = re.compile(r"<[a-zA-Z/!?]")
_TIDY = re.compile(
    r"[^<]+|<(?P<closes>/?)(?P<name>[a-zA-Z][a-zA-Z0-9-]*+)"
    r"""(?:\s++[\w:.-]++(?:=(?:"[^"<>]*+"|'[^'<>]*+'|[^\s"'<>=`]++))?+){0,50}+\s*+/?>"""
    # Not `(...)*+`: before 3.11.5, Python gives up a possessive group too early.
    r"|<!--[^<>-]*+(?:-(?!->)[^<>-]*+)*-->"
)
_EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"}
_LINK = re.compile(r"(?:https?://|mailto:)[^\s\\]+", re.IGNORECASE)
_SVG_BEGIN = re.compile(r"<svg\b", re.IGNORECASE)
_SVG_END = re.compile(r"</svg\s*>", re.IGNORECASE)
_SVG_LABEL = re.compile(r'\saria-label="([^"]{1,2000})"|<title[^>]{0,200}>([^<]{1,2000})</title>')
_NO_SOURCE = re.compile(r"<img(?![^>]*\ssrc=)[^>]*>")


@dataclass(frozen=True)
class Limits:
    """How much HTML is cleaned at once; more is not shown.

    Parsing takes the square of the depth, and of the entities in one stretch of text.

    Attributes
    ----------
    characters, depth, entities : int
        Of one text.
    tags : int
        Tags of one text whose tags are closed in order, as programs write it.
    loose_tags, loose : int
        Tags and characters, without pictures, of any other: parsing may take the square of either.
    drawings : int
        Inline SVG drawings; the rest is named.
    """

    characters: int = 8_000_000
    depth: int = 500
    entities: int = 60_000
    tags: int = 40_000
    loose_tags: int = 1_000
    loose: int = 100_000
    drawings: int = 100


@dataclass(frozen=True)
class Policy:
    """What one kind of page shows of a notebook's HTML.

    Attributes
    ----------
    picture : callable
        Takes an ``<img>``'s address, and returns the ``data:`` address that is shown, or None.
    attributes : mapping of str to str
        For each tag, and ``*`` for all, the names of the attributes that stay.
    styles : str
        The CSS properties that stay.
    number : str
        What the value of a size has to match.
    limits : Limits
    """

    picture: Callable[[str], str | None]
    attributes: Mapping[str, str] = field(default_factory=lambda: ATTRIBUTES)
    styles: str = STYLES
    number: str = r"\d{1,4}"
    limits: Limits = Limits()

    def clean(self, html):
        """Reduce HTML to what shows something and does nothing.

        Parameters
        ----------
        html : str
            Anything.

        Returns
        -------
        str
            Balanced HTML of `TAGS` alone; pictures are in it as ``data:``, links lead to the web.
            `TOO_LARGE` in place of what would take too long.
        """
        html = self._svg_to_pictures(plain(html))
        if self._effort(html) is None:
            return TOO_LARGE
        cleaned = _NO_SOURCE.sub("[picture not included]", self._cleaner.clean(html))
        # It may have grown; and what is shown once is shown again when it is cleaned again.
        return TOO_LARGE if self._effort(cleaned) is None else cleaned

    def effort(self, html):
        """Say how much work beyond its length HTML may be for `clean`.

        Parameters
        ----------
        html : str
            Anything.

        Returns
        -------
        int
            0 where all tags are closed in order; else the square of their number, and of the
            hundreds of characters (one tag may have thousands of attributes).  1,000,000 is about
            a tenth of a second.
        """
        return self._effort(self._svg_to_pictures(plain(html))) or 0

    @cached_property
    def _cleaner(self):
        return nh3.Cleaner(
            tags=set(TAGS.split()),
            clean_content_tags=set(REMOVED_WHOLE.split()),
            attributes={tag: set(names.split()) for tag, names in self.attributes.items()},
            attribute_filter=self._allowed,
            url_schemes={"http", "https", "mailto", "data"},
            url_relative="deny",
            filter_style_properties=set(self.styles.split()),
        )

    def _allowed(self, tag, name, value):
        """Return what is kept of an attribute's value; None drops the attribute."""
        if name == "href":
            return value if _LINK.fullmatch(value.strip()) else None
        if name == "src":
            return self.picture(value)
        if name == "class":
            return " ".join(word for word in value.split() if word in CLASSES) or None
        if name in NUMBERS.split():
            return value if re.fullmatch(self.number, value) else None
        return value[:5000]

    def _svg_to_pictures(self, html):
        """Make pictures of inline drawings; one that is not closed is left to the cleaner."""
        parts, done = [], 0
        while begin := _SVG_BEGIN.search(html, done):
            if not (end := _SVG_END.search(html, begin.end())):
                break
            drawing = html[begin.start() : end.end()]
            is_shown = len(parts) < 2 * self.limits.drawings
            picture = svg_picture(drawing) if is_shown else "[drawing not included]"
            parts += [html[done : begin.start()], picture]
            done = end.end()
        return "".join([*parts, html[done:]])

    def _effort(self, html):
        """Return what `effort` does, or None for what is not parsed at all."""
        most = self.limits
        if len(html) > most.characters or html.count("&") > most.entities:
            return None
        tags = sum(1 for _ in _TAG_BEGIN.finditer(html))
        if tags > most.tags:
            return None
        depth = _tidy_depth(html)
        if depth is not None:
            return 0 if depth <= most.depth else None
        length = len(EMBEDDED.sub("", html))
        is_small = tags <= most.loose_tags and length <= most.loose
        return tags**2 + (length // 100) ** 2 if is_small else None


def plain(value):
    """Return a notebook's value as text that can be written as UTF-8."""
    if isinstance(value, list | tuple):
        value = "".join(map(str, value))
    return str(value).encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def svg_address(svg):
    """Return the ``data:`` address of an SVG drawing, for an ``<img>``."""
    if "xmlns=" not in svg:
        svg = svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    return "data:image/svg+xml;base64," + base64.b64encode(plain(svg).encode()).decode()


def svg_picture(svg):
    """Return an SVG drawing as an ``<img>``, in which browsers run and fetch nothing."""
    label = _SVG_LABEL.search(svg)
    alt = ((label[1] or label[2]) if label else "").strip() or "A drawing without a description"
    return f'<img alt="{escape(alt)}" src="{svg_address(svg)}">'


def _tidy_depth(html):
    """Return how deeply tags are nested; None unless all are sound and closed in order."""
    still_open, deepest, done = [], 0, 0
    while done < len(html):
        token = _TIDY.match(html, done)
        if token is None:
            return None
        done = token.end()
        name = (token["name"] or "").lower()
        if not name or name in _EMPTY:
            continue
        if not token["closes"]:
            still_open.append(name)
            deepest = max(deepest, len(still_open))
        elif not still_open or still_open.pop() != name:
            return None
    return None if still_open else deepest
