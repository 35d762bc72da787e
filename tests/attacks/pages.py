"""Attacks on whoever reads the graded notebook: scripts in every kind of output and of text.

Here only what is left in the page's text is looked at; that no browser runs it is another test's.
"""
# ruff: noqa: E501  (pages that attack read best unbroken)

from attacks.handing_in import own_cell
from attacks.model import Attack

_RUN = "atk_xss()"
_HTML = [
    f"<script>{_RUN}</script>",
    f"<img src=x onerror={_RUN}>",
    f"<svg onload={_RUN}><script>{_RUN}</script></svg>",
    f'<iframe srcdoc="<script>{_RUN}</script>"></iframe><iframe src="javascript:{_RUN}"></iframe>',
    f'<a href="javascript:{_RUN}">x</a><a href=" &#106;avascript:{_RUN}">x</a>',
    f'<form action="javascript:{_RUN}"><button formaction="javascript:{_RUN}">x</button></form>',
    f'<object data="data:text/html,<script>{_RUN}</script>"></object><embed src="javascript:{_RUN}">',
    f'<meta http-equiv="refresh" content="0;url=javascript:{_RUN}"><base href="javascript:{_RUN}//">',
    f"<div onmouseover={_RUN} style=\"background:url('javascript:{_RUN}')\">x</div>",
    f"<style>@import 'javascript:{_RUN}'; body {{ --{_RUN}: 1 }}</style>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={_RUN}></style></mglyph></table></mtext></math>",
    f'<noscript><p title="</noscript><img src=x onerror={_RUN}>"></noscript>',
    f"<template><script>{_RUN}</script></template><details ontoggle={_RUN} open>x</details>",
    f"<video><source onerror={_RUN}></video><input autofocus onfocus={_RUN}>",
    f"--><script>{_RUN}</script><!--</textarea></title></style><script>{_RUN}</script>",
]


def _shows(name, tries, code):
    return Attack(name, tries, setup=code)


def _publishes(kind, values):
    return f"""
from IPython.display import publish_display_data
for value in {values!r}:
    publish_display_data({{{kind!r}: value, "text/plain": value}})
"""


def _texts(nb, place):
    for text in _HTML:
        nb["cells"].append(own_cell(text, "markdown"))
        nb["cells"].append(own_cell(text, "raw", metadata={"format": "text/html"}))
        nb["cells"].append(own_cell("# </pre>" + text))
    svg = {"x.svg": {"image/svg+xml": _HTML[2], "text/html": _HTML[0]}}
    nb["cells"].append(own_cell("![x](attachment:x.svg)", "markdown", attachments=svg))


def _written(nb, place):
    for cell in nb["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "report_difference":
            cell["source"] = "\n\n".join(
                [
                    *_HTML,
                    f'[x](javascript:{_RUN}) ![x](x" onerror={_RUN})',
                    f"$\\href{{javascript:{_RUN}}}{{x}}$ <!-- ",
                    _HTML[0],
                ]
            )


_PICTURE = 'iVBOR"><script>atk_xss()</script><img src="'

ATTACKS = [
    _shows("html", "scripts in HTML outputs, in fifteen forms", _publishes("text/html", _HTML)),
    _shows("svg", "scripts in SVG outputs", _publishes("image/svg+xml", _HTML)),
    _shows("javascript", "JavaScript outputs", _publishes("application/javascript", [_RUN])),
    _shows("markdown-output", "scripts in Markdown outputs", _publishes("text/markdown", _HTML)),
    _shows(
        "latex-output",
        "scripts in mathematics",
        _publishes("text/latex", [f"$\\href{{javascript:{_RUN}}}{{x}}$ {text}" for text in _HTML]),
    ),
    _shows(
        "picture",
        "pictures whose data end the attribute, and whose alternative text does",
        f"""
from IPython.display import publish_display_data
for kind in ("image/png", "image/jpeg"):
    publish_display_data({{kind: {_PICTURE!r}}}, {{kind: {{"alt": '" onerror={_RUN} x="', "width": '1" onerror={_RUN} x="'}}}})
""",
    ),
    _shows(
        "widgets",
        "widget and application outputs that pull scripts in",
        _publishes("application/vnd.jupyter.widget-view+json", [{"model_id": _HTML[0]}])
        + _publishes("application/vnd.bokehjs_exec.v0+json", [_HTML[0]])
        + _publishes("application/json", [_HTML[0]]),
    ),
    _shows(
        "streams",
        "scripts in what is printed, to both streams, with terminal codes",
        f"""
import sys
for text in {_HTML!r}:
    print(text, "\\x1b[31m", text, "\\x1b]8;;javascript:{_RUN}\\x1b\\\\x\\x1b]8;;\\x1b\\\\")
    print(text, file=sys.stderr)
""",
    ),
    Attack(
        "errors",
        "scripts in the name, the text and the lines of an error",
        attacked=("cost",),
        setup=f"get_ipython().kernel.session.send(get_ipython().kernel.iopub_socket, 'error', "
        f"{{'ename': {_HTML[0]!r}, 'evalue': {_HTML[1]!r}, 'traceback': [{_HTML[2]!r}]}}, "
        f"parent=get_ipython().kernel.get_parent('shell'))",
        bodies={
            "cost": f"raise type({_HTML[1]!r}, (ValueError,), {{}})({_HTML[0]!r})  # {_HTML[2]}"
        },
    ),
    Attack(
        "results-as-page",
        "what the grader's own messages repeat: names of types, of functions, of keys",
        attacked=("cost", "forward"),
        bodies={
            "cost": f"return type({_HTML[0]!r}, (), {{}})()",
            "forward": f"print({_HTML[0]!r})\nraise KeyError({_HTML[1]!r})",
        },
    ),
    Attack("texts", "scripts in Markdown, raw and code cells, and in attachments", change=_texts),
    Attack("written-answer", "scripts in the written answer", change=_written),
]
