"""Tables of fitted formulas: Python module, C header and predictions say the same integers."""

from decimal import Decimal

import pytest

from qbfgs import fit
from qbfgs.fits.named import NAMES, named
from qbfgs.real import Real
from qbfgs_desktop.fits import formulas, table_texts, tables
from qbfgs_tools.virtual import interpreters

TRUE = {
    "beta-equation": (10000, 3950),
    "decay": (20, 64, "0.02", 0),
    "gaussian-peak": (2, 7, 50, 12),
    "growth": (3, 4, "0.02", 0),
    "logistic-growth": (10, "0.1", 50),
    "michaelis-menten": (12, 9),
    "power-law": (3, "0.7"),
    "sine": (2, 3, "0.071", 1, 0),
    "steinhart-hart": ("0.0011", "0.00024", "0.00000007"),
    "two-exponentials": (5, "0.1", 3, "0.01", 0),
}
MAIN = """
#include <stdio.h>
#include "model.h"
int main(void)
{{
    int32_t v, y;
    for (v = {low} - 3; v <= {high} + 3; v += {step})
        if (model_predict(v, &y))
            printf("%d %d\\n", (int)v, (int)y);
        else
            printf("%d outside\\n", (int)v);
    return 0;
}}
"""
BOARD = """
import sys
from model import predict
low, high, step = [int(word) for word in sys.argv[1:]]
for v in range(low - 3, high + 4, step):
    try:
        print(v, predict([v]))
    except ValueError:
        print(v, "outside")
"""


def rows_of(name):
    """Readings of a named formula, with a little that it does not explain."""
    true = [Real(v) for v in TRUE[name]]
    thermistor = name in ("beta-equation", "steinhart-hart")
    inputs = [1000 + 700 * k * k if thermistor else 5 + 4 * k for k in range(15)]
    formula = named(name).formula
    return [
        (str(x), (formula(Real(x), *true) + Real((7 * k) % 5 - 2) / 100).text(4))
        for k, x in enumerate(inputs)
    ]


@pytest.fixture(scope="module", params=NAMES)
def made(request):
    """(a fit, its table) of each named formula."""
    rows = rows_of(request.param)
    found = fit(request.param, rows)
    assert found.success
    return found, tables.made(found, [Decimal(row[0]) for row in rows], 0)


def stride(table):
    return max(1, (table.high - table.low) // 400)


def test_answers_are_those_of_the_formula(made):
    found, table = made
    unit = 10**table.places
    differ = 0
    steps = range(table.low, table.high + 1, stride(table))
    for v in steps:
        exact = found.predict(v)
        said = table.predict(v)
        assert abs(said - exact * unit) < "0.53"
        differ += said != exact.scaled(unit)
    assert differ <= len(steps) // 25 + 1
    residual = float(found.residual)
    assert residual / 100 < 10.0**-table.places <= residual or table.places == 0


def test_predictions_module_and_header_agree(made, tmp_path):
    found, table = made
    predict = table_texts.program(table)
    steps = range(table.low, table.high + 1, stride(table))
    wanted = [table.predict(v) for v in steps]
    assert [predict([v]) for v in steps] == wanted
    assert [table.text([Decimal(v)]) for v in steps] == [
        f"{Decimal(y).scaleb(-table.places):f}" for y in wanted
    ]
    for outside in (table.low - 1, table.high + 1):
        for say in (table.predict, lambda v: predict([v]), lambda v: table.text([Decimal(v)])):
            with pytest.raises(ValueError, match="outside what was learnt from"):
                say(outside)


def in_c(table, run_c):
    """What the compiled header says, with what a board's module must print."""
    header = table_texts.header(table, "model", "A \\ model */", "said\nof it", "in", "out")
    main = MAIN.format(low=table.low, high=table.high, step=stride(table))
    return run_c({"model.h": header, "main.c": main}).encode()


def test_the_header_in_c_says_what_the_module_says_on_a_board(made, tmp_path, need, run_c):
    found, table = made
    port = interpreters.UnixPort32()
    need(port)
    said = in_c(table, run_c)
    (tmp_path / "model.py").write_text(table_texts.module(table, "m", str(found), "in", "out"))
    script = tmp_path / "board.py"
    script.write_text(BOARD)
    args = (table.low, table.high, stride(table))
    board = port.run(script, args=args, timeout=1800)
    assert board.returncode == 0, board.stderr
    lines = said.split()
    assert len(lines) > 200 or table.high - table.low < 400
    assert lines == board.stdout.split()


def test_inputs_between_steps_and_negative_answers():
    rows = [(str(x), str(-3 * x * x + 100)) for x in range(-9, 10)]
    rows[4] = (rows[4][0], str(int(rows[4][1]) + 1))
    found = fit(lambda x, a, b: a * x * x + b, rows, start=(-1, 50))
    table = tables.made(found, [Decimal(row[0]) for row in rows], 0)
    for text in ("-8.75", "0", "3.3333", "9"):
        exact = found.predict(text)
        assert abs(Real(table.text([Decimal(text)])) - exact) * 10**table.places < "0.53"


def test_what_has_no_table():
    found = fit("decay", rows_of("decay"))
    with pytest.raises(ValueError, match="too many digits for a word"):
        tables.made(found, [Decimal(0), Decimal(1)], 9)


def test_the_grid_costs_little():
    assert 0 <= formulas.left(fit("decay", rows_of("decay"))) < 1e-4
