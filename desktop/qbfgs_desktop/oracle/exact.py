"""Mode "compensated" in textbook form on exact numbers: the oracle of the integer core.

H is a matrix of rationals.  Every single operation is exact; after a change H is rounded to
`BITS` bits, for each learnt curvature would double its digits, and 2^-320 is beyond what any run
can see.  Design section 3 in the order of an epoch: choose, judge, idle or go.
"""

from fractions import Fraction
from itertools import product

from .basis import rank, reduce_basis, short_steps
from .linalg import bfgs_update, exchange_pass, inverse, ldl, metric_round, teach
from .rational import Matrix, dot, log2_by_lines, round_half_up
from .solver import LATTICE_MINIMUM, MODEL_MINIMUM, RANGE_LEFT, Solver

ALPHA = Fraction(19, 2000)  # eq. 22, 37
SHRINK = Fraction(3, 10), Fraction(2, 5)
RANGE = 2**19  # |X| and D stay below
BITS = 320
CONFIDENT = Fraction(1, 8)
RERANKS = 20
MAINS = 32  # main steps rejected at one point, after which others are tried
TRIED = 100, 5  # steps rejected at one point, 100 + 5 n, after which nothing is ranked again
ROUNDS = 3
REPEATED = 32  # measured curvatures, at most
WINDOW = 16  # basis vectors, or coordinates of unit vectors, that are ranked together
REMEMBERED = Fraction(-3, 8), Fraction(1, 2)
BOX = 125
FLATTER = 10  # how much a go along negative curvature flattens the model along itself


