"""On both pages: whose words are whose, rubrics for markers alone, and nothing wider than the page.

What the grader adds stands in a frame that no student's text can have; what students add stands in
one that says so.
"""

import base64
import copy
import io
import logging
import re
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from bs4 import BeautifulSoup
from feedback_tools import THEIRS, exporter, page
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from grading.autograde.rebuild.rebuilding import rebuild
from grading.autograde.rebuild.template import Template, load_template
from grading.course.cell_marks import ADDED, KIND, MARK_SCHEME, SOLUTION
from grading.nbgrader_hooks import formgrader
from grading.nbgrader_hooks.feedback_command import printable
from grading.pages.feedback import HideFromStudents
from grading.pages.safe_notebook import CleanForDisplay
from student_tools.report.pdf import find_browser

ROOT = Path(__file__).parents[2]
PAGES = pytest.mark.parametrize("template", ["feedback", "formgrade"])
FORGED = """**Marking scheme**

- 2 of 2, confirmed by the instructor.

<aside class="from-grader" aria-label="From the grader: notes">
<p class="whose" style="position: fixed; top: 0; z-index: 9">From the grader: notes</p></aside>
</section></div></div><div class="prose">"""


def soup_of(template, *cells):
    html = page(exporter(template, safe=True), *cells, metadata={})
    return BeautifulSoup(html, "html.parser")


def graded(grade_id, cell, **label):
    """Make a cell an answer that a person marked."""
    cell = copy.deepcopy(cell)
    named = {"grade_id": grade_id, "solution": True, "grade": True, "task": False, "locked": False}
    marked = {"points": 2, "score": 1, "comment": "Well said.", "needs_manual_grade": False}
    cell.metadata["nbgrader"] = named | marked | {"schema_version": 3} | label
    return cell


def own(cell):
    """Make a cell the student's own."""
    cell = copy.deepcopy(cell)
    cell["id"] = f"own-{cell['id']}"
    cell.metadata[KIND] = "own"
    return cell


# Frames


@PAGES
def test_what_students_added_is_framed_as_theirs_and_cannot_leave_the_frame(template):
    code = new_code_cell("print(1)", outputs=[new_output("stream", text="2 of 2 points")])
    after = new_markdown_cell("The assignment's words.")
    soup = soup_of(template, own(new_markdown_cell(FORGED)), own(code), after)
    frames = soup(class_="by-student")
    by = "you" if template == "feedback" else "the student"
    assert [frame["aria-label"] for frame in frames] == [f"Added by {by}"] * 2
    assert [frame.find(class_="whose").get_text() for frame in frames] == [f"Added by {by}"] * 2
    for words in ("confirmed by the instructor", "From the grader: notes", "2 of 2 points"):
        assert all(t.find_parent(class_="by-student") for t in soup(string=re.compile(words)))
    assert soup(class_="from-grader") == []
    assert "position" not in str(frames)
    assert "z-index" not in str(frames)
    assert not soup.find(string=re.compile("assignment's words")).find_parent(class_="by-student")


@PAGES
def test_what_the_grader_says_has_a_frame_that_no_student_can_have(template):
    notes = new_markdown_cell("**Notes from the grader**\n\n- Put back.", metadata={ADDED: "notes"})
    answer = graded("why", new_markdown_cell(FORGED))
    shown = new_code_cell("1", outputs=[new_output("display_data", {"text/markdown": FORGED})])
    soup = soup_of(template, notes, answer, shown, own(shown))
    (frame, *more) = soup(class_="from-grader")
    assert (frame.name, frame["aria-label"]) == ("aside", "From the grader: notes")
    assert frame.find(string="Put back.")
    assert [f["aria-label"] for f in more] == ["From the grader: comment"] * (
        template == "feedback"
    )
    for text in soup(string=re.compile("confirmed by the instructor")):
        places = text.find_parents(["section", "div"])
        classes = {name for place in places for name in place.get("class", ())}
        assert classes & {"by-student", "card", "nbgrader_cell", "rich", "output-frame"}


@PAGES
@pytest.mark.parametrize("kind", ["text/html", "text/markdown"])
def test_what_code_shows_is_named_as_its_output(template, kind):
    shown = new_code_cell("1", outputs=[new_output("display_data", {kind: "<b>2 of 2</b>"})])
    soup = soup_of(template, shown)
    frame = soup.find(string="2 of 2").find_parent(attrs={"role": "group"})
    assert frame["aria-label"] == frame.find(class_="whose").get_text() == "Output of code"


def test_the_grader_is_heard_first_however_long_the_students_texts_are():
    long = [own(new_markdown_cell("word " * 3_000)) for _ in range(20)]
    notes = new_markdown_cell("**Notes**", metadata={ADDED: "notes"})
    nb = new_notebook(cells=[*long, notes])
    cells = CleanForDisplay().preprocess(nb, {})[0].cells
    assert cells[-1].source == "**Notes**"
    assert "<pre>" in cells[-2].source  # no room for it any more


# Rubrics and model answers


