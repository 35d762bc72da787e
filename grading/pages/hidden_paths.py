"""The names of this machine's folders, which are nobody's business but the grader's."""

import os
import re
import sys
import tempfile
from pathlib import Path

from jupyter_core.paths import jupyter_data_dir, jupyter_runtime_dir

_KERNEL_FILE = re.compile(r"ipykernel_\d+[/\\](\d+\.py)")
#: What ends a folder's name in a text, so that `/root` is not found in `/rooted`.
_END = r"(?![\w.-])"


class HiddenPaths:
    """Replaces the names of folders in texts.

    Parameters
    ----------
    course : path
        The course folder.
    """

    def __init__(self, course):
        self._rules = [
            (_pattern(folder), words)
            for folder, words in sorted(_folders(course).items(), key=lambda x: -len(x[0]))
        ]

    def hide(self, text):
        """Return a text without the names of this machine's folders.

        What lies in a folder keeps its name from there: ``numpy/linalg/_linalg.py``.
        """
        for pattern, words in self._rules:
            text = pattern.sub(
                lambda found, words=words: found["colour"] + ("" if found["more"] else words), text
            )
        return _KERNEL_FILE.sub(r"cell \1", text)


def _folders(course):
    """List what is known of this machine: {folder: words for it}."""
    known = {
        course: "the course folder",
        Path(__file__).parents[2]: "the course's programs",
        sys.prefix: "Python's folder",
        sys.base_prefix: "Python's folder",
        Path.home(): "the home folder",
        tempfile.gettempdir(): "the temporary folder",
        jupyter_data_dir(): "Jupyter's folder",
        jupyter_runtime_dir(): "Jupyter's folder",
    }
    known |= {p: "Python's packages" for p in sys.path if Path(p).name.endswith("-packages")}
    named = {}
    for folder, words in known.items():
        for name in {str(folder), os.path.realpath(folder)}:
            if Path(name).is_absolute() and len(Path(name).parts) > 1:
                named[name.rstrip("/\\")] = words
    return named


def _pattern(folder):
    # Printed with repr(), Windows' separators are doubled.
    names = sorted({folder, folder.replace("\\", "\\\\")}, key=len, reverse=True)
    either = "|".join(map(re.escape, names))
    before = r"(?P<colour>\x1b\[[\d;]*m|(?<![\w.-]))"  # a terminal's colour ends in a letter
    return re.compile(rf"{before}(?:{either})(?:(?P<more>/|\\{{1,2}})|{_END})")
