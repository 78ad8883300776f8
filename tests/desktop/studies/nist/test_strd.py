"""NIST's files and formulas, against their own certified values."""

from decimal import Decimal

import pytest

from qbfgs_desktop.studies.nist import regressions, strd

NAMES = strd.names()
# Certified parameters have 11 digits, too few for a sum this small.
TOO_SMALL = "Lanczos1"


def test_all_of_them_are_here():
    problems = [strd.load(name) for name in NAMES]
    assert len(problems) == 27 == len(strd.FORMULAS)
    assert [sum(p.level == level for p in problems) for level in strd.LEVELS] == [8, 11, 8]
    assert [p.level for p in problems] == sorted((p.level for p in problems), key=strd.LEVELS.index)
    sizes = {p.name: (len(p.certified), len(p.rows)) for p in problems}
    assert sizes["Nelson"] == (3, 128) and sizes["ENSO"] == (9, 168) and sizes["BoxBOD"] == (2, 6)


@pytest.mark.parametrize("name", NAMES)
def test_the_files_say_what_their_certified_values_give(name):
    """The sum of squares at the certified parameters is the certified one, and the least."""
    problem = strd.load(name)
    assert {len(start) for start in problem.starts} == {len(problem.certified)}
    fine = [10**20] * len(problem.certified)
    X = [int(b * 10**20) for b in problem.certified]
    objective = regressions.Squares(problem, fine)
    cost = Decimal(objective.cost(X)) / objective.cost_scale
    if name == TOO_SMALL:
        assert cost < Decimal("1e-19") and problem.squares < Decimal("1e-24")
        return
    assert float(cost) == pytest.approx(float(problem.squares), rel=2e-10)
    for j in (0, len(X) - 1):
        for step in (abs(X[j]) // 10**4, -abs(X[j]) // 10**4):
            moved = [x + step * (i == j) for i, x in enumerate(X)]
            assert objective.cost(moved) > objective.cost(X)
