"""Gauss-Newton's approximation of the Hessian of a curve: twice the products of slopes."""

from ...words.functions import ONE
from ...words.products import ProductSums
from ..totals import curve_hessian


class CurveHessian(ProductSums):
    """2 J'J of a `curves.Curve`; slopes in the units of `totals.curve_slopes`."""

    def __init__(self, curve):
        ProductSums.__init__(self, curve.n)
        self.curve = curve
        self._row = [ONE] * curve.n

    def take(self):
        """Adds the sample that the curve took."""
        curve, row = self.curve, self._row
        t = max(0, curve.samples.x[0])
        for i in range(curve.terms):
            row[2 * i] = curve.rate_slope(i, t)
            row[2 * i + 1] = curve.values[i]
        self.add(row)

    def write(self, out):
        """Fills in the triangle."""
        curve_hessian(out, self.rows(), self.curve.terms, self.curve.qp)
