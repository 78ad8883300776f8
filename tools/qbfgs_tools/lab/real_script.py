"""Run by `qbfgs lab real` on each interpreter: python real_script.py ROUNDS

Prints `NAME MICROSECONDS HEAP` for each operation on Reals, the least of some rounds, and the heap
in bytes that one takes, - where unknown; "float" is a product of the interpreter's own floats.
"""

import gc
import sys
import time

from qbfgs.real import Real, atan, cos, exp, log, sin, sqrt, tanh, variables

try:
    ticks, since = time.ticks_us, time.ticks_diff
except AttributeError:

    def ticks():
        return time.perf_counter_ns() // 1000

    def since(end, begin):
        return end - begin


allocated = getattr(gc, "mem_alloc", None)
rounds = int(sys.argv[1])
x, y = Real("1.2345678"), Real("0.7654321")
a, b, c = variables((x, y, "0.02"))


def curve(t):
    """The formula of a cooling curve, with slopes."""
    return a + b * exp(-c * t)


OPERATIONS = (
    ("+", lambda: x + y),
    ("*", lambda: x * y),
    ("/", lambda: x / y),
    ("exp", lambda: exp(x)),
    ("log", lambda: log(x)),
    ("sqrt", lambda: sqrt(x)),
    ("sin", lambda: sin(x)),
    ("cos", lambda: cos(x)),
    ("atan", lambda: atan(x)),
    ("tanh", lambda: tanh(x)),
    ("**", lambda: x**y),
    ("slopes", lambda: curve(37)),
)


def taken(operation):
    """Microseconds of one call: the least of all rounds, of as many calls as take 20 ms."""
    best = None
    for _ in range(rounds):
        calls, passed = 1, 0
        while passed < 20000:
            calls += calls
            begin = ticks()
            for _ in range(calls):
                operation()
            passed = since(ticks(), begin)
        if best is None or passed * best[1] < best[0] * calls:
            best = passed, calls
    return best[0] / best[1]


def heap(operation):
    """Bytes that one call takes."""
    if not allocated:
        return "-"
    operation()
    gc.collect()
    gc.disable()
    before = allocated()
    operation()
    after = allocated()
    gc.enable()
    return after - before


u, v = 1.2345678, 0.7654321
empty = taken(lambda: None)
print("float", taken(lambda: u * v) - empty, "-")
for name, operation in OPERATIONS:
    print(name, taken(operation) - empty, heap(operation))
