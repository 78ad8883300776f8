"""`qbfgs predict`: what a fitted model says of the rows of a CSV file."""

from decimal import Decimal
from pathlib import Path

from qbfgs_tools.terminal.arguments import UserError, add_command, check_place, of_file
from qbfgs_tools.terminal.output import Report, Table, number

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


def run(arguments):
    """The report."""
    from qbfgs_desktop.fits import csv_files, datasets, inference, learned

    check_place(arguments.out)
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


def known_of(cells, target):
    """The target's texts, "" where there is none, or None where there are none.

    Raises DataError for an unknown class and for what is no number.
    """
    from qbfgs_desktop.fits import csv_files, datasets

    labels = {datasets.label_of(label): label for label in target["labels"]}
    texts = [cell.text for cell in cells]
    for i, cell in enumerate(cells):
        if labels and datasets.label_of(cell.text) in labels:
            texts[i] = labels[datasets.label_of(cell.text)]
        elif csv_files.is_missing(cell.text):
            texts[i] = ""
        elif labels:
            raise datasets.DataError(
                f"line {cell.line}, column {target['name']!r}: {cell.text!r} is no class of the"
                f" model: there are {', '.join(target['labels'])}"
            )
        else:
            csv_files.numbers(target["name"], [cell])
    return texts if any(texts) else None


def judged(texts, known, target):
    """How the predictions compare with the target where it is known: for machines, with a text."""
    pairs = [pair for pair in zip(texts, known, strict=True) if pair[1]]
    if target["labels"]:
        right = sum(p == k for p, k in pairs)
        return {"right": right, "text": f"{right} of {len(pairs)} classes are right."}
    squares = sum((float(p) - float(k)) ** 2 for p, k in pairs)
    rms = (squares / len(pairs)) ** 0.5
    return {"rms": rms, "text": f"Root mean square difference: {number(rms)} {target['name']}."}


def write(path, names, texts):
    """Writes a CSV file, whole or not at all. Raises UserError."""
    import csv
    import io

    from qbfgs_desktop.files import write_whole

    out = io.StringIO()
    rows = [names, *texts]
    # csv itself forgets the quotes about a lone carriage return
    bare = any("\r" in cell for row in rows for cell in row)
    quoting = csv.QUOTE_ALL if bare else csv.QUOTE_MINIMAL
    csv.writer(out, lineterminator="\n", quoting=quoting).writerows(rows)
    try:
        write_whole(path, out.getvalue())
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror or error}") from error
