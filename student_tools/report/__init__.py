"""``course.py report``: the notebooks of an assignment as one report to hand in.

The report is one HTML file that needs no network and runs no script, and, where a Chromium is
found, a PDF printed from it.
"""

import argparse
import os
import re
import sys
import warnings
from pathlib import Path

import nbformat

from student_tools.report.html_page import render_page
from student_tools.report.pdf import PrintError, find_browser, print_pdf
from student_tools.report.sections import make_section

#: Where a notebook says what its assignment is called, in its metadata.
TITLE = "assignment_title"


class ReportError(Exception):
    """No report can be made; the message says why and what to do."""


def write_report(notebooks, out, *, title=None, name=None, date=None, everything=False):
    """Write the HTML report of some notebooks.

    Parameters
    ----------
    notebooks : list of pathlib.Path
        The notebooks, in the order of the report's sections.
    out : pathlib.Path
        The HTML file; it is replaced only when the new one is whole.
    title : str, optional
        By default what the first notebook says of its assignment, or made from its folder's name.
    name, date : str, optional
        For the title page, printed as they are given.
    everything : bool
        Show given code and checks open, with their code.

    Returns
    -------
    list of str
        What is left to do before handing in, one sentence an entry.

    Raises
    ------
    ReportError
        When a notebook cannot be read; nothing is written then.
    """
    read = [read_notebook(path) for path in notebooks]
    sections = [
        make_section(number, path, notebook)
        for number, (path, notebook) in enumerate(zip(notebooks, read, strict=True), 1)
    ]
    page = render_page(
        sections,
        title=title or assignment_title(read[0], notebooks[0].resolve().parent.name),
        name=name,
        date=date,
        everything=everything,
    )
    beside = out.with_name(f".{out.name}.part")
    try:
        beside.write_text(page, encoding="utf-8", newline="\n")
        beside.replace(out)
    except OSError as error:
        raise ReportError(
            f"The report cannot be written to {out}: {error.strerror}. Choose another --out."
        ) from error
    finally:
        beside.unlink(missing_ok=True)
    return [f"{section.stem}: {line}" for section in sections for line in section.todo]


def read_notebook(path):
    """Return the notebook of a file, or raise :class:`ReportError` with the file's name."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # cells without ids: of no interest to a reader
            notebook = nbformat.read(path, as_version=4)
            nbformat.validate(notebook)
    except FileNotFoundError as error:
        raise ReportError(f"There is no notebook {path}. Check its name and folder.") from error
    except OSError as error:
        raise ReportError(f"{path} cannot be read: {error.strerror}.") from error
    # nbformat raises whatever a broken file makes it stumble over.
    except Exception as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ReportError(
            f"{path} is not a whole Jupyter notebook ({first[:120]}). Open it in JupyterLab and "
            "save it again; if it does not open there, take your last good copy."
        ) from error
    return notebook


def find_notebooks(places):
    """Return the notebooks of folders and files, those of a folder in the order of their numbers.

    Parameters
    ----------
    places : list of pathlib.Path
        Folders or ``.ipynb`` files.

    Raises
    ------
    ReportError
        When a place does not exist, or holds no notebook.
    """
    found = []
    for place in places:
        if place.is_dir():
            inside = sorted(place.glob("*.ipynb"), key=_by_number)
            if not inside:
                raise ReportError(_no_notebook_in(place))
            found += inside
        elif place.suffix == ".ipynb":
            found.append(place)
        else:
            what = "no notebook (.ipynb)" if place.exists() else "neither a folder nor a file"
            raise ReportError(f"{place} is {what}.{_folders_with_notebooks()}")
    return list(dict.fromkeys(found))


def assignment_title(notebook, folder):
    """Return the title of a notebook's assignment, or what its folder's name is in words."""
    title = notebook.metadata.get(TITLE)
    return str(title or folder.replace("_", " ").strip().capitalize() or "Report")


def main(argv=None):
    """Run ``course.py report``; return the exit status."""
    arguments = _parser().parse_args(argv)
    out = arguments.out
    try:
        if out.suffix not in (".html", ".htm"):
            raise ReportError(f"--out must end in .html, but it is {out}.")
        notebooks = find_notebooks(arguments.notebooks)
        todo = write_report(
            notebooks,
            out,
            title=arguments.title,
            name=arguments.name,
            date=arguments.date,
            everything=arguments.all,
        )
    except ReportError as error:
        print(f"No report was made. {error}", file=sys.stderr)
        return 1
    print(f"The report of {len(notebooks)} notebook(s) is in {out}")
    if todo:
        print("Before you hand it in:", *todo, sep="\n  - ")
    return _print(out) if arguments.pdf else 0


def _print(out):
    browser = find_browser()
    if browser is None:
        print(
            "No Chromium, Chrome or Edge was found, so there is no PDF. Open the HTML file in any "
            "browser and print it to PDF (Ctrl+P or Cmd+P, then Save as PDF), or name a browser "
            "in the environment variable CHROMIUM.",
        )
        return 1
    target = out.with_suffix(".pdf")
    try:
        print_pdf(out, target, browser)
    except (PrintError, OSError) as error:
        print(f"{error}\nOpen the HTML file in a browser and print it there.", file=sys.stderr)
        return 1
    print(f"The PDF is in {target}")
    return 0


def _parser():
    parser = argparse.ArgumentParser(
        prog="course.py report",
        description="Make one HTML report (and a PDF) of an assignment's notebooks.",
    )
    parser.add_argument(
        "notebooks",
        nargs="*",
        type=Path,
        default=[Path(os.curdir)],
        metavar="FOLDER_OR_NOTEBOOK",
        help="an assignment's folder, such as nn_lab, or single notebooks (default: this folder)",
    )
    parser.add_argument("--out", type=Path, default=Path("report.html"), help="the HTML file")
    parser.add_argument("--pdf", action="store_true", help="print it to PDF as well")
    parser.add_argument("--name", help="your name, for the title page")
    parser.add_argument("--date", help="a date for the title page, as it shall be printed")
    parser.add_argument("--title", help="a title other than the assignment's")
    parser.add_argument("--all", action="store_true", help="show given code and checks in full")
    return parser


def _by_number(path):
    """Sort 2_x before 10_x."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", path.name)]


def _no_notebook_in(place):
    if place != Path(os.curdir):
        return f"There is no notebook in {place}.{_folders_with_notebooks()}"
    example = (_folders() or ["nn_lab"])[0]
    return f"There is no notebook in this folder; try: python3 course.py report {example}"


def _folders_with_notebooks():
    return f" Notebooks are in: {', '.join(_folders())}." if _folders() else ""


def _folders():
    return sorted({path.parent.as_posix() for path in Path().glob("*/*.ipynb")})
