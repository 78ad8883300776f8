"""Least squares in coordinates of a reduced basis: where columns are alike, a grid is a valley.

The points X = Z_1 u_1 + .. + Z_n u_n are all points of the grid, for the vectors u are a basis of
Z^n; but they are short and nearly orthogonal in the metric of the cost (Lagrange's reduction, of
two vectors at a time).  In Z a step of one coordinate is seldom the wrong one, so a lattice minimum
is the least of all far more often.
"""


class Reduced:
    """A `LeastSquares` as an objective of Z; `parameters(Z)` are its X.

    qp, cost_scale, passes, samples, regrid, refresh: of the squares. basis: the vectors u, found at
    the first evaluation, once: later samples change the cost, not the meaning of Z.
    An evaluation makes n^2 wide ints more than the squares do.
    """

    def __init__(self, squares):
        self.squares = squares
        self.samples = squares.samples
        self.n = squares.n
        self.basis = None
        self._slopes = [0] * self.n
        self._settings()

    def _settings(self):
        self.qp = self.squares.qp
        self.cost_scale = self.squares.cost_scale
        self.passes = self.squares.passes

    def regrid(self, qp):
        """Moves to the grid of 1 / qp, as the squares do."""
        self.squares.regrid(qp)
        self._settings()

    def refresh(self):
        """The samples changed: the next evaluation makes a pass."""
        self.squares.refresh()

    def start(self):
        """A start: n zeros."""
        return [0] * self.n

    def parameters(self, Z):
        """The grid integers X of a point Z."""
        X = [0] * self.n
        for k in range(self.n):
            if Z[k]:
                for i in range(self.n):
                    X[i] += Z[k] * self.basis[k][i]
        return X

    def cost(self, Z):
        """The cost, an int; real cost = cost / cost_scale."""
        if self.basis is None:
            self.basis = reduced(self.squares.normal_equations()[0])
        cost = self.squares.cost(self.parameters(Z))
        self.passes = self.squares.passes
        return cost

    def gradient(self, Z):
        """The change of the cost per step of Z: n ints, in a list that the model reuses."""
        slopes = self.squares.gradient(self.parameters(Z))
        for k in range(self.n):
            self._slopes[k] = sum([u * g for u, g in zip(self.basis[k], slopes)])
        return self._slopes


def reduced(metric):
    """A basis of Z^n with short vectors in a metric, rows of ints: none is longer minus a multiple
    of another."""
    n = len(metric)
    basis = [[1 if i == j else 0 for j in range(n)] for i in range(n)]
    gram = [list(row) for row in metric]
    changed = True
    while changed:
        changed = False
        for i in range(n):
            for j in range(n):
                q = _multiple(gram[i][j], gram[j][j]) if i != j else 0
                if q:
                    changed = True
                    _subtract(basis[i], q, basis[j])
                    _subtract(gram[i], q, gram[j])
                    for row in gram:
                        row[i] -= q * row[j]
    return basis


def _multiple(inner, square):
    """[inner / square] to nearest, 0 where that makes nothing shorter."""
    size = inner if inner >= 0 else -inner
    q = (2 * size + square) // (2 * square) if 2 * size > square else 0
    return q if inner >= 0 else -q


def _subtract(u, q, v):
    for i in range(len(u)):
        u[i] -= q * v[i]
