"""What measured runs do with costs, of any width as in `wide`."""


def slope(i, first, second, level, side, mantissas, exponents):
    """Number i of the mantissas, of 27 bits, and exponents = the cost `first` less `second`.

    With a side, 1 or -1, that of the parabola through level, first and second, whose distances are
    0, 1 and 2 to that side: side (4 (first - level) - (second - level)).
    """
    change = first - second if side == 0 else side * (4 * (first - level) - (second - level))
    e = 0
    while not -0x8000000 < change < 0x8000000:
        change >>= 1
        e += 1
    mantissas[i] = change
    exponents[i] = e


def plus(a, b):
    """a + b of two costs."""
    return a + b


def mean(total, times):
    """total / times, half up, for a sum of costs."""
    return (2 * total + times) // (2 * times)
