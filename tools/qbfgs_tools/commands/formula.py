"""`qbfgs fit` of a formula: a person's own, or a named one, with standard errors."""

import json
import re
from pathlib import Path

from qbfgs.fits.named import NAMES
from qbfgs_tools.terminal.arguments import PICTURES, UserError, check_place, names_of, of_file
from qbfgs_tools.terminal.live_view import LiveView
from qbfgs_tools.terminal.output import Bad, Report, Table, number

RECIPE_ONLY = ("classes", "drop_constant", "l2")  # options for the other models
STRONG = 0.95  # a correlation that is named


def add_options(parser):
    """The options that formulas alone take."""
    group = parser.add_argument_group("formulas")
    group.add_argument(
        "--formula",
        metavar="FILE.py:NAME",
        help="a function of the inputs and then the parameters; its code is run",
    )
    group.add_argument("--start", metavar="A,B,..", help="a first guess of each parameter")
    group.add_argument("--fixed", metavar="NAMES", help="parameters that stay at their start")
    group.add_argument("--lower", metavar="A,B,..", help="bounds; blank or - for none")
    group.add_argument("--upper", metavar="A,B,..", help="the same above")
    group.add_argument("--sigma", metavar="COLUMN", help="the standard deviation of each reading")
    group.add_argument("--loss", choices=("huber", "cauchy"), help="outliers count less")
    group.add_argument("--plot", type=Path, metavar="FILE", help="data, curve, residuals")
    group.add_argument("--header", type=Path, metavar="MODEL.h", help="integer inference in C")


def is_formula(arguments):
    """Whether the arguments ask for a formula."""
    return arguments.formula is not None or arguments.model in NAMES


def function(word):
    """The function that FILE.py:NAME names. Its file is run. Raises UserError."""
    from qbfgs_desktop.fits.formulas import function_of

    path, _, name = word.partition(":")
    try:
        return function_of(Path(path).read_text(encoding="utf-8"), name or None, path)
    except (OSError, UnicodeDecodeError) as error:
        raise of_file(error, path) from None
    except Exception as error:  # what the file itself raises as well
        raise UserError(f"{path}: {error}") from error


def run(arguments):
    """The report."""
    from qbfgs_desktop.files import write_whole
    from qbfgs_desktop.fits import curve_files, formulas
    from qbfgs_tools.commands.board.outcome import judged

    _check(arguments)
    model, names, fixed = arguments.model, None, None
    title = model
    try:
        read = formulas.columns(
            arguments.file, names_of(arguments.inputs), arguments.target, arguments.sigma
        )
    except (ValueError, OSError) as error:
        raise of_file(error, arguments.file) from error
    if arguments.formula:
        title = arguments.formula
        model = function(arguments.formula)
    try:
        if arguments.formula:
            names = formulas.parameter_names(model, len(read[0]))
        fixed = names_of(arguments.fixed)
        settings = {
            "names": names,
            "start": _numbers(arguments.start),
            "fixed": fixed,
            "lower": _bounds(arguments.lower),
            "upper": _bounds(arguments.upper),
            "loss": arguments.loss,
        }
        found, curve, reason = formulas.fitted(title, model, read, arguments.target, **settings)
    except (ValueError, TypeError, ArithmeticError) as error:
        raise UserError(f"{title}: {error}") from error
    board, measured = _on_board(arguments, curve, model, settings)
    texts = [(arguments.out, lambda path: curve_files.save(curve, path))]
    if curve.table is not None:
        stem = arguments.header and re.sub(r"\W", "_", arguments.header.stem, flags=re.ASCII)
        name = f"m{stem}" if stem and stem[0].isdigit() else stem
        texts += [
            (arguments.module, lambda path: write_whole(path, formulas.module(curve, found))),
            (arguments.header, lambda path: write_whole(path, formulas.header(curve, found, name))),
        ]
    elif arguments.module or arguments.header:
        raise UserError(f"no module and no header: {reason}")
    texts.append((arguments.plot, lambda path: _draw(curve, found, path)))
    written = []
    for path, write in texts:
        if path is not None:
            try:
                write(path)
            except OSError as error:
                raise UserError(f"cannot write {path}: {error.strerror or error}") from error
            written.append(str(path))
    blocks = [heading(curve, found), parameters(curve, found), *notes(curve, found), *board]
    if written:
        blocks.append(f"Written: {', '.join(written)}.")
    told = data(curve, found) | {"written": written, "board": measured}
    return judged(Report(blocks, told), found.success)


