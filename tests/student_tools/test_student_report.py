"""The report that a student hands in: whole, offline, harmless, honest about what is missing."""

import base64
import copy
import itertools
import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from page_audit import is_valid, what_is_wrong
from xss_vectors import HTML, all_cells, odd_metadata

from student_tools.__main__ import main as helpers_main
from student_tools.report import TITLE, ReportError, find_notebooks, main, read_notebook
from student_tools.report.html_page import render_page
from student_tools.report.markup import CODE_STYLE, REPORT, markdown
from student_tools.report.maths import to_mathml
from student_tools.report.outputs import LONGEST, text_block
from student_tools.report.pdf import find_browser
from student_tools.report.sanitize import TOO_LARGE
from student_tools.report.sections import make_section

PICTURE = b"\x89PNG\r\n\x1a\n and so on"
PIXEL = base64.b64encode(PICTURE).decode()


def marks(grade_id, *, grade=False, solution=False, locked=False):
    return {
        "nbgrader": {
            "grade": grade,
            "grade_id": grade_id,
            "locked": locked,
            "schema_version": 3,
            "solution": solution,
            "task": False,
        }
    }


def code(source, count=None, outputs=(), **metadata):
    return new_code_cell(source, execution_count=count, outputs=list(outputs), metadata=metadata)


def printed(text):
    return new_output("stream", name="stdout", text=text)


def answered_cells():
    figure = {"text/html": f'<img alt="Cost falls to 0.1" src="data:image/png;base64,{PIXEL}">'}
    return [
        new_markdown_cell("# Backpropagation\n\nThe cost is $J(\\theta) < 1$."),
        code("import numpy", 1, **marks("imports", locked=True)),
        new_markdown_cell("### Exercise 1"),
        code("def forward(X):\n    return X", 2, **marks("forward", solution=True)),
        code(
            "credit(test_forward)",
            3,
            [printed("forward: 2 of 2 checks passed\n")],
            **marks("test_forward", grade=True, locked=True),
        ),
        code("show(plt.plot(history))", 4, [new_output("display_data", data=figure)]),
        new_markdown_cell(
            "The difference is 1e-9: **right**.",
            metadata=marks("report_diff", grade=True, solution=True),
        ),
    ]


def write(folder, name, cells):
    notebook = new_notebook(cells=cells)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
    folder.mkdir(exist_ok=True)
    nbformat.write(notebook, folder / name)
    return folder / name


