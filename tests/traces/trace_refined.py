"""Every epoch of runs from fine to coarse, within bounds, and of an objective that is renewed."""

from tracing import end, run

from qbfgs import Optimizer
from qbfgs.problems import Beale, BroydenTridiagonal, Wood
from qbfgs.quantizer import quantize


def start(problem, qp, k):
    return [quantize(text, qp) << k for text in problem.start]


for kind in (Beale, Wood, BroydenTridiagonal):
    for qp, k in ((16, 10), (250, 5)):
        for mode in ("compensated", "limited"):
            objective = kind(qp << k)
            x0 = start(objective, qp, k)
            o = Optimizer(objective, x0, mode=mode, refine=k, certify=True)
            run(o, objective.name, qp, mode)

for mode in ("compensated", "limited"):
    objective = Wood(128)
    x0 = start(objective, 128, 0)
    o = Optimizer(
        objective, x0, mode=mode, lower=[-400] * 4, upper=[100, None, 90, 128], certify=True
    )
    run(o, "bounds", mode)
    o.objective = Wood(120)
    o.renew()
    run(o, "renewed", mode)
end()
