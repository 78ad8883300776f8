"""Every epoch of mode "limited" on problems of 2 to 60 parameters."""

from tracing import end, run

from qbfgs import Optimizer
from qbfgs.problems import BroydenTridiagonal, ExtendedRosenbrock, VariablyDimensioned
from qbfgs.quantizer import quantize

for problem, n in ((ExtendedRosenbrock, 2), (VariablyDimensioned, 10), (BroydenTridiagonal, 60)):
    for qp in (64, 1000):
        objective = problem(qp, n)
        x0 = [quantize(text, qp) for text in objective.start]
        o = Optimizer(objective, x0, mode="limited", max_epochs=150, polls=100, certify=True)
        run(o, objective.name, qp)
end()
