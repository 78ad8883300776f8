"""Run by `qbfgs lab bench` on the emulated Cortex-M3, whose `time.ticks_cpu` counts instructions.

`sys.argv` has QP, TARGET, EPOCHS and numbers of parameters. Prints `import TICKS BYTES` of the
core, then for each number of parameters and subject
`N SUBJECT EPOCHS COST MAKING STEPS HEAP HELD`: ticks to make it and of all its steps together, none
of which collects garbage; bytes of heap that an epoch takes on average, objective included, and
that one optimiser holds with it.
"""

import gc
import sys
from time import ticks_cpu, ticks_diff

gc.collect()
before = gc.mem_alloc()
began = ticks_cpu()
from qbfgs import Optimizer  # noqa: E402
from qbfgs.modes import rule_of  # noqa: E402

rule_of("compensated")
took = ticks_diff(ticks_cpu(), began)
gc.collect()
print("import", took, gc.mem_alloc() - before)

from bench_subjects import START, FloatBFGS, FloatRosenbrock, IntRosenbrock  # noqa: E402

from qbfgs.quantizer import quantize  # noqa: E402

qp, target, epochs = int(sys.argv[0]), float(sys.argv[1]), int(sys.argv[2])


def word(n):
    x0 = [quantize(text, qp) for text in START * (n // 2)]
    objective = IntRosenbrock(n, qp)
    began = ticks_cpu()
    o = Optimizer(objective, x0, target=0, max_epochs=epochs)
    return o, ticks_diff(ticks_cpu(), began)


def floating(n):
    x0 = [float(text) for text in START * (n // 2)]
    objective = FloatRosenbrock(n)
    began = ticks_cpu()
    o = FloatBFGS(objective, x0, 0.25, target, epochs)
    return o, ticks_diff(ticks_cpu(), began)


def measure(make, n):
    make(n)  # what is made once for all is there from here on
    gc.collect()
    base = gc.mem_alloc()
    o, making = make(n)
    gc.collect()
    held = gc.mem_alloc() - base
    steps = taken = 0
    more = True
    while more:
        gc.collect()
        gc.disable()
        base = gc.mem_alloc()
        began = ticks_cpu()
        more = o.step()
        steps += ticks_diff(ticks_cpu(), began)
        taken += gc.mem_alloc() - base
        gc.enable()
    return o.epochs, o.cost, making, steps, taken // o.epochs, held


for text in sys.argv[3:]:
    for subject, make in (("word", word), ("float", floating)):
        print(text, subject, *measure(make, int(text)))
