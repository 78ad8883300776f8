"""`qbfgs lab bench`: what it counts, what it compares with, and the file that it appends to."""

import csv
import json

import pytest

from qbfgs import Optimizer
from qbfgs.problems import ExtendedRosenbrock, Rosenbrock
from qbfgs.quantizer import quantize
from qbfgs_tools.builds import forms as builds
from qbfgs_tools.cli import main
from qbfgs_tools.lab import fit_subjects
from qbfgs_tools.lab.bench import command as bench
from qbfgs_tools.lab.bench import cortex, fits
from qbfgs_tools.lab.bench import counts as bench_counts
from qbfgs_tools.lab.bench import instructions as bench_instructions
from qbfgs_tools.lab.bench import memory as bench_memory
from qbfgs_tools.lab.bench import times as bench_times
from qbfgs_tools.lab.bench.subjects import START, FloatBFGS, FloatRosenbrock, IntRosenbrock
from qbfgs_tools.lab.operators import command as operators_table
from qbfgs_tools.virtual import interpreters


@pytest.mark.parametrize("n", [2, 6])
def test_the_objective_is_rosenbrocks(n):
    ours, theirs = IntRosenbrock(n, 64), Rosenbrock(64) if n == 2 else ExtendedRosenbrock(64, n)
    real = FloatRosenbrock(n)
    for shift in range(5):
        X = [37 * (i + shift) % 191 - 90 for i in range(n)]
        assert ours.cost(X) == theirs.cost(X)
        assert list(ours.gradient(X)) == theirs.gradient(X)
        x = [v / 64 for v in X]
        assert real.cost(x) == ours.cost(X) / 64**4  # exact: dyadic numbers of few bits
        assert real.gradient(x) == [g / 64**3 for g in ours.gradient(X)]


