"""200 random starts on Rosenbrock's function in [-4, 4] x [-5, 5]: how each run ends."""

from tracing import end, run

from qbfgs import Optimizer
from qbfgs.problems import Rosenbrock

GRIDS = (16, 32, 64, 100, 128, 256, 512, 1000, 1024)

state = 1
for i in range(200):
    qp = GRIDS[i % len(GRIDS)]
    x0 = []
    for reach in (4 * qp, 5 * qp):
        state = (state * 1103515245 + 12345) % (1 << 31)
        x0.append((state >> 8) % (2 * reach + 1) - reach)
    run(Optimizer(Rosenbrock(qp), x0, certify=True), i, qp, x0, every=False)
end()
