"""Ways in which a notebook may try to run a script, or to call home, on the page that shows it.

Each would set `window.pwned`, ask for an address of `tripwire.invalid`, or lead away; `make_cell`
makes the cell that a hostile kernel or editor would leave behind.
"""

import base64

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

RUN = "window.pwned=1"
AWAY = "http://tripwire.invalid"
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)


def _b64(text):
    return base64.b64encode(text.encode()).decode()


SCRIPT = f"<script>{RUN}</script>"
IMG = f"<img src=x: onerror={RUN}>"
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="{RUN}"><script>{RUN}</script></svg>'

#: As an output's `text/html`, as raw HTML in Markdown, and as a raw cell.
HTML = [
    SCRIPT,
    f"<SCRIPT SRC={AWAY}/a.js></SCRIPT>",
    f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    f"<script\n>{RUN}</script\n>",
    IMG,
    f"<img/src=x:/onerror={RUN}>",
    f'<img alt="`" src="x:" onerror="{RUN}">',
    f"<img src=data:text/html;base64,{_b64(SCRIPT)} onerror={RUN}>",
    f"<img src={AWAY}/pixel.png>",
    f"<img srcset='{AWAY}/pixel.png 2x'>",
    f"<picture><source srcset='{AWAY}/p.png'><img src=data:image/png;base64,{PIXEL}></picture>",
    f"<svg onload={RUN}></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s></svg>",
    f"<svg><a xlink:href='javascript:{RUN}'><text y=20>click</text></a></svg>",
    f"<svg><style><img title='</style><img src=x: onerror={RUN}>'></svg>",
    "<svg><foreignObject><iframe srcdoc='<script>parent.pwned=1</script>'></foreignObject></svg>",
    f"<math><mtext><table><mglyph><style><img src=x: onerror={RUN}></style></table></mtext></math>",
    f"<math href='javascript:{RUN}'>click</math>",
    f"<math><annotation-xml encoding=text/html><img src=x: onerror={RUN}></annotation-xml></math>",
    f"<noscript><p title='</noscript><img src=x: onerror={RUN}>'></noscript>",
    f"<title><img title='</title><img src=x: onerror={RUN}>'></title>",
    f"<textarea><img title='</textarea><img src=x: onerror={RUN}>'></textarea>",
    f"<xmp><img title='</xmp><img src=x: onerror={RUN}>'></xmp>",
    f"<!--><img src=x: onerror={RUN}>-->",
    f"<!-- --!><img src=x: onerror={RUN}> -->",
    f"<![CDATA[><img src=x: onerror={RUN}>]]>",
    f"<?xml ><img src=x: onerror={RUN}>?>",
    f"<template><script>{RUN}</script></template><div>{IMG}</div>",
    "<iframe src='javascript:parent.pwned=1'></iframe>",
    "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
    f"<iframe src={AWAY}/frame></iframe>",
    f"<object data='javascript:parent.pwned=1'></object><embed src={AWAY}/e>",
    f"<object data={AWAY}/o type=text/html></object>",
    f"<form action={AWAY}/form><button>Full credit</button></form>",
    f"<form id=x></form><button form=x formaction='javascript:{RUN}'>go</button>",
    f"<input autofocus onfocus={RUN}>",
    f"<select autofocus onfocus={RUN}><option>1</select>",
    f"<details open ontoggle={RUN}><summary>more</summary>text</details>",
    f"<div onmouseover={RUN} onclick={RUN}>touch me</div>",
    f"<a href='javascript:{RUN}'>click</a>",
    f"<a href=' java\tscript:{RUN}'>click</a>",
    f"<a href='&#106;avascript&colon;{RUN}'>click</a>",
    f"<a href='data:text/html;base64,{_b64(SCRIPT)}'>click</a>",
    f"<a href='vbscript:{RUN}'>click</a><a href='evil.html'>a file of mine</a>",
    f"<a href='{AWAY}/ping' ping='{AWAY}/ping' onclick='{RUN};return false'>click</a>",
    f"<area href='javascript:{RUN}'><map name=m><area shape=default href='javascript:{RUN}'></map>",
    f"<base href={AWAY}/><script src=a.js></script>",
    f"<meta http-equiv=refresh content='0;url={AWAY}/away'>",
    f"<meta http-equiv=refresh content='0;url=data:text/html,{SCRIPT}'>",
    f"<link rel=stylesheet href={AWAY}/style.css><link rel=prefetch href={AWAY}/p>",
    f"<style>@import '{AWAY}/style.css'; body {{ background: url({AWAY}/bg) }}</style>",
    f"<div style='background-image:url({AWAY}/bg)'>look</div>",
    f"<div style='position:fixed;inset:0' onclick={RUN}>a cover over the page</div>",
    f"<video src={AWAY}/v autoplay poster={AWAY}/poster onerror={RUN}></video>",
    f"<audio src=x: onerror={RUN} autoplay></audio>",
    f"<video><source onerror={RUN} src=x:></video>",
    f"<body onload={RUN} background={AWAY}/bg>",
    f"<table background={AWAY}/bg><td background={AWAY}/bg>cell</table>",
    f"<marquee onstart={RUN}>news</marquee>",
    f"<isindex action=javascript:{RUN} type=image>",
    f"<b onfocus={RUN} tabindex=1 id=x autofocus>bold</b>",
    f"<p onanimationstart={RUN} style='animation:spin 1s'>x<style>@keyframes spin{{}}</style>",
    f"</div></div></body></html>{SCRIPT}",
    f'"><script>{RUN}</script>',
    f"</textarea></pre></code></script>{IMG}",
    f"<script type='text/x-mathjax-config'>{RUN}</script>",
    f"<script type='module'>{RUN}</script>",
    f"<img name=MathJax><form name=formgrader id=statusmessage></form>{IMG}",
]

