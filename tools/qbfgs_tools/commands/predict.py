"""`qbfgs predict`: what a fitted model says of the rows of a CSV file."""

from pathlib import Path

from qbfgs_tools.terminal.arguments import UserError, add_command, of_file
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
has the target too, the predictions are compared with it. Of sphere and ellipsoid the predictions
are readings about the centre, on a sphere.""",
        "qbfgs predict iris.json new.csv --out classes.csv",
    )
    parser.add_argument("model", metavar="MODEL.json", help="written by qbfgs fit")
    parser.add_argument("file", metavar="FILE.csv", help="the model's inputs, by their names")
    parser.add_argument("--out", type=Path, metavar="OUT.csv", help="all predictions")


def run(arguments):
    """The report."""
    from qbfgs.quantizer import to_text
    from qbfgs_desktop.fits import datasets, inference, learned

    try:
        described = learned.load(arguments.model)
        predict = inference.program(described)
        inputs, target = described["inputs"], described["target"]
    except (ValueError, OSError) as error:
        raise of_file(error, arguments.model) from error
    try:
        table = datasets.read_csv(arguments.file)
        rows = datasets.rows_of(table, [(c["name"], c["decimals"]) for c in inputs])
        known = None
        if target is not None and target["name"] in table:
            known = known_of(table[target["name"]], target)
    except (ValueError, OSError) as error:
        raise of_file(error, arguments.file) from error
    made = [predict(row) for row in rows]
    if target is None:
        names = [f"corrected {c['name']}" for c in inputs]
        texts = [
            [to_text(v, 10 ** c["decimals"]) for v, c in zip(row, inputs, strict=True)]
            for row in made
        ]
    else:
        names = [f"predicted {target['name']}"]
        labels, unit = target["labels"], 10 ** target["decimals"]
        texts = [[labels[v] if labels else to_text(v, unit)] for v in made]
    if arguments.out is not None:
        write(arguments.out, names, texts)
    headings = ("row", *names) + (("given",) if known else ())
    shown = [
        (str(i + 1), *cells, *((known[i][0],) if known else ()))
        for i, cells in enumerate(texts[:ROWS])
    ]
    blocks = [Table(f"The first {len(shown)} of {len(rows)} rows", headings, shown)]
    data = {"names": names, "predictions": texts}
    if known:
        data |= judged(made, known, target)
        blocks.append(data["text"])
    if arguments.out is not None:
        blocks.append(f"Written: {arguments.out}.")
    return Report(blocks, data)


def known_of(cells, target):
    """The target's texts with their numbers; raises DataError for an unknown class."""
    from qbfgs_desktop.fits import datasets

    if not target["labels"]:
        values = datasets.rows_of({target["name"]: cells}, [(target["name"], target["decimals"])])
        return [(cell.text, row[0]) for cell, row in zip(cells, values, strict=True)]
    places = {label: k for k, label in enumerate(target["labels"])}
    for cell in cells:
        if cell.text not in places:
            raise datasets.DataError(
                f"line {cell.line}, column {target['name']!r}: {cell.text!r} is no class of the"
                f" model: there are {', '.join(places)}"
            )
    return [(cell.text, places[cell.text]) for cell in cells]


def judged(made, known, target):
    """How the predictions compare with the target: for machines, with a text."""
    if target["labels"]:
        right = sum(p == k for p, (_, k) in zip(made, known, strict=True))
        return {"right": right, "text": f"{right} of {len(made)} classes are right."}
    unit = 10 ** target["decimals"]
    squares = sum((p - k) ** 2 for p, (_, k) in zip(made, known, strict=True))
    rms = (squares / len(made)) ** 0.5 / unit
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