@pytest.mark.parametrize("n", [2, 4, 16])
def test_the_float_bfgs_reaches_the_minimum(n):
    x0 = [float(text) for text in START * (n // 2)]
    o = FloatBFGS(FloatRosenbrock(n), x0, 0.25, 1e-12, 200)
    while o.step():
        pass
    assert o.cost <= 1e-12 and o.epochs < 60
    assert all(abs(x - 1) < 1e-5 for x in o.x)


def test_operators_are_those_of_the_run():
    found = bench_counts.operators(2, 64, 200)
    x0 = [quantize(text, 64) for text in START]
    o = Optimizer(Rosenbrock(64), x0, "compensated", target=0, certify=True)
    while o.step():
        pass
    assert found.solved and found.epochs == o.epochs
    assert sum(count for count, _ in found.kinds.values()) == o.epochs
    assert found.kinds["go"][0] == o.updates
    assert round(sum(count * mean for count, mean in found.kinds.values())) == found.solve
    assert set(bench_counts.KINDS) == set(operators_table.KINDS)


def test_an_unsolved_run_is_marked():
    assert not bench_counts.operators(2, 64, 3).solved


def test_sizes_add_up(monkeypatch):
    every = [builds.build("bytecode"), builds.build("native", "armv6m")]
    monkeypatch.setattr(builds, "every", lambda: every)
    bytecode, native = bench_counts.sizes(["qbfgs", "qbfgs.words.scalars"])
    size = {module.path: module.size for module in every[0].modules}
    assert bytecode.run == size["lib/qbfgs/__init__.mpy"] + size["lib/qbfgs/optimizer.mpy"]
    assert bytecode.core + bytecode.board == sum(size.values())
    assert native.build == "native-armv6m" and native.run > bytecode.run


def test_memory_grows_as_it_must(need):
    need(bench_memory.interpreter())
    found = {(one.mode, one.n): one.bytes for one in bench_memory.held()}
    for mode in bench_memory.MODES:
        sizes = [found[mode, n] for n in bench_memory.SIZES]
        assert sizes == sorted(sizes)
    assert found["compensated", 64] > 4 * 2 * 64 * 64  # L and the basis alone
    assert found["limited", 64] < 4 * 64 * 64
    assert found["limited", 64] - found["limited", 32] <= 2.5 * (
        found["limited", 32] - found["limited", 16]
    )


def test_every_place_solves_alike(need):
    need(interpreters.UnixPort())
    times, imports, _ = bench_times.measure((2,), 0, 1)
    found = {one[1:4]: one for one in times}
    desk = found["CPython", "source", "word core"]
    assert desk.solved
    for form in builds.FORMS:
        unix = found["MicroPython unix", form, "word core"]
        assert (unix.epochs, unix.solved) == (desk.epochs, True)
        assert 0 < unix.objective < unix.us
    assert found["CPython", "source", "exact version"].solved
    assert found["CPython", "source", "SciPy BFGS"].epochs > 20
    for one in imports:  # compiled builds have it in the file of another
        assert ("qbfgs.words.scalars" in one.modules) == (one.build not in builds.FORMS)
    assert {one.heap is None for one in imports if one.where == "CPython"} == {True}


def test_instructions_of_a_solve_are_counted(need, tmp_path):
    need(interpreters.UnixPort())
    need(bench_instructions)
    place, *_ = bench_times.places(tmp_path, (interpreters.UnixPort(),))[0]
    found = bench_instructions.count(place, "float", 2)
    assert (found.build, found.subject) == bench_instructions.BASE
    assert found.epochs == 45
    assert 20_000 * 45 < found.solve < 200_000 * 45


def test_the_cortex_counts_a_solve_and_an_import(need):
    need(cortex)
    solves, (imported,) = cortex.measure((2,), ("lean",))
    (word,) = solves
    assert (word.n, word.build, word.subject, word.solved) == (2, "lean", "word core", True)
    assert 30 < word.epochs < 60 and 100_000 < word.epoch < 1_000_000
    assert 0 <= word.heap < 1000 < word.held < 10_000
    assert imported.instructions > 1_000_000 and 10_000 < imported.heap < 50_000


def test_a_fit_on_the_cortex_beside_its_float32(need):
    need(cortex)
    ours, floats = fits.measure((fits.CASES[2], fits.CASES[4]), heaps=False)
    desk = [float(text) for text in fit_subjects.by_qbfgs(fit_subjects.readings())[1]]
    assert list(ours.parameters) == desk and ours.passes == 7
    assert 10_000_000 < floats.fit < 100_000_000 < ours.fit
    for a, b in zip(floats.parameters, desk, strict=True):
        assert 0 < abs(a / b - 1) < 1e-5


def test_rows_are_appended_and_shown(tmp_path, capsys):
    path = tmp_path / "bench.csv"
    words = ["lab", "bench", "--quick", "--section", "operators", "--csv", str(path)]
    assert main(words) == 0
    assert "Operators, without compares" in capsys.readouterr().out
    assert main([*words, "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["operators"]
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == bench.COLUMNS
    assert len(rows) % 2 == 0 and rows[: len(rows) // 2] == rows[len(rows) // 2 :]
    solves = [row for row in rows if row["quantity"] == "solve"]
    assert {int(row["value"]) for row in solves} == {told["solve"]}
    assert {row["unit"] for row in rows} == {"operators"}


def test_quick_leaves_the_kept_file_alone(capsys):
    kept = bench.ROOT / "docs" / "bench.csv"
    before = kept.read_bytes() if kept.exists() else None
    assert main(["lab", "bench", "--quick", "--section", "operators"]) == 0
    assert "appended" not in capsys.readouterr().out
    assert (kept.read_bytes() if kept.exists() else None) == before


def test_a_file_that_cannot_be_written_is_said(tmp_path, capsys):
    words = ["lab", "bench", "--quick", "--section", "operators", "--csv", str(tmp_path)]
    assert main(words) == 2
    assert "it is a folder" in capsys.readouterr().err
