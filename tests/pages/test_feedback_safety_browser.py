"""In a real browser: no vector runs on a feedback page or in the formgrader; without us they do."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from feedback_tools import exporter, page
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.api import Gradebook
from numbers_course import ROOT, nbgrader
from page_audit import is_valid
from test_feedback_safety import CELLS, cleaned
from xss_vectors import FORGED, HTML, MARKDOWN, SCRIPT, odd_metadata

from student_tools.report.html_page import render_page
from student_tools.report.pdf import find_browser
from student_tools.report.sections import make_section

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),  # nbgrader's own
    pytest.mark.skipif(find_browser() is None, reason="no Chromium on this machine"),
]

ARGUMENTS = """
--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync
"""
HOME = "http://pages.test"
#: Touch and press all that could be touched or pressed, but no link to the web.
POKE = """() => {
  for (const element of document.querySelectorAll('main *, .output_area *, .text_cell *, svg *')) {
    const link = element.getAttribute('href') || '';
    if (element.closest('a[href^="http"], a[href^="mailto"], .scoring-buttons, details')) continue;
    for (const kind of ['mouseover', 'focus', 'click']) {
      element.dispatchEvent(new MouseEvent(kind, {bubbles: kind != 'focus', cancelable: true}));
    }
    if (element.click && !link.startsWith('#')) element.click();
  }
}"""
WATCH = """
Object.defineProperty(window, 'pwned', {set: () => window.tellTest('a script ran')});
window.refused = [];
document.addEventListener('securitypolicyviolation', (e) => window.refused.push(e.blockedURI));
"""


@pytest.fixture(scope="module")
def chromium():
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=find_browser(), args=ARGUMENTS.split())
        yield browser
        browser.close()


def place_of(url):
    """Return an address without what the formgrader itself may add while a page loads."""
    return url.split("#")[0].split("?")[0]


class Tripwire:
    """A browser window that notices what it should not see: `trips` lists it.

    Parameters
    ----------
    browser : playwright.sync_api.Browser
    home : str
        The origin of the pages; whatever else is asked for is a trip, and is not answered.
    served : dict of str to str
        Pages that are there without a server.
    policy : bool
        Whether the browser heeds Content-Security-Policy.
    """

    def __init__(self, browser, home, served=None, *, policy=True):
        self.home, self.served, self.trips = home, served, []
        self.context = browser.new_context(bypass_csp=not policy)
        self.context.expose_function("tellTest", self._trip)
        self.context.add_init_script(WATCH)
        self.context.route("**/*", self._answer)

    def open(self, path, poke=True):
        """Open a page, wait, touch everything; return the page."""
        window = self.context.new_page()
        window.on("dialog", lambda dialog: (self._trip("dialog"), dialog.dismiss()))
        window.on("popup", lambda popup: self._trip("popup"))
        window.goto(self.home + path, wait_until="load")
        arrived = window.url
        window.wait_for_timeout(80)
        if poke:
            try:
                window.evaluate(POKE)
                window.wait_for_timeout(80)
            except playwright.Error:
                self._trip("the page went away")
        if place_of(window.url) != place_of(arrived):
            self._trip(f"navigation to {window.url[:60]}")
        return window

    def trips_of(self, html):
        """Return the trips of one page."""
        self.served = {"/": html}
        self.open("/").close()
        found, self.trips = self.trips, []
        return found

    def close(self):
        """Close the window and forget its cookies."""
        self.context.close()

    def _answer(self, route):
        url = route.request.url
        if not url.startswith((self.home, "data:", "blob:")):
            if "cdnjs.cloudflare.com" not in url:  # nbgrader's own pages ask for MathJax there
                self._trip(f"asked for {url[:60]}")
            return route.abort()
        if self.served is None:
            return route.continue_()
        path = url.removeprefix(self.home)
        if path not in self.served:
            return route.fulfill(status=404, body="")
        return route.fulfill(body=self.served[path], content_type="text/html; charset=utf-8")

    def _trip(self, what):
        self.trips.append(what)


@pytest.fixture(params=["policy", "no policy"])
def wire(request, chromium):
    """A window for single pages, whose browser heeds policies or not."""
    wire = Tripwire(chromium, HOME, {}, policy=request.param == "policy")
    yield wire
    wire.close()


only_cleaning = pytest.mark.parametrize("wire", ["no policy"], indirect=True)


@only_cleaning
def test_cleaning_alone_disarms_each_vector_on_the_feedback_page(wire):
    made_by = exporter("feedback", safe=True)
    tripped = {}
    for name, cell in CELLS.items():
        cells = [cell] if is_valid(cell) else cleaned(cell).cells
        if found := wire.trips_of(page(made_by, *cells)):
            tripped[name] = found
    assert tripped == {}


def test_all_vectors_together_are_disarmed_on_the_feedback_page(wire):
    html = page(exporter("feedback", safe=True), *filter(is_valid, CELLS.values()))
    assert wire.trips_of(html) == []


def test_all_vectors_together_are_disarmed_in_a_students_report(wire):
    nb = new_notebook(metadata=odd_metadata())
    nb.cells = list(filter(is_valid, CELLS.values()))
    section = make_section(1, Path("1_x.ipynb"), nb)
    assert wire.trips_of(render_page([section], title="T", everything=True)) == []


def test_policy_alone_disarms_the_feedback_page(wire, request):
    safe = page(exporter("feedback", safe=True), new_markdown_cell("Hello"))
    expected = set() if "[policy]" in request.node.name else {"a script ran"}
    for html in (SCRIPT, HTML[4], HTML[22], HTML[29], HTML[39]):
        assert set(wire.trips_of(safe.replace("Hello", html))) == expected, html


@only_cleaning
def test_without_us_the_vectors_run(wire):
    made_by = exporter("feedback", safe=False)
    names = [f"html output {i}" for i in range(len(HTML))]
    names += [f"markdown {i}" for i in range(len(MARKDOWN))] + list(FORGED)
    pages = {n: page(made_by, CELLS[n], metadata={}) for n in names if is_valid(CELLS[n])}
    ran = [name for name, html in pages.items() if wire.trips_of(html)]
    print(f"{len(ran)} of {len(pages)} vectors trip without cleaning")
    assert len(ran) >= 50


# The formgrader, with a server

PLAIN = "c = get_config()\nc.CourseDirectory.course_id = 'made-up'\n"
OURS = f"{PLAIN}load_subconfig('nbgrader_config.py', path={str(ROOT)!r})\n"
#: The second wall alone: what is shown was not cleaned.
WALL = f"{OURS}c.HTMLExporter.preprocessors = []\nc.HTMLExporter.filters = {{}}\n"
LABEL = {"schema_version": 3, "task": False, "locked": True, "solution": False, "grade": True}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course folder whose `autograded/` holds all vectors, as if graded by a plain nbgrader."""
    course = tmp_path_factory.mktemp("course")
    test = new_code_cell(
        "credit(test_a)",
        execution_count=2,
        outputs=[new_output("stream", text="passed   everything")],
        metadata={"nbgrader": LABEL | {"grade_id": "test_a", "points": 3, "cell_type": "code"}},
    )
    text = LABEL | {"grade_id": "why", "points": 2, "locked": False, "solution": True}
    written = new_markdown_cell(
        f"So $a<b$.\n\n{SCRIPT}\n\n<b class='full-credit'>press</b>",
        metadata={"nbgrader": text | {"cell_type": "markdown"}},
    )
    vectors = [cell for cell in CELLS.values() if is_valid(cell)]
    # Not these: with them the plain formgrader leads away or hides what comes after.
    breaking = ("http-equiv=refresh", "<body", "</body>", "<xmp>", "attachment:none", "<textarea>")
    for number, cell in enumerate(vectors):
        cell["id"] = f"vector-{number}"
    kept = [
        c for c in vectors if not any(word in nbformat.writes(as_notebook(c)) for word in breaking)
    ]
    for student, cells in (("ann", vectors), ("bob", kept)):
        folder = course / "autograded" / student / "ps1"
        folder.mkdir(parents=True)
        nb = as_notebook(test, written, *cells)
        nb.metadata = odd_metadata() if student == "ann" else nb.metadata
        (folder / "1_x.ipynb").write_text(nbformat.writes(nb))
        (folder / "evil.html").write_text(SCRIPT)
    (course / "source" / "ps1").mkdir(parents=True)
    nbformat.write(as_notebook(test, written), course / "source" / "ps1" / "1_x.ipynb")
    for student in ("ann", "bob", "<img src=x: onerror=window.pwned=1>"):
        folder = course / "submitted" / student / "ps1"
        folder.mkdir(parents=True)
        (folder / "timestamp.txt").write_text("2026-11-01 10:00:00 UTC")
    with Gradebook(f"sqlite:///{course}/gradebook.db", "made-up") as gradebook:
        gradebook.add_assignment("ps1")
        gradebook.add_notebook("1_x", "ps1")
        for name, points, kind in (("test_a", 3, "code"), ("why", 2, "markdown")):
            gradebook.add_grade_cell(name, "1_x", "ps1", max_score=points, cell_type=kind)
        gradebook.add_solution_cell("why", "1_x", "ps1")
        for student in ("ann", "bob"):
            gradebook.add_student(student)
            gradebook.add_submission("ps1", student)
            grade = gradebook.find_grade("test_a", "1_x", "ps1", student)
            grade.auto_score, grade.needs_manual_grade = 2.5, False
        gradebook.db.commit()
    return course


