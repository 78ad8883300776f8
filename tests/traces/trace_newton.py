"""Every epoch of mode "newton": sums of squares, within bounds, from fine to coarse, renewed."""

from tracing import end, run

from qbfgs import Optimizer
from qbfgs.problems import Beale, BrownDennis, FreudensteinRoth, Rosenbrock, Wood
from qbfgs.quantizer import quantize


def start(problem, qp, k=0):
    return [quantize(text, qp) << k for text in problem.start]


for kind in (Rosenbrock, Beale, FreudensteinRoth, BrownDennis, Wood):
    for qp in (16, 250, 1024):
        objective = kind(qp)
        run(Optimizer(objective, start(objective, qp), mode="newton"), objective.name, qp)

objective = Beale(250 << 5)
run(Optimizer(objective, start(objective, 250, 5), mode="newton", refine=5), "refined")

objective = Wood(128)
x0 = start(objective, 128)
o = Optimizer(objective, x0, mode="newton", lower=[-400] * 4, upper=[100, None, 90, 128])
run(o, "bounds")
o.objective = Wood(120)
o.renew()
run(o, "renewed")
end()
