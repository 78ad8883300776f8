"""Misra1a of NIST's reference data, y = b1 (1 - e^(-b2 x)): a regression with certified values.

A curve of the library: a rise to b1 at the rate b2 from 0, so without an offset.
"""

from qbfgs import minimize
from qbfgs.data import Table
from qbfgs.data.samples import Samples
from qbfgs.data.scaling import Scaling
from qbfgs.models.curves import TARGET_BITS, TARGET_WIDTH, Rise
from qbfgs.quantizer import to_text

QP = 32768
CERTIFIED = ("238.94212918", "0.00055015643181")
# pressure in tenths, volume in hundredths
ROWS = (
    (776, 1007),
    (1149, 1473),
    (1411, 1794),
    (1908, 2393),
    (2399, 2961),
    (2890, 3518),
    (3328, 4002),
    (3784, 4482),
    (4348, 5076),
    (4773, 5505),
    (5368, 6101),
    (5931, 6640),
    (6891, 7547),
    (7600, 8178),
)


# x in tenths stays as it is and counts 2^-16; y becomes as long as the curve takes, unshifted
source = Table(ROWS)
target = Scaling(1)
target.measure(source, [1], TARGET_WIDTH - 1, None, False, False)
model = Rise(Samples(source, [0], 1, None, target), QP, 1, False)
o = minimize(model, [QP, QP])
# a scaled unit of y is 2^TARGET_BITS / factor hundredths, one of k 2^16 tenths of x
print("b1 =", to_text(o.x[1] << TARGET_BITS, QP * 100 * target.factor[0], 6), "of", CERTIFIED[0])
print("b2 =", to_text(10 * o.x[0], QP << 16, 12), "of", CERTIFIED[1])
print("X =", o.x, "epochs:", o.epochs, "passes:", model.passes)
