"""Formulas of a person: a function in a Python file, fitted to the columns of a CSV file."""

import inspect
from decimal import Decimal

from qbfgs import fit
from qbfgs.fits.linear import factor, forward, inner
from qbfgs.fits.report import plain

from . import csv_files, surface_texts, surfaces, table_texts, tables
from .curve_files import Curve

MOST_ROWS = 100_000


def function_of(text, name, path):
    """The function `name`, or the only one, that the source of a file defines. It is run.

    Raises ValueError for what is none.
    """
    space = {"__name__": "formula", "__file__": str(path)}
    try:
        exec(compile(text, str(path), "exec"), space)
    except SyntaxError as error:
        raise ValueError(f"line {error.lineno}: {error.msg}") from error
    own = {
        key: value
        for key, value in space.items()
        if inspect.isfunction(value) and value.__module__ == "formula"
    }
    if name is None and len(own) == 1:
        return next(iter(own.values()))
    if name in own:
        return own[name]
    there = ", ".join(own) or "none"
    what = f"no function {name!r}" if name else "no single function"
    raise ValueError(f"there is {what}: the functions are {there}; write FILE.py:FUNCTION")


def parameter_names(function, inputs):
    """The names of a formula's parameters, behind so many inputs. Raises ValueError."""
    names = list(inspect.signature(function).parameters)
    if len(names) <= inputs:
        raise ValueError(
            f"{function.__name__} takes {len(names)} numbers: the {inputs} inputs, and then its"
            " parameters"
        )
    return names[inputs:]


def columns(path, inputs, target, sigma):
    """(names of inputs, rows of texts, sigmas or None, decimals of each input) of a CSV file.

    Raises DataError, OSError.
    """
    sheet = csv_files.read_csv(path)
    if inputs is None:
        inputs = [name for name in sheet.all_names() if name not in (target, sigma)]
    named = [*inputs, target] + ([sigma] if sigma else [])
    values = [csv_files.numbers(name, sheet[name]) for name in named]
    if len(values[0]) > MOST_ROWS:
        raise csv_files.DataError(f"{path} has more than {MOST_ROWS} rows: give fewer")
    texts = [[f"{v:f}" for v in column] for column in values]
    rows = list(zip(*texts[: len(inputs) + 1], strict=True))
    decimals = [
        max(max(0, -v.normalize().as_tuple().exponent) for v in column)
        for column in values[: len(inputs)]
    ]
    return inputs, rows, texts[-1] if sigma else None, decimals


def fitted(title, model, read, target, **settings):
    """(the Fit, its `Curve`). read: what `columns` gave; settings: of `qbfgs.fit`."""
    inputs, rows, sigma, decimals = read
    found = fit(model, rows, sigma=sigma, **settings)
    table, reason = None, ""
    try:
        known = [[Decimal(text) for text in row[:-1]] for row in rows]
        if len(inputs) == 1:
            table = tables.made(found, [row[0] for row in known], decimals[0])
        else:
            table = surfaces.made(found, known, decimals)
    except ValueError as error:
        reason = str(error)
    curve = Curve(
        title,
        found.save(),
        tuple(inputs),
        target,
        tuple(rows),
        sigma and tuple(sigma),
        table,
    )
    return found, curve, reason


def module(curve, found):
    """The text of a Python module."""
    inputs = curve.inputs
    if len(inputs) == 1:
        return table_texts.module(curve.table, curve.title, str(found), inputs[0], curve.target)
    return surface_texts.module(curve.table, curve.title, str(found), inputs, curve.target)


def header(curve, found, name):
    """The text of a C header."""
    inputs = curve.inputs
    if len(inputs) == 1:
        about = curve.title, str(found), inputs[0], curve.target
        return table_texts.header(curve.table, name, *about)
    about = curve.title, str(found), inputs, curve.target
    return surface_texts.header(curve.table, name, *about)


def left(found):
    """The part of the sum of squares that a full step of Gauss-Newton would still take away, a
    float: what the grid costs. None where the rows do not tell the parameters apart."""
    total, slopes, matrix, _ = found._sums
    rows = factor(matrix)
    if rows is None:
        return None
    step = forward(rows, slopes)
    gain = inner(step, step, len(step))
    return float(gain / total) if total > found.settings.least else 0.0


def answer(curve, found, row):
    """(what is said for the inputs of a row, Decimals: a text; whether they lie in what was learnt
    from).

    Within a table it is the integer program's, elsewhere the formula's. Raises ValueError where
    that is missing, or has no value.
    """
    if curve.table is None:
        known = zip(*([Decimal(v) for v in r[:-1]] for r in curve.rows), strict=True)
        inside = all(min(c) <= v <= max(c) for c, v in zip(known, row, strict=True))
        return plain(found.predict(tuple(row))), inside
    try:
        return curve.table.text(row), True
    except ValueError:
        return found.predict(tuple(row)).text(curve.table.places), False
