"""``python -m grading COMMAND``: what an instructor runs; `course.py` hands over to it."""

import importlib
import sys

COMMANDS = {
    "build": "grading.authoring.build",
    "check": "grading.authoring.lint",
    "solutions": "grading.authoring.solutions",
    "demo": "grading.demo",
    "student-zip": "grading.student_zip",
}


def main(argv=None):
    """Run one command; return its exit status."""
    argv = sys.argv[1:] if argv is None else argv
    if not argv or argv[0] not in COMMANDS:
        print(f"usage: python -m grading {{{','.join(COMMANDS)}}} ...")
        return 0 if argv[:1] in ([], ["--help"], ["-h"]) else 2
    return importlib.import_module(COMMANDS[argv[0]]).main(argv[1:])


if __name__ == "__main__":
    sys.exit(main())
