"""A fit of 100 rows by a formula of three parameters, by `qbfgs.fit` and by a plain Gauss-Newton.

For `qbfgs lab fit` and `qbfgs lab bench`, on CPython and MicroPython.
"""

ROWS = 100
START = ("3000", "5000", "0.03")
_state = [1]


def noise():
    """A pseudo-random int in -99 .. 99."""
    _state[0] = (_state[0] * 1103515245 + 12345) % (1 << 31)
    return (_state[0] >> 8) % 199 - 99


def readings():
    """Rows of ints: 20 + 64 e^(-t / 50) and some noise, in hundredths, by a recurrence."""
    _state[0] = 1
    rows, part = [], 64000000
    for t in range(ROWS):
        rows.append((t, (20000000 + part) // 10000 + noise() // 8))
        part = part * 980199 // 1000000
    return rows


def by_qbfgs(rows):
    """(passes, parameters as text)."""
    from qbfgs import fit
    from qbfgs.real import exp

    def cooling(t, ambient, drop, rate):
        return ambient + drop * exp(-rate * t)

    found = fit(cooling, rows, start=START)
    return found.evaluations, [str(v) for v in found.parameters]


def by_floats(rows, kind=float):
    """(passes, parameters): a plain Gauss-Newton in floats of a kind, its derivatives by hand."""
    if kind is float:
        from math import exp
    else:
        from numpy import exp
    p = [kind(text) for text in START]
    count = 0
    while count < 50:
        count += 1
        a = [[kind(0)] * 4 for _ in range(3)]
        for t, y in rows:
            e = exp(-p[2] * t)
            slopes = (kind(1), e, -p[1] * t * e)
            r = y - p[0] - p[1] * e
            for i in range(3):
                for j in range(3):
                    a[i][j] += slopes[i] * slopes[j]
                a[i][3] += slopes[i] * r
        for i in range(3):
            for k in range(3):
                if k != i:
                    q = a[k][i] / a[i][i]
                    for j in range(i, 4):
                        a[k][j] -= q * a[i][j]
        step = [a[i][3] / a[i][i] for i in range(3)]
        p = [p[i] + step[i] for i in range(3)]
        if abs(step[2]) < 0.000001 * abs(p[2]):
            break
    return count, p


def by_float32(rows):
    """The same in the float32 of NumPy."""
    from numpy import float32

    return by_floats(rows, float32)
