"""A stop with LATTICE_MINIMUM is true: no better point in the box of +-1, by brute force."""

import itertools
import random

import hostile
import pytest

from qbfgs import minimize, problems, status
from qbfgs.grid.position import EDGE
from qbfgs.quantizer import quantize

SMALL = [
    *[problem for problem in problems.ALL if getattr(problem, "n", 9) <= 4],
    problems.ExtendedRosenbrock,
    lambda qp: problems.ExtendedRosenbrock(qp, 2),
    *[lambda qp, n=n: problems.VariablyDimensioned(qp, n) for n in (1, 2, 3, 4)],
    *[lambda qp, n=n: problems.BroydenTridiagonal(qp, n) for n in (1, 2, 3, 4)],
]
LEAST = {1: 24, 2: 45, 3: 24, 4: 30}  # such stops that must have been seen


def better_neighbours(objective, X, cost):
    for d in itertools.product((-1, 0, 1), repeat=len(X)):
        Y = [x + k for x, k in zip(X, d, strict=True)]
        if max(map(abs, Y)) <= EDGE and objective.cost(Y) < cost:
            yield Y


def check(o, objective):
    """True for a LATTICE_MINIMUM, which is proven."""
    ends = (status.LATTICE_MINIMUM, status.MODEL_MINIMUM, status.EPOCH_LIMIT, status.RANGE_LEFT)
    assert o.status in ends
    if o.status != status.LATTICE_MINIMUM:
        return False
    found = list(better_neighbours(objective, o.x, o.cost))
    assert not found, (o.x, found)
    return True


def starts(objective, rng, count):
    """The standard start and random ones within 2 units of it."""
    x0 = [quantize(text, objective.qp) for text in objective.start]
    yield x0
    for _ in range(count):
        yield [x + rng.randint(-2 * objective.qp, 2 * objective.qp) for x in x0]


@pytest.fixture(scope="module")
def stops():
    """Problems with up to 4 parameters on 4 grids: (n, asked for the certificate, it came)."""
    result = []
    for number, make in enumerate(SMALL):
        for qp in (2, 16, 256):
            objective = make(qp)
            rng = random.Random(1000 * number + qp)
            for polls in (None, 10**6):
                for x0 in starts(objective, rng, 2):
                    o = minimize(objective, x0, polls=polls, max_epochs=600, certify=True)
                    result.append((objective.n, polls is not None, check(o, objective)))
    return result


@pytest.mark.parametrize("n", LEAST)
def test_stops_on_problems(stops, n):
    came = [stop for stop in stops if stop[0] == n and stop[2]]
    assert len(came) >= LEAST[n]
    assert len([stop for stop in came if stop[1]]) >= LEAST[n] / 2


@pytest.mark.parametrize("n", LEAST)
def test_who_asks_for_the_certificate_gets_it(stops, n):
    """In nearly all runs; the rest came to the epoch limit."""
    asked = [came for m, certificate, came in stops if m == n and certificate]
    assert len(asked) >= 18 and sum(asked) >= 0.95 * len(asked)


@pytest.mark.parametrize("n", LEAST)
def test_stops_on_hostile_objectives(n):
    """Pure functions whose gradients lie: the certificate rests on costs alone."""
    count = 0
    for i in range({1: 200, 2: 160, 3: 80, 4: 60}[n]):
        rng = hostile.seeded("certificate", n, i)
        label, objective, x0, settings = hostile.draw(rng, n)
        settings["polls"] = 10**6
        o = minimize(objective, x0, max_epochs=150, **settings, certify=True)
        if o.status != status.TABLE_FULL:
            count += check(o, objective)
    assert count >= {1: 80, 2: 50, 3: 25, 4: 15}[n]
