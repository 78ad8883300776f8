"""Heap bytes that each epoch takes, with objectives of words that themselves take none.

Prints, for each objective and mode, `bytes name mode total epochs most` with the total over all
epochs after the warm-up and the most in one epoch, first with the garbage collector off; then
`locked name mode epochs outcome`: the same run with every allocation forbidden.  "refined" is mode
"compensated" from fine to coarse, "measured" and "noise" are the same from costs
alone.
"""

import gc

import micropython

from qbfgs import Optimizer

WARM_UP = 3  # epochs; the first ones may still make what all later ones use
MOST_EPOCHS = 200
readings = [0] * (MOST_EPOCHS + 1)


class Valley:
    """Rosenbrock's function on a grid of 1/16, with costs below 2^30 near its valley."""

    n = 2
    start = (-20, 19)

    def __init__(self):
        self.slope = [0, 0]
        self.bend = [0, 0, 51200]

    def cost(self, X):
        x = X[0]
        v = 16 * (16 - x)
        u = 16 * X[1] - x * x
        return v * v + 100 * u * u if -3276 < u < 3276 else (1 << 30) - 1

    def gradient(self, X):
        x = X[0]
        u = 200 * (16 * X[1] - x * x)
        self.slope[0] = -2 * (256 * (16 - x) + u * x)
        self.slope[1] = 16 * u
        return self.slope

    def hessian(self, X):
        x = X[0]
        self.bend[0] = 512 + 800 * x * x
        self.bend[1] = -6400 * x
        return self.bend


class Bowl:
    """A quadratic of four coordinates, coupled by twos, with a condition number near 1000."""

    n = 4
    start = (300, -200, 100, -250)

    def __init__(self):
        self.slope = [0, 0, 0, 0]
        self.bend = [602, 600, 620, 0, -20, 220, 0, 0, 200, 202]

    def cost(self, X):
        a = X[0] - 7  # one by one: a display of four would be a tuple on the heap
        b = X[1] + 5
        c = X[2] - 3
        d = X[3] + 1
        if a < -400 or a > 400 or b < -400 or b > 400:
            return (1 << 30) - 1
        if c < -400 or c > 400 or d < -400 or d > 400:
            return (1 << 30) - 1
        e = a + b
        f = b - c
        g = c + d
        return a * a + 300 * e * e + 10 * f * f + 100 * g * g + d * d

    def gradient(self, X):
        slope = self.slope
        e = 600 * (X[0] + X[1] - 2)
        f = 20 * (X[1] - X[2] + 8)
        g = 200 * (X[2] + X[3] - 2)
        slope[0] = 2 * (X[0] - 7) + e
        slope[1] = e + f
        slope[2] = g - f
        slope[3] = 2 * (X[3] + 1) + g
        return slope

    def hessian(self, X):
        return self.bend


def warmed(objective, mode):
    settings = {"mode": mode, "certify": True}
    start = list(objective.start)
    if mode == "refined":
        settings = {"mode": "compensated", "refine": 3, "certify": True}
        start = [x >> 3 << 3 for x in start]
    elif mode == "measured":
        settings = {"mode": "compensated", "differences": 4}
    elif mode == "noise":
        settings = {"mode": "compensated", "noise": 50}
    o = Optimizer(objective, start, max_epochs=MOST_EPOCHS, **settings)
    for _ in range(WARM_UP):
        o.step()
    return o


def growth(o):
    """Steps to the end; returns the epochs stepped. readings[i] is the heap before step i."""
    i = 0
    more = True
    readings[0] = gc.mem_alloc()
    while more:
        more = o.step()
        i += 1
        readings[i] = gc.mem_alloc()
    return i


def locked(o):
    """Steps to the end without a heap; returns the epochs stepped and how that ended."""
    i = 0
    outcome = "complete"
    micropython.heap_lock()
    try:
        while o.step():
            i += 1
        i += 1
    except MemoryError:
        outcome = "MemoryError"
    micropython.heap_unlock()
    return i, outcome


records = 0
for objective in (Valley(), Bowl()):
    name = type(objective).__name__
    for mode in (
        "compensated",
        "paper",
        "steepest",
        "fixed-rate",
        "limited",
        "newton",
        "refined",
        "measured",
        "noise",
    ):
        o = warmed(objective, mode)
        gc.collect()
        gc.disable()
        count = growth(o)
        gc.enable()
        most = max([readings[i + 1] - readings[i] for i in range(count)])
        print("bytes", name, mode, readings[count] - readings[0], count, most)
        print("locked", name, mode, *locked(warmed(objective, mode)))
        records += 2
print("end", records)
