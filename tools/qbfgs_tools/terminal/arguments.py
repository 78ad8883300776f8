"""What the commands share in reading their arguments."""

import argparse


class UserError(Exception):
    """Something that the user can mend, in one sentence."""


def of_file(error, path):
    """A UserError of what is wrong with a file, with its name."""
    if isinstance(error, OSError) and error.strerror:
        return UserError(f"{error.filename or path}: {error.strerror}")
    text = str(error)
    return UserError(text if str(path) in text else f"{path}: {text}")


class Parser(argparse.ArgumentParser):
    """An argument parser that raises UserError, and keeps the layout of its texts."""

    def __init__(self, **settings):
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, **settings)

    def error(self, message):
        """Raises UserError with the message and where to find help."""
        if "expected one argument" in message:
            message += ' (write --start=-1,2 for a value that begins with "-")'
        raise UserError(f"{message}; see {self.prog} --help")


def add_command(commands, name, run, summary, details, example):
    """A new command's parser, with --json. run(arguments) returns an `output.Report`."""
    parser = commands.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.\n\n{details.strip()}",
        epilog=f"example:\n  {example}",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.set_defaults(run=run)
    return parser


def add_group(commands, name, summary, description):
    """A new command that has commands of its own; returns where they are added."""
    parser = commands.add_parser(
        name,
        help=summary,
        description=description,
        epilog=f"qbfgs {name} COMMAND --help explains a command and gives an example.",
    )
    return parser.add_subparsers(dest="action", metavar="COMMAND", required=True)


def positive(text):
    """An int of 1 or more, for argparse."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be 1 or more, not {value}")
    return value


def add_seed(parser):
    """The option --seed."""
    parser.add_argument("--seed", type=int, default=1, help="of the random numbers (default 1)")
