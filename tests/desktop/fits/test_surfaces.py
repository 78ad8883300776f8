"""Tables of formulas of several inputs: module, C header and predictions say the same integers."""

import itertools
from decimal import Decimal

import pytest

from qbfgs import fit
from qbfgs.real import Real, exp
from qbfgs_desktop.fits import surface_texts, surfaces
from qbfgs_tools.virtual import interpreters

MAIN = """
#include <stdio.h>
#include "model.h"
int main(void)
{
    int32_t v[3], y;
    while (scanf("%d %d %d", v, v + 1, v + 2) == 3)
        if (model_predict(v, &y))
            printf("%d\\n", (int)y);
        else
            printf("outside\\n");
    return 0;
}
"""
BOARD = """
import gc, sys
from model import predict
row = [0, 0, 0]
def said(words):
    for k in range(len(words)):
        row[k] = int(words[k])
    before = gc.mem_alloc()
    try:
        y = predict(row)
    except ValueError:
        return "outside"
    assert gc.mem_alloc() == before
    return y
gc.disable()
for line in open(sys.argv[1]):
    print(said(line.split()))
"""


def pressure(t, h, a, b, c):
    """Of two inputs, one with decimals."""
    return a * exp(b * t) + c * h * t


def box(x, y, z, a, b):
    """Of three."""
    return a * x * y / (z + 3) - b * x


CASES = {
    "two": (pressure, ("6", "0.03", "-0.2"), (range(-10, 40, 7), ("0.1", "0.55", "0.9"))),
    "three": (box, ("2.5", "4"), ((-5, 3, 8), (0, 4, 9), (1, 6, 20))),
}


@pytest.fixture(scope="module", params=CASES)
def made(request):
    """(a fit, its table, rows of ints within and without)."""
    formula, true, axes = CASES[request.param]
    inputs = [tuple(map(str, row)) for row in itertools.product(*axes)]
    values = [Real(v) for v in true]
    rows = [
        (*row, (formula(*map(Real, row), *values) + Real((7 * k) % 5 - 2) / 100).text(4))
        for k, row in enumerate(inputs)
    ]
    found = fit(formula, rows, start=true)
    decimals = [2 if "." in row else 0 for row in map(str, inputs[0])]
    table = surfaces.made(found, [[Decimal(v) for v in row] for row in inputs], decimals)
    return found, table, ints(table)


def ints(table):
    """Rows of ints all over the table, and some beside it."""
    axes = [
        sorted({low - 1, low, high, high + 1, *range(low, high, max(1, (high - low) // 4))})
        for _, low, high in table.ranges()
    ]
    return list(itertools.product(*axes))


def answers(table, rows):
    out = []
    for row in rows:
        try:
            out.append(str(table.predict(row)))
        except ValueError:
            out.append("outside")
    return out


def test_it_is_the_formula_within_a_part_of_the_last_digit(made):
    found, table, rows = made
    assert table.places >= 2 and len(table.words) <= surfaces.MOST_WORDS
    worst = 0
    for row, said in zip(rows, answers(table, rows), strict=True):
        if said != "outside":
            inputs = [Real(v) / 10**d for v, d in zip(row, table.decimals, strict=True)]
            exact = found.predict(inputs)
            worst = max(worst, float(abs(Real(said) - exact * 10**table.places)))
    assert 0.1 < worst < 0.5 + 2 / 16


def test_the_module_says_the_same(made):
    _, table, rows = made
    predict = surface_texts.program(table)

    def said(row):
        try:
            return str(predict(row))
        except ValueError:
            return "outside"

    wanted = answers(table, rows)
    assert wanted.count("outside") > 10 and [said(row) for row in rows] == wanted
    inside = [row for row, answer in zip(rows, wanted, strict=True) if answer != "outside"]
    decimals = [
        [Decimal(v).scaleb(-d) for v, d in zip(row, table.decimals, strict=True)] for row in inside
    ]
    for row, texts in zip(inside, decimals, strict=True):
        assert Decimal(table.text(texts)).scaleb(table.places) == predict(row)


def test_c_says_the_same(made, run_c):
    _, table, rows = made
    names = [f"in {k}" for k in range(len(table.cells))]
    text = surface_texts.header(table, "model", "A \\ model */", "said\nof it", names, "out")
    lines = "\n".join(" ".join(map(str, (*row, 0)[:3])) for row in rows)
    assert run_c({"model.h": text, "main.c": MAIN}, lines).split() == answers(table, rows)


def test_a_board_says_the_same_without_heap(made, tmp_path, need):
    port = interpreters.UnixPort32()
    need(port)
    found, table, rows = made
    names = [f"in {k}" for k in range(len(table.cells))]
    text = surface_texts.module(table, "m", str(found), names, "out")
    (tmp_path / "model.py").write_text(text)
    (tmp_path / "script.py").write_text(BOARD)
    (tmp_path / "rows").write_text("\n".join(" ".join(map(str, row)) for row in rows))
    result = port.run(tmp_path / "script.py", args=[tmp_path / "rows"], timeout=300, heap=1 << 21)
    assert result.returncode == 0, result.stderr.decode()
    assert result.stdout.decode().split() == answers(table, rows)


def test_what_has_no_table_is_said():
    rows = [(x, y, x + y * y) for x in range(-3, 4) for y in range(3)]
    known = [[Decimal(v) for v in row[:2]] for row in rows]
    found = fit(lambda x, y, a: a * (x + 0) + y * y, rows, start=(2,))
    with pytest.raises(ValueError, match="the same in all rows"):
        surfaces.made(found, [[row[0], Decimal(1)] for row in known], [0, 0])
    with pytest.raises(ValueError, match="more than 3 inputs"):
        surfaces.made(found, known, [0] * 4)
    with pytest.raises(ValueError, match="too many digits"):
        surfaces.made(found, known, [0, 9])
    found = fit(lambda x, y, a: a / (2 * x + 1) + y, rows, start=(2,))
    with pytest.raises(ValueError, match="bends too much|no value"):
        surfaces.made(found, known, [0, 0])
