"""The lattice optimum of a convex quadratic, proven: Schnorr and Euchner's sphere search.

C. P. Schnorr and M. Euchner, "Lattice basis reduction: improved practical algorithms and solving
subset sum problems", Math. Programming 66 (1994): coordinates from last to first, each from its
conditional minimizer outwards, cut where the sum so far exceeds the best found.  The basis is first
reduced (Lenstra, Lenstra and Lovasz), which changes the order of the search and not its result.
All arithmetic is exact.
"""

from fractions import Fraction

DELTA = Fraction(3, 4)  # of the reduction


def optimum(A, b):
    """A point of Z^n with the least X'AX - 2 b.X; A: positive definite, rows of ints; b: ints.

    Raises ValueError when A is not positive definite.
    """
    n = len(b)
    basis = _reduced(A)
    gram = [[_form(A, u, v) for v in basis] for u in basis]
    centre = _solve(gram, [sum(x * y for x, y in zip(u, b, strict=True)) for u in basis])
    ratios, powers = _factors(gram)
    best, least = None, None
    z, offsets, partial = [0] * n, [Fraction(0)] * n, [Fraction(0)] * (n + 1)
    steps = [None] * n
    k = n - 1
    steps[k] = _outwards(centre[k])
    while k < n:
        z[k], distance = next(steps[k])
        total = partial[k + 1] + powers[k] * distance * distance
        if least is not None and total >= least:
            k += 1  # values further out are worse still
            continue
        if k == 0:
            best, least = list(z), total
            continue
        partial[k] = total
        k -= 1
        offsets[k] = sum(
            (ratios[j][k] * (z[j] - centre[j]) for j in range(k + 1, n)), start=Fraction(0)
        )
        steps[k] = _outwards(centre[k] - offsets[k])
    return [sum(best[k] * basis[k][i] for k in range(n)) for i in range(n)]


def value(A, b, X):
    """X'AX - 2 b.X for X of ints or Fractions."""
    return _form(A, X, X) - 2 * sum(x * y for x, y in zip(X, b, strict=True))


def minimizer(A, b):
    """The real minimizer, Fractions."""
    return _solve(A, b)


def _outwards(centre):
    """Integers from the nearest to the centre outwards, with their distances."""
    z = round(centre)
    yield z, z - centre
    sign = 1 if centre > z else -1
    step = 1
    while True:
        yield z + sign * step, z + sign * step - centre
        yield z - sign * step, z - sign * step - centre
        step += 1


def _form(A, u, v):
    return sum(
        u[i] * sum(a * x for a, x in zip(A[i], v, strict=True)) for i in range(len(u)) if u[i]
    )


def _factors(gram):
    """(ratios, powers): the form is the sum of powers[k] (z_k + sum_j>k ratios[j][k] z_j)^2."""
    n = len(gram)
    ratios = [[Fraction(0)] * n for _ in range(n)]
    powers = []
    for k in range(n):
        power = Fraction(gram[k][k]) - sum(ratios[k][i] ** 2 * powers[i] for i in range(k))
        if power <= 0:
            raise ValueError("the quadratic has no minimum: columns depend on each other")
        powers.append(power)
        for j in range(k + 1, n):
            inner = gram[j][k] - sum(ratios[j][i] * ratios[k][i] * powers[i] for i in range(k))
            ratios[j][k] = inner / power
    return ratios, powers


def _solve(gram, right):
    """gram^-1 right, Fractions."""
    n = len(right)
    ratios, powers = _factors(gram)
    x = [Fraction(v) for v in right]
    for k in range(n):
        x[k] -= sum(ratios[k][i] * x[i] for i in range(k))
    x = [v / p for v, p in zip(x, powers, strict=True)]
    for k in reversed(range(n)):
        x[k] -= sum(ratios[j][k] * x[j] for j in range(k + 1, n))
    return x


def _reduced(A):
    """A reduced basis of Z^n in the metric A, lists of ints."""
    n = len(A)
    basis = [[int(i == j) for j in range(n)] for i in range(n)]
    gram = [list(row) for row in A]
    k = 1
    while k < n:
        ratios, powers = _factors([row[: k + 1] for row in gram[: k + 1]])
        for j in reversed(range(k)):
            q = round(ratios[k][j])
            if q:
                for i in range(j):
                    ratios[k][i] -= q * ratios[j][i]
                ratios[k][j] -= q
                basis[k] = [a - q * b for a, b in zip(basis[k], basis[j], strict=True)]
                gram[k] = [a - q * b for a, b in zip(gram[k], gram[j], strict=True)]
                for row in gram:
                    row[k] -= q * row[j]
        if powers[k] >= (DELTA - ratios[k][k - 1] ** 2) * powers[k - 1]:
            k += 1
        else:
            basis[k - 1], basis[k] = basis[k], basis[k - 1]
            gram[k - 1], gram[k] = gram[k], gram[k - 1]
            for row in gram:
                row[k - 1], row[k] = row[k], row[k - 1]
            k = max(1, k - 1)
    return basis