#: Markdown that needs no raw HTML.
MARKDOWN = [
    f"[click](javascript:{RUN})",
    f"[click](JaVaScRiPt:{RUN})",
    f"[click](&#106;avascript:{RUN})",
    f"[click](data:text/html;base64,{_b64(SCRIPT)})",
    f"[click][1]\n\n[1]: javascript:{RUN}",
    f"<javascript:{RUN}>",
    f"![picture]({AWAY}/pixel.png)",
    f'![x](x: "\\" onerror={RUN} x=\\"")',
    f'![" onerror="{RUN}](x:)',
    f"```mermaid\n{IMG}\n```",
    f'```"><script>{RUN}</script>\nx\n```',
    f"# Title {SCRIPT}",
    f"$x {IMG} y$",
    f"$$\\href{{javascript:{RUN}}}{{click}}$$",
    f"$\\unicode{{x22}}\\style{{background:url({AWAY}/tex)}}{{x}} \\class{{full-credit}}{{y}}$",
    f"$\\require{{action}}\\toggle{{a}}{{b}}\\endtoggle \\text{{{IMG}}}$",
    f"\\begin{{align}}{IMG}\\end{{align}}",
    f"| a |\n|---|\n| {IMG} |",
    f"- [ ] {IMG}",
    f"<div>\n\n{SCRIPT}\n\n</div>",
]

#: Cells that no HTML is needed for: (name, cell).
FORGED = {
    "javascript output": {"data": {"application/javascript": RUN}},
    "javascript output as text/javascript": {"data": {"text/javascript": RUN}},
    "png with a quote": {"data": {"image/png": f'x" onerror="{RUN}'}},
    "jpeg with a quote": {"data": {"image/jpeg": f'x" onerror="{RUN}'}},
    "png that is HTML": {"data": {"image/png": _b64(SCRIPT)}},
    "width with a handler": {
        "data": {"image/png": PIXEL},
        "metadata": {"image/png": {"width": f"1 onload={RUN}", "alt": f'"><script>{RUN}</script>'}},
    },
    "height with a handler": {
        "data": {"image/jpeg": PIXEL},
        "metadata": {"height": f"1 onerror={RUN}"},
    },
    "picture from elsewhere": {
        "data": {"image/png": PIXEL},
        "metadata": {"filenames": {"image/png": f"{AWAY}/pixel.png"}},
    },
    "isolated HTML": {
        "data": {"text/html": "<script>parent.pwned=1</script>" + IMG},
        "metadata": {"text/html": {"isolated": True}},
    },
    "SVG output": {"data": {"image/svg+xml": SVG}},
    "SVG that is HTML": {"data": {"image/svg+xml": f"</svg>{IMG}<svg>"}},
    "SVG from elsewhere": {
        "data": {"image/svg+xml": SVG},
        "svg_filename": f"{AWAY}/pixel.svg",
    },
    "mermaid output": {"data": {"text/vnd.mermaid": IMG}},
    "LaTeX output": {"data": {"text/latex": f"$x$ {IMG} $\\href{{javascript:{RUN}}}{{click}}$"}},
    "Markdown output": {"data": {"text/markdown": f"**a** {IMG} [b](javascript:{RUN})"}},
    "plain output": {"data": {"text/plain": IMG}},
    "JSON output": {"data": {"application/json": {"a": SCRIPT}}},
    "PDF output": {"data": {"application/pdf": _b64(SCRIPT)}},
    "Plotly output": {
        "data": {
            "application/vnd.plotly.v1+json": {"data": [{"text": IMG}]},
            "text/html": f"<div id=p></div><script>{RUN}</script>",
        }
    },
    "widget output": {
        "data": {
            "application/vnd.jupyter.widget-view+json": {
                "model_id": f"</script>{SCRIPT}",
                "version_major": 2,
            }
        }
    },
    "kind with a tag": {"data": {f"text/html{IMG}": IMG, IMG: "x"}},
    "HTML in pieces": {"data": {"text/html": ["<img src=x: on", f"error={RUN}>"]}},
    "HTML that is no text": {"data": {"text/html": {"a": IMG}}},
    "stream": {"output_type": "stream", "name": "stdout", "text": f"\x1b[31m{IMG}\x1b[<script>m"},
    "stream without a name": {"output_type": "stream", "name": f"x{IMG}", "text": IMG},
    "error": {
        "output_type": "error",
        "ename": IMG,
        "evalue": SCRIPT,
        "traceback": [f"\x1b[38;2;1;2;3m{IMG}\x1b[0m", SCRIPT],
    },
    "unknown kind of output": {"output_type": IMG, "data": {"text/html": IMG}},
}


