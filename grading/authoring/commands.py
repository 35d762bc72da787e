"""The commands of authoring: `python -m grading build`, `check` and `solutions`."""

import argparse
import sys
from pathlib import Path

from grading.authoring.build import build, stale_sources
from grading.authoring.cells import AuthoringError, Mistake, read_all
from grading.authoring.lint import lint
from grading.authoring.release import ReleaseError, release, release_mistakes
from grading.authoring.solutions import SolutionError, solutions, stale_solutions
from grading.course.folder import open_course
from grading.course.home import this_course


def arguments(description: str, argv: list[str] | None) -> tuple[Path, list[str] | None]:
    """Read the command line that the authoring commands share: course folder, assignments."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("assignments", nargs="*", help="default: every assignment in notebooks/")
    parser.add_argument(
        "--root", type=Path, default=this_course(), help="course folder (default: %(default)s)"
    )
    options = parser.parse_args(argv)
    if not (options.root / "notebooks").is_dir():
        parser.error(f"no folder notebooks/ in {options.root.resolve()}; give the course's --root")
    return options.root.resolve(), options.assignments or None


def settings_mistakes(root: Path) -> list[Mistake]:
    """Say when a course's file of settings leaves the grading to nbgrader alone.

    nbgrader passes over a file that `load_subconfig` does not find, without a word.
    """
    name = "nbgrader_config.py"
    if not (root / name).is_file():
        return []
    _, config = open_course(root)
    if "plugin_class" in config.ExportApp and "preprocessors" in config.GenerateFeedback:
        return []
    message = (
        "the grader's settings are not taken over, so nbgrader would run students' code unconfined "
        "and beside the hidden tests: expected the lines of docs/own_assignment.md, "
        '`load_subconfig("nbgrader_config.py", path=str(COURSE))`'
    )
    return [Mistake(name, 1, message)]


def build_command(argv: list[str] | None = None) -> int:
    """Lint the texts, build source/, make release/; 1 when something is to be mended.

    Nothing is written while a text has mistakes: what grades reads source/.
    """
    root, names = arguments("Build source/ and release/ from notebooks/.", argv)
    try:
        if mistakes := lint(root, names) + settings_mistakes(root):
            raise AuthoringError(mistakes)
        changed = build(root, names)
        changed += release(root, names)
    except (AuthoringError, ReleaseError) as error:
        print(error, file=sys.stderr)
        return 1
    for path in changed:
        print(f"written: {path.relative_to(root).as_posix()}")
    print("source/ and release/ are up to date")
    return 0


def check_command(argv: list[str] | None = None) -> int:
    """Lint the texts and compare source/, release/ and solutions/ with them; 1 for a mistake."""
    root, names = arguments("Check notebooks/, and what was built from them.", argv)
    mistakes = lint(root, names) + settings_mistakes(root)
    if not mistakes:
        mistakes = [
            *stale_sources(root, names),
            *release_mistakes(root, names),
            *stale_solutions(root, names),
        ]
    for mistake in mistakes:
        print(mistake, file=sys.stderr)
    print(f"{len(mistakes)} to mend" if mistakes else "all right")
    return 1 if mistakes else 0


def solutions_command(argv: list[str] | None = None) -> int:
    """Make and run the solved notebooks; 1 when one fails."""
    root, names = arguments("Run the solved notebooks into solutions/.", argv)
    _, mistakes = read_all(root, names)
    try:
        if mistakes:
            raise AuthoringError(mistakes)
        changed = solutions(root, names)
    except (AuthoringError, ReleaseError, SolutionError) as error:
        print(error, file=sys.stderr)
        return 1
    for path in changed:
        print(f"written: {path.relative_to(root).as_posix()}")
    print("solutions/ is up to date")
    return 0
