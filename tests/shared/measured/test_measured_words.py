"""Measured runs keep to words, whatever the costs are, and end by themselves with a true status."""

import hostile
import pytest

from qbfgs import status
from qbfgs.grid.position import EDGE


class Alone:
    """The cost of an objective, and what was asked."""

    def __init__(self, objective):
        self.objective, self.n, self.asked = objective, objective.n, 0

    def cost(self, X):
        assert all(-EDGE <= x <= EDGE for x in X)
        self.asked += 1
        return self.objective.cost(list(X))


@pytest.mark.parametrize("noise", [None, "auto", 7, 1 << 300])
@pytest.mark.parametrize("mode", ["compensated", "limited"])
@pytest.mark.parametrize("n", [1, 3])
def test_words_hold(core, n, mode, noise):
    for i, cost in enumerate(hostile.COSTS):
        rng = hostile.seeded("measured", n, mode, i)
        objective = Alone(hostile.Made(n, cost, hostile.zeros, rng.randrange(2**30)))
        x0 = [rng.choice((0, rng.randint(-3000, 3000), EDGE, -EDGE)) for _ in range(n)]
        settings = {"differences": rng.choice((1, 5, 1 << 17)), "noise": noise}
        o = core.module("optimizer").Optimizer(objective, x0, mode, max_epochs=60, **settings)
        while o.step():
            pass
        assert o.epochs == o.updates + o.idles <= 60 and o.epochs < objective.asked
        assert o.status != status.LATTICE_MINIMUM or noise is None
        if noise is None:
            assert o.cost == objective.objective.cost(o.x)