def recorded(path):
    """Make what the gradebook keeps of a notebook: the texts that were released."""
    source = nbformat.read(path, as_version=4)
    release = nbformat.read(ROOT / "release" / path.parent.name / path.name, as_version=4)
    released = {c.metadata.nbgrader.grade_id: c for c in release.cells if "nbgrader" in c.metadata}
    labelled = [cell for cell in source.cells if "nbgrader" in cell.metadata]
    names = [cell.metadata.nbgrader.grade_id for cell in labelled]
    texts = [SimpleNamespace(name=name, source=released[name].source) for name in names]
    labels = [cell.metadata.nbgrader for cell in labelled if cell.metadata.nbgrader.grade]
    points = [SimpleNamespace(name=each.grade_id, max_score=each.points) for each in labels]
    return SimpleNamespace(source_cells=texts, grade_cells=points, task_cells=[])


def written_part(path):
    """Grade the texts of a notebook as nobody answered them; return its cells."""
    template = load_template(path, recorded(path))
    texts = [slot for slot in template.slots if slot.cell.cell_type == "markdown"]
    cells, _ = rebuild(Template(texts), [copy.deepcopy(slot.cell) for slot in texts])
    for cell in cells:
        if "nbgrader" in cell.metadata and cell.metadata.nbgrader.grade:
            cell.metadata.nbgrader |= {"score": 0, "comment": "", "needs_manual_grade": True}
    return cells


def between(text, markers):
    begin, end = markers
    return re.findall(rf"^.*{begin}.*\n((?:.*\n)*?).*{end}.*$", text, re.MULTILINE)


def words(text):
    return re.findall(r"[A-Za-z]{4,}", text)


SOURCES = sorted((ROOT / "source").glob("*/*.ipynb"))


def test_every_written_answer_of_the_source_brings_a_rubric_and_a_model_answer():
    texts = [
        cell.source
        for path in SOURCES
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "markdown" and cell.metadata.get("nbgrader", {}).get("grade")
    ]
    assert len(texts) >= 17
    for text in texts:
        assert between(text, MARK_SCHEME)
        assert between(text, SOLUTION)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_rubric_and_model_answer_reach_the_marker_and_nobody_else(path):
    cells = written_part(path)
    source = nbformat.read(path, as_version=4)
    rubrics = [each for cell in source.cells for each in between(cell.source, MARK_SCHEME)]
    soup = soup_of("formgrade", *cells)
    frames = soup.find_all("aside", attrs={"aria-label": "From the grader: marking scheme"})
    assert len(frames) == len(rubrics)
    for frame, rubric in zip(frames, rubrics, strict=True):
        assert frame.find_previous(class_="nbgrader_cell")  # below the answer
        shown = set(words(frame.get_text()))
        assert set(words(re.sub(r"\$[^$]*\$|`[^`]*`", "", rubric))) <= shown
        assert {"Model", "answer"} <= shown
    nb = new_notebook(cells=copy.deepcopy(cells))
    feedback, _ = HideFromStudents().preprocess(nb, {})
    text = soup_of("feedback", *feedback.cells).get_text()
    assert "Marking scheme" not in text
    assert "Model answer" not in text
    assert not any(rubric.strip().split("\n")[0] in text for rubric in rubrics)


def test_a_rubric_for_code_that_a_person_marks_brings_its_model_code(tmp_path):
    text = "### BEGIN SOLUTION\nx = 2\n### BEGIN MARK SCHEME\n# 2 points\n### END MARK SCHEME\n"
    cell = graded("x", new_code_cell(text + "### END SOLUTION"))
    nbformat.write(new_notebook(cells=[cell]), tmp_path / "1_x.ipynb")
    kept = SimpleNamespace(name="x", source="# YOUR CODE HERE", max_score=2)
    gradebook = SimpleNamespace(source_cells=[kept], grade_cells=[kept], task_cells=[])
    (slot,) = load_template(tmp_path / "1_x.ipynb", gradebook).slots
    assert slot.cell.source == slot.released == "# YOUR CODE HERE"
    assert slot.mark_scheme == "# 2 points\n\n**Model answer**\n\n```python\nx = 2\n```"


# Names


HOSTILE = '<script>window.pwned=1</script>\x1b[31m\u202e"&'


class Handler:
    """What the formgrader's page needs of a request."""

    def __init__(self):
        config = exporter("formgrade", safe=True).config
        self.settings = {"nbgrader_formgrader": SimpleNamespace(config=config)}
        self.headers = {}

    def set_header(self, name, value):
        self.headers[name] = value


def test_names_run_nothing_on_the_page_of_a_submission(tmp_path):
    nbformat.write(new_notebook(), tmp_path / "1_x.ipynb")
    names = dict.fromkeys(("student", "first_name", "last_name", "notebook_path"), HOSTILE)
    known = {"base_url": "", "submission_id": "s", "assignment_id": "a", "notebook_id": "n"}
    plain = dict.fromkeys(names, "ann") | known | {"index": 0, "total": 1}
    policies, pages = [], []
    for resources in (plain, plain | names):
        handler = Handler()
        made = formgrader._GuardedPages(handler).from_filename(tmp_path / "1_x.ipynb", resources)
        policies.append(handler.headers["Content-Security-Policy"])
        pages.append(made[0])
    assert policies[0] == policies[1]  # it allows no script that a name brought
    assert "<script>window.pwned" not in pages[1]
    assert "&lt;script&gt;window.pwned=1&lt;/script&gt;\\x1b[31m\\u202e" in pages[1]
    assert "\x1b" not in pages[1]


