"""Nothing that a student hands in runs, calls home or gives secrets away; all that shows, stays."""

import base64
import copy
import re
import sys
from pathlib import Path
from time import process_time

import nbformat
import numpy as np
import pytest
from bs4 import BeautifulSoup
from feedback_tools import exporter, page
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.utils import compute_checksum
from page_audit import is_valid, what_is_wrong
from xss_vectors import FORGED, HTML, MARKDOWN, PIXEL, all_cells, html_cell, markdown_cell

from grading.course.cell_marks import KIND, MISTAKES, OUTPUTS
from grading.nbgrader_hooks.formgrader import page_policy
from grading.pages.exporter import notebook_title
from grading.pages.feedback import LEFT_OUT, HideFromStudents
from grading.pages.hidden_paths import HiddenPaths
from grading.pages.markdown import markdown_html, safe_source, typeset
from grading.pages.safe_notebook import CleanForDisplay, clean_attachments, clean_data
from grading.pages.sanitize import FEEDBACK, picture_address
from helpers import gradient_check
from student_tools.report.sanitize import TOO_LARGE

CELLS = all_cells()
LIMITS = FEEDBACK.limits


@pytest.fixture(scope="module")
def feedback():
    return exporter("feedback", safe=True)


def cleaned(*cells):
    nb = new_notebook()
    nb.cells = copy.deepcopy(list(cells))  # some are no valid notebook's
    return CleanForDisplay().preprocess(nb, {})[0]


@pytest.mark.parametrize("name", CELLS)
def test_vector_is_disarmed_in_autograded(name):
    nb = cleaned(CELLS[name])
    nbformat.validate(nb)
    (cell,) = nb.cells
    assert cleaned(cell).cells == [cell]
    shown = [out.data.get("text/html", "") for out in cell.get("outputs", ()) if "data" in out]
    if cell.cell_type == "markdown":
        as_nbconvert = IPythonRenderer(escape=False, exclude_anchor_links=True)
        shown.append(MarkdownWithMath(as_nbconvert).render(cell.source))
    assert set(what_is_wrong("".join(shown))) <= {"<input>"}  # the box of a task in a list


def test_vectors_are_disarmed_on_the_feedback_page(feedback):
    html = page(feedback, *filter(is_valid, CELLS.values()))
    assert what_is_wrong(html) == []
    assert "<script" not in html.lower()
    assert html.count('class="rich"') > 10


def test_cleaned_vectors_are_harmless_on_nbgraders_own_page(plain_feedback):
    nb = cleaned(*CELLS.values())
    body = page(plain_feedback, *nb.cells, metadata=nb.metadata).split("<body>", 1)[1]
    # nbgrader's own: cells and headings have names, tasks in lists have boxes.
    assert [w for w in what_is_wrong(body) if not w.startswith(("id=", "<input>"))] == []


@pytest.fixture(scope="module")
def plain_feedback():
    return exporter("feedback", safe=False)


def test_without_cleaning_the_same_audit_finds_most_vectors(plain_feedback):
    assert sum(bool(what_is_wrong(html)) for html in HTML) > 0.9 * len(HTML)
    body = page(plain_feedback, html_cell(HTML[0])).split("<body>", 1)[1]
    assert "<script>" in what_is_wrong(body)


def test_page_has_a_policy_and_nothing_from_elsewhere(feedback):
    html = page(feedback, new_markdown_cell("# Title\n\n$x$"), metadata={})
    assert "default-src 'none'; img-src data:" in html
    assert '<html lang="en">' in html
    assert "http" not in re.sub(r"http-equiv|http://www.w3.org/1998/Math/MathML", "", html)


# What must stay


def test_gradient_report_stays_whole():
    def f(theta):
        return (theta**2).sum(), 3 * theta

    report = gradient_check(f, np.array([1.0, 2.0, 3.0]))
    html = FEEDBACK.clean(report._repr_html_())
    theirs, ours = (BeautifulSoup(x, "html.parser") for x in (report._repr_html_(), html))
    assert ours.get_text() == theirs.get_text()
    for tag in ("table", "caption", "th", "td", "ul", "li", "strong"):
        assert len(ours(tag)) == len(theirs(tag))
    assert ours.th["scope"] == "col"
    assert ours.th["style"].replace(" ", "") == "text-align:left"


