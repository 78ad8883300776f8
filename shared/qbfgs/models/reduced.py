"""Least squares in a reduced basis of the lattice: for columns that nearly depend on each other.

Where columns are nearly dependent, the cost is a valley thinner than the grid, and its best grid
point may be far from any that steps in single parameters reach.  In a reduced basis (Lenstra,
Lenstra and Lovasz; the integral form of Cohen, "A Course in Computational Algebraic Number Theory",
algorithm 2.6.7) the same grid points have coordinates in which the cost is as round as may be.
"""

from ..grid.quantizer import round_div
from .bareiss import solution
from .quadratic import Quadratic


def reduced_basis(gram):
    """An LLL-reduced basis for a positive definite form, given by its n x n matrix of ints.

    Returns n vectors of n ints, a basis of Z^n.  Exact, in wide ints: some n^4 operators on ints
    of n times the form's bits.  Raises ValueError for a form that is not positive definite.
    """
    n = len(gram)
    basis = [[1 if i == j else 0 for j in range(n)] for i in range(n)]
    links = [[0] * n for _ in range(n)]  # d_(j+1) mu_ij
    minors = [1] + [0] * n  # d_0 = 1, d_1 ..
    known = -1
    k = 0
    while k < n:
        if k > known:
            known = k
            for j in range(k + 1):
                u = _dot(gram[k], basis[j])
                for i in range(j):
                    u = (minors[i + 1] * u - links[k][i] * links[j][i]) // minors[i]
                if j < k:
                    links[k][j] = u
            if u <= 0:
                raise ValueError("the columns depend on each other: leave column %d out" % k)
            minors[k + 1] = u
        if k > 0:
            _shorten(basis, links, minors, k, k - 1)
            link = links[k][k - 1]
            if 4 * (minors[k + 1] * minors[k - 1] + link * link) < 3 * minors[k] * minors[k]:
                _swap(basis, links, minors, k, known)
                k = max(1, k - 1)
                continue
            for j in range(k - 2, -1, -1):
                _shorten(basis, links, minors, k, j)
        k += 1
    return basis


def _shorten(basis, links, minors, k, j):
    """b_k -= [mu_kj] b_j."""
    q = round_div(links[k][j], minors[j + 1])
    if q:
        for i in range(len(basis)):
            basis[k][i] -= q * basis[j][i]
        links[k][j] -= q * minors[j + 1]
        for i in range(j):
            links[k][i] -= q * links[j][i]


def _swap(basis, links, minors, k, known):
    """Exchanges b_k and b_(k-1)."""
    basis[k], basis[k - 1] = basis[k - 1], basis[k]
    for j in range(k - 1):
        links[k][j], links[k - 1][j] = links[k - 1][j], links[k][j]
    link = links[k][k - 1]
    minor = (minors[k - 1] * minors[k + 1] + link * link) // minors[k]
    for i in range(k + 1, known + 1):
        t = links[i][k]
        links[i][k] = (minors[k + 1] * links[i][k - 1] - link * t) // minors[k]
        links[i][k - 1] = (minor * t + link * links[i][k]) // minors[k + 1]
    minors[k] = minor


class Reduced:
    """A LeastSquares in coordinates Z of a reduced basis; `parameters(Z)` are its X.

    The best Z is the best X.  basis: n vectors, found with the first pass; samples that come later
    change the cost, not the meaning of Z.  Attributes and methods as of the squares.
    The first evaluation, and start(), raise ValueError for dependent columns.
    """

    def __init__(self, squares):
        self.squares = squares
        self.samples = squares.samples
        self.n = squares.n
        self.basis = None
        self._quadratic = None
        self.regrid(squares.qp)

    @property
    def passes(self):
        """Passes over the samples."""
        return self.squares.passes

    def regrid(self, qp):
        """Moves to the grid of 1 / qp."""
        self.squares.regrid(qp)
        self.qp = qp
        self.cost_scale = self.squares.cost_scale
        self._at = None

    def refresh(self):
        """The samples changed: the next evaluation makes a pass."""
        self.squares.refresh()
        self._quadratic = self._at = None

    def start(self):
        """The real minimum, each coordinate rounded: in a reduced basis not far from the best."""
        numerators, determinant = solution(self._turned().rows, self.n)
        return [round_div(v * self.qp, determinant) for v in numerators]

    def cost(self, Z):
        """The cost at Z, an int: that of the squares at parameters(Z)."""
        self._at = None  # until the slopes are those at Z
        cost = self._turned().at(Z, self.qp)
        self._at = list(Z)
        return cost

    def gradient(self, Z):
        """The change of the cost per step in Z: n ints, in a list that is reused."""
        if self._at is None or self._at != list(Z):
            self.cost(Z)
        return self._quadratic.slopes

    def hessian(self, Z):
        """The Hessian per step in Z squared, exact: n (n + 1) / 2 ints, the lower triangle."""
        return self._turned().hessian()

    def parameters(self, Z):
        """The grid integers X of a point Z."""
        return [sum([z * b[j] for z, b in zip(Z, self.basis)]) for j in range(self.n)]

    def _turned(self):
        """The cost as a Quadratic of Z; the first time this makes the pass."""
        if self._quadratic is None:
            n = self.n
            gram, inner = self.squares.normal_equations()
            if self.basis is None:
                self.basis = reduced_basis(gram)
            half = [[_dot(b, row) for row in gram] for b in self.basis]
            turned = [[_dot(half[i], self.basis[j]) for j in range(i + 1)] for i in range(n)]
            turned.append(
                [_dot(b, inner) for b in self.basis] + self.squares.quadratic().rows[n][n:]
            )
            self._quadratic = Quadratic(turned)
        return self._quadratic


def _dot(a, b):
    return sum([x * y for x, y in zip(a, b)])
