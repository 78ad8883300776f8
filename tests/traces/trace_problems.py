"""Every epoch of every test problem from its standard start, on three grids."""

from tracing import end, run

from qbfgs import Optimizer
from qbfgs.problems import ALL
from qbfgs.quantizer import quantize

for problem in ALL:
    for qp in (16, 256, 1000):
        objective = problem(qp)
        x0 = [quantize(text, qp) for text in objective.start]
        run(Optimizer(objective, x0, max_epochs=300, certify=True), objective.name, qp)
end()