@pytest.fixture
def lab(tmp_path, monkeypatch):
    """A course folder with a finished notebook in nn_lab/, and being there."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "nn_lab", "1_backpropagation.ipynb", answered_cells())
    return tmp_path / "nn_lab"


def report(*arguments):
    """Make report.html of nn_lab/ and return it parsed."""
    assert main(["nn_lab", *arguments]) == 0
    return BeautifulSoup(Path("report.html").read_text(encoding="utf-8"), "html.parser")


def test_a_finished_notebook_becomes_a_whole_page(lab, capsys):
    for path in lab.glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        notebook.metadata[TITLE] = "Neural network lab"
        nbformat.write(notebook, path)
    page = report("--name", "Ada <Lovelace>", "--date", "1 May")
    assert "Before you hand it in" not in capsys.readouterr().out
    assert [heading.get_text() for heading in page("h1")] == ["Neural network lab"]
    cover = page.find(class_="cover").get_text()
    assert "Ada <Lovelace>" in cover
    assert "1 May" in cover
    assert page.html["lang"] == "en"
    assert page.find("img")["alt"] == "Cost falls to 0.1"
    assert page.find("figcaption").get_text() == "Figure 1.1"
    assert "def forward(X):" in page.find(class_="answer").get_text()
    assert "Written answer: diff" in page.find(class_="written").get_text()
    assert page.find("math")["alttext"] == r"J(\theta) < 1"
    assert page.find("details", open=True) is None
    assert "Check of forward: 2 of 2 checks passed" in page.get_text()
    assert "credit(test_forward)" not in page.get_text()


def test_headings_have_one_top_and_skip_no_level(lab):
    write(
        lab,
        "2_more.ipynb",
        [
            new_markdown_cell("# Second\n\n# Another top\n\n#### Deep\n\n<h1>Raw</h1>"),
            code("x", 1, [new_output("display_data", data={"text/html": "<h1>loud</h1>"})]),
        ],
    )
    page = report()
    levels = [int(h.name[1]) for h in page.find("main")(re.compile(r"^h[1-6]$"))]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert [h.get_text() for h in page("h2")] == ["Contents", "Backpropagation", "Second"]


def test_every_entry_of_the_contents_leads_somewhere(lab):
    page = report()
    targets = [link["href"].removeprefix("#") for link in page.nav("a")]
    ids = [element["id"] for element in page(id=True)]
    assert len(targets) == 2
    assert set(targets) <= set(ids)
    assert len(ids) == len(set(ids))


def test_notebooks_are_in_the_order_of_their_numbers(lab):
    for name in ("10_last", "2_next"):
        write(lab, f"{name}.ipynb", [new_markdown_cell(f"# {name}")])
    (lab / ".ipynb_checkpoints").mkdir()
    assert [path.stem for path in find_notebooks([lab])] == [
        "1_backpropagation",
        "2_next",
        "10_last",
    ]


def test_twice_the_same_bytes(lab):
    report()
    first = Path("report.html").read_bytes()
    report()
    assert Path("report.html").read_bytes() == first


def test_nothing_runs_and_nothing_is_fetched(lab):
    html = (
        '<script src="https://cdn.example/x.js">steal()</script><b onclick="steal()">kept</b>'
        '<img src="https://example.org/x.png"><iframe src="x"></iframe><style>p{}</style>'
        '<a href="javascript:steal()">link</a>'
    )
    cells = [
        new_markdown_cell(f"# Title\n\n{html}\n\n$\\text{{<script>steal()</script>}}$"),
        code(
            "x",
            1,
            [
                new_output("display_data", data={"text/html": html}),
                new_output("display_data", data={"application/javascript": "steal()"}),
                new_output(
                    "display_data", data={"image/svg+xml": "<svg><script>steal()</script></svg>"}
                ),
                printed("<script>steal()</script>"),
            ],
        ),
    ]
    write(lab, "1_backpropagation.ipynb", cells)
    page = report("--all")
    assert not page(["script", "iframe", "link", "object", "svg"])
    assert len(page("style")) == 1
    for element in page(True):
        assert not [name for name in element.attrs if name.startswith("on")]
        assert element.get("src", "data:image/").startswith("data:image/")
        assert not element.get("href", "").startswith("javascript")
    assert "kept" in page.get_text()
    assert "@import" not in page.style.string
    assert "url(" not in page.style.string


VECTORS = {name: cell for name, cell in all_cells().items() if is_valid(cell)}


def report_of(*cells):
    """Return the report of a notebook with some cells, with all that it can show."""
    notebook = new_notebook(cells=copy.deepcopy(list(cells)), metadata=odd_metadata())
    return render_page([make_section(1, Path("1_x.ipynb"), notebook)], title="T", everything=True)


@pytest.mark.parametrize("name", VECTORS)
def test_a_vector_is_disarmed(name):
    html = report_of(VECTORS[name])
    assert what_is_wrong(html) == []
    assert "<script" not in html.lower()
    assert html.count("<style") == 1


def test_the_audit_finds_the_vectors_and_what_they_say_stays():
    assert sum(bool(what_is_wrong(html)) for html in HTML) > 0.9 * len(HTML)
    text = BeautifulSoup(report_of(*VECTORS.values()), "html.parser").get_text()
    assert what_is_wrong(report_of(*VECTORS.values())) == []
    for words in ("touch me", "a cover over the page", "click", "bold"):
        assert words in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("$x$ &#xe000;0&#xe001;", 2),
        ("$x$ &#xe000;7&#xe001;", 1),
        ("&#xe000;" + "9" * 5_000 + "&#xe001;", 0),
        ("$x$ <b title='a>b &#xe000;0&#xe001;'>bold</b>", 1),
        ("$x$ ![&#xe000;0&#xe001; &#xe000;7&#xe001;](gone.png)", 1),
        ("\ue0000\ue001 $x$", 1),
    ],
)
def test_a_forged_place_of_a_formula_shows_a_formula_at_most(text, shown):
    html = markdown(text)
    assert html.count("<math") == shown
    assert what_is_wrong(html) == []
    assert not BeautifulSoup(html, "html.parser")(title=re.compile("math"))


def test_pictures_and_tables_of_any_sensible_size_are_shown():
    long = base64.b64encode(PICTURE + b"\0" * 12_000_000).decode()
    assert f'src="data:image/png;base64,{long}"' in REPORT.clean(
        f'<img width="50%" src="data:image/png;base64,{long}">'
    )
    table = "<table>" + "<tr><td>1</td><td>2</td></tr>" * 20_000 + "</table>"
    assert REPORT.clean(table).count("<td>") == 40_000
    assert REPORT.clean("<li>one" * 5_000).count("<li>") == 5_000


def test_html_that_is_nested_too_deeply_is_not_shown():
    assert REPORT.clean("<div>" * 100_000) == TOO_LARGE


def test_what_is_not_answered_is_said(lab, capsys):
    cells = answered_cells()
    cells[3].source = "def forward(X):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
    cells[6].source = "YOUR ANSWER HERE"
    write(lab, "1_backpropagation.ipynb", cells)
    page = report()
    assert "Not answered yet." in page.find(class_="answer").get_text()
    assert "Not answered yet." in page.find(class_="written").get_text()
    assert "YOUR ANSWER HERE" not in page.get_text()
    out = capsys.readouterr().out
    assert "1_backpropagation: forward: the code is not written yet" in out
    assert "1_backpropagation: report_diff: the written question is not answered yet" in out


def test_checks_that_do_not_hold_are_listed(lab, capsys):
    cells = answered_cells()
    cells[4].outputs = [printed("forward: 0 of 2 checks passed\n  NOT YET  four results\n")]
    write(lab, "1_backpropagation.ipynb", cells)
    box = report().find(class_="todo").get_text()
    line = "1_backpropagation: forward: 0 of 2 checks passed"
    assert line in box
    assert line in capsys.readouterr().out
    cells[3].source = "def forward(X):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
    write(lab, "1_backpropagation.ipynb", cells)
    assert line not in report().find(class_="todo").get_text()  # one line an exercise is enough


@pytest.mark.parametrize(
    ("text", "answered"),
    [
        ("", False),
        ("Why?\n\nYOUR ANSWER HERE\n", False),
        ("**YOUR ANSWER HERE**", False),
        ("YOUR ANSWER HERE\n\nBecause of the mean.", True),
        ("Because of the mean.", True),
    ],
)
def test_a_written_answer_is_told_from_its_placeholder(lab, text, answered):
    cells = answered_cells()
    cells[6].source = text
    write(lab, "1_backpropagation.ipynb", cells)
    assert ("Not answered yet." in report().get_text()) is not answered


def test_a_cell_that_was_not_run_is_noticed(lab, capsys):
    cells = answered_cells()
    cells[5].update(execution_count=None, outputs=[])
    write(lab, "1_backpropagation.ipynb", cells)
    text = report().get_text()
    assert "This cell was not run: the figure is missing." in text
    assert "Run All" in text
    assert "figure is missing" in capsys.readouterr().out


def test_a_notebook_that_was_never_run_says_so_once(lab):
    cells = answered_cells()
    for cell in cells:
        if cell.cell_type == "code":
            cell.update(execution_count=None, outputs=[])
    write(lab, "1_backpropagation.ipynb", cells)
    text = report().get_text()
    assert text.count("This notebook has not been run") == 1
    assert text.count("the figure is missing") == 1


def test_cells_run_out_of_order_are_noticed(lab):
    cells = answered_cells()
    cells[1].execution_count = 9
    write(lab, "1_backpropagation.ipynb", cells)
    assert "not run from top to bottom" in report().get_text()


def test_an_error_is_shown_short_and_listed(lab, capsys):
    error = new_output(
        "error", ename="ValueError", evalue="bad", traceback=["\x1b[31mlong\x1b[0m trace"]
    )
    cells = [code("f()", 1, [error], **marks("cost", solution=True))]
    write(lab, "1_backpropagation.ipynb", cells)
    page = report()
    assert "This cell stopped with an error: ValueError: bad" in page.get_text()
    assert "long trace" in page.find("details").get_text()
    assert "cost stopped with an error" in capsys.readouterr().out


def test_all_shows_given_code_and_checks_open(lab):
    page = report("--all")
    assert "credit(test_forward)" in page.get_text()
    assert len(page("details", open=True)) == len(page("details")) == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [("{", "not a whole Jupyter notebook"), ("[]", "not a whole"), ('{"cells": 3}', "not a whole")],
)
def test_a_broken_notebook_writes_nothing(lab, capsys, content, said):
    (lab / "2_broken.ipynb").write_text(content)
    assert main(["nn_lab"]) == 1
    message = capsys.readouterr().err
    assert "2_broken.ipynb" in message
    assert said in message
    assert sorted(path.name for path in lab.parent.iterdir()) == ["nn_lab"]


def test_a_notebook_without_cell_ids_is_whole_enough(lab):
    path = lab / "1_backpropagation.ipynb"
    content = json.loads(path.read_text())
    for cell in content["cells"]:
        del cell["id"]
    path.write_text(json.dumps(content))
    assert report().find("math")


def test_a_former_report_outlives_a_failure(lab):
    report()
    before = (lab.parent / "report.html").read_bytes()
    (lab / "2_broken.ipynb").write_text("{")
    assert main(["nn_lab"]) == 1
    assert (lab.parent / "report.html").read_bytes() == before


def test_the_folder_is_asked_for(lab, capsys, monkeypatch):
    assert main([]) == 1
    line = "There is no notebook in this folder; try: python3 course.py report nn_lab"
    assert line in capsys.readouterr().err
    monkeypatch.chdir("/")
    assert main([]) == 1
    assert line in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["--help"])
    assert capsys.readouterr().out.startswith("usage: course.py report ")


@pytest.mark.parametrize("place", ["empty", "nowhere", "nn_lab/none.ipynb"])
def test_a_place_without_notebooks_is_said(lab, capsys, place):
    Path("empty").mkdir()
    assert main([place]) == 1
    message = capsys.readouterr().err
    assert "No report was made" in message
    assert place.removeprefix("nn_lab/") in message


def test_the_report_never_replaces_a_notebook(lab, capsys):
    before = (lab / "1_backpropagation.ipynb").read_bytes()
    assert main(["nn_lab", "--out", "nn_lab/1_backpropagation.ipynb"]) == 1
    assert "--out must end in .html" in capsys.readouterr().err
    assert (lab / "1_backpropagation.ipynb").read_bytes() == before


def test_a_folder_that_does_not_exist_is_said(lab, capsys):
    assert main(["nn_lab", "--out", "nowhere/report.html"]) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_a_missing_notebook_is_an_error_of_its_own(tmp_path):
    with pytest.raises(ReportError, match="no notebook"):
        read_notebook(tmp_path / "1_gone.ipynb")


@pytest.mark.parametrize(
    "tex",
    [
        r"J = \frac{1}{2m} \sum_{i=1}^{m} \lVert a_3^{(i)} - y^{(i)} \rVert^2",
        r"\begin{aligned} Z_2 &= X W_1^\top \\ A_2 &= \sigma(Z_2) \end{aligned}",
        r"\begin{cases} 1 & z > 0 \\ 0 & z \le 0 \end{cases}",
        r"\frac{\lVert g - g_\text{num} \rVert}{\lVert g + g_\text{num} \rVert}",
        r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}",
        r"\boldsymbol{\delta}_3 \odot \sigma'(z), \quad \hat{y} \in \mathbb{R}^{m \times n}",
        r"\begin{equation} a < b \end{equation}",
    ],
)
def test_formulas_become_mathml(tex):
    html = to_mathml(tex, display=True)
    assert "<math " in html
    text = BeautifulSoup(html, "html.parser").math.get_text()
    assert "\\" not in text
    assert "&" not in text


@pytest.mark.parametrize(
    "tex", ["", r"\unknowncommand x", r"\text{a & b}", r"\text{<b>x</b>}", r"\text{<script>}"]
)
def test_a_formula_that_fails_shows_its_source(tex):
    html = to_mathml(tex)
    assert "<math" not in html
    assert BeautifulSoup(html, "html.parser").code.get_text() == tex


def test_primes_stand_beside_their_letter():
    for tex in (r"\sigma'(z)", "f''(z)", "g'_1", "W_1'"):
        html = to_mathml(tex)
        assert "msup" not in html
        assert re.search('<mo lspace="0" rspace="0">[\u2032\u2033]</mo></mrow>', html)
    assert "msup" in to_mathml("x^2")


def test_formulas_keep_no_links_and_no_styles():
    html = to_mathml(r"\href{javascript:x}{y} \style{position:fixed}{z}")
    assert "javascript" not in html.replace('alttext="\\href{javascript', "")
    assert "style=" not in html


def test_markdown_is_nbconverts():
    html = markdown("| a | b |\n|---|---|\n| `x` | $x_1 < y$ and $a*b*c$ |\n")
    assert "<table>" in html
    assert html.count("<math") == 2
    assert "<em>" not in html


def test_a_formula_in_a_pictures_description_is_text():
    html = markdown(f"![loss $J$ against $t$](data:image/png;base64,{PIXEL})")
    assert 'alt="loss J against t"' in html
    assert "<math" not in html


def test_pictures_beside_the_notebook_are_embedded(tmp_path):
    (tmp_path / "net.png").write_bytes(PICTURE)
    html = markdown("![a net](net.png) ![gone](gone.png) ![x](attachment:y)", folder=tmp_path)
    assert PIXEL in html
    assert "[picture not found: gone]" in html
    assert "[picture not found: x]" in html


LINK, OUTSIDE = "it is a link to another file", "it lies outside of the notebook"
NONE = "it is no PNG, JPEG, GIF, WebP or SVG picture"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("link.png", LINK),
        ("inner/secret.png", LINK),
        ("lost.png", LINK),
        ("beside.png", LINK),
        ("../outside.png", OUTSIDE),
        ("inside/../../outside.png", OUTSIDE),
        ("/etc/passwd", OUTSIDE),
        ("text.png", NONE),
        ("page.svg", NONE),
        ("empty.gif", NONE),
        ("large.png", "it is larger than 20 MB"),
    ],
)
def test_links_and_what_is_no_picture_are_not_embedded(lab, tmp_path, capsys, name, reason):
    secret = b"root:x:0:0:a secret:/root:/bin/sh"
    elsewhere = tmp_path.parent / f"{tmp_path.name}-elsewhere"
    elsewhere.mkdir()
    (elsewhere / "secret.png").write_bytes(PICTURE + secret)
    (lab.parent / "outside.png").write_bytes(PICTURE + secret)
    (lab / "inside").mkdir()
    (lab / "net.png").write_bytes(PICTURE)
    (lab / "link.png").symlink_to(elsewhere / "secret.png")
    (lab / "inner").symlink_to(elsewhere)
    (lab / "lost.png").symlink_to(elsewhere / "nothing")
    (lab / "beside.png").symlink_to("net.png")
    (lab / "text.png").write_bytes(secret)
    (lab / "page.svg").write_bytes(b"<html><svg></svg>" + secret)
    (lab / "empty.gif").touch()
    with (lab / "large.png").open("wb") as file:
        file.write(PICTURE)
        file.truncate(20_000_001)
    text = f"# Title\n\n![a net]({name})\n\n<p><img src='{name}' alt='again'></p>"
    write(lab, "1_backpropagation.ipynb", [new_markdown_cell(text)])
    html = str(report())
    assert f"[picture not shown: a net; {reason}" in html
    assert "[picture not included]" in html
    assert html.count("<img") == 0
    assert base64.b64encode(secret[:30]).decode()[:20] not in html
    assert "a text: a picture is not shown" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PICTURE, "png"),
        (b"\xff\xd8\xff\xe0", "jpeg"),
        (b"GIF89a", "gif"),
        (b"RIFF\0\0\0\0WEBP", "webp"),
        (b'<?xml version="1.0"?>\n<!-- made -->\n<svg xmlns="x"/>', "svg+xml"),
    ],
)
def test_a_picture_is_told_by_its_first_bytes(tmp_path, content, kind):
    (tmp_path / "net.bin").write_bytes(content)
    html = markdown("![a net](net.bin)", folder=tmp_path)
    assert f'src="data:image/{kind};base64,' in html


def test_what_is_stored_as_a_figure_and_is_none_is_said(lab):
    text = base64.b64encode(b"root:x:0:0").decode()
    figure = new_output("display_data", data={"image/png": text})
    cells = [new_markdown_cell(f"![x](data:image/png;base64,{text})"), code("x", 1, [figure])]
    write(lab, "1_backpropagation.ipynb", cells)
    html = str(report())
    assert text not in html
    assert "[picture not included]" in html
    assert "what was stored is no picture" in html


def test_inline_svg_becomes_a_picture_with_its_label():
    html = REPORT.clean(
        '<div><svg viewBox="0 0 1 1" aria-label="a net"><script>x</script></svg></div>'
    )
    picture = BeautifulSoup(html, "html.parser").img
    assert picture["alt"] == "a net"
    assert b"viewBox" in base64.b64decode(picture["src"].split(",")[1])


def test_tables_keep_their_layout():
    html = REPORT.clean(
        '<table><tr><th scope="col" style="color: red; position: fixed">x</th></tr></table>'
    )
    assert 'scope="col"' in html
    assert "color:red" in html
    assert "position" not in html


def test_long_outputs_and_progress_bars_are_cut():
    assert "50%" not in text_block("  0%|   |\r 50%|#  |\r100%|###|\n", "output")
    cut = text_block("\n".join(map(str, range(1000))), "output")
    assert cut.count("\n") <= LONGEST
    assert "more lines" in cut


def test_colours_of_code_can_be_read():
    from pygments.styles import get_style_by_name

    def light(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    colours = {style["color"] for _, style in get_style_by_name(CODE_STYLE) if style["color"]}
    assert colours
    ratios = {c: (light("f6f8fa") + 0.05) / (light(c) + 0.05) for c in colours}
    assert min(ratios.values()) >= 4.5, ratios


def test_without_a_browser_the_page_is_there_and_the_way_is_said(lab, capsys, monkeypatch):
    monkeypatch.setenv("CHROMIUM", "no-such-browser")
    assert main(["nn_lab", "--pdf"]) == 1
    assert "print it to PDF" in capsys.readouterr().out
    assert (lab.parent / "report.html").exists()


def test_a_browser_that_fails_is_said(lab, capsys, monkeypatch):
    monkeypatch.setenv("CHROMIUM", sys.executable)  # it does not know these options
    assert main(["nn_lab", "--pdf"]) == 1
    assert "made no PDF" in capsys.readouterr().err
    assert not (lab.parent / "report.pdf").exists()


def test_the_door_hands_over(lab, capsys):
    assert helpers_main(["report", "nn_lab"]) == 0
    with pytest.raises(SystemExit) as stop:
        helpers_main(["--help"])
    assert stop.value.code == 0
    assert re.search(r"^  data .*\n  report ", capsys.readouterr().out, re.MULTILINE)
    with pytest.raises(SystemExit) as stop:
        helpers_main(["grade"])
    assert stop.value.code == 2
    assert "grade" in capsys.readouterr().err


def test_the_door_names_a_missing_package(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "nbformat", None)
    for name in [name for name in sys.modules if name.startswith("student_tools.report")]:
        monkeypatch.delitem(sys.modules, name)
    assert helpers_main(["report"]) == 1
    assert "needs the package nbformat" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.skipif(find_browser() is None, reason="no Chromium here")
def test_pdf_is_printed_whole(lab):
    done = subprocess.run(
        [sys.executable, "-m", "student_tools", "report", "nn_lab", "--pdf"],
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    data = (lab.parent / "report.pdf").read_bytes()
    assert data.startswith(b"%PDF")
    assert data.rstrip().endswith(b"%%EOF")
    assert sorted(path.name for path in lab.parent.iterdir()) == [
        "nn_lab",
        "report.html",
        "report.pdf",
    ]
