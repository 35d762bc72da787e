"""The page of a report: one template and one style sheet, for the screen and for paper."""

import re

from jinja2 import Environment
from markupsafe import Markup

from student_tools.report.markup import code_colours

STYLE = """
:root { color-scheme: light; --ink: #1c2733; --quiet: #4d5b69; --line: #d3dae2; --soft: #f6f8fa;
  --accent: #0b4f8a; --warn: #7a3500; --warn-soft: #fff5e9; }
* { box-sizing: border-box; }
html { scroll-behavior: auto; }
body { margin: 0; color: var(--ink); background: #fff;
  font: 1.0625rem/1.6 Charter, "Bitstream Charter", "Source Serif 4", Cambria, Georgia,
    "DejaVu Serif", serif; }
main { max-width: 46rem; margin: 0 auto; padding: 0 1.25rem 4rem; }
h1, h2, h3, h4, h5, h6, .cover, nav, figcaption, summary, .label, .notice, .todo, table {
  font-family: "Segoe UI", "Helvetica Neue", Helvetica, Arial, "Liberation Sans", "DejaVu Sans",
    sans-serif; }
h1, h2, h3, h4, h5, h6 { line-height: 1.25; text-wrap: balance; }
h2 { font-size: 1.75rem; margin: 3.5rem 0 1.25rem; padding-top: 1.25rem;
  border-top: 3px solid var(--accent); }
h3 { font-size: 1.3rem; margin: 2.25rem 0 .75rem; }
h4 { font-size: 1.1rem; margin: 1.75rem 0 .5rem; }
h5, h6 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
a { color: var(--accent); }
a:focus-visible, summary:focus-visible, .rich:focus-visible {
  outline: 3px solid var(--accent); outline-offset: 2px; }
.cover { padding: 5.5rem 0 2.5rem; }
.cover .course { margin: 0; color: var(--accent); font-weight: 600; letter-spacing: .04em; }
.cover h1 { font-size: 2.6rem; margin: .5rem 0 1.5rem; }
.cover .by { margin: 0; font-size: 1.15rem; }
.cover .date { margin: .25rem 0 0; color: var(--quiet); }
nav h2 { font-size: 1.15rem; margin: 0 0 .5rem; padding: 0; border: 0; }
nav { border-top: 1px solid var(--line); border-bottom: 1px solid var(--line);
  padding: 1.25rem 0; font-size: .98rem; }
nav ol { margin: 0; padding-left: 1.4rem; }
nav ol ol { list-style: none; padding-left: .25rem; }
nav > ol > li { font-weight: 600; margin: .5rem 0; }
nav ol ol li { font-weight: 400; }
nav a { text-decoration: none; }
nav a:hover { text-decoration: underline; }
pre { font: .85rem/1.5 "Cascadia Mono", Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono",
  monospace; white-space: pre-wrap; overflow-wrap: anywhere; margin: .75rem 0;
  padding: .75rem 1rem; background: var(--soft); border-radius: 6px; tab-size: 4; }
code { font-family: "Cascadia Mono", Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono",
  monospace; font-size: .88em; }
pre code { font-size: 1em; }
pre.output { background: #fff; border-left: 3px solid var(--line); border-radius: 0;
  padding: .25rem 1rem; }
pre.stderr { border-left-color: var(--warn); }
.rich { overflow-x: auto; }
.answer, .written { margin: 1.5rem 0; padding: .1rem 0 .1rem 1rem;
  border-left: 4px solid var(--accent); }
.label { margin: 0; font-size: .82rem; font-weight: 600; color: var(--accent); }
details { margin: .75rem 0; }
summary { cursor: pointer; font-size: .85rem; color: var(--quiet); }
.notice, .todo { background: var(--warn-soft); color: var(--warn); border-left: 4px solid;
  padding: .6rem 1rem; margin: 1rem 0; font-size: .95rem; }
.todo p, .todo ul { margin: .25rem 0; }
figure { margin: 1.5rem 0; text-align: center; }
img { max-width: 100%; height: auto; }
figcaption { font-size: .88rem; color: var(--quiet); margin-top: .35rem; }
.formula { display: block; overflow-x: auto; overflow-y: hidden; margin: 1rem 0;
  text-align: center; }
math { font-family: "Cambria Math", "STIX Two Math", "Latin Modern Math", "DejaVu Math TeX Gyre",
  math; }
math [mathvariant^="bold"] { font-weight: bold; }
mtd[columnalign="right"] { text-align: right; padding-right: 0; }
mtd[columnalign="left"] { text-align: left; padding-left: 0; }
mtd[columnalign="left"] + mtd { padding-left: 2em; }
blockquote { margin: 1rem 0; padding-left: 1rem; border-left: 3px solid var(--line);
  color: var(--quiet); }
table { border-collapse: collapse; font-size: .88rem; margin: 1rem 0; }
th, td { padding: .35rem .6rem; border-bottom: 1px solid var(--line); text-align: left; }
caption { text-align: left; margin-bottom: .35rem; }
thead th { border-bottom: 2px solid var(--ink); }
@page { size: A4; margin: 22mm 20mm 20mm;
  @bottom-center { content: counter(page); font: 9pt "Liberation Sans", Arial, sans-serif; } }
@page :first { @bottom-center { content: none; } }
@media print {
  body { font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  a { color: inherit; text-decoration: none; }
  .cover { padding-top: 75mm; }
  nav { break-before: page; border: 0; padding: 0; }
  nav > ol { columns: 2; column-gap: 10mm; font-size: 9.5pt; }
  nav > ol > li { break-inside: avoid; }
  .rich, .formula { overflow: visible; }
  table { font-size: 8.5pt; }
  th, td { padding: .25rem .4rem; }
  section > h2 { break-before: page; margin-top: 0; border-top: 0; }
  h2, h3, h4, h5, h6, .label { break-after: avoid; }
  figure, table, tr, .formula, .notice { break-inside: avoid; }
  figure img { max-height: 200mm; }
  pre { font-size: 8.5pt; }
  details:not([open]) { display: none; }
}
"""