def as_notebook(*cells):
    nb = new_notebook(cells=list(cells))
    nb.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nb


@contextmanager
def server(course, config):
    """Run a Jupyter server with the formgrader; give its address."""
    (course / "nbgrader_config.py").write_text(config)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = f"http://127.0.0.1:{port}"
    log = (course / "server.log").open("w")
    folders = {f"JUPYTER_{n}_DIR": str(course / ".jupyter" / n) for n in ("CONFIG", "RUNTIME")}
    options = ["--no-browser", "--allow-root", f"--port={port}", "--IdentityProvider.token=secret"]
    extension = "nbgrader.server_extensions.formgrader"
    process = subprocess.Popen(
        [
            *[sys.executable, "-m", "jupyter_server", f"--ServerApp.root_dir={course}", *options],
            "--ServerApp.disable_check_xsrf=False",
            f"--ServerApp.jpserver_extensions={extension}=True",
        ],
        cwd=course,
        env=os.environ | folders,
        stdout=log,
        stderr=log,
    )
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{home}/api/status?token=secret", timeout=5).close()
                break
            except OSError:
                assert process.poll() is None, (course / "server.log").read_text()
                time.sleep(0.2)
        yield home
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:  # a busy machine
            process.kill()
            process.wait(20)
        log.close()


