"""Runs in every mode, and what became of them: what is compared with the past.

    python tests/shared/pinned.py

writes pinned.txt, a run a line: problem, n, Qp, settings = status, epochs, updates, idles,
compensations, cost, checksum. The checksum is that of the whole trace.
"""

from pathlib import Path

from qbfgs import minimize
from qbfgs.problems import ALL, Beale, ExtendedRosenbrock, FreudensteinRoth, Rosenbrock, Wood
from qbfgs.quantizer import quantize

FILE = Path(__file__).resolve().parent / "pinned.txt"
MOST = 120  # epochs
LEARNING = ("compensated", "limited")  # as they were before there were others
FIXED = ("paper", "steepest", "fixed-rate")
SETTINGS = ({"pairs": 1}, {"pairs": 6, "radius": 3}, {"polls": 2}, {"polls": 60}, {"target": 9})


def runs():
    """(problem, settings) of each run: to the whole certificate, and as they end by default."""
    for problem, settings in certified():
        learning = settings["mode"] in LEARNING
        yield problem, {**settings, "certify": True} if learning else settings
    for mode in LEARNING:
        for problem in ALL:
            yield problem(64), {"mode": mode}


def certified():
    """(problem, settings) of runs that are made to their certificate."""
    for mode in LEARNING:
        for problem in ALL:
            for qp in (16, 1000):
                yield problem(qp), {"mode": mode}
        for settings in SETTINGS:
            yield Wood(64), {"mode": mode, **settings}
            yield ExtendedRosenbrock(32, 6), {"mode": mode, **settings}
        for k in (1, 4):
            for problem in (Rosenbrock, Wood, Beale):
                yield problem(16 << k), {"mode": mode, "refine": k}
        yield Wood(64), {"mode": mode, "lower": [None, -99, -200, -64], "upper": [40, None, 30, 70]}
        yield Wood(64), {"mode": mode, "lower": [-192] * 4, "upper": [0, 64, 64, 64], "refine": 2}
        yield FreudensteinRoth(1 << 16), {"mode": mode}  # leads to the edge of the grid
        yield ExtendedRosenbrock(256, 24), {"mode": mode}
    for mode in FIXED:
        for problem in (Rosenbrock(64), Rosenbrock(1024), Wood(16), Beale(100)):
            yield problem, {"mode": mode}


def line(problem, settings):
    """A run as a line of the file."""
    x0 = [quantize(text, problem.qp) for text in problem.start]
    k = settings.get("refine", 0)
    o = minimize(problem, [x >> k << k for x in x0], max_epochs=MOST, **settings)
    counts = o.status, o.epochs, o.updates, o.idles, o.compensations, o.cost, o.checksum
    words = ",".join(f"{name}={value}" for name, value in settings.items()).replace(" ", "")
    return f"{problem.name} {problem.n} {problem.qp} {words} = {' '.join(map(str, counts))}"


if __name__ == "__main__":
    FILE.write_text("".join(f"{line(*run)}\n" for run in runs()))
