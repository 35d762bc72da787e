"""``python -m grading COMMAND``: what an instructor runs; `course.py` hands over to it."""

import importlib
import sys

COMMANDS = {
    "build": "grading.authoring.commands:build_command",
    "check": "grading.authoring.commands:check_command",
    "solutions": "grading.authoring.commands:solutions_command",
    "demo": "grading.classroom.demo:main",
    "audit": "grading.quality.audit:main",
    "mutants": "grading.quality.mutants:main",
    "replay": "grading.autograde.replay:main",
    "report": "grading.classroom.class_report:main",
    "results": "grading.results:main",
    "sample-class": "grading.classroom.demo:sample_class",
    "student-zip": "grading.authoring.student_zip:main",
}


def main(argv=None):
    """Run one command; return its exit status."""
    argv = sys.argv[1:] if argv is None else argv
    if not argv or argv[0] not in COMMANDS:
        print(f"usage: python -m grading {{{','.join(COMMANDS)}}} ...")
        if argv[:1] in ([], ["--help"], ["-h"]):
            return 0
        print(f"There is no command {argv[0]!r}.", file=sys.stderr)
        return 2
    module, function = COMMANDS[argv[0]].split(":")
    return getattr(importlib.import_module(module), function)(argv[1:])


if __name__ == "__main__":
    sys.exit(main())
