"""Run by `qbfgs lab bench` on each interpreter:

python script.py N QP TARGET EPOCHS SECONDS TURNS

Prints `import BYTES` (heap that importing the core takes, - where unknown), the modules of the
core that a run imports, and for each subject `SUBJECT EPOCHS COST SOLVE OBJECTIVE HEAP HELD`:
microseconds of a solve and of its objective alone, the least of as many interleaved turns as fit
into SECONDS, TURNS at most; heap bytes an epoch takes, objective included, and that one optimiser
holds.
"""

import gc
import sys
import time

try:
    ticks, since = time.ticks_us, time.ticks_diff
except AttributeError:

    def ticks():
        return time.perf_counter_ns() // 1000

    def since(end, begin):
        return end - begin


allocated = getattr(gc, "mem_alloc", None)


def grain():
    """Microseconds between two readings of the clock that differ."""
    begin = ticks()
    while True:
        passed = since(ticks(), begin)
        if passed:
            return passed


def heap():
    """Bytes in use once all garbage is collected; 0 where unknown."""
    gc.collect()
    return allocated() if allocated else 0


before = heap()
from qbfgs import Optimizer  # noqa: E402
from qbfgs.modes import rule_of  # noqa: E402

rule_of("compensated")
print("import", heap() - before if allocated else "-")
print("modules", " ".join(sorted([name for name in sys.modules if name.startswith("qbfgs")])))

from bench_subjects import START, FloatBFGS, FloatRosenbrock, IntRosenbrock  # noqa: E402

from qbfgs.quantizer import quantize  # noqa: E402

n, qp = int(sys.argv[1]), int(sys.argv[2])
target, epochs, seconds = float(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5])
turns = int(sys.argv[6])


def word():
    x0 = [quantize(text, qp) for text in START * (n // 2)]
    return Optimizer(IntRosenbrock(n, qp), x0, target=0, max_epochs=epochs)


def floating():
    x0 = [float(text) for text in START * (n // 2)]
    return FloatBFGS(FloatRosenbrock(n), x0, 0.25, target, epochs)


class Notes:
    """An objective that notes every question."""

    def __init__(self, inner):
        self.inner, self.costs, self.gradients = inner, [], []

    def cost(self, X):
        self.costs.append(list(X))
        return self.inner.cost(X)

    def gradient(self, X):
        self.gradients.append(list(X))
        return self.inner.gradient(X)


def solve(make, times):
    made = [make() for _ in range(times)]
    begin = ticks()
    for o in made:
        while o.step():
            pass
    return since(ticks(), begin) / times


def ask(notes, times):
    inner = notes.inner
    begin = ticks()
    for _ in range(times):
        for X in notes.costs:
            inner.cost(X)
        for X in notes.gradients:
            inner.gradient(X)
    return since(ticks(), begin) / times


def grown(make):
    """Heap bytes an epoch; "-" where unknown."""
    o = make()
    o.step()
    gc.collect()
    if not allocated:
        return "-"
    gc.disable()
    first, base = o.epochs, allocated()
    more = True
    while more and o.epochs < first + 20:
        more = o.step()
    taken = allocated() - base
    gc.enable()
    return taken // (o.epochs - first)


def held(make):
    """Heap bytes of one optimiser with its objective; "-" where unknown."""
    make()  # what is made once for all is there from here on
    base = heap()
    o = make()
    return heap() - base if allocated and o else "-"


SUBJECTS = (("word", word), ("float", floating))
noted, often = {}, {}
least = 20 * grain()  # to be timed at once: more than one solve where the clock is coarse
for name, make in SUBJECTS:
    o = make()
    o.objective = Notes(o.objective)
    while o.step():
        pass
    noted[name] = o
    often[name] = int(least / max(solve(make, 1), 1)) + 1 if turns > 1 else 1
best = {name: [1e30, 1e30] for name, _ in SUBJECTS}
began = ticks()
for turn in range(turns):
    if turn and since(ticks(), began) > seconds * 1000000:
        break
    for name, make in SUBJECTS:
        gc.collect()
        best[name][0] = min(best[name][0], solve(make, often[name]))
        gc.collect()
        best[name][1] = min(best[name][1], ask(noted[name].objective, often[name]))
for name, make in SUBJECTS:
    o = noted[name]
    print(name, o.epochs, o.cost, *best[name], grown(make), held(make))
