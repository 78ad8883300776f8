"""Test problems: `ALL` and their classes, loaded from `polynomials` when they are asked for.

A run of Rosenbrock's function takes `rosenbrock` alone: all of them take five times its heap.
"""


def __getattr__(name):
    from .polynomials import NAMED

    if name in NAMED:
        return NAMED[name]
    raise AttributeError("qbfgs.problems has no %r" % name)
