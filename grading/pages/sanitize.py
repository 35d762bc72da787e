"""The one place that decides which HTML and which pictures of a student's reach a page.

nh3 parses as browsers do and lets through what is listed here, nothing else.  What it may not
decide alone is decided by `_allowed`: addresses, classes, sizes.
"""

import base64
import binascii
import io
import re
from html import escape

import nh3
from PIL import Image
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

#: Parsing takes the square of the depth, and of the entities in one stretch of text.
MAX_DEPTH = 500
MAX_ENTITIES = 60_000
MAX_HTML = 8_000_000
#: Tags of one text whose tags are closed in order, as programs write it.
MAX_TAGS = 40_000
#: Tags and characters, without pictures, of any other: parsing may take the square of either.
MAX_LOOSE_TAGS = 1_000
MAX_LOOSE = 100_000
MAX_DRAWINGS = 100
TOO_LARGE = "<p>[Not shown here: this HTML is too large or too deeply nested.]</p>"
MAX_PIXELS = 50_000_000
RASTER = {"png": "PNG", "jpeg": "JPEG", "gif": "GIF", "webp": "WEBP"}

_TAG_BEGIN = re.compile(r"<[a-zA-Z/!?]")
_TIDY = re.compile(
    r"[^<]+|<(?P<closes>/?)(?P<name>[a-zA-Z][a-zA-Z0-9-]*+)"
    r"""(?:\s++[\w:.-]++(?:=(?:"[^"<>]*+"|'[^'<>]*+'|[^\s"'<>=`]++))?+){0,50}+\s*+/?>"""
    r"|<!--(?:[^<>-]|-(?!->))*+-->"
)
_EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"}
_LINK = re.compile(r"(?:https?://|mailto:)[^\s\\]+", re.IGNORECASE)
_PICTURE = re.compile(r"data:image/([a-z+]+);base64,([A-Za-z0-9+/=\s]+)")
_SVG_BEGIN = re.compile(r"<svg\b", re.IGNORECASE)
_SVG_END = re.compile(r"</svg\s*>", re.IGNORECASE)
_SVG_LABEL = re.compile(r'\saria-label="([^"]{1,2000})"|<title[^>]{0,200}>([^<]{1,2000})</title>')
_NO_SOURCE = re.compile(r"<img(?![^>]*\ssrc=)[^>]*>")


def clean_html(html):
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
    html = _svg_to_pictures(plain(html))
    if _effort(html) is None:
        return TOO_LARGE
    cleaned = _NO_SOURCE.sub("[picture not included]", _CLEANER.clean(html))
    # It may have grown; and what is shown once is shown again when it is cleaned again.
    return TOO_LARGE if _effort(cleaned) is None else cleaned


def effort(html):
    """Say how much work beyond its length HTML may be for `clean_html`.

    Parameters
    ----------
    html : str
        Anything.

    Returns
    -------
    int
        0 where all tags are closed in order; else the square of their number, and of the hundreds
        of characters (one tag may have thousands of attributes).  1,000,000 is about a tenth of a
        second.
    """
    return _effort(_svg_to_pictures(plain(html))) or 0


def plain(value):
    """Return a notebook's value as text that can be written as UTF-8."""
    if isinstance(value, list | tuple):
        value = "".join(map(str, value))
    return str(value).encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def picture_address(kind, data):
    """Return the ``data:`` address of a picture.

    Parameters
    ----------
    kind : str
        ``png``, ``jpeg``, ``gif``, ``webp`` or ``svg+xml``.
    data : str
        The picture's file in base 64.

    Returns
    -------
    str or None
        None when it is no such picture, or one of more than `MAX_PIXELS`.
    """
    try:
        raw = base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    shows = b"<svg" in raw if kind == "svg+xml" else _is_raster(kind, raw)
    return f"data:image/{kind};base64,{base64.b64encode(raw).decode()}" if shows else None


def svg_picture(svg):
    """Return an SVG drawing as an ``<img>``, in which browsers run and fetch nothing."""
    label = _SVG_LABEL.search(svg)
    alt = ((label[1] or label[2]) if label else "").strip() or "A drawing without a description"
    if "xmlns=" not in svg:
        svg = svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    data = base64.b64encode(plain(svg).encode()).decode()
    return f'<img alt="{escape(alt)}" src="data:image/svg+xml;base64,{data}">'


def _is_raster(kind, raw):
    try:
        with Image.open(io.BytesIO(raw), formats=[RASTER[kind]]) as picture:
            return picture.width * picture.height <= MAX_PIXELS
    except Exception:  # noqa: BLE001  (Pillow raises many kinds on broken files)
        return False


def _svg_to_pictures(html):
    """Make pictures of inline drawings; one that is not closed is left to the cleaner."""
    parts, done = [], 0
    while (begin := _SVG_BEGIN.search(html, done)) and (end := _SVG_END.search(html, begin.end())):
        drawing = html[begin.start() : end.end()]
        is_shown = len(parts) < 2 * MAX_DRAWINGS
        picture = svg_picture(drawing) if is_shown else "[drawing not included]"
        parts += [html[done : begin.start()], picture]
        done = end.end()
    return "".join([*parts, html[done:]])


def _effort(html):
    """Return what `effort` does, or None for what is not parsed at all."""
    if len(html) > MAX_HTML or html.count("&") > MAX_ENTITIES:
        return None
    tags = sum(1 for _ in _TAG_BEGIN.finditer(html))
    if tags > MAX_TAGS:
        return None
    depth = _tidy_depth(html)
    if depth is not None:
        return 0 if depth <= MAX_DEPTH else None
    length = len(_PICTURE.sub("", html))
    is_small = tags <= MAX_LOOSE_TAGS and length <= MAX_LOOSE
    return tags**2 + (length // 100) ** 2 if is_small else None


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


def _allowed(tag, name, value):
    """Return what is kept of an attribute's value; None drops the attribute."""
    if name == "href":
        return value if _LINK.fullmatch(value.strip()) else None
    if name == "src":
        found = _PICTURE.fullmatch(value.strip())
        return picture_address(found[1], found[2]) if found else None
    if name == "class":
        return " ".join(word for word in value.split() if word in CLASSES) or None
    if name in NUMBERS.split():
        return value if re.fullmatch(r"\d{1,4}", value) else None
    return value[:5000]


_CLEANER = nh3.Cleaner(
    tags=set(TAGS.split()),
    clean_content_tags=set(REMOVED_WHOLE.split()),
    attributes={tag: set(names.split()) for tag, names in ATTRIBUTES.items()},
    attribute_filter=_allowed,
    url_schemes={"http", "https", "mailto", "data"},
    url_relative="deny",
    filter_style_properties=set(STYLES.split()),
)
