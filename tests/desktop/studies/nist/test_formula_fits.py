"""NIST's regressions from a formula alone: certified sums, and certified standard errors."""

import pytest

from qbfgs_desktop.studies.nist import formula_fits
from qbfgs_tools.lab import certified
from qbfgs_tools.virtual import interpreters

QUICK = (
    ("Misra1a", 0),
    ("Chwirut2", 0),
    ("Lanczos3", 0),
    ("DanWood", 1),
    ("Misra1d", 0),
    ("Hahn1", 1),
    ("Kirby2", 0),
    ("Lanczos1", 1),
    ("MGH17", 1),
    ("Roszman1", 0),
    ("Thurber", 0),
    ("BoxBOD", 0),
    ("MGH10", 1),
    ("Rat43", 0),
    ("Eckerle4", 0),
    ("Bennett5", 1),
)


@pytest.mark.parametrize(("name", "start"), QUICK)
def test_certified_sums_and_standard_errors(name, start):
    found = formula_fits.run(name, start)
    assert found.solved and found.error_off < 0.02, found
    assert found.message.startswith("Converged") and found.evaluations < 250


def test_a_board_gives_the_same_bits(need):
    port = interpreters.UnixPort32()
    need(port)
    for name, start in (("Misra1a", 0), ("Roszman1", 1), ("Nelson", 1)):
        found = formula_fits.run(name, start)
        assert found.solved and certified.on(port, formula_fits.board(name, start)) == found.lines
