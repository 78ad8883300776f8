"""`qbfgs data`: data sets as the compact files that a board learns from."""

from pathlib import Path

from qbfgs_tools.terminal.arguments import (
    UserError,
    add_command,
    add_group,
    check_place,
    names_of,
    of_file,
)
from qbfgs_tools.terminal.output import Report, Table, number

FEWEST_LABELS = 6  # labels shown; the others are counted


def register(commands):
    """Adds the command with its own commands."""
    actions = add_group(
        commands,
        "data",
        "pack CSV files for boards, and look at data files",
        "Packs CSV files into the data files that boards learn from.",
    )
    pack = add_command(
        actions,
        "pack",
        run_pack,
        "a CSV file as a data file of int16 and int32 columns",
        """
Decimals become integers and a power of ten, exactly where they fit, else rounded to the most
places that fit; the table says which. Values that are large beside what they vary by, such as
seconds since 1970, are counted from the least of them, and the column's name says so. A target of
words becomes class numbers. Wrong data are refused with line and column, and then nothing is
written.""",
        "qbfgs data pack iris.csv --target species iris.qbfd",
    )
    pack.add_argument(
        "file", metavar="FILE.csv", help="values with commas, names in the first line"
    )
    pack.add_argument("out", metavar="OUT", help="the data file to write")
    pack.add_argument("--columns", help="names with commas, in the order wanted (default: all)")
    pack.add_argument("--target", help="name of the column to learn; it goes last")
    pack.add_argument(
        "--classes", action="store_true", help="the target's numbers are names of classes"
    )
    pack.add_argument(
        "--bits", type=int, choices=(16, 32), default=32, help="of the widest integers (default 32)"
    )
    pack.add_argument(
        "--drop-constant", action="store_true", help="leave columns out that never change"
    )
    show = add_command(
        actions,
        "show",
        run_show,
        "what is in a data file",
        "Columns, their decimals and ranges, and the first rows. Checks the file's CRCs.",
        "qbfgs data show iris.qbfd",
    )
    show.add_argument("file", metavar="FILE", help="a data file")
    show.add_argument("--rows", type=int, default=5, help="rows to show (default 5)")


def run_pack(arguments):
    """The report of `qbfgs data pack`."""
    from qbfgs_desktop.fits import datasets

    columns = names_of(arguments.columns)
    if arguments.classes and arguments.target is None:
        raise UserError("--classes needs --target: the name of the column with the classes")
    check_place(arguments.out)
    try:
        dataset = datasets.load(
            arguments.file,
            columns,
            arguments.target,
            arguments.classes,
            arguments.bits // 8,
            arguments.drop_constant,
        )
        size = datasets.save(dataset, arguments.out)
    except (datasets.DataError, OSError) as error:
        raise of_file(error, arguments.file) from error
    described = [described_column(c) for c in dataset.columns]
    rows = len(dataset.columns[0].values)
    return Report(
        [columns_table(described), *dataset.notes, f"{arguments.out}: {rows} rows, {size} bytes."],
        {"file": arguments.out, "rows": rows, "bytes": size, "columns": described},
    )


def run_show(arguments):
    """The report of `qbfgs data show`."""
    from qbfgs.data import DataFile
    from qbfgs_desktop.fits.datasets import Column, text_of

    try:
        with open(arguments.file, "rb") as file:
            data = DataFile(file)
            rows = []
            row = [0] * data.columns
            while data.read(row):
                rows.append(list(row))
        size = Path(arguments.file).stat().st_size
    except (ValueError, OSError) as error:
        raise of_file(error, arguments.file) from error
    described = []
    for j, name in enumerate(data.names):
        values = [r[j] for r in rows]
        column = Column(name, values, data.decimals[j], data.widths[j], tuple(data.labels[j]))
        described.append({**described_column(column), "rounded_by": None})
    first = [
        [
            data.labels[j][v] if data.labels[j] else text_of(v, data.decimals[j])
            for j, v in enumerate(r)
        ]
        for r in rows[: max(0, arguments.rows)]
    ]
    blocks = [columns_table(described), f"{data.rows} rows, {size} bytes."]
    if first:
        blocks.append(Table(f"The first {len(first)} rows", tuple(data.names), first))
    return Report(
        blocks,
        {"rows": data.rows, "bytes": size, "columns": described, "first": first},
    )


def described_column(column):
    """A column for machines; least and most as integers, rounded_by in units of them."""
    return {
        "name": column.since,
        "bits": 8 * column.width,
        "decimals": column.decimals,
        "least": min(column.values),
        "most": max(column.values),
        "labels": list(column.labels),
        "rounded_by": float(column.error),
    }


def columns_table(described):
    """The columns as a table; ranges in the data's own unit, rounding in the last decimal's."""
    from qbfgs_desktop.fits.datasets import text_of

    rows = []
    for c in described:
        labels = ", ".join(c["labels"][:FEWEST_LABELS])
        if len(c["labels"]) > FEWEST_LABELS:
            labels += f" .. ({len(c['labels'])})"
        rounded = {None: "", 0: "exact"}.get(c["rounded_by"], f"within {number(c['rounded_by'])}")
        rows.append(
            (
                c["name"],
                str(c["bits"]),
                str(c["decimals"]),
                text_of(c["least"], c["decimals"]),
                text_of(c["most"], c["decimals"]),
                rounded,
                labels,
            )
        )
    headings = ("<column", "bits", "decimals", "least", "most", "<rounding", "<classes")
    return Table("", headings, rows)
