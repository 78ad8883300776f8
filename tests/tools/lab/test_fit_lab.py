"""`qbfgs lab fit`."""

from qbfgs_tools.lab import fit
from qbfgs_tools.virtual import interpreters


def test_a_measured_run():
    ours = fit.measured(interpreters.CPython(), "qbfgs")
    floats = fit.measured(interpreters.CPython(), "floats")
    assert ours["kilobytes"] is None and ours["evaluations"] > 2
    for a, b in zip(ours["parameters"], floats["parameters"], strict=True):
        assert abs(a / b - 1) < 1e-4


def test_the_least_heap_of_a_board_without_one(need):
    port = interpreters.UnixPort32()
    need(port)
    found = fit.measured(port, "floats")
    assert fit.SMALLEST < found["kilobytes"] < 64
