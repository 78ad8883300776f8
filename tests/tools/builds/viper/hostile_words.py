"""Kernels at the ends of their ranges: prints a line a call, the same from every build."""

from qbfgs.words.blocks import axpy, block, copy, dot, largest, measure, put, subtract, words
from qbfgs.words.checksums import feed
from qbfgs.words.scalars import add, bits, div, exponent, fixed, mantissa, mul, pack, scaled, sqrt

N = 5
TOP = (1 << 29) - 1
MANTISSAS = (0, 1, -1, 2, -2, 0x3FFF, -0x4000, 0x4001, 1 << 24, -(1 << 24), TOP, -TOP)
SCALARS = [pack(m, e) for m in MANTISSAS for e in (-16000, -30, 0, 17, 16000)]


def made(start, e):
    """A block of mantissas with the exponent e."""
    x = block(N)
    for i in range(N):
        x[i] = MANTISSAS[(start + i) % len(MANTISSAS)]
    x[N] = e
    measure(x, N)
    return x


def shown(x):
    return " ".join([str(x[i]) for i in range(len(x))])


y = block(N)
checksum = 0
for a in SCALARS:
    print(a, [fixed(a, 0), scaled(a, -3)], [mantissa(a), exponent(a)] if a else "", sqrt(abs(a)))
    for b in SCALARS:
        print(mul(a, b), add(a, b), div(a, b) if b else "")
        checksum = feed(checksum, a ^ b)
for start in range(len(MANTISSAS)):
    for e in (-40, 0, 9):
        x, z = made(start, e), made(start + 3, 2)
        print(shown(x), largest(x, N), dot(x, z, N), checksum)
        copy(y, z, N)
        for m in (-0x7FFF, -0x4000, 0x4000, 0x7FFF):
            axpy(y, m, e - 3, x, 0, N)
            put(y, 2, -m, e, N)
            print(shown(y))
        subtract(y, x, z, N)
        print(shown(y))
w = words(3)
w[0], w[2] = -(1 << 30), (1 << 30) - 1
print(len(w), shown(w), bits(0), bits((1 << 30) - 1))
print("end")
