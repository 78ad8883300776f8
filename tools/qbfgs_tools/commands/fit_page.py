"""`qbfgs report --fit`: a page of one fit."""

import tempfile
from pathlib import Path

from qbfgs_tools.commands import formula
from qbfgs_tools.terminal.arguments import UserError, of_file
from qbfgs_tools.terminal.output import Table, number
from qbfgs_tools.virtual import interpreters

MEASURE = """
import gc, sys, time
from module import predict
ends = [int(word) for word in sys.argv[1:]]  # low, high of each input
row = ends[::2]


def repeat(count):
    k = 0
    while k < count:
        i = 0
        while i < len(row):
            row[i] = ends[2 * i] + (ends[2 * i + 1] - ends[2 * i]) * k // count
            i += 1
        predict(row)
        k += 1


repeat(1)
before = after = begin = 0  # names take heap too
gc.collect()
before = gc.mem_alloc()
repeat(100)
after = gc.mem_alloc()
begin = time.ticks_us()
repeat(2000)
print(after - before, time.ticks_diff(time.ticks_us(), begin) / 2000)
"""


def sections(arguments):
    """(title, introduction, sections) of the page. Raises UserError."""
    from qbfgs_desktop.fits import curve_files

    try:
        curve = curve_files.read(arguments.fit)
    except (ValueError, OSError) as error:
        raise of_file(error, arguments.fit) from error
    found = curve.loaded(formula.function(arguments.formula) if arguments.formula else None)
    command = f"qbfgs report {arguments.out} --fit {arguments.fit}"
    command += f" --formula {arguments.formula}" if arguments.formula else ""
    made = [
        ("picture", "Readings and curve", "Below: what each reading is above the formula."),
        ("parameters", "Parameters", "In the columns' own units, with standard errors."),
        ("board", "On a board", "What the written module needs."),
    ]
    blocks = {
        "picture": [],
        "parameters": [formula.parameters(curve, found), *correlation(found)]
        + formula.notes(curve, found)[: None if curve.table is None else -1],
        "board": board(curve, found),
    }
    return (
        f"{curve.title}: {curve.target}",
        formula.heading(curve, found),
        [_section(name, title, text, command, blocks, curve, found) for name, title, text in made],
    )


def _section(name, title, text, command, blocks, curve, found):
    from qbfgs_desktop.pictures.page import Section

    picture = drawn(curve, found) if name == "picture" else None
    return Section(name, title, text, command, blocks[name], picture)


def drawn(curve, found):
    """The picture as bytes of SVG. Raises UserError where it takes the formula."""
    from qbfgs_desktop.pictures import plots

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "fit.svg")
        try:
            plots.save(formula.picture(curve, found), path)
        except (ValueError, ArithmeticError) as error:
            raise UserError(error) from error
        return path.read_bytes()


def correlation(found):
    """The table of correlations, in a list; none where the rows do not tell the parameters
    apart."""
    matrix = found.correlation
    if matrix is None:
        return []
    names = [found.names[i] for i in found.settings.free]
    rows = [
        (name, *(f"{float(v):.3f}" for v in row[: i + 1]), *[""] * (len(names) - i - 1))
        for i, (name, row) in enumerate(zip(names, matrix, strict=True))
    ]
    return [Table("Correlation", ("<", *names), rows)]


def board(curve, found):
    """What the module takes, measured where a 32-bit MicroPython runs here."""
    if curve.table is None:
        return ["This fit has no table for a module: a board loads its JSON."]
    from qbfgs_desktop.fits import formulas

    blocks = [formula.notes(curve, found)[-1]]
    text = formulas.module(curve, found)
    port = interpreters.UnixPort32()
    if port.available()[0]:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "module.py").write_text(text)
            script = Path(folder, "measure.py")
            script.write_text(MEASURE)
            ends = [end for _, *ends in curve.table.ranges() for end in ends]
            result = port.run(script, args=ends, timeout=60)
        if result.returncode == 0:
            heap, us = result.stdout.split()
            blocks.append(
                f"Measured on {port.name}, on this desk: {int(heap)} bytes of heap for 100"
                f" predictions, {number(float(us), 3)} us each."
            )
    return blocks
