"""Run by `qbfgs lab fit` on each interpreter: python fit_script.py qbfgs|floats|float32

A fit of 100 rows by a formula of three parameters, by `qbfgs.fit`, or by a plain Gauss-Newton in
floats whose derivatives were worked out by hand (float32: those of NumPy, as most boards have
them). Prints `MILLISECONDS EVALUATIONS` and then the
parameters.
"""

import sys
import time

try:
    ticks, since = time.ticks_ms, time.ticks_diff
except AttributeError:

    def ticks():
        return time.perf_counter_ns() // 1000000

    def since(end, begin):
        return end - begin


ROWS = 100
_state = [1]


def noise():
    """A pseudo-random int in -99 .. 99."""
    _state[0] = (_state[0] * 1103515245 + 12345) % (1 << 31)
    return (_state[0] >> 8) % 199 - 99


def readings():
    """Rows of ints: 20 + 64 e^(-t / 50) and some noise, in hundredths, by a recurrence."""
    rows, part = [], 64000000
    for t in range(ROWS):
        rows.append((t, (20000000 + part) // 10000 + noise() // 8))
        part = part * 980199 // 1000000
    return rows


def by_qbfgs(rows):
    from qbfgs import fit
    from qbfgs.real import exp

    def cooling(t, ambient, drop, rate):
        return ambient + drop * exp(-rate * t)

    found = fit(cooling, rows, start=("3000", "5000", "0.03"))
    return found.evaluations, [str(v) for v in found.parameters]


def by_floats(rows, kind=float):
    if kind is float:
        from math import exp
    else:
        from numpy import exp
    p = [kind(3000), kind(5000), kind(0.03)]
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
    from numpy import float32

    return by_floats(rows, float32)


rows = readings()
ways = {"qbfgs": by_qbfgs, "floats": by_floats, "float32": by_float32}
begin = ticks()
count, found = ways[sys.argv[1]](rows)
print(since(ticks(), begin), count)
for v in found:
    print(v if isinstance(v, str) else float(v))
