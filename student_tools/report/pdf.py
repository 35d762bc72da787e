"""Print a finished HTML report to PDF with a Chromium that is already on the machine."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

NAMES = """
chromium chromium-browser google-chrome google-chrome-stable chrome msedge microsoft-edge
"""
# Where the installers of macOS and Windows put a browser, which is not on PATH there.
USUAL_PLACES = {
    "darwin": (
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    ),
    "win32": (
        "%ProgramFiles%/Google/Chrome/Application/chrome.exe",
        "%ProgramFiles(x86)%/Microsoft/Edge/Application/msedge.exe",
        "%ProgramFiles%/Microsoft/Edge/Application/msedge.exe",
    ),
}
SECONDS = 120


class PrintError(Exception):
    """A browser was found but made no PDF; the message says what it answered."""


def find_browser():
    """Return the path of a Chromium, or None: ``CHROMIUM`` first, then ``PATH``, then usual places.

    Returns
    -------
    str or None
    """
    wanted = os.environ.get("CHROMIUM")
    if wanted:
        return shutil.which(wanted)
    usual = [os.path.expandvars(place) for place in USUAL_PLACES.get(sys.platform, ())]
    return next(filter(None, map(shutil.which, [*NAMES.split(), *usual])), None)


def print_pdf(page, target, browser):
    """Write the PDF of an HTML file; `target` is replaced only when it is whole.

    Parameters
    ----------
    page, target : pathlib.Path
        The HTML file and the PDF to write.
    browser : str
        A Chromium, see :func:`find_browser`.

    Raises
    ------
    PrintError
        When the browser fails, or takes longer than two minutes.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        printed = Path(scratch) / "report.pdf"
        command = [
            browser,
            "--headless",
            "--disable-gpu",
            "--no-pdf-header-footer",
            "--generate-pdf-document-outline",
            f"--user-data-dir={Path(scratch) / 'profile'}",
            f"--print-to-pdf={printed}",
        ]
        # Chromium refuses to run as root (in a container) with its own sandbox.
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--no-sandbox")
        try:
            done = subprocess.run(
                [*command, page.resolve().as_uri()],
                capture_output=True,
                text=True,
                errors="replace",
                timeout=SECONDS,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise PrintError(f"{browser} made no PDF: {error}") from error
        if not (printed.is_file() and printed.stat().st_size):
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise PrintError(f"{browser} made no PDF (exit status {done.returncode}): {last}")
        # Beside the target first: a rename within one folder is whole or not at all.
        beside = target.with_name(f".{target.name}.part")
        shutil.copyfile(printed, beside)
        beside.replace(target)
