"""Run by `qbfgs lab bench` on the emulated Cortex-M3, whose `time.ticks_cpu` counts instructions.

`sys.argv` has qbfgs or floats, and the bytes after which garbage is collected, -1 for a full heap.
Prints `PASSES IMPORT TICKS` and then the parameters: ticks to import what the fit takes, and of the
fit, garbage collections included.
"""

import gc
import sys
from time import ticks_cpu, ticks_diff

gc.threshold(int(sys.argv[1]))
way = sys.argv[0]
began = ticks_cpu()
if way == "qbfgs":
    from qbfgs.fits.fit import Fit
    from qbfgs.real import exp
imported = ticks_diff(ticks_cpu(), began)

from fit_subjects import START, by_floats, readings  # noqa: E402


def cooling(t, ambient, drop, rate):
    return ambient + drop * exp(-rate * t)


rows = readings()
began = ticks_cpu()
if way == "qbfgs":
    found = Fit(cooling, rows, start=START)
    ticks = ticks_diff(ticks_cpu(), began)
    more = True
    while more:  # the counter turns over after 40 s of the board, a step takes less
        began = ticks_cpu()
        more = found.step()
        ticks += ticks_diff(ticks_cpu(), began)
    passes, parameters = found.evaluations, [str(v) for v in found.parameters]
else:
    passes, parameters = by_floats(rows)
    ticks = ticks_diff(ticks_cpu(), began)
print(passes, imported, ticks)
for value in parameters:
    print(value)
