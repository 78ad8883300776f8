"""`qbfgs predict` for a fitted formula."""

from decimal import Decimal

from qbfgs_tools.commands import formula
from qbfgs_tools.commands.predictions import judged, known_of, write
from qbfgs_tools.terminal.arguments import of_file
from qbfgs_tools.terminal.output import Report, Table

ROWS = 10  # of predictions, shown


def predict(arguments):
    """The report of `qbfgs predict` for a saved formula."""
    from qbfgs_desktop.fits import csv_files, curve_files, formulas

    try:
        curve = curve_files.read(arguments.model)
    except (ValueError, OSError) as error:
        raise of_file(error, arguments.model) from error
    found = curve.loaded(formula.function(arguments.formula) if arguments.formula else None)
    try:
        sheet = csv_files.read_csv(arguments.file)
        columns = [csv_files.numbers(name, sheet[name]) for name in curve.inputs]
        known = None
        if curve.target in sheet:
            known = known_of(sheet[curve.target], {"name": curve.target, "labels": []})
        texts, outside = [], 0
        for row in zip(*columns, strict=True):
            text, inside = formulas.answer(curve, found, row)
            texts.append(text)
            outside += not inside
    except (ValueError, OSError, ArithmeticError) as error:
        raise of_file(error, arguments.file) from error
    name = f"predicted {curve.target}"
    if arguments.out is not None:
        write(arguments.out, [name], [[text] for text in texts])
    headings = ("row", name) + (("given",) if known else ())
    shown = [
        (str(i + 1), text, *((known[i] or "-",) if known else ()))
        for i, text in enumerate(texts[:ROWS])
    ]
    blocks = [Table(f"The first {len(shown)} of {len(texts)} rows", headings, shown)]
    if outside:
        there = "1 row is" if outside == 1 else f"{outside} rows are"
        blocks.append(f"{there} outside the range that was learnt from, and extrapolated.")
    out = {"names": [name], "predictions": [[float(Decimal(t))] for t in texts], "outside": outside}
    if known:
        out |= judged(texts, known, {"name": curve.target, "labels": []})
        blocks.append(out["text"])
    if arguments.out is not None:
        blocks.append(f"Written: {arguments.out}.")
    return Report(blocks, out)
