"""The centre of a sphere through readings: where directions are seen from, before all is known."""

from ...models.bareiss import solution


def centre(rows):
    """The centre of the least squares sphere, as 3 numerators and a denominator above 0.

    2 c.m + d = |m|^2 (an algebraic fit), with m from the first reading; the mean where readings
    are few, or in a plane.
    """
    if not rows:
        return [0, 0, 0], 1
    origin = rows[0]
    sums = [[0] * 5 for _ in range(5)]
    for row in rows:
        m = [2 * (v - c) for v, c in zip(row, origin)] + [1]
        m.append(m[0] * m[0] + m[1] * m[1] + m[2] * m[2] >> 2)
        for i in range(5):
            for j in range(i + 1):
                sums[i][j] += m[i] * m[j]
    try:
        numerators, below = solution(sums, 4)
    except ValueError:
        numerators, below = [v >> 1 for v in sums[3][:3]], len(rows)
    return [v + c * below for v, c in zip(numerators, origin)], below
