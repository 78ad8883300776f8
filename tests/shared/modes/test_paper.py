"""Mode "paper": what it refuses. Its runs are compared with exact ones in tests/desktop/oracle."""

import pytest

from qbfgs import Optimizer
from qbfgs.problems import Rosenbrock


def test_a_grid_too_fine_for_its_words():
    with pytest.raises(ValueError, match="this mode takes a Qp of .* at most, not 1048576"):
        Optimizer(Rosenbrock(1 << 20), [1, 2], mode="paper")
