"""The comparison for many parameters says what runs do."""

from qbfgs import minimize, status
from qbfgs.problems import BroydenTridiagonal, ExtendedRosenbrock
from qbfgs_desktop.studies.large import compare, grid_start


def test_rows():
    rows = list(compare(((BroydenTridiagonal, 10), (ExtendedRosenbrock, 50)), (64,)))
    small, large = rows
    assert (small.label, small.n, small.qp) == ("broyden-tridiagonal", 10, 64)
    problem = BroydenTridiagonal(64, 10)
    o = minimize(problem, grid_start(problem), mode="compensated", certify=True)
    assert small.compensated.epochs == o.epochs and small.compensated.status == o.status
    assert large.compensated is None and large.limited.status == status.LATTICE_MINIMUM
    for row in rows:
        assert row.limited.near < row.limited.epochs
        assert row.limited.near <= 2 * row.scipy and row.limited.cost <= 1 / 1000
