"""``python -m student_tools``: the commands that a student may run."""

import argparse
import sys
from importlib import import_module

# Imported only when asked for: a report needs no data, and data no report.
COMMANDS = {
    "data": ("student_tools.data", "fetch the MNIST images, once"),
    "report": ("student_tools.report", "make one report to hand in of your notebooks"),
    "study": (
        "student_tools.study.study_command",
        "run the hyperparameter study with your network",
    ),
}


def main(argv=None):
    """Hand over to a command's own ``main(argv)`` and return its exit status."""
    width = max(map(len, COMMANDS))
    parser = argparse.ArgumentParser(
        prog="python -m student_tools",
        description="Commands beside the notebooks.",
        epilog="\n".join(f"  {name:{width}}  {text}" for name, (_, text) in COMMANDS.items())
        + "\n\nCOMMAND --help tells what a command takes.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND", help="one of those below")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    arguments = parser.parse_args(argv)
    try:
        command = import_module(COMMANDS[arguments.command][0])
    except ModuleNotFoundError as error:
        print(
            f"`{arguments.command}` needs the package {error.name}, which is not installed here. "
            "Start it with `python3 course.py`, or install requirements/student.txt first.",
            file=sys.stderr,
        )
        return 1
    return command.main(arguments.arguments)


if __name__ == "__main__":
    sys.exit(main())
