"""Linear equations, solved exactly."""


def solution(rows, n):
    """The x with A x = b, for the lower triangle of A and then b in `rows`.

    Exact (Bareiss' elimination): n numerators and their denominator, the determinant of A.
    Raises ValueError where A is not positive definite.
    """
    a = [[rows[max(i, j)][min(i, j)] for j in range(n)] + [rows[n][i]] for i in range(n)]
    last = 1
    for k in range(n):
        pivot = a[k][k]
        if pivot <= 0:
            raise ValueError("the columns depend on each other: leave column %d out" % k)
        for i in range(n):
            if i != k:
                factor = a[i][k]
                for j in range(k + 1, n + 1):
                    a[i][j] = (a[i][j] * pivot - factor * a[k][j]) // last
        last = pivot
    return [row[n] for row in a], last