TEMPLATE = """\
{% macro notices(texts) -%}
{% for text in texts %}<p class="notice">{{ text }}</p>
{% endfor %}
{%- endmacro %}
{% macro folded(summary, html) -%}
<details{{ ' open' if everything }}><summary>{{ summary }}</summary>
{{ html }}
</details>
{%- endmacro %}
{% macro show(block) -%}
{% if block.kind == 'prose' %}
{{ block.html|safe }}
{% elif block.kind == 'written' %}
<div class="written"><p class="label">Written answer: {{ block.name|words }}</p>
{{ block.html|safe }}
{{ notices(block.notices) }}</div>
{% elif block.kind == 'answer' %}
<div class="answer"><p class="label">Answer: <code>{{ block.name }}</code></p>
{{ block.html|safe }}
{{ notices(block.notices) }}</div>
{{ block.outputs|join('\\n')|safe }}
{% elif block.kind == 'check' %}
{% if block.outputs or everything %}
{{ folded('Check of ' ~ block.name|words ~ block.result,
          ((block.html ~ '\\n' if everything else '') ~ block.outputs|join('\\n'))|safe) }}
{% endif %}
{% else %}
{% if block.kind == 'given' %}
{{ folded('Given code', block.html|safe) }}
{% else %}
{{ block.html|safe }}
{% endif %}
{{ notices(block.notices) }}
{{ block.outputs|join('\\n')|safe }}
{% endif %}
{%- endmacro %}
<!DOCTYPE html>
<html lang="{{ language }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Gradient Lab report">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>{{ title }}{{ ' - ' ~ name if name }}</title>
<style>
{{ style|safe }}</style>
</head>
<body>
<main>
<header class="cover">
<p class="course">Gradient Lab</p>
<h1>{{ title }}</h1>
{% if name %}<p class="by">{{ name }}</p>{% endif %}
{% if date %}<p class="date">{{ date }}</p>{% endif %}
</header>
<nav aria-labelledby="contents">
<h2 id="contents">Contents</h2>
<ol>
{% for section in sections %}
<li><a href="#s{{ section.number }}">{{ section.title|unlinked }}</a>
{% for anchor, text, level in section.contents if level == 3 %}
{{ '<ol>'|safe if loop.first }}<li><a href="#{{ anchor }}">{{ text|unlinked }}</a></li>\
{{ '</ol>'|safe if loop.last }}
{% endfor %}
</li>
{% endfor %}
</ol>
</nav>
{% if todo %}
<div class="todo">
<p>Open in this report:</p>
<ul>
{% for line in todo %}<li>{{ line }}</li>
{% endfor %}
</ul>
</div>
{% endif %}
{% for section in sections %}
<section aria-labelledby="s{{ section.number }}">
<h2 id="s{{ section.number }}">{{ section.title|safe }}</h2>
{{ notices(section.notices) }}
{% for block in section.blocks %}
{{ show(block) }}
{% endfor %}
</section>
{% endfor %}
</main>
</body>
</html>
"""


def render_page(sections, *, title, name=None, date=None, language="en", everything=False):
    """Return the whole HTML page.

    Parameters
    ----------
    sections : list of student_tools.report.sections.Section
        The notebooks, in order.
    title, name, date, language : str
        What the title page says; `date` is text, printed as it is given.
    everything : bool
        Whether given code and checks are shown open, with their code.

    Returns
    -------
    str
        The same text for the same input, byte for byte.
    """
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["words"] = _words
    environment.filters["unlinked"] = _unlinked
    return environment.from_string(TEMPLATE).render(
        sections=sections,
        title=title,
        name=name,
        date=date,
        language=language,
        everything=everything,
        todo=[f"{section.stem}: {line}" for section in sections for line in section.todo],
        style=Markup(STYLE.lstrip() + code_colours() + "\n"),
    )


def _words(grade_id):
    return re.sub("^(test|report)_", "", grade_id).replace("_", " ")


def _unlinked(html):
    """Drop links inside a heading: the table of contents links it already."""
    return Markup(re.sub(r"</?a\b[^>]*>", "", html))
