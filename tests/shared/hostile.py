"""Objectives that mean harm: for the proof of words, and for the contract under stress.

All answer ints, as the contract asks, and are pure functions of X; nothing else is promised: the
gradient of most has little to do with the cost.
"""

import random


def mixed(X, salt):
    """A hash of 64 bits, the same in every run and on every machine."""
    h = salt * 0x9E3779B97F4A7C15 & (1 << 64) - 1
    for x in X:
        h = (h ^ (x & (1 << 64) - 1)) * 0xBF58476D1CE4E5B9 & (1 << 64) - 1
        h ^= h >> 29
    return h


class Quadratic:
    """sum of w_k (a_k.X - b_k)^2 / 2^cut: condition and scale as the weights say."""

    def __init__(self, rows, offsets, weights, cut=0):
        self.n = len(rows[0])
        self.rows, self.offsets, self.weights, self.cut = rows, offsets, weights, cut

    def hessian(self, X):
        rows = list(zip(self.weights, self.rows, strict=True))
        return [
            sum(2 * w * row[i] * row[j] for w, row in rows) >> self.cut
            for i in range(self.n)
            for j in range(i + 1)
        ]

    def _residuals(self, X):
        return [
            sum(a * x for a, x in zip(row, X, strict=True)) - b
            for row, b in zip(self.rows, self.offsets, strict=True)
        ]

    def cost(self, X):
        r = self._residuals(X)
        return sum(w * v * v for w, v in zip(self.weights, r, strict=True)) >> self.cut

    def gradient(self, X):
        r = self._residuals(X)
        scaled = [2 * w * v for w, v in zip(self.weights, r, strict=True)]
        return [
            sum(row[j] * v for row, v in zip(self.rows, scaled, strict=True)) >> self.cut
            for j in range(self.n)
        ]


def quadratic(rng, n, condition, width=0):
    """A coupled quadratic; weights spread over `condition`, times 2^width."""
    rows = [[rng.randint(-9, 9) for _ in range(n)] for _ in range(n)]
    for k in range(n):
        rows[k][k] += rng.choice((-10, 10))
    exponent = [rng.random() for _ in range(n)]
    weights = [int(condition**e) + 1 << width for e in exponent]
    return Quadratic(rows, [rng.randint(-5000, 5000) for _ in range(n)], weights)


class Made:
    """An objective of two functions of (X, salt)."""

    def __init__(self, n, cost, gradient, salt=1):
        self.n, self.salt = n, salt
        self._cost, self._gradient = cost, gradient

    def cost(self, X):
        return self._cost(X, self.salt)

    def gradient(self, X):
        return self._gradient(X, self.salt)