def test_figure_keeps_its_description_and_its_width():
    picture = f'<img alt="The cost &lt; 1" width="640" src="data:image/png;base64,{PIXEL}">'
    image = BeautifulSoup(FEEDBACK.clean(f"<figure>{picture}</figure>"), "html.parser")
    assert image.img["alt"] == "The cost < 1"
    assert image.img["width"] == "640"
    assert image.img["src"].endswith(PIXEL)


@pytest.mark.parametrize(
    "tex",
    ["a<b", "a < b > c", r"\frac{\partial J}{\partial W_1}", r"\sum_i x_i^2", r"W^\top"],
)
def test_mathematics_stays(feedback, tex):
    for source in (f"where ${tex}$ holds", f"$${tex}$$", f"<div>so ${tex}$</div>"):
        html = markdown_html(source)
        assert "<math" in html, html
        assert "$" not in BeautifulSoup(html, "html.parser").get_text()
        assert what_is_wrong(html) == []
    assert "<math" in page(feedback, new_markdown_cell(f"${tex}$"))


def test_money_and_code_are_no_mathematics():
    assert "<math" not in markdown_html("from $5 to $6, and `$a$`\n\n```\n$b$\n```")


def test_formulas_of_outputs_are_set(feedback):
    latex = new_output("display_data", data={"text/latex": r"$\displaystyle a<b$"})
    table = new_output("display_data", data={"text/html": "<table><tr><td>$x^2$</td></tr></table>"})
    html = page(feedback, new_code_cell("x", outputs=[latex, table]), metadata={})
    assert html.count("<math") == 2


HONEST = [
    "# Title\n\nText with *stress*, `code`, $a<b$ and [a link](https://example.org/a?b=1&c=2).",
    "| a | b |\n|:--|--:|\n| $x$ | 2 |",
    "- [x] done\n- [ ] open\n\n> quoted\n\n1. one\n2. two",
    "line<br>break and H<sub>2</sub>O",
    "```python\nif a < b: print('<b>')\n```",
    "$$\n\\begin{aligned} a &< b \\\\ c &= d \\end{aligned}\n$$",
    "<details>\n<summary>More</summary>\n\nIt is **hidden**.\n\n</details>",
]


@pytest.mark.parametrize("text", HONEST)
def test_honest_text_is_left_as_it_is_or_says_the_same(text):
    safe = safe_source(text)
    shown, again = (BeautifulSoup(markdown_html(t), "html.parser") for t in (text, safe))
    assert shown.get_text(" ", strip=True) == again.get_text(" ", strip=True)
    if "<details>" not in text:
        assert safe == text


def test_html_that_reads_well_reads_well():
    html = (
        '<table class="dataframe" border="1"><caption>C</caption>'
        '<colgroup><col span="2"></colgroup>'
        '<thead><tr style="text-align: right;"><th scope="col" colspan="2">a</th></tr></thead>'
        '<tbody><tr><th scope="row">1</th><td headers="x">2</td></tr></tbody></table>'
        '<details open=""><summary>s</summary><p>t</p></details><ol start="3"><li>x</li></ol>'
        '<figure><figcaption>f</figcaption></figure><a href="https://example.org">l</a>'
        '<span style="color: red; font-weight: bold" lang="de">rot</span>'
    )
    cleaned = BeautifulSoup(FEEDBACK.clean(html), "html.parser")
    original = BeautifulSoup(html, "html.parser")
    assert [e.name for e in cleaned(True)] == [e.name for e in original(True)]
    for one, other in zip(cleaned(True), original(True), strict=True):
        assert set(other.attrs) <= set(one.attrs), one


