"""`qbfgs predict`: what a fitted model says of the rows of a CSV file."""

from decimal import Decimal
from pathlib import Path

from qbfgs_tools.commands import predict_formula
from qbfgs_tools.commands.predictions import judged, known_of, write
from qbfgs_tools.terminal.arguments import UserError, add_command, check_place, of_file
from qbfgs_tools.terminal.output import Report, Table

ROWS = 10  # shown


def register(commands):
    """Adds the command."""
    parser = add_command(
        commands,
        "predict",
        run,
        "what a fitted model says of the rows of a CSV file",
        """
Runs the integer program that `qbfgs fit --module` writes, so a board says the same. Where the file
has the target too, the predictions are compared with it; it may be blank. Of sphere and ellipsoid
the predictions are readings about the centre, on a sphere.""",
        "qbfgs predict iris.json new.csv --out classes.csv",
    )
    parser.add_argument("model", metavar="MODEL.json", help="written by qbfgs fit")
    parser.add_argument("file", metavar="FILE.csv", help="the model's inputs, by their names")
    parser.add_argument("--out", type=Path, metavar="OUT.csv", help="all predictions")
    parser.add_argument(
        "--formula",
        metavar="FILE.py:NAME",
        help="of a fit of your own formula, to extrapolate, or with more than one input; it is run",
    )


def run(arguments):
    """The report."""
    from qbfgs_desktop.fits import csv_files, curve_files, datasets, inference, learned

    check_place(arguments.out)
    try:
        if curve_files.is_one(arguments.model):
            return predict_formula.predict(arguments)
    except OSError as error:
        raise of_file(error, arguments.model) from error
    if arguments.formula:
        raise UserError(f"{arguments.model} is of no formula: leave --formula out")
    try:
        described = learned.load(arguments.model)
        predict = inference.Predictor(described)
        inputs, target = described["inputs"], described["target"]
    except (ValueError, OSError) as error:
        raise of_file(error, arguments.model) from error
    try:
        sheet = csv_files.read_csv(arguments.file)
        columns = [csv_files.numbers(c["name"], sheet[c["name"]]) for c in inputs]
        rows = list(zip(*columns, strict=True))
        lines = [cell.line for cell in sheet[inputs[0]["name"]]]
        known = None
        if target is not None and target["name"] in sheet:
            known = known_of(sheet[target["name"]], target)
        made = [predicted(predict, *row) for row in zip(lines, rows, strict=True)]
    except (ValueError, OSError) as error:
        raise of_file(error, arguments.file) from error
    labels = target and target["labels"]
    if target is None:
        names = [f"corrected {c['name']}" for c in inputs]
    else:
        names = [f"predicted {target['name']}"]
    if labels:
        texts = [[labels[v]] for v in made]
    else:
        decimals = inference.answer_decimals(described)
        origin = Decimal(target["origin"]) if target else Decimal(0)
        values = made if target is None else [[v] for v in made]
        texts = [[datasets.text_of(v, decimals, origin) for v in row] for row in values]
    if arguments.out is not None:
        write(arguments.out, names, texts)
    headings = ("row", *names) + (("given",) if known else ())
    shown = [
        (str(i + 1), *cells, *((known[i] or "-",) if known else ()))
        for i, cells in enumerate(texts[:ROWS])
    ]
    blocks = [Table(f"The first {len(shown)} of {len(rows)} rows", headings, shown)]
    outside = sum(map(predict.is_outside, rows))
    if outside:
        there = "1 row is" if outside == 1 else f"{outside} rows are"
        blocks.append(f"{there} outside the range that was learnt from, and extrapolated.")
    data = {"names": names, "predictions": texts, "outside": outside}
    if known:
        data |= judged([row[0] for row in texts], known, target)
        blocks.append(data["text"])
    if arguments.out is not None:
        blocks.append(f"Written: {arguments.out}.")
    if not (target and target["labels"]):
        data["predictions"] = [[float(text) for text in row] for row in texts]
    return Report(blocks, data)


def predicted(predict, line, row):
    """What a model says of the values of a line. Raises DataError."""
    from qbfgs_desktop.fits.csv_files import DataError

    try:
        return predict(row)
    except ValueError as error:
        raise DataError(f"line {line}: {error}") from error
