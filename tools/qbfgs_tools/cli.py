"""The qbfgs command.

Each command is a module with `register(commands)`; its `run(arguments)` returns a report.
Exit codes: 0 done, 1 done with a bad outcome, 2 wrong usage or a missing package, 130 interrupted,
141 the reader of a pipe went away.
"""

import contextlib
import os
import sys

from qbfgs import __version__
from qbfgs_tools import (
    advise,
    batch,
    bench,
    board,
    builds_table,
    data,
    dimensions,
    fit,
    learn,
    operators_table,
    plot,
    predict,
    report_page,
    solve,
    starts,
    sweep,
    table,
)
from qbfgs_tools.arguments import Parser, UserError
from qbfgs_tools.output import busy, emit

COMMANDS = (
    table,
    solve,
    sweep,
    plot,
    advise,
    report_page,
    starts,
    dimensions,
    batch,
    operators_table,
    bench,
    builds_table,
    data,
    fit,
    predict,
    learn,
    board,
)
# The extra that brings a package.
EXTRAS = {
    "tqdm": "tools",
    "matplotlib": "tools",
    "jinja2": "tools",
    "scipy": "tools",
    "threadpoolctl": "tools",
    "mpremote": "tools",
    "serial": "tools",
    "distributed": "cluster",
    "sklearn": "fit",
}


def parser():
    """The argument parser with all commands."""
    top = Parser(
        prog="qbfgs",
        description="Integer-only quasi-Newton optimiser: the desk's side.",
        epilog="qbfgs COMMAND --help explains a command and gives an example.",
    )
    top.add_argument("--version", action="version", version=f"qbfgs {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for module in COMMANDS:
        module.register(commands)
    return top


def main(argv=None):
    """Runs the command line `argv` (without the program's name); returns the exit code."""
    try:
        arguments = parser().parse_args(argv)
        live = getattr(arguments, "live", False)  # it shows itself what goes on
        with contextlib.nullcontext() if live else busy(f"qbfgs {arguments.command}"):
            report = arguments.run(arguments)
        emit(report, arguments.json)
    except SystemExit as stop:  # argparse, after --help and --version
        return stop.code
    except UserError as error:
        return fail(error)
    except ImportError as error:
        missing = missing_extra(error)
        if missing is None:
            raise
        return fail(f"{missing} is not installed: pip install 'qbfgs[{EXTRAS[missing]}]'")
    except KeyboardInterrupt as interruption:
        print(": ".join(["qbfgs: interrupted", *interruption.args]), file=sys.stderr)
        return 130
    except BrokenPipeError:
        # What is still in the buffer must not fail again when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    return 0


def fail(reason):
    """Prints why on the standard error; returns the exit code."""
    print(f"qbfgs: {reason}", file=sys.stderr)
    return 2


def missing_extra(error):
    """The package of an extra that an ImportError, or its cause, is about; or None."""
    while error is not None:
        name = (getattr(error, "name", None) or "").split(".")[0]
        if name in EXTRAS:
            return name
        error = error.__cause__
    return None


if __name__ == "__main__":
    sys.exit(main())
