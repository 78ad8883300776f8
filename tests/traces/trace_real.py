"""Reals: every operation and function on drawn and on nasty numbers, with slopes and as text."""

from tracing import end, line

from qbfgs.real import Real, atan, cos, exp, log, sin, sqrt, tanh, variables

_state = [1]


def draw(bits):
    """A pseudo-random int of so many bits."""
    value = 0
    while bits > 0:
        _state[0] = (_state[0] * 1103515245 + 12345) % (1 << 31)
        value = value << 15 | _state[0] >> 8 & 0x7FFF
        bits -= 15
    return value >> -bits


def bits_of(x):
    """The two ints of a Real, those of a Dual and its slopes."""
    if hasattr(x, "slopes"):
        return bits_of(x.value) + [v for s in x.slopes for v in (s.mantissa, s.exponent)]
    return [x.mantissa, x.exponent]


def told(f, *x):
    """The bits of f(x), or what kind of error there was."""
    try:
        return bits_of(f(*x))
    except (ValueError, OverflowError, ZeroDivisionError) as error:
        return [type(error).__name__]


def add(a, b):
    return a + b


def subtract(a, b):
    return a - b


def multiply(a, b):
    return a * b


def divide(a, b):
    return a / b


def raise_to(a, b):
    return a**b


OPERATIONS = (add, subtract, multiply, divide, raise_to)
FUNCTIONS = (exp, log, sqrt, sin, cos, atan, tanh)
NASTY = [Real(v) for v in (0, 1, -1, 2, 3, -7, "0.5", "1e-9", "-1e30", "99.99", "1e-60")]
for k in (-200, -61, -60, -59, -31, -1, 0, 1, 30, 58, 59, 60, 61):
    for m in (1 << 59, (1 << 59) + 1, (1 << 60) - 1):
        NASTY.append(Real(m, k - 59))
        NASTY.append(Real(-m, k - 59))

for x in NASTY:
    line("number", bits_of(x), str(x), x.text(3), x.scaled(1000) & 0xFFFFFF, abs(x) == x)
    for f in FUNCTIONS:
        line(f.__name__, told(f, x))
    for y in NASTY[:11] + [NASTY[draw(16) % len(NASTY)] for _ in range(6)]:
        line("with", bits_of(y), x < y, x <= y, x == y)
        for f in OPERATIONS[:4]:
            line(f.__name__, told(f, x, y))
        if abs(y.exponent) < 90 and abs(x.exponent) < 90:
            line("power", told(raise_to, x, y))

for _ in range(150):
    sign = 1 - 2 * (draw(3) & 1)
    x = Real(sign * (draw(59) + (1 << 59)), draw(7) % 100 - 130)
    y = Real(draw(59) + (1 << 59), draw(7) % 70 - 95)
    for f in OPERATIONS:
        line(f.__name__, told(f, x, y), told(f, y, x))
    for f in FUNCTIONS:
        line(f.__name__, told(f, x))
    a, b = variables((x, y))
    for f in OPERATIONS:
        line("slopes", told(f, a, b), told(f, b, a), told(f, a, y), told(f, x, b))
    for f in FUNCTIONS:
        line("slopes", told(f, a), told(f, b * a))
    line("mixed", told(add, x, 3), told(add, 3, x), told(multiply, x, "2.5e-3"), told(divide, 7, a))
    line("mixed", told(subtract, 3, a), told(subtract, a, "1.5"), told(raise_to, 2, b), a > b)

for text in ("2.5e-3", "-1.232", "+.5", " 7 ", "1e-99", "123456789012345678901234567890", "5."):
    x = Real(text)
    line("text", bits_of(x), str(x), x.text(0), x.text(12), repr(x))
for wrong in (None, [1], True, "", "1e100", "x", "--1"):
    try:
        line("accepted", bits_of(Real(wrong)))
    except (TypeError, ValueError) as error:
        line("refused", type(error).__name__, str(error))
end()
