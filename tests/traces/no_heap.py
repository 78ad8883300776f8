"""MemoryError at each allocation of each step: nothing changes, and the step can be tried again.

The answers are wide ints, so that a step allocates. All free memory is taken but for k blocks of
the heap, with k from 0 until the step succeeds. The first argument says of every how many steps,
the others which modes, with `+2` for a refinement. Prints `mode steps failures outcome` a mode.
"""

import gc
import sys

from qbfgs import Optimizer, status

WIDE = 1 << 150
LEFT = 8192  # bytes of heap that a step may take
pool = [None] * 4000
ballast = []


class Valley:
    """Rosenbrock's function on a grid of 1/16, times 2^150."""

    n = 2
    qp = 16

    def cost(self, X):
        u = 16 * X[1] - X[0] * X[0]
        v = 16 * (16 - X[0])
        return (v * v + 100 * u * u) * WIDE

    def gradient(self, X):
        u = 200 * (16 * X[1] - X[0] * X[0])
        return [-2 * (256 * (16 - X[0]) + u * X[0]) * WIDE, 16 * u * WIDE]


def books(o):
    return (list(o.x), o.cost, o.level, o.epochs, o.updates, o.idles, o.checksum, list(o.trial))


def step(o, free):
    """One step with so many blocks of heap; True unless they were too few."""
    i = 0
    gc.collect()
    gc.disable()
    try:
        while True:
            pool[i] = (o, o)  # one block
            i += 1
    except MemoryError:
        pass
    while free and i:
        i -= 1
        free -= 1
        pool[i] = None
    gc.collect()
    done = True
    try:
        o.step()
    except MemoryError:
        done = False
    while i:
        i -= 1
        pool[i] = None
    gc.enable()
    return done


def fill():
    """Takes the heap but for some LEFT bytes, so that `step` is quick."""
    size = gc.mem_free()
    while size > 64:
        gc.collect()
        if gc.mem_free() < LEFT + size:
            size >>= 1
        else:
            try:
                ballast.append(bytearray(size))
            except MemoryError:
                size >>= 1


def run(mode, refine):
    settings = {"mode": mode, "refine": refine, "max_epochs": 60}
    straight = Optimizer(Valley(), [-24, 16], **settings)
    o = Optimizer(Valley(), [-24, 16], **settings)
    steps = failures = 0
    fill()
    while straight.step():
        before = books(o)
        free = 0
        if steps % EVERY:
            o.step()
        else:
            while not step(o, free):
                if books(o) != before or o.status != status.RUNNING:
                    return steps, failures, "changed"
                failures += 1
                free += 1
        if books(o) != books(straight):
            return steps, failures, "differs"
        steps += 1
    return steps, failures, "same"


EVERY = int(sys.argv[1])
for mode in sys.argv[2:]:
    ballast.clear()
    name, _, refine = mode.partition("+")
    print(mode, *run(name, int(refine or 0)))