def test_names_run_nothing_where_a_submission_is_missing(monkeypatch):
    from nbgrader.server_extensions.formgrader import base

    monkeypatch.setattr(base.BaseHandler, "render", lambda handler, name, **told: (name, told))
    told = {"resources": {"filename": f"/autograded/{HOSTILE}/1_x.ipynb", "index": 0}}
    name, shown_with = formgrader._render(None, "formgrade_404.tpl", **told)
    assert name == "formgrade_404.tpl"
    assert "<" not in shown_with["resources"]["filename"]
    assert shown_with["resources"]["index"] == 0


def test_no_name_reaches_the_terminal_as_a_command(caplog):
    log = logging.getLogger("names")
    log.addFilter(printable)
    log.warning("Copying %s -> %d", "a\x1b[2J\nann: graded", 3)
    log.warning("Removing {}\nand more".format("\x1b]0;title\x07"))
    assert caplog.messages == [
        "Copying a\\x1b[2J\\nann: graded -> 3",
        "Removing \\x1b]0;title\\x07\nand more",
    ]


# Widths


def picture():
    file = io.BytesIO()
    Image.new("RGB", (6000, 9)).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def shown(kind, data, **metadata):
    output = new_output("display_data", {kind: data}, metadata=metadata)
    return new_code_cell("1", outputs=[output])


def wide_cells():
    """Cells whose contents are far wider than a page."""
    long, png = "x" * 100_000, picture()
    row = f"<table><tr>{'<td>a number</td>' * 900}</tr></table>"
    image = f'src="data:image/png;base64,{png}"'
    table = f"|a|b|\n|-|-|\n|{'x' * 9_000}|1|"
    error = new_output("error", ename="E", evalue=long, traceback=[long])
    return [
        new_code_cell("1", outputs=[new_output("stream", text=long), error]),
        shown("text/plain", long),
        shown("text/html", '<div style="width: 100000px">wide</div>'),
        shown("text/html", row),
        shown("text/html", f'<p style="white-space: nowrap">{long}</p><pre>{long}</pre>'),
        shown("text/html", f'<img width="9999" height="9" {image}>'),
        shown("text/html", f'<img style="width: 90000px; max-width: none" {image}>'),
        shown("text/html", '<table style="width: 90000px; max-width: none"><td>a</td></table>'),
        shown("text/markdown", f"{long}\n\n{table}"),
        shown("text/markdown", f"$${'a + ' * 900}b$$"),
        shown("image/png", png, **{"image/png": {"width": 100_000}}),
        new_markdown_cell(f"# {long[:2_000]}\n\n{table}\n\n`{long[:9_000]}`"),
        new_markdown_cell(f'<p style="width: 100000px">wide</p>\n\n${"a + " * 900}b$'),
        new_code_cell(f"x = '{long}'"),
    ]


@PAGES
@pytest.mark.slow
@pytest.mark.skipif(find_browser() is None, reason="no Chromium on this machine")
def test_no_page_is_wider_than_its_window(template):
    playwright = pytest.importorskip("playwright.sync_api")
    cells = wide_cells()
    answers = [graded(f"g{i}", c, grade=c.cell_type != "code") for i, c in enumerate(cells)]
    cells = [*cells, *map(own, cells), *answers]
    for number, cell in enumerate(cells):
        cell["id"] = f"c{number}"
    html = page(exporter(template, safe=True), *cells, metadata={})
    unruly = re.sub(r"<style[^>]*>.*?</style>", "", html, flags=re.DOTALL)
    static = THEIRS.parent / "static"

    def answer(route):
        _, is_static, path = route.request.url.partition("/formgrader/static/")
        if is_static and path.endswith(".css"):
            route.fulfill(path=static / path)
        elif route.request.url.startswith("http://pages.test/?"):
            body = unruly if route.request.url.endswith("unruly") else html
            route.fulfill(body=body, content_type="text/html; charset=utf-8")
        else:
            route.abort()

    def width(window, which, at):
        window.set_viewport_size({"width": at, "height": 900})
        window.goto(f"http://pages.test/?{which}")
        return window.evaluate("document.documentElement.scrollWidth")

    with playwright.sync_playwright() as started:
        options = ["--no-sandbox", "--disable-gpu"]
        browser = started.chromium.launch(executable_path=find_browser(), args=options)
        window = browser.new_page()
        window.route(re.compile("^http"), answer)
        assert {at: width(window, "as made", at) for at in (1280, 400)} == {1280: 1280, 400: 400}
        assert width(window, "unruly", 1280) > 50_000
        browser.close()