DISPLAY = {"output_type": "display_data", "metadata": {}}


def html_cell(html):
    """Return a code cell that displayed some HTML."""
    return output_cell({"data": {"text/html": html}})


def output_cell(output):
    """Return a code cell with one output, which nbformat need not find valid."""
    cell = new_code_cell("display(it)", execution_count=1)
    whole = output if "output_type" in output else DISPLAY | output
    cell.outputs = [NotebookNode(_nodes(whole))]
    return cell


def markdown_cell(text):
    """Return a text cell."""
    return new_markdown_cell(text)


def _nodes(value):
    if isinstance(value, dict):
        return NotebookNode({key: _nodes(item) for key, item in value.items()})
    return value


def _odd_cells():
    """Cells whose own fields carry something."""
    number = new_code_cell("1")
    number["execution_count"] = IMG
    code = new_code_cell(f"x = '''</pre>{IMG}'''\n%%javascript\n{RUN}", metadata={"magics": IMG})
    language = new_code_cell("1", metadata={"magics_language": f'"><img src=x: onerror={RUN}>'})
    tags = new_code_cell("1", metadata={"tags": [f'"><script>{RUN}</script>', IMG]})
    named = new_markdown_cell("text")
    named["id"] = f'"><script>{RUN}</script>'
    pasted = new_markdown_cell("![pasted](attachment:a.png)")
    pasted["attachments"] = NotebookNode(
        {"a.png": NotebookNode({"image/png": f'x" onerror="{RUN}'})}
    )
    page = new_markdown_cell("![pasted](attachment:a.png)")
    page["attachments"] = NotebookNode({"a.png": NotebookNode({"text/html": _b64(SCRIPT)})})
    missing = new_markdown_cell(f"![{IMG}](attachment:none.png)")
    raw = new_raw_cell(SCRIPT, metadata={"raw_mimetype": "text/html"})
    return {
        "number": number,
        "code": code,
        "language": language,
        "tags": tags,
        "cell id": named,
        "attachment with a quote": pasted,
        "attachment that is a page": page,
        "missing attachment": missing,
        "raw cell": new_raw_cell(IMG),
        "raw cell of HTML": raw,
    }


def all_cells():
    """Return all vectors: {name: cell}."""
    cells = {f"html output {i}": html_cell(html) for i, html in enumerate(HTML)}
    cells |= {f"html in text {i}": markdown_cell(f"See\n\n{html}") for i, html in enumerate(HTML)}
    cells |= {
        f"html in a line {i}": markdown_cell(f"See {html} now") for i, html in enumerate(HTML)
    }
    cells |= {f"markdown {i}": markdown_cell(text) for i, text in enumerate(MARKDOWN)}
    cells |= {name: output_cell(output) for name, output in FORGED.items()}
    return cells | _odd_cells()


def odd_metadata():
    """Return notebook metadata that templates would print."""
    return _nodes(
        {
            "title": f"</title>{SCRIPT}",
            "kernelspec": {"name": "python3", "display_name": IMG, "language": IMG},
            "language_info": {"name": f'x">{IMG}', "pygments_lexer": f'x">{IMG}'},
            "widgets": {
                "application/vnd.jupyter.widget-state+json": {"state": {"a": f"</script>{SCRIPT}"}}
            },
        }
    )
