"""The objective that a command line names, and lists of values with commas between."""

from pathlib import Path

from qbfgs_tools.terminal.arguments import UserError

BENCH = Path(__file__).resolve().parents[3] / "docs" / "bench.csv"  # of `lab bench`, in a checkout
ABOUT = """PROBLEM is a name, listed by `qbfgs solve --help`, or FILE.py or FILE.py:CLASS, a class
called with qp (grid steps per unit), whose objects have n, cost(X) and gradient(X) for grid
integers X. A FILE.py is a program: its code runs on this machine with all your rights, so name only
files that you trust."""


def add_objective(parser):
    """The arguments that say which objective."""
    parser.add_argument(
        "problem", metavar="PROBLEM", help="a name, FILE.py or FILE.py:CLASS, whose code is run"
    )
    parser.add_argument("--n", type=int, help="number of parameters, where it may be chosen")


def source_of(arguments):
    """The `objectives.Source` that the arguments name.  Raises UserError."""
    from qbfgs_desktop.objectives import KINDS, Source, from_text

    word = arguments.problem
    path, _, name = word.partition(":")
    if not path.endswith(".py"):
        if word not in KINDS:
            raise UserError(f"no problem {word!r}: there are {', '.join(KINDS)}, or give FILE.py")
        if arguments.n is not None and hasattr(KINDS[word], "n"):
            raise UserError(f"{word} has {KINDS[word].n} parameters; --n is not for it")
        return Source(word, arguments.n)
    try:
        return from_text(Path(path).read_text(encoding="utf-8"), name or None, arguments.n)
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"cannot read {path}: {error}") from None
    except ValueError as error:
        raise UserError(f"{path}: {error}") from error


def made(source, qp):
    """The objective on a grid.  Raises UserError."""
    try:
        return source.make(qp)
    except (TypeError, ValueError) as error:
        raise UserError(error) from error


def integers(text):
    """Ints with commas between, for argparse."""
    return tuple(int(word) for word in text.split(","))


def words(text):
    """Texts with commas between, for argparse."""
    return tuple(text.split(","))


def box(arguments, problem):
    """(low, high) of the options --low and --high, a decimal text a coordinate; the default is the
    problem's start -2 and +2.  Raises UserError."""
    return _corner(arguments.low, "--low", -2, problem), _corner(
        arguments.high, "--high", 2, problem
    )


def add_box(parser):
    """The options --low and --high."""
    for option, sign in (("--low", "-"), ("--high", "+")):
        parser.add_argument(
            option,
            type=words,
            help=f"of the box of starts, one for all or one each (default: the start {sign} 2)",
        )


def _corner(texts, option, shift, problem):
    from fractions import Fraction

    from qbfgs.quantizer import quantize

    if texts is None:
        return tuple(str(float(Fraction(text) + shift)) for text in problem.start)
    if len(texts) not in (1, problem.n):
        raise UserError(f"{option} gives {len(texts)} numbers for {problem.n} parameters")
    try:
        for text in texts:
            quantize(text, 1)
    except ValueError as error:
        raise UserError(error) from error
    return texts * (problem.n // len(texts))