class Bent(Made):
    """One with the Hessian of its cost, by differences."""

    def hessian(self, X):
        def at(i, j):
            Y = list(X)
            Y[i] += 1
            Y[j] += 1
            up = self.cost(Y)
            Y[i] -= 2
            Y[j] -= 2
            down = self.cost(Y)
            Y[i] += 2
            return (
                up + down - self.cost(Y) - self.cost([2 * x - y for x, y in zip(X, Y, strict=True)])
            )

        return [at(i, j) // 4 for i in range(len(X)) for j in range(i + 1)]


# Costs


def bowl(X, salt):
    return sum((x - salt % 97) ** 2 for x in X)


def hill(X, salt):
    return -sum(x * x for x in X)


def saddle(X, salt):
    return sum(x * x if k & 1 else -x * x for k, x in enumerate(X))


def flat(X, salt):
    return 7


def zero_one(X, salt):
    return mixed(X, salt) & 1


def steps_down(X, salt):
    return -abs(X[0]) // 1000


def hashed(X, salt):
    return mixed(X, salt)


def hashed_word(X, salt):
    return (mixed(X, salt) & (1 << 31) - 1) - (1 << 30)


def hashed_wide(X, salt):
    return (mixed(X, salt) - (1 << 63)) << 2937


def hashed_scales(X, salt):
    """Magnitudes of 0 to 4000 bits, both signs."""
    h = mixed(X, salt)
    return (1 if h & 1 else -1) * (h >> 32) << (h >> 1) % 4000 >> 32


def falling(X, salt):
    """Always less than before, for steps that go down in the first coordinate or far out."""
    return -sum(abs(x) for x in X) - 3 * X[0]


def cliff(X, salt):
    return sum(X) if sum(X) % 7 else -(1 << 200)


def ruled(X, salt):
    """A staircase: a bowl with its low bits thrown away."""
    return bowl(X, salt) >> 12 << 12


def edge(X, salt):
    """Least at the corner of what a start may be."""
    return sum((x - (0x7FFFF + 5)) ** 2 for x in X)


def huge_bowl(X, salt):
    return bowl(X, salt) << 60


def wider_bowl(X, salt):
    return bowl(X, salt) << 3000


COSTS = (
    bowl, hill, saddle, flat, zero_one, steps_down, hashed, hashed_word, hashed_wide,
    hashed_scales, falling, cliff, ruled, edge, huge_bowl, wider_bowl,
)  # fmt: skip


# Gradients


def slopes_of(cost):
    """Central differences of a cost: its gradient, where it has one."""

    def gradient(X, salt):
        g = []
        for k in range(len(X)):
            up, down = list(X), list(X)
            up[k] += 1
            down[k] -= 1
            g.append((cost(up, salt) - cost(down, salt)) >> 1)
        return g

    return gradient


def ones(X, salt):
    return [1 if mixed(X, salt) >> k & 1 else -1 for k in range(len(X))]


def zeros(X, salt):
    return [0] * len(X)


def one_only(X, salt):
    g = [0] * len(X)
    g[mixed(X, salt) % len(X)] = 1
    return g


def big(X, salt):
    return [(1 if mixed(X, salt) >> k & 1 else -1) << 60 for k in range(len(X))]


def wide_scales(X, salt):
    """1 in one coordinate and 2^60 in the next, signs at random."""
    h = mixed(X, salt)
    return [(1 if h >> k & 1 else -1) << (60 if k & 1 else 0) for k in range(len(X))]


def any_scale(X, salt):
    """Each coordinate at a width of its own, 0 to 4000 bits, new at each point."""
    return [hashed_scales([*X, k], salt + 1) for k in range(len(X))]


def any_word(X, salt):
    return [(mixed([*X, k], salt) & (1 << 31) - 1) - (1 << 30) for k in range(len(X))]


def jumping(X, salt):
    """All of one width, but a width of its own at each point."""
    width = mixed(X, salt) % 4000
    return [(1 if mixed([*X, k], salt) & 1 else -1) << width for k in range(len(X))]


def constant(X, salt):
    return [k + 1 for k in range(len(X))]


def noisy(X, salt):
    """The bowl's gradient with random signs."""
    h = mixed(X, salt)
    return [2 * (x - salt % 97) * (1 if h >> k & 1 else -1) for k, x in enumerate(X)]


def word_edges(X, salt):
    choices = (-(1 << 30), (1 << 30) - 1, 1 << 27, (1 << 27) - 1, -(1 << 27), 0, 1)
    return [choices[mixed([*X, k], salt) % len(choices)] for k in range(len(X))]


GRADIENTS = (
    ones, zeros, one_only, big, wide_scales, any_scale, any_word, jumping, constant, noisy,
    word_edges,
)  # fmt: skip


# Hessians, lower triangles row by row: what an objective without one of its own is made to answer


def _triangle(n, entry):
    return [entry(i, j) for i in range(n) for j in range(i + 1)]


def no_curvature(X):
    return _triangle(len(X), lambda i, j: 0)


def tiny(X):
    return _triangle(len(X), lambda i, j: 1 if i == j else 0)


def flat_ones(X):
    """Singular: one and the same row again and again."""
    return _triangle(len(X), lambda i, j: 1 << 29)


def downward(X):
    return _triangle(len(X), lambda i, j: -(1 << 40) if i == j else 3)


def without_diagonal(X):
    return _triangle(len(X), lambda i, j: 0 if i == j else -(1 << 70))


def any_words(X):
    return _triangle(len(X), lambda i, j: any_word([*X, i], j)[0])


def any_widths(X):
    return _triangle(len(X), lambda i, j: hashed_scales([*X, i, j], 4))


def thin(X):
    """Positive, of rank 1 but for 1 in 2^60, with scales that are far apart."""
    width = mixed(X, 5) % 40
    return _triangle(
        len(X), lambda i, j: (1 << 60) + (i == j) << (width * i) + (width * j) if i < 30 else i == j
    )


HESSIANS = (
    no_curvature, tiny, flat_ones, downward, without_diagonal, any_words, any_widths, thin,
)  # fmt: skip


def hessian(X):
    """One of them, by X."""
    return [int(v) for v in HESSIANS[mixed(X, 6) % len(HESSIANS)](X)]


def bent(objective):
    """The objective, with a Hessian of nonsense where it has none."""
    if not hasattr(objective, "hessian"):
        objective.hessian = hessian
    return objective


def draw(rng, n):
    """A random hostile objective of n coordinates with its start and settings: a tuple with a
    label in front."""
    salt = rng.randrange(1 << 30)
    reach = rng.choice((0, 1, 3, 100, 5000, 0x7FFFF))
    x0 = [rng.randint(-reach, reach) for _ in range(n)]
    if rng.random() < 0.1:
        x0 = [rng.choice((-0x7FFFF, 0x7FFFF)) for _ in range(n)]
    settings = {}
    if rng.random() < 0.5:
        settings["radius"] = rng.choice((1, 2, 3, 17, 1000, 0x3FFFE, 0x3FFFF))
    if rng.random() < 0.3:
        settings["pairs"] = rng.choice((1, 2, 5))
    if rng.random() < 0.3:
        settings["polls"] = rng.choice((0, 1, 10**6))
    kind = rng.random()
    if kind < 0.35:
        width = rng.choice((0, 0, 5, 60, 3000))
        condition = rng.choice((1, 10**3, 10**6, 10**12))
        label = f"quadratic condition {condition} width {width}"
        objective = quadratic(rng, n, condition, width)
        objective.cut = rng.choice((0, 0, 0, 10, 25, 40))
        if rng.random() < 0.15:
            objective.weights[rng.randrange(n)] *= -1
            label += " indefinite"
    else:
        cost = rng.choice(COSTS)
        gradient = rng.choice(GRADIENTS + (slopes_of(cost),) * 6)
        name = "own" if gradient not in GRADIENTS else gradient.__name__
        label = f"{cost.__name__} with {name} gradient"
        objective = Made(n, cost, gradient, salt)
    return label, objective, x0, settings


def seeded(*key):
    """A generator of random numbers of its own for each key."""
    return random.Random(repr(key))
