"""Turn the stored outputs of one cell into HTML: figures with their description, tables, text."""

import re
from html import escape

from bs4 import BeautifulSoup
from nbconvert.filters import strip_ansi

from student_tools.report.markup import REPORT, markdown
from student_tools.report.pictures import checked_address
from student_tools.report.sanitize import svg_address

LONGEST = 120  # lines of one output; more is not read in a report
FIGURE_TEXT = re.compile(r"^<Figure size .*>$")
NO_DESCRIPTION = "a figure without a description"
NO_PICTURE = (
    '<p class="notice">A figure is not shown here: what was stored is no picture. '
    "Run the notebook again from the top.</p>"
)


class Outputs:
    """The outputs of a notebook's cells, as HTML, with the figures numbered ``SECTION.1, ...``.

    Parameters
    ----------
    section : int
        The number of the section that the notebook becomes.
    """

    def __init__(self, section):
        self.section = section
        self.figures = 0

    def render(self, outputs):
        """Return a list of HTML strings, one an output that has something to show."""
        pieces = [self._one(output) for output in _joined_streams(outputs)]
        return [piece for piece in pieces if piece]

    def _one(self, output):
        if output.output_type == "stream":
            return text_block(output.text, "output" if output.name == "stdout" else "output stderr")
        if output.output_type == "error":
            return _error(output)
        return self._data(output.get("data", {}), output.get("metadata", {}))

    def _data(self, data, metadata):
        if "text/html" in data and (html := self._html(_text(data["text/html"]))):
            return html
        if "text/markdown" in data:
            return f'<div class="output">{markdown(_text(data["text/markdown"]))}</div>'
        for kind in ("image/svg+xml", "image/png", "image/jpeg"):
            if kind in data:
                alt = metadata.get(kind, {}).get("alt") or metadata.get("alt") or NO_DESCRIPTION
                address = checked_address(_picture_address(kind, _text(data[kind])))
                return self._figure(address, str(alt)) if address else NO_PICTURE
        if "text/latex" in data:
            return f'<div class="output">{markdown(_text(data["text/latex"]))}</div>'
        text = _text(data.get("text/plain", ""))
        if FIGURE_TEXT.match(text):
            return (
                '<p class="notice">The figure is missing here: only its name was stored. '
                "Run the notebook again from the top.</p>"
            )
        return text_block(text, "output")

    def _html(self, html):
        soup = BeautifulSoup(cleaned := REPORT.clean(html), "html.parser")
        pictures = soup("img")
        if len(pictures) == 1 and not soup.get_text(strip=True):
            return self._figure(pictures[0]["src"], pictures[0].get("alt") or NO_DESCRIPTION)
        if not pictures and not soup.get_text(strip=True):
            return ""
        # A heading inside an output would break the outline of the report.
        quiet = re.sub(r"<h[1-6][^>]*>(.*?)</h[1-6]>", r"<p><b>\1</b></p>", cleaned, flags=re.S)
        return (
            f'<div class="output rich" tabindex="0" role="group" aria-label="Output">{quiet}</div>'
        )

    def _figure(self, address, alt):
        self.figures += 1
        return (
            f'<figure><img alt="{escape(alt)}" src="{escape(address)}">'
            f"<figcaption>Figure {self.section}.{self.figures}</figcaption></figure>"
        )


def text_block(text, style):
    """Return printed text as one ``<pre>``; progress bars keep their last state only."""
    lines = [
        line.rsplit("\r", 1)[-1] for line in strip_ansi(text).replace("\r\n", "\n").split("\n")
    ]
    if len(lines) > LONGEST:
        half = LONGEST // 2
        lines[half:-half] = [f"... {len(lines) - 2 * half} more lines ..."]
    shown = "\n".join(lines).strip("\n")
    if not shown.strip():
        return ""
    return f'<pre class="{style}">{escape(shown)}</pre>'


def _error(output):
    trace = text_block("\n".join(output.get("traceback", [])), "output")
    return (
        f'<p class="notice">This cell stopped with an error: <code>{escape(output.ename)}: '
        f"{escape(strip_ansi(output.evalue))}</code></p>"
        f"<details><summary>Where the error came from</summary>{trace}</details>"
    )


def _joined_streams(outputs):
    """Join neighbouring pieces of one stream: a kernel cuts long prints anywhere."""
    joined = []
    for output in outputs:
        last = joined[-1] if joined else None
        if (
            output.output_type == "stream"
            and last is not None
            and last.output_type == "stream"
            and last.name == output.name
        ):
            last.text += output.text
        else:
            joined.append(output.copy())
    return joined


def _picture_address(kind, data):
    if kind == "image/svg+xml":
        return svg_address(data)
    return f"data:{kind};base64," + "".join(data.split())


def _text(value):
    return "".join(value) if isinstance(value, list) else str(value)
