"""`qbfgs.model.gauss_newton` on arrays: B is the matrix of the objective, and what it may lack."""

import numpy as np

from ..words.arrays import WORD, masked, nonzero, select, zeros
from ..words.blocks import block, measured, subtract
from ..words.scalars import bits, shifted
from ..words.triangles import cut, grow, narrow_scaled
from .bfgs import QuasiNewton
from .cholesky import Cholesky
from .elimination import full_rows
from .secants import Secants
from .second_order import SecondOrder, lack

_FREE = 0x4000000


class Answers:
    """The slopes at some points, scaled as the model will be there.

    scales: (n, lanes).  grew: whether any has, in any lane.  high, low: the matrix.  slopes: a
    block.
    """

    def __init__(self, model, gradient, hessian):
        self.scales, grew = grow(hessian, model.scales, model.reach)
        self.grew = grew.any()
        self.high, self.low = cut(hessian, self.scales)
        self.slopes = narrow_scaled(gradient, self.scales)


class GaussNewton(QuasiNewton):
    """B and H = B^-1, filled anew on each go; blocks in the order of coordinates."""

    FIELDS = (*QuasiNewton.FIELDS, "cholesky", "second_order", "scales", "slopes", "reach")

    def __init__(self, n, pairs, lanes):
        QuasiNewton.__init__(self, n, pairs, lanes)
        self.cholesky = Cholesky(n, lanes)
        self.second_order = SecondOrder(n, lanes)
        self.scales = zeros(n, lanes)
        self.slopes = block(n, lanes)
        self.reach = zeros(n, lanes)

    def adopt(self, answers):
        """What was answered holds from now on."""
        if answers.grew:
            self.second_order.rescale(self.scales, answers.scales)
        self.scales = answers.scales
        self.slopes = answers.slopes

    def scaled(self, d):
        """Steps d, a block of grid steps, in scaled coordinates."""
        size = bits(np.abs(d.m)) + self.scales
        top = select(nonzero(d.m), size, WORD(-0x4000)).max(axis=0) - self.cholesky.room
        return measured(shifted(d.m, self.scales - top), d.e + top)

    def curved(self, step):
        """The scalars d'Bd of scaled steps."""
        return self.cholesky.form(self.factor.gather(step))

    def learn_go(self, d, step, y, sy, measure, curved, answers):
        """Takes gos. d: the steps; step: the same, scaled; y: the changes of the gradient, grid
        steps; sy: the scalars d'y; measure: d'Bd as the costs had it; curved: as the model had it.
        """
        second = self.second_order
        lacking, image = second.form(step)
        second.judge(measure, curved, lacking)
        old = self.slopes
        if answers.grew:
            old = measured(old.m >> answers.scales - self.scales, old.e)
        self.adopt(answers)
        if answers.grew:
            step = self.scaled(d)
            lacking, image = second.form(step)
        change = subtract(self.slopes, old)
        missed = lack(change, answers.high, step)
        self.secants.where(sy > 0, Secants.add, d, y, sy)
        second.where(sy > 0, SecondOrder.learn, step, change, sy, missed, lacking, image)

    def fill(self, answers, held):
        """B and its factors, and L of H; held: (n, lanes), where the edge holds a coordinate."""
        high, low, slopes = self.second_order.added_to(answers.high), answers.low, self.slopes
        if held.any():
            for i, row in enumerate(full_rows(self.n)):
                free = ~masked(held[i])
                high[row] &= free
                low[row] &= free
                high[row[i]] |= _FREE & ~free
            self.slopes = measured(select(masked(held), 0, slopes.m), slopes.e)
        order = self.factor.order
        self.cholesky.factorize(high, low, self.scales, order)
        self.cholesky.fill(self.factor, self.scales)

    def newton(self):
        """The steps -B^-1 g, scaled: a block."""
        factor = self.factor
        return factor.scatter(self.cholesky.solve(factor.gather(self.slopes)))
