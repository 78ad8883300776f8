"""KeyboardInterrupt at calls inside the optimiser, before and after what they do.

Every function and method of the package is wrapped. Each step of a run is taken again and again
from a checkpoint, and interrupted at one call more each time: x, cost and counts must be those
before the step or after it, and the run that goes on must end well. Prints `mode steps interrupts
torn` a mode: how often the model was cut short. The first argument says of every how many calls.
"""

import sys

from qbfgs import Optimizer, checkpoints, status
from qbfgs.problems import Rosenbrock

EVERY = int(sys.argv[1])
at = [0, 0]  # calls until the interrupt, 0 for none; calls so far


def plain():
    pass


def meet():
    at[1] += 1
    if at[1] == at[0]:
        raise KeyboardInterrupt


def wrapped(function):
    def wrapper(*args):
        meet()
        result = function(*args)
        meet()
        return result

    return wrapper


def wrap(holder):
    for name in dir(holder):
        found = getattr(holder, name)
        if isinstance(found, type(plain)) and name != "__init__":
            setattr(holder, name, wrapped(found))


def wrap_all():
    for key in list(sys.modules):
        if key.startswith("qbfgs.") and "problems" not in key and "checkpoints" not in key:
            module = sys.modules[key]
            for name in dir(module):
                found = getattr(module, name)
                if isinstance(found, type) and found.__name__ != "IntReader":
                    wrap(found)
            if key != "qbfgs.words.wide":  # which checkpoints use
                wrap(module)


def books(o):
    return (list(o.x), o.cost, o.level, o.epochs, o.updates, o.idles, o.checksum)


def run(mode, refine):
    problem = Rosenbrock(64)
    o = Optimizer(problem, [-80, 80], mode=mode, refine=refine, max_epochs=300)
    if not at[1]:
        o.step()  # what is imported late is there
        wrap_all()
    steps = interrupts = torn = offset = 0
    while o.status == status.RUNNING and steps < 24:
        saved = checkpoints.dump(o)
        before = books(o)
        o.step()
        after = books(o)
        offset += 1
        k = 1 + offset % EVERY
        while True:
            one = checkpoints.load(saved, problem)
            at[0] = k
            at[1] = 0
            try:
                one.step()
                break
            except KeyboardInterrupt:
                pass
            at[0] = 0
            assert books(one) == before or books(one) == after, (mode, steps, k)
            assert one.cost == problem.cost(one.x)
            interrupts += 1
            if one.status == status.INTERRUPTED:
                torn += 1
            for _ in range(4):
                one.step()
            assert one.status != status.INTERRUPTED and one.cost <= before[1]
            assert one.cost == problem.cost(one.x) and one.epochs == one.updates + one.idles
            k += EVERY
        at[0] = 0
        steps += 1
    return steps, interrupts, torn


for mode in sys.argv[2:]:
    name, _, refine = mode.partition("+")
    print(mode, *run(name, int(refine or 0)))
