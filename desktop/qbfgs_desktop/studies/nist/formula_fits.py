"""NIST's regressions by `qbfgs.fit`, from a formula and a start alone, at desks and on boards."""

from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from qbfgs import fit

from ...oracle.functions import exact
from . import strd
from .regressions import SOLVED

BOARD = """
from qbfgs import fit
from qbfgs.real import Real, atan, cos, exp, log, sin


def pi(like):
    return Real({pi!r})


{formulas}

INPUTS = {inputs}
f = FORMULAS[{name!r}]


def formula(*numbers):
    return f(numbers[INPUTS:], *numbers[:INPUTS])


rows = {rows!r}
found = fit(formula, rows, start={start!r})
print(found.evaluations)
for v in found.parameters + found.errors:
    print(v and (v.mantissa, v.exponent))
"""


class Result(NamedTuple):
    """A run. excess: the residual sum over the certified one, minus 1; error_off: of the standard
    errors, the largest relative difference from the certified ones; evaluations, message: of the
    fit; lines: what the script of `board` prints."""

    name: str
    start: int
    excess: float
    error_off: float
    evaluations: int
    message: str
    lines: list

    @property
    def solved(self):
        """Whether the sum is the certified one, but for SOLVED of it."""
        return self.excess <= SOLVED


def run(name, start):
    """The `Result` of a set of NIST's from start 0 or 1."""
    problem = strd.load(name)
    inputs = len(problem.rows[0]) - 1

    def formula(*numbers):
        return problem.formula(numbers[inputs:], *numbers[:inputs])

    found = fit(formula, _rows(problem), start=_texts(problem.starts[start]))
    excess = _ratio(found._sums[0], problem.squares) - 1
    off = float("inf")
    if None not in found.errors:
        pairs = zip(found.errors, problem.errors, strict=True)
        off = max(abs(_ratio(ours, theirs) - 1) for ours, theirs in pairs)
    numbers = [v and (v.mantissa, v.exponent) for v in found.parameters + found.errors]
    lines = [str(found.evaluations), *map(str, numbers)]
    return Result(name, start + 1, excess, off, found.evaluations, found.message, lines)


def board(name, start):
    """The text of a program that does the same on a board."""
    problem = strd.load(name)
    source = Path(strd.__file__).read_text()
    return BOARD.format(
        pi=str(strd.pi(problem.squares))[:60],
        formulas=source[source.index("def _saturating") :],
        inputs=len(problem.rows[0]) - 1,
        name=name,
        rows=_rows(problem),
        start=_texts(problem.starts[start]),
    )


def _rows(problem):
    # y first, as NIST has it; the digits of a logarithm are cut to what a text may have
    return [_texts((*row[1:], row[0])) for row in problem.rows]


def _texts(values):
    return tuple(str(v)[:60] for v in values)


def _ratio(value, decimal):
    """A Real over a Decimal, a float; infinite where it is beyond those."""
    try:
        return float(exact(value) / Fraction(decimal))
    except OverflowError:
        return float("inf")
