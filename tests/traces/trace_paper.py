"""Every epoch of the paper's 14 rows in all four modes."""

from tracing import end, run

from qbfgs import Optimizer
from qbfgs.problems import Rosenbrock
from qbfgs.quantizer import quantize

for mode in ("compensated", "paper", "steepest", "fixed-rate"):
    for start in Rosenbrock.PAPER_STARTS:
        for qp in (16, 32, 64, 128, 256, 512, 1024):
            x0 = [quantize(text, qp) for text in start]
            o = Optimizer(Rosenbrock(qp), x0, mode=mode, max_epochs=300, certify=True)
            run(o, mode, qp)
end()
