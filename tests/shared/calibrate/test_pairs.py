"""Line, LoadCell, Thermistor: what they find, what speaks against it, and what they export."""

import json
import math

import pytest

from qbfgs.calibrate import Line, LoadCell, Thermistor
from qbfgs_tools.virtual import interpreters

NTC = [(32650, 0), (19900, 10), (12490, 20), (8057, 30), (5327, 40), (3603, 50), (2488, 60)]
WEIGHTS = [(8388, 0), (50123, 100), (91870, 200), (8390, 0), (216999, 500)]


def filled(calibrator, rows):
    for row in rows:
        calibrator.add(row)
    return calibrator


def line_rows(noise=0, slope=-3):
    return [(1000 + 37 * k + noise * (k * 7 % 5 - 2), str(slope * k * 0.25)) for k in range(20)]


def made():
    yield filled(Line(decimals=2), line_rows(1)).result(), list(range(0, 3000, 7))
    yield filled(Line(decimals=2), line_rows(1, 4)).result(), list(range(0, 3000, 7))
    yield filled(LoadCell(), WEIGHTS).result(), list(range(-10000, 400000, 999))
    yield filled(Thermistor(), NTC).result(), list(range(2200, 36000, 61))


RESULTS = pytest.mark.parametrize("which", range(4), ids=["falling", "rising", "weights", "ntc"])


def test_a_line_is_found():
    found = filled(Line(decimals=3), line_rows()).result()
    assert found.trusted
    for x, y in line_rows():
        assert found.correct(x) == round(float(y) * 1000)


def test_an_outlier_counts_little():
    rows = line_rows(1)
    rows[7] = (rows[7][0], "40")
    found = filled(Line(decimals=3), rows).result()
    plain = filled(Line(decimals=3), line_rows(1)).result()
    assert abs(found.correct(1400) - plain.correct(1400)) < 120


def test_weights():
    found = filled(LoadCell(), WEIGHTS).result()
    assert found.trusted, found.reasons
    assert [found.correct(x) for x, _ in WEIGHTS] == pytest.approx([0, 1000, 2000, 0, 5000], abs=2)
    found.tare(9000)
    assert found.correct(9000) == 0 and found.correct(50735) == pytest.approx(1000, abs=2)


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        (WEIGHTS[1:3] + WEIGHTS[4:], "empty scale was not read"),
        ([*WEIGHTS, (9200, 0)], "moved by 812 counts"),
        ([*WEIGHTS, (150000, 300)], "scatter"),
        (WEIGHTS[:2], "two readings lie on any line"),
    ],
)
def test_what_speaks_against_weights(rows, word):
    found = filled(LoadCell(), rows).result()
    assert any(word in reason for reason in found.reasons)
    assert word in str(found)


def test_a_thermistor_by_both_equations():
    found = filled(Thermistor(), NTC).result()
    assert found.trusted and found.fit.names == ["a", "b", "c"]
    for ohms, celsius in NTC:
        assert abs(found.correct(ohms) - 100 * celsius) <= 3
    beta = filled(Thermistor(model="beta-equation"), NTC).result()
    assert beta.trusted and beta.fit.names == ["r25", "beta"]
    assert abs(float(beta.fit.parameters[1]) - 3930) < 30


def test_the_table_is_near_the_curve():
    found = filled(Thermistor(decimals=3), NTC).result()
    worst = max(
        abs(found.correct(ohms) - 1000 * float(found.fit.predict(ohms)))
        for ohms in range(found.low, found.high, 97)
    )
    assert worst < 20  # thousandths of a degree


