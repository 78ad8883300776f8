"""The compensation vector of eq. 23-35: orthogonal to the search direction, in integers alone.

How eq. 28-35 are read: h^Q is the direction as grid integers v_i (so Qp h^Q is eq. 23's vector,
Qp times finer), m the index of the largest |v_i| (the first of equals), and

    (z)^Q = Qp v - (sum_i floor(Qp v_i^2 / v_m^2) + [sum_i remainder_i / v_m^2]) v_m e_m,

whose bracket rounds half up.  The floors and the rounded remainders together are
[Qp |v|^2 / v_m^2], the rounding of the whole.  (z)^Q is Qp times finer than the grid; dividing it
by Qp gives the direction that takes the place of h.
"""


def largest(v):
    """The index of the largest |v_i|, the first of equals."""
    return max(range(len(v)), key=lambda i: (abs(v[i]), -i))


def coefficient(v, qp):
    """The bracket of eq. 35: sum of floors plus rounded sum of remainders, an int.

    v: n grid integers, not all 0; qp: Qp.  Equal to [Qp |v|^2 / v_m^2] and to at most n Qp.
    """
    square = v[largest(v)] ** 2
    floors = sum(qp * a * a // square for a in v)
    remainders = sum(qp * a * a % square for a in v)
    return floors + (2 * remainders + square) // (2 * square)


def compensation_vector(v, qp):
    """(z)^Q of eq. 35 for a direction v of n grid integers: n ints, Qp times finer than the grid.

    All zeros where v is zero or has one nonzero component only.  |v'z| <= v_m^2 / 2: orthogonal
    but for the rounding of one coefficient.
    """
    m = largest(v)
    if v[m] == 0:
        return [0] * len(v)
    z = [qp * a for a in v]
    z[m] -= coefficient(v, qp) * v[m]
    return z
