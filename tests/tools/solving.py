"""A program for a build in a folder: a solve in each mode."""

RUN = """
import sys
sys.path.insert(0, sys.argv[1])
import qbfgs
assert qbfgs.__file__.startswith(sys.argv[1])
from qbfgs.problems.rosenbrock import Rosenbrock
for mode in {modes!r}:
    o = qbfgs.minimize(Rosenbrock(16), [-20, 19], mode=mode, max_epochs=40)
    print(mode, o.epochs, o.checksum, o.x)
"""
