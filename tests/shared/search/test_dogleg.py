"""The dogleg against its definition: where its path leaves the region."""

import random
from fractions import Fraction

import pytest

from qbfgs.model.cholesky import Cholesky
from qbfgs.search.dogleg import FREE, TWICE, Dogleg
from qbfgs.search.rounding import FINE
from qbfgs.words import scalars, triangles
from qbfgs.words.blocks import block, words


class Model:
    """A matrix and a gradient in grid steps, scaled and factorized."""

    def __init__(self, triangle, g):
        n = len(g)
        self.scales, self.slopes = words(n), block(n)
        self.cholesky = Cholesky(n, list(range(n)))
        triangles.grow(triangle, n, words(n), words(n), self.scales)
        triangles.cut(triangle, n, self.scales, self.cholesky.high, self.cholesky.low)
        triangles.narrow_scaled(g, n, self.scales, self.slopes)
        self.cholesky.factorize(self.scales)


def length(target, scales):
    """The square of it, in scaled coordinates."""
    steps = [Fraction(v, 1 << FINE) for v in target]
    return sum((v * 2**k) ** 2 for v, k in zip(steps, scales, strict=True))


def value(a):
    return Fraction(scalars.mantissa(a)) * Fraction(2) ** (scalars.exponent(a) - 14)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_the_target_is_as_long_as_the_region_or_newtons_step(n):
    rng = random.Random(n)
    for _ in range(40):
        J = [[rng.randint(-99, 99) for _ in range(n)] for _ in range(n + 2)]
        triangle = [sum(r[i] * r[j] for r in J) for i in range(n) for j in range(i + 1)]
        model = Model(triangle, [rng.randint(-(10**7), 10**7) for _ in range(n)])
        dogleg, target = Dogleg(n), block(n)
        dogleg.begin(model)
        dogleg.region = scalars.scaled(dogleg._pp, 1)
        assert not dogleg.aim(target, model)
        assert dogleg.square() == dogleg._pp
        for part in (1, 3, 9, 12):
            dogleg.region = region = scalars.scaled(dogleg._pp, -part)
            assert dogleg.aim(target, model)
            off = length(target[:n], model.scales) / value(region)
            assert Fraction(49, 50) < off < Fraction(51, 50)
            dogleg.reach(scalars.scaled(region, -3), TWICE)
            assert dogleg.region == region
            dogleg.shorten(scalars.scaled(scalars.ONE, -2))
            assert dogleg.region == scalars.scaled(region, -2)
            dogleg.reach(region, TWICE)
            assert dogleg.region == scalars.scaled(region, 2)
            dogleg.reach(region, FREE)
            assert dogleg.region == scalars.scaled(region, 20)