def submission_page(course, student):
    with Gradebook(f"sqlite:///{course}/gradebook.db", "made-up") as gradebook:
        found = gradebook.find_submission_notebook("1_x", "ps1", student)
        return f"/formgrader/submissions/{found.id}/"


@contextmanager
def signed_in(chromium, home):
    wire = Tripwire(chromium, home)
    window = wire.context.new_page()
    window.goto(f"{home}/api/status?token=secret")
    window.close()
    try:
        yield wire
    finally:
        wire.close()


def test_formgrader_runs_no_vector_and_works(chromium, course):
    with server(course, OURS) as home, signed_in(chromium, home) as wire:
        for student in ("ann", "bob"):
            window = wire.open(submission_page(course, student), poke=False)
            playwright.expect(window.locator("#test_a")).to_have_attribute("placeholder", "2.5")
            # Its scripts went on to the end, without MathJax.
            playwright.expect(window.locator(".tabbable:focus")).to_have_count(1)
            assert window.evaluate("formgrader.loaded && MathJax.loaded")
            assert window.locator(".nbgrader_cell math").count() == 1
            assert window.locator(".nbgrader_cell .full-credit").count() == 2  # its own buttons
            window.locator("span.glyphicon-eye-open").click()
            assert window.locator("a.name-shown").is_visible()
            window.evaluate(POKE)
            window.wait_for_timeout(500)
            assert window.evaluate("window.refused") == []
            assert wire.trips == []
        for path in (
            "manage_assignments",
            "manage_submissions/ps1",
            "gradebook",
            "gradebook/ps1",
            "gradebook/ps1/1_x",
            "manage_students",
            "manage_students/ann",
            "manage_students/ann/ps1",
        ):
            wire.open(f"/formgrader/{path}", poke=False).wait_for_timeout(500)
        wire.open(submission_page(course, "ann") + "evil.html", poke=False)
        assert wire.trips == []


