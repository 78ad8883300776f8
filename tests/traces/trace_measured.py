"""Every epoch of runs that are told nothing but costs, exact ones and with noise."""

from tracing import end, run

from qbfgs import Optimizer
from qbfgs.problems import Beale, ExtendedRosenbrock
from qbfgs.quantizer import quantize


class Alone:
    """The cost of a problem, with repeatable noise of about the reach, and no gradient."""

    def __init__(self, problem, reach):
        self.n, self.qp, self.problem = problem.n, problem.qp, problem
        self.reach = reach
        self.seed = 1

    def cost(self, x):
        noise = 0
        if self.reach:
            self.seed = (self.seed * 0x5D65 + 0x3039) & 0xFFFFFF
            noise = (self.seed >> 8) * self.reach // 32768 - self.reach
        return self.problem.cost(x) + noise


for qp in (64, 1024):
    for problem in (Beale(qp), ExtendedRosenbrock(qp, 4)):
        for part in (0, 100):
            reach = problem.cost_scale // part if part else 0
            noise = "auto" if part else None
            for mode in ("compensated", "limited"):
                objective = Alone(problem, reach)
                x0 = [quantize(text, qp) for text in problem.start]
                o = Optimizer(objective, x0, mode=mode, max_epochs=120, noise=noise)
                run(o, problem.name, qp, part, mode)
end()