def test_pasted_picture_is_shown(feedback):
    pasted = {"cat.png": {"image/png": PIXEL}}
    cell = new_markdown_cell("![a cat](attachment:cat.png)", attachments=pasted)
    image = BeautifulSoup(page(feedback, cell, metadata={}), "html.parser").img
    assert image["alt"] == "a cat"
    assert image["src"] == f"data:image/png;base64,{PIXEL}"


def test_embedded_picture_of_any_length_is_shown():
    long = base64.b64encode(base64.b64decode(PIXEL) + b"\0" * 60_000).decode()
    html = markdown_html(f"![a cat](data:image/png;base64,{long}) and $a<b$")
    assert f'src="data:image/png;base64,{long}"' in html
    assert "<math" in html


def test_picture_output_keeps_size_and_description():
    meta = {"image/png": {"width": 300, "alt": 'a "b"'}}
    data, metadata = clean_data({"image/png": PIXEL + "\n", "text/plain": "<Figure>"}, meta)
    assert data == {"image/png": PIXEL, "text/plain": "<Figure>"}
    assert metadata == {"image/png": {"width": 300, "alt": 'a "b"'}}


def test_drawing_becomes_a_picture_with_its_description():
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><title>A circle</title></svg>'
    svg = f'<?xml version="1.0"?>\n<!DOCTYPE svg>\n{svg}'
    data, _ = clean_data({"image/svg+xml": svg}, {})
    image = BeautifulSoup(data["text/html"], "html.parser").img
    assert image["alt"] == "A circle"
    assert base64.b64decode(image["src"].split(",")[1]).decode() == svg


def test_what_cannot_be_shown_is_named_in_words():
    data, _ = clean_data({"application/vnd.plotly.v1+json": {}, "text/plain": "Figure()"}, {})
    assert data["text/plain"].startswith("Figure()\n[Not shown here: ")
    assert "application/vnd.plotly.v1+json" in data["text/plain"]


def test_mark_of_a_test_cell_is_not_touched():
    output = new_output("execute_result", data={"text/plain": "0.5"}, execution_count=3)
    nb = new_notebook(cells=[new_code_cell("t", outputs=[output], execution_count=3)])
    nb, _ = CleanForDisplay().preprocess(nb, {})
    assert nb.cells[0].outputs == [output]


def test_mistakes_stay_on_test_cells_as_plain_titles():
    forged = {MISTAKES: ["a title", 3, ["x"]], "other": "<script>"}
    cells = [make("", metadata=dict(forged)) for make in (new_code_cell, new_markdown_cell)]
    cells.append(new_code_cell("", metadata={MISTAKES: "<script>"}))
    nb, _ = CleanForDisplay().preprocess(new_notebook(cells=cells), {})
    assert [dict(cell.metadata) for cell in nb.cells] == [{MISTAKES: ["a title"]}, {}, {}]


def test_untouched_answer_keeps_the_text_that_nbgrader_compares():
    cell = new_markdown_cell('<div class="x">YOUR ANSWER HERE</div>')
    cell.metadata["nbgrader"] = {"grade_id": "a", "points": 1, "grade": True, "solution": True}
    cell.metadata.nbgrader["checksum"] = compute_checksum(cell)
    nb, _ = CleanForDisplay().preprocess(new_notebook(cells=[cell]), {})
    assert compute_checksum(nb.cells[0]) == cell.metadata.nbgrader["checksum"]


def test_title_is_the_notebooks_own():
    nb = new_notebook(cells=[new_code_cell("# no"), new_markdown_cell("hm\n# The `real` one #\n")])
    assert notebook_title(nb, "1_x") == "The real one"
    assert notebook_title(new_notebook(), "1_x") == "1 x"


# Nothing takes long, nothing stops the others


def work(function, *arguments):
    """Return the seconds of processor time that a call takes."""
    start = process_time()
    function(*arguments)
    return process_time() - start


HOSTILE = ["<div>", "<b></a>", "<a1></a2>", "<x-y></x-z>", "<ul><li>", "<svg ", "<table><td>", "&"]
HOSTILE += ['<b a="</b>"></c>', "<svg></svg>", "<title>", "<", "<td>x</td>", "<b a b>"]