@pytest.mark.parametrize("ohms", [1, 900, 50000, 1 << 27])
def test_beyond_what_was_read_is_refused(ohms):
    with pytest.raises(ValueError, match="ohms are not within"):
        filled(Thermistor(), NTC).result().correct(ohms)


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        (NTC[:2], "take one more"),
        (NTC[:2] + [(17000, 13)], "span"),
        ([*NTC[:4], (5327, 46), *NTC[5:]], "scatter"),
    ],
)
def test_what_speaks_against_a_thermistor(rows, word):
    found = filled(Thermistor(), rows).result()
    assert not found.trusted and any(word in reason for reason in found.reasons)


@pytest.mark.parametrize("kind", [Line, LoadCell, Thermistor])
def test_wrong_readings(kind):
    calibrator = kind()
    for reading, error in [
        ((1, 2, 3), ValueError),
        ((1.5, 2), TypeError),
        ((1 << 28, 2), ValueError),
    ]:
        with pytest.raises(error):
            calibrator.add(reading)
    with pytest.raises(ValueError, match="is not a number|number"):
        calibrator.add((5, "warm"))
    assert calibrator.add((5, "2")) and not calibrator.add((5, 2))
    assert not calibrator.progress().ready and "missing" in str(calibrator.progress())
    with pytest.raises(ValueError, match="two"):
        calibrator.result()


@pytest.mark.parametrize("kind", [Line, LoadCell, Thermistor])
def test_state(kind):
    rows = NTC if kind is Thermistor else WEIGHTS
    first = filled(kind(), rows)
    assert kind().load(first.dump()).result().json() == first.result().json()
    assert kind().load(b"").rows == []
    with pytest.raises(ValueError):
        kind().load(b"1 2 3\n")
    with pytest.raises(ValueError, match="are kept"):
        kind(most=2).load(first.dump())


def test_decimals_beyond_a_word_are_refused():
    with pytest.raises(ValueError, match="ask for fewer"):
        filled(Line(decimals=9), WEIGHTS).result()


@RESULTS
def test_correct_is_the_fit_rounded(which):
    found, raw = list(made())[which]
    if which < 3:
        one = 10**found.decimals
        for x in raw:
            exact = one * (float(found.slope) * x + float(found.offset))
            assert abs(found.correct(x) - exact) < 0.6
            assert found.correct(x) in (math.floor(exact + 0.45), math.floor(exact + 0.55))


@RESULTS
def test_a_module_says_the_same(which):
    found, raw = list(made())[which]
    module = {}
    exec(found.module(), module)
    assert [module["correct"](x) for x in raw] == [found.correct(x) for x in raw]


@RESULTS
def test_a_header_says_the_same(which, run_c):
    found, raw = list(made())[which]
    main = (
        '#include <stdio.h>\n#include "probe.h"\nint main(void)\n{\n    int x;\n'
        '    while (scanf("%d", &x) == 1) printf("%d\\n", (int)probe_correct(x));\n'
        "    return 0;\n}\n"
    )
    said = run_c({"probe.h": found.header("probe"), "main.c": main}, "\n".join(map(str, raw)))
    assert list(map(int, said.split())) == [found.correct(x) for x in raw]


@RESULTS
def test_json_holds_all_numbers(which):
    found, _ = list(made())[which]
    said = json.loads(found.json())
    assert said["trusted"] is True and said["decimals"] == found.decimals
    assert list(said["parameters"]) == found.fit.names
    for name in ("gain", "constant") if which < 3 else ("first", "table"):
        assert said[name] == getattr(found, name)


HEAP = """
import gc
{module}
def taken():
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    for k in range(100):
        correct({x} + k)
    after = gc.mem_alloc()
    gc.enable()
    return after - before
taken()
print(taken())
"""


@RESULTS
def test_a_reading_takes_no_heap_on_31_bits(which, tmp_path, need):
    wasm = interpreters.Wasm()
    need(wasm)
    found, raw = list(made())[which]
    script = tmp_path / "heap.py"
    x = found.high - 100 if which == 3 else found.middle + found.reach - 100
    script.write_text(HEAP.format(module=found.module(), x=x))
    run = wasm.run(script)
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == [b"0"]
