"""The qbfgs command.

Each command is a module with `register(commands)`; its `run(arguments)` returns a report.
Exit codes: 0 done, 1 done with a bad outcome, 2 wrong usage or a missing package, 130 interrupted,
141 the reader of a pipe went away.
"""

import io
import os
import sys

from qbfgs import __version__
from qbfgs_desktop.texts import printable
from qbfgs_tools import lab
from qbfgs_tools.commands import (
    advise,
    board,
    build,
    data,
    fit,
    plot,
    predict,
    report,
    solve,
    sweep,
)
from qbfgs_tools.lab import table
from qbfgs_tools.terminal import packages
from qbfgs_tools.terminal.arguments import Parser, UserError
from qbfgs_tools.terminal.live_view import LiveView
from qbfgs_tools.terminal.output import emit

COMMANDS = (fit, predict, data, solve, advise, sweep, plot, report, board, build, lab, table)
PATH = """
fit your readings, look at what came out, put it on the board:
  qbfgs fit readings.csv --model exp --target degC --out cooling.json --module cooling.py
  qbfgs predict cooling.json later.csv
  qbfgs board install --port /dev/ttyACM0
  qbfgs fit readings.csv --model exp --target degC --port /dev/ttyACM0
a problem of your own, in a Python file:
  qbfgs advise mine.py --tolerance 0.01
  qbfgs solve mine.py --start=1,2 --qp 1024 --plot run.svg

qbfgs COMMAND --help explains a command and gives an example.
"""


def parser():
    """The argument parser with all commands."""
    top = Parser(
        prog="qbfgs",
        description="Integer-only quasi-Newton optimiser: the desk's side.",
        epilog=PATH,
    )
    top.set_defaults(parse=top.parse_args)  # for `report`, which calls the others
    top.add_argument("--version", action="version", version=f"qbfgs {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for module in COMMANDS:
        module.register(commands)
    return top


def main(argv=None):
    """Runs the command line `argv` (without the program's name); returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # where the locale lacks a name's letters
    try:
        arguments = parser().parse_args(argv)
        with LiveView(label=arguments.name):
            report = arguments.run(arguments)
        emit(report, arguments.json)
        if report.stopped:
            raise KeyboardInterrupt(report.stopped)
    except SystemExit as stop:  # argparse, after --help and --version
        return stop.code
    except UserError as error:
        return fail(error)
    except ImportError as error:
        name = packages.missing(error)
        if name is None:
            raise
        return fail(packages.sentence(name))
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
    print(f"qbfgs: {printable(str(reason))}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