@pytest.mark.slow
@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_html_is_cleaned_in_time(unit):
    assert work(FEEDBACK.clean, unit * (2_000_000 // len(unit))) < 3


def test_html_that_is_nested_too_deeply_is_not_shown():
    assert FEEDBACK.clean("<div>" * (LIMITS.depth + 1) + "</div>" * (LIMITS.depth + 1)) == TOO_LARGE
    assert FEEDBACK.clean("<div>" * (LIMITS.depth + 1)) == TOO_LARGE
    assert FEEDBACK.clean("<div>x" * LIMITS.depth).count("<div>") == LIMITS.depth


@pytest.mark.parametrize("unit", ["<div>", "<b></a>", "<a1></a2>", "<ul><li>", '<b a="</b>">'])
def test_tags_that_are_not_closed_in_order_are_limited(unit):
    tags = LIMITS.loose_tags // unit.count("<")
    assert LIMITS.loose_tags**2 * 0.9 < FEEDBACK.effort(unit * tags) < LIMITS.loose_tags**2 * 1.1
    assert FEEDBACK.clean(unit * (tags + 1)) == TOO_LARGE


def test_one_tag_of_many_attributes_is_not_parsed():
    attributes = " ".join(f"a{i}" for i in range(30_000))
    assert FEEDBACK.clean(f"<b {attributes}>x</b>") == TOO_LARGE
    assert FEEDBACK.clean("<b a1 a2>x</b>") == "<b>x</b>"


@pytest.mark.parametrize("unit", ["<td>x</td>", "<b></b>", "<p>a<br></p>", "<!-- x -->", "&amp; "])
def test_tidy_html_of_many_tags_is_shown(unit):
    assert FEEDBACK.clean(unit * 10_000) != TOO_LARGE
    assert FEEDBACK.clean(unit * 70_000) == TOO_LARGE


def test_clean_html_is_clean():
    grows = "".join(f"<font a={i}><b a={i}><p>" for i in range(60))
    for html in (grows, "<div>" * 300, "<p>" * 900, "<table><b>" * 200):
        once = FEEDBACK.clean(html)
        assert FEEDBACK.clean(once) == once


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["$$ a ", r"\begin{a}", "[a](", "$", "> ", "`"])
def test_hostile_markdown_is_cleaned_in_time(unit):
    assert markdown_html(unit * 100_000).startswith("<pre>")
    assert work(markdown_html, unit * (19_000 // len(unit))) < 5


def test_only_so_many_drawings_are_made_pictures():
    html = FEEDBACK.clean("<svg></svg>" * (LIMITS.drawings + 3))
    assert (html.count("<img"), html.count("[drawing not included]")) == (LIMITS.drawings, 3)


def test_a_text_with_too_many_tags_is_shown_as_it_was_typed():
    assert markdown_html("a<b><i> " * 1_000).startswith("<pre>a&lt;b&gt;")


@pytest.mark.parametrize(
    "text",
    [
        f"![a](data:image/png;base64,{'A' * 500_000})"
        + "![](data:image/png;base64,AAAA00000000====)" * 300,
        "![](data:image/png;base64,AAAA00000007====)",
        "[a]: http://" + "b" * 9_000 + "\n\n" + "[a] " * 2_500,
    ],
)
def test_a_text_that_names_a_thing_again_and_again_stays_small(text):
    html = markdown_html(text)
    assert len(html) < 10_000_000
    assert "<pre>" not in html or "http" in text


def test_a_pasted_picture_that_is_shown_again_and_again_stays_small():
    picture = base64.b64encode(base64.b64decode(PIXEL) + b"\0" * 300_000).decode()
    html = markdown_html("![a](attachment:a) " * 900, {"a": {"image/png": picture}})
    assert "[picture too large: a]" in html
    assert len(html) < 10_000_000


@pytest.mark.parametrize("unit", ["<", "<p", "<code>", "<p>$x$</p>", "$$a "])
@pytest.mark.slow
def test_typesetting_takes_linear_time(unit):
    once, twice = (work(typeset, unit * (n // len(unit))) for n in (100_000, 200_000))
    assert twice < 3 * once + 0.1


@pytest.mark.slow
@pytest.mark.parametrize("text", ["# a" + "#" * 200_000 + "b", "# " + " " * 200_000 + "\n"])
def test_the_title_is_found_in_linear_time(text):
    assert work(notebook_title, new_notebook(cells=[new_markdown_cell(text)]), "n") < 1


@pytest.mark.slow
def test_secrets_are_looked_for_in_linear_time():
    cells = [html_cell("<" * 300_000), graded_test(f"{SECRET}\nx = 1")]
    nb = new_notebook(cells=cells)
    assert work(HideFromStudents(enabled=True).preprocess, nb, {}) < 2


def test_formulas_of_outputs_are_set_as_far_as_the_notebook_has_room(feedback):
    long = f"<p>{'a' * 10_000}</p>" * 30 + "<p>$x$</p>"
    cells = [html_cell("<p>$x$</p>"), html_cell(long), html_cell("<p>$x$</p>")]
    assert page(feedback, *cells, metadata={}).count("<math") == 2


def many(n, **output):
    cell = new_code_cell("x")
    cell.outputs = [new_output("stream", **output)] * n  # as an argument, each would be validated
    return cell


def error(length):
    output = new_output("error", ename="E", traceback=["a" * length])
    return new_code_cell("x", outputs=[output])


LARGE = {
    "<pre>": [new_markdown_cell(f"{n} " * 6_000) for n in range(30)],
    "the notebook is too long": [new_markdown_cell("_" * 60_000) for n in range(30)],
    "more outputs": [many(4_000, text="a"), many(2_000, text="b"), many(900, text="c")],
    "rest of this error": [error(n) for n in (900_000, 900_000, 900_000, 199_990)],
    "or too large": [html_cell(f"<p>{n}" + "<b><p>" * 490) for n in range(30)],
    "or too large (": [html_cell(f"<i>{n}</i>" * 10_000) for n in range(13)],
}


@pytest.mark.parametrize("words", LARGE)
def test_a_large_notebook_is_cut_and_says_so_and_cleaning_it_again_changes_nothing(words):
    nb = cleaned(*LARGE[words])
    assert words in nbformat.writes(nb)
    assert sum(len(cell.get("outputs", ())) for cell in nb.cells) <= 5_002
    assert cleaned(*nb.cells).cells == nb.cells


def test_answers_have_room_before_anything_else():
    answer = new_markdown_cell("*mine* " * 2_500, metadata={"nbgrader": {"grade_id": "a"}})
    floods = [new_markdown_cell("word " * 3_900) for n in range(11)]
    assert cleaned(*floods, answer).cells[-1].source == answer.source


def test_a_mark_stays_behind_many_outputs():
    mark = new_output("execute_result", data={"text/plain": "0.5"}, execution_count=3)
    cell = many(7_000, text="a")
    cell.outputs.append(mark)
    (cell,) = cleaned(cell).cells
    assert len(cell.outputs) == 5_000
    assert cell.outputs[-1] == mark
    assert "2,002 more outputs" in cell.outputs[-2].text


def test_code_that_takes_long_to_colour_is_shown_without_colours(feedback):
    dotted = "a." * 10_000
    html = page(feedback, new_code_cell(dotted), new_code_cell("def f(): 1"), metadata={})
    assert dotted in html
    assert html.count('<span class="k">def</span>') == 1


def test_a_page_shows_the_first_lines_of_a_long_output(feedback):
    text = "secret line\n" * 200_000
    html = page(feedback, new_code_cell("x", outputs=[new_output("stream", text=text)]))
    assert "more characters]" in html
    shown = re.search(r'<pre class="output stdout">(.*?)\[', html, re.DOTALL)[1]
    assert set(shown.splitlines()) == {"secret line"}


# Where outputs come from


@pytest.mark.parametrize("template", ["feedback", "formgrade"])
@pytest.mark.parametrize(
    ("origin", "words"),
    [("handed in", "Outputs as handed in"), ("redrawn", "Drawn again when grading")],
)
def test_a_page_says_where_outputs_come_from(template, origin, words):
    made_by = exporter(template, safe=True)
    cell = new_code_cell("x", outputs=[new_output("stream", text="y")], metadata={OUTPUTS: origin})
    html = BeautifulSoup(page(made_by, cell, metadata={}), "html.parser")
    assert [line.get_text() for line in html(class_="origin")] == [words]
    assert html.find("pre", string=re.compile("^\\s*y"))


@pytest.mark.parametrize("template", ["feedback", "formgrade"])
def test_a_student_cannot_say_where_outputs_come_from(template):
    line = '<p class="origin">Outputs as handed in</p>'
    cells = [html_cell(line), markdown_cell(line)]
    cells.append(new_code_cell("x", outputs=[new_output("stream", text="y")]))
    cells[-1].metadata[OUTPUTS] = ["handed in"]
    cells += [new_code_cell("x", metadata={OUTPUTS: o}) for o in ("handed in", "redrawn")]
    html = BeautifulSoup(page(exporter(template, safe=True), *cells), "html.parser")
    assert html(class_="origin") == []


def test_what_a_cell_is_stays_when_it_is_cleaned():
    sound = {KIND: "own", OUTPUTS: "redrawn"}
    forged = {KIND: "<script>", OUTPUTS: {}}
    cells = [new_code_cell("", metadata=dict(m)) for m in (sound, forged)]
    cells += [new_markdown_cell("", metadata=dict(m)) for m in (sound, forged)]
    metadata = [dict(cell.metadata) for cell in cleaned(*cells).cells]
    assert metadata == [sound, {}, {KIND: "own"}, {}]


def test_broken_characters_do_not_stop_a_page(feedback):
    bad = "a\ud800\0b"
    cells = [markdown_cell(bad), html_cell(bad), new_code_cell(bad)]
    cells.append(new_code_cell("1", outputs=[new_output("stream", text=bad)]))
    assert page(feedback, *cells).encode("utf-8")


def test_pictures_are_pictures():
    huge = bytearray(base64.b64decode(PIXEL))
    huge[16:24] = (60_000).to_bytes(4, "big") * 2
    assert picture_address("png", PIXEL) == f"data:image/png;base64,{PIXEL}"
    assert picture_address("jpeg", PIXEL) is None
    assert picture_address("png", base64.b64encode(huge).decode()) is None
    assert picture_address("exe", PIXEL) is None
    assert clean_attachments({"a": {"text/html": PIXEL}, "b": 3}) == {}


# Secrets


def graded_test(hidden, *outputs):
    label = {"grade_id": "t", "points": 1, "grade": True, "solution": False, "locked": True}
    hidden = f"### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS"
    source = f"visible_line_of_the_test(with_a_name)\n{hidden}"
    return new_code_cell(source, outputs=list(outputs), metadata={"nbgrader": label})


SECRET = 'expected = reference_forward(W1, b1, "a secret")'


@pytest.mark.parametrize(
    "output",
    [
        new_output("stream", text=f"before\n{SECRET}\nafter"),
        new_output("stream", text=f"before\n  12   \x1b[32mexpected\x1b[39m {SECRET[9:]}\nafter"),
        new_output("stream", text="before\n" + repr(f"x = 1\n    {SECRET}\ny = 2") + "\nafter"),
        new_output("stream", text="before\n" + repr([repr(SECRET)]) + "\nafter"),
        new_output("display_data", data={"text/plain": f"before\n{SECRET}\nafter"}),
        new_output("display_data", data={"text/html": f"<p>{SECRET}</p>"}),
        new_output("display_data", data={"text/html": f"<b>expected</b> {SECRET[9:]}"}),
        new_output("display_data", data={"text/markdown": f"`{SECRET}`"}),
        new_output("error", ename="E", evalue=f"before {SECRET}", traceback=[f"before\n{SECRET}"]),
    ],
)
def test_hidden_test_is_left_out_of_every_cells_outputs(output):
    cells = [new_code_cell("print(In)", outputs=[output]), graded_test(f"{SECRET}\nx = 1")]
    nb, _ = HideFromStudents(enabled=True).preprocess(new_notebook(cells=cells), {})
    text = nbformat.writes(nb)
    assert "reference_forward" not in text
    assert LEFT_OUT in text
    if output.output_type == "stream":
        assert nb.cells[0].outputs[0].text == f"before\n{LEFT_OUT}\nafter"


def test_what_students_see_anyway_and_short_lines_stay():
    printed = "visible_line_of_the_test(with_a_name)\nx = 1\nmy_own_line_that_is_long_enough()"
    own = new_code_cell(
        "my_own_line_that_is_long_enough()", outputs=[new_output("stream", text=printed)]
    )
    hidden = "x = 1\nvisible_line_of_the_test(with_a_name)\nmy_own_line_that_is_long_enough()"
    nb, _ = HideFromStudents(enabled=True).preprocess(
        new_notebook(cells=[own, graded_test(hidden)]), {}
    )
    assert nb.cells[0].outputs[0].text == printed


def test_rubric_is_left_out_of_outputs():
    rubric = new_markdown_cell(
        "**Marking scheme**\n\nTwo points for naming the mean over samples.",
        metadata={"gradient_lab": "marking scheme"},
    )
    printed = new_output("stream", text="Two points for naming the mean over samples.")
    cells = [new_code_cell("print(open(...).read())", outputs=[printed]), rubric]
    nb, _ = HideFromStudents(enabled=True).preprocess(new_notebook(cells=cells), {})
    assert nb.cells[0].outputs[0].text == LEFT_OUT


def test_folders_of_the_machine_are_not_named(tmp_path):
    hide = HiddenPaths(tmp_path).hide
    package = next(p for p in sys.path if p.endswith("site-packages"))
    assert hide(f"File {package}/numpy/linalg.py:3") == "File numpy/linalg.py:3"
    assert hide(str(tmp_path)) == "the course folder"
    assert hide(f"'{tmp_path}/autograded/ann/ps1'") == "'autograded/ann/ps1'"
    assert hide(f"<module 'm' from '{Path.home()}/m.py'>") == "<module 'm' from 'm.py'>"
    assert hide(f"HOME={Path.home()};") == "HOME=the home folder;"
    assert hide(f"{Path.home()}ed {tmp_path}2") == f"{Path.home()}ed {tmp_path}2".replace(
        str(tmp_path), hide(str(tmp_path.parent) + "/") + tmp_path.name
    )
    assert hide(f"{sys.prefix}/bin/python") in ("bin/python", "python")


def test_folders_are_hidden_in_html_too():
    cell = html_cell(f"<p>{Path.cwd()}/autograded and {sys.prefix}</p>")
    nb, _ = HideFromStudents(enabled=True).preprocess(new_notebook(cells=[cell]), {})
    html = nb.cells[0].outputs[0].data["text/html"]
    assert html == "<p>autograded and Python's folder</p>"


# The second wall


def test_policy_names_the_pages_own_scripts_alone():
    made_by = exporter("formgrade", safe=True)
    policy = page_policy(page(made_by, metadata={}))
    assert "'unsafe-inline'" not in policy.split("style-src")[0]
    assert policy.count("'sha256-") >= 4
    assert "cloudflare" not in page(made_by, metadata={})
    theirs = page(exporter("formgrade", safe=False), html_cell("<script>1</script>"))
    assert page_policy(theirs).count("'sha256-") > policy.count(
        "'sha256-"
    )  # hence the empty notebook


def test_vectors_are_many():
    assert len(HTML) + len(MARKDOWN) + len(FORGED) >= 100


def test_a_page_shows_the_beginning_of_very_long_cells(feedback):
    cells = new_code_cell("# " + "x" * 3_000_000), new_markdown_cell("<b>" * 300_000)
    html = page(feedback, *cells)
    assert len(html) < 3_000_000
    assert "[2,950,002 more characters]" in html
    assert "[850,000 more characters]" in html
    assert "&amp;lt;b" not in html
