"""What the commands share in reading their arguments."""

import argparse
import tempfile
from pathlib import Path

PICTURES = (".png", ".svg", ".pdf")  # endings of the names of pictures


class UserError(Exception):
    """Something that the user can mend, in one sentence."""


def of_file(error, path):
    """A UserError of what is wrong with a file, with its name."""
    if isinstance(error, OSError) and error.strerror:
        return UserError(f"{error.filename or path}: {error.strerror}")
    text = str(error)
    return UserError(text if str(path) in text else f"{path}: {text}")


def check_place(path, endings=()):
    """Raises UserError, before the work, where a file cannot be written; None is no file.

    endings: of the name, any by default.
    """
    if path is None:
        return
    path = Path(path)
    if endings and path.suffix.lower() not in endings:
        raise UserError(f"cannot write {path}: its name must end in {' or '.join(endings)}")
    if not path.absolute().parent.is_dir():
        raise UserError(f"cannot write {path}: there is no folder {path.parent}")
    if path.is_dir():
        raise UserError(f"cannot write {path}: it is a folder")
    if not path.exists() or path.is_file():
        _try(path, path.absolute().parent)


def check_folder(path):
    """Raises UserError, before the work, where a folder cannot be made or written into."""
    place = Path(path).absolute()
    while not place.exists():
        place = place.parent
    if not place.is_dir():
        raise UserError(f"cannot write into {path}: {place} is no folder")
    _try(path, place)


def _try(path, folder):
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        reason = error.strerror or error
        raise UserError(f"cannot write {path}: {folder} takes no new file: {reason}") from error


def names_of(text):
    """Names with commas as a list; None for None."""
    return None if text is None else [word.strip() for word in text.split(",")]


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
    parser.set_defaults(run=run, name=parser.prog)
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