def test_second_wall_stops_scripts_that_were_not_cleaned_away(chromium, course):
    with server(course, WALL) as home, signed_in(chromium, home) as wire:
        window = wire.open(submission_page(course, "bob"), poke=False)
        theirs = "[...document.scripts].filter((script) => script.text.includes('pwned')).length"
        assert window.evaluate(theirs) > 10
        assert len(window.evaluate("window.refused")) > 10
        window.evaluate(POKE)
        window.wait_for_timeout(500)
        assert "a script ran" not in wire.trips


def test_without_us_the_formgrader_runs_vectors(chromium, course):
    with server(course, PLAIN) as home, signed_in(chromium, home) as wire:
        wire.open(submission_page(course, "bob"))
        assert "a script ran" in wire.trips
        wire.trips.clear()
        wire.open(submission_page(course, "ann") + "evil.html", poke=False)
        assert "a script ran" in wire.trips


def test_feedback_command_makes_harmless_pages(chromium, course):
    (course / "nbgrader_config.py").write_text(OURS)
    made = nbgrader(course, "generate_feedback", "ps1", "--force")
    assert made.returncode == 0, made.stderr
    served = {
        f"/{path.parent.parent.name}": path.read_text()
        for path in (course / "feedback").rglob("1_x.html")
    }
    assert len(served) == 2
    wire = Tripwire(chromium, HOME, served)
    for path in served:
        window = wire.open(path)
        assert window.evaluate("document.scripts.length") == 0
        assert window.locator("#why math").count() == 1
        assert "2.5 / 3" in window.locator(".overview").inner_text()
    assert wire.trips == []
    wire.close()


def violations(wire, html):
    """Return what axe-core finds wrong with a page: {rule: (impact, places)}."""
    wire.served = {"/": html}
    window = wire.open("/", poke=False)
    found = Axe().run(window).response["violations"]
    window.close()
    return {v["id"]: (v["impact"], [node["target"] for node in v["nodes"]][:5]) for v in found}


@only_cleaning
@pytest.mark.parametrize("name", ["1_backpropagation", "2_small_mnist"])
def test_feedback_has_no_axe_violation_that_nbgraders_own_page_has_not(wire, name):
    """axe-core is injected, so the window does not heed the page's policy."""
    nb = nbformat.read(ROOT / "solutions" / "nn_lab" / f"{name}.ipynb", as_version=4)
    for cell in nb.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.metadata.nbgrader.update(score=cell.metadata.nbgrader.points, comment="Good.")
    ours = violations(wire, page(exporter("feedback", safe=True), *nb.cells, metadata=nb.metadata))
    theirs = violations(
        wire, page(exporter("feedback", safe=False), *nb.cells, metadata=nb.metadata)
    )
    print(f"{name}: ours {ours}, nbgrader's own {sorted(theirs)}")
    assert ours.keys() <= theirs.keys(), {rule: ours[rule] for rule in ours.keys() - theirs.keys()}
