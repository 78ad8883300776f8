"""What measured runs do with costs, of any width as in `wide`."""


def change(i, cost, level, mantissas, exponents):
    """Number i of the mantissas, cut to 27 bits, and exponents = the cost less the level."""
    d = cost - level
    e = 0
    while not -0x8000000 < d < 0x8000000:
        d >>= 1
        e += 1
    mantissas[i] = d
    exponents[i] = e


def plus(a, b):
    """a + b of two costs."""
    return a + b


def mean(total, times):
    """total / times, half up, for a sum of costs."""
    return (2 * total + times) // (2 * times)