def _on_board(arguments, curve, model, settings):
    """([a sentence on the same fit on the board], its `boards.fits.Done` as plain data), empty
    without a board. Raises UserError where the board's fit is another."""
    if not (arguments.board or arguments.port):
        return [], None
    from qbfgs_tools.boards import fits
    from qbfgs_tools.boards.places import board_text, linked

    title, source, name = curve.title, None, None
    if arguments.formula:
        path = arguments.formula.partition(":")[0]
        title, source, name = None, Path(path).read_text(encoding="utf-8"), model.__name__
    with linked(arguments) as link, LiveView(1) as view:
        view.begin("board")
        done = fits.run(link, view, title, source, name, curve.rows, curve.sigma, settings)
        view.end(f"{done.milliseconds} ms")
    different = fits.difference(curve.fit, done.saved)
    if different:
        raise UserError(f"the board's fit is not the desk's: {different}")
    text = (
        f"On the board ({board_text(arguments)}): equal to the desk's to the bit, parameters,"
        f" errors and sums; {done.milliseconds} ms, {done.heap / 1024:.1f} KB of heap at its end."
    )
    return [text], {"milliseconds": done.milliseconds, "heap": done.heap}


def _check(arguments):
    if arguments.formula and arguments.model:
        raise UserError("give --formula or --model, not both")
    if arguments.target is None:
        raise UserError("give --target, the column of the readings")
    for name in RECIPE_ONLY:
        if getattr(arguments, name):
            raise UserError(f"--{name.replace('_', '-')} is not for formulas")
    check_place(arguments.out)
    check_place(arguments.module)
    check_place(arguments.header)
    check_place(arguments.plot, PICTURES)


def _numbers(text):
    return None if text is None else names_of(text)


def _bounds(text):
    return None if text is None else [v if v not in ("", "-") else None for v in names_of(text)]


def _draw(curve, found, path):
    from qbfgs_desktop.pictures import plots

    plots.save(picture(curve, found), path)


def picture(curve, found):
    """The figure of a fit: data, curve, residuals."""
    from qbfgs_desktop.fits.formulas import answer
    from qbfgs_desktop.pictures import fits, plots

    names = [plots.shown_name(name) for name in (*curve.inputs, curve.target)]
    return fits.fitted(lambda row: float(answer(curve, found, row)[0]), curve.rows, names)


def heading(curve, found):
    """What was fitted, as a note."""
    inputs = ", ".join(curve.inputs)
    return f"{curve.title}: {curve.target} by {inputs}, {len(curve.rows)} rows."


def parameters(curve, found):
    """The parameters with their standard errors."""
    from qbfgs.fits.report import plain, with_error

    rows = []
    for name, value, error in zip(found.names, found.parameters, found.errors, strict=True):
        text, _, spread = with_error(value, error).partition(" +- ")
        if error is not None and not error:
            text, spread = plain(value), "fixed"
        rows.append((name, text, spread))
    return Table("", ("<parameter", "value", "standard error"), rows)


def notes(curve, found):
    """The rest, as notes."""
    from qbfgs_desktop.fits.formulas import left

    blocks = []
    if found.residual is not None:
        unit = "sigma" if curve.sigma else curve.target
        blocks.append(f"The residual is {number(float(found.residual), 3)} {unit}.")
    pairs = strong(found)
    if pairs:
        told = ", ".join(f"{a} and {b} {c:.3f}" for a, b, c in pairs)
        blocks.append(f"Correlations above {STRONG}: {told}.")
    message = f"{found.message} {found.evaluations} evaluations."
    blocks.append(message if found.success else Bad(message))
    gain = left(found)
    if gain is not None and found.success:
        blocks.append(f"The grid costs {100 * gain:.2g} % of the sum of squares.")
    if curve.table is not None:
        words = len(curve.table.words)
        ranges = zip(curve.inputs, curve.table.ranges(), strict=True)
        inputs = ", ".join(f"{name} = {_range(*each)}" for name, each in ranges)
        blocks.append(
            f"On a board: a table of {words} words ({4 * words} bytes) for inputs from {inputs},"
            f" answers to {curve.table.places} decimals, no heap a prediction."
        )
    return blocks


def _range(decimals, low, high):
    from decimal import Decimal

    return " to ".join(f"{Decimal(v).scaleb(-decimals):f}" for v in (low, high))


def strong(found):
    """(name, name, correlation) of parameters that the rows hardly tell apart."""
    matrix = found.correlation
    if matrix is None:
        return []
    names = [found.names[i] for i in found.settings.free]
    return [
        (names[i], names[j], float(matrix[i][j]))
        for i in range(len(names))
        for j in range(i)
        if abs(float(matrix[i][j])) > STRONG
    ]


def data(curve, found):
    """The same for machines."""
    from qbfgs_desktop.fits.formulas import left

    return {
        "title": curve.title,
        "parameters": [
            {
                "name": name,
                "value": float(value),
                "error": None if error is None else float(error),
                "text": str(value),
            }
            for name, value, error in zip(found.names, found.parameters, found.errors, strict=True)
        ],
        "residual": found.residual and float(found.residual),
        "correlation": found.correlation and [[float(v) for v in row] for row in found.correlation],
        "success": found.success,
        "message": found.message,
        "evaluations": found.evaluations,
        "quantization_loss": left(found),
        "table": curve.table and json.loads(json.dumps(curve.table._asdict())),
    }