class ExactOptimizer(Solver):
    """Compensated quasi-Newton on the grid; attributes as in `Solver`, and those below.

    objective, x0, max_epochs, target: as in `Solver`.
    radius: first trust radius in grid steps (max-norm), 1 and more; objective.qp // 4 by default,
    where there is no qp max|x0| // 4.  pairs: how many (s, y) are kept and re-applied; by default
    2 up to n = 2 and 4 above.  polls: rejected neighbours at one point before the model's
    word may end the run; 8 + 4 n by default.
    fenced: whether a main step met the edge of the grid, which is a bound from then on.
    H: inverse Hessian in lattice units.  order: elimination order.  fraction: lambda, of the full
    quasi-Newton step.  radius: D.  basis: the reduced basis U.
    """

    def __init__(
        self, objective, x0, max_epochs=2000, target=None, radius=None, pairs=None, polls=None
    ):
        super().__init__(objective, x0, max_epochs, target)
        n = self.n
        if radius is None:
            qp = getattr(objective, "qp", None)
            radius = max(1, (max(abs(v) for v in self.x) if qp is None else qp) // 4)
        # On go.
        self.radius = min(radius, RANGE - 1)
        self.budget = 8 + 4 * n if polls is None else polls
        self.pair_limit = (2 if n <= 2 else 4) if pairs is None else pairs
        self.pairs, self.first = [], True
        self.basis = [[int(i == j) for j in range(n)] for i in range(n)]
        self.order = list(range(n))
        self._set_identity(Fraction(self.radius, max(1, max(abs(g) for g in self.gradient))))
        self.fenced = False
        # Every epoch.
        self.fraction, self.hit, self.tried = Fraction(1), False, set()
        self.compensation, self.polls, self.taught, self.teaching = None, 0, 0, True
        self.curvatures, self.agreed, self.spare = [], False, None

    # The model.

    def _set_identity(self, scale):
        self._set_H(Matrix.identity(self.n, scale))

    def _set_H(self, H):
        self.H, self._B, self._L = H.trimmed(BITS), None, None

    @property
    def B(self):
        """The inverse of H, found when it is asked for."""
        if self._B is None:
            self._B = inverse(self.H)
        return self._B

    def _round(self, target):
        if self._L is None:
            self._L = ldl(self.H, self.order)[0]
        return metric_round(self._L, target, self.order)

    # Choosing.

    def _target(self):
        """p = -lambda H g, scaled down to the radius; `hit` tells whether it was."""
        free = [0 if out else g for g, out in zip(self.gradient, self._held(), strict=True)]
        p = [-self.fraction * v for v in self.H.apply(free)]
        p = [0 if out else v for v, out in zip(p, self._held(), strict=True)]
        size = max(abs(v) for v in p)
        self.hit = size > self.radius
        if self.hit:
            p = [v * self.radius / size for v in p]
        return p

    def _inside(self, d):
        return all(abs(a + b) < RANGE for a, b in zip(self.x, d, strict=True))

    def _admissible(self, d):
        return any(d) and tuple(d) not in self.tried and self._inside(d)

    def _held(self):
        """Whether a coordinate is at the edge and the gradient pushes it outward, for each."""
        return [
            self.fenced and abs(x) == RANGE - 1 and x * g < 0
            for x, g in zip(self.x, self.gradient, strict=True)
        ]

    def _clip(self, d):
        if not self.fenced:
            return d
        return [max(1 - RANGE, min(RANGE - 1, a + b)) - a for a, b in zip(self.x, d, strict=True)]

    def _choose(self):
        if self.compensation is None:
            p = self._target()
            d = self._clip(self._round(p))
            if not self.fenced and not self._inside(d):
                self.fenced = True
                p = self._target()
                d = self._clip(self._round(p))
            if len(self.tried) < MAINS and self._admissible(d):
                return "main", d
            self.compensation, self.polls = self._candidates(p), 0
        try:
            return "compensation", next(self.compensation)
        except StopIteration as end:
            at_edge = max(map(abs, self.x)) == RANGE - 1
            return RANGE_LEFT if at_edge else end.value, None

    def _candidates(self, p):
        """Generate admissible compensation steps; returns the status that they end with."""
        if self.spare:
            yield self.spare[1]
        for d in map(self._clip, self._orthogonal(p)):
            if self._admissible(d):
                yield d
        for again in range(RERANKS + 1):
            if again:
                d = self._clip(self._round(self._target()))
                if self._admissible(d):
                    yield d
            self.teaching, taught = True, self.taught
            doubtful = yield from self._polled(self._short_lists(), lambda r: r < CONFIDENT)
            if not doubtful:
                self.teaching, self.polls = False, 0
                doubtful = yield from self._polled(self._near_lists(), lambda r: r <= 0)
                if not doubtful:
                    return LATTICE_MINIMUM
                taught = self.taught
            if self._enough():
                break
            if self.taught == taught:
                if self.agreed:
                    break
                self._repeat_curvatures()
        return MODEL_MINIMUM

    def _polled(self, lists, doubtful):
        """Yield the admissible steps of each ranked list, best first.

        Once the budget is spent, a list ends with its first step of a doubtful rank; returns
        whether one did.
        """
        left_out = False
        for steps in lists:
            for r, d in steps:
                if self.polls >= self.budget and doubtful(r) or self._enough() and r < CONFIDENT:
                    left_out = True
                    break
                if self._admissible(d):
                    yield d
        return left_out

    def _enough(self):
        """Whether so many steps were rejected here that nothing is to be ranked again."""
        return len(self.tried) >= max(2 * self.budget, TRIED[0] + TRIED[1] * self.n)

    def _short_lists(self):
        """The ranked steps of a reduced basis, of up to 16 vectors at a time."""
        for first in range(0, self.n, WINDOW):
            U = self.basis[first : first + WINDOW]
            G = reduce_basis(U, self.B)
            self.basis[first : first + WINDOW] = U
            steps = short_steps(U, G, self.B, self.gradient, 4 * self.radius)
            yield rank(steps, self.B, self.gradient)

    def _repeat_curvatures(self):
        """Teach H the last 2 n (at most 32) curvatures again, in turn, until they nearly agree."""
        for _ in range(ROUNDS):
            for d, curvature in self.curvatures[-min(2 * self.n, REPEATED) :]:
                self._set_H(teach(self.H, d, curvature, self.B))
        self.agreed = True

    def _orthogonal(self, p):
        """z = (s'y) p - (y'p) s of the stiffest pair: eq. 26-35, orthogonal to y instead of h.

        Signed to descend, at max-norm D, D//4, D//16, ..., each coordinate rounded by itself.
        """
        if not self.pairs:
            return
        s, y = max(self.pairs, key=lambda pair: Fraction(dot(pair[1], pair[1]), dot(*pair)))
        z = [dot(s, y) * a - dot(y, p) * b for a, b in zip(p, s, strict=True)]
        if dot(z, self.gradient) > 0:
            z = [-a for a in z]
        size, length = max(abs(a) for a in z), self.radius
        while size and length >= 1:
            yield [round_half_up(a * length / size) for a in z]
            length //= 4

    def _near_lists(self):
        """The last neighbourhood, ranked, taught by no poll.

        To n = 4 the +-1 box and the downhill steps of the largest box of at most 125 points, above
        the unit vectors, of 16 coordinates at a time.
        """
        n, half = self.n, 1
        if n > 4:
            for first in range(0, n, WINDOW):
                places = range(first, min(n, first + WINDOW))
                units = [[t * int(i == j) for j in range(n)] for i in places for t in (1, -1)]
                yield rank(units, self.B, self.gradient)
            return
        while (2 * half + 3) ** n <= BOX:
            half += 1
        box = [list(d) for d in product(range(-half, half + 1), repeat=n)]
        ranked = rank(box, self.B, self.gradient)
        yield [(r, d) for r, d in ranked if r > 0 or max(abs(v) for v in d) == 1]

    # Judging.

    def _accepts(self, kind, d, cost):
        if cost >= self.cost:
            return False
        return kind == "compensation" or cost - self.cost <= ALPHA * dot(self.gradient, d)

    def _idle(self, kind, d, cost):
        """Eq. 22 failed: remember d; shrink to the parabola's minimum, or learn its curvature."""
        self.tried.add(tuple(d))
        slope = dot(self.gradient, d)
        curvature = 2 * (cost - self.cost - slope)
        if kind == "main":
            best = Fraction(-slope, curvature) if curvature > 0 else SHRINK[1]
            self.fraction *= min(SHRINK[1], max(SHRINK[0], best))
            self.radius = max(1, max(abs(v) for v in d) // 2)
            if cost < (self.spare[0] if self.spare else self.cost):
                self.spare = cost, d  # it decreased the cost, though too little
        else:
            self.polls += self.teaching or slope >= 0
            if curvature > 0 and self.teaching:
                self._set_H(teach(self.H, d, curvature, self.B))
                self.curvatures.append((d, curvature))
                self.taught, self.agreed = self.taught + 1, False

    def _go(self, kind, d, y):
        if self.fenced:  # what stayed at the edge belongs to the function on it
            x = self.x
            stays = [abs(x[i]) == RANGE - 1 and d[i] == 0 for i in range(self.n)]
            y = [0 if stayed else v for v, stayed in zip(y, stays, strict=True)]
        if dot(d, y) > 0:
            self._learn_pair(d, y)
        else:
            t = self.B.form(d, d)
            self._set_H(teach(self.H, d, t / FLATTER, self.B))
        self.order = exchange_pass(self.H, self.order)
        self._L = None
        if self.hit or kind == "compensation":
            self.radius = min(RANGE - 1, max(self.radius, 2 * max(abs(v) for v in d)))
        self.fraction, self.tried = Fraction(1), set()
        self.compensation, self.teaching, self.curvatures, self.spare = None, True, [], None

    def _learn_pair(self, s, y):
        sy = dot(s, y)
        if self.first:
            self._set_identity(Fraction(2 * sy, dot(y, y)))
            self.first = False
        elif self.n > 2:
            ratio = sy / self.H.form(y, y)
            if ratio > 1:
                self._set_H(self.H.scaled(ratio))
        for pair in self.pairs:
            if self.n > 2 or not self._remembers(*pair):
                self._set_H(bfgs_update(self.H, *pair))
        self._set_H(bfgs_update(self.H, s, y))
        self.pairs = [*self.pairs, (s, y)][-self.pair_limit :] if self.pair_limit else []

    def _remembers(self, s, y):
        """Whether y'Hy is near s'y still: from between 8/11 and 13/16 of it to between 4/3 and 3/2.

        The core compares the words of scalars, which are logarithms by straight lines.
        """
        gap = log2_by_lines(self.H.form(y, y)) - log2_by_lines(dot(s, y))
        return REMEMBERED[0] <= gap <= REMEMBERED[1]
