"""Look for what an attack must not have done, whatever marks it got."""

import hashlib
import json
import os
import re
import signal
import stat
import time
from pathlib import Path

from bs4 import BeautifulSoup

#: Printed by an attack that got further than it should.
_COULD = re.compile(r"^ATTACK-COULD: (.*)$", re.MULTILINE)
#: A line of the hidden tests: it must not reach anyone.
HIDDEN_LINE = "right = sum(float(d @ d) for d in a3 - Y) / 2"
#: In the sources of pages that are XSS attacks.
SCRIPT = "atk_xss"
_ACTIVE = (
    "script",
    "style",
    "iframe",
    "frame",
    "object",
    "embed",
    "form",
    "base",
    "meta",
    "link",
    "button",
)
_ADDRESSES = ("href", "src", "action", "formaction", "xlink:href", "data", "srcdoc", "poster")
_BAD_ADDRESS = re.compile(r"^\s*(javascript|vbscript|data:(text/html|image/svg|application))", re.I)


class Harm:
    """Looks at a course folder before and after a batch.

    Parameters
    ----------
    course : pathlib.Path
        With all submissions in it, and not graded yet.
    """

    WITNESSES = ("000-witness", "999-witness")
    SECRET = "canary-5d1f0e-of-the-grader"
    OTHERS_ANSWER = "canary-77ab31-of-another-student"

    def __init__(self, course):
        self.course = course
        keys = course / "home" / ".ssh"
        keys.mkdir(parents=True)
        (keys / "id_ed25519").write_text(self.SECRET)
        self._before = self._protected()

    def _protected(self):
        """Return what no grading may change: {path: its content's checksum}."""
        folders = ("source", "release", "submitted", "home/.ssh")
        files = [self.course / "nbgrader_config.py"]
        for folder in folders:
            files += sorted(all_in(self.course / folder))
        return {str(path.relative_to(self.course)): _checksum(path) for path in files}

    def batch(self, done):
        """Return sentences on what went wrong with the batch as a whole."""
        after = self._protected()
        problems = [
            f"changed: {name}"
            for name in sorted(self._before.keys() | after.keys())
            if self._before.get(name) != after.get(name)
        ]
        if done.returncode not in (0, 1) or "killed after" in done.stdout:
            problems.append(f"autograde ended with {done.returncode}: {done.stdout[-800:]}")
        home = {p.relative_to(self.course / "home").parts[0] for p in self._new_in_home()}
        planted = home - {".ssh", ".cache", ".config", ".local", ".jupyter", ".ipython", "snap"}
        planted |= {str(p) for p in self._new_in_home() if "startup" in p.parts and "atk" in p.name}
        problems += [f"planted in the grader's home: {name}" for name in sorted(planted)]
        return problems

    def _new_in_home(self):
        return list((self.course / "home").rglob("*"))

    def left_running(self, tags, patience=4.0):
        """Return sentences on processes that outlived the grading; end them."""
        end = time.monotonic() + patience
        while (found := _named(tags)) and time.monotonic() < end:
            time.sleep(0.2)
        for pid in found:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        return [f"{len(found)} processes were left running"] if found else []

    def student(self, place):
        """Return sentences on what one submission left behind."""
        harm = []
        graded = place.autograded / f"{place.notebook}.ipynb"
        if not graded.is_file():
            return ["there is no autograded notebook"]
        shown = outputs_of(json.loads(graded.read_text()))
        pages = list((place.course / "feedback" / place.student).rglob("*.html"))
        page = "\n".join(path.read_text() for path in pages)
        if not page:
            harm.append("there is no feedback")
        harm += [f"its code says: {x}" for x in sorted(set(_COULD.findall(shown)))]
        for what, text in (("the graded notebook", shown), ("the feedback", page)):
            if self.SECRET in text:
                harm.append(f"{what} holds a secret of the grader")
            if self.OTHERS_ANSWER in text and place.student not in self.WITNESSES:
                harm.append(f"{what} holds another student's answer")
            if HIDDEN_LINE in text:
                harm.append(f"{what} shows a line of the hidden tests")
        harm += [f"the feedback runs: {x[:100]}" for x in active_parts(page)]
        if len(shown) + len(page) > 30_000_000:
            harm.append("the graded notebook's outputs or the feedback are larger than 30 MB")
        return harm


def not_graded(place, log):
    """Return sentences on what is wrong with a submission that could not be graded."""
    problems = []
    if place.autograded.exists():
        problems.append("it was graded")
    if f"{place.student}: NOT GRADED" not in log:
        problems.append("it is not listed as not graded")
    return problems


def all_in(folder):
    """Return all files and folders in a folder, however deep they lie."""
    found, waiting = [], [folder]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                found.append(Path(entry.path))
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
    return found


def outputs_of(notebook):
    """Return all text of a notebook's outputs."""
    texts = []

    def collect(value):
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, dict | list):
            for part in value.values() if isinstance(value, dict) else value:
                collect(part)

    collect([cell.get("outputs") for cell in notebook["cells"]])
    return "\n".join(texts)


def active_parts(page):
    """Return the parts of a page that a browser would run, as far as an attack wrote them."""
    found = []
    for tag in BeautifulSoup(page, "html.parser").find_all(True):
        active = [
            name
            for name, value in tag.attrs.items()
            if (name.lower().startswith("on") and SCRIPT in str(value))
            or (name.lower() in _ADDRESSES and _runs(tag.name, str(value)))
            or (name.lower() == "style" and SCRIPT in str(value))
        ]
        own = SCRIPT in str(tag.attrs) or (tag.name in ("script", "style") and SCRIPT in tag.text)
        if active or (tag.name in _ACTIVE and own):
            found.append(str(tag)[:200])
    return found


def _runs(tag, address):
    """Tell whether an address may run something; a drawing in an ``<img>`` never does."""
    harmless = tag == "img" and address.startswith("data:image/svg+xml;base64,")
    return not harmless and bool(_BAD_ADDRESS.match(address))


def _checksum(path):
    about = path.lstat()
    if stat.S_ISLNK(about.st_mode):
        return f"link to {path.readlink()}"
    if stat.S_ISREG(about.st_mode) and about.st_size:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    return f"{stat.S_IFMT(about.st_mode)}, empty"


def _named(tags):
    """Return the processes that carry one of the tags as their name, and are no zombies."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            name = (folder / "comm").read_text().strip()
            state = (folder / "stat").read_text().rsplit(")", 1)[1].split()[0]
        except (OSError, IndexError):
            continue
        if name in tags and state != "Z":
            found.append(int(folder.name))
    return found
